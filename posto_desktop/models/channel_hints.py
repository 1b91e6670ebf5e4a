"""Why accounts are not connected, and settings of channels not changed, by this person or here."""

from __future__ import annotations

from posto_desktop.common.translation import translate

__all__ = ["why_no_settings", "why_not_connected"]


def why_not_connected(role: str) -> str:
    """Return why somebody with this role in a team connects no account to its workspace; "" is a
    workspace without a team."""
    if not role:
        return translate(
            "ChannelHints",
            "Channels of this workspace are added on its site. "
            "To connect an account to this computer, open “This computer” first.",
        )
    return translate("ChannelHints", "Only owners connect accounts to this workspace. Ask one.")


def why_no_settings() -> str:
    """Return why somebody may not change the settings of channels."""
    return translate("ChannelHints", "Only editors and owners change the settings of channels.")
