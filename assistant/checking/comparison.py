"""A statement beside the sentences it cites: what every check of the two looks at.

Both are taken apart into words, clauses and cues; each word of the statement is matched with those
of the sentences that say the same. What differs is for `checks` to find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answers import Verdict
from assistant.checking.alignment import Alignment, align
from assistant.language import (
    CAPITALS,
    Reading,
    Word,
    is_measure,
    lexicon,
    moments,
    read,
    thesaurus,
)

Likeness = Callable[[str, str], Mapping[str, float]]
"""Of each word of a statement, in small letters, how near the cited text's words come to it.

A cosine; words of which nothing is known are left out. `likeness.Likeness` is one.
"""

_PRONOUNS = frozenset(
    "he she it they him her them his its their this that these those we our i my".split()
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that differs.

    Attributes:
        verdict: what it leads to by itself.
        text: what differs, in words a reader understands.
        about: the words that differ, of either side; two findings about the same are one.
        new: whether the words stand in none of the sentences, so that another one may have them.
    """

    verdict: Verdict
    text: str
    about: tuple[str, ...] = ()
    new: bool = False

    @property
    def lacking(self) -> bool:
        """Whether the sentences only say too little, and nothing that speaks against it."""
        return self.new or self.verdict == "unsupported"

    @property
    def words(self) -> frozenset[str]:
        """The words it is about, in small letters."""
        return frozenset(re.findall(r"[\w’']+", " ".join(self.about).lower()))


class Comparison:
    """A statement beside its sentences.

    Attributes:
        statement: as it was given.
        said: the statement taken apart.
        sources: the lines of the sentences, each taken apart.
        cited: the sentences' text.
        context: what stands before them in their document, its title and headings included.
        question: what the statement answers, or empty.
    """

    def __init__(
        self,
        statement: str,
        sentences: Sequence[str],
        context: str = "",
        question: str = "",
        likeness: Likeness | None = None,
    ) -> None:
        names = _names("\n".join((statement, *sentences, context, question)))
        self.statement = statement
        self.said = _read(statement, names)
        self.sources = [_read(line, names) for each in sentences for line in _lines(each)]
        self.cited = "\n".join(sentences)
        self.context = context
        self.question = question
        self._likeness = likeness

    @cached_property
    def cited_words(self) -> tuple[Word, ...]:
        """All words of the sentences."""
        return tuple(word for reading in self.sources for word in reading.words)

    @cached_property
    def source_stems(self) -> frozenset[str]:
        """Stems of the sentences' words, but for those that only tie others together."""
        links = lexicon.LATER | lexicon.EARLIER
        return frozenset(w.stem for w in self.cited_words if not _ties(w) or w.lower in links)

    @cached_property
    def context_stems(self) -> frozenset[str]:
        """Stems of all words of the context."""
        return frozenset(w.stem for line in self.context.split("\n") for w in read(line).words)

    @cached_property
    def question_stems(self) -> frozenset[str]:
        """Stems of all words of the question."""
        return frozenset(w.stem for w in read(self.question).words)

    @cached_property
    def matched(self) -> dict[str, frozenset[str]]:
        """Stem of the statement -> the stems of the sentences that say the same; maybe none."""
        return {word.stem: self.match(word.stem) for word in self.said.words}

    def match(self, wanted: str) -> frozenset[str]:
        """The sentences' stems that say what a stem does: itself, else its forms, else others."""
        if wanted in self.source_stems:
            return frozenset((wanted,))
        near = {stem for stem in self.source_stems if lexicon.same_stem(wanted, stem)}
        if not near:
            near = set(thesaurus.synonyms().get(wanted, ())) & self.source_stems
        if not near:
            near = {s for s in self.source_stems if CAPITALS.get(s) == wanted}
        return frozenset(near)

    def matching(self, stems: set[str]) -> list[Word]:
        """The words of the statement that say what one of the sentences' stems says."""
        return [w for w in self.said.words if self.matched[w.stem] & stems]

    def has(self, stem: str) -> bool:
        """Whether the sentences say what a stem of the statement says."""
        return bool(self.matched.get(stem))

    @cached_property
    def content(self) -> list[Word]:
        """The statement's words that say something: no names, numbers, dates or light words."""
        return [
            w
            for w in self.said.words
            if w.content
            and not w.name
            and w.stem not in lexicon.LIGHT
            and not is_measure(w.lower)
            and not is_date(w)
        ]

    @cached_property
    def shared(self) -> float:
        """Share of the statement's content that stands in the sentences; 1 where it has none."""
        return self._share(frozenset())

    @cached_property
    def known(self) -> float:
        """The same, with what stands in the question."""
        return self._share(self.question_stems)

    def _share(self, besides: frozenset[str]) -> float:
        words = {w.stem for w in self.said.words if w.content and w.stem not in lexicon.LIGHT}
        held = sum(self.has(stem) or stem in besides for stem in words)
        return held / len(words) if words else 1.0

    @cached_property
    def refers(self) -> bool:
        """Whether the sentences have a pronoun that may stand for a name in the context."""
        return any(word.lower in _PRONOUNS for word in self.cited_words)

    @cached_property
    def alignment(self) -> Alignment:
        """The statement and its sentences word by word."""
        return align(self.said.words, self.cited_words)

    @cached_property
    def nearness(self) -> Mapping[str, float]:
        """How near in meaning the sentences come to each word; empty where that is not known."""
        return self._likeness(self.statement, self.cited) if self._likeness else {}

    @cached_property
    def negations_more(self) -> int:
        """How many more negations the statement has than its sentences."""
        return len(self.said.of("negation")) - sum(len(r.of("negation")) for r in self.sources)

    @cached_property
    def denied_by_word(self) -> bool:
        """Whether one side says by a word ("barred", "failed") what the other says by "not"."""
        here = {w.stem for w in self.said.words} & lexicon.DENYING
        there = {w.stem for w in self.cited_words} & lexicon.DENYING
        return bool(there - here) if self.negations_more > 0 else bool(here - there)


def is_date(word: Word) -> bool:
    """Whether a word alone is a date."""
    return bool(moments(word.text))


def has_digit(word: Word) -> bool:
    """Whether a word is a number or has one in it."""
    return any(character.isdigit() for character in word.text)


def _names(text: str) -> frozenset[str]:
    """Words, in small letters, that have a capital where no sentence begins."""
    found = re.finditer(r"(?<=[\w,;’'$%)] )[A-Z][\w]+", text)
    return frozenset(match[0].lower() for match in found)


def _read(text: str, names: frozenset[str]) -> Reading:
    """The text taken apart; other names than its own are left out, so that it is kept for reuse."""
    return read(text, names.intersection(re.findall(r"\w+", text.lower())))


def _lines(sentence: str) -> list[str]:
    return [line for line in sentence.split("\n") if line.strip()] or [sentence]


def _ties(word: Word) -> bool:
    return not word.content and not word.name and not has_digit(word)
