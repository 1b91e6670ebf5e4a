"""A small OpenID provider that signs whatever a test wants, to try what a real one never does."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET = "posto", "client secret/+"


class SigningKey:
    """A key pair of ES256 with an id."""

    def __init__(self, key_id: str) -> None:
        self.id, self.private = key_id, ec.generate_private_key(ec.SECP256R1())

    def public(self) -> dict[str, Any]:
        made = jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**made, "kid": self.id, "use": "sig", "alg": "ES256"}


class FakeProvider:
    """`claims` go into each ID token, `changes` over them. `sign` makes the token; `answers` stand
    in for what an address says: a body, or a function that writes it."""

    def __init__(self) -> None:
        self.keys = [SigningKey("first")]
        self.claims: dict[str, Any] = {
            "sub": "s-1", "email": "Olga@Example.org", "email_verified": True,
            "preferred_username": "olga", "name": "Olga Ólafsdóttir",
        }  # fmt: skip
        self.changes: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.answers: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.url = ""

    def signed(self, claims: dict[str, Any], key: SigningKey | None = None) -> str:
        key = key or self.keys[-1]
        return jwt.encode(claims, key.private, "ES256", {"kid": key.id})

    def authorize(self, page: str) -> str:
        """Sign in at the provider's page, and return the code."""
        parts = urlsplit(page)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{self.url}/authorize"
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}"
        self.codes[code] = query
        return code

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            **({"userinfo_endpoint": f"{self.url}/me"} if self.userinfo is not None else {}),
            **self.metadata,
        }

    def exchange(self, form: dict[str, str], authorization: str) -> tuple[int, Any]:
        begun = self.codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        # As in RFC 6749, 2.3.1: both are encoded like a form.
        if begun is None or pair != f"{CLIENT}:client+secret%2F%2B":
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != begun["code_challenge"] or form["redirect_uri"] != begun["redirect_uri"]:
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        now = int(time.time())
        claims = {
            "iss": self.url, "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": begun["nonce"],
            **self.claims, **self.changes,
        }  # fmt: skip
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"id_token": token, "access_token": "access-token-1", "token_type": "Bearer"}


@contextlib.contextmanager
def served() -> Iterator[FakeProvider]:
    """A provider on a free port of loopback."""
    provider = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            provider.asked.append(self.path)
            own = {
                "/.well-known/openid-configuration": provider.document,
                "/keys": lambda: {"keys": [key.public() for key in provider.keys]},
                "/me": lambda: provider.userinfo,
            }
            self.answer(200, own[self.path]())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            content = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(content).items()}
            self.answer(*provider.exchange(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, content: Any) -> None:
            other = provider.answers.get(self.path, content)
            if callable(other):
                other(self)
                return
            status, body = (status, other) if self.path not in provider.answers else (200, other)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
