"""Tests of the jobs over folders: sizes, backup, cache, report."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from posto_desktop.storage import restore
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import Paths, find_paths
from posto_desktop.storage.secrets import KeyringState, SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import folder_jobs
from posto_desktop.workers.runner import Job, JobCancelled


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    made = find_paths(tmp_path)
    for folder in (made.config, made.data, made.logs, made.thumbnails):
        folder.mkdir(parents=True)
    Database(made.database).close()
    return made


@pytest.fixture
def reports() -> list:
    return []


@pytest.fixture
def job(reports: list) -> Job:
    made = Job(1, lambda *_: None)
    made.report = reports.append  # type: ignore[method-assign]
    return made


def test_sizes(paths: Paths, job: Job, reports: list) -> None:
    (paths.thumbnails / "a").write_bytes(b"x" * 1234)
    (paths.thumbnails / "b").write_bytes(b"x" * 6)
    sizes = {item.kind: item for item in folder_jobs.measure(job, paths)}
    assert sizes["cache"] == folder_jobs.FolderSize("cache", 1240, 2)
    assert sizes["logs"].size == 0
    assert [item.kind for item in reports] == list(folder_jobs.KINDS)


def test_clearing_the_cache_follows_no_link(
    paths: Paths, job: Job, reports: list, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "one.png").write_bytes(b"x" * 10)
    (paths.cache / "link").symlink_to(precious)
    (paths.thumbnails / "a").write_bytes(b"x" * 1000)
    assert folder_jobs.clear_cache(job, paths) >= 1000
    assert (precious / "one.png").exists()
    assert not (paths.thumbnails / "a").exists()
    assert paths.database.exists()
    done, total = reports[-1]
    assert done == total > 0


def test_a_cancelled_job_stops(paths: Paths, job: Job, tmp_path: Path) -> None:
    (paths.thumbnails / "a").write_bytes(b"x")
    job.cancelled.set()
    for ask in (
        lambda: folder_jobs.clear_cache(job, paths),
        lambda: folder_jobs.make_backup(job, paths, tmp_path / "b", "1"),
    ):
        with pytest.raises(JobCancelled):
            ask()
    assert (paths.thumbnails / "a").exists()
    assert not (tmp_path / "b").exists()


def test_there_and_back(paths: Paths, job: Job, tmp_path: Path, reports: list) -> None:
    Settings(paths.settings).set("appearance.scheme", "dark")
    file = tmp_path / "all.posto-backup"
    made = folder_jobs.make_backup(job, paths, file, "1.0")
    assert reports[-1] == (made.size, made.size)
    other = find_paths(tmp_path / "other")
    assert folder_jobs.stage_backup(job, other, file).files == made.files
    folder_jobs.drop_backup(job, other)
    assert restore.finish(other) is None
    folder_jobs.stage_backup(job, other, file)
    folder_jobs.agree_to_backup(job, other)
    outcome = restore.finish(other)
    assert outcome is not None
    assert outcome.done
    assert Settings(other.settings).get("appearance.scheme") == "dark"


def test_the_report_holds_no_secrets(paths: Paths, job: Job, tmp_path: Path) -> None:
    accounts, secrets = AccountStore(paths.accounts), SecretStore(paths.secrets, "off")
    account = accounts.add(
        ServiceAccount.new("Nordlicht", "https://social.nordlicht.example", "ann")
    )
    secrets.set(account.id, "abcd EFGH ijkl", "file")
    (paths.logs / "posto.log").write_text(
        f"social.nordlicht.example took abcd EFGH ijkl of ann\nopened {account.id}\nno other line\n"
        f"wrote {paths.database}\n"
    )
    settings = Settings(paths.settings)
    text = folder_jobs.write_report(job, paths, settings, accounts, secrets, {"Posto Desktop": "1"})
    assert "accounts: 1" in text
    assert "no other line" in text
    assert f"wrote POSTO_HOME{os.sep}data{os.sep}posto.db" in text
    for private in ("nordlicht", "abcd EFGH", "of ann", account.id):
        assert private not in text.replace("Nordlicht", "nordlicht")
    saved = folder_jobs.save_report(job, tmp_path / "r.txt", text)
    assert saved.read_text("utf-8") == text
    zipped = folder_jobs.save_report(job, tmp_path / "r.zip", text)
    with zipfile.ZipFile(zipped) as archive:
        assert archive.read("posto-report.txt").decode() == text


def test_the_report_hides_a_password_of_the_keyring(
    paths: Paths, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = {}
    monkeypatch.setattr(
        "keyring.set_password", lambda _service, name, value: passwords.update({name: value})
    )
    monkeypatch.setattr("keyring.get_password", lambda _service, name: passwords.get(name))
    monkeypatch.setattr(SecretStore, "available", lambda _self: KeyringState("ok", "ring"))
    accounts = AccountStore(paths.accounts)
    account = accounts.add(
        ServiceAccount.new("Nordlicht", "https://social.nordlicht.example", "ann")
    )
    SecretStore(paths.secrets, "on").set(account.id, "abcd EFGH ijkl", "keyring")
    (paths.logs / "posto.log").write_text("it took abcd EFGH ijkl and abcdEFGHijkl\n")
    secrets = SecretStore(paths.secrets, "on")
    text = folder_jobs.write_report(job, paths, Settings(paths.settings), accounts, secrets, {})
    assert "it took *** and ***" in text


def test_moving_a_password(paths: Paths, job: Job) -> None:
    secrets = SecretStore(paths.secrets, "off")
    secrets.set("a", "pw", "session")
    assert folder_jobs.move_secret(job, secrets, "a", "file") == "file"
    assert json.loads(paths.secrets.read_text())["file"] == {"a": "pw"}
    assert folder_jobs.secret_places(job, secrets, ["a", "b"]) == {"a": "file", "b": "", "": ""}
    with pytest.raises(StorageError):  # there is no keyring
        folder_jobs.move_secret(job, secrets, "a", "keyring")
    assert secrets.get("a") == "pw"
    with pytest.raises(StorageError, match="not available"):
        folder_jobs.move_secret(job, secrets, "b", "file")
