"""`posto-server people`, and what `posto-server audit` shows: for whoever runs the server.

A new password is printed once, to standard output; none is ever an argument. Whoever may run these
commands has the database's address, and with it all rights: what they do is in the audit log as
well, under the name of their account on this computer.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from posto_desktop.server import operation_options
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway, PluginError, StartError
from posto_desktop.server.team.audit import DONE, AuditLog
from posto_desktop.server.team.channel_groups import TeamGroups
from posto_desktop.server.team.oidc.identities import Identities
from posto_desktop.server.team.oidc.settings import checked_issuer
from posto_desktop.server.team.people import ADMINISTRATOR, People, TeamError, clean_groups
from posto_desktop.server.team.person import ROLES, Person

Printer = Callable[[str], None]


def main(arguments: list[str]) -> int:
    """Run `people …`. Return 0, 1 if it was not possible, 2 for a wrong call."""
    return carry_out("people", arguments)


def carry_out(name: str, arguments: list[str]) -> int:
    """Run `people …` or `audit …`."""
    options = _parser().parse_args([name, *arguments])
    try:
        with opened_store(options) as store:
            return run(store, options)
    except (TeamError, StartError, DatabaseAway, PluginError) as error:
        words = error.user_message if isinstance(error, StartError) else str(error)
        sys.stderr.write(f"{words}\n")
        return 1


def run(store: ServerDatabase, options: argparse.Namespace, show: Printer | None = None) -> int:
    """Carry out a parsed command on an open database."""
    command: Callable[[_Administration, argparse.Namespace], None] = options.command
    command(_Administration(store, show or _print), options)
    return 0


@contextlib.contextmanager
def opened_store(options: argparse.Namespace) -> Iterator[ServerDatabase]:
    """Open the workspace's database. Raises StartError."""
    address = operation_options.database_of(options)
    if not address:
        raise StartError(
            "Name the workspace's database: --database postgresql://… or POSTO_DATABASE."
        )
    from posto_desktop.server.moved import refuse_moved
    from posto_desktop.server.store import MIGRATIONS
    from posto_desktop.server.workspace import opened  # late: it loads all of the server

    # Why a database cannot be used is in the sentence; each try of the pool would be said as well.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    store = opened(address, "posto", MIGRATIONS)
    refuse_moved(store)
    try:
        yield store
    finally:
        store.close()


class _Administration:
    """The commands. `show` prints a line."""

    def __init__(self, store: ServerDatabase, show: Printer) -> None:
        self._people, self._audit = People(store), AuditLog(store)
        self._identities = Identities(store, self._people)
        self._groups = TeamGroups(store)
        self._show = show
        device = f"{_user()}@{platform.node()}"
        self._self = Person(0, ADMINISTRATOR, "", "owner", None, device=device)

    def add(self, options: argparse.Namespace) -> None:
        groups = _groups(options.groups)
        with self._logged("people.add", options.name, {"role": options.role}):
            person = self._people.add(options.name, options.role, groups, options.shown_name)
        self._show(_line(person))
        self._hint_at_channels(person)

    def list(self, options: argparse.Namespace) -> None:
        people = self._people.all()
        if options.json:
            self._show(json.dumps([_fields(person) for person in people]))
            return
        for person in people:
            self._show(_line(person))
        if not people:
            sys.stderr.write(
                "Nobody yet. Begin with an owner: posto-server people add NAME --role owner\n"
            )

    def set_role(self, options: argparse.Namespace) -> None:
        before = self._people.get(options.name)
        with self._logged("people.set_role", options.name, {"role": options.role}, before):
            self._show(_line(self._people.set_role(options.name, options.role)))

    def set_groups(self, options: argparse.Namespace) -> None:
        before, groups = self._people.get(options.name), _groups(options.groups)
        with self._logged("people.groups", options.name, {"groups": options.groups}, before):
            person = self._people.set_groups(options.name, groups)
            self._show(_line(person))
        self._hint_at_channels(person)

    def _hint_at_channels(self, person: Person) -> None:
        """Say who sees no channel: the app would be empty for them."""
        if person.groups is None or any(
            person.groups.intersection(groups) for _channel, groups in self._groups.all()
        ):
            return
        sys.stderr.write(
            f"{person.name} sees no channel yet. For all of them: posto-server people groups"
            f" {person.name} all. For some, list them by posto-server people channels, then put"
            " them into a group: posto-server people channel ID GROUP.\n"
        )

    def disable(self, options: argparse.Namespace) -> None:
        self._set_disabled(options.name, True)

    def enable(self, options: argparse.Namespace) -> None:
        self._set_disabled(options.name, False)

    def _set_disabled(self, name: str, on: bool) -> None:
        before = self._people.get(name)
        with self._logged("people.change", name, {"disabled": "yes" if on else "no"}, before):
            self._show(_line(self._people.set_disabled(name, on)))

    def remove(self, options: argparse.Namespace) -> None:
        before = self._people.get(options.name)
        with self._logged("people.remove", options.name, {}, before):
            self._people.remove(options.name)

    def set_email(self, options: argparse.Namespace) -> None:
        before = {"email": self._people.email(self._people.get(options.name))}
        with self._logged("people.email", options.name, {"email": options.address}, before):
            self._people.set_email(options.name, options.address)

    def link(self, options: argparse.Namespace) -> None:
        issuer = checked_issuer(options.issuer)
        account = {"issuer": issuer, "subject": options.subject}
        with self._logged("people.link", options.name, account):
            self._identities.link(options.name, issuer, options.subject)

    def unlink(self, options: argparse.Namespace) -> None:
        rows = self._identities.of(self._people.get(options.name))
        before = {row["issuer"]: row["subject"] for row in rows}
        with self._logged("people.unlink", options.name, {}, before):
            count = self._identities.unlink(options.name)
        if not count:
            raise TeamError(f"{options.name} has no account of a provider.")

    def list_accounts(self, _options: argparse.Namespace) -> None:
        for person in self._people.all():
            email = self._people.email(person) or "no e-mail address"
            rows = self._identities.of(person)
            for row in rows:
                self._show(
                    f"{person.name}\t{email}\t{row['issuer']}\t{row['subject']}"
                    f"\tlinked {_moment(row['linked_at'])}\t{_used(row['last_used_at'])}"
                )
            if not rows:
                self._show(f"{person.name}\t{email}\tnever signed in by a provider")

    def list_channels(self, _options: argparse.Namespace) -> None:
        for channel, groups in self._groups.all():
            words = ", ".join(groups) or "no group: only people who see all channels"
            self._show(f"{channel['id']}\t{channel['name']}\t{words}")

    def set_channel(self, options: argparse.Namespace) -> None:
        groups = clean_groups(options.groups.split(","))
        before = {"groups": ", ".join(self._groups.of(options.channel))}
        with self._logged(
            "channel.group", f"channel {options.channel}", {"groups": options.groups}, before
        ):
            self._groups.set(options.channel, groups)

    def add_password(self, options: argparse.Namespace) -> None:
        with self._logged("password.add", options.name, {"device": options.device}):
            password = self._people.add_password(options.name, options.device)
        self._show(password)

    def list_passwords(self, options: argparse.Namespace) -> None:
        for row in self._people.passwords(options.name):
            place = f" from {row['last_address']}" if row["last_address"] else ""
            by = " by the provider" if row["made_by"] else ""
            self._show(
                f"{row['id']}\t{row['device']}\tmade {_moment(row['created_at'])}{by}"
                f"\t{_used(row['last_used_at'])}{place}"
            )

    def revoke_password(self, options: argparse.Namespace) -> None:
        with self._logged("password.revoke", options.name, {"password": str(options.number)}):
            self._people.revoke(options.name, options.number)

    def show_audit(self, options: argparse.Namespace) -> None:
        for entry in reversed(self._audit.page(options.limit, options.before, options.person)):
            if options.json:
                self._show(json.dumps(entry, ensure_ascii=False))
                continue
            change = " → ".join(words for words in (entry["before"], entry["after"]) if words)
            who = f"{entry['person']} ({entry['device']})" if entry["device"] else entry["person"]
            parts = (
                str(entry["id"]),
                _moment(entry["at"]),
                who,
                entry["action"],
                entry["object"],
                change,
                entry["outcome"] or "not known whether it was done",
            )
            self._show("\t".join(parts))

    @contextlib.contextmanager
    def _logged(
        self,
        action: str,
        target: str,
        after: Mapping[str, str],
        before: Person | Mapping[str, str] | None = None,
    ) -> Iterator[None]:
        state = _state(before) if isinstance(before, Person) else before or {}
        entry = self._audit.begin(self._self, "", action, target, state)
        try:
            yield
        except TeamError as error:
            self._audit.finish(entry, str(error))
            raise
        self._audit.finish(entry, DONE, "", after)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    operation_options.add_database_arguments(common)
    parser = argparse.ArgumentParser(prog="posto-server")
    kinds = parser.add_subparsers(required=True, metavar="people|audit")
    people = kinds.add_parser("people", help="who may use the workspace").add_subparsers(
        required=True, metavar="COMMAND"
    )
    audit = kinds.add_parser("audit", parents=[common], help="what people have done")
    audit.add_argument("--limit", type=int, default=100)
    audit.add_argument("--before", type=int, metavar="ID", help="entries older than this one")
    audit.add_argument("--person", default="", metavar="NAME")
    audit.add_argument("--json", action="store_true", help="one JSON object a line")
    audit.set_defaults(command=_Administration.show_audit)

    def command(
        parsers: Any,  # noqa: ANN401 - argparse has no public name for it
        name: str,
        run_command: Callable[[_Administration, argparse.Namespace], None],
        words: str,
        *names: str,
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = parsers.add_parser(name, parents=[common], help=words)
        for argument in names:
            made.add_argument(argument)
        made.set_defaults(command=run_command)
        return made

    add = command(people, "add", _Administration.add, "add a person", "name")
    add.add_argument("--role", choices=ROLES, required=True)
    add.add_argument("--groups", default="", metavar="A,B", help="or all")
    add.add_argument("--shown-name", default="", metavar="NAME")
    listed = command(people, "list", _Administration.list, "list the people")
    listed.add_argument("--json", action="store_true")
    role = command(people, "set-role", _Administration.set_role, "change a role", "name")
    role.add_argument("role", choices=ROLES)
    groups = command(
        people, "groups", _Administration.set_groups, "whose channels are seen", "name"
    )
    groups.add_argument("groups", metavar="A,B", help="or all")
    command(people, "disable", _Administration.disable, "refuse the sign-ins of a person", "name")
    command(people, "enable", _Administration.enable, "take them again", "name")
    command(people, "remove", _Administration.remove, "remove a person", "name")
    command(people, "channels", _Administration.list_channels, "list channels with their groups")
    channel = command(people, "channel", _Administration.set_channel, "set a channel's groups")
    channel.add_argument("channel", type=int, metavar="ID")
    channel.add_argument("groups", metavar="A,B", help='"" for none')
    email = command(
        people, "email", _Administration.set_email, "put an address on a person", "name"
    )
    email.add_argument("address", help='by which a first sign-in finds them; "" for none')
    link = command(people, "link", _Administration.link, "link an account of a provider", "name")
    link.add_argument("subject", help="the account's id there (sub), not its name")
    link.add_argument("--issuer", required=True, metavar="URL", help="as --oidc-issuer")
    command(people, "unlink", _Administration.unlink, "forget the accounts of a person", "name")
    command(people, "accounts", _Administration.list_accounts, "list accounts of providers")
    passwords = people.add_parser("password", help="application passwords").add_subparsers(
        required=True, metavar="COMMAND"
    )
    command(passwords, "add", _Administration.add_password, "print a new one", "name", "device")
    command(passwords, "list", _Administration.list_passwords, "list the devices", "name")
    revoke = command(passwords, "revoke", _Administration.revoke_password, "end one", "name")
    revoke.add_argument("number", type=int)
    return parser


def _groups(text: str) -> frozenset[str] | None:
    return None if text.strip().lower() == "all" else clean_groups(text.split(","))


def _state(person: Person) -> dict[str, str]:
    fields = _fields(person)
    return {"role": person.role, "groups": fields["groups"]}


def _fields(person: Person) -> dict[str, str]:
    groups = "all" if person.groups is None else ",".join(sorted(person.groups))
    return {
        "name": person.name,
        "shown_name": person.shown_name,
        "role": person.role,
        "groups": groups,
        "disabled": "yes" if person.is_disabled else "no",
    }


def _line(person: Person) -> str:
    fields = _fields(person)
    words = [fields["name"], fields["role"], fields["groups"] or "-"]
    return "\t".join([*words, "disabled"] if person.is_disabled else words)


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


def _used(seconds: float | None) -> str:
    return f"used {_moment(seconds)}" if seconds else "never used"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "?"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
