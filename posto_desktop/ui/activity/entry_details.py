"""Details pane of the Activity page: what an entry needs, and its history."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.entries import Entry
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.ui.activity.channel_lines import ChannelLines
from posto_desktop.ui.activity.entry_card import EntryCard
from posto_desktop.ui.activity.entry_stories import EntryStories
from posto_desktop.ui.activity.step_list import StepList
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import StatusPill, label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.thumbnails import paint_picture
from posto_desktop.viewmodels.post_facts import PostFacts

__all__ = ["EntryDetails"]


class _Thumb(QWidget):
    def __init__(self, pictures: ImageCache, parent: QWidget):
        super().__init__(parent)
        self._pictures = pictures
        self._entry: Entry | None = None
        self.setFixedSize(56, 56)

    def show_entry(self, entry: Entry) -> None:
        self._entry = entry
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._entry is None:
            return
        media = self._entry.media
        image = self._pictures.get(media[0].path) if media else None
        icon = "pen-line"
        if media:
            icon = "play" if media[0].kind == "video" else "image"
        paint_picture(QPainter(self), QRect(0, 0, 56, 56), image, icon, 8)


class EntryDetails(QFrame):
    """Shows one entry of the outbox.

    Signals: `closed()`, `actionRequested(str kind, str id)` with kind "retry", "send_now",
    "cancel", "hold", "hurry", "there", "send_again", "look", "edit", "comment" or "open_post";
    `foundRequested(int id, str url)`: the post with this id in the schedule is there;
    `openRequested(str url)`."""

    closed = Signal()
    actionRequested = Signal(str, str)
    foundRequested = Signal(object, str)
    openRequested = Signal(str)

    def __init__(
        self,
        model: OutboxModel,
        pictures: ImageCache,
        facts: PostFacts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._facts = facts
        self.setObjectName("entry-details")
        self.setAccessibleName(self.tr("Details"))
        self.setProperty("role", "side")
        self._model = model
        self._id = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._make_head())
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._scroll.setWidget(body)
        self._fill(body, pictures)
        box.addWidget(self._scroll, 1)
        box.addWidget(self._make_foot())
        pictures.arrived.connect(self._thumb.update)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 14, 12, 10)
        self._pill = StatusPill(parent=self)
        row.addWidget(self._pill)
        row.addStretch(1)
        close = IconButton(
            "x",
            self.tr("Close details"),
            "close-details",
            size="size.icon_button_small",
            icon_size=16,
            parent=self,
        )
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return row

    def _fill(self, body: QWidget, pictures: ImageCache) -> None:
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 10, 16, 16)
        box.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(12)
        self._thumb = _Thumb(pictures, body)
        top.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        self._texts = words = QVBoxLayout()
        words.setSpacing(3)
        self._title = Paragraph(role="strong", type_name="strong", object_name="entry-title")
        self._channels = ChannelLines(self._model, body)
        words.addWidget(self._title)
        words.addWidget(self._channels)
        words.addStretch(1)
        top.addLayout(words, 1)
        box.addLayout(top)
        self._below = QVBoxLayout()
        box.addLayout(self._below)
        box.addSpacing(16)
        self._card = EntryCard(self._model, self._facts, body)
        self._card.actionRequested.connect(self._emit_action)
        self._card.foundRequested.connect(self.foundRequested)
        box.addWidget(self._card)
        self._stories = EntryStories(self._facts, body)
        self._stories.openRequested.connect(self.openRequested)
        box.addWidget(self._stories)
        box.addSpacing(18)
        self._log_title = label(self.tr("What happened"), "strong")
        box.addWidget(self._log_title)
        box.addSpacing(10)
        self._steps = StepList(body)
        box.addWidget(self._steps)
        box.addStretch(1)

    def _make_foot(self) -> QFrame:
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        foot.setMinimumHeight(56)
        row = QHBoxLayout(foot)
        row.setContentsMargins(6, 15, 4, 15)
        row.setSpacing(0)
        flow = FlowLayout(gap=0)
        row.addLayout(flow, 1)
        self._check = self._quiet("rotate-cw", self.tr("Check again"), "check-again")
        self._check.clicked.connect(self._on_check)
        self._copy = self._quiet("clipboard-copy", self.tr("Copy details"), "copy-details")
        self._copy.clicked.connect(self.copy_details)
        self._discard = Button(
            self.tr("Discard"), "quiet-danger", icon="trash-2", small=True, parent=foot
        )
        self._discard.setObjectName("discard")
        self._discard.clicked.connect(self._on_cancel)
        self._open = self._quiet("external-link", self.tr("Open post"), "open-published-post")
        self._open.clicked.connect(self._on_open)
        self._hold = self._quiet("pause", self.tr("Pause"), "pause-this")
        self._hold.clicked.connect(self._on_hold)
        self._hurry = self._quiet("arrow-up-to-line", self.tr("Send first"), "send-first")
        self._hurry.clicked.connect(self._on_hurry)
        for button in (self._check, self._hold, self._hurry, self._open):
            flow.addWidget(button)
        flow.addWidget(self._copy)
        row.addWidget(self._discard, 0, Qt.AlignmentFlag.AlignTop)
        return foot

    def _quiet(self, icon: str, name: str, object_name: str) -> Button:
        button = Button(name, "quiet", icon=icon, small=True, parent=self)
        button.setObjectName(object_name)
        button.setAccessibleName(name)
        return button

    # --- content ----------------------------------------------------------------------------------

    def entry_id(self) -> str:
        return self._id

    def show_entry(self, entry: Entry) -> None:
        """Show an entry. Keep the scroll position if it is the same one."""
        if entry.id != self._id:
            self._scroll.verticalScrollBar().setValue(0)
        self._id = entry.id
        delivery_status, line = self._model.delivery_status(entry), self._model.line(entry)
        pill = {"uploading": "sending", "handing_over": "sending"}.get(entry.state, line.pill)
        word = line.strong if entry.state not in ("uploading", "handing_over") else ""
        self._pill.set_status("draft" if pill in ("neutral", "") else pill, word)
        self._thumb.show_entry(entry)
        self._title.setText(entry.title)
        self._channels.show_entry(entry)
        self._place_channels()
        self._card.show_entry(entry, delivery_status)
        self._stories.show_rows(delivery_status.rows)
        steps = delivery_status.steps(entry)
        self._steps.set_steps(steps)
        self._log_title.setVisible(bool(steps))
        self._check.setVisible(entry.state == "unclear")
        held, in_line = self._model.is_held(entry), self._model.is_in_line(entry)
        self._hold.setVisible(held or entry.state == "uploading")
        self._hold.setText(self.tr("Resume") if held else self.tr("Pause"))
        self._hold.setAccessibleName(self._hold.text())
        self._hold.set_lucide("play" if held else "pause")
        self._hurry.setVisible(in_line)
        self._open.setVisible(any(row.link for row in delivery_status.rows))
        # Missing posts do not exist at the service, so there is nothing to delete; published ones
        # stay.
        has_rows = (
            bool(delivery_status.concerned)
            if delivery_status.missing
            else bool(delivery_status.rows)
        )
        can_delete = (
            delivery_status.kind in ("scheduled", "failed", "late", "needs_you") and has_rows
        )
        self._discard.setText(self.tr("Delete") if can_delete else self.tr("Discard"))
        given_up = (
            delivery_status.kind == "outbox" or bool(delivery_status.missing)
        ) and entry.can_cancel
        self._discard.setVisible(can_delete or given_up)

    def _place_channels(self) -> None:
        """Place the channels beside the thumbnail; with statuses below it, in full width."""
        wide = self._channels.has_states
        old, new = (self._texts, self._below) if wide else (self._below, self._texts)
        if new.indexOf(self._channels) < 0:
            old.removeWidget(self._channels)
            new.insertWidget(0 if wide else 1, self._channels)
        self._below.setContentsMargins(0, 12 if wide else 0, 0, 0)

    def set_can_look(self, on: bool) -> None:
        """Show the button that opens the network if its address is known."""
        self._card.set_can_look(on)

    @Slot()
    def copy_details(self) -> None:
        """Copy the details to the clipboard; they contain no secrets."""
        entry = self._model.entry(self._id)
        if entry is None:
            return
        names = ", ".join(item.channel_name for item in entry.items)
        parts = [entry.title, names, self._model.line(entry).accessible_text, entry.reason]
        for state in self._model.channel_states(entry):
            parts.append(
                f"{state.name}: {', '.join(part for part in (state.word, state.why) if part)}"
            )
        parts += [self._stories.as_text(), self._steps.as_text()]
        parts.append(f"posto_ref {entry.posto_ref}")
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    @Slot(str)
    def _emit_action(self, kind: str) -> None:
        self.actionRequested.emit(kind, self._id)

    @Slot()
    def _on_check(self) -> None:
        self.actionRequested.emit("retry", self._id)

    @Slot()
    def _on_hold(self) -> None:
        self.actionRequested.emit("hold", self._id)

    @Slot()
    def _on_hurry(self) -> None:
        self.actionRequested.emit("hurry", self._id)

    @Slot()
    def _on_cancel(self) -> None:
        self.actionRequested.emit("cancel", self._id)

    @Slot()
    def _on_open(self) -> None:
        self.actionRequested.emit("open_post", self._id)
