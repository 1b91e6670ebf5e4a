"""Access control of the local server: password, signed addresses, its own proof."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import logging
import os
import secrets
from pathlib import Path

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.common.user_error import reason_of
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import StartError
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.proof import End, make_proof

log = logging.getLogger(__name__)

USERNAME = "posto"
KEY_FILE = "signing-key"
_KEY_BYTES = 32
_LASTING_PASSWORD_FILE = "password"
_LONGEST_FILE = 10_000
_LONGEST_NUMBER = 18
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"


def make_password() -> str:
    """Return 24 characters in groups of four, like WordPress's application passwords.

    Each start of the server makes a new one.
    """
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(24))
    return " ".join(letters[start : start + 4] for start in range(0, 24, 4))


def load_signing_key(folder: Path) -> bytes:
    """Return the signing key of addresses that need no password. The first start creates it in a
    file that only the user can read, so that they remain valid."""
    path = folder / KEY_FILE
    try:
        known = bytes.fromhex(regular_files.read_private(path, _LONGEST_FILE).decode("ascii"))
    except FileNotFoundError:
        known = b""
    except (ValueError, regular_files.NotAFileError, regular_files.TooLargeError) as error:
        why = reason_of(error, translatable("Server", "its content is damaged"))
        log.warning("%s", atomic.set_aside(path, str(why)).sentence)
        known = b""
    except OSError as error:
        raise StartError(
            translatable(
                "Server",
                "The workspace's key cannot be read: {path}. {reason}. Move it away, then "
                "try again.",
            ).format(path=path, reason=_capital(error))
        ) from error
    if len(known) >= _KEY_BYTES:
        if os.name == "posix" and path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return known
    key = secrets.token_bytes(_KEY_BYTES)
    atomic.write_bytes(path, key.hex().encode("ascii") + b"\n", mode=0o600)
    return key


def share_signing_key(store: ServerDatabase, own: bytes) -> bytes:
    """Return the signing key of all servers of a database: that of the first one. An address that
    one of them has signed is valid at the others, too. Whoever reads the database can sign."""
    with store.write() as db:
        db.execute(
            "INSERT INTO site (name, value) VALUES ('signing_key', ?) ON CONFLICT DO NOTHING",
            (json.dumps(own.hex()),),
        )
        row = db.execute("SELECT value FROM site WHERE name = 'signing_key'").fetchone()
    try:
        key = bytes.fromhex(str(json_text.loads(row[0]))) if row is not None else own
    except (ValueError, TypeError):
        return own
    return key if len(key) >= _KEY_BYTES else own


def forget_lasting_password(folder: Path) -> None:
    """Remove the permanent password of older versions."""
    with contextlib.suppress(OSError):
        (folder / _LASTING_PASSWORD_FILE).unlink()


def _capital(error: OSError) -> str:
    words = str(error.strerror)
    return words[:1].upper() + words[1:]


class Guard:
    """Checks credentials of requests; makes and checks signatures; proves the server's identity to
    clients."""

    def __init__(self, password: str, key: bytes) -> None:
        self._password = _plain(password).encode()
        self._key = key

    def prove(self, nonce: str, server: End, client: End) -> str:
        """Return the answer to `nonce` on the connection between two ends, see `storage.proof`."""
        return make_proof(self._password.decode(), nonce, server, client)

    def signed_in(self, authorization: str) -> bool:
        """Return True for Basic credentials of the workspace's user, in constant time."""
        scheme, _, value = authorization.strip().partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            decoded = base64.b64decode(value.strip(), validate=True).decode("utf-8")
        except (binascii.Error, ValueError):
            return False
        username, _, password = decoded.partition(":")
        right_name = hmac.compare_digest(username.strip().lower().encode(), USERNAME.encode())
        right_password = hmac.compare_digest(_plain(password).encode(), self._password)
        return right_name and right_password

    def sign(self, subject: str, password_id: int = 0) -> str:
        """Return a signature for addresses that need no password. In a workspace with people
        `password_id` says for whose password it is made."""
        text = f"{password_id} {subject}" if password_id else subject
        mark = hmac.new(self._key, text.encode(), hashlib.sha256).hexdigest()[:32]
        return f"{password_id}-{mark}" if password_id else mark

    def signature_fits(self, subject: str, signature: str) -> bool:
        return self.signed_for(subject, signature) == 0

    def signed_for(self, subject: str, signature: str) -> int | None:
        """Return the id of the password for which a signature was made, 0 for everybody; None if it
        is wrong."""
        number = signature.partition("-")[0] if "-" in signature else "0"
        if not (number.isascii() and number.isdecimal()) or len(number) > _LONGEST_NUMBER:
            return None
        password_id = int(number)
        fits = hmac.compare_digest(
            self.sign(subject, password_id).encode(), signature.encode("utf-8", "replace")
        )
        return password_id if fits else None


def _plain(password: str) -> str:
    """Return it without spaces, which WordPress ignores in application passwords."""
    return "".join(password.split())
