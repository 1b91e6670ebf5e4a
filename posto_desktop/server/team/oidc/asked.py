"""Reads what apps and browsers say when somebody signs in."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

from posto_desktop.server.forms import FormFields
from posto_desktop.server.team.oidc.refusal import DeviceRequest, OidcRefused, one_line
from posto_desktop.server.team.oidc.started import Browser

__all__ = ["cookie_name", "fields_of", "read_browser", "read_request", "with_fields"]

# Only programs on the person's own computer, and the app by its links: nothing goes elsewhere.
_LETTERS: Final = r"A-Za-z0-9._~!$&'()*+,;=:@%/-"
_GOAL: Final = re.compile(
    rf"(?:http://(?:127\.0\.0\.1|\[::1\]):[0-9]{{1,5}}(?:/[{_LETTERS}]*)?|posto:[{_LETTERS}]*)"
    rf"(?:\?[?{_LETTERS}]*)?"
)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{20,100}")
_LONGEST_GOAL, _LONGEST_DEVICE = 1_000, 100


def read_request(query: FormFields) -> DeviceRequest:
    """Return what an app asks for at `authorize-application.php`. Raises OidcRefused."""
    device = one_line(query.text("app_name"))[:_LONGEST_DEVICE]
    if not device:
        raise OidcRefused("The app did not say what it is called (app_name).", status=400)
    challenge = query.text("code_challenge")
    if challenge and not _CHALLENGE.fullmatch(challenge):
        raise OidcRefused("The app's code_challenge is not of the method S256.", status=400)
    success, reject = _goal(query, "success_url"), _goal(query, "reject_url")
    if challenge and not success:
        raise OidcRefused("The app did not say where its code goes (success_url).", status=400)
    return DeviceRequest(device, success, reject, challenge)


def _goal(query: FormFields, name: str) -> str:
    address = query.text(name)
    if not address:
        return ""
    if len(address) > _LONGEST_GOAL or not _GOAL.fullmatch(address):
        raise OidcRefused(
            f"A sign-in leads back to a program on this computer alone, and {name} is another"
            " address.",
            status=400,
        )
    return address


def fields_of(request: DeviceRequest) -> dict[str, str]:
    """Return the fields of a request, to ask for the same again."""
    fields = {
        "app_name": request.device,
        "success_url": request.success_url,
        "reject_url": request.reject_url,
        "code_challenge": request.challenge,
    }
    return {name: value for name, value in fields.items() if value}


def with_fields(address: str, fields: dict[str, str]) -> str:
    """Return an address with more fields."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"


def cookie_name(sign_in_id: str, *, is_encrypted: bool) -> str:
    """Return the name of a sign-in's cookie. Browsers let nobody but this very host set one that
    begins with __Host-."""
    return f"{'__Host-' if is_encrypted else ''}posto-{sign_in_id[:16]}"


def read_browser(header: str, name: str) -> Browser | None:
    """Return the browser that sends a Cookie header; None without the cookie, or with two."""
    values = [
        value.strip()
        for pair in header.split(";")
        for key, equals, value in [pair.partition("=")]
        if equals and key.strip() == name
    ]
    return Browser(values[0]) if len(values) == 1 and _SECRET.fullmatch(values[0]) else None
