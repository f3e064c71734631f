import pytest

from assistant.checking.citation_selection import MOST_CITED, ground
from assistant.documents import Document, Evidence, Passage, Sentence

NEWS = [
    "Kenya imports most of its maize from Uganda.",
    "On Monday the ministry in Nairobi raised the levy on maize to 12 percent.",
    "Millers in Mombasa will pay the levy from March 3.",
    "The opposition said nothing.",
]


def evidence_of(told):
    text = " ".join(told)
    sentences = tuple(Sentence(text.index(each), text.index(each) + len(each)) for each in told)
    document = Document("news", "news.txt", "Maize", text)
    passage = Passage("p", document, 0, len(text), "", sentences)
    return [Evidence(n, passage, each, 1.0) for n, each in enumerate(sentences, 1)]


@pytest.fixture
def evidence():
    return evidence_of(NEWS)


def cited(grounded):
    return [each.number for each in grounded[0]]


def test_a_sentence_that_supports_alone_is_cited_alone_wherever_it_stands(evidence):
    found = ground("Millers in Mombasa will pay the levy from March 3.", evidence)
    assert (cited(found), found[1].verdict) == ([3], "supported")


def test_sentences_are_put_together_while_one_lacks_what_another_has(evidence):
    both = "The ministry raised the levy to 12 percent, and millers in Mombasa pay from March 3."
    found = ground(both, evidence)
    assert (sorted(cited(found)), found[1].verdict) == ([2, 3], "supported")


def test_what_is_wrong_is_told_beside_the_sentence_that_contradicts_it(evidence):
    found = ground("The ministry in Nairobi raised the levy on maize to 15 percent.", evidence)
    assert 2 in cited(found)
    assert found[1].verdict == "contradicted"
    assert found[1].findings == ("the cited words have 12 percent, not 15 percent",)


def test_a_value_in_the_sentence_that_follows_contradicts_another_one():
    told = evidence_of(["Heading 1005.90 covers maize.", "The levy is 12%."])
    found = ground("The levy under heading 1005.90 is 15%.", told)
    assert (cited(found), found[1].verdict) == ([1, 2], "contradicted")


def test_a_value_of_another_thing_in_the_sentence_that_follows_says_nothing():
    told = evidence_of(["Heading 1005.90 covers maize.", "The harbour levy is 15%."])
    found = ground("The levy under heading 1005.90 is 12%.", told)
    assert (cited(found), found[1].verdict) == ([1], "unsupported")
    assert ground("The levy under heading 1005.90 is 15%.", told)[1].verdict != "supported"


def test_no_more_sentences_are_cited_than_one_statement_may_rest_on(evidence):
    found = ground("Kenya, Nairobi, Mombasa and Uganda quarrel over maize.", evidence)
    assert len(found[0]) <= MOST_CITED
    assert found[1].verdict != "supported"


def test_without_sentences_nothing_is_supported():
    assert ground("Kenya imports maize.", [])[1].verdict == "unsupported"


def test_a_likeness_is_passed_on(evidence):
    statement = "Corn millers in Mombasa will pay the levy from March 3."
    assert ground(statement, evidence)[1].verdict != "supported"
    near = ground(statement, evidence, likeness=lambda *_: {"corn": 0.9})
    assert (cited(near), near[1].verdict) == ([3], "supported")
