import io

import pytest

from assistant.cli.render.region import Region
from tests.cli.chat.screen import Screen


@pytest.fixture
def screen():
    screen = Screen(20, 6)
    yield screen
    screen.close()


def drawn(screen, region, *lines):
    """What drawing these lines writes."""
    before = len(screen.written())
    region.draw(lines)
    return screen.written()[before:]


def test_only_what_differs_is_written_anew(screen):
    region = Region(screen.stream)
    drawn(screen, region, "one", "two", "three")
    again = drawn(screen, region, "one", "two", "four")
    assert "one" not in again
    assert "two" not in again
    assert screen.shown() == "one\ntwo\nfour"
    assert drawn(screen, region, "one", "two", "four") == ""
    drawn(screen, region, "one")
    assert screen.shown() == "one"
    drawn(screen, region, "one", "more")
    assert screen.shown() == "one\nmore"


def test_what_stood_there_before_stays_and_what_comes_after_takes_its_place(screen):
    screen.stream.write("before\n")
    region = Region(screen.stream)
    region.draw(["a", "b"])
    region.clear()
    screen.stream.write("after\n")
    assert screen.shown() == "before\nafter"


def test_clearing_what_is_clear_writes_nothing(screen):
    region = Region(screen.stream)
    region.clear()
    assert screen.written() == ""


def test_of_more_lines_than_the_screen_has_the_last_are_shown(screen):
    region = Region(screen.stream)
    for number in range(30):
        region.draw([str(n) for n in range(number)])
    assert screen.shown().split("\n") == ["24", "25", "26", "27", "28"]
    region.clear()
    assert screen.shown() == ""


def test_a_line_that_the_terminal_draws_too_wide_is_cut_and_the_count_still_right(screen):
    region = Region(screen.stream)
    for lines in (["x" * 50, "y"], ["z"], ["漢" * 30, "ｗ" * 11, "!"], ["end"]):
        region.draw(lines)
    assert screen.shown() == "end"


@pytest.mark.parametrize(
    ("variable", "up"), [("", 1 + 2 + 3 - 1), ("XTERM_VERSION", 3 - 1), ("STY", 3 - 1)]
)
def test_rows_are_counted_anew_where_the_terminal_breaks_lines_anew(
    screen, monkeypatch, variable, up
):
    for name in ("XTERM_VERSION", "STY"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, "1")
    region = Region(screen.stream)
    region.draw(["a" * 6, "\x1b[2m" + "漢" * 6 + "\x1b[0m", "c" * 20])
    screen.resize(8, 10)
    assert f"\x1b[{up}A\r\x1b[J" in drawn(screen, region, "new")


def test_never_does_the_cursor_go_up_further_than_the_screen(screen):
    region = Region(screen.stream)
    region.draw(["x" * 20] * 5)
    screen.resize(2, 6)
    assert "\x1b[5A" in drawn(screen, region, "new")


def test_where_the_size_is_not_known_it_draws_all_the_same():
    stream = io.StringIO()
    Region(stream).draw(["a", "b"])
    assert "a\r\nb" in stream.getvalue()
