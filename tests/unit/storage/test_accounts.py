from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.errors import StorageError
from tests.fakes.forbidden_files import forbid_reading

ANA = ServiceAccount.new("Nordlicht", "https://social.nordlicht.example", "ana")
LUIS = ServiceAccount.new("Fjord Cycles", "https://fjord.example", "luis")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "accounts.json"


def test_accounts_stay_in_the_order_of_adding(path: Path) -> None:
    accounts = AccountStore(path)
    accounts.add(ANA)
    accounts.add(LUIS)
    again = AccountStore(path)
    assert again.list() == [ANA, LUIS]
    assert again.get(LUIS.id) == LUIS
    assert again.get("nobody") is None
    assert again.problems == []


def test_two_accounts_never_have_the_same_name(path: Path) -> None:
    accounts = AccountStore(path)
    accounts.add(ANA)
    names = [
        accounts.add(
            ServiceAccount.new("nordlicht", "https://social.nordlicht.example", "bo")
        ).name,
        accounts.add(ServiceAccount.new("Nordlicht", "https://b.example/wp", "bo")).name,
        accounts.add(ServiceAccount.new("Nordlicht", "https://b.example/wp", "bo")).name,
        accounts.add(ServiceAccount.new("This computer", "https://c.example", "cy")).name,
    ]
    assert names == [
        "nordlicht (bo)",
        "Nordlicht (b.example/wp)",
        "Nordlicht (2)",
        "This computer (cy)",
    ]


def test_a_new_name_that_is_in_use_is_changed(path: Path) -> None:
    accounts = AccountStore(path)
    accounts.add(ANA)
    accounts.add(LUIS)
    accounts.rename(LUIS.id, "NORDLICHT")
    accounts.rename("nobody", "Nordlicht")
    accounts.add(ANA)  # signing in again changes no name
    assert [account.name for account in AccountStore(path).list()] == [
        "NORDLICHT (luis)",
        "Nordlicht",
    ]


def test_a_list_with_a_name_twice_is_read_with_two_names(path: Path) -> None:
    """As in a backup of an older version, or in one that was edited by hand."""
    stored = [
        {"id": str(number), "name": name, "base_url": f"https://{host}", "username": user}
        for number, (name, host, user) in enumerate(
            [
                ("Café", "a.example", "ana"),
                ("Cafe\u0301 ", "b.example", "bo"),
                ("this  computer", "c.example", "cy"),
                ("", "d.example", "di"),
            ]
        )
    ]
    path.write_text(json.dumps({"schema": 1, "accounts": stored}), encoding="utf-8")
    names = [account.name for account in AccountStore(path).list()]
    assert names == ["Café", "Cafe\u0301 (bo)", "this  computer (cy)", "d.example"]


def test_rename_and_remove(path: Path) -> None:
    accounts = AccountStore(path)
    accounts.add(ANA)
    accounts.add(LUIS)
    accounts.rename(ANA.id, "Coffee")
    accounts.remove(LUIS.id)
    [only] = AccountStore(path).list()
    assert (only.id, only.name) == (ANA.id, "Coffee")


def test_the_same_account_is_replaced(path: Path) -> None:
    accounts = AccountStore(path)
    accounts.add(ANA)
    moved = ServiceAccount(ANA.id, ANA.name, "https://new.example", ANA.username)
    accounts.add(moved)
    assert AccountStore(path).list() == [moved]


def test_the_file_never_holds_a_password(path: Path) -> None:
    AccountStore(path).add(ANA)
    [entry] = json.loads(path.read_text())["accounts"]
    assert set(entry) == {"id", "name", "base_url", "username"}


def test_an_account_that_could_not_be_kept_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    accounts = AccountStore(tmp_path / "home" / "accounts.json")
    with pytest.raises(StorageError):
        accounts.add(ANA)
    assert accounts.list() == []


@pytest.mark.parametrize("content", ["{", "[]", '{"accounts": 5}', "5"])
def test_a_damaged_file_is_kept_and_reported(path: Path, content: str) -> None:
    path.write_text(content)
    accounts = AccountStore(path)
    assert accounts.list() == []
    assert "Sign in again" in accounts.problems[0]
    accounts.add(ANA)
    [copy] = path.parent.glob("accounts.json.damaged-*")
    assert copy.read_text() == content


def test_a_newer_file_is_kept_and_read_as_far_as_understood(path: Path) -> None:
    entry = {"id": "1", "name": "A", "base_url": "https://a.example", "username": "a", "new": 1}
    path.write_text(json.dumps({"schema": 2, "accounts": [entry]}))
    accounts = AccountStore(path)
    assert [account.id for account in accounts.list()] == ["1"]
    assert list(path.parent.glob("accounts.json.newer-*"))


entries = st.lists(
    st.none()
    | st.integers()
    | st.dictionaries(
        st.sampled_from(["id", "name", "base_url", "username"]),
        st.text(max_size=5) | st.integers() | st.none(),
    ),
    max_size=5,
)


@given(entries)
def test_any_entries_give_usable_accounts(
    tmp_path_factory: pytest.TempPathFactory, content: list[Any]
) -> None:
    path = tmp_path_factory.mktemp("accounts") / "accounts.json"
    path.write_text(json.dumps({"schema": 1, "accounts": content}))
    for account in AccountStore(path).list():
        assert account.id
        assert account.base_url
        assert isinstance(account.username, str)


def test_a_list_that_may_not_be_read_is_never_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("theirs")
    forbid_reading(monkeypatch, path)
    accounts = AccountStore(path)
    assert accounts.problems
    with pytest.raises(StorageError):
        accounts.add(ANA)
    assert path.read_text() == "theirs"
