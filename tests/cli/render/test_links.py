import io
import re
import socket
from urllib.parse import unquote, urlsplit

import pytest

from assistant.cli.render.answers import answer_text
from assistant.cli.render.links import links_are_shown, url_of
from assistant.cli.render.page import Page
from assistant.documents import Citation, Document
from tests.cli.chat.samples import TEXT, TerminalStream, answer

KNOWN = ("TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "DOMTERM", "FORCE_HYPERLINK", "TMUX")


@pytest.fixture(autouse=True)
def no_terminal_is_known(monkeypatch):
    for name in KNOWN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({}, False),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"VTE_VERSION": "new"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"WT_SESSION": "1"}, True),
        ({"VTE_VERSION": "7600", "TERM": "screen"}, False),
        ({"VTE_VERSION": "7600", "TERM": "screen", "TMUX": "/tmp/t"}, True),
        ({"VTE_VERSION": "7600", "NO_COLOR": "1"}, False),
        ({"VTE_VERSION": "7600", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
        ({"FORCE_HYPERLINK": "1", "NO_COLOR": "1"}, True),
    ],
)
def test_links_are_shown_by_terminals_that_are_known_to_show_them(monkeypatch, variables, shown):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert links_are_shown() is shown
    assert Page.of(TerminalStream()).links is shown
    assert Page.of(io.StringIO()).links is False


def test_a_dumb_terminal_gets_none(monkeypatch):
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    monkeypatch.setenv("TERM", "dumb")
    assert Page.of(TerminalStream()).links is False


@pytest.mark.parametrize("name", ["a b.txt", "ü漢.txt", "100%;x#y?.txt", "\x1b]8;;x\x07.txt"])
def test_a_file_is_linked_by_machine_and_path(tmp_path, name):
    (tmp_path / name).touch()
    url = url_of(str(tmp_path / name))
    parts = urlsplit(url)
    assert re.fullmatch("[!-~]+", url)
    assert (parts.scheme, parts.netloc) == ("file", socket.gethostname())
    assert unquote(parts.path) == str(tmp_path / name)
    assert (parts.query, parts.fragment) == ("", "")


def test_a_file_whose_name_is_no_utf_8_is_linked(tmp_path):
    path = str(tmp_path / "\udce9.txt")
    open(path, "w").close()
    assert url_of(path).endswith("/%E9.txt")


@pytest.mark.parametrize(
    "source",
    [
        "relative.txt",
        "/no/such/file",
        "/tmp",
        "//server/share/a.txt",
        "\\\\server\\share\\a.txt",
        "/a\x00b",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "https://example.org/" + "x" * 3000,
        "",
    ],
)
def test_nothing_else_is_linked(source):
    assert url_of(source) is None


def test_a_web_address_is_linked_to_itself_percent_encoded():
    assert url_of("https://example.org/a?b=c%20d&e#f") == "https://example.org/a?b=c%20d&e#f"
    assert url_of("HTTP://example.org/é \x1b\\") == "HTTP://example.org/%C3%A9%20%1B%5C"


def test_each_line_of_a_source_leads_to_the_file(tmp_path):
    path = tmp_path / ("long name " * 9 + ".txt")
    path.write_text(TEXT)
    document = Document(path.name, str(path), "Ports", TEXT)
    cited = answer(citations=(Citation(1, document, 0, 35),))
    linked = answer_text(cited, Page(60, links=True))
    opened = linked.count(f"\x1b]8;;{url_of(str(path))}\x1b\\")
    assert opened > 1
    assert linked.count("\x1b]8;;\x1b\\") == opened
    plain = re.sub(r"\x1b\]8;;[!-~]*?\x1b\\", "", linked)
    assert plain == answer_text(cited, Page(60))
