"""Libraries and programs that the app and its tests need from the system, installed with apt.

Readable by an old Python, as dev.py is.
"""

from __future__ import annotations

import ctypes
import glob
import os
import shutil
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

from tools.commands import LINUX, Trouble, run, say

if TYPE_CHECKING:
    from collections.abc import Callable

# What the app and its tests load, and the Debian package that has it. Where a package was renamed,
# the first name that apt knows is taken.
APP_LIBRARIES = [
    ("libEGL.so.1", "libegl1"),
    ("libGL.so.1", "libgl1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libdbus-1.so.3", "libdbus-1-3"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libglib-2.0.so.0", "libglib2.0-0t64 libglib2.0-0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
    ("libpulse.so.0", "libpulse0"),
    ("libXrandr.so.2", "libxrandr2"),
    ("libdrm.so.2", "libdrm2"),
]
# Without it emoji are empty boxes. Its absence stops nothing.
EMOJI_FONT = ("emoji font", "fonts-noto-color-emoji")
TEST_TOOLS = [
    ("Xvfb", "xvfb"),
    ("dbus-daemon", "dbus-daemon"),
    ("/usr/libexec/at-spi-bus-launcher", "at-spi2-core"),
    ("xdotool", "xdotool"),
    ("openbox", "openbox"),
    ("xclip", "xclip"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("orca", "orca"),
    ("sway", "sway"),
    ("wtype", "wtype"),
    ("wl-copy", "wl-clipboard"),
    ("/usr/libexec/xdg-desktop-portal-gtk", "xdg-desktop-portal-gtk"),
    ("dunst", "dunst"),
    ("xfce4-panel", "xfce4-panel"),
    ("ffmpeg", "ffmpeg"),
]
# A real WordPress for the tests. The web server and PHP come first: WordPress wants *a* web server,
# and apt would choose Apache.
WORDPRESS = [
    ("/usr/sbin/nginx", "nginx-light"),
    ("/usr/sbin/php-fpm*", "php-fpm"),
    ("/usr/lib/php/*/gd.so", "php-gd"),
    ("/usr/lib/php/*/xml.so", "php-xml"),
    ("/usr/lib/php/*/mbstring.so", "php-mbstring"),
    ("/usr/lib/php/*/curl.so", "php-curl"),
    ("/usr/lib/php/*/mysqli.so", "php-mysql"),
    ("/usr/share/doc/php/copyright", "php"),
    ("/usr/sbin/mariadbd", "mariadb-server"),
]
WORDPRESS_ITSELF = [("/usr/share/wordpress/wp-settings.php", "wordpress")]
# What a workspace of several people stands on.
DATABASES = [("/usr/lib/postgresql/*/bin/postgres", "postgresql")]
# Servers of networks, and what compiles a part of the one of Bluesky.
NETWORK_SERVERS = [("ntfy", "ntfy"), ("snac", "snac2"), ("g++", "g++"), ("make", "make")]
SERVICES = ["nginx", "mariadb", "php*-fpm", "ntfy", "snac2", "postgresql"]


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_file(name: str) -> bool:
    if "/" in name:
        return bool(glob.glob(name))
    return shutil.which(name) is not None


def has_emoji_font() -> bool:
    folders = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        os.path.expanduser("~/.local/share/fonts"),
    ]
    return any(
        "emoji" in name.lower()
        for folder in folders
        for _, _, names in os.walk(folder)
        for name in names
    )


def as_root() -> list[str]:
    """What to put before a command that needs root; Trouble where there is no way."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise Trouble("")


def apt_environment() -> dict[str, str]:
    return dict(os.environ, DEBIAN_FRONTEND="noninteractive", APT_LISTCHANGES_FRONTEND="none")


def apt(*words: str) -> bool:
    """Run apt-get, thrice if need be: a mirror that is being updated fails for a minute."""
    options = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-qq"]
    keep = ["env", "DEBIAN_FRONTEND=noninteractive"] if as_root() else []
    for attempt in range(3):
        if attempt:
            time.sleep(5 * attempt)
        command = [*as_root(), *keep, "apt-get", *options, *words]
        # dpkg is chatty on stdout, and sudo asks on the terminal itself.
        if run(command, env=apt_environment(), stdout=subprocess.DEVNULL) == 0:
            return True
    return False


def known_to_apt(names: str) -> str:
    """The first of these names (separated by spaces) that apt can install."""
    for name in names.split():
        answer = subprocess.run(
            ["apt-cache", "policy", name],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        ).stdout.decode("utf-8", "replace")
        if "Candidate:" in answer and "Candidate: (none)" not in answer:
            return name
    return names.split()[0]


def apt_install(packages: list[str]) -> bool:
    if not apt("update"):
        say("apt-get update failed; trying with the lists that are there.")
    names = [known_to_apt(name) for name in packages]
    say(f"Installing with apt: {' '.join(names)}")
    return apt("install", "-y", "--no-install-recommends", *names)


def install_missing(missing: list[tuple[str, str]], purpose: str) -> None:
    """Install (what, package) pairs, or say exactly what is missing and for what."""
    if not missing:
        return
    packages = list(dict.fromkeys(package for _, package in missing))
    names = " ".join(package.split()[0] for package in packages)
    reason = "They could not be installed here"
    if shutil.which("apt-get"):
        try:
            if apt_install(packages):
                return
        except Trouble:
            reason = "Installing them needs root, and there is no sudo"
    things = ", ".join(what for what, _ in missing)
    raise Trouble(
        f"{purpose} needs system packages that are missing: {things}. {reason}. "
        f"On Debian and Ubuntu: apt install --no-install-recommends {names}"
    )


def system_libraries() -> None:
    if not LINUX:
        return
    missing = [pair for pair in APP_LIBRARIES if not has_library(pair[0])]
    emoji = [] if has_emoji_font() else [EMOJI_FONT]
    if missing:
        install_missing(missing + (emoji if shutil.which("apt-get") else []), "Posto Desktop")
    elif emoji and shutil.which("apt-get"):
        try:
            apt_install([EMOJI_FONT[1]])
        except Trouble:
            say("No emoji font was found: emoji will show as boxes.")


def test_tools() -> None:
    """The virtual screen, assistive bus and real servers of the tests. Only apt's systems have
    them all; elsewhere the tests that need them say so and are skipped."""
    if not LINUX or not shutil.which("apt-get"):
        return
    install_missing([pair for pair in TEST_TOOLS if not has_file(pair[0])], "Testing the window")
    for wanted, purpose in (
        (WORDPRESS, "Testing with WordPress"),
        (WORDPRESS_ITSELF, "Testing with WordPress"),
        (DATABASES, "Testing with PostgreSQL"),
        (NETWORK_SERVERS, "Testing with servers of networks"),
    ):
        missing = [pair for pair in wanted if not has_file(pair[0])]
        if missing:
            with_services_off(partial(install_missing, missing, purpose))


def with_services_off(install: Callable[[], object]) -> None:
    """Run ``install`` so that the services of new packages neither start now nor at boot: the
    tests start their own copies in their own folders. Services that were here stay as they are."""
    policy = "/usr/sbin/policy-rc.d"
    before = installed_services()
    made = not os.path.exists(policy)
    if made:
        script = f"printf '#!/bin/sh\\nexit 101\\n' > {policy} && chmod 755 {policy}"
        run([*as_root(), "sh", "-c", script])
    try:
        install()
    finally:
        if made:
            run([*as_root(), "rm", "-f", policy])
        new = sorted(installed_services() - before)
        if new and os.path.isdir("/run/systemd/system"):
            run([*as_root(), "systemctl", "disable", "--now", "--quiet", *new])


def installed_services() -> set[str]:
    return {
        os.path.basename(path)
        for pattern in SERVICES
        for path in glob.glob(f"/usr/lib/systemd/system/{pattern}.service")
    }
