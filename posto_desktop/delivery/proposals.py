"""Proposals: what agents ask for, and what a person's answer carries out.

States:
  asked ─▶ confirmed ─▶ done          a move or a deletion that is carried out
    │          └──────▶ failed
    ├────▶ done                       a schedule: its entries are in the outbox
    ├────▶ declined │ expired         after ten minutes
    └────▶ failed                     it is impossible by now

An agent can only make one. `Proposals.confirm` is for the hands of a person: it writes the new
state in the same transaction as the entries of the outbox, or the moves, so that each is carried
out once whatever ends the program. A deletion is carried out by `ProposedDeletion`, which can be
repeated.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from posto_desktop.common import json_text
from posto_desktop.common.translation import english, translatable
from posto_desktop.common.user_error import EnglishError
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import FileSnapshot, Series, moment
from posto_desktop.core.moves import MOVABLE, moves_of
from posto_desktop.core.proposals import (
    LIFETIME,
    MAX_CLIENT,
    SHORT_DIGEST,
    AgentCall,
    Proposal,
    digest_of,
    entry_row,
    one_line,
    read_proposal,
    row_body,
    row_digest,
)
from posto_desktop.delivery.entry_uploads import problem_of
from posto_desktop.delivery.outbox_rows import OutboxError, rows_of, write
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import agent_calls, proposal_rows
from posto_desktop.storage import moves as move_rows
from posto_desktop.storage.database import Database

log = logging.getLogger(__name__)

Place = Literal["app", "terminal"]
"""Where a person answered."""
MAX_WAITING = 20
"""Most proposals that wait for an answer."""
MAX_POSTS = 100
"""Most posts of a proposal: more than that nobody reads."""
MAX_BODY = 400_000
"""Longest body in characters."""
DELETABLE = MOVABLE | {"error", "draft"}
"""Statuses of rows that a proposal may delete."""
MAX_DELAY = timedelta(hours=1)
"""Time after which a confirmed deletion that could not be carried out is given up."""


class ProposalError(EnglishError):
    """Nothing was proposed or done; `user_message` says why. `code` is "refused", "not_found",
    "answered" or "expired"."""

    def __init__(self, english_message: str, code: str = "refused") -> None:
        super().__init__(english_message)
        self.code = code


@dataclass(frozen=True)
class ProposedMessage:
    """A message to schedule at each of these times (aware). Its style is resolved."""

    draft: Draft
    channels: Sequence[Channel]
    times: Sequence[datetime]


class Proposals:
    """The proposals in posto.db, the one owner of their states. Thread-safe."""

    def __init__(
        self, store: Database, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._store = store
        self._clock = clock

    # -- for agents ----------------------------------------------------------------------------

    def propose_schedule(self, messages: Sequence[ProposedMessage], client: str) -> Proposal:
        """Ask to schedule messages. Everything is frozen now: texts, channels, times, and the
        content of the files. Raises ProposalError for what cannot be scheduled."""
        self._require_room(sum(len(message.channels) * len(message.times) for message in messages))
        workspaces = {message.draft.workspace for message in messages}
        if len(workspaces) != 1:
            raise ProposalError("All messages of a proposal must be of one workspace.")
        entries: list[dict[str, Any]] = []
        drafts = []
        for message in messages:
            entries += self._entries_of(message)
            seen = self._draft_digest(message.draft.id)
            if seen:
                drafts.append({"id": message.draft.id, "seen": seen})
        body = {"entries": entries, "drafts": drafts}
        return self._write("schedule", workspaces.pop(), body, client)

    def _entries_of(self, message: ProposedMessage) -> list[dict[str, Any]]:
        now, times = self._clock(), sorted(set(message.times))
        if message.draft.editing is not None:
            raise ProposalError("It edits a scheduled message. Only a person can save that.")
        if not times or times[0] <= now:
            raise ProposalError("Its time must be in the future. Nothing was proposed.")
        draft = replace(message.draft, media=tuple(map(_hashed, message.draft.media)))
        series_id = uuid.uuid4().hex
        series = [
            Series(series_id, number, len(times)) if len(times) > 1 else None
            for number in range(1, len(times) + 1)
        ]
        try:
            rows = rows_of(draft, message.channels, list(zip(times, series, strict=True)), now)
        except OutboxError as error:
            raise ProposalError(error.english_message) from error
        names = ("id", "workspace", "posto_ref", "share_at", "body")
        return [{name: row[name] for name in names} for row in rows]

    def propose_move(
        self, rows: Sequence[Schedule], times: Mapping[int, datetime], workspace: str, client: str
    ) -> Proposal:
        """Ask to move scheduled posts, each to its time (aware) in `times`, by id."""
        self._require_room(len(rows))
        now = self._clock()
        for row in rows:
            if row.status not in MOVABLE:
                raise ProposalError(f"Post {row.id} is not waiting, so it cannot be moved.")
            if times[row.id] <= now:
                raise ProposalError(f"The new time of post {row.id} must be in the future.")
        seen = {row.id: row_digest(row) for row in rows}
        moves = [
            replace(move, seen=tuple(seen[number] for number in move.ids))
            for move in moves_of(rows, dict(times), workspace)
        ]
        if not moves:
            raise ProposalError("These posts have that time already.")
        moved = {number for move in moves for number in move.ids}
        body = {
            "moves": [{"id": move.id, "body": move.body()} for move in moves],
            "posts": [row_body(row, times[row.id]) for row in rows if row.id in moved],
        }
        return self._write("move", workspace, body, client)

    def propose_delete(self, rows: Sequence[Schedule], workspace: str, client: str) -> Proposal:
        """Ask to delete scheduled posts."""
        self._require_room(len(rows))
        for row in rows:
            if row.status not in DELETABLE:
                raise ProposalError(f"Post {row.id} is not waiting, so it cannot be deleted.")
        return self._write("delete", workspace, {"posts": [row_body(row) for row in rows]}, client)

    def _require_room(self, count: int) -> None:
        if not count:
            raise ProposalError("There is no post in this proposal.")
        if count > MAX_POSTS:
            raise ProposalError(f"A proposal has at most {MAX_POSTS} posts; this one has {count}.")
        proposal_rows.expire(self._store, self._clock().timestamp())
        if proposal_rows.count_in(self._store, "asked") >= MAX_WAITING:
            raise ProposalError(
                f"{MAX_WAITING} proposals wait for an answer already. Ask again when the person "
                "has answered, or in ten minutes."
            )

    def _write(self, kind: str, workspace: str, body: Mapping[str, Any], client: str) -> Proposal:
        proposal_id, now = uuid.uuid4().hex, self._clock()
        plain = json_text.loads(json_text.dumps(body))  # as it will be read
        assert isinstance(plain, dict)
        if len(json_text.dumps(plain)) > MAX_BODY:
            raise ProposalError("This is too long for one proposal. Propose fewer posts at once.")
        digest = digest_of(proposal_id, kind, workspace, plain)
        row = {
            "id": proposal_id,
            "workspace": workspace,
            "kind": kind,
            "body": plain,
            "digest": digest,
            "client": one_line(client, MAX_CLIENT) or "An agent",
            "created_at": now.timestamp(),
            "expires_at": (now + LIFETIME).timestamp(),
            "state": "asked",
            "result": "",
            "updated_at": now.timestamp(),
        }
        proposal_rows.add(self._store, row)
        return self.get(digest)

    def _draft_digest(self, draft_id: str) -> str:
        row = self._store.row("SELECT * FROM drafts WHERE id=?", (draft_id,))
        if row is None:
            return ""
        return hashlib.sha256(json.dumps(row["body"], sort_keys=True).encode("ascii")).hexdigest()

    # -- for people ------------------------------------------------------------------------------

    def waiting(self) -> list[Proposal]:
        """Return those that wait for an answer, the oldest first."""
        now = self._clock()
        proposal_rows.expire(self._store, now.timestamp())
        rows = proposal_rows.in_states(self._store, ("asked",))
        return [proposal for proposal in map(read_proposal, rows) if proposal.is_open(now)]

    def newest(self, limit: int = 100) -> list[Proposal]:
        """Return the newest first, whatever became of them."""
        self.settle()
        return [read_proposal(row) for row in proposal_rows.newest(self._store, limit)]

    def get(self, digest: str) -> Proposal:
        """Return one. Raises ProposalError for an unknown digest."""
        row = proposal_rows.of_digest(self._store, digest)
        if row is None:
            raise ProposalError(f"No proposal has the digest {digest[:64]}.", "not_found")
        return read_proposal(row)

    def find(self, digest: str) -> Proposal:
        """Return the one whose digest begins so: at least the short digest. Raises
        ProposalError."""
        shown = digest.strip().lower()
        if len(shown) < SHORT_DIGEST:
            raise ProposalError(f"A digest has at least {SHORT_DIGEST} characters.", "not_found")
        rows = proposal_rows.beginning_with(self._store, shown)
        if len(rows) != 1:
            raise ProposalError(f"No proposal has the digest {shown[:64]}.", "not_found")
        self.settle()
        return self.get(rows[0]["digest"])

    def confirm(self, digest: str, place: Place = "app") -> Proposal:
        """Carry out what a person has confirmed, once: entries of the outbox and moves are written
        here, a deletion is left to `ProposedDeletion`. `place` says where, for the log. Raises
        ProposalError if it is too late, was answered already, or cannot be done any more."""
        proposal = self.get(digest)
        self._require_open(proposal)
        problem = self._problem(proposal)
        with self._store.transaction() as connection:
            now = self._clock()
            # Another process may have answered meanwhile.
            self._require_open(self.get(digest))
            state, result = _after(proposal), ""
            if problem:
                state, result = "failed", problem
            proposal_rows.change(
                connection, digest, state, expect="asked", now=now.timestamp(), result=result
            )
            if not problem:
                self._carry_out(proposal, now)
            self._log_answer(proposal, problem or _confirmed(place))
        if problem:
            raise ProposalError(problem)
        return self.get(digest)

    def decline(self, digest: str, place: Place = "app") -> Proposal:
        """Decline one. Raises ProposalError if it was answered already."""
        proposal = self.get(digest)
        self._require_open(proposal)
        with self._store.transaction() as connection:
            now = self._clock().timestamp()
            if not proposal_rows.change(connection, digest, "declined", expect="asked", now=now):
                raise ProposalError(
                    translatable("Delivery", "It was answered already."), "answered"
                )
            self._log_answer(proposal, _declined(place))
        return self.get(digest)

    def take_back(self, digest: str) -> bool:
        """Undo the confirmation of a deletion; return False if that has begun."""
        now = self._clock().timestamp()
        return proposal_rows.take_back(
            self._store, digest, now, translatable("Delivery", "Taken back.")
        )

    def _require_open(self, proposal: Proposal) -> None:
        if proposal.state == "expired" or (
            proposal.state == "asked" and not proposal.is_open(self._clock())
        ):
            raise ProposalError(
                translatable(
                    "Delivery", "It was not confirmed within ten minutes. Have it proposed again."
                ),
                "expired",
            )
        if proposal.state != "asked":
            raise ProposalError(translatable("Delivery", "It was answered already."), "answered")

    def _problem(self, proposal: Proposal) -> str:
        """Return why it cannot be carried out; "" if it can."""
        if not proposal.is_intact or not proposal.posts:
            return translatable(
                "Delivery", "It is not what was proposed any more. Nothing was done."
            )
        now = self._clock()
        if proposal.kind == "schedule":
            if any(post.at is None or post.at <= now for post in proposal.posts):
                return translatable("Delivery", "Its time has passed. Nothing was scheduled.")
            return _problem_of_files(proposal)
        if proposal.kind == "move" and any(
            post.at is None or post.at <= now for post in proposal.posts
        ):
            return translatable("Delivery", "The new time has passed. Nothing was moved.")
        return ""

    def _carry_out(self, proposal: Proposal, now: datetime) -> None:
        """Within the transaction of the new state."""
        if proposal.kind == "schedule":
            stamp = now.timestamp()
            rows = [entry_row(raw, stamp) for raw in proposal.body["entries"]]
            write(self._store, rows)
            for draft in proposal.body["drafts"]:
                # A person who went on writing keeps the draft.
                if self._draft_digest(draft["id"]) == draft["seen"]:
                    self._store.remove_draft(draft["id"])
        elif proposal.kind == "move":
            rows = [
                {**raw, "workspace": proposal.workspace, "state": "written"}
                for raw in proposal.body["moves"]
            ]
            move_rows.add(self._store, rows, now.timestamp())

    # -- what becomes of them --------------------------------------------------------------------

    def settle(self) -> None:
        """End what nobody answered, and the moves that have ended."""
        now = self._clock().timestamp()
        proposal_rows.expire(self._store, now)
        for row in proposal_rows.in_states(self._store, ("confirmed",)):
            if row["kind"] == "move":
                self._settle_move(read_proposal(row), now)

    def _settle_move(self, proposal: Proposal, now: float) -> None:
        listed = proposal.body.get("moves")
        ids = [raw["id"] for raw in listed] if isinstance(listed, list) else []
        rows = [row for row in (move_rows.get(self._store, number) for number in ids) if row]
        if any(row["state"] not in ("done", "failed") for row in rows):
            return
        failed = [row for row in rows if row["state"] == "failed"]
        reasons = [
            str(row["body"].get("reason") or translatable("Delivery", "It could not be moved."))
            for row in failed
        ]
        state = "failed" if failed and len(failed) == len(rows) else "done"
        with self._store.transaction() as connection:
            proposal_rows.change(
                connection,
                proposal.digest,
                state,
                expect="confirmed",
                now=now,
                result=" ".join(dict.fromkeys(reasons)),
            )

    def deletions(self, workspace: str | None = None) -> list[Proposal]:
        """Return the confirmed deletions that are still to be carried out, the oldest first."""
        rows = proposal_rows.in_states(self._store, ("confirmed",))
        return [
            read_proposal(row)
            for row in rows
            if row["kind"] == "delete" and workspace in (None, row["workspace"])
        ]

    # -- calls of agents -------------------------------------------------------------------------

    def _log_answer(self, proposal: Proposal, outcome: str) -> None:
        words = english("Delivery", "%n post(s), {digest}", "", len(proposal.posts))
        summary = words.format(digest=proposal.short_digest)
        self.log_call(proposal.client, proposal.kind, summary, outcome)

    def calls(self, limit: int = agent_calls.KEPT) -> list[AgentCall]:
        """Return the calls of agents, the newest first."""
        return [
            AgentCall(
                moment(row["at"]) or datetime.fromtimestamp(0, UTC),
                row["client"],
                row["tool"],
                row["summary"],
                row["outcome"],
            )
            for row in agent_calls.newest(self._store, limit)
        ]

    def log_call(self, client: str, tool: str, summary: str, outcome: str) -> None:
        """Write down what an agent called. Its texts become plain, short lines."""
        agent_calls.add(
            self._store,
            self._clock().timestamp(),
            one_line(client, MAX_CLIENT),
            one_line(tool, agent_calls.MAX_NAME),
            one_line(summary, agent_calls.MAX_SUMMARY),
            one_line(outcome, agent_calls.MAX_OUTCOME),
        )


def _confirmed(place: Place) -> str:
    if place == "terminal":
        return translatable("Delivery", "Confirmed by you on a terminal")
    return translatable("Delivery", "Confirmed by you in the app")


def _declined(place: Place) -> str:
    if place == "terminal":
        return translatable("Delivery", "Declined by you on a terminal")
    return translatable("Delivery", "Declined by you in the app")


def _after(proposal: Proposal) -> str:
    """Return the state that a confirmation leads to."""
    return "done" if proposal.kind == "schedule" else "confirmed"


def _hashed(ref: MediaRef) -> MediaRef:
    """Return a file with the hash of its content, which is verified again before it is sent."""
    problem = problem_of(FileSnapshot(ref, -1, 0))
    if problem:
        raise ProposalError(problem)
    try:
        sha256 = content_hash(Path(ref.path))
    except (OSError, PostoError) as error:
        raise ProposalError(
            translatable("Delivery", "“{name}” could not be read.").format(name=ref.name)
        ) from error
    if ref.sha256 not in (None, sha256):
        raise ProposalError(
            translatable(
                "Delivery", "“{name}” is not the file that was added to the draft."
            ).format(name=ref.name)
        )
    return replace(ref, sha256=sha256)


def _problem_of_files(proposal: Proposal) -> str:
    files = {file.path: file for post in proposal.posts for file in post.files}
    for file in files.values():
        try:
            same = bool(file.sha256) and content_hash(Path(file.path)) == file.sha256
        except (OSError, PostoError):
            same = False
        if not same:
            return translatable(
                "Delivery", "“{name}” was changed after it was proposed. Nothing was scheduled."
            ).format(name=file.name)
    return ""
