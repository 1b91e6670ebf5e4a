"""Tool tips with more than a few words."""

from __future__ import annotations

from html import escape

__all__ = ["wrapped"]


def wrapped(text: str) -> str:
    """Plain text with its line breaks, for a tool tip: Qt wraps only what it takes for rich text,
    and shows a long plain line as wide as the screen."""
    return f'<p style="white-space: pre-wrap">{escape(text)}</p>' if text else ""
