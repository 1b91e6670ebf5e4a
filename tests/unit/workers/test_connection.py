"""What the connection calls once the pages are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from posto_desktop.workers.connection import WorkspaceConnection

pytestmark = pytest.mark.usefixtures("qapp")


def test_calls_wait_until_the_pages_are_painted(qtbot: QtBot) -> None:
    connection, called = WorkspaceConnection(), list[str]()
    connection.call_after_painting(lambda: called.append("first"))
    connection.call_after_painting(lambda: called.append("second"))
    assert called == []
    qtbot.waitUntil(lambda: called == ["first", "second"])


def test_nothing_is_called_after_the_end() -> None:
    connection, called = WorkspaceConnection(), list[str]()
    connection.call_after_painting(lambda: called.append("before"))
    connection.stop()
    connection.call_after_painting(lambda: called.append("after"))
    assert not [timer for timer in connection.findChildren(QTimer) if timer.isActive()]
    assert called == []
