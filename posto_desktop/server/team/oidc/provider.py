"""The provider: what it says about itself, its keys, and the exchange of a code for a person.

Each answer has limits of size and time, none redirects, and addresses begin with https:// except on
loopback. What it says about itself is asked again after an hour, its keys too, or as soon as a
token names one that is not known.
"""

from __future__ import annotations

import base64
import hmac
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from posto_desktop.net.addresses import is_loopback
from posto_desktop.server.publishers.base import PublishError, Refused
from posto_desktop.server.publishers.http import Http, HttpLimits, require_safe
from posto_desktop.server.redaction import hide
from posto_desktop.server.team.oidc.id_token import UnknownKeyError, claims_of, keys_of
from posto_desktop.server.team.oidc.refusal import OidcRefused
from posto_desktop.server.team.oidc.settings import OidcSettings

__all__ = ["Metadata", "Provider", "read_metadata"]

LIMITS: Final = HttpLimits(connect=5.0, silent=8.0, total=15.0, most_answer=512 * 1024, redirects=0)
FRESH_SECONDS = 3_600.0
AGAIN_SECONDS = 5.0
"""For so long a provider that did not answer is not asked again: strangers can begin sign-ins."""
_SCOPES = "openid profile email"
_LONGEST_URL = 2_000
_AWAY = "The provider does not answer. Try again in a minute."


@dataclass(frozen=True)
class Metadata:
    """What is used of a provider's `/.well-known/openid-configuration`. `names_itself`: it adds
    `iss` to each answer."""

    authorization: str
    token: str
    keys: str
    userinfo: str = ""
    takes_basic: bool = True
    names_itself: bool = False


class Provider:
    def __init__(self, settings: OidcSettings, ticks: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._ticks = settings, ticks
        self._lock = threading.Lock()
        self._metadata: tuple[float, Metadata] | None = None
        self._away_until = float("-inf")
        self._keys: tuple[float, list[Mapping[str, Any]]] | None = None

    @property
    def host(self) -> str:
        """What people call the provider."""
        return urlsplit(self._settings.issuer).hostname or ""

    def page(self, redirect_uri: str, state: str, nonce: str, challenge: str) -> str:
        """Return the address at which a browser signs in. Raises OidcRefused."""
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        page = self._known().authorization
        return f"{page}{'&' if '?' in page else '?'}{urlencode(query)}"

    def check_sender(self, issuer: str | None) -> None:
        """Refuse an answer that names another provider (RFC 9207). Raises OidcRefused."""
        if issuer is None and not self._known().names_itself:
            return
        if not hmac.compare_digest((issuer or "").encode(), self._settings.issuer.encode()):
            raise OidcRefused(
                "This answer is not from the provider of this workspace. Begin again in the app.",
                "the answer names another provider",
            )

    def claims(self, code: str, redirect_uri: str, verifier: str, nonce: str) -> dict[str, Any]:
        """Exchange a code for what the provider says about a person. Raises OidcRefused."""
        metadata = self._known()
        answer = self._exchange(metadata, code, redirect_uri, verifier)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcRefused(_AWAY, "the provider sent no ID token", 502)
        claims = self._checked(metadata, token, nonce)
        access = answer.get("access_token")
        if metadata.userinfo and isinstance(access, str) and access:
            more = self._more(metadata, access, claims)
            claims = more | claims
            if more:  # an address is verified by who says it
                claims |= {name: more.get(name) for name in ("email", "email_verified")}
        return claims

    def _checked(self, metadata: Metadata, token: str, nonce: str) -> dict[str, Any]:
        expected = {
            "issuer": self._settings.issuer,
            "client_id": self._settings.client_id,
            "nonce": nonce,
        }
        try:
            return claims_of(token, self._key_list(metadata), **expected)
        except UnknownKeyError:
            pass  # it may have new ones
        try:
            return claims_of(token, self._key_list(metadata, anew=True), **expected)
        except UnknownKeyError:
            raise OidcRefused(
                _AWAY, "no key of the provider has signed the ID token", 502
            ) from None

    def _more(self, metadata: Metadata, access: str, claims: Mapping[str, Any]) -> dict[str, Any]:
        """Return what only the address for it says, as with providers whose ID tokens are short."""
        needed = {"email": ("email", "email_verified"), "preferred_username": (), "sub": ()}
        wanted = needed[self._settings.claim] or (self._settings.claim,)
        if all(name in claims for name in wanted):
            return {}
        hide(access)
        header = {"Authorization": f"Bearer {access}"}
        more = self._object("GET", metadata.userinfo, header)
        if more.get("sub") != claims["sub"]:
            raise OidcRefused(_AWAY, "the provider's user info is about somebody else", 502)
        return more

    def _exchange(
        self, metadata: Metadata, code: str, redirect_uri: str, verifier: str
    ) -> dict[str, Any]:
        settings = self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        header = {}
        if settings.client_secret and metadata.takes_basic:
            # Both are encoded as in a form first (RFC 6749, 2.3.1).
            pair = f"{quote_plus(settings.client_id)}:{quote_plus(settings.client_secret)}"
            header["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = settings.client_id
            if settings.client_secret:
                form["client_secret"] = settings.client_secret
        return self._object("POST", metadata.token, header, form)

    def _known(self) -> Metadata:
        with self._lock:
            if self._metadata is not None and self._is_fresh(self._metadata[0]):
                return self._metadata[1]
            if self._ticks() < self._away_until:
                raise OidcRefused(_AWAY, "the provider did not answer a moment ago", 502)
        address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            metadata = read_metadata(self._object("GET", address), self._settings.issuer)
        except OidcRefused:
            with self._lock:
                self._away_until = self._ticks() + AGAIN_SECONDS
            raise
        with self._lock:
            self._metadata = (self._ticks(), metadata)
        return metadata

    def _key_list(self, metadata: Metadata, *, anew: bool = False) -> list[Mapping[str, Any]]:
        with self._lock:
            if self._keys is not None and self._is_fresh(self._keys[0]) and not anew:
                return self._keys[1]
        keys = keys_of(self._object("GET", metadata.keys))
        with self._lock:
            self._keys = (self._ticks(), keys)
        return keys

    def _is_fresh(self, since: float) -> bool:
        return self._ticks() - since < FRESH_SECONDS

    def _object(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        body = {"form": dict(form)} if form is not None else {}
        try:
            http = Http(
                url, headers={"Accept": "application/json", **(headers or {})}, limits=LIMITS
            )
            return http.ask(method, url, **body).object()
        except Refused as error:
            raise OidcRefused(
                "The provider did not accept this sign-in. Begin again in the app.", str(error), 502
            ) from error
        except PublishError as error:
            raise OidcRefused(_AWAY, str(error), 502) from error


def read_metadata(document: Mapping[str, Any], issuer: str) -> Metadata:
    """Return what is used of a provider's own description. Raises OidcRefused."""
    if document.get("issuer") != issuer:
        raise OidcRefused(
            _AWAY, f"the provider calls itself {str(document.get('issuer'))[:200]}", 502
        )
    methods = document.get("token_endpoint_auth_methods_supported")
    return Metadata(
        _address(document, "authorization_endpoint", issuer),
        _address(document, "token_endpoint", issuer),
        _address(document, "jwks_uri", issuer),
        _address(document, "userinfo_endpoint", issuer, needed=False),
        not (isinstance(methods, list) and methods) or "client_secret_basic" in methods,
        document.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(document: Mapping[str, Any], name: str, issuer: str, *, needed: bool = True) -> str:
    """Return an address of a provider if what is sent there is safe on the way."""
    address = document.get(name)
    if address is None and not needed:
        return ""
    try:
        if not isinstance(address, str) or len(address) > _LONGEST_URL or "#" in address:
            raise ValueError
        if not address.isascii() or not address.isprintable() or " " in address:
            raise ValueError
        require_safe(address)
        if urlsplit(address).scheme == "http" and not is_loopback(urlsplit(issuer).hostname or ""):
            raise ValueError
    except (ValueError, Refused):
        raise OidcRefused(_AWAY, f"the provider's {name} cannot be used", 502) from None
    return address
