"""Atomic file writes: written beside, flushed, then renamed.

A damaged file is moved to `NAME.damaged-YYYYMMDD-HHMMSS` and reported, never overwritten: typed
text may be recovered from it. Important files also have a copy, `NAME.bak`, which replaces a
damaged one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable, translate
from posto_desktop.storage import part_files, regular_files, renames
from posto_desktop.storage.errors import StorageError, could_not_be, explain

__all__ = [
    "DamagedFile",
    "StorageError",
    "copy_path",
    "open_ours",
    "read_json",
    "read_json_checked",
    "read_json_or_copy",
    "read_json_reporting",
    "remove_leftovers",
    "set_aside",
    "set_aside_no_file",
    "write_bytes",
    "write_json",
    "write_json_and_copy",
    "write_pieces",
    "write_text",
]

IS_DAMAGED = translatable("Storage", "its content is damaged")
IS_FOREIGN = translatable("Storage", "its content is not what Posto writes")
IS_NEWER = translatable("Storage", "it is from a newer version of Posto")

# Posto's files are much smaller; a larger one is foreign and would only fill the memory.
MAX_JSON_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class DamagedFile:
    """A damaged file, and where it was moved (None: not moved, `not_moved` says why).

    `why` is English or translated already.
    """

    path: Path
    copy_path: Path | None
    why: str
    not_moved: StorageError | None = None
    is_from_copy: bool = False
    """Whether its copy was used (`read_json_or_copy`)."""

    @property
    def sentence(self) -> str:
        why = translate("Storage", self.why)
        location = translate("Storage", "It was left where it is.")
        if self.copy_path:
            words = translate("Storage", "It was kept as {name}.")
            location = words.format(name=self.copy_path.name)
        return f"{could_not_be('read', self.path.name, why)} {location}"


def write_bytes(path: Path, data: bytes, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `data` atomically; on failure the old file stays.

    `durable=False` skips the flush to the disk: for caches only. After a power cut the file may be
    empty.
    """
    write_pieces(path, (data,), mode=mode, durable=durable)


def write_pieces(
    path: Path, pieces: Iterable[bytes], *, mode: int = 0o600, durable: bool = True
) -> None:
    """As write_bytes, for generated content. If the generator raises, the old file stays, too."""
    try:
        target = _followed(path)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if durable:
            part_files.remove_leftovers(target)
        with part_files.part_file(target) as (file, part):
            for data in pieces:
                file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            part.chmod(mode)
            if os.name == "nt":
                file.close()  # Windows renames no open file
            renames.replace(part, target)
        if durable:
            _flush_folder(target.parent)
    except OSError as error:
        raise explain(error, path) from error


def remove_leftovers(path: Path) -> None:
    """Remove what killed processes left of writing `path`. Reading JSON and writing do it, too."""
    with contextlib.suppress(OSError):  # of a folder that may not be entered
        part_files.remove_leftovers(_followed(path))


def write_text(path: Path, text: str, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `text` in UTF-8, with line ends as given."""
    write_bytes(path, text.encode("utf-8"), mode=mode, durable=durable)


def write_json(path: Path, obj: object, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `obj` as indented JSON."""
    write_bytes(path, json_text.encode(obj), mode=mode, durable=durable)


def read_json(path: Path, default: object) -> object:
    """Return the content of `path`, or `default` if it is missing or damaged."""
    return read_json_reporting(path, default)[0]


def read_json_reporting(path: Path, default: object) -> tuple[Any, DamagedFile | None]:
    """As read_json, and the damage. Raises StorageError if the file may not be read."""
    remove_leftovers(path)
    try:
        data = regular_files.read_regular(path, MAX_JSON_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return default, None
    except (regular_files.NotAFileError, regular_files.TooLargeError) as error:
        return default, set_aside(path, str(error.strerror))
    except OSError as error:
        raise explain(error, path, "read") from error
    if not data.strip(b"\0 \t\r\n"):
        return default, set_aside(path, translatable("Storage", "it is empty"))
    try:
        return json_text.loads(data.decode("utf-8-sig")), None
    except ValueError:
        return default, set_aside(path, IS_DAMAGED)


def read_json_checked(
    path: Path, default: object, is_ours: Callable[[Any], bool]
) -> tuple[Any, str]:
    """Return the content of `path` and a sentence about its damage, or "".

    A file that is damaged, too large, rejected by `is_ours`, or no file is moved aside, and
    `default` returned. Never raises: for files that Posto can do without.
    """
    try:
        content, damaged = read_json_reporting(path, default)
    except StorageError as error:
        return default, error.user_message
    if damaged is None and content is not default and not is_ours(content):
        content, damaged = default, set_aside(path, IS_FOREIGN)
    return content, damaged.sentence if damaged is not None else ""


def copy_path(path: Path) -> Path:
    """Return the path of the copy that `write_json_and_copy` makes."""
    return path.with_name(f"{path.name}.bak")


def write_json_and_copy(path: Path, obj: object, *, mode: int = 0o600) -> None:
    """Replace `path` by `obj` as indented JSON, and then its copy. One of them is always whole."""
    data, copy = json_text.encode(obj), copy_path(path)
    write_bytes(path, data, mode=mode)
    set_aside_no_file(copy)
    write_bytes(copy, data, mode=mode)


def read_json_or_copy(
    path: Path, default: object, is_ours: Callable[[Any], bool]
) -> tuple[Any, DamagedFile | None]:
    """Return the content of `path`; if it is damaged, of its copy, which then replaces it.

    Content rejected by `is_ours` counts as damaged. The DamagedFile says whether a copy was used.
    Raises StorageError if the file may not be read.
    """
    copy = copy_path(path)
    remove_leftovers(copy)
    content, damaged = read_json_reporting(path, default)
    if damaged is None:
        if content is default or is_ours(content):
            return content, None
        damaged = set_aside(path, IS_FOREIGN)
    try:
        copied = json_text.loads(
            regular_files.read_regular(copy, MAX_JSON_BYTES).decode("utf-8-sig")
        )
    except (OSError, ValueError):
        return default, damaged
    if not is_ours(copied):
        return default, damaged
    if damaged.copy_path is not None:
        with contextlib.suppress(StorageError):  # the next change writes it
            write_json(path, copied)
    return copied, replace(damaged, is_from_copy=True)


def set_aside(path: Path, why: str, label: str = "damaged") -> DamagedFile:
    """Rename `path` to a name that gives the reason, never over another file."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    new_path = path.with_name(f"{path.name}.{label}-{stamp}")
    count = 1
    while os.path.lexists(new_path):
        count += 1
        new_path = path.with_name(f"{path.name}.{label}-{stamp}-{count}")
    try:
        renames.rename(path, new_path)
    except OSError as error:
        return DamagedFile(path, None, why, explain(error, path, "moved away"))
    return DamagedFile(path, new_path, why)


def set_aside_no_file(path: Path) -> DamagedFile | None:
    """Move away anything at `path` that is not a file, unchanged: a folder may hold data. None if
    nothing is in the way."""
    obstacle = regular_files.no_file(path)
    return None if obstacle is None else set_aside(path, str(obstacle.strerror))


def open_ours(path: Path, flags: int, mode: int = 0o600) -> tuple[int, DamagedFile | None]:
    """As `regular_files.open_regular`, for a file that may be created: anything else at its path is
    moved away first and reported. Raises OSError."""
    moved = set_aside_no_file(path)
    return regular_files.open_regular(path, flags, mode), moved


def _followed(path: Path) -> Path:
    """Return the target of a link, which stays a link: some users keep such files in a repository.
    A link to a device, a folder or itself is replaced."""
    if not path.is_symlink() or regular_files.no_file(path) is not None:
        return path
    return Path(os.path.realpath(path))


def _flush_folder(folder: Path) -> None:
    """Flush the folder, where possible, so that the new name survives a power cut."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
