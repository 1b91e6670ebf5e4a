"""Others in a post of a team: what this app tells, whom it shows, and what they save meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.controllers.presence import (
    LEAST_PAUSE,
    MOST_ROWS,
    SOON_MS,
    WRITING_SECONDS,
)
from posto_desktop.core import copies
from posto_desktop.core.draft import Draft
from posto_desktop.delivery.present_message import MessageOnServer
from posto_desktop.sdk.presence import OpenPost, PostNow, PostPresence, PresentPerson, Renewal
from posto_desktop.sdk.records import Account, Schedule
from posto_desktop.ui.compose.edit_merge_dialog import EditMergeDialog
from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog
from posto_desktop.ui.shared import presence_line
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.message_opener import OpenedMessage
from posto_desktop.workers.notification import ConnectionState
from tests.gui.controllers.test_team_controller import proposal
from tests.gui.whole_app import CHANNELS, WholeApp, row

SOON = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(hours=30)
LATER = SOON + timedelta(hours=2)
ANNA = PresentPerson("anna", "Anna", "Laptop", is_writing=True, since=SOON)
BEN = PresentPerson("ben", "Ben", "Phone", since=SOON)


def post(number: int, text: str = "Buns", at: Any = SOON, mark: str = "first") -> Schedule:
    return row(number, CHANNELS[0], text=text, send_at=at, posto_ref=mark, message="m")


def edit(number: int, text: str = "Buns", at: Any = SOON, mark: str = "first") -> Draft:
    draft = Draft(text=text, channel_ids=(1,), workspace="local")
    return copies.edit_of(draft, [post(number, text, at, mark)])


def now(number: int, at: Any = SOON, mark: str = "first", status: str = "not_sent") -> PostNow:
    return PostNow(number, status, at, mark)


class Team:
    """The window of an editor; `asked` are the requests. Its clock stands still."""

    def __init__(self, app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.controller = app, app.controllers.presence
        self.worker = app.service.presence
        self.asked: list[list[OpenPost]] = []
        self.number, self.now, self.key, self.refreshed = 0, 1_000.0, "", 0
        self.controller.clock = lambda: self.now
        monkeypatch.setattr(self.worker, "renew", self._renew)
        monkeypatch.setattr(app.service.team, "read_message", self._read)
        monkeypatch.setattr(app.service, "open_message", lambda *_arguments, **_options: None)
        monkeypatch.setattr(app.service, "refresh_schedules", self._refresh)

    def _renew(self, number: int, app: str, opened: list[OpenPost]) -> None:
        assert len(app) == 32
        self.number = number
        self.asked.append(opened)

    def _read(self, key: str, _edited: object) -> None:
        self.key = key

    def _refresh(self) -> None:
        self.refreshed += 1

    def sign_in(self, role: str = "editor") -> None:
        account = Account(1, "Ed", role=role)
        self.app.service.team.person_loaded.emit(self.app.service.workspace_id, account)

    def reach(self, on: bool) -> None:
        kind: Any = "connected" if on else "offline"
        state = ConnectionState(kind, "", self.app.service.workspace_id, "Team", "")
        self.app.service.state_changed.emit(state)

    def open(self, draft: Draft) -> Draft:
        self.app.compose.message.open_drafts.load(draft)
        return self.app.compose.draft

    def soon(self) -> None:
        """The moment after which what is open is told."""
        self.now += LEAST_PAUSE
        self.controller._soon.flush()

    def later(self) -> None:
        """The moment of the next request, which the last answer has named."""
        timer = self.controller._timer
        assert timer.isActive()
        self.now += timer.interval() / 1000
        timer.timeout.emit()

    def answer(self, *answers: PostPresence) -> None:
        self.worker.answered.emit(self.number, Renewal(tuple(answers)))

    def find(self, theirs: Draft, *fields: str, by: str = "anna") -> None:
        """Answer what others made of the message."""
        present = MessageOnServer((), frozenset(fields), by)
        self.app.service.team.message_read.emit(self.key, present)
        self.app.service.message_opened.emit(OpenedMessage(self.key, theirs))

    @property
    def line(self) -> str:
        strip = self.app.compose.others_strip
        return "" if strip.presence.isHidden() else strip.presence.words.text()

    @property
    def saved(self) -> str:
        strip = self.app.compose.others_strip
        return strip.words.text() if strip.take_over.isVisibleTo(strip) else ""


@pytest.fixture
def team(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    made = Team(app, monkeypatch)
    yield made
    page = app.controllers.schedule.widget
    if page is not None:
        page.inspector_pane._insights_delay.cancel()
    app.close()


def test_nothing_is_asked_without_a_team_or_without_an_open_post(team: Team) -> None:
    team.open(edit(1))
    team.soon()
    team.controller.renew()
    assert team.asked == []
    team.sign_in()
    team.open(Draft(text="Not scheduled yet"))
    team.soon()
    team.controller.renew()
    assert team.asked == []
    assert not team.controller._timer.isActive()


def test_an_open_post_is_told_renewed_and_taken_back(team: Team) -> None:
    team.sign_in()
    draft = team.open(edit(1))
    assert team.asked == [], "not with each click"
    team.soon()
    assert team.asked == [[OpenPost((1,), is_writing=True)]]
    assert not team.controller._timer.isActive(), "the answer says when again"
    team.answer(PostPresence((now(1),), (ANNA, BEN)))
    assert team.line == "Anna is editing this post too · Ben has this post open"
    assert team.controller._timer.interval() == 12_000
    team.later()
    team.answer(PostPresence((now(1),), (BEN,)))
    assert team.line == "Ben has this post open"
    team.now += WRITING_SECONDS
    team.later()
    assert team.asked[-1] == [OpenPost((1,), is_writing=False)], "who only has it open"
    team.answer(PostPresence((now(1),)))
    assert team.line == ""
    team.app.compose.message.open_drafts.close(draft.id)
    team.soon()
    assert team.asked[-1] == []
    team.answer()
    assert not team.controller._timer.isActive()


def test_who_writes_on_after_a_pause_writes_again(team: Team) -> None:
    team.sign_in()
    team.open(edit(1))
    team.soon()
    team.answer(PostPresence((now(1),)))
    team.now += WRITING_SECONDS
    team.later()
    team.answer(PostPresence((now(1),)))
    team.app.compose.edit_field("link", "https://bakery.example")
    team.soon()
    assert team.asked[-1] == [OpenPost((1,), is_writing=True)]


def test_a_message_of_the_last_session_is_open_and_written_once_it_is_changed(team: Team) -> None:
    team.open(edit(1))
    team.sign_in()
    team.soon()
    assert team.asked == [[OpenPost((1,), is_writing=False)]]
    team.answer(PostPresence((now(1),)))
    team.app.compose.edit_field("link", "https://bakery.example")
    team.soon()
    assert team.asked[-1] == [OpenPost((1,), is_writing=True)]


def test_one_request_at_a_time_however_much_is_opened(team: Team) -> None:
    team.sign_in()
    team.open(edit(1))
    team.soon()
    team.open(edit(2, mark="second"))
    assert team.controller._soon.is_waiting
    team.soon()
    assert len(team.asked) == 1, "the first one has not been answered"
    team.answer(PostPresence((now(1),), (ANNA,)))
    assert team.line == "", "that was another post"
    assert team.controller._soon.is_waiting
    waits = team.controller._soon._timer.interval()
    assert SOON_MS <= waits <= LEAST_PAUSE * 1000
    team.soon()
    assert team.asked[1:] == [[OpenPost((2,), is_writing=True)]]


def test_offline_nobody_is_shown_and_nothing_is_asked(team: Team) -> None:
    team.sign_in()
    team.open(edit(1))
    team.soon()
    team.answer(PostPresence((now(1),), (ANNA,)))
    assert team.line
    team.reach(False)
    assert team.line == ""
    assert not team.controller._timer.isActive()
    team.controller.renew()
    assert len(team.asked) == 1
    team.reach(True)
    team.soon()
    assert len(team.asked) == 2
    team.worker.failed.emit(team.number, False)
    assert team.controller._timer.isActive(), "it is tried again"
    team.later()
    team.worker.failed.emit(team.number, True)
    assert not team.controller._timer.isActive(), "an older server"
    team.open(edit(2))
    team.controller.renew()
    assert len(team.asked) == 3


def test_a_hidden_window_another_workspace_and_the_end_take_it_back(team: Team) -> None:
    team.sign_in()
    team.open(edit(1))
    team.soon()
    team.answer(PostPresence((now(1),), (ANNA,)))
    team.app.window.hide()
    team.soon()
    assert team.asked[-1] == []
    team.answer()
    team.app.window.show()
    team.soon()
    assert team.asked[-1] == [OpenPost((1,), is_writing=True)]
    team.app.open_workspace("other", CHANNELS)
    assert team.asked[-1] == []
    assert team.line == ""
    count = len(team.asked)
    team.controller.renew()
    team.worker.answered.emit(team.number, Renewal())
    assert len(team.asked) == count
    team.controller.leave()
    assert len(team.asked) == count, "nothing was told there"


def test_who_comes_is_announced_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    announced: list[str] = []
    monkeypatch.setattr(presence_line, "announce", lambda words, _topic: announced.append(words))
    team.sign_in()
    team.app.window.show_page("compose")
    team.open(edit(1))
    team.soon()
    words = "Anna is editing this post too"

    def said() -> int:
        return announced.count(words)

    team.answer(PostPresence((now(1),), (ANNA,)))
    assert said() == 1
    for writes in (True, False, True):
        team.later()
        team.answer(PostPresence((now(1),), (replace(ANNA, is_writing=writes),)))
    assert said() == 1
    team.later()
    team.worker.failed.emit(team.number, False)
    team.later()
    team.answer(PostPresence((now(1),), (ANNA,)))
    assert said() == 1, "she was there all the time"
    team.later()
    team.answer(PostPresence((now(1),)))
    team.later()
    team.answer(PostPresence((now(1),), (ANNA,)))
    assert said() == 2


def show_schedule(team: Team) -> None:
    team.app.window.page("schedule")  # made at once
    team.app.window.show_page("schedule")
    assert team.app.window.current_page() == "schedule"


def inspect(team: Team, number: int) -> Any:
    page = team.app.controllers.schedule.make()
    page.show_schedule(number)
    page.inspector_pane.open()
    return page


def test_the_details_of_schedule_say_who_edits_the_post(team: Team) -> None:
    team.sign_in()
    show_schedule(team)
    team.app.load_plan([post(1), post(2), row(3, CHANNELS[0], status="success", send_at=SOON)])
    page = inspect(team, 1)
    team.soon()
    assert team.asked == [[OpenPost((1,))]]
    team.answer(PostPresence((now(1),), (ANNA,)))
    line = page.inspector_pane.inspector.presence
    assert (line.isHidden(), line.words.text()) == (False, "Anna is editing this post")
    assert "Laptop" in line.words.toolTip()
    page.show_schedule(2)
    assert line.isHidden()
    team.soon()
    assert team.asked[-1] == [OpenPost((2,))]
    team.answer(PostPresence((now(2),)))
    page.show_schedule(3)
    team.soon()
    assert team.asked[-1] == [], "nobody can edit what is sent"
    team.answer()
    page.show_schedule(2)
    team.app.window.show_page("compose")
    team.soon()
    assert team.asked[-1] == []


def test_both_are_told_at_once_the_edit_and_the_post_in_the_details(team: Team) -> None:
    team.sign_in()
    team.open(edit(1))
    show_schedule(team)
    team.app.load_plan([post(1), post(2)])
    inspect(team, 2)
    team.soon()
    assert team.asked == [[OpenPost((1,), is_writing=True), OpenPost((2,))]]
    team.answer(PostPresence((now(1),), (ANNA,)), PostPresence((now(2),), (BEN,)))
    assert team.line == "Anna is editing this post too"


def test_a_dialog_of_a_review_says_who_is_editing_meanwhile(team: Team) -> None:
    team.sign_in()
    show_schedule(team)
    team.app.load_plan([row(1, CHANNELS[0], status="proposed", send_at=SOON)])
    team.app.controllers.team.answers.ask(proposal(1))
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    team.soon()
    assert OpenPost((1,)) in team.asked[-1]
    answers = [PostPresence((now(1, status="proposed"),), (ANNA,)) for _ in team.asked[-1]]
    team.answer(*answers)
    assert dialog.presence.words.text() == "Anna is editing this post"
    assert not dialog.presence.isHidden()
    dialog.reject()
    team.soon()
    assert len(team.asked[-1]) == len(answers) - 1


# -- what others save ------------------------------------------------------------------------


def change(team: Team, theirs: Draft, *fields: str) -> None:
    """Somebody saves the message that is open here."""
    team.later()
    team.answer(PostPresence((), (ANNA,)))
    team.find(theirs, *fields)


def begin(team: Team, **fields: Any) -> None:
    team.sign_in()
    team.open(replace(edit(1), link="", **fields))
    team.soon()
    team.answer(PostPresence((now(1),), (ANNA,)))


def test_what_another_saves_is_told_at_once_and_the_own_text_stays(team: Team) -> None:
    begin(team)
    team.app.compose.message.editor.edit(text="Fresh buns")
    theirs = replace(edit(2, "Buns", LATER, "second"), link="")
    change(team, theirs)
    assert team.saved == "Anna has saved changes: time. Your version is unchanged."
    assert team.app.compose.draft.text == "Fresh buns"
    assert team.refreshed == 1, "Schedule is read again, too"
    assert team.line == "Anna is editing this post too", "she is still there"
    team.soon()
    assert team.asked[-1] == [OpenPost((2,), is_writing=True)], "both are in the new posts"
    team.answer(PostPresence((now(2, LATER, "second"),), (ANNA,)))
    key = team.key
    team.later()
    team.answer(PostPresence((now(2, LATER, "second"),), (ANNA,)))
    assert team.key == key, "it is read once"


def test_changes_of_others_are_taken_over_and_given_back(team: Team) -> None:
    begin(team)
    message = team.app.compose.message
    message.editor.edit(text="Fresh buns")
    theirs = edit(2, "Buns", LATER, "second")
    change(team, theirs)
    team.app.compose.others_strip.take_over.click()
    assert team.saved == ""
    draft = team.app.compose.draft
    assert (draft.text, message.time.read_now().when) == ("Fresh buns", LATER)
    assert draft.editing == theirs.editing, "it replaces their posts when it is saved"
    message.editor.undo()
    assert team.app.compose.draft.text == "Fresh buns"
    assert message.time.read_now().when != LATER


@pytest.mark.parametrize("is_mine", [True, False])
def test_where_both_changed_the_text_both_are_shown_and_none_is_lost(
    team: Team, is_mine: bool
) -> None:
    begin(team)
    team.app.compose.message.editor.edit(text="Fresh buns")
    theirs = edit(2, "Warm buns", SOON, "second")
    change(team, theirs, "text")
    team.app.compose.others_strip.take_over.click()
    dialog = team.app.window.findChild(EditMergeDialog)
    assert dialog is not None
    (dialog.mine if is_mine else dialog.theirs).setChecked(True)
    dialog.action_button.click()
    draft, drafts = team.app.compose.draft, team.app.compose.message.store.drafts()
    assert draft.text == ("Fresh buns" if is_mine else "Warm buns")
    assert draft.editing == theirs.editing
    saved_drafts = [
        other for other in drafts if other.text == "Fresh buns" and other.editing is None
    ]
    assert bool(saved_drafts) is not is_mine
    assert team.saved == ""


def test_who_closes_the_question_goes_on_as_before(team: Team) -> None:
    begin(team)
    team.app.compose.message.editor.edit(text="Fresh buns")
    change(team, edit(2, "Warm buns", SOON, "second"), "text")
    before = team.app.compose.draft
    team.app.compose.others_strip.take_over.click()
    dialog = team.app.window.findChild(EditMergeDialog)
    assert dialog is not None
    dialog.reject()
    assert team.app.compose.draft == before
    assert team.saved


def test_what_makes_no_difference_is_adopted_without_a_word(team: Team) -> None:
    begin(team)
    team.app.compose.message.editor.edit(text="Fresh buns")
    theirs = edit(2, "Buns", SOON, "second")
    change(team, theirs)
    assert team.saved == ""
    assert team.app.compose.draft.editing == theirs.editing
    assert team.app.compose.draft.text == "Fresh buns"


def test_an_edit_goes_on_after_the_schedule_shows_the_others_version(team: Team) -> None:
    """Its own posts are gone then; it is merged when it is saved."""
    begin(team)
    state = team.app.compose.message.edit
    state.set_rows([post(2, "Warm buns", LATER, "second")], "local")
    assert (state.state, state.can_save) == ("waiting", True)
    state.set_rows([row(7, CHANNELS[0], send_at=SOON, message="another")], "local")
    assert state.state == "gone"
    assert "compose" not in team.controller.state.opened


def test_what_cannot_be_read_is_tried_some_times_alone(team: Team) -> None:
    begin(team)
    for _ in range(6):
        team.later()
        team.answer(PostPresence((), ()))
        team.app.service.team.message_read.emit(team.key, None)
    assert team.refreshed == 3
    assert team.saved == ""


def test_a_message_for_very_many_channels_is_told_in_part_and_is_not_changed_by_that(
    team: Team,
) -> None:
    draft = edit(1)
    assert draft.editing is not None
    posts = tuple(replace(draft.editing.posts[0], id=number) for number in range(1, 90))
    team.sign_in()
    team.open(replace(draft, editing=replace(draft.editing, posts=posts)))
    team.soon()
    (entry,) = team.asked[-1]
    assert entry.schedule_ids == tuple(range(1, MOST_ROWS + 1))
    team.answer(PostPresence(tuple(map(now, entry.schedule_ids))))
    assert team.key == ""


def test_another_draft_shows_nothing_of_the_first(team: Team) -> None:
    begin(team)
    change(team, edit(2, "Warm buns", SOON, "second"), "text")
    assert team.saved
    team.open(Draft(text="Something else"))
    assert team.saved == ""
    assert team.line == ""
    assert team.app.compose.others_strip.isHidden()
