import pytest

from tests.cli.chat.golden_cases import CASES, FOLDER, build, path_of, seen


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    return build(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", CASES)
def test_what_a_user_sees_is_what_was_reviewed(name, documents, quick_start):
    """After a change that is meant: `python -m tests.cli.chat.golden_cases --write`."""
    assert seen(CASES[name], documents) == path_of(name).read_text(encoding="utf-8")


def test_no_file_is_left_of_a_case_that_is_gone():
    assert {path.stem for path in FOLDER.iterdir()} == set(CASES)
