"""What whoever runs the server says about the OpenID provider: the options `--oidc-…`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

from posto_desktop.server import operation_options
from posto_desktop.server.errors import StartError
from posto_desktop.server.publishers.base import Refused
from posto_desktop.server.publishers.http import require_safe
from posto_desktop.server.team.people import TeamError, clean_groups
from posto_desktop.server.team.person import Role

__all__ = ["CREDENTIAL", "Claim", "OidcSettings", "add_arguments", "checked_issuer", "settings_of"]

CREDENTIAL = "posto-oidc-secret"
"""The name of systemd's credential with the client's secret."""
Claim = Literal["email", "preferred_username", "sub"]
CLAIMS: Final[tuple[Claim, ...]] = ("email", "preferred_username", "sub")
CREATED_ROLES: Final = ("viewer", "writer", "editor")
"""Roles of people who come into being by a first sign-in: no provider makes owners."""
_LONGEST = 500


@dataclass(frozen=True)
class OidcSettings:
    """`claim` finds the person of a first sign-in. `create` is the role of those who are nobody
    yet, "" to refuse them, and `groups` what they see, None for all."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    claim: Claim = "email"
    create: Role | Literal[""] = ""
    groups: frozenset[str] | None = frozenset()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("sign-in of a team by an OpenID provider")
    group.add_argument(
        "--oidc-issuer",
        default="",
        metavar="URL",
        help="the provider, as it names itself; needs --database, and --public-url as the address "
        "that people use",
    )
    group.add_argument("--oidc-client-id", default="", metavar="ID", help="of this server there")
    group.add_argument(
        "--oidc-client-secret-file",
        type=Path,
        metavar="FILE",
        help=f"without it systemd's credential {CREDENTIAL}; none of both for a public client",
    )
    group.add_argument(
        "--oidc-claim",
        choices=CLAIMS,
        default="email",
        help="what finds the person of a first sign-in: a verified e-mail address that was put on "
        "them (the default), their name here, or nothing but posto-server people link",
    )
    group.add_argument(
        "--oidc-create",
        choices=CREATED_ROLES,
        default="",
        metavar="ROLE",
        help="let everybody in whom the provider lets in, as a viewer, writer or editor",
    )
    group.add_argument(
        "--oidc-groups",
        default="",
        metavar="A,B",
        help="the groups that --oidc-create lets people see, or all; none by default",
    )


def settings_of(
    options: argparse.Namespace,
    *,
    has_database: bool,
    environment: Mapping[str, str] = os.environ,
) -> OidcSettings | None:
    """Return what the options say; None without a provider. Raises StartError."""
    if not options.oidc_issuer:
        named = [
            name
            for name in ("client_id", "client_secret_file", "create", "groups")
            if getattr(options, f"oidc_{name}")
        ]
        if named:
            option = f"--oidc-{named[0].replace('_', '-')}"
            raise StartError(f"{option} belongs to a provider: give --oidc-issuer, too.")
        return None
    if not has_database:
        raise StartError("--oidc-issuer signs in the people of a team: give --database, too.")
    if not options.oidc_client_id.strip():
        raise StartError("Say as whom the provider knows this server: --oidc-client-id ID.")
    if options.oidc_groups and not options.oidc_create:
        raise StartError("--oidc-groups belongs to --oidc-create ROLE.")
    is_all = options.oidc_groups.strip().lower() == "all"
    try:
        groups = None if is_all else clean_groups(options.oidc_groups.split(","))
    except TeamError as error:
        raise StartError(f"--oidc-groups: {error}") from error
    _require_library()
    return OidcSettings(
        checked_issuer(options.oidc_issuer),
        options.oidc_client_id.strip(),
        _secret_of(options.oidc_client_secret_file, environment),
        cast(Claim, options.oidc_claim),
        cast(Role, options.oidc_create),
        groups,
    )


def checked_issuer(issuer: str) -> str:
    """Return an issuer's address if tokens are safe on the way to it. Raises StartError."""
    issuer = issuer.strip()
    try:
        require_safe(issuer)
    except Refused as error:
        raise StartError(f"--oidc-issuer: {error}") from error
    if "?" in issuer or "#" in issuer or len(issuer) > _LONGEST:
        raise StartError(
            "--oidc-issuer is the address by which the provider names itself, such as "
            "https://login.example.org/realms/shop."
        )
    return issuer


def _secret_of(file: Path | None, environment: Mapping[str, str]) -> str:
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    credential = Path(folder) / CREDENTIAL
    if file is None and folder and credential.is_file():
        file = credential
    return operation_options.read_secret(file) if file is not None else ""


def _require_library() -> None:
    try:
        import cryptography  # noqa: F401 - what checks the signatures of PyJWT
        import jwt  # noqa: F401
    except ImportError as error:
        raise StartError(
            "Sign-in by an OpenID provider needs more: install posto[team] and start again."
        ) from error
