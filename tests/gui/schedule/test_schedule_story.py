"""The story in the inspector, what is answered there, and how it is followed while it happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QToolButton

from posto_desktop.sdk.post_stories import PartStory, PostStory
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.shared.story_list import StoryList
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.story_polling import StoryPolling
from tests.gui.schedule.scene import NOW, schedule

LEFT = Qt.MouseButton.LeftButton
THREAD = (
    PartStory("post", "sent", "1", "https://n.example/1", sent_at=NOW),
    PartStory("thread", "sent", "2", "https://n.example/2", sent_at=NOW),
)


def story(page: ScheduleTablePage) -> StoryList:
    story_list = page.inspector.findChild(StoryList)
    assert story_list is not None
    return story_list


def text_of(page: ScheduleTablePage, name: str) -> str:
    label = page.inspector.findChild(QLabel, name)
    return label.text() if label is not None and label.isVisible() else ""


def button(page: ScheduleTablePage, name: str) -> QPushButton:
    button = page.inspector.findChild(QPushButton, name)
    assert button is not None
    return button


def test_a_story_is_shown_and_each_part_opened(page: ScheduleTablePage, qtbot: Any) -> None:
    asked: list[int] = []
    page.inspector_pane.storyRequested.connect(lambda post: asked.append(post.id))
    page.show_schedule(1)
    assert asked == [1]
    assert not story(page).isVisible()
    page.set_story(3, PostStory(3, "success", parts=THREAD))  # of another one
    assert not story(page).isVisible()
    page.set_story(1, PostStory(1, "success", parts=THREAD))
    assert story(page).isVisible()
    assert "Part 2 is published" in story(page).accessibleName()
    opened: list[str] = []
    page.openRequested.connect(opened.append)
    second = story(page).findChildren(QToolButton, "open-part")[1]
    qtbot.mouseClick(second, LEFT)
    assert opened == ["https://n.example/2"]
    page.show_schedule(5)
    assert not story(page).isVisible()


def test_services_tell_no_stories(page: ScheduleTablePage) -> None:
    asked: list[Any] = []
    page.inspector_pane.storyRequested.connect(asked.append)
    page.set_site("https://shop.example")
    page.show_schedule(1)
    assert asked == []


def test_a_post_is_followed_while_something_happens(page: ScheduleTablePage, qtbot: Any) -> None:
    asked: list[int] = []
    page.inspector_pane.storyRequested.connect(lambda post: asked.append(post.id))
    page.show_schedule(3)
    polling = page.inspector_pane.findChild(StoryPolling)
    page.set_story(3, PostStory(3, "not_sent", due_at=datetime.now(UTC) + timedelta(hours=3)))
    assert not polling._timer.isActive()
    page.set_story(3, PostStory(3, "sending"))
    assert polling._timer.isActive()
    polling._timer.setInterval(1)
    polling._timer.start()
    qtbot.waitUntil(lambda: len(asked) > 1)  # a slow machine looks when there are more
    assert set(asked) == {3}
    page.inspector_pane.close()
    assert not polling._timer.isActive()
    page.set_story(3, PostStory(3, "success"))
    assert not polling._timer.isActive()


def test_the_story_of_a_moved_post_is_read_until_it_tells_the_new_time() -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    facts, holder = PostFacts(), QObject()
    polling = StoryPolling(facts, holder)
    post = replace(schedule(3, 0, "not_sent"), send_at=later)
    polling.follow([post])
    facts.set_story(3, PostStory(3, "not_sent", due_at=later))
    assert not polling._timer.isActive()
    polling.follow([replace(post, send_at=later + timedelta(hours=8))])
    facts.set_story(3, PostStory(3, "not_sent", due_at=later, is_own=True))
    assert polling._timer.isActive()
    polling._timer.stop()
    facts.set_story(3, PostStory(3, "not_sent", due_at=later + timedelta(hours=8)))
    assert not polling._timer.isActive()


def test_what_was_refused_in_the_networks_own_words(page: ScheduleTablePage, qtbot: Any) -> None:
    edited: list[int] = []
    retried: list[list[int]] = []
    page.row_actions.outcomes.editRequested.connect(lambda post: edited.append(post.id))
    page.row_actions.retryRequested.connect(retried.append)
    page.show_schedule(2)
    assert text_of(page, "reason-text") != "The image file is too large"
    page.set_story(2, PostStory(2, "error", field="files", is_own=True))
    assert text_of(page, "reason-text") == "The image file is too large"
    assert text_of(page, "reason-title").endswith("did not accept the files")
    qtbot.mouseClick(button(page, "reason-fix"), LEFT)
    qtbot.mouseClick(button(page, "reason-retry"), LEFT)
    assert (edited, retried) == ([2], [[2]])


def test_it_is_there_with_its_address(page: ScheduleTablePage, qtbot: Any) -> None:
    page.set_schedules([schedule(1, -1, "unknown"), schedule(2, -1, "unknown")])
    addresses: list[tuple[int, str]] = []
    answers: list[tuple[list[int], str]] = []
    outcomes = page.row_actions.outcomes
    outcomes.foundRequested.connect(lambda key, url: addresses.append((key, url)))
    outcomes.resolveRequested.connect(lambda ids, answer: answers.append((ids, answer)))
    page.show_schedule(1)
    field = page.inspector.findChild(QLineEdit, "address-of-the-post")
    assert field.isVisible()
    qtbot.keyClicks(field, " https://n.example/1 ")
    page.set_schedules([schedule(1, -1, "unknown", text="Text"), schedule(2, -1, "unknown")])
    assert field.text(), "a reading does not take away what is being typed"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert (addresses, answers) == ([(1, "https://n.example/1")], [])
    page.show_schedule(2)
    assert field.text() == ""
    qtbot.mouseClick(button(page, "reason-there"), LEFT)
    assert answers == [([2], "there")]


def test_a_missing_comment_and_an_unclear_one(page: ScheduleTablePage, qtbot: Any) -> None:
    missing = "The first comment is not published: Comments are closed."
    unclear = "The first comment may be published. No answer."
    page.set_schedules(
        [schedule(1, -1, "success", error=missing), schedule(2, -1, "success", error=unclear)]
    )
    sent: list[int] = []
    answers: list[tuple[list[int], str]] = []
    page.row_actions.outcomes.commentRequested.connect(sent.append)
    page.row_actions.outcomes.resolveRequested.connect(lambda *arguments: answers.append(arguments))
    page.show_schedule(1)
    assert text_of(page, "reason-text") == "Comments are closed."
    qtbot.mouseClick(button(page, "reason-fix"), LEFT)
    assert sent == [1]
    page.show_schedule(2)
    assert not page.inspector.findChild(QLineEdit, "address-of-the-post").isVisible()
    assert not button(page, "reason-delete").isVisible(), "the post itself is published"
    qtbot.mouseClick(button(page, "reason-send-again"), LEFT)
    qtbot.mouseClick(button(page, "reason-there"), LEFT)
    assert answers == [([2], "send_again"), ([2], "there")]


def test_the_rest_of_a_thread_waits_for_an_address(page: ScheduleTablePage, qtbot: Any) -> None:
    error = "The rest of the thread is not published. …"
    page.set_schedules([schedule(1, -1, "error", error=error)])
    addresses: list[tuple[int, str]] = []
    outcomes = page.row_actions.outcomes
    outcomes.foundRequested.connect(lambda key, url: addresses.append((key, url)))
    page.show_schedule(1)
    assert not button(page, "reason-send-again").isVisible()
    page.inspector.findChild(QLineEdit, "address-of-the-post").setText("https://n.example/1")
    qtbot.mouseClick(button(page, "reason-there"), LEFT)
    assert addresses == [(1, "https://n.example/1")]


def test_keys_of_the_table_answer(page: ScheduleTablePage, qtbot: Any) -> None:
    page.set_schedules([schedule(1, -1, "unknown"), schedule(2, -1, "error", error="No.")])
    page.set_channel_links({1: "https://n.example/me"})
    outcomes, heard = page.row_actions.outcomes, list[object]()
    outcomes.resolveRequested.connect(lambda *arguments: heard.append(arguments))
    outcomes.editRequested.connect(lambda post: heard.append(post.id))
    page.openRequested.connect(heard.append)
    page.table.setFocus()
    page.table.set_current(1)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_R, Qt.Key.Key_O, Qt.Key.Key_F2):
        qtbot.keyClick(page.table, key)
    assert heard == [([1], "there"), ([1], "send_again"), "https://n.example/me"]
    heard.clear()
    page.table.set_current(2)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_F2):
        qtbot.keyClick(page.table, key)
    assert heard == [2]


def test_a_day_in_the_middle_of_a_sentence_is_small(page: ScheduleTablePage) -> None:
    page.show_schedule(1)
    due_at = NOW + timedelta(days=1)
    page.set_story(1, PostStory(1, "not_sent", due_at=due_at))
    assert "Waits until tomorrow " in story(page).accessibleName()
