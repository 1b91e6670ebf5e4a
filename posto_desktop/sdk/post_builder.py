"""Builds the data of the composer call from a message and its settings.

Precedence, lowest first: the channel's defaults on the service, network defaults, channel defaults,
style, settings of the post. The service ignores the names of network settings (``post_text``,
``cut_post_text``...) inside a post, so they are applied here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from posto_desktop.common.translation import translatable

from .answers import as_bool, as_text
from .errors import SettingsError
from .networks import Network, find, network
from .records import Channel
from .style_parts import PART_KEYS
from .style_texts import circumstances, finished_comment, marked_link, pairs_of, tail_of
from .templates import check, expand, tidy, variables_for
from .utm import tag_text

Settings = Mapping[str, Any]

TEMPLATE_KEYS = ("post_text", "post_content")
PLAIN = "{post_title}"
CUT_KEYS = ("cut_post_text", "cut_post_content")
_RENAMED = {
    "post_attach_link": "attach_link",
    "post_upload_media": "upload_media",
    "media_type_to_upload": "upload_media_type",
    "post_media_type_to_upload": "upload_media_type",
}
# Settings that are applied here and must not reach the service inside a post.
_CONSUMED = frozenset(
    {
        *CUT_KEYS,
        "post_text",
        "share_to_first_comment",
        "first_comment_text",
        *_RENAMED,
        *PART_KEYS,
    }
)

_TEXTS = frozenset({"post_text", "custom_link", "first_comment", "first_comment_text"})
# A dictionary with one of these keys belongs to a network, whatever its name.
_WELL_KNOWN = frozenset(
    {*TEMPLATE_KEYS, *_CONSUMED, *_RENAMED.values(), "custom_link", "first_comment"}
)


def settings_for(settings: Settings | None, slug: str) -> dict[str, Any]:
    """Return the part of `settings` for one network.

    Keys that name a network and hold a dictionary apply to that network only; all other keys apply
    to every network. So both documented forms work, even mixed.
    """
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        raise SettingsError(f"Settings are a dictionary, not {type(settings).__name__}.")
    flat: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for key, value in settings.items():
        entry = find(key) if isinstance(value, Mapping) else None
        if entry is None:
            if isinstance(value, Mapping) and _WELL_KNOWN & value.keys():
                raise SettingsError(
                    translatable(
                        "Sdk", "There is no network “{key}”, so its settings would be lost."
                    ).format(key=key),
                    names=[str(key)],
                )
            flat[str(key)] = value
        elif entry.slug == slug:
            own.update(value)
    return {**flat, **own}


def normalise(settings: Settings) -> dict[str, Any]:
    """Return `settings` with the key names that posts use; ``post_text`` is the template."""
    result: dict[str, Any] = {}
    for key, value in settings.items():
        name = _RENAMED.get(key, key)
        if name == "post_content":
            name = "post_text"
        elif name == "cut_post_content":
            name = "cut_post_text"
        result[name] = value
    return result


def build_post(
    channel: Channel,
    message: str,
    *,
    layers: Sequence[Settings] = (),
    media_ids: Sequence[int] = (),
    link: str | None = None,
    first_comment: str | None = None,
    posto_ref: str | None = None,
    day: date | None = None,
) -> dict[str, Any]:
    """Return the ``custom_post_data`` for one channel.

    `layers` are settings, lowest first (already narrowed to this network); the channel's defaults
    lie below them. `link` and `first_comment` override every layer. Raises `SettingsError` for a
    template with unknown variables. ``post_content`` is the final text.
    """
    net = network(channel.network)
    # Use the service's defaults as they are, without those that do not apply.
    service = {
        key: value
        for key, value in normalise(channel.defaults).items()
        if key not in _TEXTS or isinstance(value, str)
    }
    explicit: dict[str, Any] = {}
    for layer in layers:
        explicit.update(normalise(layer))
    merged = {**service, **explicit}
    template = _text(merged, "post_text") or PLAIN
    # A default on the site may use the plugin's variables; only ours are refused if unknown.
    strict = "post_text" in explicit
    if strict:
        check(template)
    around = circumstances(net.slug, channel=channel.name, message=message, day=day)
    url = _link(merged, explicit, message, link)
    url = marked_link(url, explicit, around) if url else url
    texts = variables_for(
        message, template, channel_name=channel.name, network=channel.network, link=url, day=day
    )
    text = tag_text(
        tidy(expand(template, texts, strict=strict)), pairs_of(explicit, around, "text")
    )
    tail = tail_of(text, explicit, around)
    if as_bool(merged.get("cut_post_text")):
        text = shorten(text, net, with_media=bool(media_ids), link=url, tail=tail)
    else:
        text += tail
    post = {key: value for key, value in merged.items() if key not in _CONSUMED}
    post["post_content"] = text
    post["attach_link"] = url is not None and (
        channel.is_own_account or network_accepts(net, "attach_link")
    )
    if post["attach_link"]:
        post["custom_link"] = url
    else:
        post.pop("custom_link", None)
    wants_media = as_bool(explicit.get("upload_media"), True) and bool(media_ids)
    post["upload_media"] = wants_media
    # "custom" also without media: else the service would look for a featured image.
    post["upload_media_type"] = "custom"
    post["media_list_to_upload"] = list(media_ids) if wants_media else []
    comments = channel.is_own_account or network_accepts(net, "first_comment")
    comment = ""
    if comments:
        comment = _comment(merged, explicit, first_comment, texts)
        comment = finished_comment(comment, text, explicit, around)
    if comment:
        post["first_comment"] = comment
    else:
        post.pop("first_comment", None)
    if net.title_key and not as_text(post.get(net.title_key)).strip():
        post[net.title_key] = title_from(message, net)
    elif net.title_key:
        title = as_text(post.get(net.title_key))
        variables = variables_for(
            message, title + "{post_content}", channel_name=channel.name, network=channel.network
        )
        post[net.title_key] = expand(title, variables, strict=False).strip() or title_from(
            message, net
        )
    if posto_ref:
        post["posto_ref"] = posto_ref
    return post


def shorten(
    text: str,
    net: Network,
    *,
    with_media: bool = False,
    link: str | None = None,
    tail: str = "",
) -> str:
    """Return `text` shortened to the network's limit, for ``cut_post_text``. `tail` stays whole
    after it, unless it is too long by itself."""
    limit = net.text_max_with_media if with_media else net.text_max
    if limit is not None and link and net.slug == "twitter" and link not in text:
        limit -= 24  # the attached link counts: 23 and a line break
    if limit is None:
        return text + tail
    if tail:
        from .counting import count  # late: its patterns are slow to compile

        if count(text + tail, net) <= limit:
            return text + tail
        room = limit - count(tail, net)
        if room >= _MIN_ROOM:
            return _cut(text, net, room).rstrip() + tail
    return _cut(text + tail, net, limit)


# A shorter text says nothing: then the tail is cut with it.
_MIN_ROOM = 20


def network_accepts(net: Network, key: str) -> bool:
    """Return whether the service reads `key` for the network; True if its keys are unknown."""
    return not net.post_keys or key in net.post_keys


def _link(merged: Settings, explicit: Settings, message: str, link: str | None) -> str | None:
    """Return the link to attach. ``attach_link`` without a link uses the text's first URL: the
    service would publish a link to the hidden post."""
    if link and link.strip():
        return link.strip()
    if "attach_link" in explicit and not as_bool(explicit["attach_link"]):
        return None
    custom = _text(merged, "custom_link").strip()
    if "{" in custom:  # the plugin's variables would lead to the hidden post
        custom = ""
    if custom and "custom_link" in explicit:
        return custom
    if as_bool(explicit.get("attach_link")):
        from .counting import first_url  # late: its patterns are slow to compile

        return first_url(message) or custom or None
    return custom if custom and as_bool(merged.get("attach_link")) else None


def _comment(
    merged: Settings,
    explicit: Settings,
    first_comment: str | None,
    texts: Mapping[str, str],
) -> str:
    if first_comment is not None:
        return first_comment.strip()
    template = _text(merged, "first_comment")
    strict = "first_comment" in explicit
    if not template and as_bool(explicit.get("share_to_first_comment")):
        template, strict = _text(explicit, "first_comment_text"), True
    if strict:
        check(template)
    return tidy(expand(template, texts, strict=False))


def _text(settings: Settings, key: str) -> str:
    """Return a text setting; empty if unset."""
    value = settings.get(key)
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"“{key}” must be text, not {value!r}.", names=[key])
    return value or ""


def _cut(text: str, net: Network, limit: int) -> str:
    from .counting import cut  # late, as above

    return cut(text, net, limit)


def title_from(message: str, net: Network) -> str:
    """Return the title of a post without one: the first line of its message."""
    title = message.strip().partition("\n")[0].strip()
    limit = net.raw.get("title", {}).get("max")
    if isinstance(limit, int) and len(title) > limit:
        title = _cut(title, Network("plain", "plain"), limit)
    return title
