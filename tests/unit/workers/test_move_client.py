"""Moves against a service over real HTTP: each request is lost once, and the rows are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from posto_desktop.core.moves import Move, moves_of
from posto_desktop.delivery import client_pool
from posto_desktop.delivery.client_pool import ServiceClient
from posto_desktop.delivery.move_client import MoveServiceClient
from posto_desktop.delivery.reschedule import Mover
from posto_desktop.sdk import PostoSDK
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import moves as table
from posto_desktop.storage.database import Database
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted, Seen, schedule

OLD = int(time.time()) + 5 * 3600
NEW = OLD + 86_400


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def reset(site: Scripted) -> None:
    site.schedules = [
        schedule(7, at=OLD, channel=site.channels[0], customization_data={"post_content": "a"}),
        schedule(8, at=OLD, channel=site.channels[1], customization_data={"post_content": "b"}),
    ]
    site.before.clear()
    site.after.clear()
    site.seen.clear()


def settle(store: Database, link: MoveServiceClient, site: Scripted) -> Move:
    rows = [Schedule.from_service(row) for row in site.schedules]
    when = datetime.fromtimestamp(NEW, UTC)
    (move,) = moves_of([row for row in rows if row], {7: when, 8: when}, "acc")
    row = {"id": move.id, "workspace": "acc", "state": "written", "body": move.body()}
    table.add(store, [row], 0.0)
    clock = Clock()
    for _ in range(30):
        now = Mover(store, link, clock).run(move.id)
        assert now is not None
        if now.is_ended:
            return now
        clock.now = datetime.fromtimestamp(now.next_try, UTC) + timedelta(seconds=1)
    raise AssertionError("it never came to an end")


@pytest.mark.parametrize("route", [True, False])
@pytest.mark.parametrize("carried_out", [True, False])
def test_each_request_is_lost_once_and_one_of_each_is_left(
    site: Scripted,
    store: Database,
    monkeypatch: pytest.MonkeyPatch,
    route: bool,
    carried_out: bool,
) -> None:
    monkeypatch.setattr(client_pool, "SETTLE_SECONDS", 30.0)
    monkeypatch.setattr("posto_desktop.sdk.lost_answers.LOOKS", (0.0, 0.01))
    sdk = PostoSDK.from_credentials(USER, PASSWORD, base_url=site.url, retries=0)
    link = ServiceClient(sdk, local=False)
    lost, number, real = True, 0, site.answer
    try:
        while lost:
            number += 1
            reset(site)
            count = [0]

            def fault(seen: Seen, number: int = number, count: list[int] = count) -> Reply | None:
                count[0] += "/fs-poster/" in seen.path
                return Reply(how="reset") if count[0] == number else None

            if route:
                monkeypatch.setattr(site, "answer", partial(routed, site, real))
            if carried_out:
                site.after.insert(0, fault)
            else:
                site.before.insert(0, fault)
            ended = settle(store, MoveServiceClient(link, set()), site)
            lost = count[0] >= number
            expected = NEW if ended.state == "done" else OLD
            assert sorted((row["channel"]["id"], row["send_time"]) for row in site.schedules) == [
                (2, expected),
                (3, expected),
            ], (number, ended)
            texts = {row["customization_data"]["post_content"] for row in site.schedules}
            assert texts == {"a", "b"}
    finally:
        link.close()
    assert number > (3 if route else 7)


def routed(site: Scripted, real: Callable[[Seen], Reply], seen: Seen) -> Reply:
    """The service of FS Poster 7.7.3, which can move a group."""
    if seen.path.endswith("/composer/reschedule"):
        for row in site.schedules:
            row["send_time"] = seen.json["share_at"]
        return Reply(200, [])
    return real(seen)


def test_a_service_that_cannot_be_reached_moves_nothing(site: Scripted, store: Database) -> None:
    reset(site)
    sdk = PostoSDK.from_credentials(USER, PASSWORD, base_url=site.url, retries=0)
    link = MoveServiceClient(ServiceClient(sdk, local=False), set())
    site.always("/fs-poster/", Reply(503, {"code": "x", "message": "busy"}))
    ended = settle(store, link, site)
    assert ended.state == "failed"
    assert ended.stays
    assert {row["send_time"] for row in site.schedules} == {OLD}
    link.link.close()
