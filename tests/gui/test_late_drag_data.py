"""Drags whose data cannot be read at each moment. Under X11 a program hands out what it drags only
for its latest move, so a window that is a little late reads nothing of what was promised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.notifications import NotificationsModel
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.campaigns.importing.file_page import FilePage
from posto_desktop.ui.main_window import MainWindow
from posto_desktop.workers.runner import JobRunner
from tests.gui import whole_window

COPY, LEFT, NONE = (
    Qt.DropAction.CopyAction,
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.NoModifier,
)
NAME = "/x/a.jpg"


class LateData(QMimeData):
    """Promises files, and hands them out while `is_late` is False."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.is_late = True
        self._addresses = [QUrl.fromLocalFile(name) for name in names]

    def formats(self) -> list[str]:
        return ["text/uri-list"]

    def hasFormat(self, kind: str) -> bool:
        return kind in self.formats()

    def retrieveData(self, kind: str, _type: object) -> Any:
        is_there = kind == "text/uri-list" and not self.is_late
        return self._addresses if is_there else None


def enter(target: QWidget, mime: QMimeData, place: QPoint) -> bool:
    event = QDragEnterEvent(place, COPY, mime, LEFT, NONE)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


@pytest.fixture
def window(theme: Any, qtbot: Any) -> Iterator[MainWindow]:
    channels, runner = ChannelsModel(), JobRunner()
    window = MainWindow(theme, channels, NotificationsModel(), runner)
    qtbot.addWidget(window)
    channels.set_channels([Channel(id=1, name="Sandbox X", network="twitter")])
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()
    assert runner.shutdown(60_000)


def test_data_that_is_promised_and_late_is_late() -> None:
    mime = LateData(NAME)
    assert mime.hasUrls()
    assert mime.urls() == []
    mime.is_late = False
    assert [url.toLocalFile() for url in mime.urls()] == [NAME]


def test_a_drag_that_was_read_before_is_dropped_where_it_cannot_be_read_again(
    window: MainWindow, qtbot: Any
) -> None:
    mime, overlay, place = LateData(NAME), window.frame.drop_overlay, QPoint(40, 40)
    mime.is_late = False
    assert enter(window, mime, QPoint(700, 400))
    mime.is_late = True
    assert enter(overlay, mime, place)
    assert overlay.title() == "Drop 1 picture"
    move = QDragMoveEvent(place, COPY, mime, LEFT, NONE)
    QApplication.sendEvent(overlay, move)
    assert move.isAccepted()
    mime.is_late = False
    with qtbot.waitSignal(window.filesDropped) as dropped:
        drop = QDropEvent(QPointF(place), COPY, mime, LEFT, NONE)
        QApplication.sendEvent(overlay, drop)
    assert dropped.args == [[NAME]]


def test_a_drag_that_cannot_be_read_yet_is_taken(window: MainWindow, qtbot: Any) -> None:
    mime, overlay = LateData(NAME), window.frame.drop_overlay
    assert enter(window, mime, QPoint(700, 400))
    assert overlay.isVisible()
    assert overlay.title() == "Drop files"
    assert enter(overlay, mime, QPoint(40, 40))
    overlay.grab()
    mime.is_late = False
    with qtbot.waitSignal(window.filesDropped) as dropped:
        QApplication.sendEvent(overlay, QDropEvent(QPointF(40, 40), COPY, mime, LEFT, NONE))
    assert dropped.args == [[NAME]]


def test_the_overlay_closes_when_a_drag_that_it_cannot_use_leaves_it(
    window: MainWindow, qtbot: Any
) -> None:
    """Qt tells nobody that a drag leaves who has not accepted that it entered."""
    mime, words, overlay = LateData(NAME), QMimeData(), window.frame.drop_overlay
    assert enter(window, mime, QPoint(700, 400))
    words.setText("only words")
    assert enter(overlay, words, QPoint(40, 40))
    move = QDragMoveEvent(QPoint(40, 40), COPY, words, LEFT, NONE)
    QApplication.sendEvent(overlay, move)
    assert not move.isAccepted()
    QApplication.sendEvent(overlay, QDragLeaveEvent())
    qtbot.waitUntil(lambda: not overlay.isVisible())


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    yield made
    whole_window.close(made)


def test_every_page_takes_files_that_cannot_be_read_yet(scene: Any) -> None:
    refused = []
    for key in whole_window.PAGES:
        scene.window.show_page(key)
        for place in (QPoint(700, 300), QPoint(700, 600)):
            target = scene.window.childAt(place)
            if not enter(target, LateData(NAME), target.mapFrom(scene.window, place)):
                refused.append(key)
            QApplication.sendEvent(target, QDragLeaveEvent())
            scene.window.frame.drop_overlay.hide()
    assert refused == []


def test_the_import_takes_a_file_that_cannot_be_read_yet(theme: Any, qtbot: Any) -> None:
    page = FilePage()
    qtbot.addWidget(page)
    mime = LateData("/x/posts.csv")
    assert enter(page, mime, QPoint(40, 40))
    mime.is_late = False
    with qtbot.waitSignal(page.fileDropped) as dropped:
        QApplication.sendEvent(page, QDropEvent(QPointF(40, 40), COPY, mime, LEFT, NONE))
    assert dropped.args == ["/x/posts.csv"]
