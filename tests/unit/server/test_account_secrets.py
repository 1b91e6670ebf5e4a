"""Secrets of accounts: in the keyring in short entries, read by the process itself, never by a
prompt, and nowhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.server import redaction
from posto_desktop.server.account_secrets import LONGEST_ENTRY, AccountSecrets
from posto_desktop.server.publishers.base import SecretsLocked
from posto_desktop.storage.secrets import KeyringError, KeyringState, SecretStore
from tests.unit.storage.test_secrets import MemoryKeyring


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def made(folder: Path) -> AccountSecrets:
    return AccountSecrets(folder / "secrets.json", "on")


def lock(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(
        SecretStore, "available", lambda _self, timeout=4.0: KeyringState(kind, "GNOME Keyring")
    )


def test_one_entry_an_account_and_nothing_in_a_file(tmp_path: Path, ring: MemoryKeyring) -> None:
    secret = {"token": "refresh-token-of-alice", "client_secret": "made-here"}
    made(tmp_path).set("u1", secret, "keyring")
    assert list(ring.entries) == [("Posto Desktop", "channel/u1")]
    assert json.loads(ring.entries["Posto Desktop", "channel/u1"]) == secret
    assert made(tmp_path).get("u1") == secret, "another process reads it by itself"
    for path in tmp_path.rglob("*"):
        assert b"alice" not in path.read_bytes()
    assert redaction.clean("x refresh-token-of-alice y") == "x *** y"


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",)), max_size=2_500), min_size=1, max_size=3
    )
)
def test_no_entry_is_longer_than_windows_takes(values: list[str]) -> None:
    import tempfile

    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    try:
        with tempfile.TemporaryDirectory() as name:
            for value in values:
                secret = {"token": value}
                try:
                    made(Path(name)).set("u1", secret, "keyring")
                except ValueError:
                    continue  # far too long
                assert all(len(entry) <= LONGEST_ENTRY for entry in backend.entries.values())
                assert made(Path(name)).get("u1") == secret
            made(Path(name)).delete("u1")
            assert backend.entries == {}
    finally:
        keyring.set_keyring(before)


def test_a_locked_keyring_is_never_asked(
    tmp_path: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(tmp_path).set("u1", {"token": "t"}, "keyring")
    lock(monkeypatch, "locked")
    secrets = made(tmp_path)
    calls = ring.calls
    for _ in range(5):
        with pytest.raises(SecretsLocked, match=r"GNOME Keyring is locked\. Unlock it"):
            secrets.get("u1")
        with pytest.raises(SecretsLocked):
            secrets.set("u1", {"token": "new"})
    assert ring.calls == calls, "asking would show a prompt"
    lock(monkeypatch, "ok")
    with pytest.raises(SecretsLocked):
        secrets.get("u1")  # for some seconds it is not looked at again
    secrets.forget_probe()
    assert secrets.get("u1") == {"token": "t"}
    lock(monkeypatch, "locked")
    assert secrets.get("u1") == {"token": "t"}, "what was read stays"


def test_a_locked_keyring_is_not_opened_to_delete(
    tmp_path: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = made(tmp_path)
    for uuid in ("u1", "u2", "u3"):
        secrets.set(uuid, {"token": f"token of {uuid}"}, "keyring")
    lock(monkeypatch, "locked")
    calls = ring.calls
    secrets.delete("u1")
    secrets.set("u2", {"token": "another"}, "session")
    assert ring.calls == calls, "it would show a prompt"
    assert secrets.get("u2") == {"token": "another"}
    lock(monkeypatch, "ok")
    secrets.forget_probe()
    secrets.set("u3", {"token": "new"})
    assert ("Posto Desktop", "channel/u1") not in ring.entries, "it is deleted later"
    assert made(tmp_path).get("u1") is None


def test_a_new_token_is_kept_before_it_is_used(tmp_path: Path, ring: MemoryKeyring) -> None:
    secrets = made(tmp_path)
    secrets.set("u1", {"token": "old"}, "keyring")
    ring.trouble = RuntimeError("broken")
    with pytest.raises((SecretsLocked, KeyringError)):
        secrets.set("u1", {"token": "new"})
    assert secrets.get("u1") == {"token": "old"}
    ring.trouble = None
    secrets.set("u1", {"token": "new"})
    assert made(tmp_path).get("u1") == {"token": "new"}


def test_an_empty_refresh_token_never_overwrites_one(tmp_path: Path, ring: MemoryKeyring) -> None:
    secrets = made(tmp_path)
    secrets.set("u1", {"token": "t", "refresh": "r"}, "keyring")
    secrets.set("u1", {"token": "t2", "refresh": ""})
    assert secrets.get("u1") == {"token": "t2", "refresh": "r"}
    assert made(tmp_path).get("u1") == {"token": "t2", "refresh": "r"}


def test_for_this_process_only(tmp_path: Path) -> None:
    secrets = AccountSecrets(tmp_path / "secrets.json", "off")
    assert secrets.default_place() is None
    secrets.set("u1", {"token": "t-secret"}, "session")
    assert secrets.get("u1") == {"token": "t-secret"}
    assert not (tmp_path / "secrets.json").exists()
    assert AccountSecrets(tmp_path / "secrets.json", "off").get("u1") is None


def test_a_file_is_the_users_alone(tmp_path: Path) -> None:
    AccountSecrets(tmp_path / "secrets.json", "off").set("u1", {"token": "t"}, "file")
    assert os.name != "posix" or (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert AccountSecrets(tmp_path / "secrets.json", "off").get("u1") == {"token": "t"}


def test_what_is_damaged_means_to_sign_in_again(tmp_path: Path, ring: MemoryKeyring) -> None:
    made(tmp_path).set("u1", {"token": "t"}, "keyring")
    for noise in ("", "{", "[]", "null", "7", '{"token": 7}'):
        ring.entries["Posto Desktop", "channel/u1"] = noise
        assert made(tmp_path).get("u1") in (None, {})
