"""Which model embeds passages and queries: the one a SPEC names, or the one an index was made with.

A SPEC is `minilm`, `static`, `openai/<model>`, `ollama/<model>`, `<model>@<base-url>` or
`llamaindex:<module>:<class>`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from assistant.errors import UsageError
from assistant.models.chat.openai import Server, is_loopback, parse_server
from assistant.models.embeddings.llamaindex import LlamaIndexEmbedder
from assistant.models.embeddings.minilm import Embedder, MiniLM
from assistant.models.embeddings.openai import RemoteEmbedder
from assistant.models.embeddings.static import StaticEmbedder
from assistant.models.plugins import PREFIX, Plugin, parse
from assistant.secrets import masked

SPECS = (
    "minilm, static, openai/<model>, ollama/<model>, <model>@<base-url>, or "
    "llamaindex:<module>:<class>"
)
OPENAI_URL = "https://api.openai.com/v1"
_HERE = {"minilm": MiniLM.name, "static": StaticEmbedder.name}


@dataclass(frozen=True, slots=True)
class Choice:
    """An embedding model.

    Attributes:
        name: what an index records of it: enough to find it again, and no secret.
        server: where it is; None for one in this process.
        plugin: the class of LlamaIndex's that it is.
    """

    name: str
    server: Server | None = None
    plugin: Plugin | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether what is embedded leaves this machine, or may do so."""
        if self.server is None:
            return self.plugin is not None
        return not is_loopback(self.server.base_url)

    def open(
        self, minilm: MiniLM, dimension: int | None, *, timeout: float, retries: int
    ) -> Embedder:
        """The model itself, not yet loaded or connected to; see `RemoteEmbedder`.

        Args:
            minilm: the embedded model, which counts the tokens for all others.
            dimension: length of its vectors where an index tells it.
            timeout, retries: of a server.
        """
        if self.name == StaticEmbedder.name:
            return StaticEmbedder(minilm)
        if self.plugin:
            return LlamaIndexEmbedder(
                self.plugin,
                minilm,
                name=self.name,
                dimension=dimension,
                timeout=timeout,
                retries=retries,
            )
        if self.server is None:
            return minilm
        return RemoteEmbedder(
            self.server,
            minilm,
            name=self.name,
            dimension=dimension,
            timeout=timeout,
            retries=retries,
        )


def named(spec: str, env: Mapping[str, str] = os.environ) -> Choice:
    """The model that a SPEC names.

    Raises:
        UsageError: the SPEC is none of the known forms.

    >>> named("bge@http://me:secret@127.0.0.1:8000/v1/").name
    'bge@http://127.0.0.1:8000/v1'
    """
    if spec in _HERE:
        return Choice(_HERE[spec])
    if spec.startswith(PREFIX):
        return Choice(spec, plugin=parse(spec))
    server = parse_server(spec, env)
    if server is None:
        shown = masked(spec)
        raise UsageError(f"no embedding model is called {shown!r}; give one of: {SPECS}.")
    if spec.startswith("ollama/") and "@" not in spec:
        return Choice(spec, server)  # the same model wherever OLLAMA_HOST says it runs
    server = replace(server, base_url=server.base_url or OPENAI_URL)
    url = _bare(server.base_url or OPENAI_URL)
    name = f"openai/{server.model}" if url == OPENAI_URL else f"{server.model}@{url}"
    return Choice(name, server)


def recorded(name: str, env: Mapping[str, str] = os.environ) -> Choice | None:
    """The model that an index was made with, by its name there; None if there is no such model.

    An address that stands only in an index was not named by the user, who may have the index from
    somebody else: the key is not sent there, unless OPENAI_BASE_URL says the same. Nor is a class
    imported that stands only there.

    Raises:
        UsageError: it is such a class.
    """
    if name in _HERE.values():
        return Choice(name)
    if name.startswith(PREFIX):
        raise UsageError(
            f"the index was made with {name!r}, a class that is imported only when you name it; "
            "give that with --embedding or set ASSISTANT_EMBEDDING to it."
        )
    own = env.get("OPENAI_BASE_URL") or ""
    elsewhere = {key: value for key, value in env.items() if key != "OPENAI_BASE_URL"}
    if parse_server(name, elsewhere) is None:
        return None
    server = named(name, elsewhere).server
    if server is None or "@" not in name:
        return Choice(name, server)
    if own and _bare(own) == server.base_url:
        return Choice(name, replace(server, base_url=own))
    return Choice(name, replace(server, keyed=False))


def _bare(url: str) -> str:
    """The URL without what may be secret in it: name, password and query."""
    parts = urlsplit(url)
    return urlunsplit(
        (parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", "")
    )
