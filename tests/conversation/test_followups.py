import doctest

import pytest

from assistant.conversation import cues
from assistant.conversation import followups as module
from assistant.conversation.followups import core_of, leaning, says_nothing


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(module).failed == doctest.testmod(cues).failed == 0


@pytest.mark.parametrize(
    ("question", "way"),
    [
        ("what about south korea", "other"),
        ("And for adults?", "other"),
        ("Did Ghana?", "other"),
        ("honda?", "other"),
        ("cash or shares?", "other"),
        ("waht about teh tax", "other"),
        ("not by Uganda?", "other"),
        ("less than japan?", "other"),
        ("how much in tonnes?", "short"),
        ("who is going to be there?", "pointing"),
        ("By when?", "short"),
        ("When and why?", "short"),
        ("built where?", "short"),
        ("compared with 2022?", "other"),
        ("who's in charge", "short"),
        ("has the former appealed?", "pointing"),
        ("What does the latter want?", "pointing"),
        ("Did it keep that promise?", "pointing"),
        ("What's in the australian one?", "pointing"),
        ("did anyone object?", "short"),
        ("Were there any deaths?", "short"),
        ("tell me more about the tax part", "short"),
        ("who won", "short"),
        ("Under which conditions?", "short"),
        ("Did Tim Cook confirm it?", "pointing"),
        ("How many people live there?", "pointing"),
        ("Who said that?", "pointing"),
        ("What did the second one cost?", "pointing"),
        ("Is that why prices rose?", "pointing"),
        ("Who was minister then?", "pointing"),
        ("Who else?", "short"),
        ("Which is older?", "short"),
        ("which?", "short"),
        ("What are the penalties?", "short"),
    ],
)
def test_it_is_told_how_a_question_leans(question, way):
    assert leaning(question).way == way


@pytest.mark.parametrize(
    "question",
    [
        "Is it safe to take aspirin with alcohol?",
        "Has the former president of Brazil appealed?",
        "What did the former chancellor say about gas?",
        "What is the latter half of Hamlet about?",
        "Who owns the plant that closed?",
        "Did the senator think that tariffs work?",
        "Compared to Peru, is Chile richer?",
        "What is in gunpowder?",
        "Why did Ontario run an advert with a president in it?",
        "How many jobs were added in May, and was that fewer than in April?",
        "who is xi jinping",
        "who is running for mayor of boston",
        "Did anyone die in the Louvre robbery?",
        "Does anyone know the height of Everest?",
        "Which ones of the G7 states have nuclear weapons?",
        "which three states left the union?",
        "How long does it take to sequence a genome?",
        "Will it rain in Lima?",
        "Why do companies move their factories abroad?",
        "What did Apple say it would invest?",
        "How do vaccines protect those who cannot be vaccinated?",
        "Is there a cure for malaria?",
        "Who lost their seats in the vote of 2019?",
        "Which is larger, Jupiter or Saturn?",
        "Which metals are magnetic?",
        "What else besides sugar causes tooth decay?",
        "What is the reason for the strike in Peru?",
        "How safe is IT at banks?",
    ],
)
def test_what_belongs_to_the_question_itself_does_not_make_it_lean(question):
    assert leaning(question) is None


def test_a_noun_leans_where_it_was_spoken_of():
    assert leaning("When was the treaty signed?", "What does the treaty with Peru say?")
    assert leaning("When was the treaty signed?", "How do bees fly?") is None


def test_courtesies_are_told_from_questions():
    assert core_of("Ok, thanks. And why?") == ("Ok, thanks. And ", "why?")
    assert says_nothing("Thanks a lot!")
    assert not says_nothing("And?")
    assert not says_nothing("why")
