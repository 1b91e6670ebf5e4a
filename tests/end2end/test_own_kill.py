"""kill -9 of the workspace at random while it publishes to real servers: each post is there once,
with the link that the workspace names."""

from __future__ import annotations

import base64
import os
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from tests.end2end.desktop import end
from tests.end2end.own_workspace import Workspace
from tests.end2end.wordpress import WordPress
from tests.needs import require
from tests.servers.snac import PROGRAM, Snac

pytestmark = pytest.mark.end2end

POSTS = int(os.environ.get("POSTO_KILL_POSTS", "20"))
pause = threading.Event()  # never set: the time between two kills


@pytest.fixture
def snac() -> Iterator[Snac]:
    require([] if PROGRAM else ["snac2"])
    server = Snac()
    yield server
    server.remove()


def kill_while_publishing(
    folder: Path, connect: Callable[[Workspace], int], secrets: list[str]
) -> dict[str, str]:
    """Publish POSTS posts while the server is killed again and again; the links by number."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    workspace = Workspace(folder, settle=3, silent=30)
    try:
        channel = connect(workspace)
        kills = 0
        for number in range(POSTS):
            workspace.compose(channel, f"Post number {number} of a series, see")
            if chance.random() < 0.5:
                pause.wait(chance.uniform(0.0, 0.08))
                workspace.kill()
                kills += 1
                workspace.start()
        workspace.wait_for_outcomes()
        rows = workspace.rows()
    finally:
        end(workspace.process, timeout=60)
    print(f"{kills} kills")
    assert kills > POSTS / 6
    assert Counter(row["status"] for row in rows) == {"success": POSTS}, (rows, seed)
    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("secrets.json", "secrets.json.bak"):
            data = path.read_bytes()
            assert not any(one.encode() in data for one in secrets), path
    return {
        re.findall(r"number (\d+)", row["posting_data"]["content"])[0]: row["remote_post_link"]
        for row in rows
    }


@pytest.mark.timeout(600)
def test_killed_while_publishing_to_snac(tmp_path: Path, snac: Snac) -> None:
    token = snac.token()
    links = kill_while_publishing(
        tmp_path / "workspace",
        lambda workspace: workspace.connect("mastodon", snac.url, token=token),
        [token],
    )
    found = Counter(
        re.findall(r"number (\d+)", " ".join(str(one.get("content")) for one in snac.stored()))
    )
    assert found == Counter(links.keys())
    for number, link in links.items():
        assert f"number {number} of" in requests.get(link, timeout=60).text


@pytest.mark.wordpress
@pytest.mark.timeout(600)
def test_killed_while_publishing_to_wordpress(tmp_path: Path, wordpress: WordPress) -> None:
    admin, site = wordpress.admin, wordpress.urls["no_plugin"]
    auth = (admin.username, admin.password)
    pair = base64.b64encode(f"{admin.username}:{admin.password}".encode()).decode()
    links = kill_while_publishing(
        tmp_path / "workspace",
        lambda workspace: workspace.connect(
            "wordpress", site, username=admin.username, password=admin.password
        ),
        [admin.password, pair],
    )
    titles = []
    for page in range(1, POSTS // 100 + 2):
        answer = requests.get(
            f"{site}/wp-json/wp/v2/posts",
            params={"context": "edit", "status": "publish,draft", "per_page": 100, "page": page},
            auth=auth,
            timeout=60,
        )
        titles += [f"{one['status']} {one['content']['raw']}" for one in answer.json()]
    found = Counter(re.findall(r"publish .*?number (\d+)", " ".join(titles), re.DOTALL))
    assert found == Counter(links.keys())
    assert not [one for one in titles if one.startswith("draft") and "number" in one], "no drafts"
    for number, link in links.items():
        assert f"number-{number}-of" in link
        assert requests.get(link, timeout=60).ok
