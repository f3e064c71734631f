"""What a server may send is parsed as a completion, or told in words as what it is."""

import json

import pytest

from assistant.models.chat.server_replies import (
    BrokenReplyError,
    ReplyError,
    chunks,
    first_choice,
    json_object,
    page_title,
)


def event(value):
    return b"data: " + json.dumps(value).encode() + b"\n"


def choice(text="so", end=None):
    return {"choices": [{"delta": {"content": text}, "finish_reason": end}]}


DONE = b"data: [DONE]\n"


def test_events_are_parsed_and_all_else_in_the_stream_is_passed_over():
    lines = [
        b"\n",
        b": keep-alive\n",
        b"event: chunk\n",
        event(choice()),
        b"\r\n",
        DONE,
        b"data: x",
    ]
    assert list(chunks(lines)) == [choice()]


@pytest.mark.parametrize("line", [b"data:" + json.dumps(choice()).encode(), event(choice())])
def test_a_blank_after_the_colon_may_be_missing(line):
    assert list(chunks([line, DONE])) == [choice()]


def test_a_stream_may_end_without_its_last_mark_if_the_reply_is_finished():
    assert len(list(chunks([event(choice()), event(choice("", "stop"))]))) == 2
    assert len(list(chunks([event(choice()), DONE]))) == 1


@pytest.mark.parametrize("lines", [[event(choice())], [b": keep-alive\n"]])
def test_a_stream_that_just_ends_broke_off(lines):
    with pytest.raises(BrokenReplyError):
        list(chunks(lines))


def test_a_completion_that_was_not_streamed_is_one_chunk():
    whole = {
        "choices": [{"message": {"content": "so"}, "finish_reason": "stop"}],
        "usage": {"a": 1},
    }
    lines = json.dumps(whole, indent=1).encode().splitlines(keepends=True)
    (chunk,) = chunks(lines)
    assert (first_choice(chunk)["delta"], chunk["usage"]) == ({"content": "so"}, {"a": 1})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], "sent nothing"),
        ([b"\n", b"  \n"], "sent nothing"),
        ([b"<!doctype html><html><title>Log in &amp; go</title>"], r"a web page \(Log in & go\)"),
        ([b"<html>\n", b"<body>hello"], "a web page"),
        ([b"no such model: m"], r"something else \(no such model: m\)"),
        ([b"[1, 2]"], r"something else"),
        ([b"{}"], 'without "choices"'),
        ([b'{"choices": []}'], 'without "choices"'),
        ([b'{"choices": ["so"]}'], 'without "choices"'),
        ([b'{"choices": [{"text": "so"}]}'], 'without "choices"'),
        ([b'{"error": {"message": "used up"}}'], r"reports an error \(used up\)"),
        ([b'{"error": "used up"}'], r"\(used up\)"),
        ([b'{"error": {"code": 402}}'], r"\(402\)"),
        ([b'{"object": "error", "message": "used up"}'], r"\(used up\)"),
        ([b'{"detail": "Not found"}'], r"\(Not found\)"),
        ([event(choice()), event({"error": {"message": "gone"}}), DONE], r"\(gone\)"),
        ([event(choice()), b'error: {"message": "gone"}\n'], r"\(gone\)"),
        ([event(choice()), b"data: <html>\n"], "a web page"),
    ],
)
def test_what_is_no_completion_is_told_as_what_it_is(lines, told):
    with pytest.raises(ReplyError, match=told) as raised:
        list(chunks(lines))
    assert str(raised.value).isprintable()


@pytest.mark.parametrize(
    "content", [b"\xff\x1b[31m\n", b"x" * 100_000, b"<title>\x07\n" + b"y" * 999]
)
def test_whatever_it_is_the_words_are_few_and_in_one_line(content):
    with pytest.raises(ReplyError) as raised:
        json_object(content)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 200


def test_an_empty_error_is_none():
    assert json_object(b'{"error": null, "data": []}') == {"error": None, "data": []}


@pytest.mark.parametrize(
    ("text", "title"), [("<HTML><TITLE>A</TITLE>", "A"), (" <!DOCTYPE html>", ""), ("a < b", None)]
)
def test_a_web_page_is_known_and_named(text, title):
    assert page_title(text) == title
