"""For people who build with LlamaIndex: our parts as parts of its pipelines."""

from assistant.integrations.llamaindex.embedding import MiniLMEmbedding
from assistant.integrations.llamaindex.engine import AssistantQueryEngine, AssistantRetriever
from assistant.integrations.llamaindex.evaluator import CheckEvaluator
from assistant.integrations.llamaindex.nodes import NOT_IN_DOCUMENTS
from assistant.integrations.llamaindex.postprocessor import EvidencePostprocessor
from assistant.integrations.llamaindex.reader import AssistantReader, PassageNodeParser
from assistant.integrations.llamaindex.synthesizer import CheckedSynthesizer

__all__ = [
    "NOT_IN_DOCUMENTS",
    "AssistantQueryEngine",
    "AssistantReader",
    "AssistantRetriever",
    "CheckEvaluator",
    "CheckedSynthesizer",
    "EvidencePostprocessor",
    "MiniLMEmbedding",
    "PassageNodeParser",
]
