"""English words that say the same, the opposite, or something else in the same place.

Of synonyms and opposites only what is common in news and reports.
"""

from __future__ import annotations

from functools import lru_cache

from assistant.language.lexicon import stem, word_groups

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

_CONTRASTS = (
    "more less fewer", "most least", "before after until since from during", "above below",
    "over under", "with without",
    "always often usually typically generally sometimes rarely seldom never occasionally",
    "all some most many few several no none any every each both", "up down", "in out", "and or",
    "first second last", "inside outside", "into from", "onto from", "to from", "for against",
    "by from",
)  # fmt: skip


def _pairs(table: str) -> dict[str, frozenset[str]]:
    """Stem -> the stems that stand with it in a group."""
    found: dict[str, set[str]] = {}
    for group in word_groups(table):
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


@lru_cache(maxsize=1 << 12)
def contrast(one: str, other: str) -> bool:
    """Whether two lower-case function words say different things in the same place.

    >>> contrast("before", "after"), contrast("of", "in")
    (True, False)
    """
    return one != other and any({one, other} <= set(group.split()) for group in _CONTRASTS)
