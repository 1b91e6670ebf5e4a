"""The published posto-sdk 3.0.5, unchanged except for its address, against the real workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from .conftest import FS, Client, png

posto_sdk = pytest.importorskip("posto_sdk")

HOSTED = "https://xmachine.online"


@pytest.fixture
def address(client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sends what goes to the hosted service to the workspace instead; touches nothing else."""
    send = requests.adapters.HTTPAdapter.send

    def redirect(self: Any, request: Any, **kwargs: Any) -> Any:
        assert request.url.startswith((HOSTED, client.base))
        request.url = request.url.replace(HOSTED, client.base)
        kwargs["proxies"] = {}
        return send(self, request, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", redirect)
    return


@pytest.fixture
def posto(client: Client, address: None) -> Any:
    return posto_sdk.PostoSDK.from_credentials(
        username=client.running.username, password=client.running.password
    )


def test_it_reads_the_channels(posto: Any) -> None:
    assert next(channel["name"] for channel in posto.channels) == "Sandbox X"
    assert len(posto.get_active_channels()) == 8
    assert [channel["social_network"] for channel in posto.get_channels_by_type("twitter")] == [
        "twitter"
    ]


def test_it_posts_at_once_and_the_post_is_published(posto: Any, client: Client) -> None:
    result = posto.post("Hello from the published client", to=client.channels()["twitter"])
    assert result.success
    (row,) = client.settled(result.schedule_group_id)
    assert row["status"] == "success"
    assert client.feed()[0]["text"] == "Hello from the published client"


def test_it_uploads_and_schedules(posto: Any, client: Client, tmp_path: Path) -> None:
    picture = tmp_path / "a b.png"
    picture.write_bytes(png())
    ids = client.channels()
    result = posto.post("Look", to=[ids["twitter"], ids["fb"]], media=str(picture), when="1h")
    assert result.success
    rows = client.group(result.schedule_group_id)
    assert {row["status"] for row in rows} == {"not_sent"}
    assert [file["type"] for file in rows[0]["posting_data"]["mediaList"]] == ["image"]


def test_it_lists_with_filters(posto: Any, client: Client) -> None:
    client.compose("twitter", "fb", "mastodon")
    listed = posto.schedules.list(status=["not_sent", "sending"], network=["facebook", "twitter"])
    assert {row["channel"]["social_network"] for row in listed["schedules"]} == {"fb", "twitter"}
    assert posto.schedules.list(status="error")["total"] == 0
    row = client.rows()[0]
    assert posto.schedules.list(schedule_id=row["id"])["schedules"][0]["id"] == row["id"]
    assert posto.schedules.list(group_id=row["group_id"])["total"] == 3


def test_it_retries_what_failed(posto: Any, client: Client) -> None:
    client.call("POST", f"{FS}/social-networks/twitter/settings", json={"cut_post_text": False})
    failed = client.settled(client.compose("twitter", share_at=None, post_content="x" * 281))[0]
    assert failed["status"] == "error"
    client.call("POST", f"{FS}/social-networks/twitter/settings", json={})
    posto.schedules.retry(failed["id"])
    (row,) = client.settled(failed["group_id"])
    assert row["status"] == "success"
    assert row["posting_data"]["content"] == "x" * 277 + "..."


def test_it_deletes(posto: Any, client: Client) -> None:
    client.compose("twitter", "fb", "mastodon")
    rows = client.rows()
    posto.schedules.delete(schedule_ids=[rows[0]["id"]])
    assert len(client.rows()) == 2
    # Its filters without `all` select nothing, here as on the hosted service.
    posto.schedules.delete(status="not_sent")
    assert len(client.rows()) == 2
    posto.schedules.delete(status=["error"], all=True)
    assert len(client.rows()) == 2
    posto.schedules.delete(all=True, exclude_ids=[rows[1]["id"]])
    assert [row["id"] for row in client.rows()] == [rows[1]["id"]]


def test_it_saves_network_settings(posto: Any, client: Client) -> None:
    posto.save_network_settings("twitter", {"post_text": "x {post_title}", "cut_post_text": False})
    saved = client.call("GET", "/wp-json/fs-poster/v1/social-networks/twitter/settings")
    assert saved["post_text"] == "x {post_title}"
    assert saved["cut_post_text"] is False
    posto.save_network_settings("twitter", {})


def test_the_manager_posts_everywhere(client: Client, address: None, tmp_path: Path) -> None:
    picture = tmp_path / "p.png"
    picture.write_bytes(png())
    manager = posto_sdk.SocialMediaManager.from_credentials(
        username=client.running.username, password=client.running.password
    )
    assert manager.quick_post("Everywhere", image=str(picture))
    rows = client.rows()
    assert len(rows) == 8
    assert {row["status"] for row in client.settled(rows[0]["group_id"])} == {"success"}
