import os
import stat

import pytest

from assistant.private_files import replace_file


@pytest.fixture(autouse=True)
def open_to_all():
    """Files are made for everybody where nothing else is said."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_file_is_for_nobody_else_also_where_the_one_before_was(tmp_path):
    file = tmp_path / "kept.json"
    file.write_bytes(b"before")
    replace_file(file, b"now")
    assert file.read_bytes() == b"now"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["kept.json"]


def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "kept.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "kept.json", b"now")
    assert os.listdir(tmp_path) == ["kept.json"]
