"""`posto post` and `posto check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Unpack

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.confirm import confirm
from posto_desktop.cli.exits import Exit, refused, usage
from posto_desktop.cli.interruption import noted_interruption
from posto_desktop.cli.message import MessageInput, draft_of, time_of
from posto_desktop.cli.message_options import MessageOptions, message_of, message_options
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.preview import Preview, preview
from posto_desktop.cli.sending import TIMEOUT, Outcome, PostSender, wait_published
from posto_desktop.cli.session import Session
from posto_desktop.cli.targets import find_channels
from posto_desktop.delivery.keyed_posts import MAX_KEY, KeyedPost, add_once


@click.command("check", short_help="Check a post without sending it")
@click.argument("text", metavar="TEXT|-|FILE")
@message_options
@with_session
def check_command(session: Session, text: str, **options: Unpack[MessageOptions]) -> Exit | None:
    """Check a post as Posto Desktop does, and show what would go out.

    Ends with 1 if a channel would refuse it.
    """
    checked = _preview(session, message_of(text, options))
    session.out.result(checked.to_json(), checked.lines())
    return Exit.REFUSED if checked.blocked else None


@click.command("post", short_help="Send or schedule a post")
@click.argument("text", metavar="TEXT|-|FILE")
@message_options
@click.option("--dry-run", is_flag=True, help="Check it, show it, send nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--key", default="", metavar="KEY", help="The same key twice makes one post.")
@click.option("--wait", "waits", is_flag=True, help="Wait until it is published.")
@click.option("--queue", "stays_queued", is_flag=True,
              help="Leave it in the outbox if the service cannot be reached.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0), default=None, metavar="SECONDS",
              help=f"How long to try, {TIMEOUT:.0f} without this.")  # fmt: skip
@with_session
def post_command(
    session: Session,
    text: str,
    *,
    dry_run: bool,
    yes: bool,
    key: str,
    waits: bool,
    stays_queued: bool,
    timeout: float | None,
    **options: Unpack[MessageOptions],
) -> Exit | None:
    """Send TEXT to channels, now or at a time. `-` reads the text from stdin; the name of a .md or
    .txt file reads that file. The front matter of a .md file may have all of this; options win.

    Nothing is sent twice: a post whose answer was lost is looked for, never repeated.
    """
    message = message_of(text, options)
    key = key or message.key
    if len(key) > MAX_KEY:
        raise usage(f"A key has at most {MAX_KEY} characters.")
    checked = _preview(session, message, is_final=not dry_run)
    if dry_run:
        session.out.result(
            {"preview": checked.to_json(), "sent": None, "dry_run": True}, checked.lines()
        )
        return Exit.REFUSED if checked.blocked else None
    demand_allowed(checked)
    if not stays_queued:
        session.demand_sending()
    confirm(session, yes, checked.lines(), "Send this?")
    with noted_interruption() as interrupted:
        keyed = _write(session, checked, key)
        sender = PostSender(
            session,
            timeout=timeout or TIMEOUT,
            stays_queued=stays_queued,
            interrupted=interrupted,
        )
        outcome = Outcome(sender.send([keyed.entry])[0])
        if waits and outcome.entry.state == "sent":
            progress = ProgressLine()
            rows = wait_published(session, outcome.entry, progress.show, timeout, interrupted)
            progress.clear()
            outcome = Outcome(outcome.entry, rows)
        sent = outcome.to_json(session.workspace.name, key, repeated=not keyed.is_new)
        lines = [*outcome_lines(outcome)]
        if not keyed.is_new:
            lines.insert(0, f"The key {key} was used before. This is its post:")
        session.out.result({"preview": checked.to_json(), "sent": sent}, lines)
    return outcome.code


def _preview(session: Session, message: MessageInput, *, is_final: bool = False) -> Preview:
    """Return the checked post. Raises CommandError and WhenError."""
    if not message.to:
        raise usage("Add --to with a channel, a network, @GROUP or all. See: posto channels.")
    share_at = time_of(message.when)
    channels = find_channels(
        message.to, session.channels(may_be_known=not is_final), session.groups()
    )
    draft = draft_of(message, session.workspace.id, [channel.id for channel in channels])
    return preview(session, draft, channels, share_at)


def demand_allowed(checked: Preview) -> None:
    """Raise CommandError with all that is wrong if a channel would refuse the post."""
    if not checked.blocked:
        return
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    sentences = " ".join(finding.sentence for finding in errors)
    raise refused(f"Nothing was sent. {sentences}", {"preview": checked.to_json()})


def _write(session: Session, checked: Preview, key: str) -> KeyedPost:
    """Write the post to the outbox. Raises OutboxError and StorageError."""
    if key:
        return add_once(
            session.database, session.outbox, checked.draft, checked.channels, checked.share_at, key
        )
    entry = session.outbox.add(checked.draft, checked.channels, checked.share_at)
    return KeyedPost(entry, is_new=True)


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """Yield what became of a post, and of each of its channels."""
    entry = outcome.entry
    words = {
        "sent": "Scheduled" if entry.share_at else "Sent",
        "refused": "Not sent",
        "cancelled": "Not sent",
        "unclear": "May have been sent",
        "handing_over": "May have been sent",
        "waiting": "In the outbox",
        "uploading": "In the outbox",
    }[entry.state]
    when = f" for {entry.share_at.astimezone():%a %d %b %Y %H:%M}" if entry.share_at else ""
    title = entry.title_of(60)
    title += "" if title.endswith((".", "!", "?", "…")) else "."
    yield f"{words}{when}: {title} {entry.reason}".rstrip()
    for channel in outcome.to_json("")["channels"]:
        more = channel["link"] or channel["reason"]
        yield f"  {channel['name']}: {channel['status']} {more}".rstrip()
