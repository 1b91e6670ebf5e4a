"""Calendar feed of the schedule, for calendar programs on this computer.

They send no password, so the address is the secret, and it gives access to the schedule alone.
There is none until the user asks for it, and it can be renewed. Its port is stored, so that
subscriptions survive a restart; if another program took the port, port and secret change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from posto_desktop.common.translation import translatable
from posto_desktop.formats.icalendar import MIME, Event, calendar
from posto_desktop.formats.post_event import PRODUCT, post_event, post_uid
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.networks import networks
from posto_desktop.server.rows import Row, json_object, json_value
from posto_desktop.server.site import Site
from posto_desktop.server.team.scope import EVERYTHING, Scope, Within
from posto_desktop.server.web import Request, Response, Web
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.server.team.calendars import TeamCalendars

log = logging.getLogger(__name__)

CALENDAR = "/wp-json/posto/v1/calendar"
PAST_SECONDS = 92 * 86_400
MOST = 5_000
NO_ADDRESS = translatable("Server", "Subscribe in your calendar app again with a new address.")
_LATE = 300
_ALL = Within()
_SITE_ROW = "calendar_secret"
_STATUS = {
    "success": "sent",
    "error": "failed",
    "missed": "late",
    "unknown": "needs_you",
    "proposed": "draft",
    "returned": "draft",
}


class CalendarKey:
    """The secret and the port, in a file that only the user can read.

    `problem` is a sentence if the file was damaged: calendars then have to subscribe again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        stored, damage = atomic.read_json_checked(
            path, {}, lambda content: isinstance(content, dict)
        )
        self.problem = f"{damage} {NO_ADDRESS}" if damage else ""
        secret, port = stored.get("secret"), stored.get("port")
        self.secret = secret if isinstance(secret, str) and len(secret) >= 32 else ""
        self.port = port if type(port) is int and 0 < port < 65536 and self.secret else 0

    def fits(self, secret: str) -> bool:
        """Return whether this is the secret, in constant time."""
        return bool(self.secret) and hmac.compare_digest(
            self.secret.encode(), secret.encode("utf-8", "replace")
        )

    def look(self) -> None:
        """Notice a secret that another server has made."""

    def make(self, port: int) -> None:
        """Create a new secret, which invalidates the old address. Raises StorageError."""
        self._keep(secrets.token_urlsafe(32), port)

    def serve_at(self, port: int) -> None:
        """Store the port, if there is an address. A new port needs a new secret: subscribers send
        the old one to the program that has the old port."""
        if self.secret and port != self.port:
            self.make(port)

    def _keep(self, secret: str, port: int) -> None:
        atomic.write_json(self._path, {"secret": secret, "port": port}, mode=0o600)
        self.secret, self.port = secret, port


class SharedCalendarKey(CalendarKey):
    """The secret of a workspace that several servers share: in the table `site`, so that all of
    them serve the same address. Its port is that of the public address and is not stored."""

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store
        self.problem, self.secret, self.port = "", "", 0
        self.look()

    def look(self) -> None:
        row = self._store.row("SELECT value FROM site WHERE name = ?", _SITE_ROW)
        value = json_value(row["value"], "") if row is not None else ""
        self.secret = value if isinstance(value, str) and len(value) >= 32 else ""

    def serve_at(self, port: int) -> None:
        """Nothing changes: subscribers have the public address."""

    def _keep(self, secret: str, port: int) -> None:  # noqa: ARG002 - as it has no port
        with self._store.write() as db:
            db.execute(
                "INSERT INTO site (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_SITE_ROW, json.dumps(secret)),
            )
        self.secret = secret


class CalendarRoutes:
    """`GET` returns the address ("" for none), `POST` creates or renews it."""

    def __init__(
        self,
        key: CalendarKey,
        store: ServerDatabase,
        site: Site,
        *,
        team: TeamCalendars | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`team` has the addresses of a workspace with people, in the place of `key`."""
        self._key, self._store, self._site, self._clock = key, store, site, clock
        self._team_calendars = team

    def register(self, web: Web) -> None:
        web.add("GET", CALENDAR, self.address)
        web.add("POST", CALENDAR, self.renew)
        web.add(
            "GET HEAD",
            "/posto-calendar/<secret>.ics",
            self.feed,
            public=True,
            signed=lambda _query, secret: self._is_signed(secret),
        )

    @property
    def _team(self) -> TeamCalendars | None:
        """The addresses of the team; None as long as nobody is in it."""
        team = self._team_calendars
        return team if team is not None and team.is_active else None

    def address(self, request: Request) -> object:
        person, team = request.person, self._team
        if team is not None and person is not None:
            secret = team.secret_of(person)
        else:
            self._key.look()
            secret = self._key.secret
        return {"url": f"{request.base_url}/posto-calendar/{secret}.ics" if secret else ""}

    def renew(self, request: Request) -> object:
        person, team = request.person, self._team
        if team is not None and person is not None:
            team.make(person)
            return self.address(request)
        try:
            self._key.make(request.socket_addresses[0][1])
        except StorageError as error:
            raise ApiError(507, "posto_not_kept", error.user_message) from error
        return self.address(request)

    def feed(self, request: Request, secret: str) -> Response:
        scope = self._scope_of(secret)
        if scope is None:
            raise ApiError(
                404, "rest_no_route", translatable("Server", "This calendar does not exist.")
            )
        events = self._events(request, scope.within("s.channel_id"))
        body = b"".join(calendar(str(self._site.get("title")), events, product=PRODUCT))
        mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = [("ETag", mark), ("Cache-Control", "private, no-cache")]
        if mark in request.header("If-None-Match"):
            return Response(b"", 304, headers)
        name = 'inline; filename="posto.ics"'
        return Response(
            body, headers=[*headers, ("Content-Type", MIME), ("Content-Disposition", name)]
        )

    def _is_signed(self, secret: str) -> bool:
        team = self._team
        if team is not None:
            return team.is_signed(secret)
        return self._key.fits(secret)

    def _scope_of(self, secret: str) -> Scope | None:
        """Return what an address shows, None for one that is none."""
        team = self._team
        if team is not None:
            return team.scope_of(secret)
        self._key.look()
        return EVERYTHING if self._key.fits(secret) else None

    def _events(self, request: Request, within: Within) -> Iterator[Event]:
        now = self._clock()
        for row in chosen(self._store, int(now), within=within):
            event = _event(row, now, request.base_url)
            if event is not None:
                yield event


def chosen(store: ServerDatabase, now: int, most: int = MOST, within: Within = _ALL) -> list[Row]:
    """Return the rows of a calendar, earliest first. Above the limit, future rows come before past
    ones, and near before far."""
    condition = within.sql or "1 = 1"
    query = (
        "SELECT s.*, c.name AS channel_name FROM schedules s JOIN channels c ON c.id = s.channel_id"
        f" WHERE {condition} AND s.status <> 'trash' AND s.send_time"
    )
    ahead = store.rows(
        f"{query} >= ? ORDER BY s.send_time, s.id LIMIT ?", *within.values, now, most
    )
    past = store.rows(
        f"{query} BETWEEN ? AND ? ORDER BY s.send_time DESC, s.id DESC LIMIT ?",
        *within.values,
        now - PAST_SECONDS,
        now - 1,
        most - len(ahead),
    )
    return [*reversed(past), *ahead]


def _event(row: Row, now: float, base_url: str) -> Event | None:
    if row["send_time"] is None:
        return None  # its time is unknown
    try:
        start = datetime.fromtimestamp(row["send_time"], UTC)
    except (ValueError, OverflowError, OSError):
        return None  # a year outside the calendar
    text = json_object(row["customization"]).get("post_content")
    status: str = _STATUS.get(row["status"]) or row["status"]
    if status == "not_sent":
        status = "late" if now - row["send_time"] > _LATE else "scheduled"
    link = row["remote_post_link"]
    return post_event(
        post_uid(row["posto_ref"], row["group_id"], row["id"], row["channel_id"]),
        start,
        # The creation time, so that the same schedule gives the same file.
        datetime.fromtimestamp(row["created_at"], UTC),
        network=networks().get(row["social_network"]).name,
        channel=row["channel_name"],
        text=text if isinstance(text, str) else "",
        status=status,
        error=row["error_msg"],
        link=base_url + link if link.startswith("/") else link,
    )
