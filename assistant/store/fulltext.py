"""The full-text index over passages: BM25, and the vocabulary. SQLite's FTS5, in the catalogue.

Together with `database` and `integrity` the only module that speaks SQL. A passage is found by its
own words and, with half their weight, by those of the passages around it: a passage seldom repeats
what the lines above it were about. Making terms of a question is left to `query_terms`.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

AROUND = 2
"""Passages before and after a passage, in its document, whose words count for it too."""

_TOKENIZE = "tokenize='porter unicode61 remove_diacritics 2'"
SCHEMA = f"""
CREATE VIRTUAL TABLE words USING fts5 (
    title, heading, text, around, content='', {_TOKENIZE});
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(1, 1, 2, 1)')"""
# What a connection keeps to itself: views of the vocabulary, and a table to ask for stems.
TEMPORARY = f"""
CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row);
CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, words, instance);
CREATE VIRTUAL TABLE temp.stemming USING fts5(word, content='', {_TOKENIZE});
CREATE VIRTUAL TABLE temp.stems USING fts5vocab(temp, stemming, instance)"""

_OWN = "{title heading text}"  # the columns that hold a passage's own words
_MOST_WEIGHED = 200  # passages whose own text is read to tell "US" from "us"
_WORD = re.compile(r"[^\W_]+")
_COLUMNS = ("title", "heading", "text")
_PLACES = 8  # places of a word that are looked at to see how it is written
UNSPACED = (
    r"[\u0e00-\u0e30\u0e32-\u0e33\u0e40-\u0e46\u0e80-\u0eb0\u0ec0-\u0ec6\u1000-\u102a\u1780-\u17b3"
    r"\u3005-\u3007\u3041-\u309f\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003134f]"
)
"""A letter of a script that puts no space between words (Thai, Lao, Burmese, Khmer, Japanese,
Chinese), or glues endings to them (Korean)."""
_MOST_PHRASES = 256
UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
"""Letters that take no room: soft hyphens, joiners, marks of order."""
_UNSPACED = re.compile(UNSPACED)
_GLUED = re.compile(r"(?<=[A-Za-z])(?=\d{4})")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to search for.

    Attributes:
        phrases: ways to write it; each is one word, or words that must follow one another.
        written: the capitals that make it more than a common word ("US"), else empty; `phrases`
            then has the same in small letters, which counts only where the capitals stand.
        first: passages with it come before all that have it not.
        instead_of: phrases of other terms in whose place this one may stand. A passage counts by
            them or by this, whichever scores higher, never by both.
    """

    phrases: tuple[str, ...]
    written: str = ""
    first: bool = False
    instead_of: tuple[str, ...] = ()


def searchable(text: str) -> str:
    """The text as its words are indexed: without letters that are not seen, unspaced ones apart.

    A word of such a script is then a phrase of its letters, wherever it stands.

    >>> searchable("anti\u00addumping"), searchable("HS8542.31\u5173\u7a0e")
    ('antidumping', 'HS 8542.31 \u5173  \u7a0e ')
    """
    if text.isascii():
        return text
    text = UNSEEN.sub("", text)
    apart = _UNSPACED.sub(r" \g<0> ", text)
    return _GLUED.sub(" ", apart) if apart != text else text


def match_expression(terms: Sequence[Term]) -> str:
    """The FTS5 expression that finds any of the terms; empty when there is nothing to find.

    Every phrase is cut to its words and quoted, so that no text is a syntax error.

    >>> match_expression([Term(("de-escalate", "deescalate")), Term(('"war" OR',))])
    '"de escalate" OR "deescalate" OR "war OR"'
    """
    written = (searchable(phrase) for term in terms for phrase in term.phrases)
    phrases = (" ".join(_WORD.findall(phrase)) for phrase in written)
    distinct = list(dict.fromkeys(phrase for phrase in phrases if phrase))
    return " OR ".join(f'"{phrase}"' for phrase in distinct[:_MOST_PHRASES])


def replaced(terms: Sequence[Term]) -> list[Term]:
    """The terms with those that may stand in place of others in their place."""
    gone = {phrase for term in terms for phrase in term.instead_of}
    others = without([term for term in terms if not term.instead_of], gone)
    return [*others, *(term for term in terms if term.instead_of)]


def without(terms: Sequence[Term], phrases: Collection[str]) -> list[Term]:
    """The terms without some phrases; what is left of a term needs no capitals any more."""
    kept = []
    for term in terms:
        left = tuple(phrase for phrase in term.phrases if phrase not in phrases)
        kept.append(term if left == term.phrases else replace(term, phrases=left, written=""))
    return kept


def in_capitals(terms: Sequence[Term]) -> set[str]:
    """Phrases, in small letters, that count only where they stand in capitals."""
    return {term.written.lower() for term in terms if term.written}


_ENDS = ("", ".", "!", "?", ":", "\n")

Rows = Callable[..., list[Any]]
"""Runs a statement with the values bound to it, and gives its rows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage's row.

    Attributes:
        number: of the passage.
        title, heading, text: its own words.
        around: the words of the passages around it.
    """

    number: int
    title: str
    heading: str
    text: str
    around: str


def around(text: str, places: Sequence[tuple[int, int]], at: int) -> str:
    """The words around the passage numbered `at` of a document, given where its passages lie.

    >>> around("One. Two. Three.", [(0, 4), (5, 9), (10, 16)], 1)
    'One.\\nThree.'
    """
    first = places[max(0, at - AROUND)][0]
    last = places[min(len(places) - 1, at + AROUND)][1]
    start, end = places[at]
    return f"{text[first:start].strip()}\n{text[end:last].strip()}"


class FullText:
    """The full-text index of one open catalogue.

    Args:
        rows: runs a statement on the catalogue's connection, its errors told as ours.
        rows_in: the same for one whose `{}` stands for a list of values, however long.
    """

    def __init__(self, rows: Rows, rows_in: Rows) -> None:
        self._rows = rows
        self._rows_in = rows_in

    # Writing: within a transaction of the catalogue

    @staticmethod
    def add(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Write passages' rows."""
        db.executemany(
            "INSERT INTO words (rowid, title, heading, text, around) VALUES (?,?,?,?,?)",
            map(_row, entries),
        )

    @staticmethod
    def forget(db: sqlite3.Connection, entries: Iterable[Entry]) -> None:
        """Delete rows; the table holds no text of its own, so it is told the words again."""
        db.executemany(
            "INSERT INTO words (words, rowid, title, heading, text, around)"
            " VALUES ('delete',?,?,?,?,?)",
            map(_row, entries),
        )

    # Ranking

    def bm25(
        self, terms: Sequence[Term], limit: int, scoped: bool = False
    ) -> list[tuple[str, float]]:
        """Passages with any of the terms, best first: (id, score), higher is better.

        To BM25 every phrase of a term is a word of its own, with its own rarity. Phrases may be
        any text: only their words count. With `scoped` only passages in `temp.scope` are found,
        while how rare a word is, is counted over all.
        """
        asked = [term for term in terms if not term.instead_of]
        scores = self._told_apart(asked, 2 * limit, scoped)
        for number, score in self._standing_in(terms, 2 * limit, scoped).items():
            scores[number] = max(score, scores.get(number, 0.0))
        exact = match_expression([term for term in terms if term.first])
        if exact and scores:
            highest = max(scores.values())
            top = self._best(f"({_OWN}: ({exact})) AND ({match_expression(asked)})", limit, scoped)
            scores |= {number: score + 2 * highest for number, score in top.items()}
        best = sorted(scores, key=lambda number: -scores[number])[:limit]
        rows = self._rows_in("SELECT number, id FROM passages WHERE number IN ({})", best)
        ids = dict(rows)
        found: dict[str, float] = {}
        for number in best:
            if number in ids:
                found.setdefault(ids[number], scores[number])
        return list(found.items())

    def _told_apart(self, terms: Sequence[Term], limit: int, scoped: bool) -> dict[int, float]:
        """The best passages by number; a word in capitals counts only where they stand."""
        if not any(term.written for term in terms):
            return self._best(match_expression(terms), limit, scoped)
        found = self._best(match_expression(terms), _MOST_WEIGHED, scoped)
        rest = without(terms, in_capitals(terms))
        others = self._best(match_expression(rest), limit, scoped)
        return others | self._with_capitals(terms, found)

    def _with_capitals(self, terms: Sequence[Term], found: dict[int, float]) -> dict[int, float]:
        """Those of the passages in which one of the terms in capitals stands.

        The full-text index does not keep capitals, so the passages are read.
        """
        words = [r"\.?".join(map(re.escape, term.written)) for term in terms if term.written]
        holds = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)").search
        texts = self._texts(list(found))
        return {key: score for key, score in found.items() if holds(texts.get(key, ""))}

    def _standing_in(self, terms: Sequence[Term], limit: int, scoped: bool) -> dict[int, float]:
        """The best passages with terms that stand in place of others, by these in their place.

        Only passages that have them are ranked, which makes it cheap. Asking for that counts
        them twice; as BM25 is a sum, once is taken off again.
        """
        stand_ins = [term for term in terms if term.instead_of]
        if not stand_ins:
            return {}
        has = match_expression(stand_ins)
        once = self._best(has, -1, scoped)
        others = without(replaced(terms), in_capitals(terms) - in_capitals(stand_ins))
        found = self._best(f"({has}) AND ({match_expression(others)})", limit, scoped)
        if any(term.written for term in stand_ins):
            found = self._with_capitals(stand_ins, found)
        return {number: score - once.get(number, 0.0) for number, score in found.items()}

    def _best(self, match: str, limit: int, scoped: bool) -> dict[int, float]:
        """The passages that an FTS5 expression ranks highest, all for -1: number and score."""
        if not match:
            return {}
        within = " AND rowid IN (SELECT number FROM temp.scope)" if scoped else ""
        # Not `ORDER BY rank`: FTS5 would sort all that it found, with the places of the words in
        # each, where SQLite itself keeps no more than the limit.
        rows = self._rows(
            f"SELECT rowid, -rank AS score FROM words WHERE words MATCH ?{within}"
            " ORDER BY score DESC LIMIT ?",
            match,
            limit,
        )
        return {number: float(score) for number, score in rows}

    def _texts(self, numbers: Sequence[int]) -> dict[int, str]:
        """What the index read of passages themselves: title, heading and text, a line each."""
        places = self._rows_in(
            'SELECT number, document, heading, start, "end" FROM passages WHERE number IN ({})',
            numbers,
        )
        # A document is read once however many of its passages are asked for.
        documents = {
            number: (title, text)
            for number, title, text in self._rows_in(
                "SELECT number, title, text FROM documents WHERE number IN ({})",
                list({document for _, document, *_ in places}),
            )
        }
        return {
            number: searchable(f"{title}\n{heading}\n{text[start:end]}")
            for number, document, heading, start, end in places
            if document in documents
            for title, text in [documents[document]]
        }

    # The vocabulary

    def frequency(self, phrase: str, most: int) -> int:
        """Number of passages that hold a phrase themselves, counted no further than `most`."""
        match = match_expression([Term((phrase,))])
        if not match:
            return 0
        [row] = self._rows(
            "SELECT count(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT ?)",
            f"{_OWN}: ({match})",
            most,
        )
        return int(row[0])

    def counts(self, words: Sequence[str]) -> list[int]:
        """Number of passages in or around which each word stands, in any inflection."""
        stems = self.stems(" ".join(words))
        if len(stems) != len(words):  # a word with no letter that the index keeps
            stems = [" ".join(self.stems(word)) for word in words]
        known = dict(
            self._rows_in("SELECT term, doc FROM temp.vocabulary WHERE term IN ({})", stems)
        )
        return [known.get(stem, 0) for stem in stems]

    def vocabulary(self, beginning: str, shortest: int, longest: int) -> dict[str, int]:
        """Stems that begin so, of a length within bounds, with the number of passages of each."""
        rows = self._rows(
            "SELECT term, doc FROM temp.vocabulary WHERE term >= ? AND term < ?"
            " AND length(term) BETWEEN ? AND ?",
            beginning,
            beginning + chr(0x10FFFF),
            shortest,
            longest,
        )
        return dict(rows)

    def stems(self, text: str) -> list[str]:
        """What the full-text index keeps of a text's words, in their order.

        Asked of the same tokenizer, in a table of its own that holds nothing else.
        """
        words = " ".join(_WORD.findall(searchable(text)))
        self._rows("INSERT INTO temp.stemming (rowid, word) VALUES (1, ?)", words)
        rows = self._rows("SELECT term FROM temp.stems ORDER BY offset")
        self._rows("INSERT INTO temp.stemming (stemming) VALUES ('delete-all')")
        return [row[0] for row in rows]

    def written_forms(self, stem: str) -> list[str]:
        """Words with this stem as they stand in passages, those inside a sentence first.

        The first word of a sentence comes last, since its capital means nothing.
        """
        rows = self._rows(
            "SELECT doc, col, offset FROM temp.places WHERE term = ? AND col <> 'around' LIMIT ?",
            stem,
            _PLACES,
        )
        texts = self._texts(list(dict.fromkeys(doc for doc, _, _ in rows)))
        found = [
            _word_at(texts[doc], column, offset) for doc, column, offset in rows if doc in texts
        ]
        forms = dict.fromkeys(form for form, opens in sorted(found, key=lambda form: form[1]))
        return [form for form in forms if self.stems(form) == [stem]]


def _row(entry: Entry) -> tuple[int, str, str, str, str]:
    words = (entry.title, entry.heading, entry.text, entry.around)
    return (entry.number, *map(searchable, words))  # type: ignore[return-value]


def _word_at(text: str, column: str, offset: int) -> tuple[str, bool]:
    """The word at a place in a passage's lines, and whether it opens a sentence."""
    line = text.split("\n", 2)[_COLUMNS.index(column)]
    for match in islice(_WORD.finditer(line), offset, None):
        before = line[: match.start()].rstrip(" \"'“”‘’(")
        return match[0], before[-1:] in _ENDS
    return "", True
