"""English word classes for comparing what two sentences say: stems, synonyms, cues and names.

Closed classes (negation, modality, attribution, conditions, quantifiers, links) are listed in
full; of the open ones (synonyms, opposites) only what is common in news and reports.
"""

from __future__ import annotations

import re
from functools import lru_cache

import snowballstemmer  # the Snowball project's own stemmers: small, pure Python, kept since 2001

from assistant.countries import CAPITALS, NAMES, PEOPLES

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

SYNONYMS = """
exacerbate worsen aggravate bad; often frequently; sometimes occasionally
noble aristocrat aristocracy nobility; rich wealthy; appealing attractive; solely exclusively
chief important; succeed manage; scant meager meagre scarce; vain unsuccessful; spread extension
topple overthrow; arise result; unsuccessful fail; survive exist; concentrate focus
help aid assist; task charge; return back; found establish; massive huge; drug medicine
crimson red; kill massacre; renounce abandon quit; ultimate final; strength power; sign ink
sign seal; agreement accord deal pact treaty; tariff duty levy; product good merchandise
ease loosen relax; ease lift; curb restriction limit control restraint; tighten toughen harden
impose slap levy place put; threaten warn; country nation state; meeting talk summit discussion
talk negotiation discussion; lead top; summit gathering; meet hold; visit trip tour travel
embark start begin launch; leader head; start begin commence open launch
end finish conclude close; stop halt cease end; stop quit
rise climb increase grow jump surge soar; raise increase lift hike
fall drop decline decrease slide plunge sink; reduce cut lower lessen decrease trim slash
reduce diminish; buy purchase acquire; sell export; big large huge massive sizeable major
small little minor; important key crucial vital critical essential significant
essential necessary; aid help assist support; back support endorse; backing support
show demonstrate indicate reveal; find discover; find conclude determine; use employ utilize
use utilise; need require; want seek; seek pursue; want desire; wish want hope; try attempt seek
aim goal target; aim intend design mean; aim purpose; plan intend; build construct; build erect
make produce manufacture; make create; create establish found form; set establish
company firm business corporation; enterprise company; factory plant; worker employee staff
job employment; money fund cash; fund finance; cost price; pay spend; rich wealthy abundant
poor impoverished; war conflict; fight battle; army military force troop
attack assault strike raid; kill slay; die perish; sick ill; disease illness; doctor physician
patient sufferer; law legislation act statute; rule regulation; bill legislation; court tribunal
judge justice; vote ballot; election poll; government administration; government authority state
official authority; minister secretary; president leader; premier prime; chief head boss
chief executive; chairman chair; member part; area region zone; area territory; city town
district neighbourhood; house home; street road; car automobile vehicle; ship vessel boat
plane aircraft; picture image; film movie; book volume; student pupil; teacher instructor
school college; learn study; child kid; people population; resident inhabitant; person individual
man male; woman female; answer reply respond; response reply reaction; ask request
question inquiry query; inquiry investigation probe; investigate probe examine study
examine inspect; review assess evaluate; study research; researcher scientist; test trial
result outcome consequence; effect impact consequence influence; affect influence impact
influence leverage sway; change alter modify; change shift; improve enhance boost
boost strengthen increase; strengthen reinforce bolster; weaken undermine
protect defend safeguard; defense defence; secure obtain get gain; get receive obtain
acquire obtain; gain win; win victory; lose defeat; keep retain maintain preserve; hold keep
continue proceed; resume restart; resumption return; allow permit let enable; let permit
ban prohibit bar forbid outlaw; block prevent stop; prevent avoid; forbid prohibit
accept agree approve; approve authorize; approve pass; reject refuse dismiss; deny reject
quick fast rapid swift; quickly rapidly; slow gradual; near close; new recent; old former previous
former previous earlier; early previous; first initial; final last; complete finish finalize
finalize conclude complete; complete full entire whole; total overall; entire whole
main chief primary principal central; main dominant major; dominate lead; common shared joint
bilateral mutual; broad wide; wide extensive; special particular; various several diverse
different various; several multiple; many numerous; enough sufficient; about concerning regarding
include comprise contain; include cover feature; cover include; consist comprise; part portion
part section segment; piece part; amount sum quantity; number figure; figure statistic; year annum
day date; deadline date; time period; period era; month monthly; now currently; present current
today current; soon shortly; later after; move step measure action; step measure; measure action
decision move; decide determine; say state; tell inform; announce declare unveil
announce disclose; declare proclaim; report account; claim assert allege; argue contend maintain
argue claim; believe think consider; think consider; view see regard consider; expect anticipate
forecast predict project; likely probable; predict expect; know aware; understand grasp
remember recall; recall remember; call name; call describe; name title; describe characterize
describe depict; mention cite; cite quote; refer mention; discuss talk; discuss address touch
touch cover; raise address; issue topic matter subject; topic subject; problem issue trouble
trouble difficulty; risk danger hazard; danger threat; fear worry concern; worry concern anxious
nervous anxious rattle; rattle unsettle shake unnerve; angry furious
criticism condemnation rebuke; criticize condemn blame; praise commend; sharp harsh strong
strong powerful; power might force; powerful mighty; safe secure; hard difficult; difficult tough
easy simple; simple plain; clear obvious evident; clear plain; secret hidden confidential
wrap secret; open public; public open; private personal; send dispatch ship; ship deliver
deliver supply provide; provide supply offer give; supply furnish; give grant; grant award
award prize; offer propose; propose suggest; proposal offer suggestion; suggest imply
suggest propose; promise pledge vow; commitment promise pledge obligation
honor fulfil fulfill meet keep; honor respect observe; honour honor; fulfil fulfill
breach violate break; violate break; obey follow comply; follow succeed; replace substitute
trade commerce; trade exchange; economic economy; financial finance; market exchange
investor shareholder; invest investment; industry sector; sector field; technology tech
mineral resource; resource material; material substance; ore mineral; mine mining
oil petroleum crude; gas fuel; energy power; electricity power; farm agriculture; crop harvest
soybean soya; food meal; water aqua; drug medicine medication; drug narcotic; vaccine jab
cell cellular; gene genetic; animal creature; plant flora; earth soil; land ground; sea ocean
river stream; mountain peak; island isle; border frontier; north northern; south southern
east eastern; west western; central middle; centre center; international global worldwide
world global; domestic home internal; foreign overseas abroad; ally partner; partner counterpart
rival competitor opponent; enemy foe adversary; opponent adversary; friend ally; ambassador envoy
envoy representative; representative delegate; team crew group; group organization
organization organisation body; committee panel; panel board; agency bureau; department ministry
office bureau; headquarters base; base found; locate situate; locate base; live reside dwell
born birth; marry wed; work labor; labour labor; labor toil; serve work; role part function
function purpose; job task role; duty responsibility; responsible accountable
cause trigger spark prompt; lead cause; lead pave; lead result; cause reason; reason ground
result stem; arise emerge; emerge appear; appear seem; happen occur; event occurrence incident
incident event; accident crash; fire blaze; storm hurricane; flood deluge; earthquake quake
destroy demolish; damage harm; harm hurt injure; injure wound; repair fix mend; fix set
clean clear; dirty polluted; hot warm; cold cool; light bright; dark black; high tall elevated
low small; deep profound; long lengthy; short brief; brief short; large great; great grand
good positive beneficial; benefit advantage; advantage edge; bad negative poor; worsen deteriorate
right correct accurate; wrong incorrect false; true real genuine; false untrue; error mistake
choose select pick opt; choice option; option alternative; vary differ; equal same; same identical
similar alike; like similar; compare contrast; exceed surpass top; exceed more
reach attain achieve; achieve accomplish; achieve reach; goal objective target; objective purpose
strategy plan; plan scheme project program; program programme; project scheme
method way technique; approach method; way manner; process procedure; system structure
rule govern; govern administer; manage run administer; manage oversee; oversee supervise
control command; command order; order instruct; direct order; demand insist; urge press call
press push; push drive; push effort campaign; effort attempt bid; bid attempt
accelerate speed hasten quicken; accelerate intensify; intensify escalate heighten
escalate increase; tension strain friction; eager keen; function act; host hold
priority want goal; follow after; precede before
mainly primarily mostly largely chiefly principally; home native; put propose; move relocate
gift donate; earn receive; suffer experience; hold contain; worship pray
ancestor descend forefather; resign step quit; lineage descent ancestry
standoff impasse confrontation dispute; dispute conflict row; dispute disagreement; negotiate talk
compromise settlement; settle resolve; resolve solve; solution answer; counter oppose offset
oppose resist; resist oppose; neutralize counter nullify; reliance dependence; reliance dependency
depend rely; dependency dependence; independent autonomous; freedom liberty; diversify spread
spread expand; expand extend enlarge broaden widen; extend lengthen; expansion growth
growth increase; develop grow; development growth; access entry; enter join; join enter
leave depart exit; quit leave; arrive come; return come; bring carry; carry transport
move transfer; transfer shift; travel journey; journey trip; itinerary schedule agenda
schedule agenda plan; agenda program; dock port; harbour port; airport airfield; railway rail
train rail; bus coach; pave open; turn shift; pivotal crucial; chip semiconductor; quarter fourth
acquire buy; takeover acquisition; merge combine; combine unite; unite join; split divide
divide separate; separate distinct; distinct different; vast huge; enormous huge; tiny small
roughly approximately; approximately about; nearly almost; around about; half fifty; double twice
"""

OPPOSITES = """
greater smaller; greater less; larger smaller; bigger smaller; older younger; elder younger
rise fall; rise drop; rise decline; increase decrease; increase reduce; increase cut; raise lower
raise cut; raise reduce; grow shrink; gain lose; gain loss; expand shrink; expand reduce
strengthen weaken; tighten ease; tighten loosen; tighten relax; win lose; buy sell; import export
accept reject; accept refuse; approve reject; approve oppose; approve deny; agree disagree
agree refuse; support oppose; back oppose; allow ban; allow forbid; allow prevent; allow prohibit
permit ban; permit prohibit; begin end; start end; start stop; start finish; open close
join leave; enter leave; enter exit; arrive depart; love hate; succeed fail; success failure
victory defeat; create destroy; build destroy; build demolish; improve worsen; confirm deny
admit deny; include exclude; remember forget; appear disappear; safe dangerous; strong weak
rich poor; high low; higher lower; large small; big small; long short; early late; earlier later
before after; old new; young old; north south; northern southern; east west; eastern western
public private; male female; hot cold; legal illegal; lawful unlawful; possible impossible
likely unlikely; able unable; equal unequal; necessary unnecessary; important unimportant
positive negative; good bad; better worse; best worst; true false; right wrong; easy difficult
easy hard; simple complex; hard soft; heavy light; fast slow; quick slow; ally enemy; friend enemy
friend foe; attack defend; ascend descend; up down; above below; more less; more fewer; most least
maximum minimum; majority minority; first last; accelerate slow; accelerate delay; boost hurt
boost cut; boost reduce; boost weaken; help hurt; help hinder; promote inhibit; promote prevent
promote suppress; activate inhibit; activate suppress; induce inhibit; induce prevent
enhance reduce; enhance inhibit; enhance impair; upregulate downregulate; increase inhibit
increase suppress; increase impair; stimulate inhibit; stimulate suppress; cause prevent
sensitive resistant; susceptible resistant; presence absence; present absent; deny confirm
credit debit; surplus deficit; profit loss; lend borrow; teach learn; give take; hire fire
arrest release; capture release; lift impose; remove impose; repeal impose; ease impose
warn reassure; escalate de-escalate; advance retreat; attract repel; inside outside
domestic foreign; cancel keep; cancel confirm; temporary permanent; voluntary mandatory
optional mandatory; optional required; reveal hide; reveal conceal; praise criticize
praise condemn; friendly hostile; peace war; upper lower; top bottom; front back; left right
wet dry; full empty; rural urban; ancient modern; dependence independence; dependent independent
formal informal; direct indirect; active passive
"""


def _groups(table: str) -> list[list[str]]:
    lines = table.strip().replace("\n", ";").split(";")
    return [line.split() for line in lines if line.strip()]


_BASE = {form: base for base, *forms in _groups(_IRREGULAR) for form in forms}


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


def _pairs(table: str) -> dict[str, frozenset[str]]:
    """Stem -> the stems that stand with it in a group."""
    found: dict[str, set[str]] = {}
    for group in _groups(table):
        stems = {stem(word) for word in group}
        for each in stems:
            found.setdefault(each, set()).update(stems - {each})
    return {each: frozenset(others) for each, others in found.items()}


@lru_cache(maxsize=1)
def synonyms() -> dict[str, frozenset[str]]:
    """Stem -> stems that may stand in its place."""
    return _pairs(SYNONYMS)


@lru_cache(maxsize=1)
def opposites() -> dict[str, frozenset[str]]:
    """Stem -> stems that say the opposite."""
    return _pairs(OPPOSITES)


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
_CONTRASTS = (
    "more less fewer", "most least", "before after until since from during", "above below",
    "over under", "with without",
    "always often usually typically generally sometimes rarely seldom never occasionally",
    "all some most many few several no none any every each both", "up down", "in out", "and or",
    "first second last", "inside outside", "into from", "onto from", "to from", "for against",
    "by from",
)  # fmt: skip


@lru_cache(maxsize=1 << 12)
def contrast(one: str, other: str) -> bool:
    """Whether two lower-case function words say different things in the same place.

    >>> contrast("before", "after"), contrast("of", "in")
    (True, False)
    """
    return one != other and any({one, other} <= set(group.split()) for group in _CONTRASTS)


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
