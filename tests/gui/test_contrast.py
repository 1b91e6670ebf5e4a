"""Every control in every state and theme stands out: its words by 4.5:1, its border or fill by 3:1.

The pairs come from the style sheet, and for controls that paint themselves from their pixels.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.settings.slot_card import TimeTag
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, Chip
from posto_desktop.ui.widgets.choices import CheckBox, RadioButton, Switch
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.search_box import SearchBox
from tests.gui.contrast import contrast
from tests.gui.style_pairs import Control, StyleSheet, framed, unframed

TEXT, EDGE = 4.5, 3.0
SCHEMES = ("light", "dark")


@pytest.fixture(autouse=True)
def _plain_again(theme: Theme) -> Iterator[None]:
    yield
    theme.set_more_contrast(False)
    theme.setMode("light")


def over(colour: QColor | None, below: QColor) -> QColor:
    """What one sees of a colour over another."""
    if colour is None or colour.alpha() == 255:
        return below if colour is None else colour
    part = colour.alphaF()
    mixed = (
        round(a * part + b * (1 - part))
        for a, b in zip(colour.getRgb()[:3], below.getRgb()[:3], strict=True)
    )
    return QColor(*mixed)


def text_pairs(theme: Theme) -> Iterator[tuple[str, float]]:
    """Each control with its state and area, and the contrast of its words."""
    sheet = StyleSheet(theme.style_sheet())
    for control, all_states in (*framed(), *unframed()):
        for states in all_states:
            look = sheet.look(control, states)
            if look.text is None:
                continue
            for area in control.areas:
                ground = over(look.fill, theme.colour(area))
                yield named(control, states, area), contrast(look.text, ground)


def edge_pairs(theme: Theme) -> Iterator[tuple[str, float]]:
    """Each control with its state and area, and how far its border, or its fill, stands out."""
    sheet = StyleSheet(theme.style_sheet())
    for control, all_states in framed():
        for states in all_states:
            look = sheet.look(control, states)
            assert look.border is not None or look.fill is not None, control
            for area in control.areas:
                ground = theme.colour(area)
                edge = look.border if look.border is not None else over(look.fill, ground)
                yield named(control, states, area), contrast(edge, ground)


def named(control: Control, states: frozenset[str], area: str) -> str:
    return f"{control.name} [{' '.join(sorted(states)) or 'plain'}] on {area}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_stand_out_in_every_state(theme: Theme, scheme: str) -> None:
    theme.setMode(scheme)
    pairs = list(text_pairs(theme))
    assert len(pairs) > 300
    assert [(name, round(ratio, 2)) for name, ratio in pairs if ratio < TEXT] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_borders_and_fills_stand_out_in_every_state(theme: Theme, scheme: str) -> None:
    theme.setMode(scheme)
    pairs = list(edge_pairs(theme))
    assert len(pairs) > 200
    assert [(name, round(ratio, 2)) for name, ratio in pairs if ratio < EDGE] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_contrast_is_more(theme: Theme, scheme: str) -> None:
    """At high contrast words reach 7:1 (faint ones and those on selected rows 6:1), borders 4.5:1;
    what is red or lies on the accent keeps 4.5:1 and 3:1."""
    theme.setMode(scheme)
    before = dict(edge_pairs(theme))
    theme.set_more_contrast(True)
    on_accent = ("primary", "danger", "split-", "error", "toast", "QSlider")

    def least(name: str) -> float:
        if any(word in name for word in on_accent):
            return TEXT
        return 6 if "on selected" in name or "role=faint" in name else 7

    text = [(name, round(ratio, 2)) for name, ratio in text_pairs(theme) if ratio < least(name)]
    assert text == []
    edges = [
        (name, round(ratio, 2))
        for name, ratio in edge_pairs(theme)
        if ratio < (EDGE if any(word in name for word in on_accent) else TEXT)
        or ratio < before[name] - 0.01
    ]
    assert edges == []


# -- pixels ----------------------------------------------------------------------------------------


class Ground(QWidget):
    """An area of one colour with a control on it."""

    def __init__(self, colour: QColor) -> None:
        super().__init__()
        self.colour = colour
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Window, colour)
        self.setPalette(palette)
        self.setAutoFillBackground(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(12, 12, 12, 12)

    def edge(self, control: QWidget) -> float:
        """How far its edge stands out: the most visible pixel from outside into its left side (of
        a mark), or into its top."""
        image = self.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        corner = control.mapTo(self, QPoint())
        left, top = (corner.x(), corner.y() + control.height() // 2), (corner.x() + 24, corner.y())
        pixels = [image.pixelColor(left[0] + by, left[1]) for by in range(4)]
        pixels += [image.pixelColor(top[0], top[1] + by) for by in range(4)]
        return max(contrast(pixel, self.colour) for pixel in pixels)


def combo(parent: QWidget) -> QWidget:
    box = ComboBox("style", parent)
    box.addItem("Announcement")
    return box


MAKERS: tuple[Callable[[QWidget], QWidget], ...] = (
    combo,
    QLineEdit,
    QSpinBox,
    SearchBox,
    lambda parent: Button("Words", parent=parent),
    lambda parent: Button("Words", "primary", parent=parent),
    lambda parent: Chip("Words", parent=parent),
    lambda parent: TimeTag(time(9), "Monday", "time", parent),
    lambda parent: RadioButton("Words", parent),
    lambda parent: CheckBox("Words", parent),
    lambda parent: Switch("Words", "words", parent),
)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("area", ["surface", "window", "raised"])
def test_painted_controls_stand_out(theme: Theme, qtbot: Any, scheme: str, area: str) -> None:
    theme.setMode(scheme)
    low = {}
    for maker in MAKERS:
        ground = Ground(theme.colour(area))
        qtbot.addWidget(ground)
        control = maker(ground)
        ground.column.addWidget(control)
        ground.resize(260, 80)
        ground.show()
        for state in ("plain", "hover", "pressed", "checked"):
            control.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, state != "plain")
            if isinstance(control, QAbstractButton):
                control.setDown(state == "pressed")
                if state == "checked" and control.isCheckable():
                    control.setChecked(True)
            control.update()
            ratio = ground.edge(control)
            if ratio < EDGE:
                low[type(control).__name__, state] = round(ratio, 2)
        ground.close()
    assert low == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("more", [False, True])
def test_the_knob_of_a_switch_stands_out(theme: Theme, qtbot: Any, scheme: str, more: bool) -> None:
    theme.setMode(scheme)
    theme.set_more_contrast(more)
    switch = Switch("Words", "words")
    qtbot.addWidget(switch)
    switch.show()
    low = {}
    for on in (False, True):
        for hovered in (False, True):
            switch.setChecked(on)
            switch.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, hovered)
            image = switch.grab().toImage()
            middle, side = image.height() // 2, image.height() // 2
            ends = (side, image.width() - 1 - side)
            knob, track = (image.pixelColor(x, middle) for x in (ends if not on else ends[::-1]))
            if contrast(knob, track) < EDGE:
                low[on, hovered] = round(contrast(knob, track), 2)
    assert low == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_handle_of_a_scroll_bar_stands_out(theme: Theme, qtbot: Any, scheme: str) -> None:
    theme.setMode(scheme)
    ground = Ground(theme.colour("surface"))
    qtbot.addWidget(ground)
    area = QScrollArea()
    inside = QWidget()
    inside.setFixedSize(20, 2000)
    area.setWidget(inside)
    area.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)
    ground.column.addWidget(area)
    ground.resize(120, 200)
    ground.show()
    QApplication.processEvents()
    bar = area.verticalScrollBar()
    image = ground.grab().toImage()
    place = QRect(bar.mapTo(ground, QPoint()), bar.size())
    row = [image.pixelColor(x, place.y() + 12) for x in range(place.left(), place.right() + 1)]
    assert max(contrast(pixel, ground.colour) for pixel in row) >= EDGE


if __name__ == "__main__":  # the list of all pairs: python -m tests.gui.test_contrast
    app = QApplication(["contrast"])
    shown = Theme.instance()
    for mode in SCHEMES:
        shown.setMode(mode)
        for pair, share in (*edge_pairs(shown), *text_pairs(shown)):
            sys.stdout.write(f"{mode}\t{share:.2f}\t{pair}\n")
