"""The documents are true: what they name is there."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.gui import whole_window

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
GUIDE = ROOT / "docs" / "guide.md"
SHOWN = ("README.md", "docs/guide.md", "docs/importing.md")
"""The pages whose bold words are what the window says."""
MOST_BYTES = 200_000
KEY = re.compile(r"`((?:(?:Ctrl|Alt|Shift)\+)+[^`\s]+|F\d{1,2})`")


def texts(paths: list[Path] = PAGES) -> list[Any]:
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in paths]


def prose(path: Path) -> str:
    """The page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.S | re.M)


def anchors(path: Path) -> set[str]:
    """The places of a page that can be linked to, as GitHub names them."""
    heads = re.findall(r"^#+ (.+)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", texts())
def test_links_and_pictures_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(path))
    links += re.findall(r'\bsrc(?:set)?="([^"]+)"', prose(path))
    inside = [link for link in links if not re.match(r"[a-z]+:", link)]
    for link in inside:
        name, _, place = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.is_file(), link
        if place:
            assert place in anchors(target), link


def test_each_picture_is_shown_and_small() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    for picture in (ROOT / "docs" / "images").iterdir():
        assert f"images/{picture.name}" in shown, picture.name
        assert picture.stat().st_size < MOST_BYTES, picture.name


def snippets(program: str) -> Iterator[str]:
    """What follows a program's name, in a line of code or within backticks."""
    for path in PAGES:
        for code in re.findall(r"`([^`\n]+)`|^([^`\n|]+)$", path.read_text(encoding="utf-8"), re.M):
            match = re.search(rf"(?:^|\s|/){program}\s+([^#]*)", "".join(code))
            if match and (code[0] or code[1].startswith((program, "python3 ", "py "))):
                yield match[1]


def test_options_of_the_programs_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    from posto_desktop.__main__ import build_parser
    from posto_desktop.server.__main__ import COMMANDS
    from posto_desktop.server.__main__ import main as server

    with pytest.raises(SystemExit):
        server(["--help"])
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            server([name, "--help"])
    helps = {"posto-desktop": build_parser().format_help(), "posto-server": capsys.readouterr().out}
    for program, help_text in helps.items():
        named = set(re.findall(r"(?<!\S)--[a-z-]+", " ".join(snippets(program))))
        assert named, program
        assert named <= set(re.findall(r"--[a-z-]+", help_text)), program


def test_commands_of_developers_are_known() -> None:
    spec = importlib.util.spec_from_file_location("dev_of_docs", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)
    targets = set(re.findall(r"\w+", (ROOT / "Makefile").read_text().split(".PHONY:")[1]))
    words = {line.split()[0] for line in snippets(r"dev\.py")}
    assert len(words) > 4
    assert words <= set(dev.COMMANDS)
    made = {line.split()[0] for line in snippets("make")}
    made |= {line.split()[0] for line in re.findall(r"^make (.+)$", "\n".join(map(prose, PAGES)))}
    assert {word for word in made if word.isalpha()} <= targets


def test_modules_and_files_are_there() -> None:
    """`core.posts.media_of` is a name in a module, `docs/testing.md` a file or folder."""
    floors = {path.name for path in (ROOT / "posto_desktop").iterdir() if path.is_dir()}
    named = [
        (path.name, word)
        for path in (ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"))
        for word in re.findall(r"`([\w./]+)`", prose(path))
    ]
    modules = [name for name in named if "/" not in name[1] and name[1].split(".")[0] in floors]
    files = [name for name in named if name[1].split("/")[0] in ("docs", "posto_desktop", "tests")]
    assert len(modules) > 20
    for page, name in modules:
        target, rest = ROOT / "posto_desktop", name.split(".")
        while rest and (target / rest[0]).is_dir():
            target /= rest.pop(0)
        if rest:
            target /= f"{rest.pop(0)}.py"
            assert target.is_file(), (page, name)
        for word in rest[:1]:
            assert re.search(rf"(?:def|class) {word}\b", target.read_text("utf-8")), (page, name)
    for page, name in files:
        assert (ROOT / name).exists(), (page, name)


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_keys_are_those_of_the_window(theme: Any, tmp_path: Path) -> None:
    from posto_desktop.ui import keys as key_names
    from posto_desktop.ui.dialogs.shortcuts_dialog import ShortcutsDialog

    scene = whole_window.build(theme, tmp_path, 1360, 860)
    scene.window.commands["shortcuts"].trigger()
    dialog = scene.window.findChild(ShortcutsDialog)
    shown = {key for row in dialog._rows for key in row[2].split(" · ")}
    dialog.reject()
    whole_window.close(scene)
    table = GUIDE.read_text(encoding="utf-8").split("## Keys")[1]
    keys = {
        key
        for line in re.findall(r"^\| (`.+?) \|", table, re.M)
        for key in re.findall(r"`([^`]+)`", line)
    }
    assert len(keys) > 30
    for path in (ROOT / "README.md", GUIDE):
        keys |= set(KEY.findall(path.read_text(encoding="utf-8")))
    for key in keys:
        name = key.replace("PageUp", "PgUp").replace("PageDown", "PgDown")
        assert key_names.words(name.replace("Enter", "Return")) in shown, key


def test_settings_are_those_of_the_settings_window() -> None:
    from posto_desktop.ui.settings import catalogue

    titles = {page.title: page.key for page in catalogue.PAGES}
    rows = {(row.page, row.title) for row in catalogue.rows()}
    named = {
        tuple(words.split(" > "))
        for path in PAGES
        for words in re.findall(r"\*\*Settings > ([^*]+)\*\*", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 6
    for page, *row in named:
        assert page in titles
        assert not row or (titles[page], row[0]) in rows, (page, row)


@pytest.mark.parametrize("path", texts([ROOT / name for name in SHOWN]))
def test_bold_words_are_those_of_the_window(path: Path) -> None:
    """They are texts of the program, as a whole."""
    code = "".join(
        source.read_text(encoding="utf-8") for source in (ROOT / "posto_desktop").rglob("*.py")
    )
    texts = {text.replace("&", "") for text in re.findall(r'"((?:[^"\\\n]|\\.)+)"', code)}
    for bold in re.findall(r"\*\*([^*\n]+)\*\*", prose(path)):
        if bold.endswith("."):
            continue  # the beginning of a paragraph
        for words in bold.split(" > "):
            assert words in texts, words
