import json

import pytest

from assistant.safety.sanitize import clean, json_text

FORBIDDEN = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
ALPHABET = [*map(chr, range(0xA0)), *FORBIDDEN, "\ud800", "\udc80", "é", "漢", *"[]()0123;m\\" * 3]


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("a\x1b[2J\x1b[1;31mb", "ab"),
        ("a\x1b]0;owned\x07b\x1b]8;;http://x\x1b\\c", "abc"),
        ("a\x1bPq#0\x1b\\b\x1b_x\x1b\\c", "abc"),
        ("a\x9b31mb\x9d0;t\x9cc", "abc"),
        ("a\x1b]0;never ends", "a0;never ends"),
        ("a\x1b[\x1b[0m31mb", "a31mb"),
        ("a\x1bcb\x1b(0c", "abc"),
        ("a\rb\r\nc\u2028d", "a\nb\nc\nd"),
        ("a\tb\x0bc\x0cd", "a b c d"),
        ("a\x00\x07\x08\x7f\x85b", "a\nb"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("naïve “quotes” 漢字 שלום 👍🏽", "naïve “quotes” 漢字 שלום 👍🏽"),
        ("[bold red]not markup[/]", "[bold red]not markup[/]"),
    ],
)
def test_cleaning_leaves_nothing_that_a_terminal_obeys(dirty, cleaned):
    assert clean(dirty) == cleaned


def test_json_is_ascii_with_every_control_character_escaped():
    value = {"text": "-".join(ALPHABET)}
    shown = json_text(value)
    assert set(shown) <= {"\n", *map(chr, range(32, 127))}
    assert json.loads(shown) == value
