"""`SocialMediaManager`: `PostoSDK` with defaults, styles and campaigns."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from ..common.resources import resource
from .campaigns import CampaignResults, moments, pictures, run
from .channels import unique_by_id
from .credentials import clean_token, from_parts, token_of
from .defaults import Defaults
from .durations import read_span
from .errors import (
    ChannelError,
    NetworkError,
    PostingError,
    ServiceError,
    SettingsError,
    WhenError,
)
from .named_settings import NamedSettingsStore
from .networks import canonical, find, known, label
from .post_builder import settings_for
from .posto_sdk import PostoSDK
from .records import Channel, PostResult, unix_seconds
from .schedule_manager import DeleteResult, Ids
from .style_files import ByNetwork
from .style_texts import read_words, settled

__all__ = ["PostoSDK", "SocialMediaManager"]

log = logging.getLogger("posto_desktop.sdk")

When = datetime | str | float | None


class SocialMediaManager(PostoSDK):
    """One account, with defaults and styles stored on this computer.

    Sign in with a user name and a password, or with a token: ``SocialMediaManager(token)`` accepts
    one, too. Without an argument it uses the account of the environment or of the app.

    Methods that return True or False raise for mistakes of the caller (`ChannelError`,
    `MediaUploadError`, `WhenError`, `SettingsError`, `AuthenticationError`); if the service cannot
    be reached or does not accept the post they log why and return False, and `last_result` has the
    reason.
    """

    def __init__(
        self,
        username: str | None = None,
        password: str | None = None,
        *,
        token: str | None = None,
        auth_token: str | None = None,
        base_url: str | None = None,
        debug: bool = False,
        config: Path | None = None,
        **options: Any,
    ) -> None:
        account = from_parts(username, password, token or auth_token, base_url)
        super().__init__(account.token, debug, base_url=account.base_url, config=config, **options)
        self._defaults = Defaults(lambda: self._config() / "defaults.json")
        self._styles = NamedSettingsStore(
            lambda: self._config() / "styles", "style", resource("styles")
        )
        self._latest: PostResult | None = None
        self._own = threading.local()

    @classmethod
    def from_credentials(
        cls,
        username: str,
        password: str,
        debug: bool = False,
        *,
        base_url: str | None = None,
        **options: Any,
    ) -> Self:
        """Sign in with a user name and an application password."""
        token = token_of(username, password)
        return cls(token=token, base_url=base_url, debug=debug, **options)

    @classmethod
    def from_token(
        cls, token: str, debug: bool = False, *, base_url: str | None = None, **options: Any
    ) -> Self:
        """Sign in with the base64 of ``username:password``."""
        return cls(token=clean_token(token), base_url=base_url, debug=debug, **options)

    # -- defaults --------------------------------------------------------------------------------

    def set_network_defaults(self, network: str, settings: Mapping[str, Any]) -> None:
        """Set the settings for every post to a network, replacing earlier ones."""
        self._known_network(network)
        self._defaults.set_network(network, settings)

    def set_channel_defaults(self, channel_id: int | str, settings: Mapping[str, Any]) -> None:
        """Set the settings for every post to one channel, given by its id or its name."""
        self._defaults.set_channel(self.base_url, self._channel_number(channel_id), settings)

    def get_network_defaults(self, network: str) -> dict[str, Any]:
        """Return what `set_network_defaults` set, empty if nothing."""
        self._known_network(network)
        return self._defaults.network(network)

    def get_channel_defaults(self, channel_id: int | str) -> dict[str, Any]:
        """Return what `set_channel_defaults` set, empty if nothing."""
        return self._defaults.channel(self.base_url, self._channel_number(channel_id))

    def clear_defaults(
        self, network: str | None = None, channel_id: int | str | None = None
    ) -> None:
        """Delete all defaults, a network's, or one channel's (`network` then only helps to find a
        channel by its name)."""
        number: int | None = None
        if network is not None:
            self._known_network(network)
        if channel_id is not None:
            number = self._channel_number(channel_id, network)
        self._defaults.clear(self.base_url, network, number)

    def _channel_number(self, channel: int | str, network: str | None = None) -> int:
        if isinstance(channel, int) and not isinstance(channel, bool):
            return channel
        if network is not None and isinstance(channel, str):
            matches = [row for row in self.get_channel_by_name(channel) if _on(row, [network])]
            if len(matches) == 1:
                return matches[0].id
        return self._book.resolve(channel, allow_inactive=True)[0].id

    @staticmethod
    def _known_network(network: str) -> None:
        known(network)

    # -- styles ----------------------------------------------------------------------------------

    def save_style(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Save settings by network under a name. Raises `SettingsError` for unknown networks or
        template variables."""
        self._styles.save(name, settings)

    def get_style(self, name: str) -> ByNetwork:
        """Return a copy of a style. Raises `SettingsError` that lists the styles."""
        return self._styles.get(name)

    def list_styles(self) -> list[str]:
        """Return the names of all styles; announcement, blog and product are built in."""
        return self._styles.names()

    def delete_style(self, name: str) -> bool:
        """Delete a saved style; a built-in one of the same name applies again."""
        return self._styles.delete(name)

    def _layers(
        self, style: str | None, settings: Mapping[str, Any] | None
    ) -> Callable[[Channel], list[Mapping[str, Any]]]:
        """Return the settings for a channel, lowest first: network, channel, style, this post."""
        chosen = self._styles.get(style) if style else None
        words = read_words(self._config())

        def layers(channel: Channel) -> list[Mapping[str, Any]]:
            settings_layers = (
                self._defaults.network(channel.network),
                self._defaults.channel(self.base_url, channel.id),
                settings_for(chosen, channel.network),
                settings_for(settings, channel.network),
            )
            return [settled(layer, words, style or "") for layer in settings_layers]

        return layers

    # -- posting ---------------------------------------------------------------------------------

    @property
    def last_result(self) -> PostResult | None:
        """The result of this thread's last post; of any thread if this one made none."""
        own: PostResult | None = vars(self._own).get("result", self._latest)
        return own

    def _remember(self, result: PostResult | None) -> None:
        self._own.result = self._latest = result

    def quick_post(
        self,
        message: str,
        image: object = None,
        style: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> bool:
        """Post at once to all active channels."""
        return self._try(message, None, image, None, style, settings)

    def post_to(
        self,
        platforms: str | Sequence[str],
        message: str,
        image: object = None,
        when: When = None,
        style: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> bool:
        """Post to all active channels of the given networks, now or later."""
        return self._try(message, platforms, image, when, style, settings)

    def schedule_post(
        self,
        message: str,
        when: When,
        image: object = None,
        platforms: str | Sequence[str] | None = None,
        style: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> bool:
        """Post later, to the given networks or to all active channels."""
        if when is None or when == "":
            raise WhenError("Say when the post goes out. Nothing was sent.", suggestion="tomorrow")
        return self._try(message, platforms, image, when, style, settings)

    def create_campaign(
        self,
        messages: Sequence[str],
        platforms: str | Sequence[str] | None = None,
        images: Sequence[Any] | None = None,
        start_time: When = None,
        hours_between_posts: float = 24,
        style: str | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> CampaignResults:
        """Post one message after another, evenly spaced from `start_time` (None = the first at
        once).

        Return one True or False a message, with the reasons in ``results``. A failure stops none of
        the others.
        """
        return self._campaign(
            messages,
            platforms,
            images,
            start_time,
            read_span(_hours(hours_between_posts)),
            style,
            settings,
        )

    def create_quick_campaign(
        self, messages: Sequence[str], interval: str = "1d", start_time: When = None
    ) -> bool:
        """Post a campaign to all active channels; return True if every post was accepted."""
        results = self._campaign(messages, None, None, start_time, read_span(interval), None, None)
        return bool(results) and all(results)

    def _campaign(
        self,
        messages: Sequence[str],
        platforms: str | Sequence[str] | None,
        images: Sequence[Any] | None,
        start_time: When,
        step: timedelta,
        style: str | None,
        settings: Mapping[str, Any] | None,
    ) -> CampaignResults:
        texts = [messages] if isinstance(messages, str) else _listed(messages, "messages")
        start = self.read_when(start_time)
        times = moments(len(texts), start, step, self._clock())
        media = pictures(len(texts), images)
        if not texts:
            return CampaignResults()
        layers = self._layers(style, settings)
        # Once, before anything is sent: an unknown network ends the campaign, not every post.
        channels = self._on(platforms)
        results = run(
            [
                lambda text=text, at=at, image=image: self._post(  # type: ignore[misc]
                    text, lambda: channels, at, image, layers
                )
                for text, at, image in zip(texts, times, media, strict=True)
            ]
        )
        for number, result in enumerate(results.results, 1):
            if not result:
                log.error("campaign post %d was not taken: %s", number, result.error_message)
        return results

    def _try(
        self,
        message: str,
        platforms: str | Sequence[str] | None,
        image: object,
        when: When,
        style: str | None,
        settings: Mapping[str, Any] | None,
    ) -> bool:
        self._remember(None)
        share_at = self.read_when(when)
        layers = self._layers(style, settings)
        try:
            result = self._post(message, lambda: self._on(platforms), share_at, image, layers)
        except (NetworkError, PostingError, ServiceError) as error:
            maybe = error.failure.is_maybe
            at = unix_seconds(share_at)
            result = PostResult(
                False, None, error.english_message, share_timestamp=at, unclear=maybe
            )
        self._remember(result)
        if not result:
            log.error("%s", result)
        return result.success

    def _on(self, platforms: str | Sequence[str] | None) -> list[Channel]:
        """Return the active channels of the networks, or all. Raises `ChannelError` if a network is
        unknown or has no active channel: nothing is posted then."""
        active = self.get_active_channels()
        if platforms is None:
            if not active:
                raise ChannelError(
                    "The account has no active channel. Nothing was posted.", reason="none"
                )
            return active
        names = [platforms] if isinstance(platforms, str) else _listed(platforms, "networks")
        if not names:
            raise ChannelError("The list of networks is empty. Nothing was posted.", reason="none")
        chosen: list[Channel] = []
        for name in names:
            rows = [row for row in active if _on(row, [name])]
            if not rows:
                network_names = (
                    ", ".join(label(slug) for slug in self.get_channel_types()) or "none"
                )
                entry = find(name)
                shown_name = entry.name if entry else f"“{name}”"
                raise ChannelError(
                    f"The account has no active channel on {shown_name}. "
                    f"Networks with channels: {network_names}. Nothing was posted.",
                    reason="unknown" if entry is None else "inactive",
                    candidates=self.get_channel_types(),
                )
            chosen += rows
        return unique_by_id(chosen)

    # -- channels and schedules ------------------------------------------------------------------

    def get_channels(self, platform: str | None = None) -> list[Channel]:
        """Return all channels, or those of one network."""
        return self.get_channels_by_type(platform) if platform else self.channels

    def delete_all_schedules(
        self,
        exclude_ids: Ids | None = None,
        platforms: str | Sequence[str] | None = None,
        statuses: str | Sequence[str] | None = None,
    ) -> DeleteResult:
        """Delete all matching schedules except the given ids. True if none of them is left."""
        return self.schedules.delete(
            exclude_ids=exclude_ids, status=statuses, network=platforms, all=True
        )

    def delete_schedules(self, schedule_ids: Ids) -> DeleteResult:
        """Delete schedules by their ids. True if none of them is left."""
        return self.schedules.delete(schedule_ids)


def _hours(value: object) -> object:
    """Convert hours given as text to a number; spans such as ``12h`` stay."""
    if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,5}(\.[0-9]{1,3})?\s*", value):
        return float(value)
    return value


def _listed(values: Iterable[str], subject: str) -> list[str]:
    if not isinstance(values, Iterable):
        raise SettingsError(f"The {subject} are a list of texts, not {values!r}.")
    return list(values)


def _on(row: Channel, names: Sequence[str]) -> bool:
    return row.network in {canonical(name) for name in names}
