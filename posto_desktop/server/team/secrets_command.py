"""`posto-server secrets`: the keys with which a team's secrets of accounts are sealed."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from posto_desktop.server import operation_options
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.publishers.base import SecretsLocked
from posto_desktop.server.team.command import opened_store
from posto_desktop.server.team.secret_keys import SecretKeys, keys_of, new_key


def main(arguments: list[str]) -> int:
    """Run `secrets …`. Return 0, or 1 if it was not possible or a secret stays with its old key."""
    options = _parser().parse_args(["secrets", *arguments])
    if options.command == "new-key":
        sys.stdout.write(new_key() + "\n")
        return 0
    try:
        return _run(options)
    except (StartError, DatabaseAway, SecretsLocked) as error:
        words = error.user_message if isinstance(error, StartError) else str(error)
        sys.stderr.write(f"{words}\n")
        return 1


def _run(options: argparse.Namespace) -> int:
    from posto_desktop.server.account_secrets import AccountSecrets
    from posto_desktop.server.team.sealed_secrets import SealedSecrets

    read = operation_options.secret_keys_of(options)
    if read is None:
        raise StartError("Name the key: --secret-key-file FILE or --secret-key-command COMMAND.")
    newest = keys_of(read())[0].id  # says what is wrong with it
    with opened_store(options) as store, tempfile.TemporaryDirectory() as folder:
        nowhere = AccountSecrets(Path(folder) / "secrets.json", "off")
        secrets = SealedSecrets(store, SecretKeys(read), nowhere)
        if options.command == "rotate":
            sealed, locked = secrets.rotate()
            sys.stdout.write(f"{sealed} sealed by the key {newest}\n")
            if locked:
                sys.stderr.write(f"{locked} stay as they are: their key is not in the source.\n")
            return 1 if locked else 0
        for key_id, count in secrets.key_ids().items():
            sys.stdout.write(f"{key_id}\t{count}{' (newest)' if key_id == newest else ''}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="posto-server")
    kinds = parser.add_subparsers(required=True, metavar="secrets")
    secrets = kinds.add_parser("secrets", help="keys of secrets").add_subparsers(
        required=True, dest="command", metavar="COMMAND"
    )
    secrets.add_parser("new-key", help="print a line for a key file")
    for name, words in (
        ("rotate", "seal all secrets by the newest key, which is the first line"),
        ("list", "how many secrets each key has sealed"),
    ):
        made = secrets.add_parser(name, help=words)
        operation_options.add_database_arguments(made)
        operation_options.add_key_arguments(made)
    return parser
