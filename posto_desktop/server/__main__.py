"""`posto-server`: entry point of the local server's process.

Prints one JSON line when it serves (or one with `error` if it cannot) and runs until SIGTERM, or
until its standard input closes unless `--detach` is given. With `--linger` it then still sends what
is scheduled, and ends when nothing waits.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from posto_desktop import __version__
from posto_desktop.common.user_error import message_of
from posto_desktop.server import media_location, operation_options
from posto_desktop.server.errors import StartError
from posto_desktop.server.lock import AlreadyRunning, FolderLock
from posto_desktop.storage.errors import explain

STATE_FILE = "server.json"
ALREADY_RUNNING = 3
CANNOT_START = 1
COMMANDS = {
    "audit": "posto_desktop.server.team.audit_command",
    "media": "posto_desktop.server.media_command",
    "move": "posto_desktop.server.move.command",
    "people": "posto_desktop.server.team.command",
    "secrets": "posto_desktop.server.team.secrets_command",
}
"""What ``posto-server NAME …`` runs: `main(arguments)` of a module that is imported then."""
LINGER_LOOK = 2.0  # seconds between two checks for waiting posts
DRAIN_SECONDS = 7.0  # as FINISH_SECONDS, of a server for a team; all ends within 10
FINISH_SECONDS = 5.0  # for the post being sent when it ends
FINISH_FOR_INSTALLER_SECONDS = 30.0  # the installer waits for a minute

log = logging.getLogger("posto_desktop.server")


def main(arguments: list[str] | None = None) -> int:
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] and words[0] in COMMANDS:
        command: Callable[[list[str]], int] = importlib.import_module(COMMANDS[words[0]]).main
        return command(words[1:])
    if words == ["--draw"]:
        # In a bundle this is the only way to start the picture process.
        from posto_desktop.server import draw

        return draw.main()
    options = _parse(arguments)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(operation_options.log_formatter(options.log_format))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    os.umask(0o077)
    folder = Path(options.data).expanduser().absolute()
    try:
        lock = FolderLock(folder)
    except StartError as error:
        _print_line({"error": error.user_message})
        return ALREADY_RUNNING if isinstance(error, AlreadyRunning) else CANNOT_START
    except OSError as error:
        _print_line({"error": f"The workspace's folder cannot be made: {error.strerror}."})
        return CANNOT_START
    try:
        return _serve(options, folder)
    except StartError as error:
        log.error("%s", error.user_message)
        _print_line({"error": error.user_message})
        return CANNOT_START
    except Exception as error:
        log.exception("The workspace cannot start.")
        if isinstance(error, OSError):
            error = explain(error, folder / "workspace.db")
        message = message_of(error, "The workspace could not start.")
        _print_line({"error": message})
        return CANNOT_START
    finally:
        lock.release()


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    from posto_desktop.server.team.oidc import settings as oidc_settings  # late: helpers need none

    parser = argparse.ArgumentParser(
        prog="posto-server",
        description="The workspace of Posto Desktop on this computer, or of a team.",
        epilog=f"Commands: posto-server {'|'.join(COMMANDS)} (each has --help).",
    )
    parser.add_argument("--data", required=True, metavar="DIR", help="the workspace's folder")
    parser.add_argument(
        "--database",
        default=os.environ.get("POSTO_DATABASE", ""),
        metavar="URL",
        help="postgresql://… for a workspace that several servers share; without it a file in DIR",
    )
    operation_options.add_arguments(parser)
    oidc_settings.add_arguments(parser)
    media_location.add_options(parser)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--late-limit",
        type=float,
        default=60,
        metavar="MINUTES",
        help="posts that are later than this after a pause are kept as missed",
    )
    parser.add_argument(
        "--detach", action="store_true", help="keep running when standard input closes"
    )
    parser.add_argument(
        "--linger",
        action="store_true",
        help="when standard input closes, send what is scheduled before ending",
    )
    parser.add_argument(
        "--idle",
        type=float,
        metavar="SECONDS",
        help="with --detach: end when nobody asked for so long and nothing is scheduled",
    )
    parser.add_argument("--version", action="version", version=__version__)
    options = parser.parse_args(arguments)
    if not 0 <= options.port < 65536:
        parser.error("--port is a number from 0 to 65535")
    from posto_desktop.server.sender import MOST_LATE_MINUTES  # late: other starts do not need it

    if not 0 <= options.late_limit <= MOST_LATE_MINUTES:
        parser.error(f"--late-limit is a number of minutes, 0 to {MOST_LATE_MINUTES}")
    return options


def _serve(options: argparse.Namespace, folder: Path) -> int:
    from posto_desktop.server import systemd
    from posto_desktop.server.app import HttpServer
    from posto_desktop.server.health import SENDER_SECONDS
    from posto_desktop.server.ingress import checked
    from posto_desktop.server.security import USERNAME
    from posto_desktop.server.team.oidc.settings import settings_of
    from posto_desktop.server.workspace import Workspace
    from posto_desktop.storage import atomic

    stopping = threading.Event()
    end_on_signals(stopping)
    is_alone, for_installer = threading.Event(), threading.Event()
    if options.detach:
        is_alone.set()
    _watch_installer(is_alone, for_installer, stopping)
    exposure = checked(operation_options.exposure_of(options))
    database = operation_options.database_of(options)
    secret_keys = operation_options.secret_keys_of(options) if database else None
    oidc = settings_of(options, has_database=bool(database))
    workspace = Workspace(
        folder,
        late_limit=options.late_limit,
        database=database,
        media=media_location.location_of(options),
        secret_keys=secret_keys,
        writer_uploads=options.writer_uploads,
    )
    token = operation_options.read_secret(options.metrics_token) if options.metrics_token else ""
    is_for_team = bool(database or token) or not exposure.is_local
    server = HttpServer(
        workspace,
        stopping.set,
        exposure,
        metrics_token=token,
        is_for_team=is_for_team,
        oidc=oidc,
    )
    state = folder / STATE_FILE
    try:
        base_url = server.bind(options.port)
        server.start()
        ready = {
            "base_url": base_url,
            "username": USERNAME,
            "password": workspace.password,
            "pid": os.getpid(),
        }
        atomic.set_aside_no_file(state)
        # `proves`: clients can ask for a proof first (storage.proof).
        known = ready | {"version": __version__, "detached": options.detach, "proves": True}
        atomic.write_json(state, known, mode=0o600)
        workspace.sender.start()
        # Beyond this computer the line goes into a log, and nobody waits for the password.
        hidden = () if exposure.is_local else ("password",)
        _print_line({name: value for name, value in ready.items() if name not in hidden})
        systemd.notify("READY=1")
        systemd.watch(lambda: workspace.health.sender_age < SENDER_SECONDS, stopping)
        if not options.detach:

            def left_alone() -> None:
                if options.linger:
                    is_alone.set()
                    # The next start replaces this server instead of using one that is ending.
                    atomic.write_json(state, known | {"lingering": True}, mode=0o600)
                    while workspace.has_work() and not stopping.wait(LINGER_LOOK):
                        pass
                stopping.set()

            threading.Thread(target=_watch_input, args=(left_alone,), daemon=True).start()
        elif options.idle is not None:

            def end_when_idle() -> None:
                while not stopping.wait(LINGER_LOOK):
                    if server.idle_seconds() > options.idle and not workspace.has_work():
                        stopping.set()

            threading.Thread(target=end_when_idle, name="idle", daemon=True).start()
        while not stopping.wait(3600):
            pass
    finally:
        systemd.notify("STOPPING=1")
        workspace.health.is_stopping = True
        finish = FINISH_FOR_INSTALLER_SECONDS if for_installer.is_set() else FINISH_SECONDS
        if is_for_team:
            # Watchers and proxies are answered while what is under way comes to its end.
            finish = 0.1 if workspace.sender.stop(DRAIN_SECONDS) else 0.0
        server.stop()
        workspace.close(finish)
        with contextlib.suppress(OSError):
            state.unlink()
    return 0


def end_on_signals(stopping: threading.Event) -> None:
    """Set `stopping` when the system asks the process to end.

    Not in the signal handler: it interrupts the main thread, and if that holds the event's lock,
    the handler would deadlock.
    """
    arrived: queue.SimpleQueue[int] = queue.SimpleQueue()  # lock-free, as handlers require
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _frame: arrived.put(number))

    def end() -> None:
        arrived.get()
        stopping.set()
        number = arrived.get()  # who asks again does not wait
        os._exit(128 + number)

    threading.Thread(target=end, name="signals", daemon=True).start()


def _watch_installer(
    is_alone: threading.Event, for_installer: threading.Event, stopping: threading.Event
) -> None:
    """End when the Windows installer asks for it. A lingering server is started again after that;
    otherwise the app starts its own."""
    if sys.platform != "win32":
        return
    from posto_desktop.storage import windows

    def end() -> None:
        if is_alone.is_set():
            windows.start_after_install(sys.argv[1:])
        for_installer.set()
        stopping.set()

    windows.watch_installer(end)


def _watch_input(left_alone: Callable[[], None]) -> None:
    """Call `left_alone` when the parent process ends, which closes our standard input."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass  # no standard input: there is no parent to watch
    left_alone()


def _print_line(line: dict[str, object]) -> None:
    """Print one JSON line for the parent, which may have closed the pipe."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
