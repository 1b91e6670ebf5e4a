"""The store of used hashtags and mentions: what counts, and what was removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.stores.used_words import UsedWordStore
from posto_desktop.workers.runner import JobRunner

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)


@pytest.fixture
def used(qtbot: Any) -> Iterator[UsedWordStore]:
    runner = JobRunner()
    store = UsedWordStore(DraftStore(), runner, lambda: NOW)
    yield store
    assert runner.shutdown(60_000)
    runner.deleteLater()


def counted(used: UsedWordStore, qtbot: Any, without: str = "") -> list[str]:
    with qtbot.waitSignal(used.changed):
        used.refresh(without)
    return sorted(tag.text for tag in used.words().tags)


def test_posts_drafts_and_templates_of_this_workspace(used: UsedWordStore, qtbot: Any) -> None:
    drafts = used._drafts
    used.set_rows([Schedule(1, "a", 1, text="#post", thread=("#part",))])
    drafts.put(Draft(id="d", text="#draft", first_comment="#comment"))
    drafts.put(Draft(id="e", text="#elsewhere", workspace="a1"))
    options = {"fb": {"first_comment": "#own"}}
    drafts.put_template(Draft(text="#template", threads={"": ("#more",)}, options=options))
    every = ["#comment", "#draft", "#more", "#own", "#part", "#post", "#template"]
    assert counted(used, qtbot) == every
    with qtbot.assertNotEmitted(used.changed, wait=50):
        used.refresh()  # nothing is new
    assert "#draft" not in counted(used, qtbot, without="d")
    used.set_workspace("a1")
    assert used.words().tags == ()
    assert counted(used, qtbot) == ["#elsewhere"]


def test_removed_words_stay_removed(used: UsedWordStore, qtbot: Any) -> None:
    saved: list[str] = []
    used.removedChanged.connect(saved.append)
    used.set_rows([Schedule(1, "a", 1, text="#one #Two")])
    assert counted(used, qtbot) == ["#Two", "#one"]
    restore = used.remove("#Two")
    assert [tag.text for tag in used.words().tags] == ["#one"]
    other = UsedWordStore(DraftStore(), JobRunner(), lambda: NOW)
    other.restore_removed(saved[-1])
    assert other.removed() == ("#Two",)
    restore()
    assert used.removed() == ()
    for broken in ("", "{", "{}", "[1, null]"):
        used.restore_removed(broken)
        assert used.removed() == ()
