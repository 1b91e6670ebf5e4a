"""JSON that every program can read.

Python's reader accepts ``NaN``, ``Infinity`` and ``1e999``, its writer puts them into files that no
other program opens, and neither limits integers or depth. Here such values become null, on reading
and on writing (RFC 8259 has no other way).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any, Final, overload

from posto_desktop.common import json_pieces
from posto_desktop.common.json_pieces import DEEPEST, READER
from posto_desktop.common.surrogates import replace_lone_surrogates

__all__ = ["DEEPEST", "dumps", "encode", "loads", "loads_each", "plain"]

_LONG: Final = 256 * 1024
"""Characters of a text that `json_pieces` reads instead."""
_BOUNDS: Final = json_pieces.Bounds(text=16 * 1024 * 1024)
"""Longest text: drafts hold texts as long as a file may be."""
_LARGEST: Final = json_pieces.LARGEST
TextChange = Callable[[str], str]


def loads(text: str | bytes) -> object:
    """Return the value of a JSON text (bytes are UTF-8, UTF-16 or UTF-32). Raises `ValueError`,
    also for nesting deeper than `DEEPEST` and for texts that would fill the memory."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    if len(text) > _LONG:
        return json_pieces.read(json_pieces.cut(text), _BOUNDS)
    try:
        value = READER.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    # A quick test: most texts have fewer brackets in all.
    if text.count("{") + text.count("[") > DEEPEST and not _is_flat(value):
        raise ValueError("nested too deep")
    return value


def loads_each(texts: Sequence[str]) -> list[object]:
    """Return the values of several short JSON texts, faster than one by one. Raises `ValueError` if
    that cannot be done; `loads` says which text is wrong. Wrong texts that make right ones together
    are not noticed."""
    joined = f"[{','.join(texts)}]"
    brackets = sum(max(map(str.count, texts, repeat(sign)), default=0) for sign in "{[")
    if len(joined) > _LONG or brackets > DEEPEST:
        raise ValueError("too long or nested too deep")
    try:
        values = READER.decode(joined)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(values, list) or len(values) != len(texts):
        raise ValueError("not one value in each text")
    return values


def dumps(
    value: object, *, indent: int | None = None, ascii: bool = True, strict: bool = False
) -> str:
    """Return `value` as JSON. Values that other programs cannot read become null, or with `strict`
    raise `ValueError`. Raises `TypeError` for non-data.

    ASCII also preserves texts that cannot be encoded in UTF-8, such as odd file names.
    """
    if not _is_written(value):
        if strict:
            raise ValueError("holds what other programs cannot read")
        value = _copied(value, DEEPEST, str, _as_it_is)
    if ascii and indent is None:
        return _WRITER.encode(value)
    return json.dumps(value, indent=indent, ensure_ascii=ascii, allow_nan=False)


def encode(value: object) -> bytes:
    """Return a JSON file for people to read: UTF-8, or ASCII if necessary."""
    try:
        return dumps(value, indent=2, ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return dumps(value, indent=2).encode() + b"\n"


@overload
def plain(value: Mapping[str, Any], text: TextChange = ...) -> dict[str, Any]: ...
@overload
def plain(value: object, text: TextChange = ...) -> object: ...
def plain(value: object, text: TextChange = replace_lone_surrogates) -> object:
    """Return a copy of `value` with what other programs can read: lists, objects with text as
    names, and in them texts, finite numbers, True, False and None. Everything else becomes None.
    `text` makes a readable text of each text.

    Its depth is at most half of `DEEPEST`, since it is written inside other values.
    """
    return _copied(value, DEEPEST // 2, text, _nothing)


def _nothing(_what: object) -> None:
    return None


_WRITER: Final = json.JSONEncoder(allow_nan=False)


def _is_flat(value: object) -> bool:
    """Return whether the nesting is at most `DEEPEST`."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for container in level
            if isinstance(container, (dict, list))
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return True
    return False


def _is_written(value: object) -> bool:
    """Return whether `dumps` writes this unchanged: its numbers and depth are readable by
    others."""
    level = [value]
    for _ in range(DEEPEST + 1):
        deeper: list[Any] = []
        for node in level:
            if isinstance(node, float):
                if not math.isfinite(node):
                    return False
            elif isinstance(node, int):
                if not -_LARGEST - 1 <= node <= _LARGEST:
                    return False
            elif isinstance(node, dict):
                deeper += node.values()
            elif isinstance(node, (list, tuple)):
                deeper += node
        if not deeper:
            return True
        level = deeper
    return False


def _copied(
    value: object, deep: int, text: Callable[[str], str], convert: Callable[[object], object]
) -> object:
    """Return a copy with None for unreadable numbers and for values nested `deep` levels; `text`
    and `convert` convert texts and non-JSON values."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return value if -_LARGEST - 1 <= value <= _LARGEST else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {
            text(str(name)): _copied(member, deep - 1, text, convert)
            for name, member in value.items()
            if isinstance(name, (str, int))  # numbers become text, as in JSON
        } if deep else None  # fmt: skip
    if isinstance(value, (list, tuple)):
        return [_copied(item, deep - 1, text, convert) for item in value] if deep else None
    return convert(value)


def _as_it_is(value: object) -> object:
    return value
