"""Menus of the Campaigns page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from posto_desktop.ui.commands import Command
from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage


def _tr(text: str) -> str:
    return QCoreApplication.translate("CampaignsMenus", text)


def message_menu(page: CampaignsPage, message_id: str) -> Menu:
    """What can be done with the selected messages; `message_id` is the one that was pressed."""
    editing, model = page.editing, page.messages
    ids = page.view.selected_ids()
    ids = ids if message_id in ids else [message_id]
    row = model.row_of(message_id)
    locked = any(editing.is_locked(one) for one in ids)
    planned, result = model.planned_at(row), model.result_at(row)
    menu = Menu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if result is not None and result.rows:
        key = result.rows[0].id
        menu.add(_tr("Show in Schedule"), "list", lambda: page.showRequested.emit(key))
    if result is not None and result.entry is not None:
        entry_id = result.entry.id
        words = _tr("Show in Activity")
        menu.add(words, "activity", lambda: page.entryRequested.emit(entry_id))
    if result is not None and result.can_retry:
        menu.add(_tr("Retry"), "rotate-cw", lambda: page.outcomes.retry([message_id]))
    if not menu.isEmpty():
        menu.addSeparator()
    edit = menu.add(_tr("Edit"), "pencil", lambda: page.writing.open(message_id), shortcut="Return")
    when = menu.add(
        _tr("Set its own time…"), "clock", lambda: page.writing.open(message_id, "when"),
        shortcut="S",
    )  # fmt: skip
    entries = [edit, when]
    if planned is not None and planned.own:
        entries.append(
            menu.add(
                _tr("Use the time of the rhythm"), "undo-2", lambda: page.deeds.use_rhythm(ids)
            )
        )
    if planned is not None and planned.move_to is not None:
        moment = planned.move_to
        words = page.deeds.fix_words(planned)
        menu.add(words, "calendar-clock", lambda: page.deeds.move_to(row, moment))
    pictures = menu.add(
        _tr("Add pictures…"),
        "image-plus",
        lambda: page.deeds.choose_files(message_id),
        shortcut="Ctrl+O",
    )
    entries.append(pictures)
    menu.addSeparator()
    entries.append(
        menu.add(_tr("Move up"), "chevron-up", lambda: page.deeds.step(ids, -1), shortcut="Alt+Up")
    )
    entries.append(
        menu.add(
            _tr("Move down"), "chevron-down", lambda: page.deeds.step(ids, 1), shortcut="Alt+Down"
        )
    )
    menu.add(_tr("Duplicate"), "copy", lambda: page.deeds.duplicate(ids), shortcut="Ctrl+D")
    menu.addSeparator()
    delete = menu.add(
        _tr("Delete"), "trash-2", lambda: page.deeds.delete(ids), shortcut="Delete", danger=True
    )
    entries.append(delete)
    for action in entries:
        action.setEnabled(not locked)
        if locked:
            action.setToolTip(_tr("It is on its way: stop the campaign first"))
    return menu


def commands_of(page: CampaignsPage) -> tuple[str, list[Command | None]]:
    """The title of the page's menu and its entries."""
    opened = page.is_open
    deeds = page.running.deeds()
    return _tr("&Campaign"), [
        Command(_tr("New campaign"), page.shelf.new),
        Command(_tr("All campaigns"), page.shelf.show_list, "Alt+Left", opened),
        None,
        Command(_tr("Write a message"), page.deeds.write, "Ctrl+Shift+N", opened),
        Command(_tr("Add pictures as messages…"), page.deeds.choose_files, "Ctrl+O", opened),
        Command(_tr("Import CSV, Excel or JSON…"), page.importRequested.emit, "", opened),
        None,
        Command(_tr("Undo"), page.undo, "Ctrl+Z", opened and page.editing.can_undo),
        Command(_tr("Redo"), page.redo, "Ctrl+Shift+Z", opened and page.editing.can_redo),
        Command(_tr("Show or hide the timeline"), page.toggle_timeline, "Ctrl+Alt+P", opened),
        None,
        Command(deeds.start, page.start, "Ctrl+Return", opened and not deeds.hint),
        Command(_tr("Stop campaign"), page.running.stop, "", opened and deeds.stop),
        Command(_tr("Retry failed"), page.running.retry, "", opened and bool(deeds.retry)),
        None,
        Command(_tr("Duplicate campaign"), page.shelf.duplicate_open, "", opened),
        Command(_tr("Delete campaign"), page.shelf.delete_open, "", opened, danger=True),
    ]
