from assistant.checking.rules.tables import tables

ROW = "Country: Ghana | Imports 2024: 412 | Imports 2025: 431 | Exports 2025: 77"
GRID = "| Port | 2024 | 2025 |\n| --- | --- | --- |\n| Tema | 12 | 19 |\n| Takoradi | 7 | 8 |"


def test_a_value_of_the_row_and_column_that_is_told_is_right(told):
    assert told(tables, "Ghana's imports in 2025 were 431.", ROW) == []
    assert told(tables, "Tema had 19 in 2025.", GRID) == []


def test_a_value_of_another_column_or_row_is_told_with_its_place(told):
    found = told(tables, "Ghana's imports in 2025 were 412.", ROW)
    text = "in the cited table 412 is the value of “Ghana, Imports 2024”"
    assert found == [("contradicted", text)]
    assert told(tables, "Takoradi had 19 in 2025.", GRID)


def test_a_number_that_a_sentence_tells_beside_the_table_is_not_looked_for_in_it(told):
    assert (
        told(
            tables,
            "Ghana sent 412 ships in 2025, and imports 2025 rose.",
            f"{ROW}\n412 ships came.",
        )
        == []
    )


def test_a_row_or_column_that_the_statement_only_half_names_decides_nothing(told):
    assert told(tables, "The country's imports were 412.", ROW) == []


def test_a_unit_of_the_header_may_be_told_with_the_number(told):
    row = "Port: Tema | Tonnes (millions) 2024: 12 | Tonnes (millions) 2025: 19"
    assert told(tables, "Tema handled 19 million tonnes in 2025 (millions).", row) == []
    assert told(tables, "Tema handled 12 million tonnes in 2025 (millions).", row)


DUTIES = (
    "Code: 8542.31 | Product: Processors | Duty 2024: 2.1% | Duty 2025: 2.4%\n"
    "Code: 8542.32 | Product: Memories | Duty 2024: 1.9% | Duty 2025: 1.7%"
)


def test_a_row_is_named_by_any_of_its_texts_and_a_column_by_what_tells_it_apart(told):
    assert told(tables, "In 2025 processors paid 2.4%.", DUTIES) == []
    assert told(tables, "In 2025 processors paid 2.1%.", DUTIES)
    assert told(tables, "In 2025 goods of 8542.32 paid 2.4%.", DUTIES)
    assert told(tables, "Processors and memories paid 2.4% and 1.7% in 2025.", DUTIES) == []


def test_both_years_may_be_told_in_one_statement(told):
    assert told(tables, "Memories paid 1.9% in 2024 and 1.7% in 2025.", DUTIES) == []
