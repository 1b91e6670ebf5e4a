"""`posto doctor`: tries each part that posts need, and says what to do where one does not work."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from posto_desktop import __version__
from posto_desktop.cli.command import with_session
from posto_desktop.cli.exits import Exit
from posto_desktop.cli.post_filter import PostFilter, read_posts
from posto_desktop.cli.session import Session
from posto_desktop.cli.shapes import CheckupData
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.due_causes import DuePost, sentence
from posto_desktop.delivery.due_look import DueLook
from posto_desktop.delivery.due_posts import due_list, posts_of_rows
from posto_desktop.delivery.style_store import with_resolved_style
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.storage.process_lock import ProcessLock

_LITTLE_ROOM = 500_000_000
BEFORE_DUE = "notifications.before_due_minutes"
_Checkup = tuple[bool, str, str]
"""Whether it works, what was seen, and what to do if not."""


@click.command("doctor", short_help="Check that everything works")
@with_session
def doctor_command(session: Session) -> Exit | None:
    """Check folders, database, server, sign-in, keyring, pictures, what is due soon, and time; end
    with 1 if something does not work."""
    failed = 0

    def rows() -> Iterator[CheckupData]:
        nonlocal failed
        for name, checkup in _CHECKUPS.items():
            data = _tried(name, checkup, session)
            failed += not data["ok"]
            yield data

    session.out.rows(rows(), _line)
    return Exit.REFUSED if failed else None


def _tried(name: str, checkup: Callable[[Session], _Checkup], session: Session) -> CheckupData:
    try:
        ok, detail, advice = checkup(session)
    except Exception as error:  # noqa: BLE001 - what it is for
        ok, detail = False, message_of(error, f"{type(error).__name__}: {error}")
        advice = ""
    return {"name": name, "ok": ok, "detail": detail, "advice": "" if ok else advice}


def _line(row: Mapping[str, Any]) -> str:
    mark = "✓" if row["ok"] else "✗"
    return f"{mark} {row['name']}: {row['detail']} {row['advice']}".rstrip()


def _check_version(_session: Session) -> _Checkup:
    return True, f"Posto {__version__}, Python {sys.version.split()[0]}, {sys.platform}", ""


def _check_folders(session: Session) -> _Checkup:
    paths = session.paths
    for folder in (paths.config, paths.data, paths.cache, paths.logs):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            return False, f"{folder} cannot be written.", "Allow this user to write there."
    free = shutil.disk_usage(paths.data).free
    words = f"{paths.data}, {free / 1e9:.1f} GB free"
    return free > _LITTLE_ROOM, words, "Free some space."


def _check_database(session: Session) -> _Checkup:
    database = session.database
    damaged = database.rows("PRAGMA quick_check")
    ok = [*damaged[0].values()] == ["ok"]
    drafts, waiting = len(database.drafts()), len(database.outbox_in(("waiting", "unclear")))
    words = f"{drafts} drafts, {waiting} posts in the outbox"
    return ok, words if ok else "posto.db is damaged.", "Restore a backup: posto backup restore."


def _check_sender(session: Session) -> _Checkup:
    lock = ProcessLock(session.paths.data)
    is_free = lock.acquire()
    lock.release()
    if session.is_paused:
        return False, "Sending is paused.", "Resume it in Posto Desktop, under Activity."
    return True, "commands send themselves" if is_free else "Posto Desktop sends", ""


def _check_server(session: Session) -> _Checkup:
    client = session.pool.get(LOCAL)
    count = len(client.sdk.refresh_channels())
    return True, f"answers, {count} channels", ""


def _check_workspace(session: Session) -> _Checkup:
    workspace = session.workspace
    count = len(session.channels())
    return True, f"{workspace.name} {workspace.address}, {count} channels".replace(" ,", ","), ""


def _check_keyring(session: Session) -> _Checkup:
    state = session.secrets.available()
    if state.kind in ("ok", "locked"):
        return True, f"{state.name or 'there'} ({state.kind})", ""
    advice = "Passwords can be kept in a file: posto accounts add … --keep file."
    needed = any(session.secrets.storage_of(a.id) is None for a in session.accounts.list())
    return not needed, "none on this computer", advice


def _check_pictures(_session: Session) -> _Checkup:
    import tempfile
    from pathlib import Path

    from PIL import Image

    from posto_desktop.cli.media_arguments import media_ref

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "test.png")
        Image.new("RGB", (32, 24)).save(path)
        ref = media_ref(path)
    ok = (ref.width, ref.height, ref.problem) == (32, 24, "")
    return ok, ref.problem or "a picture was decoded", "Install Posto again."


def _check_due(session: Session) -> _Checkup:
    """Look over what is due soon, as the app does."""
    minutes = int(session.settings.get(BEFORE_DUE)) or 60
    now = datetime.now(UTC)
    names = {account.id: account.name for account in session.accounts.list()}
    last, here = now + timedelta(minutes=minutes), session.workspace.id
    wanted = PostFilter(statuses=frozenset({"not_sent"}), first=now, last=last)
    posts = list(posts_of_rows(session.database, here, read_posts(session, wanted)))
    known = due_list(
        session.database,
        now,
        last,
        lambda draft: with_resolved_style(draft, session.paths.config),
    )
    # The schedule of this workspace was read just now.
    posts += [post for post in known.posts if post.workspace != here or not post.row_id]
    look = DueLook(
        session.pool,
        session.paths.data,
        lambda: datetime.now(UTC),
        name_of=lambda workspace: names.get(workspace, ""),
    )
    by_workspace: dict[str, list[DuePost]] = {}
    for post in posts:
        by_workspace.setdefault(post.workspace, []).append(post)
    causes = [cause for some in by_workspace.items() for cause in look.causes(*some)]
    if causes:
        sentences = " ".join(sentence(cause, _clock(cause.first)) for cause in causes)
        return False, sentences, "Posto Desktop says it, too, and mends it."
    count = sum(len(post.channel_ids) for post in posts)
    words = f"{count} {'post' if count == 1 else 'posts'} within {minutes} minutes"
    return True, f"{words}, nothing keeps them from going out", ""


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(local_zone()):%H:%M}"


def _check_time(_session: Session) -> _Checkup:
    now = datetime.now(local_zone())
    return True, f"{now:%a %d %b %Y %H:%M} {local_zone()}", ""


_CHECKUPS: dict[str, Callable[[Session], _Checkup]] = {
    "version": _check_version,
    "folders": _check_folders,
    "database": _check_database,
    "sending": _check_sender,
    "server": _check_server,
    "workspace": _check_workspace,
    "keyring": _check_keyring,
    "pictures": _check_pictures,
    "due": _check_due,
    "time": _check_time,
}
