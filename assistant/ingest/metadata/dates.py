"""A date as documents and file formats write it -> ISO 8601; what is not certain is no date.

The day is the one written, whatever its time and zone. Our own patterns: `dateparser` takes much
for a day that is none ("May", "12", "10:30"), fills in today for what is missing, and reads
03.06.2026 as American; of 38 such texts it takes 21 for a day, 10 when told to be strict.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache

from assistant.ingest.readers.base import one_line

# Genitives and abbreviations count. A word that is another month elsewhere needs the language.
_MONTHS = {
    "en": "january|jan february|feb march|mar april|apr may june|jun july|jul august|aug "
    "september|sept|sep october|oct november|nov december|dec",
    "fr": "janvier|janv février|fevrier|févr mars avril|avr mai juin juillet|juil août|aout "
    "septembre|sept octobre|oct novembre|nov décembre|decembre|déc",
    "de": "januar|jänner|jan februar|feb märz|maerz|mär april|apr mai juni|jun juli|jul august|aug "
    "september|sept|sep oktober|okt november|nov dezember|dez",
    "es": "enero|ene febrero|feb marzo|mar abril|abr mayo junio|jun julio|jul agosto|ago "
    "septiembre|setiembre|sept|sep octubre|oct noviembre|nov diciembre|dic",
    "it": "gennaio|gen febbraio|feb marzo|mar aprile|apr maggio|mag giugno|giu luglio|lug "
    "agosto|ago settembre|set|sett ottobre|ott novembre|nov dicembre|dic",
    "pt": "janeiro|jan fevereiro|fev março|marco|mar abril|abr maio|mai junho|jun julho|jul "
    "agosto|ago setembro|set outubro|out novembro|nov dezembro|dez",
    "nl": "januari|jan februari|feb maart|mrt april|apr mei juni|jun juli|jul augustus|aug "
    "september|sept|sep oktober|okt november|nov december|dec",
    "sv": "januari|jan februari|feb mars|mar april|apr maj juni|jun juli|jul augusti|aug "
    "september|sept|sep oktober|okt november|nov december|dec",
    "da": "januar|jan februar|feb marts|mar april|apr maj juni|jun juli|jul august|aug "
    "september|sept|sep oktober|okt november|nov december|dec",
    "no": "januar|jan februar|feb mars|mar april|apr mai juni|jun juli|jul august|aug "
    "september|sept|sep oktober|okt november|nov desember|des",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta "
    "syyskuuta lokakuuta marraskuuta joulukuuta",
    "pl": "stycznia|styczeń lutego|luty marca|marzec kwietnia|kwiecień maja|maj czerwca|czerwiec "
    "lipca|lipiec sierpnia|sierpień września|wrzesień października|październik "
    "listopada|listopad grudnia|grudzień",
    "cs": "ledna|leden února|únor března|březen dubna|duben května|květen června|červen "
    "července|červenec srpna|srpen září října|říjen listopadu|listopad prosince|prosinec",
    "hr": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna listopada|listopad "
    "studenoga|studenog prosinca",
    "ro": "ianuarie|ian februarie|feb martie|mar aprilie|apr mai iunie|iun iulie|iul august|aug "
    "septembrie|sept octombrie|oct noiembrie|noi decembrie|dec",
    "hu": "január február március április május június július augusztus szeptember október "
    "november december",
    "ru": "января|январь|янв февраля|февраль|фев марта|март|мар апреля|апрель|апр мая|май "
    "июня|июнь|июн июля|июль|июл августа|август|авг сентября|сентябрь|сен|сент "
    "октября|октябрь|окт ноября|ноябрь|ноя декабря|декабрь|дек",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "tr": "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου "
    "οκτωβρίου νοεμβρίου δεκεμβρίου",
}
_DAY_FIRST = frozenset(
    "fr de es it pt nl pl ru uk el tr ro cs sk sl hr sr bg da fi nb nn no is et lv id vi ca".split()
) | {"en-gb", "en-ie", "en-au", "en-nz", "en-in"}
_MONTH_FIRST = frozenset({"en-us"})

FIRST_YEAR = 1000
"""Years before it are not believed."""


def _names() -> dict[str, dict[str, int]]:
    """Each month's name -> what it is, by language."""
    names: dict[str, dict[str, int]] = {}
    for language, months in _MONTHS.items():
        for number, forms in enumerate(months.split(), 1):
            for form in forms.split("|"):
                names.setdefault(form, {})[language] = number
    return names


_NAMES = _names()
MONTH = rf"(?:{'|'.join(sorted(_NAMES, key=len, reverse=True))})\b\.?"
"""A month's name, as a pattern without groups; case is not to count."""
_ZONE = r"(?:\s*(?:z|utc|gmt|[ecmp][sd]?t|bst|c?es?t|ist|jst|msk|[+-]\d\d:?'?\d\d'?)\b'?)"
CLOCK = (
    r"(?:(?:\bat|\bum|\bà|\|)?\s*(?<!\d)\d{1,2}(?:[:.h]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?"
    r"(?:\s*[ap]\.?m\b\.?)?|\s*[ap]\.?m\b\.?|(?=\s*uhr))(?:\s*uhr)?"
    rf"{_ZONE}{{0,2}}(?:\s*\([a-z +-]+\))?)"
)
"""A time of the day with its zone, likewise."""
_TIME = rf"(?:[\s,t]*{CLOCK})?"
_WEEKDAY = (
    r"(?:(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|lun(?:di|es|edì)?|mar(?:di|tes|tedì)?"
    r"|mer(?:credi|coledì)?|mi[ée]rcoles|jeu(?:di)?|jueves|giovedì|ven(?:dredi|erdì)?|viernes|sam(?:edi)?"
    r"|s[áa]bado|sabato|dim(?:anche)?|domingo|domenica|montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonnabend|sonntag|m[oi]|d[io]|fr|s[ao]|(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?"
    r"|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag|понедельник|вторник|среда|четверг"
    r"|пятница|суббота|воскресенье)\.?,?\s+)?"
)
_NTH = r"(?:st|nd|rd|th|er|ère|º|ª|o)?\.?"
DAY_MONTH = rf"(?P<d1>\d{{1,2}}){_NTH}[\s-]*(?:(?:of|de|d[ei]l?)\s+)?(?P<m1>{MONTH})"
"""A day and a month's name, in this order, as the groups d1 and m1."""
MONTH_DAY = rf"(?P<m2>{MONTH})[\s-]*(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)"
"""The same the other way round, as the groups d2 and m2."""
_NAMED = (
    rf"{_WEEKDAY}(?:{DAY_MONTH}[\s,-]*(?:(?:de|del)\s+)?(?P<y1>\d{{4}}|\d\d(?=\s+\d\d:\d\d)){_TIME}"
    rf"|{MONTH_DAY}(?:\s*,\s*|\s+)(?P<y2>\d{{4}}){_TIME}"
    rf"|(?P<y3>\d{{4}})[\s.,-]+(?P<m3>{MONTH})[\s.-]*(?P<d3>\d{{1,2}})\.?{_TIME}"
    rf"|(?P<m4>{MONTH})\s+(?P<d4>\d{{1,2}})\s+\d\d:\d\d:\d\d\s+(?:[a-z]{{2,5}}\s+)?(?P<y4>\d{{4}}))"
)
_YEAR_FIRST = (
    rf"(?P<y5>\d{{4}})(?P<s5>[-/.])\s?(?P<d5>\d{{1,2}})(?P=s5)\s?(?P<e5>\d{{1,2}})\.?{_TIME}"
    r"|(?:d:)?(?P<y6>\d{4})(?P<m6>\d\d)(?P<d6>\d\d)(?:t?\d{2,6}(?:[zZ]|[+-]\d\d'?\d{0,2}'?)*)?"
    rf"|(?P<y7>\d{{4}})\s*[年년]\s*(?P<m7>\d{{1,2}})\s*[月월]\s*(?P<d7>\d{{1,2}})\s*[日일]{_TIME}"
)
_YEAR_LAST = (
    rf"{_WEEKDAY}(?P<a8>\d{{1,2}})(?P<s8>[./-])\s?(?P<b8>\d{{1,2}})(?P=s8)\s?(?P<y8>\d{{4}}){_TIME}"
)
DATE = f"(?:{_NAMED}|{_YEAR_FIRST}|{_YEAR_LAST})"
"""A whole date, as a pattern for `written`; to be compiled with `re.IGNORECASE`."""


class NoDateError(ValueError):
    """Why something is no date, in words fit to be shown."""


def iso_date(value: str | date | None, language: str = "") -> str | None:
    """A date as ISO 8601, from a date or whatever a file format writes one as; None from none.

    Args:
        value: a date or time, as text in ISO 8601, RFC 2822, HTTP's, asctime's or PDF's form, with
            a month's name, or in numbers.
        language: of the document, as `fr` or `en-GB`: it may tell what 03/06/2026 is.

    >>> iso_date("Wed, 03 Jun 2026 23:30:00 -0500"), iso_date("D:20260603120000+02'00'")
    ('2026-06-03', '2026-06-03')
    >>> iso_date("03/06/2026", "fr")
    '2026-06-03'

    Raises:
        NoDateError: it is none, or more than one.
    """
    if value is None or value == "":
        return None
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return _believed(day.year, day.month, day.day, day.isoformat())
    told = one_line(value)
    match = _whole_date().fullmatch(told[:100])
    if match is None:
        raise NoDateError(f"the date {told[:40]!r} is not like 2026-06-03 and was left out")
    return written(match, language)


@cache  # compiled when first used: it takes longer than a command may to begin
def _whole_date() -> re.Pattern[str]:
    return re.compile(DATE, re.IGNORECASE)


def written(match: re.Match[str], language: str = "") -> str:
    """The date that a match of `DATE` holds, as ISO 8601.

    Raises:
        NoDateError: there is no such day, it is not to be believed, or it may be one of two.
    """
    told = one_line(match[0])[:40]
    found = {name: text for name, text in match.groupdict().items() if text is not None}
    form = next(
        name[1] for name in found if name in ("y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8")
    )
    year = int(found[f"y{form}"])
    if len(found[f"y{form}"]) == 2:  # as RFC 2822 reads years of old mail
        year += 2000 if year < 50 else 1900
    if form == "8":
        day, month = _day_and_month(int(found["a8"]), int(found["b8"]), found["s8"], language, told)
    elif form == "5":
        month, day = int(found["d5"]), int(found["e5"])
    elif form in "67":
        month, day = int(found[f"m{form}"]), int(found[f"d{form}"])
    else:
        month, day = month_number(found[f"m{form}"], language), int(found[f"d{form}"])
    return _believed(year, month, day, told)


def month_number(name: str, language: str = "") -> int:
    """The month that a name means, in the language or else in any.

    >>> month_number("Sept."), month_number("listopada", "pl"), month_number("listopada", "hr")
    (9, 11, 10)

    Raises:
        NoDateError: it means another month in another language.
    """
    means = _NAMES[name.lower().rstrip(".")]
    known = means.get(language.lower().partition("-")[0])
    if known is None and len(set(means.values())) > 1:
        raise NoDateError(f"the month {name!r} depends on the language and was left out")
    return known or next(iter(means.values()))


def _day_and_month(a: int, b: int, sign: str, language: str, told: str) -> tuple[int, int]:
    tag = language.lower().replace("_", "-")
    day_first = sign == "." or tag in _DAY_FIRST or tag.partition("-")[0] in _DAY_FIRST
    if a > 12 or a == b or (b <= 12 and day_first):
        return a, b
    if b > 12 or tag in _MONTH_FIRST:
        return b, a
    raise NoDateError(f"the date {told!r} may be either of two days and was left out")


def _believed(year: int, month: int, day: int, told: str) -> str:
    try:
        found = date(year, month, day)
    except ValueError:
        raise NoDateError(f"the date {told!r} is not like 2026-06-03 and was left out") from None
    # A day later than here it may already be somewhere, and press releases are dated ahead.
    if year < FIRST_YEAR or found > date.today() + timedelta(days=366):
        raise NoDateError(f"the date {told!r} is not to be believed and was left out")
    return found.isoformat()
