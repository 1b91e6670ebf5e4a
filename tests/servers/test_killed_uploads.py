"""The workspace is killed in the middle of a long upload, by which some networks publish at once:
nothing is out twice, and what cannot be known is asked about."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from posto_desktop.server.publishers.http import Http, HttpAnswer
from posto_desktop.server.publishers.ntfy import Ntfy
from tests.end2end.waiting import wait_for
from tests.servers.conversations import youtube
from tests.servers.conversations.cases import CASES
from tests.servers.conversations.youtube import YouTube
from tests.servers.middleman import Middleman, middleman
from tests.servers.ntfy import NtfyServer
from tests.servers.posting import Person, make_picture, make_post
from tests.servers.scripted import served
from tests.servers.workspace import POSTO, WorkspaceProcess

WITH_FILES = [name for name, case in CASES.items() if case.files != 0]
# What carries the file, where that is not the call that publishes.
UPLOADS = {
    "mattermost": ("POST", "/api/v4/files"),
    "ntfy": ("PUT", "/"),
    "youtube": ("PUT", "/up/"),
}
ASKED_ABOUT = ("telegram", "discord_webhook")


def sizes_of(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the bodies of all calls that publish from now on."""
    sizes: list[int] = []
    once = Http._once

    def noted(
        way: Http, method: str, url: str, publishes: bool, body: dict[str, Any]
    ) -> HttpAnswer:
        if publishes:
            data = body.get("data")
            sizes.append(len(data) if isinstance(data, bytes) else int(body.get("length") or 0))
        return once(way, method, url, publishes, body)

    monkeypatch.setattr(Http, "_once", noted)
    return sizes


@pytest.mark.parametrize("name", WITH_FILES)
def test_a_publisher_says_whether_its_publishing_call_carries_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    picture = make_picture(tmp_path, "one.jpg", "One")
    with served(case.server()) as server:
        person = Person.connect(case.publisher(), **case.fields(server.url))
        sizes = sizes_of(monkeypatch)
        person.publish(make_post("Words", media=(picture,), **case.extra), 1.0)
    assert (max(sizes) >= picture.size) == person.publisher.sends_files


def test_ntfy_says_so_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ntfy: NtfyServer
) -> None:
    person = Person.connect(Ntfy(), server=ntfy.url, topic=f"t{secrets.token_hex(6)}")
    sizes = sizes_of(monkeypatch)
    picture = make_picture(tmp_path, "one.jpg", "One")
    person.publish(make_post("Words", media=(picture,)), 1.0)
    assert max(sizes) >= picture.size
    assert person.publisher.sends_files


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[WorkspaceProcess]:
    process = WorkspaceProcess(tmp_path / "workspace", settle=3)
    yield process
    process.close()


def sign_in_by_browser(workspace: WorkspaceProcess, server: YouTube, place: str) -> None:
    """Connect an account as somebody does who allows it on the network's page."""
    workspace.hidden |= {youtube.SECRET, youtube.REFRESH, server.access}
    fields = {"client_id": youtube.CLIENT, "client_secret": youtube.SECRET}
    body = {"network": "youtube", "server": place, "keep": "file", "fields": fields}
    progress = workspace.ask("POST", f"{POSTO}/connect", json=body)
    back = parse_qs(urlsplit(progress["open_url"]).query)["redirect_uri"][0]
    came = requests.get(back, params=server.allow(progress["open_url"]), timeout=60)
    assert came.ok

    def look() -> dict[str, Any] | None:
        now: dict[str, Any] = workspace.ask("GET", f"{POSTO}/connect/{progress['id']}")
        return now if now["state"] == "done" else None

    account = wait_for(look, "the account to be connected")["account"]
    workspace.channel = account["channels"][0]["id"]


def killed_in_mid_upload(
    workspace: WorkspaceProcess, between: Middleman, name: str, file: Path
) -> dict[str, Any]:
    """Have a post with a file be cut off by a kill; its row when it has an outcome."""
    method, path = UPLOADS.get(name) or CASES[name].publishes
    fault = between.fail(path, method=method, stalls=True)
    group = workspace.compose(
        f"Once at {name}",
        post_title="Once",
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[workspace.upload(file, "A fjord")],
    )
    assert fault.is_stalled.wait(60), workspace.rows(group)
    workspace.kill()
    fault.end_stall.set()
    between.wait_until_quiet()
    workspace.start()
    (row,) = workspace.settled(group=group)
    assert fault.times == 0
    return row


@pytest.mark.parametrize("name", [*ASKED_ABOUT, "webhook", "discord", "tumblr", "mattermost"])
def test_a_kill_in_mid_upload_is_no_second_post(
    workspace: WorkspaceProcess, tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    size = (480, 320) if name == "webhook" else (1600, 1200)  # as large as it takes them
    picture = make_picture(tmp_path, "fjord.jpg", "A fjord", size, quality=95)
    with served(case.server()) as server, middleman(server.url) as between:
        server.seen_as = between.url
        workspace.connect_first(name, **case.fields(between.url))
        between.reset()
        row = killed_in_mid_upload(workspace, between, name, picture.path)
        method, path = UPLOADS.get(name) or case.publishes
        tries = sum(
            request.startswith(f"{method} ") and path in request for request in between.requests
        )
        if name in ASKED_ABOUT:
            assert "may be published" in row["error_msg"]
            assert (len(server.posts), tries) == (0, 1)
        else:
            assert row["status"] == "success", row["error_msg"]
            assert [post.id for post in server.posts] == [row["remote_post_id"]]
            assert tries == 2


def test_a_kill_in_mid_upload_to_ntfy_is_no_second_message(
    workspace: WorkspaceProcess, ntfy: NtfyServer, tmp_path: Path
) -> None:
    topic = f"t{secrets.token_hex(6)}"
    picture = make_picture(tmp_path, "fjord.jpg", "A fjord", (640, 480))
    with middleman(ntfy.url) as between:
        workspace.connect("ntfy", between.url, topic=topic)
        row = killed_in_mid_upload(workspace, between, "ntfy", picture.path)
    assert row["status"] == "success", row["error_msg"]
    (message,) = ntfy.messages(topic)
    assert message["message"] == "Once at ntfy"
    assert message["id"] == row["remote_post_id"]


def test_a_kill_in_mid_upload_to_youtube_is_no_second_video(
    workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    film = tmp_path / "fjord.mp4"
    film.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(5_000_000))
    server = YouTube()
    with served(server), middleman(server.url) as between:
        server.seen_as = between.url
        sign_in_by_browser(workspace, server, between.url)
        row = killed_in_mid_upload(workspace, between, "youtube", film)
        assert row["status"] == "success", row["error_msg"]
        assert [post.id for post in server.posts] == [row["remote_post_id"]]
        assert list(server.videos) == [row["remote_post_id"]], "what was cut off is no video"
