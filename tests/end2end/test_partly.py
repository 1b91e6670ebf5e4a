"""A site that takes a post for some of its channels: each outcome in the window, each row once.

The window is signed in to a real WordPress (see ``wordpress/fs_poster.php``). What counts is what
the site has in the end: for each channel exactly one row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from tests.end2end import steps
from tests.end2end.alive import alive
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.desktop import Desktop
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress import WordPress
from tests.end2end.wordpress.control import State

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end, pytest.mark.timeout(300)]

CHANNELS = {7: "Test page", 8: "Test channel", 9: "Test account"}
TEXT = "A calm morning"
COMPOSER = "/fs-poster/v1/composer"
RETRY = "/fs-poster/v1/schedules/retry"


@pytest.fixture
def site(wordpress: WordPress) -> WordPress:
    wordpress.control.reset()
    return wordpress


@pytest.fixture
def home(site: WordPress, tmp_path: Path) -> Path:
    """A home that is signed in to the site."""
    home = tmp_path / "home"
    paths = find_paths(home)
    account = ServiceAccount("site", "Nordlicht", site.urls["plugin"], site.admin.username)
    AccountStore(paths.accounts).add(account)
    SecretStore(paths.secrets, "off").set("site", site.admin.password, "file")
    settings = Settings(paths.settings)
    settings.set("workspace.current", "site")
    settings.set("sending.hold_seconds", 0)
    return home


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "fjord.png"
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(path)
    return path


def press(app: App, name: str) -> None:
    """Press the button with these words as its object name: what it shows may be more."""
    app.window.find(role="button", object_name="-".join(name.lower().split())).press()


def tick_all(app: App) -> None:
    """Tick the three channels of the site."""
    wait_for(
        lambda: all(any(name in item.name for item in app.window.find("Channels").items())
                    for name in CHANNELS.values()),
        "the channels of the site",
        explain=app.window.outline,
    )  # fmt: skip
    app.activate()
    for name in CHANNELS.values():
        steps.tick_by_mouse(app, name)


def post(app: App, when: str = "") -> None:
    tick_all(app)
    steps.write(app, TEXT)
    if when:
        steps.say_when(app, when)
    press(app, "Post")


def line(app: App) -> str:
    """What the outbox says of the post."""
    outbox: Accessible | None = app.window.look("Outbox", role="list")
    for item in outbox.items() if outbox else []:
        if TEXT in item.name:
            return item.name
    return ""


def wait_for_line(app: App, words: str, timeout: float = 40.0) -> str:
    return wait_for(
        lambda: line(app) if words in line(app) else "",
        f"{words!r} in the outbox",
        timeout=timeout,
        explain=lambda: line(app) or app.window.outline(),
    )


def open_entry(app: App) -> None:
    """Open the details of the post by the keyboard."""
    app.activate()
    app.window.find("Outbox", role="list").focus()
    app.desktop.keys("Down", "Return")
    app.window.find(object_name="entry-channels")


def outcomes(app: App) -> list[str]:
    """What the details say of each channel."""
    box = app.window.look(object_name="entry-channels")
    names = [control.name for control in box.walk()] if box is not None else []
    return [name for name in names if any(f"{channel}, " in name for channel in CHANNELS.values())]


def wait_for_outcomes(app: App, *wanted: str) -> None:
    wait_for(
        lambda: outcomes(app) == list(wanted),
        f"the outcomes {wanted}",
        explain=lambda: (outcomes(app), app.window.outline()),
    )


def rows(state: State) -> dict[int, str]:
    """The status of each channel's row at the site; each channel has one row at most."""
    numbers = Counter(row["channel"]["id"] for row in state.schedules)
    assert max(numbers.values(), default=0) <= 1, state.schedules
    return {row["channel"]["id"]: row["status"] for row in state.schedules}


def wait_for_rows(site: WordPress, wanted: dict[int, str]) -> State:
    return wait_for(
        lambda: state if rows(state := site.control.state()) == wanted else None,
        f"the rows {wanted}",
        timeout=60,
        explain=lambda: site.control.state(),
    )


def marks(state: State) -> set[str]:
    return {str(row["customization_data"].get("posto_ref")) for row in state.schedules}


def nothing_posted_is_nowhere(app: App) -> None:
    assert "Nothing was posted" not in app.window.outline()


def sign_in(app: App, site: WordPress) -> None:
    """From the page of the first start, as a person does."""
    press(app, "Sign in")
    dialog = app.program.find("Sign in to a Posto service", role="dialog")
    dialog.find("Site address", role="text").set_text(site.urls["plugin"])
    dialog.find("User name", role="text").set_text(site.admin.username)
    dialog.find("Application password", role="text").set_text(site.admin.password)
    dialog.find("Only until I quit").press()
    dialog.find("Sign in", role="push button").press()


def test_one_channel_fails_at_once(
    start_app: Callable[..., App], desktop: Desktop, site: WordPress, photo: Path, tmp_path: Path
) -> None:
    """The answer has a group and an error. Retry asks the service for the failed row alone."""
    settings = Settings(find_paths(tmp_path / "home").settings)
    settings.set("sending.hold_seconds", 0)
    site.control.plugin(at_once={8: "The bot was <b>removed</b> from the chat"})
    app = start_app()
    with alive(app):
        sign_in(app, site)
        tick_all(app)
        desktop.drag_files([photo], *app.window.find("Message").centre())
        steps.wait_for_media(app, photo.name)
        post(app)
        steps.open_page(app, "Activity")
        wait_for_line(app, "2 of 3 channels")
        wait_for_rows(site, {7: "not_sent", 8: "error", 9: "not_sent"})
        site.control.send()
        wait_for_line(app, "Sent to 2 of 3 channels")
        nothing_posted_is_nowhere(app)
        steps.wait_for_toast(app, TEXT, "was not published on Telegram")
        open_entry(app)
        wait_for_outcomes(
            app,
            "Test channel, Failed, Telegram did not accept the post",
            "Test page, Sent",
            "Test account, Sent",
        )
        assert app.window.find(object_name="entry-question").name == "Sent to 2 of 3 channels"

        site.control.plugin(at_once={})
        press(app, "Try again")
        wait_for_rows(site, {7: "success", 8: "not_sent", 9: "success"})
        site.control.send()
        state = wait_for_rows(site, {7: "success", 8: "success", 9: "success"})
        wait_for_outcomes(app, "Test page, Sent", "Test channel, Sent", "Test account, Sent")
    assert app.quit() == 0
    assert len(state.calls_to(COMPOSER)) == 1
    [retry] = state.calls_to(RETRY)
    assert retry["body"]["ids"] == [
        row["id"] for row in state.schedules if row["channel"]["id"] == 8
    ]
    assert len(state.media) == 1
    assert all(row["posting_data"]["mediaList"] for row in state.schedules)


def test_one_channel_is_left_out(
    start_app: Callable[..., App], site: WordPress, home: Path, photo: Path
) -> None:
    """It has no row at all. Retry, pressed twice, composes it alone, with the mark of the post."""
    site.control.plugin(left_out={8: "Please reconnect Test channel"})
    app = start_app(photo, home=home)
    with alive(app):
        steps.wait_for_media(app, photo.name)
        post(app, "tomorrow 9:00")
        steps.wait_for_toast(app, TEXT, "was accepted for 2 of 3 channels")
        steps.open_page(app, "Activity")
        wait_for_line(app, "Scheduled for 2 of 3 channels")
        nothing_posted_is_nowhere(app)
        open_entry(app)
        wait_for_outcomes(
            app,
            "Test channel, Not accepted, Please reconnect Test channel",
            "Test page, Scheduled",
            "Test account, Scheduled",
        )
        site.control.plugin(left_out={})
        app.window.find("Retry Telegram", role="button").press()
        app.desktop.keys("r", "r")
        state = wait_for_rows(site, {7: "not_sent", 8: "not_sent", 9: "not_sent"})
        wait_for_outcomes(
            app, "Test page, Scheduled", "Test channel, Scheduled", "Test account, Scheduled"
        )
        steps.open_page(app, "Schedule")
        wait_for(lambda: len(steps.schedule_rows(app)) == 3, "three rows in the schedule")
    assert app.quit() == 0
    first, second = (call["body"] for call in state.calls_to(COMPOSER))
    assert [schedule["channel_id"] for schedule in first["schedules"]] == [7, 8, 9]
    assert [schedule["channel_id"] for schedule in second["schedules"]] == [8]
    assert second["share_at"] == first["share_at"]
    assert len(marks(state)) == 1
    assert len(state.media) == 1


@pytest.mark.parametrize("version", ["7.7", "7.1"])
def test_an_error_alone_after_rows_were_made(
    start_app: Callable[..., App], site: WordPress, home: Path, version: str
) -> None:
    """Nothing in the answer says that anything was taken; the list does."""
    site.control.plugin(version=version, at_once={9: "Session expired"}, names_group=False)
    app = start_app(home=home)
    with alive(app):
        post(app)
        steps.open_page(app, "Activity")
        wait_for_line(app, "2 of 3 channels")
        nothing_posted_is_nowhere(app)
        open_entry(app)
        assert any("Test account, Failed" in outcome for outcome in outcomes(app))
        app.desktop.keys("r")
        state = wait_for_rows(site, {7: "not_sent", 8: "not_sent", 9: "not_sent"})
    assert app.quit() == 0
    assert len(state.calls_to(COMPOSER)) == 1
    assert len(state.calls_to(RETRY)) == 1


def test_an_error_before_anything_was_made(
    start_app: Callable[..., App], site: WordPress, home: Path
) -> None:
    """All channels are refused: nothing is there, and Retry sends the whole post, once."""
    refused: dict[int, Any] = dict.fromkeys(CHANNELS, "The licence has expired")
    site.control.plugin(left_out=refused, names_group=False)
    app = start_app(home=home)
    with alive(app):
        post(app, "tomorrow 9:00")
        steps.open_page(app, "Activity")
        line = wait_for_line(app, "The licence has expired. Nothing was posted.")
        assert "Failed" in line
        site.control.plugin(left_out={}, names_group=True)
        app.activate()
        app.window.find("Outbox", role="list").focus()
        app.desktop.keys("Down", "r")
        state = wait_for_rows(site, {7: "not_sent", 8: "not_sent", 9: "not_sent"})
    assert app.quit() == 0
    assert len(state.calls_to(COMPOSER)) == 2
    assert len(marks(state)) == 1


def test_the_list_cannot_be_read_right_then(
    start_app: Callable[..., App], site: WordPress, home: Path
) -> None:
    """It was taken; for whom is seen a moment later. Meanwhile nobody says that nothing was."""
    site.control.plugin(left_out={8: "Please reconnect Test channel"})
    app = start_app(home=home)
    with alive(app):
        tick_all(app)
        steps.write(app, TEXT)
        steps.say_when(app, "tomorrow 9:00")
        site.control.fault("/schedules", method="GET", times=4, status=503)
        press(app, "Post")
        steps.open_page(app, "Activity")
        wait_for_line(app, "It was accepted; for which channels cannot be checked yet")
        nothing_posted_is_nowhere(app)
        wait_for_line(app, "Scheduled for 2 of 3 channels", timeout=60)
    assert app.quit() == 0
    assert len(site.control.state().calls_to(COMPOSER)) == 1
