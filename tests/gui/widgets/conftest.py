"""A window for one widget or some, with the theme as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.ui.theme import Theme


@pytest.fixture(autouse=True)
def _light_again(theme: Theme) -> Iterator[None]:
    yield
    theme.set_text_size("normal")
    theme.setMode("light")


@pytest.fixture
def box(theme: Theme, qtbot: QtBot) -> QWidget:
    box = QWidget()
    box.setObjectName("box")
    qtbot.addWidget(box)
    box.resize(600, 500)
    QVBoxLayout(box)
    return box
