"""More, or more surely, or the opposite than a sentence says, and what says it or limits it cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from assistant.language.verbs import BASES, PASTS, VERBS, opened, present
from tests.bench.perturbation.altering import Change, Source, is_clause, put

_REPORTING = (
    r"(?:said|says|say|stated|states|claims|claimed|claim|argued|argues|argue|believes|believed|"
    r"believe|alleged|alleges|reported|reports|estimated|estimates|thinks|"
    r"think|contended|contends|asserted|asserts|maintains|predicted|predicts|insists|insisted|"
    r"speculated|proposed that|hypothesized|hypothesised)"
)
_WHO = (
    r"(?:the\s|a\s|an\s|some\s|many\s|several\s|most\s|these\s|other\s)?"
    r"(?:[\w.’'-]+\s){0,5}?[\w.’'-]+"
)
_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|might)"

_NO_NEGATION = re.compile(
    r"\s(?:not|also|only|still|never|often|no|nothing|none|to|n[’']t|neither|hardly|rarely|little|few|"
    r"either|both|any|sometimes|always|even|now|thus|therefore|then|generally|usually|so|just|merely|"
    r"yet|already|once|currently|originally|as|in|because|due|what|how|why|where|when|that)\b|[,;:.]"
)


_PASTS = "|".join(past for past in BASES if past not in ("had", "did"))


def negation(source: Source, rng: Random) -> Iterator[Change]:
    """A negation put in or taken out."""
    text = source.text
    for old, new in (
        ("failed to", "managed to"), ("refused to", "agreed to"), ("declined to", "agreed to"),
        ("agreed to", "refused to"), ("managed to", "failed to"), ("was unable to", "was able to"),
        ("were unable to", "were able to"), ("was able to", "was unable to"),
        ("were able to", "were unable to"), ("no longer", "still"), ("is unlikely to", "is likely to"),
        ("is likely to", "is unlikely to"), ("are likely to", "are unlikely to"),
        ("There is no", "There is some"), ("had no", "had"), ("has no", "has"),
        ("without", "with"), ("never ", ""), ("did not", "did"), ("does not", "does"),
        ("do not", "do"), ("cannot", "can"), ("no significant", "a significant"),
    ):  # fmt: skip
        for found in re.finditer(rf"\b{old}\b", text):
            if re.search(r"\b(?:or|not|whether|with or|if|that)\s$", text[: found.start()]):
                continue
            if re.match(r"\s(?:only|just|have to|need to|necessarily|until|even|yet|one|any|either|\w+ing)\b|,|\.", text[found.end() :]) or re.search(r"\b(?:any|until|anything|anyone)\b", text[found.end() :]):  # fmt: skip
                continue
            yield put(text, *found.span(), new)
    for found in re.finditer(
        rf"\b({_AUXILIARY}) not\b(?!\s(?:only|just|merely|necessarily|all|until|yet))", text
    ):
        if not re.search(r"\b(?:whether|or|if)\b", text[: found.start()][-25:]) and not re.search(
            r"\b(?:any|until|but|either|nor|anything)\b", text[found.end() :]
        ):
            yield put(text, *found.span(), found[1], f"{found[0]} -> {found[1]}")
    if re.search(r"\b(?:not|no|never|neither|nor|none|cannot|without)\b|n[’']t\b", text):
        return
    opening = re.match(rf"(?:[\w,.’'$%()-]+\s){{1,12}}?(?P<aux>{_AUXILIARY})(?=\s[a-z])", text)
    if opening and not _NO_NEGATION.match(text[opening.end("aux") :]):
        before = text[: opening.start("aux")]
        if not re.search(r"\b(?:if|unless|what|how|whether|there|who|which|that|and|or|but|when|while|as|"
                         r"since|because|although|though|after|before|until|where|all|every|each|many|most|some|several|few|other|another|certain|various)\b", before, re.I):  # fmt: skip
            at = opening.end("aux")
            aux = opening["aux"]
            if aux in ("has", "have", "had") and not re.match(r"\s\w+(?:ed|en|n|un)\b", text[at:]):
                negated = {"has": "does not have", "have": "do not have", "had": "did not have"}
                yield put(text, *opening.span("aux"), negated[aux])
            else:
                yield put(text, at, at, " not", f"{aux} -> {aux} not")
    past = re.match(
        rf"(?P<subject>(?:[\w’'-]+\s){{1,6}}?)(?P<verb>{_PASTS})\s(?=[a-z$\d“A-Z])", text
    )
    if past and not re.search(
        r"\b(?:if|that|who|which|when|while|as|by|to|and|was|were|is|are|had|has|have|been|all|each|both|"
        r"some|many|most|in|on|of|at|after|before|during|with|there)\b", past["subject"], re.I,
    ):  # fmt: skip
        base = BASES[past["verb"]]
        if not re.match(r"(?:by|in|on|at|to|from|with|as|some|also|only)\b", text[past.end() :]):
            yield put(text, *past.span("verb"), f"did not {base}")


_NARRATED = re.compile(
    r"\b(?:said|told|was|were|had|did|thought|knew|wanted|hoped|began|became|asked|found|"
    r"argued|believed|claimed|\w{3,}ed)\b"
)


_PROPOSED = re.compile(
    r"\b(?:law|bill|plan|proposal|deal|measure|tariff|tax|agreement|project|merger|reform|treaty|"
    r"policy|act|amendment|rule|budget|scheme|programme|program|move|step|change|ban|cut)s?\b",
    re.I,
)
"""What "would" tells the effects of, where it does not tell what came later."""


def hedge(source: Source, rng: Random) -> Iterator[Change]:
    """What may be, is planned or seems so told as a fact."""
    text = source.text
    told = _NARRATED.search(re.sub(r"\b(?:is|are) (?:\w+ly )?\w+ed\b|\bbe \w+ed\b", "", text))
    for found in re.finditer(
        r"(?P<subject>[\w’'-]+)\s(?P<modal>may|might|could)\s(?P<adverb>also\s|well\s|potentially\s|possibly\s)?(?P<verb>[a-z]+)\b(?!\s(?:said|considered|expected|noted|added|asked|argued|fair|true)\b)",
        text,
    ):
        modal, verb, subject = found["modal"], found["verb"], found["subject"]
        if modal == "could" and told:
            continue
        span = (found.start("modal"), found.end("verb"))
        adverb = "also " if (found["adverb"] or "").startswith("also") else ""
        if verb == "have" and (done := re.match(r"\s[a-z]+", text[found.end() :])):
            form = present("have", subject)
            if form and (done[0].strip() in PASTS or done[0].endswith(("ed", "been"))):
                yield put(text, *span, f"{form} {adverb}".strip())
        elif (verb in VERBS or verb in ("be", "lead", "help", "contribute", "cause")) and (
            form := present(verb, subject)
        ):
            phrase = f"{form} {adverb}".strip() if verb == "be" else f"{adverb}{form}"
            yield put(text, *span, phrase)
    for pattern, new in (
        (r"\b(?:is|are) (?:widely |generally )?(?:expected|set|scheduled|planned|likely|projected|poised) to(?= [a-z]+\b)", "will"),
        (r"\b(?<!the )(?<!its )(?<!his )(?<!her )(?<!their )(?<!of )(?<!’s )(?<!'s )(?:plans|hopes|intends|intend|aims|seeks|wants|threatens|promises) to(?= [a-z]+\b)", "will"),
        (r"\b(?:has|have) (?:threatened|promised|pledged|vowed|offered|proposed|planned) to(?= [a-z]+\b)", "will"),
        (r"(?<!been )(?<!is )(?<!are )\b(?:threatened|promised|pledged|vowed|planned|intended|hoped) to(?= [a-z]+\b)", "went on to"),
        (r"\bwas (?:reportedly|allegedly|probably|possibly|apparently|supposedly|presumably|likely)\b", "was"),
        (r"\b(?:reportedly|allegedly|probably|possibly|apparently|supposedly|presumably|perhaps)\s", ""),
        (r"\b(?:is|are|was|were) (?:believed|thought|said|reported|alleged|rumored|rumoured|assumed|estimated) to have (?=[a-z]+)", "had "),
        (r"\bis (?:believed|thought|assumed) to be\b", "is"),
        (r"\bare (?:believed|thought|assumed) to be\b", "are"),
        (r"\bwas (?:believed|thought|assumed) to be\b", "was"),
        (r"\bwere (?:believed|thought|assumed) to be\b", "were"),
        (r"\b(?:suggest|suggests) that\b", "proves that"),
        (r"\b(?:suggested|indicated) that\b", "proved that"),
        (r"\b(?:appears|seems) to be\b", "is"), (r"\b(?:appear|seem) to be\b", "are"),
        (r"\b(?:appeared|seemed) to be\b", "was"),
        (r"\bwill likely\b", "will"), (r"\bwill probably\b", "will"),
        (r"\bmost likely\s", ""), (r"\blikely\s(?=(?:due|because|caused|the result)\b)", ""),
        (r"\ba potential(?=\s[a-z])", "a"), (r"\ba possible(?=\s[a-z])", "a"),
        (r"\bappears determined to\b", "will"),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if re.search(r"\b(?:not|n[’']t|to|more|less|whether|as|it|if)\s$", before, re.I):
                continue
            if new == "went on to" and text[found.end() :].lstrip().startswith("be "):
                continue
            if found[0].startswith("suggest ") or found[0] == "suggest that":
                yield put(text, *found.span(), "prove that")
                continue
            yield put(text, *found.span(), new)
    if not told:
        for found in re.finditer(
            r"\bwould\b(?!\s(?:later|go|often|eventually|have|not|you|like|also))", text
        ):
            if not re.search(
                r"\b(?:if|unless|it|that|which|who|when|instead|season|century|\d{4})\b", text, re.I
            ) and _PROPOSED.search(text[: found.start()]):
                yield put(text, *found.span(), "will")


def attribution(source: Source, rng: Random) -> Iterator[Change]:
    """Who says so is left out."""
    text = source.text
    told = "who says so -> nothing"
    leading = re.match(
        rf"(?P<who>{_WHO})\s(?:(?:has|have|also)\s)*{_REPORTING}\sthat\s(?P<what>.+)$", text
    )
    if leading and _may_stand_alone(leading["what"]) and not _RULE.search(leading["who"]) and not re.search(
        r"[—–]|\b(?:no|not|nobody|none|never|i|we|this|these|results?|data|study|findings|analysis|it|which|that|and|or|when|"
        r"if|while|although|as|by|was|were|is|are)\b", leading["who"], re.I,
    ):  # fmt: skip
        yield Change(opened(leading["what"]), told)
    according = re.match(r"According to (?P<who>[^,]+),\s(?P<what>.+)$", text)
    if (
        according
        and not re.search(r"[“”\"—]", text)
        and len(according["who"].split()) < 9
        and is_clause(according["what"])
        and not _RULE.search(according["who"])
    ):
        yield Change(opened(according["what"]), told)
    trailing = re.match(
        rf"(?P<what>.+?),\s(?:according to\s(?P<who>[^,]+)|(?:{_WHO}\s(?:said|says|added|argued|claimed))|"
        rf"(?:said|says)\s{_WHO})\.$", text,
    )  # fmt: skip
    if trailing and not re.search(r"[“”\"]|\bwhich\b", text):
        yield Change(trailing["what"].rstrip("?") + ".", told)
    for pattern, new in (
        (r"\b(?P<be>is|are|was|were) (?:(?:now|often|widely|generally|commonly|sometimes|usually|also|largely) )?"
         r"(?:viewed|regarded|seen|described|considered|hailed|cited) (?:by [\w\s]{3,40}? )?(?:as|to be)(?= (?:a|an|the|one|[A-Z])\b)", None),
        (r"\b(?P<be>is|are|was|were) (?:(?:now|often|widely|generally|commonly|sometimes|usually) )?considered(?= (?:a|an|the|one)\b)", None),
        (r"^(?:It is|It was) (?:widely |generally |often |commonly )?(?:believed|thought|claimed|argued|alleged|said|assumed|estimated) that ", ""),
        (r"^(?:Some|Many|Most|Several|Other) (?:scholars|historians|critics|experts|researchers|economists|people|scientists|analysts|sources|authors) (?:have )?(?:believe|argue|argued|think|claim|claimed|suggest|suggested|say|consider) that ", ""),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if new is None and re.search(r"\b(?:not|it)\s$", before):
                continue
            changed = put(text, *found.span(), found["be"] if new is None else new)
            yield Change(opened(changed.text), changed.what)


_RULE = re.compile(
    r"\b(?:law|theorem|theory|thesis|principle|rule|act|article|model|figure|curve|definition|treaty|"
    r"equation|table|constitution|convention)s?\b",
    re.I,
)
"""What says so by being so: with it left out, nothing else is claimed."""


def _may_stand_alone(words: str) -> bool:
    """Whether what somebody said needs no word of who said it, nor quotes it."""
    return not re.search(r"[“”\"]|^(?:he|she|they|it|his|her|their)\b", words)


def condition(source: Source, rng: Random) -> Iterator[Change]:
    """What it hangs on, or what is excepted, is cut off."""
    text = source.text
    told = "condition -> nothing"
    marks = (
        r"(?:only if|if and only if|if|unless|provided that|as long as|so long as|on condition that|"
        r"on the condition that|in the event that|assuming that|assuming|except for|except that|"
        r"except|with the exception of|only when|only after|but only if|but only when|but only after)"
    )
    leading = re.match(
        r"(?:If|Unless|Provided that|As long as|Assuming that|Except for|In the event that)\s[^,]{6,90},\s(?:then\s)?(?P<rest>.+)$",
        text,
    )
    if (
        leading
        and not re.search(r"^(?:and|or)\b|[?]$", leading["rest"])
        and not re.match(r"If (?:so|not|any|you)\b", text)
        and not re.search(r"\b(?:could|may|might|can)\b", leading["rest"])
        and not re.match(r"(?:such|which|that|if|say)\b", leading["rest"])
        and "—" not in text
    ):
        yield Change(opened(leading["rest"]), told)
    trailing = re.match(
        rf"(?P<main>.{{25,}}?),?\s(?P<mark>{marks})\s(?P<rest>[^,;]{{6,}})[.]$", text
    )
    if trailing and not re.search(
        r"\b(?:even|as|what|see|know|ask|asked|asks|determine|test|tested|wonder|wondered|decide|examined?|"
        r"or|and|not|check|like|than|matter|investigated?|evaluated?|assess|particularly|especially|was|is|are|were|be|only|but)$",
        trailing["main"].rstrip(","), re.I,
    ) and not re.search(r"\b(?:nothing|whether|if|could|may|might|everything else|ask\w*|wonder\w*|test\w*|examin\w*)\b", trailing["main"], re.I) and not re.match(
        r"(?:any|not|stated|otherwise|indicated|left|necessary|possible|needed|so|by|with|to|in|the same)\b", trailing["rest"]):  # fmt: skip
        yield Change(trailing["main"].rstrip(",") + ".", told)
    until = re.match(r"(?P<main>.{15,}?\b(?:not|never)\b.{5,}?)\suntil\s[^,;]+\.$", text)
    if until:
        yield Change(until["main"].rstrip(",") + ".", told)


def quantifier(source: Source, rng: Random) -> Iterator[Change]:
    """More of them, or more often, than is said."""
    text = source.text
    plural = r"(?=\s(?:[a-z-]+\s){0,2}?[a-z]{2,}(?<![su])s\b)"
    for pattern, new in (
        (rf"\b[Ss]ome(?! (?:of|time|extent|kind|sort|other))(?! \d){plural}", "all"),
        (r"\b[Ss]ome of (?:the|these|those|its|his|their)\b", "all of the"),
        (r"(?<!the )\b[Mm]ost(?= of (?:the|these|those|its|his|their)\b)", "all"),
        (r"(?<!the )(?<!The )(?<!’s )(?<!'s )(?<!its )(?<!his )(?<!their )\b[Mm]ost(?=\s[a-z]{3,}s\s(?:are|were|have|had|do|did|of)\b)", "all"),
        (r"(?<!as )(?<!so )(?<!too )(?<!how )(?<!not )(?<!the )\b[Mm]any(?= (?:of (?:the|these|those)|(?!times|ways|years)[a-z]{3,}s)\b)", "all"),
        (rf"(?<!fter )(?<!ver )(?<!or )(?<!to )(?<!with )\b[Ss]everal{plural}", "all"),
        (r"\b(?:[Aa] majority|[Tt]he majority) of(?= (?:the|these|those|its|his|their)\b)", "all of"),
        (r"\b[Aa] minority of\b", "most of"), (r"\b[Aa] few(?= [a-z]+s\b)", "most"),
        (r"\b(?:often|sometimes|usually|generally|frequently|typically|occasionally)\b(?! (?:called|known|referred))", "always"),
        (r"\b(?:rarely|seldom)\b", "often"), (r"\bmostly\b", "entirely"), (r"\bpartly\b", "entirely"),
        (r"\bpartially\b", "completely"), (r"\b(?:mainly|primarily)\b", "exclusively"),
        (r"\blargely\b", "entirely"),
        (r"\b[Aa]lmost all\b", "all"), (r"\b[Nn]early all\b", "all"), (r"\balmost every\b", "every"),
        (r"\b[Ss]mall number of\b", "large number of"),
        (r"\b[Aa]t least(?= (?:\d|two|three|four|five|six|ten)\b)", "only"),
        (r"\bup to(?= \d[\d,.]*)", "more than"), (r"(?<!a )\b[Pp]art of(?= the\b)", "all of"),
        (r"\b[Oo]ne of the (?=[a-z-]+est [a-z]+s\b)", "the very "), (r"\b[Aa]bout half(?= of\b)", "all"),
        (r"\b[Hh]alf of\b", "all of"), (r"\b[Oo]nly (?=(?:a few|some|one|two|three|\d+)\b)", "more than "),
    ):  # fmt: skip
        for found in re.finditer(pattern, text):
            before = text[: found.start()]
            if re.search(r"\b(?:not|n[’']t|no)(?:\s\w+)?\s$", before) or re.search(
                r"\b(?:more|less|as|or|and)\s$", before
            ):
                continue
            if new == "the very ":
                noun = re.match(r"[a-z-]+est [a-z]+s\b", text[found.end() :])
                assert noun is not None  # the pattern looked ahead for it
                end = found.end() + noun.end()
                if re.search(r"\b(?:is|was|became|as|be|remains)\s$", before):
                    best = noun[0].rsplit(" ", 1)
                    yield put(text, found.start(), end, f"the {best[0]} of all {best[1]}")
                continue
            shown = opened(new) if found[0][0].isupper() else new
            yield put(text, *found.span(), shown)
