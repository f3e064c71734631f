"""A draft -> what it states, sentence by sentence, and what of it states nothing.

Citation markers and Markdown's marks are taken off what is to be checked; offsets stay those of
the draft. Whether a statement is true is for others to find.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.documents import Document
from assistant.errors import UsageError
from assistant.ingest.chunking import Block, blocks_of, plain, sentence_spans
from assistant.ingest.metadata import first_line_title
from assistant.ingest.readers import HEADED, Reading, read_file
from assistant.ingest.sources import find_files, read_bytes
from assistant.reports import FileNote

MOST_BYTES = 1_000_000
"""Bytes of a draft, which is some ten thousand sentences."""
FEWEST_WORDS = 3
"""Words that a statement has at least."""

_MARKER = re.compile(
    r"[\[【]\^?(?P<key>[\w-]{1,40}(?:\s*[,;–-]\s*\^?\d{1,3})*)[\]】](?:\([^()\s]*\))?"
)
_NUMBERS = re.compile(r"\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*")
_QUOTED = re.compile(r"“[^“”]*”|\"[^\"\n]*\"")
_ENDS_QUOTE = re.compile(r"[\s.,;:!?]*[”\"]")
_NO_MARK = "\x1f"  # white space that stands where a marker was, so that offsets stay
_GONE = re.compile(rf"\s*{_NO_MARK}+")
_ITEM = re.compile(r"(?:[\s>]|[-*+•‣⁃▪◦·–—]\s|\(?\d{1,3}[.)]\s|\([A-Za-z]\)\s|\[[ xX]\]\s)+")
_QUOTE_MARKS = re.compile(r"^[ \t]*(?:>[ \t]*)+", re.M)
_SURROGATE = re.compile("[\ud800-\udfff]")
_WORD = re.compile(r"\w*[^\W_]\w*(?:[.,'’-]\w+)*")
_SENTENCE_END = re.compile(r"[.!][\W\d]*$", re.M)
_LABEL = re.compile(
    r"(?i:sources?|photos?|images?|credits?|published|publisher|updated|contact|editors?|tags?)\s*:"
    r"|.*\s[·|]\s.*\s[·|]\s"
    r"|[Bb][Yy]\s[A-Z][\w.’'-]*(?:,?\s(?:[A-Z][\w.’'-]*|and)){1,7}$"
)
_CLOSING = "”’\"')]*_ "


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, heading or scrap of a draft.

    Attributes:
        text: its words on one line, without markers and marks.
        start, end: half-open character range in the draft, without markers and marks around it.
        reason: why it states nothing; empty where it is a statement.
    """

    text: str
    start: int
    end: int
    reason: str = ""


def read_draft(path: Path) -> tuple[Document, tuple[FileNote, ...]]:
    """The draft in a file of any kind that is read, and remarks on how it was read.

    Raises:
        UsageError: there is no such file, it cannot be read, or it holds no or several documents.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder; give the file of one draft.")
    if not path.exists():
        raise UsageError(f"{path} does not exist; give a file that does, or - for standard input.")
    [file], _ = find_files(path)
    try:
        reading = Reading.of(read_file(file, read_bytes(file.path, MOST_BYTES), detect=None))
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}; give another draft.") from exc
    if not reading.documents:
        reason = reading.skipped[0].reason if reading.skipped else "empty"
        raise UsageError(f"{path} is no draft: {reason}; give a file with text.")
    if len(reading.documents) > 1:
        raise UsageError(
            f"{path} holds {len(reading.documents)} documents; give a file of one draft."
        )
    return reading.documents[0], reading.notes


def typed_draft(text: str) -> Document:
    """A draft that comes without a file: plain text, or Markdown.

    Raises:
        UsageError: it is empty, or holds what no text does.
    """
    if not text.strip():
        raise UsageError("the draft is empty; give one with text.")
    if "\0" in text or (not text.isascii() and _SURROGATE.search(text)):
        raise UsageError("the draft is not UTF-8 text; convert it, for instance with iconv.")
    return Document("draft", "-", first_line_title(text), text, media_type="text/markdown")


def pieces(draft: Document) -> Iterator[Piece]:
    """The draft's sentences and headings in order, each with the reason if it is no statement.

    >>> [piece.text for piece in pieces(typed_draft("- It **rose** by 5%. [1][^2]"))]
    ['It rose by 5%.']
    """
    text = _without_markers(draft.text)
    reference = False
    known: set[str] = set()
    for number, block in enumerate(blocks_of(draft.text, draft.media_type in HEADED)):
        words = draft.text[block.start : block.end]
        reference = _is_reference(words, known) or (reference and not block.opens)
        known.update(marker["key"] for marker in _MARKER.finditer(words))
        if reference:
            yield Piece(plain(words), block.start, block.end, "reference")
        elif block.level and words[-1:] not in ".!":  # a full sentence states something anywhere
            yield _piece(text, block.start, block.end, "heading")
        elif not number and _is_title(draft, text, block):
            yield _piece(text, block.start, block.end, "title")
        else:
            yield from _sentences(text, block)


def _sentences(text: str, block: Block) -> Iterator[Piece]:
    for start, end in sentence_spans(text, block.start, block.end):
        mark = _ITEM.match(text, start, end)
        piece = _piece(text, mark.end() if mark else start, end)
        if piece.text:
            yield Piece(piece.text, piece.start, piece.end, _reason(piece.text))


def _piece(text: str, start: int, end: int, reason: str = "") -> Piece:
    words = _QUOTE_MARKS.sub("", _GONE.sub("", text[start:end]))
    return Piece(plain(words), start, end, reason)


def _reason(words: str) -> str:
    """Why a sentence states nothing that could be looked up; empty where it does."""
    if _LABEL.match(words):
        return "label"
    asks = words.rstrip(_CLOSING).endswith("?")
    # "Who pays?" asks, and so does a question that is quoted; 'He asked "Who pays?"' states.
    if asks and (words.endswith("?") or words[0] in "“‘\"'*_("):
        return "question"
    return "fragment" if len(_WORD.findall(words)) < FEWEST_WORDS else ""


def _is_title(draft: Document, text: str, block: Block) -> bool:
    """Whether the first block is the headline of what follows, and not the first of some claims."""
    if plain(draft.text[block.start : block.end]) != draft.title:
        return False
    stated = _ITEM.match(text, block.start) or _SENTENCE_END.search(text, block.start, block.end)
    return stated is None and _SENTENCE_END.search(text, block.end) is not None


def _is_reference(words: str, known: set[str]) -> bool:
    """Whether a paragraph is the note that a marker of the draft leads to."""
    marker = _MARKER.match(words)
    if marker is None:
        return False
    return words.startswith("[^") or marker["key"] in known


def _without_markers(text: str) -> str:
    """The text with white space of the same length in place of citation markers.

    What stands in brackets within a quotation is part of it, as in “[40] people”; before the
    closing mark it is a marker.
    """
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    parts, at, quote = [], 0, 0
    for marker in _MARKER.finditer(text):
        while quote < len(quoted) and quoted[quote][1] <= marker.start():
            quote += 1
        inside = quote < len(quoted) and quoted[quote][0] < marker.start()
        if inside and not _ENDS_QUOTE.match(text, marker.end()):
            continue
        if marker[0][1] == "^" or _NUMBERS.fullmatch(marker["key"]):
            parts += [text[at : marker.start()], _NO_MARK * len(marker[0])]
            at = marker.end()
    return "".join(parts) + text[at:]
