"""Tests of the table of failures: each class of them once."""

from __future__ import annotations

import pytest

from posto_desktop.net.failure import BACKOFF, Effect, Then, failure_of

NONE, MAYBE = Effect.NONE, Effect.MAYBE


@pytest.mark.parametrize(
    ("reason", "status", "is_maybe", "effect", "then", "passes"),
    [
        ("offline", None, False, NONE, Then.LATER, True),
        ("timeout", None, False, NONE, Then.LATER, True),
        ("timeout", None, True, MAYBE, Then.LOOK, True),
        ("broken", None, True, MAYBE, Then.LOOK, True),
        ("tls", None, False, NONE, Then.LATER, False),
        ("unproven", None, False, NONE, Then.LATER, False),
        ("offline", 407, False, NONE, Then.END, False),
        ("busy", 429, False, NONE, Then.ASKED, True),
        ("maintenance", 503, False, NONE, Then.ASKED, True),
        ("firewall", 403, False, NONE, Then.END, False),
        ("wrong_address", 404, False, NONE, Then.END, False),
        ("too_large", 413, False, NONE, Then.END, False),
        ("no_room", 507, False, NONE, Then.END, False),
        ("refused", 400, False, NONE, Then.END, False),
        ("refused", 500, False, NONE, Then.END, False),
        ("memory", 500, True, MAYBE, Then.LOOK, False),
        ("refused", 200, False, NONE, Then.END, False),
        ("unavailable", 500, True, MAYBE, Then.LOOK, True),
        ("unavailable", 500, False, NONE, Then.LATER, True),
        ("timeout", 504, True, MAYBE, Then.LOOK, True),
        ("timeout", 504, False, NONE, Then.LATER, True),
        ("unavailable", 521, False, NONE, Then.LATER, True),
        ("html", 200, True, MAYBE, Then.LOOK, False),
        ("unreadable", 200, False, NONE, Then.END, False),
        ("rendition", None, False, NONE, Then.END, False),
        (None, None, False, NONE, Then.END, False),
    ],
)
def test_what_a_failure_means(
    reason: str | None,
    status: int | None,
    is_maybe: bool,
    effect: Effect,
    then: Then,
    passes: bool,
) -> None:
    is_network = status is None and reason not in ("rendition", None)
    failure = failure_of(reason, status, is_maybe=is_maybe, is_network=is_network)
    assert (failure.effect, failure.then, failure.passes) == (effect, then, passes)


@pytest.mark.parametrize(("reason", "status"), [("wrong_password", 401), ("not_allowed", 403)])
def test_a_sign_in_is_waited_for(reason: str, status: int) -> None:
    failure = failure_of(reason, status, is_maybe=False, is_sign_in=True)
    assert failure.then is Then.SIGN_IN
    assert not failure.may_pass
    assert failure.delay(1) == 300


def test_when_the_next_attempt_is_made() -> None:
    offline = failure_of("offline", None, is_maybe=False, is_network=True)
    assert [offline.delay(n) for n in (1, 2, 7, 99)] == [5, 10, 60, BACKOFF[-1]]
    assert failure_of("busy", 429, is_maybe=False, wait=40).delay(1) == 40
    assert failure_of("busy", 429, is_maybe=False, wait=2).delay(1) == 5
    assert failure_of("busy", 429, is_maybe=False, wait=86400).delay(1) == 3600


def test_what_costs_a_whole_timeout_is_repeated_once() -> None:
    slow = failure_of("timeout", 504, is_maybe=True)
    assert [slow.repeats(5, tried) for tried in (1, 2)] == [True, False]
    fast = failure_of("unavailable", 502, is_maybe=False)
    assert [fast.repeats(2, tried) for tried in (1, 2, 3)] == [True, True, False]
