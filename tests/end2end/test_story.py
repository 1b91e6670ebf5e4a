"""Tests of the story of a post in the real window, at a real snac2 that loses answers."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.atspi import FOCUSED, Accessible
from tests.end2end.waiting import wait_for
from tests.needs import require
from tests.servers.middleman import Fault, Middleman, lost, middleman, refusal
from tests.servers.snac import PROGRAM, Snac, lists_posts
from tests.servers.workspace import WorkspaceProcess

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(600)]

SETTLE, SILENT = 1.0, 1.0


@dataclass
class Scene:
    app: App
    snac: Snac
    token: str
    between: Middleman
    workspace: WorkspaceProcess

    def texts(self) -> list[str]:
        """The posts at the server, oldest first."""
        posts = self.snac.posts(self.token)
        return [re.sub(r"<[^>]+>", "", str(post["content"])).strip() for post in reversed(posts)]

    def hide_posts(self, on: bool = True) -> None:
        """The server does not list the account's posts, so that nothing can be looked for."""

        def choose(method: str, path: str) -> Fault | None:
            is_list = lists_posts(method, path)
            return Fault(path, method="GET", before=refusal(403)) if is_list else None

        self.between.choose = choose if on else lambda _method, _path: None

    def show(self, text: str, status: str) -> None:
        """Open the inspector of a post once it has this status."""
        steps.open_page(self.app, "Schedule")
        steps.wait_for_row(self.app, text, status=status)
        table = self.app.window.find("Schedules", role="table")
        number = next(
            at for at, row in enumerate(table.rows()) if any(text in cell for cell in row)
        )
        table.select_row(number)
        if self.app.window.look(object_name="inspector") is None:
            table.focus()
            self.app.desktop.keys("Return")
        self.app.window.find(object_name="inspector")

    @property
    def inspector(self) -> Accessible:
        return self.app.window.find(object_name="inspector")

    def wait_for_story(self, *parts: str) -> str:
        def look() -> str:
            story = self.inspector.look(object_name="story")
            name = story.name if story is not None else ""
            return name if all(part in name for part in parts) else ""

        return wait_for(look, f"a story with {parts}", explain=self.inspector.outline)

    def picture(self, name: str) -> None:
        if folder := os.environ.get("POSTO_PICTURES"):
            self.app.desktop.screenshot(Path(folder) / f"{name}.png")


@pytest.fixture
def silent() -> float:
    """Seconds for which the network may say nothing."""
    return SILENT


@pytest.fixture
def scene(start_app: Callable[..., App], tmp_path: Path, silent: float) -> Iterator[Scene]:
    require([] if PROGRAM else ["snac2"])
    with contextlib.ExitStack() as stack:
        snac = Snac()
        stack.callback(snac.remove)
        between = stack.enter_context(middleman(snac.url))
        folder = tmp_path / "home" / "data" / "workspace"
        workspace = WorkspaceProcess(folder, settle=SETTLE, silent=silent)
        stack.callback(workspace.close)
        token = snac.token()
        workspace.connect("mastodon", between.url, token=token)
        app = start_app()
        assert app.window
        yield Scene(app, snac, token, between, workspace)


def test_it_is_there_with_its_address_and_the_thread_goes_on(scene: Scene) -> None:
    scene.hide_posts()
    scene.between.fail("/api/v1/statuses", spoil=lost)
    scene.workspace.compose("First of the fjord", posto_thread=[{"text": "Second of the fjord"}])
    scene.show("First of the fjord", "Needs you")
    scene.wait_for_story("The post may be published", "Part 2 waits for the previous one")
    scene.picture("unclear")
    assert scene.texts() == ["First of the fjord"]
    scene.hide_posts(False)
    link = scene.snac.posts(scene.token)[0]["url"]
    scene.inspector.find("Address of the post").set_text(link)
    scene.inspector.find("It is there", role="button").press()
    steps.wait_for_row(scene.app, "First of the fjord", status="Sent")
    scene.wait_for_story("You found it on the network.", "Part 2 is published")
    scene.picture("there")
    assert scene.texts() == ["First of the fjord", "Second of the fjord"]
    second, first = scene.snac.posts(scene.token)
    assert second["in_reply_to_id"] == first["id"]
    assert scene.inspector.find("Open part 2", role="button").enabled


def test_send_again_is_undone_and_then_sent_once(scene: Scene) -> None:
    scene.hide_posts()
    scene.between.fail("/api/v1/statuses", before=refusal(502))
    scene.workspace.compose("Lost in the fjord")
    scene.show("Lost in the fjord", "Needs you")
    scene.wait_for_story("May be published")
    scene.inspector.find("Send again", role="button").press()
    steps.wait_for_toast(scene.app, "sent again in a moment")
    scene.picture("sent-again")
    scene.inspector.find("Undo", role="button").press()
    wait_for(
        lambda: scene.inspector.look("Send again", role="button"),
        "the question again",
        explain=scene.inspector.outline,
    )
    assert scene.texts() == []
    # By keys alone.
    scene.app.activate()
    scene.app.window.find("Schedules", role="table").focus()
    scene.app.desktop.keys("r")
    steps.wait_for_toast(scene.app, "sent again in a moment")
    steps.wait_for_row(scene.app, "Lost in the fjord", status="Sent")
    assert scene.texts() == ["Lost in the fjord"]
    scene.wait_for_story("Published")


def test_what_is_too_long_leads_to_the_text(scene: Scene) -> None:
    scene.workspace.compose("Long " * 20_001)
    scene.show("Long", "Failed")
    sentence = "The text has 100,004 characters"
    wait_for(
        lambda: sentence in scene.inspector.outline(),
        "the sentence of the network",
        explain=scene.inspector.outline,
    )
    scene.picture("refused")
    scene.inspector.find("Edit", role="button").press()
    message = scene.app.window.find("Message")
    wait_for(lambda: message.text.startswith("Long Long"), "the message to edit")
    checks = scene.app.window.find("Checks", role="list")
    wait_for(
        lambda: any(sentence in row.name for row in checks.items()),
        "what was refused, in Compose",
        explain=lambda: [row.name for row in checks.items()],
    )
    assert message.has(FOCUSED)
    scene.picture("edit")
    assert scene.texts() == []


def test_a_missing_comment_is_sent_again_and_figures_are_shown(scene: Scene) -> None:
    def refuse(method: str, path: str) -> Fault | None:
        body = b'{"error": "Comments are closed"}'
        if method == "POST" and path == "/api/v1/statuses" and scene.texts():
            return Fault(path, before=refusal(422, body))
        return None

    scene.between.choose = refuse
    scene.workspace.compose("Seen from the fjord", first_comment="Said below")
    scene.show("Seen from the fjord", "Sent")
    scene.wait_for_story("The first comment is not published", "Comments are closed")
    scene.picture("comment")
    scene.between.choose = lambda _method, _path: None
    scene.inspector.find("Send the comment again", role="button").press()
    scene.wait_for_story("The first comment is published")
    assert scene.texts() == ["Seen from the fjord", "Said below"]
    post = scene.snac.posts(scene.token)[-1]
    figures = scene.inspector.find(object_name="insights")
    replies = wait_for(
        lambda: "Replies" in figures.outline(), "the figures", explain=scene.inspector.outline
    )
    assert replies
    assert requests.get(post["url"], timeout=30).ok
    scene.picture("figures")


def compose_with_picture(scene: Scene, text: str, path: Path, share_at: int | None = None) -> None:
    scene.workspace.compose(
        text,
        share_at,
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[scene.workspace.upload(path, "A fjord")],
    )


@pytest.mark.parametrize("silent", [60.0])
def test_pictures_are_handed_over_ahead_of_the_time(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "fjord.png"
    Image.effect_noise((900, 700), 60).convert("RGB").save(path)
    seen = threading.Event()
    slow = scene.between.fail("/media", may_go_on=seen)
    compose_with_picture(scene, "Waits for its time", path, int(time.time()) + 300)
    scene.show("Waits for its time", "Scheduled")
    scene.wait_for_story("Uploading files", "Waits until")
    scene.picture("uploading")
    seen.set()
    scene.wait_for_story("1 file handed over", "Waits until")
    assert slow.carried_out == 1
    scene.picture("waiting")
    assert scene.texts() == []


def test_a_refused_picture_leads_to_that_file(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "fjord.png"
    Image.effect_noise((300, 200), 60).convert("RGB").save(path)
    body = b'{"error": "Validation failed: File content type is invalid"}'
    scene.between.fail("/media", before=refusal(422, body), times=9)
    compose_with_picture(scene, "With a picture", path)
    scene.show("With a picture", "Failed")
    sentence = "File content type is invalid"
    wait_for(
        lambda: sentence in scene.inspector.outline() and scene.inspector.look("Edit"),
        "the sentence of the network",
        explain=scene.inspector.outline,
    )
    scene.picture("refused-picture")
    scene.inspector.find("Edit", role="button").press()
    steps.wait_for_media(scene.app, path.name)
    checks = scene.app.window.find("Checks", role="list")
    wait_for(
        lambda: any(sentence in row.name for row in checks.items()),
        "what was refused, in Compose",
        explain=lambda: [row.name for row in checks.items()],
    )
    scene.picture("edit-picture")
