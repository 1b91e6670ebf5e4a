"""`posto workspaces`: which there are, and which one commands use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from posto_desktop.cli import choices
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.session import KnownWorkspace, Session
from posto_desktop.cli.shapes import WorkspaceData


@click.group("workspaces", short_help="List workspaces, choose the one that commands use")
def workspaces_command() -> None:
    """List workspaces, choose the one that commands use."""


@workspaces_command.command("list")
@with_session
def list_workspaces(session: Session) -> Exit | None:
    """List this computer's workspace and the services that you are signed in to."""
    current = session.workspace.id
    rows = [workspace_json(workspace, current) for workspace in session.workspaces()]
    session.out.rows(rows, _line)
    return None


@workspaces_command.command("use")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Change nothing.")
@with_session
def use_workspace(session: Session, name: str, *, dry_run: bool) -> Exit | None:
    """Use the workspace NAME from now on, unless --workspace names another."""
    workspace = session.find_workspace(name)
    if not dry_run:
        choices.write(session.paths.config, workspace.id)
    data = workspace_json(workspace, workspace.id)
    session.out.result(data, [f"Commands use {workspace.name} from now on."])
    return None


def workspace_json(workspace: KnownWorkspace, current: str) -> WorkspaceData:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "address": workspace.address,
        "current": workspace.id == current,
    }


def _line(row: Mapping[str, Any]) -> str:
    mark = "*" if row["current"] else " "
    return f"{mark} {row['name']}  {row['address']}".rstrip()
