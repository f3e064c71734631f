from assistant.checking.alignment import align, exchanged, in_place_of
from assistant.language.clauses import read


def aligned(said, cited):
    return align(read(said).words, read(cited).words)


def test_words_in_the_place_of_others_stand_in_one_slot():
    found = aligned("Peru taxes copper from Chile.", "Peru taxes silver from Chile.")
    [slot] = found.slots
    assert [(a.text, b.text) for a, b in in_place_of(slot)] == [("copper", "silver")]
    assert (found.share, found.close) == (0.8, True)


def test_inflections_are_kept_words():
    assert aligned("Peru taxed copper.", "Peru taxes copper.").slots == ()


def test_a_text_of_other_words_does_not_follow():
    assert not aligned("Mills closed in Lagos.", "Peru taxes silver from Chile.").close
    assert align((), read("Peru").words).share == 0.0


def test_two_places_that_changed_with_each_other_are_found():
    swapped = aligned("Chile will sue Peru over fish.", "Peru will sue Chile over fish.")
    assert exchanged(swapped.slots)
    other = aligned("Chile will sue Peru over fish.", "Cuba will sue Haiti over fish.")
    assert exchanged(other.slots) is None
