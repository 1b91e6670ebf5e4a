"""`posto evergreen`: messages that go out again and again in free slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Unpack

import click

from posto_desktop.cli.campaign_feed import style_resolver
from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.evergreen_store import (
    evergreen_json,
    find_filling,
    find_message,
    messages_of,
    read_schedule,
    request_of,
    run_json,
    run_line,
    title_of,
)
from posto_desktop.cli.exits import Exit, usage
from posto_desktop.cli.message import draft_of
from posto_desktop.cli.message_options import MessageOptions, message_of, message_options
from posto_desktop.cli.outbox import exit_of, send_all
from posto_desktop.cli.output import one_line
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.sending import TIMEOUT
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import EvergreenFillData
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.evergreen import (
    DEFAULT_COOLDOWN,
    MAX_COOLDOWN,
    MAX_RUNS,
    MAX_WEIGHT,
    Alternative,
    EvergreenMessage,
    EvergreenPreview,
    Filling,
)
from posto_desktop.core.evergreen_words import filled_words, nothing_words, taken_back_words
from posto_desktop.delivery import evergreen_changes, evergreen_fill, evergreen_outcomes
from posto_desktop.delivery.deleted_posts import note_deleted
from posto_desktop.delivery.evergreen_preview import PREVIEW, preview
from posto_desktop.storage import evergreen_rows

_timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=TIMEOUT,
    metavar="SECONDS",
    help=f"How long to try without a connection, {TIMEOUT:.0f} without this.",
)
_MANY = 100_000
_day = click.DateTime(["%Y-%m-%d"])


@click.group("evergreen", short_help="Keep messages that go out again and again")
def evergreen_command() -> None:
    """Evergreen messages go out again and again in the free weekly slots of their channels. NAME is
    a name, the beginning of a text, or an id or its beginning."""


@evergreen_command.command("list")
@with_session
def list_command(session: Session) -> Exit | None:
    """List the evergreen messages of the workspace, the one changed last first."""
    totals = evergreen_outcomes.totals(session.database, datetime.now(UTC))
    rows = [evergreen_json(message, totals.get(message.id)) for message in messages_of(session)]
    session.out.rows(rows, _message_line)
    if not rows:
        session.out.note("There are none. Add one: posto evergreen add TEXT --to CHANNEL")
    return None


def _message_line(row: Mapping[str, Any]) -> str:
    rules = [f"weight {row['weight']}", f"{row['cooldown_days']} days apart", f"{row['runs']} runs"]
    if row["max_runs"] is not None:
        rules.append(f"at most {row['max_runs']} a channel")
    if row["first_day"]:
        rules.append(f"from {row['first_day']}")
    if row["last_day"]:
        rules.append(f"until {row['last_day']}")
    if row["paused"]:
        rules.append("paused")
    return f"{row['id'][:8]}  {one_line(row['name'] or row['texts'][0])}  {', '.join(rules)}"


@evergreen_command.command("add", short_help="Add an evergreen message")
@click.argument("text", metavar="TEXT|-|FILE", default="")
@message_options
@click.option("--name", default="", metavar="TEXT", help="Its name in lists.")
@click.option("--variant", multiple=True, metavar="TEXT", help="A further text, used in turn.")
@click.option(
    "--cooldown",
    type=click.IntRange(0, MAX_COOLDOWN),
    default=DEFAULT_COOLDOWN,
    metavar="DAYS",
    help=f"Days between two runs on a channel, {DEFAULT_COOLDOWN} without.",
)
@click.option(
    "--max-runs",
    type=click.IntRange(1, MAX_RUNS),
    metavar="N",
    help="The most runs on each channel.",
)
@click.option("--from", "first_day", type=_day, metavar="DATE", help="Not before this day.")
@click.option("--until", "last_day", type=_day, metavar="DATE", help="Not after this day.")
@click.option(
    "--weight",
    type=click.IntRange(1, MAX_WEIGHT),
    default=1,
    metavar="1-9",
    help="How often compared with others, 1 without.",
)
@click.option("--paused", is_flag=True, help="Keep it, do not send it yet.")
@click.option("--dry-run", is_flag=True, help="Show it, write nothing.")  # fmt: skip
@with_session
def add_command(
    session: Session,
    text: str,
    *,
    name: str,
    variant: tuple[str, ...],
    cooldown: int,
    max_runs: int | None,
    first_day: datetime | None,
    last_day: datetime | None,
    weight: int,
    paused: bool,
    dry_run: bool,
    **options: Unpack[MessageOptions],
) -> Exit | None:
    """Add an evergreen message of TEXT, of stdin (`-`), or of a .md or .txt file. It goes out when
    slots are filled: by `posto evergreen fill`, or by Posto Desktop if its settings say so."""
    message = message_of(text, options)
    if message.when:
        raise usage("An evergreen message has no time: it goes out in free slots.")
    if not message.to:
        raise usage("Say where it goes: --to CHANNEL.")
    listed = session.channels(may_be_known=True)
    channels = find_channels(message.to, listed, session.groups())
    draft = draft_of(
        replace(message, name=name or message.name),
        session.workspace.id,
        [channel.id for channel in channels],
    )
    if draft.is_empty:
        raise usage("There is nothing in this message yet. Add a text or --media.")
    try:
        made = EvergreenMessage.from_draft(
            draft,
            alternatives=tuple(Alternative(words) for words in variant),
            cooldown_days=cooldown,
            max_runs=max_runs,
            first_day=_date(first_day),
            last_day=_date(last_day),
            weight=weight,
            is_paused=paused,
        )
    except ValueError as error:
        raise usage(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    if not dry_run:
        evergreen_fill.add_message(session.database, made)
        session.notify_app(["evergreen"])
    _show(session, "Would be added" if dry_run else "Added", made)
    return None


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _show(session: Session, done: str, message: EvergreenMessage) -> None:
    totals = evergreen_outcomes.totals(session.database, datetime.now(UTC))
    data = evergreen_json(message, totals.get(message.id))
    session.out.result(data, [f"{done}: {_message_line(data)}"])


@evergreen_command.command("pause")
@click.argument("name")
@with_session
def pause_command(session: Session, name: str) -> Exit | None:
    """Pause an evergreen message, and take back what of it is scheduled."""
    return _set_paused(session, name, True)


@evergreen_command.command("resume")
@click.argument("name")
@with_session
def resume_command(session: Session, name: str) -> Exit | None:
    """Have a paused message go out again. It does not catch up."""
    return _set_paused(session, name, False)


def _set_paused(session: Session, name: str, is_paused: bool) -> Exit | None:
    message = replace(find_message(session, name), is_paused=is_paused)
    rules, now = request_of(session).rules, datetime.now(UTC)
    evergreen_changes.save_message(session.database, session.outbox, message, rules, now)
    exit_code = _remove(session)
    session.notify_app(["evergreen", "outbox"])
    _show(session, "Paused" if is_paused else "Resumed", message)
    return exit_code


@evergreen_command.command("delete")
@click.argument("name")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def delete_command(session: Session, name: str, *, yes: bool) -> Exit | None:
    """Delete an evergreen message, and take back what of it is scheduled."""
    message = find_message(session, name)
    confirm(session, yes, [title_of(message)], "Delete this evergreen message?")
    evergreen_rows.set_deleted(session.database, message.id, True)
    now = datetime.now(UTC)
    evergreen_fill.take_back_message(session.database, session.outbox, message.id, now)
    exit_code = _remove(session)
    session.notify_app(["evergreen", "outbox"])
    _show(session, "Deleted", message)
    return exit_code


@evergreen_command.command("preview")
@click.option("--count", "-n", type=click.IntRange(1, 200), default=PREVIEW,
              help=f"How many to come, {PREVIEW} without.")  # fmt: skip
@click.option("--offline", is_flag=True, help="By the schedule that Posto Desktop read last.")
@with_session
def preview_command(session: Session, *, count: int, offline: bool) -> Exit | None:
    """Show what is scheduled, what comes next, and why; and why other slots stay free."""
    if not offline:
        read_schedule(session)
    now = datetime.now(UTC)
    ahead = preview(session.database, request_of(session), style_resolver(session), now, count)
    names = {message.id: title_of(message) for message in messages_of(session)}
    rows = [run_json(run, names) for run in (*ahead.filled, *ahead.coming, *ahead.free)]
    session.out.rows(sorted(rows, key=lambda row: row["time"]), run_line)
    if ahead.nothing:
        session.out.note(nothing_words(ahead))
    return None


@evergreen_command.command("fill")
@click.option("--days", type=click.IntRange(1, 366), metavar="N",
              help="How many days ahead; as in the settings without this.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be filled, write nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--queue", "stays_queued", is_flag=True,
              help="Leave the posts to Posto Desktop, or to posto outbox wait.")  # fmt: skip
@click.option("--offline", is_flag=True, help="By the schedule that Posto Desktop read last.")
@_timeout_option
@with_session
def fill_command(
    session: Session,
    *,
    days: int | None,
    dry_run: bool,
    yes: bool,
    stays_queued: bool,
    offline: bool,
    timeout: float,
) -> Exit | None:
    """Fill the free slots ahead with evergreen messages: all that can be, or nothing."""
    if not offline:
        read_schedule(session)
    now = datetime.now(UTC)
    request = request_of(session, days)
    resolver, days_ahead = style_resolver(session), request.rules.days_ahead
    ahead = preview(session.database, request, resolver, now, _MANY, days_ahead)
    names = {message.id: title_of(message) for message in messages_of(session)}
    lines = [run_line(run_json(run, names)) for run in (*ahead.coming, *ahead.free)]
    if dry_run or not ahead.coming:
        nothing = [] if ahead.coming else [nothing_words(ahead) or "No slot is free."]
        session.out.result(_fill_json(None, ahead, names), lines + nothing)
        return None
    if not stays_queued:
        session.demand_sending()
    confirm(session, yes, lines, "Fill these slots?")
    filling = evergreen_fill.fill(session.database, session.outbox, request, resolver, now)
    session.notify_app(["evergreen", "outbox"])
    sent = [] if stays_queued else send_all(session, timeout)
    session.out.result(_fill_json(filling, ahead, names), [*lines, filled_words(filling)])
    return exit_of(sent) if sent else None


@evergreen_command.command("undo")
@click.argument("filling", default="", metavar="[ID]")
@click.option("--dry-run", is_flag=True, help="Show the filling, take nothing back.")
@with_session
def undo_command(session: Session, filling: str, *, dry_run: bool) -> Exit | None:
    """Take back a filling, the last one without ID. What was sent stays."""
    chosen = find_filling(session, filling)
    if dry_run:
        session.out.result(_fill_json(chosen, None, {}), [filled_words(chosen)])
        return None
    result = evergreen_fill.take_back(
        session.database, session.outbox, chosen.id, datetime.now(UTC)
    )
    exit_code = _remove(session)
    session.notify_app(["evergreen", "outbox"])
    data = _fill_json(replace(chosen, is_taken_back=True), None, {})
    data |= {"taken_back": result.undone, "stays": result.sent}
    session.out.result(data, [taken_back_words(result)])
    return exit_code


def _remove(session: Session) -> Exit | None:
    """Delete on the service what was taken back."""
    workspace = session.workspace.id
    if not evergreen_rows.to_remove(session.database, workspace):
        return None
    deleted, waiting = evergreen_outcomes.remove_posts(
        session.database, workspace, session.client, datetime.now(UTC)
    )
    note_deleted(session.database, session.outbox, deleted)
    session.notify_app(["schedule"])
    return Exit.PARTLY if waiting else None


def _fill_json(
    filling: Filling | None, ahead: EvergreenPreview | None, names: Mapping[str, str]
) -> EvergreenFillData:
    coming = ahead.coming if ahead is not None else ()
    free = ahead.free if ahead is not None else ()
    return {
        "filling": filling.id if filling is not None and filling.runs else None,
        "posts": filling.posts if filling is not None else 0,
        "runs": filling.runs if filling is not None else 0,
        "first": iso(filling.first) if filling is not None else None,
        "last": iso(filling.last) if filling is not None else None,
        "taken_back": 0,
        "stays": 0,
        "coming": [run_json(run, names) for run in coming],
        "free": [run_json(run, names) for run in free],
    }
