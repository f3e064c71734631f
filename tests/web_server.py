"""A small real server on the loopback that sends what it is told to, and may misbehave.

What is done with the replies is the tests' business.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

Piece = bytes | float
"""Bytes to send, or seconds to wait."""


def reply(
    body: bytes = b"", *headers: str, status: str = "200 OK", length: bool = True
) -> list[Piece]:
    """A well-formed reply; without its length, the end of the connection ends it."""
    told = (f"Content-Length: {len(body)}",) if length else ()
    lines = [f"HTTP/1.1 {status}", *headers, *told, "", ""]
    return ["\r\n".join(lines).encode() + body]


def moved(location: str, status: str = "302 Found") -> list[Piece]:
    return reply(b"elsewhere", f"Location: {location}", status=status)


class WebServer:
    """Answers each path with its pieces; requests are remembered, and connections counted."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self._tls = tls
        self.port: int = self._socket.getsockname()[1]
        self.pages: dict[str, Iterable[Piece]] = {}
        self.requests: list[str] = []
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(link,), daemon=True).start()

    def _answer(self, link: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(link.close)
            if self._tls:
                link = stack.enter_context(self._tls.wrap_socket(link, server_side=True))
            asked = b""
            while b"\r\n\r\n" not in asked and (read := link.recv(65536)):
                asked += read
            self.requests.append(asked.decode("latin-1"))
            path = asked.split(b" ")[1].decode() if b" " in asked else ""
            for piece in self.pages.get(path, reply(status="404 Not Found")):
                if isinstance(piece, bytes):
                    link.sendall(piece)
                else:
                    time.sleep(piece)


@contextmanager
def web_server(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    server = WebServer(host, tls)
    try:
        yield server
    finally:
        server.close()
