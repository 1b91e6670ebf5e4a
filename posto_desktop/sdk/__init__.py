"""The client of a Posto service, usable from a script.

from posto_desktop.sdk import PostoSDK

with PostoSDK.from_credentials("me", "app password", base_url="https://example.com") as posto:
    posto.post("Hello", to="News Feed", when="tomorrow at 9am")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .. import __version__

if TYPE_CHECKING:
    from .calendar_entries import CalendarChannel, CalendarEntry
    from .campaigns import CampaignResults
    from .channel_manager import ChannelManager
    from .errors import (
        AuthenticationError,
        Cancelled,
        ChannelError,
        MediaUploadError,
        NetworkError,
        PostingError,
        PostoError,
        ServiceError,
        SettingsError,
        WhenError,
    )
    from .network_settings import NetworkCapabilities, NetworkSettings, NetworkSettingsManager
    from .people import (
        AuditEntry,
        GroupedChannel,
        NewPassword,
        PeopleManager,
        TeamDevice,
        TeamPerson,
    )
    from .planners import Planner, PlannerManager
    from .posto_sdk import PostoSDK
    from .presence import OpenPost, PostPresence, PresenceManager
    from .records import (
        Account,
        Channel,
        ChannelOutcome,
        MediaItem,
        PostResult,
        Schedule,
        ScheduleMedia,
    )
    from .review import ReviewManager, ReviewProposal, ReviewState, ReviewStep
    from .schedule_lists import ScheduleList, SchedulePage
    from .schedule_manager import DeleteResult, RetryResult, ScheduleManager
    from .site_content import AutoShareSettings, SiteContent, SitePost, SitePostPage
    from .social_media_manager import SocialMediaManager

__all__ = [
    "Account",
    "AuditEntry",
    "AuthenticationError",
    "AutoShareSettings",
    "CalendarChannel",
    "CalendarEntry",
    "CampaignResults",
    "Cancelled",
    "Channel",
    "ChannelError",
    "ChannelManager",
    "ChannelOutcome",
    "DeleteResult",
    "GroupedChannel",
    "MediaItem",
    "MediaUploadError",
    "NetworkCapabilities",
    "NetworkError",
    "NetworkSettings",
    "NetworkSettingsManager",
    "NewPassword",
    "OpenPost",
    "PeopleManager",
    "Planner",
    "PlannerManager",
    "PostPresence",
    "PostResult",
    "PostingError",
    "PostoError",
    "PostoSDK",
    "PresenceManager",
    "RetryResult",
    "ReviewManager",
    "ReviewProposal",
    "ReviewState",
    "ReviewStep",
    "Schedule",
    "ScheduleList",
    "ScheduleManager",
    "ScheduleMedia",
    "SchedulePage",
    "ServiceError",
    "SettingsError",
    "SiteContent",
    "SitePost",
    "SitePostPage",
    "SocialMediaManager",
    "TeamDevice",
    "TeamPerson",
    "WhenError",
    "__version__",
]

# Names are imported on first use: the app's window needs the records long before anything is sent,
# and must not wait for an HTTP library.
_MODULES = {
    "calendar_entries": ("CalendarChannel", "CalendarEntry"),
    "campaigns": ("CampaignResults",),
    "channel_manager": ("ChannelManager",),
    "errors": (
        "AuthenticationError",
        "Cancelled",
        "ChannelError",
        "MediaUploadError",
        "NetworkError",
        "PostingError",
        "PostoError",
        "ServiceError",
        "SettingsError",
        "WhenError",
    ),
    "network_settings": ("NetworkCapabilities", "NetworkSettings", "NetworkSettingsManager"),
    "people": (
        "AuditEntry",
        "GroupedChannel",
        "NewPassword",
        "PeopleManager",
        "TeamDevice",
        "TeamPerson",
    ),
    "planners": ("Planner", "PlannerManager"),
    "posto_sdk": ("PostoSDK",),
    "presence": ("OpenPost", "PostPresence", "PresenceManager"),
    "records": (
        "Account",
        "Channel",
        "ChannelOutcome",
        "MediaItem",
        "PostResult",
        "Schedule",
        "ScheduleMedia",
    ),
    "review": ("ReviewProposal", "ReviewManager", "ReviewState", "ReviewStep"),
    "schedule_manager": ("DeleteResult", "RetryResult", "ScheduleManager"),
    "schedule_lists": ("ScheduleList", "SchedulePage"),
    "site_content": ("AutoShareSettings", "SiteContent", "SitePost", "SitePostPage"),
    "social_media_manager": ("SocialMediaManager",),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
