"""A power cut leaves each file as it was before or after a change, never empty or in part."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from posto_desktop.storage.accounts import Account, Accounts
from posto_desktop.storage.settings import Settings
from tests.end2end.disks import block_disk

pytestmark = pytest.mark.end2end

ROUNDS = 10


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
            accounts = Accounts(listed)
            accounts.add(Account(f"one {number}", "Name", "https://posto.example", "user"))
            _commit(disk.folder)
            with disk.after_power_cut(tmp_path / f"after-{number}") as there:
                found = Settings(there / path.name)
                failures += found.problems
                if found.get("sending.late_limit_minutes") != number:
                    failures.append(f"{found.get('sending.late_limit_minutes')} of {number}")
                known = Accounts(there / listed.name)
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
                with disk.after_power_cut(tmp_path / f"after-{number}") as there:
                    found = Settings(there / path.name)
                    assert found.problems == []
                    assert found.get("sending.late_limit_minutes") in {60, *range(1, number + 1)}
            assert settings.flush(20)
            with disk.after_power_cut(tmp_path / "last") as there:
                assert Settings(there / path.name).get("sending.late_limit_minutes") == ROUNDS
        finally:
            settings.close()
    assert not [one for one in threading.enumerate() if one.name == "posto-settings"]
