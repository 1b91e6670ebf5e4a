"""Checks ID tokens by the provider's keys (OpenID Connect Core 1.0, 3.1.3.7). PyJWT does it.

Only signatures by a key pair are accepted: with a shared secret everybody who knows the client's
could make tokens, and `none` is no signature.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from posto_desktop.server.team.oidc.refusal import OidcRefused

if TYPE_CHECKING:
    from jwt import PyJWK

__all__ = ["ALGORITHMS", "UnknownKeyError", "claims_of", "keys_of"]

ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
LEEWAY = 60.0
"""Seconds that clocks may differ."""
MOST_KEYS = 100
_LONGEST_TOKEN = 64 * 1024
_LONGEST_NAME = 255
_NO_USE = "The provider's answer cannot be used. Tell whoever runs this workspace."


class UnknownKeyError(Exception):
    """None of the keys is the one that a token names: the provider may have new ones."""


def keys_of(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the keys of a JWKS document that may sign tokens. Raises OidcRefused."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise OidcRefused(_NO_USE, "the provider's keys are no JWKS document", 502)
    return [
        key
        for key in listed
        if isinstance(key, dict)
        and key.get("kty") in ("RSA", "EC", "OKP")
        and key.get("use", "sig") == "sig"
    ]


def claims_of(
    token: str, keys: Sequence[Mapping[str, Any]], *, issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """Return what a valid token says. Raises OidcRefused, and UnknownKeyError where other keys may
    help."""
    import jwt  # late: few sign in this way

    if len(token) > _LONGEST_TOKEN:
        raise _refused("the ID token is too long")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise _refused(f"the ID token is signed by {str(algorithm)[:20]}")
        key = _key_of(keys, header.get("kid"), str(algorithm))
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[str(algorithm)],
            audience=client_id,
            issuer=issuer,
            leeway=LEEWAY,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat", "nonce"],
                "enforce_minimum_key_length": True,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise _refused(f"the ID token is not valid: {error}"[:300]) from error
    _check(claims, client_id, nonce)
    return claims


def _check(claims: Mapping[str, Any], client_id: str, nonce: str) -> None:
    given = claims["nonce"]
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise _refused("the ID token is of another sign-in")
    audience = claims["aud"]
    is_for_others = isinstance(audience, list) and len(audience) > 1
    if ("azp" in claims or is_for_others) and claims.get("azp") != client_id:
        raise _refused("the ID token was made for another client")
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_NAME:
        raise _refused("the ID token names nobody")


def _key_of(keys: Sequence[Mapping[str, Any]], key_id: object, algorithm: str) -> PyJWK:
    """Return the key that a token names, or the only one that it can mean."""
    import jwt

    kind = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    fitting = [
        key
        for key in keys
        if key.get("kty") == kind
        and key.get("alg", algorithm) == algorithm
        and (key_id is None or key.get("kid") == key_id)
    ]
    if len(fitting) != 1:
        raise UnknownKeyError
    return jwt.PyJWK(dict(fitting[0]), algorithm)


def _refused(why: str) -> OidcRefused:
    return OidcRefused(_NO_USE, why, 502)
