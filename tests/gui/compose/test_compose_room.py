"""Tests of the space beside the text, at every text size and in a long language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from posto_desktop.core.emoji import load
from posto_desktop.core.link_card import LinkCard
from posto_desktop.core.snippets import Snippet
from posto_desktop.sdk import networks
from posto_desktop.ui.compose.emoji_picker import EmojiPicker
from posto_desktop.ui.compose.message_fields import MessageFields
from posto_desktop.ui.compose.options_panel import OptionGroup, OptionsPanel
from posto_desktop.ui.compose.snippets_dialog import SnippetsDialog
from posto_desktop.ui.compose.snippets_popup import SnippetsPopup
from posto_desktop.ui.widgets.require import require_layout
from tests.gui.compose.test_compose_details import Looks
from tests.gui.cut_text import cut_texts, settle
from tests.gui.test_text_fits import SIZES, LongWords

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

KEPT = [
    Snippet("Tags of our winter roast and its small batches", "#roast #fig", "hashtags"),
    Snippet("House", "Nordlicht Coffee, Kreuzberg", "signature"),
    Snippet("Hours", "Tue to Sat, 10 to 18", "snippet", ("twitter", "fb", "linkedin")),
]


@pytest.fixture(params=("English", "a long language"))
def language(request: Any, qapp: Any) -> Iterator[None]:
    words = LongWords()
    if request.param != "English":
        QCoreApplication.installTranslator(words)
    yield
    QCoreApplication.removeTranslator(words)


@pytest.fixture(params=SIZES)
def size(request: Any, theme: Any) -> Iterator[str]:
    theme.set_text_size(request.param)
    yield request.param
    theme.set_text_size("normal")


@pytest.fixture
def host(qtbot: Any, size: str, language: None) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    return host


def shown(widget: QWidget) -> list[str]:
    widget.show()
    settle()
    return cut_texts(widget)


def test_the_popups_have_room(host: QWidget) -> None:
    popup = SnippetsPopup("", host)
    assert shown(popup) == []
    popup.set_snippets(KEPT)
    assert shown(popup) == []
    popup.search.setText("nothing")
    assert shown(popup) == []
    popup.close()
    picker = EmojiPicker(["🎉"], 2, host)
    assert shown(picker) == []
    picker.set_book(load("de"))
    assert shown(picker) == []
    picker.close()


def test_the_dialog_has_room(host: QWidget) -> None:
    dialog = SnippetsDialog(KEPT[1].id, host)
    dialog.set_snippets(KEPT)
    for row in range(len(KEPT)):
        dialog.list.choose_row(row)
        assert shown(dialog) == []
    dialog.remove.click()
    dialog.start_new()
    dialog.save.click()
    assert shown(dialog) == []
    dialog.form.show_snippet(KEPT[0], False)
    dialog.close()


@pytest.mark.parametrize("width", [460, 700])
def test_options_of_every_network_have_room(qtbot: Any, host: QWidget, width: int) -> None:
    panel = OptionsPanel(host)
    slugs = [network.slug for network in networks.all_networks()]
    panel.set_groups([OptionGroup(slug, slug, slug.capitalize(), whole=True) for slug in slugs], {})
    panel.set_open(True)

    def fits() -> None:
        require_layout(panel).activate()
        panel.resize(width, require_layout(panel).totalHeightForWidth(width))
        host.resize(width, panel.height())
        assert shown(host) == []

    fits()  # as chips
    slugs = ["tiktok", "wordpress", "telegram"]
    panel.set_groups([OptionGroup(slug, slug, slug.capitalize(), whole=True) for slug in slugs], {})
    assert panel.body is not None
    for slug, box in panel.body.boxes.items():
        for name in box.chips:
            assert panel.control(slug, name) is not None
    fits()


@pytest.mark.parametrize("width", [460, 700])
def test_link_and_comment_have_room(host: QWidget, width: int) -> None:
    fields = MessageFields(host)
    looks = Looks(fields)
    fields.card.set_card_loader(looks)
    fields.set_commenting(["X", "Facebook"], ["LinkedIn"])
    url = "https://nordlicht.example/winter"
    looks.problems[url] = "nordlicht.example did not answer within ten seconds; try it later."
    fields.link.setText(url)
    for card in (None, LinkCard(url, "Winter roast " * 9, "Fig and cocoa " * 20, "", "Nordlicht")):
        if card is not None:
            looks.cards[url] = card
            looks.changed.emit(url)
        fields.resize(width, fields.layout().heightForWidth(width))
        host.resize(width, fields.height())
        assert shown(host) == []
