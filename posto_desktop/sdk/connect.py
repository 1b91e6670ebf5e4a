"""Check an address and a sign-in before they are kept, and say exactly what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from .answers import as_list, as_mapping, as_text, plain_text
from .endpoint import Endpoint, joined, same_origin, split
from .errors import AuthenticationError, NetworkError, PostoError, ServiceError
from .records import Account
from .redact import basic_token
from .transport import DEFAULT_TIMEOUT, MAX_REDIRECTS, Route, Transport

PLUGIN_NAMESPACE = "fs-poster/v1"
REASONS = (
    "wrong_password",
    "wrong_address",
    "no_plugin",
    "not_wordpress",
    "tls",
    "app_passwords_off",
    "redirect_loop",
    "offline",
    "insecure_http",
    "timeout",
    "not_allowed",
)


@dataclass(frozen=True)
class SignIn:
    """A sign-in that works. ``base_url`` is resolved (redirects, ``?rest_route=``): keep this one.

    ``timezone`` is a zone name or ``+05:30``; ``routes`` the REST routes the site has.
    """

    base_url: str
    account_name: str
    site_name: str = ""
    timezone: str = ""
    has_plugin: bool = True
    routes: tuple[str, ...] = ()
    account: Account | None = None


@dataclass(frozen=True)
class SiteFacts:
    """Who answers at an address, learnt without any credentials.

    ``base_url`` is resolved, ``host`` for showing; ``application_passwords`` is False where the
    site says that it does not offer them (WordPress does so on plain http).
    """

    base_url: str
    host: str
    site_name: str = ""
    timezone: str = ""
    has_plugin: bool = True
    encrypted: bool = True
    application_passwords: bool = True
    routes: tuple[str, ...] = ()


def look_up(
    base_url: str,
    *,
    timeout: tuple[float, float] | float = DEFAULT_TIMEOUT,
    allow_http: bool = False,
    route: Route | None = None,
) -> SiteFacts:
    """Look who answers at an address, before anybody signs in. Sends no password.

    Raises `ServiceError` or `NetworkError` as `check_sign_in` does.
    """
    endpoint, index = _find(
        Endpoint.parse(base_url, allow_http=allow_http), _waits(timeout), allow_http, route
    )
    return _facts(endpoint, index)


def _facts(endpoint: Endpoint, index: dict[str, Any]) -> SiteFacts:
    namespaces = [as_text(name) for name in as_list(index.get("namespaces"))]
    return SiteFacts(
        base_url=endpoint.base,
        host=endpoint.host,
        site_name=plain_text(as_text(index.get("name")), 120),
        timezone=zone_of(index),
        has_plugin=PLUGIN_NAMESPACE in namespaces,
        encrypted=endpoint.base.startswith("https:"),
        application_passwords="authentication" not in index or bool(index["authentication"]),
        routes=tuple(sorted(str(route) for route in as_mapping(index.get("routes")))),
    )


def _waits(timeout: tuple[float, float] | float) -> tuple[float, float]:
    return (timeout, timeout) if isinstance(timeout, (int, float)) else timeout


def check_sign_in(
    base_url: str,
    username: str,
    password: str,
    *,
    timeout: tuple[float, float] | float = DEFAULT_TIMEOUT,
    allow_http: bool = False,
    need_plugin: bool = True,
    route: Route | None = None,
) -> SignIn:
    """Find the service behind an address, and sign in.

    The password is sent only after the address has proved to be a WordPress site, to its final
    place. Raises `AuthenticationError`, `ServiceError` or `NetworkError`, whose ``reason`` is one
    of `REASONS` and whose ``user_message`` is a sentence of its own.
    """
    waits = _waits(timeout)
    at = Endpoint.parse(base_url, allow_http=allow_http)
    endpoint, index = _find(at, waits, allow_http, route)
    host = endpoint.host
    site = _facts(endpoint, index)
    if not username.strip() or not password.strip():
        raise AuthenticationError(
            "no user name or password",
            user_message="Enter the user name and its application password.",
            reason="wrong_password",
        )
    # WordPress shows the password in groups; spaces and a pasted line end do not count.
    token = basic_token(username.strip(), password.strip())
    # A person waits for this answer and can ask again.
    transport = Transport(endpoint, token, timeout=waits, retries=0, route=route)
    transport.redact.add(password)
    try:
        account = Account.from_service(transport.get("wp/v2/users/me", [("context", "edit")]))
    except AuthenticationError as error:
        _explain_refusal(site, error)
    except ServiceError as error:
        raise _known(error) from error
    finally:
        transport.close()
    if account is None:
        _refuse(ServiceError, f"{host} did not say who is signed in.", "not_wordpress")
    if not site.has_plugin and need_plugin:
        _refuse(
            ServiceError,
            f"{host} is a WordPress site, but without the FS Poster plugin, version 7. "
            "Install or switch on the plugin there. The sign-in itself works.",
            "no_plugin",
        )
    if account.can_upload is False:
        _refuse(
            AuthenticationError,
            f"“{account.name}” may not upload files on {host}. "
            "The account needs the role of an author or more.",
            "not_allowed",
        )
    return SignIn(
        base_url=endpoint.base,
        account_name=account.name or username.strip(),
        site_name=site.site_name,
        timezone=site.timezone,
        has_plugin=site.has_plugin,
        routes=site.routes,
        account=account,
    )


def zone_of(index: Any) -> str:
    """The site's zone from the public index: a name, or an offset where it has none."""
    data = as_mapping(index)
    name = as_text(data.get("timezone_string")).strip()
    if name:
        return name
    try:
        hours = float(data.get("gmt_offset") or 0)
    except (TypeError, ValueError):
        return ""
    if not -14 <= hours <= 14:
        return ""
    minutes = round(hours * 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}" if minutes else "UTC"


def _find(
    endpoint: Endpoint, waits: tuple[float, float], allow_http: bool, route: Route | None
) -> tuple[Endpoint, dict[str, Any]]:
    """The final address of the site and its public index, without any credentials."""
    seen: list[str] = []
    at = endpoint
    tried_plain = False
    for _ in range(2 * MAX_REDIRECTS):
        if at.base in seen:
            break
        seen.append(at.base)
        transport = Transport(at, None, timeout=waits, retries=1, route=route)
        try:
            status, headers, data, text = _look(transport, "")
            if data is not None and "namespaces" in data:
                return at, data
            moved = _moved(at, at.url(""), status, headers, allow_http)
            if moved is not None:
                at = moved
                continue
            if not tried_plain:
                tried_plain = True
                named = _by_front_page(transport, at, allow_http)
                if named is not None:
                    at = named
                    continue
            _not_there(at, status, text)
        except ServiceError as error:
            raise _known(error) from error
        except NetworkError as error:
            raise _known(error) from error
        finally:
            transport.close()
    _refuse(
        ServiceError,
        f"{endpoint.host} sends round in circles. Check the site's address settings.",
        "redirect_loop",
    )


def _look(
    transport: Transport, route: str
) -> tuple[int, dict[str, str], dict[str, Any] | None, str]:
    """(status, headers, JSON object or None, text) of a public page, whatever the status is."""
    answer = transport.probe(transport.endpoint.url(route))
    value = answer.data if isinstance(answer.data, dict) else None
    return answer.status, {k.lower(): v for k, v in answer.headers.items()}, value, answer.text


def _moved(
    at: Endpoint, asked: str, status: int, headers: dict[str, str], allow_http: bool
) -> Endpoint | None:
    """Where a redirect of the index leads, as a base address."""
    location = headers.get("location", "")
    if status not in {301, 302, 303, 307, 308} or not location:
        return None
    target = joined(asked, location)
    if at.base.startswith("https:") and target.startswith("http:"):
        raise NetworkError(
            "redirected to http",
            user_message=f"{at.host} sends on to an address without https. "
            "The password was not sent.",
            reason="insecure_http",
        )
    parts = split(target)
    if parts is None:
        return Endpoint.parse(target)  # which says what is wrong with it
    base = re.sub(r"/wp-json(?:/.*)?$", "", f"{parts.scheme}://{parts.netloc}{parts.path}")
    if parts.query.startswith("rest_route="):
        base = f"{parts.scheme}://{parts.netloc}{parts.path}?rest_route="
    return Endpoint.parse(base, allow_http=allow_http)


def _by_front_page(transport: Transport, at: Endpoint, allow_http: bool) -> Endpoint | None:
    """The REST address that the front page's Link header names (plain permalinks)."""
    front = at.base.partition("?")[0]
    answer = transport.probe(front if front.endswith("/") else front + "/")
    headers = {key.lower(): value for key, value in answer.headers.items()}
    found = re.search(r"<([^<>]+)>\s*;\s*rel=\"?https://api\.w\.org/\"?", headers.get("link", ""))
    if found:
        target = joined(front + "/", found.group(1))
        if same_origin(target, front) or not target.startswith("http:"):
            if "rest_route=" in target:
                target = target.partition("rest_route=")[0] + "rest_route="
            return Endpoint.parse(target, allow_http=allow_http)
    if answer.status == 200 and ("wp-content" in answer.text or "wp-includes" in answer.text):
        return Endpoint.parse(f"{front}/?rest_route=", allow_http=allow_http)
    return _moved(at, front, answer.status, headers, allow_http)


def _not_there(at: Endpoint, status: int, text: str) -> NoReturn:
    if status == 404:
        _refuse(
            ServiceError,
            f"{at.host} has no WordPress at this address. Check the address; "
            "a site in a folder needs the folder too, as in example.com/blog.",
            "wrong_address",
        )
    if status == 401 or status == 403:
        _refuse(
            ServiceError,
            f"{at.host} keeps its interface closed ({status}): a firewall or a plugin "
            "refuses requests from programs.",
            "not_allowed",
        )
    if status == 429 or status >= 500:
        _refuse(
            ServiceError,
            f"{at.host} cannot answer right now ({status}). Try again later.",
            "offline",
        )
    _refuse(
        ServiceError,
        f"{at.host} answers, but it is not a WordPress site whose interface can be reached.",
        "not_wordpress",
    )


def _explain_refusal(site: SiteFacts, error: AuthenticationError) -> NoReturn:
    host = site.host
    if error.status == 403:
        _refuse(
            AuthenticationError,
            f"{host} knows the account, but does not let it in: {error.user_message}",
            "not_allowed",
        )
    early = {"incorrect_password", "invalid_username", "invalid_email"}
    if not site.application_passwords and error.code not in early:
        _refuse(
            AuthenticationError,
            f"{host} has application passwords switched off (WordPress offers them on https "
            "only). Switch them on there, or use the site's https address.",
            "app_passwords_off",
        )
    _refuse(
        AuthenticationError,
        f"{host} did not accept the user name and the application password. Check both; the "
        "login password of the site does not work here. If they are right, the web server "
        "drops the Authorization header on the way.",
        "wrong_password",
    )


def _known(error: ServiceError | NetworkError) -> PostoError:
    """`error` with one of the `REASONS`, its sentence kept."""
    if error.reason in REASONS:
        return error
    words = {
        "html": "not_wordpress",
        "unreadable": "not_wordpress",
        "refused": "not_allowed",
        "firewall": "not_allowed",
        "moved": "wrong_address",
        "too_large": "not_wordpress",
    }
    error.reason = words.get(error.reason or "", "offline")
    return error


def _refuse(kind: type[PostoError], sentence: str, reason: str) -> NoReturn:
    raise kind(sentence, user_message=sentence, reason=reason)


__all__ = ["REASONS", "SignIn", "SiteFacts", "check_sign_in", "look_up", "zone_of"]
