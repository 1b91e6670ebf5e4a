"""Accounts of Posto services, as `posto accounts` and the app have them."""

from __future__ import annotations

import click

from posto_desktop.cli.confirm import can_ask
from posto_desktop.cli.exits import Exit, code_of, usage
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import AccountData
from posto_desktop.common.user_error import message_of
from posto_desktop.delivery.client_pool import host_of
from posto_desktop.delivery.route_provider import RouteProvider
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.transport import Route
from posto_desktop.storage.accounts import ServiceAccount
from posto_desktop.storage.secrets import Where

_TIMEOUT = (10.0, 30.0)
_HEALTH = {Exit.SIGN_IN: "sign_in_again", Exit.UNREACHABLE: "unreachable"}


def sign_in(
    session: Session, server: str, user: str, password: str, keep: str | None, *, dry_run: bool
) -> ServiceAccount:
    """Sign in to a service and store the account, unless `dry_run`. Raises CommandError, PostoError
    and StorageError."""
    from posto_desktop.sdk.connect import check_sign_in

    if not server or not user:
        raise usage("A Posto service needs --server URL and --user NAME.")
    if not password:
        if not can_ask(session):
            raise usage("Add --secret-stdin with an application password.")
        password = str(click.prompt("Application password", hide_input=True, err=True))
    accepted = check_sign_in(server, user, password, timeout=_TIMEOUT, route=_route(session))
    account = next(
        (
            known
            for known in session.accounts.list()
            if known.base_url == accepted.base_url and known.username == user
        ),
        ServiceAccount.new(
            accepted.site_name or host_of(accepted.base_url), accepted.base_url, user
        ),
    )
    if dry_run:
        return account
    # The secret first: an account without its password would ask forever.
    session.secrets.set(account.id, password, _place(session, keep))
    return session.accounts.add(account)


def _place(session: Session, keep: str | None) -> Where:
    if keep == "session":
        raise usage("A command ends at once, so --keep session keeps nothing. Use file or keyring.")
    if keep == "file":
        return "file"
    if keep is None and session.secrets.available().kind not in ("ok", "locked"):
        raise usage(
            "This computer has no keyring. Add --keep file to keep the password in a file of yours."
        )
    return "keyring"


def check(session: Session, account: ServiceAccount) -> AccountData:
    """Sign in to a service with the stored password; return the account with its health."""
    from posto_desktop.sdk.connect import check_sign_in

    data = account_json(account)
    password = session.secrets.get(account.id)
    if password is None:
        return {**data, "health": "sign_in_again", "note": "Its password is not on this computer."}
    try:
        check_sign_in(
            account.base_url, account.username, password, timeout=_TIMEOUT, route=_route(session)
        )
    except PostoError as error:
        health = _HEALTH.get(code_of(error) or Exit.REFUSED, "unreachable")
        return {**data, "health": health, "note": message_of(error)}
    return {**data, "health": "ok"}


def forget(session: Session, account: ServiceAccount) -> None:
    """Remove an account and its password. Raises StorageError."""
    session.accounts.remove(account.id)
    session.secrets.delete(account.id)


def account_json(account: ServiceAccount) -> AccountData:
    return {
        "id": account.id,
        "kind": "service",
        "network": "posto",
        "name": account.name,
        "handle": account.username,
        "server": account.base_url,
        "health": "",
        "note": "",
        "channels": [],
        "waiting": 0,
        "ends_at": None,
    }


def _route(session: Session) -> Route:
    return RouteProvider(session.settings, session.secrets).route()
