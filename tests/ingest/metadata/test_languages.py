"""Languages are named by ISO 639-1, and told only where that is sure."""

from __future__ import annotations

import pytest

from assistant.ingest.metadata import languages
from assistant.ingest.metadata.languages import detected, language_code
from tests.bench.metadata import LANGUAGES, NO_LANGUAGE


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("en", "en"),
        ("en-US", "en"),
        ("EN_gb", "en"),
        ("eng", "en"),
        ("English", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("Français (Canada)", "fr"),
        ("zh-Hans-CN", "zh"),
        ("日本語", "ja"),
        ("русский", "ru"),
        ("", ""),
        ("unknown", ""),
        ("x-default", ""),
        ("12", ""),
    ],
)
def test_what_a_file_says_of_its_language_becomes_a_code(told: str, code: str) -> None:
    assert language_code(told) == code


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_paragraph_tells_its_language(code: str) -> None:
    assert detected("\n".join(LANGUAGES[code])) == code


@pytest.mark.parametrize("text", NO_LANGUAGE)
def test_numbers_names_and_code_are_in_no_language(text: str) -> None:
    assert detected(text) == ""


def test_few_words_tell_no_language() -> None:
    assert detected("") == detected("The loan") == detected("配额") == ""


def test_addresses_are_no_words_of_a_language() -> None:
    assert detected("https://example.org/the/loan/for/the/port ann.lee@example.org " * 5) == ""


def test_a_language_that_cannot_be_found_out_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_identifier", lambda: None)
    assert detected("\n".join(LANGUAGES["en"])) == ""
