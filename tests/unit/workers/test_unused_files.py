"""Removing files that nothing uses, beside programs that have some of them open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from posto_desktop.storage.database import Database
from posto_desktop.workers import unused_files
from posto_desktop.workers.pictures import _KEEP_BYTES, PictureCache
from tests.fakes.held_files import HeldFiles


@pytest.mark.parametrize("held", ["a.png", "b.png"])
def test_a_file_that_is_open_elsewhere_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    folder = tmp_path / "pasted"
    folder.mkdir()
    for name in ("a.png", "b.png", "used.png", "new.png"):
        (folder / name).write_bytes(b"x")
        if name != "new.png":
            os.utime(folder / name, (1, 1))
    db = Database(tmp_path / "posto.db")
    db.put_draft("d", "local", {"media": [{"path": str(folder / "used.png")}]})
    HeldFiles(monkeypatch).hold(folder / held)
    unused_files.remove(db, [folder], [])
    db.close()
    assert {path.name for path in folder.iterdir()} == {held, "used.png", "new.png"}


def test_an_old_picture_that_is_open_elsewhere_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = PictureCache(tmp_path)
    for number in range(4):
        path = tmp_path / f"{number}.png"
        path.touch()
        os.truncate(path, _KEEP_BYTES // 3)
        os.utime(path, (number, number))
    HeldFiles(monkeypatch).hold(tmp_path / "0.png")
    pictures.trim()
    assert {path.name for path in tmp_path.glob("*.png")} == {"0.png", "2.png", "3.png"}
