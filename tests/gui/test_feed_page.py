"""The feed page: cards, links, pictures, and that it says what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from posto_desktop.models.feed import FeedItem, FeedModel
from posto_desktop.sdk.records import FEED_PAGE
from posto_desktop.ui.feed.card_layout import COLUMN, MAX_LINES, host_of, lay_out_card
from posto_desktop.ui.feed.page import FeedPage

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def raw(key: int, minutes: int = 0, files: int = 0, **more: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": key,
        "key": f"k{key}",
        "channel": {"id": 1, "name": "Sandbox X", "social_network": "twitter", "picture": "face"},
        "text": f"Text {key}",
        "media": [
            {"id": n, "type": "image", "url": f"u{n}", "thumb": f"pic{n}", "alt": f"Picture {n}"}
            for n in range(files)
        ],
        "published_at": (NOW - timedelta(minutes=minutes)).timestamp(),
    }
    return {**item, **more}


@pytest.fixture
def page(qtbot: Any, theme: Any) -> FeedPage:
    page = FeedPage(FeedModel(now=lambda: NOW, zone=UTC))
    qtbot.addWidget(page)
    page.resize(900, 800)
    page.show()
    qtbot.waitExposed(page)
    return page


def test_it_says_that_nothing_was_published(page: FeedPage) -> None:
    words = page.findChild(QLabel, "sandbox-note").text()
    assert "sandbox" in words
    assert "nothing was published on any network" in words


def test_list_is_found_by_name_and_rows_by_text(page: FeedPage) -> None:
    page.set_items([raw(1, 5), raw(2, 1)])
    shown = page.findChild(QWidget, "feed")
    assert shown.accessibleName() == "Feed"
    assert shown.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == "Text 2"


def test_the_first_post_is_current_if_posts_come_after_the_focus_of_keys(page: FeedPage) -> None:
    page.activateWindow()
    page.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
    page.set_items([raw(1, 5), raw(2, 1)])
    assert page.list.currentIndex().row() == 0


def test_empty_only_once_it_is_known(page: FeedPage, qtbot: Any) -> None:
    assert not page._empty.isVisible()
    page.set_items([])
    assert page._empty.isVisible()
    with qtbot.waitSignal(page.newMessageRequested):
        qtbot.mouseClick(page._empty.button, LEFT)
    page.set_items([raw(1)])
    assert not page._empty.isVisible()
    page.clear()
    assert not page._empty.isVisible()


def test_refresh(page: FeedPage, qtbot: Any) -> None:
    with qtbot.waitSignal(page.refreshRequested):
        qtbot.mouseClick(page.refresh, LEFT)


def test_links_open(page: FeedPage, qtbot: Any) -> None:
    page.set_items([raw(1, link="https://a.example/x", url="http://127.0.0.1/sandbox/1")])
    item = page.model.item(0)
    card = page.list.rows.card(item)
    top = page.list.visualRect(page.model.index(0)).topLeft()
    opened: list[str] = []
    page.openRequested.connect(opened.append)
    for place in (card.link, card.open, card.avatar):
        qtbot.mouseClick(page.list.viewport(), LEFT, NONE, top + place.center())
    assert opened == ["https://a.example/x", "http://127.0.0.1/sandbox/1"]


@pytest.mark.parametrize(
    ("more", "opened"),
    [
        (
            {"link": "https://a.example/x", "url": "http://127.0.0.1/sandbox/1"},
            ["http://127.0.0.1/sandbox/1"],
        ),
        ({"link": "https://a.example/x"}, ["https://a.example/x"]),
        ({}, []),
    ],
)
def test_enter_opens_the_current_post(
    page: FeedPage, qtbot: Any, more: dict[str, str], opened: list[str]
) -> None:
    page.set_items([raw(1, **more)])
    page.list.setCurrentIndex(page.model.index(0))
    heard: list[str] = []
    page.openRequested.connect(heard.append)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert heard == opened


def test_older_posts_are_asked_for_near_the_end(page: FeedPage, qtbot: Any) -> None:
    asked: list[int] = []
    page.olderRequested.connect(asked.append)
    page.set_items([raw(key) for key in range(1000, 1000 + FEED_PAGE)])
    QApplication.processEvents()
    assert asked == []
    page.set_channel_filter(frozenset({7}))  # nothing is left of them
    assert asked == [1000]
    page.add_older([raw(key, channel={"id": 7}) for key in range(990, 1000)])
    assert page.model.rowCount() == 10
    page.set_channel_filter(None)
    page.list.scrollToBottom()
    assert asked == [1000]  # the server has no others


def test_pictures(page: FeedPage, qtbot: Any) -> None:
    page.set_items([raw(1, files=1)])
    asked: list[str] = []
    page.pictureRequested.connect(asked.append)
    page.grab()
    qtbot.waitUntil(lambda: sorted(asked) == ["face", "pic0"])
    before = page.grab().toImage()
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    page.set_picture("pic0", picture)
    assert page.grab().toImage() != before


def item(**more: Any) -> FeedItem:
    return FeedItem.from_dict(raw(1, **more))


@pytest.mark.parametrize(("files", "places", "more"), [(0, 0, 0), (1, 1, 0), (4, 4, 0), (9, 4, 5)])
def test_grid(theme: Any, files: int, places: int, more: int) -> None:
    card = lay_out_card(item(files=files), 900)
    assert (len(card.pictures), card.more) == (places, more)
    for number, place in enumerate(card.pictures):
        assert card.frame.contains(place)
        assert not any(place.intersects(other) for other in card.pictures[number + 1 :])


def test_cards_stand_in_the_middle_and_grow_with_their_text(theme: Any) -> None:
    short, long = lay_out_card(item(text="a"), 900), lay_out_card(item(text="word " * 200), 900)
    assert short.frame.width() == COLUMN
    assert short.frame.center().x() in (449, 450)
    assert long.height > short.height + 100
    endless = lay_out_card(item(text="x\n" * 5000), 900)
    assert endless.height < MAX_LINES * 23 + 200
    assert lay_out_card(item(), 300).frame.width() == 268


def test_a_title_that_the_text_begins_with_is_shown_once(theme: Any) -> None:
    assert lay_out_card(item(title="Buns", text="Buns are back"), 900).title is None
    assert lay_out_card(item(title="Buns", text="They are back"), 900).title is not None


def test_a_card_is_mirrored_where_text_runs_from_right_to_left(page: FeedPage, theme: Any) -> None:
    shown = item(text="Buns", link="https://nordlicht.example", first_comment="Yes")
    rows = page.list.rows
    usual = rows.card(shown)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    other = rows.card(shown, is_mirrored=True)
    width = rows.width
    assert other.frame.center().x() == pytest.approx(usual.frame.center().x(), abs=1)
    for name in ("avatar", "name", "open", "comment_mark"):
        was, now = getattr(usual, name), getattr(other, name)
        assert (now.left(), now.y()) == (width - was.right() - 1, was.y())
    assert other.avatar.left() > other.name.right()
    assert other.comment.at.x() < other.comment_mark.left()
    assert not page.grab().isNull()


def test_emoji_do_not_shift_the_tint_of_links(theme: Any) -> None:
    card = lay_out_card(item(text="❄️🧑‍🚀 see https://a.example now"), 900)
    ranges = card.text.layout.formats()
    text = card.text.layout.text()
    units = text.encode("utf-16-le")
    start, length = ranges[0].start, ranges[0].length
    assert units[2 * start : 2 * (start + length)].decode("utf-16-le") == "https://a.example"


def test_host() -> None:
    assert host_of("https://www.a.example:8080/x?y") == "a.example"
    assert host_of("no address") == "no address"
    assert host_of("http://[broken") == "http://[broken"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_post_can_be_painted(page: FeedPage, theme: Any, scheme: str) -> None:
    theme.setMode(scheme)
    try:
        video = [{"id": 1, "type": "video", "url": "v", "thumb": ""}]
        page.set_items(
            [
                raw(1, files=6, first_comment="First", link="https://a.example", title="Title"),
                raw(2, media=video),
                raw(3, text="", published_at=None, channel=None),
            ]
        )
        for width in (900, 420):
            page.resize(width, 1400)
            assert not page.grab().isNull()
    finally:
        theme.setMode("light")


def test_a_text_is_dragged_out(page: FeedPage, qtbot: Any, monkeypatch: Any) -> None:
    carried: list[str] = []
    monkeypatch.setattr(
        "posto_desktop.ui.feed.page.drag_text", lambda _source, text: carried.append(text)
    )
    page.set_items([raw(1)])
    view = page.list.viewport()
    start = page.list.visualRect(page.model.index(0)).center()

    def move(to: QPoint) -> None:
        # QTest moves without a button that is held.

        point = QPointF(to)
        event = QMouseEvent(QEvent.Type.MouseMove, point, view.mapToGlobal(point), LEFT, LEFT, NONE)
        QApplication.sendEvent(view, event)

    move(start + QPoint(60, 40))
    assert carried == []  # nothing was pressed here
    qtbot.mousePress(view, LEFT, pos=start)
    move(start + QPoint(1, 0))
    assert carried == []
    move(start + QPoint(60, 40))
    move(start + QPoint(80, 40))
    assert carried == [page.model.item(0).text]
    qtbot.mouseRelease(view, LEFT, pos=start)
