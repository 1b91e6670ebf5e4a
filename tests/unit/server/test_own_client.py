"""Our own SDK and the workspace: they share no code and meet over HTTP alone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.sdk import PostoSDK

from .conftest import FS, Client, png, until


@pytest.fixture
def posto(client: Client) -> Iterator[PostoSDK]:
    with PostoSDK.from_credentials(
        client.running.username, client.running.password, base_url=client.base
    ) as posto:
        yield posto


def test_it_signs_in_and_sees_the_channels(posto: PostoSDK) -> None:
    assert posto.me().name == "Posto"
    assert {channel.network for channel in posto.channels} >= {"twitter", "fb", "tiktok"}
    assert posto.get_channel_by_name("sandbox face")[0].network == "fb"
    assert posto.download(posto.channels[0].picture).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["plain.png", "日本 写真 🎉.png", 'a;b"c.png', "x" * 200 + ".png"])
def test_it_uploads_files_of_any_name(
    posto: PostoSDK, client: Client, tmp_path: Path, name: str
) -> None:
    if sys.platform == "win32":
        name = name.replace('"', "'")  # which no file has in its name there
    path = tmp_path / name
    path.write_bytes(png(5, 5))
    seen: list[tuple[int, int]] = []
    item = posto.upload(
        path, alt_text="Alt 🎉", progress=lambda sent, total: seen.append((sent, total))
    )
    assert seen[-1][0] == seen[-1][1] > 0
    stored = client.call("GET", f"/wp-json/wp/v2/media/{item.id}")
    assert stored["alt_text"] == "Alt 🎉"
    assert posto.download(item.url) == png(5, 5)


def test_a_cancelled_upload_leaves_nothing(posto: PostoSDK, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    path.write_bytes(png() + bytes(30_000_000))
    before = client.call("GET", "/wp-json/wp/v2/media?per_page=1")
    cancel = threading.Event()

    def progress(sent: int, total: int) -> None:
        if sent > total / 2:
            cancel.set()

    with pytest.raises(Exception, match=r"(?i)cancel"):
        posto.upload(path, progress=progress, cancel=cancel)
    assert client.call("GET", "/wp-json/wp/v2/media?per_page=1") == before


def test_it_posts_finds_retries_and_deletes(
    posto: PostoSDK, client: Client, tmp_path: Path
) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png())
    ids = client.channels()
    result = posto.post("Now <3 {a|b}", to=[ids["fb"], ids["mastodon"]], media=str(path))
    assert result.success
    assert result.posto_ref
    until(lambda: {row["status"] for row in client.rows()} == {"success"})
    rows = posto.schedules.find_ref(result.posto_ref)
    assert len(rows) == 2
    assert {row.group_id for row in rows} == {result.schedule_group_id}
    later = datetime.now(UTC) + timedelta(hours=2)
    planned = posto.post("Later", to=ids["twitter"], when=later)
    (row,) = posto.schedules.list(group_id=planned.schedule_group_id)
    assert row.send_at is not None
    assert abs(row.send_at - later) < timedelta(seconds=2)
    posto.schedules.delete([row.id])
    assert list(posto.schedules.list(group_id=planned.schedule_group_id)) == []
    failed = client.settled(client.compose("instagram", share_at=None))[0]
    posto.schedules.retry([failed["id"]])
    assert posto.feed()[0]["posto_ref"] == result.posto_ref


def test_it_reads_the_reason_of_a_refusal(posto: PostoSDK, client: Client) -> None:
    group = client.compose("tiktok", share_at=None)
    client.settled(group)
    (row,) = posto.schedules.list(status="error", group_id=group)
    assert row.error == "TikTok needs at least one picture or video."


def test_it_saves_network_settings(posto: PostoSDK, client: Client) -> None:
    posto.save_network_settings("x", {"cut_post_text": False})
    assert client.call("GET", f"{FS}/social-networks/twitter/settings")["cut_post_text"] is False
    posto.save_network_settings("x", {"cut_post_text": True})
