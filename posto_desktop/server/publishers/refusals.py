"""Determines which field of a post a refusal is about."""

from __future__ import annotations

import re

from posto_desktop.server.publishers.base import Part, Refused

__all__ = ["field_of"]

_FIELDS = (
    ("title", r"title|subject|headline"),
    ("files", r"images?|photos?|pictures?|videos?|media|files?|attachments?|blob|thumbnail"),
    (
        "text",
        r"text|content|status(?! [0-9])|caption|message|body|description|characters?|graphemes",
    ),
    ("link", r"links?|urls?"),
)


def field_of(error: Refused, part: Part | None) -> str:
    """Return what of a post a refusal is about (`Refused.field`), by its words where the publisher
    does not say it; "comment" for a first comment, "thread N" for the text of the N-th part."""
    if part is not None and part.kind == "comment":
        return "comment"
    sentence = str(error)
    named = (
        [attachment for attachment in part.media if attachment.name and attachment.name in sentence]
        if part
        else []
    )
    if len(named) == 1:
        return f"file {named[0].id}"
    field = error.field or next(
        (name for name, words in _FIELDS if re.search(rf"\b({words})\b", sentence, re.I)), ""
    )
    if field == "files" and part is not None and len(part.media) == 1:
        return f"file {part.media[0].id}"
    if part is not None and part.kind == "thread" and field != "files":
        return f"thread {part.number + 1}"
    return field
