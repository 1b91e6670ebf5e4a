"""Numbers for Prometheus: the format, what is counted, and that reading them is cheap."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server import measurements as measuring
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.measured_claims import MeasuredClaims
from posto_desktop.server.measurements import Measurements
from posto_desktop.server.metrics import Counter, Gauge, Histogram, render
from posto_desktop.server.publishers.base import Result

from .databases import DATABASES, opened

LINE = re.compile(
    r'[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})?'
    r" (?:[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?)|\+Inf|NaN)"
)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        with database.write() as db:
            db.execute(
                "INSERT INTO channels (name, social_network, method) VALUES ('a', 'fb', 'sandbox')"
            )
            db.execute("INSERT INTO posts (title, created_at) VALUES ('', 0)")
        yield database


def add(store: ServerDatabase, status: str, due_at: float, count: int = 1) -> None:
    row = ("g", 1, 1, "fb", status, int(due_at), due_at, "{}", 0)
    with store.write() as db:
        db.executemany(
            "INSERT INTO schedules (group_id, wp_post_id, channel_id, social_network, status,"
            " send_time, due_at, customization, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [row] * count,
        )


def numbers(page: str) -> dict[str, float]:
    """All lines of a page, which must be as Prometheus reads them."""
    values: dict[str, float] = {}
    for line in page.splitlines():
        if not line.startswith("# "):
            assert LINE.fullmatch(line), line
            name, _, number = line.rpartition(" ")
            assert name not in values, "a series stands there twice"
            values[name] = float(number)
    return values


def page_of(numbers_of: Measurements, store: ServerDatabase) -> dict[str, float]:
    return numbers(numbers_of.page(store, is_up=True, sender_age=0.25))


def test_a_page_has_the_form_of_prometheus() -> None:
    counter = Counter("tries_total", "Tries\nand \\ more", "kind")
    counter.add('a "b" \\ \n c')
    counter.add("d", count=2)
    histogram = Histogram("wait_seconds", "Waits", (1, 0.5), "kind")
    for number in (0.5, 0.7, 99):
        histogram.observe(number, "x")
    assert render([counter, histogram, Gauge("used", "Used", 1e-7), Gauge("age", "Age", 2)]) == (
        "# HELP tries_total Tries\\nand \\\\ more\n"
        "# TYPE tries_total counter\n"
        'tries_total{kind="a \\"b\\" \\\\ \\n c"} 1\n'
        'tries_total{kind="d"} 2\n'
        "# HELP wait_seconds Waits\n"
        "# TYPE wait_seconds histogram\n"
        'wait_seconds_bucket{kind="x",le="0.5"} 1\n'
        'wait_seconds_bucket{kind="x",le="1"} 2\n'
        'wait_seconds_bucket{kind="x",le="+Inf"} 3\n'
        'wait_seconds_sum{kind="x"} 100.2\n'
        'wait_seconds_count{kind="x"} 3\n'
        "# HELP used Used\n"
        "# TYPE used gauge\n"
        "used 1e-07\n"
        "# HELP age Age\n"
        "# TYPE age gauge\n"
        "age 2\n"
    )


def test_labels_that_others_choose_do_not_fill_the_memory() -> None:
    counter = Counter("tries_total", "", "who")
    histogram = Histogram("wait_seconds", "", (1,), "who")
    for number in range(2_000):
        counter.add(str(number))
        histogram.observe(1, str(number))
    counter.add("0")
    assert len(list(counter.lines())) == 1_000
    assert 'tries_total{who="0"} 2' in list(counter.lines())
    assert len(list(histogram.lines())) == 4 * 1_000


def test_what_another_sender_decides_is_not_counted_here(store: ServerDatabase) -> None:
    counted = Measurements()
    claims = MeasuredClaims(store, None, counted)
    add(store, "not_sent", 1_000, 6)
    for number in range(1, 7):
        assert claims.claim(number, 1_007) is not None
        claims.freeze(number, {}, 1_007)
        claims.publishing(number, {}, 1_007)
    store.run("UPDATE schedules SET sender = 'another', fence = fence + 1")
    assert not claims.sent(1, Result("1", ""), {}, 1_007)
    assert not claims.failed(2, "No", 1_007)
    assert not claims.unknown(3, "Who knows")
    assert not claims.later(4, 1_100, "Later")
    assert not claims.missed(5)
    assert not claims.release(6)
    assert store.number("SELECT count(*) FROM schedules WHERE status = 'sending'") == 6
    page = page_of(counted, store)
    assert {
        name: number
        for name, number in page.items()
        if number and name.startswith("posto_posts_") and "_total" in name
    } == {}
    assert not any(
        number for name, number in page.items() if name.startswith("posto_post_delay_seconds")
    )


def test_every_outcome_of_a_post_is_counted(store: ServerDatabase) -> None:
    counted = Measurements()
    claims = MeasuredClaims(store, None, counted)
    add(store, "not_sent", 1_000, 6)

    def begin(number: int) -> None:
        assert claims.claim(number, 1_007) is not None
        claims.freeze(number, {}, 1_007)
        claims.publishing(number, {}, 1_007)

    for number in range(1, 6):
        begin(number)
    claims.sent(1, Result("1", ""), {}, 1_007)
    claims.failed(2, "No", 1_007)
    claims.unknown(3, "Who knows")
    claims.later(4, 1_100, "Later")
    claims.missed(5)
    assert claims.miss(1_001) == 1
    begin_again = MeasuredClaims(store, None, counted)  # as after a restart
    assert [row["status"] for row in store.rows("SELECT status FROM schedules ORDER BY id")] == [
        "success", "error", "unknown", "not_sent", "missed", "missed",
    ]  # fmt: skip
    add(store, "not_sent", 1_000)
    assert claims.claim(7, 1_007) is not None
    claims.leases.close()
    (left,) = begin_again.left(())
    assert begin_again.take_over(left) is not None
    begin_again.sent(7, Result("7", ""), {}, 1_400)
    page = page_of(counted, store)
    assert page['posto_posts_sent_total{network="fb"}'] == 2
    assert page['posto_post_delay_seconds_bucket{network="fb",le="5"}'] == 0
    assert page['posto_post_delay_seconds_bucket{network="fb",le="10"}'] == 1
    assert page['posto_post_delay_seconds_sum{network="fb"}'] == 407
    assert page['posto_posts_failed_total{network="fb"}'] == 1
    assert page['posto_posts_unclear_total{network="fb"}'] == 1
    assert page['posto_post_retries_total{network="fb"}'] == 1
    assert page["posto_posts_missed_total"] == 2
    # One whose answer came, one refused, one put off: what is unclear had none.
    assert page['posto_publish_seconds_count{network="fb"}'] == 3


def test_rows_are_counted_by_an_index_and_at_most_every_ten_seconds(
    store: ServerDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Measurements(lambda: 2_000.0)
    add(store, "not_sent", 1_900, 3)
    add(store, "not_sent", 2_100)
    add(store, "unknown", 1, 2)
    page = page_of(counted, store)
    assert (page["posto_posts_due"], page["posto_posts_unclear"]) == (3, 2)
    assert (page["posto_posts_sending"], page["posto_oldest_due_seconds"]) == (0, 100)
    assert page["posto_database_up"] == 1
    add(store, "unknown", 1)
    assert page_of(counted, store)["posto_posts_unclear"] == 2
    monkeypatch.setattr(measuring, "CACHE_SECONDS", -1.0)
    assert page_of(counted, store)["posto_posts_unclear"] == 3
    away = numbers(counted.page(store, is_up=False, sender_age=0))
    assert away["posto_database_up"] == 0
    assert "posto_posts_due" not in away
    assert page["process_resident_memory_bytes"] > 1_000_000
    assert 0 <= time.time() - page["process_start_time_seconds"] < 100_000


def test_a_scrape_reads_no_more_rows_than_it_counts(tmp_path: Path) -> None:
    from posto_desktop.server.store import Store

    store = Store(tmp_path / "workspace.db")
    try:
        for query, value in (
            (measuring._COUNT, "unknown"),
            (measuring._COUNT_DUE, 1.0),
            (measuring._OLDEST, 1.0),
        ):
            plan = store.connection().execute(f"EXPLAIN QUERY PLAN {query}", (value,)).fetchall()
            steps = [row["detail"] for row in plan if "schedules" in row["detail"]]
            assert steps
            assert all("INDEX schedules_" in step and "(status=" in step for step in steps), steps
    finally:
        store.close()
