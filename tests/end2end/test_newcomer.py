"""A newcomer: three networks are connected and a post with a photo is on all of them, by accessible
names alone and in a time that is measured."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import Accessible
from tests.end2end.test_connect import connect, dialog, press
from tests.end2end.test_first_post import choose_file
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress import WordPress
from tests.needs import require
from tests.servers import bluesky as pds
from tests.servers import snac as snac_server
from tests.servers.install import missing

pytestmark = [pytest.mark.end2end, pytest.mark.wordpress]

GOAL = 180.0
"""Seconds from the first start of the app to the post on all three."""
TEXT = "5 < 7 at the fjord 🎉"


@pytest.fixture
def snac() -> Iterator[snac_server.Snac]:
    require([] if snac_server.PROGRAM else ["snac2"])
    server = snac_server.Snac()
    yield server
    server.remove()


@pytest.fixture
def bluesky() -> Iterator[pds.BlueskyServer]:
    require(missing(*pds.NEEDED))
    with pds.running_bluesky() as server:
        yield server


def field(app: App, name: str) -> Accessible:
    """The field of this name, and not its label or the pictures in it."""

    def look() -> Accessible | None:
        controls = [control for control in dialog(app).walk() if control.name == name]
        return next(
            (control for control in controls if control.role in ("text", "password text")), None
        )

    return wait_for(look, name, explain=dialog(app).outline)


def sign_in(app: App, address: str, network: str, **fields: str) -> None:
    """From a server's address to the channel, where a password is pasted."""
    before = len(app.window.find("Channels").items())
    app.window.find("Add channel", role="button").press()
    dialog(app).find("Find a network").set_text(address)
    reading = dialog(app).find(object_name="network-reading")
    wait_for(lambda: network in reading.text, "it to be recognised", explain=dialog(app).outline)
    press(app, "Continue")
    for name, text in fields.items():
        field(app, name.replace("_", " ")).set_text(text)
    keep = dialog(app).look("In a file only you can read")
    if keep is not None:
        keep.press()
    press(app, "Sign in")
    press(app, "Finish")
    wait_for(
        lambda: len(app.window.find("Channels").items()) > before,
        "its channel",
        explain=app.window.outline,
    )


def at_wordpress(wordpress: WordPress, kind: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/{kind}", timeout=60)
    items: list[dict[str, Any]] = answer.json()
    return items


def test_three_networks_and_a_photo_on_all_of_them(
    start_app: Callable[..., App],
    snac: snac_server.Snac,
    bluesky: pds.BlueskyServer,
    wordpress: WordPress,
    photo: Path,
) -> None:
    wordpress.control.reset()
    account = bluesky.create_account("alice")
    token = snac.token()
    published = {post["id"] for post in at_wordpress(wordpress, "posts")}
    began = time.monotonic()
    app = start_app(BROWSER="true")
    connect(app, snac)
    sign_in(
        app,
        bluesky.url.partition("://")[2],
        "Bluesky",
        Handle=account.handle,
        App_password=account.app_password,
    )
    sign_in(
        app,
        wordpress.urls["no_plugin"],
        "WordPress",
        User_name=wordpress.admin.username,
        Application_password=wordpress.admin.password,
    )
    connected = time.monotonic()
    rows = app.window.find("Channels").items()
    ticked = {row.name.removesuffix(", ticked") for row in rows if row.checked}
    assert {"alice", account.handle, "Posto Test Site"} <= ticked  # each as it was connected
    assert not any("Sandbox" in label for label in ticked)
    steps.write(app, TEXT)
    app.window.find("Add media", role="button").press()
    choose_file(app, photo)
    steps.wait_for_media(app, photo.name)
    app.window.find(role="button", object_name="post").press()

    def site() -> list[dict[str, Any]]:
        return [post for post in at_wordpress(wordpress, "posts") if post["id"] not in published]

    def everywhere() -> bool:
        return bool(snac.posts(token) and bluesky.posts(account.did) and site())

    wait_for(everywhere, "the post on all three", explain=app.output)
    whole = time.monotonic() - began
    print(f"connected {connected - began:.1f} s, published on all three {whole:.1f} s")
    [toot], [skeet], [post] = snac.posts(token), bluesky.posts(account.did), site()
    assert TEXT in html.unescape(toot["content"])
    assert len(toot["media_attachments"]) == 1
    assert skeet["value"]["text"] == TEXT
    [image] = skeet["value"]["embed"]["images"]
    assert bluesky.blob(account.did, image["image"]["ref"]["$link"])[:2] == b"\xff\xd8"
    assert "wp-block-image" in post["content"]["rendered"]
    assert whole < GOAL
