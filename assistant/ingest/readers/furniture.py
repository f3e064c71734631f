"""Lines of a web page that are about the page and not of its text: who may read on, what else is.

Copied with the text they stand in files of every kind. What marks such a part in HTML is left to
`boilerplate`.
"""

from __future__ import annotations

import re

_WHO = r"(?:(?:paid|premium|registered|our|digital) )*(?:subscribers?|members?)"
_WHAT = r"(?:article|story|content|post)"
_JOIN = (
    r"(?:subscribe|sign (?:up|in)|log ?in|register|join(?: us)?|become an? \w+"
    r"|create (?:a|your) (?:free )?account|start (?:a|your) (?:free )?trial)"
)
_OTHERS = (
    r"(?:related|recommended) "
    r"(?:articles?|stories|story|posts?|news|links?|reading|content|coverage)"
)
_LINES = (
    r"(?:scroll|back|return|go|jump) to (?:the )?top",
    r"skip to (?:the )?(?:main )?content",
    r"share(?: (?:this|on)\b.{0,30})?",
    r"advertisement|sponsored(?: content)?",
    r"(?:continue reading|(?:read|show|load|see|view) (?:more|less))(?: below)?",
    r"(?:accept )?(?:all )?cookies?(?: (?:policy|settings|preferences|notice|consent))?",
    r"(?:(?:this|our) (?:web)?site uses|we use) cookies\b.{0,200}",
    r"(?:leave|post|add) a comment",
    # what else there is
    _OTHERS,
    r"(?:previous|next) (?:article|post|story|page)",
    r"(?:more|other) (?:on this story|stories|news|headlines)|further reading",
    r"you (?:may|might) also (?:like|enjoy|be interested in)|most (?:read|popular)",
    # who may read on
    rf"{_JOIN}(?: (?:now|here|today|for free))?",
    rf"{_JOIN}\b.{{0,60}} to (?:continue|keep) reading\b.{{0,80}}",
    rf"{_JOIN}\b.{{0,60}} to (?:read|unlock|access|view|get) "
    rf"(?:on|more|(?:full|unlimited) access|(?:the|this)(?: (?:full|rest of the))? {_WHAT})"
    r"\b.{0,40}",
    r"(?:subscribe to|sign up (?:to|for)|get) (?:our|the) (?:\w+ ){0,3}newsletters?\b.{0,80}",
    r"to (?:continue|keep) reading\b.{0,80}",
    rf"(?:this|the (?:full|rest of (?:the|this))) (?:\w+ )?{_WHAT} is (?:only |exclusively )?"
    rf"(?:for|available (?:only )?(?:to|for)|reserved for|limited to) {_WHO}(?: only)?",
    rf"{_WHO}[ -]only(?: {_WHAT})?|for {_WHO} only",
    r"(?:already|not yet|not) an? (?:subscriber|member)",
    r"you(?: have|['’]ve) (?:(?:read|used|reached)\b.{0,30} |\d+ )free (?:articles?|stor(?:y|ies))"
    r"\b.{0,40}",
    r"(?:get|enjoy|unlock) (?:full|unlimited) (?:digital )?access.{0,80}",
    rf"unlock (?:this|the full) {_WHAT}.{{0,60}}",
    r"dieser (?:artikel|inhalt|text|beitrag) ist (?:nur |exklusiv )?für .{0,20}abonnent\w*.{0,20}",
    r"(?:cet article|la suite|ce contenu) est réservée? (?:à nos|aux) abonnés|déjà abonnée?",
    r"(?:este|el) (?:artículo|contenido) es (?:exclusivo|solo) para .{0,20}suscriptores",
)
_LINE = re.compile(rf"(?:{'|'.join(_LINES)})[\s.:!…»›→↑▲>]*", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_LONGEST = 400
_LEADS = (
    r"(?:read|see|watch|listen|learn) (?:more|also|next|now|this)",
    r"also (?:read|see|on|in)|more (?:on|from|about|in)\b",
    r"(?:related|recommended|explainer|analysis|opinion|further reading|see|read|watch)\s*[:|–—]",
    _OTHERS,
    r"(?:next|previous) (?:article|story|post)|don['’]t miss|up next|you (?:may|might) also",
    r"lire (?:aussi|plus)|à lire|lesen sie|mehr (?:zum thema|dazu|lesen|zu)|lees (?:ook|meer)",
    r"lea también|leer más|leggi anche|leia (?:também|mais)|czytaj (?:też|także|więcej)",
)
_ELSEWHERE = re.compile(rf"\W*(?:{'|'.join(_LEADS)})", re.IGNORECASE)


def is_furniture(line: str) -> bool:
    """Whether each sentence of a line is about the page.

    >>> is_furniture("This article is for subscribers only. Log in to continue reading.")
    True
    >>> is_furniture("Sign up by 4 June to get the permit.")
    False
    """
    sentences = _SENTENCES.split(line) if len(line) <= _LONGEST else [line]
    return all(_LINE.fullmatch(each.rstrip("?")) for each in sentences)


def points_elsewhere(words: str) -> bool:
    """Whether words before or within a link say that it leads to another story.

    >>> points_elsewhere("Read more: Copper levy falls")
    True
    >>> points_elsewhere("More than half of it is copper")
    False
    """
    return _ELSEWHERE.match(words) is not None
