"""A workspace of a team in the window: what its service answers, and what it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from posto_desktop.sdk.records import Account, Schedule
from posto_desktop.sdk.review import Remark, ReviewProposal, ReviewState
from posto_desktop.ui.theme import Theme
from tests.gui.whole_app import CHANNELS, WholeApp, row

HOLD = 10
"""Seconds of the setting "Undo send"."""
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
        for verb in ("approve", "ask", "withdraw", "undo", "read_story"):
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

    def answer(self, *groups: str, verb: str = "approve") -> None:
        for step, group in enumerate(groups, 10):
            self.worker.answered.emit(group, verb, ReviewState("x", step=step))

    def undo(self) -> None:
        self.app.controllers.schedule.undo.undo_posts()

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
    made.page.set_loading(False)  # a test that shows no posts leaves the page waiting for them
    app.close()
