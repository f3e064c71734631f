"""A question's text -> what is searched for: terms, slips of spelling put right, acronyms spelled
out, and the parts of a question that asks several things. Searching is left to `evidence`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Correction, Expansion
from assistant.language import COMMON_IN_DOCUMENTS
from assistant.retrieval import question_decomposition, spelling
from assistant.retrieval.query_terms import is_shouted, terms_of, words_of
from assistant.settings import Settings
from assistant.store import Catalogue, Term

LARGE = 2000
"""Passages from which on words that stand everywhere are left out: below, they cost nothing."""
EVERYWHERE = 0.4
"""Share of passages in which a word has to stand to be left out."""
MOST_EXPANSIONS = 2
"""Most long forms of one acronym, and acronyms of one long form, that are searched for."""
_MOST_WORDS = 40  # looked up in the vocabulary: a question, not a pasted page
_LONGEST_NAME = 8  # words of a long form
_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"[^\W_]+(?:[-&/][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for.

    Attributes:
        asked: the question as it was given.
        text: the question with its slips of spelling put right: what is embedded.
        terms: what BM25 searches for; a corrected word is there as asked, too.
        corrections: words taken for another, in the question's order.
        expansions: acronyms and long forms that are searched for in their other form as well.
        parts: the single questions of one that asks several things; empty for a simple one.
    """

    asked: str
    text: str
    terms: tuple[Term, ...]
    corrections: tuple[Correction, ...] = ()
    expansions: tuple[Expansion, ...] = ()
    parts: tuple[str, ...] = ()


def understand(
    question: str, catalogue: Catalogue, tokens: Callable[[str], int], settings: Settings
) -> Query:
    """What to search a catalogue for when this is asked; any text is allowed.

    Args:
        question: in words.
        catalogue: says which words there are, how common they are, and its acronyms.
        tokens: counts a text's tokens (`Embedder.count`). A word that is a single token is one
            that a language model's vocabulary has, so it is no slip, whatever the documents say.
        settings: which of the steps are taken: `spelling`, `acronyms` and `question_decomposition`.

    Raises:
        NoUsableIndexError: the catalogue cannot be read.
    """
    plain = unicodedata.normalize("NFC", question)
    corrections = tuple(_corrections(plain, catalogue, tokens)) if settings.spelling else ()
    text = _corrected(plain, corrections)
    terms = tuple(_with_correction(term, corrections) for term in terms_of(plain))
    expansions = tuple(_expansions(text, catalogue)) if settings.acronyms else ()
    return Query(
        asked=question,
        text=text,
        terms=_rare(terms, catalogue) + tuple(map(_in_place, expansions)),
        corrections=corrections,
        expansions=expansions,
        parts=question_decomposition.split(text) if settings.parts else (),
    )


# Words that stand everywhere


def _rare(terms: Sequence[Term], catalogue: Catalogue) -> tuple[Term, ...]:
    """The terms without words that stand in a large share of all passages.

    Ranking half of a large index by a word that tells nothing is what makes a search slow. If
    nothing rarer is left that is found at all, all are kept.
    """
    size = catalogue.size()
    if size < LARGE:
        return tuple(terms)
    bound = int(EVERYWHERE * size) + 1
    count = {
        term: max(catalogue.words.frequency(phrase, bound) for phrase in term.phrases)
        for term in terms
    }
    telling = [term for term in terms if term.written or term.first or count[term] < bound]
    return tuple(telling if any(count[term] for term in telling) else terms)


# Slips of spelling


def _corrections(
    question: str, catalogue: Catalogue, tokens: Callable[[str], int]
) -> list[Correction]:
    found = []
    for word in list(dict.fromkeys(words_of(question)))[:_MOST_WORDS]:
        acronym = word.isupper() and not is_shouted(question)
        if not acronym and _may_be_a_slip(word, tokens) and not catalogue.words.frequency(word, 1):
            form = _known_form(word, catalogue, tokens)
            if form:
                found.append(Correction(word, form))
    return found


def _may_be_a_slip(word: str, tokens: Callable[[str], int]) -> bool:
    """Whether it is long enough, no symbol ("PPARy"), and no well-known word."""
    return (
        len(word) >= spelling.SHORTEST
        and (word[1:].islower() or word.isupper())
        and tokens(word.lower()) > 1
    )


def _known_form(word: str, catalogue: Catalogue, tokens: Callable[[str], int]) -> str:
    """A word as it stands in the documents of which `word` is a misspelling, or ""."""
    lowered, stem = word.lower(), "".join(catalogue.words.stems(word))
    known = catalogue.words.vocabulary(stem[:1], *spelling.bounds(lowered))
    near = spelling.near_stems(lowered, stem, known)
    forms = [form for stem in near for form in catalogue.words.written_forms(stem)]
    return spelling.corrected(word, forms, tokens)


def _corrected(question: str, corrections: Sequence[Correction]) -> str:
    known = {correction.asked: correction.found for correction in corrections}
    return _WORD.sub(lambda match: known.get(match[0], match[0]), question)


def _with_correction(term: Term, corrections: Sequence[Correction]) -> Term:
    """The term with corrected phrases behind its own, so that the words as asked still count."""
    phrases = list(term.phrases)
    for phrase in term.phrases:
        corrected = " ".join(
            next((c.found.lower() for c in corrections if c.asked.lower() == word), word)
            for word in phrase.split()
        )
        phrases.append(corrected)
    return replace(term, phrases=tuple(dict.fromkeys(phrases)))


# Acronyms


def _expansions(text: str, catalogue: Catalogue) -> list[Expansion]:
    """Other forms of what the text says, each once whatever its inflection."""
    seen = [catalogue.words.stems(text)]
    found = []
    for expansion in (*_spelled_out(text, catalogue), *_abbreviated(text, catalogue)):
        stems = catalogue.words.stems(expansion.found)
        if not any(_stands_in(stems, other) for other in seen):
            seen.append(stems)
            found.append(expansion)
    return found


def _spelled_out(text: str, catalogue: Catalogue) -> list[Expansion]:
    shorts = [word for word in _ACRONYM.findall(text) if sum(map(str.isupper, word)) > 1]
    forms = [form for word in shorts for form in _singular(word)]
    known = catalogue.long_forms(forms[:_MOST_WORDS])
    return [Expansion(word, long) for word in known for long in _agreed(known[word])]


def _singular(word: str) -> list[str]:
    return [word, word[:-1]] if word.endswith("s") else [word]


def _abbreviated(text: str, catalogue: Catalogue) -> list[Expansion]:
    words = _WORD.findall(text)[: 2 * _MOST_WORDS]
    names = {
        " ".join(words[at : at + size]).lower(): " ".join(words[at : at + size])
        for size in range(2, _LONGEST_NAME + 1)
        for at in range(len(words) - size + 1)
    }
    known = catalogue.short_forms(list(names))
    return [Expansion(names[key], short) for key in known for short in _agreed(known[key])]


def _agreed(forms: Sequence[tuple[str, int]]) -> list[str]:
    """The forms that most documents name, without those that far fewer do."""
    return [form for form, count in forms if 2 * count >= forms[0][1]][:MOST_EXPANSIONS]


def _in_place(expansion: Expansion) -> Term:
    """The term that finds the other form where what was asked does not stand."""
    found = expansion.found
    common = found.isupper() and found.lower() in COMMON_IN_DOCUMENTS
    return Term(
        (" ".join(_WORD.findall(found.lower())),),
        written=found if common else "",
        instead_of=tuple(phrase for term in terms_of(expansion.asked) for phrase in term.phrases),
    )


def _stands_in(words: Sequence[str], text: Sequence[str]) -> bool:
    size = len(words)
    return any(text[at : at + size] == words for at in range(len(text) - size + 1))
