"""Style files for sharing, with the pictures of their watermarks.

``"pictures"`` maps their names to their bytes in base64. Among the user's styles they are separate
files.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from posto_desktop.core.styles import mark_files
from posto_desktop.media import watermarks
from posto_desktop.sdk import style_parts
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.sdk.style_parts import FOLDER, WATERMARK, is_plain_name
from posto_desktop.storage import regular_files

PICTURES = "pictures"
MAX_BYTES = 2_500_000
"""Most bytes of all pictures in a file, before base64."""


def packed(style: StyleFile, styles: Path) -> tuple[StyleFile, list[str]]:
    """Return a style with its pictures, and the names of missing or too large ones."""
    pictures: dict[str, str] = {}
    lost: list[str] = []
    room = MAX_BYTES
    for name in mark_files([style], {}):
        try:
            data = regular_files.read_regular(styles / FOLDER / name, MAX_BYTES)
        except OSError:
            data = b""
        if not data or len(data) > room:
            lost.append(name)
            continue
        room -= len(data)
        pictures[name] = base64.b64encode(data).decode("ascii")
    content = {key: value for key, value in style.content.items() if key != PICTURES}
    if pictures:
        content[PICTURES] = pictures
    return replace(style, content=content), lost


def unpacked(content: Mapping[str, Any], styles: Path) -> dict[str, Any]:
    """Store a file's pictures beside the styles and return its content with their new names.
    Invalid pictures are dropped: the style then reports a missing watermark."""
    plain = {key: value for key, value in content.items() if key != PICTURES}
    pictures = content.get(PICTURES)
    settings = plain.get("settings")
    if not isinstance(pictures, Mapping) or not isinstance(settings, Mapping):
        return plain
    names = {
        name: new_name
        for name, data in pictures.items()
        if isinstance(name, str)
        and is_plain_name(name)
        and (new_name := _stored_name(name, data, styles))
    }
    plain["settings"] = {slug: _renamed(part, names) for slug, part in settings.items()}
    return plain


def _stored_name(name: str, data: object, styles: Path) -> str:
    """Return the stored name of a picture; empty if it is none."""
    if not isinstance(data, str) or len(data) > MAX_BYTES * 2:
        return ""
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return ""
    with tempfile.TemporaryDirectory() as folder:
        # A new name, since the system may not accept the original one.
        stem = Path(name).stem.rpartition("-")[0] or Path(name).stem
        path = Path(folder) / (
            "".join(char if char.isalnum() else "-" for char in stem)[:40] + ".png"
        )
        try:
            path.write_bytes(raw)
            return watermarks.import_watermark(str(path), styles)
        except (SettingsError, OSError):
            return ""


def _renamed(part: object, names: Mapping[str, str]) -> object:
    if not isinstance(part, Mapping):
        return part
    mark = part.get(WATERMARK)
    if not isinstance(mark, Mapping) or style_parts.watermark_of(part) is None:
        return part
    file = str(mark.get("file"))
    return {**part, WATERMARK: {**mark, "file": names.get(file, file)}}
