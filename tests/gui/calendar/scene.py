"""The calendar page with rows, positions of its cards, and its recorded signals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from posto_desktop.core.draft import Draft
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.sdk.records import Channel, Schedule, ScheduleMedia
from posto_desktop.ui.calendar.card_popup import CardPopup
from posto_desktop.ui.calendar.page import CalendarPage

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 25, 13, 22, tzinfo=UTC)  # 14:22 in Berlin, a Wednesday
TODAY = date(2026, 11, 25)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def row(number: int, when: datetime, group: str = "", **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "id": number,
        "group_id": group or f"g{number}",
        "channel_id": number,
        "channel_name": f"Channel {number}",
        "network": ("fb", "twitter", "instagram")[number % 3],
        "status": "not_sent",
        "send_at": when,
        "text": f"Text {number}",
    }
    return Schedule(**{**fields, **more})


def rows() -> list[Schedule]:
    return [
        row(1, at(26, 10), "five"),
        row(2, at(26, 10), "five"),
        row(3, at(26, 10), "five"),
        row(4, at(24, 9), status="success", link="https://x.example/4"),
        row(5, at(27, 12), media=(ScheduleMedia(1, "image", "https://pic/5"),)),
        row(6, at(25, 9), status="error", error="too large"),
    ]


class Heard:
    """Everything that the page asked for, in order."""

    def __init__(self, page: CalendarPage) -> None:
        self.all: list[tuple[Any, ...]] = []
        page.rescheduleRequested.connect(lambda ids, when: self.all.append(("move", ids, when)))
        page.deleteRequested.connect(lambda ids: self.all.append(("delete", ids)))
        page.openRequested.connect(lambda number: self.all.append(("open", number)))
        page.startRequested.connect(lambda when: self.all.append(("start", when)))
        page.filesDropped.connect(lambda paths, when: self.all.append(("files", paths, when)))
        page.draftRequested.connect(lambda draft, when: self.all.append(("draft", draft.id, when)))
        page.draftMoveRequested.connect(
            lambda draft, when: self.all.append(("move draft", draft.id, when))
        )
        page.draftDeleteRequested.connect(lambda name: self.all.append(("delete draft", name)))
        page.editRequested.connect(
            lambda some: self.all.append(("edit", [item.id for item in some]))
        )
        page.duplicateRequested.connect(
            lambda some: self.all.append(("duplicate", [item.id for item in some]))
        )
        page.draftDuplicateRequested.connect(
            lambda draft: self.all.append(("duplicate draft", draft.id))
        )
        page.sendNowRequested.connect(lambda ids: self.all.append(("send now", ids)))
        page.retryRequested.connect(lambda ids: self.all.append(("retry", ids)))
        page.linkRequested.connect(lambda url: self.all.append(("link", url)))

    def take(self) -> list[tuple[Any, ...]]:
        taken, self.all = self.all, []
        return taken


def channels_of(draft: Draft) -> list[Channel]:
    return [Channel(n, f"Channel {n}", "fb") for n in draft.channel_ids]


def make(qtbot: Any, now: datetime = NOW) -> CalendarPage:
    page = CalendarPage(CalendarModel(now=lambda: now, zone=BERLIN), channels_of=channels_of)
    qtbot.addWidget(page)
    page.resize(1100, 860)
    page.show()
    qtbot.waitExposed(page)
    return page


def card_of(page: CalendarPage, number: int) -> CalendarCard:
    """The card that holds a row."""
    return next(card for card in page.model.cards if number in card.ids)


def spot(page: CalendarPage, number: int) -> QPoint:
    index = page.model.index_of_card(card_of(page, number))
    page.view.scrollTo(index)
    return page.view.visualRect(index).topLeft() + QPoint(30, 20)


def place(page: CalendarPage, moment: datetime) -> QPoint:
    """Where the pointer has to be so that a card held at (30, 20) lands at this time."""
    day = moment.astimezone(BERLIN).date()
    rect = page.view.renderer.rect_of_target(day, moment).translated(0, page.view.content_offset())
    return rect.topLeft() + QPoint(30, 20)


def drag(qtbot: Any, page: CalendarPage, start: QPoint, end: QPoint, keys: Any = NONE) -> None:
    area = page.view.viewport()
    qtbot.mousePress(area, LEFT, NONE, start)
    qtbot.mouseMove(area, start + QPoint(0, 4))
    send_move(page, start + QPoint(12, 12))
    send_move(page, (start + end) / 2)
    send_move(page, end, keys)
    qtbot.mouseRelease(area, LEFT, keys, end)


def send_move(page: CalendarPage, pos: QPoint, keys: Any = NONE) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    area = page.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(pos), QPointF(area.mapToGlobal(pos)), LEFT, LEFT, keys
    )
    QApplication.sendEvent(area, event)


def press(qtbot: Any, page: CalendarPage, *keys: Any, how: Any = NONE) -> None:
    for key in keys:
        qtbot.keyClick(page.view, key, how)


def details(page: CalendarPage) -> list[CardPopup]:
    """The open popups with the details of cards."""
    return [popup for popup in page.findChildren(CardPopup) if popup.isVisible()]


def close_details(page: CalendarPage) -> list[str]:
    """Close what shows details; the texts that it showed."""
    texts = []
    for popup in details(page):
        texts.append(popup.text.text())
        popup.close()
    return texts
