"""What each locked library needs: `requirements/needs.json`, which `dev.py lock` brings up to date.

By it a test proves without network that the lock files are whole: pip resolves nothing when it
installs them, so what they lack nobody gets.
"""

from __future__ import annotations

import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.commands import ROOT, Trouble, pip_command, say

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = os.path.join(ROOT, "requirements", "needs.json")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
# What markers ask for, of each system; and what pip calls it, where it is not the one of CI.
SYSTEMS = {
    "linux": ({"os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"}, ""),
    "win32": (
        {"os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
        "win_amd64",
    ),
    "darwin": (
        {"os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
        "macosx_14_0_arm64",
    ),
}


def environments() -> list[dict[str, str]]:
    """The values of markers for each Python on each system."""
    same = {"implementation_name": "cpython", "platform_python_implementation": "CPython"}
    return [
        {**same, **values, "sys_platform": system, "python_version": python,
         "python_full_version": python + ".1", "implementation_version": python + ".1"}
        for python in PYTHONS
        for system, (values, _) in SYSTEMS.items()
    ]  # fmt: skip


def lock_files() -> list[str]:
    """The lock files of all that pip installs."""
    folder = os.path.join(ROOT, "requirements")
    files = [os.path.join(folder, name + ".txt") for name in ("app", "dev", "server")]
    return files + sorted(glob.glob(os.path.join(folder, "servers", "*.txt")))


def read_lock(path: str) -> list[tuple[Requirement, str]]:
    """The libraries of a lock file, each with the text of its hashes."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().replace("\\\n", " ").splitlines()
    parts = [line.partition(" --hash=") for line in lines]
    return [(Requirement(words), " --hash=" + " ".join(rest.split())) for words, _, rest in parts]


def holds(wish: Requirement, environment: dict[str, str], extra: str = "") -> bool:
    return wish.marker is None or wish.marker.evaluate({**environment, "extra": extra})


def pin(wish: Requirement) -> str:
    return f"{canonicalize_name(wish.name)}{wish.specifier}"


def useful(lines: Iterable[str]) -> list[str]:
    """Those of the requirements of a library that can hold on one of the systems."""
    wishes = []
    for wish in map(Requirement, lines):
        extras = re.findall(r"extra == ['\"]([^'\"]+)", str(wish.marker or "")) or [""]
        if any(holds(wish, values, extra) for values in environments() for extra in extras):
            wishes.append(str(wish))
    return sorted(wishes)


def ask_pip(
    wishes: list[tuple[Requirement, str]], environment: dict[str, str]
) -> dict[str, list[str]]:
    """What libraries need, by the descriptions of their wheels for one environment."""
    with tempfile.TemporaryDirectory() as folder:
        lock, report = os.path.join(folder, "lock.txt"), os.path.join(folder, "report.json")
        with open(lock, "w", encoding="utf-8") as file:
            file.writelines(f"{pin(wish)}{hashes}\n" for wish, hashes in wishes)
        command = pip_command([sys.executable, "-m", "pip"], "install", lock)
        command += ["--dry-run", "--ignore-installed", "--report", report, "--target", folder]
        command += ["--python-version", environment["python_version"]]
        platform = SYSTEMS[environment["sys_platform"]][1]
        if subprocess.call([*command, *(["--platform", platform] if platform else [])]) != 0:
            raise Trouble("pip could not tell what the locked libraries need.")
        with open(report, encoding="utf-8") as file:
            items = [item["metadata"] for item in json.load(file)["install"]]
    return {
        f"{canonicalize_name(item['name'])}=={item['version']}": useful(
            item.get("requires_dist", [])
        )
        for item in items
    }


def read_needs() -> dict[str, list[str]]:
    with open(FILE, encoding="utf-8") as file:
        needs: dict[str, list[str]] = json.load(file)
    return needs


def main() -> int:
    before = read_needs() if os.path.exists(FILE) else {}
    needs: dict[str, list[str]] = {}
    for path in lock_files():
        locked = read_lock(path)
        for environment in environments():
            wishes = [(wish, hashes) for wish, hashes in locked if holds(wish, environment)]
            needs.update(
                {pin(wish): before[pin(wish)] for wish, _ in wishes if pin(wish) in before}
            )
            missing = [(wish, hashes) for wish, hashes in wishes if pin(wish) not in needs]
            if missing:
                say(f"{os.path.basename(path)}: {len(missing)} for {environment['sys_platform']}")
                needs.update(ask_pip(missing, environment))
    with open(FILE, "w", encoding="utf-8") as file:
        lines = [f"{json.dumps(name)}: {json.dumps(needs[name])}" for name in sorted(needs)]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
