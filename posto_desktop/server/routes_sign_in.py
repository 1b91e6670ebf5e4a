"""Sign-in in the browser: WordPress's page for apps, the way by the provider, and the app's
password.

An app opens `authorize-application.php`, as at a WordPress site. docs/team.md has the requests.
"""

from __future__ import annotations

import functools
import html
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from posto_desktop.server.errors import ApiError, DatabaseAway
from posto_desktop.server.measurements import Measurements
from posto_desktop.server.site import Site
from posto_desktop.server.team.oidc import asked
from posto_desktop.server.team.oidc.pages import page, redirect
from posto_desktop.server.team.oidc.refusal import DeviceRequest, OidcRefused
from posto_desktop.server.team.oidc.sign_in import BrowserSignIns, Handed
from posto_desktop.server.team.oidc.started import SECONDS, Browser
from posto_desktop.server.web import AUTHORIZE_PAGE, PROVIDER_ANSWER, Request, Response, Web

log = logging.getLogger(__name__)

ALLOW_PAGE = "/posto-sign-in/<sign_in_id>"
REDEEM = "/wp-json/posto/v1/sign-in"
_ROLES = {"owner": "an owner", "editor": "an editor", "writer": "a writer", "viewer": "a viewer"}
Handler = Callable[..., Response]


def _shown(handler: Handler) -> Handler:
    """Show refusals as a page."""

    @functools.wraps(handler)
    def show(self: SignInRoutes, request: Request, **parts: Any) -> Response:
        try:
            return handler(self, request, **parts)
        except OidcRefused as error:
            self.measurements.sign_in_failures.add()
            log.info("A sign-in from %s was refused: %s", request.address, error.why)
            again = f"<p>{_again(request, error.request)}</p>" if error.request else ""
            return page(
                "You are not signed in",
                [f"<p>{html.escape(str(error))}</p>{again}"],
                status=error.status,
            )
        except DatabaseAway:
            words = "The workspace's database does not answer right now. Try again in a minute."
            return page("You are not signed in", [f"<p>{words}</p>"], status=503)

    return show


class SignInRoutes:
    def __init__(
        self,
        sign_ins: BrowserSignIns,
        site: Site,
        measurements: Measurements,
        *,
        is_encrypted: bool,
    ) -> None:
        self._sign_ins, self._site = sign_ins, site
        self.measurements = measurements
        self._is_encrypted = is_encrypted

    def register(self, web: Web) -> None:
        web.add("GET", AUTHORIZE_PAGE, self.begin, public=True)
        web.add("GET", PROVIDER_ANSWER, self.take_answer, public=True)
        web.add("GET", ALLOW_PAGE, self.ask, public=True)
        web.add("POST", ALLOW_PAGE, self.decide, public=True)
        web.add("POST", REDEEM, self.redeem, public=True)

    @_shown
    def begin(self, request: Request) -> Response:
        wanted = asked.read_request(request.query)
        sign_in_id, provider_page, browser = self._sign_ins.begin(
            wanted,
            f"{request.base_url}{PROVIDER_ANSWER}",
            request.address,
            anew=request.query.text("again") == "1",
        )
        return redirect(provider_page, [self._cookie(sign_in_id, browser)])

    @_shown
    def take_answer(self, request: Request) -> Response:
        answer = {
            name: request.query.text(name)
            for name in ("state", "code", "iss", "error")
            if name in request.query
        }
        sign_in_id, browser = self._sign_ins.answer(
            lambda sign_in_id: self._browser(request, sign_in_id), answer, request.address
        )
        # Another address: the one with the code is not to be loaded again.
        return redirect(
            f"{request.base_url}/posto-sign-in/{sign_in_id}", [self._cookie(sign_in_id, browser)]
        )

    @_shown
    def ask(self, request: Request, sign_in_id: str) -> Response:
        browser = self._browser(request, sign_in_id)
        wanted, person = self._sign_ins.waiting(sign_in_id, browser)
        assert browser is not None
        device, name = html.escape(wanted.device), html.escape(person.name)
        workspace = html.escape(str(self._site.settings()["title"]))
        token = browser.proof(f"form {sign_in_id}")
        wish = (
            f"A program on this computer that calls itself “{device}” wants to use"
            if wanted.success_url
            else f"A new password for “{device}” is to be made, which may use"
        )
        return page(
            f"Let “{wanted.device}” sign in as {person.name}?",
            [
                f"<p>{wish} the workspace “{workspace}” as <strong>{name}</strong>, "
                f"{_ROLES[person.role]}.</p>"
                "<p>Allow it only if you began this in the app a moment ago.</p>"
                '<form method="post">'
                f'<input type="hidden" name="token" value="{token}">'
                '<button class="main" name="word" value="allow">Allow</button>'
                '<button name="word" value="refuse">Do not allow</button></form>'
                f'<p class="soft">It gets a password of its own, which stays valid until you or '
                f"an owner revoke it. {_again(request, wanted)}</p>"
            ],
            forms_to=(wanted.success_url, wanted.reject_url),
        )

    @_shown
    def decide(self, request: Request, sign_in_id: str) -> Response:
        browser = self._browser(request, sign_in_id)
        body = request.json()
        token = str(body.get("token"))
        if browser is not None and not browser.has_made(token, f"form {sign_in_id}"):
            raise OidcRefused("Load the page again: this form is not from it.")
        word = body.get("word")
        if word not in ("allow", "refuse"):
            raise OidcRefused("Choose whether you allow it.", status=400)
        handed = self._sign_ins.decide(
            sign_in_id, browser, is_allowed=word == "allow", address=request.address
        )
        forget = self._cookie(sign_in_id, None)
        return self._handed(request, handed, forget)

    def _handed(self, request: Request, handed: Handed, forget: tuple[str, str]) -> Response:
        goal = handed.request.success_url
        if not handed.name:
            goal = handed.request.reject_url or (
                asked.with_fields(goal, {"success": "false"}) if goal else ""
            )
            if goal:
                return redirect(goal, [forget])
            words = "No password was made. You can close this window."
            return page("You did not allow it", [f"<p>{words}</p>"], headers=[forget])
        fields = {"site_url": request.base_url, "user_login": handed.name}
        if handed.code:
            return redirect(asked.with_fields(goal, {**fields, "code": handed.code}), [forget])
        if goal:
            return redirect(
                asked.with_fields(goal, {**fields, "password": handed.password}), [forget]
            )
        body = (
            f"<p>Name <code>{html.escape(handed.name)}</code></p>"
            f"<p>Password <code>{html.escape(handed.password)}</code></p>"
            "<p>It is shown this once. Copy it to the app, then close this window.</p>"
        )
        return page(f"The password of “{handed.request.device}”", [body], headers=[forget])

    def redeem(self, request: Request) -> object:
        body = request.json()
        code, verifier = body.get("code"), body.get("code_verifier")
        if not isinstance(code, str) or not isinstance(verifier, str):
            raise ApiError(400, "rest_missing_callback_param", "Send code and code_verifier.")
        try:
            name, password = self._sign_ins.redeem(code, verifier, request.address)
        except OidcRefused as error:
            self.measurements.sign_in_failures.add()
            log.info("A sign-in from %s was refused: %s", request.address, error.why)
            raise ApiError(error.status, "posto_sign_in_over", str(error)) from error
        return {"site_url": request.base_url, "user_login": name, "password": password}

    def _browser(self, request: Request, sign_in_id: str) -> Browser | None:
        name = asked.cookie_name(sign_in_id, is_encrypted=self._is_encrypted)
        return asked.read_browser(request.header("Cookie"), name)

    def _cookie(self, sign_in_id: str, browser: Browser | None) -> tuple[str, str]:
        name = asked.cookie_name(sign_in_id, is_encrypted=self._is_encrypted)
        value, age = (browser.secret, int(SECONDS)) if browser is not None else ("", 0)
        secure = "; Secure" if self._is_encrypted else ""
        return (
            "Set-Cookie",
            f"{name}={value}; Max-Age={age}; Path=/; HttpOnly; SameSite=Lax{secure}",
        )


def _again(request: Request, wanted: DeviceRequest) -> str:
    query = urlencode({**asked.fields_of(wanted), "again": "1"})
    address = html.escape(f"{request.base_url}{AUTHORIZE_PAGE}?{query}")
    return f'<a href="{address}">Sign in as somebody else</a>'
