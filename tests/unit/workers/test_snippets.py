from __future__ import annotations

import errno
import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from posto_desktop.core.snippets import Snippet, SnippetError
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.snippets import FILE, SnippetStore


@pytest.fixture
def store(tmp_path: Path) -> SnippetStore:
    return SnippetStore(tmp_path)


def names(many: list[Snippet]) -> list[str]:
    return [item.name for item in many]


def test_they_are_there_after_the_next_start(store: SnippetStore, tmp_path: Path) -> None:
    assert store.all() == []
    assert not (tmp_path / FILE).exists()
    first = Snippet("Greeting", "Hello")
    store.save(first)
    store.save(Snippet("Tags", "coffee roast", "hashtags", ("fb",)))
    again = SnippetStore(tmp_path)
    assert names(again.all()) == ["Greeting", "Tags"]
    assert again.all()[1].text == "#coffee #roast"
    again.save(replace(first, text="Changed"))
    assert [item.text for item in store.all()] == ["Changed", "#coffee #roast"]


def test_deleted_ones_come_back_where_they_were(store: SnippetStore) -> None:
    for name in "abc":
        saved = store.save(Snippet(name, "x"))
    removed = saved[1]
    assert names(store.delete(removed.id)) == ["a", "c"]
    assert names(store.restore(removed, 1)) == ["a", "b", "c"]
    store.delete(removed.id)
    store.save(Snippet("b", "another"))
    assert names(store.restore(removed, 9)) == ["a", "c", "b", "b 2"]


def test_their_order_can_be_changed(store: SnippetStore) -> None:
    saved = [store.save(Snippet(name, "x")) for name in "abc"][-1]
    ids = [item.id for item in saved]
    assert names(store.arrange([ids[2], ids[0], "unknown"])) == ["c", "a", "b"]


def test_what_cannot_be_kept_changes_nothing(store: SnippetStore) -> None:
    store.save(Snippet("a", "x"))
    with pytest.raises(SnippetError):
        store.save(Snippet("A", "y"))
    assert names(store.all()) == ["a"]


@pytest.mark.parametrize("content", ["{broken", "[1]", ""])
def test_a_damaged_file_is_kept_aside(store: SnippetStore, tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    store.save(Snippet("a", "x"))
    assert names(store.all()) == ["a"]
    assert store.problem is not None
    assert "kept as" in store.problem
    (copy,) = tmp_path.glob(f"{FILE}.damaged-*")
    assert copy.read_text() == content


def test_a_newer_file_is_read_but_not_changed(store: SnippetStore, tmp_path: Path) -> None:
    store.save(Snippet("a", "x"))
    data = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**data, "schema": 2}))
    assert names(store.all()) == ["a"]
    with pytest.raises(StorageError) as caught:
        store.save(Snippet("b", "x"))
    assert "newer version" in caught.value.user_message
    assert json.loads((tmp_path / FILE).read_text())["schema"] == 2


def test_what_this_version_does_not_know_stays(store: SnippetStore, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"schema": 1, "snippets": [], "extra": 5}))
    store.save(Snippet("a", "x"))
    assert json.loads((tmp_path / FILE).read_text())["extra"] == 5


def test_several_threads_lose_nothing(store: SnippetStore, tmp_path: Path) -> None:
    other = SnippetStore(tmp_path)

    def work(which: SnippetStore, letter: str) -> None:
        for number in range(8):
            which.save(Snippet(f"{letter}{number}", "x"))

    threads = [
        threading.Thread(target=work, args=(which, letter))
        for which, letter in ((store, "a"), (store, "b"), (other, "c"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(store.all()) == 24


def test_several_processes_lose_nothing(store: SnippetStore, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from posto_desktop.core.snippets import Snippet\n"
        "from posto_desktop.workers.snippets import SnippetStore\n"
        "store = SnippetStore(Path(sys.argv[1]))\n"
        "for n in range(8): store.save(Snippet(f'{sys.argv[2]}{n}', 'x'))\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), letter]) for letter in "pq"
    ]
    for number in range(8):
        store.save(Snippet(f"own{number}", "x"))
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(store.all()) == 24


def test_a_folder_that_cannot_be_written_to_is_told_of_the_file_that_people_know(
    store: SnippetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(Snippet("Greeting", "Hello"))

    def refuse(*_values: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("posto_desktop.sdk.locking.os.open", refuse)
    with pytest.raises(StorageError) as caught:
        store.save(Snippet("Another", "Hello"))
    monkeypatch.undo()
    assert caught.value.user_message.startswith(f"{FILE} could not be saved: this program may not")
    assert names(store.all()) == ["Greeting"]
