"""Icons take their colour from the theme each time they are painted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage

from posto_desktop.common.resources import resource
from posto_desktop.server.connect.catalogue import networks_json
from posto_desktop.server.publishers.all import Publishers
from posto_desktop.ui import icons


@pytest.fixture(autouse=True)
def _light_again(theme):
    yield
    theme.setMode("light")


def ink(image: QImage) -> QColor:
    """The colour of the most opaque pixel."""
    best = max(
        (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())),
        key=QColor.alpha,
    )
    best.setAlpha(255)
    return best


def close(colour: QColor, other: QColor) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(colour.getRgb(), other.getRgb(), strict=True))


def test_an_icon_follows_the_scheme(theme):
    bell = icons.icon("bell", 16, "text")
    light = ink(bell.pixmap(QSize(16, 16), 1.0).toImage())
    assert close(light, theme.colour("text"))
    theme.setMode("dark")
    dark = ink(bell.pixmap(QSize(16, 16), 1.0).toImage())
    assert close(dark, theme.colour("text"))
    assert not close(light, dark)


def test_disabled_and_checked_have_their_own_colours(theme):
    icon = icons.icon("settings", 16, "text_muted", "accent_soft_text")
    size = QSize(16, 16)
    disabled = ink(icon.pixmap(size, 1.0, QIcon.Mode.Disabled).toImage())
    on = ink(icon.pixmap(size, 1.0, QIcon.Mode.Normal, QIcon.State.On).toImage())
    assert close(disabled, theme.colour("text_disabled"))
    assert close(on, theme.colour("accent_soft_text"))


def test_pixmaps_are_sharp_and_cached(theme):
    colour = theme.colour("text")
    pixmap = icons.pixmap("x", 16, colour, 2.0)
    assert pixmap.width() == 32
    assert pixmap.devicePixelRatio() == 2.0
    assert icons.pixmap("x", 16, colour, 2.0).cacheKey() == pixmap.cacheKey()
    assert icons.pixmap("x", 16, colour, 1.0).cacheKey() != pixmap.cacheKey()


def test_a_wide_place_keeps_the_rest_as_a_gap(theme):
    image = icons.icon("plus", 16, "text").pixmap(QSize(19, 16), 1.0).toImage()
    assert image.width() == 19
    assert all(image.pixelColor(18, y).alpha() == 0 for y in range(16))


def test_an_unknown_icon_is_found_out_at_once(theme):
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")


def test_every_network_has_a_mark_of_its_own(theme):
    seen = {}
    for slug in theme.networks():
        image = icons.network_badge(slug, 20, 1.0).toImage()
        middle = {image.pixelColor(x, 10).name() for x in range(20)}
        assert len(middle) > 2, f"{slug} shows no glyph"
        seen[slug] = bytes(image.constBits())
    assert len(set(seen.values())) == len(seen)


def test_every_network_that_can_be_connected_has_a_mark(theme):
    wanted = {entry["network"] for entry in networks_json(Publishers())}
    assert wanted <= set(theme.networks())


def test_without_the_brand_font_a_letter_stands_in(theme, monkeypatch):
    monkeypatch.setattr(icons, "_brand_path", lambda name: None)
    icons._cache.clear()
    image = icons.network_badge("fb", 20, 1.0).toImage()
    icons._cache.clear()
    assert any(image.pixelColor(x, 10) != image.pixelColor(2, 10) for x in range(4, 16))


@pytest.mark.parametrize("name", ["chevron-start", "chevron-end", "panel-end", "corner-down-end"])
def test_icons_that_point_along_the_line_turn_with_it(qapp, theme, name):
    def drawn():
        return icons.icon(name).pixmap(QSize(16, 16)).toImage()

    before, colour = drawn(), theme.colour("text_muted")
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        after = drawn()
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert before != after
    assert after == icons.pixmap(name, 16, colour, mirrored=True).toImage()
    assert drawn() == before
    plain = icons.pixmap("clock", 16, colour, mirrored=True).toImage()
    assert plain == icons.pixmap("clock", 16, colour).toImage()


def test_icons_named_in_the_code_are_in_the_folder():
    package = Path(icons.__file__).parent
    named = re.compile(
        r"""(?:paint_icon\([^,]+,[^,]+,\s*|icons\.(?:icon|pixmap)\(\s*|set_lucide\(\s*"""
        r"""|IconButton\(\s*|EmptyState\(\s*|icon=)"([a-z0-9-]+)\""""
    )
    missing = {
        f"{path.name}: {name}"
        for path in package.rglob("*.py")
        for name in named.findall(path.read_text("utf-8"))
        if not resource("icons", f"{icons._POINTING.get(name, name)}.svg").exists()
    }
    assert missing == set()


def test_the_licences_lie_beside(theme):
    assert "ISC License" in resource("icons", "LICENSE").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE" in resource("fonts", "OFL.txt").read_text("utf-8")


def test_the_app_icon_has_the_sizes_that_systems_ask_for(theme):
    sizes = {size.width() for size in icons.app_icon().availableSizes()}
    assert {16, 32, 48, 256} <= sizes
