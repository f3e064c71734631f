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
    fit = text.endswith("?") and len(text) <= LONGEST and neutral(text) == text
    if not fit or text.count("?") > max(1, found.core.count("?")) or leaning(text):
        return None
    alike = _asks_alike(text, found, context) and _affirms_alike(text, found, context)
    return text if alike and _is_known(text, found, context) else None


def _asks_alike(text: str, found: Leaning, context: Context) -> bool:
    """Whether it asks for what the question asks for, or where that has no such word, the last.

    Of what the question before says, none is lost where nothing takes its place.
    """
    own, written, before = map(content_stems, (found.core, text, context.question))
    if own - written - _POINTING or not written - own:
        return False
    asks = _opener(found.core) if found.way != "other" else ""
    if (asks or _opener(context.question)) not in ("", _opener(text)):
        return False
    if found.way not in ("other", "short"):
        return True
    if missing_numbers(context.question, text) and not re.search(r"\d", found.core):
        return False
    if found.way == "short":
        return not missing_names(context.question, text)
    return bool(before - written or missing_numbers(context.question, text))  # not of both


def _opener(text: str) -> str:
    """The word that asks: "when" of "by when did"; "is" stands for all of its kind."""
    for word in re.findall(r"[a-z]+(?='s\b)|[a-z]+n't|[a-z]+", text.lower().replace("’", "'"))[:3]:
        if word in ASKING | AUXILIARIES:
            return {"whom": "who"}.get(word, word) if word in ASKING else "is"
    return ""


def _affirms_alike(text: str, found: Leaning, context: Context) -> bool:
    """Whether "not" stands in it if it does in what was asked, and nothing was turned round."""
    denied = is_negated(found.core)
    if found.way in ("other", "short") or OF_A_CLAUSE.match(found.core):
        denied |= is_negated(context.question)
    passive = re.compile(r"\b(?:been|being)\b", re.I)
    turned = passive.search(text) and not passive.search(f"{found.core}\n{context.question}")
    return is_negated(text) == denied and not turned


def _is_known(text: str, found: Leaning, context: Context) -> bool:
    """Whether all that it says is the conversation's, and names and figures the questions' own.

    Those of an answer are taken where the rules take them: not every name in it may stand for what
    was spoken of.
    """
    asked = "\n".join([found.core, *context.earlier])
    if content_stems(text) - content_stems(f"{asked}\n{context.answer}") - _HARMLESS:
        return False
    asked += f"\n{resolved(found, context).text}"
    return not any(miss(text, asked) for miss in (missing_names, missing_numbers, missing_dates))


_POINTING = content_stems("one ones thing exactly precisely really please else")
