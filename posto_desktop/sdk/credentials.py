"""Default account of a script: from the environment, else the app's account."""

from __future__ import annotations

import base64
import binascii
import os
import re
from dataclasses import dataclass, field

from .endpoint import DEFAULT_BASE_URL, site_of
from .errors import AuthenticationError
from .redact import basic_token


@dataclass(frozen=True)
class Credentials:
    """A service's address and its token. The repr hides the token."""

    base_url: str
    token: str = field(repr=False)


def from_parts(
    username: str | None,
    password: str | None,
    token: str | None,
    base_url: str | None,
) -> Credentials:
    """Complete partial or missing credentials.

    Missing parts come from ``POSTO_BASE_URL``, ``POSTO_USERNAME``, ``POSTO_PASSWORD`` and
    ``POSTO_TOKEN``, else from the account that the app is signed in to. A user name alone that
    looks like a token is used as one, as in the published client. Raises `AuthenticationError` that
    says how to sign in.
    """
    env = os.environ
    base = base_url or env.get("POSTO_BASE_URL") or DEFAULT_BASE_URL
    if username and not password and not token and _is_token(username):
        token = username
    if token:
        return Credentials(base, clean_token(token))
    if username and password:
        return Credentials(base, token_of(username, password))
    if not username and env.get("POSTO_TOKEN"):
        return Credentials(base, clean_token(env["POSTO_TOKEN"]))
    name = username or env.get("POSTO_USERNAME")
    secret = password or env.get("POSTO_PASSWORD")
    if name and secret:
        return Credentials(base, token_of(name, secret))
    if not username and not password:
        credentials = _of_app(base_url)
        if credentials is not None:
            return credentials
    if username:
        raise AuthenticationError(
            "no password beside the user name, and no token",
            user_message="Give an application password beside the user name, or a token: the "
            "base64 of username:password.",
            reason="no_account",
        )
    raise AuthenticationError(
        "no account to sign in with",
        user_message="No account to sign in with. Give a user name and an application password, "
        "set POSTO_USERNAME and POSTO_PASSWORD, or sign in once in Posto Desktop.",
        reason="no_account",
    )


def token_of(username: str | None, password: str | None) -> str:
    """Return the token of a user name and a password. Raises `AuthenticationError` if one is
    missing or cannot be sent."""
    if not (username or "").strip() or not (password or "").strip():
        raise AuthenticationError(
            "user name or password missing",
            user_message="Give both a user name and an application password.",
            reason="no_account",
        )
    assert username is not None
    assert password is not None
    if ":" in username:
        # HTTP ends the name at the colon and would read the rest as the password.
        raise AuthenticationError(
            "colon in the user name",
            user_message="A user name cannot hold a colon.",
            reason="wrong_password",
        )
    return basic_token(username, password)


def clean_token(token: str) -> str:
    """Return a token as it is sent. Raises `AuthenticationError` for an invalid one."""
    text = re.sub(r"(?i)\Abasic\s+", "", token.strip())
    if not re.fullmatch(r"[!-~]+", text):
        raise AuthenticationError(
            "not a token",
            user_message="This is not a token. A token is the base64 of username:password.",
            reason="wrong_password",
        )
    return text


def _is_token(text: str) -> bool:
    """Return whether this is the base64 of a name, a colon and a password, rather than a name."""
    try:
        return b":" in base64.b64decode(re.sub(r"(?i)\Abasic\s+", "", text.strip()), validate=True)
    except (binascii.Error, ValueError):
        return False


def _of_app(base_url: str | None) -> Credentials | None:
    """Return the account that the app is signed in to, with its password."""
    from ..storage.accounts import AccountStore
    from ..storage.paths import find_paths
    from ..storage.secrets import SecretStore
    from ..storage.settings import Settings

    paths = find_paths()
    if not (paths.config / "accounts.json").exists():
        return None
    accounts = AccountStore(paths.config / "accounts.json").list()
    current = Settings(paths.config / "settings.json").get("workspace.current")
    accounts.sort(key=lambda account: account.id != current)
    for account in accounts:
        if base_url and site_of(account.base_url) != site_of(base_url):
            continue
        password = SecretStore(paths.secrets).get(account.id)
        if password:
            return Credentials(account.base_url, basic_token(account.username, password))
    return None
