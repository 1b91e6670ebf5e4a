"""Who else has a post open: told and asked at the server of a team.

Only `posto-server` with people has this (docs/team.md); elsewhere there is no team.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from posto_desktop.common.translation import translatable

from .answers import as_bool, as_int, as_list, as_mapping, as_text
from .faults import wrong_answer
from .optional_routes import OptionalRoutes
from .record_texts import word
from .records import read_time
from .transport import Transport

__all__ = ["OpenPost", "PostNow", "PostPresence", "PresenceManager", "PresentPerson", "Renewal"]

ROUTE = "posto/v1/presence"
_MOST_OPEN, _MOST_PEOPLE, _MOST_POSTS, _LONGEST_NAME = 8, 50, 200, 120
_RENEW_IN, _EXPIRES_IN = 12, 40
_TIMEOUT = (5.0, 8.0)
"""Seconds to connect and to read: the next renewal comes soon."""
_LEAST_PAUSE, _LONGEST_PAUSE = 5, 300


@dataclass(frozen=True)
class OpenPost:
    """What an app has open: the rows of one message by their ids, to edit it (`is_writing`) or to
    read it."""

    schedule_ids: tuple[int, ...]
    is_writing: bool = False


@dataclass(frozen=True)
class PresentPerson:
    """A person who has a post open. `name` is the one to sign in with, `device` what their password
    was made for, `is_own` whether it is the signed-in person in another app; `since` is aware
    UTC."""

    name: str
    shown_name: str = ""
    device: str = ""
    is_own: bool = False
    is_writing: bool = False
    since: datetime | None = None


@dataclass(frozen=True)
class PostNow:
    """How a row of the schedule is at the moment. `mark` is its `posto_ref`, `send_at` its
    time in aware UTC."""

    id: int
    status: str = ""
    send_at: datetime | None = None
    mark: str = ""


@dataclass(frozen=True)
class PostPresence:
    """`people` who have a message open, apart from the asking app, and how its rows are. Rows that
    are not in `posts` any more were deleted, or replaced by what somebody saved."""

    posts: tuple[PostNow, ...] = ()
    people: tuple[PresentPerson, ...] = ()

    @classmethod
    def from_service(cls, row: object) -> PostPresence:
        data = as_mapping(row)
        posts = [as_mapping(entry) for entry in as_list(data.get("posts"))[:_MOST_POSTS]]
        people = [as_mapping(entry) for entry in as_list(data.get("people"))[:_MOST_PEOPLE]]
        return cls(
            tuple(
                PostNow(
                    as_int(post.get("id")) or 0,
                    word(post.get("status")),
                    read_time(post.get("send_time")),
                    word(post.get("posto_ref")),
                )
                for post in posts
            ),
            tuple(
                PresentPerson(
                    _name(person.get("name")),
                    _name(person.get("shown_name")) or _name(person.get("name")),
                    _name(person.get("device")),
                    as_bool(person.get("is_own")),
                    as_bool(person.get("is_writing")),
                    read_time(person.get("since")),
                )
                for person in people
                if _name(person.get("name"))
            ),
        )


@dataclass(frozen=True)
class Renewal:
    """`open` in the order in which it was told; tell it again after `renew_in` seconds, as it ends
    by itself after `expires_in`."""

    open: tuple[PostPresence, ...] = ()
    renew_in: int = _RENEW_IN
    expires_in: int = _EXPIRES_IN


class PresenceManager:
    """Tells what is open here, and who else has it open. All methods raise `PostoError`; a service
    without a team raises `ServiceError` (``reason="no_route"``), after the first time without being
    asked."""

    def __init__(self, transport: Transport, routes: OptionalRoutes) -> None:
        self._transport, self._routes = transport, routes

    def renew(self, app: str, opened: Sequence[OpenPost]) -> Renewal:
        """Tell everything that is open in an app, at most 8 messages with 200 rows together, and
        return who else has it open; without any, nothing is open any more.

        `app` is a random text of 16 to 64 letters and digits that belongs to one run of the app.
        """
        body = {
            "app": app,
            "open": [
                {"schedule_ids": list(post.schedule_ids), "is_writing": post.is_writing}
                for post in opened
            ],
        }
        data = self._routes.ask(
            ROUTE, lambda: as_mapping(self._transport.post(ROUTE, body, timeout=_TIMEOUT))
        )
        answers = as_list(data.get("open"))[:_MOST_OPEN]
        if len(answers) != len(opened):
            raise self._wrong()
        return Renewal(
            tuple(map(PostPresence.from_service, answers)),
            _seconds(data.get("renew_in"), _RENEW_IN),
            _seconds(data.get("expires_in"), _EXPIRES_IN),
        )

    def of(self, schedule_ids: Sequence[int]) -> PostPresence:
        """Return who has these rows open, without telling that they are open here."""
        fields = [("ids", ",".join(map(str, schedule_ids)))]
        data: Any = self._routes.ask(
            ROUTE, lambda: self._transport.get(ROUTE, fields, current=True)
        )
        if "people" not in as_mapping(data):
            raise self._wrong()
        return PostPresence.from_service(data)

    def _wrong(self) -> Exception:
        host = self._transport.endpoint.host
        return wrong_answer(
            "the people are missing in the answer",
            translatable("Sdk", "{host} answered without saying who has the post open.").format(
                host=host
            ),
        )


def _name(value: object) -> str:
    return " ".join(as_text(value).split())[:_LONGEST_NAME]


def _seconds(value: object, default: int) -> int:
    """Return a pause that neither floods the service nor ends too late."""
    return min(max(as_int(value) or default, _LEAST_PAUSE), _LONGEST_PAUSE)
