"""How settings are laid out on a terminal, wide or narrow."""

import pytest

from assistant.cli.render.page import Page, cells
from assistant.cli.render.settings import settings_page
from assistant.settings import Settings

CHOSEN = {"index": "/home/me/a folder with a rather long name/index", "llm": "local/m"}


def page(width, colour=False, **given):
    return settings_page(Settings.resolve(None, given), {}, CHOSEN, Page(width, colour))


@pytest.mark.parametrize("width", [20, 30, 40, 63, 64, 80, 100])
def test_no_line_is_wider_than_the_page(width):
    shown = page(width, llm="m@http://127.0.0.1:8000/v1/with/a/rather/long/path")
    assert max(map(cells, shown.splitlines())) <= width
    for name in Settings.model_fields:
        assert f"\n{name}" in f"\n{shown}"


def test_a_wide_page_has_a_line_a_setting_under_each_other():
    lines = page(100, quotes=4).splitlines()
    quotes = next(line for line in lines if line.startswith("quotes "))
    retries = next(line for line in lines if line.startswith("retries "))
    assert quotes.split() == ["quotes", "4", "option", "--quotes"]
    assert quotes.index("option") == retries.index("default")


def test_a_value_of_several_lines_hangs_under_itself():
    lines = page(70).splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("index "))
    assert lines[first + 1].startswith(" " * 17)


def test_origins_are_dim_where_there_are_colours():
    assert "\x1b[2mdefault\x1b[0m" in page(100, colour=True)
    assert "\x1b" not in page(100)
