"""What a text says that can be compared by rule: its numbers, dates, names and content words.

Each is normalised, so that "Nov. 1" and "November 1", "100%" and "100 percent" are one. English
only, as the documents the program ships with. What a difference means is left to the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_MONTHS = {
    month[:3]: month
    for month in (
        "january february march april may june july august september october november december"
    ).split()
} | {"sept": "september"}
_SCALES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion",
           "tn": "trillion", "trn": "trillion"}  # fmt: skip
_UNITS = {"%": "percent", "percent": "percent", "per cent": "percent", "pct": "percent"}
_UNITS_AND_SCALES = frozenset((*_SCALES, *_SCALES.values(), "percent", "per", "cent", "pct"))
_LONGEST_NAME = 6  # words of a query that may be a name alone
_SPELLED = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
}
_NUMBER = re.compile(
    r"(?<![\w.])(?P<sign>[-−](?=\d))?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?:[ -]?(?P<scale>thousand|million|billion|trillion|bn|tn|trn|mn|[kmb](?![\w.])))?"
    r"(?:\s?(?P<unit>%|per ?cent\b|percent\b|pct\b))?",
    re.I,
)
_MONTH_DAY = re.compile(
    r"\b(?P<m1>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+(?P<d1>\d{1,2})(?:st|nd|rd|th)?\b"
    r"|\b(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    r"(?P<m2>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\b",
    re.I,
)
_MONTH = re.compile(
    r"\b(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Mar\.|Apr\.|Jun\.|Jul\.|Aug\.|Sept?\.|Oct\.|Nov\.|Dec\.)"
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_RUN = re.compile(r"\b[A-Z]\w+(?:[ -](?:(?:of|for) )?(?:the )?[A-Z]\w+)+")
_RUN_OF_AND = re.compile(r"\b[A-Z]\w+(?:[ -](?:(?:of|for|and) )?(?:the )?[A-Z]\w+)+")
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]*(?:\.[A-Z]\.?)*")
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_NEGATION = re.compile(
    r"\b(?:not?|never|none|nor|neither|without|except|cannot|nobody|nothing|nowhere|unlike"
    r"|\w+n['’]t)\b",
    re.I,
)
_FUNCTION_WORDS = frozenset(
    """a about above across after again against all along also although amid among an and
    another any are around as at be because been before behind being below beneath beside
    besides between beyond both but by can could despite did do does down during each either
    except few following for from given had has have he hence her here hers him his how
    however i if in inside instead into is it its just last later like many may me meanwhile
    might mine more moreover most much must my near neither next no none nor not now of off
    on once one only onto or other others otherwise our out outside over past per perhaps
    rather regarding same several shall she should since so some still such than that the
    their them then there therefore these they this those though through throughout thus
    till to today tomorrow toward towards under unless unlike until up upon us versus via
    was we were what when where whereas whether which while who whom whose why will with
    within without would yes yesterday yet you your according additionally currently finally
    first further furthermore previously recently second similarly specifically third""".split()
)

_NUMBERED = re.compile(r"\b([^\W\d_]+)\s(?=\d)(\w+(?:[-/]\w+)*)(?![.,]\d|\s?[%€$])")

WORDS_OF_ASKING = frozenset(
    """according affect affected affects amount answer article began begin begins compare compared
    current define describe described detail details document documents example examples exactly
    explain following happen happened happens kind kinds list main mention mentioned mentions name
    named names number numbers occur occurred occurs page passage percentage please question react
    reacted reacts report respond responded responds says sort source start started starts story
    summarise summarize tell text thing things type types word words worth year years
    wie wer wann wo warum wieso weshalb wieviel welche welchem welchen welcher welches
    que quoi quel quelle quels quelles qui quand comment pourquoi combien
    qué cuál cuáles quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas
    che cosa quale quali chi quando dove perché quanto quanti qual quais quem onde quantos
    wat welke wanneer waar hoe waarom hoeveel kto kiedy gdzie jak jaka jaki jakie ile""".split()
)
"""Words that speak of the question or of the documents, and stand for nothing told in them.

Also those by which other languages ask: their capital at the start is no name's.
"""


def numbered_in(text: str) -> dict[str, set[str]]:
    """Things that a number behind their name tells apart: the name's stem -> the numbers.

    >>> numbered_in("In 2025 pier 7-2 stays open.")
    {'pier': {'7-2'}}
    """
    found: dict[str, set[str]] = {}
    for noun, number in _NUMBERED.findall(_dateless(text)):
        for stem in content_stems(noun):
            found.setdefault(stem, set()).add(number)
    return found


def is_negated(text: str) -> bool:
    """Whether a text has a word that negates.

    >>> is_negated("What isn't taxed?"), is_negated("Who signed nothing?"), is_negated("A note.")
    (True, True, False)
    """
    return _NEGATION.search(text) is not None


def shared_words(statement: str, cited: str, besides: str = "") -> float:
    """Share of the statement's content words whose stem stands in `cited`; 1 when it has none.

    Words that stand in `besides` are not counted.

    >>> shared_words("Tariffs threatened", "He threatens a tariff.")
    1.0
    >>> shared_words("Tariffs ended", "He threatens a tariff.", besides="What of tariffs?")
    0.0
    """
    words = content_stems(statement) - content_stems(besides)
    return len(words & content_stems(cited)) / len(words) if words else 1.0


def content_stems(text: str) -> set[str]:
    """Words that carry meaning, lower-cased and cut to what inflection leaves alone."""
    words = (_plain(word) for word in _WORD.findall(text))
    return {_stem(word) for word in words if word not in _FUNCTION_WORDS and not word.isdigit()}


def _stem(word: str) -> str:
    cut = (
        re.sub(r"(?:ings?|ers?|ed|es|s|ly|ment|ments|ions?)$", "", word) if len(word) > 4 else word
    )
    return (cut or word)[:8]


def missing_numbers(statement: str, cited: str) -> list[str]:
    """Numbers of the statement, as it shows them, that `cited` does not have.

    A bare number may stand for one with scale or unit ("8.5" for "$8.5 billion"), not the other
    way round.

    >>> missing_numbers("It costs 9 million, 20% more.", "It costs $9 billion, 20 percent more.")
    ['9 million']
    """
    there = {value for value, _ in _numbers(cited)}
    bare = {value.split()[0] for value in there}
    return [
        shown
        for value, shown in _numbers(statement)
        if value not in there and not (" " not in value and value in bare)
    ]


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number that is no day of a month: normalised with scale and unit, and as it is shown."""
    text = _MONTH_DAY.sub(" ", text)
    for found in _NUMBER.finditer(text):
        digits = found["digits"].replace(",", "")
        if "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        scale = (found["scale"] or "").lower()
        unit = re.sub(r"per ?cent", "percent", (found["unit"] or "").lower())
        parts = (digits, _SCALES.get(scale, scale), _UNITS.get(unit, unit))
        yield " ".join(part for part in parts if part), found[0].strip()
    for word in _WORD.findall(text):
        if word.lower() in _SPELLED and word.lower() != "one":
            yield _SPELLED[word.lower()], word


def missing_quotes(statement: str, cited: str) -> list[str]:
    """Words the statement puts in quotation marks that do not stand in `cited` as they are.

    >>> missing_quotes('He called it “unfair” and "a great deal".', "It is a great  deal, he said.")
    ['unfair']
    """
    said = _spaced(cited)
    return [quote for quote in _QUOTED.findall(statement) if _spaced(quote) not in said]


def to_the_letter(query: str) -> Callable[[str], bool] | None:
    """A test of whether a text holds what a query asks for to the letter; None if it does not.

    It does by quotation marks, and when it is nothing but a name or a number.

    >>> holds = to_the_letter("24%")
    >>> holds("It took 24 hours."), holds("It fell by 24 percent.")
    (False, True)
    >>> to_the_letter("What fell by 24%?")
    """
    if _QUOTED.search(query):
        return lambda text: not missing_quotes(query, text)
    words = _WORD.findall(query)
    named = all(word[0].isupper() for word in words)
    if any(_NUMBER.finditer(query)) and all(map(_is_of_a_number, words)):
        return lambda text: not missing_numbers(query, text) and not missing_dates(query, text)
    if 0 < len(words) <= _LONGEST_NAME and named and not query.strip().endswith("?"):
        return lambda text: _spaced(query) in _spaced(text)
    return None


def _is_of_a_number(word: str) -> bool:
    known = word.lower() in _UNITS_AND_SCALES or word.lower()[:3] in _MONTHS
    return known or any(character.isdigit() for character in word)


def _spaced(text: str) -> str:
    """The words alone, so that case, punctuation and the kind of quotation marks do not count."""
    return f" {' '.join(_WORD.findall(text.replace('’', chr(39)))).lower()} "


def missing_dates(statement: str, cited: str) -> list[str]:
    """Dates, months and weekdays of the statement, as it shows them, that `cited` does not have.

    >>> missing_dates("By 2 November or on Friday.", "By Nov. 2.")
    ['Friday']
    """
    there = {value for value, _ in _dates(cited)}
    return [shown for value, shown in _dates(statement) if value not in there]


def _dates(text: str) -> Iterator[tuple[str, str]]:
    """Each day of a month, month and weekday: normalised, and as it is shown."""
    for found in _MONTH_DAY.finditer(text):
        month = _MONTHS[(found["m1"] or found["m2"]).lower()[:3]]
        yield f"{month} {int(found['d1'] or found['d2'])}", found[0]
        yield month, found[0]
    for found in _MONTH.finditer(text):
        yield _MONTHS[found[0].lower()[:3]], found[0]
    for found in _WEEKDAY.finditer(text):
        yield found[0].lower(), found[0]


def missing_names(statement: str, cited: str) -> list[str]:
    """Capitalised words of the statement that `cited` does not have, in its order.

    Letters may stand for the words they begin and the other way round ("US", "United States").
    Names joined by a hyphen ("US-Australia") are there where each of them is. The capital of a
    first word says nothing: such a word may stand in `cited` in another form.

    >>> missing_names("Tariffs on the United States and Peru", "a U.S. tariff")
    ['Peru']
    """
    known = {_plain(name) for word in _WORD.findall(cited) for name in (word, *_joined(word))}
    stems = {_stem(word) for word in known}
    initials = {_initials(run[0]) for run in _runs(cited)}
    text = _dateless(statement)
    spelled_out = [run.span() for run in _runs(text) if _initials(run[0]) in known]
    missing = []
    for found in _CAPITAL.finditer(text):
        word, first = _plain(found[0]), _is_first(text, found.start())
        if word in known or word in initials or len(word) < 2 or word in _SPELLED:
            continue
        if (names := _joined(found[0])) and {_plain(name) for name in names} <= known | initials:
            continue
        if first and (word in _FUNCTION_WORDS or _stem(word) in stems):
            continue
        if not any(start <= found.start() < end for start, end in spelled_out):
            missing.append(found[0])
    return missing


def _joined(word: str) -> list[str]:
    """The names that a hyphen joins in a word; none where a part of it is no name, or has digits.

    >>> _joined("US-Australia"), _joined("Saint-de-Luz"), _joined("KX-4411")
    (['US', 'Australia'], [], [])
    """
    names = word.split("-")
    whole = len(names) > 1 and all(name[:1].isupper() and name.isalpha() for name in names)
    return names if whole else []


def _runs(text: str) -> Iterator[re.Match[str]]:
    """Runs of capitalised words, both across "and" and without it."""
    yield from _RUN.finditer(text)
    yield from _RUN_OF_AND.finditer(text)


def _initials(run: str) -> str:
    return "".join(word[0] for word in re.split(r"[ -]", run) if word[0].isupper()).lower()


def _dateless(text: str) -> str:
    """The text with dates blanked out, offsets unchanged: they are compared as dates."""
    for pattern in (_MONTH_DAY, _MONTH, _WEEKDAY):
        text = pattern.sub(lambda m: " " * len(m[0]), text)
    return text


def _plain(word: str) -> str:
    """A word without possessive ending and points: "U.S.'s" and "US" are one name."""
    return re.sub(r"['’]s?$", "", word).replace(".", "").replace("’", "'").lower()


def _is_first(text: str, start: int) -> bool:
    """Whether the word at `start` opens a sentence, so that its capital says nothing."""
    return re.search(r"(?:^|[.!?:]\s+)[“\"'‘(]*$", text[:start]) is not None
