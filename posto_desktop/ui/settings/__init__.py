"""The settings dialog."""

from __future__ import annotations

from posto_desktop.ui.settings.dialog import SettingsDialog

__all__ = ["SettingsDialog"]
