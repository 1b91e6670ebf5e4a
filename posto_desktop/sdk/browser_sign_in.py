"""Sign-in in the browser, at a workspace server whose people sign in by a provider.

The server has the page of WordPress for apps. It sends the browser back to a port of this computer
with a code, for which the app fetches its password: so the password is in no address, and no other
program that sees the code can use it (RFC 7636).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode

from posto_desktop.common.translation import translatable

from .answers import as_mapping, as_text
from .connect import SiteFacts
from .endpoint import Endpoint
from .errors import ServiceError
from .transport import DEFAULT_TIMEOUT, Route, Transport

__all__ = ["SIGNED_IN", "SignInPage", "fetch_password", "sign_in_page"]

SIGNED_IN = translatable("Server", "You can close this window and go back to Posto Desktop.")
"""What the browser shows in the end."""


@dataclass(frozen=True)
class SignInPage:
    """The address that a person opens, and what proves later that the app is the same."""

    url: str
    verifier: str = field(repr=False)


def sign_in_page(site: SiteFacts, device: str, back: str, state: str) -> SignInPage:
    """Return the page of a site. `device` is what its people see in their list of passwords, `back`
    where the browser goes in the end, with `state` and `code`."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "app_name": device,
        "success_url": f"{back}?{urlencode({'state': state})}",
        "reject_url": f"{back}?{urlencode({'state': state, 'error': 'access_denied'})}",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
    }
    return SignInPage(f"{site.browser_sign_in}?{urlencode(query)}", verifier)


def fetch_password(
    site: SiteFacts,
    code: str,
    verifier: str,
    *,
    timeout: tuple[float, float] = DEFAULT_TIMEOUT,
    route: Route | None = None,
) -> tuple[str, str]:
    """Return the user name and the new application password. Raises `PostoError`."""
    endpoint = Endpoint(site.base_url)
    body = {"code": code, "code_verifier": verifier}
    with closing(Transport(endpoint, None, timeout=timeout, retries=0, route=route)) as transport:
        transport.redact.add(code)
        answer = as_mapping(transport.post("posto/v1/sign-in", body))
    name, password = as_text(answer.get("user_login")), as_text(answer.get("password"))
    if not name or not password:
        raise ServiceError(
            translatable("Sdk", "{host} did not say who is signed in.").format(host=endpoint.host),
            reason="not_wordpress",
        )
    return name, password
