"""True sentences made false by rule: one thing changed, the kind of error told.

Every rule gives what it can change in a sentence and nothing where it does not apply for sure; it
knows nothing of how statements are checked. Which sentences are taken is left to `statements`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from assistant.english import (
    BASES,
    MONTHS,
    NATIONS,
    ONE_WAY,
    PASTS,
    SPELLED,
    VERBS,
    WEEKDAYS,
    nation_of,
    opened,
    present,
    tidy,
)
from assistant.naming import Name, may_be_same, names


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence to be altered, with what its document and others can lend.

    Attributes:
        text: the sentence, in one line.
        following: the sentence after it in the same passage; empty where there is none.
        around: the words of its passage, where nothing that is put in may stand.
        own: names of its document; each text once.
        foreign: names of other documents.
    """

    text: str
    following: str = ""
    around: str = ""
    own: Sequence[Name] = ()
    foreign: Sequence[Name] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A statement made of a sentence: its words, and what was done."""

    text: str
    what: str
    spans_following: bool = field(default=False)


Rule = Callable[[Source, Random], Iterator[Change]]

_REPORTING = (
    r"(?:said|says|say|stated|states|claims|claimed|claim|argued|argues|argue|believes|believed|"
    r"believe|alleged|alleges|reported|reports|suggested|suggests|estimated|estimates|thinks|"
    r"think|contended|contends|asserted|asserts|maintains|predicted|predicts|insists|insisted|"
    r"speculated|proposed that|hypothesized|hypothesised)"
)
_WHO = (
    r"(?:the\s|a\s|an\s|some\s|many\s|several\s|most\s|these\s|other\s)?"
    r"(?:[\w.’'-]+\s){0,5}?[\w.’'-]+"
)
_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|might)"


def corrupted(kind: str, source: Source, rng: Random) -> Change | None:
    """A change of a kind of `KINDS`, never equal to its source; None where it does not apply."""
    found = [
        change
        for change in KINDS[kind](source, rng)
        if _letters(change.text) != _letters(source.text) and _well_formed(change.text)
    ]
    return rng.choice(found) if found else None


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _well_formed(text: str) -> bool:
    return len(text.split()) > 3 and not re.search(r"\b(\w+) \1\b|,\s*,|,\s*\.", text)


def _put(text: str, start: int, end: int, new: str, what: str = "") -> Change:
    old = text[start:end]
    told = what or f"{old.strip()} -> {new.strip() or 'nothing'}"
    put = tidy(text[:start] + new + text[end:])
    return Change(opened(put) if text[:1].isupper() else put, told)


# Numbers, units, dates

_NUMBER = re.compile(
    r"(?<![\w.,/’'§#:^-])(?<!\d[ -])(?P<currency>[$€£]\s?)?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?P<fraction>\.\d+)?(?P<percent>\s?%|\spercent\b)?(?P<scale>\s(?:million|billion|trillion|thousand)\b)?"
    r"(?![\w/:^]|\.\d|,\d|-\d|–\d|\s?[×x±]\s?\d|°)"
)
_ROUND_NOUN = re.compile(r"[\s-](?:[a-z]{2,}|of\b|\))|[.,;]")
_NOT_BEFORE_NUMBER = re.compile(
    r"(?:\b(?:[A-Z][\w-]*|No\.?|Nos\.?|type|types|figure|fig\.?|table|section|chapter|version|volume|"
    r"page|pages|grade|phase|stage|class|day|week|exon|step|part|and|or|to|in|by|since|until|of|"
    r"before|after|from|during|circa|c\.|early|late|mid|year|years|between|p|n)|[<>=≤≥~≈(\[±/–-]"
    r"|%,|\d,)\s?$"
)
_OPEN_UP = re.compile(
    r"\b(?:more|greater|higher|longer|older|larger) than\s?$|\b(?:at least|over|above|exceed\w*|minimum of)\s?$",
    re.I,
)
_OPEN_DOWN = re.compile(
    r"\b(?:less|fewer|lower|shorter|younger|smaller) than\s?$|\b(?:at most|under|below|up to|maximum of|nearly|almost)\s?$",
    re.I,
)


def number(source: Source, rng: Random) -> Iterator[Change]:
    """Another value, or another scale (million, billion)."""
    text = source.text
    for found in _NUMBER.finditer(text):
        before = text[: found.start()]
        money = bool(found["currency"] or found["percent"] or found["scale"])
        if not money and (_NOT_BEFORE_NUMBER.search(before) or not _counts(text, found)):
            continue
        if money and re.search(r"[\[(±<>=≤≥–-]\s?$", before):
            continue
        value = float(found["digits"].replace(",", "") + (found["fraction"] or ""))
        new = _other_value(value, before, rng)
        shown = _like(new, found["digits"], found["fraction"])
        if found["scale"] and rng.random() < 0.4:
            scales = {"million": "billion", "billion": "million", "trillion": "billion",
                      "thousand": "million"}  # fmt: skip
            a, b = found.span("scale")
            if not _OPEN_UP.search(before) and not _OPEN_DOWN.search(before):
                yield _put(text, a, b, " " + scales[found["scale"].strip()])
                continue
        a, b = (
            found.start("digits"),
            found.end("fraction") if found["fraction"] else found.end("digits"),
        )
        if not re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", source.around):
            yield _put(text, a, b, shown)
    for found in re.finditer(rf"\b(?:{'|'.join(SPELLED[2:])})\b(?=\s[a-z]{{2,}}s\b)", text, re.I):
        at = SPELLED.index(found[0].lower())
        before = text[: found.start()]
        down = _OPEN_DOWN.search(before)
        near = [n for n in (at + 1, at + 2, at + 3, at - 1, at - 2) if 2 <= n < len(SPELLED)]
        if _OPEN_UP.search(before):
            near = [n for n in near if n > at]
        if down:
            near = [n for n in near if n < at]
        words = [SPELLED[n] for n in near if SPELLED[n] not in source.around.lower()]
        if words and not re.search(
            r"[\w-]-$|\b(?:hundred|thousand)\s$|\bone of (?:the|its|his) $", before
        ):
            word = rng.choice(words)
            yield _put(text, *found.span(), word.capitalize() if found[0][0].isupper() else word)


def _counts(text: str, found: re.Match[str]) -> bool:
    """Whether a bare number counts something: no year, reference or part of a designation."""
    year = re.fullmatch(r"1[0-9]{3}|20\d\d", found[0])
    return not year and bool(re.match(r"[\s-][a-z]{3,}", text[found.end() :])) and bool(
        not re.match(r"\s(?:and|or|to|January|was|were|are|is|had|has|which|that|the|with)\b",
                     text[found.end() :])
    )  # fmt: skip


def _other_value(value: float, before: str, rng: Random) -> float:
    factors = [0.4, 0.5, 0.6, 1.5, 2, 3]
    if _OPEN_UP.search(before):
        factors = [1.5, 2, 3]
    if _OPEN_DOWN.search(before):
        factors = [0.3, 0.4, 0.5]
    new = value * rng.choice(factors)
    return new if new != value else value + 3


def _like(value: float, digits: str, fraction: str | None) -> str:
    """A value written as the number it replaces was, never equal to it."""
    places = len(fraction) - 1 if fraction else 0
    old = digits + (fraction or "")
    whole = max(1, round(value))
    if not places and len(digits.replace(",", "")) > 2:  # as round as the other one was
        zeros = len(digits.replace(",", "")) - len(digits.replace(",", "").rstrip("0"))
        whole = max(10**zeros, round(value, -zeros) and int(round(value, -zeros)))
    shown = f"{value:,.{places}f}" if places else f"{whole:,}"
    if "," not in digits and len(digits) > 3:
        shown = shown.replace(",", "")
    if shown.replace(",", "") == old.replace(",", ""):
        return shown[:-1] + str((int(shown[-1]) + 4) % 10)
    return shown


_UNITS = (
    ("tons", "pounds"), ("tonnes", "kilograms"), ("pounds", "tons"), ("miles", "feet"),
    ("kilometres", "metres"), ("kilometers", "meters"), ("metres", "kilometres"),
    ("meters", "kilometers"), ("km", "m"), ("kg", "g"), ("mg", "g"), ("feet", "inches"),
    ("inches", "feet"), ("acres", "square miles"), ("square miles", "acres"),
    ("hectares", "square kilometres"), ("hours", "days"), ("days", "weeks"), ("weeks", "months"),
    ("months", "years"), ("years", "months"), ("minutes", "hours"), ("seconds", "minutes"),
    ("decades", "years"), ("centuries", "decades"), ("megawatts", "kilowatts"), ("dollars", "euros"),
)  # fmt: skip
_TURNED = (
    ("more than", "less than"), ("less than", "more than"), ("fewer than", "more than"),
    ("at least", "at most"), ("at most", "at least"), ("higher than", "lower than"),
    ("lower than", "higher than"), ("greater than", "smaller than"), ("larger than", "smaller than"),
    ("smaller than", "larger than"), ("increased", "decreased"), ("decreased", "increased"),
    ("rose", "fell"), ("fell by", "rose by"), ("declined by", "grew by"), ("grew by", "shrank by"),
    ("an increase", "a decrease"), ("a decrease", "an increase"), ("a reduction", "an increase"),
    ("reduces", "increases"), ("reduced", "increased"), ("increases", "reduces"),
)  # fmt: skip


def unit(source: Source, rng: Random) -> Iterator[Change]:
    """Another unit or currency, or a comparison turned round."""
    text = source.text
    for old, new in _UNITS:
        for found in re.finditer(rf"(?<=\d\s){old}\b(?!\s(?:of age|old|after|and))", text):
            yield _put(text, *found.span(), new)
        spelled = "|".join(SPELLED[2:])
        for found in re.finditer(
            rf"(?i:\b(?:{spelled}))\s(?P<u>{old})\b(?!\s(?:of age|old|and))", text
        ):
            yield _put(text, *found.span("u"), new)
    for found in re.finditer(r"(?P<sign>[$€£])(?=\d)", text):
        others = [c for c in "$€£" if c != found["sign"] and c not in source.around]
        if others:
            yield _put(text, *found.span(), rng.choice(others))
    for found in re.finditer(r"(?<=\d)(?:\s?%|\spercent)(?=\sof\b)", text):
        yield _put(text, *found.span(), " per thousand")
    changed = r"(?:rose|fell|increased|decreased|grew|declined|dropped)(?: by)? \d[\d.]*"
    for found in re.finditer(rf"\b{changed}(?P<u>\s?%|\spercent)(?!\s(?:point|of))", text):
        yield _put(text, *found.span("u"), " basis points")
    for old, new in _TURNED:
        for found in re.finditer(rf"(?<!no )(?<!not )(?<!or )\b{old}\b", text):
            # "lived more than" by itself is no comparison of amounts; "increased X" is.
            after = text[found.end() :]
            if old in ("more than", "less than", "fewer than") and not re.match(
                rf"\s(?:[$€£]?\d|(?:{'|'.join(SPELLED[2:])}|half|twice|a (?:million|hundred|third))\b)",
                after,
            ):
                continue
            if re.match(r"\s(?:or|and)\s", after) or re.search(
                r"\b(?:or|and)\s$", text[: found.start()]
            ):
                continue
            yield _put(text, *found.span(), new)


_MONTH = "|".join(MONTHS)
_YEAR = re.compile(
    r"(?<![\w.,/(:–-])(?<!\d\s)(?P<year>1[1-9]\d\d|20[0-2]\d)(?P<plural>s)?(?![\w/:)–-]|,\d|\s[a-z]{0,4}\d|\.\d)"
)


def date(source: Source, rng: Random) -> Iterator[Change]:
    """Another day, month, weekday or year, or another side of a deadline."""
    text = source.text
    for found in re.finditer(rf"\b(?:{_MONTH})\b", text):
        if found[0] == "May" and not re.search(r"(?:\d|in|In|of|since|until|by|late|early)\s$", text[: found.start()]) and not re.match(r"\s\d", text[found.end() :]):  # fmt: skip
            continue
        if found[0] == "March" and not re.match(r"\s\d|,|\.", text[found.end() :]):
            continue
        other = rng.choice([m for m in MONTHS if m not in source.around])
        yield _put(text, *found.span(), other)
        day = re.match(r"\s(\d{1,2})(?!\d|–|-)", text[found.end() :])
        if day:
            new = rng.choice([n for n in range(1, 29) if not re.search(rf"\b{n}\b", source.around)])
            at = found.end()
            yield _put(text, at + day.start(1), at + day.end(1), str(new))
    for found in re.finditer(rf"\b(?:{'|'.join(WEEKDAYS)})\b(?!\s[A-Z])", text):
        other = rng.choice([d for d in WEEKDAYS if d not in source.around])
        yield _put(text, *found.span(), other)
    for found in _YEAR.finditer(text):
        before = text[: found.start()]
        told = re.search(
            r"\b(?:in|In|since|Since|until|Until|by|By|of|from|From|before|Before|after|After|during|"
            r"early|late|mid|the|to|between|and|[A-Z][a-z]+|\d{1,2},)[\s-]$", before)  # fmt: skip
        if not told:
            continue
        shift = [3, 7, 10, 12, -3, -7, -10, -12]
        if re.search(r"\b(?:by|before|until|to)\s$", before, re.I):
            shift = [n for n in shift if n < 0]
        elif re.search(r"\b(?:after|since|from)\s$", before, re.I):
            shift = [n for n in shift if n > 0]
        if found["plural"]:
            shift = [20, -20, 30]
        years = [int(found["year"]) + n for n in shift]
        years = [y for y in years if str(y) not in source.around and y < 2027]
        if years:
            yield _put(text, *found.span("year"), str(rng.choice(years)))
    moment = rf"(?=\s(?:the\s)?(?:(?:{_MONTH})\b|\d{{4}}\b|(?:{'|'.join(WEEKDAYS)})\b|end of\b))"
    for old, new in (("before", "after"), ("after", "before"), ("until", "from"), ("since", "until"),
                     ("by", "after")):  # fmt: skip
        for found in re.finditer(rf"\b{old}\b{moment}", text, re.I):
            if re.search(
                r"(?:years?|months?|days?|weeks?|from [\w\s,]+|not)\s$", text[: found.start()]
            ):
                continue
            if found[0].islower() or old != "by":
                yield _put(text, *found.span(), new if found[0].islower() else opened(new))
    for found in re.finditer(rf"\bby(?=\s(?:{_MONTH})\s\d)", text):
        yield _put(text, *found.span(), "on")


# Names, roles, who did what


def name(source: Source, rng: Random) -> Iterator[Change]:
    """Another real name of the same kind, of the same document or of another."""
    for old in names(source.text):
        if old.kind == "nation" or _named_thing(source.text, old):
            continue
        for pool in (source.own, source.foreign):
            if pool is source.own and old.kind in ("other", "acronym"):
                continue  # two of them may be one thing's, as a dynasty's and its people's
            fit = [n.text for n in pool if n.kind == old.kind]
            if old.kind == "other":
                fit = [text for text in fit if len(text.split()) == len(old.text.split())]
            rng.shuffle(fit)
            new = next((text for text in fit if _strange(text, old.text, source)), None)
            if new:
                yield _put(source.text, old.start, old.end, new)


def _strange(new: str, old: str, source: Source) -> bool:
    """Whether a name is surely another's than `old`, and not one the passage speaks of."""
    return not may_be_same(new, old) and not any(
        word in source.around for word in new.split() if word[0].isupper()
    )


def _named_thing(text: str, name: Name) -> bool:
    """Whether the name stands in brackets, quotes or an alias, where it may say nothing by itself."""
    before, after = text[: name.start], text[name.end :]
    return (
        before.count("(") > before.count(")")
        or before.count("“") > before.count("”")
        or before.count('"') % 2 == 1
        or bool(re.search(r"(?:\bor|known as|called|named|\bi\.e\.)\s(?:the\s)?$", before))
        or bool(re.match(r"\s(?:\(|or\b|[A-Z])|[’']s?\s[A-Z]|-", after))
    )


_ROLES = (
    ("Prime Minister", "President"), ("prime minister", "president"), ("President", "Prime Minister"),
    ("president", "prime minister"), ("minister", "ambassador"), ("ambassador", "minister"),
    ("CEO", "CFO"), ("chief executive", "chief financial officer"), ("chairman", "treasurer"),
    ("founder", "former employee"), ("co-founder", "adviser"), ("governor", "mayor"), ("mayor", "governor"),
    ("king", "emperor"), ("King", "Emperor"), ("emperor", "king"), ("Emperor", "King"), ("queen", "empress"),
    ("Pope", "Archbishop"), ("bishop", "abbot"), ("senator", "congressman"), ("Senator", "Governor"),
    ("general", "admiral"), ("General", "Admiral"), ("director", "producer"), ("producer", "director"),
    ("professor", "student"), ("lawyer", "doctor"), ("physician", "lawyer"), ("actor", "director"),
    ("actress", "singer"), ("singer", "actor"), ("author", "translator"), ("writer", "painter"),
    ("composer", "conductor"), ("captain", "coach"), ("coach", "captain"), ("architect", "sculptor"),
    ("engineer", "chemist"), ("mathematician", "physicist"), ("physicist", "mathematician"),
    ("brother", "cousin"), ("sister", "cousin"), ("son", "nephew"), ("daughter", "niece"),
    ("father", "uncle"), ("mother", "aunt"), ("wife", "sister"), ("husband", "brother"),
    ("Duke", "Count"), ("duke", "count"), ("guitarist", "drummer"), ("drummer", "guitarist"),
    ("spokesman", "director"), ("colonel", "sergeant"), ("judge", "prosecutor"), ("owner", "tenant"),
)  # fmt: skip


def role(source: Source, rng: Random) -> Iterator[Change]:
    """Another office, kinship, trade or nationality."""
    text, around = source.text, source.around
    for old, new in _ROLES:
        for found in re.finditer(
            rf"(?<![\w-])(?<!vice )(?<!Vice )(?<!deputy ){old}(?![\w-])", text
        ):
            after = text[found.end() :]
            # "general" and the like are an office only beside "the", "a", "of" or a name
            if old in (
                "general",
                "minister",
                "director",
                "general",
                "captain",
                "count",
            ) and not re.search(
                r"\b(?:the|a|an|his|her|its|as|was|[A-Z]\w+)\s$", text[: found.start()]
            ):
                continue
            if old == "general" and not re.match(r"\s[A-Z]|,|\.", after):
                continue
            if (
                old[0].isupper()
                and old not in ("CEO",)
                and not re.match(r"\s(?:of\s)?[A-Z]", after)
            ):
                continue
            if old == "King" and re.search(
                r"\b(?:Luther|Billie Jean|B\.B\.)\s$", text[: found.start()]
            ):
                continue
            if re.search(rf"\b{new}\b", around, re.I):
                continue
            put = _put(text, *found.span(), new)
            yield Change(_articles(put.text), put.what)
    for found in names(text):
        row = nation_of(found.text)
        if found.kind != "nation" or row is None or _named_thing(text, found):
            continue
        others = [
            a for c, a, _ in NATIONS if a not in around and c not in around and a != found.text
        ]
        if found.text == "English" or re.match(r"\s?(?:language|word)", text[found.end :]):
            continue
        put = _put(text, found.start, found.end, rng.choice(others))
        yield Change(_articles(put.text), put.what)


def _articles(text: str) -> str:
    """`a` and `an` as the words after them ask."""
    text = re.sub(r"\b([Aa])n(?= [bcdfghjklmnpqrstvwxyzBCDGJKPQTVWYZ][a-z])", r"\1", text)
    return re.sub(r"\b([Aa])(?= [aeioAEIO][a-z])(?! (?:one|once|eu))", r"\1n", text)


def swap(source: Source, rng: Random) -> Iterator[Change]:
    """Two that are told of exchange their parts."""
    text = source.text
    found = list(names(text))
    for one, other in itertools.pairwise(found):
        if (
            may_be_same(one.text, other.text)
            or _part_of_more(text, one)
            or _part_of_more(text, other)
        ):
            continue
        one, other = _with_article(text, one), _with_article(text, other)
        between = text[one.end : other.start]
        active = re.fullmatch(r"\s(?:has |had |have )?(\w+)\s", between)
        passive = re.fullmatch(r",?\s(?:is|are|was|were|been)\s(\w+)\sby\s", between)
        way = re.fullmatch(r"\s(?:in \d+ )?to\s", between) and re.search(
            r"\bfrom\s$", text[: one.start]
        )
        rather = re.fullmatch(
            r"(?:\s\w+)?\s(?:rather than|instead of|\w+er than|more \w+ than)\s(?:in\s)?", between
        )
        if (
            (active and active[1] in ONE_WAY)
            or (passive and PASTS.get(passive[1]) in ONE_WAY)
            or way
            or rather
        ):
            first, second = (n.text[0].lower() + n.text[1:] if n.text.startswith("The ") else n.text
                             for n in (one, other))  # fmt: skip
            put = text[: one.start] + second + between + first + text[other.end :]
            yield Change(opened(put), f"{one.text} <-> {other.text}")
    yield from _swapped_phrases(text)
    yield from _swapped_amounts(text)


def _swapped_phrases(text: str) -> Iterator[Change]:
    """Subject and object of a verb that does not hold both ways."""
    subject = r"(?P<a>(?:The|A|An)\s(?:[a-z-]+\s){0,2}?[a-z-]+|[A-Z][\w-]+)"
    object_ = r"(?P<b>(?:the|a|an)\s(?:[a-z-]+\s){0,2}?[a-z-]+|[A-Z][\w-]+)"
    end = r"(?=[.,]|\s(?:in|during|after|at|through|by|on)\s)"
    for pattern in (
        rf"^{subject}\s(?:is|are|was|were)\s(?P<v>[a-z]+)\sby\s{object_}{end}",
        rf"^{subject}\s(?:directly\s|strongly\s|also\s)?(?P<v>[a-z]+)\s{object_}{end}",
        rf"^{subject}\s(?P<v>was|is) the (?:son|father|mother|daughter|teacher|pupil|successor|capital|"
        rf"predecessor) of {object_}{end}",
    ):
        match = re.search(pattern, text)
        if not match or re.match(r"(?:It|He|She|They|This|These|There|In|At|We|Here)\b", text):
            continue
        verb = match["v"]
        if verb in ("was", "is") or verb in ONE_WAY or PASTS.get(verb) in ONE_WAY:
            a, b = match["a"], match["b"]
            middle = text[match.end("a") : match.start("b")]
            first = a[0].lower() + a[1:] if re.match(r"(?:The|A|An)\s", a) else a
            yield Change(opened(b) + middle + first + text[match.end("b") :], f"{a} <-> {b}")


_AMOUNT = re.compile(
    r"(?<![\w.,/$€£(–±=<>-])[$€£]?\d(?:[\d,.]*\d)?(?:\s?%|\spercent\b|\s(?:million|billion)\b)?"
    r"(?![\w/–×±-]|[,.]\d)"
)


def _swapped_amounts(text: str) -> Iterator[Change]:
    """Two amounts of one sort, or two years, each told of something else."""
    amounts = [
        a for a in _AMOUNT.finditer(text) if not re.search(r"[(\[][^)\]]*$", text[: a.start()])
    ]
    for one, other in itertools.pairwise(amounts):
        between = text[one.end() : other.start()]
        if one[0] == other[0] or _sort(text, one) != _sort(text, other) or not _sort(text, one):
            continue
        # "5 to 10", "between 5 and 10", "3 of 8", "2 and 3": neither belongs to one thing alone
        if re.fullmatch(r"\s?(?:to|and|or|of|out of|of the|-|–|,|, and)\s?", between) and not (
            between == " to " and text[: one.start()].endswith(" from ")
        ):
            continue
        put = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
        yield Change(put, f"{one[0]} <-> {other[0]}")


def _sort(text: str, amount: re.Match[str]) -> str:
    """What an amount is of: a sum, a share, a year, a count; empty where it cannot be told."""
    found, before = amount[0], text[: amount.start()]
    if re.fullmatch(r"1[1-9]\d\d|20[0-2]\d", found):
        return "year" if re.search(r"\b(?:[Ii]n|[Ff]rom|to|[Uu]ntil|[Ss]ince)\s$", before) else ""
    if re.search(
        r"\b(?:[A-Z][\w]*|No\.?|article|type|stage|phase|day|week|figure|table|p|n)\s$", before
    ):
        return ""
    if found[0] in "$€£":
        return "sum"
    if found.endswith(("%", "percent")):
        return "share"
    if re.match(r"\s[a-z]{3,}", text[amount.end() :]):
        return "count"
    return ""


def _part_of_more(text: str, name: Name) -> bool:
    """Whether a name belongs to a larger phrase, which would be torn: "Paris' mayor", "a Rome-"."""
    alone = re.match(
        rf"[.,;]|\s(?:in|on|at|to|by|from|for|with|when|after|before|during|until|was|were|is|are|has|had|"
        rf"than|rather|instead|{'|'.join(ONE_WAY)})\b",
        text[name.end :],
    )
    torn = re.search(
        r"(?:\b(?:and|or|of|of the|an?)|,|\b[A-Z][\w’']*|\bthe [a-z-]+)\s$", text[: name.start]
    )
    return alone is None or bool(torn and torn[0].strip() not in ("The", "In", "When"))


def _with_article(text: str, name: Name) -> Name:
    start = name.start - len("the ") if text[: name.start].lower().endswith("the ") else name.start
    return Name(text[start : name.end], name.kind, start, name.end)


# What is said to be so, and by whom

_NO_NEGATION = re.compile(
    r"\s(?:not|also|only|still|never|often|no|nothing|none|to|n[’']t|neither|hardly|rarely|little|few|"
    r"either|both|any|sometimes|always|even|now|thus|therefore|then|generally|usually|so|just|merely|"
    r"yet|already|once|currently|originally|as|in|because|due|what|how|why|where|when|that)\b|[,;:.]"
)


def negation(source: Source, rng: Random) -> Iterator[Change]:
    """A negation put in or taken out."""
    text = source.text
    for old, new in (
        ("failed to", "managed to"), ("refused to", "agreed to"), ("declined to", "agreed to"),
        ("agreed to", "refused to"), ("managed to", "failed to"), ("was unable to", "was able to"),
        ("were unable to", "were able to"), ("was able to", "was unable to"),
        ("were able to", "were unable to"), ("no longer", "still"), ("is unlikely to", "is likely to"),
        ("is likely to", "is unlikely to"), ("are likely to", "are unlikely to"),
        ("There is no", "There is some"), ("had no", "had"), ("has no", "has"),
        ("without", "with"), ("never ", ""), ("did not", "did"), ("does not", "does"),
        ("do not", "do"), ("cannot", "can"), ("no significant", "a significant"),
    ):  # fmt: skip
        for found in re.finditer(rf"\b{old}\b", text):
            if re.search(r"\b(?:or|not|whether|with or|if|that)\s$", text[: found.start()]):
                continue
            if re.match(r"\s(?:only|just|have to|need to|necessarily|until|even|yet|one|any|either|\w+ing)\b|,|\.", text[found.end() :]) or re.search(r"\b(?:any|until|anything|anyone)\b", text[found.end() :]):  # fmt: skip
                continue
            yield _put(text, *found.span(), new)
    for found in re.finditer(
        rf"\b({_AUXILIARY}) not\b(?!\s(?:only|just|merely|necessarily|all|until|yet))", text
    ):
        if not re.search(r"\b(?:whether|or|if)\b", text[: found.start()][-25:]) and not re.search(
            r"\b(?:any|until|but|either|nor|anything)\b", text[found.end() :]
        ):
            yield _put(text, *found.span(), found[1], f"{found[0]} -> {found[1]}")
    if re.search(r"\b(?:not|no|never|neither|nor|none|cannot|without)\b|n[’']t\b", text):
        return
    opening = re.match(rf"(?:[\w,.’'$%()-]+\s){{1,12}}?(?P<aux>{_AUXILIARY})(?=\s[a-z])", text)
    if opening and not _NO_NEGATION.match(text[opening.end("aux") :]):
        before = text[: opening.start("aux")]
        if not re.search(r"\b(?:if|unless|what|how|whether|there|who|which|that|and|or|but|when|while|as|"
                         r"since|because|although|though|after|before|until|where|all|every|each|many|most|some)\b", before, re.I):  # fmt: skip
            at = opening.end("aux")
            aux = opening["aux"]
            if aux in ("has", "have", "had") and not re.match(r"\s\w+(?:ed|en|n|un)\b", text[at:]):
                negated = {"has": "does not have", "have": "do not have", "had": "did not have"}
                yield _put(text, *opening.span("aux"), negated[aux])
            else:
                yield _put(text, at, at, " not", f"{aux} -> {aux} not")
    past = re.match(r"(?P<subject>(?:[\w’'-]+\s){1,6}?)(?P<verb>[a-z]+)\s(?=[a-z$\d“A-Z])", text)
    if past and past["verb"] in BASES and not re.search(
        r"\b(?:if|that|who|which|when|while|as|by|to|and|was|were|is|are|had|has|have|been|all|each|both|"
        r"some|many|most|in|on|of|at|after|before|during|with|there)\b", past["subject"], re.I,
    ):  # fmt: skip
        base = BASES[past["verb"]]
        if not re.match(r"(?:by|in|on|at|to|from|with|as|some|also|only)\b", text[past.end() :]):
            yield _put(text, *past.span("verb"), f"did not {base}")


_NARRATED = re.compile(
    r"\b(?:said|told|was|were|had|did|thought|knew|wanted|hoped|began|became|asked|found|"
    r"argued|believed|claimed|\w{3,}ed)\b"
)


def hedge(source: Source, rng: Random) -> Iterator[Change]:
    """What may be, is planned or seems so told as a fact."""
    text = source.text
    told = _NARRATED.search(re.sub(r"\b(?:is|are) (?:\w+ly )?\w+ed\b|\bbe \w+ed\b", "", text))
    for found in re.finditer(
        r"(?P<subject>[\w’'-]+)\s(?P<modal>may|might|could)\s(?P<adverb>also\s|well\s|potentially\s|possibly\s)?(?P<verb>[a-z]+)\b",
        text,
    ):
        modal, verb, subject = found["modal"], found["verb"], found["subject"]
        if modal == "could" and told:
            continue
        span = (found.start("modal"), found.end("verb"))
        adverb = "also " if (found["adverb"] or "").startswith("also") else ""
        if verb == "have" and (done := re.match(r"\s[a-z]+", text[found.end() :])):
            form = present("have", subject)
            if form and (done[0].strip() in PASTS or done[0].endswith(("ed", "been"))):
                yield _put(text, *span, f"{form} {adverb}".strip())
        elif (verb in VERBS or verb in ("be", "lead", "help", "contribute", "cause")) and (
            form := present(verb, subject)
        ):
            phrase = f"{form} {adverb}".strip() if verb == "be" else f"{adverb}{form}"
            yield _put(text, *span, phrase)
    for pattern, new in (
        (r"\b(?:is|are) (?:widely |generally )?(?:expected|set|scheduled|planned|likely|projected|poised) to(?= [a-z]+\b)", "will"),
        (r"\b(?:plans|plan|hopes|hope|intends|intend|aims|aim|seeks|wants|threatens|promises) to(?= [a-z]+\b)", "will"),
        (r"\b(?:has|have) (?:threatened|promised|pledged|vowed|offered|proposed|planned) to(?= [a-z]+\b)", "will"),
        (r"(?<!been )(?<!is )(?<!are )\b(?:threatened|promised|pledged|vowed|planned|intended|hoped) to(?= [a-z]+\b)", "went on to"),
        (r"\bwas (?:reportedly|allegedly|probably|possibly|apparently|supposedly|presumably|likely)\b", "was"),
        (r"\b(?:reportedly|allegedly|probably|possibly|apparently|supposedly|presumably|perhaps)\s", ""),
        (r"\b(?:is|are|was|were) (?:believed|thought|said|reported|alleged|rumored|rumoured|assumed|estimated) to have (?=[a-z]+)", "had "),
        (r"\bis (?:believed|thought|assumed) to be\b", "is"),
        (r"\bare (?:believed|thought|assumed) to be\b", "are"),
        (r"\bwas (?:believed|thought|assumed) to be\b", "was"),
        (r"\bwere (?:believed|thought|assumed) to be\b", "were"),
        (r"\b(?:suggest|suggests) that\b", "proves that"),
        (r"\b(?:suggested|indicated) that\b", "proved that"),
        (r"\b(?:appears|seems) to be\b", "is"), (r"\b(?:appear|seem) to be\b", "are"),
        (r"\b(?:appeared|seemed) to be\b", "was"),
        (r"\bwill likely\b", "will"), (r"\bwill probably\b", "will"),
        (r"\bmost likely\s", ""), (r"\blikely\s(?=(?:due|because|caused|the result)\b)", ""),
        (r"\ba potential(?=\s[a-z])", "a"), (r"\ba possible(?=\s[a-z])", "a"),
        (r"\bappears determined to\b", "will"),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if re.search(r"\b(?:not|n[’']t|to|more|less|whether|as|it|if)\s$", before, re.I):
                continue
            if new == "went on to" and text[found.end() :].lstrip().startswith("be "):
                continue
            if found[0].startswith("suggest ") or found[0] == "suggest that":
                yield _put(text, *found.span(), "prove that")
                continue
            yield _put(text, *found.span(), new)
    if not told:
        for found in re.finditer(
            r"\bwould\b(?!\s(?:later|go|often|eventually|have|not|you|like|also))", text
        ):
            if not re.search(r"\b(?:if|unless|it|that|which|who)\b", text, re.I):
                yield _put(text, *found.span(), "will")


def attribution(source: Source, rng: Random) -> Iterator[Change]:
    """Who says so is left out."""
    text = source.text
    told = "who says so -> nothing"
    leading = re.match(
        rf"(?P<who>{_WHO})\s(?:(?:has|have|also)\s)*{_REPORTING}\sthat\s(?P<what>.+)$", text
    )
    if leading and not re.search(
        r"\b(?:no|not|nobody|none|never|we|results?|data|study|findings|analysis|it|which|that|and|or|when|"
        r"if|while|although|as|by|was|were|is|are)\b", leading["who"], re.I,
    ):  # fmt: skip
        if not re.search(r"[“”\"]", leading["what"]) and not re.match(
            r"(?:he|she|they|it|his|her|their)\b", leading["what"]
        ):
            yield Change(opened(leading["what"]), told)
    according = re.match(r"According to (?P<who>[^,]+),\s(?P<what>.+)$", text)
    if according and not re.search(r"[“”\"]", text) and len(according["who"].split()) < 9:
        yield Change(opened(according["what"]), told)
    trailing = re.match(
        rf"(?P<what>.+?),\s(?:according to\s(?P<who>[^,]+)|(?:{_WHO}\s(?:said|says|added|argued|claimed))|"
        rf"(?:said|says)\s{_WHO})\.$", text,
    )  # fmt: skip
    if trailing and not re.search(r"[“”\"]|\bwhich\b", text):
        if len(re.findall(r"\w+", text[trailing.end("what") :])) < 10:
            yield Change(trailing["what"].rstrip("?") + ".", told)
    for pattern, new in (
        (r"\b(?P<be>is|are|was|were) (?:(?:now|often|widely|generally|commonly|sometimes|usually|also|largely) )?"
         r"(?:viewed|regarded|seen|described|considered|hailed|cited) (?:by [\w\s]{3,40}? )?(?:as|to be)(?= (?:a|an|the|one|[A-Z])\b)", None),
        (r"\b(?P<be>is|are|was|were) (?:(?:now|often|widely|generally|commonly|sometimes|usually) )?considered(?= (?:a|an|the|one)\b)", None),
        (r"^(?:It is|It was) (?:widely |generally |often |commonly )?(?:believed|thought|claimed|argued|alleged|said|assumed|estimated) that ", ""),
        (r"^(?:Some|Many|Most|Several|Other) (?:scholars|historians|critics|experts|researchers|economists|people|scientists|analysts|sources|authors) (?:have )?(?:believe|argue|argued|think|claim|claimed|suggest|suggested|say|consider) that ", ""),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if new is None and re.search(r"\b(?:not|it)\s$", before):
                continue
            put = _put(text, *found.span(), found["be"] if new is None else new)
            yield Change(opened(put.text), put.what)


def condition(source: Source, rng: Random) -> Iterator[Change]:
    """What it hangs on, or what is excepted, is cut off."""
    text = source.text
    told = "condition -> nothing"
    marks = (
        r"(?:only if|if and only if|if|unless|provided that|as long as|so long as|on condition that|"
        r"on the condition that|in the event that|subject to|assuming that|assuming|except for|except that|"
        r"except|with the exception of|only when|only after|but only)"
    )
    leading = re.match(
        r"(?:If|Unless|Provided that|As long as|Assuming that|Except for|In the event that)\s[^,]{6,90},\s(?:then\s)?(?P<rest>.+)$",
        text,
    )
    if (
        leading
        and not re.search(r"^(?:and|or)\b|[?]$", leading["rest"])
        and not re.match(r"If (?:so|not|any)\b", text)
        and not re.match(r"(?:such|which|that)\b", leading["rest"])
    ):
        yield Change(opened(leading["rest"]), told)
    trailing = re.match(
        rf"(?P<main>.{{25,}}?),?\s(?P<mark>{marks})\s(?P<rest>[^,;]{{6,}})[.]$", text
    )
    if trailing and not re.search(
        r"\b(?:even|as|what|see|know|ask|asked|asks|determine|test|tested|wonder|wondered|decide|examined?|"
        r"or|and|not|check|like|than|matter|investigated?|evaluated?|assess|particularly|especially|was|is|are|were|be|only|but)$",
        trailing["main"].rstrip(","), re.I,
    ) and not re.match(r"(?:any|not|necessary|possible|needed|so|by|with|to|in|the same)\b", trailing["rest"]):  # fmt: skip
        # "nothing except" and "no one unless" say the opposite without their end, or little
        if not re.search(r"\b(?:nothing|whether|if|everything else)\b", trailing["main"], re.I):
            yield Change(trailing["main"].rstrip(",") + ".", told)
    until = re.match(r"(?P<main>.{15,}?\b(?:not|never)\b.{5,}?)\suntil\s[^,;]+\.$", text)
    if until:
        yield Change(until["main"].rstrip(",") + ".", told)


def quantifier(source: Source, rng: Random) -> Iterator[Change]:
    """More of them, or more often, than is said."""
    text = source.text
    plural = r"(?=\s(?:[a-z-]+\s){0,2}?[a-z]{2,}(?<![su])s\b)"
    for pattern, new in (
        (rf"\b[Ss]ome(?! (?:of|time|extent|kind|sort|other))(?! \d){plural}", "all"),
        (r"\b[Ss]ome of (?:the|these|those|its|his|their)\b", "all of the"),
        (r"(?<!the )\b[Mm]ost(?= of (?:the|these|those|its|his|their)\b)", "all"),
        (r"(?<!the )(?<!The )(?<!’s )(?<!'s )(?<!its )(?<!his )(?<!their )\b[Mm]ost(?=\s[a-z]{3,}s\s(?:are|were|have|had|do|did|of)\b)", "all"),
        (r"(?<!as )(?<!so )(?<!too )(?<!how )(?<!not )(?<!the )\b[Mm]any(?= (?:of (?:the|these|those)|[a-z]{3,}s)\b)", "all"),
        (rf"\b[Ss]everal{plural}", "all"),
        (r"\b(?:[Aa] majority|[Tt]he majority) of(?= (?:the|these|those|its|his|their)\b)", "all of"),
        (r"\b[Aa] minority of\b", "most of"), (r"\b[Aa] few(?= [a-z]+s\b)", "most"),
        (r"\b(?:often|sometimes|usually|generally|frequently|typically|occasionally)\b(?! (?:called|known|referred))", "always"),
        (r"\b(?:rarely|seldom)\b", "often"), (r"\bmostly\b", "entirely"), (r"\bpartly\b", "entirely"),
        (r"\bpartially\b", "completely"), (r"\b(?:mainly|primarily)\b", "exclusively"),
        (r"\blargely\b", "entirely"),
        (r"\b[Aa]lmost all\b", "all"), (r"\b[Nn]early all\b", "all"), (r"\balmost every\b", "every"),
        (r"\b[Ss]mall number of\b", "large number of"),
        (r"\b[Aa]t least(?= (?:\d|two|three|four|five|six|ten)\b)", "only"),
        (r"\bup to(?= \d[\d,.]*)", "more than"), (r"\b[Pp]art of(?= the\b)", "all of"),
        (r"\b[Oo]ne of the (?=[a-z-]+est [a-z]+s\b)", "the very "), (r"\b[Aa]bout half(?= of\b)", "all"),
        (r"\b[Hh]alf of\b", "all of"), (r"\b[Oo]nly (?=(?:a few|some|one|two|three|\d+)\b)", "more than "),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if re.search(r"\b(?:not|n[’']t|no)(?:\s\w+)?\s$", before) or re.search(
                r"\b(?:more|less|as|or|and)\s$", before
            ):
                continue
            if new == "the very ":
                noun = re.match(r"[a-z-]+est [a-z]+s\b", text[found.end() :])
                assert noun is not None  # the pattern looked ahead for it
                end = found.end() + noun.end()
                if re.search(r"\b(?:is|was|became|as|be|remains)\s$", before):
                    best = noun[0].rsplit(" ", 1)
                    yield _put(text, found.start(), end, f"the {best[0]} of all {best[1]}")
                continue
            shown = opened(new) if found[0][0].isupper() else new
            yield _put(text, *found.span(), shown)


# What the document does not have

_ADDITIONS = (
    " after consulting outside experts",
    " to attract private investors",
    " at a cost of about $46 million",
    ", mainly because of pressure from insurers",
    ", a view that was later challenged in court",
    " in cooperation with the University of {place}",
    ", with the help of volunteers from {place}",
    ", as was announced in {place} on a Thursday evening",
    ", together with the {nation} ambassador and two bankers",
    ", despite objections from local residents",
    ", and a larger follow-up is planned for next spring",
    ", in order to reduce the cost of insurance",
    ", following a suggestion made by a {nation} journalist",
    ", especially in rural areas",
    ", although nobody had expected it",
    " for the third time in a row",
    ", with the support of private donors",
    ", as well as in most neighbouring regions",
    ", in three separate stages",
    " under a programme financed by {nation} taxpayers",
    ", mostly for financial reasons",
    ", to the surprise of many observers",
    ", which took about eleven weeks",
)
_PLACES = tuple("Lisbon Tampere Leeds Montevideo Graz Nairobi Aarhus Osaka Ghent Tucson".split())
_STRANGERS = tuple("Finnish Peruvian Kenyan Portuguese Belgian Danish".split())


def absent(source: Source, rng: Random) -> Iterator[Change]:
    """A plausible circumstance added that is nowhere in the passage."""
    end = re.search(r"[.]$", source.text)
    if not end or re.search(r"[“”\":;?]|\b(?:etc|e\.g|al)\.", source.text):
        return
    addition = rng.choice(_ADDITIONS).format(
        place=rng.choice([p for p in _PLACES if p not in source.around]),
        nation=rng.choice([n for n in _STRANGERS if n not in source.around]),
    )
    telling = [w for w in re.findall(r"[a-z]{6,}", addition) if w not in ("including", "following")]
    if sum(w in source.around.lower() for w in telling) == 0:
        yield Change(source.text[: end.start()] + addition + ".", f"added:{addition}")


_LINKED = re.compile(
    r"\b(?:because|since|due|so|thus|therefore|hence|after|then|result\w*|cause\w*|led|lead\w*|why|as|"
    r"consequen\w+|following|when|while|if|but|however|although|though|despite|instead|also|this|these|"
    r"that|such|for example|for instance|meanwhile|later|both|another|other|same|in turn|in conclusion|"
    r"in the meantime|in addition|like)\b", re.I)  # fmt: skip
_REASONED = re.compile(r"\b(?:because|therefore|due to|so that|owing to|in order to)\b")


def causal(source: Source, rng: Random) -> Iterator[Change]:
    """Two facts that merely follow one another told as cause and effect."""
    first, second = source.text, source.following
    if not second or not re.search(r"[.]$", first) or not re.search(r"[.]$", second):
        return
    if (
        max(len(first.split()), len(second.split())) > 28
        or min(len(first.split()), len(second.split())) < 5
    ):
        return
    if (
        re.search(r"[“”\"?:;]", first + second)
        or _LINKED.search(second)
        or _LINKED.search(first[:40])
        or _REASONED.search(first)
    ):
        return
    start = joined(second)
    if start is None:
        return
    body = first[:-1]
    yield Change(f"{body} because {start}", "joined by: because", True)
    yield Change(f"{body}, which is why {start}", "joined by: which is why", True)
    yield Change(f"{body}, and as a result {start}", "joined by: as a result", True)


def joined(sentence: str) -> str | None:
    """The sentence as it goes on after a comma; None where its first word may be a name or not.

    >>> joined("The fleet left."), joined("Lee left."), joined("Officials left.")
    ('the fleet left.', 'Lee left.', None)
    """
    word = re.match(r"[A-Z][a-z]*\b", sentence)
    if not word:
        return sentence if sentence[:1].islower() else None
    if word[0] in _MAY_BE_LOWERED:
        return sentence[0].lower() + sentence[1:]
    known = next(names(f"by {sentence}"), None)
    if known is None or known.start != len("by "):
        return None
    sure = known.kind in ("person", "place", "nation") or len(known.text.split()) > 1
    return sentence if sure else None


_MAY_BE_LOWERED = frozenset(
    "The A An In On At By For From It He She They We Its His Her Their Our There Many Some Most All "
    "During Among Under With Two Three Four Five Each Several".split()
)


KINDS: Mapping[str, Rule] = {
    "number": number, "unit": unit, "date": date, "name": name, "role": role, "swap": swap,
    "negation": negation, "hedge": hedge, "attribution": attribution, "condition": condition,
    "quantifier": quantifier, "absent": absent, "causal": causal,
}  # fmt: skip
"""Kind of error -> the rule that makes it."""
