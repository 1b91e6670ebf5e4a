from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import Job, JobRunner


@pytest.fixture
def jobs(qapp: object) -> Iterator[KeyedJobs]:
    runner = JobRunner()
    made = KeyedJobs(runner)
    yield made
    assert runner.shutdown(60_000)
    made.deleteLater()


def answer(job: Job, gate: threading.Event, words: str) -> str:
    gate.wait()
    if words == "wrong":
        raise ValueError(words)
    job.report(words.upper())
    return words


def until_stopped(job: Job) -> None:
    job.cancelled.wait()
    job.check()


def opened() -> threading.Event:
    gate = threading.Event()
    gate.set()
    return gate


def test_each_answer_comes_with_its_key(qtbot: QtBot, jobs: KeyedJobs) -> None:
    gates = {key: threading.Event() for key in (1, 2)}
    answers: list[tuple[object, object]] = []
    jobs.done.connect(lambda key, result: answers.append((key, result)))
    for key, gate in gates.items():
        jobs.start(key, answer, gate, f"words {key}")
    assert len(jobs) == 2
    for key in (2, 1):
        with qtbot.waitSignal(jobs.done):
            gates[key].set()
    assert answers == [(2, "words 2"), (1, "words 1")]
    assert len(jobs) == 0


def test_two_jobs_may_have_one_key(qtbot: QtBot, jobs: KeyedJobs) -> None:
    answers: list[tuple[object, object]] = []
    jobs.done.connect(lambda key, result: answers.append((key, result)))
    for words in ("a", "b"):
        jobs.start("key", answer, opened(), words)
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert sorted(answers) == [("key", "a"), ("key", "b")]


def test_what_a_job_reports_comes_with_its_key(qtbot: QtBot, jobs: KeyedJobs) -> None:
    with qtbot.waitSignal(jobs.progress) as progress:
        jobs.start("key", answer, opened(), "words")
    assert progress.args == ["key", "WORDS"]


def test_a_failure_comes_with_its_key(qtbot: QtBot, jobs: KeyedJobs) -> None:
    with qtbot.waitSignal(jobs.failed) as failed:
        jobs.start("key", answer, opened(), "wrong")
    assert failed.args[0] == "key"
    assert str(failed.args[1]) == "wrong"
    assert "key" not in jobs


def test_a_failure_that_nobody_asks_about_is_the_runners(qtbot: QtBot, jobs: KeyedJobs) -> None:
    with qtbot.waitSignal(jobs._runner.unhandled) as unhandled:
        jobs.start("key", answer, opened(), "wrong")
    assert str(unhandled.args[0]) == "wrong"


def test_a_job_that_was_cancelled_elsewhere_is_told(qtbot: QtBot, jobs: KeyedJobs) -> None:
    handle = jobs._runner.submit(until_stopped, parent=jobs)
    jobs.follow("key", handle)
    with qtbot.waitSignal(jobs.cancelled) as cancelled:
        handle.cancel()
    assert cancelled.args == ["key"]


@pytest.mark.parametrize("words", ["late", "wrong"])
def test_what_is_forgotten_is_dropped(qtbot: QtBot, jobs: KeyedJobs, words: str) -> None:
    gate = threading.Event()
    jobs.start("key", answer, gate, words)
    jobs.start("other", until_stopped)
    jobs.forget("other")
    jobs.forget("key")
    assert len(jobs) == 0
    events: list[object] = []
    for signal in (jobs.done, jobs.failed, jobs.progress, jobs.cancelled):
        signal.connect(events.append)
    jobs._runner.unhandled.connect(events.append)
    gate.set()
    qtbot.waitUntil(lambda: jobs._runner.running == 0)
    assert events == []
