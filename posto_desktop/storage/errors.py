"""Errors of files as sentences that a user can act on.

StorageError
├── NewerDatabaseError   written by a later version of Posto
└── KeyringError         the keyring is locked, missing or does not answer (secrets.py)
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Literal

from posto_desktop.common.translation import translatable, translate
from posto_desktop.storage import renames

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class StorageError(Exception):
    """A file could not be read or written. `user_message` is a sentence, and so is `remedy`: what
    to do about it, empty if there is no general advice."""

    def __init__(self, user_message: str, remedy: str = "") -> None:
        super().__init__(user_message)
        self.user_message = user_message
        self.remedy = translate("Storage", remedy) if remedy else ""


MAKE_ROOM = translatable("Storage", "Free some space.")
ALLOW_WRITING = translatable(
    "Storage",
    "Allow writing there, or start Posto with another folder: posto-desktop --home FOLDER.",
)
ALLOW_FILE = translatable(
    "Storage", "Allow it, or start Posto with another folder: posto-desktop --home FOLDER."
)
OTHER_FOLDER = translatable(
    "Storage", "Start Posto with another folder: posto-desktop --home FOLDER."
)
CLOSE_OTHER = translatable("Storage", "Close it there, or try again in a moment.")


class NewerDatabaseError(StorageError):
    """The database belongs to a newer version; it was left unchanged."""


Doing = Literal["saved", "opened", "read", "copied", "moved away", "deleted", "written"]
"""What was to be done with a file."""

_COULD_NOT_BE: dict[Doing, str] = {
    #: The reason follows a colon and is no sentence of its own: "the disk that holds … is full".
    "saved": translatable("Storage", "{name} could not be saved: {why}."),
    "opened": translatable("Storage", "{name} could not be opened: {why}."),
    "read": translatable("Storage", "{name} could not be read: {why}."),
    "copied": translatable("Storage", "{name} could not be copied: {why}."),
    "moved away": translatable("Storage", "{name} could not be moved away: {why}."),
    "deleted": translatable("Storage", "{name} could not be deleted: {why}."),
    "written": translatable("Storage", "{name} could not be written: {why}."),
}


def could_not_be(doing: Doing, name: str, why: str) -> str:
    """Return the sentence that a file could not be saved, opened …, with the reason."""
    return translate("Storage", _COULD_NOT_BE[doing]).format(name=name, why=why)


def explain(error: OSError, path: Path, doing: Doing = "saved") -> StorageError:
    """Return a StorageError for the system's error about `path`."""
    folder = str(path.parent)
    remedy = ""
    if error.errno in _FULL:
        why = disk_is_full(folder)
        remedy = MAKE_ROOM
    elif renames.is_in_use(error):
        # Windows uses the same errno for a folder without write permission.
        why = str(error.strerror) if isinstance(error, renames.FileInUseError) else renames.in_use()
        remedy = CLOSE_OTHER
    elif error.errno in _READ_ONLY:
        why = may_not_write(folder)
        remedy = ALLOW_WRITING
        if doing == "read":
            why = translate("Storage", "this program may not read it in {folder}").format(
                folder=folder
            )
    elif error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        why = translate("Storage", "{folder} is not a folder it can use").format(folder=folder)
        remedy = OTHER_FOLDER
    else:
        why = (error.strerror or type(error).__name__).lower()
    return StorageError(could_not_be(doing, path.name, why), remedy)


def disk_is_full(folder: object) -> str:
    """Return that reason, which fits after a colon."""
    return translate("Storage", "the disk that holds {folder} is full").format(folder=folder)


def may_not_write(folder: object) -> str:
    """Return that reason, which fits after a colon."""
    return translate("Storage", "this program may not write to {folder}").format(folder=folder)
