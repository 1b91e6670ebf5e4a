"""`posto completion`, and the words that shells complete."""

from __future__ import annotations

from typing import Literal

import click
from click.shell_completion import CompletionItem, get_completion_class

from posto_desktop.cli.exits import usage
from posto_desktop.cli.output import Output
from posto_desktop.cli.root import Options, posto

Shell = Literal["bash", "zsh", "fish"]
_VARIABLE = "_POSTO_COMPLETE"


@click.command("completion", short_help="Print the completion script of a shell")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(shell: Shell) -> None:
    """Print the completion script of SHELL. Add it to the file that the shell reads at its start:

    \b
      bash:  eval "$(posto completion bash)"   in ~/.bashrc
      zsh:   eval "$(posto completion zsh)"    in ~/.zshrc
      fish:  posto completion fish > ~/.config/fish/completions/posto.fish
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise usage(f"There is no completion for {shell}.")
    click.echo(kind(posto, {}, "posto", _VARIABLE).source())


def complete_channels(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the channels and groups as they were last read; asks nobody."""
    from posto_desktop.cli.session import Session
    from posto_desktop.core.folding import fold
    from posto_desktop.core.limits import network_name

    options = ctx.find_object(Options) or Options()
    session = Session(options.home, options.workspace, Output(as_json=False))
    try:
        if not session.paths.database.exists():
            return []
        channels, _as_of = session.known_channels()
        names = {channel.name: network_name(channel.network) for channel in channels}
        names |= {f"@{group.name}": "group" for group in session.groups()}
    except Exception:  # noqa: BLE001 - a shell waits for words, not for an error
        return []
    finally:
        session.close()
    start = fold(incomplete)
    return [
        CompletionItem(name, help=network)
        for name, network in names.items()
        if fold(name).startswith(start)
    ]


def complete_networks(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the slugs of the networks."""
    from posto_desktop.sdk import networks

    return [
        CompletionItem(network.slug, help=network.name)
        for network in networks.all_networks()
        if network.slug.startswith(incomplete.lower())
    ]
