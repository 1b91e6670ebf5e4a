"""Checks a part against the limits of its account's server, with the error sentences."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server import text as texts
from posto_desktop.server.body import readable_size
from posto_desktop.server.networks import ServerNetwork
from posto_desktop.server.publishers.attachments import missing
from posto_desktop.server.publishers.base import Account, Attachment, Limits, Part, Refused
from posto_desktop.server.publishers.http import HttpAnswer

CLOCK_MARGIN = 120.0
"""Seconds by which the times of a server may differ from its clock."""
_LONGEST_ID = 500
SCALABLE = ("image/jpeg", "image/png", "image/webp")


def with_link(part: Part) -> str:
    """The text with the post's link behind it, unless it stands in the text already."""
    if not part.link or part.link in part.text:
        return part.text
    return f"{part.text}\n{part.link}".lstrip()


def length(text: str, limits: Limits) -> int:
    """The length of a text as the server counts it."""
    rules: dict[str, Any] = {"unit": limits.unit, "url_counts_as": limits.link_length}
    return texts.count(text, ServerNetwork("", "", {"text": rules}))


def is_too_large(attachment: Attachment, limits: Limits) -> bool:
    """Whether a picture has more bytes or pixels than the server takes."""
    pixels = (attachment.width or 0) * (attachment.height or 0)
    return (limits.image_bytes is not None and attachment.size > limits.image_bytes) or (
        limits.image_pixels is not None and pixels > limits.image_pixels
    )


def check(account: Account, part: Part, text: str, *, scales: bool = False) -> None:
    """Raise Refused for what the server of the account would not take. Nothing is cut. With
    `scales` the publisher makes pictures smaller that are too large."""
    limits, server = account.limits, account.handle or account.server
    if not text and not part.media:
        raise Refused(translatable("Server", "The post is empty. Add a text or a file."), "text")
    if limits.needs_media and not part.media and part.kind == "post":
        raise Refused(
            translatable("Server", "{server} needs at least one picture or video.").format(
                server=server
            ),
            "files",
        )
    long = length(text, limits) if limits.text is not None else 0
    if limits.text is not None and long > limits.text:
        sentence = translatable(
            "Server", "The text has {count} characters; {server} allows {limit}. Shorten it."
        ).format(count=f"{long:,}", server=server, limit=f"{limits.text:,}")
        raise Refused(sentence, "text")
    if limits.files is not None and len(part.media) > limits.files:
        sentence = translatable(
            "Server", "The post has {count} files; {server} allows {limit}. Remove some."
        ).format(count=len(part.media), server=server, limit=limits.files)
        raise Refused(sentence, "files")
    for file in part.media:
        if not file.path.is_file():
            raise missing(file)
        if limits.mime_types and file.mime not in limits.mime_types:
            raise Refused(
                translatable(
                    "Server", "{server} does not support files like {name} ({mime}). Remove it."
                ).format(server=server, name=file.name, mime=file.mime)
            )
        if scales and file.mime in SCALABLE:
            most = None
        else:
            most = limits.video_bytes if file.kind == "video" else limits.image_bytes
        if most is not None and file.size > most:
            raise Refused(
                translatable(
                    "Server",
                    "{name} has {size}; {server} allows {limit}. Make it smaller or remove it.",
                ).format(
                    name=file.name,
                    size=readable_size(file.size),
                    server=server,
                    limit=readable_size(most),
                )
            )
        pixels = (file.width or 0) * (file.height or 0)
        is_scaled = file.kind != "image" or (scales and file.mime in SCALABLE)
        if limits.image_pixels and pixels > limits.image_pixels and not is_scaled:
            raise Refused(
                translatable(
                    "Server",
                    "{name} has {width} × {height} pixels; {server} allows {limit} in all. Make "
                    "it smaller.",
                ).format(
                    name=file.name,
                    width=file.width,
                    height=file.height,
                    server=server,
                    limit=f"{limits.image_pixels:,}",
                )
            )
        if limits.alt is not None and len(file.alt) > limits.alt:
            raise Refused(
                translatable(
                    "Server",
                    "The description of {name} has {count} characters; {server} allows {limit}. "
                    "Shorten it.",
                ).format(
                    name=file.name,
                    count=f"{len(file.alt):,}",
                    server=server,
                    limit=f"{limits.alt:,}",
                )
            )


def id_of(value: object) -> str:
    """An id as servers give them, a text or a number; "" for what is none."""
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_ID and value.isprintable() else ""
    is_number = type(value) is int and 0 < value < 2**63
    return str(value) if is_number else ""


def id_in_link(link: str, pattern: str) -> str:
    """Return the id in the path of a pasted address, the group of `pattern`. Raises Refused for an
    address that is none of a post there."""
    try:
        path = urlsplit(link).path.rstrip("/")
    except ValueError:
        path = ""
    match = re.fullmatch(pattern, path)
    if match is None:
        raise Refused(
            translatable(
                "Server",
                "This is not the address of a post on this channel. Open the post and copy "
                "its address.",
            )
        )
    return id_of(match.group(1))


def figures(answer: Mapping[str, Any], named: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the insights among what a server said: `named` are their labels and its names."""
    values = ((label, answer.get(name)) for label, name in named)
    return [
        {"label": label, "value": int(value)}
        for label, value in values
        if type(value) is int or (isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value))
    ]


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list that a server gave; [] for what is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def is_web_address(text: object) -> TypeGuard[str]:
    """Whether a server gave an address that a browser opens."""
    if not isinstance(text, str) or not text.startswith(("https://", "http://")):
        return False
    try:
        return bool(urlsplit(text).hostname) and text.isprintable() and " " not in text
    except ValueError:
        return False


def clock_ahead(answer: HttpAnswer) -> float:
    """Return by how many seconds the server's clock is ahead of this one."""
    try:
        server_time = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return server_time - time.time()


def sent_since(part: Part, answer: HttpAnswer) -> float:
    """Return since when a part may be out, by the clock of the server that answered."""
    return (part.first_sent or 0.0) + clock_ahead(answer) - CLOCK_MARGIN


def time_of(text: object) -> float:
    """Return a time as servers write it in Unix seconds; what is none counts as new."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return float("inf")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


# -- comparing -------------------------------------------------------------------------------------

_FAR = re.compile(r"(@\w+)@[\w.-]*\w")
# Some servers make pictures of these.
_EMOTICONS = re.compile(r"(?<!\w)(?:<3|[:;=xX]['-]?[DPpOo3bdSs])(?!\w)")
_MARKS = re.compile(r"[\W_]+")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "p", "div", "li"):
            self.parts.append("\n")


def text_of_html(html: str) -> str:
    """The words of a piece of HTML."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return "".join(parser.parts).strip()


def bare(text: str) -> str:
    """A text for comparing: letters and digits alone, since servers turn signs into formatting,
    and without the servers of people who are mentioned, which they leave out."""
    plain = _EMOTICONS.sub("", _FAR.sub(r"\1", text))
    return _MARKS.sub("", plain).casefold() or "".join(text.split())
