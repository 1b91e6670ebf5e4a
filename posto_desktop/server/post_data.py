"""What the data of a post (`customization`) names: its files, and the parts of its thread."""

from __future__ import annotations

from typing import Any

from posto_desktop.server.forms import whole_number


def media_ids(data: dict[str, Any]) -> list[int]:
    """Return the media of a post, in order, that the sender would use."""
    if data.get("upload_media") is not True or data.get("upload_media_type") != "custom":
        return []
    listed = data.get("media_list_to_upload")
    numbers = [whole_number(item) for item in listed] if isinstance(listed, list) else []
    return [number for number in numbers if number is not None]


def thread_of(data: dict[str, Any]) -> list[tuple[str, list[int]]]:
    """Return what goes on in the thread of a post: the text and the media of each further part."""
    listed = data.get("posto_thread")
    parts: list[tuple[str, list[int]]] = []
    for part in listed if isinstance(listed, list) else []:
        if isinstance(part, dict):
            text, media = part.get("text"), part.get("media")
            numbers = [whole_number(item) for item in media] if isinstance(media, list) else []
            ids = [number for number in numbers if number is not None]
            parts.append((text if isinstance(text, str) else "", ids))
    return parts
