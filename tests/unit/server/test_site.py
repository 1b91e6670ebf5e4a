"""The zone that the workspace tells, on systems that this one is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posto_desktop.server import site


@pytest.mark.parametrize(
    "target",
    [
        "/usr/share/zoneinfo/Europe/Lisbon",
        "/private/var/db/timezone/tz/2026a.1.0/zoneinfo/Europe/Lisbon",
        "/usr/share/zoneinfo.default/Europe/Lisbon",
    ],
)
def test_the_zone_is_read_from_where_local_time_leads(
    monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(site.sys, "platform", "darwin")
    monkeypatch.setattr(os.path, "realpath", lambda path: target)
    monkeypatch.setattr(Path, "exists", lambda path: True)
    assert site.zone_name() == "Europe/Lisbon"


def test_windows_tells_its_zone_by_its_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    import tzlocal

    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(site.sys, "platform", "win32")
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: "Europe/Lisbon")
    assert site.zone_name() == "Europe/Lisbon"
    monkeypatch.setattr(tzlocal, "get_localzone_name", lambda: 1 / 0)
    assert site.zone_name() == ""


def test_a_workspace_that_others_reach_has_the_name_of_its_address(tmp_path: Path) -> None:
    from posto_desktop.server.app import HttpServer
    from posto_desktop.server.ingress import Exposure
    from posto_desktop.server.workspace import Workspace

    workspace = Workspace(tmp_path)
    try:
        HttpServer(workspace, lambda: None)
        assert workspace.site.get("title") == "This computer"
        HttpServer(workspace, lambda: None, Exposure(public_url="https://posto.example.org:8443"))
        assert workspace.site.settings()["title"] == "posto.example.org:8443"
        assert "this computer" not in str(workspace.site.get("description"))
        workspace.site.change({"title": "The bakery"})
        assert workspace.site.get("title") == "The bakery"
    finally:
        workspace.close()
