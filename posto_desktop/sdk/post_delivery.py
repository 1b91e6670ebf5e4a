"""Sends a post to the service, once, and finds out its result."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.net.failure import LOOKS

from .answers import as_mapping, as_text, ended
from .errors import (
    AuthenticationError,
    Cancelled,
    NetworkError,
    PostingError,
    PostoError,
    ServiceError,
    WhenError,
)
from .faults import wrong_answer
from .outcomes import named, outcomes_of, same_for_all, sentence_of
from .records import Channel, ChannelOutcome, PostResult, Schedule, unix_seconds
from .schedules import ScheduleReader
from .transport import Transport

log = logging.getLogger("posto_desktop.sdk")

ROUTE = "fs-poster/v1/composer"
PAST_GRACE = 30
"""Seconds by which a share time may be in the past: requests and clocks take time."""

_CANNOT_BE_TOLD = translatable(
    "Sdk",
    "It is unknown whether the post was accepted: the list of schedules cannot "
    "be read. Look there before you send it again.",
)
# 7.1.7 hides rows while sending them, and reports its checks with the same texts as errors of later
# steps: neither the list nor the refusal proves that no row was made.
_MAY_BE_HIDDEN = translatable(
    "Sdk",
    "The post is not in the list of schedules, but it may have been accepted: "
    "the list can omit posts that are being sent. Look at the channels before "
    "you send it again.",
)


def new_ref() -> str:
    """Return a new mark for a post: made before the first attempt, kept through every other."""
    from uuid import uuid4  # late: it imports `platform`

    return str(uuid4())


@dataclass(frozen=True)
class AcceptedPost:
    """The service has accepted a post: the group that it created. `complaint` is a sentence with an
    error reported beside the group; some channels may have failed or be missing."""

    group_id: str
    complaint: str = ""


def submit(
    transport: Transport,
    items: Sequence[Mapping[str, Any]],
    share_at: int | None = None,
    *,
    now: datetime | None = None,
    cancel: threading.Event | None = None,
    replaces: Sequence[int] = (),
) -> AcceptedPost:
    """Make one composer call: one group, one schedule a channel.

    `items` are ``{"channel_id": int, "custom_post_data": {...}}``, each channel once; `share_at` is
    Unix seconds, None = at once. An item without ``posto_ref`` gets one. A group id in the answer
    means acceptance, whatever else it says. Raises `PostingError` if the service refused it (see
    `may_have_rows`), else `ServiceError`/`NetworkError` whose ``maybe_sent`` tells whether it may
    have been accepted. `cancel` ends the wait for a host that asks for one. `replaces` are rows
    that the local server deletes in the same transaction; a service ignores it.
    """
    return _call(transport, _schedules(items), share_at, now, cancel, replaces)


def compose(
    transport: Transport,
    items: Sequence[Mapping[str, Any]],
    share_at: int | None = None,
    *,
    reader: ScheduleReader,
    now: datetime | None = None,
) -> str:
    """`submit`, and a look at the schedules after an error of the plugin. Return the group id.

    Raises as `submit`, with a `PostingError` only if the service surely has nothing of it, so that
    the call may be repeated. For a post without a time, a refusal becomes a `ServiceError` with
    ``maybe_sent`` after some looks (12 seconds): rows being sent can be hidden.
    """
    schedules = _schedules(items)
    try:
        taken = _call(transport, schedules, share_at, now)
    except PostingError as error:
        if not may_have_rows(error):
            raise
        rows = _look_after_refusal(transport, reader, schedules, share_at, error)
        if not rows:
            raise
        taken = AcceptedPost(rows[0].group_id, error.english_message)
    if taken.complaint:
        log.warning("the post was taken, and the service says: %s", taken.complaint)
    return taken.group_id


def may_have_rows(error: PostingError) -> bool:
    """Return whether rows may have been created before this refusal.

    The plugin checks what it can before it creates rows, but reports errors of later steps in the
    same form. Refusals by WordPress, the web server or this module never reached the plugin.
    """
    if error.reason != "refused" or error.status is None:
        return False
    return error.code is None or error.status < 400


def _call(
    transport: Transport,
    schedules: list[dict[str, Any]],
    share_at: int | None,
    now: datetime | None,
    cancel: threading.Event | None = None,
    replaces: Sequence[int] = (),
) -> AcceptedPost:
    if share_at is not None and (not isinstance(share_at, int) or isinstance(share_at, bool)):
        raise WhenError("The time of a composer call is a whole number of Unix seconds.")
    moment = (now or datetime.now(UTC)).timestamp()
    if share_at is not None and share_at < moment - PAST_GRACE:
        # The service would accept it and publish at once.
        raise WhenError(
            translatable("Sdk", "The time lies in the past. Nothing was sent."),
            kind="past",
            when=datetime.fromtimestamp(max(0, share_at), UTC),
        )
    body: dict[str, Any] = {"schedules": schedules, "share_at": share_at}
    if replaces:
        body["replaces"] = list(replaces)
    try:
        answer = transport.call(
            "POST", ROUTE, json=body, is_good=lambda data: bool(_group_of(data)), cancel=cancel
        )
    except ServiceError as error:
        if error.maybe_sent:
            raise
        raise PostingError(
            str(error),
            user_message=error.english_message,
            reason=error.reason,
            status=error.status,
            code=error.code,
            retry_after=error.retry_after,
        ) from error
    group = _group_of(answer.data)
    if not group:
        raise wrong_answer(
            "the composer's answer has no schedule_group_id",
            translatable("Sdk", "{host} did not say whether it took the post.").format(
                host=transport.endpoint.host
            ),
            maybe_sent=True,
        )
    return AcceptedPost(group, answer.complaint)


def _group_of(data: object) -> str:
    """Return the group id of an answer, also of one in WordPress's error form."""
    answer = as_mapping(data)
    for part in (answer, as_mapping(answer.get("data"))):
        group = as_text(part.get("schedule_group_id")).strip()
        if group:
            return group
    return ""


def _waits(share_at: datetime | int | None) -> Sequence[float]:
    """Return the pauses between looks for rows: those of a post without a time may be hidden while
    being sent, scheduled ones never are."""
    return LOOKS if share_at is None else LOOKS[:1]


def _look_after_refusal(
    transport: Transport,
    reader: ScheduleReader,
    schedules: Sequence[Mapping[str, Any]],
    share_at: int | None,
    refusal: PostingError,
) -> list[Schedule]:
    """Return the rows created before the service refused; none if surely none exists. Raises
    `ServiceError` with ``maybe_sent`` if that is unknown."""
    channels: dict[str, list[int]] = {}
    for schedule in schedules:
        channels.setdefault(str(schedule["custom_post_data"]["posto_ref"]), []).append(
            schedule["channel_id"]
        )
    around = None if share_at is None else datetime.fromtimestamp(share_at, UTC)
    trouble: PostoError | None = None
    for wait in _waits(share_at):
        if wait:
            transport.rest(wait)
        try:
            rows = [
                row for ref, ids in channels.items() for row in reader.find_ref(ref, ids, around)
            ]
        except (AuthenticationError, NetworkError, ServiceError) as error:
            log.warning("the schedules could not be read: %s", error)
            trouble = error
            continue
        if rows:
            return rows
        trouble = None
    if trouble is None and share_at is not None:
        return []
    sentence = _MAY_BE_HIDDEN if trouble is None else _CANNOT_BE_TOLD
    raise ServiceError(
        str(refusal),
        user_message=f"{ended(refusal.user_message)} {sentence}",
        reason=refusal.reason,
        status=refusal.status,
        code=refusal.code,
        maybe_sent=True,
    ) from (trouble or refusal)


def _schedules(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    if not items:
        raise PostingError(
            translatable("Sdk", "There is no channel to post to. Nothing was sent."), reason="none"
        )
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
            # The service's message for this is misleading.
            raise PostingError(
                translatable("Sdk", "Channel {number} is there twice. Nothing was sent.").format(
                    number=number
                ),
                reason="twice",
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
    cancel: threading.Event | None = None,
    now: datetime | None = None,
    channels: Sequence[Channel] = (),
) -> PostResult:
    """Compose, and after an unclear answer look for the post by its mark before reporting.

    It is never sent a second time from here. Refusals by the plugin return a result with
    ``error_message``, and ``unclear`` if the post has no time and no list can rule it out. Raises
    `AuthenticationError`, `PostingError` and a `NetworkError` that surely sent nothing. `channels`
    supply the names of those of `items`. `cancel` ends all waits.
    """

    def pause(seconds: float) -> None:
        transport.rest(seconds, cancel)

    sent = _Sent(reader, named(items, channels), share_at, ref, list(media_ids), pause)
    stamp = unix_seconds(share_at)
    try:
        taken = submit(transport, items, stamp, now=now, cancel=cancel)
    except PostingError as error:
        if not may_have_rows(error):
            raise
        return sent.after_refusal(error)
    except (NetworkError, ServiceError) as error:
        if not error.maybe_sent:
            raise
        log.warning("unclear answer to a post, looking for it: %s", error)
        return sent.after_lost_answer(error)
    if taken.complaint:
        log.warning("the post was taken, and the service says: %s", taken.complaint)
        return sent.after_complaint(taken)
    return sent.success(taken.group_id)


class _Sent:
    """A post after its only composer call, and its possible results."""

    def __init__(
        self,
        reader: ScheduleReader,
        channels: Sequence[Channel],
        share_at: datetime | None,
        ref: str,
        media_ids: list[int],
        pause: Callable[[float], object],
    ) -> None:
        self._reader = reader
        self._channels = channels
        self._share_at = share_at
        self._ref = ref
        self._media_ids = media_ids
        self._pause = pause

    def success(self, group_id: str) -> PostResult:
        return self._accepted(group_id, same_for_all(self._channels, "taken"), None)

    def after_complaint(self, taken: AcceptedPost) -> PostResult:
        """The service returned a group and an error."""
        rows = self._rows(_waits(self._share_at))
        if not rows:
            why = (
                translatable("Sdk", "cannot be read")
                if rows is None
                else translatable("Sdk", "does not show it")
            )
            sentence = translatable(
                "Sdk",
                "The service has the post, but said: {answer} What became of each channel is "
                "not known: the list of schedules {why}. Do not send the whole post again.",
            ).format(answer=ended(taken.complaint), why=why)
            return self._accepted(taken.group_id, same_for_all(self._channels, "unclear"), sentence)
        return self._partly(taken.group_id, rows, taken.complaint)

    def after_refusal(self, error: PostingError) -> PostResult:
        """The plugin refused it; rows may have been created before."""
        rows = self._rows(_waits(self._share_at))
        if rows:
            return self._partly(rows[0].group_id, rows, error.english_message)
        sentence = _CANNOT_BE_TOLD if rows is None else _MAY_BE_HIDDEN
        if rows is None or self._share_at is None:
            return self._not_accepted(f"{ended(error.english_message)} {sentence}", unclear=True)
        if error.status != 200:
            raise error
        return self._not_accepted(error.english_message)

    def after_lost_answer(self, cause: PostoError) -> PostResult:
        rows = self._rows(LOOKS)
        if rows is None:
            return self._not_accepted(f"{cause.english_message} {_CANNOT_BE_TOLD}", unclear=True)
        if rows:
            return self._partly(rows[0].group_id, rows, "")
        if self._share_at is None:
            # Some versions of the plugin hide rows while sending them.
            return self._not_accepted(
                f"{cause.english_message} "
                + translatable(
                    "Sdk",
                    "The post is not in the list of schedules, but it may be on its way right "
                    "now. Look at the channel before you send it again.",
                ),
                unclear=True,
            )
        return self._not_accepted(
            f"{cause.english_message} "
            + translatable(
                "Sdk",
                "The post is not in the list of schedules, so it was not taken. It can be "
                "sent again.",
            ),
        )

    def _rows(self, waits: Sequence[float]) -> list[Schedule] | None:
        """Return the rows with the mark, waiting until all channels have one or the waits are over;
        None if they cannot be read."""
        rows: list[Schedule] = []
        numbers = [channel.id for channel in self._channels]
        readable = False
        for wait in waits:
            try:
                if wait:
                    self._pause(wait)
                rows = self._reader.find_ref(self._ref, numbers, self._share_at)
                readable = True
            except Cancelled:
                readable = False  # later rows were not looked for
                break
            except PostoError as error:
                log.warning("the schedules could not be read: %s", error)
                readable = False
            if {row.channel_id for row in rows} >= set(numbers):
                break
        return rows if rows or readable else None

    def _partly(self, group_id: str, rows: Sequence[Schedule], complaint: str) -> PostResult:
        outcomes = outcomes_of(self._channels, rows, lists_all=self._share_at is not None)
        if all(outcome.state == "taken" for outcome in outcomes):
            return self._accepted(group_id, outcomes, None)
        return self._accepted(group_id, outcomes, sentence_of(outcomes, complaint))

    def _accepted(
        self, group_id: str, outcomes: tuple[ChannelOutcome, ...], message: str | None
    ) -> PostResult:
        if message is not None:
            log.warning("%s", message)
        return PostResult(
            True,
            group_id,
            message,
            self._media_ids,
            self._ref,
            unix_seconds(self._share_at),
            outcomes=outcomes,
        )

    def _not_accepted(self, message: str, *, unclear: bool = False) -> PostResult:
        return PostResult(
            False,
            None,
            message,
            self._media_ids,
            self._ref,
            unix_seconds(self._share_at),
            unclear,
            same_for_all(self._channels, "unclear" if unclear else "not_taken"),
        )
