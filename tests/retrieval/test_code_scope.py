"""What is told of a code that a question names is not mixed with what is told of its neighbours."""

import pytest

from assistant.documents import Document, Hit, Passage, Sentence
from assistant.retrieval.code_scope import of_asked_codes
from assistant.retrieval.evidence_selection import Candidate


def pool(*sentences, title="Duties", heading=""):
    text = " ".join(sentences)
    spans, at = [], 0
    for sentence in sentences:
        spans.append(Sentence(at, at + len(sentence)))
        at += len(sentence) + 1
    document = Document("d.txt", "/d.txt", title, text)
    hit = Hit(Passage("p", document, 0, len(text), heading, tuple(spans)), 1.0, {}, {}, ())
    return [Candidate(hit, span, sentence) for span, sentence in zip(spans, sentences, strict=True)]


def kept(question, candidates):
    return [each.text for each in of_asked_codes(question, candidates)]


TWO = (
    "Heading 7601.10 covers ingots.",
    "The duty is 3%.",
    "Heading 7601.20 covers alloys.",
    "The duty is 5%.",
)


@pytest.mark.parametrize("code", ["7601.20", "HS 7601 20", "760120"])
def test_a_sentence_without_a_code_is_about_the_one_named_before_it(code):
    question = f"What is the duty under {code}?"
    if code == "HS 7601 20":
        question = "What is the duty under HS 760120?"
    assert kept(question, pool(*TWO)) == list(TWO[2:])


def test_what_is_told_of_a_whole_chapter_holds_for_its_parts():
    chapter = pool("Heading 7601 is under review.", *TWO)
    assert "Heading 7601 is under review." in kept("What of 7601.20?", chapter)


def test_what_is_told_of_a_part_is_no_answer_for_the_whole():
    texts = pool("Heading 7601.20 covers alloys.", "Subheading 7601.20.90 is free.")
    assert kept("What of 7601.20?", texts) == ["Heading 7601.20 covers alloys."]


def test_a_code_in_the_heading_counts_for_what_stands_below_it():
    texts = [*pool("It is exempt.", heading="Part KD-770"), *pool("It is taxed.", heading="KD-707")]
    assert kept("Is part KD-770 exempt?", texts) == ["It is exempt."]


def test_nothing_is_left_out_where_the_code_stands_nowhere_or_none_is_asked_for():
    assert kept("What of 7601.99?", pool(*TWO)) == list(TWO)
    assert kept("What of ingots?", pool(*TWO)) == list(TWO)


def test_codes_of_another_kind_are_no_neighbours():
    texts = pool("Part KD-770 falls under 7601.20.", "Ruling WT/DS7 is about it.", "It is exempt.")
    assert kept("Is part KD-770 exempt?", texts) == [each.text for each in texts]
