"""Workbooks: rows that can be quoted alone, values as a reader is shown them."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pytest

from tests.ingest.readers.office import BILLION_LAUGHS, document, package, read, workbook


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet(*rows: list[object], formats: dict[str, str] | None = None) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    assert made.active is not None
    for row in rows:
        made.active.append(row)
    for place, code in (formats or {}).items():
        made.active[place].number_format = code
    return made


def lines(made: openpyxl.Workbook) -> list[str]:
    return [line for line in document("a.xlsx", saved(made)).text.splitlines() if line]


def test_each_row_tells_its_headers_and_values_as_they_are_shown() -> None:
    made = sheet(
        ["HTS code", "Description", "Rate", "From", "Imports", "In force"],
        ["8541.10", "Diodes", 0.25, date(2025, 5, 1), 1250000, True],
        ["8541.21", "", 0.5, datetime(2025, 5, 1, 14, 30), 3.14159, False],
        formats={"C2": "0%", "C3": "0.0%", "E2": "#,##0", "E3": "$0.00", "D3": "m/d/yy h:mm"},
    )
    assert lines(made) == [
        "HTS code: 8541.10 | Description: Diodes | Rate: 25% | From: 2025-05-01 | "
        "Imports: 1,250,000 | In force: TRUE",
        "HTS code: 8541.21 | Rate: 50.0% | From: 2025-05-01 14:30 | Imports: $3.14 | "
        "In force: FALSE",
    ]


def test_titles_stand_above_merged_headers_are_joined_and_notes_follow() -> None:
    made = sheet(
        ["Table 1. Additional duties"],
        ["Code", "Rate", None, "Notes"],
        [None, 2024, 2025, None],
        ["8541.10", "5%", "6%", "x"],
        ["8541.21", "7%", None, None],
        ["Source: USITC"],
    )
    assert made.active is not None
    for area in ("A1:D1", "B2:C2", "A2:A3", "D2:D3"):
        made.active.merge_cells(area)
    assert lines(made) == [
        "Table 1. Additional duties",
        "Code: 8541.10 | Rate 2024: 5% | Rate 2025: 6% | Notes: x",
        "Code: 8541.21 | Rate 2024: 7%",
        "Source: USITC",
    ]


def test_tables_apart_have_headers_of_their_own_and_a_gap_keeps_the_one_above() -> None:
    made = sheet(
        ["Country", "Year", "Imports"],
        ["Chile", 2024, 5],
        [],
        ["Peru", 2024, 7],
        [],
        ["Code", "Rate", "Unit"],
        [8541, 25, 9],
    )
    assert lines(made) == [
        "Country: Chile | Year: 2024 | Imports: 5",
        "Country: Peru | Year: 2024 | Imports: 7",
        "Code: 8541 | Rate: 25 | Unit: 9",
    ]


def test_a_cell_merged_over_rows_is_told_in_each() -> None:
    made = sheet(["Country", "Year", "Rate"], ["Chile", 2024, 5], [None, 2025, 6])
    assert made.active is not None
    made.active.merge_cells("A2:A3")
    assert lines(made)[1] == "Country: Chile | Year: 2025 | Rate: 6"


def test_what_is_hidden_is_left_out_and_remarked() -> None:
    made = sheet(
        ["Country", "Secret", "Rate"], ["Chile", "s", 5], ["Peru", "s", 6], ["Cuba", "s", 7]
    )
    assert made.active is not None
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions["B"].hidden = True
    away = made.create_sheet("Away")
    away.append(["Hidden words"])
    away.sheet_state = "veryHidden"
    reading = read("a.xlsx", saved(made))
    assert reading.documents[0].text == ("Country: Chile | Rate: 5\nCountry: Cuba | Rate: 7")
    assert [(note.path, note.reason.split(";")[0]) for note in reading.notes] == [
        ("a.xlsx:Sheet", "1 hidden row left out"),
        ("a.xlsx:Sheet", "hidden columns left out"),
        ("a.xlsx", "hidden sheets left out: Away"),
    ]


def test_formulas_tell_their_saved_results_and_those_without_are_remarked() -> None:
    cells = (
        "<sheetData><row><c t='inlineStr'><is><t>Sum of</t></is></c><c><f>A1+1</f><v>7</v></c>"
        "<c t='str'><f>B1</f><v>text</v></c><c t='e'><v>#REF!</v></c><c><f>C1</f></c></row>"
        "</sheetData>"
    )
    reading = read("a.xlsx", workbook(cells))
    assert reading.documents[0].text == "# S1\n\nSum of | 7 | text"
    assert reading.notes[0].reason.startswith("formulas without a saved result left out: 1")


def test_sheets_are_headings_but_not_the_only_one_without_a_name_of_its_own() -> None:
    made = sheet(["Only words"])
    assert lines(made) == ["Only words"]
    made.create_sheet("Trade").append(["Other words"])
    assert lines(made) == ["# Sheet", "Only words", "# Trade", "Other words"]
    assert document("b/tariffs.xlsx", saved(made)).title == "tariffs"


def test_shared_strings_are_joined_from_their_runs_without_readings() -> None:
    strings = "<si><r><t>Duty </t></r><r><t>rate_x000D_\n</t></r><rPh><t>reading</t></rPh></si>"
    cells = "<sheetData><row><c t='s'><v>0</v></c><c t='s'><v>9</v></c></row></sheetData>"
    assert document("a.xlsx", workbook(cells, strings=strings)).text == "# S1\n\nDuty rate"


def test_dates_are_counted_from_1904_where_the_workbook_says_so() -> None:
    made = sheet([date(2025, 5, 1)])
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    assert lines(made) == ["2025-05-01"]


def test_absurd_dimensions_cost_nothing() -> None:
    cells = (
        "<dimension ref='A1:XFD1048576'/><cols><col min='1' max='99999999' hidden='0'/></cols>"
        "<sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
        "<row r='1048576'><c r='XFD1048576'><v>2</v></c></row></sheetData>"
        "<mergeCells>" + "<mergeCell ref='A1:XFD1048576'/>" * 1000 + "</mergeCells>"
    )
    assert "2" in document("a.xlsx", workbook(cells)).text


def test_the_same_long_string_in_every_row_is_bounded() -> None:
    row = "<row><c t='s'><v>0</v></c><c><v>1</v></c></row>"
    made = workbook(
        f"<sheetData>{row * 2000}</sheetData>", strings=f"<si><t>{'word ' * 20_000}</t></si>"
    )
    assert "more text than can be read" in read("a.xlsx", made).skipped[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (workbook("<sheetData/>"), "holds no text"),
        (workbook("", strings=f"{BILLION_LAUGHS}"), "broken"),
        (
            package("xl/workbook.xml", BILLION_LAUGHS + "<workbook>&j;</workbook>"),
            "declares a document type",
        ),
        (package("word/document.xml", "<document/>"), "no workbook"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_reason(data: bytes, reason: str) -> None:
    reading = read("a.xlsx", data)
    assert reading.documents == ()
    assert reading.skipped[0].reason.startswith(reason)


def test_a_broken_sheet_is_told_and_the_others_are_read() -> None:
    good = "<sheetData><row><c t='inlineStr'><is><t>Good words</t></is></c></row></sheetData>"
    reading = read("a.xlsx", workbook("<broken>", good))
    assert reading.documents[0].text == "# S2\n\nGood words"
    assert reading.skipped[0].path == "a.xlsx:S1"
