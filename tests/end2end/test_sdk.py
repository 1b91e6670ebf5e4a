"""A script's day with the SDK, against the real workspace process, and beside another client.

Our SDK speaks as the plugin wants it. The public client speaks its own dialect (comma lists,
forms, `include_all`), which the workspace serves as well; both must see the same posts.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from posto_desktop.sdk import (
    MediaUploadError,
    PostoSDK,
    ServiceError,
    SettingsError,
    SocialMediaManager,
)
from tests.end2end.waiting import wait_for

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The workspace as its own process, as `posto-server` starts it."""
    folder = tmp_path_factory.mktemp("workspace")
    with subprocess.Popen(
        [sys.executable, "-m", "posto_desktop.server", "--data", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(60) == 0


@pytest.fixture
def manager(facts: dict[str, Any], tmp_path: Path) -> Iterator[SocialMediaManager]:
    """Signed in, on a workspace without posts."""
    with SocialMediaManager(
        facts["username"], facts["password"], base_url=facts["base_url"], config=tmp_path / "config"
    ) as made:
        wait_for(
            lambda: made.delete_all_schedules() and made.schedules.page().total == 0,
            "an empty workspace",
        )
        made.clear_defaults()
        yield made


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("Fjörd bei Nacht.png", "second.jpg", "third.jpg")]
    for number, path in enumerate(paths):
        Image.new("RGB", (48 + number, 32), (40 * number, 90, 160)).save(path)
    return paths


def feed(manager: SocialMediaManager, text: str) -> dict[str, Any]:
    """The published post with this text, as soon as it is out."""
    return wait_for(
        lambda: next((row for row in manager.feed() if row["text"] == text), None),
        f"“{text}” in the feed",
        explain=lambda: manager.schedules.list(per_page=50),
    )


def test_posting(manager: SocialMediaManager, photos: list[Path]) -> None:
    result = manager.post(
        "Three pictures 🌌",
        to=["sandbox x", 3, "mastodon"],
        media=[photos[0], str(photos[1]), photos[2]],
        alt_text={photos[0].name: "A fjord at night", "second.jpg": "ä" * 1800},
        settings={"twitter": {"post_text": "🔥 {post_title} ({channel_name})"}},
    )
    assert result.success
    assert len(result.media_ids) == 3
    on_x = feed(manager, "🔥 Three pictures 🌌 (Sandbox X)")
    assert on_x["posto_ref"] == result.posto_ref
    assert [file["id"] for file in on_x["media"]] == result.media_ids
    assert [file["alt"] for file in on_x["media"]] == ["A fjord at night", "ä" * 1800, ""]
    assert feed(manager, "Three pictures 🌌")
    rows = manager.schedules.list(group_id=result.schedule_group_id)
    assert {row.network for row in rows} == {"twitter", "fb", "mastodon"}

    again = manager.post("The same picture", to=1, media=photos[0], alt_text="A fjord at night")
    assert again.media_ids == result.media_ids[:1]  # nothing was uploaded a second time
    picture = manager.channels[0].picture
    assert manager.post("From the web", to=1, media=picture).success  # the service's own address
    with pytest.raises(MediaUploadError, match=r"gone\.jpg"):
        manager.post("Never", to=1, media=[photos[0], "gone.jpg"])
    assert not [row for row in manager.schedules.iter() if row.text == "Never"]


def test_styles_defaults_and_campaigns(manager: SocialMediaManager, photos: list[Path]) -> None:
    manager.set_network_defaults("twitter", {"post_text": "🚨 {post_title} 🚨"})
    assert manager.post_to("x", "Breaking")
    assert feed(manager, "🚨 Breaking 🚨")
    assert manager.quick_post("To all", image=photos[0], style="announcement")
    networks = {"twitter", "fb", "instagram", "linkedin", "mastodon", "bluesky", "telegram"}
    wait_for(
        lambda: (
            networks
            <= {
                row["channel"]["social_network"]
                for row in manager.feed()
                if row["text"] == "📢 To all"
            }
        ),
        "the announcement on seven networks",
        explain=lambda: manager.schedules.list(per_page=50),
    )

    manager.save_style("mine", {"facebook": {"post_text": "{post_title}\n{hashtags}"}})
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    results = manager.create_campaign(
        ["One #a", "Two", "Three"],
        platforms=["facebook", "twitter"],
        images=[photos[0], "gone.jpg", None],
        start_time=begin,
        hours_between_posts=12,
        style="mine",
    )
    assert results == [True, False, True]
    assert "gone.jpg" in str(results.results[1].error_message)
    planned = sorted(
        (row.send_at, row.network, row.text) for row in manager.schedules.iter(status="not_sent")
    )
    assert planned == [
        (begin, "fb", "One #a\n#a"),
        (begin, "twitter", "🚨 One #a 🚨"),
        (begin + timedelta(days=1), "fb", "Three"),
        (begin + timedelta(days=1), "twitter", "🚨 Three 🚨"),
    ]
    assert manager.create_quick_campaign(["A", "B"], interval="1d", start_time="tomorrow")


def test_schedules(manager: SocialMediaManager) -> None:
    planned = manager.post("Planned", to=[1, 3], when="2d")
    failed = manager.post("No picture", to="instagram")  # which Instagram refuses
    [row] = wait_for(lambda: manager.schedules.list(status="error"), "the refusal")
    assert row.group_id == failed.schedule_group_id
    assert "needs at least one picture" in row.error
    assert manager.schedules.list(status="error", network="facebook", per_page=20) == []
    assert manager.schedules.list(schedule_id=row.id)[0] == row
    pending = manager.schedules.list(status=["not_sent", "sending"], network=["facebook", "x"])
    assert pending.total == 2
    ids = [item.id for item in pending]

    outcome = manager.schedules.retry([row.id, *ids, 999_999])
    assert dict(outcome) == {
        row.id: "retried",
        ids[0]: "not_failed",
        ids[1]: "not_failed",
        999_999: "not_found",
    }
    wait_for(lambda: manager.schedules.list(status="error"), "the second refusal")

    with pytest.raises(SettingsError):
        manager.schedules.delete(status=[])
    assert manager.schedules.delete(older_than="7d").deleted == []
    assert manager.schedules.delete(status="error").deleted == [row.id]
    result = manager.delete_all_schedules(exclude_ids=[ids[0]])
    assert (result.deleted, result.kept) == ([ids[1]], [ids[0]])
    assert [item.id for item in manager.schedules.list()] == [ids[0]]
    assert manager.schedules.list()[0].group_id == planned.schedule_group_id


def test_settings_of_networks_and_channels(manager: SocialMediaManager) -> None:
    before = manager.get_network_settings("facebook").get_default_settings()
    manager.save_network_settings("facebook", {"post_text": "{post_title} ✓"})
    manager.settings_manager.clear_cache()
    after = manager.get_network_settings("fb").get_default_settings()
    assert after == {**before, "post_text": "{post_title} ✓"}
    manager.save_network_settings("facebook", {"post_text": before["post_text"]})

    channels = manager.channel_manager
    settings = channels.get_channel_settings(2)
    channels.set_channel_proxy(2, "http://proxy.example:8080")
    assert channels.get_channel_proxy(2) == "http://proxy.example:8080"
    with pytest.raises(ServiceError, match="cannot have a user name"):
        channels.set_channel_proxy(2, "http://user:secret@proxy.example:8080")
    channels.set_channel_proxy(2)
    assert channels.get_channel_settings(2) == settings
    channels.check_channel(2)
    assert "secret" not in repr(manager.refresh_channels())


def test_the_public_clients_dialect_shows_the_same(
    manager: SocialMediaManager, facts: dict[str, Any]
) -> None:
    manager.post("Planned", to=[1, 3], when="2d")
    manager.post("No picture", to="instagram")
    [failed] = wait_for(lambda: manager.schedules.list(status="error"), "the refusal")
    mine = {row.id for row in manager.schedules.iter(status=["not_sent"], network=["fb", "x"])}
    with requests.Session() as client:
        client.trust_env = False
        client.auth = (facts["username"], facts["password"])
        base = f"{facts['base_url']}/wp-json/fs-poster/v1"
        answer = client.get(
            f"{base}/schedules",
            params={"statuses": "not_sent,draft", "social_networks": "fb,twitter", "page": "1"},
        ).json()
        assert {row["id"] for row in answer["schedules"]} == mine
        assert client.post(f"{base}/schedules/retry", data={"log_ids[]": failed.id}).json() == []
        wait_for(lambda: manager.schedules.list(status="error"), "the second refusal")
        body = {"include_all": True, "filters": {"status": ["error"]}, "exclude_ids": []}
        assert client.delete(f"{base}/schedules", json=body).json() == []
        assert {row.id for row in manager.schedules.iter()} == mine
        composed = client.post(
            f"{base}/composer",
            json={
                "schedules": [{"channel_id": 1, "custom_post_data": {"post_content": "Theirs"}}],
                "share_at": None,
            },
        ).json()
    assert feed(manager, "Theirs")
    [theirs] = manager.schedules.list(group_id=composed["schedule_group_id"])
    assert theirs.status == "success"
    assert theirs.posto_ref is None


def test_one_object_serves_sixteen_threads(manager: SocialMediaManager, photos: list[Path]) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(2):
                media = photos[number % 3] if turn else None
                assert manager.post(f"Post {number}-{turn}", to=[1, 3], when="2d", media=media)
                manager.refresh_channels()
                assert manager.schedules.list(status="not_sent", per_page=20)
                manager.save_style(f"style {number}", {"x": {"post_text": "{post_title}"}})
                manager.save_network_settings("fb", {"first_comment_text": str(number)})
                manager.channel_manager.set_channel_proxy(2, f"http://host{number}:1")
        except BaseException as error:  # noqa: BLE001 - shown below, in the test's thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    texts = [row.text for row in manager.schedules.iter()]
    assert sorted(texts) == sorted(
        f"Post {number}-{turn}" for number in range(16) for turn in range(2) for _ in range(2)
    )
    styles = set(manager.list_styles())
    assert styles >= {f"style {number}" for number in range(16)}
    manager.channel_manager.set_channel_proxy(2)
    manager.save_network_settings("fb", {"first_comment_text": ""})


class Loses:
    """Stands before the workspace; carries every request out, but loses the answer to some."""

    def __init__(self, to: str, loses: Callable[[bytes], bool]) -> None:
        place = to.removeprefix("http://")
        host, _, port = place.partition(":")
        self._host = place.encode("ascii")
        self._to, self._loses = (host, int(port)), loses
        self.lost = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with near:
                self._carry(near)

    def _carry(self, near: socket.socket) -> None:
        """One request with `Connection: close`, so that the answer ends with the connection."""
        head, _, rest = self._until(near).partition(b"\r\n\r\n")
        length = next(
            (
                int(line.split(b":")[1])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")
            ),
            0,
        )
        while len(rest) < length:
            rest += near.recv(65536)
        lines = [
            b"Host: " + self._host if line.lower().startswith(b"host:") else line
            for line in head.split(b"\r\n")
            if not line.lower().startswith(b"connection:")
        ]
        with socket.create_connection(self._to) as far:
            far.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + rest)
            answer = b""
            while piece := far.recv(65536):
                answer += piece
        if self._loses(head):
            self.lost += 1
            return
        near.sendall(answer)

    @staticmethod
    def _until(near: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = near.recv(65536)
            if not piece:
                break
            data += piece
        return data

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(60)


def test_lost_answers_post_nothing_twice(
    manager: SocialMediaManager, facts: dict[str, Any], photos: list[Path]
) -> None:
    loses = Loses(facts["base_url"], lambda head: head.startswith(b"POST "))
    token = base64.b64encode(f"{facts['username']}:{facts['password']}".encode()).decode()
    try:
        with PostoSDK.from_token(token, base_url=loses.url, timeout=(5, 10)) as posto:
            result = posto.post("Only once", to=[1, 3], when="3d", media=photos[0])
    finally:
        loses.close()
    assert result.success
    assert loses.lost == 2  # the upload and the post itself
    rows = [row for row in manager.schedules.iter() if row.text == "Only once"]
    assert sorted(row.channel_id for row in rows) == [1, 3]
    assert {row.group_id for row in rows} == {result.schedule_group_id}
    assert all([ref.id for ref in row.media] == result.media_ids for row in rows)


SCRIPT = """
from posto_desktop.sdk import SocialMediaManager

manager = SocialMediaManager()
manager.set_network_defaults("twitter", {
    "post_text": "🚨 Breaking News: {post_title} 🚨",
    "cut_post_text": True
})
manager.save_style("my_announcement", {
    "twitter": {"post_text": "🎯 {post_title}", "cut_post_text": True},
    "facebook": {"post_text": "📢 Important Update:\\n\\n{post_title}", "attach_link": True}
})
if manager.quick_post("Hello world!", image="hello.jpg", style="my_announcement"):
    print("Quick post sent.")
if manager.schedule_post("Tomorrow!", when="tomorrow", style="announcement"):
    print("Post scheduled.")
campaign_results = manager.create_campaign(
    messages=["Day 1", "Day 2", "Day 3"],
    start_time="tomorrow",
    hours_between_posts=24,
    style="blog"
)
if all(campaign_results):
    print("Campaign scheduled.")
"""


def test_a_script_with_the_account_of_the_environment(
    manager: SocialMediaManager, facts: dict[str, Any], photos: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "hello.jpg").write_bytes(photos[1].read_bytes())
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", "script.py"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "POSTO_HOME": str(tmp_path / "home"),
            "POSTO_BASE_URL": facts["base_url"],
            "POSTO_USERNAME": facts["username"],
            "POSTO_PASSWORD": facts["password"],
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split("\n") == [
        "Quick post sent.",
        "Post scheduled.",
        "Campaign scheduled.",
        "",
    ]
    assert feed(manager, "🎯 Hello world!")
    assert feed(manager, "📢 Important Update:\n\nHello world!")
    assert (tmp_path / "home/config/styles/my_announcement.json").exists()
    assert len({row.group_id for row in manager.schedules.iter(status="not_sent")}) == 4
