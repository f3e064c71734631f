from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from assistant.cli.chat.line_editing import Editor, _Choices
from assistant.cli.chat.typed_before import TypedBefore
from assistant.errors import IndexLockedError
from tests.cli.chat.terminal import ALT_ENTER, CTRL_C, CTRL_D, CTRL_R, DOWN, ENTER, LEFT, UP


def none(typed):
    return 0, ()


@pytest.fixture
def keyboard():
    """Makes an editor at which keys can be pressed; gives it and what presses them."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


@pytest.fixture
def typing(keyboard):
    """What each of several readings gives; each ends with the keys up to a None, or the last."""

    def go(*keys, before=None):
        editor, given, pressed = Editor(before, none), [], ""
        for key in (*keys, None):
            if key is not None:
                pressed += key
                continue
            keyboard.send_text(pressed)
            given.append(editor.read("> "))
            pressed = ""
        return given

    return go


def pasted(text):
    return f"\x1b[200~{text}\x1b[201~"


@pytest.mark.parametrize(
    ("keys", "given"),
    [
        (("Who signd", LEFT, "e", ENTER), "Who signed"),
        (("one three", "\x1bb", "two ", ENTER), "one two three"),
        (("not this", "\x15", "this", ENTER), "this"),
        (("one", ALT_ENTER, "two", ENTER), "one\ntwo"),
        ((pasted("one\r\ntwo\nthree"), ENTER), "one\ntwo\nthree"),
        ((pasted("a\x1b[31mb\x07c\x9b2Jd\x00"), ENTER), "abcd"),
        ((pasted("/quit\r/quit"), ENTER), "/quit\n/quit"),
        (("wrong", CTRL_C, "right", ENTER), "right"),
        (("日本語", LEFT, "の", ENTER), "日本の語"),
    ],
)
def test_a_line_is_edited_as_lines_are(typing, keys, given):
    assert typing(*keys) == [given]


def test_ctrl_c_and_ctrl_d_on_an_empty_line_are_told(keyboard):
    editor = Editor(None, none)
    keyboard.send_text(CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        editor.read("> ")
    assert not editor.has_cleared
    keyboard.send_text("typed" + CTRL_C + CTRL_C)
    with pytest.raises(KeyboardInterrupt):
        editor.read("> ")
    assert editor.has_cleared
    keyboard.send_text(CTRL_D)
    with pytest.raises(EOFError):
        editor.read("> ")


def test_what_was_typed_before_comes_back_also_another_day(typing, tmp_path):
    before = TypedBefore(tmp_path / "state" / "typed.jsonl", pytest.fail)
    given = typing("first", ENTER, None, "second", ENTER, None, UP, UP, ENTER, before=before)
    assert given == ["first", "second", "first"]
    again = TypedBefore(before._path, pytest.fail)
    given = typing(UP, UP, ENTER, None, UP, UP, UP, DOWN, ENTER, before=again)
    assert given == ["second", "first"]


def test_ctrl_r_searches_in_what_was_typed_before(typing, tmp_path):
    before = TypedBefore(tmp_path / "typed.jsonl", pytest.fail)
    for entry in ("Who signed the deal?", "By when?", "How large is it?"):
        before.add(entry)
    assert typing(CTRL_R, "signed", ENTER, ENTER, before=before) == ["Who signed the deal?"]


def test_a_question_of_several_lines_comes_back_as_one(typing, tmp_path):
    before = TypedBefore(tmp_path / "typed.jsonl", pytest.fail)
    given = typing(pasted("one\ntwo"), ENTER, None, UP, ENTER, before=before)
    assert given == ["one\ntwo"] * 2
    assert before.read() == ["one\ntwo"]


def test_what_is_kept_holds_no_control_characters(typing, tmp_path):
    before = TypedBefore(tmp_path / "typed.jsonl", pytest.fail)
    typing(pasted("a\x1b]0;title\x07b\x7f\x85c"), ENTER, before=before)
    assert before.read() == ["ab\nc"]
    assert not set(before._path.read_text()) & set("\x1b\x07\x7f\x85")


def test_many_lines_are_no_burden(typing, tmp_path):
    from assistant.cli.chat import line_editing

    history = line_editing._History(None)
    for number in range(3 * line_editing.MOST):
        history.append_string(f"question {number}")
    assert len(history.get_strings()) == line_editing.MOST


def colours(typed):
    word = typed.partition(" ")[2]
    return len(word), [(each, "") for each in ("red", "green", "gr\x1b[31may")]


def offered(typed):
    choices = _Choices(colours)
    return [each.text for each in choices.get_completions(Document(typed), CompleteEvent())]


def test_a_choice_holds_no_control_character():
    assert offered("/only g") == ["red", "green", "gr?[31may"]


def test_only_a_command_on_one_line_is_completed():
    assert offered("Who") == offered("/only a\nb") == offered(" /only g") == []


def test_choices_that_cannot_be_had_are_none():
    def choices(typed):
        raise IndexLockedError("another process is writing; wait.")

    event = CompleteEvent()
    assert [*_Choices(choices).get_completions(Document("/only a"), event)] == []


def test_what_was_typed_ahead_can_be_forgotten(keyboard):
    editor = Editor(None, none)
    keyboard.send_text("one\rtwo\rthree\r")
    assert editor.read("> ") == "one"
    editor.forget_typed_ahead()
    keyboard.send_text("four\r")
    assert editor.read("> ") == "four"


def test_it_is_told_once_the_prompt_is_shown(keyboard):
    editor, shown = Editor(None, none), []
    keyboard.send_text("one\r")
    editor.read("> ", lambda: shown.append(1))
    assert shown == [1]


def test_the_editor_alone_needs_the_library():
    package = Path(__file__).parents[3] / "assistant"
    users = {path.name for path in package.rglob("*.py") if "prompt_toolkit" in path.read_text()}
    assert users == {"line_editing.py"}
