import os
import stat

import pytest

from assistant.private_files import is_private, private_folder, replace_file


@pytest.fixture(autouse=True)
def open_to_all():
    """Files are made for everybody where nothing else is said."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_a_file_is_for_nobody_else_also_where_the_one_before_was(tmp_path):
    file = tmp_path / "kept.json"
    file.write_bytes(b"before")
    assert not is_private(file.stat())
    replace_file(file, b"now")
    assert file.read_bytes() == b"now"
    assert is_private(file.stat())
    assert os.listdir(tmp_path) == ["kept.json"]


def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(tmp_path):
    (tmp_path / "kept.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        replace_file(tmp_path / "kept.json", b"now")
    assert os.listdir(tmp_path) == ["kept.json"]


def test_a_folder_is_made_and_closed_to_others(tmp_path):
    folder = tmp_path / "a" / "b"
    assert private_folder(folder)
    folder.chmod(0o755)
    assert private_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_others_may_write_to_or_that_is_none_is_not_private(tmp_path):
    shared, link = tmp_path / "shared", tmp_path / "link"
    shared.mkdir(0o777)
    assert not private_folder(shared)
    (tmp_path / "own").mkdir(0o700)
    link.symlink_to(tmp_path / "own")
    assert not private_folder(link)
