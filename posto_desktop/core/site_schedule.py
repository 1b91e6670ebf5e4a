"""What the site sends by itself: the posts that its planners will make, as rows of the schedule.

The posts do not exist yet, so the rows have numbers that no service uses and the status `SITE`;
nothing can be done with them but pause their planner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from posto_desktop.core.json_fields import get_list, get_text, is_uint
from posto_desktop.sdk.calendar_entries import CalendarChannel, CalendarEntry
from posto_desktop.sdk.planners import ACTIVE, Planner
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.sdk.site_content import AutoShareSettings

__all__ = ["CACHE", "SITE", "SiteRowNumbers", "SiteSchedule", "planner_of", "rows_of_site"]

SITE = "site"
"""Status of such a row; no service uses it."""
CACHE = "site_schedule"
"""Kind of the cache of posto.db that holds it."""
SCHEMA = 1
MOST_ROWS = 10_000
_FIRST = -1_000_000_000
_GROUP = "site planner"


@dataclass(frozen=True)
class SiteSchedule:
    """The planners of a site and the posts that the active ones will make, as of a moment (aware
    UTC, None before the first reading). ``can_change``: they can be paused and resumed.
    ``settings`` is None where the site does not tell them."""

    planners: tuple[Planner, ...] = ()
    entries: tuple[CalendarEntry, ...] = ()
    settings: AutoShareSettings | None = None
    can_change: bool = False
    as_of: datetime | None = None
    is_cached: bool = False

    @property
    def cached_at(self) -> datetime | None:
        """The age of what is known, None once the site was asked."""
        return self.as_of if self.is_cached else None

    def planner(self, planner_id: int) -> Planner | None:
        return next((planner for planner in self.planners if planner.id == planner_id), None)

    def with_status(self, planner_id: int, status: str) -> SiteSchedule:
        """Return it with another status of a planner: a paused one posts nothing."""
        planners = tuple(
            replace(planner, status=status) if planner.id == planner_id else planner
            for planner in self.planners
        )
        return replace(self, planners=planners)

    def to_json(self) -> dict[str, Any]:
        settings = self.settings
        return {
            "schema": SCHEMA,
            "planners": [_planner_json(planner) for planner in self.planners],
            "entries": [_entry_json(entry) for entry in self.entries],
            "settings": None if settings is None else {**vars(settings)},
            "can_change": self.can_change,
        }

    @classmethod
    def from_json(cls, data: object, as_of: float | None) -> SiteSchedule:
        """Read what was stored; what cannot be read is left out."""
        if not isinstance(data, Mapping) or data.get("schema") != SCHEMA or as_of is None:
            return cls()
        planners = (_read_planner(raw) for raw in get_list(data, "planners"))
        entries = (_read_entry(raw) for raw in get_list(data, "entries"))
        return cls(
            tuple(planner for planner in planners if planner is not None),
            tuple(entry for entry in entries if entry is not None),
            _read_settings(data.get("settings")),
            data.get("can_change") is True,
            _moment(as_of),
            is_cached=True,
        )


class SiteRowNumbers:
    """Numbers for rows that no service numbers: the same post has the same in each reading."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, float, int], int] = {}

    def of(self, planner_id: int, moment: datetime, channel_id: int) -> int:
        key = (planner_id, moment.timestamp(), channel_id)
        return self._numbers.setdefault(key, _FIRST + len(self._numbers))


def planner_of(row: Schedule) -> int:
    """Return the number of the planner that will make this row; 0 for another row."""
    if row.status != SITE:
        return 0
    number = row.group_id.removeprefix(_GROUP).split()[:1]
    return int(number[0]) if number and number[0].isdigit() else 0


def rows_of_site(
    schedule: SiteSchedule,
    channels: Mapping[int, Channel],
    numbers: SiteRowNumbers,
    now: datetime,
) -> list[Schedule]:
    """Return a row for each channel of each post that is still to come, newest first. Planners
    that are known and not active make none; channels that the workspace does not list are shown
    by what the site says of them."""
    statuses = {planner.id: planner.status for planner in schedule.planners}
    titles = {planner.id: planner.title for planner in schedule.planners}
    rows: list[Schedule] = []
    for entry in schedule.entries:
        if entry.send_at <= now or statuses.get(entry.planner_id, ACTIVE) != ACTIVE:
            continue
        title = titles.get(entry.planner_id, "")
        for listed in entry.channels or (CalendarChannel(0),):
            channel = channels.get(listed.id)
            rows.append(
                Schedule(
                    id=numbers.of(entry.planner_id, entry.send_at, listed.id),
                    group_id=f"{_GROUP} {entry.planner_id} {int(entry.send_at.timestamp())}",
                    channel_id=listed.id,
                    channel_name=channel.name if channel else listed.name,
                    network=channel.network if channel else listed.network,
                    channel_picture=channel.picture if channel else "",
                    channel_type=channel.channel_type if channel else "",
                    status=SITE,
                    send_at=entry.send_at,
                    text=title,
                    wp_post_title=title,
                    lean=True,
                )
            )
            if len(rows) == MOST_ROWS:
                break
        if len(rows) == MOST_ROWS:
            break
    return rows[::-1]


# -- stored -------------------------------------------------------------------------------------


def _planner_json(planner: Planner) -> dict[str, Any]:
    return {
        "id": planner.id,
        "title": planner.title,
        "status": planner.status,
        "next_at": None if planner.next_at is None else planner.next_at.timestamp(),
        "channels": [_channel_json(channel) for channel in planner.channels],
        "repeats": planner.repeats,
    }


def _read_planner(raw: object) -> Planner | None:
    if not isinstance(raw, Mapping) or not is_uint(raw.get("id")):
        return None
    return Planner(
        raw["id"],
        get_text(raw, "title"),
        get_text(raw, "status"),
        _moment(raw.get("next_at")),
        _read_channels(raw),
        raw.get("repeats") is True,
    )


def _entry_json(entry: CalendarEntry) -> dict[str, Any]:
    return {
        "planner_id": entry.planner_id,
        "send_at": entry.send_at.timestamp(),
        "channels": [_channel_json(channel) for channel in entry.channels],
        "wp_post_id": entry.wp_post_id,
    }


def _read_entry(raw: object) -> CalendarEntry | None:
    if not isinstance(raw, Mapping) or not is_uint(raw.get("planner_id")):
        return None
    send_at, post = _moment(raw.get("send_at")), raw.get("wp_post_id")
    if send_at is None or not raw["planner_id"]:
        return None
    return CalendarEntry(
        "",
        send_at,
        _read_channels(raw),
        planner_id=raw["planner_id"],
        wp_post_id=post if is_uint(post) else 0,
    )


def _channel_json(channel: CalendarChannel) -> list[Any]:
    return [channel.id, channel.name, channel.network]


def _read_channels(raw: Mapping[str, Any]) -> tuple[CalendarChannel, ...]:
    return tuple(
        CalendarChannel(row[0], row[1], row[2])
        for row in get_list(raw, "channels")
        if isinstance(row, Sequence)
        and len(row) == 3
        and is_uint(row[0])
        and isinstance(row[1], str)
        and isinstance(row[2], str)
    )


def _read_settings(raw: object) -> AutoShareSettings | None:
    if not isinstance(raw, Mapping):
        return None
    shares, delay = raw.get("shares_new_posts"), raw.get("delay_seconds")
    return AutoShareSettings(
        shares if isinstance(shares, bool) else None,
        delay if is_uint(delay) else 0,
        get_text(raw, "shortener"),
        raw.get("adds_parameters") is True,
        raw.get("joins_blank_lines") is True,
    )


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
