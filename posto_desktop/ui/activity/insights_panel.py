"""Insights in Activity: choices at the head, and a card for each plot."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from posto_desktop.core.insights.measures import ENGAGEMENT
from posto_desktop.core.insights.report import AGE_KEYS, PERIODS, InsightsReport
from posto_desktop.models import words
from posto_desktop.models.insight_plots import PLOTS, plots_of, posts_table
from posto_desktop.models.insight_words import (
    age_words,
    explanation,
    measure_words,
    period_words,
)
from posto_desktop.ui import keys
from posto_desktop.ui.activity.insight_card import InsightCard, InsightTable
from posto_desktop.ui.widgets.buttons import IconButton, MenuButton
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.viewmodels.insights_state import InsightsState, InsightsView

__all__ = ["InsightsPanel"]

_WIDE = 1100
"""Widest column of cards: longer bars are no easier to compare."""


class InsightsPanel(QWidget):
    """Shows `state`; what is chosen goes there."""

    def __init__(self, state: InsightsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insights")
        self.state = state
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._build_choices())
        self._area = QScrollArea(self)
        self._area.setObjectName("insights-scroll")
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setProperty("role", "scrolled")
        outer = QHBoxLayout(body)
        outer.setContentsMargins(24, 2, 24, 20)
        inner = QWidget(body)
        inner.setMaximumWidth(_WIDE)
        outer.addWidget(inner, 100)
        outer.addStretch(1)
        self._cards = QVBoxLayout(inner)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        self.about = label("", "muted", object_name="insights-about", wrap=True)
        self._cards.addWidget(self.about)
        self.cards: dict[str, InsightCard] = {}
        self._posts = self._build_posts()
        self._cards.addWidget(self._posts)
        self._cards.addStretch(1)
        self._area.setWidget(body)
        self._area.viewport().setAutoFillBackground(False)
        column.addWidget(self._area, 1)
        self.empty = EmptyState("chart-no-axes-column", "", "", parent=self)
        self.empty.hide()
        column.addWidget(self.empty, 1)
        state.changed.connect(self._show)
        self._show(state.view, frozenset(vars(state.view)))

    # -- building ----------------------------------------------------------------------------------

    def _build_choices(self) -> QWidget:
        holder = QWidget(self)
        outer = QVBoxLayout(holder)
        outer.setContentsMargins(24, 0, 24, 0)
        row = QWidget(holder)
        flow = FlowLayout(row)
        outer.addWidget(row)
        self.period = self._combo(row, self.tr("Period"), "insights-period")
        for days in PERIODS:
            self.period.addItem(period_words(days), days)
        self.measure = self._combo(row, self.tr("Number"), "insights-measure")
        self.age = self._combo(row, self.tr("Age of the posts"), "insights-age")
        for age in AGE_KEYS:
            self.age.addItem(age_words(age), age)
        self.as_table = CheckBox(self.tr("Show as table"), row)
        self.as_table.setObjectName("show-as-table")
        self.as_table.setAccessibleName(self.as_table.text())
        self.as_table.setToolTip(keys.tip(self.tr("Show as table"), keys.AS_TABLE))
        self.as_table.clicked.connect(self.state.set_table)
        self.export = MenuButton(self.tr("Export"), "export-insights", "download", row)
        self.export.setText(self.tr("Export"))
        self.export.clicked.connect(self.open_export_menu)
        self.progress = ProgressBar(self.tr("Export progress"), "insights-progress", row)
        self.progress.setFixedWidth(120)
        self.stop = IconButton("x", self.tr("Stop the export"), "stop-insights-export", parent=row)
        self.stop.clicked.connect(self.state.cancelRequested)
        for part in (
            self.period,
            self.measure,
            self.age,
            self.as_table,
            self.export,
            self.progress,
            self.stop,
        ):
            flow.addWidget(part)
        self.period.activated.connect(lambda at: self.state.choose_days(self.period.itemData(at)))
        self.measure.activated.connect(
            lambda at: self.state.choose_measure(self.measure.itemData(at))
        )
        self.age.activated.connect(lambda at: self.state.choose_age(self.age.itemData(at)))
        return holder

    def _combo(self, parent: QWidget, name: str, object_name: str) -> ComboBox:
        box = ComboBox(object_name, parent)
        box.set_tip(name)
        buddy = PlainLabel(name, parent)
        buddy.setObjectName(f"{object_name}-label")
        buddy.setBuddy(box)
        buddy.setFixedSize(0, 0)
        return box

    def _build_posts(self) -> QFrame:
        card = QFrame(self)
        card.setProperty("role", "card")
        card.setObjectName("insight-card-posts")
        column = QVBoxLayout(card)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(self.tr("Posts"), "strong"))
        self._post_count = label("", "muted", object_name="insight-count-posts")
        row.addWidget(self._post_count)
        row.addStretch(1)
        column.addLayout(row)
        self.posts: InsightTable | None = None
        self._posts_column = column
        return card

    # -- showing -----------------------------------------------------------------------------------

    @Slot(object, object)
    def _show(self, view: InsightsView, changed: frozenset[str]) -> None:
        if "question" in changed:
            question = view.question
            self.period.setCurrentIndex(self.period.findData(question.days))
            self.age.setCurrentIndex(self.age.findData(question.age))
        if changed & {"question", "report"}:
            self._show_measures(view)
        if changed & {"report", "as_table"}:
            self._show_report(view.report, as_table=view.as_table)
        if "is_kept" in changed:
            self._show_empty_texts(is_kept=view.is_kept)
        if "as_table" in changed:
            self.as_table.setChecked(view.as_table)
        if changed & {"is_exporting", "report"}:
            self.progress.setVisible(view.is_exporting)
            self.stop.setVisible(view.is_exporting)
            has_posts = view.report is not None and view.report.n > 0
            self.export.setEnabled(has_posts and not view.is_exporting)
        if "progress" in changed:
            done, total = view.progress
            self.progress.setRange(0, total)
            self.progress.setValue(done)

    def _show_measures(self, view: InsightsView) -> None:
        report = view.report
        present = list(report.measures) if report is not None else []
        chosen = view.question.measure
        offered = present if chosen in present else [chosen, *present]
        if [self.measure.itemData(at) for at in range(self.measure.count())] != offered:
            self.measure.clear()
            for measure in offered or [ENGAGEMENT]:
                self.measure.addItem(measure_words(measure), measure)
        self.measure.setCurrentIndex(self.measure.findData(chosen))

    def _show_report(self, report: InsightsReport | None, *, as_table: bool) -> None:
        is_empty = report is not None and not report.published
        self._area.setVisible(report is not None and not is_empty)
        self.empty.setVisible(is_empty)
        if report is None or is_empty:
            return
        self.about.setText(" ".join(explanation(report)))
        plots = {plot.key: plot for plot in plots_of(report)}
        if not report.is_enough:  # the same sentence once is enough
            plots = {"times": plots["times"]}
        for number, key in enumerate(PLOTS):
            plot = plots.get(key)
            if plot is not None and key not in self.cards:
                before = sum(known in self.cards for known in PLOTS[:number])
                self.cards[key] = InsightCard(plot, self)
                self._cards.insertWidget(1 + before, self.cards[key])
            if key in self.cards:
                self.cards[key].setVisible(plot is not None)
                if plot is not None:
                    self.cards[key].show_plot(plot, as_table=as_table)
        self._post_count.setText(words.posts(report.n))
        self._posts.setVisible(report.n > 0)
        data = posts_table(report)
        if self.posts is None:
            self.posts = InsightTable(self.tr("Posts"), "insight-posts", data, self._posts)
            self.posts.opened.connect(self._open_post)
            self._posts_column.addWidget(self.posts)
        else:
            self.posts.set_table(data)

    def _show_empty_texts(self, *, is_kept: bool) -> None:
        title = self.tr("No insights yet")
        text = self.tr(
            "Likes, views and other numbers of your posts appear here an hour after they are"
            " published."
        )
        if not is_kept:
            title = self.tr("Insights are not kept")
            text = self.tr("Choose in the settings, under Storage, how long Posto keeps them.")
        self.empty.set_texts(title, text)

    @Slot(str)
    def _open_post(self, key: str) -> None:
        self.state.openRequested.emit(int(key))

    @Slot()
    def open_export_menu(self) -> None:
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, text in (
            ("csv", self.tr("CSV table…")),
            ("excel", self.tr("CSV table for Excel…")),
            ("pdf", self.tr("PDF report…")),
        ):
            action = menu.add(text)
            action.triggered.connect(lambda _on=False, kind=kind: self._export(kind))
        menu.popup(below(self.export))

    def _export(self, kind: str) -> None:
        self.state.exportRequested.emit(kind)

    def first_stop(self) -> QWidget:
        """Return the control that the keyboard comes to first."""
        return self.period
