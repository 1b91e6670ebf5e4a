"""Second step of the import: meaning of the columns, and the rows with their problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.importing import dates, text_decoder
from posto_desktop.core.importing.columns import Field
from posto_desktop.core.importing.dates import ORDERS
from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.models.dates import day_words
from posto_desktop.models.import_rows import ImportRowsModel
from posto_desktop.ui import icons
from posto_desktop.ui.campaigns.importing.column_mapping import ColumnMappingBar
from posto_desktop.ui.campaigns.importing.rows_delegate import (
    KEEP,
    LEAVE_OUT,
    LOCATE,
    actions_of,
)
from posto_desktop.ui.campaigns.importing.rows_table import ImportRowsTable
from posto_desktop.ui.campaigns.importing.words import common_words, order_words, source_words
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, label
from posto_desktop.workers.import_session import ImportSession

_RADIUS = 9
_LEAST_NAME = 96


class CheckPage(QWidget):
    """Shows the table and emits what the user chooses.

    Signals: `changeRequested()` (parse options), `namesToggled(bool)`, `orderChosen(str)`;
    `commonActionRequested(str action, list rows)`: for all rows with the same warning."""

    changeRequested = Signal()
    namesToggled = Signal(bool)
    orderChosen = Signal(str)
    commonActionRequested = Signal(str, object)

    def __init__(self, model: ImportRowsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-check-page")
        self._model = model
        box = QVBoxLayout(self)
        box.setContentsMargins(25, 0, 25, 0)
        box.setSpacing(0)
        box.addLayout(self._make_head())
        box.addWidget(self._make_question())
        self.common = CommonWarnings(self)
        self.common.actionRequested.connect(self.commonActionRequested)
        box.addWidget(self.common)
        model.modelReset.connect(self._show_common)
        model.dataChanged.connect(self._show_common)
        self.hint = label(
            self.tr("No column is imported as text. Choose Text in the menu above a column."),
            "strong",
            object_name="import-hint",
            wrap=True,
        )
        self.hint.setContentsMargins(0, 0, 0, 10)
        self.hint.hide()
        box.addWidget(self.hint)
        self.card = _Card(self)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        self.table = ImportRowsTable(model, self.card)
        self.strip = ColumnMappingBar(self.table, self.card)
        inside.addWidget(self.strip)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self.empty_label = label("", "muted", object_name="import-nothing", wrap=True)
        self.empty_label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(self.empty_label)
        inside.addLayout(self._stack, 1)
        box.addWidget(self.card, 1)
        self.corners = _Corners(self.card)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 12, 0, 12)
        row.setSpacing(8)
        mark = PlainLabel(self)
        mark.setPixmap(icons.icon("file-spreadsheet", 17).pixmap(QSize(17, 17)))
        mark.setObjectName("import-mark")
        self.name = ElidedLabel("", "strong", mode=Qt.TextElideMode.ElideMiddle, parent=self)
        self.name.setObjectName("import-name")
        self.source = ElidedLabel("", "muted", parent=self)
        self.source.setObjectName("import-source")
        self.change = Button(self.tr("Change…"), "link", parent=self)
        name_control(self.change, self.tr("Change how it is read"), "change-how-it-is-read")
        self.change.clicked.connect(self.changeRequested)
        self.names = CheckBox(self.tr("First row holds the names"), self)
        self.names.setObjectName("first-row-holds-the-names")
        self.names.toggled.connect(self.namesToggled)
        caption = PlainLabel(self.tr("Dates as"), self)
        caption.setObjectName("dates-as-label")
        self.order = ComboBox("dates-as", self)
        caption.setBuddy(self.order)
        for order in ORDERS:
            self.order.addItem(order_words(order), order)
        self.order.activated.connect(self._order_chosen)
        row.addWidget(mark)
        for part in (self.name, self.source):
            # As wide as its text; narrower if there is no room.
            part.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
            row.addWidget(part)
        row.addWidget(self.change)
        row.addStretch(1)
        row.addWidget(self.names)
        row.addSpacing(14)
        row.addWidget(caption)
        row.addWidget(self.order)
        return row

    def _make_question(self) -> QFrame:
        self.question = QFrame(self)
        self.question.setProperty("role", "late-area")
        row = QHBoxLayout(self.question)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(8)
        self.question_label = label("", "strong", object_name="import-question", wrap=True)
        row.addWidget(self.question_label, 1)
        self.day_first = Button("", small=True, parent=self.question)
        self.day_first.setObjectName("day-comes-first")
        self.day_first.clicked.connect(self._day_first)
        self.month_first = Button("", small=True, parent=self.question)
        self.month_first.setObjectName("month-comes-first")
        self.month_first.clicked.connect(self._month_first)
        row.addWidget(self.day_first)
        row.addWidget(self.month_first)
        holder = QFrame(self)
        keep = QVBoxLayout(holder)
        keep.setContentsMargins(0, 0, 0, 10)
        keep.addWidget(self.question)
        holder.hide()
        self._holder = holder
        return holder

    # -- showing -------------------------------------------------------------------------------

    @Slot()
    def _show_common(self) -> None:
        self.common.show_warnings(self._model.common)

    def show_session(self, session: ImportSession, name: str, networks: Sequence[str]) -> None:
        """Show the session's table. The model already has its columns."""
        table = session.table
        assert table is not None
        encoding = text_decoder.label(table.encoding) if table.encoding else ""
        words = source_words(table, len(session.rows), encoding)
        if table.notes:
            words = f"{words}. {' '.join(table.notes)}"
        self.show_source(name, words, has_names=session.has_names, fixed=table.names_fixed)
        self.show_columns(session.fields, networks, session.order)
        example = None
        if session.order_unclear:
            dated = [at for at, field in enumerate(session.fields) if field in ("when", "date")]
            example = dates.example(row.cells[at] for at in dated[:1] for row in session.rows)
        texts = any(field == "text" or field.startswith("text:") for field in session.fields)
        self.hint.setVisible(not texts)
        if example is None:
            self.ask_order("", None)
        else:
            text, (first, second) = example
            self.ask_order(text, (_day_of(first, second), _day_of(second, first)))

    def show_source(self, name: str, words: str, *, has_names: bool, fixed: bool) -> None:
        """Show the name of the source and how it is parsed."""
        self.name.ensurePolished()
        self.name.setText(name)
        # Cut the name only so far that it stays recognisable.
        least = round(_LEAST_NAME * Theme.instance().scale)
        self.name.setMinimumWidth(min(self.name.sizeHint().width(), least))
        self.source.setText(words)
        self.names.blockSignals(True)
        self.names.setChecked(has_names)
        self.names.blockSignals(False)
        self.names.setEnabled(not fixed)
        self.names.setToolTip(self.tr("JSON files always name their columns") if fixed else "")

    def show_columns(self, fields: Sequence[Field], networks: Sequence[str], order: str) -> None:
        """Show the meanings of the columns. The model already has them."""
        names = [self._model.column_name(at + 1) for at in range(len(fields))]
        self.strip.set_columns(names, fields, networks)
        self.order.blockSignals(True)
        self.order.setCurrentIndex(self.order.findData(order))
        self.order.blockSignals(False)
        dated = any(field in ("when", "date") for field in fields)
        self.order.setEnabled(dated)
        self.order.set_tip("" if dated else self.tr("No column is imported as a date"))

    def ask_order(self, example: str, readings: tuple[str, str] | None) -> None:
        """Ask whether the day or the month comes first; None hides the question."""
        self._holder.setVisible(readings is not None)
        if readings is not None:
            self.question_label.setText(
                self.tr("What does “{date}” mean? Your choice applies to the whole column.").format(
                    date=example
                )
            )
            self.day_first.setText(readings[0])
            self.month_first.setText(readings[1])

    def show_empty(self, words: str) -> None:
        """Show why there are no rows; "" shows the rows."""
        self.empty_label.setText(words)
        self._stack.setCurrentIndex(1 if words else 0)

    @Slot(int)
    def _order_chosen(self, _index: int) -> None:
        self.orderChosen.emit(str(self.order.currentData()))

    @Slot()
    def _day_first(self) -> None:
        self.orderChosen.emit("dmy")

    @Slot()
    def _month_first(self) -> None:
        self.orderChosen.emit("mdy")


def _day_of(day: int, month: int) -> str:
    return day_words(date(2000, month, day), "d MMMM")


class CommonWarnings(QWidget):
    """One line for each warning that many rows have. Signal ``actionRequested(str action, list
    rows)`` with an action of the table, for all of them."""

    actionRequested = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import-common-warnings")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 10)
        self._column.setSpacing(6)
        self._shown: dict[str, list[CheckedRow]] = {}
        self.hide()

    def show_warnings(self, common: Mapping[str, list[CheckedRow]]) -> None:
        if common == self._shown:
            return
        self._shown = dict(common)
        while (item := self._column.takeAt(0)) is not None:
            line = item.widget()
            if line is not None:
                line.hide()
                line.deleteLater()
        for rows in self._shown.values():
            self._column.addWidget(self._line(rows))
        self.setVisible(bool(self._shown))

    def _line(self, rows: list[CheckedRow]) -> QWidget:
        frame = QFrame(self)
        frame.setProperty("role", "late-area")
        row = QHBoxLayout(frame)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(8)
        words = label(common_words(rows), "strong", object_name="import-common-warning", wrap=True)
        row.addWidget(words, 1)
        actions = actions_of(rows[0])
        if LOCATE in actions:
            row.addWidget(self._button(self.tr("Locate them…"), LOCATE, rows, frame))
        if KEEP in actions:
            row.addWidget(self._button(self.tr("Keep them"), KEEP, rows, frame))
        row.addWidget(self._button(self.tr("Leave these rows out"), LEAVE_OUT, rows, frame))
        return frame

    def _button(self, words: str, action: str, rows: list[CheckedRow], parent: QWidget) -> Button:
        variant = "quiet" if action == LEAVE_OUT else ""
        button = Button(words, variant, small=True, parent=parent)
        button.setObjectName(f"{action}-rows")
        button.clicked.connect(partial(self.actionRequested.emit, action, rows))
        return button


class _Card(QFrame):
    """Frame of the table."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("import-card")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for corner in self.findChildren(_Corners):
            corner.setGeometry(self.rect())
            corner.raise_()


class _Corners(QWidget):
    """Overlay that rounds the corners of the card's content, since a view cannot do so itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded = QPainterPath()
        rounded.addRoundedRect(edge, _RADIUS, _RADIUS)
        whole = QPainterPath()
        whole.addRect(QRectF(QRect(QPointF().toPoint(), self.size())))
        painter.fillPath(whole.subtracted(rounded), theme.colour("surface"))
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(rounded)
        painter.end()
