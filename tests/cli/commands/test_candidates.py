"""What may stand next on a command line."""

import pytest

from assistant.cli import app
from assistant.cli.commands.candidates import candidates

COMMANDS = "ask chat index remove watch search verify sources show status doctor eval".split()


@pytest.fixture
def offered():
    def go(line, begun="", documents=()):
        asked = []

        def names(index, beginning):
            asked.append(index)
            return list(documents)

        found = candidates(app.root_command(), line.split(), begun, names)
        go.asked = asked
        return [each.value for each in found]

    return go


def test_commands_come_first_with_what_they_do(offered):
    assert set(COMMANDS) <= set(offered(""))
    assert set(COMMANDS) <= set(offered("--debug"))
    assert {"search", "sources", "show", "status"} <= set(offered("", "s"))
    assert all(each.startswith("s") for each in offered("", "s"))
    assert {"retrieval", "answers", "checker", "claims"} == set(offered("eval"))
    assert "complete" not in offered("", "comp")
    told = candidates(app.root_command(), [], "sear", lambda index, begun: [])
    assert told[0].meaning.startswith("Show the passages that fit a query")


def test_options_are_those_of_the_command(offered):
    assert offered("ask", "--ll") == ["--llm"]
    assert offered("ask What", "--si") == ["--since"]
    assert "--json" in offered("sources", "-")
    assert "--help" in offered("eval answers", "--")
    assert "--version" in offered("", "--")
    assert offered("search --", "--l") == []


def test_what_an_option_takes_is_offered_behind_it(offered):
    assert offered("sources --sort") == ["id", "date"]
    assert offered("sources --sort", "d") == ["date"]
    assert offered("sources", "--sort=d") == ["--sort=date"]
    assert offered("eval answers --half") == ["even", "odd"]
    assert offered("ask --llm", "no") == ["none"]
    assert offered("index --embedding", "s") == ["static"]
    assert offered("ask --index") == []  # a folder, which the shell knows
    assert offered("search --limit") == []


def test_documents_are_offered_where_one_is_named_and_nowhere_else(offered):
    documents = ["reports/a.txt", "notes.md"]
    assert offered("show", documents=documents) == documents
    assert offered("show", "rep", documents) == ["reports/a.txt"]
    assert offered("show --json", "n", documents) == ["notes.md"]
    assert offered.asked == [None]
    assert offered("show --index here", "n", documents) == ["notes.md"]
    assert offered.asked == ["here"]
    assert offered("show --index=here", "n", documents) == ["notes.md"]
    assert offered.asked == ["here"]
    assert offered("show notes.md", "n", documents) == []
    assert offered("verify", "n", documents) == []


def test_behind_a_command_that_is_none_nothing_is_offered(offered):
    assert offered("nonsense") == []
    assert offered("eval nonsense") == []
    assert offered("completion") == ["bash", "zsh", "fish"]
