"""Settings > Watch folders: folders whose new pictures and videos become messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core import channel_groups
from posto_desktop.core.watch_folder import WatchFolder, name_of
from posto_desktop.ui.settings.context import SettingsContext, WatchServices
from posto_desktop.ui.settings.settings_page import SettingsCard, SettingsPage
from posto_desktop.ui.settings.watch_card import WatchFolderCard
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.file_dialogs import ask_for_folder, pictures_folder
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.workers.folder_jobs import count_media
from posto_desktop.workers.watch_folders import CampaignName


class WatchFoldersPage(SettingsPage):
    """A card for each folder. Changes apply at once."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("watch", context, parent)
        services = context.parts.watch
        assert services is not None
        self._services: WatchServices = services
        self._store = services.store
        self._campaigns: Sequence[CampaignName] = ()
        self.cards: dict[str, WatchFolderCard] = {}
        self.rows["watch_folders"] = self._build_title()
        self.add(self.rows["watch_folders"], 8)
        self._question = QWidget()
        self._question_box = QVBoxLayout(self._question)
        self._question_box.setContentsMargins(0, 0, 0, 0)
        self._question.hide()
        self.add(self._question, 0)
        holder = QWidget()
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._empty = Paragraph(
            self.tr(
                "Choose a folder, also one that a cloud keeps in step. Each picture or video that "
                "comes there becomes a draft, once. A text file with the same name gives its text. "
                "Your files are never moved or changed, and nothing is sent by itself."
            ),
            "muted",
            object_name="no-watched-folders",
        )
        self._column.addWidget(self._empty)
        self.add(holder, 12)
        self.note = label(
            self.tr("Works while Posto runs, also in the tray, and catches up at the next start."),
            "small",
            wrap=True,
        )
        self.add(self.note)
        self._store.changed.connect(self._show)
        self._store.statusChanged.connect(self._show_status)
        services.worker.campaigns_listed.connect(self._set_campaigns)
        services.worker.list_campaigns()
        self._show()

    def _build_title(self) -> QWidget:
        title = QWidget()
        row = QHBoxLayout(title)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(label(self.tr("Watched folders"), "strong"))
        row.addStretch(1)
        self.add_button = Button(self.tr("Add a folder…"), icon="plus", small=True)
        self.add_button.setObjectName("add-a-folder")
        self.add_button.clicked.connect(self._choose)
        row.addWidget(self.add_button)
        return title

    # -- the list ------------------------------------------------------------------------------

    @Slot()
    def _show(self) -> None:
        """Show the folders as they are now; a removed one stays with its Undo until the settings
        close."""
        folders = self._store.folders()
        present = {folder.id for folder in folders}
        for folder in folders:
            card = self.cards.get(folder.id)
            if card is None:
                card = self._add_card(folder)
            card.set_folder(folder)
        for folder_id, card in self.cards.items():
            card.set_removed(folder_id not in present)
        self._empty.setVisible(not self.cards)

    def _add_card(self, folder: WatchFolder) -> WatchFolderCard:
        groups = channel_groups.read(str(self.context.read("channels.groups")))
        card = WatchFolderCard(
            folder,
            self._store,
            self.context.channels if folder.workspace == self.context.workspace else (),
            groups.get(folder.workspace, ()),
            self._services.styles(),
            self,
        )
        card.set_campaigns(self._campaigns)
        card.set_status(self._store.status(folder.id))
        self.cards[folder.id] = card
        self._column.addWidget(card)
        card.show()  # visible at once, so that it can have the keyboard
        return card

    @Slot(str)
    def _show_status(self, folder_id: str) -> None:
        card = self.cards.get(folder_id)
        if card is not None:
            card.set_status(self._store.status(folder_id))

    @Slot(object)
    def _set_campaigns(self, campaigns: Sequence[CampaignName]) -> None:
        self._campaigns = campaigns
        for card in self.cards.values():
            card.set_campaigns(campaigns)

    # -- adding --------------------------------------------------------------------------------

    @Slot()
    def _choose(self) -> None:
        ask_for_folder(self, self.tr("Folder to watch"), self.choose_path, folder=pictures_folder())

    def choose_path(self, path: str) -> None:
        """Add a folder, after a question if there are pictures and videos already."""
        known = self._store.at(str(Path(path)))
        if known is not None:
            self.cards[known.id].setFocus()
            self._ask(self.tr("“{folder}” is watched already.").format(folder=name_of(path)), [])
            return
        handle = self.context.parts.runner.submit(count_media, path, parent=self)
        handle.done.connect(partial(self._counted, str(Path(path))))
        handle.failed.connect(lambda _error: self._counted(str(Path(path)), 0))

    def _counted(self, path: str, count: int) -> None:
        if not count:
            self._add(path, takes_existing=False)
            return
        words = self.tr("“{folder}” has %Ln picture(s) or video(s) already.", "", count)
        self._ask(
            words.format(folder=name_of(path)),
            [
                (self.tr("Only new files"), "only-new-files", partial(self._add, path, False)),
                (
                    self.tr("Also what is there already"),
                    "also-what-is-there",
                    partial(self._add, path, True),
                ),
            ],
        )

    def _ask(self, words: str, answers: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Show a question above the list. The first answer has the keyboard."""
        self._forget_question()
        card = SettingsCard(self._question)
        card.setObjectName("watch-question")
        body = QWidget(card)
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(Paragraph(words, "lead", object_name="watch-question-text"))
        buttons = QWidget(body)
        flow = FlowLayout(buttons)
        first: Button | None = None
        for text, name, answer in answers:
            button = Button(text, "" if first else "primary", small=True, parent=buttons)
            button.setObjectName(name)
            button.clicked.connect(partial(self._answer, answer))
            flow.addWidget(button)
            first = first or button
        cancel = Button(
            self.tr("Cancel") if answers else self.tr("Close"), "quiet", small=True, parent=buttons
        )
        name_control(cancel, cancel.text(), "watch-question-cancel")
        cancel.clicked.connect(partial(self._answer, lambda: self.add_button.setFocus()))
        flow.addWidget(cancel)
        column.addWidget(buttons)
        card.add_widget(body)
        self._question_box.addWidget(card)
        self._question_box.addSpacing(12)
        self._question.show()
        QTimer.singleShot(
            0, card, partial((first or cancel).setFocus, Qt.FocusReason.OtherFocusReason)
        )

    def _answer(self, answer: Callable[[], object], *_clicked: object) -> None:
        self._forget_question()
        answer()

    def _forget_question(self) -> None:
        while self._question_box.count():
            item = self._question_box.takeAt(0)
            card = item.widget() if item is not None else None
            if card is not None:
                card.hide()
                card.deleteLater()  # its button may be the sender
        self._question.hide()

    def _add(self, path: str, takes_existing: bool) -> None:
        folder = WatchFolder(path, workspace=self.context.workspace or "local")
        self._store.add(folder, skips_existing=not takes_existing)
        card = self.cards[folder.id]
        card.show_options(True)
        QTimer.singleShot(0, card, partial(self._go_to, folder.id))

    def _go_to(self, folder_id: str) -> None:
        card = self.cards.get(folder_id)
        if card is not None:
            self.ensureWidgetVisible(card, 0, 20)
            card.destination.setFocus(Qt.FocusReason.OtherFocusReason)
