"""Table model of the layers of a channel's options: effective value, and the value of each
layer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QFont

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.core.options import OptionField
from posto_desktop.core.style_layers import LAYERS, OptionRow
from posto_desktop.models.template_words import readable
from posto_desktop.sdk import style_parts

__all__ = ["DefaultsModel", "RowRole", "option_name", "value_words"]

RowRole = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex
OPTION, WINS = 0, 1
FIRST_LAYER = 2


def option_name(option: OptionField) -> str:
    """Return the display name of an option."""
    return translate("Options", option.label)


def value_words(option: OptionField, value: object) -> str:
    """Return a value in one line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return (
            translate("Defaults", "Yes")
            if value != option.inverted
            else translate("Defaults", "No")
        )
    if option.key in style_parts.PART_KEYS:
        return _part_words(option.key, value)
    for key, words in option.choices:
        if value == key:
            return translate("Options", words)
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return " ".join(readable(str(value)).split())


def _part_words(key: str, value: object) -> str:
    part = {key: value}
    if key == style_parts.UTM and (utm := style_parts.utm_of(part)) is not None:
        return " · ".join(f"{name.removeprefix('utm_')}: {text}" for name, text in utm.values)
    if key == style_parts.HASHTAGS and (tags := style_parts.hashtags_of(part)) is not None:
        return " ".join([*tags.tags, *(f"“{name}”" for name in tags.groups)])
    if key == style_parts.SIGNATURE and (sign := style_parts.signature_of(part)) is not None:
        return f"“{sign.name}”" if sign.name else " ".join(sign.text.split())
    if key == style_parts.WATERMARK and (mark := style_parts.watermark_of(part)) is not None:
        return mark.file
    #: No value of an option.
    return translate("Defaults", "None")


class DefaultsModel(QAbstractTableModel):
    """Columns: option, effective value, and one per layer, lowest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[OptionRow] = []
        self._names: dict[str, str] = {}

    def set_rows(self, rows: Sequence[OptionRow], channel: str, network: str, style: str) -> None:
        """Show these options; the names are those of the layers."""
        self._names = {
            "service": translate("Defaults", "On the service"),
            "network": network_name(network),
            "channel": channel,
            "style": style or translate("Defaults", "No style"),
            "post": translate("Defaults", "This message"),
        }
        same = [row.key for row in rows] == [row.key for row in self._rows]
        if not same:
            self.beginResetModel()
        self._rows = list(rows)
        if not same:
            self.endResetModel()
            return
        # Keep the current row.
        last = self.index(len(rows) - 1, self.columnCount() - 1)
        self.dataChanged.emit(self.index(0, 0), last)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)

    def row(self, number: int) -> OptionRow | None:
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else FIRST_LAYER + len(LAYERS)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if section == OPTION:
            return translate("Defaults", "Option")
        if section == WINS:
            return translate("Defaults", "In effect")
        return self._names.get(LAYERS[section - FIRST_LAYER], "")

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        layer = LAYERS[column - FIRST_LAYER] if column >= FIRST_LAYER else ""
        wins = bool(layer) and layer == row.winner
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            words = self._words(row, column, layer)
            return f"✓ {words}" if wins else words
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text_at(row, column, layer, whole=role == Qt.ItemDataRole.ToolTipRole)
        if role == Qt.ItemDataRole.FontRole and (wins or column == OPTION):
            font = QFont()
            font.setWeight(QFont.Weight.Medium)
            return font
        return None

    def _words(self, row: OptionRow, column: int, layer: str) -> str:
        if column == OPTION:
            return option_name(row.option)
        value = row.values.get(layer) if layer else row.value
        if not layer and not row.winner:
            return (
                translate("Defaults", "As typed")
                if row.key == "post_text"
                else translate("Defaults", "Not set")
            )
        if layer and layer not in row.values:
            return "–"
        return value_words(row.option, value) or translate("Defaults", "Empty")

    def _text_at(self, row: OptionRow, column: int, layer: str, *, whole: bool) -> str:
        words = self._words(row, column, layer)
        if whole and layer in row.values and isinstance(row.values[layer], str):
            words = str(row.values[layer])
        if not layer:
            return words
        name = self._names.get(layer, "")
        if layer == row.winner:
            #: {layer}: where a value is set, such as "This message".
            return translate("Defaults", "{layer}: {value}. In effect.").format(
                layer=name, value=words
            )
        if layer in row.idle:
            #: {layer}: where a value is set, such as "This message".
            return translate("Defaults", "{layer}: {value}. Not used here.").format(
                layer=name, value=words
            )
        if layer not in row.values:
            #: {layer}: where a value could be set, such as "This message".
            return translate("Defaults", "{layer}: not set").format(layer=name)
        return f"{name}: {words}"
