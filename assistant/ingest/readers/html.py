"""Web pages: the article, titled and dated by what the page says of it in its head.

What is the article is told by `boilerplate`; a page without one gives all its text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from assistant.ingest.readers import messages
from assistant.ingest.readers.base import Extracted, Item, Remark, UnreadableError, storable
from assistant.ingest.readers.boilerplate import article
from assistant.ingest.readers.decoding import codec, decode
from assistant.ingest.readers.html_blocks import joined, parsed
from assistant.ingest.readers.page_head import Head

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_CHARSET_WITHIN = 4096
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_MOST_NULS = 0.01


def extract(data: bytes, name: str) -> Iterator[Item]:
    """The page's article as one document."""
    if name.lower().endswith((".mht", ".mhtml")):
        html, encoding, remark = _archived(data)
    else:
        html, encoding, remark = page_text(data)
    if remark:
        yield Remark(remark)
    root = parsed(html)
    text = storable(joined(article(root, html)))
    if not text.strip():
        raise UnreadableError("a page without text; save it from the browser once it has loaded")
    head = Head(root, html)
    yield Extracted(
        text,
        title=head.title(),
        author=head.author(),
        publisher=head.publisher(),
        language=head.language(),
        published=head.published() or None,
        encoding=encoding,
    )


def page_text(data: bytes) -> tuple[str, str, str]:
    """A page's characters, their encoding, and a remark if that was guessed.

    What is UTF-8 throughout is nothing else, whatever it names: browsers save pages anew as UTF-8.

    Raises:
        NotTextError: the bytes are binary, or hold nothing but white space.
    """
    if not data.startswith(_WIDE) and data.count(0) < _MOST_NULS * len(data):
        data = data.replace(b"\x00", b"")  # browsers pass over a stray one, too
    named = _CHARSET.search(data[:_CHARSET_WITHIN])
    if named and b"\x00" not in data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            encoding = codec((named[1] or named[2]).decode("ascii"))
            if encoding and encoding not in ("utf-8", "utf-16", "utf-32"):
                return data.decode(encoding, "replace"), encoding, ""
    return decode(data)


def _archived(data: bytes) -> tuple[str, str, str]:
    """The page in a web archive, which is the first of its parts that is HTML."""
    for part in messages.parts(messages.parsed(data)):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return *messages.part_text(part), ""
    raise UnreadableError("a web archive without a page; save the page as HTML")
