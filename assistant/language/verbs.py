"""Word lists and small grammar of English that statements are altered with.

Lists, not a parser: whoever uses them leaves a sentence alone where they do not suffice.
"""

from __future__ import annotations

import re

_IRREGULAR = """
become became become|begin began begun|bring brought brought|build built built|buy bought bought|
catch caught caught|choose chose chosen|come came come|draw drew drawn|drive drove driven|
fall fell fallen|fight fought fought|find found found|give gave given|go went gone|grow grew grown|
have had had|hold held held|keep kept kept|know knew known|lead led led|leave left left|
lose lost lost|make made made|meet met met|pay paid paid|rise rose risen|run ran run|see saw seen|
sell sold sold|send sent sent|show showed shown|speak spoke spoken|spend spent spent|
stand stood stood|take took taken|teach taught taught|tell told told|think thought thought|
win won won|write wrote written|overthrow overthrew overthrown|beat beat beaten|be was been|do did done
"""
_REGULAR = """
accept achieve acquire activate add adopt affect allow announce appear appoint approve arrest
assist attack attract ban block capture cause change claim close collect compare complete conquer
consider contain continue control convert cover create criticise criticize decline decrease defeat
define deliver demand describe design destroy detect determine develop discover display dissolve
divide drop elect employ enable encourage end enhance enter establish evaluate examine expand
expel experience express face feature finish fire follow force form found fund gain generate
govern happen help hire identify implement impose improve include increase induce influence inhibit
inspire introduce invade invent investigate invite involve issue join kill labour launch limit live
maintain manage mark measure mediate modulate move murder name need observe obtain occupy occur
offer open oppose order organise organize own paint perform persuade play produce promote propose
protect prove provide publish purchase raise rattle reach receive record recognise recognize reduce
refuse regulate reject release remain remove replace report represent require rescue restore result
return reveal review rule save secure serve settle share sign sponsor start stop study succeed
suggest sue supply support suppress surround survive target threaten train translate travel treat
trigger turn use visit vote warn work
"""
_SPECIAL_ENDS = {"ban": "bann", "stop": "stopp", "drop": "dropp", "occur": "occurr", "expel": "expell",
                 "control": "controll"}  # fmt: skip


def _regular(base: str) -> str:
    stem = _SPECIAL_ENDS.get(base, base)
    if stem.endswith("e"):
        return stem + "d"
    if re.search(r"[^aeiou]y$", stem):
        return stem[:-1] + "ied"
    return stem + "ed"


VERBS: dict[str, tuple[str, str]] = {
    base: (past, participle)
    for base, past, participle in (
        *(entry.split() for entry in _IRREGULAR.replace("\n", "").split("|")),
        *((base, _regular(base), _regular(base)) for base in _REGULAR.split()),
    )
}
"""Base form -> past tense and past participle of verbs whose forms are sure."""

BASES: dict[str, str] = {past: base for base, (past, _) in VERBS.items() if base != "be"}
"""Past tense -> base form."""

PASTS: dict[str, str] = {participle: past for past, participle in VERBS.values()}
"""Past participle -> past tense."""

TRANSITIVE: dict[str, str] = {
    past: participle
    for base, (past, participle) in VERBS.items()
    if base
    in frozenset(
        """acquire adopt announce appoint approve arrest attack ban beat block buy build capture
        choose collect conquer create criticise criticize defeat design destroy develop discover
        elect establish expel find fire found hire identify introduce invade invent kill launch lead
        make murder name open oppose organise organize paint produce promote propose publish
        purchase record reject release replace rescue sell sign sponsor suggest support suppress
        surround win write""".split()
    )
}
"""Past tense -> participle of verbs that take an object which can become the subject."""

ONE_WAY = frozenset(
    """acquired appointed arrested attacked beat bought captured conquered criticised criticized
    defeated destroyed elected expelled fired fought hired influenced inhibited inspired invaded
    invited killed led murdered overthrew purchased replaced rescued ruled sponsored succeeded
    sued suppressed taught trained visited supported opposed followed surrounded activated
    induced regulated threatened employed occupied founded owned inhibits inhibit activates activate induces
    induce suppresses suppress causes cause caused triggers triggered controls controlled governs
    governed promotes promoted regulates mediates mediated created creates wrote built invented
    discovered produces produced enters attracted rejected""".split()
)
"""Past tenses of verbs that do not hold the other way round when they hold one way."""

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
SPELLED = tuple(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty".split()
)

_NATIONS = """
China Chinese Beijing|Japan Japanese Tokyo|France French Paris|Germany German Berlin|
Italy Italian Rome|Spain Spanish Madrid|Russia Russian Moscow|India Indian Delhi|
Mexico Mexican -|Brazil Brazilian Brasilia|Canada Canadian Ottawa|Australia Australian Canberra|
Egypt Egyptian Cairo|Poland Polish Warsaw|Sweden Swedish Stockholm|Norway Norwegian Oslo|
Denmark Danish Copenhagen|Greece Greek Athens|Turkey Turkish Ankara|Iran Iranian Tehran|
Iraq Iraqi Baghdad|Israel Israeli Jerusalem|Ukraine Ukrainian Kyiv|Austria Austrian Vienna|
Hungary Hungarian Budapest|Portugal Portuguese Lisbon|Ireland Irish Dublin|
Scotland Scottish Edinburgh|Kenya Kenyan Nairobi|Nigeria Nigerian Abuja|Ghana Ghanaian Accra|
Peru Peruvian Lima|Chile Chilean Santiago|Argentina Argentine -|Cuba Cuban Havana|
Vietnam Vietnamese Hanoi|Thailand Thai Bangkok|Indonesia Indonesian Jakarta|
Malaysia Malaysian -|Pakistan Pakistani Islamabad|Finland Finnish Helsinki|
Belgium Belgian Brussels|Netherlands Dutch Amsterdam|Switzerland Swiss Bern|
England English London|Korea Korean Seoul|Mongolia Mongolian -|Armenia Armenian Yerevan
"""
NATIONS: tuple[tuple[str, str, str], ...] = tuple(
    (country, adjective, capital)
    for country, adjective, capital in (
        entry.split() for entry in _NATIONS.replace("\n", "").split("|")
    )
)
"""Country, adjective and capital (`-` where its name says no more), one meaning of one state."""

_PLURAL_SUBJECTS = frozenset(
    "they we you people men women children these those both data bacteria mice many most some all "
    "police media criteria phenomena feet teeth".split()
)
_SINGULAR_IN_S = re.compile(r"(?:ss|us|is|ics|news|species|series|process)$")


def third_person(base: str) -> str:
    """The form after he, she, it.

    >>> third_person("carry"), third_person("pass"), third_person("have"), third_person("be")
    ('carries', 'passes', 'has', 'is')
    """
    if base in ("have", "be"):
        return {"have": "has", "be": "is"}[base]
    if re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ies"
    return base + ("es" if re.search(r"(?:s|x|z|ch|sh|o)$", base) else "s")


def present(base: str, subject: str) -> str | None:
    """The verb's present after the word `subject`; None where the number cannot be told.

    >>> present("be", "officials"), present("move", "company"), present("be", "I")
    ('are', 'moves', None)
    """
    word = subject.lower()
    if not word.isalpha() or word in ("i", "that", "which", "who", "and", "or") or len(word) < 2:
        return None
    several = word in _PLURAL_SUBJECTS or (
        word.endswith("s") and not _SINGULAR_IN_S.search(word) and subject[0].islower()
    )
    if several:
        return "are" if base == "be" else base
    return third_person(base)


def nation_of(name: str) -> int | None:
    """Which row of `NATIONS` a word belongs to, if any."""
    return next((n for n, row in enumerate(NATIONS) if name in row), None)


def opened(text: str) -> str:
    """With a capital at its start."""
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """In one line, without blanks before commas and stops.

    >>> tidy("It rose ,\\n he said  .")
    'It rose, he said.'
    """
    return re.sub(r"\s+([,.;:)])", r"\1", re.sub(r"\s+", " ", text)).strip()
