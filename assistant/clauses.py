"""A sentence taken apart for comparison: words, clauses, and the cues that govern them.

No grammar is learnt or downloaded. Clauses end at punctuation and at the words that open a new
one; a cue ("not", "may", "officials said", "unless") governs what follows it in its clause. That is
less than a parse, and the same on both sides of a comparison, which is what counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant import lexicon
from assistant.countries import CAPITALS, NAMES, PEOPLES

_SEVERAL_WORDS = "|".join(
    re.escape(name.title()).replace(r"\ ", r"[ \u00a0]") + "s?"
    for name in sorted({*NAMES, *PEOPLES, *CAPITALS}, key=len, reverse=True)
    if " " in name
)
_TOKEN = re.compile(
    rf"(?:{_SEVERAL_WORDS})(?!\w)"
    r"|(?:[A-Z]\.){2,}|[^\W_]+(?:[.,](?=\d)[^\W_]+)*(?:['’][^\W_]+)?|[$€£¥%]|[,;:()\[\]—–“”\"?!.]"
)
_SHORT = {
    "United States of America": "US", "United States": "US", "United Kingdom": "UK",
    "Great Britain": "UK", "Second World War": "WWII", "World War II": "WWII",
    "First World War": "WWI", "World War I": "WWI", "European Union": "EU", "United Nations": "UN",
}  # fmt: skip
_BREAKS = frozenset(";:—–()[]?!.")
_ALWAYS_OPEN = frozenset(
    """because if unless although though whereas whether which who whom whose but when while
    that""".split()
)
_OPEN_AFTER_COMMA = frozenset("before until where so as after since and or".split())
_SIGNS = "$€£¥%"
_BE = frozenset("be is are was were been being am 's 're".split())
_FAR = 4
"""Words within which a cue finds what it governs."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence.

    Attributes:
        text: as it stands.
        lower: in small letters, with a straight apostrophe and no possessive ending.
        stem: what its inflections share; of a name, the place or person it names.
        index: its place among the words of the sentence.
        clause: number of the clause it stands in.
        name: whether its capital makes it a name.
        content: whether it carries meaning by itself.
        after: punctuation that follows it, before the next word.
        first: whether it opens the sentence.
    """

    text: str
    lower: str
    stem: str
    index: int
    clause: int
    name: bool
    content: bool
    after: str
    first: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase that changes what the words it governs say.

    Attributes:
        kind: negation, modality, attribution, condition, cause, later, earlier, or only, all, ...
        text: the cue as it stands.
        index: place of its first word.
        level: of modality: 1 to come, 2 expected or meant, 3 open; else 0.
        governed: places of the words it bears on directly.
        scope: places of all the words it may bear on.
    """

    kind: str
    text: str
    index: int
    governed: tuple[int, ...]
    scope: tuple[int, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as `read` takes it apart."""

    text: str
    words: tuple[Word, ...]
    cues: tuple[Cue, ...]

    def of(self, *kinds: str) -> list[Cue]:
        """The cues of these kinds, in order."""
        return [cue for cue in self.cues if cue.kind in kinds]

    def stems(self, places: Sequence[int] | None = None) -> set[str]:
        """Stems of the content words, of all or at these places."""
        words = self.words if places is None else [self.words[n] for n in places]
        return {word.stem for word in words if word.content}


@lru_cache(maxsize=4096)
def read(text: str, names: frozenset[str] = frozenset()) -> Reading:
    """Take a sentence apart.

    Args:
        text: the sentence.
        names: words, in small letters, that are known as names, since a first word's capital does
            not tell.

    >>> [(c.kind, c.text) for c in read("Officials said Beijing might not ease its curbs.").cues]
    [('attribution', 'said'), ('modality', 'might'), ('negation', 'not')]
    """
    words = _words(text, names)
    cues = tuple(sorted(_cues(words), key=lambda cue: (cue.index, cue.kind)))
    return Reading(text, words, cues)


@dataclass(slots=True)
class _Token:
    """A word before it is known what it is; see `Word`."""

    text: str
    clause: int
    first: bool
    after: str = ""


_LEADING = frozenset(
    "although though while if because when before after since as unless once".split()
)


def _words(text: str, names: frozenset[str]) -> tuple[Word, ...]:
    tokens = _tokens(text)
    return tuple(_word(tokens, index, names) for index in range(len(tokens)))


def _tokens(text: str) -> list[_Token]:
    text = re.sub(r"(?<=[\w.])[-‐‑–](?=\w)", " ", text)
    for long, short in _SHORT.items():
        text = text.replace(long, short)
    tokens: list[_Token] = []
    clause, comma, first, leading = 0, False, True, False
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token[0].isalnum() or token in _SIGNS:
            lower = token.lower()
            opens = lower in _ALWAYS_OPEN or (comma and lower in _OPEN_AFTER_COMMA)
            clause += bool(tokens) and opens
            leading = leading or (first and lower in _LEADING)
            tokens.append(_Token(token, clause, first))
            comma = first = False
            continue
        if tokens:
            tokens[-1].after += token
        clause += token in _BREAKS
        if token == "," and leading and tokens:
            clause, leading = clause + 1, False  # "Although ..., the clause it leads to"
        first = first or token in ".?!"
        comma = token == ","
    return tokens


def _word(tokens: Sequence[_Token], index: int, names: frozenset[str]) -> Word:
    token = tokens[index]
    text, first = token.text, token.first
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    lower = re.sub(r"['’]s?$", "", text.replace("’", "'")).lower()
    digit = any(c.isdigit() for c in text)
    capital = text[:1].isupper() and any(c.isalpha() for c in text)
    function = lexicon.is_function(lower) and text != "US"
    # The capital of a first word says nothing unless a name goes on or it is all capitals.
    known = lower in names or lexicon.is_place(lower)
    telling = not first or following[:1].isupper() or text[1:2].isupper() or known
    name = (capital and not function and telling) or _is_numeral(tokens, index)
    content = not function and not _is_contracted(text) and len(lower) > 1 and not digit
    named = capital and not function and (name or not first or lexicon.place(text) != lower)
    found = lexicon.place(text) if named else lexicon.stem(lower)
    return Word(text, lower, found, index, token.clause, name, content, token.after, first)


def _is_numeral(tokens: Sequence[_Token], index: int) -> bool:
    """Whether an "I" counts a name before it: "Class I"."""
    before = tokens[index - 1] if index else None
    return bool(
        tokens[index].text == "I" and before and before.text[:1].isupper() and not before.after
    )


def _is_contracted(text: str) -> bool:
    """Whether a word ends in "n't"."""
    return re.search(r"n['’]t$", text) is not None


def _cues(words: Sequence[Word]) -> Iterator[Cue]:
    yield from _negations(words)
    yield from _modalities(words)
    yield from _attributions(words)
    yield from _conditions(words)
    yield from _links(words)
    yield from _quantifiers(words)


def _rest(words: Sequence[Word], index: int) -> tuple[int, ...]:
    """Places after `index` in its clause."""
    clause = words[index].clause
    return tuple(w.index for w in words[index + 1 :] if w.clause == clause)


def _clause(words: Sequence[Word], clause: int) -> tuple[int, ...]:
    return tuple(w.index for w in words if w.clause == clause)


def _next(
    words: Sequence[Word], index: int, names: bool = False, far: int = _FAR
) -> tuple[int, ...]:
    """The next word of content in the clause, with a second one that "and" or "or" joins to it."""
    clause = words[index].clause
    for w in words[index + 1 : index + 1 + far]:
        if w.clause != clause:
            break
        if w.content and (names or not w.name) and not w.lower.endswith("ly"):
            return (w.index,)
    return ()


def _negations(words: Sequence[Word]) -> Iterator[Cue]:
    for w in words:
        following = words[w.index + 1 : w.index + 2]
        contracted = _is_contracted(w.text)
        plain = w.lower in lexicon.NEGATIONS or (
            (w.lower, following[0].lower if following else "")
            in (("instead", "of"), ("rather", "than"))
        )
        if w.lower == "not" and following and following[0].lower == "only":
            continue
        if w.index and words[w.index - 1].lower == "or":
            continue  # "can or cannot", "whether or not"
        before_to = w.stem in lexicon.NEGATED_BEFORE_TO and any(f.lower == "to" for f in following)
        no_longer = w.lower == "no" and following and following[0].lower in ("longer", "more")
        if plain or contracted or before_to or no_longer:
            governed = _next(words, w.index, names=w.lower in ("without", "no", "nor", "neither"))
            scope = _clause(words, w.clause)
            yield Cue("negation", w.text, w.index, governed, scope)
        elif w.lower == "unless":
            scope = _rest(words, w.index)
            verbs = tuple(n for n in scope if words[n].content and not words[n].name)[:1]
            yield Cue("negation", w.text, w.index, verbs, scope)


def _modalities(words: Sequence[Word]) -> Iterator[Cue]:
    for w in words:
        following = words[w.index + 1 : w.index + 3]
        to_follows = any(f.lower == "to" for f in following)
        level = 0
        if w.lower in lexicon.WILL or w.text.lower().endswith(("'ll", "’ll")) or w.lower == "won't":
            level = 1
        elif w.lower == "potential":
            level = 3 if not w.after and following and following[0].content else 0
        elif w.lower == "may" and following and following[0].lower == "not":
            continue  # what is not allowed
        elif w.lower in lexicon.MAYBE and not (w.text == "May" and not w.first):
            level = 3
        elif w.lower in lexicon.EXPECTED:
            level = 2
        elif w.stem in lexicon.SCHEDULED and to_follows and _after_be(words, w.index):
            thing = words[w.index + 2 : w.index + 3]
            caused = w.lower == "due" and bool(thing) and not lexicon.is_bare(thing[0].lower)
            level = 0 if caused else 1
        elif w.lower == "going" and to_follows and _after_be(words, w.index):
            level = 1
        elif w.content and w.stem in lexicon.EXPECTED_STEMS and (to_follows or w.lower == "aimed"):
            level = 2
        elif w.content and w.stem in lexicon.MAYBE_STEMS and to_follows:
            level = 3
        elif w.stem in lexicon.MEANT and w.content and _means(words, w.index):
            level = 2 if w.stem in lexicon.EXPECTED_STEMS else 3
        if level:
            yield Cue(
                "modality", w.text, w.index, _next(words, w.index), _rest(words, w.index), level
            )


def _means(words: Sequence[Word], index: int) -> bool:
    """Whether a word that needs no "to" is used so: not "proposed by", "is considered"."""
    following = words[index + 1].lower if index + 1 < len(words) else ""
    return following != "by" and not (_after_be(words, index) and words[index].stem == "consid")


def _after_be(words: Sequence[Word], index: int) -> bool:
    return any(w.lower in _BE for w in words[max(0, index - 3) : index])


def _attributions(words: Sequence[Word]) -> Iterator[Cue]:
    for w in words:
        if w.lower == "according" and w.index + 1 < len(words) and words[w.index + 1].lower == "to":
            yield Cue("attribution", "according to", w.index, (), _around(words, w.index))
        elif w.lower in ("reportedly", "allegedly", "supposedly", "purportedly"):
            yield Cue("attribution", w.text, w.index, (), _rest(words, w.index))
        elif w.stem in lexicon.VIEWED and w.content and _viewed(words, w.index):
            yield Cue("attribution", w.text, w.index, (), tuple(range(w.index + 1, len(words))))
        elif (
            w.stem in lexicon.ACCUSING
            and not w.name
            and any(f.lower in ("of", "for") for f in words[w.index + 1 : w.index + 6])
        ):
            yield Cue("attribution", w.text, w.index, (), _rest(words, w.index))
        elif w.stem in lexicon.TAKING_FOR and w.content and _as_follows(words, w.index):
            yield Cue("attribution", w.text, w.index, (), tuple(range(w.index + 1, len(words))))
        elif w.stem in lexicon.SAYING and not w.name and _says(words, w.index):
            yield Cue("attribution", w.text, w.index, (), _said(words, w.index))


def _viewed(words: Sequence[Word], index: int) -> bool:
    after = words[index + 1].lower if index + 1 < len(words) else ""
    participle = words[index].lower.endswith(("ed", "en", "ought", "aid", "een"))
    return (
        participle
        and _after_be(words, index)
        and (
            after in ("as", "to", "that")
            or (after == "by" and words[index].stem in lexicon.BELIEVING)
            or words[index].lower in ("considered", "deemed")
        )
    )


def _as_follows(words: Sequence[Word], index: int) -> bool:
    """Whether "as" follows: "many see it as ..."."""
    following = words[index + 1 : index + 8]
    as_ = any(w.lower == "as" and words[w.index - 1].lower != "such" for w in following)
    infinitive = index > 0 and words[index - 1].lower == "to"
    return as_ and not infinitive and not words[index].name


def _says(words: Sequence[Word], index: int) -> bool:
    """Whether the word at `index` is a verb of saying with a speaker."""
    word, before = words[index], words[max(0, index - 2) : index]
    after = words[index + 1].lower if index + 1 < len(words) else ""
    if any(w.lower == "to" for w in before[-1:]):
        return False
    if word.stem in lexicon.OF_MANY_USES and after != "that":
        # "..., the ministry added." tells who says so; "added a port" does not.
        ends = not after or bool(re.search(r"[.,]", word.after))
        return ends and any(re.search(r"[,”\"]", w.after) for w in words[max(0, index - 5) : index])
    return True


def _said(words: Sequence[Word], index: int) -> tuple[int, ...]:
    """Places of what is said: what follows the verb, or what stands before ", officials said"."""
    word = words[index]
    rest = tuple(range(index + 1, len(words)))
    comma = next(
        (
            w.index
            for w in reversed(words[max(0, index - 5) : index])
            if re.search(r"[,”\"]", w.after)
        ),
        None,
    )
    ends = "." in word.after or not rest or bool(re.search(r"[,]", word.after))
    if comma is not None and comma >= 1 and (ends or _speaker_follows(words, index)):
        return tuple(range(comma + 1))
    if rest and re.search(r"[—–]", "".join(w.after for w in words[:index])) and ends:
        return tuple(range(index))
    return rest


def _speaker_follows(words: Sequence[Word], index: int) -> bool:
    """Whether ", said X." follows: the speaker and the end of the sentence."""
    rest = words[index + 1 :]
    return 0 < len(rest) <= 8 and (
        rest[0].name or rest[0].lower in ("the", "a", "an", "one", "he", "she")
    )


def _around(words: Sequence[Word], index: int) -> tuple[int, ...]:
    """What "according to X" bears on: the sentence but X."""
    comma = next((w.index for w in words[index:] if "," in w.after), None)
    if comma is None:
        return tuple(range(index))
    return (*range(index), *range(comma + 1, len(words)))


def _phrases(words: Sequence[Word], phrases: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Each phrase that stands in a sentence, first and last place, once."""
    lower = [w.lower for w in words]
    for phrase in phrases:
        parts = phrase.split()
        for at in range(len(lower) - len(parts) + 1):
            if lower[at : at + len(parts)] == parts:
                yield phrase, at, at + len(parts) - 1
                break


def _conditions(words: Sequence[Word]) -> Iterator[Cue]:
    for phrase, first, last in _phrases(words, lexicon.CONDITION_PHRASES):
        yield Cue("condition", phrase, first, (), _till(words, last))
    for w in words:
        if w.lower not in lexicon.CONDITIONS or w.name:
            continue
        before = words[w.index - 1] if w.index else None
        if w.lower == "if" and before and before.stem in lexicon.WHETHER_AFTER:
            continue
        after = words[w.index + 1].lower if w.index + 1 < len(words) else ""
        if (
            w.lower in ("provided", "providing")
            and after not in ("that",)
            and "," not in (before.after if before else "")
        ):
            continue
        yield Cue("condition", w.text, w.index, (), _till(words, w.index))


def _till(words: Sequence[Word], index: int) -> tuple[int, ...]:
    """Places after `index` until the next punctuation: a condition may have clauses of its own."""
    found: list[int] = []
    for w in words[index + 1 :]:
        found.append(w.index)
        if w.after.strip("“”\"’'"):
            break
    return tuple(found)


_SUBJECTS = frozenset("he she it they we i you there this these that those".split())


def _links(words: Sequence[Word]) -> Iterator[Cue]:
    for phrase, first, _ in _phrases(words, lexicon.CAUSE_PHRASES):
        yield Cue("cause", phrase, first, (), _rest(words, first))
    for w in words:
        since = w.lower == "since" and not any(
            c.isdigit() for f in words[w.index + 1 : w.index + 4] for c in f.text
        )
        as_ = (
            w.lower == "as"
            and w.index + 1 < len(words)
            and words[w.index + 1].lower in _SUBJECTS
            and (w.first or "," in words[w.index - 1].after)
        )
        led = w.stem == "lead" and any(f.lower == "to" for f in words[w.index + 2 : w.index + 5])
        if (
            w.lower in lexicon.CAUSES
            or since
            or as_
            or led
            or (w.content and w.stem in lexicon.CAUSE_STEMS)
        ):
            yield Cue("cause", w.text, w.index, (), _rest(words, w.index))
        elif w.lower in lexicon.LATER or w.lower == "followed":
            yield Cue("later", w.text, w.index, (), _rest(words, w.index))
        elif w.lower in lexicon.EARLIER or (
            w.lower in ("ahead", "prior") and words[w.index + 1 : w.index + 2]
            and words[w.index + 1].lower in ("of", "to")
        ):  # fmt: skip
            yield Cue("earlier", w.text, w.index, (), _rest(words, w.index))


def _quantifiers(words: Sequence[Word]) -> Iterator[Cue]:
    kinds = (
        ("all", lexicon.ALL), ("most", lexicon.MOST), ("some", lexicon.SOME), ("only", lexicon.ONLY)
    )  # fmt: skip
    for w in words:
        for kind, listed in kinds:
            if (
                w.lower == "all"
                and w.index
                and words[w.index - 1].lower in ("above", "at", "after")
            ):
                continue
            if w.lower in listed:
                governed = _next(words, w.index, names=True, far=6)
                yield Cue(kind, w.text, w.index, governed, _rest(words, w.index))
