"""Controller of watched folders: shows what was taken there, with Undo, and schedules it where the
folder says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.watch_schedules import WatchScheduler
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.watch_folder import WatchFolder
from posto_desktop.core.watch_messages import Completion, completed_draft, content_digest
from posto_desktop.delivery.watch_import import MadeMessage
from posto_desktop.delivery.watch_sidecars import WatchProblem
from posto_desktop.models.notifications import NotificationTarget
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.stores.watch_folders import WatchFolderStore
from posto_desktop.workers.notification import DesktopNotification, NotificationAction
from posto_desktop.workers.watch_loop import FolderReport

if TYPE_CHECKING:
    from posto_desktop.controllers.campaigns import CampaignsController
    from posto_desktop.controllers.compose import ComposeController
    from posto_desktop.controllers.context import AppContext
    from posto_desktop.controllers.tray import TrayController

MOST_NAMES = 20
"""Names of files in the details of a notification."""


@dataclass
class _Run:
    """What came from a folder since it was quiet last: drafts by their ids, as they were then, ids
    of messages by campaign, and what was wrong."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    messages: dict[str, list[str]] = field(default_factory=dict)
    evergreen_ids: list[str] = field(default_factory=list)
    problems: list[WatchProblem] = field(default_factory=list)

    @property
    def message_count(self) -> int:
        return sum(map(len, self.messages.values()))


class WatchFoldersController(QObject):
    """`store` owns the folders. Signal `draftsRequested()`: show the list of drafts."""

    draftsRequested = Signal()

    def __init__(
        self,
        context: AppContext,
        compose: ComposeController,
        campaigns: CampaignsController,
        tray: TrayController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._compose = context, compose
        self._campaigns, self._tray = campaigns, tray
        self.store = WatchFolderStore(self)
        self._runs: dict[str, _Run] = {}
        self._undoable: dict[str, _Run] = {}
        worker = self._worker = context.service.watch_folders
        worker.loaded.connect(self.store.fill)
        worker.reported.connect(self._reported)
        worker.evergreen_completed.connect(context.service.evergreen.load)
        open_drafts = compose.page.message.open_drafts
        self._scheduler = WatchScheduler(
            context, self._drafts, lambda: {*open_drafts.ids, open_drafts.active}, self
        )
        self._scheduler.stayed.connect(self._show_stayed)
        self._scheduler.done.connect(self._show_scheduled)
        self.store.saved.connect(self._save)
        self.store.removed.connect(worker.remove)
        self.store.scanRequested.connect(worker.scan)

    @Slot()
    def begin(self) -> None:
        """Read the folders and watch them. Call it after the drafts were read."""
        self._worker.load()

    @Slot(object, bool)
    def _save(self, folder: WatchFolder, skips_existing: bool) -> None:
        self._worker.save(folder, skips_existing=skips_existing)

    # -- what came -----------------------------------------------------------------------------

    @Slot(object)
    def _reported(self, report: FolderReport) -> None:
        folder = report.folder
        self.store.set_status(folder.id, report.status)
        run = self._runs.setdefault(folder.id, _Run())
        self._show_made(report.result.made, run)
        self._show_problems(folder, report.result.problems, run)
        for completion in report.result.completions:
            self._complete(completion)
        if report.is_over:
            del self._runs[folder.id]
            self._show_run(folder, run)

    def _show_made(self, made: Sequence[MadeMessage], run: _Run) -> None:
        drafts = [message.draft for message in made if message.draft is not None]
        if drafts:
            self._drafts.add_stored(drafts)
            run.drafts |= {draft.id: draft for draft in drafts}
        run.evergreen_ids += [message.evergreen_id for message in made if message.evergreen_id]
        for campaign_id in {message.campaign_id for message in made if message.campaign_id}:
            new = [
                message.message
                for message in made
                if message.campaign_id == campaign_id and message.message is not None
            ]
            self._campaigns.add_arrived(campaign_id, new)
            run.messages.setdefault(campaign_id, []).extend(message.id for message in new)

    def _show_run(self, folder: WatchFolder, run: _Run) -> None:
        """Say what came, with Undo."""
        if not run.drafts and not run.messages and not run.evergreen_ids:
            return
        if run.evergreen_ids:
            self._context.service.evergreen.load()
            count = len(run.evergreen_ids)
            text = self.tr("%n evergreen message(s) from “{folder}”", "", count)
        elif run.messages:
            text = self.tr("%n new message(s) from “{folder}”", "", run.message_count)
        else:
            text = self.tr("%n draft(s) from “{folder}”", "", len(run.drafts))
        text = text.format(folder=folder.name)
        if folder.is_scheduling and run.drafts and self._scheduler.add(folder, run.drafts):
            return  # what is scheduled, or stays, has a notification of its own
        token = folder.id
        self._undoable[token] = run
        kind = "show_drafts" if run.drafts else "show_campaigns"
        if run.evergreen_ids:
            kind = "show_evergreen"
        #: Verb: a button.
        further = (self.tr("Open"), lambda: self.open(kind))
        self._context.window.show_notification(
            "ok",
            text,
            action_text=self.tr("Undo"),
            callback=lambda: self.undo(token),
            leads_to=NotificationTarget(kind),
            about=f"watch {folder.id}",
            is_news=True,
            further=further,
        )
        if not self._context.window.isActiveWindow():
            self._tray.notify(
                DesktopNotification(
                    "info",
                    text,
                    opens=NotificationAction(further[0], kind),
                    actions=(
                        NotificationAction(self.tr("Undo"), "undo_watched", token),
                        NotificationAction(further[0], kind),
                    ),
                )
            )

    @Slot(object, object, object)
    def _show_scheduled(
        self, folder: WatchFolder, entries: Sequence[Entry], draft_ids: Sequence[str]
    ) -> None:
        text = self.tr("%n message(s) from “{folder}” scheduled", "", len(entries))
        self._compose.show_scheduled(entries, draft_ids, text.format(folder=folder.name))

    @Slot(object, object)
    def _show_stayed(self, folder: WatchFolder, reasons: Sequence[tuple[str, str]]) -> None:
        """Say which messages were not scheduled by themselves, and why."""
        text = self.tr("%n message(s) from “{folder}” (stays/stay) in Drafts.", "", len(reasons))
        self._context.window.show_notification(
            "warning",
            f"{text.format(folder=folder.name)} {reasons[0][1]}",
            "\n".join(f"{name}: {why}" for name, why in reasons[:MOST_NAMES]),
            leads_to=NotificationTarget("show_drafts"),
            about=f"watch {folder.id} stayed",
            further=(self.tr("Open"), lambda: self.open("show_drafts")),
        )

    @Slot(str, str)
    def run_action(self, kind: str, token: str) -> None:
        """Do what the button of a notification says."""
        if kind == "undo_watched":
            self.undo(token)
        else:
            self.open(kind)

    def open(self, kind: str) -> None:
        """Show where the messages are."""
        if kind in ("show_campaigns", "show_evergreen"):
            self._context.window.show_page("campaigns")
        else:
            self._compose.open()
            self.draftsRequested.emit()

    def undo(self, folder_id: str) -> None:
        """Remove what came last from a folder, except for what a person edited or opened since."""
        run = self._undoable.pop(folder_id, None)
        if run is None:
            return
        message = self._compose.page.message
        open_ids = {*message.open_drafts.ids, message.open_drafts.active}
        removed = [
            draft_id
            for draft_id, made in run.drafts.items()
            if draft_id not in open_ids
            and (draft := self._drafts.get(draft_id)) is not None
            and _is_unedited(draft, made)
        ]
        if removed:
            self._drafts.forget_all(removed)
            self._worker.delete_drafts(removed)
        for campaign_id, ids in run.messages.items():
            if not self._campaigns.remove_arrived(campaign_id, ids):
                self._worker.remove_messages(campaign_id, ids)
        for message_id in run.evergreen_ids:
            self._context.service.evergreen.delete(message_id)
        if run.evergreen_ids:
            self._context.service.evergreen.load()
        left = len(run.drafts) - len(removed)
        if left:
            words = self.tr("%n draft(s) stayed: you edited or opened (it/them)", "", left)
            self._context.window.show_hint(words)

    @property
    def _drafts(self) -> DraftStore:
        return self._compose.page.message.store

    # -- problems and later words ----------------------------------------------------------------

    def _show_problems(
        self, folder: WatchFolder, problems: Sequence[WatchProblem], run: _Run
    ) -> None:
        """Show one notification for each cause, with all of its files of this run."""
        run.problems += problems
        for cause in dict.fromkeys(problem.cause for problem in problems):
            same = [problem for problem in run.problems if problem.cause == cause]
            text = same[0].sentence
            if len(same) > 1:
                more = self.tr(
                    "%n more file(s) in “{folder}” (has/have) the same problem.", "", len(same) - 1
                )
                text = f"{text} {more.format(folder=folder.name)}"
            names = "\n".join(problem.name for problem in same[:MOST_NAMES])
            self._context.window.show_notification(
                "warning",
                text,
                names if len(same) > 1 else "",
                leads_to=NotificationTarget("show_folder", folder.path),
                about=f"watch {folder.id} {cause}",
            )

    def _complete(self, completion: Completion) -> None:
        """Add what a later sidecar says to a draft or message that nobody edited."""
        if completion.kind == "campaign":
            self._complete_message(completion)
            return
        if completion.kind == "evergreen":
            self._worker.complete_evergreen(completion)
            return
        editor = self._compose.page.message.editor
        is_open = editor.draft.id == completion.target
        draft = editor.draft if is_open else self._drafts.get(completion.target)
        completed = completed_draft(draft, completion) if draft is not None else None
        if draft is None or completed is None:
            return
        if is_open:
            # As a step of undo: the user sees it happen.
            editor.edit_alone(
                text=completed.text,
                title=completed.title,
                name=completed.name,
                link=completed.link,
                first_comment=completed.first_comment,
                style=completed.style,
                when_text=completed.when_text,
                labels=completed.labels,
                channel_ids=completed.channel_ids,
                media=completed.media,
            )
        else:
            self._drafts.put(completed)
        self._worker.set_digest(completed.id, content_digest(completed.to_json()))
        for run in (*self._runs.values(), *self._undoable.values()):
            if completed.id in run.drafts:
                run.drafts[completed.id] = completed

    def _complete_message(self, completion: Completion) -> None:
        page = self._campaigns.widget
        if page is None:
            self._worker.complete_message(completion)
            return
        message = page.campaigns.complete(completion)
        if message is not None:
            self._worker.set_digest(message.id, content_digest(message.to_json()))


def _is_unedited(draft: Draft, made: Draft) -> bool:
    """Return whether a draft says what it said when it came; of thousands most are the same."""
    return draft is made or content_digest(draft.to_json()) == content_digest(made.to_json())
