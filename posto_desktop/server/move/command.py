"""``posto-server move``: its options, what it prints, how it ends.

Exit codes: 0 moved (now or before), 1 refused, 2 wrong options, 3 a server uses one of the places,
4 the database went away or the move was interrupted: the same command goes on with it.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import os
import sqlite3
import sys
from pathlib import Path
from urllib.parse import urlsplit

from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.lock import AlreadyRunning
from posto_desktop.server.move.folder_place import FolderPlace
from posto_desktop.server.move.mover import BATCH, MoveResult, WorkspaceMover
from posto_desktop.server.move.places import InUseError, WorkspacePlace

MOVED, REFUSED, IN_USE, INTERRUPTED = 0, 1, 3, 4
_ENVIRONMENT = "POSTO_DATABASE"


def main(arguments: list[str]) -> int:
    """Run ``posto-server move`` with what follows these words."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    os.umask(0o077)
    try:
        import psycopg

        from posto_desktop.server.postgres_store import is_away
    except ImportError:
        return _refuse(options, "PostgreSQL needs more: install posto[postgres].", REFUSED)
    places: list[WorkspacePlace] = []
    try:
        outcome = _move(options, places)
    except (InUseError, AlreadyRunning) as error:
        return _refuse(options, error.user_message, IN_USE)
    except StartError as error:
        return _refuse(options, error.user_message, REFUSED)
    except KeyboardInterrupt:
        words = "Interrupted. Run the same command again to go on."
        return _refuse(options, words, INTERRUPTED)
    except (psycopg.Error, DatabaseAway, sqlite3.Error, OSError) as error:
        if isinstance(error, DatabaseAway) or is_away(error):
            words = "The database does not answer any more. Run the same command again to go on."
            return _refuse(options, words, INTERRUPTED)
        words = f"The move stopped: {_short(error)}. Run the same command again to go on."
        return _refuse(options, words, REFUSED)
    finally:
        for place in places:
            place.close()
    _show(options, outcome)
    return MOVED


def _move(options: argparse.Namespace, places: list[WorkspacePlace]) -> MoveResult:
    from posto_desktop.server.move.postgres_place import PostgresPlace  # late: needs psycopg

    folder = FolderPlace(Path(options.data).expanduser().resolve())
    places.append(folder)
    database = PostgresPlace(options.database)
    places.append(database)
    source, target = (database, folder) if options.is_back else (folder, database)
    mover = WorkspaceMover(source, target, batch=options.batch, say=_say)
    return mover.look() if options.dry_run else mover.run()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="posto-server move",
        description="Move a workspace from its folder into PostgreSQL, or back. End its servers "
        "first. The source stays as it is, and sends nothing any more. Files of the media library "
        "stay in the folder.",
        epilog=f"Without an URL the variable {_ENVIRONMENT} has it. A password is better in "
        "PGPASSWORD or ~/.pgpass than in an URL, which other users of this computer can see.",
    )
    parser.add_argument("--data", required=True, metavar="DIR", help="the workspace's folder")
    ways = parser.add_mutually_exclusive_group(required=True)
    ways.add_argument(
        "--to", nargs="?", const="", metavar="URL", help="move from DIR to postgresql://…"
    )
    ways.add_argument(
        "--from", dest="back", nargs="?", const="", metavar="URL", help="move back to DIR"
    )
    parser.add_argument("--dry-run", action="store_true", help="only look and count")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON line")
    parser.add_argument(
        "--batch", type=int, default=BATCH, metavar="ROWS", help=f"a transaction ({BATCH})"
    )
    options = parser.parse_args(arguments)
    options.is_back = options.to is None
    options.database = (options.back if options.is_back else options.to) or os.environ.get(
        _ENVIRONMENT, ""
    )
    if urlsplit(options.database).scheme not in ("postgresql", "postgres"):
        parser.error(f"an address is needed: postgresql://…, there or in {_ENVIRONMENT}")
    if not 1 <= options.batch <= 100_000:
        parser.error("--batch is a number from 1 to 100000")
    return options


def _show(options: argparse.Namespace, outcome: MoveResult) -> None:
    total = sum(outcome.rows.values())
    if outcome.is_done_before:
        line = f"This workspace was moved from {outcome.source} to {outcome.target} before."
    elif outcome.is_dry:
        line = f"{total:,} rows would be moved from {outcome.source} to {outcome.target}."
    else:
        repaired = f" {outcome.repaired:,} damaged rows were repaired." if outcome.repaired else ""
        line = (
            f"{total:,} rows were moved from {outcome.source} to {outcome.target} and compared "
            f"there, in {outcome.seconds:.1f} s.{repaired} Nothing is sent from {outcome.source} "
            "any more."
        )
    _print(line)
    for name, count in outcome.rows.items():
        _print(f"  {name}: {count:,}")
    if options.json:
        _print(json.dumps(dataclasses.asdict(outcome), ensure_ascii=True))


def _refuse(options: argparse.Namespace, words: str, code: int) -> int:
    _say(words)
    if options.json:
        _print(json.dumps({"error": words, "code": code}, ensure_ascii=True))
    return code


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201
