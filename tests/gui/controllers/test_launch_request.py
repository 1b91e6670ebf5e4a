"""Tests of launch requests: a second start, a link, the desktop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, call

import pytest

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.launch_request import LaunchRequestController
from posto_desktop.workers.instance import LaunchRequest


class Scene:
    def __init__(self) -> None:
        self.context = MagicMock()
        self.context.settings.get.return_value = ""
        self.context.workspaces.current = "local"
        self.context.window.top_bar.visible_pages.return_value = ["compose", "schedule"]
        self.page = MagicMock()
        composing = ComposeController(
            self.context, self.page, MagicMock(), MagicMock(), MagicMock()
        )
        self.wishes = LaunchRequestController(self.context, composing)


@pytest.fixture
def scene(qapp: Any) -> Any:
    scene = Scene()
    return SimpleNamespace(page=scene.page, wishes=scene.wishes, window=scene.context.window)


def test_files_begin_a_message_of_their_own(scene: Any) -> None:
    scene.wishes.handle(LaunchRequest(("/a.jpg", "/b.mp4")))
    assert scene.page.mock_calls[-2:] == [
        call.message.open_drafts.begin_empty(),
        call.add_files(["/a.jpg", "/b.mp4"]),
    ]
    scene.window.activateWindow.assert_called_once_with()


def test_a_link_fills_in(scene: Any) -> None:
    scene.wishes.handle(LaunchRequest(links=("posto:compose?text=Hi&when=tomorrow",)))
    (draft,) = scene.page.restore.call_args.args
    assert (draft.text, draft.when_text, draft.workspace) == ("Hi", "tomorrow", "local")


def test_a_link_with_several_texts_is_a_thread(scene: Any) -> None:
    scene.wishes.handle(LaunchRequest(links=("posto:compose?text=One&text=Two&text=Three",)))
    (draft,) = scene.page.restore.call_args.args
    assert draft.parts_for("") == ("One", "Two", "Three")


def test_a_link_shows_a_page_or_says_why_not(scene: Any) -> None:
    scene.wishes.show_requested(LaunchRequest(links=("posto:schedule", "posto:nowhere")))
    scene.window.show_page.assert_called_once_with("schedule")
    kind, sentence = scene.window.show_notification.call_args.args
    assert kind == "error"
    assert "nowhere" in sentence


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        (LaunchRequest(), ["calendar"]),
        (LaunchRequest(links=("posto:schedule",)), ["calendar", "schedule"]),
        (LaunchRequest(links=("posto:nowhere",)), ["calendar"]),
        (LaunchRequest(page="schedule"), ["schedule"]),
    ],
)
def test_at_the_start_a_link_leads_on_from_the_page_to_start_with(
    scene: Any, wishes: LaunchRequest, shown: list[str]
) -> None:
    scene.wishes.begin(wishes, "calendar")
    assert [call.args[0] for call in scene.window.show_page.call_args_list] == shown
