"""The words by which a follow-up question may lean on what was said before it, as patterns.

What they are taken for, and where they are not, is for `followups` to tell.
"""

from __future__ import annotations

import re

from assistant.language import ASKING

COURTESY = re.compile(
    r"(?:ok(?:ay)?|k|thank you(?: (?:very|so) much)?|thanks(?: (?:so much|a lot|very much))?|thx|cheers"
    r"|great|good|nice|perfect|cool|fine|right|sure|yes|yeah|yep|no|hm+|ah|oh|aha|i see|got it"
    r"|understood|interesting|well|now|please|hi|hello|hey)\b(?![-'’])(?:[\s,.!;:–—-]+|$)",
    re.I,
)
JOIN = re.compile(r"(?:and|but|or|so|also|then|plus)\b(?:[\s,.:–—-]+|$)", re.I)
ABOUT = re.compile(
    r"(?:(?:what|how) about|what of|(?:is it |and )?(?:the )?same (?:as in|as for|for|in|with))\s+(?=\w|[\"“])",
    re.I,
)
ORDER = re.compile(
    r"(?:explain|list|describe|tell|name|give|compare|summari[sz]e|show|find|define|write|translate"
    r"|please)\b",
    re.I,
)
LIGHT = ASKING | frozenset(
    """exactly precisely not so else much many long often far big large high old soon only then
    again next now happened happen happens come else long wide deep tall heavy fast late early
    expensive by for since until from to with about on in at of under against after before
    really seriously more few likely sooner later earlier longer higher lower""".split()
)
MORE = re.compile(
    r"(?:tell me more|more(?: details?| on (?:that|this|it))?|go on|(?:can|could) you (?:explain|elaborate)"
    r"|explain|details|elaborate|such as|like what|for example|any(?:one|thing|body|where)? (?:else|more)"
    r"|(?:any )?examples?|really|seriously|are you sure|says who|meaning|which ones?|any others?"
    r"|who else|what else|where else|why so|how so|how come|compared (?:to|with) what)\W*$",
    re.I,
)
EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was| will be| would be| has been| be| seem| seems)?\s+(?:(?:also|really|still|"
    r"ever|even|not|now|actually|so|very|more|as|that|too)\s+)*"
    r"(?:true|false|possible|impossible|likely|unlikely|legal|illegal|lawful|safe|dangerous|good|bad"
    r"|better|best|easy|hard|difficult|important|necessary|allowed|permitted|common|normal|clear"
    r"|known|said|believed|thought|reported|expected|worth|time|ok|okay|fair|right|wrong|rare|hot"
    r"|cold|raining|snowing|called|harmful|healthy|useful|correct|enough|cheaper|advisable)\b"
    r"(?=\s+(?:\w+ly\s+)?(?:that|to|for|if|when|whether|how|what|who|in|[A-Z]|the|a|\w+ing)\b)"
    r"|\b(?:does|did|do|will|would|can|could|might|may|should)\s+it\s+(?:ever\s+)?(?:take|cost|mean"
    r"|matter|help|make sense|hurt|pay|feel|rain|snow|look like|seem|require|work)\b[^?,;]*?\s(?:to|if"
    r"|when|that|for \w+ to)\s"
    r"|\bit\s+(?:rains?|snows?|rained|snowed|takes?|took|costs?|means?)\b(?=.*\bto\b|\s+(?:in|at|on|a lot|,|and))"
    r"|\b(?:does|did|will|would|can|could|is|was)\s+it\s+(?:\w+\s+)?(?:rain|snow|freeze)(?:ing)?\b"
    r"|\b(?:what|how)\s+(?:is|was|'s)\s+it\s+(?:like|called|far)\b|\bhow\s+(?:far|long|cold|hot|warm|late)"
    r"\s+(?:is|was)\s+it\s+(?:from|to|since|until|in|on)\b"
    r"|\bwhat\s+(?:time|day|date|year|month|season)\s+is\s+it\b|\b(?:is|was)\s+it\s+(?:[A-Z][\w'-]*\s+)+"
    r"(?:who|that|which)\b|\bit\s+(?:is|was)\s+[^?,;]+\s(?:who|that)\b|\bmake it\b(?!\W*$)"
    r"|\b(?:is|was)\s+it\s+(?:the|a|in|on|by|because)\b[^?,;]*\s(?:who|that)\b"
    r"|\b(?:find|make|makes|made|consider)\s+it\s+\w+\s+(?:to|for|that)\b",
    re.I,
)
POINTING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then"
    r"|ones?|latter|former|both|neither|others|so|do likewise)\b",
    re.I,
)
OPENERS = frozenset(
    """that if when while because after before since who which how why where whether until as and
    or but than though although once what""".split()
)
SAYING = frozenset(
    """say says said think thinks thought claim claims claimed mean means hope hopes want wants
    believe believes expect expects deny denies admit promise know knows argue argues announce
    mention propose suggest""".split()
)
OWN_TIME = re.compile(
    r"(?:this|that|these)\s+(?:year|month|week|morning|century|time|summer|winter|spring|autumn|fall"
    r"|decade|season|evening|afternoon|quarter|world|days|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday"
    r"|sunday|kinds? of|sorts? of)\b",
    re.I,
)
OF_THEIR_OWN = re.compile(
    r"those\s+(?:who|whom|whose|which|that|of|in|with|without|from|not|at|on|under|for|to|\w+ing"
    r"|\w+ed|born|held|made|already|still|most|having|living)\b",
    re.I,
)
RELATIONAL = re.compile(
    r"\bthe\s+(?:(?:main|exact|new|total|final|first|last|next|full|latest|other|biggest|key|likely)\s+)?"
    r"(?:deadline|reasons?|results?|outcome|costs?|price|author|penalt(?:y|ies)|fines?|risks?|aims?"
    r"|purpose|effects?|side effects|consequences?|terms?|duration|date|causes?|conditions?"
    r"|exceptions?|winner|score|venue|details|impact|benefits?|drawbacks?|symptoms|criteria|budget"
    r"|timetable|motive|verdict|sentence|victims?|death toll|toll|suspects?|buyer|seller|sponsor"
    r"|difference|alternatives?|next steps?|background|evidence|requirements?|limits?|fee|rate"
    r"|penalty|reaction|response|goal|objective|answer|source|amount|value|sum|size|impact)"
    r"(?=\s*\?*\s*$|\s+(?:so far|exactly|now|then|again|there|be|exactly)\b)",
    re.I,
)
GENERAL = re.compile(
    r"\bthe\s+(?:company|firm|country|agreement|deal|treaty|law|bill|report|project|merger"
    r"|minister|president|author|authors|government|team|player|film|book|drug|vaccine|court|judge"
    r"|plant|city|town|island|bank|party|group|organi[sz]ation|agency|union|election|war|strike"
    r"|contract|loan|tax|tariff|ban|rule|rules|plan|plans|proposal|programme|program|trial|two"
    r"|scheme|measure|measures|case|ruling|decision|attack|accident|crash)\b",
    re.I,
)
WITHOUT_OTHER = re.compile(r"\b(?:than|besides|apart from|except|other side|other hand)\b", re.I)
COMPARED = re.compile(
    r"(?:and\s+)?(?:which|who|what)(?:\s+(?:one|of them))?\s+(?:is|was|are|were|has|costs?|lasts?|pays?)"
    r"(?:\s+the)?\s+(?:more|less|most|least|better|best|worse|worst|\w{2,}[^aeiou]er|\w{2,}est)"
    r"(?:\s+\w+)?\W*$",
    re.I,
)
ABSENT_SUBJECT = re.compile(
    r"(?:who(?:'s| is| was)\s+(?:in|on|at) (?:the )?[a-z]+|(?:who|what)(?:'s| is| are| was| were)\s+"
    r"(?:not )?(?:running|leading|paying|winning|losing|voting|attending|speaking|going|coming|missing"
    r"|invited|affected|involved|covered|included|excluded|exempt|left|responsible|blamed|charged"
    r"|arrested|killed|hurt|injured|accused|expected|next))\W*$",
    re.I,
)
"""What asks who has a part in what was spoken of, and does not say in what."""
ABSENT_OBJECT = re.compile(
    r"(?:do|does|did|has|have|will|would|is|are|was|were)(?:n't)?\s+(?:any|some|no|every)(?:one|body)\s+"
    r"(?:else\s+)?(?!know|knows|knew)[a-z]+\W*$"
    r"|(?:is|are|was|were) there (?:any|no) [a-z]+\W*$"
    r"|(?:tell me|say|show me|give me)?\s*more\s+(?:about|on)\s+the\s+(?:[a-z-]+\s+)?(?:part|bit|side|section"
    r"|point|aspect)\W*$",
    re.I,
)
WITH_IT = re.compile(
    r"\b(?:an?|the|any) [a-z]+ (?:with|containing)\b[^,;?]*\b(?:in|on|to|about) $", re.I
)
"""What has "it" behind a preposition of its own: "an advert with a president in it"."""
NUMBERED = re.compile(
    r"\b(?:section|article|resolution|chapter|rule|title|bill|law|no\.?) \w*\d", re.I
)
"""A thing that is named by its number."""
OF_AN_OWNER = re.compile(
    r"(?:what|who|which|where|when|how much|how (?:large|big|high))(?:'s| is| are| was| were)"
    r" ((?:the )?[\w.-]+'s)\W*$",
    re.I,
)
"""What asks for the same of another owner: "What is the EU's?"."""
AFTERTHOUGHT = re.compile(
    r",? (?:too|as well|either|in the same (?:year|month|quarter|period|time))$"
    r"|, (?:does|do|did|is|are|was|were|has|have|will|would|can) (?:it|they|he|she)$",
    re.I,
)
"""What is added to another thing asked about, and says that the same is asked."""
OWN_CLAUSE = re.compile(r"\s+[a-z]+\s+[A-Z]|\s+(?:that|which|who|whose|where)\b")
"""What names "the company" it stands behind: "the company that closed"."""
MEASURED_BY = re.compile(
    r"(?:compared (?:to|with)|versus|vs\.?|as opposed to|(?:(?:more|less|fewer|[a-z]{2,}er) or )?"
    r"(?:more|less|fewer|[a-z]{2,}er) than)\s+\w",
    re.I,
)
"""What is added to the question before, for its answer to be compared with."""

VALUE_END = r"\b(?:is|was|are|were|does|did|do|has|would|isn't|wasn't) $"
VALUE = re.compile(
    r" (?:(?:much|still|a lot|any|really) )?(?:more|less|fewer|higher|lower|larger|bigger|smaller|worse"
    r"|better|longer|shorter|faster|slower|older|newer|cheaper|up|down|above|below|enough|the same"
    r"|compare[ds]?)\b",
    re.I,
)
"""What is said of a value that was told, behind "that": "Is that more than last year?"."""

ADVERBIAL = re.compile(
    r"(?:why|when|where|how|how (?:long|often|far|soon)|(?:why|when|where|how) and (?:why|when|where"
    r"|how))(?: exactly| precisely)?$"
    r"|(?:by|for|since|until|from|with|at|in|on|under|to|against|after|before|of|about)"
    r" (?:when|whom|where|how (?:much|many|long)|what|which)\b",
    re.I,
)
HELPED = re.compile(
    r"(?:when|where|why|how) (?=(?:did|does|do|has|have|had|will|would|can|could|should)\b)", re.I
)
OF_A_CLAUSE = re.compile(
    r"(why|how|when|where)(?:'s| is| was| were)? (?:that|this|so)(?: so)?\W*$"
    r"|(why|how|when|where) (?:did|does|do|has|have|had|will|would|is|are|was|were) (?:he|she|they|it)"
    r" (?:(?:do|does|doing|done|be|been) )?(?:that|this|it|so)\W*$",
    re.I,
)
""" "Why did they do that?": what was done is the whole question before."""

_SMALL = frozenset(
    """who whose what which when where why how and about that this their they there then same with
    from the""".split()
)
_SWAPPED = {
    word[:n] + word[n + 1] + word[n] + word[n + 2 :]: word
    for word in sorted(_SMALL)
    for n in range(len(word) - 1)
}
_MISSPELT = {
    wrong: word
    for wrong, word in _SWAPPED.items()
    if wrong not in _SMALL | {"form", "three", "hwo"}
}
"""Small words with two letters the wrong way round: "teh", "waht"."""
_TYPED = re.compile(rf"\b(?:{'|'.join(sorted(_MISSPELT))})\b")
_UNMARKED = re.compile(r"\b(what|who|where|how|when)s(?=\s)", re.I)


def spelled(question: str) -> str:
    """The question with its small words spelled rightly.

    >>> spelled("waht about teh tax? whos that")
    "what about the tax? who's that"
    """
    right = _TYPED.sub(lambda m: _MISSPELT[m[0]], question)
    return _UNMARKED.sub(r"\1's", right)
