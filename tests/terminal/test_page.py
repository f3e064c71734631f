import io
import re

import pytest

from assistant.terminal.answers import answer_text
from assistant.terminal.page import Page, wrap
from tests.terminal.samples import Terminal, answer


def test_wrapping_keeps_every_word():
    text = "a bb ccc dddd " * 20
    assert " ".join(wrap(text, 33, "  ")).split() == text.split()


def test_colour_is_written_only_where_the_page_has_it():
    assert "\x1b" not in answer_text(answer(), Page(80, colour=False))
    coloured = answer_text(answer(), Page(80, colour=True))
    assert "\x1b[36m[1]\x1b[0m “Peru" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == answer_text(answer(), Page(80))


def test_a_pipe_gets_plain_unwrapped_text():
    page = Page.of(io.StringIO())
    assert (page.width, page.colour) == (None, False)


@pytest.mark.parametrize(
    ("variables", "colour", "wrapped"),
    [({}, True, True), ({"NO_COLOR": "1"}, False, True), ({"TERM": "dumb"}, False, False)],
)
def test_a_terminal_gets_colours_unless_it_or_the_user_has_none(
    monkeypatch, variables, colour, wrapped
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    page = Page.of(Terminal())
    assert page.colour is colour
    assert page.width == (60 if wrapped else None)
