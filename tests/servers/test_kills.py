"""The workspace is killed at random while it publishes to real servers that are slow and lose
answers: nothing is lost, nothing is out twice, and what is said of each post is true.

`POSTO_KILL_POSTS=60 POSTO_KILLS=22` tries more.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers.bluesky import BlueskyServer
from tests.servers.middleman import Fault, cut, lost, middleman, page
from tests.servers.posting import make_picture
from tests.servers.synapse import Synapse
from tests.servers.workspace import WorkspaceProcess

POSTS = int(os.environ.get("POSTO_KILL_POSTS", "6"))
KILLS = int(os.environ.get("POSTO_KILLS", "4"))
pause = threading.Event()  # never set: the time between two kills


def unreliable(chance: random.Random, publishing: str, slow: float) -> Callable[..., Fault | None]:
    """What goes wrong with each request that publishes: half of them are carried out late, after
    the connection ended or before an answer that is lost, cut or a page of something else."""

    def choose(_method: str, path: str) -> Fault | None:
        if publishing not in path:
            return None
        kind = chance.choice(("whole", "whole", "late", "lost", "cut", "page", "gone", "gone"))
        if kind == "gone":
            return Fault(path, seconds=slow, hangs_up=True)
        if kind == "late":
            return Fault(path, seconds=slow / 4)
        spoil = {"lost": lost, "cut": cut, "page": page}.get(kind)
        return Fault(path, spoil=spoil) if spoil else None

    return choose


def compose_all(workspace: WorkspaceProcess, picture: Path) -> list[str]:
    """Some plain posts, some with a picture, a further part and a comment. Returns all texts that
    are to be published, the pictures' included."""
    texts = []
    for number in range(POSTS):
        text = f"Post number {number} of all"
        texts.append(text)
        if number % 3:
            workspace.compose(text)
            continue
        more = [f"Part of {number} of all", f"Comment of {number} of all"]
        texts += more
        workspace.compose(
            text,
            upload_media=True,
            upload_media_type="custom",
            media_list_to_upload=[workspace.upload(picture, f"Picture {number}")],
            posto_thread=[{"text": more[0], "media": []}],
            first_comment=more[1],
        )
    return texts


def kill_often(workspace: WorkspaceProcess, chance: random.Random) -> None:
    for _ in range(KILLS):
        pause.wait(chance.uniform(0.05, 2.5))
        workspace.kill()
        workspace.start()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_killed", [False, True], ids=["running", "killed"])
def test_bluesky(bluesky: BlueskyServer, tmp_path: Path, is_killed: bool) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    account = bluesky.create_account(f"k{seed}x{int(is_killed)}")
    with middleman(bluesky.url) as between:
        workspace = WorkspaceProcess(tmp_path / "workspace")
        try:
            workspace.connect(
                "bluesky", between.url, handle=account.handle, password=account.app_password
            )
            between.choose = unreliable(chance, "putRecord", 4.0)
            texts = compose_all(workspace, make_picture(tmp_path, "one.jpg", "").path)
            if is_killed:
                kill_often(workspace, chance)
            rows = workspace.settled(400)
            between.wait_until_quiet()
            logins = between.count("createSession")
        finally:
            workspace.close()
    posts = bluesky.posts(account.did)
    found = Counter(post["value"]["text"] for post in posts)
    told = Counter((row["status"], row["error_msg"]) for row in rows)
    assert found == Counter(texts), (seed, told)
    assert told == {("success", ""): POSTS}, seed
    uris = {post["uri"].rsplit("/", 1)[1] for post in posts}
    assert all(row["remote_post_link"].rsplit("/", 1)[1] in uris for row in rows), seed
    assert logins == 1, "the one of connecting"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_killed", [False, True], ids=["running", "killed"])
def test_matrix(synapse: Synapse, tmp_path: Path, is_killed: bool) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    user = synapse.create_user(f"k{seed}x{int(is_killed)}")
    room = synapse.create_room(user, "News")
    with middleman(synapse.url) as between:
        workspace = WorkspaceProcess(tmp_path / "workspace")
        try:
            workspace.connect("matrix", between.url, user=user.user_id, password=user.password)
            between.choose = unreliable(chance, "/send/m.room.message", 4.0)
            texts = compose_all(workspace, make_picture(tmp_path, "one.jpg", "").path)
            texts += [f"Picture {number}" for number in range(POSTS) if not number % 3]
            if is_killed:
                kill_often(workspace, chance)
            rows = workspace.settled(400)
            between.wait_until_quiet()
        finally:
            workspace.close()
    events = synapse.messages(user, room)
    found = Counter(event["content"]["body"] for event in events)
    told = Counter((row["status"], row["error_msg"]) for row in rows)
    assert found == Counter(texts), (seed, told)
    assert told == {("success", ""): POSTS}, seed
    ids = {event["event_id"] for event in events}
    assert all(row["remote_post_link"].rsplit("/", 1)[1] in ids for row in rows), seed
