"""Accounts of Posto services. Passwords are stored separately (secrets.py)."""

from __future__ import annotations

import itertools
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translate
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError

SCHEMA = 1
LOCAL_NAME = "This computer"
"""The workspace without an account, which no other has the name of."""


@dataclass(frozen=True)
class ServiceAccount:
    """A service and the user's name there. `id` is local and never changes."""

    id: str
    name: str
    base_url: str
    username: str

    @classmethod
    def new(cls, name: str, base_url: str, username: str) -> ServiceAccount:
        return cls(uuid.uuid4().hex, name, base_url, username)


class AccountStore:
    """The list in accounts.json, in the order of adding. `problems` as in Settings."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[str] = []
        self._accounts: list[ServiceAccount] = []
        self._unreadable: StorageError | None = None
        self._read()

    def list(self) -> list[ServiceAccount]:
        return [*self._accounts]

    def get(self, account_id: str) -> ServiceAccount | None:
        return next(
            (
                stored_account
                for stored_account in self._accounts
                if stored_account.id == account_id
            ),
            None,
        )

    def add(self, account: ServiceAccount) -> ServiceAccount:
        """Add, or replace the one with the same id. A name that is in use gets the user's name, the
        host or a number added. Raises StorageError if it cannot be saved."""
        others = [known for known in self._accounts if known.id != account.id]
        account = replace(account, name=_free_name(account, others))
        self._write([*others, account])
        return account

    def rename(self, account_id: str, name: str) -> None:
        """Rename an account, if need be as `add` does."""
        account = self.get(account_id)
        if account is None:
            return
        others = [known for known in self._accounts if known.id != account_id]
        renamed = replace(account, name=name)
        renamed = replace(renamed, name=_free_name(renamed, others))
        self._write([renamed if known.id == account_id else known for known in self._accounts])

    def remove(self, account_id: str) -> None:
        self._write(
            [stored_account for stored_account in self._accounts if stored_account.id != account_id]
        )

    def _read(self) -> None:
        try:
            stored, damaged = atomic.read_json_or_copy(self._path, {}, _is_list)
        except StorageError as error:
            # Do not overwrite a list that could not be read.
            self._unreadable = error
            self.problems.append(error.user_message)
            return
        entries: Any = stored.get("accounts", [])
        schema = stored.get("schema") if stored else SCHEMA
        if damaged is None and (type(schema) is not int or schema > SCHEMA):
            damaged = atomic.set_aside(self._path, atomic.IS_NEWER, "newer")
        if damaged is not None:
            missing = translate("Storage", "Sign in again where an account is missing.")
            if damaged.is_from_copy:
                missing = translate("Storage", "The last copy of it is used instead.")
            self.problems.append(f"{damaged.sentence} {missing}")
        for entry in entries:
            account = _account(entry)
            if account is not None and self.get(account.id) is None:
                # Lists of older versions and those edited by hand can have a name twice.
                name = _free_name(account, self._accounts)
                self._accounts.append(replace(account, name=name))

    def _write(self, accounts: Sequence[ServiceAccount]) -> None:
        if self._unreadable is not None:
            raise self._unreadable
        entries = [
            {
                "id": stored_account.id,
                "name": stored_account.name,
                "base_url": stored_account.base_url,
                "username": stored_account.username,
            }
            for stored_account in accounts
        ]
        atomic.write_json_and_copy(self._path, {"schema": SCHEMA, "accounts": entries})
        self._accounts = [*accounts]


def _is_list(stored: object) -> bool:
    return isinstance(stored, dict) and isinstance(stored.get("accounts"), list)


def _free_name(account: ServiceAccount, others: Sequence[ServiceAccount]) -> str:
    """Return the account's name, changed if another account or this computer has it."""
    taken = {_folded(known.name) for known in others} | {_folded(LOCAL_NAME)}
    host = account.base_url.partition("://")[2].strip("/")
    own = account.name.strip() or host
    ways = [own, f"{own} ({account.username})", f"{own} ({host})"]
    numbered = (f"{own} ({number})" for number in itertools.count(2))
    return next(name for name in itertools.chain(ways, numbered) if _folded(name) not in taken)


def _folded(name: str) -> str:
    """Return what two names have in common that look the same: no case, no further spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _account(entry: object) -> ServiceAccount | None:
    if not isinstance(entry, dict):
        return None
    values = [entry.get(key) for key in ("id", "name", "base_url", "username")]
    if not all(isinstance(value, str) for value in values) or not values[0] or not values[2]:
        return None
    return ServiceAccount(*(str(value) for value in values))
