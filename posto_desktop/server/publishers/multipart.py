"""Forms with a file, read from the disk piece by piece while they are sent."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from io import BytesIO
from typing import BinaryIO

from posto_desktop.server.publishers.base import Attachment, Refused
from posto_desktop.server.publishers.pictures import Picture
from posto_desktop.storage import regular_files


class Form:
    """The body of a form with one file. Use it in a `with`; `headers` go with it.

    `picture` is sent instead of the file's content.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        name: str,
        attachment: Attachment,
        picture: Picture | None = None,
    ) -> None:
        mark = f"posto-{secrets.token_hex(16)}"
        self.headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        head = "".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        )
        shown = "".join(
            letter if letter.isalnum() or letter in ".-_ " else "_" for letter in attachment.name
        )
        mime = attachment.mime if picture is None else picture.mime
        head += (
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{shown}"\r\n'
            f"Content-Type: {mime}\r\n\r\n"
        )
        self._file, size = _opened(attachment, picture)
        tail = f"\r\n--{mark}--\r\n".encode()
        self._parts: list[BinaryIO] = [
            BytesIO(head.encode("utf-8", "replace")),
            self._file,
            BytesIO(tail),
        ]
        self.length = len(head.encode("utf-8", "replace")) + size + len(tail)

    def __len__(self) -> int:
        return self.length

    def read(self, amount: int = -1) -> bytes:
        """The next bytes, b"" at the end."""
        while self._parts:
            data = self._parts[0].read(65536 if amount < 0 else amount)
            if data:
                return data
            self._parts.pop(0)
        return b""

    def __enter__(self) -> Form:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def _opened(attachment: Attachment, picture: Picture | None) -> tuple[BinaryIO, int]:
    """What is sent of a file, and its size."""
    if picture is not None:
        return BytesIO(picture.data), len(picture.data)
    try:
        file = regular_files.open_file(attachment.path)
    except OSError:
        raise Refused(f"The file {attachment.name} is no longer in the media library.") from None
    return file, os.fstat(file.fileno()).st_size
