"""Presenters beside the text: options of networks, link card, free slots, previews."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QTimer, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import channel_of
from posto_desktop.core.edits import Edit
from posto_desktop.core.limits import limits_for, limits_of, network_name
from posto_desktop.models.media import EditedPictureRole, PictureRole
from posto_desktop.models.when_text import short_day
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.link_card_view import LinkCardLoader
from posto_desktop.ui.compose.options_panel import OptionGroup
from posto_desktop.ui.compose.page_settings import PageSettings
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.shared.preview_posts import PreviewSources, preview_posts
from posto_desktop.ui.widgets.focus_ring import FocusRing
from posto_desktop.ui.widgets.keyboard import scroll_to
from posto_desktop.viewmodels.assessment import Assessment
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.debouncer import Debouncer

OPEN = "compose.options_open"


class OptionsPresenter(QObject):
    """Keeps fields and options panel in step with the draft and the selected networks."""

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        preview_presenter: PreviewPresenter,
        page_settings: PageSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter = text_presenter
        self._preview_presenter = preview_presenter
        self._page_settings = page_settings
        self._setting = False
        self._views.fields.card.set_card_loader(self._preview_presenter.links)
        self._views.options.changed.connect(self._chosen)
        self._views.options.folded.connect(self._folded)
        self._views.options.opened.connect(self._show_control)
        self._soon = Debouncer(0, self.show_details, self)
        self._message.channels.listChanged.connect(self._refresh_soon)
        self._message.editor.opened.connect(self._refresh_soon)
        self._message.editor.changed.connect(self._draft_changed)
        self._views.tabs.chosen.connect(self._refresh_soon)
        self._views.variant_bar.targetChosen.connect(self._refresh_soon)

    def begin(self) -> None:
        """Restore the panel's state from the settings."""
        self._setting = True
        try:
            self._views.options.set_open(bool(self._page_settings.get(OPEN)))
        finally:
            self._setting = False

    @Slot()
    def _refresh_soon(self, *_args: object) -> None:
        # After the other parts, because a tab's key is known only then.
        self._soon.call()

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if "options" in changed:
            self._soon.call()

    @Slot()
    def show_details(self) -> None:
        able: list[str] = []
        unable: list[str] = []
        for slug, channels in self._message.channels.networks().items():
            is_able = any(limits_of(channel).first_comment for channel in channels)
            (able if is_able else unable).append(network_name(slug))
        self._views.fields.set_commenting(able, unable)
        self._views.options.set_groups(self._groups(), self._message.draft.options)

    def _groups(self) -> list[OptionGroup]:
        key = self._views.editor.target
        if not key:
            return [
                OptionGroup(slug, slug, network_name(slug), posts_only=_posts_only(channels))
                for slug, channels in self._message.channels.networks().items()
            ]
        number = channel_of(key)
        if number is None:
            posts_only = _posts_only(self._message.channels.networks().get(key, []))
            return [OptionGroup(key, key, network_name(key), whole=True, posts_only=posts_only)]
        channel = next(
            (channel for channel in self._message.channels.listed if channel.id == number), None
        )
        if channel is None:
            return []
        slug, posts_only = limits_for(channel.network).slug, _posts_only([channel])
        return [OptionGroup(key, slug, channel.name, whole=True, posts_only=posts_only)]

    @Slot(str, str, object)
    def _chosen(self, key: str, name: str, value: object) -> None:
        options = self._message.draft.with_option(key, name, value).options
        # Letters of a word join into one undo step; a tick is a step of its own.
        kind = f"option {key} {name}" if isinstance(value, str) else ""
        self._message.editor.edit(kind, options=options)

    @Slot(bool)
    def _folded(self, is_open: bool) -> None:
        if self._setting:
            return
        self._page_settings.set(OPEN, is_open)
        if is_open and FocusRing.by_keys:
            # Not after a click: nothing moves under the pointer.
            QTimer.singleShot(0, self, self._show_panel)

    @Slot()
    def _show_panel(self) -> None:
        scroll_to(self._views.options)

    @Slot(object)
    def _show_control(self, control: QWidget) -> None:
        # The panel has its height only with its layout.
        QTimer.singleShot(
            0, control, lambda: self._views.scroll_area.ensureWidgetVisible(control, 0, 24)
        )

    def edit_option(self, key: str, name: str) -> bool:
        """Focus an option of a network (its slug) or a `channel:ID`; False if it is not
        available."""
        self._views.leave_first_run()
        self.show_details()
        target = self._views.options.focus(key, name)
        if target is None and self._text_presenter.show_key(key):
            self.show_details()
            target = self._views.options.focus(key, name)
        return target is not None


def _posts_only(channels: Sequence[Channel]) -> bool:
    """Return True if all of these channels are known to make posts, not stories."""
    kinds = [channel.channel_type.lower() for channel in channels]
    return all(kinds) and not any("story" in kind for kind in kinds)


class PreviewPresenter(QObject):
    """Shows the message as each network will, and keeps the pictures for it.

    Hidden previews do nothing; they catch up when they are shown.
    """

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._avatars: dict[str, QImage] = {}
        self._stale = False
        self.links = LinkCardLoader(self)
        self._preview_sources = PreviewSources(
            self._avatars.get, self._picture, self.links.card, self.links.picture
        )
        # Many pictures may arrive at once: refresh once for all.
        self._soon = Debouncer(30, self.refresh, self, restart=False)
        self._views.media.dataChanged.connect(self._data_changed)
        self._views.media.otherPartChanged.connect(self.refresh_soon)
        self.links.changed.connect(self.refresh_soon)
        self._views.preview.woke.connect(self._woke)

    @property
    def preview_sources(self) -> PreviewSources:
        """Return the sources of pictures, for other views with cards of this message."""
        return self._preview_sources

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        self._avatars[address] = image
        self.refresh_soon()

    @Slot()
    def refresh_soon(self) -> None:
        """Refresh soon, because content of the cards arrived."""
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
        self._views.preview.set_posts(preview_posts(result, date, self._preview_sources))

    @Slot(QModelIndex, QModelIndex, list)
    def _data_changed(self, _first: QModelIndex, _last: QModelIndex, roles: list[int]) -> None:
        if not roles or PictureRole in roles or EditedPictureRole in roles:
            self.refresh_soon()

    def _picture(self, path: str, edit: Edit) -> QImage | None:
        """Return the thumbnail of a file with its edit; request it if it is missing."""
        self._views.media.request_picture(path)
        return self._views.media.picture_as(path, edit)
