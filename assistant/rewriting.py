"""A question that leans on a conversation, as a model rewrites it; checked before it is used.

Whether a question leans at all, and what is asked where the model's version is refused, is for
`conversation` to tell.
"""

from __future__ import annotations

import re
from contextlib import closing

from assistant import prompts
from assistant.antecedents import Context
from assistant.errors import ModelRefusedError
from assistant.fencing import neutral
from assistant.leaning import Leaning, leaning
from assistant.llm import Message, Model
from assistant.phrases import AUXILIARIES
from assistant.types import Usage
from assistant.wording import content_stems, missing_dates, missing_names, missing_numbers

TOKENS = 60
"""Most tokens a model may write for one question."""
LONGEST = 300
"""Most characters of a question that it wrote."""
_ANSWER = 300
"""Characters of the last answer that it is given."""
_NEW_WORDS = 1  # such as "worth" for "how much"; more of them would be another question
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
                reply += piece.text
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
    told = f"{found.core}\n{said}"
    if missing_names(text, told) or missing_numbers(text, told) or missing_dates(text, told):
        return False
    if own - written - _POINTING or missing_numbers(found.core, text):
        return False
    if found.way != "other" and _asking(found.core) - _asking(text):
        return False
    if found.way == "other" and _keeps_all(context.question, text):
        return False  # both of what was to be asked of one
    if len(written - content_stems(told)) > _NEW_WORDS:
        return False
    taken = (written & content_stems(said)) - own
    before = content_stems(context.question)
    return bool(taken) and not (written == before and own != before and not own <= before)


def _asking(text: str) -> set[str]:
    """The words that ask: "who", "how", "much"."""
    words = re.sub(r"\bwhom\b", "who", text.lower())
    return set(re.findall(r"\b(?:who|whose|what|which|when|where|why|how|much|many)\b", words))


def _keeps_all(before: str, text: str) -> bool:
    """Whether all that the question before names stands in the text, too."""
    return not (content_stems(before) - content_stems(text) or missing_numbers(before, text))


_POINTING = content_stems("one ones thing exactly precisely really please else")
