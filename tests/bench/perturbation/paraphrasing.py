"""True sentences told otherwise by rule: what they say stays as it is.

The other half of `corruption`: what a check must let pass. A rule that is not sure gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random

from assistant.language.names import FIRST_NAMES, names
from assistant.language.verbs import MONTHS, PASTS, SPELLED, TRANSITIVE, opened
from tests.bench.perturbation.altering import Change, Rule, Source, is_clause, joined, put

_AUX = r"(?:is|are|was|were|has|have|had|can|could|will|would|should|must|may|might)"
_PREPOSED = (
    r"(?:In|On|At|During|After|Before|Since|Until|Throughout|Under|Following|Despite|Within)"
)


def paraphrased(kind: str, source: Source, rng: Random) -> Change | None:
    """A faithful paraphrase of a kind of `KINDS`; None where it does not apply."""
    found = [
        change
        for change in KINDS[kind](source, rng)
        if len(change.text.split()) > 3 and (kind == "identity" or change.text != source.text)
    ]
    return rng.choice(found) if found else None


def identity(source: Source, rng: Random) -> Iterator[Change]:
    """The sentence itself."""
    yield Change(source.text, "nothing")


def reordered(source: Source, rng: Random) -> Iterator[Change]:
    """A circumstance moved from the start to the end of the sentence, or the other way."""
    text = source.text
    leading = re.match(rf"(?P<when>{_PREPOSED}\s[^,]{{3,60}}),\s(?P<rest>[^;:]+)\.$", text)
    if (
        leading
        and _plain_clause(leading["rest"])
        and not re.search(
            r"\b(?:he|she|they|his|her|their|its|it|this|these|that)\b", leading["when"], re.I
        )
    ):
        # A year after a year, "in 1990 of", would hang on the wrong word: the rest is one short clause.
        when = leading["when"]
        if (
            "," not in leading["rest"]
            and len(leading["rest"].split()) < 18
            and not re.search(r"\bin \d{4}$", leading["rest"])
        ):
            lowered = joined(when + ".")
            if lowered:
                yield Change(f"{opened(leading['rest'])} {lowered}", "start -> end")
    trailing = re.match(
        r"(?P<rest>(?:[^,;:]+?))\s(?P<when>(?:in|on|by|since|until)\s(?:early |late |mid-)?"
        rf"(?:(?:{'|'.join(MONTHS)})(?:\s\d{{1,2}},)?\s)?\d{{4}})\.$", text,
    )  # fmt: skip
    if (
        trailing
        and _plain_clause(trailing["rest"])
        and not re.search(
            r"\b(?:and|or|but|who|which|that|from|between|to \w+|of|not)\b", trailing["rest"]
        )
    ):
        lowered = joined(trailing["rest"] + ".")
        if lowered:
            yield Change(f"{opened(trailing['when'])}, {lowered}", "end -> start")
    condition = re.match(
        r"(?P<if>(?:If|When|Although|Because|Unless)\s(?!\w+ing\b)[^,]{8,80}),\s(?P<rest>[^,;:]+)\.$",
        text,
    )
    if (
        condition
        and _plain_clause(condition["rest"])
        and not re.search(r"\b(?:his|her|their|its|then)\b", condition["rest"])
    ):
        clause = condition["if"][0].lower() + condition["if"][1:]
        yield Change(f"{opened(condition['rest'])} {clause}.", "clause moved to the end")


def _plain_clause(rest: str) -> bool:
    """Whether words are one clause that may stand first, and to whose end something may be put."""
    return not re.search(
        r"^(?:and|or|but|then|too|however|as|there|this|these)\b"
        r"|\b(?:to [a-z]+|that|which|who|where|when|until|before|after|while|they|he|she|we|it)\b"
        r"|\band (?:the|a|an|his|her|its|their|was|were|[a-z]+ed)\b|[“”\"()]",
        rest,
    )


def split(source: Source, rng: Random) -> Iterator[Change]:
    """One of two statements that "and", "but" or ";" joins."""
    text = source.text
    if re.search(
        r"[“”\"()]|\b(?:if|unless|whether|either|between|both|not only|said|says|claimed|believe\w*|argued|according)\b",
        text,
        re.I,
    ):
        return
    own = r"(?P<subject>he|she|it|they|the [a-z]+(?: [a-z]+)?)"
    two = re.match(
        rf"(?P<one>[^;]{{20,}}?)(?:,\s(?:and|but)|;)\s(?P<two>{own}\s(?:{_AUX}|[a-z]+ed|became|began|made|took|held|won|led|wrote)\s.{{10,}})\.$",
        text,
    )
    if not two:
        return
    one = two["one"]
    if re.search(r"\b(?:who|that|which)\b", two["subject"]) or re.search(
        r"\b(?:that|because|since|although|when|while|held|ruled|found|thought)\b", one
    ):
        return
    if re.search(
        rf"\b(?:{_AUX}|\w+ed|became|began|made|took|held|won|led|wrote|led|said|gave|left|came)\b",
        one,
    ) and not re.match(r"(?:In|During|After|When|While|As|Since|Although|Because|By|On)\b", one):
        yield Change(one.rstrip(",") + ".", "first half")
        if re.match(r"(?:the)\b", two["subject"]):
            yield Change(opened(two["two"]) + ".", "second half")


def merged(source: Source, rng: Random) -> Iterator[Change]:
    """Two neighbouring sentences joined by "and"."""
    first, second = source.text, source.following
    if (
        not second
        or not first.endswith(".")
        or not second.endswith(".")
        or len((first + second).split()) > 45
    ):
        return
    if re.search(r"[“”\"?:;]", first + second) or re.match(
        r"(?:And|But|Or|However|Then|So|Also|Such|That|This|These|Those)\b", second
    ):
        return
    start = joined(second)
    if start:
        yield Change(f"{first[:-1]}, and {start}", "joined by: and", True)


def passive(source: Source, rng: Random) -> Iterator[Change]:
    """Active for passive and the other way round, of a name and a name or a plain noun."""
    text = source.text
    name = r"(?:[Tt]he\s)?[A-Z][\w’'.-]+(?:\s(?:of\s(?:the\s)?|de\s)?[A-Z][\w’'.-]+){0,4}"
    when = r"(?P<rest>\s(?:in|on|from|during|at|after)\s[^,;:()]{3,50})?"
    turned = re.match(
        rf"^(?P<what>[A-Z][^,;:()“”\"]{{1,60}}?)\s(?:was|were)\s(?:later\s|originally\s)?"
        rf"(?P<verb>[a-z]+)\sby\s(?P<who>{name}){when}\.$",
        text,
    )
    if (
        turned
        and turned["verb"] in PASTS
        and _noun_phrase(turned["what"])
        and not re.search(
            r"(?:Charter|Act|Law|Treaty|Decree|Order|Road|Street|Train)$", turned["who"]
        )
        and _circumstance(turned["rest"])
    ):
        what = _OBJECTS.get(turned["what"]) or joined(turned["what"] + " .")
        if what:
            what = what.removesuffix(" .")
            told = f"{opened(turned['who'])} {PASTS[turned['verb']]} {what}{turned['rest'] or ''}."
            yield Change(told, "passive -> active")
    active = re.match(
        rf"^(?P<who>{name})\s(?P<verb>[a-z]+)\s(?P<what>(?:the|a|an|his|her|its)\s[^,;:()“”\"]{{3,60}}?"
        rf"|{name}){when}\.$",
        text,
    )
    if (
        active
        and _noun_phrase(active["what"])
        and active["verb"] in TRANSITIVE
        and _circumstance(active["rest"])
    ):
        if re.match(r"(?:He|She|It|They|We|This|In|There|These|Many|Some)\b", active["who"]):
            return
        if re.match(r"(?:his|her|its)\b", active["what"]):
            return
        several = re.search(r"^the\s(?:\w+\s)*\w+[^s]s(?:\s(?:of|in|at|for)\b|$)", active["what"])
        who = re.sub(r"^The\s", "the ", active["who"])
        told = (
            f"{opened(active['what'])} {'were' if several else 'was'} {TRANSITIVE[active['verb']]}"
        )
        yield Change(f"{told} by {who}{active['rest'] or ''}.", "active -> passive")


_OBJECTS = {"He": "him .", "She": "her .", "It": "it .", "They": "them ."}


def _circumstance(words: str | None) -> bool:
    """Whether words after an object tell no more than when or where."""
    return not re.search(r"\b(?:and|but|or|which|that|to|by|as|his|her|its|\w+ing)\b", words or "")


def _noun_phrase(words: str) -> bool:
    """Whether words seem to be one thing's, without a verb or a clause, or two things'."""
    return not re.search(
        rf"\b(?:{_AUX}|and|or|that|which|who|to|by|as|not|when|if|[a-z]+ed)\b", words
    )


_SHORT = {"January": "Jan.", "February": "Feb.", "August": "Aug.", "September": "Sept.", "October": "Oct.",
          "November": "Nov.", "December": "Dec."}  # fmt: skip


def figures(source: Source, rng: Random) -> Iterator[Change]:
    """A number or sum of money in another way of writing."""
    text = source.text
    for found in re.finditer(
        r"\$(?P<n>\d[\d,.]*\d|\d)\s(?P<scale>million|billion|trillion)\b(?!\s(?:[a-z]+\s)?(?:agreement|deal|loan|project|[a-z]+ing)\b)(?!-)",
        text,
    ):
        if re.match(
            r",?\s(?:in|of|by|to|from|for|and|was|on|at|over|per)\b|[.,]", text[found.end() :]
        ):
            yield put(text, *found.span(), f"{found['n']} {found['scale']} dollars")
    for found in re.finditer(r"(?<=\d)\s?%(?!\w)", text):
        yield put(text, *found.span(), " percent")
    for found in re.finditer(r"(?<=\d)\s(?:percent|per cent)\b", text):
        yield put(text, *found.span(), "%")
    for found in re.finditer(rf"\b(?:{'|'.join(SPELLED[2:])})\b(?=\s[a-z]{{3,}}s\b)", text):
        if not re.search(r"(?:-|\bhundred\s|\bthousand\s|\bone of )$", text[: found.start()]):
            yield put(text, *found.span(), str(SPELLED.index(found[0])))
    for found in re.finditer(
        r"(?<![\w.,$€£/(–-])(?<!\d )\b(?:[2-9]|1\d|20)(?=\s(?:years|days|weeks|months|people|countries|members|patients|times|hours|seats|games|schools|miles)\b)",
        text,
    ):
        yield put(text, *found.span(), SPELLED[int(found[0])])
    for found in re.finditer(r"(?<![\w.,/-])\d{1,3},\d{3}(?![\d,.]|-)", text):
        yield put(text, *found.span(), found[0].replace(",", ""))


def dates(source: Source, rng: Random) -> Iterator[Change]:
    """A day of a month in another way of writing."""
    text = source.text
    month = "|".join(MONTHS)
    for found in re.finditer(
        rf"\b(?P<m>{month})\s(?P<d>[12]?\d|3[01])\b(?P<y>,\s\d{{4}})?(?!\d|[–-]|,\s\d)", text
    ):
        year = (found["y"] or "").replace(",", "")
        if not re.search(r"\bthe\s$", text[: found.start()]):
            yield put(text, *found.span(), f"{found['d']} {found['m']}{year}")
        if found["m"] in _SHORT:
            yield put(text, *found.span("m"), _SHORT[found["m"]])
    for found in re.finditer(
        rf"(?<![–-])\b(?P<d>[12]?\d|3[01])\s(?P<m>{month})\b(?P<y>\s\d{{4}})?", text
    ):
        year = f", {found['y'].strip()}" if found["y"] else ""
        if not re.search(r"(?:\d|–|-|\bto|\band)\s?$", text[: found.start()]):
            yield put(text, *found.span(), f"{found['m']} {found['d']}{year}")


_STATES = (("United States", "U.S."), ("United Kingdom", "U.K."), ("European Union", "EU"),
           ("United Nations", "UN"), ("World War II", "the Second World War"))  # fmt: skip


_PLACE_WORD = re.compile(
    r"\b(?:Bridge|Street|Road|Museum|Library|Park|River|Lake|Island|House|Hall|Act|Society|Award|"
    r"Prize|Medal|School|Square|Avenue|County|City|Airport|Theatre|Band|Day|Bay)\b"
)


def abbreviated(source: Source, rng: Random) -> Iterator[Change]:
    """A person by the last name alone, or a state by its letters."""
    text = source.text
    for long, short in _STATES:
        for found in re.finditer(rf"(?<![–-])\b{long}\b(?!\s[A-Z]|\sof\b)", text):
            before = text[: found.start()]
            if short == "U.S." and not re.search(r"\bthe\s$", before):
                continue
            end = found.end()
            if short.endswith(".") and text[end:] == ".":
                continue
            yield put(text, found.start(), end, short)
    for short, long in (
        ("U.S.", "United States"),
        ("UN", "United Nations"),
        ("EU", "European Union"),
    ):
        for found in re.finditer(rf"(?<=\bthe ){re.escape(short)}(?=\s[a-z])", text):
            if re.match(
                r"\s(?:and|is|was|has|had|in|to|will|would|could|with|by|from|on|for)\b",
                text[found.end() :],
            ):
                yield put(text, *found.span(), long)
    people = [n for n in names(text) if n.kind == "person" and len(n.text.split()) in (2, 3)]
    for person in people:
        last = person.text.split()[-1]
        before, after = text[: person.start], text[person.end :]
        if re.search(
            r"\b(?:King|Queen|Prince|Princess|Pope|Sir|St|Saint|Lord|Emperor|Duke|Lady)\.?\s$",
            before,
        ):
            continue
        if (
            last in FIRST_NAMES
            or _PLACE_WORD.search(person.text)
            or re.search(r"\s[IVX]+\b", person.text)
        ):
            continue
        if re.match(r"[IVX]+$|Jr|Sr|of$", last) or re.match(
            r",? (?:Jr|Sr|I|II|III|IV)\b|\s[A-Z]|\sof\b|[’'](?:s)?\s[A-Z]", after
        ):
            continue
        if (
            re.search(r"\b(?:the|a|and|or|named|called|St\.|Mount|Lake|Fort|Port)\s$", before)
            or " of " in person.text
        ):
            continue
        if text.count(last) == 1 and len(last) > 2:
            yield put(text, person.start, person.end, last)


_SYNONYMS = (
    (r"\b(?P<w>said) that\b", "stated that"), (r"\bin order to\b", "to"), (r"\bapproximately(?= \d)", "about"),
    (r"\balthough\b", "though"), (r"\bAlthough\b", "Though"), (r"\bbecause of\b", "owing to"),
    (r"\bdue to\b", "because of"), (r"\bpurchased\b", "bought"),
    (r"\battempted to\b", "tried to"), (r"\bnumerous\b", "many"), (r"\badditionally\b", "also"),
    (r"\bprior to\b", "before"), (r"\bsubsequently\b", "later"), (r"\bdemonstrated that\b", "showed that"),
    (r"\butilized\b", "used"), (r"\butilised\b", "used"), (r"\bbegan to\b", "started to"),
    (r"\bHowever,\s", "But "), (r"\bMoreover,\s", "Also, "), (r"\bIn addition,\s", "Moreover, "),
    (r"\bsuch as\b", "like"), (r"\bas well as\b", "and also"), (r"\blocated in\b", "situated in"),
    (r"\bmore than(?= (?:\d|half|two|three))", "over"), (r"\bover(?= \d[\d,]* (?:people|years|miles|members|students))", "more than"),
    (r"\bassisted\b", "helped"), (r"(?<=were )required to\b", "obliged to"), (r"\bfrequently\b", "often"),
    (r"\bprimarily\b", "mainly"), (r"\bmainly\b", "chiefly"), (r"\bentire\b", "whole"), (r"\brapidly\b", "quickly"),
    (r"\bdespite\b", "in spite of"), (r"\bDespite\b", "In spite of"), (r"\bwhereas\b", "while"),
    (r"\bcommenced\b", "began"), (r"\bconstructed\b", "built"), (r"\bchildren\b", "kids"), (r"\bdemanded\b", "called for"),
    (r"\bis able to\b", "can"), (r"\bare able to\b", "can"), (r"\bnearly(?= \d)", "almost"), (r"\bwas born in\b", "came into the world in"),
)  # fmt: skip


def synonyms(source: Source, rng: Random) -> Iterator[Change]:
    """A verb, connective or adverb by another of the same meaning."""
    text = source.text
    for pattern, new in _SYNONYMS:
        for found in re.finditer(pattern, text):
            if re.search(r"[“\"][^”\"]*$", text[: found.start()]):
                continue
            if new == "owing to" and re.match(r" (?:it|that|this)\b", text[found.end() :]):
                continue
            yield put(text, *found.span(), new)
    but = re.match(
        r"(?P<one>[^,;:()]{15,}), but (?P<two>(?:it|he|she|they|the \w+)\s[^,;:()]{10,})\.$", text
    )
    if but and (first := joined(but["one"] + ".")) and not re.search(r"\bnot only\b|\bif\b", text):
        yield Change(f"Although {first[:-1]}, {but['two']}.", "but -> although")


def shortened(source: Source, rng: Random) -> Iterator[Change]:
    """Without a remark between commas or brackets that only adds to a name or noun."""
    text = source.text
    for found in re.finditer(r",\s(?:who|which)\s[^,;:()“”\"]{8,80}(?P<end>,|\.$)", text):
        if re.search(r"\b(?:and|or)\b[^,]*$", text[: found.start()][-30:]):
            continue
        goes_on = re.match(
            r"\s(?:is|are|was|were|has|have|had|can|will|would|[a-z]+ed|[a-z]+s)\b",
            text[found.end() :],
        )
        if found["end"] == "," and not goes_on:
            continue
        if len(re.findall(",", text[: found.start()])) == 0:
            yield put(
                text,
                found.start(),
                found.end(),
                "." if found["end"].startswith(".") else "",
                "remark dropped",
            )
    for found in re.finditer(
        r"(?<=\w)\s\((?![^)]*\d+%?\b.*(?:to|vs))[^()]{2,60}\)(?=[\s,.])", text
    ):
        if not re.search(
            r"\b(?:except|not|only|if|unless|excluding|all|most|of|and|or)\b", found[0]
        ):
            yield put(text, *found.span(), "", "brackets dropped")
    for found in re.finditer(
        r"(?<=[a-z]),\s(?:however|moreover|therefore|for example|for instance|in fact|of course|thus|indeed|in turn),\s",
        text,
    ):
        yield put(text, *found.span(), " ", "connective dropped")
    found_first = re.match(
        r"(?:However|Moreover|Furthermore|Additionally|In addition|Indeed|Meanwhile|In fact|For example|For instance|Nevertheless|Similarly|Finally),\s",
        text,
    )
    if found_first:
        yield put(text, 0, found_first.end(), "", "connective dropped")
    found_apposition = re.match(
        r"(?P<name>[A-Z]\w+(?:\s[A-Z]\w+){0,3}),\s(?:a|an|the|then|son of|daughter of)\s[^,;:()“”\"]{5,60},\s(?=(?:was|is|has|had|[a-z]+ed|became|led|won|wrote)\s)",
        text,
    )
    if found_apposition and "," not in text[found_apposition.end() :][:0]:
        yield put(
            text, found_apposition.end("name"), found_apposition.end(), " ", "apposition dropped"
        )


def attributed(source: Source, rng: Random) -> Iterator[Change]:
    """Who says so, told at the other end of the sentence."""
    text = source.text
    if re.search(r"[“”\"]", text):
        return
    leading = re.match(r"According to (?P<who>[^,]{3,60}), (?P<what>[^;:]+)\.$", text)
    if leading and is_clause(leading["what"]):
        yield Change(f"{opened(leading['what'])}, according to {leading['who']}.", "start -> end")
    trailing = re.match(r"(?P<what>[^;:]+?), according to (?P<who>[^,;:]{3,60})\.$", text)
    if trailing and (what := joined(trailing["what"] + ".")):
        yield Change(f"According to {trailing['who']}, {what}", "end -> start")
    said = re.match(
        r"(?P<who>(?:The |Some |Many )?[A-Z]?[\w’'-]+(?: [\w’'-]+){0,3}?) (?P<verb>said|says|say|stated|argued|claimed|believe|argue|claim) (?:that )?(?P<what>[^;:,]{15,})\.$",
        text,
    )
    if said and not re.search(
        r"\b(?:was|were|is|are|be|that|which|who|not|also|and|i|we|it|he|she|they|has|had)\b",
        said["who"],
        re.I,
    ):
        who = joined(said["who"] + ".")
        if who is None or re.match(r"(?:he|she|they|it|his|her|their|this|[—–])", said["what"]):
            return
        yield Change(f"{opened(said['what'])}, {who.rstrip('.')} {said['verb']}.", "start -> end")


KINDS: Mapping[str, Rule] = {
    "identity": identity, "reordered": reordered, "split": split, "merged": merged, "passive": passive,
    "figures": figures, "dates": dates, "abbreviated": abbreviated, "synonyms": synonyms,
    "shortened": shortened, "attributed": attributed,
}  # fmt: skip
"""Kind of paraphrase -> the rule that makes it."""
