"""What stands on a card of the time grid, however narrow it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from posto_desktop.models.calendar_cards import Card, cards_of
from posto_desktop.models.pictures import PictureBook
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui import icons
from posto_desktop.ui.calendar.cards import CardPainter

NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)
WORDS = ("and 3 more", "+3")


def card(*, picture: bool) -> Card:
    media = (ScheduleMedia(1, "image", "https://pic/1"),) if picture else ()
    row = Schedule(
        id=1,
        group_id="g",
        channel_id=1,
        channel_name="News",
        network="fb",
        status="not_sent",
        send_at=NOW,
        text="Post 13 about the harbour and more words to read",
        media=media,
    )
    (made,) = cards_of([row], NOW, UTC)
    return made


class Watched(CardPainter):
    """Remembers where the marks of networks are."""

    def __init__(self) -> None:
        super().__init__(PictureBook(), UTC)
        self.marks: list[QRect] = []

    def badges(self, painter: Any, room: QRect, card: Card, most: int, side: int = 16) -> int:
        width = super().badges(painter, room, card, most, side)
        if width:
            top = room.y() + (room.height() - side) // 2
            self.marks.append(QRect(room.right() + 1 - width, top, side, side))
        return width


@pytest.mark.parametrize("words", [(), WORDS])
@pytest.mark.parametrize("picture", [False, True])
@pytest.mark.parametrize("width", [64, 70, 88, 100, 119, 140])
def test_the_mark_of_the_network_covers_no_words(
    theme: Any, monkeypatch: pytest.MonkeyPatch, width: int, picture: bool, words: tuple[str, ...]
) -> None:
    clear = QPixmap(16, 16)
    clear.fill(Qt.GlobalColor.transparent)
    monkeypatch.setattr(icons, "network_badge", lambda *_: clear)
    image = QImage(width, 62, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    cards, painter = Watched(), QPainter(image)
    cards.block(painter, QRect(0, 0, width, 62), card(picture=picture), words)
    painter.end()
    assert len(cards.marks) == 1
    mark = cards.marks[0].adjusted(0, 0, -1, 0)
    seen = {
        image.pixel(x, y)
        for x in range(mark.left(), mark.right())
        for y in range(mark.top(), mark.bottom())
    }
    assert len(seen) == 1, "words below the mark"
