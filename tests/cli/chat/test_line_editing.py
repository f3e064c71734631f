import stat
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from assistant.cli.chat.line_editing import MOST, Editor, TypedLines, _Choices
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

    def go(*keys, file=None):
        editor, given, pressed = Editor(TypedLines(file, pytest.fail), none), [], ""
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
    editor = Editor(TypedLines(None, pytest.fail), none)
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


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "typed.jsonl"


def stored(file):
    """The lines of a file as the next conversation has them, the oldest first."""
    return TypedLines(file, pytest.fail).get_strings()


def typed(file, *lines):
    history = TypedLines(file, pytest.fail)
    for line in lines:
        history.append_string(line)


def test_what_was_typed_before_comes_back_also_another_day(typing, file):
    given = typing("first", ENTER, None, "second", ENTER, None, UP, UP, ENTER, file=file)
    assert given == ["first", "second", "first"]
    given = typing(UP, UP, ENTER, None, UP, UP, UP, DOWN, ENTER, file=file)
    assert given == ["second", "first"]


def test_ctrl_r_searches_in_what_was_typed_before(typing, file):
    typed(file, "Who signed the deal?", "By when?", "How large is it?")
    assert typing(CTRL_R, "signed", ENTER, ENTER, file=file) == ["Who signed the deal?"]


def test_a_question_of_several_lines_comes_back_as_one(typing, file):
    given = typing(pasted("one\ntwo"), ENTER, None, UP, ENTER, file=file)
    assert given == ["one\ntwo"] * 2
    assert stored(file) == ["one\ntwo"]


def test_what_is_kept_holds_no_control_characters(typing, file):
    typing(pasted("a\x1b]0;title\x07b\x7f\x85c"), ENTER, file=file)
    assert stored(file) == ["ab\nc"]
    assert not set(file.read_text()) & set("\x1b\x07\x7f\x85")


def test_only_their_user_may_read_the_lines(file):
    typed(file, "one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("secret", ["me:pw@models.example", "models.example/v1?api_key=abc"])
def test_what_holds_a_password_or_a_key_is_kept_for_this_time_only(file, secret):
    history = TypedLines(file, pytest.fail)
    for line in ("one", f"/model m@https://{secret}"):
        history.append_string(line)
    assert len(history.get_strings()) == 2
    assert stored(file) == ["one"]


def test_two_conversations_add_to_one_file(file):
    first, second = TypedLines(file, pytest.fail), TypedLines(file, pytest.fail)
    first.append_string("one")
    second.append_string("two")
    first.append_string("two")
    first.append_string("two")
    assert stored(file) == ["one", "two", "two"]


def test_no_more_than_the_last_lines_come_back(file):
    typed(file, *map(str, range(3 * MOST)))
    assert stored(file) == [str(number) for number in range(2 * MOST, 3 * MOST)]
    history = TypedLines(file, pytest.fail)
    history.append_string("one")
    assert len(history.get_strings()) == MOST


@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\x00garbage\n", b'{"a": 1}\n[]\n1\n""\n', b"[" * 100_000 + b"\n"]
)
def test_garbage_is_passed_over(file, garbage):
    typed(file, "one")
    file.write_bytes(file.read_bytes() + garbage)
    typed(file, "two")
    assert stored(file) == ["one", "two"]


def test_what_somebody_wrote_into_the_file_is_inert(file):
    file.parent.mkdir()
    file.write_text('"a\\u001b[31mb\\u0007"\n"\\ud800"\n')
    assert stored(file) == ["ab", "\ufffd"]


def blocked_folder(file):
    file.parent.write_text("no folder")


def folder_there(file):
    file.mkdir(parents=True)


@pytest.mark.parametrize("obstacle", [blocked_folder, folder_there])
def test_what_cannot_be_read_or_written_is_told_once_and_stops_nothing(file, obstacle):
    obstacle(file)
    notices = []
    history = TypedLines(file, notices.append)
    for line in ("one", "two"):
        history.append_string(line)
    assert history.get_strings() == ["one", "two"]
    assert len(notices) == 1
    assert "for this conversation only" in notices[0]


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
    editor = Editor(TypedLines(None, pytest.fail), none)
    keyboard.send_text("one\rtwo\rthree\r")
    assert editor.read("> ") == "one"
    editor.forget_typed_ahead()
    keyboard.send_text("four\r")
    assert editor.read("> ") == "four"


def test_it_is_told_once_the_prompt_is_shown(keyboard):
    editor, shown = Editor(TypedLines(None, pytest.fail), none), []
    keyboard.send_text("one\r")
    editor.read("> ", lambda: shown.append(1))
    assert shown == [1]


def test_the_editor_alone_needs_the_library():
    package = Path(__file__).parents[3] / "assistant"
    users = {path.name for path in package.rglob("*.py") if "prompt_toolkit" in path.read_text()}
    assert users == {"line_editing.py"}
