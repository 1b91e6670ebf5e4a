"""Tests of the window with a service that gives wrong, broken or lost answers.

The window is signed in to a service of the tests. Whatever that does: a clear sentence where one
looks for it, nothing lost, nothing posted twice, and the window goes on answering.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from tests.end2end import steps
from tests.end2end.alive import alive
from tests.end2end.app import App
from tests.end2end.atspi import FOCUSED, SELECTED, Accessible
from tests.end2end.waiting import wait_for
from tests.unit.sdk.scripted import HTML, PASSWORD, USER, Reply, Scripted, channel, serving

pytestmark = pytest.mark.end2end


def wordpress(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"code": code, "message": message, "data": {"status": status}})


PAGE = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Hello</body></html>"

# What the service does, and words of the sentence that must be seen.
READING = {
    "web page": (Reply(200, PAGE), "web page instead of data"),
    "half an answer": (Reply(200, '{"channels": [{"id": 1, "na'), "could not be read"),
    "cut off": (Reply(200, {"channels": [channel(2, "News")]}, how="truncate"), "broke"),
    "wrong types": (Reply(200, {"channels": 3, "schedules": 3}), "without a list"),
    "401": (wordpress(401, "incorrect_password", "No."), "did not accept the sign-in"),
    "403": (wordpress(403, "rest_forbidden", "Not yours."), "does not allow this account"),
    "403 of a firewall": (Reply(403, HTML), "blocked the request"),
    "404": (Reply(404, HTML), "nothing at this address (404)"),
    "no plugin": (wordpress(404, "rest_no_route", "No route."), "no FS Poster plugin"),
    "413": (Reply(413, HTML), "(413)"),
    "429": (Reply(429, HTML, {"Retry-After": "3600"}), "(429)"),
    "500": (Reply(500, HTML), "internal error (500)"),
    "502": (Reply(502, HTML), "cannot answer right now (502)"),
    "reset": (Reply(how="reset"), "broke"),
}

UNCLEAR = "Posto is checking whether the post arrived"

# The same for the call that makes the post. Of those that say for sure that nothing was made, the
# sentence is the end of it; after the others the service is asked what it has.
POSTING = {
    "401": (wordpress(401, "incorrect_password", "No."), "sign-in"),
    "403": (wordpress(403, "rest_forbidden", "Not yours."), "Not yours."),
    "404": (wordpress(404, "rest_no_route", "No route."), "no FS Poster plugin"),
    "413": (Reply(413, HTML), "(413)"),
    "refused": (Reply(200, {"error_msg": "<b>Pick</b> a channel"}), "Pick a channel"),
    "web page": (Reply(200, PAGE), UNCLEAR),
    "half an answer": (Reply(200, '{"schedule_group_id": "g'), UNCLEAR),
    "500": (Reply(500, HTML), UNCLEAR),
    "502": (Reply(502, HTML), UNCLEAR),
    "reset": (Reply(how="reset"), UNCLEAR),
    # The last: all posts of the workspace wait for it.
    "429": (Reply(429, HTML, {"Retry-After": "3600"}), "asks to wait; sending continues at"),
}


@pytest.fixture
def site() -> Iterator[Scripted]:
    with serving() as site:
        site.channels = [channel(2, "News", picture=""), channel(3, "Sky", "bluesky", picture="")]
        yield site


@pytest.fixture
def home(site: Scripted, tmp_path: Path) -> Path:
    """A home that is signed in to the service."""
    home = tmp_path / "home"
    paths = find_paths(home)
    AccountStore(paths.accounts).add(ServiceAccount("site", "Nordlicht", site.url, USER))
    SecretStore(paths.secrets, "off").set("site", PASSWORD, "file")
    Settings(paths.settings).set("workspace.current", "site")
    return home


def labels(app: App) -> list[str]:
    return [line for line in app.window.outline().splitlines() if line.startswith("label")]


def press(app: App, name: str) -> None:
    """Press the button with these words as its object name: what it shows may be more."""
    app.window.find(role="button", object_name="-".join(name.lower().split())).press()


def channels(app: App) -> int:
    """How many of the service's channels are in the list; networks are rows as well."""
    tree = app.window.look("Channels")
    names = [item.name for item in tree.items()] if tree else []
    return sum(any(name in label for label in names) for name in ("News", "Sky"))


@pytest.mark.parametrize("part", ["channels", "schedules"])
def test_reading(start_app: Callable[..., App], site: Scripted, home: Path, part: str) -> None:
    """In the place of what could not be read stands why; then it is read all the same."""
    title = {
        "channels": "The channels could not be loaded",
        "schedules": "The schedule could not be loaded",
    }[part]
    faults = dict(READING)
    now: list[Reply] = [faults["500"][0]]
    site.before.append(lambda seen: now[0] if now and f"/{part}" in seen.path else None)
    app = start_app(home=home)
    with alive(app):
        steps.open_page(app, "Schedule" if part == "schedules" else "Compose")
        app.window.find(title)
        app.activate()
        for name, (reply, words) in faults.items():
            now[0] = reply
            app.desktop.keys("F5")
            # The account is asked for its password again where that may help.
            wait_for(
                lambda words=words: any(words in line for line in labels(app)),  # type: ignore[misc]
                f"{name}: {words!r}",
                explain=lambda: labels(app),
            )
            assert app.window.find(title)
        now.clear()
        app.desktop.keys("F5")
        wait_for(lambda: channels(app) == 2, "the channels", explain=lambda: labels(app))
        if part == "schedules":
            app.window.find("Nothing scheduled yet")
    assert app.quit() == 0


def tick_news(app: App) -> None:
    app.activate()
    search = app.window.find("Search channels")
    search.set_text("News")
    wait_for(lambda: len(app.window.find("Channels").items()) == 2, "the search")
    app.window.find("Channels").focus()
    for _ in range(4):
        row = steps.channel(app, "News")
        if row.has(FOCUSED) or row.has(SELECTED):
            break
        app.desktop.keys("Down")
    app.desktop.keys("space")
    wait_for(lambda: steps.channel(app, "News").checked, "the channel to be ticked")
    search.set_text("")


def entry(app: App, text: str) -> str:
    """What the outbox says of a post."""
    outbox: Accessible | None = app.window.look("Outbox", role="list")
    for item in outbox.items() if outbox else []:
        if text in item.name:
            return f"{item.name} {item.description}"
    return ""


def test_posting(start_app: Callable[..., App], site: Scripted, home: Path) -> None:
    app = start_app(home=home)
    now: list[Reply] = []
    site.before.append(lambda seen: now[0] if now and "/composer" in seen.path else None)
    with alive(app):
        wait_for(lambda: channels(app) == 2, "the channels")
        tick_news(app)
        for name, (reply, words) in POSTING.items():
            text = f"Post and meet: {name}"
            now[:] = [reply]
            steps.open_page(app, "Compose")
            steps.write(app, text)
            press(app, "Post")
            steps.open_page(app, "Activity")
            wait_for(
                lambda text=text, words=words: words in entry(app, text),  # type: ignore[misc]
                f"{name}: {words!r}",
                explain=lambda text=text: entry(app, text) or app.window.outline(),  # type: ignore[misc]
            )
        sent = [
            post["schedules"][0]["custom_post_data"]["post_content"] for post in site.composed()
        ]
        assert len(sent) == len(set(sent)), "a post was handed over twice"
    assert app.quit() == 0
    assert site.schedules == []


def test_service_that_hangs(start_app: Callable[..., App], site: Scripted, home: Path) -> None:
    """The window is of use meanwhile, and ends at once when it is told to."""
    site.before.append(lambda seen: Reply(how="hang") if "/channels" in seen.path else None)
    app = start_app(home=home)
    with alive(app):
        wait_for(lambda: site.count(part="/channels"), "the question to the service")
        steps.write(app, "Written while nothing answers")
        state = app.window.find(object_name="save-state")
        wait_for(lambda: "saved" in state.text.lower(), "the draft to be saved")
        for page in ("Schedule", "Activity", "Compose"):
            steps.open_page(app, page)
        assert app.window.find("Message").text == "Written while nothing answers"
    assert app.quit() == 0


def test_service_that_vanishes_and_comes_back(
    start_app: Callable[..., App], site: Scripted, home: Path
) -> None:
    """What was read stays, with its age; a post waits and goes out by itself."""
    app = start_app(home=home)
    with alive(app):
        wait_for(lambda: channels(app) == 2, "the channels")
        tick_news(app)
        vanished = [True]
        site.before.append(lambda seen: Reply(how="reset") if vanished else None)
        app.desktop.keys("F5")
        switcher = app.window.find("Workspace", role="button")
        wait_for(lambda: "broke" in switcher.description, "the state")
        assert channels(app) == 2
        vanished.clear()
        wait_for(lambda: "Connected" in switcher.description, "the connection")
        steps.write(app, "After the storm")
        press(app, "Post")
        wait_for(lambda: len(site.schedules) == 1, "the post")
    assert app.quit() == 0


def test_service_without_channels(
    start_app: Callable[..., App], site: Scripted, home: Path
) -> None:
    site.channels = []
    app = start_app(home=home)
    with alive(app):
        app.window.find("No channels yet")
        assert app.window.find(object_name="channel-count").text == "0 channels"
    assert app.quit() == 0
