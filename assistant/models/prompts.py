"""Load, validate and fill the prompts: one Markdown file each, which anyone can edit.

A file opens with front matter that declares its `inputs`; each `## system`, `## user` or
`## assistant` heading starts a message, and `{name}` marks where an input goes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from assistant.errors import AssistantError
from assistant.models.chat.base import Message
from assistant.settings import shipped

ROLES: tuple[str, ...] = get_args(get_type_hints(Message)["role"])
_INPUT = re.compile(r"\{([a-z_]+)\}")
_TURN = re.compile(rf"^## ({'|'.join(ROLES)})[ \t]*$", re.M)


class PromptError(AssistantError):
    """A prompt file cannot be used as it stands."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A validated prompt.

    Attributes:
        inputs: names of the values it is filled with.
        turns: its messages, with the places of the inputs still marked.
    """

    inputs: frozenset[str]
    turns: tuple[Message, ...]

    def fill(self, **values: str) -> list[Message]:
        """The messages with every input in its place; what is filled in is not read again.

        Raises:
            PromptError: the values given are not exactly the inputs declared.
        """
        if values.keys() != self.inputs:
            raise PromptError(f"this prompt takes {sorted(self.inputs)}, not {sorted(values)}.")
        return [
            {"role": turn["role"], "content": _INPUT.sub(lambda m: values[m[1]], turn["content"])}
            for turn in self.turns
        ]


def load(name: str, folder: Path | None = None) -> Prompt:
    """Read the prompt `name` (the file's name without `.md`).

    Raises:
        PromptError: the file is missing, has no messages, or declares other inputs than it uses.
    """
    import yaml

    path = (folder or shipped("prompts")) / f"{name}.md"
    try:
        head, body = _divide(path.read_text(encoding="utf-8"))
        declared = frozenset(yaml.safe_load(head)["inputs"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as exc:
        raise PromptError(
            f"the prompt {path.name} cannot be read; restore it, or mend its front matter."
        ) from exc
    turns = _turns(body)
    used = frozenset(n for turn in turns for n in _INPUT.findall(turn["content"]))
    if not turns or used != declared:
        raise PromptError(
            f"the prompt {path.name} declares the inputs {sorted(declared)} and uses "
            f"{sorted(used)}; make the two agree."
        )
    return Prompt(declared, turns)


def _divide(text: str) -> tuple[str, str]:
    """Front matter and body."""
    empty, head, body = text.split("---\n", 2)
    if empty.strip():
        raise ValueError("no front matter")
    return head, body


def _turns(body: str) -> tuple[Message, ...]:
    parts: Sequence[str] = _TURN.split(body)[1:]
    return tuple(
        {"role": role, "content": content.strip()}  # type: ignore[typeddict-item]
        for role, content in zip(parts[::2], parts[1::2], strict=True)
    )
