from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.file_open_filter import FileOpenFilter


def test_files_and_links_are_told_apart(qtbot: Any) -> None:
    heard: list[tuple[str, str]] = []
    target, events = QObject(), FileOpenFilter()
    target.installEventFilter(events)
    events.fileOpened.connect(lambda path: heard.append(("file", path)))
    events.linkOpened.connect(lambda url: heard.append(("link", url)))
    QApplication.sendEvent(target, QFileOpenEvent("/home/ann/a b.jpg"))
    QApplication.sendEvent(target, QFileOpenEvent(QUrl("posto:schedule")))
    assert heard == [("file", "/home/ann/a b.jpg"), ("link", "posto:schedule")]
