"""Catalogue of the settings pages and their rows, with search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.folding import fold
from posto_desktop.storage.setting_declarations import DECLARED


@dataclass(frozen=True)
class PageEntry:
    """A page: key, title, icon, and text below its rows. `requires_services`: see
    `SettingsContext`. `requires_team`: only in the workspace of a team."""

    key: str
    title: str
    icon: str
    note: str = ""
    requires_services: bool = False
    requires_team: bool = False


PAGES: tuple[PageEntry, ...] = (
    PageEntry("general", translatable("Settings", "General"), "sliders-horizontal"),
    PageEntry("language", translatable("Settings", "Language"), "globe"),
    PageEntry(
        "writing",
        translatable("Settings", "Writing"),
        "pen-line",
        translatable(
            "Settings",
            "Applies to files you add from now on. Posto sends copies and never changes "
            "your own files.",
        ),
    ),
    PageEntry("publishing", translatable("Settings", "Publishing"), "send"),
    PageEntry(
        "watch", translatable("Settings", "Watch folders"), "folder-down", requires_services=True
    ),
    PageEntry(
        "calendar",
        translatable("Settings", "Calendar"),
        "calendar",
        translatable("Settings", "Week start and clock are under Appearance."),
    ),
    PageEntry(
        "notifications",
        translatable("Settings", "Notifications"),
        "bell",
        translatable("Settings", "The list under the bell always shows all notifications."),
    ),
    PageEntry("appearance", translatable("Settings", "Appearance"), "palette"),
    PageEntry(
        "workspaces", translatable("Settings", "Workspaces"), "boxes", requires_services=True
    ),
    PageEntry(
        "team",
        translatable("Settings", "Team"),
        "users",
        requires_services=True,
        requires_team=True,
    ),
    PageEntry("network", translatable("Settings", "Network"), "globe-lock", requires_services=True),
    PageEntry("storage", translatable("Settings", "Storage"), "hard-drive", requires_services=True),
    PageEntry("scripts", translatable("Settings", "Scripts"), "terminal", requires_services=True),
    PageEntry("about", translatable("Settings", "About"), "info", requires_services=True),
)


@dataclass(frozen=True)
class RowEntry:
    """A row of a page: `key` is the name of its setting, or a key of its own."""

    page: str
    key: str
    title: str
    hint: str = ""
    words: str = ""


# Rows without a setting that the search finds as well.
EXTRA_ROWS: tuple[RowEntry, ...] = (
    RowEntry(
        "general",
        "autostart",
        translatable("Settings", "Send after I sign in to this computer"),
        translatable("Settings", "Even when Posto Desktop is closed"),
        "autostart login boot start background",
    ),
    RowEntry(
        "watch",
        "watch_folders",
        translatable("Settings", "Watched folders"),
        translatable("Settings", "New pictures and videos there become drafts"),
        "watch folder import automatic dropbox onedrive sync cloud sidecar evergreen campaign",
    ),
    RowEntry(
        "workspaces",
        "accounts",
        translatable("Settings", "Accounts and workspaces"),
        translatable("Settings", "Services you are signed in to"),
        "sign in out add remove rename check connection password keychain keyring",
    ),
    RowEntry(
        "team",
        "team",
        translatable("Settings", "People and devices"),
        translatable("Settings", "Who may sign in to this workspace, and with what"),
        "team user member role group owner invite revoke password phone lost audit log sign in",
    ),
    RowEntry(
        "network",
        "proxy_password",
        translatable("Settings", "Password for the proxy"),
        "",
        "login secret",
    ),
    RowEntry(
        "network",
        "test",
        translatable("Settings", "Try the connection"),
        "",
        "test check ping reach",
    ),
    RowEntry(
        "storage", "folders", translatable("Settings", "Folders"), "", "size disk space place open"
    ),
    RowEntry(
        "storage",
        "cache",
        translatable("Settings", "Cache"),
        "",
        "clear clean thumbnails free space",
    ),
    RowEntry(
        "storage",
        "backup",
        translatable("Settings", "Back up everything"),
        "",
        "backup export save copy",
    ),
    RowEntry(
        "storage",
        "restore",
        translatable("Settings", "Restore a backup"),
        "",
        "backup import load move",
    ),
    RowEntry(
        "scripts",
        "scripts",
        translatable("Settings", "Use Posto from scripts"),
        "",
        "sdk python api",
    ),
    RowEntry("about", "versions", translatable("Settings", "Versions"), "", "python qt sdk build"),
    RowEntry("about", "logs", translatable("Settings", "Log files"), "", "diagnose debug"),
    RowEntry(
        "about",
        "report",
        translatable("Settings", "Problem report"),
        "",
        "bug support diagnose error",
    ),
    RowEntry(
        "about", "licences", translatable("Settings", "Licences"), "", "license copyright legal"
    ),
)


def tr(text: str) -> str:
    """Return a text of the settings in the user's language."""
    return translate("Settings", text) if text else ""


def rows() -> list[RowEntry]:
    """Return all rows, in the order of the pages."""
    settings = [
        RowEntry(setting.page, setting.name, setting.text, setting.hint, setting.words)
        for setting in DECLARED
        if setting.page
    ]
    order = {page.key: number for number, page in enumerate(PAGES)}
    return sorted([*settings, *EXTRA_ROWS], key=lambda row: order[row.page])


def names_of(page: str) -> list[str]:
    """Return the settings of a page."""
    return [setting.name for setting in DECLARED if setting.page == page]


def find(query: str, pages: Iterable[str]) -> list[RowEntry]:
    """Return the rows that contain all words of the query, first those whose title begins with
    it."""
    words = fold(query).split()
    if not words:
        return []
    titles = {page.key: tr(page.title) for page in PAGES}
    allowed = set(pages)
    hits: list[tuple[bool, int, int, RowEntry]] = []
    for row in rows():
        title = fold(tr(row.title))
        text = " ".join((title, fold(tr(row.hint)), fold(row.words), fold(titles[row.page])))
        if row.page in allowed and all(word in text for word in words):
            starts = not title.startswith(words[0])
            hits.append((starts, sum(word not in title for word in words), len(hits), row))
    return [row for *_rank, row in sorted(hits, key=lambda hit: hit[:3])]
