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
FOREIGN_QUESTION_WORDS = frozenset(
    """wer wem wen wessen wo wohin woher wann warum weshalb wieso wie wieviel welche welcher welches
    welchem welchen worum wofür womit qui quel quelle quels quelles lequel quoi que quand où comment
    pourquoi combien est-ce quién quiénes qué cuál cuáles cuándo cuánto cuánta cuántos cuántas dónde
    cómo quien cual cuando cuanto donde como chi quale quali quando quanto quanta quanti quante dove
    perché perche che cosa quem qual quais quantos quantas onde porque wie wat waar wanneer waarom
    hoe hoeveel welk vem vad var när varför hur vilken vilket vilka hvem hvad hva hvor hvornår
    hvorfor hvordan hvilken hvilket kto kogo co gdzie kiedy dlaczego jak jaki jaka jakie ile który
    która które kdo kde kdy proč jaký jaká kolik který która kuka mikä missä milloin miksi miten
    paljonko kuinka ki mi hol mikor miért hogyan mennyi melyik cine ce unde când cum câți care kim
    ne nerede nasıl niçin neden kaç hangi кто что где когда почему как какой какая какое сколько хто
    що де коли чому який ποιος τι πού πότε γιατί πώς πόσο""".split()
)
"""Words with which questions are asked in other languages of Europe; no name begins so."""
COMMON_IN_DOCUMENTS = COMMON_WORDS | {"us"}
"""The same and "us": in a question it may be the country, in a document it is a common word."""
