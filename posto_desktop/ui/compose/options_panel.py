"""Options panel for single networks: titles, tags, visibility. Folded at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.core.options import OptionField
from posto_desktop.ui.accessibility.announcer import announce_folded
from posto_desktop.ui.accessibility.roles import Role, give_role
from posto_desktop.ui.compose.message_fields import SIDE
from posto_desktop.ui.compose.option_chip import OptionChip
from posto_desktop.ui.compose.options_body import OptionGroup, OptionsBody
from posto_desktop.ui.shared.option_controls import OptionControl
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.double_click import arm_double_click_guard
from posto_desktop.ui.widgets.flow_layout import FlowLayout

__all__ = ["OptionGroup", "OptionsPanel"]


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
        painter.setLayoutDirection(self.layoutDirection())
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        arrow = "chevron-down" if self.isChecked() else "chevron-end"
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
    """Folded, it shows the options that are set as chips. Open, it has a search and all options:
    chips, and a control for each that is required or was opened.

    Builds its controls when they are needed. Signals: ``changed(str key, str name, value)``: the
    user chose an option of a target, None to reset; ``opened(QWidget)``: this control got the
    keyboard; ``folded(bool open)``: by the user; ``built(str name)``: there is a new control of
    this option.
    """

    changed = Signal(str, str, object)
    opened = Signal(object)
    folded = Signal(bool)
    built = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[OptionGroup, ...] = ()
        self._values: dict[str, Mapping[str, Any]] = {}
        self._body: OptionsBody | None = None
        self._set_chips: list[OptionChip] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDE, 4, SIDE, 3)
        self._column.setSpacing(0)
        self.head = _Head(self)
        self.head.setText(self.tr("Options"))
        name_control(self.head, self.tr("Options"), "options")
        give_role(self.head, Role.Button, expands=True)
        self.head.toggled.connect(self._toggled)
        self._column.addWidget(self.head)
        self._chosen = QWidget(self)
        self._chosen.setObjectName("chosen-options")
        self._flow = FlowLayout(self._chosen)
        self._flow.setContentsMargins(18, 0, 0, 7)
        self._chosen.hide()
        self._column.addWidget(self._chosen)
        self.hide()

    def set_groups(
        self, groups: Sequence[OptionGroup], values: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Set the targets. ``values`` are the chosen options by target."""
        targets = tuple(group for group in groups if group.fields())
        if targets == self._groups and values == self._values:
            return  # called with each key press
        self._values = dict(values)
        if targets != self._groups:
            self._groups = targets
            self._drop()
        self.setVisible(bool(targets))
        self._build()
        self._show_values()

    def set_open(self, is_open: bool) -> None:
        self.head.setChecked(is_open)

    def is_open(self) -> bool:
        return self.head.isChecked()

    def set_chips(self) -> list[OptionChip]:
        """Return the chips of what is set, while the panel is folded."""
        return list(self._set_chips)

    @property
    def body(self) -> OptionsBody | None:
        """Search and options; None before the panel was open."""
        return self._body

    def control(self, key: str, name: str) -> OptionControl | None:
        """Return the control of an option, and show it; None before the panel was open."""
        return self._body.control(key, name) if self._body is not None else None

    def controls(self, name: str) -> dict[str, OptionControl]:
        """Return the controls of an option by the keys of their targets."""
        return self._body.controls(name) if self._body is not None else {}

    def focus(self, key: str, name: str) -> QWidget | None:
        """Open the panel and focus this option; None if it is not available."""
        self.set_open(True)
        return self._body.focus(key, name) if self._body is not None else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
        super().paintEvent(event)

    @Slot()
    def restyle(self) -> None:
        self._drop()
        self._build()
        self._show_values()

    # -- building --------------------------------------------------------------------------

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        if self.head.hasFocus():
            announce_folded(self.head.text(), not is_open)
        if not is_open:
            self._drop()  # what is set becomes a chip again
        self._build()
        self._show_values()
        self.folded.emit(is_open)

    def _drop(self) -> None:
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.hide()
            self._body.deleteLater()
            self._body = None

    def _build(self) -> None:
        if self._body is not None or not self.is_open() or not self._groups:
            return
        self._body = OptionsBody(self._groups, self)
        self._body.edited.connect(self._edited)
        self._body.opened.connect(self.opened)
        self._body.built.connect(self.built)
        self._column.addWidget(self._body)
        self._body.show()  # now: it may get the keyboard at once

    def _show_values(self) -> None:
        if self._body is not None:
            self._body.set_values(self._values)
        self._show_chips()
        self._show_summary()

    @Slot(str, str, object)
    def _edited(self, key: str, name: str, value: object) -> None:
        options = dict(self._values.get(key, {}))
        if value is None:
            options.pop(name, None)
        else:
            options[name] = value
        self._values[key] = options
        self._show_summary()
        self.changed.emit(key, name, value)

    # -- what is set -----------------------------------------------------------------------

    def _set_fields(self) -> list[tuple[OptionGroup, OptionField]]:
        return [
            (group, field)
            for group in self._groups
            for field in group.fields()
            if field.key in self._values.get(group.key, {})
        ]

    def _show_chips(self) -> None:
        fields = self._set_fields() if not self.is_open() else []
        for chip in self._set_chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._set_chips = []
        for group, field in fields:
            chip = OptionChip(field, group.name, group.slug, self._chosen)
            chip.set_value(self._values[group.key][field.key])
            chip.clicked.connect(partial(self._open_option, group.key, field.key))
            chip.resetRequested.connect(partial(self._reset, group.key, field.key))
            chip.moveRequested.connect(partial(self._move, chip))
            self._flow.addWidget(chip)
            self._set_chips.append(chip)
            chip.show()
        self._chosen.setVisible(bool(fields))
        self._flow.invalidate()

    def _open_option(self, key: str, name: str) -> None:
        self.focus(key, name)

    def _move(self, chip: OptionChip, step: int) -> None:
        at = self._set_chips.index(chip) + step
        if 0 <= at < len(self._set_chips):
            self._set_chips[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _reset(self, key: str, name: str) -> None:
        """Reset an option from its chip; the keyboard goes to the next one."""
        arm_double_click_guard()
        fields = [(group.key, field.key) for group, field in self._set_fields()]
        at = fields.index((key, name))
        has_focus = self._set_chips[at].hasFocus()
        self.head.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edited(key, name, None)
        self._show_chips()
        if has_focus and self._set_chips:
            chip = self._set_chips[min(at, len(self._set_chips) - 1)]
            chip.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_summary(self) -> None:
        """Show beside the title how many options are set, else whose they are."""
        count = len(self._set_fields())
        names = listed(group.name for group in self._groups)
        if count:
            chosen = self.tr("%n chosen", "", count)
            names = f"{names} · {chosen}"
        self.head.summary = names
        self.head.setAccessibleDescription(names)
        self.head.setToolTip(names)
        self.head.update()
