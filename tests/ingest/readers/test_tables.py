"""Which row is the header is found out, both ways round, and no cell is lost."""

from __future__ import annotations

import pytest

from assistant.ingest.readers.tables import Row, Spanned, add_table
from assistant.ingest.readers.text_builder import Composer


def told(*rows: str, marked: int = 0, named: bool = False) -> list[str]:
    composer = Composer()
    add_table(composer, [cells(row) for row in rows], marked=marked, named=named)
    return [line for line in composer.text.splitlines() if line]


def cells(row: str) -> Row:
    """Cells parted by bars; `=` is one that the cell before it covers."""
    texts: dict[int, str] = {}
    for at, cell in enumerate(row.split("|")):
        if cell.strip():
            texts[at] = Spanned(texts[at - 1]) if cell.strip() == "=" else cell.strip()
    return texts


@pytest.mark.parametrize(
    "header",
    [
        "HTS code|Description|Rate of duty",
        "Country|2023|2024",
        "|FY 2024|2024-25",
        "Year|Imports ($ million)|Share (%)",
        "No.|Product|CAS No. 1",
    ],
)
def test_a_row_of_names_above_values_is_the_header(header: str) -> None:
    lines = told(header, "A|5|7.5%", "B|6|8%")
    assert len(lines) == 2
    assert all(lines[0].count(f"{name}: ") == 1 for name in cells(header).values())


@pytest.mark.parametrize(
    "first",
    ["8541.10|Diodes|25%", "2023|Chile|Free", "A|5|7.5%", "$5|x|y", "n/a|Diodes|z", "B|Diodes|x"],
)
def test_a_row_of_values_is_no_header(first: str) -> None:
    assert told(first, "B|6|8%", "C|7|9%")[0] == first.replace("|", " | ")


def test_a_sentence_is_no_header() -> None:
    first = "The duty was raised to a new level.|Diodes of any kind|Tubes"
    assert told(first, "a|b|c")[0] == first.replace("|", " | ")


def test_of_two_columns_the_first_names_the_second_unless_values_tell_a_header() -> None:
    assert told("Contact|Jane Roe", "In force|1 May 2025", "Phone|555-1234") == [
        "Contact: Jane Roe",
        "In force: 1 May 2025",
        "Phone: 555-1234",
    ]
    assert told("Country|Rate", "Chile|5%", "Peru|6%") == [
        "Country: Chile | Rate: 5%",
        "Country: Peru | Rate: 6%",
    ]


def test_what_a_format_marks_as_header_is_one() -> None:
    assert told("Kind|Word", "a|b", marked=1) == ["Kind: a | Word: b"]


def test_a_header_over_several_columns_is_told_with_the_names_below_it() -> None:
    assert told("Country|Rate|=|Share|=", "|2023|2024|2023|2024", "Chile|1|2|3|4") == [
        "Country: Chile | Rate 2023: 1 | Rate 2024: 2 | Share 2023: 3 | Share 2024: 4"
    ]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("rows", [("a|b|c",), ("a",), ("a|b",), ("a|b|c", "a|b|c")])
def test_no_row_is_lost_where_there_is_nothing_but_names(
    rows: tuple[str, ...], named: bool
) -> None:
    assert told(*rows, named=named) != []


def test_rows_tell_the_group_they_stand_in_and_single_values_their_header() -> None:
    assert told("Code|Goods|Rate", "Electronics||", "8541|Diodes|5%", "8542||") == [
        "Electronics | Code: 8541 | Goods: Diodes | Rate: 5%",
        "Electronics | Code: 8542",
    ]


def test_a_name_that_no_row_follows_and_a_note_are_lines_of_their_own() -> None:
    assert told("Port|Fee|Staff", "North||", "Kemi|98|17", "All ports|300|80", "Of 2025||") == [
        "North | Port: Kemi | Fee: 98 | Staff: 17",
        "Port: All ports | Fee: 300 | Staff: 80",
        "Of 2025",
    ]


def test_a_label_left_blank_is_that_of_the_row_above_where_none_is_told_twice() -> None:
    rows = told(
        "Seller|Goods|Tons", "Oman|Rods|14", "|Bars|8", "Peru|Rods|6", "|Bars|2", "|Total|30"
    )
    assert rows[1] == "Seller: Oman | Goods: Bars | Tons: 8"
    assert rows[3:] == ["Seller: Peru | Goods: Bars | Tons: 2", "Goods: Total | Tons: 30"]
    assert told("Seller|Goods|Tons", "Oman|Rods|14", "Oman|Bars|8", "|Wire|6", "|Nails|2")[3] == (
        "Goods: Nails | Tons: 2"
    )


def test_the_name_over_a_group_of_columns_holds_for_each_though_its_cells_are_not_merged() -> None:
    rows = told("Port|2025||2026|", "|Fee|Staff|Fee|Staff", "Kemi|98|17|99|18", "Bari|143|9|150|8")
    assert rows[0] == "Port: Kemi | 2025 Fee: 98 | 2025 Staff: 17 | 2026 Fee: 99 | 2026 Staff: 18"
