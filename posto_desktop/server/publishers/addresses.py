"""Parses server addresses from typed text."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.publishers.base import Refused


def with_scheme(typed: str) -> str:
    """Return an address with https where none was typed; "" for nothing."""
    text = typed.strip()
    return text if not text or "://" in text else f"https://{text}"


def server_in(entered: Mapping[str, str], usual: str = "") -> str:
    """Return the address in the field `server`, the usual one where that is empty."""
    return with_scheme(entered.get("server", "")).rstrip("/") or usual


def server_of(typed: str) -> str:
    """Return the address of the server that a name, an address or a handle stands for."""
    text = typed.strip().rstrip("/")
    if text.lower().startswith(("http://", "https://")):
        scheme, _, location = text.partition("://")
        scheme = scheme.lower()
    else:
        scheme, location = "https", text.rpartition("@")[2]
    place = location.partition("/")[0].rpartition("@")[2].lower()
    try:
        host = urlsplit(f"{scheme}://{place}").hostname
    except ValueError:
        host = None
    if not host or ("." not in host and not is_loopback(host)):
        raise Refused(
            translatable(
                "Server",
                "Type the name of your server, for example mastodon.social, or your handle.",
            )
        )
    return f"{scheme}://{place}"
