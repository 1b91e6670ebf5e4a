"""A network that carries requests out late, or loses their answers: nothing goes out twice.

The clock is the test's: a request that takes 30 s takes none of the test.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from posto_desktop.server.publishers.base import (
    Account,
    Found,
    Part,
    Publisher,
    Record,
    Result,
    Unclear,
)

from .conftest import png
from .sending import Bench, PowerCut


class SlowNetwork(Publisher):
    """Carries a request out `delay` seconds after it came, also when nobody waits any more."""

    method = "sandbox"
    settle = 120

    def __init__(self, now: Callable[[], float], delay: float) -> None:
        self.now = now
        self.delay = delay
        self.trouble: Callable[[], None] = lambda: None
        self.can_look = True
        self.carried: list[tuple[float, str]] = []

    def published(self) -> list[str]:
        return [key for at, key in self.carried if at <= self.now()]

    keeps_words = False

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        self.carried.append((self.now() + self.delay, part.key))
        self.trouble()
        return Result("1", "https://net.example/1")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        if not self.can_look:
            return Found.CANNOT_TELL, None
        if part.key in self.published():
            return Found.SENT, Result("1", "https://net.example/1")
        return Found.NOT_SENT, None


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.store.close()


def lose_answers(network: SlowNetwork, error: BaseException, times: int) -> None:
    left = [times]

    def trouble() -> None:
        if left[0]:
            left[0] -= 1
            raise error

    network.trouble = trouble


def use(bench: Bench, network: SlowNetwork) -> None:
    bench.publisher = network
    bench.sender = bench.new_sender()


def carry_on(bench: Bench, number: int, seconds: float, step: float) -> str:
    """Lets time pass as the running loop sees it, until the row has an outcome."""
    end = bench.now + seconds
    while bench.now < end and bench.status(number) in ("sending", "not_sent"):
        bench.now += step
        bench.recover()
        bench.send(number)
    return bench.status(number)


@pytest.mark.parametrize("delay", [0, 4, 30, 100])
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_lost_answer_of_a_slow_network_is_no_second_post(
    bench: Bench, delay: float, lost: int
) -> None:
    network = SlowNetwork(lambda: bench.now, delay)
    use(bench, network)
    lose_answers(network, Unclear("The server did not answer in time."), lost)
    number = bench.compose()
    bench.send(number)
    assert carry_on(bench, number, 3600, 5.0) == "success"
    bench.now += 3600
    assert len(network.published()) == 1


@pytest.mark.parametrize("delay", [0, 4, 30, 100])
@pytest.mark.parametrize("kills", [1, 5])
def test_a_kill_while_a_slow_network_works_is_no_second_post(
    bench: Bench, delay: float, kills: int
) -> None:
    network = SlowNetwork(lambda: bench.now, delay)
    use(bench, network)
    number = bench.compose()
    lose_answers(network, PowerCut(), 1)
    with pytest.raises(PowerCut):
        bench.send(number)
    for _ in range(kills):
        bench.now += 1
        bench.restart()
    assert carry_on(bench, number, 3600, 5.0) == "success"
    bench.now += 3600
    assert len(network.published()) == 1


def test_a_request_that_never_arrived_is_sent_again_after_the_settling_time(bench: Bench) -> None:
    network = SlowNetwork(lambda: bench.now, 1e9)
    use(bench, network)
    lose_answers(network, Unclear("The answer was cut."), 1)
    number = bench.compose()
    start = bench.now
    assert bench.send(number) == "sending"
    network.delay = 0
    assert carry_on(bench, number, 3600, 5.0) == "success"
    assert 120 <= bench.now - start < 140
    assert len(network.published()) == 1


def test_a_key_is_not_used_again_while_the_first_request_may_be_at_work(bench: Bench) -> None:
    class WithKey(SlowNetwork):
        def repeat_is_safe(self, record: Record, age: float) -> bool:
            return age < 3000

    network = WithKey(lambda: bench.now, 30)
    network.can_look = False
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 1)
    number = bench.compose()
    start = bench.now
    bench.send(number)
    assert carry_on(bench, number, 3600, 5.0) == "success"
    assert bench.now - start >= 120
    assert network.carried[1][0] - network.carried[0][0] >= 120


@pytest.mark.parametrize("jump", [-3600.0, 3600.0])
def test_a_clock_that_is_set_is_no_settling_time(bench: Bench, jump: float) -> None:
    network = SlowNetwork(lambda: bench.ticks, 60)
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 1)
    number = bench.compose()
    bench.send(number)
    bench.set_clock(jump)
    bench.restart()
    assert carry_on(bench, number, 3600 * 2, 5.0) == "success"
    bench.now += 3600
    assert len(network.published()) == 1


def test_the_time_counts_from_the_last_try_over_a_restart_of_the_computer(bench: Bench) -> None:
    network = SlowNetwork(lambda: bench.now, 1e9)
    use(bench, network)
    lose_answers(network, PowerCut(), 1)
    number = bench.compose()
    with pytest.raises(PowerCut):
        bench.send(number)
    network.delay = 0
    bench.now += 30
    bench.ticks_at_start = bench.now - 5  # the computer was started five seconds ago
    bench.restart()
    assert bench.status(number) == "sending"
    bench.now += 100
    bench.restart()
    assert bench.status(number) == "sending"
    bench.now += 20
    bench.restart()
    assert carry_on(bench, number, 60, 1.0) == "success"
    assert len(network.published()) == 1


def test_a_post_is_found_whose_first_try_was_by_a_clock_that_was_ahead(bench: Bench) -> None:
    class Dated(SlowNetwork):
        """Shows posts since the first try, as networks do that have no mark of ours."""

        def lookup(
            self, account: Account, part: Part, record: Record, taken: Collection[str]
        ) -> tuple[Found, Result | None]:
            assert part.first_sent is not None
            clock_ahead = self.now() - (bench.ticks + bench.ticks_at_start)
            since = part.first_sent + clock_ahead - 120
            if any(at >= since for at, _key in self.carried):
                return Found.SENT, Result("1", "https://net.example/1")
            return Found.NOT_SENT, None

    right = bench.ticks_at_start
    network = Dated(lambda: bench.ticks + right, 0)
    use(bench, network)
    lose_answers(network, PowerCut(), 1)
    bench.set_clock(3600)
    number = bench.compose()
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.set_clock(-3600)
    bench.restart()
    assert carry_on(bench, number, 3600 * 2, 5.0) == "success"
    assert len(network.carried) == 1


def test_a_key_that_ended_before_the_next_try_is_not_relied_on(bench: Bench) -> None:
    class WithKey(SlowNetwork):
        def repeat_is_safe(self, record: Record, age: float) -> bool:
            return age < 3000

    network = WithKey(lambda: bench.now, 0)
    network.can_look = False
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 1)
    number = bench.compose()
    bench.send(number)
    while bench.status(number) != "not_sent":  # the key holds: it will be sent again
        bench.now += 5
        bench.recover()
    bench.now += 8 * 3600  # the computer sleeps
    assert carry_on(bench, number, 600, 5.0) == "unknown"
    assert len(network.published()) == 1
    bench.unclear_posts.send_again(number)
    assert carry_on(bench, number, 60, 5.0) == "success", "the person decides"


def test_a_long_request_has_its_settling_time_from_its_end(bench: Bench) -> None:
    network = SlowNetwork(lambda: bench.now, 750)
    use(bench, network)
    number = bench.compose()

    def trouble() -> None:
        network.trouble = lambda: None
        bench.now += 700  # so long a video took
        raise Unclear("The connection broke.")

    network.trouble = trouble
    bench.send(number)
    assert carry_on(bench, number, 3600, 5.0) == "success"
    bench.now += 3600
    assert len(network.published()) == 1


@pytest.mark.parametrize("away", [0, 50, 4000])
@pytest.mark.parametrize("kills", [1, 3])
def test_a_kill_after_a_long_upload_leaves_the_network_its_settling_time(
    bench: Bench, away: float, kills: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file goes out by the call that publishes; the process ends right behind its last byte,
    and is started again `away` seconds later."""
    network = SlowNetwork(lambda: bench.now, 700 + 100)
    network.sends_files = True
    use(bench, network)
    blob = bench.media.receive(BytesIO(png(4, 4)).read, None)
    item = bench.media.add(replace(blob, size=40_000_000), "film.png")
    monkeypatch.setattr(bench.media, "has", lambda _item: True)  # its file is smaller
    number = bench.compose(
        upload_media=True, upload_media_type="custom", media_list_to_upload=[item.id]
    )

    def trouble() -> None:
        network.trouble = lambda: None
        bench.now += 700  # so long the upload took
        raise PowerCut

    network.trouble = trouble
    with pytest.raises(PowerCut):
        bench.send(number)
    bench.now += away
    start = bench.now
    for _ in range(kills):
        bench.restart()
        bench.now += 1
    assert carry_on(bench, number, 3600, 5.0) == "success"
    assert bench.now - start < 200, "it waits no longer than needed"
    bench.now += 3600
    assert len(network.published()) == 1


def test_a_network_that_cannot_be_asked_is_a_question_for_the_user(bench: Bench) -> None:
    network = SlowNetwork(lambda: bench.now, 4)
    network.can_look = False
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 1)
    number = bench.compose()
    bench.send(number)
    assert carry_on(bench, number, 600, 5.0) == "unknown"
    bench.now += 3600
    bench.restart()
    assert bench.status(number) == "unknown"
    assert len(network.published()) == 1


def test_a_network_that_never_takes_it_ends_in_an_error(bench: Bench) -> None:
    network = SlowNetwork(lambda: bench.now, 1e9)
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 10**9)
    number = bench.compose()
    bench.send(number)
    assert carry_on(bench, number, 24 * 3600, 5.0) == "error"
    assert network.published() == []


def test_the_running_loop_asks_again_by_itself(bench: Bench) -> None:
    from .conftest import until

    network = SlowNetwork(lambda: bench.now, 30)
    use(bench, network)
    lose_answers(network, Unclear("No answer."), 1)
    bench.schedules.wake = bench.sender.wake
    bench.sender.start()
    try:
        number = bench.compose()
        until(lambda: bench.status(number) == "sending" and network.carried)
        bench.now += 31
        until(lambda: bench.status(number) == "success")
    finally:
        assert bench.sender.stop(10)
    assert len(network.published()) == 1
