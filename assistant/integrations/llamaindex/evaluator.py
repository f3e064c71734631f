"""The check as an evaluator, to stand beside LlamaIndex's own of faithfulness."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from llama_index.core.evaluation import BaseEvaluator, EvaluationResult
from llama_index.core.llms import LLM
from llama_index.core.prompts.mixin import PromptDictType
from llama_index.core.schema import NodeWithScore, TextNode

from assistant.answering import Verifier, typed_draft
from assistant.answers import Verification
from assistant.checking import ModelJudge
from assistant.errors import UsageError
from assistant.integrations.llamaindex.embedding import minilm
from assistant.integrations.llamaindex.nodes import NOT_IN_DOCUMENTS, GivenNodes
from assistant.integrations.llamaindex.synthesizer import model_of
from assistant.retrieval import GivenPassages
from assistant.settings import Settings


class CheckEvaluator(BaseEvaluator):
    """Checks each statement of a response against the contexts, by rule.

    `score` is the share of statements that the contexts support, and `passing` whether all are;
    `feedback` says what is wrong with the others, a line each. A response that states nothing is
    no valid result.

    Args:
        llm: judges what no rule decides; without one such statements count as not supported.
    """

    def __init__(self, llm: LLM | None = None) -> None:
        self._settings = Settings.load()
        model = model_of(llm, self._settings)
        self._judge = ModelJudge(model) if model else None

    async def aevaluate(
        self,
        query: str | None = None,
        response: str | None = None,
        contexts: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> EvaluationResult:
        """Evaluate a response.

        Args:
            query: kept in the result, else of no use.
            response, contexts: what is checked, and against what.
            **kwargs: not used.

        Raises:
            ValueError: response or contexts are missing.
            ModelError: the judge's model cannot be reached or refused.
        """
        if response is None or contexts is None:
            raise ValueError("response and contexts must be given")
        result = EvaluationResult(query=query, response=response, contexts=list(contexts))
        try:
            if response == NOT_IN_DOCUMENTS:
                raise UsageError("the response says that the documents do not say.")
            found = await asyncio.to_thread(self._verified, response, contexts)
        except UsageError as exc:
            return result.model_copy(update={"invalid_result": True, "invalid_reason": str(exc)})
        share = found.counts["supported"] / len(found.statements)
        about = {"passing": found.holds, "score": share, "feedback": _feedback(found)}
        return result.model_copy(update=about)

    def _verified(self, response: str, contexts: Sequence[str]) -> Verification:
        nodes = [NodeWithScore(node=TextNode(text=text)) for text in contexts]
        retriever = GivenPassages(GivenNodes(nodes).hits, minilm(), self._settings)
        return Verifier(retriever, self._judge).verify(typed_draft(response))

    def _get_prompts(self) -> PromptDictType:
        return {}

    def _update_prompts(self, prompts: PromptDictType) -> None:
        """The prompts are this program's."""


def _feedback(found: Verification) -> str:
    wrong = [each for each in found.statements if each.verdict != "supported"]
    lines = (f"{e.text} [{e.verdict}] {'; '.join(e.findings)}".rstrip() for e in wrong)
    return "\n".join(lines) or "all statements are supported"
