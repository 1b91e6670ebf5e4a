"""The schedule's popups and chips: named, and with room for their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from posto_desktop.models.schedule_dates import named_span
from posto_desktop.models.schedule_views import ScheduleFilters
from posto_desktop.ui.schedule.page import ScheduleTablePage
from tests.gui.cut_text import cut_texts, settle
from tests.gui.schedule.scene import make_page
from tests.gui.unnamed import unnamed


@pytest.fixture(autouse=True)
def normal_again(theme: Any) -> Iterator[None]:
    yield
    theme.set_text_size("normal")


def popups(page: ScheduleTablePage) -> Iterator[tuple[str, QWidget]]:
    for name, popup in (
        ("columns", page.column_menus.make_popup()),
        ("dates", page.filter_controller.make_dates()),
    ):
        popup.show_at(QPoint(20, 20))
        yield name, popup
        popup.close()
    popup = page.saved_views_menu.ask_name()
    yield "name", popup
    popup.close()


@pytest.mark.parametrize("size", ["normal", "large", "larger"])
@pytest.mark.parametrize("width", [764, 1088])
def test_words_have_room(qtbot: Any, theme: Any, size: str, width: int) -> None:
    theme.set_text_size(size)
    page = make_page(qtbot, width)
    page.set_labels({"m1": ["Winter"]})
    page.state.edit(
        filters=ScheduleFilters(network="fb", dates=named_span("next7"), label="Winter")
    )
    settle()
    assert cut_texts(page) == []
    for name, popup in popups(page):
        settle()
        assert cut_texts(popup) == [], name


@pytest.mark.parametrize("size", ["normal", "larger"])
def test_the_main_filters_say_what_they_are(qtbot: Any, theme: Any, size: str) -> None:
    theme.set_text_size(size)
    page = make_page(qtbot, 768)
    page.toolbar.set_networks(["fb", "google_business", "truthsocial"], None)
    settle()
    assert page.toolbar.search.toolTip() == ""  # which has what is cut
    for combo in (page.toolbar.network, page.toolbar.status):
        assert combo._elided() == combo.currentText()


def test_everything_has_a_name(page: ScheduleTablePage) -> None:
    page.set_labels({"m1": ["Winter"]})
    page.state.edit(
        filters=ScheduleFilters(network="fb", dates=named_span("next7"), label="Winter")
    )
    assert unnamed(page) == []
    for name, popup in popups(page):
        assert unnamed(popup) == [], name
