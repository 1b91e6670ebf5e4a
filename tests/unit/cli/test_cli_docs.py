"""The examples of docs/cli.md, carried out: each ends as it should, with the files it names."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.cli.exits import Exit
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.unit.cli.conftest import Posto

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
SHOWN_ID = "3f9a1c"
OTHER_ID = "77ab02"


def section(title: str) -> str:
    """Return a section of the page."""
    [_, _, text] = re.split(rf"^## ({re.escape(title)})$", PAGE.read_text(), maxsplit=1, flags=re.M)
    return str(text).split("\n## ", 1)[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


def commands(text: str) -> list[str]:
    """Return the lines of the shell, without their comments."""
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    return [re.split(r"\s+#\s", line)[0].strip() for line in lines if line.strip()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, posto: Posto) -> Path:
    """The current folder, with the file that the page shows, and a group of its name."""
    [shown] = blocks(section("Files with front matter"), "markdown")
    (tmp_path / "sea.md").write_text(shown)
    Image.new("RGB", (600, 400), "navy").save(tmp_path / "sea.png")
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    Settings(paths.settings).set(
        "channels.groups",
        '{"schema": 1, "workspaces": {"local": [{"name": "friends", "channels": [1]}]}}',
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(posto: Posto, line: str, ids: dict[str, str]) -> None:
    for shown, own in ids.items():
        line = line.replace(shown, own)
    line, _, target = line.partition(" > ")
    output = ""
    for part in line.split(" | "):
        words = shlex.split(part)
        assert words[0] == "posto"
        ended = posto(*words[1:], stdin=output)
        assert ended.code == Exit.DONE, (part, ended.out, ended.err)
        output = ended.out
    if target:
        Path(target).write_text(output)


def test_examples_of_files_and_drafts(posto: Posto, folder: Path) -> None:
    for line in commands(section("Files with front matter")):
        # A question needs a terminal.
        run(posto, line if "check" in line or "--yes" in line else f"{line} --dry-run", {})
    ids: dict[str, str] = {}
    for shown, text in ((SHOWN_ID, "First"), (OTHER_ID, "Second")):
        posto("draft", "create", text)
        ids[shown] = posto("draft", "list", "--json").data[0]["id"]
    asked = commands(section("Drafts"))
    assert len(asked) > 8
    for line in asked:
        if line == f"posto draft edit {SHOWN_ID}":
            continue  # opens an editor
        run(posto, line, ids)
    text = section("Drafts")
    [copied] = re.findall(r"`(posto draft show .* \| posto draft create .*)`", text)
    posto("draft", "restore", ids[SHOWN_ID])
    run(posto, copied, ids)


def test_examples_of_a_folder(posto: Posto, folder: Path) -> None:
    (folder / "posts").mkdir()
    shown = (folder / "sea.md").read_text().replace("sea.png", "../sea.png")
    (folder / "posts/sea.md").write_text(shown)
    asked = commands(section("A folder as the schedule"))
    assert len(asked) == 3
    for line in asked:
        run(posto, line if "--dry-run" in line else f"{line} --yes", {})
    [applied] = posto("apply", "posts", "--json", "--yes").data["files"]
    assert (applied["action"], applied["kind"]) == ("unchanged", "post")
