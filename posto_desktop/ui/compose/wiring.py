"""The wires of the Compose page: what its widgets and parts tell each other, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


def wire_widgets(page: ComposePage) -> None:
    """What the widgets tell, and who hears it."""
    page.tabs.chosen.connect(page.writing.show_tab)
    page.more_button.clicked.connect(page.open_menu)
    page.variant_bar.commonRequested.connect(page.writing.use_common_text)
    page.variant_bar.targetChosen.connect(page.writing.show_key)
    page.editor.edited.connect(page.writing.edited)
    page.editor.cursorPositionChanged.connect(page.writing.follow_caret)
    page.editor.caretMoved.connect(page.undoing.caret_moved)
    page.editor.undoRequested.connect(page.undoing.undo)
    page.editor.redoRequested.connect(page.undoing.redo)
    page.editor.filesPasted.connect(page.files.add_files)
    page.editor.imagePasted.connect(page.files.add_image)
    page.editor.mediaPasted.connect(page.files.take_pasted)
    page.attach_button.clicked.connect(page.files.choose_files)
    page.recent_button.clicked.connect(page.files.show_recent)
    page.hash_button.clicked.connect(page.writing.insert_hash)
    page.at_button.clicked.connect(page.writing.insert_at)
    page.editor_box.browseRequested.connect(page.files.choose_files)
    page.editor_box.sampleRequested.connect(page.files.add_sample)
    page.strip.addRequested.connect(page.files.choose_files)
    page.strip.filesDropped.connect(page.files.add_files)
    page.strip.describeRequested.connect(page.files.describe)
    page.strip.removed.connect(page.files.file_removed)
    page.strip.moved.connect(page.files.file_moved)
    page.media.filesChanged.connect(page.content_changed)
    page.media.factsChanged.connect(page.facts_changed)
    page.fields.edited.connect(page.content_changed)
    page.labels.known = page.drafting.known_labels
    page.labels.edited.connect(page.content_changed)
    page.drafts_button.clicked.connect(page.listing.show_drafts)
    page.when.changed.connect(page.content_changed)
    page.checks.fixRequested.connect(page.checking.fix)
    page.checks.settled.connect(page.checking.show_line)
    page.preview.networkChosen.connect(page.tabs.choose)
    page.places.signInRequested.connect(page.signInRequested)
    page.places.stayRequested.connect(page.leave_first_run)
    page.action_bar.postRequested.connect(page.posting.post)
    page.action_bar.sendNowRequested.connect(page.posting.send_now)
    page.action_bar.saveRequested.connect(page.drafting.save_as_draft)
    page.action_bar.templateRequested.connect(page.templating.ask_name)
    page.action_bar.slotRequested.connect(page.planning.use_next_free)
    page.action_bar.problemsRequested.connect(page.checking.show_checks)
    page.ask_bar.answered.connect(page.asking.answered)
    Theme.instance().changed.connect(page.restyle_all)


def wire_parts(page: ComposePage) -> None:
    """What the parts tell."""
    page.intake.noticed.connect(page.noticeRequested)
    page.intake.textRead.connect(page.writing.insert_text)
    page.intake.added.connect(page.leave_first_run)
    page.intake.missingFound.connect(page.files.missing_found)
    page.composer.assessed.connect(page.checking.show_assessment)
    page.composer.opened.connect(page.undoing.start)
    page.composer.pulling.connect(page.drafting.pull)
    page.composer.kept.connect(page.drafting.kept)
    page.composer.replaced.connect(page.drafting.show_labels)
    page.composer.emptied.connect(page.drafting.emptied)
    page.posting.asked.connect(page.asking.ask)
    page.posting.posted.connect(page.asking.posted)
    page.posting.seriesPosted.connect(page.asking.series_posted)
    page.planning.slotsWanted.connect(page.slotsRequested)
    page.posting.leftOut.connect(page.asking.left_out)
    page.posting.fixWanted.connect(page.checking.fix_first)
    page.shelf.changed.connect(page.draftChanged)
    page.shelf.deleted.connect(page.drafting.draft_gone)
    page.shelf.opened.connect(page.drafting.open_from_shelf)
    page.open_messages.changed.connect(page.openChanged)
    page.templating.kept.connect(page.templateKept)
    page.templating.deleted.connect(page.templateDeleted)
    page.shelf.noticed.connect(page.noticeRequested)


def add_shortcuts(page: ComposePage) -> None:
    """The keys of the page."""
    for keys, slot in (
        ("Ctrl+Return", page.posting.post),
        ("Ctrl+Enter", page.posting.post),
        ("Ctrl+Shift+Return", page.posting.send_now),
        ("Ctrl+S", page.drafting.save_as_draft),
        ("Ctrl+Shift+O", page.listing.show_drafts),
        ("Ctrl+Shift+N", page.drafting.new_beside),
        ("Ctrl+W", page.open_messages.close_active),
        ("Ctrl+PgDown", page.open_messages.next),
        ("Ctrl+PgUp", page.open_messages.previous),
        ("Ctrl+Shift+PgDown", page.open_messages.move_right),
        ("Ctrl+Shift+PgUp", page.open_messages.move_left),
        ("Ctrl+T", page.focus_when),
        ("Ctrl+Z", page.undoing.undo),
        ("Ctrl+Shift+Z", page.undoing.redo),
        ("Ctrl+Shift+S", page.planning.use_next_free),
        ("Ctrl+E", page.inserting.pick_emoji),
        ("Ctrl+.", page.inserting.pick_emoji),
        ("Ctrl+J", page.inserting.pick_snippet),
        ("Ctrl+O", page.files.choose_files),
        ("Ctrl+Tab", page.writing.next_tab),
        ("Ctrl+Shift+Tab", page.writing.previous_tab),
        ("Ctrl+Alt+P", page.toggle_preview),
    ):
        QShortcut(QKeySequence(keys), page).activated.connect(slot)
