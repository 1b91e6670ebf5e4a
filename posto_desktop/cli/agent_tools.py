"""The tools of `posto mcp`: what an agent can read, write as a draft, and ask for.

No tool publishes, schedules, moves or deletes anything. Those that ask write a proposal
(`delivery.proposals`), which only a person confirms, in the app or on a terminal: nothing here
calls `Proposals.confirm`. Each call is written down, whatever its outcome.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, Literal

from posto_desktop.cli import agent_arguments as arguments
from posto_desktop.cli.agent_drafts import AgentDrafts
from posto_desktop.cli.agent_shapes import ProposalData, proposal_data
from posto_desktop.cli.channels import channel_json
from posto_desktop.cli.exits import Exit, code_of, json_error, not_found, refused, usage
from posto_desktop.cli.message import MessageInput, draft_of
from posto_desktop.cli.output import SCHEMA
from posto_desktop.cli.post_filter import filter_of, read_posts
from posto_desktop.cli.post_lines import iso, post_json
from posto_desktop.cli.preview import Preview, preview
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import FreeSlotData
from posto_desktop.cli.slots import slot_groups, taken_times
from posto_desktop.cli.targets import find_channels
from posto_desktop.common.user_error import message_of
from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.core.proposals import Proposal
from posto_desktop.core.schedule_status import STATUSES
from posto_desktop.core.slots import SlotGroup
from posto_desktop.delivery.proposals import Proposals, ProposedMessage
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage.errors import StorageError

log = logging.getLogger(__name__)

Arguments = Mapping[str, Any]
MAX_ROWS = 200
"""Most posts that one call lists."""
MAX_AT_ONCE = 20
"""Most drafts of one proposal."""
CONFIRM = (
    "Nothing has happened yet. The person confirms it in Posto under Activity, or with: posto "
    "proposals confirm {short}. You cannot confirm it. Ask for its state with the tool proposal."
)


@dataclass(frozen=True)
class Tool:
    """A tool. `kind`: it reads, writes drafts, or asks a person."""

    name: str
    kind: Literal["read", "draft", "ask"]
    about: str
    run: Callable[[Arguments], object]
    schema: arguments.Schema = field(default_factory=arguments.fields)


_ID = arguments.text("The id of a draft.", 64)
_WHEN = arguments.text("A time in plain words: next Monday at noon, 2026-12-24 18:00.", 100)
_TO = arguments.many(
    "Channels: ids or names, networks, @ and the name of a group, or all.",
    arguments.text("A channel.", 200),
    200,
)
_MESSAGE: dict[str, arguments.Schema] = {
    "text": arguments.text("The text."),
    "to": _TO,
    "when": _WHEN,
    "texts": arguments.texts_by_name("Other texts, by network or channel:ID."),
    "thread": arguments.many("Further parts of a thread.", arguments.text("A part."), 99),
    "media": arguments.many(
        "Pictures and videos, as whole paths.", arguments.text("A path.", 4_000), 20
    ),
    "alt": arguments.many(
        "Descriptions of the files, in their order.", arguments.text("A description.", 4_000), 20
    ),
    "link": arguments.text("A link to attach.", 4_000),
    "comment": arguments.text("The first comment.", 10_000),
    "title": arguments.text("The title, where posts have one.", 1_000),
    "style": arguments.text("The name of a style.", 200),
}
_KEPT: dict[str, arguments.Schema] = {
    **_MESSAGE,
    "name": arguments.text("The name of the draft in lists.", 200),
    "labels": arguments.many("Labels.", arguments.text("A label.", 100), 20),
}
_DRAFT_TIMES = arguments.many(
    "The drafts.", arguments.fields(("id",), id=_ID, when=_WHEN), MAX_AT_ONCE, 1
)
_POST_ID = arguments.number("The id of a post in the schedule.", 1, 2**53)


class AgentTools:
    """The tools over one session, and so one workspace. `client` returns how the agent calls
    itself. Not thread-safe: one call at a time."""

    def __init__(self, session: Session, client: Callable[[], str]) -> None:
        self._session, self._client = session, client
        self._drafts = AgentDrafts(session)
        read = partial(Tool, kind="read")
        draft, ask = partial(Tool, kind="draft"), partial(Tool, kind="ask")
        listed = (
            read(
                "channels",
                about="List the channels that posts can go to.",
                run=self._channels,
                schema=arguments.fields(group=arguments.text("Only those of a group.", 200)),
            ),
            read(
                "limits",
                about="Show what a network accepts; without a name, list the networks.",
                run=self._limits,
                schema=arguments.fields(network=arguments.text("A network.", 100)),
            ),
            read(
                "check_message",
                about="Check a message as Posto does, and show what would go out. Sends nothing.",
                run=self._check_message,
                schema=arguments.fields(("text", "to"), **_MESSAGE),
            ),
            read(
                "list_schedule",
                about="List posts of the schedule, the latest time first.",
                run=self._list_schedule,
                schema=arguments.fields(
                    status=arguments.text("Only these.", 20, enum=STATUSES),
                    first=arguments.text("From this time or day on: today, 7 days ago.", 100),
                    last=arguments.text("Up to this time, or the end of this day.", 100),
                    to=_TO,
                    limit=arguments.number("At most so many, 50 without it.", 1, MAX_ROWS),
                ),
            ),
            read(
                "list_drafts",
                about="List the drafts, the newest first.",
                run=self._list_drafts,
                schema=arguments.fields(
                    limit=arguments.number("At most so many, 50 without it.", 1, MAX_ROWS)
                ),
            ),
            read(
                "free_slots",
                about="Show the next weekly slots at which nothing is scheduled.",
                run=self._free_slots,
                schema=arguments.fields(
                    to=_TO, count=arguments.number("How many, 5 without it.", 1, 50)
                ),
            ),
            read(
                "insights",
                about="Show the numbers that a network gives about a published post.",
                run=self._insights,
                schema=arguments.fields(("id",), id=_POST_ID),
            ),
            read(
                "proposal",
                about="Show what became of a proposal.",
                run=self._proposal,
                schema=arguments.fields(
                    ("digest",), digest=arguments.text("Its digest, or the beginning.", 64)
                ),
            ),
            draft(
                "create_draft",
                about="Write a draft, which a person can edit and send. Sends nothing.",
                run=self._create_draft,
                schema=arguments.fields(("text",), **_KEPT),
            ),
            draft(
                "update_draft",
                about="Change fields of a draft. `updated` is that of the draft as you read it.",
                run=self._update_draft,
                schema=arguments.fields(
                    ("id", "updated"), id=_ID, updated=arguments.text("When.", 64), **_KEPT
                ),
            ),
            draft(
                "propose_schedule",
                about="Suggest times for drafts: those given, else the next free slots. It changes "
                "the time in the drafts alone; nothing is scheduled.",
                run=self._propose_schedule,
                schema=arguments.fields(("drafts",), drafts=_DRAFT_TIMES),
            ),
            ask(
                "schedule",
                about="Ask the person to schedule drafts at their times. Returns a preview and a "
                "digest; nothing happens unless the person confirms that within ten minutes.",
                run=self._schedule,
                schema=arguments.fields(("drafts",), drafts=_DRAFT_TIMES),
            ),
            ask(
                "move",
                about="Ask the person to move scheduled posts to other times. As schedule.",
                run=self._move,
                schema=arguments.fields(
                    ("posts",),
                    posts=arguments.many(
                        "Posts and their new times.",
                        arguments.fields(("id", "when"), id=_POST_ID, when=_WHEN),
                        100,
                        1,
                    ),
                ),
            ),
            ask(
                "delete",
                about="Ask the person to delete scheduled posts. As schedule.",
                run=self._delete,
                schema=arguments.fields(
                    ("ids",), ids=arguments.many("Posts of the schedule.", _POST_ID, 100, 1)
                ),
            ),
        )
        self.tools: dict[str, Tool] = {tool.name: tool for tool in listed}

    def call(self, name: str, given: object) -> dict[str, Any]:
        """Run a tool; return the object that `posto --json` would print. Raises nothing: an error
        is a sentence in it."""
        answer: dict[str, Any]
        try:
            tool = self.tools.get(name)
            if tool is None:
                raise not_found(f"There is no tool {name[:60]}.")
            checked = given if given is not None else {}
            arguments.check(tool.schema, checked)
            assert isinstance(checked, Mapping)
            data = tool.run(checked)
            outcome, answer = _outcome(data), {"schema": SCHEMA, "data": data, "ok": True}
        except Exception as error:  # noqa: BLE001 - an agent gets a sentence, the server goes on
            answer = _failed(error)
            outcome = answer["error"]["message"]
        try:
            self._proposals.log_call(self._client(), name, _summary(given), outcome)
        except StorageError as error:
            return _failed(error)  # nothing is done that cannot be written down
        return answer

    @property
    def _proposals(self) -> Proposals:
        return Proposals(self._session.database)

    # -- reading ---------------------------------------------------------------------------------

    def _channels(self, given: Arguments) -> object:
        channels, groups = self._session.channels(), self._session.groups()
        if given.get("group"):
            name = str(given["group"]).removeprefix("@")
            channels = find_channels([f"@{name}"], channels, groups)
        return [channel_json(channel, groups) for channel in channels]

    def _limits(self, given: Arguments) -> object:
        if not given.get("network"):
            return [{"slug": known.slug, "name": known.name} for known in networks.all_networks()]
        known = networks.find(given["network"])
        if known is None:
            raise not_found(f"There is no network {given['network']}. See: limits without a name.")
        from posto_desktop.cli.limit_lines import limits_json

        return limits_json(known.slug)

    def _check_message(self, given: Arguments) -> object:
        session = self._session
        channels = find_channels(given["to"], session.channels(may_be_known=True), session.groups())
        if not channels:
            raise usage("Say to which channels it goes. See: channels.")
        for path in given.get("media", ()):
            if not path.startswith(("/", "~")) and ":" not in path[:3]:
                raise usage(f"{path[:60]} is not a whole path, such as /home/ann/a.png.")
        message = MessageInput(
            text=given["text"],
            media=tuple(given.get("media", ())),
            alt=tuple(given.get("alt", ())),
            style=given.get("style", ""),
            link=given.get("link", ""),
            comment=given.get("comment", ""),
            title=given.get("title", ""),
            texts=given.get("texts", {}),
            thread=tuple(given.get("thread", ())),
        )
        when = self._drafts.time_of(given["when"]) if given.get("when") else None
        draft = draft_of(message, session.workspace.id, [channel.id for channel in channels])
        return preview(session, draft, channels, when).to_json()

    def _list_schedule(self, given: Arguments) -> object:
        status = (given["status"],) if given.get("status") else ()
        first, last = given.get("first", ""), given.get("last", "")
        wanted = filter_of(self._session, status, tuple(given.get("to", ())), first, last, "")
        now, rows = datetime.now(UTC), read_posts(self._session, wanted)
        return [post_json(row, now) for row in islice(rows, int(given.get("limit", 50)))]

    def _list_drafts(self, given: Arguments) -> object:
        drafts = self._drafts.all()[: int(given.get("limit", 50))]
        return [self._drafts.data(draft) for draft in drafts]

    def _free_slots(self, given: Arguments) -> object:
        session = self._session
        channels = find_channels(
            given.get("to") or ("all",), session.channels(may_be_known=True), session.groups()
        )
        ids = [channel.id for channel in channels]
        group, free = self._free(ids, int(given.get("count", 5)))
        return [
            FreeSlotData(time=iso(at) or "", group=group.name, zone=group.zone, channels=ids)
            for at in free
        ]

    def _free(
        self, channel_ids: Sequence[int], count: int, chosen: Sequence[datetime] = ()
    ) -> tuple[SlotGroup, list[datetime]]:
        session, now = self._session, datetime.now(UTC)
        group = slots.group_for(slot_groups(session), channel_ids, session.workspace.id)
        if group is None:
            raise refused("There are no weekly slots. A person sets them: Settings > Publishing.")
        taken = [*taken_times(session, channel_ids, now), *chosen]
        return group, list(islice(slots.free_slots(group, now, local_zone(), taken), count))

    def _insights(self, given: Arguments) -> object:
        return self._session.client.sdk.schedules.insights(given["id"])

    def _proposal(self, given: Arguments) -> object:
        return proposal_data(self._proposals.find(given["digest"]))

    # -- drafts ----------------------------------------------------------------------------------

    def _create_draft(self, given: Arguments) -> object:
        return self._drafts.data(self._drafts.create(given))

    def _update_draft(self, given: Arguments) -> object:
        return self._drafts.data(self._drafts.update(given))

    def _propose_schedule(self, given: Arguments) -> object:
        changed: list[tuple[Draft, datetime]] = []
        taken: list[datetime] = []
        for wanted in given["drafts"]:
            draft = self._drafts.get(wanted["id"])
            if wanted.get("when"):
                when = self._drafts.time_of(wanted["when"])
            else:
                _group, free = self._free(draft.channel_ids, 1, taken)
                if not free:
                    raise refused("All slots of the next year are taken.")
                when = free[0]
            taken.append(when)
            changed.append((draft, when))
        return [self._drafts.data(self._drafts.set_time(draft, when)) for draft, when in changed]

    # -- asking ----------------------------------------------------------------------------------

    def _schedule(self, given: Arguments) -> object:
        if len({wanted["id"] for wanted in given["drafts"]}) < len(given["drafts"]):
            raise usage("Each draft can be scheduled once.")
        channels = {channel.id: channel for channel in self._session.channels()}
        checked = [self._checked(wanted, channels) for wanted in given["drafts"]]
        messages = [
            ProposedMessage(post.draft, post.channels, (post.share_at,))
            for post in checked
            if post.share_at is not None
        ]
        asked = self._proposals.propose_schedule(messages, self._client())
        return self._asked(asked, [post.to_json() for post in checked])

    def _checked(self, wanted: Arguments, channels: Mapping[int, Channel]) -> Preview:
        draft = self._drafts.get(wanted["id"])
        if draft.repeat is not None:
            raise refused("The draft repeats. A person can schedule that in Posto.")
        when = self._drafts.time_of(wanted.get("when") or draft.when_text)
        chosen = [channels[number] for number in draft.channel_ids if number in channels]
        if not chosen or len(chosen) < len(draft.channel_ids):
            raise refused("The draft has channels that do not exist. Set `to` with update_draft.")
        checked = preview(self._session, draft, chosen, when)
        if checked.blocked:
            errors = [item.sentence for item in checked.findings if item.severity == "error"]
            raise refused(f"Nothing was asked. {' '.join(errors)}", {"preview": checked.to_json()})
        return checked

    def _move(self, given: Arguments) -> object:
        times = {wanted["id"]: self._drafts.time_of(wanted["when"]) for wanted in given["posts"]}
        rows = self._rows(list(times))
        workspace = self._session.workspace.id
        asked = self._proposals.propose_move(rows, times, workspace, self._client())
        return self._asked(asked)

    def _delete(self, given: Arguments) -> object:
        rows = self._rows(list(dict.fromkeys(given["ids"])))
        workspace = self._session.workspace.id
        return self._asked(self._proposals.propose_delete(rows, workspace, self._client()))

    def _rows(self, ids: Sequence[int]) -> list[Schedule]:
        rows = self._session.client.sdk.schedules.by_ids(list(ids))
        missing = [str(number) for number in ids if number not in rows]
        if missing:
            raise not_found(f"Not in the schedule: {', '.join(missing)}. See: list_schedule.")
        return [rows[number] for number in ids]

    def _asked(self, proposal: Proposal, previews: Sequence[object] = ()) -> object:
        self._session.notify_app(["proposals"])
        data: ProposalData = proposal_data(proposal)
        how = CONFIRM.format(short=proposal.short_digest)
        return {**data, "previews": list(previews), "how": how}


def _failed(error: Exception) -> dict[str, Any]:
    known = code_of(error)
    if known is None:
        log.warning("A tool failed", exc_info=error)
        sentence, known = "An unexpected error ended the call. Nothing was sent.", Exit.REFUSED
    else:
        sentence = message_of(error, str(error))
    details = getattr(error, "details", None)
    shown = json_error(known, sentence, details if isinstance(details, Mapping) else {})
    return {"schema": SCHEMA, "data": None, "ok": False, "error": shown}


def _summary(given: object) -> str:
    """Return the arguments of a call in one line."""
    if not isinstance(given, Mapping):
        return ""
    parts = []
    for name, value in list(given.items())[:12]:
        words = value if isinstance(value, str) else json.dumps(value, default=str)[:200]
        parts.append(f"{str(name)[:30]}: {words[:200]}")
    return ", ".join(parts)


def _outcome(data: object) -> str:
    """Return what came of a call in one line."""
    if isinstance(data, list):
        return f"{len(data)} listed"
    if isinstance(data, Mapping):
        if "digest" in data:
            return f"{data['state']}: {data['short']}"
        if "updated" in data:
            return f"Draft {data['id']}"
    return "Done"
