"""A browser and an app of somebody who signs in by a provider, asked without a network."""

from __future__ import annotations

import html
import re
import secrets
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from posto_desktop.server.team.oidc.started import challenge_of
from tests.fakes.openid import FakeProvider

from .team_world import TeamWorld

BACK = "http://127.0.0.1:4711/callback?state=app"


class Visitor:
    """A browser with its cookies, in front of a workspace and its provider."""

    def __init__(self, world: TeamWorld, provider: FakeProvider) -> None:
        self.world, self.provider = world, provider
        self.cookies: dict[str, str] = {}
        self.headers: dict[str, str] = {}
        self.origin = "http://127.0.0.1"
        self.verifier = secrets.token_urlsafe(32)

    def ask(self, method: str, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and page; the headers are `world.headers`."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"HTTP_COOKIE": cookies, **self.headers}
        body = None
        if form is not None:
            body = urlencode(form).encode()
            headers["CONTENT_TYPE"] = "application/x-www-form-urlencoded"
            headers["HTTP_ORIGIN"] = self.origin
            headers["HTTP_SEC_FETCH_SITE"] = "same-origin"
        path = address.removeprefix(self.origin)
        status, answer = self.world.ask("", method, path, body, headers=headers)
        for name, value in self.world.headers:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return status, answer

    def header(self, name: str) -> str:
        return dict(self.world.headers).get(name, "")

    def query(self, **more: str) -> str:
        fields = {
            "app_name": "Posto on <laptop>",
            "success_url": BACK,
            "code_challenge": challenge_of(self.verifier),
            **more,
        }
        return urlencode({name: value for name, value in fields.items() if value})

    def begin(self, **more: str) -> str:
        """Open the page for apps, and return the address at the provider."""
        status, answer = self.ask(
            "GET", f"/wp-admin/authorize-application.php?{self.query(**more)}"
        )
        assert status == 303, answer
        return self.header("Location")

    def answer(self, page: str, **more: str) -> str:
        """Sign in at the provider, and return where it leads back to."""
        fields = {"code": self.provider.authorize(page), "state": state_of(page), **more}
        return f"/posto-sign-in?{urlencode(fields)}"

    def signed_in(self, **more: str) -> str:
        """Return the address of the page that asks for the person's word."""
        status, page = self.ask("GET", self.answer(self.begin(**more)))
        assert status == 303, page
        return self.header("Location").removeprefix("http://127.0.0.1")

    def decide(self, address: str, word: str = "allow") -> str:
        """Press a button of that page, and return where it leads."""
        status, page = self.ask("GET", address)
        assert status == 200, page
        status, page = self.ask("POST", address, {"token": token_in(page), "word": word})
        assert status == 303, page
        return self.header("Location")

    def redeem(self, goal: str, verifier: str = "") -> tuple[int, Any]:
        """Ask for the password as the app does."""
        body = {"code": fields_of(goal)["code"], "code_verifier": verifier or self.verifier}
        return self.world.ask("", "POST", "/wp-json/posto/v1/sign-in", body)


def fields_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def state_of(page: str) -> str:
    return fields_of(page)["state"]


def token_in(page: str) -> str:
    match = re.search(r'name="token" value="([^"]+)"', page)
    assert match, page
    return html.unescape(match.group(1))
