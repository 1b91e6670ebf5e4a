"""Tests of a service that never answers: only its own workspace waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.entries import SLOW, Entry
from posto_desktop.delivery import client_pool, outbox_runner
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import SecretStore
from posto_desktop.workers import connection
from tests.unit.sdk import tarpits
from tests.unit.sdk.scripted import PASSWORD, USER, Reply, Scripted
from tests.unit.sdk.tarpits import Tarpit, tarpit
from tests.unit.workers.watched import Watched, draft

CHANNELS = [Channel(2, "News", "twitter")]

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def accounts(paths: Paths, account: ServiceAccount) -> AccountStore:
    made = AccountStore(paths.accounts)
    made.add(account)
    return made


@pytest.fixture
def secrets(paths: Paths) -> SecretStore:
    made = SecretStore(paths.secrets, "off")
    made.set("acc", PASSWORD, "session")
    return made


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that no test reaches: what goes on goes on while the tarpit lasts."""
    monkeypatch.setattr(RouteProvider, "waits", lambda _self: (60.0, 60.0))
    monkeypatch.setattr(outbox_runner, "SLOW_SECONDS", 0.2)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are reached soon: a request may take 0.9 seconds."""
    monkeypatch.setattr(RouteProvider, "waits", lambda _self: (0.3, 0.3))
    monkeypatch.setattr(client_pool, "SENDING_SECONDS", 0.3)


@pytest.fixture
def pit(request: pytest.FixtureRequest) -> Iterator[Tarpit]:
    with tarpit(getattr(request, "param", tarpits.drip_body)) as made:
        yield made


def pit_account(pit: Tarpit, name: str = "pit") -> ServiceAccount:
    return ServiceAccount(name, "Tarpit", pit.url, USER)


@pytest.fixture
def app(
    start: Callable[..., Watched], accounts: AccountStore, secrets: SecretStore, pit: Tarpit
) -> Watched:
    accounts.add(pit_account(pit))
    secrets.set("pit", PASSWORD, "session")
    return start(accounts=accounts, secrets=secrets)


def of(app: Watched, workspace: str) -> list[Entry]:
    return [entry for entry in app.entries if entry.workspace == workspace]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "pit",
    [tarpits.drip_body, tarpits.drip_headers, tarpits.slow_continue, tarpits.silent_after_request],
    indirect=True,
    ids=lambda play: play.__name__,
)
def test_posts_of_a_sound_workspace_go_out_while_a_tarpit_lasts(
    qtbot: QtBot, app: Watched, pit: Tarpit, site: Scripted
) -> None:
    for number in range(4):
        app.service.post(draft(f"Stuck {number}", workspace="pit"), CHANNELS, None)
    qtbot.waitUntil(lambda: pit.count("POST", "/composer") == 2)
    for number in range(3):
        app.service.post(draft(f"Sound {number}", workspace="acc"), CHANNELS, None)
    qtbot.waitUntil(lambda: [entry.state for entry in of(app, "acc")] == ["sent"] * 3)
    assert site.count("POST", "/composer") == 3
    # The reason stands beside what is held, as long as it lasts.
    qtbot.waitUntil(lambda: [entry.code for entry in of(app, "pit")] == [SLOW] * 4)
    host = f"127.0.0.1:{pit.port}"
    assert sorted((entry.state, entry.reason) for entry in of(app, "pit")) == [
        ("handing_over", f"{host} is slow to answer."),
        ("handing_over", f"{host} is slow to answer."),
        ("waiting", f"Waiting for earlier posts: {host} is slow to answer."),
        ("waiting", f"Waiting for earlier posts: {host} is slow to answer."),
    ]
    assert pit.count("POST", "/composer") == 2
    began = time.monotonic()
    app.service.shutdown(2000)
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("patient")
def test_a_sound_workspace_is_read_while_a_tarpit_lasts(
    qtbot: QtBot, app: Watched, pit: Tarpit, site: Scripted, account: ServiceAccount
) -> None:
    site.files["/p.png"] = Reply(200, b"picture")
    app.service.connect_account(pit_account(pit), PASSWORD)
    for number in range(4):
        app.service.fetch_picture(f"{pit.url}/{number}.png")
    app.service.fetch_files([f"{pit.url}/film.mp4"])
    qtbot.waitUntil(lambda: pit.count("GET", ".png") == 2 and pit.count("GET", "/channels") == 1)
    qtbot.waitUntil(lambda: pit.count("GET", ".mp4") == 1)
    app.service.connect_account(account, PASSWORD)
    qtbot.waitUntil(lambda: bool(app.rows) and not app.rows[-1][1])
    assert app.states[-1] == "connected"
    app.service.fetch_picture(f"{site.url}/p.png")
    app.service.fetch_files([f"{site.url}/p.png"])
    qtbot.waitUntil(lambda: app.pictures == {f"{site.url}/p.png": b"picture"})
    qtbot.waitUntil(lambda: len(app.files) == 1)
    app.service.shutdown(1000)


@pytest.mark.usefixtures("hurried")
def test_what_had_no_answer_in_time_is_looked_for_and_not_sent_again(
    qtbot: QtBot, app: Watched, pit: Tarpit
) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    app.service.post(draft(workspace="pit"), CHANNELS, later)
    qtbot.waitUntil(lambda: pit.count("GET", "/schedules") >= 3)
    [entry] = app.entries
    assert entry.state == "handing_over"
    assert entry.reason == (
        "It may have been sent; that cannot be checked yet. "
        "127.0.0.1 did not finish its answer within 1 second."
    )
    assert entry.next_try is not None
    assert pit.count("POST", "/composer") == 1


@pytest.mark.usefixtures("hurried")
def test_what_waits_behind_it_says_why(
    qtbot: QtBot, app: Watched, pit: Tarpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.net.failure.BACKOFF", (5.0,))
    for number in range(4):
        app.service.post(draft(f"Stuck {number}", workspace="pit"), CHANNELS, None)
    qtbot.waitUntil(lambda: sum(entry.code == "offline" for entry in app.entries) == 4)
    waiting = [entry for entry in app.entries if entry.state == "waiting"]
    assert len(waiting) == 2
    for entry in waiting:
        assert entry.reason == "127.0.0.1 did not finish its answer within 1 second."
        assert entry.next_try is not None
    assert pit.count("POST", "/composer") == 2


@pytest.mark.usefixtures("hurried")
def test_connecting_ends_with_a_sentence_and_begins_again(
    qtbot: QtBot, app: Watched, pit: Tarpit
) -> None:
    app.service.connect_account(pit_account(pit), PASSWORD)
    qtbot.waitUntil(lambda: app.states[-1] == "offline")
    state = app.service.state
    assert state is not None
    assert state.text == (
        "127.0.0.1 did not finish its answer within 1 second. If this continues, check the site "
        "in a browser. Posto tries again automatically."
    )
    qtbot.waitUntil(lambda: pit.count("GET", "/channels") >= 3)


@pytest.mark.usefixtures("patient")
def test_while_it_connects_a_slow_service_is_named(
    qtbot: QtBot, app: Watched, pit: Tarpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "SLOW_MS", 20)
    app.service.connect_account(pit_account(pit), PASSWORD)
    host = f"127.0.0.1:{pit.port}"

    def text() -> str:
        return app.service.state.text if app.service.state is not None else ""

    qtbot.waitUntil(lambda: text() == f"{host} is slow to answer")
    assert app.states == ["connecting", "connecting"]
    app.service.shutdown(1000)


def sending_threads() -> int:
    return sum(thread.name.startswith("posto-sending") for thread in threading.enumerate())


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("pit", [tarpits.silent_after_request], indirect=True)
def test_sixty_workspaces_have_a_bounded_number_of_threads(
    qtbot: QtBot,
    start: Callable[..., Watched],
    accounts: AccountStore,
    secrets: SecretStore,
    pit: Tarpit,
    site: Scripted,
) -> None:
    stuck = [f"pit{number}" for number in range(59)]
    for name in stuck:
        accounts.add(pit_account(pit, name))
        secrets.set(name, PASSWORD, "session")
    app = start(accounts=accounts, secrets=secrets)
    for name in stuck:
        for number in range(2):
            app.service.post(draft(f"Stuck {number}", workspace=name), CHANNELS, None)
    first = 59 + outbox_runner.SPARE
    qtbot.waitUntil(lambda: pit.count("POST", "/composer") == first, timeout=60_000)
    assert sending_threads() == first
    app.service.post(draft(workspace="acc"), CHANNELS, None)
    qtbot.waitUntil(lambda: [entry.state for entry in of(app, "acc")] == ["sent"], timeout=30_000)
    assert site.count("POST", "/composer") == 1
    assert pit.count("POST", "/composer") == first
    app.service.shutdown(2000)
    qtbot.waitUntil(lambda: sending_threads() == 0, timeout=30_000)
