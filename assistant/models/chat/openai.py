"""OpenAI-compatible servers: named by a SPEC, reached, and their failures told as ours.

The only module that imports `openai`. What is asked of a server is left to the callers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
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
from assistant.models.chat.server_replies import (
    BrokenReplyError,
    ReplyError,
    chunks,
    json_object,
    one_line,
    page_title,
)

if TYPE_CHECKING:
    import openai

OLLAMA_URL = "http://127.0.0.1:11434/v1"
_CHAT = "/chat/completions"
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
        Thread(target=self._make, args=(server.base_url, key, timeout, retries)).start()

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
        """Close the connection; a client that is still being made is closed once it is."""
        self._made.add_done_callback(_close)

    @property
    def where(self) -> str:
        """The server's address, without the name and password that may stand in it."""
        return str(self.client.base_url.copy_with(userinfo=b"", query=None)).rstrip("/")

    def streamed(self, body: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
        """The chunks of a chat's reply as they come; called and read inside `mapped`.

        Asked for through the client itself: its `chat` costs a third of a second to import, most of
        it for what is never asked here.
        """
        from openai import Stream

        body = {**body, "stream": True}
        to = self.client
        return _chunks(
            to.post(_CHAT, cast_to=object, body=body, stream=True, stream_cls=Stream[object])
        )

    def requested(
        self, path: str, body: Mapping[str, Any] | None = None, *, retries: int | None = None
    ) -> dict[str, Any]:
        """The JSON object that the server sends; called inside `mapped`.

        Args:
            path: below the server's address.
            body: what to post; None to get.
            retries: further tries after a passing failure, where not as for all.
        """
        import httpx

        to = self.client if retries is None else self.client.with_options(max_retries=retries)
        if body is None:
            return json_object(to.get(path, cast_to=httpx.Response).content)
        return json_object(to.post(path, cast_to=httpx.Response, body=body).content)

    def first_listed(self) -> str:
        """The first model that the server lists; called inside `mapped`.

        Raises:
            ModelRefusedError: it lists none.
        """
        for name in self._listed():
            return name
        raise ModelRefusedError(
            f"{self.where} lists no model; name one with {self._option} MODEL@URL."
        )

    def _listed(self, retries: int | None = None) -> list[str]:
        models = self.requested("/models", retries=retries).get("data")
        entries = [each for each in models if isinstance(each, dict)] if models else []
        return [str(each["id"]) for each in entries if "id" in each]

    def lists_model(self) -> bool:
        """Whether the server lists the model; True if none is named yet, or it tells no list.

        Raises:
            ModelUnreachableError: it gives no answer to one try.
            ModelRefusedError: it refuses the key.
        """
        import openai

        with self.mapped():
            try:
                listed = self._listed(retries=0)
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
        self._made.exception()  # it is waited for here, and not within Python's locks of modules
        import httpx
        import openai

        try:
            yield
        except (openai.OpenAIError, httpx.HTTPError, ValueError) as exc:
            raise self._error(exc) from exc

    def _error(self, exc: Exception) -> ModelError:
        import openai

        if isinstance(exc, BrokenReplyError):
            return ModelUnreachableError(f"{self.where} {exc}; ask again, or {self._another}.")
        if isinstance(exc, ReplyError):
            return ModelRefusedError(
                f"{self.where} {self._told(exc)}; {self._address_remedy}{self._another}."
            )
        if isinstance(exc, openai.AuthenticationError | openai.PermissionDeniedError):
            return ModelRefusedError(f"{self.where} refused the key; {self._key_remedy}")
        if isinstance(exc, openai.NotFoundError):
            return ModelRefusedError(
                f"{self.where} has no model {self.model!r}; {self._address_remedy}"
                f"name one it has with {self._option}."
            )
        if isinstance(exc, openai.RateLimitError):
            return ModelUnreachableError(
                f"{self.where} is over its limit ({self._told(exc)}); try again later."
            )
        if isinstance(exc, openai.APIStatusError) and exc.status_code < 500:
            address = self._address_remedy if exc.status_code == 405 else ""
            return RequestRefusedError(
                f"{self.where} refused the request ({self._told(exc)}); "
                f"{address}{self._another}{self._lighten}."
            )
        return ModelUnreachableError(
            f"{self.where} gives no answer ({self._told(exc)}); "
            f"check that it runs, or {self._another}."
        )

    @property
    def _address_remedy(self) -> str:
        """A hint where the address lacks the part that those of this protocol end in."""
        has_version = re.search(r"/v\d", self.where)
        return "" if has_version else "its address may have to end in /v1, or "

    @property
    def _key_remedy(self) -> str:
        if self._keyed:
            return "set OPENAI_API_KEY to a key it accepts."
        return f"to send it OPENAI_API_KEY, name it with {self._option} MODEL@BASE-URL."

    def _told(self, exc: Exception) -> str:
        """The vendor's words in one short line that holds no key and no control character."""
        told = str(exc) or type(exc).__name__
        if title := page_title(told):
            told = f"a web page: {title}"
        if self._key:
            told = told.replace(self._key, "***")
        return one_line(re.sub(r"sk-[\w*-]+", "sk-***", told))


def _chunks(reply: Any) -> Generator[dict[str, Any], None, None]:
    """The chunks of a reply that has begun to come; at the end it is closed."""
    with reply:
        yield from chunks(_lines(reply.response.iter_bytes()))


def _lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a body, parted at line feeds alone: JSON may hold what else parts lines."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    yield rest


def is_bad_request(exc: Exception) -> bool:
    """Whether the server found fault with the request itself (HTTP 400, or 422)."""
    import openai

    return isinstance(exc, openai.BadRequestError | openai.UnprocessableEntityError)


def _close(made: Future[openai.OpenAI]) -> None:
    if made.exception() is None:
        made.result().close()


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
