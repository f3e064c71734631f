"""The recorded session: made of a real run, and an SVG that anybody may show."""

import re
from xml.etree import ElementTree

import pyte
import pytest

from tests.cli.commands.walk import of_assistant, parse
from tests.record.__main__ import PATH, PLACE, SESSION, Step, record
from tests.record.drawing import BACKGROUND, COLOURS, FOREGROUND, plain, svg
from tests.record.terminal import Span, rows

SVG = "{http://www.w3.org/2000/svg}"
README = PLACE.parents[2] / "README.md"


@pytest.fixture(scope="module")
def drawn():
    return PLACE.read_text(encoding="utf-8")


def test_it_is_small_and_needs_nothing_beside_itself(drawn):
    assert len(drawn.encode()) < 60_000
    tree = ElementTree.fromstring(drawn)
    assert {each.tag.removeprefix(SVG) for each in tree.iter()} == {
        *("svg", "title", "desc", "style", "rect", "circle", "text")
    }
    for each in tree.iter():
        assert not any(name.startswith("on") or "href" in name for name in each.attrib)
        assert not any("url(" in value for value in each.attrib.values())
    style = tree.findtext(f"{SVG}style")
    assert not re.search(r"url\(|@import|@font-face|//", style)
    assert drawn.replace("http://www.w3.org/2000/svg", "", 1).count("://") == 0
    assert "<!" not in drawn
    assert "<?" not in drawn


def test_it_holds_no_control_character_and_nothing_of_a_machine(drawn):
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", drawn)
    assert not PATH.search("".join(ElementTree.fromstring(drawn).itertext()))


def test_a_path_of_a_machine_would_be_found():
    for path in ("in /home/ann/notes.txt", "(/private/tmp/a", "C:\\Users\\ann"):
        assert PATH.search(path)
    for other in ("type /help for help", "https://example.org/a/b", "seeds/a.txt:1-2", "and/or"):
        assert not PATH.search(other)


def test_who_sees_no_picture_is_told_what_it_shows(drawn):
    tree = ElementTree.fromstring(drawn)
    assert tree.get("role") == "img"
    named = {each.get("id") for each in tree.iter() if each.get("id")}
    assert named == set(tree.get("aria-labelledby").split())
    assert tree.findtext(f"{SVG}title")
    said = " ".join(tree.findtext(f"{SVG}desc").split())
    for each in tree.iter(f"{SVG}text"):
        assert " ".join(each.text.split()) in said


def test_its_commands_are_those_of_the_session_and_are_understood(drawn):
    lines = ElementTree.fromstring(drawn).findtext(f"{SVG}desc").splitlines()
    shown = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    assert shown == [step.command for step in SESSION]
    for line in shown:
        (arguments,) = of_assistant(line)
        parse(arguments)
    for step in SESSION:
        assert all(any(typed in line for line in lines) for typed in step.typed)


def test_the_readme_shows_it():
    assert re.search(r"!\[[^]]{20,}\]\(tests/record/session\.svg\)", README.read_text())


def test_its_colours_can_be_read():
    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in (FOREGROUND, *COLOURS.values()):
        assert (light(colour) + 0.05) / (light(BACKGROUND) + 0.05) >= 7


def test_a_run_is_recorded_as_it_looks():
    """The real program, at a real terminal."""
    shown = record(
        [
            Step('assistant ask "How much is the Australian minerals deal worth?"'),
            Step("assistant chat", ("How long will Trump stay in Tokyo?",)),
        ],
        llm="none",
        width=80,
    )
    text = "\n".join(map(plain, shown))
    assert text.startswith('$ assistant ask "How much is the Australian minerals deal worth?"\n')
    said = " ".join(text.split())
    assert "an $8.5 billion agreement with Australian Prime Minister" in said
    assert "The documents do not say. Not found in them: Tokyo." in said
    assert not PATH.search(text)
    assert max(len(plain(row)) for row in shown) <= 80
    styles = {name for row in shown for span in row for name in span.style}
    assert {"bold", "brightblack"} <= styles
    ElementTree.fromstring(svg(shown, 80, "A <title> & more"))


def test_a_program_that_fails_is_not_recorded():
    with pytest.raises(RuntimeError, match=r"ended with 2: .*no model is called"):
        record([Step("assistant ask --llm nonsense Why?")], llm=None)


def test_spans_stand_where_their_cells_do():
    screen = pyte.Screen(20, 4)
    pyte.Stream(screen).feed("a \x1b[1mbold\x1b[0m  <&\r\n\r\n  \x1b[36mcyan\x1b[0m")
    spans = rows(screen)
    assert [plain(row) for row in spans] == ["a bold  <&", "", "  cyan"]
    assert Span(2, "bold", ("bold",)) in spans[0]
    drawn = ElementTree.fromstring(svg(spans, 20, "t"))
    at = {each.text: float(each.get("x")) for each in drawn.iter(f"{SVG}text")}
    assert at["cyan"] == at["bold"]
    assert at["<&"] - at["a"] == pytest.approx(8 * 8.4)
