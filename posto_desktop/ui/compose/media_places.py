"""Which files go to which network: ticks in the menu of a file, and at the tab of a network."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction

from posto_desktop.core.checks.finding import short
from posto_desktop.core.limits import network_name
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.media_strip import TickMenu, TileMenu
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.message import Message

LONGEST_NAME = 40


class MediaPlaces(QObject):
    """Offers the ticked networks in a tile's menu; what is chosen is one step of Undo."""

    def __init__(
        self,
        views: ComposeLayout,
        message: Message,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._views.strip.menuOpened.connect(self._offer)
        self._views.variant_bar.filesRequested.connect(self._open)
        self._message.editor.changed.connect(self._draft_changed)
        self._message.editor.opened.connect(self.show_count)
        self._message.channels.listChanged.connect(self.show_count)
        self._views.tabs.chosen.connect(self.show_count)

    @Slot(object, int)
    def _offer(self, menu: TileMenu, row: int) -> None:
        ref = self._views.media.row(row).ref
        slugs = list(self._message.channels.networks())
        # To the only network it goes, unless it was left out when there were more.
        if len(slugs) > 1 or not all(map(ref.goes_to, slugs)):
            menu.offer_networks(ref, slugs)
            menu.chosen.connect(lambda slug, goes: self.send(row, slug, goes))

    # -- at the tab of a network -------------------------------------------------------------

    @Slot(object, object)
    def _draft_changed(self, _draft: object, changed: frozenset[str]) -> None:
        if "media" in changed:
            self.show_count()

    @Slot()
    def show_count(self, *_what: object) -> None:
        """How many files go to the network whose tab is open."""
        slug, refs = self._views.tabs.current(), self._message.draft.media
        if not slug:
            return
        going = sum(1 for ref in refs if ref.goes_to(slug))
        able = len(self._message.channels.networks()) > 1 or going < len(refs)
        self._views.variant_bar.show_files(going, len(refs) if able else 0)

    @Slot()
    def _open(self) -> None:
        button = self._views.variant_bar.files
        self.menu_of_files().popup(below(button))

    def menu_of_files(self) -> TickMenu:
        """The files of the message, with a tick at each that goes to the network of the tab."""
        slug = self._views.tabs.current()
        menu = TickMenu(self._views.variant_bar)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setObjectName("files-for-network")
        for row, ref in enumerate(self._views.media.refs()):
            name = short(ref.name, LONGEST_NAME)
            words = self.tr("{n}. {name}").format(n=row + 1, name=name.replace("&", "&&"))
            action = menu.add(words)
            action.setCheckable(True)
            action.setChecked(ref.goes_to(slug))
            action.setData((row, slug))
        menu.triggered.connect(self._ticked)
        return menu

    @Slot(QAction)
    def _ticked(self, action: QAction) -> None:
        row, slug = action.data()
        self.send(row, slug, action.isChecked(), tell=False)

    # -- both --------------------------------------------------------------------------------

    def send(self, row: int, slug: str, goes: bool, *, tell: bool = True) -> None:
        """Send a file to a network, or leave it out there."""
        if not 0 <= row < self._views.media.rowCount():
            return
        before = self._message.draft
        ref = before.media[row]
        changed = ref.leaving_out(slug, not goes)
        if changed is ref:
            return
        media = (*before.media[:row], changed, *before.media[row + 1 :])
        self._message.editor.set_content(replace(before, media=media))
        self._message.checks.refresh()
        if not tell:
            return
        words = self.tr("{name} is left out for {network}")
        if goes:
            words = self.tr("{name} goes to {network}, too")
        name = ref.name.replace("\n", " ")
        words = words.format(name=name, network=network_name(slug))
        self._message.offer_undo(words, before)
