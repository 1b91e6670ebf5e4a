"""Colours of each control in each state, worked out from the style sheet as Qt does it: which rules
match, which of them are stronger, what shows through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QColor

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PART = re.compile(r'\[(\w+)="([^"]*)"\]|::([\w-]+)|:(!?[\w-]+)|#(\w+)|([A-Za-z*]\w*)')
_BASES = {
    "QPushButton": ("QPushButton", "QAbstractButton", "QWidget"),
    "QToolButton": ("QToolButton", "QAbstractButton", "QWidget"),
    "QLineEdit": ("QLineEdit", "QWidget"),
    "QComboBox": ("QComboBox", "QWidget"),
    "QSpinBox": ("QSpinBox", "QAbstractSpinBox", "QWidget"),
    "QPlainTextEdit": ("QPlainTextEdit", "QAbstractScrollArea", "QFrame", "QWidget"),
    "QListView": ("QListView", "QAbstractItemView", "QAbstractScrollArea", "QFrame", "QWidget"),
    "QHeaderView": ("QHeaderView", "QAbstractItemView", "QWidget"),
    "QLabel": ("QLabel", "QFrame", "QWidget"),
}


@dataclass(frozen=True)
class Control:
    """A control: its class, its dynamic properties, and the areas (tokens) on which it lies."""

    kind: str
    properties: Mapping[str, str] = field(default_factory=dict)
    areas: tuple[str, ...] = ("surface",)
    within: tuple[str, ...] = ()
    part: str = ""

    @property
    def name(self) -> str:
        words = " ".join(f"{key}={value}" for key, value in self.properties.items())
        part = f"::{self.part}" if self.part else ""
        return " ".join(filter(None, [*self.within, f"{self.kind}{part}", words]))


@dataclass(frozen=True)
class Look:
    """The colours of a control in a state; None: there is none, what lies below shows."""

    text: QColor | None
    fill: QColor | None
    border: QColor | None


class StyleSheet:
    """The rules of a style sheet, in which every token is replaced."""

    def __init__(self, sheet: str) -> None:
        sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
        self._rules: list[tuple[str, dict[str, str]]] = []
        for selectors, body in _RULE.findall(sheet):
            lines = (line.partition(":") for line in body.split(";"))
            declared = {name.strip(): value.strip() for name, _, value in lines if value}
            self._rules += [(selector.strip(), declared) for selector in selectors.split(",")]

    def look(self, control: Control, states: frozenset[str]) -> Look:
        matching = []
        for order, (selector, declared) in enumerate(self._rules):
            weight = _weight(selector, control, states)
            if weight is not None:
                matching.append((weight, order, declared))
        text = fill = border = None
        for *_strength, declared in sorted(matching, key=lambda rule: rule[:2]):
            for name, value in declared.items():
                if name == "color":
                    text = _colour(value)
                elif name in ("background", "background-color"):
                    fill = _colour(value)
                elif name == "border":
                    border = _colour(value.split(maxsplit=2)[2]) if value != "none" else None
                elif name == "border-color":
                    border = _colour(value)
        return Look(text, fill, border)


def _weight(selector: str, control: Control, states: frozenset[str]) -> tuple[int, int, int] | None:
    """How strong a matching selector is; None if it does not match."""
    *above, last = re.sub(r"\s*>\s*", " ", selector).split()
    total = _weight_of_compound(last, control.kind, control.properties, states, control.part)
    if total is None:
        return None
    around = list(control.within)
    for compound in reversed(above):
        while around:
            weight = _weight_of_compound(compound, around.pop(), {}, frozenset(), "")
            if weight is not None:
                total = (total[0] + weight[0], total[1] + weight[1], total[2] + weight[2])
                break
        else:
            return None
    return total


def _weight_of_compound(
    compound: str, kind: str, properties: Mapping[str, str], states: frozenset[str], part: str
) -> tuple[int, int, int] | None:
    ids = attributes = elements = 0
    wanted_part = ""
    for key, value, sub, state, name, element in _PART.findall(compound):
        if key:
            if properties.get(key) != value:
                return None
            attributes += 1
        elif sub:
            wanted_part = sub
        elif state:
            if (state.removeprefix("!") in states) == state.startswith("!"):
                return None
            attributes += 1
        elif name:
            return None
        elif element != "*":
            if element not in _BASES.get(kind, (kind, "QWidget")):
                return None
            elements += 1
    return (ids, attributes, elements) if wanted_part == part else None


def _colour(value: str) -> QColor | None:
    value = value.strip()
    if value in ("transparent", "none"):
        return None
    if value.startswith("rgba"):
        red, green, blue, alpha = re.findall(r"[\d.]+", value)
        made = QColor(int(red), int(green), int(blue))
        made.setAlphaF(float(alpha))
        return made
    return QColor(value)


_BUTTON = ("surface", "window", "surface_alt", "raised", "failed_area", "late_area")
_FIELD = ("surface", "window", "surface_alt", "raised")
POINTED: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"hover"}),
    frozenset({"hover", "pressed"}),
    frozenset({"pressed"}),
    frozenset({"focus"}),
)
CHECKED = tuple(states | {"checked"} for states in POINTED)


def framed() -> Iterator[tuple[Control, tuple[frozenset[str], ...]]]:
    """The controls that one knows by their border or fill, with their states."""
    yield Control("QPushButton", {}, _BUTTON), POINTED
    yield Control("QPushButton", {"small": "true"}, _BUTTON), POINTED
    yield Control("QPushButton", {"dashed": "true"}, _FIELD), POINTED
    for variant in ("primary", "danger"):
        yield Control("QPushButton", {"variant": variant}, _BUTTON[:4]), POINTED
    for variant in ("split-left", "split-right"):
        yield Control("QPushButton", {"variant": variant}), POINTED
        yield Control("QPushButton", {"variant": variant, "mirrored": "true"}), POINTED
    yield Control("QPushButton", {"variant": "split-right", "quiet": "true"}), POINTED
    yield Control("QPushButton", {"variant": "chip"}, _FIELD), POINTED + CHECKED
    for kind in ("QLineEdit", "QComboBox", "QSpinBox"):
        yield Control(kind, {}, _FIELD), (POINTED[0], POINTED[1], POINTED[4])
    yield Control("QLineEdit", {"small": "true"}, _FIELD), (POINTED[0], POINTED[1], POINTED[4])
    yield Control("QLineEdit", {"invalid": "true"}, _FIELD), POINTED[:2]
    yield Control("QComboBox", {"invalid": "true"}, _FIELD), POINTED[:2]
    yield Control("QComboBox", {"unset": "true"}, _FIELD), POINTED[:2]
    yield Control("QPlainTextEdit", {"role": "field"}, _FIELD), (POINTED[0], POINTED[4])
    yield Control("QPushButton", {"variant": "segment"}, ("sunken",)), CHECKED[:2]
    yield Control("QScrollBar", {}, _FIELD, part="handle"), POINTED[:2]
    across = (frozenset({"horizontal"}), frozenset({"horizontal", "hover"}))
    yield Control("QSlider", {}, _FIELD, part="handle"), across


def unframed() -> Iterator[tuple[Control, tuple[frozenset[str], ...]]]:
    """The controls and texts that one knows by their words or icon alone."""
    for variant in ("quiet", "quiet-danger", "link"):
        yield Control("QPushButton", {"variant": variant}, _BUTTON), POINTED
    yield Control("QPushButton", {"variant": "toast"}, ("inverse",)), POINTED
    yield Control("QPushButton", {"variant": "segment"}, ("sunken",)), POINTED + CHECKED
    yield Control("QToolButton", {}, (*_BUTTON, "sunken")), POINTED + CHECKED
    yield Control("QToolButton", {"page": "true"}, ("window",), ("QToolBar",)), POINTED + CHECKED
    yield Control("QToolButton", {"menuButton": "true"}, _BUTTON), POINTED
    for role in ("", "muted", "faint", "small", "caption", "error", "error-small", "control"):
        properties = {"role": role} if role else {}
        areas = (*_BUTTON, "hover_row", "selected")
        yield Control("QLabel", properties, areas), POINTED[:1]
    yield Control("QLabel", {"role": "inverse"}, ("inverse",)), POINTED[:1]
    yield Control("QMenu"), POINTED[:1]
    yield Control("QMenu", part="item"), (frozenset({"selected"}),)
    yield Control("QMenuBar"), POINTED[:1]
    yield Control("QToolTip"), POINTED[:1]
    yield Control("QHeaderView", part="section"), POINTED[:1]
    yield (
        Control("QListView", {}, ("raised",), ("QComboBox",), "item"),
        (frozenset({"hover"}), frozenset({"selected"})),
    )
    yield Control("QListView", {}, _FIELD), POINTED[:1]
