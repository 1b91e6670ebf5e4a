"""A workspace of a team in the window: proposals, their answers, their news, and who may what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from posto_desktop.sdk.records import Account, Schedule
from posto_desktop.sdk.review import Remark, ReviewProposal, ReviewState, ReviewStep
from posto_desktop.ui.schedule.reschedule_dialog import RescheduleDialog
from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog, HistoryDialog
from posto_desktop.ui.theme import Theme
from tests.gui.whole_app import CHANNELS, WholeApp, row

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)


def post(number: int, status: str = "proposed") -> Schedule:
    return row(number, CHANNELS[0], status=status, send_at=SOON)


def proposal(number: int, state: str = "proposed", *, own: bool = False) -> ReviewProposal:
    remark = Remark("Say the price", "text", by="ed", at=SOON) if state == "returned" else None
    return ReviewProposal(
        f"g{number}",
        ReviewState(state, "wanda", own, 1, remark),
        f"Post {number}",
        SOON,
        (number,),
    )


class Team:
    """The window, in a workspace of a team: what the worker is asked is in `asked`."""

    def __init__(self, app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app, self.worker = app, app.service.team
        self.asked: list[tuple[Any, ...]] = []
        for verb in ("approve", "ask", "withdraw", "read_story"):
            monkeypatch.setattr(self.worker, verb, self._note(verb))
        self.page = app.controllers.schedule.make()

    def _note(self, verb: str) -> Callable[..., None]:
        return lambda *arguments: self.asked.append((verb, *arguments))

    def sign_in(self, role: str) -> None:
        workspace = self.app.service.workspace_id
        self.worker.person_loaded.emit(workspace, Account(1, "Ann", role=role))

    def show(self, rows: list[Schedule], *proposals: ReviewProposal) -> None:
        self.app.load_plan(rows)
        self.worker.loaded.emit(self.app.service.workspace_id, list(proposals))

    def button(self, name: str) -> QPushButton:
        button = self.page.inspector.findChild(QPushButton, name)
        assert isinstance(button, QPushButton)
        return button

    def inspect(self, number: int) -> None:
        self.page.show_schedule(number)
        self.page.inspector_pane.open()

    def toasts(self) -> list[str]:
        return [notification.text for notification in self.app.notifications._rows]


@pytest.fixture
def team(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    app = WholeApp(theme, tmp_path / "home")
    app.begin()
    app.window.show_page("schedule")
    made = Team(app, monkeypatch)
    yield made
    made.page.inspector_pane._insights_delay.cancel()
    app.close()


def test_an_editor_is_told_once_and_approves_several_at_once(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1), post(2), post(3, "not_sent")], proposal(1), proposal(2))
    assert team.toasts() == ["2 message(s) (waits/wait) for your approval"]
    page = team.page
    page.model.tick_all(True)
    assert page.row_actions.can.approve == 2
    page.bulk.approve.click()
    assert team.asked == [("approve", "g1", 1), ("approve", "g2", 1)]
    for group in ("g1", "g2"):
        team.worker.answered.emit(group, "approve", ReviewState("approved"))
    assert team.toasts()[0] == "2 message(s) approved"
    team.show([post(1, "not_sent"), post(2, "not_sent"), post(3, "not_sent")])
    assert team.toasts() == ["2 message(s) approved"], "what waited is withdrawn"


def test_the_inspector_says_who_proposed_it_and_offers_what_the_role_may(team: Team) -> None:
    team.sign_in("owner")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    title = team.page.inspector.findChild(object, "review-title")
    assert title.text() == "Proposed by wanda"
    assert not team.button("review-approve").isHidden()
    assert team.button("review-withdraw").isHidden()
    team.button("review-approve").click()
    assert team.asked == [("approve", "g1", 1)]
    team.app.controllers.team.state.set_reached(False)
    assert not team.button("review-approve").isEnabled()
    assert team.button("review-approve").toolTip()


def test_a_passed_time_is_asked_for_anew(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.app.controllers.team.approve([proposal(1)])
    team.worker.refused.emit("g1", "approve", "posto_time_passed", "Its time has passed.")
    dialog = team.app.window.findChild(RescheduleDialog)
    assert dialog is not None
    later = SOON + timedelta(days=1)
    dialog.chosen.emit({1: later})
    assert team.asked[-1] == ("approve", "g1", 1, later)
    dialog.reject()


def test_changes_are_requested_with_a_comment(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    team.button("review-ask").click()
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    assert not dialog.action_button.isEnabled()
    dialog.comment.setPlainText(" Say the price ")
    dialog.subject.setCurrentIndex(dialog.subject.findText("The text"))
    dialog.action_button.click()
    assert team.asked == [("ask", "g1", "Say the price", "text", None, 1)]


def test_a_writer_sees_the_comment_and_withdraws(team: Team) -> None:
    team.sign_in("writer")
    team.show([post(1, "returned")], proposal(1, "returned", own=True))
    assert team.toasts() == ["ed requests changes"]
    team.inspect(1)
    text = team.page.inspector.findChild(object, "review-text").text()
    assert text.startswith("The text: Say the price")
    assert team.button("review-approve").isHidden()
    assert not team.button("review-edit").isHidden()
    team.button("review-withdraw").click()
    assert team.asked == [("withdraw", "g1", 1)]
    team.worker.answered.emit("g1", "withdraw", ReviewState("withdrawn"))
    assert team.toasts()[0] == "Proposal withdrawn"


def test_a_writer_is_told_of_an_approval(team: Team) -> None:
    team.sign_in("writer")
    team.show([post(1), post(2)], proposal(1, own=True), proposal(2, own=True))
    assert team.toasts() == []
    team.show([post(1, "not_sent")])
    assert team.toasts() == ["1 of your proposals (was/were) approved"], (
        "the other one was withdrawn"
    )


def test_a_writer_proposes_and_a_viewer_does_not_compose(team: Team) -> None:
    posting = team.app.compose.message.posting
    assert posting.words() != "Propose"
    team.sign_in("writer")
    assert posting.words().startswith("Propose")
    team.sign_in("viewer")
    assert posting.hint() == "You can only view this workspace"
    assert not team.app.compose.action_bar.post.isHidden()
    team.app.controllers.team.clear()
    assert posting.words() != "Propose"


def test_the_history_shows_who_did_what(team: Team, qtbot: Any) -> None:
    team.sign_in("viewer")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    team.button("review-history").click()
    assert team.asked == [("read_story", "g1")]
    dialog = team.app.window.findChild(HistoryDialog)
    assert dialog is not None
    steps = [
        ReviewStep("proposed", 1, SOON, "wanda"),
        ReviewStep("edited", 2, SOON, "ed", ("post_content", "time"), SOON),
    ]
    team.worker.story_loaded.emit("g1", steps)
    words = [value for _time, value in dialog.steps.rows()]
    assert words[0].splitlines()[:2] == ["ed edited it", "Changed: text, time"]
    assert words[1] == "wanda proposed it"
    dialog.show_rows([(f"{hour}:00", "wanda edited it") for hour in range(40)])
    qtbot.waitUntil(lambda: dialog._scroll.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert dialog._scroll.verticalScrollBar().value() > 0, "keys scroll it"
    dialog.accept()


def test_a_proposal_that_another_one_replaced_was_not_approved(team: Team) -> None:
    """The proposals are newer than the schedule, which still has the former posts."""
    team.sign_in("writer")
    team.show([post(1)], proposal(1, own=True))
    team.worker.loaded.emit(team.app.service.workspace_id, [proposal(2, own=True)])
    team.show([post(2)], proposal(2, own=True))
    assert team.toasts() == []
    team.worker.loaded.emit(team.app.service.workspace_id, [])
    assert team.toasts() == [], "the schedule does not say yet what became of it"
    team.show([post(2, "not_sent")])
    assert team.toasts() == ["1 of your proposals (was/were) approved"]
