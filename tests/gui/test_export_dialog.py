from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication

from posto_desktop.models.numbers import csv_separator
from posto_desktop.ui.schedule.export_dialog import ExportCounts, ExportDialog, ExportRequest
from posto_desktop.ui.schedule.export_texts import (
    file_name,
    uses_letter_paper,
    week_text,
)

WEDNESDAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def dialog(qtbot: Any, theme: Any) -> ExportDialog:
    dialog = ExportDialog(ExportCounts(4, 63, 120), MONDAY, WEDNESDAY)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def choose(dialog: ExportDialog, kind: str) -> None:
    dialog.kind.set_value(kind)
    dialog.kind.changed.emit(kind)


def test_what_is_ticked_comes_first(dialog: ExportDialog) -> None:
    assert dialog.request() == ExportRequest("csv", "ticked", MONDAY)
    assert dialog.action_button.text() == "Export 4 posts…"
    dialog._scopes.button(2).click()
    assert dialog.request().scope == "all"
    assert dialog.action_button.text() == "Export 120 posts…"


def test_without_ticks_it_is_what_the_filters_show(qtbot: Any, theme: Any) -> None:
    dialog = ExportDialog(ExportCounts(0, 0, 3), MONDAY, WEDNESDAY)
    qtbot.addWidget(dialog)
    assert dialog.request().scope == "all"
    assert not dialog._scopes.button(1).isEnabled()


def test_each_kind_shows_what_belongs_to_it(dialog: ExportDialog) -> None:
    assert dialog.excel.isVisible()
    assert not dialog.address.isVisible()
    dialog.excel.setChecked(True)
    assert dialog.request().kind == "excel"
    choose(dialog, "ical")
    assert dialog.address.isVisible()
    assert not dialog.excel.isVisible()
    assert dialog.request().kind == "ical"
    choose(dialog, "pdf")
    assert dialog.week_label.isVisible()
    dialog.later.click()
    assert dialog.request() == ExportRequest("pdf", "ticked", date(2026, 11, 30))
    assert dialog.week_label.text() == "30 Nov to 6 Dec"


def test_a_week_says_how_many_posts_it_has(qtbot: Any, theme: Any) -> None:
    counts = {("shown", MONDAY): 12, ("all", MONDAY): 30, ("all", date(2026, 11, 30)): 1}
    dialog = ExportDialog(
        ExportCounts(0, 63, 120), MONDAY, WEDNESDAY, in_week=lambda scope, day: counts[scope, day]
    )
    qtbot.addWidget(dialog)
    choose(dialog, "pdf")
    assert dialog.week_posts.text() == "12 posts"
    dialog._scopes.button(2).click()
    assert dialog.week_posts.text() == "30 posts"
    assert dialog.action_button.text() == "Export 30 posts…"
    dialog.later.click()
    assert dialog.week_posts.text() == "1 post"


def test_a_failure_is_said_and_another_try_possible(dialog: ExportDialog, qtbot: Any) -> None:
    dialog.set_working(True)
    assert dialog.progress.isVisible()
    assert not dialog.action_button.isEnabled()
    dialog.set_progress((30, 60))
    assert (dialog.progress.value(), dialog.progress.maximum()) == (30, 60)
    dialog.set_failed("plan.csv could not be saved: the disk is full.")
    assert dialog.state.isVisible()
    assert dialog.action_button.isEnabled()
    assert not dialog.progress.isVisible()


def test_cancel_stops_the_writing_first(dialog: ExportDialog, qtbot: Any) -> None:
    dialog.set_working(True)
    with qtbot.waitSignal(dialog.cancelled):
        dialog.cancel_button.click()
    assert dialog.isVisible()
    dialog.set_working(False)
    dialog.reject()
    assert not dialog.isVisible()


def test_the_calendar_address_is_copied(dialog: ExportDialog, qtbot: Any) -> None:
    choose(dialog, "ical")
    address = dialog.address
    assert not address.copy.isVisible()
    with qtbot.waitSignal(address.addressRequested):
        address.make.click()
    url = "http://127.0.0.1:1/posto-calendar/x.ics"
    address.set_address(url)
    assert dialog.height() >= dialog.layout().totalHeightForWidth(dialog.width())
    address.copy.click()
    assert QGuiApplication.clipboard().text() == url
    assert "old one stops working" in address.make.text()
    assert "while Posto is running." in address.about.text()
    address.set_local_server()
    assert "has been opened." in address.about.text()
    assert address.field.text() == url


def test_weeks_and_file_names(qapp: Any) -> None:
    assert week_text(MONDAY, WEDNESDAY) == "23 to 29 Nov"
    assert week_text(date(2026, 12, 28), WEDNESDAY) == "28 Dec 2026 to 3 Jan 2027"
    assert (
        file_name("excel", "Nord/licht", WEDNESDAY, MONDAY) == "Nord-licht schedule 2026-11-25.csv"
    )
    assert file_name("pdf", "", WEDNESDAY, MONDAY) == "Posto week of 2026-11-23.pdf"
    assert file_name("ical", "..\n", WEDNESDAY, MONDAY).endswith(".ics")
    assert not file_name("ical", "..", WEDNESDAY, MONDAY).startswith(".")


def test_the_separator_is_the_one_of_excel_here() -> None:
    usual = QLocale()
    try:
        QLocale.setDefault(QLocale("de_DE"))
        assert (csv_separator(), uses_letter_paper()) == (";", False)
        QLocale.setDefault(QLocale("en_US"))
        assert (csv_separator(), uses_letter_paper()) == (",", True)
    finally:
        QLocale.setDefault(usual)
