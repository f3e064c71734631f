"""Which questions a search cannot answer, by a folder of notes and tables that was searched."""

import doctest
from contextlib import closing

import pytest

from assistant import aggregation, table_rows
from assistant.aggregation import bears_out, needs_all, overreaches
from assistant.answering import Answerer
from assistant.library import Library
from assistant.llm import open_model, parse_spec
from assistant.retrieval import Retriever
from assistant.settings import Settings
from tests.fake_openai import Reply

TOWNS = ("Brenn", "Ostra", "Fell", "Marl")
GRANTS = "Town,Year,Grant,Amount\n" + "".join(
    f"{TOWNS[n % 4]},{2020 + n % 7},G-{n + 100},{300 + 37 * n % 900}\n" for n in range(60)
)
STAFF = "Depot,Employees,Manager\nHarrow,120,Ida Voss\nQuay,85,Tom Reid\nSidings,240,Ann Low\n"
NOTES = {
    "grants.csv": GRANTS,
    "staff.csv": STAFF,
    "rail.md": """# Rail notes

The regulator has 45 days to rule on the timetable. It received 312 complaints about late trains.
The Lowen line runs eleven services a day. The fine was upheld in all 14 cases that went to court.

The largest of the six sheds, Harrow, was built in 1931. The average fare on the Lowen line is 3.40
crowns. The first train left Brenn on 4 May 1877.

The operators named three demands: longer platforms, a second track and lights at the crossings.
Six members signed the charter: Brenn, Ostra, Fell, Marl, Tarn and Vik.
""",
    "harbour.md": """# Harbour charges

Charges for a night at the quay, in crowns.

| Harbour | 2030 | 2031 |
|---|---|---|
| Vik | 40 | 55 |
| Tarn | 62 | 48 |
| Skerry | 33 | 35 |
| Total | 135 | 138 |
""",
    "fell.txt": "Fell council\n\nFell charges ships a toll of 90 crowns. The council met in March.",
    "marl.txt": "Marl council\n\nMarl charges ships a toll of 70 crowns. The mayor resigned.",
    "ostra.txt": "Ostra council\n\nOstra charges ships a toll of 85 crowns. A bridge was closed.",
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory, minilm):
    folder = tmp_path_factory.mktemp("notes")
    for name, text in NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with Library(folder.parent / f"{folder.name}-index", minilm, Settings()) as library:
        library.index([folder])
        yield Retriever(library, minilm, Settings())


@pytest.fixture(scope="module")
def found(retriever):
    """The sentences that a search of the notes brings for a question."""
    return lambda asked: retriever.evidence(asked, retriever.explain(asked).hits).evidence


@pytest.mark.parametrize("module", [aggregation, table_rows])
def test_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    "question",
    [
        "How many grants did Brenn get?",
        "How many grants are there?",
        "How many grants of Ostra are of 2024?",
        "What is the number of grants to Fell?",
        "Count the grants of Marl.",
        "List all grants to Brenn.",
        "List every grant of Marl in 2023.",
        "Which grants went to Ostra in 2022?",
        "Show me the grants of 2025.",
        "Which grant has the highest amount?",
        "What was the lowest amount of a grant to Fell?",
        "Which town got the most grants?",
        "What is the latest grant to Brenn?",
        "What is the average amount of the grants of 2024?",
        "What is the sum of the grants to Marl?",
        "What is the total amount of the grants of 2021?",
        "How many documents mention Brenn?",
        "Which documents mention a toll?",
        "How often is Harrow mentioned?",
        "What is the most recent note in the folder?",
        "Which towns are named in these documents?",
    ],
)
def test_what_only_all_rows_or_documents_could_tell_is_not_asked_of_passages(question, found):
    assert needs_all(question, found(question))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many days does the regulator have to rule?", "45 days"),
        ("How many complaints about late trains were there?", "312 complaints"),
        ("How many services does the Lowen line run?", "eleven services"),
        ("In how many cases was the fine upheld?", "all 14 cases"),
        ("How many members signed the charter?", "Six members"),
        ("What is the largest of the sheds?", "largest of the six"),
        ("What is the average fare on the Lowen line?", "average fare"),
        ("When did the first train leave Brenn?", "first train"),
        ("List the demands of the operators.", "three demands"),
        ("List all members that signed the charter.", "Six members"),
        ("Which demands did the operators name?", "three demands"),
        ("How many employees does the Quay depot have?", "Employees: 85"),
        ("Who is the manager at Harrow?", "Manager: Ida Voss"),
        ("What was the amount of grant G-117?", "G-117"),
        ("Which town was grant G-131 for?", "G-131"),
        ("What did a night at the quay of Tarn cost in 2031?", "| Tarn |"),
        ("What was the total of harbour charges in 2030?", "| Total |"),
        ("Which harbour was the most expensive in 2030?", "| Tarn |"),
        ("What toll does Marl charge ships?", "70 crowns"),
        ("How much does Fell charge?", "90 crowns"),
        ("When did the Fell council meet?", "in March"),
    ],
)
def test_what_a_sentence_or_a_single_row_states_is(question, answer, found):
    evidence = found(question)
    stating = [each for each in evidence if answer in each.text]
    assert stating
    assert not needs_all(question, evidence)
    assert bears_out(question, stating[:1])


def test_one_of_many_values_does_not_answer_which_is_the_highest(found):
    question = "Which council has the highest toll?"
    evidence = found(question)
    [toll] = [each for each in evidence if "90 crowns" in each.text]
    assert not bears_out(question, [toll])
    assert bears_out("What is the toll of Fell?", [toll])


def test_a_row_of_a_small_table_answers_only_if_it_is_the_extreme(found):
    question = "Which harbour was the most expensive in 2030?"
    rows = {each.text: each for each in found(question) if each.text.startswith("|")}
    assert bears_out(question, [rows["| Tarn | 62 | 48 |"]])
    assert not bears_out(question, [rows["| Vik | 40 | 55 |"]])
    assert not bears_out(question, [rows["| Total | 135 | 138 |"]])


def test_an_average_of_something_else_does_not_answer(found):
    question = "What is the average amount of the grants to Brenn?"
    fare = [each for each in found("What is the average fare?") if "average fare" in each.text]
    assert not bears_out(question, fare)
    assert bears_out("What is the average fare on the line?", fare)


def test_one_case_is_no_list_of_all(found):
    question = "List all councils that charge a toll."
    [toll] = [each for each in found(question) if "90 crowns" in each.text]
    assert not bears_out(question, [toll])
    assert bears_out("What do councils charge?", [toll])


def test_no_model_is_asked_what_rows_would_have_to_be_counted_for(retriever, fake_openai):
    with closing(open_model(parse_spec(fake_openai.spec), timeout=10, retries=0)) as model:
        [*_, answer] = Answerer(retriever, model, Settings()).stream("How many grants are there?")
    assert (answer.status, answer.reason) == ("not_in_documents", "asks_for_all")
    assert answer.usage.calls == 0
    assert answer.nearest


def test_what_a_model_tells_of_one_case_is_left_out_of_an_answer_about_all(retriever, fake_openai):
    toll = "Fell charges ships a toll of 90 crowns."
    fake_openai.script.append(Reply(f"Yes: {toll} [1]", {"Yes": 0.98, "No": 0.02}))
    with closing(open_model(parse_spec(fake_openai.spec), timeout=10, retries=0)) as model:
        answerer = Answerer(retriever, model, Settings())
        [*_, answer] = answerer.stream("List all councils that charge ships a toll.")
    assert (answer.status, answer.reason) == ("not_in_documents", "asks_for_all")
    assert answer.dropped == 1


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("Brenn got 5 grants.", "Town: Brenn"),
        ("There are three grants of Ostra.", "Town: Ostra"),
        ("The highest grant went to Fell.", "Town: Fell"),
        ("Four managers run the sheds.", "Depot: Quay"),
        ("Skerry is the cheapest harbour of 2031.", "| Tarn |"),
    ],
)
def test_a_statement_over_all_rows_is_not_borne_out_by_one(statement, row, found):
    cited = [e for e in found(f"{statement} {row}") if e.text.startswith(row)][:1]
    assert cited
    assert overreaches(statement, cited)


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("The Quay depot has 85 employees.", "Depot: Quay"),
        ("Ida Voss manages 120 people at Harrow.", "Depot: Harrow"),
        ("A night at Vik cost 55 crowns in 2031.", "| Vik |"),
        ("In 2030 Tarn was the most expensive harbour.", "| Tarn |"),
        ("The total of the harbour charges in 2030 was 135 crowns.", "| Total |"),
        ("The largest of the sheds was built in 1931.", "The largest"),
    ],
)
def test_a_statement_of_one_row_is(statement, row, found):
    cited = [e for e in found(f"{statement} {row}") if e.text.startswith(row)][:1]
    assert cited
    assert not overreaches(statement, cited)
