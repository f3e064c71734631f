"""Dates however they are written; what is not certain is no date."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assistant.ingest.metadata.dates import NoDateError, iso_date
from tests.bench.metadata import DATES, NO_DATES


@pytest.mark.parametrize("written", DATES)
def test_a_date_is_read_in_every_form_that_formats_write(written: str) -> None:
    assert iso_date(written) == DATES[written]


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_certain_day_is_refused(written: str) -> None:
    with pytest.raises(NoDateError, match="left out"):
        iso_date(written)


def test_dates_and_times_of_python_are_taken_and_nothing_is_none() -> None:
    assert iso_date(date(2026, 6, 3)) == "2026-06-03"
    assert iso_date(datetime(2026, 6, 3, 23, 59, tzinfo=UTC)) == "2026-06-03"
    assert iso_date(None) is iso_date("") is None


@pytest.mark.parametrize(
    ("written", "language", "day"),
    [
        ("03/06/2026", "fr", "2026-06-03"),
        ("03/06/2026", "en-GB", "2026-06-03"),
        ("03/06/2026", "en_US", "2026-03-06"),
        ("03-06-2026", "nl", "2026-06-03"),
        ("05/05/2026", "en", "2026-05-05"),
        ("3 listopada 2025", "pl", "2025-11-03"),
        ("3 listopada 2025", "hr", "2025-10-03"),
    ],
)
def test_the_language_tells_which_of_two_days_is_meant(
    written: str, language: str, day: str
) -> None:
    assert iso_date(written, language) == day


@pytest.mark.parametrize("language", ["", "en", "ja"])
def test_of_two_possible_days_none_is_taken(language: str) -> None:
    with pytest.raises(NoDateError, match="either of two days"):
        iso_date("03/06/2026", language)


def test_a_day_is_the_one_written_whatever_its_zone() -> None:
    assert iso_date("Wed, 03 Jun 2026 23:30:00 -1100") == "2026-06-03"
    assert iso_date("2026-06-03T00:30:00+14:00") == "2026-06-03"


def test_far_future_and_times_before_the_year_1000_are_not_believed() -> None:
    for written in ("2399-06-03", "0999-12-31", date(999, 1, 1)):
        with pytest.raises(NoDateError, match="not to be believed"):
            iso_date(written)
    assert iso_date("24 October 1648") == "1648-10-24"


def test_what_is_told_of_a_wrong_date_is_one_short_line() -> None:
    with pytest.raises(NoDateError) as told:
        iso_date("no\nday\x00 at all" * 100)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 120
