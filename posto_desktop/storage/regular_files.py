"""Files of a home, opened only where they are files, and read only as far as they may be long.

A home lies where other programs write, too: where a file is expected may be a named pipe, which
lets a reader wait for ever, a device without an end, or a file of 20 GB. Whoever opens a file
of a home by its known name opens it here.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

__all__ = [
    "ForeignOwnerError",
    "NotAFileError",
    "TooLargeError",
    "no_file",
    "open_file",
    "open_regular",
    "read_private",
    "read_regular",
]

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)
# No console, no start of a child, and no wait for somebody at the other end of a pipe.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class NotAFileError(OSError):
    """Under this name lies something else than a file. `strerror` says what."""

    def __init__(self, path: Path, mode: int | None) -> None:
        """`mode` is that of `os.stat`, None for a link that leads to itself."""
        kind = "a link that leads to itself"
        if mode is not None:
            kind = next((name for is_it, name in _KINDS if is_it(mode)), "something else")
        super().__init__(errno.EINVAL, f"it is {kind}, not a file", os.fspath(path))


class TooLargeError(OSError):
    """A file is longer than Posto ever writes it."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EFBIG, "it is far too large", os.fspath(path))


class ForeignOwnerError(OSError):
    """A file belongs to another user of the computer."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EPERM, "it belongs to another user", os.fspath(path))


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """As `os.open`: a descriptor of a file, or of a link to one. Never waits.

    Raises NotAFileError for anything else than a file, and other OSErrors.
    """
    try:
        # Before it is opened: some devices do something when they are.
        found = path.stat().st_mode
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFileError(path, None) from error
        raise
    else:
        if not stat.S_ISREG(found):
            raise NotAFileError(path, found)
    descriptor = os.open(path, flags | _FLAGS, mode)
    found = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(found):
        os.close(descriptor)
        raise NotAFileError(path, found)
    return descriptor


def open_file(path: Path) -> BinaryIO:
    """As `open_regular`, as a file object to read bytes from."""
    return os.fdopen(open_regular(path), "rb")


def read_regular(path: Path, limit: int) -> bytes:
    """What is in a file of at most `limit` bytes. Raises NotAFileError, TooLargeError, which reads
    nothing, and other OSErrors."""
    with open_file(path) as file:
        return _read(file, path, limit)


def read_private(path: Path, limit: int) -> bytes:
    """As `read_regular`, of a file that belongs to this user or to the administrator: what another
    one wrote holds no secret. Raises ForeignOwnerError, too. Windows is not asked whose a file is:
    there nobody else may write in a user's folders."""
    with open_file(path) as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_uid not in (os.geteuid(), 0):
            raise ForeignOwnerError(path)
        return _read(file, path, limit)


def _read(file: BinaryIO, path: Path, limit: int) -> bytes:
    if os.fstat(file.fileno()).st_size > limit:
        raise TooLargeError(path)
    data = file.read(limit + 1)
    if len(data) > limit:
        raise TooLargeError(path)
    return data


def no_file(path: Path) -> NotAFileError | None:
    """What lies under this name instead of a file: a pipe, a folder, a device, a socket, or a link
    to one of them or to itself. None where there is a file, or nothing, or where nobody may look.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return NotAFileError(path, None) if error.errno == errno.ELOOP else None
    return None if stat.S_ISREG(mode) else NotAFileError(path, mode)
