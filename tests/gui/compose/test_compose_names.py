"""Tests of the accessible names in what opens from the Compose page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from tests.gui.cut_text import settle
from tests.gui.unnamed import unnamed

pytestmark = pytest.mark.qt_log_ignore("RHI", "This plugin does not support")


def test_checks_and_options(desk: Any) -> None:
    slugs = ("twitter", "reddit", "tiktok", "tumblr", "linkedin", "telegram")
    desk.page.set_channels_selection([Channel(n, slug, slug) for n, slug in enumerate(slugs, 1)])
    desk.page.message.open_drafts.load(
        Draft(text="x" * 400 + " <b {a|b} &amp; https://nordlicht.example")
    )
    desk.settle()
    settle()
    assert desk.codes()
    assert unnamed(desk.page) == []


@pytest.mark.parametrize(
    "what",
    [
        lambda page: page.drafts_popup.show_drafts(),
        lambda page: page.text_inserter.pick_emoji(),
        lambda page: page.text_inserter.pick_snippet(),
        lambda page: page.text_inserter.manage_snippets(),
        lambda page: page.when.open_picker(),
        lambda page: page.when.open_repeat(),
        lambda page: page.drafts_popup.save_as_template(),
    ],
    ids=["drafts", "emoji", "snippets", "manage", "picker", "repeat", "template"],
)
def test_what_opens(qtbot: Any, desk: Any, what: Callable[[Any], object]) -> None:
    desk.type("Fig")
    before = set(map(id, desk.page.findChildren(QWidget)))
    what(desk.page)
    settle()
    shown = [widget for widget in desk.page.findChildren(QWidget) if widget.isVisible()]
    assert {id(widget) for widget in shown} - before
    assert unnamed(desk.page) == []


def test_the_media_editor(qtbot: Any, desk: Any, picture: Any) -> None:
    desk.page.add_files([picture("a.png", 300, 200)])
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    qtbot.waitUntil(lambda: all(ref.width for ref in desk.page.media.refs()))
    desk.page.files.edit(0, "", ())
    window = desk.page.findChild(MediaEditor)
    settle()
    assert unnamed(window) == []
    window.close()
