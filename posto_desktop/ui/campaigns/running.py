"""Starting, stopping and going on with the open campaign: what can be done, and what it is called.

Nothing here asks the service: the wishes go out as signals.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.campaign import Campaign
from posto_desktop.core.campaign_results import Result
from posto_desktop.core.campaign_times import Planned
from posto_desktop.delivery.campaign_posting import Wish
from posto_desktop.models.campaign_messages import MessagesModel
from posto_desktop.models.campaigns import standing_of
from posto_desktop.models.numbers import grouped
from posto_desktop.models.when_text import typed
from posto_desktop.ui.campaigns.editing import Editing
from posto_desktop.ui.campaigns.planning import Planning

_SHOWN_REASONS = 4
_SHOWN_NUMBERS = 6


@dataclass(frozen=True)
class Ready:
    """What can go out: wishes, how many posts they make, and the messages that cannot, with why."""

    wishes: tuple[Wish, ...] = ()
    posts: int = 0
    bad: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Deeds:
    """What the foot offers: the main button and why it is disabled, "" where it is not; whether
    something can be stopped; what can be tried again."""

    start: str
    hint: str = ""
    stop: bool = False
    retry: str = ""
    draft: bool = True


class Running(QObject):
    """Signals:

    startRequested(Campaign, list[Wish]); stopRequested(Campaign, list[Result]): with how all of
    its messages stand; retryRequested(Campaign, list[Result])
    """

    startRequested = Signal(object, object)
    stopRequested = Signal(object, object)
    retryRequested = Signal(object, object)

    def __init__(
        self,
        editing: Editing,
        planning: Planning,
        model: MessagesModel,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editing, self._planning, self._model = editing, planning, model
        self._clock, self._zone = clock, zone

    # -- what can be done ----------------------------------------------------------------------

    def ready(self) -> Ready:
        """What would go out now."""
        campaign = self._editing.campaign
        if campaign is None:
            return Ready()
        wishes: list[Wish] = []
        bad: list[tuple[int, str]] = []
        posts = 0
        results = self._editing.results
        planned = self._planning.outlook.planned
        for message, plan in zip(campaign.messages, planned, strict=False):
            result = results.get(message.id)
            if result is not None and not result.is_stopped:
                continue
            why = self._why_not(plan)
            if why:
                bad.append((plan.place, why))
                continue
            ids = campaign.channel_ids if message.channel_ids is None else message.channel_ids
            posts += len(ids)
            replaces = result.post.posto_ref if result is not None else ""
            wishes.append(Wish(message.id, plan.place, plan.when, replaces))
        return Ready(tuple(wishes), posts, tuple(bad))

    def _why_not(self, plan: Planned) -> str:
        errors = [one for one in self._model.findings_at(plan.place) if one.severity == "error"]
        if errors:
            return errors[0].sentence
        if plan.problem:
            return self._model.note_at(plan.place)[0]
        return ""

    def deeds(self) -> Deeds:
        """What the foot offers now."""
        campaign = self._editing.campaign
        if campaign is None:
            return Deeds(self.tr("Schedule"))
        results = list(self._editing.results.values())
        failed = sum(one.can_retry for one in results)
        retry = ""
        if failed:
            retry = (
                self.tr("Retry 1 failed")
                if failed == 1
                else self.tr("Retry {n} failed").format(n=grouped(failed))
            )
        stop = any(one.is_open for one in results)
        ready = self.ready()
        resumed = any(one.is_stopped for one in results)
        words = self._start_words(ready.posts, resumed=resumed)
        return Deeds(words, self._hint(campaign, ready), stop, retry, draft=not results)

    def _start_words(self, posts: int, *, resumed: bool) -> str:
        if not posts:
            return self.tr("Schedule")
        if resumed:
            one, many = (
                self.tr("Resume 1 post"),
                self.tr("Resume {n} posts").format(n=grouped(posts)),
            )
        else:
            one, many = (
                self.tr("Schedule 1 post"),
                self.tr("Schedule {n} posts").format(n=grouped(posts)),
            )
        return one if posts == 1 else many

    def _hint(self, campaign: Campaign, ready: Ready) -> str:
        if not campaign.messages:
            return self.tr("Add a message first")
        if not campaign.channel_ids and any(one.channel_ids is None for one in campaign.messages):
            return self.tr("Choose a channel first")
        if self._planning.missing_channels(campaign.channel_ids):
            return self.tr("A channel of it is no longer listed. Remove it above the channels.")
        open_ones = len(ready.wishes) + len(ready.bad)
        if not open_ones:
            return self.tr("Everything of it is on its way")
        reading = self._planning.reading
        if campaign.state != "running" and campaign.rhythm.kind != "times" and not reading.ok:
            return reading.problem or self.tr("Change the start first")
        if self._planning.is_checking:
            return self.tr("Still checking the messages")
        return ""

    def state_words(self) -> tuple[str, str]:
        """The pill at the head."""
        campaign = self._editing.campaign
        if campaign is None:
            return "draft", ""
        standing = standing_of(campaign, self._editing.results)
        return standing.status, standing.words

    def bad_words(self, ready: Ready) -> str:
        """What cannot go out, in a few lines: one for each reason."""
        reasons: dict[str, list[str]] = {}
        for place, why in ready.bad:
            reasons.setdefault(why, []).append(str(place + 1))
        lines = []
        for why, numbers in list(reasons.items())[:_SHOWN_REASONS]:
            if len(numbers) == 1:
                words = self.tr("Message {number}: {why}")
                lines.append(words.format(number=numbers[0], why=why))
                continue
            listed, more = ", ".join(numbers[:_SHOWN_NUMBERS]), len(numbers) - _SHOWN_NUMBERS
            if more > 0:
                listed = self.tr("{numbers} and {n} more").format(numbers=listed, n=grouped(more))
            words = self.tr("Messages {numbers}: {why}")
            lines.append(words.format(numbers=listed, why=why))
        rest = sum(map(len, list(reasons.values())[_SHOWN_REASONS:]))
        if rest:
            lines.append(
                self.tr("And 1 more.")
                if rest == 1
                else self.tr("And {n} more.").format(n=grouped(rest))
            )
        return "\n".join(lines)

    def others_words(self, ready: Ready) -> str:
        if ready.posts == 1:
            return self.tr("Schedule the other post")
        return self.tr("Schedule the other {n} posts").format(n=grouped(ready.posts))

    # -- doing it ------------------------------------------------------------------------------

    def start(self, ready: Ready) -> None:
        """Let these go out."""
        campaign = self._editing.campaign
        if campaign is None or not ready.wishes:
            return
        start = campaign.start
        if campaign.state != "running":
            when = self._planning.reading.when
            start = when.astimezone(UTC) if when is not None else self._clock()
        self._editing.set_quietly(state="running", start=start)
        self._editing.keep()
        started = self._editing.campaign
        assert started is not None
        self.startRequested.emit(started, list(ready.wishes))

    def stop(self) -> None:
        """Keep back what has not gone out. The start becomes the time of the first of them, so
        that going on keeps the rhythm."""
        campaign = self._editing.campaign
        if campaign is None:
            return
        results = list(self._editing.results.values())
        ahead = [one.when for one in results if one.is_open and one.when is not None]
        values: dict[str, object] = {"state": "stopped", "start": None}
        first = self._nominal(results)
        if first is not None or ahead:
            values["start_text"] = typed(first or min(ahead), self._zone)
        self._editing.set_quietly(**values)
        self._editing.keep()
        stopped = self._editing.campaign
        assert stopped is not None
        self.stopRequested.emit(stopped, results)

    def _nominal(self, results: Sequence[Result]) -> datetime | None:
        """When the first message that is still open would go out without variation."""
        campaign = self._editing.campaign
        open_ids = {one.post.message_id for one in results if one.is_open}
        if campaign is None or campaign.start is None or campaign.rhythm.kind != "interval":
            return None
        from posto_desktop.core.campaign_times import times_of

        plain = replace(
            campaign,
            state="draft",
            messages=tuple(replace(one, when=None) for one in campaign.messages),
        )
        for one in times_of(plain, campaign.start, self._zone):
            if one.message_id in open_ids:
                return one.nominal
        return None

    def retry(self) -> None:
        """Try again what failed, and that alone."""
        campaign = self._editing.campaign
        failed = [one for one in self._editing.results.values() if one.can_retry]
        if campaign is not None and failed:
            self.retryRequested.emit(campaign, failed)
