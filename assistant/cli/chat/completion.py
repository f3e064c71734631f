"""What the argument of a command can go on with: documents, files, models, passages.

Words with spaces stand between quotation marks, as at a shell.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from itertools import islice

from assistant.cli.chat.talk import Talk
from assistant.cli.render.answers import origin
from assistant.filters import spellings

Choice = tuple[str, str]
"""What is put into the line, and what is told of it."""
MOST_CHOICES = 50
_MOST_ENTRIES = 2000  # of a folder that are looked at to complete a file's name
_NEEDS_QUOTES = re.compile(r"[\s'\"\\]")


def names(talk: Talk, word: str) -> Iterator[Choice]:
    """Documents and folders, as long as the index may be asked."""
    if not talk.warming.is_done:
        return
    for name in talk.assistant.names(unquoted(word), MOST_CHOICES):
        yield quoted("".join(c if c.isprintable() else "?" for c in name)), ""


def specs(talk: Talk, word: str) -> Iterator[Choice]:
    """How models are named."""
    known = {
        "none": "quote the best sentences",
        "local": "the model that ships",
        "openai/": "a model of OpenAI's",
        "ollama/": "a model of Ollama's on this machine",
    }
    yield from ((spec, told) for spec, told in known.items() if spec.startswith(word))
    if word.startswith(("/", "~", ".")):
        yield from files(talk, word)


def files(talk: Talk, word: str) -> Iterator[Choice]:
    """Files and folders that go on so."""
    typed = unquoted(word)
    folder, _, beginning = typed.rpartition("/")
    at = os.path.expanduser(f"{folder}/" if folder or typed.startswith("/") else ".")
    try:
        with os.scandir(at) as entries:
            found = sorted((e.name, e.is_dir()) for e in islice(entries, _MOST_ENTRIES))
    except (OSError, ValueError):
        return
    for name, is_folder in found:
        if name.startswith(spellings(beginning)) and (beginning or not name.startswith(".")):
            if not name.isprintable():
                continue  # what is put into the line would not be its name
            before = typed[: len(typed) - len(beginning)]
            yield f"{before}{name}{'/' if is_folder else ''}", ""


def numbers(talk: Talk, word: str) -> Iterator[Choice]:
    """The passages behind the last answer."""
    if talk.answer is None:
        return
    for citation in talk.passages():
        if str(citation.number).startswith(word):
            yield str(citation.number), origin(citation)


# Words with and without quotation marks


def words(typed: str) -> list[str]:
    """The words, of which one with spaces stands between quotation marks."""
    try:
        return shlex.split(typed)
    except ValueError:  # a quotation mark that is not closed
        return typed.split()


def last_word(typed: str) -> str:
    """The word at the end that is not finished, with its quotation marks."""
    begun, quote = 0, ""
    for at, sign in enumerate(typed):
        if sign == quote:
            quote = ""
        elif not quote and sign in "'\"":
            quote = sign
        elif not quote and sign.isspace():
            begun = at + 1
    return typed[begun:]


def quoted(word: str) -> str:
    """The word, between quotation marks if it needs them."""
    return shlex.quote(word) if _NEEDS_QUOTES.search(word) else word


def unquoted(word: str) -> str:
    """What stands between quotation marks, one of which may be missing yet."""
    for closing in ("", "'", '"'):
        try:
            return "".join(shlex.split(word + closing)) if word[:1] in ("'", '"') else word
        except ValueError:
            continue
    return word
