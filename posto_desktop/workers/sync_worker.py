"""Requests to services, in order for each workspace, on its "net" worker.

Every public method may be called on the GUI thread and returns at once. Results go through
`call_on_gui` with the generation of the request, so that answers for a workspace that was left are
dropped.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translate
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import moment
from posto_desktop.delivery.client_pool import ClientPool, ServiceClient, WorkspaceTarget
from posto_desktop.delivery.serial_worker import KeyedWorkers
from posto_desktop.sdk.errors import (
    AuthenticationError,
    NetworkError,
    PostoError,
)
from posto_desktop.sdk.records import FEED_PAGE, Channel, Schedule
from posto_desktop.workers.call_on_gui import GuiCall
from posto_desktop.workers.database_worker import DatabaseWorker
from posto_desktop.workers.notification import Notification
from posto_desktop.workers.pending_deletes import Deletion
from posto_desktop.workers.post_outcomes import PostOutcomeWatch
from posto_desktop.workers.schedule import KnownSchedule, ScheduleChange
from posto_desktop.workers.schedule_refresh import refresh
from posto_desktop.workers.service_signals import ServiceSignals, SyncResults

log = logging.getLogger(__name__)

Asked = Callable[[ServiceClient], Any]


@dataclass
class _Reading:
    """A running reading of a schedule."""

    generation: int
    target: WorkspaceTarget
    asked: bool
    changed: bool = False

    def is_of(self, generation: int, target: WorkspaceTarget) -> bool:
        return generation == self.generation and target.workspace == self.target.workspace


class SyncWorker:
    """Results go to `signals` and `results`; `current()` is the present generation."""

    def __init__(
        self,
        client_pool: ClientPool,
        database_worker: DatabaseWorker,
        *,
        call_on_gui: GuiCall,
        signals: ServiceSignals,
        results: SyncResults,
        current: Callable[[], int],
    ) -> None:
        self._client_pool = client_pool
        self._database_worker = database_worker
        self._call_on_gui, self._signals, self._results = call_on_gui, signals, results
        self._current = current
        self._queued: set[str] = set()
        self._schedules: dict[str, KnownSchedule] = {}
        self._watches: dict[str, PostOutcomeWatch] = {}
        self._readings: dict[str, _Reading] = {}  # by workspace
        self._channels: dict[str, list[Channel]] = {}  # as they were told last
        self._may_ask = threading.Event()
        self._workers = KeyedWorkers("net", self.failed, patient=True)

    def close(self) -> None:
        self._may_ask.set()
        self._workers.close()

    def join(self, deadline: float) -> bool:
        return self._workers.join(deadline)

    # -- connecting ----------------------------------------------------------------------------

    def connect(self, generation: int, target: WorkspaceTarget) -> None:
        """Show the cached rows, then open the workspace and read it."""
        self._may_ask.set()  # the workspace that was left is not asked any more
        may_ask = self._may_ask = threading.Event()
        schedule, is_painting = self._schedule_of(target.workspace), False

        def loaded(
            channels: list[Channel] | None, rows: list[Schedule], as_of: float | None, last: bool
        ) -> None:
            if channels is not None:
                self._call_on_gui(generation, self._signals.channels_loaded.emit, channels)
            known, stale = schedule.remember(rows)
            if stale:
                self._database_worker.known.save_schedule(
                    target.workspace, ScheduleChange(removed=stale), whole=False
                )
            if as_of is not None and known and not last:
                self._call_on_gui(
                    generation, self._results.some_rows_read.emit, known, frozenset(), moment(as_of)
                )
            if as_of is not None and last:
                self._call_on_gui(
                    generation, self._results.rows_read.emit, schedule.rows, True, moment(as_of)
                )
            nonlocal is_painting
            if (known or last) and not is_painting:
                is_painting = True
                # After the rows: asking the service keeps Python busy while they are shown.
                self._call_on_gui(None, self._results.cache_shown.emit, may_ask.set)

        self._database_worker.known.load(target.workspace, loaded)

        def first() -> None:
            # Show cached rows before new ones, but do not wait for a hanging disk.
            may_ask.wait(5.0)
            self._open(generation, target)

        self._workers.put(target.workspace, first)

    def connect_again(self, generation: int, target: WorkspaceTarget) -> None:
        self._workers.put(target.workspace, lambda: self._open(generation, target))

    def _open(self, generation: int, target: WorkspaceTarget) -> None:
        """Make the first contact, or one after a lost network."""
        if generation != self._current():
            return
        if not self._read_channels(generation, target):
            return
        self._database_worker.change_outbox(lambda outbox: outbox.resume_asked(target.workspace))
        self._read_schedules(generation, target, asked=True)

    def _reach(
        self, generation: int, target: WorkspaceTarget, ask: Asked
    ) -> tuple[ServiceClient, Any] | None:
        """Ask the service; the result becomes the connection's state."""
        try:
            link = self._client_pool.get(target.workspace)
            answer = ask(link)
        except AuthenticationError as error:
            # There is no sign-in on this computer: another process restarted the server.
            self._client_pool.drop(target.workspace)
            kind = "offline" if target.workspace == LOCAL else "sign_in_again"
            self._call_on_gui(generation, self._results.state_found.emit, kind, error.user_message)
        except NetworkError as error:
            self._client_pool.drop(target.workspace)
            sentence = error.user_message
            if error.reason in ("timeout", "broken") and target.workspace != LOCAL:
                sentence += " " + translate(
                    "Service", "If this continues, check the site in a browser."
                )
            self._call_on_gui(generation, self._results.state_found.emit, "offline", sentence)
        except Exception as error:
            sentence = message_of(error)
            if not sentence:
                log.exception("The service could not be asked")
                sentence = translate(
                    "Service", "Something unexpected went wrong. See the log for details."
                )
            self._call_on_gui(generation, self._results.state_found.emit, "error", sentence)
        else:
            self._call_on_gui(generation, self._results.state_found.emit, "connected", "")
            return link, answer
        return None

    # -- reading -------------------------------------------------------------------------------

    def read_channels(self, generation: int, target: WorkspaceTarget) -> None:
        self._ask("channels", generation, target, lambda: self._read_channels(generation, target))

    def look_at_channels(self, generation: int, target: WorkspaceTarget) -> None:
        """Read the channels. If they have changed, as with other groups of the person, tell them
        and read the schedule as well."""

        def run() -> None:
            if self._read_channels(generation, target, asked=False):
                self._read_schedules(generation, target, asked=False)

        self._ask("channels poll", generation, target, run)

    def read_schedules(self, generation: int, target: WorkspaceTarget, *, asked: bool) -> None:
        """Read the schedule. `asked`: report the rows even if nothing changed or the reading
        failed."""
        kind = "schedules" if asked else "poll"
        self._ask(kind, generation, target, lambda: self._read_schedules(generation, target, asked))

    def read_group(self, generation: int, target: WorkspaceTarget, group: str) -> None:
        """Read the rows of one group only."""
        self._ask(
            f"group {group}",
            generation,
            target,
            lambda: self._read_group(generation, target, group),
        )

    def read_insights(self, generation: int, target: WorkspaceTarget, schedule_id: int) -> None:
        """Read a post's insights. A failure does not affect the connection's state."""

        def run() -> None:
            try:
                insights = self._client_pool.get(target.workspace).sdk.schedules.insights(
                    schedule_id
                )
            except PostoError:
                return
            self._call_on_gui(generation, self._signals.insights_loaded.emit, schedule_id, insights)

        self._ask(f"insights {schedule_id}", generation, target, run)

    def read_story(
        self, generation: int, target: WorkspaceTarget, schedule_id: int, status: str
    ) -> None:
        """Read what a post has been through, and its row if the status is another one by now. A
        failure does not affect the connection's state."""

        def run() -> None:
            try:
                client = self._client_pool.get(target.workspace)
                story = client.stories.read(schedule_id)
            except PostoError:
                return
            self._call_on_gui(generation, self._signals.story_loaded.emit, schedule_id, story)
            if story.status != status:
                self.look_again(generation, target.workspace, client, [schedule_id])

        self._ask(f"story {schedule_id}", generation, target, run)

    def read_feed(
        self, generation: int, target: WorkspaceTarget, before: int | None = None
    ) -> None:
        """Read a page of the feed: the newest posts, or those older than the post `before`."""
        signals = self._signals
        loaded = signals.feed_loaded if before is None else signals.older_feed_loaded

        def run() -> None:
            reached = self._reach(generation, target, lambda link: link.sdk.feed(FEED_PAGE, before))
            if reached is not None:
                self._call_on_gui(generation, loaded.emit, reached[1])

        self._ask(f"feed {before or 'newest'}", generation, target, run)

    def _ask(
        self, kind: str, generation: int, target: WorkspaceTarget, job: Callable[[], object]
    ) -> None:
        """Queue a reading job, unless the same one waits already."""
        key = f"{kind}/{generation}"
        if key in self._queued:
            return
        self._queued.add(key)

        def run() -> None:
            self._queued.discard(key)
            if generation == self._current():
                job()

        self._workers.put(target.workspace, run)

    def _read_channels(
        self, generation: int, target: WorkspaceTarget, *, asked: bool = True
    ) -> bool:
        """Read and tell the channels, unless `asked` is False and they are those told last. Return
        whether they were told."""
        reached = self._reach(generation, target, lambda link: link.sdk.refresh_channels())
        if reached is None or not (asked or reached[1] != self._channels.get(target.workspace)):
            return False
        self._channels[target.workspace] = reached[1]
        self._call_on_gui(generation, self._signals.channels_loaded.emit, reached[1])
        self._database_worker.known.save_channels(target.workspace, reached[1])
        return True

    def _read_schedules(self, generation: int, target: WorkspaceTarget, asked: bool) -> None:
        """Read in steps: other jobs run in between, since reading many rows takes long."""
        workspace = target.workspace
        schedule, reading = self._schedule_of(workspace), self._readings.get(workspace)
        if reading is not None and reading.is_of(generation, target):
            reading.asked |= asked
            return
        reading = _Reading(generation, target, asked or not schedule.is_read)
        self._readings[workspace] = reading

        def progress(done: int, total: int) -> None:
            self._call_on_gui(generation, self._signals.schedules_progress.emit, done, total)

        def begin(link: ServiceClient) -> Iterator[ScheduleChange]:
            return refresh(schedule, link.sdk.schedules, progress)

        reached = self._reach(generation, target, begin)
        if reached is not None:
            self._read_on(reading, reached[1])
        else:
            self._end_reading(reading, read=False)

    def _read_on(self, reading: _Reading, steps: Iterator[ScheduleChange]) -> None:
        """Take one step, and queue the next."""
        generation, target = reading.generation, reading.target
        workspace = target.workspace
        if generation == self._current() and self._readings.get(workspace) is reading:
            reached = self._reach(generation, target, lambda _link: next(steps, None))
            change = reached[1] if reached is not None else None
            if change is not None:
                reading.changed |= bool(change)
                self._got_rows(generation, workspace, change, False)
                if self._workers.put(workspace, lambda: self._read_on(reading, steps)):
                    return
            else:
                self._end_reading(reading, read=reached is not None)
        if self._readings.get(workspace) is reading:
            del self._readings[workspace]
        if isinstance(steps, Generator):
            steps.close()

    def _end_reading(self, reading: _Reading, *, read: bool) -> None:
        workspace = reading.target.workspace
        self._readings.pop(workspace, None)
        if not read:
            if reading.asked:
                self._call_on_gui(reading.generation, self._results.rows_wanted.emit)
            return
        if reading.changed or reading.asked:
            rows = self._schedule_of(workspace).rows
            self._call_on_gui(
                reading.generation, self._results.rows_read.emit, rows, False, datetime.now(UTC)
            )
        self._database_worker.known.save_schedule(workspace, ScheduleChange())

    def _read_group(self, generation: int, target: WorkspaceTarget, group: str) -> None:
        schedule = self._schedule_of(target.workspace)
        if not group or not (schedule.is_read or target.workspace in self._readings):
            self._read_schedules(generation, target, asked=True)
            return
        reached = self._reach(
            generation, target, lambda link: list(link.sdk.schedules.iter(group_id=group))
        )
        if reached is not None:
            self._got_rows(generation, target.workspace, schedule.put(reached[1]), True)

    def _schedule_of(self, workspace: str) -> KnownSchedule:
        return self._schedules.setdefault(workspace, KnownSchedule())

    def _got_rows(
        self, generation: int, workspace: str, change: ScheduleChange, tell: bool
    ) -> None:
        reading = self._readings.get(workspace)
        if reading is not None:
            # The whole schedule is reported at the end.
            reading.asked |= tell
            if change:
                rows = [*change.changed.values()]
                self._call_on_gui(
                    generation, self._results.some_rows_read.emit, rows, change.removed, None
                )
        elif change or tell:
            rows = self._schedule_of(workspace).rows
            self._call_on_gui(
                generation, self._results.rows_read.emit, rows, False, datetime.now(UTC)
            )
        ended = self._watch(workspace).check(change, self._schedule_of(workspace))
        if ended:
            self._call_on_gui(generation, self._signals.posts_ended.emit, ended)
        self._database_worker.known.save_schedule(workspace, change, whole=reading is None)

    def _watch(self, workspace: str) -> PostOutcomeWatch:
        return self._watches.setdefault(workspace, PostOutcomeWatch())

    # -- acting --------------------------------------------------------------------------------

    def perform(
        self,
        generation: int,
        target: WorkspaceTarget,
        ids: list[int],
        ask: Asked,
        note: Callable[[Any], Notification | None],
    ) -> None:
        """Change rows on the service, report the result, and read those rows again."""

        def run() -> None:
            try:
                link = self._client_pool.get(target.workspace)
                notification = note(ask(link))
                if notification is not None:
                    self._call_on_gui(None, self._signals.message.emit, notification)
                rows = link.sdk.schedules.by_ids(ids).values()
            except Exception as error:  # noqa: BLE001 - told as a message, logged if unexpected
                self.failed(error)
                if isinstance(error, NetworkError):
                    self._client_pool.drop(target.workspace)
                    self._call_on_gui(
                        generation, self._results.state_found.emit, "offline", error.user_message
                    )
                return
            change = self._schedule_of(target.workspace).put(rows, asked=ids)
            self._got_rows(generation, target.workspace, change, True)

        self._workers.put(target.workspace, run)

    def resolve(
        self,
        generation: int,
        target: WorkspaceTarget,
        ids: list[int],
        answer: str,
        address: str = "",
    ) -> None:
        """Apply the user's answer about posts that may be published: "there", with the address of
        the post if the user pasted it, or "send_again"."""

        def ask(link: ServiceClient) -> None:
            if answer == "there":
                self._watch(target.workspace).settle(ids)
            link.resolve(ids, answer, address)

        self.perform(generation, target, ids, ask, lambda _answer: None)

    def delete(self, generation: int, deletion: Deletion) -> None:
        """Delete rows for good; then call `_unhide` in any case."""
        ids = sorted(deletion.ids)

        def run() -> None:
            try:
                link = self._client_pool.get(deletion.workspace)
                result = link.sdk.schedules.delete(ids)
            except Exception as error:
                sentence = message_of(error)
                if not sentence:
                    log.exception("Rows could not be deleted")
                if isinstance(error, PostoError) and error.failure.is_maybe:
                    notification = Notification(
                        "warning",
                        translate("Service", "The posts may have been deleted."),
                        sentence,
                    )
                else:
                    text = (
                        translate("Service", "The posts were not deleted. {why}")
                        .format(why=sentence)
                        .strip()
                    )
                    notification = Notification("error", text)
                self._call_on_gui(None, self._signals.message.emit, notification)
            else:
                if result.kept:
                    why = in_users_language(next(iter(result.reasons.values()), ""))
                    text = translate(
                        "Service", "%n of {total} posts could not be deleted.", "", len(result.kept)
                    ).format(total=len(ids))
                    if len(ids) == 1:
                        text = translate("Service", "The post could not be deleted.")
                    self._call_on_gui(
                        None, self._signals.message.emit, Notification("warning", text, why)
                    )
                schedule = self._schedule_of(deletion.workspace)
                self._database_worker.note_deleted(schedule.known(result.deleted))
                change = schedule.put([], asked=[*result.deleted, *result.missing])
                self._got_rows(generation, deletion.workspace, change, bool(change))
            self._call_on_gui(None, self._results.deletion_ended.emit, deletion.token)

        self._workers.put(deletion.workspace, run)

    def put(self, workspace: str, job: Callable[[], None]) -> bool:
        """Queue a job of another module for a workspace; return False when the app is closing."""
        return self._workers.put(workspace, job)

    def look_again(
        self, generation: int, workspace: str, link: ServiceClient, ids: list[int]
    ) -> None:
        """On the worker: read these rows again; failures are left to the next poll."""
        try:
            rows = link.sdk.schedules.by_ids(ids).values()
        except PostoError as error:
            log.info("Rows could not be read again: %s", type(error).__name__)
            return
        self._got_rows(
            generation, workspace, self._schedule_of(workspace).put(rows, asked=ids), True
        )

    def read_ids(self, generation: int, target: WorkspaceTarget, ids: list[int]) -> None:
        """Read these rows again, of which some may be gone."""

        def run() -> None:
            reached = self._reach(generation, target, lambda link: link)
            if reached is not None:
                self.look_again(generation, target.workspace, reached[1], ids)

        self._workers.put(target.workspace, run)

    def send_settings(self) -> None:
        """Send the settings of sending to the running local server; else it gets them when it is
        opened."""
        self._workers.put(LOCAL, self._client_pool.pass_settings)

    def forget(self, workspace: str) -> None:
        def run() -> None:
            self._schedules.pop(workspace, None)
            self._watches.pop(workspace, None)
            self._channels.pop(workspace, None)

        self._workers.put(workspace, run)

    def failed(self, error: Exception) -> None:
        """From any thread: report an error to the user and to the log."""
        sentence = message_of(error)
        if not sentence:
            log.error("A job failed", exc_info=error)
            sentence = translate(
                "Service", "Something unexpected went wrong. See the log for details."
            )
        self._call_on_gui(None, self._signals.message.emit, Notification("error", sentence))
