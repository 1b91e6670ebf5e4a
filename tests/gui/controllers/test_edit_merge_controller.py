"""Two people edit one message of a team: what the later one saves, is asked, and keeps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from posto_desktop.core import copies
from posto_desktop.core.draft import Draft
from posto_desktop.core.edit_merge import Conflict
from posto_desktop.delivery.present_message import MessageOnServer, present_message
from posto_desktop.sdk.posto_sdk import PostoSDK
from posto_desktop.sdk.records import Account, Schedule
from posto_desktop.sdk.review import PostVersion, ReviewStep
from posto_desktop.ui.compose.edit_merge_dialog import EditMergeDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.message_opener import OpenedMessage
from tests.gui.controllers.test_team_controller import SOON
from tests.gui.whole_app import CHANNELS, WholeApp, row

LATER = SOON + timedelta(hours=2)


def edit(number: int, text: str, at: Any = SOON, mark: str = "first") -> Draft:
    post = row(number, CHANNELS[0], text=text, send_at=at, posto_ref=mark)
    return copies.edit_of(Draft(text=text, channel_ids=(1,)), [post])


class Saving:
    """The window of an editor; `saved` are the drafts and times that were saved."""

    def __init__(self, app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.team = app, app.service.team
        self.saved: list[tuple[Draft, Any]] = []
        self.key = ""
        monkeypatch.setattr(self.team, "read_message", self._asked)
        monkeypatch.setattr(app.service, "open_message", lambda *_arguments, **_options: None)
        monkeypatch.setattr(app.service, "save_edit", self._save_edit)
        self.team.person_loaded.emit(app.service.workspace_id, Account(1, "Ann", role="editor"))

    def _save_edit(self, draft: Draft, _channels: object, at: Any, *_more: object) -> None:
        self.saved.append((draft, at))

    def _asked(self, key: str, _edited: object) -> None:
        self.key = key

    def save(self, mine: Draft, at: Any = SOON) -> None:
        self.app.controllers.message_edit._save(mine, [CHANNELS[0]], at, None)

    def find(self, theirs: Draft | None, *fields: str) -> None:
        """Answer what the message is by now; None: as it was."""
        present = None if theirs is None else MessageOnServer((), frozenset(fields), "ed")
        self.team.message_read.emit(self.key, present)
        if theirs is not None:
            self.app.service.message_opened.emit(OpenedMessage(self.key, theirs))

    def dialog(self) -> EditMergeDialog:
        dialog = self.app.window.findChild(EditMergeDialog)
        assert isinstance(dialog, EditMergeDialog)
        return dialog


@pytest.fixture
def saving(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Saving]:
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    yield Saving(app, monkeypatch)
    app.close()


def test_a_long_name_is_not_cut_off(theme: Theme) -> None:
    name = "Wilhelmina-Alexandra von und zu Oberstaufenberg-Hinterzarten"
    conflict = Conflict("text", "", ("Fresh buns", ()), ("Warm buns", ()))
    dialog = EditMergeDialog(name, [conflict])
    dialog.show()
    button = dialog.theirs
    QCoreApplication.sendPostedEvents()
    assert button.height() >= button.heightForWidth(button.width()) > dialog.mine.height()
    dialog.close()


def test_what_nobody_else_changed_is_saved_as_it_is(saving: Saving) -> None:
    mine = replace(edit(1, "Buns"), text="Fresh buns")
    saving.save(mine)
    assert saving.saved == [], "not before a look at the server"
    saving.find(None)
    assert saving.saved == [(mine, SOON)]


def test_a_text_and_a_time_of_two_people_are_both_saved(saving: Saving) -> None:
    saving.save(replace(edit(1, "Buns"), text="Fresh buns"))
    theirs = edit(2, "Buns", LATER, "second")
    saving.find(theirs)
    draft, at = saving.saved[0]
    assert (draft.text, at) == ("Fresh buns", LATER)
    assert draft.editing == theirs.editing, "it replaces their posts"
    news = saving.app.notifications._rows[0].text
    assert news == "ed changed this message, too. Kept: time."


@pytest.mark.parametrize("is_mine", [True, False])
def test_where_both_changed_the_text_the_later_one_chooses_and_none_is_lost(
    saving: Saving, is_mine: bool
) -> None:
    saving.save(replace(edit(1, "Buns"), text="Fresh buns"))
    saving.find(edit(2, "Warm buns", SOON, "second"), "text")
    assert saving.saved == []
    dialog = saving.dialog()
    (dialog.mine if is_mine else dialog.theirs).setChecked(True)
    dialog.action_button.click()
    drafts = saving.app.compose.message.store
    if is_mine:
        assert saving.saved[0][0].text == "Fresh buns"
    else:
        assert saving.saved[0][0].text == "Warm buns"
        assert any(
            draft.text == "Fresh buns" and draft.editing is None for draft in drafts.drafts()
        )


def test_who_does_not_choose_goes_on_editing(saving: Saving) -> None:
    saving.save(replace(edit(1, "Buns"), text="Fresh buns"))
    saving.find(edit(2, "Warm buns", SOON, "second"), "text")
    saving.dialog().reject()
    assert saving.saved == []
    assert saving.app.compose.draft.text == "Fresh buns"


def test_a_change_of_workspaces_keeps_what_is_not_saved_yet(saving: Saving) -> None:
    mine = replace(edit(1, "Buns"), text="Fresh buns")
    saving.save(mine)
    saving.app.controllers.workspaces.left.emit()
    assert saving.app.compose.message.store.get(mine.id) == mine


class Service:
    """A team's server of which the message is read."""

    def __init__(self, rows: list[Schedule], steps: list[ReviewStep]) -> None:
        self._rows, self._steps = rows, steps
        self.schedules = self.review = self

    def by_ids(self, ids: list[int]) -> dict[int, Schedule]:
        return {listed.id: listed for listed in self._rows if listed.id in ids}

    def iter(self, **_filter: str) -> list[Schedule]:
        return self._rows

    def story(self, _group_id: str) -> list[ReviewStep]:
        return self._steps

    def list(self) -> list[object]:
        return []


def _read(rows: list[Schedule], steps: list[ReviewStep]) -> MessageOnServer | None:
    editing = edit(1, "Buns").editing
    assert editing is not None
    sdk: Any = Service(rows, steps)
    assert not isinstance(sdk, PostoSDK)
    return present_message(sdk, editing)


def test_the_present_message_is_found_with_what_was_changed() -> None:
    same = row(1, CHANNELS[0], text="Buns", send_at=SOON, posto_ref="first")
    assert _read([same], []) is None
    other = row(2, CHANNELS[0], text="Buns!", send_at=SOON, posto_ref="second", message="g1")
    steps = [
        ReviewStep("proposed", 1, None, "wanda", posts=(_version("Buns", "first"),)),
        ReviewStep("edited", 2, None, "ed", posts=(_version("Buns!", "second"),)),
    ]
    assert _read([other], steps) == MessageOnServer((other,), frozenset({"text"}), "ed")
    assert _read([other], []) == MessageOnServer((other,), None, "")
    assert _read([row(3, CHANNELS[0])], []) is None, "another message"


def _version(text: str, mark: str) -> PostVersion:
    return PostVersion(1, {"post_content": text, "posto_ref": mark})
