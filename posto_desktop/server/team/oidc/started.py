"""Sign-ins that were begun and have not ended: short-lived, each step once, in the database, where
all servers find them.

Owner of the table `oidc_sign_ins`. It has marks (SHA-256) of what only the browser and the app
know, so who reads it can go on with no sign-in. What binds the parts together is made of the secret
in the browser's cookie: the nonce of the ID token, the verifier of the code and the token of the
form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from posto_desktop.common.translation import translatable
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.rows import Row
from posto_desktop.server.team.oidc.refusal import DeviceRequest, OidcRefused

__all__ = ["SECONDS", "Browser", "Started", "StartedSignIns", "challenge_of", "mark_of"]

SECONDS: Final = 600.0
"""How long a person may take until they have allowed it, as long as the app waits."""
CODE_SECONDS: Final = 120.0
"""How long an app may take to fetch its password."""
MOST_OF_NETWORK: Final = 40
MOST: Final = 5_000
_OVER = translatable("Server", "This sign-in is over. Begin again in the app.")


@dataclass(frozen=True)
class Started:
    """A sign-in that goes on; `id` is no secret."""

    id: str
    request: DeviceRequest
    redirect_uri: str
    person_id: int = 0


@dataclass(frozen=True)
class Browser:
    """The browser of a sign-in, by the secret of its cookie."""

    secret: str

    def proof(self, purpose: str) -> str:
        """Return what nobody else can make for a purpose: 43 letters."""
        digest = hmac.new(self.secret.encode(), purpose.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def has_made(self, proof: str, purpose: str) -> bool:
        return hmac.compare_digest(proof.encode("utf-8", "replace"), self.proof(purpose).encode())


class StartedSignIns:
    def __init__(self, store: ServerDatabase, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    def begin(self, request: DeviceRequest, redirect_uri: str, network: str) -> tuple[str, Browser]:
        """Store a new sign-in. Return its state and the browser's secret. Raises OidcRefused where
        too many are open."""
        state, browser = secrets.token_urlsafe(32), Browser(secrets.token_urlsafe(32))
        now = self._clock()
        # Strangers can do this: it takes no lock that others wait for, so the limits are not exact.
        counted = self._store.row(
            "SELECT COUNT(*) AS in_all, SUM(CASE WHEN network = ? THEN 1 ELSE 0 END) AS of_network"
            " FROM oidc_sign_ins WHERE until > ?",
            network,
            now,
        )
        too_many = counted["in_all"] - MOST + 1 if counted else 0
        if counted and (
            (counted["of_network"] or 0) >= MOST_OF_NETWORK
            or (too_many > 0 and not self._make_room(too_many))
        ):
            raise OidcRefused(
                "Too many sign-ins were begun from here. Try again in ten minutes.", status=429
            )
        self._store.run("DELETE FROM oidc_sign_ins WHERE until <= ?", now)
        self._store.run(
            "INSERT INTO oidc_sign_ins (mark, browser_mark, step, redirect_uri, device,"
            " success_url, reject_url, challenge, network, until)"
            " VALUES (?, ?, 'begun', ?, ?, ?, ?, ?, ?, ?)",
            mark_of(state),
            mark_of(browser.secret),
            redirect_uri,
            request.device,
            request.success_url,
            request.reject_url,
            request.challenge,
            network,
            now + SECONDS,
        )
        return state, browser

    def _make_room(self, count: int) -> bool:
        """Forget the oldest sign-ins of which nothing was heard since: who has many networks begins
        many, and must not keep others out."""
        return bool(
            self._store.run(
                "DELETE FROM oidc_sign_ins WHERE mark IN (SELECT mark FROM oidc_sign_ins"
                " WHERE step = 'begun' ORDER BY until, mark LIMIT ?)",
                count,
            )
        )

    def take_answer(self, state: str, browser: Browser | None) -> Started:
        """Return the sign-in that the provider answers. An answer is taken once."""
        return self._go_on(mark_of(state), browser, "begun", "answered")

    def sign_in(self, sign_in: Started, browser: Browser, person_id: int) -> Browser:
        """Store who it is. Return the browser with a new secret: the one from before the sign-in
        is worth nothing any more."""
        renewed = Browser(secrets.token_urlsafe(32))
        done = self._store.run(
            "UPDATE oidc_sign_ins SET step = 'signed_in', person_id = ?, browser_mark = ?"
            " WHERE mark = ? AND browser_mark = ? AND step = 'answered' AND until > ?",
            person_id,
            mark_of(renewed.secret),
            sign_in.id,
            mark_of(browser.secret),
            self._clock(),
        )
        if not done:
            raise OidcRefused(_OVER, "the sign-in took too long", 410)
        return renewed

    def signed_in(self, sign_in_id: str, browser: Browser | None) -> Started:
        """Return a sign-in that waits for the person's word."""
        return self._of(sign_in_id, browser, "signed_in")

    def take_word(self, sign_in_id: str, browser: Browser | None) -> Started:
        """Return a sign-in that the person has allowed or not, which they can once."""
        return self._go_on(sign_in_id, browser, "signed_in", "decided")

    def make_code(self, sign_in: Started) -> str:
        """Return what the app fetches its password for."""
        code = secrets.token_urlsafe(32)
        self._store.run(
            "UPDATE oidc_sign_ins SET step = 'allowed', code_mark = ?, until = ?"
            " WHERE mark = ? AND step = 'decided'",
            mark_of(code),
            self._clock() + CODE_SECONDS,
            sign_in.id,
        )
        return code

    def redeem(self, code: str, verifier: str) -> Started:
        """Return the sign-in of a code, which is worth nothing afterwards, whoever showed it."""
        row = self._store.row(
            "SELECT * FROM oidc_sign_ins WHERE code_mark = ? AND step = 'allowed' AND until > ?",
            mark_of(code),
            self._clock(),
        )
        if row is None or not self.end(row["mark"]):
            raise OidcRefused(_OVER, "the code is not known", 410)
        if not hmac.compare_digest(challenge_of(verifier).encode(), row["challenge"].encode()):
            raise OidcRefused(_OVER, "the code was shown by another program", 410)
        return _started(row)

    def end(self, sign_in_id: str) -> bool:
        """Forget a sign-in; return False if another request was faster."""
        return bool(self._store.run("DELETE FROM oidc_sign_ins WHERE mark = ?", sign_in_id))

    def _of(self, sign_in_id: str, browser: Browser | None, step: str) -> Started:
        row = self._store.row(
            "SELECT * FROM oidc_sign_ins WHERE mark = ? AND step = ? AND until > ?",
            sign_in_id,
            step,
            self._clock(),
        )
        if row is None:
            raise OidcRefused(_OVER, "it is over, or was never begun", 410)
        known = mark_of(browser.secret) if browser is not None else ""
        if not hmac.compare_digest(row["browser_mark"].encode(), known.encode()):
            raise OidcRefused(
                "This sign-in was begun in another browser. Begin again in the app.",
                "another browser has begun it",
            )
        return _started(row)

    def _go_on(self, sign_in_id: str, browser: Browser | None, step: str, to: str) -> Started:
        sign_in = self._of(sign_in_id, browser, step)
        done = self._store.run(
            "UPDATE oidc_sign_ins SET step = ? WHERE mark = ? AND step = ?", to, sign_in.id, step
        )
        if not done:  # another request was faster
            raise OidcRefused(_OVER, "it is over", 410)
        return sign_in


def mark_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def challenge_of(verifier: str) -> str:
    """Return the challenge of a verifier (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _started(row: Row) -> Started:
    request = DeviceRequest(row["device"], row["success_url"], row["reject_url"], row["challenge"])
    return Started(row["mark"], request, row["redirect_uri"], row["person_id"])
