"""Tests of dragging texts of posts into other programs."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.widgets.text_drag import drag_text, text_of


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], int, Any]]:
    """What is let go: text, formats, width of the picture, what may be done with it."""
    drags: list[tuple[str, list[str], int, Any]] = []

    def let_go(self: QDrag, actions: Any) -> Any:
        mime = self.mimeData()
        drags.append((mime.text(), mime.formats(), self.pixmap().width(), actions))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", let_go)
    return drags


def test_a_text_is_only_copied(qtbot: Any, theme: Any, dragged: list[Any]) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    text = "Cinnamon buns\nare back, שלום " + "and more " * 50
    assert drag_text(source, text)
    [(content, formats, wide, actions)] = dragged
    assert (content, formats, actions) == (text, ["text/plain"], Qt.DropAction.CopyAction)
    assert 0 < wide <= 300 * source.devicePixelRatioF()


def test_nothing_is_not_dragged(qtbot: Any, theme: Any, dragged: list[Any]) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    assert not drag_text(source, " \n")
    assert dragged == []


def test_the_same_text_of_several_posts_comes_once() -> None:
    assert text_of(["Buns", "Buns", " ", "Candles"]) == "Buns\n\nCandles"
