"""The words by which a follow-up question may lean on what was said before it, as patterns.

What they are taken for, and where they are not, is for `followups` to tell.
"""

from __future__ import annotations

import re

from assistant.language import ASKING

COURTESY = re.compile(
    r"(?:ok(?:ay)?|thank you(?: (?:very|so) much)?|thanks(?: (?:so much|a lot))?|thx|cheers|great|good"
    r"|nice|perfect|cool|fine|right|sure|yes|yeah|no|hm+|ah|oh|i see|got it|understood|interesting|well"
    r"|now|please|hi|hello|hey)\b(?![-'’])(?:[\s,.!;:–—-]+|$)",
    re.I,
)
JOIN = re.compile(r"(?:and|but|or|so|also|then|plus)\b(?:[\s,.:–—-]+|$)", re.I)
ABOUT = re.compile(
    r"(?:(?:what|how) about|what of|(?:is it )?(?:the )?same (?:as )?(?:for|in|with))\s+(?=\w|[\"“])",
    re.I,
)
ORDER = re.compile(
    r"(?:explain|list|describe|tell|name|give|compare|summari[sz]e|show|find|define)\b", re.I
)
LIGHT = ASKING | frozenset(
    """exactly precisely not so else much many long often far big large high old soon only then
    again next now happened happen happens come wide deep tall heavy fast late early expensive by
    for since until from to with about on in at of under against after before really more few
    likely sooner later earlier longer higher lower""".split()
)
"""Words that do not say what a question is about."""
MORE = re.compile(
    r"(?:(?:tell me )?more(?: details?| on (?:that|this|it)| (?:about|on) the (?:[a-z-]+ )?(?:part|side"
    r"|section|point)s?)?|go on|(?:can|could) you (?:explain|elaborate)|explain|details|elaborate"
    r"|such as|like what|for example|(?:any )?examples?|really|are you sure|says who|which ones?)\W*$",
    re.I,
)
AGAIN = re.compile(
    r"\belse\b(?! besides)|\b(?:which|what|any|how many|the|who) others?\b(?! than| side| hand)",
    re.I,
)
"""What asks for more of the same."""
RELATIONAL = re.compile(
    r"\bthe (?:[a-z]+ )?(?:deadline|reason|result|outcome|cost|price|author|penalty|penaltie|fine|risk"
    r"|aim|purpose|effect|consequence|term|duration|date|cause|condition|exception|winner|score|venue"
    r"|detail|impact|benefit|drawback|symptom|criteria|budget|timetable|motive|verdict|sentence|victim"
    r"|toll|suspect|buyer|seller|sponsor|difference|alternative|step|background|evidence|requirement"
    r"|limit|fee|rate|reaction|response|goal|objective|answer|source|amount|value|sum|size)s?"
    r"(?: (?:so far|exactly|now|be))?\W*$"
    r"|\b(?:(?:any|some|every)(?:one|body)|nobody|there (?:any|no)) (?!know|knew)[a-z]+\W*$",
    re.I,
)
"""What has to be of something that was spoken of: "the penalties", "Did anyone object?"."""
UNNAMED = re.compile(
    r"(?:who(?:'s| is| are| was| were) (?:not )?(?:(?:in|on|at) (?:the )?[a-z]+|[a-z]+(?:ing|ed)|next"
    r"|responsible|left|hurt)|what(?:'s| is| was) (?:not )?[a-z]{3,}[^e]ed)\W*$",
    re.I,
)
"""What asks who has a part in what was spoken of, and does not say in what."""
FIRMS = frozenset("company firm bank group agency organisation organization".split())
LANDS = frozenset("country nation state".split())
"""Nouns that may take up a name: "the company" for "Airbus"."""

POINTING = re.compile(
    r"\b(?:(?:the|this|that|which|another) (?:\w+ )?ones?(?! (?:of|in|with|on|at|who|that|thing)\b)"
    r"|the latter(?! (?:half|part|stage|day|year)s?\b)"
    r"|the former(?=\W*$|'s| (?:is|are|was|were|did|do|does|has|have|will|in|on|at|and|or|last|ever"
    r"|also|\w+ed)\b)"
    r"|it|its|he|him|his|she|her|hers|they|them|theirs?|this|that|these|those|then(?=\W*$)"
    r"|(?<!\bis )(?<!are )(?<!was )(?<!were )there(?! (?:is|are|was|were|be|will|has|have|any|an?|no|to"
    r"|\w+ed)\b))\b",
    re.I,
)
PERSONS = frozenset("he him his she her hers".split())
EXPLETIVE = re.compile(
    r"\bit(?:'s| is| was| will be| would be| has been| be| seems?)? (?:(?:also|really|still|ever|even"
    r"|not|now|so|very|more|as|too) )*(?:true|false|(?:im)?possible|(?:un)?likely|(?:il)?legal|lawful|safe"
    r"|dangerous|good|bad|better|best|easy|hard|difficult|important|necessary|allowed|permitted|common"
    r"|normal|clear|known|said|believed|thought|reported|expected|worth|time|fair|right|wrong|rare"
    r"|called|harmful|healthy|useful|enough|cheaper)"
    r"(?= (?:that|to|for|if|when|whether|how|what|who|the|a|\w+ing|[A-Z]\w*)\b)"
    r"|\b(?:does|did|do|will|would|can|could|may|should) it (?:take|cost|mean|matter|help|hurt|pay|feel"
    r"|require|make sense)\b[^?,;]* (?:to|if|when|that) "
    r"|\bit (?:\w+ )?(?:rain|snow|freez)"
    r"|\bwhat (?:time|day|date|year|month|season) is it\b"
    r"|\b(?:is|was) it [^?,;]+(?<! and) (?:who|that|which)\b|\bwith [^?,;]+ (?:in|on|about) it\b",
    re.I,
)
"""Where "it" stands for nothing: "Is it true that ...", "What does it take to ..."."""
OWN_TIME = re.compile(
    r"(?:this|that|these) (?:year|month|week|morning|century|time|summer|winter|spring|autumn|fall"
    r"|decade|season|evening|afternoon|quarter|world|days|(?:kind|sort)s? of|(?:janu|febr|march|april"
    r"|may|june|july|august|sept|octo|nove|dece|mon|tues|wednes|thurs|fri|satur|sun)\w*)\b"
    r"|those (?:who|whom|whose|which|that|of|in|with|without|from|not|at|on|under|for|to|\w+ing|\w+ed"
    r"|born|held|made|already|still|most)\b",
    re.I,
)
"""What "this" and "those" say of themselves."""
OPENERS = frozenset(
    """that if when while because after before since who which how why where whether until as and
    or but than though although once what""".split()
)
SAYING = frozenset(
    """say says said think thinks thought claim claims claimed mean means hope hopes want wants
    believe believes expect expects deny denies admit promise know knows argue argues announce
    mention propose suggest""".split()
)
"""Words behind which another clause begins."""

VALUE = re.compile(
    r" (?:(?:much|still|a lot) )?(?:more|less|fewer|(?:high|low|larg|bigg|small|long|short|fast|cheap)er"
    r"|better|worse|up|down|above|below|enough|the same|compare[ds]?)\b",
    re.I,
)
"""What is said of a value that was told, behind "that": "Is that more than last year?"."""
ADVERBIAL = re.compile(
    r"(?:\w+ )?(?:why|when|where|whom|how(?: long| often| far| soon)?)(?: and (?:why|when|where|how))?"
    r"(?: exactly| precisely)?",
    re.I,
)
"""What may be asked in front of a question: "Since when?"."""
OF_A_CLAUSE = re.compile(
    r"(why|how|when|where)(?:(?:'s| is| was)? (?:that|this)(?: so)?| (?:did|does|do|has|have|will|would)"
    r" (?:he|she|they|it) (?:(?:do|doing|done) )?(?:that|this|it|so))\W*$",
    re.I,
)
""" "Why did they do that?": what was done is the whole question before."""

_SLIPS = {
    word[:n] + word[n + 1] + word[n] + word[n + 2 :]: word
    for word in ("the", "and", "about", "same", "what", "when", "where", "which", "who")
    for n in range(len(word) - 1)
}


def spelled(question: str) -> str:
    """The question with its small words spelled rightly.

    >>> spelled("waht about teh tax? whos that")
    "what about the tax? who's that"
    """
    right = re.sub(r"\b[a-z]{3,5}\b", lambda m: _SLIPS.get(m[0], m[0]), question)
    return re.sub(r"\b(what|who|where|how|when)s(?=\s)", r"\1's", right, flags=re.I)
