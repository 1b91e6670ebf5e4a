"""How each network writes the handle of an account, taken from the address of its profile."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

__all__ = ["FEDERATED", "handle_of"]

FEDERATED = frozenset({"mastodon", "misskey", "lemmy"})
"""Networks that know each other's accounts, as `@name@server`."""

_NAME = r"[\w.\-]+"
# What the path of a profile's address looks like, and the handle made of it.
_PATHS: dict[str, tuple[re.Pattern[str], str]] = {
    "twitter": (re.compile(rf"/({_NAME})"), "@{0}"),
    "instagram": (re.compile(rf"/({_NAME})"), "@{0}"),
    "threads": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "bluesky": (re.compile(rf"/profile/({_NAME})"), "@{0}"),
    "tiktok": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "telegram": (re.compile(rf"/(?:s/)?({_NAME})"), "@{0}"),
    "youtube": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "youtube_video": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "pinterest": (re.compile(rf"/({_NAME})"), "@{0}"),
    "reddit": (re.compile(rf"/(r|u|user)/({_NAME})"), "{0}/{1}"),
    "tumblr": (re.compile(rf"/({_NAME})"), "@{0}"),
    "medium": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "truthsocial": (re.compile(rf"/@({_NAME})"), "@{0}"),
    "plurk": (re.compile(rf"/({_NAME})"), "@{0}"),
    "devto": (re.compile(rf"/({_NAME})"), "@{0}"),
    "vk": (re.compile(rf"/({_NAME})"), "@{0}"),
}
_FEDERATED_PATH = re.compile(rf"/(?:@|u/|users/)({_NAME})")
_NO_NAMES = frozenset({"intent", "share", "p", "explore", "channels", "pin", "joinchat", "c"})
_HANDLE = re.compile(rf"@{_NAME}(?:@{_NAME})?")


def handle_of(network: str, link: str, name: str) -> str:
    """Return how a text mentions this account on its own network; "" where that is not known.

    `link` is the address of its profile, `name` how the account is called. Facebook, LinkedIn,
    Discord, Slack and others take no mention that is written as text.
    """
    known = _from_link(network, link)
    if known or (network not in FEDERATED and network not in (*_PATHS, "matrix")):
        return known
    name = name.strip()
    if network in FEDERATED:
        return name if _HANDLE.fullmatch(name) and name.count("@") == 2 else ""
    if network == "bluesky":
        return f"@{name.removeprefix('@')}" if _is_domain(name.removeprefix("@")) else ""
    is_handle = network in _PATHS and network != "reddit" and _HANDLE.fullmatch(name)
    return name if is_handle and name.count("@") == 1 else ""


def _is_domain(name: str) -> bool:
    """Whether a name is one of the internet, such as harbour.bsky.social."""
    labels = name.split(".")
    return (
        len(labels) > 1
        and labels[-1].isalpha()
        and all(re.fullmatch(r"[\w-]+", part) for part in labels)
    )


def _from_link(network: str, link: str) -> str:
    try:
        parts = urlsplit(link)
        path, host = unquote(parts.path).rstrip("/"), parts.hostname or ""
    except ValueError:
        return ""
    if network == "matrix":
        user = unquote(parts.fragment).lstrip("/").partition("?")[0]
        return user if re.fullmatch(r"@[^\s:]+:[\w.\-:]+", user) else ""
    if network in FEDERATED:
        match = _FEDERATED_PATH.fullmatch(path)
        place = f"{host}:{parts.port}" if _has_port(link) else host
        return f"@{match[1]}@{place}" if match and host else ""
    if network not in _PATHS or not host:
        return ""
    pattern, form = _PATHS[network]
    match = pattern.fullmatch(path)
    if network == "tumblr" and not path and host.endswith(".tumblr.com"):
        blog = host.removesuffix(".tumblr.com")
        return f"@{blog}" if blog != "www" else ""
    if match is None or match[match.lastindex or 0].lower() in _NO_NAMES:
        return ""
    if network == "bluesky" and not _is_domain(match[1]):
        return ""
    groups = ["u" if part == "user" else part for part in match.groups()]
    return form.format(*groups)


def _has_port(link: str) -> bool:
    try:
        return urlsplit(link).port is not None
    except ValueError:
        return False
