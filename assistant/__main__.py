"""`python -m assistant`, and the `assistant` command: the program, begun.

Ctrl-C while its parts are still imported ends it like Ctrl-C at any later moment.
"""

import sys
from typing import NoReturn

from assistant.errors import EXIT_INTERRUPTED


def main() -> NoReturn:
    """Run the program and exit."""
    try:
        from assistant.cli import app
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    app.main()


if __name__ == "__main__":
    main()
