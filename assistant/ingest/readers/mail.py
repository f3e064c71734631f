"""Mail (EML, and MBOX with a document a message): what its author wrote, apart from what is quoted.

The standard library's parser: it decodes headers and parts, and goes on where a message is broken.
An earlier mail's words are somebody else's. So that nobody takes them for the author's, and none
is lost, what a mail quotes or forwards is a document of its own, by its own author where one is
told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

from assistant.ingest.readers import messages
from assistant.ingest.readers.base import (
    Extracted,
    Fault,
    Item,
    Remark,
    UnreadableError,
    one_line,
    storable,
)
from assistant.ingest.readers.decoding import NotTextError, decode, is_wide
from assistant.ingest.readers.html_blocks import Element, blocks, joined, parsed, unmarked
from assistant.ingest.readers.messages import header
from assistant.ingest.readers.quoted_mail import person, sent_on, told_apart

_TOLD_HEADERS = ("From", "To", "Cc", "Date")
_PROOFS = ("From", "To", "Subject", "Date", "Message-ID", "Received")
_OUTLOOK = b"\xd0\xcf\x11\xe0"
_LEAST_PLAIN = 1 / 3
_MOST_NESTED = 20
_MOST_NAMED, _LONGEST_LIST = 10, 180
_SIGNED = frozenset({"application/pgp-signature", "application/pkcs7-signature"})
_SIGNED |= {"application/x-pkcs7-signature", "application/pgp-keys"}
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_SEALED |= {"application/pgp-encrypted"}
_MBOX_LINE = re.compile(
    rb"(?m)(?:\A|^(?=From (?:\S+|[^\r\n]*(?:\d:\d\d|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)[^\r\n]*)?"
    rb"[ ]*\r?\n(?:[!-9;-~]+:|>From )))From [^\r\n]*\r?\n"
)
"""What begins a mail: who sent it when, and a header in the next line. A sentence may begin so."""

_QUOTES = (
    ("blockquote", "type", "cite"),
    ("div", "class", "gmail_quote"),
    ("div", "class", "gmail_attr"),
    ("div", "class", "yahoo_quoted"),
    ("div", "class", "moz-cite-prefix"),
    ("div", "class", "protonmail_quote"),
)


def extract(data: bytes, name: str) -> Iterator[Item]:
    """A document a message, and one for what it quotes; attachments are told and not read."""
    if data.startswith(_OUTLOOK):
        raise UnreadableError("a mail in Outlook's own format; save it as .eml")
    if not name.lower().endswith(".mbox"):
        yield from _message(messages.parsed(data), name, "")
        return
    seen: set[str] = set()
    number = 0
    for number, each in enumerate(_split(data), 1):
        try:
            message = messages.parsed(each)
            key = f"{name}#{header(message, 'Message-ID').strip('<> ') or number}"
            key = f"{key}#{number}" if key in seen else key
            seen.add(key)
            yield from _message(message, name, key)
        except (UnreadableError, NotTextError) as exc:
            yield Fault(str(exc), str(number))
    if not number:
        raise UnreadableError("no mail in it")


def _split(data: bytes) -> Iterator[bytes]:
    """The messages of a mailbox, each behind a line that begins with "From "."""
    if is_wide(data):
        data = decode(data)[0].encode("utf-8", "replace")
    for each in _MBOX_LINE.split(data):
        if each.strip():
            yield re.sub(rb"(?m)^>(>*From )", rb"\1", each)


@dataclass(slots=True)
class _Body:
    """A message's parts, sorted."""

    texts: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    encoding: str = ""
    attached: list[str] = field(default_factory=list)
    inner: list[EmailMessage] = field(default_factory=list)


def _message(message: EmailMessage, name: str, key: str, depth: int = 0) -> Iterator[Item]:
    if not any(header(message, proof) for proof in _PROOFS):
        raise UnreadableError("no mail: it has no sender, date or subject")
    body = _Body()
    _sort(message, body, 0)
    subject = header(message, "Subject")
    own, quotes = told_apart("\n\n".join(body.texts).split("\n"))
    if body.quoted:
        quotes += told_apart("\n\n".join(body.quoted).split("\n"), within=True)[1]
    words = "\n".join(own).strip("\n")
    if not words.strip() and not quotes and not body.inner and not body.attached:
        raise UnreadableError("a mail without text")
    heads = [f"{each}: {told}" for each in _TOLD_HEADERS if (told := header(message, each))]
    title = f"# {subject}" if subject else ""
    yield Extracted(
        storable("\n\n".join(filter(None, [title, *heads, words]))),
        title=subject,
        author=_author(message),
        language=header(message, "Content-Language"),
        published=sent_on(header(message, "Date")),
        encoding=body.encoding,
        key=key,
    )
    base = key or name
    for number, quote in enumerate(quotes, 1):
        yield Extracted(
            storable("\n".join(quote.lines).strip("\n")),
            title=f"Quoted in: {subject}" if subject else "Quoted in a mail",
            author=quote.author,
            published=quote.published,
            encoding=body.encoding,
            key=f"{base}#quoted-{number}",
        )
    if body.attached:
        yield Remark(_attachments(body.attached), "" if not key else key.removeprefix(f"{name}#"))
    for number, inner in enumerate(body.inner, 1):
        if depth < _MOST_NESTED:
            try:
                yield from _message(inner, name, f"{base}#attached-{number}", depth + 1)
            except (UnreadableError, NotTextError) as exc:
                yield Fault(str(exc), f"attached-{number}")


def _sort(part: EmailMessage, body: _Body, depth: int) -> None:
    """Put a part, or the parts within it, where it belongs."""
    inner = messages.within(part)
    kind = part.get_content_type()
    if kind == "multipart/encrypted" or (
        kind in _SEALED and "sign" not in str(part.get_param("smime-type", ""))
    ):
        raise UnreadableError("encrypted; save it decrypted")
    if inner and kind == "message/rfc822":
        body.inner += inner
    elif inner and depth < messages.MOST_NESTED:
        chosen = _chosen(inner) if kind == "multipart/alternative" else inner
        for each in chosen:
            _sort(each, body, depth + 1)
    elif _is_text(part):
        _read(part, body)
    elif _is_attached(part):
        body.attached.append(one_line(_filename(part)) or f"one of type {one_line(kind)}")


def _chosen(alternatives: list[EmailMessage]) -> list[EmailMessage]:
    """Of the ways to tell one thing: plain text, unless it leaves out what the HTML says."""
    plain = next((each for each in alternatives if each.get_content_type() == "text/plain"), None)
    rest = [each for each in alternatives if each is not plain]
    if plain is None:
        return rest[-1:]
    long = max((_length(each) for each in rest), default=0)
    return [plain] if _length(plain) >= _LEAST_PLAIN * long else rest[-1:]


def _length(part: EmailMessage) -> int:
    """Words in a part and in what it holds."""
    probe = _Body()
    try:
        _sort(part, probe, 1)
    except (UnreadableError, NotTextError):
        return 0
    return sum(len(text.split()) for text in probe.texts + probe.quoted)


def _is_text(part: EmailMessage) -> bool:
    return (
        part.get_content_type() in ("text/plain", "text/html")
        and not _filename(part)
        and _disposition(part) != "attachment"
    )


def _is_attached(part: EmailMessage) -> bool:
    """Whether a reader sees it as a file: no signature, and no picture within the text."""
    shown = part.get_content_maintype() == "image" and _disposition(part) != "attachment"
    inside = shown and header(part, "Content-ID")
    return part.get_content_type() not in _SIGNED and not inside


def _disposition(part: EmailMessage) -> str:
    return header(part, "Content-Disposition").partition(";")[0].strip().lower()


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # a malformed header, as in `messages.header`
        return ""


def _read(part: EmailMessage, body: _Body) -> None:
    try:
        text, encoding = messages.part_text(part)
    except NotTextError as exc:
        if str(exc) == "empty":
            return
        raise
    body.encoding = body.encoding or encoding
    if part.get_content_type() == "text/plain":
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        body.texts.append("\n".join(map(unmarked, lines)))
        return
    if not text.strip():
        return
    root = parsed(text)
    found = blocks(root, {each for each in root.iter() if _is_quote(each)})
    body.texts.append(joined([block for block in found if not block.apart]))
    if quoted := joined([block for block in found if block.apart]):
        body.quoted.append(quoted)


def _is_quote(element: Element) -> bool:
    return any(
        element.tag == tag and value in (element.get(name) or "").split()
        for tag, name, value in _QUOTES
    )


def _author(message: EmailMessage) -> str:
    told = header(message, "From")
    if len(told) >= messages.LONGEST_HEADER:
        return person(told)
    try:
        first = message["From"].addresses[0]
        return one_line(first.display_name or first.addr_spec)
    except Exception:  # no such header, or one that the parser stumbles over
        return person(told)


def _attachments(names: list[str]) -> str:
    count = len(names)
    listed = ", ".join(names[:_MOST_NAMED])
    if count > _MOST_NAMED or len(listed) > _LONGEST_LIST:
        listed = f"{listed[:_LONGEST_LIST]}, ..."
    if count == 1:
        return f"an attachment was not read: {listed}; save it as a file of its own"
    return f"{count} attachments were not read: {listed}; save them as files of their own"
