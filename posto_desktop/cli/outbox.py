"""`posto outbox`: what is on its way, and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from posto_desktop.cli.campaign_feed import feed
from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, not_found, refused, usage
from posto_desktop.cli.post_lines import clock_words, iso, step_json, step_line
from posto_desktop.cli.sending import TIMEOUT, Outcome, PostSender
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import EntryData, EntryDetailData
from posto_desktop.core.entries import STATES, Entry
from posto_desktop.storage import campaign_rows

OPEN = ("waiting", "uploading", "handing_over")
"""States of entries that go on by themselves."""
_timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=TIMEOUT,
    metavar="SECONDS",
    help=f"How long to try without a connection, {TIMEOUT:.0f} without this.",
)
_ids_argument = click.argument("ids", metavar="ID...", nargs=-1, required=True)


@click.group("outbox", short_help="Show what is on its way, wait for it, decide about it")
def outbox_command() -> None:
    """The outbox has each post from the moment it is written down until the service has it. An ID
    may be shortened to its beginning."""


@outbox_command.command("list")
@click.option("--state", multiple=True, metavar="STATE", help=f"{', '.join(STATES)}; or open.")
@click.option("--search", default="", metavar="WORDS", help="All of these words in the text.")
@click.option("--all", "is_all", is_flag=True, help="Of all workspaces.")
@with_session
def list_command(
    session: Session, *, state: tuple[str, ...], search: str, is_all: bool
) -> Exit | None:
    """List entries, the newest first; of those that ended only the last 200."""
    asked = [part.strip() for word in state for part in word.split(",") if part.strip()]
    states = {known for word in asked for known in (OPEN if word == "open" else (word,))}
    for word in states:
        if word not in STATES:
            raise usage(f"There is no state {word}. There are: {', '.join(STATES)}, open.")
    words = search.casefold().split()
    rows = [
        entry_json(session, entry)
        for entry in session.outbox.entries(None if is_all else session.workspace.id)
        if (not states or entry.state in states)
        and all(word in _text_of(entry).casefold() for word in words)
    ]
    session.out.rows(rows, entry_line)
    if not rows and not session.out.as_json:
        session.out.note("Nothing is in the outbox.")
    return None


@outbox_command.command("show")
@click.argument("entry_id", metavar="ID")
@with_session
def show_command(session: Session, entry_id: str) -> Exit | None:
    """Show an entry with its text and its history."""
    entry = find_entry(session, entry_id)
    data: EntryDetailData = {
        **entry_json(session, entry),
        "text": _text_of(entry),
        "history": step_json(entry),
    }
    lines = [entry_line(data), "", data["text"], "", *map(step_line, data["history"])]
    session.out.result(data, lines)
    return None


@outbox_command.command("wait")
@click.argument("ids", metavar="[ID...]", nargs=-1)
@_timeout_option
@with_session
def wait_command(session: Session, ids: tuple[str, ...], *, timeout: float) -> Exit | None:
    """Wait until entries have ended; without ids, until nothing waits in the workspace. If Posto
    Desktop does not run, this sends them.

    Ends with 6 if one is unclear, 7 if some were refused, 1 if all were, 5 if they still wait.
    """
    if not ids:
        return _report(session, send_all(session, timeout))
    entries = [find_entry(session, entry_id) for entry_id in ids]
    return _report(session, _send(session, entries, timeout))


def send_all(session: Session, timeout: float) -> list[Entry]:
    """Send what waits in the workspace, and what campaigns bring meanwhile; return the entries as
    they are then."""
    ended: dict[str, Entry] = {}
    while True:
        feed(session)
        waiting = [
            entry
            for entry in session.outbox.entries(session.workspace.id)
            if entry.state in OPEN and entry.id not in ended
        ]
        if not waiting:
            break
        ended |= {entry.id: entry for entry in _send(session, waiting, timeout)}
        if all(ended[entry.id].state in OPEN for entry in waiting):
            break  # nothing moves: the service cannot be reached
    if campaign_rows.queued(session.database, 1):
        session.out.note("Messages of a campaign wait behind these.")
    return list(ended.values())


@outbox_command.command("cancel")
@_ids_argument
@click.option("--dry-run", is_flag=True, help="Show what would be cancelled.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def cancel_command(
    session: Session, ids: tuple[str, ...], *, dry_run: bool, yes: bool
) -> Exit | None:
    """Take entries back that are not sent. Their texts stay readable: posto outbox show ID."""
    entries = [find_entry(session, entry_id) for entry_id in ids]
    stuck = [entry for entry in entries if not entry.can_cancel]
    if len(stuck) == len(entries):
        raise refused(f"Nothing was cancelled. {_why_stuck(stuck[0])}")
    if not dry_run:
        lines = [entry_line(entry_json(session, entry)) for entry in entries]
        confirm(session, yes, lines, "Cancel?")
        for entry in entries:
            session.outbox.cancel(entry.id)
        session.notify_app(["outbox"])
    after = [session.outbox.entry(entry.id) for entry in entries]
    session.out.rows([entry_json(session, entry) for entry in after], entry_line)
    for entry in stuck:
        session.out.note(f"{entry.id[:8]} stays. {_why_stuck(entry)}")
    return Exit.PARTLY if stuck else None


@outbox_command.command("retry")
@_ids_argument
@click.option("--dry-run", is_flag=True, help="Show what would be tried again.")
@_timeout_option
@with_session
def retry_command(
    session: Session, ids: tuple[str, ...], *, dry_run: bool, timeout: float
) -> Exit | None:
    """Try refused and waiting entries again now. An unclear one is looked for, never sent."""
    entries = [find_entry(session, entry_id) for entry_id in ids]
    stuck = [entry for entry in entries if not entry.can_retry]
    if stuck:
        raise refused(f"{stuck[0].id[:8]} cannot be tried again: it is {stuck[0].state}.")
    if dry_run:
        session.out.rows([entry_json(session, entry) for entry in entries], entry_line)
        return None
    session.demand_sending()
    for entry in entries:
        session.outbox.retry(entry.id)
    return _report(session, _send(session, entries, timeout))


@outbox_command.command("resolve")
@click.argument("entry_id", metavar="ID")
@click.argument("answer", type=click.Choice(["there", "send-again"]))
@click.option("--dry-run", is_flag=True, help="Show the entry.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@_timeout_option
@with_session
def resolve_command(
    session: Session, entry_id: str, answer: str, *, dry_run: bool, yes: bool, timeout: float
) -> Exit | None:
    """Say how an unclear post ended, after a look at the network: it is there, or it is not and is
    to be sent again."""
    entry = find_entry(session, entry_id)
    if entry.state != "unclear":
        raise refused(f"{entry.id[:8]} is not unclear: it is {entry.state}.")
    if dry_run:
        session.out.rows([entry_json(session, entry)], entry_line)
        return None
    question = "It is published?" if answer == "there" else "It is not published, send it again?"
    confirm(session, yes, [entry_line(entry_json(session, entry))], question)
    if answer == "send-again":
        session.demand_sending()
    session.outbox.resolve(entry.id, "there" if answer == "there" else "send_again")
    after = session.outbox.entry(entry.id)
    if after.state in OPEN:
        return _report(session, _send(session, [after], timeout))
    session.notify_app(["outbox"])
    return _report(session, [after])


def find_entry(session: Session, words: str) -> Entry:
    """Return the entry with an id, or with the beginning of one. Raises CommandError."""
    entries = session.outbox.entries()
    matches = [entry for entry in entries if entry.id == words or entry.posto_ref == words]
    if not matches and len(words) >= 4:
        matches = [entry for entry in entries if entry.id.startswith(words)]
    if len(matches) > 1:
        raise usage(f"{len(matches)} entries begin with {words}. Give more of the id.")
    if not matches:
        raise not_found(f"There is no entry {words}. See: posto outbox list.")
    return matches[0]


def _send(session: Session, entries: Sequence[Entry], timeout: float) -> list[Entry]:
    return PostSender(session, timeout=timeout, stays_queued=True).send(entries)


def _report(session: Session, entries: Sequence[Entry]) -> Exit | None:
    session.out.rows([entry_json(session, entry) for entry in entries], entry_line)
    return exit_of(entries)


def exit_of(entries: Sequence[Entry]) -> Exit:
    """Return the exit code that says how entries ended."""
    codes = {Outcome(entry).code for entry in entries if entry.state not in OPEN}
    waiting = [entry for entry in entries if entry.state in OPEN]
    if Exit.UNCLEAR in codes or any(entry.state == "handing_over" for entry in waiting):
        return Exit.UNCLEAR
    if waiting:
        return Exit.SIGN_IN if any(e.code == "sign_in" for e in waiting) else Exit.UNREACHABLE
    failed = {Exit.REFUSED, Exit.PARTLY}
    if codes & failed:
        return Exit.REFUSED if codes == {Exit.REFUSED} else Exit.PARTLY
    return Exit.DONE


def entry_json(session: Session, entry: Entry) -> EntryData:
    names = {known.id: known.name for known in session.workspaces()}
    series = entry.series
    return {
        "id": entry.id,
        "ref": entry.posto_ref,
        "workspace": names.get(entry.workspace, entry.workspace),
        "state": entry.state,
        "code": entry.code,
        "reason": entry.reason,
        "title": entry.title_of(60),
        "when": iso(entry.share_at),
        "created": iso(entry.created_at) or "",
        "changed": iso(entry.updated_at) or "",
        "next_try": iso(entry.next_try),
        "attempts": entry.attempts,
        "channels": list(entry.channel_ids),
        "missing": [item.channel_id for item in entry.missing],
        "files": [ref.name for ref in entry.media],
        "series": f"{series.index}/{series.count}" if series is not None else "",
    }


def entry_line(row: Mapping[str, Any]) -> str:
    """Return the line of `entry_json`."""
    when = clock_words(datetime.fromisoformat(row["when"])) if row["when"] else "at once"
    line = f"{row['id'][:8]}  {row['state']:<12}  {when:<21}  {row['title']}"
    return f"{line}  {row['reason']}" if row["reason"] else line


def _text_of(entry: Entry) -> str:
    texts: Iterator[str] = (item.text for item in entry.items)
    return next((text for text in texts if text), entry.title)


def _why_stuck(entry: Entry) -> str:
    if entry.state == "handing_over":
        return "It is being sent at this moment."
    return f"It is {entry.state} already."
