"""Settings > Writing: the row that tells which ffmpeg converts videos."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.file_dialogs import ask_for_file
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.video_jobs import look_for_tools

if TYPE_CHECKING:
    from posto_desktop.media.video_tools import VideoTools

FFMPEG = "media.ffmpeg"


class VideoToolsRow(SettingRow):
    """It looks when it is made, after a choice, and on request."""

    def __init__(self, context: SettingsContext, parent: QWidget) -> None:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._again = Button(translate("Settings", "Look again"), small=True)
        name_control(self._again, translate("Settings", "Look for ffmpeg again"), "look-for-ffmpeg")
        self._choose = Button(translate("Settings", "Choose…"), small=True)
        name_control(self._choose, translate("Settings", "Choose ffmpeg"), "choose-ffmpeg")
        self._drop = IconButton(
            "x",
            translate("Settings", "Use the ffmpeg of the system"),
            "use-system-ffmpeg",
            parent=box,
        )
        for button in (self._again, self._choose, self._drop):
            row.addWidget(button)
        super().__init__(translate("Settings", "Converting videos"), "", box, parent)
        self._context = context
        self._again.clicked.connect(self.look)
        self._choose.clicked.connect(self._ask)
        self._drop.clicked.connect(lambda: self.use(""))
        self._drop.setVisible(bool(self._chosen()))
        self._looking: LatestJob | None = None
        if context.tools is not None:
            self._looking = LatestJob(context.tools.runner, self)
            self._looking.done.connect(self.show_tools)
        self.look()

    def _chosen(self) -> str:
        return str(self._context.read(FFMPEG))

    @Slot()
    def look(self) -> None:
        """Look for ffmpeg on a worker."""
        self.set_hint(translate("Settings", "Looking for ffmpeg…"))
        if self._looking is not None:
            self._looking.start(look_for_tools, self._chosen())

    @Slot()
    def _ask(self) -> None:
        ask_for_file(
            self,
            translate("Settings", "Choose ffmpeg"),
            [translate("Settings", "All files (*)")],
            self.use,
        )

    @Slot(str)
    def use(self, path: str) -> None:
        """Use the program at a path; "": that of the system."""
        self._context.write(FFMPEG, path)
        self._drop.setVisible(bool(path))
        self.look()

    @Slot(object)
    def show_tools(self, tools: VideoTools | None) -> None:
        """Tell what was found, or how to get it."""
        self.setToolTip(tools.ffmpeg if tools is not None else "")
        if tools is None and self._chosen():
            words = translate(
                "Settings", "This file is no ffmpeg, or ffprobe is not beside it. Choose another."
            )
            self.set_hint(words, "error-small")
        elif tools is None:
            words = translate("Settings", "ffmpeg was not found. To install it: {command}")
            self.set_hint(words.format(command=how_to_install()))
        elif not tools.can_encode:
            words = translate("Settings", "ffmpeg {version} cannot write H.264 with AAC")
            self.set_hint(words.format(version=tools.version), "error-small")
        else:
            words = translate("Settings", "ffmpeg {version} trims, crops and converts videos")
            self.set_hint(words.format(version=tools.version))


def how_to_install() -> str:
    """Return the command or the address by which this system gets ffmpeg."""
    if sys.platform == "darwin":
        return "brew install ffmpeg"
    if sys.platform == "win32":
        return "winget install ffmpeg"
    return "sudo apt install ffmpeg"
