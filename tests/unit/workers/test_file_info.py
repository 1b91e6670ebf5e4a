"""Tests of examining dropped files by their bytes, and the texts of refusals."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage

from posto_desktop.workers.file_info import (
    LONGEST_TEXT,
    _sniff,
    keep_picture,
    local_path,
    look_at,
    look_at_files,
    open_folders,
    read_text,
)
from posto_desktop.workers.runner import Job, JobCancelled
from tests.fakes.odd_files import make_pipe


def job() -> Job:
    return Job(1, lambda *_message: None)


def write(folder: Path, name: str, content: bytes) -> str:
    (folder / name).write_bytes(content)
    return str(folder / name)


@pytest.mark.parametrize(
    ("name", "content", "kind", "mime"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image", "image/png"),
        ("really.jpg", b"\x89PNG\r\n\x1a\n....", "image", "image/png"),
        ("no-ending", b"\xff\xd8\xff\xe0....", "image", "image/jpeg"),
        ("a.gif", b"GIF89a....", "gif", "image/gif"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image", "image/webp"),
        ("a.mp4", b"\0\0\0\x20ftypisom....", "video", "video/mp4"),
        ("a.mov", b"\0\0\0\x20ftypqt  ....", "video", "video/quicktime"),
        ("a.heic", b"\0\0\0\x20ftypheic....", "image", "image/heic"),
        ("a.txt", b"hello", "text", "text/plain"),
    ],
)
def test_bytes_say_more_than_names(
    tmp_path: Path, name: str, content: bytes, kind: str, mime: str
) -> None:
    info = look_at(write(tmp_path, name, content))
    assert (info.kind, info.mime, info.problem) == (kind, mime, "")
    assert info.size == len(content)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="needs access rights")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "secret.png", b"\x89PNG\r\n\x1a\n")
    Path(path).chmod(0)
    assert look_at(path).problem == "secret.png cannot be read: access denied."


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe.png")
    assert look_at(str(tmp_path / "pipe.png")).problem == (
        "pipe.png is not a file that can be posted."
    )


@pytest.mark.parametrize("path", ["/nowhere/\0.png", "x" * 5_000, "/nowhere/a.png"])
def test_impossible_paths_get_a_sentence(path: str) -> None:
    info = look_at(path)
    assert info.kind == ""
    assert info.problem.endswith(".")


@given(st.binary(max_size=64))
def test_any_beginning_is_answered(head: bytes) -> None:
    assert _sniff(head) == "" or "/" in _sniff(head)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Grüße 🚲".encode(), "Grüße 🚲"),
        ("Grüße".encode("utf-8-sig"), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
    ],
)
def test_texts_are_read_in_unicode(tmp_path: Path, content: bytes, text: str) -> None:
    assert read_text(job(), write(tmp_path, "a.txt", content)) == text


def test_a_text_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnicodeError):
        read_text(job(), write(tmp_path, "a.txt", b"gr\xfc\xdfe"))
    with pytest.raises(ValueError, match="too long"):
        read_text(job(), write(tmp_path, "b.txt", b"x" * (LONGEST_TEXT + 1)))


def test_a_folder_stands_for_the_files_in_it_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    (folder / "deeper").mkdir(parents=True)
    for name in ("10.jpg", "9.jpg", "b.jpg", ".hidden.jpg", "deeper/x.jpg"):
        (folder / name).write_bytes(b"x")
    alone = str(tmp_path / "alone.jpg")  # not there: it is told of when it is looked at
    paths = open_folders(job(), [str(folder), alone], 100)
    assert paths == [*(str(folder / name) for name in ("9.jpg", "10.jpg", "b.jpg")), alone]
    assert open_folders(job(), [str(folder), alone], 2) == paths[:2]


def test_a_cancelled_look_ends(tmp_path: Path) -> None:
    cancelled = job()
    cancelled.cancelled.set()
    with pytest.raises(JobCancelled):
        look_at_files(cancelled, [write(tmp_path, "a.png", b"x")])


def test_a_slow_disk_answers_in_pieces(tmp_path: Path) -> None:
    paths = [write(tmp_path, f"{number}.png", b"\x89PNG\r\n\x1a\n....") for number in range(3)]
    assert [look.path for look in look_at_files(job(), paths, 0.0)] == paths[:1]
    assert [look.path for look in look_at_files(job(), paths, 60.0)] == paths


def test_a_pasted_picture_never_overwrites_another(qapp: Any, tmp_path: Path) -> None:
    red, blue = (QImage(8, 8, QImage.Format.Format_RGB32) for _number in range(2))
    red.fill(Qt.GlobalColor.red)
    blue.fill(Qt.GlobalColor.blue)
    folder = tmp_path / "pasted"
    first = keep_picture(job(), folder, red, "../Pasted: picture")
    second = keep_picture(job(), folder, blue, "../Pasted: picture")
    assert first != second
    assert keep_picture(job(), folder, red, "../Pasted: picture") == first
    assert {Path(path).parent for path in (first, second)} == {folder}
    assert QImage(first).pixelColor(1, 1) == Qt.GlobalColor.red


@pytest.mark.parametrize(
    "name",
    [
        "plain.jpg",
        "50 %25 #1?.jpg",
        "été 🎉.jpg",
        "שלום.jpg",
        "a\nb.jpg",
        "\N{REPLACEMENT CHARACTER}",
    ],
)
def test_an_address_means_the_path_it_was_made_of(name: str) -> None:
    assert local_path(QUrl.fromLocalFile(f"/pictures/{name}")) == f"/pictures/{name}"


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_an_address_of_a_name_that_is_not_utf8_means_its_bytes() -> None:
    url = QUrl.fromEncoded(b"file:///pictures/caf%E9%20%F0.jpg")
    assert os.fsencode(local_path(url)) == b"/pictures/caf\xe9 \xf0.jpg"
