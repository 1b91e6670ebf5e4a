"""The link card that networks show, read from the page's head as they do.

Sources: the Open Graph protocol (og:*), X's card markup (twitter:*), and HTML.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from posto_desktop.common.markup import unescaped

LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 600
LONGEST_ADDRESS = 2048
MAX_CHARACTERS = 512 * 1024

_TITLE = ("og:title", "twitter:title", "title")
_DESCRIPTION = ("og:description", "twitter:description", "description")
_IMAGE = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "image_src",
)
_SITE = ("og:site_name", "application-name")
_WANTED = frozenset({*_TITLE, *_DESCRIPTION, *_IMAGE, *_SITE} - {"title", "image_src"})

_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.\-]{2,40})""")
_HEADER_CHARSET = re.compile(r"""(?i)charset\s*=\s*["']?([a-z0-9_:.\-]{2,40})""")
# Direction characters would affect all text after them, so a card has none.
_DIRECTIONS = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@dataclass(frozen=True)
class LinkCard:
    """Content of a card. `url` is the final address; texts are plain single lines and may be empty;
    `image_url` is http(s) or empty; `site` is the site's name or host."""

    url: str
    title: str = ""
    description: str = ""
    image_url: str = ""
    site: str = ""


def parse_card(body: bytes, url: str, content_type: str = "") -> LinkCard:
    """Return the card of a page's beginning; never raises, whatever the bytes."""
    return parse_text(decode(body, content_type), url)


def parse_text(text: str, url: str) -> LinkCard:
    """Build the card from the tags in the first `MAX_CHARACTERS`; `url` resolves relative links."""
    head = _Head(text[:MAX_CHARACTERS])
    base = _address(head.base, url) or url
    image = next(
        (address for key in _IMAGE if (address := _address(head.properties.get(key, ""), base))), ""
    )
    return LinkCard(
        url=url,
        title=_line(_first(head, _TITLE), LONGEST_TITLE),
        description=_line(_first(head, _DESCRIPTION), LONGEST_DESCRIPTION),
        image_url=image,
        site=_line(_first(head, _SITE), 100) or host_of(url),
    )


def host_of(url: str) -> str:
    """Return the host to show if the page names no site, without "www."."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def decode(body: bytes, content_type: str = "") -> str:
    """Return a page's text: by byte order mark, HTTP header, <meta>, UTF-8, else Windows-1252 as in
    browsers."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(name, "replace")
    header = _HEADER_CHARSET.search(content_type)
    meta = _CHARSET.search(body[:4096])
    for name in (
        header.group(1) if header else "",
        meta.group(1).decode("ascii") if meta else "",
        "utf-8",
    ):
        codec = _codec(name)
        if codec and (name != "utf-8" or _is_utf8(body)):
            return body.decode(codec, "replace")
    return body.decode("cp1252", "replace")


def _is_utf8(body: bytes) -> bool:
    """Return whether it is UTF-8, apart from a character that the limit cut in two."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(body) - error.start < 4 and error.reason == "unexpected end of data"
    return True


def _codec(name: str) -> str:
    """Return the codec of a charset; empty for unknown ones and those that are no text encoding."""
    if not name:
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(info, "_is_text_encoding", True) or info.name in ("idna", "punycode", "utf-7"):
        return ""
    # Browsers decode these as their Windows supersets (WHATWG Encoding).
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}.get(
        info.name, info.name
    )


class _Head:
    """Collects the card's values from a page's head; the first of each wins.

    One pass over the text: the standard library's parser takes minutes for half a megabyte of
    "<!--", and pages are untrusted.
    """

    def __init__(self, text: str) -> None:
        self.properties: dict[str, str] = {}
        self.base = ""
        self._text = text
        place = 0
        while (start := text.find("<", place)) >= 0:
            end = self._markup(start)
            if end is None:
                return
            place = end

    def _markup(self, start: int) -> int | None:
        """Parse what begins at a "<"; return its end, or None if nothing relevant follows."""
        text = self._text
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4)
            return end + 3 if end >= 0 else None
        if text.startswith(("<!", "<?", "</"), start):
            end = text.find(">", start)
            if end < 0 or text[start : end + 1].lower().startswith("</head"):
                return None
            return end + 1
        name = _NAME.match(text, start + 1)
        if name is None:
            return start + 1
        attributes, after = _attributes(text, name.end())
        if after is None:
            return None
        tag = name.group().lower()
        if tag == "body":
            return None
        if tag in _RAW:
            close = _RAW[tag].search(text, after)
            if tag == "title":
                title = unescaped(text[after : close.start() if close else after + _LONGEST_VALUE])
                if title.strip():
                    self.properties.setdefault("title", title)
            return close.end() if close else None
        self._add(tag, attributes)
        return after

    def _add(self, tag: str, values: dict[str, str]) -> None:
        if tag == "meta":
            content = values.get("content", "")
            for name in ("property", "name", "itemprop"):
                key = values.get(name, "").strip().lower()
                if key in _WANTED and content.strip():
                    self.properties.setdefault(key, content)
        elif tag == "link":
            if "image_src" in values.get("rel", "").lower().split() and values.get("href"):
                self.properties.setdefault("image_src", values["href"])
        elif tag == "base" and not self.base:
            self.base = values.get("href", "")


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:_-]{0,40}")
_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s"'<>/=][^\s"'>/=]*+|[="'<])(\s*+=\s*+)?""")
_BARE = re.compile(r"[^\s>]*+")
_GAP = re.compile(r"[\s/]*+")
_LONGEST_VALUE = 8192
# Elements whose content is not markup.
_RAW = {
    tag: re.compile(rf"</{tag}\b", re.IGNORECASE)
    for tag in ("title", "script", "style", "noscript", "textarea", "template")
}


def _attributes(text: str, place: int) -> tuple[dict[str, str], int | None]:
    """Return a tag's attributes, the first of each name, and its end; None if it has none."""
    values: dict[str, str] = {}
    while True:
        gap = _GAP.match(text, place)
        place = gap.end() if gap else place
        if place >= len(text):
            return values, None
        if text[place] == ">":
            return values, place + 1
        match = _ATTRIBUTE.match(text, place)
        if match is None:
            place += 1
            continue
        place = match.end()
        value = ""
        if match.group(2):
            quote = text[place : place + 1]
            if quote in ('"', "'"):
                end = text.find(quote, place + 1)
                if end < 0:
                    return values, None
                value = text[place + 1 : min(end, place + _LONGEST_VALUE)]
                place = end + 1
            else:
                bare = _BARE.match(text, place)
                end = bare.end() if bare else place
                value = text[place : min(end, place + _LONGEST_VALUE)]
                place = end
        values.setdefault(match.group(1).lower(), unescaped(value))


def _first(head: _Head, keys: tuple[str, ...]) -> str:
    return next((head.properties[key] for key in keys if key in head.properties), "")


def _line(text: str, longest: int) -> str:
    """Return one line without control and direction characters, shortened with an ellipsis."""
    text = text[: longest * 8].translate(_DIRECTIONS)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def _address(text: str, base: str) -> str:
    """Return an absolute http(s) address, or empty."""
    text = text.strip()
    if not text or len(text) > LONGEST_ADDRESS:
        return ""
    try:
        whole = urljoin(base, text)
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    return whole if whole.isprintable() and " " not in whole else ""
