"""What a text says of itself in its first and last lines: publisher, author and date.

Only lines that say nothing else count, and the place and date that a report opens with: a date that
is merely mentioned is none of the document's. Fields are read by `dates` and `languages`. Import it
where it is used: its patterns take longer to compile than a command may to begin.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from assistant.ingest.chunking.blocks import front_matter, plain
from assistant.ingest.metadata import dates
from assistant.ingest.metadata.dates import NoDateError

_LONGEST_LINE = 200
_HEAD, _HEAD_LINES = 4000, 15
_TAIL, _TAIL_LINES = 2000, 6
_EARLIEST = "1985"  # PDF and its like are no older
_DATES_WITHIN = 40  # lines: where more of them are dates, none is the document's

_AGENCIES = (
    r"(?:the\s+)?(?:associated press|ap|reuters|agence france[ -]presse|afp|bloomberg(?: news)?|upi|"
    r"united press international|dpa|xinhua(?: news agency)?|tass|ansa|efe|kyodo(?: news)?|yonhap"
    r"(?: news agency)?|press trust of india|pti|interfax|canadian press|press association|pr ?newswire"
    r"|business wire|globe ?newswire|ips|ians|belga|lusa|mti|ritzau|apa|ntb|tt|stt)"
)
_AGENCY = re.compile(_AGENCIES, re.IGNORECASE)
_SOURCE = re.compile(
    r"(?:source|publisher|published by|quelle|herausgeber|éditeur|fuente|fonte|bron)\s*:\s*"
    r"(?!https?:|www\.)(\S.{0,99})",
    re.IGNORECASE,
)
_NO_PUBLISHER = re.compile(
    r"\b(?:calculat\w+|compil\w+|estimat\w+|based on|data|author\w*|own|table|figure|et al)\b|;|\d{4}",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:\d{4}\s*[-–—]\s*)?(?P<year>\d{4})?,?\s*(?:by\s+)?"
    r"(?P<name>[^\W\d_][^.|©\d]{1,60}?)\s*(?:[.|,].{0,60}|all rights reserved.{0,40})?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"all rights|rights reserved|copyright|photo|image", re.IGNORECASE)
_WIRE = re.compile(
    rf"[^\W\d_a-z][^()\n]{{1,90}}\(((?i:{_AGENCIES}))\)\s*[-–—]|((?:The )?[A-Z][A-Za-z ]{{1,22}}) [–—] "
)

_PLACE = r"[^\W\d_a-z][^\W\d_]*[.']?(?:[ /-][^\W\d_a-z][^\W\d_]*\.?){0,2}"
_PLACES = rf"{_PLACE}(?:\s+(?:de|la|of|and|do|el|upon)\s+{_PLACE})?(?:,\s*{_PLACE}){{0,2}}"
_PARTICLE = r"(?:(?:de|da|di|del|della|van|von|den|der|ten|bin|ibn|al|el|la|le|du|dos|zu|y)\s+)"
_GIVEN = r"(?:[^\W\d_a-zß-ÿ][\w'’-]*\.?)"
_NAME = rf"{_GIVEN}(?:\s+{_PARTICLE}{{0,2}}{_GIVEN}){{1,3}}"
_NAMES = rf"{_NAME}(?:(?:\s*,\s*|\s*,?\s+(?:and|&|und|et|y|e|en|i)\s+){_NAME}){{0,7}}"
_BYLINE = re.compile(
    r"(?:(?i:by|written by|story by|reporting by|author|authors|text by|von|par|por|di|door|autor|autora"
    r"|auteur))\s*:?\s+"
    rf"(?P<author>{_NAMES})(?:\s*[,(/]\s*(?P<house>[^()]{{2,60}})\)?|\s+in\s+{_PLACE})?"
)
_PEOPLE = re.compile(rf"(?:(?:and|&|und|et|y|e|en|i)\s+)?{_NAMES}")
_HOUSE_LINE = re.compile(
    rf"(?:by|from)\s+(?P<name>{_AGENCIES})(?:\s+(?:staff|news))?", re.IGNORECASE
)
_REPORTING = re.compile(rf"\((?i:reporting|writing)\s+by\s+(?P<author>{_NAMES})\b[^)]*\)")
_NO_PERSON = re.compile(
    r"\b(?:The|And|For|With|Land|Sea|Staff|Our|Number|Popular|Numbers|Order|Law|Executive|Country|"
    r"Region|Sector|Product|Editorial|Office|Ministry|Department|Year|Month|Type)\b"
)
_ROLE = re.compile(
    r"\b(?:correspondents?|editors?|reporters?|writers?|columnists?|analysts?|economists?|news|press|"
    r"times|post|journal|bureau|chief|team|university|institute|redaktion)\b",
    re.IGNORECASE,
)
_FIRST = (
    r"(?:first\s+)?(?:published|posted|issued)(?:\s+(?:on|at|online))?|released(?:\s+on|(?=:))|date(?:\s+(?:published|"
    r"posted|of\s+(?:issue|publication|release)))?|dated|sent|publi(?:cation|sh|shing|shed)\s+date|"
    r"release\s+date|(?:for\s+)?(?:immediate\s+)?release|veröffentlicht(?:\s+am)?|datum|publié(?:e)?(?:"
    r"\s+le)?|fecha(?:\s+de\s+publicación)?|publicado(?:\s+(?:el|em))?|pubblicato(?:\s+il)?|data|"
    r"gepubliceerd(?:\s+op)?|publicerad|опубликовано|дата"
)
_LATER = (
    r"(?:last\s+)?(?:updated|modified|revised)(?:\s+(?:on|at))?|stand|(?:zuletzt\s+)?aktualisiert"
    r"(?:\s+am)?|mis\s+à\s+jour(?:\s+le)?|actualizado(?:\s+el)?|aggiornato(?:\s+il)?|atualizado"
    r"(?:\s+em)?|обновлено"
)
_MINOR = re.compile(
    r"\d+\s*min(?:ute)?s?(?:\s+read)?|press\s+release|pressemitteilung|communiqué(?:\s+de\s+presse)?"
    rf"|(?:for\s+)?immediate\s+release|(?:(?:{_LATER})\s*)?{dates.CLOCK}",
    re.IGNORECASE,
)
_SHORT = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:[ &'’-]+[^\W\d_]+){0,3}")
_EVENTS = re.compile(
    r"\b(?:effective|deadline|due|born|died|since|until|from|expires?|valid|entry|start|end|begin|"
    r"closing|opening|meeting|hearing|event|next|in force|\w+ed)\b",
    re.IGNORECASE,
)
_EVENT_LINE = re.compile(
    r"(?:time|place|venue|location|where|ort|lieu|lugar|luogo)\s*:", re.IGNORECASE
)
_ANY_DATE = re.compile(r"(?:date|datum|fecha|data|дата)(?:\s*:.*)?", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\s*[|·•;]\s*|\s+[–—-]\s+|,\s+(?=(?:last\s+)?(?:updated|modified|aktualisiert|actualizado)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class About:
    """What a text says of itself; empty where it does not, `published` as ISO 8601."""

    published: str | None = None
    publisher: str = ""
    author: str = ""


def about(text: str, language: str = "", markdown: bool = False) -> About:
    """What the first and last lines of a text say of it.

    Args:
        text: the document's text.
        language: it is in, as `fr` or `en-GB`, where known: numbers may be days only in one.
        markdown: whether front matter, which is none of its words, is passed over.

    >>> about("Ports\\n\\nBy Ann Lee | June 3, 2026\\n\\nLIMA (Reuters) - Peru ...")
    About(published='2026-06-03', publisher='Reuters', author='Ann Lee')
    """
    begin = front_matter(text)[1] if markdown else 0
    first = _lines(text[begin : begin + _HEAD], markdown)[:_DATES_WITHIN]
    last = _lines(text[max(begin, len(text) - _TAIL) :], markdown)[-_TAIL_LINES:]
    head = _Head(first, language)
    return About(
        published=_published(head, last, language)
        or _heading_date(text[begin : begin + _HEAD], markdown, language),
        publisher=head.publisher or _last_publisher(last),
        author=head.author or _last_author(last),
    )


def _lines(text: str, markdown: bool) -> list[str]:
    """The lines that are not empty, without marks of headings and emphasis."""
    lines = (line.strip() for line in text.splitlines() if line.strip())
    return [plain(line) if markdown else line for line in lines]


class _Head:
    """The first lines, each read for what it says of the document.

    Attributes:
        publisher, author: as the first line that names one has it; empty where none does.
        labelled: dates that are said to be of publication.
        alone: dates that stand alone in a line, or beside a byline.
        later: dates that are said to be of a change.
        opening: of the place and date that the report opens with, as a match of `_opening`.
    """

    def __init__(self, lines: list[str], language: str) -> None:
        self.publisher = self.author = ""
        self.labelled: list[str] = []
        self.alone: list[str] = []
        self.later: list[str] = []
        self.opening: re.Match[str] | None = None
        self._is_event = any(map(_EVENT_LINE.match, lines[:_HEAD_LINES]))
        label, prose = "", 0
        for number, line in enumerate(lines):
            within = number < _HEAD_LINES and prose < 2
            if len(line) <= _LONGEST_LINE:
                if within and _LABEL_ALONE.fullmatch(line):
                    label = line
                    continue
                self._take(f"{label} {line}" if label else line, number == 0, within, language)
                label = ""
            if within:
                self._take_opening(line)
                prose += _is_prose(line)

    def _take(self, line: str, first: bool, within: bool, language: str) -> None:
        """Read a line all of whose parts say something of the document."""
        parts = [part for part in _BETWEEN.split(line) if part]
        strict = first or " | " not in line.replace("·", "|").replace("•", "|")
        found = [_part(part, strict and len(parts) > 1) for part in parts]
        if not all(found) or len(parts) > 5:
            return
        for kind, match in filter(None, found):
            if kind == "date":
                self._take_date(match, within, first, language)
            elif kind == "author" and within and not (first and len(parts) == 1):
                author, house = _signed(match)
                self.author = self.author or author
                self.publisher = self.publisher or house
            elif kind == "publisher" and within and not (first and len(parts) > 1):
                self.publisher = self.publisher or match["name"]

    def _take_date(self, match: re.Match[str], within: bool, first: bool, language: str) -> None:
        if first and match["place"]:  # may be a title: "Pearl Harbor, December 7, 1941"
            return
        if self._is_event and _ANY_DATE.fullmatch(match["first"] or ""):
            return
        try:
            day = dates.written(match, language)
        except NoDateError:
            return
        if match["first"] and within:
            self.labelled.append(day)
        elif match["later"] and within:
            self.later.append(day)
        elif not (match["first"] or match["later"]) and (within or self.alone):
            self.alone.append(day)

    def _take_opening(self, line: str) -> None:
        start = line[:_LONGEST_LINE]
        if (wire := _WIRE.match(start)) and (wire[1] or _AGENCY.fullmatch(wire[2])):
            self.publisher = self.publisher or wire[1] or wire[2]
        self.opening = self.opening or _opening().match(start)


def _published(head: _Head, last: list[str], language: str) -> str | None:
    """The first of what is said to be the date, stands alone, opens the report, was the change."""
    if head.labelled:
        return head.labelled[0]
    if head.alone and len(set(head.alone)) == 1:
        return head.alone[0]
    opened = _opened(head.opening, last, language) if head.opening else None
    if opened:
        return opened
    labelled = [
        line for line in last if _LABELLED.match(line) and not _ANY_DATE.fullmatch(line)
    ]  # "Date: ..." at the end is that of a signature, or of what the text is about
    end = _Head(["", *labelled], language)
    told = end.labelled or (head.later + end.later)[:1]
    return told[0] if told else None


def _heading_date(text: str, markdown: bool, language: str) -> str | None:
    """The date that a heading ends with, apart from its words: "Tolls, Harbour Board, 4 May 2026".

    An early one is rather of what the text is about.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][:_HEAD_LINES]
    for number, line in enumerate(lines):
        if (number and not (markdown and line.startswith("#"))) or len(line) > _LONGEST_LINE:
            continue
        match = _ended().search(plain(line) if markdown else line)
        if match and match.start() and not (_EVENTS.search(line) or _dates_in(line) > 1):
            with suppress(NoDateError):
                day = dates.written(match, language)
                return day if day >= _EARLIEST else None
    return None


def _opened(opening: re.Match[str], last: list[str], language: str) -> str | None:
    """The date that a report opens with; where it has no year, that of its agency's copyright."""
    try:
        if opening["whole"]:
            return dates.written(opening, language)
        years = {
            match["year"]
            for match in map(_COPYRIGHT.fullmatch, last)
            if match and match["year"] and _AGENCY.fullmatch(match["name"])
        }
        if len(years) == 1:
            day = opening["day"]
            return dates.iso_date(f"{day} {years.pop()}", language)
    except NoDateError:
        pass
    return None


def _part(part: str, strict: bool) -> tuple[str, re.Match[str]] | None:
    """What a part of a line says of the document, if that is all it says."""
    if any(map(str.isdigit, part)) and (match := _dated().fullmatch(part)):
        return "date", match
    if (match := _BYLINE.fullmatch(part)) and not _NO_PERSON.search(match["author"]):
        return "author", match
    if match := _HOUSE_LINE.fullmatch(part) or _NAMED_HOUSE.fullmatch(part):
        return "publisher", match
    if match := _MINOR.fullmatch(part) or _LABEL_ALONE.fullmatch(part):
        return "", match
    if not strict and (match := _SHORT.fullmatch(part)) and not _EVENTS.search(part):
        return "", match
    return None


def _signed(byline: re.Match[str]) -> tuple[str, str]:
    """Who wrote it, without their offices, and the agency they did it for."""
    names, *more = re.split(r"\s*,\s*", f"{byline['author']}, {byline['house'] or ''}".rstrip(", "))
    house = next((each for each in more if _AGENCY.fullmatch(each)), "")
    for each in more:
        if each == house or _ROLE.search(each) or not _PEOPLE.fullmatch(each):
            break
        names += f", {each}"
    return names, house


def _is_prose(line: str) -> bool:
    return len(line) > 160 or (line[-1:] in '.!?…”"' and len(line.split()) >= 8)


def _last_publisher(last: list[str]) -> str:
    """The publisher that one of the last lines names, as in "Source: Yahoo Finance"."""
    for line in reversed(last):
        match = _SOURCE.fullmatch(line)
        if match and len(match[1].split()) <= 8 and not _NO_PUBLISHER.search(match[1]):
            return match[1]
        rights = _COPYRIGHT.fullmatch(line)
        if rights and not _NO_NAME.search(rights["name"]):
            return rights["name"]
    return ""


def _last_author(last: list[str]) -> str:
    """Whom an agency's last line names as the reporters."""
    found = next(filter(None, map(_REPORTING.search, reversed(last))), None)
    return found["author"] if found else ""


_NAMED_HOUSE = re.compile(rf"(?P<name>{_AGENCIES})", re.IGNORECASE)
_LABELLED = re.compile(rf"(?:{_FIRST}|{_LATER})\s*:?\s+\S", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"(?:{_FIRST}|{_LATER})\s*:?", re.IGNORECASE)


@cache
def _dated() -> re.Pattern[str]:
    """A date with what may stand around it: a label or a place before, a name after."""
    label = rf"(?:(?P<first>{_FIRST})|(?P<later>{_LATER}))(?:\s*:\s*|\s+)"
    place = rf"(?P<place>(?-i:{_PLACE}))\s*,\s+(?:(?:le|den|el|il|a|em)\s+)?"
    name = rf"(?:\s+by\s+(?-i:{_NAME}))?"
    return re.compile(rf"(?:{label}|{place})?\(?{dates.DATE}\)?\.?{name}", re.IGNORECASE)


def _dates_in(line: str) -> int:
    return sum(1 for _ in re.finditer(dates.DATE, line, re.IGNORECASE))


@cache
def _ended() -> re.Pattern[str]:
    """A whole date at the end of a line, after a sign that parts it from what stands before."""
    return re.compile(rf"(?:[,|·•(\[]|\s[–—-])\s*{dates.DATE}[)\]]?\.?$", re.IGNORECASE)


@cache
def _opening() -> re.Pattern[str]:
    """A place and a date as reports open with, with or without a year, up to the dash."""
    agency = r"(?:\s*[(/][^()/\n]{2,40}[)/])?\s*(?:[-–—]{1,2}|/)"
    day = rf"(?P<day>{_ungrouped(dates.DAY_MONTH)}|{_ungrouped(dates.MONTH_DAY)})"
    place = rf"(?:(?P<place>(?-i:{_PLACES}))(?:\s*,\s*|\s+[-–—]{{1,2}}\s+))?"
    after = rf"\s+[-–—]{{1,2}}\s+(?-i:{_PLACES})\s+[-–—]"
    return re.compile(
        rf"{place}(?:(?P<whole>{dates.DATE})|{day})\.?,?(?(place){agency}|{after})", re.IGNORECASE
    )


def _ungrouped(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)
