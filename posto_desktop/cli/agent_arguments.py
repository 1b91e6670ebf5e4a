"""Arguments of tools, as an agent gives them: checked against the tool's schema, with a sentence
for what does not fit.

Only the part of JSON Schema that the tools use is known here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from posto_desktop.cli.exits import usage

Schema = Mapping[str, Any]

MAX_TEXT = 50_000
"""Longest text in characters."""
_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}
_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list}


def text(about: str, longest: int = MAX_TEXT, *, enum: tuple[str, ...] = ()) -> Schema:
    """Return the schema of a text."""
    schema: dict[str, Any] = {"type": "string", "description": about, "maxLength": longest}
    return schema | {"enum": list(enum)} if enum else schema


def number(about: str, least: int, most: int) -> Schema:
    return {"type": "integer", "description": about, "minimum": least, "maximum": most}


def many(about: str, items: Schema, most: int, least: int = 0) -> Schema:
    """Return the schema of a list."""
    schema = {"type": "array", "description": about, "items": items}
    return {**schema, "minItems": least, "maxItems": most}


def texts_by_name(about: str, longest: int = MAX_TEXT) -> Schema:
    """Return the schema of an object of texts."""
    inner = {"type": "string", "maxLength": longest}
    return {"type": "object", "description": about, "additionalProperties": inner}


def fields(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    """Return the schema of an object with these fields."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def check(schema: Schema, given: object, name: str = "") -> None:
    """Raise CommandError if a value does not fit its schema; `name` is that of the argument."""
    shown = name or "The arguments"
    kind = str(schema["type"])
    if kind == "object":
        _check_object(schema, given, name)
        return
    fits = isinstance(given, _TYPES[kind]) and (kind == "boolean" or not isinstance(given, bool))
    if not fits:
        raise usage(f"{shown} must be {_NAMES[kind]}, not {_shown(given)}.")
    if isinstance(given, str):
        _check_text(schema, given, shown)
    elif isinstance(given, list):
        _check_list(schema, given, shown)
    elif isinstance(given, int) and not isinstance(given, bool):
        least, most = schema["minimum"], schema["maximum"]
        if not least <= given <= most:
            raise usage(f"{shown} must be between {least} and {most}, not {_shown(given)}.")


def _check_text(schema: Schema, given: str, shown: str) -> None:
    longest = schema["maxLength"]
    if len(given) > longest:
        raise usage(f"{shown} has {len(given):,} characters; at most {longest:,} are possible.")
    if "\x00" in given or any("\ud800" <= character <= "\udfff" for character in given):
        raise usage(f"{shown} holds characters that are no text.")
    choices = schema.get("enum")
    if choices and given not in choices:
        raise usage(f"{shown} must be {', '.join(choices[:-1])} or {choices[-1]}.")


def _check_list(schema: Schema, given: list[Any], shown: str) -> None:
    least, most = schema["minItems"], schema["maxItems"]
    if not least <= len(given) <= most:
        raise usage(f"{shown} must have {least} to {most} items, not {len(given)}.")
    for at, item in enumerate(given, 1):
        check(schema["items"], item, f"{shown}, item {at},")


def _check_object(schema: Schema, given: object, name: str) -> None:
    shown = name or "The arguments"
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        raise usage(f"{shown} must be {_NAMES['object']}, not {_shown(given)}.")
    properties, inner = schema.get("properties", {}), schema["additionalProperties"]
    if len(given) > 100:
        raise usage(f"{shown} must have at most 100 fields.")
    for key in schema.get("required", ()):
        if key not in given:
            raise usage(f"{key} is missing.")
    for key, value in given.items():
        known = properties.get(key, inner)
        if not isinstance(known, Mapping):
            raise usage(f"There is no argument {_shown(key)}. There are: {_listed(properties)}.")
        check(known, value, key)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(names) or "none"


def _shown(value: object) -> str:
    words = json.dumps(value, ensure_ascii=True, default=str)
    return words if len(words) <= 60 else f"{words[:59]}…"
