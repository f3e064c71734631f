"""Numbers that the sentences do not have, or have of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.checking.comparison import Comparison, Finding
from assistant.language import Quantity, lexicon, quantities, read, unit_of

TOLERANCE = 0.06
"""How far a rounded number ("nearly 9") may be from the exact one, as a share of that."""
BOUND = 0.3
"""The same for a bound ("more than 300" for 320)."""
OF_A_UNIT = 0.03
"""The same where the unit is another one: sixty days are told as two months."""
OF_A_PART = 3.0
"""Points by which "two thirds of" may differ from a percentage."""
CLOSE_BY = 40
"""Characters within which a number stands before what it counts."""
SMALL = 12
"""Numbers up to it may count what the sentences list."""

_YEARS = range(1000, 2201)
_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|lower|higher|longer|shorter|gap|difference|by|than|extra|rest"
    r"|all but)\b",
    re.I,
)
_SCALED = re.compile(
    r"(?:(?P<before>[A-Za-z]{2,}|[$€£¥])\s?)?(?<!\d)(?<!\d[ -])"
    r"\b(?P<scale>thousand|million|billion|mn|bn)s?\b(?: of)?(?: (?P<after>[A-Za-z]+))?",
    re.I,
)
_NEAR_A_TABLE = 600  # characters before a row in which its table's caption may stand
_SUM = re.compile(r"\b(?:total|altogether|combined|together|in all|overall|sum)\b", re.I)
_LESS = re.compile(
    r"\b(?:loss(?:es)?|lost|deficit|fell|fall(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|shr[aiu]nk\w*"
    r"|down|below|minus|negative|slid|lower|cut|reduc\w*|slump\w*|plung\w*|contract\w*|off)\b",
    re.I,
)


def numbers(compared: Comparison) -> Iterator[Finding]:
    """Numbers with another value, unit or comparison, or of something else."""
    there = quantities(compared.cited)
    for wanted in quantities(compared.statement):
        same = [q for q in there if _same_value(compared, wanted, q)]
        fitting = [q for q in same if _same_unit(compared, wanted, q)]
        if _is_round_year(compared.statement, wanted):
            if not any(_in_span(compared.statement, wanted, q) for q in there):
                yield _missing(compared, wanted, there)
        elif not same:
            if not _is_derived(compared, wanted, there) and not _may_be_counted(
                compared, wanted, there
            ):
                yield _missing(compared, wanted, there)
        elif not fitting:
            yield _other(same[0].shown, wanted.shown)
        elif not any(_compatible(wanted, q) for q in fitting):
            yield _otherwise_compared(compared, wanted, fitting[0])
        elif not _counts_it(compared, wanted, fitting):
            text = f"in the cited words {wanted.shown} is the number of something else"
            yield Finding("contradicted", text, (wanted.shown,))


def _other(theirs: str, mine: str) -> Finding:
    return Finding("contradicted", f"the cited words have {theirs}, not {mine}", (theirs, mine))


def _otherwise_compared(compared: Comparison, wanted: Quantity, found: Quantity) -> Finding:
    mine = _with_comparison(compared.statement, wanted)
    theirs = _with_comparison(compared.cited, found)
    text = f"the cited words say “{theirs}”, not “{mine}”"
    return Finding("contradicted" if wanted.comparison else "partly", text, (theirs, mine))


def _missing(compared: Comparison, wanted: Quantity, there: Sequence[Quantity]) -> Finding:
    """What to tell of a number that the sentences lack: which one stands in its place, if any."""
    if rivals := _rivals(compared, wanted, there):
        return _other(rivals[0].shown, wanted.shown)
    text = f"the cited words do not have the number {wanted.shown}"
    return Finding("unsupported", text, (wanted.shown,))


def _rivals(compared: Comparison, wanted: Quantity, there: Sequence[Quantity]) -> list[Quantity]:
    """Numbers of the same unit, or of the same thing, that the statement does not have, too."""
    mine = [q.value for q in quantities(compared.statement)]
    others = [q for q in there if q.value not in mine and _is_year(q) == _is_year(wanted)]
    same_unit = [q for q in others if q.base and q.base == wanted.base]
    if wanted.base or _is_year(wanted):
        return same_unit or [q for q in others if _is_year(q)]
    counted = _counted(compared.statement, wanted)
    return [q for q in others if counted & _counted(compared.cited, q)]


def _counted(text: str, found: Quantity) -> set[str]:
    """Stems of what stands right after a number: what it counts."""
    words = read(text[found.start + len(found.shown) :][:80]).words[:3]
    stems: set[str] = set()
    for word in words:
        if not word.content:
            break
        stems.add(word.stem)
        if word.after:
            break
    return stems


def _may_be_counted(compared: Comparison, wanted: Quantity, there: Sequence[Quantity]) -> bool:
    """Whether a small number may count what the sentences list without a number of their own."""
    small = not wanted.unit and not wanted.comparison and wanted.value in range(SMALL + 1)
    return small and not _rivals(compared, wanted, there)


def _is_derived(compared: Comparison, wanted: Quantity, there: Sequence[Quantity]) -> bool:
    """Whether a number follows from two of the sentences': a part, a difference or a sum."""
    values = [q for q in there if q.value > 0 and not _is_year(q)]
    pairs = [
        (a, b) for a in values for b in values
        if a is not b and (a.base == b.base or not a.unit or not b.unit)
    ]  # fmt: skip
    if wanted.unit == "percent" and _is_part(compared, wanted, values, pairs):
        return True
    told = compared.statement
    alike = [(a.value, b.value) for a, b in pairs if wanted.base in (a.base, b.base, "")]
    scaled = [wanted.value, *(wanted.value / scale for scale in (1e3, 1e6, 1e9))]
    results = [b - a for a, b in alike if _DIFFERENCE.search(told)]
    if _SUM.search(told):
        results += [sum(q.value for q in values if q.base == wanted.base)]
        results += [a + b for a, b in alike]
    return any(abs(r - value) <= 1e-6 * max(1.0, abs(r)) for r in results for value in scaled)


def _is_part(
    compared: Comparison,
    wanted: Quantity,
    values: Sequence[Quantity],
    pairs: Sequence[tuple[Quantity, Quantity]],
) -> bool:
    """Whether a share is near one of the sentences' own, or what "nine in ten" makes."""
    shares = [(q.value, q.fraction) for q in values if q.unit == "percent"]
    for a, b in pairs:
        between = compared.cited[a.start + len(a.shown) : b.start]
        in_words = bool(re.fullmatch(r"\s(?:in|out of|of)(?: the| every)?\s", between))
        if a.value < b.value and (wanted.fraction or in_words):
            shares.append((100 * a.value / b.value, in_words))
    for share, rough in shares:
        if not (wanted.fraction or rough):
            continue
        near = abs(share - wanted.value) <= (2 * OF_A_PART if wanted.comparison else OF_A_PART)
        above = wanted.comparison in ("more", "least") and share < wanted.value
        below = wanted.comparison in ("less", "almost", "most") and share > wanted.value
        if near and not above and not below:
            return True
    return False


def _is_year(found: Quantity) -> bool:
    return not found.unit and found.value in _YEARS and found.shown.isdigit()


def _is_round_year(text: str, wanted: Quantity) -> bool:
    """Whether a number names a decade or a century: "the 1940s", "his 30s", "17th century"."""
    after = text[wanted.start + len(wanted.shown) :]
    return bool(re.match(r"['’]?s\b", after)) or "century" in wanted.shown.lower()


def _in_span(text: str, wanted: Quantity, other: Quantity) -> bool:
    """Whether another number lies in the decade or century that a number names."""
    value = int(other.value)
    if "century" in wanted.shown.lower():
        return (value - 1) // 100 + 1 == wanted.value or (
            other.unit == "century" and other.value == wanted.value
        )
    decade = int(wanted.value) // 10
    return value // 10 == decade or (decade < 10 and value % 100 // 10 == decade)


def _counts_it(compared: Comparison, wanted: Quantity, found: Sequence[Quantity]) -> bool:
    """Whether a number counts in the sentences what it counts in the statement."""
    if wanted.unit or _is_year(wanted) or not wanted.shown[-1:].isdigit():
        return True  # a year, an ordinal, or an amount that its unit tells
    held = {m for stem in _counted(compared.statement, wanted) for m in compared.match(stem)}
    values = {abs(q.value) for q in found}
    there = [q for q in quantities(compared.cited) if not q.unit]
    others = False
    for match in re.finditer(r"\w+", compared.cited):
        if lexicon.stem(match[0]) not in held:
            continue
        before = [q for q in there if 0 < match.start() - q.start < CLOSE_BY]
        if not before or abs(before[-1].value) in values:
            return True
        others = True
    return not others


def _same_value(compared: Comparison, one: Quantity, other: Quantity) -> bool:
    factor, unit = (1.0, "") if other.unit else _scale_of_table(compared)
    if factor > 1:
        if abs(one.value - other.value * factor) <= 1e-9 * abs(one.value):
            return True
        if unit and unit == one.unit:  # "64 tonnes" for 64 of a thousand
            return False
    return any(
        _equal(compared, one, other, mine, theirs)
        for mine in one.amounts
        for theirs in other.amounts
    )


def _scale_of_table(compared: Comparison) -> tuple[float, str]:
    """What a cited row's numbers are counted in ("thousand tonnes"), by its header or caption."""
    if " | " not in compared.cited:
        return 1.0, ""
    named = list(_SCALED.finditer(f"{compared.context[-_NEAR_A_TABLE:]}\n{compared.cited}"))
    if not named:
        return 1.0, ""
    last = named[-1]
    units = (unit_of((last[part] or "").lower()) for part in ("after", "before"))
    return quantities(f"1 {last['scale']}")[0].value, next(filter(None, units), "")


def _equal(
    compared: Comparison, one: Quantity, other: Quantity, mine: float, theirs: float
) -> bool:
    if not one.unit or not other.unit:  # a table's head may name the unit
        mine, theirs = (
            one.value if mine == one.amounts[0] else mine,
            other.value if theirs == other.amounts[0] else theirs,
        )
    if mine * theirs < 0 and _LESS.search(compared.statement + "\n" + compared.cited):
        mine, theirs = abs(mine), abs(theirs)
    near = OF_A_UNIT if one.unit != other.unit and one.base == other.base == "day" else 1e-9
    if abs(mine - theirs) <= near * max(abs(mine), abs(theirs), 1e-9):
        return True
    return bool(theirs) and not _is_year(one) and _is_rounded(one.comparison, mine, theirs)


def _is_rounded(comparison: str, mine: float, theirs: float) -> bool:
    """Whether a rounder number with "about", "more than" and the like tells the exact one."""
    if len(_digits(mine)) >= len(_digits(theirs)):
        return False
    near = abs(mine - theirs) <= TOLERANCE * abs(theirs)
    bounds = abs(mine - theirs) <= BOUND * abs(theirs)
    fits = {
        "about": near,
        "almost": near and mine > theirs,
        "less": bounds and mine > theirs,
        "most": bounds and mine > theirs,
        "more": bounds and mine < theirs,
        "least": bounds and mine < theirs,
    }
    return fits.get(comparison, False)


def _digits(value: float) -> str:
    """The digits of a number that are not mere zeros at its end."""
    return f"{value:.6g}".replace(".", "").rstrip("0")


def _same_unit(compared: Comparison, one: Quantity, other: Quantity) -> bool:
    header = one.unit not in ("percent", "$") or one.unit == _scale_of_table(compared)[1]
    bare = not other.unit and header
    dollars = one.unit.endswith("$") and other.unit.endswith("$") and "$" in (one.unit, other.unit)
    return one.base == other.base or not one.unit or bare or dollars


def _compatible(one: Quantity, other: Quantity) -> bool:
    """Whether what the first says of a value ("more than") follows from what the other says."""
    up, down = ("least", "more"), ("most", "less", "almost")
    mine, theirs = (c.replace("about", "") for c in (one.comparison, other.comparison))
    if mine == theirs or (not theirs and mine in ("least", "most")):
        return True
    if not theirs:
        return not any(value == one.value for value in (other.value, *other.others))
    return (mine in up and theirs in up) or (mine in down and theirs in down)


def _with_comparison(text: str, found: Quantity) -> str:
    before = text[max(0, found.start - 24) : found.start].split()
    return " ".join([*before[-2:], found.shown]) if found.comparison else found.shown
