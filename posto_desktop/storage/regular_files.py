"""Opens files of a home only if they are regular files, and reads them with a size limit.

Other programs write to a home, too: in place of a file may be a named pipe, which blocks a reader
forever, an endless device, or a file of 20 GB. All files with known names are opened here.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from posto_desktop.common.translation import translatable

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
    (stat.S_ISFIFO, translatable("Storage", "it is a named pipe, not a file")),
    (stat.S_ISDIR, translatable("Storage", "it is a folder, not a file")),
    (stat.S_ISCHR, translatable("Storage", "it is a device, not a file")),
    (stat.S_ISBLK, translatable("Storage", "it is a device, not a file")),
    (stat.S_ISSOCK, translatable("Storage", "it is a socket, not a file")),
)
# No controlling terminal, no inheritance by children, and no waiting for the other end of a pipe.
_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class NotAFileError(OSError):
    """Something other than a file has this name. `strerror` says what."""

    def __init__(self, path: Path, mode: int | None) -> None:
        """`mode` is that of `os.stat`, None for a link to itself."""
        why = translatable("Storage", "it is a link that leads to itself, not a file")
        if mode is not None:
            other = translatable("Storage", "it is something else, not a file")
            why = next((text for is_it, text in _KINDS if is_it(mode)), other)
        super().__init__(errno.EINVAL, why, os.fspath(path))


class TooLargeError(OSError):
    """A file is longer than Posto ever writes it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            errno.EFBIG, translatable("Storage", "it is far too large"), os.fspath(path)
        )


class ForeignOwnerError(OSError):
    """A file belongs to another user of the computer."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            errno.EPERM, translatable("Storage", "it belongs to another user"), os.fspath(path)
        )


def open_regular(path: Path, flags: int = os.O_RDONLY, mode: int = 0o600) -> int:
    """As `os.open`: return a descriptor of a file, or of a link to one. Never blocks.

    Raises NotAFileError for anything else, and other OSErrors.
    """
    try:
        # Check before opening: opening some devices has effects.
        file_mode = path.stat().st_mode
    except FileNotFoundError:
        if not flags & os.O_CREAT:
            raise
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAFileError(path, None) from error
        raise
    else:
        if not stat.S_ISREG(file_mode):
            raise NotAFileError(path, file_mode)
    descriptor = os.open(path, flags | _FLAGS, mode)
    file_mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(file_mode):
        os.close(descriptor)
        raise NotAFileError(path, file_mode)
    return descriptor


def open_file(path: Path) -> BinaryIO:
    """As `open_regular`, but return a file object for reading bytes."""
    return os.fdopen(open_regular(path), "rb")


def read_regular(path: Path, limit: int) -> bytes:
    """Return the content of a file of at most `limit` bytes. Raises NotAFileError, TooLargeError
    before reading anything, and other OSErrors."""
    with open_file(path) as file:
        return _read(file, path, limit)


def read_private(path: Path, limit: int) -> bytes:
    """As `read_regular`, for a file of this user or the administrator: files of others hold no
    secret. Raises ForeignOwnerError, too. Not checked on Windows, where nobody else may write in a
    user's folders."""
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
    """Return what this name is instead of a file: a pipe, a folder, a device, a socket, or a link
    to one of them or to itself. None if it is a file, missing, or not accessible."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return NotAFileError(path, None) if error.errno == errno.ELOOP else None
    return None if stat.S_ISREG(mode) else NotAFileError(path, mode)
