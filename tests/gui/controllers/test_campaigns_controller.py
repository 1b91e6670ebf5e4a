"""Tests of campaigns with the embedded workspace: start, stop, continue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from posto_desktop.controllers.campaigns import CampaignsController
from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost, MessageResult
from posto_desktop.core.draft import MediaRef
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.stores.used_words import UsedWordStore
from posto_desktop.ui.campaigns.page import CampaignsPage
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.service import Service


class App:
    """Service, controller and page together, and the plan as it was heard last."""

    def __init__(self, paths: Paths) -> None:
        settings = Settings(paths.settings)
        self.runner = JobRunner()
        self.service = Service(paths, settings, undo_ms=60_000)
        self.channels = ChannelsModel()
        self.window = MagicMock()
        self.rows: list[Schedule] = []
        self.fresh = False
        self.service.schedules_loaded.connect(self._heard)
        self.service.channels_loaded.connect(self.channels.set_channels)
        context = SimpleNamespace(
            paths=paths,
            settings=settings,
            window=self.window,
            runner=self.runner,
            images=ImageLoader(self.runner, paths.thumbnails),
            channels=self.channels,
            service=self.service,
            workspaces=SimpleNamespace(current="local"),
        )
        self.first: list[int] = []
        """The channels of the message in Compose."""
        used_words = UsedWordStore(DraftStore(), self.runner, lambda: datetime.now(UTC))
        self.controller = CampaignsController(context, lambda: self.first, used_words)  # type: ignore[arg-type]
        self.page: CampaignsPage = self.controller.make()  # type: ignore[assignment]
        self.page.resize(1100, 760)
        self.page.show()
        self.service.connect_local()

    def _heard(self, rows: list[Schedule], cached: bool, _as_of: object) -> None:
        self.rows, self.fresh = rows, not cached

    def kinds(self) -> list[str]:
        campaign = self.page.campaigns.editor.campaign
        results = self.page.campaigns.editor.results
        messages = campaign.messages if campaign is not None else ()
        return [results[message.id].kind if message.id in results else "" for message in messages]

    def notices(self) -> list[str]:
        return [call.args[1] for call in self.window.show_notification.call_args_list]

    def close(self) -> None:
        self.page.close()
        self.controller.flush()
        assert self.service.shutdown(60_000)
        assert self.runner.shutdown(60_000)
        for qobject in (self.page, self.controller, self.service, self.channels):
            qobject.deleteLater()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths(tmp_path / "home")


@pytest.fixture
def build(qtbot: QtBot, paths: Paths) -> Iterator[Callable[[], App]]:
    made: list[App] = []

    def start() -> App:
        app = App(paths)
        made.append(app)
        qtbot.waitUntil(lambda: app.fresh and bool(app.channels.channels()))
        return app

    yield start
    for app in made:
        app.close()


def fill(app: App, qtbot: QtBot, tmp_path: Path) -> Campaign:
    """Three messages, one with a picture, to two channels, from tomorrow on."""
    picture = tmp_path / "bag.png"
    image = QImage(800, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(picture))
    page = app.page
    app.first = [channel.id for channel in app.channels.channels()[:2]]
    page.campaigns.new()
    page.campaigns.editor.edit(rhythm=Rhythm("interval", 1, "day", 10))
    # The second network of the sandbox takes no text alone: each has the picture.
    size = picture.stat().st_size
    media = (MediaRef(str(picture), picture.name, size, width=800, height=800),)
    page.add_messages(
        [CampaignMessage(text=f"number {number}", media=media) for number in (1, 2, 3)]
    )
    qtbot.waitUntil(lambda: not page.campaigns.delivery.actions().hint)
    assert page.campaigns.delivery.ready().bad == ()
    assert page.campaigns.editor.campaign is not None
    return page.campaigns.editor.campaign


def planned(app: App) -> list[Schedule]:
    return [row for row in app.rows if row.status == "not_sent"]


def test_a_campaign_is_started_stopped_and_gone_on_with(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path
) -> None:
    app = build()
    campaign = fill(app, qtbot, tmp_path)
    times = [time.when for time in app.page.campaigns.forecast.result.times]
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: len(planned(app)) == 6)
    stand = sorted({row.send_at for row in planned(app) if row.send_at is not None})
    assert stand == [moment.replace(microsecond=0) for moment in times if moment is not None]
    assert all(row.media for row in planned(app))
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    first = {row.posto_ref for row in planned(app)}
    assert len(first) == 3

    app.page.campaigns.delivery.stop()
    qtbot.waitUntil(lambda: app.kinds() == ["stopped"] * 3)
    assert planned(app) == []
    assert app.notices()[-1] == "Stopped. 3 messages will not be sent"

    # The deletion is carried out: what goes on is posted anew, once.
    app.service._schedule.finish_deletes()
    app.service.refresh_schedules()
    qtbot.waitUntil(lambda: not app.controller._marked)
    qtbot.waitUntil(lambda: not app.page.campaigns.delivery.actions().hint)
    assert app.page.campaigns.delivery.actions().start == "Resume 6 posts"
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: len(planned(app)) == 6)
    assert not first & {row.posto_ref for row in planned(app)}
    again = sorted({row.send_at for row in planned(app) if row.send_at is not None})
    assert again == stand
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    assert app.page.campaigns.editor.campaign is not None
    assert app.page.campaigns.editor.campaign.id == campaign.id


def test_stopping_is_undone_and_nothing_is_posted_twice(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path
) -> None:
    app = build()
    fill(app, qtbot, tmp_path)
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    before = {row.id for row in planned(app)}
    app.page.campaigns.delivery.stop()
    qtbot.waitUntil(lambda: app.kinds() == ["stopped"] * 3)
    app.window.show_notification.call_args.kwargs["callback"]()
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    assert {row.id for row in planned(app)} == before
    assert app.page.campaigns.editor.campaign is not None
    assert app.page.campaigns.editor.campaign.state == "running"


def test_starting_is_undone_from_its_toast(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path
) -> None:
    app = build()
    fill(app, qtbot, tmp_path)
    app.page.campaign_actions.start()
    assert app.notices()[-1] == "3 messages scheduled"
    undo = app.window.show_notification.call_args.kwargs["callback"]
    app.page.campaigns.close()
    undo()  # while some are still on this computer, and another page of it is open
    app.service.refresh_schedules()
    qtbot.waitUntil(lambda: not app.service.campaigns._feeding)
    app.page.campaigns.open(app.page.campaigns.store.campaigns("local")[0].id)
    qtbot.waitUntil(lambda: app.kinds() == ["stopped"] * 3)
    assert planned(app) == []


def test_a_restart_shows_what_became_of_it(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path
) -> None:
    app = build()
    campaign = fill(app, qtbot, tmp_path)
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    app.controller.flush()
    assert app.service.shutdown(60_000)

    later = build()
    later.page.campaigns.open(campaign.id)
    qtbot.waitUntil(lambda: later.kinds() == ["scheduled"] * 3)
    opened: Any = later.page.campaigns.editor.campaign
    assert opened.state == "running"
    assert [message.text for message in opened.messages] == ["number 1", "number 2", "number 3"]
    assert later.page.campaigns.delivery.actions().stop


def test_dropped_pictures_become_messages_of_a_new_campaign(
    qtbot: QtBot, build: Any, tmp_path: Path
) -> None:
    app, paths = build(), []
    for name in ("bag.png", "latte.png", "cover.png"):
        image = QImage(80, 80, QImage.Format.Format_RGB32)
        image.fill(QColor("teal"))
        assert image.save(str(tmp_path / name))
        paths.append(str(tmp_path / name))
    app.controller._begin_with(paths)
    app.window.show_page.assert_called_with("campaigns")
    qtbot.waitUntil(lambda: len(app.page.campaigns.editor.campaign.messages) == 3)
    files = [
        [ref.name for ref in message.media]
        for message in app.page.campaigns.editor.campaign.messages
    ]
    assert files == [["bag.png"], ["latte.png"], ["cover.png"]]


def test_a_style_is_renamed_before_the_page_was_opened(qtbot: QtBot, build: Any) -> None:
    app = build()
    made = Campaign(name="Winter", style="Summer", messages=(CampaignMessage(text="a"),))
    app.service.campaigns.save(made)
    outcome = SimpleNamespace(
        kind="saved",
        before=SimpleNamespace(name="Summer", builtin=False),
        style=SimpleNamespace(name="Autumn"),
    )
    heard: list[str] = []
    app.service.campaigns.loaded.connect(
        lambda all_, _: heard.extend(campaign.style for campaign in all_)
    )
    app.controller.widget = None
    app.controller._style_saved(outcome)
    qtbot.waitUntil(lambda: "Autumn" in heard)
    app.controller.widget = app.page


def test_the_plan_is_read_at_once_for_what_was_handed_over_when_it_was_stopped(
    qtbot: QtBot, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build()
    asked: list[bool] = []
    monkeypatch.setattr(app.service, "refresh_schedules", lambda: asked.append(True))
    when = datetime.now(UTC) + timedelta(hours=1)
    post = CampaignPost("ref", "entry", "campaign", "a", 0, when, "queued")
    made = Campaign(id="campaign", messages=(CampaignMessage(id="a", text="a"),), channel_ids=(1,))
    app.controller._stop(made, [MessageResult(post, "waiting", when)])
    assert asked == []
    app.controller._stop(made, [MessageResult(replace(post, state="handed"), "handed", when)])
    assert asked == [True]
    deleted: list[int] = []

    def delete(ids: list[int], **_: object) -> str:
        deleted.extend(ids)
        return ""

    monkeypatch.setattr(app.service, "delete_schedules", delete)
    row = Schedule(id=7, group_id="g", channel_id=1, status="not_sent", posto_ref="ref")
    app.controller._loaded([row], False, when)
    assert deleted == [7]


def test_what_is_handed_over_while_the_app_quits_is_taken_off_at_the_next_start(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build()
    campaign = fill(app, qtbot, tmp_path)
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    posted = {row.posto_ref for row in planned(app)}
    # The plan was not read yet when it was stopped, and is not before the app has quit.
    results = [
        replace(result, kind="handed", rows=(), counts=None, kinds=())
        for result in app.page.campaigns.editor.results.values()
    ]
    monkeypatch.setattr(app.service, "refresh_schedules", lambda: None)
    app.service.schedules_loaded.disconnect(app.controller._loaded)
    app.controller._stop(replace(campaign, state="stopped"), results)
    app.controller.flush()
    assert app.service.shutdown(60_000)

    later = App(app.controller.context.paths)
    try:
        listed: list[set[str | None]] = []

        def hear(_workspace: str, rows: list[Schedule], _hidden: object, at: object) -> None:
            if at is not None:
                listed.append({row.posto_ref for row in rows} & posted)

        later.service.schedule_changed.connect(hear)
        # Not only hidden: the time for Undo, a minute here, is not waited for.
        qtbot.waitUntil(lambda: bool(listed) and listed[-1] == set())
        assert listed[0] == posted
        later.page.campaigns.open(campaign.id)
        qtbot.waitUntil(lambda: later.kinds() == ["stopped"] * 3)
        assert planned(later) == []
    finally:
        later.close()


def test_what_still_stands_when_its_campaign_goes_on_is_not_taken_off_later(
    qtbot: QtBot, build: Callable[[], App], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app was killed after a stop, and the campaign goes on before the plan was read again."""
    app = build()
    campaign = fill(app, qtbot, tmp_path)
    app.page.campaign_actions.start()
    qtbot.waitUntil(lambda: app.kinds() == ["scheduled"] * 3)
    refs = {result.post.posto_ref for result in app.page.campaigns.editor.results.values()}
    campaigns = app.service.campaigns
    campaigns.stop(replace(campaign, state="stopped"), (), refs)
    campaigns.set_stopped(campaign.id, refs, True)

    def states() -> set[str]:
        return {result.post.state for result in app.page.campaigns.editor.results.values()}

    qtbot.waitUntil(lambda: states() == {"stopped"})
    assert app.kinds() == ["scheduled"] * 3
    app.controller._start(replace(campaign, state="running"), [])
    qtbot.waitUntil(lambda: states() == {"handed"})
    events: list[str] = []
    monkeypatch.setattr(campaigns, "_handle_late", lambda _found: events.append("late"))
    campaigns.look_for_late()
    campaigns._run(lambda _db: campaigns._call_on_gui(lambda: events.append("looked")))
    qtbot.waitUntil(lambda: "looked" in events)
    assert events == ["looked"]


def test_the_page_follows_the_slots_of_the_settings_and_of_the_workspace(
    build: Callable[[], App], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = build()
    heard: list[tuple[str, str]] = []
    forecast = app.page.campaigns.forecast
    monkeypatch.setattr(forecast, "set_slots", lambda *arguments: heard.append(arguments))
    app.controller.context.settings.set("publishing.slots", "some")
    app.controller.slots_changed()
    app.controller.clear("another")
    assert heard == [("some", "local"), ("some", "another")]
