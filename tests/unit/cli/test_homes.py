"""Tests of `posto doctor`, `workspaces`, `backup`, `accounts` and `completion`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from posto_desktop.cli.exits import Exit
from posto_desktop.storage.accounts import AccountStore, ServiceAccount
from posto_desktop.storage.paths import find_paths
from tests.unit.cli.conftest import Posto


def test_doctor_finds_a_healthy_home(posto: Posto) -> None:
    ended = posto("doctor", "--json")
    assert ended.code == Exit.DONE, ended.out
    assert {row["name"] for row in ended.data} >= {
        "database",
        "server",
        "workspace",
        "pictures",
        "due",
    }
    assert all(row["ok"] for row in ended.data)


def test_doctor_looks_over_what_is_due_soon(posto: Posto, tmp_path: Path) -> None:
    picture = tmp_path / "bag.png"
    Image.new("RGB", (32, 24)).save(picture)
    soon = f"{datetime.now(UTC) + timedelta(minutes=20):%Y-%m-%d %H:%M} UTC"
    to = ("--to", "1", "--media", str(picture), "--when", soon, "--yes")
    assert posto("post", "Buns", *to).code == Exit.DONE
    (healthy,) = [row for row in posto("doctor", "--json").data if row["name"] == "due"]
    assert (healthy["ok"], healthy["detail"][:6]) == (True, "1 post")
    for path in (find_paths(posto.home).workspace / "media").glob("??/*"):
        path.unlink()
    ended = posto("doctor", "--json")
    (row,) = [row for row in ended.data if row["name"] == "due"]
    assert ended.code == Exit.REFUSED
    assert "cannot go out: “bag.png” is missing." in row["detail"]


def test_workspace_is_chosen_for_later_commands(posto: Posto) -> None:
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    account = ServiceAccount.new("Shop", "https://shop.example", "ann")
    AccountStore(paths.accounts).add(account)
    assert posto("workspaces", "use", "nowhere").code == Exit.NOT_FOUND
    assert posto("workspaces", "use", "shop", "--dry-run").code == Exit.DONE
    assert [row["current"] for row in posto("workspaces", "list", "--json").data] == [True, False]
    assert posto("workspaces", "use", "shop").code == Exit.DONE
    assert [row["current"] for row in posto("workspaces", "list", "--json").data] == [False, True]
    assert posto("channels", "--json").code == Exit.SIGN_IN  # no password is kept
    assert posto("--workspace", "This computer", "channels").code == Exit.DONE
    assert posto("workspaces", "use", "This computer").code == Exit.DONE
    AccountStore(paths.accounts).remove(account.id)


def test_backup_is_made_and_restored(alone: Posto, tmp_path: Path) -> None:
    file = tmp_path / "home.posto-backup"
    assert alone("post", "Before", "--to", "1", "--yes").code == Exit.DONE
    made = alone("backup", "create", str(file), "--json")
    assert made.data["counts"]
    assert alone("backup", "create", str(file)).code == Exit.REFUSED
    assert alone("post", "After", "--to", "1", "--yes").code == Exit.DONE
    assert alone("backup", "restore", str(file)).code == Exit.USAGE  # nobody can be asked
    assert alone("backup", "restore", str(file), "--dry-run").code == Exit.DONE
    restored = alone("backup", "restore", str(file), "--yes", "--json")
    assert restored.code == Exit.DONE, restored.out + restored.err
    assert restored.data["restored"] is True
    database = alone.database()
    assert len(database.outbox()) == 1
    database.close()


def test_file_that_is_no_backup_is_refused(posto: Posto, tmp_path: Path) -> None:
    file = tmp_path / "no.posto-backup"
    file.write_bytes(b"nothing")
    ended = posto("backup", "restore", str(file), "--yes", "--json")
    assert ended.code == Exit.REFUSED
    assert ended.json["error"]["message"]


def test_secret_is_never_an_argument(posto: Posto) -> None:
    add = ("accounts", "add", "mastodon", "--server", "https://social.example")
    ended = posto(*add, "--field", "token=abc")
    assert ended.code == Exit.USAGE
    assert "abc" not in ended.err
    assert posto("accounts", "add", "no-such-network").code == Exit.NOT_FOUND
    assert posto("accounts", "remove", "nobody", "--yes").code == Exit.NOT_FOUND


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script_names_the_command(posto: Posto, shell: str) -> None:
    ended = posto("completion", shell)
    assert ended.code == Exit.DONE
    assert "_POSTO_COMPLETE" in ended.out


def test_channels_are_completed(posto: Posto) -> None:
    import click

    from posto_desktop.cli.completion import complete_channels
    from posto_desktop.cli.posts import post_command
    from posto_desktop.cli.root import Options

    assert posto("channels").code == Exit.DONE
    context = click.Context(post_command, obj=Options(str(posto.home)))
    words = complete_channels(context, post_command.params[0], "sandbox b")
    assert [word.value for word in words] == ["Sandbox Bluesky"]
