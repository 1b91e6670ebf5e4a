"""Delegate that paints the import table: cells, and a line with the problem under a row."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QPlainTextEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from posto_desktop.common.translation import translate
from posto_desktop.core.importing.media_names import is_address
from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.models.import_rows import MARK, ImportRowsModel
from posto_desktop.ui import icons
from posto_desktop.ui.campaigns.importing.paint_helpers import (
    elided,
    mirror_in,
    paint_wavy_line,
    path_of,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.require import require_parent
from posto_desktop.ui.widgets.thumbnails import paint_picture

Index = QModelIndex | QPersistentModelIndex

PAD = 10
_ICON = 16
_MARK_AT = 11
_NUMBER_RIGHT = 43
_BADGE = 14
_BADGE_STEP = 17
_BUTTON_PAD = 10
_BUTTON_GAP = 5
_DETAIL_TOP = 2
_LEFT_TO_RIGHT = frozenset(("when", "date", "time", "link"))
"""Fields that are left to right in all languages."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)

CHANGE, LOCATE, KEEP, LEAVE_OUT, TAKE_IN = "change", "locate", "keep", "leave-out", "take-in"


def actions_of(checked: CheckedRow) -> list[str]:
    """Return the actions for a row, the best first; empty if the row has no problem."""
    if checked.left_out:
        return [TAKE_IN]
    problem = checked.main
    if problem is None:
        return []
    if problem.code in ("duplicate", "planned"):
        return [KEEP, LEAVE_OUT]
    if problem.code == "picture" and not is_address(problem.detail):
        return [LOCATE, LEAVE_OUT]
    if problem.column < 0 or problem.code == "text_long":
        return [LEAVE_OUT]
    return [CHANGE, LEAVE_OUT]


def action_words(action: str) -> str:
    """Return the text of an action's button."""
    words = {
        CHANGE: translate("ImportRows", "Change…"),
        LOCATE: translate("ImportRows", "Locate…"),
        KEEP: translate("ImportRows", "Import anyway"),
        LEAVE_OUT: translate("ImportRows", "Leave out"),
        TAKE_IN: translate("ImportRows", "Import after all"),
    }
    return words[action]


class ImportRowsDelegate(QStyledItemDelegate):
    """Reads rows from the model directly: `data()` through Qt is ten times slower.

    The view sets the hovered and current row, and calls `paint_detail` for the full width."""

    def __init__(self, model: ImportRowsModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self.hovered = -1
        self.current = -1
        self.ring = False

    # -- cells ---------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        checked = self._model.row_at(index.row())
        if checked is None:
            return
        height = Theme.instance().px("row.import")
        cell = option.rect
        painter.fillRect(cell, self.background(index.row(), checked))
        line = QRect(cell.left(), cell.bottom(), cell.width(), 1)
        painter.fillRect(line, Theme.instance().colour("border"))
        top = QRect(cell.left(), cell.top(), cell.width(), height)
        painter.save()
        painter.setClipRect(top)
        painter.setLayoutDirection(option.direction)
        if index.column() == MARK:
            self._mark(painter, top, checked)
        else:
            inside = mirror_in(painter, top.adjusted(0, 0, -PAD, 0), top)
            self._cell(painter, inside, index.column(), checked)
        painter.restore()

    def background(self, row: int, checked: CheckedRow) -> QColor:
        """Return the background colour of a row."""
        theme = Theme.instance()
        if checked.level == "error":
            return theme.colour("failed_area")
        if checked.level == "warning":
            return theme.colour("late_area")
        if row == self.current:
            return theme.colour("selected")
        return theme.colour("hover_row" if row == self.hovered else "surface")

    def _mark(self, painter: QPainter, place: QRect, checked: CheckedRow) -> None:
        theme = Theme.instance()
        icon, colour = {
            "ready": ("check", theme.status("sent").fg),
            "warning": ("triangle-alert", theme.status("late").fg),
            "error": ("circle-x", theme.status("failed").fg),
            "left_out": ("minus", theme.colour("text_faint")),
        }[checked.level]
        mark = QRect(place.left() + _MARK_AT, place.top(), _ICON, place.height())
        painters.paint_icon(painter, mirror_in(painter, mark, place), icon, _ICON, colour)
        painter.setFont(theme.numbers("body"))
        painter.setPen(theme.colour("text" if checked.problems else "text_muted"))
        words = str(checked.row.number)
        width = painter.fontMetrics().horizontalAdvance(words) + 1
        # Stack the badges at the right, as long as they do not run into the icon.
        left = max(mark.right() + 4, place.left() + _NUMBER_RIGHT - width)
        number = QRect(left, place.top(), width, place.height())
        painter.drawText(mirror_in(painter, number, place), _LEFT, words)

    def _cell(self, painter: QPainter, place: QRect, section: int, checked: CheckedRow) -> None:
        field = self._model.field_of(section)
        problem = self._model.problem_in(checked, section)
        text = self._model.cell(checked, section)
        if field == "picture" and (checked.pictures or problem is not None):
            self._pictures(painter, place, checked, text, problem is not None)
        elif field == "channels" and checked.channel_ids and problem is None:
            self._channels(painter, place, checked)
        else:
            theme = Theme.instance()
            strong = problem is not None and problem.level == "error"
            if field == "link" and problem is None:
                text = path_of(text)
            colour = theme.colour(self._role(field, text, checked))
            if problem is not None:
                colour = theme.status("failed" if strong else "late").fg
            font = theme.numbers("strong" if strong else "body")
            painter.setFont(font)
            painter.setPen(colour)
            shown = elided(painter, text or translate("ImportRows", "none"), place.width())
            if field in _LEFT_TO_RIGHT:
                shown = f"\u2066{shown}\u2069"
            painter.drawText(place, _LEFT, shown)
            if problem is not None:
                width = QFontMetrics(font).horizontalAdvance(shown)
                bottom = place.center().y() + QFontMetrics(font).ascent() // 2 + 4
                under = mirror_in(painter, QRect(place.left(), bottom, width, 1), place)
                paint_wavy_line(painter, under.left(), under.right() + 1, bottom, colour)

    def _role(self, field: str, text: str, checked: CheckedRow) -> str:
        if not text or checked.left_out:
            return "text_faint"
        if field in ("", "link", "comment", "alt", "labels") and not checked.problems:
            return "text_muted"
        return "text"

    def _pictures(
        self, painter: QPainter, place: QRect, checked: CheckedRow, text: str, lost: bool
    ) -> None:
        theme = Theme.instance()
        side = theme.px("size.thumb_card")
        left = place.left()
        for path in checked.pictures[:2] if not lost else ():
            thumb = QRect(left, place.center().y() - side // 2 + 1, side, side)
            image = None if is_address(path) else self._model.picture_of(path)
            thumb = mirror_in(painter, thumb, place)
            paint_picture(painter, thumb, image, "globe" if is_address(path) else "image")
            left += side + 4
        if lost:
            colour = theme.status("late").fg
            mark = mirror_in(painter, QRect(left, place.top(), 14, place.height()), place)
            painters.paint_icon(painter, mark, "image-off", 14, colour)
            painter.setFont(theme.font("body"))
            painter.setPen(colour)
            words = mirror_in(painter, place.adjusted(20, 0, 0, 0), place)
            painter.drawText(words, _LEFT, elided(painter, text, words.width()))
        elif len(checked.pictures) > 2:
            painter.setFont(theme.numbers("small"))
            painter.setPen(theme.colour("text_muted"))
            more = QRect(left, place.top(), place.right() - left, place.height())
            painter.drawText(
                mirror_in(painter, more, place), _LEFT, f"+{len(checked.pictures) - 2}"
            )

    def _channels(self, painter: QPainter, place: QRect, checked: CheckedRow) -> None:
        slugs = self._model.networks_of(checked)
        dpr = painters.device_ratio(painter)
        most = max(1, place.width() // _BADGE_STEP)
        for at, slug in enumerate(slugs[:most]):
            top = place.center().y() - _BADGE // 2 + 1
            badge_rect = QRect(place.left() + at * _BADGE_STEP, top, _BADGE, _BADGE)
            badge = icons.network_badge(slug, _BADGE, dpr)
            painter.drawPixmap(mirror_in(painter, badge_rect, place).topLeft(), badge)

    # -- the line under a row ------------------------------------------------------------------

    def detail_height(self) -> int:
        """Return the height of the line under a row with a problem."""
        return Theme.instance().px("size.control_small") + 12

    def buttons(
        self, row: QRect, checked: CheckedRow, mirrored: bool = False
    ) -> list[tuple[str, QRect]]:
        """Return the buttons of a row: (action, rectangle). `row` spans the width of the view."""
        theme = Theme.instance()
        metrics = QFontMetrics(theme.font("control"))
        height = theme.px("size.control_small")
        actions = actions_of(checked) if self._model.has_words(checked) else []
        widths = [
            metrics.horizontalAdvance(action_words(action)) + 2 * _BUTTON_PAD for action in actions
        ]
        room = row.width() - _INDENT - 14 - sum(widths) - _BUTTON_GAP * len(widths)
        text_width = QFontMetrics(theme.font("chip_on")).horizontalAdvance(
            self._model.sentence(checked)
        )
        left = row.left() + _INDENT + min(text_width + 1, max(60, room)) + 14
        top = row.top() + theme.px("row.import") + _DETAIL_TOP
        placed = []
        for action, width in zip(actions, widths, strict=True):
            place = QRect(left, top, width, height)
            if mirrored:
                place.moveRight(row.right() - (left - row.left()))
            placed.append((action, place))
            left += width + _BUTTON_GAP
        return placed

    def paint_detail(self, painter: QPainter, row: QRect, checked: CheckedRow, under: str) -> None:
        """Paint the problem of a row; `under` is the hovered action."""
        theme = Theme.instance()
        mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        buttons = self.buttons(row, checked, mirrored)
        if not buttons:
            return
        first = mirror_in(painter, buttons[0][1], row)  # back to left-to-right coordinates
        painter.setFont(theme.font("chip_on"))
        painter.setPen(theme.colour("text_muted" if checked.left_out else "text"))
        words = QRect(
            row.left() + _INDENT, first.top(), first.left() - 14 - row.left() - _INDENT,
            first.height(),
        )  # fmt: skip
        text = elided(painter, self._model.sentence(checked), words.width())
        painter.drawText(mirror_in(painter, words.adjusted(0, 0, 2, 0), row), _LEFT, text)
        for at, (action, place) in enumerate(buttons):
            self._button(painter, place, action, at == 0 and len(buttons) > 1, action == under)

    def _button(
        self, painter: QPainter, place: QRect, action: str, framed: bool, hovered: bool
    ) -> None:
        theme = Theme.instance()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if framed or hovered:
            line = theme.colour("field_border_hover" if hovered else "control_border")
            painter.setPen(QPen(line, 1) if framed else Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover" if hovered else "raised"))
            radius = theme.px("radius.small_button")
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text"))
        painter.drawText(place, _CENTRE, action_words(action))
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        checked = self._model.row_at(index.row())
        below = event.pos().y() > option.rect.top() + Theme.instance().px("row.import")
        if checked is not None and below:
            QToolTip.showText(event.globalPos(), self._model.sentence(checked), view)
            return True
        return super().helpEvent(event, view, option, index)

    # -- writing into cells --------------------------------------------------------------------

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = self._model.field_of(index.column())
        editor: QWidget
        if field in ("text", "comment") or field.startswith("text:"):
            editor = QPlainTextEdit(parent)
            editor.setProperty("role", "field")
            editor.setAutoFillBackground(True)
            editor.setTabChangesFocus(True)
        else:
            editor = QLineEdit(parent)
        name_control(editor, self._model.column_name(index.column()), "import-cell")
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = index.data(Qt.ItemDataRole.EditRole) or ""
        if isinstance(editor, QPlainTextEdit):
            if not editor.document().isModified():
                editor.setPlainText(text)
        elif isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, _model: object, index: Index) -> None:
        text = ""
        if isinstance(editor, QPlainTextEdit):
            text = editor.toPlainText()
        elif isinstance(editor, QLineEdit):
            text = editor.text()
        self._model.setData(index, text, Qt.ItemDataRole.EditRole)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: Index
    ) -> None:
        theme = Theme.instance()
        cell = QRect(option.rect)
        cell.setHeight(theme.px("row.import"))
        if isinstance(editor, QPlainTextEdit):
            height = theme.line("body") * 4 + 12
            viewport = require_parent(editor).rect()
            cell.setHeight(height)
            cell.moveTop(max(0, min(cell.top(), viewport.bottom() - height)))
            cell.setWidth(max(cell.width() - PAD + 4, 320))
        else:
            cell = cell.adjusted(-4, 4, -PAD + 4, -4)
            cell.setWidth(max(cell.width(), 160))
        editor.setGeometry(cell)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(watched, QPlainTextEdit)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                watched.insertPlainText("\n")
            else:
                self.commitData.emit(watched)
                self.closeEditor.emit(watched)
            return True
        return super().eventFilter(watched, event)


_INDENT = 68
"""Return where the text under a row begins: below the first column of the file."""
