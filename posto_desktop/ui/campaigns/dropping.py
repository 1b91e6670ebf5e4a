"""Files in a drag or in the clipboard: whatever they are, the intake tells what cannot be used."""

from __future__ import annotations

from PySide6.QtCore import QMimeData

from posto_desktop.workers.files import local_path


def files_of(mime: QMimeData) -> list[str]:
    """The paths of the local files, in their order."""
    if not mime.hasUrls():
        return []
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]
