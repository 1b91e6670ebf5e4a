"""Media library: one file per content, under any number of names."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import hmac
import logging
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.common.translation import translatable
from posto_desktop.server import sniff
from posto_desktop.server.body import BLOCK, readable_size
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.rows import Row, damage_of
from posto_desktop.storage import renames

log = logging.getLogger(__name__)

# Free disk space reserved for the database when uploads fill the disk.
RESERVE = 64 * 1024 * 1024
_NAME_BYTES = 160
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """A complete, flushed upload in `temporary`, not yet listed."""

    temporary: Path
    sha256: str
    size: int
    kind: sniff.Kind


@dataclass(frozen=True)
class LibraryItem:
    """A row of the library with the path of its file."""

    id: int
    path: Path
    sha256: str
    size: int
    mime: str
    name: str
    title: str
    alt_text: str
    caption: str
    description: str
    width: int | None
    height: int | None
    created_at: int
    is_damaged: bool = False

    @property
    def kind(self) -> str:
        """`image` or `video`, as in posts."""
        return "video" if self.mime.startswith("video/") else "image"


class MediaLibrary:
    """Receives, finds, describes and deletes uploads."""

    def __init__(self, store: ServerDatabase, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Return the path of the file with this content. Only a well-formed hash becomes a path."""
        if not _HASH.fullmatch(sha256):
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        return self._folder / sha256[:2] / sha256

    def receive(
        self, read: Callable[[int], bytes], expected: int | None, md5: str | None = None
    ) -> Blob:
        """Stream an upload to the disk, hashing and then flushing it.

        Call `add` afterwards, and `discard` in any case. `expected` is the declared number of
        bytes, to refuse early what cannot fit. Raises ApiError: 400 without data, 412 if it does
        not match `md5` (hex or base64), 500 for a type that no network accepts, 507 when the disk
        is full.
        """
        self._check_space(expected or 0)
        handle, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            digest, size = hashlib.sha256(), 0
            check = hashlib.md5(usedforsecurity=False) if md5 else None
            with os.fdopen(handle, "w+b", buffering=0) as file:
                while block := read(BLOCK):
                    _write_all(file.fileno(), block)
                    digest.update(block)
                    if check is not None:
                        check.update(block)
                    size += len(block)
                if size == 0:
                    raise ApiError(400, "rest_upload_no_data", "No data supplied.")
                if check is not None and md5 and not _same_hash(check.digest(), md5):
                    raise ApiError(
                        412,
                        "rest_upload_hash_mismatch",
                        "Content hash did not match expected.",
                    )
                kind = sniff.sniff(file)
                if kind is None:
                    raise ApiError(
                        500,
                        "rest_upload_sideload_error",
                        translatable(
                            "Server", "Sorry, you are not allowed to upload this file type."
                        ),
                    )
                os.fsync(file.fileno())
        except BaseException as error:
            _remove(temporary)
            if isinstance(error, OSError):
                raise _disk_error(error) from error
            raise
        return Blob(temporary, digest.hexdigest(), size, kind)

    def discard(self, blob: Blob) -> None:
        """Remove the file unless `add` has listed it."""
        _remove(blob.temporary)

    def add(
        self,
        blob: Blob,
        filename: str,
        *,
        title: str = "",
        alt_text: str = "",
        caption: str = "",
        description: str = "",
    ) -> LibraryItem:
        """Move a received file into place and list it under a new id."""
        name = clean_name(filename, blob.kind.extension)
        # In the transaction, so that the same content cannot be deleted in between.
        with self._store.write() as db:
            try:
                self._keep(blob.temporary, blob.sha256)
            except OSError as error:
                raise _disk_error(error) from error
            cursor = db.execute(
                "INSERT INTO media (sha256, size, mime, name, title, alt_text, caption,"
                " description, width, height, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (
                    blob.sha256,
                    blob.size,
                    blob.kind.mime,
                    name,
                    title or name.rpartition(".")[0],
                    alt_text,
                    caption,
                    description,
                    blob.kind.width or None,
                    blob.kind.height or None,
                    int(time.time()),
                ),
            )
            number = int(cursor.lastrowid or 0)
        return self.get(number)

    def get(self, media_id: int) -> LibraryItem:
        """Return one item. Raises ApiError 404 as WordPress does."""
        row = self._store.row("SELECT * FROM media WHERE id = ?", media_id)
        if row is None:
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        return self._item(row)

    def find(self, ids: list[int]) -> dict[int, LibraryItem]:
        """Return the existing items of `ids`."""
        items: dict[int, LibraryItem] = {}
        for start in range(0, len(ids), 500):
            batch = ids[start : start + 500]
            marks = ",".join("?" * len(batch))
            for row in self._store.rows(f"SELECT * FROM media WHERE id IN ({marks})", *batch):
                items[int(row["id"])] = self._item(row)
        return items

    def missing(self, ids: list[int]) -> list[int]:
        """Return the ids without an item, or whose file is not there with its size."""
        items = self.find(ids)
        return [
            number
            for number in ids
            if (item := items.get(number)) is None or not _has_size(item.path, item.size)
        ]

    def page(
        self, page: int, per_page: int, search: str = "", include: list[int] | None = None
    ) -> tuple[list[LibraryItem], int]:
        """Return items, newest first, and their total number."""
        conditions, values = ["1 = 1"], list[object]()
        if search:
            escaped = re.sub(r"([%_\\])", r"\\\1", search)
            conditions.append("(name LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\')")
            values += [f"%{escaped}%", f"%{escaped}%"]
        if include:
            conditions.append(f"id IN ({','.join('?' * len(include))})")
            values += include
        condition = " AND ".join(conditions)
        total = self._store.number(f"SELECT count(*) FROM media WHERE {condition}", *values)
        rows = self._store.rows(
            f"SELECT * FROM media WHERE {condition} ORDER BY id DESC LIMIT ? OFFSET ?",
            *values,
            per_page,
            (page - 1) * per_page,
        )
        return [self._item(row) for row in rows], total

    def describe(self, media_id: int, fields: dict[str, str]) -> LibraryItem:
        """Change title, alt_text, caption or description."""
        known = {"title", "alt_text", "caption", "description"}
        chosen = {name: value for name, value in fields.items() if name in known}
        self.get(media_id)
        if chosen:
            with self._store.write() as db:
                db.execute(
                    f"UPDATE media SET {', '.join(f'{name} = ?' for name in chosen)} WHERE id = ?",
                    (*chosen.values(), media_id),
                )
        return self.get(media_id)

    def delete(self, media_id: int) -> LibraryItem:
        """Delete an item, and its file if no other item has the same content."""
        item = self.get(media_id)
        with self._store.exclusive():
            with self._store.write() as db:
                db.execute("DELETE FROM media WHERE id = ?", (media_id,))
                left = db.execute(
                    "SELECT 1 FROM media WHERE sha256 = ? LIMIT 1", (item.sha256,)
                ).fetchone()
            # Only after the row is deleted, and before a new one can use the file.
            if left is None:
                _remove(item.path)
        return item

    def sweep(self) -> None:
        """Remove leftovers of a crash: unfinished uploads and unlisted files.

        Call it before the first request is answered.
        """
        for path in self._incoming.iterdir():
            _remove(path)
        known = {row["sha256"] for row in self._store.rows("SELECT DISTINCT sha256 FROM media")}
        if not all(_HASH.fullmatch(digest) for digest in known):
            log.warning("The media library has damaged rows: no file is removed.")
            return
        for folder in self._folder.iterdir():
            if not re.fullmatch(r"[0-9a-f]{2}", folder.name):
                continue
            for path in folder.iterdir():
                if path.name not in known:
                    _remove(path)

    def _keep(self, temporary: Path, sha256: str) -> None:
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            flush_folder(self._folder)
        is_there = target.exists() and target.stat().st_size == temporary.stat().st_size
        try:
            renames.replace(temporary, target, wait=not is_there)
        except renames.FileInUseError:
            if not is_there:
                raise
            return  # being read elsewhere: its own place is right already
        flush_folder(target.parent)

    def _check_space(self, needed: int) -> None:
        free = shutil.disk_usage(self._incoming).free
        if needed + RESERVE > free:
            raise ApiError(
                507,
                "posto_disk_full",
                (
                    translatable(
                        "Server",
                        "The disk of this computer is too full: the file needs {size}, {limit} is "
                        "free. Free some space.",
                    ).format(
                        size=readable_size(needed), limit=readable_size(max(0, free - RESERVE))
                    )
                ),
            )

    def _item(self, row: Row) -> LibraryItem:
        has_hash = _HASH.fullmatch(row["sha256"]) is not None
        return LibraryItem(
            id=row["id"],
            path=self.path(row["sha256"]) if has_hash else self._folder / "damaged",
            is_damaged=bool(damage_of(row)) or not has_hash,
            sha256=row["sha256"],
            size=row["size"],
            mime=row["mime"],
            name=row["name"],
            title=row["title"],
            alt_text=row["alt_text"],
            caption=row["caption"],
            description=row["description"],
            width=row["width"],
            height=row["height"],
            created_at=row["created_at"],
        )


def clean_name(filename: str, extension: str) -> str:
    """Return a safe file name with the extension of its content, much as WordPress makes it."""
    name = unicodedata.normalize("NFC", filename.replace("\\", "/")).rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem or len(suffix) > 8 or not suffix.isalnum():
        stem, suffix = name, ""
    same = {"jpg": {"jpeg", "jpg"}, "tiff": {"tif", "tiff"}, "mpeg": {"mpg", "mpeg"}}
    if suffix.lower() not in same.get(extension, {extension}):
        suffix = extension
    stem = re.sub(r"[\s%_+-]+", "-", stem)
    stem = "".join(
        letter
        for letter in stem
        if letter in "-." or unicodedata.category(letter)[0] in "LNM" or ord(letter) > 0x2190
    ).strip("-.")
    stem = re.sub(r"\.(php\d?|phtml|phar|cgi|pl|py|exe|js|html?|svg)$", r".\1_", stem, flags=re.I)
    while len(stem.encode("utf-8", "replace")) > _NAME_BYTES:
        stem = stem[:-1]
    return f"{stem or 'file'}.{suffix}"


def flush_folder(folder: Path) -> None:
    """Flush a folder, if the system supports it, so that a rename survives a power cut."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _remove(path: Path) -> None:
    """Remove a file; one in use, as by an antivirus program, is removed at the next start."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _same_hash(digest: bytes, expected: str) -> bool:
    expected = expected.strip()
    if hmac.compare_digest(digest.hex().encode(), expected.lower().encode("utf-8", "replace")):
        return True
    try:
        return base64.b64decode(expected, validate=True) == digest
    except ValueError:
        return False


def _disk_error(error: OSError) -> ApiError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ApiError(
            507, "posto_disk_full", translatable("Server", "This computer's disk is full.")
        )
    if renames.is_in_use(error):
        return ApiError(
            500,
            "posto_storage",
            translatable("Server", "The file could not be stored: {reason}.").format(
                reason=error.strerror
            ),
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ApiError(
            500,
            "posto_not_writable",
            translatable("Server", "The workspace's folder on this computer is read-only."),
        )
    log.error("An upload could not be stored: %s", error)
    return ApiError(
        500,
        "posto_storage",
        translatable("Server", "The file could not be stored: {reason}.").format(
            reason=error.strerror
        ),
    )
