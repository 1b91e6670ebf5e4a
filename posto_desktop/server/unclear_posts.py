"""Applies the user's answer about an unclear post: it is published, or send it again.

The network is asked first, and nothing is stored meanwhile; then one transaction stores the answer,
if the row is still as it was. So nothing is sent twice, whenever the process ends and however often
the same is answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from posto_desktop.common.translation import translatable
from posto_desktop.server.accounts import Accounts
from posto_desktop.server.channels import Channels
from posto_desktop.server.claims import Claims
from posto_desktop.server.deliveries import Delivery, Progress, posted_of, remark_of
from posto_desktop.server.errors import PluginError
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.publishers.base import (
    Account,
    Publisher,
    PublishError,
    Record,
    Refused,
    Result,
)
from posto_desktop.server.publishers.checks import is_web_address
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import Row, json_object
from posto_desktop.server.schedules import Answered, Schedules

log = logging.getLogger(__name__)

__all__ = ["UnclearPosts"]

_LONGEST_LINK = 2000
_NOTHING_UNCLEAR = translatable("Server", "This schedule has no unclear outcome.")
NO_ID = translatable(
    "Server",
    "The rest of the thread is not published. Its parts reply to the first one, "
    "and the network did not report which post that is.",
)


@dataclass
class _Opened:
    publisher: Publisher
    account: Account
    delivery: Delivery
    part: Progress


class UnclearPosts:
    """Carries out the answers."""

    def __init__(
        self,
        schedules: Schedules,
        claims: Claims,
        channels: Channels,
        accounts: Accounts,
        media: MediaLibrary,
        publishers: Mapping[str, Publisher],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._schedules, self._claims = schedules, claims
        self._channels, self._accounts = channels, accounts
        self._media, self._publishers = media, publishers
        self._clock = clock

    def send_again(self, schedule_id: int) -> None:
        """Send it again. Raises PluginError where nothing is unclear."""
        row = self._schedules.get(schedule_id)
        if not _is_unclear(row):
            raise PluginError(_NOTHING_UNCLEAR)
        self._schedules.send_again(row)

    def is_there(self, schedule_id: int, link: str = "") -> None:
        """Note that it is published, at `link` if the person pasted it. Parts that answer it go on
        where the network says which post it is; the link can also come later. Raises PluginError.
        """
        row, link = self._schedules.get(schedule_id), link.strip()
        if not _is_unclear(row) and not (link and row["status"] == "error" and _lacks_id(row)):
            raise PluginError(_NOTHING_UNCLEAR)
        if link and not (is_web_address(link) and len(link) <= _LONGEST_LINK):
            raise PluginError(
                translatable(
                    "Server", "This is not the address of a post. It begins with https://."
                )
            )
        opened = self._opened(row)
        if opened is None:
            self._schedules.keep_answer(row, Answered("success", link=link))
            return
        self._settle(row, opened, self._result(row, opened, link), link)

    def _opened(self, row: Row) -> _Opened | None:
        """What is stored of the sending; None where that cannot be read."""
        try:
            channel = self._channels.get(row["channel_id"])
            publisher = self._publishers[channel["method"]]
            account = self._accounts.of_channel(channel)
            record = json_object(row["record"])
            delivery = Delivery.from_json(record, self._media.path, publisher.parts)
        except Exception as error:  # noqa: BLE001 - a damaged row can be answered, too
            log.info("Schedule %d is answered without its record: %s", row["id"], error)
            return None
        part = next(
            (
                progress
                for progress in delivery.parts
                if progress.state in ("unclear", "sending")
                or (
                    row["status"] == "error"
                    and progress.state == "sent"
                    and progress.result is None
                )
            ),
            None,
        )
        return _Opened(publisher, account, delivery, part) if part is not None else None

    def _result(self, row: Row, opened: _Opened, link: str) -> Result | None:
        """Ask the network which post it is; None where it cannot say."""
        delivery, part = opened.delivery, opened.part
        apart = opened.publisher.numbers_apart
        taken = self._claims.taken(row, delivery, part.part, apart=apart)
        has_more = any(
            progress.part.kind == "thread" and progress.state != "sent"
            for progress in delivery.parts
        )
        try:
            result = opened.publisher.find(
                opened.account, delivery.part(part), part.record, link, taken
            )
        except Refused as error:
            if link:
                raise PluginError(str(error)) from None
            return None
        except PublishError as error:
            if has_more:
                raise PluginError(
                    f"{error} "
                    + translatable(
                        "Server",
                        "The rest of the thread needs the address of this post. Answer "
                        "again later.",
                    )
                ) from None
            return None
        except Exception:
            log.exception("Schedule %d: the network was not understood.", row["id"])
            return None
        if result is not None and result.id in taken:
            raise PluginError(
                translatable("Server", "This is the address of another post on this channel.")
            )
        return result

    def _settle(self, row: Row, opened: _Opened, result: Result | None, link: str) -> None:
        delivery, part = opened.delivery, opened.part
        part.state, part.reason, part.field = "sent", "", ""
        part.found_by_person, part.sent_at = True, part.last_sent or self._clock()
        if result is not None:
            part.result = Result(result.id, clean(result.url or link), result.extra)
        first = delivery.parts[0].result
        url = first.url if first else (link if part.part.number == 0 else "")
        number = first.id if first else ""
        for progress in delivery.parts:
            if progress.state == "failed" and progress.part.kind == "thread":
                progress.state, progress.reason, progress.field = (
                    "waiting",
                    "",
                    "",
                )  # it lacked the id
        waiting = [progress for progress in delivery.parts if not progress.is_settled]
        if waiting and delivery.can_follow(waiting[0]):
            answered = Answered("not_sent", "", number, url, delivery.to_json())
        elif any(progress.part.kind == "thread" for progress in waiting):
            answered = Answered("error", NO_ID, number, url, delivery.to_json())
        else:
            for progress in waiting:
                progress.state = "failed"
                progress.reason = translatable(
                    "Server", "The network did not report which post it replies to."
                )
            posted = posted_of(delivery, is_own=bool(opened.account.id))
            if link and result is None and posted.get("parts"):
                posted["parts"][part.part.number]["link"] = link
            remark = remark_of(delivery)
            record = delivery.to_json() if remark else None
            answered = Answered("success", remark, number, url, record, posted)
        self._schedules.keep_answer(row, answered)


def _parts_of(row: Row) -> list[Record]:
    parts = json_object(row["record"]).get("parts")
    return [part for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def _is_unclear(row: Row) -> bool:
    """Whether the post may be published, or the comment of a published one."""
    is_open = any(part.get("state") == "unclear" for part in _parts_of(row))
    return row["status"] == "unknown" or (row["status"] == "success" and is_open)


def _lacks_id(row: Row) -> bool:
    """Whether a part is published and the network's id of it is not known."""
    return any(
        part.get("state") == "sent" and not isinstance(part.get("result"), dict)
        for part in _parts_of(row)
    )
