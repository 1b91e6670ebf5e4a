"""Verifies an address and a sign-in before they are stored, and reports exactly what is wrong."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, NoReturn

from posto_desktop.common.translation import translatable

from .answers import as_list, as_mapping, as_text, plain_text
from .endpoint import Endpoint, site_of
from .errors import AuthenticationError, NetworkError, PostoError, Remedy, ServiceError
from .faults import name_usual_port
from .records import Account
from .redact import basic_token
from .remedies import APPLICATION_PASSWORDS, AUTHORIZATION_HEADER
from .resolver import FoundService, find_service, front_error, is_index
from .transport import DEFAULT_TIMEOUT, Route, Transport

PLUGIN_NAMESPACE = "fs-poster/v1"
WORKSPACE_NAMESPACE = "posto/v1"
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
    "front_password",
    "other_site",
    "maintenance",
)


@dataclass(frozen=True)
class SignIn:
    """An accepted sign-in. ``base_url`` is resolved (see `Endpoint`): store this one.

    ``timezone`` is a zone name or ``+05:30``; ``routes`` are the site's REST routes.
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
    """What answers at an address, found without credentials.

    ``base_url`` is resolved, ``host`` for showing, ``site`` for a browser.
    ``application_passwords`` is False if the site says that it does not offer them (as WordPress
    does on plain http). A site that ``is_closed`` reveals nothing to guests: the rest is unknown.
    ``browser_sign_in`` is the page at which its people sign in for an app, "" without one.
    ``is_workspace``: it is a server of Posto's own, no WordPress.
    """

    base_url: str
    host: str
    site_name: str = ""
    timezone: str = ""
    has_plugin: bool = True
    encrypted: bool = True
    application_passwords: bool = True
    routes: tuple[str, ...] = ()
    is_closed: bool = False
    browser_sign_in: str = ""
    is_workspace: bool = False

    @property
    def site(self) -> str:
        return site_of(self.base_url)


def look_up(
    base_url: str,
    *,
    timeout: tuple[float, float] | float = DEFAULT_TIMEOUT,
    allow_http: bool = False,
    route: Route | None = None,
) -> SiteFacts:
    """Find out what answers at an address, before signing in. Sends no password.

    Raises `ServiceError` or `NetworkError` as `check_sign_in` does.
    """
    service = _find(base_url, _waits(timeout), allow_http, route)
    if service.barrier == "front":
        raise front_error(service.endpoint.host, service.realm)
    return _facts(service.endpoint, service.index)


def _facts(endpoint: Endpoint, index: dict[str, Any] | None) -> SiteFacts:
    encrypted = endpoint.base.startswith("https:")
    if index is None:
        return SiteFacts(endpoint.base, endpoint.host, encrypted=encrypted, is_closed=True)
    namespaces = [as_text(name) for name in as_list(index.get("namespaces"))]
    return SiteFacts(
        base_url=endpoint.base,
        host=endpoint.host,
        site_name=plain_text(as_text(index.get("name")), 120),
        timezone=zone_of(index),
        has_plugin=PLUGIN_NAMESPACE in namespaces,
        encrypted=encrypted,
        application_passwords="authentication" not in index or bool(index["authentication"]),
        routes=tuple(sorted(str(route) for route in as_mapping(index.get("routes")))),
        browser_sign_in=_browser_page(endpoint, index),
        is_workspace=WORKSPACE_NAMESPACE in namespaces,
    )


def _browser_page(endpoint: Endpoint, index: dict[str, Any]) -> str:
    """Return the page for apps of a workspace server, "" elsewhere: WordPress has one, too, but
    sends nobody back to a program of this computer."""
    offers = as_mapping(as_mapping(index.get("authentication")).get("application-passwords"))
    page = as_text(as_mapping(offers.get("endpoints")).get("authorization"))
    if as_mapping(index.get("posto")).get("browser_sign_in") is not True or "?" in page:
        return ""
    return page if page.startswith(f"{site_of(endpoint.base)}/") else ""


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
    of `REASONS` and whose ``user_message`` is a sentence.
    """
    waits = _waits(timeout)
    service = _find(base_url, waits, allow_http, route)
    host = service.endpoint.host
    if not username.strip() or not password.strip():
        raise AuthenticationError(
            "no user name or password",
            user_message=translatable("Sdk", "Enter the user name and its application password."),
            reason="wrong_password",
        )
    # WordPress shows the password in groups; ignore spaces and pasted line ends.
    token = basic_token(username.strip(), password.strip())
    # A person waits for this answer and can retry.
    with closing(
        Transport(service.endpoint, token, timeout=waits, retries=0, route=route)
    ) as transport:
        transport.redact.add(password)
        site = _facts(service.endpoint, _index_behind(service, transport))
        try:
            account = Account.from_service(transport.get("wp/v2/users/me", [("context", "edit")]))
        except AuthenticationError as error:
            _explain_refusal(site, error)
        except (NetworkError, ServiceError) as error:
            raise _known(error, service.endpoint) from error
    if account is None:
        _refuse(
            ServiceError,
            translatable("Sdk", "{host} did not say who is signed in.").format(host=host),
            "not_wordpress",
        )
    if not site.has_plugin and need_plugin:
        _refuse(
            ServiceError,
            translatable(
                "Sdk",
                "{host} is a WordPress site without the FS Poster plugin, version 7. Install "
                "or activate it there. The sign-in itself works.",
            ).format(host=host),
            "no_plugin",
        )
    if account.can_upload is False and "viewer" not in account.roles:
        _refuse(
            AuthenticationError,
            translatable(
                "Sdk",
                "“{name}” may not upload files on {host}. The account needs the Author role "
                "or higher.",
            ).format(name=account.name, host=host),
            "not_allowed",
        )
    return SignIn(
        base_url=service.endpoint.base,
        account_name=account.name or username.strip(),
        site_name=site.site_name,
        timezone=site.timezone,
        has_plugin=site.has_plugin,
        routes=site.routes,
        account=account,
    )


def zone_of(index: object) -> str:
    """Return the site's zone from the public index: a name, or an offset if it has none."""
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
    base_url: str, waits: tuple[float, float], allow_http: bool, route: Route | None
) -> FoundService:
    """Find the routes without credentials. Raises with one of `REASONS`."""
    endpoint = Endpoint.parse(base_url, allow_http=allow_http)
    try:
        return find_service(endpoint, timeout=waits, allow_http=allow_http, route=route)
    except (NetworkError, ServiceError) as error:
        raise _known(error, endpoint) from error


def _index_behind(service: FoundService, transport: Transport) -> dict[str, Any] | None:
    """Return the index, read with credentials if guests may not read it; None if it stays closed.

    The web server's own password may be the same as WordPress's, so it is tried, too.
    """
    if not service.barrier:
        return service.index
    host = service.endpoint.host
    try:
        data = transport.get("")
    except AuthenticationError as error:
        if service.barrier == "front" and error.code is None:
            raise front_error(host, service.realm) from error
        return None  # the question who is signed in says more
    except (NetworkError, ServiceError) as error:
        if isinstance(error, ServiceError) and error.reason == "moved":
            _refuse(
                ServiceError,
                translatable(
                    "Sdk",
                    "A plugin of {host} redirects apps to the login page, even with a sign-in. "
                    "Keep /wp-json/ open there; WordPress checks the sign-in itself.",
                ).format(host=host),
                "not_allowed",
            )
        raise _known(error, service.endpoint) from error
    return as_mapping(data) if is_index(data) else None


def _explain_refusal(site: SiteFacts, error: AuthenticationError) -> NoReturn:
    explained = _explained(site, error)
    explained.status, explained.code = error.status, error.code
    raise explained from error


def _explained(site: SiteFacts, error: AuthenticationError) -> AuthenticationError:
    host = site.host
    if error.status == 403:
        return _denied(
            translatable("Sdk", "{host} blocks this account: {reason}").format(
                host=host, reason=error.english_message
            ),
            "not_allowed",
        )
    if error.code in {"invalid_username", "invalid_email"}:
        return _denied(
            translatable("Sdk", "{host} does not know this user name. Check the spelling.").format(
                host=host
            ),
            "wrong_password",
        )
    if error.code == "incorrect_password":
        # WordPress has received it, so nothing on the way removed it.
        return _denied(
            translatable(
                "Sdk",
                "{host} knows the user name, but the application password is wrong. The "
                "login password of the site does not work here: create an application "
                "password in your profile there.",
            ).format(host=host),
            "wrong_password",
        )
    if not site.application_passwords:
        return _denied(
            translatable(
                "Sdk",
                "Application passwords are disabled on {host}, usually by a security plugin. "
                "Enable them in its settings.",
            ).format(host=host)
            if site.encrypted
            else translatable(
                "Sdk",
                "Application passwords are disabled on {host}: WordPress offers them on "
                "https only. Use the site's https address, or enable them there.",
            ).format(host=host),
            "app_passwords_off",
            APPLICATION_PASSWORDS,
        )
    if site.is_workspace:
        return _denied(
            translatable(
                "Sdk",
                "{host} rejected the user name or application password. Check both; an owner of "
                "the workspace can make a new password in Settings > Team.",
            ).format(host=host),
            "wrong_password",
        )
    sentence = (
        translatable(
            "Sdk",
            "{host} rejected the user name or application password. Check both; the "
            "login password of the site does not work here. If they are right, the web "
            "server drops the Authorization header, or the site has disabled application "
            "passwords.",
        )
        if site.is_closed
        else translatable(
            "Sdk",
            "{host} rejected the user name or application password. Check both; the "
            "login password of the site does not work here. If they are right, the web "
            "server drops the Authorization header.",
        )
    )
    return _denied(
        sentence.format(host=host),
        "wrong_password",
        AUTHORIZATION_HEADER,
    )


def _denied(sentence: str, reason: str, remedies: tuple[Remedy, ...] = ()) -> AuthenticationError:
    return AuthenticationError(sentence, reason=reason).with_remedies(remedies)


def _known(error: NetworkError | ServiceError, asked: Endpoint) -> PostoError:
    """Return `error` with one of the `REASONS`, keeping its sentence."""
    if isinstance(error, NetworkError):
        name_usual_port(error, asked.base)
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


class EndpointResolver:
    """Finds the routes when a client's first answers suggest that they are elsewhere.

    Scripts give addresses as people do. Nothing is looked up beforehand: most sites have their
    routes in the usual place, and every request counts.
    """

    def __init__(
        self,
        *,
        timeout: tuple[float, float] | float = DEFAULT_TIMEOUT,
        allow_http: bool = False,
        route: Route | None = None,
    ) -> None:
        self._timeout, self._allow_http, self._route = _waits(timeout), allow_http, route

    def __call__(self, asked: Endpoint, error: PostoError) -> FoundService:
        """Return where the routes are, after `error` at `asked`. Raises as `check_sign_in`."""
        service = _find(asked.base, self._timeout, self._allow_http, self._route)
        if service.endpoint == asked and isinstance(error, AuthenticationError):
            if service.barrier == "front" and error.code is None:
                raise front_error(asked.host, service.realm)
            if error.status == 401:
                _explain_refusal(_facts(service.endpoint, service.index), error)
        return service


def _refuse(kind: type[PostoError], sentence: str, reason: str) -> NoReturn:
    raise kind(sentence, reason=reason)


__all__ = [
    "REASONS",
    "EndpointResolver",
    "SignIn",
    "SiteFacts",
    "check_sign_in",
    "look_up",
    "zone_of",
]
