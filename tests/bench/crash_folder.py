"""A folder of small files of several kinds that changes, and what an index of it may hold.

What reading a file gives is had from the program itself, from a reading that nothing interrupts;
each document has a word that no other document and no other version has.
"""

from __future__ import annotations

import io
import json
import os
import random
import zipfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from assistant.documents import Document
from assistant.ingest.chunking.passages import embedded_text, segment
from assistant.ingest.metadata.languages import detected
from assistant.ingest.readers.registry import read_file
from assistant.ingest.sources.walk import SourceFile
from assistant.models.embeddings.minilm import MiniLM
from assistant.settings import Settings
from assistant.store.tracked_files import Root

_WORDS = (
    "tariff mineral port loan congress treasury export steel grain copper talks envoy harbour "
    "minister budget strike vessel cargo village river teacher bridge winter election court"
).split()
_KINDS = ("txt", "md", "html", "csv", "docx", "eml", "json", "jsonl")
EXCLUDED = "ex/"
"""The pattern that some runs are given, and the folder that it means."""


@dataclass(frozen=True)
class Made:
    """What reading gives of one document: itself, and its passages as the catalogue keeps them."""

    document: Document
    passages: tuple[tuple[str, int, int, str, tuple[tuple[int, int], ...], bytes], ...]


Version = dict[str, Made]
"""The documents of one version of a file by id; none of a file that is not there."""


@dataclass
class Folder:
    """The files, and each version of them that a run may have seen since the last whole one."""

    path: Path
    chance: random.Random
    minilm: MiniLM = field(default_factory=MiniLM)
    records: dict[str, dict[str, str]] = field(default_factory=dict)  # of JSONL files
    words: set[str] = field(default_factory=set)  # all that were ever written
    _read: dict[tuple[str, bytes], Version] = field(default_factory=dict)
    _next: int = 0

    def fill(self, files: int, records: int) -> None:
        """The first files."""
        for _ in range(files):
            self.add()
        self._grow("many.jsonl", records)

    def names(self) -> list[str]:
        """Paths of the files from the folder on, sorted."""
        return sorted(
            str(path.relative_to(self.path))
            for path in self.path.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        )

    # Changes

    def mutate(self, steps: int) -> None:
        """Add, change, delete and rename files."""
        for _ in range(steps):
            names = self.names()
            does = self.chance.choices(
                (self.add, self.change, self.delete, self.rename, self.grow), (3, 5, 2, 3, 1)
            )[0]
            if does == self.add or len(names) < 5:
                self.add()
            elif does == self.grow:
                self.grow()
            else:
                does(self.chance.choice(names))  # type: ignore[call-arg]

    def add(self) -> None:
        """A file more."""
        self._next += 1
        folder = self.chance.choice(("", "a", "b/c", "d", "ex"))
        kind = self.chance.choice(_KINDS)
        self._write(f"{folder}/f{self._next}.{kind}".lstrip("/"))

    def change(self, name: str) -> None:
        """Other words in a file."""
        self._write(name)

    def delete(self, name: str) -> None:
        """A file less."""
        if not name.endswith("many.jsonl"):
            (self.path / name).unlink()

    def rename(self, name: str) -> None:
        """The same words elsewhere."""
        if not name.endswith("many.jsonl"):
            self._next += 1
            target = self.path / self.chance.choice(("a", "d", "ex"))
            target.mkdir(exist_ok=True)
            old = self.path / name
            old.rename(target / f"f{self._next}{old.suffix}")

    def grow(self) -> None:
        """Records more, and some of the others changed."""
        self._grow("many.jsonl", self.chance.randint(5, 120))

    def _grow(self, name: str, more: int) -> None:
        records = self.records.setdefault(name, {})
        for key in self.chance.sample(
            sorted(records), min(len(records), self.chance.randint(0, 9))
        ):
            records[key] = self._text(1)
        for key in self.chance.sample(
            sorted(records), min(len(records), self.chance.randint(0, 3))
        ):
            del records[key]
        for _ in range(more):
            self._next += 1
            records[f"r{self._next}"] = self._text(1)
        lines = (json.dumps({"id": k, "title": k, "text": t}) for k, t in records.items())
        self._put(name, "\n".join(lines).encode())

    def _write(self, name: str) -> None:
        kind = name.rpartition(".")[2]
        if name.endswith("many.jsonl"):
            self._grow("many.jsonl", 3)
            return
        text = self._text(self.chance.choice((1, 1, 2, 4)))
        title = f"Report {self._word()}"
        match kind:
            case "md":
                data = f"# {title}\n\n{text}\n\n## More\n\n{self._text(1)}\n".encode()
            case "html":
                body = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
                data = (
                    f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
                    f"{body}</article></body></html>"
                ).encode()
            case "csv":
                rows = (f"{self._word()},{self.chance.randint(1, 99)}" for _ in range(12))
                data = ("name,number\n" + "\n".join(rows) + "\n").encode()
            case "docx":
                data = _word_file([title, *text.split("\n\n")])
            case "eml":
                data = (
                    f"From: Ann <ann@example.org>\nTo: bob@example.org\nSubject: {title}\n"
                    f"Date: Mon, 3 Mar 2025 10:00:00 +0000\n\n{text}\n"
                ).encode()
            case "json":
                data = json.dumps({"id": name, "title": title, "text": text}).encode()
            case "jsonl":
                lines = (
                    json.dumps({"id": f"{name}-{n}", "title": title, "text": self._text(1)})
                    for n in range(self.chance.randint(2, 9))
                )
                data = "\n".join(lines).encode()
            case _:
                data = f"{title}\n\n{text}\n".encode()
        self._put(name, data)

    def _put(self, name: str, data: bytes) -> None:
        """As an editor that is careful does: whoever reads sees the old words or the new ones."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.new")
        draft.write_bytes(data)
        os.replace(draft, path)

    def _word(self) -> str:
        self._next += 1
        word = f"q{self._next}x"
        self.words.add(word)
        return word

    def _text(self, paragraphs: int) -> str:
        return "\n\n".join(
            f"The {self._word()} tells of {' '.join(self.chance.choices(_WORDS, k=40))}. "
            f"It was said in {' '.join(self.chance.choices(_WORDS, k=12))}."
            for _ in range(paragraphs)
        )

    # What reading gives

    def state(self, root: Root | None) -> dict[str, Version]:
        """By path what an index holds that is in step, given what is passed over."""
        found = {}
        for name in self.names():
            passed = set() if root is None else {p for p, ids in root.removed.items() if not ids}
            if any(name == path or name.startswith(f"{path}/") for path in passed):
                continue
            if root is not None and root.globs and name.startswith(EXCLUDED):
                continue
            left_out = root.removed.get(name, frozenset()) if root else frozenset()
            version = self.version(name)
            found[str(self.path / name)] = {k: v for k, v in version.items() if k not in left_out}
        return found

    def version(self, name: str) -> Version:
        """What a file gives as it is now."""
        data = (self.path / name).read_bytes()
        key = name, sha256(data).digest()
        if key not in self._read:
            file = SourceFile(self.path / name, self.path, name)
            items = list(read_file(file, data, detect=detected))
            documents = [item for item in items if isinstance(item, Document)]
            self._read[key] = {document.id: self._made(document) for document in documents}
        return self._read[key]

    def _made(self, document: Document) -> Made:
        passages = segment(document, self.minilm.offsets, Settings().passage_tokens)
        return Made(
            document,
            tuple(
                (
                    passage.id,
                    passage.start,
                    passage.end,
                    passage.heading,
                    tuple((sentence.start, sentence.end) for sentence in passage.sentences),
                    sha256(embedded_text(passage).encode("utf-8", "replace")).digest(),
                )
                for passage in passages
            ),
        )


def _word_file(paragraphs: list[str]) -> bytes:
    """A .docx of plain paragraphs."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        )
        parts.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>',
        )
    return made.getvalue()
