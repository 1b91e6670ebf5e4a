"""JSON import: a list of objects, a list of texts, or the arguments of the SDK's
`create_campaign`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from posto_desktop.common import json_pieces
from posto_desktop.common.formats import grouped
from posto_desktop.common.sentences import in_users_language
from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.importing.columns import meaning_of
from posto_desktop.core.importing.csv_table import Check
from posto_desktop.core.importing.problem import ImportProblem
from posto_desktop.core.importing.table import MAX_COLUMNS, MAX_ROWS, Cell
from posto_desktop.core.thread import NEXT_PART

Rows = list[tuple[int, Sequence[Cell]]]

_BOUNDS = json_pieces.Bounds(values=500_000, text=4_000_000)
_LISTS = ("messages", "posts", "items", "rows", "data", "schedules")
_DEEPEST = 4
"""Nesting depth that is searched for the list, as in answers of web services."""
_SHARED = {"platforms": "channels", "channels": "channels", "link": "link", "labels": "labels"}
_NO_LIST = translatable(
    "Importing",
    "This JSON file contains no messages. It needs a list of objects, for example {example}.",
)
_EXAMPLE = '[{"text": "…", "when": "2026-12-01 09:00"}]'


def read(text: str, check: Check | None = None) -> tuple[Rows, list[str]]:
    """Return the rows, names first, and notes. Raises ImportProblem if there is no such list."""
    try:
        step = None if check is None else lambda _values: check(0)
        data = json_pieces.read(json_pieces.cut(text), _BOUNDS, step)
    except json_pieces.MalformedError as error:
        line, column = text.count("\n", 0, error.at) + 1, error.at - text.rfind("\n", 0, error.at)
        words = translate(
            "Importing",
            "This JSON file cannot be read: line {line}, column {column} is not what JSON allows "
            "there.",
        )
        raise ImportProblem(words.format(line=grouped(line), column=grouped(column))) from None
    except json_pieces.TooMuchError as error:
        words = translate(
            "Importing",
            "This JSON file cannot be imported: it holds {excess}. Split it into several files.",
        )
        raise ImportProblem(words.format(excess=in_users_language(str(error)))) from None
    entries, shared, owner = _entries(data)
    names: dict[str, None] = {}
    objects: list[Mapping[str, Any]] = []
    lost = 0
    for at, entry in enumerate(entries[: MAX_ROWS + 1]):
        if isinstance(entry, str):
            entry = {"text": entry}
        if not isinstance(entry, Mapping):
            lost += 1
            continue
        full = {**shared, **_by_place(owner, at), **entry}
        objects.append(full)
        names.update(dict.fromkeys(str(name) for name in full))
        if check is not None and at % 500 == 0:
            check(at)
    columns = list(names)[: MAX_COLUMNS + 1]
    notes = []
    if lost:
        notes.append(
            translate(
                "Importing",
                "%Ln (entry is no object and was/entries are no objects and were) left out.",
                "",
                lost,
            )
        )
    if not objects:
        raise _no_list()
    rows: Rows = [(1, list(columns))]
    threads = {name for name in columns if meaning_of(name) == "part"}
    rows += [
        (
            number,
            [
                _thread(full.get(name)) if name in threads else _cell(full.get(name))
                for name in columns
            ],
        )
        for number, full in enumerate(objects, 1)
    ]
    if any(_has_files(full.get(name)) for full in objects for name in threads):
        notes.append(
            translate("Importing", "Pictures of the further parts of a thread are not imported.")
        )
    return rows, notes


def _no_list() -> ImportProblem:
    return ImportProblem(translate("Importing", _NO_LIST).format(example=_EXAMPLE))


def _entries(data: object) -> tuple[list[Any], dict[str, Any], object]:
    """Return the list, the values that the enclosing object sets for all items, and that object."""
    if isinstance(data, list):
        return data, {}, data
    list_and_owner = _around(data, _DEEPEST) if isinstance(data, Mapping) else None
    if list_and_owner is None:
        raise _no_list()
    entries, owner = list_and_owner
    if entries == [owner]:
        return entries, {}, owner
    shared = {key: owner[name] for name, key in _SHARED.items() if owner.get(name)}
    return entries, shared, owner


def _around(data: Mapping[str, Any], deep: int) -> tuple[list[Any], Mapping[str, Any]] | None:
    """Return the list of messages in an object, or in its only nested object that has one, and the
    object that holds it. A single message counts as a list of one."""
    entries = next((data[key] for key in _LISTS if isinstance(data.get(key), list)), None)
    if entries is None:
        lists = [value for value in data.values() if isinstance(value, list)]
        entries = lists[0] if len(lists) == 1 else None
    if entries is not None:
        return entries, data
    if any(isinstance(data.get(key), str) for key in ("text", "message")):
        return [data], data
    if not deep:
        return None
    inner = [value for value in data.values() if isinstance(value, Mapping)]
    deeper = [
        result for result in (_around(mapping, deep - 1) for mapping in inner) if result is not None
    ]
    return deeper[0] if len(deeper) == 1 else None


def _by_place(data: object, at: int) -> dict[str, Any]:
    """Return the picture at the same index of the campaign's list of images."""
    if isinstance(data, Mapping):
        images = data.get("images")
        if isinstance(images, list) and at < len(images) and images is not data.get("messages"):
            return {"image": images[at]}
    return {}


def _thread(value: object) -> Cell:
    """Return the further parts of a thread, which are a list of texts or of objects with one."""
    if not isinstance(value, list):
        return _cell(value)
    texts = [part.get("text") if isinstance(part, Mapping) else part for part in value]
    return _plain(NEXT_PART.join(text for text in texts if isinstance(text, str))) or None


def _has_files(value: object) -> bool:
    parts = value if isinstance(value, list) else []
    return any(isinstance(part, Mapping) and bool(part.get("media")) for part in parts)


def _cell(value: object) -> Cell:
    if value is None or value == "" or value == [] or value == {}:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return _plain(value)
    if isinstance(value, list) and all(isinstance(item, (str, int)) for item in value):
        return ", ".join(_plain(str(item)) for item in value)  # type: ignore[misc]
    if isinstance(value, Mapping):
        for key in ("raw", "rendered", "text", "url", "path", "name"):
            if isinstance(value.get(key), str):
                return _cell(value[key])
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        parts = [_cell(item) for item in value]
        return ", ".join(text for text in parts if isinstance(text, str))
    return json.dumps(value, ensure_ascii=False, default=str)


def _plain(value: str | int | float) -> str | int | float:
    """Return text without lone surrogates, which cannot be stored."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "")
    return value
