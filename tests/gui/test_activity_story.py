"""Stories in Activity, and what is answered there about posts of this computer."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QLineEdit, QWidget

from posto_desktop.sdk.post_stories import PartStory, PostStory
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.shared.story_list import StoryList
from tests.gui.test_activity_page import (
    LEFT,
    NOW,
    Heard,
    button,
    heard,
    page,
    plain_locale,
    tell,
    text_of,
    visible_buttons,
)

__all__ = ["heard", "page", "plain_locale"]


def stories(page: ActivityPage) -> list[str]:
    whole = page.details.findChild(QWidget, "entry-stories")
    return [child.accessibleName() for child in whole.findChildren(StoryList) if child.isVisible()]


def test_each_channel_has_its_story(page: ActivityPage) -> None:
    asked: list[int] = []
    page.storyRequested.connect(lambda post: asked.append(post.id))
    tell(page, ("fb", "success", ""), ("mastodon", "success", ""))
    page.state.show_entry("s")
    assert sorted(asked) == [1, 2]
    assert stories(page) == []
    part = PartStory("post", "sent", "1", "https://n.example/1", sent_at=NOW)
    page.facts.set_story(2, PostStory(2, "success", is_own=True, parts=(part,)))
    (story,) = stories(page)
    assert "Published" in story
    opened: list[str] = []
    page.openRequested.connect(opened.append)
    page.details.findChild(QWidget, "open-part").click()
    assert opened == ["https://n.example/1"]


def test_it_is_there_at_an_address(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    tell(page, ("mastodon", "unknown", "No answer."))
    page.state.show_entry("s")
    addresses: list[tuple[int, str]] = []
    page.foundRequested.connect(lambda key, url: addresses.append((key, url)))
    field = page.details.findChild(QLineEdit, "address-of-the-post")
    assert field.isVisible()
    field.setText("https://n.example/1")
    qtbot.mouseClick(button(page, "it-is-there"), LEFT)
    assert (addresses, heard.take()) == ([(1, "https://n.example/1")], [])
    page.facts.set_sent_again(frozenset({1}))
    assert not {"it-is-there", "send-again"} & visible_buttons(page)
    assert text_of(page, "entry-reason") == "It is sent again in a moment."


def test_a_refusal_in_the_networks_own_words_leads_to_its_field(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    tell(page, ("mastodon", "error", "The image file is too large"))
    page.state.show_entry("s")
    page.facts.set_story(1, PostStory(1, "error", field="files", is_own=True))
    assert "The image file is too large" in text_of(page, "entry-reason")
    edited: list[tuple[int, str]] = []
    page.editRowRequested.connect(lambda post, entry: edited.append((post.id, entry.id)))
    qtbot.mouseClick(button(page, "edit-as-new"), LEFT)
    assert (edited, heard.take()) == ([(1, "s")], [])


def test_a_missing_comment_is_sent_again(page: ActivityPage, qtbot: Any) -> None:
    tell(page, ("mastodon", "success", "The first comment is not published: It is closed."))
    page.state.show_entry("s")
    assert text_of(page, "entry-question") == "The first comment is missing"
    sent: list[int] = []
    page.commentRequested.connect(sent.append)
    assert button(page, "try-again").text() == "Send the comment again"
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    assert sent == [1]
