"""Secrets of accounts in the database of a team: sealed, bound to their account, renewed once."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from posto_desktop.server.account_secrets import AccountSecrets
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.publishers import bluesky_sessions
from posto_desktop.server.publishers.base import Account, SecretsLocked, SignInAgain, TryLater
from posto_desktop.server.team import sealed_secrets, secret_keys
from posto_desktop.server.team.sealed_secrets import SealedSecrets
from posto_desktop.server.team.secret_keys import SecretKeys, keys_of, new_key, source
from posto_desktop.server.team.secrets_command import main
from posto_desktop.server.workspace import Workspace
from tests.fakes.postgres import Postgres

from .databases import DATABASES, opened

OLD, NEW = "old key 0123456789 0123456789 01", "new key 0123456789 0123456789 01"


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as store:
        yield store


@pytest.fixture
def made(store: ServerDatabase, tmp_path: Path) -> Callable[[str], SealedSecrets]:
    """The secrets as a server with these keys has them."""
    local = AccountSecrets(tmp_path / "secrets.json", "off")

    def make(keys: str) -> SealedSecrets:
        return SealedSecrets(store, SecretKeys(lambda: keys), local)

    return make


def test_a_secret_is_sealed_and_read_by_another_server(
    store: ServerDatabase, made: Callable[[str], SealedSecrets]
) -> None:
    made(OLD).set("u1", {"token": "very-secret-token", "refresh": ""}, "keyring")
    assert made(OLD).get("u1") == {"token": "very-secret-token", "refresh": ""}
    assert made(OLD).is_here("u1")
    assert made(OLD).get("u2") is None
    row = store.row("SELECT * FROM sealed_secrets")
    assert row is not None
    assert "very-secret-token" not in str(row)
    assert OLD[:8] not in str(row)
    first = row["sealed"]
    # Only what is new is written, and no two sealings are alike.
    made(OLD).set("u1", {"token": "", "refresh": "newer-refresh-token"})
    assert made(OLD).get("u1") == {"token": "very-secret-token", "refresh": "newer-refresh-token"}
    made(OLD).set("u1", {"token": "very-secret-token", "refresh": ""}, "keyring")
    row = store.row("SELECT * FROM sealed_secrets")
    assert row is not None
    assert row["sealed"] != first
    made(OLD).delete("u1")
    assert made(OLD).get("u1") is None


@pytest.mark.parametrize("keys", [NEW, ""])
def test_without_the_right_key_accounts_are_locked_and_nothing_is_lost(
    store: ServerDatabase, made: Callable[[str], SealedSecrets], keys: str
) -> None:
    made(OLD).set("u1", {"token": "very-secret-token"}, "keyring")
    before = store.rows("SELECT * FROM sealed_secrets")
    wrong = made(keys)
    with pytest.raises(SecretsLocked, match="no key for the password"):
        wrong.get("u1")
    with pytest.raises(SecretsLocked):
        wrong.set("u1", {"token": "other"})
    if not keys:
        with pytest.raises(SecretsLocked):
            wrong.set("u2", {"token": "other"}, "keyring")
    assert store.rows("SELECT * FROM sealed_secrets") == before
    assert made(OLD).get("u1") == {"token": "very-secret-token"}


def test_what_was_moved_or_changed_does_not_open(
    store: ServerDatabase, made: Callable[[str], SealedSecrets]
) -> None:
    secrets = made(OLD)
    secrets.set("mine", {"token": "token-of-mine"}, "keyring")
    secrets.set("other", {"token": "token-of-other"}, "keyring")
    with store.write() as db:
        db.execute(
            "UPDATE sealed_secrets SET sealed ="
            " (SELECT sealed FROM sealed_secrets WHERE uuid = 'other') WHERE uuid = 'mine'"
        )
    with pytest.raises(SecretsLocked):
        secrets.get("mine")
    for damage in ("", "!!!", "AAAA", "A" * 80):
        with store.write() as db:
            db.execute("UPDATE sealed_secrets SET sealed = ? WHERE uuid = 'mine'", (damage,))
        with pytest.raises(SecretsLocked):
            secrets.get("mine")


def test_keys_are_rotated_while_servers_run(
    store: ServerDatabase, made: Callable[[str], SealedSecrets]
) -> None:
    for number in range(3):
        made(OLD).set(f"u{number}", {"token": f"token-number-{number}"}, "keyring")
    both = f"{NEW}\n# since May\n{OLD}\n"
    running = made(both)
    assert running.get("u0") == {"token": "token-number-0"}
    running.set("u0", {"token": "renewed-token"}, "keyring")
    old, new = (keys_of(text)[0].id for text in (OLD, NEW))
    assert running.key_ids() == {old: 2, new: 1}
    assert made(NEW).rotate() == (0, 2)
    assert made(both).rotate() == (2, 0)
    assert made(both).rotate() == (0, 0)
    assert running.key_ids() == {new: 3}
    assert made(NEW).get("u2") == {"token": "token-number-2"}
    with pytest.raises(SecretsLocked):
        made(OLD).get("u2")


def test_what_only_this_computer_has_is_taken_over(store: ServerDatabase, tmp_path: Path) -> None:
    local = AccountSecrets(tmp_path / "secrets.json", "off")
    local.set("u1", {"token": "token-of-before"}, "file")
    secrets = SealedSecrets(store, SecretKeys(lambda: OLD), local)
    assert secrets.is_here("u1")
    assert secrets.get("u1") == {"token": "token-of-before"}
    elsewhere = AccountSecrets(tmp_path / "empty.json", "off")
    other = SealedSecrets(store, SecretKeys(lambda: OLD), elsewhere)
    assert other.get("u1") == {"token": "token-of-before"}


def test_two_servers_renew_a_session_one_after_the_other(
    made: Callable[[str], SealedSecrets], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each refresh token works once: the second server has to see what the first one got."""
    monkeypatch.setattr(sealed_secrets, "_WAIT", 0.005)
    made(OLD).set("u1", {"refresh": "refresh-token-0"}, "keyring")
    valid, errors = ["refresh-token-0"], list[str]()
    begin = threading.Barrier(3)

    def renew() -> None:
        server = made(OLD)
        begin.wait()
        for _ in range(3):
            with server.renewing("u1"):
                token = (server.get("u1") or {})["refresh"]
                if token != valid[-1]:
                    errors.append(token)
                valid.append(f"refresh-token-{len(valid)}")
                server.set("u1", {"refresh": valid[-1]})

    threads = [threading.Thread(target=renew) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert made(OLD).get("u1") == {"refresh": "refresh-token-9"}


def test_a_server_that_ended_while_it_renewed_is_not_waited_for_forever(
    store: ServerDatabase, tmp_path: Path
) -> None:
    now = [1_000.0]
    local = AccountSecrets(tmp_path / "secrets.json", "off")
    secrets = SealedSecrets(store, SecretKeys(lambda: OLD), local, lambda: now[0])
    secrets.set("u1", {"refresh": "refresh-token"}, "keyring")
    assert secrets._take("u1", "dead")
    assert not secrets._take("u1", "mine")
    now[0] += sealed_secrets.RENEWAL_SECONDS + 1
    assert secrets._take("u1", "mine")
    with secrets.renewing("unknown"):
        pass


def test_where_keys_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    path.write_text(f"{OLD}\n")
    path.chmod(0o640)
    read = source(str(path), "", {})
    assert read is not None
    if os.name == "posix":
        with pytest.raises(StartError, match="chmod 600"):
            read()
    path.chmod(0o600)
    assert keys_of(read())[0].id == keys_of(OLD)[0].id
    monkeypatch.setattr(os, "geteuid", lambda: 12345, raising=False)
    if os.name == "posix" and path.stat().st_uid != 0:
        with pytest.raises(StartError):
            read()
    monkeypatch.undo()
    for command, answer in ((f"cat {path}", OLD), ("false", ""), ("/no/such/program", "")):
        of_command = source("", command, {})
        assert of_command is not None
        if answer:
            assert of_command().strip() == answer
        else:
            with pytest.raises(StartError, match="command for the key"):
                of_command()
    assert source("", "", {}) is None
    assert source("", "", {"CREDENTIALS_DIRECTORY": str(tmp_path)}) is None
    (tmp_path / secret_keys.CREDENTIAL).write_text(NEW)
    credential = source("", "", {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert credential is not None
    assert credential() == NEW
    for text in ("", "\n\n", "too short"):
        with pytest.raises(StartError):
            keys_of(text)
    assert len(new_key()) == 44
    assert new_key() != new_key()


def test_a_key_that_comes_later_is_found() -> None:
    now, text = [0.0], [""]
    keys = SecretKeys(lambda: text[0], lambda: now[0])
    assert keys.newest() is None
    text[0] = OLD
    wanted = keys_of(OLD)[0]
    assert keys.get(wanted.id) == wanted
    assert "value" not in repr(wanted)
    text[0] = NEW
    assert keys.get(keys_of(NEW)[0].id) is None, "the source is asked once in half a minute"
    now[0] += 31
    assert keys.get(keys_of(NEW)[0].id) is not None


def test_commands_say_what_is_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["new-key"]) == 0
    path = tmp_path / "key"
    path.write_text(capsys.readouterr().out)
    path.chmod(0o600)
    assert main(["rotate", "--database", ""]) == 1
    assert "Name the key" in capsys.readouterr().err
    assert main(["rotate", "--database", "", "--secret-key-file", str(path)]) == 1
    assert "--database" in capsys.readouterr().err


def test_two_servers_refresh_one_bluesky_session(
    made: Callable[[str], SealedSecrets], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server of the network takes each refresh token once, as Bluesky's does."""
    monkeypatch.setattr(sealed_secrets, "_WAIT", 0.005)
    made(OLD).set("u1", {"refresh": "refresh-token-0"}, "keyring")
    at_network = ["refresh-token-0"]
    both = threading.Barrier(2)

    class Network:
        """The network, asked with a refresh token."""

        def __init__(self, token: str) -> None:
            self.token = token

        def ask(self, _method: str, _path: str) -> Network:
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(0.3)  # until both servers ask at once, which they must not
            if self.token != at_network[-1]:
                raise SignInAgain("the token was used already")
            at_network.append(f"refresh-token-{len(at_network)}")
            return self

        def object(self) -> dict[str, str]:
            return {"accessJwt": "access", "refreshJwt": at_network[-1], "did": "did:plc:x"}

    monkeypatch.setattr(bluesky_sessions, "_http", lambda _account, token: Network(token))
    failures = list[Exception]()

    def refresh() -> None:
        secrets = made(OLD)
        account = Account(
            1, "bluesky", 0, remote_id="did:plc:x", handle="x",
            secret=lambda: secrets.get("u1") or {},
            keep_secret=lambda secret: secrets.set("u1", secret),
            renewing=lambda: secrets.renewing("u1"),
        )  # fmt: skip
        try:
            bluesky_sessions.Sessions().access(account, ahead=False)
        except SignInAgain as error:
            failures.append(error)

    servers = [threading.Thread(target=refresh) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.join(30)
    assert failures == []
    assert made(OLD).get("u1") == {"refresh": "refresh-token-2"}


def test_what_was_renewed_while_the_database_was_away_is_not_lost(
    store: ServerDatabase, made: Callable[[str], SealedSecrets], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = made(OLD)
    secrets.set("u1", {"token": "the-token", "refresh": "refresh-token-0"}, "keyring")

    def away(*_: object) -> NoReturn:
        raise DatabaseAway("postgresql://db.example/posto")

    with monkeypatch.context() as broken:
        for name in ("row", "write", "run"):
            broken.setattr(store, name, away)
        for ask in (
            lambda: secrets.get("u1"),
            lambda: secrets.set("u1", {"refresh": "refresh-token-1"}),
            lambda: secrets.get("u1"),
            lambda: secrets.renewing("u1").__enter__(),
        ):
            with pytest.raises(TryLater):
                ask()
    assert secrets.get("u1") == {"token": "the-token", "refresh": "refresh-token-1"}
    assert made(OLD).get("u1") == {"token": "the-token", "refresh": "refresh-token-1"}


@pytest.mark.parametrize("text", [OLD, "short", None])
def test_a_start_without_the_key_is_said(
    postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str | None
) -> None:
    file = tmp_path / "secret-key"
    if text is not None:
        file.write_text(text)
        file.chmod(0o600)
    workspace = Workspace(
        tmp_path / "data", database=postgres.address, secret_keys=source(str(file), "")
    )
    workspace.close()
    words = caplog.text
    if text == OLD:
        assert "key for secrets" not in words
    else:
        assert "are locked, and their posts wait" in words
        assert ("characters at least" if text else "cannot be read") in words
