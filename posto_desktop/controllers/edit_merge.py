"""Controller of two people in one message: before an edit is saved, it looks what others saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.message_edit import MessageEditController
from posto_desktop.controllers.others_edit import (
    OthersVersion,
    OthersVersionReader,
    merged_with,
)
from posto_desktop.controllers.team import TeamController
from posto_desktop.core.draft import Draft
from posto_desktop.core.edit_merge import EditMerge, with_theirs
from posto_desktop.models.review_words import field_words
from posto_desktop.sdk.records import Channel

if TYPE_CHECKING:
    from posto_desktop.core.message_save import FurtherMessages

__all__ = ["EditMergeController"]


@dataclass(frozen=True)
class _Saving:
    """An edit that is to be saved."""

    draft: Draft
    channels: Sequence[Channel]
    share_at: datetime | None
    further: FurtherMessages | None


class EditMergeController(QObject):
    """Merges the user's edit with what others changed since it was opened, field by field. Where
    both changed a field, the user chooses; the other version is kept."""

    def __init__(
        self,
        context: AppContext,
        team: TeamController,
        message_edit: MessageEditController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._team, self._message_edit = context, team, message_edit
        self._pending: dict[str, _Saving] = {}
        self._reader = OthersVersionReader(context.service, self)
        message_edit.is_merged = self._look

    def _look(
        self,
        draft: Draft,
        channels: Sequence[Channel],
        share_at: datetime | None,
        further: FurtherMessages | None,
    ) -> bool:
        """Look at the message on the server first; return False where there is no need to."""
        edited, view = draft.editing, self._team.state.view
        if edited is None or edited.entry_id or not edited.posts:
            return False
        if not view.role or not view.is_reached:
            return False
        key = uuid4().hex
        self._pending[key] = _Saving(draft, channels, share_at, further)
        self._team.drafts.put(draft)  # on the disk until it is saved
        self._reader.read(edited, partial(self._read, key))
        return True

    @Slot()
    def clear(self) -> None:
        """Another workspace opens: what is not saved yet stays in the drafts."""
        for saving in self._pending.values():
            self._team.drafts.put(saving.draft)
        self._pending.clear()
        self._reader.clear()

    def _read(self, key: str, version: OthersVersion | None) -> None:
        saving = self._pending.pop(key, None)
        if saving is None:
            return
        if version is None:
            self._save(saving)  # what became of it is said by the outbox
            return
        merge = merged_with(saving.draft, saving.share_at, version.theirs, version.changed)
        if merge.conflicts:
            self._ask(saving, merge, version.by)
        else:
            self._finish(saving, merge, version.by)

    def _ask(self, saving: _Saving, merge: EditMerge, by: str) -> None:
        from posto_desktop.ui.compose.edit_merge_dialog import EditMergeDialog

        dialog = EditMergeDialog(by, merge.conflicts, self._context.window)
        dialog.chosen.connect(partial(self._choose, saving, merge, by))
        dialog.rejected.connect(partial(self._message_edit.show, saving.draft))
        dialog.open()

    def _choose(self, saving: _Saving, merge: EditMerge, by: str, is_mine: bool) -> None:
        """Save one of the versions; the own one goes into the drafts if it is not saved."""
        if is_mine:
            self._finish(saving, merge, by)
            return
        fields = {conflict.field for conflict in merge.conflicts}
        copy = replace(saving.draft.duplicate(), editing=None)
        self._team.drafts.put(copy)
        self._context.window.show_notification(
            "info", self.tr("Your version is in Drafts"), is_own=True
        )
        self._finish(saving, with_theirs(merge, fields), by)

    def _finish(self, saving: _Saving, merge: EditMerge, by: str) -> None:
        ids = merge.draft.channel_ids
        known = {channel.id: channel for channel in self._context.channels.channels()}
        channels = [known[number] for number in ids if number in known]
        share_at = datetime.fromtimestamp(merge.at, UTC) if merge.at is not None else None
        if merge.taken:
            words = self.tr("{name} changed this message, too. Kept: {fields}.")
            text = words.format(
                name=by or self.tr("Somebody else"), fields=field_words(merge.taken)
            )
            self._context.window.show_notification("info", text)
        self._message_edit.save(merge.draft, channels, share_at, saving.further)

    def _save(self, saving: _Saving) -> None:
        self._message_edit.save(saving.draft, saving.channels, saving.share_at, saving.further)
