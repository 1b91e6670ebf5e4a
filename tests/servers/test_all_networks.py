"""Every network by the workspace process, as the app uses it: connected, published, disconnected.

ntfy is a real server, the others are conversations made from the networks' documents.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.waiting import wait_for
from tests.servers.conversations.cases import CASES, Case
from tests.servers.middleman import lost, middleman
from tests.servers.ntfy import NtfyServer
from tests.servers.posting import HARD_TEXT, make_picture
from tests.servers.scripted import Scripted, served
from tests.servers.workspace import POSTO, WorkspaceProcess


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkspaceProcess]:
    process = WorkspaceProcess(tmp_path_factory.mktemp("all") / "workspace")
    yield process
    process.close()


def pictures(case: Case, workspace: WorkspaceProcess, folder: Path) -> dict[str, Any]:
    if case.files == 0:
        return {}
    picture = make_picture(folder, "fjord.jpg", "A fjord")
    number = workspace.upload(picture.path, picture.alt)
    return {
        "upload_media": True,
        "upload_media_type": "custom",
        "media_list_to_upload": [number],
    }


@pytest.mark.parametrize("name", CASES)
def test_a_network_from_connecting_to_disconnecting(
    workspace: WorkspaceProcess, tmp_path: Path, name: str
) -> None:
    case = CASES[name]
    server: Scripted
    with served(case.server()) as server:
        account = workspace.connect_first(name, keep="session", **case.fields(server.url))
        assert account["health"] == "ok"
        media = pictures(case, workspace, tmp_path)
        group = workspace.compose(
            f"{HARD_TEXT}\nof {name}",
            post_title=case.extra.get("title", ""),
            first_comment="First!",
            posto_thread=[{"text": "2/2", "media": []}],
            **media,
        )
        (row,) = workspace.settled(group=group)
        assert row["status"] == "success", row["error_msg"]
        shown = server.posts[0]
        assert HARD_TEXT in shown.text
        assert row["remote_post_id"] == shown.id
        assert row["remote_post_link"].startswith("http")
        if media:
            assert len(shown.files) == 1
            assert shown.alts == (("A fjord",) if case.has_alt else ("",))
        states = [part["state"] for part in row["data"]["parts"]]
        if case.has_comment:
            assert states == ["sent"] * 3
            assert [post.text for post in server.posts[1:]] == ["2/2", "First!"]
        else:
            assert states == ["sent", "failed"]
            assert "comment" in row["data"]["parts"][1]["reason"]
        # Too much is said as the network says it, and nothing is cut.
        group = workspace.compose("x" * 200_001, post_title="T", **media)
        if case.most:
            (row,) = workspace.settled(group=group)
            assert row["status"] == "error"
            assert "characters" in row["error_msg"]
        workspace.settled()
        # Without the credential the account asks for it.
        server.is_revoked = True
        group = workspace.compose(f"Too late for {name}", post_title="T", **media)
        (row,) = workspace.settled(group=group)
        assert row["status"] == "error"
        (now,) = [
            listed
            for listed in workspace.ask("GET", f"{POSTO}/accounts")["accounts"]
            if listed["id"] == account["id"]
        ]
        assert now["health"] == "sign_in_again"
        workspace.ask("DELETE", f"{POSTO}/accounts/{account['id']}")


@pytest.mark.parametrize("name", ["slack", "discord", "ghost", "facebook", "webhook"])
def test_a_lost_answer_is_one_post(workspace: WorkspaceProcess, tmp_path: Path, name: str) -> None:
    """Networks that can be asked, or whose posts can be repeated."""
    case = CASES[name]
    with served(case.server()) as server, middleman(server.url) as between:
        server.seen_as = between.url
        workspace.connect_first(name, keep="session", **case.fields(between.url))
        method, path = case.publishes
        between.fail(path, method=method, spoil=lost)
        group = workspace.compose(f"Once at {name}", **pictures(case, workspace, tmp_path))
        (row,) = workspace.settled(group=group)
        assert row["status"] == "success", row["error_msg"]
        assert [post.id for post in server.posts] == [row["remote_post_id"]]


@pytest.mark.parametrize("name", ["telegram", "discord_webhook", "x"])
def test_a_lost_answer_is_asked_about(workspace: WorkspaceProcess, name: str) -> None:
    """Networks where nothing can be known: the person decides, nothing is sent again."""
    case = CASES[name]
    with served(case.server()) as server, middleman(server.url) as between:
        server.seen_as = between.url
        workspace.connect_first(name, keep="session", **case.fields(between.url))
        method, path = case.publishes
        between.fail(path, method=method, spoil=lost)
        group = workspace.compose(f"Once at {name}")

        def asks() -> bool:
            (row,) = workspace.rows(group)
            return "may be published" in (row["error_msg"] or "")

        wait_for(asks, "the question", explain=lambda: workspace.rows(group))
        assert len(server.posts) == 1


def test_ntfy_itself(ntfy: NtfyServer, workspace: WorkspaceProcess, tmp_path: Path) -> None:
    topic = f"t{secrets.token_hex(6)}"
    account = workspace.connect("ntfy", ntfy.url, topic=topic)
    assert account["handle"].endswith(f"/{topic}")
    group = workspace.compose(
        HARD_TEXT, first_comment="First!", **pictures(CASES["slack"], workspace, tmp_path)
    )
    (row,) = workspace.settled(group=group)
    assert row["status"] == "success", row["error_msg"]
    messages = ntfy.messages(topic)
    assert [message["message"] for message in messages] == [HARD_TEXT, "First!"]
    assert messages[0]["attachment"]["name"] == "fjord.jpg"
