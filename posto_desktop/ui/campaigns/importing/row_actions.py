"""Actions of the buttons in the import table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.importing.row_check import CheckedRow
from posto_desktop.ui.campaigns.importing.rows_delegate import (
    CHANGE,
    KEEP,
    LEAVE_OUT,
    LOCATE,
    TAKE_IN,
)
from posto_desktop.ui.campaigns.importing.rows_table import ImportRowsTable
from posto_desktop.ui.widgets.file_dialogs import (
    ask_for_file,
    documents_folder,
    media_filter,
)
from posto_desktop.workers.import_session import ImportSession


class ImportRowActions(QObject):
    """Carries out actions on a row, or on all selected rows."""

    def __init__(self, session: ImportSession, table: ImportRowsTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._table = table
        self._window = parent
        self._located_name = ""
        """File name, from the table, of the picture that the user locates."""
        self.folder = ""
        """Folder in which to look for pictures first."""
        table.actionRequested.connect(self._handle_action)

    @Slot(str, object)
    def _handle_action(self, action: str, checked: CheckedRow) -> None:
        numbers = self._table.selected_numbers()
        if checked.row.number not in numbers:
            numbers = [checked.row.number]
        if action == LEAVE_OUT:
            self._session.leave_out(numbers)
        elif action == TAKE_IN:
            self._session.leave_out(numbers, False)
        elif action == KEEP:
            self._session.keep(numbers)
        elif action == CHANGE:
            self._table.edit_problem(checked)
        elif action == LOCATE and checked.main is not None:
            self._locate(checked.main.detail)

    @Slot(str, object)
    def act_on_all(self, action: str, rows: Sequence[CheckedRow]) -> None:
        """Carry out an action for all rows with the same warning."""
        numbers = [checked.row.number for checked in rows]
        if action == LEAVE_OUT:
            self._session.leave_out(numbers)
        elif action == KEEP:
            self._session.keep(numbers)
        elif action == LOCATE and rows[0].main is not None:
            # The others are looked for beside the one that is found.
            self._locate(rows[0].main.detail)

    def _locate(self, name: str) -> None:
        self._located_name = name
        ask_for_file(
            self._window,
            self.tr("Where is {name}?").format(name=name),
            [media_filter()],
            self._located,
            folder=self.folder or documents_folder(),
        )

    @Slot(str)
    def _located(self, path: str) -> None:
        if self._located_name and path:
            self._session.locate(self._located_name, path)
