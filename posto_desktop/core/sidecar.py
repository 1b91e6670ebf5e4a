"""What stands beside a picture or video: its text, description, labels, channels and time.

From a file with the same stem (Markdown with front matter, JSON, plain text, XMP) or from the file
itself (`media.embedded_texts`). Bytes come from outside: sizes are limited, and what cannot be read
raises SidecarError with the file's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.common.translation import translate
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.sidecar_texts import SidecarTexts
from posto_desktop.core.xmp import XmpError, read_xmp

MAX_BYTES = 200_000
"""Most bytes of a sidecar: no network takes as much."""
_MARKDOWN = (".md", ".markdown")


class SidecarError(ValueError):
    """A sidecar cannot be read; the sentence has its name."""

    @property
    def user_message(self) -> str:
        return str(self)


def read_sidecar(data: bytes, name: str, media_name: str) -> SidecarTexts:
    """Return what a sidecar says of the file `media_name`. Raises SidecarError."""
    if len(data) > MAX_BYTES:
        words = translate("WatchFolders", "{name} is too large: a text has at most {size} KB.")
        raise SidecarError(words.format(name=name, size=MAX_BYTES // 1000))
    suffix = "." + name.lower().rsplit(".", 1)[-1]
    if suffix == ".xmp":
        try:
            return read_xmp(data)
        except XmpError:
            raise _unreadable(name) from None
    text = _decoded(data, name)
    if suffix == ".json":
        return _of_json(text, name)
    if suffix in _MARKDOWN:
        return _of_markdown(text, name, media_name)
    return SidecarTexts(text=text.strip())


def _unreadable(name: str) -> SidecarError:
    return SidecarError(translate("WatchFolders", "{name} cannot be read.").format(name=name))


def _decoded(data: bytes, name: str) -> str:
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        words = translate("WatchFolders", "{name} is not text in UTF-8. Save it as UTF-8.")
        raise SidecarError(words.format(name=name)) from None
    if "\0" in text:
        raise _unreadable(name)
    return replace_lone_surrogates(text.replace("\r\n", "\n"))


def _of_markdown(text: str, name: str, media_name: str) -> SidecarTexts:
    from posto_desktop.core.front_matter import FrontMatterProblem, read_message

    try:
        message = read_message(text, name)
    except FrontMatterProblem as problem:
        raise SidecarError(str(problem)) from None
    described = dict(zip(message.media, message.descriptions, strict=False))
    alts = [alt for path, alt in described.items() if _last(path) == media_name.lower()]
    alt = alts[0] if alts else next(iter(message.alt), "")
    return SidecarTexts(
        text=message.text,
        alt=alt,
        labels=tuple(clean_labels(message.labels)),
        to=message.to,
        when=message.when,
        title=message.title,
        link=message.link,
        comment=message.comment,
        style=message.style,
        name=message.name,
    )


def _last(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1].lower()


_JSON_NAMES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "caption", "description", "message"),
    "alt": ("alt", "alt_text", "altText"),
    "labels": ("labels", "tags", "keywords"),
    "to": ("to", "channels"),
    "when": ("when",),
    "title": ("title",),
    "link": ("link",),
    "comment": ("comment", "first_comment"),
    "style": ("style",),
    "name": ("name",),
}
_LISTS = ("labels", "to")


def _of_json(text: str, name: str) -> SidecarTexts:
    try:
        data = json_text.loads(text)
    except ValueError:
        words = translate("WatchFolders", "{name} is not valid JSON.")
        raise SidecarError(words.format(name=name)) from None
    if not isinstance(data, Mapping):
        raise _unreadable(name)
    # Exports of photo services give the name of the file as its title.
    is_export = "photoTakenTime" in data
    values: dict[str, Any] = {}
    for field, names in _JSON_NAMES.items():
        if is_export and field == "title":
            continue
        value = next((data[key] for key in names if data.get(key)), "")
        values[field] = _texts(value) if field in _LISTS else _text(value)
    values["labels"] = tuple(clean_labels(values["labels"]))
    return SidecarTexts(**values)


def _text(value: object) -> str:
    return replace_lone_surrogates(value.strip()) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list):
        return ()
    return tuple(text for part in listed[:100] if (text := _text(part)))
