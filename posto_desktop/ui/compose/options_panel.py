"""Options panel for single networks: titles, tags, visibility. Collapsed at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.options import OptionField, fields_for
from posto_desktop.models.core_translations import option_words
from posto_desktop.ui import icons
from posto_desktop.ui.compose.message_fields import SIDE, label_width
from posto_desktop.ui.shared.option_controls import OptionControl, make_option_control
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.labels import PlainLabel, label

OF_STORIES = frozenset({"story_hashtag"})
"""Options that only stories have."""


@dataclass(frozen=True)
class OptionGroup:
    """The options of one target: a network's slug or a `channel:ID`. ``whole``: includes options
    that only replace a common field. ``posts_only``: none of its channels is known to make stories.
    """

    key: str
    slug: str
    name: str
    whole: bool = False
    posts_only: bool = False

    def fields(self) -> list[OptionField]:
        return [
            field
            for field in fields_for(self.slug)
            if (self.whole or not (field.overrides or field.key == "attach_link"))
            and not (self.posts_only and field.key in OF_STORIES)
        ]


class _Head(QAbstractButton):
    """Header that opens and closes the panel, with a summary."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("focusRadius", 6)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.summary = ""

    def sizeHint(self) -> QSize:
        return QSize(200, Theme.instance().px("row.check"))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        arrow = "chevron-down" if self.isChecked() else "chevron-right"
        if mirrored and not self.isChecked():
            arrow = "chevron-left"
        strong, small = theme.font("strong"), theme.font("small")
        wide = QFontMetrics(strong).horizontalAdvance(self.text())

        def place(left: int, width: int) -> QRect:
            x = self.width() - left - width if mirrored else left
            return QRect(x, 0, width, self.height())

        painters.paint_icon(painter, place(0, 16), arrow, 16, theme.colour("text_muted"))
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading)
        painter.setFont(strong)
        painter.setPen(theme.colour("text"))
        painter.drawText(place(18, wide + 2), flags, self.text())
        room = self.width() - 18 - wide - 8
        painter.setFont(small)
        painter.setPen(theme.colour("text_muted"))
        shown = QFontMetrics(small).elidedText(self.summary, Qt.TextElideMode.ElideRight, room)
        painter.drawText(place(18 + wide + 8, room), flags, shown)
        painter.end()


class OptionsPanel(QWidget):
    """Builds its controls when it is first opened.

    Signals: ``changed(str key, str name, value)``: the user chose an option of a target, None to
    reset; ``folded(bool open)``: by the user; ``built()``: its controls are new.
    """

    changed = Signal(str, str, object)
    folded = Signal(bool)
    built = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[OptionGroup, ...] = ()
        self._values: dict[str, Mapping[str, Any]] = {}
        self._controls: dict[tuple[str, str], OptionControl] = {}
        self._body: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDE, 3, SIDE, 3)
        self._column.setSpacing(0)
        self.head = _Head(self)
        self.head.setText(self.tr("Options"))
        name_control(self.head, self.tr("Options"))
        self.head.toggled.connect(self._toggled)
        self._column.addWidget(self.head)
        self.hide()

    def set_groups(
        self, groups: Sequence[OptionGroup], values: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Set the targets. ``values`` are the chosen options by target."""
        shown = tuple(group for group in groups if group.fields())
        if shown == self._groups and values == self._values:
            return  # called with each key press
        self._values = dict(values)
        if shown != self._groups:
            self._groups = shown
            self._drop()
        self.setVisible(bool(shown))
        self._build()
        self._fill()
        self._show_summary()

    def set_open(self, is_open: bool) -> None:
        self.head.setChecked(is_open)

    def is_open(self) -> bool:
        return self.head.isChecked()

    def control(self, key: str, name: str) -> OptionControl | None:
        """Return the control of an option, None while the panel is closed."""
        return self._controls.get((key, name))

    def controls(self, name: str) -> dict[str, OptionControl]:
        """Return the controls of an option by the keys of their targets."""
        return {key: control for (key, at), control in self._controls.items() if at == name}

    def focus(self, key: str, name: str) -> QWidget | None:
        """Open the panel and focus this option; None if it is not available."""
        self.set_open(True)
        control = self.control(key, name)
        if control is None:
            return None
        target = control.focus_target()
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        return target

    @Slot()
    def restyle(self) -> None:
        self._drop()
        self._build()
        self._fill()

    # -- building --------------------------------------------------------------------------

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        self._build()
        self._fill()
        if self._body is not None:
            self._body.setVisible(is_open)
        self._show_summary()
        self.folded.emit(is_open)

    def _drop(self) -> None:
        self._controls.clear()
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None

    def _build(self) -> None:
        if self._body is not None or not self.is_open() or not self._groups:
            return
        self._body = QWidget(self)
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 4, 0, 8)
        grid.setHorizontalSpacing(0)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, label_width())
        grid.setColumnStretch(1, 1)
        row = 0
        for group in self._groups:
            if len(self._groups) > 1:
                if row:
                    grid.setRowMinimumHeight(row, 4)
                    row += 1
                grid.addWidget(self._network(group), row, 0, 1, 2)
                row += 1
            for field in group.fields():
                self._add(grid, row, group, field)
                row += 1
        self._column.addWidget(self._body)
        self.built.emit()

    def _network(self, group: OptionGroup) -> QWidget:
        line = QWidget(self._body)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(7)
        badge = PlainLabel(line)
        badge.setPixmap(icons.network_badge(group.slug, 16, self.devicePixelRatioF()))
        row.addWidget(badge)
        row.addWidget(label(group.name, "control"), 1)
        return line

    def _add(self, grid: QGridLayout, row: int, group: OptionGroup, field: OptionField) -> None:
        assert self._body is not None
        words = option_words(field.label)
        name = self.tr("{option} for {network}").format(option=words, network=group.name)
        control = make_option_control(field, name, self._body)
        widget = control if isinstance(control, QWidget) else None
        assert widget is not None
        text = self.tr("{option}, required").format(option=words) if field.required else words
        caption = label(text, "muted", wrap=True)
        caption.setContentsMargins(0, 0, 10, 0)
        caption.setFixedWidth(label_width())
        target = control.focus_target()
        caption.setBuddy(target)
        # Some systems name a combo box by its label.
        caption.setAccessibleName(name if not field.required else f"{name}, {text}")
        if field.required:
            target.setAccessibleDescription(self.tr("required"))
        control.edited.connect(lambda g=group, f=field: self._edited(g.key, f.key))
        self._controls[group.key, field.key] = control
        top = Qt.AlignmentFlag.AlignTop if field.kind == "lines" or field.overrides else None
        if top is not None:
            caption.setContentsMargins(0, 6, 10, 0)
            grid.addWidget(caption, row, 0, top)
        else:
            grid.addWidget(caption, row, 0)
        if field.kind in ("switch", "choice"):
            grid.addWidget(widget, row, 1, Qt.AlignmentFlag.AlignLeading)
        else:
            grid.addWidget(widget, row, 1)

    def _fill(self) -> None:
        for (key, name), control in self._controls.items():
            control.set_value(self._values.get(key, {}).get(name))

    def _edited(self, key: str, name: str) -> None:
        control = self._controls.get((key, name))
        if control is None:
            return
        value = control.value()
        options = dict(self._values.get(key, {}))
        if value is None:
            options.pop(name, None)
        else:
            options[name] = value
        self._values[key] = options
        self._show_summary()
        self.changed.emit(key, name, value)

    def _show_summary(self) -> None:
        """Show beside the title how many options are set, else whose they are."""
        count = sum(
            1
            for group in self._groups
            for field in group.fields()
            if field.key in self._values.get(group.key, {})
        )
        names = ", ".join(group.name for group in self._groups)
        if count:
            chosen = self.tr("%n chosen", "", count)
            names = f"{names} · {chosen}"
        self.head.summary = names
        self.head.setAccessibleDescription(names)
        self.head.setToolTip(names)
        self.head.update()
