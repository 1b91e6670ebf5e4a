"""Every dialog of the program, in the states in which it has other controls: runs a check in each,
and in each page of the settings."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

import posto_desktop.ui
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edit_merge import Conflict
from posto_desktop.core.snippets import Snippet
from posto_desktop.core.version_differences import text_pieces
from posto_desktop.models.calendar_cards import cards_of
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.review_words import HistoryEntry, ShownText
from posto_desktop.sdk import CalendarChannel, Planner, ScheduleMedia, SitePost, SitePostPage
from posto_desktop.ui.calendar.move_posts_dialog import MovePostsDialog
from posto_desktop.ui.campaigns.evergreen.run_text_dialog import RunTextDialog
from posto_desktop.ui.campaigns.importing.dialog import ImportContext, ImportDialog
from posto_desktop.ui.compose.edit_merge_dialog import EditMergeDialog
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor
from posto_desktop.ui.compose.site_posts_dialog import SitePostsDialog
from posto_desktop.ui.compose.snippets_dialog import SnippetsDialog
from posto_desktop.ui.dialogs.shortcuts_dialog import ShortcutsDialog
from posto_desktop.ui.dialogs.site_planners_dialog import SitePlannersDialog
from posto_desktop.ui.schedule.approve_late_dialog import ApproveLateDialog
from posto_desktop.ui.schedule.reschedule_dialog import RescheduleContext
from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog, HistoryDialog
from posto_desktop.ui.settings.dialog import SettingsDialog
from posto_desktop.ui.settings.report_dialog import ReportDialog
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from tests.gui import evergreen_filled, whole_window
from tests.gui.cut_text import settle
from tests.gui.settings_tools import make_tools
from tests.gui.test_text_fits import dialogs

SNIPPETS = [
    Snippet("Tags", "#roast #fig", "hashtags"),
    Snippet("House", "Nordlicht Coffee, Kreuzberg", "signature"),
]


def every_dialog(folder: Path) -> Iterator[tuple[str, QWidget]]:
    """Each of them, with its name; to be closed by the caller before it asks for the next."""
    yield from dialogs(folder / "settings.json")
    scene = whole_window.build(Theme.instance(), folder, 1360, 860)
    try:
        yield from _over_the_window(scene, folder)
    finally:
        whole_window.close(scene)


def _over_the_window(scene: Any, folder: Path) -> Iterator[tuple[str, QWidget]]:
    window = scene.window
    snippets = SnippetsDialog("", window)
    snippets.set_snippets(SNIPPETS)
    snippets.list.choose_row(1)
    yield "snippets", snippets
    yield "posts of the site", site_posts(window)
    yield "planners of the site", site_planners(window)
    yield from _of_a_team(window)
    window.show_shortcuts()
    yield "shortcuts", _opened(window, ShortcutsDialog)
    report = ReportDialog(make_tools(folder / "home", scene.runner), {"Qt": "6"}, window)
    _at_rest(scene)  # its buttons come when it is written
    yield "problem report", report
    context = ImportContext(
        zone=UTC,
        clock=lambda: whole_window.NOW,
        channels=whole_window.CHANNELS,
        ticked=(1, 2),
        memory=folder / "import_columns.json",
    )
    importing = ImportDialog(window, scene.runner, context, ImageLoader(scene.runner, folder))
    yield "import, file", importing
    table = folder / "plan.csv"
    table.write_text("Text;Publish at\nA;tomorrow 9:00\nB;whenever\n", encoding="utf-8")
    importing = ImportDialog(window, scene.runner, context, ImageLoader(scene.runner, folder))
    importing.open_file(str(table))
    _at_rest(scene)
    yield "import, check", importing
    yield "evergreen run", _evergreen_run(scene)
    moment = whole_window.NOW + timedelta(hours=3)
    first, second = whole_window._schedules()[:2]
    posts = [replace(row, status="not_sent", send_at=moment, link="") for row in (first, second)]
    [card] = cards_of(posts, whole_window.NOW, UTC)
    yield "which posts", MovePostsDialog(card, "Friday", window)
    path = whole_window.picture(folder / "edit.png")
    scene.compose.message.open_drafts.load(Draft(text="a", media=[MediaRef(path, "edit.png", 9)]))
    _at_rest(scene)
    scene.compose.files.edit(0)
    yield "media editor", _opened(window, MediaEditor)


def _of_a_team(window: QWidget) -> Iterator[tuple[str, QWidget]]:
    """The dialogs about a proposed message."""
    files = (ScheduleMedia(1), ScheduleMedia(2, "video"))
    post = replace(whole_window._schedules()[0], status="proposed", media=files)
    yield "request for changes", AskForChangesDialog("Wanda", [post], ImageCache(window), window)
    history, pieces = HistoryDialog(window), text_pieces("Cold buns " * 20, "Warm buns " * 20)
    history.show_entries(
        [
            HistoryEntry(
                "Wanda edited it",
                f"Monday {hour}:00",
                ("New time: Friday 9:00",),
                (ShownText("Text for Bakery on Instagram", pieces),),
            )
            for hour in range(8, 20)
        ]
    )
    yield "history", history
    unread = HistoryDialog(window)
    unread.show_problem("")
    yield "history, not read", unread
    context = RescheduleContext([replace(post, send_at=whole_window.NOW)], [], None, UTC)
    yield "passed time", ApproveLateDialog(context, window)
    conflict = Conflict("text", "", ("Fresh buns " * 20, ()), ("Warm buns", ()))
    yield "two versions", EditMergeDialog("Wanda", [conflict], window)


def site_posts(window: QWidget) -> SitePostsDialog:
    """The posts of a site, of which there are more."""
    dialog = SitePostsDialog(lambda _url: None, parent=window)
    posts = [
        SitePost(
            number,
            f"Winter hours of our bakery, part {number}",
            "From December on we open later, and close earlier on Sundays.",
            f"https://bakery.example/{number}",
            whole_window.NOW - timedelta(days=number),
            preview=f"https://bakery.example/{number}.png",
        )
        for number in range(1, 13)
    ]
    dialog.show_page(SitePostPage(tuple(posts), total=40))
    return dialog


def site_planners(window: QWidget) -> SitePlannersDialog:
    """Three planners of a site, of which one posts."""
    dialog = SitePlannersDialog(lambda: whole_window.NOW, window)
    channels = (CalendarChannel(1), CalendarChannel(2))
    next_at = whole_window.NOW + timedelta(days=1)
    planners = [
        Planner(1, "Weekly tips from the bakery", "active", next_at, channels, repeats=True),
        Planner(2, "Old recipes", "paused", None, channels[:1]),
        Planner(3, "Opening week", "finished", None, channels),
    ]
    dialog.show_planners(planners, can_change=True)
    return dialog


def _evergreen_run(scene: Any) -> QDialog:
    """The dialog with the text of one run."""
    page = scene.campaigns
    page.evergreen.set_channels(whole_window.CHANNELS)
    evergreen_filled.fill(page.evergreen.state, whole_window.NOW)
    page.open_evergreen()
    page.evergreen.view.runs.view.go_to(1)
    page.evergreen.actions.edit_run()
    return _opened(scene.window, RunTextDialog)


def _opened(window: QWidget, kind: type[QDialog]) -> QDialog:
    [dialog] = [dialog for dialog in window.findChildren(kind) if dialog.isVisible()]
    return dialog


def _at_rest(scene: Any) -> None:
    while scene.runner.running:
        settle()
    settle()


def dialog_classes() -> set[type[QDialog]]:
    """Every class of dialogs that the program makes, by its sources; not those they are made of."""
    for module in pkgutil.walk_packages(posto_desktop.ui.__path__, "posto_desktop.ui."):
        importlib.import_module(module.name)
    classes: set[type[QDialog]] = set()
    bases = [QDialog]
    while bases:
        base = bases.pop()
        subclasses = [
            subclass for subclass in base.__subclasses__() if "posto_desktop" in subclass.__module__
        ]
        bases += subclasses
        classes |= {subclass for subclass in subclasses if not subclass.__subclasses__()}
    return {*classes, ConfirmDialog}


def in_dialogs(folder: Path, look: Callable[[QWidget], list[str]]) -> dict[str, list[str]]:
    """What `look` finds in each dialog while it is shown; those with nothing are left out."""
    results: dict[str, list[str]] = {}
    last: QWidget | None = None
    for name, dialog in every_dialog(folder):
        if last is not None and last is not dialog:
            _end(last)
        last = dialog
        dialog.show()
        settle()
        results[name] = look(dialog)
    return {name: stops for name, stops in results.items() if stops}


def _end(dialog: QWidget) -> None:
    dialog.close()
    dialog.deleteLater()


@contextmanager
def shown_settings(qtbot: Any, folder: Path) -> Iterator[SettingsDialog]:
    """The settings with all that their pages work with."""
    runner = JobRunner()
    tools = make_tools(folder / "home", runner)
    dialog = SettingsDialog(tools.settings, tools=tools, workspace="local")
    qtbot.addWidget(dialog)
    dialog.show()
    try:
        yield dialog
    finally:
        dialog.close()
        assert runner.shutdown(60_000)


def settings_pages(dialog: SettingsDialog) -> Iterator[str]:
    """Open each page in turn; its key, once all that it reads is shown."""
    for number, key in enumerate(dialog._keys):
        dialog._open(number)
        _at_rest(dialog._context.tools)
        yield key
