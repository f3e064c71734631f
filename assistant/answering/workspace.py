"""One index, open, with the models that search and answer it: each part made when first needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.answering.answer import Answerer
from assistant.answering.draft_parser import read_draft, typed_draft
from assistant.answering.verify import Verifier
from assistant.checking import ModelJudge
from assistant.documents import Document
from assistant.errors import UsageError
from assistant.filters import Filter
from assistant.ingest.sources import path_key
from assistant.models.chat import Model, ModelSpec, open_model, parse_spec
from assistant.models.embeddings import Choice, Embedder, MiniLM, RemoteEmbedder, registry
from assistant.net import is_address, shown
from assistant.reports import DoctorReport
from assistant.retrieval import Retriever
from assistant.settings import CATALOGUE, Settings, shipped
from assistant.store import Doctor, Library, Record, address_of, made_with, vectors_record

Notify = Callable[[str], None]

SERVER_EVIDENCE_TOKENS = 1200
"""Tokens of evidence for a model on a server, which reads fast and usually is a larger one."""
NO_MODEL = (
    "No language model is installed, so the best sentences are quoted; "
    "for written answers run: pip install 'assistant[local]', or name a model with --llm."
)


class Workspace:
    """The library of one index and what is done with it.

    Attributes:
        settings: those that hold.
        spec: the model that answers.
    """

    def __init__(self, settings: Settings, notify: Notify) -> None:
        """Open nothing yet; `notify` is told, in a line each, what takes long or should be known.

        Raises:
            UsageError: an unknown SPEC.
        """
        self.settings = settings
        self.spec = parse_spec(settings.llm)
        self._notify = notify
        self._minilm = MiniLM()
        self._embedding = registry.named(settings.embedding) if settings.embedding else None
        self._vectors = address_of(settings.vectors)
        self._embedder: Embedder | None = None
        self._library: Library | None = None
        self._model: Model | None = None
        self._answerer: Answerer | None = None

    @property
    def library(self) -> Library:
        """The library, with the embedding model that was named, else the one it was made with."""
        return self._opened()[0]

    def retriever(self) -> Retriever:
        """Search in the library; one that does not exist is made of the documents that ship."""
        library, embedder = self._opened()
        if not library.exists:
            self._notify(
                "There is no index yet; indexing the documents that ship with the program."
            )
            library.index([shipped("seeds")])
        # Sentences are weighed in this process, wherever passages are embedded.
        return Retriever(library, embedder, self._in_force, self._minilm)

    def answerer(self) -> Answerer:
        """What answers questions, with the model of the settings."""
        if self._answerer is None:
            retriever = self.retriever()
            if self.spec.kind == "none" and self.settings.llm is None:
                self._notify(NO_MODEL)
            self._answerer = Answerer(retriever, self._language_model(), self._in_force)
        return self._answerer

    def verifier(self) -> Verifier:
        """What checks drafts: by rule, and by the model where there is one."""
        retriever, model = self.retriever(), self._language_model()
        return Verifier(retriever, ModelJudge(model) if model else None)

    def draft(self, draft: str | Path, where: Filter) -> tuple[Document, Filter]:
        """A draft as it is read, and the filter that keeps it from proving itself.

        Raises:
            UsageError: it is an address, or cannot be read.
        """
        if isinstance(draft, str):
            if is_address(draft) and len(draft.split()) == 1:
                raise UsageError(
                    f"{shown(draft)} is a web address, and only `assistant index` fetches; save "
                    "the draft and give the file."
                )
            return typed_draft(draft), where
        document, notes = read_draft(draft)
        for note in notes:
            self._notify(f"{note.path}: {note.reason}")
        self.retriever()  # makes the library where there is none
        own = path_key(draft.resolve())
        if self.library.catalogue.document_ids(own):
            self._notify(f"{draft} is indexed; what it says is no evidence for itself.")
            where = replace(where, besides=own)
        return document, where

    def doctor(self, repair: bool) -> DoctorReport:
        """What is wrong with the index and what it needs; with `repair`, what was put right."""
        return Doctor(*self._opened()).examine(repair)

    def use(self, llm: str) -> None:
        """Answer with another model from now on.

        Raises:
            UsageError: an unknown SPEC.
            ModelError: the model cannot be had or reached; the one before goes on answering.
        """
        spec = parse_spec(llm)
        model = self._opened_model(spec)
        try:
            if model and not model.reach():
                self._notify(f"{spec.name} is not among the models that its server lists.")
        except BaseException:
            if model:
                model.close()
            raise
        if self._model:
            self._model.close()
        self.spec, self._model, self._answerer = spec, model, None
        self.settings = self.settings.model_copy(update={"llm": llm})

    def load(self) -> None:
        """Load what the first question needs, if there is an index."""
        if self.library.exists:
            self.answerer()
            self._minilm.load()

    def close(self) -> None:
        """Close the index and free the models."""
        if self._model:
            self._model.close()
        if self._library:
            self._library.close()
        if isinstance(self._embedder, RemoteEmbedder):
            self._embedder.close()
        self._model = self._answerer = self._library = self._embedder = None

    # Inside

    @property
    def _in_force(self) -> Settings:
        """The settings, with what was left open decided by where the model runs."""
        elsewhere = self.spec.kind in ("server", "llamaindex")
        if self.settings.evidence_tokens is None and elsewhere:
            return self.settings.model_copy(update={"evidence_tokens": SERVER_EVIDENCE_TOKENS})
        return self.settings

    def _language_model(self) -> Model | None:
        """The model of the settings; None for `none`."""
        self._model = self._model or self._opened_model(self.spec)
        return self._model

    def _opened_model(self, spec: ModelSpec) -> Model | None:
        return open_model(
            spec,
            timeout=self.settings.timeout,
            retries=self.settings.retries,
            notify=self._notify,
        )

    def _opened(self) -> tuple[Library, Embedder]:
        if self._library is None or self._embedder is None:
            folder = self.settings.folder
            maker, dimension = made_with(folder / CATALOGUE) or (None, None)
            choice = self._embedding or self._recorded(maker) or registry.named("minilm")
            self._embedder = choice.open(
                self._minilm,
                dimension,
                timeout=self.settings.timeout,
                retries=self.settings.retries,
            )
            self._tell_where_vectors_are(folder, is_new=maker is None)
            self._library = Library(folder, self._embedder, self.settings)
        return self._library, self._embedder

    def _tell_where_vectors_are(self, folder: Path, is_new: bool) -> None:
        """Say that they move, or that they are where the user did not say they should be."""
        record = Record.read(vectors_record(folder / CATALOGUE))
        kept = record.address
        if self.settings.vectors is None:
            if kept and kept.is_elsewhere:
                self._notify(
                    f"The vectors of the index are kept at {kept.url}: those of passages are sent "
                    "there when they are indexed, and of questions when they are asked."
                )
        elif not is_new and (kept and kept.url) != (self._vectors and self._vectors.url):
            to = self._vectors.url if self._vectors else "the folder of the index"
            self._notify(f"The vectors of the index move to {to}; nothing is embedded again.")

    def _recorded(self, maker: str | None) -> Choice | None:
        choice = registry.recorded(maker) if maker else None
        if choice and choice.is_elsewhere:
            self._notify(
                f"The index was made with {choice.name}: passages are sent there when they are "
                "indexed, and questions when they are asked."
            )
        return choice
