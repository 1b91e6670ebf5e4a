"""People, their passwords, limits of sign-ins, and the commands for whoever runs the server."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from posto_desktop.sdk import AuthenticationError, PostoSDK
from posto_desktop.sdk.connect import check_sign_in
from posto_desktop.server.__main__ import main as server_main
from posto_desktop.server.app import HttpServer
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.team import command, hashing
from posto_desktop.server.team.people import People, TeamError
from posto_desktop.server.team.sign_ins import IDLE_SECONDS, SignIns, network_of
from posto_desktop.server.team.tries import (
    FORGET_SECONDS,
    LOCKED_SECONDS,
    LocalTries,
    SharedTries,
    Tries,
)
from tests.fakes.postgres import Postgres

from .conftest import FS, POSTO, WP
from .databases import DATABASES, opened
from .team_world import NOW, TeamWorld

TRIES = int(os.environ.get("POSTO_WRONG_TRIES", "300"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[TeamWorld]:
    world = TeamWorld(tmp_path)
    yield world
    world.close()


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as store:
        yield store


def header_value(world: TeamWorld, name: str) -> str:
    return dict(world.headers).get(name, "")


def test_people_and_their_passwords(store: ServerDatabase) -> None:
    people = People(store)
    with pytest.raises(TeamError, match="first person has to be an owner"):
        people.add("ed", "editor", ["a"])
    people.add("Olga", "owner", None)
    ed = people.add("Ed@shop", "editor", ["  Group  A", "b"], "Ed Miller")
    assert (ed.name, ed.shown_name, ed.role) == ("ed@shop", "Ed Miller", "editor")
    assert ed.groups == {"group a", "b"}
    for name, role in (("ed@shop", "viewer"), ("", "viewer"), ("a b", "viewer"), ("x", "king")):
        with pytest.raises(TeamError):
            people.add(name, role, None)
    for change in (
        lambda: people.remove("olga"),
        lambda: people.set_role("olga", "editor"),
        lambda: people.set_groups("olga", ["a"]),
        lambda: people.get("nobody"),
    ):
        with pytest.raises(TeamError):
            change()
    assert people.set_groups("ed@shop", None).groups is None
    password = people.add_password("ed@shop", " Laptop ")
    assert re.fullmatch(r"(\w{4} ){5}\w{4}", password)
    ((number, hashed),) = people.candidates("ed@shop", password.replace(" ", ""))
    assert hashed.startswith("$argon2id$")
    assert hashing.fits(hashed, password.replace(" ", ""))
    assert not hashing.fits("", password)
    assert not hashing.fits("$argon2id$x", password)
    owner_of_it = people.of_password(number)
    assert owner_of_it is not None
    assert owner_of_it.device == "Laptop"
    people.store_use(number, "192.0.2.7")
    (row,) = people.passwords("ed@shop")
    assert row["last_address"] == "192.0.2.7"
    assert row["last_used_at"] <= time.time()
    assert password[:4] not in str(row)
    assert people.revoke("ed@shop", number) == "Laptop"
    assert people.of_password(number) is None
    assert people.candidates("ed@shop", password) == []
    with pytest.raises(TeamError):
        people.revoke("ed@shop", number)
    people.add_password("ed@shop", "Phone")
    people.remove("ed@shop")
    assert [person.name for person in people.all()] == ["olga"]


def test_damaged_rights_are_the_least_ones(world: TeamWorld) -> None:
    world.add("olga", "owner")
    person = world.add("ed", "editor", ["a"])
    world.fill()
    for column, value, channels in (
        ("role", "king", 1),
        ("role", "", 1),
        ("sees", "", 0),
        ("sees", "x", 0),
        ("sees", "7", 0),
        ("sees", "{}", 0),
    ):
        with world.store.write() as db:
            right = ("editor", '["a"]', person.id)
            db.execute("UPDATE people SET role = ?, sees = ? WHERE id = ?", right)
            db.execute(f"UPDATE people SET {column} = ? WHERE id = ?", (value, person.id))
        world.team.sign_ins.forget()
        damaged = world.team.people.get("ed")
        assert damaged.role == ("viewer" if column == "role" else "editor")
        assert damaged.groups == (frozenset("a") if channels else frozenset())
        _, answer = world.ask("ed", "GET", f"{FS}/channels")
        assert len(answer["channels"]) == channels


def test_a_workspace_has_people_once_there_is_an_owner(world: TeamWorld) -> None:
    alone = {"password": world.workspace.password, "address": "127.0.0.1"}
    away = alone | {"address": "192.0.2.1"}
    assert world.ask("posto", "GET", f"{WP}/users/me", **away)[0] == 401
    assert world.ask("posto", "GET", f"{WP}/users/me", **alone)[1]["name"] == "Posto"
    assert world.ask("posto", "GET", f"{FS}/channels", **alone)[0] == 200
    world.add("olga", "owner")
    assert world.ask("posto", "GET", f"{WP}/users/me", **alone)[0] == 401
    status, me = world.ask(
        "Olga", "GET", f"{WP}/users/me?context=edit", password=world.passwords["olga"]
    )
    assert status == 200
    assert (me["name"], me["slug"], me["roles"]) == ("olga", "olga", ["owner", "administrator"])
    assert me["posto"] == {"role": "owner", "groups": None, "device": "Test"}


def test_each_role_has_its_capabilities(world: TeamWorld) -> None:
    world.add("olga", "owner")
    capabilities = {}
    for role in ("viewer", "writer", "editor"):
        world.add(role, role, ["a"])
        _, me = world.ask(role, "GET", f"{WP}/users/me?context=edit")
        capabilities[role] = me["capabilities"]
        assert me["id"] > 1
        assert me["posto"]["groups"] == ["a"]
    assert capabilities["viewer"] == {"read": True}
    assert "edit_posts" in capabilities["writer"]
    assert "publish_posts" not in capabilities["writer"]
    assert "publish_posts" in capabilities["editor"]
    assert "manage_options" not in capabilities["editor"]


def test_a_workspace_without_people_knows_no_team(tmp_path: Path) -> None:
    from posto_desktop.server.workspace import Workspace

    workspace = Workspace(tmp_path)
    assert workspace.team is None
    workspace.close()


def test_argon2_runs_once_and_not_for_each_request(
    world: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("olga", "owner")
    verified = list[str]()
    real = hashing.fits
    monkeypatch.setattr(hashing, "fits", lambda *args: verified.append(args[0]) or real(*args))
    sign_ins = world.team.sign_ins
    for _ in range(50):
        assert world.ask("olga", "GET", f"{FS}/channels")[0] == 200
    assert len(verified) == 1
    assert world.passwords["olga"] not in repr(vars(sign_ins))
    monkeypatch.setattr(sign_ins, "_ticks", lambda: time.monotonic() + IDLE_SECONDS + 5)
    assert world.ask("olga", "GET", f"{FS}/channels")[0] == 200
    assert len(verified) == 2


def test_a_revoked_password_is_refused_within_seconds_on_another_server(
    store: ServerDatabase,
) -> None:
    people, now = People(store), [0.0]
    people.add("olga", "owner", None)
    password = people.add_password("olga", "Laptop")
    basic = f"Basic {b64encode(f'olga:{password}'.encode()).decode()}"
    other_server = SignIns(People(store), lambda: now[0])
    assert other_server.person_of(basic, "192.0.2.1") is not None
    assert other_server.is_known(basic)
    people.set_role("olga", "owner")
    people.add("second", "owner", None)
    people.set_role("olga", "viewer")
    now[0] += 1.5
    person = other_server.person_of(basic, "192.0.2.1")
    assert person is not None
    assert person.role == "viewer"
    people.revoke("olga", person.password_id)
    now[0] += 1.5
    assert other_server.person_of(basic, "192.0.2.1") is None
    assert not other_server.is_known(basic)


@pytest.fixture(params=["local", *DATABASES])
def tries(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Tries, list[float]]]:
    now = [5_000.0]
    if request.param == "local":
        yield LocalTries(lambda: now[0]), now
        return
    with opened(request, tmp_path) as store:
        yield SharedTries(store, lambda: now[0]), now


def test_waits_grow_and_end(tries: tuple[Tries, list[float]]) -> None:
    counted, now = tries
    waits = []
    for _ in range(16):
        while (wait := counted.take({"a": 3})) > 0:
            waits.append(wait)
            now[0] += wait
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits == sorted(waits)
    assert waits[-1] == LOCKED_SECONDS
    assert len(waits) == 13, "three need not wait"
    assert counted.take({"b": 1}) == 0
    now[0] += 1
    assert counted.take({"a": 3, "b": 1}) == LOCKED_SECONDS - 1, "one of several has to wait"
    assert counted.take({"b": 1}) == 0, "and the others are not counted"
    counted.succeed(["a"])
    assert [counted.take({"a": 3}) for _ in range(3)] == [0, 0, 0]
    assert counted.take({"a": 3}) > 0
    now[0] += FORGET_SECONDS + LOCKED_SECONDS
    assert [counted.take({"a": 3}) for _ in range(3)] == [0, 0, 0]


def test_a_clock_that_was_set_back_locks_nobody_out(tries: tuple[Tries, list[float]]) -> None:
    counted, now = tries
    while counted.take({"a": 3}) == 0:
        pass
    now[0] -= 3_600
    assert counted.take({"a": 3}) == 0


def test_servers_of_a_database_have_one_limit(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = list[str]()
    monkeypatch.setattr(hashing, "fits", lambda value, _password: bool(hashed.append(value)))
    store = PostgresStore(postgres.address, "one_limit")
    try:
        servers = [
            SignIns(People(store), tries=SharedTries(store, lambda: 5_000.0)) for _ in range(4)
        ]

        def attack(number: int) -> int:
            basic = b64encode(f"olga:wrong{number}".encode()).decode()
            with contextlib.suppress(ApiError):
                servers[number % 4].person_of(f"Basic {basic}", f"198.51.100.{number}")
                return 1
            return 0

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(attack, range(80))) == 5
        assert len(hashed) == 5
        assert store.number("SELECT count(*) FROM sign_in_tries WHERE name LIKE '%olga%'") == 0
    finally:
        store.close()


def test_where_the_database_cannot_count_each_server_does(
    store: ServerDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people = People(store)
    people.add("olga", "owner", None)
    password = people.add_password("olga", "Laptop")
    store.run("DROP TABLE sign_in_tries")
    sign_ins = SignIns(people, tries=SharedTries(store, lambda: 5_000.0))
    monkeypatch.setattr(sign_ins._tries, "_local", LocalTries(lambda: 5_000.0))
    right, wrong = (
        f"Basic {b64encode(f'olga:{given}'.encode()).decode()}" for given in (password, "wrong")
    )
    assert sign_ins.person_of(right, "192.0.2.1") is not None
    for _ in range(5):
        assert sign_ins.person_of(wrong, "192.0.2.9") is None
    with pytest.raises(ApiError):
        sign_ins.person_of(wrong, "192.0.2.9")
    assert "counted by this server alone" in caplog.text


def test_old_tries_are_swept(store: ServerDatabase) -> None:
    now = [5_000.0]
    counted = SharedTries(store, lambda: now[0])
    for number in range(9):
        counted.take({f"name {number}": 5})
    now[0] += 2 * FORGET_SECONDS
    counted.take({"name": 5})
    assert store.number("SELECT count(*) FROM sign_in_tries") == 1


def test_wrong_tries_are_locked_out_whether_the_name_exists_or_not(
    world: TeamWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """`POSTO_WRONG_TRIES=10000` tries as many, from one address and from many."""
    caplog.set_level(logging.INFO)
    world.add("olga", "owner")
    hashed = list[str]()
    monkeypatch.setattr(hashing, "fits", lambda value, _password: bool(hashed.append(value)))
    # No time passes by the world's clock, else a wait ends and one more try is allowed.
    assert world.now == NOW
    answers: dict[str, list[tuple[int, object]]] = {"olga": [], "nobody": []}
    for number in range(TRIES):
        for name, seen in answers.items():
            # Each try from another address: what is left is the limit of the name.
            address = f"198.51.{number // 250 % 250}.{number % 250}"
            seen.append(
                world.ask(name, "GET", f"{WP}/users/me", password=f"wrong{number}", address=address)
            )
    assert [status for status, _ in answers["olga"]] == [status for status, _ in answers["nobody"]]
    assert [status for status, _ in answers["olga"]] == [401] * 5 + [429] * (TRIES - 5)
    assert answers["olga"][-1][1] == answers["nobody"][-1][1]
    assert 1 <= int(header_value(world, "Retry-After")) <= LOCKED_SECONDS
    assert len(hashed) == 10, "each name has five tries, and each costs one argon2"
    assert sum(value == hashing.of_nobody() for value in hashed) == 10  # no first letters fitted
    assert "wrong" not in caplog.text
    assert "olga" not in caplog.text
    # And by address, with a name of its own for each try.
    statuses = [
        world.ask(f"name{number}", "GET", f"{WP}/users/me", password="x", address="203.0.113.5")[0]
        for number in range(TRIES)
    ]
    assert statuses == [401] * 20 + [429] * (TRIES - 20)


def test_a_name_under_attack_stays_usable_where_it_signed_in_before(world: TeamWorld) -> None:
    world.add("olga", "owner")
    me = f"{WP}/users/me"
    assert world.ask("olga", "GET", me, address="192.0.2.1")[0] == 200
    for number in range(8):
        world.ask("olga", "GET", me, password=f"wrong{number}", address=f"198.51.100.{number}")
    assert world.ask("olga", "GET", me, address="198.51.100.99")[0] == 200, "it is remembered"
    world.team.sign_ins._remembered.clear()
    assert world.ask("olga", "GET", me, address="198.51.100.99")[0] == 429
    assert world.ask("olga", "GET", me, address="192.0.2.1")[0] == 200
    world.team.sign_ins._remembered.clear()
    world.team.sign_ins._usual.clear()  # as after a restart, or on another server
    for number in range(8):
        world.ask("olga", "GET", me, password=f"wrong{number}", address=f"198.51.100.{number}")
    assert world.ask("olga", "GET", me, address="198.51.100.98")[0] == 429
    assert world.ask("olga", "GET", me, address="192.0.2.1")[0] == 200


def test_each_refusal_is_one_argon2(world: TeamWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a name that does not exist takes as long as one that does."""
    world.add("olga", "owner")
    hashed: list[str] = []
    real = hashing.fits

    def fits(stored: str, password: str) -> bool:
        hashed.append(stored)
        return real(stored, password)

    monkeypatch.setattr(hashing, "fits", fits)
    right_letters = world.passwords["olga"][:4] + "x" * 20
    for name, password in (("olga", "wrong"), ("olga", right_letters), ("nobody", "wrong")):
        hashed.clear()
        assert world.ask(name, "GET", f"{WP}/users/me", password=password)[0] == 401
        (stored,) = hashed
        assert stored.split("$")[:4] == hashing.of_nobody().split("$")[:4]  # the same cost


def test_addresses_stand_for_whoever_asks() -> None:
    assert network_of("192.0.2.1") == "192.0.2.1" == network_of("::ffff:192.0.2.1")
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") == "2001:db8::/64"
    assert network_of("") == ""
    assert len(network_of("x" * 500)) == 60


def test_people_see_and_end_their_own_passwords(world: TeamWorld) -> None:
    world.add("olga", "owner")
    world.add("vera", "viewer", ["a"])
    phone = world.team.people.add_password("vera", "Phone")
    _, answer = world.ask("vera", "GET", f"{POSTO}/people/me/passwords")
    assert [(row["device"], row["is_this"]) for row in answer["passwords"]] == [
        ("Test", True),
        ("Phone", False),
    ]
    assert answer["passwords"][0]["last_used_at"] is not None
    assert world.ask("vera", "GET", f"{WP}/users/me", password=phone)[0] == 200
    ids = [row["id"] for row in answer["passwords"]]
    (own,) = world.team.people.passwords("olga")
    assert world.ask("vera", "DELETE", f"{POSTO}/people/me/passwords/{own['id']}")[0] == 404
    assert world.ask("vera", "DELETE", f"{POSTO}/people/me/passwords/{ids[1]}")[0] == 200
    logged = world.team.audit.page(1)[0]
    assert (logged["action"], logged["object"]) == ("password.revoke", f"password {ids[1]}")
    assert (logged["before"], logged["after"]) == ("device: Phone", "device: Phone, revoked")
    assert world.ask("vera", "GET", f"{WP}/users/me", password=phone)[0] == 401


def test_the_audit_log_can_only_grow(store: ServerDatabase) -> None:
    from posto_desktop.server.team.audit import AuditLog
    from posto_desktop.server.team.person import ALONE

    log = AuditLog(store)
    entry = log.begin(ALONE, "192.0.2.1", "post.delete", "post 1", {"schedule 1": "not_sent"})
    log.finish(entry, "done")
    for table in ("audit_log", "audit_outcomes"):
        for change in (f"UPDATE {table} SET happened_at = 0", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="append-only"), store.write() as db:
                db.execute(change)
    if type(store).__name__ == "PostgresStore":
        with pytest.raises(Exception, match="append-only"), store.write() as db:
            db.execute("TRUNCATE audit_log")
    (row,) = log.page(10)
    assert (row["action"], row["before"], row["outcome"]) == (
        "post.delete",
        "schedule 1: not_sent",
        "done",
    )


def test_what_people_do_is_in_the_audit_log(world: TeamWorld) -> None:
    world.add("olga", "owner")
    world.add("ed", "editor", ["a"])
    world.fill()
    world.ask("ed", "DELETE", f"{FS}/schedules", {"include_ids": [13]})
    world.ask("ed", "POST", f"{FS}/schedules/retry", {"ids": [15]})
    settings = {"id": 10, "name": "Neu", "proxy": "http://u:pass@x"}
    world.ask("olga", "POST", f"{FS}/channels/settings", settings)
    world.ask("ed", "POST", f"{FS}/channels/settings", settings | {"proxy": "http://x:1"})
    assert world.workspace.channels.get(10)["proxy"] == "", "only owners change it"
    assert world.workspace.channels.get(10)["name"] == "Neu"
    world.ask("olga", "POST", f"{POSTO}/status", {"route": {"proxy": "http://u:hidden@proxy:8080"}})
    world.ask("ed", "POST", f"{POSTO}/status", {"paused": True})
    secret = world.workspace.guard.sign("x")
    with world.store.write() as db:
        db.execute("INSERT INTO site VALUES ('calendar_secret', ?)", (f'"{secret}"',))
    world.ask("olga", "POST", f"{WP}/settings", {"title": "The shop"})
    fields = {"server": "x", "token": "hidden-token"}
    world.ask("olga", "POST", f"{POSTO}/connect", {"network": "no network", "fields": fields})
    assert world.ask("ed", "GET", f"{POSTO}/audit")[0] == 403
    _, answer = world.ask("olga", "GET", f"{POSTO}/audit", limit=10)
    entries = {entry["action"]: entry for entry in answer["entries"]}
    connecting = answer["entries"].pop(0)
    assert (connecting["action"], connecting["object"]) == ("account.connect", "network no network")
    del entries["account.connect"]
    assert list(entries) == [
        "settings.change",
        "sending.change",
        "channel.change",
        "post.retry",
        "post.delete",
    ]
    assert entries["settings.change"]["after"] == "title: The shop"
    assert "title: This computer" in entries["settings.change"]["before"]
    deleted = entries["post.delete"]
    assert (deleted["person"], deleted["device"], deleted["address"]) == ("ed", "Test", "192.0.2.1")
    assert deleted["object"] == "schedule 13"
    assert deleted["outcome"] == "done"
    assert deleted["before"].startswith("schedule 13: not_sent, 2030-03-17")
    assert not deleted["after"]
    assert entries["post.retry"]["outcome"] == "Only failed schedules can be retried."
    assert "proxy" in entries["channel.change"]["outcome"]
    assert entries["sending.change"]["after"] == "named: route"
    assert "hidden" not in str(answer)
    assert secret not in str(answer)
    assert "pass@" not in str(answer)
    assert world.ask("olga", "GET", f"{POSTO}/audit", person="olga")[1]["entries"][1:] == [
        entries["settings.change"],
        entries["sending.change"],
        entries["channel.change"],
    ]


def test_commands(store: ServerDatabase, tmp_path: Path) -> None:
    lines = list[str]()

    def run(*words: str) -> list[str]:
        lines.clear()
        options = command._parser().parse_args(list(words))
        command.run(store, options, lines.append)
        return list(lines)

    run("people", "add", "olga", "--role", "owner")
    run("people", "add", "ed", "--role", "editor", "--groups", "B,a")
    assert run("people", "list") == ["ed\teditor\ta,b", "olga\towner\tall"]
    assert run("people", "groups", "ed", "all") == ["ed\teditor\tall"]
    assert run("people", "set-role", "ed", "viewer") == ["ed\tviewer\tall"]
    assert run("people", "disable", "ed") == ["ed\tviewer\tall\tdisabled"]
    assert run("people", "enable", "ed") == ["ed\tviewer\tall"]
    (password,) = run("people", "password", "add", "ed", "Laptop")
    (line,) = run("people", "password", "list", "ed")
    number = line.partition("\t")[0]
    assert "never used" in line
    run("people", "password", "revoke", "ed", number)
    assert run("people", "password", "list", "ed") == []
    with store.write() as db:
        db.execute(
            "INSERT INTO channels (id, name, social_network, method) VALUES (5, 'C', 'x', 'y')"
        )
    run("people", "channel", "5", "a, b")
    assert run("people", "channels") == ["5\tC\ta, b"]
    with pytest.raises(TeamError):
        run("people", "remove", "olga")
    run("people", "remove", "ed")
    audit = run("audit")
    assert len(audit) == 11
    assert password not in "\n".join(audit)
    assert "\tpeople.add\tolga\trole: owner\tdone" in audit[0]
    assert "last owner" in audit[-2]


def test_commands_refuse_a_database_from_which_the_workspace_was_moved(
    capsys: pytest.CaptureFixture[str], postgres: Postgres
) -> None:
    store = PostgresStore(postgres.address)
    mark = '{"state": "moved", "place": "/srv/posto"}'
    with store.write() as db:
        db.execute("DELETE FROM site WHERE name = 'move'")
        db.execute("INSERT INTO site VALUES ('move', ?)", (mark,))
    try:
        words = ["people", "add", "olga", "--role", "owner", "--database", postgres.address]
        assert server_main(words) == 1
        assert "This workspace was moved to" in capsys.readouterr().err
    finally:
        with store.write() as db:
            db.execute("DELETE FROM site WHERE name = 'move'")
        store.close()


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        server_main(["--help"])
    assert "audit|media|move|people|secrets" in capsys.readouterr().out


def test_commands_say_who_sees_no_channel(
    store: ServerDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> str:
        command.run(store, command._parser().parse_args(list(words)), lambda _line: None)
        return capsys.readouterr().err

    assert "people add NAME --role owner" in told("people", "list")
    assert not told("people", "add", "olga", "--role", "owner")
    assert "ed sees no channel yet" in told("people", "add", "ed", "--role", "editor")
    assert "ed sees no channel yet" in told("people", "groups", "ed", "shop")
    with store.write() as db:
        db.execute(
            "INSERT INTO channels (id, name, social_network, method) VALUES (5, 'C', 'x', 'y')"
        )
    told("people", "channel", "5", "shop")
    assert not told("people", "groups", "ed", "shop")
    assert not told("people", "groups", "ed", "all")


def test_commands_say_what_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTO_DATABASE", raising=False)
    assert server_main(["people", "list"]) == 1
    assert "--database" in capsys.readouterr().err
    assert server_main(["audit", "--database", "mysql://x"]) == 1


def test_too_many_tries_is_one_answer() -> None:
    from posto_desktop.server.team.sign_ins import _too_many

    error = _too_many(1.2)
    assert isinstance(error, ApiError)
    assert (error.status, error.data["retry_after"]) == (429, 2)


def test_the_app_connects_as_to_any_service(world: TeamWorld) -> None:
    world.add("olga", "owner")
    world.add("vera", "viewer", ["a"])
    world.team.groups.set(1, frozenset({"a"}))
    server = HttpServer(world.workspace, lambda: None)
    try:
        base_url = server.bind(0)
        server.start()
        for name in ("Olga", "vera"):
            password = world.passwords[name.lower()]
            sign_in = check_sign_in(base_url, name, password, allow_http=True)
            assert sign_in.account is not None
            assert sign_in.account.username == name.lower()
            with PostoSDK.from_credentials(name, password, base_url=base_url) as posto:
                assert len(posto.channels) == (8 if name == "Olga" else 1)
                assert posto.download(posto.channels[0].picture).startswith(b"\x89PNG")
        with pytest.raises(AuthenticationError):
            check_sign_in(base_url, "olga", "wrong", allow_http=True)
    finally:
        server.stop()
