"""Declarations of what the app remembers by itself. No page of the settings window has these."""

from __future__ import annotations

from posto_desktop.common.translation import translatable
from posto_desktop.storage.setting_types import Setting, computed

__all__ = ["REMEMBERED"]

REMEMBERED: tuple[Setting, ...] = (
    Setting(
        "compose.emoji_recent", "", translatable("Settings", "Emoji used lately"), private=True
    ),
    Setting(
        "compose.folder",
        "",
        translatable("Settings", "The folder in which files were looked for last"),
        private=True,
    ),
    Setting(
        "compose.site_text",
        "title_excerpt",
        translatable("Settings", "What of a site's post becomes the text"),
        private=True,
    ),
    Setting("compose.emoji_tone", 0, translatable("Settings", "Skin tone of emoji"), low=0, high=5),
    Setting(
        "compose.signature",
        "",
        translatable("Settings", "The signature that goes into new messages"),
        private=True,
    ),
    # Read and written by stores.used_words.
    Setting(
        "compose.suggestions_removed",
        "",
        translatable("Settings", "Words that are not suggested any more"),
        private=True,
    ),
    Setting(
        "compose.options_open", False, translatable("Settings", "Show the options of networks")
    ),
    Setting(
        "schedule.inspector",
        "",
        translatable("Settings", "The details beside the schedule"),
        computed("", "open", "closed"),
    ),
    # Read and written by models.schedule_columns and models.schedule_views.
    Setting("schedule.columns", "", translatable("Settings", "The columns of the schedule")),
    Setting("schedule.sort", "", translatable("Settings", "What the schedule is sorted by")),
    Setting(
        "schedule.grouping",
        "",
        translatable("Settings", "The rows of the schedule: posts, messages"),
        computed("", "message"),
    ),
    Setting(
        "schedule.views",
        "",
        translatable("Settings", "The saved views of the schedule"),
        private=True,
    ),
    Setting(
        "schedule.export_folder", "", translatable("Settings", "Last export folder"), private=True
    ),
    Setting(
        "activity.all_workspaces",
        False,
        translatable("Settings", "Whether Activity lists all workspaces"),
    ),
    Setting(
        "channels.grouping",
        "network",
        translatable("Settings", "How channels are grouped"),
        computed("group", "network", "label", "order"),
    ),
    Setting(
        "channels.compact", False, translatable("Settings", "Whether channels have one line each")
    ),
    Setting(
        "channels.folded",
        "",
        translatable("Settings", "The folded groups of channels"),
        private=True,
    ),
    # Read and written by core.channel_groups.
    Setting(
        "channels.groups",
        "",
        translatable("Settings", "The user's groups of channels"),
        private=True,
    ),
    Setting(
        "channels.sandbox", True, translatable("Settings", "Whether sandbox channels are listed")
    ),
    # Read and written by viewmodels.sign_in_expiry.
    Setting(
        "channels.ends_told",
        "",
        translatable("Settings", "Which ends of sign-ins were warned of"),
        private=True,
    ),
    Setting(
        "window.geometry",
        "",
        translatable("Settings", "Place and size of the window"),
        private=True,
    ),
    Setting("window.splitter", "", translatable("Settings", "Widths of the panes")),
    Setting(
        "workspace.current",
        "local",
        translatable("Settings", "The workspace to open at start"),
        private=True,
    ),
    Setting(
        "workspace.channels",
        "",
        translatable("Settings", "The ticked channels of each workspace"),
        private=True,
    ),
    # Read and written by controllers.people.
    Setting(
        "workspace.teams",
        "",
        translatable("Settings", "The workspaces that are those of a team"),
        private=True,
    ),
)
