"""Two processes of one user that prove to each other who they are before anything is said.

What they prove is that they know a secret, which lies in a file that only this user can read. What
is said afterwards is left to `model_service` and `model_process`.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from assistant.private_files import is_private, replace_file

HOST = "127.0.0.1"
_PATIENCE = 3.0  # seconds for each step until both sides are proven
_LONGEST_LINE = 1_000_000


class LinkError(Exception):
    """Nobody answers there, or not one who knows the secret, or what is said makes no sense."""


@dataclass(frozen=True, slots=True)
class State:
    """What a service leaves in its file for those who look for it.

    Attributes:
        port: on loopback.
        pid: of its process.
        secret: what both sides prove to know; it is never sent.
        model: path of the model's file.
    """

    port: int
    pid: int
    secret: str = field(repr=False)
    model: str

    def write(self, path: Path) -> None:
        """Write it, for this user alone; a reader finds all of it or nothing."""
        replace_file(path, json.dumps(asdict(self)).encode())

    @classmethod
    def read(cls, path: Path) -> State | None:
        """What the file says; None where there is none, or another user may have written it."""
        try:
            handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(handle, encoding="utf-8") as file:
                if not is_private(os.fstat(handle)):
                    return None
                told = json.loads(file.read(_LONGEST_LINE))
            return cls(int(told["port"]), int(told["pid"]), str(told["secret"]), str(told["model"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


class Link:
    """A connection whose other end is proven to know the secret. Says and hears JSON, a line each.

    Attributes:
        socket: for what is no JSON, once the lines are over.
    """

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection

    @classmethod
    def to(cls, state: State) -> Link:
        """Connect to a service.

        Raises:
            LinkError: it is not there, or what is there does not know the secret.
        """
        try:
            connection = socket.create_connection((HOST, state.port), timeout=_PATIENCE)
        except OSError as exc:
            raise LinkError(f"nobody listens on port {state.port}") from exc
        link = cls(connection)
        try:
            ours = secrets.token_hex(32)
            link.say({"nonce": ours})
            theirs, proof = _texts(link.hear(), "nonce", "proof")
            nonces = f"{state.port} {ours} {theirs}"
            if not hmac.compare_digest(proof, _proof(state.secret, "service", nonces)):
                raise LinkError(f"port {state.port} is another program's")
            link.say({"proof": _proof(state.secret, "client", nonces)})
        except BaseException:
            link.close()
            raise
        return link

    @classmethod
    def accepted(cls, connection: socket.socket, secret: str) -> Link:
        """The service's side of `to`.

        Raises:
            LinkError: who connected does not know the secret.
        """
        connection.settimeout(_PATIENCE)
        link = cls(connection)
        (theirs,) = _texts(link.hear(), "nonce")
        ours = secrets.token_hex(32)
        nonces = f"{connection.getsockname()[1]} {theirs} {ours}"
        link.say({"nonce": ours, "proof": _proof(secret, "service", nonces)})
        (proof,) = _texts(link.hear(), "proof")
        if not hmac.compare_digest(proof, _proof(secret, "client", nonces)):
            raise LinkError("who connected does not know the secret")
        return link

    def say(self, told: dict[str, Any]) -> None:
        """Send a line.

        Raises:
            LinkError: the other end is gone.
        """
        try:
            self.socket.sendall(json.dumps(told).encode() + b"\n")
        except OSError as exc:
            raise LinkError("the other end is gone") from exc

    def hear(self) -> dict[str, Any]:
        """The next line, and not a byte of what follows it.

        Raises:
            LinkError: the other end is gone, silent, or says what is no such line.
        """
        line = b""
        try:
            while not line.endswith(b"\n") and len(line) < _LONGEST_LINE:
                ahead = self.socket.recv(4096, socket.MSG_PEEK)
                if not ahead:
                    raise LinkError("the other end is gone")
                line += self.socket.recv(ahead.find(b"\n") + 1 or len(ahead))
            told = json.loads(line)
        except (OSError, ValueError) as exc:
            raise LinkError("nothing that makes sense was said") from exc
        if not isinstance(told, dict):
            raise LinkError("nothing that makes sense was said")
        return told

    def close(self) -> None:
        """Close the connection."""
        with suppress(OSError):
            self.socket.close()


def _texts(told: dict[str, Any], *names: str) -> list[str]:
    """Fields that must be texts of plain characters, as `compare_digest` wants them."""
    texts = [told.get(name) for name in names]
    if not all(isinstance(text, str) and text.isascii() for text in texts):
        raise LinkError("nothing that makes sense was said")
    return [str(text) for text in texts]


def _proof(secret: str, side: str, nonces: str) -> str:
    """What only one who knows the secret can say, in this connection and on this side of it."""
    return hmac.digest(secret.encode(), f"{side} {nonces}".encode(), "sha256").hex()
