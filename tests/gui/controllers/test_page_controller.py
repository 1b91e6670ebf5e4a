"""Tests of making pages on first use."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject

from posto_desktop.controllers.page_controller import PageController, preload_modules
from posto_desktop.ui.page import AppPage as WindowPage


class Page(WindowPage):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, object]] = []

    def set_rows(self, rows: object) -> None:
        self.heard.append(("rows", rows))

    def set_loading(self, on: object) -> None:
        self.heard.append(("loading", on))


class Desk(PageController[Page]):
    KEY, ICON = "page", "list"
    # None of the program's own: taken out and imported anew, its classes would be there twice.
    MODULES = ("page_to_be_warmed_one", "page_to_be_warmed_two")

    def title(self) -> str:
        return "Page"

    def build(self) -> Page:
        return Page()


class Window:
    def __init__(self) -> None:
        self.tabs: list[tuple[object, ...]] = []

    def add_page(self, *tab: object) -> None:
        self.tabs.append(tab)


class AppContext:
    def __init__(self) -> None:
        self.window = Window()


@pytest.fixture
def controller(qapp, tmp_path, monkeypatch):
    for name in Desk.MODULES:
        (tmp_path / f"{name}.py").write_text("")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    made = Desk(AppContext())
    yield made
    if made.widget is not None:
        made.widget.deleteLater()
    made.deleteLater()


def test_the_tab_is_there_and_the_page_is_not(controller):
    assert controller.context.window.tabs == [("page", "Page", "list", controller.make)]
    assert controller.widget is None


def test_a_new_page_hears_the_last_of_each(controller):
    controller.when_made("loading", lambda page: page.set_loading(True))
    controller.when_made("rows", lambda page: page.set_rows([1]))
    controller.when_made("rows", lambda page: page.set_rows([1, 2]))
    controller.when_made("loading", lambda page: page.set_loading(False))
    page = controller.make()
    assert page.heard == [("rows", [1, 2]), ("loading", False)]
    assert controller.make() is page
    controller.when_made("rows", lambda page: page.set_rows([]))
    assert page.heard[-1] == ("rows", [])


def test_what_is_forgotten_is_not_told(controller):
    controller.when_made("rows", lambda page: page.set_rows([1]))
    controller.when_made("loading", lambda page: page.set_loading(True))
    controller.forget("rows", "nothing")
    assert controller.make().heard == [("loading", True)]


def test_warming_imports_the_modules_of_pages(controller, qtbot):
    assert not any(name in sys.modules for name in Desk.MODULES)
    owner = QObject()
    preload_modules(controller.MODULES, owner)
    qtbot.waitUntil(lambda: all(name in sys.modules for name in Desk.MODULES))
    owner.deleteLater()


def test_what_follows_warming_follows_it(controller, qtbot):
    owner = QObject()
    done = []
    preload_modules(controller.MODULES, owner, then=lambda: done.append(controller.make()))
    assert not done
    qtbot.waitUntil(lambda: bool(done))
    assert done == [controller.widget]
    owner.deleteLater()
