"""The texts of licences, in a checkout and in a package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from posto_desktop.workers.licences import NAMES, read_licences
from posto_desktop.workers.runner import Job

JOB = Job(1, lambda *_told: None)


@pytest.mark.parametrize("name", NAMES)
def test_each_part_has_its_text(name: str) -> None:
    texts = read_licences(JOB)
    assert tuple(texts) == NAMES
    assert len(texts[name]) > 500


@pytest.mark.parametrize("folder", ["licences", "Resources/licences"])
def test_a_package_says_what_it_carries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    libraries = tmp_path / "_internal"
    shown = tmp_path / folder
    shown.mkdir(parents=True)
    (shown / "README.txt").write_text("It carries Python", "utf-8")
    (shown / "Posto-Desktop.txt").write_text("The licence of Posto", "utf-8")
    for part in ("icons", "fonts"):
        resources = libraries / "posto_desktop" / "resources" / part
        resources.mkdir(parents=True)
        for name in ("LICENSE", "FONT-AWESOME.txt", "OFL.txt"):
            (resources / name).write_text(name, "utf-8")
    monkeypatch.setattr(sys, "_MEIPASS", str(libraries), raising=False)
    texts = read_licences(JOB)
    assert texts[""] == "It carries Python"
    assert texts["Posto Desktop"] == "The licence of Posto"


def test_a_package_without_texts_names_the_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.workers.licences.resource", lambda *parts: _made(tmp_path))
    assert read_licences(JOB)["Posto Desktop"].startswith("Posto Desktop: ")


def _made(folder: Path) -> Path:
    path = folder / "resources"
    path.write_text("text", "utf-8")
    return path
