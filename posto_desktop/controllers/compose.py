"""Controller of the Compose page: adds files, saves drafts, sends posts, with Undo for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.notifier import show_notification
from posto_desktop.core.edits import Edit, is_nothing
from posto_desktop.core.entries import HELD
from posto_desktop.sdk.web_pages import outside_transport
from posto_desktop.storage.errors import StorageError
from posto_desktop.ui.compose.message_files import MediaServices
from posto_desktop.viewmodels.sending_outlook import Outlook, SendingOutlook
from posto_desktop.workers.link_cards import LinkCards
from posto_desktop.workers.network_presence import has_network

if TYPE_CHECKING:
    from posto_desktop.controllers.activity import ActivityController
    from posto_desktop.controllers.schedule import ScheduleController
    from posto_desktop.controllers.site_posts import SitePostsController
    from posto_desktop.core.draft import Draft
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.sdk.transport import Route, Transport
    from posto_desktop.ui.compose.page import ComposePage
    from posto_desktop.workers.media_import import DropContent


UNDO_POST = "undo post"
"""Name of what the toasts of posted messages offer."""


class ComposeController(QObject):
    """Unlike the other pages, this one exists from the start."""

    KEY = "compose"

    def __init__(
        self,
        context: AppContext,
        page: ComposePage,
        schedule: ScheduleController,
        activity: ActivityController,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self.page = context, page
        self._schedule, self._activity = schedule, activity
        self._being_undone: set[str] = set()
        self._undone: set[str] = set()
        self._save_setting = save_setting
        self._site_posts: SitePostsController | None = None
        window, service, pictures = context.window, context.service, context.pictures
        window.filesDropped.connect(self.attach)
        window.imagePasted.connect(self._attach_image)
        window.mediaDropped.connect(self._add_dropped)
        page.files.configure(self._media_services())
        window.newMessageRequested.connect(self.start_new)

        page.postRequested.connect(self._post)
        page.seriesRequested.connect(self._post_series)
        page.message.store.saved.connect(service.save_draft)
        page.message.store.removed.connect(service.delete_draft)
        page.addChannelRequested.connect(context.window.addChannelRequested)
        page.signInRequested.connect(context.workspaces.ask_sign_in)
        page.notificationRequested.connect(partial(show_notification, context.window))
        page.channelSearchRequested.connect(window.channel_pane.focus_search)
        page.pictureWanted.connect(pictures.request)
        page.message.editor.changed.connect(self._count_files)
        page.message.editor.opened.connect(self._count_files)

        page.siteRequested.connect(self._open_site)
        page.openChanged.connect(service.drafts.save_open)
        page.message.store.templateSaved.connect(service.drafts.put_template)
        page.message.store.templateRemoved.connect(service.drafts.delete_template)

        service.drafts_loaded.connect(page.set_snapshot)
        service.drafts_outdated.connect(self._read_drafts_again)
        service.drafts_changed_outside.connect(page.message.open_drafts.take_changes)
        service.templates_loaded.connect(page.set_templates)
        service.draft_saved.connect(page.message.editor.set_saved)
        service.draft_not_saved.connect(page.message.editor.set_not_saved)
        service.posted.connect(self._posted)
        service.series_posted.connect(self._series_posted)
        service.schedules_loaded.connect(self._schedules_loaded)
        service.outbox_changed.connect(page.message.slots.set_entries)
        service.outbox_changed.connect(page.set_entries)
        service.outbox_changed.connect(self._handle_undone)
        self.slots_changed()
        service.post_refused.connect(self._refused)
        service.files_fetched.connect(page.add_files)
        pictures.ready.connect(page.set_picture)

        self.outlook = SendingOutlook(page.message.channels, activity.state, has_network, self)
        self.outlook.changed.connect(page.show_outlook)
        page.timePassed.connect(self.outlook.look)
        page.outlookActionRequested.connect(self._act_on_outlook)
        page.postUndoRequested.connect(self._undo_newest_post)
        page.page_settings.use(context.settings.get, save_setting)
        settings, posting = context.settings, page.message.posting
        posting.ask_now = lambda: bool(settings.get("sending.confirm_now"))
        posting.undo_seconds = lambda: int(settings.get("sending.hold_seconds") or 0)
        page.media_import.first_edit = self._first_edit
        page.text_inserter.begin(context.paths.config)
        page.options_presenter.begin()
        page.suggestion_presenter.begin()
        self.links = LinkCards(
            context.runner, self, transport=lambda: outside_transport(_route(context))
        )
        page.preview_presenter.links.set_cards(self.links, context.runner)

        schedule.newMessageRequested.connect(self.start_new)
        activity.editRequested.connect(self._edit_entry)
        activity.cancelled.connect(self._cancelled)

    @Slot()
    def _read_drafts_again(self) -> None:
        self.context.service.load_changed_drafts(self.page.message.store.known())

    @Slot()
    def _open_site(self) -> None:
        """Show the posts of the site, of which one fills the message."""
        if self._site_posts is None:
            from posto_desktop.controllers.site_posts import SitePostsController

            self._site_posts = SitePostsController(
                self.context, self.page, self._save_setting, self
            )
        self._site_posts.open()

    def open(self) -> ComposePage:
        self.context.window.show_page(self.KEY)
        return self.page

    @Slot(object)
    def attach(self, files: list[str]) -> None:
        self.open().add_files(files)

    def start_with_files(self, files: list[str]) -> None:
        """Start a message with files; reuse the open one if it is empty."""
        page = self.open()
        page.message.open_drafts.begin_empty()
        page.add_files(files)

    @Slot(object)
    def _attach_image(self, image: QImage) -> None:
        self.open().add_image(image)

    @Slot(object)
    def _add_dropped(self, dropped: DropContent) -> None:
        """Add content dragged from a browser: addresses, or pictures without a file."""
        self.open().files.add_dropped(dropped)

    def _media_services(self) -> MediaServices:
        paths, settings = self.context.paths, self.context.settings

        def save_folder(folder: str) -> None:
            # A folder that cannot be remembered is no error worth showing.
            with suppress(StorageError):
                settings.set("compose.folder", folder)

        return MediaServices(
            paths.renditions,
            paths.media,
            recent=self.context.service.recent_media,
            transport=self._outside,
            folder=lambda: settings.text("compose.folder"),
            save_folder=save_folder,
            ffmpeg=lambda: settings.text("media.ffmpeg"),
        )

    def _outside(self) -> Transport:
        """Return the transport for web addresses of files."""
        from posto_desktop.workers.media_import import public_transport  # imported on first use

        return public_transport(_route(self.context))

    def _first_edit(self, kind: str) -> Edit | None:
        """Return the edit that the settings apply to an added file, or None."""
        get = self.context.settings.get
        side = quality = 0
        if kind == "image":
            side, quality = int(get("media.max_side")), int(get("media.quality"))
        edit = Edit(
            max_side=side or None,
            quality=quality or None,
            keep_metadata=not get("media.strip_location"),
        )
        return None if is_nothing(edit) else edit

    @Slot()
    def start_new(self) -> None:
        """Start a new message; the open one stays among the drafts."""
        self.open().start_new()

    def begin(self, text: str, link: str = "", when: str = "", further: Sequence[str] = ()) -> None:
        """Start a new message with this content; `further` are the other parts of a thread."""
        from posto_desktop.core.draft import Draft

        workspace = self.context.workspaces.current
        draft = Draft(workspace=workspace, link=link, when_text=when)
        self.open().restore(draft.with_parts("", (text, *further)))

    @Slot(object)
    def edit(self, draft: Draft) -> None:
        """Open a copy of a message that was already uploaded. If it was an edit, it still is one:
        else what it edits would go out as well."""
        self.open().restore(replace(draft.duplicate(), editing=draft.editing))

    @Slot(object)
    def _edit_entry(self, draft: Draft) -> None:
        """Edit a single post of the outbox, without its series."""
        self.edit(replace(draft, repeat=None))

    def slots_changed(self) -> None:
        self.page.message.slots.set_slots(self.context.settings.text("publishing.slots"))

    @Slot(object, bool, object)
    def _schedules_loaded(self, rows: list[Schedule], cached: bool, _as_of: datetime) -> None:
        self.page.message.slots.set_rows(rows)
        self.page.set_schedules(rows)
        self.page.message.edit.set_rows(rows, self.context.service.workspace_id)
        if self._undone and not cached:
            # Uploaded in the moment of Undo.
            late = [row for row in rows if row.posto_ref in self._undone]
            if late:
                self._undone.difference_update(row.posto_ref or "" for row in late)
                self.context.service.delete_schedules([row.id for row in late])

    @Slot()
    def _count_files(self) -> None:
        self.context.window.set_attached_count(len(self.page.draft.media))

    @Slot(object, object)
    def _post(self, draft: Draft, share_at: datetime | None) -> None:
        channel_ids = set(draft.channel_ids)
        chosen = [
            channel for channel in self.context.channels.channels() if channel.id in channel_ids
        ]
        self.context.service.post(draft, chosen, share_at)

    @Slot(object)
    def _posted(self, entry: Entry) -> None:
        """Confirm that a message is stored, with Undo while that is possible."""
        count, is_now = len(entry.items), entry.share_at is None
        outlook = self._outlook_of(entry)
        if outlook.kind:
            self._show_waiting(entry, outlook)
            return
        window = self.context.window
        if self.page.message.posting.only_proposes:
            self._show_proposed([entry])
            return
        if is_now and entry.code == HELD:
            seconds = self.context.settings.get("sending.hold_seconds")
            countdown = self.tr("Sending %Ln post(s) in {seconds} s", "", count)
            window.show_notification(
                "ok",
                countdown.format(seconds=seconds),
                action_text=self.tr("Undo"),
                callback=lambda: self._undo_post(entry),
                stay_ms=int(seconds) * 1000,
                offers=UNDO_POST,
                countdown=countdown,
                is_listed=False,  # what becomes of it has a line of its own
            )
            return
        if entry.share_at is None or entry.share_at <= datetime.now(UTC):
            window.show_notification("ok", self.tr("Sending %Ln post(s)", "", count))
            return
        text = self._scheduled_words(count, entry.share_at)
        window.show_notification(
            "ok",
            text,
            action_text=self.tr("Undo"),
            callback=lambda: self._unschedule(entry),
            offers=UNDO_POST,
        )

    def _show_proposed(self, entries: Sequence[Entry]) -> None:
        """Confirm what a writer of a team proposes, with Undo."""

        def undo() -> None:
            if len(entries) == 1:
                self._unschedule(entries[0])
            else:
                self._unschedule_series(entries)

        self.context.window.show_notification(
            "ok",
            self.tr("Proposed. An editor has to approve it."),
            action_text=self.tr("Undo"),
            callback=undo,
            offers=UNDO_POST,
            is_own=True,
        )

    def posted_words(self, entry: Entry) -> str:
        """Return that a message is scheduled or on its way."""
        if self.page.message.posting.only_proposes:
            return self.tr("Proposed. An editor has to approve it.")
        count, outlook = len(entry.items), self._outlook_of(entry)
        if entry.share_at is not None and entry.share_at > datetime.now(UTC):
            text = self._scheduled_words(count, entry.share_at)
        else:
            text = self.tr("Sending %Ln post(s)", "", count)
        return f"{text}. {outlook.sentence}" if outlook.kind else text

    def take_back(self, entry: Entry) -> None:
        """Undo a posted message, and open it again."""
        if entry.share_at is not None and entry.share_at > datetime.now(UTC):
            self._unschedule(entry)
        else:
            self._undo_post(entry)

    def _scheduled_words(self, count: int, share_at: datetime) -> str:
        from posto_desktop.models import dates

        when = dates.spoken_when(share_at, datetime.now(UTC))
        return self.tr("%Ln post(s) scheduled: {when}", "", count).format(when=when)

    def _outlook_of(self, entry: Entry) -> Outlook:
        """Return whether an entry waits on this computer, and why."""
        ids = {item.channel_id for item in entry.items}
        channels = self.context.channels.channels()
        return self.outlook.of([channel for channel in channels if channel.id in ids])

    def _show_waiting(self, entry: Entry, outlook: Outlook) -> None:
        """Say that a message waits on this computer, and why, with Undo."""
        count, undo = len(entry.items), partial(self._undo_post, entry)
        text = self.tr("Not sent yet.")
        if entry.share_at is not None and entry.share_at > datetime.now(UTC):
            text = self._scheduled_words(count, entry.share_at) + "."
            undo = partial(self._unschedule, entry)
        self.context.window.show_notification(
            "warning",
            f"{text} {outlook.sentence}",
            action_text=self.tr("Undo"),
            callback=undo,
            offers=UNDO_POST,
            is_own=True,
        )

    @Slot()
    def _act_on_outlook(self) -> None:
        """Do what the button beside the reason says."""
        kind = self.outlook.outlook.kind
        if kind == "paused":
            self._activity.pause(False)
        elif kind == "signed_out":
            self.context.workspaces.sign_in_again(self.context.workspaces.current)

    @Slot(object, object)
    def _post_series(self, draft: Draft, times: list[datetime]) -> None:
        channel_ids = set(draft.channel_ids)
        chosen = [
            channel for channel in self.context.channels.channels() if channel.id in channel_ids
        ]
        self.context.service.post_series(draft, chosen, times)

    @Slot(object)
    def _series_posted(self, entries: Sequence[Entry]) -> None:
        """Confirm that a whole series is stored, with one Undo for all."""
        from posto_desktop.models import dates

        if self.page.message.posting.only_proposes:
            self._show_proposed(entries)
            return
        now = datetime.now(UTC)
        count = sum(len(entry.items) for entry in entries)
        times = [entry.share_at for entry in entries if entry.share_at is not None]
        text = self.tr("%Ln post(s) scheduled from {first} to {last}", "", count).format(
            first=dates.spoken_when(times[0], now), last=dates.spoken_when(times[-1], now)
        )
        outlook = self._outlook_of(entries[0])
        self.context.window.show_notification(
            "warning" if outlook.kind else "ok",
            f"{text}. {outlook.sentence}" if outlook.kind else text,
            action_text=self.tr("Undo"),
            callback=lambda: self._unschedule_series(entries),
            offers=UNDO_POST,
            is_own=True,
        )

    def show_scheduled(
        self, entries: Sequence[Entry], draft_ids: Sequence[str], words: str = ""
    ) -> None:
        """Confirm that messages which an agent proposed, or a watched folder scheduled, are stored,
        with Undo. These drafts became posts. `words` say it."""
        self._forget_drafts(draft_ids)
        if len(entries) == 1 and not words:
            self._posted(entries[0])
            return
        if not entries:
            return
        count = sum(len(entry.items) for entry in entries)
        self.context.window.show_notification(
            "ok",
            words or self.tr("%Ln post(s) scheduled", "", count),
            action_text=self.tr("Undo"),
            callback=lambda: self._unschedule_all(entries),
            offers=UNDO_POST,
            is_own=True,
        )

    def _unschedule_all(self, entries: Sequence[Entry]) -> None:
        """Undo the scheduling of several messages, which are drafts again."""
        for entry in entries:
            self.context.service.outbox.cancel(entry.id)  # no effect after the upload
            self.page.message.store.put(entry.draft.duplicate())
        self._delete_from_service(entries)

    def _forget_drafts(self, draft_ids: Sequence[str]) -> None:
        drafts, store = self.page.message.open_drafts, self.page.message.store
        for draft_id in draft_ids:
            draft = store.get(draft_id)
            if draft is None:
                continue
            if drafts.active == draft_id:
                drafts.posted(draft)
            else:
                drafts.close_behind(draft_id)
                store.forget(draft_id)

    @Slot()
    def _undo_newest_post(self) -> None:
        """Take back what was posted last, while its toast offers that."""
        self.context.window.toasts.trigger(UNDO_POST)

    def _unschedule_series(self, entries: Sequence[Entry]) -> None:
        """Undo a series: cancel its entries, delete its rows and open the message again."""
        series = entries[0].series
        if series is None:
            return
        self.context.service.outbox.cancel_series(series.id)
        self._delete_from_service(entries)
        self.edit(entries[0].draft)

    def _undo_post(self, entry: Entry) -> None:
        """Undo immediate sending: open the message again if its upload has not finished."""
        now = self._activity.model.entry(entry.id)
        if now is not None and now.state not in ("waiting", "uploading"):
            self._too_late(entry)
            return
        self._being_undone.add(entry.id)
        self.context.service.outbox.cancel(entry.id)

    @Slot(object)
    def _handle_undone(self, entries: Sequence[Entry]) -> None:
        if not self._being_undone:
            return
        for entry in entries:
            if entry.id in self._being_undone and entry.state not in ("waiting", "uploading"):
                self._being_undone.discard(entry.id)
                if entry.state == "cancelled":
                    self.edit(entry.draft)
                else:
                    self._too_late(entry)

    def _too_late(self, entry: Entry) -> None:
        text = self.tr("“{title}” was already sent. You can no longer undo it.")
        self.context.window.show_notification("warning", text.format(title=entry.title))

    def _unschedule(self, entry: Entry) -> None:
        """Undo scheduling: cancel the entry or delete its rows, and open the message again."""
        self.context.service.outbox.cancel(entry.id)  # no effect after the upload
        self._delete_from_service([entry])
        self.edit(entry.draft)

    def _delete_from_service(self, entries: Sequence[Entry]) -> None:
        """Delete the rows of these entries, also those that are uploading now."""
        ids: list[int] = []
        for entry in entries:
            for edit in self._schedule.edits_of(entry.posto_ref):
                self.context.service.outbox.cancel(edit.id)
            rows = self._schedule.ids_of(entry.posto_ref)
            ids += rows
            if not rows:
                # Cancelled, or uploading now; in that case its rows appear later.
                self._undone.add(entry.posto_ref)
        if ids:
            self.context.service.delete_schedules(ids)

    @Slot(object)
    def _cancelled(self, entry: Entry) -> None:
        """Offer to edit a cancelled message."""
        self.context.window.show_notification(
            "info",
            self.tr("“{title}” will not be sent").format(title=entry.title),
            action_text=self.tr("Edit"),
            callback=lambda: self.edit(entry.draft),
        )

    @Slot(object, str)
    def _refused(self, draft: Draft, sentence: str) -> None:
        self.context.window.show_notification("error", sentence)
        self.open().restore(draft)


def _route(context: AppContext) -> Route | None:
    """Return the network route; reads the keyring, so call it on workers."""
    return context.route_provider.route() if context.route_provider is not None else None
