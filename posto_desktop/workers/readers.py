"""Readers of pictures for worker threads, made so that no two threads wait for each other for ever.

Looking at a picture's header, a thread holds Python's lock. It must not want a lock of Qt's then
that others hold while they want Python's. There are two:

- Left to find the format out, Qt asks all decoders. The one for SVG connects a signal for it, for
  which it locks one of Qt's few mutexes for connections. The GUI thread has one of them when it
  destroys an object, and asks Python then. So one decoder is asked, which the first bytes name.
- Qt makes decoders one at a time. To read from a device of Python's, Python is asked meanwhile.
  So of such a device the size is asked first, which keeps Python's lock, and nothing else if it has
  none; bytes are read by Qt's own device.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from posto_desktop.sdk.media_types import SNIFF, sniff

_FORMATS = {
    "image/bmp": b"bmp",
    "image/gif": b"gif",
    "image/jpeg": b"jpeg",
    "image/png": b"png",
    "image/tiff": b"tiff",
    "image/webp": b"webp",
}
# No decoder has this name: everything else is left to Pillow, or is no picture.
_NONE = b"none"


def reader_of(source: str | QIODevice, mime: str) -> QImageReader:
    """A reader of the file or device, which holds a picture of this MIME type; of a type that Qt
    does not read its size is invalid and its picture null. Of a device ask for the size first."""
    reader = QImageReader()
    reader.setAutoDetectImageFormat(False)
    reader.setFormat(QByteArray(_FORMATS.get(mime, _NONE)))
    if isinstance(source, str):
        reader.setFileName(source)
    else:
        reader.setDevice(source)
    return reader


def read_bytes(data: bytes) -> QImage:
    """The picture in these bytes, a null one where there is none."""
    kind = _FORMATS.get(sniff(data[:SNIFF]) or "")
    return QImage.fromData(data, kind.decode()) if kind else QImage()  # type: ignore[arg-type]
