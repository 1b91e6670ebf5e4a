"""The wheel: what an installed copy needs is in it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import posto_desktop

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_has_package_and_resources(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.name.startswith(f"posto_desktop-{posto_desktop.__version__}-")
    for path in (ROOT / "resources").rglob("*"):
        if path.is_file():
            assert (
                f"posto_desktop/resources/{path.relative_to(ROOT / 'resources').as_posix()}"
                in names
            )
    assert "posto_desktop/__main__.py" in names
    outside = {name for name in names if not name.startswith(("posto_desktop/", "posto_desktop-"))}
    assert outside == set()


def test_wheel_has_the_pages_about_accounts(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    pages = [path.name for path in (ROOT / "docs" / "accounts").iterdir()]
    assert len(pages) > 20
    assert {f"posto_desktop/docs/accounts/{name}" for name in pages} <= names


def test_wheel_has_the_commands(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
    text = archive.read(entry_points).decode()
    assert "posto-desktop = posto_desktop.__main__:main" in text
    assert "posto-server = posto_desktop.server.__main__:main" in text


def test_installed_copy_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    """From the wheel alone: another folder, the checkout not on the path."""
    zipfile.ZipFile(wheel).extractall(tmp_path)
    program = (
        f"import sys; sys.path[:] = [{str(tmp_path)!r}]"
        f" + [p for p in sys.path if p and p != {str(ROOT)!r}];"
        "from posto_desktop.common.resources import resource;"
        "print(resource('networks.json').resolve())"
    )
    result = subprocess.run(
        [sys.executable, "-I", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == str(tmp_path / "posto_desktop/resources/networks.json")
