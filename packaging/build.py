"""Builds the packages for the current system: ``python3 dev.py package [WHAT…]``.

WHAT is ``folder`` (the app in one folder, always built), ``tar``, ``deb``, ``flatpak`` (Linux),
``setup`` (Windows, with Inno Setup) or ``dmg`` (macOS); without any, what this system has, a
Flatpak only by name. Results go to
``dist/``, named by version, system and processor.

The same tree gives the same bytes: times are those of the last commit (or ``SOURCE_DATE_EPOCH``),
orders are sorted, owners are 0. It takes the same versions of Python and of the libraries, of
course; ``build-info.txt`` inside names them.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import artwork  # noqa: E402
import licences  # noqa: E402

from posto_desktop import __version__ as VERSION  # noqa: E402, N812

DIST = ROOT / "dist"
WORK = ROOT / "build"
NAME = "posto-desktop"
KINDS = {"linux": ("tar", "deb"), "win32": ("setup",), "darwin": ("dmg",)}
PROCESSORS = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class Trouble(Exception):
    """Ends the build with this sentence."""


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """Run a command; its standard output. `Trouble` where it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise Trouble(f"This needs the program “{words[0]}”, which is not installed.") from None
    if done.returncode:
        raise Trouble(f"“{' '.join(words)}” ended with {done.returncode}.\n{done.stdout}")
    return done.stdout


def moment() -> int:
    """The time that everything gets, in seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    return int(run("git", "log", "-1", "--format=%ct").strip())


def processor() -> str:
    """The processor as Debian names it."""
    machine = platform.machine().lower()
    return PROCESSORS.get(machine, machine)


def build_folder(epoch: int) -> Path:
    """The app in one folder."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    artwork.make(ROOT / "resources" / "icons" / "app.svg", WORK)
    if sys.platform == "linux":
        make_stand_ins(WORK / "stand-ins")
    elif sys.platform == "win32":
        make_windows_stand_ins(WORK / "stand-ins")
        (WORK / "version.txt").write_text(windows_version(), "utf-8")
    run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR",
        "--distpath", WORK / "out", "--workpath", WORK / "pyinstaller", HERE / "posto.spec",
        POSTO_SOURCE=str(ROOT), POSTO_WORK=str(WORK), SOURCE_DATE_EPOCH=str(epoch),
        PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1",
    )  # fmt: skip
    folder = built_folder()
    inside = folder / "Contents" / "Resources" if sys.platform == "darwin" else folder
    libraries = sorted((folder / "_internal").glob("libpython3*.so*"))
    for library in libraries if sys.platform == "linux" else ():
        run("strip", "--strip-unneeded", library)
    licences.collect(inside / "licences", ROOT)
    (inside / "build-info.txt").write_text(build_info(epoch), "utf-8")
    return folder


def built_folder() -> Path:
    """Where the app in one folder lies; on macOS the folder is the bundle."""
    return WORK / "out" / ("Posto Desktop.app" if sys.platform == "darwin" else NAME)


def make_stand_ins(folder: Path) -> None:
    """An encoder that is not there in place of libx265, see linux/x265_stub.c."""
    import pillow_heif

    libraries = Path(pillow_heif.__file__).parent.with_name("pillow_heif.libs")
    folder.mkdir()
    for library in sorted(libraries.glob("libx265*")):
        names = run("nm", "-D", "--defined-only", library).split()
        api = next((name for name in names if name.startswith("x265_api_get_")), None)
        if api is None:
            raise Trouble(f"{library.name} has no x265_api_get_…: look at linux/x265_stub.c.")
        run(
            "cc", "-shared", "-fPIC", "-O2", f"-DAPI={api}", f"-Wl,-soname,{library.name}",
            "-Wl,--build-id=none", "-o", folder / library.name, HERE / "linux" / "x265_stub.c",
        )  # fmt: skip


def make_windows_stand_ins(folder: Path) -> None:
    """The same on Windows, where a compiler is not at hand."""
    import pefile
    import pillow_heif

    sys.path.append(str(HERE / "windows"))
    import stand_in_dll

    folder.mkdir()
    libraries = Path(pillow_heif.__file__).parents[1]
    for heif in libraries.glob("**/libheif*.dll"):
        with pefile.PE(heif) as program:
            for entry in program.DIRECTORY_ENTRY_IMPORT:
                name = entry.dll.decode("ascii")
                if name.startswith("libx265"):
                    functions = [function.name.decode("ascii") for function in entry.imports]
                    stand_in_dll.write(folder / name, functions)
    if not list(folder.iterdir()):
        raise Trouble("libheif asks for no libx265 any more: make_windows_stand_ins can go.")


def build_info(epoch: int) -> str:
    lines = [
        f"Posto Desktop {VERSION}",
        f"SOURCE_DATE_EPOCH={epoch}",
        f"Python {platform.python_version()} on {platform.system()} {processor()}",
        *(f"{name} {version}" for name, version in licences.parts()),
    ]
    return "\n".join(lines) + "\n"


def windows_version() -> str:
    """What Windows shows under Properties of the programs."""
    numbers = (*(int(part) for part in VERSION.split(".")[:3]), 0)
    return (HERE / "windows" / "version.txt").read_text("utf-8").format(
        numbers=numbers, version=VERSION
    )  # fmt: skip


def result(ending: str) -> Path:
    """The path of a result in ``dist/``."""
    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    return DIST / f"{NAME}-{VERSION}-{system}-{processor()}{ending}"


def build_tar(folder: Path, epoch: int) -> Path:
    """The folder with a script that puts it into the menus of this user."""
    import linux_packages

    return linux_packages.tar(folder, WORK, result(".tar.gz"), epoch)


def build_deb(folder: Path, epoch: int) -> Path:
    import linux_packages

    path = DIST / f"{NAME}_{VERSION}_{processor()}.deb"
    return linux_packages.deb(folder, WORK, path, VERSION, processor(), epoch, run)


def build_flatpak(folder: Path, _epoch: int) -> Path:
    """A Flatpak in one file, with flatpak-builder and the runtime that the manifest names."""
    import linux_packages

    linux_packages.flatpak_tree(folder, WORK)
    path = result(".flatpak")
    store, manifest = WORK / "flatpak-store", HERE / "linux" / f"{linux_packages.COMPONENT}.yml"
    run(
        "flatpak-builder", "--user", "--force-clean", "--disable-rofiles-fuse",
        f"--state-dir={WORK / 'flatpak-state'}", f"--repo={store}", WORK / "flatpak-app", manifest,
    )  # fmt: skip
    run("flatpak", "build-bundle", store, path, linux_packages.COMPONENT)
    return path


def build_setup(folder: Path, _epoch: int) -> Path:
    """The Windows installer, with Inno Setup 6."""
    path = result("-setup.exe")
    run(
        "iscc", f"/DVersion={VERSION}", f"/DFolder={folder}", f"/DIcon={WORK / 'posto.ico'}",
        f"/O{path.parent}", f"/F{path.stem}", HERE / "windows" / "posto.iss",
    )  # fmt: skip
    return path


def build_dmg(folder: Path, _epoch: int) -> Path:
    """The macOS disk image; signed and notarised where the secrets for that are set."""
    path = result(".dmg")
    run("sh", HERE / "macos" / "package.sh", folder, path)
    return path


BUILDERS = {
    "tar": build_tar,
    "deb": build_deb,
    "flatpak": build_flatpak,
    "setup": build_setup,
    "dmg": build_dmg,
}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__)
    parser.add_argument("what", nargs="*", choices=["folder", *BUILDERS, []])
    parser.add_argument("--built", action="store_true", help="pack the folder as it was built")
    options = parser.parse_args(words)
    wanted = options.what or list(KINDS.get(sys.platform, ()))
    try:
        epoch = moment()
        folder = built_folder() if options.built else build_folder(epoch)
        print(folder.relative_to(ROOT))
        DIST.mkdir(exist_ok=True)
        for kind in wanted:
            if kind != "folder":
                path = BUILDERS[kind](folder, epoch)
                print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
