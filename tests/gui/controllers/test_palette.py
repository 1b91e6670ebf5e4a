"""Tests of the command palette in the whole window."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from posto_desktop.controllers.palette import PaletteController, find_posts
from posto_desktop.core.draft import Draft
from posto_desktop.core.matching import Query
from posto_desktop.models.command_palette import (
    PaletteHeading,
    PaletteItem,
    PaletteItemRole,
    PaletteModel,
)
from posto_desktop.sdk.records import Schedule
from tests.gui import whole_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    context = SimpleNamespace(window=made.window, channels=made.channels, runner=made.runner)
    rows = [
        Schedule(7, "g", 1, channel_name="Nordlicht", network="fb", text="Cinnamon buns at seven"),
        Schedule(8, "g", 2, channel_name="Sandbox X", network="twitter", text="Something else"),
    ]
    made.plan = SimpleNamespace(rows=rows, show_schedule=MagicMock())
    made.style_registry = SimpleNamespace(
        styles=SimpleNamespace(known=whole_window._style_registry()), show_style=MagicMock()
    )
    made.settings = MagicMock()
    made.has_team = False
    made.controller = PaletteController(
        context, made.compose.message, made.plan, made.style_registry, made.settings,
        lambda: made.has_team, made.window,
    )  # fmt: skip
    made.window.searchRequested.connect(made.controller.open)
    yield made
    if made.controller._palette is not None:
        made.controller._palette.close()
    whole_window.close(made)


def opened(scene: Any) -> Any:
    scene.window.commands["search"].trigger()
    return scene.controller._palette


def shown(palette: Any) -> list[str]:
    model = palette.model
    return [str(model.index(number, 0).data()) for number in range(model.rowCount())]


def find(palette: Any, words: str) -> None:
    palette.search.setText(words)


def choose(palette: Any, words: str, title: str) -> None:
    find(palette, words)
    for number in range(palette.model.rowCount()):
        item = palette.model.index(number, 0).data(PaletteItemRole)
        if isinstance(item, PaletteItem) and item.title == title:
            palette._choose(palette.model.index(number, 0))
            return
    raise AssertionError(f"{title!r} is not among {shown(palette)}")


def test_it_begins_with_the_pages_and_opens_one_by_keys(scene: Any) -> None:
    palette = opened(scene)
    assert shown(palette)[:3] == ["Pages", "Compose", "Schedule"]
    assert shown(palette)[7:9] == ["Feed", "Commands"]
    assert palette.list.currentIndex().data() == "Compose"
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert scene.window.current_page() == "schedule"
    assert not palette.isVisible()


def test_up_from_the_first_goes_to_the_last_and_heads_are_passed(scene: Any) -> None:
    palette = opened(scene)
    QTest.keyClick(palette.search, Qt.Key.Key_Up)
    last = palette.model.index(palette.model.rowCount() - 1, 0)
    assert palette.list.currentIndex() == last
    for _ in range(palette.model.rowCount()):
        assert isinstance(palette.list.currentIndex().data(PaletteItemRole), PaletteItem)
        QTest.keyClick(palette.search, Qt.Key.Key_Down)


def test_a_channel_is_ticked_and_unticked(scene: Any) -> None:
    before = scene.channels.checked_ids()
    choose(opened(scene), "linkedin", "Sandbox LinkedIn")
    assert scene.channels.checked_ids() == before | {4}
    choose(opened(scene), "linkedin", "Sandbox LinkedIn")
    assert scene.channels.checked_ids() == before


def test_a_command_of_a_page_opens_the_page_first(scene: Any) -> None:
    seen: list[str] = []
    command = next(
        command
        for command in scene.calendar.commands.entries()
        if command and command.text() == "Day"
    )
    command.triggered.connect(lambda: seen.append(scene.window.current_page()))
    choose(opened(scene), command.text(), command.text())
    assert seen == ["calendar"]


def test_a_draft_is_found_by_its_text_and_its_labels(scene: Any) -> None:
    scene.compose.message.store.put_unsaved(
        Draft(id="d", text="Winter roast is here", labels=["harbour"])
    )
    palette = opened(scene)
    find(palette, "harbour")
    assert "Winter roast is here" in shown(palette)
    choose(palette, "roast", "Winter roast is here")
    assert scene.compose.draft.text == "Winter roast is here"
    assert scene.window.current_page() == "compose"


def test_a_setting_leads_to_its_page(scene: Any) -> None:
    palette = opened(scene)
    find(palette, "light or dark")
    heads = [row for row in shown(palette) if row == "Settings"]
    assert heads
    number = shown(palette).index("Settings") + 1
    palette._choose(palette.model.index(number, 0))
    scene.settings.assert_called_once_with("appearance", "appearance.scheme")


def test_the_team_is_among_the_settings_where_there_is_one(scene: Any) -> None:
    palette = opened(scene)
    find(palette, "audit log")
    assert "Settings" not in shown(palette)
    scene.has_team = True
    find(palette, "audit")
    number = shown(palette).index("Settings") + 1
    palette._choose(palette.model.index(number, 0))
    assert scene.settings.call_args.args[0] == "team"


def test_posts_come_from_a_worker_and_lead_into_the_schedule(scene: Any, qtbot: Any) -> None:
    palette = opened(scene)
    find(palette, "cinnamon")
    qtbot.waitUntil(lambda: "Posts" in shown(palette))
    choose(palette, "cinnamon", "Cinnamon buns at seven")
    scene.plan.show_schedule.assert_called_once_with(7)


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("help", {"Keyboard shortcuts", "About Posto Desktop"}),
        ("hotkeys", {"Keyboard shortcuts"}),
        ("version", {"About Posto Desktop"}),
        ("exit", {"Quit"}),
        ("log in", {"Add a workspace…"}),
        ("preferences", {"Settings"}),
        ("refresh", {"Reload"}),
    ],
)
def test_commands_are_found_by_what_others_call_them(
    scene: Any, words: str, titles: set[str]
) -> None:
    palette = opened(scene)
    find(palette, words)
    assert titles <= set(shown(palette))


@pytest.mark.parametrize("words", ["sign", "sign i", "sign in", "Sign in"])
def test_signing_in_is_a_command_before_it_is_a_setting(scene: Any, words: str) -> None:
    palette = opened(scene)
    find(palette, words)
    assert shown(palette)[:2] == ["Commands", "Add a workspace…"]
    assert "Settings" in shown(palette)


def test_nothing_found_says_so(scene: Any) -> None:
    palette = opened(scene)
    find(palette, "xyzzy")
    assert palette.nothing.isVisible()
    assert "xyzzy" in palette.nothing.text()
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_escape_clears_the_words_first_then_closes(scene: Any) -> None:
    palette = opened(scene)
    find(palette, "draft")
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert palette.isVisible()
    assert palette.search.text() == ""
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_it_opens_again_after_it_was_closed(scene: Any, qtbot: Any) -> None:
    first = opened(scene)
    with qtbot.waitSignal(first.destroyed):
        first.close()
    assert opened(scene).isVisible()


def test_the_kind_with_the_best_thing_comes_first_and_each_has_a_head() -> None:
    def run() -> None: ...

    model = PaletteModel([("a", "Letters"), ("b", "Numbers")])
    low = [PaletteItem("a", f"a{number}", run, score=5) for number in range(9)]
    model.set_found(
        [*low, PaletteItem("b", "1", run, score=50), PaletteItem("b", "none", run, score=0)]
    )
    rows = [model.index(number, 0).data(PaletteItemRole) for number in range(model.rowCount())]
    assert [row.title for row in rows[:3]] == ["Numbers", "1", "Letters"]
    assert sum(isinstance(row, PaletteHeading) for row in rows) == 2
    assert len(rows) == 3 + 7


def test_posts_are_ranked_by_words_then_by_time() -> None:
    from datetime import UTC, datetime

    job = SimpleNamespace(cancelled=SimpleNamespace(is_set=lambda: False))
    rows = [
        Schedule(number, "g", 1, text="Sale today", send_at=datetime(2026, 1, number, tzinfo=UTC))
        for number in range(1, 25)
    ]
    rows.append(Schedule(99, "g", 1, text="Sale"))
    ids = [row.id for _, row in find_posts(job, Query("sale"), rows)]
    assert ids[:3] == [99, 24, 23]
    assert len(ids) == 20
