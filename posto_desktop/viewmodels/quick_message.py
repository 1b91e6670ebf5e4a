"""The message of quick capture: a line of text that says what, where and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.translation import translate
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.channel_names import ChannelNames, NamedChannels
from posto_desktop.core.checks import blocked_channels
from posto_desktop.core.checks.finding import ORDER
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.quick_line import (
    LineToken,
    QuickLine,
    put_back,
    read_line,
    with_name,
    with_time,
)
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.numbers import grouped
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.when_text import short_day
from posto_desktop.sdk.records import Account, Channel
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.viewmodels.draft_channels import DraftChannels
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.free_slots import FreeSlots
from posto_desktop.viewmodels.message_checks import MessageChecks
from posto_desktop.viewmodels.message_time import MessageTime
from posto_desktop.workers.runner import JobRunner

_QUIET = ("no_channel", "empty", "text_missing")
ChipKind = Literal["channel", "choice", "usual", "time", "passed", "slot", "offer", "file"]


@dataclass(frozen=True)
class QuickChip:
    """What was understood. A "choice" is a name of several channels, a "usual" channel one of the
    last message, "passed" a time in the past, "slot" the next free one, "offer" a time that stays
    in the text unless it is taken; `number` is that of a channel, or the row of a "file"."""

    kind: ChipKind
    label: str
    network: str = ""
    number: int = 0
    token: LineToken | None = None


@dataclass(frozen=True)
class QuickView:
    """What the window shows. `note` is a sentence under the line, `note_kind` "", "warning" or
    "error". `can_post` is False while there is nothing to post."""

    chips: tuple[QuickChip, ...] = ()
    note: str = ""
    note_kind: str = ""
    button: str = ""
    can_post: bool = False


class QuickMessage(QObject):
    """Owns the line and, in an editor of its own, the draft that it makes. The line alone says what
    goes where; beside it there are the usual channels, which hold where it names none, and whether
    the next slot is wanted.

    Signals:
        changed(QuickView): what is shown has changed.
        lineChanged(str): the line was changed by other means than typing.
        posted(Draft, list[Channel], datetime | None): write this to the outbox.
        draftKept(Draft): it is among the drafts now.
        composeRequested(Draft): open it in Compose.
        choiceRequested(QuickChip): it has to be chosen which channel is meant.
        closed(): the window closes.
    """

    changed = Signal(object)
    lineChanged = Signal(str)
    posted = Signal(object, object, object)
    draftKept = Signal(object)
    composeRequested = Signal(object)
    choiceRequested = Signal(object)
    closed = Signal()

    def __init__(
        self,
        runner: JobRunner,
        store: DraftStore,
        channels: ChannelsModel,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._clock, self._zone = store, clock, zone
        self.editor = DraftEditor(store, clock, self)
        self.time = MessageTime(self.editor, clock, zone, self)
        self.channels = DraftChannels(self.editor, channels, self)
        self.checks = MessageChecks(
            self.editor, self.channels, self.time, runner, clock, zone, self
        )
        self.slots = FreeSlots(self.editor, self.channels, store, runner, clock, zone, self)
        self.ask_now: Callable[[], bool] = lambda: False
        """Returns True if immediate sending needs a confirmation."""
        self.is_reading_files: Callable[[], bool] = lambda: False
        """Returns True while files are on their way into the message."""
        self._person: Account | None = None
        self._names = ChannelNames()
        self._groups: Groups = ()
        self._line, self._read = "", QuickLine("", "")
        self._usual: tuple[int, ...] | None = None  # as the user left them
        self._takes_slot = True
        self._is_confirming = False
        self._refusal = ""
        self.view = QuickView()
        channels.channelsChanged.connect(self._list)
        self.checks.assessed.connect(self._show)
        self.time.changed.connect(self._show)
        self.slots.changed.connect(self._show)

    @property
    def line(self) -> str:
        return self._line

    @property
    def read(self) -> QuickLine:
        return self._read

    @property
    def draft(self) -> Draft:
        return self.editor.draft

    # -- what surrounds it ---------------------------------------------------------------------

    def set_groups(self, groups: Groups) -> None:
        self._groups = groups
        self._list()

    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace; channels have other numbers there."""
        self._usual = None
        self.channels.set_workspace(workspace)
        self._list()

    @Slot()
    def _list(self) -> None:
        self._names = ChannelNames(self.channels.known(), self._groups)
        self._take()

    def begin(self, line: str = "") -> None:
        """Start an empty message, or one with this line."""
        self._usual, self._takes_slot = None, True
        self._is_confirming, self._refusal = False, ""
        draft = Draft(workspace=self.channels.workspace)
        self.editor.open(draft, stored=False)
        self.channels.show_opened()
        self._set(line)
        self.lineChanged.emit(line)

    def set_watching(self, on: bool) -> None:
        """Follow the clock while the window is shown."""
        self.time.set_watching(on)

    def completions(self, typed: str) -> list[NamedChannels]:
        """Return the channels whose names begin as is typed after an @."""
        return self._names.completions(typed)

    # -- the line ------------------------------------------------------------------------------

    def type(self, line: str) -> None:
        """Take the line as the user types."""
        if line != self.line:
            self._set(line)

    def _set(self, line: str) -> None:
        self._is_confirming, self._refusal = False, ""
        self._line = line
        self._take()

    def _change(self, line: str) -> None:
        self._set(line)
        self.lineChanged.emit(line)

    def _take(self) -> None:
        """Put what the line says into the draft."""
        self._read = read_line(self._line, self._names, self._clock(), self._zone)
        ids = self._read.channel_ids()
        if not self._read.channels:
            ids = self.usual_channels()
        self.editor.edit("line", text=self._read.text, when_text=self._read.when_text)
        if ids != self.draft.channel_ids:
            self.channels.choose_ids(ids)
        self._show()

    def usual_channels(self) -> tuple[int, ...]:
        """Return the channels of a line that names none: those of the last message, or the only
        one."""
        if self._usual is not None:
            return self._usual
        known = self.channels.known()
        listed = {channel.id for channel in known}
        used = self.channels.used_last(self.channels.workspace) or ()
        ids = tuple(number for number in used if number in listed)
        return ids or (tuple(listed) if len(listed) == 1 else ())

    def set_files(self, refs: Sequence[MediaRef]) -> None:
        """Set the files of the message."""
        self._is_confirming = False
        self.editor.edit(media=tuple(refs))

    # -- chips ---------------------------------------------------------------------------------

    def remove(self, chip: QuickChip) -> None:
        """Take a chip away: what stands in the line becomes text."""
        if chip.kind == "usual":
            self._usual = tuple(number for number in self.usual_channels() if number != chip.number)
            self._take()
        elif chip.kind == "slot":
            self._takes_slot = False
            self._show()
        elif chip.token is not None and chip.kind != "offer":
            self._change(put_back(self._read, chip.token))

    def take(self, chip: QuickChip) -> None:
        """Take an offered time."""
        if chip.kind == "offer" and chip.token is not None:
            self._change(with_time(self._read, chip.token))

    def choose(self, chip: QuickChip, meaning: NamedChannels) -> None:
        """Say which channel a name means."""
        if chip.token is not None:
            self._change(with_name(self._read, chip.token, meaning))

    # -- what is shown -------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        view = self._viewed()
        if view != self.view:
            self.view = view
            self.changed.emit(view)

    def _viewed(self) -> QuickView:
        note, kind = self._note()
        return QuickView(
            tuple(self._chips()),
            note,
            kind,
            self._button(),
            self._may_compose
            and not self.draft.is_empty
            and bool(self.channels.listed or self._choices()),
        )

    def _chips(self) -> list[QuickChip]:
        chips = [self._channel_chip(token) for token in self._read.channels]
        if not chips:
            chips = [
                QuickChip("usual", channel.name, channel.network, channel.id)
                for channel in self.channels.listed
            ]
        token, now = self._read.time, self._clock()
        if token is not None:
            chips.append(self._time_chip(token, now))
            return chips
        offer = self._read.offer
        if offer is not None:
            when = parse_time(offer.words, now, self._zone)
            if when.ok and when.when is not None:
                words = short_day(when.when, self._zone, now)
                chips.append(QuickChip("offer", self.tr("{time}?").format(time=words), token=offer))
        slot = self._slot()
        if slot is not None:
            words = self.tr("Next slot: {time}").format(time=short_day(slot, self._zone, now))
            chips.append(QuickChip("slot", words))
        return chips

    def _channel_chip(self, token: LineToken) -> QuickChip:
        if len(token.meanings) > 1:
            return QuickChip("choice", token.words, token=token)
        meaning = token.meanings[0]
        label = meaning.label
        if len(meaning.channel_ids) > 1:
            #: {name}: of a group or network, {count}: its channels.
            words = self.tr("{name} ({count})")
            label = words.format(name=label, count=grouped(len(meaning.channel_ids)))
        return QuickChip("channel", label, meaning.network, meaning.channel_ids[0], token)

    def _time_chip(self, token: LineToken, now: datetime) -> QuickChip:
        reading = self.time.reading
        if not reading.ok:
            return QuickChip("passed", token.words, token=token)
        if reading.when is None:
            return QuickChip("time", translate("WhenText", "Now"), token=token)
        return QuickChip("time", short_day(reading.when, self._zone, now), token=token)

    def _choices(self) -> list[LineToken]:
        return [token for token in self._read.channels if len(token.meanings) > 1]

    def _slot(self) -> datetime | None:
        """Return the slot that the message takes, where its line has no time."""
        if self._read.time is not None or not self._takes_slot:
            return None
        return self.slots.slot

    def set_person(self, person: Account | None) -> None:
        """Set who is signed in, None where that is unknown: in a team, writers only propose, and
        viewers do not compose."""
        if person != self._person:
            self._person, self._is_confirming = person, False
            self._show()

    @property
    def _only_proposes(self) -> bool:
        return self._person is not None and self._person.may_only_propose

    @property
    def _may_compose(self) -> bool:
        return self._person is None or self._person.may_compose

    def _button(self) -> str:
        count = len(self.channels.listed)
        if self._only_proposes:
            return translate("PostingFlow", "Propose %Ln post(s)", "", count or 1)
        is_scheduled = self._slot() is not None or (
            self._read.time is not None and self.time.reading.when is not None
        )
        if is_scheduled:
            return translate("PostingFlow", "Schedule %Ln post(s)", "", count or 1)
        return translate("PostingFlow", "Send %Ln post(s) now", "", count or 1)

    def _note(self) -> tuple[str, str]:
        """Return the one sentence that matters most, and how much it does."""
        if self._refusal:
            return self._refusal, "error"
        if not self._may_compose:
            return translate("PostingFlow", "You can only view this workspace"), "warning"
        choices = self._choices()
        if choices:
            words = self.tr("“{name}” can be several channels. Choose one.")
            return words.format(name=choices[0].words), "warning"
        if not self.time.reading.ok:
            return self.time.reading.problem, "error"
        if self._is_confirming:
            words = self.tr(
                "Press Enter again to send %Ln post(s) now.", "", len(self.channels.listed)
            )
            return words, "warning"
        if self.draft.is_empty:
            return "", ""
        findings = [
            finding for finding in self.checks.result.findings if finding.code not in _QUIET
        ]
        findings.sort(key=lambda finding: ORDER[finding.severity])
        if findings and findings[0].severity != "hint":
            return findings[0].sentence, findings[0].severity
        if not self.channels.known():
            return translate("ChannelPane", "Loading channels"), ""
        if not self.channels.listed:
            return self.tr("Name a channel with @"), ""
        if name := self._read.unknown_name:
            #: {name}: such as @anna
            return self.tr("{name} is no channel and stays in the text").format(name=name), ""
        return "", ""

    # -- ends ----------------------------------------------------------------------------------

    def submit(self) -> None:
        """Post the message. Without a time it takes the next free slot; where there is none, it is
        sent at once, by a second Enter."""
        if not self.view.can_post and not self.is_reading_files():
            self.report(self._what_lacks())
            return
        choices = self._choices()
        if choices:
            self.choiceRequested.emit(self._channel_chip(choices[0]))
            return
        if self.is_reading_files():
            self.report(self.tr("The files are still being read. Press Enter again."))
            return
        result = self.checks.settle()
        reading = self.time.read_now()
        if not reading.ok:
            self._show()
            return
        channels = list(self.channels.listed)
        blocked = blocked_channels(
            [finding for finding in result.findings if not finding.code.startswith("when_")],
            channels,
        )
        if blocked:
            errors = [
                finding.sentence for finding in result.findings if finding.severity == "error"
            ]
            self.report(errors[0])
            return
        share_at = reading.when
        if self._read.time is None and self._takes_slot:
            share_at = self.slots.refresh_now()
        is_asked = self._read.time is None or self.ask_now()
        is_asked = is_asked and not self._only_proposes  # nothing goes out before the approval
        if share_at is None and is_asked and not self._is_confirming:
            self._is_confirming = True
            self._show()
            return
        self._post(channels, share_at)

    def _what_lacks(self) -> str:
        if not self._may_compose:
            return translate("PostingFlow", "You can only view this workspace")
        if self.draft.is_empty:
            return translate("PostingFlow", "Write something or add a file first")
        return translate("PostingFlow", "Choose a channel first")

    @Slot(str)
    def report(self, words: str) -> None:
        """Show a sentence about what does not work, until the line changes."""
        self._refusal = words
        self._show()

    def _post(self, channels: list[Channel], share_at: datetime | None) -> None:
        self.editor.discard_changes()
        draft = replace(
            self.draft,
            workspace=self.channels.workspace,
            channel_ids=tuple(channel.id for channel in channels),
            updated_at=datetime.now(UTC),
        )
        self.posted.emit(draft, channels, share_at.astimezone(UTC) if share_at else None)
        self.editor.forget(draft.id)
        self._store.forget(draft.id)
        self._end()

    def keep(self) -> None:
        """Keep the message as a draft, unless it is empty."""
        draft = self._fixed()
        if draft is not None:
            self.draftKept.emit(draft)
        self._end()

    def open_in_compose(self) -> None:
        """Hand the message to Compose, an empty one too."""
        self.composeRequested.emit(self._fixed() or self.draft)
        self._end()

    def _fixed(self) -> Draft | None:
        """Save the message with the time that it shows, and return it; None if it is empty."""
        if self.draft.is_empty:
            self.editor.save()  # what was saved of it goes
            return None
        self.time.fix()
        self.editor.touch()
        self.editor.save()
        return self.draft

    def _end(self) -> None:
        self.closed.emit()
        self.begin()
