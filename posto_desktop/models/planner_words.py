"""Texts about posts that the site's planners will make."""

from __future__ import annotations

from datetime import datetime, tzinfo

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.sdk.records import Schedule

__all__ = ["age_words", "planner_words"]


def planner_words(row: Schedule) -> str:
    """Return "Site planner: Weekly tips"."""
    if not row.wp_post_title:
        return translate("SitePlanners", "Site planner")
    return translate("SitePlanners", "Site planner: {name}").format(name=row.wp_post_title)


def age_words(words: str, as_of: datetime | None, zone: tzinfo | None = None) -> str:
    """Return the words with the age of what is only known from before: "… As of 14:05"."""
    if as_of is None:
        return words
    age = translate("SitePlanners", "As of {time}").format(time=dates.clock(as_of, zone))
    return f"{words} {age}".strip()
