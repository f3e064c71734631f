"""A real Chroma server for the tests: `chroma run` on a free port of the loopback interface."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

PATIENCE = 30.0
"""Seconds in which a server must have come up."""
_COLLECTIONS = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class ChromaRun:
    """`chroma run`, started as a context manager; it can be stopped and started again.

    Attributes:
        url: its address, the same after a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers."""
        chroma = Path(sys.executable).with_name("chroma")
        place = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        with (self._folder.parent / f"{self._folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [chroma, "run", *place],
                stdout=log,
                stderr=log,
                env=os.environ | {"ANONYMIZED_TELEMETRY": "False"},
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.ask("GET", "/api/v2/heartbeat")
                return
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What it replies."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(self.url + path, data, headers, method=method)
        with build_opener(ProxyHandler({})).open(request, timeout=10) as reply:
            return json.loads(reply.read())

    def collections(self) -> set[str]:
        """Names of all collections."""
        return {held["name"] for held in self.ask("GET", _COLLECTIONS)}

    def drop(self, name: str) -> None:
        """Delete a collection behind the program's back."""
        self.ask("DELETE", f"{_COLLECTIONS}/{name}")
