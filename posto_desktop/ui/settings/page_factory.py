"""Factory of the settings pages."""

from __future__ import annotations

from posto_desktop.ui.settings.catalogue import PAGES, tr
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage
from posto_desktop.ui.widgets.labels import label

__all__ = ["make_page"]


def make_page(  # noqa: C901 - one case a page
    key: str, context: SettingsContext
) -> SettingsPage:
    """Return a page by its key in the catalogue; pages with only declared settings need no class.
    Modules are imported on first use."""
    match key:
        case "general":
            from posto_desktop.ui.settings.general import GeneralPage

            return GeneralPage(context)
        case "language":
            from posto_desktop.ui.settings.language import LanguagePage

            return LanguagePage(context)
        case "writing":
            from posto_desktop.ui.settings.writing import WritingPage

            return WritingPage(context)
        case "publishing":
            from posto_desktop.ui.settings.publishing import PublishingPage

            return PublishingPage(context)
        case "watch":
            from posto_desktop.ui.settings.watch_folders import WatchFoldersPage

            return WatchFoldersPage(context)
        case "appearance":
            from posto_desktop.ui.settings.appearance import AppearancePage

            return AppearancePage(context)
        case "workspaces":
            from posto_desktop.ui.settings.workspaces import WorkspacesPage

            return WorkspacesPage(context)
        case "team":
            from posto_desktop.ui.settings.team import TeamPage

            return TeamPage(context)
        case "network":
            from posto_desktop.ui.settings.network import NetworkPage

            return NetworkPage(context)
        case "storage":
            from posto_desktop.ui.settings.storage import StoragePage

            return StoragePage(context)
        case "scripts":
            from posto_desktop.ui.settings.scripts import ScriptsPage

            return ScriptsPage(context)
        case "about":
            from posto_desktop.ui.settings.about import AboutPage

            return AboutPage(context)
    page = SettingsPage(key, context)
    page.add_sections()
    note = next(entry.note for entry in PAGES if entry.key == key)
    page.add(label(tr(note), "muted", wrap=True))
    return page
