"""Theme: turns `resources/themes` into palette, fonts and style sheet.

One `Theme` exists per process. A change of scheme or text size applies palette, fonts and style
sheet again and emits `changed`; widgets that paint themselves repaint and store no colours.

The first paint needs few colours and sizes: `Theme.begin` provides them, `apply_to_application` the
rest.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QStyleFactory, QToolTip

from posto_desktop.common.resources import resource

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPalette

MODES = ("system", "light", "dark")

# Tokens that grow with the text size. Rings, radii and hairlines do not.
_SCALED = frozenset({"size", "row"})

_ROOMY = 1.3
"""Text size up to which the widths of the design have room for the text; panes and the widths of
windows from which they stand side by side grow beyond it."""
_PANES = ("pane.preview", "pane.inspector", "pane.editor_max", "pane.tab_badge")

_STRONGER = {
    "border": "field_border",
    "border_strong": "control_border",
    "field_border": "text_muted",
    "field_border_hover": "text",
    "control_border": "text_muted",
    "accent_line": "accent_text",
    "accent_text": "accent_soft_text",
    "segment_line": "text_muted",
    "text_muted": "text",
    "text_faint": "text_muted",
    "text_disabled": "text_faint",
    "slot_line": "text_muted",
    "scrollbar": "text_muted",
}
"""Replacement of each colour role by a stronger one at high contrast."""
INTER = "Inter"
"""Bundled font family."""
_MOTION = frozenset({"popup_ms", "panel_ms", "toast_ms", "drag_snap_ms"})
_REFERENCE = re.compile(r"@\{?([a-z_]+(?:\.[a-z_]+)*)\}?|\$([a-z_]+(?:\.[a-z_]+)+)([+-]\d+)?")


@dataclass(frozen=True)
class Status:
    """Appearance of a status: label, icon and three colours."""

    name: str
    label: str
    icon: str
    fg: QColor
    bg: QColor
    solid: QColor


@dataclass(frozen=True)
class NetworkLook:
    """Appearance of a network. `mark` is `fa6b.NAME`, `lucide:NAME` or `letter:X`."""

    slug: str
    name: str
    mark: str
    tint: QColor
    glyph: QColor


class Theme(QObject):
    """Provides colours, fonts and sizes by token name and applies them to the application.

    Signals:
        changed(): scheme, text size, row height or contrast has changed and is applied.
    """

    changed = Signal()

    _instance: Theme | None = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._common = _load("common")
        self._schemes: dict[str, dict[str, Any]] = {}
        self._mode = "system"
        self._text_size = "normal"
        self._compact = False
        self._asked: dict[str, set[str]] = {"contrast": set(), "motion": set()}
        self._scheme = ""
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._family = ""
        self._applied = False
        self._scheme_known = self._system_is_dark = False
        self._follow(self._wanted_scheme())

    @classmethod
    def begin(cls) -> Theme:
        """Return the theme with colours and sizes only, not applied yet: see
        `apply_to_application`."""
        if cls._instance is None:
            cls._instance = cls(QApplication.instance())
        return cls._instance

    @classmethod
    def instance(cls) -> Theme:
        """Return the theme of the process, made on the first call."""
        theme = cls._instance
        if theme is None:
            theme = cls.begin()
            theme.apply_to_application()
        return theme

    def apply_to_application(self) -> None:
        """Apply the theme to the application and follow the system's scheme."""
        if self._applied:
            return
        QApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._scheme_known = True
        scheme = self._scheme
        self._follow(self._wanted_scheme())
        self.apply()
        if self._scheme != scheme:
            self.changed.emit()

    # Tokens

    @property
    def scheme(self) -> str:
        """Return the current scheme, "light" or "dark"."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        return self._scheme == "dark"

    @property
    def mode(self) -> str:
        """Return the chosen mode: "system", "light" or "dark"."""
        return self._mode

    @property
    def text_size(self) -> str:
        """Return the chosen text size, a key of the tokens' `scale`."""
        return self._text_size

    @property
    def scale(self) -> float:
        """Return the factor of the chosen text size."""
        return float(self._common["scale"][self._text_size])

    @property
    def roominess(self) -> float:
        """Return how much wider panes are than in the design: 1.0 up to text size "larger"."""
        return max(1.0, self.scale / _ROOMY)

    def colour(self, name: str) -> QColor:
        """Return a copy of the colour of a token, such as "surface". Raise KeyError for an unknown
        one."""
        return self._colours[name].__copy__()

    def scheme_colour(self, scheme: str, name: str) -> QColor:
        """Return the colour of a token in the named scheme."""
        return _colour(self._data(scheme)["colour"][name])

    def status(self, name: str) -> Status:
        """Return the appearance of a status: draft, scheduled, late, sending, sent, failed,
        needs_you."""
        words = self._common["status"][name]
        look = self._data(self._scheme)["status"][name]
        return Status(
            name,
            words["label"],
            words["icon"],
            QColor(look["fg"]),
            QColor(look["bg"]),
            QColor(look["solid"]),
        )

    def statuses(self) -> tuple[str, ...]:
        """Return the names of all statuses in display order."""
        return tuple(self._common["status"])

    def network(self, slug: str) -> NetworkLook:
        """Return the appearance of a network; without a token its first letter on grey."""
        known = self._common["network"].get(slug)
        if known is None:
            letter = (slug[:1] or "?").upper()
            colours = self._data(self._scheme)["network"]["webhook"]
            name, mark = slug.replace("_", " ").capitalize(), f"letter:{letter}"
        else:
            colours = self._data(self._scheme)["network"][slug]
            name, mark = known["name"], known["mark"]
        return NetworkLook(slug, name, mark, QColor(colours["tint"]), QColor(colours["glyph"]))

    def networks(self) -> tuple[str, ...]:
        """Return the slugs of all networks with a token."""
        return tuple(self._common["network"])

    def label_colours(self, name: str) -> tuple[QColor, QColor]:
        """Return foreground and background of a label colour such as "teal"."""
        look = self._data(self._scheme)["label"][name]
        return QColor(look["fg"]), QColor(look["bg"])

    def font(self, name: str = "body") -> QFont:
        """Return the font of a type token, such as "body" or "caption", in the chosen text size."""
        font = self._fonts.get(name)
        if font is None:
            from PySide6.QtGui import QFont  # like the palette, not needed for the first paint

            token = self._common["type"][name]
            font = QFont(self._family)
            font.setPointSizeF(token["pt"] * self.scale)
            font.setWeight(QFont.Weight(token["weight"]))
            if self._family == INTER:
                # Inter is designed without hinting; hinting widens it and blurs its weights.
                font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[name] = font
        return font.__copy__()

    def numbers(self, name: str = "body") -> QFont:
        """Return `font` with tabular digits: for times, counts and durations."""
        font = self.font(name)
        font.setFeature(font.Tag("tnum"), 1)
        return font

    def mono(self) -> QFont:
        """Return the system's fixed font, for details of errors."""
        from PySide6.QtGui import QFontDatabase

        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self._common["type"]["small"]["pt"] * self.scale)
        return font

    def line(self, name: str = "body") -> int:
        """Return the line height of a type token in logical pixels."""
        line: float = self._common["type"][name]["line"]
        return round(line * self.scale)

    def px(self, path: str) -> int:
        """Return a size token by its path, such as "size.control" or "pane.left.default"."""
        value: Any = self._common
        for key in path.split("."):
            if key == "comfortable" and self._compact:
                key = "compact"
            value = value[key]
        if path.split(".", 1)[0] in _SCALED:
            value *= self.scale
        elif path.startswith(_PANES):
            value *= self.roominess
        elif path == "pane.styles_list":  # which leaves less beside it
            value *= (1 + self.roominess) / 2
        return round(float(value))

    def token(self, path: str) -> float:
        """Return another number of the tokens, such as "breakpoint.tall_from_height"."""
        value: Any = self._common
        for key in path.split("."):
            value = value[key]
        if self.less_motion and path.startswith("motion.") and key in _MOTION:
            return 0
        if path.startswith("breakpoint."):
            value *= min(1.6, 1 + 1.25 * max(0.0, self.scale - _ROOMY))
        number: float = value
        return number

    def pair(self, path: str) -> tuple[int, int]:
        """Return a width and a height, such as "breakpoint.min_window"."""
        value: Any = self._common
        for key in path.split("."):
            value = value[key]
        width, height = value
        return width, height

    def icon_stroke(self, size: int) -> float:
        """Return the stroke width, on the icon's 24 px grid, for an icon of `size` px."""
        strokes = self._common["icon"]["stroke"]
        return next(float(width) for limit, width in strokes.items() if size <= int(limit))

    # Setters

    def setMode(self, mode: str) -> None:
        """Choose "system", "light" or "dark" and apply it."""
        if mode not in MODES:
            raise ValueError(f"There is no scheme called {mode!r}")
        self._mode = mode
        self._follow(self._wanted_scheme())

    def set_text_size(self, name: str) -> None:
        """Choose a text size of the tokens' `scale` and apply it."""
        if name not in self._common["scale"]:
            raise ValueError(f"There is no text size called {name!r}")
        if name == self._text_size:
            return
        self._text_size = name
        self._fonts.clear()
        if self._applied:
            self.apply()
            self.changed.emit()

    def set_row_height(self, name: str) -> None:
        """Choose "comfortable" or "compact" rows in tables."""
        if name not in ("comfortable", "compact"):
            raise ValueError(f"There is no row height called {name!r}")
        if self._compact != (name == "compact"):
            self._compact = name == "compact"
            if self._applied:
                self.changed.emit()

    @property
    def has_more_contrast(self) -> bool:
        """Return True if the settings or the system ask for high contrast."""
        return bool(self._asked["contrast"])

    @property
    def less_motion(self) -> bool:
        """Return True if nothing may slide, fade or play by itself."""
        return bool(self._asked["motion"])

    def set_more_contrast(self, on: bool) -> None:
        """Turn high contrast of borders and muted text on or off, as the settings say."""
        self._ask("contrast", "settings", on)

    @Slot(bool)
    def set_system_contrast(self, on: bool) -> None:
        """Turn high contrast on while the system asks for it, whatever the settings say."""
        self._ask("contrast", "system", on)

    def set_less_motion(self, on: bool) -> None:
        """Turn animations off or on, as the settings say."""
        self._ask("motion", "settings", on)

    @Slot(bool)
    def set_system_motion(self, less: bool) -> None:
        """Turn animations off while the system asks for it, whatever the settings say."""
        self._ask("motion", "system", less)

    def _ask(self, what: str, who: str, on: bool) -> None:
        asked = self._asked[what]
        before = bool(asked)
        (asked.add if on else asked.discard)(who)
        if bool(asked) != before and what == "contrast":
            self._load_colours()

    def apply(self) -> None:
        """Set the application's style, fonts, palette and style sheet."""
        from posto_desktop.ui.theme_palette import choose_family  # not needed for the first paint

        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("The theme needs a QApplication")
        if not self._applied:
            # Fusion on every system, as the base that the style sheet expects.
            app.setStyle(QStyleFactory.create("Fusion"))
            self._family = choose_family()
            self._fonts.clear()
        self._applied = True
        body = self.font("body")
        app.setFont(body)
        QToolTip.setFont(self.font("small"))
        app.setPalette(self.palette())
        app.setStyleSheet(self.style_sheet())

    def palette(self) -> QPalette:
        """Return the Qt palette of the current scheme."""
        from posto_desktop.ui.theme_palette import palette

        return palette(self._colours)

    def style_sheet(self) -> str:
        """Return the style sheet with every token replaced by its value."""
        return _REFERENCE.sub(self._replace, _style_template())

    def _replace(self, match: re.Match[str]) -> str:
        colour, size, offset = match.group(1, 2, 3)
        if colour:
            return css_colour(self._colours[colour])
        head, _, token_name = size.partition(".")
        if head == "font":
            token = self._common["type"][token_name]
            return f"font-size: {token['pt'] * self.scale:.4g}pt; font-weight: {token['weight']};"
        return f"{self.px(size) + int(offset or 0)}px"

    def _wanted_scheme(self) -> str:
        if self._mode != "system":
            return self._mode
        if not self._scheme_known:
            # A guess for the first paint: the exact answer loads all enums of `Qt`, 10 ms.
            system = QApplication.palette()
            dark = system.window().color().lightness() < system.windowText().color().lightness()
            self._system_is_dark = dark
        else:
            from PySide6.QtCore import Qt

            dark = QApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
            if self.system_is_unknown:
                dark = self._system_is_dark
        return "dark" if dark else "light"

    @property
    def system_is_unknown(self) -> bool:
        """Return True if Qt does not know the scheme of this desktop; then call
        `set_system_scheme`."""
        from PySide6.QtCore import Qt

        return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Unknown

    @Slot(bool)
    def set_system_scheme(self, dark: bool) -> None:
        """Set the scheme of a desktop that Qt cannot read."""
        self._system_is_dark = dark
        if self._scheme_known:
            self._follow(self._wanted_scheme())

    def _follow(self, scheme: str) -> None:
        if scheme == self._scheme:
            return
        self._scheme = scheme
        self._load_colours()

    def _load_colours(self) -> None:
        data = self._data(self._scheme)["colour"]
        stronger = _STRONGER if self.has_more_contrast else {}
        self._colours = {name: _colour(data[stronger.get(name, name)]) for name in data}
        if self._applied:
            self.apply()
            self.changed.emit()

    def _data(self, scheme: str) -> dict[str, Any]:
        if scheme not in self._schemes:
            self._schemes[scheme] = _load(scheme)
        return self._schemes[scheme]

    @Slot()
    def _system_changed(self) -> None:
        self._follow(self._wanted_scheme())


def css_colour(colour: QColor) -> str:
    """Return a colour for a style sheet; not as eight digits, which Qt reads as ARGB."""
    if colour.alpha() == 255:
        return colour.name()
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alphaF():.3f})"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resource("themes", f"{name}.toml").read_text("utf-8"))


def _style_template() -> str:
    return resource("themes", "app.qss").read_text("utf-8")


def _colour(value: str | dict[str, Any]) -> QColor:
    # Not `QColor(...)`, here and where colours are copied: resolving its overloads loads all enums
    # of `Qt`, 12 ms before the first paint.
    if isinstance(value, str):
        return QColor.fromString(value)
    colour = QColor.fromString(value["hex"])
    colour.setAlphaF(value["alpha"])
    return colour
