"""The posts of the schedule that options name, read piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from posto_desktop.cli import periods
from posto_desktop.cli.exits import refused, usage
from posto_desktop.cli.read_ahead import read_ahead
from posto_desktop.cli.session import Session
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.schedule_status import SERVICE_STATUSES, STATUSES, status_of
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedules import FILTERABLE, PAGE
from posto_desktop.storage import schedule_rows

_AT_A_TIME = 500
_SURELY_OLDER = 2 * PAGE
"""Rows before the period, one after the other, after which a sorted list has no more of it."""

_OPTIONS = (
    click.option("--status", multiple=True, metavar="STATUS",
                 help=f"{', '.join(STATUSES)}; or the service's own word. Repeat for more."),
    click.option("--to", "--channel", "-t", "to", multiple=True, metavar="CHANNEL",
                 help="A channel by name or id, a network, @GROUP or all."),
    click.option("--from", "first", default="", metavar="TIME",
                 help='From this time or day on: "today", "1 May 2026", "7 days ago".'),
    click.option("--until", "last", default="", metavar="TIME",
                 help="Up to this time, or the end of this day."),
    click.option("--search", default="", metavar="WORDS",
                 help="All of these words in text, channel, link or error."),
    click.option("--offline", is_flag=True,
                 help="What Posto Desktop read last, without asking the service."),
)  # fmt: skip


def filter_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add the options that choose posts of the schedule."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class PostFilter:
    """What posts are wanted. Empty values mean all."""

    statuses: frozenset[str] = frozenset()
    channel_ids: frozenset[int] | None = None
    networks: tuple[str, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    words: tuple[str, ...] = ()

    @property
    def service_statuses(self) -> list[str]:
        """The words by which the service can be asked; none if it has to be asked for all."""
        words = {
            word for status in self.statuses for word in SERVICE_STATUSES.get(status, (status,))
        }
        return sorted(words) if words <= FILTERABLE else []

    def test(self, now: datetime) -> Callable[[Schedule], bool]:
        """Return the test of a row at this moment."""
        statuses, channel_ids, words = self.statuses, self.channel_ids, self.words
        first, last = self.first, self.last

        def fits(row: Schedule) -> bool:
            if channel_ids is not None and row.channel_id not in channel_ids:
                return False
            if first is not None and (row.send_at is None or row.send_at < first):
                return False
            if last is not None and (row.send_at is None or row.send_at > last):
                return False
            if statuses and row.status not in statuses and status_of(row, now) not in statuses:
                return False
            if words:
                hay = f"{row.whole_text}\n{row.channel_name}\n{row.link}\n{row.error}".casefold()
                return all(word in hay for word in words)
            return True

        return fits


def filter_of(
    session: Session, status: tuple[str, ...], to: tuple[str, ...], first: str, last: str,
    search: str, *, offline: bool = False,
) -> PostFilter:  # fmt: skip
    """Return the filter that options name. Raises CommandError and WhenError."""
    statuses = [part.strip() for word in status for part in word.split(",") if part.strip()]
    known = {*STATUSES, *FILTERABLE, "sending"}
    for word in statuses:
        if word not in known:
            raise usage(f"There is no status {word}. There are: {', '.join(STATUSES)}.")
    channels = None
    if to:
        listed = session.known_channels()[0] if offline else session.channels(may_be_known=True)
        channels = find_channels(to, listed, session.groups())
    period = PostFilter(
        statuses=frozenset(statuses),
        channel_ids=frozenset(channel.id for channel in channels) if channels is not None else None,
        networks=tuple(dict.fromkeys(channel.network for channel in channels or ())),
        first=periods.beginning(first),
        last=periods.end(last),
        words=tuple(search.casefold().split()),
    )
    if period.first is not None and period.last is not None and period.first > period.last:
        raise usage(f"--from {first} is after --until {last}.")
    return period


def read_posts(
    session: Session,
    wanted: PostFilter,
    *,
    offline: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> Iterator[Schedule]:
    """Yield the posts, newest time first, without keeping them. `offline`: as the app read them
    last. Raises CommandError and PostoError."""
    fits = wanted.test(datetime.now(UTC))
    if offline:
        yield from filter(fits, _stored(session, wanted))
        return
    listed = session.client.sdk.schedules.iter(
        status=wanted.service_statuses or None, network=wanted.networks or None, progress=progress
    )
    rows = read_ahead(listed, PAGE)
    before, older, is_sorted = None, 0, True
    for row in rows:
        if wanted.first is not None and row.send_at is not None:
            is_sorted = is_sorted and (before is None or row.send_at <= before)
            before = row.send_at
            older = older + 1 if row.send_at < wanted.first else 0
            if is_sorted and older > _SURELY_OLDER:
                return
        if fits(row):
            yield row


def _stored(session: Session, wanted: PostFilter) -> Iterator[Schedule]:
    workspace = session.workspace.id
    read_at = schedule_rows.read_at(session.database, workspace)
    if read_at is None:
        raise refused(
            f"Posto Desktop has not read the schedule of {session.workspace.name} yet. Leave out "
            "--offline."
        )
    as_of = datetime.fromtimestamp(read_at).astimezone()
    session.out.note(f"As of {as_of:%a %d %b %Y %H:%M}.")
    for bodies in schedule_rows.newest_first(
        session.database,
        workspace,
        wanted.first.timestamp() if wanted.first is not None else None,
        wanted.last.timestamp() if wanted.last is not None else None,
        _AT_A_TIME,
    ):
        for body in bodies:
            if isinstance(body, dict) and body:
                yield Schedule.from_dict(body)
