"""The schedule between two moments, with what the planners of the site will send.

`schedules/calendar` has one entry a group. For each active planner it also has entries of posts
that exist only when their time has come: they have a ``planner_id``, a group id that is another
one in each answer, and channels of which the number alone is certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from posto_desktop.common.translation import translatable

from .answers import as_int, as_list, as_mapping, as_text, plain_text, rows_of
from .errors import SettingsError
from .faults import wrong_answer
from .networks import canonical
from .record_texts import word
from .records import Zone, read_time
from .transport import Transport

__all__ = ["LONGEST_SPAN", "CalendarChannel", "CalendarEntry", "read_calendar"]

ROUTE = "fs-poster/v1/schedules/calendar"
LONGEST_SPAN = timedelta(days=93)
"""Longest time that is read at once: the service works out each post of each planner in it."""
MOST_ENTRIES = 5_000
_MOST_CHANNELS = 500
_LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class CalendarChannel:
    """A channel of an entry. Of a planner's posts only the ``id`` is certain."""

    id: int
    name: str = ""
    network: str = ""


@dataclass(frozen=True)
class CalendarEntry:
    """Posts that go out together. ``send_at`` is aware UTC; ``planner_id`` is 0 for posts of the
    schedule, else the number of the planner that will make them; ``wp_post_id`` is the site's post
    that they are made of, 0 if unknown."""

    group_id: str
    send_at: datetime
    channels: tuple[CalendarChannel, ...] = ()
    status: str = ""
    text: str = ""
    planner_id: int = 0
    wp_post_id: int = 0

    @property
    def is_of_planner(self) -> bool:
        """Whether a planner of the site will make these posts when their time has come."""
        return self.planner_id > 0

    @classmethod
    def from_service(cls, row: object, zone: Zone) -> CalendarEntry | None:
        """Return the entry of the service's row; None without a readable time."""
        data = as_mapping(row)
        send_at = read_time(data.get("send_time"), zone)
        if send_at is None:
            return None
        posting = as_mapping(data.get("posting_data"))
        text = as_text(posting.get("content")) or as_text(data.get("content"))
        return cls(
            group_id=word(data.get("schedule_group_id")) or word(data.get("group_id")),
            send_at=send_at,
            channels=_channels(as_list(data.get("channels"))),
            status=word(data.get("status")),
            text=text[:_LONGEST_TEXT],
            planner_id=max(0, as_int(data.get("planner_id")) or 0),
            wp_post_id=max(
                0,
                as_int(data.get("wp_post_id"))
                or as_int(as_mapping(data.get("wp_post")).get("id"))
                or 0,
            ),
        )


def read_calendar(
    transport: Transport,
    start: datetime,
    end: datetime,
    *,
    zone: Zone,
    statuses: Iterable[str] = (),
    networks: Iterable[str] = (),
) -> list[CalendarEntry]:
    """Return the entries from `start` to `end` (aware), earliest first, at most 5,000. One request.

    Raises `SettingsError` for times without a zone, and for more than 93 days.
    """
    if start.tzinfo is None or end.tzinfo is None:
        raise SettingsError("The times of a calendar need a zone.")
    if not start <= end <= start + LONGEST_SPAN:
        raise SettingsError(
            f"A calendar is read for {LONGEST_SPAN.days} days at most, from its start to its end."
        )
    params: list[tuple[str, str | int | bool]] = [
        ("start", int(start.timestamp())),
        ("end", int(end.timestamp())),
    ]
    wanted_statuses, wanted_networks = set(statuses), set(networks)
    params += [("statuses[]", status) for status in sorted(wanted_statuses)]
    params += [("social_networks[]", network) for network in sorted(wanted_networks)]
    data = transport.get(ROUTE, params)
    rows = rows_of(data, "schedules")
    if rows is None:
        host = transport.endpoint.host
        raise wrong_answer(
            "the calendar is missing in the answer",
            translatable("Sdk", "{host} answered without a calendar.").format(host=host),
        )
    entries = [CalendarEntry.from_service(row, zone) for row in rows[:MOST_ENTRIES]]
    # The service may ignore times and filters.
    start = start.replace(microsecond=0)
    listed = [
        entry
        for entry in entries
        if entry is not None
        and start <= entry.send_at <= end
        and (not wanted_statuses or entry.status in wanted_statuses)
        and (not wanted_networks or _is_on(entry, wanted_networks))
    ]
    return sorted(listed, key=lambda entry: (entry.send_at, entry.planner_id, entry.group_id))


def _is_on(entry: CalendarEntry, networks: set[str]) -> bool:
    """Return whether an entry may go to these networks: a planner's channels may have none."""
    known = {channel.network for channel in entry.channels if channel.network}
    return not known or bool(known & networks)


def _channels(rows: Sequence[object]) -> tuple[CalendarChannel, ...]:
    """Return the channels. All else in them is dropped: the plugin sends rows of its database,
    which may have passwords of proxies."""
    channels: dict[int, CalendarChannel] = {}
    for row in rows[:_MOST_CHANNELS]:
        data = as_mapping(row)
        number = as_int(data.get("id")) if data else as_int(row)
        if number is not None and number > 0:
            network = word(data.get("social_network"))
            channels.setdefault(
                number,
                CalendarChannel(
                    number,
                    plain_text(as_text(data.get("name")), 200),
                    canonical(network) if network else "",
                ),
            )
    return tuple(channels.values())
