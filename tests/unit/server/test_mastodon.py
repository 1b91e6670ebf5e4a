"""Publishing to a real snac2 from the real workspace process, and what its API answers."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.needs import require
from tests.servers.snac import PROGRAM, Snac

from .conftest import FS, POSTO, Client, png, until

# Letters of all kinds, a direction mark, an emoji of several signs, and what the plugin strips.
TEXT = "Grüße {a|b} an alle 👩‍👩‍👧 שלום, I <3 you & <b>you</b>"


def connect(client: Client, snac: Snac, token: str) -> dict[str, Any]:
    progress: dict[str, Any] = client.call(
        "POST",
        f"{POSTO}/connect",
        json={
            "network": "mastodon",
            "server": snac.url,
            "keep": "session",
            "fields": {"token": token},
        },
    )
    assert progress["state"] == "done", progress
    account: dict[str, Any] = progress["account"]
    return account


@pytest.fixture(scope="module")
def token(snac: Snac) -> str:
    return snac.token()


@pytest.fixture
def own(start: Callable[..., Client], snac: Snac, token: str) -> Client:
    """A workspace with a connected account; `channel` is its channel."""
    client = start()
    account = connect(client, snac, token)
    client.channel = account["channels"][0]["id"]  # type: ignore[attr-defined]
    return client


def test_the_list_of_channels_says_what_the_server_takes(own: Client) -> None:
    channels = own.call("GET", f"{FS}/channels")["channels"]
    limits = {channel["id"]: channel.get("limits") for channel in channels}
    taken = limits.pop(own.channel)  # type: ignore[attr-defined]
    assert taken["unit"] == "graphemes_url23"
    assert taken["text"] > 500
    assert set(limits.values()) == {None}  # of the sandbox


def test_a_channel_has_the_picture_of_its_account(own: Client) -> None:
    pictures = {
        channel["id"]: channel["picture"]
        for channel in own.call("GET", f"{FS}/channels")["channels"]
    }
    [account] = own.call("GET", f"{POSTO}/accounts")["accounts"]
    assert account["picture"].startswith("http")
    own_picture = pictures.pop(own.channel)  # type: ignore[attr-defined]
    answer = requests.get(own_picture, allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (302, account["picture"])
    answer = requests.get(pictures.popitem()[1], allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")


def compose(client: Client, text: str, share_at: int | None = None, **data: Any) -> str:
    answer = client.call(
        "POST",
        f"{FS}/composer",
        json={
            "schedules": [
                {
                    "channel_id": client.channel,  # type: ignore[attr-defined]
                    "custom_post_data": {"post_content": text, **data},
                }
            ],
            "share_at": share_at,
        },
    )
    return str(answer["schedule_group_id"])


def publish(client: Client, text: str, **data: Any) -> dict[str, Any]:
    (row,) = client.settled(compose(client, text, **data))
    return row


def test_a_browser_sign_in_makes_a_channel(start: Callable[..., Client], snac: Snac) -> None:
    client = start()
    progress = client.call(
        "POST",
        f"{POSTO}/connect",
        json={"network": "mastodon", "server": snac.url, "keep": "session"},
    )
    assert progress["state"] == "open", progress
    back = snac.allow(progress["open_url"])
    wrong = requests.get(back.replace("state=", "state=x"), timeout=30)
    assert wrong.status_code == 404, "another state is not taken"
    page = requests.get(back, timeout=30)
    assert page.ok
    assert "close this window" in page.text

    def done() -> dict[str, Any] | None:
        now: dict[str, Any] = client.call("GET", f"{POSTO}/connect/{progress['id']}")
        return now if now["state"] == "done" else None

    connected = until(done)
    assert connected["account"]["handle"] == f"@alice@localhost:{snac.port}"
    with pytest.raises(requests.ConnectionError):
        requests.get(back, timeout=30)  # nobody listens any more
    client.channel = connected["account"]["channels"][0]["id"]  # type: ignore[attr-defined]
    row = publish(client, "By the browser")
    assert row["status"] == "success", row["error_msg"]
    assert "client_secret" not in progress["open_url"]
    # Disconnecting ends the token at the server.
    number = connected["account"]["id"]
    assert client.call("DELETE", f"{POSTO}/accounts/{number}") == {"revoked": True, "note": ""}
    assert client.call("GET", f"{POSTO}/accounts") == {"accounts": []}


def test_words_go_out_as_they_were_composed(own: Client, snac: Snac, token: str) -> None:
    row = publish(own, TEXT)
    assert row["status"] == "success", row["error_msg"]
    page = requests.get(row["remote_post_link"], timeout=30)
    assert page.ok
    assert "{a|b} an alle 👩‍👩‍👧 שלום" in page.text
    (published,) = [post for post in snac.posts(token) if post["id"] == row["remote_post_id"]]
    assert "you</b>" in published["content"]


def test_pictures_keep_their_descriptions(own: Client, snac: Snac, token: str) -> None:
    alts = ["Ein Bäcker 🥐", "شجرة", "third", "fourth"]
    ids = []
    for number, alt in enumerate(alts):
        item = own.upload(png(20, 20 + number), f"p{number}.png")
        own.call("POST", f"/wp-json/wp/v2/media/{item['id']}", json={"alt_text": alt})
        ids.append(item["id"])
    row = publish(
        own,
        "Four pictures",
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=ids,
    )
    assert row["status"] == "success", row["error_msg"]
    (published,) = [post for post in snac.posts(token) if post["id"] == row["remote_post_id"]]
    assert [attachment["description"] for attachment in published["media_attachments"]] == alts
    for attachment in published["media_attachments"]:
        assert requests.get(attachment["url"], timeout=30).content[:4] == b"\x89PNG"


def test_a_thread_and_a_first_comment(own: Client, snac: Snac, token: str) -> None:
    row = publish(
        own,
        "First of three",
        posto_thread=[{"text": "Second of three"}, {"text": "Third of three"}],
        first_comment="And a comment",
    )
    assert row["status"] == "success", row["error_msg"]
    parts = row["data"]["parts"]
    assert [part["kind"] for part in parts] == ["post", "thread", "thread", "comment"]
    assert [part["state"] for part in parts] == ["sent"] * 4
    ids = [part["id"] for part in parts]
    posts = {post["id"]: post for post in snac.posts(token)}
    parents = [posts[post_id]["in_reply_to_id"] for post_id in ids]
    assert parents == [None, ids[0], ids[1], ids[0]]
    assert row["remote_post_id"] == ids[0]


def test_a_wrong_token_is_said_when_connecting(start: Callable[..., Client], snac: Snac) -> None:
    client = start()
    progress = client.call(
        "POST",
        f"{POSTO}/connect",
        json={
            "network": "mastodon",
            "server": snac.url,
            "keep": "session",
            "fields": {"token": "not-a-token"},
        },
    )
    assert progress["state"] == "failed"
    assert "does not accept the sign-in" in progress["error"]
    assert "not-a-token" not in progress["error"]
    assert client.call("GET", f"{POSTO}/accounts") == {"accounts": []}


def test_a_revoked_token_asks_to_connect_again(start: Callable[..., Client], snac: Snac) -> None:
    client, token = start(), snac.token()
    account = connect(client, snac, token)
    client.channel = account["channels"][0]["id"]  # type: ignore[attr-defined]
    requests.post(f"{snac.url}/oauth/revoke", data={"token": token, "client_id": "x"}, timeout=30)
    app = client.call("GET", f"{POSTO}/accounts")["accounts"][0]
    assert app["health"] == "ok"
    snac.revoke(token)
    row = publish(client, "Not sent")
    assert row["status"] == "error"
    assert "does not accept the sign-in" in row["error_msg"]
    (checked,) = client.call("GET", f"{POSTO}/accounts")["accounts"]
    assert checked["health"] == "sign_in_again"
    (channel,) = [
        channel
        for channel in client.call("GET", f"{FS}/channels")["channels"]
        if channel["id"] == client.channel  # type: ignore[attr-defined]
    ]
    assert channel["status"] is False
    # Connected again it is the same channel.
    again = connect(client, snac, snac.token())
    assert again["channels"] == account["channels"]
    assert publish(client, "Sent again")["status"] == "success"


def test_a_server_that_is_away_is_waited_for(start: Callable[..., Client]) -> None:
    require([] if PROGRAM else ["snac2"])
    snac = Snac()
    try:
        client = start()
        account = connect(client, snac, snac.token())
        client.channel = account["channels"][0]["id"]  # type: ignore[attr-defined]
        snac.stop()
        group = compose(client, "After a while")
        until(lambda: "cannot be reached" in client.group(group)[0]["error_msg"])
        assert client.group(group)[0]["status"] == "not_sent"
        snac.start()
        client.call(
            "POST", f"{POSTO}/schedules/send-now", json={"ids": [client.group(group)[0]["id"]]}
        )
        (row,) = client.settled(group)
        assert row["status"] == "success"
        assert len(snac.stored()) == 1
    finally:
        snac.remove()


def test_what_the_server_does_not_take_is_refused_with_its_number(own: Client) -> None:
    row = publish(own, "a" * 100_001)
    assert row["status"] == "error"
    assert "100,001 characters" in row["error_msg"]
    assert "100,000" in row["error_msg"]


def test_without_a_keyring_the_person_chooses(start: Callable[..., Client], snac: Snac) -> None:
    answer = start().send(
        "POST", f"{POSTO}/connect", json={"network": "mastodon", "server": snac.url}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "posto_no_keyring"


def test_limits_come_from_the_server(own: Client) -> None:
    (account,) = own.call("GET", f"{POSTO}/accounts")["accounts"]
    assert account["limits"]["text"] == 100_000
    assert account["limits"]["files"] == 4
    assert account["facts"]["software"] == "snac"
    assert account["facts"]["honours_keys"] is False
    assert account["checked_at"] <= time.time()


def test_a_picture_that_is_too_large_is_made_smaller_and_the_post_says_so(
    own: Client, snac: Snac, token: str
) -> None:
    limit = 33_177_600
    item = own.upload(png(7000, 5000), "wide.png")
    row = publish(
        own,
        "A wide picture",
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[item["id"]],
    )
    assert row["status"] == "success", row["error_msg"]
    (part,) = row["data"]["parts"]
    (note,) = part["notes"]
    assert note.startswith("wide.png was made smaller, to ")
    (published,) = [post for post in snac.posts(token) if post["id"] == row["remote_post_id"]]
    data = requests.get(published["media_attachments"][0]["url"], timeout=30).content
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.width * picture.height <= limit
        assert picture.width > 4000


def test_a_password_that_was_kept_for_one_run_is_asked_for_after_it(
    start: Callable[..., Client], snac: Snac, token: str, tmp_path: Path
) -> None:
    client = start(tmp_path / "own")
    account = connect(client, snac, token)
    client.running.stop(60)
    again = start(tmp_path / "own")
    (checked,) = again.call("GET", f"{POSTO}/accounts")["accounts"]
    assert checked["health"] == "sign_in_again"
    assert "was not found on this computer" in checked["health_note"]
    assert connect(again, snac, token)["channels"] == account["channels"]
    (checked,) = again.call("GET", f"{POSTO}/accounts")["accounts"]
    assert checked["health"] == "ok"
