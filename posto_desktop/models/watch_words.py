"""Words for watched folders."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.core.watch_folder import FolderStatus
from posto_desktop.models.numbers import grouped


def status_words(status: FolderStatus) -> str:
    """Return what a folder is doing: "Watching", "Waiting for 3 files" …"""
    match status.state:
        case "reading":
            words = translate("WatchFolders", "Reading {done} of {total} files…")
            return words.format(done=grouped(status.done), total=grouped(status.total))
        case "waiting":
            words = translate(
                "WatchFolders",
                "Waiting for %n file(s) that (is/are) not complete",
                "",
                status.waiting,
            )
            return words
        case "rescanning":
            return translate("WatchFolders", "Looks for new files every minute")
        case "paused":
            return translate("WatchFolders", "Paused")
        case "missing":
            return translate(
                "WatchFolders", "Folder missing: connect its disk, or remove it from this list"
            )
        case "denied":
            return translate(
                "WatchFolders", "No permission: allow Posto to read this folder in your system"
            )
        case "unusable":
            return translate("WatchFolders", "This is not a folder")
    return translate("WatchFolders", "Watching")
