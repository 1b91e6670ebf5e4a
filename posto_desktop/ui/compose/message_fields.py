"""Fields for link and first comment, between the media and the time."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.ui import icons
from posto_desktop.ui.compose.link_card_view import LinkCardView
from posto_desktop.ui.shared.option_controls import CountedLineEdit
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import PlainLabel

SIDE = 24
_LABEL_LEAST = 122
_LINK_LEAST = 76
_BESIDE_FROM = 620
_BESIDE = 16 + 7 + 12  # icon, its gap, and the gap to the field


def label_width() -> int:
    """Return the common width of the labels, which aligns all fields."""
    translate = QCoreApplication.translate
    names = (translate("Fields", "First comment"), translate("WhenRow", "When"), _link_name())
    return max(_LABEL_LEAST, *(_text_width(name) + _BESIDE for name in names))


def _link_name() -> str:
    #: Noun: a web address.
    return QCoreApplication.translate("Fields", "Link")


def _text_width(words: str) -> int:
    return QFontMetrics(Theme.instance().font("body")).horizontalAdvance(words)


class FieldLabel(QWidget):
    """An icon and a text in front of a field. Signal ``moved()``."""

    moved = Signal()

    def __init__(self, icon: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(7)
        self._icon = PlainLabel(self)
        self._words = PlainLabel(words, self)
        self._words.setProperty("role", "muted")
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        self.restyle()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def set_buddy(self, field: QWidget) -> None:
        self._words.setBuddy(field)

    def restyle(self) -> None:
        theme = Theme.instance()
        self._icon.setPixmap(
            icons.pixmap(self._icon_name, 16, theme.colour("text_muted"), self.devicePixelRatioF())
        )


class MessageFields(QWidget):
    """Signals: ``linkEdited(str)``, ``commentEdited(str)``: the user changed that text;
    ``columnsMoved()``: the result of `second_column` may differ."""

    linkEdited = Signal(str)
    commentEdited = Signal(str)
    columnsMoved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commenting: tuple[list[str], list[str]] = ([], [])
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SIDE, 11, SIDE, 10)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(6)
        #: Noun: a web address.
        self._link_label = FieldLabel("link", self.tr("Link"), self)
        self._link_label.moved.connect(self.columnsMoved)
        self.link = QLineEdit(self)
        #: Noun: a web address.
        self.link.setAccessibleName(self.tr("Link"))
        self.link.setObjectName("link")
        self.link.setPlaceholderText(self.tr("Web address"))
        self._clear = QAction(icons.icon("x"), self.tr("Remove link"), self.link)
        self._clear.triggered.connect(self.link.clear)
        self._comment_label = FieldLabel("message-square", self.tr("First comment"), self)
        self.comment = CountedLineEdit(None, self)
        self.comment.setAccessibleName(self.tr("First comment"))
        self.comment.setObjectName("first-comment")
        self.comment.setPlaceholderText(self.tr("Below each post"))
        self.comment.setToolTip(self.comment.placeholderText())
        self.card = LinkCardView(self)
        self.card.removed.connect(self._remove_link)
        self._link_label.set_buddy(self.link)
        self._comment_label.set_buddy(self.comment)
        # Not textEdited, which assistive software does not trigger.
        self.link.textChanged.connect(self._link_typed)
        self.comment.textChanged.connect(self.commentEdited)
        self._shape: tuple[bool, bool] | None = None
        self._arrange()

    def set_values(self, link: str, comment: str) -> None:
        """Show these values without a signal."""
        for field, text in ((self.link, link), (self.comment, comment)):
            if field.text() != text:
                with QSignalBlocker(field):
                    field.setText(text)
        self._show_link()
        self._show_comment()

    def set_commenting(self, able: list[str], unable: list[str]) -> None:
        """Set the names of the networks with and without first comments. If no network has them,
        the field is hidden while it is empty."""
        # Called with each key press, so avoid a new layout.
        if (able, unable) != self._commenting:
            self._commenting = (able, unable)
            self._show_comment()

    def set_thread(self, is_thread: bool) -> None:
        """Say where the comment comes: below the post, or after the last part of a thread."""
        words = self.tr("After the last part")
        if not is_thread:
            words = self.tr("Below each post")
        if words != self.comment.placeholderText():
            self.comment.setPlaceholderText(words)
            self._show_comment()

    def _show_comment(self) -> None:
        able, unable = self._commenting
        # Keep the field while it has the focus, even if empty.
        is_in_use = bool(self.comment.text()) or self.comment.hasFocus()
        shown = bool(able or not unable or is_in_use)
        self._comment_label.setVisible(shown)
        self.comment.setVisible(shown)
        count = len(able) + len(unable)
        #: Numbers of networks.
        words = self.tr("{able} of {count}").format(able=len(able), count=count)
        self.comment.set_suffix(words if unable else "")
        lines = [self.comment.placeholderText()]
        if able and unable:
            lines.append(self.tr("On {names}").format(names=listed(able)))
        if unable:
            lines.append(self.tr("Not on {names}").format(names=listed(unable)))
        self.comment.setToolTip("\n".join(lines))
        self.comment.setAccessibleDescription(". ".join(lines))
        self._arrange()

    def _remove_link(self) -> None:
        self.link.clear()
        self.link.setFocus(Qt.FocusReason.OtherFocusReason)

    def restyle(self) -> None:
        self._link_label.restyle()
        self._comment_label.restyle()
        self.card.restyle()
        self.comment.restyle()
        self._fit_labels()
        self._arrange()

    def _fit_labels(self) -> None:
        self._comment_label.setFixedWidth(label_width())
        short = max(_LINK_LEAST, _text_width(_link_name()) + _BESIDE)
        beside = self._shape is not None and all(self._shape)
        self._link_label.setFixedWidth(short if beside else label_width())

    @Slot(str)
    def _link_typed(self, link: str) -> None:
        self._show_link()
        self.linkEdited.emit(link)

    def _show_link(self) -> None:
        shown = self._clear in self.link.actions()
        if self.link.text() and not shown:
            self.link.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        elif shown and not self.link.text():
            self.link.removeAction(self._clear)
        self.card.set_link(self.link.text())

    def _arrange(self) -> None:
        wide = self.width() >= round(_BESIDE_FROM * Theme.instance().scale)
        shape = (wide, not self.comment.isHidden())
        if shape == self._shape:
            return
        self._shape = shape
        beside = all(shape)
        for widget in (self._link_label, self.link, self._comment_label, self.comment, self.card):
            self._grid.removeWidget(widget)
        self._fit_labels()
        self._grid.addWidget(self._comment_label, 0, 0)
        self._grid.addWidget(self.comment, 0, 1)
        if beside:
            self._grid.setColumnMinimumWidth(2, 20)
            self._grid.addWidget(self._link_label, 0, 3)
            self._grid.addWidget(self.link, 0, 4)
            self._grid.setColumnStretch(1, 9)
            self._grid.setColumnStretch(4, 11)
            self._grid.addWidget(self.card, 1, 1, 1, 4)
        else:
            self._grid.setColumnMinimumWidth(2, 0)
            self._grid.addWidget(self._link_label, 1, 0)
            self._grid.addWidget(self.link, 1, 1)
            self._grid.setColumnStretch(1, 1)
            self._grid.setColumnStretch(4, 0)
            self._grid.addWidget(self.card, 2, 1)

    def second_column(self) -> tuple[int, int]:
        """Return the offset of the second column and the width of its label; (0, 0) if there is
        none."""
        if self._shape is None or not all(self._shape):
            return 0, 0
        self._grid.activate()
        place = self._link_label.geometry()
        begin = self.width() - place.right() - 1 if self.isRightToLeft() else place.x()
        return begin, place.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
        self.columnsMoved.emit()
