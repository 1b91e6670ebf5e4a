"""`posto slots`: the weekly slots of the settings, and the next free ones."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit, not_found
from posto_desktop.cli.post_filter import PostFilter, read_posts
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import FreeSlotData, SlotData
from posto_desktop.cli.targets import find_channels
from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.core.site_schedule import CACHE, SiteRowNumbers, SiteSchedule, rows_of_site
from posto_desktop.core.slots import SlotGroup, free_slots, group_for, occupied_times
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.times import parse_when
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import evergreen_rows

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@click.group("slots", short_help="Show your weekly slots and the next free ones")
def slots_command() -> None:
    """The weekly slots, which Posto Desktop's settings have under Publishing."""


@slots_command.command("list")
@with_session
def list_command(session: Session) -> Exit | None:
    """List the weekly slots of the workspace."""
    names = {channel.id: channel.name for channel in session.known_channels()[0]}
    rows: list[SlotData] = [
        {
            "group": group.name,
            "weekday": _DAYS[slot.weekday],
            "clock": f"{slot.at:%H:%M}",
            "zone": group.zone,
            "channels": list(group.channel_ids),
        }
        for group in slot_groups(session)
        for slot in group.slots
    ]

    def line(row: Mapping[str, Any]) -> str:
        whose = ", ".join(names.get(number, str(number)) for number in row["channels"])
        zone = f" {row['zone']}" if row["zone"] else ""
        return f"{row['weekday']} {row['clock']}{zone}  {row['group'] or whose or 'all channels'}"

    session.out.rows(rows, line)
    for name in sorted({group.zone for group in slot_groups(session) if not group.is_zone_known}):
        session.out.note(
            f"This computer does not know the time zone “{name}”. Its own counts until you choose "
            "another one in Posto Desktop: Settings, Publishing."
        )
    if not rows:
        session.out.note("There are no slots. Set them in Posto Desktop: Settings, Publishing.")
    return None


@slots_command.command("next")
@click.option("--count", "-n", type=click.IntRange(1, 500), default=1, help="How many, 1 without.")
@click.option("--to", "-t", multiple=True, metavar="CHANNEL",
              help="For these channels; all without this.")  # fmt: skip
@click.option("--offline", is_flag=True,
              help="By the schedule that Posto Desktop read last.")  # fmt: skip
@with_session
def next_command(
    session: Session, *, count: int, to: tuple[str, ...], offline: bool
) -> Exit | None:
    """Show the next slots at which no post of the channels is scheduled, waits in the outbox or
    is a draft.

    posto post "Hello" --to mastodon --when "$(posto slots next --to mastodon)" --yes
    """
    listed = session.known_channels()[0] if offline else session.channels(may_be_known=True)
    channels = find_channels(to or ("all",), listed, session.groups())
    ids = [channel.id for channel in channels]
    group = group_for(slot_groups(session), ids, session.workspace.id)
    if group is None:
        raise not_found(
            "There are no slots for these channels. Set them in Posto Desktop: Settings, "
            "Publishing."
        )
    now = datetime.now(UTC)
    free = free_slots(group, now, local_zone(), taken_times(session, ids, now, offline=offline))
    rows: list[FreeSlotData] = [
        {
            "time": moment.astimezone().isoformat(),
            "group": group.name,
            "zone": group.zone,
            "channels": ids,
        }
        for moment in itertools.islice(free, count)
    ]
    if not rows:
        raise not_found("All slots of the next year are taken.")
    session.out.rows(rows, lambda row: f"{datetime.fromisoformat(row['time']):%a %d %b %Y %H:%M}")
    return None


def slot_groups(session: Session) -> list[SlotGroup]:
    """Return the slots of the settings that count in this workspace."""
    groups = slots.read(session.settings.text(slots.SETTING))
    return [group for group in groups if group.workspace in ("", session.workspace.id)]


def taken_times(
    session: Session, channel_ids: Sequence[int], now: datetime, *, offline: bool = False
) -> list[datetime]:
    """Return the times ahead at which posts of channels are scheduled, wait or are drafts."""
    wanted = PostFilter(
        statuses=frozenset({"not_sent"}), channel_ids=frozenset(channel_ids), first=now
    )
    rows = [*read_posts(session, wanted, offline=offline), *_of_site(session, now)]
    entries = session.outbox.entries(session.workspace.id)
    times = occupied_times(channel_ids, rows, entries, _drafts(session, now))
    queued = evergreen_rows.runs_ahead(session.database, session.workspace.id, now.timestamp())
    times += [
        datetime.fromtimestamp(row["slot"], UTC)
        for row in queued
        if row["state"] == "queued" and row["channel_id"] in channel_ids and row["slot"] is not None
    ]
    return times


def _of_site(session: Session, now: datetime) -> list[Schedule]:
    """Return the posts that the site's planners will make, as the app has read them last."""
    known = SiteSchedule.from_json(*session.database.cached(session.workspace.id, CACHE))
    return rows_of_site(known, {}, SiteRowNumbers(), now)


def _drafts(session: Session, now: datetime) -> Iterator[tuple[tuple[int, ...], datetime | None]]:
    """Yield channels and times of drafts that have a time ahead."""
    for row in session.database.drafts(session.workspace.id):
        try:
            draft = Draft.from_json(row["body"])
            if draft.when_text.strip():
                yield draft.channel_ids, parse_when(draft.when_text, now, local_zone())
        except (WhenError, ValueError):
            continue
