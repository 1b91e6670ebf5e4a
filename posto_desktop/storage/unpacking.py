"""Check a backup fully before anything of it is used: names, sizes, contents, versions.

A backup may come from anywhere: its names must not lead elsewhere, no byte more than it says may be
written, and what it holds must be what was packed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from posto_desktop.storage.backup import (
    DATABASES,
    FORMAT,
    MANIFEST,
    PIECE,
    SCHEMA,
    SECRET,
    Contents,
    Progress,
    is_config,
    is_data,
    problem_of,
)
from posto_desktop.storage.errors import StorageError, explain

MOST_FILES = 200_000
MOST_MANIFEST = 64 * 1024 * 1024
ROOM_LEFT = 64 * 1024 * 1024
"""Bytes that stay free on the disk after unpacking."""


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
        except FileExistsError as error:
            raise StorageError(
                f"{file.name} holds two files whose names differ in capital letters only, "
                "and the disk here keeps one of them."
            ) from error
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
            TypeError,
            OverflowError,
        ) as error:
            raise StorageError(f"{file.name} is damaged or no backup of Posto.") from error
    except BaseException:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    made_at = datetime.fromisoformat(str(head["made_at"]))
    counts = dict(head["counts"])
    return Contents(str(head["version"]), made_at, len(sizes), total, counts)


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
    counts = head.get("counts")
    if schema != SCHEMA or not isinstance(files, dict) or not isinstance(counts, dict):
        raise ValueError("the manifest is not whole")
    if type(schema) is not int or any(type(one) is not int for one in counts.values()):
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
    for info in entries:
        kind = info.external_attr >> 16
        if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            raise ValueError("not a plain file")
        if info.flag_bits & 0x1 or info.file_size != sizes[info.filename]:
            raise ValueError("an entry is not what the manifest says")
        problem = problem_of(info.filename)
        top, _, rest = info.filename.partition("/")
        allowed = (top == "data" and is_data(info.filename)) or (
            top == "config" and is_config(rest.partition("/")[0])
        )
        if problem or not allowed or not rest:
            raise ValueError(f"a name that is not allowed {problem}")
        if PurePosixPath(info.filename).name in SECRET:
            raise ValueError("passwords do not belong here")


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
