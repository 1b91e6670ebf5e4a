"""Web application: routing over bottle, requests and answers, and the checks before any route."""

from __future__ import annotations

import contextlib
import html
import json
import logging
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlencode

import bottle

from posto_desktop.common import json_text
from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.common.translation import translatable
from posto_desktop.net.addresses import is_loopback
from posto_desktop.server import body as bodies
from posto_desktop.server import log_format
from posto_desktop.server.database import short_timeout
from posto_desktop.server.errors import ApiError, DatabaseAway, PluginError
from posto_desktop.server.forms import FormError, FormFields, parse_fields
from posto_desktop.server.http_server import ClientStanding
from posto_desktop.server.ingress import Arrival, Ingress
from posto_desktop.server.measurements import Measurements
from posto_desktop.server.media_store import MediaAway, MediaDamaged
from posto_desktop.server.request_head import SHORT_BODY, RequestHead
from posto_desktop.server.security import Guard
from posto_desktop.server.team.person import ALONE, Person
from posto_desktop.server.team.scope import EVERYTHING, Scope

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Handler = Callable[..., Any]

_SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Robots-Tag", "noindex"),
)
# Addresses of this server are shorter: a longer one carries no signature.
_LONGEST_SIGNED = 2_000
_READS = ("GET", "HEAD")
_SECRET = re.compile(r"[\w-]{32,}")
_TOO_LARGE = 2**63
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
AUTHORIZE_PAGE = "/wp-admin/authorize-application.php"
PROVIDER_ANSWER = "/posto-sign-in"
"""Where people come from elsewhere: from an app, and back from the provider that signs them in."""
_CLASSES = (
    ("/wp-json/fs-poster/", "schedule"),
    ("/wp-json/wp/v2/media", "media"),
    ("/wp-content/uploads/", "media"),
    ("/wp-json/posto/v1/media/", "media"),
    ("/wp-json/posto/v1/feed", "feed"),
    ("/sandbox/", "feed"),
    ("/posto-calendar/", "calendar"),
    ("/wp-json/posto/", "posto"),
    ("/wp-json/", "site"),
    ("/wp-content/", "site"),
    ("/wp-admin/", "sign_in"),
    ("/posto-sign-in", "sign_in"),
)
_DEFAULT_POLICY = "default-src 'none'; frame-ancestors 'none'"


class Response:
    """A handler's answer. `content` is JSON-able, or bytes, or an iterable of bytes."""

    def __init__(
        self, content: object, status: int = 200, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.content = content
        self.status = status
        self.headers = list(headers)


class Request:
    """One request as the handlers see it."""

    def __init__(self, environ: Environ, body: bodies.IncomingBody, signed_in: bool) -> None:
        self.environ = environ
        self.body = body
        self.person: Person | None = ALONE if signed_in else None
        """Who asks; None without a sign-in."""
        self.scope: Scope = EVERYTHING
        """What they see."""
        self.sign: Callable[[str], str] | None = None
        """Signs addresses for a person's device, in a workspace with people."""
        self._object: dict[str, Any] | None = None
        self.method: str = environ["REQUEST_METHOD"]
        self.query: FormFields = parse_fields(environ.get("QUERY_STRING", ""))
        self.content_type = str(environ.get("CONTENT_TYPE") or "").split(";", 1)[0].strip().lower()

    @property
    def signed_in(self) -> bool:
        return self.person is not None

    @property
    def address(self) -> str:
        """Return the client's address, behind a proxy, too."""
        return self.arrival.client

    def named(self) -> set[str]:
        """Return the names of what the request sends, as far as a route has read it."""
        return {*self.query, *(self._object or {})}

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT` as the client addressed it (the Host was checked before), or the
        public address."""
        return self.arrival.base_url

    @property
    def arrival(self) -> Arrival:
        """Where the request comes from: `arrival.client` is the address behind a proxy."""
        arrival: Arrival = self.environ["posto.arrival"]
        return arrival

    @property
    def socket_addresses(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Return address and port of both ends of the connection: this one, and the client's."""
        connection = self.environ["posto.connection"].conn.socket
        return connection.getsockname()[:2], connection.getpeername()[:2]

    def header(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        if key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            return str(self.environ.get(key) or "")
        return str(self.environ.get(f"HTTP_{key}") or "")

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object. Forms are accepted; no body is an empty one.

        The public client labels forms as JSON: a body that is not JSON but parses as a form is a
        form.
        """
        if self._object is None:
            self._object = self._read_object()
        return self._object

    def _read_object(self) -> dict[str, Any]:
        raw = self.body.read_all()
        if not raw.strip():
            return {}
        if self.content_type == "application/x-www-form-urlencoded":
            return _form_object(raw)
        try:
            value = json_text.loads(raw)
        except ValueError as error:
            if raw[:1] not in b'{["' and b"=" in raw[:200]:
                return _form_object(raw)
            is_deep = "too deep" in str(error)
            raise ApiError(
                400,
                "rest_invalid_json",
                f"The body is nested too deep: {json_text.DEEPEST} levels at most."
                if is_deep
                else "Invalid JSON body passed.",
                json_error_message="Maximum stack depth exceeded" if is_deep else "Syntax error",
            ) from error
        if isinstance(value, list) and not value:
            return {}
        if not isinstance(value, dict):
            raise ApiError(400, "rest_invalid_json", "The body is not a JSON object.")
        return json_text.plain(value, _storable_text)


class Members(Protocol):
    """The people of a workspace (`server.team.team`)."""

    @property
    def is_active(self) -> bool: ...
    def look(self) -> bool: ...
    def is_known(self, authorization: str) -> bool: ...
    def person_of(self, authorization: str, address: str) -> Person | None: ...
    def scope(self, person: Person) -> Scope: ...
    def carry_out(
        self,
        request: Request,
        rule: str,
        parts: Mapping[str, Any],
        handler: Callable[[], object],
    ) -> object: ...


class Web:
    """The WSGI application: `add` routes, then pass it to the HTTP server. `members` are there
    where several people may use the workspace."""

    def __init__(
        self,
        guard: Guard,
        ingress: Ingress | None = None,
        measurements: Measurements | None = None,
        members: Members | None = None,
    ) -> None:
        self._guard = guard
        self._ingress = ingress or Ingress()
        self._measurements = measurements or Measurements()
        self._members = members
        self._router = bottle.Router()
        self.routes: dict[str, list[str]] = {}

    def add(
        self,
        methods: str,
        rule: str,
        handler: Handler,
        *,
        public: bool = False,
        signed: Callable[..., bool] | None = None,
        proves: bool = False,
    ) -> None:
        """Route `rule` (bottle's syntax) to `handler(request, **parts)`.

        `public` routes need no credentials: they show nothing private, or check a signature.
        `signed(query, **parts)` returns whether a route's signature is right. A route that `proves`
        is called by clients before they send the password.
        """

        def standing(query: FormFields, **parts: Any) -> ClientStanding:
            if proves:
                return ClientStanding.CAREFUL
            is_signed = signed is not None and signed(query, **parts)
            return ClientStanding.KNOWN if is_signed else ClientStanding.STRANGE

        for method in methods.split():
            self._router.add(rule, method, (handler, public, standing, rule))
        self.routes.setdefault(rule, []).extend(methods.split())

    def judge(self, head: RequestHead) -> ClientStanding:
        """Return whether a request has the password, has a signed address, or asks for a proof."""
        authorization = head.headers.get("authorization", "")
        members = self._members
        if members is not None and members.is_active:
            is_known = members.is_known(authorization)
        else:
            is_known = self._guard.signed_in(authorization)
        if is_known:
            return ClientStanding.KNOWN
        if head.target in PROBES and self._ingress.is_near(head):
            return ClientStanding.CAREFUL  # no stranger keeps a watcher from its answer
        sends = head.method not in _READS
        if len(head.target) > _LONGEST_SIGNED:
            return ClientStanding.SENDING if sends else ClientStanding.STRANGE
        path, _, query = head.target.partition("?")
        environ = {
            "REQUEST_METHOD": head.method,
            "PATH_INFO": unquote(path, "latin-1"),
            "QUERY_STRING": query,
        }
        try:
            _normalise(environ)
            (_, public, standing, _), parts = self._router.match(environ)
            client_standing: ClientStanding = standing(
                parse_fields(environ["QUERY_STRING"]), **parts
            )
        except (bottle.HTTPError, ValueError):
            return ClientStanding.STRANGE
        if public and sends and client_standing is ClientStanding.STRANGE:
            return ClientStanding.SENDING
        return client_standing

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        # An address may hold a secret: the calendar's, or a signature.
        path = _SECRET.sub("***", environ.get("PATH_INFO", ""))
        words = f"{environ['REQUEST_METHOD']} {path}"
        request_line = "".join(letter if letter.isprintable() else "?" for letter in words)
        began = time.monotonic()
        log_format.begin_request(secrets.token_hex(8))
        body: bodies.IncomingBody | None = None
        try:
            body = bodies.of_request(environ)
            environ["posto.body"] = body
            self._check_source(environ)
            _normalise(environ)
            with short_timeout():
                answer = self._route(environ)
        except ApiError as error:
            answer = _error(error)
        except PluginError as error:
            answer = Response({"error_msg": html.escape(error.message, quote=False)})
        except FormError as error:
            answer = _error(ApiError(400, "rest_invalid_param", str(error)))
        except OverflowError:
            # A number that exceeds the database's limit: nothing has it.
            answer = _error(
                ApiError(
                    404, "rest_post_invalid_id", translatable("Server", "This item does not exist.")
                )
            )
        except DatabaseAway:
            answer = _error(
                ApiError(
                    503,
                    "posto_database_away",
                    translatable("Server", "The workspace's database does not answer right now."),
                )
            )
        except (MediaAway, MediaDamaged) as error:
            status = 503 if isinstance(error, MediaAway) else 500
            answer = _error(ApiError(status, "posto_media_store", str(error)))
        except sqlite3.Error as error:
            log.exception("%s", request_line)
            answer = _error(_database_error(error))
        except Exception:
            log.exception("%s", request_line)
            answer = _error(
                ApiError(
                    500,
                    "internal_server_error",
                    translatable("Server", "The workspace had an unexpected error."),
                )
            )
        self._count(environ, answer, request_line, time.monotonic() - began)
        return self._send(environ, answer, body, start_response)

    def _count(self, environ: Environ, answer: Response, request_line: str, seconds: float) -> None:
        route = _class_of(environ.get("PATH_INFO", ""))
        self._measurements.requests.add(route, str(answer.status))
        self._measurements.request_seconds.observe(seconds, route)
        if route == "probe":
            return
        arrival: Arrival | None = environ.get("posto.arrival")
        fields = {
            "status": answer.status,
            "duration": round(seconds, 4),
            "client": arrival.client if arrival else "",
        }
        log_format.EVENTS.info("%s", request_line, extra={"fields": fields})

    def _route(self, environ: Environ) -> Response:
        method = environ["REQUEST_METHOD"]
        if method == "OPTIONS":
            # Only browsers ask, and pages of other origins are not allowed.
            return Response(b"", 204)
        try:
            (handler, public, _, rule), parts = self._router.match(environ)
        except bottle.HTTPError as error:
            raise ApiError(
                404, "rest_no_route", "No route was found matching the URL and request method."
            ) from error
        if rule in PROBES:
            # They know nobody, so no database is asked who it is.
            request = Request(environ, environ["posto.body"], signed_in=False)
            return _response(handler(request, **parts))
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        members = self._members if self._members is not None and self._members.look() else None
        if members is None:
            signed_in = self._guard.signed_in(authorization)
            if self._members is not None:
                # Until somebody owns it, only whoever runs it may use what is to be a team's.
                signed_in = signed_in and is_loopback(environ["posto.arrival"].client)
            request = Request(environ, environ["posto.body"], signed_in)
        else:
            request = Request(environ, environ["posto.body"], signed_in=False)
            try:
                person = request.person = members.person_of(authorization, request.address)
            except ApiError:
                self._measurements.sign_in_failures.add()
                raise
            if person is not None:
                request.scope = members.scope(person)
                request.sign = partial(self._guard.sign, password_id=person.password_id)
        if request.person is not None:
            log_format.set_user(request.person.name)
        environ["posto.signed_in"] = request.signed_in
        if public and not request.signed_in and method not in _READS:
            _require_short(request)
        if not request.signed_in and authorization.lower().startswith("basic"):
            self._measurements.sign_in_failures.add()
        if not request.signed_in and not public:
            raise _not_signed_in(environ["PATH_INFO"], method)
        parts = {name: _storable_part(part) for name, part in parts.items()}
        answer = (
            handler(request, **parts)
            if members is None
            else members.carry_out(request, rule, parts, lambda: handler(request, **parts))
        )
        return _response(answer)

    def _check_source(self, environ: Environ) -> None:
        arrival = environ["posto.arrival"] = self._ingress.arrival(environ)
        path = environ.get("PATH_INFO", "")
        is_probe = arrival.is_near and path in PROBES
        is_page = environ["REQUEST_METHOD"] == "GET" and (
            path == AUTHORIZE_PAGE or f"{path}/".startswith(f"{PROVIDER_ANSWER}/")
        )
        self._ingress.check(
            environ, is_probe=is_probe and not self._ingress.is_local, is_page=is_page
        )

    def _send(
        self,
        environ: Environ,
        answer: Response,
        body: bodies.IncomingBody | None,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        content = answer.content
        headers = list(answer.headers)
        names = {name.lower() for name, _ in headers}
        if isinstance(content, dict | list):
            content = _json(content).encode("utf-8", "replace")
            headers.append(("Content-Type", "application/json; charset=UTF-8"))
        if isinstance(content, bytes):
            if answer.status not in (204, 304):
                headers.append(("Content-Length", str(len(content))))
            chunks: Iterable[bytes] = [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
        else:
            chunks = cast(Iterable[bytes], content)
        if "content-security-policy" not in names:
            headers.append(("Content-Security-Policy", _DEFAULT_POLICY))
        if "cache-control" not in names:
            headers.append(("Cache-Control", "no-store"))
        headers.extend(pair for pair in _SECURITY_HEADERS if pair[0].lower() not in names)
        if self._ingress.is_encrypted:
            headers.append(("Strict-Transport-Security", "max-age=31536000"))
        # The rest of the body would be parsed as the next request. Wait for it only if it is short
        # and its sender is known: anybody can declare a body and never send it. Without a body its
        # length is not known.
        known = environ.get("posto.signed_in", False)
        if body is None or (not body.done and not (known and body.finish())):
            headers.append(("Connection", "close"))
            connection = environ.get("posto.connection")
            if connection is not None:
                connection.close_connection = True
        start_response(f"{answer.status} {_reason(answer.status)}", headers)
        return chunks


def _class_of(path: str) -> str:
    """Return what kind of route an address belongs to; few kinds, for the metrics."""
    if path in PROBES:
        return "probe"
    return next((name for start, name in _CLASSES if path.startswith(start)), "other")


def _response(answer: object) -> Response:
    return answer if isinstance(answer, Response) else Response(answer)


def _form_object(raw: bytes) -> dict[str, Any]:
    fields = parse_fields(raw.decode("latin-1"))
    return {name: fields.many(name) if name.endswith("s") else fields.text(name) for name in fields}


def _normalise(environ: Environ) -> None:
    """Convert spellings of an address that WordPress accepts to the routes' form."""
    path = environ.get("PATH_INFO") or "/"
    if path.startswith("/index.php"):
        path = path.removeprefix("/index.php") or "/"
    query = environ.get("QUERY_STRING", "")
    if path == "/" and "rest_route=" in query:
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        route = next((value for name, value in pairs if name == "rest_route"), "/")
        path = "/wp-json/" + route.lstrip("/")
        environ["QUERY_STRING"] = urlencode(
            [pair for pair in pairs if pair[0] != "rest_route"], encoding="latin-1"
        )
    if path == "/wp-json":
        path = "/wp-json/"
    if len(path) > len("/wp-json/") and path.endswith("/"):
        path = path.rstrip("/")
    environ["PATH_INFO"] = path


def _require_short(request: Request) -> None:
    """Refuse a body that a stranger could send slowly: short ones are there before the request is
    answered (`server.http_server`). Raises ApiError."""
    if request.header("Expect"):
        raise ApiError(417, "posto_no_leave", "Send the body at once, without an Expect header.")
    if request.body.length is None or request.body.length > SHORT_BODY:
        raise bodies.too_large(SHORT_BODY)


def _not_signed_in(path: str, method: str) -> ApiError:
    """Return WordPress's answer, the same for no, wrong and stripped credentials."""
    if path.startswith("/wp-json/wp/v2/users/me"):
        return ApiError(
            401, "rest_not_logged_in", translatable("Server", "You are not currently logged in.")
        )
    if path.startswith("/wp-json/wp/v2/media") and method == "POST":
        return ApiError(
            401,
            "rest_cannot_create",
            translatable("Server", "Sorry, you are not allowed to create posts as this user."),
        )
    return ApiError(
        401, "rest_forbidden", translatable("Server", "Sorry, you are not allowed to do that.")
    )


def _error(error: ApiError) -> Response:
    return Response(
        {
            "code": error.code,
            "message": error.message,
            "data": {"status": error.status, **error.data},
        },
        error.status,
        [("Retry-After", str(error.data["retry_after"]))] if "retry_after" in error.data else [],
    )


def _storable_text(text: str) -> str:
    """Return a text that every database keeps as it is: PostgreSQL has no zero character."""
    return replace_lone_surrogates(text).replace("\0", "")


def _storable_part(part: object) -> object:
    """Return what an address has in a place of its route. Raises OverflowError for numbers that no
    database has: SQLite would say so, and PostgreSQL look for them."""
    if isinstance(part, int) and abs(part) >= _TOO_LARGE:
        raise OverflowError
    return part.replace("\0", "") if isinstance(part, str) else part


def _json(content: object) -> str:
    try:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json_text.dumps(content, ascii=False)


def _database_error(error: sqlite3.Error) -> ApiError:
    text = str(error).lower()
    if "full" in text:
        return ApiError(
            507, "posto_disk_full", translatable("Server", "This computer's disk is full.")
        )
    if "readonly" in text:
        return ApiError(
            500,
            "posto_not_writable",
            translatable("Server", "The workspace's folder on this computer is read-only."),
        )
    return ApiError(
        500, "posto_database", translatable("Server", "The workspace's database could not be used.")
    )


def _reason(status: int) -> str:
    with contextlib.suppress(KeyError):
        return str(bottle.HTTP_CODES[status])
    return "Unknown"
