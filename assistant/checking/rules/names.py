"""Names, the offices and nationalities that go with them, and words given as a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.checking.comparison import Comparison, Finding, has_digit, is_date
from assistant.language import (
    CAPITALS,
    NAMES,
    Reading,
    Word,
    is_month,
    lexicon,
    missing_quotes,
    read,
)

OPENING = 6
"""Words at the start of a statement that may name what its sentences only refer to."""
CLOSE = 6
"""Words within which a name and its office stand."""
APPOSED = 8
"""Words after the comma behind a name that may tell its office."""


def quotes(compared: Comparison) -> Iterator[Finding]:
    """Words in quotation marks that do not stand in the sentences as they are."""
    for quote in missing_quotes(compared.statement, compared.cited):
        if re.search(r"\w", quote):
            yield Finding("unsupported", f"the cited words do not say “{quote}”", (quote,))


def names(compared: Comparison) -> Iterator[Finding]:
    """Names that stand neither in the sentences nor, where those refer to them, before them."""
    for word in _missing(compared):
        if not _may_be_referred_to(compared, word):
            yield _unnamed(word)


def referred(compared: Comparison) -> Iterator[Finding]:
    """Names that the sentences may mean by "he" or "the group", though nothing before says so."""
    for word in _missing(compared) if compared.context else ():
        if _may_be_referred_to(compared, word) and not _stands_in(word, compared.context):
            yield _unnamed(word)


def _unnamed(word: Word) -> Finding:
    text = f"the cited words do not name {word.text}"
    return Finding("unsupported", text, (word.text,))


def _missing(compared: Comparison) -> list[Word]:
    """Words of the statement's names that the sentences have in no form."""
    known = _known_short(compared)
    return [
        word
        for word in compared.said.words
        if word.name
        and word.stem not in lexicon.LIGHT
        and not has_digit(word)
        and not is_date(word)
        and not is_month(word.lower)
        and not _opens(compared.said.words, word)
        and not compared.has(word.stem)
        and not compared.match(lexicon.stem(word.lower))
        and CAPITALS.get(word.stem) not in compared.source_stems
        and word.index not in known
    ]


def _opens(words: Sequence[Word], word: Word) -> bool:
    """Whether a capital comes from a colon before the word."""
    return word.index > 0 and ":" in words[word.index - 1].after


def _known_short(compared: Comparison) -> set[int]:
    """Places of acronyms whose long form the documents have, and of long forms of theirs."""
    words = compared.said.words
    around = [
        word
        for line in (*compared.context.split("\n"), *compared.cited.split("\n"))
        for word in read(line).words
    ]
    letters = "".join(w.lower[:1] for w in around if w.content or w.name)
    strict = "".join(w.lower[:1] for w in around)
    short = {w.lower for w in around if w.text[:2].isupper()}
    found = {
        w.index
        for w in words
        if _is_acronym(w) and any(_bare(w) in text for text in (letters, strict))
    }
    for acronym in short:
        for every in (words, [w for w in words if w.content or w.name]):
            first = "".join(w.lower[:1] for w in every).find(acronym)
            if first >= 0 and len(acronym) > 1:
                found.update(w.index for w in every[first : first + len(acronym)])
    return found


def _is_acronym(word: Word) -> bool:
    return len(_bare(word)) > 1 and word.text.rstrip("s").replace(".", "").isupper()


def _bare(word: Word) -> str:
    """An acronym's letters, without the plural's."""
    return word.text.replace(".", "").rstrip("s").lower()


def _stands_in(word: Word, text: str) -> bool:
    stems = {w.stem for line in text.split("\n") for w in read(line).words}
    return word.stem in stems or any(CAPITALS.get(s) == word.stem for s in stems)


def _may_be_referred_to(compared: Comparison, word: Word) -> bool:
    """Whether the cited words may mean by "he" or "the group" whom those before them name.

    Where nothing before them is known, they may mean anybody.
    """
    if compared.context and not _stands_in(word, compared.context):
        return False
    if compared.refers:
        return True
    opening = compared.cited_words[:OPENING]
    if re.search(r"['’]s?$", word.text) or word.index < OPENING:
        # The sentences must have somebody there whom they do not name.
        return not any(w.name for w in opening) or any(w.lower == "the" for w in opening)
    last = compared.context.rstrip().rsplit(". ", 1)[-1]
    return word.text in last and any(w.lower == "the" for w in compared.cited_words)


def roles(compared: Comparison) -> Iterator[Finding]:
    """Offices and nationalities that a name has here and not there."""
    held = _roles([*(read(line) for line in compared.context.split("\n")), *compared.sources])
    for name, mine in _roles([compared.said]).items():
        if name not in held:
            continue
        offices = held[name] & lexicon.TITLES
        other = [r for r in mine - held[name] if offices or not _goes_with(compared, name, r)]
        against = _as_told(compared, {r for r in other if r in lexicon.TITLES and offices})
        if against:
            told = " ".join(sorted(offices))
            text = f"the cited words call {name.title()} {told}, not {against}"
            yield Finding("contradicted", text, (name, told, against))
        elif other:
            lacking = _as_told(compared, set(other))
            text = f"the cited words do not call {name.title()} {lacking}"
            yield Finding("unsupported", text, (name, lacking))


def _as_told(compared: Comparison, roles: set[str]) -> str:
    """Roles in the statement's order: "prime minister"."""
    words = [role for w in compared.said.words for role in (w.lower, w.stem) if role in roles]
    return " ".join(dict.fromkeys(words))


def _goes_with(compared: Comparison, name: str, role: str) -> bool:
    """Whether the sentences have a role close to the name, or a pronoun that may stand for it."""
    close = any(_stand_close(reading, name, role) for reading in compared.sources)
    return close or (role in compared.source_stems and compared.refers)


def _stand_close(reading: Reading, name: str, role: str) -> bool:
    names = [w.index for w in reading.words if w.lower == name]
    roles = [w.index for w in reading.words if role in (w.lower, w.stem)]
    return any(abs(a - b) <= CLOSE for a in names for b in roles)


def _roles(readings: Iterable[Reading]) -> dict[str, set[str]]:
    """Family name -> offices and nationalities that stand before or after it."""
    found: dict[str, set[str]] = {}
    for reading in readings:
        for word in reading.words:
            if _is_family_name(reading.words, word):
                before, after = _before(reading.words, word), _apposed(reading.words, word)
                found.setdefault(word.lower, set()).update(before, after)
    return found


def _is_family_name(words: Sequence[Word], word: Word) -> bool:
    """Whether a word is the last one of a name, and no office or country."""
    if not word.name or word.lower in lexicon.ROLES or word.stem in NAMES:
        return False
    following = next(iter(words[word.index + 1 : word.index + 2]), None)
    goes_on = following and following.name and following.lower not in lexicon.ROLES
    return not goes_on or bool(word.after)


def _before(words: Sequence[Word], word: Word) -> set[str]:
    found: set[str] = set()
    for w in reversed(words[: word.index]):
        part = w.name or w.lower in lexicon.ROLES or w.text[:1].isupper()
        if w.after.strip("’'") or not part:
            break
        found |= _role(w)
    return found


def _apposed(words: Sequence[Word], word: Word) -> set[str]:
    """Offices and nationalities in what a comma adds to a name ("..., the president of Peru,")."""
    found: set[str] = set()
    office = False
    for w in words[word.index + 1 : word.index + 1 + APPOSED] if "," in word.after else ():
        if w.lower in ("is", "was", "are", "were", "has", "had", "who", "which"):
            break
        office = office or w.text in lexicon.TITLES
        found |= _role(w)
        if w.after:
            break
    return found if office else set()


def _role(word: Word) -> set[str]:
    """The office or the country that a word names, if any."""
    if word.lower in lexicon.TITLES:
        return {word.lower}
    return {word.stem} if word.stem in NAMES else set()
