"""Menu of the Change… button: encoding, separator, sheet, or another file."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from posto_desktop.core.importing import text_decoder
from posto_desktop.core.importing.csv_table import DELIMITERS
from posto_desktop.core.importing.table import ReadOptions, Table
from posto_desktop.core.importing.text_decoder import ENCODINGS
from posto_desktop.ui.campaigns.importing.words import delimiter_words
from posto_desktop.ui.widgets.menu import Menu


class ParseOptionsMenu(Menu):
    """Signals: `optionsChosen(Options)`, `fileRequested()`."""

    optionsChosen = Signal(object)
    fileRequested = Signal()

    def __init__(self, parent: QWidget, table: Table, options: ReadOptions) -> None:
        super().__init__(parent)
        self.setObjectName("reading-menu")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if table.kind == "csv":
            for sign in DELIMITERS:
                self._choice(
                    #: {sign}: comma, semicolon or tab of a CSV file.
                    self.tr("Separated by {sign}").format(sign=delimiter_words(sign)),
                    sign == table.delimiter,
                    replace(options, delimiter=sign),
                )
            self.addSeparator()
        if table.kind in ("csv", "json"):
            for encoding, _name in ENCODINGS:
                words = text_decoder.label(encoding)
                self._choice(words, encoding == table.encoding, replace(options, encoding=encoding))
            self.addSeparator()
        if table.kind == "excel":
            for sheet in table.sheets[:40]:
                words = self.tr("Sheet “{name}”").format(name=sheet)
                self._choice(words, sheet == table.sheet, replace(options, sheet=sheet))
            self.addSeparator()
        self.add(self.tr("Another file…"), "file-up", self.fileRequested.emit)

    def _choice(self, words: str, on: bool, options: ReadOptions) -> None:
        action = self.add(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(on)
        action.setData(options)
        action.triggered.connect(self._chosen)

    @Slot()
    def _chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.optionsChosen.emit(action.data())
