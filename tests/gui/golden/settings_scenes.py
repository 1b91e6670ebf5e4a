"""Scenes of the pages of the settings window."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

from PySide6.QtWidgets import QDialog, QWidget

from posto_desktop.core.watch_folder import FolderStatus, WatchFolder
from posto_desktop.media.video_tools import VideoTools
from posto_desktop.ui.settings import video_tools_row
from posto_desktop.ui.settings.catalogue import PAGES
from posto_desktop.workers.people import PeopleRequest
from tests.gui import team_filled
from tests.gui.golden.filled_app import Scene, Stage, over
from tests.gui.golden.stage import NOW


def settings(key: str) -> Scene:
    def show(stage: Stage) -> QWidget | None:
        stage.page("feed")
        stage.app.controllers.settings.open(key)
        stage.calm()
        return over()

    return show


def about(stage: Stage) -> QWidget | None:
    """With the versions of no machine."""
    from posto_desktop.ui.settings import about as page

    names = ("Python", "Qt", "PySide6", "SDK and workspace", "System")
    with (
        mock.patch.object(page, "versions", return_value=dict.fromkeys(names, "1.0")),
        mock.patch.object(page, "__version__", "1.0"),
    ):
        return settings("about")(stage)


def watch_folders(stage: Stage) -> QWidget | None:
    """Three folders: one reads, one has its options open, one is missing."""
    store = stage.app.controllers.watch_folders.store
    folders = [
        WatchFolder(path, id=path, workspace="", channel_ids=(1, 2))
        for path in ("/home/ann/Dropbox/Phone", "/home/ann/Pictures/Shop", "/media/ann/Camera")
    ]
    store.fill(folders)
    store.set_status(folders[0].id, FolderStatus("reading", 880, 120, 1000))
    store.set_status(folders[1].id, FolderStatus("watching"))
    store.set_status(folders[2].id, FolderStatus("missing"))
    dialog = settings("watch")(stage)
    if dialog is not None:
        dialog.findChildren(QWidget, "folder-options")[1].click()
    stage.calm()
    return dialog


def team(stage: Stage) -> QWidget | None:
    """Four people, as an owner sees them; one of them is removed, with Undo."""
    controller = stage.app.controllers.people
    state = controller.state
    team_filled.fill(state, now=NOW)
    answer = team_filled.answered(state, NOW)
    state.requested.connect(answer)
    dialog = settings("team")(stage)
    assert isinstance(dialog, QDialog)

    def leave() -> None:
        """The pages of the next scenes are those of a workspace without a team."""
        state.requested.disconnect(answer)
        state.forget()

    dialog.finished.connect(leave)
    person = state.view.person(3)
    assert person is not None
    state.settle(PeopleRequest("change", person), replace(person, is_disabled=True))
    state._set(removed=frozenset({3}))
    stage.calm()
    return dialog


def team_waits(stage: Stage) -> QWidget | None:
    """Before the team's server has said who is signed in."""
    teams = {stage.app.service.workspace_id}
    with mock.patch.object(stage.app.controllers.people, "_teams", return_value=teams):
        return settings("team")(stage)


def team_loads(stage: Stage) -> QWidget | None:
    """When it has, and the people are not there yet."""
    state = stage.app.controllers.people.state
    state.set_role("owner")
    dialog = settings("team")(stage)
    assert isinstance(dialog, QDialog)
    dialog.finished.connect(state.forget)
    return dialog


def writing(stage: Stage) -> QWidget | None:
    """With the ffmpeg of no machine."""
    tools = VideoTools("/usr/bin/ffmpeg", "/usr/bin/ffprobe", "7.1", "libx264", has_aac=True)
    with mock.patch.object(video_tools_row, "look_for_tools", return_value=tools):
        return settings("writing")(stage)


SETTINGS: dict[str, Scene] = {
    **{page.key: settings(page.key) for page in PAGES},
    "about": about,
    "team": team,
    "team-loads": team_loads,
    "team-waits": team_waits,
    "watch": watch_folders,
    "writing": writing,
}
