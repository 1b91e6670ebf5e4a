"""The command `posto-desktop`: reads the command line, then hands over to `app` or `selftest`.

Nothing heavy is imported before it is known to be needed: `--version` and a second start answer
without loading a window.
"""

from __future__ import annotations

import argparse
import linecache
import sys
from pathlib import Path
from typing import Any

from posto_desktop import __version__

PAGES = ("compose", "schedule", "activity", "feed")


class _NothingKept(dict[str, Any]):
    """A cache that keeps nothing."""

    def __setitem__(self, _key: str, _value: Any) -> None:
        pass


def keep_no_sources() -> None:
    """PySide reads the source of every module imported after it (shibokensupport.feature looks for
    its own name there), and `linecache` would keep them: 12 MB that nobody needs. A traceback
    reads the few lines that it shows from the file."""
    linecache.cache = _NothingKept()  # type: ignore[attr-defined]


def build_parser() -> argparse.ArgumentParser:
    """The command line of the app."""
    parser = argparse.ArgumentParser(
        prog="posto-desktop",
        description="Write once, place it everywhere, say when in plain words.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="attached to a new post")
    parser.add_argument("--home", metavar="DIR", help="keep settings, data, cache and logs here")
    parser.add_argument("--service", metavar="URL", help="open the workspace of this Posto service")
    parser.add_argument("--page", choices=PAGES, help="the page to open")
    parser.add_argument("--self-test", action="store_true", help="start every part, report, end")
    parser.add_argument("--version", action="version", version=f"Posto Desktop {__version__}")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the app. Returns the exit code: 0 after a quit, 1 when it could not start."""
    options = build_parser().parse_args(sys.argv[1:] if argv is None else argv)
    if options.self_test:
        from posto_desktop.selftest import run_self_test

        return run_self_test()
    files = [str(Path(name).absolute()) for name in options.files]
    keep_no_sources()
    from posto_desktop.app import run

    return run(home=options.home, service=options.service, page=options.page, files=files)


if __name__ == "__main__":
    sys.exit(main())
