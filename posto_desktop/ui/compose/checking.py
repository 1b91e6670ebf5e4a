"""What the checks of the Compose page show, and what their buttons do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot

from posto_desktop.core.checks import Finding
from posto_desktop.ui.compose.assess import QUIET_CODES, Assessment
from posto_desktop.ui.compose.part import Part

_WORST = {"error": 0, "warning": 1, "hint": 2}


class Checking(Part):
    """From an assessment to checks, counters and marks; from a fix to the draft."""

    @Slot(object)
    def show_assessment(self, result: Assessment) -> None:
        pristine = self.page.composer.draft.is_empty
        findings = [
            one
            for one in result.findings
            if one.code not in ("no_channel", "empty")
            and not (pristine and one.code in QUIET_CODES)
        ]
        self.page.checks.set_findings(findings)
        self.page.checks_line.setVisible(bool(findings))
        self.page.writing.show_counts(result)
        worst: dict[str, str] = {}
        for one in findings:
            if one.file and _WORST[one.severity] < _WORST.get(worst.get(one.file, ""), 3):
                worst[one.file] = one.severity
        self.page.media.set_severities(worst)
        self.page.previewing.show_previews(result)
        scheduled = self.page.posting.scheduled()
        self.page.action_bar.set_post(
            self.page.posting.words(), self.page.posting.hint(), scheduled=scheduled
        )
        self.page.drafting.show_saved()
        self.page.show_problem_chip()

    @Slot(object)
    def fix(self, finding: Finding) -> None:
        """Do what the button of a check says."""
        kind, arg = (finding.fix.kind, finding.fix.arg) if finding.fix else ("", "")
        numbers = self.page.media.rows_of(arg)
        if kind == "edit_for":
            self.page.tabs.choose(arg)
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif kind == "edit_when":
            self.page.focus_when()
        elif kind == "add_media":
            self.page.files.choose_files()
        elif kind == "remove_media" and numbers:
            row = self.page.media.remove(numbers[0])
            if row is not None:
                self.page.files.file_removed(numbers[0], row)
        elif kind == "describe" and numbers:
            self.page.strip.setCurrentIndex(self.page.media.index(numbers[0]))
            self.page.files.describe(numbers[0])
        elif kind == "untick_channel":
            left = [one for one in self.page.composer.channels if str(one.id) != arg]
            self.page.want_channels([one.id for one in left])
            if self.page.channels_model is None:
                self.page.set_channels_selection(left)
        elif kind == "choose_channels":
            self.page.channelSearchRequested.emit()

    @Slot(str)
    def fix_first(self, key: str) -> None:
        if key == "when":
            self.page.focus_when()
            return
        self.show_checks()
        first = next((one for one in self.page.checks.findings if one.severity == "error"), None)
        if first is not None and first.fix is not None:
            self.fix(first)
        else:
            self.page.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def show_checks(self) -> None:
        self.page.checks.set_open(True)
        self.page.scroll.ensureWidgetVisible(self.page.checks, 0, 8)
