"""`posto watch`: follows what happens to posts, line by line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.output import one_line
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import WatchEventData
from posto_desktop.core.entries import ENDED, Entry
from posto_desktop.core.limits import network_name
from posto_desktop.core.schedule_status import status_of
from posto_desktop.sdk.errors import NetworkError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import PAGE, SMALLEST
from posto_desktop.storage import campaign_rows

LOCAL_SECONDS = 1.0
"""Between two looks at this computer's workspace."""
SERVICE_SECONDS = 30.0
"""Between two looks at a service: as often as the app."""
SOON = timedelta(seconds=60)
"""A post that is due within this time counts as on its way."""
_MOST_KNOWN = 5_000


@click.command("watch", short_help="Follow what happens to posts")
@click.option("--for", "seconds", type=click.FloatRange(0), default=None, metavar="SECONDS",
              help="End after so many seconds; without this, when you stop it.")  # fmt: skip
@click.option("--until-idle", is_flag=True,
              help="End when nothing is on its way or due within a minute.")  # fmt: skip
@with_session
def watch_command(session: Session, *, seconds: float | None, until_idle: bool) -> Exit | None:
    """Print a line for each new status of a post near the present time, and of an entry in the
    outbox. With --json: an object a line.

    It sends nothing itself: that does Posto Desktop, the service, or posto outbox wait.
    """
    session.out.begin_stream()
    watch = Watch(session)
    until = None if seconds is None else time.monotonic() + seconds
    pause = LOCAL_SECONDS if session.workspace.is_local else SERVICE_SECONDS
    wait, is_reached = threading.Event(), True
    try:
        while True:
            try:
                for event in watch.look():
                    session.out.event(event, event_line(event))
                is_reached = True
            except NetworkError as error:
                if is_reached:
                    session.out.note(f"{error.user_message} Looking again every {pause:.0f} s.")
                is_reached = False
                session.pool.drop(session.workspace.id)
            if until_idle and is_reached and watch.is_idle:
                return None
            left = pause if until is None else min(pause, until - time.monotonic())
            if left <= 0:
                return None
            wait.wait(left)
    except KeyboardInterrupt:
        return None


class Watch:
    """The last known status of posts near now, and of the entries of the outbox. The first look
    only remembers."""

    def __init__(
        self, session: Session, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._session, self._clock = session, clock
        self._posts: dict[int, str] = {}
        self._entries: dict[str, tuple[str, str]] = {}
        self._newest_id = 0
        self._has_looked = False
        self.is_idle = False
        """Whether nothing was on its way at the last look."""

    def look(self) -> Iterator[WatchEventData]:
        """Yield what changed since the last look. Raises PostoError and StorageError."""
        now = self._clock()
        entries = self._session.outbox.entries(self._session.workspace.id)
        rows = {row.id: row for row in self._rows_near_now()}
        events = [*self._entry_events(entries, now), *self._post_events(rows, now)]
        self.is_idle = (
            not any(_is_under_way(entry) for entry in entries)
            and not any(_is_due(row, now) for row in rows.values())
            and not campaign_rows.queued(self._session.database, 1)
        )
        if self._has_looked:
            yield from events
        self._has_looked = True

    def _rows_near_now(self) -> Iterator[Schedule]:
        """Yield the posts around now: the list is sorted by time, and posts ahead come first."""
        schedules = self._session.client.sdk.schedules
        ahead = schedules.page(1, per_page=SMALLEST, status=["not_sent"]).total
        middle = ahead // PAGE + 1
        for number in range(max(1, middle - 1), middle + 2):
            page = schedules.page(number, per_page=PAGE)
            yield from page
            if number * PAGE >= page.total:
                return

    def _post_events(self, rows: dict[int, Schedule], now: datetime) -> Iterator[WatchEventData]:
        newest = self._newest_id
        for number, row in sorted(rows.items()):
            status = status_of(row, now)
            before = self._posts.get(number)
            self._posts[number] = status
            # A post that was there before, and only came near now, is no event.
            if before != status and (before is not None or number > newest):
                yield {
                    "time": iso(now) or "",
                    "kind": "post",
                    "id": str(number),
                    "status": status,
                    "before": before or "",
                    "when": iso(row.send_at),
                    "network": row.network,
                    "channel": row.channel_name,
                    "text": row.text,
                    "link": row.link,
                    "reason": row.error,
                }
        self._newest_id = max([newest, *rows])
        if len(self._posts) > _MOST_KNOWN:
            self._posts = {number: self._posts[number] for number in rows}

    def _entry_events(self, entries: list[Entry], now: datetime) -> Iterator[WatchEventData]:
        known, self._entries = self._entries, {e.id: (e.state, e.reason) for e in entries}
        for entry in reversed(entries):
            before = known.get(entry.id, ("", ""))
            if before != (entry.state, entry.reason):
                yield {
                    "time": iso(now) or "",
                    "kind": "entry",
                    "id": entry.id,
                    "status": entry.state,
                    "before": before[0],
                    "when": iso(entry.share_at),
                    "network": "",
                    "channel": ", ".join(item.channel_name for item in entry.items),
                    "text": entry.title,
                    "link": "",
                    "reason": entry.reason,
                }


def event_line(event: WatchEventData) -> str:
    clock = datetime.fromisoformat(event["time"])
    what = f"{event['id']:>8}" if event["kind"] == "post" else event["id"][:8]
    network = f"{network_name(event['network'])}: " if event["network"] else ""
    more = event["reason"] or event["link"]
    line = (
        f"{clock:%H:%M:%S}  {what}  {event['status']:<12}  {network}{event['channel']}  "
        f"{one_line(event['text'], 40)}"
    )
    return f"{line}  {more}" if more else line


def _is_under_way(entry: Entry) -> bool:
    return entry.state not in ENDED and entry.state != "unclear"


def _is_due(row: Schedule, now: datetime) -> bool:
    if row.status == "sending":
        return True
    return row.status == "not_sent" and row.send_at is not None and row.send_at - now < SOON
