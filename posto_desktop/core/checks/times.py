"""Checks for times that are invalid, past, or too near to send the files."""

from __future__ import annotations

from datetime import datetime, timedelta

from posto_desktop.common.formats import clock
from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import Finding, Fix
from posto_desktop.core.checks.post import CheckedPost

SOON = timedelta(seconds=30)
"""Time for sending without files: the service looks for due posts this often."""

FAR = timedelta(days=366)
"""Time from which the year may be a typing error."""

BYTES_A_SECOND = 1_000_000
"""Assumed upload speed, slow on purpose: better to warn too early."""


def check(post: CheckedPost) -> list[Finding]:
    typed = post.draft.when_text.strip()
    if post.reading is None:
        if typed and typed.lower() != "now":
            sentence = translate("Checks", "The time “{time}” cannot be used.").format(time=typed)
            return [Finding("error", "when_unreadable", sentence, fix=_edit())]
        return []
    when = post.reading.when
    if when is None:
        return []
    if when <= post.now:
        move = _move(post)
        sentence = translate("Checks", "The time has passed. Choose a later one.")
        return [Finding("error", "when_past", sentence, fix=_edit(), more=(move,))]
    if when - post.now > FAR:
        sentence = translate("Checks", "The time is more than a year away. Is the year right?")
        nearest = _nearest_year(post, when)
        return [Finding("hint", "when_far", sentence, fix=nearest, more=(_edit(),))]
    need = needed(post)
    if when - post.now < need:
        sentence = (
            translate("Checks", "The time is very near. Uploading the files may take longer.")
            if post.media
            else translate(
                "Checks", "The time is very near. The post may go out some seconds later."
            )
        )
        return [Finding("hint", "when_near", sentence, fix=_move(post), more=(_edit(),))]
    return []


def _edit() -> Fix:
    return Fix("edit_when", translate("Fixes", "Change the time"))


def needed(post: CheckedPost) -> timedelta:
    """Return how long before its time a post should be sent to the service."""
    if post.local:
        return timedelta(0)  # no upload needed
    size = sum(ref.size for ref in post.media)
    return SOON + timedelta(seconds=size / BYTES_A_SECOND)


def next_possible(post: CheckedPost) -> datetime:
    """Return the first whole minute that is surely late enough."""
    earliest = (post.now + needed(post) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return earliest + timedelta(minutes=1)


def _nearest_year(post: CheckedPost, when: datetime) -> Fix:
    """Return the fix that moves a far time to the same day of the next possible year."""
    local = when.astimezone(post.now.tzinfo)
    # 29 February is the day before where there is none.
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    near = local.replace(year=post.now.year, day=day)
    if near <= next_possible(post):
        near = near.replace(year=post.now.year + 1)
    label = translate("Fixes", "Use the nearest year")
    return Fix("move_time", label, near.isoformat(" ", "minutes"))


def _move(post: CheckedPost) -> Fix:
    when = next_possible(post)
    label = translate("Fixes", "Move to {time}").format(time=clock(when))
    return Fix("move_time", label, when.isoformat(" ", "minutes"))
