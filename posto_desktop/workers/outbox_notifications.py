"""Notifications about finished and retried posts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from posto_desktop.common.locale_words import listed
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.delivery.outbox import Entry
from posto_desktop.sdk.schedule_manager import RetryResult
from posto_desktop.workers.notification import Notification, NotificationAction

_WORTH_TELLING = timedelta(seconds=20)
_MAX_NAMES = 2


def submitted_notification(entry: Entry) -> Notification | None:
    """Return the notification for a sent entry; None while the user still sees "on its way"."""
    series = entry.series
    # A series notifies once, with its last post.
    last = series is None or series.index == series.count
    if not last or datetime.now(UTC) - entry.created_at <= _WORTH_TELLING:
        return None
    text = translate("Service", "“{title}” was accepted").format(title=short(entry.title))
    return Notification("ok", text)


def failed_notification(entry: Entry) -> Notification:
    """Return the notification for an entry that was refused, partly accepted, or needs the user. A
    campaign can cause many for one reason."""
    #: Verb: a button.
    show = NotificationAction(translate("Service", "Show"), "show_activity", entry.id)
    title, cause = short(entry.title), f"{entry.workspace}\n{entry.state}\n{entry.reason}"
    if entry.is_partly:
        missing = [item.channel_name for item in entry.missing]
        total = len(entry.items)
        text = (
            translate(
                "Service",
                "“{title}” was accepted for {n} of %n channel(s), not for {channels}.",
                "",
                total,
            )
            if len(missing) <= _MAX_NAMES
            else translate("Service", "“{title}” was accepted for {n} of %n channel(s).", "", total)
        ).format(title=title, n=len(entry.taken), channels=short(listed(missing)))
        return Notification(
            "error", text, in_users_language(entry.reason), show, cause, _several_partly
        )
    if entry.state == "refused":
        text, several = translate("Service", "“{title}” was not sent."), _several_not_sent
        if entry.code == "not_listed":
            text, several = translate("Service", "“{title}” was refused."), _several_refused
        text = text.format(title=title)
        return Notification("error", text, in_users_language(entry.reason), show, cause, several)
    text = translate("Service", "“{title}” needs you.").format(title=title)
    return Notification(
        "warning", text, in_users_language(entry.reason), show, cause, _several_need_you
    )


def _several_partly(count: int) -> str:
    return translate(
        "Service", "%n message(s) (was/were) accepted for some of their channels only.", "", count
    )


def _several_not_sent(count: int) -> str:
    return translate("Service", "%n message(s) (was/were) not sent.", "", count)


def _several_refused(count: int) -> str:
    return translate("Service", "%n message(s) (was/were) refused.", "", count)


def _several_need_you(count: int) -> str:
    return translate("Service", "%n message(s) (needs/need) you.", "", count)


def retried_notification(result: RetryResult) -> Notification | None:
    """Return the notification for a retry (sdk.schedule_manager.RetryResult)."""
    count = len(result.retried)
    if result.held_back:
        ids = ",".join(str(number) for number in result.held_back)
        why = in_users_language(next(iter(result.reasons.values()), ""))
        text = translate("Service", "It was not sent again, because it may already be published.")
        return Notification(
            "warning",
            text,
            why,
            NotificationAction(translate("Service", "Send anyway"), "retry_schedules", ids),
        )
    if not result.success:
        why = in_users_language(next(iter(result.reasons.values()), ""))
        return Notification("warning", _not_retried(len(result) - count, len(result)), why)
    return Notification("ok", translate("Service", "%n post(s) (is/are) tried again", "", count))


def _not_retried(count: int, of: int) -> str:
    if count == of:
        return translate("Service", "(The post/%n posts) could not be tried again.", "", count)
    return translate("Service", "%n of {all} posts could not be tried again.", "", count).format(
        all=of
    )


def short(title: str) -> str:
    """Return a title short enough for a sentence."""
    return title if len(title) <= 60 else f"{title[:59].rstrip()}…"
