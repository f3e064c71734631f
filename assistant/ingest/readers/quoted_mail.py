"""A mail's lines -> its author's own, and those of earlier mails that it repeats."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime

from assistant.ingest.readers.base import one_line
from assistant.ingest.readers.html_blocks import unmarked

_LONGEST_NAME, _LONGEST_LINE = 200, 400
_BEGINS_WROTE = re.compile(
    r"(?:On|Am|Le|El|Il|Em|Op|Den|Dnia|W dniu)\b.{0,300}|.{0,300}\d.{0,300}", re.IGNORECASE
)
_WROTE = re.compile(
    r"(?P<who>.{3,300}?)\s*\b(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|"
    r"skrev|napisał(?:\(a\))?|написал(?:\(а\))?)\b(?P<after>.{0,80}?)\s*:",
    re.DOTALL,
)
_ORIGINAL = re.compile(
    r"[-_\s]*(?:Original(?: Message|nachricht|e Nachricht)?|Ursprüngliche Nachricht|"
    r"Forwarded message|Begin forwarded message|Weitergeleitete Nachricht|Message d'origine|"
    r"Message transféré|Mensaje original|Mensaje reenviado)[-_\s:]*",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:From|Von|De|Da|Van|Från|Od|От)\s?:\*?\s*(?P<who>\S.*)", re.IGNORECASE)
_OTHER_HEADER = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|Objet|Enviado(?: el)?|"
    r"Fecha|Para|Asunto|Inviato|Data|A|Oggetto|Verzonden|Aan|Onderwerp|Reply-To|Antwort an)"
    r"\s?:\*?(?:\s.*|$)",
    re.IGNORECASE,
)
_SENT = re.compile(r"\*?(?:Sent|Date)\s?:\*?\s*(?P<when>\S.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"\s*[<\[(]?(?:mailto:)?[\w.+-]+@[\w.-]+[>\])]?|[\"*]")
_WHEN = re.compile(
    r".*(?:\d{1,2}:\d{2}(?:\s?[AaPp]\.?[Mm]\.?)?|\d{4})"
    r"(?:\s*(?:\([A-Z]+\)|[A-Z]{2,4}|[+-]\d{4}))?[\s,]+(?:(?:by|von|de)\s+)?",
    re.DOTALL,
)


@dataclass(slots=True)
class Quote:
    """What a mail repeats of an earlier one.

    Attributes:
        author: who wrote it; empty where that is not told.
        published: when, by its own head.
        lines: its words.
    """

    author: str = ""
    published: date | None = None
    lines: list[str] = field(default_factory=list)


def told_apart(lines: list[str], within: bool = False) -> tuple[list[str], list[Quote]]:
    """A mail's own lines, and its quotes: lines behind ">", and all behind an earlier mail's head.

    Args:
        lines: of the text.
        within: whether all of them are known to be quoted.
    """
    own: list[str] = []
    quotes: list[Quote] = [Quote()] if within else []
    marked: Quote | None = None
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        if (end := _head_end(lines, at)) > at:
            quotes.append(_headed(lines[at:end]))
            within, at = True, end
            continue
        if length := _wrote(lines, at, within):
            quotes.append(marked := Quote(_who(" ".join(lines[at : at + length]))))
            at += length
            continue
        is_marked = line.startswith(">")
        words = unmarked(line.lstrip("> ")) if is_marked else line
        if is_marked and not within:
            if marked is None:
                quotes.append(marked := Quote())
            marked.lines.append(words)
        else:
            (quotes[-1].lines if within else own).append(words)
        at += 1
    return own, [quote for quote in quotes if any(line.strip() for line in quote.lines)]


def _head_end(lines: list[str], at: int) -> int:
    """Where the head of an earlier mail ends that begins at this line; `at` if none does."""
    begin = at
    marked = bool(_ORIGINAL.fullmatch(lines[begin].strip("> ") or "x"))
    if marked:
        begin += 1
    while begin < len(lines) and begin - at < 4 and not lines[begin].strip("> "):
        begin += 1
    end, told, sender = begin, 0, False
    while end < len(lines) and told < 12:
        line = lines[end].strip("> ")
        if not line and told and any(_is_header(each) for each in lines[end + 1 : end + 2]):
            end += 1
            continue
        if not _is_header(lines[end]):
            break
        sender = sender or bool(_FROM.fullmatch(line))
        told, end = told + 1, end + 1
    if (sender and told >= 3) or (marked and told):
        return end
    return at


def _is_header(line: str) -> bool:
    line = line.strip("> ")
    return bool(_FROM.fullmatch(line) or _OTHER_HEADER.fullmatch(line))


def _headed(head: list[str]) -> Quote:
    lines = [line.strip("> ") for line in head]
    who = next((match["who"] for line in lines if (match := _FROM.fullmatch(line))), "")
    when = next((match["when"] for line in lines if (match := _SENT.fullmatch(line))), "")
    return Quote(person(who), sent_on(when))


def _wrote(lines: list[str], at: int, within: bool) -> int:
    """How many lines say "On ... wrote:" here, above quoted ones; 0 if none do."""
    for length in (1, 2, 3):
        told = [line.strip("> ") for line in lines[at : at + length]]
        if len(told) < length or not all(told):
            return 0
        if length > 1 and not _BEGINS_WROTE.match(told[0]):
            return 0
        if len(told[-1]) < _LONGEST_LINE and _WROTE.fullmatch("\n".join(told)):
            below = next((line for line in lines[at + length :] if line.strip()), "")
            return length if below.startswith(">") or within else 0
    return 0


def _who(told: str) -> str:
    """The name in "On Tue, 3 Jun 2026 at 10:14, Jane Doe <jane@example.org> wrote:"."""
    match = _WROTE.match(" ".join(told.replace(">", "> ").split()))
    if match and match["after"].strip():  # "Am 2. Juni schrieb Jane Doe:"
        return person(match["after"])
    return person(_WHEN.sub("", match["who"])) if match else ""


def person(told: str) -> str:
    """A person's name, without the address; the address where there is no name."""
    bare = " ".join(_ADDRESS.sub(" ", told).replace("<", " ").replace(">", " ").split()).strip(
        " ,;"
    )
    return one_line(bare or told)[:200]


def sent_on(told: str) -> date | None:
    """The day that a mail's date names where it was sent; None from what is no date."""
    try:
        return parsedate_to_datetime(told).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
