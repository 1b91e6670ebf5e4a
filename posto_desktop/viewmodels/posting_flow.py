"""Posting of the open message: button text, confirmation, and handing the draft to the outbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.locale_words import listed
from posto_desktop.core.checks import blocked_channels
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import network_name
from posto_desktop.core.message_save import FurtherMessages
from posto_desktop.core.typed_time import typed
from posto_desktop.models import send_now_words
from posto_desktop.models.numbers import grouped
from posto_desktop.models.when_text import short_day
from posto_desktop.sdk.records import Account, Channel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.message_checks import MessageChecks
from posto_desktop.viewmodels.message_time import MessageTime
from posto_desktop.viewmodels.open_drafts import OpenDrafts
from posto_desktop.viewmodels.scheduled_edit import ScheduledEdit

MOST_NAMES = 4
Buttons = list[tuple[str, str, str]]
QUIET_SECONDS = 0.6
"""Time after posting in which nothing else is posted: nobody writes a message that quickly."""


class PostingFlow(QObject):
    """Signals:
    ``asked(words, buttons, severe)``: show this confirmation; ``posted(Draft, datetime | None)``;
    ``seriesPosted(Draft, list[datetime])``: one post at each of these times; ``edited(Draft,
    list[Channel], datetime | None, FurtherMessages | None)``: the changes of a scheduled message,
    and those of its repeat; ``fixRequested(key)``: the user chose "when" or "fix";
    ``rightsChanged()``: the signed-in person may do other things."""

    asked = Signal(str, list, bool)
    posted = Signal(object, object)
    seriesPosted = Signal(object, object)
    edited = Signal(object, object, object, object)
    fixRequested = Signal(str)
    rightsChanged = Signal()

    def __init__(
        self,
        editor: DraftEditor,
        channels: DraftChannels,
        checks: MessageChecks,
        message_time: MessageTime,
        open_drafts: OpenDrafts,
        edit: ScheduledEdit,
        store: DraftStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._channels = editor, channels
        self._checks, self._time = checks, message_time
        self._open_drafts, self._store = open_drafts, store
        self._edit = edit
        self.ask_now: Callable[[], bool] = lambda: False
        """Returns True if immediate sending needs a confirmation."""
        self.undo_seconds: Callable[[], int] = lambda: 0
        """Returns for how long immediate sending can be undone."""
        self.monotonic: Callable[[], float] = time.monotonic
        self._person: Account | None = None
        self._pending: tuple[list[Channel], datetime | None] | None = None
        self._quiet_until = 0.0

    def set_person(self, person: Account | None) -> None:
        """Set who is signed in, None where that is unknown: in a team, writers only propose, and
        viewers do not compose."""
        if person != self._person:
            self._person = person
            self.rightsChanged.emit()

    @property
    def only_proposes(self) -> bool:
        """Whether an editor has to approve what is posted."""
        return self._person is not None and self._person.may_only_propose

    # -- button text -----------------------------------------------------------------------

    def scheduled(self) -> bool:
        reading = self._time.reading
        return not reading.ok or reading.when is not None

    def words(self) -> str:
        """Return the text of the main button: "Schedule 5 posts", "Send 1 post now"; without a
        number if no channel is chosen."""
        if self._edit.edited is not None:
            return self._save_words()
        count = len(self._channels.listed)
        if not count:
            if self.only_proposes:
                #: Verb: the button of a writer, whose message an editor has to approve.
                return self.tr("Propose")
            #: Verb: the button that schedules a message.
            return self.tr("Schedule") if self.scheduled() else self.tr("Send now")
        scheduled = self.scheduled()
        times = max(1, len(self._time.times)) if scheduled else 1
        words = self._action_text(count * times, scheduled)
        if count > 1 and times > 1:
            #: {deed}: text of the button, such as "Schedule 6 posts"; then numbers.
            words = self.tr("{deed} ({times} × {channels})").format(
                deed=words, times=grouped(times), channels=grouped(count)
            )
        return words

    def _save_words(self) -> str:
        """Return the text of the main button for an edit: "Save changes · Mon 12:00", with a repeat
        "Save and schedule 9 more"."""
        reading = self._time.reading
        if not reading.ok:
            return self.tr("Save changes")
        if reading.when is None and not self.only_proposes:
            return self.tr("Save and send now")
        is_asked = self.only_proposes and self._edit.request is not None
        if reading.when is None:
            return self.tr("Propose again") if is_asked else self.tr("Save changes")
        more = max(0, len(self._time.times) - 1) * len(self._channels.listed)
        if more:
            return self.tr("Save and schedule %Ln more", "", more)
        when = short_day(reading.when, self._time.zone, self._time.clock())
        if is_asked:
            #: Verb: the button of a writer who has made the changes that an editor asked for.
            return self.tr("Propose again · {when}").format(when=when)
        return self.tr("Save changes · {when}").format(when=when)

    def hint(self) -> str:
        """Return why the button is disabled, "" if it is enabled."""
        if self._person is not None and not self._person.may_compose:
            return self.tr("You can only view this workspace")
        if self._edit.hint():
            return self._edit.hint()
        if not self._channels.listed:
            return self.tr("Choose a channel first")
        if self._editor.draft.is_empty:
            return self.tr("Write something or add a file first")
        return ""

    def _action_text(self, count: int, scheduled: bool) -> str:
        if self.only_proposes:
            return self.tr("Propose %Ln post(s)", "", count)
        if scheduled:
            return self.tr("Schedule %Ln post(s)", "", count)
        return self.tr("Send %Ln post(s) now", "", count)

    # -- posting ---------------------------------------------------------------------------

    @Slot()
    def post(self) -> None:
        """Post the message, after a confirmation if a network would refuse it, or if it goes at
        once and the settings want one."""
        if self.monotonic() >= self._quiet_until:
            self._try(now=False)

    @Slot()
    def send_now(self) -> None:
        """Send at once, whatever the time, as the main button does where there is no time."""
        if self.monotonic() >= self._quiet_until:
            self._try(now=True)

    def _ask_now(self) -> None:
        """Ask before sending at once."""
        count, has_time = len(self._channels.listed), self.scheduled()
        words = send_now_words.question(count, has_time=has_time)
        words += " " + send_now_words.consequence(self.undo_seconds())
        send = send_now_words.button_text(count)
        #: To the page before.
        back = self.tr("Keep the time") if has_time else self.tr("Back")
        self.asked.emit(words, [("now", send, "primary"), ("", back, "")], False)

    def _try(self, *, now: bool, is_asked: bool = False) -> None:
        result = self._checks.settle()
        channels = self._channels.listed
        if self.hint():
            return
        reading = self._time.reading
        if not now and not reading.ok:
            words = reading.problem or self.tr("The time was not understood.")
            self.asked.emit(words, [("when", self.tr("Change the time"), "primary")], True)
            return
        findings = [finding for finding in result.findings if not finding.code.startswith("when_")]
        share_at = None if now else reading.when
        blocked = blocked_channels(findings, channels)
        if not blocked:
            if share_at is None and not is_asked and not self.only_proposes and self.ask_now():
                self._ask_now()
            else:
                self._submit(channels, share_at)
            return
        unblocked = [channel for channel in channels if channel.id not in blocked]
        if self._edit.edited is not None:
            unblocked = []  # the posts of the other channels would be saved without these
        buttons: Buttons = [("fix", self.tr("Fix first"), "" if unblocked else "primary")]
        if unblocked:
            self._pending = (unblocked, share_at)
            words = self._partial_text(unblocked, channels, is_scheduled=share_at is not None)
            buttons.insert(0, ("others", words, "primary"))
        self.asked.emit(self._refused_words(blocked, channels), buttons, True)

    def _refused_words(self, blocked: Collection[int], channels: Sequence[Channel]) -> str:
        """Return who would refuse the message. Why, the checks say, which are shown above it."""
        refusing = [channel for channel in channels if channel.id in blocked]
        if len(refusing) == len(channels) > MOST_NAMES:
            return self.tr("No channel would take this as it is. The checks above say why.")
        names = list(dict.fromkeys(network_name(channel.network) for channel in refusing))
        shown = listed(names[:MOST_NAMES])
        if len(names) > MOST_NAMES:
            more = self.tr("and %n more", "", len(names) - MOST_NAMES)
            shown = f"{shown} {more}"
        words = self.tr("{names}: not possible as it is. The checks above say why.")
        return words.format(names=shown)

    def _partial_text(
        self, unblocked: Sequence[Channel], channels: Sequence[Channel], *, is_scheduled: bool
    ) -> str:
        """Return the text of the button that posts to some channels: their name or number."""
        if len(unblocked) > 1:
            words = self.tr("Post to {n} of %Ln channel(s)", "", len(channels))
            if is_scheduled:
                words = self.tr("Schedule {n} of %Ln channel(s)", "", len(channels))
            return words.format(n=grouped(len(unblocked)))
        only = unblocked[0]
        is_alone = sum(channel.network == only.network for channel in channels) == 1
        name = network_name(only.network) if is_alone else only.name
        words = self.tr("Schedule {name} only") if is_scheduled else self.tr("Post to {name} only")
        return words.format(name=name)

    @Slot(str)
    def answer(self, key: str) -> None:
        """Handle the pressed button of the confirmation, "" for none."""
        pending, self._pending = self._pending, None
        if key == "now":
            self._try(now=True, is_asked=True)
        elif key == "others" and pending is not None:
            unblocked, share_at = pending
            chosen = {channel.id for channel in unblocked}
            left_out = [channel for channel in self._channels.listed if channel.id not in chosen]
            self._submit(unblocked, share_at, left_out)
        elif key in ("when", "fix"):
            self.fixRequested.emit(key)

    def forget_question(self) -> None:
        self._pending = None

    def _submit(
        self,
        channels: Sequence[Channel],
        share_at: datetime | None,
        left_out: Sequence[Channel] = (),
    ) -> None:
        # A second press of the same key or button would post the message that is opened next.
        self._quiet_until = self.monotonic() + QUIET_SECONDS
        draft = replace(
            self._editor.draft,
            workspace=self._channels.workspace,
            channel_ids=tuple(channel.id for channel in channels),
            updated_at=datetime.now(UTC),
        )
        if draft.editing is not None:
            self._save_edit(channels, share_at)
            return
        repeat = draft.repeat
        self._editor.discard_changes()
        times = self._time.times if share_at is not None else []
        if len(times) > 1:
            self.seriesPosted.emit(draft, times)
            self._open_drafts.posted(draft)
        else:
            # A repeat with one time left: it may differ from the time in the field.
            draft = replace(draft, repeat=None)
            share_at = times[0] if times else share_at
            self.posted.emit(draft, share_at.astimezone(UTC) if share_at else None)
            self._open_drafts.posted(draft)
        if left_out:
            ids = tuple(channel.id for channel in left_out)
            self._save_rest(replace(draft.duplicate(), repeat=repeat, channel_ids=ids), left_out)

    def _save_edit(self, channels: Sequence[Channel], share_at: datetime | None) -> None:
        times = self._time.times if share_at is not None else []
        repeat = self._editor.draft.repeat if len(times) > 1 else None
        draft = replace(self._editor.draft, repeat=repeat, updated_at=datetime.now(UTC))
        share_at = times[0] if times else share_at
        self._editor.discard_changes()
        further = self._further(draft, channels, times[1:]) if len(times) > 1 else None
        self.edited.emit(
            draft, list(channels), share_at.astimezone(UTC) if share_at else None, further
        )
        self._open_drafts.posted(draft)
        self._open_drafts.close_active()

    def _further(
        self, draft: Draft, channels: Sequence[Channel], times: list[datetime]
    ) -> FurtherMessages:
        """Return new messages like an edited one for the other times of its repeat."""
        repeat = draft.repeat
        if repeat is not None and repeat.count is not None:
            repeat = replace(repeat, count=len(times))
        draft = replace(
            draft.duplicate(),
            workspace=self._channels.workspace,
            channel_ids=tuple(channel.id for channel in channels),
            when_text=typed(times[0], self._time.zone),
            repeat=repeat if len(times) > 1 else None,
        )
        return FurtherMessages(draft, tuple(time.astimezone(UTC) for time in times))

    def _save_rest(self, draft: Draft, channels: Sequence[Channel]) -> None:
        """Keep a draft for the channels that were not posted to."""
        self._store.put(draft)
        names = listed(dict.fromkeys(network_name(channel.network) for channel in channels))
        words = self.tr("The message for {names} stays in Drafts").format(names=names)
        self._open_drafts.offer("info", words, draft)
