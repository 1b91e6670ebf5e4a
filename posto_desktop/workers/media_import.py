"""Imports dropped or pasted files, web addresses, and pictures dragged out of a browser.

`read_drop` reads a drag on the GUI thread without touching a disk. Slow parts are functions for the
job runner: addresses are downloaded (public ones only, streamed and limited), identified by
content, and stored under the data folder, where the same picture is one file however often it
comes.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.core.importing.html_parts import parts
from posto_desktop.sdk.downloads import clean_name, is_url, name_of
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.errors import Cancelled, PostoError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.media_types import EXTENSIONS, SNIFF, is_media, sniff
from posto_desktop.sdk.redact import bare_url
from posto_desktop.sdk.transport import Route, Transport
from posto_desktop.storage import renames
from posto_desktop.workers.file_info import keep_picture, local_path
from posto_desktop.workers.qt_pictures import pasted_picture
from posto_desktop.workers.runner import JobCancelled

if TYPE_CHECKING:
    from posto_desktop.workers.runner import Job

MAX_BYTES = 1024 * 1024 * 1024
MAX_SECONDS = 600.0
MAX_ADDRESSES = 50
_MAX_HTML = 1_000_000
_MAX_PARTS = 5_000
_MAX_LETTERS = 200
_MAX_INLINE = 64 * 1024 * 1024
_MIN_STEP = 128 * 1024
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)
"""Device names of Windows, with any extension."""


@dataclass(frozen=True)
class DropContent:
    """Content of a drag or the clipboard.

    `files`: local paths. `urls`: web addresses that may be pictures or videos. `inline`: pictures
    inside the HTML, as bytes. `picture`: the pixels, used as a last resort or if the download
    fails. `text`: what to insert into the message if the address is a page.
    """

    files: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    inline: tuple[bytes, ...] = ()
    picture: QImage | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.files or self.urls or self.inline or self.picture is not None)


@dataclass(frozen=True)
class MediaImportProgress:
    """Progress of the downloads: addresses done and total, and the bytes of the current one, whose
    `total` is 0 if unknown."""

    done: int
    count: int
    name: str
    received: int = 0
    total: int = 0


@dataclass(frozen=True)
class ImportedMedia:
    """Result for an address or picture: a path, or a `problem` sentence.

    `is_page`: the address is a web page and belongs into the message.
    """

    source: str
    path: str = ""
    problem: str = ""
    is_page: bool = False


def read_drop(mime: QMimeData) -> DropContent:
    """Read a drag. A picture dragged out of a page is taken from the drag's HTML: the address
    beside it is often that of the picture's link."""
    files: list[str] = []
    addresses: list[str] = []
    for url in mime.urls() if mime.hasUrls() else []:
        if url.isLocalFile():
            files.append(local_path(url))
        elif url.scheme().lower() in ("http", "https"):
            addresses.append(url.toString(url.ComponentFormattingOption.FullyEncoded))
    text = mime.text().strip() if mime.hasText() else ""
    if files:
        return DropContent(files=tuple(files))
    sources = picture_sources(mime.html()) if mime.hasHtml() else []
    inline = tuple(data for source in sources if (data := inline_picture(source)))
    remote = [source for source in sources if is_url(source)]
    if not remote and not addresses and is_url(text) and not re.search(r"\s", text):
        addresses.append(text)
    urls = tuple(dict.fromkeys(remote or ([] if inline else addresses)))[:MAX_ADDRESSES]
    return DropContent((), urls, inline, pasted_picture(mime), text)


def picture_sources(html: str) -> list[str]:
    """Return the pictures of a dragged part of a page; none if it is mainly text.

    Called for each move of a drag, so it reads only the first few thousand tags.
    """
    sources: dict[str, None] = {}
    letters = 0
    for number, part in enumerate(parts(html[:_MAX_HTML])):
        if part.kind == "text":
            letters += len(part.words.strip())
        elif part.kind == "start" and part.words == "img" and len(sources) < MAX_ADDRESSES:
            source = part.attributes.get("src", "").strip()
            if source:
                sources["https:" + source if source.startswith("//") else source] = None
        if letters > _MAX_LETTERS:
            return []
        if number > _MAX_PARTS:
            break
    return list(sources)


def inline_picture(source: str) -> bytes | None:
    """Return the bytes of a `data:` picture, None for anything else."""
    if not source[:11].lower().startswith("data:image/") or len(source) > _MAX_INLINE:
        return None
    head, comma, body = source.partition(",")
    if not comma:
        return None
    try:
        if head.lower().endswith(";base64"):
            data = base64.b64decode(unquote_to_bytes(body), validate=False)
        else:
            data = unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return None
    kind = sniff(data[:SNIFF])
    return data if kind is not None and is_media(kind) else None


def public_transport(route: Route | None = None) -> Transport:
    """Return a transport for public addresses only, without credentials."""
    endpoint = Endpoint("https://outside.invalid")
    return Transport(endpoint, None, retries=1, route=route)


def import_urls(
    job: Job,
    urls: Sequence[str],
    folder: Path,
    transport: Transport | Callable[[], Transport] | None = None,
) -> list[ImportedMedia]:
    """A job: download each address into `folder`. Reports `MediaImportProgress`.

    Failed ones have a sentence and leave no files; the order is kept. A factory for the transport
    is called here and the transport closed after use.
    """
    client = transport if isinstance(transport, Transport) else (transport or public_transport)()
    imported = []
    try:
        for number, url in enumerate(urls[:MAX_ADDRESSES]):
            job.check()
            job.report(MediaImportProgress(number, len(urls), shown(url)))
            imported.append(_import(job, client, url, folder, number, len(urls)))
    finally:
        if client is not transport:
            client.close()
    return imported


def import_bytes(_job: Job, data: bytes, folder: Path, name: str = "picture") -> ImportedMedia:
    """A job: store a picture from its file's bytes."""
    kind = sniff(data[:SNIFF])
    if kind is None or not is_media(kind):
        return ImportedMedia(
            name,
            problem=translate("Service", "{name} is not a picture that Posto can post.").format(
                name=name
            ),
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        path = _temporary(folder)
        path.write_bytes(data)
        return ImportedMedia(name, str(_settle(path, name, kind, hashlib.sha256(data).hexdigest())))
    except OSError as error:
        return ImportedMedia(
            name,
            problem=translate("Service", "{name} could not be kept: {why}.").format(
                name=name, why=error.strerror or error
            ),
        )


def import_sample(job: Job, source: Path, folder: Path, name: str = "picture") -> ImportedMedia:
    """A job: store a copy of a bundled picture, which a later version may not have."""
    try:
        data = source.read_bytes()
    except OSError as error:
        return ImportedMedia(
            name,
            problem=translate("Service", "{name} cannot be read: {why}.").format(
                name=name, why=error.strerror or error
            ),
        )
    return import_bytes(job, data, folder, name)


def import_picture(job: Job, image: QImage, folder: Path, name: str = "picture") -> ImportedMedia:
    """A job: store pixels as PNG."""
    try:
        return ImportedMedia(name, keep_picture(job, folder, image, name))
    except ValueError:
        return ImportedMedia(
            name,
            problem=translate("Service", "{name} cannot be saved as a picture.").format(name=name),
        )


def shown(url: str) -> str:
    """Return an address for a sentence: file name and host, without secrets."""
    return bare_url(url)


def _import(
    job: Job, transport: Transport, url: str, folder: Path, number: int, count: int
) -> ImportedMedia:
    path: Path | None = None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = _temporary(folder)
        fetched = _Fetch(job, url, number, count)
        with path.open("wb") as file:
            fetched.file = file
            headers = transport.stream(
                url.strip(),
                fetched.write,
                limit=MAX_BYTES,
                total=MAX_SECONDS,
                cancel=job.cancelled,
                answered=fetched.answered,
            )
        kind = sniff(fetched.head)
        if kind is None or not is_media(kind):
            page = kind == "text/html" or "html" in headers.get("Content-Type", "")
            problem = (
                translate("Service", "{address} is a web page, not a picture.")
                if page
                else translate("Service", "{address} is not a picture or video.")
            ).format(address=shown(url))
            return ImportedMedia(url, problem=problem, is_page=page)
        name = name_of(fetched.at, headers)
        destination = _settle(path, name, kind, fetched.digest.hexdigest())
        return ImportedMedia(url, str(destination))
    except (Cancelled, JobCancelled):
        raise JobCancelled from None
    except _IsPage:
        sentence = translate("Service", "{address} is a web page, not a picture.").format(
            address=shown(url)
        )
        return ImportedMedia(url, problem=sentence, is_page=True)
    except PostoError as error:
        if job.cancelled.is_set():
            raise JobCancelled from None
        sentence = translate("Service", "{address} could not be downloaded. {why}").format(
            address=shown(url), why=error.user_message
        )
        return ImportedMedia(url, problem=sentence)
    except OSError as error:
        return ImportedMedia(
            url,
            problem=translate("Service", "{address} could not be kept: {why}.").format(
                address=shown(url), why=error.strerror or error
            ),
        )
    finally:
        if path is not None:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


class _IsPage(Exception):
    """The answer is a page; do not read it."""


class _Fetch:
    """Writes a download and reports its progress."""

    def __init__(self, job: Job, url: str, number: int, count: int) -> None:
        self.file: Any = None
        self.at = url
        self.head = b""
        self.digest = hashlib.sha256()
        self._job = job
        self._count = count
        self._number = number
        self._received = 0
        self._reported = 0
        self._total = 0

    def answered(self, at: str, headers: Mapping[str, str]) -> None:
        self.at = at
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            raise _IsPage
        length = headers.get("Content-Length", "")
        self._total = int(length) if length.isascii() and length.isdigit() else 0

    def write(self, piece: bytes) -> None:
        if len(self.head) < SNIFF:
            self.head = (self.head + piece[:SNIFF])[:SNIFF]
        self.digest.update(piece)
        self.file.write(piece)
        self._received += len(piece)
        if self._received - self._reported >= _MIN_STEP or self._received == self._total:
            self._reported = self._received
            name = shown(self.at)
            self._job.report(
                MediaImportProgress(self._number, self._count, name, self._received, self._total)
            )


def _temporary(folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=".taking-", dir=folder)
    os.close(handle)
    return Path(name)


def _settle(path: Path, name: str, kind: str, digest: str) -> Path:
    """Move a file to its place: a readable name with the right extension, in a folder named after
    its content, so that another file of the same name gets its own."""
    stem = clean_name(name)
    endings = EXTENSIONS[kind]
    head, dot, ending = stem.rpartition(".")
    if dot and len(ending) <= 5:
        stem = head
    stem = re.sub(r'[\x00-\x1f<>:"|?*\\/]+', "_", stem).strip(". ")[:80] or "picture"
    if device := _DEVICE.match(stem):
        stem = f"{device[1]}_{stem[device.end() :]}"
    target = path.parent / digest[:8] / f"{stem}.{endings[0]}"
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        renames.replace(path, target, wait=not target.exists())
    except renames.FileInUseError:
        # The existing file may be open; keep it if it is the same picture.
        if not target.exists() or content_hash(target) != digest:
            renames.replace(path, target)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return target
