"""Which language a text is in: what a file says of it as a code of ISO 639-1, or found out.

Found out by py3langid: pure Python and alive, a wheel of 4.6 MB that asks for numpy alone, and of
the small libraries measured the one whose confidence tells words from no words (see RESULTS.md).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE = 1000
"""Characters from the beginning that are looked at."""
LEAST_LETTERS = 24
"""Fewer letters tell too little; a character of Chinese, Japanese or Korean counts as three."""
LEAST_SURE = 0.6
"""Confidence below which a language is not told."""

_CODES = frozenset(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da "
    "de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz "
    "ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln "
    "lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi "
    "pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti "
    "tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split()
)
# Code, the codes of ISO 639-2, and the names in English and in the language itself.
_NAMES = """
en eng english|fr fra fre french français|de deu ger german deutsch|es spa spanish español castellano
it ita italian italiano|pt por portuguese português|nl nld dut dutch nederlands|sv swe swedish svenska
da dan danish dansk|no nor norwegian norsk|nb nob bokmål|nn nno nynorsk|fi fin finnish suomi
is isl ice icelandic íslenska|pl pol polish polski|cs ces cze czech čeština|sk slk slo slovak slovenčina
sl slv slovenian slovene slovenščina|hr hrv croatian hrvatski|sr srp serbian српски|bs bos bosnian
bg bul bulgarian български|mk mkd mac macedonian|ro ron rum romanian română|hu hun hungarian magyar
el ell gre greek ελληνικά|tr tur turkish türkçe|ru rus russian русский|uk ukr ukrainian українська
be bel belarusian|et est estonian eesti|lv lav latvian latviešu|lt lit lithuanian lietuvių
ga gle irish gaeilge|mt mlt maltese malti|ca cat catalan català|eu eus baq basque euskara
gl glg galician galego|cy cym wel welsh cymraeg|sq sqi alb albanian shqip|hy hye arm armenian
ka kat geo georgian|az aze azerbaijani|kk kaz kazakh|uz uzb uzbek|he heb hebrew עברית|ar ara arabic العربية
fa fas per persian farsi فارسی|ur urd urdu|hi hin hindi हिन्दी|bn ben bengali bangla|pa pan punjabi
ta tam tamil|te tel telugu|mr mar marathi|gu guj gujarati|kn kan kannada|ml mal malayalam|si sin sinhala
ne nep nepali|th tha thai ไทย|lo lao|km khm khmer|my mya bur burmese|vi vie vietnamese
id ind indonesian|ms msa may malay|tl tgl tagalog filipino|sw swa swahili kiswahili|am amh amharic
af afr afrikaans|zh zho chi chinese 中文 cmn|ja jpn japanese 日本語|ko kor korean 한국어|la lat latin
mn mon mongolian|eo epo esperanto
"""
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NO_WORDS = re.compile(r"\S*(?:://|@|www\.|\d)\S*")


def language_code(told: str) -> str:
    """The code of ISO 639-1 of what a file says of its language; empty where it has none.

    >>> language_code("en-US"), language_code("ger"), language_code("Français (Canada)")
    ('en', 'de', 'fr')
    """
    words = _WORD.findall(told.lower())
    if not words:
        return ""
    return words[0] if words[0] in _CODES else _codes().get(words[0], "")


def language_name(code: str) -> str:
    """The English name of a language by its code of ISO 639-1; the code where it is not known.

    >>> language_name("de"), language_name("xx")
    ('German', 'xx')
    """
    names = [name for name, known in _codes().items() if known == code]
    return next((name.title() for name in names if len(name) > 3), names[-1] if names else code)


def detected(text: str) -> str:
    """The language that the text begins in; empty where it is not sure or there are few words."""
    sample = _NO_WORDS.sub(" ", text[:SAMPLE])
    if len(_LETTER.findall(sample)) + 2 * len(_DENSE.findall(sample)) < LEAST_LETTERS:
        return ""
    identifier = _identifier()
    code, sure = identifier.classify(sample) if identifier else ("", 0.0)
    # What looks like a language that few documents are in mostly is none: numbers, lists of names.
    return code if sure >= LEAST_SURE and code in _codes().values() else ""


@cache
def _codes() -> dict[str, str]:
    rows = (row.split() for row in _NAMES.replace("\n", "|").split("|") if row)
    return {name: code for code, *names in rows for name in names}


@cache  # half a second and 120 MB, which only indexing pays
def _identifier() -> LanguageIdentifier | None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError:  # it unpacks its model into a temporary file: no disk may be left for that
        return None
