"""Every way by which the program reaches others, and what guards it.

A module that opens connections, and a place that fetches an address which came from outside, has to
be listed here. `Transport.stream` is the one guard for the latter: see test_private_addresses.py.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import posto_desktop

ROOT = Path(posto_desktop.__file__).parent

NETWORK = (
    "asyncio",
    "cheroot",
    "ftplib",
    "http",
    "obstore",
    "PySide6.QtNetwork",
    "PySide6.QtWebEngineCore",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "socks",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "xmlrpc",
)

CONNECTING = {
    "net/addresses.py": "reads spellings of addresses and certificates, connects to nothing",
    "net/sessions.py": "makes sessions of connections that its callers open",
    "sdk/transport/answers.py": "reads what comes over connections of the transport",
    "sdk/transport/sockets.py": "opens them: of what others name to public addresses alone",
    "sdk/transport/exchange.py": "makes requests, each within a deadline",
    "sdk/transport/sessions.py": "keeps the connections",
    "server/connect/listener.py": "waits on loopback for the browser that comes back",
    "server/publishers/http_sessions.py": "makes those connections, by the person's proxy",
    "server/publishers/http.py": "the servers of accounts; https, or http to loopback",
    "server/publishers/nostr_relays.py": "web sockets to relays: wss, or ws to loopback",
    "server/launch.py": "asks the workspace of this computer, and refuses any other host",
    "server/listeners.py": "reads who listens at an address of this computer, connects to nothing",
    "server/http_server.py": "serves",
    "server/peer.py": "serves",
    "server/object_media.py": "the media store that the administrator names",
    "server/sockets.py": "serves",
    "server/tls_socket.py": "serves",
    "server/systemd.py": "a local socket to systemd, which started this program",
    "server/publishers/outside.py": "reads pages that links name, from public addresses alone",
    "storage/proof.py": "asks over connections of others to this computer who is there",
    "delivery/running_app.py": "a local socket to the copy of the app that runs",
    "workers/instance.py": "a local socket to the copy of the app that runs",
    "workers/network_presence.py": "asks the system for a route, sends nothing",
    "workers/desktop_notifier.py": "a pair of sockets within the process",
    "workers/shortcuts/portal.py": "a pair of sockets within the process",
    "workers/shortcuts/x11.py": "a pair of sockets within the process",
    "workers/system_scheme.py": "a pair of sockets within the process",
}

FETCHING = {
    ("core/link_card.py", "fetch_page"): "a link that the user typed; Transport.stream",
    ("sdk/downloads.py", "stream"): "addresses of media in a script; Transport.stream",
    ("sdk/web_pages.py", "stream"): "links, and the pictures that pages name; Transport.stream",
    ("sdk/posto_sdk.py", "stream"): "pictures that the service names; Transport.stream",
    (
        "sdk/resolver.py",
        "probe",
    ): "the address of sign-in, and where that site says it is: the same "
    "host (endpoint.may_follow)",
    ("sdk/uploads.py", "fetch"): "addresses of media in a script; Transport.stream",
    ("server/media_cache.py", "fetch"): "asks server.object_media",
    ("server/object_media.py", "stream"): "the media store that the administrator names",
    ("server/publishers/link_cards.py", "fetch"): "links of posts, and the pictures that pages "
    "name; publishers.outside",
    ("ui/compose/message_files.py", "fetch"): "asks the desk, which asks workers.intake",
    (
        "workers/media_fetcher.py",
        "download",
    ): "pictures of channels, plan and feed; Transport.stream",
    ("workers/media_fetcher.py", "stream"): "files of a post that is duplicated; Transport.stream",
    (
        "workers/media_import.py",
        "stream",
    ): "dropped, pasted and imported addresses; Transport.stream",
    (
        "controllers/site_posts.py",
        "fetch_picture",
    ): "the featured picture of a site's post, by workers.media_fetcher; Transport.stream",
    ("workers/link_cards.py", "fetch_card"): "a link that the user typed; Transport.stream",
    ("workers/link_cards.py", "fetch_picture"): "the picture that its page names; Transport.stream",
}

FETCHERS = {
    "download",
    "fetch",
    "fetch_card",
    "fetch_page",
    "fetch_picture",
    "get_bytes",
    "probe",
    "stream",
    "urlopen",
    "urlretrieve",
}


@functools.cache
def trees() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8")))
        for path in sorted(ROOT.rglob("*.py"))
    ]


def imported(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {node.name for node in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return names


def is_network(name: str) -> bool:
    if name.startswith(("http.cookiejar", "http.HTTPStatus")):
        return False
    return any(name == module or name.startswith(f"{module}.") for module in NETWORK)


def without_types(tree: ast.Module) -> ast.Module:
    """The module without what it imports for types alone."""
    body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    ]
    return ast.Module(body, [])


def called(tree: ast.Module) -> set[str]:
    return {
        node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }


def test_only_these_modules_open_connections() -> None:
    modules = {
        name for name, tree in trees() if any(map(is_network, imported(without_types(tree))))
    }
    assert modules == CONNECTING.keys()


def test_each_place_that_fetches_an_address_is_known() -> None:
    places = {(name, call) for name, tree in trees() for call in called(tree) & FETCHERS}
    assert places == FETCHING.keys()


def test_private_addresses_are_allowed_in_scripts_alone() -> None:
    """`allow_private` is what lifts the guard; the app never asks for that."""
    keywords = {
        (name, str(word.arg))
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg and word.arg.startswith("allow_private")
    }
    assert keywords == {
        ("sdk/posto_sdk.py", "allow_private"),
    }
