from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant.cli.render.history import found_lines, list_lines, resumed_text, session_text, when
from assistant.cli.render.page import Page, cells
from assistant.conversation.transcript import Found, Head, KeptTurn, Session, Summary
from assistant.filters import Filter
from tests.kept import ANSWER, REFUSAL

PLAIN = Page()
MORNING = datetime(2026, 6, 3, 7, 30, tzinfo=UTC)
HEAD = Head("2026-06-03-kfdw", MORNING, "0", "/index", Filter.of("reports/*"), "none")
LONG = "How large is the loan that Peru's Congress approved for the port at Ilo, and by when?"
HOSTILE = "a\x1b]0;t\x07\x9b31m\nb"


def turn(answer, number=1):
    return KeptTurn(number, MORNING, dict(answer.to_dict()))


@pytest.mark.parametrize("width", [20, 30, 44, 60, 80, 120])
def test_a_list_fits_its_terminal(width):
    kept = [Summary(HEAD, 12, LONG, MORNING), Summary(HEAD, 3, "漢" * 60, MORNING)]
    lines = "\n".join(list_lines(kept, "/elsewhere", Page(width))).split("\n")
    assert all(cells(line) <= width for line in lines)
    assert "2026-06-03-kfdw" in "".join(lines)
    assert any("How large" in line for line in lines)


def test_the_index_is_told_where_it_is_not_the_one_asked_now():
    kept = [Summary(HEAD, 1, "Q?", MORNING)]
    (line,) = list_lines(kept, "/index", Page(80))
    assert "/index" not in line
    assert list(list_lines(kept, "/other", Page(80)))[1].strip() == "index /index"


def test_without_a_terminal_every_field_is_whole_with_tabs_between():
    (line,) = list_lines([Summary(HEAD, 12, LONG, MORNING)], "/index", PLAIN)
    assert line.split("\t") == ["2026-06-03-kfdw", when(MORNING), "12", LONG, "/index"]


def test_times_are_those_of_the_readers_clock(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert when(MORNING) == "2026-06-03 16:30"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_conversation_is_shown_as_it_was_held():
    told = session_text(Session(HEAD, (turn(ANSWER), turn(REFUSAL, 2))), PLAIN)
    assert told.startswith(f"2026-06-03-kfdw · begun {when(MORNING)}\nindex /index\n")
    assert "match --only 'reports/*'" in told
    assert "\n\n> How large is it?\n\nAsked as: How large is the loan for Ilo?\n" in told
    assert "✗ contradicted: May is not March" in told
    assert "[1] “Peru approved a loan of $2 billion.”" in told
    assert "> Who is king of Ilo?\n\nThe documents do not say." in told


def test_an_answer_that_cannot_be_read_is_told_in_its_place():
    broken = replace(turn(ANSWER), answer={"version": 1})
    told = session_text(Session(HEAD, (broken, turn(REFUSAL, 2))), PLAIN)
    assert "the answer of turn 1 cannot be read" in told
    assert "The documents do not say." in told


def test_going_on_shows_what_was_said_last_and_what_differs():
    session = Session(HEAD, (turn(REFUSAL), turn(ANSWER, 2)))
    told = resumed_text(session, "/other", "--since 2026-01-01", PLAIN)
    assert "king" not in told
    assert "> How large is it?\nThe loan is $2 billion. Work starts in May.\n" in told
    assert "Until now the index /index was asked; now it is /other." in told
    assert "asked with --only 'reports/*'; now with --since 2026-01-01." in told
    same = resumed_text(session, "/index", "--only 'reports/*'", PLAIN)
    assert "Until now" not in same
    assert "now with no filter." in resumed_text(session, "/index", "", PLAIN)


def test_nothing_that_was_put_into_a_file_reaches_the_terminal_but_text():
    where = Filter(only=(HOSTILE,))
    head = replace(HEAD, id=HOSTILE, index=HOSTILE, where=where, model=HOSTILE)
    statement = replace(ANSWER.statements[1], text=HOSTILE, findings=(HOSTILE,))
    answer = replace(
        ANSWER,
        question=HOSTILE,
        standalone_question=HOSTILE + "!",
        statements=(statement,),
        model=HOSTILE,
        missing=(HOSTILE,),
        timings={HOSTILE: 1.0},
    )
    session = Session(head, (turn(answer),), (HOSTILE,))
    summary = Summary(head, 1, HOSTILE, MORNING)
    found = Found(HOSTILE, session.turns[0], HOSTILE)
    for page in (PLAIN, Page(40)):
        told = [
            *list_lines([summary], "/i", page),
            session_text(session, page),
            resumed_text(session, "/i", HOSTILE, page),
            *found_lines([found], page),
        ]
        assert not any((c < " " and c not in "\n\t") or "\x7f" <= c < "\xa0" for c in "".join(told))
