"""A move of posts to another time: its steps, stored in posto.db.

States:
  written ─▶ asking ──────────────────────────────▶ done    the service moves the group itself
     │          └─(no such route)─┐
     └────────▶ creating ─▶ created ─▶ removing ──▶ done    a verified copy, then deletions
                   └───────────┴─▶ undoing ──────▶ failed   the copy is deleted again
  failed from every state in which the post is surely where it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

from posto_desktop.sdk.records import Schedule

MoveState = Literal[
    "written", "asking", "creating", "created", "removing", "undoing", "done", "failed"
]
MOVABLE = frozenset({"not_sent", "missed", "proposed", "returned"})
"""Statuses of waiting rows. Others are sent, being sent, or have no time."""


@dataclass(frozen=True)
class MoveReversal:
    """What undo or redo of a batch began. `batch` is empty if no post moves; `is_whole`: all
    of them do."""

    batch: str
    is_whole: bool


@dataclass(frozen=True)
class Move:
    """Rows of one group that move to `new` together.

    `old` and `new` are Unix seconds; `ids` and `channel_ids` correspond by index, `new_ids` too
    once known. `mark` is the `posto_ref` of the copies, if any; `old_mark` that of the rows.
    `after` is an earlier move of the same posts that this one continues or reverses. `batch` is
    common to all posts moved at once. `stays`: the failed move left the posts waiting for their old
    time. `takes_back`: this move undoes another.
    """

    id: str
    workspace: str
    batch: str
    group_id: str
    ids: tuple[int, ...]
    channel_ids: tuple[int, ...]
    old: float
    new: int
    mark: str
    old_mark: str = ""
    after: str = ""
    state: MoveState = "written"
    new_ids: tuple[int, ...] = ()
    new_group: str = ""
    reason: str = ""
    asked_at: float = 0.0
    next_try: float = 0.0
    tries: int = 0
    watched: bool = False
    stays: bool = True
    takes_back: bool = False
    seen: tuple[str, ...] = ()

    @property
    def is_ended(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def new_at(self) -> datetime:
        return datetime.fromtimestamp(self.new, UTC)

    @property
    def old_at(self) -> datetime:
        return datetime.fromtimestamp(self.old, UTC)

    def body(self) -> dict[str, Any]:
        """Return all fields without columns of their own."""
        values = asdict(self)
        for name in ("id", "workspace", "state"):
            del values[name]
        return values


def read_move(row: Mapping[str, Any]) -> Move:
    """Read a move from its row. Raises ValueError for invalid data."""
    body = row["body"]
    if not isinstance(body, dict):
        raise ValueError("a move without a body")
    known = {name: body[name] for name in Move.__dataclass_fields__ if name in body}
    for name in ("ids", "channel_ids", "new_ids"):
        known[name] = tuple(int(number) for number in known.get(name, ()))
    known["seen"] = tuple(str(digest) for digest in known.get("seen", ()))
    try:
        return Move(id=row["id"], workspace=row["workspace"], state=row["state"], **known)
    except TypeError as error:
        raise ValueError("a move that lacks something") from error


def moves_of(
    rows: Iterable[Schedule], times: dict[int, datetime], workspace: str, batch: str = ""
) -> list[Move]:
    """Return one move for the rows of a group with the same new time. Skips rows that have it
    already or do not wait; `times` are aware, by row."""
    batch = batch or uuid.uuid4().hex
    parts: dict[tuple[str, int, int], list[Schedule]] = {}
    for row in rows:
        when = times.get(row.id)
        if when is None or row.send_at is None or row.status not in MOVABLE:
            continue
        old, new = int(row.send_at.timestamp()), int(when.timestamp())
        if old != new:
            parts.setdefault((row.group_id or f"#{row.id}", old, new), []).append(row)
    return [
        Move(
            id=uuid.uuid4().hex,
            workspace=workspace,
            batch=batch,
            group_id=part[0].group_id,
            ids=tuple(row.id for row in part),
            channel_ids=tuple(row.channel_id for row in part),
            old=old,
            new=new,
            mark=str(uuid.uuid4()),
            old_mark=part[0].posto_ref or "",
        )
        for (_, old, new), part in parts.items()
    ]


def advanced(moves: Iterable[Move], later: Move) -> list[Move]:
    """Return the finished moves as they are after a later move of the same posts finished: with the
    ids that it gave. If it moved only some posts, those become a separate move."""
    places = dict(zip(later.ids, later.new_ids, strict=True))
    updated = []
    for move in moves:
        going = [at for at, number in enumerate(move.new_ids) if number in places]
        if not going:
            updated.append(move)
            continue
        left = [at for at in range(len(move.new_ids)) if at not in going]
        if left:
            updated.append(_part(move, left))
        part = _part(move, going)
        updated.append(
            replace(
                part,
                new_ids=tuple(places[number] for number in part.new_ids),
                new=later.new,
                new_group=later.new_group or part.new_group,
                mark=later.mark if later.new_ids != later.ids else part.mark,
            )
        )
    return updated


def _part(move: Move, at: Sequence[int]) -> Move:
    """Return the part of a finished move with these indexes."""
    return replace(
        move,
        ids=tuple(move.ids[index] for index in at),
        channel_ids=tuple(move.channel_ids[index] for index in at),
        new_ids=tuple(move.new_ids[index] for index in at),
    )


def reversed_moves(moves: Sequence[Move], *, is_redo: bool = False) -> list[Move]:
    """Return the moves that reverse these: from the present time of finished ones, otherwise from
    wherever the posts are by then. `is_redo`: these took others back, which are made again."""
    batch = uuid.uuid4().hex
    reversals = []
    for move in moves:
        copied = bool(move.new_ids) and move.new_ids != move.ids
        reversals.append(
            Move(
                id=uuid.uuid4().hex,
                workspace=move.workspace,
                batch=batch,
                group_id=move.new_group or move.group_id,
                ids=move.new_ids or move.ids,
                channel_ids=move.channel_ids,
                old=float(move.new),
                new=int(move.old),
                mark=str(uuid.uuid4()),
                old_mark=move.mark if copied else move.old_mark,
                after="" if move.is_ended else move.id,
                takes_back=not is_redo,
            )
        )
    return reversals
