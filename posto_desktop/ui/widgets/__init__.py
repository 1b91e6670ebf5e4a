"""Small reusable widgets, painted from the theme."""

from __future__ import annotations

from posto_desktop.ui.widgets.buttons import (
    Button,
    CheckBox,
    Chip,
    IconButton,
    MenuButton,
    RadioButton,
    Segmented,
    SplitButton,
    Switch,
    name_control,
    slug,
)
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
