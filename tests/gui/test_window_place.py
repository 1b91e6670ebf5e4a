"""Tests of restoring the window's geometry: always on a screen, never larger than it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QByteArray, QDataStream, QIODevice, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.main_window import MainWindow


class Screen:
    """A screen of another size than that of the tests."""

    def __init__(self, *place: int) -> None:
        self._room = QRect(*place)

    def availableGeometry(self) -> QRect:
        return QRect(self._room)


@pytest.fixture
def window(theme: Any, qtbot: Any) -> MainWindow:
    made = MainWindow(theme)
    qtbot.addWidget(made)
    return made


def stored(place: QRect, screen_width: int, *, maximized: bool = False) -> str:
    """What `QWidget.saveGeometry` writes: version 3 of its format."""
    data = QByteArray()
    out = QDataStream(data, QIODevice.OpenModeFlag.WriteOnly)
    out.setVersion(QDataStream.Version.Qt_4_0)
    out.writeUInt32(0x1D9D0CB)
    out.writeUInt16(3)
    out.writeUInt16(0)
    for rect in (place, place):  # with its frame, and as it is when it is not maximized
        for edge in (rect.left(), rect.top(), rect.right(), rect.bottom()):
            out.writeInt32(edge)
    out.writeInt32(0)
    out.writeUInt8(int(maximized))
    out.writeUInt8(0)
    out.writeInt32(screen_width)
    for edge in (place.left(), place.top(), place.right(), place.bottom()):
        out.writeInt32(edge)
    return bytes(data.toBase64().data()).decode()


def use(monkeypatch: pytest.MonkeyPatch, *screens: Screen) -> None:
    """The screens there are now, the first one being the main one."""

    def at(point: Any) -> Screen | None:
        return next(
            (screen for screen in screens if screen.availableGeometry().contains(point)), None
        )

    monkeypatch.setattr(QApplication, "primaryScreen", staticmethod(lambda: screens[0]))
    monkeypatch.setattr(QApplication, "screenAt", staticmethod(at))


def restore(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, place: QRect, *screens: Screen
) -> QRect:
    """The place of the window after a start, if Qt took what was stored as it is."""
    use(monkeypatch, *screens)

    def take(_data: QByteArray) -> bool:
        window.setGeometry(place)
        return True

    monkeypatch.setattr(window, "restoreGeometry", take)
    window.restore_geometry("eA==")
    return window.geometry()


def test_it_comes_back_where_it_was(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    place = QRect(300, 150, 1200, 800)
    screens = Screen(0, 0, 2560, 1440), Screen(2560, 0, 1920, 1080)
    assert restore(window, monkeypatch, place, *screens) == place
    second = QRect(2700, 100, 1400, 900)
    assert restore(window, monkeypatch, second, *screens) == second


def test_a_screen_that_is_gone_gives_it_back(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = QRect(0, 0, 1920, 1080)
    place = restore(window, monkeypatch, QRect(2700, 100, 1400, 900), Screen(0, 0, 1920, 1080))
    assert room.contains(place)
    assert place.size() == QSize(1400, 900)
    place = restore(window, monkeypatch, QRect(-3000, -900, 1400, 900), Screen(0, 0, 1920, 1080))
    assert room.contains(place)
    assert place.top() > 0, "the title bar has room above it"


def test_one_from_a_larger_screen_is_made_to_fit(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = QRect(40, 40, 3400, 2000)
    place = restore(window, monkeypatch, large, Screen(0, 0, 1366, 768))
    assert QRect(0, 0, 1366, 768).contains(place)
    assert place.width() == 1366
    # Not smaller than its pages can be, whatever the screen.
    assert restore(window, monkeypatch, large, Screen(0, 0, 640, 480)).size() == QSize(860, 480)


def test_a_screen_that_is_enlarged_much_shows_all_of_it(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = restore(window, monkeypatch, QRect(0, 0, 1024, 700), Screen(0, 0, 960, 540))
    assert QRect(0, 0, 960, 540).contains(place)
    assert place.width() == 960
    window.show()
    assert window.minimumSizeHint().width() <= 960
    assert window.minimumSizeHint().height() <= place.height()


def test_the_first_window_is_no_larger_than_a_small_screen(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Screen(0, 0, 1280, 800))
    before = window.pos()
    window.restore_geometry("")
    assert window.width() == 1280
    assert 700 <= window.height() < 800
    assert window.pos() == before, "the place is the desktop's choice"


def test_what_qt_itself_stored_on_another_screen(window: MainWindow, qtbot: Any) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    for place in (
        QRect(9000, 9000, 1100, 720),
        QRect(-5000, 10, 1100, 720),
        QRect(0, 0, 5000, 4000),
    ):
        for width in (room.width(), 5120):
            window.restore_geometry(stored(place, width))
            with qtbot.waitExposed(window):
                window.show()
            seen = window.geometry()
            assert room.contains(seen.topLeft())
            # The screen of the tests may be smaller than the smallest window.
            assert seen.width() <= max(room.width(), 1024)
            assert seen.height() <= max(room.height(), 700)
            window.hide()


def test_a_maximized_window_comes_back_maximized(window: MainWindow, qtbot: Any) -> None:
    room = QGuiApplication.primaryScreen().availableGeometry()
    window.restore_geometry(stored(QRect(50, 50, 1100, 720), room.width(), maximized=True))
    assert window.isMaximized()
