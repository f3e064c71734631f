"""Web pages: without <body>, with links to other stories, behind a paywall."""

from __future__ import annotations

import pytest

from assistant.ingest.readers.html import extract

STORY = (
    "<h1>Peat levy rises</h1><p>The levy on peat rises to 23 per cent in May, the board of fuels "
    "said on Friday after a hearing that took all day in the old town hall.</p>{}<p>Dealers pay "
    "65 crowns for a licence, which holds for three years and may be renewed once.</p>"
)


def text_of(page: str) -> str:
    [found] = extract(page.encode(), "page.html")
    return found.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "head", ["<!doctype html><title>P</title>", "<meta charset=utf-8><title>P</title>", "<html>"]
)
@pytest.mark.parametrize("tag", ["article", "main", "section", "div"])
def test_a_page_without_a_body_tag_is_read(head: str, tag: str) -> None:
    text = text_of(f"{head}<{tag}>{STORY.format('')}</{tag}>")

    assert "23 per cent" in text
    assert "65 crowns" in text


@pytest.mark.parametrize(
    "other",
    [
        '<p><b>Read more: <a href="/x">Gravel toll halved to 4 crowns</a></b></p>',
        '<p><a href="/x">READ ALSO: Gravel toll halved to 4 crowns</a></p>',
        '<div><span>More on fuels:</span> <a href="/x">Gravel toll halved to 4 crowns</a></div>',
        '<p>See also: <a href="/x">Gravel toll halved to 4 crowns</a></p>',
        '<p>Lesen Sie auch: <a href="/x">Gravel toll halved to 4 crowns</a></p>',
        '<h3>Related stories</h3><ul><li><a href="/x">Gravel toll halved to 4 crowns</a></li></ul>',
        "<p>This article is for subscribers only. Subscribe now to continue reading.</p>",
        '<p>Already a subscriber? <a href="/in">Log in</a></p>',
        "<p>You have 4 free articles left this month.</p>",
    ],
)
@pytest.mark.parametrize("body", ["<html><body>{}</body></html>", "<title>P</title>{}"])
def test_what_leads_to_other_stories_or_bars_the_way_is_left_out(other: str, body: str) -> None:
    text = text_of(body.format(f"<article>{STORY.format(other)}</article>"))

    assert "4" not in text
    assert "ubscri" not in text
    assert "Related" not in text
    assert "65 crowns" in text


@pytest.mark.parametrize(
    "own",
    [
        '<p>More than half of it comes from <a href="/x">the 9 bogs in the north</a>.</p>',
        "<p>Sign up by 9 June to get the licence.</p>",
        "<p>Subscribers pay 9 crowns a month.</p>",
    ],
)
def test_what_the_story_itself_says_is_kept(own: str) -> None:
    assert "9" in text_of(f"<html><body><article>{STORY.format(own)}</article></body></html>")
