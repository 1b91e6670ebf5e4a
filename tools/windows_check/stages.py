"""The stages of the check, each a function of the run that returns whether it passed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.windows_check.lab import Lab
from tools.windows_check.wine import Wine

PYTHON = r"C:\python\python.exe"
INSTALLED = r"C:\users\%s\AppData\Local\Programs\Posto Desktop"
WORDS_OF_WINE = ("fixme:", "err:", "[av1_mf", "[h264_mf", "[hevc_mf")


@dataclass(frozen=True)
class Run:
    """The lab, a copy of its prefix, and the checkout on its drive C."""

    lab: Lab
    wine: Wine
    source: Path

    def python(self, *words: str, timeout: float) -> subprocess.CompletedProcess[bytes]:
        """Run Windows' Python in the checkout; its output goes to ours."""
        return self.wine.run(PYTHON, *words, cwd=self.source, timeout=timeout, output=None)


def self_test(run: Run, _words: Sequence[str]) -> bool:
    """The app's own test, from source."""
    return passes_self_test(run, [PYTHON, "-m", "posto_desktop"], run.source)


def passes_self_test(run: Run, command: Sequence[str], folder: Path) -> bool:
    done = run.wine.run(*command, "--self-test", cwd=folder, timeout=600)
    output = done.stdout.decode("utf-8", "replace")
    line = next((line for line in output.splitlines() if line.startswith('{"ok"')), "")
    if not line:
        print(output)
        return False
    checks = json.loads(line)["checks"]
    for check in checks:
        if not check["ok"]:
            print(f"self-test: {check['name']}: FAILED, {check['detail']}")
    passed = sum(check["ok"] for check in checks)
    print(f"self-test: {passed} of {len(checks)} passed", flush=True)
    return passed == len(checks) and done.returncode == 0


def probes(run: Run, names: Sequence[str]) -> bool:
    """What differs on Windows: see probes.py."""
    module = "tools.windows_check.probes"
    return run.python("-X", "utf8", "-m", module, *names, timeout=1200).returncode == 0


def unit_tests(run: Run, words: Sequence[str]) -> bool:
    """The unit tests, two processes side by side."""
    chosen = list(words) or ["tests/unit", "-n", "2", "--dist", "loadfile"]
    pytest = ["-m", "pytest", "-p", "no:cacheprovider", "-q", "--no-header", "-rf", *chosen]
    return run.python(*pytest, timeout=5400).returncode == 0


STAGES: dict[str, Callable[[Run, Sequence[str]], bool]] = {
    "self-test": self_test,
    "probes": probes,
    "unit-tests": unit_tests,
}
