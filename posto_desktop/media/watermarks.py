"""Watermark pictures beside the styles: imported, and checked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from posto_desktop.common.translation import translate
from posto_desktop.core.renditions import RenditionError
from posto_desktop.media import picture_helpers
from posto_desktop.media.media_files import PictureError, open_file
from posto_desktop.media.watermark_images import checked_mark
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.style_parts import FOLDER
from posto_desktop.storage import atomic

MAX_SIDE = 1200
"""Longest side of a stored mark in pixels: sharp even on the largest pictures."""


def import_watermark(source: str, styles: Path) -> str:
    """Store a picture as a watermark beside the styles; return its name there. The source stays.

    Raises `SettingsError` for an invalid picture, `StorageError` if it cannot be written.
    """
    try:
        file = checked_mark(open_file(source))
        content = picture_helpers.encode_watermark(file, MAX_SIDE)
    except PictureError as error:
        words = translate("Files", "{reason} Choose another watermark.")
        raise SettingsError(words.format(reason=error.user_message)) from None
    # By content, so that another picture of the same name does not change other styles.
    stem = "".join(char if char.isalnum() else "-" for char in Path(source).stem).strip("-")[:40]
    name = f"{stem or 'mark'}-{sha256(content).hexdigest()[:8]}.png"
    folder = styles / FOLDER
    if not (folder / name).exists():
        atomic.write_bytes(folder / name, content, mode=0o644)
    return name


def problem_of(path: Path) -> str:
    """Return why a picture cannot be a watermark, as a sentence; empty if it can. Reads its
    header."""
    try:
        picture_helpers.measure(checked_mark(open_file(str(path))))
    except (PictureError, RenditionError) as error:
        return error.user_message
    return ""
