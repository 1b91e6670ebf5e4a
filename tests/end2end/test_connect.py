"""Connecting an own account through the real window, by accessible names, and publishing to it."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from posto_desktop.storage.paths import find_paths
from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.test_first_post import choose_file
from tests.end2end.waiting import wait_for
from tests.needs import require
from tests.servers import snac as snac_server
from tests.servers.given_away import given_away

pytestmark = pytest.mark.end2end


@pytest.fixture
def snac() -> Iterator[snac_server.Snac]:
    require([] if snac_server.PROGRAM else ["snac2"])
    server = snac_server.Snac()
    yield server
    server.remove()


def dialog(app: App) -> Accessible:
    """The open dialog."""

    def look() -> Accessible | None:
        others = [
            child for child in app.program.children() if not child.name.startswith("Posto Desktop")
        ]
        return next((window for window in others if window.look(role="button")), None)

    return wait_for(look, "a dialog", explain=app.output)


def press(app: App, name: str) -> None:
    """Press a button of the dialog as soon as it can be pressed."""
    button = dialog(app).find(name, role="button")
    wait_for(lambda: button.enabled, f"{name} to be enabled", explain=dialog(app).outline)
    button.press()


def connect(app: App, snac: snac_server.Snac) -> None:
    """From typing the server's address to the channel in the pane."""
    app.window.find("Add channel", role="button").press()
    dialog(app).find("Find a network").set_text(f"localhost:{snac.port}")
    reading = dialog(app).find(object_name="network-reading")
    wait_for(lambda: "snac" in reading.text, "it to be recognised", explain=dialog(app).outline)
    press(app, "Continue")
    assert dialog(app).find(object_name="server-address").text == snac.url
    keep = dialog(app).look("In a file only you can read")
    if keep is not None:
        keep.press()
    press(app, "Open browser")
    address = dialog(app).find("Sign-in address")
    back = snac.allow(wait_for(lambda: address.text, "the address to sign in at"))
    assert requests.get(back, timeout=30).ok
    name = dialog(app).find(object_name="account-handle")
    wait_for(lambda: "alice" in name.text, "the account", explain=dialog(app).outline)
    press(app, "Finish")
    wait_for(lambda: channel_of(app), "its channel", explain=app.window.outline)


def channel_of(app: App) -> Accessible | None:
    rows = app.window.find("Channels").items()
    return next((row for row in rows if "alice" in row.name), None)


def test_connect_and_publish_a_photo(
    start_app: Callable[..., App], snac: snac_server.Snac, photo: Path, tmp_path: Path
) -> None:
    app = start_app(BROWSER="true")
    connect(app, snac)
    wait_for(lambda: (row := channel_of(app)) and row.checked, "the tick of the new channel")
    ticked = [row.name for row in app.window.find("Channels").items() if row.checked]
    assert not any("Sandbox" in name for name in ticked)
    steps.write(app, "5 < 7 at the fjord 🎉")
    app.window.find("Add media", role="button").press()
    choose_file(app, photo)
    steps.wait_for_media(app, photo.name)
    app.window.find(role="button", object_name="post").press()
    token = snac.token()
    posts = wait_for(lambda: snac.posts(token), "the post at the server", explain=app.output)
    assert len(posts) == 1
    assert len(posts[0]["media_attachments"]) == 1
    assert "5 < 7 at the fjord 🎉" in html.unescape(posts[0]["content"])
    steps.open_page(app, "Schedule")
    row = steps.wait_for_row(app, "the fjord", status="Sent")
    assert row["Link"]
    if folder := os.environ.get("POSTO_PICTURES"):
        app.desktop.screenshot(Path(folder) / "published.png")
    # Nothing that was handed out stands in a file, but the one that was asked for.
    stored = app.home / "config" / "secrets.json"
    for path in app.home.rglob("*"):
        if path.is_file() and path.name != stored.name and token.encode() in path.read_bytes():
            raise AssertionError(f"a token is in {path}")
    # Nor in what people give to others.
    for name, content in given_away(find_paths(app.home)).items():
        assert token.encode() not in content, name


def stored_token(app: App) -> str:
    """The token in the file that was asked for."""
    path = app.home / "data" / "workspace" / "secrets.json"
    paths = list(app.home.rglob("*secrets*.json")) or [path]
    for secrets_file in paths:
        for text in json.loads(secrets_file.read_text("utf-8")).get("file", {}).values():
            secret = json.loads(text)
            if "token" in secret:
                return str(secret["token"])
    raise AssertionError(f"no token in {paths}")


def is_accepted(snac: snac_server.Snac, token: str) -> bool:
    """Whether the server takes a token."""
    answer = requests.get(
        f"{snac.url}/api/v1/accounts/verify_credentials",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    return answer.ok


def press_in_window(app: App, name: str) -> None:
    """Press the lowest button of this name: that of the newest toast."""

    def look() -> Accessible | None:
        controls = [
            control
            for control in app.window.walk()
            if control.name == name and control.role in ("push button", "button")
        ]
        return max(controls, key=lambda control: control.centre()[1], default=None)

    wait_for(look, name, explain=app.window.outline).press()


def disconnect_by_keys(app: App) -> None:
    """From the channel that the search has left to the toast."""
    channels = app.window.find("Channels")
    wait_for(lambda: len(channels.items()) == 2, "the search")
    channels.focus()
    app.desktop.keys("Down", "Down", "Menu", "Up", "Return")  # the last entry
    press(app, "Disconnect")
    steps.wait_for_toast(app, "alice", "is disconnected")


def test_disconnecting_by_keys_takes_the_sign_in_back(
    start_app: Callable[..., App], snac: snac_server.Snac
) -> None:
    app = start_app(BROWSER="true")
    connect(app, snac)
    token = stored_token(app)
    assert is_accepted(snac, token)
    search = app.window.find("Search channels")
    search.set_text("alice")
    disconnect_by_keys(app)
    press_in_window(app, "Undo")
    steps.wait_for_toast(app, "alice", "stays connected")
    wait_for(lambda: channel_of(app), "its channel to come back", explain=app.window.outline)
    assert is_accepted(snac, token)
    disconnect_by_keys(app)
    assert is_accepted(snac, token)  # as long as it can be undone
    assert app.ask_server("posto/v1/accounts")["accounts"] == []
    press_in_window(app, "Dismiss")
    wait_for(lambda: not is_accepted(snac, token), "the sign-in to be given back")
    app.window.find("Clear the search", role="button").press()
    wait_for(lambda: channel_of(app) is None, "the channel to go", explain=app.window.outline)
    assert app.ask_server("posto/v1/accounts")["accounts"] == []
    assert not is_accepted(snac, token)
    with pytest.raises(AssertionError, match="no token"):
        stored_token(app)


def test_cancelling_keeps_nothing(start_app: Callable[..., App], snac: snac_server.Snac) -> None:
    app = start_app(BROWSER="true")
    app.window.find("Add channel", role="button").press()
    dialog(app).find("Find a network").set_text(snac.url)
    press(app, "Continue")
    dialog(app).find("In a file only you can read").press()
    press(app, "Open browser")
    address = dialog(app).find("Sign-in address")
    back = wait_for(lambda: address.text, "the address to sign in at")
    press(app, "Back")
    press(app, "Open browser")
    wait_for(lambda: address.text != back, "another sign-in", explain=dialog(app).outline)
    assert requests.get(snac.allow(address.text), timeout=30).ok
    who = dialog(app).find(object_name="account-handle")
    wait_for(lambda: "alice" in who.text, "the account", explain=dialog(app).outline)
    press(app, "Cancel")
    wait_for(lambda: len(app.program.children()) == 1, "the dialog to close")
    assert app.ask_server("posto/v1/accounts")["accounts"] == []
    assert channel_of(app) is None
