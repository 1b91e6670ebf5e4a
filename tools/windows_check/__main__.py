"""`python3 dev.py windows-check`: prepares the lab and runs the stages in it."""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.windows_check import stages
from tools.windows_check.lab import ROOT, Lab, LabError
from tools.windows_check.wine import Wine, copy_checkout, copy_prefix

QUICK = ("self-test", "probes")


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py windows-check",
        description="Try the Windows version under Wine. Without options: every stage.",
    )
    parser.add_argument(
        "--stage",
        action="append",
        choices=list(stages.STAGES),
        help="only this stage; may be given more than once",
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"only {' and '.join(QUICK)}; skipped without Wine"
    )
    parser.add_argument("--keep", action="store_true", help="keep the folder of the run")
    parser.add_argument(
        "words", nargs="*", metavar="NAME", help="names of probes, or arguments for pytest"
    )
    return parser


@contextlib.contextmanager
def new_run(lab: Lab, *, keep: bool) -> Iterator[stages.Run]:
    """A copy of the prefix with the checkout in it, on a screen of its own."""
    folder = Path(tempfile.mkdtemp(prefix="posto-windows-"))
    try:
        links = {"python": lab.python}
        if lab.inno_setup.exists():
            links["inno"] = lab.inno_setup
        copy_prefix(lab.prefix, folder / "prefix", links)
        source = folder / "prefix" / "drive_c" / "posto"
        copy_checkout(ROOT, source)
        libraries = lab.libraries_32_bit
        with Wine(folder / "prefix", libraries=libraries if libraries.exists() else None) as wine:
            yield stages.Run(lab, wine, source)
    finally:
        if keep:
            print(f"windows-check: kept {folder}", flush=True)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    options = build_parser().parse_args(arguments)
    # What runs under Wine ends with this process, also where it is ended itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = options.stage or (QUICK if options.quick else tuple(stages.STAGES))
    lab = Lab()
    try:
        began = time.monotonic()
        lab.prepare(with_setup=bool({"build", "setup", "installed"} & set(names)))
    except LabError as error:
        print(f"windows-check: skipped, since the lab cannot be prepared: {error}", flush=True)
        return 0 if options.quick else 1
    results = [f"lab {time.monotonic() - began:.0f} s"]
    failed = []
    with new_run(lab, keep=options.keep) as run:
        for name in names:
            began = time.monotonic()
            good = stages.STAGES[name](run, options.words)
            seconds = time.monotonic() - began
            results.append(f"{name} {seconds:.0f} s")
            print(f"windows-check: {name}: {'good' if good else 'FAILED'}, {seconds:.0f} s")
            sys.stdout.flush()
            if not good:
                failed.append(name)
                if name in ("build", "setup"):
                    break  # the stages after it need what it makes
    print(f"windows-check: {', '.join(results)}", flush=True)
    if failed:
        print(f"windows-check: failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
