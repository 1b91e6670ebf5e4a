"""Commands for developers: ``python3 dev.py run``, ``test``, ``lint`` …

Standard library only, and written so that an old Python can still read it and say what is wrong.
What a fresh machine lacks is installed first: system libraries (with apt, where it is there) and a
virtual environment in ``.venv``, which is kept in step with the versions in ``requirements/``.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tools.commands import LINUX, PIP_OPTIONS, ROOT, WINDOWS, Trouble, pip_command, run, say
from tools.system_packages import apt_install, system_libraries, test_tools

if TYPE_CHECKING:
    from collections.abc import Callable

# The distributions of this tree: the app, and what it stands on. In this order they are installed,
# since the app had the files of both once, and pip removes what a distribution had.
PROJECTS = [os.path.join(ROOT, "packaging", "desktop"), ROOT]
VENV = os.path.join(ROOT, ".venv")
PYTHON = (
    os.path.join(VENV, "Scripts", "python.exe") if WINDOWS else os.path.join(VENV, "bin/python")
)
LOWEST = (3, 11)

USAGE = """usage: python3 dev.py COMMAND [ARGUMENTS]

  run [ARGUMENTS]   start the app (arguments go to it; --help lists them)
  test [ARGUMENTS]  lint, types and every test; with arguments: pytest with them, nothing else
  lint [--fix]      style, import rules and code that nothing uses
  types             strict type check
  coverage [PATHS]  the unit tests again, with the lines of the program that they run
  bench [NAMES]     speed and memory, each beside its baseline
  setup             only install what run and test need
  servers [NAMES]   the servers of networks that no apt has, for tests/servers, into .test-servers
  build             the wheels of the app and of what runs without a screen into dist/
  screenshots       the pictures of the documents, from the real app, into docs/images/
  golden [--renew]  compare pages and dialogs with the pictures in tests/golden, or keep them as
                    they are now; NAMES for some of them
  translations      the files of translators in resources/translations: update, check and compile
  lock [NAMES]      the newest versions of what is installed (of NAMES alone) into requirements/
  package [WHAT]    what people install on this system into dist/: tar, deb, setup or dmg, or
                    flatpak
  windows-check     the Windows version, tried under Wine; --help lists its stages
  clean             remove .venv, caches and build results
"""


# --- Python -------------------------------------------------------------------------------------


def is_new_enough(python: str) -> bool:
    """Whether this command is a Python to use (a pyenv shim can be there and still fail)."""
    test = f"import sys; sys.exit(sys.version_info < {LOWEST})"
    try:
        null = subprocess.DEVNULL
        return subprocess.call([python, "-c", test], stdout=null, stderr=null) == 0
    except OSError:
        return False


def find_newer_python() -> str | None:
    """Path of another Python on this machine that will do, or None."""
    found = [shutil.which(f"python3.{minor}") for minor in (13, 12, 14, 11)]
    found += sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.*/bin/python3")))
    found += ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
    return next((path for path in found if path and is_new_enough(path)), None)


def use_new_enough_python() -> None:
    """Start again with a newer Python where this one is too old."""
    if sys.version_info >= LOWEST:
        return
    newer = find_newer_python()
    if newer is None and shutil.which("apt-get"):
        say("This Python is too old; installing Debian's.")
        apt_install(["python3", "python3-venv"])
        newer = find_newer_python()
    if newer is None:
        here = ".".join(str(part) for part in sys.version_info[:2])
        raise Trouble(
            f"Posto Desktop needs Python 3.11 or newer. This is Python {here}, and no newer one "
            "was found on this machine. Install one and start again."
        )
    sys.exit(subprocess.call([newer, *sys.argv]))


# --- The virtual environment --------------------------------------------------------------------


def read_project(folder: str) -> dict[str, Any]:
    """The content of a pyproject.toml."""
    import tomllib

    with open(os.path.join(folder, "pyproject.toml"), "rb") as file:
        return tomllib.load(file)


def stamp_value(extras: str) -> str:
    """What the environment depends on: the parts of each pyproject.toml that say what to install,
    and the versions that are locked."""
    projects = [read_project(folder) for folder in PROJECTS]
    locked = []
    for path in [lock_file(extras), *(PIP_LOCKS if extras else [])]:
        with open(path, encoding="utf-8") as file:
            locked.append(file.read())
    parts = [
        [parsed["build-system"], parsed["project"], parsed["tool"]["hatch"]] for parsed in projects
    ]
    return hashlib.sha256(
        json.dumps([parts, locked, ROOT, sys.platform, extras], sort_keys=True).encode("utf-8")
    ).hexdigest()


def requirements(extras: str) -> list[str]:
    """What the app needs, without that which is in this tree; `extras` names groups to add."""
    core, desktop = (read_project(folder) for folder in (ROOT, PROJECTS[0]))
    optional = core["project"]["optional-dependencies"]
    wanted: list[str] = core["build-system"]["requires"] + core["project"]["dependencies"]
    for line in desktop["project"]["dependencies"]:
        if not line.startswith("posto["):
            wanted.append(line)
            continue
        for extra in line[len("posto[") : line.index("]")].split(","):
            wanted += optional[extra]
    for group in extras.split(",") if extras else []:
        wanted += core["dependency-groups"][group]
    return wanted


# What packaging/server installs for a team.
SERVER_EXTRAS = ("postgres", "s3", "team", "heic", "nostr")


def server_requirements() -> list[str]:
    """What `posto-server` needs for a team, without what is for the app alone."""
    core = read_project(ROOT)
    wanted: list[str] = core["build-system"]["requires"] + core["project"]["dependencies"]
    for extra in SERVER_EXTRAS:
        wanted += core["project"]["optional-dependencies"][extra]
    return wanted


def lock_file(extras: str) -> str:
    """The file with the versions and hashes of all that is installed: ``dev.py lock`` makes it."""
    return os.path.join(ROOT, "requirements", "dev.txt" if extras else "app.txt")


# The oldest pip that a Python to use brings, and the newest: tests install with both.
PIP_LOCKS = sorted(glob.glob(os.path.join(ROOT, "requirements", "pips", "*.txt")))


def read_stamps() -> dict[str, str]:
    try:
        with open(os.path.join(VENV, "posto-stamps.json"), encoding="utf-8") as file:
            stamps = json.load(file)
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def own_pip(verb: str) -> list[str]:
    """The start of a command by which pip builds what is in this tree. It is built by what is
    locked: in an environment of its own pip would take the newest."""
    return [PYTHON, "-m", "pip", verb, "-q", "--no-deps", "--no-build-isolation", *PIP_OPTIONS]


def make_venv() -> None:
    """Make ``.venv``, by whichever way this machine has."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    say(f"Making a virtual environment in .venv with {base}")
    shutil.rmtree(VENV, ignore_errors=True)
    test = [base, "-c", "import ensurepip, venv"]
    has_venv = subprocess.call(test, stderr=subprocess.DEVNULL) == 0
    if not has_venv and shutil.which("apt-get") and os.path.realpath(base).startswith("/usr/bin/"):
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        try:
            apt_install([f"{version} python3-venv"])
        except Trouble:
            say("python3-venv is missing, and there is no sudo to install it; trying without.")
        has_venv = subprocess.call(test, stderr=subprocess.DEVNULL) == 0
    if has_venv and run([base, "-m", "venv", VENV]) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    for maker in ([base, "-m", "virtualenv", "-q", VENV], ["virtualenv", "-q", "-p", base, VENV]):
        if shutil.which(maker[0]) and run(maker, stderr=subprocess.DEVNULL) == 0:
            return
    if shutil.which("uv") and run(["uv", "venv", "-q", "--seed", "--python", base, VENV]) == 0:
        return
    raise Trouble(
        "No virtual environment could be made: this Python has neither venv with ensurepip nor "
        "virtualenv. On Debian and Ubuntu: apt install python3-venv"
    )


def environment(extras: str = "") -> None:
    """Bring ``.venv`` in step with the lock file; a matter of milliseconds when it is."""
    wanted = stamp_value(extras)
    stamps = read_stamps()
    if os.path.exists(PYTHON) and stamps.get(extras) == wanted:
        compile_translations()
        return
    if not os.path.exists(PYTHON) or subprocess.call([PYTHON, "-c", "import pip"]) != 0:
        make_venv()
        stamps = {}
    say("Installing what Posto Desktop needs into .venv (the first time about 200 MB) …")
    pip = [PYTHON, "-m", "pip"]
    steps = [pip_command(pip, "install", lock_file(extras))]
    steps += [[*own_pip("install"), "-e", folder] for folder in PROJECTS]
    if extras:
        place = os.path.join(VENV, "pips")
        steps += [[*pip_command(pip, "download", lock), "-d", place] for lock in PIP_LOCKS]
    if any(run(step) != 0 for step in steps):
        name = os.path.relpath(lock_file(extras), ROOT)
        raise Trouble(f"pip could not install what {name} lists; its words are above.")
    stamps[extras] = wanted
    if extras:
        stamps[""] = stamp_value("")
    with open(os.path.join(VENV, "posto-stamps.json"), "w", encoding="utf-8") as file:
        json.dump(stamps, file)
    compile_translations()


EVERYTHING = "dev,test"


# --- Commands -----------------------------------------------------------------------------------


def command_run(arguments: list[str]) -> int:
    system_libraries()
    environment()
    windowless = {"--self-test", "--version", "--help", "-h"} & set(arguments)
    has_screen = any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )
    if LINUX and not windowless and not has_screen:
        raise Trouble(
            "There is no screen to show a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "On a machine without one, start a virtual screen: Xvfb :99 & export DISPLAY=:99"
        )
    command = [PYTHON, "-m", "posto_desktop", *arguments]
    if WINDOWS:
        return subprocess.call(command)
    sys.stdout.flush()
    os.execv(PYTHON, command)


def in_venv(module: str, *words: str) -> int:
    return run([PYTHON, "-m", module, *words])


def compile_translations() -> None:
    """Compile the files of translators that are newer than what was compiled of them."""
    folder = os.path.join(ROOT, "resources", "translations")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    for name in names:
        source = os.path.join(folder, name)
        compiled = os.path.splitext(source)[0] + ".qm"
        if name.endswith(".ts") and (
            not os.path.exists(compiled) or os.path.getmtime(compiled) < os.path.getmtime(source)
        ):
            run([PYTHON, os.path.join(ROOT, "packaging", "translations.py"), "--compile"])
            return


def command_translations(arguments: list[str]) -> int:
    environment(EVERYTHING)
    return run([PYTHON, os.path.join(ROOT, "packaging", "translations.py"), *arguments])


def command_lint(arguments: list[str]) -> int:
    environment(EVERYTHING)
    style = in_venv("ruff", "check", *arguments, ".")
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    quiet = subprocess.run(
        [PYTHON, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if quiet.returncode:
        sys.stdout.write(quiet.stdout.decode("utf-8", "replace"))
    return style or quiet.returncode or in_venv("vulture")


def command_types(arguments: list[str]) -> int:
    environment(EVERYTHING)
    return in_venv("mypy", *arguments)


def command_test(arguments: list[str]) -> int:
    """Every check and every test; all are run even if one fails, so that one run tells all."""
    system_libraries()
    test_tools()
    environment(EVERYTHING)
    if arguments:
        return in_venv("pytest", *arguments)
    servers = subprocess.Popen([PYTHON, "-m", "tests.servers.install"], cwd=ROOT)
    windows = subprocess.Popen([PYTHON, "-m", WINDOWS_CHECK, "--quick"], cwd=ROOT)
    steps: list[tuple[str, Callable[[], int]]] = [
        ("lint", lambda: command_lint([])),
        ("types", lambda: command_types([])),
        ("servers of networks", lambda: installed(servers)),
        ("unit tests", lambda: in_venv("pytest", *WAITING, *IN_ORDER, *UNIT_TESTS)),
        ("Windows under Wine", lambda: finished(windows)),
        ("window tests", lambda: in_venv("pytest", *PARALLEL, "tests/gui")),
        (
            "end-to-end tests",
            lambda: in_venv("pytest", *WAITING, "--ignore", KILLS, "tests/end2end"),
        ),
        ("kill tests", lambda: in_venv("pytest", KILLS)),
    ]
    failed = []
    for name, step in steps:
        began = time.monotonic()
        say(f"== {name}")
        if step() != 0:
            failed.append(name)
        say(
            f"== {name}: {'FAILED' if name in failed else 'good'}, {time.monotonic() - began:.0f} s"
        )
    if failed:
        say(f"Failed: {', '.join(failed)}")
    return 1 if failed else 0


def finished(process: subprocess.Popen[bytes]) -> int:
    return process.wait()


def installed(servers: subprocess.Popen[bytes]) -> int:
    """Wait until the servers are there. Where they cannot be had, their tests are skipped."""
    code = servers.wait()
    return code if os.environ.get("CI") and LINUX else 0


WINDOWS_CHECK = "tools.windows_check"
# Tests of one file share servers and Qt state, so a file stays together on one process.
PARALLEL = ["-n", "3", "--dist", "loadfile"]
# These wait for servers and processes most of their time: all of the unit tests take 370 s of each
# of two cores, and 680 s with three of them at once.
WAITING = ["-n", "5", "--dist", "loadfile"]
# Slow files first (`SLOW_FILES` in tests/conftest.py), not those with most tests.
IN_ORDER = ["--no-loadscope-reorder"]
# These keep all cores busy by themselves.
KILLS = "tests/end2end/test_kill.py"
# The part of the lines below the window that the unit tests must run, in per cent.
UNIT_TESTS = ["tests/unit", "tests/servers"]
COVERAGE = ["--cov", "--cov-report=term:skip-covered", "--cov-fail-under=90"]


def command_coverage(arguments: list[str]) -> int:
    """Apart from the tests: counting lines takes more time than running them."""
    system_libraries()
    test_tools()
    environment(EVERYTHING)
    return in_venv("pytest", *WAITING, *IN_ORDER, *COVERAGE, *(arguments or UNIT_TESTS))


def command_bench(arguments: list[str]) -> int:
    system_libraries()
    test_tools()
    environment(EVERYTHING)
    return in_venv("tests.bench", *arguments)


def command_setup(arguments: list[str]) -> int:
    system_libraries()
    test_tools()
    environment(EVERYTHING)
    return 0


def command_servers(arguments: list[str]) -> int:
    test_tools()
    environment(EVERYTHING)
    return in_venv("tests.servers.install", *arguments)


def command_build(arguments: list[str]) -> int:
    environment()
    return run([*own_pip("wheel"), "-w", os.path.join(ROOT, "dist"), *PROJECTS])


def command_screenshots(arguments: list[str]) -> int:
    system_libraries()
    environment(EVERYTHING)
    run([PYTHON, os.path.join(ROOT, "docs", "structure.py")])
    return run([PYTHON, os.path.join(ROOT, "docs", "screenshots.py"), *arguments])


def command_golden(arguments: list[str]) -> int:
    system_libraries()
    environment(EVERYTHING)
    scales = [in_venv("tests.gui.golden.draw", "--scale", n, *arguments) for n in ("1", "2")]
    return max(scales)


def command_package(arguments: list[str]) -> int:
    system_libraries()
    environment(EVERYTHING)
    return run([PYTHON, os.path.join(ROOT, "packaging", "build.py"), *arguments])


def command_lock(arguments: list[str]) -> int:
    """Write the newest versions that each pyproject.toml and requirements/servers/*.in allow into
    the lock files; with names, only those of these packages."""
    environment(EVERYTHING)
    options = ["-q", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header"]
    options += ["--no-emit-index-url", "--no-annotate"]
    options += [f"--upgrade-package={name}" for name in arguments] or ["--upgrade"]

    def compile_lock(source: str, target: str, *words: str, given: str = "") -> bool:
        command = [PYTHON, "-m", "uv", "pip", "compile", *options, source, *words, "-o", target]
        done = subprocess.run(command, cwd=ROOT, input=given.encode("utf-8"), check=False)
        return done.returncode == 0

    app, everything = (os.path.relpath(lock_file(extras), ROOT) for extras in ("", EVERYTHING))
    done = [
        compile_lock("-", app, given="\n".join(requirements(""))),
        compile_lock("-", everything, "-c", app, given="\n".join(requirements(EVERYTHING))),
    ]
    server = os.path.join("requirements", "server.txt")
    done.append(compile_lock("-", server, "-c", everything, given="\n".join(server_requirements())))
    pip = os.path.join("requirements", "pips", "newest.txt")
    done.append(compile_lock("-", pip, given="pip"))
    for source in sorted(glob.glob(os.path.join(ROOT, "requirements", "servers", "*.in"))):
        name = os.path.relpath(source, ROOT)
        done.append(compile_lock(name, name[: -len(".in")] + ".txt"))
    return 0 if all(done) and in_venv("tools.lock_needs") == 0 else 1


def command_windows_check(arguments: list[str]) -> int:
    environment(EVERYTHING)
    return in_venv(WINDOWS_CHECK, *arguments)


def command_clean(arguments: list[str]) -> int:
    names = [".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "build", "dist"]
    for name in [*names, ".import_linter_cache", ".test-servers", ".windows-lab"]:
        shutil.rmtree(os.path.join(ROOT, name), ignore_errors=True)
    for folder, _, _ in os.walk(ROOT):
        if os.path.basename(folder) == "__pycache__":
            shutil.rmtree(folder, ignore_errors=True)
    return 0


COMMANDS = {
    "run": command_run,
    "test": command_test,
    "lint": command_lint,
    "types": command_types,
    "coverage": command_coverage,
    "bench": command_bench,
    "setup": command_setup,
    "servers": command_servers,
    "build": command_build,
    "package": command_package,
    "screenshots": command_screenshots,
    "golden": command_golden,
    "lock": command_lock,
    "translations": command_translations,
    "windows-check": command_windows_check,
    "clean": command_clean,
}


def main(words: list[str]) -> int:
    if not words or words[0] not in COMMANDS:
        asked = bool(words) and words[0] in ("-h", "--help", "help")
        print(USAGE, file=sys.stdout if asked else sys.stderr, end="")
        return 0 if asked else 2
    # The app and the tests start processes by the hundred: each would compile every module anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        use_new_enough_python()
        return COMMANDS[words[0]](words[1:])
    except Trouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
