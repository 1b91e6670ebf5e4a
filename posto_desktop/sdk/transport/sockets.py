"""Opens the sockets of connections: one name look-up each, within the request's deadline.

The connection uses exactly the addresses that were checked. A name server cannot give a different
answer in between.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from posto_desktop.net import addresses
from posto_desktop.net.addresses import AddressInfos
from posto_desktop.net.deadline import Deadline, DeadlineExceeded

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.contrib.socks import SOCKSConnection


def open_socket(
    connection: HTTPConnection, deadline: Deadline, *, public_only: bool
) -> socket.socket:
    """Return a socket for a connection of urllib3. With `public_only` private addresses are
    skipped; `PrivateAddressError` if there are no others.

    Raises the same errors as urllib3.
    """
    from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

    host = connection.host
    try:
        address_infos = _look_up(connection._dns_host, connection.port, deadline)
        if public_only:
            address_infos = addresses.public_ones(address_infos, host)
        return _connected(address_infos, connection, deadline)
    except socket.gaierror as error:
        raise NameResolutionError(host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"Connection to {host} timed out.") from error
    except OSError as error:
        raise NewConnectionError(connection, f"No connection could be made: {error}") from error


def _look_up(host: str, port: int, deadline: Deadline) -> AddressInfos:
    """Return the addresses of a host. A look-up can hang, so it runs in a separate thread."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util.connection import allowed_gai_family

    host = host.strip("[]")
    try:
        host.encode("idna")
    except UnicodeError:
        raise LocationParseError(f"'{host}', label empty or too long") from None
    family = allowed_gai_family()
    if addresses.address_of(host):
        return list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM))
    answers: queue.SimpleQueue[AddressInfos | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="posto-lookup", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.step(deadline.left))
    except queue.Empty:
        raise DeadlineExceeded(f"{host} was not found in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _connected(
    address_infos: AddressInfos, connection: HTTPConnection, deadline: Deadline
) -> socket.socket:
    """Return a socket connected to the first address that answers."""
    failure: OSError = OSError("there is no address")
    for family, kind, protocol, _name, address in address_infos:
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(deadline.step(connection.timeout))
            sock.connect(address)
        except OSError as error:
            failure = error
            sock.close()
        else:
            return sock
    try:
        raise failure
    finally:
        del failure  # an error held by this frame would keep the frame alive


def open_socks(
    connection: SOCKSConnection, options: Mapping[str, Any], deadline: Deadline
) -> socket.socket:
    """Return a socket through a SOCKS proxy, as urllib3 creates it, with a deadline for the proxy's
    handshake. The proxy resolves names itself."""
    import socks  # type: ignore[import-untyped]
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    class Greeting(socks.socksocket):  # type: ignore[misc]
        is_over = False

        def recv_into(self, *args: Any) -> int:
            if not self.is_over:
                self.settimeout(deadline.step(connection.timeout))
            return int(super().recv_into(*args))

    try:
        address_infos = _look_up(options["proxy_host"], int(options["proxy_port"]), deadline)
    except OSError as error:
        raise NewConnectionError(
            connection, f"The proxy was not found: {error}"
        ) from socks.ProxyConnectionError("The proxy was not found", error)
    failure: Exception = OSError("there is no address")
    for family, kind, protocol, _name, address in address_infos:
        sock = Greeting(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.set_proxy(
                options["socks_version"],
                address[0],
                address[1],
                options["rdns"],
                options["username"],
                options["password"],
            )
            sock.settimeout(deadline.step(connection.timeout))
            sock.connect((connection.host, connection.port))
            sock.is_over = True
        except (OSError, socks.ProxyError) as error:
            failure = error
            sock.close()
        else:
            return sock
    cause = getattr(failure, "socket_err", None) or failure
    if isinstance(cause, TimeoutError):
        raise ConnectTimeoutError(connection, "The proxy took too long.") from failure
    raise NewConnectionError(connection, f"No connection through the proxy: {failure}") from failure
