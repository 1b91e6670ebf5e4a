"""Pictures that Qt itself decodes in this process: thumbnails of our own, and the clipboard's.

Looking at a picture's header, a thread holds Python's lock. It must not want a lock of Qt's then
that others hold while they want Python's. There is one in the way: left to find the format out, Qt
asks all decoders. The one for SVG connects a signal for it, for which it locks one of Qt's few
mutexes for connections. The GUI thread has one of them when it destroys an object, and asks Python
then. So one decoder is asked, which the first bytes name.
"""

from __future__ import annotations

import io

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from posto_desktop.formats.pictures import HeaderError, read_header
from posto_desktop.sdk.media_types import SNIFF, sniff

RAW_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff")
"""Formats in which other programs hand a picture over, best first."""

_FORMATS = {kind: kind.partition("/")[2] for kind in RAW_PICTURES}
_MAX_PASTED = 36_000_000
"""Pixels of a picture of the clipboard; the largest screens have 33 million."""


def read_bytes(data: bytes) -> QImage:
    """The picture in these bytes, a null one where there is none."""
    kind = _FORMATS.get(sniff(data[:SNIFF]) or "")
    return QImage.fromData(data, kind) if kind else QImage()  # type: ignore[arg-type]


def read_pasted(data: bytes) -> QImage:
    """The picture in the bytes of the clipboard; a null one where there is none, or one that is
    larger than any screen, or costs far more than its size tells."""
    try:
        header = read_header(io.BytesIO(data), sniff(data[:SNIFF]) or "")
    except HeaderError:
        return QImage()
    if header.too_much is not None or not 0 < header.pixels <= _MAX_PASTED:
        return QImage()
    return read_bytes(data)


def raw_picture(mime: QMimeData) -> bytes:
    """The bytes of the picture that another program hands over; none where there is none."""
    kind = next((mime_type for mime_type in RAW_PICTURES if mime.hasFormat(mime_type)), None)
    return bytes(mime.data(kind).data()) if kind else b""


def pasted_picture(mime: QMimeData) -> QImage | None:
    """The picture of a paste or a drop, if it holds one that may be decoded here."""
    if not mime.hasImage():
        return None
    # Without raw bytes the platform has decoded it already.
    raw = raw_picture(mime)
    image = read_pasted(raw) if raw else mime.imageData()
    # A lost race on X11 gives an empty image, and other toolkits an invalid one.
    return image if isinstance(image, QImage) and not image.isNull() else None
