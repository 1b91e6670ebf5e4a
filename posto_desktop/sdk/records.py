"""Records of a service's rows, frozen and dictionaries at once.

``from_service`` builds a record from a service's row (tolerant: ids as text, PHP's empty lists,
flat rows); ``to_dict``/``from_dict`` serialise it for the app's cache. As a dictionary it holds
that row (see `Record`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import Any, ClassVar, Literal

from ..common.account_limits import Limits
from .account import Account as Account
from .answers import as_bool, as_int, as_list, as_mapping, as_text, error_of, plain_text
from .networks import canonical
from .record import Record, is_being_written, lean_maker, post_settings, readable
from .record_texts import LONGEST_WORD, address, thread_texts, web_address, word

Zone = Callable[[], tzinfo]

_LONGEST_TITLE = 1_000
_MAX_LABELS = 100


def _utc() -> tzinfo:
    return UTC


def _limits(stored: object) -> Limits | None:
    return Limits.from_json(stored) if isinstance(stored, dict) else None


FEED_PAGE = 200
"""Most posts of the local server's feed in one answer."""


@dataclass(frozen=True)
class Channel(Record):
    """One account, page or group that can be posted to.

    ``network`` is the service's slug (``fb``), ``active`` False if the session with the network has
    expired, ``defaults`` the channel's ``custom_post_data``. The service's ``session_data`` (login
    cookies) and ``proxy`` (may hold a password) are dropped on receipt. ``limits`` is what the
    server of an account of this computer takes, None on services. ``further_parts`` is what becomes
    of further parts of a post: ``replies``, ``comments``, ``joined`` to one post, or "" where none
    are taken.
    """

    _keys: ClassVar[dict[str, str]] = {
        "social_network": "network",
        "channel_link": "link",
        "status": "active",
        "custom_post_data": "defaults",
    }

    id: int
    name: str
    network: str
    picture: str = ""
    channel_type: str = ""
    link: str = ""
    active: bool = True
    labels: tuple[str, ...] = ()
    defaults: dict[str, Any] = field(default_factory=dict, hash=False)
    method: str = ""
    limits: Limits | None = None
    further_parts: str = ""

    @property
    def is_own_account(self) -> bool:
        """Whether this computer publishes to it itself, each word as it was typed."""
        return self.limits is not None

    @classmethod
    def from_service(cls, row: object) -> Channel | None:
        """Return a channel from the service's row, None if the row has no usable id."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None or number <= 0:
            return None
        labels = []
        for entry in as_list(data.get("labels"))[:_MAX_LABELS]:
            text = entry if isinstance(entry, str) else as_text(as_mapping(entry).get("label"))
            if text:
                labels.append(text[:LONGEST_WORD])
        made = cls(
            id=number,
            name=plain_text(as_text(data.get("name")), 200) or f"Channel {number}",
            network=canonical(word(data.get("social_network"))),
            picture=address(data.get("picture")),
            channel_type=word(data.get("channel_type")),
            link=address(data.get("channel_link")),
            active=as_bool(data.get("status"), True),
            labels=tuple(labels),
            defaults=post_settings(as_mapping(data.get("custom_post_data"))),
            method=word(data.get("method")),
            limits=_limits(data.get("limits")),
            further_parts=word(data.get("further_parts")),
        )
        made._fill(data)
        return made

    def _fill(self, row: Mapping[str, Any]) -> None:
        super()._fill(row)
        labels = as_list(row.get("labels")) or [{"label": text} for text in self.labels]
        self.update(readable({"labels": labels}))
        if self.limits is None:
            self.pop("limits", None)

    def _service_values(self) -> dict[str, Any]:
        return {**super()._service_values(), "limits": self._limits_json()}

    def _limits_json(self) -> dict[str, Any] | None:
        return None if self.limits is None else self.limits.to_json()

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "limits": self._limits_json()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Channel:
        return cls(
            id=as_int(data.get("id")) or 0,
            name=as_text(data.get("name")),
            network=canonical(as_text(data.get("network"))),
            picture=as_text(data.get("picture")),
            channel_type=as_text(data.get("channel_type")),
            link=as_text(data.get("link")),
            active=as_bool(data.get("active"), True),
            labels=tuple(as_text(label) for label in as_list(data.get("labels"))),
            defaults=dict(as_mapping(data.get("defaults"))),
            method=as_text(data.get("method")),
            limits=_limits(data.get("limits")),
            further_parts=as_text(data.get("further_parts")),
        )


@dataclass(frozen=True, slots=True)
class ScheduleMedia(Record):
    """A file of a schedule: the service's media id, ``image``/``video``, its address, and that of a
    thumbnail if the service has one (on the local server). ``part`` is the number of the further
    part of a thread that it goes with, 0 for the post itself."""

    id: int
    type: str = "image"
    url: str = ""
    thumb: str = ""
    part: int = 0
    lean: InitVar[bool] = False

    def __post_init__(self, lean: bool) -> None:
        if not lean:
            self._fill({})

    @property
    def preview(self) -> str:
        """The address of the smallest available picture."""
        return self.url if self.type == "video" else self.thumb or self.url

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ScheduleMedia:
        return _media_maker()(
            as_int(data.get("id")) or 0,
            as_text(data.get("type")),
            as_text(data.get("url")),
            as_text(data.get("thumb")),
            as_int(data.get("part")) or 0,
        )


@dataclass(frozen=True, slots=True)
class Schedule(Record):
    """One post to one channel, scheduled or past.

    ``status`` is ``not_sent``, ``sending``, ``success``, ``error``, ``draft``, ``trash``, and on
    the local server ``missed`` or ``unknown``. ``send_at`` is aware UTC; once sent it is the real
    time. ``error`` is plain text (the service sends HTML, cut at 800 characters). ``link`` is the
    published post's web address, "" for none. ``message`` is the ``posto_message`` of a post that
    an edit made: what it has in common with those that the edit left in other groups. ``thread``
    holds the texts of its further parts.

    `lean` leaves the dictionary empty: the app keeps a hundred thousand rows and reads only
    attributes. ``row[key]``, ``in`` and ``get`` work anyway.
    """

    _keys: ClassVar[dict[str, str]] = {
        "social_network": "network",
        "send_time": "send_timestamp",
        "error_msg": "error",
        "remote_post_link": "link",
        "channel": "channel",
        "schedule_group_id": "group_id",
    }

    id: int
    group_id: str
    channel_id: int
    channel_name: str = ""
    network: str = ""
    channel_picture: str = ""
    channel_type: str = ""
    status: str = ""
    error: str = ""
    send_at: datetime | None = None
    link: str = ""
    text: str = ""
    media: tuple[ScheduleMedia, ...] = ()
    posto_ref: str | None = None
    wp_post_title: str = ""
    message: str = ""
    thread: tuple[str, ...] = ()
    lean: InitVar[bool] = False

    def __post_init__(self, lean: bool) -> None:
        if not lean:
            self._fill({})

    def _fill(self, row: Mapping[str, Any]) -> None:
        sent = {"post_content": self.text}
        if self.posto_ref:
            sent["posto_ref"] = self.posto_ref
        if self.message:
            sent["posto_message"] = self.message
        media = [file.to_dict() for file in self.media]
        row_fields = {
            "wp_post": {"title": self.wp_post_title},
            "customization_data": sent,
            "posting_data": {"content": self.text, "mediaList": media},
            **row,
            "id": self.id,
            "group_id": self.group_id,
            "channel": {**as_mapping(row.get("channel")), **self.channel},
            "status": self.status,
            "error_msg": self.error,
            "send_time": self.send_timestamp,
            "remote_post_link": self.link,
        }
        dict.update(self, readable(row_fields))

    @property
    def send_timestamp(self) -> int | None:
        """Unix seconds, as the service sends it."""
        return unix_seconds(self.send_at)

    @property
    def channel(self) -> dict[str, Any]:
        """The channel as in the service's row."""
        return {
            "id": self.channel_id,
            "name": self.channel_name,
            "social_network": self.network,
            "picture": self.channel_picture,
            "channel_type": self.channel_type,
        }

    @property
    def whole_text(self) -> str:
        """The texts of all parts of its thread, with a blank line between."""
        if not self.thread:
            return self.text
        return "\n\n".join(part for part in (self.text, *self.thread) if part.strip())

    @property
    def may_be_live(self) -> bool:
        """True if the post may be live in spite of an error: a retry could post twice."""
        error_text = self.error.lower()
        return self.status == "unknown" or (
            self.status == "error"
            and ("first comment error" in error_text or "even after 100 seconds" in error_text)
        )

    @classmethod
    def from_service(cls, row: object, zone: Zone = _utc, *, lean: bool = False) -> Schedule | None:
        """Return a schedule from the service's row; `zone` returns the site's zone, for times as
        text."""
        data = as_mapping(row)
        number = as_int(data.get("id"))
        if number is None:
            return None
        channel = as_mapping(data.get("channel"))
        sent = as_mapping(data.get("customization_data"))
        posting = as_mapping(data.get("posting_data"))
        media = []
        for entry in as_list(posting.get("mediaList")):
            item = as_mapping(entry)
            url = address(item.get("url"))
            if url or item.get("id"):
                media.append(
                    ScheduleMedia(
                        as_int(item.get("id")) or 0,
                        word(item.get("type"), "image"),
                        url,
                        address(item.get("thumb")),
                        max(0, as_int(item.get("part")) or 0),
                        lean=lean,
                    )
                )
        network = word(channel.get("social_network")) or word(data.get("social_network"))
        made = cls(
            id=number,
            group_id=word(data.get("group_id")) or word(data.get("schedule_group_id")),
            channel_id=as_int(channel.get("id")) or as_int(data.get("channel_id")) or 0,
            channel_name=plain_text(
                as_text(channel.get("name")) or as_text(data.get("channel_name")), 200
            ),
            network=canonical(network) if network else "",
            channel_picture=address(channel.get("picture")),
            channel_type=word(channel.get("channel_type")),
            status=word(data.get("status")),
            error=plain_text(as_text(data.get("error_msg")), 800),
            send_at=read_time(data.get("send_time"), zone),
            link=web_address(data.get("remote_post_link")),
            text=as_text(posting.get("content")) or as_text(sent.get("post_content")),
            media=tuple(media),
            posto_ref=word(sent.get("posto_ref")) or None,
            wp_post_title=as_text(as_mapping(data.get("wp_post")).get("title"))[:_LONGEST_TITLE],
            message=word(sent.get("posto_message")),
            thread=thread_texts(sent.get("posto_thread")),
            lean=True,
        )
        if not lean:
            made._fill(data)
        return made

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], shared: dict[str, str] | None = None) -> Schedule:
        """Return the schedule of `to_dict`. Equal texts become one object, that in ``shared``."""
        # The app parses a hundred thousand of them at its start: few calls each.
        get, share = data.get, (shared if shared is not None else {}).setdefault
        group, name, network, picture, kind, status, error, text, mark, title, message = [
            share(value, value) if isinstance(value, str) else as_text(value)
            for value in map(get, SHARED_TEXTS)
        ]
        number, channel, at, link, media, thread = map(get, _VALUES)
        return _schedule_maker()(
            as_int(number) or 0,
            group,
            as_int(channel) or 0,
            name,
            network,
            picture,
            kind,
            status,
            error,
            read_time(at),
            link if isinstance(link, str) else as_text(link),
            text,
            tuple([ScheduleMedia.from_dict(as_mapping(file)) for file in as_list(media)])
            if media
            else (),
            mark or None,
            title,
            message,
            tuple([text for text in as_list(thread) if isinstance(text, str)]) if thread else (),
        )


@cache
def _media_maker() -> Callable[..., ScheduleMedia]:
    return lean_maker(ScheduleMedia)


@cache
def _schedule_maker() -> Callable[..., Schedule]:
    return lean_maker(Schedule)


SHARED_TEXTS = (
    "group_id",
    "channel_name",
    "network",
    "channel_picture",
    "channel_type",
    "status",
    "error",
    "text",
    "posto_ref",
    "wp_post_title",
    "message",
)
"""The texts of a schedule that many have in common."""
_VALUES = ("id", "channel_id", "send_at", "link", "media", "thread")


def read_time(value: object, zone: Zone = _utc) -> datetime | None:
    """Return aware UTC from Unix seconds (number or text) or ``YYYY-MM-DD HH:MM:SS`` in `zone`.

    None for empty or invalid values, MySQL's zero date, and times outside the calendar.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        number = int(value) if abs(value) < 1e12 else None
    else:
        number = as_int(value)
    try:
        if number is not None:
            return datetime.fromtimestamp(number, UTC) if number > 0 else None
        if isinstance(value, str) and value.strip():
            moment = datetime.fromisoformat(value.strip())
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=zone())
            return moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def unix_seconds(moment: datetime | None) -> int | None:
    """Return a moment in whole Unix seconds, as services send it."""
    return None if moment is None else int(moment.timestamp())


@dataclass(frozen=True)
class MediaItem(Record):
    """An uploaded file: the service's id and address, MIME type, ``image``/``video``/``file``."""

    _keys: ClassVar[dict[str, str]] = {
        "source_url": "url",
        "mime_type": "mime",
        "media_type": "kind",
    }

    id: int
    url: str = ""
    mime: str = ""
    kind: str = "file"

    @classmethod
    def from_service(cls, row: object) -> MediaItem | None:
        data = as_mapping(row)
        number = as_int(data.get("id"))
        url = as_text(data.get("source_url"))
        if number is None or number <= 0:
            return None
        mime = as_text(data.get("mime_type"))
        family = mime.split("/", 1)[0]
        return cls(number, url, mime, family if family in {"image", "video", "audio"} else "file")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MediaItem:
        return cls(
            as_int(data.get("id")) or 0,
            as_text(data.get("url")),
            as_text(data.get("mime")),
            as_text(data.get("kind"), "file"),
        )


ChannelState = Literal["taken", "failed", "not_taken", "unclear"]
CHANNEL_STATES: tuple[ChannelState, ...] = ("taken", "failed", "not_taken", "unclear")


@dataclass(frozen=True)
class ChannelOutcome(Record):
    """Status of a post on one of its channels.

    ``state`` is ``taken`` (the service has it: scheduled, being sent or sent), ``failed`` (the
    service has it and reports a failure: ``schedules.retry`` sends it again), ``not_taken`` (the
    service surely does not have it), or ``unclear`` (it may be live or on its way). ``schedule_id``
    and ``status`` are those of its schedule, if that was read; ``error`` is the service's message
    as plain text.
    """

    channel_id: int
    state: ChannelState
    channel_name: str = ""
    network: str = ""
    schedule_id: int | None = None
    status: str = ""
    error: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ChannelOutcome:
        state = data.get("state")
        return cls(
            as_int(data.get("channel_id")) or 0,
            next((candidate for candidate in CHANNEL_STATES if candidate == state), "unclear"),
            as_text(data.get("channel_name")),
            as_text(data.get("network")),
            as_int(data.get("schedule_id")),
            as_text(data.get("status")),
            as_text(data.get("error")),
        )


@dataclass(frozen=True)
class PostResult(Record):
    """Result of a post.

    ``success`` and ``schedule_group_id``, or ``error_message`` (a sentence). ``media_ids`` are the
    uploads in the given order. ``posto_ref`` marks the post on the service. ``share_at`` is its
    time (aware UTC; ``share_timestamp`` in Unix seconds), None = at once. ``unclear`` is True if it
    is unknown whether the service accepted it; never send it again without looking. ``outcomes``
    has the state for each channel.

    ``success`` is True as soon as the service has the post, even for some of its channels only:
    then ``partly`` is True, too, and ``error_message`` says what is wrong. Sending the whole post
    again would publish it a second time on the others.
    """

    _keys: ClassVar[dict[str, str]] = {"share_at": "share_timestamp", "partly": "partly"}

    success: bool
    schedule_group_id: str | None = None
    error_message: str | None = None
    media_ids: list[int] = field(default_factory=list, hash=False)
    posto_ref: str | None = None
    share_timestamp: int | None = None
    unclear: bool = False
    outcomes: tuple[ChannelOutcome, ...] = ()

    @property
    def share_at(self) -> datetime | None:
        return read_time(self.share_timestamp)

    @property
    def partly(self) -> bool:
        """True if the service has the post, but not all of its channels are well."""
        wrong = bool(self.error_message) or any(post.state != "taken" for post in self.outcomes)
        return self.success and wrong

    @classmethod
    def from_response(cls, response: Mapping[str, Any] | None) -> PostResult:
        """Return the result of a composer answer. A group id means acceptance, whatever else it
        says."""
        answer = as_mapping(response)
        refusal = error_of(answer)
        error = refusal[1] if refusal else plain_text(as_text(answer.get("error")))
        group = as_text(answer.get("schedule_group_id"))
        if not (group or error):
            error = "The service sent no answer." if not answer else "The service named no group."
        return cls(bool(group), group or None, error or None)

    def __bool__(self) -> bool:
        return self.success or is_being_written()

    def __str__(self) -> str:
        if self.partly:
            return f"Post partly taken: {self.error_message}"
        if self.success:
            return f"Post taken: group {self.schedule_group_id}"
        if self.unclear:
            return f"Post may have been taken: {self.error_message}"
        return f"Post not taken: {self.error_message}"

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PostResult:
        ids = [as_int(item) for item in as_list(data.get("media_ids"))]
        outcomes = [as_mapping(item) for item in as_list(data.get("outcomes"))]
        return cls(
            as_bool(data.get("success")),
            as_text(data.get("schedule_group_id")) or None,
            as_text(data.get("error_message")) or None,
            [number for number in ids if number is not None],
            as_text(data.get("posto_ref")) or None,
            as_int(data.get("share_timestamp")),
            as_bool(data.get("unclear")),
            tuple(ChannelOutcome.from_dict(row) for row in outcomes if row.get("channel_id")),
        )
