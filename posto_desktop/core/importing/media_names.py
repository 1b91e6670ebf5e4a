"""File names in cells: several in one cell, on this computer or on the web."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from posto_desktop.common.translation import translate
from posto_desktop.net.addresses import may_be_public

# Without surrounding spaces, which would make the match quadratic.
_APART = re.compile(r"[\n|]")
_MORE_APART = re.compile(r";|,(?=\s|https?://)")
_AROUND = " \t\r\n\"'"


@dataclass(frozen=True)
class PictureLookup:
    """Result of looking for a picture: the path of the file, or the reason it is missing."""

    path: str = ""
    problem: str = ""


Look = Callable[[str], PictureLookup]
"""Finds the file of this name."""


def names_in(whole: str, look: Look) -> list[str]:
    """Return the names in a cell. Commas and semicolons may be part of a name, so try the whole
    cell first."""
    if not whole:
        return []
    parts = [part.strip(_AROUND) for part in _APART.split(whole)]
    names: list[str] = []
    for part in filter(None, parts):
        more = [piece.strip(_AROUND) for piece in _MORE_APART.split(part)]
        if len(more) < 2 or (not is_address(part) and look(part).path):
            names.append(part)
        else:
            names += filter(None, more)
    return names


def is_address(name: str) -> bool:
    """Return whether a file name is a web address."""
    return bool(re.match(r"(?i)https?://", name))


def address(url: str) -> PictureLookup:
    """Return an address to download, unless it surely points into a private network."""
    host = host_of(url)
    if not host or any(sign.isspace() for sign in url):
        words = translate("Importing", "“{address}” is not the address of a picture")
        return PictureLookup(problem=words.format(address=cut(url)))
    if not may_be_public(host):  # where a name leads is checked when it is fetched
        words = translate(
            "Importing",
            "{host} is in a private network. Posto does not download pictures from there",
        )
        return PictureLookup(problem=words.format(host=host))
    return PictureLookup(path=url)


def host_of(url: str) -> str:
    """Return the host of an address in lower case; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def cut(text: str) -> str:
    """Return a text as one short line for quoting."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
