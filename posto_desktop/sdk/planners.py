"""The planners of the site: what posts the site's own posts again and again, by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from posto_desktop.common.translation import translatable

from .answers import as_int, as_list, as_mapping, as_text, plain_text, rows_of
from .calendar_entries import CalendarChannel
from .errors import NetworkError, PostoError, ServiceError, SettingsError
from .faults import wrong_answer
from .lost_answers import look_again, unclear
from .networks import canonical
from .optional_routes import OptionalRoutes
from .record_texts import word
from .records import Zone, read_time
from .transport import Transport

__all__ = ["ACTIVE", "FINISHED", "PAUSED", "Planner", "PlannerManager"]

ROUTE = "fs-poster/v1/planners"
STATUS_ROUTE = f"{ROUTE}/change-status"
ACTIVE, PAUSED, FINISHED = "active", "paused", "finished"
_PAGE = 10
"""Planners in one answer; the plugin takes no other number."""
_MOST_PAGES = 20
_MOST_CHANNELS = 500
_LONGEST_TITLE = 255


@dataclass(frozen=True)
class Planner:
    """A planner. ``status`` is ``active``, ``paused`` or ``finished`` (or another word of the
    service); ``next_at`` is when it posts next (aware UTC), None if it does not or that is
    unknown; ``repeats`` whether it begins again after its last post."""

    id: int
    title: str = ""
    status: str = ""
    next_at: datetime | None = None
    channels: tuple[CalendarChannel, ...] = ()
    repeats: bool = False

    @property
    def can_be_paused(self) -> bool:
        return self.status == ACTIVE

    @property
    def can_be_resumed(self) -> bool:
        return self.status == PAUSED

    @classmethod
    def from_service(cls, row: object, zone: Zone) -> Planner | None:
        """Return the planner of the service's row; None without a number."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None or number <= 0:
            return None
        channels = []
        for entry in as_list(data.get("channels"))[:_MOST_CHANNELS]:
            channel = as_mapping(entry)
            channel_id = as_int(channel.get("id")) if channel else as_int(entry)
            if channel_id is not None and channel_id > 0:
                slug = word(channel.get("social_network"))
                name = plain_text(as_text(channel.get("name")), 200)
                network = canonical(slug) if slug else ""
                channels.append(CalendarChannel(channel_id, name, network))
        return cls(
            number,
            plain_text(as_text(data.get("title")), _LONGEST_TITLE),
            word(data.get("status")),
            read_time(data.get("next_execute_at"), zone),
            tuple(channels),
            data.get("repeating") is True,
        )


# Inside the class `list` is a method.
Planners = list[Planner]


class PlannerManager:
    """Lists, pauses and resumes planners. A service without them raises `ServiceError`
    (``reason="no_route"``), after the first time without being asked."""

    def __init__(self, transport: Transport, routes: OptionalRoutes, *, zone: Zone) -> None:
        self._transport, self._routes, self._zone = transport, routes, zone

    def list(self) -> Planners:
        """Return the planners, newest first, at most 200."""
        return self._routes.ask(ROUTE, self._list)

    def _list(self) -> Planners:
        planners: dict[int, Planner] = {}
        for page in range(1, _MOST_PAGES + 1):
            data = self._transport.get(ROUTE, [("page", page)])
            rows = rows_of(data, "planners")
            if rows is None:
                host = self._transport.endpoint.host
                raise wrong_answer(
                    "the list of planners is missing in the answer",
                    translatable("Sdk", "{host} answered without its planners.").format(host=host),
                )
            before = len(planners)
            for row in rows:
                planner = Planner.from_service(row, self._zone)
                if planner is not None:
                    planners.setdefault(planner.id, planner)
            total = as_int(as_mapping(data).get("total")) if isinstance(data, dict) else None
            if len(planners) == before or len(rows) < _PAGE:
                break  # also a service that ignores the page
            if total is not None and len(planners) >= total:
                break
        return [*planners.values()]

    def pause(self, planner_id: int) -> None:
        """Have a planner post nothing until it is resumed. Raises `ServiceError`."""
        self._change([planner_id], PAUSED)

    def resume(self, planner_id: int) -> None:
        """Have a paused planner go on. Raises `ServiceError`."""
        self._change([planner_id], ACTIVE)

    def _change(self, ids: Sequence[int], status: str) -> None:
        numbers = [as_int(number) for number in ids]
        if any(number is None or number <= 0 for number in numbers):
            raise SettingsError(f"A planner is given by its number, not by {ids!r}.")
        body = {"planners": [{"id": number, "status": status} for number in numbers]}

        def send() -> None:
            try:
                self._transport.post(STATUS_ROUTE, body, empty_ok=True)
            except (NetworkError, ServiceError) as error:
                if not error.maybe_sent or not self._is_done(ids, status, error):
                    raise

        self._routes.ask(STATUS_ROUTE, send)

    def _is_done(self, ids: Sequence[int], status: str, cause: NetworkError | ServiceError) -> bool:
        """Look whether a change whose answer was lost was carried out. Raises if nobody can say;
        the change can be asked for again, since it only sets a word."""
        advice = translatable("Sdk", "Look at the planners of the site, and try again.")

        def see() -> bool | None:
            known = {planner.id: planner.status for planner in self.list()}
            return True if all(known.get(number) == status for number in ids) else None

        try:
            return bool(look_again(see, self._transport.rest))
        except PostoError:
            raise unclear(cause, advice) from cause
