"""Tests of `posto apply`, on this computer's workspace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.cli import folder_apply
from posto_desktop.cli.exits import CommandError, Exit
from posto_desktop.cli.output import Output
from posto_desktop.cli.session import Session
from posto_desktop.delivery import applied_files
from posto_desktop.sdk.records import Schedule
from tests.unit.cli.conftest import Ended, Posto

AHEAD = "2099-03-02 09:00"


@contextlib.contextmanager
def session_of(posto: Posto) -> Iterator[Session]:
    session = Session(str(posto.home), "", Output(as_json=True))
    try:
        yield session
    finally:
        session.close()


def rows(posto: Posto, text: str) -> list[Schedule]:
    """Return the posts of the schedule whose text begins so."""
    with session_of(posto) as session:
        return [row for row in session.client.sdk.schedules.iter() if row.text.startswith(text)]


def apply_folder(posto: Posto, folder: Path, *arguments: str) -> Ended:
    return posto("apply", str(folder), "--yes", "--json", *arguments)


def actions(ended: Ended) -> dict[str, str]:
    assert ended.code in (Exit.DONE, Exit.PARTLY), ended.out + ended.err
    return {row["file"]: row["action"] for row in ended.data["files"]}


def write(folder: Path, name: str, head: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"---\n{head}\n---\n\n{text}\n")


def drafts(posto: Posto) -> list[dict[str, Any]]:
    data = posto("draft", "list", "--json").data
    assert isinstance(data, list)
    return data


def test_folder_becomes_drafts_and_posts_once(posto: Posto, tmp_path: Path) -> None:
    Image.new("RGB", (60, 40), "navy").save(tmp_path / "sea.png")
    write(tmp_path, "a/idea.md", "labels: [x]", "Folder idea")
    write(tmp_path, "sea.md", f"to: [1, 3]\nwhen: {AHEAD}\nmedia: sea.png", "Folder sea")
    write(tmp_path, "old.md", "to: 1\nwhen: 2020-01-02 09:00", "Folder old")
    (tmp_path / "README.md").write_text("# About\n")
    (tmp_path / ".git").mkdir()
    write(tmp_path, ".git/x.md", "to: 1", "Folder hidden")

    ended = apply_folder(posto, tmp_path, "--dry-run")
    assert actions(ended) == {"a/idea.md": "create", "old.md": "left", "sea.md": "create"}
    assert ended.data["skipped"] == ["README.md"]
    assert len(ended.data["files"][2]["preview"]["outgoing"]) == 2
    assert drafts(posto) == []
    assert rows(posto, "Folder") == []
    assert not (tmp_path / ".posto.json").exists()

    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.DONE, ended.out
    assert actions(ended) == {"a/idea.md": "create", "old.md": "left", "sea.md": "create"}
    assert [row["text"] for row in drafts(posto)] == ["Folder idea"]
    assert sorted(row.channel_id for row in rows(posto, "Folder")) == [1, 3]
    again = apply_folder(posto, tmp_path)
    assert actions(again) == {"a/idea.md": "unchanged", "old.md": "left", "sea.md": "unchanged"}
    assert len(rows(posto, "Folder")) == 2
    assert len(drafts(posto)) == 1
    assert posto("apply", str(tmp_path)).code == Exit.DONE  # nothing to ask about


def test_changed_files_change_the_same_message(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"to: [1, 3]\nwhen: {AHEAD}", "Change me")
    write(tmp_path, "b.md", "name: B", "Change draft")
    assert apply_folder(posto, tmp_path).code == Exit.DONE
    [draft] = [row for row in drafts(posto) if row["name"] == "B"]
    write(tmp_path, "a.md", "to: [3, 4]\nwhen: 2099-03-03 10:00", "Change made")
    write(tmp_path, "b.md", "name: B", "Change draft too")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.DONE, ended.out
    assert actions(ended) == {"a.md": "change", "b.md": "change"}
    assert rows(posto, "Change me") == []
    changed = rows(posto, "Change made")
    assert sorted(row.channel_id for row in changed) == [3, 4]
    assert {row.send_at.astimezone().day for row in changed if row.send_at} == {3}
    again = [row for row in drafts(posto) if row["name"] == "B"]
    assert [(row["id"], row["text"]) for row in again] == [(draft["id"], "Change draft too")]
    # The draft gets a time, and is none any more.
    write(tmp_path, "b.md", f"name: B\nto: 1\nwhen: {AHEAD}", "Change draft too")
    assert actions(apply_folder(posto, tmp_path)) == {"a.md": "unchanged", "b.md": "create"}
    assert [row for row in drafts(posto) if row["name"] == "B"] == []
    assert len(rows(posto, "Change draft too")) == 1
    write(tmp_path, "b.md", "name: B\nto: 1", "Change draft too")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.PARTLY
    assert "no time any more" in ended.data["files"][1]["reason"]
    assert len(rows(posto, "Change draft too")) == 1


def test_words_of_a_time_are_read_once(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "to: 1\nwhen: in 3 hours", "Words")
    assert apply_folder(posto, tmp_path).code == Exit.DONE
    [before] = rows(posto, "Words")
    write(tmp_path, "a.md", "to: 1\nwhen: in 3 hours", "Words, others")
    assert actions(apply_folder(posto, tmp_path)) == {"a.md": "change"}
    [after] = rows(posto, "Words")
    assert (after.text, after.send_at) == ("Words, others", before.send_at)


def test_removed_files_are_deleted_with_prune_alone(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"to: [1, 3]\nwhen: {AHEAD}", "Prune post")
    write(tmp_path, "b.md", "name: P", "Prune draft")
    assert apply_folder(posto, tmp_path).code == Exit.DONE
    (tmp_path / "a.md").unlink()
    (tmp_path / "b.md").unlink()
    ended = apply_folder(posto, tmp_path)
    assert actions(ended) == {"a.md": "left", "b.md": "left"}
    assert "--prune" in ended.data["files"][0]["reason"]
    assert len(rows(posto, "Prune post")) == 2
    assert actions(apply_folder(posto, tmp_path, "--prune", "--dry-run")) == {
        "a.md": "delete",
        "b.md": "delete",
    }
    assert len(rows(posto, "Prune post")) == 2
    ended = apply_folder(posto, tmp_path, "--prune")
    assert ended.code == Exit.DONE, ended.out
    assert rows(posto, "Prune post") == []
    assert [row for row in drafts(posto) if row["name"] == "P"] == []
    assert posto("draft", "restore").code == Exit.DONE
    assert actions(apply_folder(posto, tmp_path, "--prune")) == {}
    # The same files again are new ones.
    write(tmp_path, "a.md", f"to: [1, 3]\nwhen: {AHEAD}", "Prune post")
    assert actions(apply_folder(posto, tmp_path)) == {"a.md": "create"}
    assert len(rows(posto, "Prune post")) == 2


def test_moved_folder_and_renamed_files_are_the_same(posto: Posto, tmp_path: Path) -> None:
    folder = tmp_path / "first"
    Image.new("RGB", (60, 40), "red").save(tmp_path / "sea.png")
    write(folder, "a.md", f"to: 1\nwhen: {AHEAD}\nmedia: sea.png", "Move me")
    shutil.move(tmp_path / "sea.png", folder / "sea.png")
    assert apply_folder(posto, folder).code == Exit.DONE
    moved = tmp_path / "second"
    folder.rename(moved)
    (moved / "a.md").rename(moved / "b.md")
    ended = apply_folder(posto, moved)
    assert actions(ended) == {"b.md": "unchanged"}
    assert ended.data["files"][0]["renamed_from"] == "a.md"
    assert apply_folder(posto, moved).data["files"][0]["renamed_from"] == ""
    # Without its id it is known by its place.
    (moved / ".posto.json").unlink()
    assert actions(apply_folder(posto, moved)) == {"b.md": "unchanged"}
    (moved / ".posto.json").write_text("{")
    assert apply_folder(posto, moved).code == Exit.USAGE
    # A copy without the id is refused, unless it is meant.
    (moved / ".posto.json").unlink()
    shutil.copytree(moved, tmp_path / "copy")
    ended = apply_folder(posto, tmp_path / "copy")
    assert ended.code == Exit.REFUSED
    assert "--new" in ended.json["error"]["message"]
    assert len(rows(posto, "Move me")) == 1
    assert actions(apply_folder(posto, tmp_path / "copy", "--new")) == {"b.md": "create"}
    assert len(rows(posto, "Move me")) == 2
    # Another picture of the same name is a change.
    Image.new("RGB", (60, 40), "blue").save(moved / "sea.png")
    assert actions(apply_folder(posto, moved)) == {"b.md": "change"}


def test_problems_of_any_file_stop_all(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "good.md", f"to: 1\nwhen: {AHEAD}", "Stop good")
    write(tmp_path, "head.md", "wen: now", "Stop")
    write(tmp_path, "sub/twice.md", "key: good.md", "Stop")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.USAGE
    assert "head.md, line 2, wen" in ended.json["error"]["message"]
    assert "good.md and sub/twice.md" in ended.json["error"]["message"] or (
        "sub/twice.md and good.md" in ended.json["error"]["message"]
    )
    (tmp_path / "head.md").unlink()
    (tmp_path / "sub/twice.md").unlink()
    write(tmp_path, "long.md", f"to: 1\nwhen: {AHEAD}", "x" * 300)
    write(tmp_path, "nowhere.md", f"when: {AHEAD}", "Stop")
    write(tmp_path, "who.md", f"to: nobody\nwhen: {AHEAD}", "Stop")
    write(tmp_path, "now.md", "to: 1\nwhen: now", "Stop")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.REFUSED
    for words in (
        "long.md: ",
        "nowhere.md: It has a time",
        "who.md: There is no channel",
        "now.md",
    ):
        assert words in ended.json["error"]["message"]
    assert rows(posto, "Stop") == []
    assert posto("apply", str(tmp_path / "none"), "--yes").code == Exit.NOT_FOUND


def test_what_a_person_changed_in_the_app_is_left_alone(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"to: 1\nwhen: {AHEAD}", "Person post")
    write(tmp_path, "b.md", "name: Person", "Person draft")
    assert apply_folder(posto, tmp_path).code == Exit.DONE
    [draft] = [row for row in drafts(posto) if row["name"] == "Person"]
    assert posto("draft", "edit", draft["id"], "Person draft, better").code == Exit.DONE
    [row] = rows(posto, "Person post")
    with session_of(posto) as session:
        session.client.sdk.schedules.delete([row.id])
    assert actions(apply_folder(posto, tmp_path)) == {"a.md": "unchanged", "b.md": "unchanged"}
    write(tmp_path, "a.md", f"to: 1\nwhen: {AHEAD}", "Person post 2")
    write(tmp_path, "b.md", "name: Person", "Person draft 2")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.PARTLY
    assert [row["conflict"] for row in ended.data["files"]] == [True, True]
    assert "deleted or edited in Posto" in ended.data["files"][0]["reason"]
    assert "changed in Posto" in ended.data["files"][1]["reason"]
    assert rows(posto, "Person post") == []
    [draft] = [row for row in drafts(posto) if row["name"] == "Person"]
    assert draft["text"] == "Person draft, better"


def test_published_posts_are_left_alone(
    posto: Posto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", f"to: 1\nwhen: {AHEAD}", "Published")
    assert apply_folder(posto, tmp_path).code == Exit.DONE
    from_json = applied_files.Version.from_json

    def past(data: Any) -> applied_files.Version:
        return replace(from_json(data), at=(datetime.now(UTC) - timedelta(hours=1)).timestamp())

    monkeypatch.setattr(applied_files.Version, "from_json", past)
    write(tmp_path, "a.md", f"to: 1\nwhen: {AHEAD}", "Published, changed")
    ended = apply_folder(posto, tmp_path)
    assert ended.code == Exit.DONE
    assert actions(ended) == {"a.md": "left"}
    (tmp_path / "a.md").unlink()
    assert actions(apply_folder(posto, tmp_path, "--prune")) == {}
    assert len(rows(posto, "Published")) == 1


def test_unreachable_service_leaves_posts_in_the_outbox(
    posto: Posto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", f"to: 1\nwhen: {AHEAD}", "Later")
    with monkeypatch.context() as patch:
        # As if it was killed after the entry was written.
        patch.setattr(folder_apply.FolderApplier, "_sent", lambda _applier, done: list(done))
        assert actions(apply_folder(posto, tmp_path)) == {"a.md": "create"}
    assert rows(posto, "Later") == []
    ended = apply_folder(posto, tmp_path)
    assert actions(ended) == {"a.md": "unchanged"}
    assert ended.data["files"][0]["state"] == "sent"
    assert len(rows(posto, "Later")) == 1
    # Changed before it was ever sent: one post, with the new text.
    write(tmp_path, "b.md", f"to: 1\nwhen: {AHEAD}", "Before")
    with monkeypatch.context() as patch:
        patch.setattr(folder_apply.FolderApplier, "_sent", lambda _applier, done: list(done))
        apply_folder(posto, tmp_path)
    write(tmp_path, "b.md", f"to: 1\nwhen: {AHEAD}", "Before, changed")
    assert actions(apply_folder(posto, tmp_path)) == {"a.md": "unchanged", "b.md": "change"}
    assert [row.text for row in rows(posto, "Before")] == ["Before, changed"]


def test_nothing_is_asked_without_a_terminal(posto: Posto, tmp_path: Path) -> None:
    write(tmp_path, "a.md", "name: q", "Question")
    ended = posto("apply", str(tmp_path))
    assert ended.code == Exit.USAGE
    assert "--yes" in ended.err
    assert [row for row in drafts(posto) if row["name"] == "q"] == []


def test_second_command_waits_for_the_first(tmp_path: Path) -> None:
    with (
        folder_apply.applying(tmp_path),
        pytest.raises(CommandError, match="Another posto apply runs"),
        folder_apply.applying(tmp_path, patience=0.0),
    ):
        raise AssertionError
    with folder_apply.applying(tmp_path, patience=0.0):
        pass


def test_killed_commands_make_each_file_once(posto: Posto, tmp_path: Path) -> None:
    """Two commands at once, killed at various moments, then one that ends."""
    folder = tmp_path / "folder"
    for number in range(4):
        write(folder, f"{number}.md", f"to: 1\nwhen: {AHEAD}", f"Killed {number}")
        write(folder, f"draft {number}.md", "name: killed", f"Killed draft {number}")
    command = [sys.executable, "-m", "posto_desktop.cli", "--home", str(posto.home)]
    for delay in (0.9, 1.2, 1.5):
        running = [
            subprocess.Popen(
                [*command, "apply", str(folder), "--yes"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for _ in range(2)
        ]
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay / 2)
            process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            process.wait()
    ended = apply_folder(posto, folder)
    assert ended.code == Exit.DONE, ended.out
    assert sorted(row.text for row in rows(posto, "Killed")) == [f"Killed {n}" for n in range(4)]
    assert len([row for row in drafts(posto) if row["name"] == "killed"]) == 4
    assert set(actions(apply_folder(posto, folder)).values()) == {"unchanged"}


def test_draft_is_posted_once_with_all_that_it_has(posto: Posto) -> None:
    posto("draft", "create", "Posted draft", "--to", "1", "--when", AHEAD, "--name", "post me")
    [draft] = [row for row in drafts(posto) if row["name"] == "post me"]
    assert posto("draft", "post", draft["id"]).code == Exit.USAGE
    ended = posto("draft", "post", draft["id"], "--to", "instagram", "--yes", "--json")
    assert ended.code == Exit.REFUSED
    assert "needs a picture" in ended.json["error"]["message"]
    ended = posto("draft", "post", draft["id"], "--dry-run", "--json")
    assert len(ended.data["preview"]["outgoing"]) == 1
    assert rows(posto, "Posted draft") == []
    ended = posto("draft", "post", draft["id"], "--yes", "--json")
    assert ended.code == Exit.DONE, ended.out
    assert len(rows(posto, "Posted draft")) == 1
    assert [row for row in drafts(posto) if row["name"] == "post me"] == []
    assert posto("draft", "post", draft["id"], "--yes").code == Exit.NOT_FOUND


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_link_that_leads_out_of_the_folder_is_refused(posto: Posto, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("---\nname: a\n---\nNot for others")
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "good.md").write_text("---\nname: b\n---\nFine")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    ended = posto("apply", str(folder), "--dry-run", "--json")
    assert ended.code == Exit.USAGE
    assert "leads out of the folder" in ended.json["error"]["message"]
    (folder / "link.md").unlink()
    (folder / "within.md").symlink_to(folder / "good.md")
    assert posto("apply", str(folder), "--dry-run").code == Exit.DONE
