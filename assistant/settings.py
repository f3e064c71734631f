"""The settings, frozen and bounded: what there are, and which of all values given for one holds.

Unknown names and values out of range are refused. Files and layers are `configuration`'s.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import configuration, trusting
from assistant.config_files import ConfigFile
from assistant.configuration import Layer, Origin, Sources
from assistant.errors import ConfigurationError, UsageError
from assistant.secrets import masked, told

CATALOGUE = "catalogue.sqlite3"
"""Name of the catalogue's file in the folder of an index."""


class Settings(BaseModel):
    """All that can be set; the defaults are the measured ones.

    A value given as option or keyword argument holds before one of the environment
    (`ASSISTANT_` and its name in capitals), that before the chosen profile's in the project's and
    then the user's file, and that before those files' own; see `assistant.configuration`.

    Attributes:
        index: folder of the index; None for the default place (see `default_index`).
        llm: which model answers (see `assistant.models.chat.base`); None for the default choice.
        embedding: which model finds passages by meaning (see `models.embeddings.registry`); None
            for the one that the index was made with, and MiniLM for a new index.
        vectors: where the vectors are kept: the address of a Chroma server, or "local" for the
            folder of the index; None for where they are, and the folder for a new index.
        passage_tokens: most tokens of MiniLM in one passage, its marks included.
        candidates: passages each ranker hands to the fusion.
        lexical_weight: part of BM25 in a passage's fused score; 0 leaves it out.
        dense_weight: the part of its vector, likewise.
        late_weight: the part of late interaction, likewise.
        spelling: search for a word that no document has in the spelling that it likely stands for.
        acronyms: search for acronyms by what the documents say they stand for, and the reverse.
        parts: search for the parts of a question that asks several things, too.
        collapse: show passages of several documents that tell the same words as one hit.
        evidence_tokens: most tokens of evidence given to a model; None for 240 with a model
            file, which reads slowly, and 1,200 with a server.
        quotes: most sentences quoted where no model answers.
        quote_confidence: least probability (see `answering.answerability`) that the evidence
            answers the question at which sentences are quoted as an answer.
        ask_relevance: least relevance of the evidence (see `retrieval.evidence`) at which a
            model is asked at all.
        confidence: least probability at which a model begins its reply with "yes" for it to be
            heard; where its server tells no probabilities, the word decides.
        strict: drop statements that nothing supports (else show them, marked).
        timeout: seconds without a sign from a model or vector server before a try is given up.
        retries: further tries after a passing failure of such a server; four more where
            many passages are embedded.
        history: keep conversations on this machine, so that they can be gone on with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    index: Path | None = Field(default=None, examples=["index"])
    llm: str | None = Field(default=None, min_length=1, examples=["local"])
    embedding: str | None = Field(default=None, min_length=1, examples=["minilm"])
    vectors: str | None = Field(default=None, min_length=1, examples=["http://127.0.0.1:8000"])
    passage_tokens: int = Field(default=128, ge=32, le=256)
    candidates: int = Field(default=100, ge=1, le=1000)
    lexical_weight: float = Field(default=1.0, ge=0, le=10)
    dense_weight: float = Field(default=0.7, ge=0, le=10)
    late_weight: float = Field(default=0.7, ge=0, le=10)
    spelling: bool = True
    acronyms: bool = True
    parts: bool = True
    collapse: bool = True
    evidence_tokens: int | None = Field(default=None, ge=50, le=100_000, examples=[600])
    quotes: int = Field(default=3, ge=1, le=20)
    quote_confidence: float = Field(default=0.35, ge=0, le=1)
    ask_relevance: float = Field(default=0.35, ge=0, le=2)
    confidence: float = Field(default=0.68, ge=0, le=1)
    strict: bool = True
    timeout: float = Field(default=60.0, gt=0, le=3600)
    retries: int = Field(default=2, ge=0, le=10)
    history: bool = True

    @property
    def folder(self) -> Path:
        """Whole path of the folder of the index."""
        return (self.index or default_index()).expanduser().absolute()

    @classmethod
    def load(cls, profile: str | None = None, **given: Any) -> Settings:
        """Settings from what is given (None is not given), the environment, files, then defaults.

        Args:
            profile: the name of one in a file of settings; "" for none, None for the one that
                `ASSISTANT_PROFILE` or a file names.
            **given: settings by their names.

        Raises:
            ConfigurationError: a name is unknown, a value is out of its bounds or not the file's
                to decide, or a file cannot be read.
        """
        resolved = cls.resolve(profile, given)
        if resolved.refusal:
            raise resolved.refusal
        return resolved.settings

    @classmethod
    def resolve(cls, profile: str | None, given: Mapping[str, Any]) -> Resolved:
        """The same with where each value comes from, and with what is to be refused for trust.

        Raises:
            ConfigurationError: as `load`, but for values that want the user's trust.
        """
        sources = configuration.sources(cls.model_fields, given, profile)
        checked = [(layer, cls.checked(layer)) for layer in sources.layers]
        for layer in sources.idle:
            cls.checked(layer)
        winners = {n: (value, layer) for layer, held in checked for n, value in held.items()}
        own = [held for layer, held in checked if layer.judged_by is None]
        without = cls.model_construct(**{n: value for held in own for n, value in held.items()})
        namer = winners["index"][1].judged_by if "index" in winners else None
        untrusted = {n: _untrusted(n, *winners[n], without, namer) for n in winners}
        refused = {"profile": _overridden(sources), **untrusted}
        return Resolved(
            cls.model_construct(**{name: value for name, (value, _) in winners.items()}),
            {name: layer.origin(name) for name, (_, layer) in winners.items()},
            sources,
            _doubtful(winners["index"][1]) if "index" in winners else None,
            {name: refusal for name, refusal in refused.items() if refusal},
        )

    @classmethod
    def checked(cls, layer: Layer) -> dict[str, Any]:
        """The values of a layer, converted; in files, where TOML has types, only if they fit.

        Raises:
            ConfigurationError: the first that is of another type or out of its bounds.
        """
        in_file = layer.file is not None
        values = {n: configuration.placed(layer, n, value) for n, value in layer.values.items()}
        if in_file and isinstance(values.get("index"), str) and values["index"]:
            values["index"] = Path(values["index"])
        try:
            found = cls.model_validate(values, strict=in_file)
        except ValidationError as exc:
            first = exc.errors()[0]
            name = str(first["loc"][0])
            what = masked(f"setting {name!r} is refused: {first['msg'].lower()}")
            raise layer.origin(name).refused(what) from exc
        for name, value in layer.values.items():
            if in_file and isinstance(value, str) and not value.isprintable():
                raise layer.origin(name).refused(f"setting {name!r} holds control characters")
        return {name: getattr(found, name) for name in values}


@dataclass(frozen=True, slots=True)
class Resolved:
    """Settings, and how they came about.

    Attributes:
        settings: those that hold; where something is refused, they are not to be used.
        origins: by the names of settings; those that have their default are not there.
        sources: all layers and files.
        index_namer: the project's file, not trusted, that named the index, which somebody else may
            have made.
        refused: values that want the user's trust, by the names of settings, and "profile".
    """

    settings: Settings
    origins: Mapping[str, Origin]
    sources: Sources
    index_namer: ConfigFile | None = None
    refused: Mapping[str, ConfigurationError] = field(default_factory=dict)

    @property
    def refusal(self) -> ConfigurationError | None:
        """That of the first refused value, where there is one."""
        return next(iter(self.refused.values()), None)

    def origin(self, name: str) -> Origin:
        """Where the value of a setting comes from."""
        return self.origins.get(name) or Origin("default", name)

    @contextmanager
    def blamed(self, name: str) -> Iterator[None]:
        """What is raised within, of a setting's value from a file, is told with its place."""
        try:
            yield
        except UsageError as exc:
            origin = self.origin(name)
            if origin.file is None:
                raise
            raise origin.refused(str(exc).removesuffix(".")) from exc


def _untrusted(
    name: str, value: Any, layer: Layer, without: Settings, index_namer: ConfigFile | None
) -> ConfigurationError | None:
    """What to say of a value that wants trust which its project's file does not have."""
    file = layer.judged_by
    if file is None:
        return None
    otherwise, names_index = getattr(without, name), index_namer is file
    what = trusting.wants(name, value, otherwise, file.path.parent, names_index=names_index)
    if what is None or trusting.is_trusted(file):
        return None
    origin = layer.origin(name)
    place = "" if origin.file is file else f" (profile {layer.profile!r} was chosen by {file.path})"
    return origin.refused(
        f"{name} = {told(value)} would {what}{place}, for which the project's file is not trusted; "
        f"read it, then run: assistant config trust {trusting.quoted(file.path)} "
        f"(or set {origin.variable} yourself)"
    )


def _overridden(sources: Sources) -> ConfigurationError | None:
    """What to say of a project's file that puts another profile in the place of the user's own."""
    file = sources.overriding
    if file is None or trusting.is_trusted(file):
        return None
    return ConfigurationError(
        f"{file.where('profile')}: would choose the profile {sources.profile!r} in place of the "
        "one that your own file chose, for which the project's file is not trusted; read it, then "
        f"run: assistant config trust {trusting.quoted(file.path)} (or choose with --profile or "
        "ASSISTANT_PROFILE)."
    )


def _doubtful(layer: Layer) -> ConfigFile | None:
    file = layer.judged_by
    return file if file and not trusting.is_trusted(file) else None


@cache
def documented() -> dict[str, str]:
    """What each setting is for, on one line, as `Settings` documents it, in words of a file."""
    found: dict[str, str] = {}
    name = ""
    for line in (Settings.__doc__ or "").partition("Attributes:")[2].splitlines():
        head = re.match(r" {8}(\w+): (.*)", line)
        if head:
            name, found[head[1]] = head[1], head[2]
        elif name and line.strip():
            found[name] += " " + line.strip()
    return {
        name: re.sub(r" \(see `[^)]*\)", "", meaning).replace("None for", "if not set,")
        for name, meaning in found.items()
    }


def shipped(name: str) -> Path:
    """Folder `prompts` or `seeds` as it ships: in the wheel, else at the top of the checkout."""
    package = Path(__file__).parent
    packed = package / "data" / name
    return packed if packed.is_dir() else package.parent / name


def default_index() -> Path:
    """Where the index is kept by default: a checkout's `index/`, else the user's data folder.

    A checkout that this user may not write to is treated as no checkout.
    """
    top = Path(__file__).parent.parent
    if (top / "index" / "README.md").is_file() and os.access(top / "index", os.W_OK):
        return top / "index"
    import platformdirs

    return platformdirs.user_data_path("assistant") / "index"
