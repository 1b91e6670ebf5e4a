"""Presenter of the checks: shows findings and runs their fixes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.checks import Finding, Fix
from posto_desktop.core.checks.finding import short
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.thread_split import TooManyPartsError
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.message_files import MessageFiles
from posto_desktop.ui.compose.options_presenter import OptionsPresenter, PreviewPresenter
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.viewmodels.assessment import QUIET_CODES, Assessment
from posto_desktop.viewmodels.notification import PageNotification
from posto_desktop.viewmodels.open_message import OpenMessage

_WORST = {"error": 0, "warning": 1, "hint": 2}


class ChecksPresenter(QObject):
    """Shows an assessment as checks, counters and marks, and applies fixes to the draft.

    Signals: ``channelSearchRequested()``: focus the channel search; ``reconnectRequested(object
    Channel)``: sign in to its account again.
    """

    channelSearchRequested = Signal()
    reconnectRequested = Signal(object)

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        files: MessageFiles,
        options_presenter: OptionsPresenter,
        preview_presenter: PreviewPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._cost = ""
        self._views, self._message = views, message
        self._text_presenter = text_presenter
        self._files = files
        self._options_presenter = options_presenter
        self._preview_presenter = preview_presenter

    @Slot(object)
    def show_assessment(self, result: Assessment) -> None:
        pristine = self._message.draft.is_empty
        findings = [
            finding
            for finding in result.findings
            if finding.code not in ("no_channel", "empty")
            and not (pristine and finding.code in QUIET_CODES)
        ]
        if self._views.checks.set_findings(findings):
            self.show_line()
        self._text_presenter.show_counts(result)
        cost = "" if pristine else result.outlook.price_words()
        if cost != self._cost:
            self._cost = cost
            self._views.action_bar.set_cost(cost)
        worst: dict[str, str] = {}
        problems: dict[str, str] = {}
        for finding in findings:
            if finding.severity == "error":
                for slug in finding.networks:
                    problems.setdefault(slug, finding.sentence)
            if finding.file and _WORST[finding.severity] < _WORST.get(
                worst.get(finding.file, ""), 3
            ):
                worst[finding.file] = finding.severity
        self._views.tabs.set_problems(problems)
        self._views.media.set_severities(worst)
        self._preview_presenter.show_previews(result)

    @Slot()
    def show_line(self) -> None:
        """Show or hide the line above the checks together with them."""
        self._views.checks_line.setVisible(not self._views.checks.isHidden())
        self._views.show_problem_chip()

    @Slot(object)
    def fix(self, finding: Finding) -> None:
        """Run the fix of a finding, or focus what the user has to change."""
        chosen = finding.fix
        if chosen is None:
            return
        if chosen.kind in LEADS:
            LEADS[chosen.kind](self, chosen)
            return
        from posto_desktop.core.fixes import apply_fix  # imported on first use

        chosen_ids = tuple(channel.id for channel in self._message.channels.listed)
        before = replace(self._message.draft, channel_ids=chosen_ids)
        fixed = before
        try:
            for fix in self._all_of(finding):
                fixed = apply_fix(fixed, fix)
        except TooManyPartsError as error:
            self._message.notifier.requested.emit(PageNotification("error", str(error)))
            return
        if fixed.channel_ids != before.channel_ids:
            self._leave_out(set(before.channel_ids) - set(fixed.channel_ids))
        else:
            self._message.editor.set_content(fixed)
            self._message.offer_undo(self._undo_text(chosen, before), before)
        self._message.checks.refresh()
        if chosen.kind == "fit_video":
            self._files.look_for_ffmpeg(chosen.arg)

    def _all_of(self, finding: Finding) -> list[Fix]:
        """Return the fixes of a row: one for each of its files."""
        chosen, group = finding.fix, self._views.checks.group_of(finding)
        if chosen is None:
            return []
        if len(group) == 1:
            return [chosen]
        ways = [[member.fix, *member.more] for member in group]
        return [fix for own in ways for fix in own if fix is not None and fix.kind == chosen.kind]

    def _leave_out(self, removed: set[int]) -> None:
        """Untick channels, with Undo."""
        targets = self._message.channels
        before = list(targets.ids())

        def leave() -> None:
            targets.choose_ids(
                [channel_id for channel_id in targets.ids() if channel_id not in removed]
            )

        def back() -> None:
            now = targets.ids()
            order = [
                channel_id for channel_id in before if channel_id in removed or channel_id in now
            ]
            targets.choose_ids(
                order + [channel_id for channel_id in now if channel_id not in order]
            )

        names = [channel.name for channel in self._message.channels.listed if channel.id in removed]
        words = self.tr("%Ln channel(s) (is/are) left out", "", len(names))
        if len(names) == 1:
            words = self.tr("{name} is left out").format(name=names[0])
        undo = self._message.editor.edit_channels(leave, back)
        self._message.notifier.requested.emit(PageNotification("ok", words, self.tr("Undo"), undo))

    def _undo_text(self, fix: Fix, before: Draft) -> str:
        left = {ref.path for ref in self._views.media.refs()}
        removed = [short(ref.name) for ref in before.media if ref.path not in left]
        if len(removed) == 1:
            return self.tr("{name} removed from the message").format(name=removed[0])
        if len(removed) == 2:
            words = self.tr("{name} and {other} removed from the message")
            return words.format(name=removed[0], other=removed[1])
        if removed:
            return self.tr("%n file(s) removed from the message", "", len(removed))
        #: {what}: the label of a fix, such as "Crop to 4:5".
        return self.tr("Done: {what}").format(what=fix.label)

    def _edit_for(self, fix: Fix) -> None:
        self._text_presenter.show_key(fix.arg)
        self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._text_presenter.show_from_first_line()

    def _edit_when(self, _fix: Fix) -> None:
        self._views.focus_when()

    def _add_media(self, _fix: Fix) -> None:
        self._files.choose_files()

    def _describe(self, fix: Fix) -> None:
        self._show_part_of(fix.arg)
        for number in self._views.media.rows_of(fix.arg)[:1]:
            self._views.strip.setCurrentIndex(self._views.media.index(number))
            self._files.describe(number)

    def _edit_title(self, fix: Fix) -> None:
        slug = fix.networks[0] if fix.networks else fix.arg
        self._options_presenter.edit_option(fix.arg, limits_for(slug).title_key)

    def _edit_link(self, _fix: Fix) -> None:
        self._focus(self._views.fields.link)

    def _edit_comment(self, _fix: Fix) -> None:
        self._focus(self._views.fields.comment)

    def _show_file(self, fix: Fix) -> None:
        self._show_part_of(fix.arg)
        for number in self._views.media.rows_of(fix.arg)[:1]:
            self._views.strip.setCurrentIndex(self._views.media.index(number))
        self._focus(self._views.strip)

    def _focus(self, field: QWidget) -> None:
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._views.scroll_area.ensureWidgetVisible(field, 0, 24)

    @Slot()
    def lead_to_refusal(self) -> None:
        """Focus what a network refused of the message."""
        finding = self._message.checks.refusal()
        if finding is not None:
            self.show_checks()
            self.fix(finding)

    def _show_part_of(self, path: str) -> None:
        """Show the part of the thread that a file goes with."""
        media = self._views.media
        if media.rows_of(path):
            return
        for ref in media.refs():
            if ref.path == path:
                self._text_presenter.show_part(ref.part_in(media.part.key))
                return

    def _crop(self, fix: Fix) -> None:
        self._show_part_of(fix.arg)
        for number in self._views.media.rows_of(fix.arg)[:1]:
            slugs = fix.networks
            self._files.edit(number, slugs[0] if len(slugs) == 1 else "", slugs, fix.limits)

    def _choose_channels(self, _fix: Fix) -> None:
        self.channelSearchRequested.emit()

    def _sign_in_again(self, fix: Fix) -> None:
        channel = self._message.channels.channel(int(fix.arg))
        if channel is not None:
            self.reconnectRequested.emit(channel)

    @Slot(str)
    def fix_first(self, key: str) -> None:
        """Focus the first problem; change nothing."""
        if key == "when":
            self._views.focus_when()
            return
        self.show_checks()
        first = next(
            (finding for finding in self._views.checks.findings if finding.severity == "error"),
            None,
        )
        if first is None or first.fix is None:
            self._views.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif first.fix.kind in LEADS:
            LEADS[first.fix.kind](self, first.fix)
        else:
            self._views.checks.focus_on(first)

    @Slot()
    def show_checks_soon(self) -> None:
        """Show the checks when the question below them has its place."""
        QTimer.singleShot(0, self, self.show_checks)

    @Slot()
    def show_checks(self) -> None:
        self._views.checks.set_open(True)
        self._views.scroll_area.ensureWidgetVisible(self._views.checks, 0, 8)


LEADS: dict[str, Callable[[ChecksPresenter, Fix], None]] = {
    "add_media": ChecksPresenter._add_media,
    "choose_channels": ChecksPresenter._choose_channels,
    "crop": ChecksPresenter._crop,
    "describe": ChecksPresenter._describe,
    "edit_comment": ChecksPresenter._edit_comment,
    "edit_for": ChecksPresenter._edit_for,
    "edit_link": ChecksPresenter._edit_link,
    "edit_title": ChecksPresenter._edit_title,
    "edit_video": ChecksPresenter._crop,
    "edit_when": ChecksPresenter._edit_when,
    "show_file": ChecksPresenter._show_file,
    "sign_in_again": ChecksPresenter._sign_in_again,
}
"""Fixes that the user has to do, each with the function that focuses the place. `core.fixes` does
the others."""
