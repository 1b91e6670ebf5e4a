"""Tests that the examples of docs/cli.md are commands that exist, and that some of them work."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from posto_desktop.cli.exits import Exit
from posto_desktop.cli.root import COMMANDS
from posto_desktop.cli.root import posto as posto_group
from tests.unit.cli.conftest import Posto

PAGE = Path(__file__).parents[3] / "docs" / "cli.md"
_ENDS = frozenset(("|", ";", "<", ">", ">>", "&&", "do", "done"))


def examples() -> Iterator[list[str]]:
    """Yield the words of each `posto` command in the blocks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    for language, block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        if language == "markdown":
            continue
        for line in block.splitlines():
            start = re.search(r"(?<![\w/.-])posto (?=\S)", line)
            if start is None or line.lstrip().startswith("#"):
                continue
            command = line[start.start() :]
            if line[: start.start()].endswith('"$('):
                command = command.partition(')"')[0]
            lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
            lexer.whitespace_split, words = True, []
            for word in lexer:
                if word in _ENDS:
                    break
                words.append(word.rstrip(')"'))
            yield words


@pytest.mark.parametrize("words", list(examples()), ids=lambda words: " ".join(words)[:60])
def test_example_is_a_command(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for word in words:
        if re.fullmatch(r"[\w-]+\.[\w-]+", word):
            Path(word).touch()  # a file that the example names
    command: click.Command = posto_group
    context, arguments = None, words[1:]
    while True:
        context = command.make_context(command.name, list(arguments), parent=context)
        if not isinstance(command, click.Group):
            return
        _name, command, arguments = command.resolve_command(
            context, [*context._protected_args, *context.args]
        )


def test_page_names_every_command() -> None:
    named = {word for words in examples() for word in words}
    assert set(COMMANDS) - named - {"check"} == set()


def test_first_steps_work(posto: Posto, tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "sea.jpg"
    Image.new("RGB", (300, 200)).save(picture)
    media = ("--media", str(picture), "--alt", "Waves")
    assert posto("doctor").code == Exit.DONE
    post = ("post", "The sea", "--to", "bluesky", *media)
    assert posto(*post, "--dry-run").code == Exit.DONE
    assert posto(*post, "--when", "tomorrow 9:00", "--yes").code == Exit.DONE
