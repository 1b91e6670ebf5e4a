"""Every page of the window in the states in which it has other controls."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QElapsedTimer

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.evergreen import EvergreenPreview
from posto_desktop.core.insights.report import answer
from posto_desktop.core.recurrence import Repeat
from posto_desktop.models.presence_words import saved_words
from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.ui.shared.counter_row import CounterRow
from tests.gui import evergreen_filled, whole_window
from tests.gui.cut_text import settle
from tests.unit.core.insights.samples import NOW, post

State = Callable[[Any, Path], None]


def compose(scene: Any, folder: Path) -> None:
    """A message with everything: channels, own texts, files, labels, options, a repeat, others."""
    page = scene.compose
    media = [MediaRef(whole_window.picture(folder / name), name, 9) for name in ("a.png", "b.png")]
    page.message.open_drafts.load(
        Draft(
            text=whole_window.TEXT,
            variants={"twitter": "short", "channel:5": "own"},
            media=media,
            when_text="mon 9",
            link="https://nordlicht.example",
            first_comment="Recipe below",
            labels=["Winter roast", "Launch"],
            repeat=Repeat("week", count=4),
        )
    )
    page.options.set_open(True)
    page.others_strip.show_people([PresentPerson("anna", "Anna", "Laptop", is_writing=True)])
    page.others_strip.show_saved(saved_words("Anna", ("text", "time")))
    _settled(scene)


def compose_network(scene: Any, folder: Path) -> None:
    """The own text of one network."""
    compose(scene, folder)
    assert scene.compose.tabs.choose("twitter")
    _settled(scene)


def compose_first_run(scene: Any, _folder: Path) -> None:
    scene.compose.message.open_drafts.new_message()
    scene.compose.set_first_run(True)
    _settled(scene)


def compose_drafts(scene: Any, folder: Path) -> None:
    """Several messages are open, and posting at once asks."""
    compose(scene, folder)
    scene.compose.start_new()
    scene.compose.editor.setPlainText(whole_window.TEXT * 3)
    posting = scene.compose.message.posting
    posting.ask_now = lambda: True
    posting.monotonic = lambda: math.inf  # no press follows another one at once
    _settled(scene)
    scene.compose.action_bar.post.button.click()
    _settled(scene)
    assert scene.compose.confirmation_bar.isVisible()


def at_rest(scene: Any) -> None:
    """Wait for what follows later: the forecast of a campaign adds and removes controls."""
    clock = QElapsedTimer()
    clock.start()
    forecast = scene.campaigns.campaigns.forecast
    while scene.runner.running or forecast.is_checking:
        assert clock.elapsed() < 60_000
        QCoreApplication.processEvents()
    settle()


def _settled(scene: Any) -> None:
    scene.compose.message.checks.settle()
    settle()


def plain(_scene: Any, _folder: Path) -> None:
    """As it comes."""


def schedule_ticked(scene: Any, _folder: Path) -> None:
    scene.schedule.model.tick_all(True)


def schedule_inspector(scene: Any, _folder: Path) -> None:
    row = next(schedule for schedule in whole_window._schedules() if schedule.status == "error")
    scene.schedule.show_schedule(row.id)


def schedule_filtered(scene: Any, _folder: Path) -> None:
    scene.schedule.toolbar.search.setText("no such post")


def schedule_empty(scene: Any, _folder: Path) -> None:
    scene.schedule.set_schedules([])


def calendar(view: str) -> State:
    def show(scene: Any, _folder: Path) -> None:
        scene.calendar.scope.choose_view(view)

    return show


def calendar_planned(scene: Any, _folder: Path) -> None:
    """A post that can be moved has the keyboard."""
    moment = whole_window.NOW + timedelta(hours=3)
    row = replace(whole_window._schedules()[0], status="not_sent", send_at=moment, link="")
    scene.calendar.set_schedules([row])
    scene.calendar.scope.choose_view("week")
    scene.calendar.go_today()
    card = scene.calendar.model.cards_on(moment.date())[0]
    scene.calendar.view.set_current(moment.date(), card.key)


def campaigns_stopped(scene: Any, _folder: Path) -> None:
    whole_window._fill_campaigns(scene.campaigns)


def campaigns_list(scene: Any, _folder: Path) -> None:
    scene.campaigns.campaigns.close()


def campaigns_empty(scene: Any, _folder: Path) -> None:
    scene.campaigns.campaigns.open("d")


def campaigns_editing(scene: Any, _folder: Path) -> None:
    scene.campaigns.campaigns.open("d")
    scene.campaigns.message_actions.write()


def campaigns_unsent(scene: Any, _folder: Path) -> None:
    """Nothing of it has gone out: everything can be changed."""
    scene.campaigns.campaigns.open("d")
    scene.campaigns.message_actions.add_text("The first message", None)


def evergreen(scene: Any, _folder: Path) -> None:
    page = scene.campaigns
    page.evergreen.set_channels(whole_window.CHANNELS)
    evergreen_filled.fill(page.evergreen.state, whole_window.NOW)
    page.open_evergreen()


def evergreen_empty(scene: Any, _folder: Path) -> None:
    page = scene.campaigns
    page.evergreen.state.set_messages([], {})
    page.evergreen.state.set_preview(EvergreenPreview("local", nothing="no_slots"))
    page.open_evergreen()


def evergreen_editing(scene: Any, folder: Path) -> None:
    evergreen(scene, folder)
    scene.campaigns.evergreen.state.open("e0")
    clock = QElapsedTimer()
    clock.start()
    rows = [row for row in scene.campaigns.findChildren(CounterRow) if row.isVisible()]
    while not all(row.counts() for row in rows):  # texts are checked a moment later
        assert clock.elapsed() < 60_000
        QCoreApplication.processEvents()


def activity(key: str) -> State:
    def show(scene: Any, _folder: Path) -> None:
        scene.activity.state.show_entry(key)

    return show


def activity_insights(scene: Any, _folder: Path) -> None:
    """The insights with their plots, which have 24 posts each."""
    state = scene.activity.insights_state
    scene.activity.state.choose_view("insights")
    posts = [post(number, float(number % 7), labels=("launch",)) for number in range(24)]
    state.set_report(answer(state.view.question, posts, NOW, UTC))


def feed_empty(scene: Any, _folder: Path) -> None:
    scene.feed.set_items([])


STATES: dict[str, tuple[str, State]] = {
    "compose": ("compose", compose),
    "compose, own text": ("compose", compose_network),
    "compose, first run": ("compose", compose_first_run),
    "compose, several": ("compose", compose_drafts),
    "schedule": ("schedule", plain),
    "schedule, ticked": ("schedule", schedule_ticked),
    "schedule, details": ("schedule", schedule_inspector),
    "schedule, nothing found": ("schedule", schedule_filtered),
    "schedule, empty": ("schedule", schedule_empty),
    "calendar, day": ("calendar", calendar("day")),
    "calendar, week": ("calendar", calendar("week")),
    "calendar, month": ("calendar", calendar("month")),
    "calendar, agenda": ("calendar", calendar("agenda")),
    "calendar, planned": ("calendar", calendar_planned),
    "campaigns, list": ("campaigns", campaigns_list),
    "campaigns, stopped": ("campaigns", campaigns_stopped),
    "campaigns, empty": ("campaigns", campaigns_empty),
    "campaigns, unsent": ("campaigns", campaigns_unsent),
    "campaigns, editing": ("campaigns", campaigns_editing),
    "evergreen": ("campaigns", evergreen),
    "evergreen, empty": ("campaigns", evergreen_empty),
    "evergreen, editing": ("campaigns", evergreen_editing),
    "styles": ("styles", plain),
    "activity": ("activity", plain),
    **{f"activity, {key}": ("activity", activity(key)) for key in "upwrs"},
    "activity, insights": ("activity", activity_insights),
    "feed": ("feed", plain),
    "feed, empty": ("feed", feed_empty),
}


def show(scene: Any, name: str, folder: Path) -> None:
    """Open the page in this state, with the keyboard in it."""
    page, state = STATES[name]
    window = scene.window
    window.activateWindow()
    window.show_page(page)
    settle()
    state(scene, folder)
    at_rest(scene)
