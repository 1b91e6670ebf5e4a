"""Tests of redacting secrets in any encoding and in servers' own messages."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

import pytest

from posto_desktop.server import redaction
from posto_desktop.server.accounts import without_secrets
from posto_desktop.server.publishers.base import Profile, Target
from posto_desktop.server.publishers.http import Http

HARD = "pa\\ss'wo\"rd & <b>é</b>"


@pytest.mark.parametrize(
    "form",
    [
        HARD,
        repr(HARD),
        json.dumps(HARD),
        json.dumps(HARD, ensure_ascii=False),
        html.escape(HARD),
        quote(HARD),
    ],
)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    redaction.hide(HARD)
    assert "ss" not in redaction.clean(f"said {form} .").replace("***", "")


def test_an_application_password_is_hidden_with_and_without_spaces() -> None:
    redaction.hide("abcd efgh ijkl mnop")
    assert redaction.clean("abcdefghijklmnop, abcd efgh ijkl mnop") == "***, ***"


def test_a_lone_surrogate_is_no_trouble() -> None:
    redaction.hide("password\ud800")
    assert redaction.clean("password\ud800") == "***"


@pytest.mark.parametrize("typed", ["https://", "https://net.example", " http://net.example:1/ "])
def test_a_server_pasted_as_its_token_does_not_stain_the_links_of_posts(typed: str) -> None:
    redaction.hide(typed)
    link = f"{typed.strip().rstrip('/')}/@alice/1"
    assert redaction.clean(link) == link


@pytest.mark.parametrize("path", ["https://hook.example/id/token", "https://a:b2c4@hook.example"])
def test_an_address_that_is_a_secret_is_hidden(path: str) -> None:
    redaction.hide(path)
    assert redaction.clean(f"{path} is gone") == "*** is gone"


def test_a_password_in_a_header_is_hidden() -> None:
    mark = base64.b64encode(b"alice:hidden in a header").decode()
    Http("https://example.com", headers={"Authorization": f"Basic {mark}"})
    assert redaction.clean(f"wrong: Basic {mark}") == "wrong: Basic ***"


def test_a_server_that_says_the_credentials_again_has_them_stored_nowhere() -> None:
    token = "token-that-is-said-again"
    redaction.hide(token)
    profile = Profile(
        remote_id="1",
        handle="@alice",
        name=f"Alice {token}",
        network="mastodon",
        link=f"https://x.example/?{token}",
        picture=f"https://x.example/{token}.png",
        facts={"version": f"4 {token}", "key_seconds": 5},
        targets=(Target("a", token, token, "mastodon"),),
    )
    assert token not in repr(without_secrets(profile))
    assert without_secrets(profile).facts["key_seconds"] == 5
