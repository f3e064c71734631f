import doctest

import pytest

from assistant.answering import reply_parser
from assistant.answering.reply_parser import (
    Claim,
    Drafted,
    begun,
    body,
    claims,
    uncut,
)
from assistant.errors import NoAnswerError


def test_examples_in_the_docstrings_hold():
    assert doctest.testmod(reply_parser).failed == 0


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("Yes: It rose [1]. It fell [2].", [Claim("It rose.", (1,)), Claim("It fell.", (2,))]),
        ("Yes: It rose. [1] It fell. [2]", [Claim("It rose.", (1,)), Claim("It fell.", (2,))]),
        ("It rose by 5% [1] and fell [2].", [Claim("It rose by 5% and fell.", (1, 2))]),
        ("Yes: The U.S. said so. [1][1]", [Claim("The U.S. said so.", (1,))]),
        ("Yes: It rose.", [Claim("It rose.", ())]),
        ("Yes: It rose 【2】", [Claim("It rose", (2,))]),
        ("It rose. [2-4]", [Claim("It rose.", (2, 3, 4))]),
        ("[1]", []),
        ("", []),
        ("Yes.", []),
    ],
)
def test_markers_go_to_the_sentence_they_stand_in_or_follow(reply, expected):
    assert claims(reply) == expected


def test_a_model_cannot_put_a_mark_like_ours_on_what_it_writes():
    reply = "Yes: ✓ It rose. [1] ✅ It fell. ✔\ufe0f [2]"
    assert claims(reply) == [Claim("It rose.", (1,)), Claim("It fell.", (2,))]
    assert [claim.text for claim in begun(reply[:-4])] == ["It rose.", "It fell."]


def test_a_marker_of_absurd_size_is_bounded():
    assert len(claims("It rose. [1-999999999]")[0].cited) <= 21


def test_nothing_is_shown_while_the_reply_may_still_say_no():
    assert body("Yes", finished=False) == ""
    assert body("Yes: It rose", finished=False) == "It rose"


# While it is written


WRITTEN = [
    "",
    "[1]",
    "No-fly zones were set. [2] It rose.",
    "Norway signed. Nobody else did. Yesterday it rose. No one left.",
    'Yes: It rose. [1][3] Officials said so [2, 4]. Then it fell [5-7]; "It is so." [8] He left.',
    "**Yes:** U.S. officials said so. [1] The U.S. Army left. U.S. A third one. [2] The U.S. said.",
    'Yes: Trump met Mr. Smith on Jan. 5 at 3 p.m. EST. "Why?" he asked. iPhone sales rose. Ok?',
    "Yes: J. K. Rowling wrote it. Inc. The firm. St. Mary said no. No. 5 is it. $8.5 billion. 3.",
    "Yes.\n- It rose by 5%. [1]\n- It fell [2]\n- Nobody knew. They left.\n\nIt ended.",
    "Yes:\n1. First, it rose. [1]\n2. Then it fell.\n   That was on Monday.\n(a) Peru signed.",
    "It has no end whatever and goes on and on with 8.5 billion and more [1] and [2] " * 5,
    "是：上がった。[1]下がった。「はい。」と言った！本当？（はい）そう。[2] The end. 終わり。",
    'Yes: He said: "It rose." [1] (Reuters) It fell... and rose. . . Then? Ok. — It ended. ¶ So.',
    # Whether lines are wrapped shows only when a longer one comes.
    "Yes: The tariff of 100% would apply from November 1\nThe agreement is worth $8.5 billion in "
    "total over some years\nPeru will be next to sign an agreement of the kind that is worth more.",
    "Yes: The tariff of one hundred per cent would apply from 1 November, said Prime\nMinister "
    "Albanese, who is in Washington. It was\nsigned. [1] Then\nthey left.",
    "Yes: It rose [a note]. It fell.[12] It rose.[b] It ended [1a] well 【3】. So.[note 1] On.",
    'Yes: it rose.** _It_ fell.* "Then" it rose.” ‘So’ it is. ¿Que? ¡Si! एक। दो। هل؟ نعم.',
    "Yes: It rose.\r\nIt fell.\u2028It ended.\x0bSo.",
    "   \n  Yes   -   It rose .  [1]  It fell  .  [2]  .",
    "It rose by\n[1] 5%. [2]\nIt fell.",
    "Share this with all your friends and all of their families. Or do not. Read more.",
]


@pytest.mark.parametrize("reply", WRITTEN)
def test_a_reply_is_parted_at_every_moment_as_it_will_be_when_it_is_whole(reply):
    whole = claims(reply)
    for length in range(len(reply) + 1):
        known = begun(reply[:length])
        assert known[:-1] == whole[: max(len(known) - 1, 0)]
        assert all(w.text.startswith(k.text) for k, w in zip(known, whole, strict=False))


@pytest.mark.parametrize("reply", WRITTEN)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_what_is_shown_in_pieces_is_in_the_end_the_text_of_the_statements(reply, size):
    drafted, shown = Drafted(), {}
    steps = [begun(reply[:length]) for length in range(size, len(reply), size)]
    for number, text in [each for known in steps for each in drafted.more(known)]:
        shown[number] = shown.get(number, "") + text
    for number, text in drafted.more(claims(reply), finished=True):
        shown[number] = shown.get(number, "") + text
    assert not drafted.is_torn
    assert [*shown.values()] == [claim.text for claim in claims(reply)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Yes: It rose", "It rose"),
        ("Yes: It rose [", "It rose"),
        ("Yes: It rose [1, ", "It rose"),
        ("Yes: It rose [1a", "It rose"),
        ("Yes: It rose. [1] I", "It rose."),
        ("Yes: It rose. “", "It rose."),
        ("Ye", None),
        ("Yet", "Yet"),
        ("**N", None),
        ("No", None),
    ],
)
def test_nothing_flashes_up_that_will_not_stay(written, shown):
    assert [claim.text for claim in begun(written)] == [shown] * (shown is not None)


@pytest.mark.parametrize("reply", WRITTEN[:11])
def test_of_a_reply_that_is_written_all_but_the_last_word_is_known(reply):
    known = begun(reply)
    shown, whole = [" ".join(claim.text for claim in each) for each in (known, claims(reply))]
    assert whole.startswith(shown)
    assert len(whole.removeprefix(shown).split()) <= 1


def test_a_statement_is_whole_as_soon_as_the_next_one_has_begun():
    (first, second) = begun("Yes: It rose by 5%. [1][2] It f")
    assert (first, second.text) == (Claim("It rose by 5%.", (1, 2)), "It f")


def test_a_reply_that_is_parted_otherwise_than_was_shown_is_torn():
    reply = "It rose. It fell. What: it | Who: they"
    drafted = Drafted()
    assert drafted.more(begun(reply[:20])) == [(0, "It rose."), (1, "It fell.")]
    assert drafted.more(claims(reply), finished=True) == []
    assert drafted.is_torn
    shorter = Drafted(["It rose.", "It"])
    assert shorter.more([Claim("It rose.", ())], finished=True) == []
    assert shorter.is_torn


# What was cut


@pytest.mark.parametrize(
    ("reply", "whole"),
    [
        ("Yes: It rose. [1] Officials sa", ["It rose."]),
        ("Yes: It rose. [1][2] It fell. [3] The", ["It rose.", "It fell."]),
        ("Yes: It rose. [1]", ["It rose."]),
        ("Yes: It rose. [1", ["It rose."]),
        ("Yes: It rose.\n- It fell.\n- It s", ["It rose.", "It fell."]),
        ("Yes: It rose.............", ["It rose..."]),
    ],
)
def test_of_a_reply_that_was_cut_the_whole_sentences_are_left(reply, whole):
    assert [claim.text for claim in claims(uncut(reply, "m"))] == whole


def test_the_markers_behind_the_last_whole_sentence_are_left():
    assert claims(uncut("Yes: It rose. [1][3] It f", "m"))[0].cited == (1, 3)


@pytest.mark.parametrize(
    "reply", ["Yes: It ro", "Yes.", "Yes: It rose", "Yes", "Yes. It rose by 3"]
)
def test_a_reply_without_a_whole_sentence_is_told(reply):
    with pytest.raises(NoAnswerError, match="m was cut off"):
        uncut(reply, "m")


@pytest.mark.parametrize("reply", ["No.", "No. The sentences"])
def test_a_no_is_whole(reply):
    assert uncut(reply, "m") == reply
