"""The mark that a move of the workspace (`server.move`) leaves in its database: a row of `site`.

`moved`: the workspace is elsewhere by now; two databases that send the same posts are the worst
that can happen, so nothing starts here. `arriving`: not all of it is here yet. `arrived`: it came
from elsewhere, and is used as any other. The move owns the row; servers only read it.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import StartError
from posto_desktop.server.rows import json_object
from posto_desktop.storage import atomic, regular_files

NOTE: Final = "moved-to.json"
"""Name of a file in the folder of a workspace that was moved away. A copy of its database from
before the move has no mark, so the folder itself remembers it."""
_LONGEST_NOTE = 100_000
MARK: Final = "move"
"""Name of the row in `site`."""


IS_HERE: Final = (
    f"NOT EXISTS (SELECT 1 FROM site WHERE name = '{MARK}'"
    " AND json_extract(value, '$.state') IS NOT 'arrived')"
)
"""Whether the workspace may be used in this database, in SQL."""


def refuse_moved(store: ServerDatabase) -> None:
    """Close the database and raise StartError if the workspace must not be used in it."""
    sentence = moved_sentence(store)
    if sentence:
        store.close()
        raise StartError(sentence)


def moved_sentence(store: ServerDatabase) -> str:
    """Return why the workspace must not be used in this database, "" if it may."""
    row = store.row("SELECT value FROM site WHERE name = ?", MARK)
    mark = {} if row is None else json_object(row["value"])
    state = mark.get("state")
    if row is None or state == "arrived":
        return ""
    if state == "moved":
        sentence = translatable(
            "Server",
            "This workspace was moved to {place}, so nothing is sent from here. Use it there, or "
            "bring it back with “posto-server move”.",
        )
    else:
        sentence = translatable(
            "Server",
            "The move of this workspace from {place} has not ended, so nothing is sent from here. "
            "Run “posto-server move” again.",
        )
    return sentence.format(place=mark.get("place") or "")


def note_moved(folder: Path, mark: dict[str, Any]) -> None:
    """Have the folder remember that its workspace is elsewhere. Raises StorageError."""
    atomic.write_json(folder / NOTE, {"place": mark["place"], "at": mark["at"]}, mode=0o600)


def forget_note(folder: Path) -> None:
    """The workspace is back."""
    with contextlib.suppress(FileNotFoundError):
        (folder / NOTE).unlink()


def refuse_old_copy(folder: Path, store: ServerDatabase) -> None:
    """Close the database and raise StartError if it is a copy from before it was moved away."""
    row = store.row("SELECT value FROM site WHERE name = ?", MARK)
    sentence = old_copy_sentence(folder, {} if row is None else json_object(row["value"]))
    if sentence:
        store.close()
        raise StartError(sentence)


def old_copy_sentence(folder: Path, mark: dict[str, Any]) -> str:
    """Return why a database with this mark must not be used in the folder, "" if it may. One that
    came back after it was moved away says so by a later mark."""
    try:
        with regular_files.open_file(folder / NOTE) as file:
            note = json_text.loads(file.read(_LONGEST_NOTE))
    except (OSError, ValueError):
        return ""
    place, at = (note.get("place"), note.get("at")) if isinstance(note, dict) else (None, None)
    if not isinstance(place, str) or not isinstance(at, str):
        return ""
    is_later = mark.get("state") == "arrived" and str(mark.get("at") or "") >= at
    if is_later or mark.get("state") in ("moved", "arriving"):
        return ""
    return translatable(
        "Server",
        "This workspace was moved to {place} ({day}), and the database in this folder is a copy "
        "from before that: it would send again what is sent there. To use it all the same, end the "
        "workspace there and delete {file}.",
    ).format(place=place, day=at[:10], file=folder / NOTE)
