"""What a style and the defaults make of a message, the same in preview, checks and sending.

Lowest first: what the channel is set to on the service, the defaults of its network, its own
defaults, the style, what was chosen for this post. The first is the service's own business and the
last the draft's; the three between are a `Dress`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from posto_desktop.core import options
from posto_desktop.core.draft import Draft, Target
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.sdk import networks, posting, templates
from posto_desktop.sdk.answers import as_bool
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_files import ALL_NETWORKS, SAME_AS, StyleFile

Settings = Mapping[str, Any]
NAMES_CHANNEL = "channel_name"
_DAY = "{date}"


@dataclass(frozen=True)
class Dress:
    """A style and the defaults, read: `style` and `networks` by slug, `channels` by channel id.

    `missing`: there is no style of this name (any more), or it cannot be used; `why` says so.
    `day` is the one that ``{date}`` stands for; None is today.
    """

    name: str = ""
    style: Mapping[str, Settings] = field(default_factory=dict, hash=False)
    networks: Mapping[str, Settings] = field(default_factory=dict, hash=False)
    channels: Mapping[int, Settings] = field(default_factory=dict, hash=False)
    missing: bool = False
    why: str = ""
    day: date | None = None
    _merged: dict[tuple[str, int | None], dict[str, Any]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def layers(self, slug: str, channel_id: int | None = None) -> list[tuple[str, Settings]]:
        """What each layer says about a channel, the lowest first: its name and its settings."""
        own = self.channels.get(channel_id, {}) if channel_id is not None else {}
        return [
            ("network", self.networks.get(slug, {})),
            ("channel", own),
            ("style", self.style.get(slug, {})),
        ]

    def settings(self, slug: str, channel_id: int | None = None) -> dict[str, Any]:
        """All layers put together. Not to be changed: it is kept."""
        key = (slug, channel_id if channel_id in self.channels else None)
        merged = self._merged.get(key)
        if merged is None:
            merged = {}
            for _name, layer in self.layers(slug, channel_id):
                merged.update(posting.normalise(layer))
            self._merged[key] = merged
        return merged


def settings_of(draft: Draft, target: str | Target, slug: str = "") -> dict[str, Any]:
    """What the draft's style and the defaults say about a network or channel; often nothing.

    `slug` is needed where `target` is a `channel:ID`.
    """
    dress = draft.dress
    if dress is None:
        return {}
    if isinstance(target, str):
        name = slug or target
        return dress.settings(networks.canonical(name)) if networks.find(name) else {}
    return dress.settings(networks.canonical(target.network), target.id)


def options_of(draft: Draft, target: str | Target, slug: str) -> dict[str, Any]:
    """The options that count for a target: those of style and defaults, under its own."""
    styled = settings_of(draft, target, slug)
    own = draft.options_for(target)
    return options.clean(slug, {**styled, **own} if styled else own)


def template_of(settings: Settings) -> str:
    """The template of a text; the plain message where there is none."""
    text = settings.get("post_text")
    return text if isinstance(text, str) and text else posting.PLAIN


def changes_text(settings: Settings) -> bool:
    """Whether a text is another one afterwards, or may be."""
    return template_of(settings) != posting.PLAIN or as_bool(settings.get("cut_post_text"))


def comment_template(settings: Settings) -> str:
    """The template of the first comment, or empty."""
    own = settings.get("first_comment")
    if isinstance(own, str) and own:
        return own
    other = settings.get("first_comment_text")
    shared = as_bool(settings.get("share_to_first_comment"))
    return other if shared and isinstance(other, str) else ""


def takes_media(settings: Settings) -> bool:
    """Whether files go out there at all."""
    return as_bool(settings.get("upload_media"), True)


def names_channel(settings: Settings) -> bool:
    """Whether what is sent differs between the channels of a network by their names."""
    texts = (template_of(settings), comment_template(settings))
    return any(NAMES_CHANNEL in templates.used(text) for text in texts)


def stands_alone(draft: Draft, channel: Target) -> bool:
    """Whether style or defaults make of a channel something else than of its network."""
    dress = draft.dress
    if dress is None:
        return False
    return channel.id in dress.channels or names_channel(settings_of(draft, channel))


def fill(
    template: str,
    message: str,
    target: str | Target,
    *,
    url: str = "",
    day: date | None = None,
) -> str:
    """A template with its variables filled in for one network or channel."""
    return templates.expand(template, texts_for(template, message, target, url=url, day=day),
                            strict=False)  # fmt: skip


def texts_for(
    template: str,
    message: str,
    target: str | Target,
    *,
    url: str = "",
    day: date | None = None,
) -> dict[str, str]:
    """The texts that the variables of a template stand for; `url` is ``{post_url}``, empty: the
    first address in the message."""
    named = not isinstance(target, str)
    return templates.variables_for(
        message,
        template,
        channel_name=str(getattr(target, "name", "")) if named else "",
        network=target if isinstance(target, str) else target.network,
        link=url or None,
        day=day,
    )


def styled_text(
    settings: Settings,
    message: str,
    target: str | Target,
    *,
    url: str = "",
    link: str = "",
    with_media: bool = False,
    day: date | None = None,
) -> str:
    """A message as it goes out: expanded, tidied and, where the style says so, cut. `link` is the
    one that is attached and takes room."""
    text = templates.tidy(fill(template_of(settings), message, target, url=url, day=day))
    if as_bool(settings.get("cut_post_text")):
        net = networks.network(target if isinstance(target, str) else target.network)
        text = posting.shorten(text, net, with_media=with_media, link=link or None)
    return text


# -- about styles, for people ------------------------------------------------------------------


def own_networks(style: StyleFile) -> list[str]:
    """The networks that a style says something of their own about, in the style's order."""
    return [slug for slug, part in style.settings.items() if slug != ALL_NETWORKS and part]


def summary(style: StyleFile) -> str:
    """One line that tells what a style is for: its own words, else what is in it."""
    if style.description:
        return style.description
    own = own_networks(style)
    if not own:
        return "All networks the same" if style.settings.get(ALL_NETWORKS) else "Nothing in it yet"
    names = [network_name(slug) for slug in own[:2]]
    words = " and ".join(names) if len(own) <= 2 else f"{', '.join(names)} and {len(own) - 2} more"
    return f"Own text for {words}" if style.settings.get(ALL_NETWORKS) else f"{words} only"


def same_as_of(style: StyleFile, slug: str) -> str:
    """The network that a network is the same as, or empty."""
    other = style.settings.get(slug, {}).get(SAME_AS)
    return other if isinstance(other, str) else ""


def uses(drafts: Iterable[Draft], name: str) -> list[Draft]:
    """The drafts that a style is used in."""
    return [one for one in drafts if one.style == name]


def unknown_variables(style: StyleFile) -> list[tuple[str, str]]:
    """(slug, variable) of every variable in its templates that nobody knows."""
    found = []
    for slug, part in style.settings.items():
        for key in ("post_text", "first_comment", "first_comment_text"):
            text = part.get(key)
            if isinstance(text, str):
                found += [(slug, name) for name in templates.unknown(text)]
    return found


SAMPLE = Draft(
    id="sample",
    text=(
        "Winter Roast\n"
        "Fig, cocoa and a little orange peel, roasted every Tuesday in Kreuzberg.\n\n"
        "#winterroast"
    ),
    link="https://nordlicht.example/winter-roast",
)
SAMPLE_CHANNELS: Sequence[Channel] = (
    Channel(-1, "nordlicht.coffee", "instagram"),
    Channel(-2, "Nordlicht Coffee", "twitter"),
    Channel(-3, "Nordlicht Coffee", "fb"),
    Channel(-4, "Nordlicht Coffee", "linkedin"),
    Channel(-5, "nordlicht.example", "bluesky"),
)


def sample_channels(style: StyleFile, chosen: str = "") -> list[Channel]:
    """The channels that a sample is shown on: the chosen network, those with something of their
    own, and some of the others; all where the style does the same everywhere."""
    wanted = [chosen] if chosen and chosen != ALL_NETWORKS else []
    wanted += own_networks(style)
    known = {limits_for(one.network).slug: one for one in SAMPLE_CHANNELS}
    if ALL_NETWORKS in style.settings or not wanted:
        wanted += list(known)
    slugs = list(dict.fromkeys(wanted))[:12]
    return [
        known.get(slug) or Channel(-100 - number, "Nordlicht Coffee", slug)
        for number, slug in enumerate(slugs)
    ]
