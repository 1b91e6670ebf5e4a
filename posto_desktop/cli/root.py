"""The command `posto`, and the table of its subcommands. Their modules are imported late."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from posto_desktop import __version__

COMMANDS: dict[str, tuple[str, str]] = {
    "accounts": ("accounts", "List, connect, check and remove accounts"),
    "apply": ("apply", "Bring drafts and schedule in step with a folder"),
    "backup": ("backups", "Make a backup, restore one"),
    "campaign": ("campaign", "Import, start, stop and follow campaigns"),
    "channels": ("channels", "List the channels that you can post to"),
    "check": ("posts", "Check a post without sending it"),
    "draft": ("drafts", "Write, list, edit and delete drafts"),
    "completion": ("completion", "Print the completion script of a shell"),
    "doctor": ("doctor", "Check that everything works"),
    "evergreen": ("evergreen", "Keep messages that go out again and again"),
    "insights": ("insights", "Show the numbers of posts that Posto Desktop has read"),
    "limits": ("channels", "Show the limits of a network"),
    "mcp": ("mcp", "Let an agent read and propose, over stdio (MCP)"),
    "outbox": ("outbox", "Show what is on its way, wait for it, decide about it"),
    "post": ("posts", "Send or schedule a post"),
    "proposals": ("proposals", "Answer what agents propose"),
    "schema": ("schema", "Print the shape of the JSON of a command"),
    "workspaces": ("workspaces", "List workspaces, choose the one that commands use"),
    "schedule": ("schedule", "List and change the posts of the schedule"),
    "slots": ("slots", "Show your weekly slots and the next free ones"),
    "watch": ("watch", "Follow what happens to posts"),
}
"""By name: the module of a command, and what it does."""


@dataclass
class Options:
    """The options of `posto` itself."""

    home: str | None = None
    workspace: str = ""
    as_json: bool = False


class LazyGroup(click.Group):
    """A group that imports a command's module only to run it or to show its help."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = import_module(f"posto_desktop.cli.{COMMANDS[name][0]}")
        command = getattr(module, f"{name}_command")
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 refused by a check, 2 usage, 3 sign in, 4 not found, "
    "5 unreachable and surely not sent, 6 unclear, 7 partly done.",
)
@click.option("--home", metavar="DIR", help="Use the settings, drafts and accounts in this folder.")
@click.option("--workspace", "-w", metavar="NAME", help="Use this workspace, by its name or id.")
@click.version_option(__version__, prog_name="posto")
@click.pass_context
def posto(ctx: click.Context, home: str | None, workspace: str | None) -> None:
    """Write once, post to every network, say when in plain words.

    The same drafts, checks, outbox and styles as Posto Desktop, also while that runs.
    """
    for option, value in (("--home", home), ("--workspace", workspace)):
        if value is not None and not value.strip():
            raise click.UsageError(f"{option} is empty. Leave it out to use the usual one.")
    ctx.obj = Options(home, workspace or "")
