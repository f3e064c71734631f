"""Numbers are told as a reader of the spreadsheet is shown them."""

from __future__ import annotations

import pytest

from assistant.ingest.readers.number_formats import shown

ACCOUNTING = '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1250000, "#,##0", "1,250,000"),
        (1250000, "General", "1250000"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "1E+20"),
        (0.25, "0%", "25%"),
        (0.255, "0.0%", "25.5%"),
        (12.5, '0.0" per cent"', "12.5 per cent"),
        (1.005, "0.00", "1.01"),
        (5, "0.##", "5"),
        (-0.001, "0.00", "0.00"),
        (-1234.5, ACCOUNTING, "$(1,234.50)"),
        (-1234, "#,##0;[Red](#,##0)", "(1,234)"),
        (0, '0;-0;"none"', "none"),
        (1234567, '#,##0.0,,"M"', "1.2M"),
        (1234, "[$€-407] #,##0", "€ 1,234"),
        (1234, '"US$"#,##0', "US$1,234"),
        (123, "00000", "00123"),
        (8541.1, "0000.00", "8541.10"),
        (85411000, r"0000\.00\.00", "8541.10.00"),
        (123456789, "000-00-0000", "123-45-6789"),
        (1234567, "0.00E+00", "1.23E+06"),
        (0.5, "# ?/?", "0.5"),
        (3, '"Q"0', "Q3"),
        (45778, "d-mmm-yy", "2025-05-01"),
        (45778, "[$-409]mmmm d, yyyy;@", "2025-05-01"),
        (45778.6, "m/d/yyyy h:mm", "2025-05-01 14:24"),
        (45778, "mmm yyyy", "May 2025"),
        (45778, "yyyy", "2025"),
        (0.5, "h:mm AM/PM", "12:00"),
        (1.5, "[h]:mm", "36:00"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
    ],
)
def test_a_number_is_shown_by_its_format(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


@pytest.mark.parametrize(
    "code",
    ["", ";", ";;;", "%" * 300, "0" * 300, '"', "[", "\\", "@", "_", "y" * 300, "E+0", "0,,"],
)
@pytest.mark.parametrize("value", [0.0, -1.5, 1e300, -1e300, 5e-324, 2_958_465.99999, 1e15])
def test_any_format_shows_something_of_any_number(value: float, code: str) -> None:
    for from_1904 in (False, True):
        assert isinstance(shown(value, code, from_1904), str)
