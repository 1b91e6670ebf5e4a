"""The time of a message that is put away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from posto_desktop.core.draft_list import DraftsSnapshot
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.runner import JobRunner

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday


class Scene:
    def __init__(self) -> None:
        self.now = NOW
        self.runner, self.channels = JobRunner(), ChannelsModel()
        self.message = OpenMessage(
            self.runner, DraftStore(), self.channels, lambda: self.now, BERLIN
        )
        self.message.open_drafts.restore(DraftsSnapshot())


@pytest.fixture
def scene(qapp: Any) -> Iterator[Scene]:
    scene = Scene()
    yield scene
    assert scene.runner.shutdown(60_000)
    scene.message.deleteLater()
    scene.channels.deleteLater()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("in 1 minute", "2026-11-25 13:01"),
        ("tomorrow 9", "2026-11-26 9:00"),
        ("fri 18:30", "2026-11-27 18:30"),
        ("30.11. 9:00", "2026-11-30 9:00"),
        ("2026-11-30 9:00", "2026-11-30 9:00"),
        ("", ""),
        ("now", "now"),
        ("whenever", "whenever"),
        ("yesterday 9:00", "yesterday 9:00"),
    ],
)
@pytest.mark.parametrize("way", ["save_as_draft", "new_message", "new_beside"])
def test_a_message_that_is_put_away_keeps_the_time_that_it_showed(
    scene: Scene, way: str, typed: str, stored: str
) -> None:
    message = scene.message
    message.editor.edit(text="Winter roast")
    message.time.type(typed)
    number, shown = message.draft.id, message.time.reading.when
    getattr(message.open_drafts, way)()
    scene.now += timedelta(days=1)
    message.open_drafts.open_by_id(number)
    assert message.draft.when_text == stored
    if stored[:2] == "20":
        assert message.time.reading.when == shown


def test_switching_tabs_fixes_the_time_of_the_one_that_is_left(scene: Scene) -> None:
    message = scene.message
    message.editor.edit(text="First")
    first = message.draft.id
    message.open_drafts.new_beside()
    message.editor.edit(text="Second")
    message.time.type("in 2 hours")
    second = message.draft.id
    message.open_drafts.switch(first)
    stored = message.store.get(second)
    assert stored is not None
    assert stored.when_text == "2026-11-25 15:00"


def test_a_time_of_the_open_message_still_moves(scene: Scene) -> None:
    scene.message.editor.edit(text="Open")
    scene.message.time.type("in 1 minute")
    scene.now += timedelta(minutes=5)
    scene.message.time.refresh()
    assert scene.message.time.reading.when == scene.now + timedelta(minutes=1)
    assert scene.message.draft.when_text == "in 1 minute"
