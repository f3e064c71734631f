from assistant.checking.rules.links import conditions, links

DEAL = "Seoul will lower its duties if Congress ratifies the deal."


def test_a_condition_that_is_kept_is_no_difference(told):
    assert told(conditions, "If Congress ratifies it, Seoul will lower duties.", DEAL) == []
    assert told(conditions, "Congress ratifies the deal.", DEAL) == []


def test_a_condition_that_is_left_out_is_told(told):
    found = told(conditions, "Seoul will lower its duties.", DEAL)
    assert found == [("partly", "it leaves out the condition “if Congress ratifies the deal”")]


def test_a_condition_that_the_sentences_do_not_make_is_told(told):
    found = told(conditions, "Seoul lowers duties if Tokyo agrees.", "Seoul lowers duties.")
    assert found == [("partly", "the cited words make no such condition (“if”)")]


def test_a_cause_that_the_sentences_do_not_tell_is_found(told):
    sentence = "Prices rose. The harvest failed."
    found = told(links, "Prices rose because the harvest failed.", sentence)
    assert found == [("partly", "the cited words do not make that link (“because”)")]
    assert (
        told(links, "Prices rose because the harvest failed.", "Prices rose due to drought.") == []
    )


def test_an_order_in_time_that_the_sentences_do_not_tell_is_found(told):
    found = told(links, "Prices rose after the vote.", "Prices rose. There was a vote.")
    assert found == [("partly", "the cited words do not say “after”")]
    assert told(links, "Prices rose after the vote.", "Prices rose before the vote.") == []
    assert told(links, "Prices rose after March 3.", "Prices rose.") == []
