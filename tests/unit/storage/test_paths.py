from __future__ import annotations

import sys
from pathlib import Path

import pytest

from posto_desktop.common import resources
from posto_desktop.common.resources import resource
from posto_desktop.storage.paths import find_paths


def test_everything_lies_under_the_given_home(tmp_path: Path) -> None:
    paths = find_paths(tmp_path)
    assert paths.config == tmp_path / "config"
    assert paths.database == tmp_path / "data" / "posto.db"
    assert paths.workspace == tmp_path / "data" / "workspace"
    assert paths.thumbnails == tmp_path / "cache" / "thumbnails"
    assert paths.styles == tmp_path / "config" / "styles"
    assert paths.logs == tmp_path / "logs"
    assert list(tmp_path.iterdir()) == []


def test_the_argument_wins_over_the_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTO_HOME", str(tmp_path / "variable"))
    assert find_paths().data == tmp_path / "variable" / "data"
    assert find_paths(tmp_path / "argument").data == tmp_path / "argument" / "data"


def test_without_either_the_platform_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POSTO_HOME")
    paths = find_paths()
    assert "Posto" in paths.config.parts
    assert paths.config.is_absolute()


def test_a_relative_home_does_not_move_with_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths("mine").config == tmp_path / "mine" / "config"


def test_resources_of_a_checkout_are_found() -> None:
    assert resource("networks.json").is_file()


def test_resources_of_a_frozen_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource("icons", "x.svg") == (
        tmp_path / "posto_desktop" / "resources" / "icons" / "x.svg"
    )


def test_resources_of_a_wheel_lie_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "posto_desktop" / "common" / "resources.py"
    module.parent.mkdir(parents=True)
    monkeypatch.setattr(resources, "__file__", str(module))
    assert resource("a") == tmp_path / "resources" / "a"
    (tmp_path / "posto_desktop" / "resources").mkdir()
    assert resource("a") == tmp_path / "posto_desktop" / "resources" / "a"
