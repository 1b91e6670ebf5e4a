"""Display names of networks."""

from __future__ import annotations

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.limits import network_name

# Kinds of channels as FS Poster and Posto's server name them.
_KINDS = {
    #: Kind of a channel: the account itself of somebody on a network.
    "account": translatable("ChannelKinds", "Account"),
    #: Kind of a channel: posts become stories.
    "account_story": translatable("ChannelKinds", "Account story"),
    #: Kind of a channel: a page on Facebook or LinkedIn.
    "page": translatable("ChannelKinds", "Page"),
    "ownpage": translatable("ChannelKinds", "Page"),
    "ownpage_story": translatable("ChannelKinds", "Page story"),
    "page_story": translatable("ChannelKinds", "Page story"),
    "profile": translatable("ChannelKinds", "Profile"),
    #: Kind of a channel: a group of people on a network.
    "group": translatable("ChannelKinds", "Group"),
    #: Kind of a channel: a company's page on LinkedIn.
    "company": translatable("ChannelKinds", "Company"),
    #: Kind of a channel: a board on Pinterest.
    "board": translatable("ChannelKinds", "Board"),
    "blog": translatable("ChannelKinds", "Blog"),
    #: Kind of a channel: a place of business on Google.
    "location": translatable("ChannelKinds", "Location"),
    #: Kind of a channel: a subreddit.
    "subreddit": translatable("ChannelKinds", "Community"),
    "community": translatable("ChannelKinds", "Community"),
    "chat": translatable("ChannelKinds", "Chat"),
    #: Kind of a channel: a channel on Telegram.
    "channel": translatable("ChannelKinds", "Channel"),
}


def channel_kind(network: str, channel_type: str) -> str:
    """Return the second line of a channel: "Facebook · Page"; without a network "Page". An unknown
    kind stays as the workspace names it."""
    known = _KINDS.get(channel_type.strip().lower().replace(" ", "_"))
    if known is not None:
        kind = translate("ChannelKinds", known)
    else:
        kind = channel_type.replace("_", " ").strip()[:40].capitalize()
    return " · ".join(word for word in (network_name(network), kind) if word)
