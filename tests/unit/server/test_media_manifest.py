"""The manifest of media, of which a backup and what was restored of it are checked."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import media_command
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.folder_media import FolderMedia
from posto_desktop.server.media import MediaLibrary
from posto_desktop.server.media_rows import ListedContent, listed_contents
from posto_desktop.server.postgres_store import PostgresStore
from posto_desktop.server.store import Store

from .conftest import png
from .databases import DATABASES, opened


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ServerDatabase]:
    with opened(request, tmp_path) as store:
        yield store


@pytest.fixture
def library(tmp_path: Path) -> Iterator[MediaLibrary]:
    store = Store(tmp_path / "workspace.db")
    yield MediaLibrary(store, FolderMedia(tmp_path / "media"))
    store.close()


def upload(library: MediaLibrary, data: bytes, name: str) -> str:
    blob = library.receive(io.BytesIO(data).read, len(data))
    return library.add(blob, name).sha256


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, list[dict[str, Any]]]:
    code = media_command.main([str(word) for word in words])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_database_says_what_is_to_be_there(
    database: ServerDatabase, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    library = MediaLibrary(database, FolderMedia(tmp_path / "media"))
    first, second = upload(library, png(1, 1), "a.png"), upload(library, png(2, 2), "b.png")
    assert upload(library, png(1, 1), "c.png") == first
    place = ("", "posto")
    if isinstance(database, PostgresStore):
        place = (request.getfixturevalue("postgres").address, database.schema)
    expected = [
        ListedContent(first, len(png(1, 1)), ("a.png", "c.png")),
        ListedContent(second, len(png(2, 2)), ("b.png",)),
    ]
    assert list(listed_contents(tmp_path, *place)) == sorted(
        expected, key=lambda content: content.sha256
    )


def test_a_manifest_says_what_is_missing_or_damaged(
    library: MediaLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, lost, short, spoiled = (
        upload(library, png(size, size), f"{size}.png") for size in range(1, 5)
    )
    code, lines = run(capsys, "manifest", "--data", tmp_path)
    assert code == 0
    assert [line["sha256"] for line in lines[:-1]] == sorted([good, lost, short, spoiled])
    assert {line["state"] for line in lines[:-1]} == {"there"}
    assert lines[-1] == {
        "files": 4,
        "bytes": sum(len(png(size, size)) for size in range(1, 5)),
        "missing": 0,
        "damaged": 0,
    }
    library.path(lost).unlink()
    library.path(short).write_bytes(b"cut off")
    data = bytearray(library.path(spoiled).read_bytes())
    data[-1] ^= 1
    library.path(spoiled).write_bytes(data)
    code, lines = run(capsys, "manifest", "--data", tmp_path, "--verify")
    assert code == 1
    assert {line["sha256"]: line["state"] for line in lines[:-1]} == {
        good: "whole",
        lost: "missing",
        short: "damaged",
        spoiled: "damaged",
    }
    assert (lines[-1]["missing"], lines[-1]["damaged"]) == (1, 2)


def test_what_was_restored_is_held_against_the_manifest(
    library: MediaLibrary, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = upload(library, png(1, 1), "a.png"), upload(library, png(2, 2), "b.png")
    media_command.main(["manifest", "--data", str(tmp_path)])
    manifest = tmp_path / "manifest"
    manifest.write_text(capsys.readouterr().out)
    restored = FolderMedia(tmp_path / "restored")
    for sha256 in (first, second):
        copy = restored.incoming / sha256
        copy.write_bytes(library.path(sha256).read_bytes())
        restored.put(copy, sha256, copy.stat().st_size)
    words = ["check", manifest, "--data", tmp_path, "--media", tmp_path / "restored", "--verify"]
    assert run(capsys, *words)[0] == 0
    restored.delete(second)
    code, lines = run(capsys, *words)
    assert code == 1
    assert [(line["sha256"], line["state"], line["names"]) for line in lines[:-1]] == [
        (second, "missing", ["b.png"])
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "is cut off"), ('{"sha256": "../x", "size": 1, "names": []}\n', "is no manifest")],
)
def test_half_a_manifest_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    (tmp_path / "manifest").write_text(text)
    code = media_command.main(["check", str(tmp_path / "manifest"), "--data", str(tmp_path)])
    assert code == 3
    assert words in capsys.readouterr().err


def test_what_cannot_be_read_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert media_command.main(["manifest", "--data", str(tmp_path)]) == 3
    assert "There is no workspace in" in capsys.readouterr().err
    address = "postgresql://posto:secret@127.0.0.1:1/x"
    with pytest.raises(DatabaseAway) as caught:
        list(listed_contents(tmp_path, address))
    assert "secret" not in str(caught.value)
    (tmp_path / "workspace.db").write_bytes(b"no database" * 100)
    assert media_command.main(["manifest", "--data", str(tmp_path)]) == 3
    assert "cannot be read" in capsys.readouterr().err
