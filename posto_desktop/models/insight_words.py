"""Names of insights as networks count them."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

__all__ = ["insight_words"]

_KNOWN = frozenset(
    str(word)
    for word in (
        QT_TRANSLATE_NOOP("Insights", "Views"),
        QT_TRANSLATE_NOOP("Insights", "Replies"),
        QT_TRANSLATE_NOOP("Insights", "Boosts"),
        QT_TRANSLATE_NOOP("Insights", "Reposts"),
        QT_TRANSLATE_NOOP("Insights", "Renotes"),
        QT_TRANSLATE_NOOP("Insights", "Quotes"),
        QT_TRANSLATE_NOOP("Insights", "Favourites"),
        QT_TRANSLATE_NOOP("Insights", "Likes"),
        QT_TRANSLATE_NOOP("Insights", "Reactions"),
        QT_TRANSLATE_NOOP("Insights", "Comments"),
        QT_TRANSLATE_NOOP("Insights", "Score"),
    )
)


def insight_words(label: str) -> str:
    """Return the translated name of an insight; others are shown as the service names them."""
    return QCoreApplication.translate("Insights", label) if label in _KNOWN else label
