"""`posto draft`: the drafts that the app has, too."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import click

from posto_desktop.cli import draft_files, front_matter
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit, refused, usage
from posto_desktop.cli.message import MessageInput, draft_of
from posto_desktop.cli.message_options import (
    MessageOptions,
    message_of,
    message_options,
    with_options,
)
from posto_desktop.cli.output import one_line, shown
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import DraftData
from posto_desktop.cli.stored_drafts import StoredDrafts
from posto_desktop.cli.targets import find_channels
from posto_desktop.core import draft_list
from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel

_CLEARABLE = (
    "to", "when", "media", "style", "link", "comment", "title", "name", "labels", "texts", "thread",
)  # fmt: skip
_EMPTY = MessageInput()


@click.group("draft", short_help="Write, list, edit and delete drafts")
def draft_command() -> None:
    """Drafts, as Posto Desktop has them. They are named by an id or its beginning."""


@draft_command.command("create", short_help="Write a draft")
@click.argument("text", metavar="TEXT|-|FILE", default="")
@message_options
@click.option("--name", default="", metavar="TEXT", help="Its name in lists.")
@click.option("--format", "form", type=click.Choice(["text", "md"]), default="text",
              help="What stdin has: a text, or a file with front matter.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show it, write nothing.")
@with_session
def create_command(
    session: Session,
    text: str,
    *,
    name: str,
    form: str,
    dry_run: bool,
    **options: Unpack[MessageOptions],
) -> Exit | None:
    """Write a draft of TEXT, of stdin (`-`), or of a .md or .txt file. Channels and a time are not
    needed; the words of a time are kept and read when it is posted."""
    message = message_of(text, options, is_file=form == "md")
    if message.key:
        session.out.note("A draft has no key: posto post and posto apply use the one of the file.")
    message = replace(message, name=name or message.name)
    channels = _channels_of(session, message.to)
    draft = draft_of(message, session.workspace.id, [channel.id for channel in channels])
    if draft.is_empty:
        raise usage("There is nothing in this draft yet. Add a text or --media.")
    if not dry_run:
        StoredDrafts(session).put(draft, is_new=True)
    _show_change(session, "Written", [draft], dry_run)
    return None


@draft_command.command("list", short_help="List the drafts, the newest first")
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("--deleted", is_flag=True, help="Those that `posto draft delete` removed.")
@with_session
def list_command(session: Session, words: Sequence[str], *, deleted: bool) -> Exit | None:
    """List the drafts that contain all WORDS, the newest first. With `posto -w NAME` only those
    of this workspace."""
    stored = StoredDrafts(session)
    drafts = stored.deleted() if deleted else stored.all()
    if session.is_workspace_asked:
        drafts = [draft for draft in drafts if draft.workspace == session.workspace.id]
    matches = draft_list.search(drafts, " ".join(words))
    open_ids = stored.open_ids()
    length = stored.short_length()
    session.out.rows(
        (draft_json(session, draft, open_ids) for draft in matches),
        lambda row: _line(row["id"][:length], row),
    )
    if not matches:
        session.out.note("There are no such drafts." if words else "There are no drafts.")
    return None


@draft_command.command("show", short_help="Show a draft")
@click.argument("draft_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(["text", "md"]), default="text",
              help="md: a file that `posto draft create` and `posto post` read.")  # fmt: skip
@with_session
def show_command(session: Session, draft_id: str, *, form: str) -> Exit | None:
    """Show a draft, as lines or as a file with front matter."""
    stored = StoredDrafts(session)
    draft = stored.find(draft_id)
    data = draft_json(session, draft, stored.open_ids())
    if form == "md" and not session.out.as_json:
        written = front_matter.write_message(_message(session, draft))
        click.echo(shown(written) if sys.stdout.isatty() else written, nl=False)
        missing = draft_files.not_in_files(draft)
        if missing:
            session.out.note(f"A file cannot have {', '.join(missing)}. The draft still has them.")
        return None
    session.out.result(data, _lines(data))
    return None


@draft_command.command("edit", short_help="Change a draft")
@click.argument("draft_id", metavar="ID")
@click.argument("text", metavar="[TEXT|-|FILE]", default="")
@message_options
@click.option("--name", default="", metavar="TEXT", help="Its name in lists.")
@click.option("--clear", multiple=True, type=click.Choice(_CLEARABLE), help="Make a field empty.")
@click.option("--dry-run", is_flag=True, help="Show it, write nothing.")
@with_session
def edit_command(
    session: Session,
    draft_id: str,
    text: str,
    *,
    name: str,
    clear: Sequence[str],
    dry_run: bool,
    **options: Unpack[MessageOptions],
) -> Exit | None:
    """Change what the options say of a draft, or replace it by a FILE with front matter. Without
    options it opens in $EDITOR."""
    stored = StoredDrafts(session)
    draft = stored.find(draft_id)
    stored.demand_closed([draft])
    before = _message(session, draft)
    after = _cleared(before, clear)
    if text:
        asked = message_of(text, options)
        is_file = asked.folder is not None
        after = draft_files.absolute(asked) if is_file else replace(after, text=asked.text)
    after = with_options(after, options)
    after = replace(after, name=name or after.name)
    if not text and not name and not clear and not any(options.values()):
        after = _in_editor(session, before)
    ids = draft.channel_ids
    if after.to != before.to:
        channels = _channels_of(session, after.to, draft.workspace)
        ids = tuple(channel.id for channel in channels)
    changed = draft_files.changed_draft(draft, before, after, ids)
    if changed == draft:
        session.out.note("Nothing was changed.")
    elif not dry_run:
        stored.put(changed, seen=draft)
    _show_change(session, "Changed", [changed], dry_run)
    return None


@draft_command.command("post", short_help="Send or schedule a draft")
@click.argument("draft_id", metavar="ID")
@click.option("--to", "-t", multiple=True, metavar="CHANNEL", help="Other channels than its own.")
@click.option("--when", default="", metavar="TIME", help="Another time than its own; now.")
@click.option("--dry-run", is_flag=True, help="Check it, show it, send nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_session
def post_command(
    session: Session, draft_id: str, *, to: Sequence[str], when: str, dry_run: bool, yes: bool
) -> Exit | None:
    """Send a draft, or schedule it for its time, with all that it has. It is a draft no more."""
    from posto_desktop.cli.draft_posts import post_draft

    return post_draft(session, draft_id, to=to, when=when, dry_run=dry_run, yes=yes)


@draft_command.command("delete", short_help="Delete drafts")
@click.argument("draft_ids", metavar="ID...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show them, delete nothing.")
@with_session
def delete_command(session: Session, draft_ids: Sequence[str], *, dry_run: bool) -> Exit | None:
    """Delete drafts, all or none. `posto draft restore` brings them back within 30 days."""
    stored = StoredDrafts(session)
    drafts = stored.find_all(draft_ids)
    stored.demand_closed(drafts)
    if not dry_run:
        stored.delete(drafts)
    _show_change(session, "Deleted", drafts, dry_run)
    if not dry_run:
        ids = " ".join(draft.id[: stored.short_length()] for draft in drafts)
        session.out.note(f"To bring back what was deleted: posto draft restore {ids}")
    return None


@draft_command.command("restore", short_help="Bring back deleted drafts")
@click.argument("draft_ids", metavar="[ID]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Show them, bring back nothing.")
@with_session
def restore_command(session: Session, draft_ids: Sequence[str], *, dry_run: bool) -> Exit | None:
    """Bring back drafts that `posto draft delete` removed; without an ID the last one."""
    stored = StoredDrafts(session)
    if draft_ids:
        drafts = stored.find_all(draft_ids, is_deleted=True)
    else:
        drafts = stored.deleted()[:1]
        if not drafts:
            raise refused("No deleted draft is left to bring back.")
    if not dry_run:
        stored.restore(drafts)
    _show_change(session, "Brought back", drafts, dry_run)
    return None


# -- what they share ------------------------------------------------------------------------------


def _channels_of(session: Session, to: Sequence[str], workspace: str = "") -> list[Channel]:
    """Return the channels of these words. Asks the service only if there are any."""
    if not to:
        return []
    if workspace and workspace != session.workspace.id:
        raise usage(
            "This draft is of another workspace. Add -w and its name behind posto to change its "
            "channels."
        )
    return find_channels(to, session.channels(may_be_known=True), session.groups())


def _message(session: Session, draft: Draft) -> MessageInput:
    channels: list[Channel] = []
    if draft.workspace == session.workspace.id:
        channels, _ = session.known_channels()
    return draft_files.message_of_draft(draft, channels, session.groups())


def _cleared(message: MessageInput, fields: Sequence[str]) -> MessageInput:
    empty = {field: getattr(_EMPTY, field) for field in fields}
    if "media" in fields:
        empty["descriptions"] = ()
    if "texts" in fields:
        empty["text_threads"] = {}
    return replace(message, **empty)


def _in_editor(session: Session, before: MessageInput) -> MessageInput:
    """Return the message as the user changed it in $EDITOR. Raises CommandError."""
    if not _is_terminal() or session.out.as_json:
        raise usage("Say what to change, for example --when friday. See: posto draft edit --help.")
    written = front_matter.write_message(before)
    edited = click.edit(written, extension=".md")
    if edited is None or edited == written:
        return before
    try:
        return replace(front_matter.read_message(edited, "your text"), folder=None)
    except front_matter.FrontMatterError:
        session.out.note(edited)  # what was typed is not lost
        raise


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _show_change(session: Session, verb: str, drafts: Sequence[Draft], dry_run: bool) -> None:
    stored = StoredDrafts(session)
    length, open_ids = stored.short_length(), stored.open_ids()
    rows = [draft_json(session, draft, open_ids) for draft in drafts]
    lead = f"{verb}, if this was not a dry run" if dry_run else verb
    session.out.result(
        {"drafts": rows, "dry_run": dry_run},
        (f"{lead}: {_line(row['id'][:length], row)}" for row in rows),
    )


def draft_json(session: Session, draft: Draft, open_ids: Sequence[str]) -> DraftData:
    names = {workspace.id: workspace.name for workspace in session.workspaces()}
    return {
        "id": draft.id,
        "title_line": draft_list.title_of(draft),
        "name": draft.name,
        "workspace": names.get(draft.workspace, draft.workspace),
        "text": draft.text,
        "texts": {key: [text, *draft.threads.get(key, ())] for key, text in draft.variants.items()},
        "thread": list(draft.threads.get("", ())),
        "channels": list(draft.channel_ids),
        "when": draft.when_text,
        "media": [{"path": ref.path, "alt": ref.alt} for ref in draft.media],
        "style": draft.style,
        "link": draft.link,
        "comment": draft.first_comment,
        "title": draft.title,
        "labels": list(draft.labels),
        "edits_post": draft.editing is not None,
        "open": draft.id in open_ids,
        "created": draft.created_at.astimezone().isoformat(),
        "updated": draft.updated_at.astimezone().isoformat(),
    }


def _line(short_id: str, row: Mapping[str, Any]) -> str:
    when = f" [{row['when']}]" if row["when"] else ""
    state = " (edits a scheduled post)" if row["edits_post"] else ""
    return f"{short_id}  {one_line(row['title_line']) or 'Empty'}{when}{state}"


def _lines(row: DraftData) -> Iterator[str]:
    yield row["text"]
    for number, part in enumerate(row["thread"], 2):
        yield f"\n[{number}] {part}"
    for network, parts in row["texts"].items():
        yield f"\n[{network}] " + "\n".join(parts)
    yield ""
    yield f"id: {row['id']}"
    for field in ("name", "workspace", "when", "style", "link", "comment", "title"):
        if row[field]:
            yield f"{field}: {row[field]}"
    if row["channels"]:
        yield "channels: " + ", ".join(map(str, row["channels"]))
    if row["labels"]:
        yield "labels: " + ", ".join(row["labels"])
    for file in row["media"]:
        yield f"media: {file['path']}" + (f" ({file['alt']})" if file["alt"] else "")
