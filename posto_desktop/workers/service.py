"""The app's one way to posto.db and to the service.

`Service` lives on the GUI thread. Its methods return at once; the work is done on lanes (daemon
threads), and every answer comes back as one queued signal to `_deliver`, which emits the public
signals on the GUI thread. Lanes: "store" (keeper) owns posto.db, "net" talks to the service,
"pictures" (fetching) gets pictures and files, and the outbox has its own (outbox_job).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.outbox import Entry
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.accounts import Account, Accounts
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import Secrets
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.campaigns import Campaigns
from posto_desktop.workers.drafts import Drafts
from posto_desktop.workers.fetching import Fetcher
from posto_desktop.workers.keeper import Keeper
from posto_desktop.workers.links import Links, Target, host_of
from posto_desktop.workers.net import Asked, Net
from posto_desktop.workers.notes import ConnectionState, Notice, StateKind
from posto_desktop.workers.outbox_calls import OutboxCalls
from posto_desktop.workers.outbox_job import OutboxJob
from posto_desktop.workers.outbox_notices import ended_badly, retried, short
from posto_desktop.workers.pictures import PictureCache
from posto_desktop.workers.recent_media import RecentMedia
from posto_desktop.workers.shown_plan import ShownPlan
from posto_desktop.workers.styles import dressed
from posto_desktop.workers.undo import UNDO_MS
from posto_desktop.workers.way import Way

log = logging.getLogger(__name__)

POLL_LOCAL_MS = 5_000
POLL_SERVICE_MS = 30_000
BACK_LOCAL_MS = 15_000
BACK_SERVICE_MS = 120_000
RETRY_MS = (2_000, 5_000, 10_000, 15_000)
_WORTH_TELLING = timedelta(seconds=20)
LIVE_PAGES = frozenset({"schedule", "calendar", "campaigns", "activity", "feed"})


class Service(QObject):
    """Facade over everything that is slow.

    Signals (all on the GUI thread):
        channels_loaded(list[Channel])
        schedules_loaded(list[Schedule], from_cache, as_of): as_of is an aware datetime
        schedules_progress(read, total): while many rows are read
        schedules_arriving(list[Schedule], gone ids, as_of): a part of the plan, near now first,
            while many rows are read; `as_of` is None for what the service says now. All of it
            follows as `schedules_loaded`
        feed_loaded(list[dict]): the sandbox's posts, newest first
        insights_loaded(id, dict): how a post does: names and numbers, as text
        outbox_changed(list[Entry]): of all workspaces, newest first
        posted(Entry): a post was written down; it is safe from now on
        post_refused(Draft, str): it could not be written down, and why; nothing was sent
        state_changed(ConnectionState)
        series_posted(list[Entry]): the same for a post that repeats, in the order of time
        draft_saved(id, datetime)
        draft_not_saved(id, why, sentence): it is only in memory, and is tried again; `why` is
            short ("the disk is full") or empty, the sentence says what to do
        desk_loaded(Desk): drafts, templates and the open ones (core.shelf)
        templates_loaded(list[Draft]): by name, after one was saved or deleted
        picture_loaded(url, bytes); picture_failed(url)
        files_fetched(list[str]): local copies, in the order asked for; copies_fetched(id,
            list[str]): the same for a draft
        message(Notice)
        plan_changed(workspace, list[Schedule], hidden ids, read_at): the plan with the rows that
            are being deleted; `read_at` is None for rows that were only remembered
        posts_ended(list[Schedule]): posts that went out, failed, or need the user since the plan
            was read last
        notices_loaded(list[dict]): notices of earlier runs, newest first
        moves_ended(list[Move]): posts that were moved together have all come to their end
            (core.moves); each is "done", or "failed" with its reason
        moves_progress(ended, all): while many posts are moved together
        blocked(str): posto.db cannot be used, and why; "" when it can
    """

    channels_loaded = Signal(object)
    schedules_loaded = Signal(object, bool, object)
    schedules_progress = Signal(int, int)
    schedules_arriving = Signal(object, object, object)
    feed_loaded = Signal(object)
    insights_loaded = Signal(object, object)
    outbox_changed = Signal(object)
    posted = Signal(object)
    post_refused = Signal(object, str)
    state_changed = Signal(object)
    draft_saved = Signal(str, object)
    draft_not_saved = Signal(str, str, str)
    desk_loaded = Signal(object)
    templates_loaded = Signal(object)
    series_posted = Signal(object)
    picture_loaded = Signal(str, object)
    picture_failed = Signal(str)
    files_fetched = Signal(list)
    copies_fetched = Signal(str, list)
    message = Signal(object)
    plan_changed = Signal(str, object, object, object)
    posts_ended = Signal(object)
    notices_loaded = Signal(object)
    moves_ended = Signal(object)
    moves_progress = Signal(int, int)
    blocked = Signal(str)

    _arrived = Signal(object)

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        accounts: Accounts | None = None,
        secrets: Secrets | None = None,
        parent: QObject | None = None,
        undo_ms: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._paths = paths
        self._settings = settings
        self._accounts = accounts
        self._secrets = secrets
        self._closed = False
        # Read by lanes, written on the GUI thread: a late answer of an earlier workspace is told
        # by its generation.
        self._generation = 0
        self._target: Target | None = None
        self._state: ConnectionState | None = None
        self._failures = 0
        self._watching = ""
        self._pictures_asked: set[str] = set()

        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._poll_now)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._reconnect)
        self._links = Links(
            self._find_target,
            self._late_limit,
            lambda sentence: self._keeper.problem(sentence),
            way=Way(settings, secrets),
        )
        self._job = OutboxJob(
            self._links,
            tell_entries=lambda entries: self._tell(None, "outbox_changed", entries),
            tell_ended=self._entry_ended,
            tell_problem=lambda sentence: self._keeper.problem(sentence),
        )
        self._job.pause(bool(settings.get("sending.paused")))
        self.recent_media = RecentMedia(paths.data / "recent-media.json")
        self._keeper = Keeper(
            paths.database,
            (paths.data / "pasted", paths.media),
            tell=lambda name, *values: self._tell(None, name, *values),
            entry_changed=self._job.changed,
            opened=self._job.start,
            wake=self._job.wake,
            late_limit=self._late_limit,
            renditions=paths.renditions,
            recent=self.recent_media,
            dresser=lambda draft: dressed(draft, paths.config, self.service_address),
        )
        self._outbox = OutboxCalls(self._keeper.change_outbox, self._job)
        self._campaigns = Campaigns(
            self._keeper.use_store,
            lambda: self._keeper.outbox,
            lambda name, *values: self._tell(None, "_campaigns", name, *values),
            wake=self._job.wake,
            problem=self._keeper.problem,
            dresser=lambda draft: dressed(draft, paths.config, self.service_address),
            parent=self,
        )
        self.outbox_changed.connect(self._campaigns.outbox_changed)
        self._net = Net(
            self._links, self._keeper, tell=self._tell, current=lambda: self._generation
        )
        self._plan = ShownPlan(
            self._links,
            self._keeper,
            self._net,
            tell=self._tell,
            workspace=lambda: self.workspace_id,
            generation=lambda: self._generation,
            undo_ms=UNDO_MS if undo_ms is None else undo_ms,
            parent=self,
        )
        self._plan.loaded.connect(self.schedules_loaded)
        self._plan.arriving.connect(self.schedules_arriving)
        self._plan.changed.connect(self.plan_changed)
        self._plan.moves_ended.connect(self.moves_ended)
        self._plan.moves_progress.connect(self.moves_progress)
        self._plan.message.connect(self.message)
        self._plan.moves.resume()
        self._fetcher = Fetcher(
            self._links,
            PictureCache(paths.cache / "pictures"),
            paths.data / "pasted",
            self._tell,
        )

    # -- connecting --------------------------------------------------------------------------

    def connect_local(self, data_dir: Path | None = None) -> None:
        """Use the embedded workspace; its server is started if it does not run."""
        folder = Path(data_dir) if data_dir is not None else self._paths.workspace
        self._connect(Target(LOCAL, self.tr("This computer"), data_dir=folder))

    def connect_account(self, account: Account, password: str) -> None:
        """Use a Posto service."""
        self._connect(
            Target(
                account.id,
                account.name,
                base_url=account.base_url,
                username=account.username,
                password=password,
            )
        )

    def leave(self) -> None:
        """Leave the current workspace. Its posts that still wait go out all the same."""
        self._plan.finish_deletes()
        self._generation += 1
        self._target = None
        self._state = None
        self._plan.forget()
        self._poll.stop()
        self._again.stop()

    def forget_account(self, account_id: str) -> None:
        """Signed out: remove the copies of that workspace. Drafts and outbox stay."""
        if self._target is not None and self._target.workspace == account_id:
            self.leave()
        self._links.forget(account_id)
        self._net.forget(account_id)
        self._keeper.known.forget(account_id)

    @property
    def state(self) -> ConnectionState | None:
        return self._state

    @property
    def service_address(self) -> str:
        """The address of the open workspace; "" for the one of this computer."""
        return self._target.base_url if self._target is not None else ""

    @property
    def links(self) -> Links:
        """The ways to the workspaces, for jobs of other modules."""
        return self._links

    @property
    def workspace_id(self) -> str:
        """The current workspace's id, empty when none is open."""
        return self._target.workspace if self._target is not None else ""

    def _connect(self, target: Target) -> None:
        if self._closed:
            return
        self.leave()
        self._target = target
        self._failures = 0
        self._links.use(target)
        self._set_state("connecting", self.tr("Connecting to {name}").format(name=target.name))
        self._net.connect(self._generation, target)
        self._set_poll()

    def _find_target(self, workspace: str) -> Target | None:
        """On a sending thread: how to reach a workspace that is not the current one."""
        if workspace == LOCAL:
            return Target(LOCAL, "", data_dir=self._paths.workspace)
        account = self._accounts.get(workspace) if self._accounts is not None else None
        password = self._secrets.get(workspace) if account and self._secrets is not None else None
        if account is None or password is None:
            return None
        return Target(
            workspace,
            account.name,
            base_url=account.base_url,
            username=account.username,
            password=password,
        )

    def _late_limit(self) -> int:
        return int(self._settings.get("sending.late_limit_minutes"))

    def late_limit_changed(self) -> None:
        """The setting was changed: it holds at once, for what waits here and in the server."""
        self._keeper.late_limit_changed()
        self._net.late_limit_changed()

    def way_changed(self) -> None:
        """Services are reached in another way from now on: the open one is asked anew."""
        self._links.way_changed()
        if self._target is not None and self._target.data_dir is None:
            self._reconnect()

    def open_store_again(self) -> None:
        """Try once more to use posto.db; `blocked` follows."""
        self._keeper.open_again()

    @Slot()
    def _reconnect(self) -> None:
        if self._target is not None and not self._closed:
            self._net.connect_again(self._generation, self._target)

    def _take_state(self, kind: StateKind, text: str) -> None:
        """On the GUI thread: what a lane learned about the connection."""
        target = self._target
        if target is None:
            return
        if kind == "connected":
            self._failures = 0
            self._again.stop()
            if self._state is not None and self._state.kind != "connected":
                self._plan.moves.resume(target.workspace)
            host = "" if target.data_dir is not None else host_of(target.base_url)
            text = (
                self.tr("Connected to {host}").format(host=host)
                if host
                else self.tr("Ready on this computer")
            )
        elif kind in ("offline", "error") and not self._again.isActive():
            self._again.start(RETRY_MS[min(self._failures, len(RETRY_MS) - 1)])
            self._failures += 1
        self._set_state(kind, text)

    def _set_state(self, kind: StateKind, text: str) -> None:
        target = self._target
        assert target is not None
        host = "" if target.data_dir is not None else host_of(target.base_url)
        state = ConnectionState(kind, text, target.workspace, target.name, host)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    # -- channels, schedules, feed -----------------------------------------------------------

    def refresh_channels(self) -> None:
        if self._target is not None:
            self._net.read_channels(self._generation, self._target)

    def refresh_schedules(self) -> None:
        """Read the plan now; `schedules_loaded` follows even when nothing changed."""
        if self._target is not None:
            self._net.read_schedules(self._generation, self._target, asked=True)

    def refresh_feed(self) -> None:
        """What the sandbox published; only the embedded workspace has such a page."""
        if self._target is not None and self._target.workspace == LOCAL:
            self._net.read_feed(self._generation, self._target)

    def fetch_insights(self, schedule_id: int) -> None:
        """`insights_loaded` follows, unless the service cannot be reached."""
        if self._target is not None:
            self._net.read_insights(self._generation, self._target, schedule_id)

    def set_watching(self, page: str) -> None:
        """The page that is visible ("" when the window is hidden): only then is it polled."""
        page = page.lower()
        if page != self._watching:
            self._watching = page
            self._set_poll()
            if page in LIVE_PAGES:
                self._poll_now()

    def _set_poll(self) -> None:
        if self._target is None or self._closed:
            self._poll.stop()
            return
        local = self._target.workspace == LOCAL
        if self._watching in LIVE_PAGES:
            self._poll.start(POLL_LOCAL_MS if local else POLL_SERVICE_MS)
        else:
            self._poll.start(BACK_LOCAL_MS if local else BACK_SERVICE_MS)

    @Slot()
    def _poll_now(self) -> None:
        if self._target is None or self._state is None or self._state.kind != "connected":
            return  # the reconnect timer is at it
        if self._watching == "feed":
            self.refresh_feed()
        if self._watching in LIVE_PAGES - {"feed"} or self._plan.is_awaiting(self._poll.interval()):
            self._net.read_schedules(self._generation, self._target, asked=False)

    # -- acting on rows ----------------------------------------------------------------------

    def retry_schedules(self, ids: Sequence[int], *, force: bool = False) -> None:
        """Send failed posts again; ones that may be live are held back unless `force`."""
        many = list(ids)
        self._act(many, lambda link: link.sdk.schedules.retry(many, force=force), retried)

    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts of the embedded workspace."""
        many = list(ids)
        self._act(many, lambda link: link.sdk.send_now(many), lambda answer: None)

    def resolve_schedules(self, ids: Sequence[int], answer: str) -> None:
        """The user's word on posts that may be published: "there" (the embedded workspace only)
        or "send_again"."""
        if answer not in ("there", "send_again"):
            raise ValueError(f"no such answer: {answer!r}")
        if self._target is not None and ids:
            self._net.resolve(self._generation, self._target, list(ids), answer)

    def _act(self, ids: list[int], ask: Asked, note: Callable[[Any], Notice | None]) -> None:
        if self._target is not None and ids:
            self._net.act(self._generation, self._target, ids, ask, note)

    def delete_schedules(
        self, ids: Sequence[int], *, quiet: bool = False, at_once: bool = False
    ) -> str:
        """Hide rows at once and delete them when the time for Undo is over, or at quit. `quiet`:
        who asks says so, and offers the way back. `at_once`: there is none.

        Returns the token for `restore_schedules`; the notice's action carries it too. Empty when
        there was nothing to delete.
        """
        return self._plan.delete(ids, quiet=quiet, at_once=at_once)

    def restore_schedules(self, token: str, *, quiet: bool = False) -> bool:
        """Undo a delete; False when it is too late, which is said unless `quiet`."""
        return self._plan.restore(token, quiet=quiet)

    def reschedule(self, ids: Sequence[int], when: datetime | Mapping[int, datetime]) -> str:
        """Move posts to another time: `when` (aware) for all, or by id. They show there at once;
        `moves_ended` follows. Rows that do not wait for their time stay.

        Returns the token for `undo_reschedule`, "" when there was nothing to move.
        """
        return self._plan.move(ids, when)

    def undo_reschedule(self, token: str) -> bool:
        """Move posts back; False when not all of them can go back, because their time passed."""
        return self._plan.moves.undo(token)

    # -- posting, outbox, drafts ---------------------------------------------------------------

    def post(self, draft: Draft, channels: Sequence[Channel], share_at: datetime | None) -> None:
        """Write a post down and send it. `posted` or `post_refused` follows."""
        snapshot = draft.copy()
        if self._target is not None:
            snapshot.workspace = self._target.workspace
        hold = float(self._settings.get("sending.hold_seconds"))
        self._keeper.add(snapshot, channels, share_at, hold)

    def post_series(
        self, draft: Draft, channels: Sequence[Channel], times: Sequence[datetime]
    ) -> None:
        """Write what repeats down as separate posts. `series_posted` or `post_refused` follows."""
        snapshot = draft.copy()
        if self._target is not None:
            snapshot.workspace = self._target.workspace
        self._keeper.add(snapshot, channels, list(times))

    @property
    def outbox(self) -> OutboxCalls:
        """What the user does with posts that are on their way: `cancel`, `retry`, `resolve`, …"""
        return self._outbox

    def load_notices(self, limit: int = 200) -> None:
        """`notices_loaded` follows with those of earlier runs."""
        self._keeper.load_notices(limit)

    def keep_notice(self, kind: str, text: str, detail: str) -> None:
        self._keeper.keep_notice(kind, text, detail)

    def see_notices(self) -> None:
        self._keeper.see_notices()

    def clear_notices(self) -> None:
        self._keeper.clear_notices()

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft; `draft_saved` follows. Of several quick saves the newest is written."""
        self._keeper.save_draft(draft)

    def delete_draft(self, draft_id: str) -> None:
        self._keeper.delete_draft(draft_id)

    def load_desk(self) -> None:
        """`desk_loaded` follows, with the drafts and templates of all workspaces."""
        self._keeper.load_desk()

    @property
    def drafts(self) -> Drafts:
        """Templates, and which drafts are open: `save_open`, `save_template`, `put_template`,
        `delete_template`."""
        return self._keeper.drafts

    @property
    def campaigns(self) -> Campaigns:
        """Messages with a rhythm: kept, started, stopped."""
        return self._campaigns

    def _entry_ended(self, entry: Entry) -> None:
        """On a sending thread: an entry was sent, refused, or needs the user."""
        if entry.state == "sent":
            self._tell(None, "_sent", entry)
        else:
            self._tell(None, "message", ended_badly(entry))

    def _take_sent(self, entry: Entry) -> None:
        """On the GUI thread: say it, and read the new rows without reading the whole plan."""
        series = entry.series
        # A series of two hundred says it once, with its last post.
        last = series is None or series.index == series.count
        if last and datetime.now(UTC) - entry.created_at > _WORTH_TELLING:
            # It had to wait; for others the user still looks at "on its way".
            text = self.tr("“{title}” has been handed over").format(title=short(entry.title))
            self.message.emit(Notice("ok", text))
        target = self._target
        if target is not None and target.workspace == entry.workspace:
            self._net.read_group(self._generation, target, entry.group_id)

    # -- pictures ------------------------------------------------------------------------------

    def fetch_picture(self, url: str) -> None:
        """`picture_loaded` or `picture_failed` follows; the same address is fetched once."""
        target = self._target
        if not url or target is None or url in self._pictures_asked:
            return
        self._pictures_asked.add(url)
        self._fetcher.picture(target.workspace, url)

    def _take_picture(self, url: str, data: bytes | None) -> None:
        self._pictures_asked.discard(url)
        if data is None:
            self.picture_failed.emit(url)
        else:
            self.picture_loaded.emit(url, data)

    def fetch_files(self, urls: Sequence[str]) -> None:
        """Fetch media of the service into local files; `files_fetched` follows with those that
        came, a message names the others."""
        if self._target is not None and urls:
            self._fetcher.files(self._target.workspace, urls, "files_fetched")

    def fetch_copies(self, draft_id: str, urls: Sequence[str]) -> None:
        """The same for a draft that is not open; `copies_fetched` follows."""
        if self._target is not None and urls:
            self._fetcher.files(self._target.workspace, urls, "copies_fetched", draft_id)

    # -- the road back and the end ---------------------------------------------------------------

    def _tell(self, generation: int | None, name: str, *values: object) -> None:
        """From any thread: emit the signal `name` (or call the method behind `_name`) on the GUI
        thread, unless another workspace was opened meanwhile."""
        try:
            self._arrived.emit((generation, name, values))
        except RuntimeError:
            log.debug("%s came after the end", name)

    @Slot(object)
    def _deliver(self, arrived: Any) -> None:
        generation, name, values = arrived
        if self._closed or (generation is not None and generation != self._generation):
            return
        if name == "_state":
            self._take_state(*values)
        elif name == "_rows":
            self._plan.take_rows(*values)
        elif name == "_some_rows":
            self._plan.take_some(*values)
        elif name == "_rows_again":
            self._plan.show()
        elif name == "_unhide":
            self._plan.unhide(*values)
        elif name == "_sent":
            self._take_sent(*values)
        elif name == "_campaigns":
            self._campaigns.take(*values)
        elif name == "_moved":
            self._plan.moves.take_ended(*values)
        elif name == "_moves_known":
            self._plan.moves.take_known(*values)
        elif name == "_picture":
            self._take_picture(*values)
        else:
            getattr(self, name).emit(*values)

    def shutdown(self, ms: int = 4000, *, stop_server: bool = True) -> bool:
        """Stop for good, in stages, within about `ms`. Returns whether everything ended in time.

        Without `stop_server` the embedded workspace goes on sending by itself.

        What was typed is written; deletes whose Undo ran are carried out; uploads stop and wait
        for the next start; a post that is just being handed over gets half of the time. What is
        cut off after that is sorted out at the next start.
        """
        if self._closed:
            return True
        deadline = time.monotonic() + ms / 1000
        self._plan.finish_deletes()
        self._closed = True
        self._generation += 1
        self._poll.stop()
        self._again.stop()
        self._plan.stop()
        self._net.close()
        self._fetcher.close()
        self._job.stop()
        half = time.monotonic() + ms / 2000
        self._net.join(half)
        self._job.join(half)
        self._links.close()
        ended = self._job.join(deadline)
        # Last: the jobs above write how far they came.
        self._keeper.close()
        ended = self._keeper.join(deadline) and ended
        ended = self._net.join(deadline) and self._fetcher.join(deadline) and ended
        left = max(0.5, deadline - time.monotonic())
        if stop_server:
            keep = bool(self._settings.get("sending.keep_in_tray"))
            self._links.stop_server(left, also_reused=not keep)
        else:
            self._links.leave_server()
        return ended
