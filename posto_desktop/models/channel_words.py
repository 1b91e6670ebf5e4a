"""What a row of the channel list says about its channel: second line, trouble, tooltip.

`account` is the account of this computer behind the channel; None for any other.
"""

from __future__ import annotations

from datetime import datetime

from posto_desktop.common.translation import translate
from posto_desktop.core.account_outlook import expiry_sentence, short_day_words, warning_days
from posto_desktop.core.limits import network_name
from posto_desktop.models.networks import channel_kind
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel

__all__ = ["second_line_of", "tool_tip_of", "trouble_of"]


def trouble_of(channel: Channel, account: OwnAccount | None) -> str:
    """Return what is wrong with a channel, in a word or two; "" when it works."""
    if account is not None and account.health == "locked":
        return translate("ChannelsModel", "Keychain is locked")
    if account is not None and account.health == "unreachable":
        return translate("ChannelsModel", "Server not reached")
    if account is not None and account.health == "sign_in_again":
        return translate("ChannelsModel", "Sign in again")
    if not channel.active:
        return translate("ChannelsModel", "Session expired")
    return _expiry(account)


def second_line_of(channel: Channel, account: OwnAccount | None, *, names_network: bool) -> str:
    """Return the line below the name: the trouble, or else what kind of channel it is.
    `names_network`: nothing above the row says the network."""
    trouble = trouble_of(channel, account)
    if trouble:
        return trouble
    network = channel.network if names_network else ""
    if account is not None and account.handle and account.handle != channel.name:
        words = [network_name(network) if network else "", account.handle]
    else:
        words = [channel_kind(network, channel.channel_type)]
    # Channels of the local server are placeholders for networks: marked so, unless by name.
    sandbox = translate("ChannelsModel", "Sandbox")
    if channel.method == "sandbox" and not channel.name.startswith(sandbox):
        words = [network_name(network), sandbox] if network else [*words, sandbox]
    return " · ".join(word for word in words if word)


def tool_tip_of(channel: Channel, account: OwnAccount | None, second_line: str) -> str:
    """Return the name and the second line, which the row may elide, or what to do about the
    trouble."""
    if not trouble_of(channel, account):
        return f"{channel.name}\n{second_line}"
    if account is not None and account.health_note:
        return f"{channel.name}\n{account.health_note}"
    if account is not None and account.ends_at is not None and _expiry(account):
        now = datetime.now().astimezone()
        words = expiry_sentence(channel.network, account.ends_at, now)
        then = translate("ChannelsModel", "Sign in again before then to keep posting.")
        return f"{channel.name}\n{words} {then}"
    return translate(
        "ChannelsModel",
        "{name}: the session with {network} has expired. "
        "Posts to this channel will fail until it is connected again.",
    ).format(name=channel.name, network=network_name(channel.network))


def _expiry(account: OwnAccount | None) -> str:
    """Return when the sign-in of an account ends, in the last days before; "" else."""
    if account is None or account.ends_at is None:
        return ""
    now = datetime.now().astimezone()
    days = warning_days(account.ends_at, now)
    if days is None:
        return ""
    if not days:
        return translate("ChannelsModel", "Sign-in has ended")
    day = short_day_words(account.ends_at, now)
    return translate("ChannelsModel", "Sign-in ends {day}").format(day=day)
