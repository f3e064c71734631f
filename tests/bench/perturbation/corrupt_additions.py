"""What a document does not have: a circumstance, or a cause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from tests.bench.perturbation.altering import Change, Source, joined

_ADDITIONS = (
    " after consulting outside experts",
    " to attract private investors",
    " at a cost of about $46 million",
    ", mainly because of pressure from insurers",
    ", a view that was later challenged in court",
    " in cooperation with the University of {place}",
    ", with the help of volunteers from {place}",
    ", as was announced in {place} on a Thursday evening",
    ", together with the {nation} ambassador and two bankers",
    ", despite objections from local residents",
    ", and a larger follow-up is planned for next spring",
    ", in order to reduce the cost of insurance",
    ", following a suggestion made by a {nation} journalist",
    ", especially in rural areas",
    ", although nobody had expected it",
    " for the third time in a row",
    ", with the support of private donors",
    ", as well as in most neighbouring regions",
    ", in three separate stages",
    " under a programme financed by {nation} taxpayers",
    ", mostly for financial reasons",
    ", to the surprise of many observers",
    ", which took about eleven weeks",
)
_PLACES = tuple("Lisbon Tampere Leeds Montevideo Graz Nairobi Aarhus Osaka Ghent Tucson".split())
_STRANGERS = tuple("Finnish Peruvian Kenyan Portuguese Belgian Danish".split())


def absent(source: Source, rng: Random) -> Iterator[Change]:
    """A plausible circumstance added that is nowhere in the passage."""
    end = re.search(r"[.]$", source.text)
    if not end or re.search(r"[“”\":;?]|\b(?:etc|e\.g|al)\.", source.text):
        return
    addition = rng.choice(_ADDITIONS).format(
        place=rng.choice([p for p in _PLACES if p not in source.around]),
        nation=rng.choice([n for n in _STRANGERS if n not in source.around]),
    )
    telling = [w for w in re.findall(r"[a-z]{6,}", addition) if w not in ("including", "following")]
    if sum(w in source.around.lower() for w in telling) == 0:
        yield Change(source.text[: end.start()] + addition + ".", f"added:{addition}")


_LINKED = re.compile(
    r"\b(?:because|since|due|so|thus|therefore|hence|after|then|result\w*|cause\w*|led|lead\w*|why|as|"
    r"consequen\w+|following|when|while|if|but|however|although|though|despite|instead|also|this|these|"
    r"that|such|for example|for instance|meanwhile|later|both|another|other|same|in turn|in conclusion|"
    r"in the meantime|in addition|like)\b", re.I)  # fmt: skip
_REASONED = re.compile(r"\b(?:because|therefore|due to|so that|owing to|in order to)\b")


def causal(source: Source, rng: Random) -> Iterator[Change]:
    """Two facts that merely follow one another told as cause and effect."""
    first, second = source.text, source.following
    if not second or not re.search(r"[.]$", first) or not re.search(r"[.]$", second):
        return
    if (
        max(len(first.split()), len(second.split())) > 28
        or min(len(first.split()), len(second.split())) < 5
    ):
        return
    if (
        re.search(r"[“”\"?:;]", first + second)
        or _LINKED.search(second)
        or _LINKED.search(first[:40])
        or _REASONED.search(first)
    ):
        return
    start = joined(second)
    if start is None:
        return
    body = first[:-1]
    yield Change(f"{body} because {start}", "joined by: because", True)
    yield Change(f"{body}, which is why {start}", "joined by: which is why", True)
    yield Change(f"{body}, and as a result {start}", "joined by: as a result", True)
