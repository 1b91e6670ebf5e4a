"""The service's settings of a network in editable form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from posto_desktop.common.translation import translatable

Kind = Literal["text", "switch", "number", "choice", "fixed"]

_TEMPLATES = frozenset({"post_text", "post_content"})
_LABELS = {
    "post_text": translatable("Options", "Text"),
    "post_content": translatable("Options", "Text"),
    "cut_post_text": translatable("Options", "Cut a text that is too long"),
    "cut_post_content": translatable("Options", "Cut a text that is too long"),
    "attach_link": translatable("Options", "Attach the link"),
    "post_attach_link": translatable("Options", "Attach the link"),
    "upload_media": translatable("Options", "Upload media"),
    "post_upload_media": translatable("Options", "Upload media"),
    "media_type_to_upload": translatable("Options", "Which media"),
    "post_media_type_to_upload": translatable("Options", "Which media"),
    "share_to_first_comment": translatable("Options", "Write a first comment"),
    "first_comment_text": translatable("Options", "First comment"),
}
_MEDIA = (
    ("featured_image", translatable("Options", "The featured image")),
    ("all_images", translatable("Options", "All images of the post")),
)
# Secret values are never shown and are written back unchanged.
_SECRET = ("token", "secret", "password", "cookie", "session", "proxy", "api_key")
MAX_TEXT = 20_000


@dataclass(frozen=True)
class NetworkSetting:
    """A setting of the service. `label` and the second of each choice are English source texts for
    translation; an unknown setting shows its key, and `known` is False. `fixed`: read-only, written
    back unchanged."""

    key: str
    value: Any
    kind: Kind
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    lines: bool = False
    known: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class SettingChange:
    """A changed setting."""

    setting: NetworkSetting
    before: Any
    after: Any


def settings_of(data: Mapping[str, Any]) -> list[NetworkSetting]:
    """Return the settings of a network: known ones first, in the service's order."""
    settings = [_setting(str(key), value) for key, value in data.items()]
    return sorted(settings, key=lambda setting: not setting.known)


def changes_of(settings: list[NetworkSetting], values: Mapping[str, Any]) -> list[SettingChange]:
    """Return the settings that `values` change; an equal value of the same type changes nothing."""
    return [
        SettingChange(setting, setting.value, values[setting.key])
        for setting in settings
        if setting.kind != "fixed"
        and setting.key in values
        and (type(values[setting.key]), values[setting.key]) != (type(setting.value), setting.value)
    ]


def value_text(value: object) -> str:
    """Return a value on one line, for values that are neither text nor boolean."""
    if isinstance(value, str):
        return " ".join(value.split())
    try:
        return json.dumps(value, ensure_ascii=False)[:200]
    except (TypeError, ValueError):
        return str(value)[:200]


def _setting(key: str, value: object) -> NetworkSetting:
    known = key in _LABELS
    label = _LABELS.get(key) or key.replace("_", " ").capitalize()[:80]
    if any(word in key.lower() for word in _SECRET):
        return NetworkSetting(key, value, "fixed", label, hidden=True)
    if isinstance(value, bool):
        return NetworkSetting(key, value, "switch", label, known=known)
    if isinstance(value, int | float):
        return NetworkSetting(key, value, "number", label, known=known)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        return NetworkSetting(key, value, "fixed", label, known=known)
    if key.endswith("media_type_to_upload"):
        choices = _MEDIA if value in dict(_MEDIA) else (*_MEDIA, (value, value))
        return NetworkSetting(key, value, "choice", label, choices, known=known)
    lines = key in _TEMPLATES or key == "first_comment_text" or "\n" in value
    return NetworkSetting(key, value, "text", label, lines=lines, known=known)
