"""Tests of storing passwords: keyring, file or session, and a keyring that is missing or locked."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.fail
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.process_lock import ProcessLock
from posto_desktop.storage.secrets import KeyringError, KeyringState, SecretStore

SECRET = "abcd efgh ijkl mnop qrst uvwx"


class MemoryKeyring(KeyringBackend):
    """A keyring in memory; `trouble` is raised instead, `gate` blocks as a password window does."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None
        self.gate: threading.Event | None = None
        self.calls = 0

    def _meet_trouble(self) -> None:
        self.calls += 1
        if self.gate is not None:
            self.gate.wait(60)
        if self.trouble is not None:
            raise self.trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._meet_trouble()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._meet_trouble()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._meet_trouble()
        del self.entries[service, username]


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "secrets.json"


def with_keyring(path: Path, **more: Any) -> SecretStore:
    return SecretStore(path, "on", **more)


def test_only_unlocking_prompts(
    path: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's window comes with a read of a locked keyring, and is what opens it here."""

    def probe(_keyring: Any) -> KeyringState:
        return KeyringState("ok" if ring.calls else "locked", "Memory")

    monkeypatch.setattr("posto_desktop.storage.secrets._probe", probe)
    store = with_keyring(path)
    assert store.available().kind == "locked"
    assert ring.calls == 0
    assert store.unlock().kind == "ok"
    assert ring.calls == 1
    assert store.unlock().kind == "ok"
    assert ring.calls == 1


def test_unlocking_that_is_refused_leaves_it_locked(
    path: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "posto_desktop.storage.secrets._probe", lambda _keyring: KeyringState("locked", "Memory")
    )
    ring.trouble = keyring.errors.KeyringLocked("locked")
    assert with_keyring(path).unlock().kind == "locked"


def test_in_the_keyring_and_nowhere_else(path: Path, ring: MemoryKeyring) -> None:
    with_keyring(path).set("acc", SECRET, "keyring")
    assert list(ring.entries.values()) == [SECRET]
    assert SECRET not in path.read_text()
    secrets = with_keyring(path)
    assert secrets.storage_of("acc") == "keyring"
    assert secrets.get("acc") == SECRET
    secrets.delete("acc")
    assert ring.entries == {}
    assert secrets.get("acc") is None


def test_for_this_session_only(path: Path) -> None:
    secrets = SecretStore(path, "off")
    secrets.set("acc", SECRET, "session")
    assert secrets.get("acc") == SECRET
    assert not path.exists()
    assert SecretStore(path, "off").get("acc") is None


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX")
def test_in_a_file_that_only_the_user_can_read(path: Path) -> None:
    SecretStore(path, "off").set("acc", SECRET, "file")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secrets = SecretStore(path, "off")
    assert secrets.storage_of("acc") == "file"
    assert secrets.get("acc") == SECRET


STORE_MANY = """
import sys
from pathlib import Path
from posto_desktop.storage.secrets import SecretStore

secrets = SecretStore(Path(sys.argv[1]), "off")
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    secrets.set(f"{sys.argv[2]}-{number}", "abcd", "file")
    secrets.set(f"{sys.argv[2]}-gone", "abcd", "file")
    secrets.delete(f"{sys.argv[2]}-gone")
"""


def test_several_processes_lose_no_secret_of_each_other(path: Path) -> None:
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", STORE_MANY, str(path), name],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for name in ("app", "command", "server")
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            process.communicate(timeout=60)
            assert process.returncode == 0
    stored = json.loads(path.read_text(encoding="utf-8"))["file"]
    assert len(stored) == 75


def test_a_process_that_hangs_holds_nobody_up_for_long(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.storage.secrets._LOCK_TIMEOUT", 0.05)
    hanging = ProcessLock(path.parent, "secrets.json.lock")
    assert hanging.acquire()
    secrets = SecretStore(path, "off")
    secrets.set("acc", SECRET, "file")
    assert secrets.get("acc") == SECRET
    hanging.release()


def test_a_secret_that_cannot_be_written_stays_in_the_session(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_call: Any, **_more: Any) -> None:
        raise StorageError("The disk is full.")

    secrets = SecretStore(path, "off")
    secrets.set("acc", SECRET, "session")
    monkeypatch.setattr(atomic, "write_json", full)
    with pytest.raises(StorageError):
        secrets.set("acc", SECRET, "file")
    assert secrets.get("acc") == SECRET


def test_a_secret_moves_from_place_to_place_and_is_never_in_two(
    path: Path, ring: MemoryKeyring
) -> None:
    secrets = with_keyring(path)
    for place in ("file", "keyring", "session", "keyring", "file", "session"):
        secrets.set("acc", SECRET, place)  # type: ignore[arg-type]
        assert secrets.storage_of("acc") == place
        assert secrets.get("acc") == SECRET
        assert bool(ring.entries) == (place == "keyring")
        stored = json.loads(path.read_text()) if path.exists() else {"file": {}}
        assert bool(stored["file"]) == (place == "file")


def test_an_account_that_is_not_in_the_keyring_never_makes_it_ask(
    path: Path, ring: MemoryKeyring
) -> None:
    secrets = with_keyring(path)
    secrets.set("acc", SECRET, "file")
    secrets.get("acc")
    secrets.get("unknown")
    assert ring.calls == 0


def test_no_keyring(path: Path) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())
    secrets = with_keyring(path)
    assert secrets.available() == KeyringState("none", "")
    with pytest.raises(KeyringError) as caught:
        secrets.set("acc", SECRET, "keyring")
    assert caught.value.state.kind == "none"
    assert secrets.storage_of("acc") is None
    assert SECRET not in repr(caught.value)


def test_switched_off(path: Path, ring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTO_KEYRING", "off")
    secrets = SecretStore(path)
    assert secrets.available().kind == "none"
    with pytest.raises(KeyringError):
        secrets.set("acc", SECRET, "keyring")
    assert ring.calls == 0


@pytest.mark.parametrize("error", [keyring.errors.KeyringLocked, keyring.errors.InitError])
def test_a_locked_keyring_is_not_a_lost_password(
    path: Path, ring: MemoryKeyring, error: type[Exception]
) -> None:
    secrets = with_keyring(path)
    secrets.set("acc", SECRET, "keyring")
    ring.trouble = error("Prompt dismissed")
    with pytest.raises(KeyringError) as caught:
        secrets.get("acc")
    assert caught.value.state.kind == "locked"
    assert "locked" in caught.value.user_message
    ring.trouble = None
    assert secrets.get("acc") == SECRET


def test_a_silent_keyring_is_waited_for_only_so_long(path: Path, ring: MemoryKeyring) -> None:
    secrets = with_keyring(path, timeout=0.05)
    secrets.set("acc", SECRET, "keyring")
    ring.gate = threading.Event()
    with pytest.raises(KeyringError) as caught:
        secrets.get("acc")
    assert caught.value.state.kind == "hangs"
    calls = ring.calls
    # While one window is open, no second one is opened.
    with pytest.raises(KeyringError):
        secrets.get("acc")
    assert secrets.available().kind == "hangs"
    assert ring.calls == calls
    ring.gate.set()
    waiting = secrets._waiting
    assert waiting is not None
    waiting.join(60)
    assert secrets.get("acc") == SECRET


def test_forgetting_works_even_when_the_keyring_does_not(path: Path, ring: MemoryKeyring) -> None:
    secrets = with_keyring(path)
    secrets.set("acc", SECRET, "keyring")
    ring.trouble = keyring.errors.KeyringLocked("locked")
    secrets.delete("acc")
    assert with_keyring(path).storage_of("acc") is None


def test_a_failed_keyring_keeps_the_secret_where_it_was(path: Path, ring: MemoryKeyring) -> None:
    secrets = with_keyring(path)
    secrets.set("acc", SECRET, "file")
    ring.trouble = keyring.errors.PasswordSetError("no")
    with pytest.raises(KeyringError):
        secrets.set("acc", "new", "keyring")
    assert secrets.storage_of("acc") == "file"
    assert secrets.get("acc") == SECRET


@pytest.mark.parametrize("content", ["{", "[]", '{"file": 5, "keyring": {"a": 1}}', "null"])
def test_a_damaged_file_means_signing_in_again(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(content)
    secrets = SecretStore(path, "off")
    assert secrets.get("acc") is None
    secrets.set("acc", SECRET, "file")
    assert SecretStore(path, "off").get("acc") == SECRET


def test_what_must_not_stand_in_a_report(path: Path, ring: MemoryKeyring) -> None:
    with_keyring(path).set("acc", SECRET, "keyring")
    secrets = with_keyring(path)
    assert secrets.to_hide([]) == set()
    assert secrets.to_hide(["acc", "other"]) == {SECRET}
    secrets.set("acc", "another one", "session")
    secrets.delete("acc")
    assert secrets.to_hide([]) == {SECRET, "another one"}, "the log of this run may name them"
    assert SecretStore(path, "off").to_hide(["acc"]) == set()


def test_without_the_package_of_keyrings_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    secrets = SecretStore(tmp_path / "secrets.json", "on")
    assert secrets.available() == KeyringState("none", "")
    with pytest.raises(KeyringError, match=r"pip install 'posto\[keyring\]'"):
        secrets.set("one", SECRET, "keyring")
    secrets.set("one", SECRET, "file")
    assert SecretStore(tmp_path / "secrets.json", "on").get("one") == SECRET
