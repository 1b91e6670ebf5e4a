"""Tests of painting cards of the time grid at any width."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter, QPixmap

from posto_desktop.models.calendar_cards import CalendarCard, cards_of
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.sdk.records import Schedule, ScheduleMedia
from posto_desktop.ui import icons
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.widgets import painters

NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)
WORDS = ("and 3 more", "+3")


def card(*, picture: bool, networks: tuple[str, ...] = ("fb",)) -> CalendarCard:
    media = (ScheduleMedia(1, "image", "https://pic/1"),) if picture else ()
    rows = [
        Schedule(
            id=number,
            group_id="g",
            channel_id=number,
            channel_name="News",
            network=network,
            status="not_sent",
            send_at=NOW,
            text="Post 13 about the harbour and more words to read",
            media=media,
        )
        for number, network in enumerate(networks, 1)
    ]
    (made,) = cards_of(rows, NOW, UTC)
    return made


class Watched(CardPainter):
    """Remembers where the marks of networks are."""

    def __init__(self) -> None:
        super().__init__(ImageCache(), UTC)
        self.marks: list[QRect] = []

    def badges(
        self, painter: Any, room: QRect, card: CalendarCard, most: int, side: int = 16
    ) -> int:
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


@pytest.mark.parametrize("words", [(), WORDS])
@pytest.mark.parametrize("picture", [False, True])
@pytest.mark.parametrize("width", [64, 70, 88, 100, 119, 140])
def test_several_networks_are_told_however_narrow_a_card_is(
    theme: Any, width: int, picture: bool, words: tuple[str, ...]
) -> None:
    image = QImage(width, 62, QImage.Format.Format_ARGB32)
    cards, painter = Watched(), QPainter(image)
    many = card(picture=picture, networks=("fb", "twitter", "instagram", "linkedin", "bluesky"))
    cards.block(painter, QRect(0, 0, width, 62), many, words)
    painter.end()
    assert len(cards.marks) == 1
    assert image.rect().contains(cards.marks[0])


@pytest.mark.parametrize(
    ("width", "shown"), [(140, "Sun 8:30 in Sydney"), (122, "Sun 8:30 Sydney"), (70, "Sun 8:30")]
)
def test_the_time_in_another_zone_is_never_cut(
    theme: Any, monkeypatch: pytest.MonkeyPatch, width: int, shown: str
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(painters, "oriented", lambda _painter, text: drawn.append(text) or text)
    image = QImage(width, 62, QImage.Format.Format_ARGB32)
    cards, painter = Watched(), QPainter(image)
    cards.zone_forms = lambda _card: ("Sun 8:30 in Sydney", "Sun 8:30 Sydney", "Sun 8:30")
    cards.block(painter, QRect(0, 0, width, 62), card(picture=False))
    painter.end()
    assert shown in drawn


@pytest.mark.parametrize(("width", "status"), [(64, False), (140, True)])
def test_a_conflict_is_marked_however_narrow_a_card_is(
    theme: Any, monkeypatch: pytest.MonkeyPatch, width: int, status: bool
) -> None:
    icons: list[str] = []
    monkeypatch.setattr(painters, "paint_icon", lambda *given: icons.append(given[2]))
    image = QImage(width, 62, QImage.Format.Format_ARGB32)
    cards, painter = Watched(), QPainter(image)
    picture_card = card(picture=True)
    cards.conflicts = {picture_card.key}
    cards.block(painter, QRect(0, 0, width, 62), picture_card)
    painter.end()
    assert "triangle-alert" in icons
    assert (len(icons) == 2) == status


class Noting(QPainter):
    """Remembers in which colour which words were painted."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self.colours: dict[str, str] = {}

    def drawText(self, *given: Any) -> Any:
        self.colours[given[-1]] = self.pen().color().name()
        return super().drawText(*given)


def test_the_number_of_networks_leaves_the_title_its_colour(theme: Any) -> None:
    image = QImage(260, 24, QImage.Format.Format_ARGB32)
    painter = Noting(image)
    Watched().chip(painter, image.rect(), card(picture=False, networks=("fb", "twitter", "vk")))
    painter.end()
    assert painter.colours["+2"] == theme.colour("text_muted").name()
    (title,) = (colour for words, colour in painter.colours.items() if words.startswith("Post 13"))
    assert title == theme.colour("text").name()
