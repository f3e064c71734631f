"""A question's words as terms to search for: each with the ways in which a document may write it.

Pure rules over one text; English, as in `facts`. What the documents hold is left to
`query_understanding`, and the full-text expression made of the terms to `matching`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from assistant.language import COMMON_IN_DOCUMENTS, COMMON_WORDS
from assistant.store import UNSEEN, UNSPACED, Term

MOST_TERMS = 128
"""Most terms made of one text: a pasted page must not become a query of ten thousand phrases."""
_MOST_CHARACTERS = 20_000
_MOST_PHRASE_WORDS = 24
_MOST_POINTS = 5  # letters of an abbreviation that is written with points, too

_PREFIXES = frozenset(
    "anti bi co counter cross de dis ex extra hyper inter intra ir mega micro mid mini mis multi "
    "non over post pre pro re semi sub super trans tri ultra un under".split()
)
"""First parts of hyphenated words that are also written as one word, and say nothing alone."""

_MONTHS = "January February March April May June July August September October November December"
_MONTH_FORMS = {
    month.lower(): tuple(dict.fromkeys((month.lower(), month.lower()[:3])))
    for month in _MONTHS.split()
} | {"september": ("september", "sept", "sep")}
_MONTH_OF = {form: month for month, forms in _MONTH_FORMS.items() for form in forms}
# Months that are everyday words too, which only a capital tells apart.
_AMBIGUOUS_MONTHS = frozenset({"may", "march", "mar"})
_SCALES = {
    "thousand": ("thousand", "k"),
    "million": ("million", "mn", "m"),
    "billion": ("billion", "bn", "b"),
    "trillion": ("trillion", "tn", "trn"),
}
_ZEROS = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_LARGE = ("trillion", "billion", "million")
_MOST_DECIMALS = 3  # of a number that is written with a scale: "2.425 million"
_SCALE_OF = {form: scale for scale, forms in _SCALES.items() for form in forms}

_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_DATE = (
    rf"(?P<month1>{_MONTH})\.?\s+(?P<day1>\d{{1,2}})(?:st|nd|rd|th)?(?![\w,.]*\d)"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{_MONTH})(?!\w)"
)
_NUMBER = (
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?:[\s-]?(?P<scale>thousand|million|billion|trillion|bn|mn|trn|tn)|(?P<short>[kmb]))(?!\w)"
    r"|(?P<unit>\s?%|[\s-]?per\s?cent(?!\w)|[\s-]?pct(?!\w))"
    r"|(?![\w-]|[.,]\d))"
)
_POINTED = r"(?P<pointed>[^\W\d_](?:\.[^\W\d_])+)\.?(?!\w)(?:['’]s?(?!\w))?"
# Atomic, so that the "US" of "US$5" is passed over whole.
_WORD = r"(?P<word>(?>[^\W_]+(?:[-‐‑–/&.,'’][^\W_]+)*)(?!\$))"
_TOKEN = re.compile(rf"(?<![^\W_])(?:{_DATE}|{_NUMBER}|{_POINTED}|{_WORD})", re.I)
_QUOTED = re.compile(r"[\"“”„«「『《]([^\"“”„«»「」『』《》]{2,400})[\"“”»」』》]")
_UNSPACED = re.compile(UNSPACED)
_RUNS = re.compile(rf"{UNSPACED}+|(?:(?!{UNSPACED})[^\W_])+(?:[.-](?:(?!{UNSPACED})[^\W_])+)*")
_PARTS = re.compile(r"[^\W_]+")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d_]+)(\d+)")
_CONTRACTED = re.compile(r"(?:n['’]t|['’](?:ll|re|ve|d|m))$", re.I)
_POSSESSIVE = re.compile(r"(?<=[^\W_])['’]s?$", re.I)


def terms_of(text: str) -> tuple[Term, ...]:
    """What is searched for when this is asked: distinct, in the text's order, quoted phrases first.

    Any text is allowed. Common words are left out unless nothing else is left, or they are
    written in capitals within a text that is not ("the WHO").

    >>> [term.phrases for term in terms_of("Did the U.S. de-escalate by Nov. 1?")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('us', 'u s'), ('de escalate', 'deescalate'),
     ('november 1', '1 november', 'nov 1', '1 nov', 'november 1st', '1st november',
      'nov 1st', '1st nov', '1st of november')]
    """
    text = _read(text)
    shouted = is_shouted(text)
    found = list(_quoted(text))
    plain: list[Term] = []
    for match in _TOKEN.finditer(text):
        found += _terms(match, shouted, plain)
    return tuple(dict.fromkeys(found or plain))[:MOST_TERMS]


def words_of(text: str) -> list[str]:
    """The single words that `terms_of` would search for, as they are written, without numbers.

    >>> words_of("Did Takaichi's anti-dumping talks with the U.S. end by Nov. 1?")
    ['Takaichi', 'talks', 'end']
    """
    text = _read(text)
    words = (_bare(match["word"]) for match in _TOKEN.finditer(text) if match["word"])
    return [word for word in words if word.isalpha() and word.lower() not in COMMON_WORDS]


def _read(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text[:_MOST_CHARACTERS]))


def _terms(match: re.Match[str], shouted: bool, plain: list[Term]) -> Iterator[Term]:
    """The terms of one token; common words go to `plain` instead."""
    if match["digits"]:
        scale = (match["scale"] or match["short"] or "").lower()
        yield _number(match["digits"], scale, bool(match["unit"]))
    elif match["pointed"]:
        yield _abbreviation("".join(_PARTS.findall(match["pointed"].lower())))
    elif match["word"]:
        yield from _word(match["word"], shouted, plain)
    else:
        yield from _date(match, shouted, plain)


def _word(written: str, shouted: bool, plain: list[Term]) -> Iterator[Term]:
    bare = _bare(written)
    lowered = bare.lower()
    if _is_abbreviation(bare) and not shouted and not _CONTRACTED.search(written):
        yield _abbreviation(lowered)
        return
    if _CONTRACTED.search(written) or lowered in COMMON_WORDS:
        plain += [Term((part.lower(),)) for part in _PARTS.findall(written)]
        return
    if _UNSPACED.search(bare):
        yield from _unspaced(bare)
        return
    parts = [part.lower() for part in _PARTS.findall(bare)]
    if len(parts) > 1:
        yield from _compound(bare, parts)
    elif parts:
        yield Term(_alternatives(parts[0]))


def _unspaced(written: str) -> Iterator[Term]:
    """What may be words of a text without spaces: two letters each, as no list of words is had.

    Nie and others 2000, "On the use of words and n-grams for Chinese information retrieval".
    """
    for run in _RUNS.findall(written):
        if _UNSPACED.match(run) and len(run) > 2:
            yield from (Term((run[at : at + 2],)) for at in range(len(run) - 1))
        else:
            yield Term((run.lower(),))


def _abbreviation(letters: str) -> Term:
    """Letters written in capitals, with and without points ("US", "U.S.")."""
    pointed = " ".join(letters)
    written = letters.upper() if letters in COMMON_IN_DOCUMENTS else ""
    return Term((letters, pointed) if len(letters) <= _MOST_POINTS else (letters,), written=written)


def _compound(bare: str, parts: list[str]) -> Iterator[Term]:
    """A word of several parts is searched for as one word and by its parts, or as a phrase alone.

    A phrase beside its own words would count them twice.
    """
    phrase = " ".join(parts[:_MOST_PHRASE_WORDS])
    joined = "".join(parts)
    one_word = len(parts) < 4 and not joined.isdigit() and not set("./&,–") & set(bare)
    phrases = (phrase, joined) if one_word else (phrase,)
    if parts[0] in _PREFIXES or set(".'’&") & set(bare):
        yield Term(phrases)
        return
    if one_word:
        yield Term((joined,))
    for part in parts:
        if part not in COMMON_WORDS:
            yield Term((part,))


def _alternatives(word: str) -> tuple[str, ...]:
    """Months by their short name too, and "il6" as "il 6"."""
    month = None if word in _AMBIGUOUS_MONTHS else _MONTH_OF.get(word)
    if month:
        return _MONTH_FORMS[month]
    split = _LETTERS_THEN_DIGITS.fullmatch(word)
    return (word, f"{split[1]} {split[2]}") if split else (word,)


def _number(digits: str, scale: str, percent: bool) -> Term:
    values = _digit_forms(digits)
    if scale:
        named = _SCALE_OF[scale]
        whole = Decimal(digits.replace(",", "")).scaleb(_ZEROS[named])
        return Term((*_scaled(values, named), *_digit_forms(f"{whole:f}")))
    if percent:
        # "100%" is the token "100" alone, so the bare number has to be searched for as well.
        return Term(tuple(value + end for value in values for end in ("", " percent", " per cent")))
    number = Decimal(digits.replace(",", ""))
    named = next((name for name in _LARGE if number >= Decimal(10) ** _ZEROS[name]), "")
    share = number.scaleb(-_ZEROS[named]).normalize() if named else number
    if not named or -share.as_tuple().exponent > _MOST_DECIMALS:  # type: ignore[operator]
        return Term(values)
    return Term((*values, *_scaled(_digit_forms(f"{share:f}"), named)))


def _scaled(values: Sequence[str], name: str) -> tuple[str, ...]:
    """The numbers with a scale's name, and with its short forms."""
    spelled, *short = _SCALES[name]
    after = [f" {spelled}", *short, *(f" {form}" for form in short if len(form) > 1)]
    return tuple(value + end for value in values for end in after)


def _digit_forms(digits: str) -> tuple[str, ...]:
    """The number's tokens with and without a mark for thousands; a year is written without."""
    whole, _, fraction = digits.replace(",", "").partition(".")
    forms = [whole]
    if len(whole) > 3 and ("," in digits or not 1800 <= int(whole[:9]) <= 2100):
        forms.append(f"{int(whole):,}".replace(",", " ") if len(whole) < 19 else whole)
    return tuple(dict.fromkeys(f"{form} {fraction}".strip() for form in forms))


def _date(match: re.Match[str], shouted: bool, plain: list[Term]) -> Iterator[Term]:
    named = match["month1"] or match["month2"]
    day = int(match["day1"] or match["day2"])
    if not 1 <= day <= 31 or (named.lower() in _AMBIGUOUS_MONTHS and not named[0].isupper()):
        for word in _PARTS.findall(match[0]):
            yield from _word(word, shouted, plain)
        return
    forms = _MONTH_FORMS[_MONTH_OF[named.lower()]]
    nth = f"{day}{_ordinal(day)}"
    pairs = [(form, number) for number in (day, nth) for form in forms]
    written = [
        order for form, number in pairs for order in (f"{form} {number}", f"{number} {form}")
    ]
    yield Term((*written, f"{nth} of {forms[0]}"))


def _ordinal(day: int) -> str:
    return "th" if 4 <= day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _quoted(text: str) -> Iterator[Term]:
    """Words in quotation marks: passages with exactly these come before all others."""
    for match in _QUOTED.finditer(text):
        words = [word.lower() for word in _PARTS.findall(match[1])]
        if 1 <= len(words) <= _MOST_PHRASE_WORDS:
            yield Term((" ".join(words),), first=True)


def is_shouted(text: str) -> bool:
    """Whether capitals say nothing, since most words of a whole sentence are written in them."""
    words = [word for word in _PARTS.findall(text) if word.isalpha()]
    return (
        len(words) > 2
        and len([word for word in words if word.isupper() and len(word) > 1]) > len(words) / 2
    )


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and word.isalpha() and 2 <= len(word) <= 6


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", _CONTRACTED.sub("", word))
