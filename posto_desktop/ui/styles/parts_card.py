"""Card with the parts of a style beside its texts: link tags, hashtags, signature, watermark."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from posto_desktop.sdk.style_files import ALL_NETWORKS
from posto_desktop.sdk.style_parts import PART_KEYS, WATERMARK
from posto_desktop.sdk.style_texts import NO_WORDS, SnippetTexts
from posto_desktop.ui.shared.style_part_fields import (
    HashtagFields,
    SignatureFields,
    StylePartFields,
    UtmFields,
)
from posto_desktop.ui.shared.watermark_fields import WatermarkFields
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.setting_row import SettingRow

SAME, NONE, OWN = "same", "none", "own"


class PartRow(QWidget):
    """Row of one part: title, mode, and its fields.

    Signals: ``changed(value)``: a mapping, an empty one for no such part, None if it is not set;
    ``removed(value)``: the same after the user switched the part off."""

    changed = Signal(object)
    removed = Signal(object)

    def __init__(self, title: str, hint: str, fields: StylePartFields, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.mode = ComboBox("", self)
        name_control(self.mode, title, fields.KEY)
        self.mode.setMinimumWidth(150)
        self.mode.activated.connect(self._mode_chosen)
        column.addWidget(SettingRow(title, hint, self.mode, self))
        self.title = title
        self.fields = fields
        fields.edited.connect(self._edited)
        column.addWidget(fields)
        self._is_network = False

    def show_value(
        self, value: object, inherited: object, *, is_network: bool, words: SnippetTexts
    ) -> None:
        """Show a value; `is_network`: for one network, which can inherit from all networks."""
        self._is_network = is_network
        self.mode.clear()
        if is_network:
            self.mode.addItem(self.tr("Same as all networks"), SAME)
        #: No hashtags, signature or watermark.
        self.mode.addItem(self.tr("None"), NONE)
        self.mode.addItem(self.tr("Its own") if is_network else self.tr("Set here"), OWN)
        table = _table(value)
        mode = OWN if table else (SAME if is_network and value is None else NONE)
        self.mode.setCurrentIndex(self.mode.findData(mode))
        # An own part starts with the inherited values.
        self.fields.set_value(table or _table(inherited), words)
        self.fields.setVisible(mode == OWN)

    def choose(self, mode: str) -> None:
        """Set the mode as if the user had chosen it."""
        self.mode.setCurrentIndex(self.mode.findData(mode))
        self._mode_chosen()

    def _mode_chosen(self) -> None:
        mode = self.mode.currentData()
        self.fields.setVisible(mode == OWN)
        if mode == OWN:
            self._edited()
        else:
            self.removed.emit({} if mode == NONE and self._is_network else None)

    def _edited(self) -> None:
        value = self.fields.value()
        if self.fields.is_wrong:
            return  # keep the last valid value
        self.changed.emit(value if value is not None else ({} if self._is_network else None))


class PartsCard(QFrame):
    """Signals: ``changed(str key, value)`` and ``removed(str key, value, str title)`` as of
    `PartRow`; ``pictureWanted()``: ask for the watermark's picture."""

    changed = Signal(str, object)
    removed = Signal(str, object, str)
    pictureWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        self.mark = WatermarkFields(self)
        self.mark.pictureWanted.connect(self.pictureWanted)
        kinds: tuple[tuple[str, str, StylePartFields], ...] = (
            (
                self.tr("Link tags (UTM)"),
                self.tr("Show your web statistics where visitors come from"),
                UtmFields(self),
            ),
            (
                self.tr("Hashtags"),
                self.tr("Added to each message, up to the network's limit"),
                HashtagFields(self),
            ),
            (
                self.tr("Signature"),
                self.tr("Added at the end of each text"),
                SignatureFields(self),
            ),
            (
                self.tr("Watermark"),
                self.tr("Drawn on your pictures when they are sent"),
                self.mark,
            ),
        )
        self.rows: dict[str, PartRow] = {}
        for key, (title, hint, fields) in zip(PART_KEYS, kinds, strict=True):
            if self.rows:
                column.addWidget(hairline(self))
            row = self.rows[key] = PartRow(title, hint, fields, self)
            row.changed.connect(partial(self.changed.emit, key))
            row.removed.connect(partial(self._part_removed, key))
            column.addWidget(row)

    def _part_removed(self, key: str, value: object) -> None:
        self.removed.emit(key, value, self.rows[key].title)

    def show_part(
        self,
        slug: str,
        part: Mapping[str, Any],
        common: Mapping[str, Any],
        words: SnippetTexts = NO_WORDS,
    ) -> None:
        """Show the parts for a network (``*``: all)."""
        for key, row in self.rows.items():
            is_network = slug != ALL_NETWORKS
            row.show_value(part.get(key), common.get(key), is_network=is_network, words=words)

    def set_picture(self, file: str) -> None:
        """Set the watermark's picture, after `pictureWanted`."""
        self.rows[WATERMARK].choose(OWN)
        self.mark.set_picture(file)


def _table(value: object) -> Mapping[str, Any]:
    """Return a part as a mapping; scripts may write a text or a list instead."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str):
        return {"text": value, "tags": [value]}
    return {"tags": list(value)} if isinstance(value, list | tuple) else {}
