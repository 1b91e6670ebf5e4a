"""Editor of the default of one option, for a network or for one channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.options import OptionField, shown
from posto_desktop.core.style_layers import CHANNEL, NETWORK, OptionRow, accepts_default
from posto_desktop.models.defaults import option_name
from posto_desktop.sdk import style_parts
from posto_desktop.sdk.errors import SettingsError
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts
from posto_desktop.sdk.templates import check
from posto_desktop.ui.shared.option_controls import make_option_control
from posto_desktop.ui.shared.style_part_fields import (
    HashtagFields,
    SignatureFields,
    StylePartFields,
    UtmFields,
)
from posto_desktop.ui.shared.template_edit import TemplateEdit
from posto_desktop.ui.shared.watermark_fields import WatermarkFields
from posto_desktop.ui.widgets.buttons import Button, name_control, set_enabled
from posto_desktop.ui.widgets.choices import SegmentedControl
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.workers.debouncer import Debouncer

RING = 4  # room for the focus ring of a control at the edge of the scroll area
SAVE_MS = 600
TEMPLATES = ("post_text", "first_comment")
_PARTS: dict[str, type[StylePartFields]] = {
    style_parts.UTM: UtmFields,
    style_parts.HASHTAGS: HashtagFields,
    style_parts.SIGNATURE: SignatureFields,
    style_parts.WATERMARK: WatermarkFields,
}


class DefaultEditor(QFrame):
    """Signals: ``changed(str layer, str key, value)`` (None: reset), shortly after the last key
    press; ``pictureWanted()``: choose a watermark picture."""

    changed = Signal(str, str, object)
    pictureWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: OptionRow | None = None
        self._words = NO_WORDS
        self._layer = NETWORK
        self._names = ("", "")
        self._control: Any = None
        self._made: tuple[str, str] = ("", "")
        self._sent: object = None
        self._late = Debouncer(SAVE_MS, self.flush, self)
        column = QVBoxLayout(self)
        # The control scrolls and needs room for its focus ring; align everything around it.
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8 - RING)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.setContentsMargins(RING, 0, RING, RING)
        self.title = label("", "strong", object_name="default-option")
        head.addWidget(self.title)
        self._scope_room = QHBoxLayout()
        head.addLayout(self._scope_room)
        head.addStretch(1)
        self.reset = Button(self.tr("Reset"), "quiet", icon="undo-2", small=True, parent=self)
        name_control(self.reset, self.tr("Reset the default"), "reset-the-default")
        self.reset.clicked.connect(self._reset)
        head.addWidget(self.reset)
        column.addLayout(head)
        self.hint = label("", "small", object_name="default-hint", wrap=True)
        self.hint.setContentsMargins(RING, 0, RING, 0)
        column.addWidget(self.hint)
        self._area = OverlayScrollArea(self)
        column.addWidget(self._area, 1)
        self.problem = label("", "error", object_name="default-problem", wrap=True)
        self.problem.setContentsMargins(RING, 0, RING, 0)
        self.problem.hide()
        column.addWidget(self.problem)
        self.scope: SegmentedControl | None = None

    def set_names(self, network: str, channel: str) -> None:
        """Set the network and channel whose defaults can be edited."""
        if self.scope is not None and self._names == (network, channel):
            return
        self._names = (network, channel)
        if self.scope is not None:
            self._scope_room.removeWidget(self.scope)
            self.scope.hide()
            self.scope.deleteLater()
        short = channel if len(channel) <= 28 else f"{channel[:27]}…"
        self.scope = SegmentedControl(
            self.tr("Default for"), "default-for", [(NETWORK, network), (CHANNEL, short)], self
        )
        self.scope.setToolTip(channel)
        self.scope.changed.connect(self._scope_chosen)
        self._scope_room.addWidget(self.scope)
        self._layer = NETWORK
        self._made = ("", "")

    def set_words(self, words: SnippetTexts) -> None:
        """Set the user's hashtag groups and signatures."""
        self._words = words

    def show_row(self, row: OptionRow | None) -> None:
        """Edit the default of this option. Unsaved typing is kept."""
        if row is None or (self._row is not None and row.key != self._row.key):
            self.flush()
        self._row = row
        self.setEnabled(row is not None)
        if row is None:
            self.title.setText(self.tr("Choose an option above"))
            return
        self.title.setText(option_name(row.option))
        self._show_value()

    def _show_value(self) -> None:
        row = self._row
        if row is None:
            return
        able = accepts_default(row.key, self._layer)
        if self._made != (row.key, self._layer):
            self._make(row.option)
            self._load(row)
        elif not self._late.is_waiting and self._saved_value(row) != self._sent:
            self._load(row)
        self._control.setEnabled(able)
        set_enabled(self.reset, self._layer in row.values, self.tr("Nothing to reset here"))
        for_network, for_channel = self._names
        words = self.tr(
            "Used for every post to {name}, unless a style or the post sets its own"
        ).format(name=for_network)
        if self._layer == CHANNEL:
            words = self.tr("Used for posts to {name} instead of the default of {network}").format(
                name=for_channel, network=for_network
            )
        if not able:
            words = self.tr(
                "All channels of {network} share their pictures. Set this for {network}."
            ).format(network=for_network)
        self.hint.setText(words)

    def _saved_value(self, row: OptionRow) -> object:
        return row.values.get(self._layer)

    def _load(self, row: OptionRow) -> None:
        value = self._sent = self._saved_value(row)
        control = self._control
        if isinstance(control, TemplateEdit):
            control.set_text(value if isinstance(value, str) else "")
        elif isinstance(control, StylePartFields):
            control.set_value(value if isinstance(value, Mapping) else {}, self._words)
        else:
            control.set_value(shown(row.option, value))
        self.problem.hide()

    def _make(self, option: OptionField) -> None:
        self._made = (option.key, self._layer)
        name = self.tr("Default: {option}").format(option=option_name(option))
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(RING, RING, RING, RING)
        if option.key in TEMPLATES:
            edit = TemplateEdit(name, f"default-{option.key}", lines=3, parent=inside)
            edit.edited.connect(self._edited)
            self._control = edit
        elif option.key in _PARTS:
            fields = _PARTS[option.key](inside)
            fields.edited.connect(self._edited)
            if isinstance(fields, WatermarkFields):
                fields.pictureWanted.connect(self.pictureWanted)
            self._control = fields
        else:
            plain = OptionField(option.key, option.kind, option.label, option.choices, option.most)
            self._control = make_option_control(plain, name, f"default-{option.key}", inside)
            self._control.edited.connect(self._edited)
        column.addWidget(self._control)
        column.addStretch(1)
        self._area.setWidget(inside)

    def set_picture(self, file: str) -> None:
        """Set the chosen watermark picture."""
        if isinstance(self._control, WatermarkFields):
            self._control.set_picture(file)

    @Slot(str)
    def _scope_chosen(self, layer: str) -> None:
        self.flush()
        self._layer = layer
        self._show_value()

    @Slot()
    def _edited(self) -> None:
        self._late.call()

    @Slot()
    def flush(self) -> None:
        """Save pending input now."""
        if not self._late.is_waiting or self._row is None:
            return
        self._late.cancel()
        control = self._control
        value = (control.text() or None) if isinstance(control, TemplateEdit) else control.value()
        if isinstance(control, StylePartFields) and control.is_wrong:
            return
        if isinstance(value, str) and self._made[0] in TEMPLATES:
            try:
                check(value)
            except SettingsError as error:
                self.problem.setText(error.user_message)
                self.problem.show()
                return
        self.problem.hide()
        if value != self._sent:
            self._send(value)

    @Slot()
    def _reset(self) -> None:
        self._late.cancel()
        self._send(None)
        if self._row is not None:
            left = {key: value for key, value in self._row.values.items() if key != self._layer}
            self._load(OptionRow(self._row.option, left))

    def _send(self, value: object) -> None:
        self._sent = value
        self.changed.emit(self._layer, self._made[0], value)
