"""A collection on a Chroma server, over HTTP by its API's version 2, and its failures as ours.

Through httpx, which `openai` brings along, and not `chromadb.HttpClient`: that waits for a silent
server forever and hands what stays on this machine to a proxy (see docs/decisions/storage.md).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from assistant.errors import IndexDamagedError, VectorServerError
from assistant.store.vector_place import API, ServerAddress
from assistant.store.vectors import CONFIGURATION, Metadatas, Texts, Vectors

if TYPE_CHECKING:
    import httpx

_DATABASE = "/tenants/default_tenant/databases/default_database/collections"
_LARGEST_BATCH = 250  # rows of one request; Chroma Cloud takes 300
_LARGEST_REQUEST = 8_000_000  # bytes; `chroma run` refuses more than 40 million
_PASSING = (429, 502, 503, 504)
_FIRST_PAUSE = 0.25  # seconds before the second try; doubled each time
_CONNECT = 10.0  # seconds

_T = TypeVar("_T")


class ServerIndex:
    """A collection of vectors on a Chroma server, connected to when first used.

    It is asked as a `FolderIndex` is. A try that fails in passing is repeated: the server may be
    starting again, and all that is asked of it may be asked twice.

    Raises (every method):
        VectorServerError: the server cannot be reached, refuses, or is no Chroma server.
        IndexDamagedError: the server no longer has the collection.
    """

    def __init__(self, address: ServerAddress, name: str, *, timeout: float, retries: int) -> None:
        """Name the collection.

        Args:
            address: of the server.
            name: of the collection.
            timeout: seconds without a sign from the server before a request is given up.
            retries: further tries after a passing failure.
        """
        self.name = name
        self.takes_texts = not address.is_elsewhere  # what documents say stays on this machine
        self._address = address
        self._timeout = timeout
        self._retries = retries
        self._http: httpx.Client | None = None
        self._url = ""
        self._stamp: str | None = None

    def create(self, stamp: str) -> None:
        """Make the collection, which must not be there yet, with this stamp."""
        body = {"name": self.name, "configuration": CONFIGURATION, "metadata": {"stamp": stamp}}
        self._meet(self._ask("POST", _DATABASE, body))

    def erase(self) -> None:
        """Delete the collection, and close; nothing happens where it is not there."""
        try:
            with suppress(IndexDamagedError):
                self._ask("DELETE", f"{_DATABASE}/{self.name}")
        finally:
            self.close()

    def stamp(self) -> str | None:
        """The mark that was last set, as it stood when the collection was first asked for."""
        self._known()
        return self._stamp

    def mark(self, stamp: str) -> None:
        """Set another mark."""
        self._ask("PUT", self._known(), {"new_metadata": {"stamp": stamp}})
        self._stamp = stamp

    def count(self) -> int:
        """Number of vectors."""
        return self._read(int, self._ask("GET", f"{self._known()}/count"))

    def upsert(
        self, ids: Sequence[str], vectors: Vectors, texts: Texts = None, metadatas: Metadatas = None
    ) -> None:
        """Write vectors, a row an id, with texts and metadata; an id that is there is replaced."""
        if not ids:
            return
        rows = {"ids": list(ids), "embeddings": vectors.tolist()}
        body = json.dumps(rows | {"documents": texts, "metadatas": metadatas})
        if len(ids) > 1 and (len(ids) > _LARGEST_BATCH or len(body) > _LARGEST_REQUEST):
            for half in (slice(len(ids) // 2), slice(len(ids) // 2, None)):
                beside = (texts and texts[half], metadatas and metadatas[half])
                self.upsert(ids[half], vectors[half], *beside)
        else:
            self._ask("POST", f"{self._known()}/upsert", body)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete vectors; an id that is not there is passed over."""
        for start in range(0, len(ids), _LARGEST_BATCH):
            part = list(ids[start : start + _LARGEST_BATCH])
            self._ask("POST", f"{self._known()}/delete", {"ids": part})

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine similarity), nearest first; fewer if there are fewer."""
        body = {"query_embeddings": [vector.tolist()], "n_results": k, "include": ["distances"]}
        return self._read(
            lambda reply: [
                (str(key), 1.0 - float(distance))
                for key, distance in zip(reply["ids"][0], reply["distances"][0], strict=True)
            ],
            self._ask("POST", f"{self._known()}/query", body),
        )

    def held(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that are there."""
        parts = (ids[n : n + _LARGEST_BATCH] for n in range(0, len(ids), _LARGEST_BATCH))
        return [key for part in parts for key in self._get({"ids": list(part)})]

    def ids(self) -> Iterator[list[str]]:
        """List the ids of all vectors; nothing may be written meanwhile."""
        for offset in count(step=_LARGEST_BATCH):
            found = self._get({"limit": _LARGEST_BATCH, "offset": offset})
            if not found:
                return
            yield found

    def is_whole(self) -> bool:
        """What is wrong with a server's files, it tells itself."""
        return True

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        if self._http is not None:
            self._http.close()
        self._http, self._url = None, ""

    def _get(self, wanted: dict[str, Any]) -> list[str]:
        found = self._ask("POST", f"{self._known()}/get", wanted | {"include": []})
        return self._read(lambda reply: [str(key) for key in reply["ids"]], found)

    def _known(self) -> str:
        """The address of the collection, which is made of an id that the server gave it."""
        if not self._url:
            self._meet(self._ask("GET", f"{_DATABASE}/{self.name}"))
        return self._url

    def _meet(self, collection: Any) -> None:
        self._stamp = self._read(lambda reply: (reply["metadata"] or {}).get("stamp"), collection)
        self._url = f"{_DATABASE}/{self._read(lambda reply: UUID(reply['id']), collection)}"

    def _read(self, what: Callable[[Any], _T], reply: Any) -> _T:
        """A part of a reply, which may be anything."""
        try:
            return what(reply)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
            raise self._strange() from exc

    def _strange(self) -> VectorServerError:
        return VectorServerError(
            f"{self._address.url} does not reply as a Chroma server of version 1 does; give the "
            "address of one with --vectors, or --vectors local for none."
        )

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the server replies, as JSON."""
        content = body if body is None or isinstance(body, str) else json.dumps(body)
        reply = self._send(method, path, content)
        if reply.is_success:
            try:
                return json.loads(reply.content)
            except ValueError as exc:
                raise self._strange() from exc
        if reply.status_code in (401, 403, 407):
            raise VectorServerError(
                f"{self._address.url} refused access (HTTP {reply.status_code}); give name and "
                "password in the address: --vectors http://NAME:PASSWORD@HOST:PORT"
            )
        error, told = _error_of(reply)
        if error == "NotFoundError" and "ollection" in told:
            raise IndexDamagedError(
                f"{self._address.url} no longer has the vectors of this index (collection "
                f"{self.name}); run `assistant index`: they are filled in from the catalogue."
            )
        if reply.is_redirect or not error:
            raise self._strange()
        raise VectorServerError(
            f"{self._address.url} refused the request (HTTP {reply.status_code}: {told}); try "
            "again, or give --vectors local to have the vectors in the folder of the index."
        )

    def _send(self, method: str, path: str, content: str | None) -> httpx.Response:
        import httpx

        pause = _FIRST_PAUSE
        for left in range(self._retries, -1, -1):
            try:
                reply = self._client.request(method, API + path, content=content)
                if left == 0 or reply.status_code not in _PASSING:
                    return reply
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                # What was waited for once is not waited for again.
                if left == 0 or isinstance(exc, httpx.TimeoutException | httpx.InvalidURL):
                    raise VectorServerError(
                        f"the vector server {self._address.url} gives no answer "
                        f"({_plain(str(exc)) or type(exc).__name__}); check that `chroma run` runs "
                        "there, or give --vectors local to have the vectors in the index's folder."
                    ) from exc
            time.sleep(pause)
            pause *= 2
        raise AssertionError

    @property
    def _client(self) -> httpx.Client:
        if self._http is None:
            import httpx

            self._http = httpx.Client(
                base_url=self._address.url,
                auth=self._address.login,
                headers={"Content-Type": "application/json"},
                timeout=httpx.Timeout(self._timeout, connect=min(_CONNECT, self._timeout)),
                # A proxy must never be handed what stays on this machine.
                trust_env=self._address.is_elsewhere,
            )
        return self._http


def _error_of(reply: httpx.Response) -> tuple[str, str]:
    """Name and text of the error in a reply of Chroma's; two empty ones where it is none."""
    try:
        told = json.loads(reply.content)
        return str(told["error"]), _plain(str(told["message"]))
    except (ValueError, KeyError, TypeError):
        return "", ""


def _plain(text: str) -> str:
    """A server's words in one short line."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
