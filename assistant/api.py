"""`Assistant`, the Python interface: a facade over a `Workspace`, with the manual in docstrings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from assistant.answering import Notify, Workspace
from assistant.answers import Answer, Event, Explanation, Statement, Verification, Verified
from assistant.conversation import Turn
from assistant.documents import Document, Excerpt, Hit, Source
from assistant.errors import UsageError
from assistant.filters import Day, Filter, Only
from assistant.ingest.sources import named
from assistant.models.chat import parse_spec
from assistant.models.embeddings import registry
from assistant.net import is_address, shown
from assistant.reports import DoctorReport, FileNote, IndexProgress, IndexReport, IndexStatus
from assistant.settings import Settings, origins, shipped
from assistant.store import Sort, address_of

if TYPE_CHECKING:
    from assistant.comparing import Changes

IndexingProgress = Callable[[IndexProgress], None]
Progress = Callable[[int, int], None]


class Assistant:
    """Answers questions from indexed documents, every statement checked against what it cites.

    Made with `Assistant.open`; a context manager. One instance serves one thread at a time.

    >>> with Assistant.open(llm="none") as assistant:  # doctest: +SKIP
    ...     print(assistant.ask("What tariff has Trump threatened, and by when?").text)
    """

    def __init__(
        self,
        settings: Settings,
        notify: Notify,
    ) -> None:
        self._workspace = Workspace(settings, notify)
        self._notify = notify

    @classmethod
    def open(
        cls,
        index: str | Path | None = None,
        *,
        llm: str | None = None,
        embedding: str | None = None,
        vectors: str | None = None,
        profile: str | None = None,
        notify: Notify = lambda _: None,
        **settings: Any,
    ) -> Self:
        """An assistant over one index; neither the index nor a model is touched before use.

        What is not given here is read from the environment (`ASSISTANT_` and a setting's name in
        capitals), then from the user's file of settings, which `assistant config path` tells.
        `ASSISTANT_CONFIG` names another file, or `none`.

        Args:
            index: folder of the index; None for `ASSISTANT_INDEX`, else what the file names, else a
                checkout's `index/`, else the user's data folder.
            llm: a SPEC: none, local, openai/<model>, ollama/<model>, <model>@<base-url>,
                llamaindex:<module>:<class>, or a path to a .gguf file; None for `ASSISTANT_LLM`,
                else the default choice.
            embedding: a SPEC: minilm, static, openai/<model>, ollama/<model>, <model>@<base-url>
                or llamaindex:<module>:<class>; None for `ASSISTANT_EMBEDDING`, else what the index
                was made with, and minilm for a new one. A server is sent the passages when
                indexing, the question when asking.
            vectors: where the vectors are kept: the address of a Chroma server, or `local` for the
                folder of the index; None for `ASSISTANT_VECTORS`, else where they are, and the
                folder for a new index. An index whose vectors are elsewhere has them moved, and
                nothing is embedded again.
            profile: the name of one in the file of settings; "" for none, None for the one that
                `ASSISTANT_PROFILE` or the file names.
            notify: told, in a line each, what takes long or should be known.
            **settings: further fields of `assistant.settings.Settings`.

        Raises:
            UsageError: an unknown setting, a value out of bounds, an unknown SPEC, or a file
                of settings that cannot be read.
        """
        named = {"index": index, "llm": llm, "embedding": embedding, "vectors": vectors}
        given = {**named, "profile": profile, **settings}
        found = Settings.load(**given)
        name = "llm"
        try:
            parse_spec(found.llm)
            name = "embedding"
            registry.named(found.embedding or "minilm")
            name = "vectors"
            address_of(found.vectors)
        except UsageError as exc:
            raise origins(given)[name].refused(str(exc)) from exc
        return cls(found, notify)

    def index(
        self,
        paths: Sequence[str | Path] = (),
        *,
        progress: IndexingProgress | None = None,
        exclude: Sequence[str] | None = None,
        allow_private: bool = False,
    ) -> IndexReport:
        """Bring the index up to date with files and folders; without any, with those it remembers.

        Args:
            paths: files and folders; what was indexed from them before and is gone is removed.
                One in a folder that is remembered is a part of it. Web addresses (http, https),
                as strings, are fetched, each of them and nothing that it links to; never again
                without being named, and what is indexed of one stays if it cannot be had. So are
                readers of LlamaIndex's, as `llamaindex://MODULE:CLASS?name=value`.
            progress: told from time to time how far the run is.
            exclude: patterns as in a .gitignore of what is passed over, and removed if it was
                indexed. Remembered, in place of earlier ones; an empty list clears them.
            allow_private: fetch addresses on this machine and private networks, too.

        Raises:
            UsageError: a path does not exist or holds nothing that can be read, a pattern is none,
                or an address is none that may be fetched.
            NoUsableIndexError: another process is writing, or the index cannot be used or written.
            ModelError: the embedding model cannot be had, reached, or refused; what was embedded
                before is kept.
        """
        roots = [Path(path) for path in paths if not is_address(str(path))]
        addresses = [named(str(path)) for path in paths if is_address(str(path))]
        if not paths and not self._workspace.library.exists:
            roots = [shipped("seeds")]
        return self._workspace.library.index(
            roots, progress, exclude, tuple(dict.fromkeys(addresses)), allow_private
        )

    def remove(self, sources: Sequence[str | Path]) -> IndexReport:
        """Remove documents from the index; the files themselves are not touched.

        Args:
            sources: of each a folder or file that is indexed, or the id or the source of a
                document. A folder, file or address that was given to `index` is forgotten; anything
                else is passed over from now on, until it is named to `index` again.

        Raises:
            UsageError: nothing is indexed by a name, or several documents are.
            NoUsableIndexError: there is none, another process is writing, or it cannot be used.
        """
        return self._workspace.library.remove([str(source) for source in sources])

    def watch(
        self,
        paths: Sequence[str | Path] = (),
        *,
        progress: IndexingProgress | None = None,
        exclude: Sequence[str] | None = None,
        polling: bool = False,
    ) -> Iterator[IndexReport]:
        """Index as `index` does, then keep all that is remembered in step as files change.

        Yields a report of the first run, and then one of each run that did something; it never
        ends by itself. Another process may write in between. What passes (another process is
        writing, the disk is full, a server cannot be reached) is told and tried again.

        Args:
            paths, progress, exclude: as `index` takes them, for the first run; no addresses.
            polling: look at all files again and again instead of being told by the system, which
                is not told of changes on some network drives.

        Raises:
            What `index` raises: of the first run all, later only what does not pass by itself.
        """
        from assistant.store import follow_changes

        for path in paths:
            if is_address(str(path)):
                raise UsageError(
                    f"{shown(str(path))} is an address, which is not watched; fetch it with "
                    "`assistant index` whenever you want it anew."
                )
        report = self.index(paths, progress=progress, exclude=exclude)
        yield report
        yield from follow_changes(self._workspace.library, self._notify, polling, report.skipped)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> Answer:
        """Answer a question from the documents, or say that they do not.

        Args:
            question: in words, at most 4000 characters.
            history: earlier questions of the conversation, or (question, answer text) pairs.
            only: a glob, or several: answer from documents only whose id, source or file any of
                them matches. `*` also stands for `/`; without a wildcard it is the name of a
                folder, a file or an id.
            since, until: answer from documents only that were published on this day or later, or
                earlier: a date, or `2026-06-03`, `2026-06` or `2026`. A document without a date
                matches neither.

        Raises:
            UsageError: the question is empty or too long, a filter is none, or no document matches.
            NoUsableIndexError: the index cannot be used.
            ModelError: the model cannot be had, reached, or refused.
        """
        *_, answer = self.stream(question, history=history, only=only, since=since, until=until)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> Iterator[Event]:
        """Yield events as they happen, and last the `Answer`.

        `Understood` where the question leans on `history`, `Searched`, and `Draft`, `Checked` and
        `Withdrawn` as the model writes.

        Takes what `ask` takes and raises the same errors. Closing the iterator stops the model.
        """
        where = Filter.of(only, since, until)
        return self._workspace.answerer().stream(question, history, where)

    def search(
        self,
        query: str,
        limit: int = 10,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> list[Hit]:
        """The passages that fit a query best, best first; filtered as in `ask`.

        Raises:
            UsageError: a filter is none, or no document matches.
            NoUsableIndexError: the index cannot be used.
            ModelError: the embedding model cannot be had, reached, or refused.
        """
        return list(self.explain(query, limit, only=only, since=since, until=until).hits)

    def explain(
        self,
        query: str,
        limit: int = 10,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> Explanation:
        """What `search` finds, with what the query was taken for and what each stage said of it.

        Takes what `search` takes and raises the same errors.
        """
        where = Filter.of(only, since, until)
        return self._workspace.retriever().explain(query, limit, where)

    def verify(
        self,
        draft: str | Path,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
        progress: Progress | None = None,
    ) -> list[Statement]:
        """Check any text, statement by statement, against the documents.

        Rules decide what they can; the language model, where there is one, judges the rest.

        Each is a `Verified`: the statement with its place in the draft and the sentences it was
        compared with. Headings, questions and scraps are left out; `verification` tells them.

        Args:
            draft: the text itself, as it is or in Markdown, or the path of a file that holds it.
                A file that is indexed is no evidence for itself.
            only, since, until: which documents are evidence, as in `ask`.
            progress: told the statements checked, and in all.

        Raises:
            UsageError: the draft holds no statement or cannot be read, a filter is none, or no
                document matches.
            NoUsableIndexError: the index cannot be used.
            ModelError: the embedding model cannot be had, reached, or refused.
        """
        verified = self.verification(draft, only=only, since=since, until=until, progress=progress)
        return list(verified.statements)

    def verification(
        self,
        draft: str | Path,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
        progress: Progress | None = None,
    ) -> Verification:
        """What `verify` finds, with what was not checked and why, and the counts of verdicts.

        Takes what `verify` takes and raises the same errors.
        """
        *_, verification = self.verify_stream(
            draft, only=only, since=since, until=until, progress=progress
        )
        assert isinstance(verification, Verification)
        return verification

    def verify_stream(
        self,
        draft: str | Path,
        *,
        only: Only = None,
        since: Day = None,
        until: Day = None,
        progress: Progress | None = None,
    ) -> Iterator[Verified | Verification]:
        """Yield each statement of a draft once it is checked, and last what `verification` gives.

        Takes what `verify` takes and raises the same errors, the first time it is asked for more.
        """
        document, where = self._workspace.draft(draft, Filter.of(only, since, until))
        yield from self._workspace.verifier().stream(document, where, progress)

    def chat(
        self,
        *,
        history: Sequence[Turn] = (),
        only: Only = None,
        since: Day = None,
        until: Day = None,
    ) -> Conversation:
        """A conversation, in which a question may lean on the ones before it.

        Args:
            history: what was said in it before, to take an earlier one up again, as in `ask`.
            only, since, until: which documents all its questions are put to, as in `ask`.

        Raises:
            UsageError: a filter is none.
        """
        return Conversation(self, Filter.of(only, since, until), history)

    def use(self, llm: str) -> None:
        """Let another model answer from now on.

        Args:
            llm: a SPEC, as `open` takes it. A model that runs here is loaded at once; a server is
                asked which models it has, and sent nothing.

        Raises:
            UsageError: an unknown SPEC.
            ModelError: the model cannot be had or reached; the one before goes on answering.
        """
        self._workspace.use(llm)

    def load(self) -> None:
        """Load what the first question needs, which else loads it; nothing is sent or indexed.

        Raises:
            NoUsableIndexError: the index cannot be used.
            ModelError: a model cannot be had.
        """
        self._workspace.load()

    def status(self) -> IndexStatus:
        """What the index holds.

        Raises:
            NoUsableIndexError: there is none, or it cannot be used.
        """
        return self._workspace.library.status()

    def doctor(self, repair: bool = False) -> DoctorReport:
        """Check the index and all that it needs; with `repair`, put right what can be.

        What is wrong is told in the report and not raised. No document is deleted by a repair, and
        only passages that lost their embedding are embedded.
        """
        return self._workspace.doctor(repair)

    def sources(
        self, *, only: Only = None, since: Day = None, until: Day = None, sort: Sort = "id"
    ) -> Iterator[Source]:
        """The documents that are indexed, one by one.

        Args:
            only, since, until: which documents, as in `ask`.
            sort: by `id`, or by `date`, the newest first and what has no date last.

        Raises:
            UsageError: a filter or `sort` is none, or no document matches.
            NoUsableIndexError: the index cannot be used.
        """
        where = Filter.of(only, since, until)
        found = self._workspace.library.catalogue.listing.sources(where, sort)
        first = next(found, None)
        if first is None and where and not self.skipped(only=where.only):
            raise where.unmatched()
        return found if first is None else chain((first,), found)

    def names(self, beginning: str = "", most: int = 50) -> list[str]:
        """Ids of documents that go on from a beginning, each up to its next `/`, sorted.

        Args:
            beginning: of an id, or of a file name if no id begins so; case does not count.
            most: how many at the most.

        Raises:
            NoUsableIndexError: the index cannot be used.
        """
        return self._workspace.library.catalogue.listing.names(beginning, most)

    def matching(self, *, only: Only = None, since: Day = None, until: Day = None) -> int:
        """How many documents the filters let through.

        Raises:
            UsageError: a filter is none, or no document matches.
            NoUsableIndexError: the index cannot be used.
        """
        where = Filter.of(only, since, until)
        found = self._workspace.library.catalogue.matching(where)
        if not found:
            raise where.unmatched()
        return found

    def skipped(self, *, only: Only = None, since: Day = None, until: Day = None) -> list[FileNote]:
        """Files that could not be read, wholly or in part, and why; raises what `sources` raises.

        They have no date: with `since` or `until` none is told.
        """
        return self._workspace.library.catalogue.listing.skipped(Filter.of(only, since, until))

    def remarks(self, *, only: Only = None, since: Day = None, until: Day = None) -> list[FileNote]:
        """What is to be known of how files were read, such as a guessed encoding; as `skipped`."""
        return self._workspace.library.catalogue.listing.remarks(Filter.of(only, since, until))

    def document(self, name: str) -> Document:
        """The document that a name means: what an answer cites, as it was read.

        Args:
            name: its id or source, its file's path, `PATH:ID` where a file holds several, or the
                last parts of its id.

        Raises:
            UsageError: the name means no document, or several; near ones are named.
            NoUsableIndexError: the index cannot be used.
        """
        return self.excerpt(name).document

    def compare(self, old: str | Path, new: str | Path) -> Changes:
        """What changed between two versions of a document in what they state.

        Args:
            old, new: each a file, a web address, or what `document` takes.

        Raises:
            UsageError: one is neither, cannot be read, or holds several documents.
            NoUsableIndexError: the index cannot be used.
        """
        from assistant.comparing import compared

        return compared(self._version(old), self._version(new))

    def _version(self, source: str | Path) -> Document:
        from assistant.comparing import read_version

        is_file = isinstance(source, Path) or is_address(source) or Path(source).exists()
        if is_file or not self._workspace.library.exists:
            return read_version(source, self._workspace.settings.passage_tokens)
        return self.document(str(source))

    def excerpt(self, name: str, start: int = 0, end: int | None = None) -> Excerpt:
        """A range of a document's characters with the headings above it; all without a range.

        Raises what `document` raises, and UsageError where the document has no such range.
        """
        catalogue = self._workspace.library.catalogue
        number = catalogue.listing.find(name)
        document = catalogue.document_numbered(number)
        if document is None:  # removed by another process this very moment
            raise UsageError(f"{name!r} is no longer indexed; `assistant sources` lists all.")
        end = len(document.text) if end is None else end
        if not 0 <= start < end <= len(document.text):
            raise UsageError(
                f"{name!r} has no characters {start}-{end}; give a range within "
                f"0-{len(document.text)} (the document may have changed since it was cited)."
            )
        return Excerpt(document, start, end, catalogue.listing.heading(number, start))

    @property
    def model(self) -> str:
        """Name of the model that answers, `none` where sentences are quoted."""
        return self._workspace.spec.name

    @property
    def settings(self) -> Settings:
        """The settings that hold."""
        return self._workspace.settings

    @property
    def folder(self) -> Path:
        """Whole path of the folder of the index."""
        return self._workspace.settings.folder

    @property
    def sends_to(self) -> str | None:
        """The server that questions and evidence are sent to; None if they stay on this machine."""
        return self._workspace.spec.server

    def close(self) -> None:
        """Close the index and free the model."""
        self._workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()


class Conversation:
    """Questions that may lean on those before them ("And by when?").

    Attributes:
        history: what was said so far: each question as it was understood, so that it need not be
            understood again, with what was answered and is supported; before these what the
            conversation was made with.
        where: which documents they are put to.
    """

    def __init__(
        self, assistant: Assistant, where: Filter | None = None, history: Sequence[Turn] = ()
    ) -> None:
        self._assistant = assistant
        self.history: list[Turn] = list(history)
        self.where = where or Filter()

    def ask(self, question: str) -> Answer:
        """Answer in the light of the questions before; raises what `Assistant.ask` raises."""
        *_, answer = self.stream(question)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: str) -> Iterator[Event]:
        """The same as a stream of events; the question counts as asked once it is answered."""
        events = self._assistant.stream(question, history=self.history, **self.where.to_dict())
        for event in events:
            if isinstance(event, Answer):
                told = [s.text for s in event.statements if s.verdict == "supported"]
                self.history.append((event.standalone_question, " ".join(told)))
            yield event
