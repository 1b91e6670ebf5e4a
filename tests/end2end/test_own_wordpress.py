"""Publishing from this computer to a real WordPress: drafts, pictures, comments, lost answers."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from posto_desktop.server import launch
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress import Account, WordPress
from tests.unit.server.conftest import FS, POSTO, Client, png

pytestmark = [pytest.mark.end2end, pytest.mark.wordpress]

TEXT = "Grüße {a|b} an alle 👩‍👩‍👧 שלום, I <3 you & <b>you</b>\nsecond line\n\nSecond paragraph"


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    client = Client(launch.start(tmp_path_factory.mktemp("own")))
    yield client
    client.session.close()
    client.running.stop(60)


def connect(client: Client, site: str, account: Account, **changes: str) -> dict[str, Any]:
    fields = {"username": account.username, "password": account.password, **changes}
    progress: dict[str, Any] = client.call(
        "POST",
        f"{POSTO}/connect",
        json={"network": "wordpress", "server": site, "keep": "session", "fields": fields},
    )
    return progress


def own(client: Client, wordpress: WordPress, site: str = "plugin") -> Callable[..., str]:
    progress = connect(client, wordpress.urls[site], wordpress.admin)
    assert progress["state"] == "done", progress
    channel = progress["account"]["channels"][0]["id"]

    def compose(text: str = TEXT, share_at: int | None = None, **data: Any) -> str:
        entry = {"channel_id": channel, "custom_post_data": {"post_content": text, **data}}
        answer = client.call(
            "POST", f"{FS}/composer", json={"schedules": [entry], "share_at": share_at}
        )
        return str(answer["schedule_group_id"])

    return compose


def posts(wordpress: WordPress) -> list[dict[str, Any]]:
    answer = requests.get(
        f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/posts",
        params={"context": "edit", "status": "publish,draft,pending,future,private,trash"},
        auth=(wordpress.admin.username, wordpress.admin.password),
        timeout=60,
    )
    items: list[dict[str, Any]] = answer.json()
    return items


@pytest.fixture(autouse=True)
def empty(wordpress: WordPress) -> None:
    """The site without posts."""
    wordpress.control.reset()
    auth = (wordpress.admin.username, wordpress.admin.password)
    for post in posts(wordpress):
        url = f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/posts/{post['id']}?force=true"
        assert requests.delete(url, auth=auth, timeout=60).ok


@pytest.mark.parametrize("site", ["no_plugin", "plain", "prefix", "index_php", "notices"])
def test_a_post_with_pictures_and_a_comment(
    wordpress: WordPress, client: Client, site: str
) -> None:
    compose = own(client, wordpress, site)
    alts = ["Ein Bäcker 🥐", 'A "quoted" tree']
    ids = []
    for number, alt in enumerate(alts):
        item = client.upload(png(20, 20 + number), f"Bäcker {number}.png")
        client.call("POST", f"/wp-json/wp/v2/media/{item['id']}", json={"alt_text": alt})
        ids.append(item["id"])
    (row,) = client.settled(
        compose(
            post_title="A title & more",
            first_comment="First <3",
            upload_media=True,
            upload_media_type="custom",
            media_list_to_upload=ids,
        )
    )
    assert row["status"] == "success", row["error_msg"]
    assert [part["state"] for part in row["data"]["parts"]] == ["sent", "sent"], row["data"]
    path = f"{FS}/schedules/insights?id={row['id']}"
    assert client.call("GET", path)["insights"] == [{"label": "Comments", "value": 1}]
    page = requests.get(row["remote_post_link"], timeout=60)
    assert page.ok
    (post,) = posts(wordpress)
    assert post["status"] == "publish"
    assert post["title"]["raw"] == "A title & more"
    content = post["content"]["raw"]
    assert "I &lt;3 you &amp; &lt;b&gt;you&lt;/b&gt;<br>second line" in content
    assert "{a|b} an alle 👩‍👩‍👧 שלום" in content
    assert 'alt="Ein Bäcker 🥐"' in content
    media = requests.get(
        f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/media?orderby=id&order=asc", timeout=60
    ).json()
    assert [file["alt_text"] for file in media] == alts
    for file in media:
        assert requests.get(file["source_url"], timeout=60).content[:4] == b"\x89PNG"


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", [502, 504])
def test_lost_answers_make_no_second_post(
    wordpress: WordPress, client: Client, when: str, status: int
) -> None:
    compose = own(client, wordpress)
    wordpress.control.fault("/wp/v2/posts", times=3, when=when, status=status)
    group = compose("Once")

    def pushed() -> bool:
        """As the person does who does not want to wait half a minute."""
        (row,) = client.group(group)
        if row["status"] == "not_sent" and row["error_msg"]:
            client.call("POST", f"{POSTO}/schedules/send-now", json={"ids": [row["id"]]})
        return row["status"] == "success"

    wait_for(pushed, "the post", every=0.2, explain=lambda: client.group(group))
    (post,) = posts(wordpress)
    assert post["status"] == "publish"


def test_a_wrong_password_is_said(wordpress: WordPress, client: Client) -> None:
    progress = connect(client, wordpress.urls["no_plugin"], wordpress.admin, password="wrong word")
    assert progress["state"] == "failed"
    assert "application password" in progress["error"]
    progress = connect(client, wordpress.urls["no_plugin"], wordpress.subscriber)
    assert progress["state"] == "failed"
    assert "may not write posts" in progress["error"]
    progress = connect(client, "http://localhost:1", wordpress.admin)
    assert progress["state"] == "failed"
    assert "cannot be reached" in progress["error"]


def test_a_draft_is_made_ahead_and_taken_back(wordpress: WordPress, client: Client) -> None:
    compose = own(client, wordpress)
    group = compose("Early", share_at=int(time.time()) + 300)
    wait_for(lambda: [post["status"] for post in posts(wordpress)] == ["draft"], "the draft")
    (row,) = client.group(group)
    assert row["status"] == "not_sent"
    client.call("DELETE", f"{FS}/schedules", json={"include_ids": [row["id"]]})
    wait_for(lambda: posts(wordpress) == [], "the draft to be taken back")


def test_disconnecting_ends_the_password(wordpress: WordPress, client: Client) -> None:
    auth = (wordpress.admin.username, wordpress.admin.password)
    made = requests.post(
        f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/users/me/application-passwords",
        json={"name": "Posto Desktop"},
        auth=auth,
        timeout=60,
    ).json()
    progress = connect(
        client, wordpress.urls["no_plugin"], wordpress.admin, password=made["password"]
    )
    number = progress["account"]["id"]
    assert client.call("DELETE", f"{POSTO}/accounts/{number}") == {"revoked": True, "note": ""}
    left = requests.get(
        f"{wordpress.urls['no_plugin']}/wp-json/wp/v2/users/me",
        auth=(wordpress.admin.username, made["password"]),
        timeout=60,
    )
    assert left.status_code == 401
    # Nowhere in the workspace's folder is the password.
    pair = f"{wordpress.admin.username}:{made['password']}".encode()
    secrets = [made["password"].encode(), base64.b64encode(pair)]
    for path in client.running.data_dir.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(secret in data for secret in secrets), path
