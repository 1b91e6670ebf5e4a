"""State of an edited schedule message: its posts, and whether they still wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.locale_words import listed
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, can_edit, message_key
from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.models.when_text import short_day
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import ReviewProposal
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor

EditState = Literal["waiting", "sending", "sent", "gone", "elsewhere"]


class ScheduledEdit(QObject):
    """Owns nothing of the draft: `Draft.editing` says what is edited, the schedule how it stands.

    Signal `changed()`: another message is open, or its posts stand otherwise now.
    """

    changed = Signal()

    def __init__(
        self,
        editor: DraftEditor,
        channels: DraftChannels,
        store: DraftStore,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._channels, self._store = editor, channels, store
        self._clock, self._zone = clock, zone
        self._rows: dict[int, Schedule] = {}
        self._rows_workspace = ""
        self._entries: Sequence[Entry] = ()
        self._shown: tuple[object, ...] = ()
        self._is_merged = False
        self._proposals: Mapping[str, ReviewProposal] = {}
        editor.opened.connect(self._look)
        editor.changed.connect(self._look)
        channels.listChanged.connect(self._look)

    @property
    def edited(self) -> EditedMessage | None:
        """Return what the open message edits; None for a new message."""
        return self._editor.draft.editing

    @property
    def state(self) -> EditState:
        """Return how the edited posts stand, as far as it is known: they wait, at least one is
        being sent, all were sent, all are gone, or they are in another workspace."""
        edited = self.edited
        if edited is None:
            return "waiting"
        if edited.workspace != self._channels.workspace:
            return "elsewhere"
        if not edited.posts or self._rows_workspace != edited.workspace:
            return "waiting"
        rows = self._rows_of(edited)
        if any(can_edit(row) for row in rows):
            return "waiting"
        if any(row.status == "sending" for row in rows):
            return "sending"
        return "sent" if rows else "gone"

    def _rows_of(self, edited: EditedMessage) -> list[Schedule]:
        rows = [self._rows[post.id] for post in edited.posts if post.id in self._rows]
        if not rows and self._is_merged and edited.message:
            # What others saved takes its place, and is merged when this is saved.
            rows = [row for row in self._rows.values() if message_key(row) == edited.message]
        return rows

    @property
    def posts(self) -> list[Schedule]:
        """Return the edited posts as the schedule has them; [] where it does not."""
        edited = self.edited
        is_here = edited is not None and self._rows_workspace == edited.workspace
        return self._rows_of(edited) if edited is not None and is_here else []

    @property
    def request(self) -> ReviewProposal | None:
        """Return the edited proposal while an editor waits for changes of it, else None."""
        if self.state != "waiting":
            return None
        proposals = (self._proposals.get(post.group_id) for post in self.posts)
        returned = (p for p in proposals if p is not None and p.review.state == "returned")
        return next((p for p in returned if p.review.remark is not None), None)

    @property
    def can_save(self) -> bool:
        return self.state in ("waiting", "sending")

    def hint(self) -> str:
        """Return why the changes cannot be saved; "" if they can."""
        if self.edited is None or self.can_save:
            return ""
        if self.state == "elsewhere":
            return self.tr("Switch to its workspace to save the changes")
        return self.tr("Keep it as a new message to send it")

    def words(self) -> str:
        """Return what is edited, in one line; "" for a new message."""
        edited = self.edited
        if edited is None:
            return ""
        parts = [self._head(), self._networks(edited)]
        if edited.when is not None and self.state != "sent":
            parts.append(short_day(edited.when, self._zone, self._clock()))
        return " · ".join(part for part in parts if part)

    def _head(self) -> str:
        is_proposal = any(post.status in PROPOSALS for post in self.posts)
        return {
            "waiting": self.tr("Editing a proposal")
            if is_proposal
            else self.tr("Editing a scheduled message"),
            "sending": self.tr("This message is being sent"),
            "sent": self.tr("The message was sent before you saved your changes"),
            "gone": self.tr("This message is no longer in the schedule"),
            "elsewhere": self.tr("This message belongs to another workspace"),
        }[self.state]

    def _networks(self, edited: EditedMessage) -> str:
        if self.state == "elsewhere":
            return ""
        ids = [post.channel_id for post in edited.posts] or list(
            Draft.from_json({**edited.before, "id": "before"}).channel_ids
        )
        channels = self._channels.model.channels_by_id(ids)
        return listed(dict.fromkeys(network_name(channel.network) for channel in channels))

    def draft_of(self, edited: EditedMessage) -> Draft | None:
        """Return the draft that edits the same message already; None if there is none."""
        drafts = [self._editor.draft, *self._store.drafts()]
        return next(
            (
                draft
                for draft in drafts
                if draft.editing is not None and draft.editing.is_same(edited)
            ),
            None,
        )

    def set_merged(self, on: bool) -> None:
        """Set whether what others saved meanwhile is merged, as in the workspace of a team."""
        if on != self._is_merged:
            self._is_merged = on
            self._look()

    def set_proposals(self, proposals: Mapping[str, ReviewProposal]) -> None:
        """Set what waits in the open workspace for a review, by group."""
        self._proposals = proposals
        self._look()

    @Slot()
    def detach(self) -> None:
        """Make a new message of the edit: the posts stay as they are."""
        self._editor.adopt(editing=None)

    def set_rows(self, rows: Sequence[Schedule], workspace: str) -> None:
        """Set the schedule of the open workspace."""
        self._rows, self._rows_workspace = {row.id: row for row in rows}, workspace
        self._look()

    @Slot()
    def _look(self) -> None:
        draft = self._editor.draft
        now: tuple[object, ...] = (draft.id, self._channels.workspace)
        if draft.editing is not None:
            statuses = tuple(post.status for post in self.posts)
            now += (draft.editing, self.state, statuses, self.request)
        if now != self._shown:
            self._shown = now
            self.changed.emit()
