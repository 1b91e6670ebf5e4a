"""What Threads, Instagram and Facebook have in common: errors, and a host for their pictures.

Threads and Instagram fetch pictures from a public address. Such an address is made by a WordPress
site of the person's own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from posto_desktop.server import redaction
from posto_desktop.server.publishers.addresses import with_scheme
from posto_desktop.server.publishers.attachments import open_attachment
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Field,
    PublishError,
    RateLimited,
    Record,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import id_of, is_web_address
from posto_desktop.server.publishers.http import Http, HttpAnswer, basic_header

TOKEN_SECONDS = 60 * 86400
_LIMITED = (4, 9, 17, 32, 613)
_TRANSIENT = (1, 2)

HOST_FIELDS = (
    Field(
        "host",
        "WordPress site for pictures",
        is_required=False,
        hint="Meta fetches pictures from a public address. https://example.com",
    ),
    Field("host_user", "User name there", is_required=False),
    Field("host_password", "Application password there", is_secret=True, is_required=False),
)


def explain(answer: HttpAnswer) -> PublishError | None:
    """Meta's errors by their numbers."""
    value = answer.json()
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return None
    code = error.get("code")
    words = error.get("error_user_msg") or error.get("message")
    said = redaction.clean(str(words or ""))[:300]
    if code == 190 or answer.status == 401:
        return SignInAgain(f"Meta does not accept the token any more. {said}".strip())
    if code in _LIMITED or answer.status == 429:
        return RateLimited(f"Meta takes no more for now. {said}".strip(), 600)
    if code in _TRANSIENT or error.get("is_transient") is True:
        sentence = f"Meta has a fault just now. {said}".strip()
        return Unclear(sentence) if answer.publishes else TryLater(sentence, 30)
    if answer.status < 500 and said:
        return Refused(f"Meta: {said}")
    return None


def expiry(account: Account | None = None) -> int:
    """When the token ends: 60 days after it was entered."""
    known = account.facts.get("expires_at") if account else None
    return known if type(known) is int else int(time.time()) + TOKEN_SECONDS


def require_finished(http: Http, container: str, named: str) -> None:
    """Raise TryLater while Meta works on what is to be published, Refused where it cannot."""
    params = {"fields": f"{named},error_message" if named == "status" else named}
    said = http.ask("GET", f"/{container}", params=params).object()
    state = said.get(named)
    if state in ("ERROR", "EXPIRED"):
        raise Refused(f"Meta could not use a file. {said.get('error_message') or ''}".strip())
    if state not in ("FINISHED", "PUBLISHED"):
        raise TryLater("Meta still works on this post.", 5)


def created(answer: HttpAnswer) -> str:
    """The id in an answer."""
    number = id_of(answer.object().get("id"))
    if not number.replace("_", "").isdecimal():
        raise answer.no_use()
    return number


# -- pictures --------------------------------------------------------------------------------------


def host_secret(given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The address of the site for pictures, "" for none, and what is secret of it."""
    host = with_scheme(given.get("host", "")).rstrip("/")
    user, password = given.get("host_user", "").strip(), given.get("host_password", "").strip()
    redaction.hide(password)
    if not host:
        return "", {}
    if not user or not password:
        raise Refused("Enter the user name and the application password of your site, too.")
    secret = {"host_user": user, "host_password": password}
    _host(host, secret, "").ask("GET", "/wp-json/wp/v2/users/me", params={"context": "edit"})
    return host, secret


def _host(host: str, secret: Mapping[str, str], proxy: str) -> Http:
    headers = basic_header(secret.get("host_user", ""), secret.get("host_password", ""))
    return Http(host, headers=headers, proxy=proxy, explain=_explain_host)


def _explain_host(answer: HttpAnswer) -> PublishError | None:
    if answer.status in (401, 403):
        return Refused(f"{answer.host} does not take pictures by this user name and password.")
    return None


def show(account: Account, one: Attachment) -> Record:
    """The public address of a picture, and its id at the site."""
    host = str(account.facts.get("host") or "")
    if not host:
        raise Refused(
            "Meta fetches pictures from a public address. Connect the account again with a"
            " WordPress site of yours for them."
        )
    headers = {
        "Content-Type": one.mime,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(one.name, safe='')}",
    }
    with open_attachment(one) as file:
        answer = _host(host, account.secret(), account.proxy).ask(
            "POST", "/wp-json/wp/v2/media", data=file, length=one.size, headers=headers
        )
    said = answer.object()
    number, url = id_of(said.get("id")), said.get("source_url")
    if not number or not is_web_address(url):
        raise answer.no_use()
    return {"url": url, "id": number}


def hide(account: Account, known: Mapping[str, Any]) -> None:
    """Take a picture from the site again."""
    host = str(account.facts.get("host") or "")
    path = f"/wp-json/wp/v2/media/{known['id']}"
    _host(host, account.secret(), account.proxy).ask(
        "DELETE", path, params={"force": "true"}, missing_is_fine=True
    )
