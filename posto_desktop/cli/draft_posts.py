"""Sends or schedules a draft, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, refused, usage
from posto_desktop.cli.message import time_of
from posto_desktop.cli.posts import demand_allowed, outcome_lines
from posto_desktop.cli.preview import Preview, preview
from posto_desktop.cli.sending import Outcome, PostSender
from posto_desktop.cli.session import Session
from posto_desktop.cli.stored_drafts import StoredDrafts
from posto_desktop.cli.targets import find_channels
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Channel


def post_draft(
    session: Session, draft_id: str, *, to: Sequence[str], when: str, dry_run: bool, yes: bool
) -> Exit | None:
    """Send a draft with all that it has: options of networks, edits of pictures. Raises
    CommandError, OutboxError, PostoError and StorageError."""
    stored = StoredDrafts(session)
    draft = stored.find(draft_id)
    stored.demand_closed([draft])
    _demand_postable(session, draft)
    checked = _checked(session, draft, to, when, is_final=not dry_run)
    if dry_run:
        data = {"preview": checked.to_json(), "sent": None, "dry_run": True}
        session.out.result(data, checked.lines())
        return Exit.REFUSED if checked.blocked else None
    demand_allowed(checked)
    session.demand_sending()
    confirm(session, yes, checked.lines(), "Send this?")
    entry = _write(session, stored, draft, checked)
    session.notify_app(["drafts"])
    outcome = Outcome(PostSender(session).send([entry])[0])
    if outcome.entry.state == "cancelled":
        stored.put(draft, is_new=True)  # it was not sent: nothing of it is lost
    sent = outcome.to_json(session.workspace.name)
    session.out.result({"preview": checked.to_json(), "sent": sent}, outcome_lines(outcome))
    return outcome.code


def _demand_postable(session: Session, draft: Draft) -> None:
    if draft.workspace != session.workspace.id:
        raise usage("This draft is of another workspace. Add -w and its name behind posto.")
    if draft.editing is not None:
        raise refused("This draft edits a scheduled post. Save it in Posto Desktop.")
    if draft.repeat is not None:
        raise refused("This draft repeats. Schedule it in Posto Desktop.")


def _checked(
    session: Session, draft: Draft, to: Sequence[str], when: str, *, is_final: bool
) -> Preview:
    known = session.channels(may_be_known=not is_final)
    channels = find_channels(to, known, session.groups()) if to else _own(draft, known)
    if not channels:
        raise usage("This draft has no channels. Add --to. See: posto channels.")
    draft = replace(
        draft,
        channel_ids=tuple(channel.id for channel in channels),
        when_text=when or draft.when_text,
    )
    return preview(session, draft, channels, time_of(draft.when_text))


def _own(draft: Draft, known: Sequence[Channel]) -> list[Channel]:
    by_id = {channel.id: channel for channel in known}
    missing = [number for number in draft.channel_ids if number not in by_id]
    if missing:
        numbers = ", ".join(map(str, missing))
        raise refused(f"The workspace has no channel {numbers} any more. Choose with --to.")
    return [by_id[number] for number in draft.channel_ids]


def _write(session: Session, stored: StoredDrafts, draft: Draft, checked: Preview) -> Entry:
    """Write the post and remove the draft, in one transaction: two commands send it once."""
    with session.database.transaction():
        stored.demand_same(draft)
        return session.outbox.add(checked.draft, checked.channels, checked.share_at)
