"""The whole window at a site whose planners post by themselves, over HTTP."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView
from pytestqt.qtbot import QtBot

from posto_desktop.core.site_schedule import SITE
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.card_details import details_of
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.models.site_planners import SecondLineRole
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.ui.compose.site_posts_dialog import SitePostsDialog
from posto_desktop.ui.dialogs.site_planners_dialog import SitePlannersDialog
from posto_desktop.ui.theme import Theme
from tests.fakes.planning_site import PlannerRow, PostRow
from tests.gui.whole_app import WholeApp
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted, channel, schedule, serving

TOMORROW = int(time.time()) // 3600 * 3600 + 86_400


@pytest.fixture
def site() -> Iterator[Scripted]:
    with serving() as scripted:
        scripted.channels = [channel(2, "News"), channel(3, "Blog", "fb")]
        scripted.schedules = [schedule(7, at=TOMORROW + 7200, text="By hand")]
        scripted.site.planners = [
            PlannerRow(3, "Weekly tips", TOMORROW, post_ids=(11,), channel_ids=(2, 3)),
            PlannerRow(4, "Old news", TOMORROW, status="paused"),
        ]
        scripted.site.posts = [
            PostRow(11, "How we roast", "Slowly & well", picture="roast.png", alt="A drum"),
            PostRow(12, "Buns are back", "Every day", "2026-11-21T08:00:00"),
        ]
        picture = io.BytesIO()
        Image.new("RGB", (60, 40), (200, 90, 30)).save(picture, "PNG")
        scripted.files["/wp-content/uploads/2026/11/roast.png"] = Reply(200, picture.getvalue())
        yield scripted


@pytest.fixture
def app(qtbot: QtBot, theme: Theme, tmp_path: Path, site: Scripted) -> Iterator[WholeApp]:
    whole = WholeApp(theme, tmp_path / "home")
    whole.begin([])
    whole.open_workspace("acc", [])
    with qtbot.waitSignal(whole.service.site.loaded):
        whole.service.connect_account(ServiceAccount("acc", "Nord", site.url, USER), PASSWORD)
    store = whole.controllers.site_schedule.store
    qtbot.waitUntil(lambda: len(store.rows) == 2 and bool(whole.controllers.schedule.rows))
    yield whole
    whole.close()


def schedule_model(app: WholeApp) -> SchedulesModel:
    app.window.prepare_page("schedule")
    app.window.show_page("schedule")
    widget = app.controllers.schedule.widget
    assert widget is not None
    return widget.model


def calendar_model(app: WholeApp) -> CalendarModel:
    app.window.prepare_page("calendar")
    app.window.show_page("calendar")
    widget = app.controllers.calendar.widget
    assert widget is not None
    widget.choose_view("agenda")
    return widget.model


def test_what_the_site_will_post_stands_on_both_pages(qtbot: QtBot, app: WholeApp) -> None:
    rows = schedule_model(app)
    qtbot.waitUntil(lambda: len(rows.all_rows()) == 3)
    of_site = [row for row in rows.all_rows() if row.schedule.status == SITE]
    assert {(row.schedule.channel_name, row.status) for row in of_site} == {
        ("News", "site"),
        ("Blog", "site"),
    }
    app.service.refresh_schedules()  # the service lists them not
    app.load_plan(app.controllers.schedule.rows)
    assert len(rows.all_rows()) == 3
    cards = calendar_model(app).cards
    (card,) = [card for card in cards if card.status == "site"]
    assert (len(card.rows), card.movable) == (2, ())
    assert "Site planner: Weekly tips" in calendar_model(app).accessible_text(card)

    model = calendar_model(app)
    details = details_of(card, model)
    assert details.note == "The site posts this by itself. Change it on the site."
    assert (details.can_pause, details.can_delete, details.can_duplicate) == (True, False, False)
    # What was known before the site is asked says so.
    noon = datetime.now().astimezone().replace(hour=12, minute=0)
    model.set_site_rows(list(card.rows), can_pause=True, as_of=noon)
    assert details_of(card, model).note.endswith(" As of 12:00")
    assert_nothing_acts_on_it(app, rows)
    assert_its_times_are_taken(app)


def assert_nothing_acts_on_it(app: WholeApp, rows: SchedulesModel) -> None:
    page = app.controllers.schedule.widget
    assert page is not None
    rows.set_ticked([row.id for row in rows.all_rows() if row.status == "site"])
    page.row_actions.look()
    can = page.row_actions.can
    assert (can.delete, can.duplicate, can.edit, can.movable, can.of_planner) == (
        0,
        False,
        False,
        False,
        True,
    )
    deleted: list[object] = []
    page.row_actions.deleteRequested.connect(deleted.append)
    page.row_actions.delete()
    assert deleted == []


def assert_its_times_are_taken(app: WholeApp) -> None:
    message = app.compose.message
    message.channels.model.set_channels(message.channels.model.channels())
    app.compose.set_channels_selection(message.channels.model.channels())
    taken = [when.timestamp() for when in message.slots.occupied_times()]
    assert taken.count(TOMORROW) == 2


def test_a_planner_is_paused_at_once_and_undone(
    qtbot: QtBot, app: WholeApp, site: Scripted
) -> None:
    controller, planner = app.controllers.site_schedule, site.site.planners[0]
    rows = schedule_model(app)
    controller.pause(3)
    assert controller.store.rows == []
    qtbot.waitUntil(lambda: [row.id for row in rows.all_rows()] == [7])
    qtbot.waitUntil(lambda: planner.status == "paused")
    app.controllers.schedule.undo.undo_posts()
    qtbot.waitUntil(lambda: planner.status == "active")
    qtbot.waitUntil(lambda: len(rows.all_rows()) == 3)
    app.controllers.schedule.undo.redo_posts()
    qtbot.waitUntil(lambda: planner.status == "paused" and not controller.store.rows)


def test_a_paused_planner_is_resumed_in_the_list(
    qtbot: QtBot, app: WholeApp, site: Scripted
) -> None:
    app.controllers.schedule.plannersRequested.emit()
    (dialog,) = app.window.findChildren(SitePlannersDialog)
    words = [dialog.model.index(row).data(SecondLineRole) for row in range(2)]
    assert words[0] == "Paused · 1 channel"
    assert words[1].startswith("Active · next ")
    assert (dialog.current().title, dialog.change.text()) == ("Old news", "Resume")  # type: ignore[union-attr]
    dialog.change.click()
    qtbot.waitUntil(lambda: site.site.planners[1].status == "active")
    assert dialog.change.text() == "Pause"
    # What it will post is read from the site.
    qtbot.waitUntil(lambda: len(app.controllers.site_schedule.store.rows) == 5)
    dialog.accept()
    site.site.planners[0].status = "finished"  # so that it cannot be paused any more
    controller = app.controllers.site_schedule
    with qtbot.waitSignal(app.service.site.change_failed):
        controller.pause(3)
    qtbot.waitUntil(lambda: len(controller.store.rows) == 5)


def dialog_of(app: WholeApp) -> SitePostsDialog:
    command = next(
        command
        for command in app.compose.commands.entries()
        if command is not None and command.text() == "From the site…"
    )
    assert command.isEnabled()
    command.trigger()
    dialogs = app.window.findChildren(SitePostsDialog)
    (dialog,) = [dialog for dialog in dialogs if dialog.isVisible()]
    return dialog


def test_a_post_of_the_site_fills_the_message_in_one_step(
    qtbot: QtBot, app: WholeApp, site: Scripted
) -> None:
    app.window.show_page("compose")
    editor = app.compose.message.editor
    editor.edit(text="Look:")
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    listed: QListView = dialog.list
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down)
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(listed, Qt.Key.Key_Return)
    draft = editor.draft
    assert draft.text == "Look:\n\nHow we roast\n\nSlowly & well…"
    assert draft.link == f"{site.url}/11/"
    (picture,) = draft.media
    assert (picture.name, picture.alt) == ("roast.png", "A drum")
    assert Path(picture.path).read_bytes().startswith(b"\x89PNG")
    editor.undo()
    assert (editor.draft.text, editor.draft.link, editor.draft.media) == ("Look:", "", ())
    editor.redo()
    assert len(editor.draft.media) == 1


def test_posts_are_searched_in_the_dialog(qtbot: QtBot, app: WholeApp, site: Scripted) -> None:
    app.window.show_page("compose")
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    dialog.search.setText("roast")
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 1)
    dialog.forms.setCurrentIndex(dialog.forms.findData("title"))
    del site.files["/wp-content/uploads/2026/11/roast.png"]  # its picture is gone
    with qtbot.waitSignal(dialog.finished):
        dialog.use.click()
    draft = app.compose.message.draft
    assert (draft.text, draft.media) == ("How we roast", ())
    # An unreachable site says so, and is asked again.
    refusal = {"code": "rest_busy", "message": "Come back later", "data": {"status": 400}}
    site.fail("wp/v2/posts", Reply(400, refusal))
    dialog = dialog_of(app)
    qtbot.waitUntil(lambda: dialog.again.isVisible())
    assert "Come back later" in dialog.nothing.text()
    dialog.again.click()
    qtbot.waitUntil(lambda: dialog.model.rowCount() == 2)
    dialog.reject()
    # This computer has no site.
    app.open_workspace("local", [])
    (command,) = [
        command
        for command in app.compose.commands.entries()
        if command is not None and command.text() == "From the site…"
    ]
    assert not command.isEnabled()
    assert command.reason == "Needs a WordPress site: this computer has none."
