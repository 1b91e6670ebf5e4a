"""Missed posts that are sent now wait for the undo time, as what Compose sends at once."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.workers.pending_sends import PendingSends


@pytest.fixture
def sends(qapp: Any) -> Any:
    target = WorkspaceTarget("w1", "Nordlicht", "https://nordlicht.example")
    asked: list[list[int]] = []
    sends = PendingSends(
        lambda ids: asked.append(list(ids)), target=lambda: target, undo_ms=lambda: 10_000
    )
    heard: list[Any] = []
    sends.message.connect(heard.append)
    return sends, asked, heard


def test_it_says_so_and_waits(sends: Any) -> None:
    sends, asked, heard = sends
    token = sends.send([3, 4])
    [note] = heard
    assert (note.text, note.action.kind, note.action.arg, note.stay_ms) == (
        "Sending 2 posts in 10 s",
        "undo_send_now",
        token,
        10_000,
    )
    assert (note.countdown, note.is_listed) == ("Sending 2 posts in {seconds} s", False)
    assert asked == []
    sends.finish()  # the app quits
    assert asked == [[3, 4]]


def test_a_second_press_sends_nothing_twice(sends: Any) -> None:
    sends, asked, heard = sends
    sends.send([3])
    assert sends.send([3]) == ""
    sends.finish()
    assert [ids for ids in asked if ids] == [[3]]
    assert len(heard) == 1


def test_undo_leaves_them_as_they_were(sends: Any) -> None:
    sends, asked, heard = sends
    token = sends.send([3])
    assert sends.undo(token)
    sends.finish()
    assert asked == []
    assert not sends.undo(token)
    assert heard[-1].text == "Too late to undo: the posts are being sent."


def test_without_undo_time_they_go_at_once(sends: Any) -> None:
    sends, asked, heard = sends
    sends._undo_ms = lambda: 0
    assert sends.send([3]) == ""
    assert asked == [[3]]
    assert heard == []
