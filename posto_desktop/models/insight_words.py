"""Words for insights: measures, ages, periods, and names as networks count them."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.insights.measures import ENGAGEMENT, own_label
from posto_desktop.core.insights.report import InsightsReport
from posto_desktop.core.insights.statistics import ENOUGH
from posto_desktop.core.limits import network_name
from posto_desktop.models.numbers import trimmed

__all__ = [
    "age_words",
    "explanation",
    "insight_words",
    "measure_words",
    "not_enough",
    "number_words",
    "period_words",
]

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


def measure_words(measure: str) -> str:
    """Return the name of a measure."""
    words = {
        ENGAGEMENT: translate("Insights", "Engagement"),
        "views": translate("Insights", "Views"),
        "impressions": translate("Insights", "Impressions"),
        "reach": translate("Insights", "Reach"),
        "likes": translate("Insights", "Likes"),
        "replies": translate("Insights", "Replies"),
        "shares": translate("Insights", "Shares"),
        "quotes": translate("Insights", "Quotes"),
        "saves": translate("Insights", "Saves"),
        "clicks": translate("Insights", "Clicks"),
        "score": translate("Insights", "Score"),
    }
    return words.get(measure) or insight_words(own_label(measure) or measure)


def age_words(age: str) -> str:
    """Return the words for an age at which posts are compared."""
    return {
        "latest": translate("Insights", "Newest numbers"),
        "hour": translate("Insights", "After 1 hour"),
        "day": translate("Insights", "After 24 hours"),
        "week": translate("Insights", "After 7 days"),
    }[age]


def period_words(days: int) -> str:
    """Return the words for the last so many days."""
    if days == 365:
        return translate("Insights", "Last 12 months")
    return translate("Insights", "Last %n day(s)", "", days)


def number_words(number: float) -> str:
    """Return a number, or a median that lies between two."""
    return trimmed(float(number), 1)


def not_enough(n: int) -> str:
    return translate("Insights", "Not enough posts yet: {count} of {enough}").format(
        count=number_words(n), enough=ENOUGH
    )


def explanation(report: InsightsReport) -> list[str]:
    """Return sentences that say what the plots show, how, and what is missing."""
    lines = []
    if report.question.measure == ENGAGEMENT:
        networks = [
            translate("Insights", "{network}: {parts}").format(
                network=network_name(network), parts=listed(map(measure_words, parts))
            )
            for network, parts in report.parts
        ]
        words = translate(
            "Insights", "Engagement is what people did: likes, replies, shares and quotes together."
        )
        lines.append(" ".join([words, "; ".join(networks) + "." if networks else ""]).strip())
    if report.question.age == "latest":
        lines.append(translate("Insights", "Posts of the last 24 hours are not counted yet."))
    missing = report.published - report.n
    if missing:
        lines.append(
            translate("Insights", "%Ln post(s) without this number (is/are) left out.", "", missing)
        )
    if report.is_ranked:
        lines.append(
            translate(
                "Insights",
                "To compare channels of different size, a post counts by its rank in its channel:"
                " 70 means better than 70% of that channel's posts, 50 is usual.",
            )
        )
    lines.append(
        translate(
            "Insights",
            "Values are medians. Thin lines show the middle half of the posts. Pale marks have"
            " fewer than 5 posts.",
        )
    )
    return lines
