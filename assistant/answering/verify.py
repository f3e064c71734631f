"""A draft -> each of its statements with what the documents say of it.

Search and check are those of answering, without a question: every statement is put to the whole
index. A draft's own words are never taken as evidence for what it says next.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from assistant.answering import aggregation, updates
from assistant.answering.draft_parser import Piece, pieces
from assistant.answers import Correction, Unchecked, Verdict, Verification, Verified
from assistant.checking import Check, Judge, appraised, ground, heard, remoteness
from assistant.documents import Citation, Document, Evidence, Hit
from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.language import missing_names
from assistant.models.embeddings import Likeness
from assistant.retrieval import Retriever, leans

PASSAGES = 10
"""Passages whose sentences a statement may rest on."""
SENTENCES = 16
"""Sentences that a statement is compared with, at most."""
MOST_QUERIED = 600
"""Characters of a statement, or of what came before it, that are searched for."""

# A person whom only the draft has named, after no more than an adverb or a time ("On Monday, he").
_PRONOUN = re.compile(
    r"(?P<before>[“‘\"'(]*(?:(?:and|but|so|yet|then|still|also|instead|however|meanwhile|later"
    r"|earlier|last|next|this|on|in|at|by|since|during|after|today|yesterday)\b,?\s+"
    r"(?P<time>(?:[\w’'-]+,?\s+){0,5}?))?)(?P<pronoun>he|she|his|her)\b",
    re.I,
)
_RUN = re.compile(r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
_POSSESSIVE = re.compile(r"['’]s?$")

_BEGINNING = 4  # letters by which "Peruvian" is known to be like "Peru"

_BEST: tuple[Verdict, ...] = ("supported", "partly", "contradicted", "unsupported")
"""Which verdict tells most where documents differ, first what does."""

Progress = Callable[[int, int], None]


class Verifier:
    """Checks drafts against one library, by rule and, where there is one, with a judge."""

    def __init__(self, retriever: Retriever, judge: Judge | None = None) -> None:
        self._retriever = retriever
        self._judge = judge

    def verify(
        self, draft: Document, where: Filter | None = None, progress: Progress | None = None
    ) -> Verification:
        """All that `stream` tells of a draft at its end; raises what that raises."""
        *_, verification = self.stream(draft, where, progress)
        assert isinstance(verification, Verification)
        return verification

    def stream(
        self, draft: Document, where: Filter | None = None, progress: Progress | None = None
    ) -> Iterator[Verified | Verification]:
        """Yield each statement once it is checked, and last the whole.

        Each is compared with the sentences that fit it best.

        Args:
            draft: what to check; it need not be indexed.
            where: only documents that it lets through are evidence.
            progress: told the statements checked, and in all.

        Raises:
            UsageError: the draft holds no statement, or no document matches the filter.
            NoUsableIndexError, ModelError: the index or the embedding cannot be used.
        """
        found = list(pieces(draft))
        claims = [piece for piece in found if not piece.reason]
        if not claims:
            raise UsageError(
                "the draft states nothing that can be checked, only headings, questions or scraps; "
                "give one with full sentences."
            )
        course = _Course(where)
        statements = []
        for number, claim in enumerate(claims):
            if progress:
                progress(number, len(claims))
            statements.append(self._verified(claim, course))
            yield statements[-1]
        unchecked = (Unchecked(p.text, p.start, p.end, p.reason) for p in found if p.reason)
        yield Verification(tuple(statements), tuple(unchecked), draft)

    def _verified(self, claim: Piece, course: _Course) -> Verified:
        leaning = course.before[-MOST_QUERIED:] if leans(claim.text) else ""
        ordered, corrections = self._evidence(claim.text, leaning, course.where)
        cited, check, meant = _grounded(
            claim.text, course.before, ordered, self._retriever.likeness
        )
        if check.verdict == "supported" and aggregation.overreaches(meant, cited):
            check = Check("unsupported", (aggregation.OVERREACHES,), vetoed=True)
        check = appraised(meant, cited, check, self._judge)
        course.before = f"{leaning} {meant}".strip()
        if check.verdict != "supported" and (strangers := _strangers(meant, ordered)):
            cited, check = [], Check("unsupported", (f"nothing found is about {strangers}",))
        if check.verdict != "supported":
            check = replace(check, findings=(*check.findings, *_misspelt(claim.text, corrections)))
        newer = None
        if check.verdict == "supported":
            newer = self._newer(meant, cited, course.where)
        compared = tuple(course.cite(evidence) for evidence in cited)
        return Verified(
            claim.text,
            tuple(citation.number for citation in compared),
            check.verdict,
            check.findings,
            start=claim.start,
            end=claim.end,
            compared=compared,
            newer=course.cite(newer) if newer else None,
        )

    def _newer(
        self, statement: str, cited: Sequence[Evidence], where: Filter | None
    ) -> Evidence | None:
        """The newest sentence of later documents that tells the same thing, if otherwise."""
        day = max(d.published or "" for e in cited for d in (e.passage.document, *e.copies))
        later = _after(where or Filter(), day)
        if later is None:
            return None
        query = statement[:MOST_QUERIED]
        try:
            hits = self._retriever.search(query, PASSAGES, later)
        except UsageError:  # no document is newer
            return None
        found = self._retriever.candidates(query, hits, SENTENCES)
        # What is told last counts, be it the same again.
        for each in sorted(found, key=lambda e: e.passage.document.published or "", reverse=True):
            if told := updates.relation(statement, cited[0], each):
                return each if told == "other" else None
        return None

    def _evidence(
        self, statement: str, before: str, where: Filter | None
    ) -> tuple[list[Evidence], tuple[Correction, ...]]:
        """The sentences that a statement may rest on, and names taken for others in the search.

        One that leans on what comes before it is searched for with and without that: alone it may
        be about nothing, and what comes before may be wrong.
        """
        query = statement[:MOST_QUERIED]
        alone = self._retriever.explain(query, PASSAGES, where)
        hits = list(alone.hits)
        if before:
            hits += self._retriever.search(f"{query} {before}", PASSAGES, where)
        best: dict[str, Hit] = {}
        for hit in hits:
            known = best.setdefault(hit.passage.id, hit)
            best[hit.passage.id] = max(known, hit, key=lambda each: each.score)
        candidates = self._retriever.candidates(query, list(best.values()), SENTENCES)
        return candidates, alone.corrections


@dataclass(slots=True)
class _Course:
    """What one draft has said and cited so far.

    A document is kept once however often it is cited: each search makes it anew, with its text.
    """

    where: Filter | None
    before: str = ""
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    citations: dict[tuple[int, int], Citation] = field(default_factory=dict)

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of this sentence, the same one whenever it is cited again."""
        document = self._kept(evidence.passage.document)
        key = id(document), evidence.sentence.start
        if key not in self.citations:
            number, copies = len(self.citations) + 1, tuple(map(self._kept, evidence.copies))
            cited = Citation.of(number, evidence)
            self.citations[key] = replace(cited, document=document, copies=copies)
        return self.citations[key]

    def _kept(self, document: Document) -> Document:
        key = document.source, document.id
        if self.documents.get(key) != document:  # new, or indexed anew meanwhile
            self.documents[key] = document
        return self.documents[key]


def _strangers(statement: str, found: Sequence[Evidence]) -> str:
    """The names of a statement, where what was found has none of them, nor a word like one.

    Then it is about others, and what it says of them is not what documents say of these.
    """
    names = missing_names(statement, "")
    if not names or names == [statement.split()[0]]:  # that capital may be any word's
        return ""
    read = "\n".join(
        f"{each.passage.document.author}\n{updates.around(each)}{each.text}" for each in found
    ).casefold()
    alike = any(name[:_BEGINNING].casefold() in read for name in names)
    return "" if alike else " or ".join(names)


def _after(where: Filter, day: str) -> Filter | None:
    """The filter that lets only documents of later days through; None where no day is known."""
    try:
        first = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except ValueError:
        return None
    if where.until and where.until < first:
        return None
    return replace(where, since=max(first, where.since or first))


def _grounded(
    statement: str, before: str, ordered: Sequence[Evidence], likeness: Likeness
) -> tuple[list[Evidence], Check, str]:
    """The sentences that support a statement, the check, and the statement as it was understood.

    "He" may be whoever the draft named before, but somebody it must be: "She threatened a tariff."
    is not supported where the draft has just named another person than the documents do.
    """
    cited, check = _in_one_document(statement, ordered, likeness)
    meanings = _meanings(statement, before, ordered)
    if not meanings:
        return cited, check, statement
    for meant in meanings:
        others, found = _in_one_document(meant, ordered, likeness)
        if found.verdict == "supported":
            return others, found, meant
    if check.verdict == "supported":
        names = " or ".join(dict.fromkeys(_referents(before, ordered)))
        pronoun = _PRONOUN.match(statement)
        assert pronoun is not None
        told = f"the cited words do not say that “{pronoun['pronoun']}” is {names}"
        check = Check("partly", (told,))
    return cited, check, meanings[0]


def _in_one_document(
    statement: str, ordered: Sequence[Evidence], likeness: Likeness
) -> tuple[list[Evidence], Check]:
    """The sentences of one document that bear a statement out best, and the check.

    Sentences of several documents are not put together: one lends a wrong number and another a
    wrong name, and together they would support what none of them says.
    """
    documents: dict[Document, list[Evidence]] = {}
    for evidence in heard(statement, ordered):
        documents.setdefault(evidence.passage.document, []).append(evidence)
    tried = []
    for sentences in documents.values():
        tried.append(ground(statement, sentences, likeness=likeness))
        if tried[-1][1].verdict == "supported":
            return tried[-1]
    return min(tried, key=_how_little_it_tells) if tried else ground(statement, [])


def _how_little_it_tells(grounded: tuple[list[Evidence], Check]) -> tuple[int, bool, float, float]:
    _, check = grounded
    return _BEST.index(check.verdict), *remoteness(check)


def _meanings(statement: str, before: str, ordered: Sequence[Evidence]) -> list[str]:
    """The statement with each name that the pronoun it opens with may stand for in its place."""
    pronoun = _PRONOUN.match(statement)
    if pronoun is None or missing_names(f"on {pronoun['time'] or ''}", ""):
        return []
    owns = pronoun["pronoun"].lower() in ("his", "her")
    return [
        f"{pronoun['before']}{name}{'’s' if owns else ''}{statement[pronoun.end() :]}"
        for name in _referents(before, ordered)
    ]


def _referents(before: str, ordered: Sequence[Evidence]) -> list[str]:
    """The last words of the names in a text.

    Whether its first word is a name is told by the evidence, where it stands with a capital within
    a sentence.
    """
    names = {_POSSESSIVE.sub("", name) for name in missing_names(before, "")}
    found = []
    for run in _RUN.finditer(before):
        last = _POSSESSIVE.sub("", run[0].split()[-1])
        opens = re.search(r"(?:^|[.!?]\s)[“‘\"'(]*$", before[: run.start()]) is not None
        if opens and " " not in run[0]:
            inside = re.compile(rf"[\w,;’”] {re.escape(last)}\b")
            if not any(inside.search(evidence.text) for evidence in ordered):
                continue
        if last in names:
            found.append(last)
    return list(dict.fromkeys(found))


def _misspelt(statement: str, corrections: Sequence[Correction]) -> list[str]:
    """What to tell of a word that no document has where one much like it stands there."""
    return [
        f"no document has “{each.asked}”; they have “{each.found}”"
        for each in corrections
        if each.asked in statement
    ]
