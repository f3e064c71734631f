"""Tables as text: how columns are parted is found out, and each row can be quoted alone."""

from __future__ import annotations

import time

import pytest

from tests.ingest.readers.office import document, read


def lines(text: str | bytes, name: str = "a.csv") -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [line for line in document(name, data).text.splitlines() if line]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_end_are_found(delimiter: str, end: str) -> None:
    rows = (("Code", "Goods", "Rate"), ("8541.10", "Diodes", "25%"), ("8541.21", "Tubes", ""))
    text = end.join(delimiter.join(row) for row in rows)
    assert lines(text) == [
        "Code: 8541.10 | Goods: Diodes | Rate: 25%",
        "Code: 8541.21 | Goods: Tubes",
    ]


def test_decimal_commas_do_not_part_columns() -> None:
    assert lines("Land;Satz;Wert\nChile;2,5;1,0\nPeru;3,5;2,0\n") == [
        "Land: Chile | Satz: 2,5 | Wert: 1,0",
        "Land: Peru | Satz: 3,5 | Wert: 2,0",
    ]


def test_quoted_delimiters_quotes_and_line_ends_stay_within_their_cell() -> None:
    text = 'Code,Goods,Rate\n8541,"Diodes, ""fast""\nand small",25%\n'
    assert lines(text) == ['Code: 8541 | Goods: Diodes, "fast" and small | Rate: 25%']


def test_ragged_rows_keep_all_that_they_hold() -> None:
    text = "Code,Goods,Rate\n8541,Diodes,25%,extra,more\n8542\n"
    assert lines(text) == ["Code: 8541 | Goods: Diodes | Rate: 25% | extra | more", "Code: 8542"]


def test_titles_above_the_header_and_notes_below_are_lines_of_their_own() -> None:
    text = "Tariff lines 2025\n\nCode,Goods,Rate\n8541,Diodes,25%\n\nSource: USITC\n"
    one = document("a.csv", text.encode())
    assert one.title == "Tariff lines 2025"
    assert one.text == (
        "Tariff lines 2025\n\nCode: 8541 | Goods: Diodes | Rate: 25%\n\nSource: USITC"
    )


def test_a_table_without_header_loses_no_row() -> None:
    assert lines("8541,Diodes,25%\n8542,Circuits,50%\n") == [
        "8541 | Diodes | 25%",
        "8542 | Circuits | 50%",
    ]


def test_a_header_of_words_alone_is_one_and_so_is_one_of_years() -> None:
    assert lines("Country,Measure\nChile,quota\n") == ["Country: Chile | Measure: quota"]
    assert lines("Country,2023,2024\nChile,5,6\n") == ["Country: Chile | 2023: 5 | 2024: 6"]


def test_the_header_once_more_is_left_out() -> None:
    assert lines("A,B,C\n1,2,3\nA,B,C\n4,5,6\n") == ["A: 1 | B: 2 | C: 3", "A: 4 | B: 5 | C: 6"]


def test_a_hint_for_spreadsheets_is_taken_and_a_suffix_decides_a_tie() -> None:
    assert lines("sep=;\nA;B,C\n1;2,3\n") == ["A: 1 | B,C: 2,3"]
    assert lines("One, two\tthree\tfour", "a.tsv") == ["One, two | three | four"]


def test_other_encodings_are_read_and_remarked() -> None:
    reading = read("a.csv", "Pays,Taux\nCôte d’Ivoire,5%\nPérou,7%\n".encode("cp1252"))
    assert reading.documents[0].text.startswith("Pays: Côte d’Ivoire | Taux: 5%")
    assert "windows-1252" in reading.notes[0].reason
    assert lines("A,B\n1,2\n".encode("utf-16"))[0] == "A: 1 | B: 2"


def test_a_quotation_mark_that_is_never_closed_swallows_nothing() -> None:
    reading = read("a.csv", ('A,B,C\n1,"2,3\n' + "4,5,6\n" * 500).encode())
    assert reading.documents[0].text.count("A: 4 | B: 5 | C: 6") == 500
    assert "seems never closed" in reading.notes[0].reason


@pytest.mark.parametrize("data", [b"", b",,,\n,,\n", b'""\n', b"\x00\x01,"])
def test_what_holds_no_words_is_told(data: bytes) -> None:
    reading = read("a.csv", data)
    assert reading.documents == ()
    assert reading.skipped[0].reason in ("empty", "binary, not text")


def test_time_is_linear() -> None:
    def seconds(count: int) -> float:
        rows = "".join(f'8541.{at},"Diodes, number {at}",25%\n' for at in range(count))
        begun = time.process_time()
        read("a.csv", f"Code,Goods,Rate\n{rows}".encode())
        return time.process_time() - begun

    assert seconds(40_000) < 12 * max(seconds(10_000), 0.02)
