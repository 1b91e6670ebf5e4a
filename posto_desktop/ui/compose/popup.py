"""Where the parts of the Compose page take their popups from."""

from __future__ import annotations

from posto_desktop.ui.widgets.popup import RADIUS, Popup

__all__ = ["RADIUS", "Popup"]
