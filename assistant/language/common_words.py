"""The words so common in English that they tell nothing about what a text is about."""

from __future__ import annotations

_COMMON = """
a about after all also an and any are as at be because been before being between both but by
can could did do does doing for from had has have having he her hers him his how i if in into
is it its me more most my no not of on or other our ours out over own same shall she should so
some such than that the their theirs them then there these they this those through to too
under until up very was we were what when where which while who whom whose why will with
would you your yours
"""
COMMON_WORDS = frozenset(_COMMON.split())
"""Words so common in English that they say nothing about what a question is after."""
COMMON_IN_DOCUMENTS = COMMON_WORDS | {"us"}
"""The same and "us": in a question it may be the country, in a document it is a common word."""
