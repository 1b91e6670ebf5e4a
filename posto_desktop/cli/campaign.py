"""`posto campaign`: import, list, start, stop and follow campaigns."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from posto_desktop.cli.campaign_feed import feed
from posto_desktop.cli.campaign_forecast import Forecast, forecast, message_line
from posto_desktop.cli.campaign_import import import_command
from posto_desktop.cli.campaign_store import (
    CampaignState,
    campaign_json,
    campaigns_of,
    find_campaign,
    title_of,
)
from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, refused
from posto_desktop.cli.outbox import exit_of, send_all
from posto_desktop.cli.post_lines import iso
from posto_desktop.cli.sending import TIMEOUT
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import (
    CampaignMessageData,
    CampaignStartData,
    CampaignStatusData,
    CampaignStopData,
)
from posto_desktop.core.campaign import Campaign
from posto_desktop.core.campaign_results import CampaignPost, MessageResult
from posto_desktop.delivery import campaign_run
from posto_desktop.delivery.campaign_start import next_start, with_channels
from posto_desktop.delivery.deleted_posts import note_deleted
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage import campaign_rows

_timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(0),
    default=TIMEOUT,
    metavar="SECONDS",
    help=f"How long to try without a connection, {TIMEOUT:.0f} without this.",
)


@click.group("campaign", short_help="Import, start, stop and follow campaigns")
def campaign_command() -> None:
    """Campaigns: many messages that follow each other in a rhythm. NAME is a name, or an id or its
    beginning."""


campaign_command.add_command(import_command)


@campaign_command.command("list")
@with_session
def list_command(session: Session) -> Exit | None:
    """List the campaigns of the workspace, the one changed last first."""
    rows = []
    for campaign in campaigns_of(session):
        stored = campaign_rows.posts(session.database, campaign.id)
        rows.append(campaign_json(campaign, [CampaignPost.from_row(row) for row in stored]))
    session.out.rows(rows, _campaign_line)
    if not rows and not session.out.as_json:
        session.out.note("There are no campaigns. Make one: posto campaign import FILE --to …")
    return None


@campaign_command.command("status")
@click.argument("name")
@with_session
def status_command(session: Session, name: str) -> Exit | None:
    """Show how each message of a campaign stands."""
    state = CampaignState(session, find_campaign(session, name))
    state.remember()
    messages = _messages_of(state)
    data: CampaignStatusData = {
        "campaign": campaign_json(state.campaign, state.posts),
        "counts": dict(Counter(message["state"] for message in messages)),
        "messages": messages,
    }
    counts = ", ".join(f"{count} {kind}" for kind, count in data["counts"].items())
    head = f"{title_of(state.campaign)} ({state.campaign.state}): {counts or 'no messages'}"
    session.out.result(data, [head, *map(message_line, messages)])
    return None


@campaign_command.command("start")
@click.argument("name")
@click.option("--start", default="", metavar="TIME", help="When the first message goes out.")
@click.option("--partly", is_flag=True,
              help="Without the messages and channels that are refused.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show times and findings, start nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--queue", "stays_queued", is_flag=True,
              help="Leave the messages to Posto Desktop, or to posto outbox wait.")  # fmt: skip
@_timeout_option
@with_session
def start_command(
    session: Session,
    name: str,
    *,
    start: str,
    partly: bool,
    dry_run: bool,
    yes: bool,
    stays_queued: bool,
    timeout: float,
) -> Exit | None:
    """Start a campaign, or go on with a stopped one: its messages go to the service, each with its
    time. Messages that are there already are left alone.
    """
    channels = session.channels(may_be_known=dry_run)
    state = CampaignState(session, find_campaign(session, name))
    outlook = forecast(state, channels, start)
    refusals = _refusals(outlook)
    if dry_run:
        session.out.result(_start_json(outlook, started=0), outlook.lines())
        return Exit.REFUSED if refusals and not partly else None
    if refusals and not (partly and outlook.ready.requests):
        raise refused(f"Nothing was started. {refusals}", dict(_start_json(outlook, started=0)))
    if not outlook.ready.requests:
        session.out.result(_start_json(outlook, started=0), ["All messages are scheduled already."])
        return None
    if not stays_queued:
        session.demand_sending()
    confirm(session, yes, outlook.lines(), "Start this campaign?")
    _start(session, outlook)
    sent = []
    if not stays_queued:
        sent = send_all(session, timeout)
    state = CampaignState(session, find_campaign(session, outlook.campaign.id))
    after = replace(outlook, state=state, times=outlook.times)
    count = len(outlook.ready.requests)
    lines = [
        f"Started {title_of(outlook.campaign)}: {count} "
        f"{'message' if count == 1 else 'messages'}, {outlook.ready.posts} posts.",
        *map(message_line, _messages_of(state)),
        f"Stop it: {_command(session, 'stop', outlook.campaign)}",
    ]
    session.out.result(_start_json(after, started=count), lines)
    code = exit_of(sent)
    return Exit.PARTLY if refusals and code == Exit.DONE else code


@campaign_command.command("stop")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show what would be stopped.")
@with_session
def stop_command(session: Session, name: str, *, dry_run: bool) -> Exit | None:
    """Stop a campaign: what is not sent yet is taken out of the outbox and the schedule. Starting
    it again goes on from there.
    """
    state = CampaignState(session, find_campaign(session, name))
    results = list(state.results.values())
    open_ones = [result for result in results if result.is_open]
    remaining: Mapping[int, str] = {}
    campaign = state.campaign
    if open_ones and not dry_run:
        campaign, remaining = _stop(session, state, results)
    data: CampaignStopData = {
        "campaign": campaign_json(campaign, state.posts),
        "stopped": len(open_ones),
        "remaining": [{"id": number, "reason": reason} for number, reason in remaining.items()],
    }
    words = "would be stopped" if dry_run else "stopped"
    lines = [f"{len(open_ones)} of {len(campaign.messages)} messages {words}."]
    lines += [f"Post {number} stays: {reason}" for number, reason in remaining.items()]
    if open_ones and not dry_run:
        lines.append(f"Go on: {_command(session, 'start', campaign)}")
    session.out.result(data, lines)
    return Exit.PARTLY if remaining else None


@campaign_command.command("retry")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show what would be tried again.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@_timeout_option
@with_session
def retry_command(
    session: Session, name: str, *, dry_run: bool, yes: bool, timeout: float
) -> Exit | None:
    """Try the failed messages of a campaign again, each where it failed."""
    state = CampaignState(session, find_campaign(session, name))
    failed = [result for result in state.results.values() if result.can_retry]
    ids = {result.post.message_id for result in failed}
    messages = [row for row in _messages_of(state) if row["id"] in ids]
    if failed and not dry_run:
        session.demand_sending()
        confirm(session, yes, map(message_line, messages), "Send these again?")
        _retry(session, failed)
        sent = send_all(session, timeout)
        state = CampaignState(session, state.campaign)
        messages = [row for row in _messages_of(state) if row["id"] in ids]
    else:
        sent = []
    session.out.rows(messages, lambda row: message_line(row))  # type: ignore[arg-type]
    if not messages:
        session.out.note("No message has failed.")
    return exit_of(sent)


@campaign_command.command("delete")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show what would be deleted.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def delete_command(session: Session, name: str, *, dry_run: bool, yes: bool) -> Exit | None:
    """Delete a campaign. Stop it first if messages are still to go out; posts that are published
    stay published."""
    state = CampaignState(session, find_campaign(session, name))
    if any(result.is_open for result in state.results.values()):
        raise refused(
            f"{title_of(state.campaign)} has messages that are still to go out. Stop it first: "
            f"{_command(session, 'stop', state.campaign)}"
        )
    data = campaign_json(state.campaign, state.posts)
    if not dry_run:
        confirm(session, yes, [_campaign_line(data)], "Delete this campaign?")
        campaign_rows.set_deleted(session.database, state.campaign.id, True)
        session.notify_app(["campaigns"])
    words = "Would delete" if dry_run else "Deleted"
    session.out.result(data, [f"{words} {data['name']}."])
    return None


def _start(session: Session, outlook: Forecast) -> None:
    """Write the start. Raises StorageError."""
    db, ready, state = session.database, outlook.ready, outlook.state
    narrowed = {partial.message_id: partial.channel_ids for partial in ready.partial}
    campaign = replace(
        outlook.campaign,
        state="running",
        start=outlook.campaign.start or state.now,
        messages=with_channels(outlook.campaign.messages, narrowed),
        updated_at=datetime.now(UTC),
    )
    changed = {
        message.id: message.to_json() for message in campaign.messages if message.id in narrowed
    }
    results = state.results.values()
    with db.transaction():
        campaign_rows.put(db, campaign.id, campaign.workspace, campaign.to_json(), changed)
        # A stop that did not finish: those posts are kept now.
        listed = {result.post.posto_ref for result in results if result.is_open and result.rows}
        campaign_run.set_stopped(db, listed, False)
        deleted = [result.post.posto_ref for result in results if result.was_deleted]
        campaign_run.start(db, campaign, ready.requests, deleted)
    feed(session)
    session.notify_app(["outbox", "campaigns"])


def _stop(
    session: Session, state: CampaignState, results: Sequence[MessageResult]
) -> tuple[Campaign, Mapping[int, str]]:
    """Stop what is not sent; return the campaign, and by id why posts of the schedule stay."""
    campaign = replace(
        state.campaign,
        state="stopped",
        start=None,
        start_text=next_start(state.campaign, results, local_zone()) or state.campaign.start_text,
        updated_at=datetime.now(UTC),
    )
    waiting = {number: result for result in results for number in result.waiting_ids}
    late = [result.post.posto_ref for result in results if result.is_open and not result.rows]
    listed = [result.post.posto_ref for result in results if result.waiting_ids]
    campaign_run.stop(session.database, session.outbox, campaign, frozenset((*late, *listed)))
    session.notify_app(["outbox", "campaigns"])
    if not waiting:
        return campaign, {}
    deletion = session.client.sdk.schedules.delete(list(waiting))
    rows = [row for result in results for row in result.rows if row.id in set(deletion.deleted)]
    note_deleted(session.database, session.outbox, rows)
    deleted_ids = {*deletion.deleted, *deletion.missing}
    whole = [
        result.post.posto_ref
        for result in results
        if result.waiting_ids
        and len(result.waiting_ids) == len(result.rows)
        and deleted_ids.issuperset(result.waiting_ids)
    ]
    campaign_run.set_stopped(session.database, whole, True)
    session.notify_app(["outbox", "schedule", "campaigns"])
    return campaign, deletion.reasons


def _retry(session: Session, failed: Sequence[MessageResult]) -> None:
    """Try messages again where each failed: before the outbox, in it, or on the service."""
    refs = [result.post.posto_ref for result in failed if result.post.state == "refused"]
    campaign_run.retry(session.database, refs, datetime.now(UTC))
    ids: list[int] = []
    for result in failed:
        entry = result.entry
        is_refused = entry is not None and entry.state == "refused" and not result.rows
        if entry is not None and (is_refused or result.lacks_channels):
            session.outbox.retry(entry.id)
        ids += result.failed_ids
    if ids:
        session.client.sdk.schedules.retry(ids)
    session.notify_app(["outbox", "schedule", "campaigns"])


def _messages_of(state: CampaignState) -> list[CampaignMessageData]:
    """Return each message with how it stands."""
    rows: list[CampaignMessageData] = []
    for place, message in enumerate(state.campaign.messages, 1):
        result = state.results.get(message.id)
        ids = message.channel_ids
        rows.append(
            {
                "place": place,
                "id": message.id,
                "state": result.kind if result is not None else "draft",
                "time": iso(result.when if result is not None else message.when),
                "text": message.text,
                "channels": list(state.campaign.channel_ids if ids is None else ids),
                "reason": result.reason if result is not None else "",
                "clash": None,
                "findings": [],
            }
        )
    return rows


def _refusals(outlook: Forecast) -> str:
    """Return why a start is refused, "" if nothing stands against it."""
    if outlook.missing_channels:
        numbers = ", ".join(map(str, outlook.missing_channels))
        return f"The workspace does not list these channels: {numbers}."
    reasons = [f"Message {place + 1}: {why}" for place, why in outlook.ready.bad]
    reasons += [f"Message {p.place + 1}, {p.networks}: {p.why}" for p in outlook.ready.partial]
    more = f" And {len(reasons) - 5} more." if len(reasons) > 5 else ""
    return " ".join(reasons[:5]) + more


def _start_json(outlook: Forecast, *, started: int) -> CampaignStartData:
    return {
        "campaign": campaign_json(outlook.campaign, outlook.state.posts),
        "messages": outlook.messages(),
        "posts": outlook.ready.posts,
        "started": started,
    }


def _campaign_line(row: Mapping[str, Any]) -> str:
    posts = ", ".join(f"{count} {state}" for state, count in row["posts"].items())
    line = f"{row['id'][:8]}  {row['state']:<8} {row['messages']:>6}  {row['name']}"
    return f"{line}  ({posts})" if posts else line


def _command(session: Session, verb: str, campaign: Campaign) -> str:
    return shlex.join([*session.command_words(), "campaign", verb, campaign.id[:8]])
