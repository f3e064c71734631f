"""Does a statement say what its sentences say? Compared by rule, without a model.

Numbers with unit and comparison, dates and deadlines, names with their roles, who did what to
whom, negation, modality, attribution, conditions, quantifiers, causal and temporal links, and
whatever else a statement has that its sentences lack. What a finding leads to is decided by the
caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant import lexicon
from assistant.alignment import Alignment, Slot, alike, align, exchanged, in_place_of
from assistant.clauses import Cue, Reading, Word, read
from assistant.quantities import Moment, Quantity, is_measure, is_month, moments, quantities, unit_of
from assistant.types import Verdict
from assistant.wording import missing_names, missing_quotes

MOST_NEW = 0.34
"""Most weight of words known from elsewhere, as a share of all of a statement's words."""
LEAST_SHARED = 0.4
"""Share of its words in the sentences below which a statement is about something else."""
OPENING = 6
"""Words at the start of a statement that may name what its sentences only refer to."""
LENIENT = 0.5
"""Weight of a word that stands in the question or before the cited sentences."""
TOLERANCE = 0.06
"""How far a rounded number ("nearly 9") may be from the exact one."""
KEPT = 0.93
"""Share of the other words kept in order from which names that changed places were exchanged."""
NEAR_MEANING = 0.42
"""Cosine of word vectors from which a word may stand for one that the sentences have."""
REMOTE = 0.25
"""The same for the only word of a long statement that its sentences lack."""
MANY = 5
"""Content words that make a statement long."""
SAME_PLACE = 0.5
"""The same for a word that stands in the very place of another."""
VERBATIM = 0.8
"""Share of words kept in order from which a statement is its sentences with words exchanged."""
MOST_SLOTS = 2
"""Most places in which such a statement differs."""
CLOSE_BY = 40
"""Characters within which a number stands before what it counts."""
RIGHT_BEFORE = 4
"""Words within which a modal bears on a verb that it may not govern."""
NEAR = 6
"""Words within which a number and what it counts stand."""

_SEVERITY: dict[str, Verdict] = {}


@dataclass(frozen=True, slots=True)
class Check:
    """What comparing a statement with its sentences found."""

    verdict: Verdict
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that differs, and the verdict it leads to by itself."""

    verdict: Verdict
    text: str


Likeness = Callable[[str, str], Mapping[str, float]]
"""Of each word of a statement, in small letters, how near the cited text's words come to it."""


def check(
    statement: str,
    sentences: Sequence[str],
    context: str = "",
    question: str = "",
    likeness: Likeness | None = None,
) -> Check:
    """Compare a statement with the sentences it cites.

    Numbers, dates and quoted words must stand in the sentences themselves. So must names, but one
    that the statement opens with or that owns something may stand in `context` instead, the words
    before the sentences, which say who "the president" or "his" in them is. The words of the
    `question` may be repeated, but what is added to them must be in the sentences. Words that no
    list of synonyms knows may stand for others where `likeness` finds them near enough in meaning;
    without it they count as missing.

    >>> check("The tariff is 50%.", ["He threatened a 100% tariff."]).findings[0]
    'the cited words have 100%, not 50%'
    """
    if not sentences:
        return Check("unsupported", ("no sentence supports it",))
    plain = _plain(statement)
    if any(plain == _plain(sentence) for sentence in sentences):
        return Check("supported")
    compared = _Comparison(statement, sentences, context, question, likeness)
    if compared.shared < LEAST_SHARED:
        return Check("unsupported", ("the cited words say something else",))
    found = list(dict.fromkeys(compared.findings()))
    if not found:
        return Check("supported")
    verdicts = {finding.verdict for finding in found}
    order: tuple[Verdict, ...] = ("contradicted", "unsupported", "partly")
    verdict = next(v for v in order if v in verdicts)
    return Check(verdict, tuple(finding.text for finding in found))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


class _Comparison:
    """A statement beside its sentences: what of it stands where, and what differs."""

    def __init__(
        self,
        statement: str,
        sentences: Sequence[str],
        context: str,
        question: str,
        likeness: Likeness | None,
    ) -> None:
        self._likeness = likeness
        self.statement = statement
        names = _names("\n".join((statement, *sentences, context, question)))
        self.said = read(statement, names)
        self.sources = [read(part, names) for sentence in sentences for part in _lines(sentence)]
        self.cited = "\n".join(sentences)
        self.context = context
        self.around = f"{context}\n{self.cited}"
        self.question = question

    @cached_property
    def source_stems(self) -> frozenset[str]:
        links = lexicon.LATER | lexicon.EARLIER
        return frozenset(
            w.stem for r in self.sources for w in r.words if not _empty(w) or w.lower in links
        )

    @cached_property
    def context_stems(self) -> frozenset[str]:
        return frozenset(w.stem for line in self.context.split("\n") for w in read(line).words)

    @cached_property
    def question_stems(self) -> frozenset[str]:
        return (
            frozenset(w.stem for w in read(self.question).words) if self.question else frozenset()
        )

    @cached_property
    def matched(self) -> dict[str, frozenset[str]]:
        """Stem of the statement -> the stems of the sentences that say the same; none is empty."""
        return {w.stem: self._match(w.stem) for w in self.said.words}

    def _match(self, wanted: str) -> frozenset[str]:
        if wanted in self.source_stems:
            return frozenset((wanted,))
        near = {s for s in self.source_stems if lexicon.same_stem(wanted, s)}
        if not near:
            near = set(lexicon.synonyms().get(wanted, ())) & self.source_stems
        if not near and (country := wanted) in lexicon.capitals().values():
            near = {s for s in self.source_stems if lexicon.capitals().get(s) == country}
        return frozenset(near)

    def has(self, stem: str) -> bool:
        """Whether the sentences have the word or one like it."""
        return bool(self.matched.get(stem))

    @cached_property
    def content(self) -> list[Word]:
        """The words that say something: no names, numbers or light words."""
        return [
            w for w in self.said.words
            if w.content and not w.name and w.stem not in lexicon.LIGHT and not is_measure(w.lower)
            and not _is_date(w)
        ]  # fmt: skip

    @cached_property
    def shared(self) -> float:
        """Share of the statement's content that stands in the sentences or before them."""
        words = {w.stem for w in self.said.words if w.content and w.stem not in lexicon.LIGHT}
        if not words:
            return 1.0
        held = sum(
            self.has(s) or s in self.context_stems or s in self.question_stems for s in words
        )
        return held / len(words)

    def findings(self) -> Iterator[Finding]:
        """All that differs."""
        yield from self.numbers()
        yield from self.dates()
        yield from self.quotes()
        yield from self.names()
        yield from self.roles()
        yield from self.replaced()
        yield from self.transposed()
        yield from self.exchanged()
        yield from self.directed()
        yield from self.linked_backwards()
        yield from self.polarity()
        yield from self.modality()
        yield from self.attribution()
        yield from self.certainty()
        yield from self.conditions()
        yield from self.quantifiers()
        yield from self.one_of()
        yield from self.links()
        yield from self.news()

    # numbers and dates

    def numbers(self) -> Iterator[Finding]:
        there = quantities(self.cited)
        for wanted in quantities(self.statement):
            same = [q for q in there if _same_value(wanted, q)]
            fitting = [q for q in same if _same_unit(wanted, q)]
            if not same:
                rivals = [q for q in there if q.unit == wanted.unit and q.unit] or [
                    q for q in there if _counts_same(self.statement, wanted, self.cited, q)
                ]
                if rivals:
                    text = f"the cited words have {rivals[0].shown}, not {wanted.shown}"
                    yield Finding("contradicted", text)
                else:
                    text = f"the cited words do not have the number {wanted.shown}"
                    yield Finding("unsupported", text)
            elif not fitting:
                yield Finding(
                    "contradicted", f"the cited words have {same[0].shown}, not {wanted.shown}"
                )
            elif not any(_compatible(wanted, q) for q in fitting):
                other = fitting[0]
                text = (
                    f"the cited words say “{_compared(self.cited, other)}”, "
                    f"not “{_compared(self.statement, wanted)}”"
                )
                yield Finding("partly" if not wanted.comparison else "contradicted", text)
            elif not self._bound(wanted, fitting):
                yield Finding(
                    "contradicted",
                    f"in the cited words {wanted.shown} is of something else",
                )

    def _bound(self, wanted: Quantity, found: Sequence[Quantity]) -> bool:
        """Whether a number counts in the sentences what it counts in the statement."""
        if wanted.unit or (1000 <= wanted.value <= 2200) or not wanted.shown[-1:].isdigit():
            return True  # a year, an ordinal, or an amount that its unit tells
        counted: list[str] = []
        for word in read(self.statement[wanted.start + len(wanted.shown) :][:80]).words[:3]:
            if not word.content:
                break
            counted.append(word.stem)
        held = {m for stem in counted[:2] for m in self._match(stem)}
        values = {abs(q.value) for q in found}
        there = [q for q in quantities(self.cited) if not q.unit]
        others = 0
        for match in re.finditer(r"\w+", self.cited):
            if lexicon.stem(match[0]) not in held:
                continue
            before = [q for q in there if q.start < match.start() and match.start() - q.start < CLOSE_BY]
            if not before or abs(before[-1].value) in values:
                return True
            others += 1
        return not others

    def dates(self) -> Iterator[Finding]:
        there = moments(self.cited)
        for wanted in moments(self.statement):
            same = [
                m for m in there if m.value == wanted.value or m.value.split()[0] == wanted.value
            ]
            if not same and wanted.value.isdigit():
                continue  # a year, compared as a number
            if not same:
                rivals = [m for m in there if _like(m.value) == _like(wanted.value)]
                if rivals:
                    yield Finding(
                        "contradicted",
                        f"the cited words have {rivals[0].shown}, not {wanted.shown}",
                    )
                else:
                    yield Finding(
                        "unsupported", f"the cited words do not have the date {wanted.shown}"
                    )
            elif all(_other_deadline(wanted, m) for m in same):
                yield Finding(
                    "contradicted", f"the cited words say “{same[0].shown}”, not “{wanted.shown}”"
                )

    # words and names

    def quotes(self) -> Iterator[Finding]:
        for quote in missing_quotes(self.statement, self.cited):
            if not _plain(quote):
                continue
            yield Finding("unsupported", f"the cited words do not say “{quote}”")

    def names(self) -> Iterator[Finding]:
        nowhere = " ".join(missing_names(self.statement, self.around))
        lacking = " ".join(missing_names(self.statement, self.cited))
        for word in self.said.words:
            if not word.name or self.has(word.stem) or word.text not in lacking:
                continue
            if word.stem in lexicon.LIGHT:
                continue
            if word.text in nowhere or not self._refers(word):
                yield Finding("unsupported", f"the cited words do not name {word.text}")

    def _refers(self, word: Word) -> bool:
        """Whether the cited words may mean by "he" or "the group" whom those before them name."""
        if re.search(r"['’]s?$", word.text) or word.index < OPENING:
            return True
        if any(w.lower in _PRONOUNS for w in self._cited_words):
            return True
        last = self.context.rstrip().rsplit(". ", 1)[-1]
        return word.text in last and any(w.lower == "the" for w in self._cited_words)

    def roles(self) -> Iterator[Finding]:
        """Offices and nationalities that a name has here and not there."""
        held = _titles(read(line) for line in [*self.context.split("\n")])
        for reading in self.sources:
            for name, titles in _titles([reading]).items():
                held.setdefault(name, set()).update(titles)
        for name, titles in _titles([self.said]).items():
            there = held.get(name)
            if there is None:
                continue
            for title in titles - there:
                close = any(_close(r, name, title) for r in self.sources)
                meant = title in self.source_stems and any(
                    w.lower in _PRONOUNS for w in self._cited_words
                )
                if (close or meant) and not there & _ALL_TITLES:
                    continue
                rivals = there & _ALL_TITLES
                if title in _ALL_TITLES and rivals:
                    yield Finding(
                        "contradicted",
                        f"the cited words call {name.title()} {' '.join(sorted(rivals))}, not {title}",
                    )
                elif title in _ALL_TITLES or title in _PLACES:
                    yield Finding(
                        "unsupported", f"the cited words do not call {name.title()} {title}"
                    )

    @cached_property
    def alignment(self) -> Alignment:
        return align(self.said.words, self._cited_words)

    def replaced(self) -> Iterator[Finding]:
        """Words in another's place, added or left out, where the statement follows its sentences."""
        if not self.alignment.close:
            return
        for slot in self.alignment.slots:
            for mine, theirs in in_place_of(slot):
                if (self._moved(mine) and not unit_of(mine.lower)) or mine.name != theirs.name or mine.content != theirs.content:
                    continue
                units = unit_of(mine.lower), unit_of(theirs.lower)
                if all(units) and units[0] != units[1]:
                    yield Finding(
                        "contradicted", f"the cited words say “{theirs.text}”, not “{mine.text}”"
                    )
                if is_measure(mine.lower) or is_measure(theirs.lower) or alike(mine, theirs):
                    continue
                choice = {mine.lower, theirs.lower} == {"and", "or"}
                if choice and not self._verbatim:
                    continue
                if _against(mine, theirs) or (self._verbatim and not self._may_stand_for(mine)):
                    yield Finding(
                        "contradicted", f"the cited words say “{theirs.text}”, not “{mine.text}”"
                    )
            yield from self._cues_changed(slot)

    def _moved(self, word: Word) -> bool:
        """Whether the sentences have the word as often, only elsewhere."""
        here = sum(w.stem == word.stem for w in self.said.words)
        return word.content and here <= sum(w.stem == word.stem for w in self._cited_words)

    def _may_stand_for(self, word: Word) -> bool:
        """Whether a word that no list knows is near enough in meaning to one of the sentences'."""
        near = self.nearness.get(word.lower, 0.0) >= SAME_PLACE
        return near and not word.name and word.lower not in lexicon.STRICT

    @cached_property
    def _verbatim(self) -> bool:
        """Whether the statement is its sentences with a word or two exchanged."""
        differing = [slot for slot in self.alignment.slots if slot.said and slot.cited]
        return self.alignment.share >= VERBATIM and len(differing) <= MOST_SLOTS

    def _cues_changed(self, slot: Slot) -> Iterator[Finding]:
        """Negations, limits and modals that one side of a slot has and the other has not."""
        added = self._more(slot.said, self.said.words, self._cited_words)
        gone = self._more(slot.cited, self._cited_words, self.said.words)
        negated, denied = _negates(added), _negates(gone)
        balance = 0 if self._denied_otherwise else self._balance
        if balance * (bool(negated) - bool(denied)) > 0 and not self._opposite_in(slot):
            told = f"do not say “{min(negated)}”" if negated else f"say “{min(denied)}”"
            yield Finding("contradicted", f"the cited words {told}")
        limits = {w.lower for w in gone} & lexicon.LIMITS
        extremes = {w.lower for w in added} & lexicon.EXTREMES
        plain = not slot.said or self._verbatim
        if plain and limits and not {w.lower for w in added} & lexicon.LIMITS:
            yield Finding("partly", f"it leaves out “{min(limits)}”")
        elif extremes and not {w.lower for w in gone} & lexicon.EXTREMES and not negated:
            yield Finding("partly", f"the cited words do not say “{min(extremes)}”")
        before = max(((self._levels.get(id(w), 0), w.text) for w in gone), default=(0, ""))
        after = max(((self._levels.get(id(w), 0), w.text) for w in added), default=(0, ""))
        if before[0] >= 2 and after[0] < 2:
            yield Finding("partly", f"the cited words say it less firmly (“{before[1]}”)")

    @cached_property
    def _levels(self) -> dict[int, int]:
        """Identity of a word that is a cue of modality -> its level."""
        return {
            id(r.words[c.index]): c.level
            for r in (self.said, *self.sources)
            for c in r.of("modality")
            if not (r.words[c.index].stem in _PURPOSE and c.text.endswith("ed"))
        }

    @cached_property
    def _cited_words(self) -> tuple[Word, ...]:
        return tuple(w for r in self.sources for w in r.words)

    def _more(
        self, words: Sequence[Word], mine: Sequence[Word], theirs: Sequence[Word]
    ) -> list[Word]:
        """Of the words, those that one side has more often than the other: not merely moved."""
        def often(word: Word, side: Sequence[Word]) -> int:
            return sum(w.lower == word.lower for w in side)

        return [w for w in words if often(w, mine) > often(w, theirs)]

    def transposed(self) -> Iterator[Finding]:
        """Names or others that changed places while all around them stayed."""
        if pair := exchanged(self.alignment.slots):
            one, other = (" ".join(w.text for w in slot.said) for slot in pair)
            yield Finding(
                "contradicted", f"in the cited words “{one}” and “{other}” stand the other way round"
            )
            return
        mine, theirs = _in_order(self.said.words), _in_order(self._cited_words)
        by = [sum(w.lower == "by" for w in side) for side in (self.said.words, self._cited_words)]
        if len(mine) < 2 or by[0] != by[1] or align(_others(self.said.words), _others(self._cited_words)).share < KEPT:
            return
        common = set(mine) & set(theirs)
        ours = [key for key in mine if key in common]
        there = [key for key in theirs if key in common]
        within = all(ours.count(key) <= there.count(key) for key in ours)
        if within and not _is_subsequence(ours, there):
            one = next(a for n, a in enumerate(ours) if not _is_subsequence(ours[: n + 1], there))
            yield Finding("contradicted", f"in the cited words “{one}” stands in another place")

    @cached_property
    def _balance(self) -> int:
        """How many more negations the statement has than its sentences."""
        return len(self.said.of("negation")) - sum(len(r.of("negation")) for r in self.sources)

    @cached_property
    def _denied_otherwise(self) -> bool:
        """Whether one side says by a word ("barred", "failed") what the other says by "not"."""
        here = {w.stem for w in self.said.words} & lexicon.DENYING
        there = {w.stem for w in self._cited_words} & lexicon.DENYING
        return bool(there - here) if self._balance > 0 else bool(here - there)

    def _opposite_in(self, slot: Slot) -> bool:
        """Whether a negation and an opposite word changed together ("not rise" for "fall")."""
        against = {o for w in slot.said for o in lexicon.opposites().get(w.stem, ())}
        return bool(against & {w.stem for w in slot.cited})

    def exchanged(self) -> Iterator[Finding]:
        """Two that stand the other way round about the same verb."""
        for word in self.said.words:
            if not _is_verb(self.said, word) or not self.has(word.stem):
                continue
            sides = _sides(self.said, word)
            mine = [{m for s in side for m in self.matched.get(s, ())} for side in sides[:2]]
            turned, straight = 0, 0
            for reading in self.sources:
                for other in reading.words:
                    if other.stem not in self.matched[word.stem] or other.stem in _SYMMETRIC:
                        continue
                    there = _sides(reading, other) if _is_verb(reading, other) else None
                    if there is None or there[2] != sides[2] or not (mine[0] and mine[1]):
                        straight += 1
                    elif mine[0] & there[1] - there[0] and mine[1] & there[0] - there[1]:
                        turned += 1
                    else:
                        straight += 1
            if turned and not straight:
                yield Finding(
                    "contradicted",
                    f"in the cited words it is the other way round (“{word.text}”)",
                )
                return

    def directed(self) -> Iterator[Finding]:
        """Two names that exchanged their "from" and "to", or "by" and "against"."""
        mine = _directions([self.said])
        there = _directions(self.sources)
        turned = [
            name for name, ways in mine.items()
            if name in there and ways and there[name] and not ways & there[name]
        ]  # fmt: skip
        for one in turned:
            for other in turned:
                if one != other and mine[one] <= there[other] and mine[other] <= there[one]:
                    yield Finding(
                        "contradicted",
                        f"in the cited words “{one.title()}” and “{other.title()}” are the other way "
                        "round",
                    )
                    return

    def linked_backwards(self) -> Iterator[Finding]:
        """What the sentences give as cause or as earlier told as effect or as later."""
        for kind in ("cause", "later", "earlier"):
            for cue in self.said.of(kind):
                before, after = self._about(self.said, cue)
                mine = [{m for s in side for m in self.matched.get(s, ())} for side in (before, after)]
                pairs = [
                    self._about(reading, other)
                    for reading in self.sources
                    for other in reading.of(kind)
                    if other.text.lower() == cue.text.lower()
                ]
                if pairs and all(_crossed(mine, pair) for pair in pairs):
                    yield Finding(
                        "contradicted", f"the cited words link it the other way round (“{cue.text}”)"
                    )
                    return

    def _about(self, reading: Reading, cue: Cue) -> tuple[set[str], set[str]]:
        """Stems of what a link joins: what it is said of, and what follows it."""
        if cue.index == 0:  # "Because of this, that": the clause after the comma comes first
            comma = next((w.index for w in reading.words if "," in w.after), len(reading.words))
            return (
                _stems_of(reading, range(comma + 1, len(reading.words))),
                _stems_of(reading, range(1, comma + 1)),
            )
        return (
            _stems_of(reading, range(cue.index)),
            _stems_of(reading, range(cue.index + 1, len(reading.words))),
        )

    # what a cue does to what it governs

    def polarity(self) -> Iterator[Finding]:
        if self._denied_otherwise:
            yield from self._opposites()
            return
        denied_here = self._governed(self.said, "negation")
        for cue in self.said.of("negation"):
            for place in cue.governed:
                wanted = self.said.words[place].stem
                if not self.has(wanted):
                    continue
                if not any(
                    self.matched[wanted] & set(_stems_of(r, c.scope)) or self._opposed(wanted, r)
                    for r in self.sources
                    for c in r.of("negation")
                ) and not self._negated_otherwise(wanted):
                    yield Finding(
                        "contradicted",
                        f"the cited words do not deny it (“{cue.text} … {self.said.words[place].text}”)",
                    )
        for reading in self.sources:
            for cue in reading.of("negation"):
                for place in cue.governed:
                    denied = reading.words[place].stem
                    here = [w for w in self.said.words if denied in self.matched.get(w.stem, ())]
                    if not here or any(w.index in denied_here for w in here):
                        continue
                    if any(self._in_denied_clause(w) for w in here):
                        continue
                    if self._affirmed(denied, reading):
                        continue
                    yield Finding(
                        "contradicted",
                        f"the cited words deny it (“{cue.text} … {reading.words[place].text}”)",
                    )
        yield from self._opposites()

    def _governed(self, reading: Reading, kind: str) -> set[int]:
        return {place for cue in reading.of(kind) for place in cue.governed}

    def _in_denied_clause(self, word: Word) -> bool:
        return any(word.index in cue.scope for cue in self.said.of("negation"))

    def _prefixed(self, word: Word) -> Word | None:
        """The sentences' word that a prefix makes the opposite of this one, or this one of it."""
        if not word.content or word.name or word.stem in self.source_stems:
            return None
        for other in self._cited_words:
            longer, shorter = (
                (other, word) if len(other.lower) > len(word.lower) else (word, other)
            )
            cut = re.sub(_DENIED, "", longer.lower)
            denies = longer.lower.startswith(_DENYING) and len(cut) > 3 and shorter.content
            if denies and lexicon.stem(cut) == shorter.stem:
                return other
        return None

    def _there_denied(self, word: Word) -> bool:
        return any(
            word is r.words[n] for r in self.sources for c in r.of("negation") for n in c.scope
        )

    def _opposed(self, stem: str, reading: Reading) -> bool:
        return bool(lexicon.opposites().get(stem, frozenset()) & reading.stems())

    def _negated_otherwise(self, wanted: str) -> bool:
        """Whether the sentences say the opposite word instead of denying this one."""
        prefixed = any(
            w.lower.startswith(_DENYING) and lexicon.stem(re.sub(_DENIED, "", w.lower)) == wanted
            for r in self.sources for w in r.words
        )  # fmt: skip
        return prefixed or any(self._opposed(wanted, r) for r in self.sources)

    def _affirmed(self, stem: str, besides: Reading) -> bool:
        """Whether the sentences also have the word without a negation, in as close a place."""
        for reading in self.sources:
            denied = {n for c in reading.of("negation") for n in c.scope}
            for word in reading.words:
                if word.stem == stem and word.index not in denied:
                    return True
        return False

    def _opposites(self) -> Iterator[Finding]:
        for word in self.said.words:
            other = self._prefixed(word)
            if other and self._in_denied_clause(word) == self._there_denied(other):
                yield Finding(
                    "contradicted", f"the cited words say “{other.text}”, not “{word.text}”"
                )
                return
        for word in self.said.words:
            if not word.content or word.name or word.stem in self.source_stems:
                continue
            against = lexicon.opposites().get(word.stem, frozenset())
            for reading in self.sources:
                for other in reading.words:
                    if other.stem not in against or not other.content:
                        continue
                    if any(lexicon.same_stem(other.stem, w.stem) for w in self.said.words):
                        continue
                    here = self._in_denied_clause(word)
                    there = any(other.index in c.scope for c in reading.of("negation"))
                    if here == there:
                        yield Finding(
                            "contradicted",
                            f"the cited words say “{other.text}”, not “{word.text}”",
                        )
                        return

    def modality(self) -> Iterator[Finding]:
        mine = self.said.of("modality")
        for reading in self.sources:
            for cue in reading.of("modality"):
                verbs = _stems_of(reading, cue.governed)
                scope = _stems_of(reading, cue.scope) | verbs
                here = [w for w in self.said.words if self.matched.get(w.stem, frozenset()) & verbs]
                inside = [
                    w for w in self.said.words if self.matched.get(w.stem, frozenset()) & scope
                ]
                outside = [
                    w for w in self.said.words
                    if w.content and self.has(w.stem) and not self.matched[w.stem] & scope
                ]  # fmt: skip
                if not here and self._told_as_done(reading, cue):
                    yield Finding("partly", f"the cited words say it less firmly (“{cue.text}”)")
                    return
                if not here and (len(inside) < 2 or len(inside) <= len(outside)):
                    continue
                if not here and not self.said.words:
                    continue
                if here and all(self._plainly(w, cue, reading) for w in here):
                    continue
                least = 1 if cue.level == 1 else 2
                kept = [m for m in mine if m.level >= least and (not here or self._bears_on(m, here))]
                if kept or any(w.stem == reading.words[cue.index].stem for w in self.said.words):
                    continue
                if lexicon.synonyms().get(reading.words[cue.index].stem, frozenset()) & {
                    w.stem for w in self.said.words
                }:
                    continue
                if reading.words[cue.index].stem in _PURPOSE and self._meant(here):
                    continue
                if cue.level == 1 and not self._done(here):
                    continue
                yield Finding(
                    "partly",
                    f"the cited words say it less firmly (“{cue.text}”)",
                )
                return
        yield from self._less_firm(mine)

    def _bears_on(self, cue: Cue, words: Iterable[Word]) -> bool:
        """Whether a cue of the statement governs one of the words, or stands right before it."""
        return any(w.index in cue.governed or 0 < w.index - cue.index <= RIGHT_BEFORE for w in words)

    def _told_as_done(self, reading: Reading, cue: Cue) -> bool:
        """Whether a verb in the scope of a cue is told as done: "aims to decrease", "decreased"."""
        for word in self.said.words:
            if not word.content or not self._done([word]):
                continue
            for place in cue.scope:
                other = reading.words[place]
                base = not other.lower.endswith(("ed", "ing")) and not lexicon.is_past(other.lower)
                if other.stem == word.stem and other.lower != word.lower and base:
                    return not self._plainly(word, cue, reading)
        return False

    def _plainly(self, word: Word, cue: Cue, reading: Reading) -> bool:
        """Whether the sentences have the word elsewhere, under no such cue."""
        wanted = self.matched[word.stem]
        for other in self.sources:
            under = {n for c in other.of("modality") for n in (*c.governed, *c.scope)}
            if any(w.stem in wanted and w.index not in under for w in other.words):
                return True
        return False

    def _done(self, words: Sequence[Word]) -> bool:
        """Whether the statement tells what is to come as having happened."""
        for word in words:
            lower = word.lower
            before = {w.lower for w in self.said.words[max(0, word.index - 3) : word.index]}
            if before & {"will", "to", "would"}:
                return False
            if (
                lower.endswith("ed")
                or lexicon.is_past(lower)
                or before & {"was", "were", "has", "had"}
            ):
                return True
        return False

    def _meant(self, words: Sequence[Word]) -> bool:
        """Whether the statement gives the words as a purpose ("to lower tariffs")."""
        return any(
            w.lower in ("to", "for", "at") for word in words
            for w in self.said.words[max(0, word.index - 2) : word.index]
        )  # fmt: skip

    def _less_firm(self, mine: Sequence[Cue]) -> Iterator[Finding]:
        for cue in mine:
            if cue.level < 2:
                continue
            for place in cue.governed:
                wanted = self.said.words[place].stem
                if not self.has(wanted):
                    continue
                levels = [
                    max((c.level for c in r.of("modality") if w.index in (*c.governed, *c.scope)), default=0)
                    for r in self.sources for w in r.words if w.stem in self.matched[wanted]
                ]  # fmt: skip
                conditional = any(
                    r.of("modality", "condition", "attribution") for r in self.sources
                )
                if levels and max(levels) == 0 and not conditional:
                    yield Finding(
                        "partly", f"the cited words say it more firmly (not “{cue.text}”)"
                    )
                    return

    def attribution(self) -> Iterator[Finding]:
        mine = self.said.of("attribution")
        if not mine:
            for reading in self.sources:
                for cue in reading.of("attribution"):
                    if self._told_as_fact(reading, cue):
                        shown = _near_cue(reading, cue)
                        yield Finding(
                            "partly", f"the cited words say that others say so (“{shown}”)"
                        )
                        return
        if mine and not any(r.of("attribution") for r in self.sources):
            for cue in mine:
                if self.said.words[cue.index].stem in lexicon.TAKING_FOR | lexicon.ACCUSING:
                    continue
                speaker = {
                    w.stem for w in self.said.words
                    if w.index not in cue.scope and w.content and w.index != cue.index
                }  # fmt: skip
                speaker -= lexicon.DOCUMENT_WORDS
                if speaker and not speaker & lexicon.DOCUMENT_WORDS and not self._speaks(speaker):
                    yield Finding(
                        "partly", f"the cited words do not say that anyone says so (“{cue.text}”)"
                    )
                    return

    def _told_as_fact(self, reading: Reading, cue: Cue) -> bool:
        """Whether a clause of the statement has mostly what the cue makes someone's words."""
        inside = _stems_of(reading, cue.scope)
        outside = reading.stems() - inside
        source = {w.stem for w in reading.words if w.index not in cue.scope and w.index > cue.index}
        for part in _parts(self.said):
            words = [w for w in part if w.content]
            told = {m for w in words for m in self.matched[w.stem]}
            only = (told & inside) - outside
            if len(only) < 2 or len(only) < len(told & outside) or self._elsewhere(only, reading):
                continue
            if cue.text == "according to" and source & {w.stem for w in self.said.words if w.content}:
                continue
            return True
        return False

    def _speaks(self, speaker: set[str]) -> bool:
        """Whether a word of telling stands in the sentences in another form."""
        stems = {w.stem for r in self.sources for w in r.words}
        return bool(stems & (lexicon.REPORTING | lexicon.MAYBE_STEMS | lexicon.EXPECTED_STEMS))

    def _elsewhere(self, stems: set[str], besides: Reading) -> bool:
        """Whether another sentence has all of these under no attribution."""
        for reading in self.sources:
            under = {n for c in reading.of("attribution") for n in c.scope}
            free = {w.stem for w in reading.words if w.index not in under}
            if reading is not besides and len(stems & free) >= len(stems) - 1:
                return True
        return False

    def certainty(self) -> Iterator[Finding]:
        """A suggestion told as a proof."""
        mine = [w for w in self.said.words if w.stem in lexicon.PROVING and not self.has(w.stem)]
        theirs = [w for w in self._cited_words if w.stem in lexicon.SUGGESTING]
        if mine and theirs:
            yield Finding(
                "partly", f"the cited words say “{theirs[0].text}”, not “{mine[0].text}”"
            )

    def conditions(self) -> Iterator[Finding]:
        mine = self.said.of("condition")
        made = sum(len(r.of("condition")) for r in self.sources)
        told = {m for w in self.said.words if w.content for m in self.matched[w.stem]}
        for reading in self.sources:
            for cue in reading.of("condition"):
                clause = _stems_of(reading, cue.scope)
                main = self._main_clause(reading, cue)
                if not main or len(told & main) < max(1, 0.4 * len(main)):
                    continue
                if len(mine) >= made or (clause - main) & told:
                    continue
                shown = " ".join(
                    reading.words[n].text for n in sorted({cue.index, *cue.scope})[:12]
                )
                yield Finding("partly", f"it leaves out the condition “{shown}”")
                return
        if mine and not any(
            r.of("condition") or r.of("modality") or r.of("later") or r.of("earlier")
            for r in self.sources
        ):
            yield Finding("partly", "the cited words make no such condition")

    def _main_clause(self, reading: Reading, cue: Cue) -> set[str]:
        """Stems of the clause that the condition belongs to: the one before it, or after."""
        if not cue.scope:
            return set()
        clause = reading.words[cue.index].clause
        start = min((cue.index, *cue.scope))
        few = sum(w.content for w in reading.words[:start]) < 2
        leading = few and "," in reading.words[cue.scope[-1]].after
        if leading:
            return _stems_of(reading, range(cue.scope[-1] + 1, len(reading.words)))
        found: set[str] = set()
        before = [w for w in reading.words if w.index < start and w.clause <= clause]
        while before and not found:
            last = before[-1].clause
            found = {w.stem for w in before if w.clause == last and w.content}
            before = [w for w in before if w.clause < last]
        return found

    def quantifiers(self) -> Iterator[Finding]:
        for kind, others in (
            ("all", ("some", "most")), ("most", ("all", "some")), ("some", ("all", "most")),
        ):  # fmt: skip
            for cue in self.said.of(kind):
                if cue.text.lower() in ("both", "any", "each", "whole", "entire"):
                    continue
                for place in cue.governed:
                    counted = self.matched.get(self.said.words[place].stem, frozenset())
                    kinds = self._quantified(counted)
                    if counted and kinds and kind not in kinds and kinds & set(others):
                        yield Finding("contradicted", f"the cited words do not say “{cue.text}”")
                        return
                    if kind == "all" and "all" not in kinds and not self._says_all():
                        yield Finding("partly", f"the cited words do not say “{cue.text}”")
                        return
        mine = {c.kind for c in self.said.of("only", "all", "most", "some")}
        for reading in self.sources:
            for cue in reading.of("only", "some", "most"):
                governed = _stems_of(reading, cue.governed)
                here = [
                    w for w in self.said.words if self.matched.get(w.stem, frozenset()) & governed
                ]
                if not here or mine & {cue.kind, "some", "most", "only"}:
                    continue
                following = reading.words[cue.index + 1 : cue.index + 2]
                counts = bool(following) and is_measure(following[0].lower)
                if cue.kind == "only" and not counts:
                    yield Finding("partly", f"it leaves out “{cue.text}”")
                    return
        exclusive = any(w.stem in ("exclus", "sole") or w.lower == "until" for w in self._cited_words)
        if self.said.of("only") and not exclusive and not any(r.of("only") for r in self.sources):
            cue = self.said.of("only")[0]
            yield Finding("partly", f"the cited words do not say “{cue.text}”")

    def one_of(self) -> Iterator[Finding]:
        """ "One of the first" told as "the first"."""
        part = re.search(r"\bone of (?:the|its|his|her|their|our)\s+(\w+)", self.cited, re.I)
        if part and re.search(rf"\b(?:the|its|his|her|their)\s+{part[1]}\b", self.statement, re.I):
            if not re.search(r"\bone of\b|\bamong\b|\bsome of\b", self.statement, re.I):
                yield Finding("partly", f"it leaves out “one of” (“{part[0]}”)")

    def _quantified(self, stems: frozenset[str]) -> set[str]:
        return {
            cue.kind
            for reading in self.sources
            for cue in reading.of("all", "most", "some", "only")
            if set(_stems_of(reading, cue.governed)) & stems
        }

    def _says_all(self) -> bool:
        return any(r.of("all") for r in self.sources)

    def links(self) -> Iterator[Finding]:
        told = sum(len(r.of("cause")) for r in self.sources)
        mine = self.said.of("cause")
        if len(mine) > told:
            yield Finding("partly", f"the cited words do not make that link (“{mine[0].text}”)")
        for kind, other in (("later", "earlier"), ("earlier", "later")):
            for cue in self.said.of(kind):
                if not any(r.of(kind, other) for r in self.sources) and not self._dated(cue):
                    yield Finding("partly", f"the cited words do not say “{cue.text}”")
                    return

    def _dated(self, cue: Cue) -> bool:
        """Whether the cue belongs to a date, which is compared as one, or a place in a row."""
        following = self.said.words[cue.index + 1 : cue.index + 3]
        return any(any(c.isdigit() for c in w.text) or _is_date(w) for w in following)

    @cached_property
    def nearness(self) -> Mapping[str, float]:
        """How near in meaning the sentences come to each word; empty where that is not known."""
        return self._likeness(self.statement, self.cited) if self._likeness else {}

    def news(self) -> Iterator[Finding]:
        """Words that neither the sentences nor what is known before them have."""
        whole = new = 0.0
        unknown: list[str] = []
        strange = False
        for word in self.content:
            whole += 1.0
            if self.has(word.stem):
                continue
            weight = 1.0
            if word.stem in self.question_stems:
                weight = LENIENT
            elif self._before(word.stem):
                weight = 0.0 if word.index < OPENING else LENIENT
            elif word.lower.endswith("ly"):
                weight = LENIENT
            if weight == 1.0 and word.lower not in lexicon.STRICT and self.nearness.get(word.lower, 0.0) >= NEAR_MEANING:
                continue
            new += weight
            if weight == 1.0:
                unknown.append(word.text)
                strange = strange or self._strange(word)
        one = len(unknown) == 1 and whole >= MANY and not strange
        if whole and ((unknown and not one) or new / whole > MOST_NEW):
            listed = ", ".join(f"“{text}”" for text in unknown[:4])
            yield Finding(
                "partly" if new / whole < 0.5 else "unsupported",
                f"the cited words do not have {listed}" if listed else "the cited words say less",
            )

    def _strange(self, word: Word) -> bool:
        """Whether nothing in the sentences is even remotely like a word, as far as is known."""
        return (
            not self.nearness
            or word.lower in lexicon.STRICT
            or self.nearness.get(word.lower, 0.0) < REMOTE
        )

    def _before(self, stem: str) -> bool:
        known = self.context_stems
        return stem in known or bool(lexicon.synonyms().get(stem, frozenset()) & known)


_PRONOUNS = frozenset(
    "he she it they him her them his its their this that these those we our i my".split()
)
_SYMMETRIC = frozenset(map(lexicon.stem, "meet talk discuss negotiate share marry meeting".split()))
_DENYING = ("un", "in", "im", "non", "dis", "ir", "il")
_DENIED = re.compile(r"^(?:un|in|im|non|dis|ir|il)")
_PURPOSE = frozenset(map(lexicon.stem, "aim design intend mean".split()))
_ALL_TITLES = lexicon.TITLES
_PLACES = frozenset(lexicon.place(w) for w in re.findall(r"\w+", lexicon.DEMONYMS)) | {"us", "uk"}


def _names(text: str) -> frozenset[str]:
    """Words, in small letters, that have a capital where no sentence begins."""
    found = re.finditer(r"(?<=[\w,;’'$%)] )[A-Z][\w]+", text)
    return frozenset(match[0].lower() for match in found)


def _against(one: Word, other: Word) -> bool:
    """Whether two words say the opposite, or are function words of which each rules out the other."""
    opposite = other.stem in lexicon.opposites().get(one.stem, ())
    return opposite or lexicon.contrast(one.lower, other.lower)


def _in_order(words: Sequence[Word]) -> list[str]:
    """Names and numbers, as they are compared."""
    return [
        w.stem if w.name else w.lower
        for w in words
        if (w.name and not is_month(w.lower)) or any(c.isdigit() for c in w.text)
    ]


def _is_subsequence(some: Sequence[str], whole: Sequence[str]) -> bool:
    rest = iter(whole)
    return all(key in rest for key in some)


def _others(words: Sequence[Word]) -> list[Word]:
    return [w for w in words if not w.name and not any(c.isdigit() for c in w.text)]


def _negates(words: Sequence[Word]) -> set[str]:
    return {w.lower for w in _negates_all(words)}


def _negates_all(words: Sequence[Word]) -> list[Word]:
    return [
        w for w in words
        if w.lower in lexicon.NEGATIONS or w.lower == "unless" or re.search(r"n['’]t$", w.text)
        or w.stem in lexicon.NEGATED_BEFORE_TO
    ]  # fmt: skip


def _lines(sentence: str) -> list[str]:
    return [line for line in sentence.split("\n") if line.strip()] or [sentence]


def _empty(word: Word) -> bool:
    return not word.content and not word.name and not any(c.isdigit() for c in word.text)


def _is_date(word: Word) -> bool:
    return bool(moments(word.text))


def _stems_of(reading: Reading, places: Iterable[int]) -> set[str]:
    return {
        reading.words[n].stem for n in places if n < len(reading.words) and reading.words[n].content
    }


def _parts(reading: Reading) -> list[list[Word]]:
    """The clauses of a sentence, each cut where "and" joins two of its predicates or things."""
    parts: list[list[Word]] = [[]]
    for word in reading.words:
        if parts[-1] and (word.clause != parts[-1][-1].clause or word.lower == "and"):
            parts.append([])
        parts[-1].append(word)
    return parts


def _near_cue(reading: Reading, cue: Cue) -> str:
    first = max(0, cue.index - 2)
    return " ".join(w.text for w in reading.words[first : cue.index + 1])


def _same_value(one: Quantity, other: Quantity) -> bool:
    if abs(one.value - other.value) <= 1e-9 * max(1.0, abs(one.value)):
        return True
    rounder = len(_digits(one.value)) < len(_digits(other.value))
    rounded = one.comparison in ("about", "almost", "more", "less") and other.value and rounder
    if not rounded or abs(one.value - other.value) > TOLERANCE * abs(other.value):
        return False
    return {
        "about": True,
        "almost": one.value > other.value,
        "less": one.value > other.value,
        "more": one.value < other.value,
    }[one.comparison] and not (1000 < one.value < 2200 and not one.unit)


def _digits(value: float) -> str:
    """The digits of a number that are not mere zeros at its end."""
    return f"{value:.6g}".replace(".", "").rstrip("0")


def _same_unit(one: Quantity, other: Quantity) -> bool:
    return (
        one.unit == other.unit
        or not one.unit
        or (not other.unit and one.unit not in ("percent", "$"))
    )


def _compatible(one: Quantity, other: Quantity) -> bool:
    up, down = ("least", "more"), ("most", "less", "almost")
    if one.comparison == other.comparison or not {one.comparison, other.comparison} - {"", "about"}:
        return True
    if not other.comparison and one.comparison in ("about", "almost", "more", "less"):
        return one.value != other.value
    pair = (one.comparison, other.comparison)
    return all(c in up for c in pair) or all(c in down for c in pair)


def _compared(text: str, found: Quantity) -> str:
    before = text[max(0, found.start - 24) : found.start].split()
    return " ".join([*before[-2:], found.shown]) if found.comparison else found.shown


def _near(text: str, found: Quantity, far: int = NEAR) -> set[str]:
    """Content stems within so many words of a number."""
    before = read(text[: found.start][-120:]).words[-far:]
    after = read(text[found.start + len(found.shown) :][:120]).words[:far]
    return {w.stem for w in (*before, *after) if w.content}


def _counts_same(statement: str, wanted: Quantity, cited: str, other: Quantity) -> bool:
    return bool(_near(statement, wanted, 3) & _near(cited, other, 3))


def _same_moment(wanted: str, value: str) -> bool:
    """Whether one date is another or part of it: "November" of "November 1", "this week"."""
    return wanted == value or wanted == value.split()[0] or value.endswith(f" {wanted}")


def _like(value: str) -> str:
    """Which kind of date it is: days compare with days, weekdays with weekdays."""
    if value.endswith("day") and " " not in value:
        return "weekday"
    return "day" if any(c.isdigit() for c in value) else "other"


def _other_deadline(one: Moment, other: Moment) -> bool:
    if not one.deadline or not other.deadline or one.deadline == other.deadline:
        return False
    # What happened on a day has happened by then, and no other way round.
    return (one.deadline, other.deadline) not in (("by", "on"), ("from", "on"), ("on", "from"))


def _titles(readings: Iterable[Reading]) -> dict[str, set[str]]:
    """Family name -> offices and nationalities that stand before or after it."""
    found: dict[str, set[str]] = {}
    for reading in readings:
        words = reading.words
        for word in words:
            if not word.name or word.lower in lexicon.ROLES or word.stem in _PLACES:
                continue
            following = words[word.index + 1 : word.index + 2]
            if (
                following
                and following[0].name
                and not word.after
                and following[0].lower not in lexicon.ROLES
            ):
                continue  # not the last word of the name
            titles: set[str] = set()
            n = word.index - 1
            while (
                n >= 0
                and not words[n].after.strip("’'")
                and (
                    words[n].name or words[n].lower in lexicon.ROLES or words[n].text[:1].isupper()
                )
            ):
                if words[n].lower in _ALL_TITLES or words[n].stem in _PLACES:
                    titles.add(words[n].lower if words[n].lower in _ALL_TITLES else words[n].stem)
                n -= 1
            titles |= _apposed(words, word) if "," in word.after else set()
            if titles:
                found.setdefault(word.lower, set()).update(titles)
            else:
                found.setdefault(word.lower, set())
    return found


def _apposed(words: Sequence[Word], word: Word) -> set[str]:
    """Offices and nationalities in what a comma adds to a name ("..., the president of Peru,")."""
    found: set[str] = set()
    held = False
    for w in words[word.index + 1 : word.index + 9]:
        if w.lower in ("is", "was", "are", "were", "has", "had", "who", "which"):
            break
        held = held or w.text in _ALL_TITLES
        if w.lower in _ALL_TITLES or w.stem in _PLACES:
            found.add(w.lower if w.lower in _ALL_TITLES else w.stem)
        if w.after:
            break
    return found if held else set()


def _crossed(mine: Sequence[set[str]], theirs: Sequence[set[str]]) -> bool:
    """Whether what stands on one side here mostly stands on the other there."""
    kept = len(mine[0] & theirs[0]) + len(mine[1] & theirs[1])
    turned = len(mine[0] & theirs[1]) + len(mine[1] & theirs[0])
    one, other = mine[0] & theirs[1] - theirs[0], mine[1] & theirs[0] - theirs[1]
    return bool(one and other) and turned > kept + 1


def _close(reading: Reading, name: str, title: str) -> bool:
    names = [w.index for w in reading.words if w.lower == name]
    titles = [w.index for w in reading.words if title in (w.lower, w.stem)]
    return any(abs(a - b) <= 6 for a in names for b in titles)


_DIRECTIONS = frozenset("from to into by against than".split())


def _directions(readings: Iterable[Reading]) -> dict[str, set[str]]:
    """Name -> the prepositions of direction that stand right before it or its article."""
    found: dict[str, set[str]] = {}
    for reading in readings:
        for word in reading.words:
            if not word.name:
                continue
            before = [w.lower for w in reading.words[max(0, word.index - 2) : word.index]]
            if before[-1:] and before[-1] in ("the", "a", "an"):
                before = before[:-1]
            ways = found.setdefault(word.stem, set())
            if before[-1:] and before[-1] in _DIRECTIONS:
                ways.add(before[-1].replace("into", "to"))
    return found


def _is_verb(reading: Reading, word: Word) -> bool:
    """Whether a word is used as a verb, as far as its form and the word before it tell."""
    if word.name or not word.content:
        return False
    before = reading.words[word.index - 1].lower if word.index else ""
    if before in _BEFORE_VERBS:
        return True
    if before in ("a", "an", "the", "its", "his", "her", "their", "of", "in", "for", "and"):
        return False
    return word.lower.endswith(("ed", "s")) or lexicon.is_past(word.lower)


_BEFORE_VERBS = frozenset(
    """to will would may might could can should must has have had was were is are been be being not
    also who which that never""".split()
)
_PREPOSITIONS = frozenset(
    "in at on of for from with to by into onto under over near between among through during".split()
)


def _sides(reading: Reading, word: Word) -> tuple[set[str], set[str], bool]:
    """Who does and who undergoes what a verb tells, as stems, and whether it is a plain sentence.

    The doers are the nearest words before it that no preposition takes, the others those after it;
    turned round in a passive with "by". A passive without it is compared with its like alone.
    """
    words = reading.words
    after = [w for w in words[word.index + 1 : word.index + 9] if w.clause == word.clause]
    aux = {w.lower for w in words[max(0, word.index - 2) : word.index]}
    participle = word.lower.endswith(("ed", "en", "n", "t")) or lexicon.is_past(word.lower)
    by = next((w for w in after if w.lower == "by"), None)
    passive = participle and by is not None and (by is after[0] or bool(aux & _BE))
    agentless = participle and bool(aux & _BE) and not passive
    doers = _subject(reading, word)
    start = by.index if passive and by else word.index
    objects: set[str] = set()
    for w in words[start + 1 : start + 9]:
        if w.clause != word.clause:
            break
        if w.name or w.content:
            objects.add(w.stem)
        if objects and (w.lower in _PREPOSITIONS or w.after):
            break
    return (objects, doers, True) if passive else (doers, objects, not agentless)


_BE = frozenset("be is are was were been being".split())


def _subject(reading: Reading, word: Word) -> set[str]:
    """Stems of the nearest run of names and content words before a verb that no preposition takes."""
    found: set[str] = set()
    for w in reversed(reading.words[: word.index]):
        if w.clause != word.clause or (found and "," in w.after):
            break
        if w.name or w.content:
            found.add(w.stem)
        elif found and w.lower in _PREPOSITIONS:
            found = set()
        elif found and w.lower not in ("the", "a", "an", "its", "his", "her", "their", "of"):
            break
    return found
