"""Prepares a release and prints its notes: ``python3 packaging/release.py prepare 0.2.0``.

``prepare VERSION`` turns what the changelog lists under "Unreleased" into that version, writes the
number where it is kept, commits and tags ``vVERSION``. Pushing the tag has
``.github/workflows/release.yml`` build the packages and publish them.
``notes VERSION`` prints the changelog of that version. ``check TAG`` ends with 1 and says why where
a tag does not fit the version of the program or has no changelog.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANGELOG = Path("CHANGELOG.md")
VERSION = Path("posto_desktop/__init__.py")
METAINFO = Path("packaging/linux/org.posto.Desktop.metainfo.xml")
NUMBERS = {
    VERSION: r'^(__version__ = ")[^"]+"$',
    # The app needs the wheel `posto` of its version, and compares it when it starts.
    Path("packaging/desktop/pyproject.toml"): r'^( +"posto\[[\w,]+\]==)[^"]+"',
    Path("posto_desktop/__main__.py"): r'^(CORE_VERSION = ")[^"]+"$',
}
"""Where the number stands, and what is before it."""
UNRELEASED = "## [Unreleased]"
NUMBER = re.compile(r"\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?")
"""Semantic versions, of which the last part may say that it is for trying."""


class ReleaseError(Exception):
    """The release cannot be made; the text says why and what to do."""


def notes(changelog: str, version: str) -> str:
    """Return the section of a version (or of "Unreleased") without its heading.

    Raises ReleaseError if there is none, or nothing in it.
    """
    pattern = rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)"
    match = re.search(pattern, changelog, re.M | re.S)
    text = match.group(1).strip() if match else ""
    if not text:
        raise ReleaseError(f"CHANGELOG.md lists nothing under [{version}].")
    return text


def current_version(source: str) -> str:
    """Return the version that ``posto_desktop/__init__.py`` names."""
    match = re.search(r'^__version__ = "([^"]+)"$', source, re.M)
    if match is None:
        raise ReleaseError(f"{VERSION} names no version.")
    return match.group(1)


def prepare(root: Path, version: str, day: str) -> list[Path]:
    """Write a version into the files that name it, and return their paths below ``root``.

    ``day``: the date of the release, as ``2026-11-28``. Raises ReleaseError, and changes nothing,
    if the version is no version, is older than the present one, or has nothing to tell.
    """
    if not NUMBER.fullmatch(version):
        raise ReleaseError(f"“{version}” is no version; for example 0.2.0 or 0.2.0-rc.1.")
    text_by_path = {
        path: (root / path).read_text("utf-8") for path in (CHANGELOG, METAINFO, *NUMBERS)
    }
    changelog, metainfo = text_by_path[CHANGELOG], text_by_path[METAINFO]
    if f"## [{version}]" in changelog:
        raise ReleaseError(f"CHANGELOG.md has {version} already.")
    present = current_version(text_by_path[VERSION])
    if _order(version) < _order(present):
        raise ReleaseError(f"{version} is older than {present}, the version of the program.")
    notes(changelog, "Unreleased")
    heading = f"{UNRELEASED}\n\n## [{version}] - {day}"
    text_by_path[CHANGELOG] = changelog.replace(UNRELEASED, heading, 1)
    for path, pattern in NUMBERS.items():
        text, count = re.subn(pattern, rf'\g<1>{version}"', text_by_path[path], flags=re.M)
        if count != 1:
            raise ReleaseError(f"{path} names the version {count} times.")
        text_by_path[path] = text
    metainfo = re.sub(rf'\n *<release version="{re.escape(version)}"[^>]*/>', "", metainfo)
    entry = f'<releases>\n    <release version="{version}" date="{day}"/>'
    text_by_path[METAINFO] = metainfo.replace("<releases>", entry, 1)
    for path, text in text_by_path.items():
        (root / path).write_text(text, "utf-8")
    return list(text_by_path)


def check(root: Path, tag: str) -> None:
    """Raise ReleaseError if this tag is not that of the program's version, or has no changelog."""
    version = current_version((root / VERSION).read_text("utf-8"))
    if tag != f"v{version}":
        raise ReleaseError(f"The tag is {tag}, the program is version {version}.")
    notes((root / CHANGELOG).read_text("utf-8"), version)


def _order(version: str) -> tuple[list[int], bool, str]:
    """What versions are sorted by; one for trying comes before the one without an addition."""
    number, _, addition = version.partition("-")
    return [int(part) for part in number.split(".")], not addition, addition


def _commit(root: Path, version: str, paths: list[Path]) -> None:
    names = [str(path) for path in paths]
    for words in (
        ["add", *names],
        ["commit", "-q", "-m", f"Release {version}"],
        ["tag", "-a", f"v{version}", "-m", f"Posto Desktop {version}"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)


def _is_clean(root: Path) -> bool:
    command = ["git", "status", "--porcelain", "--untracked-files=no"]
    return not subprocess.run(command, cwd=root, check=True, capture_output=True).stdout


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="release.py")
    parser.add_argument("step", choices=["prepare", "notes", "check"])
    parser.add_argument("name", help="a version such as 0.2.0; for check a tag such as v0.2.0")
    given = parser.parse_args(words)
    try:
        if given.step == "notes":
            print(notes((ROOT / CHANGELOG).read_text("utf-8"), given.name))
        elif given.step == "check":
            check(ROOT, given.name)
        else:
            if not _is_clean(ROOT):
                raise ReleaseError("There are changes that are not committed.")
            day = datetime.now(UTC).date().isoformat()
            _commit(ROOT, given.name, prepare(ROOT, given.name, day))
            print(f"Committed and tagged. To publish: git push --follow-tags origin v{given.name}")
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
