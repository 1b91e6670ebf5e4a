"""JSON as every program reads it.

Python's own reader takes ``NaN``, ``Infinity`` and ``1e999``, and its writer puts them into files
that no other program opens; whole numbers and depth have no limit there. Here what others cannot
hold is null, when it is read and when it is written (RFC 8259 knows no other way to say it).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, overload

from posto_desktop.common import json_pieces
from posto_desktop.common.json_pieces import DEEPEST, READER
from posto_desktop.common.surrogates import replace_lone_surrogates

__all__ = ["DEEPEST", "dumps", "encode", "loads", "plain"]

_LONG: Final = 256 * 1024
"""Characters of a text that is not read at once, see `json_pieces`."""
_BOUNDS: Final = json_pieces.Bounds(text=16 * 1024 * 1024)
"""Drafts hold texts of any length that a file may have."""
_LARGEST: Final = json_pieces.LARGEST


def loads(text: str | bytes) -> object:
    """The value of a JSON text (bytes are UTF-8, UTF-16 or UTF-32). Raises `ValueError`, for what
    is nested deeper than `DEEPEST` or would fill the memory, too."""
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")
    if len(text) > _LONG:
        return json_pieces.read(json_pieces.cut(text), _BOUNDS)
    try:
        value = READER.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None
    # Most texts have no more brackets than that in all, which is quickly seen.
    if text.count("{") + text.count("[") > DEEPEST and not _is_flat(value):
        raise ValueError("nested too deep")
    return value


def dumps(
    value: object, *, indent: int | None = None, ascii: bool = True, strict: bool = False
) -> str:
    """`value` as JSON. What other programs could not read becomes null, or with `strict` raises
    `ValueError`. What is no data at all is a mistake of the caller: `TypeError`.

    In ASCII also texts come back that cannot be written in UTF-8, as names of files may be.
    """
    if not _is_written(value):
        if strict:
            raise ValueError("holds what other programs cannot read")
        value = _copied(value, DEEPEST, str, _as_it_is)
    if ascii and indent is None:
        return _WRITER.encode(value)
    return json.dumps(value, indent=indent, ensure_ascii=ascii, allow_nan=False)


def encode(value: object) -> bytes:
    """A whole file of JSON that people may want to read: UTF-8, or ASCII where that is needed."""
    try:
        return dumps(value, indent=2, ascii=False).encode() + b"\n"
    except UnicodeEncodeError:
        return dumps(value, indent=2).encode() + b"\n"


@overload
def plain(value: Mapping[str, Any]) -> dict[str, Any]: ...
@overload
def plain(value: object) -> object: ...
def plain(value: object) -> object:
    """A copy of what other programs can read of `value`: lists, objects with text as names, and
    in them texts, finite numbers, True, False and None. None stands for all else.

    It is at most half as deep as `DEEPEST`: it will lie within other things when it is written.
    """
    return _copied(value, DEEPEST // 2, replace_lone_surrogates, _nothing)


def _nothing(_what: object) -> None:
    return None


_WRITER: Final = json.JSONEncoder(allow_nan=False)


def _is_flat(value: object) -> bool:
    """Whether no more than `DEEPEST` lists and objects lie within each other."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for one in level
            if isinstance(one, (dict, list))
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return True
    return False


def _is_written(value: object) -> bool:
    """Whether `dumps` writes this as it is: its numbers and its depth are what others read."""
    level = [value]
    for _ in range(DEEPEST + 1):
        deeper: list[Any] = []
        for one in level:
            if isinstance(one, float):
                if not math.isfinite(one):
                    return False
            elif isinstance(one, int):
                if not -_LARGEST - 1 <= one <= _LARGEST:
                    return False
            elif isinstance(one, dict):
                deeper += one.values()
            elif isinstance(one, (list, tuple)):
                deeper += one
        if not deeper:
            return True
        level = deeper
    return False


def _copied(
    value: object, deep: int, text: Callable[[str], str], other: Callable[[object], object]
) -> object:
    """A copy with None for numbers that others do not read, and for what lies `deep` within each
    other; texts and what is no JSON become what `text` and `other` make of them."""
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
            text(str(name)): _copied(one, deep - 1, text, other)
            for name, one in value.items()
            if isinstance(name, (str, int))  # numbers become text, as JSON has it
        } if deep else None  # fmt: skip
    if isinstance(value, (list, tuple)):
        return [_copied(one, deep - 1, text, other) for one in value] if deep else None
    return other(value)


def _as_it_is(value: object) -> object:
    return value
