"""Files of a message that change, go and come back on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.ui.compose.media_editor.dialog import MediaEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "RHI")


def test_a_file_that_is_gone_is_not_edited(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png")
    attach(path)
    Path(path).unlink()
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    desk.page.files.edit(0)
    assert desk.page.findChild(MediaEditor) is None
    assert desk.notices[-1].text == "a.png was not found."


def test_a_file_that_changes_is_looked_at_again(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: not desk.runner.running)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_comes_back_as_another_is_looked_at_again(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    Path(path).unlink()  # as many programs save: away with the old one, then the new one
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    picture("a.png", 60, 90)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert not desk.page.message.checks.missing
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_was_away_is_looked_at_once_it_is_there(
    qtbot: Any, desk: Any, picture: Any
) -> None:
    path = picture("a.png", 60, 90)
    data = Path(path).read_bytes()
    Path(path).unlink()
    desk.page.message.open_drafts.load(Draft(text="Hello", media=[MediaRef(path, "a.png")]))
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    qtbot.waitUntil(lambda: not desk.runner.running)
    Path(path).write_bytes(data)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert not desk.page.media.refs()[0].problem


def test_a_file_that_comes_back_as_it_was_is_no_news(
    qtbot: Any, desk: Any, attach: Any, picture: Any, tmp_path: Path
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    Path(path).rename(tmp_path / "away.png")
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.page.message.checks.missing))
    (tmp_path / "away.png").rename(path)
    desk.page.media_import.check_files()
    qtbot.waitUntil(lambda: not desk.page.message.checks.missing)
    assert not desk.notices


def test_a_change_right_after_adding_is_noticed(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 120)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    desk.page.media_import.check_files()  # the first look of all
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].width == 60)
    assert desk.notices[-1].text == ("a.png changed on disk. The message uses the new version.")


def test_a_file_that_is_looked_into_during_the_first_look_keeps_its_own_stamp(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    media_import = desk.page.media_import
    qtbot.waitUntil(lambda: path in media_import._versions)
    read = media_import._versions.pop(path)
    picture("a.png", 60, 90)
    os.utime(path, ns=(1, 1))
    media_import.check_files()
    media_import._versions[path] = read  # its facts, read before the change, come only now
    qtbot.waitUntil(lambda: not desk.runner.running)
    assert media_import._versions[path] == read
    media_import.check_files()
    qtbot.waitUntil(lambda: bool(desk.notices))
    assert "changed on disk" in desk.notices[-1].text


def test_a_change_within_size_and_time_is_noticed(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    """Also by a message that is opened again, of whose file only the hash is known."""
    path = picture("a.png", 120, 80)
    attach(path)
    media_import, media = desk.page.media_import, desk.page.media
    qtbot.waitUntil(lambda: media.refs()[0].width == 120)
    media_import.check_files()
    qtbot.waitUntil(lambda: media.refs()[0].sha256 is not None)
    before, facts = media.refs()[0], Path(path).stat()
    qtbot.waitUntil(lambda: desk.page.draft.media[0].sha256 == before.sha256)
    other = Path(picture("b.png", 80, 120)).read_bytes()
    padded = other + b"\0" * (facts.st_size - len(other))
    assert len(padded) == facts.st_size
    Path(path).write_bytes(padded)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    for opened_again in (False, True):
        if opened_again:
            media_import._versions, media_import._hashes = {}, {}
            media.set_hash(path, "of what it was when the message was kept")
            desk.notices.clear()
        media_import.check_files()
        qtbot.waitUntil(lambda: bool(desk.notices))
        words = "a.png changed on disk. The message uses the new version."
        assert desk.notices[-1].text == words
        assert media.refs()[0].sha256 not in (None, before.sha256)
    qtbot.waitUntil(lambda: media.refs()[0].width == 80)


def test_a_file_that_is_saved_as_it_was_is_not_told(
    qtbot: Any, desk: Any, attach: Any, picture: Any
) -> None:
    path = picture("a.png", 120, 80)
    attach(path)
    media_import = desk.page.media_import
    media_import.check_files()
    qtbot.waitUntil(lambda: desk.page.media.refs()[0].sha256 is not None)
    os.utime(path, ns=(1, 1))
    media_import.check_files()
    qtbot.waitUntil(lambda: not desk.runner.running)
    assert media_import._versions[path][1] == 1
    assert not desk.notices
