"""Routes that not every service has, such as those of newer versions of the plugin."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from posto_desktop.common.translation import translatable

from .errors import AuthenticationError, PostoError, ServiceError
from .transport import Transport

__all__ = ["MISSING", "OptionalRoutes"]

log = logging.getLogger("posto_desktop.sdk")

MISSING = "no_route"
"""`reason` of the error for a route that a service lacks or does not open to the account."""

_T = TypeVar("_T")


class OptionalRoutes:
    """Remembers which routes a service lacks: a missing one is asked for once. Thread-safe."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._missing: set[str] = set()
        self._lock = threading.Lock()

    def is_missing(self, route: str) -> bool:
        """Return whether an earlier call showed that the service lacks the route. No request."""
        with self._lock:
            return route in self._missing

    def ask(self, route: str, call: Callable[[], _T]) -> _T:
        """Return what `call` returns, which asks for `route`.

        Raises `ServiceError` (``reason="no_route"``) if the service lacks it, from then on without
        asking; else as `call`.
        """
        if self.is_missing(route):
            raise self._error(route)
        try:
            return call()
        except (AuthenticationError, ServiceError) as error:
            if not _means_missing(error):
                raise
            log.info("%s does not offer %s (%s)", self._transport.endpoint.host, route, error)
            with self._lock:
                self._missing.add(route)
            raise self._error(route, error) from error

    def _error(self, route: str, cause: PostoError | None = None) -> ServiceError:
        host = self._transport.endpoint.host
        return ServiceError(
            f"{host} does not offer {route}",
            user_message=translatable("Sdk", "{host} does not offer this.").format(host=host),
            reason=MISSING,
            status=getattr(cause, "status", None),
            code=getattr(cause, "code", None),
        )


def _means_missing(error: AuthenticationError | ServiceError) -> bool:
    """Return whether the route is not there, or not for this account. A 401 is about signing in."""
    return error.status in (403, 404)
