"""Uploads pictures and videos to the service."""

from __future__ import annotations

import logging
import os
import secrets
import stat
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from posto_desktop.common.translation import translatable
from posto_desktop.common.user_error import reason_of
from posto_desktop.storage import regular_files

from .answers import as_text
from .bodies import UploadBody
from .errors import (
    AuthenticationError,
    Cancelled,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
)
from .faults import wrong_answer
from .lost_answers import look_again, unclear
from .media_types import SNIFF, by_name, is_media, sniff, title_of, upload_name
from .records import MediaItem
from .transport import Transport
from .wire import encode_pairs

log = logging.getLogger("posto_desktop.sdk")

ROUTE = "wp/v2/media"
FOUND_AT_MOST = 20
MAX_ALT_IN_ADDRESS = 1500

Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class LocalFile:
    """A readable media file: its path, shown name, size in bytes and MIME type."""

    path: Path
    name: str
    size: int
    mime: str


def examine(path: str | os.PathLike[str], *, name: str | None = None) -> LocalFile:
    """Return the facts of `path`. Raises `MediaUploadError` with the file and its problem.

    ``reason`` is ``missing``, ``folder``, ``unreadable``, ``empty`` or ``type``.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise MediaUploadError(f"A file is given by its path, not by {path!r}.", reason="type")
    file = Path(path).expanduser()
    shown = name or file.name or str(path)
    try:
        facts = file.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise _bad(
                shown,
                translatable("Sdk", "“{shown}” is a folder. Choose the files inside it.").format(
                    shown=shown
                ),
                "folder",
            )
        if not stat.S_ISREG(facts.st_mode):
            raise _bad(
                shown,
                translatable("Sdk", "“{shown}” is not a file that can be read.").format(
                    shown=shown
                ),
                "unreadable",
            )
        if facts.st_size == 0:
            raise _bad(
                shown,
                translatable("Sdk", "“{shown}” is empty (0 bytes).").format(shown=shown),
                "empty",
            )
        with regular_files.open_file(file) as opened:
            head = opened.read(SNIFF)
    except MediaUploadError:
        raise
    except (FileNotFoundError, NotADirectoryError):
        raise _bad(
            shown, translatable("Sdk", "“{shown}” was not found.").format(shown=shown), "missing"
        ) from None
    except (OSError, ValueError) as error:
        why = reason_of(error, translatable("Sdk", "it cannot be opened"))
        raise _bad(
            shown,
            translatable("Sdk", "“{shown}” cannot be read: {why}.").format(shown=shown, why=why),
            "unreadable",
        ) from None
    seen = sniff(head)
    if seen is None:
        # Unknown bytes under a media name: the service examines them more closely.
        seen = by_name(shown)
    if seen is None or not is_media(seen):
        raise _bad(
            shown,
            translatable("Sdk", "“{shown}” is not a picture or a video.").format(shown=shown),
            "type",
        )
    return LocalFile(file, shown, facts.st_size, seen)


def content_hash(path: Path, cancel: threading.Event | None = None) -> str:
    """Return the SHA-256 of a file in hex, read in pieces."""
    import hashlib

    digest = hashlib.sha256()
    try:
        with regular_files.open_file(path) as opened:
            while piece := opened.read(1024 * 1024):
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                digest.update(piece)
    except OSError as error:
        shown = path.name
        why = error.strerror or translatable("Sdk", "it cannot be opened")
        raise _bad(
            shown,
            translatable("Sdk", "“{shown}” cannot be read: {why}.").format(shown=shown, why=why),
            "unreadable",
        ) from None
    return digest.hexdigest()


def upload(
    transport: Transport,
    file: LocalFile,
    *,
    alt_text: str = "",
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    mark: str = "",
    again: bool = False,
) -> MediaItem:
    """Upload one file; `progress` gets (bytes sent, total bytes).

    `mark` (letters and digits) becomes part of the stored name; without one it is generated. It
    identifies an upload whose answer was lost; only if the service does not have it, the file is
    sent once more. `again` looks before sending: an earlier upload with this mark has an unknown
    result. Raises `MediaUploadError` with the file's name (``maybe_sent`` if the service may have
    kept it), `AuthenticationError` and `Cancelled`.
    """
    named = _Named(file, mark or secrets.token_hex(5))
    alt = alt_text.strip()
    # Most servers limit a request's address to about 8 kB, but not its body.
    apart = len(quote(alt, errors="replace")) > MAX_ALT_IN_ADDRESS
    try:
        item = _find(transport, named) if again else None
        if item is None:
            item = _upload_or_find(transport, named, "" if apart else alt, progress, cancel)
        if apart:
            _describe(transport, file, item, alt, cancel)
        return item
    except (NetworkError, ServiceError) as error:
        raise _upload_error(transport.endpoint.host, file, error) from error
    except AuthenticationError as error:
        if error.status == 403:
            sentence = translatable(
                "Sdk",
                "“{name}” was not uploaded: this account may not upload files. It needs the "
                "Author role or higher.",
            ).format(name=file.name)
            raise MediaUploadError(
                sentence, reason="not_allowed", file=file.name, status=403, code=error.code
            ) from error
        raise
    except MediaUploadError as error:
        if error.file is None:
            raise _bad(
                file.name,
                translatable("Sdk", "“{name}” was not uploaded: {error}").format(
                    name=file.name, error=error
                ),
                "changed",
            ) from error
        raise


class _Named:
    """A file with the names under which it is sent and found. The mark makes them unique."""

    def __init__(self, file: LocalFile, mark: str) -> None:
        name, _, extension = upload_name(file.name, file.mime).rpartition(".")
        self.file = file
        self.stem = f"{name}-{mark}"
        self.sent = f"{self.stem}.{extension}"
        self.title = title_of(file.name)
        self.slug = f"posto-{mark}"
        """WordPress's slug of the file, which people do not see. Its search covers titles and
        descriptions, but neither file names nor slugs."""

    def fits(self, row: object) -> bool:
        """Return whether a row of the media library is this file. WordPress may append -1, -scaled
        or -rotated to its name, and plugins that shrink pictures change the size."""
        if not isinstance(row, dict):
            return False
        stored = as_text(row.get("source_url")).rpartition("/")[2].lower()
        slug = as_text(row.get("slug")).lower()
        return stored.startswith(self.stem.lower()) or slug.startswith(self.slug.lower())


def _upload_or_find(
    transport: Transport,
    named: _Named,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    """Send the file. After a lost answer look for it, and send it again if it is missing."""
    tried = 0
    while True:
        try:
            return _sent(transport, named, alt_text, progress, cancel)
        except (NetworkError, ServiceError) as error:
            if not error.maybe_sent or error.reason == "closed":
                raise
            tried += 1
            item = _look_for(transport, named, error, cancel)
            if item is not None:
                return item
            if not error.failure.repeats(transport.retries, tried):
                raise


def _look_for(
    transport: Transport,
    named: _Named,
    cause: NetworkError | ServiceError,
    cancel: threading.Event | None,
) -> MediaItem | None:
    """Find an upload whose answer was lost. Raises `ServiceError` with ``maybe_sent`` if that is
    impossible."""
    log.warning("unclear answer to an upload, looking for it: %s", cause)
    try:
        return look_again(
            lambda: _find(transport, named), lambda wait: transport.rest(wait, cancel)
        )
    except Cancelled:
        raise
    except PostoError as trouble:
        raise unclear(
            cause,
            translatable(
                "Sdk",
                "It is unknown whether the file was stored: the media library cannot be "
                "read. Look there before you upload it again.",
            ),
        ) from trouble


def _sent(
    transport: Transport,
    named: _Named,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    try:
        return _raw(transport, named, alt_text, progress, cancel)
    except ServiceError as error:
        if error.code not in {
            "rest_upload_no_content_disposition",
            "rest_upload_invalid_disposition",
        }:
            raise
        # Some proxies drop the header that raw uploads need; a form passes.
        return _multipart(transport, named, alt_text, progress, cancel)


def _raw(
    transport: Transport,
    named: _Named,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    file = named.file
    with _opened(file) as opened:
        answer = transport.call(
            "POST",
            ROUTE,
            params=encode_pairs(_fields(named, alt_text)),
            body=UploadBody(opened, file.size, progress=progress, cancel=cancel),
            headers={
                "Content-Type": file.mime,
                "Content-Disposition": f'attachment; filename="{named.sent}"',
            },
            cancel=cancel,
        )
    return _item(answer.data)


def _multipart(
    transport: Transport,
    named: _Named,
    alt_text: str,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> MediaItem:
    border = "posto-" + os.urandom(16).hex()
    head = "".join(
        f'--{border}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
        for key, value in _fields(named, alt_text)
        if value
    )
    head += (
        f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{named.sent}"\r\n'
        f"Content-Type: {named.file.mime}\r\n\r\n"
    )
    with _opened(named.file) as opened:
        answer = transport.call(
            "POST",
            ROUTE,
            body=UploadBody(
                opened,
                named.file.size,
                progress=progress,
                cancel=cancel,
                head=head.encode("utf-8", "replace"),
                tail=f"\r\n--{border}--\r\n".encode("ascii"),
            ),
            headers={"Content-Type": f"multipart/form-data; boundary={border}"},
            cancel=cancel,
        )
    return _item(answer.data)


def _fields(named: _Named, alt_text: str) -> list[tuple[str, str]]:
    return [("title", named.title), ("alt_text", alt_text), ("slug", named.slug)]


def _opened(file: LocalFile) -> IO[bytes]:
    try:
        return regular_files.open_file(file.path)
    except FileNotFoundError:
        raise _bad(
            file.name,
            translatable("Sdk", "“{name}” was not found.").format(name=file.name),
            "missing",
        ) from None
    except OSError as error:
        why = error.strerror or translatable("Sdk", "it cannot be opened")
        raise _bad(
            file.name,
            translatable("Sdk", "“{name}” cannot be read: {why}.").format(name=file.name, why=why),
            "unreadable",
        ) from None


def _item(data: object) -> MediaItem:
    item = MediaItem.from_service(data)
    if item is None:
        # A redirected POST returns a list of other people's media: never use one of those.
        raise ServiceError(
            "the upload's answer has no id",
            user_message=translatable(
                "Sdk", "The service did not say under which number it keeps the file."
            ),
            reason="unreadable",
            status=200,
            maybe_sent=True,
        )
    return item


def _find(transport: Transport, named: _Named) -> MediaItem | None:
    """Return an upload whose answer was lost; None if the service does not have it.

    WordPress finds it by its slug. A service that ignores the slug lists its newest files; one that
    searches file names finds it there.
    """
    for asked in (("slug", named.slug), ("search", named.stem)):
        rows = transport.get(ROUTE, [asked, ("per_page", FOUND_AT_MOST)], current=True)
        if not isinstance(rows, list):
            raise wrong_answer(
                "the media library is no list",
                translatable("Sdk", "{host} answered without its media library.").format(
                    host=transport.endpoint.host
                ),
            )
        for row in rows:
            item = MediaItem.from_service(row)
            if item is not None and named.fits(row):
                return item
    return None


def _describe(
    transport: Transport,
    file: LocalFile,
    item: MediaItem,
    alt_text: str,
    cancel: threading.Event | None,
) -> None:
    """Set an alt text that was too long to be sent with its file. Repeating this is harmless."""
    try:
        transport.call(
            "POST", f"{ROUTE}/{item.id}", json={"alt_text": alt_text}, repeatable=True,
            cancel=cancel,
        )  # fmt: skip
    except (NetworkError, ServiceError) as error:
        raise MediaUploadError(
            f"{file.name}: its alt text: {error}",
            user_message=translatable(
                "Sdk", "“{name}” was uploaded, but its alt text may be missing: {reason}"
            ).format(name=file.name, reason=error.english_message)
            if error.maybe_sent
            else translatable(
                "Sdk", "“{name}” was uploaded, but without its alt text: {reason}"
            ).format(name=file.name, reason=error.english_message),
            reason=error.reason,
            file=file.name,
            status=getattr(error, "status", None),
            code=getattr(error, "code", None),
            maybe_sent=True,
            retry_after=error.retry_after,
        ) from error


def _upload_error(
    host: str, file: LocalFile, error: NetworkError | ServiceError
) -> MediaUploadError:
    size = (
        f"{file.size / 1e6:.1f} MB"
        if file.size >= 100_000
        else translatable("Sdk", "{size} bytes").format(size=file.size)
    )
    if error.reason == "too_large" and getattr(error, "status", None) == 413:
        sentence = translatable(
            "Sdk",
            "“{name}” was not uploaded: the web server of {host} refuses files of {size} "
            "(413). Make it smaller, or have the limit raised there.",
        ).format(name=file.name, host=host, size=size)
    elif error.reason == "memory":
        sentence = translatable(
            "Sdk",
            "“{name}” ({size}) was not uploaded. {reason} Make it smaller, or have more "
            "memory allowed.",
        ).format(name=file.name, size=size, reason=error.english_message)
    elif error.reason == "unclear":
        sentence = (
            translatable("Sdk", "“{name}” may have been uploaded.").format(name=file.name)
            + f" {error.english_message}"
        )
    elif error.maybe_sent:
        sentence = (
            translatable("Sdk", "“{name}” is not in the media library.").format(name=file.name)
            + f" {error.english_message}"
        )
    else:
        sentence = (
            translatable("Sdk", "“{name}” was not uploaded.").format(name=file.name)
            + f" {error.english_message}"
        )
    return MediaUploadError(
        f"{file.name}: {error}",
        user_message=sentence,
        reason=error.reason,
        file=file.name,
        status=getattr(error, "status", None),
        code=getattr(error, "code", None),
        maybe_sent=error.maybe_sent,
        retry_after=error.retry_after,
    ).with_remedies(error.remedies)


def _bad(name: str, sentence: str, reason: str) -> MediaUploadError:
    return MediaUploadError(sentence, user_message=sentence, reason=reason, file=name)
