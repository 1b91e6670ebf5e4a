"""Insights in Activity: what is chosen, plots by keyboard, tables, and too few posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from posto_desktop.core.insights.report import InsightsQuestion, answer
from posto_desktop.core.insights.statistics import PostInsights
from posto_desktop.ui.activity.page import ActivityPage
from tests.unit.core.insights.samples import NOW, post

Key = Qt.Key


def some_posts(count: int, channels: int = 2) -> list[PostInsights]:
    return [
        post(
            number,
            channel_id=number % channels,
            network=("mastodon", "bluesky")[number % channels],
            numbers={"likes": float(number % 9), "shares": 1.0},
            labels=("launch",) if number % 3 else (),
            sent_at=NOW - timedelta(hours=30 * number),
        )
        for number in range(count)
    ]


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ActivityPage:
    page = ActivityPage()
    qtbot.addWidget(page)
    page.resize(1000, 800)
    page.show()
    qtbot.waitExposed(page)
    page.state.choose_view("insights")
    return page


def show(page: ActivityPage, posts: list[PostInsights]) -> None:
    question = page.insights_state.view.question
    page.insights_state.set_report(answer(question, posts, NOW, UTC))


def words(page: ActivityPage, name: str) -> str:
    label = page.findChild(QLabel, name)
    assert label is not None
    return label.text()


def test_the_keyboard_goes_from_a_list_to_the_insights_and_back(
    qtbot: Any, page: ActivityPage
) -> None:
    page.activateWindow()
    qtbot.waitActive(page)
    page.state.choose_view("outbox")
    page.list.setFocus()
    page.state.choose_view("insights")
    assert page.insights is not None
    assert QApplication.focusWidget() is page.insights.first_stop()
    page.state.choose_view("history")
    assert page.list.hasFocus()


def test_below_twenty_posts_it_is_silent(page: ActivityPage) -> None:
    show(page, some_posts(12))
    assert page.insights is not None
    assert words(page, "insight-silent-times") == "Not enough posts yet: 12 of 20"
    assert not page.insights.cards["times"].plot.isVisible()
    assert list(page.insights.cards) == ["times"]
    assert page.insights.posts is not None
    assert page.insights.posts.rows.rowCount() == 12
    show(page, some_posts(24))
    assert page.insights.cards["times"].plot.isVisible()
    assert words(page, "insight-count-week") == "24 posts"
    show(page, [])
    assert page.insights.empty.isVisible()


def test_arrow_keys_go_from_mark_to_mark(page: ActivityPage) -> None:
    show(page, some_posts(40))
    assert page.insights is not None
    plot = page.insights.cards["labels"].plot
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert plot.current is not None
    assert plot.current.name == "launch"
    line = page.insights.cards["times"].plot
    line.setFocus(Qt.FocusReason.TabFocusReason)
    first = line.current
    QTest.keyClick(line, Key.Key_Right)
    second = line.current
    assert first is not None
    assert second is not None
    assert first.key < second.key
    assert words(page, "insight-words-times") == second.words
    assert "rank" in second.words
    QTest.keyClick(line, Key.Key_End)
    assert line.current is not None
    assert line.current.key > second.key
    week = page.insights.cards["week"].plot
    week.setFocus(Qt.FocusReason.TabFocusReason)
    at = week.current
    QTest.keyClick(week, Key.Key_Down)
    assert at is not None
    assert week.current is not None
    assert week.current.place[0] > at.place[0]


def test_arrows_are_turned_in_mirrored_windows(page: ActivityPage) -> None:
    show(page, some_posts(40))
    assert page.insights is not None
    line = page.insights.cards["times"].plot
    line.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    first = line.current
    QTest.keyClick(line, Key.Key_Left)
    assert first is not None
    assert line.current is not None
    assert line.current.key > first.key
    assert line.grab().width() > 0


def test_the_pointer_finds_a_mark(page: ActivityPage) -> None:
    show(page, some_posts(40))
    assert page.insights is not None
    plot = page.insights.cards["networks"].plot
    at = QPointF(plot.width() / 2, 20)
    none = Qt.MouseButton.NoButton
    kind, keys = QEvent.Type.MouseMove, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(plot, QMouseEvent(kind, at, at, none, none, keys))
    assert words(page, "insight-words-networks") == plot._plot.items[0].words


def test_the_same_as_tables(page: ActivityPage) -> None:
    show(page, some_posts(40))
    page.toggle_table()
    assert page.insights is not None
    assert page.insights.as_table.isChecked()
    card = page.insights.cards["week"]
    table = card.table
    assert table is not None
    assert table.isVisible()
    assert not card.plot.isVisible()
    numbers = [int(table.rows.index(row, 3).data()) for row in range(table.rows.rowCount())]
    assert sum(numbers) == 40
    table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    ordered = [int(table.rows.index(row, 3).data()) for row in range(table.rows.rowCount())]
    assert ordered == sorted(numbers, reverse=True)
    accessible = table.rows.index(0, 3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert accessible == f"Posts: {ordered[0]}"
    page.toggle_table()
    assert card.plot.isVisible()


def test_a_post_opens_by_enter_and_missing_numbers_sort_last(
    page: ActivityPage, qtbot: Any
) -> None:
    posts = some_posts(24)
    posts[0] = replace(posts[0], numbers={"likes": 90.0})
    show(page, posts)
    assert page.insights is not None
    table = page.insights.posts
    assert table is not None
    assert table.rows.index(0, 3).data() == "90"
    shares = [table.rows.headerData(c, Qt.Orientation.Horizontal) for c in range(6)].index("Shares")
    table.sortByColumn(shares, Qt.SortOrder.AscendingOrder)
    assert table.rows.index(23, shares).data() == ""
    table.setCurrentIndex(table.rows.index(23, 0))
    with qtbot.waitSignal(page.insights_state.openRequested) as asked:
        QTest.keyClick(table, Key.Key_Return)
    assert asked.args == [0]


def test_long_names_of_channels_leave_room_for_texts_and_numbers(
    page: ActivityPage, qtbot: Any
) -> None:
    page.resize(700, 600)
    name = "Harbour & Sons of New York City, the shop at the corner"
    show(page, [replace(shown, channel_name=name) for shown in some_posts(24)])
    assert page.insights is not None
    table = page.insights.posts
    assert table is not None
    head = table.horizontalHeader()
    qtbot.waitUntil(lambda: 0 < head.length() <= table.viewport().width())
    assert abs(head.sectionSize(0) - head.sectionSize(1)) < 3
    assert head.sectionSize(0) > 80


def test_what_is_chosen_is_asked(page: ActivityPage, qtbot: Any) -> None:
    state = page.insights_state
    show(page, some_posts(24))
    assert page.insights is not None
    with qtbot.waitSignal(state.asked) as asked:
        page.insights.period.activated.emit(1)
    assert asked.args == [InsightsQuestion(days=30)]
    with qtbot.waitSignal(state.asked):
        page.insights.age.activated.emit(2)
    with qtbot.waitSignal(state.asked) as asked:
        state.set_channels(frozenset({1}))
    assert asked.args == [InsightsQuestion(age="day", days=30, channel_ids=frozenset({1}))]
    old = answer(InsightsQuestion(), some_posts(30), NOW, UTC)
    before = state.view.report
    state.set_report(old)  # the answer to an earlier question
    assert state.view.report is before


def test_a_measure_that_is_there_is_chosen(page: ActivityPage, qtbot: Any) -> None:
    views = [post(n, numbers={"views": float(n)}) for n in range(22)]
    with qtbot.waitSignal(page.insights_state.asked) as asked:
        show(page, views)
    assert asked.args[0].measure == "views"
    show(page, views)
    assert page.insights is not None
    assert page.insights.measure.currentText() == "Views"
    assert "Engagement" not in page.insights.about.text()


def test_who_keeps_none_is_told(page: ActivityPage) -> None:
    page.insights_state.set_kept(False)
    show(page, [])
    texts = [label.text() for label in page.insights.empty.findChildren(QLabel)]  # type: ignore[union-attr]
    assert "Insights are not kept" in texts
