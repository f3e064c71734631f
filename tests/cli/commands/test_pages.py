"""`--html` writes a page whole, over no file that is something else."""

import os

import pytest

from assistant.cli.app import _run
from assistant.cli.commands.pages import check_page, write_page
from assistant.cli.render.browser import Html, html_page
from assistant.errors import UsageError

PAGE = html_page("Mill", Html("<p>Sold</p>"))


def test_a_page_is_written_again_and_something_else_only_by_force(tmp_path, capsys):
    page, letter = tmp_path / "page.html", tmp_path / "letter.html"
    letter.write_text("<p>Dear Ann</p>")
    write_page(PAGE, str(page), force=False)
    write_page(PAGE, str(page), force=False)
    assert page.read_text(encoding="utf-8") == PAGE
    with pytest.raises(UsageError, match=r"no page of this program.*--force"):
        check_page(str(letter), force=False)
    write_page(PAGE, str(letter), force=True)
    assert letter.read_text(encoding="utf-8") == PAGE
    assert sorted(os.listdir(tmp_path)) == ["letter.html", "page.html"]
    assert "Written to" in capsys.readouterr().err


def test_a_link_goes_on_leading_to_the_page(tmp_path):
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    write_page(PAGE, str(page), force=False)
    link.symlink_to(page)
    write_page(html_page("Barn", Html("")), str(link), force=False)
    assert link.is_symlink()
    assert "Barn" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["/dev/null", ".", "no/such/folder/page.html"])
def test_what_is_no_file_is_refused_before_any_work_and_by_force_too(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for force in (False, True):
        with pytest.raises(UsageError, match="name another file"):
            check_page(name, force)


def test_a_page_that_cannot_be_finished_leaves_the_one_before(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    write_page(PAGE, str(page), force=False)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "Disk full")))
    with pytest.raises(UsageError, match="Disk full; name another"):
        write_page("other", str(page), force=False)
    assert page.read_text(encoding="utf-8") == PAGE
    assert os.listdir(tmp_path) == ["page.html"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["ask", "--html", "a.html", "--json", "Who?"], "--json and --html exclude"),
        (["ask", "--html", "a.html", "--batch", "q.txt"], "--batch and --html exclude"),
        (["ask", "--force", "Who?"], "--force goes with --html"),
        (["verify", "--html", "a.html", "--csv", "d.md"], "--csv and --html exclude"),
    ],
)
def test_options_that_go_not_together_are_refused(typed, told, capsys):
    assert _run(typed) == UsageError.exit_code
    assert told in capsys.readouterr().err


def test_an_answer_a_refusal_and_a_draft_are_written_as_pages(
    index, tmp_path, monkeypatch, quick_start, capsys
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_INDEX", str(index))
    (tmp_path / "draft.md").write_text("# Zebras\n\nThe moon sold nine zebras to Oslo in 1911.\n")
    for typed, code, said in (
        (["ask", "What tariff is threatened, and by when?"], 0, "100% tariff"),
        (["ask", "Who sold zebras to Oslo?"], 3, "The documents do not say."),
        (["verify", "draft.md"], 6, "not checked: heading"),
    ):
        assert _run([typed[0], "--html", "page.html", "--llm", "none", *typed[1:]]) == code
        assert said in (tmp_path / "page.html").read_text(encoding="utf-8")
        assert capsys.readouterr().out == ""
    assert _run(["verify", "--html", "-", "--llm", "none", "draft.md"]) == 6
    assert capsys.readouterr().out.startswith("<!doctype html>")
