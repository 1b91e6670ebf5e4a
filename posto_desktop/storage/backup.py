"""Backup of one home in a single file, made while Posto runs, and verified before use.

The file is a zip: `manifest.json` with the size and SHA-256 of each file, and the files under
`config/` and `data/`. Databases are copied by SQLite's backup API, so they are consistent.
Passwords are excluded. `storage.backup_archive` verifies it, `storage.restore` restores it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from posto_desktop.storage import regular_files, renames
from posto_desktop.storage.atomic import MAX_JSON_BYTES
from posto_desktop.storage.errors import StorageError, could_not_be, explain
from posto_desktop.storage.paths import Paths

FORMAT = "posto-backup"
SCHEMA = 1
MANIFEST = "manifest.json"
SUFFIX = ".posto-backup"

PIECE = 1024 * 1024
_MAKING = ".posto-backup-"
_DEAD_SECONDS = 600.0

STORE = "data/posto.db"
WORKSPACE = "data/workspace/workspace.db"
FEED = "data/workspace/sandbox/feed.db"
DATABASES = (STORE, WORKSPACE, FEED)
# The parts of the data folder to back up; anything else belongs to the running process or can be
# made again.
_DATA = ("media", "pasted", "recent-media.json", "workspace/media", "workspace/sandbox")
# Passwords and damaged files are excluded from use.
SECRET = frozenset({"secrets.json"})
# On macOS and Windows settings and data share a folder, so the name decides.
_CONFIG_FOLDERS = frozenset({"styles", "profiles"})
NO_CONFIG = SECRET | {"recent-media.json", "restore.json"}
_ASIDE = re.compile(r"\.(damaged|newer)-\d{8}-\d{6}")
_MEDIA = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mov", ".webm", ".heic"})

Progress = Callable[[int, int], object]
"""Called with the bytes done and the total; may raise to stop."""


@dataclass(frozen=True)
class BackupContents:
    """Content of a backup. `made_at` is aware; `counts` by "drafts", "styles", "media", ...
    `left_out` are files whose names are invalid on other systems, and oversized files among the
    settings."""

    version: str
    made_at: datetime
    files: int
    size: int
    counts: dict[str, int]
    left_out: tuple[str, ...] = ()


def make(
    paths: Paths, target: Path, *, version: str, progress: Progress | None = None
) -> BackupContents:
    """Write the backup to `target`, replacing it at the end. Blocks.

    Raises StorageError; exceptions of `progress` pass through, and nothing is left behind.
    """
    report = progress or (lambda _done, _total: None)
    included: list[tuple[str, Path, int]] = []
    left_out: list[tuple[str, Path, int]] = []
    for candidate in _files(paths):
        (left_out if problem_of(candidate[0]) or _is_no_setting(candidate) else included).append(
            candidate
        )
    total = sum(size for _name, _path, size in included)
    manifest: dict[str, dict[str, Any]] = {}
    done = 0
    temporary: Path | None = None
    try:
        _sweep(target.parent)
        handle, name = tempfile.mkstemp(prefix=_MAKING, dir=target.parent)
        temporary = Path(name)
        with (
            os.fdopen(handle, "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
        ):
            for entry, path, size in included:
                report(done, total)
                with _steady(entry, path) as source:
                    if source is not None:
                        manifest[entry] = _put(archive, entry, source)
                done += size
            made_at, counts = datetime.now(UTC), _counts(paths, manifest)
            head = {
                "format": FORMAT,
                "schema": SCHEMA,
                "version": version,
                "made_at": made_at.isoformat(timespec="seconds"),
                "counts": counts,
                "files": manifest,
            }
            archive.writestr(MANIFEST, json.dumps(head, indent=1))
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        report(total, total)
        renames.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
    names = tuple(path.name for _name, path, _size in left_out)
    return BackupContents(version, made_at, len(manifest), total, counts, names)


def _sweep(folder: Path) -> None:
    """Remove temporary files of killed backups: they are large and hidden."""
    for path in folder.glob(f"{_MAKING}*"):
        with contextlib.suppress(OSError):
            # A running backup is written to all the time.
            if time.time() - path.stat().st_mtime > _DEAD_SECONDS:
                path.unlink()


def _files(paths: Paths) -> Iterator[tuple[str, Path, int]]:
    """Yield (entry, file, size) of everything in a backup."""
    for path in config_files(paths):
        relative = path.relative_to(paths.config)
        if not _is_left_out(relative.parts):
            yield f"config/{relative.as_posix()}", path, size_of(path)
    for entry in DATABASES:
        path = paths.data / entry.removeprefix("data/")
        if path.is_file():
            yield entry, path, size_of(path)
    for part in _DATA:
        top = paths.data / part
        for path in [top] if top.is_file() else _list_files(top):
            relative = path.relative_to(paths.data)
            entry = f"data/{relative.as_posix()}"
            if entry not in DATABASES and not _is_left_out(relative.parts):
                yield entry, path, size_of(path)


def is_data(entry: str) -> bool:
    """Return whether an entry under `data/` belongs in a backup."""
    path_in_data = entry.removeprefix("data/")
    return entry in DATABASES or any(
        path_in_data == name or path_in_data.startswith(f"{name}/") for name in _DATA
    )


def is_config(name: str) -> bool:
    """Return whether a name in the settings folder belongs to the settings."""
    if name in _CONFIG_FOLDERS:
        return True
    plain = not name.startswith(".") and _ASIDE.search(name) is None
    return plain and name.endswith(".json") and name not in NO_CONFIG


def config_files(paths: Paths) -> Iterator[Path]:
    """Yield all regular files of the settings, without passwords."""
    with contextlib.suppress(OSError):
        for top in sorted(paths.config.iterdir()):
            if is_config(top.name):
                if top.is_dir():
                    yield from _list_files(top, links=True)
                elif top.is_file():
                    yield top


def _list_files(folder: Path, *, links: bool = False) -> Iterator[Path]:
    """Yield the regular files below a folder. Links are skipped, except for settings, which some
    users keep in a repository."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            with contextlib.suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode) or (links and path.is_file()):
                    yield path


def _is_left_out(parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    return (
        name in SECRET
        or any(part.startswith(".") for part in parts)
        or name.endswith((".lock", "-wal", "-shm", ".tmp"))
        or _ASIDE.search(name) is not None
    )


def size_of(path: Path) -> int:
    """Return the size of a file in bytes; 0 if it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _is_no_setting(candidate: tuple[str, Path, int]) -> bool:
    entry, _path, size = candidate
    return entry.startswith("config/") and entry.endswith(".json") and size > MAX_JSON_BYTES


@contextlib.contextmanager
def _steady(entry: str, path: Path) -> Iterator[Path | None]:
    """Yield a file that does not change while it is read: a copy of a database. None if it is
    missing."""
    if entry not in DATABASES:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="posto-") as folder:
        copy = Path(folder, "copy.db")
        try:
            with (
                contextlib.closing(sqlite3.connect(path, timeout=20)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target, pages=2_000)
                target.execute("PRAGMA journal_mode=DELETE")
                if entry == WORKSPACE:
                    _without_secrets(target)
        except sqlite3.Error as error:
            raise StorageError(could_not_be("copied", path.name, str(error))) from error
        yield copy


def _without_secrets(db: sqlite3.Connection) -> None:
    """Keep the channels' proxies but remove the credentials from their addresses."""
    rows = db.execute("SELECT id, proxy FROM channels WHERE proxy LIKE '%@%'").fetchall()
    for number, proxy in rows:
        scheme, mark, authority = str(proxy).rpartition("://")
        bare = f"{scheme}{mark}{authority.rpartition('@')[2]}"
        db.execute("UPDATE channels SET proxy = ? WHERE id = ?", (bare, number))
    db.commit()
    if rows:
        db.execute("VACUUM")  # or the old addresses stay in unused pages


def _put(archive: zipfile.ZipFile, entry: str, path: Path) -> dict[str, Any]:
    """Write one file into the archive; return the facts of the bytes written."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(entry, date_time=datetime.now().timetuple()[:6])
    # Pictures and videos are compressed already.
    packed = path.suffix.lower() in _MEDIA or "/media/" in entry
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with (
        regular_files.open_file(path) as source,
        archive.open(info, "w", force_zip64=True) as target,
    ):
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return {"size": size, "sha256": digest.hexdigest()}


def _counts(paths: Paths, manifest: Mapping[str, Any]) -> dict[str, int]:
    counts = {
        "styles": sum(name.startswith("config/styles/") for name in manifest),
        "media": sum("/media/" in name or name.startswith("data/pasted/") for name in manifest),
    }
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_reading(paths.database)) as db:
        for key, table in (("drafts", "drafts"), ("outbox", "outbox")):
            counts[key] = int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    return counts


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def problem_of(name: str) -> str:
    """Return why a relative name is unsafe or invalid on another system."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "climbs"
    if re.search(r'[\\:*?"<>|\x00-\x1f\x7f]', name) or not name.isprintable():
        return "signs"
    if any(part.endswith((".", " ")) or _RESERVED.match(part) for part in parts):
        return "reserved"
    return "long" if len(name) > 400 or max(map(len, parts)) > 200 else ""
