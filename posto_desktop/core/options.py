"""A post's options on one network: their fields and values.

The keys are those that the service reads in a post (`backend.post_keys` in
resources/networks.json), without those that the app fills in itself (text, files, mark).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from posto_desktop.common.translation import translatable
from posto_desktop.core.limits import NetworkLimits, limits_for
from posto_desktop.sdk import networks

Kind = Literal["text", "lines", "switch", "choice", "link", "tags"]

# Filled in by the app.
DERIVED = frozenset(
    {
        "post_content",
        "upload_media",
        "upload_media_type",
        "media_list_to_upload",
        "posto_ref",
        "posto_message",
    }
)
# Set by the common fields unless a network has its own.
COMMON = frozenset({"custom_link", "first_comment"})
# Keys with undocumented values. A wrong one silently becomes the default, so the channel's setting
# on the service applies.
LEFT_ALONE = frozenset(
    {"kind", "method", "url", "content_type", "headers", "form_data", "json_data"}
)
# The service asks what to forbid; the app shows what to allow.
INVERTED = frozenset({"disable_duet", "disable_comment", "disable_stitch"})
MAX_TEXT = 20_000


@dataclass(frozen=True)
class OptionField:
    """An option. `label` and the second of each choice are English source texts for translation.

    An unset option uses the channel's setting on the service. `most` in characters; `required`: the
    service refuses a post without it (the app then uses the first line of the text). `overrides` a
    common field of the draft: an empty text means none. `inverted`: the stored value is the
    opposite of the label.
    """

    key: str
    kind: Kind
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int | None = None
    required: bool = False
    overrides: bool = False
    inverted: bool = False


def _choice(label: str, *choices: tuple[str, str]) -> tuple[Kind, str, tuple[tuple[str, str], ...]]:
    return "choice", label, choices


_KNOWN: dict[str, tuple[Kind, str] | tuple[Kind, str, tuple[tuple[str, str], ...]]] = {
    "post_title": ("text", translatable("Options", "Title")),
    "photo_title": ("text", translatable("Options", "Photo title")),
    "post_excerpt": ("lines", translatable("Options", "Excerpt")),
    "alt_text": ("text", translatable("Options", "Alt text of the post")),
    "first_comment": ("lines", translatable("Options", "First comment")),
    "attach_link": ("switch", translatable("Options", "Attach the link")),
    "custom_link": ("link", translatable("Options", "Link")),
    "attach_link_type": _choice(
        translatable("Options", "Button"),
        ("BOOK", translatable("Options", "Book")),
        ("ORDER", translatable("Options", "Order online")),
        ("SHOP", translatable("Options", "Buy")),
        ("LEARN_MORE", translatable("Options", "Learn more")),
        ("SIGN_UP", translatable("Options", "Sign up")),
        ("WATCH_VIDEO", translatable("Options", "Watch video")),
        ("RESERVE", translatable("Options", "Reserve")),
        ("GET_OFFER", translatable("Options", "Get offer")),
        ("CALL", translatable("Options", "Call now")),
    ),
    "pin_the_post": ("switch", translatable("Options", "Pin the post")),
    "story_hashtag": ("text", translatable("Options", "Story hashtag")),
    "privacy_level": _choice(
        translatable("Options", "Who can see it"),
        ("PUBLIC_TO_EVERYONE", translatable("Options", "Everyone")),
        ("MUTUAL_FOLLOW_FRIENDS", translatable("Options", "Friends")),
        ("FOLLOWER_OF_CREATOR", translatable("Options", "Followers")),
        ("SELF_ONLY", translatable("Options", "Only me")),
    ),
    "disable_duet": ("switch", translatable("Options", "Allow duets")),
    "disable_comment": ("switch", translatable("Options", "Allow comments")),
    "disable_stitch": ("switch", translatable("Options", "Allow stitches")),
    "auto_add_music_to_photo": ("switch", translatable("Options", "Add music to photos")),
    "add_read_more_button": ("switch", translatable("Options", "Button below the message")),
    "read_more_button_text": ("text", translatable("Options", "Button text")),
    "read_more_button_link": ("link", translatable("Options", "Button link")),
    "silent_notifications": ("switch", translatable("Options", "Send silently")),
    "send_tags": ("switch", translatable("Options", "Send tags")),
    "custom_tags": ("tags", translatable("Options", "Tags")),
    "custom_labels": ("tags", translatable("Options", "Labels")),
    "send_categories": ("switch", translatable("Options", "Send categories")),
    "custom_categories": ("tags", translatable("Options", "Categories")),
    "is_draft": ("switch", translatable("Options", "Keep as a draft on the blog")),
    "send_pages_as_page": ("switch", translatable("Options", "Send pages as pages")),
    "post_status": _choice(
        translatable("Options", "Status"),
        ("publish", translatable("Options", "Published")),
        ("private", translatable("Options", "Private")),
        ("draft", translatable("Options", "Draft")),
        ("pending", translatable("Options", "Waiting for review")),
    ),
    "preserve_post_type": ("switch", translatable("Options", "Keep the post type")),
    "post_type": ("text", translatable("Options", "Post type")),
    "qualifier": ("text", translatable("Options", "Qualifier")),
    "visibility": ("text", translatable("Options", "Visibility")),
}


@lru_cache(maxsize=64)
def fields_for(slug: str) -> tuple[OptionField, ...]:
    """Return the options of a network in the service's order."""
    limits = limits_for(slug)
    keys = networks.network(limits.slug).post_keys
    return tuple(_field(key, limits) for key in keys if key not in DERIVED | LEFT_ALONE)


def clean(slug: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that may be sent: known keys with their required types.

    The service silently replaces a value of the wrong type by its default, so values are converted
    or dropped.
    """
    cleaned: dict[str, Any] = {}
    if not values:
        return cleaned
    for field in fields_for(slug):
        if field.key in values:
            value = _value(field, values[field.key])
            if value is not None:
                cleaned[field.key] = value
    return cleaned


def shown(field: OptionField, value: object) -> object:
    """Return a value as a control can show it; None for another type (a file edited by hand)."""
    if field.kind == "switch":
        return value if isinstance(value, bool) else None
    if field.kind == "tags" and isinstance(value, list):
        return [tag for tag in value if isinstance(tag, str)]
    return value if isinstance(value, str) else None


def _field(key: str, limits: NetworkLimits) -> OptionField:
    kind, label, *choices = _KNOWN.get(key, ("text", key.replace("_", " ").capitalize()))
    raw = networks.network(limits.slug).raw
    most: int | None = None
    if key == limits.title_key:
        most = raw["title"]["max"]
    elif key == "alt_text":
        most = raw["alt_text"]["max"]
    elif key == "custom_link":
        most = 2048
    return OptionField(
        key=key,
        kind=kind,
        label=label,
        choices=choices[0] if choices else (),
        most=most,
        required=key == limits.title_key and limits.title_required,
        overrides=key in COMMON,
        inverted=key in INVERTED,
    )


def _value(field: OptionField, value: object) -> object:
    if field.kind == "switch":
        return value if isinstance(value, bool) else None
    if field.kind == "tags":
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list):
            return None
        words = [tag.strip().lstrip("#") for tag in value if isinstance(tag, str)]
        return list(dict.fromkeys(word for word in words if word))
    if not isinstance(value, str):
        return None
    text = value[:MAX_TEXT].strip() if field.kind != "lines" else value[:MAX_TEXT]
    if field.kind == "choice":
        return text if text in {choice for choice, _label in field.choices} else None
    if field.kind in ("text", "link"):
        text = " ".join(text.split())
    # An empty text overrides a common field; elsewhere it means nothing.
    return text if text or field.overrides else None
