"""Dialog of the problem report: shows the text before saving it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.ui.settings.context import SettingsServices
from posto_desktop.ui.widgets.buttons import Button, name_control, set_enabled
from posto_desktop.ui.widgets.file_dialogs import ask_where_to_save
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.large_dialog import LargeDialog
from posto_desktop.ui.widgets.text_box import TextBox
from posto_desktop.workers import folder_jobs


class ReportDialog(LargeDialog):
    """Shows the full report for review; text deleted here is not saved."""

    def __init__(
        self, tools: SettingsServices, made_of: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "problem-report-dialog",
            self.tr("Problem report"),
            self.tr(
                "This is the whole report. It contains no passwords, texts, names or "
                "addresses of yours. You can delete any part."
            ),
            680,
            520,
            parent,
        )
        self._tools = tools
        self.text = TextBox(self.tr("Report"), "report", parent=self)
        self.text.setPlaceholderText(self.tr("Writing…"))
        self.body.addWidget(self.text, 1)
        self.copy = Button(self.tr("Copy"), icon="clipboard-copy", parent=self)
        name_control(self.copy, self.tr("Copy the report"), "copy-the-report")
        self.copy.clicked.connect(self._copy)
        self.add_button(self.copy, first=True)
        self.save = Button(self.tr("Save as…"), "primary", parent=self)
        self.save.setObjectName("save-the-report")
        self.save.clicked.connect(self._ask_where)
        self.add_button(self.save)
        for button in (self.copy, self.save):
            set_enabled(button, False, self.tr("The report is still being written"))
        handle = tools.runner.submit(
            folder_jobs.write_report,
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
            set_enabled(button, True, "")

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())

    @Slot()
    def _ask_where(self) -> None:
        ask_where_to_save(
            self,
            self.tr("Save the report"),
            [self.tr("Text (*.txt)"), self.tr("Zip (*.zip)")],
            self.save_to,
            proposed="posto-report.txt",
            suffix="txt",
        )

    @Slot(str)
    def save_to(self, path: str) -> None:
        """Save the text as shown, as a text file or a zip by the name's extension."""
        handle = self._tools.runner.submit(
            folder_jobs.save_report, Path(path), self.text.toPlainText(), parent=self
        )
        handle.done.connect(self._saved)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _saved(self, path: Path) -> None:
        set_role(self.state, "small")
        self.set_state_text(self.tr("Saved as {name}").format(name=path.name))

    @Slot(object)
    def _failed(self, error: object) -> None:
        set_role(self.state, "error-small")
        self.set_state_text(message_of(error, str(error)))
