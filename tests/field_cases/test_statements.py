"""What is said of one thing, by one speaker, at one time, is not said of another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import Assistant
from tests.field_cases.run import indexed

FILES = {
    "locks.md": (
        "# Locks on the canal\n\nThe pilots asked the council to raise the lock fee. "
        "The council plans to widen lock 6, and lock 7 was widened in May.\n\n"
        "“The delays are shameful,” said Petra Voss, who leads the pilots. "
        "Mayor Ilya Brand rejected the pilots' complaint.\n\n"
        "The lock fee was 21 euros until 30 June 2026. Since 1 July 2026 it has been 27 euros."
    ),
    "orders.md": (
        "# Orders\n\nOrder QT-5180 is cancelled. Order QT-5108 is not cancelled.\n\n"
        "The dredging budget is $5,300,000. The harbour fund is worth $5.3 billion."
    ),
    "depths-a.txt": (
        "Survey: the depth of basin 2-5 is 11 metres.\n\n"
        "Survey: the depth of basin 5-2 is 8 metres."
    ),
    "depths-b.txt": (
        "Survey: the depth of basin 2-7 is 14 metres.\n\n"
        "Survey: the depth of basin 3-5 is 9 metres."
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with indexed(tmp_path_factory.mktemp("statements"), FILES) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "statement",
    [
        "The pilots asked the council to raise the lock fee.",
        "Lock 7 was widened in May.",
        "Petra Voss said the delays are shameful.",
        "The dredging budget is $5.3 million.",
        "Order QT-5180 is cancelled.",
    ],
)
def test_what_the_documents_say_is_supported(folder: Assistant, statement: str) -> None:
    assert folder.verify(statement)[0].verdict == "supported"


@pytest.mark.parametrize(
    "statement",
    [
        "The council raised the lock fee.",
        "Lock 6 was widened.",
        "Ilya Brand said the delays are shameful.",
        "The dredging budget is $5.3 billion.",
        "Order QT-5108 is cancelled.",
        "The harbour closed the basin.",
    ],
)
def test_what_is_asked_for_or_said_of_another_is_not(folder: Assistant, statement: str) -> None:
    assert folder.verify(statement)[0].verdict != "supported"


def test_the_thing_with_the_number_that_is_asked_for_is_quoted(folder: Assistant) -> None:
    answer = folder.ask("What is the depth of basin 5-2?")
    assert [said.text for said in answer.statements] == [
        "Survey: the depth of basin 5-2 is 8 metres."
    ]
    assert answer.conflicts == ()


@pytest.mark.parametrize("query", ["5.3 million dollars", "$5.3m", "5,300,000"])
def test_an_amount_is_found_however_it_is_written(folder: Assistant, query: str) -> None:
    assert folder.search(query)[0].passage.document.title == "Orders"
