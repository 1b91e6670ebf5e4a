"""The manifest of the Flatpak: what it asks for, and that it fits the app and what is built."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from posto_desktop.common import flatpak
from posto_desktop.workers.autostart import autostart
from tests.unit.test_packages import LINUX, PACKAGING, made_tree, made_work

ROOT = PACKAGING.parent
(MANIFEST,) = LINUX.glob("*.yml")


@pytest.fixture
def manifest() -> dict[str, Any]:
    made = yaml.safe_load(MANIFEST.read_text("utf-8"))
    assert isinstance(made, dict)
    return made


def test_each_permission_is_told_and_none_is_wider(manifest: dict[str, Any]) -> None:
    guide = (ROOT / "docs" / "guide.md").read_text("utf-8")
    explained = set(re.findall(r"`(--[a-z-]+=[^`]+)`", guide[guide.index("### As a Flatpak") :]))
    asked = set(manifest["finish-args"])
    folders = {word for word in asked if word.startswith("--filesystem=")}
    assert all(re.fullmatch(r"--filesystem=xdg-[a-z]+:ro", word) for word in folders)
    assert asked - folders == explained
    assert not any("own-name" in word or "session-bus" in word for word in asked)


def test_it_is_called_as_the_description_says(
    manifest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MANIFEST.stem == manifest["id"]
    assert (LINUX / f"{manifest['id']}.metainfo.xml").exists()
    assert manifest["rename-desktop-file"] == f"{flatpak.ENTRY}.desktop"
    assert manifest["rename-icon"] == flatpak.ENTRY
    assert flatpak.desktop_entry() == flatpak.ENTRY
    monkeypatch.setenv("FLATPAK_ID", manifest["id"])
    assert flatpak.desktop_entry() == manifest["id"]


def test_the_programs_are_not_stripped(manifest: dict[str, Any]) -> None:
    """PyInstaller puts the Python code behind the last section of a program."""
    assert manifest["build-options"] == {"strip": False, "no-debuginfo": True}


def test_nothing_starts_by_itself_in_a_flatpak(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLATPAK_ID", "org.posto.Desktop")
    assert autostart(tmp_path, 90) is None


@pytest.mark.skipif(sys.platform != "linux", reason="packages of Linux")
def test_the_tree_that_it_is_made_of_has_what_it_copies(
    manifest: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(PACKAGING))
    import artwork
    import linux_packages

    work = made_work(tmp_path / "work", artwork.SIZES)
    tree = linux_packages.flatpak_tree(made_tree(tmp_path), work)
    assert sorted(path.name for path in tree.iterdir()) == ["bin", "lib", "share"]
    assert (tree / "bin" / manifest["command"]).resolve().is_file()
    assert (tree / "share" / "applications" / manifest["rename-desktop-file"]).exists()
    description = (tree / "share" / "metainfo" / f"{manifest['id']}.metainfo.xml").read_text()
    for replaced in (">posto-desktop.desktop<", ">posto-desktop</icon>"):
        assert replaced in description
        assert replaced in manifest["modules"][0]["build-commands"][0]


@pytest.mark.skipif(shutil.which("flatpak-builder") is None, reason="not here: flatpak-builder")
def test_flatpak_builder_reads_it(tmp_path: Path) -> None:
    subprocess.run(
        ["flatpak-builder", "--show-manifest", str(MANIFEST)],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=60,
    )
