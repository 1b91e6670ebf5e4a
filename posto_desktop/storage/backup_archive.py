"""Verifies a backup completely before use: names, sizes, contents, versions.

A backup is untrusted: its names must stay inside, nothing beyond the declared sizes may be written,
and the contents must match.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable, translate
from posto_desktop.storage import foreign_database, regular_files
from posto_desktop.storage.atomic import MAX_JSON_BYTES
from posto_desktop.storage.backup import (
    DATABASES,
    FORMAT,
    MANIFEST,
    NO_CONFIG,
    PIECE,
    SCHEMA,
    SECRET,
    BackupContents,
    Progress,
    is_config,
    is_data,
    problem_of,
)
from posto_desktop.storage.errors import StorageError, explain

MAX_FILES = 200_000
MAX_MANIFEST = 32 * 1024 * 1024
MAX_DIRECTORY = 32 * 1024 * 1024
"""Most bytes of a zip's directory, which is read as a whole."""
MAX_CONFIG = MAX_JSON_BYTES
MAX_GROWTH, GROWTH_FREE = 100, 256 * 1024 * 1024
"""Largest ratio of unpacked to packed size, and the total size that is always allowed."""
ROOM_LEFT = 64 * 1024 * 1024
"""Bytes that must stay free on the disk after unpacking."""
_NAME_SHOWN = 80
_LOCAL_HEADER = 30
_OURS = (
    "settings.json", "accounts.json", "defaults.json", "snippets.json", "import_columns.json",
)  # fmt: skip


_FOREIGN_NAME = translatable(
    "Storage",
    "{backup} cannot be restored: {file} in it has a name that no file of a backup has.",
)


class _UnusableError(ValueError):
    """A problem of one file of a backup: its name, and the sentence about the backup `{backup}` and
    the file `{file}` in it, untranslated."""

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name}: {fault}")
        self.name, self.fault = name, fault


class _Bounded(io.BufferedReader):
    """A file that is read in bounded pieces: the sizes that a zip declares are untrusted."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > MAX_DIRECTORY:
            data = super().read(MAX_DIRECTORY + 1)
            if len(data) > MAX_DIRECTORY:
                raise ValueError("the list of files is too large")
            return data
        return super().read(size)


def unpack(
    file: Path,
    staged: Mapping[str, Path],
    *,
    schemas: Mapping[str, Sequence[str]],
    progress: Progress | None = None,
) -> BackupContents:
    """Verify a backup completely and unpack it: `config/` into `staged["config"]`, `data/` into
    `staged["data"]`; both are created. On failure nothing is left. `schemas` are the migrations of
    each database, by entry: a database may contain only what they create. Raises StorageError with
    the reason."""
    report = progress or (lambda _done, _total: None)
    try:
        try:
            with (
                _Bounded(io.FileIO(regular_files.open_regular(file))) as bounded,
                zipfile.ZipFile(bounded) as archive,
            ):
                head = _manifest(archive)
                sizes = {name: int(facts["size"]) for name, facts in head["files"].items()}
                total = sum(sizes.values())
                _check_entries(archive, sizes)
                _check_growth(file, total)
                _check_room(staged["data"], total)
                _extract_all(archive, head["files"], staged, schemas, report)
        except regular_files.NotAFileError as error:
            raise StorageError(
                translate("Storage", "{name} cannot be restored: {why}.").format(
                    name=file.name, why=translate("Storage", str(error.strerror))
                )
            ) from error
        except FileExistsError as error:
            raise StorageError(
                translate(
                    "Storage",
                    "{name} contains two files whose names differ only in capital letters. The "
                    "disk here can keep only one of them.",
                ).format(name=file.name)
            ) from error
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not file.exists():
                raise StorageError(
                    translate("Storage", "{name} was not found.").format(name=file.name)
                ) from error
            raise explain(error, file, "read") from error
        except _UnusableError as error:
            sentence = translate("Storage", error.fault).format(
                backup=file.name, file=_shown(error.name)
            )
            unchanged = translate("Storage", "What is here stays as it is.")
            raise StorageError(f"{sentence} {unchanged}") from error
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
            sentence = translate("Storage", "{name} is damaged or not a backup of Posto.")
            raise StorageError(sentence.format(name=file.name)) from error
    except BaseException:
        for folder in staged.values():
            shutil.rmtree(folder, ignore_errors=True)
        raise
    made_at = datetime.fromisoformat(str(head["made_at"]))
    counts = dict(head["counts"])
    return BackupContents(str(head["version"]), made_at, len(sizes), total, counts)


def _extract_all(
    archive: zipfile.ZipFile,
    files: Mapping[str, Mapping[str, Any]],
    staged: Mapping[str, Path],
    schemas: Mapping[str, Sequence[str]],
    report: Progress,
) -> None:
    """Unpack the files of the manifest and verify their contents."""
    done, total = 0, sum(int(facts["size"]) for facts in files.values())
    for folder in staged.values():
        folder.mkdir(mode=0o700, parents=True)
    for name, facts in files.items():
        report(done, total)
        _extract(archive, name, facts, _place(staged, name))
        done += int(facts["size"])
    for name in DATABASES:
        if name in files:
            path = _place(staged, name)
            _check_database(name, path, schemas[name], lambda: report(total, total))
    for name in files:
        if name.startswith("config/") and name.count("/") == 1:
            _check_json(name, _place(staged, name))
    report(total, total)


def _shown(name: str) -> str:
    """Return a file name of a backup, safe for a sentence."""
    plain = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name
    )
    short = plain if len(plain) <= _NAME_SHOWN else f"…{plain[-_NAME_SHOWN:]}"
    return f"“{short}”"


def folded(name: str) -> str:
    """Return the name in the form that case-insensitive and normalising disks compare."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    info = archive.getinfo(MANIFEST)
    if info.file_size > MAX_MANIFEST:
        raise ValueError("the manifest is too large")
    with archive.open(info) as file:
        text = file.read(MAX_MANIFEST + 1)
    # A valid manifest has one object a file; parsing costs many times the bytes.
    if text.count(b"{") + text.count(b"[") > MAX_FILES + 10 or text.count(b",") > MAX_FILES * 8:
        raise ValueError("the manifest is too large")
    head = json_text.loads(text)
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ValueError("no manifest of ours")
    schema = head.get("schema")
    if type(schema) is int and schema > SCHEMA:
        raise StorageError(
            translate(
                "Storage",
                "This backup was made by a newer version of Posto. Install that version to use it.",
            )
        )
    files = head.get("files")
    counts = head.get("counts")
    if schema != SCHEMA or not isinstance(files, dict) or not isinstance(counts, dict):
        raise ValueError("the manifest is not whole")
    if type(schema) is not int or any(type(count) is not int for count in counts.values()):
        raise ValueError("the manifest is not whole")
    if len(files) > MAX_FILES:
        raise ValueError("too many files")
    if datetime.fromisoformat(str(head["made_at"])).tzinfo is None:
        raise ValueError("the time has no zone")
    for facts in files.values():
        if type(facts["size"]) is not int or facts["size"] < 0 or type(facts["sha256"]) is not str:
            raise ValueError("the manifest is not whole")
    return head


def _check_entries(archive: zipfile.ZipFile, sizes: Mapping[str, int]) -> None:
    """Verify that each entry is in the manifest once, with its size, in an allowed place, and with
    its own bytes in the archive."""
    entries = [info for info in archive.infolist() if info.filename != MANIFEST]
    names = [info.filename for info in entries]
    if sorted(names) != sorted(sizes):
        raise ValueError("the manifest tells of other files")
    for info in entries:
        name, kind = info.filename, info.external_attr >> 16
        if kind and stat.S_IFMT(kind) not in (0, stat.S_IFREG):
            raise _UnusableError(
                name,
                translatable(
                    "Storage",
                    "{backup} cannot be restored: {file} in it is a link or a device, not a file.",
                ),
            )
        if info.flag_bits & 0x1 or info.file_size != sizes[name]:
            raise _UnusableError(
                name,
                translatable(
                    "Storage",
                    "{backup} cannot be restored: {file} in it is not what the list of files says.",
                ),
            )
        _check_name(name)
        is_text = name.startswith("config/") and name.endswith(".json")
        if is_text and info.file_size > MAX_CONFIG:
            raise _UnusableError(
                name,
                translatable(
                    "Storage",
                    "{backup} cannot be restored: {file} in it is far too large for settings.",
                ),
            )
    _check_places(archive)


def _check_name(name: str) -> None:
    top, _, inner_path = name.partition("/")
    last = PurePosixPath(name).name
    if folded(last) in SECRET:
        raise _UnusableError(
            name,
            translatable(
                "Storage",
                "{backup} cannot be restored: {file} in it would replace passwords, which no "
                "backup holds.",
            ),
        )
    allowed = (top == "data" and is_data(name)) or (
        top == "config" and is_config(inner_path.partition("/")[0])
    )
    if problem_of(name) or not allowed or not inner_path:
        raise _UnusableError(name, _FOREIGN_NAME)
    # On a case-insensitive disk it would replace the file of that name.
    is_mistaken = last not in _OURS and folded(last) in (*_OURS, *NO_CONFIG)
    if top == "config" and "/" not in inner_path and is_mistaken:
        raise _UnusableError(name, _FOREIGN_NAME)


def _check_places(archive: zipfile.ZipFile) -> None:
    """Refuse entries that share bytes: that is how a small archive unpacks to a huge size."""
    end = archive.start_dir
    for info in sorted(archive.infolist(), key=lambda entry: entry.header_offset, reverse=True):
        length = _LOCAL_HEADER + len(info.orig_filename.encode()) + info.compress_size
        if info.header_offset < 0 or info.header_offset + length > end:
            raise _UnusableError(
                info.filename,
                translatable(
                    "Storage", "{backup} cannot be restored: {file} in it lies over another file."
                ),
            )
        end = info.header_offset


def _check_growth(file: Path, total: int) -> None:
    if total > max(GROWTH_FREE, MAX_GROWTH * file.stat().st_size):
        raise ValueError("more than anybody packs into so little")


def _check_room(near: Path, needed: int) -> None:
    folder = near
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if needed + ROOM_LEFT > free:
        raise StorageError(
            translate(
                "Storage",
                "The backup needs {needed} MB, but the disk has {free} MB left. Make room on it; "
                "nothing was changed.",
            ).format(needed=f"{needed / 1e6:,.0f}", free=f"{free / 1e6:,.0f}")
        )


def _place(staged: Mapping[str, Path], name: str) -> Path:
    top, _, inner_path = name.partition("/")
    return staged[top].joinpath(*inner_path.split("/"))


def _extract(archive: zipfile.ZipFile, name: str, facts: Mapping[str, Any], target: Path) -> None:
    """Unpack one file, never more bytes than the manifest declares."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), int(facts["size"])
    try:
        with archive.open(name) as source, target.open("xb") as file:
            while left >= 0 and (piece := source.read(PIECE)):
                left -= len(piece)
                digest.update(piece)
                file.write(piece[: len(piece) + min(0, left)])
            file.flush()
            os.fsync(file.fileno())
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _UnusableError(name, foreign_database.DAMAGED) from error
    if left or digest.hexdigest() != facts["sha256"]:
        raise _UnusableError(name, foreign_database.DAMAGED)
    target.chmod(0o600)


def _check_database(
    name: str, path: Path, migrations: Sequence[str], report: Callable[[], object]
) -> None:
    try:
        foreign_database.check(path, migrations, report)
    except foreign_database.NewerError as error:
        raise StorageError(
            translate(
                "Storage",
                "{name} in this backup is from a newer version of Posto. Install that version to "
                "use it.",
            ).format(name=path.name)
        ) from error
    except foreign_database.ForeignDatabaseError as error:
        raise _UnusableError(name, str(error)) from error


def _check_json(name: str, path: Path) -> None:
    if name.endswith(".json"):
        try:
            json_text.loads(regular_files.read_regular(path, MAX_CONFIG).decode("utf-8-sig"))
        except ValueError as error:
            raise _UnusableError(name, foreign_database.DAMAGED) from error
