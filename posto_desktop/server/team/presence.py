"""Who has which posts open at the moment, to edit or to review them.

Owner of the table `presences`: a row for each post that an app has open. An app tells all that it
has open each few seconds; what it does not renew ends by the clock of the database, so an app that
crashed or lost its network has nothing open soon. A person is told of others by the posts that they
see themselves, and nothing of it is kept or logged.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.forms import whole_number
from posto_desktop.server.rows import Row
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.scope import Scope

__all__ = ["EXPIRES_SECONDS", "RENEW_SECONDS", "Presence"]

RENEW_SECONDS = 12
EXPIRES_SECONDS = 40
"""Seconds after which an app that says nothing has nothing open any more: three lost renewals."""
MOST_OPEN = 8
MOST_POSTS = 200
"""Most posts of everything that an app has open."""
MOST_APPS = 8
"""Most apps of a person; the one that renewed longest ago goes."""
MOST_PEOPLE = 50
MOST_REQUESTS = 60
_WINDOW = 60.0
_APP = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class _Open:
    ids: tuple[int, ...]
    is_writing: bool = False


class Presence:
    """Tells who has posts open. `clock` is the database's, `ticks` this process's."""

    def __init__(
        self,
        store: ServerDatabase,
        *,
        clock: Callable[[], float] = time.time,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock = store, clock
        self._requests = _Requests(ticks)

    def renew(self, scope: Scope, body: Mapping[str, Any]) -> dict[str, Any]:
        """Store all that an app of a person has open (`app` and `open` of the body) and return who
        else has it open. Raises ApiError 400 for what is no such body and for too much, 429 for too
        many requests."""
        person = scope.person
        app, opened = _app(body), _opened(body, person)
        self._requests.count(person)
        now = self._clock()
        posts = self._posts(scope, [number for each in opened for number in each.ids])
        writing: dict[int, bool] = {}
        for each in opened:
            for number in each.ids:
                if number in posts:
                    writing[number] = writing.get(number, False) or each.is_writing
        self._store_open(person, app, writing, now)
        others = self._entries(scope, [*posts], now, apart_from=app)
        return {
            "renew_in": RENEW_SECONDS,
            "expires_in": EXPIRES_SECONDS,
            "open": [_answer(each.ids, posts, others) for each in opened],
        }

    def look(self, scope: Scope, ids: Sequence[int]) -> dict[str, Any]:
        """Return who has posts open, as far as the person sees these. Raises ApiError 400 for too
        many, and 429."""
        if len(ids) > MOST_POSTS:
            raise _too_much()
        self._requests.count(scope.person)
        posts = self._posts(scope, ids)
        return _answer(ids, posts, self._entries(scope, [*posts], self._clock()))

    def _posts(self, scope: Scope, ids: Sequence[int]) -> dict[int, Row]:
        """Return those of the posts that exist and are seen."""
        if not ids:
            return {}
        within = scope.within("channel_id")
        condition = f" AND {within.sql}" if within.sql else ""
        rows = self._store.rows(
            "SELECT id, status, send_time, posto_ref FROM schedules"
            f" WHERE id IN ({_marks(ids)}){condition}",
            *ids,
            *within.values,
        )
        return {row["id"]: row for row in rows}

    def _store_open(
        self, person: Person, app: str, writing: Mapping[int, bool], now: float
    ) -> None:
        """Store what an app has open; without a change only that it still has."""
        key = (person.id, app)
        renewed = self._store.rows(
            "SELECT schedule_id, is_writing, seen_at FROM presences"
            " WHERE person_id = ? AND app = ?",
            *key,
        )
        before = {row["schedule_id"]: bool(row["is_writing"]) for row in renewed}
        is_live = all(_lives(row["seen_at"], now) for row in renewed)
        if before == writing and is_live:
            if before:
                self._store.run(
                    "UPDATE presences SET seen_at = ?, password_id = ?"
                    " WHERE person_id = ? AND app = ?",
                    now, person.password_id, *key,
                )  # fmt: skip
            return
        with self._store.change() as db:
            # What has expired goes with each change, so nothing piles up.
            db.execute(
                "DELETE FROM presences WHERE seen_at < ? OR seen_at > ?",
                (now - EXPIRES_SECONDS, now + EXPIRES_SECONDS),
            )
            for number in before.keys() - writing.keys():
                db.execute(
                    "DELETE FROM presences WHERE person_id = ? AND app = ? AND schedule_id = ?",
                    (*key, number),
                )
            for number, is_writing in sorted(writing.items()):
                db.execute(
                    "INSERT INTO presences (person_id, app, schedule_id, password_id, is_writing,"
                    " since, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
                    " ON CONFLICT (person_id, app, schedule_id) DO UPDATE SET"
                    " password_id = excluded.password_id, is_writing = excluded.is_writing,"
                    " seen_at = excluded.seen_at",
                    (*key, number, person.password_id, int(is_writing), now, now),
                )
            apps = db.execute(
                "SELECT app FROM presences WHERE person_id = ? AND app <> ? GROUP BY app"
                " ORDER BY max(seen_at) DESC, app",
                key,
            ).fetchall()
            for other in apps[MOST_APPS - 1 :]:
                db.execute(
                    "DELETE FROM presences WHERE person_id = ? AND app = ?", (person.id, other[0])
                )

    def _entries(
        self, scope: Scope, ids: Sequence[int], now: float, *, apart_from: str = ""
    ) -> list[Row]:
        """Return who has these posts open, apart from one app of the person."""
        if not ids:
            return []
        person_id = scope.person.id
        rows = self._store.rows(
            "SELECT o.schedule_id, o.person_id, o.app, o.is_writing, o.since, p.name,"
            " p.shown_name, w.device FROM presences o JOIN people p ON p.id = o.person_id"
            " JOIN app_passwords w ON w.id = o.password_id"
            f" WHERE o.schedule_id IN ({_marks(ids)}) AND w.revoked_at IS NULL"
            " AND o.seen_at BETWEEN ? AND ? AND NOT (o.person_id = ? AND o.app = ?)"
            " ORDER BY o.since, o.person_id, o.app, o.schedule_id LIMIT ?",
            *ids,
            now - EXPIRES_SECONDS,
            now + EXPIRES_SECONDS,
            person_id,
            apart_from,
            MOST_POSTS * MOST_PEOPLE,
        )
        return [{**row, "is_own": row["person_id"] == person_id} for row in rows]


class _Requests:
    """Limits how often each device asks, in the memory of one server."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self._began = ticks()
        self._counts: dict[int, int] = {}

    def count(self, person: Person) -> None:
        """Count a request. Raises ApiError 429 after too many within a minute."""
        with self._lock:
            now = self._ticks()
            if now - self._began >= _WINDOW:
                self._began, self._counts = now, {}
            count = self._counts[person.password_id] = self._counts.get(person.password_id, 0) + 1
            left = max(1, round(self._began + _WINDOW - now))
        if count > MOST_REQUESTS:
            raise ApiError(
                429,
                "posto_too_many_requests",
                translatable("Server", "Too many requests. Try again in {count} seconds.").format(
                    count=left
                ),
                retry_after=left,
            )


def _answer(
    ids: Iterable[int], posts: Mapping[int, Row], others: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return how posts are, and who else has one of them open, whoever came first in front."""
    wanted = [number for number in dict.fromkeys(ids) if number in posts]
    people: dict[tuple[int, str], dict[str, Any]] = {}
    for row in others:
        if row["schedule_id"] not in wanted:
            continue
        entry = people.setdefault(
            (row["person_id"], row["app"]),
            {
                "name": row["name"],
                "shown_name": row["shown_name"],
                "device": row["device"],
                "is_own": row["is_own"],
                "is_writing": False,
                "since": row["since"],
            },
        )
        entry["is_writing"] |= bool(row["is_writing"])
    return {
        "posts": [
            {name: posts[number][name] for name in ("id", "status", "send_time", "posto_ref")}
            for number in wanted
        ],
        "people": list(people.values())[:MOST_PEOPLE],
    }


def _app(body: Mapping[str, Any]) -> str:
    app = body.get("app")
    if not isinstance(app, str) or not _APP.fullmatch(app):
        raise ApiError(
            400, "rest_invalid_param", "app is a random text of 16 to 64 letters and digits."
        )
    return app


def _opened(body: Mapping[str, Any], person: Person) -> list[_Open]:
    """Read what an app has open. Viewers never write."""
    listed = body.get("open")
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise ApiError(400, "rest_invalid_param", "open is a list of objects.")
    if len(listed) > MOST_OPEN:
        raise _too_much()
    may_write = person.is_at_least("writer")
    opened = []
    for entry in listed:
        ids = entry.get("schedule_ids")
        numbers = [whole_number(number) for number in ids] if isinstance(ids, list) else [None]
        if not numbers or None in numbers:
            raise ApiError(400, "rest_invalid_param", "schedule_ids is a list of numbers.")
        whole = tuple(number for number in numbers if number is not None)
        opened.append(_Open(whole, entry.get("is_writing") is True and may_write))
    if sum(len(each.ids) for each in opened) > MOST_POSTS:
        raise _too_much()
    return opened


def _lives(seen_at: float, now: float) -> bool:
    """Return whether what was renewed then is still open; a clock may have been set back since."""
    return abs(now - seen_at) <= EXPIRES_SECONDS


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _too_much() -> ApiError:
    return ApiError(
        400,
        "posto_too_much",
        f"At most {MOST_OPEN} entries of {MOST_POSTS} posts together are taken.",
    )
