"""Network methods of `PostoSDK`: networks, their settings and saved profiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .network_settings import NetworkCapabilities, NetworkSettings, NetworkSettingsManager


class NetworkCalls:
    """Methods of `NetworkSettingsManager`, as a mixin for a class that has one."""

    _settings_manager: NetworkSettingsManager

    @property
    def settings_manager(self) -> NetworkSettingsManager:
        """The service's network settings, and the profiles on this computer."""
        return self._settings_manager

    def get_available_networks(self) -> list[dict[str, Any]]:
        """Return the networks that the account has channels on: ``slug`` (for
        `get_network_settings` and ``post_to``), ``name``, ``icon``, ``enabled`` and ``aliases``."""
        return self._settings_manager.get_available_networks()

    def get_network_settings(self, network: str) -> NetworkSettings:
        """Return the service's settings for a network."""
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
        """Return the service's values for options that a post does not set."""
        return self.get_network_settings(network).get_default_settings()

    def get_network_capabilities(self, network: str) -> NetworkCapabilities:
        """Return what a network accepts. No request."""
        return self._settings_manager.get_network_capabilities(network)

    def get_supported_media_types(self, network: str) -> list[str] | None:
        """Return the MIME types that a network accepts, None if unknown. No request."""
        return self.get_network_capabilities(network).supported_media_types

    def save_settings_profile(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Save settings by network under a name, for ``post(settings=...)``."""
        self._settings_manager.save_settings_profile(name, settings)

    def get_settings_profile(self, name: str) -> dict[str, dict[str, Any]]:
        """Return a copy of a saved profile."""
        return self._settings_manager.get_settings_profile(name)

    def list_settings_profiles(self) -> list[str]:
        """Return the names of the saved profiles."""
        return self._settings_manager.list_settings_profiles()
