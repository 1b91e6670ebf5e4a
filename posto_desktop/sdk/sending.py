"""Hand a post over to the service, once, and find out how it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .answers import as_mapping, as_text
from .errors import (
    AuthenticationError,
    NetworkError,
    PostingError,
    PostoError,
    ServiceError,
    WhenError,
)
from .faults import wrong_answer
from .records import PostResult, Schedule
from .schedules import ScheduleReader
from .transport import Transport

log = logging.getLogger("posto_desktop.sdk")

ROUTE = "fs-poster/v1/composer"
PAST_GRACE = 30
"""Seconds by which a share time may lie behind: requests and clocks take their time."""

LOOKS = (0.0, 1.0, 3.0)
"""Seconds to wait before each look for a post whose answer was lost."""


def new_ref() -> str:
    """A fresh mark for a post: made before the first attempt, kept through every other."""
    from uuid import uuid4  # late: it brings `platform` along

    return str(uuid4())


def compose(
    transport: Transport,
    items: Sequence[Mapping[str, Any]],
    share_at: int | None = None,
    *,
    now: datetime | None = None,
) -> str:
    """One composer call: one group, one schedule a channel. Returns the group id.

    `items` are ``{"channel_id": int, "custom_post_data": {...}}``, each channel once; `share_at`
    is Unix seconds, None = at once. An item without ``posto_ref`` gets one. Raises `PostingError`
    when the service refused it for sure, else `ServiceError`/`NetworkError` whose ``maybe_sent``
    tells whether it may have been taken.
    """
    schedules = _schedules(items)
    if share_at is not None and (not isinstance(share_at, int) or isinstance(share_at, bool)):
        raise WhenError("The time of a composer call is a whole number of Unix seconds.")
    moment = (now or datetime.now(UTC)).timestamp()
    if share_at is not None and share_at < moment - PAST_GRACE:
        # The service would take it and publish at once.
        raise WhenError(
            "The time lies in the past. Nothing was sent.",
            kind="past",
            when=datetime.fromtimestamp(max(0, share_at), UTC),
        )
    try:
        data = transport.post(ROUTE, {"schedules": schedules, "share_at": share_at})
    except ServiceError as error:
        if error.maybe_sent:
            raise
        raise PostingError(
            str(error),
            user_message=error.user_message,
            reason=error.reason,
            status=error.status,
            code=error.code,
        ) from error
    group = as_text(as_mapping(data).get("schedule_group_id"))
    if not group:
        raise wrong_answer(
            "the composer's answer has no schedule_group_id",
            f"{transport.endpoint.host} did not say whether it took the post.",
            maybe_sent=True,
        )
    return group


def _schedules(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not items:
        raise PostingError("There is no channel to post to. Nothing was sent.", reason="none")
    ref = new_ref()
    seen: set[int] = set()
    schedules = []
    for item in items:
        if not isinstance(item, Mapping):
            raise PostingError(f"A post to a channel is a dictionary, not {item!r}.", reason="item")
        number = item.get("channel_id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise PostingError(f"A channel's id is a number, not {number!r}.", reason="channel")
        if number in seen:
            # The service refuses this with a message about something else.
            raise PostingError(
                f"Channel {number} is there twice. Nothing was sent.", reason="twice"
            )
        seen.add(number)
        post = dict(as_mapping(item.get("custom_post_data")))
        post.setdefault("posto_ref", ref)
        schedules.append({"channel_id": number, "custom_post_data": post})
    return schedules


def send(
    transport: Transport,
    reader: ScheduleReader,
    items: Sequence[Mapping[str, Any]],
    share_at: datetime | None,
    *,
    ref: str,
    media_ids: Sequence[int] = (),
    sleep: Callable[[float], object],
    now: datetime | None = None,
) -> PostResult:
    """Compose, and after an unclear answer look for the post by its mark before saying anything.

    It is never sent a second time from here. Refusals by the plugin come back as a result with
    ``error_message``; `AuthenticationError`, `PostingError` and a `NetworkError` that surely sent
    nothing are raised.
    """
    result = PostResult(True, None, None, list(media_ids), ref, share_at)
    stamp = None if share_at is None else int(share_at.timestamp())
    try:
        group = compose(transport, items, stamp, now=now)
    except PostingError as error:
        if error.status == 200:
            return _but(result, error.user_message)
        raise
    except (NetworkError, ServiceError) as error:
        if not error.maybe_sent:
            raise
        log.warning("unclear answer to a post, looking for it: %s", error)
        channels = [int(item["channel_id"]) for item in items]
        return _look(reader, result, error, channels, sleep)
    return PostResult(True, group, None, list(media_ids), ref, share_at)


def _look(
    reader: ScheduleReader,
    result: PostResult,
    cause: PostoError,
    channels: Sequence[int],
    sleep: Callable[[float], object],
) -> PostResult:
    assert result.posto_ref is not None
    rows: list[Schedule] = []
    for wait in LOOKS:
        if wait:
            sleep(wait)
        try:
            rows = reader.find_ref(result.posto_ref, channels, result.share_at)
        except (AuthenticationError, NetworkError, ServiceError) as error:
            log.warning("the schedules could not be read: %s", error)
            return _but(
                result,
                f"{cause.user_message} Whether the post was taken cannot be told: the list of "
                "schedules cannot be read either. Look there before you send it again.",
                unclear=True,
            )
        if rows:
            return PostResult(
                True, rows[0].group_id, None, result.media_ids, result.posto_ref, result.share_at
            )
    if result.share_at is None:
        # A row that is being sent right now is hidden by some versions of the plugin.
        return _but(
            result,
            f"{cause.user_message} The post is not in the list of schedules, but it may be on its "
            "way right now. Look at the channel before you send it again.",
            unclear=True,
        )
    return _but(
        result,
        f"{cause.user_message} The post is not in the list of schedules, so it was not taken. "
        "It can be sent again.",
    )


def _but(result: PostResult, message: str, *, unclear: bool = False) -> PostResult:
    return PostResult(
        False, None, message, result.media_ids, result.posto_ref, result.share_at, unclear
    )
