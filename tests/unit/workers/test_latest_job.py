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


def until_stopped(job: Job) -> None:
    job.cancelled.wait()
    job.check()


def report(job: Job, words: str) -> None:
    job.report(words)


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


def test_a_forgotten_run_is_stopped(qtbot: QtBot, latest: LatestJob) -> None:
    latest.start(until_stopped)
    latest.forget()
    qtbot.waitUntil(lambda: latest._runner.running == 0)


def test_a_run_that_is_replaced_is_stopped(qtbot: QtBot, latest: LatestJob) -> None:
    gate = threading.Event()
    gate.set()
    latest.start(until_stopped)
    with qtbot.waitSignal(latest.done) as done:
        latest.start(answer, gate, "newest")
    assert done.args == ["newest"]
    qtbot.waitUntil(lambda: latest._runner.running == 0)


def test_a_cancelled_run_says_so(qtbot: QtBot, latest: LatestJob) -> None:
    latest.start(until_stopped)
    with qtbot.waitSignal(latest.cancelled):
        latest.cancel()
    assert not latest.is_running


def test_what_the_newest_run_reports_is_told(qtbot: QtBot, latest: LatestJob) -> None:
    with qtbot.waitSignal(latest.progress) as progress:
        latest.start(report, "half")
    assert progress.args == ["half"]


def test_a_failure_that_nobody_asks_about_is_the_runners(qtbot: QtBot, latest: LatestJob) -> None:
    gate = threading.Event()
    gate.set()
    with qtbot.waitSignal(latest._runner.unhandled) as unhandled:
        latest.start(answer, gate, "wrong")
    assert str(unhandled.args[0]) == "wrong"
