"""Ghost by hand, beyond what holds at all real servers: `POSTO_TEST_GHOST`, see ghost.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers.ghost import PACKAGE, GhostPlace
from tests.servers.middleman import middleman
from tests.servers.posting import make_picture
from tests.servers.workspace import WorkspaceProcess

pytestmark = [
    pytest.mark.skipif(not PACKAGE, reason="by hand: POSTO_TEST_GHOST"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def ghost() -> Iterator[GhostPlace]:
    with ExitStack() as stack:
        yield GhostPlace(stack)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[WorkspaceProcess]:
    process = WorkspaceProcess(tmp_path / "workspace", settle=5.0)
    yield process
    process.close()


def pictures(workspace: WorkspaceProcess, *paths: Path) -> dict[str, Any]:
    ids = [workspace.upload(path, path.stem) for path in paths]
    return {"upload_media": True, "upload_media_type": "custom", "media_list_to_upload": ids}


def test_a_server_that_is_killed_in_mid_upload_and_comes_back(
    ghost: GhostPlace, workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    paths = [make_picture(tmp_path, f"{n}.jpg", "", (900 + n, 600)).path for n in range(3)]
    with middleman(ghost.url) as between:
        workspace.connect_first("ghost", **ghost.fields(between.url))
        stalls = [between.fail("/images/upload/", stalls=True, times=1)]
        group = workspace.compose("Killed in between", **pictures(workspace, *paths))
        assert stalls[0].is_stalled.wait(60)
        ghost.server.kill()
        stalls[0].end_stall.set()
        between.wait_until_quiet()
        ghost.server.start()
        (row,) = workspace.settled(300, group)
    assert row["status"] == "success", row["error_msg"]
    (shown,) = ghost.shown("Killed in between")
    assert shown.alts == ("0", "1", "2")
    assert ghost.drafts() == []


def test_a_title_that_is_too_long_and_a_picture_of_thirty_megabytes(
    ghost: GhostPlace, workspace: WorkspaceProcess, tmp_path: Path
) -> None:
    workspace.connect_first("ghost", **ghost.fields(ghost.url))
    group = workspace.compose("Too long", post_title="t" * 256)
    (row,) = workspace.settled(group=group)
    assert row["status"] == "error"
    assert "256" in row["error_msg"]
    assert ghost.shown("Too long") == []
    large = make_picture(tmp_path, "large.jpg", "", (5200, 5200), noise=200, quality=100).path
    assert large.stat().st_size > 30_000_000
    group = workspace.compose("Large", **pictures(workspace, large))
    (row,) = workspace.settled(300, group)
    assert row["status"] == "success", row["error_msg"]
    assert len(ghost.shown("Large")) == 1
