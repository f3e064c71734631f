"""Statements made by rule of the sentences of any English documents. Nothing is checked here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from assistant.documents import Passage
from assistant.evaluation.judgements import hash_of
from assistant.evaluation.statements import Item, in_half
from assistant.language.names import Name, names
from assistant.language.verbs import tidy
from tests.bench.perturbation import corruption, paraphrasing
from tests.bench.perturbation.altering import Source
from tests.bench.perturbation.corruption import corrupted
from tests.bench.perturbation.paraphrasing import paraphrased

NAMES_OF_A_DOCUMENT = 60
"""Most names of a document that are lent to its sentences."""
_LENDERS = 200  # documents whose names are lent to others
FEWEST_WORDS, MOST_WORDS = 7, 45

_Rule = tuple[bool, str]
_RULES: tuple[_Rule, ...] = (
    *((False, kind) for kind in corruption.KINDS),
    *((True, kind) for kind in paraphrasing.KINDS),
)


def generate(
    passages: Sequence[Passage],
    *,
    half: str | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> list[Item]:
    """Corrupted statements and faithful paraphrases of the passages' sentences.

    The same passages and seed give the same items. A document's half hangs on its id alone.

    Args:
        passages: of one or several documents, those of a document one after another.
        half: `even` or `odd`: only of documents whose SHA-256 of the id is such a number.
        sample: keep at most this many of each kind, spread over the documents.
        seed: another seed, other changes and another sample.
    """
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document.id, []).append(passage)
    lent = {key: _names_of(each) for key, each in by_document.items()}
    foreign = [n for key in sorted(lent, key=hash_of)[:_LENDERS] for n in lent[key][:10]]
    places = [
        (passage, at)
        for key, each in by_document.items()
        if in_half(key, half)
        for passage in each
        for at in range(len(passage.sentences))
    ]
    if sample is not None:
        places.sort(key=lambda p: hash_of(f"{seed}:{p[0].id}:{p[1]}"))
    missing = dict.fromkeys(_RULES, sample)
    items = []
    for passage, at in places:
        wanted = [rule for rule, left in missing.items() if left != 0]
        if not wanted:
            break
        for rule, item in _items(passage, at, lent[passage.document.id], foreign, seed, wanted):
            items.append(item)
            if (left := missing[rule]) is not None:
                missing[rule] = left - 1
    return items


def _names_of(passages: Sequence[Passage]) -> list[Name]:
    found: dict[str, Name] = {}
    for passage in passages:
        for name in names(tidy(passage.text)):
            found.setdefault(name.text, name)
        if len(found) > NAMES_OF_A_DOCUMENT:
            break
    return list(found.values())


def _items(
    passage: Passage,
    at: int,
    own: Sequence[Name],
    foreign: Sequence[Name],
    seed: int,
    wanted: Sequence[_Rule],
) -> Iterator[tuple[_Rule, Item]]:
    """What the wanted rules make of the passage's sentence numbered `at`."""
    text, document, first = passage.document.text, passage.document, passage.sentences[at]
    words = tidy(text[first.start : first.end])
    if not is_prose(words):
        return
    after = passage.sentences[at + 1] if at + 1 < len(passage.sentences) else None
    following = tidy(text[after.start : after.end]) if after else ""
    source = Source(
        words,
        following if is_prose(following) else "",
        f"{document.title}\n{tidy(passage.text)}",
        own,
        foreign,
    )
    for faithful, kind in wanted:
        rng = Random(f"{seed}:{document.id}:{first.start}:{kind}")
        change = (paraphrased if faithful else corrupted)(kind, source, rng)
        if change:
            end = after.end if after and change.spans_following else first.end
            yield (
                (faithful, kind),
                Item(change.text, kind, faithful, document.id, first.start, end, change.what),
            )


def is_prose(text: str) -> bool:
    """Whether a text is a whole plain sentence: no heading, table, list, speech, or markup."""
    words = text.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS or not re.match(r"[\"“A-Z]", text):
        return False
    if not re.search(r"[.][”\"]?$", text) or re.search(
        r"[|{}@=<>\\•…]|\]\(|https?:|\.\.|--| ' ", text
    ):
        return False
    if re.search(r"\b(?:of|the|a|an|and|in|at)\s?[,.]", text):  # words were lost
        return False
    if text.count("(") != text.count(")") or text.count("“") != text.count("”"):
        return False
    if text.count('"') % 2 or len(re.findall(r"\d", text)) > len(text) / 6:
        return False
    return sum(c.isalpha() or c == " " for c in text) > 0.85 * len(text)
