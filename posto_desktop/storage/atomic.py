"""Files that are whole or untouched: written beside, flushed, then swapped in.

A file that cannot be understood is moved to `NAME.damaged-YYYYMMDD-HHMMSS` and reported. It is
never overwritten: what a person typed may still be rescued from it. Of files that nobody wants to
write again there is a copy beside them, `NAME.bak`, which takes the place of a damaged one.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.storage import regular_files, renames
from posto_desktop.storage.errors import StorageError, explain

__all__ = [
    "DamagedFile",
    "StorageError",
    "copy_path",
    "open_ours",
    "read_json",
    "read_json_checked",
    "read_json_or_copy",
    "read_json_reporting",
    "set_aside",
    "set_aside_no_file",
    "write_bytes",
    "write_json",
    "write_json_and_copy",
    "write_pieces",
    "write_text",
]

# No file of ours comes near this; a larger one is not ours and would only fill the memory.
MAX_JSON_BYTES = 8 * 1024 * 1024
_SHOWN_OF_NAME = 40
"""Characters of a file's name in that of its temporary one; up to four bytes each."""


@dataclass(frozen=True)
class DamagedFile:
    """A file that could not be understood, and where it was kept (None: it could not be moved,
    `not_moved` says why)."""

    path: Path
    kept: Path | None
    why: str
    not_moved: StorageError | None = None
    is_from_copy: bool = False
    """Whether a copy of the file has taken its place (`read_json_or_copy`)."""

    @property
    def sentence(self) -> str:
        where = f"It was kept as {self.kept.name}." if self.kept else "It was left where it is."
        return f"{self.path.name} could not be read: {self.why}. {where}"


def write_bytes(path: Path, data: bytes, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `data` in one step; on failure the old file is still there.

    `durable=False` skips the flush to the disk: for caches alone. After a power cut the file may
    be there and empty.
    """
    write_pieces(path, (data,), mode=mode, durable=durable)


def write_pieces(
    path: Path, pieces: Iterable[bytes], *, mode: int = 0o600, durable: bool = True
) -> None:
    """As write_bytes, for what is made while it is written. What the making raises leaves the old
    file there, too."""
    temporary: str | None = None
    try:
        target = _followed(path)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The longest name that a disk takes leaves no room for more signs.
        prefix = f".{target.name[:_SHOWN_OF_NAME]}."
        handle, temporary = tempfile.mkstemp(prefix=prefix, dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            for data in pieces:
                file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        renames.replace(Path(temporary), target)
        temporary = None
        if durable:
            _flush_folder(target.parent)
    except OSError as error:
        raise explain(error, path) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def write_text(path: Path, text: str, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `text` in UTF-8, lines ended as given."""
    write_bytes(path, text.encode("utf-8"), mode=mode, durable=durable)


def write_json(path: Path, obj: object, *, mode: int = 0o600, durable: bool = True) -> None:
    """Replace `path` by `obj` as indented JSON."""
    write_bytes(path, json_text.encode(obj), mode=mode, durable=durable)


def read_json(path: Path, default: object) -> object:
    """The content of `path`, or `default` where there is none or it is damaged."""
    return read_json_reporting(path, default)[0]


def read_json_reporting(path: Path, default: object) -> tuple[Any, DamagedFile | None]:
    """As read_json, and what was wrong. Raises StorageError when the file may not be read."""
    try:
        data = regular_files.read_regular(path, MAX_JSON_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return default, None
    except (regular_files.NotAFileError, regular_files.TooLargeError) as error:
        return default, set_aside(path, str(error.strerror))
    except OSError as error:
        raise explain(error, path, "read") from error
    if not data.strip(b"\0 \t\r\n"):
        return default, set_aside(path, "it is empty")
    try:
        return json_text.loads(data.decode("utf-8-sig")), None
    except ValueError:
        return default, set_aside(path, "its content is damaged")


def read_json_checked(
    path: Path, default: object, is_ours: Callable[[Any], bool]
) -> tuple[Any, str]:
    """The content of `path`, and what was wrong with it, as a sentence for people, or "".

    What is damaged, no file, far too large, or not what `is_ours` knows is moved aside, and
    `default` takes its place. Never raises: for files without which Posto works.
    """
    try:
        found, damaged = read_json_reporting(path, default)
    except StorageError as error:
        return default, error.user_message
    if damaged is None and found is not default and not is_ours(found):
        found, damaged = default, set_aside(path, "its content is not what Posto writes")
    return found, damaged.sentence if damaged is not None else ""


def copy_path(path: Path) -> Path:
    """Where the copy of a file is that `write_json_and_copy` keeps."""
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
    """The content of `path`; where that is damaged, of its copy, which then takes its place.

    What `is_ours` does not know counts as damaged. The Damaged says that a copy was used. Raises
    StorageError when the file may not be read.
    """
    found, damaged = read_json_reporting(path, default)
    if damaged is None:
        if found is default or is_ours(found):
            return found, None
        damaged = set_aside(path, "its content is not what Posto writes")
    copy = copy_path(path)
    try:
        kept = json_text.loads(regular_files.read_regular(copy, MAX_JSON_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError):
        return default, damaged
    if not is_ours(kept):
        return default, damaged
    if damaged.kept is not None:
        with contextlib.suppress(StorageError):  # the next change writes it
            write_json(path, kept)
    return kept, replace(damaged, is_from_copy=True)


def set_aside(path: Path, why: str, label: str = "damaged") -> DamagedFile:
    """Move `path` to a name that says what happened, never over another file."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.{label}-{stamp}")
    count = 1
    while os.path.lexists(kept):
        count += 1
        kept = path.with_name(f"{path.name}.{label}-{stamp}-{count}")
    try:
        renames.rename(path, kept)
    except OSError as error:
        return DamagedFile(path, None, why, explain(error, path, "moved away"))
    return DamagedFile(path, kept, why)


def set_aside_no_file(path: Path) -> DamagedFile | None:
    """Move away what lies in the place of a file of ours and is none, whole as it is: a folder may
    hold what somebody wants. None where nothing is in the way."""
    found = regular_files.no_file(path)
    return None if found is None else set_aside(path, str(found.strerror))


def open_ours(path: Path, flags: int, mode: int = 0o600) -> tuple[int, DamagedFile | None]:
    """As `regular.open_regular`, for a file of ours that may be made anew: what lies in its place
    and is no file is moved away first, and told. Raises OSError."""
    moved = set_aside_no_file(path)
    return regular_files.open_regular(path, flags, mode), moved


def _followed(path: Path) -> Path:
    """The file that a link leads to, which stays a link: people keep such files in a repository of
    their own. A link to a device, a folder or to itself is replaced: what it leads to is not ours.
    """
    if not path.is_symlink() or regular_files.no_file(path) is not None:
        return path
    return Path(os.path.realpath(path))


def _flush_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut, where the system can."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
