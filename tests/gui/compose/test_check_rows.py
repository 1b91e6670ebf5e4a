"""Tests of the rows of the checks: sentences are never cut, at any width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.core.checks import Finding, Fix
from posto_desktop.ui.compose.checks_panel import ChecksPanel
from posto_desktop.ui.theme import Theme

LONG = (
    "X, LinkedIn, Mastodon and 2 more cannot mix pictures and video in one post. "
    "The service removes “<3 it. See nordlicht.ex…”: it looks like an HTML tag."
)
FINDINGS = [
    Finding("error", "mixed", LONG, ("x", "linkedin"), (), None, Fix("keep_first", "Keep the 2")),
    Finding("warning", "tags", "A short one.", ("x",), (), None, Fix("space_tags", "Add a space")),
    Finding("hint", "alt", "Another short one.", ("x",)),
]


@pytest.fixture
def panel(qtbot: Any, theme: Any) -> Iterator[ChecksPanel]:
    window = QWidget()
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    panel = ChecksPanel(window)
    column.addWidget(panel)
    column.addStretch(1)
    qtbot.addWidget(window)
    window.resize(640, 500)
    window.show()
    qtbot.waitExposed(window)
    panel.set_findings(FINDINGS)
    yield panel
    window.close()


def rows_of(panel: ChecksPanel) -> list[Any]:
    view = panel.list
    return [view.itemWidget(view.item(number)) for number in range(view.count())]


@pytest.mark.parametrize("width", [1200, 640, 420])
def test_no_part_of_a_sentence_is_cut_off(qtbot: Any, panel: ChecksPanel, width: int) -> None:
    panel.window().resize(width, 700)

    def all_of_it() -> None:
        for row in rows_of(panel):
            assert row.width() == panel.list.viewport().width()
            label = row.sentence
            assert label.heightForWidth(label.width()) <= label.height() <= row.height()

    qtbot.waitUntil(lambda: panel.list.width() == width - 40)
    qtbot.waitUntil(lambda: _passes(all_of_it))
    heights = [panel.list.item(number).sizeHint().height() for number in range(3)]
    assert panel.list.height() == sum(heights)


def test_one_line_keeps_the_usual_height(qtbot: Any, panel: ChecksPanel) -> None:
    usual = Theme.instance().px("row.check")
    heights = [panel.list.item(number).sizeHint().height() for number in range(3)]
    assert heights[0] > usual
    assert heights[1:] == [usual, usual]
    panel.window().resize(1900, 500)
    qtbot.waitUntil(lambda: panel.list.height() == 3 * usual)


def test_fewer_networks_leave_more_room_at_once(panel: ChecksPanel) -> None:
    usual = Theme.instance().px("row.check")
    sentence = "word " * 11
    all_of_them = ("twitter", "fb", "linkedin", "bluesky", "mastodon", "telegram", "tiktok")
    many = replace(FINDINGS[1], sentence=sentence, networks=all_of_them)
    panel.set_findings([many])
    assert panel.list.item(0).sizeHint().height() > usual
    panel.set_findings([replace(many, networks=("twitter",))])
    assert panel.list.item(0).sizeHint().height() == usual
    panel.set_findings([many])
    assert panel.list.item(0).sizeHint().height() > usual


def test_a_row_goes_back_to_one_line_with_its_sentence(qtbot: Any, panel: ChecksPanel) -> None:
    usual = Theme.instance().px("row.check")
    panel.set_findings([FINDINGS[1], FINDINGS[2]])
    assert panel.list.height() == 2 * usual


def _passes(check: Any) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


def test_a_network_in_the_name_of_a_channel_is_not_bold(panel: ChecksPanel) -> None:
    planned = "The same text is already scheduled for Sandbox Instagram today at 10:49."
    panel.set_findings(
        [
            Finding("warning", "same_planned", planned, ("instagram",), (2,)),
            Finding("warning", "no_media", "Instagram needs a picture.", ("instagram",)),
        ]
    )
    first, second = (row.sentence.text() for row in rows_of(panel))
    assert first == planned
    assert ">Instagram</span> needs a picture." in second


def test_the_focus_ring_of_the_last_button_of_a_row_has_room(panel: ChecksPanel) -> None:
    fix = Fix("keep_first", "Keep the 2")
    panel.set_findings([replace(FINDINGS[0], fix=fix, more=(Fix("space_tags", "Add a space"),))])
    [row] = rows_of(panel)
    row.layout().activate()
    assert row.width() - row.more_button.geometry().right() - 1 >= 3


def test_where_there_are_no_checks_no_line_stands_above_them(desk: Any) -> None:
    assert desk.page.checks.isHidden()
    assert desk.page.checks_line.isHidden()
    desk.type("Buns " * 80)
    desk.settle()
    assert desk.page.checks_line.isVisible()
