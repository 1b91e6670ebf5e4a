"""Font family and palette of the theme."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtGui import QColor, QFontDatabase, QPalette

from posto_desktop.common.resources import resource

__all__ = ["choose_family", "palette"]

# Families that read well at 13 px; others on Linux are replaced by the bundled Inter.
_GOOD_FAMILIES = (
    "adwaita sans",
    "cantarell",
    "fira sans",
    "ibm plex sans",
    "inter",
    "noto sans",
    "open sans",
    "oxygen",
    "roboto",
    "segoe ui",
    "source sans",
    "ubuntu",
)
# What Windows falls back to without Segoe UI; Windows in other scripts has good fonts of its own.
_POOR_FAMILIES = ("arial", "microsoft sans serif", "ms sans serif", "ms shell dlg", "tahoma")
_INTER_FILES = ("Inter-Regular.ttf", "Inter-Medium.ttf", "Inter-SemiBold.ttf")


def choose_family() -> str:
    """Return the system's UI font family, or Inter if that is unsuitable."""
    general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if is_suitable(general, sys.platform, QFontDatabase.families()):
        return general
    loaded = ""
    for name in _INTER_FILES:
        # Prefer the bundled copy to an installed one, which may lack weights.
        number = QFontDatabase.addApplicationFont(str(resource("fonts", name)))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        loaded = loaded or (families[0] if families else "")
    return loaded or general


def is_suitable(family: str, platform: str, installed: Sequence[str]) -> bool:
    """Return whether a system's font family reads well and is there: Windows names Segoe UI also
    where it is missing."""
    if platform.startswith("linux"):
        return family.lower().startswith(_GOOD_FAMILIES)
    if platform == "win32":
        return family in installed and not family.lower().startswith(_POOR_FAMILIES)
    return True


def palette(colours: dict[str, QColor]) -> QPalette:
    """Return the palette with the colours of the tokens."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for target, name in (
        (role.Window, "surface"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "surface_alt"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "text_on_accent"),
        (role.Light, "raised"),
        (role.Midlight, "hover"),
        (role.Mid, "border_strong"),
        (role.Dark, "control_border"),
        (role.Shadow, "text_faint"),
        (role.Highlight, "selection_bg"),
        (role.HighlightedText, "text"),
        (role.Link, "accent_text"),
        (role.LinkVisited, "accent_text"),
        (role.Accent, "accent"),
        (role.ToolTipBase, "inverse"),
        (role.ToolTipText, "text_inverse"),
        (role.PlaceholderText, "text_faint"),
    ):
        made.setColor(target, colours[name])
    for target in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        made.setColor(group.Disabled, target, colours["text_disabled"])
    made.setColor(group.Disabled, role.Highlight, colours["sunken"])
    made.setColor(group.Disabled, role.Accent, colours["text_disabled"])
    return made
