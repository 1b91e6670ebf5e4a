"""OAuth 2.0 with a browser: an authorization code with PKCE (RFC 6749, 7636, 8252)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from posto_desktop.server.publishers.base import SignIn


def authorize(
    sign_in: SignIn, page: str, client: Mapping[str, str], scope: str, **more: str
) -> dict[str, str]:
    """Have the person allow it on a page, and return the form that fetches the token.

    `client` has `client_id` and `client_secret`; `more` goes into the page's address.
    """
    redirect, verifier = sign_in.listen(), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    query = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": redirect,
        "scope": scope,
        "state": sign_in.state,
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }
    came = sign_in.open(f"{page}?{urlencode(query)}")
    return {
        "grant_type": "authorization_code",
        "code": came.get("code", ""),
        "redirect_uri": redirect,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "code_verifier": verifier,
    }
