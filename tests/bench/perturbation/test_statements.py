import pytest

from assistant.documents import Document
from assistant.evaluation.judgements import hash_of
from assistant.ingest.chunking.passages import segment
from tests.bench.perturbation.statements import generate, is_prose

TEXT = (
    "In 1931, most of the 40 mills in Norland were closed by Olin Hart. Officials said that the "
    "bank may close by May 4 if prices do not rise. Hartco sued Norbank in Quito over a debt of "
    "$8.5 million. The mayor was not told of the plan until the spring."
)


def passages(*ids):
    documents = (Document(each, each, "Mills", TEXT) for each in ids)
    return [p for document in documents for p in segment(document, words)]


def words(text):
    return [(at, at + 1) for at, character in enumerate(text) if character.isspace()]


def test_statements_point_at_the_sentences_they_were_made_of():
    for item in generate(passages("a")):
        source = TEXT[item.start : item.end]
        assert source[0].isupper()
        assert source.endswith(".")
        assert (item.text == source) == (item.kind == "identity")


def test_no_false_statement_equals_its_source():
    false = [item for item in generate(passages("a", "b")) if not item.faithful]
    assert len({item.kind for item in false}) >= 9
    assert all(item.text not in TEXT for item in false)


def test_the_same_seed_makes_the_same_statements_and_another_makes_others():
    assert generate(passages("a", "b"), seed=1) == generate(passages("a", "b"), seed=1)
    assert generate(passages("a", "b"), seed=1) != generate(passages("a", "b"), seed=2)


def test_halves_are_of_documents_and_share_none():
    ids = [f"d{n}" for n in range(8)]
    halves = [
        {item.document for item in generate(passages(*ids), half=half)} for half in ("even", "odd")
    ]
    assert halves[0] == {each for each in ids if hash_of(each) % 2 == 0}
    assert halves[0] | halves[1] == set(ids)


def test_a_sample_takes_so_many_of_a_kind():
    items = generate(passages("a", "b", "c"), sample=2)
    kinds = [(item.faithful, item.kind) for item in items]
    assert max(kinds.count(kind) for kind in kinds) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Contents",
        "- a list of mills, banks and ports in Norland.",
        "| mill | bank | port | mayor | quay | toll |",
        "Is the mill in Norland closed to all who ask?",
        "The city has a total area of , all of it land or lake.",
        "See https://example.org for all mills of Norland.",
    ],
)
def test_what_is_no_plain_sentence_is_not_altered(text):
    assert not is_prose(text)
