"""The When row and what opens from it cut no text, at any text size and in long languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.recurrence import Repeat
from posto_desktop.core.slots import Slot, SlotGroup, write
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.repeat_editor import RepeatEditor
from posto_desktop.ui.settings.slot_channels_popup import ChannelsPopup
from posto_desktop.ui.settings.slot_popups import DaysPopup, TimePopup
from posto_desktop.ui.shared.when_picker import WhenPicker
from tests.gui.cut_text import cut_texts, settle
from tests.gui.test_text_fits import LongWords

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

REPEAT = Repeat("month", every=3, month_day=31, count=12)


@pytest.fixture(params=["normal", "large", "larger"])
def text_size(request: Any, theme: Any) -> Iterator[str]:
    theme.set_text_size(request.param)
    yield request.param
    theme.set_text_size("normal")


@pytest.fixture(params=["english", "12 hours", "long"])
def language(request: Any, qapp: Any) -> Iterator[str]:
    before, words = QLocale(), LongWords()
    country = QLocale.Country.UnitedKingdom
    if request.param == "12 hours":
        country = QLocale.Country.UnitedStates
    QLocale.setDefault(QLocale(QLocale.Language.English, country))
    if request.param == "long":
        assert QCoreApplication.installTranslator(words)
    yield request.param
    QCoreApplication.removeTranslator(words)
    QLocale.setDefault(before)


def cut_in(popup: QWidget) -> list[str]:
    settle()
    texts = cut_texts(popup)
    popup.close()
    settle()
    return texts


def test_row_and_popups_have_room(text_size: str, language: str, desk: Any) -> None:
    page = desk.page
    week = SlotGroup(slots=tuple(Slot(day, time(22, 30)) for day in range(7)))
    page.message.slots.set_slots(write([week]))
    page.message.open_drafts.load(Draft(text="x", when_text="2027-10-31 2:30", repeat=REPEAT))
    desk.settle()
    for width in (1088, 760):
        page.resize(width, 808)
        settle()
        assert cut_texts(page.when) == []
    page.when.open_picker()
    assert cut_in(page.findChild(WhenPicker)) == []
    page.when.open_repeat()
    editor = page.findChild(RepeatEditor)
    settle()
    assert cut_texts(editor) == []
    editor._end.setCurrentIndex(1)
    settle()
    assert cut_texts(editor) == []
    editor._unit.setCurrentIndex(1)
    assert cut_in(editor) == []


def test_popups_of_slots_have_room(text_size: str, language: str, desk: Any, qtbot: Any) -> None:
    channels = [Channel(n, f"Nordlicht Coffee Roasters {n}", "fb") for n in range(12)]
    for popup in (
        TimePopup(time(22, 30), desk.page),
        DaysPopup((0, 1), desk.page),
        ChannelsPopup(channels, (1,), desk.page),
    ):
        popup.show_at(desk.page.mapToGlobal(desk.page.rect().topLeft()))
        assert cut_in(popup) == []
