"""Routes for those who watch the server: `/healthz`, `/readyz`, `/metrics`.

None needs a password. `/healthz` says nothing but that the process lives. The others tell which
parts fail and how many posts there are: they answer this computer and the reverse proxy itself, not
those for whom it forwards, unless the token of the metrics comes along.
"""

from __future__ import annotations

import hmac

from posto_desktop.server.errors import ApiError
from posto_desktop.server.metrics import CONTENT_TYPE
from posto_desktop.server.web import Request, Response, Web
from posto_desktop.server.workspace import Workspace


class OperationRoutes:
    """`token` is that of the metrics, "" for none; without `has_metrics` there are none."""

    def __init__(self, workspace: Workspace, token: str = "", *, has_metrics: bool = False) -> None:
        self._workspace, self._token, self._has_metrics = workspace, token, has_metrics

    def register(self, web: Web) -> None:
        web.add("GET HEAD", "/healthz", self.alive, public=True)
        web.add("GET HEAD", "/readyz", self.ready, public=True)
        if self._has_metrics:
            web.add("GET HEAD", "/metrics", self.metrics, public=True)

    def alive(self, _request: Request) -> object:
        return {"alive": True}

    def ready(self, request: Request) -> Response:
        self._require_watcher(request)
        failures = self._workspace.health.failures()
        if failures:
            return Response({"ready": False, "failed": failures}, 503)
        return Response({"ready": True})

    def metrics(self, request: Request) -> Response:
        self._require_watcher(request)
        health = self._workspace.health
        is_up = "database" not in health.failures()
        page = self._workspace.measurements.page(
            self._workspace.store, is_up=is_up, sender_age=health.sender_age
        )
        return Response(page.encode(), headers=[("Content-Type", CONTENT_TYPE)])

    def _require_watcher(self, request: Request) -> None:
        scheme, _, token = request.header("Authorization").partition(" ")
        has_token = scheme.lower() == "bearer" and hmac.compare_digest(
            token.strip().encode(), self._token.encode()
        )
        if not request.arrival.is_near and not (self._token and has_token):
            raise ApiError(403, "posto_not_for_all", "Only watchers with the token may read this.")
