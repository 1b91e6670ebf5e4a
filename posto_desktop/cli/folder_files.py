"""The files with front matter of a folder, and the folder's id."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.cli import front_matter
from posto_desktop.cli.exits import CommandError, not_found, refused, usage
from posto_desktop.cli.message import MessageInput, read_text
from posto_desktop.common import json_text
from posto_desktop.storage import applied_files, atomic, regular_files
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError

ID_FILE = ".posto.json"
"""Has the id by which the folder is known when it is moved; it belongs into git."""
MAX_FILES = 10_000
_PIECE = 1 << 20
_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_LONGEST_ID = 10_000


@dataclass(frozen=True)
class FolderFile:
    """A file of the folder. `path` is relative to it, with slashes."""

    key: str
    path: str
    message: MessageInput


@dataclass(frozen=True)
class Folder:
    """The files of a folder. `skipped` are Markdown files without a head."""

    path: Path
    files: Sequence[FolderFile]
    skipped: Sequence[str]


def read_folder(path: Path) -> Folder:
    """Read all files. Raises CommandError with every problem that they have."""
    if not path.is_dir():
        raise not_found(f"There is no folder {path}. Nothing was changed.")
    files: dict[str, FolderFile] = {}
    skipped, problems = [], []
    for file in _markdown_files(path):
        name = file.relative_to(path).as_posix()
        if not file.resolve().is_relative_to(path.resolve()):
            problems.append(f"{name} is a link that leads out of the folder. Put a file there.")
            continue
        try:
            text, _ = read_text(str(file))
            if not text.startswith("---"):
                skipped.append(name)
                continue
            message = front_matter.read_message(text, name, file.parent)
        except CommandError as error:
            problems.append(error.user_message)
            continue
        key = message.key or name
        if key in files:
            problems.append(f"{name} and {files[key].path} have the same key {key}.")
        files[key] = FolderFile(key, name, message)
        if len(files) > MAX_FILES:
            raise usage(f"There are more than {MAX_FILES:,} files in {path}.")
    if problems:
        raise usage("\n".join([*problems, "Nothing was changed."]))
    return Folder(path, list(files.values()), skipped)


def _markdown_files(path: Path) -> list[Path]:
    """Return the Markdown files below a folder in the order of their paths; links to folders are
    not followed, and what begins with a dot is not read."""
    files = []
    for parent, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and name.lower().endswith(front_matter.SUFFIXES):
                files.append(Path(parent, name))
    return sorted(files)


def digest_of(message: MessageInput, folder: Path, channel_ids: Sequence[int]) -> str:
    """Return a digest of what a file asks for: its fields, its channels, and the content of its
    pictures and videos, wherever the folder is. Blocks."""
    media = []
    for path in message.media:
        whole = Path(message.folder or folder, path).absolute()
        relative = os.path.relpath(whole, folder.absolute())
        media.append([Path(relative).as_posix(), _content(whole)])
    asked = {
        "text": message.text,
        "channels": list(channel_ids),
        "when": message.when,
        "media": media,
        "descriptions": list(message.descriptions),
        "style": message.style,
        "link": message.link,
        "comment": message.comment,
        "title": message.title,
        "labels": list(message.labels),
        "texts": dict(message.texts),
        "text_threads": {key: list(parts) for key, parts in message.text_threads.items()},
        "thread": list(message.thread),
        "numbered": message.is_numbered,
        "name": message.name,
    }
    return hashlib.sha256(json_text.dumps(asked).encode("ascii")).hexdigest()


def _content(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with regular_files.open_file(path) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


# -- the id ---------------------------------------------------------------------------------------


def folder_id(path: Path, db: Database) -> tuple[str, bool]:
    """Return the id of a folder, and whether it is new. Without its file the folder that was last
    at this path is meant. Raises CommandError for a damaged file."""
    file = path / ID_FILE
    try:
        stored = json_text.loads(regular_files.read_regular(file, _LONGEST_ID))
        known = stored.get("id") if isinstance(stored, dict) else None
        if not isinstance(known, str) or not _ID.fullmatch(known):
            raise ValueError(ID_FILE)
        _demand_own_id(path, db, known)
        return known, False
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        problem = f"{file} cannot be read. Take it back from git. Nothing was changed."
        raise usage(problem) from None
    known = applied_files.folder_id_at(db, str(path.resolve()))
    return (known, False) if known else (uuid.uuid4().hex, True)


def _demand_own_id(path: Path, db: Database, known: str) -> None:
    """Raise CommandError if the id belongs to another folder that is still there, or if this folder
    had another one: the wrong posts would be changed, or made twice."""
    place = applied_files.path_of_folder(db, known)
    here = str(path.resolve())
    if place and place != here and (Path(place) / ID_FILE).exists():
        raise refused(
            f"{path} has the {ID_FILE} of {place}, which is still there. Remove it from the copy, "
            "then add --new to make its posts anew. Nothing was changed."
        )
    former = applied_files.folder_id_at(db, here)
    if former and former != known:
        raise refused(
            f"{path} was applied with another id than the one in its {ID_FILE}. Take the file back "
            "from git, or remove it. Nothing was changed."
        )


def write_id(path: Path, known: str) -> str:
    """Write the id into the folder, unless it is there. Return a sentence if that is not
    possible, else ""."""
    file = path / ID_FILE
    if file.exists():
        return ""
    try:
        atomic.write_json(file, {"schema": 1, "id": known}, mode=0o644)
    except (StorageError, OSError):
        return f"{ID_FILE} could not be written, so do not move this folder."
    return ""
