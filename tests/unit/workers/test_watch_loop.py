"""Watched folders with the real events of the system."""

from __future__ import annotations

import queue
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.storage import watch_rows
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import folder_observer, watch_loop
from posto_desktop.workers.folder_observer import FolderObserver
from posto_desktop.workers.watch_loop import FolderReport, WatchLoop
from tests.unit.delivery.watch_files import picture

SECONDS = 20.0


class Loop:
    """A running loop, and what it reports."""

    def __init__(self, db: Database, **more: float) -> None:
        self.reports: queue.SimpleQueue[FolderReport] = queue.SimpleQueue()
        self.errors: list[StorageError] = []
        values = {"settle": 0.05, "check_seconds": 3600.0, **more}
        self.loop = WatchLoop(self.reports.put, self.errors.append, str, **values)
        self.db = db
        self.loop.use(db)

    def watch(self, *folders: WatchFolder, skips_existing: bool = False) -> None:
        for folder in folders:
            watch_rows.put_folder(
                self.db, folder.id, folder.to_json(), skips_existing=skips_existing
            )
        self.loop.set_folders(folders)

    def wait(self, until: Callable[[FolderReport], bool]) -> FolderReport:
        """Return the first report of this kind."""
        while True:
            report = self.reports.get(timeout=SECONDS)
            if until(report):
                return report

    def wait_for_state(self, state: str) -> FolderReport:
        return self.wait(lambda report: report.status.state == state)

    def wait_for_names(self, count: int) -> set[str]:
        """Return the names of the files that come next."""
        names: set[str] = set()
        while len(names) < count:
            report = self.wait(lambda report: bool(report.result.made))
            names |= {made.name for made in report.result.made}
        return names

    def close(self) -> None:
        self.loop.close()
        assert self.loop.join(SECONDS)
        assert not self.errors


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "home" / "posto.db")
    yield database
    database.close()


@pytest.fixture
def loop(db: Database) -> Iterator[Loop]:
    running = Loop(db)
    yield running
    running.close()


@pytest.fixture
def folder(tmp_path: Path) -> WatchFolder:
    (tmp_path / "Photos").mkdir()
    return WatchFolder(str(tmp_path / "Photos"))


def test_a_file_that_comes_is_taken_by_an_event(loop: Loop, folder: WatchFolder) -> None:
    Path(folder.path, "old.jpg").write_bytes(picture(1))
    loop.watch(folder, skips_existing=True)
    assert loop.wait_for_state("watching").status.has_events
    Path(folder.path, "new.jpg").write_bytes(picture(2))
    assert loop.wait_for_names(1) == {"new.jpg"}
    part = Path(folder.path, "late.jpg.part")
    part.write_bytes(picture(3))
    part.rename(Path(folder.path, "late.jpg"))
    assert loop.wait_for_names(1) == {"late.jpg"}


def test_what_came_while_posto_was_closed_is_taken_at_the_next_start(
    db: Database, folder: WatchFolder
) -> None:
    first = Loop(db)
    first.watch(folder)
    first.wait_for_state("watching")
    first.close()
    Path(folder.path, "sea.jpg").write_bytes(picture(1))
    second = Loop(db)
    second.watch(folder)
    assert second.wait_for_names(1) == {"sea.jpg"}
    second.close()


def test_a_folder_that_vanishes_and_returns(
    loop: Loop, folder: WatchFolder, tmp_path: Path
) -> None:
    loop.watch(folder)
    loop.wait_for_state("watching")
    aside = tmp_path / "Aside"
    Path(folder.path).rename(aside)
    loop.loop.scan(folder.id)
    loop.wait_for_state("missing")
    (aside / "sea.jpg").write_bytes(picture(1))
    aside.rename(folder.path)
    loop.loop.scan(folder.id)
    assert loop.wait_for_names(1) == {"sea.jpg"}
    Path(folder.path, "hill.jpg").write_bytes(picture(2))  # it is heard of again
    assert loop.wait_for_names(1) == {"hill.jpg"}


def test_a_paused_folder_takes_nothing_until_it_goes_on(loop: Loop, folder: WatchFolder) -> None:
    loop.watch(replace(folder, is_paused=True))
    loop.wait_for_state("paused")
    Path(folder.path, "sea.jpg").write_bytes(picture(1))
    loop.watch(folder)
    assert loop.wait_for_names(1) == {"sea.jpg"}


def test_without_events_a_folder_is_looked_at_again(
    db: Database, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_observer, "is_on_network", lambda _path: True)
    loop = Loop(db, check_seconds=0.05, rescan_seconds=0.05)
    loop.watch(folder)
    assert not loop.wait_for_state("rescanning").status.has_events
    Path(folder.path, "sea.jpg").write_bytes(picture(1))
    assert loop.wait_for_names(1) == {"sea.jpg"}
    loop.close()


def test_a_limit_of_watches_is_no_error(
    db: Database, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_values: object, **_more: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(FolderObserver, "_schedule", refuse)
    loop = Loop(db)
    loop.watch(folder)
    loop.wait_for_state("rescanning")
    loop.close()


def test_more_events_than_are_counted_lead_to_a_scan(
    loop: Loop, folder: WatchFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_loop, "MAX_EVENTS", 3)
    loop.watch(folder)
    loop.wait_for_state("watching")
    for number in range(12):
        Path(folder.path, f"{number}.jpg").write_bytes(picture(number))
    assert len(loop.wait_for_names(12)) == 12


def test_two_folders_take_a_moved_file_once(
    loop: Loop, folder: WatchFolder, tmp_path: Path
) -> None:
    (tmp_path / "Phone").mkdir()
    phone = WatchFolder(str(tmp_path / "Phone"))
    loop.watch(folder, phone)
    loop.wait(lambda report: report.folder == phone and report.status.state == "watching")
    Path(phone.path, "sea.jpg").write_bytes(picture(1))
    assert loop.wait_for_names(1) == {"sea.jpg"}
    shutil.move(Path(phone.path, "sea.jpg"), Path(folder.path, "sea.jpg"))
    Path(folder.path, "zebra.jpg").write_bytes(picture(2))
    assert loop.wait_for_names(1) == {"zebra.jpg"}


def test_file_systems_of_other_computers_are_recognised(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    real = str(tmp_path.resolve())
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {real}/a\\040b nfs4 rw 0 0\n")
    assert folder_observer._file_system(f"{real}/a b/photos", mounts) == "nfs4"
    assert folder_observer._file_system(f"{real}/other", mounts) == "ext4"
