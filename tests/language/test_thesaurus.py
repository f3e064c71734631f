"""Words that say the same or the opposite."""

from assistant.language import thesaurus


def test_synonyms_and_opposites_go_both_ways():
    for table in (thesaurus.synonyms(), thesaurus.opposites()):
        assert all(one in table[other] for one, others in table.items() for other in others)
