"""Errors of files as sentences that a user can act on.

StorageError
├── NewerDatabaseError   written by a later version of Posto
└── KeyringError         the keyring is locked, missing or does not answer (secrets.py)
"""

from __future__ import annotations

import errno
from pathlib import Path

from posto_desktop.storage import renames

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class StorageError(Exception):
    """A file could not be read or written. `user_message` is a sentence, and so is `remedy`: what
    to do about it, empty if there is no general advice."""

    def __init__(self, user_message: str, remedy: str = "") -> None:
        super().__init__(user_message)
        self.user_message = user_message
        self.remedy = remedy


MAKE_ROOM = "Free some space."
ALLOW_WRITING = (
    "Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER."
)

ALLOW_FILE = "Allow it, or start Posto with another folder: posto-desktop --home FOLDER."


CLOSE_OTHER = "Close it there, or try again in a moment."


class NewerDatabaseError(StorageError):
    """The database belongs to a newer version; it was left unchanged."""


def explain(error: OSError, path: Path, doing: str = "saved") -> StorageError:
    """Return a StorageError for the system's error about `path`."""
    folder = str(path.parent)
    remedy = ""
    if error.errno in _FULL:
        why = f"the disk that holds {folder} is full"
        remedy = MAKE_ROOM
    elif renames.is_in_use(error):
        # Windows uses the same errno for a folder without write permission.
        why = str(error.strerror) if isinstance(error, renames.FileInUseError) else renames.IN_USE
        remedy = CLOSE_OTHER
    elif error.errno in _READ_ONLY:
        why = f"this program may not write to {folder}"
        remedy = ALLOW_WRITING
        if doing == "read":
            why = f"this program may not read it in {folder}"
    elif error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        why = f"{folder} is not a folder it can use"
        remedy = "Start Posto with another folder: posto-desktop --home FOLDER."
    else:
        why = (error.strerror or type(error).__name__).lower()
    return StorageError(f"{path.name} could not be {doing}: {why}.", remedy)
