"""Tab goes through the window in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.tab_walk import walk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    settle()
    yield made
    whole_window.close(made)


def stops(start: QWidget) -> list[QWidget]:
    """Where Tab stops, from here on and once around."""
    widgets, _wrong = walk(start.window())
    at = widgets.index(start)
    return widgets[at:] + widgets[:at]


def names(widgets: list[QWidget]) -> list[str]:
    return [widget.objectName() for widget in widgets]


def between(order: list[str], first: str, last: str) -> list[str]:
    begin = order.index(first)
    return order[begin : order.index(last, begin) + 1]


def test_the_frame_before_the_page(scene: Any) -> None:
    order = names(stops(scene.window.top_bar.workspace))
    wanted = ["workspace", *(f"page-{key}" for key in whole_window.PAGES), "search-everything"]
    wanted += ["show-notifications", "settings", "search-channels", "group-channels-by"]
    assert order[: len(wanted)] == wanted
    assert order.index("channels") < order.index("networks") < order.index("message")


def test_the_message_from_its_text_to_its_button(scene: Any, picture: Any, qtbot: Any) -> None:
    page = scene.compose
    page.add_files([picture("a.png")])
    qtbot.waitUntil(lambda: page.media.rowCount() == 1)
    page.message.checks.settle()
    settle()
    order = names(stops(page.editor))
    tools = ["message", "attach-files", "recently-used-media", "insert-emoji"]
    tools += ["insert-hashtag-sign", "insert-mention-sign", "insert-snippet"]
    tools += ["add-a-part", "more-counters", "media", "add-media"]
    fields = ["first-comment", "link", "style", "add-label", "when"]
    inside = [name for name in between(order, "message", "when") if name != "remove-link"]
    assert inside == [*tools, *fields]
    later = ["repeat", "options", "show-checks", "checks"]
    assert [order.index(name) for name in later] == sorted(map(order.index, later))


def test_buttons_of_checks_follow_their_list_in_its_order(scene: Any) -> None:
    page = scene.compose
    for ids in ({1, 2, 3, 5}, {1}, {1, 2, 3, 4, 5, 6}):
        scene.channels.set_checked_ids(ids)
        page.message.checks.settle()
        settle()
        chain = stops(page.checks.list)
        rows = [page.checks.list.itemWidget(page.checks.list.item(n)) for n in range(4)]
        wanted = [w for row in rows if row is not None for w in (row.button, row.more_button)]
        seen = [widget for widget in wanted if widget is not None and widget.isVisible()]
        assert seen
        assert chain[1 : 1 + len(seen)] == seen
        assert names(chain).index("save-as-draft") < names(chain).index("post")


def test_what_comes_later_has_its_place_in_the_order(scene: Any) -> None:
    page = scene.compose
    page.labels.add("Winter roast")
    page.labels.add("Launch")
    page.options.set_open(True)
    settle()
    chain = stops(page.style_row.box)
    assert chain[1:4] == [*page.labels._chips, page.labels.entry]
    assert chain[4] is page.when.field
    at = chain.index(page.options.head)
    inside = [
        widget for widget in chain if page.options.isAncestorOf(widget) and widget is not chain[at]
    ]
    assert len(inside) > 1
    assert chain[at + 1 : at + 1 + len(inside)] == inside
    tops = [widget.mapTo(page, widget.rect().topLeft()).y() for widget in inside]
    assert tops == sorted(tops)
