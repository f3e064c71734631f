"""A question understood in the light of what a catalogue holds, on real SQLite and MiniLM."""

import subprocess
import sys
from dataclasses import replace

import pytest

from assistant.answers import Correction, Expansion
from assistant.ingest.metadata.acronyms import definitions
from assistant.retrieval import query_understanding
from assistant.retrieval.evidence import Retriever
from assistant.retrieval.query_terms import terms_of
from assistant.retrieval.query_understanding import understand
from assistant.settings import Settings
from assistant.store.database import Catalogue, Change
from assistant.store.library import Library
from tests.store.test_database import DIMENSION, MODEL, NASTY, entry, put_apart, record

TRIP = "\n".join(
    (
        "The trip will take Trump to Malaysia for the ASEAN summit.",
        "He meets leaders of the Asia-Pacific Economic Cooperation (APEC) in Gyeongju.",
        "A statement of APEC followed.",
        "The Asia-Pacific Economic Cooperation forum ended.",
        "Anthony Albanese of Australia signed, and Sanae Takaichi listened.",
        "Officials spoke of economic growth in Asia and of the Pacific.",
        "It is about rare earths.",
    )
)


@pytest.fixture
def catalogue(tmp_path):
    catalogue = Catalogue(tmp_path / "catalogue.sqlite3", MODEL, DIMENSION, create=True)
    put_apart(catalogue, TRIP, definitions)
    yield catalogue
    catalogue.close()


@pytest.fixture
def ask(catalogue, minilm):
    def go(question, **settings):
        return understand(question, catalogue, minilm.count, Settings(**settings))

    return go


def found(catalogue, query):
    return [key.removeprefix("a.txt:") for key, _ in catalogue.words.bm25(query.terms, 10)]


# Slips


@pytest.mark.parametrize(
    ("asked", "right", "passage"),
    [
        ("Takeichi", "Takaichi", "Anthony"),
        ("Takaichii", "Takaichi", "Anthony"),
        ("takeichi", "Takaichi", "Anthony"),
        ("Albanise", "Albanese", "Anthony"),
        ("Malasia", "Malaysia", "The trip"),
        ("Gyoengju", "Gyeongju", "He meets"),
    ],
)
def test_a_misspelt_name_is_found_and_the_correction_told(catalogue, ask, asked, right, passage):
    query = ask(f"What did {asked}'s leader say?")
    assert query.corrections == (Correction(asked, right),)
    assert query.text == f"What did {right}'s leader say?"
    assert query.asked == f"What did {asked}'s leader say?"
    assert any(hit.startswith(passage) for hit in found(catalogue, query))
    assert (asked.lower(), right.lower()) in [term.phrases for term in query.terms]


@pytest.mark.parametrize(
    "question",
    [
        "What is the price of neodymium?",
        "How long will Trump stay in Tokyo?",
        "Did Alba sign with Austria?",
        "What do economists and Asians say?",
        "Is UNRWA or PPARy at it?",
        "Was it 1999 or 2000?",
        "Did Takaichi sign?",
    ],
)
def test_a_word_that_is_not_in_the_documents_is_not_taken_for_another(ask, question):
    assert ask(question).corrections == ()
    assert ask(question).text == question


# Acronyms


def test_an_acronym_finds_passages_that_spell_it_out(catalogue, ask):
    query = ask("When did APEC end?")
    assert query.expansions == (Expansion("APEC", "Asia-Pacific Economic Cooperation"),)
    assert query.text == "When did APEC end?"
    hits = found(catalogue, query)
    assert {
        "A statement of APEC followed.",
        "The Asia-Pacific Economic Cooperation forum ended.",
    } <= {*hits}
    assert "Officials spoke of economic growth in Asia and of the Pacific." not in hits


def test_what_is_spelled_out_finds_passages_with_the_acronym(catalogue, ask):
    query = ask("What did the Asia-Pacific Economic Cooperation state?")
    assert query.expansions == (Expansion("Asia Pacific Economic Cooperation", "APEC"),)
    assert "A statement of APEC followed." in found(catalogue, query)


def test_what_the_question_says_itself_is_no_expansion(ask):
    assert ask("Is APEC the Asia-Pacific Economic Cooperation?").expansions == ()
    assert ask("What do the economic pact and apec say?").expansions == ()


def test_the_expansion_of_an_acronym_that_is_a_common_word_counts_in_capitals_only(catalogue, ask):
    put_apart(
        catalogue,
        "The World Health Organization (WHO) spoke.\nWHO left.\nThose who left.\nX.\nY.\nZ.",
        definitions,
    )
    hits = found(catalogue, ask("Did the World Health Organization go?"))
    assert "WHO left." in hits
    assert "Those who left." not in hits


def test_of_long_forms_only_those_that_most_documents_name_are_taken(catalogue, ask):
    pairs = {
        "a": "prime minister",
        "b": "prime minister",
        "c": "prime minister",
        "d": "particulate matter",
    }
    for key, long in pairs.items():
        made = replace(entry(catalogue, f"{key} text.", key=key), acronyms=(("PM", long),))
        catalogue.apply([Change(record(), (made,))])
    assert [e.found for e in ask("Who is PM?").expansions] == ["prime minister"]


# Words that stand everywhere


def many(catalogue, passages):
    put_apart(
        catalogue,
        "\n".join(f"The cell number w{n}." if n % 2 else f"Cell w{n}." for n in range(passages)),
    )


def test_a_word_that_stands_everywhere_is_left_out_of_a_large_index_only(
    catalogue, ask, monkeypatch
):
    monkeypatch.setattr(query_understanding, "LARGE", 50)
    many(catalogue, 40)
    assert ("cell",) in [term.phrases for term in ask("Which cell is w7?").terms]
    many(catalogue, 60)
    assert ("cell",) not in [term.phrases for term in ask("Which cell is w7?").terms]


def test_it_is_kept_where_nothing_rarer_is_found(catalogue, ask, monkeypatch):
    monkeypatch.setattr(query_understanding, "LARGE", 50)
    many(catalogue, 60)
    assert len(found(catalogue, ask("Which cell is neodymium?"))) == 10


# The whole


def test_an_index_knows_the_acronyms_and_names_of_its_documents(built_index, minilm):
    with Library(built_index, minilm, Settings()) as library:
        query = understand("Does Takeichi go to APEC?", library.catalogue, minilm.count, Settings())
        hits = Retriever(library, minilm, Settings()).search("Takeichi")
    assert query.corrections == (Correction("Takeichi", "Takaichi"),)
    assert query.expansions == (Expansion("APEC", "Asia-Pacific Economic Cooperation"),)
    found = hits[0]
    assert "Sanae Takaichi" in found.passage.text


def test_a_question_of_several_parts_tells_them(ask):
    assert ask("Does it rain?").parts == ()
    assert ask("Where is Malasia, and when did Takaichi listen?").parts == (
        "Where is Malaysia?",
        "when did Takaichi listen?",
    )


def test_a_plain_question_is_searched_for_by_its_terms(ask):
    question = "What did Trump say of “rare earths” by Nov. 1?"
    assert ask(question) == query_understanding.Query(question, question, terms_of(question))


def test_each_step_can_be_left_out(ask):
    question = "What did Takeichi say of APEC, and when was it?"
    told = ask(question)
    assert told.corrections
    assert told.expansions
    assert told.parts
    left = ask(question, spelling=False, acronyms=False, parts=False)
    assert left == query_understanding.Query(question, question, left.terms)
    assert [term.phrases for term in left.terms] == [t.phrases for t in terms_of(question)]
    assert not ask(question, spelling=False).corrections
    assert not ask(question, acronyms=False).expansions
    assert not ask(question, parts=False).parts


@pytest.mark.parametrize(
    "question", ["", *NASTY, " ".join(NASTY), "Zzyzx " * 17_000, '"' * 100_000]
)
def test_any_text_is_a_question(catalogue, ask, question):
    found(catalogue, ask(question))


def test_the_distance_library_is_loaded_for_an_unknown_word_only():
    code = (
        "import sys; import assistant.retrieval.evidence, assistant.cli.app;"
        "assert not any(name.startswith('rapidfuzz') for name in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
