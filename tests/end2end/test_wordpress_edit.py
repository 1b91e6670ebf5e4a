"""Edits of scheduled messages at a real WordPress: by a copy, a look, and only then a deletion."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.delivery import client_pool
from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.delivery.outbox import Entry, Outbox
from posto_desktop.sdk import PostoSDK
from posto_desktop.storage.database import Database
from tests.end2end.waiting import wait_for
from tests.end2end.wordpress import WordPress

pytestmark = [pytest.mark.wordpress, pytest.mark.end2end]

AT = datetime.fromtimestamp(int(time.time()) + 86_400, UTC)


class Editing:
    def __init__(self, wordpress: WordPress, sdk: PostoSDK, folder: Path) -> None:
        self.control = wordpress.control
        self.client = ServiceClient(sdk, local=False)
        self.outbox = Outbox(Database(folder / "posto.db"))
        self.channels = [channel for channel in sdk.channels if channel.active][:2]

    def settle(self, entry: Entry) -> Entry:
        def run() -> Entry | None:
            due = self.outbox.due()
            if entry.id in due:
                self.outbox.process(entry.id, self.client)
            now = self.outbox.entry(entry.id)
            return now if now.is_ended or now.state == "unclear" else None

        return wait_for(run, "the end of the entry", explain=lambda: self.outbox.entry(entry.id))

    def post(self, text: str) -> list[dict[str, Any]]:
        assert self.settle(self.outbox.add(Draft(text=text), self.channels, AT)).state == "sent"
        return self.control.state().schedules

    def edit(self, text: str, rows: list[dict[str, Any]], count: int = 2) -> Entry:
        posts = tuple(
            ScheduledPost(int(row["id"]), int(row["channel"]["id"]), row["group_id"])
            for row in rows
        )
        replaces = Replacement(posts, AT.timestamp(), message=rows[0]["group_id"])
        chosen = self.channels[:count]
        return self.outbox.add_edit(Draft(text=text), chosen, AT, replaces)

    def texts(self) -> list[str]:
        rows = self.control.state().schedules
        return sorted(row["customization_data"]["post_content"] for row in rows)


@pytest.fixture
def editing(
    wordpress: WordPress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Editing]:
    monkeypatch.setattr(client_pool, "SETTLE_SECONDS", 1.0)
    monkeypatch.setattr("posto_desktop.net.failure.BACKOFF", (0.2,))
    monkeypatch.setattr("posto_desktop.delivery.replacing._AGAIN", (0.2,))
    wordpress.control.reset()
    account = wordpress.admin
    with PostoSDK.from_credentials(
        account.username, account.password, base_url=wordpress.urls["plugin"]
    ) as sdk:
        yield Editing(wordpress, sdk, tmp_path)


def test_a_message_is_replaced_and_a_network_leaves_it(editing: Editing) -> None:
    before = editing.post("before")
    assert len(before) == 2
    ended = editing.settle(editing.edit("after", before, count=1))
    assert ended.state == "sent", ended.reason
    (row,) = editing.control.state().schedules
    assert row["customization_data"]["post_content"] == "after"
    assert row["customization_data"]["posto_message"] == before[0]["group_id"]


@pytest.mark.parametrize("route", ["/composer", "/schedules"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_answers_leave_one_of_each(editing: Editing, route: str, when: str) -> None:
    before = editing.post("before")
    entry = editing.edit("after", before)
    method = "POST" if route == "/composer" else "DELETE"
    editing.control.fault(f"/fs-poster/v1{route}", method=method, when=when, status=504)
    ended = editing.settle(entry)
    assert ended.state == "sent", ended.reason
    assert editing.texts() == ["after", "after"]


def test_what_was_sent_meanwhile_stays(editing: Editing) -> None:
    before = editing.post("before")
    entry = editing.edit("after", before)
    editing.control.change_row(int(before[0]["id"]), status="success")
    ended = editing.settle(entry)
    assert ended.state == "sent", ended.reason
    assert editing.texts() == ["after", "before"]
