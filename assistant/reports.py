"""Reports about an index: of a run, of its state, of its examination."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class FileNote:
    """Something to tell about one file: why it was skipped, or how it was read."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far an indexing run is.

    Attributes:
        done, total: bytes of source files, those that are unchanged among them.
        documents: those that were looked at so far.
        embedded: passages that were embedded so far.
        seconds: since the run began.
        fetching: the machine that a web address is now fetched from; empty while none is.
    """

    done: int
    total: int
    documents: int
    embedded: int
    seconds: float
    fetching: str = ""

    @property
    def rate(self) -> float:
        """Passages embedded in a second."""
        return self.embedded / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one indexing run did; the counts are of documents.

    Attributes:
        added, updated, unchanged, removed: documents by what happened to them.
        skipped: files or records of a kind that is read which could not be, with the reason.
        notes: files that were read with a remark, such as a guessed encoding.
        ignored: files of a kind that is not read.
        passages: passages in the index after the run.
        embedded: passages that had to be embedded in this run.
        seconds: how long the run took.
        excluded: files and folders that were passed over by a pattern.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[FileNote, ...] = ()
    notes: tuple[FileNote, ...] = ()
    ignored: int = 0
    passages: int = 0
    embedded: int = 0
    seconds: float = 0.0
    excluded: int = 0

    @property
    def rate(self) -> float:
        """Passages embedded in a second."""
        return self.embedded / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index holds and how it was made.

    Attributes:
        path: the index folder.
        documents, passages, vectors: how many it holds, in the catalogue and in Chroma.
        store: where Chroma keeps the vectors: a folder, or the address of a server.
        pending: changes that are in the catalogue and not yet in Chroma.
        generation: number of the last committed change.
        embedding: name of the embedding model.
        format: version of the catalogue's format.
        roots: the folders, files and web addresses it was made from.
        bytes: size on disk.
        faulty: files that could not be read, or not all of them, and stay as they were until then.
    """

    path: str
    documents: int
    passages: int
    vectors: int
    store: str
    pending: int
    generation: int
    embedding: str
    format: int
    roots: tuple[str, ...]
    bytes: int
    faulty: int = 0


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """One thing that `doctor` looked at.

    Attributes:
        name: what it is about.
        state: `ok`; `mended`, where it was wrong and is not any more; or `wrong`.
        fact: what was found.
        remedy: what to do about it; empty unless it is wrong.
    """

    name: str
    state: Literal["ok", "mended", "wrong"]
    fact: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """All that `doctor` looked at.

    Attributes:
        path: the index folder.
        checks: in the order in which they were made.
    """

    path: str
    checks: tuple[DoctorCheck, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong, or nothing any more."""
        return all(check.state != "wrong" for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        return {"version": 1, "well": self.is_well, **asdict(self)}
