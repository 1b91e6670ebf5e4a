"""Declarations of all settings: type, default, texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Value = str | bool | int
_T = TypeVar("_T")


@dataclass(frozen=True)
class Setting:
    """A setting, and its row in the settings window.

    `choices` are the allowed values with their words ("": `ui.settings.controls` supplies them);
    without any it accepts all values of the default's type within `low`..`high`, of which `offered`
    are listed. `segments` shows the choices side by side.

    `page` is its page in the settings window, "" for what the app remembers by itself; `section` is
    the title of its card, "" for one that its page builds by hand. `text` is its title, `hint` the
    line under it and `words` further search words. It is enabled while the setting `depends_on[0]`
    is `depends_on[1]`, else `why_not` says why. `private` values stay out of problem reports.
    """

    name: str
    default: Value
    text: str
    choices: Mapping[Value, str] = field(default_factory=dict)
    offered: tuple[Value, ...] = ()
    segments: bool = False
    low: int | None = None
    high: int | None = None
    page: str = ""
    section: str = ""
    hint: str = ""
    words: str = ""
    depends_on: tuple[str, Value] | None = None
    why_not: str = ""
    private: bool = False

    def accepts(self, value: object) -> bool:
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in self.choices
        if isinstance(value, int) and not isinstance(value, bool):
            if self.low is not None and value < self.low:
                return False
            return self.high is None or value <= self.high
        return True


PAGES: dict[Value, str] = {
    "compose": "Compose",
    "schedule": "Schedule",
    "calendar": "Calendar",
    "styles": "Styles",
    "activity": "Activity",
}
LOCALES = ("", "en_GB", "en_US", "de_DE", "es_ES", "fr_FR", "it_IT", "nl_NL", "pl_PL", "pt_PT")
SECONDS = (5, 10, 20, 30, 60, 120, 300)


def _computed(*values: Value) -> dict[Value, str]:
    """Choices whose words are made from their values."""
    return dict.fromkeys(values, "")


_MANUAL = ("network.proxy", "manual")
_NOT_MANUAL = "Choose “This one” above to use your own proxy"
_NOTICES = ("notifications.desktop", True)
_NO_NOTICES = "Desktop notifications are off"

DECLARED: tuple[Setting, ...] = (
    Setting(
        "general.start_page",
        "compose",
        "Start page",
        PAGES,
        page="general",
        section="Start",
        hint="What the window shows first",
        words="open launch begin",
    ),
    Setting(
        "sending.keep_in_tray",
        True,
        "Keep sending after the window is closed",
        page="general",
        section="This computer",
        hint="Posto stays in the tray; quit there to stop sending",
        words="background close notification area",
    ),
    Setting(
        "sending.at_quit",
        "ask",
        "Quit with posts waiting",
        {"ask": "Ask", "keep": "Keep sending", "stop": "Stop sending"},
        page="general",
        section="This computer",
        hint="Posts of your own accounts, which only this computer sends",
        words="exit close background ctrl q",
    ),
    Setting(
        "language.formats",
        "",
        "Dates and numbers",
        _computed(*LOCALES),
        page="language",
        section="Dates, times and numbers",
        hint="Names of days and months, and how numbers are written",
        words="locale region format",
    ),
    Setting(
        "compose.suggestions",
        True,
        "Suggest hashtags and names",
        page="writing",
        section="Text",
        hint="After # and @: hashtags and mentions of this workspace, and its channels",
        words="complete autocomplete autocompletion mention tag at popup",
    ),
    Setting(
        "media.strip_location",
        True,
        "Remove place, camera and date from files",
        page="writing",
        section="Pictures and videos",
        hint="From each added file; the file editor can keep them",
        words="privacy location gps exif metadata strip media",
    ),
    Setting(
        "media.max_side",
        0,
        "Make large pictures smaller",
        _computed(0, 4096, 2560, 1600),
        page="writing",
        section="Pictures and videos",
        hint="The longer side of added pictures; your files do not change",
        words="size resolution pixels media",
    ),
    Setting(
        "media.quality",
        0,
        "Quality of pictures",
        _computed(95, 0, 80, 70),
        page="writing",
        section="Pictures and videos",
        hint="Used when Posto resizes or converts a picture",
        words="jpeg compression compress media bytes",
    ),
    Setting(
        "publishing.zone",
        "",
        "Time zone",
        page="publishing",
        section="Times",
        hint="For typing and showing times, from the next start of Posto",
        words="clock region country travel",
    ),
    Setting(
        "publishing.day_minutes",
        9 * 60,
        "A day without a time means",
        offered=tuple(range(0, 24 * 60, 30)),
        low=0,
        high=24 * 60 - 1,
        page="publishing",
        section="Times",
        hint="“Tomorrow” becomes tomorrow at this time",
        words="default hour morning clock when",
    ),
    # Read and written by core.slots.
    Setting(
        "publishing.slots",
        "",
        "Posting slots",
        page="publishing",
        hint="“Next free slot” picks from these",
        words="weekly times queue",
    ),
    Setting(
        "sending.confirm_now",
        False,
        "Ask before sending now",
        page="publishing",
        section="Safety",
        hint="Every way to send at once shows once more what will happen",
        words="confirm safety immediately",
    ),
    Setting(
        "sending.hold_seconds",
        10,
        "Undo send",
        _computed(0, 5, 10, 20, 30, 60),
        page="publishing",
        section="Safety",
        hint="Time to undo before a post leaves this computer",
        words="undo wait delay take back safety",
    ),
    Setting(
        "sending.late_limit_minutes",
        60,
        "Send late posts",
        offered=(0, 15, 60, 360, 1440),
        low=0,
        high=7 * 24 * 60,
        page="publishing",
        section="Safety",
        hint="For posts due while this computer was off; older ones show as missed",
        words="missed wake sleep delay",
    ),
    Setting(
        "sending.paused",
        False,
        "Pause sending",
        page="publishing",
        section="Safety",
        hint="New posts wait in Activity. Scheduled posts of this computer wait, too",
        words="pause hold outbox stop",
    ),
    Setting(
        "calendar.view",
        "week",
        "Opens with",
        {"day": "Day", "week": "Week", "month": "Month", "agenda": "Agenda"},
        page="calendar",
        section="View",
        hint="The view of the calendar when Posto starts",
        words="start default",
    ),
    Setting(
        "calendar.holidays",
        "",
        "Public holidays",
        page="calendar",
        section="View",
        hint="Shown in the calendar",
        words="country bank holiday feast day off",
    ),
    Setting(
        "notifications.desktop",
        True,
        "Show desktop notifications",
        page="notifications",
        section="On the desktop",
        hint="While you look at another window; a click on one leads to the post",
        words="alerts popups",
    ),
    Setting(
        "notifications.failed",
        True,
        "A post failed",
        page="notifications",
        section="When",
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint="When a network or the service refuses a post",
        words="error problem desktop",
    ),
    Setting(
        "notifications.needs_you",
        True,
        "A post needs you",
        page="notifications",
        section="When",
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint="When a post may be published already, or is late",
        words="unclear warning desktop",
    ),
    Setting(
        "notifications.sent",
        True,
        "A post was sent",
        page="notifications",
        section="When",
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint="One notification for posts that go out together",
        words="published success desktop",
    ),
    Setting(
        "appearance.scheme",
        "system",
        "Theme",
        {"system": "Same as the system", "light": "Light", "dark": "Dark"},
        page="appearance",
        hint="Light or dark",
        words="colours night mode scheme",
    ),
    Setting(
        "appearance.text_size",
        "normal",
        "Text size",
        {"small": "Small", "normal": "Normal", "large": "Large", "larger": "Larger"},
        segments=True,
        page="appearance",
        section="Reading",
        hint="Scales text and controls",
        words="font zoom scale reading",
    ),
    Setting(
        "appearance.row_height",
        "comfortable",
        "Row height",
        {"compact": "Compact", "comfortable": "Comfortable"},
        segments=True,
        page="appearance",
        section="Reading",
        hint="In the schedule",
        words="density compact spacing",
    ),
    Setting(
        "appearance.contrast",
        False,
        "More contrast",
        page="appearance",
        section="Reading",
        hint="Stronger borders and text",
        words="accessibility",
    ),
    Setting(
        "appearance.less_motion",
        False,
        "Less motion",
        page="appearance",
        section="Reading",
        hint="No sliding or fading",
        words="animation accessibility reduced",
    ),
    Setting(
        "calendar.week_start",
        "",
        "Week starts on",
        {"": "System default", "monday": "Monday", "saturday": "Saturday", "sunday": "Sunday"},
        page="appearance",
        section="Calendar and times",
        hint="In the calendar and wherever a day is chosen",
        words="first day monday sunday",
    ),
    Setting(
        "calendar.clock",
        "",
        "Clock",
        {"": "System default", "24": "24 hours", "12": "12 hours"},
        segments=True,
        page="appearance",
        section="Calendar and times",
        hint="You can type both",
        words="hours am pm time format",
    ),
    Setting(
        "network.proxy",
        "system",
        "Proxy",
        {"system": "As the system", "none": "None", "manual": "This one"},
        segments=True,
        page="network",
        section="Proxy",
        hint="For services and the web, never for this computer",
        words="internet connection firewall",
    ),
    Setting(
        "network.proxy_kind",
        "http",
        "Kind of proxy",
        {"http": "HTTP", "socks5": "SOCKS 5"},
        segments=True,
        page="network",
        section="Proxy",
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        words="socks http",
    ),
    Setting(
        "network.proxy_host",
        "",
        "Address of the proxy",
        page="network",
        section="Proxy",
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        words="host server",
        private=True,
    ),
    Setting(
        "network.proxy_port",
        0,
        "Port of the proxy",
        low=0,
        high=65535,
        page="network",
        section="Proxy",
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        private=True,
    ),
    Setting(
        "network.proxy_user",
        "",
        "User name for the proxy",
        page="network",
        section="Proxy",
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        hint="Empty for a proxy without sign-in",
        words="login",
        private=True,
    ),
    Setting(
        "network.ca_file",
        "",
        "Certificates of your own",
        page="network",
        hint="A file in PEM format, trusted in addition to the system's certificates",
        words="tls ssl ca https trust",
        private=True,
    ),
    Setting(
        "network.connect_seconds",
        10,
        "Wait for a connection",
        _computed(*SECONDS),
        page="network",
        section="Certificates and timeouts",
        hint="After this time the service counts as offline",
        words="timeout seconds",
    ),
    Setting(
        "network.read_seconds",
        30,
        "Wait for an answer",
        _computed(*SECONDS),
        page="network",
        section="Certificates and timeouts",
        hint="Sending a post waits at least 90 seconds",
        words="timeout seconds slow",
    ),
    Setting("compose.emoji_recent", "", "Emoji used lately", private=True),
    Setting("compose.folder", "", "The folder in which files were looked for last", private=True),
    Setting("compose.emoji_tone", 0, "Skin tone of emoji", low=0, high=5),
    Setting("compose.signature", "", "The signature that goes into new messages", private=True),
    # Read and written by stores.used_words.
    Setting(
        "compose.suggestions_removed", "", "Words that are not suggested any more", private=True
    ),
    Setting("compose.options_open", False, "Show the options of networks"),
    Setting(
        "schedule.inspector", "", "The details beside the schedule", _computed("", "open", "closed")
    ),
    # Read and written by models.schedule_columns and models.schedule_views.
    Setting("schedule.columns", "", "The columns of the schedule"),
    Setting("schedule.sort", "", "What the schedule is sorted by"),
    Setting(
        "schedule.grouping",
        "",
        "The rows of the schedule: posts, messages",
        _computed("", "message"),
    ),
    Setting("schedule.views", "", "The saved views of the schedule", private=True),
    Setting("schedule.export_folder", "", "Last export folder", private=True),
    Setting("activity.all_workspaces", False, "Whether Activity lists all workspaces"),
    Setting(
        "channels.grouping",
        "network",
        "How channels are grouped",
        _computed("group", "network", "label", "order"),
    ),
    Setting("channels.compact", False, "Whether channels have one line each"),
    Setting("channels.folded", "", "The folded groups of channels", private=True),
    # Read and written by core.channel_groups.
    Setting("channels.groups", "", "The user's groups of channels", private=True),
    Setting("channels.sandbox", True, "Whether sandbox channels are listed"),
    # Read and written by viewmodels.sign_in_expiry.
    Setting("channels.ends_told", "", "Which ends of sign-ins were warned of", private=True),
    Setting("window.geometry", "", "Place and size of the window", private=True),
    Setting("window.splitter", "", "Widths of the panes"),
    Setting("workspace.current", "local", "The workspace to open at start", private=True),
    Setting("workspace.channels", "", "The ticked channels of each workspace", private=True),
)

BY_NAME = {setting.name: setting for setting in DECLARED}


def declaration(name: str) -> Setting:
    """Return the declaration of a setting. Raises KeyError for an unknown name."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise KeyError(f"there is no setting named {name!r}") from None


class SettingsReader(ABC):
    """Reads values of settings by name; `text`, `number` and `is_on` raise `TypeError` for a
    setting of another type."""

    @abstractmethod
    def get(self, name: str) -> Value: ...

    def text(self, name: str) -> str:
        return _of_type(self.get(name), str, name)

    def number(self, name: str) -> int:
        return _of_type(self.get(name), int, name)

    def is_on(self, name: str) -> bool:
        return _of_type(self.get(name), bool, name)


def _of_type(value: Value, kind: type[_T], name: str) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{name} is not {kind.__name__}, but {value!r}")
    return value
