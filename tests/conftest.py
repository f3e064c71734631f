"""What the tests share: a clean environment, an index of the shipped documents, a model
server, web servers."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.models.embeddings.minilm import Encoded, MiniLM
from tests.chroma_run import ChromaRun
from tests.fake_openai import FakeOpenAI
from tests.reading import LastingPool
from tests.web_server import reply, web_server

CLEARED = ("OPENAI_", "ASSISTANT_", "OLLAMA_", "XDG_")
LOOKS = "CLICOLOR CLICOLOR_FORCE COLUMNS FORCE_COLOR FORCE_HYPERLINK LESS NO_COLOR PAGER".split()
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

# Started in the background by a shell, pytest ignores Ctrl-C and hands that on to the programs
# that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _clean(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in list(os.environ):
        if name.startswith(CLEARED) or name.upper() in PROXIES or name in LOOKS:
            patch.delenv(name)
    patch.setenv("HOME", str(home))
    for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
        patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    # The folders above are heeded on some systems only, and what a person asked is theirs alone.
    patch.setenv("ASSISTANT_HISTORY_DIR", str(home / "conversations"))
    # On no system may the user's own file of settings change a test; what the tests start inherits
    # this.
    patch.setenv("ASSISTANT_CONFIG", "none")


@pytest.fixture(autouse=True)
def clean_environment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No settings of the machine and no folders of its user reach a test.

    The tests marked `local` keep the user's cache, where the assembled model lies.
    """
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    _clean(monkeypatch, tmp_path / "home")
    if request.node.get_closest_marker("local"):
        monkeypatch.setenv("XDG_CACHE_HOME", cache)


@pytest.fixture(scope="session", autouse=True)
def lasting_readers() -> Iterator[None]:
    """The processes that read files are shared by the tests that index in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.store.index_run.ReadingPool", LastingPool)
        patch.setattr("assistant.comparing.reading.ReadingPool", LastingPool)
        yield
    LastingPool.end()


class RememberingMiniLM(MiniLM):
    """The real model, which embeds no text twice; a vector never depends on other texts."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[NDArray[np.float32], bytes]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode(texts).vectors

    def encode(self, texts: Sequence[str]) -> Encoded:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        encoded = super().encode(new)
        self._known.update(zip(new, zip(encoded.vectors, encoded.words, strict=True), strict=True))
        known = [self._known[text] for text in texts]
        vectors = np.array([vector for vector, _ in known], np.float32)
        return Encoded(vectors.reshape(-1, self.dimension), [words for _, words in known])


@pytest.fixture(scope="session")
def minilm() -> RememberingMiniLM:
    """The embedding model, loaded once and quick on the texts that the tests share."""
    return RememberingMiniLM()


@pytest.fixture
def fake_openai() -> Iterator[FakeOpenAI]:
    """A scripted model server, running."""
    with FakeOpenAI() as server:
        yield server


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaRun]:
    """A real Chroma server, running; what it holds is shared by all tests of the session."""
    with ChromaRun(tmp_path_factory.mktemp("chroma-server")) as server:
        yield server


@pytest.fixture(scope="session")
def built_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the shipped documents, made once; use `index` to write to one."""
    from assistant import Assistant

    folder = tmp_path_factory.mktemp("built") / "index"
    with pytest.MonkeyPatch.context() as patch:
        _clean(patch, folder.parent)
        with Assistant.open(folder, llm="none") as assistant:
            assistant.index()
    return folder


@pytest.fixture
def index(built_index: Path, tmp_path: Path) -> Path:
    """A copy of the index of the shipped documents, the test's own."""
    return shutil.copytree(built_index, tmp_path / "index")


@pytest.fixture
def quick_start(minilm: RememberingMiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every assistant of this test shares the embedding model that is already loaded."""
    monkeypatch.setattr("assistant.answering.workspace.MiniLM", lambda: minilm)
    monkeypatch.setattr("assistant.models.embeddings.minilm.load_ahead", lambda: None)


PORTS = {
    "ilo.txt": "Port of Ilo\n\nPeru's Congress approved a loan for a port at Ilo. "
    "Work starts in March. Fishermen fear for the anchovies.",
    "copy.txt": "A wire story again\n\nPeru's Congress approved a loan for a port at Ilo. "
    "Work starts in March. Nobody knows the architect.",
    "bread.txt": "Bread\n\nKnead the dough for ten minutes. Let it rise until it doubles.",
}
LOAN = "What did Peru's Congress approve?"


@pytest.fixture(scope="module")
def seeds(built_index, minilm):
    from assistant.settings import Settings
    from assistant.store.library import Library

    with Library(built_index, minilm, Settings()) as library:
        yield library


@pytest.fixture
def ports(tmp_path, minilm):
    """A library of three small documents, two of which tell the same."""
    from assistant.settings import Settings
    from assistant.store.library import Library

    folder = tmp_path / "docs"
    folder.mkdir()
    for name, text in PORTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(tmp_path / "index", minilm, Settings()) as library:
        library.index([folder])
        yield library


@pytest.fixture
def retriever(minilm):
    def go(library, **settings):
        from assistant.retrieval.evidence import Retriever
        from assistant.settings import Settings

        return Retriever(library, minilm, Settings(**settings))

    return go


@pytest.fixture
def website():
    """A web server on the loopback."""
    with web_server() as server:
        yield server


@pytest.fixture
def resolver(monkeypatch):
    """Names lead to the addresses in this dict, one at a time; other hosts to where they lead."""
    names, system = {}, socket.getaddrinfo

    def look_up(host, port, **options):
        if host not in names:
            return system(host, port, **options)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names[host].pop(0), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return names


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate that signs itself, for the name page.example.org, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    paths = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    names = "-subj /CN=page.example.org -addext subjectAltName=DNS:page.example.org"
    usage = "-addext keyUsage=digitalSignature,keyCertSign"
    command = f"{command} {names} {usage} -out {paths[0]} -keyout {paths[1]}"
    subprocess.run(command.split(), check=True, capture_output=True)
    return paths


@pytest.fixture
def encrypted(certificate, resolver):
    """A web server with that certificate; two names lead to it, `names` are those it is told."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    resolver["page.example.org"] = ["127.0.0.1"] * 2
    resolver["other.example.org"] = ["127.0.0.1"]
    with web_server(tls=context) as server:
        server.names = []
        context.sni_callback = lambda _, name, __: server.names.append(name)
        server.pages["/"] = reply(b"secret page")
        yield server
