"""The app's one way to posto.db and to the service.

`Service` lives on the GUI thread. Its methods return at once; the work is done on lanes (daemon
threads), and every answer comes back as one queued signal to `_deliver`, which emits the public
signals on the GUI thread. Lanes: "store" (keeper) owns posto.db, "net" talks to the service,
"pictures" fetches pictures, and the outbox has its own (outbox_job).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, Slot

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.entries import moment
from posto_desktop.core.outbox import Entry
from posto_desktop.sdk.errors import AuthenticationError, NetworkError
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.accounts import Account, Accounts
from posto_desktop.storage.paths import Paths
from posto_desktop.storage.secrets import Secrets
from posto_desktop.storage.settings import Settings
from posto_desktop.workers.keeper import Keeper
from posto_desktop.workers.lanes import Lane
from posto_desktop.workers.links import Link, Links, Target, host_of
from posto_desktop.workers.notes import ConnectionState, Notice, NoticeAction, StateKind
from posto_desktop.workers.outbox_job import OutboxJob
from posto_desktop.workers.pictures import PictureCache
from posto_desktop.workers.plan import Plan, PlanChange
from posto_desktop.workers.undo import Deletion, PendingDeletes

log = logging.getLogger(__name__)

POLL_LOCAL_MS = 5_000
POLL_SERVICE_MS = 30_000
RETRY_MS = (2_000, 5_000, 10_000, 15_000)
LIVE_PAGES = frozenset({"schedule", "calendar", "feed"})

Asked = Callable[[Link], Any]


class Service(QObject):
    """Facade over everything that is slow.

    Signals (all on the GUI thread):
        channels_loaded(list[Channel])
        schedules_loaded(list[Schedule], from_cache, as_of): as_of is an aware datetime
        schedules_progress(read, total): while many rows are read
        feed_loaded(list[dict]): the sandbox's posts, newest first
        outbox_changed(list[Entry]): of all workspaces, newest first
        posted(Entry): a post was written down; it is safe from now on
        post_refused(Draft, str): it could not be written down, and why; nothing was sent
        state_changed(ConnectionState)
        drafts_loaded(list[Draft]): newest first; draft_saved(id, datetime)
        picture_loaded(url, bytes); picture_failed(url)
        message(Notice)
    """

    channels_loaded = Signal(object)
    schedules_loaded = Signal(object, bool, object)
    schedules_progress = Signal(int, int)
    feed_loaded = Signal(object)
    outbox_changed = Signal(object)
    posted = Signal(object)
    post_refused = Signal(object, str)
    state_changed = Signal(object)
    drafts_loaded = Signal(object)
    draft_saved = Signal(str, object)
    picture_loaded = Signal(str, object)
    picture_failed = Signal(str)
    message = Signal(object)

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
        self._shown: tuple[list[Schedule], bool, datetime] | None = None
        self._queued: set[str] = set()
        self._pictures_asked: set[str] = set()
        # Only the net lane uses the plans, except for the one that the cache brings.
        self._plans: dict[str, Plan] = {}

        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._poll = QTimer(self)
        self._poll.timeout.connect(self._poll_now)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._reconnect)
        self._deletes = PendingDeletes(self, **({} if undo_ms is None else {"undo_ms": undo_ms}))
        self._deletes.due.connect(self._delete_now)

        self._links = Links(self._find_target, self._late_limit)
        self._cache = PictureCache(paths.cache / "pictures")
        self._job = OutboxJob(
            self._links,
            tell_entries=lambda entries: self._tell(None, "outbox_changed", entries),
            tell_ended=self._entry_ended,
            tell_problem=lambda sentence: self._keeper.problem(sentence),
        )
        self._keeper = Keeper(
            paths.database,
            tell=lambda name, *values: self._tell(None, name, *values),
            entry_changed=self._job.changed,
            opened=self._job.start,
            wake=self._job.wake,
            late_limit=self._late_limit,
        )
        self._net = Lane("net", failed=self._net_failed)
        self._picture_lane = Lane("pictures", 2)
        self._picture_lane.put(self._cache.trim)

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
        self._deletes.finish()
        self._generation += 1
        self._target = None
        self._state = None
        self._shown = None
        self._poll.stop()
        self._again.stop()

    def forget_account(self, account_id: str) -> None:
        """Signed out: remove the copies of that workspace. Drafts and outbox stay."""
        if self._target is not None and self._target.workspace == account_id:
            self.leave()
        self._links.forget(account_id)

        def forget() -> None:
            self._plans.pop(account_id, None)

        self._net.put(forget)
        self._keeper.forget_workspace(account_id)

    @property
    def state(self) -> ConnectionState | None:
        return self._state

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
        generation = self._generation
        cached = threading.Event()

        def loaded(channels: list[Channel] | None, plan: Plan, as_of: float | None) -> None:
            self._plans.setdefault(target.workspace, plan)
            if channels is not None:
                self._tell(generation, "channels_loaded", channels)
            if as_of is not None:
                self._tell(generation, "_rows", plan.rows, True, moment(as_of))
            cached.set()

        self._keeper.load_workspace(target.workspace, loaded)

        def first() -> None:
            # The cache's rows tell which stored ones are gone; a hanging disk must not hold us.
            cached.wait(5.0)
            self._open_link(generation, target)

        self._net.put(first)
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

    def _open_link(self, generation: int, target: Target) -> None:
        """On the net lane: the first contact, and each one after the network was away."""
        if generation != self._generation:
            return
        reached = self._reach(generation, target, lambda link: link.sdk.refresh_channels())
        if reached is None:
            return
        self._got_channels(generation, target.workspace, reached[1])
        self._keeper.change_outbox(lambda outbox: outbox.kick(target.workspace))
        self._read_schedules(generation, target, asked=True)

    def _reach(self, generation: int, target: Target, ask: Asked) -> tuple[Link, Any] | None:
        """On the net lane: ask the service something. How it goes becomes the state."""
        try:
            link = self._links.get(target.workspace)
            answer = ask(link)
        except AuthenticationError as error:
            self._tell(generation, "_state", "sign_in_again", error.user_message)
        except NetworkError as error:
            self._links.drop(target.workspace)
            self._tell(generation, "_state", "offline", error.user_message)
        except Exception as error:
            said = getattr(error, "user_message", "")
            if not said:
                log.exception("The service could not be asked")
                said = _tr("Something unexpected went wrong; the log has the details.")
            self._tell(generation, "_state", "error", said)
        else:
            self._tell(generation, "_state", "connected", "")
            return link, answer
        return None

    @Slot()
    def _reconnect(self) -> None:
        target, generation = self._target, self._generation
        if target is not None and not self._closed:
            self._net.put(lambda: self._open_link(generation, target))

    def _take_state(self, kind: StateKind, text: str) -> None:
        """On the GUI thread: what a lane learned about the connection."""
        target = self._target
        if target is None:
            return
        if kind == "connected":
            self._failures = 0
            self._again.stop()
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
        self._ask("channels", self._read_channels)

    def refresh_schedules(self) -> None:
        """Read the plan now; `schedules_loaded` follows even when nothing changed."""
        self._ask("schedules", self._read_schedules_asked)

    def refresh_feed(self) -> None:
        self._ask("feed", self._read_feed)

    def set_watching(self, page: str) -> None:
        """The page that is visible ("" when the window is hidden): only then is it polled."""
        page = page.lower()
        if page != self._watching:
            self._watching = page
            self._set_poll()
            if page in LIVE_PAGES:
                self._poll_now()

    def _set_poll(self) -> None:
        if self._target is None or self._closed or self._watching not in LIVE_PAGES:
            self._poll.stop()
            return
        local = self._target.workspace == LOCAL
        self._poll.start(POLL_LOCAL_MS if local else POLL_SERVICE_MS)

    @Slot()
    def _poll_now(self) -> None:
        if self._state is None or self._state.kind != "connected":
            return  # the reconnect timer is at it
        if self._watching == "feed":
            self.refresh_feed()
        else:
            self._ask("poll", self._read_schedules)

    def _ask(self, kind: str, job: Callable[[int, Target], None]) -> None:
        """Queue a reading job, unless the same one waits already."""
        target, generation = self._target, self._generation
        key = f"{kind}/{generation}"
        if target is None or key in self._queued:
            return
        self._queued.add(key)

        def run() -> None:
            self._queued.discard(key)
            if generation == self._generation:
                job(generation, target)

        self._net.put(run)

    def _read_channels(self, generation: int, target: Target) -> None:
        reached = self._reach(generation, target, lambda link: link.sdk.refresh_channels())
        if reached is not None:
            self._got_channels(generation, target.workspace, reached[1])

    def _got_channels(self, generation: int, workspace: str, channels: list[Channel]) -> None:
        self._tell(generation, "channels_loaded", channels)
        self._keeper.keep_channels(workspace, channels)

    def _read_schedules_asked(self, generation: int, target: Target) -> None:
        self._read_schedules(generation, target, asked=True)

    def _read_schedules(self, generation: int, target: Target, asked: bool = False) -> None:
        plan = self._plan(target.workspace)
        tell = asked or not plan.is_read

        def progress(done: int, total: int) -> None:
            self._tell(generation, "schedules_progress", done, total)

        reached = self._reach(
            generation,
            target,
            lambda link: plan.refresh(link.sdk.schedules, progress=progress),
        )
        if reached is not None:
            self._got_schedules(generation, target.workspace, reached[1], tell)
        elif asked:
            self._tell(generation, "_rows_again")  # whoever asked is told: the old rows stand

    def _plan(self, workspace: str) -> Plan:
        return self._plans.setdefault(workspace, Plan())

    def _got_schedules(
        self, generation: int, workspace: str, change: PlanChange, tell: bool
    ) -> None:
        if change or tell:
            rows = self._plan(workspace).rows
            self._tell(generation, "_rows", rows, False, datetime.now(UTC))
        self._keeper.keep_plan(workspace, change)

    def _read_feed(self, generation: int, target: Target) -> None:
        if target.workspace != LOCAL:
            return
        reached = self._reach(generation, target, lambda link: link.sdk.feed())
        if reached is not None:
            self._tell(generation, "feed_loaded", reached[1])

    def _take_rows(self, rows: list[Schedule], from_cache: bool, as_of: datetime) -> None:
        if from_cache and self._shown is not None:
            return  # the service was quicker than the disk
        self._shown = (rows, from_cache, as_of)
        self._emit_rows()

    def _emit_rows(self) -> None:
        if self._shown is None:
            return
        rows, from_cache, as_of = self._shown
        hidden = self._deletes.hidden(self.workspace_id)
        if hidden:
            rows = [row for row in rows if row.id not in hidden]
        self.schedules_loaded.emit(rows, from_cache, as_of)

    # -- acting on rows ----------------------------------------------------------------------

    def retry_schedules(self, ids: Sequence[int], *, force: bool = False) -> None:
        """Send failed posts again; ones that may be live are held back unless `force`."""
        many = list(ids)
        self._act(many, lambda link: link.sdk.schedules.retry(many, force=force), _retried)

    def send_now(self, ids: Sequence[int]) -> None:
        """Send missed posts of the embedded workspace."""
        many = list(ids)
        self._act(many, lambda link: link.sdk.send_now(many), lambda answer: None)

    def _act(self, ids: list[int], ask: Asked, note: Callable[[Any], Notice | None]) -> None:
        """Do something to rows on the service, say how it went, and read those rows again."""
        target, generation = self._target, self._generation
        if target is None or not ids:
            return

        def run() -> None:
            try:
                link = self._links.get(target.workspace)
                notice = note(ask(link))
                if notice is not None:
                    self._tell(None, "message", notice)
                rows = link.sdk.schedules.by_ids(ids).values()
            except Exception as error:  # noqa: BLE001 - told as a message, logged if unexpected
                self._net_failed(error)
                if isinstance(error, NetworkError):
                    self._links.drop(target.workspace)
                    self._tell(generation, "_state", "offline", error.user_message)
                return
            change = self._plan(target.workspace).put(rows, asked=ids)
            self._got_schedules(generation, target.workspace, change, True)

        self._net.put(run)

    def delete_schedules(self, ids: Sequence[int]) -> str:
        """Hide rows at once and delete them when the time for Undo is over, or at quit.

        Returns the token for `restore_schedules`; the notice's action carries it too. Empty when
        there was nothing to delete.
        """
        if self._target is None or not ids:
            return ""
        deletion = self._deletes.add(self._target.workspace, ids)
        self._emit_rows()
        count = len(deletion.ids)
        text = self.tr("1 post deleted") if count == 1 else self.tr("%n posts deleted", "", count)
        action = NoticeAction(self.tr("Undo"), "restore_schedules", deletion.token)
        self.message.emit(Notice("info", text, action=action))
        return deletion.token

    def restore_schedules(self, token: str) -> bool:
        """Undo a delete; False when it is too late."""
        restored = self._deletes.restore(token)
        if restored:
            self._emit_rows()
        else:
            self.message.emit(Notice("warning", self.tr("It was too late to undo the deletion.")))
        return restored

    @Slot(object)
    def _delete_now(self, deletion: Deletion) -> None:
        generation, ids = self._generation, sorted(deletion.ids)

        def run() -> None:
            try:
                link = self._links.get(deletion.workspace)
                result = link.sdk.schedules.delete(ids)
            except Exception as error:
                said = getattr(error, "user_message", "")
                if not said:
                    log.exception("Rows could not be deleted")
                text = _tr("The posts were not deleted. {why}").format(why=said).strip()
                self._tell(None, "message", Notice("error", text))
            else:
                if result.kept:
                    why = next(iter(result.reasons.values()), "")
                    text = _tr("{count} of {total} posts could not be deleted.")
                    text = text.format(count=len(result.kept), total=len(ids))
                    self._tell(None, "message", Notice("warning", text, why))
                change = self._plan(deletion.workspace).put([], asked=result.deleted)
                self._got_schedules(generation, deletion.workspace, change, bool(change))
            self._tell(None, "_unhide", deletion.token)

        self._net.put(run)

    def _unhide(self, token: str) -> None:
        self._deletes.done(token)
        self._emit_rows()

    # -- posting, outbox, drafts ---------------------------------------------------------------

    def post(self, draft: Draft, channels: Sequence[Channel], share_at: datetime | None) -> None:
        """Write a post down and send it. `posted` or `post_refused` follows."""
        snapshot = draft.copy()
        if self._target is not None:
            snapshot.workspace = self._target.workspace
        self._keeper.add(snapshot, channels, share_at)

    def outbox_cancel(self, entry_id: str) -> None:
        self._keeper.change_outbox(lambda outbox: outbox.cancel(entry_id))

    def outbox_retry(self, entry_id: str) -> None:
        self._keeper.change_outbox(lambda outbox: outbox.retry(entry_id))

    def outbox_resolve(self, entry_id: str, answer: str) -> None:
        """`answer`: "there" or "send_again"."""
        if answer not in ("there", "send_again"):
            raise ValueError(f"no such answer: {answer!r}")
        self._keeper.change_outbox(lambda outbox: outbox.resolve(entry_id, answer))  # type: ignore[arg-type]

    def outbox_remove(self, entry_id: str) -> None:
        """Take an ended entry off the list."""
        self._keeper.change_outbox(lambda outbox: outbox.remove(entry_id))

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft; `draft_saved` follows. Of several quick saves the newest is written."""
        self._keeper.save_draft(draft)

    def load_drafts(self) -> None:
        """`drafts_loaded` follows, with the drafts of all workspaces."""
        self._keeper.load_drafts()

    def delete_draft(self, draft_id: str) -> None:
        self._keeper.delete_draft(draft_id)

    def _entry_ended(self, entry: Entry) -> None:
        """On a sending thread: an entry was sent, refused, or needs the user."""
        show = NoticeAction(_tr("Show"), "show_activity", entry.id)
        title = entry.title if len(entry.title) <= 60 else f"{entry.title[:59].rstrip()}…"
        if entry.state == "sent":
            self._tell(None, "_sent", entry)
        elif entry.state == "refused":
            text = _tr("“{title}” was not sent.").format(title=title)
            self._tell(None, "message", Notice("error", text, entry.reason, show))
        else:
            text = _tr("“{title}” needs you.").format(title=title)
            self._tell(None, "message", Notice("warning", text, entry.reason, show))

    def _take_sent(self, entry: Entry) -> None:
        """On the GUI thread: say it, and read the new rows without reading the whole plan."""
        count = len(entry.items)
        if entry.share_at is not None and entry.share_at > datetime.now(UTC):
            many = self.tr("%n posts scheduled", "", count)
            text = self.tr("1 post scheduled") if count == 1 else many
        else:
            many = self.tr("%n posts handed over", "", count)
            text = self.tr("1 post handed over") if count == 1 else many
        self.message.emit(Notice("ok", text))
        if self.workspace_id == entry.workspace:
            group = entry.group_id
            self._ask(
                f"group {group}", lambda generation, to: self._read_group(generation, to, group)
            )

    def _read_group(self, generation: int, target: Target, group: str) -> None:
        plan = self._plan(target.workspace)
        if not group or not plan.is_read:
            self._read_schedules(generation, target, asked=True)
            return
        reached = self._reach(
            generation, target, lambda link: list(link.sdk.schedules.iter(group_id=group))
        )
        if reached is not None:
            self._got_schedules(generation, target.workspace, plan.put(reached[1]), True)

    # -- pictures ------------------------------------------------------------------------------

    def fetch_picture(self, url: str) -> None:
        """`picture_loaded` or `picture_failed` follows; the same address is fetched once."""
        target = self._target
        if not url or target is None or url in self._pictures_asked:
            return
        self._pictures_asked.add(url)

        def run() -> None:
            data = self._cache.get(target.workspace, url)
            if data is None:
                try:
                    data = self._links.get(target.workspace).sdk.download(url)
                    self._cache.put(target.workspace, url, data)
                except Exception as error:  # noqa: BLE001 - a missing picture is no news
                    log.debug("No picture: %s", type(error).__name__)
                    data = self._cache.get(target.workspace, url, stale=True)
            self._tell(None, "_picture", url, data)

        self._picture_lane.put(run)

    def _take_picture(self, url: str, data: bytes | None) -> None:
        self._pictures_asked.discard(url)
        if data is None:
            self.picture_failed.emit(url)
        else:
            self.picture_loaded.emit(url, data)

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
            self._take_rows(*values)
        elif name == "_rows_again":
            self._emit_rows()
        elif name == "_unhide":
            self._unhide(*values)
        elif name == "_sent":
            self._take_sent(*values)
        elif name == "_picture":
            self._take_picture(*values)
        else:
            getattr(self, name).emit(*values)

    def _net_failed(self, error: Exception) -> None:
        said = getattr(error, "user_message", "")
        if not said:
            log.error("A job failed", exc_info=error)
            said = _tr("Something unexpected went wrong; the log has the details.")
        self._tell(None, "message", Notice("error", said))

    def shutdown(self, ms: int = 4000, *, stop_server: bool = True) -> bool:
        """Stop for good, in stages, within about `ms`. Returns whether everything ended in time.

        What was typed is written; deletes whose Undo ran are carried out; uploads stop and wait
        for the next start; a post that is just being handed over gets half of the time. What is
        cut off after that is sorted out at the next start.
        """
        if self._closed:
            return True
        deadline = time.monotonic() + ms / 1000
        self._deletes.finish()
        self._closed = True
        self._generation += 1
        self._poll.stop()
        self._again.stop()
        self._net.close()
        self._picture_lane.close()
        self._job.stop()
        half = time.monotonic() + ms / 2000
        self._net.join(half)
        self._job.join(half)
        self._links.close()
        ended = self._job.join(deadline)
        # Last: the jobs above write how far they came.
        self._keeper.close()
        ended = self._keeper.join(deadline) and ended
        ended = self._net.join(deadline) and self._picture_lane.join(deadline) and ended
        if stop_server:
            self._links.stop_server(max(0.5, deadline - time.monotonic()))
        return ended


def _retried(result: Any) -> Notice | None:
    """What to say about a retry (sdk.schedule_manager.RetryResult)."""
    count = len(result.retried)
    if result.held_back:
        ids = ",".join(str(number) for number in result.held_back)
        why = next(iter(result.reasons.values()), "")
        text = _tr("May be published already: not sent again without asking.")
        return Notice(
            "warning", text, why, NoticeAction(_tr("Send anyway"), "retry_schedules", ids)
        )
    if not result.success:
        why = next(iter(result.reasons.values()), "")
        return Notice("warning", _tr("Not every post could be tried again."), why)
    if count == 1:
        return Notice("ok", _tr("1 post is tried again"))
    return Notice("ok", _tr("{count} posts are tried again").format(count=count))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Service", text)
