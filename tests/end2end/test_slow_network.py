"""Posts to a real snac2 behind a slow proxy that loses answers, with and without kill -9: each is
published once, and the workspace says so."""

from __future__ import annotations

import contextlib
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end2end.desktop import end
from tests.end2end.own_workspace import Workspace
from tests.end2end.slow_proxy import slow_proxy
from tests.needs import require
from tests.servers.snac import PROGRAM, Snac

pytestmark = pytest.mark.end2end

POSTS = int(os.environ.get("POSTO_SLOW_POSTS", "8"))
DELAY, SILENT, SETTLE = 1.5, 1.0, 5.0
pause = threading.Event()  # never set: the time between two kills


@pytest.fixture
def snac() -> Iterator[Snac]:
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [False, True])
def test_each_post_is_published_once(tmp_path: Path, snac: Snac, kills: bool) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    killed = 0
    token = snac.token()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(slow_proxy(snac.url, "/api/v1/statuses", DELAY, chance))
        workspace = Workspace(tmp_path / "workspace", SETTLE, SILENT)
        stack.callback(lambda: end(workspace.process, timeout=60))
        channel = workspace.connect("mastodon", url, token=token)
        for number in range(POSTS):
            workspace.compose(channel, f"Slow post number {number} of them all")
        for _ in range(POSTS if kills else 0):
            pause.wait(chance.uniform(0.3, 2.5))
            workspace.kill()
            killed += 1
            workspace.start()
        workspace.wait_for_outcomes()
        # What may still be on its way through the proxy.
        pause.wait(DELAY + 1)
        rows = workspace.rows()
    texts = [re.sub(r"<[^>]+>", "", str(one.get("content"))) for one in snac.stored()]
    found = Counter(re.findall(r"number (\d+)", " ".join(texts)))
    statuses = Counter(row["status"] for row in rows)
    assert {key: count for key, count in found.items() if count != 1} == {}, f"seed {seed}"
    assert len(found) == POSTS, (found, statuses, seed)
    assert statuses == {"success": POSTS}, (statuses, seed)
    assert len({row["remote_post_link"] for row in rows}) == POSTS
    assert not kills or killed == POSTS
