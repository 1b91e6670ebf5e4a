"""The client of a Posto service, usable from a script.

from posto_desktop.sdk import PostoSDK

with PostoSDK.from_credentials("me", "app password", base_url="https://example.com") as posto:
    posto.post("Hello", to="News Feed", when="tomorrow at 9am")
"""

from __future__ import annotations

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
from .posto_sdk import PostoSDK
from .records import Account, Channel, MediaItem, PostResult, Schedule, ScheduleMedia
from .schedule_manager import DeleteResult, RetryResult, ScheduleManager
from .schedules import ScheduleList, SchedulePage
from .social_media_manager import SocialMediaManager

__all__ = [
    "Account",
    "AuthenticationError",
    "CampaignResults",
    "Cancelled",
    "Channel",
    "ChannelError",
    "ChannelManager",
    "DeleteResult",
    "MediaItem",
    "MediaUploadError",
    "NetworkCapabilities",
    "NetworkError",
    "NetworkSettings",
    "NetworkSettingsManager",
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
    "SocialMediaManager",
    "WhenError",
]
