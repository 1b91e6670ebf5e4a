"""`dev.py windows-check`: what it prepares, skips and reports."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("prepares Wine with Debian's packages", allow_module_level=True)

from tools.windows_check import __main__ as windows_check
from tools.windows_check import lab, stages
from tools.windows_check.lab import Lab, LabError


def test_libraries_are_those_of_the_lock_file_on_windows() -> None:
    lines = lab._windows_requirements()
    names = {re.split(r"[=\[ ]", line)[0] for line in lines}
    assert {"pyside6-essentials", "pywin32-ctypes", "tzdata", "pytest"} <= names
    assert not names & {"jeepney", "secretstorage", "macholib", "backports-tarfile"}
    assert not names & lab.LEFT_OUT
    assert len(names) == len(lines)  # of two versions only the one for that Python
    for line in lines:
        assert re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", line), line


def test_a_part_is_made_again_only_if_its_sources_changed(tmp_path: Path) -> None:
    made: list[str] = []

    def make(work: Path) -> None:
        (tmp_path / "thing").mkdir()
        made.append(work.name)

    here = Lab(tmp_path)
    for sources in (["1"], ["1"], ["2"]):
        here._part("thing", sources, make)
    assert len(made) == 2


def test_an_interrupted_part_is_made_again(tmp_path: Path) -> None:
    def fail(work: Path) -> None:
        (tmp_path / "thing").mkdir()
        raise LabError("no network")

    here = Lab(tmp_path)
    with pytest.raises(LabError):
        here._part("thing", ["1"], fail)
    here._part("thing", ["1"], lambda work: (tmp_path / "thing").mkdir())
    assert (tmp_path / "thing.stamp").exists()


@pytest.fixture
def no_apt(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POSTO_WINDOWS_LAB", str(tmp_path))
    monkeypatch.setattr(lab.shutil, "which", lambda name: None)


@pytest.mark.usefixtures("no_apt")
@pytest.mark.parametrize(("words", "code"), [(["--quick"], 0), ([], 1)])
def test_without_wine_the_tests_skip_it_and_say_why(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert windows_check.main(words) == code
    assert "skipped, since the lab cannot be prepared: Wine is installed with apt" in (
        capsys.readouterr().out
    )


def test_packages_that_apt_cannot_install_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "apt_install", lambda names: False)
    monkeypatch.setattr(lab.os, "geteuid", lambda: 0)
    with pytest.raises(LabError, match="apt could not install some-package"):
        lab._install({"/no/such/file": "some-package", "/": "another"})


@pytest.mark.parametrize(
    ("version", "reason"),
    [("wine-9.0 (Ubuntu 9.0)", "Wine 10 or newer is needed, and this is wine-9.0"), ("", "is ")],
)
def test_an_older_wine_is_not_used(
    monkeypatch: pytest.MonkeyPatch, version: str, reason: str
) -> None:
    monkeypatch.setattr(lab, "PROGRAMS", {"/": "any"})
    monkeypatch.setattr(lab, "_output", lambda command: version)
    with pytest.raises(LabError, match=reason):
        lab._wine_version()
    monkeypatch.setattr(lab, "_output", lambda command: "wine-10.0 (Debian 10.0~repack-6)")
    assert lab._wine_version().startswith("wine-10")
    monkeypatch.setattr(lab, "PROGRAMS", {"/no/such/wine": "any"})
    with pytest.raises(LabError, match="have no /no/such/wine"):
        lab._wine_version()


@pytest.mark.parametrize(
    ("words", "ran", "code"),
    [
        (["--quick"], ["self-test", "probes"], 0),
        (["--stage", "probes", "a_name"], ["probes"], 0),
        (["--stage", "unit-tests", "--stage", "probes"], ["unit-tests", "probes"], 1),
    ],
)
def test_stages_run_alone_and_a_failure_counts(
    words: list[str],
    ran: list[str],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen: list[str] = []

    def stage(name: str) -> object:
        return lambda run, names: seen.append(name) or name != "unit-tests"

    @contextlib.contextmanager
    def new_run(lab: Lab, *, keep: bool) -> Iterator[None]:
        yield None

    monkeypatch.setattr(stages, "STAGES", {name: stage(name) for name in stages.STAGES})
    monkeypatch.setattr(windows_check, "new_run", new_run)
    monkeypatch.setattr(Lab, "prepare", lambda self, **options: None)
    assert windows_check.main(words) == code
    assert seen == ran
    assert ("failed: unit-tests" in capsys.readouterr().out) == bool(code)
