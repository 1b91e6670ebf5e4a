"""One post on its way: the question it asks or the reason it failed, and what happened so far."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.entries import Entry
from posto_desktop.models.networks import network_name
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui import icons
from posto_desktop.ui.activity.steps import StepList
from posto_desktop.ui.schedule.paragraph import Paragraph
from posto_desktop.ui.schedule.thumbs import paint_picture
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.labels import StatusPill, label, set_role

__all__ = ["EntryDetails"]


class _Thumb(QWidget):
    def __init__(self, pictures: PictureBook, parent: QWidget):
        super().__init__(parent)
        self._pictures = pictures
        self._entry: Entry | None = None
        self.setFixedSize(56, 56)

    def show_entry(self, entry: Entry) -> None:
        self._entry = entry
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._entry is None:
            return
        media = self._entry.media
        image = self._pictures.get(media[0].path) if media else None
        icon = "pen-line"
        if media:
            icon = "play" if media[0].kind == "video" else "image"
        paint_picture(QPainter(self), QRect(0, 0, 56, 56), image, icon, 8)


class _Channels(QWidget):
    """The channels an entry goes to, badge and name, one a line."""

    MOST = 6

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(2)
        self._shown: list[tuple[str, str]] = []

    def show_entry(self, entry: Entry) -> None:
        wanted = [(item.network, item.channel_name) for item in entry.items]
        if wanted == self._shown:
            return
        self._shown = wanted
        while self._box.count():
            widget = self._box.takeAt(0).widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for slug, name in wanted[: self.MOST]:
            self._box.addWidget(self._line(slug, name))
        if len(wanted) > self.MOST:
            more = self.tr("and {n} more").format(n=len(wanted) - self.MOST)
            self._box.addWidget(label(more, "muted"))

    def _line(self, slug: str, name: str) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        badge = label("")
        badge.setPixmap(icons.network_badge(slug, 16, self.devicePixelRatioF()))
        badge.setFixedSize(16, 16)
        words = label(name or network_name(slug), "muted")
        words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        words.setToolTip(network_name(slug))
        row.addWidget(badge)
        row.addWidget(words, 1)
        return line


class EntryDetails(QFrame):
    """The right pane of Activity.

    Signals: `closed()`, `retryRequested(str id)`, `cancelRequested(str id)`,
    `resolveRequested(str id, str answer)` with "there" or "send_again",
    `lookRequested(str id)`, `editRequested(str id)`.
    """

    closed = Signal()
    retryRequested = Signal(str)
    cancelRequested = Signal(str)
    resolveRequested = Signal(str, str)
    lookRequested = Signal(str)
    editRequested = Signal(str)

    def __init__(self, model: OutboxModel, pictures: PictureBook, parent: QWidget | None = None):
        super().__init__(parent)
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
            size="size.icon_button_small",
            icon_size=16,
            parent=self,
        )
        close.clicked.connect(self.closed)
        row.addWidget(close)
        return row

    def _fill(self, body: QWidget, pictures: PictureBook) -> None:
        box = QVBoxLayout(body)
        box.setContentsMargins(16, 10, 16, 16)
        box.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(12)
        self._thumb = _Thumb(pictures, body)
        top.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        self._title = Paragraph(role="strong", type_name="strong", object_name="entry-title")
        self._channels = _Channels(body)
        words.addWidget(self._title)
        words.addWidget(self._channels)
        words.addStretch(1)
        top.addLayout(words, 1)
        box.addLayout(top)
        box.addSpacing(16)
        box.addWidget(self._make_card(body))
        box.addSpacing(18)
        self._log_title = label(self.tr("What happened"), "strong")
        box.addWidget(self._log_title)
        box.addSpacing(10)
        self._steps = StepList(body)
        box.addWidget(self._steps)
        box.addStretch(1)

    def _make_card(self, body: QWidget) -> QFrame:
        self._card = QFrame(body)
        self._card.setObjectName("entry-card")
        self._card.setProperty("role", "card")
        box = QVBoxLayout(self._card)
        box.setContentsMargins(14, 13, 14, 14)
        box.setSpacing(0)
        self._ask = Paragraph(role="strong", type_name="strong", object_name="entry-question")
        self._why = Paragraph(role="muted", object_name="entry-reason")
        box.addWidget(self._ask)
        box.addSpacing(2)
        box.addWidget(self._why)
        self._look = Button("", "primary", icon="external-link", parent=self._card)
        self._look.setObjectName("look")
        self._look.clicked.connect(self._on_look)
        self._there = Button(self.tr("It is there"), icon="check", parent=self._card)
        self._there.setObjectName("it-is-there")
        self._there.setAccessibleName(self._there.text())
        self._there.clicked.connect(self._on_there)
        self._again = Button(self.tr("Not there, send"), icon="send", parent=self._card)
        self._again.setObjectName("not-there-send")
        self._again.setAccessibleName(self._again.text())
        self._again.clicked.connect(self._on_again)
        self._retry = Button("", "primary", icon="rotate-cw", small=True, parent=self._card)
        self._retry.setObjectName("try-again")
        self._retry.clicked.connect(self._on_retry)
        self._edit = Button(self.tr("Edit as new"), icon="pencil", small=True, parent=self._card)
        self._edit.setObjectName("edit-as-new")
        self._edit.setAccessibleName(self._edit.text())
        self._edit.clicked.connect(self._on_edit)
        self._ways = QWidget(self._card)
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 12, 0, 0)
        ways.setSpacing(8)
        ways.addWidget(self._look)
        two = QHBoxLayout()
        two.setSpacing(8)
        two.addWidget(self._there, 1)
        two.addWidget(self._again, 1)
        ways.addLayout(two)
        box.addWidget(self._ways)
        self._fixes = QWidget(self._card)
        fixes = QHBoxLayout(self._fixes)
        fixes.setContentsMargins(0, 12, 0, 0)
        fixes.setSpacing(6)
        fixes.addWidget(self._retry)
        fixes.addWidget(self._edit)
        fixes.addStretch(1)
        box.addWidget(self._fixes)
        return self._card

    def _make_foot(self) -> QFrame:
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        foot.setFixedHeight(56)
        row = QHBoxLayout(foot)
        row.setContentsMargins(7, 0, 7, 0)
        row.setSpacing(2)
        self._check = self._quiet("rotate-cw", self.tr("Check again"), "check-again")
        self._check.clicked.connect(self._on_retry)
        self._copy = self._quiet("clipboard-copy", self.tr("Copy details"), "copy-details")
        self._copy.clicked.connect(self.copy_details)
        self._discard = Button(
            self.tr("Discard"), "quiet-danger", icon="trash-2", small=True, parent=foot
        )
        self._discard.setObjectName("discard")
        self._discard.setAccessibleName(self.tr("Discard"))
        self._discard.clicked.connect(self._on_cancel)
        row.addWidget(self._check)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(self._discard)
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
        """Show an entry; the same one again keeps the scroll position."""
        if entry.id != self._id:
            self._scroll.verticalScrollBar().setValue(0)
        self._id = entry.id
        line = self._model.line(entry)
        pill = {"uploading": "sending", "handing_over": "sending"}.get(entry.state, line.pill)
        word = line.strong if pill not in ("sending",) else ""
        self._pill.set_status("draft" if pill in ("neutral", "") else pill, word)
        self._thumb.show_entry(entry)
        self._title.setText(entry.title)
        self._channels.show_entry(entry)
        unclear, refused = entry.state == "unclear", entry.state == "refused"
        waiting = entry.state == "waiting"
        self._card.setVisible(unclear or refused or (waiting and bool(entry.reason)))
        self._ways.setVisible(unclear)
        self._fixes.setVisible(not unclear)
        set_role(self._card, "card" if not refused else f"{self._tone(entry)}-area")
        if unclear:
            self._tell_question(entry)
        else:
            self._ask.setText(line.strong)
            self._why.setText(entry.reason)
            self._retry.setText(self.tr("Try now") if waiting else self.tr("Retry"))
            self._retry.setAccessibleName(self._retry.text())
            self._edit.setVisible(refused)
        self._steps.set_steps(entry.steps)
        self._log_title.setVisible(bool(entry.steps))
        self._check.setVisible(unclear)
        self._discard.setVisible(entry.can_cancel)

    def _tone(self, entry: Entry) -> str:
        return "late" if entry.code == "missed" else "failed"

    def _tell_question(self, entry: Entry) -> None:
        names = [network_name(slug) for slug in entry.networks]
        if len(names) == 1:
            self._ask.setText(self.tr("Is it on {network} already?").format(network=names[0]))
            look = self.tr("Open {network} and look").format(network=names[0])
        else:
            self._ask.setText(self.tr("Is it published already?"))
            look = self.tr("Open the channels and look")
        self._look.setText(look)
        self._look.setAccessibleName(look)
        self._why.setText(
            self.tr(
                "Posto handed the post over, but no clear answer came back. Sending again now "
                "could publish it twice."
            )
        )

    def set_can_look(self, on: bool) -> None:
        """Offer to open the network only where it is known where that is."""
        self._look.setVisible(on)

    @Slot()
    def copy_details(self) -> None:
        """Put what happened on the clipboard; it holds no secrets."""
        entry = self._model.entry(self._id)
        if entry is None:
            return
        names = ", ".join(item.channel_name for item in entry.items)
        parts = [entry.title, names, entry.reason, self._steps.as_text()]
        parts.append(f"posto_ref {entry.posto_ref}")
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))

    @Slot()
    def _on_retry(self) -> None:
        self.retryRequested.emit(self._id)

    @Slot()
    def _on_cancel(self) -> None:
        self.cancelRequested.emit(self._id)

    @Slot()
    def _on_look(self) -> None:
        self.lookRequested.emit(self._id)

    @Slot()
    def _on_there(self) -> None:
        self.resolveRequested.emit(self._id, "there")

    @Slot()
    def _on_again(self) -> None:
        self.resolveRequested.emit(self._id, "send_again")

    @Slot()
    def _on_edit(self) -> None:
        self.editRequested.emit(self._id)
