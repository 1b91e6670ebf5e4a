"""Settings that a backup must not replace.

A backup is untrusted. A proxy or a certificate in it would let its author read the traffic, an
account with another address would receive the password stored here for that account, and a folder
on another computer would be contacted as soon as a window opens it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common import json_text
from posto_desktop.common.translation import translate
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.paths import Paths

__all__ = ["keep_outgoing_settings"]

_ROUTES = (
    "network.proxy", "network.proxy_kind", "network.proxy_host", "network.proxy_port",
    "network.proxy_user", "network.ca_file",
)  # fmt: skip
_FOLDERS = ("compose.folder", "schedule.export_folder")


def keep_outgoing_settings(paths: Paths, staged: Path) -> list[str]:
    """Change the settings and accounts in `staged`, the unpacked settings folder, to the addresses
    of this home. Return sentences about what was kept.

    Raises StorageError if they cannot be written.
    """
    sentences: list[str] = []
    if _keep_routes(paths.settings, staged / paths.settings.name):
        sentences.append(
            #: "Its": of a backup.
            translate(
                "Storage",
                "Its proxy and certificates were not restored. Check them under Settings > "
                "Network.",
            )
        )
    if names := _keep_addresses(paths.accounts, staged / paths.accounts.name):
        words = translate("Storage", "It has another address for {names}. The one here was kept.")
        sentences.append(words.format(names=", ".join(names)))
    return sentences


def _keep_routes(current_path: Path, staged_path: Path) -> bool:
    new = _object(staged_path)
    if not new:
        return False
    old = _object(current_path) or _object(atomic.copy_path(current_path))
    has_changed = any(new.get(name) != old.get(name) for name in _ROUTES)
    merged = {name: value for name, value in new.items() if name not in (*_ROUTES, *_FOLDERS)}
    merged |= {name: old[name] for name in (*_ROUTES, *_FOLDERS) if name in old}
    if merged != new:
        atomic.write_json(staged_path, merged)
    return has_changed


def _keep_addresses(current_path: Path, staged_path: Path) -> list[str]:
    """Return the names of accounts whose address was reset."""
    current = _object(current_path) or _object(atomic.copy_path(current_path))
    new, old = _object(staged_path), {account["id"]: account for account in _accounts(current)}
    names = []
    for account in _accounts(new):
        known = old.get(account["id"])
        if known is None or _origin(known) == _origin(account):
            continue
        account.update({key: known.get(key) for key in ("base_url", "username", "name")})
        names.append(str(known.get("name")))
    if names:
        atomic.write_json(staged_path, new)
    return names


def _accounts(stored: dict[str, Any]) -> list[dict[str, Any]]:
    entries = stored.get("accounts")
    return [
        entry
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict) and isinstance(entry.get("id"), str)
    ]


def _origin(account: dict[str, Any]) -> tuple[str, str]:
    try:
        address = urlsplit(str(account.get("base_url")))
    except ValueError:
        return "", ""
    return address.scheme, address.netloc.casefold()


def _object(path: Path) -> dict[str, Any]:
    """Return the content of a settings file; empty if it is missing or unreadable."""
    try:
        content = json_text.loads(
            regular_files.read_regular(path, atomic.MAX_JSON_BYTES).decode("utf-8")
        )
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
