"""Without a language model nothing leaves the machine: not even a name is looked up."""

import json
import shutil
import subprocess
import sys

import pytest

from assistant import Assistant
from tests import network
from tests.web_server import reply

LOAN = b"Peru's Congress approved a loan of $2 billion for a port at Ilo."
CLOSED = "from tests import network; network.close()\n"
ASKED = """
import json, sys
from assistant import Assistant

with Assistant.open(sys.argv[1], llm="none") as assistant:
    report = assistant.index()
    answer = assistant.ask("What tariff has Trump threatened, and by when?")
    refusal = assistant.ask("What is the current price of neodymium?")
    sockets = network.own_internet_sockets()
print(json.dumps({
    "added": report.added,
    "quote": answer.citations[0].quote,
    "refused": refusal.status,
    "modules": sorted(sys.modules),
    "sockets": sockets,
}))
"""


ADDRESSES = """
import json, sys
from assistant import Assistant

with Assistant.open(sys.argv[1], llm="none") as assistant:
    report = assistant.index()
    answer = assistant.ask("What did Peru's Congress approve?")
    runs = assistant.watch()
    next(runs)
    with open(sys.argv[2], "w") as file:
        file.write("A port is a place where ships load.")
    added = next(runs).added
    runs.close()
    sources = [source.id for source in assistant.sources()]
    well = assistant.doctor().is_well
print(json.dumps({
    "added": [report.added, added],
    "cited": [citation.document.id for citation in answer.citations],
    "sources": sources,
    "well": well,
}))
"""

NAMED = """
import sys
from assistant import Assistant

with Assistant.open(sys.argv[1], llm="none") as assistant:
    assistant.index([sys.argv[2]], allow_private=True)
"""


def child(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=network.ROOT,
        check=False,
    )


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    done = child(CLOSED + ASKED, tmp_path_factory.mktemp("offline") / "index")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.socket().connect(('127.0.0.1', 9))",
        "socket.socket().connect_ex(('127.0.0.1', 9))",
        "socket.getaddrinfo('example.org', 443)",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "socket.socket().bind(('127.0.0.1', 0))",
    ],
)
def test_the_closed_network_is_closed(attempt):
    done = child(f"{CLOSED}import socket\n{attempt}")
    assert done.returncode != 0
    assert "RuntimeError: socket." in done.stderr


def test_documents_are_indexed_and_questions_answered_with_the_network_closed(ran):
    assert ran["added"] >= 1
    assert "100% tariff" in ran["quote"]
    assert ran["refused"] == "not_in_documents"


def test_an_address_in_an_index_is_never_asked_unless_it_is_named(tmp_path, website, quick_start):
    website.pages["/"] = reply(LOAN, "Content-Type: text/plain")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "bread.txt").write_text("Knead the dough for ten minutes.")
    with Assistant.open(tmp_path / "made", llm="none") as assistant:
        assistant.index([website.url(), tmp_path / "docs"], allow_private=True)
    shutil.copytree(tmp_path / "made", tmp_path / "copied")
    done = child(CLOSED + ADDRESSES, tmp_path / "copied", tmp_path / "docs" / "port.txt")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["added"] == [0, 1]
    assert told["cited"] == [website.url()]
    assert website.url() in told["sources"]
    assert told["well"]
    assert website.connections == 1
    done = child(CLOSED + NAMED, tmp_path / "copied", website.url())
    assert "RuntimeError: socket." in done.stderr  # so that the network was closed to fetching


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="read from /proc")
def test_native_code_holds_no_internet_socket_either(ran):
    opened = "import socket; s = socket.create_server(('127.0.0.1', 0))\n"
    seen = child(f"from tests import network\n{opened}print(network.own_internet_sockets())")
    assert "0100007F" in seen.stdout
    assert ran["sockets"] == []


def test_nothing_that_reports_usage_is_ever_imported(ran):
    told = ("posthog", "telemetry", "opentelemetry", "sentry_sdk", "analytics")
    assert not [name for name in ran["modules"] if any(word in name for word in told)]
    assert not {"chromadb", "openai", "httpx", "requests"} & set(ran["modules"])


def test_the_model_runtime_keeps_no_session_to_report_to_its_makers(tmp_path, monkeypatch):
    # ONNX Runtime's telemetry begins with a file `.ses` in the folder for temporary files.
    kept = tmp_path / "tmp"
    kept.mkdir()
    for name in ("CI", "ORT_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(kept))
    done = child(CLOSED + ASKED, tmp_path / "index")
    assert done.returncode == 0, done.stderr
    assert list(kept.iterdir()) == []
