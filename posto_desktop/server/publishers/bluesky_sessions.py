"""Sessions at AT Protocol servers: one per account, refreshed instead of signing in.

Access tokens are in memory alone. A login is made only where a session cannot be renewed: a server
takes 30 in five minutes and 300 a day.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.base import (
    Account,
    PublishError,
    Refused,
    Secret,
    SignInAgain,
    TryLater,
)
from posto_desktop.server.publishers.http import Http, HttpAnswer

_RENEW_AT = 0.8
"""Which part of its life a token may be old before it is renewed ahead of a post's time."""
_LEAST_LEFT = 60.0
_UNKNOWN_LIFE = 600.0


class SessionEnded(SignInAgain):
    """The token is not taken: expired, replaced or revoked."""


class NoRecord(Refused):
    """The account has no such record."""


class BlobGone(TryLater):
    """The server has swept a file that no post referred to in time."""


@dataclass(frozen=True)
class _Token:
    access: str
    renew_at: float  # by time.monotonic
    ends_at: float


class Sessions:
    """Access tokens of accounts. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tokens: dict[int, _Token] = {}
        self._locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def access(self, account: Account, *, ahead: bool) -> str:
        """Return a token that works for a minute at least, and with `ahead` for so long that the
        post's time needs no new one."""
        with self._lock_of(account):
            token = self._tokens.get(account.id)
            now = time.monotonic()
            if token is None or now > (token.renew_at if ahead else token.ends_at - _LEAST_LEFT):
                with account.renewing():
                    token = self._tokens[account.id] = self._new_token(account)
            return token.access

    def forget(self, account: Account, access: str) -> None:
        """Drop a token that the server does not take, unless there is a newer one already."""
        with self._lock_of(account):
            token = self._tokens.get(account.id)
            if token is not None and token.access == access:
                del self._tokens[account.id]

    def end(self, account: Account) -> None:
        """End the session at the server."""
        with self._lock_of(account):
            self._tokens.pop(account.id, None)
            refresh = account.secret().get("refresh")
            if refresh:
                _http(account, refresh).ask("POST", "/xrpc/com.atproto.server.deleteSession")

    def _lock_of(self, account: Account) -> threading.Lock:
        with self._lock:
            return self._locks[account.id]

    def _new_token(self, account: Account) -> _Token:
        secret = account.secret()
        if secret.get("refresh"):
            try:
                answer = _http(account, secret["refresh"]).ask(
                    "POST", "/xrpc/com.atproto.server.refreshSession"
                )
                return self._taken(account, secret, answer)
            except SignInAgain:
                pass  # an old session; the app password may still be good
        if not secret.get("password"):
            raise SignInAgain(
                translatable("Server", "The session of {handle} has ended. Sign in again.").format(
                    handle=account.handle
                )
            )
        try:
            answer = log_in(
                Http.of(account, explain=explain), account.remote_id, secret["password"]
            )
        except SignInAgain:
            raise SignInAgain(
                translatable(
                    "Server",
                    "The app password of {handle} no longer works. Create a new one in Bluesky's "
                    "settings and connect the account again.",
                ).format(handle=account.handle)
            ) from None
        return self._taken(account, secret, answer)

    def _taken(self, account: Account, secret: Secret, answer: HttpAnswer) -> _Token:
        """The token of an answer, what renews it being on the disk before it is used."""
        access, refresh, did = session_of(answer)
        if did != account.remote_id:
            raise answer.no_use()
        if refresh != secret.get("refresh"):
            account.keep_secret({"refresh": refresh})
        now, life = time.monotonic(), life_of(access)
        return _Token(access, now + life * _RENEW_AT, now + life)


def log_in(http: Http, identifier: str, password: str) -> HttpAnswer:
    """Make a session by a password. Raises SignInAgain where it is wrong."""
    return http.ask(
        "POST",
        "/xrpc/com.atproto.server.createSession",
        json={"identifier": identifier, "password": password},
    )


def session_of(answer: HttpAnswer) -> tuple[str, str, str]:
    """The access token, the refresh token and the DID of an answer."""
    body = answer.object()
    values = [body.get(name) for name in ("accessJwt", "refreshJwt", "did")]
    access, refresh, did = (value if isinstance(value, str) else "" for value in values)
    if not access or not refresh or not did.startswith("did:"):
        raise answer.no_use()
    redaction.hide(access)
    redaction.hide(refresh)
    return access, refresh, did


def life_of(token: str) -> float:
    """How many seconds a token is meant to live, whatever this computer's clock says."""
    claims = claims_of(token)
    try:
        return max(0.0, float(claims["exp"]) - float(claims["iat"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return _UNKNOWN_LIFE


def claims_of(token: str) -> Mapping[str, Any]:
    """What a token says of itself; empty for one that cannot be read."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def explain(answer: HttpAnswer) -> PublishError | None:
    """Sort what Bluesky's servers answer with other statuses than everybody else."""
    name = answer.fields.get("error")
    error_sentence = answer.error_sentence
    if name in ("ExpiredToken", "InvalidToken", "AuthMissing"):
        return SessionEnded(
            (
                translatable("Server", "{host} does not accept the session.").format(
                    host=answer.host
                )
                + f" {error_sentence}"
            ).strip()
        )
    if name == "AuthFactorTokenRequired":
        return Refused(
            translatable(
                "Server",
                "This is your account password, and the account uses two-factor sign-in. "
                "Create an app password in Bluesky's settings and enter it here.",
            )
        )
    if name in ("AccountTakedown", "AccountSuspended", "AccountDeactivated"):
        return SignInAgain(f"{answer.host}: {error_sentence}")
    if name == "RecordNotFound" or (answer.status == 400 and "locate record" in error_sentence):
        return NoRecord(error_sentence)
    if answer.status == 400 and "could not find blob" in error_sentence.lower():
        return BlobGone(
            translatable(
                "Server", "{host} no longer has a file of this post. Posto sends it again."
            ).format(host=answer.host),
            1,
        )
    return None


def _http(account: Account, token: str) -> Http:
    return Http.of(account, {"Authorization": f"Bearer {token}"}, explain)
