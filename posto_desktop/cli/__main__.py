"""Runs the command `posto`: every error becomes a sentence and an exit code."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

import click

from posto_desktop.cli.exits import Exit, json_error
from posto_desktop.cli.root import posto


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code (`Exit`)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Known before the options are read: errors of usage are JSON, too.
    as_json = "--json" in given
    try:
        # In this mode click returns the code that a command ended with.
        ended = posto.main(given, prog_name="posto", standalone_mode=False)
        return int(ended or Exit.DONE)
    except click.Abort:
        return _failed(as_json, Exit.REFUSED, "Stopped. Nothing was sent or changed.")
    except click.UsageError as error:
        if not as_json and error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        return _failed(as_json, Exit.USAGE, error.format_message())
    except click.ClickException as error:
        return _failed(as_json, Exit.USAGE, error.format_message())


def _failed(as_json: bool, code: Exit, sentence: str) -> int:
    from posto_desktop.cli.output import Output

    if as_json:
        Output(True).end(json_error(code, sentence, {}))
    else:
        click.echo(f"posto: {sentence}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
