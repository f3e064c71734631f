"""What is meant by the names that are to be removed from an index, and its removal.

The catalogue alone is written here; the lock and Chroma are left to `library`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from assistant.errors import UsageError
from assistant.filters import spellings
from assistant.ingest.sources import lies_in, path_key
from assistant.net import is_address, kept
from assistant.reports import FileNote
from assistant.store.database import Catalogue, Change
from assistant.store.sync_plan import holder_of, name_in
from assistant.store.tracked_files import Register, Root

_BATCH = 1000
_SHOWN = 3  # names that are told of several
_COMPARED = 100_000  # names that an unknown one is compared with
_NEAR = 75  # of 100: how alike a name must be, or a part of it


@dataclass(frozen=True, slots=True)
class Removal:
    """What one name means.

    Attributes:
        path: key of a file or folder, or a web address.
        document: id of the one document in the file that is meant; None for all that is there.
        root: the root that remembers it as removed; None where none is left to do so.
        forgotten: roots that are forgotten with it.
        documents: how many there are.
    """

    path: str
    document: str | None
    root: Root | None
    forgotten: tuple[str, ...]
    documents: int

    @property
    def note(self) -> FileNote:
        """What is told of it."""
        name = self.path if self.document is None else self.document
        if self.root is None:
            stay = "" if is_address(name) else "; the files themselves stay where they are"
            return FileNote(name, f"forgotten{stay}")
        again = f"`assistant index {self.path}`"
        return FileNote(name, f"passed over from now on; {again} takes it in again")


def found(register: Register, sources: Sequence[str]) -> list[Removal]:
    """What the names mean.

    Raises:
        UsageError: nothing is indexed by a name, or several documents are.
    """
    roots = (*register.roots(), *register.addresses())
    return [_found(register, roots, source) for source in sources]


def apply(catalogue: Catalogue, removal: Removal) -> int:
    """Remove it from the catalogue, and remember what is not to come back; how many there were."""
    register = catalogue.register
    if removal.root is not None:
        # Read again: another name may have been removed from the same root.
        roots = (*register.roots(), *register.addresses())
        [root] = [root for root in roots if root.path == removal.root.path]
        name = name_in(root, removal.path)
        ids = frozenset() if removal.document is None else frozenset({removal.document})
        if ids and (before := root.removed.get(name)):
            ids |= before
        register.remember(replace(root, removed={**root.removed, name: ids}))
    if removal.document is not None:
        [known] = register.under(removal.path)
        catalogue.apply([Change(known.record, gone=(removal.document,))])
        return removal.documents
    while files := list(islice(register.under(removal.path), _BATCH)):
        catalogue.remove_numbered([known.number for known in files])
    for path in removal.forgotten:
        register.forget(path)
    return removal.documents


def _found(register: Register, roots: Sequence[Root], source: str) -> Removal:
    key = path_key(Path(source).expanduser().resolve()) if source else ""
    key = kept(source) if is_address(source) else key
    for path in dict.fromkeys((*spellings(key), *spellings(source.rstrip("/") or source))):
        known = bool(path) and next(register.under(path), None) is not None
        if known or any(root.path == path for root in roots):
            return _of_path(register, roots, path)
    forms = map(register.holding, spellings(source))
    documents = next(filter(None, forms), [])
    if len(documents) == 1:
        [(path, document)] = documents
        [known_file] = register.under(path)
        if known_file.documents == 1:
            return _of_path(register, roots, path)
        root = next((root for root in roots if root.path == path), None) or holder_of(roots, path)
        return Removal(path, document, root, (), 1)
    if documents:
        shown = ", ".join(f"{document} in {path}" for path, document in documents[:_SHOWN])
        more = f" and {len(documents) - _SHOWN} more" if len(documents) > _SHOWN else ""
        raise UsageError(
            f"{source!r} names {len(documents)} documents: {shown}{more}; name one by its file, or "
            "by an id that no other has."
        )
    raise UsageError(f"nothing is indexed by the name {source!r}{_nearest(register, source)}")


def _of_path(register: Register, roots: Sequence[Root], path: str) -> Removal:
    forgotten = tuple(root.path for root in roots if lies_in(root.path, {path}))
    return Removal(path, None, holder_of(roots, path), forgotten, register.documents_under(path))


def _nearest(register: Register, source: str) -> str:
    from rapidfuzz import process

    names = list(dict.fromkeys(islice(register.names(), _COMPARED)))
    near = [name for name, *_ in process.extract(source, names, limit=_SHOWN, score_cutoff=_NEAR)]
    if source.strip() and near:
        return f"; did you mean {' or '.join(near)}?"
    return "; `assistant status` and `assistant search` show what there is."
