"""`posto-server media`: the manifest of media for backups, and a look whether all of it is there.

    posto-server media manifest --data DIR [--database URL] [--media PLACE] [--verify] > FILE
    posto-server media check FILE --data DIR [--media PLACE] [--verify]

A manifest is JSON Lines, in the order of the hashes, one line for each content that the database
names: `sha256`, `size`, `names`, `state`. The last line counts them: `files`, `bytes`, `missing`,
`damaged`; one without it was cut off. `state` is `there` (with its size), `whole` (with `--verify`:
all of it was read, and has this hash), `missing` or `damaged`. `check` needs no database: it holds
what a manifest lists against a store, as after a restore, and prints the lines that are wrong.

Exit codes: 0 all is there, 1 something is missing or damaged, 2 wrong options, 3 the store or the
database cannot be used. It changes nothing and may run beside servers.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.common import json_text
from posto_desktop.server import media_location, operation_options
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.media_opener import opened_media
from posto_desktop.server.media_rows import ListedContent, listed_contents
from posto_desktop.server.media_store import MediaAway, MediaStore, is_content_name
from posto_desktop.storage import regular_files

__all__ = ["ManifestLine", "compared", "main", "read_manifest"]

ALL_THERE, NOT_ALL, CANNOT = 0, 1, 3
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class ManifestLine:
    """A content that is to be there, and how it is."""

    sha256: str
    size: int
    names: tuple[str, ...]
    state: str

    @property
    def is_right(self) -> bool:
        return self.state in ("there", "whole")


def main(arguments: list[str]) -> int:
    """Run `posto-server media` with what follows these words."""
    options = _parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    os.umask(0o077)
    folder = Path(options.data).expanduser().absolute()
    try:
        with tempfile.TemporaryDirectory(prefix="posto-media-") as cache:
            # A cache of its own, which stays empty: that of the folder may belong to a server.
            location = media_location.location_of(options)
            store = opened_media(location, folder, cache=Path(cache))
            if options.command == "check":
                wanted = read_manifest(options.file)
            else:
                wanted = listed_contents(folder, operation_options.database_of(options))
            return _print_lines(
                compared(wanted, store, verify=options.verify), options.command == "check"
            )
    except StartError as error:
        return _refuse(error.user_message)
    except DatabaseAway as error:
        return _refuse(f"The database {error.address} does not answer.")
    except (MediaAway, OSError) as error:
        return _refuse(str(error))


def compared(
    wanted: Iterable[ListedContent], store: MediaStore, *, verify: bool
) -> Iterator[ManifestLine]:
    """Yield each content with how it is in the store. With `verify` each is read and hashed.
    Raises MediaAway."""
    sizes = {content.sha256: content.size for content in store.contents()}
    for listed in wanted:
        size = sizes.get(listed.sha256)
        if size is None:
            state = "missing"
        elif size != listed.size:
            state = "damaged"
        else:
            state = _verified(listed, store) if verify else "there"
        yield ManifestLine(listed.sha256, listed.size, listed.names, state)


def read_manifest(path: Path) -> Iterator[ListedContent]:
    """Yield what a manifest lists. Raises StartError if it is none, or was cut off."""
    is_complete = False
    try:
        with regular_files.open_file(path) as file:
            while line := file.readline(_LONGEST_LINE):
                entry = json_text.loads(line)
                if not isinstance(entry, dict) or is_complete:
                    raise ValueError
                if "files" in entry:
                    is_complete = True
                    continue
                sha256, size, names = entry.get("sha256"), entry.get("size"), entry.get("names")
                if not (isinstance(sha256, str) and is_content_name(sha256)):
                    raise ValueError
                if not isinstance(size, int) or not isinstance(names, list):
                    raise ValueError
                yield ListedContent(sha256, size, tuple(map(str, names)))
    except ValueError:
        raise StartError(f"{path} is no manifest of media.") from None
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}.") from error
    if not is_complete:
        raise StartError(f"{path} is cut off: its last line is missing.")


def _verified(listed: ListedContent, store: MediaStore) -> str:
    digest = hashlib.sha256()
    try:
        for block in store.blocks(listed.sha256, 0, listed.size):
            digest.update(block)
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"
    return "whole" if digest.hexdigest() == listed.sha256 else "damaged"


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="posto-server media",
        description="List the media of a workspace for a backup, or check what a list names.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser(
        "manifest", help="print each content that the database names, and whether it is there"
    )
    check = commands.add_parser("check", help="hold a manifest against the media, as of a restore")
    check.add_argument("file", type=Path, metavar="FILE", help="what `media manifest` has printed")
    for command in (listing, check):
        command.add_argument("--data", required=True, metavar="DIR", help="the workspace's folder")
        command.add_argument(
            "--verify", action="store_true", help="read all of each file and compare its hash"
        )
        media_location.add_options(command)
    listing.add_argument(
        "--database",
        default=os.environ.get("POSTO_DATABASE", ""),
        metavar="URL",
        help="postgresql://…; without it the file in DIR",
    )
    listing.add_argument("--database-password", type=Path, metavar="FILE")
    return parser.parse_args(arguments)


def _print_lines(lines: Iterable[ManifestLine], is_check: bool) -> int:
    files = size = missing = damaged = 0
    for line in lines:
        files, size = files + 1, size + max(0, line.size)
        missing += line.state == "missing"
        damaged += line.state == "damaged"
        if not (is_check and line.is_right):
            _print(dataclasses.asdict(line))
    _print({"files": files, "bytes": size, "missing": missing, "damaged": damaged})
    sys.stderr.write(
        f"{files:,} files, {size:,} bytes: {missing:,} missing, {damaged:,} damaged.\n"
    )
    return NOT_ALL if missing or damaged else ALL_THERE


def _print(entry: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return CANNOT
