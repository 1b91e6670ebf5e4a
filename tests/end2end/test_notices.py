"""A desktop notice about a post, and the way from its button to that post."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from posto_desktop.sdk import PostoSDK
from tests.end2end.app import App
from tests.end2end.desktop import Desktop
from tests.end2end.steps import open_page, schedule_rows
from tests.end2end.waiting import wait_for
from tests.unit.workers.notification_service import NotificationService

pytestmark = pytest.mark.end2end


@pytest.fixture
def service(desktop: Desktop) -> Iterator[NotificationService]:
    made = NotificationService(
        desktop.environment["DBUS_SESSION_BUS_ADDRESS"], ("actions", "body", "body-markup")
    )
    yield made
    made.close()


def test_a_button_of_a_notice_leads_to_the_post(
    service: NotificationService, start_app: Callable[..., App]
) -> None:
    app = start_app()
    assert app.window.find("Channels").item("Sandbox X", part=True)
    facts = wait_for(app.server_facts, "the workspace")
    with PostoSDK.from_credentials(
        str(facts["username"]), str(facts["password"]), base_url=str(facts["base_url"])
    ) as sdk:
        channel = next(channel for channel in sdk.channels if channel.name == "Sandbox X")
        post = {"post_content": "Fresh buns & tea"}
        item = {"channel_id": channel.id, "custom_post_data": post}
        sdk.compose([item], int(time.time()) + 15)
    open_page(app, "Schedule")
    app.activate()
    app.window.find("Refresh").press()
    wait_for(lambda: schedule_rows(app), "the plan", explain=app.window.outline)
    open_page(app, "Compose")
    (number,) = app.desktop.xdotool("getactivewindow").split()
    app.desktop.xdotool("windowminimize", "--sync", number)
    shown = service.wait_for(1, 120)
    assert shown.title == "“Fresh buns & tea” is published"
    assert shown.buttons == {"default": "Show", "0": "Show"}
    assert len(service.shown) == 1
    service.press(shown.number, "0")
    rows = wait_for(lambda: schedule_rows(app), "the schedule", explain=app.window.outline)
    assert [row["Status"] for row in rows] == ["Sent"]
    wait_for(
        lambda: app.desktop.xdotool("getactivewindow").split() == [number], "the window in front"
    )
