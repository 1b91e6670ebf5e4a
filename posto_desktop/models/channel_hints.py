"""Why accounts are not connected, and settings of channels not changed, by this person or here."""

from __future__ import annotations

from posto_desktop.common.translation import translate

__all__ = ["why_no_settings", "why_not_connected"]


def why_not_connected(role: str) -> str:
    """Return why the app connects no account to a workspace that is not on this computer, for
    somebody with this role in its team; "" is no team."""
    if not role:
        return translate(
            "ChannelHints",
            "Channels of this workspace are added on its site. "
            "To connect an account to this computer, open “This computer” first.",
        )
    if role == "owner":
        return translate(
            "ChannelHints",
            "The app connects accounts to this computer only. "
            "On the server of a team, owners connect them with a script.",
        )
    return translate("ChannelHints", "Only owners connect accounts to this workspace. Ask one.")


def why_no_settings() -> str:
    """Return why somebody may not change the settings of channels."""
    return translate("ChannelHints", "Only editors and owners change the settings of channels.")
