"""A backup takes its place at the start, also while the workspace's server goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from posto_desktop.controllers.restore import finish_restore
from posto_desktop.sdk import PostoSDK
from posto_desktop.server import launch
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import folder_jobs
from posto_desktop.workers.runner import Job


def test_nothing_waits(tmp_path: Path) -> None:
    assert finish_restore(find_paths(tmp_path)) == ("", "")


def test_the_workspace_comes_back_with_what_it_had(tmp_path: Path, qapp: Any) -> None:
    paths, job = find_paths(tmp_path / "home"), Job(1, lambda *_: None)
    for folder in (paths.config, paths.data):
        folder.mkdir(parents=True)
    Settings(paths.settings).set("appearance.scheme", "dark")
    running = launch.start(paths.workspace)
    try:
        with PostoSDK.from_credentials(
            running.username, running.password, base_url=running.base_url
        ) as sdk:
            channel = sdk.channels[0].id
            assert sdk.post("before", to=[channel], when="in 3 days").success
            file = tmp_path / "all.posto-backup"
            made = folder_jobs.make_backup(job, paths, file, "1")  # while the server runs
            assert made.counts["styles"] == 0
            assert sdk.post("after", to=[channel], when="in 4 days").success
        Settings(paths.settings).set("appearance.scheme", "light")
        folder_jobs.stage_backup(job, paths, file)
        assert finish_restore(paths) == ("", "")  # nobody agreed, so it is gone
        folder_jobs.stage_backup(job, paths, file)
        folder_jobs.agree_to_backup(job, paths)
        kind, sentence = finish_restore(paths)
        assert kind == "ok"
        assert "before-restore-" in sentence
        assert not running.alive()
    finally:
        running.stop()
    assert Settings(paths.settings).get("appearance.scheme") == "dark"
    again = launch.start(paths.workspace)
    try:
        with PostoSDK.from_credentials(
            again.username, again.password, base_url=again.base_url
        ) as sdk:
            assert [row.text for row in sdk.schedules.iter()] == ["before"]
    finally:
        again.stop()
