import time
from contextlib import closing

import pytest

from assistant.answers import Usage
from assistant.errors import ModelMissingError, ModelRefusedError, ModelUnreachableError, UsageError
from assistant.models.chat import base as llm
from assistant.models.chat import llamacpp
from assistant.models.chat.base import THINKING_TOKENS, ModelSpec, open_model, parse_spec
from assistant.models.chat.openai import OLLAMA_URL
from tests.fake_openai import Drop, Failure, Hang, Raw, Reply

ASKED = [{"role": "user", "content": "Is it so?"}]
SECRET = "sk-proj-verysecret0123456789"


@pytest.fixture
def model(fake_openai, monkeypatch):
    """Opens the scripted model; retries come at once."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    opened = []

    def go(spec=None, *, timeout=5.0, retries=2):
        given = spec if isinstance(spec, ModelSpec) else parse_spec(spec or fake_openai.spec)
        opened.append(open_model(given, timeout=timeout, retries=retries))
        return opened[-1]

    yield go
    for each in opened:
        each.close()


def written(model):
    return list(model.stream(ASKED, max_tokens=50))


def text(pieces):
    return "".join(p.text for p in pieces)


# Naming a model


@pytest.mark.parametrize(
    ("spec", "kind", "model", "name", "url"),
    [
        ("none", "none", None, "none", None),
        ("local", "gguf", llamacpp.MODEL, f"local/{llamacpp.MODEL}", None),
        ("/models/tiny.gguf", "gguf", "tiny", "local/tiny", None),
        ("./a@b/Tiny.GGUF", "gguf", "Tiny", "local/Tiny", None),
        ("openai/gpt-5", "server", "gpt-5", "openai/gpt-5", None),
        ("ollama/qwen3:8b", "server", "qwen3:8b", "ollama/qwen3:8b", OLLAMA_URL),
        ("m@http://h:1/v1", "server", "m", "m@h:1", "http://h:1/v1"),
        ("org/m@https://h/v1", "server", "org/m", "org/m@h", "https://h/v1"),
        ("ollama/m@http://h/v1", "server", "ollama/m", "ollama/m@h", "http://h/v1"),
    ],
)
def test_a_spec_names_a_model(spec, kind, model, name, url):
    parsed = parse_spec(spec, {})
    assert (parsed.kind, parsed.model, parsed.name, parsed.base_url) == (kind, model, name, url)


def test_a_password_in_an_address_is_not_part_of_the_name():
    parsed = parse_spec("m@http://me:hidden@h:1/v1", {})
    assert parsed.name == "m@h:1"


@pytest.mark.parametrize(
    "spec",
    ["", "gpt", "openai/", "ollama/", "/", "@", "m@", "m@h/v1", "m@ftp://h", "m@http://", "a/b"],
)
def test_a_spec_that_names_none_is_refused_with_the_forms_there_are(spec):
    with pytest.raises(UsageError, match="openai/<model>"):
        parse_spec(spec, {})


@pytest.mark.parametrize(
    ("env", "model", "name", "url"),
    [
        ({"OPENAI_API_KEY": "k"}, llm.OPENAI_MODEL, f"openai/{llm.OPENAI_MODEL}", None),
        ({"OPENAI_API_KEY": "k", "OPENAI_MODEL": "m"}, "m", "openai/m", None),
        ({"OPENAI_BASE_URL": "http://h:1/v1"}, None, "h:1/default", "http://h:1/v1"),
        ({"OPENAI_BASE_URL": "http://h/v1", "OPENAI_MODEL": "m"}, "m", "h/m", "http://h/v1"),
    ],
)
def test_without_a_spec_the_environment_names_the_server(env, model, name, url):
    parsed = parse_spec(None, env)
    assert (parsed.kind, parsed.model, parsed.name, parsed.base_url) == ("server", model, name, url)


@pytest.mark.parametrize(("installed", "kind"), [(True, "gguf"), (False, "none")])
def test_without_a_spec_or_a_server_the_local_model_answers_if_it_is_installed(
    monkeypatch, installed, kind
):
    monkeypatch.setattr(llamacpp, "is_installed", lambda: installed)
    assert parse_spec(None, {}).kind == kind


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("10.0.0.1:11434", "http://10.0.0.1:11434/v1"),
        ("https://o.example/", "https://o.example/v1"),
    ],
)
def test_ollama_is_looked_for_where_its_own_variable_says(host, url):
    assert parse_spec("ollama/m", {"OLLAMA_HOST": host}).base_url == url


def test_no_model_is_opened_for_none():
    assert open_model(parse_spec("none", {}), timeout=1, retries=0) is None


@pytest.mark.parametrize("content", [None, b"", b"text, no model"])
def test_a_model_file_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "tiny.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelMissingError, match=r"tiny\.gguf"):
        open_model(parse_spec(str(path), {}), timeout=1, retries=0)


# Streaming


def test_a_reply_is_streamed_word_by_word_and_ends_with_its_usage(model, fake_openai):
    fake_openai.script = [Reply("Yes: it is so. [1]", usage=(321, 12))]
    pieces = written(model())
    assert text(pieces) == "Yes: it is so. [1]"
    assert [p.text for p in pieces if p.text] == ["Yes:", " it", " is", " so.", " [1]"]
    assert [p.usage for p in pieces if p.usage] == [Usage(321, 12, 1)]


def test_the_first_piece_tells_how_likely_each_word_was(model, fake_openai):
    fake_openai.script = [Reply("Yes: so.", first={"Yes": 0.75, "No": 0.25})]
    first = next(p for p in written(model()) if p.text)
    assert first.probabilities == pytest.approx({"Yes": 0.75, "No": 0.25})


ROOM = 50 + THINKING_TOKENS


def test_what_is_asked_is_sent_without_chance_and_bounded(model, fake_openai):
    written(model())
    body = fake_openai.chats[0]
    assert body["messages"] == ASKED
    assert (body["temperature"], body["max_tokens"], body["stream"]) == (0, ROOM, True)


def test_a_reader_that_stops_leaves_the_server_at_once(model, fake_openai):
    fake_openai.script = [Reply("word " * 1000, seconds_between=0.05)]
    begun = time.monotonic()
    with closing(model().stream(ASKED, max_tokens=50)) as pieces:
        next(pieces)
    assert time.monotonic() - begun < 3


def test_the_first_model_of_a_server_is_taken_where_none_is_named(model, fake_openai):
    fake_openai.models = ["first", "second"]
    opened = model(parse_spec(None, {"OPENAI_BASE_URL": fake_openai.base_url}))
    written(opened)
    written(opened)
    assert [r.path for r in fake_openai.requests].count("/v1/models") == 1
    assert {c["model"] for c in fake_openai.chats} == {"first"}


def test_a_server_that_has_no_model_is_told(model, fake_openai):
    fake_openai.models = []
    with pytest.raises(ModelRefusedError, match="lists no model"):
        written(model(parse_spec(None, {"OPENAI_BASE_URL": fake_openai.base_url})))


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    "refused",
    [
        {"logprobs"},
        {"top_logprobs"},
        {"max_tokens"},
        {"stream_options"},
        {"temperature"},
        {"max_tokens", "max_completion_tokens"},
        {"logprobs", "top_logprobs", "max_tokens", "stream_options", "temperature"},
    ],
)
def test_a_server_that_knows_less_of_the_protocol_is_asked_for_less(
    model, fake_openai, refused, status
):
    fake_openai.refuses, fake_openai.refusal = refused, status
    fake_openai.otherwise = Reply("Yes: so.")
    opened = model()
    assert text(written(opened)) == "Yes: so."
    assert not refused & set(fake_openai.chats[-1])
    if "max_tokens" in refused and "max_completion_tokens" not in refused:
        assert fake_openai.chats[-1]["max_completion_tokens"] == ROOM
    before = len(fake_openai.chats)
    written(opened)
    assert len(fake_openai.chats) == before + 1


@pytest.mark.parametrize(
    "words",
    [
        "max_tokens is too large: {}",
        "the maximum context is 4000 tokens, and you ask for 800 and {} in the completion",
        "`inputs` and `max_new_tokens` together must be <= 4000, and are 800 and {}",
        "the valid range of max_tokens is 1 to 512",
    ],
)
def test_a_server_with_little_room_is_asked_for_the_answer_alone(model, fake_openai, words):
    fake_openai.most_tokens, fake_openai.too_many = 512, words
    opened = model()
    written(opened)
    written(opened)
    assert [body["max_tokens"] for body in fake_openai.chats] == [ROOM, 50, 50]


def test_a_refusal_for_another_reason_changes_nothing_for_later(model, fake_openai):
    fake_openai.script = [Failure(400, "the context is too small for logprobs and max_tokens")] * 9
    opened = model()
    with pytest.raises(ModelRefusedError):
        written(opened)
    fake_openai.script = []
    written(opened)
    assert {"logprobs", "max_tokens"} <= set(fake_openai.chats[-1])


# The first token


def test_the_first_token_is_told_with_its_chances_and_cost(model, fake_openai):
    fake_openai.script = [Reply("Yes.", first={"Yes": 0.75, "No": 0.25}, usage=(70, 2))]
    shares, text, usage = model().first_token(ASKED)
    assert shares == pytest.approx({"Yes": 0.75, "No": 0.25})
    assert (text, usage) == ("Yes.", Usage(70, 2, 1))
    assert fake_openai.chats[0]["max_tokens"] <= 5


def test_a_server_that_tells_no_chances_gives_its_first_word(model, fake_openai):
    fake_openai.script = [Reply("No, it", first={}, end="length")]
    assert model().first_token(ASKED)[:2] == ({}, "No, it")


THOUGHTS = [
    Reply("<think> No. Or is", end="length"),
    Reply("Let me look at", end="length"),
    Reply("", before=[{"reasoning_content": "No. Or is"}], end="length"),
]
THOUGHT = [
    Reply("<think>No.\n</think>\n\nYes.", first={"<": 1.0}),
    Reply("No. Hm.\n</think>\n\nYes.", first={"No": 1.0}),
    Reply("Yes.", before=[{"reasoning_content": "No."}]),
]


@pytest.mark.parametrize(("begun", "whole"), [*zip(THOUGHTS, THOUGHT, strict=True)])
def test_a_model_that_thinks_is_given_room_and_its_thinking_is_no_first_token(
    model, fake_openai, begun, whole
):
    fake_openai.script = [begun, whole, whole]
    opened = model()
    shares, text, _ = opened.first_token(ASKED)
    assert text == "Yes."
    assert max(shares, key=shares.get).strip(" .\n") == "Yes"
    assert opened.first_token(ASKED)[1] == "Yes."
    few, *rest = [body["max_tokens"] for body in fake_openai.chats]
    assert few < THINKING_TOKENS < min(rest)
    assert len(rest) == 2


def test_a_model_that_does_not_think_is_given_the_room_only_once(model, fake_openai):
    fake_openai.otherwise = Reply("Perhaps it is.", first={})
    opened = model()
    assert [opened.first_token(ASKED)[1] for _ in range(3)] == ["Perhaps it is."] * 3
    assert [body["max_tokens"] > THINKING_TOKENS for body in fake_openai.chats] == [
        False, True, False, False
    ]  # fmt: skip


def test_a_refusal_of_the_first_token_is_told(model, fake_openai):
    fake_openai.otherwise = Failure(401)
    with pytest.raises(ModelRefusedError, match="key"):
        model().first_token(ASKED)
    assert len(fake_openai.chats) == 1


# What is no answer


SIGN_IN = Raw(b"<!doctype html><title>Sign in</title><p>Please", "text/html")
COMPLETION = Raw(
    b'{"choices": [{"message": {"content": "Yes: so."}, "finish_reason": "stop"}],'
    b'"usage": {"prompt_tokens": 9, "completion_tokens": 3}}'
)


def test_a_completion_that_is_not_streamed_is_an_answer(model, fake_openai):
    fake_openai.script = [COMPLETION]
    pieces = written(model())
    assert text(pieces) == "Yes: so."
    assert pieces[-1].usage == Usage(9, 3, 1)


def test_words_may_hold_what_parts_lines_elsewhere(model, fake_openai):
    delta = '{"delta": {"content": "a\u2028b\u0085c"}, "finish_reason": "stop"}'
    events = f'data: {{"choices": [{delta}]}}\n\n'
    fake_openai.script = [Raw(events.encode(), "text/event-stream")]
    assert text(written(model())) == "a\u2028b\u0085c"


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (SIGN_IN, r"a web page \(Sign in\)"),
        (Raw(SIGN_IN.content, "text/event-stream"), r"a web page \(Sign in\)"),
        (Raw(b"no such model", "text/plain"), "no such model"),
        (Raw(b""), "sent nothing"),
        (Raw(b"", "text/event-stream"), "sent nothing"),
        (Raw(b'{"error": {"message": "quota used up"}}'), "reports an error .quota used up"),
        (Raw(b'data: {"error": "upstream gone"}\n\n', "text/event-stream"), "upstream gone"),
        (Raw(b'{"id": "x"}'), "choices"),
    ],
)
def test_what_is_no_completion_is_told_with_the_address(model, fake_openai, sent, told):
    fake_openai.script = [sent]
    with pytest.raises(ModelRefusedError, match=told) as raised:
        written(model())
    assert "127.0.0.1" in str(raised.value)
    assert "--llm" in str(raised.value)
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("reply", [SIGN_IN, Failure(404), Failure(405)])
def test_an_address_without_its_end_is_told(model, fake_openai, reply):
    fake_openai.otherwise = reply
    with pytest.raises(ModelRefusedError, match="end in /v1"):
        written(model(f"scripted@{fake_openai.base_url.removesuffix('/v1')}"))
    with pytest.raises(ModelRefusedError) as raised:
        written(model())
    assert "end in /v1" not in str(raised.value)


def test_a_stream_that_ends_too_early_is_no_whole_answer(model, fake_openai):
    events = b'data: {"choices": [{"delta": {"content": "Yes: so"}}]}\n\n'
    fake_openai.script = [Raw(events, "text/event-stream")]
    with pytest.raises(ModelUnreachableError, match="broke off"):
        written(model())


def test_a_list_of_models_that_is_a_page_is_told(model, fake_openai):
    fake_openai.listing = SIGN_IN
    with pytest.raises(ModelRefusedError, match="Sign in"):
        written(model(parse_spec(None, {"OPENAI_BASE_URL": fake_openai.base_url})))


@pytest.mark.parametrize("listing", [b"{}", b'{"data": null}', b'{"data": [7, {}]}'])
def test_a_list_without_models_is_told(model, fake_openai, listing):
    fake_openai.listing = Raw(listing)
    with pytest.raises(ModelRefusedError, match="lists no model"):
        written(model(parse_spec(None, {"OPENAI_BASE_URL": fake_openai.base_url})))


LONG = [{"role": "user", "content": "word " * 1000}]


@pytest.mark.parametrize("read", [256, 512])
def test_a_prompt_that_a_server_cut_in_silence_is_told(model, fake_openai, read):
    fake_openai.script = [Reply("Yes: so.", usage=(read, 3))]
    with pytest.raises(ModelRefusedError, match=rf"only {read} tokens .*EVIDENCE_TOKENS"):
        list(model().stream(LONG, max_tokens=50))


@pytest.mark.parametrize(
    ("asked", "read"), [(LONG, 1000), (LONG, 0), (LONG, 9), (ASKED, 1), (ASKED * 90, 90)]
)
def test_a_count_that_tells_nothing_of_the_kind_is_no_trouble(model, fake_openai, asked, read):
    fake_openai.script = [Reply("Yes: so.", usage=(read, 3))]
    assert text(list(model().stream(asked, max_tokens=50))) == "Yes: so."


# Failures


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_passing_failure_is_tried_again(model, fake_openai, status):
    fake_openai.script = [Failure(status), Failure(status), Reply("Yes: so.")]
    assert text(written(model())) == "Yes: so."
    assert len(fake_openai.chats) == 3


@pytest.mark.parametrize("status", [429, 500])
def test_tries_are_bounded(model, fake_openai, status):
    fake_openai.otherwise = Failure(status)
    with pytest.raises(ModelUnreachableError):
        written(model(retries=1))
    assert len(fake_openai.chats) == 2


def test_retry_after_is_honoured(model, fake_openai):
    fake_openai.script = [Failure(429, headers={"Retry-After": "1"}), Reply("Yes: so.")]
    begun = time.monotonic()
    assert text(written(model())) == "Yes: so."
    assert 1.0 <= time.monotonic() - begun < 3


def test_waits_grow_from_try_to_try(model, fake_openai, monkeypatch):
    waits = []
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.1)
    monkeypatch.setattr("openai._base_client.time.sleep", waits.append)
    fake_openai.otherwise = Failure(500)
    with pytest.raises(ModelUnreachableError):
        written(model(retries=4))
    assert len(waits) == 4
    assert waits == sorted(waits)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_not_tried_again(model, fake_openai, status):
    fake_openai.otherwise = Failure(status)
    with pytest.raises(ModelRefusedError):
        written(model())
    assert len(fake_openai.chats) == 1


def test_a_silent_server_is_given_up_in_time(model, fake_openai):
    fake_openai.otherwise = Hang()
    begun = time.monotonic()
    with pytest.raises(ModelUnreachableError, match="gives no answer"):
        written(model(timeout=0.2, retries=1))
    assert time.monotonic() - begun < 3
    assert len(fake_openai.chats) == 2


def test_a_server_that_falls_silent_while_it_writes_is_given_up_in_time(model, fake_openai):
    fake_openai.script = [Reply("Yes: so.", seconds_between=20)]
    begun = time.monotonic()
    with pytest.raises(ModelUnreachableError):
        written(model(timeout=0.3))
    assert time.monotonic() - begun < 5


def test_a_connection_that_breaks_is_no_end_of_the_answer(model, fake_openai):
    fake_openai.script = [Drop("Yes: this never")]
    pieces = model().stream(ASKED, max_tokens=50)
    assert [next(pieces).text for _ in range(3)] == ["Yes:", " this", " never"]
    with pytest.raises(ModelUnreachableError, match="gives no answer"):
        list(pieces)


def test_a_server_that_is_not_there_is_told_with_its_address(model):
    with pytest.raises(ModelUnreachableError, match=r"127\.0\.0\.1:9/v1 .*--llm"):
        written(model("m@http://127.0.0.1:9/v1", retries=0))


def test_an_unknown_model_is_told_by_name(model, fake_openai):
    with pytest.raises(ModelRefusedError, match="has no model 'other'"):
        written(model(f"other@{fake_openai.base_url}"))


# The key


def test_a_wrong_key_is_told_with_the_remedy(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "wrong")
    fake_openai.key = "right"
    with pytest.raises(ModelRefusedError, match="refused the key; set OPENAI_API_KEY"):
        written(model())


def test_the_right_key_is_sent(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "right")
    fake_openai.key = "right"
    assert text(written(model())) == "No."


def test_ollama_is_never_sent_the_key(model, fake_openai, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OLLAMA_HOST", fake_openai.base_url.removesuffix("/v1"))
    written(model("ollama/scripted"))
    assert SECRET not in str(fake_openai.requests)


@pytest.mark.parametrize("key", [SECRET, "plain-words-as-key"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 429, 500])
def test_no_error_holds_the_key_even_when_the_server_repeats_it(
    model, fake_openai, monkeypatch, status, key
):
    monkeypatch.setenv("OPENAI_API_KEY", key)
    fake_openai.otherwise = Failure(status, f"the key {key} is no good, Bearer {key}!")
    with pytest.raises((ModelRefusedError, ModelUnreachableError)) as caught:
        written(model(retries=0))
    assert key not in str(caught.value)


def test_another_servers_key_shape_is_masked_too(model, fake_openai):
    fake_openai.script = [Failure(422, f"upstream says {SECRET} is used up")]
    with pytest.raises(ModelRefusedError) as caught:
        written(model())
    assert SECRET not in str(caught.value)


def test_no_error_holds_the_password_of_an_address(model, fake_openai):
    address = fake_openai.base_url.replace("//", "//me:hidden@")
    fake_openai.otherwise = Failure(500)
    with pytest.raises(ModelUnreachableError) as caught:
        written(model(f"scripted@{address}", retries=0))
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 422, 429, 500])
def test_an_error_is_one_short_line_whatever_the_server_says(model, fake_openai, status):
    fake_openai.otherwise = Failure(status, "bad\x1b[31m\nthing\x00\x9b\u202e " + "and more " * 999)
    with pytest.raises((ModelRefusedError, ModelUnreachableError)) as caught:
        written(model(retries=0))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_a_server_that_speaks_no_json_is_told(model, fake_openai, monkeypatch):
    def nonsense(self, chunks, seconds, broken=False):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        self.wfile.write(b"data: <html>hello</html>\n\n")

    monkeypatch.setattr("tests.fake_openai._Handler._stream", nonsense)
    fake_openai.otherwise = Reply("x")
    with pytest.raises(ModelRefusedError, match="a web page"):
        written(model())


def test_a_local_server_is_not_reached_through_a_proxy(model, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert text(written(model())) == "No."
