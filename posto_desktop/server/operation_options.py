"""Options of `posto-server` for who runs it for a team: the way to it, its secrets, its logs."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from posto_desktop.server import redaction
from posto_desktop.server.errors import StartError
from posto_desktop.server.ingress import Exposure
from posto_desktop.storage import regular_files

__all__ = ["add_arguments", "database_of", "exposure_of", "log_formatter", "read_secret"]

_LONGEST_SECRET = 10_000
_MOST_GIB = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    reach = parser.add_argument_group("beyond this computer")
    reach.add_argument(
        "--host",
        default="127.0.0.1",
        help="the address to listen at; other than loopback only with a certificate or a proxy",
    )
    reach.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help="with its chain, in PEM form; read again when it changes",
    )
    reach.add_argument("--key", type=Path, metavar="FILE", help="the certificate's, in PEM form")
    reach.add_argument(
        "--behind-proxy",
        action="append",
        default=[],
        metavar="ADDRESS[/NET]",
        help="a reverse proxy, whose X-Forwarded-For, -Proto and -Host or Forwarded are believed; "
        "may be given several times",
    )
    reach.add_argument(
        "--public-url",
        default="",
        metavar="URL",
        help="the address at which people reach this server, such as https://posto.example.org; "
        "no other one is served then",
    )
    secrets = parser.add_argument_group("secrets, each in a file that others cannot read")
    secrets.add_argument(
        "--database-password",
        type=Path,
        metavar="FILE",
        help="the password of --database, which then has none in its address",
    )
    secrets.add_argument(
        "--metrics-token",
        type=Path,
        metavar="FILE",
        help="who has it may read /readyz and /metrics from elsewhere (Authorization: Bearer …)",
    )
    parser.add_argument(
        "--writer-uploads",
        type=_gib,
        metavar="GIB",
        help="how much each writer may have uploaded that no post uses (5); 0: any",
    )
    parser.add_argument(
        "--log-format",
        choices=("text", "json"),
        default="text",
        help="json: one object a line, with every request and what became of each post",
    )
    add_key_arguments(parser)


def _gib(text: str) -> int:
    """Return a number of GiB as bytes."""
    with contextlib.suppress(ValueError):
        size = float(text)
        if 0 <= size <= _MOST_GIB:
            return round(size * 1024**3)
    raise argparse.ArgumentTypeError(f"it is a number from 0 to {_MOST_GIB:,}, not {text}")


def add_key_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where the keys are that seal secrets of accounts in a database."""
    parser.add_argument(
        "--secret-key-file",
        default="",
        metavar="FILE",
        help="the key that seals secrets of accounts in the database; only you may read it",
    )
    parser.add_argument(
        "--secret-key-command",
        default="",
        metavar="COMMAND",
        help="instead of a file: a program that prints the key",
    )


def add_database_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what a command needs to open the workspace's database, for `database_of`."""
    parser.add_argument(
        "--database",
        default=os.environ.get("POSTO_DATABASE", ""),
        metavar="URL",
        help="postgresql://… of the workspace",
    )
    parser.add_argument(
        "--database-password", type=Path, metavar="FILE", help="a file with its password"
    )


def secret_keys_of(options: argparse.Namespace) -> Callable[[], str] | None:
    """Return what reads the keys for secrets of accounts; None without any."""
    from posto_desktop.server.team.secret_keys import source  # late: few have it

    return source(options.secret_key_file, options.secret_key_command)


def log_formatter(name: str) -> logging.Formatter:
    """Return the formatter of `--log-format`, which lets no secret through."""
    if name == "text":
        return redaction.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    from posto_desktop.server import log_format

    log_format.log_events()
    return log_format.JsonFormatter()


def exposure_of(options: argparse.Namespace) -> Exposure:
    """Return the way to the server as the options have it; `ingress.checked` judges it."""
    proxies = [part for text in options.behind_proxy for part in text.split(",") if part.strip()]
    return Exposure(
        options.host, options.certificate, options.key, tuple(proxies), options.public_url
    )


def database_of(options: argparse.Namespace) -> str:
    """Return the database's address with its password. Raises StartError."""
    address = str(options.database)
    parts = urlsplit(address)
    if parts.password:
        redaction.hide(parts.password)
    if options.database_password is None:
        return address
    if parts.password:
        raise StartError("--database has a password already: leave out --database-password.")
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        raise StartError("--database-password belongs to a user: postgresql://USER@HOST/NAME.")
    password = read_secret(options.database_password)
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def read_secret(path: Path) -> str:
    """Return the first line of a file, and have it redacted from now on. Raises StartError."""
    try:
        if path.stat().st_mode & 0o004:
            raise StartError(f"Everybody on this computer may read {path}: use chmod o-r first.")
        text = regular_files.read_private(path, _LONGEST_SECRET).decode("utf-8")
        secret = text.strip().partition("\n")[0].strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise StartError(f"{path} cannot be read: {why}.") from error
    if not secret:
        raise StartError(f"{path} is empty.")
    redaction.hide(secret)
    return secret
