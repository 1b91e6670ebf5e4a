"""The words of core in another language, as Compose shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QWidget

from posto_desktop.core.options import fields_for
from posto_desktop.ui.compose.option_chip import value_words
from posto_desktop.ui.shared.option_controls import make_option_control
from tests.gui.compose.test_fixes import open_scene, rows_of


class Shouting(QTranslator):
    """Writes the words of core in capitals, but for their placeholders."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, text: str, _note: str = "", _n: int = -1) -> str:  # type: ignore[override]
        if context not in ("Checks", "Fixes", "Options"):
            return ""
        parts = re.split(r"(\{[a-z]+\}|%L?n)", text)
        return "".join(part if part[:1] in ("{", "%") else part.upper() for part in parts)


@pytest.fixture
def shouting(qapp: Any) -> Iterator[None]:
    language = Shouting()
    assert QCoreApplication.installTranslator(language)
    yield
    QCoreApplication.removeTranslator(language)


def test_findings_and_buttons_speak_the_language(qtbot: Any, desk: Any, shouting: None) -> None:
    [finding, *_] = open_scene(qtbot, desk, "many files")
    row = rows_of(desk)[0]
    assert finding.fix is not None
    assert finding.sentence == "X ALLOWS 4 FILE(S) PER POST, THIS MESSAGE HAS 12."
    assert row.button.text() == row.button.accessibleName() == finding.fix.label
    assert finding.fix.label.isupper()
    assert row.button.objectName() == "fix-keep-first"


def test_options_and_their_choices_speak_the_language(qtbot: Any, shouting: None) -> None:
    field = next(field for field in fields_for("tiktok") if field.key == "privacy_level")
    parent = QWidget()
    qtbot.addWidget(parent)
    control: Any = make_option_control(field, "Who", "who", parent)
    assert value_words(field, "SELF_ONLY") == "ONLY ME"
    assert [control.itemText(row) for row in range(2)] == ["CHANNEL DEFAULT", "EVERYONE"]
