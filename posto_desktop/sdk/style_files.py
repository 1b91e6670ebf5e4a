"""Style files: tolerant reading, resolving "same as", writing.

A file is ``{"schema", "name", "description", "icon", "place", "settings"}``. ``settings`` maps
networks to settings; the part ``*`` applies to all of them, and a network's own settings override
it. ``{"same_as": "twitter"}`` copies another network's own settings. Unknown fields are preserved.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translatable

from ..common import json_text
from ..storage import atomic, regular_files
from ..storage.errors import StorageError, explain
from .answers import as_mapping
from .errors import SettingsError
from .networks import all_networks, canonical, find, label
from .post_builder import TEMPLATE_KEYS, network_accepts, normalise
from .style_parts import PART_KEYS, check_part

SCHEMA = 3
ALL_NETWORKS = "*"
SAME_AS = "same_as"
MAX_NAME = 100
MAX_BYTES = 4 * 1024 * 1024
TEXT_KEYS = frozenset({*TEMPLATE_KEYS, "first_comment", "first_comment_text"})

Settings = dict[str, Any]
ByNetwork = dict[str, Settings]
Stamp = tuple[int, int, int]
"""Bytes, modification time in nanoseconds, and the file's identity: another after each save."""


@dataclass(frozen=True)
class StyleFile:
    """A style on the disk.

    `settings` is its valid part, by network slug or ``*``; `problem` a sentence if nothing is valid
    (damaged, written by a newer version), `notes` list dropped parts with reasons. `place` orders
    the user's styles. `content` is the whole file.
    """

    name: str
    settings: ByNetwork = field(default_factory=dict, hash=False)
    builtin: bool = False
    description: str = ""
    icon: str = ""
    place: float | None = None
    path: Path | None = None
    stamp: Stamp | None = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    content: Settings = field(default_factory=dict, hash=False, compare=False, repr=False)

    def resolved(self) -> ByNetwork:
        """The settings by network, with ``*`` and "same as" resolved."""
        return resolve(self.settings)


def read_style(path: Path, *, builtin: bool = False) -> StyleFile:
    """Return the style in a file. Never raises: errors are in its `problem`."""
    plain = unquote(path.stem)
    try:
        with regular_files.open_file(path) as file:
            facts = path.stat()
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return StyleFile(plain, path=path, problem=explain(error, path, "read").user_message)
    stamp = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    try:
        content = parse(data)
    except SettingsError as error:
        return StyleFile(plain, path=path, stamp=stamp, problem=error.user_message)
    style = style_of(content, plain)
    return replace(style, path=path, stamp=stamp, builtin=builtin)


def parse(data: bytes) -> Settings:
    """Return the content of a file in the current schema. Raises `SettingsError`."""
    if len(data) > MAX_BYTES:
        raise SettingsError(
            translatable("Sdk", "It is larger than {value} MB.").format(
                value=MAX_BYTES // 1024 // 1024
            )
        )
    if not data.strip(b"\0 \t\r\n"):
        raise SettingsError(translatable("Sdk", "It is empty."))
    try:
        content = json_text.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(translatable("Sdk", "It is not text in UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise SettingsError(
            translatable("Sdk", "Its content is damaged at line {line}, column {column}.").format(
                line=error.lineno, column=error.colno
            )
        ) from None
    except ValueError:
        raise SettingsError(translatable("Sdk", "Its content is damaged.")) from None
    if not isinstance(content, dict):
        raise SettingsError(translatable("Sdk", "It holds something else than a style."))
    return migrate(content)


def migrate(content: Mapping[str, Any]) -> Settings:
    """Return a file's content in the current schema; a newer one stays unchanged."""
    schema = content.get("schema", 0 if "settings" not in content else 1)
    if type(schema) is not int or schema < 0:
        schema = 0 if "settings" not in content else 1
    result = dict(content)
    for number in range(schema, SCHEMA):
        result = MIGRATIONS[number](result)
    return result


def _to_1(content: Settings) -> Settings:
    """A file edited by hand may hold the settings without the frame."""
    if "settings" in content:
        return {**content, "schema": 1}
    frame = {"name": content["name"]} if isinstance(content.get("name"), str) else {}
    inner = {key: value for key, value in content.items() if key not in ("schema", *frame)}
    return {"schema": 1, **frame, "settings": inner}


def _to_2(content: Settings) -> Settings:
    """Schema 2 added ``description``, ``icon``, ``place`` and "same as"."""
    return {**content, "schema": 2}


def _to_3(content: Settings) -> Settings:
    """Schema 3 added ``utm``, ``hashtags``, ``signature``, ``watermark`` to a network's
    settings."""
    return {**content, "schema": 3}


# By the schema from which they start. Never change a released step.
MIGRATIONS: dict[int, Callable[[Settings], Settings]] = {0: _to_1, 1: _to_2, 2: _to_3}


def readable_name(name: str) -> str:
    """Return an external name in a form that can be read and saved: one line without invisible or
    direction characters, limited in length."""
    if name.isprintable():
        return name.strip()[:MAX_NAME].strip()
    words = "".join(letter if letter.isprintable() else " " for letter in name).split()
    return " ".join(words)[:MAX_NAME].strip()


def style_of(content: Settings, plain: str) -> StyleFile:
    """Return the valid part of a file's content; `plain` is its name if it has none."""
    name = content.get("name")
    name = (readable_name(name) if isinstance(name, str) else "") or readable_name(plain) or "-"
    place = content.get("place")
    if isinstance(place, bool) or not isinstance(place, int | float) or place != place:
        place = None
    style = StyleFile(
        name,
        description=_text(content, "description")[:200],
        icon=_text(content, "icon")[:60],
        place=place,
        content=copy.deepcopy(content),
    )
    if int(content.get("schema", SCHEMA)) > SCHEMA:
        return replace(
            style,
            problem=translatable("Sdk", "A newer version of Posto wrote it. It was left as it is."),
        )
    settings = content.get("settings")
    if not isinstance(settings, Mapping):
        return replace(style, problem=translatable("Sdk", "Its settings are no table of networks."))
    usable, notes = _usable(settings)
    notes += [_cycle_words(ring) for ring in cycles(usable)]
    return replace(style, settings=usable, notes=tuple(map(in_users_language, notes)))


def _usable(settings: Mapping[Any, Any]) -> tuple[ByNetwork, list[str]]:
    by_network: ByNetwork = {}
    notes: list[str] = []
    for key, part in settings.items():
        slug = key if key == ALL_NETWORKS else None
        if slug is None and find(key) is not None:
            slug = canonical(key)
        if slug is None:
            notes.append(
                translatable("Sdk", "There is no network “{key}”; its part is not used.").format(
                    key=str(key)[:60]
                )
            )
        elif not isinstance(part, Mapping):
            notes.append(
                translatable("Sdk", "The part for {shown} is no table; it is not used.").format(
                    shown=_shown(slug)
                )
            )
        else:
            own, wrong, problems = _usable_part(part)
            sentence = translatable("Sdk", "“{name}” for {shown} is not text; it is not used.")
            notes += [sentence.format(name=name[:60], shown=_shown(slug)) for name in wrong]
            notes += [
                translatable("Sdk", "For {shown}: {problem} It is not used.").format(
                    shown=_shown(slug), problem=problem
                )
                for problem in problems
            ]
            by_network.setdefault(slug, {}).update(own)
    return by_network, notes


def _usable_part(part: Mapping[Any, Any]) -> tuple[Settings, list[str], list[str]]:
    """Return the valid settings, the keys with values of the wrong type, and sentences about
    parts."""
    own: Settings = {}
    wrong: list[str] = []
    problems: list[str] = []
    for key, value in part.items():
        must = key in TEXT_KEYS or key in (SAME_AS, "custom_link")
        if not isinstance(key, str) or (must and not isinstance(value, str)):
            wrong.append(str(key))
        elif key == SAME_AS and (find(value) is None):
            wrong.append(f"{SAME_AS}: {value}")
        elif key in PART_KEYS:
            try:
                check_part(key, value)
                own[key] = copy.deepcopy(value)
            except SettingsError as error:
                problems.append(error.english_message)
        else:
            own[key] = copy.deepcopy(value)
    own = normalise(own)
    if SAME_AS in own:
        own[SAME_AS] = canonical(own[SAME_AS])
    return own, wrong, problems


def resolve(settings: Mapping[str, Mapping[str, Any]]) -> ByNetwork:
    """Return `settings` with the part for all networks and "same as" resolved for each network.

    Networks that copy each other in a cycle fall back on the part for all networks.
    """
    parts = _canonical(settings)
    rings = {slug for ring in cycles(parts) for slug in ring}
    common = parts.pop(ALL_NETWORKS, None)
    slugs = [network.slug for network in all_networks()] if common is not None else list(parts)
    return {
        slug: {**copy.deepcopy(common or {}), **_own_part(parts, slug, rings)} for slug in slugs
    }


def is_plain(settings: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether no network uses ``*`` or "same as"."""
    return ALL_NETWORKS not in settings and not any(SAME_AS in part for part in settings.values())


def _own_part(parts: ByNetwork, slug: str, rings: set[str]) -> Settings:
    """Return a network's own settings, or those that it copies."""
    own = copy.deepcopy(parts.get(slug, {}))
    source_slug = own.pop(SAME_AS, "")
    if not source_slug or slug in rings:
        return own
    net = find(slug)
    taken = {
        key: value
        for key, value in _own_part(parts, source_slug, rings).items()
        if key in _GENERAL or net is None or network_accepts(net, key)
    }
    return {**taken, **own}


_GENERAL = frozenset({*TEXT_KEYS, *PART_KEYS, "cut_post_text", "upload_media", "attach_link",
                      "custom_link", "share_to_first_comment"})  # fmt: skip


def cycles(settings: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """Return the cycles of networks that copy each other, each once."""
    parts = _canonical(settings)
    after = {slug: str(part[SAME_AS]) for slug, part in parts.items() if part.get(SAME_AS)}
    rings: list[list[str]] = []
    done: set[str] = set()
    for start in after:
        way: list[str] = []
        at = start
        while at in after and at not in way and at not in done:
            way.append(at)
            at = after[at]
        if at in way:
            rings.append(way[way.index(at) :])
        done.update(way)
    return rings


def would_ring(settings: Mapping[str, Mapping[str, Any]], slug: str, source_slug: str) -> bool:
    """Return whether making `slug` the same as `source_slug` closes a cycle."""
    parts = _canonical(settings)
    parts[slug] = {**parts.get(slug, {}), SAME_AS: source_slug}
    return any(slug in ring for ring in cycles(parts))


def check_same_as(settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise `SettingsError` for "same as" an unknown network, or for a cycle."""
    for key, part in settings.items():
        source_slug = part.get(SAME_AS)
        if source_slug is not None and (key == ALL_NETWORKS or find(source_slug) is None):
            raise SettingsError(
                translatable(
                    "Sdk", "“{same_as}” of “{key}” names no network: {source_slug}."
                ).format(same_as=SAME_AS, key=key, source_slug=repr(source_slug))
            )
    for ring in cycles(settings):
        raise SettingsError(_cycle_words(ring), names=ring)


def _cycle_words(ring: Iterable[str]) -> str:
    names = [label(slug) for slug in ring]
    if len(names) == 1:
        return translatable(
            "Sdk", "{names} is set to be the same as itself; the text for all networks counts."
        ).format(names=names[0])
    return translatable(
        "Sdk", "{names} are each the same as the next; the text for all networks counts."
    ).format(names=", ".join(names))


def _canonical(settings: Mapping[str, Mapping[str, Any]]) -> ByNetwork:
    parts: ByNetwork = {}
    for name, part in settings.items():
        slug = name if name == ALL_NETWORKS else canonical(name)
        own = normalise(part)
        if own.get(SAME_AS):
            own[SAME_AS] = canonical(own[SAME_AS])
        parts.setdefault(slug, {}).update(own)
    return parts


def content_of(style: StyleFile) -> Settings:
    """Return the content to write: the style, and unknown fields of its file."""
    content = {key: value for key, value in style.content.items() if key not in _FRAME}
    settings: Settings = {}
    for key, part in as_mapping(style.content.get("settings")).items():
        if key != ALL_NETWORKS and find(key) is None:
            settings[str(key)] = part
    result: Settings = {"schema": SCHEMA, "name": style.name}
    for key in ("description", "icon", "place"):
        value = getattr(style, key)
        if value not in ("", None):
            result[key] = value
    return {**result, **content, "settings": {**copy.deepcopy(style.settings), **settings}}


_FRAME = ("schema", "name", "description", "icon", "place", "settings")


def encode(style: StyleFile) -> bytes:
    """Return a style as the bytes of its file."""
    return json_text.encode(content_of(style))


def write_style(path: Path, style: StyleFile) -> StyleFile:
    """Write a style and return it as stored. Raises `StorageError`."""
    data = encode(style)
    if len(data) > MAX_BYTES:
        raise StorageError(
            translatable("Sdk", "“{name}” is larger than {value} MB and was not saved.").format(
                name=style.name, value=MAX_BYTES // 1024 // 1024
            )
        )
    atomic.write_bytes(path, data)
    return read_style(path)


def _text(content: Mapping[str, Any], key: str) -> str:
    value = content.get(key)
    return value if isinstance(value, str) else ""


def _shown(slug: str) -> str:
    return translatable("Sdk", "all networks") if slug == ALL_NETWORKS else label(slug)
