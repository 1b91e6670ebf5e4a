"""The previews of the Compose page."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, Slot
from PySide6.QtGui import QImage

from posto_desktop.core.edits import Edit
from posto_desktop.models.media import EditedPictureRole, PictureRole
from posto_desktop.models.when_text import short_day
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.link_card_view import LinkLooks
from posto_desktop.ui.shared.preview_posts import Looks, preview_posts
from posto_desktop.viewmodels.assessment import Assessment
from posto_desktop.viewmodels.message import Message
from posto_desktop.workers.debouncer import Debouncer


class Previewing(QObject):
    """Shows the message as each network will; keeps the pictures for it.

    Nothing is done while the previews cannot be seen: they catch up when they are shown.
    """

    def __init__(
        self,
        views: ComposeLayout,
        message: Message,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._avatars: dict[str, QImage] = {}
        self._stale = False
        self.links = LinkLooks(self)
        self._looks = Looks(self._avatars.get, self._picture, self.links.card, self.links.picture)
        # Pictures come in many at once: one look for all that came.
        self._soon = Debouncer(30, self.refresh, self, restart=False)
        self._views.media.dataChanged.connect(self._data_changed)
        self.links.changed.connect(self.look_again)
        self._views.preview.woke.connect(self._woke)

    @property
    def looks(self) -> Looks:
        """Where the pictures come from, for others who show cards of this message."""
        return self._looks

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        """A channel's picture, decoded."""
        self._avatars[address] = image
        self.look_again()

    @Slot()
    def look_again(self) -> None:
        """Something that the cards show is here now."""
        self._soon.call()

    @Slot()
    def refresh(self) -> None:
        self.show_previews(self._message.checks.result)

    @Slot()
    def _woke(self) -> None:
        if self._stale:
            self.refresh()

    def show_previews(self, result: Assessment) -> None:
        self._stale = not self._views.preview.isVisible()
        if self._stale:
            return
        self._soon.cancel()
        reading = self._message.time.reading
        date = ""
        if reading.ok and reading.when is not None:
            date = short_day(reading.when, self._message.zone, self._message.clock())
        self._views.preview.set_posts(preview_posts(result, date, self._looks))

    @Slot(QModelIndex, QModelIndex, list)
    def _data_changed(self, _first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        if not roles or PictureRole in roles or EditedPictureRole in roles:
            self.look_again()

    def _picture(self, path: str, edit: Edit) -> QImage | None:
        """The small picture of a file as its edit makes it; asked for where it is not there."""
        media = self._views.media
        if media.picture(path) is None:
            for number in media.rows_of(path)[:1]:
                media.data(media.index(number), PictureRole)
        return media.picture_as(path, edit)
