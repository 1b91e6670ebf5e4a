"""How the parts of the Campaigns page hear one another, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage


def wire(page: CampaignsPage) -> None:
    """Connect the parts of the page with one another."""
    editing, planning, running, files = page.editing, page.planning, page.running, page.files
    editing.opened.connect(page.showing.show_campaign)
    editing.changed.connect(page.showing.show_change)
    editing.saveRequested.connect(page._save)
    editing.opened.connect(page.channel_choice.changed)
    editing.changed.connect(page.channel_choice.changed)
    planning.planned.connect(page.showing.show_outlook)
    planning.checked.connect(page.showing.show_findings)
    running.startRequested.connect(page.startRequested)
    running.stopRequested.connect(page.stopRequested)
    running.retryRequested.connect(page.retryRequested)
    files.added.connect(page.deeds.select_new)
    files.refused.connect(lambda words: page.say("warning", words))
    files.tablesFound.connect(page.importFilesRequested)
    page.list.opened.connect(page.shelf.open)
    page.list.renamed.connect(page.shelf.rename)
    page.list.duplicated.connect(page.shelf.duplicate)
    page.list.deleted.connect(page.shelf.delete)
    page.list.newRequested.connect(page.shelf.new)
    page.head.backRequested.connect(page.shelf.show_list)
    page.head.renamed.connect(lambda name: editing.change("name", name=name))
    page.head.nameLeft.connect(page.focus_messages)
    page.head.importRequested.connect(page.importRequested)
    page.head.addRequested.connect(page.deeds.write)
    page.head.filesRequested.connect(page.deeds.choose_files)
    page.head.pasteRequested.connect(page.deeds.paste)
    page.head.timelineRequested.connect(page.toggle_timeline)
    page.rhythm.startTyped.connect(lambda text: editing.change_rhythm("start", start_text=text))
    page.rhythm.rhythmChosen.connect(lambda rhythm: editing.change_rhythm("", rhythm=rhythm))
    page.rhythm.styleChosen.connect(lambda name: editing.change("", style=name))
    page.rhythm.slotsRequested.connect(lambda: page.settingsRequested.emit("publishing"))
    page.add_message.clicked.connect(page.deeds.write)
    page.empty.clicked.connect(page.deeds.write)
    page.view.openRequested.connect(page.writing.open)
    page.view.menuRequested.connect(page._open_menu)
    page.view.deleteRequested.connect(page.deeds.delete)
    page.view.duplicateRequested.connect(page.deeds.duplicate)
    page.view.moveRequested.connect(page.deeds.move)
    page.view.filesDropped.connect(page.deeds._dropped)
    page.view.textDropped.connect(page.deeds.add_text)
    page.view.selectionModel().currentChanged.connect(page._current_changed)
    page.writing.filesWanted.connect(page.deeds.choose_files)
    page.writing.filesDropped.connect(page.files.add_files)
    page.writing.pasteWanted.connect(page.deeds.take_mime)
    page.writing.left.connect(page.focus_messages)
    page.writing.lockedOpened.connect(page.say_locked)
    page.timeline.chosen.connect(page.view.go_to)
    page.timeline.fixed.connect(page.deeds.move_to)
    page.timeline.closeRequested.connect(page.toggle_timeline)
    page.foot.startRequested.connect(page.start)
    page.foot.stopRequested.connect(page.running.stop)
    page.foot.retryRequested.connect(page.running.retry)
    page.foot.saveRequested.connect(page.shelf.show_list)
    page.foot.duplicateRequested.connect(page.shelf.duplicate_open)
    page.foot.deleteRequested.connect(page.shelf.delete_open)


def wire_keys(page: CampaignsPage) -> None:
    """The keys that hold wherever in the page the keyboard is."""
    for keys, slot in (
        ("Ctrl+Return", page.start),
        ("Ctrl+S", page.shelf.show_list),
        ("Ctrl+F", page.list.search.setFocus),
        ("Ctrl+Alt+P", page.toggle_timeline),
        ("Ctrl+Shift+N", page.shelf.new_here),
        ("Ctrl+O", page.deeds.choose_files),
        ("Ctrl+T", page.rhythm.start.setFocus),
        ("Ctrl+Z", page.undo),
        ("Ctrl+Shift+Z", page.redo),
        ("Alt+Left", page.shelf.show_list),
    ):
        shortcut = QShortcut(QKeySequence(keys), page)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
