"""`workers.remote_pictures`: each picture is asked for once and decoded off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from posto_desktop.workers.remote_pictures import LARGEST_SIDE, RemotePictures, decode
from posto_desktop.workers.runner import JobRunner


def png(width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#0C6B73"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def runner(qapp: object) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    assert runner.shutdown()


def test_a_picture_reaches_everybody_and_is_fetched_once(qtbot: QtBot, runner: JobRunner) -> None:
    fetched: list[str] = []
    pictures = RemotePictures(runner, fetched.append)
    pictures.request("http://a/1.png")
    pictures.request("http://a/1.png")
    pictures.request("")
    assert fetched == ["http://a/1.png"]
    with qtbot.waitSignal(pictures.ready) as ready:
        pictures.handle("http://a/1.png", png(40, 30))
    url, image = ready.args
    assert url == "http://a/1.png"
    assert (image.width(), image.height()) == (40, 30)


def test_a_missing_picture_may_be_asked_for_again(runner: JobRunner) -> None:
    fetched: list[str] = []
    pictures = RemotePictures(runner, fetched.append)
    pictures.request("u")
    pictures.missing("u")
    pictures.request("u")
    pictures.forget()
    pictures.request("u")
    assert fetched == ["u", "u", "u"]


def test_garbage_is_dropped_and_others_still_come(qtbot: QtBot, runner: JobRunner) -> None:
    pictures = RemotePictures(runner, lambda _url: None)
    arrived: list[str] = []
    pictures.ready.connect(lambda url, _image: arrived.append(url))
    with qtbot.waitSignal(runner.idle):
        pictures.handle("bad", b"not a picture")
        pictures.handle("good", png(4, 4))
    assert arrived == ["good"]


def test_large_pictures_are_made_small() -> None:
    assert decode(png(3000, 1500)).width() == LARGEST_SIDE
