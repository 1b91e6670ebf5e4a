"""The preview pane on the page: what it shows, when, and how little it paints for it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QRegion
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from posto_desktop.common.account_limits import Limits
from posto_desktop.core.draft import Draft, MediaRef, channel_key
from posto_desktop.core.edits import Edit
from posto_desktop.core.link_card import LinkCard
from posto_desktop.core.posts import items_of, post_data, text_of
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.shared.preview_card import PreviewCard
from posto_desktop.ui.shared.preview_pictures import PicturePiece
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.preview_profile import collapsed
from posto_desktop.workers.runner import JobHandle, JobRunner
from tests.gui.compose.conftest import CHANNELS


class Painted(QObject):
    """Collects what is painted of a widget."""

    def __init__(self, widget: Any) -> None:
        super().__init__(widget)
        self.region = QRegion()
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times += 1
            self.region = self.region.united(event.region())
        return False

    def clear(self) -> None:
        self.region, self.times = QRegion(), 0


class Stirring(QObject):
    """Counts what is laid out and painted anywhere in the program."""

    TYPES = (QEvent.Type.LayoutRequest, QEvent.Type.Resize, QEvent.Type.Paint)

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.times += event.type() in self.TYPES
        return False


def settle_layout() -> None:
    """One layout asks for the next one in a later turn of the event loop: until none does."""
    stirring = Stirring()
    application = QApplication.instance()
    application.installEventFilter(stirring)
    before = -1
    while before != stirring.times:
        before = stirring.times
        QApplication.processEvents()
    application.removeEventFilter(stirring)


# -- one card, or one a channel ----------------------------------------------------------------


def test_channels_with_other_texts_get_cards_of_their_own(desk: Any) -> None:
    twins = [Channel(n, f"Account {n}", "twitter") for n in (1, 2, 3)]
    desk.choose(twins)
    desk.page.message.open_drafts.load(
        Draft(text="For all", variants={channel_key(2): "For the second"})
    )
    desk.settle()
    posts = [card.post for card in desk.page.preview.cards()]
    assert [(post.key, post.channel, post.text, post.more_channels) for post in posts] == [
        ("twitter", "Account 1", "For all", 1),
        ("channel:2", "Account 2", "For the second", 0),
    ]
    assert [post.own_text for post in posts] == [False, True]
    assert desk.page.preview.menu.text() == "2 previews"


def test_accounts_with_other_limits_get_cards_of_their_own(desk: Any) -> None:
    desk.choose(
        [Channel(n, f"Account {n}", "mastodon", limits=Limits(text=n * 200)) for n in (1, 2)]
    )
    desk.page.message.open_drafts.load(Draft(text="x" * 205, workspace="local"))
    desk.settle()
    problems = {card.post.key: card.post.problem for card in desk.page.preview.cards()}
    assert problems == {"channel:1": "5 too long", "channel:2": ""}


def test_a_problem_is_told_on_the_card_that_has_it(desk: Any) -> None:
    desk.choose([Channel(n, f"Account {n}", "twitter") for n in (1, 2)])
    desk.page.message.open_drafts.load(Draft(text="Short", variants={channel_key(2): "x" * 285}))
    desk.settle()
    problems = {card.post.key: card.post.problem for card in desk.page.preview.cards()}
    assert problems == {"twitter": "", "channel:2": "5 too long"}
    assert desk.page.tabs.accessibleTabName(1) == "X, own text, has a problem"


# -- files -------------------------------------------------------------------------------------


def test_cards_show_files_as_their_edits_make_them(qtbot: Any, desk: Any, picture: Any) -> None:
    desk.page.add_files([picture("a.png", 120, 80)])
    card = desk.page.preview.card("twitter")
    qtbot.waitUntil(lambda: bool(card.post.media and card.post.media[0].image_key))
    assert card.post.media[0].aspect == 1.5
    qtbot.waitUntil(lambda: desk.page.media.row(0).ref.width == 120)
    assert desk.page.media.set_edits(0, Edit(turns=1), {"bluesky": Edit(crop=(0.0, 0.0, 0.5, 1.0))})
    desk.settle()
    assert card.post.media[0].aspect == 80 / 120
    assert desk.page.preview.card("bluesky").post.media[0].aspect == 0.75

    def turned() -> None:
        image = card.post.media[0].image
        assert image is not None
        assert image.height() > image.width()

    qtbot.waitUntil(turned)


def test_a_network_that_does_not_mix_shows_the_kind_of_the_first_file(
    desk: Any, picture: Any, qtbot: Any
) -> None:
    page = desk.page
    page.add_files([picture(f"{n}.png") for n in range(3)])
    qtbot.waitUntil(lambda: page.media.rowCount() == 3)
    page.media.set_facts(page.media.row(1).ref.path, kind="video", duration=5.0)
    desk.settle()
    post = page.preview.card("twitter").post
    assert [ref.kind for ref in post.media] == ["image", "image"]
    assert post.left_out == 1


def test_an_attached_link_takes_the_place_of_files_where_it_drops_them(
    desk: Any, picture: Any
) -> None:
    file = MediaRef(picture("a.png"), "a.png")
    desk.page.message.open_drafts.load(
        Draft(text="Fig", link="https://nordlicht.example/roast", media=[file])
    )
    desk.settle()
    post = desk.page.preview.card("fb").post
    assert post.media == ()
    assert post.link.host == "nordlicht.example"
    assert desk.page.preview.card("bluesky").post.media
    assert desk.page.preview.card("bluesky").post.link.host == "nordlicht.example"
    # X puts it behind the text, where the counter counts it.
    post = desk.page.preview.card("twitter").post
    assert post.text == "Fig\nhttps://nordlicht.example/roast"
    assert post.link is None
    assert desk.page.counters.counts()["twitter"].used == 3 + 24


def test_instagram_shows_no_link_on_a_post(desk: Any, picture: Any) -> None:
    desk.choose([CHANNELS["instagram"], CHANNELS["x"]])
    file = MediaRef(picture("a.png"), "a.png")
    desk.page.message.open_drafts.load(Draft(text="Fig", link="example.com/cake", media=[file]))
    desk.settle()
    assert desk.page.preview.card("instagram").post.link is None
    assert "link_unsupported" in desk.codes()


def test_hovering_a_picture_tells_its_description(
    desk: Any, picture: Any, qtbot: Any, monkeypatch: Any
) -> None:
    desk.page.add_files([picture("a.png")])
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    desk.page.media.set_alt(0, "A bag of coffee")
    desk.settle()
    card = desk.page.preview.card("twitter")
    qtbot.waitUntil(lambda: not card.is_late)
    [piece] = [piece for piece in card.pieces if isinstance(piece, PicturePiece)]
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: tips.append(text))
    for place in (piece.area().center().toPoint(), QPoint(40, 10)):
        event = QHelpEvent(QEvent.Type.ToolTip, place, card.mapToGlobal(place))
        card.event(event)
    assert tips == ["A bag of coffee", "@nordlicht"]
    qtbot.waitUntil(lambda: "A bag of coffee" in card.accessibleDescription())


# -- links -------------------------------------------------------------------------------------


class Cards:
    """Link cards that answer when they are told to."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._handles: list[JobHandle] = []
        self.here: dict[str, LinkCard] = {}
        self.asked: list[tuple[str, str]] = []

    def known(self, url: str) -> LinkCard | None:
        return self.here.get(url)

    def card(self, url: str, parent: QObject) -> JobHandle:
        return self._ask("card", url, parent)

    def picture(self, url: str, parent: QObject) -> JobHandle:
        return self._ask("picture", url, parent)

    def settle(self, number: int, kind: str, payload: object) -> None:
        """Answer the `number`th of those asked: "done" or "failed"."""
        self._runner.settle(self._handles[number].number, kind, payload)

    def _ask(self, what: str, url: str, parent: QObject) -> JobHandle:
        handle = self._runner.promise(parent)
        self._handles.append(handle)
        self.asked.append((what, url))
        return handle


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (200, 100), "teal").save(data, "PNG")
    return data.getvalue()


def test_a_link_gets_its_card_once_it_stands_still(qtbot: Any, desk: Any) -> None:
    cards, links = Cards(desk.runner), desk.page.preview_presenter.links
    links.set_cards(cards, desk.runner)
    desk.type("Read https://nordlicht.example/ro")
    desk.settle()
    desk.type("ast")
    desk.settle()
    assert desk.page.preview.card("twitter").post.link.title == ""
    qtbot.waitUntil(lambda: bool(cards.asked))
    url = "https://nordlicht.example/roast"
    assert cards.asked == [("card", url)]
    picture = "https://nordlicht.example/a.png"
    cards.here[url] = LinkCard(url, "Winter Roast", "Fig and cocoa", picture, "Nordlicht")
    cards.settle(0, "done", cards.here[url])
    qtbot.waitUntil(lambda: desk.page.preview.card("twitter").post.link.title == "Winter Roast")
    qtbot.waitUntil(lambda: len(cards.asked) == 2)
    assert cards.asked[1] == ("picture", picture)
    cards.settle(1, "done", png())

    def shown() -> None:
        link = desk.page.preview.card("twitter").post.link
        assert link.image_key
        assert link.wide

    qtbot.waitUntil(shown)
    # LinkedIn and Bluesky make no card of a link that is only written.
    assert desk.page.preview.card("bluesky").post.link is None


def test_a_link_that_cannot_be_read_is_not_asked_for_again(qtbot: Any, desk: Any) -> None:
    cards, links = Cards(desk.runner), desk.page.preview_presenter.links
    links.set_cards(cards, desk.runner)
    url = "https://10.0.0.1/secret"
    desk.type(f"Read {url}")
    desk.settle()
    qtbot.waitUntil(lambda: bool(cards.asked))
    cards.settle(0, "failed", ValueError("This address is private."))
    qtbot.waitUntil(lambda: links.problem(url) == "This address is private.")
    desk.settle()
    links.card(url)
    assert not links._pause.is_waiting
    assert desk.page.preview.card("twitter").post.link.host == "10.0.0.1"
    links.try_again(url)
    assert links._pause.is_waiting


# -- as little as possible -----------------------------------------------------------------------


def test_nothing_is_done_while_the_previews_cannot_be_seen(desk: Any) -> None:
    page = desk.page
    desk.type("Fig")
    desk.settle()
    page.toggle_preview()
    desk.type(" and cocoa")
    desk.settle()
    assert page.preview.card("twitter").shown() == "Fig"
    page.toggle_preview()
    assert page.preview.card("twitter").shown() == "Fig and cocoa"
    page.hide()
    desk.type(".")
    desk.settle()
    assert page.preview.card("twitter").shown() == "Fig and cocoa"
    page.show()
    assert page.preview.card("twitter").shown() == "Fig and cocoa."


def test_a_key_repaints_the_text_and_nothing_else(qtbot: Any, desk: Any, picture: Any) -> None:
    desk.page.add_files([picture("a.png")])
    desk.type("Fig")
    card = desk.page.preview.card("twitter")
    qtbot.waitUntil(lambda: bool(card.post.media and card.post.media[0].image_key))
    desk.settle()
    qtbot.waitUntil(lambda: not desk.page.preview_presenter._soon.is_waiting)
    # Cards out of sight come last, and their heights move what all cards are painted on.
    qtbot.waitUntil(lambda: not any(card.is_late for card in desk.page.preview.cards()))
    settle_layout()
    painted = Painted(card)
    pictures = [
        piece.area().toAlignedRect() for piece in card.pieces if isinstance(piece, PicturePiece)
    ]
    desk.type("s")
    desk.settle()
    qtbot.waitUntil(lambda: painted.times > 0)
    assert card.shown() == "Figs"
    assert pictures
    for rect in pictures:
        assert not painted.region.contains(rect.center())


def test_the_same_cards_stay_while_only_the_text_changes(desk: Any) -> None:
    before = desk.page.preview.cards()
    desk.type("Fig and cocoa")
    desk.settle()
    assert desk.page.preview.cards() == before
    painted = Painted(before[0])
    desk.settle()
    assert painted.times == 0


def test_cards_out_of_sight_follow_when_there_is_time(qtbot: Any, desk: Any) -> None:
    desk.choose(
        [Channel(n, network.name, network.slug) for n, network in enumerate(all_networks())]
    )
    desk.settle()
    last = desk.page.preview.cards()[-1]
    qtbot.waitUntil(lambda: last.visibleRegion().isEmpty() and not last.is_late)
    before = last.height()
    desk.type("A long line of words. " * 12)
    desk.settle()
    assert last.post.text.startswith("A long line")
    assert last.height() == before
    qtbot.waitUntil(lambda: last.height() > before)


# -- the pane ------------------------------------------------------------------------------------


def test_a_menu_leads_to_each_preview(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(QMenu, "popup", lambda *_where: None)
    page = desk.page
    page.set_channels_selection([Channel(1, "Account 1", "twitter")])
    desk.settle()
    assert page.preview.menu.isHidden()
    page.set_channels_selection([Channel(n, f"Account {n}", slug) for n, slug in enumerate(MANY)])
    desk.type("x" * 305)
    desk.settle()
    assert page.preview.menu.text() == f"{len(MANY)} previews"
    assert page.preview.menu.accessibleName().startswith(page.preview.menu.text())
    page.preview.menu.click()
    menu = page.preview.menu.findChild(QMenu)
    words = [action.text() for action in menu.actions()]
    assert words[0] == "X · 25 too long"
    assert words[-1] == "Telegram"
    QApplication.processEvents()
    menu.actions()[-1].trigger()
    menu.close()
    assert page.preview._scroll.verticalScrollBar().value() > 0
    assert page.tabs.current() == ""


MANY = ("twitter", "fb", "instagram", "linkedin", "bluesky", "mastodon", "threads", "telegram")


def test_a_wide_pane_has_columns(desk: Any) -> None:
    pane = desk.page.preview
    desk.choose(list(CHANNELS.values()))
    desk.page.resize(2200, 1200)
    pane.resize(1100, 1000)
    pane._arrange()
    assert len(pane._columns) == 3
    assert all(column.count() > 1 for column in pane._columns)


def test_a_card_folds_and_chooses_by_keyboard(qtbot: Any, desk: Any) -> None:
    card = desk.page.preview.card("fb")
    assert card.focusPolicy() & Qt.FocusPolicy.TabFocus
    height = card.height()
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert card.height() < height
    assert card.folded
    qtbot.keyClick(card, Qt.Key.Key_Space)
    assert card.height() == height
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert desk.page.tabs.current() == "fb"


def test_a_change_of_scheme_repaints_the_cards(qtbot: Any, theme: Any) -> None:
    card = PreviewCard(PreviewPost("twitter", "X", "@a", "twitter", text="Fig"), None)
    qtbot.addWidget(card)
    card.resize(300, 100)
    card.show()

    def ground(image: QImage) -> QColor:
        return image.pixelColor(card.width() // 2, card.height() - 4)

    light = ground(card.grab().toImage())
    theme.setMode("dark")
    card.restyle()
    dark = ground(card.grab().toImage())
    theme.setMode("light")
    assert light.lightness() > 200 > 100 > dark.lightness()


def test_a_card_is_mirrored_where_people_read_from_the_right(qtbot: Any, theme: Any) -> None:
    card = PreviewCard(PreviewPost("twitter", "X", "@a", "twitter", text="Fig"), None)
    qtbot.addWidget(card)
    card.resize(300, 100)
    card.show()
    before = [piece.rect for piece in card.pieces]
    card.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    mirrored = [(300 - left - wide, top, wide, high) for left, top, wide, high in before]
    assert [piece.rect for piece in card.pieces] == mirrored
    assert len({*before} - {*mirrored}) > 4
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(15, 12))
    assert card.folded
    with qtbot.waitSignal(card.chosen):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(285, 12))
    assert card.folded


def test_an_avatar_that_comes_later_is_shown(qtbot: Any, desk: Any) -> None:
    channel = replace(CHANNELS["x"], picture="https://a.example/p.png")
    desk.choose([channel])
    desk.settle()
    assert desk.page.preview.card("twitter").post.avatar_key == 0
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    desk.page.set_picture(channel.picture, image)
    qtbot.waitUntil(lambda: desk.page.preview.card("twitter").post.avatar_key != 0)


# -- long texts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        " " * 7_000 + "Hello",
        "\n \t" * 50_000 + "Hello",
        "Hello" + " " * 20_000 + "\nBelow" + "\n" * 40_000 + "the end",
        "Hello\n" + "word " * 50_000,
    ],
    ids=["spaces", "lines", "within", "words"],
)
def test_what_is_tidied_away_takes_no_room_in_a_preview(desk: Any, text: str) -> None:
    desk.choose([CHANNELS["facebook"]])
    desk.page.message.open_drafts.load(Draft(text=text))
    desk.settle()
    shown = desk.page.preview.card("fb").post.text
    sent = collapsed(text_of(Draft(text=text), CHANNELS["facebook"]))
    assert shown.startswith("Hello")
    assert sent.startswith(shown.rstrip("…"))
    assert len(shown) > 0.9 * len(sent)


# -- with a style ------------------------------------------------------------------------------


def test_previews_show_what_a_style_makes_of_the_message(desk: Any, picture: Any) -> None:
    style = {
        "twitter": {"post_text": "{post_content}\n— {channel_name}", "upload_media": False},
        "reddit": {"post_title": "On {date}: {post_title}"},
    }
    resolved_style = ResolvedStyle("plain", style=style, day=date(2026, 11, 25))
    twins = [Channel(1, "One", "twitter"), Channel(2, "Two", "twitter")]
    everyone = [*twins, Channel(3, "r/coffee", "reddit"), CHANNELS["facebook"]]
    file = MediaRef(picture("a.png"), "a.png", 10, width=120, height=80)
    draft = Draft(text="Hello there", style="plain", resolved_style=resolved_style, media=[file])
    desk.choose(everyone)
    desk.page.message.open_drafts.load(draft)
    desk.settle()
    posts = {card.post.channel: card.post for card in desk.page.preview.cards()}
    assert [posts[channel.name].key for channel in everyone] == [
        "channel:1",
        "channel:2",
        "reddit",
        "fb",
    ]
    for item in items_of(draft, everyone, "ref"):
        post = posts[item.channel_name]
        assert post.text == item.text
        assert post.title == item.data.get("post_title", "")
        assert len(post.media) == len(post_data(item, [7])["media_list_to_upload"])
    assert posts["One"].text == "Hello there\n— One"
    assert posts["r/coffee"].title == "On 2026-11-25: Hello there"
    assert [len(posts[name].media) for name in ("One", "r/coffee")] == [0, 1]
