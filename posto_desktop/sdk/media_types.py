"""Detects media types by the first bytes, and makes upload names."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath

SNIFF = 512
"""Most bytes that `sniff` needs."""

EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg", "jpe"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/avif": ("avif",),
    "image/heic": ("heic", "heif"),
    "image/bmp": ("bmp",),
    "image/tiff": ("tiff", "tif"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov", "qt"),
    "video/webm": ("webm",),
    "video/x-matroska": ("mkv",),
    "video/avi": ("avi",),
    "video/mpeg": ("mpeg", "mpg"),
    "video/x-ms-wmv": ("wmv", "asf"),
    "video/3gpp": ("3gp", "3gpp"),
    "video/ogg": ("ogv",),
    "audio/mpeg": ("mp3",),
}

_BY_EXTENSION = {ext: mime for mime, names in EXTENSIONS.items() for ext in names}

_HEADS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-wmv"),
    (b"OggS", "video/ogg"),
    (b"ID3", "audio/mpeg"),
)
# Types that are surely not media, whatever the name says.
_OTHER = (
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"%PDF", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?php", "application/x-php"),
    (b"#!", "text/x-script"),
)
_WORDS = re.compile(
    rb"(?i)\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(!doctype html|html|head|body|script|svg|\?xml)"
)


def sniff(head: bytes) -> str | None:
    """Return the MIME type of the first bytes, None if unknown.

    Types other than ``image/*``, ``video/*`` and ``audio/*`` mean: surely no media file.
    """
    for start, mime in _HEADS:
        if head.startswith(start):
            return mime if mime != "image/bmp" or len(head) > 14 else None
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/avi"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _ftyp(head)
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return "video/quicktime"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    for start, mime in _OTHER:
        if head.startswith(start):
            return mime
    words = _WORDS.match(head)
    if words:
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    return None


def _ftyp(head: bytes) -> str:
    brand = head[8:12]
    brands = {brand, *(head[at : at + 4] for at in range(16, min(len(head), 48), 4))}
    if brand in {b"avif", b"avis"}:
        return "image/avif"
    if brand in {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}:
        return "image/avif" if b"avif" in brands else "image/heic"
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/3gpp" if brand[:3] == b"3gp" else "video/mp4"


def is_media(mime: str | None) -> bool:
    """Return whether a MIME type is a picture or video that services accept at all."""
    return mime is not None and mime in EXTENSIONS


def by_name(name: str) -> str | None:
    """Return the MIME type that a file name suggests."""
    return _BY_EXTENSION.get(PurePath(name).suffix.lstrip(".").lower())


def upload_name(name: str, mime: str) -> str:
    """Return a plain ASCII file name for `name`: WordPress loses or refuses many characters.

    The extension matches the content, because a wrong one is refused with a misleading error.
    """
    stem, _, extension = name.rpartition(".")
    if not stem:
        stem, extension = name, ""
    flat = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    flat = re.sub(r"[^A-Za-z0-9]+", "-", flat).strip("-")[:60].strip("-")
    allowed = EXTENSIONS.get(mime, ())
    ext = extension.lower()
    if ext not in allowed:
        ext = allowed[0] if allowed else "bin"
    return f"{flat or 'file'}.{ext}"


def title_of(name: str) -> str:
    """Return the file's shown title: its name without extension and control characters."""
    stem = PurePath(name).stem or name
    shown = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", stem))
    return " ".join(shown.split())[:150]
