"""Files and folders for this user alone, on machines that others use as well."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, data: bytes) -> None:
    """Write a file for this user alone; a reader finds all of it, or what was there before.

    Raises:
        OSError: it cannot be written; what was there before stays.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".unfinished-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def is_private(found: os.stat_result) -> bool:
    """Whether this is a file that only this user can read and write."""
    return (
        stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077
    )


def private_folder(folder: Path) -> bool:
    """Make the folder, for this user alone; False where it is or may be changed by another one.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        return False
    if found.st_mode & 0o022:
        return False  # what lies in it may be another's already
    folder.chmod(0o700)
    return True
