"""A power cut leaves each file as it was before or after a change, never empty or in part.

Cuts of the real app and its server at random moments: `POSTO_POWER_CUTS` says how many.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import signal
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.atomic import copy_path
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.settings import Settings
from tests.end2end import steps
from tests.end2end.app import App
from tests.end2end.disks import Block, block_disk
from tests.end2end.test_kill import Posts, client, published, server
from tests.end2end.waiting import wait_for

pytestmark = pytest.mark.end2end

ROUNDS = 10
CUTS = int(os.environ.get("POSTO_POWER_CUTS", "2"))
SWITCHES = ("More contrast", "Less motion")
NAMES = ("appearance.contrast", "appearance.less_motion")


def _commit(folder: Path) -> None:
    """Another program saves a file, which has the disk write down all names that changed."""
    with (folder / "of-another-program").open("wb") as file:
        file.write(b"x")
        os.fsync(file.fileno())


def test_settings_and_accounts_outlive_power_cuts(tmp_path: Path) -> None:
    failures: list[str] = []
    with block_disk(tmp_path / "disk") as disk:
        path, listed = disk.folder / "settings.json", disk.folder / "accounts.json"
        for number in range(1, ROUNDS + 1):
            settings = Settings(path)
            settings.set("sending.late_limit_minutes", number)
            accounts = AccountStore(listed)
            accounts.add(ServiceAccount(f"one {number}", "Name", "https://posto.example", "user"))
            _commit(disk.folder)
            with disk.after_power_cut(tmp_path / f"after-{number}") as mounted:
                saved = Settings(mounted / path.name)
                failures += saved.problems
                if saved.get("sending.late_limit_minutes") != number:
                    failures.append(f"{saved.get('sending.late_limit_minutes')} of {number}")
                known = AccountStore(mounted / listed.name)
                failures += known.problems
                if len(known.list()) != number:
                    failures.append(f"{len(known.list())} accounts of {number}")
    assert failures == []


def test_settings_written_in_the_background_are_whole_or_older(tmp_path: Path) -> None:
    with block_disk(tmp_path / "disk") as disk:
        path = disk.folder / "settings.json"
        settings = Settings(path)
        settings.write_in_background(lambda error: pytest.fail(str(error)))
        try:
            for number in range(1, ROUNDS + 1):
                settings.set("sending.late_limit_minutes", number)
                _commit(disk.folder)
                with disk.after_power_cut(tmp_path / f"after-{number}") as mounted:
                    saved = Settings(mounted / path.name)
                    assert saved.problems == []
                    assert saved.get("sending.late_limit_minutes") in {60, *range(1, number + 1)}
            assert settings.flush(20)
            with disk.after_power_cut(tmp_path / "last") as mounted:
                assert Settings(mounted / path.name).get("sending.late_limit_minutes") == ROUNDS
        finally:
            settings.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "posto-settings"]


@dataclass
class Written:
    """What may be on the disk after a cut: the last of which the window or a file has shown that it
    is there, and all that was written after it."""

    drafts: list[str] = field(default_factory=list)
    settings: list[tuple[bool, bool]] = field(default_factory=lambda: [(False, False)])
    has_kept_draft: bool = False
    changes: int = 0
    certain: int = 0


@pytest.mark.timeout(120 + 120 * CUTS)
def test_app_and_server_outlive_power_cuts(start_app: Callable[..., App], tmp_path: Path) -> None:
    """The real window writes drafts and settings, outbox and workspace send posts with pictures,
    and the power goes at a random moment. The next start finds the disk as it was then."""
    seed = random.randrange(10**6)
    chance, written = random.Random(seed), Written()
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    with block_disk(tmp_path / "disk", 256) as disk:
        home = disk.folder / "home"
        paths = find_paths(home)
        with server(paths.workspace) as facts, client(facts) as sdk:
            posts = Posts(paths.database, sdk, pictures)
            posts.store.close()
        for number in range(CUTS):
            with closing(Database(paths.database)) as store:
                posts.use(store)
                posts.add()
                posts.add()
                done = _steps(paths)
            app = start_app(home=home, log=tmp_path / f"{number}.log")
            moment = done + chance.randint(1, 8)
            _work(app, paths, written, chance, number, lambda m=moment: _steps(paths) >= m)
            _cut(app, disk, tmp_path / "snapshot")
            _check(paths, written)
        # What was on its way goes on by itself, once.
        app = start_app(home=home, log=tmp_path / "last.log")
        wait_for(
            lambda: set(_states(paths)) == {"sent"},
            "the outbox to be empty",
            timeout=120,
            explain=lambda: (seed, _states(paths), app.output()),
        )
        assert app.quit() == 0
        # "Sent" says that the workspace has taken it; it publishes on its own, after a restart too.
        with server(paths.workspace) as facts, client(facts) as sdk:
            wait_for(
                lambda: set(published(sdk)) >= posts.wanted,
                "every post to be published",
                timeout=60,
                explain=lambda: (seed, posts.wanted - set(published(sdk))),
            )
            counts = published(sdk)
        twice = {key: count for key, count in counts.items() if count != 1}
        print(
            f"seed {seed}: {CUTS} power cuts, {len(posts.wanted)} posts, 0 lost, "
            f"{len(twice)} twice, {written.certain} drafts and settings that were kept are there"
        )
        assert twice == {}, seed
        _check_media(paths)


def _steps(paths: Paths) -> int:
    with closing(sqlite3.connect(paths.database)) as db:
        return int(db.execute("SELECT count(*) FROM outbox_steps").fetchone()[0])


def _states(paths: Paths) -> list[str]:
    with closing(sqlite3.connect(paths.database)) as db:
        return [state for (state,) in db.execute("SELECT state FROM outbox")]


def _work(
    app: App,
    paths: Paths,
    written: Written,
    chance: random.Random,
    number: int,
    is_time: Callable[[], bool],
) -> None:
    """Write a draft or settings, or nothing, until it is time; then some milliseconds more."""
    todo = chance.choice(("draft", "settings", "both", "nothing"))
    if todo in ("draft", "both"):
        text = f"Draft of round {number}"
        written.drafts.append(text)
        steps.write(app, text)
        if chance.random() < 0.7:
            wait_for(lambda: text in _drafts(paths), "the draft to be kept", every=0.001)
            written.drafts, written.has_kept_draft = [text], True
            written.certain += 1
    if todo in ("settings", "both"):
        app.window.find("Settings", role="button").press()
        dialog = app.program.find("Settings", role="dialog")
        dialog.find("Appearance").press()
        for _ in range(chance.randint(1, 3)):
            # One switch after the other, so that each change is seen to be one.
            at = written.changes % 2
            written.changes += 1
            before = written.settings[-1]
            after = (not before[0], before[1]) if at == 0 else (before[0], not before[1])
            written.settings.append(after)
            dialog.find(SWITCHES[at], role="check box").press()
            if chance.random() < 0.7:
                # The copy is begun when the file itself is on the disk.
                copy = copy_path(paths.settings)
                wait_for(lambda c=copy, a=after: _switches(c) == a, "the setting", every=0.001)
                written.settings = [after]
                written.certain += 1
    wait_for(is_time, "the entries to be sent", every=0.001, explain=app.output)
    threading.Event().wait(chance.uniform(0.0, 0.05))


def _drafts(paths: Paths) -> list[str]:
    with closing(sqlite3.connect(paths.database)) as db:
        return [json.loads(body)["text"] for (body,) in db.execute("SELECT body FROM drafts")]


def _switches(path: Path) -> tuple[bool, bool]:
    with contextlib.suppress(OSError, ValueError):
        saved = json.loads(path.read_text())
        return bool(saved.get(NAMES[0], False)), bool(saved.get(NAMES[1], False))
    return False, False


def _cut(app: App, disk: Block, snapshot: Path) -> None:
    """The power goes: nobody writes any more, and what was not on the disk yet never was."""
    family = [psutil.Process(app.process.pid)]
    family += family[0].children(recursive=True)
    known = app.server_process()
    family += [known] if known is not None and known not in family else []
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    disk.snapshot(snapshot)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    app.process.wait(60)
    psutil.wait_procs(family, 60)
    disk.lose(snapshot)


def _check(paths: Paths, written: Written) -> None:
    """Right after a cut: nothing is damaged, and what was said to be kept is there."""
    settings = Settings(paths.settings)
    assert settings.problems == []
    switches = (settings.get(NAMES[0]), settings.get(NAMES[1]))
    assert switches in written.settings, (switches, written.settings)
    written.settings = [switches]
    assert AccountStore(paths.accounts).problems == []
    for name in (paths.database, paths.workspace / "workspace.db"):
        with closing(sqlite3.connect(name)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert [*paths.data.rglob("*.damaged-*"), *paths.config.rglob("*.damaged-*")] == []
    drafts = _drafts(paths)
    if written.has_kept_draft:
        assert set(written.drafts) & set(drafts), (written.drafts, drafts)
        assert set(drafts) <= set(written.drafts), (written.drafts, drafts)


def _check_media(paths: Paths) -> None:
    """Each picture that was published is whole: its name is its hash."""
    files = [path for path in (paths.workspace / "sandbox" / "media").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
