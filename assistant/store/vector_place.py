"""Where an index's vectors are: a folder of its own or a collection on a server, as recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.errors import UsageError
from assistant.models.chat import is_loopback

LOCAL = "local"
"""What `--vectors` names the folder of the index by."""
FOLDER = re.compile(r"chroma(-[0-9]+)?")
"""Names of the folders that vectors are or were in."""
API = "/api/v2"
_COLLECTION = re.compile(r"assistant-[0-9a-f]{32}")


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
    path = parts.path.rstrip("/").removesuffix(API)
    bare = urlunsplit((parts.scheme, host.lower(), path, "", ""))
    return ServerAddress(bare, (unquote(name), unquote(password)) if login else None)


class Place(BaseModel):
    """Where vectors are.

    Attributes:
        name: of the folder beside the catalogue, or of the collection on the server.
        server: its address, without name and password; None for a folder.
        stamps: the marks that the collection bears if this catalogue was the last to write there:
            the one now, and the one before in case setting it was interrupted.
        contents: version of what stands there beside the vectors; 0 for nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "chroma"
    server: str | None = None
    stamps: tuple[str, ...] = ()
    contents: int = 0

    @model_validator(mode="after")
    def _is_ours(self) -> Place:
        # What is named here is deleted one day, and the catalogue may come from somebody else.
        if not (FOLDER if self.server is None else _COLLECTION).fullmatch(self.name):
            raise ValueError("no place of vectors")
        if self.server is not None:
            try:
                address = parse_address(self.server)
            except UsageError as exc:
                raise ValueError("no server") from exc
            if address.login or address.url != self.server:
                raise ValueError("not as it is recorded")
        return self

    def is_at(self, other: Place) -> bool:
        """Whether it is the same place."""
        return (self.name, self.server) == (other.name, other.server)


class Record(BaseModel):
    """What the catalogue says of its vectors; one that makes no sense is as good as none.

    Attributes:
        place: where they are.
        left: collections that are not needed and may still be on their servers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Place = Field(default_factory=Place)
    left: tuple[Place, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> Record:
        """The record as it stands in a catalogue."""
        try:
            return cls.model_validate_json(text) if text else cls()
        except ValidationError:
            return cls()

    @property
    def address(self) -> ServerAddress | None:
        """Of the server that has the vectors; None where they are in a folder."""
        return ServerAddress(self.place.server) if self.place.server else None


def address_of(spec: str | None) -> ServerAddress | None:
    """The server that `--vectors` names; None for `local`, or where it is not given.

    Raises:
        UsageError: it is neither `local` nor an address.
    """
    return None if spec is None or spec == LOCAL else parse_address(spec)
