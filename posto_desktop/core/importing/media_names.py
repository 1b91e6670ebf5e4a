"""The files that cells name: several in one cell, on this computer or in the web."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

# Without the spaces around, which would be looked through again from each of them.
_APART = re.compile(r"[\n|]")
_MORE_APART = re.compile(r";|,(?=\s|https?://)")
_AROUND = " \t\r\n\"'"


@dataclass(frozen=True)
class PictureLookup:
    """What became of a picture that a row names: the path of the file, or why there is none."""

    path: str = ""
    problem: str = ""


Look = Callable[[str], PictureLookup]
"""Finds the file that a row calls so."""


def names_in(whole: str, look: Look) -> list[str]:
    """The names in a cell. Commas and semicolons may be part of one: the whole cell goes first."""
    if not whole:
        return []
    parts = [part.strip(_AROUND) for part in _APART.split(whole)]
    names: list[str] = []
    for part in filter(None, parts):
        more = [one.strip(_AROUND) for one in _MORE_APART.split(part)]
        if len(more) < 2 or (not is_address(part) and look(part).path):
            names.append(part)
        else:
            names += filter(None, more)
    return names


def is_address(name: str) -> bool:
    """Whether a file is somewhere in the web."""
    return bool(re.match(r"(?i)https?://", name))


def address(url: str) -> PictureLookup:
    """An address that will be fetched, unless it surely leads into somebody's own network."""
    host = host_of(url)
    try:
        private = not ipaddress.ip_address(host).is_global
    except ValueError:  # a name; where it leads is looked at when it is fetched
        private = False
    if not host or any(sign.isspace() for sign in url):
        return PictureLookup(problem=f"“{cut(url)}” is no address of a picture")
    if private or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return PictureLookup(
            problem=f"{host} is in a private network; pictures are not fetched from there"
        )
    return PictureLookup(path=url)


def host_of(url: str) -> str:
    """The host of an address in lower case; "" where there is none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def cut(text: str) -> str:
    """A text in one short line, to be quoted in a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"
