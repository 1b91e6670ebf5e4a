"""Declarations of all settings: type, default, texts.

Texts are English here and translated where they are shown (`ui.settings.catalogue.tr`), in the
context "Settings".
"""

from __future__ import annotations

from posto_desktop.common.languages import LANGUAGES, LOCALES
from posto_desktop.common.translation import translatable
from posto_desktop.storage.remembered_settings import REMEMBERED
from posto_desktop.storage.setting_types import Setting, SettingsReader, Value, computed

__all__ = [
    "BY_NAME",
    "DECLARED",
    "PAGES",
    "SECONDS",
    "Setting",
    "SettingsReader",
    "Value",
    "declaration",
]

PAGES: dict[Value, str] = {
    "compose": translatable("Settings", "Compose"),
    "schedule": translatable("Settings", "Schedule"),
    "calendar": translatable("Settings", "Calendar"),
    "styles": translatable("Settings", "Styles"),
    "activity": translatable("Settings", "Activity"),
}
SECONDS = (5, 10, 20, 30, 60, 120, 300)


_MANUAL = ("network.proxy", "manual")
_NOT_MANUAL = translatable("Settings", "Choose “This one” above to use your own proxy")
_NOTICES = ("notifications.desktop", True)
_NO_NOTICES = translatable("Settings", "Desktop notifications are off")

DECLARED: tuple[Setting, ...] = (
    Setting(
        "general.start_page",
        "compose",
        translatable("Settings", "Start page"),
        PAGES,
        page="general",
        section=translatable("Settings", "Start"),
        hint=translatable("Settings", "What the window shows first"),
        words="open launch begin",
    ),
    Setting(
        "sending.keep_in_tray",
        True,
        translatable("Settings", "Keep sending after the window is closed"),
        page="general",
        section=translatable("Settings", "This computer"),
        hint=translatable("Settings", "Posto stays in the tray; quit there to stop sending"),
        words="background close notification area",
    ),
    Setting(
        "sending.at_quit",
        "ask",
        translatable("Settings", "Quit with posts waiting"),
        {
            "ask": translatable("Settings", "Ask"),
            "keep": translatable("Settings", "Keep sending"),
            "stop": translatable("Settings", "Stop sending"),
        },
        page="general",
        section=translatable("Settings", "This computer"),
        hint=translatable("Settings", "Posts of your own accounts, which only this computer sends"),
        words="exit close background ctrl q",
    ),
    # Keys in Qt's portable notation; its row says whether the desktop gives them.
    Setting(
        "quick.shortcut",
        "",
        translatable("Settings", "Shortcut for quick post"),
        page="general",
        hint=translatable("Settings", "Opens the small window from every program"),
        words="global hotkey keyboard key capture tray",
    ),
    Setting(
        "language.texts",
        "",
        translatable("Settings", "Language"),
        computed("", *LANGUAGES),
        page="language",
        section=translatable("Settings", "Texts"),
        hint=translatable("Settings", "Language of Posto. You can write and post in any language."),
        words="translation language interface locale",
    ),
    Setting(
        "language.formats",
        "",
        translatable("Settings", "Dates and numbers"),
        computed(*LOCALES),
        page="language",
        section=translatable("Settings", "Dates, times and numbers"),
        hint=translatable("Settings", "Order of dates, clock, week and numbers"),
        words="locale region format",
    ),
    Setting(
        "compose.suggestions",
        True,
        translatable("Settings", "Suggest hashtags and names"),
        page="writing",
        section=translatable("Settings", "Text"),
        hint=translatable(
            "Settings", "After # and @: hashtags and mentions of this workspace, and its channels"
        ),
        words="complete autocomplete autocompletion mention tag at popup",
    ),
    Setting(
        "media.strip_location",
        True,
        translatable("Settings", "Remove place, camera and date from files"),
        page="writing",
        section=translatable("Settings", "Pictures and videos"),
        hint=translatable("Settings", "From each added file; the file editor can keep them"),
        words="privacy location gps exif metadata strip media",
    ),
    Setting(
        "media.max_side",
        0,
        translatable("Settings", "Make large pictures smaller"),
        computed(0, 4096, 2560, 1600),
        page="writing",
        section=translatable("Settings", "Pictures and videos"),
        hint=translatable(
            "Settings", "The longer side of added pictures; your files do not change"
        ),
        words="size resolution pixels media",
    ),
    Setting(
        "media.quality",
        0,
        translatable("Settings", "Quality of pictures"),
        computed(95, 0, 80, 70),
        page="writing",
        section=translatable("Settings", "Pictures and videos"),
        hint=translatable("Settings", "Used when Posto resizes or converts a picture"),
        words="jpeg compression compress media bytes",
    ),
    Setting(
        "media.ffmpeg",
        "",
        translatable("Settings", "Converting videos"),
        page="writing",
        hint=translatable("Settings", "ffmpeg trims, crops and converts videos"),
        words="ffmpeg ffprobe video h264 trim crop convert codec program path",
        private=True,
    ),
    Setting(
        "publishing.zone",
        "",
        translatable("Settings", "Time zone"),
        page="publishing",
        section=translatable("Settings", "Times"),
        hint=translatable("Settings", "For typing and showing times, from the next start of Posto"),
        words="clock region country travel",
    ),
    Setting(
        "publishing.day_minutes",
        9 * 60,
        translatable("Settings", "A day without a time means"),
        offered=tuple(range(0, 24 * 60, 30)),
        low=0,
        high=24 * 60 - 1,
        page="publishing",
        section=translatable("Settings", "Times"),
        hint=translatable("Settings", "“Tomorrow” becomes tomorrow at this time"),
        words="default hour morning clock when",
    ),
    # Read and written by core.slots.
    Setting(
        "publishing.slots",
        "",
        translatable("Settings", "Posting slots"),
        page="publishing",
        hint=translatable("Settings", "“Next free slot” picks from these"),
        words="weekly times queue",
    ),
    # Both stand in the window of evergreen messages.
    Setting(
        "evergreen.refill",
        False,
        translatable("Settings", "Fill free slots with evergreen messages"),
    ),
    Setting(
        "evergreen.days_ahead",
        14,
        translatable("Settings", "Days ahead to fill"),
        computed(3, 7, 14, 30, 60, 90),
    ),
    Setting(
        "sending.confirm_now",
        False,
        translatable("Settings", "Ask before sending now"),
        page="publishing",
        section=translatable("Settings", "Safety"),
        hint=translatable("Settings", "Every way to send at once shows once more what will happen"),
        words="confirm safety immediately",
    ),
    Setting(
        "sending.hold_seconds",
        10,
        translatable("Settings", "Undo send"),
        computed(0, 5, 10, 20, 30, 60),
        page="publishing",
        section=translatable("Settings", "Safety"),
        hint=translatable("Settings", "Time to undo before a post leaves this computer"),
        words="undo wait delay take back safety",
    ),
    Setting(
        "sending.late_limit_minutes",
        60,
        translatable("Settings", "Send late posts"),
        offered=(0, 15, 60, 360, 1440),
        low=0,
        high=7 * 24 * 60,
        page="publishing",
        section=translatable("Settings", "Safety"),
        hint=translatable(
            "Settings", "For posts due while this computer was off; older ones show as missed"
        ),
        words="missed wake sleep delay",
    ),
    Setting(
        "sending.paused",
        False,
        translatable("Settings", "Pause sending"),
        page="publishing",
        section=translatable("Settings", "Safety"),
        hint=translatable(
            "Settings", "New posts wait in Activity. Scheduled posts of this computer wait, too"
        ),
        words="pause hold outbox stop",
    ),
    Setting(
        "calendar.view",
        "week",
        translatable("Settings", "Opens with"),
        {
            "day": translatable("Settings", "Day"),
            "week": translatable("Settings", "Week"),
            "month": translatable("Settings", "Month"),
            "agenda": translatable("Settings", "Agenda"),
        },
        page="calendar",
        section=translatable("Settings", "View"),
        hint=translatable("Settings", "The view of the calendar when Posto starts"),
        words="start default",
    ),
    Setting(
        "calendar.holidays",
        "",
        translatable("Settings", "Public holidays"),
        page="calendar",
        section=translatable("Settings", "View"),
        hint=translatable("Settings", "Shown in the calendar"),
        words="country bank holiday feast day off",
    ),
    Setting(
        "notifications.desktop",
        True,
        translatable("Settings", "Show desktop notifications"),
        page="notifications",
        section=translatable("Settings", "On the desktop"),
        hint=translatable(
            "Settings", "While you look at another window; a click on one leads to the post"
        ),
        words="alerts popups",
    ),
    Setting(
        "notifications.failed",
        True,
        translatable("Settings", "A post failed"),
        page="notifications",
        section=translatable("Settings", "When"),
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint=translatable("Settings", "When a network or the service refuses a post"),
        words="error problem desktop",
    ),
    Setting(
        "notifications.needs_you",
        True,
        translatable("Settings", "A post needs you"),
        page="notifications",
        section=translatable("Settings", "When"),
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint=translatable("Settings", "When a post may be published already, or is late"),
        words="unclear warning desktop",
    ),
    Setting(
        "notifications.sent",
        True,
        translatable("Settings", "A post was sent"),
        page="notifications",
        section=translatable("Settings", "When"),
        depends_on=_NOTICES,
        why_not=_NO_NOTICES,
        hint=translatable("Settings", "One notification for posts that go out together"),
        words="published success desktop",
    ),
    Setting(
        "notifications.before_due_minutes",
        60,
        translatable("Settings", "Check posts before they are due"),
        computed(0, 15, 30, 60, 120),
        page="notifications",
        section=translatable("Settings", "When"),
        hint=translatable(
            "Settings", "Accounts, files, limits and the service; quiet if all is well"
        ),
        words="ahead early warning look over session signed out missing",
    ),
    Setting(
        "notifications.toast_seconds",
        6,
        translatable("Settings", "Close notifications in the window"),
        {
            6: translatable("Settings", "After 6 seconds"),
            20: translatable("Settings", "After 20 seconds"),
            0: translatable("Settings", "Never"),
        },
        page="notifications",
        section=translatable("Settings", "In the window"),
        hint=translatable(
            "Settings", "Unless the pointer or the keyboard is on them; a countdown ends as it says"
        ),
        words="toast time duration stay hold messages",
    ),
    Setting(
        "appearance.scheme",
        "system",
        translatable("Settings", "Theme"),
        {
            "system": translatable("Settings", "Same as the system"),
            "light": translatable("Settings", "Light"),
            "dark": translatable("Settings", "Dark"),
        },
        page="appearance",
        hint=translatable("Settings", "Light or dark"),
        words="colours night mode scheme",
    ),
    Setting(
        "appearance.text_size",
        "normal",
        translatable("Settings", "Text size"),
        {
            "small": translatable("Settings", "Small"),
            "normal": translatable("Settings", "Normal"),
            "large": translatable("Settings", "Large"),
            "larger": translatable("Settings", "Larger"),
            "150": translatable("Settings", "150 %"),
            "200": translatable("Settings", "200 %"),
        },
        page="appearance",
        section=translatable("Settings", "Reading"),
        hint=translatable("Settings", "Scales text and controls"),
        words="font zoom scale reading",
    ),
    Setting(
        "appearance.row_height",
        "comfortable",
        translatable("Settings", "Row height"),
        {
            "compact": translatable("Settings", "Compact"),
            "comfortable": translatable("Settings", "Comfortable"),
        },
        segments=True,
        page="appearance",
        section=translatable("Settings", "Reading"),
        hint=translatable("Settings", "In the schedule"),
        words="density compact spacing",
    ),
    Setting(
        "appearance.contrast",
        False,
        translatable("Settings", "More contrast"),
        page="appearance",
        section=translatable("Settings", "Reading"),
        hint=translatable(
            "Settings", "Stronger borders and text; also on when the system asks for it"
        ),
        words="accessibility",
    ),
    Setting(
        "appearance.less_motion",
        False,
        translatable("Settings", "Less motion"),
        page="appearance",
        section=translatable("Settings", "Reading"),
        hint=translatable("Settings", "No sliding or fading; also on when the system asks for it"),
        words="animation accessibility reduced",
    ),
    Setting(
        "calendar.week_start",
        "",
        translatable("Settings", "Week starts on"),
        {
            "": translatable("Settings", "System default"),
            "monday": translatable("Settings", "Monday"),
            "saturday": translatable("Settings", "Saturday"),
            "sunday": translatable("Settings", "Sunday"),
        },
        page="appearance",
        section=translatable("Settings", "Calendar and times"),
        hint=translatable("Settings", "In the calendar and wherever a day is chosen"),
        words="first day monday sunday",
    ),
    Setting(
        "calendar.clock",
        "",
        translatable("Settings", "Clock"),
        {
            "": translatable("Settings", "System default"),
            "24": translatable("Settings", "24 hours"),
            "12": translatable("Settings", "12 hours"),
        },
        segments=True,
        page="appearance",
        section=translatable("Settings", "Calendar and times"),
        hint=translatable("Settings", "You can type both"),
        words="hours am pm time format",
    ),
    Setting(
        "network.proxy",
        "system",
        translatable("Settings", "Proxy"),
        {
            "system": translatable("Settings", "As the system"),
            #: No proxy.
            "none": translatable("Settings", "None"),
            #: The proxy that is typed below.
            "manual": translatable("Settings", "This one"),
        },
        segments=True,
        page="network",
        section=translatable("Settings", "Proxy"),
        hint=translatable("Settings", "For services and the web, never for this computer"),
        words="internet connection firewall",
    ),
    Setting(
        "network.proxy_kind",
        "http",
        translatable("Settings", "Kind of proxy"),
        {"http": translatable("Settings", "HTTP"), "socks5": translatable("Settings", "SOCKS 5")},
        segments=True,
        page="network",
        section=translatable("Settings", "Proxy"),
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        words="socks http",
    ),
    Setting(
        "network.proxy_host",
        "",
        translatable("Settings", "Address of the proxy"),
        page="network",
        section=translatable("Settings", "Proxy"),
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        words="host server",
        private=True,
    ),
    Setting(
        "network.proxy_port",
        0,
        translatable("Settings", "Port of the proxy"),
        low=0,
        high=65535,
        page="network",
        section=translatable("Settings", "Proxy"),
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        private=True,
    ),
    Setting(
        "network.proxy_user",
        "",
        translatable("Settings", "User name for the proxy"),
        page="network",
        section=translatable("Settings", "Proxy"),
        depends_on=_MANUAL,
        why_not=_NOT_MANUAL,
        hint=translatable("Settings", "Empty for a proxy without sign-in"),
        words="login",
        private=True,
    ),
    Setting(
        "network.ca_file",
        "",
        translatable("Settings", "Certificates of your own"),
        page="network",
        hint=translatable(
            "Settings", "A file in PEM format, trusted in addition to the system's certificates"
        ),
        words="tls ssl ca https trust",
        private=True,
    ),
    Setting(
        "network.connect_seconds",
        10,
        translatable("Settings", "Wait for a connection"),
        computed(*SECONDS),
        page="network",
        section=translatable("Settings", "Certificates and timeouts"),
        hint=translatable("Settings", "After this time the service counts as offline"),
        words="timeout seconds",
    ),
    Setting(
        "network.read_seconds",
        30,
        translatable("Settings", "Wait for an answer"),
        computed(*SECONDS),
        page="network",
        section=translatable("Settings", "Certificates and timeouts"),
        hint=translatable("Settings", "Sending a post waits at least 90 seconds"),
        words="timeout seconds slow",
    ),
    Setting(
        "insights.keep_days",
        365,
        translatable("Settings", "Keep insights for"),
        {
            0: translatable("Settings", "Do not keep"),
            90: translatable("Settings", "3 months"),
            365: translatable("Settings", "1 year"),
            730: translatable("Settings", "2 years"),
        },
        page="storage",
        section=translatable("Settings", "Insights"),
        hint=translatable(
            "Settings", "Numbers of your posts, such as likes; read once a day for 30 days"
        ),
        words="statistics analytics figures likes views privacy export csv delete",
    ),
    *REMEMBERED,
)

BY_NAME = {setting.name: setting for setting in DECLARED}


def declaration(name: str) -> Setting:
    """Return the declaration of a setting. Raises KeyError for an unknown name."""
    try:
        return BY_NAME[name]
    except KeyError:
        raise KeyError(f"there is no setting named {name!r}") from None
