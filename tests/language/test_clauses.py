import pytest

from assistant.language.clauses import read


@pytest.mark.parametrize(
    ("sentence", "kind", "cue", "governed"),
    [
        ("Peru will not sign the pact.", "negation", "not", "sign"),
        ("Peru failed to sign the pact.", "negation", "failed", "sign"),
        ("Peru can't sign the pact.", "negation", "can't", "sign"),
        ("Peru may sign the pact.", "modality", "may", "sign"),
        ("Peru is set to sign the pact.", "modality", "set", "sign"),
        ("Only exporters pay.", "only", "Only", "exporters"),
        ("Most of the ports closed.", "most", "Most", "ports"),
    ],
)
def test_a_cue_governs_what_follows_it(sentence, kind, cue, governed):
    reading = read(sentence)
    found = next(each for each in reading.of(kind) if each.text == cue)
    assert [reading.words[n].text for n in found.governed] == [governed]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("The deal covers copper, the minister said.", "attribution"),
        ("According to officials, the deal covers copper.", "attribution"),
        ("The deal is widely viewed as a success.", "attribution"),
        ("Peru signs provided that Chile signs.", "condition"),
        ("Prices rose due to drought.", "cause"),
        ("Prices rose after the vote.", "later"),
        ("Prices rose ahead of the vote.", "earlier"),
    ],
)
def test_cues_are_known_by_their_words(sentence, kind):
    assert read(sentence).of(kind)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("In May the port opened.", "modality"),
        ("The firm added a port.", "attribution"),
        ("Officials asked if the port opened.", "condition"),
        ("Not only Peru signed.", "negation"),
    ],
)
def test_words_that_only_look_like_cues_are_none(sentence, kind):
    assert not read(sentence).of(kind)


def test_a_capital_tells_a_name_but_for_a_first_word():
    words = {w.text: w for w in read("Officials met Lula. Copper rose in the U.S. market.").words}
    assert [text for text, word in words.items() if word.name] == ["Lula", "U.S."]
    assert words["U.S."].stem == "us"
    assert read("Lula met them.", frozenset({"lula"})).words[0].name


def test_clauses_end_at_punctuation_and_opening_words():
    clauses = [w.clause for w in read("Prices rose because rain failed; ports closed.").words]
    assert clauses == [0, 0, 1, 1, 1, 2, 2]
