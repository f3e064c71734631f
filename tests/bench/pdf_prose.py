"""PDFs of public texts, set by the programs that people use: LibreOffice, Chromium and LaTeX.

What they hold is known word for word. A program that is not installed sets nothing. Documents with
an even number are for fitting, the others are to be looked at when all is done.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyphen

from tests.bench.pdf_documents import Truth, chromium, office

_ARTICLES, _PARAGRAPHS, _PER_HEADING = 10, 36, 6
HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
"""A word with hyphens of its own."""

_SENTENCE = re.compile(r"(?<=[a-z0-9)][.?!]) (?=[A-Z])")
_PLAIN = re.compile("[ -~£§°±·é–—‘’“”]+")  # what all these programs' usual fonts have
_TEX = str.maketrans(
    {c: rf"\{c}" for c in "#$%&_{}"}
    | {"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"}
    | {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", "`": r"\textasciigrave{}"}
)


@dataclass(frozen=True, slots=True)
class Article:
    """A text: its title and its paragraphs."""

    title: str
    paragraphs: list[str]


def documents(folder: Path, kept_back: bool = False) -> Iterator[Truth]:
    """Every layout of each article of this half of the articles in the evaluation sets."""
    for article in list(_articles(folder))[kept_back::2]:
        for layout in _LAYOUTS:
            yield layout(article)


def _articles(folder: Path) -> Iterator[Article]:
    """Articles of SQuAD 2, and as many of SciFact's abstracts taken together."""
    lines = (folder / "squad2" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    grouped = groupby(map(json.loads, lines), key=lambda record: record["article"])
    found = [(title.replace("_", " "), [r["text"] for r in records]) for title, records in grouped]
    lines = (folder / "scifact" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    found = sorted(found, key=lambda each: -len(each[1]))[: _ARTICLES // 2]
    for number, (title, paragraphs) in enumerate(found):
        abstracts = texts[number * 3 * _PARAGRAPHS :]
        for name, source in ((title, paragraphs), (f"Abstracts, part {number + 1}", abstracts)):
            clean = (" ".join(text.replace("[citation needed]", "").split()) for text in source)
            yield Article(name, [text for text in clean if _PLAIN.fullmatch(text)][:_PARAGRAPHS])


def _truth(layout: str, article: Article) -> Truth:
    truth = Truth(f"{layout}: {article.title}", title=article.title)
    for paragraph in article.paragraphs:
        truth.sentences += _SENTENCE.split(paragraph)
    return truth


def _sections(article: Article) -> Iterator[tuple[str, Sequence[str]]]:
    for at in range(0, len(article.paragraphs), _PER_HEADING):
        yield (
            f"Part {at // _PER_HEADING + 1} of the text",
            article.paragraphs[at : at + _PER_HEADING],
        )


def _office(columns: int) -> Callable[[Article], Truth]:
    def layout(article: Article) -> Truth:
        truth = _truth(f"LibreOffice, columns: {columns}", article)
        body = "".join(
            f'<text:h text:outline-level="1">{head}</text:h>'
            + "".join(
                f'<text:p text:style-name="B">{html.escape(text, quote=False)}</text:p>'
                for text in texts
            )
            for head, texts in _sections(article)
        )
        truth.furniture = [f"Reader on {article.title}"]
        one, two = (body, "") if columns == 1 else ("", body)
        truth.data = office(truth.title, truth.furniture[0], "Sheet", one, "", two)
        return truth

    return layout


def _web(article: Article) -> Truth:
    truth = _truth("Chromium", article)
    shy = pyphen.Pyphen(lang="en_US")
    body = "".join(
        f"<h2>{head}</h2>"
        + "".join(
            "<p>"
            + " ".join(
                html.escape(shy.inserted(word, "\xad") if word.isalpha() else word)
                for word in text.split()
            )
            for text in texts
        )
        for head, texts in _sections(article)
    )
    style = "body{font:11pt serif;width:15cm}p{text-align:justify;hyphens:manual}"
    truth.data = chromium(f"<html lang=en><style>{style}</style><h1>{article.title}</h1>{body}")
    return truth


def _tex(text: str) -> str:
    """The text as TeX sets it unaltered: two hyphens are no dash."""
    return text.translate(_TEX).replace("--", "-{}-")


def _latex(article: Article) -> Truth:
    """Two columns below an abstract, each note in its place left out."""
    curly = [re.sub('["“]', "”", text).replace("'", "’") for text in article.paragraphs]
    article = Article(article.title, curly)  # what its fonts have
    truth = _truth("LaTeX", article)
    first, *rest = article.paragraphs
    body = "\n".join(
        rf"\section{{{head}}}" + "\n\n" + "\n\n".join(map(_tex, texts))
        for head, texts in _sections(Article(article.title, rest))
    )
    source = (
        r"\documentclass[10pt,a4paper]{article}\usepackage[utf8]{inputenc}"
        r"\usepackage{textcomp,multicol}\pagestyle{headings}\sloppy"
        rf"\title{{{article.title}}}\author{{A. Writer}}\date{{3 March 2025}}"
        r"\begin{document}\maketitle\begin{abstract}"
        + _tex(first)
        + r"\end{abstract}\begin{multicols}{2}"
        + body
        + r"\end{multicols}\end{document}"
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "article.tex"
        path.write_text(source, encoding="utf-8")
        command = ["pdflatex", "-interaction=batchmode", path.name]
        subprocess.run(command, cwd=folder, check=False, capture_output=True, timeout=300)
        truth.data = path.with_suffix(".pdf").read_bytes()
    return truth


_LAYOUTS = (
    *((_office(1), _office(2)) if shutil.which("soffice") else ()),
    *((_web,) if shutil.which("chromium") else ()),
    *((_latex,) if shutil.which("pdflatex") else ()),
)
