"""Sample message that shows a style."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import Draft
from posto_desktop.core.limits import limits_for
from posto_desktop.core.styles import listed_networks
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import ALL_NETWORKS, StyleFile

SAMPLE_CHANNELS: Sequence[Channel] = (
    Channel(-1, "nordlicht.coffee", "instagram"),
    Channel(-2, "Nordlicht Coffee", "twitter"),
    Channel(-3, "Nordlicht Coffee", "fb"),
    Channel(-4, "Nordlicht Coffee", "linkedin"),
    Channel(-5, "nordlicht.example", "bluesky"),
)


def sample() -> Draft:
    """Return the message of the sample."""
    text = "\n\n".join(
        (
            translate("StyleSample", "Winter Roast")
            + "\n"
            + translate(
                "StyleSample",
                "Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.",
            ),
            translate("StyleSample", "#winterroast", "a hashtag, so without spaces"),
        )
    )
    return Draft(id="sample", text=text, link="https://nordlicht.example/winter-roast")


def sample_channels(style: StyleFile, chosen: str = "") -> list[Channel]:
    """Return the channels for a sample: the chosen network, those with own settings, and some
    others; all if the style treats all alike."""
    wanted_slugs = [chosen] if chosen and chosen != ALL_NETWORKS else []
    wanted_slugs += listed_networks(style)
    known = {limits_for(channel.network).slug: channel for channel in SAMPLE_CHANNELS}
    if ALL_NETWORKS in style.settings or not wanted_slugs:
        wanted_slugs += list(known)
    slugs = list(dict.fromkeys(wanted_slugs))[:12]
    return [
        known.get(slug) or Channel(-100 - number, "Nordlicht Coffee", slug)
        for number, slug in enumerate(slugs)
    ]
