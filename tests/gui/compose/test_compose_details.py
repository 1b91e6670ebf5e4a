"""Link card, first comment and the options of single networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit

from posto_desktop.core.draft import Draft, channel_key
from posto_desktop.core.link_card import LinkCard
from posto_desktop.core.posts import items_of
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.link_card_view import address_of
from posto_desktop.ui.shared.counter_row import CounterRow
from posto_desktop.ui.shared.counts_popup import CountsPopup
from posto_desktop.ui.shared.option_controls import SwitchControl
from posto_desktop.ui.widgets.labels import CounterRing
from posto_desktop.viewmodels.assessment import CharacterCount

REDDIT = Channel(20, "r/coffee", "reddit")
TIKTOK = Channel(7, "@nordlicht.tok", "tiktok")
TUMBLR = Channel(21, "nordlicht", "tumblr")
MASTODON = Channel(8, "@nordlicht@social.example", "mastodon")
LINKEDIN = Channel(3, "Nordlicht Coffee", "linkedin")


def follow() -> None:
    """Let what was put off until the event loop happen, and what that puts off again."""
    for _ in range(4):
        QApplication.processEvents()


@pytest.fixture
def options(desk: Any) -> Any:
    desk.choose([REDDIT, TIKTOK, TUMBLR, LINKEDIN])
    follow()
    return desk.page.options


# -- the first comment ---------------------------------------------------------------------


def test_the_first_comment_says_where_it_goes(desk: Any, channels: dict[str, Channel]) -> None:
    fields = desk.page.fields
    desk.choose([channels["x"], channels["linkedin"], channels["bluesky"]])
    follow()
    assert fields.comment.isVisible()
    assert fields.comment.suffix() == "2 of 3"
    assert "Not on LinkedIn" in fields.comment.toolTip()
    assert "On X, Bluesky" in fields.comment.toolTip()
    desk.choose([channels["x"]])
    follow()
    assert fields.comment.suffix() == ""


def test_no_network_with_first_comments_no_field(desk: Any) -> None:
    fields = desk.page.fields
    desk.choose([LINKEDIN, MASTODON])
    follow()
    assert not fields.comment.isVisible()
    desk.choose([REDDIT, LINKEDIN])
    follow()
    assert fields.comment.isVisible()


def test_a_comment_that_is_written_is_never_hidden(desk: Any) -> None:
    desk.page.fields.comment.setText("Guide in bio")
    desk.choose([LINKEDIN])
    follow()
    assert desk.page.fields.comment.isVisible()


# -- the link ------------------------------------------------------------------------------


class Looks(QObject):
    """Cards as the previews have them, answered by the test."""

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cards: dict[str, LinkCard] = {}
        self.problems: dict[str, str] = {}
        self.reading: set[str] = set()
        self.images: dict[str, QImage] = {}
        self.again: list[str] = []

    def card(self, url: str) -> LinkCard | None:
        return self.cards.get(url)

    def picture(self, address: str) -> QImage | None:
        return self.images.get(address)

    def problem(self, url: str) -> str:
        return self.problems.get(url, "")

    def is_reading(self, url: str) -> bool:
        return url in self.reading

    def try_again(self, url: str) -> None:
        self.again.append(url)


@pytest.fixture
def looks(desk: Any) -> Looks:
    looks = Looks(desk.page)
    desk.page.fields.card.set_card_loader(looks)
    return looks


def test_the_card_of_a_link_is_shown_in_all_its_states(desk: Any, looks: Looks) -> None:
    card = desk.page.fields.card
    url = "https://nordlicht.example/winter"
    desk.page.fields.link.setText("nordlicht.example/winter")
    assert not card.isVisible()
    looks.reading.add(url)
    looks.changed.emit(url)
    assert card.isVisible()
    assert card.reason.text() == "Reading nordlicht.example"
    looks.reading.clear()
    looks.cards[url] = LinkCard(url, "Winter Roast", "Fig and cocoa", "p", "Nordlicht")
    looks.changed.emit(url)
    assert card.state == "card"
    assert card.title.full_text() == "Winter Roast"
    assert card.about.full_text() == "Fig and cocoa"
    assert card.site.full_text() == "Nordlicht"
    assert not card.reason.isVisible()
    card.remove.click()
    assert desk.page.fields.link.text() == ""
    assert not card.isVisible()
    assert desk.page.draft.link == ""


def test_why_there_is_no_card_is_said_and_can_be_tried_again(desk: Any, looks: Looks) -> None:
    card = desk.page.fields.card
    url = "http://192.168.0.1/x"
    looks.problems[url] = "192.168.0.1 lies in a private network."
    desk.page.fields.link.setText(url)
    assert card.state == "failed"
    assert card.reason.text() == (
        "192.168.0.1 lies in a private network. The link will still be posted."
    )
    assert card.reason.property("role") == "muted"  # nothing is wrong with the post
    card.again.click()
    assert looks.again == [url]
    desk.page.fields.link.setText("http://192.168.0.1/other")
    assert not card.isVisible()  # the reason was that of another address


def test_a_private_address_is_refused_by_the_real_reader(qtbot: Any, desk: Any) -> None:
    from posto_desktop.workers.link_cards import LinkCards

    cards = LinkCards(desk.runner, desk.page)
    desk.page.preview_presenter.links.set_cards(cards, desk.runner)
    desk.page.fields.link.setText("http://127.0.0.1:9/x")
    qtbot.waitUntil(lambda: desk.page.fields.card.state == "failed")
    assert "private network" in desk.page.fields.card.reason.text()
    cards.close()


def test_what_is_no_address_has_no_card() -> None:
    assert address_of("nordlicht.example/a") == "https://nordlicht.example/a"
    assert address_of(" http://a.example ") == "http://a.example"
    for text in ("", "word", "two words.example", "ftp://a.example", "javascript:alert(1)"):
        assert address_of(text) == "", text


# -- options -------------------------------------------------------------------------------


def test_nothing_is_built_before_it_is_opened(options: Any) -> None:
    assert options.isVisible()
    assert options.head.accessibleName() == "Options"
    assert options.findChildren(QLineEdit) == []
    assert "Reddit, TikTok, Tumblr" in options.head.accessibleDescription()
    assert "LinkedIn" not in options.head.accessibleDescription()  # it has none of its own


def test_networks_without_options_have_no_panel(desk: Any, options: Any) -> None:
    desk.choose([LINKEDIN])
    follow()
    assert not options.isVisible()
    desk.page.tabs.choose("linkedin")
    follow()
    assert options.isVisible()  # there its link can be another one


def test_controls_are_named_after_option_and_network(options: Any) -> None:
    options.set_open(True)
    title = options.control("reddit", "post_title")
    assert title.accessibleName() == "Title for Reddit"
    assert title.objectName() == "title-for-reddit"
    assert title.accessibleDescription() == "required"
    assert title.placeholderText() == "The first line of the text"
    assert options.control("tiktok", "disable_duet").accessibleName() == "Allow duets for TikTok"
    assert options.control("reddit", "custom_link") is None  # in its own tab only


def test_values_reach_what_is_sent_and_go_back(desk: Any, options: Any) -> None:
    options.set_open(True)
    desk.type("Fig and cocoa")
    options.control("reddit", "post_title").setText("Winter roast")
    level = options.control("tiktok", "privacy_level")
    level.setCurrentIndex(level.findData("SELF_ONLY"))
    level.activated.emit(level.currentIndex())
    duet = options.control("tiktok", "disable_duet")
    duet.set_value(True)
    duet.changed.emit("on")
    options.control("tumblr", "custom_tags").setText("coffee, #roast,, coffee")
    draft: Draft = desk.page.draft
    assert draft.options["reddit"] == {"post_title": "Winter roast"}
    assert draft.options["tiktok"] == {"privacy_level": "SELF_ONLY", "disable_duet": True}
    by_network = {
        channel.network: channel.data for channel in items_of(draft, [REDDIT, TIKTOK, TUMBLR], "r")
    }
    assert by_network["reddit"]["post_title"] == "Winter roast"
    assert by_network["tiktok"]["privacy_level"] == "SELF_ONLY"
    assert by_network["tumblr"]["custom_tags"] == ["coffee", "roast"]
    assert "4 chosen" in options.head.summary
    duet.set_value(None)
    duet.changed.emit("")
    options.control("reddit", "post_title").setText("")
    assert desk.page.draft.options["tiktok"] == {"privacy_level": "SELF_ONLY"}
    assert "reddit" not in desk.page.draft.options


def test_a_switch_may_say_the_opposite_of_what_is_sent(desk: Any, options: Any) -> None:
    options.set_open(True)
    control = options.control("tiktok", "disable_duet")
    assert control.accessibleName() == "Allow duets for TikTok"
    off = next(button for button in control.findChildren(QAbstractButton) if button.text() == "Off")
    off.click()
    assert desk.page.draft.options == {"tiktok": {"disable_duet": True}}


def test_undo_shows_the_value_before(desk: Any, options: Any) -> None:
    options.set_open(True)
    control = options.control("tiktok", "disable_duet")
    control.set_value(True)
    control.changed.emit("on")
    assert desk.page.draft.options == {"tiktok": {"disable_duet": True}}
    desk.page.undo()
    follow()
    assert desk.page.draft.options == {}
    assert control.value() is None


def test_another_draft_shows_its_own_values(desk: Any, options: Any) -> None:
    options.set_open(True)
    desk.page.message.open_drafts.load(Draft(text="x", options={"reddit": {"post_title": "Kept"}}))
    desk.choose([REDDIT, TIKTOK])
    follow()
    assert options.control("reddit", "post_title").text() == "Kept"
    desk.page.message.open_drafts.new_message()
    follow()
    assert options.control("reddit", "post_title").text() == ""


def test_in_its_tab_a_network_may_have_its_own_link_or_none(desk: Any, options: Any) -> None:
    options.set_open(True)
    desk.page.fields.link.setText("https://common.example")
    desk.page.tabs.choose("reddit")
    follow()
    link = options.control("reddit", "custom_link")
    assert options.control("tiktok", "disable_duet") is None
    link.mode.setCurrentIndex(link.mode.findData("own"))
    link.mode.activated.emit(1)
    follow()
    assert link.own.isVisible()
    link.own.setText("https://own.example")
    assert desk.page.draft.options == {"reddit": {"custom_link": "https://own.example"}}
    link.mode.setCurrentIndex(link.mode.findData("none"))
    link.mode.activated.emit(2)
    assert desk.page.draft.options == {"reddit": {"custom_link": ""}}
    link.mode.setCurrentIndex(link.mode.findData("same"))
    link.mode.activated.emit(0)
    assert desk.page.draft.options == {}


def test_the_text_of_one_channel_has_options_of_that_channel(desk: Any, options: Any) -> None:
    other = Channel(22, "r/espresso", "reddit")
    desk.choose([REDDIT, other])
    options.set_open(True)
    assert desk.page.text_presenter.show_key(channel_key(22))
    follow()
    title = options.control("channel:22", "post_title")
    assert title.accessibleName() == "Title for r/espresso"
    title.setText("For espresso")
    assert desk.page.draft.options == {"channel:22": {"post_title": "For espresso"}}


def test_folding_is_remembered(desk: Any, options: Any) -> None:
    options.head.click()
    assert desk.page.page_settings.get("compose.options_open") is True
    options.head.click()
    assert desk.page.page_settings.get("compose.options_open") is False
    assert options.control("reddit", "post_title") is None


def test_what_is_set_stands_as_chips_and_is_reset_there(
    qtbot: Any, desk: Any, options: Any
) -> None:
    values = {"tiktok": {"disable_duet": True, "privacy_level": "SELF_ONLY"}}
    desk.page.message.editor.edit(options=values)
    follow()
    chips = options.set_chips()
    assert [chip.text() for chip in chips] == ["Who can see it: Only me", "Allow duets: Off"]
    assert chips[1].accessibleName() == "Allow duets: Off, TikTok"
    chips[0].setFocus()
    qtbot.keyClick(chips[0], Qt.Key.Key_Right)
    assert options.window().focusWidget() is chips[1]
    qtbot.keyClick(chips[1], Qt.Key.Key_Delete)
    follow()
    assert desk.page.draft.options == {"tiktok": {"privacy_level": "SELF_ONLY"}}
    [chip] = options.set_chips()
    assert options.window().focusWidget() is chip
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.cross_rect().center())
    follow()
    assert desk.page.draft.options == {}
    assert options.set_chips() == []
    for expected in (1, 2):  # one undo for each
        desk.page.undo()
        follow()
        assert len(options.set_chips()) == expected
    chip = options.set_chips()[1]
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton, pos=chip.rect().center())
    assert options.is_open()
    assert options.isAncestorOf(options.window().focusWidget())
    assert options.control("tiktok", "disable_duet").value() is True
    assert options.set_chips() == []  # shown below, each once


def test_options_are_found_by_name_and_network(qtbot: Any, options: Any) -> None:
    options.set_open(True)
    body = options.body

    def shown() -> list[str]:
        boxes = body.boxes.values()
        return [chip.text() for box in boxes for chip in box.chips.values() if chip.isVisible()]

    everything = shown()
    body.search.setText("duet")
    assert shown() == ["Allow duets"]
    body.search.setText("tiktok allow")
    assert shown() == ["Allow duets", "Allow comments", "Allow stitches"]
    qtbot.keyClick(body.search, Qt.Key.Key_Down)
    assert options.window().focusWidget().text() == "Allow duets"
    qtbot.keyClick(body.search, Qt.Key.Key_Return)
    assert options.isAncestorOf(options.window().focusWidget())
    assert not body.boxes["tiktok"].chips["disable_duet"].isVisible()
    body.search.setText("no such thing")
    assert shown() == []
    qtbot.mouseClick(body.clear, Qt.MouseButton.LeftButton)
    assert body.search.text() == ""
    assert shown() == [text for text in everything if text != "Allow duets"]


def test_opening_the_options_moves_nothing_that_is_above(options: Any, desk: Any) -> None:
    page = desk.page
    before = [part.mapTo(page, part.rect().topLeft()) for part in (page.when, page.action_bar)]
    options.head.click()
    follow()
    after = [part.mapTo(page, part.rect().topLeft()) for part in (page.when, page.action_bar)]
    assert before == after


def test_an_option_is_brought_to_the_caret(desk: Any, options: Any) -> None:
    assert desk.page.options_presenter.edit_option("reddit", "post_title")
    assert options.is_open()
    assert options.window().focusWidget() is options.control("reddit", "post_title")
    assert not desk.page.options_presenter.edit_option("reddit", "no_such_option")


def test_a_title_that_is_too_long_is_marked(options: Any) -> None:
    options.set_open(True)
    title = options.control("reddit", "post_title")
    title.setText("x" * 299)
    assert title.suffix() == "299 / 300"
    assert not title.property("invalid")
    title.setText("x" * 301)
    assert title.property("invalid")


def test_what_only_stories_have_is_not_offered_for_posts(desk: Any) -> None:
    def names(*kinds: str) -> set[str]:
        page = desk.page
        page.set_channels_selection(
            [Channel(70 + n, kind, "instagram", channel_type=kind) for n, kind in enumerate(kinds)]
        )
        follow()
        return {field.key for group in page.options._groups for field in group.fields()}

    assert "pin_the_post" in names("account")
    assert "story_hashtag" not in names("account")
    assert "story_hashtag" in names("account_story")
    assert "story_hashtag" in names("account", "account_story")
    assert "story_hashtag" in names("")  # nobody knows


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize(
    ("method", "words"),
    [
        (
            "",
            "Sent to Bluesky. The service does not pass it on to X, Facebook, Mastodon."
            " Not taken by Telegram.",
        ),
        ("sandbox", "Sent to X, Facebook, Bluesky, Mastodon. Not taken by Telegram."),
    ],
)
def test_a_description_says_where_it_goes(
    qtbot: Any, desk: Any, picture: Any, channels: Any, method: str, words: str
) -> None:
    names = ("x", "facebook", "bluesky", "mastodon", "telegram")
    desk.choose([replace(channels[name], method=method) for name in names])
    desk.page.add_files([picture("a.png")])
    qtbot.waitUntil(lambda: desk.page.media.rowCount() == 1)
    desk.page.files.describe(0)
    popup = desk.page.findChild(AltEditor)
    suffix = popup.findChild(QLabel, "who-reads-it").text()
    assert suffix == f"Read aloud by screen readers. {words}"
    popup.close()


def test_counters_measure_their_fonts_once_for_each_number(desk: Any, monkeypatch: Any) -> None:
    row = desk.page.counters
    row.set_counts(
        [CharacterCount("twitter", "X", 10, 280), CharacterCount("fb", "Facebook", 10, 63206)]
    )
    measured = []
    hint = CounterRing.sizeHint
    monkeypatch.setattr(
        CounterRing, "sizeHint", lambda self: measured.append(self.network) or hint(self)
    )
    row._fit()
    row._fit()
    assert measured == []
    row.set_counts(
        [CharacterCount("twitter", "X", 11, 280), CharacterCount("fb", "Facebook", 11, 63206)]
    )
    assert measured == []  # figures are equally wide
    wide = row._width("twitter", 1.0)
    row.set_counts(
        [CharacterCount("twitter", "X", 270, 280), CharacterCount("fb", "Facebook", 10, 63206)]
    )
    assert row._width("twitter", 1.0) < wide


def test_a_switch_says_what_it_is_without_a_choice(qtbot: Any, theme: Any) -> None:
    switch = SwitchControl("Pin the post", "pin-the-post", None)  # type: ignore[arg-type]
    qtbot.addWidget(switch)
    texts = [button.text() for button in switch.findChildren(QAbstractButton)]
    assert texts == ["Default", "On", "Off"]
    assert switch.value() is None
    assert switch.toolTip().startswith("Channel default: the channel's setting")


COUNTS = [
    CharacterCount("twitter", "X", 17, 280),
    CharacterCount("instagram", "Instagram", 146, 2200),
    CharacterCount("fb", "Facebook", 146, 63206),
    CharacterCount("mastodon", "Mastodon", 146, 500),
    CharacterCount("bluesky", "Bluesky", 146, 300),
]


def shown_counters(row: CounterRow) -> list[str]:
    return [slug for slug, ring in row._rings.items() if not ring.isHidden()]


def test_the_tightest_counter_is_always_shown(qtbot: Any, theme: Any) -> None:
    row = CounterRow()
    qtbot.addWidget(row)
    row.resize(400, 26)
    row.show()
    row.set_counts(COUNTS[:3])
    assert shown_counters(row) == ["twitter", "instagram", "fb"]  # few: all of them
    assert row.more.isHidden()
    row.set_counts(COUNTS[4:])
    row.set_counts(COUNTS)
    assert shown_counters(row) == ["bluesky"]
    assert row.more.text() == "+4"
    assert row.more.accessibleName().startswith("+4")
    assert row.words().splitlines()[:2] == [
        "Bluesky: 154 characters left",
        "X: 263 characters left",
    ]
    long = [*COUNTS[:3], CharacterCount("mastodon", "Mastodon", 470, 500), COUNTS[4]]
    row.set_counts([*long[:4], CharacterCount("bluesky", "Bluesky", 470, 300)])
    assert shown_counters(row) == ["mastodon", "bluesky"]  # nearly full, and over
    row.resize(100, 26)
    assert shown_counters(row) == ["bluesky"]
    assert row.more.text() == "+4"
    row.resize(30, 26)
    assert shown_counters(row) == ["bluesky"]


def test_a_text_of_its_own_is_not_the_tightest_of_the_others(qtbot: Any, theme: Any) -> None:
    row = CounterRow()
    qtbot.addWidget(row)
    row.resize(400, 26)
    row.set_counts(COUNTS, {"bluesky"})
    assert shown_counters(row) == ["twitter"]
    over = [*COUNTS[:4], CharacterCount("bluesky", "Bluesky", 310, 300)]
    row.set_counts(over, {"bluesky"})
    assert shown_counters(row) == ["bluesky"]


def test_all_counters_are_in_a_popup_that_leads_to_a_text(desk: Any, channels: Any) -> None:
    desk.choose(list(channels.values()))
    desk.type("Buns")
    desk.settle()
    row = desk.page.counters
    row.more.setFocus()
    QTest.keyClick(row.more, Qt.Key.Key_Space)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, CountsPopup)
    rows = popup.list.rows
    words = [
        rows.index(number).data(Qt.ItemDataRole.AccessibleTextRole)
        for number in range(rows.rowCount())
    ]
    assert words[0] == "X: 276 characters left"
    assert len(words) == len(row.counts())
    QTest.keyClick(popup.list, Qt.Key.Key_Down)
    QTest.keyClick(popup.list, Qt.Key.Key_Return)
    assert desk.page.tabs.current() == "bluesky"
