"""Campaigns on the thread that owns posto.db: saved, started, stopped.

The methods are called on the GUI thread and return at once; signals there carry the answers.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost, PostState
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.delivery import campaign_run
from posto_desktop.delivery.campaign_run import MAX_WAITING, PostRequest, read_campaign
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.storage import campaign_rows
from posto_desktop.storage.database import Database, Row
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers import database_problems

log = logging.getLogger(__name__)

AGAIN_MS = 5_000
_TAKING_ROOM = frozenset(("waiting", "uploading", "handing_over"))
"""As counted by `campaign_rows.waiting_entries`."""

FeedAgain = Literal["", "now", "later"]
Tell = Callable[[Callable[[], None]], None]
"""Runs a call on the GUI thread; thread-safe."""
UseStore = Callable[[Callable[[Database | None, str], None]], bool]


class CampaignWorker(QObject):
    """Signals, all on the GUI thread:

    loaded(list[Campaign], dict): all campaigns, the one changed last first, and their posts
        (core.campaign_results.CampaignPost) by the campaign's id
    saved(str id, datetime); not_saved(str id, str sentence): only in memory, will be retried
    posts_changed(str id, list[CampaignPost]): of one campaign, in order
    late_known(): `late` has more, from an earlier run
    styles_used(dict[str, list[str]]): the names of campaigns by the name of their style
    """

    loaded = Signal(object, object)
    saved = Signal(str, object)
    not_saved = Signal(str, str)
    posts_changed = Signal(str, object)
    late_known = Signal()
    styles_used = Signal(object)

    def __init__(
        self,
        use_store: UseStore,
        outbox: Callable[[], Outbox | None],
        call_on_gui: Tell,
        *,
        wake: Callable[[], None],
        problem: Callable[[str], None],
        style_resolver: Callable[[Draft], Draft],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_store, self._outbox, self._call_on_gui = use_store, outbox, call_on_gui
        self._wake, self._problem, self._style_resolver = wake, problem, style_resolver
        self._lock = threading.Lock()
        self._unsaved: dict[str, Campaign] = {}
        # On the worker: the stored messages by campaign. They are immutable, so a changed message
        # is another object.
        self._written: dict[str, dict[str, CampaignMessage]] = {}
        self._hungry = True
        self._feeding = False
        self._knows_late = False
        self.late: dict[str, str] = {}
        """By mark, the campaigns of posts to delete once they are in the schedule: they were being
        sent when it was stopped, or an earlier run did not finish."""
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self._save_again)

    # -- on the GUI thread: what the worker found out ----------------------------------------------

    def _handle_saved(self, campaign_id: str, when: datetime) -> None:
        if not self._unsaved:
            self._again.stop()
        self.saved.emit(campaign_id, when)

    def _handle_not_saved(self, campaign_id: str, sentence: str) -> None:
        self._again.start()
        self.not_saved.emit(campaign_id, sentence)

    def _handle_late(self, late: Mapping[str, str]) -> None:
        self.late |= late
        self.late_known.emit()

    def _handle_fed(self, hungry: bool, again: FeedAgain) -> None:
        self._feeding = False
        self._hungry = hungry
        if hungry and again == "now":
            self.feed()
        elif again == "later":
            QTimer.singleShot(AGAIN_MS, self, self.feed)

    # -- on the worker -----------------------------------------------------------------------------

    def _emit_posts(self, campaign_id: str, posts: Sequence[CampaignPost]) -> None:
        self._call_on_gui(lambda: self.posts_changed.emit(campaign_id, posts))

    def _run(self, job: Callable[[Database], None]) -> None:
        def run(db: Database | None, _why: str) -> None:
            if db is None:
                return
            try:
                job(db)
            except StorageError as error:
                self._problem(database_problems.problem_text(error))

        self._use_store(run)

    # -- keeping -------------------------------------------------------------------------------

    def load(self) -> None:
        """Emit `loaded` in any case, empty without a database."""
        self._use_store(lambda db, _why: self._load(db))

    def _load(self, db: Database | None) -> None:
        campaigns: list[Campaign] = []
        posts: dict[str, list[CampaignPost]] = {}
        try:
            if db is not None:
                for campaign in self._all(db):
                    campaigns.append(campaign)
                    posts[campaign.id] = _posts(db, campaign.id)
        except StorageError as error:
            self._problem(database_problems.problem_text(error))
        self._call_on_gui(lambda: self.loaded.emit(campaigns, posts))

    def _all(self, db: Database) -> list[Campaign]:
        campaigns = (self._read(db, row) for row in campaign_rows.all_of(db))
        return [campaign for campaign in campaigns if campaign is not None]

    def look_for_styles(self) -> None:
        """Emit `styles_used`."""

        def run(db: Database) -> None:
            with self._lock:
                bodies = {campaign.id: campaign.to_json() for campaign in self._unsaved.values()}
            bodies = {row["id"]: row["body"] for row in campaign_rows.all_of(db)} | bodies
            names_by_style: dict[str, list[str]] = {}
            for body in bodies.values():
                style, name = (body.get("style"), body.get("name")) if body else ("", "")
                if isinstance(style, str) and style:
                    names_by_style.setdefault(style, []).append(
                        name if isinstance(name, str) else ""
                    )
            self._call_on_gui(lambda: self.styles_used.emit(names_by_style))

        self._run(run)

    def rename_style(self, before: str, name: str) -> None:
        """Rename a style in the campaigns that use it; emit `loaded` if there are any."""
        with self._lock:
            late = [campaign for campaign in self._unsaved.values() if campaign.style == before]
            self._unsaved |= {campaign.id: replace(campaign, style=name) for campaign in late}

        def run(db: Database) -> None:
            using = [campaign for campaign in self._all(db) if campaign.style == before]
            for campaign in using:
                self._write(db, replace(campaign, style=name))
            if using or late:
                self._load(db)

        self._run(run)

    def _read(self, db: Database, row: Row) -> Campaign | None:
        campaign = read_campaign(db, row)
        if campaign is not None:
            self._written[campaign.id] = {message.id: message for message in campaign.messages}
        return campaign

    def save(self, campaign: Campaign) -> None:
        """Save a campaign; emit `saved` or `not_saved`. Of several quick saves only the newest is
        written, and only its changed messages."""
        with self._lock:
            waiting = campaign.id in self._unsaved
            self._unsaved[campaign.id] = campaign
        if not waiting:
            self._use_store(lambda db, why: self._save(db, why, campaign.id))

    def _save(self, db: Database | None, why: str, campaign_id: str) -> None:
        with self._lock:
            campaign = self._unsaved.pop(campaign_id, None)
        if campaign is None:
            return
        try:
            if db is None:
                raise StorageError(why)
            when = self._write(db, campaign)
        except StorageError as error:
            sentence = database_problems.problem_text(error)
            with self._lock:
                self._unsaved.setdefault(campaign_id, campaign)
            self._problem(sentence)
            self._call_on_gui(partial(self._handle_not_saved, campaign_id, sentence))
            return
        self._call_on_gui(
            partial(self._handle_saved, campaign_id, datetime.fromtimestamp(when, UTC))
        )

    def _write(self, db: Database, campaign: Campaign) -> float:
        before = self._written.get(campaign.id, {})
        now = {message.id: message for message in campaign.messages}
        changed = {
            key: message.to_json() for key, message in now.items() if before.get(key) is not message
        }
        removed = [key for key in before if key not in now]
        body = campaign.to_json()
        when = campaign_rows.put(db, campaign.id, campaign.workspace, body, changed, removed)
        self._written[campaign.id] = now
        return when

    @Slot()
    def _save_again(self) -> None:
        with self._lock:
            waiting = list(self._unsaved)
        for campaign_id in waiting:
            self._use_store(lambda db, why, key=campaign_id: self._save(db, why, key))  # type: ignore[misc]

    def delete(self, campaign_id: str) -> None:
        """Delete a campaign. Its posts in the outbox are still sent."""
        self._run(lambda db: campaign_rows.set_deleted(db, campaign_id, True))

    def restore(self, campaign_id: str) -> None:
        """Undo `delete`, until the next start."""
        self._run(lambda db: campaign_rows.set_deleted(db, campaign_id, False))

    # -- posting -------------------------------------------------------------------------------

    def start(
        self, campaign: Campaign, requests: Sequence[PostRequest], deleted: Collection[str] = ()
    ) -> None:
        """Start or resume: send these messages (delivery.campaign_posting.start). Emit
        `posts_changed`."""

        def run(db: Database) -> None:
            self._write(db, campaign)
            posts = campaign_run.start(db, campaign, requests, deleted)
            self._emit_posts(campaign.id, posts)

        self._run(run)
        self._hungry = True
        self.feed()

    def stop(
        self, campaign: Campaign, late: Collection[str] = (), listed: Collection[str] = ()
    ) -> None:
        """Hold back what is still on this computer; emit `posts_changed`. `late` are marks of posts
        that the schedule does not list yet, `listed` of those being deleted there: a later run
        deletes the rest of both."""
        self.late |= dict.fromkeys(late, campaign.id)
        refs = frozenset((*late, *listed))

        def run(db: Database) -> None:
            outbox = self._outbox()
            if outbox is not None:
                self._write(db, campaign)
                posts = campaign_run.stop(db, outbox, campaign, refs)
                self._emit_posts(campaign.id, posts)

        self._run(run)

    def look_for_late(self) -> None:
        """Find the deletions that an earlier run left; emit `late_known` if there are any."""

        def run(db: Database) -> None:
            self._knows_late = True
            late = {row["posto_ref"]: row["campaign_id"] for row in campaign_rows.to_remove(db)}
            if late:
                self._call_on_gui(partial(self._handle_late, late))

        self._run(run)

    def _stop_late(self) -> None:
        def run(db: Database) -> None:
            outbox = self._outbox()
            if outbox is not None:
                for campaign_id in campaign_run.stop_late(db, outbox):
                    self._emit_posts(campaign_id, _posts(db, campaign_id))

        self._run(run)

    def set_stopped(self, campaign_id: str, refs: Collection[str], stopped: bool) -> None:
        """The service was asked to delete these, or that was undone; emit `posts_changed`."""
        if refs:
            self._change(campaign_id, lambda db: campaign_run.set_stopped(db, refs, stopped))

    def retry(self, campaign_id: str, refs: Collection[str]) -> None:
        """Retry messages that could not be written to the outbox."""
        if refs:
            now = datetime.now(UTC)
            self._change(campaign_id, lambda db: campaign_run.retry(db, refs, now))
            self._hungry = True
            self.feed()

    def remember(self, campaign_id: str, outcomes: Mapping[str, tuple[PostState, str]]) -> None:
        """Store the final states of posts (core.campaign_results.final_results)."""

        def write(db: Database) -> None:
            with db.transaction():
                for ref, (state, reason) in outcomes.items():
                    campaign_rows.change_posts(
                        db, [ref], state, reason, expect=("handed", "sent", "failed")
                    )

        if outcomes:
            self._change(campaign_id, write)

    def _change(self, campaign_id: str, change: Callable[[Database], object]) -> None:
        def run(db: Database) -> None:
            change(db)
            self._emit_posts(campaign_id, _posts(db, campaign_id))

        self._run(run)

    # -- feeding the outbox --------------------------------------------------------------------

    @Slot(object)
    def outbox_changed(self, entries: Sequence[Entry]) -> None:
        """Some waiting entries were sent: there may be room for more."""
        if not self._knows_late:
            self.look_for_late()
        if self.late and any(
            entry.state == "waiting" and entry.posto_ref in self.late for entry in entries
        ):
            self._stop_late()  # it could not be sent, and must not be retried
        if self._hungry and not self._feeding:
            waiting = sum(entry.state in _TAKING_ROOM for entry in entries)
            if waiting <= MAX_WAITING // 2:
                self.feed()

    def feed(self) -> None:
        """Move queued posts into the outbox as far as there is room."""
        self._feeding = True

        def run(db: Database | None, _why: str) -> None:
            outbox, touched = self._outbox(), []
            hungry = True
            again: FeedAgain = ""
            try:
                if db is not None and outbox is not None:
                    touched = campaign_run.fill_outbox(db, outbox, self._style_resolver)
                    for campaign_id in touched:
                        self._emit_posts(campaign_id, _posts(db, campaign_id))
                    # Independent of whether any moved: there may have been no room.
                    hungry = bool(campaign_rows.queued(db, 1))
                    if touched and campaign_rows.waiting_entries(db) < MAX_WAITING:
                        again = "now"  # some were refused, and nothing else would continue
            except StorageError as error:
                again = "later"
                self._problem(database_problems.problem_text(error))
            except Exception:
                hungry = False
                log.exception("The posts of a campaign could not be taken on")
                self._problem(
                    QCoreApplication.translate(
                        "Campaigns",
                        "The posts of a campaign are not being sent. See the log for details.",
                    )
                )
            finally:
                self._call_on_gui(partial(self._handle_fed, hungry, again))
            if touched:
                self._wake()

        if not self._use_store(run):
            self._feeding = False


def _posts(db: Database, campaign_id: str) -> list[CampaignPost]:
    return [CampaignPost.from_row(row) for row in campaign_rows.posts(db, campaign_id)]
