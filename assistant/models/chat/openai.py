"""OpenAI-compatible servers: named by a SPEC, reached, and their failures told as ours.

The only module that imports `openai`. What is asked of a server is left to the callers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import (
    ModelError,
    ModelRefusedError,
    ModelUnreachableError,
    RequestRefusedError,
)

if TYPE_CHECKING:
    import openai

OLLAMA_URL = "http://127.0.0.1:11434/v1"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Server:
    """A model on a server.

    Attributes:
        model: the model's name; None means the first that the server lists.
        name: what is shown; it holds no secret.
        base_url: None for the one the `openai` client uses by default.
        keyed: whether the server may be sent `OPENAI_API_KEY`.
    """

    model: str | None
    name: str
    base_url: str | None = None
    keyed: bool = False

    @property
    def key(self) -> str | None:
        """The key to send, from the environment."""
        return os.environ.get("OPENAI_API_KEY") or None if self.keyed else None


def parse_server(spec: str, env: Mapping[str, str] = os.environ) -> Server | None:
    """Read `openai/<model>`, `ollama/<model>` or `<model>@<base-url>`; None if it is none of them.

    >>> parse_server("llama3@http://127.0.0.1:8000/v1").name
    'llama3@127.0.0.1:8000'
    """
    provider, slash, model = spec.partition("/")
    if slash and model and provider == "openai" and "@" not in spec:
        return Server(model, spec, env.get("OPENAI_BASE_URL") or None, keyed=True)
    if slash and model and provider == "ollama" and "@" not in spec:
        return Server(model, spec, _ollama_url(env))
    named = re.fullmatch(r"(.+?)@(https?://[^/].*)", spec)
    if named and _is_address(named[2]):
        model, url = named.groups()
        return Server(model, f"{model}@{host(url)}", url, keyed=True)
    return None


def host(url: str) -> str:
    """Host and port of a URL, without the name and password that may stand in it."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_loopback(url: str | None) -> bool:
    """Whether what is sent to the URL stays on this machine."""
    return bool(url) and urlsplit(url).hostname in _LOOPBACK


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _ollama_url(env: Mapping[str, str]) -> str:
    given = env.get("OLLAMA_HOST")
    if not given:
        return OLLAMA_URL
    return (given if "://" in given else f"http://{given}").rstrip("/") + "/v1"


class Connection:
    """A client of one server, whose failures are mapped to this program's errors.

    Importing `openai` takes a while, so the client is made beside what its caller does meanwhile.

    Attributes:
        model: the name to ask for; None until `first_listed` has looked it up.
    """

    def __init__(
        self,
        server: Server,
        key: str | None,
        *,
        timeout: float,
        retries: int,
        option: str,
        lighten: str = "",
    ) -> None:
        """Have the client made; it connects when first used.

        Args:
            server: which one.
            key: sent with every request, if there is one.
            timeout: seconds without a sign from the server before a try is given up.
            retries: further tries after a passing failure.
            option: the one of the command line by which the model is chosen, for the remedies.
            lighten: how to ask for less, where that may help.
        """
        self.model = server.model
        self._keyed = server.keyed
        self._key = key
        self._option = option
        self._another = f"choose another model with {option}"
        self._lighten = lighten and f", or {lighten}"
        self._made: Future[openai.OpenAI] = Future()
        # Python waits for it at its end: a thread that is torn off within native code aborts.
        self._maker = Thread(target=self._make, args=(server.base_url, key, timeout, retries))
        self._maker.start()

    def _make(self, *given: Any) -> None:
        try:
            self._made.set_result(_client(*given))
        except BaseException as exc:
            self._made.set_exception(exc)

    @property
    def client(self) -> openai.OpenAI:
        """The `openai` client; whatever is asked through it belongs inside `mapped`."""
        return self._made.result()

    def close(self) -> None:
        """Close the connection."""
        self._maker.join()
        if self._made.exception() is None:
            self.client.close()

    @property
    def where(self) -> str:
        """The server's address, without the name and password that may stand in it."""
        return str(self.client.base_url.copy_with(userinfo=b"", query=None)).rstrip("/")

    def streamed(self, body: Mapping[str, Any]) -> Any:
        """The chunks of a chat's reply as they come; called inside `mapped`.

        Asked for through the client itself: its `chat` costs a third of a second to import, most of
        it for what is never asked here.
        """
        from openai import Stream
        from openai.types.chat import ChatCompletionChunk

        chunks = self.client.post(
            "/chat/completions",
            cast_to=ChatCompletionChunk,
            body={**body, "stream": True},
            stream=True,
            stream_cls=Stream[ChatCompletionChunk],
        )
        kind = chunks.response.headers.get("content-type", "")
        if "text/event-stream" not in kind and kind:
            with closing(chunks):
                return nullcontext([self._whole(chunks.response.read(), kind)])
        return chunks

    def _whole(self, content: bytes, kind: str) -> Any:
        """A reply that was not streamed, as one chunk.

        Raises:
            ModelRefusedError: it is none: a page, an error, anything else.
        """
        from openai.types.chat import ChatCompletionChunk

        text = content.decode("utf-8", "replace")
        try:
            reply = json.loads(text)
            choice = reply["choices"][0]
            whole = {**choice, "delta": choice["message"], "message": None}
            return ChatCompletionChunk.construct(**{**reply, "choices": [whole]})
        except (ValueError, LookupError, TypeError):
            raise ModelRefusedError(self._no_reply(text, kind)) from None

    def _no_reply(self, text: str, kind: str) -> str:
        """What to say of something that is no reply, with its title, or the message it holds."""
        title = re.search(r"<title[^>]*>([^<]*)", text, re.I)
        error = re.search(r'"message"\s*:\s*"([^"]*)', text) or re.search(
            r'"error"\s*:\s*"([^"]*)', text
        )
        shown = next((m[1] for m in (title, error) if m), text)
        what = "a web page" if "html" in kind or title else "no reply"
        near = "" if "/v1" in self.where else "the address may have to end in /v1, or "
        return (
            f"{self.where} sent {what} ({self._shown(shown) or 'nothing'}); {near}{self._another}."
        )

    def first_listed(self) -> str:
        """The first model that the server lists; called inside `mapped`.

        Raises:
            ModelRefusedError: it lists none.
        """
        from openai.pagination import SyncPage
        from openai.types import Model

        for model in self.client.get_api_list("/models", model=Model, page=SyncPage[Model]):
            return str(model.id)
        raise ModelRefusedError(
            f"{self.where} lists no model; name one with {self._option} MODEL@URL."
        )

    def lists_model(self) -> bool:
        """Whether the server lists the model; True if none is named yet, or it tells no list.

        Raises:
            ModelUnreachableError: it gives no answer to one try.
            ModelRefusedError: it refuses the key.
        """
        import openai

        with self.mapped():
            try:
                listed = [
                    model.id for model in self.client.with_options(max_retries=0).models.list()
                ]
            except (openai.NotFoundError, openai.BadRequestError):
                return True
            except openai.APIStatusError as exc:
                if exc.status_code != 405:
                    raise
                return True
        # Ollama lists `llama3.1:latest` and takes `llama3.1`.
        return (
            not listed
            or self.model is None
            or any(name in (self.model, f"{self.model}:latest") for name in listed)
        )

    @contextmanager
    def mapped(self) -> Iterator[None]:
        """The vendor's errors, and replies that make no sense, as this program's.

        Raises:
            ModelUnreachableError: no answer in the time and tries allowed, or it broke off.
            ModelRefusedError: the server refused: wrong key, unknown model, a bad request.
        """
        import httpx
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as exc:
            raise self._error(exc) from exc

    def _error(self, exc: Exception) -> ModelError:
        import openai

        if isinstance(exc, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelRefusedError(f"{self.where} refused the key; {self._key_remedy}")
        if isinstance(exc, openai.NotFoundError):
            return ModelRefusedError(
                f"{self.where} has no model {self.model!r}; name one it has with {self._option}."
            )
        if isinstance(exc, openai.RateLimitError):
            return ModelUnreachableError(
                f"{self.where} is over its limit ({self._told(exc)}); try again later."
            )
        if isinstance(exc, openai.APIStatusError) and exc.status_code < 500:
            return RequestRefusedError(
                f"{self.where} refused the request ({self._told(exc)}); "
                f"{self._another}{self._lighten}."
            )
        return ModelUnreachableError(
            f"{self.where} gives no answer ({self._told(exc)}); "
            f"check that it runs, or {self._another}."
        )

    @property
    def _key_remedy(self) -> str:
        if self._keyed:
            return "set OPENAI_API_KEY to a key it accepts."
        return f"to send it OPENAI_API_KEY, name it with {self._option} MODEL@BASE-URL."

    def _told(self, exc: Exception) -> str:
        """The vendor's words in one short line that holds no key and no control character."""
        return self._shown(str(exc) or type(exc).__name__)

    def _shown(self, told: str) -> str:
        """Words of a server in one short line that holds no key and no control character."""
        if self._key:
            told = told.replace(self._key, "***")
        told = re.sub(r"sk-[\w*-]+", "sk-***", told)
        return " ".join("".join(c if c.isprintable() else " " for c in told).split())[:200]


def is_bad_request(exc: Exception) -> bool:
    """Whether the server found fault with the request itself (HTTP 400, or 422)."""
    import openai

    return isinstance(exc, openai.BadRequestError | openai.UnprocessableEntityError)


def _client(base_url: str | None, key: str | None, timeout: float, retries: int) -> openai.OpenAI:
    import httpx
    import openai

    return openai.OpenAI(
        api_key=key or "none",
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=min(10.0, timeout)),
        max_retries=retries,
        # A proxy must never be handed what stays on this machine.
        http_client=openai.DefaultHttpxClient(trust_env=not is_loopback(base_url)),
    )
