from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.sdk.backoff import Backoff, read_retry_after

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("Wed, 25 Nov 2026 10:00:07 GMT", 7.0),
        ("Wed, 25 Nov 2026 09:00:00 GMT", 0.0),
        ("999999999", 86400.0),
        ("-4", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert read_retry_after(header, NOW) == seconds


@given(st.text())
def test_any_header_is_a_wait_or_none(header: str) -> None:
    wait = read_retry_after(header, NOW)
    assert wait is None or 0 <= wait <= 86400


@given(st.integers(0, 40), st.floats(0, 1), st.none() | st.floats(0, 86400))
def test_waits_are_bounded_and_never_before_what_was_asked(
    attempt: int, chance: float, asked: float | None
) -> None:
    wait = Backoff(chance=lambda: chance).wait(attempt, asked)
    if asked is None:
        assert 0.15 <= wait <= 5
    else:
        assert asked <= wait <= asked + 0.1


@given(st.integers(0, 40), st.floats(0, 1), st.none() | st.floats(0, 86400))
def test_a_busy_host_is_left_alone_ever_longer(
    refusals: int, chance: float, asked: float | None
) -> None:
    backoff = Backoff(chance=lambda: chance)
    wait = backoff.busy_wait(refusals, asked)
    assert wait >= max(1.0, asked or 0.0)
    assert wait <= max(15.0, asked or 0.0) + 0.1
    assert wait <= backoff.busy_wait(refusals + 1, asked)


def test_waits_double_with_jitter() -> None:
    assert [Backoff(chance=lambda: 1.0).wait(n) for n in range(4)] == [0.3, 0.6, 1.2, 2.4]
    assert Backoff(chance=lambda: 0.0).wait(1) == 0.3
    assert [Backoff(chance=lambda: 0.0).busy_wait(n) for n in range(6)] == [1, 2, 4, 8, 15, 15]
