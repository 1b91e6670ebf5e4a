"""Channel methods of `PostoSDK`."""

from __future__ import annotations

from .channels import ChannelDirectory, types_of
from .records import Channel


class ChannelCalls:
    """Methods of `ChannelDirectory`, as a mixin for a class that has one."""

    _book: ChannelDirectory

    @property
    def channels(self) -> list[Channel]:
        """Return all channels, read on first use and cached; see `refresh_channels`."""
        return self._book.all()

    def refresh_channels(self) -> list[Channel]:
        """Read the channels from the service again."""
        return self._book.refresh()

    def get_channel(self, channel_id: int) -> Channel | None:
        """Return the channel with this id, or None."""
        return self._book.by_id(channel_id)

    def get_channel_by_name(self, name: str) -> list[Channel]:
        """Return channels whose name contains `name`, ignoring case; exact names first."""
        return self._book.by_name(name)

    def find_channel(self, search: str | None = None, *, name: str | None = None) -> list[Channel]:
        """As `get_channel_by_name`. The documentation calls the argument ``name``, older scripts
        ``search``."""
        query = name if search is None else search
        if query is None:
            raise TypeError("find_channel() takes the name, or a part of it")
        return self._book.by_name(query)

    def get_channels_by_type(self, network_type: str) -> list[Channel]:
        """Return the channels of a network, by its slug or any alias (``facebook`` and ``fb``)."""
        return self._book.by_network(network_type)

    def get_active_channels(self) -> list[Channel]:
        """Return the channels whose session with the network has not expired."""
        return [channel for channel in self.channels if channel.active]

    def get_channel_types(self) -> list[str]:
        """Return the networks that the account has a channel on, as the service's slugs, sorted."""
        return sorted(types_of(self.channels))

    def get_networks(self) -> list[str]:
        """As `get_channel_types`."""
        return self.get_channel_types()
