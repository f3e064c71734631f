"""Who does what to whom: names and others that stand the other way round than in the sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from assistant import lexicon
from assistant.alignment import align, exchanged
from assistant.clauses import Cue, Reading, Word
from assistant.comparison import Comparison, Finding, has_digit
from assistant.moments import is_month
from assistant.quantities import is_measure

KEPT = 0.93
"""Share of the other words kept in order from which names that changed places were exchanged."""
REACH = 8
"""Words after a verb within which whom it is done to, or by whom, stands."""

_SYMMETRIC = lexicon.stems("meet talk discuss negotiate share marry meeting")
_BE = frozenset("be is are was were been being".split())
_ARTICLES = frozenset("the a an".split())
_DIRECTIONS = frozenset("from to into by against than".split())
_PREPOSITIONS = frozenset(
    "in at on of for from with to by into onto under over near between among through during".split()
)
_BEFORE_VERBS = frozenset(
    """to will would may might could can should must has have had was were is are been be being not
    also who which that never""".split()
)
_BEFORE_NOUNS = frozenset("a an the its his her their of in for and".split())
_IN_SUBJECTS = frozenset("the a an its his her their of".split())


def turned(compared: Comparison) -> Iterator[Finding]:
    """The first sign that something stands the other way round: one turn may show in several."""
    checks = (_transposed, _acting, _directed, _linked)
    yield from islice(chain.from_iterable(check(compared) for check in checks), 1)


def _transposed(compared: Comparison) -> Iterator[Finding]:
    """Names or others that changed places while all around them stayed."""
    if pair := exchanged(compared.alignment.slots):
        yield _turned(*(" ".join(w.text for w in slot.said) for slot in pair))
        return
    said, cited = compared.said.words, compared.cited_words
    passive = [sum(w.lower == "by" for w in side) for side in (said, cited)]
    mine, theirs = _named(said), _named(cited)
    if len(mine) < 2 or passive[0] != passive[1] or len(compared.sources) > 1:
        return
    if align(_others(said), _others(cited)).share < KEPT:
        return
    ours, there = list(map(_key, mine)), list(map(_key, theirs))
    common = set(ours) & set(there)
    ours, there = [k for k in ours if k in common], [k for k in there if k in common]
    if any(ours.count(key) > there.count(key) for key in ours) or _in_order(ours, there):
        return
    wrong = next(key for n, key in enumerate(ours) if not _in_order(ours[: n + 1], there))
    shown = next(w.text for w in mine if _key(w) == wrong)
    text = f"in the cited words “{shown}” stands in another place"
    yield Finding("contradicted", text, (shown,))


def _turned(one: str, other: str) -> Finding:
    text = f"in the cited words “{one}” and “{other}” stand the other way round"
    return Finding("contradicted", text, (one, other))


def _named(words: Sequence[Word]) -> list[Word]:
    """Names and numbers; dates, which may stand anywhere, are left out."""
    return [
        w
        for n, w in enumerate(words)
        if (w.name and not is_month(w.lower))
        or (has_digit(w) and not any(is_month(near.lower) for near in words[max(0, n - 1) : n + 2]))
    ]


def _key(word: Word) -> str:
    """A name or number, as it is compared."""
    return word.stem if word.name else word.lower


def _others(words: Sequence[Word]) -> list[Word]:
    return [w for w in words if not w.name and not has_digit(w)]


def _in_order(some: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(key in rest for key in some)


def _acting(compared: Comparison) -> Iterator[Finding]:
    """Two that stand the other way round about the same verb."""
    for word in compared.said.words:
        if _is_verb(compared.said, word) and _only_turned(compared, word):
            text = f"in the cited words it is the other way round (who “{word.text}” whom)"
            yield Finding("contradicted", text, (word.text,))
            return


def _only_turned(compared: Comparison, word: Word) -> bool:
    """Whether the sentences have the verb with doer and object exchanged, and no other way."""
    doers, objects, tells_both = _sides(compared.said, word)
    mine = [{m for s in side for m in compared.matched.get(s, ())} for side in (doers, objects)]
    found = False
    for reading in compared.sources:
        for other in reading.words:
            if other.stem not in compared.matched[word.stem] or other.stem in _SYMMETRIC:
                continue
            if not _is_verb(reading, other) or not all(mine):
                return False
            there = _sides(reading, other)
            crossed = mine[0] & there[1] - there[0] and mine[1] & there[0] - there[1]
            if there[2] != tells_both or not crossed:
                return False
            found = True
    return found


def _is_verb(reading: Reading, word: Word) -> bool:
    """Whether a word is used as a verb, as far as its form and the word before it tell."""
    if word.name or not word.content:
        return False
    before = reading.words[word.index - 1].lower if word.index else ""
    if before in _BEFORE_VERBS:
        return True
    inflected = word.lower.endswith(("ed", "s")) or lexicon.is_past(word.lower)
    return inflected and before not in _BEFORE_NOUNS


def _sides(reading: Reading, word: Word) -> tuple[set[str], set[str], bool]:
    """Stems of who does and of who undergoes what a verb tells, and whether it can tell both.

    The doers are the nearest words before it that no preposition takes, the others those after it;
    turned round in a passive with "by". A passive without it is compared with its like alone.
    """
    words = reading.words
    after = [w for w in words[word.index + 1 : word.index + 1 + REACH] if w.clause == word.clause]
    aux = {w.lower for w in words[max(0, word.index - 2) : word.index]}
    participle = word.lower.endswith(("ed", "en", "n", "t")) or lexicon.is_past(word.lower)
    by = next((w for w in after if w.lower == "by"), None)
    if by is not None and _is_measured(words, by):
        by = None  # "had risen by two percent"
    if participle and by is not None and (by is after[0] or aux & _BE):
        return _object(reading, by), _subject(reading, word), True
    return _subject(reading, word), _object(reading, word), not (participle and aux & _BE)


def _is_measured(words: Sequence[Word], by: Word) -> bool:
    """Whether "by" opens an amount: no doer follows."""
    following = words[by.index + 1 : by.index + 5]
    return any(
        has_digit(w) or is_measure(w.lower) for w in (*following[:1], *following[2:4])
    ) or any(
        w.lower in ("less", "more", "about", "nearly", "over") or w.lower.endswith("ing")
        for w in following[:1]
    )


def _subject(reading: Reading, word: Word) -> set[str]:
    """Stems of the nearest names and content words before a verb that no preposition takes."""
    found: set[str] = set()
    for w in reversed(reading.words[: word.index]):
        if w.clause != word.clause or (found and "," in w.after):
            break
        if w.name or w.content:
            found.add(w.stem)
        elif found and w.lower in _PREPOSITIONS:
            found = set()
        elif found and w.lower not in _IN_SUBJECTS:
            break
    return found


def _object(reading: Reading, word: Word) -> set[str]:
    """Stems of the names and content words after a word, to the next preposition or comma."""
    found: set[str] = set()
    for w in reading.words[word.index + 1 : word.index + 1 + REACH]:
        if w.clause != word.clause:
            break
        if (w.name or w.content) and not is_measure(w.lower):
            found.add(w.stem)
        if found and (w.lower in _PREPOSITIONS or w.after):
            break
    return found


def _directed(compared: Comparison) -> Iterator[Finding]:
    """Two names that exchanged their "from" and "to", or "by" and "against"."""
    mine, there = _directions([compared.said]), _directions(compared.sources)
    crossed = [
        name
        for name, ways in mine.items()
        if name in there and ways and there[name] and not ways & there[name]
    ]
    shown = {word.stem: word.text for word in compared.said.words}
    for one in crossed:
        for other in crossed:
            if one != other and mine[one] <= there[other] and mine[other] <= there[one]:
                yield _turned(shown[one], shown[other])


def _directions(readings: Iterable[Reading]) -> dict[str, set[str]]:
    """Name -> the prepositions of direction that stand right before it or its article."""
    found: dict[str, set[str]] = {}
    for reading in readings:
        for word in reading.words:
            if not word.name:
                continue
            ways = found.setdefault(word.stem, set())
            before = [w.lower for w in reading.words[max(0, word.index - 2) : word.index]]
            if before and before[-1] in _ARTICLES:
                before.pop()
            if before and before[-1] in _DIRECTIONS:
                ways.add(before[-1].replace("into", "to"))
    return found


def _linked(compared: Comparison) -> Iterator[Finding]:
    """What the sentences give as cause or as earlier told as effect or as later."""
    for cue in compared.said.of("cause", "later", "earlier"):
        mine = [
            {m for s in side for m in compared.matched.get(s, ())}
            for side in _joined(compared.said, cue)
        ]
        pairs = [
            _joined(reading, other)
            for reading in compared.sources
            for other in reading.of(cue.kind)
            if other.text.lower() == cue.text.lower()
        ]
        if pairs and all(_crossed(mine, pair) for pair in pairs):
            text = f"the cited words link it the other way round (“{cue.text}”)"
            yield Finding("contradicted", text, (cue.text,))


def _joined(reading: Reading, cue: Cue) -> tuple[set[str], set[str]]:
    """Stems of what a link joins: what it is said of, and what follows it."""
    end = len(reading.words)
    if cue.index == 0:  # "Because of this, that": the clause after the comma comes first
        comma = next((w.index for w in reading.words if "," in w.after), end)
        return reading.stems(range(comma + 1, end)), reading.stems(range(1, min(comma + 1, end)))
    return reading.stems(range(cue.index)), reading.stems(range(cue.index + 1, end))


def _crossed(mine: Sequence[set[str]], theirs: Sequence[set[str]]) -> bool:
    """Whether what stands on one side here mostly stands on the other there."""
    kept = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
    turned = len(mine[0] & theirs[1]) + len(mine[1] & theirs[0])
    one, other = mine[0] & theirs[1] - theirs[0], mine[1] & theirs[0] - theirs[1]
    return bool(one and other) and turned > kept + 1
