"""Fixes that open something in the window instead of changing the draft."""

from __future__ import annotations

WINDOW_KINDS = frozenset(
    {
        "add_media",
        "choose_channels",
        "crop",
        "describe",
        "edit_for",
        "edit_title",
        "edit_video",
        "edit_when",
        "sign_in_again",
    }
)
REFUSAL_KINDS = frozenset({"edit_comment", "edit_link", "show_file"})
"""Those of a post that its network refused (`core.refusal`)."""
