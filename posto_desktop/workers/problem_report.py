"""Problem report for support: versions, settings, counts, the log.

It contains no passwords, texts, names or addresses of the user: private settings are omitted, and
the log passes the redactor that it was written with.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from posto_desktop.common.bundle import is_bundled
from posto_desktop.core.private_names import NameRedactor, Owner
from posto_desktop.sdk.redact import HIDDEN, Redactor
from posto_desktop.storage import regular_files
from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.storage.settings import Settings

LOG_LINES = 400
LOG_BYTES = 256 * 1024
LIBRARIES = ("requests", "urllib3", "pillow", "pillow-heif", "keyring", "bottle", "cheroot")

# Match from word starts only: otherwise a megabyte of them takes hours.
_LONG = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{28,}")
_MAIL_RUN = re.compile(r"[\w.+@-]+")
_MAIL = re.compile(r"[\w.+-]@[\w-]+\.[\w-]")
_HOST = re.compile(r"(?i)\b(https?://)(?!127\.0\.0\.1|localhost)[^\s/:\"'<>]+")


def versions(app: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return names and versions of what runs; `more` are known only to higher layers."""
    version_by_name = {
        "Posto Desktop": app,
        "Python": platform.python_version(),
        "System": f"{platform.system()} {platform.release()} ({platform.machine()})",
        **(more or {}),
    }
    for name in LIBRARIES:
        try:
            version_by_name[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return version_by_name


def compose(
    *,
    made_of: Mapping[str, str],
    settings: Settings,
    counts: Mapping[str, object],
    logs: Mapping[str, Path],
    secrets: Iterable[str] = (),
    names: Iterable[str] = (),
    folders: Mapping[str, str] | None = None,
) -> str:
    """Return the report as text. `secrets` and `names` (of accounts, hosts) are redacted
    everywhere; `folders` show by name instead of path; only the ends of `logs` are read. Blocks."""
    hide = ReportRedactor(secrets, names, folders)
    parts = [
        "Problem report of Posto Desktop",
        f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. Passwords, texts, names and addresses are "
        "left out.",
        "",
        "VERSIONS",
        *(f"{name}: {value}" for name, value in made_of.items()),
        f"Started as: {'bundle' if is_bundled() else 'Python package'}",
        "",
        "SETTINGS THAT WERE CHANGED",
        *(_settings(settings) or ["none"]),
        "",
        "COUNTS",
        *(f"{name}: {value}" for name, value in counts.items()),
    ]
    for name, path in logs.items():
        parts += ["", f"END OF {name.upper()}", *(tail(path) or ["empty"])]
    return hide("\n".join(parts)) + "\n"


def _settings(settings: Settings) -> list[str]:
    chosen = settings.chosen()
    shown = []
    for setting in DECLARED:
        if setting.name in chosen:
            value = "(set)" if setting.private else repr(chosen[setting.name])
            shown.append(f"{setting.name}: {value if len(value) < 200 else '(long)'}")
    return shown


class ReportRedactor:
    """Redacts secrets, names, folders, mail addresses and hosts, and the owner of the computer (by
    default this one)."""

    def __init__(
        self,
        secrets: Iterable[str],
        names: Iterable[str],
        folders: Mapping[str, str] | None = None,
        owner: Owner | None = None,
    ) -> None:
        self._redact = Redactor(secrets)
        self._names = sorted((name for name in names if len(name) > 2), key=len, reverse=True)
        self._hide_owner = NameRedactor(owner or Owner.of_this_computer(), folders)

    def __call__(self, text: object) -> str:
        shown = self._hide_owner(self._redact(str(text)))
        for name in self._names:
            shown = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, shown, flags=re.IGNORECASE)
        shown = _MAIL_RUN.sub(_without_mail, shown)
        shown = _HOST.sub(rf"\g<1>{HIDDEN}", shown)
        return _LONG.sub(HIDDEN, shown)


def _without_mail(match: re.Match[str]) -> str:
    run = match.group()
    if "@" not in run or not _MAIL.search(run):
        return run
    return HIDDEN + "." * (len(run) - len(run.rstrip(".")))


def tail(path: Path, lines: int = LOG_LINES) -> list[str]:
    """Return the last lines of a file; none if it is unreadable."""
    try:
        with regular_files.open_file(path) as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - LOG_BYTES))
            data = file.read(LOG_BYTES)
    except OSError:
        return []
    return data.decode("utf-8", "replace").splitlines()[-lines:]
