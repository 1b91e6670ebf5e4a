"""Snippets through jobs: in the order of asking, failures named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.snippets import Snippet
from posto_desktop.workers.runner import JobRunner
from posto_desktop.workers.snippet_jobs import SnippetLibrary
from posto_desktop.workers.snippets import SnippetStore


@pytest.fixture
def runner(qtbot: Any) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown(60_000)


def test_calls_are_carried_out_in_their_order(
    qtbot: Any, runner: JobRunner, tmp_path: Path
) -> None:
    snippets = SnippetLibrary(runner, tmp_path)
    assert snippets.known is None
    many = [Snippet(f"Name {number}", "text", id=str(number)) for number in range(8)]
    for snippet in many:
        snippets.save(snippet)
    snippets.delete("3")
    snippets.arrange(["7", "0"])
    snippets.restore(many[3], 2)
    qtbot.waitUntil(
        lambda: (
            snippets.known is not None and len(snippets.known) == 8 and snippets.known[0].id == "7"
        )
    )
    assert [snippet.id for snippet in snippets.known or []] == [
        "7",
        "0",
        "3",
        "1",
        "2",
        "4",
        "5",
        "6",
    ]
    assert SnippetStore(tmp_path).all() == snippets.known


def test_a_refusal_names_the_snippet_and_the_next_call_goes_on(
    qtbot: Any, runner: JobRunner, tmp_path: Path
) -> None:
    snippets = SnippetLibrary(runner, tmp_path)
    refused: list[tuple[str, str]] = []
    snippets.refused.connect(lambda *what: refused.append(what))
    snippets.save(Snippet("", "text", id="bad"))
    snippets.save(Snippet("Good", "text", id="good"))
    qtbot.waitUntil(lambda: snippets.known is not None)
    assert refused == [("bad", "Give it a name of 1 to 100 characters.")]
    assert [snippet.id for snippet in snippets.known or []] == ["good"]


def test_a_damaged_file_is_told_once(qtbot: Any, runner: JobRunner, tmp_path: Path) -> None:
    (tmp_path / "snippets.json").write_text("{", encoding="utf-8")
    snippets = SnippetLibrary(runner, tmp_path)
    problems: list[str] = []
    snippets.problem.connect(problems.append)
    snippets.load()
    snippets.load()
    answers: list[object] = []
    snippets.changed.connect(answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert len(problems) == 1
    assert "snippets.json" in problems[0]
