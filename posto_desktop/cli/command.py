"""The frame of a command: its session, `--json`, errors and exit codes."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec

import click

from posto_desktop.cli.exits import CommandError, Exit, code_of, json_error
from posto_desktop.cli.interruption import noted_interruption
from posto_desktop.cli.output import Output
from posto_desktop.cli.root import Options
from posto_desktop.cli.session import Session
from posto_desktop.common.user_error import message_of

_Asked = ParamSpec("_Asked")
Command = Callable[Concatenate[Session, _Asked], Exit | None]

_log = logging.getLogger(__name__)


def with_session(command: Command[_Asked]) -> Callable[..., None]:
    """Make a function a command's body: it gets a `Session` and its own options, writes its result
    through `session.out`, and returns an exit code other than 0. Errors become a sentence and the
    code that belongs to them."""

    @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    @functools.wraps(command)
    def run(*args: _Asked.args, **options: _Asked.kwargs) -> None:
        ctx, as_json = click.get_current_context(), bool(options.pop("as_json"))
        chosen = ctx.find_object(Options) or Options()
        out = Output(as_json)
        session = Session(chosen.home, chosen.workspace, out)
        code, error = Exit.DONE, None
        try:
            code = command(session, *args, **options) or Exit.DONE
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            # Nobody knows how far it was: each command that sends handles this itself.
            code, error = Exit.UNCLEAR, "Stopped. What was done until then is done."
            if not as_json:
                out.note(f"posto: {error}")
            out.end(json_error(code, error, {}))
        except Exception as raised:  # noqa: BLE001 - reported with its exit code
            known = code_of(raised)
            if known is None:
                _log.debug("A command failed", exc_info=True)
                words = f"{type(raised).__name__}: {raised}"
                code, error = Exit.REFUSED, f"An unexpected error ended the command ({words})."
            else:
                code, error = known, message_of(raised, str(raised))
            details = raised.details if isinstance(raised, CommandError) else {}
            if not as_json:
                out.note(f"posto: {error}")
            out.end(json_error(code, error, details))
        finally:
            with noted_interruption():  # nothing is left that could be stopped
                session.close()
        if error is None:
            out.end(json_error(code, "", {}) if code else None)
        ctx.exit(code)

    return run
