"""``snippets.json`` in the config folder: whole files, safe across threads and processes.

The methods read and write files: call them on a worker (`JobRunner.submit`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translate
from posto_desktop.core import snippets
from posto_desktop.core.snippets import Snippet, SnippetError
from posto_desktop.sdk.locking import locked
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

FILE = "snippets.json"


class SnippetStore:
    """The user's snippets in their order.

    `problem` is a sentence if a damaged file was moved aside. Every change reads the file first, so
    changes by other processes stay. All methods raise StorageError if the file cannot be used, and
    PostoError if another process holds it for long.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._mutex = threading.Lock()
        self.problem: str | None = None

    def all(self) -> list[Snippet]:
        """Return everything, in order."""
        with self._mutex:
            return snippets.read(self._read())

    def save(self, snippet: Snippet) -> list[Snippet]:
        """Save a new or changed one; return all. Raises SnippetError as well."""

        def change(known: list[Snippet]) -> list[Snippet]:
            cleaned = snippets.clean(snippet, known)
            if any(existing.id == cleaned.id for existing in known):
                return [cleaned if existing.id == cleaned.id else existing for existing in known]
            if len(known) >= snippets.MOST:
                raise SnippetError(
                    translate("Service", "You can have {n} at most. Delete one first.").format(
                        n=snippets.MOST
                    )
                )
            return [*known, cleaned]

        return self._change(change)

    def delete(self, snippet_id: str) -> list[Snippet]:
        """Delete a snippet and return the remaining ones."""
        return self._change(
            lambda known: [snippet for snippet in known if snippet.id != snippet_id]
        )

    def restore(self, snippet: Snippet, place: int) -> list[Snippet]:
        """Insert a deleted snippet again at its place, under another name if its name is taken."""

        def change(known: list[Snippet]) -> list[Snippet]:
            remaining = [existing for existing in known if existing.id != snippet.id]
            back = snippet
            number = 2
            names = {existing.name for existing in remaining if existing.kind == snippet.kind}
            while back.name in names:
                back = replace(snippet, name=f"{snippet.name} {number}")
                number += 1
            at = max(0, min(place, len(remaining)))
            return [*remaining[:at], back, *remaining[at:]]

        return self._change(change)

    def arrange(self, ids: Sequence[str]) -> list[Snippet]:
        """Set the order; ids that are not listed come last."""

        def change(known: list[Snippet]) -> list[Snippet]:
            by_id = {snippet.id: snippet for snippet in known}
            first = [
                by_id.pop(snippet_id) for snippet_id in dict.fromkeys(ids) if snippet_id in by_id
            ]
            return [*first, *by_id.values()]

        return self._change(change)

    def _change(self, change: Callable[[list[Snippet]], list[Snippet]]) -> list[Snippet]:
        with self._mutex, locked(self._path.with_name(".snippets.lock"), of=self._path):
            data = self._read()
            schema = data.get("schema", snippets.SCHEMA)
            if type(schema) is int and schema > snippets.SCHEMA:
                raise StorageError(
                    translate(
                        "Service",
                        "{name} was written by a newer version of Posto. It was left as it is; use "
                        "that version to change it.",
                    ).format(name=FILE)
                )
            changed = change(snippets.read(data))
            # Preserve fields that this version does not know.
            atomic.write_json(self._path, {**data, **snippets.write(changed)})
            return changed

    def _read(self) -> dict[str, Any]:
        data, damaged = atomic.read_json_reporting(self._path, {})
        if damaged is None and not isinstance(data, dict):
            damaged = atomic.set_aside(self._path, atomic.IS_FOREIGN)
        if damaged is not None:
            self.problem = damaged.sentence
            if damaged.copy_path is None:
                raise StorageError(
                    f"{damaged.sentence} {translate('Service', 'Nothing was changed.')}"
                )
            return {}
        return dict(data)
