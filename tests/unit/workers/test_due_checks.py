"""What is looked over before posts are due: on a scripted service over real HTTP, with a clock that
the test turns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.core.due_causes import DueCause, sentence
from posto_desktop.delivery.client_pool import ClientPool, WorkspaceTarget
from posto_desktop.delivery.due_look import DueLook
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage import due_rows, schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.workers.due_checks import DueChecks
from tests.unit.sdk.scripted import PASSWORD, USER, Scripted, channel

pytestmark = pytest.mark.usefixtures("qapp")
START = datetime(2026, 11, 29, 7, 55, tzinfo=UTC)
NINE = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


@dataclass
class Checked:
    """The checks, all of whose jobs are carried out at once, and what they showed."""

    store: Database
    pool: Any
    folder: Path
    minutes: int = 60
    now: datetime = START
    free: int = 10**12
    shown: list[DueCause] = field(default_factory=list)
    changed: list[DueCause] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    checks: Any = None

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Also a second start of the app: only posto.db is left of the first."""
        if self.checks is not None:
            self.checks.close()
        look = DueLook(
            self.pool,
            self.folder,
            lambda: self.now,
            name_of=lambda _workspace: "Nordlicht",
            free=lambda _folder: self.free,
        )
        self.checks = DueChecks(
            look,
            lambda job: bool((job(self.store, ""), True)),
            lambda handle, *values: handle(*values),
            minutes=lambda: self.minutes,
            resolve=lambda draft: draft,
            clock=lambda: self.now,
            run=lambda _workspace, job: bool((job(), True)),
        )
        self.checks.started.connect(self.shown.append)
        self.checks.changed.connect(self.changed.append)
        self.checks.ended.connect(self.ended.append)

    def look(self, **forward: float) -> list[str]:
        """The clock goes on, and they wake; what is shown anew, as sentences."""
        self.now += timedelta(**forward)
        self.shown.clear()
        self.checks.look()
        return [sentence(cause, f"{cause.first:%H:%M}") for cause in self.shown]


@pytest.fixture
def pool(site: Scripted) -> Iterator[ClientPool]:
    made = ClientPool(lambda _workspace: None, lambda: 60)
    made.use(WorkspaceTarget("acc", "Nordlicht", None, site.url, USER, PASSWORD))
    yield made
    made.close()


Make = Callable[[Any], Checked]


@pytest.fixture
def make(store: Database, tmp_path: Path) -> Iterator[Make]:
    every: list[Checked] = []

    def build(pool: Any) -> Checked:
        every.append(Checked(store, pool, tmp_path))
        return every[-1]

    yield build
    for each in every:
        each.checks.close()


@pytest.fixture
def checked(make: Make, pool: ClientPool) -> Checked:
    return make(pool)


def row(number: int, at: datetime = NINE, channel_id: int = 2, **more: Any) -> Schedule:
    facts = {"group_id": f"g{number}", "network": "twitter", "status": "not_sent", "text": "Buns"}
    return Schedule(id=number, channel_id=channel_id, send_at=at, **{**facts, **more})


def put_rows(store: Database, *rows: Schedule, workspace: str = "acc") -> None:
    bodies = {each.id: each.to_dict() for each in rows}
    schedule_rows.update(store, workspace, bodies, (), START.timestamp())


def put_message(store: Database, ref: str, draft: Draft) -> None:
    import json

    with store.transaction() as connection:
        connection.execute(
            "INSERT INTO messages VALUES (?, 'acc', ?, ?)",
            (ref, json.dumps({"draft": draft.to_json()}), NINE.timestamp()),
        )


def sign_out(site: Scripted, number: int, active: bool = False) -> None:
    for each in site.channels:
        if each["id"] == number:
            each["status"] = active


def test_nothing_is_said_while_all_is_well(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1))
    assert checked.look() == []  # 65 minutes before
    assert site.count() == 0
    assert checked.look(minutes=10) == []
    assert site.count("GET", "/channels") == 1
    assert checked.checks.causes == []


def test_one_look_is_enough_for_sixty_channels(checked: Checked, site: Scripted) -> None:
    site.channels = [channel(number, f"Shop {number}") for number in range(60)]
    posts = [
        row(number, NINE + timedelta(minutes=number // 4), channel_id=number)
        for number in range(60)
    ]
    put_rows(checked.store, *posts)
    for _minute in range(25):
        assert checked.look(minutes=1) == []
    assert site.count("GET", "/channels") == 1


def test_one_cause_is_said_once_for_all_its_posts(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1), row(2), row(3), row(4, channel_id=3))
    sign_out(site, 2)
    assert checked.look(minutes=10) == ["3 posts at 09:00 cannot go out: News on X is signed out."]
    assert checked.look(minutes=10) == []
    assert checked.ended == []


def test_what_concerns_most_posts_is_said_last(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1), row(2), row(3), row(4, channel_id=3))
    sign_out(site, 2)
    sign_out(site, 3)
    assert [text[:2] for text in checked.look(minutes=10)] == ["1 ", "3 "]


def test_it_is_taken_back_by_itself(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    checked.look(minutes=10)
    (cause,) = checked.checks.causes
    sign_out(site, 2, active=True)
    checked.look(minutes=6)
    assert (checked.ended, checked.checks.causes) == ([cause.key], [])
    assert due_rows.bodies(checked.store) == []


def test_a_restart_says_nothing_twice_and_takes_back_what_is_over(
    checked: Checked, site: Scripted
) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    assert len(checked.look(minutes=10)) == 1
    checked.start()
    assert checked.look() == []
    assert len(checked.checks.causes) == 1
    sign_out(site, 2, active=True)
    checked.start()
    assert checked.look() == []
    assert len(checked.ended) == 1


def test_the_same_cause_comes_back_after_it_was_over(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    checked.look(minutes=10)
    sign_out(site, 2, active=True)
    checked.look(minutes=6)
    sign_out(site, 2)
    checked.checks.retry()
    assert len(checked.look(minutes=1)) == 1


def test_more_posts_of_a_cause_change_its_words_alone(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1), row(2, NINE + timedelta(minutes=20)))
    sign_out(site, 2)
    checked.look(minutes=10)
    assert checked.look(minutes=20) == []
    (cause,) = checked.changed
    assert (cause.count, cause.first, cause.last) == (2, NINE, NINE + timedelta(minutes=20))


def test_a_post_whose_time_has_come_is_nobodys_cause(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    checked.look(minutes=10)
    checked.look(minutes=56)
    assert (len(checked.ended), checked.checks.causes) == (1, [])


def test_posts_due_sooner_than_an_hour_are_looked_over_at_once(
    checked: Checked, site: Scripted
) -> None:
    sign_out(site, 2)
    checked.look()
    put_rows(checked.store, row(1, START + timedelta(minutes=10)))
    assert len(checked.look()) == 1


def test_it_wakes_when_the_next_post_comes_near(checked: Checked) -> None:
    put_rows(checked.store, row(1, START + timedelta(minutes=75)))
    checked.look()
    assert checked.checks._timer.remainingTime() == pytest.approx(15 * 60_000, abs=2_000)


def test_what_is_off_looks_at_nothing_and_takes_all_back(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    checked.look(minutes=10)
    checked.minutes = 0
    asked = site.count()
    assert checked.look(minutes=6) == []
    assert (len(checked.ended), site.count()) == (1, asked)


def test_a_service_that_cannot_be_reached(checked: Checked, site: Scripted) -> None:
    put_rows(checked.store, row(1), row(2, channel_id=3))
    site.close()
    (words,) = checked.look(minutes=10)
    assert words == f"2 posts at 09:00 may not go out: 127.0.0.1:{site.port} cannot be reached."


def test_a_workspace_that_is_signed_out(store: Database, make: Make) -> None:
    pool = ClientPool(lambda _workspace: None, lambda: 60)
    put_rows(store, row(1))
    assert make(pool).look(minutes=10) == [
        "1 post at 09:00 cannot go out: the workspace “Nordlicht” is signed out."
    ]


def test_files_that_are_gone_or_changed(checked: Checked, tmp_path: Path) -> None:
    news = Channel(2, "News", "twitter")
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    refs = []
    for path in paths:
        path.write_bytes(b"picture")
        refs.append(MediaRef(str(path), path.name, sha256=content_hash(path)))
    outbox = Outbox(checked.store, lambda: checked.now)
    for ref in refs:
        draft = Draft(workspace="acc", text="x", media=(ref,), channel_ids=(2,))
        outbox.add(draft, [news], NINE)
    assert checked.look(minutes=10) == []
    paths[0].unlink()
    facts = paths[1].stat()
    paths[1].write_bytes(b"another")  # as long, and with the time of the first
    os.utime(paths[1], ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert sorted(checked.look(minutes=1)) == [
        "1 post at 09:00 cannot go out: “0.png” is missing.",
        "1 post at 09:00 cannot go out: “1.png” has changed since.",
    ]
    paths[0].write_bytes(b"picture")
    os.utime(paths[0], ns=(facts.st_atime_ns, facts.st_mtime_ns))
    checked.look()
    assert len(checked.checks.causes) <= 2


def test_limits_of_today_are_checked(checked: Checked) -> None:
    put_message(checked.store, "ref", Draft(workspace="acc", text="a" * 300, channel_ids=(2,)))
    put_rows(checked.store, row(1, posto_ref="ref"), row(2, posto_ref="ref", channel_id=3))
    (words,) = checked.look(minutes=10)
    assert words == "1 post at 09:00 would be refused by X."
    assert "280" in checked.checks.causes[0].obstacle.detail


def test_a_disk_that_is_almost_full(checked: Checked, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    draft = Draft(
        workspace="acc", text="x", media=(MediaRef(str(path), "a.png"),), channel_ids=(2,)
    )
    Outbox(checked.store, lambda: checked.now).add(draft, [Channel(2, "News", "twitter")], NINE)
    checked.free = 1_000_000
    assert checked.look(minutes=10) == [
        "1 post at 09:00 may not go out: the disk of this computer is almost full."
    ]


class Accounts:
    """The server of this computer as its accounts show it; it counts what is asked of networks."""

    def __init__(self, count: int) -> None:
        self.rows = [
            {"id": n, "handle": f"@shop{n}", "health": "ok", "channels": [{"id": n}]}
            for n in range(1, count + 1)
        ]
        self.asked: list[int] = []
        self.after: dict[int, str] = {}
        self.sdk = self
        self.transport = self

    def host(self, _workspace: str) -> str:
        return ""

    def get(self, route: str, *_params: Any) -> Any:
        return self if route == LOCAL else {"accounts": self.rows}

    def post(self, route: str, _body: object, **_options: Any) -> Any:
        number = int(route.split("/")[-2])
        self.asked.append(number)
        self.rows[number - 1]["health"] = self.after.get(number, "ok")
        return {"account": self.rows[number - 1]}

    def refresh_channels(self) -> list[Channel]:
        return [Channel(each["id"], f"Shop {each['id']}", "instagram") for each in self.rows]


def put_local(store: Database, *numbers: int) -> None:
    put_rows(store, *(row(n, channel_id=n, network="instagram") for n in numbers), workspace=LOCAL)


def test_each_account_is_asked_once_and_only_those_with_posts(store: Database, make: Make) -> None:
    accounts = Accounts(60)
    put_local(store, *range(1, 41))
    checked = make(accounts)
    for _minute in range(20):
        assert checked.look(minutes=2) == []
    assert sorted(accounts.asked) == list(range(1, 41))


@pytest.mark.parametrize(
    ("health", "words"),
    [
        ("sign_in_again", "1 post at 09:00 cannot go out: @shop1 on Instagram is signed out."),
        ("locked", "1 post at 09:00 cannot go out: the keychain is locked."),
        ("unreachable", "1 post at 09:00 may not go out: @shop1 on Instagram cannot be reached."),
    ],
)
def test_an_account_that_does_not_work(
    store: Database, make: Make, health: str, words: str
) -> None:
    accounts = Accounts(2)
    accounts.after = {1: health}
    put_local(store, 1, 2)
    checked = make(accounts)
    assert checked.look(minutes=10) == [words]
    accounts.after = {}
    checked.look(minutes=6)
    assert len(checked.ended) == 1
    assert accounts.asked.count(2) == 1  # it did well


def test_damaged_causes_are_found_again(checked: Checked, site: Scripted) -> None:
    with checked.store.transaction() as connection:
        connection.execute("INSERT INTO due_causes VALUES ('x', '{\"kind\": 5}', 1)")
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    assert len(checked.look(minutes=10)) == 1


def test_a_look_that_fails_leaves_the_rest_alone(
    checked: Checked, site: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_rows(checked.store, row(1))
    sign_out(site, 2)
    checked.look(minutes=10)

    def broken(*_values: object, **_named: object) -> Callable[..., Any]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(checked.checks._look, "causes", broken)
    checked.look(minutes=6)
    assert len(checked.checks.causes) == 1
