"""Labels, pills, counters, avatars and marks: what they say and how they are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from posto_desktop.ui import icons
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.inline_icon import InlineIcon
from posto_desktop.ui.widgets.labels import (
    MINUS,
    THIN_SPACE,
    Avatar,
    CountBadge,
    CounterRing,
    ElidedLabel,
    StatusPill,
    short_number,
)
from posto_desktop.ui.widgets.paragraph import Paragraph
from tests.gui.contrast import contrast
from tests.gui.widgets.shown_box import colours, shown


def test_elided_labels_show_the_rest_in_a_tooltip(box, qtbot):
    label = shown(box, qtbot, ElidedLabel("a very long name of a channel\nwith two lines"))
    label.resize(60, 20)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text() == "a very long name of a channel with two lines"
    label.resize(2000, 20)
    assert label.toolTip() == ""


@pytest.mark.parametrize("name", ["draft", "scheduled", "late", "sending", "sent", "failed"])
def test_pills_carry_word_and_colours(theme, qtbot, name):
    pill = StatusPill(name)
    qtbot.addWidget(pill)
    pill.resize(pill.sizeHint())
    look = theme.status(name)
    assert pill.accessibleName() == look.label
    assert pill.height() == 22
    seen = colours(pill)
    assert look.bg.name() in seen
    pill.set_status(name, "Word")
    assert pill.accessibleName() == "Word"


def test_the_sending_ring_turns_only_while_it_is_seen(box, qtbot):
    pill = shown(box, qtbot, StatusPill("sending"))
    before = pill.grab().toImage()
    qtbot.waitUntil(lambda: pill.grab().toImage() != before)
    box.hide()
    assert not pill._timer.isActive()
    box.show()
    assert pill._timer.isActive()
    pill.set_status("sent")
    assert not pill._timer.isActive()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (12, "12"),
        (-12, f"{MINUS}12"),
        (1888, f"1{THIN_SPACE}888"),
        (9999, f"9{THIN_SPACE}999"),
        (10_000, "10k"),
        (62_994, "63k"),
        (-63_206, f"{MINUS}63k"),
    ],
)
def test_short_numbers(value, words):
    assert short_number(value) == words


def test_counters(theme, qtbot):
    counter = CounterRing("bluesky")
    qtbot.addWidget(counter)
    for used, state, words in (
        (10, "plenty", "Bluesky: 290 characters left"),
        (271, "tight", "Bluesky: 29 characters left"),
        (300, "tight", "Bluesky: 0 characters left"),
        (312, "over", "Bluesky: 12 characters too many"),
    ):
        counter.set_count(used, 300)
        assert (counter.state, counter.accessibleName()) == (state, words)
        counter.resize(counter.sizeHint())
        assert (theme.colour("danger_text").name() in colours(counter)) == (state == "over")
    counter.set_count(5, 0)
    counter.grab()
    assert counter.state == "over"


def test_avatars(theme, qtbot):
    avatar = Avatar()
    qtbot.addWidget(avatar)
    avatar.set_channel("Nordlicht", "fb")
    assert avatar.accessibleName() == "Nordlicht"
    assert theme.network("fb").tint.name() in colours(avatar)
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    avatar.set_picture(image)
    assert avatar.grab().toImage().pixelColor(10, 10) == QColor("magenta")
    avatar.set_picture(QImage())
    assert "#ff00ff" not in colours(avatar)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_picture_in_the_colour_behind_it_keeps_its_shape(theme, qtbot, mode):
    theme.setMode(mode)
    background = theme.colour("window")
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(background)
    avatar = Avatar()
    qtbot.addWidget(avatar)
    avatar.set_channel("Sandbox X", "", "window")
    avatar.set_picture(image)
    shot = avatar.grab().toImage()
    assert shot.pixelColor(14, 14) == background
    assert contrast(shot.pixelColor(14, 0), background) > 1.25
    theme.setMode("light")


def test_initials():
    assert painters.initial_of("@nordlicht") == "N"
    assert painters.initial_of("…") == "…"
    assert painters.initial_of("") == "?"
    assert painters.initial_of("7up") == "7"


def test_count_badges(theme, qtbot):
    badge = CountBadge("attention")
    qtbot.addWidget(badge)
    assert not badge.isVisibleTo(None)
    badge.set_count(3)
    assert badge.count == 3
    narrow = badge.sizeHint().width()
    badge.set_count(250)
    assert badge._words() == "99+"
    assert badge.sizeHint().width() > narrow
    badge.set_count(0)
    assert badge.isHidden()


def test_a_pill_keeps_its_shape_on_a_ground_of_its_own_colour(theme):
    background = theme.status("sending").bg

    def painted(behind: QColor | None) -> QImage:
        image = QImage(120, 30, QImage.Format.Format_RGB32)
        image.fill(background)
        painter = QPainter(image)
        painters.paint_pill(painter, QRect(4, 4, 110, 22), "sending", background=behind)
        painter.end()
        return image

    edge = QPoint(60, 4)
    assert painted(None).pixelColor(edge) == background
    assert painted(background).pixelColor(edge) != background
    assert painted(theme.colour("surface")) == painted(None)


def test_a_counter_looks_the_same_from_right_to_left(qtbot, theme):
    ring = CounterRing("twitter")
    qtbot.addWidget(ring)
    ring.set_count(21, 280)
    ring.resize(ring.sizeHint())
    before = ring.grab().toImage()
    ring.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert ring.grab().toImage() == before


def test_a_mark_is_drawn_for_the_screen_that_it_is_on(theme, qtbot):
    asked = []

    def picture(ratio):
        asked.append(ratio)
        return icons.pixmap("monitor", 17, theme.colour("accent_text"), ratio)

    mark = InlineIcon(17, picture)
    qtbot.addWidget(mark)
    for ratio in (1.0, 2.0):
        paper = QPixmap(mark.size() * ratio)
        paper.setDevicePixelRatio(ratio)
        mark.devicePixelRatioF = lambda ratio=ratio: ratio
        mark.render(paper)
    assert asked == [1.0, 2.0]


def test_a_paragraph_has_margins(theme, qtbot):
    words = Paragraph("No device yet, and no other one either")
    qtbot.addWidget(words)
    bare = words.heightForWidth(100)
    words.setContentsMargins(14, 10, 6, 4)
    assert words.heightForWidth(120) == bare + 14
    words.resize(120, words.heightForWidth(120))
    image = words.grab().toImage()
    paper = image.pixelColor(0, 0)
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y) != paper
    ]
    assert min(x for x, _ in inked) >= 14
    assert min(y for _, y in inked) >= 10
    assert max(x for x, _ in inked) < 120 - 6
