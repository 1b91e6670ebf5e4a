"""The look as data: `resources/themes` turned into a palette, fonts and one style sheet.

One `Theme` exists a process. A change of scheme or text size re-applies palette, fonts and style
sheet and emits `changed`; widgets that paint by hand repaint on it and keep no colours.

The first paint needs a few colours and sizes only: `Theme.begin` gives those,
`apply_to_application` the rest.
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

# The tokens that grow with the text size. Rings, radii and hairlines stay as they are.
_SCALED = frozenset({"size", "row"})

_STRONGER = {
    "border": "border_strong",
    "border_strong": "control_border",
    "control_border": "text_muted",
    "text_muted": "text",
    "text_faint": "text_muted",
    "text_disabled": "text_faint",
    "slot_line": "control_border",
    "scrollbar": "control_border",
}
"""With more contrast a role looks as the next stronger one does without."""
INTER = "Inter"
"""The face that is bundled."""
_MOTION = frozenset({"popup_ms", "panel_ms", "toast_ms", "drag_snap_ms"})
_REFERENCE = re.compile(r"@\{?([a-z_]+(?:\.[a-z_]+)*)\}?|\$([a-z_]+(?:\.[a-z_]+)+)([+-]\d+)?")


@dataclass(frozen=True)
class Status:
    """How one status looks: its words, icon and three colours."""

    name: str
    label: str
    icon: str
    fg: QColor
    bg: QColor
    solid: QColor


@dataclass(frozen=True)
class NetworkLook:
    """How one network is marked. `mark` is `fa6b.NAME`, `lucide:NAME` or `letter:X`."""

    slug: str
    name: str
    mark: str
    tint: QColor
    glyph: QColor


class Theme(QObject):
    """Gives colours, fonts and sizes by their token names and applies them to the application.

    Signals:
        changed(): the scheme, the text size, the height of rows or the contrast changed and has
            been applied.
    """

    changed = Signal()

    _instance: Theme | None = None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._common = _load("common")
        self._schemes: dict[str, dict[str, Any]] = {}
        self._mode = "system"
        self._text_size = "normal"
        self._compact = self._more_contrast = False
        self.less_motion = False
        """Nothing slides, fades or plays by itself."""
        self._scheme = ""
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[str, QFont] = {}
        self._family = ""
        self._applied = False
        self._scheme_known = self._system_is_dark = False
        self._follow(self._wanted_scheme())

    @classmethod
    def begin(cls) -> Theme:
        """The one theme of the process with its colours and sizes, not applied yet: see
        `apply_to_application`."""
        if cls._instance is None:
            cls._instance = cls(QApplication.instance())
        return cls._instance

    @classmethod
    def instance(cls) -> Theme:
        """The one theme of the process; it is made on the first call."""
        found = cls._instance
        if found is None:
            found = cls.begin()
            found.apply_to_application()
        return found

    def apply_to_application(self) -> None:
        """Apply the theme to the application and follow the system's scheme from now on."""
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
        """The scheme shown now, "light" or "dark"."""
        return self._scheme

    @property
    def is_dark(self) -> bool:
        return self._scheme == "dark"

    @property
    def mode(self) -> str:
        """What was chosen: "system", "light" or "dark"."""
        return self._mode

    @property
    def text_size(self) -> str:
        """The chosen text size, a key of the tokens' `scale`."""
        return self._text_size

    @property
    def scale(self) -> float:
        """The factor of the chosen text size."""
        return float(self._common["scale"][self._text_size])

    def colour(self, name: str) -> QColor:
        """The colour of a token, such as "surface", to keep. An unknown name raises KeyError."""
        return self._colours[name].__copy__()

    def scheme_colour(self, scheme: str, name: str) -> QColor:
        """The colour of a token in the named scheme, whichever is shown."""
        return _colour(self._data(scheme)["colour"][name])

    def status(self, name: str) -> Status:
        """The look of a status: draft, scheduled, late, sending, sent, failed or needs_you."""
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
        """The names of all statuses, in the order in which they are listed."""
        return tuple(self._common["status"])

    def network(self, slug: str) -> NetworkLook:
        """The mark of a network; one without a token gets its first letter on grey."""
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
        """The slugs of all networks that have a mark of their own."""
        return tuple(self._common["network"])

    def label_colours(self, name: str) -> tuple[QColor, QColor]:
        """Foreground and background of a label colour such as "teal"."""
        look = self._data(self._scheme)["label"][name]
        return QColor(look["fg"]), QColor(look["bg"])

    def font(self, name: str = "body") -> QFont:
        """The font of a type token, such as "body" or "caption", in the chosen text size."""
        found = self._fonts.get(name)
        if found is None:
            from PySide6.QtGui import QFont  # like the palette, not needed for the first paint

            token = self._common["type"][name]
            found = QFont(self._family)
            found.setPointSizeF(token["pt"] * self.scale)
            found.setWeight(QFont.Weight(token["weight"]))
            if self._family == INTER:
                # Inter is drawn for unhinted outlines; hinting widens it and blurs its weights.
                found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            self._fonts[name] = found
        return found.__copy__()

    def numbers(self, name: str = "body") -> QFont:
        """Like `font`, with figures of equal width: for times, counts and durations."""
        font = self.font(name)
        font.setFeature(font.Tag("tnum"), 1)
        return font

    def mono(self) -> QFont:
        """The system's fixed font, for details of errors."""
        from PySide6.QtGui import QFontDatabase

        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(self._common["type"]["small"]["pt"] * self.scale)
        return font

    def line(self, name: str = "body") -> int:
        """The line height of a type token in logical pixels."""
        line: float = self._common["type"][name]["line"]
        return round(line * self.scale)

    def px(self, path: str) -> int:
        """A size token by its path, such as "size.control" or "pane.left.default"."""
        value: Any = self._common
        for key in path.split("."):
            if key == "comfortable" and self._compact:
                key = "compact"
            value = value[key]
        if path.split(".", 1)[0] in _SCALED:
            value *= self.scale
        return round(float(value))

    def token(self, path: str) -> float:
        """Any other number as it stands in the data, such as "breakpoint.tall_from_height"."""
        value: Any = self._common
        for key in path.split("."):
            value = value[key]
        if self.less_motion and path.startswith("motion.") and key in _MOTION:
            return 0
        number: float = value
        return number

    def pair(self, path: str) -> tuple[int, int]:
        """A width and a height as they stand in the data, such as "breakpoint.min_window"."""
        value: Any = self._common
        for key in path.split("."):
            value = value[key]
        width, height = value
        return width, height

    def icon_stroke(self, size: int) -> float:
        """The stroke width, on the icon's 24 px grid, for an icon shown at `size` px."""
        strokes = self._common["icon"]["stroke"]
        return next(float(width) for limit, width in strokes.items() if size <= int(limit))

    # Choosing

    def setMode(self, mode: str) -> None:
        """Choose "system", "light" or "dark"; the whole application follows at once."""
        if mode not in MODES:
            raise ValueError(f"There is no scheme called {mode!r}")
        self._mode = mode
        self._follow(self._wanted_scheme())

    def set_text_size(self, name: str) -> None:
        """Choose a text size of the tokens' `scale`; fonts and heights follow at once."""
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
        """Choose "comfortable" or "compact" rows in tables and in the channel list."""
        if name not in ("comfortable", "compact"):
            raise ValueError(f"There is no row height called {name!r}")
        if self._compact != (name == "compact"):
            self._compact = name == "compact"
            if self._applied:
                self.changed.emit()

    def set_more_contrast(self, on: bool) -> None:
        """Show borders and quiet text stronger."""
        if self._more_contrast != on:
            self._more_contrast = on
            self._load_colours()

    def set_less_motion(self, on: bool) -> None:
        """Let nothing move by itself from now on."""
        self.less_motion = on

    def apply(self) -> None:
        """Give the application base style, fonts, palette and style sheet."""
        from posto_desktop.ui.theme_palette import choose_family  # not needed for the first paint

        app = QApplication.instance()
        if not isinstance(app, QApplication):
            raise RuntimeError("The theme needs a QApplication")
        if not self._applied:
            # Fusion everywhere: the style sheet has to meet the same base on every system.
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
        """The Qt palette of the scheme shown now."""
        from posto_desktop.ui.theme_palette import palette

        return palette(self._colours)

    def style_sheet(self) -> str:
        """The style sheet with every token reference replaced by its value."""
        return _REFERENCE.sub(self._replace, _style_template())

    def _replace(self, match: re.Match[str]) -> str:
        colour, size, offset = match.group(1, 2, 3)
        if colour:
            return css_colour(self._colours[colour])
        head, _, rest = size.partition(".")
        if head == "font":
            token = self._common["type"][rest]
            return f"font-size: {token['pt'] * self.scale:.4g}pt; font-weight: {token['weight']};"
        return f"{self.px(size) + int(offset or 0)}px"

    def _wanted_scheme(self) -> str:
        if self._mode != "system":
            return self._mode
        if not self._scheme_known:
            # Near enough for the first paint: the true answer loads all enums of `Qt`, 10 ms.
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
        """Whether Qt does not know the scheme of this desktop: `set_system_scheme` it then."""
        from PySide6.QtCore import Qt

        return QApplication.styleHints().colorScheme() == Qt.ColorScheme.Unknown

    @Slot(bool)
    def set_system_scheme(self, dark: bool) -> None:
        """What a desktop that Qt does not know says of itself."""
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
        stronger = _STRONGER if self._more_contrast else {}
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
    """A colour as a style sheet wants it; eight-digit names are avoided, Qt reads them as ARGB."""
    if colour.alpha() == 255:
        return colour.name()
    return f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alphaF():.3f})"


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads(resource("themes", f"{name}.toml").read_text("utf-8"))


def _style_template() -> str:
    return resource("themes", "app.qss").read_text("utf-8")


def _colour(value: str | dict[str, Any]) -> QColor:
    # Not `QColor(...)` here, nor where colours are copied: choosing among its overloads loads all
    # enums of `Qt`, 12 ms before the first paint.
    if isinstance(value, str):
        return QColor.fromString(value)
    colour = QColor.fromString(value["hex"])
    colour.setAlphaF(value["alpha"])
    return colour
