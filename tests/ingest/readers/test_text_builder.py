"""Blocks are kept apart as the marks of a text tell them, and words are not taken for marks."""

from __future__ import annotations

import pytest

from assistant.ingest.chunking.blocks import blocks_of
from assistant.ingest.readers import text_builder
from assistant.ingest.readers.base import UnreadableError
from assistant.ingest.readers.text_builder import Composer


def test_blocks_are_apart_and_items_and_rows_are_not() -> None:
    composer = Composer()
    composer.heading("Top\nline", 9)
    composer.paragraph(" One \n\n two ")
    composer.item("a\nb")
    composer.item("c")
    composer.row(["d: 1", "e: 2"])
    composer.row(["d: 3", "e: 4"])
    composer.part()
    composer.row(["f: 5", "g: 6"])
    composer.row(["h: 7"])
    composer.paragraph("---")
    assert composer.text == (
        "###### Top line\n\nOne\ntwo\n\n- a b\n- c\n\nd: 1 | e: 2\nd: 3 | e: 4\n\n"
        "f: 5 | g: 6\n\nh: 7"
    )


@pytest.mark.parametrize("words", ["# 5 it is", "```sh", "~~~ x", "---\na: b\n---\nText", "A\n==="])
def test_words_are_never_headings_fences_or_front_matter(words: str) -> None:
    composer = Composer()
    composer.paragraph(words)
    composer.paragraph("# 7 it is")
    composer.paragraph("End.")
    found = list(blocks_of(composer.text, markdown=True))
    assert all(block.level == 0 for block in found)
    assert len(found) >= 3


def test_pages_begin_with_their_first_block_and_empty_ones_with_that_of_the_next() -> None:
    composer = Composer()
    for words in ("One", "", "Three", ""):
        composer.page()
        composer.paragraph(words)
    assert composer.text == "One\n\nThree"
    assert composer.pages == (0, 5, 5, 10)


def test_a_text_past_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_builder, "LARGEST_TEXT", 10)
    composer = Composer()
    composer.paragraph("0123456789")
    with pytest.raises(UnreadableError, match="split it"):
        composer.paragraph("more")
