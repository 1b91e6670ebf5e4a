"""Multipart forms whose files are read while they are sent."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO, Self

from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import Attachment, Refused
from posto_desktop.server.publishers.pictures import Picture


class Forms:
    """The body of a form with any number of files. Use it in a `with`; `headers` go with it.

    `files` are the name of the field, the file, and a picture that is sent instead of its content.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        files: Sequence[tuple[str, Attachment, Picture | None]],
    ) -> None:
        mark = f"posto-{secrets.token_hex(16)}"
        self.headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        self._parts: list[BinaryIO] = []
        self._files: list[BinaryIO] = []
        self.length = 0
        for key, value in fields.items():
            self._add(
                f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            )
        for name, attachment, picture in files:
            mime = attachment.mime if picture is None else picture.mime
            self._add(
                f'--{mark}\r\nContent-Disposition: form-data; name="{name}";'
                f' filename="{shown_name(attachment.name)}"\r\nContent-Type: {mime}\r\n\r\n'
            )
            try:
                file, size = _opened(attachment, picture)
            except Refused:
                self.__exit__()
                raise
            self._files.append(file)
            self._parts.append(file)
            self.length += size
            self._add("\r\n")
        self._add(f"--{mark}--\r\n")

    def _add(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        self._parts.append(BytesIO(data))
        self.length += len(data)

    @property
    def request(self) -> dict[str, Any]:
        """The keywords of `Http.ask` and `Http.publish` that send it."""
        return {"data": self, "length": self.length, "headers": self.headers}

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in self._files:
            file.close()


class Form(Forms):
    """The body of a form with one file. `picture` is sent instead of the file's content."""

    def __init__(
        self,
        fields: Mapping[str, str],
        name: str,
        attachment: Attachment,
        picture: Picture | None = None,
    ) -> None:
        super().__init__(fields, [(name, attachment, picture)])


def shown_name(name: str) -> str:
    """The name of a file as it stands in a form."""
    return "".join(letter if letter.isalnum() or letter in ".-_ " else "_" for letter in name)


def _opened(attachment: Attachment, picture: Picture | None) -> tuple[BinaryIO, int]:
    """What is sent of a file, and its size."""
    if picture is not None:
        return BytesIO(picture.data), len(picture.data)
    file = open_attachment(attachment)
    return file, os.fstat(file.fileno()).st_size
