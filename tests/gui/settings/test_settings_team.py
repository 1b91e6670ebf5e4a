"""Settings > Team, over a real workspace with people in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.common.user_error import message_of
from posto_desktop.sdk.errors import PostoError, ServiceError
from posto_desktop.sdk.people import NewPassword, PeopleManager
from posto_desktop.sdk.transport import Transport
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.person_dialog import PersonDialog, split_groups
from posto_desktop.ui.settings.team import TeamPage
from posto_desktop.ui.settings.team_audit import AuditEntryDialog
from posto_desktop.ui.settings.team_channels import ChannelGroupsDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.view_ring import ViewRing
from posto_desktop.viewmodels.people_state import PeopleState
from posto_desktop.workers.people import PeopleRequest, _result
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.team import UNCLEAR
from tests.gui.settings_tools import make_tools
from tests.gui.team_filled import fill
from tests.unit.server.in_process import InProcess
from tests.unit.server.team_world import A, Ids, TeamWorld


class Scene:
    """The page as `name` sees it, "" before the server answers. What it asks is carried out at
    once, or kept in `waiting`."""

    def __init__(
        self, world: TeamWorld, name: str, folder: Path, runner: JobRunner, qtbot: QtBot
    ) -> None:
        self.world, self.state = world, PeopleState()
        self.waiting: list[PeopleRequest] | None = None
        self.made: list[NewPassword] = []
        self.state.requested.connect(self._carry_out)
        self.state.done.connect(self._keep_password)
        if name:
            self.sign_in(name)
        tools = replace(make_tools(folder, runner), team=self.state)
        self.dialog = SettingsDialog(tools.settings, tools=tools, workspace="a1")
        qtbot.addWidget(self.dialog)
        self.dialog.show_page("team")
        self.dialog.show()
        self.page = self.dialog.page
        assert isinstance(self.page, TeamPage)

    def sign_in(self, name: str) -> None:
        self.people = PeopleManager(cast(Transport, InProcess(self.world, name)))
        self.state.set_role(self.world.team.people.get(name).role)

    def _carry_out(self, request: PeopleRequest) -> None:
        if self.waiting is not None:
            self.waiting.append(request)
            return
        try:
            result = _result(self.people, request)
        except PostoError as error:
            code = error.code or "" if isinstance(error, ServiceError) else ""
            self.state.fail(request, code, message_of(error))
        else:
            self.state.settle(request, result)

    def _keep_password(self, _request: PeopleRequest, result: object) -> None:
        if isinstance(result, NewPassword):
            self.made.append(result)

    @property
    def list(self) -> Any:
        return cast(TeamPage, self.page).people.list

    def names(self) -> list[str]:
        return [person.name for person in cast(TeamPage, self.page).people.model.rows]

    def choose(self, name: str) -> None:
        self.list.choose(next(p.id for p in self.state.view.people or () if p.name == name))

    def part(self, kind: type[QWidget], name: str, within: QWidget | None = None) -> Any:
        widget = (within or self.page).findChild(kind, name)
        assert isinstance(widget, kind), name
        return widget

    def press(self, name: str, within: QWidget | None = None) -> None:
        self.part(QAbstractButton, name, within).click()

    def open_dialog(self, kind: type[QWidget]) -> Any:
        dialog = next(
            (child for child in self.dialog.findChildren(kind) if child.isVisible()), None
        )
        assert isinstance(dialog, kind), kind
        return dialog

    def note(self) -> str:
        note = cast(TeamPage, self.page).note
        return note.text() if note.isVisibleTo(self.page) else ""


Make = Callable[[str], Scene]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TeamWorld]:
    world = TeamWorld(tmp_path / "team")
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    world.fill()
    yield world
    world.close()


@pytest.fixture
def make(theme: Theme, tmp_path: Path, world: TeamWorld, qtbot: QtBot) -> Iterator[Make]:
    runner = JobRunner()
    scenes: list[Scene] = []

    def make(name: str) -> Scene:
        scenes.append(Scene(world, name, tmp_path / f"home{len(scenes)}", runner, qtbot))
        return scenes[-1]

    yield make
    for scene in scenes:
        scene.dialog.close()
    assert runner.shutdown(5_000)


def test_the_page_is_there_for_a_team_only(
    theme: Theme, tmp_path: Path, make: Make, qtbot: QtBot
) -> None:
    runner = JobRunner()
    tools = replace(make_tools(tmp_path / "alone", runner), team=None)
    dialog = SettingsDialog(tools.settings, tools=tools, workspace="local")
    qtbot.addWidget(dialog)
    assert dialog.findChild(QWidget, "settings-team") is None
    assert make("olga").dialog.findChild(QWidget, "settings-team") is not None
    dialog.close()
    assert runner.shutdown(5_000)


@pytest.mark.parametrize("name", ["olga", "ed"])
def test_before_the_server_answers_the_page_says_so_and_then_fills_itself(
    make: Make, name: str
) -> None:
    scene = make("")
    scene.state.set_reached(False)
    scene.dialog.show_row("team")
    assert "when it answers" in scene.note()
    assert scene.page.findChild(QWidget, "team-people") is None
    cast(TeamPage, scene.page).show_part("people")
    scene.sign_in(name)
    scene.state.set_reached(True)
    assert scene.note() == ""
    if name == "olga":
        assert scene.names() == ["ed", "olga"]
        note = cast(TeamPage, scene.page).note
        column = cast(TeamPage, scene.page).column
        assert column.indexOf(scene.part(QWidget, "team-part")) < column.indexOf(note)
    rows = cast(TeamPage, scene.page).devices.rows
    assert [row.device.name for row in rows.values()] == ["Test"]


def test_a_person_is_added_with_a_password_that_comes_once(make: Make) -> None:
    scene = make("olga")
    assert scene.names() == ["ed", "olga"]
    scene.press("add-a-person")
    dialog = scene.open_dialog(PersonDialog)
    assert not dialog.action_button.isEnabled()
    assert dialog.action_button.toolTip()
    dialog.name.setText("wanda")
    dialog.groups.setText("Shop, blog,, shop")
    dialog.sees.setCurrentIndex(dialog.sees.findData(False))
    dialog.action_button.click()
    dialog = scene.open_dialog(PersonDialog)
    assert dialog.person.groups == ("blog", "shop")
    dialog.device.setText("Her phone")
    QTest.keyClick(dialog.device, Qt.Key.Key_Return)
    password = scene.made[0].password
    assert dialog.device.text() == ""
    assert password not in repr(scene.state.view)
    assert [row.device.name for row in dialog.devices.rows.values()] == ["Her phone"]
    scene.world.passwords["wanda"] = password
    assert scene.world.ask("wanda", "GET", "/wp-json/wp/v2/users/me")[0] == 200
    dialog.reject()
    assert scene.names() == ["ed", "olga", "wanda"]


def test_a_role_is_changed_and_a_faster_owner_is_not_overwritten(make: Make) -> None:
    scene = make("olga")
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(PersonDialog)
    scene.world.team.people.set_role("ed", "viewer")
    dialog.role.setCurrentIndex(dialog.role.findData("writer"))
    dialog.action_button.click()
    problem = scene.part(QWidget, "person-problem", dialog)
    assert problem.text() == "Somebody else has changed ed meanwhile."
    assert dialog.person.role == "viewer", "what it is by now"
    assert dialog.role.currentData() == "writer", "what was chosen stays"
    dialog.action_button.click()
    assert not dialog.isVisible()
    assert scene.world.team.people.get("ed").role == "writer"


def answer_late(scene: Scene) -> None:
    """Have the server answer what was asked until now."""
    waiting, scene.waiting = scene.waiting or [], None
    for request in waiting:
        scene._carry_out(request)


def test_a_late_answer_leaves_the_dialog_of_somebody_else_alone(make: Make) -> None:
    scene = make("olga")
    page, state = cast(TeamPage, scene.page), scene.state
    ed = next(person for person in state.view.people or () if person.name == "ed")
    scene.waiting = []
    scene.press("add-a-person")
    dialog = scene.open_dialog(PersonDialog)
    dialog.name.setText("wanda")
    dialog.action_button.click()
    dialog.reject()
    state.change(ed, role="viewer")
    state.change(ed, role="writer")  # is of before the first one
    page.open_person(next(person for person in state.view.people or () if person.is_self))
    dialog = scene.open_dialog(PersonDialog)
    dialog.device.setText("Phone")
    answer_late(scene)
    assert scene.open_dialog(PersonDialog) is dialog, "neither closed nor replaced"
    assert dialog.device.text() == "Phone"
    assert not scene.part(QWidget, "person-problem", dialog).isVisibleTo(dialog)
    assert scene.note() == "Somebody else has changed ed meanwhile."
    assert scene.names() == ["ed", "olga", "wanda"]
    dialog.reject()


def test_a_late_answer_about_a_channel_leaves_the_dialog_of_another_alone(make: Make) -> None:
    scene = make("olga")
    page, state = cast(TeamPage, scene.page), scene.state
    first, second = (state.view.channels or ())[:2]
    scene.waiting = []
    state.set_groups(first, ["shop"])
    page.open_groups(second)
    dialog = scene.open_dialog(ChannelGroupsDialog)
    answer_late(scene)
    assert dialog.isVisible()
    scene.world.team.groups.set(first.id, frozenset({"blog"}))
    state.set_groups(first, ["shop", "more"])
    assert not scene.part(QWidget, "channel-groups-problem", dialog).isVisibleTo(dialog)
    assert first.name in scene.note()
    dialog.reject()


def test_a_removed_person_is_out_at_once_comes_back_by_enter_and_goes_when_the_settings_close(
    make: Make,
) -> None:
    scene = make("olga")
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    assert scene.world.ask("ed", "GET", "/wp-json/wp/v2/users/me")[0] == 401
    assert "Removed when you close the settings" in scene.list.currentIndex().data()
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    assert scene.world.ask("ed", "GET", "/wp-json/wp/v2/users/me")[0] == 200
    assert scene.state.view.removed == frozenset()
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    scene.dialog.reject()
    assert [person.name for person in scene.world.team.people.all()] == ["olga"]


def test_undo_of_a_removal_whose_answer_is_on_its_way_ends_with_an_enabled_person(
    make: Make,
) -> None:
    scene = make("olga")
    scene.choose("ed")
    scene.waiting = []
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    waiting, scene.waiting = scene.waiting, None
    for request in waiting:
        scene._carry_out(request)
    assert not scene.world.team.people.get("ed").is_disabled
    person = next(p for p in scene.state.view.people or () if p.name == "ed")
    assert not person.is_disabled


def test_an_owner_is_not_offered_to_lock_themselves_out(make: Make) -> None:
    scene = make("olga")
    scene.choose("olga")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    assert scene.state.view.removed == frozenset()
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(PersonDialog)
    assert not dialog.remove.isEnabled()
    assert dialog.remove.toolTip()
    assert not dialog.role.isEnabled()
    assert dialog.enabled_row.isHidden()
    dialog.reject()


def test_a_device_is_revoked_at_once_and_comes_back(make: Make) -> None:
    scene = make("ed")
    rows = cast(TeamPage, scene.page).devices.rows
    (this,) = rows.values()
    assert not this.revoke.isEnabled()
    assert "another device" in this.revoke.toolTip()
    scene.world.team.people.add_password("ed", "Phone")
    scene.state.read()
    phone = next(row for row in rows.values() if row.device.name == "Phone")
    phone.revoke.setFocus()
    phone.revoke.click()
    assert [row["device"] for row in scene.world.team.people.passwords("ed")] == ["Test"]
    assert phone.undo.isVisibleTo(scene.page)
    scene.state.read()
    assert phone in rows.values(), "its Undo stays after a reading"
    phone.undo.click()
    assert len(scene.world.team.people.passwords("ed")) == 2
    phone.revoke.click()
    scene.dialog.reject()
    assert [device.name for device in scene.state.view.devices or ()] == ["Test"]


def test_others_than_owners_see_their_devices_alone(make: Make) -> None:
    scene = make("ed")
    assert scene.page.findChild(QWidget, "team-part") is None
    assert not cast(TeamPage, scene.page).people.isVisibleTo(scene.page)
    assert scene.state.view.people is None


def test_groups_of_a_channel_are_changed(make: Make) -> None:
    scene = make("olga")
    page = cast(TeamPage, scene.page)
    page.show_part("channels")
    page.channels.list.choose(Ids(A).channel)
    QTest.keyClick(page.channels.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(ChannelGroupsDialog)
    assert not dialog.action_button.isEnabled()
    dialog.groups.setText("a, shop")
    scene.world.team.groups.set(Ids(A).channel, frozenset({"blog"}))
    dialog.action_button.click()
    problem = scene.part(QWidget, "channel-groups-problem", dialog)
    assert "Somebody else" in problem.text()
    dialog.action_button.click()
    assert not dialog.isVisible()
    assert scene.world.team.groups.of(Ids(A).channel) == ["a", "shop"]


def test_the_audit_log_is_read_by_pages_and_by_person(make: Make, world: TeamWorld) -> None:
    for number in range(105):
        entry = world.team.audit.begin(
            world.team.people.get("ed"), "192.0.2.1", "post.retry", f"post {number}", {}
        )
        world.team.audit.finish(entry, "done")
    scene = make("olga")
    page = cast(TeamPage, scene.page)
    page.show_part("audit")
    assert len(page.audit.model.rows) == 100
    page.audit.list.choose(page.audit.model.rows[-1].id)
    page.audit.older.click()
    assert len(page.audit.model.rows) == 105
    assert page.audit.list.current().target == "post 5"
    assert not page.audit.older.isVisibleTo(page)
    QTest.keyClick(page.audit.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(AuditEntryDialog)
    assert dialog.text.toPlainText().startswith("Retried posts post 5\n")
    dialog.reject()
    page.audit.person.setCurrentIndex(page.audit.person.findData("olga"))
    page.audit.person.activated.emit(page.audit.person.currentIndex())
    assert page.audit.model.rows == ()


def test_without_the_server_what_is_known_stays_and_says_that_changes_need_it(make: Make) -> None:
    scene = make("olga")
    scene.state.set_reached(False)
    assert scene.names() == ["ed", "olga"]
    assert "changes need it" in scene.note()
    add = scene.part(QAbstractButton, "add-a-person")
    assert not add.isEnabled()
    assert add.toolTip()
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    assert scene.state.view.removed == frozenset()
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(PersonDialog)
    assert not dialog.action_button.isEnabled()
    dialog.reject()
    scene.state.set_reached(True)
    assert scene.note() == ""


def test_a_refusal_names_the_person_and_stays_until_the_next_change(make: Make) -> None:
    scene = make("olga")
    scene.world.team.people.remove("ed")
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    assert scene.note() == "ed: This person is not in the team any more."
    assert scene.names() == ["olga"], "it was read again"
    assert scene.state.view.removed == frozenset()


def test_an_undo_of_a_removal_that_fails_says_what_is_and_what_to_do(make: Make) -> None:
    scene = make("olga")
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    scene.waiting = []
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    (request,) = scene.waiting
    scene.state.set_reached(False)
    scene.state.fail(request, "", "The server is away.")
    assert scene.note() == (
        "ed is still in the team, but cannot sign in. The server is away. To let them in, open ed "
        "in Settings > Team and turn on “May sign in”."
    )
    scene.waiting = None
    scene.state.set_reached(True)
    scene.state.fail(request, UNCLEAR, "The answer was lost.")
    assert scene.note() == "It is not known whether ed was changed. The answer was lost."
    scene.dialog.reject()
    assert scene.world.team.people.get("ed").is_disabled, "neither removed nor let in"


def become(scene: Scene, name: str, role: str) -> None:
    """The signed-in person gets another role, and the app hears of it."""
    scene.world.team.people.set_role(name, role)
    scene.world.team.sign_ins.forget()
    scene.state.set_role(role)


def test_the_page_follows_a_role_that_changes_while_it_is_open(make: Make) -> None:
    scene = make("ed")
    page = cast(TeamPage, scene.page)
    become(scene, "ed", "owner")
    assert scene.note() == "Your role in this team is now: Owner."
    QApplication.sendPostedEvents()
    assert scene.part(QWidget, "team-part").isVisibleTo(page)
    assert scene.names() == ["ed", "olga"]
    scene.choose("olga")
    QTest.keyClick(scene.list, Qt.Key.Key_Return)
    dialog = scene.open_dialog(PersonDialog)
    become(scene, "ed", "writer")
    assert not dialog.isVisible()
    assert scene.note() == "Your role in this team is now: Writer."
    assert scene.state.view.people is None
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert page.findChild(QWidget, "team-part") is None
    QApplication.sendPostedEvents()
    assert not page.people.isVisibleTo(page)
    assert [row.device.name for row in page.devices.rows.values()] == ["Test"]
    assert page.devices.isVisibleTo(page)
    scene.world.team.people.add_password("ed", "Phone")
    scene.state.read()
    phone = next(row for row in page.devices.rows.values() if row.device.name == "Phone")
    phone.revoke.click()
    assert [row["device"] for row in scene.world.team.people.passwords("ed")] == ["Test"]
    assert scene.note() == ""


def test_an_owner_who_waits_to_remove_somebody_and_is_none_any_more_removes_nobody(
    make: Make,
) -> None:
    scene = make("olga")
    scene.choose("ed")
    QTest.keyClick(scene.list, Qt.Key.Key_Delete)
    scene.world.add("otto", "owner")
    become(scene, "olga", "editor")
    scene.waiting = []
    scene.dialog.reject()
    assert scene.waiting == []


def test_sixty_people_are_found_by_name_role_and_group(make: Make) -> None:
    scene = make("olga")
    scene.waiting = []
    fill(scene.state, 60)
    page = cast(TeamPage, scene.page)
    assert len(scene.names()) == 60
    page.people.search.setText("person59")
    assert scene.names() == ["person59"]
    page.people.search.setText("nobody at all")
    assert page.people.nothing.isVisibleTo(page)
    scene.part(QAbstractButton, "clear-the-search").click()
    assert len(scene.names()) == 60


def test_typed_groups_are_those_of_the_server() -> None:
    assert split_groups(" Shop,  the  Blog ,shop,,") == ["shop", "the blog"]
    assert split_groups("") == []


def test_names_of_the_controls_that_others_rely_on(make: Make) -> None:
    scene = make("olga")
    for name in ("team-people", "find-a-person", "audit-log", "team-channels", "team-part"):
        widget = scene.page.findChild(QWidget, name)
        assert widget is not None, name
        assert widget.accessibleName(), name
    scene.press("add-a-person")
    dialog = scene.open_dialog(PersonDialog)
    for name in ("person-name", "person-shown-name", "person-groups"):
        assert dialog.findChild(QLineEdit, name).accessibleName()
    dialog.reject()


def test_a_short_list_ends_after_its_last_row_and_a_long_one_scrolls(
    make: Make, qtbot: QtBot
) -> None:
    scene = make("olga")
    fill(scene.state, 2)
    row = scene.list.sizeHintForRow(0)
    qtbot.waitUntil(lambda: scene.list.height() == 2 * row)
    assert scene.list.verticalScrollBar().maximum() == 0
    fill(scene.state, 60)
    qtbot.waitUntil(lambda: scene.list.height() > 5 * row)
    assert scene.list.verticalScrollBar().maximum() > 0
    page = cast(TeamPage, scene.page)
    assert page.verticalScrollBar().maximum() == 0, "the page does not scroll as well"


def test_the_list_has_one_focus_ring(make: Make, qtbot: QtBot) -> None:
    scene = make("olga")
    fill(scene.state, 4)
    qtbot.waitExposed(scene.dialog)
    scene.dialog.activateWindow()
    qtbot.waitUntil(scene.dialog.isActiveWindow)
    scene.list.setFocus(Qt.FocusReason.TabFocusReason)
    ring = scene.list.findChild(ViewRing)
    assert ring is not None
    scene.list.setCurrentIndex(QModelIndex())
    assert not ring.isHidden()
    scene.list.choose(3)
    assert ring.isHidden(), "the row has it"
