"""What becomes a block of its own, what is joined, and what is left out."""

from __future__ import annotations

import pytest

from assistant.ingest.chunking.blocks import blocks_of, front_matter, is_row, plain


def found(text: str, markdown: bool = False) -> list[str]:
    return ["#" * b.level + text[b.start : b.end] for b in blocks_of(text, markdown)]


def test_wrapped_lines_are_one_block_and_paragraphs_are_apart() -> None:
    text = (
        "The trip will take the president to Malaysia for the summit, then\n"
        "to Japan and South Korea. It will culminate in a meeting with the\r\n"
        "Chinese President.\n\nA second paragraph."
    )
    assert found(text) == [text[: text.index("\n\n")], "A second paragraph."]


def test_short_lines_items_and_rows_are_blocks_of_their_own() -> None:
    text = (
        "Prices\nTea: $3\nMilk: $2\n\n"
        "- the first item, which is long enough to be wrapped by an editor at\n"
        "  some column\n- The second\n1. Third\n2) Fourth\n\n"
        "| Year | Rate |\n|---|---|\n| 2025 | 3% |\n"
    )
    assert found(text) == [
        "Prices",
        "Tea: $3",
        "Milk: $2",
        text[text.index("- the first") : text.index("\n- The second")],
        "- The second",
        "1. Third",
        "2) Fourth",
        "| Year | Rate |",
        "| 2025 | 3% |",
    ]


def test_rows_that_tell_their_headers_are_blocks_of_their_own() -> None:
    rows = [f"Code: 8541.{at} | Description: Diodes of some kind or other" for at in range(5)]
    assert found("\n".join(rows)) == rows


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("Code: 8541.10 | Rate: 25%", True),
        ("| Code | Rate |", True),
        ("Code: 8541.10", False),
        ("The rate is: 5 | and more", False),
        ("One | two | three", False),
    ],
)
def test_a_row_is_told_from_other_lines(line: str, row: bool) -> None:
    assert is_row(line) == row


def test_headings_are_told_from_text_in_markdown_only() -> None:
    text = "# Top #\nSome text.\n\nUnder\n-----\nMore.\n\n#hashtag\n"
    assert found(text, markdown=True) == ["## Top #", "Some text.", "##Under", "More.", "#hashtag"]
    assert found("# Not a heading\n") == ["# Not a heading"]


def test_code_lines_stand_alone_and_hold_no_headings() -> None:
    assert found("```sh\n# comment\nrun me\n```\nText.", markdown=True) == [
        "# comment",
        "run me",
        "Text.",
    ]


def test_front_matter_is_no_content() -> None:
    text = "---\r\ntitle: A\r\n---\r\nText.\n"
    assert front_matter(text) == ("title: A\r\n", text.index("Text."))
    assert found(text, markdown=True) == ["Text."]


@pytest.mark.parametrize(
    "text", ["---\nNo key.\n---\nText.", "Text.\n---\na: b\n---\n", "---\na: b"]
)
def test_rules_are_not_mistaken_for_front_matter(text: str) -> None:
    assert front_matter(text) == ("", 0)


@pytest.mark.parametrize(
    "line",
    [
        "Scroll to Top",
        "back to top ↑",
        "ADVERTISEMENT",
        "Read more »",
        "Share this article",
        "Subscribe",
        "Cookie Policy",
        "We use cookies to improve your stay.",
        "* * *",
        "====",
        "\u200b",
    ],
)
def test_page_furniture_is_left_out_where_it_is_a_whole_line(line: str) -> None:
    assert found(f"One sentence.\n{line}\nAnother one.") == ["One sentence.", "Another one."]


@pytest.mark.parametrize(
    "line", ["Share prices fell.", "Read more books.", "Cookies are baked.", "Scroll to top it."]
)
def test_sentences_that_begin_like_furniture_are_kept(line: str) -> None:
    assert found(line) == [line]


def test_plain_drops_the_marks_of_markdown() -> None:
    assert plain("##  **Bold** `code` [link](http://a.b) snake_case C# ##") == (
        "Bold code link snake_case C#"
    )


def test_blocks_say_where_paragraphs_open() -> None:
    opens = [b.opens for b in blocks_of("One\nTwo\n\nThree\n")]
    assert opens == [True, False, True]
