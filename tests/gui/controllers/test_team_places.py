"""A team's workspace in Compose, in the calendar and beside the channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost
from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.card_details import details_of
from posto_desktop.sdk.records import ScheduleMedia
from posto_desktop.sdk.review import Remark, ReviewProposal, ReviewState
from posto_desktop.ui.widgets.empty_state import EmptyState
from tests.gui.controllers import team_scene
from tests.gui.controllers.team_scene import SOON, Team, post, proposal
from tests.gui.whole_app import CHANNELS

team = team_scene.team


def edited(team: Team, status: str, when: str = "tomorrow 9:00") -> None:
    """Open the proposal in Compose, to edit it."""
    page = team.app.compose
    rows = [replace(post(1, status), media=(ScheduleMedia(7, url="https://x/7.png"),))]
    team.app.load_plan(rows)
    page.message.edit.set_rows(rows, "local")
    editing = EditedMessage("local", (ScheduledPost(1, 1, "g1"),), SOON.timestamp(), before={})
    page.message.open_drafts.load(
        Draft(id="d", text="Post 1", channel_ids=(1,), when_text=when, editing=editing)
    )


def test_compose_shows_what_an_editor_asks_for_until_it_is_proposed_again(team: Team) -> None:
    team.sign_in("writer")
    page = team.app.compose
    strip = page.request_strip
    edited(team, "proposed")
    team.worker.loaded.emit(team.app.service.workspace_id, [proposal(1, own=True)])
    assert strip.isHidden()
    assert page.editing_strip.words.text().startswith("Editing a proposal")
    assert page.message.posting.words().startswith("Save changes")
    edited(team, "returned")
    team.worker.loaded.emit(team.app.service.workspace_id, [proposal(1, "returned", own=True)])
    assert not strip.isHidden()
    assert strip.title.text() == "ed requests changes"
    assert strip.words.text() == "The text: Say the price"
    assert strip.times.text().startswith("Changes requested: ")
    assert page.message.posting.words().startswith("Propose again · ")
    assert page._body.indexOf(strip) < page._body.indexOf(page.editor_box)
    about_picture = Remark("A brighter one", "media", media_id=7, by="ed")
    state = ReviewState("returned", "wanda", True, 1, about_picture)
    returned = ReviewProposal("g1", state, "Post 1", SOON, (1,))
    team.worker.loaded.emit(team.app.service.workspace_id, [returned])
    assert strip.words.text() == "Picture 1: A brighter one"
    # Another message has no request, and a proposal that waits again neither.
    page.message.open_drafts.start_new()
    assert strip.isHidden()
    edited(team, "returned", when="")
    assert not strip.isHidden()
    assert page.message.posting.words() == "Propose again"
    team.worker.loaded.emit(team.app.service.workspace_id, [proposal(1, own=True)])
    assert strip.isHidden()
    team.app.load_plan([post(1)])  # what was asked for in between has come


def test_a_message_of_a_writer_goes_out_when_an_editor_approves_it(team: Team) -> None:
    team.show([])
    when = team.app.compose.when
    for role, words in (
        ("writer", "as soon as an editor approves it"),
        ("editor", "as soon as you press the button"),
    ):
        team.sign_in(role)
        assert words in when.reading_label.text(), role


def test_the_details_in_the_calendar_say_how_a_proposal_stands() -> None:
    model = CalendarModel(now=lambda: SOON, zone=UTC)
    model.set_schedules([post(1), post(2, "returned")])
    model.set_days([SOON.date()])
    model.set_proposals({"g1": proposal(1), "g2": proposal(2, "returned")})
    cards = {card.rows[0].id: card for card in model.cards}
    assert details_of(cards[1], model).review == "Proposed by wanda"
    assert details_of(cards[2], model).review == "ed requests changes\nThe text: Say the price"
    model.set_proposals({})
    assert details_of(cards[1], model).review == ""


@pytest.mark.parametrize("role", ["", "viewer", "writer", "editor", "owner"])
def test_channels_are_set_up_only_by_roles_that_may(
    team: Team, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(team.app.service), "workspace_id", "team")
    if role:
        team.sign_in(role)
    pane = team.app.window.channel_pane
    add = pane.findChild(QAbstractButton, "add-channel")
    assert add.isEnabled() == (role == "owner")
    assert add.isHidden() == (not role), "a team's workspace says why"
    accounts = team.app.controllers.own_accounts
    if role != "owner":
        accounts.add()
        assert accounts.dialog is None
        sentence = team.toasts()[0]
        if role:
            assert add.toolTip() == add.accessibleDescription() == sentence
        assert ("Only owners" in sentence) == bool(role)
        assert ("on its site" in sentence) == (not role)
    menu = pane.tree.channel_menu(CHANNELS[0])
    entry = next(action for action in menu.actions() if action.text() == "Settings of X…")
    may = role in ("", "editor", "owner")
    assert entry.isEnabled() == may
    assert may or entry.toolTip().startswith("Only editors and owners change")
    asked: list[str] = []
    pane.networkSettingsRequested.connect(asked.append)
    entry.trigger()
    assert asked == (["twitter"] if may else [])
    # Another workspace opens.
    monkeypatch.setattr(type(team.app.service), "workspace_id", "local")
    team.app.controllers.team.clear()
    accounts._state_changed(None)
    assert add.isEnabled()
    assert add.toolTip() == "Add channel"


def test_who_sees_no_channel_is_told_to_whom_to_turn(team: Team) -> None:
    pane = team.app.window.channel_pane
    team.app.service._connection.target = WorkspaceTarget("bakery", "Bakery")
    team.app.service.channels_loaded.emit([])
    empty = pane.findChild(EmptyState, "no-channels")
    assert isinstance(empty, EmptyState)

    def words() -> str:
        return " ".join(label.text() for label in empty.findChildren(QLabel))

    for role in ("viewer", "writer", "editor"):
        team.sign_in(role)
        assert "Ask one of them to add you to a group" in words(), role
        assert empty.button.isHidden(), role
    team.sign_in("owner")
    assert "Ask" not in words()
    assert not empty.button.isHidden()
    assert empty.button.text() == "Add a channel…"


def test_the_welcome_ends_with_a_sign_in(team: Team) -> None:
    page = team.app.compose
    page.set_first_run(True)
    page.set_workspace("local")
    assert page.first_run
    page.set_workspace("bakery")
    assert not page.first_run, "it would go on offering to connect accounts"
