"""Renames and deletions that retry while another program has the file open, as on Windows.

Windows cannot rename, replace or remove a file that is being read, and antivirus programs and
indexers often read new files for a moment. Such failures are retried for some seconds. Other
systems do not retry.

All renames of files in the package use this module; `tests/unit/test_imports.py` enforces that.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import sleep

from posto_desktop.common.translation import translate

_ACCESS_DENIED, _SHARING_VIOLATION, _LOCK_VIOLATION, _USER_MAPPED_FILE = 5, 32, 33, 1224
_IN_USE = frozenset((_SHARING_VIOLATION, _LOCK_VIOLATION, _USER_MAPPED_FILE))
"""Windows' error codes for a file in use. ACCESS_DENIED may mean that, too."""

_WAITS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.6, 0.8, 1.0)
"""Seconds before each retry; 3 s in total."""
_SHORT_WAITS = (0.01, 0.02, 0.03)

_thread = threading.local()


class FileInUseError(PermissionError):
    """A file was not renamed, replaced or removed because another program has it open.

    `strerror` names the program, if the system knows it, and fits after a colon.
    """

    def __init__(self, error: OSError, path: Path, strerror: str) -> None:
        super().__init__(error.errno, strerror, os.fspath(path))


def use_short_waits() -> None:
    """Limit the waits of this thread to 60 ms. The app calls it once on its GUI thread."""
    _thread.hurries = True


def replace(source: Path, target: Path, *, wait: bool = True) -> None:
    """Replace `target` by `source` atomically. Raises FileInUseError, and other OSErrors at
    once."""
    # os.replace is the one call that is atomic everywhere.
    _try(lambda: os.replace(source, target), source, target, wait=wait)  # noqa: PTH105


def rename(source: Path, target: Path, *, wait: bool = True) -> None:
    """Rename a file or folder to an unused name. Raises FileInUseError, and other OSErrors at
    once."""
    _try(lambda: source.rename(target), source, target, wait=wait)


def is_in_use(error: OSError) -> bool:
    """Return whether an error means that another program has the file open."""
    return isinstance(error, FileInUseError) or getattr(error, "winerror", None) in _IN_USE


def remove(path: Path) -> None:
    """Delete a file, if it exists. Raises FileInUseError, and other OSErrors at once."""
    _try(lambda: path.unlink(missing_ok=True), path, path)


def _try(call: Callable[[], object], source: Path, target: Path, *, wait: bool = True) -> None:
    hurries = getattr(_thread, "hurries", False)
    waits = iter((_SHORT_WAITS if hurries else _WAITS) if wait else ())
    while True:
        try:
            call()
            return
        except OSError as error:
            if not _may_pass(error, target):
                raise
            seconds = next(waits, None)
            if seconds is None:
                # Finding the program takes too long for a thread with short waits.
                users = [] if hurries or not wait else _users_of(source, target)
                held = target if target.exists() else source
                raise FileInUseError(error, held, _sentence(error, users)) from error
        sleep(seconds)


def _may_pass(error: OSError, target: Path) -> bool:
    number = getattr(error, "winerror", None)
    if number == _ACCESS_DENIED:
        # Waiting does not help for a folder or a read-only file.
        return not target.is_dir() and (not target.exists() or os.access(target, os.W_OK))
    return number in _IN_USE


def _users_of(*paths: Path) -> list[str]:
    if sys.platform != "win32":
        return []
    from posto_desktop.storage import windows

    return windows.programs_using(paths)


def _sentence(error: OSError, users: list[str]) -> str:
    if users:
        #: A reason after a colon. {programs}: names of programs, separated by commas.
        words = translate("Storage", "{programs} (is/are) using it", "", len(users))
        return words.format(programs=", ".join(users))
    if getattr(error, "winerror", None) == _ACCESS_DENIED:
        return translate("Storage", "another program may be using it")
    return in_use()


def in_use() -> str:
    """Return the reason that another program has a file open; it fits after a colon."""
    return translate("Storage", "another program is using it")
