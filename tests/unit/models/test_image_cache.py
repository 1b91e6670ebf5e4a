"""Pictures by address: asked for once, bounded, asked for again where they failed."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QImage

from posto_desktop.models.image_cache import ImageCache


def image(width: int, height: int) -> QImage:
    result = QImage(width, height, QImage.Format.Format_RGB32)
    result.fill(0)
    return result


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def book(qapp: Any, asked: list[str]) -> ImageCache:
    book = ImageCache(longest_side=100, limit_bytes=100_000)
    book.requested.connect(asked.append)
    return book


def test_asks_once_and_not_while_painting(book: ImageCache, asked: list[str], qtbot: Any) -> None:
    with qtbot.waitSignal(book.requested):
        assert book.get("a") is None
        assert book.get("a") is None
        assert book.get("") is None
        assert asked == []
    assert asked == ["a"]


def test_answers(book: ImageCache, qtbot: Any) -> None:
    with qtbot.waitSignal(book.arrived, check_params_cb=lambda url: url == "a"):
        book.put("a", image(400, 200))
    cached = book.get("a")
    assert cached is not None
    assert (cached.width(), cached.height()) == (100, 50)


def test_what_could_not_be_had_is_asked_for_again_only_later(
    book: ImageCache, asked: list[str], qtbot: Any
) -> None:
    with qtbot.waitSignal(book.requested):
        book.get("a")
    book.put("a", QImage())
    assert book.get("a") is None
    assert asked == ["a"]
    book.retry_missing()
    with qtbot.waitSignal(book.requested):
        book.get("a")
    assert asked == ["a", "a"]


def test_the_least_used_go_first(book: ImageCache) -> None:
    for name in ("a", "b"):
        book.put(name, image(100, 100))  # 40,000 bytes each
    assert book.get("a") is not None
    book.put("c", image(100, 100))
    assert book.get("a") is not None
    assert book.get("b") is None
    book.clear()
    assert book.get("a") is None


def test_names_that_are_no_utf8_keep_theirs(book: ImageCache, asked: list[str], qtbot: Any) -> None:
    path = "/x/caf\udce9.png"  # as Python reads such a name
    arrived: list[str] = []
    book.arrived.connect(arrived.append)
    with qtbot.waitSignal(book.requested):
        book.get(path)
    assert asked == [path]
    book.put(path, image(9, 9))
    assert arrived == [path]
    assert book.get(path) is not None
