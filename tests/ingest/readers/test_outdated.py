"""Formats that are not read are told of, with what to do."""

from __future__ import annotations

import pytest

from assistant.ingest.readers.kinds import KINDS, READ
from tests.ingest.readers.office import read


@pytest.mark.parametrize("suffix", sorted(KINDS.keys() - set(READ)))
def test_an_old_format_is_told_with_the_remedy(suffix: str) -> None:
    (note,) = read(f"a{suffix.upper()}", b"anything").skipped
    assert note.reason.endswith(("save it as .docx", "save it as .xlsx", "save it as .pptx")) or (
        "export it as ." in note.reason
    )
