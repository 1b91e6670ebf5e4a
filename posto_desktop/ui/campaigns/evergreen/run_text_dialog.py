"""Dialog with the text of one run: it replaces the message's text this once."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.evergreen import ComingRun
from posto_desktop.models import dates
from posto_desktop.models.evergreen_runs import EvergreenRunsModel
from posto_desktop.ui.shared.counter_row import CounterRow
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import set_enabled
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.text_box import TextBox
from posto_desktop.viewmodels.evergreen_checks import EvergreenChecks

WIDTH = 520


class RunTextDialog(ActionDialog):
    """Signal ``chosen(str)``: the text of this run."""

    chosen = Signal(str)

    def __init__(
        self,
        run: ComingRun,
        runs: EvergreenRunsModel,
        checks: EvergreenChecks,
        parent: QWidget,
    ) -> None:
        title = self.tr("Text of this run")
        super().__init__(
            "evergreen-run-dialog", title, self.tr("Use this text"), width=WIDTH, parent=parent
        )
        self._run, self._runs, self._checks = run, runs, checks
        words = self.tr("Only {when}, on {channels}. The message itself stays as it is.").format(
            when=dates.full_when(run.when, runs.zone), channels=runs.channel_words(run)
        )
        self.body.addWidget(Paragraph(words, "muted", object_name="evergreen-run-about"))
        self.counters = CounterRow(self)
        self.counters.setObjectName("evergreen-run-counters")
        self.body.addWidget(self.counters)
        self.text = TextBox(title, "evergreen-run-text", parent=self)
        self.text.setPlainText(run.text)
        self.text.setMinimumHeight(160)
        self.text.textChanged.connect(self._typed)
        self.body.addWidget(self.text, 1)
        self.findings = Paragraph("", "small", object_name="evergreen-run-findings", parent=self)
        self.body.addWidget(self.findings)
        self.action_button.clicked.connect(self._accept_text)
        self._typed()
        cursor = self.text.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.text.setTextCursor(cursor)
        self.text.setFocus()

    @Slot()
    def _typed(self) -> None:
        text = self.text.toPlainText()
        message = self._runs.message_of(self._run)
        if message is not None:
            draft = message.draft_for(self._run.variant, text)
            assessment = self._checks.assess_run(draft, self._run.channel_ids)
            self.counters.set_counts(assessment.counts)
            self.findings.setText("\n".join(assessment.sentences[:3]))
            self.findings.setVisible(bool(assessment.sentences))
            self.grow()
        is_new = text.strip() != "" and text != self._run.text
        set_enabled(self.action_button, is_new, self.tr("Change the text first"))

    @Slot()
    def _accept_text(self) -> None:
        text = self.text.toPlainText()
        self.accept()
        self.chosen.emit(text)
