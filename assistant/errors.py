"""Every error the program raises on purpose. The message is fit to show a user: fact, then remedy.

AssistantError                 1
├── UsageError                 2   what was asked cannot be done as it was said
│   ├── AddressError               a web address cannot be fetched
│   ├── ConversationError          a conversation that was kept cannot be had
│   └── ConfigurationError         a setting, or a file of settings, is refused
├── NoUsableIndexError         4   there is no index, or it cannot be used
│   ├── IndexMissingError
│   ├── IndexLockedError           another process is writing
│   ├── IndexMismatchError         made by a newer version, or another embedding model
│   ├── IndexDamagedError          the catalogue cannot be read
│   ├── StorageError               the disk is full or refuses to be written
│   └── VectorServerError          the Chroma server cannot be reached, refuses, or is none
└── ModelError                 5   the model cannot be had, reached, or refused
    ├── ModelMissingError
    ├── ModelUnreachableError
    └── ModelRefusedError
        └── RequestRefusedError        it refused this request, and may answer another
            └── NoAnswerError          the model wrote no answer that can be used

The number is the process's exit code. Four more codes belong to no error: 1, `compare` found
changes; 3, the documents do not say; 6, a statement of a draft is not supported; and 130,
interrupted.
"""

from __future__ import annotations

EXIT_CHANGED = 1
EXIT_NOT_IN_DOCUMENTS = 3
EXIT_NOT_SUPPORTED = 6
EXIT_INTERRUPTED = 130


class AssistantError(Exception):
    """Base of all: `str(error)` is one line that states the fact and the remedy."""

    exit_code = 1


class UsageError(AssistantError):
    """The request itself cannot be carried out: a missing path, an empty question, a bad option."""

    exit_code = 2


class AddressError(UsageError):
    """What a web address holds cannot be had: not found, refused, too large, or not to be asked."""


class ConversationError(UsageError):
    """A conversation that was kept cannot be found, read or written, or is open elsewhere."""


class ConfigurationError(UsageError):
    """A setting is unknown or out of its bounds, or the file of settings is no good."""


class NoUsableIndexError(AssistantError):
    """There is no usable index."""

    exit_code = 4


class IndexMissingError(NoUsableIndexError):
    """No index at the given place."""


class IndexLockedError(NoUsableIndexError):
    """Another process is writing to the index."""


class IndexMismatchError(NoUsableIndexError):
    """The index was made by a newer program or with another embedding model."""


class IndexDamagedError(NoUsableIndexError):
    """The catalogue cannot be read."""


class StorageError(NoUsableIndexError):
    """The disk is full, or the place cannot be written."""


class VectorServerError(NoUsableIndexError):
    """The Chroma server cannot be reached, refuses, or is no Chroma server."""


class ModelError(AssistantError):
    """The language or embedding model could not be used."""

    exit_code = 5


class ModelMissingError(ModelError):
    """The model, or the package that runs it, is not installed."""


class ModelUnreachableError(ModelError):
    """No answer from the model's server in the time and tries allowed."""


class ModelRefusedError(ModelError):
    """The server refused (wrong key, unknown model, too long a prompt) or replied nonsense."""


class RequestRefusedError(ModelRefusedError):
    """The server found fault with this one request; another question may be answered."""


class NoAnswerError(RequestRefusedError):
    """The model wrote nothing but thinking, a tool call or less than a sentence, or nothing."""
