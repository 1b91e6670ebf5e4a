"""Posts that writers of a team propose: what waits, what was asked for, and the answers.

Only `posto-server` with people has these routes (docs/team.md); elsewhere there is no team.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import quote

from posto_desktop.common.translation import translatable

from .answers import as_bool, as_int, as_list, as_mapping, as_text, rows_of
from .faults import wrong_answer
from .networks import canonical
from .optional_routes import OptionalRoutes
from .record_texts import word
from .records import read_time, unix_seconds
from .transport import Transport

__all__ = [
    "PostVersion",
    "ProposedChannel",
    "Remark",
    "ReviewManager",
    "ReviewProposal",
    "ReviewState",
    "ReviewStep",
    "UndoneStep",
]

ROUTE = "posto/v1/review"
_MOST, _MOST_STEPS, _MOST_CHANNELS = 1_000, 1_000, 500
_LONGEST_NAME, _LONGEST_COMMENT = 200, 2_000

Subject = Literal["", "text", "media", "time"]
_SUBJECTS: tuple[Subject, ...] = ("", "text", "media", "time")


@dataclass(frozen=True)
class Remark:
    """A request for changes: `comment`, what it is about, and the channel or file if it names
    one."""

    comment: str = ""
    subject: Subject = ""
    channel_id: int | None = None
    media_id: int | None = None
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class ReviewState:
    """How a proposal stands. `state` is "proposed", "returned", "approved" or "withdrawn"; `is_own`
    whether the signed-in person proposed it; `remark` the last request for changes.

    `changed` names what `changed_by` changed in the newest version, as in `ReviewStep`. `step` is
    the id of what was just done, for `ReviewManager.undo`.
    """

    state: str
    author: str = ""
    is_own: bool = False
    version: int = 0
    remark: Remark | None = None
    proposed_at: datetime | None = None
    changed: tuple[str, ...] = ()
    changed_by: str = ""
    changed_at: datetime | None = None
    step: int | None = None

    @classmethod
    def from_service(cls, row: object) -> ReviewState:
        data = as_mapping(row)
        comment = as_text(data.get("comment"))
        remark = None
        if comment:
            remark = _remark(data, comment, as_text(data.get("by")), data.get("at"))
        return cls(
            word(data.get("state")),
            as_text(data.get("author"))[:_LONGEST_NAME],
            as_bool(data.get("is_own")),
            as_int(data.get("version")) or 0,
            remark,
            read_time(data.get("proposed_at")),
            _names(data.get("changed")),
            as_text(data.get("changed_by"))[:_LONGEST_NAME],
            read_time(data.get("changed_at")),
        )


@dataclass(frozen=True)
class UndoneStep:
    """What became of the undo of a step. `state` is how the proposal stands by now, None if the
    step was not undone: `code` and `sentence` say why."""

    step: int
    group_id: str = ""
    state: ReviewState | None = None
    code: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class ProposedChannel:
    """A channel of a proposal."""

    id: int
    name: str = ""
    network: str = ""


@dataclass(frozen=True)
class ReviewProposal:
    """A message that waits for an approval or for changes. `share_at` (aware UTC) is None for at
    once; `schedule_ids` are its rows."""

    group_id: str
    review: ReviewState
    text: str = ""
    share_at: datetime | None = None
    schedule_ids: tuple[int, ...] = ()
    channels: tuple[ProposedChannel, ...] = ()

    @classmethod
    def from_service(cls, row: object) -> ReviewProposal | None:
        """Return a proposal from the service's row; None without its group."""
        data = as_mapping(row)
        group_id = word(data.get("schedule_group_id"))
        if not group_id:
            return None
        channels = [as_mapping(entry) for entry in as_list(data.get("channels"))[:_MOST_CHANNELS]]
        ids = [as_int(number) for number in as_list(data.get("schedule_ids"))[:_MOST_CHANNELS]]
        return cls(
            group_id,
            ReviewState.from_service(data.get("review")),
            as_text(data.get("text")),
            read_time(data.get("share_at")),
            tuple(number for number in ids if number is not None),
            tuple(
                ProposedChannel(
                    as_int(channel.get("id")) or 0,
                    as_text(channel.get("name"))[:_LONGEST_NAME],
                    canonical(word(channel.get("social_network")) or "?"),
                )
                for channel in channels
            ),
        )


@dataclass(frozen=True)
class PostVersion:
    """What a channel had in a step: its settings, as `custom_post_data` of the service."""

    channel_id: int
    data: Mapping[str, object]


@dataclass(frozen=True)
class ReviewStep:
    """A step of a post. `step` is "proposed", "scheduled", "edited", "moved", "returned",
    "approved", "withdrawn", "request_undone", "approval_undone" or "withdrawal_undone"; `changed`
    names what is different from the step before: "time", "channels", and fields of posts."""

    step: str
    version: int = 0
    at: datetime | None = None
    person: str = ""
    changed: tuple[str, ...] = ()
    share_at: datetime | None = None
    remark: Remark | None = None
    posts: tuple[PostVersion, ...] = ()

    @classmethod
    def from_service(cls, row: object) -> ReviewStep:
        data = as_mapping(row)
        comment, person = as_text(data.get("comment")), as_text(data.get("person"))[:_LONGEST_NAME]
        posts = [as_mapping(entry) for entry in as_list(data.get("posts"))[:_MOST_CHANNELS]]
        return cls(
            word(data.get("step")),
            as_int(data.get("version")) or 0,
            read_time(data.get("at")),
            person,
            _names(data.get("changed")),
            read_time(data.get("share_at")),
            _remark(data, comment, person, data.get("at")) if comment else None,
            tuple(
                PostVersion(
                    as_int(post.get("channel_id")) or 0,
                    dict(as_mapping(post.get("custom_post_data"))),
                )
                for post in posts
            ),
        )


# Inside the class `list` is a method.
Proposals = list[ReviewProposal]
Steps = list[ReviewStep]
Outcomes = list[UndoneStep]


class ReviewManager:
    """Lists and answers proposals. All methods raise `PostoError`; a service without a team raises
    `ServiceError` (``reason="no_route"``) for `list`, after the first time without being asked."""

    def __init__(self, transport: Transport, routes: OptionalRoutes) -> None:
        self._transport, self._routes = transport, routes

    def list(self) -> Proposals:
        """Return the proposals that the signed-in person sees whole, the soonest first."""
        return self._routes.ask(ROUTE, self._list)

    def story(self, group_id: str) -> Steps:
        """Return the steps of a message, the first one first."""
        rows = rows_of(self._transport.get(_route(group_id)), "steps")
        if rows is None:
            raise self._wrong()
        return [ReviewStep.from_service(row) for row in rows[:_MOST_STEPS]]

    def approve(
        self,
        group_id: str,
        *,
        version: int | None = None,
        share_at: datetime | Literal["now"] | None = None,
        hold: int = 0,
    ) -> ReviewState:
        """Schedule a proposal, for editors. `share_at` is another time, None for the proposed one;
        it does not go out for `hold` seconds (at most 60) in any case, so that it can be undone.

        With `version` it is refused if somebody changed it since (``code="posto_changed"``). If its
        time has passed the `code` is ``posto_time_passed``: approve it with another one.
        """
        body = _body(version)
        if hold:
            body["hold"] = hold
        if share_at is not None:
            body["share_at"] = None if share_at == "now" else unix_seconds(share_at)
        return self._answer(group_id, "approve", body)

    def ask(
        self,
        group_id: str,
        comment: str,
        *,
        about: Subject = "",
        channel_id: int | None = None,
        media_id: int | None = None,
        version: int | None = None,
    ) -> ReviewState:
        """Request changes of a proposal, for editors: `about` its text, a file or the time."""
        subject: dict[str, object] = {"kind": about} if about else {}
        for name, number in (("channel_id", channel_id), ("media_id", media_id)):
            if number is not None:
                subject[name] = number
        body = {**_body(version), "comment": comment}
        return self._answer(group_id, "ask", {**body, "about": subject} if subject else body)

    def withdraw(self, group_id: str, *, version: int | None = None) -> ReviewState:
        """Take an own proposal back: its rows go, its history stays."""
        return self._answer(group_id, "withdraw", _body(version))

    def undo(self, steps: Sequence[int]) -> Outcomes:
        """Undo own steps, each the last one of its proposal: an approval while its post is surely
        not sent, a request for changes that was not answered, a withdrawal."""
        data = as_mapping(self._transport.post(f"{ROUTE}/undo", {"steps": [*steps]}))
        outcomes = Outcomes()
        for row in map(as_mapping, as_list(data.get("undone"))[:_MOST]):
            group_id = word(row.get("schedule_group_id"))
            state = ReviewState.from_service(row.get("review"))
            outcomes.append(UndoneStep(as_int(row.get("step")) or 0, group_id, state))
        for row in map(as_mapping, as_list(data.get("refused"))[:_MOST]):
            sentence = as_text(row.get("message"))[:_LONGEST_COMMENT]
            number, code = as_int(row.get("step")) or 0, word(row.get("code"))
            outcomes.append(UndoneStep(number, code=code, sentence=sentence))
        return outcomes

    def _list(self) -> Proposals:
        rows = rows_of(self._transport.get(ROUTE), "proposals")
        if rows is None:
            raise self._wrong()
        proposals = (ReviewProposal.from_service(row) for row in rows[:_MOST])
        return [proposal for proposal in proposals if proposal is not None]

    def _answer(self, group_id: str, verb: str, body: dict[str, object]) -> ReviewState:
        data = as_mapping(self._transport.post(f"{_route(group_id)}/{verb}", body))
        return replace(ReviewState.from_service(data.get("review")), step=as_int(data.get("step")))

    def _wrong(self) -> Exception:
        host = self._transport.endpoint.host
        return wrong_answer(
            "the proposals are missing in the answer",
            translatable("Sdk", "{host} answered without its proposals.").format(host=host),
        )


def _names(value: object) -> tuple[str, ...]:
    return tuple(word(name) for name in as_list(value) if word(name))


def _route(group_id: str) -> str:
    return f"{ROUTE}/{quote(group_id, safe='')}"


def _body(version: int | None) -> dict[str, object]:
    return {} if version is None else {"version": version}


def _remark(data: Mapping[str, object], comment: str, by: str, at: object) -> Remark:
    about = as_mapping(data.get("about"))
    kind = as_text(about.get("kind"))
    return Remark(
        comment[:_LONGEST_COMMENT],
        next((subject for subject in _SUBJECTS if subject == kind), ""),
        as_int(about.get("channel_id")),
        as_int(about.get("media_id")),
        by[:_LONGEST_NAME],
        read_time(at),
    )
