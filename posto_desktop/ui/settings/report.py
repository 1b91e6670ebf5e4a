"""The problem report: shown as it is, then saved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.settings.context import Tools
from posto_desktop.ui.settings.text_box import TextBox
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import label, set_role
from posto_desktop.workers import backup


class ReportDialog(QDialog):
    """Shows the whole text before anything of it leaves; what is deleted in it is not saved."""

    def __init__(
        self, tools: Tools, made_of: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tools = tools
        self.setWindowTitle(self.tr("Problem report"))
        self.setObjectName("problem-report-dialog")
        self.setAccessibleName(self.tr("Problem report"))
        self.setModal(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 20, 24, 16)
        box.setSpacing(8)
        box.addWidget(label(self.tr("Problem report"), "dialog"))
        self._told = label(
            self.tr(
                "This is all that is saved. Passwords, your texts, names and addresses are left "
                "out; take out what you like."
            ),
            "muted",
            object_name="report-hint",
            wrap=True,
        )
        box.addWidget(self._told)
        self.text = TextBox(self.tr("Report"), parent=self)
        self.text.setPlaceholderText(self.tr("Being written"))
        box.addWidget(self.text, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.copy = Button(self.tr("Copy"), icon="clipboard-copy")
        name_control(self.copy, self.tr("Copy the report"))
        self.copy.clicked.connect(self._copy)
        row.addWidget(self.copy)
        row.addStretch(1)
        self.close_button = Button(self.tr("Close"))
        name_control(self.close_button, self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)
        self.save = Button(self.tr("Save as…"), "primary")
        name_control(self.save, self.tr("Save the report"))
        self.save.clicked.connect(self._ask_where)
        row.addWidget(self.save)
        box.addLayout(row)
        for button in (self.copy, self.save):
            button.setEnabled(False)
        scale = Theme.instance().scale
        self.resize(round(680 * scale), round(520 * scale))
        handle = tools.runner.submit(
            backup.write_report,
            tools.paths,
            tools.settings,
            tools.accounts,
            tools.secrets,
            made_of,
            parent=self,
        )
        handle.done.connect(self._show)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _show(self, text: str) -> None:
        self.text.setPlainText(text)
        self.text.setFocus()
        for button in (self.copy, self.save):
            button.setEnabled(True)

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())

    @Slot()
    def _ask_where(self) -> None:
        chooser = QFileDialog(self, self.tr("Save the report"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilters([self.tr("Text (*.txt)"), self.tr("Zip (*.zip)")])
        chooser.setDefaultSuffix("txt")
        chooser.selectFile("posto-report.txt")
        chooser.fileSelected.connect(self.save_to)
        chooser.open()

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save what the field shows, as text or as a zip by the name's ending."""
        handle = self._tools.runner.submit(
            backup.save_report, Path(path), self.text.toPlainText(), parent=self
        )
        handle.done.connect(self._saved)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _saved(self, path: Path) -> None:
        set_role(self._told, "muted")
        self._told.setText(self.tr("Saved as {name}").format(name=path.name))

    @Slot(object)
    def _failed(self, error: object) -> None:
        set_role(self._told, "error")
        self._told.setText(getattr(error, "user_message", "") or str(error))
