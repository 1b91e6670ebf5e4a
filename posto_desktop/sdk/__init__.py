"""The client of a Posto service, usable from a script.

from posto_desktop.sdk import PostoSDK

with PostoSDK.from_credentials("me", "app password", base_url="https://example.com") as posto:
    posto.post("Hello", to="News Feed", when="tomorrow at 9am")
"""

from __future__ import annotations

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
from .posto_sdk import PostoSDK
from .records import Account, Channel, MediaItem, PostResult, Schedule, ScheduleMedia
from .schedule_manager import DeleteResult, RetryResult, ScheduleManager
from .schedules import ScheduleList, SchedulePage

__all__ = [
    "Account",
    "AuthenticationError",
    "Cancelled",
    "Channel",
    "ChannelError",
    "DeleteResult",
    "MediaItem",
    "MediaUploadError",
    "NetworkError",
    "PostResult",
    "PostingError",
    "PostoError",
    "PostoSDK",
    "RetryResult",
    "Schedule",
    "ScheduleList",
    "ScheduleManager",
    "ScheduleMedia",
    "SchedulePage",
    "ServiceError",
    "SettingsError",
    "WhenError",
]
