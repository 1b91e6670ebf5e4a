"""OAuth 1.0a: requests signed with four keys (RFC 5849), for X and Tumblr."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

KEYS = ("consumer_key", "consumer_secret", "token", "token_secret")


def authorization(
    method: str,
    url: str,
    keys: Mapping[str, str],
    params: Mapping[str, str] | None = None,
    *,
    nonce: str = "",
    moment: int = 0,
) -> dict[str, str]:
    """The header of a signed request. `params` are those of the address and of a form; a body of
    JSON or of several parts is not signed."""
    named = {
        "oauth_consumer_key": keys.get("consumer_key", ""),
        "oauth_nonce": nonce or secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(moment or int(time.time())),
        "oauth_token": keys.get("token", ""),
        "oauth_version": "1.0",
    }
    signature = sign(method, url, {**(params or {}), **named}, keys)
    shown = ", ".join(
        f'{_quoted(name)}="{_quoted(value)}"'
        for name, value in sorted({**named, "oauth_signature": signature}.items())
    )
    return {"Authorization": f"OAuth {shown}"}


def sign(method: str, url: str, params: Mapping[str, str], keys: Mapping[str, str]) -> str:
    """The signature of a request."""
    parts = urlsplit(url)
    pairs = [*params.items(), *parse_qsl(parts.query, keep_blank_values=True)]
    listed = sorted((_quoted(name), _quoted(value)) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in listed)
    place = f"{parts.scheme}://{parts.netloc.lower()}{parts.path}"
    base = "&".join((method.upper(), _quoted(place), _quoted(joined)))
    secret = "&".join(_quoted(keys.get(name, "")) for name in ("consumer_secret", "token_secret"))
    digest = hmac.new(secret.encode(), base.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _quoted(text: str) -> str:
    return quote(text, safe="-._~")
