"""What `PostoSDK` offers about networks, their settings and saved profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .network_settings import NetworkCapabilities, NetworkSettings, NetworkSettingsManager


class NetworkCalls:
    """The calls of `NetworkSettingsManager`, for a class that has one."""

    _settings_manager: NetworkSettingsManager

    @property
    def settings_manager(self) -> NetworkSettingsManager:
        """Network settings of the service, and profiles of this computer."""
        return self._settings_manager

    def get_available_networks(self) -> list[dict[str, Any]]:
        """The networks that the account has channels on: ``slug`` (for `get_network_settings` and
        ``post_to``), ``name``, ``icon``, ``enabled`` and ``aliases``."""
        return self._settings_manager.get_available_networks()

    def get_network_settings(self, network: str) -> NetworkSettings:
        """The service's settings for a network."""
        return self._settings_manager.get_network_settings(network)

    def save_network_settings(
        self, network: str, settings: Mapping[str, Any] | NetworkSettings
    ) -> None:
        """Change some of the service's settings for a network and keep the others."""
        self._settings_manager.save_network_settings(network, settings)

    def validate_network_settings(self, network: str, settings: Mapping[str, Any]) -> None:
        """Raise `SettingsError` for values of the wrong type."""
        self._settings_manager.validate_network_settings(network, settings)

    def get_network_defaults(self, network: str) -> dict[str, Any]:
        """The values that the service uses for a network when a post says nothing."""
        return self.get_network_settings(network).get_default_settings()

    def get_network_capabilities(self, network: str) -> NetworkCapabilities:
        """What a network takes. No request."""
        return self._settings_manager.get_network_capabilities(network)

    def get_supported_media_types(self, network: str) -> list[str] | None:
        """MIME types that a network takes, None when they are not known. No request."""
        return self.get_network_capabilities(network).supported_media_types

    def save_settings_profile(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep settings by network under a name, for ``post(settings=...)``."""
        self._settings_manager.save_settings_profile(name, settings)

    def get_settings_profile(self, name: str) -> dict[str, dict[str, Any]]:
        """A copy of a saved profile."""
        return self._settings_manager.get_settings_profile(name)

    def list_settings_profiles(self) -> list[str]:
        """The names of the saved profiles."""
        return self._settings_manager.list_settings_profiles()
