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

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from .errors import SettingsError
from .networks import Network, label, network
from .utm import KEYS, Pairs, tag_text, tag_url

UTM, HASHTAGS, SIGNATURE, WATERMARK = "utm", "hashtags", "signature", "watermark"
PART_KEYS = (UTM, HASHTAGS, SIGNATURE, WATERMARK)
LINKS = ("link", "text")
PLACES = ("end", "first_comment")
CORNERS = ("top-left", "top-right", "bottom-left", "bottom-right", "center")
#: What the templates of marks may hold.
UTM_VARIABLES = ("network", "channel", "style", "date", "post_title")
MOST_VALUE = 500
MOST_TEXT = 20_000
MOST_TAGS = 100
FOLDER = "watermarks"
SNIPPETS = "snippets.json"
_MOST_SNIPPETS = 16 * 1024 * 1024

_VARIABLE = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_\-]*)\s*\}")
_TAG = re.compile(r"#(?=\w*[^\W\d_])\w+")
_TAG_HERE = re.compile(rf"(?<![\w&#/]){_TAG.pattern}")


@dataclass(frozen=True)
class Utm:
    """Templates by name (see `utm.KEYS`), and which links they mark (see `LINKS`)."""

    values: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = LINKS


@dataclass(frozen=True)
class Hashtags:
    """Tags with their ``#``, names of groups, and where they go (see `PLACES`)."""

    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    place: str = PLACES[0]


@dataclass(frozen=True)
class Signature:
    """A text of its own, or the name of one of the user's signatures."""

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


@dataclass(frozen=True)
class Words:
    """The texts of the user's hashtag groups and signatures by name; case does not matter."""

    groups: Mapping[str, str] = field(default_factory=dict, hash=False)
    signatures: Mapping[str, str] = field(default_factory=dict, hash=False)

    def group(self, name: str) -> str | None:
        return _named(self.groups, name)

    def signature(self, name: str) -> str | None:
        return _named(self.signatures, name)


NO_WORDS = Words()


@dataclass(frozen=True)
class Circumstances:
    """What the parts are filled with for one network or channel."""

    net: Network
    channel: str = ""
    style: str = ""
    message: str = ""
    day: date | None = None
    words: Words = NO_WORDS


# -- reading with care --------------------------------------------------------------------------


def read_utm(value: object) -> Utm | None:
    """What a file or script says; None for nothing. Raises `SettingsError` for what makes no
    sense, as do the other ``read_`` functions."""
    table = _table(value, UTM)
    if not table:
        return None
    values = []
    for key in KEYS:
        text = _text(table.get(key), f"{UTM}.{key}", MOST_VALUE).strip()
        if text:
            strange = [one for one in _VARIABLE.findall(text) if one not in UTM_VARIABLES]
            if strange:
                known = ", ".join(f"{{{one}}}" for one in UTM_VARIABLES)
                shown = ", ".join(f"{{{one}}}" for one in strange)
                raise SettingsError(
                    f"“{UTM}.{key}” has unknown variables: {shown}. Known are {known}.",
                    names=strange,
                )
            values.append((f"utm_{key}", text))
    links = _texts(table.get("links", LINKS), f"{UTM}.links")
    for one in links:
        if one not in LINKS:
            raise SettingsError(f"“{UTM}.links” takes {_either(LINKS)}, not “{one}”.")
    return Utm(tuple(values), tuple(dict.fromkeys(links))) if values and links else None


def read_hashtags(value: object) -> Hashtags | None:
    """See `read_utm`; a text or list is taken for tags."""
    if isinstance(value, str | list | tuple):
        value = {"tags": value}
    table = _table(value, HASHTAGS)
    if not table:
        return None
    place = table.get("place", PLACES[0])
    if place not in PLACES:
        raise SettingsError(f"“{HASHTAGS}.place” takes {_either(PLACES)}, not {place!r}.")
    written = table.get("tags", ())
    tags = tags_in(" ".join([written] if isinstance(written, str)
                            else _texts(written, f"{HASHTAGS}.tags")))  # fmt: skip
    groups = tuple(dict.fromkeys(_texts(table.get("groups", ()), f"{HASHTAGS}.groups")))
    if not tags and not groups:
        return None
    return Hashtags(tuple(tags[:MOST_TAGS]), groups[:MOST_TAGS], str(place))


def read_signature(value: object) -> Signature | None:
    """See `read_utm`; a text is taken for the signature's own."""
    if isinstance(value, str):
        value = {"text": value}
    table = _table(value, SIGNATURE)
    if not table:
        return None
    text = _text(table.get("text"), f"{SIGNATURE}.text", MOST_TEXT).strip()
    name = _text(table.get("name"), f"{SIGNATURE}.name", MOST_VALUE).strip()
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
            f"“{WATERMARK}.file” is the plain name of a file in {FOLDER}, not “{file}”."
        )
    corner = table.get("corner", CORNERS[3])
    if corner not in CORNERS:
        raise SettingsError(f"“{WATERMARK}.corner” takes {_either(CORNERS)}, not {corner!r}.")
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
    """Raise `SettingsError` when a part's value makes no sense; other keys are no business here."""
    reader = _READERS.get(key)
    if reader is not None:
        reader(value)


def is_plain_name(name: str) -> bool:
    """Whether a file name stays in its folder, on every system."""
    bad = set('/\\:*?"<>|')
    return (
        bool(name)
        and name == name.strip(" .")
        and not bad & set(name)
        and name.isprintable()
        and ".." not in name
    )


def utm_of(settings: Mapping[str, Any]) -> Utm | None:
    """What settings say, as do the three after it; what makes no sense counts as nothing."""
    found = _quiet(settings, UTM)
    return found if isinstance(found, Utm) else None


def hashtags_of(settings: Mapping[str, Any]) -> Hashtags | None:
    found = _quiet(settings, HASHTAGS)
    return found if isinstance(found, Hashtags) else None


def signature_of(settings: Mapping[str, Any]) -> Signature | None:
    found = _quiet(settings, SIGNATURE)
    return found if isinstance(found, Signature) else None


def watermark_of(settings: Mapping[str, Any]) -> Watermark | None:
    found = _quiet(settings, WATERMARK)
    return found if isinstance(found, Watermark) else None


def _quiet(settings: Mapping[str, Any], key: str) -> object:
    value = settings.get(key)
    if not value:
        return None
    try:
        return _READERS[key](value)
    except SettingsError:
        return None


# -- carrying out -------------------------------------------------------------------------------


def pairs_of(settings: Mapping[str, Any], around: Circumstances, where: str) -> Pairs:
    """The marks for the links of one kind (see `LINKS`); empty where they get none."""
    utm = utm_of(settings)
    if utm is None or where not in utm.links:
        return ()
    values = {
        "network": _short_name(around.net),
        "channel": around.channel,
        "style": around.style,
        "date": (around.day or date.today()).isoformat(),
        "post_title": around.message.strip().partition("\n")[0].strip()[:MOST_VALUE],
    }
    return tuple(
        (name, _VARIABLE.sub(lambda found: values.get(found.group(1), ""), text).strip())
        for name, text in utm.values
    )


def marked_link(url: str, settings: Mapping[str, Any], around: Circumstances) -> str:
    """The link that is attached, with its marks."""
    return tag_url(url, pairs_of(settings, around, "link")) if url else url


def tail_of(text: str, settings: Mapping[str, Any], around: Circumstances) -> str:
    """What stands behind a text: signature and hashtags, with the empty lines before them."""
    parts = []
    signature = signature_text(settings, around.words)
    if signature and not text.rstrip().endswith(signature):
        parts.append(tag_text(signature, pairs_of(settings, around, "text")))
    parts.append(" ".join(_tags_for(text, settings, around, PLACES[0])))
    tail = "\n\n".join(one for one in parts if one)
    return f"\n\n{tail}" if tail and text.strip() else tail


def finished_comment(
    comment: str, text: str, settings: Mapping[str, Any], around: Circumstances
) -> str:
    """A first comment with marked links, and with the hashtags where they belong there. `text` is
    that of the post, whose hashtags are not said again."""
    whole = tag_text(comment, pairs_of(settings, around, "text"))
    tags = " ".join(_tags_for(f"{text}\n{comment}", settings, around, PLACES[1]))
    return "\n\n".join(one for one in (whole.strip(), tags) if one)


def signature_text(settings: Mapping[str, Any], words: Words) -> str:
    """The signature that settings ask for; empty for none, or one that is gone."""
    signature = signature_of(settings)
    if signature is None:
        return ""
    return signature.text or (words.signature(signature.name) or "").strip()


def missing_names(settings: Mapping[str, Any], words: Words) -> list[tuple[str, str]]:
    """(part, name) of the groups and signatures that are asked for and not there."""
    found = []
    hashtags, signature = hashtags_of(settings), signature_of(settings)
    if hashtags is not None:
        found += [(HASHTAGS, name) for name in hashtags.groups if words.group(name) is None]
    if signature is not None and signature.name and words.signature(signature.name) is None:
        found.append((SIGNATURE, signature.name))
    return found


def _tags_for(
    text: str, settings: Mapping[str, Any], around: Circumstances, place: str
) -> list[str]:
    hashtags = hashtags_of(settings)
    if hashtags is None:
        return []
    # Where there is no first comment they go to the end.
    to = hashtags.place if around.net.takes_first_comment else PLACES[0]
    if to != place:
        return []
    wanted = [*hashtags.tags]
    for name in hashtags.groups:
        wanted += tags_in(around.words.group(name) or "")
    there = [found.group().casefold() for found in _TAG_HERE.finditer(text)]
    fresh = {one.casefold(): one for one in reversed(wanted) if one.casefold() not in there}
    tags = [one for one in dict.fromkeys(map(str.casefold, wanted)) if one in fresh]
    most = hashtags_max(around.net)
    if most is not None:
        tags = tags[: max(0, most - len(there))]
    return [fresh[one] for one in tags]


def hashtags_max(net: Network) -> int | None:
    """How many hashtags a network takes; None where there is no limit, or none is known."""
    tags = net.raw.get("tags")
    value = tags.get("hashtag_max") if isinstance(tags, Mapping) else None
    return value if type(value) is int and "custom_tags" not in net.post_keys else None


def tags_in(text: str) -> list[str]:
    """The hashtags that are meant by "coffee, #Roast": each once, with their ``#``."""
    seen: dict[str, str] = {}
    for part in re.split(r"[\s,;]+", text):
        word = "#" + re.sub(r"\W", "", part.lstrip("#"))
        if _TAG.fullmatch(word):
            seen.setdefault(word.casefold(), word)
    return list(seen.values())


# -- the user's groups and signatures ----------------------------------------------------------


def read_words(config: Path) -> Words:
    """The hashtag groups and signatures in the config folder; empty where they cannot be read."""
    try:
        with (config / SNIPPETS).open("rb") as file:
            data = json.loads(file.read(_MOST_SNIPPETS))
    except (OSError, ValueError, RecursionError):
        return NO_WORDS
    rows = data.get("snippets") if isinstance(data, dict) else None
    return words_of(rows if isinstance(rows, list) else ())


def words_of(rows: Iterable[object]) -> Words:
    """The same from rows ``{"kind", "name", "text"}``."""
    found: dict[str, dict[str, str]] = {"hashtags": {}, "signature": {}}
    for row in rows:
        if not isinstance(row, Mapping) or row.get("kind") not in found:
            continue
        name, text = row.get("name"), row.get("text")
        if isinstance(name, str) and isinstance(text, str):
            found[str(row["kind"])].setdefault(" ".join(name.split()), text)
    return Words(found["hashtags"], found["signature"])


def settled(settings: Mapping[str, Any], words: Words, style: str = "") -> dict[str, Any]:
    """`settings` with groups, signature and ``{style}`` written out, so that they stand alone."""
    result = dict(settings)
    hashtags, signature, utm = hashtags_of(result), signature_of(result), result.get(UTM)
    if hashtags is not None:
        tags = [*hashtags.tags]
        for name in hashtags.groups:
            tags += tags_in(words.group(name) or "")
        result[HASHTAGS] = {"tags": tags, "place": hashtags.place}
    if signature is not None:
        result[SIGNATURE] = {"text": signature_text(result, words)}
    if isinstance(utm, Mapping) and style:
        name = style.replace("{", "(").replace("}", ")")
        result[UTM] = {
            key: value.replace("{style}", name) if isinstance(value, str) else value
            for key, value in utm.items()
        }
    return result


def circumstances(
    slug: str,
    *,
    channel: str = "",
    style: str = "",
    message: str = "",
    day: date | None = None,
    words: Words = NO_WORDS,
) -> Circumstances:
    """`Circumstances` for a network by its slug or alias."""
    return Circumstances(network(slug), channel, style, message, day, words)


def _short_name(net: Network) -> str:
    """ "X (Twitter)" as statistics show it: "x"."""
    return "-".join(label(net.slug).partition("(")[0].casefold().split())


# -- helpers ------------------------------------------------------------------------------------


def _named(texts: Mapping[str, str], name: str) -> str | None:
    wanted = " ".join(name.split())
    if wanted in texts:
        return texts[wanted]
    plain = wanted.casefold()
    return next((text for one, text in texts.items() if one.casefold() == plain), None)


def _table(value: object, what: str) -> Mapping[Any, Any]:
    if value is None or value is False:
        return {}
    if not isinstance(value, Mapping):
        raise SettingsError(f"“{what}” is a table, not {value!r:.60}.", names=[what])
    return value


def _text(value: object, what: str, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise SettingsError(f"“{what}” must be text, not {value!r:.60}.", names=[what])
    if len(value) > most:
        raise SettingsError(f"“{what}” has {len(value):,} characters; at most {most:,} are taken.")
    return value


def _texts(value: object, what: str) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise SettingsError(f"“{what}” is a list of texts, not {value!r:.60}.", names=[what])
    return [one.strip() for one in value if one.strip()]


def _share(value: object, what: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise SettingsError(f"“{what}” is a number from {least:g} to {most:g}, not {value!r:.60}.")
    return float(value)


def _either(choices: Sequence[str]) -> str:
    return " or ".join(f"“{one}”" for one in choices)
