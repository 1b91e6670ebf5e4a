"""`posto accounts`: list, connect, check and remove accounts."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from posto_desktop.cli import service_accounts
from posto_desktop.cli.command import with_session
from posto_desktop.cli.completion import complete_networks
from posto_desktop.cli.confirm import can_ask, confirm
from posto_desktop.cli.exits import CommandError, Exit, not_found, refused, usage
from posto_desktop.cli.output import ProgressLine
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import AccountData
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.folding import fold
from posto_desktop.core.limits import network_name
from posto_desktop.sdk import networks
from posto_desktop.sdk.own_accounts import (
    ConnectableNetwork,
    ConnectField,
    OwnAccount,
    OwnAccountManager,
    SignInProgress,
)
from posto_desktop.storage.accounts import ServiceAccount

SERVICE = "posto"
"""The word for a Posto service among the networks."""
MAX_SECRET = 20_000
_SERVER_FIELDS = ("server", "relays")
_USER_FIELDS = ("handle", "user", "username")
_LOOK = 0.5
_BROWSER_SECONDS = 600.0


@click.group("accounts", short_help="List, connect, check and remove accounts")
def accounts_command() -> None:
    """Accounts that this computer publishes with, and Posto services that you are signed in to."""


@accounts_command.command("list")
@with_session
def list_accounts(session: Session) -> Exit | None:
    """List all accounts."""
    rows = [*_own_rows(session), *map(service_accounts.account_json, session.accounts.list())]
    session.out.rows(rows, _line)
    if not rows:
        session.out.note("No account is connected. Connect one: posto accounts add NETWORK.")
    return None


@accounts_command.command("add")
@click.argument("network", shell_complete=complete_networks)
@click.option("--server", default="", metavar="URL", help="The server or site of the account.")
@click.option("--user", default="", metavar="NAME", help="The user name or handle.")
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help="Another field.")
@click.option("--secret-stdin", is_flag=True, help="Read the password or token from stdin.")
@click.option("--target", "targets", multiple=True, metavar="NAME",
              help="A room, chat or blog of the account; all of them without this.")  # fmt: skip
@click.option("--keep", type=click.Choice(["keyring", "file", "session"]), default=None,
              help="Where the password is kept; in the keyring if there is one.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check the fields, sign in nowhere.")
@with_session
def add_account(
    session: Session,
    network: str,
    *,
    server: str,
    user: str,
    fields: Sequence[str],
    secret_stdin: bool,
    targets: Sequence[str],
    keep: str | None,
    dry_run: bool,
) -> Exit | None:
    """Connect an account of NETWORK, or of a Posto service (`posto`, with --server and --user).

    What is missing is asked for on a terminal. Passwords are never arguments: others could read
    them.
    """
    secret = _read_secret() if secret_stdin else ""
    if fold(network) == SERVICE:
        account = service_accounts.sign_in(session, server, user, secret, keep, dry_run=dry_run)
        data = service_accounts.account_json(account)
    else:
        manager = OwnAccountManager(session.pool.get(LOCAL).sdk.transport)
        own = _connect(
            session, manager, network, server, user, fields, secret, targets, keep or "", dry_run
        )
        data = own_json(own)
        if not dry_run:
            session.notify_app(["schedule"])
    done = "would be connected" if dry_run else "is connected"
    session.out.result(data, [f"{data['name'] or data['handle']} {done}."])
    return None


@accounts_command.command("check")
@click.argument("account", required=False)
@with_session
def check_accounts(session: Session, account: str | None) -> Exit | None:
    """Ask the network whether ACCOUNT, or each account, still works."""
    rows: list[AccountData] = []
    for known in _chosen(session, account):
        if isinstance(known, ServiceAccount):
            rows.append(service_accounts.check(session, known))
        else:
            manager = OwnAccountManager(session.pool.get(LOCAL).sdk.transport)
            rows.append(own_json(manager.check(known.id)))
    session.out.rows(rows, _line)
    healths = {row["health"] for row in rows}
    if "sign_in_again" in healths:
        return Exit.SIGN_IN
    return Exit.UNREACHABLE if healths & {"unreachable", "locked"} else None


@accounts_command.command("remove")
@click.argument("account")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Change nothing.")
@with_session
def remove_account(session: Session, account: str, *, yes: bool, dry_run: bool) -> Exit | None:
    """Disconnect ACCOUNT, by its id, handle or name, and forget its password."""
    known = _chosen(session, account)[0]
    is_service = isinstance(known, ServiceAccount)
    data = service_accounts.account_json(known) if is_service else own_json(known)  # type: ignore[arg-type]
    name = data["name"] or data["handle"]
    if dry_run:
        session.out.result(data, [f"{name} would be disconnected."])
        return None
    waiting = (
        f"{data['waiting']} posts wait for it and will not be sent." if data["waiting"] else ""
    )
    confirm(session, yes, [f"{name} ({data['network']}). {waiting}".rstrip()], "Disconnect it?")
    note = ""
    if isinstance(known, ServiceAccount):
        service_accounts.forget(session, known)
    else:
        manager = OwnAccountManager(session.pool.get(LOCAL).sdk.transport)
        note = manager.disconnect(known.id).note
        session.notify_app(["schedule"])
    session.out.result({**data, "note": note}, [f"{name} is disconnected. {note}".rstrip()])
    return None


# -- which account -----------------------------------------------------------------------------


def _chosen(session: Session, words: str | None) -> list[OwnAccount | ServiceAccount]:
    """Return the account that words name, or all. Raises CommandError."""
    own = OwnAccountManager(session.pool.get(LOCAL).sdk.transport).all()
    accounts: list[OwnAccount | ServiceAccount] = [*own, *session.accounts.list()]
    if words is None:
        return accounts
    matching = [account for account in accounts if fold(words) in _names(account)]
    if not matching:
        raise not_found(f"There is no account {words}. See: posto accounts list.")
    if len(matching) > 1:
        ids = ", ".join(str(account.id) for account in matching)
        raise usage(f"{words} names several accounts. Use an id: {ids}.")
    return matching


def _names(account: OwnAccount | ServiceAccount) -> set[str]:
    if isinstance(account, ServiceAccount):
        return {account.id, fold(account.name)}
    return {str(account.id), fold(account.name), fold(account.handle)} - {""}


def _own_rows(session: Session) -> Iterator[AccountData]:
    manager = OwnAccountManager(session.pool.get(LOCAL).sdk.transport)
    yield from map(own_json, manager.all())


def own_json(account: OwnAccount) -> AccountData:
    return {
        "id": str(account.id),
        "kind": "network",
        "network": account.method,
        "name": account.name,
        "handle": account.handle,
        "server": account.server,
        "health": account.health,
        "note": account.health_note,
        "channels": list(account.channels),
        "waiting": account.waiting,
        "ends_at": account.ends_at.isoformat() if account.ends_at else None,
    }


def _line(row: Mapping[str, Any]) -> str:
    health = "" if row["health"] in ("ok", "") else f"  {row['health']}: {row['note']}"
    name = row["name"] or row["handle"]
    address = f"{row['handle']} {row['server']}".strip()
    return (
        f"{row['id'][:8]:>8}  {network_name(row['network']):<14} {name}  {address}{health}".rstrip()
    )


# -- connecting --------------------------------------------------------------------------------


def _connect(
    session: Session,
    manager: OwnAccountManager,
    network: str,
    server: str,
    user: str,
    fields: Sequence[str],
    secret: str,
    targets: Sequence[str],
    keep: str,
    dry_run: bool,
) -> OwnAccount:
    options = manager.options()
    offered = _offered(options.networks, network)
    values = _field_values(session, offered, server, user, fields, secret)
    if dry_run:
        # A sign-in that is given up is taken back at the network, with its app password.
        server, handle = (
            next((values[name] for name in names if name in values), "")
            for names in (_SERVER_FIELDS, _USER_FIELDS)
        )
        return OwnAccount(0, offered.method, server, handle)
    if not keep and not options.has_keyring:
        raise usage(
            "This computer has no keyring. Add --keep file to keep the password in a file of "
            "yours, or --keep session to keep it until the server ends."
        )
    progress = manager.begin(offered.method, values, keep)
    try:
        progress = _followed(session, manager, progress)
        chosen = _targets(progress, targets)
        progress = manager.finish(progress.id, chosen)
    except BaseException:
        if progress.stage not in ("done", "failed"):
            manager.cancel(progress.id)
        raise
    _demand(progress)
    if progress.account is None:
        raise refused("The account was not connected. Nothing was saved.")
    return progress.account


def _offered(known: Sequence[ConnectableNetwork], name: str) -> ConnectableNetwork:
    slug = networks.canonical(name)
    for network in known:
        if fold(name) in (network.method, fold(network.name)) or slug == network.network:
            if not network.is_offered:
                raise refused(f"{network.name} cannot be connected here. {network.reason}")
            return network
    names = ", ".join(network.method for network in known if network.is_offered)
    raise not_found(f"There is no network {name} to connect. There are: {SERVICE}, {names}.")


def _field_values(
    session: Session,
    network: ConnectableNetwork,
    server: str,
    user: str,
    words: Sequence[str],
    secret: str,
) -> dict[str, str]:
    """Return the values of a network's fields. Raises CommandError for one that is missing or
    unknown."""
    values = dict(_pair(word) for word in words)
    known = {field.name: field for field in network.fields}
    unknown = [name for name in values if name not in known]
    if unknown:
        names = ", ".join(known)
        raise usage(f"{network.name} has no field {unknown[0]}. There are: {names}.")
    secret_in_words = [name for name in values if known[name].is_secret]
    if secret_in_words:
        raise usage(f"{secret_in_words[0]} is secret: give it by --secret-stdin.")
    if server:
        values[_name_among(known, _SERVER_FIELDS, "--server", network)] = server
    if user:
        values[_name_among(known, _USER_FIELDS, "--user", network)] = user
    values |= _secret_values(network, secret)
    for field in network.fields:
        if field.name not in values and field.is_required:
            if field.is_secret and network.has_browser_sign_in:
                continue
            values[field.name] = _asked(session, network, field)
    return values


def _secret_values(network: ConnectableNetwork, secret: str) -> dict[str, str]:
    """Return the secret fields that stdin gave: the one, or lines of NAME=VALUE where there are
    several. Raises CommandError."""
    names = [field.name for field in network.fields if field.is_secret]
    if not secret:
        return {}
    if not names:
        raise usage(f"{network.name} needs no password.")
    if len(names) == 1:
        return {names[0]: secret}
    pairs = [line.partition("=") for line in secret.splitlines() if line.strip()]
    if any(not mark or name.strip() not in names for name, mark, _value in pairs):
        raise usage(
            f"{network.name} has several secrets. Give them on stdin, each on a line: "
            + ", ".join(f"{name}=…" for name in names)
        )
    return {name.strip(): value.strip() for name, _mark, value in pairs}


def _pair(word: str) -> tuple[str, str]:
    name, mark, value = word.partition("=")
    if not mark:
        raise usage(f"--field {word} is not NAME=VALUE.")
    return name, value


def _name_among(
    known: Mapping[str, ConnectField],
    names: Sequence[str],
    option: str,
    network: ConnectableNetwork,
) -> str:
    name = next((name for name in names if name in known), "")
    if not name:
        raise usage(f"{network.name} needs no {option}. Its fields are: {', '.join(known)}.")
    return name


def _asked(session: Session, network: ConnectableNetwork, field: ConnectField) -> str:
    if not can_ask(session):
        how = "--secret-stdin" if field.is_secret else f"--field {field.name}=…"
        if field.name in _SERVER_FIELDS:
            how = "--server URL"
        elif field.name in _USER_FIELDS:
            how = "--user NAME"
        raise usage(f"{network.name} needs {field.label}: add {how}.")
    if field.hint:
        session.out.note(field.hint)
    return str(click.prompt(field.label, hide_input=field.is_secret, err=True))


def _read_secret() -> str:
    data = sys.stdin.buffer.read(MAX_SECRET + 1)
    if len(data) > MAX_SECRET:
        raise usage("The password on stdin is too long.")
    try:
        secret = data.decode().strip("\r\n")
    except UnicodeDecodeError:
        raise usage("The password on stdin is not UTF-8.") from None
    if not secret:
        raise usage("There is no password on stdin.")
    return secret


def _followed(
    session: Session, manager: OwnAccountManager, progress: SignInProgress
) -> SignInProgress:
    """Wait until the account is there. Raises CommandError."""
    line, shown_url = ProgressLine(), ""
    until = time.monotonic() + _BROWSER_SECONDS
    while progress.stage in ("working", "open"):
        if progress.open_url and progress.open_url != shown_url:
            shown_url = progress.open_url
            session.out.note(f"Open this page and sign in: {shown_url}")
        if time.monotonic() > until:
            raise CommandError(Exit.SIGN_IN, "Nobody signed in within ten minutes.")
        line.show("Waiting for the sign-in")
        time.sleep(_LOOK)
        progress = manager.progress(progress.id)
    line.clear()
    _demand(progress)
    return progress


def _demand(progress: SignInProgress) -> None:
    if progress.stage == "failed" or progress.error:
        field = f" ({progress.error_field})" if progress.error_field else ""
        raise CommandError(Exit.SIGN_IN, f"{progress.error or 'The sign-in failed.'}{field}")


def _targets(progress: SignInProgress, asked: Sequence[str]) -> list[str]:
    if not asked:
        return [target.id for target in progress.targets]
    chosen = []
    for word in asked:
        ids = [t.id for t in progress.targets if fold(word) in (fold(t.id), fold(t.name))]
        if not ids:
            names = ", ".join(target.name for target in progress.targets)
            raise not_found(f"The account has no {word}. There are: {names}.")
        chosen += ids
    return chosen
