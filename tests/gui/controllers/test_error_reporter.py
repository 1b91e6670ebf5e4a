"""Tests of unexpected errors: each is shown once, even while another is shown."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import MagicMock

import pytest

from posto_desktop.controllers.error_reporter import ErrorReporter


@pytest.fixture
def window() -> MagicMock:
    return MagicMock()


@pytest.fixture
def error_reporter(qapp: Any, window: MagicMock) -> Iterator[ErrorReporter]:
    before = sys.excepthook, threading.excepthook
    yield ErrorReporter(window)
    sys.excepthook, threading.excepthook = before


def crash() -> None:
    error = ValueError("no such thing")
    sys.excepthook(ValueError, error, None)


def test_an_error_is_said_with_its_detail(error_reporter: ErrorReporter, window: MagicMock) -> None:
    crash()
    (call,) = window.show_notification.call_args_list
    assert call.args[0] == "error"
    assert call.args[2] == "ValueError: no such thing"


def test_an_error_while_one_is_said_does_not_go_on_for_ever(
    error_reporter: ErrorReporter, window: MagicMock
) -> None:
    window.show_notification.side_effect = lambda *_: crash()  # as a slot that fails does
    crash()
    assert window.show_notification.call_count == 1
    crash()
    assert window.show_notification.call_count == 2


def test_nothing_is_said_once_the_app_quits(
    error_reporter: ErrorReporter, window: MagicMock
) -> None:
    error_reporter.stop()
    crash()
    window.show_notification.assert_not_called()


def test_a_job_says_its_own_sentence(error_reporter: ErrorReporter, window: MagicMock) -> None:
    error = OSError("full")
    error.user_message = "The disk is full."  # type: ignore[attr-defined]
    error_reporter.job_failed(error)
    error_reporter.job_failed(OSError("odd"))
    assert [call.args[2] for call in window.show_notification.call_args_list] == [
        "The disk is full.",
        "OSError: odd",
    ]
