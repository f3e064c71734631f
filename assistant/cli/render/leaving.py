"""The end of the process at once, where Python would first wait for what nobody needs any more."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from assistant.errors import EXIT_INTERRUPTED


def leave_at_once() -> None:
    """End the process with the code of what is under way: 0, or that of the exception."""
    under_way = sys.exc_info()[1]
    code = 0 if under_way is None else 1
    if isinstance(under_way, KeyboardInterrupt):
        code = EXIT_INTERRUPTED
    elif isinstance(under_way, SystemExit):
        code = under_way.code if isinstance(under_way.code, int) else 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
