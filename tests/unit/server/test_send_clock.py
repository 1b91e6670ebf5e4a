"""How long ago a try was: with the clock of one computer, and with that of a shared database."""

from __future__ import annotations

import pytest

from posto_desktop.server import send_clock
from posto_desktop.server.deliveries import Progress
from posto_desktop.server.publishers.base import Part, Post
from posto_desktop.server.send_clock import SendClock


class Clocks:
    """The database's clock, and the running time of a process."""

    def __init__(self) -> None:
        self.database, self.running = 1_800_000_000.0, 100.0

    def process(self) -> SendClock:
        return SendClock(
            lambda: self.database,
            lambda: self.database,
            has_boots=False,
            running=lambda: self.running,
        )

    def let_pass(self, seconds: float) -> None:
        self.database += seconds
        self.running += seconds


def a_part(key: str = "key") -> Progress:
    post = Post("", "", 1, "", "mastodon", "")
    return Progress(Part(post, 0, "post", key, "", ()))


@pytest.mark.parametrize("step", [3600.0, 0.0, -3600.0])
def test_a_step_of_the_databases_clock_brings_no_network_its_time(step: float) -> None:
    clocks, progress = Clocks(), a_part()
    process = clocks.process()
    process.note_try(progress)
    clocks.let_pass(30)
    clocks.database += step
    assert process.since_last_try(progress) == (0 if step < 0 else 30)


def test_who_hears_of_a_try_of_another_process_counts_from_there() -> None:
    clocks, progress = Clocks(), a_part()
    first, second = clocks.process(), clocks.process()
    first.note_try(progress)
    clocks.let_pass(100)
    assert second.since_last_try(progress) == 0
    clocks.let_pass(10)
    assert (first.since_last_try(progress), second.since_last_try(progress)) == (110, 10)
    first.note_try(progress)
    clocks.let_pass(5)
    assert (first.since_last_try(progress), second.since_last_try(progress)) == (5, 0)


def test_a_try_that_is_forgotten_is_one_that_was_heard_of_just_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(send_clock, "_MOST_TRIES", 2)
    clocks = Clocks()
    process, parts = clocks.process(), [a_part(f"key {number}") for number in range(3)]
    for progress in parts:
        process.note_try(progress)
        clocks.let_pass(1)
    assert [process.since_last_try(progress) for progress in reversed(parts)] == [1, 2, 0]


def test_processes_of_one_computer_count_from_the_try_itself() -> None:
    clocks, progress = Clocks(), a_part()
    first, second = (
        SendClock(lambda: clocks.database, lambda: clocks.running, has_boots=True) for _ in range(2)
    )
    first.note_try(progress)
    clocks.let_pass(30)
    clocks.database += 3600
    assert (first.since_last_try(progress), second.since_last_try(progress)) == (30, 30)
