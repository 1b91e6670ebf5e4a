"""Tests of calendar subscriptions, from accounts and posto.db to the feed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from posto_desktop.controllers.calendar_subscriptions import (
    CalendarSubscriptionController,
    make_calendar_server,
)
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import schedule_rows
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.database import Database
from posto_desktop.storage.paths import find_paths
from posto_desktop.workers.runner import JobRunner


def get(url: str) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=60)


def test_a_calendar_reads_the_plan_of_a_service(qtbot: Any, tmp_path: Path) -> None:
    paths, runner = find_paths(tmp_path), JobRunner()
    paths.config.mkdir()
    accounts = AccountStore(paths.accounts)
    account = accounts.add(ServiceAccount("a", "Nordlicht", "https://social.example", "me"))
    other = accounts.add(ServiceAccount("b", "Other", "https://other.example", "me"))
    row = Schedule(1, "g", 2, "Me", "fb", status="error", error="#190", send_at=datetime.now(UTC))
    db = Database(paths.database)
    schedule_rows.update(db, account.id, {1: row.to_dict()}, (), as_of=1.0)
    server = make_calendar_server(paths, accounts)
    addresses = CalendarSubscriptionController(server, runner)
    addresses.begin()
    url, second = (server.address(None, item.id, make=True) for item in (account, other))
    feed = get(url).text
    assert "X-WR-CALNAME:Nordlicht" in feed
    assert "STATUS:CANCELLED" in feed  # it failed
    assert "VEVENT" not in get(second).text
    accounts.remove(other.id)
    assert get(second).status_code == 404
    addresses.forget(account.id)
    qtbot.waitUntil(lambda: get(url).status_code == 404)
    addresses.close()
    db.close()
    assert runner.shutdown(60_000)
