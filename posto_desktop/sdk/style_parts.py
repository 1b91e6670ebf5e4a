"""The parts of a style beside its templates: marks on links, hashtags, signature, watermark.

Each is one setting of a network (or of all), written as a table::

    "utm": {"source": "{network}", "medium": "social", "links": ["link", "text"]}
    "hashtags": {"tags": ["#coffee"], "groups": ["Roasting"], "place": "end"}
    "signature": {"name": "Team"} or {"text": "Your roasters"}
    "watermark": {"file": "logo.png", "corner": "bottom-right", "size": 0.2, "opacity": 0.8,
                  "margin": 0.03}

An empty table takes away what a lower layer says. Groups and names are those of the app's snippets
(``snippets.json``). The watermark is put on pictures by the app; scripts send pictures as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from posto_desktop.common.translation import translatable

from .errors import SettingsError
from .utm import KEYS

UTM, HASHTAGS, SIGNATURE, WATERMARK = "utm", "hashtags", "signature", "watermark"
PART_KEYS = (UTM, HASHTAGS, SIGNATURE, WATERMARK)
LINKS = ("link", "text")
PLACES = ("end", "first_comment")
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right", "center")
# Variables allowed in the templates of link parameters.
UTM_VARIABLES = ("network", "channel", "style", "date", "post_title")
MAX_VALUE = 500
MAX_TEXT = 20_000
MAX_TAGS = 100
FOLDER = "watermarks"

VARIABLE = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_\-]*)\s*\}")
TAG = re.compile(r"#(?=\w*[^\W\d_])\w+")


@dataclass(frozen=True)
class Utm:
    """Templates by name (see `utm.KEYS`), and the links that they apply to (see `LINKS`)."""

    values: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = LINKS


@dataclass(frozen=True)
class Hashtags:
    """Tags with their ``#``, names of groups, and their place (see `PLACES`)."""

    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    place: str = PLACES[0]


@dataclass(frozen=True)
class Signature:
    """A text, or the name of one of the user's signatures."""

    text: str = ""
    name: str = ""


@dataclass(frozen=True)
class Watermark:
    """`file` is a plain name in ``styles/watermarks``. `size` (of the mark's longer side) and
    `margin` are shares of the picture's shorter side, `opacity` is 0..1."""

    file: str = ""
    corner: str = CORNERS[3]
    size: float = 0.2
    opacity: float = 0.8
    margin: float = 0.03


SIZES, OPACITIES, MARGINS = (0.02, 1.0), (0.05, 1.0), (0.0, 0.4)


# -- reading with care --------------------------------------------------------------------------


def read_utm(value: object) -> Utm | None:
    """Parse a value of a file or script; None for nothing. Raises `SettingsError` for an invalid
    value, as do the other ``read_`` functions."""
    table = _table(value, UTM)
    if not table:
        return None
    values = []
    for key in KEYS:
        text = _text(table.get(key), f"{UTM}.{key}", MAX_VALUE).strip()
        if text:
            strange = [
                variable for variable in VARIABLE.findall(text) if variable not in UTM_VARIABLES
            ]
            if strange:
                known = ", ".join(f"{{{variable}}}" for variable in UTM_VARIABLES)
                shown = ", ".join(f"{{{variable}}}" for variable in strange)
                raise SettingsError(
                    translatable(
                        "Sdk", "“{utm}.{key}” has unknown variables: {shown}. Known are {known}."
                    ).format(utm=UTM, key=key, shown=shown, known=known),
                    names=strange,
                )
            values.append((f"utm_{key}", text))
    links = _texts(table.get("links", LINKS), f"{UTM}.links")
    for link_kind in links:
        if link_kind not in LINKS:
            raise SettingsError(
                translatable("Sdk", "“{utm}.links” takes {either}, not “{link_kind}”.").format(
                    utm=UTM, either=_either(LINKS), link_kind=link_kind
                )
            )
    return Utm(tuple(values), tuple(dict.fromkeys(links))) if values and links else None


def read_hashtags(value: object) -> Hashtags | None:
    """See `read_utm`; a text or list means tags."""
    if isinstance(value, str | list | tuple):
        value = {"tags": value}
    table = _table(value, HASHTAGS)
    if not table:
        return None
    place = table.get("place", PLACES[0])
    if place not in PLACES:
        raise SettingsError(
            translatable("Sdk", "“{hashtags}.place” takes {either}, not {place}.").format(
                hashtags=HASHTAGS, either=_either(PLACES), place=repr(place)
            )
        )
    written = table.get("tags", ())
    tags = tags_in(" ".join([written] if isinstance(written, str)
                            else _texts(written, f"{HASHTAGS}.tags")))  # fmt: skip
    groups = tuple(dict.fromkeys(_texts(table.get("groups", ()), f"{HASHTAGS}.groups")))
    if not tags and not groups:
        return None
    return Hashtags(tuple(tags[:MAX_TAGS]), groups[:MAX_TAGS], str(place))


def read_signature(value: object) -> Signature | None:
    """See `read_utm`; a text is the signature's text."""
    if isinstance(value, str):
        value = {"text": value}
    table = _table(value, SIGNATURE)
    if not table:
        return None
    text = _text(table.get("text"), f"{SIGNATURE}.text", MAX_TEXT).strip()
    name = _text(table.get("name"), f"{SIGNATURE}.name", MAX_VALUE).strip()
    return Signature(text, "" if text else name) if text or name else None


def read_watermark(value: object) -> Watermark | None:
    """See `read_utm`."""
    table = _table(value, WATERMARK)
    if not table:
        return None
    file = _text(table.get("file"), f"{WATERMARK}.file", 200)
    if not file:
        return None
    if not is_plain_name(file):
        raise SettingsError(
            translatable(
                "Sdk", "“{watermark}.file” is the plain name of a file in {folder}, not “{file}”."
            ).format(watermark=WATERMARK, folder=FOLDER, file=file)
        )
    corner = table.get("corner", CORNERS[3])
    if corner not in CORNERS:
        raise SettingsError(
            translatable("Sdk", "“{watermark}.corner” takes {either}, not {corner}.").format(
                watermark=WATERMARK, either=_either(CORNERS), corner=repr(corner)
            )
        )
    plain = Watermark()
    numbers = {
        key: _share(table.get(key, getattr(plain, key)), f"{WATERMARK}.{key}", *limits)
        for key, limits in (("size", SIZES), ("opacity", OPACITIES), ("margin", MARGINS))
    }
    return Watermark(file, str(corner), **numbers)


_READERS = {
    UTM: read_utm,
    HASHTAGS: read_hashtags,
    SIGNATURE: read_signature,
    WATERMARK: read_watermark,
}


def check_part(key: str, value: object) -> None:
    """Raise `SettingsError` if a part's value is invalid; ignores other keys."""
    reader = _READERS.get(key)
    if reader is not None:
        reader(value)


def is_plain_name(name: str) -> bool:
    """Return whether a file name stays in its folder, on every system."""
    bad = set('/\\:*?"<>|')
    return (
        bool(name)
        and name == name.strip(" .")
        and not bad & set(name)
        and name.isprintable()
        and ".." not in name
    )


def utm_of(settings: Mapping[str, Any]) -> Utm | None:
    """Return the part of settings, as do the three functions after it; invalid values count as
    none."""
    utm = _quiet(settings, UTM)
    return utm if isinstance(utm, Utm) else None


def hashtags_of(settings: Mapping[str, Any]) -> Hashtags | None:
    hashtags = _quiet(settings, HASHTAGS)
    return hashtags if isinstance(hashtags, Hashtags) else None


def signature_of(settings: Mapping[str, Any]) -> Signature | None:
    signature = _quiet(settings, SIGNATURE)
    return signature if isinstance(signature, Signature) else None


def watermark_of(settings: Mapping[str, Any]) -> Watermark | None:
    watermark = _quiet(settings, WATERMARK)
    return watermark if isinstance(watermark, Watermark) else None


def _quiet(settings: Mapping[str, Any], key: str) -> object:
    value = settings.get(key)
    if not value:
        return None
    try:
        return _READERS[key](value)
    except SettingsError:
        return None


def tags_in(text: str) -> list[str]:
    """Return the hashtags of "coffee, #Roast": each once, with their ``#``."""
    seen: dict[str, str] = {}
    for part in re.split(r"[\s,;]+", text):
        word = "#" + re.sub(r"\W", "", part.lstrip("#"))
        if TAG.fullmatch(word):
            seen.setdefault(word.casefold(), word)
    return list(seen.values())


# -- helpers ------------------------------------------------------------------------------------


def _table(value: object, name: str) -> Mapping[Any, Any]:
    if value is None or value is False:
        return {}
    if not isinstance(value, Mapping):
        raise SettingsError(
            translatable("Sdk", "“{name}” is a table, not {value}.").format(
                name=name, value=f"{value!r:.60}"
            ),
            names=[name],
        )
    return value


def _text(value: object, name: str, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingsError(
            translatable("Sdk", "“{name}” must be text, not {value}.").format(
                name=name, value=f"{value!r:.60}"
            ),
            names=[name],
        )
    if len(value) > most:
        raise SettingsError(
            translatable(
                "Sdk", "“{name}” has {count} characters; at most {most} are taken."
            ).format(name=name, count=f"{len(value):,}", most=f"{most:,}")
        )
    return value


def _texts(value: object, name: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise SettingsError(
            translatable("Sdk", "“{name}” is a list of texts, not {value}.").format(
                name=name, value=f"{value!r:.60}"
            ),
            names=[name],
        )
    return [text.strip() for text in value if text.strip()]


def _share(value: object, name: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise SettingsError(
            translatable("Sdk", "“{name}” is a number from {least} to {most}, not {value}.").format(
                name=name, least=f"{least:g}", most=f"{most:g}", value=f"{value!r:.60}"
            )
        )
    return float(value)


def _either(choices: Sequence[str]) -> str:
    return " or ".join(f"“{choice}”" for choice in choices)
