"""A question that leans on a conversation, as a model rewrites it; checked before it is used.

Whether a question leans at all, and what is asked where the model's version is refused, is for
`condense` to tell.
"""

from __future__ import annotations

import re
from contextlib import closing

from assistant.answers import Usage
from assistant.conversation.condense import resolved
from assistant.conversation.coreference import Context
from assistant.conversation.cues import OF_A_CLAUSE
from assistant.conversation.followups import Leaning, leaning
from assistant.errors import ModelRefusedError
from assistant.language import (
    ASKING,
    AUXILIARIES,
    content_stems,
    is_negated,
    missing_dates,
    missing_names,
    missing_numbers,
    names_in,
)
from assistant.models import prompts
from assistant.models.chat import Message, Model
from assistant.safety import neutral

TOKENS = 60
"""Most tokens a model may write for one question."""
LONGEST = 300
"""Most characters of a question that it wrote."""
_ANSWER = 300
"""Characters of the last answer that it is given."""
_HARMLESS = content_stems(
    """worth value cost amount size number person people country company happen happened take place
    reason source date time name year part"""
)
"""Words that may be new in a question, such as "worth" for "how much"; others make another one."""
_ASKS = re.compile(
    rf"(?:\w+ )?(?:who|whom|whose|what|which|when|where|why|how)\b|(?:{'|'.join(AUXILIARIES)})\b"
    r"|(?:explain|list|describe|tell|name|give|compare|summari[sz]e|show)\b",
    re.I,
)
_LABEL = re.compile(r"^(?:yes\s*[:,]\s*)?(?:[\w ]{0,25}question\s*:)?\s*", re.I)


def rewritten(
    question: str, found: Leaning, context: Context, model: Model
) -> tuple[str | None, Usage]:
    """The question as the model rewrites it, and what that took; None where it is refused.

    Raises:
        ModelUnreachableError: no answer in the time and tries allowed, or it broke off. Asked for
            the answer, the model would give none either.
    """
    reply, spent = "", Usage(calls=1)
    said = messages(question, context)
    pieces = model.stream(said, max_tokens=TOKENS, fixed=len(said) - 1)
    try:
        with closing(pieces):
            for piece in pieces:
                spent = piece.usage or spent
                reply = ("" if piece.starts_over else reply) + piece.text
                if spent.prompt_tokens and "\n" in reply.strip():
                    break
    except ModelRefusedError:
        return None, spent  # the rules do without it
    return accepted(reply, found, context), spent


def messages(question: str, context: Context) -> list[Message]:
    """What the model is asked; what was said stands in it on a line each, without marks."""
    said = [f"Question: {neutral(each)}" for each in context.earlier]
    if context.answer:
        said.append(f"Answer: {neutral(context.answer)[:_ANSWER]}")
    return prompts.load("standalone").fill(before="\n".join(said), question=neutral(question))


def accepted(reply: str, found: Leaning, context: Context) -> str | None:
    """The question that the model wrote; None unless it is the one that was asked, and no more.

    It must be one question and no answer, stand alone, keep what the question itself says, take
    something from the conversation, and bring in no name, number, date or matter of its own.
    """
    text = _LABEL.sub("", " ".join(reply.split()).strip("\"'“”` "))
    text = text[:1].upper() + text[1:]
    if not text.endswith("?") or len(text) > LONGEST or neutral(text) != text:
        return None
    if text.count("?") > max(1, found.core.count("?")) or not _ASKS.match(text):
        return None
    if leaning(text, "") is not None:
        return None
    return text if _is_of(text, found, context) else None


def _is_of(text: str, found: Leaning, context: Context) -> bool:
    """Whether it says what the question says, and the rest by the conversation's words alone."""
    own, written = content_stems(found.core), content_stems(text)
    said = "\n".join([*context.earlier, context.answer])
    told = content_stems(f"{found.core}\n{said}")
    if own - written - _POINTING or missing_numbers(found.core, text):
        return False
    if written - told - _HARMLESS or not _is_known(text, found, context):
        return False
    if found.way == "other" and _keeps_all(context.question, text):
        return False  # both of what was to be asked of one
    if not (_asks_alike(text, found, context) and _affirms_alike(text, found, context)):
        return False
    taken = (written & content_stems(said)) - own
    before = content_stems(context.question)
    return bool(taken) and not (written == before and own != before and not own <= before)


def _is_known(text: str, found: Leaning, context: Context) -> bool:
    """Whether names, numbers and dates are the questions' own, or the only ones of an answer.

    An answer's are taken where it was asked for them, so that not every name in it may stand for
    what was spoken of; none of the question before is lost where nothing takes its place.
    """
    asked = "\n".join([found.core, *context.earlier])
    by_rule = resolved(found, context).text
    for missing in (missing_names, missing_numbers, missing_dates):
        new, offered = missing(text, f"{asked}\n{by_rule}"), missing(context.answer, asked)
        if new and (found.way in ("other", "short") or len(offered) != 1 or set(new) - {*offered}):
            return False
        if new and missing is missing_names and not _asks_for_a_name(context.question):
            return False
    whole = found.way in ("other", "short")
    if whole and not re.search(r"\d", found.core) and missing_numbers(context.question, text):
        return False
    return found.way != "short" or not missing_names(context.question, text)


def _asks_for_a_name(question: str) -> bool:
    asks = re.match(r"(?:\w+ )?(?:who|whom|whose|which|where)\b", question, re.I)
    return bool(asks) or not [name for name in names_in(question) if name.kind != "time"]


def _asks_alike(text: str, found: Leaning, context: Context) -> bool:
    """Whether it asks for what the question asks for, or where that has no such word, the last."""
    opens = _opener(found.core) if found.way != "other" else ""
    opens = opens or _opener(context.question)
    if opens and _opener(text) != opens:
        return False
    asked = context.question if found.way == "other" else found.core
    return not (_asking(asked) - _asking(text))


def _opener(text: str) -> str:
    """The word that asks: "when" of "by when did"; "is" stands for all of its kind."""
    for word in re.findall(r"[a-z]+(?='s\b)|[a-z]+n't|[a-z]+", text.lower().replace("’", "'"))[:3]:
        if word in ASKING:
            return "who" if word == "whom" else word
        if word in AUXILIARIES:
            return "is"
    return ""


def _affirms_alike(text: str, found: Leaning, context: Context) -> bool:
    """Whether "not" stands in it if it does in what was asked, and nothing was turned round."""
    denied = is_negated(found.core)
    if found.way in ("other", "short") or OF_A_CLAUSE.match(found.core):
        denied |= is_negated(context.question)
    said = f"{found.core}\n{context.question}"
    passive = len(_PASSIVE.findall(text)) > len(_PASSIVE.findall(said))
    return is_negated(text) == denied and not passive


_PASSIVE = re.compile(r"\b(?:been|being)\b", re.I)


def _asking(text: str) -> set[str]:
    """The words that ask: "who", "how", "much"."""
    words = re.sub(r"\bwhom\b", "who", text.lower())
    return set(re.findall(r"\b(?:who|whose|what|which|when|where|why|how|much|many)\b", words))


def _keeps_all(before: str, text: str) -> bool:
    """Whether all that the question before names stands in the text, too."""
    return not (content_stems(before) - content_stems(text) or missing_numbers(before, text))


_POINTING = content_stems("one ones thing exactly precisely really please else")
