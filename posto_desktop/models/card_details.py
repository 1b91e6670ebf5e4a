"""What the details of a calendar card say, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translate
from posto_desktop.core.edited_message import can_edit
from posto_desktop.core.limits import network_name
from posto_desktop.core.site_schedule import SITE
from posto_desktop.models import dates
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.calendar_drafts import is_draft
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.message_words import status_summary
from posto_desktop.models.planner_words import age_words, planner_words
from posto_desktop.models.reasons import explain
from posto_desktop.models.review_words import files_of, headline_of, remark_words
from posto_desktop.models.schedule_hints import why_not_yours
from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.models.when_text import day_and_time, distance
from posto_desktop.models.zone_words import beside
from posto_desktop.sdk.records import Schedule

__all__ = [
    "CardDetails",
    "deletable_rows",
    "details_of",
    "editable_rows",
    "failed_rows",
    "missed_rows",
]


@dataclass(frozen=True)
class CardDetails:
    """Texts and posts of a card. ``status`` is a token, ``reason`` says why posts are not
    published, ``review`` how a proposal stands, ``conflict`` what goes to the same channel near it,
    ``note`` what deleting does or does not do. ``posts`` is empty for a draft without channels;
    ``times`` are theirs by id, if they are not of the same minute. ``links`` are the web addresses
    of those that are published.
    ``is_of_site``: a planner of the site will make the posts."""

    status: str
    status_words: str
    when: str
    text: str
    own_texts: str
    reason: str
    review: str
    conflict: str
    note: str
    posts: tuple[ScheduleRow, ...]
    times: Mapping[int, str]
    links: tuple[str, ...]
    can_edit: bool
    can_move: bool
    can_retry: bool
    can_send: bool
    can_delete: bool
    can_duplicate: bool
    can_pause: bool
    is_of_site: bool


def editable_rows(card: CalendarCard) -> list[Schedule]:
    """Return the posts whose message can still be edited."""
    return [row for row in _own(card) if row.status == WAITING or can_edit(row)]


def deletable_rows(card: CalendarCard) -> list[Schedule]:
    return [row for row in _own(card) if row.status not in ("sending", WAITING, SITE)]


def failed_rows(card: CalendarCard) -> list[Schedule]:
    """Return the posts that surely failed and can be sent again."""
    return [row for row in _own(card) if row.status == "error" and not row.may_be_live]


def missed_rows(card: CalendarCard) -> list[Schedule]:
    """Return the posts whose time passed, which can be sent now."""
    return [row for row in _own(card) if row.status == "missed"]


def _own(card: CalendarCard) -> list[Schedule]:
    """Return the posts that the signed-in person may change."""
    return [row for row in card.rows if row.id not in card.locked]


def details_of(card: CalendarCard, model: CalendarModel) -> CardDetails:
    """Return what there is to say about a card now."""
    now, zone = model.now(), model.zone
    days = dates.LocalDays(zone)
    posts = tuple(ScheduleRow(row, now, days) for row in card.rows)
    first = card.rows[0]
    of_draft = is_draft(first)
    is_ordinary = not model.is_moving(card) and first.status != WAITING
    words = status_summary(MessageRow(card.key, posts)) if is_ordinary else model.status_word(card)
    when = beside(day_and_time(card.moment, zone), model.zone_words(card))
    if card.moment > now:
        when = f"{when} · {distance(card.moment, now, zone)}"
    times = {row.id: dates.clock(row.send_at, zone) for row in card.rows if row.send_at is not None}
    return CardDetails(
        status="draft" if card.status == "other" else card.status,
        status_words=words,
        when=when,
        text=planner_words(first) if first.status == SITE else first.whole_text,
        own_texts=_own_texts(card),
        reason=_reason(posts),
        review=_review(card, model),
        conflict=model.conflict_words(card),
        note=age_words(
            _note(card, model.rights.role), model.site_as_of if first.status == SITE else None, zone
        ),
        posts=tuple(post for post in posts if post.schedule.network),
        times=times if len(set(times.values())) > 1 else {},
        links=tuple(dict.fromkeys(row.link for row in card.rows if row.link)),
        can_edit=of_draft or bool(editable_rows(card)),
        can_move=bool(card.movable),
        can_retry=bool(failed_rows(card)),
        can_send=bool(missed_rows(card)),
        can_delete=of_draft or bool(deletable_rows(card)),
        can_duplicate=first.status != SITE and model.rights.may_compose,
        can_pause=first.status == SITE and model.can_pause_planners,
        is_of_site=first.status == SITE,
    )


def _own_texts(card: CalendarCard) -> str:
    """Return which networks have another text than the one shown."""
    shown = card.rows[0].whole_text
    others = [row.network for row in card.rows[1:] if row.whole_text != shown]
    names = listed(dict.fromkeys(map(network_name, others)))
    return (
        translate("CalendarModel", "Own text: {networks}").format(networks=names) if names else ""
    )


def _reason(posts: tuple[ScheduleRow, ...]) -> str:
    """Return why the first unpublished post is not published."""
    for post in posts:
        if post.status == SITE:
            continue  # its text says it
        reason = explain(post.schedule, post.status)
        if reason is not None:
            return reason.title
    return ""


def _review(card: CalendarCard, model: CalendarModel) -> str:
    """Return who proposed a message, or what an editor asks to be changed."""
    proposal = model.proposals.get(card.rows[0].group_id)
    if proposal is None:
        return ""
    review = proposal.review
    words = headline_of(review)
    if review.state == "returned" and review.remark is not None:
        return f"{words}\n{remark_words(review.remark, files_of(card.rows))}"
    return words


def _note(card: CalendarCard, role: str) -> str:
    if len(card.locked) == len(card.rows):
        return why_not_yours(role)
    statuses = {row.status for row in card.rows}
    if is_draft(card.rows[0]):
        return translate("CalendarModel", "A draft is not sent until you post it.")
    if SITE in statuses:
        return translate("CalendarModel", "The site posts this by itself. Change it on the site.")
    if statuses == {WAITING}:
        return translate("CalendarModel", "It waits on this computer. Activity says for what.")
    if statuses == {"success"}:
        return translate("CalendarModel", "If you delete it here, it stays published.")
    if "success" in statuses:
        return translate(
            "CalendarModel", "If you delete it here, what is published stays published."
        )
    return ""
