"""Editor card for a message of a campaign, shown in place of its row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QObject,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.campaign import CampaignMessage
from posto_desktop.core.checks import Finding
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.typed_time import typed
from posto_desktop.models import dates
from posto_desktop.models.campaign_messages import is_listed_finding
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.when_text import day_and_time
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.message_parts import MessageParts
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, set_role
from posto_desktop.ui.widgets.thumbnails import paint_picture
from posto_desktop.workers.file_info import has_files, local_paths

SIDE = 48
_CROSS = 18


class _Thumb(QAbstractButton):
    """Thumbnail of one file; in a thread of `count` parts with the number of its part. Signals:
    ``removed()``; ``stepped(int)``: move by -1 or 1; ``partStepped(int)``: to the part before or
    the next one."""

    removed = Signal()
    stepped = Signal(int)
    partStepped = Signal(int)

    def __init__(
        self, media: MediaRef, count: int, picture: Callable[[str], QImage | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.media = media
        self._picture = picture
        self._part = min(media.part, count - 1) + 1 if count > 1 else 0
        #: "Delete" is a key; {back} and {forth}: keys.
        words = self.tr("Delete removes the file, {back} and {forth} move it").format(
            back=keys.words(keys.BACK), forth=keys.words(keys.FORTH)
        )
        name, tip = media.name, media.name
        if self._part:
            part = self.tr("Part {number}").format(number=self._part)
            name = f"{name}, {part}"
            #: {up} and {down}: keys.
            more = self.tr("{up} and {down} move it to another part").format(
                up=keys.words(keys.MOVE_UP), down=keys.words(keys.MOVE_DOWN)
            )
            words, tip = f"{words}. {more}", f"{name}\n{more}"
        name_control(self, name, f"file-{media.name}")
        self.setAccessibleDescription(words)
        self.setToolTip(tip)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIDE + 6, SIDE + 6)

    def _cross(self) -> QRect:
        left = 0 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else SIDE + 6 - _CROSS
        return QRect(left, 0, _CROSS, _CROSS)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._cross().contains(event.position().toPoint()):
            self.removed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        elif alt and self._part and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.partStepped.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 6, SIDE + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        place = QRect(3, 3, SIDE, SIDE)
        icon = "play" if self.media.kind == "video" else "image"
        paint_picture(painter, place, self._picture(self.media.path), icon)
        if self._part:
            self._paint_part(painter)
        if self.underMouse() or self.hasFocus():
            cross = self._cross()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("media_badge"))
            painter.drawEllipse(QRectF(cross))
            painters.paint_icon(painter, cross, "x", 12, theme.colour("media_badge_text"))
        if self.hasFocus():
            painters.paint_row_focus(painter, self.rect(), 7)
        painter.end()

    def _paint_part(self, painter: QPainter) -> None:
        theme = Theme.instance()
        left = SIDE + 6 - _CROSS if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0
        badge = QRect(left, SIDE + 6 - _CROSS, _CROSS, _CROSS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(QRectF(badge))
        painter.setFont(theme.numbers("small"))
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(self._part))


class MessageMedia(QWidget):
    """Files of the message. Signals: ``changed(tuple[MediaRef])``, ``addRequested()``."""

    changed = Signal(object)
    addRequested = Signal()

    def __init__(
        self, picture: Callable[[str], QImage | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._media: tuple[MediaRef, ...] = ()
        self._count = 1
        self._thumbs: list[_Thumb] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.add = Button(self.tr("Add pictures"), "quiet", icon="image-plus", parent=self)
        self.add.setObjectName("add-pictures")
        self.add.setToolTip(self.tr("Add pictures or videos to this message"))
        self.add.clicked.connect(self.addRequested)
        self._row.addWidget(self.add)
        self._row.addStretch(1)

    def show_media(self, media: Sequence[MediaRef], count: int) -> None:
        """Show the files of a message with so many parts."""
        if (tuple(media), count) == (self._media, self._count):
            return
        focused = next((at for at, thumb in enumerate(self._thumbs) if thumb.hasFocus()), -1)
        self._media, self._count = tuple(media), count
        for thumb in self._thumbs:
            self._row.removeWidget(thumb)
            thumb.hide()
            thumb.deleteLater()
        self._thumbs = []
        for place, ref in enumerate(self._media):
            thumb = _Thumb(ref, count, self._picture, self)
            thumb.removed.connect(lambda place=place: self._remove(place))
            thumb.stepped.connect(lambda by, place=place: self._step(place, by))
            thumb.partStepped.connect(lambda by, place=place: self._step_part(place, by))
            self._row.insertWidget(place, thumb)
            thumb.show()
            self._thumbs.append(thumb)
        if focused >= 0 and self._thumbs:
            self._thumbs[min(focused, len(self._thumbs) - 1)].setFocus()

    def pictures_arrived(self) -> None:
        for thumb in self._thumbs:
            thumb.update()

    def _remove(self, place: int) -> None:
        media = (*self._media[:place], *self._media[place + 1 :])
        self.show_media(media, self._count)
        self.changed.emit(media)

    def _step_part(self, place: int, by: int) -> None:
        ref = self._media[place]
        part = min(ref.part, self._count - 1) + by
        if 0 <= part < self._count:
            media = list(self._media)
            media[place] = ref.in_part("", part)
            self.show_media(media, self._count)
            self.changed.emit(tuple(media))

    def _step(self, place: int, by: int) -> None:
        to = place + by
        if 0 <= to < len(self._media):
            media = list(self._media)
            media.insert(to, media.pop(place))
            self._thumbs[to].setFocus()
            self.show_media(media, self._count)
            self.changed.emit(tuple(media))


INSET = 12
_SHOWN_FINDINGS = 3
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CampaignMessageEditor(QFrame):
    """Signals:
    changed(Message, str kind): the user changed the message.
    filesRequested(), filesDropped(list paths): for this message.
    pasteRequested(QMimeData): the clipboard has no text.
    finished(): back to the list.
    heightChanged()"""

    changed = Signal(object, str)
    filesRequested = Signal()
    filesDropped = Signal(list)
    pasteRequested = Signal(object)
    finished = Signal()
    heightChanged = Signal()

    def __init__(
        self,
        message: CampaignMessage,
        clock: Callable[[], datetime],
        zone: tzinfo,
        picture: Callable[[str], QImage | None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("message-editor")
        self.setAcceptDrops(True)
        self.message = message
        self._clock, self._zone = clock, zone
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(INSET + 14, 12, INSET + 14, 16)
        column.setSpacing(8)
        self.parts = MessageParts(message.parts, self, self)
        self.parts.changed.connect(self._parts_changed)
        self.parts.heightChanged.connect(self.heightChanged)
        column.addWidget(self.parts)
        self.media = MessageMedia(picture, self)
        self.media.changed.connect(self._media_changed)
        self.media.addRequested.connect(self.filesRequested)
        column.addLayout(self._build_row())
        column.addLayout(self._build_fields())
        self.findings = PlainLabel(self)
        self.findings.setObjectName("message-findings")
        self.findings.setWordWrap(True)
        self.findings.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(self.findings)
        self.findings.hide()
        self.restyle()
        self.show_message(message)

    @property
    def text(self) -> QPlainTextEdit:
        """The text of the post, or of the first part of a thread."""
        return self.parts.first

    def _build_row(self) -> QHBoxLayout:
        """Build the row of the files, with what is about all parts at its end."""
        row = QHBoxLayout()
        row.setSpacing(8)
        self.numbered = CheckBox(self.tr("Number the parts"), self)
        self.numbered.setObjectName("number-the-parts")
        self.numbered.toggled.connect(self._numbered_toggled)
        self.add_part = Button(self.tr("Add part"), "quiet", icon="list-end", parent=self)
        self.add_part.setObjectName("add-part")
        words = self.tr("Go on in a thread, from the caret on")
        self.add_part.setToolTip(keys.tip(words, keys.ADD_PART))
        self.add_part.clicked.connect(self.parts.add)
        row.addWidget(self.media, 1)
        row.addWidget(self.numbered)
        row.addWidget(self.add_part)
        return row

    def _build_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        self.when = QLineEdit(self)
        self.link = QLineEdit(self)
        self.comment = QLineEdit(self)
        for row, (field, name, object_name, hint) in enumerate(
            (
                (self.when, self.tr("Own time"), "own-time", self.tr("Set by the rhythm")),
                #: Noun: a web address.
                (self.link, self.tr("Link"), "link", "https://"),
                (
                    self.comment,
                    self.tr("First comment"),
                    "first-comment",
                    self.tr("Posted right after the message"),
                ),
            )
        ):
            name_control(field, name, object_name)
            field.setPlaceholderText(hint)
            words = PlainLabel(name, self)
            words.setObjectName(f"{field.objectName()}-label")
            words.setProperty("role", "muted")
            words.setBuddy(field)
            grid.addWidget(words, row, 0)
            grid.addWidget(field, row, 1)
            field.installEventFilter(self)
        self.reading = ElidedLabel("", "small", parent=self)
        self.reading.setObjectName("own-time-reading")
        grid.addWidget(self.reading, 0, 2)
        self.done = Button(self.tr("Done"), parent=self)
        self.done.setObjectName("done")
        self.done.setToolTip(keys.tip(self.tr("Back to the list"), keys.MAIN))
        self.done.clicked.connect(self.finished)
        end = QHBoxLayout()
        end.addStretch(1)
        end.addWidget(self.done)
        grid.addLayout(end, 2, 2)
        grid.setColumnStretch(1, 3)
        grid.setColumnStretch(2, 2)
        self.when.textEdited.connect(self._when_typed)
        self.link.textEdited.connect(self._link_typed)
        self.comment.textEdited.connect(self._comment_typed)
        return grid

    # -- showing -------------------------------------------------------------------------------

    def show_message(self, message: CampaignMessage) -> None:
        """Show changes from elsewhere (undo, files) without disturbing what the user types."""
        self.message = message
        self.parts.show_texts(message.parts)
        self.numbered.setVisible(len(message.parts) > 1)
        with QSignalBlocker(self.numbered):
            self.numbered.setChecked(message.numbered)
        for field, value in ((self.link, message.link), (self.comment, message.first_comment)):
            if field.text() != value:
                field.setText(value)
        understood = parse_time(self.when.text(), self._clock(), self._zone)
        if understood.when != message.when:
            same = understood.ok and understood.when is not None and message.when is not None
            if not (same and understood.when.astimezone(UTC) == message.when):  # type: ignore[union-attr]
                words = typed(message.when, self._zone) if message.when is not None else ""
                if not (self.when.hasFocus() and message.when is None):
                    self.when.setText(words)
        self.media.show_media(message.media, len(message.parts))
        self._show_reading()
        self._fit()

    def show_rhythm_time(self, words: str) -> None:
        """Show the time by the rhythm as placeholder."""
        self.when.setPlaceholderText(words or self.tr("Set by the rhythm"))
        self._show_reading()

    def show_findings(self, findings: list[Finding]) -> None:
        """Show the findings, the worst first."""
        sentences = list(
            dict.fromkeys(finding.sentence for finding in filter(is_listed_finding, findings))
        )
        words = "\n".join(sentences[:_SHOWN_FINDINGS])
        severe = bool(findings) and findings[0].severity == "error"
        set_role(self.findings, "error-small" if severe else "small")
        if words != self.findings.text() or self.findings.isHidden() == bool(words):
            self.findings.setText(words)
            self.findings.setVisible(bool(words))
            self._fit()

    def _show_reading(self) -> None:
        text = self.when.text().strip()
        reading = parse_time(text, self._clock(), self._zone)
        words, bad = "", False
        if not reading.ok:
            words, bad = reading.problem, True
        elif text and reading.when is None:
            words, bad = self.tr("A message of a campaign needs a time"), True
        elif reading.when is not None:
            zone = dates.zone_name(self._zone, reading.when)
            words = f"{day_and_time(reading.when, self._zone)} · {zone}"
            if reading.note:
                words = f"{words} · {reading.note}"
        set_role(self.reading, "error-small" if bad else "small")
        self.reading.setText(words)

    def _fit(self) -> None:
        self.parts.fit()

    def needed_height(self, width: int) -> int:
        """Return the height that the row needs for a width."""
        self._column.activate()
        if self._column.hasHeightForWidth():
            least = self._column.minimumSize().height()
            return max(self._column.heightForWidth(width), least)
        return self._column.sizeHint().height()

    def restyle(self) -> None:
        self.parts.restyle()

    # -- typing --------------------------------------------------------------------------------

    def _set(self, kind: str, **values: Any) -> None:
        new = replace(self.message, **values)
        if new != self.message:
            self.message = new
            self.changed.emit(new, kind)

    @Slot(object)
    def _parts_changed(self, texts: tuple[str, ...]) -> None:
        """Take the texts over; another number of parts is an undo step of its own."""
        before = self.message
        kind = "text" if len(texts) == len(before.parts) else ""
        self.message = before.with_parts(texts)
        if self.message != before:
            self.changed.emit(self.message, kind)
            self.show_message(self.message)

    @Slot(bool)
    def _numbered_toggled(self, on: bool) -> None:
        self._set("", numbered=on)

    @Slot(object)
    def _media_changed(self, media: tuple[MediaRef, ...]) -> None:
        self._set("media", media=media)

    @Slot(str)
    def _when_typed(self, text: str) -> None:
        reading = parse_time(text, self._clock(), self._zone)
        if not text.strip():
            self._set("when", when=None)
        elif reading.ok and reading.when is not None:
            self._set("when", when=reading.when.astimezone(UTC))
        self._show_reading()

    @Slot(str)
    def _link_typed(self, text: str) -> None:
        self._set("link", link=text.strip())

    @Slot(str)
    def _comment_typed(self, text: str) -> None:
        self._set("comment", first_comment=text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_text = watched in self.parts.editors
            if not is_text and event.key() in _ENTER and not event.modifiers():
                self.finished.emit()
                return True
            if is_text and event.matches(QKeySequence.StandardKey.Paste):
                mime = QApplication.clipboard().mimeData()
                if mime is not None and (mime.hasUrls() or mime.hasImage()) and not mime.hasText():
                    self.pasteRequested.emit(mime)
                    return True
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        # Ctrl+Enter means Done here; without this, the page's shortcut would start the campaign.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and _is_leave_key(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept all keys that no field handled. Otherwise the list would, and Delete on a button
        would delete the message."""
        if _is_leave_key(event):
            self.finished.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasteRequested.emit(QApplication.clipboard().mimeData())
        event.accept()

    # -- files ---------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.filesDropped.emit(paths)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("focus"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(INSET + 0.5, 4.5, -INSET - 0.5, -4.5), 8, 8
        )
        painter.end()


def _is_leave_key(event: QKeyEvent) -> bool:
    """Return True for keys that close the editor from any of its fields."""
    control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return event.key() == Qt.Key.Key_Escape or (event.key() in _ENTER and bool(control))
