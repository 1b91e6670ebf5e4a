"""`posto:` links: requests of web pages and other programs to show something in the app.

``posto:compose?text=…&link=…&when=…`` begins a message, each further ``text=…`` another part of its
thread; ``posto:schedule``, ``posto:calendar`` and so on open a page. Such links are untrusted, so
they only fill in and show: they send nothing, attach no local file, and sign in nowhere. Their text
is treated like pasted text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import MAX_PARTS

SCHEME = "posto"
MAX_TEXT = 20_000
"""Longest text, in characters; systems truncate longer links themselves."""
MOST = 100_000
_MAX_FIELDS = MAX_PARTS + 10
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class DeepLinkError(ValueError):
    """An invalid link. `user_message` says why."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


@dataclass(frozen=True)
class DeepLink:
    """Target of a link: the key of a page, and for "compose" the fields to fill in. `further` are
    the texts of the further parts of a thread."""

    page: str
    text: str = ""
    link: str = ""
    when: str = ""
    further: tuple[str, ...] = ()

    @property
    def has_content(self) -> bool:
        return bool(self.text or self.link)


def read(url: str, pages: tuple[str, ...]) -> DeepLink:
    """Read a link. `pages` are the keys of the pages.

    Raises `DeepLinkError` for anything else.
    """
    if len(url) > MOST:
        raise DeepLinkError(translate("DeepLinks", "The link is too long."))
    try:
        parts = urlsplit(url.strip())
        fields = parse_qs(parts.query, max_num_fields=_MAX_FIELDS)
    except ValueError:
        raise DeepLinkError(translate("DeepLinks", "The link cannot be read.")) from None
    if parts.scheme != SCHEME:
        words = translate("DeepLinks", "The link does not begin with “{start}”.")
        raise DeepLinkError(words.format(start=f"{SCHEME}:"))
    # posto:compose and posto://compose mean the same.
    page = unquote(parts.netloc or parts.path).strip("/").lower() or "compose"
    if page not in pages:
        words = translate("DeepLinks", "The link leads to “{page}”. This version has no such page.")
        raise DeepLinkError(words.format(page=_shown(page)))

    def clean(value: str, most: int) -> str:
        return "".join(sign for sign in value if _is_kept(sign))[:most].strip()

    def first(name: str, most: int) -> str:
        return clean(fields.get(name, [""])[0], most)

    if page != "compose":
        return DeepLink(page)
    link = first("link", 2_000)
    if link and _scheme(link) not in ("http", "https"):
        raise DeepLinkError(
            translate("DeepLinks", "The link would attach an address that is not a web address.")
        )
    texts = [text for value in fields.get("text", []) if (text := clean(value, MAX_TEXT))]
    if len(texts) > MAX_PARTS:
        words = translate(
            "DeepLinks", "The link has %n part(s), and a thread {most} at most.", "", len(texts)
        )
        raise DeepLinkError(words.format(most=MAX_PARTS))
    when = " ".join(first("when", 200).split())
    return DeepLink(page, texts[0] if texts else "", link, when, tuple(texts[1:]))


def _is_kept(sign: str) -> bool:
    """Reject controls, and characters that change text direction to disguise the text after
    them."""
    if sign in "\n\t":
        return True
    return unicodedata.category(sign) not in ("Cc", "Cs") and sign not in _TURNING


def _scheme(address: str) -> str:
    """Return the scheme of an address, "" where it has none or cannot be read."""
    try:
        return urlsplit(address).scheme
    except ValueError:
        return ""


def _shown(word: str) -> str:
    return word if len(word) <= 40 else f"{word[:39]}…"
