"""What a question asks that the documents do not tell: names, premises and parts."""

import pytest

from assistant.answering import missing_terms

WORDS = (
    "Peru approved a loan of $2 billion for a port at Ilo. Work starts in March 2026. "
    "In response, the European Central Bank praised Lima."
)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("What did Chile approve?", ("Chile",)),
        ("What did New Zealand and Chile approve?", ("New Zealand", "Chile")),
        ("Who signed the $3 billion loan on May 9?", ("$3 billion", "May 9")),
        ("What did Chile's ECB praise?", ("Chile",)),
        ("Why was the harbour flooded?", ("harbour", "flooded")),
        ("How did the bank respond?", ()),
        ("Which loans were approved?", ()),
        ("Did Európe praise Lima or Péru?", ()),
        ("Which document mentions the loan?", ()),
        ("Describe the loan.", ()),
        ("", ()),
    ],
)
def test_what_stands_in_nothing_found_is_named_as_the_question_has_it(question, missing):
    assert missing_terms.not_found(question, WORDS) == missing


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Why did Peru cancel the loan?", ("cancel",)),
        ("When will Peru's Congress reject it?", ("reject",)),
        ("How was the port destroyed?", ("destroyed",)),
        ("What did the loan from Chile cover?", ("Chile",)),
        ("Who signed the second $3 billion loan?", ("$3 billion",)),
    ],
)
def test_what_a_question_presumes_is_told_from_what_it_asks(question, missing):
    assert missing_terms.takes_for_granted(question, missing)
    assert not missing_terms.takes_for_granted(question, ())


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("Did Peru cancel the loan?", ("cancel",)),
        ("Does the loan come from Chile?", ("Chile",)),
        ("Who is the leader of the exiled party?", ("exiled",)),
        ("Why did the exiled president return?", ("exiled",)),
        ("Why did Peru sign in anger?", ("anger",)),
        ("Why did the WHO praise Peru?", ("WHO",)),
        ("Why did the class 2 loan fail?", ("2",)),
        ("What does it cost?", ()),
    ],
)
def test_a_thing_asked_after_or_told_in_other_words_is_not_presumed(question, missing):
    assert not missing_terms.takes_for_granted(question, missing)


@pytest.mark.parametrize(
    "question",
    [
        "When does the levy start?",
        "How did Peru react to the levy?",
        "How did the levy affect Peru?",
    ],
)
def test_verbs_that_ask_for_the_course_of_things_are_not_missed_in_the_documents(question):
    assert missing_terms.not_found(question, "Peru called the levy of May 3 unfair.") == ()


def test_the_sentence_nearest_to_the_subject_is_the_one_that_shares_its_names():
    sentences = ["A loan was approved.", "Ilo lies in Peru.", "Nothing of the kind."]
    assert missing_terms.nearest("Why did they flood Ilo?", sentences) == 1
    assert missing_terms.nearest("Why did Oslo burn?", sentences) is None
    assert missing_terms.nearest("Why?", []) is None


@pytest.mark.parametrize(
    ("question", "sentence", "near"),
    [
        ("Why did Fell close the quay?", "Fell opened the quay.", True),
        ("Why did Fell close the quay?", "Marl closed the quay.", False),
        ("When did Fell leave Ostra?", "Fell left Tarn.", False),
        ("When did Fell leave Ostra?", "Fell stayed at Ostra.", True),
        ("Why did Fell leave Atlantis?", "Fell left Tarn.", True),
        ("Why did Bjørn leave Zürich?", "Bjørn stayed in Zurich.", True),
        ("Why was the quay closed?", "The quay at Tarn was opened.", True),
    ],
)
def test_a_sentence_about_another_name_is_not_what_the_documents_do_say(question, sentence, near):
    others = "Ostra and Tarn lie at the sea; Fell and Marl do not."
    assert (missing_terms.nearest(question, [sentence, others], [sentence, others]) == 0) is near


def test_a_name_may_stand_around_the_sentence():
    texts = "It closed the quay.", "Marl closed the quay."
    around = "Fell council. It closed the quay.", "Marl closed the quay."
    assert missing_terms.nearest("Why did Fell close the quay?", texts, around) == 0


LOAN, WHEN = "How large is the loan?", "when will it open? (loan)"
TOLD = "The loan is $2 billion."


@pytest.mark.parametrize(
    ("parts", "told", "left"),
    [
        ((LOAN, WHEN), TOLD, ("when will it open?",)),
        ((LOAN, WHEN), f"{TOLD} It opens in March.", ()),
        ((LOAN, WHEN), f"{TOLD} It opens after the summit.", ()),
        ((LOAN, "What did Chile say?"), TOLD, ("What did Chile say?",)),
        ((LOAN, "who pays the fishermen?"), TOLD, ("who pays the fishermen?",)),
        ((LOAN, "who signed it?"), TOLD, ()),
        (("Who praised it?", "how much is it?"), "The bank praised it.", ("how much is it?",)),
        ((), TOLD, ()),
    ],
)
def test_a_part_is_open_only_where_that_is_plain(parts, told, left):
    assert missing_terms.left_open(parts, told, WORDS) == left


def test_an_answer_to_nothing_that_was_asked_is_not_judged_by_these_rules():
    assert missing_terms.left_open((WHEN, "since when is it open?"), TOLD, WORDS) == ()


def test_a_part_that_takes_for_granted_what_is_missing_is_open():
    parts = ("Which loan was approved?", "why did Peru cancel it?")
    assert missing_terms.left_open(parts, "Peru approved a loan.", WORDS, ("cancel",)) == parts[1:]


def test_what_a_number_measures_need_not_be_called_so():
    words = "Trump signed an $8.5 billion agreement with Australia."
    assert missing_terms.not_found("How large is the agreement with Australia?", words) == ()
    assert missing_terms.not_found("How large is the quarry in Australia?", words) == ("quarry",)
