"""A workspace of a team in the window: proposals, their answers, their news, and who may what."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog

from posto_desktop.core.bulk_reschedule import RescheduleRule
from posto_desktop.core.version_differences import version_steps
from posto_desktop.models import languages
from posto_desktop.models.card_details import details_of
from posto_desktop.models.review_words import HistoryEntry
from posto_desktop.sdk.people import TeamDevice
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.sdk.review import (
    PostVersion,
    Remark,
    ReviewProposal,
    ReviewState,
    ReviewStep,
    UndoneStep,
)
from posto_desktop.ui.schedule.approve_late_dialog import ApproveLateDialog
from posto_desktop.ui.schedule.reschedule_dialog import (
    RescheduleContext,
    RescheduleDialog,
    forecast_reschedule,
)
from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog, HistoryDialog
from posto_desktop.ui.shared.difference_text import DifferenceText
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.people import PeopleRequest
from posto_desktop.workers.team import FORBIDDEN, UNCLEAR
from tests.gui.controllers import team_scene
from tests.gui.controllers.team_scene import HOLD, SOON, Team, post, proposal
from tests.gui.whole_app import CHANNELS, row

team = team_scene.team


def test_an_editor_is_told_once_and_approves_several_at_once(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1), post(2), post(3, "not_sent")], proposal(1), proposal(2))
    assert team.toasts() == ["2 messages wait for your approval"]
    page = team.page
    page.model.tick_all(True)
    assert page.row_actions.can.approve == 2
    page.bulk.approve.click()
    assert team.asked == [("approve", "g1", 1, None, HOLD), ("approve", "g2", 1, None, HOLD)]
    for group in ("g1", "g2"):
        team.worker.answered.emit(group, "approve", ReviewState("approved"))
    assert team.toasts()[0] == "2 messages approved"
    team.show([post(1, "not_sent"), post(2, "not_sent"), post(3, "not_sent")])
    assert team.toasts() == ["2 messages approved"], "what waited is withdrawn"


def test_the_inspector_says_who_proposed_it_and_offers_what_the_role_may(team: Team) -> None:
    team.sign_in("owner")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    title = team.page.inspector.findChild(object, "review-title")
    assert title.text() == "Proposed by wanda"
    assert not team.button("review-approve").isHidden()
    assert team.button("review-withdraw").isHidden()
    team.button("review-approve").click()
    assert team.asked == [("approve", "g1", 1, None, HOLD)]
    team.app.controllers.team.state.set_reached(False)
    assert not team.button("review-approve").isEnabled()
    assert team.button("review-approve").toolTip()


def test_what_is_offered_follows_a_role_that_changes(team: Team) -> None:
    team.sign_in("viewer")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    assert team.button("review-approve").isHidden()
    team.sign_in("editor")
    assert not team.button("review-approve").isHidden()
    team.sign_in("writer")
    assert team.button("review-approve").isHidden()
    assert team.app.compose.message.posting.words().startswith("Propose")


def test_a_refusal_for_want_of_rights_looks_at_the_role(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[bool] = []
    monkeypatch.setattr(team.worker, "look_again", lambda: looks.append(True))
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.app.controllers.team.answers.approve([proposal(1)])
    team.worker.refused.emit("g1", "approve", FORBIDDEN, "Not allowed.")
    assert looks == [True]
    request = PeopleRequest("revoke", None, TeamDevice(5, "Phone"))
    team.app.service.people.failed.emit("elsewhere", request, FORBIDDEN, "Not allowed.")
    assert looks == [True, True]


def test_a_passed_time_is_asked_for_anew(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.app.controllers.team.answers.approve([proposal(1)])
    team.worker.refused.emit("g1", "approve", "posto_time_passed", "Its time has passed.")
    dialog = team.app.window.findChild(ApproveLateDialog)
    assert dialog is not None
    later = SOON + timedelta(days=1)
    dialog.chosen.emit({1: later})
    assert team.asked[-1] == ("approve", "g1", 1, later, HOLD)
    dialog.reject()


def test_the_dialog_about_a_passed_time_says_that_it_approves(team: Team, qtbot: Any) -> None:
    team.sign_in("editor")
    team.show([post(1), post(2), post(3)], proposal(1), proposal(2))
    team.app.controllers.team.answers.approve([proposal(1), proposal(2)])
    for group in ("g1", "g2"):
        team.worker.refused.emit(group, "approve", "posto_time_passed", "Its time has passed.")
    dialog = team.app.window.findChild(ApproveLateDialog)
    assert dialog is not None
    assert dialog.title.text() == "The time of 2 proposals has passed"
    assert dialog.action_button.text() == "Approve"
    dialog.fields.how.set_value("set")
    dialog.fields.when.setText("tomorrow at 9")
    qtbot.waitUntil(lambda: dialog.action_button.text() == "Approve 2 messages")
    assert dialog.action_button.isEnabled()
    words = [dialog.title.text(), dialog.action_button.text(), dialog.summary.text()]
    assert not any("move" in text.lower() for text in words)
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
    team.worker.answered.emit("g1", "withdraw", ReviewState("withdrawn", step=5))
    assert team.toasts()[0] == "Proposal withdrawn"
    team.undo()
    assert team.asked[-1][::2] == ("undo", [5])


def test_a_writer_is_told_of_an_approval(team: Team) -> None:
    team.sign_in("writer")
    team.show([post(1), post(2)], proposal(1, own=True), proposal(2, own=True))
    assert team.toasts() == []
    team.show([post(1, "not_sent")])
    assert team.toasts() == ["1 of your proposals was approved"], "the other one was withdrawn"


def test_an_approval_that_is_taken_back_is_not_told_any_more(team: Team) -> None:
    team.sign_in("writer")
    team.show([post(1)], proposal(1, own=True))
    team.show([post(1, "not_sent")])
    assert team.toasts() == ["1 of your proposals was approved"]
    team.show([post(1)], proposal(1, own=True))
    assert team.toasts() == [], "it waits again"
    team.show([post(1, "not_sent")])
    assert team.toasts() == ["1 of your proposals was approved"]


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


def test_the_small_window_proposes_too(team: Team) -> None:
    quick = team.app.controllers.quick_capture
    message = quick._made().message
    team.sign_in("writer")
    message.type("Buns tomorrow 9")
    assert message.view.button.startswith("Propose")
    team.app.controllers.team.clear()
    assert message.view.button.startswith("Schedule")


def test_the_history_shows_who_did_what(team: Team, qtbot: Any) -> None:
    team.sign_in("viewer")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    team.button("review-history").click()
    assert team.asked == [("read_story", "g1")]
    dialog = team.app.window.findChild(HistoryDialog)
    assert dialog is not None
    old, new = (PostVersion(1, {"post_content": f"{word} buns"}) for word in ("Cold", "Warm"))
    steps = [
        ReviewStep("proposed", 1, SOON, "wanda", posts=(old,)),
        ReviewStep("edited", 2, SOON, "ed", ("post_content", "time"), SOON, posts=(new,)),
        ReviewStep("approval_undone", 2, SOON, "ed", posts=(new,)),
    ]
    team.worker.story_loaded.emit("g1", version_steps(steps))
    undone, edited, proposed = dialog.entries
    assert (proposed.title, edited.title) == ("wanda proposed it", "ed edited it")
    assert undone.title == "ed took the approval back"
    assert edited.lines[0].startswith("New time: ")
    texts = dialog.findChildren(DifferenceText)
    assert [text.text() for text in texts] == ["“Cold” became “Warm”.", "Cold buns"]
    assert texts[0].shown_text() == "Cold Warm buns"
    texts[0].resize(300, texts[0].heightForWidth(300))
    image = texts[0].grab().toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }
    for marked in ("overlimit_bg", "accent_soft"):
        assert Theme.instance().colour(marked).name() in colours, "what went and came is marked"
    dialog.show_entries([HistoryEntry("wanda edited it", f"{hour}:00") for hour in range(40)])
    qtbot.waitUntil(lambda: dialog._scroll.verticalScrollBar().maximum() > 0)
    qtbot.keyClick(dialog, Qt.Key.Key_PageDown)
    assert dialog._scroll.verticalScrollBar().value() > 0, "keys scroll it"
    dialog.accept()


def test_a_history_that_was_not_read_says_so_and_is_asked_for_again(team: Team) -> None:
    team.sign_in("viewer")
    team.show([post(1)], proposal(1))
    team.inspect(1)
    team.button("review-history").click()
    dialog = team.app.window.findChild(HistoryDialog)
    assert dialog is not None
    assert dialog.again.isHidden()
    team.worker.story_failed.emit("g1", "")
    assert dialog.state.text() == "The history could not be read. See the log for details."
    dialog.again.click()
    assert team.asked == [("read_story", "g1"), ("read_story", "g1")]
    assert dialog.state.text() == "Reading…"
    assert dialog.again.isHidden()
    team.worker.story_failed.emit("g1", "The server is away.")
    assert dialog.state.text() == "The server is away."
    dialog.again.click()
    team.worker.story_loaded.emit("g1", version_steps([ReviewStep("proposed", 1, SOON, "wanda")]))
    assert dialog.again.isHidden()
    assert [entry.title for entry in dialog.entries] == ["wanda proposed it"]
    dialog.accept()


def closed(dialog: QDialog, team: Team) -> bool:
    """Open another workspace, and return whether the dialog has closed with that."""
    assert dialog.isVisible()
    team.app.controllers.workspaces.left.emit()
    is_closed = not dialog.isVisible()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return is_closed


def test_a_request_that_another_workspace_closes_is_there_again_later(team: Team) -> None:
    team.sign_in("editor")
    picture = replace(post(1), media=(ScheduleMedia(7), ScheduleMedia(8)))
    team.show([picture], proposal(1))
    answers = team.app.controllers.team.answers
    answers.ask(proposal(1))
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    dialog.comment.setPlainText("Say the price")
    dialog.pictures.chosen.emit(8)
    assert closed(dialog, team)
    team.sign_in("editor")
    team.show([picture], proposal(1))
    answers.ask(proposal(1))
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    assert dialog.comment.toPlainText() == "Say the price"
    assert dialog.subject.currentData() == ("media", 8)
    dialog.action_button.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert team.asked[-1] == ("ask", "g1", "Say the price", "media", 8, 1)
    answers.ask(proposal(1))
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    assert dialog.comment.toPlainText() == "", "it was sent"
    dialog.reject()


def test_dialogs_about_posts_close_when_another_workspace_opens(team: Team) -> None:
    answers = team.app.controllers.team.answers
    for _again in range(2):
        team.sign_in("editor")
        team.show([post(1)], proposal(1))
        answers.show_history(post(1))
        history = team.app.window.findChild(HistoryDialog)
        assert history is not None
        assert closed(history, team)
    team.show([post(1)], proposal(1))
    answers.approve([proposal(1)])
    team.worker.refused.emit("g1", "approve", "posto_time_passed", "Its time has passed.")
    late = team.app.window.findChild(ApproveLateDialog)
    assert late is not None
    assert closed(late, team)
    team.show([post(1, "not_sent")])
    team.page.row_actions.rescheduleRequested.emit([post(1, "not_sent")])
    moving = team.app.window.findChild(RescheduleDialog)
    assert moving is not None
    assert closed(moving, team)


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
    assert team.toasts() == ["1 of your proposals was approved"]


def test_approvals_are_undone_together_and_done_again(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1), post(2)], proposal(1), proposal(2))
    team.page.model.tick_all(True)
    team.page.bulk.approve.click()
    team.answer("g1", "g2")
    token = team.app.controllers.schedule.undo._history.last.token
    assert team.app.window.toasts.trigger(token), "the notification has Undo"
    ((verb, token, steps),) = team.asked[2:]
    assert (verb, steps) == ("undo", [10, 11])
    states = [
        UndoneStep(10 + at, f"g{at + 1}", ReviewState("proposed", version=1)) for at in (0, 1)
    ]
    team.worker.undone.emit(token, states)
    assert team.toasts()[0] == "2 approvals undone"
    team.app.controllers.schedule.undo.redo_posts()
    assert team.asked[3:] == [("approve", "g1", 1, None, HOLD), ("approve", "g2", 1, None, HOLD)]
    team.worker.answered.emit("g1", "approve", ReviewState("approved", step=20))
    team.worker.answered.emit("g2", "approve", ReviewState("approved", step=21))
    team.undo()
    assert team.asked[-1][2] == [20, 21]


def test_what_is_sent_already_is_not_said_to_be_undone(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1), post(2)], proposal(1), proposal(2))
    team.app.controllers.team.answers.approve([proposal(1), proposal(2)])
    team.answer("g1", "g2")
    team.undo()
    _, token, _ = team.asked[-1]
    refused = UndoneStep(11, code="posto_being_sent", sentence="It is being sent.")
    undone = UndoneStep(10, "g1", ReviewState("proposed", version=1))
    team.worker.undone.emit(token, [undone, refused])
    assert team.toasts()[:2] == [
        "1 approval undone",
        "1 approval not undone. It is being sent.",
    ]
    asked = len(team.asked)
    team.app.controllers.schedule.undo.redo_posts()
    assert team.asked[asked:] == [("approve", "g1", 1, None, HOLD)], "only what was undone"
    team.worker.refused.emit("g1", "approve", "posto_not_proposed", "It does not wait.")
    team.undo()
    assert len(team.asked) == asked + 1, "nothing is left to undo"


def test_a_lost_answer_is_not_told_as_a_refusal(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.app.controllers.team.answers.approve([proposal(1)])
    team.worker.refused.emit("g1", "approve", UNCLEAR, "The connection was cut.")
    assert team.toasts()[0].startswith("It is not known whether the review was saved")
    team.app.controllers.team.answers.approve([proposal(1)])
    team.answer("g1")
    team.undo()
    team.worker.undo_failed.emit(team.asked[-1][1], UNCLEAR, "The connection was cut.")
    assert team.toasts()[0].startswith("It is not known whether the review was saved")


def test_a_request_is_undone_too(team: Team) -> None:
    team.sign_in("editor")
    team.show([post(1)], proposal(1))
    team.app.controllers.team.answers._send_request(proposal(1), "Shorter", "text", None)
    team.answer("g1", verb="ask")
    team.undo()
    _, token, steps = team.asked[-1]
    assert steps == [10]
    team.worker.undone.emit(token, [UndoneStep(10, "g1", ReviewState("proposed", version=1))])
    assert team.toasts()[0] == "Request for changes undone"


def test_a_comment_is_about_a_chosen_picture(team: Team, qtbot: Any) -> None:
    files = tuple(ScheduleMedia(number, url=f"https://x/{number}.png") for number in (7, 8))
    pictured = row(1, CHANNELS[0], status="proposed", send_at=SOON, media=files)
    # The other channel has one of them, and a video of its own.
    video = ScheduleMedia(9, "video", "https://x/9.mp4")
    beside = replace(
        row(2, CHANNELS[1], status="proposed", send_at=SOON, media=(files[1], video)),
        group_id="g1",
    )
    team.sign_in("editor")
    team.show([pictured, beside], proposal(1))
    team.inspect(1)
    team.button("review-ask").click()
    dialog = team.app.window.findChild(AskForChangesDialog)
    assert dialog is not None
    assert dialog.pictures is not None
    listed = [dialog.subject.itemText(at) for at in range(dialog.subject.count())]
    assert listed == [
        "The whole message", "The text", "Picture 1", "Picture 2", "Video 3", "The time",
    ]  # fmt: skip
    buttons = dialog.pictures.findChildren(QAbstractButton)
    assert [button.accessibleName() for button in buttons] == listed[2:5]
    qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert dialog.subject.currentText() == "Picture 2"
    dialog.comment.setPlainText("A brighter one")
    dialog.action_button.click()
    assert team.asked == [("ask", "g1", "A brighter one", "media", 8, 1)]


def test_a_writer_sees_which_picture_a_comment_is_about(team: Team) -> None:
    files = tuple(ScheduleMedia(number, url=f"https://x/{number}.png") for number in (7, 8))
    pictured = row(1, CHANNELS[0], status="returned", send_at=SOON, media=files)
    team.sign_in("writer")
    for media_id, words in ((8, "Picture 2: Brighter"), (5, "A picture or video that is not")):
        remark = Remark("Brighter", "media", media_id=media_id, by="ed", at=SOON)
        state = ReviewState("returned", "wanda", True, 1, remark)
        team.show([pictured], ReviewProposal("g1", state, "Buns", SOON, (1,)))
        team.inspect(1)
        text = team.page.inspector.findChild(object, "review-text").text()
        assert text.startswith(words)
        picture = team.page.inspector._review._picture
        assert picture.isHidden() == (media_id == 5)


def test_the_review_says_when_it_was_proposed_and_what_was_changed(team: Team) -> None:
    changed = ("post_content", "time")
    state = ReviewState("proposed", "wanda", False, 2, None, SOON, changed, "wanda", SOON)
    team.sign_in("editor")
    team.show([post(1)], ReviewProposal("g1", state, "Buns", SOON, (1,)))
    team.inspect(1)
    words = team.page.inspector.findChild(object, "review-proposed").text().splitlines()
    assert words[0].startswith("Proposed: ")
    assert words[1].startswith("Changed by wanda · ")
    assert words[1].endswith(" · text, time")


def test_a_writer_is_offered_only_what_the_server_takes(team: Team) -> None:
    """Rows 1: an own proposal, 2: that of somebody else, 3: a scheduled post, 4: a failed one."""
    team.sign_in("writer")
    rows = [post(1), post(2), post(3, "not_sent"), post(4, "error")]
    team.show(rows, proposal(1, own=True), proposal(2))
    actions, page = team.page.row_actions, team.page
    hints: list[str] = []
    actions.hintRequested.connect(hints.append)
    asked: list[object] = []
    for signal in (actions.deleteRequested, actions.rescheduleRequested, actions.editRequested):
        signal.connect(asked.append)
    actions.retryRequested.connect(asked.append)
    for number in (2, 3, 4):
        team.inspect(number)
        assert (actions.can.delete, actions.can.edit, actions.can.movable) == (0, False, False)
        assert actions.can.retry == 0
        assert actions.can.duplicate
        for act in (actions.delete, actions.reschedule, actions.edit, actions.retry):
            act()
        for name in ("edit-this-message", "reschedule-this-post"):
            button = team.button(name)
            assert button.isHidden() or not button.isEnabled()
        menu = actions.make_menu()
        entries = {entry.text().rstrip("…"): entry for entry in menu.actions()}
        assert not entries["Delete"].isEnabled()
        assert "Editors and owners" in entries["Delete"].toolTip()
        menu.deleteLater()
    assert asked == []
    assert set(hints) == {"Editors and owners change this. You can change your own proposals."}
    team.inspect(1)
    assert (actions.can.delete, actions.can.edit, actions.can.movable) == (1, True, True)
    assert team.button("edit-this-message").isEnabled()
    page.model.tick_all(True)
    assert (actions.can.delete, actions.can.reschedule, actions.can.rows) == (1, 1, 4)
    actions.delete()
    assert asked == [[1]]


def test_a_viewer_is_offered_nothing_that_changes_posts(team: Team) -> None:
    team.sign_in("viewer")
    team.show([post(1), post(2, "not_sent")], proposal(1))
    actions = team.page.row_actions
    team.page.model.tick_all(True)
    can = actions.can
    assert (can.delete, can.edit, can.movable, can.duplicate, can.approve) == (
        0,
        False,
        False,
        False,
        0,
    )
    assert team.page.bulk.delete.isHidden()
    hints: list[str] = []
    actions.hintRequested.connect(hints.append)
    actions.duplicate()
    actions.delete()
    assert set(hints) == {"You can only view this workspace"}


@pytest.mark.parametrize(("role", "movable"), [("writer", [1]), ("viewer", []), ("editor", [1, 2])])
def test_only_what_the_rights_allow_is_dragged_in_the_calendar(
    team: Team, role: str, movable: list[int]
) -> None:
    calendar = team.app.controllers.calendar.make()
    team.sign_in(role)
    rows = [post(1), post(2, "not_sent")]
    team.show(rows, proposal(1, own=role == "writer"))
    model = calendar.model
    model.set_schedules(rows)  # as a page does that is looked at
    model.set_days([SOON.astimezone(model.zone).date()])
    assert sorted(number for card in model.cards for number in card.movable) == movable
    assert list(model.proposals) == ["g1"], "their details say more"
    (scheduled,) = [card for card in model.cards if card.rows[0].id == 2]
    details = details_of(scheduled, model)
    may_change = role == "editor"
    assert (details.can_edit, details.can_delete, details.can_move) == (may_change,) * 3
    assert bool(details.note) is not may_change, "it says why"
    assert details.can_duplicate is (role != "viewer")
    team.app.controllers.team.clear()
    assert model.rights.role == "", "it is another workspace"


def test_counted_texts_of_the_dialog_about_times_are_translated_in_that_about_late_ones(
    theme: Theme,
) -> None:
    """`tr` of Qt for Python does not find counted texts of a base class."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    try:
        assert languages.use_language(application, "de") == "de"
        two = [post(1), replace(post(2), channel_id=1)]
        context = RescheduleContext(two, two, None, UTC)
        dialog = ApproveLateDialog(context, clock=lambda: SOON)
        rule = RescheduleRule("set", first=SOON + timedelta(days=1))
        dialog._asked = rule
        dialog.show_forecast(rule, forecast_reschedule(context, rule, SOON))
        assert "Gleiche Minute" in dialog.summary.text()
        dialog.close()
    finally:
        languages.use_language(application, "en")
