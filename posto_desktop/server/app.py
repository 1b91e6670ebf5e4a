"""HTTP server of the workspace: cheroot with all routes."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server.calendar_feed import CalendarRoutes
from posto_desktop.server.errors import StartError
from posto_desktop.server.http_server import Server, Sizes
from posto_desktop.server.ingress import Exposure, Ingress
from posto_desktop.server.routes_accounts import AccountRoutes
from posto_desktop.server.routes_operation import OperationRoutes
from posto_desktop.server.routes_plugin import PluginRoutes
from posto_desktop.server.routes_posto import PostoRoutes
from posto_desktop.server.routes_wordpress import WordPressRoutes
from posto_desktop.server.sockets import raise_descriptor_limit
from posto_desktop.server.web import Web
from posto_desktop.server.workspace import Workspace
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.server.team.oidc.settings import OidcSettings

log = logging.getLogger(__name__)


class HttpServer:
    """Serves one workspace, on loopback unless it is exposed. `port` is known after `bind`."""

    def __init__(
        self,
        workspace: Workspace,
        stop: Callable[[], None],
        exposure: Exposure = Exposure(),  # noqa: B008 - it is frozen
        *,
        metrics_token: str = "",
        is_for_team: bool = False,
        oidc: OidcSettings | None = None,
    ) -> None:
        self._workspace = workspace
        self._stop = stop
        self._exposure = exposure
        self._ingress = Ingress(exposure)
        if exposure.public_url:
            workspace.site.name_by_host(urlsplit(exposure.public_url).netloc)
        self._operation = OperationRoutes(workspace, metrics_token, has_metrics=is_for_team)
        self._oidc = oidc
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def idle_seconds(self) -> float:
        """Return the seconds since the last request that came with the password."""
        return time.monotonic() - self._server.last_known if self._server is not None else 0.0

    def bind(self, port: int) -> str:
        """Bind, and return the base URL. Raises StartError if that is impossible."""
        web = make_web(self._workspace, self._stop, self._ingress, self._operation, self._oidc)
        calendar = self._workspace.calendar
        server = None
        if port == 0 and calendar.port:
            # Calendars subscribe to this port; it changes only if another program has taken it.
            with contextlib.suppress(OSError):
                server = self._prepared(calendar.port, web)
        if server is None:
            try:
                server = self._prepared(port, web)
            except OSError as error:
                raise StartError(
                    translatable("Server", "Port {port} on {host} cannot be used: {error}.").format(
                        port=port, host=self._exposure.host, error=error
                    )
                ) from error
        self._server = server
        self.port = self._ingress.port = int(server.bind_addr[1])
        with contextlib.suppress(StorageError):  # the next start then uses another address
            calendar.serve_at(self.port)
        return self._ingress.own_address

    def start(self) -> None:
        """Serve in a separate thread."""
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish running requests and stop; at once if there are none."""
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.stop()
        if self._thread is not None:
            self._thread.join(5)

    def _serve(self) -> None:
        assert self._server is not None
        try:
            self._server.serve()
        except Exception:
            log.exception("The HTTP server ended.")
            self._stop()

    def _prepared(self, port: int, web: Web) -> Server:
        """Return a server bound to the port. Raises OSError and StartError."""
        # Reserve most descriptors for files and databases.
        most = min(Sizes.most_strangers, raise_descriptor_limit() // 4)
        certificate = None
        if self._exposure.certificate and self._exposure.key:
            from posto_desktop.server.tls_socket import Certificate  # late: few have it

            certificate = Certificate(self._exposure.certificate, self._exposure.key)
        sizes = Sizes(most_strangers=most)
        server = Server((self._exposure.host, port), web, web.judge, sizes, certificate)
        server.prepare()
        return server


def make_web(
    workspace: Workspace,
    stop: Callable[[], None],
    ingress: Ingress,
    operation: OperationRoutes,
    oidc: OidcSettings | None = None,
) -> Web:
    """Return the application with all routes of a workspace. Its people sign in by the provider
    `oidc`, if there is one, for passwords of their devices."""
    web = Web(workspace.guard, ingress, workspace.measurements, workspace.team)
    WordPressRoutes(workspace, web).register()
    PluginRoutes(workspace).register(web)
    PostoRoutes(workspace, stop).register(web)
    AccountRoutes(workspace).register(web)
    operation.register(web)
    calendars = None
    if workspace.team is not None:
        from posto_desktop.server.routes_people import PeopleRoutes  # late: few have people
        from posto_desktop.server.routes_team import TeamRoutes
        from posto_desktop.server.team.calendars import TeamCalendars

        calendars = TeamCalendars(workspace.store, workspace.team, workspace.guard)
        PeopleRoutes(workspace.team).register(web)
        TeamRoutes(workspace.team).register(web)
        if oidc is not None:
            from posto_desktop.server.routes_sign_in import SignInRoutes  # late, too
            from posto_desktop.server.team.oidc.sign_in import BrowserSignIns

            SignInRoutes(
                BrowserSignIns(workspace.store, workspace.team, oidc),
                workspace.site,
                workspace.measurements,
                is_encrypted=ingress.is_encrypted,
            ).register(web)
    CalendarRoutes(workspace.calendar, workspace.store, workspace.site, team=calendars).register(
        web
    )
    return web
