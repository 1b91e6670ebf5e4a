"""What is fetched besides Python's libraries is the one that was tried."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.windows_check import lab

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NPM = sorted((ROOT / "tests" / "servers").glob("*/package.json"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_named_by_their_commits(workflow: Path) -> None:
    """Tags move. The version beside it is for people."""
    used = re.findall(r"^ *(?:- )?uses: (.*)$", workflow.read_text("utf-8"), re.M)
    assert used
    for action in used:
        own = action.startswith("./")
        assert own or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action), action


def test_an_action_has_one_commit() -> None:
    texts = "\n".join(path.read_text("utf-8") for path in WORKFLOWS)
    used = set(re.findall(r"uses: ([\w/-]+)@(\w+)", texts))
    assert len({name for name, _ in used}) == len(used)


def test_workflows_install_by_dev_py() -> None:
    """It installs what is locked. Of the commands that fetch something only these are there."""
    for workflow in WORKFLOWS:
        for line in workflow.read_text("utf-8").splitlines():
            assert not re.search(r"\b(?:pip|choco|brew|npx|uv|winget|npm install)\b", line), line


def test_the_installer_for_windows_is_made_by_the_compiler_that_was_tried() -> None:
    text = (ROOT / ".github" / "workflows" / "windows.yml").read_text("utf-8")
    assert re.findall(r"npm pack --silent (\S+)", text) == [lab.INNO_SETUP]
    assert f'$hash = "{lab.INNO_SETUP_HASH}"' in text


@pytest.mark.parametrize("project", NPM, ids=lambda path: path.parent.name)
def test_what_npm_installs_is_locked(project: Path) -> None:
    wanted = json.loads(project.read_text("utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    lock: dict[str, Any] = json.loads(project.with_name("package-lock.json").read_text("utf-8"))
    packages = {path: fields for path, fields in lock["packages"].items() if path}
    assert lock["packages"][""]["dependencies"] == wanted
    assert {f"node_modules/{name}" for name in wanted} <= set(packages)
    for path, fields in packages.items():
        assert fields["integrity"].startswith("sha512-"), path
