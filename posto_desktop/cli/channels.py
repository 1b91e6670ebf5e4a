"""`posto channels` and `posto limits`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from posto_desktop.cli.command import with_session
from posto_desktop.cli.completion import complete_networks
from posto_desktop.cli.exits import Exit, not_found
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import ChannelData
from posto_desktop.core import channel_groups
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.limits import network_name
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Channel


@click.command("channels", short_help="List the channels that you can post to")
@click.option("--group", default="", metavar="NAME", help="Only those of a group of yours.")
@with_session
def channels_command(session: Session, group: str) -> Exit | None:
    """List the channels of the workspace, with their ids."""
    channels, groups = session.channels(), session.groups()
    if group:
        own = channel_groups.find(groups, group.removeprefix("@"))
        if own is None:
            names = ", ".join(known.name for known in groups) or "none"
            raise not_found(f"There is no group {group}. There are: {names}.")
        channels = [channel for channel in channels if channel.id in own.channel_ids]
    rows = [channel_json(channel, groups) for channel in channels]
    session.out.rows(rows, _line)
    if not rows:
        session.out.note("There are no channels. Connect an account: posto accounts add NETWORK.")
    return None


def channel_json(channel: Channel, groups: Groups) -> ChannelData:
    return {
        "id": channel.id,
        "name": channel.name,
        "network": channel.network,
        "network_name": network_name(channel.network),
        "type": channel.channel_type,
        "link": channel.link,
        "active": channel.active,
        "groups": [group.name for group in groups if channel.id in group.channel_ids],
    }


def _line(row: Mapping[str, Any]) -> str:
    groups = "".join(f" @{name}" for name in row["groups"])
    ended = "" if row["active"] else " (session expired)"
    return f"{row['id']:>6}  {row['network_name']:<14} {row['name']}{groups}{ended}"


@click.command("limits", short_help="Show the limits of a network")
@click.argument("network", required=False, metavar="[NETWORK]", shell_complete=complete_networks)
@with_session
def limits_command(session: Session, network: str | None) -> Exit | None:
    """Show what a network accepts; without a name, list all networks."""
    if network is None:
        rows = [{"slug": known.slug, "name": known.name} for known in networks.all_networks()]
        session.out.rows(rows, lambda row: f"{row['slug']:<16} {row['name']}")
        return None
    known = networks.find(network)
    if known is None:
        raise not_found(f"There is no network {network}. See: posto limits.")
    from posto_desktop.cli.limit_lines import limit_lines, limits_json

    data = limits_json(known.slug)
    session.out.result(data, limit_lines(data))
    return None
