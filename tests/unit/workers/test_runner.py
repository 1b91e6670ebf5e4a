"""Jobs: exactly one end each, on the GUI thread, and none for a view that is gone."""

from __future__ import annotations

import gc
import logging
import threading

import pytest
from PySide6.QtCore import QObject, QThread, Signal, Slot

from posto_desktop.workers.runner import POOLS, Job, JobCancelled, JobRunner


class View(QObject):
    """Collects what arrives, and on which thread."""

    ended = Signal()

    def __init__(self):
        super().__init__()
        self.got = []

    def listen(self, handle):
        handle.done.connect(self.on_done)
        handle.failed.connect(self.on_failed)
        handle.cancelled.connect(self.on_cancelled)
        handle.progress.connect(self.on_progress)
        return handle

    def _take(self, kind, value=None):
        assert QThread.currentThread() is self.thread() or (
            QThread.currentThread() == self.thread()
        )
        self.got.append((kind, value))
        if kind != "progress":
            self.ended.emit()

    @Slot(object)
    def on_done(self, value):
        self._take("done", value)

    @Slot(object)
    def on_failed(self, error):
        self._take("failed", error)

    @Slot()
    def on_cancelled(self):
        self._take("cancelled")

    @Slot(object)
    def on_progress(self, value):
        self._take("progress", value)


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    assert runner.shutdown(60_000), "a worker thread did not end"


@pytest.fixture
def view(qapp):
    return View()


def test_a_result_comes_back_on_the_gui_thread(runner, view, qtbot):
    seen = []

    def work(job, a, *, b):
        seen.append(threading.current_thread() is threading.main_thread())
        return a + b

    with qtbot.waitSignal(view.ended):
        view.listen(runner.submit(work, 40, b=2, parent=view))
        assert view.got == [], "a result never arrives inside submit"
    assert view.got == [("done", 42)]
    assert seen == [False]


def test_an_error_is_reported_once_and_carries_no_frames(runner, view, qtbot, caplog):
    def work(job):
        raise ValueError("no")

    with qtbot.waitSignal(view.ended):
        view.listen(runner.submit(work, parent=view))
    ((kind, error),) = view.got
    assert kind == "failed"
    assert isinstance(error, ValueError)
    assert error.__traceback__ is None
    assert "ValueError: no" in caplog.text


def test_an_error_fit_for_people_is_not_logged_as_a_fault(runner, view, qtbot, caplog):
    class ExpectedError(Exception):
        user_message = "The site does not answer."

    def work(job):
        raise ExpectedError

    with qtbot.waitSignal(view.ended), caplog.at_level(logging.INFO):
        view.listen(runner.submit(work, parent=view))
    assert caplog.text == ""


def test_a_failure_without_a_listener_reaches_the_default_path(runner, view, qtbot):
    def work(job):
        raise JobError

    class JobError(Exception):
        user_message = "It did not work."

    with qtbot.waitSignal(runner.unhandled) as heard:
        runner.submit(work, parent=view)
    assert isinstance(heard.args[0], JobError)


def test_cancel_before_the_start_runs_nothing(runner, view, qtbot):
    gate, ran = threading.Event(), []
    for _ in range(POOLS["images"]):
        runner.submit(lambda job: gate.wait(60), parent=view, pool="images")
    handle = view.listen(runner.submit(lambda job: ran.append(1), parent=view, pool="images"))
    handle.cancel()
    with qtbot.waitSignal(view.ended):
        gate.set()
    assert view.got == [("cancelled", None)]
    assert ran == []


def test_a_running_job_sees_the_cancel(runner, view, qtbot):
    started = threading.Event()

    def work(job: Job):
        started.set()
        assert job.cancelled.wait(60)
        job.check()

    handle = view.listen(runner.submit(work, parent=view))
    assert started.wait(60)
    with qtbot.waitSignal(view.ended):
        handle.cancel()
    assert view.got == [("cancelled", None)]


def test_check_raises_only_after_cancel():
    job = Job(1, lambda *_: None)
    job.check()
    job.cancelled.set()
    with pytest.raises(JobCancelled):
        job.check()


def test_of_quick_reports_the_newest_arrives(runner, view, qtbot):
    reported = threading.Event()

    def work(job):
        for number in range(1000):
            job.report(number)
        reported.set()
        return "end"

    with qtbot.waitSignal(view.ended):
        view.listen(runner.submit(work, parent=view))
        assert reported.wait(60)  # nothing is delivered meanwhile
    assert view.got == [("progress", 999), ("done", "end")]


def test_a_view_that_is_gone_drops_the_answer_and_stops_the_job(runner, qtbot):
    view = View()
    started, stopped = threading.Event(), threading.Event()

    def work(job):
        started.set()
        job.cancelled.wait(60)
        stopped.set()
        return "nobody wants this"

    handle = runner.submit(work, parent=view)
    handle.done.connect(view.on_done)
    del handle
    assert started.wait(60)
    with qtbot.waitSignal(runner.idle):
        view.deleteLater()
    assert stopped.is_set()
    assert runner.running == 0


def test_one_end_for_each_of_many_jobs(runner, view, qtbot):
    with qtbot.waitSignal(runner.idle):
        for number in range(300):
            pool = "io" if number % 2 else "images"
            view.listen(runner.submit(lambda job, n: n, number, parent=view, pool=pool))
    assert sorted(value for _, value in view.got) == list(range(300))


def test_a_promise_is_kept_by_settle(runner, view, qtbot):
    handle = view.listen(runner.promise(view))
    number = handle.number
    assert runner.is_wanted(number)
    with qtbot.waitSignal(view.ended):
        runner.settle(number, "done", "later")
    assert view.got == [("done", "later")]
    assert not runner.is_wanted(number)


def test_cancelling_a_promise_tells_whoever_keeps_it(runner, view, qtbot):
    handle = view.listen(runner.promise(view))
    with qtbot.waitSignal(handle.stopping):
        handle.cancel()
    assert not runner.is_wanted(handle.number)
    with qtbot.waitSignal(view.ended):
        runner.settle(handle.number, "cancelled")
    assert view.got == [("cancelled", None)]


def test_shutdown_cancels_waits_and_refuses(qapp, view, qtbot):
    runner = JobRunner()
    running = threading.Event()

    def work(job):
        running.set()
        job.cancelled.wait(60)
        job.check()

    view.listen(runner.submit(work, parent=view))
    assert running.wait(60)
    with qtbot.waitSignal(view.ended):
        assert runner.shutdown(60_000)
    assert view.got == [("cancelled", None)]
    with qtbot.waitSignal(view.ended):
        view.listen(runner.submit(lambda job: "too late", parent=view))
    assert view.got[-1] == ("cancelled", None)


def test_shutdown_says_when_a_job_hangs(qapp, view):
    runner = JobRunner()
    started, gate = threading.Event(), threading.Event()

    def work(job):
        started.set()
        gate.wait(60)

    runner.submit(work, parent=view)
    assert started.wait(60)
    assert not runner.shutdown(50)
    gate.set()
    assert runner.shutdown(60_000)


def test_jobs_are_submitted_from_the_gui_thread_only(runner, view):
    caught = []

    def elsewhere():
        try:
            runner.submit(lambda job: 1, parent=view)
        except RuntimeError as error:
            caught.append(str(error))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(60)
    assert caught == ["Jobs are submitted from the GUI thread"]


def test_nothing_of_a_job_is_kept_alive(runner, view, qtbot):
    class Big:
        alive = 0

        def __init__(self):
            Big.alive += 1

        def __del__(self):
            Big.alive -= 1

    with qtbot.waitSignal(runner.idle):
        runner.submit(lambda job, big: None, Big(), parent=view)
    # The worker lets go of its last call just before it waits for the next one.
    with qtbot.waitSignal(runner.idle):
        runner.submit(lambda job: None, parent=view)
    gc.collect()
    qtbot.waitUntil(lambda: Big.alive == 0)
