"""Captions, keywords and descriptions inside of picture files: XMP, IPTC and EXIF.

Only the structure of the file is walked, never its pixels; what is read is limited in bytes and
number, and damage means that there is none.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import BinaryIO

from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.sidecar_texts import SidecarTexts, merged
from posto_desktop.core.xmp import MAX_BYTES, MAX_TEXT, XmpError, read_xmp
from posto_desktop.storage import regular_files

MAX_PARTS = 400
"""Most segments, chunks or entries that are walked."""
_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_PHOTOSHOP_HEAD = b"Photoshop 3.0\0"
_EXIF_HEAD = b"Exif\0\0"
_PNG_XMP = b"XML:com.adobe.xmp\0"
_CAMERA_TEXTS = frozenset(
    (
        "olympus digital camera", "sony dsc", "minolta digital camera", "samsung camera pictures",
        "konica minolta digital camera", "dcim", "digital camera", "dav", "default", "untitled",
        "image description", "screenshot",
    )
)  # fmt: skip
"""What cameras and programs write into every picture: nobody's caption."""


def embedded_texts(path: Path, mime: str) -> SidecarTexts:
    """Return what a picture says of itself; nothing for other files and damaged ones."""
    walk = _WALKS.get(mime)
    if walk is None:
        return SidecarTexts()
    try:
        with regular_files.open_file(path) as file:
            return _without_camera_texts(walk(file))
    except (OSError, ValueError, IndexError, struct.error, OverflowError):
        return SidecarTexts()


def _without_camera_texts(texts: SidecarTexts) -> SidecarTexts:
    if texts.text.strip().lower() in _CAMERA_TEXTS:
        return merged([SidecarTexts(alt=texts.alt, labels=texts.labels)])
    return texts


def _read(file: BinaryIO, size: int) -> bytes:
    if not 0 <= size <= MAX_BYTES:
        raise ValueError("too long")
    data = file.read(size)
    if len(data) < size:
        raise ValueError("cut off")
    return data


def _xmp(data: bytes) -> SidecarTexts:
    try:
        return read_xmp(data)
    except XmpError:
        return SidecarTexts()


# -- JPEG ----------------------------------------------------------------------------------------


def _jpeg(file: BinaryIO) -> SidecarTexts:
    xmp, iptc, exif = SidecarTexts(), SidecarTexts(), SidecarTexts()
    file.seek(2)
    for _ in range(MAX_PARTS):
        head = _read(file, 4)
        if head[0] != 0xFF:
            break
        if head[1] == 0xFF:  # a fill byte
            file.seek(-3, io.SEEK_CUR)
            continue
        if head[1] == 0xDA:
            break
        size = int.from_bytes(head[2:4], "big") - 2
        if head[1] not in (0xE1, 0xED):
            file.seek(size, io.SEEK_CUR)
            continue
        body = _read(file, size)
        if body.startswith(_XMP_HEAD) and xmp.is_empty:
            xmp = _xmp(body[len(_XMP_HEAD) :])
        elif body.startswith(_EXIF_HEAD) and exif.is_empty:
            exif = _safe_exif(body[len(_EXIF_HEAD) :])
        elif body.startswith(_PHOTOSHOP_HEAD) and iptc.is_empty:
            iptc = _resources(body[len(_PHOTOSHOP_HEAD) :])
    return merged([xmp, iptc, exif])


def _resources(data: bytes) -> SidecarTexts:
    """Return what the IPTC part among Photoshop's resources says."""
    at = 0
    for _ in range(MAX_PARTS):
        if data[at : at + 4] != b"8BIM":
            break
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        length_of_name = data[at + 6] + 1
        at += 6 + length_of_name + (length_of_name & 1)
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if number == 0x0404:
            return _iptc(data[at : at + size])
        at += size + (size & 1)
    return SidecarTexts()


def _iptc(data: bytes) -> SidecarTexts:
    """Return caption, headline and keywords of IPTC records."""
    at, encoding = 0, "utf-8"
    caption, headline, keywords = "", "", []
    for _ in range(MAX_PARTS):
        if at + 5 > len(data) or data[at] != 0x1C:
            break
        record, number = data[at + 1], data[at + 2]
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        if size & 0x8000:  # an extended record: longer than any caption
            break
        value = data[at + 5 : at + 5 + size]
        at += 5 + size
        if record != 2:
            continue
        if number == 120:
            caption = _decoded(value, encoding)
        elif number == 105:
            headline = _decoded(value, encoding)
        elif number == 25:
            keywords.append(_decoded(value, encoding))
    return SidecarTexts(text=caption or headline, labels=tuple(clean_labels(keywords)))


def _decoded(value: bytes, encoding: str) -> str:
    try:
        text = value.decode(encoding)
    except UnicodeDecodeError:
        text = value.decode("latin-1")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:MAX_TEXT]


# -- EXIF and TIFF -------------------------------------------------------------------------------

_DESCRIPTION, _XMP_TAG, _IPTC_TAG = 0x010E, 700, 33723
_XP_COMMENT, _XP_KEYWORDS = 0x9C9C, 0x9C9E
_WIDTHS = {1: 1, 2: 1, 4: 4, 7: 1}


def _safe_exif(data: bytes) -> SidecarTexts:
    try:
        return _tiff(io.BytesIO(data))
    except (ValueError, IndexError, struct.error):
        return SidecarTexts()


def _tiff(file: BinaryIO) -> SidecarTexts:
    file.seek(0)
    head = _read(file, 8)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
    if order is None:
        return SidecarTexts()
    file.seek(struct.unpack(f"{order}I", head[4:])[0])
    (count,) = struct.unpack(f"{order}H", _read(file, 2))
    entries = _read(file, 12 * min(count, MAX_PARTS))
    values: dict[int, bytes] = {}
    for at in range(0, len(entries), 12):
        tag, kind, length = struct.unpack(f"{order}HHI", entries[at : at + 8])
        if tag not in (_DESCRIPTION, _XMP_TAG, _IPTC_TAG, _XP_COMMENT, _XP_KEYWORDS):
            continue
        size = length * _WIDTHS.get(kind, 0)
        if size <= 4:
            values[tag] = entries[at + 8 : at + 8 + size]
        elif size <= MAX_BYTES:
            file.seek(struct.unpack(f"{order}I", entries[at + 8 : at + 12])[0])
            values[tag] = _read(file, size)
    wide = values.get(_XP_KEYWORDS, b"").decode("utf-16-le", "replace").strip("\0")
    comment = values.get(_XP_COMMENT, b"").decode("utf-16-le", "replace").strip("\0")
    exif = SidecarTexts(
        text=_decoded(values.get(_DESCRIPTION, b""), "utf-8") or comment.strip()[:MAX_TEXT],
        labels=tuple(clean_labels(wide.split(";"))),
    )
    return merged([_xmp(values.get(_XMP_TAG, b"")), _iptc(values.get(_IPTC_TAG, b"")), exif])


# -- PNG and WebP --------------------------------------------------------------------------------


def _png(file: BinaryIO) -> SidecarTexts:
    xmp, exif, description = SidecarTexts(), SidecarTexts(), ""
    file.seek(8)
    for _ in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8 or head[4:] == b"IEND":
            break
        size = int.from_bytes(head[:4], "big")
        if head[4:] not in (b"iTXt", b"tEXt", b"eXIf") or size > MAX_BYTES:
            file.seek(size + 4, io.SEEK_CUR)
            continue
        body = _read(file, size)
        file.seek(4, io.SEEK_CUR)
        if head[4:] == b"eXIf":
            exif = _safe_exif(body)
        elif head[4:] == b"iTXt" and body.startswith(_PNG_XMP):
            # Not compressed: flag and method, then language and translated keyword.
            rest = body[len(_PNG_XMP) :]
            if rest[:1] == b"\0":
                xmp = _xmp(rest[2:].split(b"\0", 2)[-1])
        elif head[4:] == b"tEXt" and body.startswith(b"Description\0"):
            description = _decoded(body.split(b"\0", 1)[1], "latin-1")
    return merged([xmp, exif, SidecarTexts(text=description)])


def _webp(file: BinaryIO) -> SidecarTexts:
    xmp, exif = SidecarTexts(), SidecarTexts()
    file.seek(12)
    for _ in range(MAX_PARTS):
        head = file.read(8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[4:], "little")
        if head[:4] not in (b"XMP ", b"EXIF") or size > MAX_BYTES:
            file.seek(size + (size & 1), io.SEEK_CUR)
            continue
        body = _read(file, size)
        file.seek(size & 1, io.SEEK_CUR)
        if head[:4] == b"XMP ":
            xmp = _xmp(body)
        else:
            exif = _safe_exif(body.removeprefix(_EXIF_HEAD))
    return merged([xmp, exif])


_WALKS = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp, "image/tiff": _tiff}
