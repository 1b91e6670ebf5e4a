"""State of the insights in Activity: what is asked, the answer, and an export under way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.insights.report import InsightsQuestion, InsightsReport


@dataclass(frozen=True)
class InsightsView:
    """`report` is None until the first answer. `as_table` shows tables instead of plots.
    `is_exporting`, with `progress` as (done, total). `is_kept` is False if the settings keep no
    insights."""

    question: InsightsQuestion = field(default_factory=InsightsQuestion)
    report: InsightsReport | None = None
    as_table: bool = False
    is_exporting: bool = False
    progress: tuple[int, int] = (0, 0)
    is_kept: bool = True


class _Fields(TypedDict, total=False):
    question: InsightsQuestion
    report: InsightsReport | None
    as_table: bool
    is_exporting: bool
    progress: tuple[int, int]
    is_kept: bool


class InsightsState(QObject):
    """Owns the `InsightsView`.

    Signals:
        changed(InsightsView, frozenset[str]): these fields changed.
        asked(InsightsQuestion): answer with `set_report`.
        openRequested(int post_id): show a post.
        exportRequested(str): write a "csv", "excel" or "pdf" file.
        cancelRequested(): stop writing.
    """

    changed = Signal(object, object)
    asked = Signal(object)
    openRequested = Signal(object)
    exportRequested = Signal(str)
    cancelRequested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = InsightsView()
        self._is_measure_chosen = False

    @property
    def view(self) -> InsightsView:
        return self._view

    # -- updates from the app ------------------------------------------------------------------

    def set_channels(self, ids: frozenset[int] | None) -> None:
        """Look at the posts of these channels; None for all."""
        self._ask(replace(self._view.question, channel_ids=ids))

    def set_report(self, report: InsightsReport) -> None:
        """Show an answer, unless something else is asked by now."""
        question = self._view.question
        if report.question != question:
            return
        has_measure = question.measure in report.measures or not report.measures
        if not has_measure and not self._is_measure_chosen:
            self._ask(replace(question, measure=report.measures[0]))
            return
        self._change(report=report)

    def forget(self) -> None:
        """Drop the answer, because another workspace has other posts."""
        self._is_measure_chosen = False
        self._change(report=None)

    def ask_again(self) -> None:
        """Ask for a new answer: there are new numbers, or it is another day."""
        self.asked.emit(self._view.question)

    def set_kept(self, on: bool) -> None:
        self._change(is_kept=on)

    def set_progress(self, progress: tuple[int, int]) -> None:
        self._change(progress=progress)

    def set_exporting(self, on: bool) -> None:
        self._change(is_exporting=on, progress=(0, 0))

    # -- user actions --------------------------------------------------------------------------

    def choose_measure(self, measure: str) -> None:
        self._is_measure_chosen = True
        self._ask(replace(self._view.question, measure=measure))

    def choose_age(self, age: str) -> None:
        """Compare posts at an age of `report.AGE_KEYS`."""
        self._ask(replace(self._view.question, age=age))

    def choose_days(self, days: int) -> None:
        """Look at the last so many days."""
        self._ask(replace(self._view.question, days=days))

    @Slot(bool)
    def set_table(self, on: bool) -> None:
        self._change(as_table=on)

    # -- internals -----------------------------------------------------------------------------

    def _ask(self, question: InsightsQuestion) -> None:
        if question != self._view.question:
            self._change(question=question)
            self.asked.emit(question)

    def _change(self, **fields: Unpack[_Fields]) -> None:
        before, self._view = self._view, replace(self._view, **fields)
        changed = frozenset(
            name for name, value in vars(self._view).items() if value != getattr(before, name)
        )
        if changed:
            self.changed.emit(self._view, changed)
