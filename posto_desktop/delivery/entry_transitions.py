"""State transitions of entries after an attempt, and the time of the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import english, translatable
from posto_desktop.core.entries import ASKED, SEND_AGAIN, Entry, ReportedError
from posto_desktop.core.posts import PostItem
from posto_desktop.net.failure import Then
from posto_desktop.sdk.answers import ended
from posto_desktop.sdk.errors import PostoError
from posto_desktop.storage.database import Database

# Persistent faults are not a missing network: after this many, ask the user.
MAX_FAULTS = 12


class EntryTransitions:
    """Writes an entry's state if it has not changed meanwhile; calls `changed`.

    `asked` is called with a pause of a host: (workspace, end in Unix seconds, reason, and the code
    that says whether the host requested it or timed out).
    """

    def __init__(
        self,
        store: Database,
        clock: Callable[[], datetime],
        changed: Callable[[str], None],
        asked: Callable[[str, float, str, str], None],
        host: str,
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed
        self._asked = asked
        self._host = host

    def sent(self, entry: Entry, group_id: str, step: tuple[str, str]) -> None:
        """All of it is on the service, by its answer or its list."""
        changes: dict[str, Any] = {
            "state": "sent",
            "group_id": group_id or entry.group_id,
            "reason": "",
            "code": "",
            "next_try": None,
        }
        if entry.taken or entry.complaint is not None:
            changes["body"] = self.body_with(
                entry, taken=entry.channel_ids, group_id=group_id, complaint=None
            )
        self.set(entry, changes, ("handing_over", "waiting"), step)

    def body_with(
        self,
        entry: Entry,
        *,
        complaint: ReportedError | None,
        taken: Collection[int] = (),
        group_id: str = "",
    ) -> dict[str, Any]:
        """Return the stored body of the entry with the present facts of its channels. Keeps groups
        from before `group_id`."""
        row = self._store.outbox_row(entry.id)
        body = dict(row["body"]) if row is not None and isinstance(row["body"], dict) else {}
        known = {*entry.taken, *taken}
        body["taken"] = [channel_id for channel_id in entry.channel_ids if channel_id in known]
        body["complaint"] = None if complaint is None else complaint.to_json()
        if group_id:
            body["groups"] = [earlier for earlier in entry.group_ids if earlier != group_id]
        return body

    def refuse(
        self, entry: Entry, reason: str, code: str, step: str = "refused", **more: Any
    ) -> None:
        """The attempt created nothing on the service, and waiting would not help."""
        if entry.taken:
            self._partly(entry, entry.taken, reason, ("waiting", "uploading", "handing_over"))
            return
        self.set(
            entry,
            {"state": "refused", "reason": reason, "code": code, "next_try": None, **more},
            ("waiting", "uploading", "handing_over"),
            (step, reason),
        )

    def unclear(self, entry: Entry, reason: str, taken: Mapping[int, str] | None = None) -> None:
        """It may be on the service: the user has to look. `taken` are the groups by channel that
        surely are."""
        changes: dict[str, Any] = {
            "state": "unclear",
            "reason": reason,
            "code": "partly" if taken else "no_answer",
            "next_try": None,
        }
        if taken:
            changes |= self._fields_of(entry, taken)
        self.set(entry, changes, ("handing_over", "waiting"), ("needs_you", reason))

    def partly(
        self,
        entry: Entry,
        taken: Mapping[int, str],
        host: str,
        expect: Sequence[str] = ("handing_over", "waiting"),
    ) -> None:
        """It is on the service for the channels of `taken` (with their groups), surely for no
        others. The user is notified and may send the rest."""
        known = {*entry.taken, *taken}
        missing = [item for item in entry.items if item.channel_id not in known]
        self._partly(entry, known, _not_listed(missing, host, entry.complaint), expect, taken)

    def _partly(
        self,
        entry: Entry,
        known: Collection[int],
        reason: str,
        expect: Sequence[str],
        group_ids: Mapping[int, str] | None = None,
    ) -> None:
        missing = [item for item in entry.items if item.channel_id not in known]
        names = listed(item.channel_name for item in missing)
        changes = {"state": "sent", "reason": reason, "code": "partly", "next_try": None}
        self.set(
            entry, changes | self._fields_of(entry, group_ids or {}), expect, ("partly", names)
        )

    def _fields_of(self, entry: Entry, taken: Mapping[int, str]) -> dict[str, Any]:
        """Return the fields for the rows found: `taken` are their groups by channel."""
        fresh = [group_id for group_id in taken.values() if group_id not in entry.group_ids]
        group_id = (fresh or [entry.group_id])[0]
        body = self.body_with(entry, taken=taken, group_id=group_id, complaint=entry.complaint)
        return {"group_id": group_id, "body": body}

    def wait(
        self,
        entry: Entry,
        row: dict[str, Any],
        error: PostoError,
        *,
        may_be_sent: bool = False,
        **more: Any,
    ) -> None:
        """The attempt sent nothing: retry later, or give up on a service that keeps failing. A
        requested pause is no failure. With `may_be_sent` an earlier attempt may have succeeded, so
        giving up leaves it to the user."""
        code = code_of(error)
        before = row.get("code", "")
        attempts = row.get("attempts", 0) + 1 if before in (code, SEND_AGAIN) else 1
        if code == "busy" and attempts >= MAX_FAULTS and may_be_sent:
            self.set(
                entry,
                {
                    "state": "unclear",
                    "reason": translatable("Delivery", "May already be published: {why}").format(
                        why=error.english_message
                    ),
                    "code": "no_answer",
                    "next_try": None,
                    **more,
                },
                ("waiting", "uploading", "handing_over"),
                ("needs_you", error.english_message),
            )
            return
        if code == "busy" and attempts >= MAX_FAULTS:
            sentence = f"{error.english_message} {nothing_posted(entry)}"
            self.refuse(entry, sentence, "service", **more)
            return
        until = self.later(error.failure.delay(attempts))
        reason = self.asked(entry, error, until) or error.english_message
        self.set(
            entry,
            {
                "state": "waiting",
                "reason": reason,
                # The user's answer must survive a lost network.
                "code": before if before == SEND_AGAIN else code,
                "attempts": attempts,
                "next_try": until,
                **more,
            },
            ("waiting", "uploading", "handing_over"),
            ("waiting", reason),
        )

    def asked(self, entry: Entry, error: PostoError, until: float) -> str:
        """Pause the whole workspace if its host requests it or timed out: otherwise each post would
        time out separately. Return the sentence for it, else ""."""
        code = code_of(error)
        if code == "offline" and error.reason == "timeout":
            self._asked(entry.workspace, until, error.english_message, code)
            return error.english_message
        if code != ASKED:
            return ""
        down = error.reason == "maintenance"
        reason = (
            translatable("Delivery", "{host} is down for maintenance.")
            if down
            else translatable("Delivery", "{host} asks to wait.")
        ).format(host=self._host)
        self._asked(entry.workspace, until, reason, code)
        return reason

    def later(self, seconds: float) -> float:
        """Return the Unix time in so many seconds."""
        return self._clock().timestamp() + seconds

    def set(
        self,
        entry: Entry,
        changes: dict[str, Any],
        expect: Sequence[str],
        step: tuple[str, str] | None = None,
    ) -> bool:
        """Change an entry whose state is one of `expect`; return False if it was not."""
        done = self._store.change_outbox(
            entry.id, changes, now=self._clock().timestamp(), expect=expect, step=step
        )
        if done:
            self._changed(entry.id)
        return done


def nothing_posted(entry: Entry) -> str:
    """Return the sentence for an attempt that surely posted nothing."""
    return (
        translatable("Delivery", "Nothing more was posted.")
        if entry.taken
        else translatable("Delivery", "Nothing was posted.")
    )


def _not_listed(missing: Sequence[PostItem], host: str, complaint: ReportedError | None) -> str:
    #: {names}: names of channels.
    words = english("Delivery", "{names} (is/are) not in the schedule of {host}.", "", len(missing))
    sentence = words.format(names=listed(item.channel_name for item in missing), host=host)
    return f"{ended(complaint.message)} {sentence}" if complaint is not None else sentence


def code_of(error: PostoError) -> str:
    """Return why an entry waits: "sign_in", "offline", "asked" or "busy"."""
    failure = error.failure
    codes = {Then.ASKED: ASKED, Then.SIGN_IN: "sign_in"}
    return codes.get(failure.then) or ("offline" if failure.is_network else "busy")
