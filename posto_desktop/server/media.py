"""Media library: one file per content, under any number of names."""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import hmac
import itertools
import json
import logging
import os
import re
import tempfile
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

from posto_desktop.common.translation import translatable
from posto_desktop.server import sniff
from posto_desktop.server.body import BLOCK
from posto_desktop.server.database import ServerDatabase, Transaction
from posto_desktop.server.errors import ApiError, DatabaseAway, StartError
from posto_desktop.server.folder_media import remove_file
from posto_desktop.server.media_store import (
    GRACE,
    MediaAway,
    MediaStore,
    StoreRefused,
    disk_too_full,
    is_content_name,
)
from posto_desktop.server.publishers.base import Attachment
from posto_desktop.server.rows import Row, damage_of, json_value
from posto_desktop.server.team.scope import Within
from posto_desktop.storage import renames

log = logging.getLogger(__name__)

_NAME_BYTES = 160
_SWEEP_ENDS = 10.0
_BATCH = 500
_OWNER_ROW = "media_owner"
_AT_ONCE = 8  # questions to a store that is remote
_NO_HASH = "sha256 IS NULL OR length(sha256) <> 64 OR trim(sha256, '0123456789abcdef') <> ''"
_ALL = Within()


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

    def __init__(self, store: ServerDatabase, files: MediaStore) -> None:
        self._store = store
        self._files = files
        self._closing = threading.Event()
        self._sweeper: threading.Thread | None = None

    def begin(self) -> None:
        """Remove leftovers; those of a shared store on a thread, now and each day.

        Raises StartError if a shared folder is empty that should not be: it is not mounted; and if
        a shared store has the media of another workspace, which this one would sweep.
        """
        if not self._files.is_shared:
            self.sweep()
            return
        has_items = self._store.row("SELECT 1 FROM media LIMIT 1") is not None
        if has_items and not self._files.is_remote and next(self._files.contents(), None) is None:
            raise StartError(
                f"The media folder {self._files.incoming.parent} is empty, but the workspace has "
                "media. Mount the right folder, then start again."
            )
        try:
            self._require_own_store()
        except StoreRefused as error:
            raise StartError(str(error)) from error
        except MediaAway as error:
            log.warning("%s", error)
        self._sweeper = threading.Thread(target=self._sweep_daily, name="media-sweep", daemon=True)
        self._sweeper.start()

    def close(self) -> None:
        """Sweep no more."""
        self._closing.set()
        if self._sweeper is not None:
            self._sweeper.join(_SWEEP_ENDS)

    @property
    def incoming(self) -> Path:
        """Return the folder of this computer in which uploads are written."""
        return self._files.incoming

    def path(self, sha256: str) -> Path:
        """Return the path of the file with this content, which is there within `local`. Only a
        well-formed hash becomes a path."""
        if not is_content_name(sha256):
            raise ApiError(404, "rest_post_invalid_id", "Invalid post ID.")
        return self._files.path(sha256)

    @contextlib.contextmanager
    def local(self, files: Iterable[LibraryItem | Attachment]) -> Iterator[None]:
        """Have the contents of `files` at their paths for the length of the block, where the store
        has them. Raises MediaAway, MediaDamaged."""
        with contextlib.ExitStack() as block:
            for sha256, size in {file.sha256: file.size for file in files}.items():
                if is_content_name(sha256):
                    block.enter_context(self._files.local(sha256, size))
            yield

    def has(self, item: LibraryItem) -> bool:
        """Return whether the content of an item is there with its size. Raises MediaAway."""
        return is_content_name(item.sha256) and self._files.size(item.sha256) == item.size

    def opened(
        self, item: LibraryItem
    ) -> tuple[Callable[[], int | None], Callable[[int, int], Iterator[bytes]]]:
        """Return what tells the size of an item's content, and what yields its bytes between two
        places. Both raise MediaAway."""
        if not is_content_name(item.sha256):
            return lambda: None, lambda _start, _end: iter(())
        return partial(self._files.size, item.sha256), partial(self._files.blocks, item.sha256)

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
        handle, name = tempfile.mkstemp(dir=self._files.incoming)
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
            remove_file(temporary)
            if isinstance(error, OSError):
                raise _disk_error(error) from error
            raise
        return Blob(temporary, digest.hexdigest(), size, kind)

    def discard(self, blob: Blob) -> None:
        """Remove the file unless `add` has listed it."""
        remove_file(blob.temporary)

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
        """Put a received file into the store and list it under a new id. Raises MediaAway, too."""
        name = clean_name(filename, blob.kind.extension)
        if self._files.is_remote:
            self._put(blob)
        with self._store.write() as db:
            if not self._files.is_remote:
                # In the transaction, so that the same content cannot be deleted in between.
                self._put(blob)
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
        if self._files.is_remote:
            # It may have been deleted with its last other row before this one was there.
            with contextlib.suppress(MediaAway):
                if self._files.age(blob.sha256) is None:
                    self._put(blob)
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

    def of_content(self, sha256: str) -> LibraryItem | None:
        """Return an item with this content, None if there is none."""
        row = self._store.row("SELECT * FROM media WHERE sha256 = ? LIMIT 1", sha256)
        return None if row is None else self._item(row)

    def missing(self, ids: list[int]) -> list[int]:
        """Return the ids without an item, or whose file is not there with its size."""
        items = self.find(ids)
        if not self._files.is_remote:
            present = {number for number, item in items.items() if self.has(item)}
        else:
            with ThreadPoolExecutor(_AT_ONCE, "media-missing") as pool:
                answers = pool.map(self.has, items.values())
                present = {
                    number for number, is_present in zip(items, answers, strict=True) if is_present
                }
        return [number for number in ids if number not in present]

    def page(
        self,
        page: int,
        per_page: int,
        search: str = "",
        include: list[int] | None = None,
        within: Within = _ALL,
    ) -> tuple[list[LibraryItem], int]:
        """Return items, newest first, and their total number."""
        conditions, values = [within.sql or "1 = 1"], [*within.values]
        if search:
            escaped = re.sub(r"([%_\\])", r"\\\1", search.lower())
            is_alike = "LIKE ? ESCAPE '\\'"
            conditions.append(f"(posto_lower(name) {is_alike} OR posto_lower(title) {is_alike})")
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

    def describe(
        self,
        media_id: int,
        fields: dict[str, str],
        changing: Callable[[Transaction], None] = lambda _db: None,
    ) -> LibraryItem:
        """Change title, alt_text, caption or description. `changing` is called before it, in the
        same transaction, if anything becomes different; it may refuse that."""
        known = {"title", "alt_text", "caption", "description"}
        chosen = {name: value for name, value in fields.items() if name in known}
        self.get(media_id)
        if chosen:
            with self._store.write() as db:
                row = db.execute(
                    f"SELECT {', '.join(chosen)} FROM media WHERE id = ?", (media_id,)
                ).fetchone()
                if row is not None and [*row] != [*chosen.values()]:
                    changing(db)
                db.execute(
                    f"UPDATE media SET {', '.join(f'{name} = ?' for name in chosen)} WHERE id = ?",
                    (*chosen.values(), media_id),
                )
        return self.get(media_id)

    def delete(self, media_id: int) -> LibraryItem:
        """Delete an item, and its file if no other item has the same content."""
        item = self.get(media_id)
        with self._store.write() as db:
            db.execute("DELETE FROM media WHERE id = ?", (media_id,))
        if is_content_name(item.sha256):
            with contextlib.suppress(MediaAway):  # `sweep` does it when the store is back
                self._remove_unlisted(item.sha256, 0.0)
        return item

    def sweep(self) -> int:
        """Remove leftovers of a crash: unfinished uploads and unlisted files. Return how many.

        Call it before the first request is answered, unless the store is shared: then what is
        younger than GRACE is left to the server that may be about to list it.
        """
        self._files.remove_unfinished()
        if self._store.row(f"SELECT 1 FROM media WHERE {_NO_HASH} LIMIT 1") is not None:
            log.warning("The media library has damaged rows: no file is removed.")
            return 0
        removed, now = 0, time.time()
        youngest = GRACE if self._files.is_shared else 0.0
        old = (
            content.sha256
            for content in self._files.contents()
            if now - content.changed_at >= youngest
        )
        while not self._closing.is_set() and (batch := list(itertools.islice(old, _BATCH))):
            marks = ",".join("?" * len(batch))
            listed = self._store.rows(f"SELECT sha256 FROM media WHERE sha256 IN ({marks})", *batch)
            for sha256 in set(batch) - {row["sha256"] for row in listed}:
                removed += self._remove_unlisted(sha256, youngest)
        return removed

    def _sweep_daily(self) -> None:
        while not self._closing.is_set():
            try:
                self._require_own_store()
                removed = self.sweep()
                log.info("Files that nothing lists: %d removed.", removed)
            except StartError as error:
                log.error("%s", error.user_message)
            except (MediaAway, DatabaseAway, OSError) as error:
                log.warning("Unused media are looked for later: %s", error)
            self._closing.wait(GRACE)

    def _require_own_store(self) -> None:
        """Raise StartError if the store has media of another workspace, and MediaAway."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO site (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (_OWNER_ROW, json.dumps(uuid4().hex)),
            )
            row = db.execute("SELECT value FROM site WHERE name = ?", (_OWNER_ROW,)).fetchone()
        own = json_value(row[0] if row else None, "")
        if not isinstance(own, str) or self._files.claimed_by(own) != own:
            raise StartError(
                "This place for media belongs to another workspace, whose files this one would "
                "remove. Give each workspace a folder or a prefix of its own (--media)."
            )

    def _remove_unlisted(self, sha256: str, youngest: float) -> bool:
        """Remove a file that no item has, unless it was put less than `youngest` seconds ago.
        `add` lists nothing meanwhile, and looks afterwards whether its file is still there."""
        with self._store.exclusive():
            if self._store.row("SELECT 1 FROM media WHERE sha256 = ? LIMIT 1", sha256) is not None:
                return False
            if youngest and (self._files.age(sha256) or 0.0) < youngest:
                return False
            self._files.delete(sha256)
        return True

    def _put(self, blob: Blob) -> None:
        try:
            self._files.put(blob.temporary, blob.sha256, blob.size)
        except OSError as error:
            raise _disk_error(error) from error

    def _check_space(self, needed: int) -> None:
        too_full = disk_too_full(self._files.incoming, needed)
        if too_full:
            raise ApiError(507, "posto_disk_full", too_full)

    def _item(self, row: Row) -> LibraryItem:
        has_hash = is_content_name(row["sha256"])
        return LibraryItem(
            id=row["id"],
            path=self.path(row["sha256"]) if has_hash else self._files.incoming / "damaged",
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
