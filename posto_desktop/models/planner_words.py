"""Texts about posts that the site's planners will make."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.sdk.records import Schedule

__all__ = ["planner_words"]


def planner_words(row: Schedule) -> str:
    """Return "Site planner: Weekly tips"."""
    if not row.wp_post_title:
        return translate("SitePlanners", "Site planner")
    return translate("SitePlanners", "Site planner: {name}").format(name=row.wp_post_title)
