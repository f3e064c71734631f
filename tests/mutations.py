"""Good files made bad: in how many ways files are damaged, and what reading them has to keep to."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from assistant.documents import Document
from assistant.ingest.readers.kinds import KINDS
from assistant.ingest.readers.registry import Noted, Reading, Skipped, read_file
from assistant.ingest.sources.walk import SourceFile, storable_name
from assistant.ingest.workers.events import Closed, Cut, Job, Limits, Opened
from assistant.ingest.workers.pool import ReadingPool

PASSAGE_TOKENS = 128
Files = Mapping[str, bytes]
_NUMBER = re.compile(rb"\d+")
_TAG = re.compile(rb"<(/?)([A-Za-z][\w:.-]*)([^<>]{0,400})>")
_NUMBERS = b"0 -1 -999999999999 4294967296 9999999999999999999999 1e999 NaN 0.0000001".split()
_HEADS = (b"%PDF-1.7\n", b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"), b"\x89PNG\r\n\x1a\n")
_HEADS += (b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\xef\xbb\xbf", b"From a@b\n", b"{\\rtf1 ")
_HEADS += (b"<!DOCTYPE html>", b"---\n", b"\x1f\x8b\x08\0", b"sep=;\n", b"\0" * 8, b"[[[[[[[[")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A file that was damaged: by which way, its name, and its bytes."""

    way: str
    name: str
    data: bytes


Way = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def cut(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    return data[: rng.randrange(len(data))]


def flipped(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    out = bytearray(data)
    for _each in range(rng.choice((1, 3, 10, 100, 1000))):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def zeroed(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    at, end = _range(data, rng)
    return data[:at] + bytes(end - at) + data[end:]


def removed(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    at, end = _range(data, rng)
    return data[:at] + data[end:]


def repeated(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    at, end = _range(data, rng)
    return data[:at] + data[at:end] * rng.choice((2, 3, 20)) + data[end:]


def shuffled(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    size = max(1, len(data) // rng.choice((3, 10, 100)))
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    rng.shuffle(chunks)
    return b"".join(chunks)


def inserted(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.choice((1, 16, 4000))) + data[at:]


def appended(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    more = (rng.randbytes(5000), bytes(5000), data, b"\xff" * 5000, rng.choice(others))
    return data + rng.choice(more)


def headed(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    head = rng.choice((*_HEADS, rng.choice(others)[: rng.choice((4, 64, 512))]))
    return head + data[rng.choice((0, len(head))) :]


def spliced(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    other = rng.choice(others)
    return data[: rng.randrange(len(data))] + other[rng.randrange(len(other)) :]


def ended(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    ends = (b"", b"\r", b"\r\n", b"\r\r\n", b"\n\n\n", b"\x0b", b"\x85", "\u2028".encode())
    return data.replace(b"\n", rng.choice(ends))


def numbered(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Some of its numbers are others, huge, below zero, or none at all."""
    share = rng.choice((0.01, 0.1, 1.0))
    return _NUMBER.sub(lambda n: rng.choice(_NUMBERS) if rng.random() < share else n[0], data)


def tagged(data: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A tag is lost, told again and again, within itself, or has too much of an attribute."""
    tags = list(_TAG.finditer(data))
    if not tags:
        return numbered(data, rng, _)
    tag = rng.choice(tags)
    name = tag[2]
    many = rng.choice((10, 300, 3000, 50_000))
    match rng.randrange(6):
        case 0:
            put = b""
        case 1:
            put = tag[0] * many
        case 2:
            put = b"<%b>" % name * many + b"</%b>" % name * many
        case 3:
            put = b'<%b%b a="%b">' % (tag[1], name, b"x" * rng.choice((100, 1_000_000)))
        case 4:
            put = b"<%b %b>" % (name, b" ".join(b'a%d="1"' % n for n in range(many)))
        case _:
            put = b"<%b>" % rng.choice(tags)[2]
    return data[: tag.start()] + put + data[tag.end() :]


def repacked(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """A sound archive, of which a member is damaged; what is none, is damaged itself."""
    way = rng.choice((*BYTES.values(), tagged, tagged, tagged, numbered, numbered))
    if not data.startswith(b"PK"):
        return way(data, rng, others)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        names = [each for each in old.namelist() if old.getinfo(each).file_size]
        chosen = rng.choice([each for each in names if each.endswith(("ml", "rels", "opf"))])
        for each in names:
            member = old.read(each)
            new.writestr(each, way(member, rng, others) if each == chosen else member)
    return out.getvalue()


_BYTES = (cut, flipped, zeroed, removed, repeated, shuffled, inserted, appended, headed, spliced)
BYTES: dict[str, Way] = {way.__name__: way for way in (*_BYTES, ended)}
"""Ways that know nothing of formats."""
WAYS = BYTES | {"numbered": numbered, "tagged": tagged, "repacked": repacked}
_TURNS = [*WAYS, *["repacked"] * 8]  # what is packed shows little of its insides else


def _range(data: bytes, rng: random.Random) -> tuple[int, int]:
    at = rng.randrange(len(data))
    return at, min(len(data), at + rng.choice((1, 16, 500, max(1, len(data) // 4))))


def renamed(files: Files) -> Iterator[Mutation]:
    """Every file under the suffix of every other kind."""
    for number, (name, data) in enumerate(files.items()):
        own = PurePosixPath(name).suffix
        for suffix in KINDS:
            if suffix != own:
                yield Mutation("renamed", f"renamed/{number}-{own[1:]}{suffix}", data)


def emptied() -> Iterator[Mutation]:
    """Nothing, white space, or zeros, under every suffix."""
    for number, data in enumerate((b"", b" \r\n\t\n", bytes(5000))):
        for suffix in KINDS:
            yield Mutation("emptied", f"emptied/{number}{suffix}", data)


def nested(depth: int = 100_000) -> Iterator[Mutation]:
    """What opens and never ends."""
    deep = {
        ".json": (b"[", b'{"a":', b'[{"text": "a", "b": '),
        ".jsonl": (b"[", b'{"id": '),
        ".html": (b"<div>", b"<b><i>", b"<table><tr><td>", b"<ul><li>", b"<blockquote>", b"<font>"),
        ".md": (b"> ", b"- ", b"#", b"```\n", b"[", b"*", b"  "),
        ".csv": (b'"', b",", b'""', b"a\n", b'"\n'),
        ".tsv": (b"\t", b"\n\t"),
        ".txt": (
            b"(",
            b"\n",
            b"\f",
            b"\xe2\x80\x9c",
            b"No. ",
            b"a.b",
            b"A (B) ",
            b"1 ",
            b"\xcc\x81",
        ),
        ".eml": (b"From: a\n ", b"Subject: =?utf-8?B?", b"> ", b"To: (", b"Content-Type: a; "),
        ".mbox": (b"From a@b\n\n", b"From ", b"\n\nFrom a\nSubject: b\n\n"),
        ".pdf": (b"%PDF-1.4 1 0 obj[", b"%PDF-1.4\n1 0 obj<</Catalog 1 0 R", b"<<", b"stream\n"),
        ".mht": (b"Content-Type: multipart/related; boundary=a\n\n--a\n",),
    }
    for suffix, units in deep.items():
        for number, unit in enumerate(units):
            heads = b"Subject: a\n\n" if suffix == ".eml" and unit == b"> " else b""
            yield Mutation("nested", f"nested/{number}{suffix}", heads + unit * depth)


def damaged(files: Files, count: int, seed: int) -> Iterator[Mutation]:
    """So many files, each by one way after the other, at random places."""
    rng = random.Random(seed)
    others = list(files.values())
    names = list(files)
    for number in range(count):
        name = names[number % len(names)]
        way = _TURNS[number // len(names) % len(_TURNS)]
        data = WAYS[way](files[name], rng, others)
        yield Mutation(way, f"{way}/{number}{PurePosixPath(name).suffix}", data)


@dataclass
class Outcome:
    """What became of one file."""

    mutation: Mutation
    documents: list[Document] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    opened: bool = False
    closed: Closed | None = None
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """In a word or two."""
        fault = self.closed.fault if self.closed else "not closed"
        for sign, kind in (
            ("took longer", "time"),
            ("of memory", "memory"),
            ("crash", "crash"),
            ("the reader failed", "raised"),
        ):
            if sign in fault:
                return kind
        if not self.opened:
            return "refused"
        if self.documents:
            return "read" if self.closed and self.closed.complete else "in part"
        return "skipped" if fault else "silent"

    def faults(self) -> Iterator[str]:
        """What must never be."""
        if self.kind in ("raised", "silent", "crash") or self.closed is None:
            yield f"{self.kind}: {self.closed and self.closed.fault}"
        for told in self.told:
            if not told.isprintable() or not 3 < len(told) <= 300:
                yield f"told badly: {told!r}"
        for document in self.documents:
            if "\0" in document.text or not document.text.strip():
                yield f"a text that is none: {document.text[:40]!r}"
            document.text.encode()


def outcomes(
    mutations: Sequence[Mutation], folder: Path, limits: Limits | None = None
) -> Iterator[Outcome]:
    """Write the files into a folder, and read them by the pool.

    Each of a passage's words is compared with its document's by the pool itself.
    """
    jobs = []
    for each in mutations:
        path = folder / each.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(each.data)
        jobs.append(Job(SourceFile(path, folder, each.name), size=len(each.data)))
    waiting = iter(mutations)
    with ReadingPool(PASSAGE_TOKENS, processes=1, limits=limits) as pool:
        outcome, begun = Outcome(next(waiting)), time.monotonic()
        for event in pool.read(jobs):
            match event:
                case Opened():
                    outcome.opened = True
                case Cut(document, passages):
                    outcome.documents.append(document)
                    assert all(p.text == document.text[p.start : p.end] for p in passages)
                case Skipped(note) | Noted(note):
                    outcome.told.append(note.reason)
                case Closed():
                    outcome.told += [event.fault] if event.fault else []
                    outcome.closed, outcome.seconds = event, time.monotonic() - begun
                    yield outcome
                    if (following := next(waiting, None)) is None:
                        return
                    outcome, begun = Outcome(following), time.monotonic()


def whole(files: Files) -> dict[str, tuple[Document, ...]]:
    """What each good file gives, by name."""
    here = Path("/docs")
    return {
        name: Reading.of(
            read_file(SourceFile(here / name, here, storable_name(name)), data)
        ).documents
        for name, data in files.items()
    }


def same(found: Sequence[Document], expected: Sequence[Document]) -> bool:
    """Whether a good file gave what it should."""
    facts = [(d.id, d.text, d.title, d.pages, d.published) for d in expected]
    return [(d.id, d.text, d.title, d.pages, d.published) for d in found] == facts
