import pytest

from assistant.checking.comparison import Comparison, Finding

SENTENCE = "Ghana's president said he would lift the levy on cocoa.\nFarmers welcomed it."


def test_words_are_matched_with_themselves_their_forms_and_their_synonyms():
    compared = Comparison("Ghanaian farmer removes cocoa tariffs.", [SENTENCE])
    assert compared.has("farmer")
    assert compared.matched["tariff"] == {"levi"}
    assert not Comparison("Ghana grows vanilla.", [SENTENCE]).has("vanilla")


def test_a_capital_stands_for_its_country():
    assert Comparison("China answered.", ["Beijing answered."]).has("china")


def test_each_line_of_the_sentences_is_read_by_itself():
    assert len(Comparison("Farmers welcomed it.", [SENTENCE]).sources) == 2


def test_what_the_question_says_is_known_and_not_shared():
    statement = "The minister taxes vanilla."
    assert Comparison(statement, [SENTENCE]).shared == 0.0
    asked = Comparison(statement, [SENTENCE], "the minister", "What of vanilla taxes?")
    assert (asked.shared, asked.known) == (0.0, pytest.approx(2 / 3))


def test_a_likeness_is_asked_once_and_is_not_needed():
    asked = []

    def likeness(statement, cited):
        asked.append((statement, cited))
        return {"duty": 0.9}

    compared = Comparison("A duty.", [SENTENCE], likeness=likeness)
    assert [compared.nearness, compared.nearness] == [{"duty": 0.9}] * 2
    assert asked == [("A duty.", SENTENCE)]
    assert Comparison("A duty.", [SENTENCE]).nearness == {}


def test_a_finding_is_about_words_whatever_their_case():
    assert Finding("partly", "…", ("Not sign", "by")).words == {"not", "sign", "by"}
