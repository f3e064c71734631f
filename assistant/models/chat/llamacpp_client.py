"""What is said to llama.cpp's server, over a connection that is there already, as HTTP.

Not by the `openai` client: to import that takes half a second, and this server is always the same.
"""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from typing import Any

from assistant.errors import ModelRefusedError, ModelUnreachableError
from assistant.models.chat import server_replies
from assistant.models.chat.server_replies import BrokenReplyError, one_line

_BROKE_OFF = "the local model broke off its answer ({}); ask again."


def chunks(
    connection: socket.socket, key: str, body: Mapping[str, Any]
) -> Generator[Any, None, None]:
    """Yield the chunks of a reply, as the OpenAI protocol has them; at the end it is closed.

    Args:
        connection: to the server. Closing it, or the iterator, stops the model.
        key: without which the server refuses.
        body: of the request for a chat's next message.

    Raises:
        ModelUnreachableError: the reply broke off or did not come in time.
        ModelRefusedError: the server refused: too long a prompt.
    """
    http_ = http.client.HTTPConnection("127.0.0.1")
    http_.sock = connection
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    with closing(http_):
        try:
            content = json.dumps({**body, "stream": True}).encode()
            http_.request("POST", "/v1/chat/completions", content, headers)
            yield from _told(http_.getresponse())
        except BrokenReplyError as exc:
            raise ModelUnreachableError(_BROKE_OFF.format("its process ended")) from exc
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise ModelUnreachableError(_BROKE_OFF.format(one_line(str(exc)) or "no sign")) from exc


def _told(response: http.client.HTTPResponse) -> Iterator[Any]:
    if response.status != 200:
        _refuse(response.status, json.loads(response.read()))
    yield from server_replies.chunks(response)


def _refuse(status: int, told: Any) -> None:
    error = told.get("error", told) if isinstance(told, dict) else told
    message = one_line(str(error.get("message", "") if isinstance(error, dict) else error))
    if status >= 500:
        raise ModelUnreachableError(_BROKE_OFF.format(message))
    raise ModelRefusedError(
        f"the local model refused the request ({message}); choose another model with --llm, "
        "or give less evidence."
    )
