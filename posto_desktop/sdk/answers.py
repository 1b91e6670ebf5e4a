"""Tolerant reading of a service's answers.

Real sites put PHP notices before the JSON, answer `[]` for an empty object, send ids as strings,
HTML with any status, and the plugin's errors with status 200 as ``{"error_msg": "..."}``.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable
from typing import Any, TypeVar

from posto_desktop.common.translation import translatable

from ..common import json_pieces, json_text
from ..common.markup import unescaped

MAX_MESSAGE = 400

_T = TypeVar("_T")

# Each scans any part of the text once, in linear time.
_TAG = re.compile(r"<[^<>]*>")
_BLOCK = re.compile(r"(?i)<(?:br|/p|/div|/li|/h[1-6]|/title|/tr)\b[^<>]*>")
_SCRIPT = re.compile(r"(?i)<(script|style)\b")
_SCRIPT_ENDS = {tag: re.compile(rf"(?i)</{tag}\s*>") for tag in ("script", "style")}
_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"[<&]|  ")
_TITLE = re.compile(r"(?i)<title\b[^<>]*>")
_TITLE_END = re.compile(r"(?i)</title\s*>")
# PHP's fatal errors contain paths of the server, which must not be shown.
_SERVER_PATH = re.compile(
    r"(?:\bin\s+)?(?<![\w:/])/(?:[\w.\-]+/)+[\w.\-]+(?:\s+on line\s+\d+|:\d+)?"
)
_MAX_RAW = 64 * 1024
"""Characters of an outside text that are processed: many times what is shown."""


class UnreadableAnswer(ValueError):
    """The text is not JSON, not even after a prefix."""


def plain_text(text: object, limit: int = MAX_MESSAGE) -> str:
    """Return `text` without HTML, entities and line breaks, at most `limit` characters long.

    Of a longer text only the first 80 times as many characters are processed, at most 64 K.
    """
    raw = str(text)[: min(_MAX_RAW, 80 * limit)]
    if len(raw) <= limit and raw.isprintable() and not _MARKUP.search(raw):
        return raw.strip()  # most texts; a hundred thousand rows have two each
    shown = without_scripts(raw)
    shown = _TAG.sub("", _BLOCK.sub(" ", shown))
    shown = _SPACE.sub(" ", unescaped(shown)).strip()
    shown = "".join(c for c in shown if c.isprintable())
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def without_scripts(text: str) -> str:
    """Return `text` with a space for each script and style sheet; an unclosed one stays."""
    pieces: list[str] = []
    position = looked = 0
    endless: set[str] = set()
    while (match := _SCRIPT.search(text, looked)) is not None:
        looked = match.end()
        tag = match.group(1).lower()
        if tag in endless:
            continue
        end = _SCRIPT_ENDS[tag].search(text, looked)
        if end is None:  # later ones have no end either
            endless.add(tag)
            continue
        pieces += (text[position : match.start()], " ")
        position = looked = end.end()
    return "".join((*pieces, text[position:]))


def safe_message(text: object, limit: int = MAX_MESSAGE) -> str:
    """As `plain_text`, without the server's file paths, for messages shown to users."""
    return plain_text(_SERVER_PATH.sub("", str(text)[:_MAX_RAW]), limit).strip()


def ended(sentence: str) -> str:
    """Return `sentence` with a full stop if it has no final punctuation."""
    text = sentence.strip()
    return text if not text or text[-1] in ".!?…:)" else text + "."


def page_title(text: str) -> str:
    """Return the title of an HTML page, or an empty string."""
    page = text[:_MAX_RAW]
    start = _TITLE.search(page)
    end = _TITLE_END.search(page, start.end()) if start else None
    return plain_text(page[start.end() : end.start()], 120) if start and end else ""


def looks_like_html(text: str) -> bool:
    start = text[:_MAX_RAW].lstrip("\ufeff \t\r\n")[:200].lower()
    return start.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml"))


def read_json(text: str) -> object:
    """Return the JSON value in `text`, skipping a byte order mark and PHP notices.

    Raises `UnreadableAnswer`. After a notice only an object or a list is accepted, and it must
    reach the end of the text: anything else is a page that happens to contain a bracket.
    """
    body = text.lstrip("\ufeff").strip()
    if not body:
        raise UnreadableAnswer("the answer is empty")
    try:
        return json_text.loads(body)
    except ValueError:
        pass
    if looks_like_html(body):
        raise UnreadableAnswer("the answer is a web page")
    tries, read = 0, 0
    for match in re.finditer(r"[\[{]", body):
        if match.start() == 0:
            continue
        tries += 1
        if tries > 200 or read > 2 * len(body):  # a hostile text must not cost a quadratic search
            break
        try:
            _value, end = json_pieces.READER.raw_decode(body, match.start())
        except json.JSONDecodeError as error:
            read += error.pos - match.start()
            continue
        except (ValueError, RecursionError):
            read += len(body) // 8
            continue
        read += end - match.start()
        if not body[end:].strip():
            with contextlib.suppress(ValueError):  # nested too deep
                return json_text.loads(body[match.start() :])
    raise UnreadableAnswer("the answer is not JSON")


def as_mapping(value: object) -> dict[str, Any]:
    """Return an object; PHP's `[]` and anything else that is not an object count as empty."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[Any]:
    """Return a list; PHP turns a list with holes into an object with number keys, which is accepted
    too."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value and all(str(key).isdigit() for key in value):
        return list(value.values())
    return []


def rows_of(data: object, key: str) -> list[Any] | None:
    """Return the list under `key`, or the answer itself if it is a list; None for neither. PHP's
    empty objects, also in place of the whole answer, are empty lists."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return None
    value = data.get(key, None if data else [])
    if isinstance(value, list) or value == {}:
        return list(value)
    return as_list(value) or None


def as_int(value: object) -> int | None:
    """Return an integer, also from text; None for anything else, including booleans."""
    if type(value) is int:  # the usual case first: lists of a hundred thousand rows have several
        return value if -(2**63) < value < 2**63 else None  # the limit of a database
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**63 else None
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,18}\s*", value):
        return int(value)
    return None


def as_bool(value: object, default: bool = False) -> bool:
    """Return True or False, also from PHP's 1/0, "1"/"0", "true"/"false", "on"/"off"."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value != 0
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"1", "true", "yes", "on"}:
            return True
        if word in {"0", "false", "no", "off", ""}:
            return False
    return default


def as_text(value: object, default: str = "") -> str:
    """Return text, also from numbers and WordPress's ``{"raw": ..., "rendered": ...}``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return default
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, dict):
        for key in ("raw", "rendered"):
            if isinstance(value.get(key), str):
                return str(value[key])
    return default


def error_of(value: object) -> tuple[str | None, str] | None:
    """Return (code, message) if a JSON answer is an error, else None.

    Recognises the plugin's ``error_msg`` (also with status 200) and WordPress's
    ``code``/``message`` pair. The message is plain text without the server's paths.
    """
    if not isinstance(value, dict):
        return None
    complaint = value.get("error_msg")
    if (
        isinstance(complaint, (str, int, float, list, dict))
        and not isinstance(complaint, bool)
        and complaint
    ):
        return None, safe_message(_flat(complaint)) or translatable(
            "Sdk", "The service refused this without a reason."
        )
    code, message = value.get("code"), value.get("message")
    if isinstance(code, (str, int)) and not isinstance(code, bool) and isinstance(message, str):
        # `data.status` distinguishes WordPress's errors from rows that merely have a code.
        status = as_mapping(value.get("data")).get("status")
        known = {"code", "message", "data", "additional_errors", "additional_data"}
        if status is not None or set(value) <= known:
            return str(code), safe_message(message)
    return None


def _flat(value: object) -> str:
    """Return the texts of a nested value in one line, limited to a message's length: `json` nests
    deeply."""
    texts: list[str] = []
    waiting = [value]
    length = 0
    while waiting and length < _MAX_RAW:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += reversed(node.values())
        elif isinstance(node, list):
            waiting += reversed(node)
        else:
            texts.append(str(node)[:_MAX_RAW])
            length += len(texts[-1]) + 2
    return "; ".join(texts)


def unique(values: Iterable[_T]) -> list[_T]:
    """Return the values in order, each once."""
    return list(dict.fromkeys(values))
