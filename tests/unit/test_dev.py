"""dev.py: the first thing that runs on a fresh machine."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools import system_packages

ROOT = Path(__file__).parents[2]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, its `.venv` in a folder of the test."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    monkeypatch.setattr(module, "VENV", str(venv))
    monkeypatch.setattr(module, "PYTHON", str(venv / "bin" / "python"))
    monkeypatch.setattr(system_packages, "LINUX", True)
    return module


@pytest.fixture
def commands(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run, all of them successful."""
    seen: list[list[str]] = []

    def call(command: list[str], **options: Any) -> int:
        seen.append(command)
        return 0

    monkeypatch.setattr(dev.subprocess, "call", call)
    return seen


@pytest.fixture
def compiled(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the translations of this tree be compiled, whatever is newer in it."""
    monkeypatch.setattr(dev, "compile_translations", lambda: None)


def test_an_old_python_can_read_it() -> None:
    """It must at least be able to say that this Python is too old."""
    for path in (ROOT / "dev.py", *(ROOT / "tools").glob("*.py")):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_old_python_without_a_newer_one(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(dev, "find_newer_python", lambda: None)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    with pytest.raises(dev.Trouble, match=r"needs Python 3\.11 or newer\. This is Python 3\.8"):
        dev.use_new_enough_python()


def test_old_python_starts_a_newer_one(
    dev: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 8, 1))
    monkeypatch.setattr(dev.sys, "argv", ["dev.py", "run", "--page", "schedule"])
    monkeypatch.setattr(dev, "find_newer_python", lambda: "/somewhere/python3.12")
    with pytest.raises(SystemExit) as ended:
        dev.use_new_enough_python()
    assert ended.value.code == 0
    assert commands == [["/somewhere/python3.12", "dev.py", "run", "--page", "schedule"]]


def test_usage(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main([]) == 2
    assert dev.main(["nonsense"]) == 2
    assert dev.main(["--help"]) == 0
    output = capsys.readouterr().out
    for name in dev.COMMANDS:
        assert f"\n  {name} " in output


@pytest.mark.usefixtures("compiled")
def test_nothing_to_install_is_quick(dev: ModuleType, commands: list[list[str]]) -> None:
    Path(dev.PYTHON).touch()
    stamps = {"": dev.stamp_value("")}
    Path(dev.VENV, "posto-stamps.json").write_text(json.dumps(stamps), encoding="utf-8")
    dev.environment()
    assert commands == []


def test_translations_are_compiled_when_they_are_newer(
    dev: ModuleType, commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "resources" / "translations"
    folder.mkdir(parents=True)
    monkeypatch.setattr(dev, "ROOT", str(tmp_path))
    compiling = [dev.PYTHON, str(tmp_path / "packaging" / "translations.py"), "--compile"]
    dev.compile_translations()
    assert commands == []
    text, compiled = folder / "posto_de.ts", folder / "posto_de.qm"
    text.touch()
    dev.compile_translations()
    assert commands == [compiling]
    compiled.touch()
    os.utime(text, (1_000, 1_000))
    dev.compile_translations()
    assert commands == [compiling]
    os.utime(compiled, (999, 999))
    dev.compile_translations()
    assert commands == [compiling, compiling]


@pytest.mark.usefixtures("compiled")
@pytest.mark.parametrize("content", ["", "[]", "{", '{"": 1}', '{"": "another"}'])
def test_changed_or_damaged_stamps_install_again(
    dev: ModuleType, commands: list[list[str]], content: str
) -> None:
    Path(dev.PYTHON).touch()
    Path(dev.VENV, "posto-stamps.json").write_text(content, encoding="utf-8")
    dev.environment()
    assert all(command[:4] == [dev.PYTHON, "-m", "pip", "install"] for command in commands[-3:])
    # pip removes what a distribution had when it installs it again: the core's come afterwards.
    assert [command[-1] for command in commands[-2:]] == [f"{ROOT}/packaging/desktop", str(ROOT)]
    before = len(commands)
    dev.environment()
    assert len(commands) == before


@pytest.mark.parametrize("project", ["", "packaging/desktop"])
def test_a_changed_project_of_either_wheel_installs_again(
    dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: str
) -> None:
    for folder in ("", "packaging/desktop"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / folder / "pyproject.toml", tmp_path / folder)
    monkeypatch.setattr(dev, "PROJECTS", [str(tmp_path / "packaging/desktop"), str(tmp_path)])
    before = dev.stamp_value("")
    assert dev.stamp_value("") == before
    path = tmp_path / project / "pyproject.toml"
    path.write_text(
        path.read_text("utf-8").replace("dependencies = [", 'dependencies = [\n"a",'), "utf-8"
    )
    assert dev.stamp_value("") != before


def test_failed_install_leaves_no_stamp(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(dev.PYTHON).touch()
    monkeypatch.setattr(
        dev.subprocess, "call", lambda command, **options: int("pip" in command and "-e" in command)
    )
    with pytest.raises(dev.Trouble, match="pip could not install"):
        dev.environment()
    assert dev.read_stamps() == {}


def test_missing_libraries_without_apt_are_named(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    monkeypatch.setattr(system_packages, "has_library", lambda name: name != "libxcb-cursor.so.0")
    with pytest.raises(dev.Trouble) as caught:
        dev.system_libraries()
    assert "libxcb-cursor.so.0" in str(caught.value)
    assert "libEGL" not in str(caught.value)
    assert "apt install --no-install-recommends libxcb-cursor0" in str(caught.value)


def test_missing_libraries_without_root_or_sudo(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        dev.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None
    )
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "has_library", lambda name: False)
    with pytest.raises(dev.Trouble, match="needs root, and there is no sudo"):
        dev.system_libraries()


def test_missing_libraries_are_installed(
    dev: ModuleType, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "has_library", lambda name: name != "libpulse.so.0")
    monkeypatch.setattr(system_packages, "has_emoji_font", lambda: True)
    monkeypatch.setattr(system_packages, "known_to_apt", lambda names: names.split()[0])
    dev.system_libraries()
    update, install = commands
    assert update[:4] == ["sudo", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    assert update[-1] == "update"
    assert install[-4:] == ["install", "-y", "--no-install-recommends", "libpulse0"]


def test_apt_is_tried_again(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([100, 100, 0])
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0)
    monkeypatch.setattr(dev.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(dev.subprocess, "call", lambda command, **options: next(answers))
    assert system_packages.apt("update")


def test_run_without_a_screen(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "LINUX", True)
    for step in ("system_libraries", "environment"):
        monkeypatch.setattr(dev, step, lambda: None)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(dev.Trouble, match="no screen to show a window on"):
        dev.command_run([])


def test_every_step_of_test_runs_and_one_failure_counts(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in ("system_libraries", "test_tools", "environment"):
        monkeypatch.setattr(dev, step, lambda *words: None)
    ran: list[str] = []
    monkeypatch.setattr(dev, "command_lint", lambda words: ran.append("lint") or 1)
    monkeypatch.setattr(dev, "command_types", lambda words: ran.append("types") or 0)
    monkeypatch.setattr(dev, "in_venv", lambda *words: ran.append(words[-1]) or 0)
    monkeypatch.setattr(dev.subprocess, "Popen", lambda words, **options: words)
    monkeypatch.setattr(dev, "installed", lambda process: ran.append(process[-1]) or 0)
    monkeypatch.setattr(dev, "finished", lambda process: ran.append(process[-2]) or 0)
    assert dev.command_test([]) == 1
    steps = [
        "lint",
        "types",
        "tests.servers.install",
        "tests/servers",
        "tools.windows_check",
        "tests/gui",
        "tests/end2end",
        "tests/end2end/test_kill.py",
    ]
    assert ran == steps
    assert "Failed: lint" in capsys.readouterr().err


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_servers_that_cannot_be_installed_count_on_ci(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(dev, "LINUX", True)
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"]) as process:
        assert dev.installed(process) == code


@pytest.mark.parametrize("source", sorted((ROOT / "requirements" / "servers").glob("*.in")))
def test_what_servers_need_is_locked(source: Path) -> None:
    lock = source.with_suffix(".txt").read_text("utf-8")
    assert source.read_text("utf-8").strip().replace("_", "-") in lock.replace("_", "-")
    assert "://" not in lock, "no address of a registry"
    assert not re.findall(r"^[a-z0-9][^\\\n]*$", lock, re.M), "each with its hashes"


def test_what_pyproject_lists_is_locked(dev: ModuleType) -> None:
    def named(text: str) -> str:
        return re.split(r"[\s\[;<>=!~]", text.strip(), maxsplit=1)[0].lower().replace("_", "-")

    project, desktop = (
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))
        for folder in ("", "packaging/desktop")
    )
    for extras in ("", dev.EVERYTHING):
        lock = Path(dev.lock_file(extras)).read_text("utf-8")
        locked = {named(line) for line in lock.splitlines() if re.match(r"[a-z0-9]", line)}
        wanted = [*project["project"]["dependencies"], *desktop["project"]["dependencies"]]
        for extra in ("excel", "heic", "keyring", "nostr", *(["mcp"] if extras else [])):
            wanted += project["project"]["optional-dependencies"][extra]
        for group in filter(None, extras.split(",")):
            wanted += project["dependency-groups"][group]
        assert {named(requirement) for requirement in wanted} - {"posto"} <= locked
        assert not locked & {"posto", "posto-desktop"}
        assert "://" not in lock, "no address of a registry"
        unhashed = re.findall(r"^[a-z0-9][^\\\n]*$", lock, re.M)
        assert not unhashed
