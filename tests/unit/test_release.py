"""A release is prepared as the workflow expects it, and nothing changes when it cannot be made."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _release() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", ROOT / "packaging" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = _release()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that name the version, in a folder of their own, with something to tell."""
    for path in (release.CHANGELOG, release.METAINFO, *release.NUMBERS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    changelog = tmp_path / release.CHANGELOG
    text = changelog.read_text("utf-8")
    added = f"{release.UNRELEASED}\n\n### Added\n- Something new.\n\n"
    changelog.write_text(text.replace(f"{release.UNRELEASED}\n", added, 1), "utf-8")
    return tmp_path


def everything(root: Path) -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in root.rglob("*") if path.is_file()}


def test_a_release_has_its_number_and_its_changelog_everywhere(copy: Path) -> None:
    release.prepare(copy, "9.1.0", "2030-01-02")
    changelog = (copy / release.CHANGELOG).read_text("utf-8")
    assert "## [Unreleased]\n\n## [9.1.0] - 2030-01-02\n" in changelog
    assert release.notes(changelog, "9.1.0").startswith("### Added\n- Something new.")
    assert '__version__ = "9.1.0"' in (copy / release.VERSION).read_text("utf-8")
    needed = (copy / "packaging/desktop/pyproject.toml").read_text("utf-8")
    assert re.search(r'"posto\[[\w,]+\]==9\.1\.0",', needed)
    assert 'CORE_VERSION = "9.1.0"' in (copy / "posto_desktop/__main__.py").read_text("utf-8")
    metainfo = (copy / release.METAINFO).read_text("utf-8")
    assert re.search(r'<releases>\s*<release version="9\.1\.0" date="2030-01-02"/>', metainfo)
    release.check(copy, "v9.1.0")
    with pytest.raises(release.ReleaseError, match="nothing under"):
        release.notes(changelog, "Unreleased")


@pytest.mark.parametrize("version", ["9.1", "v9.1.0", "9.1.0-next", "0.0.1", "9.1.0\n"])
def test_a_bad_number_changes_nothing(copy: Path, version: str) -> None:
    before = everything(copy)
    with pytest.raises(release.ReleaseError):
        release.prepare(copy, version, "2030-01-02")
    assert everything(copy) == before


def test_nothing_is_released_twice_or_without_a_changelog(copy: Path) -> None:
    release.prepare(copy, "9.1.0", "2030-01-02")
    before = everything(copy)
    with pytest.raises(release.ReleaseError, match="already"):
        release.prepare(copy, "9.1.0", "2030-01-03")
    with pytest.raises(release.ReleaseError, match="nothing under"):
        release.prepare(copy, "9.2.0", "2030-01-03")
    assert everything(copy) == before


def test_one_for_trying_comes_before_the_release(copy: Path) -> None:
    release.prepare(copy, "9.1.0-rc.1", "2030-01-02")
    changelog = copy / release.CHANGELOG
    text = changelog.read_text("utf-8")
    changelog.write_text(text.replace("[Unreleased]\n", "[Unreleased]\n- Mended.\n", 1), "utf-8")
    release.prepare(copy, "9.1.0", "2030-01-03")
    assert release.notes(changelog.read_text("utf-8"), "9.1.0") == "- Mended."


def test_a_tag_of_another_version_is_refused(copy: Path) -> None:
    release.prepare(copy, "9.1.0", "2030-01-02")
    with pytest.raises(release.ReleaseError, match=r"tag is v9\.1\.1"):
        release.check(copy, "v9.1.1")


def test_the_program_has_a_version_that_can_be_released() -> None:
    version = release.current_version((ROOT / release.VERSION).read_text("utf-8"))
    assert release.NUMBER.fullmatch(version)
