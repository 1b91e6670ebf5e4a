"""The mark that a move of the workspace (`server.move`) leaves in its database: a row of `site`.

`moved`: the workspace is elsewhere by now; two databases that send the same posts are the worst
that can happen, so nothing starts here. `arriving`: not all of it is here yet. `arrived`: it came
from elsewhere, and is used as any other. The move owns the row; servers only read it.
"""

from __future__ import annotations

from typing import Final

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import StartError
from posto_desktop.server.rows import json_object

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
