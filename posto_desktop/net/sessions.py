"""Sessions of requests whose connections are ours, by every kind of proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    import requests
    from urllib3 import PoolManager


def new_session(
    connection: type[Any],
    *,
    pool: type[Any] | None = None,
    trusted: ssl.SSLContext | None = None,
    block_size: int = 16384,
    **adapter_options: Any,
) -> requests.Session:
    """Return a session that knows no .netrc and no proxy of the environment.

    `connection` and `pool` come before urllib3's own classes: those of http, https and of both
    through a SOCKS proxy, whose connections have `_socks_options`. `trusted`: certificates to which
    the usual ones are added. `block_size`: bytes of a body read at once. `adapter_options` go to
    `requests.adapters.HTTPAdapter`.
    """
    import requests as library
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    def extended(base: type[Any], own: type[Any]) -> type[Any]:
        bases = (pool, base) if pool is not None else (base,)
        pool_class: type[Any] = type(base.__name__, bases, {})
        pool_class.ConnectionCls = type(own.__name__, (connection, own), {})
        return pool_class

    pools = {
        "http": extended(HTTPConnectionPool, HTTPConnection),
        "https": extended(HTTPSConnectionPool, HTTPSConnection),
    }
    options: dict[str, Any] = {"ssl_context": trusted} if trusted is not None else {}

    def socks_pools() -> dict[str, type[Any]]:
        from urllib3.contrib.socks import (
            SOCKSConnection,
            SOCKSHTTPConnectionPool,
            SOCKSHTTPSConnection,
            SOCKSHTTPSConnectionPool,
        )

        return {
            "http": extended(SOCKSHTTPConnectionPool, SOCKSConnection),
            "https": extended(SOCKSHTTPSConnectionPool, SOCKSHTTPSConnection),
        }

    class OwnAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **more: Any) -> None:
            super().init_poolmanager(*args, **{"blocksize": block_size, **options, **more})
            self.poolmanager.pool_classes_by_scheme = pools

        def proxy_manager_for(self, proxy: str, **more: Any) -> PoolManager:
            manager: PoolManager = super().proxy_manager_for(proxy, **{**options, **more})
            is_socks = proxy.lower().startswith("socks")
            manager.pool_classes_by_scheme = socks_pools() if is_socks else pools
            return manager

    session = library.Session()
    session.trust_env = False
    adapter = OwnAdapter(**adapter_options)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
