"""Builds the Debian package, the tarball and the tree of the Flatpak from the built folder."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tarfile
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import artwork

HERE = Path(__file__).resolve().parent / "linux"
NAME = "posto-desktop"
PROGRAMS = (NAME, "posto-server", "posto")
HOME = Path("usr/lib") / NAME
DEPENDS = (
    "libc6 (>= {glibc})",
    "libstdc++6",
    "libgcc-s1",
    "libgl1",
    "libegl1",
    "libxcb1",
    "libfontconfig1",
    "libfreetype6",
    "libglib2.0-0t64 | libglib2.0-0",
    "libdrm2",
    "libwayland-client0",
    "libwayland-cursor0",
    "libwayland-egl1",
)
COMPONENT = "org.posto.Desktop"
"""What software centres know it by; their description has to be called the same."""
RECOMMENDS = ("fonts-noto-color-emoji", "gnome-keyring | kwalletmanager | keepassxc", "xdg-utils")


def glibc() -> str:
    """The version of the C library here, the oldest on which the package runs."""
    return os.confstr("CS_GNU_LIBC_VERSION").split()[1]  # type: ignore[union-attr]


def share(folder: Path, work: Path, program: str) -> None:
    """The ``share`` tree: menu entry, description, icons, entries in menus of file managers.
    `program` starts the app."""
    managers = "file-managers"
    for source, place in (
        (f"{NAME}.desktop", f"applications/{NAME}.desktop"),
        (f"{COMPONENT}.metainfo.xml", f"metainfo/{COMPONENT}.metainfo.xml"),
        (f"{managers}/dolphin.desktop", f"kio/servicemenus/{NAME}.desktop"),
        (f"{managers}/thunar.desktop", f"Thunar/sendto/{NAME}.desktop"),
        (f"{managers}/{NAME}.nemo_action", f"nemo/actions/{NAME}.nemo_action"),
    ):
        text = (HERE / source).read_text("utf-8").replace("@PROGRAM@", program)
        target = folder / place
        target.parent.mkdir(parents=True)
        target.write_text(text, "utf-8")
    icons = folder / "icons" / "hicolor"
    for size in artwork.SIZES:
        target = icons / f"{size}x{size}" / "apps" / f"{NAME}.png"
        target.parent.mkdir(parents=True)
        shutil.copyfile(work / "icons" / f"{size}.png", target)
    target = icons / "scalable" / "apps" / f"{NAME}.svg"
    target.parent.mkdir(parents=True)
    shutil.copyfile(HERE.parent.parent / "resources" / "icons" / "app.svg", target)


def settle(tree: Path, epoch: int) -> None:
    """Plain rights and one time for everything."""
    for path in sorted(tree.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or (os.access(path, os.X_OK) and _is_program(path))
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (epoch, epoch), follow_symlinks=False)


def _is_program(path: Path) -> bool:
    return path.suffix in ("", ".sh") and path.parent.name in (NAME, "DEBIAN")


def tar(folder: Path, work: Path, target: Path, epoch: int) -> Path:
    """A tar.gz whose ``install.sh`` makes a menu entry for this user, and takes it away again."""
    tree = work / "tar" / NAME
    shutil.copytree(folder, tree, symlinks=True)
    share(tree / "share", work, "@PROGRAM@")
    shutil.copyfile(HERE / "install.sh", tree / "install.sh")
    (tree / "install.sh").chmod(0o755)
    settle(tree.parent, epoch)

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = epoch
        return info

    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        archive.add(tree, NAME, recursive=False, filter=plain)
        for path in sorted(tree.rglob("*")):
            archive.add(path, str(path.relative_to(tree.parent)), recursive=False, filter=plain)
    return target


def deb(
    folder: Path,
    work: Path,
    target: Path,
    version: str,
    processor: str,
    epoch: int,
    run: Callable[..., str],
) -> Path:
    """A Debian package: the app in /usr/lib, its programs in /usr/bin, menu entry and icons."""
    tree = work / "deb"
    shutil.copytree(folder, tree / HOME, symlinks=True)
    share(tree / "usr" / "share", work, NAME)
    programs = tree / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in PROGRAMS:
        (programs / name).symlink_to(Path("..") / ".." / HOME / name)
    _documents(tree / "usr" / "share" / "doc" / NAME, version, epoch)
    _control(tree, version, processor)
    settle(tree, epoch)
    target.unlink(missing_ok=True)
    run(
        "dpkg-deb", "-Zzstd", "-z19", "--root-owner-group", "--build", tree, target,
        SOURCE_DATE_EPOCH=str(epoch),
    )  # fmt: skip
    return target


def flatpak_tree(folder: Path, work: Path) -> Path:
    """What the manifest of the Flatpak copies to /app: the app, its programs, entry and icons."""
    tree = work / "flatpak"
    if tree.exists():
        shutil.rmtree(tree)
    shutil.copytree(folder, tree / "lib" / NAME, symlinks=True)
    share(tree / "share", work, NAME)
    (tree / "bin").mkdir()
    for name in PROGRAMS:
        (tree / "bin" / name).symlink_to(Path("..") / "lib" / NAME / name)
    return tree


def _documents(folder: Path, version: str, epoch: int) -> None:
    folder.mkdir(parents=True)
    shutil.copyfile(HERE / "copyright", folder / "copyright")
    entry = (
        f"{NAME} ({version}) stable; urgency=medium\n\n"
        "  * See CHANGELOG.md of the project.\n\n"
        f" -- Posto Desktop <{NAME}@localhost>  {formatdate(epoch)}\n"
    )
    (folder / "changelog.gz").write_bytes(gzip.compress(entry.encode(), 9, mtime=0))


def _control(tree: Path, version: str, processor: str) -> None:
    files = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files) // 1024
    depends = ", ".join(DEPENDS).format(glibc=glibc())
    control = tree / "DEBIAN"
    control.mkdir()
    (control / "control").write_text(
        f"Package: {NAME}\nVersion: {version}\nArchitecture: {processor}\n"
        f"Maintainer: Posto Desktop <{NAME}@localhost>\nInstalled-Size: {size}\n"
        f"Depends: {depends}\nRecommends: {', '.join(RECOMMENDS)}\n"
        "Section: net\nPriority: optional\n"
        "Description: write once, see it on every network, say when in plain words\n"
        " Posto Desktop is for people who publish on social networks. Drop photos and\n"
        " videos in, write once, see how it will look on each network, say when in\n"
        " plain words, and review everything on a table and a calendar.\n"
        " .\n"
        " It works with a Posto service, or with a workspace on this computer.\n",
        "utf-8",
    )
    sums = "".join(
        f"{hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{path.relative_to(tree)}\n"
        for path in files
    )
    (control / "md5sums").write_text(sums, "utf-8")
