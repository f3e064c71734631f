"""A Chroma server over HTTP, its API's version 2: one collection of it, and its failures as ours.

Through httpx, which `openai` brings along, and not `chromadb.HttpClient`: to import that and ask
once takes 0.75 s of CPU with all files cached, httpx 0.15 s, and seven requests are all there are.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, UsageError, VectorServerError
from assistant.models.chat import is_loopback

if TYPE_CHECKING:
    import httpx

_API = "/api/v2"
_DATABASE = "/tenants/default_tenant/databases/default_database/collections"
_LARGEST_REQUEST = 8_000_000  # bytes; `chroma run` refuses more than 40 million
_PASSING = (429, 502, 503, 504)
_FIRST_PAUSE = 0.25  # seconds before the second try; doubled each time
_CONNECT = 10.0  # seconds

_T = TypeVar("_T")
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a Chroma server is, and who asks it.

    Attributes:
        url: without name and password: fit to be shown and to be kept.
        login: name and password for HTTP's basic authentication.
    """

    url: str
    login: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def is_elsewhere(self) -> bool:
        """Whether what is sent there leaves this machine."""
        return not is_loopback(self.url)


def parse_address(url: str) -> ServerAddress:
    """Read `http://host:port`, or `https://name:password@host/path`.

    Raises:
        UsageError: it is no such URL.

    >>> parse_address("http://me:secret@127.0.0.1:8000/")
    ServerAddress(url='http://127.0.0.1:8000')
    """
    try:
        parts = urlsplit(url.strip())
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or not url.isprintable():
        raise UsageError(
            "--vectors (ASSISTANT_VECTORS) is no address of a Chroma server; give one like "
            "http://127.0.0.1:8000, or local for vectors in the folder of the index."
        )
    login, _, host = parts.netloc.rpartition("@")
    name, _, password = login.partition(":")
    path = parts.path.rstrip("/").removesuffix(_API)
    bare = urlunsplit((parts.scheme, host.lower(), path, "", ""))
    return ServerAddress(bare, (unquote(name), unquote(password)) if login else None)


class ServerCollection:
    """A collection of vectors on a Chroma server, connected to when first used.

    A try that fails in passing is repeated: the server may be starting again, and all that is asked
    of it may be asked twice.

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
        self.address = address
        self.name = name
        self._timeout = timeout
        self._retries = retries
        self._http: httpx.Client | None = None
        self._id: str | None = None
        self._batch = 0
        self._stamp: str | None = None
        self._packs = False

    def create(self, configuration: Mapping[str, Any], stamp: str) -> None:
        """Make the collection, which must not be there yet, marked with a stamp."""
        body = {
            "name": self.name,
            "configuration": configuration,
            "metadata": {"stamp": stamp},
            "get_or_create": False,
        }
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
        self._ask("PUT", f"{_DATABASE}/{self._known()}", {"new_metadata": {"stamp": stamp}})
        self._stamp = stamp

    def count(self) -> int:
        """Number of vectors."""
        return self._read(int, self._ask("GET", f"{_DATABASE}/{self._known()}/count"))

    def upsert(self, ids: list[str], vectors: Vectors) -> None:
        """Write vectors, one row an id; an id that is there is replaced."""
        path = f"{_DATABASE}/{self._known()}/upsert"
        batch = max(1, min(self._batch, _LARGEST_REQUEST // (6 * max(vectors.shape[1], 1))))
        for start in range(0, len(ids), batch):
            part = slice(start, start + batch)
            self._ask("POST", path, {"ids": ids[part], "embeddings": self._packed(vectors[part])})

    def delete(self, ids: list[str]) -> None:
        """Delete vectors; an id that is not there is passed over."""
        path = f"{_DATABASE}/{self._known()}/delete"
        for start in range(0, len(ids), self._batch):
            self._ask("POST", path, {"ids": ids[start : start + self._batch]})

    def query(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest (id, cosine distance), nearest first; fewer if there are fewer."""
        body = {
            "query_embeddings": [vector.tolist()],
            "n_results": k,
            "include": ["distances"],
        }
        found = self._ask("POST", f"{_DATABASE}/{self._known()}/query", body)
        return self._read(
            lambda reply: [
                (str(key), float(distance))
                for key, distance in zip(reply["ids"][0], reply["distances"][0], strict=True)
            ],
            found,
        )

    def ids(self, limit: int, offset: int) -> list[str]:
        """Ids of at most `limit` vectors, after the first `offset` of them."""
        body = {"limit": limit, "offset": offset, "include": []}
        found = self._ask("POST", f"{_DATABASE}/{self._known()}/get", body)
        return self._read(lambda reply: [str(key) for key in reply["ids"]], found)

    def close(self) -> None:
        """Close the connection; the next request opens it again."""
        if self._http is not None:
            self._http.close()
        self._http = self._id = None

    def _known(self) -> str:
        """The id of the collection, by which the server wants to be asked."""
        if self._id is None:
            self._meet(self._ask("GET", f"{_DATABASE}/{self.name}"))
        assert self._id is not None
        return self._id

    def _meet(self, collection: Any) -> None:
        """Remember what the server says of the collection and of what it takes at once."""
        limits = self._ask("GET", "/pre-flight-checks")
        self._batch = max(1, self._read(lambda r: int(r["max_batch_size"]), limits))
        self._packs = bool(self._read(lambda r: r.get("supports_base64_encoding"), limits))
        self._stamp = self._read(lambda r: (r["metadata"] or {}).get("stamp"), collection)
        self._id = self._read(lambda r: str(r["id"]), collection)

    def _packed(self, vectors: Vectors) -> Any:
        if not self._packs:
            return vectors.tolist()
        return [base64.b64encode(row.tobytes()).decode() for row in vectors.astype("<f4")]

    def _read(self, what: Callable[[Any], _T], reply: Any) -> _T:
        """A part of a reply, which may be anything."""
        try:
            return what(reply)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as exc:
            raise self._strange() from exc

    def _strange(self) -> VectorServerError:
        return VectorServerError(
            f"{self.address.url} does not reply as a Chroma server of version 1 does; give the "
            "address of one with --vectors, or --vectors local for none."
        )

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the server replies, as JSON."""
        content = None if body is None else json.dumps(body).encode()
        reply = self._send(method, path, content)
        if reply.is_success:
            try:
                return json.loads(reply.content)
            except ValueError as exc:
                raise self._strange() from exc
        if reply.status_code in (401, 403, 407):
            raise VectorServerError(
                f"{self.address.url} refused access (HTTP {reply.status_code}); give name and "
                "password in the address: --vectors http://NAME:PASSWORD@HOST:PORT"
            )
        error, told = _error_of(reply)
        if error == "NotFoundError" and "ollection" in told:
            raise IndexDamagedError(
                f"{self.address.url} no longer has the vectors of this index (collection "
                f"{self.name}); run `assistant index`: they are filled in from the catalogue."
            )
        if reply.is_redirect or not error:
            raise self._strange()
        raise VectorServerError(
            f"{self.address.url} refused the request (HTTP {reply.status_code}: {told}); try "
            "again, or give --vectors local to have the vectors in the folder of the index."
        )

    def _send(self, method: str, path: str, content: bytes | None) -> httpx.Response:
        import httpx

        pause = _FIRST_PAUSE
        for left in range(self._retries, -1, -1):
            try:
                reply = self._client.request(method, _API + path, content=content)
                if left == 0 or reply.status_code not in _PASSING:
                    return reply
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                # What was waited for once is not waited for again.
                if left == 0 or isinstance(exc, httpx.TimeoutException | httpx.InvalidURL):
                    raise VectorServerError(
                        f"the vector server {self.address.url} gives no answer "
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
                base_url=self.address.url,
                auth=self.address.login,
                headers={"Content-Type": "application/json"},
                timeout=httpx.Timeout(self._timeout, connect=min(_CONNECT, self._timeout)),
                # A proxy must never be handed what stays on this machine.
                trust_env=self.address.is_elsewhere,
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
