"""Saves edits of scheduled messages: as an entry of the outbox where there is new content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from posto_desktop.common.translation import translatable
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, PostChanges, Replacement
from posto_desktop.core.entries import Entry
from posto_desktop.core.message_save import FurtherMessages, MessageSave, save_of
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import campaign_rows, message_rows
from posto_desktop.storage.database import Database

StyleResolver = Callable[[Draft], Draft]


@dataclass(frozen=True)
class SavedEdit:
    """A saved edit. Without an `entry`, `changes` says which posts are still to be moved to
    `share_at` or deleted; with neither, nothing on the service had to change. `further` are the
    entries of new messages for the other times of its repeat."""

    draft: Draft
    changes: PostChanges
    share_at: datetime | None
    entry: Entry | None = None
    labels: bool = False
    further: tuple[Entry, ...] = ()

    @property
    def is_nothing(self) -> bool:
        is_same = self.entry is None and self.changes.is_nothing and not self.labels
        return is_same and not self.further


def save(
    db: Database,
    outbox: Outbox,
    draft: Draft,
    channels: Sequence[Channel],
    share_at: datetime | None,
    *,
    hold: float = 0.0,
    known: Sequence[Channel] = (),
    further: FurtherMessages | None = None,
    style_resolver: StyleResolver | None = None,
) -> SavedEdit:
    """Save an edit, and the `further` messages of its repeat: all or nothing. `known` are the
    channels of the workspace. Raises OutboxError for a message that cannot be posted, StorageError
    if it cannot be written."""
    edited = draft.editing
    if edited is None:
        raise OutboxError(
            translatable("Delivery", "This message edits nothing. Nothing was changed.")
        )
    before = replace(Draft.from_json(dict(edited.before)), workspace=edited.workspace)
    if style_resolver is not None:
        draft, before = style_resolver(draft), style_resolver(before)
    if draft.resolved_style is not None and draft.resolved_style.missing:
        raise OutboxError(
            f"{draft.resolved_style.why} {translatable('Delivery', 'Nothing was changed.')}"
        )
    marks = {post.mark for post in edited.posts if post.mark}
    whole = campaign_rows.are_of_campaign(db, marks)
    saving = save_of(edited, before, draft, channels, share_at, whole=whole)
    entry, new_entries = None, []
    with db.transaction():
        if further is not None:
            more = style_resolver(further.draft) if style_resolver is not None else further.draft
            new_entries = outbox.add_many(more, channels, further.times)
        if saving.labels:
            message_rows.set_labels(db, marks, draft.labels)
        if saving.replaces is not None:
            entry = outbox.add_edit(
                draft, _of(saving, known or channels), saving.share_at, saving.replaces, hold=hold
            )
        else:
            db.remove_draft(draft.id)
    return SavedEdit(
        draft, saving.changes, saving.share_at, entry, saving.labels, tuple(new_entries)
    )


def undo(db: Database, outbox: Outbox, entry_id: str, *, known: Sequence[Channel]) -> Entry | None:
    """Undo an edit: cancel its entry while nothing of it was sent, and return None. Otherwise
    return the entry that puts the posts back as they were. Raises OutboxError if their time has
    passed."""
    row = db.outbox_row(entry_id)
    if row is None:
        raise OutboxError(translatable("Delivery", "It is too late to undo this."))
    entry = outbox.entry(entry_id)
    untouched = not row["handovers"] and not entry.taken
    if untouched and outbox.cancel(entry_id):
        return None
    edited, replaced = entry.draft.editing, entry.replaces
    if edited is None or replaced is None:
        raise OutboxError(translatable("Delivery", "The earlier version is no longer known."))
    before = Draft.from_json(dict(edited.before))
    when = edited.when
    if when is None or when <= outbox.now():
        raise OutboxError(
            translatable("Delivery", "Its earlier time has passed, so you cannot undo this.")
        )
    replaced_ids = {*replaced.ids, *(post.id for post in replaced.removed)}
    left_posts = tuple(post for post in edited.posts if post.id not in replaced_ids)
    at = entry.share_at.timestamp() if entry.share_at is not None else None
    back = EditedMessage(
        workspace=entry.workspace,
        posts=left_posts,
        at=at,
        message=edited.message,
        entry_id=entry_id,
        before={key: value for key, value in entry.draft.to_json().items() if key != "editing"},
        carried=edited.carried,
    )
    draft = replace(before.duplicate(), workspace=entry.workspace, editing=back)
    by_id = {channel.id: channel for channel in known}
    chosen = [by_id[channel_id] for channel_id in before.channel_ids if channel_id in by_id]
    replaces = Replacement(left_posts, at, after=entry_id, message=edited.message)
    return outbox.add_edit(draft, chosen, when, replaces)


def _of(saving: MessageSave, channels: Sequence[Channel]) -> list[Channel]:
    by_id = {channel.id: channel for channel in channels}
    return [by_id[channel_id] for channel_id in saving.changes.channels if channel_id in by_id]
