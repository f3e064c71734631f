"""Other names, offices and parts in what happened than a sentence tells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from random import Random

from assistant.language.names import Name, may_be_same, names
from assistant.language.verbs import NATIONS, ONE_WAY, PASTS, opened
from tests.bench.perturbation.altering import Change, Source, put


def name(source: Source, rng: Random) -> Iterator[Change]:
    """Another real name of the same kind, of the same document or of another."""
    for old in names(source.text):
        if old.kind == "nation" or _named_thing(source.text, old):
            continue
        for pool in (source.own, source.foreign):
            if pool is source.own and old.kind in ("other", "acronym"):
                continue  # two of them may be one thing's, as a dynasty's and its people's
            fit = [n.text for n in pool if n.kind == old.kind]
            if old.kind == "other":
                fit = [text for text in fit if len(text.split()) == len(old.text.split())]
            rng.shuffle(fit)
            new = next((text for text in fit if _strange(text, old.text, source)), None)
            if new:
                yield put(source.text, old.start, old.end, new)


def _strange(new: str, old: str, source: Source) -> bool:
    """Whether a name is surely another's than `old`, and not one the passage speaks of."""
    return not may_be_same(new, old) and not any(
        word in source.around for word in new.split() if word[0].isupper()
    )


def _named_thing(text: str, name: Name) -> bool:
    """Whether the name stands in brackets, quotes or an alias, where it may say nothing by itself."""
    before, after = text[: name.start], text[name.end :]
    return (
        before.count("(") > before.count(")")
        or before.count("“") > before.count("”")
        or before.count('"') % 2 == 1
        or bool(re.search(r"(?:\bor|known as|called|named|\bi\.e\.)\s(?:the\s)?$", before))
        or bool(re.match(r"\s(?:\(|or\b|[A-Z])|[’']s?\s[A-Z]|-", after))
    )


_ROLES = (
    ("Prime Minister", "President"), ("prime minister", "president"), ("President", "Prime Minister"),
    ("president", "prime minister"), ("minister", "ambassador"), ("ambassador", "minister"),
    ("CEO", "CFO"), ("chief executive", "chief financial officer"), ("chairman", "treasurer"),
    ("founder", "former employee"), ("co-founder", "adviser"), ("governor", "mayor"), ("mayor", "governor"),
    ("king", "emperor"), ("King", "Emperor"), ("emperor", "king"), ("Emperor", "King"), ("queen", "empress"),
    ("Pope", "Archbishop"), ("bishop", "abbot"), ("senator", "congressman"), ("Senator", "Governor"),
    ("general", "admiral"), ("General", "Admiral"), ("director", "producer"), ("producer", "director"),
    ("professor", "student"), ("lawyer", "doctor"), ("physician", "lawyer"), ("actor", "director"),
    ("actress", "singer"), ("singer", "actor"), ("author", "translator"), ("writer", "painter"),
    ("composer", "conductor"), ("captain", "coach"), ("coach", "captain"), ("architect", "sculptor"),
    ("engineer", "chemist"), ("mathematician", "physicist"), ("physicist", "mathematician"),
    ("brother", "cousin"), ("sister", "cousin"), ("son", "nephew"), ("daughter", "niece"),
    ("father", "uncle"), ("mother", "aunt"), ("wife", "sister"), ("husband", "brother"),
    ("Duke", "Count"), ("duke", "count"), ("guitarist", "drummer"), ("drummer", "guitarist"),
    ("spokesman", "director"), ("colonel", "sergeant"), ("judge", "prosecutor"), ("owner", "tenant"),
)  # fmt: skip


def role(source: Source, rng: Random) -> Iterator[Change]:
    """Another office, kinship, trade or nationality."""
    text, around = source.text, source.around
    for old, new in _ROLES:
        for found in re.finditer(
            rf"(?<![\w-])(?<!vice )(?<!Vice )(?<!deputy ){old}(?![\w-])", text
        ):
            after = text[found.end() :]
            # "general" and the like are an office only beside "the", "a", "of" or a name
            if old in ("general", "minister", "director", "captain") and not re.search(
                r"\b(?:the|a|an|his|her|its|as|was|[A-Z]\w+)\s$", text[: found.start()]
            ):
                continue
            if old == "general" and (
                not re.match(r"\s[A-Z]|,|\.", after) or re.search(r"\bIn\s$", text[: found.start()])
            ):
                continue
            if (
                old[0].isupper()
                and old not in ("CEO",)
                and not re.match(r"\s(?:of\s)?[A-Z]", after)
            ):
                continue
            if old == "King" and re.search(
                r"\b(?:Luther|Billie Jean|B\.B\.)\s$", text[: found.start()]
            ):
                continue
            if re.search(rf"\b{new}\b", around, re.I):
                continue
            changed = put(text, *found.span(), new)
            yield Change(_articles(changed.text), changed.what)
    for nation in names(text):
        if nation.kind != "nation" or _named_thing(text, nation):
            continue
        others = [
            a for c, a, _ in NATIONS if a not in around and c not in around and a != nation.text
        ]
        if nation.text == "English" or re.match(r"\s?(?:language|word)", text[nation.end :]):
            continue
        changed = put(text, nation.start, nation.end, rng.choice(others))
        yield Change(_articles(changed.text), changed.what)


def _articles(text: str) -> str:
    """`a` and `an` as the words after them ask."""
    text = re.sub(r"\b([Aa])n(?= [bcdfghjklmnpqrstvwxyzBCDGJKPQTVWYZ][a-z])", r"\1", text)
    return re.sub(r"\b([Aa])(?= [aeioAEIO][a-z])(?! (?:one|once|eu))", r"\1n", text)


def swap(source: Source, rng: Random) -> Iterator[Change]:
    """Two that are told of exchange their parts."""
    text = source.text
    found = list(names(text))
    for one, other in itertools.pairwise(found):
        if (
            may_be_same(one.text, other.text)
            or _part_of_more(text, one)
            or _part_of_more(text, other)
        ):
            continue
        one, other = _with_article(text, one), _with_article(text, other)
        between = text[one.end : other.start]
        active = re.fullmatch(r"\s(?:has |had |have )?(\w+)\s", between)
        passive = re.fullmatch(r",?\s(?:is|are|was|were|been)\s(\w+)\sby\s", between)
        way = re.fullmatch(r"\s(?:in \d+ )?to\s", between) and re.search(
            r"\b(?:mov|transfer|travel|import|export|sent|send|fled|return|sail|march|flew|retreat|"
            r"relocat|emigrat|spread|deliver)\w*\s(?:[\w’']+\s){0,3}from\s$",
            text[: one.start],
        )
        rather = re.fullmatch(
            r"(?:\s\w+)?\s(?:rather than|instead of|\w+er than|more \w+ than)\s(?:in\s)?", between
        )
        if (
            (active and active[1] in ONE_WAY)
            or (passive and PASTS.get(passive[1]) in ONE_WAY)
            or way
            or rather
        ):
            first, second = (n.text[0].lower() + n.text[1:] if n.text.startswith("The ") else n.text
                             for n in (one, other))  # fmt: skip
            put = text[: one.start] + second + between + first + text[other.end :]
            yield Change(opened(put), f"{one.text} <-> {other.text}")
    yield from _swapped_phrases(text)
    yield from _swapped_amounts(text)


def _swapped_phrases(text: str) -> Iterator[Change]:
    """Subject and object of a verb that does not hold both ways."""
    subject = r"(?P<a>(?:The|A|An)\s(?:[a-z-]+\s){0,2}?[a-z-]+|[A-Z][\w-]+)"
    object_ = r"(?P<b>(?:the|a|an)\s(?:[a-z-]+\s){0,2}?[a-z-]+|[A-Z][\w-]+)"
    end = r"(?=[.,]|\s(?:in|during|after|at|through|by|on)\s)"
    for pattern in (
        rf"^{subject}\s(?:is|are|was|were)\s(?P<v>[a-z]+)\sby\s{object_}{end}",
        rf"^{subject}\s(?:directly\s|strongly\s|also\s)?(?P<v>[a-z]+)\s{object_}{end}",
        rf"^{subject}\s(?P<v>was|is) the (?:son|father|mother|daughter|teacher|pupil|successor|capital|"
        rf"predecessor) of {object_}{end}",
    ):
        match = re.search(pattern, text)
        if not match or re.match(r"(?:It|He|She|They|This|These|There|In|At|We|Here)\b", text):
            continue
        verb = match["v"]
        kin = verb in ("was", "is") and " of " in text[match.start("v") : match.start("b")]
        if kin or verb in ONE_WAY or PASTS.get(verb) in ONE_WAY:
            a, b = match["a"], match["b"]
            middle = text[match.end("a") : match.start("b")]
            first = a[0].lower() + a[1:] if re.match(r"(?:The|A|An)\s", a) else a
            yield Change(opened(b) + middle + first + text[match.end("b") :], f"{a} <-> {b}")


_AMOUNT = re.compile(
    r"(?<![\w.,/$€£(–±=<>-])(?<![–-]\s)[$€£]?\d(?:[\d,.]*\d)?(?:\s?%|\spercent\b|\s(?:million|billion)\b)?"
    r"(?![\w/–×±-]|[,.]\d)"
)


def _swapped_amounts(text: str) -> Iterator[Change]:
    """Two amounts of one sort, or two years, each told of something else."""
    amounts = [
        a for a in _AMOUNT.finditer(text) if not re.search(r"[(\[][^)\]]*$", text[: a.start()])
    ]
    for one, other in itertools.pairwise(amounts):
        between = text[one.end() : other.start()]
        if one[0] == other[0] or _sort(text, one) != _sort(text, other) or not _sort(text, one):
            continue
        # "5 to 10", "between 5 and 10", "3 of 8", "2 and 3": neither belongs to one thing alone
        if _sort(text, one) == "year" and between.strip() in ("to", "until"):
            continue
        if re.fullmatch(r"\s?(?:to|and|or|of|out of|of the|-|–|,|, and)\s?", between) and not (
            between == " to " and text[: one.start()].endswith(" from ")
        ):
            continue
        put = text[: one.start()] + other[0] + between + one[0] + text[other.end() :]
        yield Change(put, f"{one[0]} <-> {other[0]}")


def _sort(text: str, amount: re.Match[str]) -> str:
    """What an amount is of: a sum, a share, a year, a count; empty where it cannot be told."""
    found, before = amount[0], text[: amount.start()]
    if re.fullmatch(r"1[1-9]\d\d|20[0-2]\d", found):
        return "year" if re.search(r"\b(?:[Ii]n|[Ff]rom|to|[Uu]ntil|[Ss]ince)\s$", before) else ""
    if re.search(
        r"\b(?:[A-Z][\w]*|No\.?|article|type|stage|phase|day|week|figure|table|p|n)\s$", before
    ):
        return ""
    if found[0] in "$€£":
        return "sum"
    if found.endswith(("%", "percent")):
        return "share"
    if re.match(r"\s[a-z]{3,}", text[amount.end() :]):
        return "count"
    return ""


def _part_of_more(text: str, name: Name) -> bool:
    """Whether a name belongs to a larger phrase, which would be torn: "Paris' mayor", "a Rome-"."""
    alone = re.match(
        rf"[.,;]|\s(?:in|on|at|to|by|from|for|with|when|after|before|during|until|was|were|is|are|has|had|"
        rf"than|rather|instead|{'|'.join(ONE_WAY)})\b",
        text[name.end :],
    )
    torn = re.search(
        r"(?:\b(?:and|or|of|of the|an?)|,|\b[A-Z][\w’']*|\bthe [a-z-]+)\s$", text[: name.start]
    )
    return alone is None or bool(torn and torn[0].strip() not in ("The", "In", "When"))


def _with_article(text: str, name: Name) -> Name:
    start = name.start - len("the ") if text[: name.start].lower().endswith("the ") else name.start
    return Name(text[start : name.end], name.kind, start, name.end)
