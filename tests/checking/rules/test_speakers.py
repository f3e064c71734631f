from assistant.checking.rules.speakers import unattributed

TOLD = "The fare is 4 euros.\nPorters strike on Monday, Amadi warned."


def test_a_speaker_of_another_sentence_is_not_one_of_this(told):
    [(verdict, text)] = told(unattributed, "The fare is 4 euros, Amadi said.", TOLD)
    assert verdict == "partly"
    assert text == "the cited words do not say that Amadi says this"


def test_what_a_speaker_says_or_nobody_else_does_is_no_finding(told):
    assert told(unattributed, "Porters strike on Monday, Amadi said.", TOLD) == []
    assert told(unattributed, "The fare is 4 euros.", TOLD) == []
    assert told(unattributed, "The fare is 4 euros, Okoye said.", "The fare is 4 euros.") == []
