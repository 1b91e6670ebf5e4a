"""`posto proposals`: what agents ask for, and a person's answers.

Only a person confirms: the digest is typed on the terminal itself, not read from stdin, so that a
program with a pipe cannot.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

import click

from posto_desktop.cli.agent_shapes import proposal_data
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit, not_found, refused, usage
from posto_desktop.cli.output import one_line, shown
from posto_desktop.cli.sending import Outcome, PostSender
from posto_desktop.cli.session import Session
from posto_desktop.core.moves import read_move
from posto_desktop.core.proposals import SHORT_DIGEST, Proposal
from posto_desktop.delivery.deleted_posts import note_deleted
from posto_desktop.delivery.move_client import MoveServiceClient
from posto_desktop.delivery.moving_lock import moving
from posto_desktop.delivery.proposals import ProposalError, Proposals
from posto_desktop.delivery.proposed_deletion import ProposedDeletion
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.storage import moves as move_rows

_LISTED = 100
_TIMEOUT = 60.0
"""Seconds that a confirmed move or deletion is waited for."""
_LOOK = 0.2


@click.group("proposals", short_help="Answer what agents propose")
def proposals_command() -> None:
    """List, show, confirm and decline what agents propose (see `posto mcp`)."""


@proposals_command.command("list")
@click.option("--all", "with_ended", is_flag=True, help="Those that ended, too.")
@with_session
def list_command(session: Session, with_ended: bool) -> Exit | None:
    """List the proposals that wait for an answer."""
    proposals = Proposals(session.database)
    listed = proposals.newest(_LISTED) if with_ended else proposals.waiting()
    count = session.out.rows(map(proposal_data, listed), _line)
    if not count:
        session.out.note("No proposal waits for an answer.")
    return None


def _line(row: Mapping[str, Any]) -> str:
    words = one_line(row["posts"][0]["texts"][0]) if row["posts"] else ""
    count = len(row["posts"])
    posts = f"{count} {'post' if count == 1 else 'posts'}"
    return f"{row['short']}  {row['state']:<9} {row['client']}: {row['kind']} {posts}: {words}"


@proposals_command.command("show")
@click.argument("digest")
@with_session
def show_command(session: Session, digest: str) -> Exit | None:
    """Show everything that a proposal would do."""
    proposal = _find(session, digest)
    session.out.result(proposal_data(proposal), lines_of(proposal))
    return None


@proposals_command.command("decline")
@click.argument("digest")
@with_session
def decline_command(session: Session, digest: str) -> Exit | None:
    """Decline a proposal."""
    proposal = _find(session, digest)
    declined = _answered(lambda: Proposals(session.database).decline(proposal.digest, "terminal"))
    session.notify_app(["proposals"])
    session.out.result(proposal_data(declined), ["Declined. Nothing was done."])
    return None


@proposals_command.command("confirm")
@click.argument("digest")
@with_session
def confirm_command(session: Session, digest: str) -> Exit | None:
    """Confirm a proposal, which carries it out. You type its 8 characters on the terminal."""
    with _terminal() as terminal:
        proposal = _find(session, digest)
        for line in lines_of(proposal):
            terminal.show(f"{line}\n")
        terminal.show(f"Type its {SHORT_DIGEST} characters to confirm exactly this: ")
        typed = terminal.ask()
    if typed.lower() != proposal.short_digest:
        raise refused("That is not its digest. Nothing was done.")
    confirmed = _answered(lambda: Proposals(session.database).confirm(proposal.digest, "terminal"))
    session.notify_app(["proposals", "outbox", "drafts"])
    if confirmed.kind == "schedule":
        return _send(session, confirmed)
    return _finish(session, confirmed)


class _Terminal:
    """The terminal of this process, past stdin and stdout."""

    def __init__(self, source: IO[str], target: IO[str]) -> None:
        self._source, self._target = source, target

    def show(self, text: str) -> None:
        self._target.write(shown(text))
        self._target.flush()

    def ask(self) -> str:
        return self._source.readline(200).strip()


@contextlib.contextmanager
def _terminal() -> Iterator[_Terminal]:
    """Open the terminal. Raises CommandError without one: stdin alone could come from a program."""
    names = ("CONIN$", "CONOUT$") if os.name == "nt" else ("/dev/tty", "/dev/tty")
    with contextlib.ExitStack() as opened:
        try:
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                raise OSError
            source = opened.enter_context(open(names[0], encoding="utf-8", errors="replace"))  # noqa: PTH123 - no file
            target = opened.enter_context(open(names[1], "w", encoding="utf-8", errors="replace"))  # noqa: PTH123
        except OSError:
            raise usage(
                "Only a person at a terminal can confirm a proposal. Confirm it there, or in Posto "
                "under Activity. Nothing was done."
            ) from None
        yield _Terminal(source, target)


def lines_of(proposal: Proposal) -> Iterator[str]:
    """Yield everything that a proposal would do, as a person reads it."""
    seconds = max(0, int((proposal.expires_at - datetime.now(UTC)).total_seconds()))
    count = len(proposal.posts)
    posts = f"{count} {'post' if count == 1 else 'posts'}"
    yield f"“{proposal.client}” asks to {proposal.kind} {posts} ({proposal.short_digest})"
    if proposal.state == "asked":
        yield f"{proposal.state}, {seconds // 60} min {seconds % 60} s left"
    else:
        yield f"{proposal.state}. {proposal.result}".rstrip()
    for post in proposal.posts:
        times = [at for at in (post.old_at, post.at) if at is not None]
        when = " -> ".join(f"{at.astimezone():%a %d %b %Y %H:%M %Z}" for at in times)
        yield f"  {post.network}: {post.channel_name}, {when}"
        parts = (post.text, *post.thread)
        for number, part in enumerate(parts, 1):
            mark = f"{number}/{len(parts)} " if len(parts) > 1 else ""
            for line in f"{mark}{part}".splitlines():
                yield f"    {line}"
        for name, value in (
            ("title", post.title),
            ("link", post.link),
            ("first comment", post.comment),
        ):
            if value:
                yield f"    {name}: {value}"
        for file in post.files:
            yield f"    file: {file.name}{f' ({file.alt})' if file.alt else ''}"


def _find(session: Session, digest: str) -> Proposal:
    try:
        return Proposals(session.database).find(digest)
    except ProposalError as error:
        raise not_found(f"{error.user_message} See: posto proposals list.") from error


def _answered(answer: Callable[[], Proposal]) -> Proposal:
    try:
        return answer()
    except ProposalError as error:
        raise refused(error.user_message) from error


def _send(session: Session, confirmed: Proposal) -> Exit:
    """Send the entries of a confirmed proposal; the running app does that, where there is one."""
    entries = [session.outbox.entry(raw["id"]) for raw in confirmed.body["entries"]]
    ended = PostSender(session, stays_queued=True).send(entries)
    outcomes = [Outcome(entry) for entry in ended]
    sent = [outcome.to_json(session.workspace.name) for outcome in outcomes]
    lines = [f"{entry.title_of(60)}: {entry.state} {entry.reason}".rstrip() for entry in ended]
    session.out.result({**proposal_data(confirmed), "sent": sent}, lines)
    return max((outcome.code for outcome in outcomes), default=Exit.DONE)


def _carry_out(session: Session, confirmed: Proposal) -> None:
    """Move or delete, as far as that is possible now. The running app may do it as well: a move is
    advanced by one process at a time, and a deletion can be repeated."""
    db = session.database
    client = MoveServiceClient(session.pool.get(confirmed.workspace), set())
    if confirmed.kind == "delete":
        rows = client.rows([post.id for post in confirmed.posts])
        ProposedDeletion(db, client).run(confirmed.digest)
        left = client.rows(list(rows))
        note_deleted(
            db, session.outbox, [row for number, row in rows.items() if number not in left]
        )
        return
    mover = Mover(db, client)
    for raw in confirmed.body["moves"]:
        row = move_rows.get(db, raw["id"])
        move = read_move(row) if row is not None else None
        if move is None or move.is_ended or move.next_try > time.time():
            continue
        with moving(db.folder) as is_ours:
            if is_ours:
                mover.run(move.id)


def _finish(session: Session, confirmed: Proposal) -> Exit:
    """Carry out a move or deletion, and say how it ended."""
    until = time.monotonic() + _TIMEOUT
    while True:
        _carry_out(session, confirmed)
        ended = _find(session, confirmed.digest)
        if ended.state != "confirmed" or time.monotonic() > until:
            break
        time.sleep(_LOOK)
    session.notify_app(["proposals", "schedule"])
    words = {
        "done": "Done.",
        "failed": "Not done.",
        "confirmed": "Confirmed. Posto goes on with it.",
    }.get(ended.state, ended.state)
    session.out.result(proposal_data(ended), [f"{words} {ended.result}".rstrip()])
    return {"done": Exit.DONE, "confirmed": Exit.UNCLEAR}.get(ended.state, Exit.REFUSED)
