"""A value belongs to its row and its column: in answers, drafts and search, whatever the format."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

from assistant import Assistant
from tests.field_cases.run import indexed


def workbook() -> bytes:
    """A header in two rows with merged cells, and labels merged over several rows."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Table 7. Loading at two terminals, thousand tonnes"],
        ["Terminal", "Cargo", "Spring", None, "Autumn", None],
        [None, None, "Booked", "Loaded", "Booked", "Loaded"],
        ["Vardal", "Ore", 310, 287, 340, 325],
        [None, "Grain", 95, 61, 88, 79],
        ["Mestre", "Ore", 45, 44, 52, 50],
        [None, "Grain", 120, 113, 131, 97],
    ):
        sheet.append(row)
    for cells in ("A2:A3", "B2:B3", "C2:D2", "E2:F2", "A4:A5", "A6:A7"):
        sheet.merge_cells(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


FILES: dict[str, str | bytes] = {
    "terminals.xlsx": workbook(),
    "abgaben.csv": (
        "Nummer;Ware;Abgabe;Menge (t)\n"
        "44071100;Nadelholz;3,5 %;21.600\n"
        "44092900;Parkett;9,0 %;4.150\n"
    ).encode("cp1252"),
    "permits.html": (
        "<html><body><h1>Permits</h1><p>The board counted its permits.</p><table><thead><tr>"
        "<th rowspan=2>Lake</th><th colspan=2>Nets</th><th colspan=2>Lines</th></tr>"
        "<tr><th>2024</th><th>2025</th><th>2024</th><th>2025</th></tr></thead><tbody>"
        "<tr><th colspan=5>Upland</th></tr><tr><td>Orta</td><td>14</td><td>17</td><td>52</td>"
        "<td>48</td></tr><tr><th colspan=5>Lowland</th></tr><tr><td>Garno</td><td>33</td>"
        "<td>29</td><td>71</td><td>80</td></tr></tbody></table></body></html>"
    ),
    "tolls.csv": "Bridge,Toll (EUR),Lanes\nNorth,,\nAlta,12.5,4\nBodo,9,2\nSouth,,\nCeta,31,6\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with indexed(tmp_path_factory.mktemp("tables"), FILES) as assistant:
        yield assistant


@pytest.mark.parametrize(
    "statement",
    [
        "Grain booked at Mestre in spring was 120.",
        "Vardal loaded 325 thousand tonnes of ore in autumn.",
        "The toll of Bodo is 9 euros.",
        "Garno had 80 permits for lines in 2025.",
        "Abgabe of 44092900: 9.0%.",
    ],
)
def test_a_value_of_its_own_row_and_column_is_supported(folder: Assistant, statement: str) -> None:
    assert folder.verify(statement)[0].verdict in ("supported", "partly")


@pytest.mark.parametrize(
    "statement",
    [
        "Grain booked at Mestre in spring was 113.",
        "Grain booked at Mestre in spring was 95.",
        "Vardal loaded 325 tonnes of ore in autumn.",
        "The toll of Bodo is 31 euros.",
        "Garno had 29 permits for lines in 2025.",
        "Abgabe of 44092900: 90%.",
        "Abgabe of 44092900: 3.5%.",
    ],
)
def test_a_value_of_another_row_or_column_or_unit_is_not(folder: Assistant, statement: str) -> None:
    assert folder.verify(statement)[0].verdict != "supported"


@pytest.mark.parametrize(
    ("question", "row"),
    [
        (
            "What was booked of grain at Mestre in autumn?",
            "Terminal: Mestre | Cargo: Grain | Spring Booked: 120 | Spring Loaded: 113"
            " | Autumn Booked: 131 | Autumn Loaded: 97",
        ),
        ("What is the toll of Ceta?", "South | Bridge: Ceta | Toll (EUR): 31 | Lanes: 6"),
    ],
)
def test_the_row_that_is_asked_for_is_quoted_and_no_other_of_its_table(
    folder: Assistant, question: str, row: str
) -> None:
    rows = [said.text for said in folder.ask(question).statements if " | " in said.text]
    assert rows == [row]


def test_a_group_in_an_html_table_is_no_part_of_the_header(folder: Assistant) -> None:
    text = folder.document("permits.html").text
    assert "Upland | Lake: Orta | Nets – 2024: 14" in text
    assert "Lowland | Lake: Garno | Nets – 2024: 33" in text
