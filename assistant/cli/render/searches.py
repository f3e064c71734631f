"""What a search found, for a reader and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.answers import Explanation
from assistant.cli.render.answers import copies_told, corrections_told, document_names
from assistant.cli.render.links import url_of
from assistant.cli.render.page import BOLD, DIM, Page, cells
from assistant.documents import Hit
from assistant.filters import Filter
from assistant.safety import count, line

BEGINNING = 200
"""Characters of a passage shown with a hit."""
_LABEL = 12  # cells before what a query was understood as


def search_text(found: Explanation, page: Page, explain: bool = False) -> str:
    """What a search found, each hit with the ranks that tell its place.

    Args:
        found: the hits and how they came about.
        page: where it is shown.
        explain: show what the query was understood as, and each stage's rank and score, as well.
    """
    parts = corrections_told(found.corrections, page)
    if found.absent:
        quoted = ", ".join(f"“{line(phrase)}”" for phrase in found.absent)
        parts.append(page.lines(f"No passage has the quoted words: {quoted}."))
    if explain:
        parts.append(_understood(found, page))
    stages = tuple(found.candidates) if explain else ()
    parts += [_hit(rank, hit, page, stages) for rank, hit in enumerate(found.hits, 1)]
    return "\n\n".join(parts if found.hits else [*parts, "Nothing found."])


def _understood(found: Explanation, page: Page) -> str:
    """What was searched for and where, a line for each kind of thing there is to tell."""
    copies = sum(len(hit.copies) for hit in found.hits)
    told = {
        "words": ", ".join(" / ".join(forms) for forms in found.terms),
        "also as": ", ".join(f"{each.asked}: {each.found}" for each in found.expansions),
        "parts": " · ".join(found.parts),
        "filter": str(Filter.of(**found.filters)) if found.filters else "",
        "candidates": ", ".join(f"{name} {number}" for name, number in found.candidates.items()),
        "copies": f"{count(copies, 'document')} shown with what they repeat" if copies else "",
    }
    return "\n".join(
        page.lines(text, f"{label:<{_LABEL}}", " " * _LABEL) for label, text in told.items() if text
    )


def _hit(rank: int, hit: Hit, page: Page, stages: Sequence[str] = ()) -> str:
    """One hit; with `stages` as a table of what each of these said of it."""
    passage = hit.passage
    place = f"characters {passage.start}-{passage.end}"
    ranks = ", ".join(f"{ranker} {place}" for ranker, place in hit.ranks.items())
    told = place if stages else f"score {hit.score:.3f} ({ranks}) · {place}"
    names = " · ".join(document_names(passage.document))
    url = url_of(passage.document.source) if page.links else None
    beginning = line(passage.text)
    if len(beginning) > BEGINNING:
        beginning = beginning[:BEGINNING].rsplit(" ", 1)[0] + " …"
    return "\n".join(
        (
            page.lines(f"{rank}. {names}", "", "   ", BOLD, url),
            *(_stage_lines(hit, stages, page) if stages else ()),
            page.lines(told, "   ", style=DIM),
            page.lines(beginning, "   "),
            *copies_told("also in", hit.copies, "   ", page),
        )
    )


def _stage_lines(hit: Hit, stages: Sequence[str], page: Page) -> list[str]:
    """The hit's rank and score in each stage, in columns, under its fused score."""
    rows = [("", "rank", "score"), ("fused", "", f"{hit.score:.3f}")]
    for name in stages:
        score = f"{hit.scores[name]:.3f}" if name in hit.scores else "-"
        rows.append((line(name), str(hit.ranks.get(name, "-")), score))
    names, ranks, scores = (max(map(cells, column)) for column in zip(*rows, strict=True))
    if page.width and 3 + names + 1 + ranks + 2 + scores > page.width:
        return [page.lines(" ".join(row), "   ", style=DIM) for row in rows]
    columns = (
        f"   {name:<{names}} {rank:>{ranks}}  {score:>{scores}}" for name, rank, score in rows
    )
    return [page.styled(row, DIM) for row in columns]


def search_dict(found: Explanation) -> dict[str, Any]:
    """What a search found, and how it came about, as JSON-ready values."""
    return {
        "version": 1,
        "query": found.query,
        "understood": {
            "corrections": [asdict(each) for each in found.corrections],
            "expansions": [asdict(each) for each in found.expansions],
            "parts": list(found.parts),
            "terms": [list(forms) for forms in found.terms],
            "absent": list(found.absent),
            "filters": dict(found.filters),
            "candidates": dict(found.candidates),
        },
        "hits": [_hit_dict(rank, hit) for rank, hit in enumerate(found.hits, 1)],
    }


def _hit_dict(rank: int, hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": rank,
        "score": round(hit.score, 6),
        "ranks": dict(hit.ranks),
        "scores": {stage: round(score, 6) for stage, score in hit.scores.items()},
        "document_id": passage.document.id,
        "title": passage.document.title,
        "source": passage.document.source,
        "heading": passage.heading,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "copies": [document.reference() for document in hit.copies],
    }
