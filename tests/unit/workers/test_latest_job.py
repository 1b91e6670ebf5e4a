from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner


@pytest.fixture
def latest(qapp: object) -> Iterator[LatestJob]:
    runner = JobRunner()
    made = LatestJob(runner)
    yield made
    assert runner.shutdown(60_000)
    made.deleteLater()


def answer(_job: Job, gate: threading.Event, words: str) -> str:
    gate.wait()
    if words == "wrong":
        raise ValueError(words)
    return words


def test_only_the_newest_answer_counts(qtbot: QtBot, latest: LatestJob) -> None:
    gates = {words: threading.Event() for words in ("first", "second")}
    answers: list[object] = []
    latest.done.connect(answers.append)
    for words, gate in gates.items():
        latest.start(answer, gate, words)
    with qtbot.waitSignal(latest.done):
        gates["second"].set()
    assert not latest.is_running
    gates["first"].set()
    runner = latest._runner
    qtbot.waitUntil(lambda: runner.running == 0)
    assert answers == ["second"]


def test_a_late_failure_of_an_older_run_ends_nothing(qtbot: QtBot, latest: LatestJob) -> None:
    first, second = threading.Event(), threading.Event()
    failures: list[object] = []
    latest.failed.connect(failures.append)
    latest.start(answer, first, "wrong")
    latest.start(answer, second, "right")
    first.set()
    qtbot.waitUntil(lambda: latest._runner.running == 1)
    assert latest.is_running
    with qtbot.waitSignal(latest.done) as done:
        second.set()
    assert done.args == ["right"]
    assert failures == []


def test_a_failure_is_told_and_it_can_run_again(qtbot: QtBot, latest: LatestJob) -> None:
    gate = threading.Event()
    gate.set()
    with qtbot.waitSignal(latest.failed) as failed:
        latest.start(answer, gate, "wrong")
    assert str(failed.args[0]) == "wrong"
    with qtbot.waitSignal(latest.done):
        latest.start(answer, gate, "right")


def test_what_is_forgotten_is_dropped(qtbot: QtBot, latest: LatestJob) -> None:
    gate = threading.Event()
    latest.start(answer, gate, "late")
    latest.forget()
    assert not latest.is_running
    with qtbot.assertNotEmitted(latest.done):
        gate.set()
        qtbot.waitUntil(lambda: latest._runner.running == 0)
