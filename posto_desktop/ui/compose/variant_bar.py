"""Bar under the tabs: whose text is shown, and a way to drop an own text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, MenuButton
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel
from posto_desktop.ui.widgets.popup import below

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.menu import Menu

LONGEST_NAME = 220


@dataclass(frozen=True)
class VariantChoice:
    """A text that can be shown: that of a network (its slug), or of one channel (`channel:ID`)."""

    key: str
    name: str
    has_own_text: bool = False


class VariantBar(QFrame):
    """Signals: ``commonRequested()``: drop the own text; ``targetChosen(key)``: show the text of
    this channel, or of the whole network; ``filesRequested()``: choose the files for this network.
    """

    commonRequested = Signal()
    targetChosen = Signal(str)
    filesRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("variant-bar")
        self._set_height()
        Theme.instance().changed.connect(self._set_height)
        self._shown: tuple[object, ...] = ()
        self._choices: tuple[VariantChoice, ...] = ()
        self._key = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark)
        self.targets = MenuButton(
            self.tr("Channel of this text"), "channel-of-this-text", "user-round", self
        )
        self.targets.clicked.connect(self._open_menu)
        self.targets.hide()
        row.addWidget(self.targets)
        self.words = ElidedLabel("", "small", parent=self)
        self.words.setObjectName("variant-text")
        row.addWidget(self.words, 1)
        self.files = MenuButton(
            self.tr("Files for this network"), "files-for-this-network", "files", self
        )
        self.files.clicked.connect(self.filesRequested)
        self.files.hide()
        row.addWidget(self.files)
        self.common = Button(self.tr("Use the common text"), icon="undo-2", small=True, parent=self)
        self.common.setObjectName("use-the-common-text")
        self.common.clicked.connect(self.commonRequested)
        row.addWidget(self.common)

    @Slot()
    def _set_height(self) -> None:
        self.setFixedHeight(round(40 * Theme.instance().roominess))

    def show_target(
        self, slug: str, choices: Sequence[VariantChoice], key: str, network: str
    ) -> None:
        """Show whose text it is: the first choice is the network, the others are its channels (none
        if only one is ticked). `network` is the network's name."""
        shown = (Theme.instance().scheme, slug, tuple(choices), key)
        if shown == self._shown:
            return
        self._shown = shown
        self._choices, self._key = tuple(choices), key
        self._mark.setPixmap(icons.network_badge(slug, 18, self.devicePixelRatioF()))
        choice = next((choice for choice in choices if choice.key == key), choices[0])
        self.words.setText(self._words(choice, choices[0], network))
        self.common.setVisible(choice.has_own_text)
        self.targets.setVisible(len(choices) > 1)
        metrics = QFontMetrics(self.targets.font())
        elide = Qt.TextElideMode.ElideRight
        words = metrics.elidedText(choice.name, elide, LONGEST_NAME)
        self.targets.setText(words.replace("&", "&&"))
        self.targets.setToolTip(choice.name)

    def show_files(self, going: int, count: int) -> None:
        """Show how many of the message's files go to the network; 0 of 0 hides the button."""
        self.files.setVisible(count > 0)
        words = self.tr("{n} of %n file(s)", "", count).format(n=going)
        if going == count:
            words = self.tr("All files")
        elif not going:
            words = self.tr("No files")
        self.files.setText(words)

    def _words(self, choice: VariantChoice, of_network: VariantChoice, network: str) -> str:
        if choice.key == of_network.key:
            if choice.has_own_text:
                words = self.tr("{name} uses its own text and ignores changes to All networks.")
            else:
                words = self.tr("{name} uses the common text. Type here to give it its own.")
            return words.format(name=network)
        if choice.has_own_text:
            return self.tr("Uses its own text. Changes to All networks do not apply.")
        if of_network.has_own_text:
            words = self.tr("Uses the text for {network}. Type here to give it its own.")
            return words.format(network=network)
        return self.tr("Uses the common text. Type here to give it its own.")

    @Slot()
    def _open_menu(self) -> None:
        menu = self.menu_of_targets()
        menu.popup(below(self.targets))

    def menu_of_targets(self) -> Menu:
        """Return the menu of channels, with a note for own texts."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, choice in enumerate(self._choices):
            words = (
                self.tr("{name} · own text").format(name=choice.name)
                if choice.has_own_text
                else choice.name
            )
            action = menu.add(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(choice.key == self._key)
            action.setData(choice.key)
            if number == 0:
                menu.addSeparator()
        menu.triggered.connect(self._chosen)
        return menu

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        self.targetChosen.emit(str(action.data()))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
