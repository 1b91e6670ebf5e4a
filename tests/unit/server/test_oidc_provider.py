"""What the OpenID provider itself answers: broken, endless, elsewhere, or of another."""

from __future__ import annotations

import contextlib
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.http import HttpLimits
from posto_desktop.server.team.oidc import provider as provider_module
from posto_desktop.server.team.oidc.settings import OidcSettings
from tests.fakes.openid import CLIENT, SECRET, FakeProvider

from . import oidc_world
from .browsing import Visitor
from .oidc_world import AUTHORIZE, refusal
from .team_world import TeamWorld

provider, world, visitor = oidc_world.provider, oidc_world.world, oidc_world.visitor


def drips(handler: Any) -> None:
    """Answer by a byte at a time, without an end."""
    handler.send_response(200)
    handler.end_headers()
    pause = threading.Event()  # never set
    with contextlib.suppress(OSError):  # the server has hung up
        while not pause.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()


def redirects(handler: Any) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_answers_that_cannot_be_used(
    visitor: Visitor, provider: FakeProvider, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = HttpLimits(1.0, 0.5, 0.3, provider_module.LIMITS.most_answer, 0)
    monkeypatch.setattr(provider_module, "LIMITS", limits)
    monkeypatch.setattr(provider_module, "AGAIN_SECONDS", 0.0)
    deep, huge = b'{"x": ' + b"[" * 5_000, b" " * 600_000 + b"{}"
    for answer in (b"", b"[]", b"<html>", deep, huge, drips, redirects):
        address = f"{AUTHORIZE}?{visitor.query()}"
        if not path.startswith("/."):
            address = visitor.answer(visitor.begin())
        provider.answers[path] = answer
        status, page = visitor.ask("GET", address)
        assert (status, "You are not signed in" in page) == (502, True), answer
        assert provider.url not in page
        del provider.answers[path]


def test_a_provider_that_is_away_is_not_asked_again_at_once(
    visitor: Visitor, provider: FakeProvider
) -> None:
    provider.answers["/.well-known/openid-configuration"] = b""
    for _ in range(5):
        assert visitor.ask("GET", f"{AUTHORIZE}?{visitor.query()}")[0] == 502
    assert len(provider.asked) == 1
    assert visitor.world.store.rows("SELECT * FROM oidc_sign_ins") == []


BAD_DESCRIPTIONS: tuple[dict[str, Any], ...] = (
    {"issuer": "https://evil.example"},
    {"issuer": None},
    {"token_endpoint": None},
    {"token_endpoint": "http://evil.example/token"},
    {"token_endpoint": "https://user:pass@evil.example/token"},
    {"jwks_uri": "file:///etc/passwd"},
    {"jwks_uri": ["https://x.example"]},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"authorization_endpoint": "https://x.example/é"},
    {"authorization_endpoint": "https://x.example/\r\nSet-Cookie: a=b"},
    {"userinfo_endpoint": "ftp://x.example"},
)


def test_descriptions_that_cannot_be_used(
    visitor: Visitor, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "AGAIN_SECONDS", 0.0)
    for changes in BAD_DESCRIPTIONS:
        provider.answers["/.well-known/openid-configuration"] = {**provider.document(), **changes}
        status, page = visitor.ask("GET", f"{AUTHORIZE}?{visitor.query()}")
        assert (status, "evil" in json.dumps(page)) == (502, False), changes


def test_a_client_may_have_no_secret(
    tmp_path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = list[dict[str, str]]()

    def exchange(form: dict[str, str], authorization: str) -> tuple[int, Any]:
        forms.append({**form, "authorization": authorization})
        return 400, {"error": "invalid_client"}

    monkeypatch.setattr(provider, "exchange", exchange)
    for secret, methods in (("", None), (SECRET, ["client_secret_post"])):
        provider.metadata["token_endpoint_auth_methods_supported"] = methods
        world = TeamWorld(
            tmp_path / (secret[:3] or "none"), oidc=OidcSettings(provider.url, CLIENT, secret)
        )
        world.team.people.add("boss", "owner", None)
        world.team._looked_at = float("-inf")
        visitor = Visitor(world, provider)
        assert refusal(visitor, visitor.answer(visitor.begin()))[0] == 502
        assert forms[-1].get("client_secret", "") == secret
        assert (forms[-1]["client_id"], forms[-1]["authorization"]) == (CLIENT, "")
        world.close()
