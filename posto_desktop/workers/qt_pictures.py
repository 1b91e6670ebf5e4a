"""Pictures decoded by Qt in this process: our own thumbnails, and the clipboard's.

While reading a header, a thread holds Python's lock. It must not then wait for a Qt lock whose
holder waits for Python. Format detection does: it asks all decoders, and the SVG one connects a
signal, which locks one of Qt's few connection mutexes. The GUI thread holds such a mutex while it
destroys an object and calls Python. So the first bytes select one decoder.
"""

from __future__ import annotations

import io

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from posto_desktop.formats.pictures import HeaderError, read_header
from posto_desktop.media.picture_helpers import Pixels
from posto_desktop.sdk.media_types import SNIFF, sniff

RAW_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Formats of pictures from other programs, best first."""

_FORMATS = {kind: kind.partition("/")[2] for kind in RAW_PICTURES}
_MAX_PASTED = 36_000_000
"""Largest clipboard picture in pixels; the largest screens have 33 million."""


def image_of(pixels: Pixels | None) -> QImage:
    """Return a picture that a helper process decoded; a null one for None."""
    if pixels is None:
        return QImage()
    kinds = QImage.Format
    form = kinds.Format_ARGB32 if pixels.has_alpha else kinds.Format_RGB32
    # The copy owns its pixels; the original refers to the bytes.
    return QImage(pixels.data, pixels.width, pixels.height, 4 * pixels.width, form).copy()


def read_bytes(data: bytes) -> QImage:
    """Return the picture in these bytes, a null one if there is none."""
    kind = _FORMATS.get(sniff(data[:SNIFF]) or "")
    return QImage.fromData(data, kind) if kind else QImage()  # type: ignore[arg-type]


def read_pasted(data: bytes) -> QImage:
    """Return the clipboard's picture; a null one if there is none, if it is larger than any screen,
    or if it costs far more than its size suggests."""
    try:
        header = read_header(io.BytesIO(data), sniff(data[:SNIFF]) or "")
    except HeaderError:
        return QImage()
    if header.too_much is not None or not 0 < header.pixels <= _MAX_PASTED:
        return QImage()
    return read_bytes(data)


def raw_picture(mime: QMimeData) -> bytes:
    """Return the bytes of another program's picture; empty if there is none."""
    kind = next((mime_type for mime_type in RAW_PICTURES if mime.hasFormat(mime_type)), None)
    return bytes(mime.data(kind).data()) if kind else b""


def pasted_picture(mime: QMimeData) -> QImage | None:
    """Return the picture of a paste or a drop, if it may be decoded here."""
    if not mime.hasImage():
        return None
    # Without raw bytes the platform has decoded it already.
    raw = raw_picture(mime)
    image = read_pasted(raw) if raw else mime.imageData()
    # A race on X11 gives an empty image, and other toolkits an invalid one.
    return image if isinstance(image, QImage) and not image.isNull() else None
