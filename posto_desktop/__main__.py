"""The command `posto-desktop`: reads the command line, then runs `app` or `selftest`.

Heavy imports happen only when needed: `--version` and a second start answer without loading a
window.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path
from typing import Any

from posto_desktop import __version__

CORE_VERSION = "0.1.0"
"""The version of `posto` that this app was released with; pip can have exchanged that alone."""
PAGES = ("compose", "schedule", "calendar", "campaigns", "styles", "activity", "feed")


def skip_source_inspection() -> None:
    """Keep PySide from reading the source of every module imported from now on.

    shibokensupport.feature searches each for its own name, with `inspect.getsource`, which costs 15
    ms of the start and, in `linecache`, 12 MB. The result, whether a module may use PySide's naming
    features, is the same for all modules of the app. A PySide without that function works as
    before.
    """
    import PySide6.QtCore  # noqa: F401 - brings the module below

    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: module.__name__.startswith("posto_desktop")


def disable_encoding_detection() -> None:
    """Make `requests` skip its encoding detection, which costs 3 MB.

    It is used only for texts of unknown encoding; the service answers JSON. Without the detector
    `requests` works, but warns.
    """
    sys.modules.setdefault("charset_normalizer", None)  # type: ignore[arg-type]
    warnings.filterwarnings("ignore", message="Unable to find acceptable character detection")


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="posto-desktop",
        description="Write once, place it everywhere, say when in plain words.",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="attached to a new post; or a posto: link"
    )
    parser.add_argument("--home", metavar="DIR", help="keep settings, data, cache and logs here")
    parser.add_argument("--service", metavar="URL", help="open the workspace of this Posto service")
    parser.add_argument("--page", choices=PAGES, help="the page to open")
    parser.add_argument(
        "--quick", action="store_true", help="open the small window of quick capture alone"
    )
    parser.add_argument("--self-test", action="store_true", help="start every part, report, end")
    parser.add_argument("--version", action="version", version=f"Posto Desktop {__version__}")
    return parser


def split_arguments(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the absolute paths and the `posto:` links among the arguments. Desktops pass files as
    paths or as `file:` addresses."""
    files, links = [], []
    for word in words:
        scheme = word.partition(":")[0].lower()
        if scheme == "posto" and ":" in word:
            links.append(word)
        elif scheme == "file" and word[5:7] == "//":
            files.append(str(Path(path_of_file_url(word))))
        else:
            files.append(str(Path(word).absolute()))
    return files, links


def path_of_file_url(address: str, *, windows: bool = sys.platform == "win32") -> str:
    """Return the path of a `file:` address; on Windows with a drive or a host."""
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(address)
    path = unquote(parts.path, errors="surrogateescape")
    if windows and path[2:3] in (":", "|"):
        return f"{path[1]}:{path[3:]}"
    if windows and parts.netloc not in ("", "localhost"):
        return f"//{parts.netloc}{path}"
    return path


def main(argv: list[str] | None = None) -> int:
    """Run the app. Return the exit code: 0 after a quit, 1 if it could not start."""
    if (sys.argv[1:] if argv is None else argv) == ["--decode"]:
        # A frozen program can start the decoder process only by its own executable.
        from posto_desktop.media import picture_process

        return picture_process.main()
    if __version__ != CORE_VERSION:
        sys.exit(
            f"Posto Desktop {CORE_VERSION} needs posto {CORE_VERSION}, but posto {__version__} is "
            "installed. Bring both to one version: pip install --upgrade posto-desktop"
        )
    options = build_parser().parse_args(sys.argv[1:] if argv is None else argv)
    disable_encoding_detection()
    if options.self_test:
        from posto_desktop.selftest import run_self_test

        return run_self_test()
    files, links = split_arguments(options.files)
    skip_source_inspection()
    from posto_desktop.app import run

    return run(
        home=options.home,
        service=options.service,
        page=options.page,
        files=files,
        links=links,
        quick=options.quick,
    )


if __name__ == "__main__":
    sys.exit(main())
