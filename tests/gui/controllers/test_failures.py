"""Errors that nobody expected are said once, whatever happens while they are said."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.failures import Failures


@pytest.fixture
def window() -> MagicMock:
    return MagicMock()


@pytest.fixture
def failures(qapp: Any, window: MagicMock) -> Iterator[Failures]:
    before = sys.excepthook, threading.excepthook
    yield Failures(window)
    sys.excepthook, threading.excepthook = before


def crash() -> None:
    error = ValueError("no such thing")
    sys.excepthook(ValueError, error, None)


def test_an_error_is_said_with_its_detail(failures: Failures, window: MagicMock) -> None:
    crash()
    (said,) = window.show_notice.call_args_list
    assert said.args[0] == "error"
    assert said.args[2] == "ValueError: no such thing"


def test_an_error_while_one_is_said_does_not_go_on_for_ever(
    failures: Failures, window: MagicMock
) -> None:
    window.show_notice.side_effect = lambda *_: crash()  # as a slot that fails does
    crash()
    assert window.show_notice.call_count == 1
    crash()
    assert window.show_notice.call_count == 2


def test_nothing_is_said_once_the_app_quits(failures: Failures, window: MagicMock) -> None:
    failures.stop()
    crash()
    window.show_notice.assert_not_called()


def test_a_job_says_its_own_sentence(failures: Failures, window: MagicMock) -> None:
    error = OSError("full")
    error.user_message = "The disk is full."  # type: ignore[attr-defined]
    failures.job_failed(error)
    failures.job_failed(OSError("odd"))
    assert [one.args[2] for one in window.show_notice.call_args_list] == [
        "The disk is full.",
        "OSError: odd",
    ]
