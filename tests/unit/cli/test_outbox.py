"""Tests of `posto outbox` on this computer's workspace."""

from __future__ import annotations

import time
from typing import Any

import pytest

from posto_desktop.cli.exits import Exit
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.unit.cli.conftest import Posto


def pause(posto: Posto, *, on: bool) -> None:
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    settings = Settings(paths.settings)
    settings.set("sending.paused", on)


def queued(posto: Posto, text: str) -> str:
    """Leave a post in the outbox; return the id of its entry."""
    pause(posto, on=True)
    ended = posto("post", text, "--to", "1", "--yes", "--queue", "--timeout", "0.1", "--json")
    pause(posto, on=False)
    assert ended.data["sent"]["state"] == "waiting", ended.out
    return str(ended.data["sent"]["id"])


def set_state(posto: Posto, entry_id: str, state: str, before: str = "waiting") -> None:
    db = posto.database()
    changes = {"state": state, "reason": "", "code": ""}
    assert db.change_outbox(entry_id, changes, now=time.time(), expect=(before,))
    db.close()


def listed(posto: Posto, *options: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = posto("outbox", "list", "--json", *options).data
    return rows


def published(posto: Posto, text: str) -> int:
    return len(posto("schedule", "list", "--search", text, "--json").data)


def test_wait_sends_what_waits(posto: Posto) -> None:
    entry_id = queued(posto, "Waits for wait")
    [row] = listed(posto, "--state", "open", "--search", "for wait")
    assert (row["id"], row["state"], row["channels"]) == (entry_id, "waiting", [1])
    assert posto("outbox", "list", "--state", "sent", "--search", "for wait", "--json").data == []
    assert published(posto, "for wait") == 0
    ended = posto("outbox", "wait", entry_id[:8], "--json")
    assert (ended.code, ended.data[0]["state"]) == (Exit.DONE, "sent")
    assert published(posto, "for wait") == 1
    assert posto("outbox", "wait").code == Exit.DONE  # nothing is left
    shown = posto("outbox", "show", entry_id[:8])
    assert "Accepted: this computer" in shown.out


def test_paused_entries_still_wait(posto: Posto) -> None:
    entry_id = queued(posto, "Still paused")
    pause(posto, on=True)
    ended = posto("outbox", "wait", entry_id, "--timeout", "0")
    pause(posto, on=False)
    assert ended.code == Exit.UNREACHABLE
    assert "waiting" in ended.out
    assert posto("outbox", "cancel", entry_id, "--yes").code == Exit.DONE


def test_cancelled_entry_is_not_sent(posto: Posto) -> None:
    entry_id = queued(posto, "Cancelled here")
    assert posto("outbox", "cancel", entry_id).code == Exit.USAGE
    looked = posto("outbox", "cancel", entry_id, "--dry-run", "--json")
    assert looked.data[0]["state"] == "waiting"
    ended = posto("outbox", "cancel", entry_id, "--yes", "--json")
    assert (ended.code, ended.data[0]["state"]) == (Exit.DONE, "cancelled")
    posto("outbox", "wait")
    assert published(posto, "cancelled here") == 0
    again = posto("outbox", "cancel", entry_id, "--yes")
    assert again.code == Exit.REFUSED
    assert "cancelled already" in again.err
    assert "Cancelled here" in posto("outbox", "show", entry_id).out  # the text is not lost


def test_refused_entry_is_tried_again(posto: Posto) -> None:
    entry_id = queued(posto, "Refused first")
    set_state(posto, entry_id, "refused")
    assert posto("outbox", "wait", entry_id).code == Exit.REFUSED
    assert posto("outbox", "retry", entry_id, "--dry-run").code == Exit.DONE
    ended = posto("outbox", "retry", entry_id, "--json")
    assert (ended.code, ended.data[0]["state"]) == (Exit.DONE, "sent")
    assert published(posto, "refused first") == 1
    assert posto("outbox", "retry", entry_id).code == Exit.REFUSED


@pytest.mark.parametrize(("answer", "posts"), [("there", 0), ("send-again", 1)])
def test_unclear_entry_is_resolved_by_a_person(posto: Posto, answer: str, posts: int) -> None:
    text = f"Unclear {answer}"
    entry_id = queued(posto, text)
    set_state(posto, entry_id, "unclear")
    assert posto("outbox", "wait", entry_id).code == Exit.UNCLEAR
    assert posto("outbox", "resolve", entry_id, answer).code == Exit.USAGE  # nobody can be asked
    ended = posto("outbox", "resolve", entry_id, answer, "--yes", "--json")
    assert (ended.code, ended.data[0]["state"]) == (Exit.DONE, "sent"), ended.out
    assert published(posto, text) == posts
    assert posto("outbox", "resolve", entry_id, answer, "--yes").code == Exit.REFUSED


def test_entry_is_named_by_its_beginning(posto: Posto) -> None:
    assert posto("outbox", "show", "ffff").code == Exit.NOT_FOUND
    assert posto("outbox", "list", "--state", "lost").code == Exit.USAGE
