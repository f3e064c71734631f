"""A file belongs to the innermost root; what is named is read, wherever it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import UsageError
from assistant.store.sync_plan import parts_of, plan
from assistant.store.tracked_files import Root


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for name in ("docs/a.txt", "docs/sub/b.txt", "docs/.hidden/c.txt", "docs/drafts/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    return tmp_path / "docs"


def scopes(*args: object, **options: object) -> list[tuple[str, str]]:
    planned = plan(*args, **options)  # type: ignore[arg-type]
    return [(scope.root.path, str(scope.start)) for scope in planned.scopes]


def test_what_is_named_twice_is_in_one_scope(docs: Path) -> None:
    assert scopes([], [docs / "sub" / "b.txt", docs, docs / "sub"]) == [(str(docs), str(docs))]


def test_a_folder_in_a_known_root_is_a_part_of_it(docs: Path) -> None:
    planned = plan([Root(str(docs))], [docs / "sub"])
    assert [(s.root.path, s.start) for s in planned.scopes] == [(str(docs), docs / "sub")]
    assert not planned.fresh


def test_what_a_root_passes_over_becomes_a_root_when_it_is_named(docs: Path) -> None:
    root = Root(str(docs), globs=("drafts/",))
    for name in (".hidden", "drafts"):
        planned = plan([root], [docs / name])
        assert planned.fresh == {str(docs / name)}
        assert [str(scope.start) for scope in planned.scopes] == [str(docs / name)]


def test_a_root_in_another_is_brought_up_to_date_with_it_and_apart_from_it(docs: Path) -> None:
    outer, inner = plan([Root(str(docs)), Root(str(docs / "sub"))], [docs]).scopes
    assert (outer.start, inner.start) == (docs, docs / "sub")
    assert [found.path for found in inner.walk()] == [str(docs / "sub" / "b.txt")]
    assert str(docs / "sub" / "b.txt") not in [found.path for found in outer.walk()]


def test_a_root_that_is_gone_is_told_and_in_a_root_that_is_there_absorbed(docs: Path) -> None:
    lost = Root(str(docs.parent / "unplugged"))
    planned = plan([Root(str(docs)), Root(str(docs / "old.txt")), lost])
    assert planned.gone == [lost.path]
    assert planned.absorbed == [str(docs / "old.txt")]
    assert [scope.start for scope in planned.scopes] == [docs]


def test_what_was_removed_by_hand_is_taken_in_again_by_its_name_alone(docs: Path) -> None:
    root = Root(str(docs), removed={"sub": frozenset(), "a.txt": frozenset({"r1"})})
    assert plan([root], [docs]).roots == {}
    planned = plan([root], [docs / "sub"])
    assert planned.roots[str(docs)].removed == {"a.txt": frozenset({"r1"})}
    assert planned.back == [str(docs / "sub")]
    assert not planned.fresh


def test_patterns_take_the_place_of_earlier_ones_but_not_of_what_was_removed(docs: Path) -> None:
    root = Root(str(docs), globs=("*.md",), removed={"sub": frozenset()})
    planned = plan([root], [], ["drafts/"])
    assert planned.roots[str(docs)] == Root(str(docs), ("drafts/",), root.removed)
    assert plan([root], [docs], []).roots[str(docs)].globs == ()
    assert plan([root], [docs]).roots == {}


@pytest.mark.parametrize("glob", ["", "#x", "!keep", "[a", "/", "a\nb"])
def test_a_pattern_that_passes_nothing_over_is_refused(docs: Path, glob: str) -> None:
    with pytest.raises(UsageError, match=r"--exclude .*such as 'drafts/'"):
        plan([], [docs], [glob])


def test_a_path_that_is_not_there_is_refused_unless_it_was_indexed(docs: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        plan([Root(str(docs))], [docs / "typo"], is_known=lambda _: False)
    assert scopes([Root(str(docs))], [docs / "gone"]) == [(str(docs), str(docs / "gone"))]


def test_a_root_keeps_what_it_is_told_in_its_row() -> None:
    root = Root("/docs", ("*.md", "é/"), {"a b": frozenset(), "c.jsonl": frozenset({"2", "1"})})
    assert Root.of("/docs", root.exclude) == root
    assert Root.of("/docs", "[]") == Root("/docs")


def test_a_change_counts_where_a_root_reads_and_makes_no_root(docs: Path) -> None:
    (docs / "away").symlink_to(docs.parent)
    root = Root(str(docs), globs=("drafts/",))
    changed = [docs / "sub", docs / "drafts", docs / ".hidden" / "c.txt", docs.parent / "else.txt"]
    (docs.parent / "else.txt").write_text("x")
    planned = parts_of([root], [*changed, docs / "away" / "else.txt", docs / "gone.txt"])
    assert [scope.start for scope in planned.scopes] == [docs / "gone.txt", docs / "sub"]
    assert not planned.fresh
