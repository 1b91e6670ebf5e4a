"""`posto schedule`: list, show, move, retry, delete and export the posts of the schedule."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, not_found, refused, usage
from posto_desktop.cli.message import time_of
from posto_desktop.cli.moving import PostMover, exit_of, move_json, undo_commands
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.post_filter import filter_of, filter_options, read_posts
from posto_desktop.cli.post_lines import (
    clock_words,
    detail_lines,
    post_json,
    post_line,
    step_json,
    story_json,
)
from posto_desktop.cli.schedule_export import export_command
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import DeletedData, MovesData, PostDetailData, RetriedData
from posto_desktop.core.moves import MOVABLE, moves_of
from posto_desktop.delivery.deleted_posts import note_deleted
from posto_desktop.sdk.post_stories import PostStory
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.schedule_manager import HELD_BACK, NOT_FOUND, RETRIED

TIMEOUT = 60.0


@click.group("schedule", short_help="List and change the posts of the schedule")
def schedule_command() -> None:
    """List, show, move, retry, delete and export the posts of the schedule."""


schedule_command.add_command(export_command)


@schedule_command.command("list")
@filter_options
@click.option("--limit", type=click.IntRange(1), default=None, help="At most so many posts.")
@with_session
def list_command(
    session: Session,
    *,
    status: tuple[str, ...],
    to: tuple[str, ...],
    first: str,
    last: str,
    search: str,
    offline: bool,
    limit: int | None,
) -> Exit | None:
    """List posts, the newest time first. Each is printed as it arrives: a schedule of any length
    takes no more memory than a short one."""
    wanted = filter_of(session, status, to, first, last, search, offline=offline)
    now, progress = datetime.now(UTC), ProgressLine()

    def show(done: int, total: int) -> None:
        if not sys.stdout.isatty():  # there the posts themselves show it
            progress.show(f"Reading {done:,} of {total:,}")

    posts = read_posts(session, wanted, offline=offline, progress=show)
    try:
        count = session.out.rows(
            (post_json(row, now) for row in itertools.islice(posts, limit)), post_line
        )
    finally:
        progress.clear()
    if not count and not session.out.as_json:
        session.out.note("No posts.")
    return None


@schedule_command.command("show")
@click.argument("number", metavar="ID", type=click.IntRange(1))
@with_session
def show_command(session: Session, number: int) -> Exit | None:
    """Show a post with its whole text, its story, its insights and what the outbox did with it."""
    [row] = _rows(session, [number])
    client = session.client
    story: PostStory | None = None
    if session.workspace.is_local:
        story = client.stories.read(number)
    entries = [
        entry
        for entry in session.outbox.entries(session.workspace.id)
        if row.posto_ref and entry.posto_ref == row.posto_ref
    ]
    data: PostDetailData = {
        **post_json(row, datetime.now(UTC)),
        "story": story_json(story),
        "insights": client.sdk.schedules.insights(number) if row.status == "success" else {},
        "history": [step for entry in entries for step in step_json(entry)],
    }
    session.out.result(data, detail_lines(data))
    return None


@schedule_command.command("move")
@click.argument("ids", metavar="ID...", nargs=-1, type=click.IntRange(1), required=True)
@click.argument("when", metavar="TIME")
@click.option("--message", "is_message", is_flag=True,
              help="All posts of their messages, not only these channels.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would move.")
@click.option("--timeout", type=click.FloatRange(0), default=TIMEOUT, metavar="SECONDS",
              help=f"How long to wait for the service, {TIMEOUT:.0f} without this.")  # fmt: skip
@with_session
def move_command(
    session: Session,
    ids: tuple[int, ...],
    when: str,
    *,
    is_message: bool,
    dry_run: bool,
    timeout: float,
) -> Exit | None:
    """Move waiting posts to TIME, in plain words: posto schedule move 12 13 "tomorrow at noon".

    A post exists exactly once whatever fails. The command that takes it back is printed.
    """
    new_time = time_of(when)
    if new_time is None:
        raise usage("Now is no time to move posts to. Try “in 5 minutes”.")
    rows = _rows(session, ids)
    if is_message:
        rows = _whole_messages(session, rows)
    moves = moves_of(rows, {row.id: new_time for row in rows}, session.workspace.id)
    if (stuck := [row for row in rows if row.status not in MOVABLE]) and not moves:
        raise refused(f"Nothing was moved. {_why_stuck(stuck)}")
    for row in stuck:
        session.out.note(f"Post {row.id} stays. {_why_stuck([row])}")
    if not dry_run:
        moves = PostMover(session, timeout).begin(moves)
    data: MovesData = {
        "moves": [move_json(move, is_proposed=dry_run) for move in moves],
        "undo": undo_commands(session, moves),
    }
    session.out.result(data, _move_lines(data, rows))
    code = Exit.DONE if dry_run else exit_of(moves)
    return Exit.PARTLY if stuck and code == Exit.DONE else code


@schedule_command.command("resume")
@click.option("--timeout", type=click.FloatRange(0), default=TIMEOUT, metavar="SECONDS",
              help=f"How long to wait for the service, {TIMEOUT:.0f} without this.")  # fmt: skip
@with_session
def resume_command(session: Session, *, timeout: float) -> Exit | None:
    """Finish moves that were interrupted."""
    moves = PostMover(session, timeout).resume()
    data: MovesData = {
        "moves": [move_json(move) for move in moves],
        "undo": undo_commands(session, moves),
    }
    session.out.result(data, _move_lines(data, ()))
    return exit_of(moves)


@schedule_command.command("retry")
@click.argument("ids", metavar="ID...", nargs=-1, type=click.IntRange(1), required=True)
@click.option("--force", is_flag=True, help="Also posts that may be published already.")
@click.option("--dry-run", is_flag=True, help="Show what would be tried again.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def retry_command(
    session: Session, ids: tuple[int, ...], *, force: bool, dry_run: bool, yes: bool
) -> Exit | None:
    """Send failed posts again. Those that may be published in spite of it are held back."""
    rows = _rows(session, ids)
    now = datetime.now(UTC)
    lines = [post_line(post_json(row, now)) for row in rows]
    if dry_run:
        outcomes = {row.id: _would_retry(row, force=force) for row in rows}
        reasons: Mapping[int, str] = {row.id: row.error for row in rows}
    else:
        session.demand_sending()
        confirm(session, yes, lines, f"Send {_posts(len(rows))} again?")
        result = session.client.sdk.schedules.retry(list(dict.fromkeys(ids)), force=force)
        outcomes, reasons = result.outcomes, result.reasons
        session.notify_app(["schedule"])
    data: list[RetriedData] = [
        {"id": number, "outcome": outcome, "reason": reasons.get(number, "")}
        for number, outcome in outcomes.items()
    ]
    session.out.rows(
        data, lambda row: f"{row['id']:>7}  {row['outcome']}  {row['reason']}".rstrip()
    )
    return _exit_of_retry(set(outcomes.values()))


@schedule_command.command("delete")
@click.argument("ids", metavar="ID...", nargs=-1, type=click.IntRange(1), required=True)
@click.option("--dry-run", is_flag=True, help="Show what would be deleted.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def delete_command(
    session: Session, ids: tuple[int, ...], *, dry_run: bool, yes: bool
) -> Exit | None:
    """Delete posts of the schedule. What is published stays published on its network."""
    numbers = list(dict.fromkeys(ids))
    schedules = session.client.sdk.schedules
    rows = schedules.by_ids(numbers)
    if not rows:
        raise not_found(_no_posts(numbers))
    now = datetime.now(UTC)
    lines = [post_line(post_json(row, now)) for row in rows.values()]
    reasons: Mapping[int, str] = {}
    if dry_run:
        outcomes = {n: "proposed" if n in rows else "missing" for n in numbers}
    else:
        confirm(session, yes, lines, f"Delete {_posts(len(rows))}?")
        result = schedules.delete(numbers)
        deleted, reasons = set(result.deleted), result.reasons
        outcomes = {
            n: "deleted" if n in deleted else "kept" if n in result.kept else "missing"
            for n in numbers
        }
        note_deleted(session.database, session.outbox, [rows[n] for n in deleted if n in rows])
        session.notify_app(["outbox", "schedule"])
    data: list[DeletedData] = [
        {"id": number, "outcome": outcome, "reason": reasons.get(number, "")}  # type: ignore[typeddict-item]
        for number, outcome in outcomes.items()
    ]
    session.out.rows(
        data, lambda row: f"{row['id']:>7}  {row['outcome']}  {row['reason']}".rstrip()
    )
    kept_count = sum(outcome == "kept" for outcome in outcomes.values())
    if not kept_count:
        return None
    return Exit.PARTLY if "deleted" in outcomes.values() else Exit.REFUSED


def _rows(session: Session, ids: Sequence[int]) -> list[Schedule]:
    """Return posts by their ids. Raises CommandError if one does not exist."""
    numbers = list(dict.fromkeys(ids))
    rows = session.client.sdk.schedules.by_ids(numbers)
    missing = [number for number in numbers if number not in rows]
    if missing:
        raise not_found(f"{_no_posts(missing)} See: posto schedule list.")
    return [rows[number] for number in numbers]


def _whole_messages(session: Session, rows: Sequence[Schedule]) -> list[Schedule]:
    """Return all posts of the messages of rows."""
    whole = {row.id: row for row in rows}
    for group_id in dict.fromkeys(row.group_id for row in rows if row.group_id):
        for row in session.client.sdk.schedules.iter(group_id=group_id):
            whole.setdefault(row.id, row)
    return list(whole.values())


def _move_lines(data: MovesData, rows: Sequence[Schedule]) -> Iterator[str]:
    names = {row.id: row.channel_name for row in rows}
    words = {"proposed": "Would move", "moved": "Moved", "failed": "Not moved", "moving": "Moving"}
    if not data["moves"]:
        yield "Nothing to move: all posts have that time already, or there are none."
    for move in data["moves"]:
        posts = ", ".join(f"{n} {names.get(n, '')}".rstrip() for n in move["ids"])
        old, new = (
            clock_words(datetime.fromisoformat(move[key])) for key in ("old_time", "new_time")
        )
        line = f"{words[move['state']]} {posts}: {old} → {new}. {move['reason']}".rstrip()
        yield line
        if move["new_ids"] and move["new_ids"] != move["ids"]:
            yield f"  New ids: {', '.join(map(str, move['new_ids']))}"
        if move["state"] == "moving":
            yield "  It goes on in Posto Desktop, or by: posto schedule resume"
    for command in data["undo"]:
        yield f"Take it back: {command}"


def _would_retry(row: Schedule, *, force: bool) -> str:
    if row.status not in {"error", "unknown"}:
        return "not_failed"
    return HELD_BACK if row.may_be_live and not force else "proposed"


def _exit_of_retry(outcomes: set[str]) -> Exit | None:
    if outcomes <= {RETRIED, "proposed"}:
        return None
    if RETRIED in outcomes:
        return Exit.PARTLY
    if outcomes == {NOT_FOUND}:
        return Exit.NOT_FOUND
    return Exit.UNCLEAR if HELD_BACK in outcomes else Exit.REFUSED


def _why_stuck(rows: Sequence[Schedule]) -> str:
    statuses = {row.status for row in rows}
    if statuses == {"success"}:
        return "It was sent already."
    return "It is being sent right now." if "sending" in statuses else "It is not waiting."


def _no_posts(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"There is no post {numbers[0]}."
    return f"There are no posts {', '.join(map(str, numbers))}."


def _posts(count: int) -> str:
    return "1 post" if count == 1 else f"{count} posts"
