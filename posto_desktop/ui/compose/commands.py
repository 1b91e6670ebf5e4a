"""What the Compose page offers to the menu bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from posto_desktop.ui.commands import Command

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

__all__ = ["commands_of"]


def commands_of(page: ComposePage) -> tuple[str, list[Command | None]]:
    """The title of the menu and its entries, as the message stands."""
    bar, written = page.action_bar, not page.draft.is_empty
    several = len(page.open_messages.ids) > 1
    return _tr("&Message"), [
        Command(bar.post.text(), page.posting.post, "Ctrl+Return", bar.main_action.isEnabled()),
        Command(
            _tr("Send now…"),
            page.posting.send_now,
            "Ctrl+Shift+Return",
            bar.now_action.isVisible() and bar.now_action.isEnabled(),
        ),
        None,
        Command(_tr("Add files…"), page.choose_files, "Ctrl+O"),
        Command(_tr("Insert emoji…"), page.inserting.pick_emoji, "Ctrl+E"),
        Command(_tr("Insert snippet…"), page.inserting.pick_snippet, "Ctrl+J"),
        Command(_tr("Manage snippets…"), page.inserting.manage_snippets),
        Command(_tr("Change the time"), page.focus_when, "Ctrl+T"),
        Command(_tr("Next free slot"), page.planning.use_next_free, "Ctrl+Shift+S"),
        Command(_tr("Repeat…"), page.when.open_repeat),
        Command(_tr("Next network tab"), page.next_tab, "Ctrl+Tab"),
        Command(_tr("Previous network tab"), page.previous_tab, "Ctrl+Shift+Tab"),
        Command(_tr("Show or hide the preview"), page.toggle_preview, "Ctrl+Alt+P"),
        None,
        Command(_tr("Save as draft"), page.save_as_draft, "Ctrl+S", written),
        Command(_tr("Save as template…"), page.templating.ask_name, "", written),
        Command(_tr("New message beside this one"), page.drafting.new_beside, "Ctrl+Shift+N"),
        Command(_tr("New from template…"), page.listing.show_templates),
        Command(_tr("Drafts…"), page.show_drafts, "Ctrl+Shift+O"),
        Command(_tr("Next open message"), page.open_messages.next, "Ctrl+PgDown", several),
        Command(_tr("Previous open message"), page.open_messages.previous, "Ctrl+PgUp", several),
        Command(_tr("Close this message"), page.open_messages.close_active, "Ctrl+W", several),
        Command(_tr("Discard this message"), page.discard, "", written, danger=True),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ComposeCommands", text)
