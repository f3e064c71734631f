"""What a text says of itself is found; what it merely mentions is not."""

from __future__ import annotations

import random
import time

import pytest

from assistant.ingest.metadata.bylines import About, about
from assistant.ingest.metadata.languages import detected
from tests.bench.metadata import HEADS, KNOWN_ERRORS, Head

PROSE = "The ministry raised the quota on May 4, 2022, and talks will end on January 5, 2027."


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.text[:60].replace("\n", "|"))
def test_first_and_last_lines_tell_date_publisher_and_author(head: Head) -> None:
    if head.text.startswith(KNOWN_ERRORS):
        pytest.skip("a known error, counted by the bench")
    markdown = head.text.startswith("# ")
    found = about(head.text, detected(head.text), markdown)
    assert found == About(head.published, head.publisher, head.author)


def test_front_matter_is_passed_over_in_markdown() -> None:
    text = f"---\ndate: June 9, 2026\n---\n# Quota\n\nJune 3, 2026\n\n{PROSE}"
    assert about(text, markdown=True).published == "2026-06-03"


def test_a_date_deep_in_the_text_is_not_the_documents() -> None:
    lines = [f"Line {number} of a list" for number in range(30)]
    assert about("\n".join([*lines, "June 3, 2026", *lines])).published is None


@pytest.mark.parametrize(
    ("heading", "published"),
    [
        ("Tolls of the harbour, Board of Ely, 4 May 2026", "2026-05-04"),
        ("Tolls of the harbour (12 March 2024)", "2024-03-12"),
        ("Tolls of the harbour – May 4, 2026", "2026-05-04"),
        ("The flood of Ely, 7 December 1941", None),
        ("Results of the match of 3 May 2024", None),
        ("Tolls in force since the flood, 4 May 2026", None),
        ("Toll | 14 April 2026 | 14 May 2026", None),
    ],
)
def test_a_heading_that_ends_with_a_date_of_its_own_tells_it(
    heading: str, published: str | None
) -> None:
    assert about(f"{heading}\n\n{PROSE}").published == published
    assert about(f"Ely\n\n# {heading}\n\n{PROSE}", markdown=True).published == published


def test_dates_that_disagree_are_none() -> None:
    assert about(f"Talks\n\n3 June 2026\n{PROSE}\n\n4 June 2026\n{PROSE}").published is None


def test_publication_comes_before_a_change_whichever_stands_first() -> None:
    text = f"Quota\n\nUpdated: 5 June 2026\nPublished: 3 June 2026\n\n{PROSE}"
    assert about(text).published == "2026-06-03"


def test_any_lines_are_read_in_time_that_does_not_depend_on_what_they_hold() -> None:
    chance = random.Random(4)
    words = (
        "By Ann Lee de la 3 June 2026 | · - – , ; ( ) © Published Updated 14:05 ET LIMA (AP) "
        "2026-06-03 03/06/2026 . : Source © the und Juni A-B 1"
    ).split()
    texts = ["A" * 100_000, "By " + "Ann Lee, " * 500, "3 " * 5000, "\n" * 50_000, "A-" * 9000]
    for _ in range(500):
        lines = (" ".join(chance.choices(words, k=chance.randint(1, 60))) for _ in range(8))
        texts.append("\n".join(lines))
    begun = time.process_time()
    for text in texts:
        about(text, "en")
    assert time.process_time() - begun < 5
