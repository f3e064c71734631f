import io
import re

import pytest

from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import Page, screen_size, wrap
from tests.cli.chat.samples import TerminalStream, answer
from tests.cli.chat.screen import Screen


@pytest.mark.parametrize(("width", "widest"), [(20, 20), (99, 99), (100, 100), (250, 100)])
def test_running_text_is_no_wider_than_can_be_read(width, widest):
    shown = Page(width).lines("a bb ccc " * 100)
    assert widest - 4 < max(map(len, shown.split("\n"))) <= widest


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
    [
        ({}, True, True),
        ({"NO_COLOR": "1"}, False, True),
        ({"NO_COLOR": "0"}, False, True),
        ({"NO_COLOR": ""}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR": "0"}, False, True),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
        ({"TERM": "dumb"}, False, False),
    ],
)
def test_a_terminal_gets_colours_unless_it_or_the_user_has_none(
    monkeypatch, variables, colour, wrapped
):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    page = Page.of(TerminalStream())
    assert page.colour is colour
    assert page.width == (60 if wrapped else None)


@pytest.mark.parametrize(
    ("name", "value", "colour"),
    [
        ("FORCE_COLOR", "1", True),
        ("FORCE_COLOR", "3", True),
        ("CLICOLOR_FORCE", "1", True),
        ("FORCE_COLOR", "0", False),
        ("FORCE_COLOR", "", False),
        ("CLICOLOR", "1", False),
    ],
)
def test_colours_can_be_had_through_a_pipe_but_lines_are_not_wrapped(
    monkeypatch, name, value, colour
):
    monkeypatch.setenv(name, value)
    page = Page.of(io.StringIO())
    assert (page.colour, page.width) == (colour, None)


@pytest.mark.parametrize("told", ["", "0", "wide", "-5", "²"])
def test_columns_that_are_no_width_leave_it_to_the_terminal(monkeypatch, told):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", told)
    screen = Screen(47, 11)
    assert Page.of(screen.stream).width == 47
    assert screen_size(screen.stream) == (47, 11)
    screen.close()
    assert Page.of(TerminalStream()).width == 80
