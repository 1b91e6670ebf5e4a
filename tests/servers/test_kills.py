"""Kills the workspace at random while real servers are slow and lose answers: each post exists
once, with a true status.

`POSTO_KILL_POSTS=60 POSTO_KILLS=22` tries more.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.middleman import Fault, cut, lost, middleman, page
from tests.servers.posting import make_picture
from tests.servers.real_places import PARAMETERS, Place, opened
from tests.servers.workspace import WorkspaceProcess

POSTS = int(os.environ.get("POSTO_KILL_POSTS", "6"))
KILLS = int(os.environ.get("POSTO_KILLS", "4"))
SLOW, SETTLE = 4.0, 20.0
KILLED_AT = ("snac", "bluesky", "synapse", "wordpress", "ghost")
pause = threading.Event()  # never set: the time between two kills


@pytest.fixture(
    scope="module",
    params=[PARAMETERS[name] for name in KILLED_AT if name in PARAMETERS],
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with opened(request.param) as place:
        yield place


def unreliable(chance: random.Random, place: Place) -> Callable[[str, str], Fault | None]:
    """What goes wrong with each request that publishes: half of them are carried out late, after
    the connection ended or before an answer that is lost, cut or a page of something else."""

    def choose(method: str, path: str) -> Fault | None:
        if method != place.publishes[0] or place.publishes[1] not in path:
            return None
        kind = chance.choice(("whole", "whole", "late", "lost", "cut", "page", "gone", "gone"))
        if kind == "gone":
            return Fault(path, seconds=SLOW, hangs_up=True)
        if kind == "late":
            return Fault(path, seconds=SLOW / 4)
        spoil = {"lost": lost, "cut": cut, "page": page}.get(kind)
        return Fault(path, spoil=spoil) if spoil else None

    return choose


def compose_all(
    workspace: WorkspaceProcess, folder: Path, mark: str, has_comments: bool
) -> list[str]:
    """Some plain posts, some with a picture, a further part and a comment. Returns all texts that
    are to be published."""
    texts = []
    for number in range(POSTS):
        text = f"Post number {number} of {mark}"
        texts.append(text)
        if number % 3:
            workspace.compose(text)
            continue
        part, comment = f"Part of {number} of {mark}", ""
        if has_comments:
            comment = f"Comment of {number} of {mark}"
        texts += [text for text in (part, comment) if text]
        # Each another one: snac2 has one description for one content.
        picture = make_picture(folder, f"{number}.jpg", f"Picture {number}", (320, 200 + number))
        workspace.compose(
            text,
            upload_media=True,
            upload_media_type="custom",
            media_list_to_upload=[workspace.upload(picture.path, picture.alt)],
            posto_thread=[{"text": part, "media": []}],
            first_comment=comment,
        )
    return texts


def kill_often(workspace: WorkspaceProcess, chance: random.Random) -> None:
    for _ in range(KILLS):
        pause.wait(chance.uniform(0.05, 2.5))
        workspace.kill()
        workspace.start()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("is_killed", [False, True], ids=["running", "killed"])
def test_each_post_is_published_once(place: Place, tmp_path: Path, is_killed: bool) -> None:
    seed = random.randrange(10**6)
    chance, mark = random.Random(seed), f"all{seed}x{int(is_killed)}"
    with middleman(place.url) as between:
        workspace = WorkspaceProcess(tmp_path / "workspace", settle=SETTLE)
        between.seen = workspace.hidden.update
        try:
            workspace.connect_first(place.network, **place.fields(between.url))
            logins = between.count("createSession")
            between.choose = unreliable(chance, place)
            texts = compose_all(workspace, tmp_path, mark, place.takes_comments)
            if is_killed:
                kill_often(workspace, chance)
            rows = workspace.settled(600)
            between.wait_until_quiet()
            logins = between.count("createSession") - logins
        finally:
            workspace.close()
    outcomes = Counter((row["status"], row["error_msg"]) for row in rows)
    shown = [post for post in place.published() if mark in post.text]
    counts = Counter({text: sum(text in post.text for post in shown) for text in texts})
    assert max(counts.values()) == 1, (seed, counts)
    assert {text for text in texts if not counts[text]} == set(), (seed, outcomes)
    assert set(outcomes) <= {("success", "")}, (seed, outcomes)
    first = {post.id for post in shown if "Post number" in post.text}
    named = {row[place.named_by] for row in rows}
    assert named <= first, seed
    assert len(named) == len(rows)
    assert len({row["remote_post_link"] for row in rows}) == len(rows), seed
    assert len(rows) == POSTS
    assert place.drafts() == [], "nothing that was handed over is left behind"
    assert logins == 0, "no session is made for a post"
