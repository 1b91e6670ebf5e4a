"""What the user does with the messages of a campaign: written, moved, deleted, brought in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, Slot
from PySide6.QtWidgets import QApplication

from posto_desktop.core.campaign import Message, new_id
from posto_desktop.core.campaign_times import Planned
from posto_desktop.core.importing.pasted import has_columns
from posto_desktop.models import dates
from posto_desktop.models.numbers import grouped
from posto_desktop.ui.campaigns.choosers import media_chooser
from posto_desktop.ui.campaigns.dropping import files_of
from posto_desktop.workers.readers import pasted_picture

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage


class MessageDeeds(QObject):
    """Acts on `page.editing`; what can be taken back says so in a toast."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__(page)
        self.page = page

    @Slot()
    def write(self) -> None:
        """Add a message and write it. An empty one at the end is taken instead of another."""
        campaign = self.page.editing.campaign
        if campaign is None:
            return
        last = campaign.messages[-1] if campaign.messages else None
        if last is None or not last.is_empty or self.page.editing.is_locked(last.id):
            last = Message(id=new_id())
            self.page.editing.add([last])
        self.page.showing.show_count()
        self.page.writing.open(last.id)

    @Slot(list)
    def delete(self, ids: list[str]) -> None:
        """Delete messages; the toast and Ctrl+Z bring them back."""
        row = min((self.page.messages.row_of(one) for one in ids), default=0)
        if self.page.writing.open_id in ids:
            self.page.writing.close()
        count = self.page.editing.remove(ids)
        if not count:
            self.page.say_locked(*ids[:1])
            return
        self.page.view.go_to(min(row, self.page.messages.rowCount() - 1))
        self.page.view.setFocus(Qt.FocusReason.OtherFocusReason)
        one, many = (
            self.tr("1 message deleted"),
            self.tr("{n} messages deleted").format(n=grouped(count)),
        )
        self.page.say("deleted", one if count == 1 else many, undo=True)

    @Slot(list)
    def duplicate(self, ids: list[str]) -> None:
        """Put copies after the last of these."""
        found = [self.page.editing.message(one) for one in ids]
        copies = [replace(one, id=new_id(), when=None) for one in found if one is not None]
        if copies:
            self.page.editing.add(copies, max(map(self.page.messages.row_of, ids)) + 1)
            self.page.view.select_ids([one.id for one in copies])

    @Slot(list, int)
    def move(self, ids: list[str], to: int) -> None:
        """Put messages before the row `to`."""
        if self.page.editing.move(ids, to):
            self.page.view.select_ids(ids)

    def step(self, ids: list[str], by: int) -> None:
        """Move messages up or down by one."""
        rows = [self.page.messages.row_of(one) for one in ids]
        to = min(rows) - 1 if by < 0 else max(rows) + 2
        if 0 <= to <= self.page.messages.rowCount():
            self.move(ids, to)

    @Slot(int, object)
    def move_to(self, place: int, moment: datetime) -> None:
        """Give the message at a place a time of its own: the fix of a conflict."""
        message = self.page.messages.message_at(place)
        if message is None:
            return
        if self.page.editing.set_message(replace(message, when=moment.astimezone(UTC))):
            when = dates.spoken_when(moment, self.page.clock(), self.page.zone)
            self.page.say("ok", self.tr("Moved to {when}").format(when=when), undo=True)

    def fix_words(self, planned: Planned) -> str:
        """What the fix of a conflict is called."""
        assert planned.move_to is not None
        when = dates.spoken_when(planned.move_to, self.page.clock(), self.page.zone)
        return self.tr("Move to {time}").format(time=when)

    def use_rhythm(self, ids: list[str]) -> None:
        """Take the own times of messages away."""
        campaign = self.page.editing.campaign
        if campaign is not None:
            wanted = set(ids) - self.page.editing.locked_ids
            self.page.editing.change(
                "",
                messages=tuple(
                    replace(one, when=None) if one.id in wanted and one.when else one
                    for one in campaign.messages
                ),
            )

    # -- files, texts, the clipboard -------------------------------------------------------------

    @Slot(str)
    def choose_files(self, onto: str = "") -> None:
        """Ask for pictures and films: onto a message, or one message each."""
        if not self.page.is_open:
            return
        onto = onto if isinstance(onto, str) else ""
        onto = onto or self.page.writing.open_id
        dialog = media_chooser(self.page, self.page.folder())
        dialog.filesSelected.connect(lambda paths: self._chosen(list(paths), onto))
        dialog.open()

    def _chosen(self, paths: list[str], onto: str) -> None:
        if paths:
            self.page.keep_folder(str(Path(paths[0]).parent))
        self.page.files.add_files(paths, onto)

    @Slot()
    def paste(self) -> None:
        """Take what is in the clipboard: lines, pictures or files become messages, cells of several
        columns are imported."""
        mime = QApplication.clipboard().mimeData()
        if mime is None or not self.page.is_open:
            return
        if not mime.hasUrls() and has_columns(mime.text()):
            self.page.importPasteRequested.emit()
        else:
            self.take_mime(mime, "")

    @Slot(object, str)
    def take_mime(self, mime: QMimeData, onto: str) -> None:
        paths = files_of(mime)
        if paths:
            self.page.files.add_files(paths, onto)
        elif mime.hasText() and mime.text().strip():
            self.add_text(mime.text(), None)
        elif mime.hasImage():
            image = pasted_picture(mime)
            if image is not None:
                self.page.files.add_image(image, onto)

    def add_text(self, text: str, at: int | None) -> None:
        ids = self.page.files.add_text(text, at)
        if ids:
            count = len(ids)
            one, many = (
                self.tr("1 message added"),
                self.tr("{n} messages added").format(n=grouped(count)),
            )
            self.page.say("ok", one if count == 1 else many, undo=True)

    @Slot(list, str, int)
    def _dropped(self, paths: list[str], onto: str, at: int) -> None:
        self.page.files.add_files(paths, onto, None if onto else at)

    @Slot(list)
    def select_new(self, ids: list[str]) -> None:
        self.page.showing.show_count()
        self.page.view.select_ids(ids[-1:] if len(ids) > 50 else ids)
