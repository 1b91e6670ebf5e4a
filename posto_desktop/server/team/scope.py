"""What a person sees: the channels of their groups, and all that belongs to these.

The one place that decides about single objects: a person who does not see all groups gets the same
answer about what belongs to others as about what does not exist. Lists are filtered by `within`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.team.person import ALONE, Person

_BATCH = 400


class Within(NamedTuple):
    """A condition of SQL, with its values; "" for none."""

    sql: str = ""
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Objects:
    """What a request names. `media` is used, `changed_media` changed: for others, too. `listed` are
    schedules of which the route takes those that are seen. `people` and `passwords` are named only
    in routes of owners, and of the person themself."""

    channels: Sequence[int] = ()
    schedules: Sequence[int] = ()
    groups: Sequence[str] = ()
    media: Sequence[int] = ()
    changed_media: Sequence[int] = ()
    accounts: Sequence[int] = ()
    listed: Sequence[int] = ()
    people: Sequence[int] = ()
    passwords: Sequence[int] = ()

    def named(self) -> list[tuple[str, object]]:
        """Return kind and key of each, as the audit log names them."""
        kinds: tuple[tuple[str, Sequence[object]], ...] = (
            ("channel", self.channels),
            ("schedule", (*self.schedules, *self.listed)),
            ("post", self.groups),
            ("file", (*self.media, *self.changed_media)),
            ("account", self.accounts),
            ("password", self.passwords),
        )
        return [(kind, key) for kind, keys in kinds for key in keys]


class Scope:
    """What `person` sees of a workspace."""

    def __init__(self, store: ServerDatabase | None, person: Person) -> None:
        self._store = store
        self.person = person
        self._groups = None if person.groups is None else tuple(sorted(person.groups))
        self._channel_ids: frozenset[int] | None = None

    @property
    def is_whole(self) -> bool:
        return self._groups is None

    def within(self, column: str) -> Within:
        """Return the condition that the channel whose id is in `column` is seen."""
        return self._listed(column, "channel_groups", "channel_id")

    def media_within(self, column: str = "id") -> Within:
        """Return the condition that the file whose id is in `column` is seen."""
        return self._listed(column, "media_groups", "media_id")

    def channel_ids(self) -> frozenset[int] | None:
        """Return the ids of the channels that are seen, None for all."""
        if self._groups is None:
            return None
        if self._channel_ids is None:
            condition = self.within("id")
            rows = self._rows(f"SELECT id FROM channels WHERE {condition.sql}", condition.values)
            self._channel_ids = frozenset(int(row) for row in rows)
        return self._channel_ids

    def shows_channel(self, channel_id: int) -> bool:
        ids = self.channel_ids()
        return ids is None or channel_id in ids

    def seen_media(self, ids: Sequence[int]) -> set[int]:
        """Return those of the files that are seen."""
        if self._groups is None:
            return {*ids}
        condition = self.media_within()
        seen: set[int] = set()
        for batch in _batches(ids):
            marks = ",".join("?" * len(batch))
            query = f"SELECT id FROM media WHERE id IN ({marks}) AND {condition.sql}"
            seen |= {int(row) for row in self._rows(query, (*batch, *condition.values))}
        return seen

    def require(self, objects: Objects) -> None:
        """Raise ApiError 404 unless all of them are there and seen, and 403 for files that are seen
        and also used by groups that are not."""
        if self._groups is None:
            return
        channels = self.within("channel_id")
        self._require("SELECT id FROM channels WHERE id", self.within("id"), objects.channels)
        self._require("SELECT id FROM schedules WHERE id", channels, objects.schedules)
        self._require("SELECT group_id FROM schedules WHERE group_id", channels, objects.groups)
        if self._others("group_id", "schedules", channels, objects.groups):
            raise not_there()
        self._require(
            "SELECT account_id FROM channels WHERE account_id", self.within("id"), objects.accounts
        )
        files = (*objects.media, *objects.changed_media)
        self._require("SELECT id FROM media WHERE id", self.media_within(), files)
        marks = ",".join("?" * len(self._groups))
        hidden = Within(f"name IN ({marks})", self._groups) if marks else Within("1 = 0")
        if self._others("media_id", "media_groups", hidden, objects.changed_media):
            raise ApiError(
                403,
                "posto_used_by_others",
                translatable("Server", "Another group uses this file, too."),
            )

    def _listed(self, column: str, table: str, key: str) -> Within:
        if self._groups is None:
            return Within()
        marks = ",".join("?" * len(self._groups)) or "NULL"
        return Within(
            f"{column} IN (SELECT {key} FROM {table} WHERE name IN ({marks}))", self._groups
        )

    def _require(self, query: str, condition: Within, keys: Sequence[object]) -> None:
        for batch in _batches(keys):
            marks = ",".join("?" * len(batch))
            rows = self._rows(
                f"{query} IN ({marks}) AND {condition.sql}", (*batch, *condition.values)
            )
            if {*rows} != {*batch}:
                raise not_there()

    def _others(self, column: str, table: str, condition: Within, keys: Sequence[object]) -> bool:
        """Return whether rows of these keys do not fulfil the condition."""
        return any(
            self._rows(
                f"SELECT {column} FROM {table} WHERE {column} IN ({','.join('?' * len(batch))})"
                f" AND NOT ({condition.sql})",
                (*batch, *condition.values),
            )
            for batch in _batches(keys)
        )

    def _rows(self, query: str, values: Iterable[object]) -> list[Any]:
        assert self._store is not None
        return [next(iter(row.values())) for row in self._store.rows(query, *values)]


def _batches(keys: Sequence[object]) -> list[list[object]]:
    unique = list(dict.fromkeys(keys))
    return [unique[start : start + _BATCH] for start in range(0, len(unique), _BATCH)]


def not_there() -> ApiError:
    return ApiError(
        404, "rest_post_invalid_id", translatable("Server", "This item does not exist.")
    )


EVERYTHING = Scope(None, ALONE)
