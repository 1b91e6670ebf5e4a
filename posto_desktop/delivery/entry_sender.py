"""Sends one outbox entry: uploads, one composer call, and its interpretation.

Invariant: the composer is called only if nothing of the post can be on the service. That is: it was
never called for this entry; or the service surely accepted nothing; or its list was read
completely, after a lost call must have ended, and did not contain the mark `posto_ref`; or the user
looked and said so. If the service has the post for some channels, only the others are sent, and
only at the user's request.

A group id in an answer means acceptance, whatever error accompanies it. The plugin's error alone is
verified against the list: it may have created rows before it failed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.core.client import OutboxClient
from posto_desktop.core.entries import (
    ASKED,
    SEND_AGAIN,
    Entry,
    ReportedError,
    UploadProgress,
    read_entry,
)
from posto_desktop.core.posts import PostItem, post_data
from posto_desktop.core.renditions import Renderer
from posto_desktop.delivery.entry_transitions import (
    EntryTransitions,
    code_of,
    nothing_posted,
)
from posto_desktop.delivery.entry_uploads import AnyEvent, EntryUploads, SendingStopped, problem_of
from posto_desktop.delivery.listed_posts import ListedPosts
from posto_desktop.delivery.missing_items import (
    accepted_but_not_listed,
    group_of,
    looks_again,
    may_be_published,
    missed,
    missing_items,
    not_checked_yet,
    not_yet,
    partly_listed,
)
from posto_desktop.delivery.replacing import Replacer
from posto_desktop.net.deadline import Deadline
from posto_desktop.net.failure import LONG_LOOKS, Then
from posto_desktop.sdk.answers import ended
from posto_desktop.sdk.errors import (
    Cancelled,
    MediaUploadError,
    PostingError,
    PostoError,
)
from posto_desktop.sdk.post_delivery import may_have_rows
from posto_desktop.storage.database import Database

log = logging.getLogger(__name__)

# Seconds by which the SDK allows a share time in the past.
_GRACE = 20


class EntrySender:
    """Processes one entry once. See Outbox.process."""

    def __init__(
        self,
        store: Database,
        client: OutboxClient,
        *,
        clock: Callable[[], datetime],
        late_limit: timedelta,
        changed: Callable[[str], None],
        asked: Callable[[str, float, str, str], None],
        progress: Callable[[UploadProgress], None],
        stops: Sequence[threading.Event],
        renderer: Renderer | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._clock = clock
        self._late_limit = late_limit
        self._transitions = EntryTransitions(store, clock, changed, asked, client.host)
        self._replacer = Replacer(store, client, self._transitions, clock)
        self._list = ListedPosts(client, clock)
        self._report = progress
        self._stop = AnyEvent(stops)
        self._renderer = renderer
        self._hashes: list[str] = []  # of the files that the call uses

    def run(self, entry_id: str, deadline: Deadline | None = None) -> None:
        """Make one attempt, within the caller's `deadline`: when it is over, what is known is in
        the entry."""
        if deadline is None:
            self._attempt(entry_id)
            return
        with deadline.applied():
            self._attempt(entry_id)

    def _attempt(self, entry_id: str) -> None:
        row = self._store.outbox_row(entry_id)
        if row is None or row["state"] not in ("waiting", "handing_over"):
            return
        entry = read_entry(row)
        if not entry.readable:
            self._transitions.refuse(
                entry,
                translatable("Delivery", "The saved data of this post is damaged."),
                "damaged",
            )
            return
        if row["state"] == "handing_over":
            if entry.replaces is not None and entry.replaces.phase:
                self._replacer.finish(entry, row)
                return
            if entry.replaces is not None and entry.group_id:
                self._verify(entry, row)
                return
            self._reconcile(entry, row)
            row = self._store.outbox_row(entry_id) or row
            if row["state"] != "waiting" or row["next_try"] is not None:
                return
            entry = read_entry(row)
        self._send(entry, row)

    # -- sending -----------------------------------------------------------------------------

    def _send(self, entry: Entry, row: dict[str, Any]) -> None:
        if entry.replaces is not None:
            checked = self._replacer.check(entry, row)
            if checked is None:
                return
            entry = checked
            row = self._store.outbox_row(entry.id) or row
        items: Sequence[PostItem] | None = entry.items
        before = row["handovers"] or entry.taken or entry.complaint is not None
        if before and row["code"] != "not_there":
            items = self._left_to_send(entry, row)
        if not items or not self._in_time(entry, row):
            return
        media_ids: dict[str, list[int]] = {}
        if entry.files:
            uploaded = self._with_uploads(entry, [item.network for item in items])
            if uploaded is None:
                return
            media_ids = uploaded
        if self._stop.is_set():
            self._transitions.set(entry, {"state": "waiting"}, ("uploading", "waiting"))
            return
        # Uploads can outlast the post's time, and that of the post that it replaces.
        if not self._in_time(entry, row):
            return
        if entry.replaces is not None and entry.files:
            checked = self._replacer.check(entry, row)
            if checked is None:
                return
            checked_ids = set(checked.channel_ids)
            entry, items = checked, [item for item in items if item.channel_id in checked_ids]
        self._submit(entry, row, items, media_ids)

    def _left_to_send(self, entry: Entry, row: dict[str, Any]) -> Sequence[PostItem] | None:
        """Before a repeated call, return the items that the service lacks; None if that ended the
        attempt."""
        asked = self._clock().timestamp()
        try:
            groups = self._list.look(entry, row)
        except PostoError as error:
            self._transitions.wait(entry, row, error, may_be_sent=True)
            return None
        missing = missing_items(entry, groups)
        if not missing:
            self._sent(entry, group_of(entry, groups), ("found", self._client.host))
            return None
        if len(missing) < len(entry.items) and row["code"] != SEND_AGAIN:
            if self._list.is_sure(row):
                self._partly(entry, groups)
            else:
                self._transitions.unclear(entry, partly_listed(missing, self._client.host), groups)
            return None
        if (
            entry.complaint is not None
            and row["code"] != SEND_AGAIN
            and self._list.may_hide(row, asked)
        ):
            self._look_again(entry, row, missing)
            return None
        return missing

    def _look_again(self, entry: Entry, row: dict[str, Any], missing: Sequence[PostItem]) -> None:
        """Before resending a refused post, read the list again: rows may exist anyway. After the
        last reading the user decides."""
        if row["looks"] >= len(LONG_LOOKS):
            not_listed = not_yet(missing, len(entry.items), self._client.host)
            self._transitions.unclear(
                entry,
                may_be_published(not_listed),
            )
            return
        self._transitions.set(
            entry,
            {
                "next_try": self._transitions.later(LONG_LOOKS[row["looks"]]),
                "looks": row["looks"] + 1,
                "reason": looks_again(missing, len(entry.items), self._client.host),
                "code": "no_answer",
            },
            ("waiting",),
            ("looked", self._client.host),
        )

    def _in_time(self, entry: Entry, row: dict[str, Any]) -> bool:
        """Return whether the post may go out by itself now; never hours late."""
        if entry.share_at is None or row["code"] == SEND_AGAIN:
            return True
        late = self._clock() - entry.share_at
        if late < self._late_limit:
            return True
        self._transitions.refuse(entry, missed(entry.share_at), "missed", "missed")
        return False

    def _with_uploads(self, entry: Entry, networks: Sequence[str]) -> dict[str, list[int]] | None:
        """Return the media ids by network, in the order of the files; None if that ended the
        attempt."""
        for facts in entry.files:
            problem = problem_of(facts)
            if problem is not None:
                self._transitions.refuse(entry, f"{problem} {nothing_posted(entry)}", "file")
                return None
        if not self._transitions.set(entry, {"state": "uploading", "reason": ""}, ("waiting",)):
            return None
        uploads = EntryUploads(
            entry,
            self._store,
            self._client,
            self._clock,
            self._stop,
            self._report,
            networks=networks,
            renderer=self._renderer,
        )
        try:
            media_ids = uploads.run()
            self._hashes = uploads.hashes
            return media_ids
        except (Cancelled, SendingStopped):
            self._transitions.set(entry, {"state": "waiting"}, ("uploading",), ("interrupted", ""))
        except MediaUploadError as error:
            if self._stop.is_set():
                self._transitions.set(
                    entry, {"state": "waiting"}, ("uploading",), ("interrupted", "")
                )
            elif error.failure.may_pass:
                self._transitions.wait(entry, self._store.outbox_row(entry.id) or {}, error)
            else:
                self._transitions.refuse(
                    entry, f"{error.english_message} {nothing_posted(entry)}", "file"
                )
        except PostoError as error:
            self._transitions.wait(entry, self._store.outbox_row(entry.id) or {}, error)
        return None

    def _submit(
        self,
        entry: Entry,
        row: dict[str, Any],
        items: Sequence[PostItem],
        media_ids: dict[str, list[int]],
    ) -> None:
        now = self._clock()
        share_at = entry.share_at
        shared = int(share_at.timestamp()) if share_at and share_at > now else None
        before = row["handed_share"]
        if row["handovers"] and before is not None and before > now.timestamp() - _GRACE:
            # Repeat the call with the same second: an idempotent service makes no second post.
            shared = int(before)
        changes = {
            "state": "handing_over",
            "reason": "",
            # Keep counting consecutive busy answers.
            "code": row["code"] if row["code"] in ("busy", ASKED, SEND_AGAIN) else "",
            "handed_at": now.timestamp(),
            "handed_share": shared,
            "handovers": row["handovers"] + 1,
            "looks": 0,
            "next_try": None,
        }
        earlier = entry.complaint
        if earlier is not None:
            entry = replace(entry, complaint=None)
            changes["body"] = self._transitions.body_with(entry, complaint=None)
        step = ("handing_over", self._client.host)
        if share_at is not None and share_at <= now:
            step = ("late", self._client.host)
        if not self._replacer.hand_over(entry, row, changes, step):
            return  # cancelled at the last moment, or moved
        calls = [
            {
                "channel_id": item.channel_id,
                "custom_post_data": post_data(
                    item,
                    media_ids.get(item.network, []),
                    [number for number, ref in enumerate(entry.media) if ref.goes_to(item.network)],
                ),
            }
            for item in items
        ]
        try:
            if entry.replaces is not None and self._client.replaces_at_once:
                taken = self._client.replace(calls, shared, self._replacer.ids_for(entry))
            else:
                taken = self._client.compose(calls, shared)
        except Exception as error:  # noqa: BLE001 - whatever it was, the post may have been taken
            self._handle_submit_error(entry, error, earlier)
            return
        if taken.complaint:
            self._answered(entry, ReportedError(taken.complaint, took=True), taken.group_id)
            return
        if entry.replaces is not None and not self._client.replaces_at_once:
            changes = {"group_id": taken.group_id}
            step = ("sent", self._client.host)
            self._transitions.set(entry, changes, ("handing_over",), step)
            self._verify(read_entry(self._store.outbox_row(entry.id) or row), row)
            return
        self._sent(entry, taken.group_id, ("sent", self._client.host))
        if len(entry.items) > 1 and not self._client.idempotent:
            self._check_channels(entry)

    def _sent(self, entry: Entry, group_id: str, step: tuple[str, str]) -> None:
        """All of it is on the service. An edit then has the posts removed that it replaces."""
        if entry.replaces is None:
            self._transitions.sent(entry, group_id, step)
            return
        taking = self._replacer.begin(entry, entry.channel_ids, group_id)
        self._replacer.finish(taking, self._store.outbox_row(entry.id) or {"attempts": 0})

    def _sent_unseen(self, entry: Entry, row: dict[str, Any]) -> None:
        """It was accepted, and the list shows none of it: enough for a new post. An edit must see
        its posts, or the old ones would go without a successor."""
        if entry.replaces is None:
            self._sent(entry, row["group_id"], ("sent", self._client.host))
            return
        self._transitions.unclear(entry, accepted_but_not_listed(self._client.host))

    def _partly(self, entry: Entry, groups: Mapping[int, str]) -> None:
        """It is on the service for the channels of `groups`, surely for no others."""
        if entry.replaces is None:
            self._transitions.partly(entry, groups, self._client.host)
            return
        taking = self._replacer.begin(entry, groups, group_of(entry, groups))
        self._replacer.finish(taking, self._store.outbox_row(entry.id) or {"attempts": 0})

    def _verify(self, entry: Entry, row: dict[str, Any]) -> None:
        """The service accepted an edit: only when its posts are seen, the old ones may go."""
        try:
            groups = self._list.look(entry, row)
        except PostoError as error:
            delay = error.failure.delay(row["attempts"] + 1)
            self._look_later(
                entry,
                row,
                delay,
                translatable("Delivery", "Not checked yet. {why}").format(
                    why=error.english_message
                ),
            )
            return
        missing = missing_items(entry, groups)
        if not missing:
            self._sent(entry, group_of(entry, groups), ("found", self._client.host))
        elif not self._list.is_sure(row) and row["looks"] < len(LONG_LOOKS):
            reason = looks_again(missing, len(entry.items), self._client.host)
            self._look_later(entry, row, LONG_LOOKS[row["looks"]], reason)
        elif groups:
            self._partly(entry, groups)
        else:
            self._sent_unseen(entry, row)

    def _look_later(self, entry: Entry, row: dict[str, Any], delay: float, reason: str) -> None:
        changes = {
            "next_try": self._transitions.later(delay),
            "attempts": row["attempts"] + 1,
            "looks": row["looks"] + 1,
            "reason": reason,
            "code": "no_answer",
        }
        self._transitions.set(entry, changes, ("handing_over",), ("looked", self._client.host))

    def _answered(self, entry: Entry, complaint: ReportedError, group_id: str = "") -> None:
        """The service answered with an error: its list shows what it accepted anyway."""
        log.warning("An error in the answer for %s", entry.posto_ref)
        changes: dict[str, Any] = {
            "body": self._transitions.body_with(entry, complaint=complaint, group_id=group_id)
        }
        if group_id:
            changes["group_id"] = group_id
        self._transitions.set(entry, changes, ("handing_over",), ("complaint", complaint.message))
        row = self._store.outbox_row(entry.id)
        if row is not None and row["state"] == "handing_over":
            self._reconcile(read_entry(row), row)

    def _check_channels(self, entry: Entry) -> None:
        """The service accepted the post, but may have skipped channels that it no longer knows. A
        failed check changes nothing."""
        row = self._store.outbox_row(entry.id)
        if row is None or not self._list.is_sure(row):
            return
        try:
            groups = self._list.look(entry, row)
            if groups and missing_items(entry, groups):
                groups |= self._list.look(entry, row)  # rows move between pages during a reading
        except PostoError:
            return
        # None at all: such a service does not store marks.
        if groups and missing_items(entry, groups):
            self._transitions.partly(entry, groups, self._client.host, ("sent",))

    def _handle_submit_error(
        self, entry: Entry, error: Exception, earlier: ReportedError | None
    ) -> None:
        """Handle a failed call. `earlier` is the service's answer to the previous call."""
        row = self._store.outbox_row(entry.id) or {}
        # Only these errors mean that nothing was accepted; our own errors do not.
        if not isinstance(error, PostoError) or error.failure.is_maybe:
            log.warning("No clear answer for %s: %s", entry.posto_ref, type(error).__name__)
            sentence = error.english_message if isinstance(error, PostoError) else ""
            # The service may continue the call for a while, counted from now.
            self._transitions.set(
                entry,
                {"handed_at": self._clock().timestamp()},
                ("handing_over",),
                ("no_answer", sentence or self._client.host),
            )
            row = self._store.outbox_row(entry.id) or row
            self._reconcile(read_entry(row), row)
        elif error.failure.may_pass or error.failure.then is Then.SIGN_IN:
            # Never accepted, so the next attempt need not search for this call, only for an earlier
            # one.
            more: dict[str, Any] = {"handovers": row.get("handovers", 1) - 1}
            if earlier is not None:
                more["body"] = self._transitions.body_with(entry, complaint=earlier)
            self._transitions.wait(entry, row, error, may_be_sent=earlier is not None, **more)
        elif isinstance(error, PostingError) and may_have_rows(error):
            self._answered(entry, ReportedError(error.english_message, took=False))
        else:
            sentence = f"{ended(error.english_message)} {nothing_posted(entry)}"
            self._refuse(entry, row, sentence, "service")

    def _refuse(self, entry: Entry, row: dict[str, Any], reason: str, code: str) -> None:
        """The service refused it."""
        # A file may be missing there: the next attempt uploads again.
        self._store.forget_uploads(entry.workspace, self._hashes)
        self._transitions.refuse(entry, reason, code, handovers=max(0, row.get("handovers", 1) - 1))

    # -- looking -----------------------------------------------------------------------------

    def _reconcile(self, entry: Entry, row: dict[str, Any]) -> None:  # noqa: C901 - one decision
        """Resolve an unclear answer, an error or a crash: found = sent, found in part = ask the
        user, surely absent = wait again, or refused if the service refused it."""
        complaint, host = entry.complaint, self._client.host
        asked = self._clock().timestamp()  # what is seen is so at this moment
        try:
            groups = self._list.look(entry, row)
        except PostoError as error:
            if error.reason == "cached" and row["looks"] >= len(LONG_LOOKS):
                if complaint is not None and complaint.took:
                    self._sent_unseen(entry, row)
                else:
                    self._transitions.unclear(
                        entry,
                        may_be_published(error.english_message),
                    )
                return
            attempts = row["attempts"] + 1
            until = self._transitions.later(error.failure.delay(attempts))
            self._transitions.asked(entry, error, until)
            uncertainty = not_checked_yet(was_accepted=complaint is not None and complaint.took)
            self._transitions.set(
                entry,
                {
                    "next_try": until,
                    "attempts": attempts,
                    "looks": row["looks"] + (error.reason == "cached"),
                    "reason": f"{uncertainty} {error.english_message}",
                    "code": code_of(error),
                },
                ("handing_over",),
            )
            return
        missing = missing_items(entry, groups)
        if not missing:
            self._sent(entry, group_of(entry, groups), ("found", host))
            return
        fresh = groups.keys() - set(entry.taken)
        listed = self._list.is_sure(row)
        handed = min(asked, row["handed_at"] or entry.created_at.timestamp())
        since = asked - handed
        if complaint is not None and not complaint.took and not fresh:
            self._handle_refusal(entry, row, complaint, listed)
        elif complaint is None and not self._client.idempotent and since < self._client.settle:
            # The lost call may still be running and create the missing rows.
            self._transitions.set(
                entry,
                {
                    "handed_at": handed,  # the clock may have been set back
                    "next_try": self._transitions.later(
                        max(1.0, min(15.0, self._client.settle - since))
                    ),
                    "reason": translatable(
                        "Delivery",
                        "{host} did not answer in time. Posto is checking whether the post "
                        "arrived.",
                    ).format(host=host),
                    "code": "no_answer",
                },
                ("handing_over",),
                ("looked", host),
            )
        elif listed and len(missing) < len(entry.items):
            self._partly(entry, groups)
        elif listed and complaint is not None:
            # It named a group, but lists none of it: such a service does not store marks.
            self._sent_unseen(entry, row)
        elif listed:
            if row["handovers"] >= (10 if self._client.idempotent else 2):
                self._transitions.unclear(
                    entry, translatable("Delivery", "Two attempts had no clear answer.")
                )
            else:
                self._transitions.set(
                    entry,
                    {"state": "waiting", "next_try": None, "reason": "", "code": "not_there"},
                    ("handing_over",),
                    ("not_found", host),
                )
        elif row["looks"] < len(LONG_LOOKS):
            self._transitions.set(
                entry,
                {
                    "next_try": self._transitions.later(LONG_LOOKS[row["looks"]]),
                    "looks": row["looks"] + 1,
                    "reason": looks_again(missing, len(entry.items), host),
                    "code": "no_answer",
                },
                ("handing_over",),
                ("looked", host),
            )
        elif len(missing) < len(entry.items):
            self._transitions.unclear(entry, partly_listed(missing, self._client.host), groups)
        elif complaint is not None:
            self._sent_unseen(entry, row)
        else:
            self._transitions.unclear(
                entry,
                translatable(
                    "Delivery", "May already be published: the service did not answer in time."
                ),
            )

    def _handle_refusal(
        self, entry: Entry, row: dict[str, Any], complaint: ReportedError, listed: bool
    ) -> None:
        """The service refused it, and its list has no row of it."""
        refusal = ended(complaint.message)
        if listed:
            self._refuse(entry, row, f"{refusal} {nothing_posted(entry)}", "service")
        else:
            # The list omits rows that are being sent at that moment.
            words = translatable("Delivery", "The post is not in the schedule of {host}.")
            sentence = f"{refusal} {words.format(host=self._client.host)}"
            self._refuse(entry, row, sentence, "not_listed")
