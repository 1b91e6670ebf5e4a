"""The media library on a disk that fails, and after a crash."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from posto_desktop.server import media
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError, StartError
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.lock import AlreadyRunning, FolderLock
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_store import GRACE
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.store import Store
from tests.fakes.held_files import HeldFiles

from .conftest import png
from .databases import DATABASES, opened
from .media_at_once import WaveringStore, lost_files


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "workspace.db")
    yield store
    store.close()


@pytest.fixture
def library(store: Store, tmp_path: Path) -> MediaLibrary:
    return MediaLibrary(store, FolderMedia(tmp_path / "media"))


def receive(library: MediaLibrary, data: bytes) -> media.Blob:
    return library.receive(io.BytesIO(data).read, len(data))


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "media").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("number", "status", "words"),
    [
        (errno.ENOSPC, 507, "full"),
        (errno.EDQUOT, 507, "full"),
        (errno.EROFS, 500, "read-only"),
        (errno.EIO, 500, "could not be stored"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_failing_disk_is_a_sentence_and_leaves_nothing(
    library: MediaLibrary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    status: int,
    words: str,
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(media.os, call, fail)
        with pytest.raises(ApiError, match=words) as caught:
            receive(library, png())
    assert caught.value.status == status
    assert files(tmp_path) == []


def test_what_was_received_is_listed_or_discarded(library: MediaLibrary, tmp_path: Path) -> None:
    blob = receive(library, png())
    library.discard(blob)
    assert files(tmp_path) == []
    blob = receive(library, png())
    item = library.add(blob, "a.png")
    library.discard(blob)
    assert files(tmp_path) == [item.sha256]
    assert item.path.read_bytes() == png()


def test_a_row_that_cannot_be_written_leaves_no_loose_end(
    library: MediaLibrary, store: Store, tmp_path: Path
) -> None:
    blob = receive(library, png())
    store.connection().execute("DROP TABLE media")
    with pytest.raises(Exception, match="no such table"):
        library.add(blob, "a.png")
    library.discard(blob)
    assert list((tmp_path / "media" / "incoming").iterdir()) == []


def test_what_a_crash_left_behind_is_swept(library: MediaLibrary, tmp_path: Path) -> None:
    file = library.add(receive(library, png(1, 1)), "kept.png")
    unfinished = receive(library, png(2, 2)).temporary
    orphan = library.path("0" * 64)
    orphan.parent.mkdir(exist_ok=True)
    orphan.touch()
    library.sweep()
    assert not unfinished.exists()
    assert files(tmp_path) == [file.sha256]


@pytest.mark.parametrize("bad", ["", "g" * 64, "0" * 63, "A" * 64, None, 5, b"0" * 63])
def test_nothing_is_swept_while_a_row_is_damaged(
    library: MediaLibrary, store: Store, tmp_path: Path, bad: object
) -> None:
    """Its file has a name that nobody knows now."""
    item = library.add(receive(library, png(1, 1)), "kept.png")
    with store.write() as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        if bad is None:
            db.execute("DROP INDEX media_by_content")
            db.execute("ALTER TABLE media DROP COLUMN sha256")
            db.execute("ALTER TABLE media ADD COLUMN sha256 TEXT")
        else:
            db.execute("UPDATE media SET sha256 = ?", (bad,))
    assert library.sweep() == 0
    assert files(tmp_path) == [item.sha256]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as database:
        yield database


def test_a_search_minds_no_case_and_no_wildcards_on_both_databases(
    database: ServerDatabase, tmp_path: Path
) -> None:
    library = MediaLibrary(database, FolderMedia(tmp_path / "media"))
    for number, name in enumerate(("Éclair.png", "ÉCLAIR-100%.png", "photo_1.png"), 1):
        library.add(receive(library, png(number, 1)), name, title="ÄPFEL" if number == 3 else "")
    assert [item.id for item in library.page(1, 9, "éclair")[0]] == [2, 1]
    assert [item.id for item in library.page(1, 9, "Äpfel")[0]] == [3]
    assert library.page(1, 9, "%.png") == ([], 0)


def test_a_shared_folder_is_swept_of_what_is_old_and_unlisted_on_both_databases(
    database: ServerDatabase, tmp_path: Path
) -> None:
    (tmp_path / "shared").mkdir()
    own = FolderMedia(tmp_path / "shared", is_shared=True)
    library = MediaLibrary(database, own)
    listed = library.add(receive(library, png(1, 1)), "kept.png").sha256
    names = {}
    for number, age in enumerate((0.0, GRACE + 60)):
        path = own.incoming / f"{number}"
        path.write_bytes(png(9, 9 + number))
        names[age] = hashlib.sha256(path.read_bytes()).hexdigest()
        own.put(path, names[age], path.stat().st_size)
    unfinished = receive(library, png(2, 2)).temporary
    old = receive(library, png(3, 3)).temporary
    for path in (own.path(listed), own.path(names[GRACE + 60]), old):
        moment = path.stat().st_mtime - GRACE - 60
        os.utime(path, (moment, moment))
    assert library.sweep() == 1
    assert {entry.sha256 for entry in own.contents()} == {listed, names[0.0]}
    assert (unfinished.exists(), old.exists()) == (True, False)


def test_servers_with_one_folder_lose_no_file_of_an_item(
    database: ServerDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "GRACE", 0.0)
    (tmp_path / "shared").mkdir()
    databases = [database]
    if isinstance(database, PostgresStore):
        databases.append(PostgresStore(database._secret_address, database.schema))
    stores = [FolderMedia(tmp_path / "shared", is_shared=True) for _ in range(2)]
    libraries = [
        MediaLibrary(databases[n % len(databases)], WaveringStore(stores[n], 0.01))
        for n in range(2)
    ]
    try:
        assert lost_files(libraries, stores[0]) == []
        assert list(stores[0].contents()) == []
    finally:
        for other in databases[1:]:
            other.close()


def test_a_folder_of_another_workspace_is_neither_used_nor_swept(
    database: ServerDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "GRACE", 0.0)
    (tmp_path / "shared").mkdir()
    other = Store(tmp_path / "other.db")
    owner = MediaLibrary(other, FolderMedia(tmp_path / "shared", is_shared=True))
    owner.begin()
    owner.close()
    item = owner.add(receive(owner, png()), "a.png")
    library = MediaLibrary(database, FolderMedia(tmp_path / "shared", is_shared=True))
    with pytest.raises(StartError) as caught:
        library.begin()
    assert "belongs to another workspace" in caught.value.user_message
    assert owner.has(item)
    again = MediaLibrary(other, FolderMedia(tmp_path / "shared", is_shared=True))
    again.begin()
    again.close()
    assert again.has(item)
    other.close()


def test_a_folder_that_is_not_mounted_ends_the_start(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="is not there"):
        FolderMedia(tmp_path / "shared", is_shared=True)
    (tmp_path / "shared").mkdir()
    library = MediaLibrary(store, FolderMedia(tmp_path / "shared", is_shared=True))
    library.begin()
    library.close()
    library.add(receive(library, png()), "a.png")
    (tmp_path / "shared").rename(tmp_path / "unmounted")
    (tmp_path / "shared").mkdir()
    library = MediaLibrary(store, FolderMedia(tmp_path / "shared", is_shared=True))
    with pytest.raises(StartError, match="is empty"):
        library.begin()


def test_the_file_goes_with_its_last_item(library: MediaLibrary) -> None:
    first, second = (library.add(receive(library, png()), "same.png") for _ in range(2))
    assert first.path == second.path
    library.delete(first.id)
    assert second.path.exists()
    library.delete(second.id)
    assert not second.path.exists()


@pytest.mark.parametrize("is_right", [True, False])
def test_what_is_there_and_just_read_is_not_replaced(
    library: MediaLibrary, monkeypatch: pytest.MonkeyPatch, is_right: bool
) -> None:
    """As on Windows while a thumbnail is drawn of the same picture. It is waited for only if what
    is there is not whole."""
    files = HeldFiles(monkeypatch)
    first = library.add(receive(library, png()), "a.png")
    if not is_right:
        first.path.write_bytes(b"cut off")
    files.hold(first.path, times=3)
    second = library.add(receive(library, png()), "b.png")
    assert second.path == first.path
    assert second.path.read_bytes() == png()
    assert (files.waited == []) is is_right


def test_a_file_that_stays_held_is_a_sentence(
    library: MediaLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = HeldFiles(monkeypatch)
    blob = receive(library, png())
    files.hold(blob.temporary)
    with pytest.raises(ApiError, match="could not be stored: another program is using it"):
        library.add(blob, "a.png")
    assert library.page(1, 10) == ([], 0)


def test_what_is_held_when_the_workspace_starts_waits_for_the_next_start(
    library: MediaLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HeldFiles(monkeypatch).hold(receive(library, png()).temporary)
    library.sweep()
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("name", ["", "..", "../x", "A" * 64, "g" * 64, "0" * 63, "0" * 64 + "/"])
def test_only_hashes_become_paths(library: MediaLibrary, name: str) -> None:
    with pytest.raises(ApiError):
        library.path(name)


def test_a_folder_is_locked_once(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with pytest.raises(AlreadyRunning):
        FolderLock(tmp_path)
    lock.release()
    FolderLock(tmp_path).release()


def test_a_disk_without_locks_is_used_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from posto_desktop.storage import locks

    def refuse(descriptor: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks, "try_lock", refuse)
    FolderLock(tmp_path).release()
