"""Parts of a page for a browser, which is one file that needs no other and no network.

A text becomes HTML by `Html` alone, which cleans and escapes it, so none is forgotten. Should one
still bring an element along, the page's policy runs and loads nothing but what we wrote.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from markupsafe import Markup

from assistant.answers import Verdict
from assistant.cli.render.answers import copies_told, short_path, whereabouts
from assistant.cli.render.links import page_url_of
from assistant.cli.render.page import Page
from assistant.cli.render.sources import around
from assistant.documents import Citation
from assistant.safety import clean

_DATA = Path(__file__).parents[2] / "data"
SIGNATURE = '<meta name="generator" content="assistant">'
"""Stands at the head of every page, and of no file that somebody else wrote."""


class Html(Markup):
    """HTML; text that `format` puts into it, or `join` between, is cleaned and escaped."""

    @classmethod
    def escape(cls, text: Any, /) -> Self:
        """The text as HTML; HTML as it is."""
        return super().escape(text if hasattr(text, "__html__") else clean(str(text)))


_SHELL = Html("""\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
{signature}
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
{body}
{script}
</html>
""")
VERDICTS: dict[Verdict, str] = {
    "supported": "✓ supported",
    "partly": "~ partly supported",
    "unsupported": "✗ unsupported",
    "contradicted": "✗ contradicted",
}
_QUOTED = re.compile("“([^”]+)”")
_MOST_WORDS = 60  # of a finding, that are looked for


def html_page(title: str, body: Html, runs: bool = False) -> str:
    """A whole page; with `runs`, keys and clicks lead from statements to passages."""
    style = _shipped("page.css")
    script = _shipped("page.js") if runs else Html()
    allowed = f"script-src {_hash(script)}; " if runs else ""
    return str(
        _SHELL.format(
            signature=Html(SIGNATURE),
            policy=f"default-src 'none'; {allowed}style-src {_hash(style)}; "
            "base-uri 'none'; form-action 'none'",
            title=title,
            style=style,
            body=body,
            script=Html("<script>{}</script>").format(script) if runs else "",
        )
    )


def _shipped(name: str) -> Html:
    return Html((_DATA / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def joined(parts: Iterable[Html]) -> Html:
    """Parts, a line each."""
    return Html("\n").join(parts)


def paragraphs(kind: str, texts: Iterable[str]) -> Html:
    """Texts as paragraphs of a kind that the style sheet knows."""
    return joined(Html('<p class="{}">{}</p>').format(kind, text) for text in texts)


def statement(
    number: int,
    verdict: Verdict,
    text: str,
    findings: Sequence[str],
    cited: Sequence[int],
    newer: Citation | None = None,
) -> Html:
    """A statement, marked by its verdict in colour and words, its findings at their words.

    It leads to the passages `cited`, and to the `newer` one that says otherwise.
    """
    mark, _, told = VERDICTS[verdict].partition(" ")
    told = f"{told}: {'; '.join(findings)}" if findings else told
    later = Html()
    if newer:
        later = Html('; <span class="newer">a newer document ({}) says otherwise</span> {}')
        later = later.format(newer.document.published or "", leading([newer.number]))
    return Html(
        '<span class="statement {verdict}" id="s{number}" tabindex="-1" role="group" dir="auto" '
        'aria-label="Statement {number}, {verdict}" data-cites="{cites}">{text}</span> '
        '<small class="told {verdict}"><b aria-hidden="true">{mark}</b> {told}{later} {links}'
        "</small>"
    ).format(
        verdict=verdict,
        number=number,
        cites=" ".join(map(str, cited)),
        text=highlighted(text, findings),
        mark=mark,
        told=told,
        later=later,
        links=leading(cited),
    )


def leading(numbers: Iterable[int]) -> Html:
    """Links to passages."""
    link = Html('<a href="#p{0}" aria-label="Passage {0}">[{0}]</a>')
    return Html().join(link.format(number) for number in numbers)


def passage(citation: Citation, cited_by: Sequence[int], findings: Sequence[str] = ()) -> Html:
    """A quote in its surroundings, with its place, and links to the file and back.

    The words that `findings`, those of the statements that cite it, are about are marked.
    """
    document, start, end = citation.document, citation.start, citation.end
    first, last = around(document.text, start, end)
    back = [Html('<a href="#s{0}">statement {0}</a>').format(number) for number in cited_by]
    return Html(
        '<article class="passage" id="p{number}" tabindex="-1" aria-labelledby="t{number}" '
        'data-cited="{cited}">\n<h3 id="t{number}">[{number}] {title}</h3>\n{origin}\n'
        '<blockquote lang="{language}" dir="auto">{opened}{before}<mark class="quote">{quote}'
        "</mark>{after}{closed}</blockquote>\n{copies}{back}</article>"
    ).format(
        number=citation.number,
        cited=" ".join(map(str, cited_by)),
        title=document.title,
        origin=_origin(citation),
        language=document.language or "",
        opened="… " if first else "",
        before=document.text[first:start],
        quote=highlighted(citation.quote, findings),
        after=document.text[end:last],
        closed=" …" if last < len(document.text) else "",
        copies=paragraphs("origin", copies_told("the same in", citation.copies, "", Page())),
        back=Html('<p class="back">↩ {}</p>').format(Html(", ").join(back)) if back else "",
    )


def _origin(citation: Citation) -> Html:
    """Where a passage stands, leading to its file's page or its address."""
    source = f"{short_path(citation.document.source)}:{citation.start}-{citation.end}"
    url = page_url_of(citation)
    link = Html('<a href="{}" rel="noreferrer">{}</a>') if url else Html("{1}")
    shown = Html(" · ").join([*whereabouts(citation), link.format(url, source)])
    return Html('<p class="origin">{}</p>').format(shown)


def highlighted(text: str, findings: Sequence[str]) -> Html:
    """The text, cleaned, with the words that findings are about marked.

    >>> print(highlighted("It is 50% & rising.", ["the cited words have 100%, not 50%"]))
    It is <mark class="finding" title="the cited words have 100%, not 50%">50%</mark> &amp; rising.
    """
    parts: list[str] = []
    text, end = clean(text), 0
    for start, stop, finding in sorted(_places(text, findings)):
        if start >= end:
            told = Html('<mark class="finding" title="{}">{}</mark>')
            parts += [text[end:start], told.format(finding, text[start:stop])]
            end = stop
    return Html().join([*parts, text[end:]])


def _places(text: str, findings: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Where the text has words that a finding names, and which finding."""
    for finding in findings:
        named = [*_QUOTED.findall(finding), *_named(_QUOTED.sub(" ", finding), text)]
        for found in (found for words in named for found in _found(words, text)):
            yield found.start(), found.end(), finding


def _named(finding: str, text: str) -> Iterator[str]:
    """Numbers and names of a finding with all that follows on them in the text, too."""
    words, start = [word.strip(",;:()") for word in finding.split()][:_MOST_WORDS], 0
    while start < len(words):
        runs = (" ".join(words[start:end]) for end in range(len(words), start, -1))
        telling = any(c.isdigit() or c.isupper() for c in words[start])
        run = next((each for each in runs if any(_found(each, text))), "") if telling else ""
        if run:
            yield run
        start += max(len(run.split()), 1)


def _found(words: str, text: str) -> Iterator[re.Match[str]]:
    """Places of whole words and numbers, however many spaces stand between them."""
    spaced = r"\s+".join(map(re.escape, words.split()))
    pattern = rf"(?<!\w)(?<!\d[.,]){spaced}(?!\w)(?![.,]\d)"
    return re.finditer(pattern, text, re.I) if spaced else iter(())
