"""On the real MiniLM."""

import numpy as np

from assistant.models.embeddings.minilm import probe_of
from assistant.models.embeddings.word_similarity import Likeness, Probes


def test_a_word_is_nearer_to_one_that_says_the_same_than_to_another(minilm):
    like = Likeness(Probes(minilm))
    near = like("Kenya taxes corn.", "A levy on maize in Kenya.")
    far = like("Kenya taxes violins.", "A levy on maize in Kenya.")
    assert near["kenya"] > 0.7
    assert near["corn"] > far["violins"]
    assert "on" not in near


def test_the_nearest_of_several_texts_counts(minilm):
    like = Likeness(Probes(minilm))
    texts = ("The strike ended.", "A levy on maize in Kenya.")
    assert like("corn", *texts)["corn"] >= max(like("corn", text)["corn"] for text in texts) - 1e-6
    assert like("corn") == {}


class Wordless:
    """A model that gives no vectors of words, and counts what it is asked."""

    asked = 0

    def probe(self, query):
        self.asked += 1
        return probe_of(np.ones(4, dtype=np.float32))


def test_nothing_is_known_without_vectors_of_words_and_each_text_is_embedded_once():
    model = Wordless()
    like = Likeness(Probes(model))
    assert [like("corn", "maize"), like("corn", "maize")] == [{}, {}]
    assert model.asked == 2
