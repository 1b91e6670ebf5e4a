"""Upload pictures and films to the service."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from .bodies import Upload
from .errors import (
    AuthenticationError,
    Cancelled,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
)
from .media_types import SNIFF, by_name, is_media, sniff, title_of, upload_name
from .records import MediaItem
from .transport import Transport
from .wire import encode_pairs

ROUTE = "wp/v2/media"
MAX_ALT_IN_ADDRESS = 1500

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class LocalFile:
    """A readable media file: where it is, its shown name, size in bytes and MIME type."""

    path: Path
    name: str
    size: int
    mime: str


def examine(path: str | os.PathLike[str], *, name: str | None = None) -> LocalFile:
    """What `path` is. Raises `MediaUploadError` that names the file and what is wrong with it.

    ``reason`` is ``missing``, ``folder``, ``unreadable``, ``empty`` or ``type``.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise MediaUploadError(f"A file is told by its path, not by {path!r}.", reason="type")
    file = Path(path).expanduser()
    shown = name or file.name or str(path)
    try:
        facts = file.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise _bad(shown, f"“{shown}” is a folder. Choose the files inside it.", "folder")
        if not stat.S_ISREG(facts.st_mode):
            raise _bad(shown, f"“{shown}” is not a file that can be read.", "unreadable")
        if facts.st_size == 0:
            raise _bad(shown, f"“{shown}” is empty (0 bytes).", "empty")
        with file.open("rb") as opened:
            head = opened.read(SNIFF)
    except MediaUploadError:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise _bad(shown, f"“{shown}” is not there any more.", "missing") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it cannot be opened"
        raise _bad(shown, f"“{shown}” cannot be read: {why}.", "unreadable") from None
    seen = sniff(head)
    if seen is None:
        # Unknown bytes under a media name: the service looks closer than we can.
        seen = by_name(shown)
    if seen is None or not is_media(seen):
        raise _bad(shown, f"“{shown}” is not a picture or a video.", "type")
    return LocalFile(file, shown, facts.st_size, seen)


def content_hash(path: Path, cancel: threading.Event | None = None) -> str:
    """SHA-256 of a file in hex, read in pieces."""
    import hashlib

    digest = hashlib.sha256()
    try:
        with path.open("rb") as opened:
            while piece := opened.read(1024 * 1024):
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                digest.update(piece)
    except OSError as error:
        shown = path.name
        why = error.strerror or "it cannot be opened"
        raise _bad(shown, f"“{shown}” cannot be read: {why}.", "unreadable") from None
    return digest.hexdigest()


def upload(
    transport: Transport,
    file: LocalFile,
    *,
    alt_text: str = "",
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    mark: str = "",
) -> MediaItem:
    """Upload one file; `progress` gets (bytes sent, bytes in all).

    `mark` becomes part of the stored name, so that an upload whose answer was lost is found again
    instead of being sent twice. Raises `MediaUploadError` naming the file (``maybe_sent`` when the
    service may have kept it), `AuthenticationError` and `Cancelled`.
    """
    sent_name = upload_name(file.name, file.mime)
    if mark:
        stem, _, extension = sent_name.rpartition(".")
        sent_name = f"{stem}-{mark}.{extension}"
    told = alt_text.strip()
    # The address of a request takes about 8 kB with most servers, a body takes any length.
    apart = len(quote(told, errors="replace")) > MAX_ALT_IN_ADDRESS
    try:
        item = _stored(transport, file, sent_name, "" if apart else told, progress, cancel, mark)
        if apart:
            transport.call("POST", f"{ROUTE}/{item.id}", json={"alt_text": told}, repeatable=True)
        return item
    except (NetworkError, ServiceError) as error:
        raise _upload_error(file, error) from error
    except AuthenticationError as error:
        if error.status == 403:
            sentence = (
                f"“{file.name}” was not uploaded: this account may not upload files. "
                "It needs the role of an author or more."
            )
            raise MediaUploadError(
                sentence, reason="not_allowed", file=file.name, status=403, code=error.code
            ) from error
        raise
    except MediaUploadError as error:
        if error.file is None:
            raise _bad(file.name, f"“{file.name}” was not uploaded: {error}", "changed") from error
        raise


def _stored(
    transport: Transport,
    file: LocalFile,
    sent_name: str,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
    mark: str,
) -> MediaItem:
    try:
        try:
            return _raw(transport, file, sent_name, alt_text, progress, cancel)
        except ServiceError as error:
            if error.code not in {
                "rest_upload_no_content_disposition",
                "rest_upload_invalid_disposition",
            }:
                raise
            # Some proxies drop the header that raw uploads need; a form goes through.
            return _multipart(transport, file, sent_name, alt_text, progress, cancel)
    except (NetworkError, ServiceError) as error:
        found = _find(transport, sent_name) if error.maybe_sent and mark else None
        if found is None:
            raise
        return found


def _raw(
    transport: Transport,
    file: LocalFile,
    sent_name: str,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    with _opened(file) as opened:
        answer = transport.call(
            "POST",
            ROUTE,
            params=encode_pairs([("title", title_of(file.name)), ("alt_text", alt_text)]),
            body=Upload(opened, file.size, progress=progress, cancel=cancel),
            headers={
                "Content-Type": file.mime,
                "Content-Disposition": f'attachment; filename="{sent_name}"',
            },
            cancel=cancel,
        )
    return _item(answer.data)


def _multipart(
    transport: Transport,
    file: LocalFile,
    sent_name: str,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    border = "posto-" + os.urandom(16).hex()
    fields = [("title", title_of(file.name)), ("alt_text", alt_text)]
    head = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in fields
        if value
    )
    head += (
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{sent_name}"\r\n'
        f"Content-Type: {file.mime}\r\n\r\n"
    )
    with _opened(file) as opened:
        answer = transport.call(
            "POST",
            ROUTE,
            body=Upload(
                opened,
                file.size,
                progress=progress,
                cancel=cancel,
                head=head.encode("utf-8", "replace"),
                tail=f"\r\n--{border}--\r\n".encode("ascii"),
            ),
            headers={"Content-Type": f"multipart/form-data; boundary={border}"},
            cancel=cancel,
        )
    return _item(answer.data)


def _opened(file: LocalFile) -> IO[bytes]:
    try:
        return file.path.open("rb")
    except FileNotFoundError:
        raise _bad(file.name, f"“{file.name}” is not there any more.", "missing") from None
    except OSError as error:
        why = error.strerror or "it cannot be opened"
        raise _bad(file.name, f"“{file.name}” cannot be read: {why}.", "unreadable") from None


def _item(data: Any) -> MediaItem:
    item = MediaItem.from_service(data)
    if item is None:
        # A redirected POST comes back as a list of other people's media: never take one of those.
        raise ServiceError(
            "the upload's answer has no id",
            user_message="The service did not say under which number it keeps the file.",
            reason="unreadable",
            maybe_sent=True,
        )
    return item


def _find(transport: Transport, sent_name: str) -> MediaItem | None:
    """An upload whose answer was lost, told by the mark in its name; None when not to be seen."""
    stem = sent_name.rpartition(".")[0]
    try:
        rows = transport.get(ROUTE, [("search", stem), ("per_page", 10)])
    except PostoError:
        return None
    for row in rows if isinstance(rows, list) else []:
        item = MediaItem.from_service(row)
        # WordPress may append -1, -scaled or -rotated to the name.
        if item is not None and item.url.rpartition("/")[2].lower().startswith(stem.lower()):
            return item
    return None


def _upload_error(file: LocalFile, error: NetworkError | ServiceError) -> MediaUploadError:
    size = f"{file.size / 1e6:.1f} MB" if file.size >= 100_000 else f"{file.size} bytes"
    if error.reason == "too_large":
        sentence = f"“{file.name}” was not uploaded: the service takes no files of {size}."
    else:
        sentence = f"“{file.name}” was not uploaded. {error.user_message}"
    return MediaUploadError(
        f"{file.name}: {error}",
        user_message=sentence,
        reason=error.reason,
        file=file.name,
        status=getattr(error, "status", None),
        code=getattr(error, "code", None),
        maybe_sent=error.maybe_sent,
        retry_after=error.retry_after,
    )


def _bad(name: str, sentence: str, reason: str) -> MediaUploadError:
    return MediaUploadError(sentence, user_message=sentence, reason=reason, file=name)
