"""Kills the workspace while unclear posts are resolved: each post exists once."""

from __future__ import annotations

import contextlib
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.end2end.waiting import wait_for
from tests.needs import require
from tests.servers.middleman import Fault, Middleman, lost, middleman, refusal
from tests.servers.snac import PROGRAM, Snac, lists_posts
from tests.servers.workspace import WorkspaceProcess

pytestmark = [pytest.mark.end2end, pytest.mark.timeout(600)]

POSTS = int(os.environ.get("POSTO_ANSWERS", "8"))
pause = threading.Event()  # never set: the time until a kill


@pytest.fixture
def snac() -> Iterator[Snac]:
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


def hides(method: str, path: str) -> Fault | None:
    """Nothing can be looked for."""
    is_list = lists_posts(method, path)
    return Fault(path, method="GET", before=refusal(403)) if is_list else None


def unclear_posts(workspace: WorkspaceProcess, between: Middleman) -> None:
    """Of every second post the answer is lost, of the others the request."""
    between.choose = hides
    for number in range(POSTS):
        how = {"spoil": lost} if number % 2 else {"before": refusal(502)}
        between.fail("/api/v1/statuses", **how)
        workspace.compose(f"Answer {number}", posto_thread=[{"text": f"Follows {number}"}])
        wait_for(
            lambda: all(row["status"] == "unknown" for row in workspace.rows()),
            "the question",
            explain=workspace.rows,
        )
    between.choose = lambda _method, _path: None


def answer_and_kill(
    workspace: WorkspaceProcess, row: dict[str, Any], out: dict[str, str], seconds: float
) -> None:
    """Answer as a person does who looked, and kill the workspace so long after the request was
    begun. `out` are the addresses of what is published."""
    number = row["customization_data"]["post_content"].split()[1]
    part = next(at for at, part in enumerate(row["data"]["parts"]) if part["state"] == "unclear")
    link = out.get(f"{'Follows' if part else 'Answer'} {number}", "")
    body = {"id": row["id"], "answer": "there" if link else "send_again", "link": link}

    def ask() -> None:
        with contextlib.suppress(requests.RequestException, AssertionError):
            workspace.ask("POST", "/wp-json/posto/v1/schedules/resolve", json=body)

    asking = threading.Thread(target=ask)
    asking.start()
    pause.wait(seconds)
    workspace.kill()
    asking.join()
    workspace.start()


def test_each_post_is_there_once(tmp_path: Path, snac: Snac) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance, kills = random.Random(seed), 0
    token = snac.token()
    with contextlib.ExitStack() as stack:
        between = stack.enter_context(middleman(snac.url))
        workspace = WorkspaceProcess(tmp_path / "workspace", settle=1.0, silent=2.0)
        stack.callback(workspace.close)
        workspace.connect("mastodon", between.url, token=token)
        unclear_posts(workspace, between)
        while waiting := [row for row in workspace.settled(400) if row["status"] == "unknown"]:
            between.wait_until_quiet()
            posts = snac.posts(token)
            out = {mark: post["url"] for post in posts for mark in _marks(post["content"])}
            answer_and_kill(workspace, chance.choice(waiting), out, chance.uniform(0.0, 0.15))
            kills += 1
        rows = workspace.settled(400)
    texts = Counter(
        mark for note in snac.stored() for mark in _marks(str(note.get("content") or ""))
    )
    wanted = {f"{word} {number}" for word in ("Answer", "Follows") for number in range(POSTS)}
    assert texts == dict.fromkeys(wanted, 1), (texts, seed)
    assert {row["status"] for row in rows} == {"success"}, (rows, seed)
    assert kills >= POSTS, seed


def _marks(html: str) -> list[str]:
    return re.findall(r"(?:Answer|Follows) \d+", re.sub(r"<[^>]+>", "", html))
