"""Small reusable widgets, painted from the theme."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.buttons import (
        Button,
        Chip,
        IconButton,
        MenuButton,
        SplitButton,
        name_control,
        slug,
    )
    from posto_desktop.ui.widgets.choices import CheckBox, RadioButton, Segmented, Switch
    from posto_desktop.ui.widgets.empty import EmptyState
    from posto_desktop.ui.widgets.fields import ComboBox, SearchField
    from posto_desktop.ui.widgets.focus import FocusRing
    from posto_desktop.ui.widgets.labels import (
        Avatar,
        CountBadge,
        CounterRing,
        ElidedLabel,
        StatusPill,
        hairline,
        label,
        set_role,
        short_number,
    )
    from posto_desktop.ui.widgets.menu import Menu
    from posto_desktop.ui.widgets.progress import ProgressBar
    from posto_desktop.ui.widgets.scrim import Scrim
    from posto_desktop.ui.widgets.toast import Toast, ToastHost

__all__ = [
    "Avatar",
    "Button",
    "CheckBox",
    "Chip",
    "ComboBox",
    "CountBadge",
    "CounterRing",
    "ElidedLabel",
    "EmptyState",
    "FocusRing",
    "IconButton",
    "Menu",
    "MenuButton",
    "ProgressBar",
    "RadioButton",
    "Scrim",
    "SearchField",
    "Segmented",
    "SplitButton",
    "StatusPill",
    "Switch",
    "Toast",
    "ToastHost",
    "hairline",
    "label",
    "name_control",
    "set_role",
    "short_number",
    "slug",
]

# Loaded when asked for: the first paint of the window needs few of them.
_MODULES = {
    "buttons": (
        "Button",
        "Chip",
        "IconButton",
        "MenuButton",
        "SplitButton",
        "name_control",
        "slug",
    ),
    "choices": (
        "CheckBox",
        "RadioButton",
        "Segmented",
        "Switch",
    ),
    "empty": ("EmptyState",),
    "fields": (
        "ComboBox",
        "SearchField",
    ),
    "focus": ("FocusRing",),
    "labels": (
        "Avatar",
        "CountBadge",
        "CounterRing",
        "ElidedLabel",
        "StatusPill",
        "hairline",
        "label",
        "set_role",
        "short_number",
    ),
    "menu": ("Menu",),
    "progress": ("ProgressBar",),
    "scrim": ("Scrim",),
    "toast": (
        "Toast",
        "ToastHost",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value
