"""Everything of one home in a single file, made while Posto runs, and checked before it is used.

The file is a zip: `manifest.json` with a size and a SHA-256 for each file, and the files under
`config/` and `data/`. Databases are copied by SQLite's own backup, so they are whole whatever is
written meanwhile. Passwords are not in it. How a checked file takes the place of what is there:
`storage.restore`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from posto_desktop.storage.errors import StorageError, explain
from posto_desktop.storage.paths import Paths

FORMAT = "posto-backup"
SCHEMA = 1
MANIFEST = "manifest.json"
SUFFIX = ".posto-backup"

MOST_FILES = 200_000
MOST_MANIFEST = 64 * 1024 * 1024
PIECE = 1024 * 1024
ROOM_LEFT = 64 * 1024 * 1024
"""Bytes that stay free on the disk after unpacking."""

WORKSPACE = "data/workspace/workspace.db"
DATABASES = ("data/posto.db", WORKSPACE, "data/workspace/sandbox/feed.db")
# Of the data folder these; anything else there is of the running process, or can be made again.
_DATA = ("media", "pasted", "recent-media.json", "workspace/media", "workspace/sandbox")
# What holds passwords, and what was kept aside: neither belongs to what is used.
_SECRET = frozenset({"secrets.json"})
_ASIDE = re.compile(r"\.(damaged|newer)-\d{8}-\d{6}")
_MEDIA = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".mp4", ".mov", ".webm", ".heic"})

Progress = Callable[[int, int], object]
"""Called with the bytes that are done and those in all; may raise to stop."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds. `made_at` is aware; `counts` by "drafts", "styles", "media", ..."""

    version: str
    made_at: datetime
    files: int
    size: int
    counts: dict[str, int]


def make(paths: Paths, target: Path, *, version: str, progress: Progress | None = None) -> Contents:
    """Write the backup to `target`, replacing it when all of it is written. Blocks.

    Raises StorageError; whatever `progress` raises goes through, and nothing stays.
    """
    tell = progress or (lambda _done, _total: None)
    found = list(_files(paths))
    total = sum(size for _name, _path, size in found)
    manifest: dict[str, dict[str, Any]] = {}
    done = 0
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with (
            os.fdopen(handle, "w+b") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
        ):
            for entry, path, size in found:
                tell(done, total)
                with _steady(entry, path) as source:
                    if source is not None:
                        manifest[entry] = _put(archive, entry, source)
                done += size
            made_at = datetime.now(UTC)
            head = {
                "format": FORMAT,
                "schema": SCHEMA,
                "version": version,
                "made_at": made_at.isoformat(timespec="seconds"),
                "counts": _counts(paths, manifest),
                "files": manifest,
            }
            archive.writestr(MANIFEST, json.dumps(head, indent=1))
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        tell(total, total)
        temporary.replace(target)
        temporary = None
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
    return Contents(version, made_at, len(manifest), total, dict(head["counts"]))  # type: ignore[call-overload]


def unpack(
    file: Path,
    staged: Mapping[str, Path],
    *,
    newest: Mapping[str, int],
    progress: Progress | None = None,
) -> Contents:
    """Check a backup fully and unpack it: what is under `config/` into `staged["config"]`, what is
    under `data/` into `staged["data"]`; both are made. Nothing else is touched, and of a backup
    that is not good nothing stays. `newest` are the versions of databases that can be used, by
    entry. Raises StorageError with the reason.
    """
    tell = progress or (lambda _done, _total: None)
    try:
        try:
            with zipfile.ZipFile(file) as archive:
                head = _manifest(archive)
                sizes = {name: int(one["size"]) for name, one in head["files"].items()}
                _check_entries(archive, sizes)
                _check_room(staged["data"], sum(sizes.values()))
                done, total = 0, sum(sizes.values())
                for folder in staged.values():
                    folder.mkdir(mode=0o700, parents=True)
                for name, facts in head["files"].items():
                    tell(done, total)
                    _take(archive, name, facts, _place(staged, name))
                    done += sizes[name]
                for name in DATABASES:
                    if name in sizes:
                        _check_database(name, _place(staged, name), newest.get(name))
                for name in sizes:
                    if name.startswith("config/") and name.count("/") == 1:
                        _check_json(name, _place(staged, name))
                tell(total, total)
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not file.exists():
                raise StorageError(f"{file.name} is not there any more.") from error
            raise explain(error, file, "read") from error
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            NotImplementedError,
            RuntimeError,
            UnicodeError,
            ValueError,
            KeyError,
            OverflowError,
        ) as error:
            raise StorageError(f"{file.name} is damaged or no backup of Posto.") from error
    except BaseException:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    made_at = datetime.fromisoformat(str(head["made_at"]))
    counts = {str(key): int(value) for key, value in head["counts"].items()}
    return Contents(str(head["version"]), made_at, len(sizes), total, counts)


# -- making ------------------------------------------------------------------------------------


def _files(paths: Paths) -> Iterator[tuple[str, Path, int]]:
    """(entry, file, size) of all that belongs in a backup."""
    for path in _walk(paths.config):
        relative = path.relative_to(paths.config)
        if not _is_left_out(relative.parts):
            yield f"config/{relative.as_posix()}", path, _size(path)
    for entry in DATABASES:
        path = paths.data / entry.removeprefix("data/")
        if path.is_file():
            yield entry, path, _size(path)
    for part in _DATA:
        top = paths.data / part
        for path in [top] if top.is_file() else _walk(top):
            relative = path.relative_to(paths.data)
            entry = f"data/{relative.as_posix()}"
            if entry not in DATABASES and not _is_left_out(relative.parts):
                yield entry, path, _size(path)


def _walk(folder: Path) -> Iterator[Path]:
    """The regular files below a folder; links lead elsewhere and are left out."""
    for here, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(here, name)
            with contextlib.suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _is_left_out(parts: tuple[str, ...]) -> bool:
    name = parts[-1]
    return (
        name in _SECRET
        or any(part.startswith(".") for part in parts)
        or name.endswith((".lock", "-wal", "-shm", ".tmp"))
        or _ASIDE.search(name) is not None
        or _problem_of(PurePosixPath(*parts).as_posix()) != ""
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


@contextlib.contextmanager
def _steady(entry: str, path: Path) -> Iterator[Path | None]:
    """A file that does not change while it is read: of a database a copy. None when it is gone."""
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
            raise StorageError(f"{path.name} could not be copied: {error}.") from error
        yield copy


def _without_secrets(db: sqlite3.Connection) -> None:
    """Proxies of channels stay, the sign-in in their addresses does not."""
    rows = db.execute("SELECT id, proxy FROM channels WHERE proxy LIKE '%@%'").fetchall()
    for number, proxy in rows:
        scheme, mark, rest = str(proxy).rpartition("://")
        bare = f"{scheme}{mark}{rest.rpartition('@')[2]}"
        db.execute("UPDATE channels SET proxy = ? WHERE id = ?", (bare, number))
    db.commit()
    if rows:
        db.execute("VACUUM")  # or the old addresses stay in unused pages


def _put(archive: zipfile.ZipFile, entry: str, path: Path) -> dict[str, Any]:
    """Write one file into the archive; its facts are those of the bytes that were written."""
    digest, size = hashlib.sha256(), 0
    info = zipfile.ZipInfo(entry, date_time=datetime.now().timetuple()[:6])
    # Pictures and films are packed already.
    packed = path.suffix.lower() in _MEDIA or "/media/" in entry
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
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


# -- checking ----------------------------------------------------------------------------------


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    info = archive.getinfo(MANIFEST)
    if info.file_size > MOST_MANIFEST:
        raise ValueError("the manifest is too large")
    with archive.open(info) as file:
        head = json.loads(file.read(MOST_MANIFEST + 1))
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ValueError("no manifest of ours")
    schema = head.get("schema")
    if type(schema) is int and schema > SCHEMA:
        raise StorageError(
            "This backup was made by a newer version of Posto. Install that version to use it."
        )
    files = head.get("files")
    if schema != SCHEMA or not isinstance(files, dict) or not isinstance(head.get("counts"), dict):
        raise ValueError("the manifest is not whole")
    if len(files) > MOST_FILES:
        raise ValueError("too many files")
    if datetime.fromisoformat(str(head["made_at"])).tzinfo is None:
        raise ValueError("the time has no zone")
    for one in files.values():
        if type(one["size"]) is not int or one["size"] < 0 or type(one["sha256"]) is not str:
            raise ValueError("the manifest is not whole")
    return head


def _check_entries(archive: zipfile.ZipFile, sizes: Mapping[str, int]) -> None:
    """Each entry is told by the manifest, once, with its size, and lies where it may lie."""
    entries = [info for info in archive.infolist() if info.filename != MANIFEST]
    names = [info.filename for info in entries]
    if sorted(names) != sorted(sizes):
        raise ValueError("the manifest tells of other files")
    if len({name.casefold() for name in names}) != len(names):
        raise ValueError("two names that are one on some disks")
    for info in entries:
        kind = info.external_attr >> 16
        if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            raise ValueError("not a plain file")
        if info.flag_bits & 0x1 or info.file_size != sizes[info.filename]:
            raise ValueError("an entry is not what the manifest says")
        problem = _problem_of(info.filename)
        top, _, rest = info.filename.partition("/")
        if problem or top not in ("config", "data") or not rest:
            raise ValueError(f"a name that is not allowed {problem}")
        if PurePosixPath(info.filename).name in _SECRET:
            raise ValueError("passwords do not belong here")


_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


def _problem_of(name: str) -> str:
    """Why a relative name could lead elsewhere or mean something else on another system."""
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "climbs"
    if re.search(r'[\\:*?"<>|\x00-\x1f\x7f]', name) or not name.isprintable():
        return "signs"
    if any(part.endswith((".", " ")) or _RESERVED.match(part) for part in parts):
        return "reserved"
    return "long" if len(name) > 400 or max(map(len, parts)) > 200 else ""


def _check_room(near: Path, needed: int) -> None:
    folder = near
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if needed + ROOM_LEFT > free:
        raise StorageError(
            f"The backup needs {needed / 1e6:,.0f} MB, but the disk has {free / 1e6:,.0f} MB left. "
            "Make room on it; nothing was changed."
        )


def _place(staged: Mapping[str, Path], name: str) -> Path:
    top, _, rest = name.partition("/")
    return staged[top].joinpath(*rest.split("/"))


def _take(archive: zipfile.ZipFile, name: str, facts: Mapping[str, Any], target: Path) -> None:
    """Unpack one file. No byte more is written than the manifest says, whatever is packed."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), int(facts["size"])
    with archive.open(name) as source, target.open("xb") as file:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise ValueError("more than the manifest says")
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if left or digest.hexdigest() != facts["sha256"]:
        raise ValueError("not the bytes that were packed")
    target.chmod(0o600)


def _check_database(name: str, path: Path, newest: int | None) -> None:
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            version = int(db.execute("PRAGMA user_version").fetchone()[0])
            sound = db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        raise ValueError(f"{name}: {error}") from error
    if newest is not None and version > newest:
        raise StorageError(
            f"{path.name} in this backup is from a newer version of Posto. "
            "Install that version to use it."
        )
    if not sound:
        raise ValueError(f"{name} is damaged")


def _check_json(name: str, path: Path) -> None:
    if name.endswith(".json"):
        json.loads(path.read_text("utf-8-sig"))
