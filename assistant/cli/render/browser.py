"""Parts of a page for a browser, which is one file that needs no other and no network.

A text becomes HTML by `Markup.format` alone, which escapes it, so none is forgotten. Should one
still bring an element along, the page's policy runs and loads nothing but what we wrote.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from assistant.answers import Verdict
from assistant.cli.render.answers import copies_told, short_path, whereabouts
from assistant.cli.render.links import page_url_of
from assistant.cli.render.page import Page
from assistant.cli.render.sources import around
from assistant.documents import Citation
from assistant.safety import clean, line

_DATA = Path(__file__).parents[2] / "data"
SIGNATURE = '<meta name="generator" content="assistant">'
"""Stands at the head of every page, and of no file that somebody else wrote."""
_SHELL = Markup("""\
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


def html_page(title: str, body: Markup, runs: bool = False) -> str:
    """A whole page.

    Args:
        title: what its window is called.
        body: what stands in it.
        runs: whether keys and clicks lead from statements to passages.
    """
    style = _shipped("page.css")
    script = _shipped("page.js") if runs else Markup()
    allowed = f"script-src {_hash(script)}; " if runs else ""
    return str(
        _SHELL.format(
            signature=Markup(SIGNATURE),
            policy=f"default-src 'none'; {allowed}style-src {_hash(style)}; "
            "base-uri 'none'; form-action 'none'",
            title=line(title),
            style=style,
            body=body,
            script=Markup("<script>{}</script>").format(script) if runs else "",
        )
    )


def _shipped(name: str) -> Markup:
    return Markup((_DATA / name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def joined(parts: Iterable[Markup]) -> Markup:
    """Parts, a line each."""
    return Markup("\n").join(parts)


def paragraphs(kind: str, texts: Iterable[str]) -> Markup:
    """Texts as paragraphs of a kind that the style sheet knows."""
    return joined(Markup('<p class="{}">{}</p>').format(kind, line(text)) for text in texts)


def statement(
    number: int,
    verdict: Verdict,
    text: str,
    findings: Sequence[str],
    cited: Sequence[int],
    newer: Citation | None = None,
) -> Markup:
    """A statement, marked by its verdict in colour and words, its findings at their words.

    Args:
        number: of the statement on the page, from 1.
        verdict, findings: what the check says of it.
        text: as it stands in the answer or draft, white space included.
        cited: numbers of the passages that it leads to.
        newer: what a newer document says instead.
    """
    told = "; ".join((VERDICTS[verdict].partition(" ")[2], *findings))
    later = Markup()
    if newer:
        later = Markup('; <span class="newer">a newer document ({}) says otherwise</span> {}')
        later = later.format(line(newer.document.published or ""), leading([newer.number]))
    return Markup(
        '<span class="statement {verdict}" id="s{number}" tabindex="-1" role="group" dir="auto" '
        'aria-label="Statement {number}, {verdict}" data-cites="{cites}">{text}</span> '
        '<small class="told {verdict}"><b aria-hidden="true">{mark}</b> {told}{later} {links}'
        "</small>"
    ).format(
        verdict=verdict,
        number=number,
        cites=" ".join(map(str, cited)),
        text=highlighted(text, findings),
        mark=VERDICTS[verdict][0],
        told=line(told),
        later=later,
        links=leading(cited),
    )


def leading(numbers: Iterable[int]) -> Markup:
    """Links to passages."""
    link = Markup('<a href="#p{0}" aria-label="Passage {0}">[{0}]</a>')
    return Markup().join(link.format(number) for number in numbers)


def passage(citation: Citation, cited_by: Sequence[int], findings: Sequence[str] = ()) -> Markup:
    """A cited passage in its surroundings, with its place, and links to the file and back.

    Args:
        citation: its words, which are highlighted.
        cited_by: numbers of the statements that lead to it.
        findings: what is said against these; the words that they are about are marked.
    """
    document, start, end = citation.document, citation.start, citation.end
    first, last = around(document.text, start, end)
    back = [Markup('<a href="#s{0}">statement {0}</a>').format(number) for number in cited_by]
    return Markup(
        '<article class="passage" id="p{number}" tabindex="-1" aria-labelledby="t{number}" '
        'data-cited="{cited}">\n<h3 id="t{number}">[{number}] {title}</h3>\n{origin}\n'
        '<blockquote lang="{language}" dir="auto">{opened}{before}<mark class="quote">{quote}'
        "</mark>{after}{closed}</blockquote>\n{copies}{back}</article>"
    ).format(
        number=citation.number,
        cited=" ".join(map(str, cited_by)),
        title=line(document.title),
        origin=_origin(citation),
        language=document.language or "",
        opened="… " if first else "",
        before=clean(document.text[first:start]),
        quote=highlighted(citation.quote, findings),
        after=clean(document.text[end:last]),
        closed=" …" if last < len(document.text) else "",
        copies=paragraphs("origin", copies_told("the same in", citation.copies, "", Page())),
        back=Markup('<p class="back">↩ {}</p>').format(Markup(", ").join(back)) if back else "",
    )


def _origin(citation: Citation) -> Markup:
    """Where a passage stands, leading to its file's page or its address."""
    source = f"{short_path(citation.document.source)}:{citation.start}-{citation.end}"
    url = page_url_of(citation)
    link = Markup('<a href="{}" rel="noreferrer">{}</a>') if url else Markup("{1}")
    facts = [Markup.escape(line(fact)) for fact in whereabouts(citation)]
    shown = Markup(" · ").join([*facts, link.format(url, line(source))])
    return Markup('<p class="origin">{}</p>').format(shown)


def highlighted(text: str, findings: Sequence[str]) -> Markup:
    """The text, cleaned, with the words that findings are about marked.

    >>> print(highlighted("It is 50% & rising.", ["the cited words have 100%, not 50%"]))
    It is <mark class="finding" title="the cited words have 100%, not 50%">50%</mark> &amp; rising.
    """
    text, parts, end = clean(text), [], 0
    for start, stop, finding in sorted(_places(text, findings)):
        if start >= end:
            told = Markup('<mark class="finding" title="{}">{}</mark>')
            parts += [Markup.escape(text[end:start]), told.format(line(finding), text[start:stop])]
            end = stop
    return Markup().join([*parts, Markup.escape(text[end:])])


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
