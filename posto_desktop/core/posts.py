"""Content sent for a draft: the final text of each channel and its `custom_post_data`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urlsplit

from posto_desktop.core import options, styles
from posto_desktop.core import text as texts
from posto_desktop.core.draft import ChannelLike, Draft, MediaRef, channel_key, keys_of
from posto_desktop.core.limits import NetworkLimits, limits_for, limits_of
from posto_desktop.core.thread import joined, media_in_part
from posto_desktop.core.thread_split import numbered
from posto_desktop.sdk import networks, post_builder, style_parts, style_texts, templates
from posto_desktop.sdk.answers import as_bool, as_text
from posto_desktop.sdk.counting import first_url
from posto_desktop.sdk.records import Channel

# The app sends what the editor shows; a template in the channel's defaults would change it unseen.
_AS_TYPED = {"post_text": "{post_title}"}


@dataclass(frozen=True)
class PostItem:
    """One channel's part of a post, frozen when the post is made.

    `data` is its `custom_post_data` without the media ids, which exist only after the uploads.
    """

    channel_id: int
    channel_name: str
    network: str
    picture: str = ""
    data: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def text(self) -> str:
        text = self.data.get("post_content")
        return text if isinstance(text, str) else ""

    @property
    def thread(self) -> tuple[str, ...]:
        """The texts of the further parts of its thread."""
        return thread_texts(self.data)

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, data: object) -> PostItem | None:
        """Return None for invalid data; an entry with such a part is refused, not sent."""
        if not isinstance(data, dict) or type(data.get("channel_id")) is not int:
            return None
        words = [data.get(name) for name in ("channel_name", "network", "picture")]
        post = data.get("data")
        if not all(isinstance(value, str) for value in words) or not isinstance(post, dict):
            return None
        name, network, picture = (str(value) for value in words)
        return cls(data["channel_id"], name, network, picture, post)


ThreadForm = Literal["thread", "one", "first"]


def thread_form(draft: Draft, target: str | ChannelLike) -> ThreadForm:
    """Return what a network or channel gets of a message with several parts: a thread, all of them
    in one post, or the first one."""
    for key in keys_of(target):
        chosen = draft.thread_forms.get(key)
        if chosen is not None:
            return "first" if chosen == "first" else "one"
    if isinstance(target, Channel) and target.further_parts not in THREADING:
        return "one"
    return "thread"


THREADING = ("replies", "comments")
"""The kinds of `Channel.further_parts` that are sent one after another."""


def texts_of(draft: Draft, target: str | ChannelLike) -> tuple[str, ...]:
    """Return the final texts for a network or channel: of its post, and of each further part where
    it gets a thread. Styles shape the post itself."""
    if not draft.threads:
        return (finished(draft, target, draft.text_for(target)),)
    typed = draft.parts_for(target)
    if len(typed) > 1:
        form = thread_form(draft, target)
        if form != "thread":
            typed = (joined(typed) if form == "one" else typed[0],)
    texts = (finished(draft, target, typed[0]), *map(_tidied, typed[1:]))
    if not draft.numbered or len(texts) == 1:
        return texts
    return tuple(numbered(text, number, len(texts)) for number, text in enumerate(texts))


def thread_texts(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the texts of the further parts in a `custom_post_data`."""
    listed = data.get("posto_thread")
    parts = (
        [part for part in listed if isinstance(part, Mapping)] if isinstance(listed, list) else []
    )
    return tuple(as_text(part.get("text")) for part in parts)


def text_of(draft: Draft, target: str | ChannelLike) -> str:
    """Return the final text for a network or channel, used by preview, checks and sending: that of
    the first part, if it gets a thread."""
    return texts_of(draft, target)[0]


def finished(draft: Draft, target: str | ChannelLike, text: str) -> str:
    """Return the post's text as its style makes it."""
    if draft.resolved_style is not None:
        settings = styles.settings_of(draft, target)
        if styles.changes_text(settings):
            return styles.styled_text(
                settings,
                text,
                target,
                url=url_of(draft, target),
                link=link_of(draft, target),
                with_media=bool(media_of_parts(draft, target)[0]),
                parts=styles.around(draft, target),
                day=draft.resolved_style.day,
            )
    return _tidied(text)


def _tidied(text: str) -> str:
    # Called for each network by preview, counter and checks on every key press.
    return _kept_tidy(text) if len(text) < _LONG else templates.tidy(text)


_LONG = 20_000
_kept_tidy = lru_cache(maxsize=32)(templates.tidy)


def _limits_at(target: str | ChannelLike, slug: str) -> NetworkLimits:
    """Return the limits of a channel, or of a network where no channel is named."""
    if isinstance(target, Channel):
        return limits_of(target)
    return limits_for(slug or (target if isinstance(target, str) else target.network))


def link_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> str:
    """Return the attached link, or empty: its own, the common one, or, if attaching was chosen
    without a link, the first address in the text.

    `slug` is required if `target` is a `channel:ID`.
    """
    limits = _limits_at(target, slug)
    if not limits.custom_link:
        return ""
    own = options.clean(limits.slug, draft.options_for(target))
    # `attach_link` without a link would publish a link to the service's hidden post.
    if own.get("attach_link") is False:
        return ""
    link = as_text(own.get("custom_link", draft.link)).strip()
    if not link:
        settings = styles.settings_of(draft, target, limits.slug)
        attach = own.get("attach_link", settings.get("attach_link"))
        if "custom_link" not in own and settings and attach is not False:
            link = as_text(settings.get("custom_link")).strip()
        if not link and as_bool(attach):
            link = first_url(draft.text_for(target)) or ""
    return styles.marked_link(draft, full_address(link), target, limits.slug)


def has_link(limits: NetworkLimits, channel: object) -> bool:
    """Return whether an attached link is visible there: on Instagram only on stories."""
    if limits.link_only_on_stories:
        return "story" in str(getattr(channel, "channel_type", "")).lower()
    return limits.custom_link


def url_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> str:
    """Return the value of ``{post_url}``: the attached link, or the draft's link if the network
    attaches none. Empty: use the first address in the text."""
    attached = link_of(draft, target, slug)
    return attached or styles.marked_link(draft, full_address(draft.link.strip()), target, slug)


_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_BARE_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})+(?::\d+)?(?=[/?#]|$)")


def full_address(link: str) -> str:
    """Return a link as it is sent: "shop.example/roast" becomes an https address; anything else
    stays unchanged."""
    bare = _BARE_HOST.match(link)
    return (
        f"https://{link}" if bare and not any(character.isspace() for character in link) else link
    )


def comment_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> str:
    """Return the first comment: its own (empty: none), else the common one, else that of the style
    or of the channel's settings on the service."""
    limits = _limits_at(target, slug)
    if not limits.first_comment:
        return ""
    own = options.clean(limits.slug, draft.options_for(target))
    comment = as_text(own.get("first_comment", draft.first_comment)).strip()
    if not comment and "first_comment" in own:
        return ""
    style = draft.resolved_style
    settings = styles.settings_of(draft, target, limits.slug) if style is not None else {}
    template = "" if comment else styles.comment_template(settings) or _service_comment(target)
    if template:
        # A `channel:ID` alone has no name to fill in, only its network's.
        whom = limits.slug if isinstance(target, str) else target
        url, day = url_of(draft, target, limits.slug), style.day if style is not None else None
        filled = styles.fill(template, draft.text_for(target), whom, url=url, day=day)
        comment = templates.tidy(filled)
    if not settings.get(style_parts.UTM) and not settings.get(style_parts.HASHTAGS):
        return comment
    text = text_of(draft, target)
    circumstances = styles.around(draft, target, limits.slug)
    return style_texts.finished_comment(comment, text, settings, circumstances)


def _service_comment(target: str | ChannelLike) -> str:
    """Return the template of the first comment in the channel's settings on the service; "" if it
    has variables that only the service could fill in, by its hidden post."""
    if not isinstance(target, Channel) or target.is_own_account:
        return ""
    template = target.defaults.get("first_comment")
    if not isinstance(template, str) or templates.unknown(template):
        return ""
    return template.strip()


def media_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> list[MediaRef]:
    """Return the files for a network or channel, with its watermark: without excluded ones, or none
    if the style says so."""
    if draft.resolved_style is None or styles.sends_media(styles.settings_of(draft, target, slug)):
        name = networks.canonical(slug or (target if isinstance(target, str) else target.network))
        media = styles.marked_media(draft, [name])
        if any(ref.left_out for ref in media):
            return [ref for ref in media if name not in ref.left_out]
        return media
    return []


def media_of_parts(
    draft: Draft, target: str | ChannelLike, slug: str = ""
) -> tuple[Sequence[MediaRef], ...]:
    """Return the files of each part that a network or channel gets, as `texts_of` the texts."""
    media = media_of(draft, target, slug)
    if not draft.threads:
        return (media,)
    count = len(draft.parts_for(target))
    form = thread_form(draft, target) if count > 1 else "one"
    if form == "one":
        return (media,)
    key = draft.variant_key(target)
    parts = tuple(media_in_part(media, key, number, count) for number in range(count))
    return parts if form == "thread" else parts[:1]


def title_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> str:
    """Return the title set for a network or channel; empty if it is derived from the text."""
    limits = limits_for(slug or (target if isinstance(target, str) else target.network))
    if not limits.title_key:
        return ""
    own = options.clean(limits.slug, draft.options_for(target)).get(limits.title_key)
    title = as_text(own).strip() or draft.title.strip()
    if title or draft.resolved_style is None:
        return title
    template = as_text(styles.settings_of(draft, target, limits.slug).get(limits.title_key))
    if "{" not in template:
        return template.strip()
    # The first line is the title, not the whole message.
    whom = limits.slug if isinstance(target, str) else target
    message, day = draft.text_for(target), draft.resolved_style.day
    words = styles.texts_for(template + "{post_content}", message, whom, day=day)
    return templates.expand(template, words, strict=False).strip()


def is_address(link: str) -> bool:
    """Return whether an attached link (`link_of`) is an http address without spaces."""
    if any(character.isspace() or not character.isprintable() for character in link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def sent_title_of(draft: Draft, target: str | ChannelLike, slug: str = "") -> str:
    """Return the sent title: the one set, else the first line of the message; empty if the network
    has none."""
    limits = limits_for(slug or (target if isinstance(target, str) else target.network))
    if not limits.title_key:
        return ""
    title = title_of(draft, target, limits.slug)
    if not title:
        title = post_builder.title_from(draft.text_for(target), networks.network(limits.slug))
    return title


def variant_key_of(draft: Draft, channel: ChannelLike) -> str:
    """Return the key of a channel's own content (a text, options, or by its style); empty if it
    gets what its network gets."""
    key = channel_key(channel.id)
    own = key in draft.variants or key in draft.options or styles.stands_alone(draft, channel)
    return key if own else ""


def items_of(draft: Draft, channels: Sequence[Channel], posto_ref: str) -> list[PostItem]:
    """Return one item a channel (the service refuses duplicates in one request)."""
    items: dict[int, PostItem] = {}
    for channel in channels:
        if channel.id not in items:
            limits = limits_of(channel)
            data = _post_of(draft, channel, limits, posto_ref)
            items[channel.id] = PostItem(
                channel.id, channel.name, limits.slug, channel.picture, data
            )
    return list(items.values())


def _post_of(
    draft: Draft, channel: Channel, limits: NetworkLimits, posto_ref: str
) -> dict[str, Any]:
    """Return a channel's `custom_post_data`. Lowest first: the channel's settings on the service,
    defaults and style, the draft's title, its network's options, its own options."""
    chosen = options.clean(limits.slug, draft.options_for(channel))
    link = link_of(draft, channel)
    layers: list[dict[str, Any]] = [_AS_TYPED]
    styled = styles.settings_of(draft, channel, limits.slug)
    layers.append(
        options.clean(limits.slug, {k: v for k, v in styled.items() if k not in _SETTLED})
    )
    title = title_of(draft, channel, limits.slug)
    if title and limits.title_key:
        layers.append({limits.title_key: title})
    if "alt_text" in limits.post_keys:
        # One for the whole post: that of the first file that has one.
        media = media_of(draft, channel)
        alt = next((ref.alt.strip() for ref in media if ref.alt.strip()), "")
        if alt:
            layers.append({"alt_text": alt})
    layers.append({key: value for key, value in chosen.items() if key not in _SETTLED})
    # An explicit false: else the channel's setting could attach a link to the hidden post.
    layers.append({"attach_link": bool(link)})
    data = post_builder.build_post(
        channel,
        draft.text_for(channel),
        layers=layers,
        link=link or None,
        first_comment=comment_of(draft, channel),
        posto_ref=posto_ref,
    )
    data["post_content"] = text_of(draft, channel)
    if draft.media and not media_of(draft, channel):
        data[NO_FILES] = True
    if draft.threads:
        _add_thread(data, draft, channel)
    if "read_more_button_link" in limits.post_keys:
        _settle_button(data, draft, channel)
    return data


_SETTLED = frozenset({"attach_link", "custom_link", "first_comment"})
# Internal marks of an item, which the service does not see: its style excludes files; the part that
# each file of the message goes with.
NO_FILES, _FILE_PARTS = "posto_no_files", "posto_file_parts"


def _add_thread(data: dict[str, Any], draft: Draft, channel: Channel) -> None:
    """Add what goes on in the thread, and where the files go."""
    further = texts_of(draft, channel)[1:]
    if further:
        data["posto_thread"] = [{"text": text} for text in further]
    if draft.media:
        form, last = thread_form(draft, channel), len(draft.parts_for(channel)) - 1
        key = draft.variant_key(channel)
        parts = [min(ref.part_in(key), last) for ref in draft.media]
        if form == "one":
            parts = [0] * len(parts)
        elif form == "first":
            parts = [-1 if part else 0 for part in parts]
        data[_FILE_PARTS] = parts


def _settle_button(data: dict[str, Any], draft: Draft, channel: Channel) -> None:
    """Give Telegram's button a link, or none: without one it points at the service's hidden post.

    A template in the channel's settings ("{post_url}") means that hidden post, too.
    """
    if not as_bool(data.get("add_read_more_button")):
        return
    link = as_text(data.get("read_more_button_link")).strip()
    if not link or "{" in link:
        link = draft.link.strip() or first_url(draft.text_for(channel)) or ""
    link = styles.marked_link(draft, link, channel)
    data["add_read_more_button"] = bool(link)
    if link:
        data["read_more_button_link"] = link
    else:
        data.pop("read_more_button_link", None)


def post_data(
    item: PostItem, media_ids: Sequence[int], files: Sequence[int] = ()
) -> dict[str, Any]:
    """Return the complete `custom_post_data` with the uploaded files. `files` are their numbers in
    the message, which tell the part of a thread that each goes with."""
    marks = (NO_FILES, _FILE_PARTS)
    data = {key: value for key, value in item.data.items() if key not in marks}
    ids = [] if item.data.get(NO_FILES) else list(media_ids)
    places = item.data.get(_FILE_PARTS)
    of_part: dict[int, list[int]] = {0: ids}
    if isinstance(places, list) and ids:
        of_part = {}
        for number, media_id in zip(files, ids, strict=True):
            of_part.setdefault(places[number], []).append(media_id)
    ids = of_part.get(0, [])
    thread = data.get("posto_thread")
    if isinstance(thread, list):
        data["posto_thread"] = [
            {**part, "media": of_part.get(number, [])} for number, part in enumerate(thread, 1)
        ]
    return {
        **data,
        "upload_media": bool(ids),
        "upload_media_type": "custom",
        "media_list_to_upload": ids,
    }


def headline(text: str, longest: int = 120) -> str:
    """Return the first non-empty line, cut at a whole character."""
    for line in text.splitlines():
        line = line.strip()
        if line:
            if len(line) <= longest:
                return line
            end = texts.grapheme_end(line, longest - 1)
            return line[:end].rstrip() + "…"
    return ""
