"""Downloads media from web addresses: streamed, limited, public addresses only."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from posto_desktop.common.translation import translatable

from .errors import MediaUploadError, NetworkError, ServiceError
from .media import LocalFile, examine
from .media_types import SNIFF, is_media, sniff
from .redact import bare_url
from .transport import Transport

MAX_BYTES = 1024 * 1024 * 1024
MAX_SECONDS = 300.0


def is_url(source: object) -> bool:
    return isinstance(source, str) and bool(re.match(r"(?i)https?://", source.strip()))


def fetch(
    transport: Transport,
    url: str,
    folder: Path,
    *,
    limit: int = MAX_BYTES,
    seconds: float = MAX_SECONDS,
    cancel: threading.Event | None = None,
) -> LocalFile:
    """Download `url` into a new file in `folder` and examine it.

    The type is determined by the content, not by the name or Content-Type. Raises
    `MediaUploadError` with the address and the reason.
    """
    shown = bare_url(url)
    import tempfile

    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix="media-")
        path = Path(name)
        with open(handle, "wb") as file:  # noqa: PTH123 - an open descriptor, not a path
            headers = transport.stream(
                url.strip(),
                file.write,
                limit=limit,
                total=seconds,
                cancel=cancel,
            )
        with path.open("rb") as opened:
            kind = sniff(opened.read(SNIFF))
        if path.stat().st_size and not is_media(kind):
            raise MediaUploadError(
                translatable("Sdk", "{shown} is not a picture or video.").format(shown=shown),
                reason="type",
                file=shown,
            )
        return examine(path, name=name_of(url, headers))
    except MediaUploadError as error:
        if error.file is None or error.file != shown:
            raise MediaUploadError(
                f"{shown}: {error}",
                user_message=translatable("Sdk", "{shown} could not be downloaded.").format(
                    shown=shown
                )
                + f" {error.english_message}",
                reason=error.reason,
                file=shown,
            ) from error
        raise
    except (NetworkError, ServiceError) as error:
        raise MediaUploadError(
            f"{shown}: {error}",
            user_message=translatable("Sdk", "{shown} could not be downloaded.").format(shown=shown)
            + f" {error.english_message}",
            reason=error.reason,
            file=shown,
            status=getattr(error, "status", None),
        ) from error
    except OSError as error:  # such as a full disk
        why = error.strerror or translatable("Sdk", "it cannot be written")
        raise MediaUploadError(
            f"{shown}: {why}",
            user_message=translatable(
                "Sdk", "{shown} could not be saved on this computer: {why}."
            ).format(shown=shown, why=why),
            reason="disk",
            file=shown,
        ) from error


def name_of(url: str, headers: Mapping[str, str]) -> str:
    """Return the file name of a download: Content-Disposition, else the end of the address."""
    name = disposition_name(headers.get("Content-Disposition", ""))
    if not name:
        try:
            path = urlsplit(url).path
        except ValueError:
            path = ""
        name = clean_name(unquote(path.rpartition("/")[2], errors="replace"))
    return name or "download"


_EXTENDED = re.compile(r"(?i);\s*filename\*\s*=\s*([\w\-]+)'[^']*'([^;\s]+)")
_QUOTED = re.compile(r'(?i);\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"')
_BARE = re.compile(r"(?i);\s*filename\s*=\s*([^;\s\"]+)")


def disposition_name(value: str) -> str:
    """Return the file name in a Content-Disposition header (RFC 6266), without folders; "" for
    none."""
    text = ";" + value.partition(";")[2] if ";" in value else ""
    match = _EXTENDED.search(text)
    if match:
        try:
            return clean_name(unquote(match.group(2), match.group(1), "replace"))
        except LookupError:
            pass  # an unknown charset: fall back on the plain name
    match = _QUOTED.search(text)
    if match:
        raw = re.sub(r"\\(.)", r"\1", match.group(1))
    else:
        match = _BARE.search(text)
        raw = match.group(1) if match else ""
    try:
        # Header bytes arrive as Latin-1; many servers send UTF-8.
        raw = raw.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        pass
    return clean_name(raw)


def clean_name(name: str) -> str:
    """Return `name` without folders, control characters and leading dots, at most 150
    characters."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if c.isprintable()).strip().lstrip(".")
    if len(shown) > 150:
        stem, dot, extension = shown.rpartition(".")
        shown = stem[:140] + dot + extension[:9] if dot else shown[:150]
    return shown
