import base64
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from assistant import Assistant
from assistant.answers import Statement
from assistant.cli.chat import commands
from assistant.cli.chat.commands import COMMANDS, Leave, help_text
from assistant.cli.chat.talk import LEANT_ON, Talk
from assistant.cli.render.page import Page, cells
from assistant.cli.render.showing import answer_plain
from assistant.conversation.history import Store
from assistant.errors import AssistantError, ModelUnreachableError, UsageError
from assistant.filters import Filter
from tests.fake_openai import Failure, FakeOpenAI, Reply

LOAN = "How large is the deal with Australia?"
YES = Reply("Yes: Trump signed an $8.5 billion agreement with Anthony Albanese. [1]")
NO = Reply("No.", first={"No": 0.99, "Yes": 0.01})
DOCS = {
    "reports/2025/ilo.txt": "Port of Ilo\n\nPeru's Congress approved a loan for a port at Ilo. "
    "The loan is $3 billion. Work starts in March.",
    "reports/bread.txt": "Bread\n\nKnead the dough for ten minutes. Let it rise until it doubles.",
    "my notes/O'Brien.md": "---\ndate: 2026-06-03\n---\n# Notes\n\nO'Brien signed the contract.",
    "evil\x1b[31m\x07.txt": "Evil\n\nThe \x1b]0;title\x07dough is evil \x1b[2Jand rises.",
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """A folder of documents, and an index of it made once."""
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCS.items():
        path = folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with Assistant.open(folder / "index", llm="none") as assistant:
        assistant.index([folder / "docs"])
    return folder


@pytest.fixture(scope="module")
def asked(built_index):
    """A question, what was read for it and its answer, asked once."""
    with FakeOpenAI() as fake, Assistant.open(built_index, llm=fake.spec) as assistant:
        fake.otherwise = YES
        first, *_, last = assistant.stream(LOAN)
    return LOAN, first.evidence, last


@pytest.fixture
def shown(capsys):
    """What a command shows."""

    def go(talk, typed):
        capsys.readouterr()
        commands.run(talk, typed)
        return capsys.readouterr().out

    return go


@pytest.fixture
def assistant(index, fake_openai, quick_start):
    fake_openai.otherwise = YES
    with Assistant.open(index, llm=fake_openai.spec, retries=0) as assistant:
        yield assistant


@pytest.fixture
def talk(assistant):
    """A conversation that was not begun."""
    return Talk(assistant, Filter(), None)


@pytest.fixture
def answered(talk, asked):
    """A conversation in which one question was asked and answered."""
    talk.question, talk._found, answer = asked
    talk._conversation.history.append(talk.question)
    talk._keep(answer, datetime.now(UTC))
    return talk


@pytest.fixture
def library(tmp_path, documents, quick_start):
    """A conversation over some documents in folders, in which no model answers."""
    index = shutil.copytree(documents / "index", tmp_path / "several")
    with Assistant.open(index, llm="none") as assistant:
        yield Talk(assistant, Filter(), None)


def offered(talk, typed):
    """The line as each choice would make it."""
    replaced, choices = commands.choices(talk, typed)
    return [typed[: len(typed) - replaced] + text for text, _ in choices]


# Help, and what is no command


@pytest.mark.parametrize("width", [30, 80, 200, None])
def test_help_tells_all_commands_and_fits_the_terminal(width):
    told = help_text(Page(width))
    assert all(f"\n{each.name}" in told for each in COMMANDS)
    assert width is None or max(map(cells, told.splitlines())) <= width


@pytest.mark.parametrize("typed", ["/help show", "/help /show"])
def test_help_tells_more_of_one_command(talk, shown, typed):
    told = shown(talk, typed)
    assert told.startswith("/show N\nPassage N in its surroundings. The numbers are those")


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("/sorces", "did you mean /sources?"),
        ("/HELP", "did you mean /help?"),
        ("/home/ann/notes.txt", "there is no /home/ann/notes.txt; "),
        ("/help sho", "did you mean /show?"),
        ("/\x1b[31mquti", "did you mean /quit?"),
        ("/", "there is no /; "),
    ],
)
def test_of_what_is_no_command_the_nearest_one_is_named(talk, typed, near):
    with pytest.raises(UsageError) as caught:
        commands.run(talk, typed)
    assert near in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_command_that_takes_nothing_refuses_what_follows(talk):
    with pytest.raises(UsageError, match="/retry takes nothing behind it, but was given 'it'"):
        commands.run(talk, "/retry it")


@pytest.mark.parametrize("typed", ["/quit", "/exit", " /quit "])
def test_it_is_said_how_to_leave(talk, typed):
    with pytest.raises(Leave):
        commands.run(talk, typed)


@pytest.mark.parametrize("typed", ["/sources", "/show 1", "/copy", "/save x.md", "/history"])
def test_what_needs_an_answer_says_so(talk, typed):
    with pytest.raises(UsageError, match="type a question"):
        commands.run(talk, typed)


# What stands behind an answer


def test_sources_are_what_is_cited_and_then_what_else_was_read(answered, shown):
    told = shown(answered, "/sources")
    cited, read = told.split("Read, too:")
    assert cited.startswith("Cited:\n[1] “Earlier this week, Trump signed an $8.5 billion")
    assert re.search(r"000_0c051e3811c7471b\.txt:\d+-\d+", cited)
    assert "[2] “" in read
    assert "$8.5 billion" not in read


def test_of_a_refusal_what_is_nearest_is_shown(talk, fake_openai, shown):
    fake_openai.otherwise = NO
    talk.ask(LOAN)
    assert shown(talk, "/sources").startswith("Nearest:\n[1] “")
    assert ">>>" in shown(talk, "/show 1")


@pytest.mark.parametrize("number", ["1", "[1]", " 1 "])
def test_a_passage_is_shown_in_its_surroundings(answered, shown, number):
    told = shown(answered, f"/show {number}")
    assert ">>>Earlier this week, Trump signed" in told.replace("\n", " ")
    assert "Trump Targets Asian Mineral Deals" in told


def test_a_passage_that_was_read_and_not_cited_can_be_shown_too(answered, shown):
    number = len(answered.passages())
    assert number > 1
    assert ">>>" in shown(answered, f"/show {number}")


@pytest.mark.parametrize("number", ["0", "99", "-1", "", "one", "1 2", "²", "9" * 5000])
def test_a_number_that_there_is_none_of_is_told(answered, number):
    with pytest.raises(UsageError, match="1 to"):
        commands.run(answered, f"/show {number}")


def test_what_was_cited_is_shown_as_it_was_even_if_it_is_gone_from_the_index(library, shown):
    library.ask("How large is the loan for the port at Ilo?")
    library.assistant.remove(["reports/2025/ilo.txt"])
    assert ">>>" in shown(library, "/show 1")


def test_escape_codes_of_a_document_show_nowhere(library, shown):
    library.ask("What is the dough, is it evil?")
    for typed in ("/sources", "/show 1", "/verify The dough is \x1b[31mevil."):
        assert not set(shown(library, typed)) & set("\x1b\x07")


# Filters


def test_filters_hold_for_what_follows_until_they_are_lifted(library, shown):
    told = shown(library, "/only reports/ *.md")
    assert told == "From now on asked: 3 documents that match --only 'reports/' --only '*.md'.\n"
    told = shown(library, "/since 2026")
    assert "1 document that matches --only 'reports/' --only '*.md' --since 2026-01-01" in told
    with pytest.raises(UsageError, match="comes after"):
        commands.run(library, "/until 2025")
    library.ask("Who signed the contract?")
    assert {c.document.id for c in library.passages()} == {"my notes/O'Brien.md"}
    assert "1 document that matches --since 2026-01-01" in shown(library, "/only")
    assert shown(library, "/since") == "From now on asked: all documents (4).\n"


@pytest.mark.parametrize(
    ("typed", "globs"),
    [
        ("/only 'my notes/*'", ("my notes/*",)),
        ("/only O'Brien.md", ("O'Brien.md",)),
        ('/only "my notes/O\'Brien.md" reports/', ("my notes/O'Brien.md", "reports/")),
        ("/only my\\ notes/", ("my notes/",)),
    ],
)
def test_globs_are_typed_as_at_a_shell(library, shown, typed, globs):
    shown(library, typed)
    assert library.where.only == globs


@pytest.mark.parametrize("typed", ["/only nothing*", "/since soon", "/since 2030", "/only ./"])
def test_a_filter_that_matches_nothing_is_told_and_the_earlier_one_holds(library, shown, typed):
    shown(library, "/only reports/")
    with pytest.raises(UsageError):
        commands.run(library, typed)
    assert library.where == Filter.of("reports/")


# Asking again


def test_the_last_question_is_asked_again_in_the_light_of_what_was_before_it(answered, fake_openai):
    answered.ask("And by when?")
    commands.run(answered, "/retry")
    asked = [chat["messages"] for chat in fake_openai.chats]
    half = len(asked) // 2
    assert half
    assert asked[:half] == asked[half:]
    assert len(answered._conversation.history) == 2


def test_after_an_error_the_question_can_be_asked_again(answered, fake_openai):
    fake_openai.script = [Failure(500), Failure(500)]
    with pytest.raises(ModelUnreachableError):
        answered.ask("Who signed it?")
    with pytest.raises(ModelUnreachableError):
        commands.run(answered, "/retry")
    commands.run(answered, "/retry")
    assert answered.answer.question == "Who signed it?"
    history = [
        turn if isinstance(turn, str) else turn[0] for turn in answered._conversation.history
    ]
    assert [each.rstrip("?").split()[0] for each in history] == ["How", "Who"]


def test_there_must_be_a_question_to_ask_again(talk):
    with pytest.raises(UsageError, match="nothing was asked yet"):
        commands.run(talk, "/retry")


# Models


def test_another_model_answers_from_now_on(answered, shown):
    with FakeOpenAI(["other"]) as other:
        other.otherwise = YES
        assert "other@127.0.0.1" in shown(answered, f"/model {other.spec}")
        answered.ask(LOAN)
        assert len(other.chats) == 1
    assert shown(answered, "/model none") == "No model answers: the best sentences are quoted.\n"
    answered.ask(LOAN)
    assert answered.answer.model == "none"


@pytest.mark.parametrize("spec", ["gpt", "x@http://127.0.0.1:9/v1", "/no/such.gguf"])
def test_a_model_that_cannot_be_had_leaves_the_one_before(answered, fake_openai, spec):
    with pytest.raises(AssistantError):
        commands.run(answered, f"/model {spec}")
    asked = len(fake_openai.chats)
    answered.ask(LOAN)
    assert len(fake_openai.chats) == asked + 1


def test_a_server_that_refuses_the_key_leaves_the_model_before(answered, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong")
    with FakeOpenAI() as other:
        other.key = "sk-right"
        with pytest.raises(AssistantError) as caught:
            commands.run(answered, f"/model {other.spec}")
    assert "refused the key" in str(caught.value)
    assert "sk-wrong" not in str(caught.value)


def test_of_a_model_that_its_server_does_not_list_is_notified(index, fake_openai, quick_start):
    notices = []
    with Assistant.open(index, llm="none", notify=notices.append) as assistant:
        assistant.use(f"another@{fake_openai.base_url}")
    assert "is not among the models that its server lists" in notices[-1]


def test_a_model_elsewhere_is_said_to_be_sent_what_is_asked(index, quick_start):
    with Assistant.open(index, llm="m@https://models.example.org/v1") as assistant:
        told = commands.model_told(Talk(assistant, Filter(), None))
    assert told.endswith("and evidence are sent to models.example.org.")
    assert "what they lean on in the conversation" in told


def test_a_model_on_this_machine_is_sent_nothing_elsewhere(answered, shown):
    assert "sent" not in shown(answered, "/model")


# Checking


def test_the_last_answer_is_checked_in_full(answered, shown):
    told = shown(answered, "/verify")
    assert "Trump signed an $8.5 billion agreement with Anthony Albanese." in told
    assert "1 statement: 1 supported" in told


def test_a_text_or_a_file_is_checked_within_the_filters(library, tmp_path, shown):
    draft = tmp_path / "my draft.md"
    draft.write_text("The loan is $4 billion.")
    assert "1 statement: 1 supported" in shown(library, "/verify The loan is $3 billion.")
    for typed in (f"/verify {draft}", f"/verify '{draft}'"):
        assert "$3 billion" in shown(library, typed).split("✗")[1]
    shown(library, "/only reports/bread.txt")
    assert "✗" in shown(library, "/verify The loan for a port at Ilo is $3 billion.")


def test_a_file_to_check_that_is_not_there_is_told(answered):
    with pytest.raises(UsageError, match=r"there is no file 'draft\.md'"):
        commands.run(answered, "/verify draft.md")


def test_a_folder_cannot_be_checked(answered, tmp_path):
    with pytest.raises(UsageError, match="is a folder; give a file in it"):
        commands.run(answered, f"/verify {tmp_path}")


def test_of_a_refusal_there_is_nothing_to_check(talk, fake_openai):
    fake_openai.otherwise = NO
    talk.ask(LOAN)
    with pytest.raises(UsageError, match="states nothing"):
        commands.run(talk, "/verify")


# Saving and copying


def test_the_conversation_is_saved_with_footnotes(answered, tmp_path, shown, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    answered.ask("Who signed the deal with Australia?")
    assert shown(answered, "/save ~/my notes.md") == f"Saved 2 turns to {tmp_path}/my notes.md.\n"
    saved = (tmp_path / "my notes.md").read_text()
    assert saved.count("[^1]: “Earlier this week") == 1
    assert "[^2]: “Earlier this week" in saved
    assert "## How large is the deal with Australia?" in saved


def test_a_file_that_is_there_stays_unless_it_is_said_twice(answered, tmp_path, shown):
    file = tmp_path / "notes.md"
    file.write_text("mine")
    with pytest.raises(UsageError, match="is there already; /save! "):
        commands.run(answered, f"/save {file}")
    assert file.read_text() == "mine"
    shown(answered, f"/save! {file}")
    assert "Australia" in file.read_text()
    assert [each.name for each in tmp_path.iterdir() if "notes" in each.name] == ["notes.md"]


@pytest.mark.parametrize("name", ["", "{0}", "{0}/no/notes.md", "a\x00b", "{0}/" + "x" * 300])
def test_where_nothing_can_be_saved_is_told(answered, tmp_path, name):
    with pytest.raises(UsageError, match=r"takes the name|is there already|cannot be written"):
        commands.run(answered, f"/save {name.format(tmp_path)}".strip())


def test_where_there_is_no_room_nothing_of_a_file_is_left(answered, tmp_path):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            commands.run(answered, f"/save {tmp_path / 'notes.md'}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [each for each in tmp_path.iterdir() if "notes" in each.name]


def test_of_a_conversation_that_goes_on_all_is_saved(assistant, index, tmp_path, shown):
    store = Store(tmp_path / "kept")
    recorder = store.begin(index=index, where=Filter(), model="m", program="1")
    Talk(assistant, Filter(), recorder).ask(LOAN)
    talk = Talk(assistant, Filter(), store.resume())
    assert ">>>Earlier this week" in shown(talk, "/show 1").replace("\n", " ")
    talk.ask("And by when?")
    assert shown(talk, f"/save {tmp_path / 'all.md'}").startswith("Saved 2 turns")
    assert [each.number for each in talk.session().turns] == [1, 2]
    assert [turn.number for turn in store.open().turns] == [1, 2]


def test_the_answer_is_copied_with_its_sources_where_there_is_a_terminal(
    answered, monkeypatch, shown
):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    told = shown(answered, "/copy")
    code = re.search("\x1b\\]52;c;([A-Za-z0-9+/=]+)\x07", told)
    text = base64.b64decode(code[1]).decode()
    assert text.startswith("Trump signed an $8.5 billion agreement with Anthony Albanese. [1]\n")
    assert "\n[1] “Earlier this week, Trump signed" in text
    assert "some terminals take nothing" in told


def test_a_copied_answer_tells_what_is_not_supported_and_what_is_left_open(asked):
    answer = asked[2]
    false = Statement("He stayed for a week.", (1,), "unsupported", (), False)
    both = replace(answer, statements=(*answer.statements, false), missing=("by when?",))
    first, second, third, *_ = answer_plain(both).splitlines()
    assert first == f"{answer.statements[0].text} [1]"
    assert second.startswith("✗ He stayed for a week. [1] (unsupported: ")
    assert third == "Not answered from the documents: by when?"


def test_the_questions_so_far_are_listed(answered, shown):
    answered.ask("And by when?")
    assert shown(answered, "/history") == f"1. {LOAN}\n2. And by when?\n"


# Completion


def test_commands_are_completed(talk):
    assert offered(talk, "/s") == ["/sources", "/show", "/since", "/save"]
    assert offered(talk, "/help s") == ["/help sources", "/help show", "/help since", "/help save"]
    assert offered(talk, "/nonsense x") == offered(talk, "/quit x") == []


def test_documents_are_completed_folder_by_folder(library):
    assert "/only reports/" in offered(library, "/only r")
    assert offered(library, "/only reports/") == [
        "/only reports/2025/",
        "/only reports/bread.txt",
    ]
    assert offered(library, "/only x REPORTS/2") == ["/only x reports/2025/"]
    assert offered(library, "/only bre") == ["/only reports/bread.txt"]
    assert offered(library, "/only 'my") == ["/only 'my notes/'"]
    assert offered(library, "/only 'my notes/'") == ["/only 'my notes/O'\"'\"'Brien.md'"]
    assert offered(library, "/only %") == offered(library, "/only _") == []


def test_a_document_is_completed_such_that_it_is_found(library, shown):
    for typed in ("/only e", "/only 'my notes/"):
        (line,) = offered(library, typed)
        assert line.isprintable()
        assert "1 document" in shown(library, line)


def test_nothing_is_asked_of_the_index_while_it_is_loaded(library, monkeypatch):
    monkeypatch.setattr(type(library.warming), "is_done", False)
    assert offered(library, "/only r") == []


def test_numbers_are_completed_with_where_they_lead(answered):
    count = len(answered.passages())
    assert len(offered(answered, "/show ")) == count
    assert offered(answered, "/show 1") == ["/show 1"]
    (_, told), *_ = commands.choices(answered, "/show ")[1]
    assert "Trump Targets Asian Mineral Deals" in told


def test_files_are_completed_for_saving_and_checking(talk, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("notes one.md", "notes two.md", ".hidden", "no\x1b[31m.md"):
        (tmp_path / name).touch()
    (tmp_path / "notes").mkdir()
    names = ["notes one.md", "notes two.md", "notes/"]
    assert sorted(offered(talk, "/save ~/no")) == [f"/save ~/{name}" for name in names]
    assert offered(talk, f"/verify {tmp_path}/.h") == [f"/verify {tmp_path}/.hidden"]
    assert offered(talk, "/save /no/such/") == offered(talk, "/save a\x00/") == []


def test_models_are_completed(talk):
    assert offered(talk, "/model o") == ["/model openai/", "/model ollama/"]


# Long conversations


def test_a_long_conversation_keeps_little(answered, monkeypatch):
    monkeypatch.setattr("assistant.cli.chat.talk.MOST_TURNS", 10)
    talk = Talk(answered.assistant, Filter(), None)
    talk.ask(LOAN)
    for number in range(100):
        talk._conversation.history.append(f"question {number}")
        talk._keep(talk.answer, talk.session().turns[0].asked)
    assert len(talk._conversation.history) == LEANT_ON
    session = talk.session()
    assert len(session.turns) == 10
    assert session.turns[-1].number == 101
    assert session.faults == ("91 turns before these are left out.",)
    assert max(map(len, talk._turns)) < 2000
