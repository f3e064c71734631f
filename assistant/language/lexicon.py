"""English word classes for comparing what two sentences say: stems, cues and names.

Closed classes (negation, modality, attribution, conditions, quantifiers, links) are listed in
full. `thesaurus` has the open ones, synonyms and opposites.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer  # the Snowball project's own stemmers: small, pure Python, kept since 2001

from assistant.language.countries import CAPITALS, NAMES, PEOPLES

_snowball = snowballstemmer.stemmer("english")

_IRREGULAR = """
arise arose arisen; bear bore borne; beat beaten; become became; begin began begun; bind bound
break broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen
come came; deal dealt; draw drew drawn; drink drank drunk; drive drove driven; eat ate eaten
fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly flew flown
forbid forbade forbidden; forget forgot forgotten; freeze froze frozen; get got gotten
give gave given; go went gone goes; grow grew grown; hang hung; hear heard; hide hid hidden
hold held; keep kept; know knew known; lead led; leave left leaving leaves; lend lent; lose lost
lie lying lain; make made; mean meant; meet met; overcome overcame; pay paid; ride rode ridden
rise rose risen; run ran; say said; see saw seen; seek sought; sell sold; send sent; lay laid
shake shook shaken; shoot shot; show shown; shrink shrank shrunk; sink sank sunk; sit sat
sleep slept; speak spoke spoken; spend spent; stand stood; steal stole stolen; strike struck
swear swore sworn; sweep swept; swim swam swum; take took taken; teach taught; tear tore torn
tell told; think thought; throw threw thrown; understand understood; wake woke woken
undertake undertook undertaken; wear wore worn; win won; withdraw withdrew withdrawn
write wrote written; child children; man men; woman women; person people persons; foot feet
tooth teeth; good better best; bad worse worst; far further farther; life lives; half halves
analyze analysis analyses analyse; crisis crises; basis bases; datum data; medium media
criterion criteria; threaten threat threats; sell sale sales; choose choice choices
lose loss losses; grow growth; die death deaths dying dead; bear birth births
believe belief beliefs; prove proof proven; fly flight flights
succeed success successes successful; speak speech speeches; give gift gifts
strong strength strengthen; long length lengthen; deep depth deepen; wide width widen; high height
marry marriage; arrive arrival; refuse refusal; approve approval; remove removal; propose proposal
deny denial; survive survival; fail failure; sign signature signatures; seize seizure; pay payment
visit visitor visitors; depart departure; close closure; company co; corporation corp
department dept; governor gov; weigh weight
"""


def word_groups(table: str) -> list[list[str]]:
    """The words of a table's groups, which semicolons or line ends part."""
    lines = table.strip().replace("\n", ";").split(";")
    return [line.split() for line in lines if line.strip()]


_BASE = {form: base for base, *forms in word_groups(_IRREGULAR) for form in forms}


def stems(words: str) -> frozenset[str]:
    """The stems of words that stand in one text with spaces between."""
    return frozenset(map(stem, words.split()))


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """What a word's inflections and common derivations share; lower case.

    >>> stem("Announcements") == stem("announced"), stem("sought") == stem("seeks")
    (True, True)
    >>> stem("decision") == stem("decide"), stem("threat") == stem("threatened")
    (True, True)
    """
    word = word.lower().replace("’", "'")
    word = re.sub(r"'s?$", "", word)
    word = _BASE.get(word, word)
    found: str = _snowball.stemWord(word)
    if word.endswith("ment") and len(word) > 7:
        found = _snowball.stemWord(word[:-4])
    elif word.endswith("sion") and len(found) > 4 and not found.endswith("ss"):
        found = re.sub(r"s$", "d", found)
    return found


ROLES = frozenset(
    """president premier minister chancellor king queen prince princess emperor pope bishop
    cardinal senator congressman congresswoman representative governor mayor secretary
    ambassador envoy judge justice general colonel major captain admiral lieutenant sergeant
    commander chairman chairwoman chair chief ceo cfo coo executive director manager founder
    owner analyst economist professor doctor dr lawyer attorney prosecutor spokesman
    spokeswoman spokesperson leader speaker deputy vice prime former acting interim foreign
    finance defense defence trade treasury commerce mr mrs ms sir lord lady dame baron count
    duke earl coach author actor actress singer writer journalist editor reporter scientist
    engineer officer commissioner treasurer adviser advisor aide head dictator sultan sheikh
    emir shah tsar rabbi imam saint reverend father sister brother""".split()
)
TITLES = frozenset(
    """president premier minister chancellor king queen prince princess emperor pope senator
    governor mayor secretary ambassador judge justice general chairman ceo director
    professor spokesman spokeswoman commissioner director-general prime vice deputy
    acting finance foreign defense defence""".split()
)
"""Of the roles, those that say which office someone holds."""

NEGATIONS = frozenset(
    """not never no none nobody nothing neither nor without cannot hardly rarely barely
    scarcely unable unwilling nowhere""".split()
)
NEGATED_BEFORE_TO = stems("""fail refuse decline neglect reluctant""")
"""Stems that deny the verb they govern by "to": "failed to agree"."""

DENYING = stems(
    """bar ban prohibit forbid prevent deny refuse reject disqualify exclude fail unsuccessful
    lack absent omit stop block unable dismiss decline avoid leave keep unknown unwilling
    cancel abandon"""
)
"""Stems of words that say a no without one."""
WILL = frozenset("will shall 'll wo sha".split())
MAYBE = frozenset("may might could possibly perhaps maybe potentially".split())
EXPECTED = frozenset("would should likely probably presumably apparently seemingly ought".split())
EXPECTED_STEMS = stems(
    """expect anticipate plan intend aim poised seem appear suppose forecast predict project
    promise vow pledge prospect prepare design commit goal target purpose"""
)
"""Stems that make what they govern expected or meant, not done."""
MAYBE_STEMS = stems(
    """keen effort threaten consider weigh hope want seek try eager attempt propose offer urge ask
    demand request wish mull explore discuss suggest risk ready willing fear warn call encourage
    invite determined push press potential possible"""
)
"""Stems that leave open whether what they govern comes about."""
MEANT = stems("threaten propose plan hope want seek eager keen aim intend")
"""Of both, those that need no "to": "a threatened tariff", "wants a deal"."""
PURPOSE = stems("aim design intend mean")
"""Stems that say what a thing is for, which "to" alone says as well."""
SCHEDULED = stems("set schedule slate due")

REPORTING = stems(
    """hypothesize say tell accord report claim argue state note add believe think view see
    regard allege insist acknowledge assert contend maintain suggest estimate predict describe
    explain reckon rumor rumour accuse suspect perceive purport reportedly allegedly
    supposedly purportedly caution warn remark testify opine speculate concede deem mention
    comment observe write consider"""
)
VIEWED = stems(
    """view see regard consider believe think say report describe rumor rumour allege deem
    perceive estimate repute suspect"""
)
"""Stems which, after a form of "to be", tell what others take something for."""
SAYING = stems(
    """hypothesize say tell claim argue state note add believe think allege insist acknowledge
    assert contend maintain suggest predict explain reckon estimate caution warn remark
    testify opine speculate concede report announce declare reveal confirm write indicate"""
)
"""Stems of verbs whose object clause is what someone says."""
ACCUSING = stems("accuse criticize blame charge suspect condemn praise")
"""Which, with "of" or "for", tell what someone holds against someone."""
BELIEVING = stems("believe think consider regard see view allege expect")
TAKING_FOR = stems(
    "view see regard consider describe misinterpret interpret portray depict perceive treat"
)
"""Verbs which, with "as", tell what someone takes something for."""
OF_MANY_USES = stems(
    "state note add maintain suggest estimate indicate report announce reveal confirm write claim"
)
"""Of these, verbs that often have a plain object instead."""
DOCUMENT_WORDS = stems(
    """article report document text source passage paper author story study page newspaper"""
)

CONDITIONS = frozenset("if unless provided providing except until pending lest".split())
CONDITION_PHRASES = (
    "as long as", "so long as", "in case", "in the event", "on condition",
    "provided that", "only when", "only if", "except for", "exception of", "contingent on",
    "depending on", "conditional on", "only after",
    "but only", "assuming that",
)  # fmt: skip
WHETHER_AFTER = stems("ask wonder see know unclear determine decide question as even test")
"""Stems after which "if" means "whether", or "as if", "even if"."""

CAUSES = frozenset("because therefore hence consequently owing".split())
CAUSE_PHRASES = (
    "due to", "led to", "leads to", "leading to", "lead to", "result of", "resulted in",
    "resulting in", "results in", "thanks to", "caused by", "in response", "so that",
    "as a consequence", "on account of", "pave the way", "paves the way", "paved the way",
    "paving the way", "give rise to", "gave rise to", "contributed to", "for this reason",
    "which is why", "that is why", "as a result",
)  # fmt: skip
CAUSE_STEMS = stems("""cause trigger prompt spark provoke induce""")
LATER = frozenset("after following since".split())
EARLIER = frozenset("before until".split())

ALL = frozenset("all every each entire whole always everyone everything everybody both any".split())
MOST = frozenset("most majority mostly mainly largely primarily".split())
SOME = frozenset("some few much many sometimes often partly part partially minority half".split())
ONLY = frozenset("only solely exclusively sole merely alone".split())

_FUNCTION_WORDS = frozenset(
    """cannot owing spite despite a about above across after again against ago all along
    already also although am amid among an and another any anyone anything are around as at
    away back be because been before behind being below beneath beside besides between
    beyond both but by can could did do does doing done down during each either else ever
    every few for from further had has have having he hence her here hers him his how
    however i if in indeed inside instead into is it its itself just last later least less
    like made make makes many may me meanwhile might mine more moreover most much must my
    near neither next no none nor not now of off often on once one ones only onto or other
    others otherwise our out outside over own past per perhaps quite rather same several
    shall she should since so some still such than that the their theirs them themselves
    then there thereby therefore these they this those though through throughout thus till
    to today together tomorrow too toward towards under unless unlike until up upon us very
    via was we were what when where whereas whether which while who whoever whom whose why
    will with within without would yes yesterday yet you your yours according additionally
    currently finally first furthermore previously recently second similarly specifically
    third 's s t d ll ve re m etc e.g i.e himself herself ourselves""".split()
)
LIGHT = stems(
    """researcher say tell state be have do make take get go come give use include call name know
    become way thing one part kind type sort example fact case well also new article document
    report accord text passage source mention describe number amount event person people place
    time date year day specific particular various several refer involve relate respect main
    key major overall current recent participate occur happen hold set put want worth total"""
)
"""Stems that carry little: a statement may have them though its sentences do not."""


@lru_cache(maxsize=1 << 14)
def place(name: str) -> str:
    """One name for a country and its people, else the name; lower case, without points.

    >>> place("Koreans"), place("U.S."), place("New Zealanders"), place("Peru"), place("LDCs")
    ('korea', 'us', 'new zealand', 'peru', 'ldc')
    """
    plain = re.sub(r"['’]s?$", "", name).replace(".", "").replace("’", "'").lower()
    if re.fullmatch(r"[A-Z]{2,}s", name):
        plain = plain[:-1]
    return PEOPLES.get(plain) or PEOPLES.get(plain.rstrip("s")) or plain


def is_place(word: str) -> bool:
    """Whether a lower-case word is a country, its people, or a capital that stands for it."""
    return word in PEOPLES or word in NAMES or word in CAPITALS


def is_function(word: str) -> bool:
    """Whether a lower-case word only ties others together."""
    return word in _FUNCTION_WORDS


def same_stem(one: str, other: str) -> bool:
    """Whether two stems are of one word, or one is a long beginning of the other.

    >>> same_stem("agreement", "agre"), same_stem("import", "importer")
    (False, True)
    """
    if one == other or {one, other} == {"find", "found"}:  # "found" is a form of both
        return True
    short, long_ = sorted((one, other), key=len)
    if len(short) >= 5 and long_.endswith(short) and long_.startswith(("out", "over", "up")):
        return True  # "outbreak" for "broke out"
    return len(short) >= 5 and len(long_) - len(short) <= 3 and long_.startswith(short)


LIMITS = frozenset(
    """arguably former possible almost nearly partly partially only rarely hardly seldom barely
    scarcely sometimes occasionally reportedly allegedly supposedly purportedly apparently
    seemingly possibly probably perhaps likely potentially presumably some most few""".split()
)
"""Words without which a sentence says more than it does with them."""
EXTREMES = frozenset(
    """always never entirely completely fully wholly totally exclusively solely only all every each
    invariably certainly definitely undoubtedly proven none no not""".split()
)
"""Words with which a sentence says more than it does without them."""
STRICT = (
    ROLES
    | LIMITS
    | EXTREMES
    | frozenset(
        """mother father son daughter brother sister uncle aunt cousin nephew niece grandfather
        grandmother wife husband widow chemist physicist biologist mathematician philosopher
        usually typically generally often mostly mainly largely daily weekly monthly yearly annually
        briefly permanently temporarily occasional frequent regular rare former current""".split()
    )
)
"""Words that are near in meaning to others which say something different."""
PROVING = stems("prove confirm establish demonstrate verify guarantee ensure")
SUGGESTING = stems("suggest indicate imply hint hypothesize propose believe suspect point")


def is_past(word: str) -> bool:
    """Whether a lower-case word is a past form that no suffix shows.

    >>> is_past("took"), is_past("take")
    (True, False)
    """
    return word in _BASE and not word.endswith(("s", "ing", "th"))


def is_bare(word: str) -> bool:
    """Whether a lower-case word may be a verb's base form: no article, no inflection, no adjective.

    >>> is_bare("arrive"), is_bare("the"), is_bare("limited")
    (True, False, False)
    """
    return not is_function(word) and not word.endswith(("ed", "s", "ing", "al", "ous", "ic", "ion"))
