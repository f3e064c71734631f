import io
from dataclasses import replace

import pytest

from assistant.answers import Checked, Draft, Searched, Statement, Understood, Withdrawn
from assistant.cli.render.answers import answer_text
from assistant.cli.render.page import Page
from assistant.cli.render.streaming import AnswerDisplay, Manuscript
from assistant.documents import Evidence, Sentence
from assistant.errors import ModelUnreachableError
from tests.cli.chat.samples import answer, cite, passage
from tests.cli.chat.screen import OURS, Screen
from tests.cli.chat.terminal import CTRL_C, Terminal
from tests.fake_openai import Drop, Hang, Reply

LOAN = Statement("The loan is $2 billion.", (1,), "supported")
WORK = Statement("Work starts in March.", (2,), "supported")
CITED = (cite(1), cite(2, start=36, end=57))
WHOLE = answer(statements=(LOAN, WORK), citations=CITED)
SEARCHED = Searched("How large is the loan?", (Evidence(1, passage(), Sentence(0, 35), 1.0),))
QUESTION = "What tariff has Trump threatened, and how much is the Australian minerals deal worth?"
REPLY = (
    "Yes: Trump threatened a 100% tariff on Chinese products by November 1 if Beijing does not "
    "ease its restrictions. [1] Trump signed an $8.5 billion agreement with Australian Prime "
    "Minister Anthony Albanese. [2] He will stay for 99 days in Tokyo and see"
)


@pytest.fixture
def screen(monkeypatch):
    """Makes a screen of a size."""
    monkeypatch.setenv("TERM", "xterm")
    screens = []

    def go(columns=60, rows=24):
        screens.append(Screen(columns, rows))
        return screens[-1]

    yield go
    for each in screens:
        each.close()


def following(screen, *events, question="How large is the loan?"):
    """What is shown after each event; then the answer is printed as a command does."""
    seen = []

    def watched():
        for event in events:
            yield event
            seen.append(screen.shown())

    display = AnswerDisplay(screen.stream, io.StringIO())
    last = display.follow(watched(), "tiny", question)
    print(answer_text(last, Page.of(screen.stream)), file=screen.stream)
    return seen


def test_a_statement_looks_unchecked_until_it_is_checked_and_cites_nothing_before(screen):
    seen = following(
        screen(),
        SEARCHED,
        Draft("The loan is", 0),
        Draft(" $2 billion.", 0),
        Checked(LOAN, CITED[:1], 0),
        Draft("Work starts", 1),
        WHOLE,
    )
    assert seen[0] == "reading 1 sentence with tiny ..."
    assert seen[1].split("\n")[0] == "? not checked: The loan is"
    assert seen[2].split("\n")[0] == "? not checked: The loan is $2 billion."
    assert seen[3].split("\n")[0] == "✓ The loan is $2 billion. [1]"
    assert seen[4].split("\n")[:2] == [
        "✓ The loan is $2 billion. [1]",
        "? not checked: Work starts",
    ]


def test_what_stays_is_the_answer_alone(screen):
    shown = screen()
    following(shown, SEARCHED, Draft("The loan is $2", 0), Checked(LOAN, CITED, 0), WHOLE)
    assert shown.shown() == answer_text(WHOLE, Page(60))


@pytest.mark.parametrize(("columns", "rows"), [(20, 8), (40, 3), (200, 5)])
def test_a_draft_taller_than_the_screen_leaves_no_trace(screen, columns, rows):
    shown = screen(columns, rows)
    words = [f"word{n} " for n in range(60)]
    seen = following(
        shown, SEARCHED, *(Draft(word, 0) for word in words), Checked(LOAN, CITED, 0), WHOLE
    )
    assert shown.shown() == answer_text(WHOLE, Page(columns))
    for each in seen[1:-1]:
        *draft, _ = each.split("\n")
        assert len(draft) < rows
        assert all(row.startswith("?") for row in draft)


WIDE = "漢字かな交じり文 👩‍👩‍👧‍👦 🇵🇪 e\u0301\u0302\u0303 ✌🏽️ a\tb \u200d\u200d ｗｉｄｅ ﷽ " * 3


@pytest.mark.parametrize("columns", [20, 33])
def test_characters_of_any_width_leave_no_trace(screen, columns):
    shown = screen(columns, 12)
    following(shown, SEARCHED, *(Draft(each, 0) for each in WIDE), Checked(LOAN, CITED, 0), WHOLE)
    assert shown.shown() == answer_text(WHOLE, Page(columns))


@pytest.mark.parametrize("columns", [100, 45, 25])
def test_a_terminal_of_another_size_meanwhile_shows_nothing_twice(screen, columns, monkeypatch):
    monkeypatch.setenv("XTERM_VERSION", "XTerm(390)")  # which does not break lines anew
    shown = screen(60, 20)

    def events():
        yield SEARCHED
        yield Draft("The loan that was approved for the port at Ilo is two billion " * 3, 0)
        shown.shown()
        shown.resize(columns, 20)
        yield Draft("dollars.", 0)
        yield Checked(LOAN, CITED, 0)
        yield WHOLE

    last = AnswerDisplay(shown.stream).follow(events(), "tiny")
    print(answer_text(last, Page.of(shown.stream)), file=shown.stream)
    assert shown.shown() == answer_text(WHOLE, Page(columns))


@pytest.mark.parametrize("cut", range(1, 12))
def test_an_escape_code_in_pieces_does_not_reach_the_terminal(screen, cut):
    shown, dirty = screen(), "a\x1b[35mb\x1b]0;x\x07c"
    following(shown, SEARCHED, Draft(dirty[:cut], 0), Draft(dirty[cut:], 0), WHOLE)
    written = OURS.sub("", shown.written().replace("\r\n", "\n"))
    assert not [c for c in written if c < " " and c != "\n"]
    assert "\x1b[35mb" not in shown.written()


def test_a_withdrawn_statement_goes_and_another_takes_its_place(screen):
    seen = following(
        screen(),
        SEARCHED,
        Draft("It rose.", 0),
        Draft("It fell.", 1),
        Withdrawn(0),
        Draft("The loan", 0),
        Checked(LOAN, CITED, None),
        WHOLE,
    )
    assert "It rose" not in seen[3]
    assert seen[4].split("\n")[:2] == ["? not checked: The loan", "? not checked: It fell."]
    assert seen[5].split("\n")[2] == "✓ The loan is $2 billion. [1]"


def test_an_unsupported_statement_is_shown_with_its_finding(screen):
    doubtful = Statement("The loan is $3 billion.", (), "unsupported", ("no $3 billion",))
    seen = following(screen(), SEARCHED, Checked(doubtful, (), None), WHOLE)
    assert seen[1].split("\n")[:2] == ["✗ The loan is $3 billion.", "  unsupported: no $3 billion"]


def test_how_a_follow_up_was_understood_is_shown_before_the_answer(screen):
    seen = following(screen(), SEARCHED, WHOLE, question="How large?")
    assert seen[0].split("\n")[0] == "Asked as: How large is the loan?"
    assert "Asked as" not in following(screen(), SEARCHED, WHOLE)[0]


def test_how_it_was_understood_is_shown_even_before_the_search(screen):
    understood = Understood("How large is \x1b[35mthe loan?")
    seen = following(screen(), understood, SEARCHED, WHOLE, question="How large?")
    assert seen[0] == "Asked as: How large is the loan?\nsearching ..."


def test_a_notice_finds_the_screen_cleared_and_the_rest_comes_back(screen):
    shown = screen()
    display = AnswerDisplay(shown.stream)

    def events():
        yield Draft("The loan", 0)
        display.clear()
        print("a notice", file=shown.stream)
        yield Draft(" is", 0)
        assert shown.shown().split("\n")[:2] == ["a notice", "? not checked: The loan is"]
        yield WHOLE

    display.follow(events(), "tiny")
    assert shown.shown() == "a notice"


def test_a_display_that_showed_an_answer_begins_anew_with_the_next(screen):
    shown = screen()
    display = AnswerDisplay(shown.stream)
    for _ in range(2):
        display.follow(iter((SEARCHED, Draft("The loan", 0), WHOLE)), "tiny", "How large?")
        display.say("loading")
        assert shown.shown() == "loading ..."


def broken_off(out, error):
    def events():
        yield SEARCHED
        yield Draft("The loan is $2 billion.", 0)
        yield Checked(LOAN, CITED, 0)
        yield Draft("Work \x1b[1mstarts", 1)
        raise error

    with pytest.raises(type(error)):
        AnswerDisplay(out, io.StringIO()).follow(events(), "tiny")


UNFINISHED = (
    "[1] “Peru approved a loan of $2 billion.”\n"
    "    The port at Ilo · /docs/ports.txt:0-35\n"
    "\n"
    "Unfinished: {}. More was to come, and sources were not compared with each other."
)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ModelUnreachableError("it died; try again."), "the model broke off"),
        (KeyboardInterrupt(), "stopped"),
    ],
)
def test_an_answer_that_breaks_off_stays_marked_as_unfinished(screen, error, why):
    shown = screen(100)
    broken_off(shown.stream, error)
    assert shown.shown() == (
        f"The loan is $2 billion. [1]\n? not checked: Work starts\n\n{UNFINISHED.format(why)}"
    )


def test_without_a_terminal_only_what_was_checked_of_it_is_printed():
    out = io.StringIO()
    broken_off(out, ModelUnreachableError("it died; try again."))
    told = UNFINISHED.format("the model broke off")
    assert out.getvalue() == f"The loan is $2 billion. [1]\n\n{told}\n"


def test_nothing_is_said_of_an_answer_that_was_not_begun():
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        AnswerDisplay(out, io.StringIO()).follow(interrupted(), "tiny")
    assert out.getvalue() == ""


def interrupted():
    yield SEARCHED
    raise KeyboardInterrupt


@pytest.mark.parametrize("terminal", ["dumb", None])
def test_where_no_cursor_moves_nothing_is_written_before_the_answer(monkeypatch, screen, terminal):
    shown = screen()
    monkeypatch.setenv("TERM", terminal or "xterm")
    out = shown.stream if terminal else io.StringIO()
    events = (SEARCHED, Draft("The loan", 0), Checked(LOAN, CITED, 0), WHOLE)
    assert AnswerDisplay(out, io.StringIO()).follow(iter(events), "tiny") is WHOLE
    assert (shown.written() if terminal else out.getvalue()) == ""


def test_a_manuscript_keeps_in_step_with_what_is_put_right():
    manuscript = Manuscript()
    better = replace(LOAN, repaired=True)
    for event in (Draft("It rose.", 0), Draft("It fell.", 1), Checked(better, CITED, 0)):
        manuscript.take(event)
    assert manuscript.told == [better, "It fell."]
    manuscript.take(Withdrawn(1))
    manuscript.take(Checked(WORK, CITED, None))
    assert manuscript.told == [better, WORK]
    assert manuscript.citations == CITED


# The real program


def ask(index, fake_openai, **size):
    arguments = ("ask", "--index", index, "--llm", fake_openai.spec, QUESTION)
    return Terminal(*arguments, **size)


def test_a_real_answer_is_read_along_and_stands_there_once(index, fake_openai):
    fake_openai.otherwise = Reply(REPLY, seconds_between=0.03)
    with ask(index, fake_openai, columns=72, rows=10) as terminal:
        terminal.see("? not checked: Trump threatened a 100%")
        assert "[1]" not in terminal.text
        terminal.see("✓ Trump threatened")
        assert terminal.text.count("100%") == 1
        assert terminal.end() == 0
    assert terminal.text.startswith("Trump threatened a 100% tariff")
    assert terminal.text.count("Trump threatened a 100%") == 1
    assert "?" not in terminal.text
    assert "✓" not in terminal.text


def test_a_model_that_dies_leaves_what_was_checked_and_exits_with_5(index, fake_openai):
    fake_openai.otherwise = Drop(REPLY)
    with ask(index, fake_openai, columns=20, rows=30) as terminal:
        assert terminal.end() == 5
    told = " ".join(terminal.text.split())
    assert "Albanese. [2] ? not checked: He" in told
    assert told.index("? not checked: He") < told.index("[1] “In response")
    assert "Unfinished: the model broke off." in told
    unbroken = terminal.text.replace("\n", "")
    assert unbroken.index("Unfinished") < unbroken.index("assistant: ")


def test_ctrl_c_in_the_middle_leaves_what_was_checked_and_exits_with_130(index, fake_openai):
    fake_openai.otherwise = Reply(REPLY + " a" * 500, seconds_between=0.03)
    with ask(index, fake_openai, columns=100, rows=30) as terminal:
        terminal.see("✓ Trump threatened")
        terminal.type(CTRL_C)
        assert terminal.end() == 130
    assert terminal.text.startswith("Trump threatened a 100% tariff")
    assert "\nUnfinished: stopped." in terminal.text
    assert "Traceback" not in terminal.text
    assert "^C" not in terminal.text


def test_ctrl_c_before_anything_is_written_leaves_nothing(index, fake_openai):
    fake_openai.otherwise = Hang()
    with ask(index, fake_openai) as terminal:
        terminal.see("reading")
        terminal.type(CTRL_C)
        assert (terminal.end(), terminal.text) == (130, "")
