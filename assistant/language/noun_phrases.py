"""The names and noun phrases of a question, found by its small words.

English, and by form alone: enough to tell what a later question may mean by "it". What such a
question means is left to `condense`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.language import names as naming
from assistant.language.countries import COUNTRIES, is_country
from assistant.language.lexicon import ROLES, is_function, is_past
from assistant.language.verbs import BASES, MONTHS, PASTS, VERBS, WEEKDAYS

Kind = Literal["time", "place", "person", "role", "plural", "thing", "name"]

WORD = re.compile(r"[^\W_]+(?:[.’'&-][^\W_]+)*(?:\.(?=[A-Z]\.))?|[$€£]\d[\d.,]*\w*")
TIME = re.compile(
    rf"\b(?:(?:early|mid|late)[ -])?(?:(?:{'|'.join(MONTHS)})(?: \d{{1,2}},?)?(?: \d{{4}})?"
    rf"|{'|'.join(WEEKDAYS)}|1[5-9]\d\d|20\d\d|yesterday|today|tomorrow"
    r"|(?:this|last|next) (?:year|month|week|quarter|summer|winter|spring|autumn|decade|century))\b"
)
_PART = r"(?:[A-Z]\.)*[A-Z0-9][\w&’'-]*"
_NAME = re.compile(
    rf"(?<![\w’'&.-])(?=[A-Z])(?:[A-Z]\.(?:[A-Z]\.)+|{_PART}(?: (?:(?:of|de|du|van|von|bin|al|da)"
    rf" (?:the |la )?)?{_PART})*)"
)
_COUNTRY = re.compile(rf"\b(?:{'|'.join(sorted(COUNTRIES, key=len, reverse=True))})\b", re.I)
_POSSESSIVE = re.compile(r"['’]s?$")
AUXILIARIES = frozenset(
    """is are was were am be been being do does did has have had can could will would shall should
    may might must isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't
    cannot couldn't won't wouldn't shouldn't""".split()
)
_DOES = frozenset(
    """do does did can could will would shall should may might must don't doesn't didn't can't
    couldn't won't wouldn't shouldn't""".split()
)
ASKING = frozenset("who whom whose what which when where why how what's who's where's".split())
_DETERMINERS = frozenset("the a an this that these those any some all both each every".split())
_OWNERS = frozenset("its his her their our my your".split())
PREPOSITIONS = frozenset(
    """of on in with for against between from at over about to by under after before since during
    through into until within without among across per than like behind near toward towards
    despite besides""".split()
)
_ATTACHED = frozenset("of on in with for against between from at over about to".split())
_NOT_NAMES = frozenset(
    """i ok okay thanks thank yes no is explain describe list name tell give compare summarise
    summarize show find please""".split()
)
NOUNS_TOO = frozenset(
    """deal report trade visit plan trial ban law price tax cut vote strike cost loan rate claim
    offer talk trip bill order attack state end rule sale board project return tour fund issue fire
    work study review record name""".split()
)
_VERBS_TOO = frozenset(
    """work cost mean require protect affect apply include cover require bring contain border
    attend forecast declare ratify recall resign close belong consist exist last matter remain
    depend earn grow export import spend confirm deny criticise criticize bid scored say levy eat
    drink cause promise pledge vow want need""".split()
)
_PREDICATES = frozenset(
    """worth due likely unlikely able unable going supposed ready willing unwilling available aware
    afraid alone alive asleep sure glad responsible liable""".split()
)
"""Adjectives that say something of a noun phrase and seldom stand in one, least of all last."""
_COPULAS = frozenset("is are was were isn't aren't wasn't weren't".split())


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name or noun phrase as it stands in a text at `[start, end)`, and what it may stand for."""

    text: str
    kind: Kind
    start: int
    end: int

    @property
    def head(self) -> str:
        """The noun that the phrase is about, in lower case: "deal" of "the deal with Peru"."""
        words = [w.lower() for w in WORD.findall(self.text)]
        cut = next((n for n, w in enumerate(words) if n and w in PREPOSITIONS), len(words))
        return _POSSESSIVE.sub("", words[cut - 1]) if words else ""


def names_in(text: str) -> list[Phrase]:
    """Names and times of a text, in order; countries in lower case, too.

    >>> [(n.text, n.kind) for n in names_in("Is south korea on Bank of Spain's list of 2019?")]
    [('south korea', 'place'), ('Bank of Spain', 'name'), ('2019', 'time')]
    """
    found = [Phrase(m[0], "time", *m.span()) for m in TIME.finditer(text)]
    for match in _NAME.finditer(text):
        found += _named(text, match)
    for match in _COUNTRY.finditer(text):
        found.append(Phrase(match[0], "place", *match.span()))
    kept: list[Phrase] = []
    for each in sorted(found, key=lambda p: (p.start, -p.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _named(text: str, match: re.Match[str]) -> Iterator[Phrase]:
    """The name of a run of capitals, without the small word that opens a sentence."""
    start, end = match.span()
    first = not text[:start].strip() or text[:start].rstrip()[-1] in ".?!:"
    words = text[start:end].split()
    while words and (first or words[0].lower() in ASKING):
        word = words[0].lower().replace("’", "'")
        if len(word) > 1 and words[0].isupper() and not text.isupper():
            break  # the WHO, the US
        small = word in ASKING | AUXILIARIES | _DETERMINERS | _OWNERS | PREPOSITIONS | _NOT_NAMES
        if not small and not is_function(word):
            break
        start += len(words.pop(0)) + 1
        first = False
    words_text = _POSSESSIVE.sub("", text[start:end]) if words else ""
    if len(words_text) < 2 or words_text.lower() in _NOT_NAMES:
        return
    if re.fullmatch(r"[A-Z][a-z]*ing|[A-Z][a-z]+ed", words_text) and not text[:start].strip():
        return
    kind: Kind = "place" if is_country(words_text) or _in_place(text, start) else "name"
    if naming.FIRST_NAMES & {words[0]} and len(words) > 1:
        kind = "person"
    yield Phrase(words_text, kind, start, start + len(words_text))


def _in_place(text: str, start: int) -> bool:
    return re.search(r"\b(?:in|near|throughout|across)\s(?:the\s)?$", text[:start]) is not None


def noun_phrases_in(question: str) -> list[Phrase]:
    """The noun phrases of a question with what hangs on them, in order; none within another.

    >>> [p.text for p in noun_phrases_in("How large is the deal with Australia?")]
    ['the deal with Australia']
    >>> [p.text for p in noun_phrases_in("What does the new law on plastics require of shops?")]
    ['the new law on plastics', 'shops']
    """
    tokens = [(m[0], *m.span()) for m in WORD.finditer(question)]
    verbs = _verbs(question, tokens)
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        end = _phrase_end(question, tokens, at, verbs)
        if end > at:
            if end == len(tokens) and _small_form(tokens[0][0]) in _COPULAS:
                # "Is the mine safe?" says something of it, and with its last word.
                if at == 1 and end > 3:
                    end -= 2 if tokens[end - 2][0].lower() in PREPOSITIONS else 1
                elif found and end == at + 1 and tokens[at][0].islower():
                    break
            text = question[tokens[at][1] : tokens[end - 1][2]]
            if found and end == at + 1 and text.islower() and found[-1].end + 1 == tokens[at][1]:
                at = end  # "Is the tax in Peru new?"
                continue
            found.append(Phrase(text, kind_of(text), tokens[at][1], tokens[end - 1][2]))
        at = max(end, at + 1)
    return found


_Tokens = Sequence[tuple[str, int, int]]


def _phrase_end(question: str, tokens: _Tokens, at: int, verbs: set[int]) -> int:
    """Index behind the noun phrase that begins at `at`; `at` itself if none does."""
    end = _bare_end(question, tokens, at, verbs)
    while end > at and end + 1 < len(tokens) and tokens[end][0].lower() in _ATTACHED:
        if question[tokens[end - 1][2] : tokens[end][1]] != " ":
            break
        if end == at + 1 and tokens[at][0][0].isupper() and tokens[end][0] != "of":
            break  # nothing hangs on a bare name
        further = _bare_end(question, tokens, end + 1, verbs)
        if further == end + 1:
            break
        end = further
        while end + 1 < len(tokens) and tokens[end][0] in ("and", "&"):
            further = _bare_end(question, tokens, end + 1, verbs)
            if further == end + 1 or not tokens[end + 1][0][0].isupper():
                break
            end = further
    return end


def _bare_end(question: str, tokens: _Tokens, at: int, verbs: set[int]) -> int:
    """The same without what hangs on its noun."""
    end = at
    if end < len(tokens) and tokens[end][0].lower() in _DETERMINERS | _OWNERS:
        end += 1
    begun = end
    while end < len(tokens):
        word = tokens[end][0]
        lower = _small_form(word)
        if end in verbs or lower in AUXILIARIES | ASKING | PREPOSITIONS | _DETERMINERS | _OWNERS:
            break
        if (end > begun or word.islower()) and word.islower() and _is_small(lower):
            break
        if end == at and lower.endswith("ing") and is_verb(lower.removesuffix("ing")):
            break
        if end == 0 and not is_country(word) and (lower in _NOT_NAMES or is_function(lower)):
            break
        if end > begun and not question[tokens[end - 1][2] : tokens[end][1]].isspace():
            break
        if end > begun and begun == at and tokens[end - 1][0][0].isupper() and word.islower():
            break
        following = tokens[end + 1][0].lower() if end + 1 < len(tokens) else "of"
        if lower in _PREDICATES and following in PREPOSITIONS:
            break
        end += 1
    return end if end > begun else at


def _small_form(word: str) -> str:
    """The word in lower case, but for a name in capitals ("the WHO")."""
    return word if len(word) > 1 and word.isupper() else word.lower().replace("’", "'")


def _is_small(word: str) -> bool:
    if word == "mine":  # of copper more often than of the one who asks
        return False
    return is_function(word) or word in ("there", "then", "much", "many", "long", "large", "old")


def _verbs(question: str, tokens: _Tokens) -> set[int]:
    """Indices of the words that are verbs, by where they stand and, less so, by what they are."""
    words = [_small_form(word) for word, *_ in tokens]
    verbs = {n for n, word in enumerate(words) if _is_participle(words, n)}
    verbs |= {n for n in range(1, len(words)) if words[n - 1] == "to" and is_verb(words[n])}
    helped = next((n for n, word in enumerate(words) if word in _DOES), None)
    if helped is not None and (main := _main_verb(tokens, words, helped + 1)) is not None:
        verbs.add(main)
    elif words and words[0] in ("who", "what", "which"):
        # "Which countries border Laos": the word before the object.
        for n in range(1, len(words)):
            if words[n] in AUXILIARIES:
                break
            if is_verb(words[n]) and (n > 1 or words[0] != "which"):
                verbs.add(n)
                break
    return verbs


def _is_participle(words: Sequence[str], n: int) -> bool:
    word = words[n]
    if not n or words[n - 1] in _DETERMINERS or not (set(words[:n]) & AUXILIARIES):
        return False
    last = n + 1 == len(words) or words[n + 1] in PREPOSITIONS | _DETERMINERS | {"and", "or"}
    return last and (word in PASTS or word in BASES or word.endswith("ed") or is_past(word))


def _main_verb(tokens: _Tokens, words: Sequence[str], begin: int) -> int | None:
    """Index of the verb that belongs to "does": the last word before the next phrase begins."""
    noun = False
    for n in range(begin, len(words)):
        word, before = words[n], words[n - 1]
        if word in _DETERMINERS | _OWNERS | PREPOSITIONS:
            continue
        following = words[n + 1] if n + 1 < len(words) else None
        ends = (
            following is None
            or following in _DETERMINERS | _OWNERS | PREPOSITIONS
            or tokens[n + 1][0][0].isupper()
        )
        if noun and tokens[n][0].islower() and before not in _DETERMINERS | PREPOSITIONS:
            surely = is_verb(word) and word not in NOUNS_TOO
            object_follows = (
                following in _DETERMINERS | _OWNERS
                or tokens[n - 1][0][0].isupper()
                or (following is not None and is_country(following))
            )
            ends = ends or object_follows
            if following is None or (ends and (surely or object_follows)):
                return n
            if surely:
                return n
        noun = noun or tokens[n][0][0].isalpha()
    return None


def is_verb(word: str) -> bool:
    """Whether a lower-case word may be a verb."""
    base = re.sub(r"(?:es|s)$", "", word)
    return (
        word in VERBS
        or base in VERBS
        or f"{base}e" in VERBS
        or word in BASES
        or word in PASTS
        or base in _VERBS_TOO
        or word.endswith("ed")
        or is_past(word)
    )


def kind_of(phrase: str) -> Kind:
    """What a phrase may stand for, by its last noun and the names in it."""
    inner = names_in(f"x {phrase}")
    whole = next((n for n in inner if n.text == re.sub(r"^(?:the|The) ", "", phrase)), None)
    if whole:
        return whole.kind
    head = Phrase(phrase, "thing", 0, 0).head
    words = [w.lower() for w in WORD.findall(phrase)]
    cut = next((n for n, w in enumerate(words) if n and w in PREPOSITIONS), len(words))
    if head in ROLES or head in ("wife", "husband", "son", "daughter", "mother", "winner"):
        return "role"
    if head == "people" or (is_plural(head) and not any(c.isupper() for c in phrase.split()[-1])):
        return "plural"
    if cut < len(words) and is_plural(head):
        return "plural"
    return "thing"


def is_plural(word: str) -> bool:
    """Whether a noun in lower case is a plural by its form.

    >>> is_plural("sanctions"), is_plural("virus"), is_plural("children")
    (True, False, True)
    """
    irregular = ("people", "men", "women", "children", "police", "bacteria", "media", "mice")
    singular = r"(?:ss|us|is|ics|news|species|series|gas|diabetes|headquarters)$"
    return word in irregular or (word.endswith("s") and not re.search(singular, word))
