"""Settings > About: versions, log, problem report and licences."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QUrl, Slot, qVersion
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop import __version__
from posto_desktop.ui import icons
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage, breakable
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.inline_icon import InlineIcon
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.text_box import TextBox
from posto_desktop.workers.licences import NAMES, read_licences


def versions() -> dict[str, str]:
    """Return names and versions of the app and its libraries."""
    import PySide6

    from posto_desktop.workers import problem_report

    more = {
        "SDK and workspace": __version__,  # parts of this program, with its version
        "Qt": qVersion(),
        "PySide6": PySide6.__version__,
    }
    return problem_report.versions(__version__, more)


class AboutPage(SettingsPage):
    """Publisher, licence and contact."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("about", context, parent)
        self._context = context
        self._texts: dict[str, str] = {}
        self.add(self._build_head())
        known = versions()
        card = self.add_card()
        shown = ("Python", "Qt", "PySide6", "SDK and workspace", "System")
        titles = {"SDK and workspace": self.tr("SDK and workspace"), "System": self.tr("System")}
        words = " · ".join(f"{titles.get(name, name)} {known[name]}" for name in shown)
        copy = Button(self.tr("Copy"), icon="clipboard-copy", small=True)
        name_control(copy, self.tr("Copy the versions"), "copy-the-versions")
        copy.clicked.connect(self._copy)
        self._words = "\n".join(f"{name}: {value}" for name, value in known.items())
        self.rows["versions"] = card.add_row(self.tr("Versions"), words, copy)
        logs = Button(self.tr("Open the folder"), icon="external-link", small=True)
        name_control(logs, self.tr("Open the folder of logs"), "open-the-folder-of-logs")
        logs.clicked.connect(self._open_logs)
        self.rows["logs"] = card.add_row(
            self.tr("Log files"), breakable(context.parts.paths.logs), logs
        )
        write = Button(self.tr("Write a report…"), small=True)
        write.setObjectName("write-a-problem-report")
        write.clicked.connect(self._report)
        self.rows["report"] = card.add_row(
            self.tr("Problem report"),
            self.tr("For support. You can review it before saving."),
            write,
        )
        self._build_licences()

    def _build_head(self) -> QWidget:
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(14)
        line.addWidget(InlineIcon(44, partial(icons.app_mark, 44)))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("Posto Desktop", "dialog"))
        number = self.tr("Version {number}").format(number=__version__)
        words.addWidget(label(number, "muted", object_name="version"))
        line.addLayout(words)
        line.addStretch(1)
        return head

    def _build_licences(self) -> None:
        title = QWidget()
        line = QHBoxLayout(title)
        line.setContentsMargins(0, 0, 0, 0)
        name = label(self.tr("Licence of"), "strong")
        self._which = which = ComboBox("licence")
        name.setBuddy(which)
        for part in NAMES:
            which.addItem(part, part)
        line.addWidget(name)
        line.addWidget(which)
        line.addStretch(1)
        self.rows["licences"] = title
        self._text = TextBox(self.tr("Licence text"), "licence-text")
        self._text.setReadOnly(True)
        self._text.setMinimumHeight(150)
        which.currentIndexChanged.connect(self._show)
        self.add(title, 8)
        self.add(self._text, 10)
        marks = self.tr(
            "Brand marks belong to their owners and are used only to name their networks."
        )
        self.add(label(marks, "muted", wrap=True))
        handle = self._context.parts.runner.submit(read_licences, parent=self)
        handle.done.connect(self._have_texts)
        handle.failed.connect(self._no_texts)

    @Slot(object)
    def _have_texts(self, texts: dict[str, str]) -> None:
        self._texts = texts
        if "" in texts:
            self._which.addItem(self.tr("All parts of this package"), "")
        self._show()

    @Slot(object)
    def _no_texts(self, _error: object) -> None:
        self._text.setPlainText(self.tr("The licences could not be read."))

    @Slot()
    def _show(self) -> None:
        if self._texts:
            self._text.setPlainText(self._texts[self._which.currentData()])

    @Slot()
    def _copy(self) -> None:
        from PySide6.QtWidgets import QApplication

        QApplication.clipboard().setText(self._words)

    @Slot()
    def _open_logs(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._context.parts.paths.logs)))

    @Slot()
    def _report(self) -> None:
        from posto_desktop.ui.settings.report_dialog import ReportDialog

        dialog = ReportDialog(self._context.parts, versions(), self)
        dialog.open()
