"""Puts what others saved of a message into the version that is being edited here."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.others_edit import merged_with
from posto_desktop.controllers.team import TeamController
from posto_desktop.core.draft import Draft
from posto_desktop.core.edit_merge import EditMerge, with_theirs
from posto_desktop.core.typed_time import typed
from posto_desktop.models.review_words import field_words
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.viewmodels.presence_state import PresenceState

__all__ = ["TakeOver"]


class TakeOver(QObject):
    """What only others changed is taken over as one step of undo; where both changed a field, the
    user chooses, and the version that is not chosen is kept."""

    def __init__(
        self,
        context: AppContext,
        page: ComposePage,
        state: PresenceState,
        team: TeamController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._page, self._state, self._team = context, page, state, team

    @Slot()
    def begin(self) -> None:
        """Take over what others saved of the open message, after a question where both changed."""
        others, draft = self._state.others_edit, self._page.draft
        if others is None or others.draft_id != draft.id or draft.editing is None:
            return
        share_at = self._share_at(draft)
        merge = merged_with(draft, share_at, others.theirs, others.changed)
        if not merge.conflicts:
            self._apply(merge, share_at)
            return
        from posto_desktop.ui.compose.edit_merge_dialog import EditMergeDialog

        dialog = EditMergeDialog(
            self._state.shown_name(others.by),
            merge.conflicts,
            self._context.window,
            is_saving=False,
        )
        dialog.chosen.connect(partial(self._choose, draft, merge, share_at))
        dialog.open()

    def _choose(
        self, draft: Draft, merge: EditMerge, share_at: datetime | None, is_mine: bool
    ) -> None:
        if self._page.draft.id != draft.id:
            return
        if not is_mine:
            self._team.drafts.put(replace(draft.duplicate(), editing=None))
            self._context.window.show_notification(
                "info", self.tr("Your version is in Drafts"), is_own=True
            )
            merge = with_theirs(merge, {conflict.field for conflict in merge.conflicts})
        self._apply(merge, share_at)

    def _apply(self, merge: EditMerge, share_at: datetime | None) -> None:
        message, merged = self._page.message, merge.draft
        own_at = share_at.timestamp() if share_at is not None else None
        if merge.at != own_at and "time" in merge.taken:
            when = datetime.fromtimestamp(merge.at, UTC) if merge.at is not None else None
            words = typed(when, message.zone) if when is not None else ""
            merged = replace(merged, when_text=words)
        before = message.draft
        self._state.set_others_edit(None)
        message.editor.set_content(merged)
        message.editor.adopt(editing=merged.editing, channel_ids=merged.channel_ids)
        if merge.taken:
            words = self.tr("Taken over: {fields}").format(fields=field_words(merge.taken))
            message.offer_undo(words, before)

    def _share_at(self, draft: Draft) -> datetime | None:
        """Return the time in the field; that of the posts if there is none, or none that is
        understood."""
        assert draft.editing is not None
        reading = self._page.message.time.read_now()
        return reading.when if reading.ok and reading.when is not None else draft.editing.when
