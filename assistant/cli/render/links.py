"""Links from a document's name to its file or web address, as terminals know them (OSC 8).

An address is made of the place where a document lies and percent-encoded, so that it is ASCII
without control characters whatever a document calls itself; it leads only to a file that is there
or to a web address that stands in the text as well.
"""

from __future__ import annotations

import os
import socket
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlsplit

from assistant.documents import Citation

_PROGRAMS = "Hyper WezTerm contour ghostty iTerm.app mintty rio terminology vscode zed".split()
_TERMS = ("alacritty", "contour", "foot", "wezterm", "xterm-ghostty", "xterm-kitty")
_FIRST_VTE = 5000  # 0.50, the first that knows links
_WEB = "%/:?#[]@!$&'()*+,;=-._~"  # what has a meaning in a web address stays
MOST_CHARACTERS = 2000
"""Of an address; terminals pass over longer ones."""


def links_are_shown() -> bool:
    """Whether a terminal that shows links is known by the environment.

    No terminal can be asked, so those that show them are known by the variables they set. Others
    should ignore a link, but not all do. FORCE_HYPERLINK, as other programs know it, overrules.
    """
    told = os.environ.get("FORCE_HYPERLINK")
    if told is not None:
        return told.strip() not in ("", "0", "false")
    if os.environ.get("NO_COLOR") or _is_gnu_screen():
        return False
    version = os.environ.get("VTE_VERSION", "")[:9]
    return (
        os.environ.get("TERM_PROGRAM") in _PROGRAMS
        or os.environ.get("TERM", "").startswith(_TERMS)
        or (version.isdecimal() and int(version) >= _FIRST_VTE)
        or any(name in os.environ for name in ("WT_SESSION", "DOMTERM"))
    )


def _is_gnu_screen() -> bool:
    """Whether GNU screen stands between, where the variables of the terminal outside are seen."""
    return os.environ.get("TERM", "").startswith("screen") and "TMUX" not in os.environ


def link(text: str, url: str) -> str:
    """The text, which is cleaned, leading to an address that `url_of` made."""
    return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"


def url_of(source: str, host: str | None = None) -> str | None:
    """The address of a document's source, in ASCII: its file's, if that is there, or the web's.

    Args:
        source: of the document.
        host: the machine on which a file lies; without it this one's name, by which a terminal
            knows files that lie on another one. A browser opens those of no machine alone.
    """
    is_web = source.lower().startswith(("http://", "https://"))
    url = _web(source) if is_web else _file(source, _host() if host is None else host)
    return url if url and len(url) <= MOST_CHARACTERS else None


def _web(source: str) -> str | None:
    try:
        if not urlsplit(source).hostname:
            return None
    except ValueError:
        return None
    return quote(source, safe=_WEB, errors="replace")


def page_url_of(citation: Citation) -> str | None:
    """The address of a citation's document for a browser, at the page in a PDF."""
    document = citation.document
    url = url_of(document.source, host="")
    is_paged = citation.page and document.media_type == "application/pdf" and "#" not in (url or "")
    return f"{url}#page={citation.page}" if url and is_paged else url


def _file(source: str, host: str) -> str | None:
    if source.startswith(("//", "\\\\")):  # to look there may be to ask another machine
        return None
    if not (os.path.isabs(source) and os.path.isfile(source)):
        return None
    return f"file://{host}{Path(source).as_uri().removeprefix('file://')}"


@cache
def _host() -> str:
    return quote(socket.gethostname())
