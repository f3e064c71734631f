"""A language model asked whether sentences say a statement: what no rule can tell.

Read as P(yes) of the one token that it writes (Kadavath et al. 2022, "Language Models (Mostly) Know
What They Know"). The words of the request are in `prompts/judge.md`; what follows from the
probability is decided in `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answers import Usage
from assistant.errors import NoAnswerError
from assistant.models import prompts
from assistant.models.chat import Model, yes_no
from assistant.safety import neutral

Judge = Callable[[str, Sequence[str]], float | None]
"""Statement and sentences -> P(yes); None where the model tells nothing."""

SAID, DENIED = 0.97, 0.03
"""What a word counts for where the model's server tells no probabilities."""


class ModelJudge:
    """Judges statements with one language model.

    Attributes:
        usage: tokens that were read and written since it was last taken.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._prompt = prompts.load("judge")
        self._known: dict[tuple[str, str], float | None] = {}
        self._usage = Usage()

    def __call__(self, statement: str, sentences: Sequence[str]) -> float | None:
        """P(yes) that the sentences say the statement.

        Raises:
            ModelError: the model cannot be reached or refused.
        """
        key = _line(statement), " ".join(map(_line, sentences))
        if key not in self._known:
            self._known[key] = self._asked(*key)
        return self._known[key]

    def taken_usage(self) -> Usage:
        """What was spent since this was last asked."""
        usage, self._usage = self._usage, Usage()
        return usage

    def _asked(self, statement: str, sentences: str) -> float | None:
        messages = self._prompt.fill(sentences=neutral(sentences), statement=neutral(statement))
        try:
            shares, reply, spent = self._model.first_token(messages, fixed=len(messages) - 1)
        except NoAnswerError:
            return None
        self._usage += spent
        if (told := yes_no.confidence(shares)) is not None:
            return told
        return SAID if yes_no.is_yes(reply) else DENIED if yes_no.is_no(reply) else None


def _line(text: str) -> str:
    return " ".join(text.split())
