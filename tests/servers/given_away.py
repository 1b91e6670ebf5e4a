"""The files that a person shares from a home: problem report and backup."""

from __future__ import annotations

import zipfile
from pathlib import Path

from posto_desktop.storage import backup
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.storage.settings import Settings
from posto_desktop.workers import folder_jobs
from posto_desktop.workers.runner import Job


def home_around(workspace: Path) -> Paths:
    """The home of an app with this workspace, whose folder has the name that all have."""
    data = workspace.parent
    assert workspace.name == "workspace"
    return Paths(data / "config", data, data / "cache", data / "logs", data)


def given_away(paths: Paths) -> dict[str, bytes]:
    """The contents by what they are in: "report", and the files of a backup."""
    report = folder_jobs.write_report(
        Job(0, lambda _number, _kind, _value: None),
        paths,
        Settings(paths.settings),
        AccountStore(paths.accounts),
        SecretStore(paths.secrets, "off"),
        {},
    )
    assert "END OF LOG OF THE WORKSPACE" in report
    file = paths.data / f"everything{backup.SUFFIX}"
    backup.make(paths, file, version="1")
    with zipfile.ZipFile(file) as archive:
        contents = {f"backup: {name}": archive.read(name) for name in archive.namelist()}
    file.unlink()
    assert f"backup: {backup.WORKSPACE}" in contents
    return {"report": report.encode(), **contents}
