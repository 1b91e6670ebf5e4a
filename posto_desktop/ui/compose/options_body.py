"""The open options panel: a search, and the options of each network as chips and controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.folding import fold
from posto_desktop.core.options import OptionField, fields_for
from posto_desktop.ui import icons
from posto_desktop.ui.compose.message_fields import label_width
from posto_desktop.ui.compose.option_chip import OptionChip
from posto_desktop.ui.shared.option_controls import OptionControl, make_option_control
from posto_desktop.ui.widgets.buttons import Button, object_name_of
from posto_desktop.ui.widgets.double_click import arm_double_click_guard
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.require import require_layout

OF_STORIES = frozenset({"story_hashtag"})
"""Options that only stories have."""
SEARCH_FROM = 6
"""Number of options from which there is a search."""


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


class _OptionSearch(SearchField):
    """Signals: ``chosen()``: Enter; ``downRequested()``: the Down key."""

    chosen = Signal()
    downRequested = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.downRequested.emit()
        else:
            super().keyPressEvent(event)


class OptionsBody(QWidget):
    """Signals: ``edited(str key, str name, value)``: the user chose an option, None to reset;
    ``opened(QWidget)``: this control got the keyboard; ``built(str name)``: there is a new control
    of this option."""

    edited = Signal(str, str, object)
    opened = Signal(object)
    built = Signal(str)

    def __init__(self, groups: Sequence[OptionGroup], parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 8)
        column.setSpacing(8)
        self.search = _OptionSearch(self.tr("Find an option"), "find-an-option", parent=self)
        self.search.textChanged.connect(self._filter)
        self.search.chosen.connect(self._choose_first)
        self.search.downRequested.connect(self._enter_chips)
        column.addWidget(self.search)
        has_names = len(groups) > 1
        self.boxes = {group.key: OptionBox(group, has_names, self) for group in groups}
        for box in self.boxes.values():
            box.edited.connect(self.edited)
            box.moveRequested.connect(self._move)
            box.openRequested.connect(self.focus)
            box.built.connect(self.built)
            column.addWidget(box)
        self._nothing = QWidget(self)
        row = QHBoxLayout(self._nothing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(self.tr("No option has this name"), "muted"))
        self.clear = Button(self.tr("Show all options"), "link", small=True, parent=self._nothing)
        self.clear.setObjectName("show-all-options")
        self.clear.clicked.connect(self._clear_search)
        row.addWidget(self.clear)
        row.addStretch(1)
        column.addWidget(self._nothing)
        self._nothing.hide()
        self.search.setVisible(sum(len(group.fields()) for group in groups) >= SEARCH_FROM)

    def set_values(self, values: Mapping[str, Mapping[str, Any]]) -> None:
        for key, box in self.boxes.items():
            box.set_values(values.get(key, {}))

    def control(self, key: str, name: str) -> OptionControl | None:
        """Build the control of an option if needed, show and return it."""
        box = self.boxes.get(key)
        return box.show_control(name) if box is not None else None

    def controls(self, name: str) -> dict[str, OptionControl]:
        """Return the controls of an option by the keys of their targets."""
        built = {key: box.built_control(name) for key, box in self.boxes.items()}
        return {key: control for key, control in built.items() if control is not None}

    @Slot(str, str)
    def focus(self, key: str, name: str) -> QWidget | None:
        """Show the control of an option and focus it; None if it is not there."""
        control = self.control(key, name)
        if control is None:
            return None
        target = control.focus_target()
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self.opened.emit(target)
        return target

    # -- search ----------------------------------------------------------------------------

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = fold(text).split()
        shown = [box.filter_by(words) for box in self.boxes.values()]
        self._nothing.setVisible(not any(shown))

    @Slot()
    def _clear_search(self) -> None:
        self.search.clear()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _choose_first(self) -> None:
        """Show the first option that is found."""
        for key, box in self.boxes.items():
            names = box.matching_keys()
            if names:
                self.focus(key, names[0])
                return

    # -- keyboard --------------------------------------------------------------------------

    def _chips(self) -> list[OptionChip]:
        chips = [chip for box in self.boxes.values() for chip in box.chips.values()]
        return [chip for chip in chips if not chip.isHidden() and chip.isVisible()]

    @Slot()
    def _enter_chips(self) -> None:
        chips = self._chips()
        if chips:
            chips[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, int)
    def _move(self, chip: OptionChip, step: int) -> None:
        chips = self._chips()
        at = chips.index(chip) + step if chip in chips else -1
        if 0 <= at < len(chips):
            chips[at].setFocus(Qt.FocusReason.OtherFocusReason)


class OptionBox(QWidget):
    """The options of one target. Signals: ``edited(str key, str name, value)``;
    ``moveRequested(OptionChip, int)``: the keyboard leaves this chip; ``openRequested(str key, str
    name)``: a chip was pressed; ``built(str name)``: there is a new control."""

    edited = Signal(str, str, object)
    built = Signal(str)
    openRequested = Signal(str, str)
    moveRequested = Signal(object, int)

    def __init__(self, group: OptionGroup, has_name: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._group = group
        self._fields = {field.key: field for field in group.fields()}
        self._values: Mapping[str, Any] = {}
        self._words: list[str] = []
        self._controls: dict[str, OptionControl] = {}
        self._captions: dict[str, QWidget] = {}
        self.chips: dict[str, OptionChip] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if has_name:
            column.addWidget(self._network())
        self._rows = QWidget(self)
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, label_width())
        self._grid.setColumnStretch(1, 1)
        column.addWidget(self._rows)
        self._rows.hide()
        holder = QWidget(self)
        self._flow = FlowLayout(holder)
        self._flow.setContentsMargins(23 if has_name else 0, 0, 0, 0)
        column.addWidget(holder)
        self._holder = holder
        for key, field in self._fields.items():
            if not field.required:
                self._add_chip(key, field)
        for key, field in self._fields.items():
            if field.required:
                self.show_control(key)
        self._show_parts()

    def _network(self) -> QWidget:
        line = QWidget(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(7)
        badge = PlainLabel(line)
        badge.setPixmap(icons.network_badge(self._group.slug, 16, self.devicePixelRatioF()))
        row.addWidget(badge)
        row.addWidget(label(self._group.name, "control"), 1)
        return line

    def _add_chip(self, key: str, field: OptionField) -> None:
        chip = OptionChip(field, self._group.name, parent=self._holder)
        chip.clicked.connect(partial(self._open, key))
        chip.resetRequested.connect(partial(self._reset, key))
        chip.moveRequested.connect(partial(self.moveRequested.emit, chip))
        self._flow.addWidget(chip)
        self.chips[key] = chip

    def set_values(self, values: Mapping[str, Any]) -> None:
        self._values = values
        for key, chip in self.chips.items():
            chip.set_value(values.get(key))
        for key, control in self._controls.items():
            control.set_value(values.get(key))
        require_layout(self._holder).invalidate()

    # -- controls --------------------------------------------------------------------------

    def _open(self, key: str) -> None:
        arm_double_click_guard()  # the chips behind it move up
        self.openRequested.emit(self._group.key, key)

    def show_control(self, key: str) -> OptionControl | None:
        """Return the control of an option, which takes the place of its chip."""
        field = self._fields.get(key)
        if field is None:
            return None
        if key not in self._controls:
            self._build_control(key, field)
            self._controls[key].set_value(self._values.get(key))
            self._show_parts()
            self.built.emit(key)
        return self._controls[key]

    def built_control(self, key: str) -> OptionControl | None:
        """Return the control of an option, None while it is a chip."""
        return self._controls.get(key)

    def _build_control(self, key: str, field: OptionField) -> None:
        words = translate("Options", field.label)
        name = self.tr("{option} for {network}").format(option=words, network=self._group.name)
        control = make_option_control(
            field, name, object_name_of(f"{field.label} for {self._group.name}"), self._rows
        )
        widget = control if isinstance(control, QWidget) else None
        assert widget is not None
        text = self.tr("{option}, required").format(option=words) if field.required else words
        caption = label(text, "muted", wrap=True)
        caption.setFixedWidth(label_width())
        target = control.focus_target()
        caption.setBuddy(target)
        # Some systems name a combo box by its label.
        caption.setAccessibleName(name if not field.required else f"{name}, {text}")
        if field.required:
            target.setAccessibleDescription(self.tr("required"))
        control.edited.connect(partial(self._edited, key))
        self._controls[key] = control
        self._captions[key] = caption
        # In the order of the network, whichever was opened first.
        row = list(self._fields).index(key)
        is_tall = field.kind == "lines" or field.overrides
        caption.setContentsMargins(0, 6 if is_tall else 0, 10, 0)
        self._grid.addWidget(
            caption, row, 0, Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag(0)
        )
        is_narrow = field.kind in ("switch", "choice")
        self._grid.addWidget(
            widget, row, 1, Qt.AlignmentFlag.AlignLeading if is_narrow else Qt.AlignmentFlag(0)
        )

    def _edited(self, key: str) -> None:
        self.edited.emit(self._group.key, key, self._controls[key].value())

    def _reset(self, key: str) -> None:
        self.edited.emit(self._group.key, key, None)
        self.chips[key].set_value(None)

    # -- search ----------------------------------------------------------------------------

    def matching_keys(self) -> list[str]:
        """Return the keys of the options that pass the search."""
        return [key for key, field in self._fields.items() if self._passes(field)]

    def _passes(self, field: OptionField) -> bool:
        hay = fold(f"{translate('Options', field.label)} {self._group.name}")
        return all(word in hay for word in self._words)

    def filter_by(self, words: list[str]) -> bool:
        """Show what has these words in its name or that of its network; False if nothing has."""
        self._words = words
        self._show_parts()
        is_any = bool(self.matching_keys())
        self.setVisible(is_any)
        return is_any

    def _show_parts(self) -> None:
        matching = set(self.matching_keys())
        for key, chip in self.chips.items():
            chip.setVisible(key in matching and key not in self._controls)
        for key, control in self._controls.items():
            for part in (self._captions[key], control):
                if isinstance(part, QWidget):
                    part.setVisible(key in matching)
        self._rows.setVisible(not matching.isdisjoint(self._controls))
        self._holder.setVisible(not matching.isdisjoint(self.chips.keys() - self._controls.keys()))
        require_layout(self._holder).invalidate()
