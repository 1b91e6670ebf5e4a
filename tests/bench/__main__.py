"""``python -m tests.bench [NAME…]``: measure and show; ends with 1 where a target is missed."""

from __future__ import annotations

import importlib
import os
import sys

NAMES = (
    "server",
    "server_scale",
    "server_load",
    "strangers",
    "start",
    "heartbeat",
    "when",
    "sdk",
    "answers",
    "checks",
    "media",
    "pictures",
    "videos",
    "compose",
    "quick",
    "schedule",
    "cli_schedule",
    "calendar",
    "evergreen",
    "export",
    "insights",
    "idle",
    "watch_folders",
    "package",
)


def main(names: list[str]) -> int:
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
        return 2
    from tests.bench.figures import show

    os.environ["POSTO_KEYRING"] = "off"
    figures = []
    for name in names or NAMES:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures += importlib.import_module(f"tests.bench.{name}").measure()
    print(show(figures))
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
