"""Takes in what is dropped or pasted: files, web addresses, pictures dragged out of a browser.

`read_drop` sorts what a drag carries, on the GUI thread and without touching a disk. Everything
that takes time is a function for the job runner: addresses are fetched (public ones only, streamed
and limited), told by their content, and kept under the data folder, where the same picture is one
file however often it comes.
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
"""Windows takes these for devices, whatever ending they have."""


@dataclass(frozen=True)
class DropContent:
    """What a drag or the clipboard carries.

    `files`: local paths. `urls`: web addresses of which one may hope for a picture or a film.
    `inline`: pictures that came along inside the HTML, as bytes. `picture`: the pixels themselves,
    to be used where there is nothing better, or where fetching fails. `text`: what to put into
    the message when the address turns out to be a page.
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
    """How far fetching is: addresses done and in all, and the bytes of the current one, whose
    `total` is 0 where nobody knows it."""

    done: int
    count: int
    name: str
    received: int = 0
    total: int = 0


@dataclass(frozen=True)
class ImportedMedia:
    """What became of one address (or picture): a path, or a `problem` sentence.

    `is_page`: there is a web page; the address belongs into the message.
    """

    source: str
    path: str = ""
    problem: str = ""
    is_page: bool = False


def read_drop(mime: QMimeData) -> DropContent:
    """Sort what a drag carries. A picture dragged out of a page is told by the page's own HTML:
    the address beside it is often that of the page which the picture links to."""
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
    inline = tuple(data for one in sources if (data := inline_picture(one)))
    remote = [one for one in sources if is_url(one)]
    if not remote and not addresses and is_url(text) and not re.search(r"\s", text):
        addresses.append(text)
    urls = tuple(dict.fromkeys(remote or ([] if inline else addresses)))[:MAX_ADDRESSES]
    return DropContent((), urls, inline, pasted_picture(mime), text)


def picture_sources(html: str) -> list[str]:
    """The pictures of a dragged piece of a page; none where it is mainly text.

    It is asked with each move of a drag, so it looks at the first few thousand tags alone.
    """
    sources: dict[str, None] = {}
    letters = 0
    for number, one in enumerate(parts(html[:_MAX_HTML])):
        if one.kind == "text":
            letters += len(one.words.strip())
        elif one.kind == "start" and one.words == "img" and len(sources) < MAX_ADDRESSES:
            source = one.attributes.get("src", "").strip()
            if source:
                sources["https:" + source if source.startswith("//") else source] = None
        if letters > _MAX_LETTERS:
            return []
        if number > _MAX_PARTS:
            break
    return list(sources)


def inline_picture(source: str) -> bytes | None:
    """The bytes of a `data:` address that is a picture, None for anything else."""
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
    """A way to public addresses alone, without any password in it."""
    endpoint = Endpoint("https://outside.invalid")
    return Transport(endpoint, None, retries=1, route=route)


def import_urls(
    job: Job,
    urls: Sequence[str],
    folder: Path,
    transport: Transport | Callable[[], Transport] | None = None,
) -> list[ImportedMedia]:
    """For the runner: fetch each address into `folder`. Reports `MediaImportProgress`.

    Those that fail come back with their sentence, in the order given; nothing of them stays. What
    makes a transport is called here, and the transport closed after use.
    """
    client = transport if isinstance(transport, Transport) else (transport or public_transport)()
    found = []
    try:
        for number, url in enumerate(urls[:MAX_ADDRESSES]):
            job.check()
            job.report(MediaImportProgress(number, len(urls), shown(url)))
            found.append(_import(job, client, url, folder, number, len(urls)))
    finally:
        if client is not transport:
            client.close()
    return found


def import_bytes(_job: Job, data: bytes, folder: Path, name: str = "picture") -> ImportedMedia:
    """For the runner: keep a picture that came as the bytes of a file."""
    kind = sniff(data[:SNIFF])
    if kind is None or not is_media(kind):
        return ImportedMedia(name, problem=f"{name} is no picture that can be posted.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        path = _temporary(folder)
        path.write_bytes(data)
        return ImportedMedia(name, str(_settle(path, name, kind, hashlib.sha256(data).hexdigest())))
    except OSError as error:
        return ImportedMedia(name, problem=f"{name} could not be kept: {error.strerror or error}.")


def import_sample(job: Job, source: Path, folder: Path, name: str = "picture") -> ImportedMedia:
    """For the runner: keep a copy of a picture of the program's own, which a later version may not
    have any more."""
    try:
        data = source.read_bytes()
    except OSError as error:
        return ImportedMedia(name, problem=f"{name} cannot be read: {error.strerror or error}.")
    return import_bytes(job, data, folder, name)


def import_picture(job: Job, image: QImage, folder: Path, name: str = "picture") -> ImportedMedia:
    """For the runner: keep pixels, as PNG."""
    try:
        return ImportedMedia(name, keep_picture(job, folder, image, name))
    except ValueError:
        return ImportedMedia(name, problem=f"{name} cannot be kept as a picture.")


def shown(url: str) -> str:
    """An address fit for a sentence: its file name and host, without what may be secret in it."""
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
            what = "leads to a page, not to a picture." if page else "leads to no picture or video."
            return ImportedMedia(url, problem=f"{shown(url)} {what}", is_page=page)
        name = name_of(fetched.at, headers)
        kept = _settle(path, name, kind, fetched.digest.hexdigest())
        return ImportedMedia(url, str(kept))
    except (Cancelled, JobCancelled):
        raise JobCancelled from None
    except _IsPage:
        sentence = f"{shown(url)} leads to a page, not to a picture."
        return ImportedMedia(url, problem=sentence, is_page=True)
    except PostoError as error:
        if job.cancelled.is_set():
            raise JobCancelled from None
        sentence = f"{shown(url)} could not be fetched. {error.user_message}"
        return ImportedMedia(url, problem=sentence)
    except OSError as error:
        return ImportedMedia(
            url, problem=f"{shown(url)} could not be kept: {error.strerror or error}."
        )
    finally:
        if path is not None:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


class _IsPage(Exception):
    """What comes is a page; nothing of it need be read."""


class _Fetch:
    """Writes what comes, and tells how far it is."""

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
    """Give a file its place: a name for people and the ending of its kind, in a folder that is
    marked by its content, so that another one of the same name has its own."""
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
        # Somebody is looking at what is there; where that is the same picture, it can stay.
        if not target.exists() or content_hash(target) != digest:
            renames.replace(path, target)
        else:
            with contextlib.suppress(OSError):
                path.unlink()
    return target
