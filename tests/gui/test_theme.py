"""The theme: every token pair keeps its contrast, and a switch restyles what lives."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QLabel, QPushButton

from posto_desktop.common.resources import resource
from posto_desktop.ui import theme as theme_module
from posto_desktop.ui import theme_palette
from posto_desktop.ui.theme import Theme, css_colour
from tests.gui.contrast import contrast

PAIRS = json.loads(Path(__file__).with_name("contrast_pairs.json").read_text("utf-8"))


@pytest.fixture(autouse=True)
def _light_again(theme):
    yield
    theme.set_text_size("normal")
    theme.setMode("light")


def colour_of(theme: Theme, name: str) -> QColor:
    """A colour by the path that the table of pairs uses, such as "status.sent.fg"."""
    kind, _, rest = name.partition(".")
    if not rest:
        return theme.colour(name)
    which, _, part = rest.partition(".")
    if kind == "status":
        return getattr(theme.status(which), part)
    if kind == "network":
        return getattr(theme.network(which), part)
    fg, bg = theme.label_colours(which)
    return fg if part == "fg" else bg


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_keeps_its_contrast(theme, scheme):
    theme.setMode(scheme)
    low = []
    for fg, bg, least, *stated in PAIRS:
        if bg.endswith("over white"):
            continue
        ratio = contrast(colour_of(theme, fg), colour_of(theme, bg))
        assert ratio == pytest.approx(stated[scheme == "dark"], abs=0.02), (fg, bg)
        if ratio < least:
            low.append((fg, bg, round(ratio, 2)))
    assert len(PAIRS) > 250
    assert low == []


def test_contrast_of_black_and_white():
    black, white = QColor("#000000"), QColor("#ffffff")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == pytest.approx(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_schemes_define_the_same_names(theme, scheme):
    light, dark = theme_module._load("light"), theme_module._load("dark")
    assert light["colour"].keys() == dark["colour"].keys()
    for part in ("status", "network", "label"):
        assert light[part].keys() == dark[part].keys()
    common = theme_module._load("common")
    assert common["network"].keys() == light["network"].keys()
    assert common["status"].keys() == light["status"].keys()


def test_a_switch_restyles_palette_style_sheet_and_widgets(theme, qtbot):
    button = QPushButton("Schedule")
    button.setProperty("variant", "primary")
    label = QLabel("words")
    qtbot.addWidget(button)
    qtbot.addWidget(label)
    button.resize(120, 32)
    before = button.grab().toImage().pixelColor(6, 16)
    assert before == theme.colour("accent")
    with qtbot.waitSignal(theme.changed):
        theme.setMode("dark")
    assert theme.is_dark
    after = button.grab().toImage().pixelColor(6, 16)
    assert after == theme.colour("accent") != before
    assert QGuiApplication.palette().color(QPalette.ColorRole.Window) == theme.colour("surface")
    assert label.palette().color(QPalette.ColorRole.WindowText) == theme.colour("text")


def test_system_mode_follows_the_system(theme, monkeypatch):
    theme.setMode("system")
    shown = {"scheme": Qt.ColorScheme.Dark}

    class Hints:
        @staticmethod
        def colorScheme():
            return shown["scheme"]

    monkeypatch.setattr(theme_module.QApplication, "styleHints", staticmethod(Hints))
    theme._system_changed()
    assert theme.scheme == "dark"
    shown["scheme"] = Qt.ColorScheme.Light
    theme._system_changed()
    assert theme.scheme == "light"
    theme.setMode("light")
    shown["scheme"] = Qt.ColorScheme.Dark
    theme._system_changed()
    assert theme.scheme == "light", "a chosen scheme does not follow the system"


def test_text_size_scales_type_and_heights_but_no_rings(theme, qtbot):
    normal = theme.font("body").pointSizeF(), theme.px("size.control"), theme.px("focus.ring")
    assert normal == (9.75, 32, 2)
    with qtbot.waitSignal(theme.changed):
        theme.set_text_size("larger")
    assert theme.font("body").pointSizeF() == pytest.approx(9.75 * 1.3)
    assert theme.px("size.control") == 42
    assert theme.px("radius.control") == 7
    assert theme.px("focus.ring") == 2
    assert "min-height: 40px" in theme.style_sheet()


def test_wrong_choices_are_refused(theme):
    with pytest.raises(ValueError, match="blue"):
        theme.setMode("blue")
    with pytest.raises(ValueError, match="huge"):
        theme.set_text_size("huge")
    with pytest.raises(KeyError):
        theme.colour("surfce")


def test_the_style_sheet_is_whole(theme):
    for scheme in ("light", "dark"):
        theme.setMode(scheme)
        sheet = re.sub(r"/\*.*?\*/", "", theme.style_sheet(), flags=re.S)
        assert "@" not in sheet
        assert "$" not in sheet
        assert sheet.count("{") == sheet.count("}")


def test_no_colour_literals_outside_the_themes():
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|QColor\(\d")
    package = Path(theme_module.__file__).parent
    literals = [
        f"{path.name}: {line.strip()}"
        for path in sorted(package.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if literal.search(line)
    ]
    assert literals == []
    assert not literal.search(resource("themes", "app.qss").read_text("utf-8"))


def test_see_through_colours_are_written_so_that_qt_reads_them(theme):
    assert css_colour(QColor("#102030")) == "#102030"
    scrim = theme.colour("scrim")
    assert scrim.alphaF() == pytest.approx(0.45, abs=0.01)
    assert css_colour(scrim).startswith("rgba(26, 29, 30, 0.45")


def test_unknown_networks_get_a_letter(theme):
    look = theme.network("myspace_pro")
    assert look.mark == "letter:M"
    assert look.name == "Myspace pro"
    assert theme.network("").mark == "letter:?"


def test_fonts_are_told_in_points_and_cannot_be_changed_through_a_copy(theme):
    font = theme.font("caption")
    font.setPointSizeF(40)
    assert theme.font("caption").pointSizeF() == pytest.approx(8.25)
    assert theme.font("strong").weight() == 600


def test_a_colour_belongs_to_who_asked_for_it(theme):
    own = theme.colour("focus")
    own.setAlphaF(0.2)
    assert theme.colour("focus").alpha() == 255


def test_a_desktop_that_qt_does_not_know_is_heard(theme, monkeypatch):
    class Hints:
        @staticmethod
        def colorScheme():
            return Qt.ColorScheme.Unknown

    monkeypatch.setattr(theme_module.QApplication, "styleHints", staticmethod(Hints))
    theme.setMode("system")
    assert theme.system_is_unknown
    theme.set_system_scheme(True)
    assert theme.scheme == "dark"
    theme.set_system_scheme(False)
    assert theme.scheme == "light"
    theme.setMode("light")
    theme.set_system_scheme(True)
    assert theme.scheme == "light", "a chosen scheme does not follow the system"
    theme.setMode("system")
    assert theme.scheme == "dark"
    theme.set_system_scheme(False)


def test_the_system_turns_contrast_and_motion_on_but_not_off(theme, qtbot):
    plain = theme.colour("border")
    theme.set_system_contrast(True)
    assert theme.colour("border") == theme.scheme_colour("light", "field_border") != plain
    theme.set_more_contrast(True)
    with qtbot.assertNotEmitted(theme.changed):
        theme.set_system_contrast(False)
    assert theme.has_more_contrast, "the settings ask for it"
    theme.set_more_contrast(False)
    assert theme.colour("border") == plain
    theme.set_system_motion(True)
    theme.set_less_motion(False)
    assert theme.less_motion
    assert theme.token("motion.toast_ms") == 0
    theme.set_system_motion(False)
    assert not theme.less_motion
    assert theme.token("motion.toast_ms") == 200


@pytest.mark.parametrize(
    ("family", "platform", "is_suitable"),
    [
        ("Segoe UI", "win32", True),
        ("Yu Gothic UI", "win32", True),  # of a Japanese Windows
        ("Segoe UI Variable", "win32", False),  # named, but not installed
        ("MS Sans Serif", "win32", False),
        ("Tahoma", "win32", False),
        ("Noto Sans", "linux", True),
        ("DejaVu Sans", "linux", False),
        (".AppleSystemUIFont", "darwin", True),
    ],
)
def test_inter_replaces_fonts_that_are_missing_or_read_badly(
    family: str, platform: str, is_suitable: bool
) -> None:
    installed = ["MS Sans Serif", "Segoe UI", "Tahoma", "Yu Gothic UI"]
    assert theme_palette.is_suitable(family, platform, installed) is is_suitable
