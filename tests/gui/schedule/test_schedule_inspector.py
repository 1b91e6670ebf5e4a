"""The inspector: all files, what happened, insights; made only when it is wanted."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from posto_desktop.core.entries import EntryStep
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.ui.schedule.inspector_widgets import FactList, NetworkBadges
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.schedule.scene import NOW, UTC, rows, schedule


def entry(*whats: str, **more: Any) -> Any:
    steps = tuple(
        EntryStep(NOW - timedelta(hours=50 - number), what, "")
        for number, what in enumerate(("written", *whats))
    )
    return SimpleNamespace(steps=steps, updated_at=NOW, **{"workspace": "acc", **more})


def facts(page: ScheduleTablePage, name: str) -> list[tuple[str, str]]:
    fact_list = page.inspector.findChild(FactList, name)
    return fact_list.rows() if fact_list is not None and not fact_list.isHidden() else []


def test_it_is_made_when_it_is_first_wanted(page: ScheduleTablePage, qtbot: Any) -> None:
    assert page.findChild(QWidget, "inspector") is None
    page.table.set_current(3)
    assert page.findChild(QWidget, "inspector") is None
    page.inspector_pane.toggle()
    assert page.findChild(QWidget, "inspector").isVisible()


def test_it_comes_after_the_table_was_shown(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.state.restore(inspector="open")
    page.resize(1300, 700)
    page.show()
    page.set_schedules(rows())
    assert page.findChild(QWidget, "inspector") is None
    qtbot.waitUntil(lambda: page.state.view.inspector_open)


def test_a_page_that_is_cleared_meanwhile_opens_nothing(qtbot: Any, theme: Any) -> None:
    page = ScheduleTablePage(SchedulesModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()
    page.set_schedules(rows())
    page.clear()
    for _ in range(3):
        QApplication.processEvents()
    assert not page.state.view.inspector_open


def test_all_files_are_shown(page: ScheduleTablePage, qtbot: Any) -> None:
    media = tuple(ScheduleMedia(n, "image", f"https://pic/{n}") for n in range(12))
    asked: list[str] = []
    page.pictureRequested.connect(asked.append)
    page.set_schedules([schedule(1, 1, media=media)])
    page.show_schedule(1)
    page.inspector.grab()
    qtbot.waitUntil(lambda: {f"https://pic/{n}" for n in range(12)} <= set(asked))
    assert page.inspector._picture_grid.height() == 3 * 48 + 2 * 4


def test_a_post_of_this_computer_was_saved_here(page: ScheduleTablePage) -> None:
    page.show_schedule(1)
    page.set_entries({"m1": entry("handing_over", "sent", workspace="local")})
    words = [words for _, words in facts(page, "what-happened")]
    assert words == ["Saving", "Saved on this computer", "Published: Channel 1"]


def test_what_happened_to_a_post_of_ours(page: ScheduleTablePage) -> None:
    page.show_schedule(1)
    assert facts(page, "what-happened") == []
    tries = entry("uploading", "uploaded", "handing_over", "no_answer", "found")
    page.set_entries({"m1": tries})
    lines = facts(page, "what-happened")
    assert [words for _, words in lines] == [
        "Sending",
        "No clear answer",
        "Found on the service",
        "Published: Channel 1",
    ]
    assert lines[0][0].endswith("14:21")
    page.show_schedule(3)  # of another computer
    assert facts(page, "what-happened") == []
    page.show_schedule(1)
    assert len(facts(page, "what-happened")) == 4


def test_the_reason_of_a_failure_ends_what_happened(page: ScheduleTablePage) -> None:
    page.set_entries({"g2": entry("sent")})
    page.show_schedule(2)
    assert facts(page, "what-happened")[-1][1] == "Not accepted: Channel 2: " + (
        "The image file is too large"
    )


def test_insights_of_a_post_that_was_sent(page: ScheduleTablePage, qtbot: Any) -> None:
    with qtbot.waitSignal(
        page.inspector_pane.insightsRequested, check_params_cb=lambda key: key == 1
    ):
        page.show_schedule(1)
    page.set_insights(3, {"Views": "9"})  # of another one
    assert facts(page, "insights") == []
    page.set_insights(1, {"Views": "120", "Likes": "7"})
    assert facts(page, "insights") == [("Views", "120"), ("Likes", "7")]
    page.show_schedule(2)
    assert facts(page, "insights") == []
    page.show_schedule(1)  # what is known is there at once
    assert len(facts(page, "insights")) == 2
    page.clear()
    page.set_schedules(rows())
    page.show_schedule(1)
    assert facts(page, "insights") == []


def test_what_was_not_sent_has_no_insights(page: ScheduleTablePage, qtbot: Any) -> None:
    asked: list[int] = []
    page.inspector_pane.insightsRequested.connect(asked.append)
    page.show_schedule(3)
    qtbot.waitUntil(lambda: not page.inspector_pane._insights_delay.is_waiting)
    assert asked == []


def test_a_site_whose_timer_seems_not_to_run_can_be_opened(
    page: ScheduleTablePage, qtbot: Any
) -> None:
    opened: list[str] = []
    page.openRequested.connect(opened.append)
    page.set_schedules([schedule(1, -0.2), schedule(2, -0.05)])
    page.show_schedule(2)  # three minutes are nothing
    assert page.inspector.findChild(QWidget, "reason").isHidden()
    page.show_schedule(1)
    assert "timer seems to be stopped" in page.inspector.findChild(QLabel, "reason-text").text()
    button = page.inspector.findChild(QPushButton, "reason-fix")
    assert not button.isVisible()  # this computer has no site
    page.set_site("https://social.example")
    assert button.text() == "Open the site"
    button.click()
    assert opened == ["https://social.example"]
    page.set_site("")
    assert not button.isVisible()


def test_a_long_text_is_shown_whole_when_it_is_wanted(page: ScheduleTablePage, qtbot: Any) -> None:
    page.model.change_rows([schedule(3, 1, text="word " * 4000), schedule(4, 2, text="Short")])
    page.table.set_current(3)
    page.inspector_pane.open()
    inspector = page.inspector
    words = inspector.findChild(QLabel, "inspector-text")
    more = inspector.findChild(QPushButton, "show-whole-text")
    assert len(words.text()) < 7000
    assert more.isVisible()
    assert more.text() == "Show all 20,000 characters"
    more.click()
    assert words.text() == "word " * 4000
    assert not more.isVisible()
    page.model.change_rows([schedule(3, 1.5, text="word " * 4000)])  # as it was, at another time
    assert words.text() == "word " * 4000
    page.table.set_current(4)
    assert words.text() == "Short"
    assert not more.isVisible()
    page.table.set_current(3)
    assert more.isVisible()


def test_of_a_text_beyond_all_networks_it_is_said_what_is_not_shown(
    page: ScheduleTablePage,
) -> None:
    page.model.change_rows([schedule(3, 1, text="A" * 1_000_000)])
    page.table.set_current(3)
    page.inspector_pane.open()
    inspector = page.inspector
    more = inspector.findChild(QPushButton, "show-whole-text")
    assert more.text() == "Show 70,000 characters"
    more.click()
    assert len(inspector.findChild(QLabel, "inspector-text").text()) == 70_000
    rest = inspector.findChild(QLabel, "text-left-out")
    assert rest.text() == "930,000 more characters are not shown."
    assert rest.isVisible()


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.social.example/1", "social.example/1"),
        ("http://127.0.0.1:5000/post/1", ""),
        ("http://[::1", "http://[::1"),
        ("nothing to open", "nothing to open"),
        ("x" * 5000, "x" * 200),
    ],
)
def test_whatever_the_link_of_a_post_is_it_is_shown(
    page: ScheduleTablePage, link: str, expected: str
) -> None:
    page.model.change_rows([schedule(3, -1, "success", link=link)])
    page.table.set_current(3)
    page.inspector_pane.open()
    shown = page.inspector.findChild(QLabel, "fact-post")
    assert shown.full_text() == expected
    assert shown.isVisible() == bool(expected)


SEVEN = ["instagram", "fb", "linkedin", "mastodon", "bluesky", "telegram", "tiktok"]


@pytest.mark.parametrize(("slugs", "words"), [(SEVEN, "7 sent"), (SEVEN, "5 sent, 2 failed")])
def test_how_it_went_elsewhere_is_read_whole_beside_many_networks(
    qtbot: Any, theme: Any, slugs: list[str], words: str
) -> None:
    badges = NetworkBadges(None)
    qtbot.addWidget(badges)
    badges.resize(195, 20)
    badges.show_networks(slugs, words)
    step, measured = badges.measure()
    assert measured == words
    assert 9 <= step < 22
    badges.show_networks(slugs[:2], words)
    assert badges.measure() == (22, words)
    badges.show_networks(slugs, "")
    assert badges.measure() == (22, "")
    badges.resize(120, 20)
    badges.show_networks(slugs, "more words than there is room for")
    assert badges.measure()[1].endswith("…")
