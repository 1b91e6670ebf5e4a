"""What comes from outside is shown as it is: tags in a name of a channel or of a file are letters.
Qt takes a text with tags for rich text by itself, and would show pictures of this computer."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

import posto_desktop
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip
from tests.gui.cut_text import settle
from tests.gui.every_dialog import in_dialogs
from tests.gui.whole_app import WholeApp, row

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

_TAGS = '<img src="file:///a/x.png"><b>x</b>'
_NAMES = (_TAGS, _TAGS.replace("<", "&lt;").replace(">", "&gt;"))
_PROGRAM = Path(posto_desktop.__file__).parent


def rich(window: QWidget) -> list[str]:
    """Labels that would take tags for their own: those that leave it to Qt, or hold ours."""
    problems = []
    for label in window.findChildren(QLabel):
        if label.textFormat() == Qt.TextFormat.AutoText:
            problems.append(f"{label.objectName()} in {type(label.parent()).__name__}: left to Qt")
        elif label.textFormat() == Qt.TextFormat.RichText and "<img" in label.text():
            problems.append(f"{label.objectName()} in {type(label.parent()).__name__}: a picture")
    return problems


@pytest.fixture
def app(theme: Any, qtbot: Any, tmp_path: Path) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    yield made
    made.close()


@pytest.mark.parametrize("name", _NAMES)
def test_no_label_of_the_window_takes_tags_for_its_own(app: WholeApp, name: str) -> None:
    channels = [
        Channel(1, name, "twitter", labels=(name,)),
        Channel(2, name, "instagram"),
        Channel(3, name, name),
    ]
    app.begin(channels)
    plan = [row(n, channel, text=name, error=name) for n, channel in enumerate(channels, 1)]
    app.load_plan(plan)
    app.notifications.add("error", name, name)
    for page in ("compose", "schedule", "calendar", "campaigns", "styles", "activity", "feed"):
        app.window.show_page(page)
        settle()
        assert rich(app.window) == [], page


def test_no_label_of_a_dialog_takes_tags_for_its_own(theme: Any, tmp_path: Path) -> None:
    assert in_dialogs(tmp_path, rich) == {}


@pytest.mark.parametrize("name", _NAMES)
def test_tool_tips_are_plain_text(theme: Any, qtbot: Any, name: str) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    QToolTip.showText(QPoint(5, 5), name, widget)
    tips = [
        window for window in QApplication.topLevelWidgets()
        if isinstance(window, QLabel) and window.metaObject().className() == "QTipLabel"
    ]  # fmt: skip
    shown = [(tip.text(), tip.textFormat()) for tip in tips]
    for tip in tips:
        tip.close()
    QToolTip.hideText()
    assert shown == [(name, Qt.TextFormat.PlainText)]


def test_long_tips_have_lines() -> None:
    assert wrap_tool_tip("") == ""
    assert wrap_tool_tip("<b>a</b>\n\nb") == "<b>a</b>\n\nb"
    lines = wrap_tool_tip("word " * 100).split("\n")
    assert len(lines) > 5
    assert max(map(len, lines)) <= 72
    assert max(map(len, wrap_tool_tip("a" * 500).split("\n"))) <= 72


def test_a_label_shows_tags_as_letters(theme: Any, qtbot: Any) -> None:
    label = PlainLabel(_TAGS)
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_every_label_says_what_its_text_is() -> None:
    """`QLabel` by itself guesses. Its subclasses in `ui.widgets` say it."""
    guessing = []
    for path in _PROGRAM.rglob("*.py"):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QLabel":
                guessing.append(f"{path.name}:{node.lineno}")
            elif isinstance(node, ast.ClassDef):
                bases = {getattr(base, "id", "") for base in node.bases}
                if "QLabel" in bases and "setTextFormat" not in ast.unparse(node):
                    guessing.append(f"{path.name}: {node.name}")
    assert guessing == []
