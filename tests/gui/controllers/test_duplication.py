"""Several messages duplicated at once, down to their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from posto_desktop.controllers.duplication import DuplicationController
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.workers.runner import JobRunner


class Service(QObject):
    copies_fetched = Signal(str, list)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, list[str]]] = []

    def fetch_copies(self, draft_id: str, urls: list[str]) -> None:
        self.asked.append((draft_id, urls))


class Scene:
    def __init__(self) -> None:
        self.runner, self.service, self.window = JobRunner(), Service(), MagicMock()
        self.store = DraftStore()
        self.message = MagicMock(store=self.store)
        context = SimpleNamespace(
            service=self.service,
            runner=self.runner,
            window=self.window,
            workspaces=SimpleNamespace(current="local"),
        )
        self.duplication = DuplicationController(context, self.message)  # type: ignore[arg-type]


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    made = Scene()
    yield made
    assert made.runner.shutdown(60_000)


def post(number: int, **more: Any) -> Schedule:
    return Schedule(id=number, group_id=f"g{number}", channel_id=number, text=f"T{number}", **more)


PICTURE = ScheduleMedia(1, "image", "https://a/1.png")


def test_each_message_becomes_a_draft_in_their_order(scene: Scene) -> None:
    scene.duplication.make([[post(1), post(2)], [post(3)], [post(4)]])
    assert [one.text for one in scene.store.drafts()] == ["T1", "T3", "T4"]
    assert {one.workspace for one in scene.store.drafts()} == {"local"}
    (said,) = scene.window.show_notification.call_args_list
    assert said.args == ("ok", "3 messages duplicated as drafts")
    said.kwargs["callback"]()
    assert scene.store.drafts() == []


def test_files_follow_into_the_draft(scene: Scene, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "1.png"
    assert QImage(40, 30, QImage.Format.Format_RGB32).save(str(path))
    scene.duplication.make([[post(1, media=(PICTURE,))], [post(2)]])
    asked = dict(scene.service.asked)
    draft_id = next(key for key, urls in asked.items() if urls)
    assert asked[draft_id] == ["https://a/1.png"]
    scene.service.copies_fetched.emit(draft_id, [str(path)])
    qtbot.waitUntil(lambda: bool(scene.store.get(draft_id).media))
    (media,) = scene.store.get(draft_id).media
    assert (media.path, media.kind, media.size) == (str(path), "image", path.stat().st_size)
    scene.message.add_files.assert_not_called()


def test_files_of_a_draft_that_was_opened_meanwhile(
    scene: Scene, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "1.png"
    assert QImage(40, 30, QImage.Format.Format_RGB32).save(str(path))
    scene.duplication.make([[post(1, media=(PICTURE,))], [post(2)]])
    draft = next(one for one in scene.store.drafts() if one.text == "T1")
    scene.message.draft = draft
    scene.service.copies_fetched.emit(draft.id, [str(path)])
    qtbot.waitUntil(lambda: scene.message.add_files.called)
    assert list(scene.message.add_files.call_args.args[0]) == [str(path)]


def test_files_of_a_draft_that_was_taken_back_are_not_looked_at(scene: Scene) -> None:
    scene.duplication.make([[post(1, media=(PICTURE,))], [post(2)]])
    draft_id = scene.service.asked[-1][0]
    scene.store.remove(draft_id)
    scene.service.copies_fetched.emit(draft_id, ["/nowhere/1.png"])
    assert not scene.duplication._info_jobs
