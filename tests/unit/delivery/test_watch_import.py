"""What becomes of files in a watched folder."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.draft import Draft
from posto_desktop.core.watch_messages import completed_draft, content_digest
from posto_desktop.delivery.watch_import import FolderImport
from posto_desktop.storage import campaign_rows, draft_rows, watch_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.watch_files import Watched, movie, picture, touch


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "home" / "posto.db")
    yield database
    database.close()


@pytest.fixture
def watched(tmp_path: Path, db: Database) -> Watched:
    return Watched(tmp_path / "Photos", db, channel_ids=(3, 5), style="Bold")


def drafts(db: Database) -> list[Draft]:
    return [Draft.from_json(row["body"]) for row in draft_rows.drafts(db)]


def test_a_new_picture_becomes_a_draft_with_the_choices_of_the_folder(
    watched: Watched, db: Database
) -> None:
    path = watched.write("sea.jpg", picture(1))
    assert watched.names(watched.settle()) == ["sea.jpg"]
    (draft,) = drafts(db)
    assert (draft.channel_ids, draft.style, draft.text) == ((3, 5), "Bold", "")
    (media,) = draft.media
    assert (media.path, media.width, media.height, media.kind) == (str(path), 8, 6, "image")
    assert media.sha256


def test_a_file_waits_until_it_no_longer_changes(watched: Watched) -> None:
    whole = picture(1)
    path = watched.write("sea.jpg", whole[:60])
    touch(path, 100)
    assert not watched.settle().made
    assert watched.importer.status().waiting == 1
    path.write_bytes(whole)
    touch(path, 101)
    watched.importer.look([str(path)])
    assert not watched.step().made  # it changed just now
    assert watched.names(watched.settle()) == ["sea.jpg"]


def test_a_movie_waits_for_its_end_however_long_it_stays_the_same(watched: Watched) -> None:
    whole = movie()
    path = watched.write("sea.mp4", whole[:-20])
    for _ in range(8):
        assert watched.settle(8).is_empty
    assert watched.importer.status().state == "waiting"
    path.write_bytes(whole)
    watched.settle()
    assert watched.names(watched.settle()) in (["sea.mp4"], [])
    assert len(drafts(watched.db)) == 1


def test_what_stays_incomplete_is_reported_once_and_taken_when_it_changes(
    watched: Watched,
) -> None:
    path = watched.write("sea.png", picture(1, "PNG")[:-12])
    problems = [problem for _ in range(20) for problem in watched.settle(20).problems]
    assert [(problem.cause, problem.name) for problem in problems] == [("cut_off", "sea.png")]
    assert watched.importer.status().state == "watching"
    watched.restarted()
    assert watched.settle(200).is_empty
    path.write_bytes(picture(1, "PNG"))
    assert watched.names(watched.settle()) == ["sea.png"]


@pytest.mark.parametrize(
    "name",
    [
        "sea.jpg.part", "sea.jpg.crdownload", "sea.jpg.tmp", "~$sea.jpg", ".sea.jpg",
        "sea (Anna's conflicted copy 2026-11-29).jpg", "sea.sync-conflict-20261129-1.jpg",
        ".sea.jpg.icloud", "sea.pdf", "sea.jpg~", "Thumbs.db",
    ],
)  # fmt: skip
def test_unfinished_and_foreign_names_are_left_alone(watched: Watched, name: str) -> None:
    watched.write(name, picture(1))
    assert watched.settle().is_empty
    assert watched.importer.status().waiting == 0


def test_a_download_is_taken_under_the_name_that_it_gets_at_the_end(watched: Watched) -> None:
    part = watched.write("sea.jpg.part", picture(1))
    assert watched.settle().is_empty
    part.rename(watched.root / "sea.jpg")
    assert watched.names(watched.settle()) == ["sea.jpg"]


def test_a_content_is_taken_once_for_ever(tmp_path: Path, db: Database, watched: Watched) -> None:
    path = watched.write("sea.jpg", picture(1))
    assert len(watched.settle().made) == 1
    # After a restart, under another name, as a copy, in another folder, written anew.
    watched.restarted()
    assert watched.settle().is_empty
    path.rename(watched.root / "ocean.jpg")
    assert watched.settle().is_empty
    watched.write("copy of ocean.jpg", picture(1))
    assert watched.settle().is_empty
    touch(watched.root / "ocean.jpg", 5)
    assert watched.settle().is_empty
    other = Watched(tmp_path / "Phone", db)
    (watched.root / "ocean.jpg").rename(other.root / "from the phone.jpg")
    assert other.settle().is_empty
    assert len(drafts(db)) == 1


def test_a_deleted_draft_does_not_come_back(watched: Watched, db: Database) -> None:
    watched.write("sea.jpg", picture(1))
    watched.settle()
    db.remove_draft(drafts(db)[0].id)
    watched.write("again.jpg", picture(1))
    assert watched.settle().is_empty
    assert not drafts(db)


def test_equal_files_that_come_together_become_one_draft(watched: Watched, db: Database) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        watched.write(name, picture(1))
    assert len(watched.settle().made) == 1
    assert len(drafts(db)) == 1


def test_a_changed_picture_is_another_one(watched: Watched) -> None:
    path = watched.write("sea.jpg", picture(1))
    watched.settle()
    path.write_bytes(picture(2))
    touch(path, 7)
    assert watched.names(watched.settle()) == ["sea.jpg"]


def test_what_was_there_before_stays_out_also_under_another_name(
    tmp_path: Path, db: Database
) -> None:
    watched = Watched(tmp_path / "Old", db, skips_existing=True)
    old = watched.write("old.jpg", picture(1))
    watched.write("old.txt", b"Old words")
    watched.write("notes.pdf", b"%PDF")
    assert watched.settle().is_empty
    watched.write("copy.jpg", picture(1))
    assert watched.settle().is_empty
    old.rename(watched.root / "renamed.jpg")
    watched.restarted()
    assert watched.settle().is_empty
    watched.write("new.jpg", picture(2))
    assert watched.names(watched.settle()) == ["new.jpg"]


def test_folders_inside_count_only_if_asked_for(tmp_path: Path, db: Database) -> None:
    flat, deep = Watched(tmp_path / "Flat", db), Watched(tmp_path / "Deep", db, has_subfolders=True)
    for number, watched in enumerate((flat, deep)):
        watched.write("2026/sea.jpg", picture(number))
        watched.write(".thumbnails/sea.jpg", picture(number + 10))
    assert flat.settle().is_empty
    flat.importer.look([str(flat.root / "2026" / "sea.jpg")])
    assert flat.importer.next_due is None
    assert deep.names(deep.settle()) == ["sea.jpg"]


def test_sidecars_and_the_picture_itself_give_the_words(watched: Watched, db: Database) -> None:
    db.put_cache(
        "local",
        "channels",
        [{"id": 9, "name": "Bakery", "social_network": "mastodon"}],
        1.0,
    )
    watched.write("sea.jpg", picture(1))
    head = "---\nto: Bakery\nwhen: tomorrow 9:00\nlabels: [Buns, Sea]\n"
    head += "media:\n- {file: sea.jpg, alt: Waves}\n---\n"
    watched.write("sea.md", (head + "Fresh buns").encode())
    watched.write("Hill.JPG", picture(2))
    watched.write("hill.txt", b"A hill in spring\n")
    watched.write("cup.jpg", picture(3))
    watched.write("cup.jpg.json", b'{"description": "A cup", "alt": "Blue cup", "tags": ["cup"]}')
    watched.settle()
    by_name = {draft.media[0].name: draft for draft in drafts(db)}
    sea, hill, cup = by_name["sea.jpg"], by_name["Hill.JPG"], by_name["cup.jpg"]
    assert (sea.text, sea.when_text, sea.labels) == ("Fresh buns", "tomorrow 9:00", ("Buns", "Sea"))
    assert (sea.media[0].alt, sea.channel_ids) == ("Waves", (9,))
    assert (hill.text, hill.channel_ids) == ("A hill in spring", (3, 5))
    assert (cup.text, cup.media[0].alt, cup.labels) == ("A cup", "Blue cup", ("cup",))


def test_a_bad_sidecar_costs_no_picture(watched: Watched, db: Database) -> None:
    watched.write("sea.jpg", picture(1))
    watched.write("sea.md", b"---\nto: [a\n---\n")
    watched.write("hill.jpg", picture(2))
    watched.write("hill.md", b"---\nto: Nobody\n---\nWords")
    result = watched.settle()
    assert len(result.made) == 2
    assert {(problem.cause, problem.name) for problem in result.problems} == {
        ("sidecar", "sea.md"),
        ("channels", "hill.jpg"),
    }
    assert "Words" in {draft.text for draft in drafts(db)}


def test_a_later_sidecar_completes_a_draft_that_nobody_edited(
    watched: Watched, db: Database
) -> None:
    watched.write("sea.jpg", picture(1))
    (made,) = watched.settle().made
    assert made.draft is not None
    watched.write("sea.txt", b"Waves")
    (completion,) = watched.settle().completions
    completed = completed_draft(made.draft, completion)
    assert completed is not None
    assert completed.text == "Waves"
    assert completed_draft(replace(made.draft, text="Mine"), completion) is None
    assert completed_draft(replace(made.draft, channel_ids=(1,)), completion) is None
    assert watched.settle().is_empty  # once


def test_facts_of_files_are_no_edit(watched: Watched) -> None:
    watched.write("sea.jpg", picture(1))
    (made,) = watched.settle().made
    draft = made.draft
    assert draft is not None
    known = replace(draft, media=(replace(draft.media[0], width=99, sha256="0"),))
    assert content_digest(known.to_json()) == content_digest(draft.to_json())


def test_a_campaign_gets_messages(tmp_path: Path, db: Database) -> None:
    first = CampaignMessage(text="First")
    campaign = Campaign(name="Spring", messages=(first,))
    campaign_rows.put(db, campaign.id, "local", campaign.to_json(), {first.id: first.to_json()})
    watched = Watched(tmp_path / "Photos", db, destination="campaign", campaign_id=campaign.id)
    watched.write("sea.jpg", picture(1))
    watched.write("sea.txt", b"Waves")
    (made,) = watched.settle().made
    row = campaign_rows.campaign(db, campaign.id)
    assert row is not None
    messages = [
        CampaignMessage.from_json(message["body"])
        for message in campaign_rows.messages(db, campaign.id)
    ]
    stored = Campaign.from_json(row["body"], messages)
    assert [message.text for message in stored.messages] == ["First", "Waves"]
    assert made.message == stored.messages[1]
    campaign_rows.set_deleted(db, campaign.id, True)
    watched.write("hill.jpg", picture(2))
    result = watched.settle()
    assert [problem.cause for problem in result.problems] == ["campaign"]
    assert len(drafts(db)) == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_originals_are_only_read(watched: Watched) -> None:
    path = watched.write("sea.jpg", picture(1))
    path.chmod(stat.S_IRUSR)
    before = path.stat()
    watched.root.chmod(0o500)
    try:
        assert len(watched.settle().made) == 1
    finally:
        watched.root.chmod(0o700)
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns, before.st_mode) == (
        after.st_mtime_ns,
        after.st_ctime_ns,
        after.st_mode,
    )
    assert [entry.name for entry in watched.root.iterdir()] == ["sea.jpg"]


def test_a_crash_between_two_files_loses_and_doubles_nothing(
    watched: Watched, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        watched.write(f"{number}.jpg", picture(number))
    real = watch_rows.put_content
    calls: list[int] = []

    def failing(*values: object) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        real(*values)

    monkeypatch.setattr(watch_rows, "put_content", failing)
    with pytest.raises(KeyboardInterrupt):
        watched.settle()
    assert not drafts(db)
    watched.restarted()
    assert len(watched.settle().made) == 5
    assert len(drafts(db)) == 5


def test_a_cancelled_step_goes_on_later(watched: Watched, db: Database) -> None:
    for number in range(5):
        watched.write(f"{number}.jpg", picture(number))
    cancel = threading.Event()
    cancel.set()
    importer = FolderImport(watched.folder, db, clock=watched.clock, cancel=cancel)
    watched.importer = importer
    watched.importer.scan()
    assert importer.next_due is None
    cancel.clear()
    assert len(watched.settle().made) == 5


@pytest.mark.skipif(os.name == "nt", reason="names of Linux are bytes")
def test_a_name_that_is_no_text_is_taken_once(watched: Watched) -> None:
    path = watched.write(os.fsdecode(b"caf\xe9.jpg"), picture(1))
    assert len(watched.settle().made) == 1
    watched.restarted()
    assert watched.settle().is_empty
    path.rename(watched.root / "cafe.jpg")
    assert watched.settle().is_empty


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_behind_a_link_knows_its_files_by_both_names(tmp_path: Path, db: Database) -> None:
    (tmp_path / "Real").mkdir()
    (tmp_path / "Link").symlink_to(tmp_path / "Real")
    watched = Watched(tmp_path / "Link", db)
    path = tmp_path / "Real" / "sea.jpg"
    path.write_bytes(picture(1))
    watched.importer.look([str(path), str(tmp_path / "elsewhere.jpg")])
    watched.clock.now += 3
    assert watched.names(watched.step()) == ["sea.jpg"]
