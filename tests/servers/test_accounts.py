"""Accounts at a real PDS and a real Synapse, from the workspace process as the app uses it."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.waiting import wait_for
from tests.servers.bluesky import BlueskyServer
from tests.servers.middleman import Middleman, middleman
from tests.servers.posting import HARD_TEXT, four_pictures, make_picture
from tests.servers.synapse import Synapse
from tests.servers.workspace import POSTO, WorkspaceProcess


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[WorkspaceProcess]:
    process = WorkspaceProcess(tmp_path / "workspace")
    yield process
    process.close()


def upload_four(workspace: WorkspaceProcess, folder: Path) -> tuple[list[int], list[str]]:
    """The ids of four pictures in the library, and their descriptions."""
    pictures = four_pictures(folder)
    return [workspace.upload(picture.path, picture.alt) for picture in pictures], [
        picture.alt for picture in pictures
    ]


def with_pictures(ids: list[int]) -> dict[str, Any]:
    return {"upload_media": True, "upload_media_type": "custom", "media_list_to_upload": ids}


def test_bluesky_from_connecting_to_disconnecting(
    bluesky: BlueskyServer, workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    alice = bluesky.create_account("alice-of-accounts")
    account = workspace.connect(
        "bluesky", bluesky.url, handle=alice.handle, password=alice.app_password
    )
    assert account["handle"] == f"@{alice.handle}"
    assert account["limits"]["text"] == 300
    ids, alts = upload_four(workspace, tmp_path)
    workspace.compose(
        HARD_TEXT,
        posto_thread=[{"text": "2/3", "media": []}, {"text": "3/3", "media": []}],
        first_comment="First!",
        **with_pictures(ids),
    )
    (row,) = workspace.settled()
    assert (row["status"], row["error_msg"]) == ("success", "")
    assert [part["state"] for part in row["data"]["parts"]] == ["sent"] * 4
    posts = {post["uri"]: post["value"] for post in bluesky.posts(alice.did)}
    assert len(posts) == 4
    shown = posts[row["remote_post_id"]]
    assert shown["text"] == HARD_TEXT
    assert [image["alt"] for image in shown["embed"]["images"]] == alts
    (row,) = workspace.settled(group=workspace.compose("👩‍👩‍👧‍👦" * 301))
    assert row["status"] == "error"
    assert "301 characters" in row["error_msg"]
    # What is too large goes out smaller, and the post says so.
    large = make_picture(tmp_path, "large.jpg", "Large", (2600, 1800), noise=120, quality=95)
    group = workspace.compose("L", **with_pictures([workspace.upload(large.path, "Large")]))
    (row,) = workspace.settled(group=group)
    assert row["status"] == "success"
    assert "large.jpg was made smaller" in row["data"]["parts"][0]["notes"][0]
    answer = workspace.ask("DELETE", f"{POSTO}/accounts/{account['id']}")
    assert answer["revoked"] is True, answer


def test_a_revoked_app_password_is_said_at_the_account(
    bluesky: BlueskyServer, workspace: WorkspaceProcess
) -> None:
    bob = bluesky.create_account("bob-of-accounts")
    account = workspace.connect(
        "bluesky", bluesky.url, handle=bob.handle, password=bob.app_password
    )
    bluesky.call("com.atproto.server.revokeAppPassword", {"name": "posto"}, bob.access)
    workspace.compose("Not any more")
    (row,) = workspace.settled()
    assert row["status"] == "error"
    assert "connect the account again" in row["error_msg"]
    (checked,) = workspace.ask("GET", f"{POSTO}/accounts")["accounts"]
    assert checked["health"] == "sign_in_again"
    fresh = bluesky.create_app_password(bob.access, "again")
    again = workspace.connect("bluesky", bluesky.url, handle=bob.handle, password=fresh)
    assert again["channels"] == account["channels"], "what is scheduled goes on"
    workspace.compose("Now it does")
    workspace.settled()
    assert [post["value"]["text"] for post in bluesky.posts(bob.did)] == ["Now it does"]


def test_matrix_from_connecting_to_disconnecting(
    synapse: Synapse, workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    user = synapse.create_user("carol-of-accounts")
    room = synapse.create_room(user, "News")
    account = workspace.connect("matrix", synapse.url, user=user.user_id, password=user.password)
    assert account["channels"][0]["name"] == "News"
    device = account["facts"]["device_id"]
    ids, alts = upload_four(workspace, tmp_path)
    workspace.compose(
        HARD_TEXT,
        posto_thread=[{"text": "2/2", "media": []}],
        first_comment="First!",
        **with_pictures(ids),
    )
    (row,) = workspace.settled()
    assert (row["status"], row["error_msg"]) == ("success", "")
    events = synapse.messages(user, room)[::-1]
    assert events[0]["event_id"] == row["remote_post_id"]
    assert [event["content"]["body"] for event in events[:4]] == [HARD_TEXT, *alts[:3]]
    assert [event["content"]["body"] for event in events[5:]] == ["2/2", "First!"]
    # Signed out elsewhere, and in again: the same device, the same channel.
    device_path = f"/_matrix/client/v3/devices/{device}"
    identifier = {"type": "m.id.user", "user": user.name}
    auth = {"type": "m.login.password", "identifier": identifier, "password": user.password}
    synapse.call("DELETE", device_path, {"auth": auth}, user.access)
    checked = workspace.ask("POST", f"{POSTO}/accounts/{account['id']}/check")["account"]
    assert checked["health"] == "sign_in_again"
    again = workspace.connect("matrix", synapse.url, user=user.user_id, password=user.password)
    assert again["facts"]["device_id"] == device
    assert again["channels"] == account["channels"]
    workspace.compose("Again")
    assert all(row["status"] == "success" for row in workspace.settled())
    answer = workspace.ask("DELETE", f"{POSTO}/accounts/{account['id']}")
    assert answer["revoked"] is True, answer


def test_pictures_are_handed_over_ahead_and_the_post_goes_out_at_its_second(
    bluesky: BlueskyServer, workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    """`POSTO_DUE_POSTS=100` spreads as many over a minute and says how late they were."""
    dora = bluesky.create_account("dora-of-accounts")
    posts = int(os.environ.get("POSTO_DUE_POSTS", "3"))
    with middleman(bluesky.url) as between:
        workspace.connect("bluesky", between.url, handle=dora.handle, password=dora.app_password)
        ids, _alts = upload_four(workspace, tmp_path)
        begin = int(time.time()) + 8 + posts // 2
        due = [begin + number * 60 // 100 for number in range(posts)]
        for number, moment in enumerate(due):
            workspace.compose(f"Post {number}", moment, **with_pictures(ids))
        rows = workspace.settled(300)
        came = list(between.came)
    assert {row["status"] for row in rows} == {"success"}
    uploads = [at for at, path in came if path.endswith("uploadBlob")]
    sent = sorted(at for at, path in came if path.endswith("putRecord"))
    assert len(uploads) == 4 * posts
    assert len(sent) == posts
    assert max(uploads) < begin, "the pictures were there before"
    late = sorted(at - moment for at, moment in zip(sent, due, strict=True))
    print(f"late: median {late[posts // 2]:.3f} s, most {late[-1]:.3f} s")  # noqa: T201
    assert late[0] >= 0, "never before its time"
    assert late[-1] < 5, late
    others = [path for at, path in came if at >= begin and not path.endswith("putRecord")]
    assert others == [], "one small request for each post remains"


@contextlib.contextmanager
def away(between: Middleman) -> Iterator[None]:
    """The server hangs up on whoever asks."""
    between.is_away = True
    try:
        yield
    finally:
        between.is_away = False


@pytest.mark.parametrize("network", ["bluesky", "matrix"])
def test_a_server_that_is_gone_is_waited_for(
    request: pytest.FixtureRequest, workspace: WorkspaceProcess, network: str
) -> None:
    server = request.getfixturevalue("bluesky" if network == "bluesky" else "synapse")
    with middleman(server.url) as between:
        texts = connect_to(network, server, between.url, workspace)
        with away(between):
            workspace.compose("After a while")

            def is_put_off() -> bool:
                (row,) = workspace.rows()
                return row["status"] == "not_sent" and bool(row["error_msg"])

            wait_for(is_put_off, "the post to be put off", explain=workspace.rows)
        (row,) = workspace.rows()
        workspace.ask("POST", f"{POSTO}/schedules/send-now", json={"ids": [row["id"]]})
        (row,) = workspace.settled()
    assert row["status"] == "success", row
    assert texts() == ["After a while"]


@pytest.mark.parametrize("network", ["bluesky", "matrix"])
def test_no_secret_is_left_behind(
    request: pytest.FixtureRequest, workspace: WorkspaceProcess, network: str
) -> None:
    """Of a session that is kept in memory alone, whatever goes wrong on the way."""
    server = request.getfixturevalue("bluesky" if network == "bluesky" else "synapse")
    known: set[str] = set()
    with middleman(server.url) as between:
        between.seen = known.update
        connect_to(network, server, between.url, workspace, keep="session", passwords=known)
        workspace.compose("One")
        workspace.settled()
        with away(between):
            count = len(between.requests)
            workspace.compose("Two")
            wait_for(lambda: len(between.requests) > count, "something to go wrong")
    assert len(known) >= 2
    workspace.close()
    files = [*workspace.folder.rglob("*"), workspace.log]
    for path in files:
        data = path.read_bytes() if path.is_file() else b""
        for secret in known:
            assert secret.encode() not in data, path


def connect_to(
    network: str,
    server: Any,
    url: str,
    workspace: WorkspaceProcess,
    *,
    keep: str = "file",
    passwords: set[str] | None = None,
) -> Callable[[], list[str]]:
    """Connect a new account; returns what asks for the texts that are published by it. The
    credentials are put into `passwords`."""
    name = f"n{secrets.token_hex(5)}"
    if network == "bluesky":
        account = server.create_account(name)
        fields = {"handle": account.handle, "password": account.app_password}

        def texts() -> list[str]:
            return [post["value"]["text"] for post in server.posts(account.did)]
    else:
        user = server.create_user(name)
        room = server.create_room(user, "News")
        fields = {"user": user.user_id, "password": user.password}

        def texts() -> list[str]:
            return [event["content"]["body"] for event in server.messages(user, room)]

    workspace.connect(network, url, keep=keep, **fields)
    if passwords is not None:
        passwords.add(fields["password"])
    return texts
