"""Presenter of the large view: picture, animation or cover frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import MediaRef
from posto_desktop.ui import keys
from posto_desktop.ui.compose.hover_player import is_motion_reduced
from posto_desktop.ui.compose.media_editor.crop_view import SPACE, CropView
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.labels import label
from posto_desktop.viewmodels.media_edits import MediaEditState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.player import Player, player_for

if TYPE_CHECKING:
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner

FRAME_WAIT_MS = 60
SHARPER_MS = 120


class MediaPresenter(QObject):
    """Loads pictures in screen size on workers, and plays videos."""

    def __init__(
        self,
        ref: MediaRef,
        view: CropView,
        film: VideoBar,
        state: MediaEditState,
        runner: JobRunner,
        images: ImageLoader,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._ref, self._view, self._film, self._state = ref, view, film, state
        self._runner, self._images = runner, images
        self._picture = LatestJob(runner, self)
        self._picture.done.connect(self._picture_loaded)
        self._picture.failed.connect(self._picture_failed)
        self._frame = LatestJob(runner, self)
        self._frame.done.connect(view.set_image)
        self._frame.failed.connect(self._frame_failed)
        self._player: Player | None = None
        self._length = ref.duration
        self._requested_size = QSize()
        self._begun = False
        self._shown: float | None = None  # the seconds whose frame is shown
        self._moment: float | None = None  # the end of the video that was moved last
        self._sharper = Debouncer(SHARPER_MS, self._load_picture, self)
        self._frame_soon = Debouncer(FRAME_WAIT_MS, self._load_frame, self)
        view.resized.connect(self._view_resized)
        film.coverMoved.connect(self._cover_moved)
        film.playRequested.connect(self.toggle_playing)
        film.muted.connect(self._mute)

    def begin(self) -> None:
        """Start loading, because the view is visible."""
        self._begun = True
        self._load_picture()
        if self._ref.kind == "gif" and not is_motion_reduced():
            self.toggle_playing()

    def player(self) -> Player | None:
        """Return the player, None before it was first used."""
        return self._player

    def stop(self) -> None:
        self._begun = False
        self._sharper.cancel()
        self._frame_soon.cancel()
        if self._player is not None:
            self._player.stop()
        self._picture.forget()
        self._frame.forget()

    def show_cover(self) -> None:
        if self._ref.kind != "video":
            return
        self._film.set_length(self._length)
        if self._player is None or not self._player.playing:
            self._film.set_cover(self._state.edit.cover)
            self._frame_soon.call()

    def show_moment(self, seconds: float) -> None:
        """Show the frame at a moment, because an end of the video was moved there."""
        self._moment = seconds
        if self._player is not None and self._player.playing:
            self._player.pause()
            self._film.set_playing(False)
        self._frame_soon.call()

    # -- the picture -----------------------------------------------------------------------

    @Slot()
    def _view_resized(self) -> None:
        if self._begun:
            self._sharper.call()

    def _room(self) -> QSize:
        side = max(self._view.width(), self._view.height()) - 2 * SPACE
        return QSize(max(64, side), max(64, side))

    @Slot()
    def _load_picture(self) -> None:
        room = self._room()
        grown = room.width() > self._requested_size.width() * 1.1
        if self._requested_size.isValid() and not grown:
            return
        self._requested_size = room
        if self._ref.kind == "video" and self._wanted() is not None:
            self._shown = None
            self._load_frame()
            return
        ratio = self._view.devicePixelRatioF()
        self._picture.follow(self._images.thumbnail(self._ref.path, room, ratio, self))

    @Slot(object)
    def _picture_loaded(self, image: QImage) -> None:
        if self._player is None or not self._player.playing:
            self._view.set_image(image)
        self.show_cover()

    @Slot(object)
    def _picture_failed(self, error: object) -> None:
        self._view.set_words(message_of(error, self.tr("This file cannot be shown here.")))

    @Slot()
    def _load_frame(self) -> None:
        """Load the frame of the chosen cover, or of the moved end; of several requests only the
        last one counts."""
        cover = self._wanted()
        if self._ref.kind != "video" or not self._begun or cover == self._shown:
            return
        self._shown = cover
        if cover is None:
            self._requested_size = QSize()
            self._load_picture()
            return
        ratio = self._view.devicePixelRatioF()
        self._frame.follow(self._images.frame(self._ref.path, cover, self._room(), ratio, self))

    def _wanted(self) -> float | None:
        return self._state.edit.cover if self._moment is None else self._moment

    @Slot(object)
    def _frame_failed(self, error: object) -> None:
        self._view.set_words(message_of(error))

    # -- playing ---------------------------------------------------------------------------

    @Slot(float)
    def _cover_moved(self, seconds: float) -> None:
        if self._player is not None and self._player.playing:
            self._player.pause()
            self._film.set_playing(False)
        self._moment = None
        self._state.set("cover", cover=seconds)

    @Slot()
    def toggle_playing(self) -> None:
        """Play or pause; a video starts at its cover."""
        if self._player is None:
            self._player = player_for(
                self._ref.kind,
                self._ref.path,
                self._room(),
                self._view.devicePixelRatioF(),
                self._runner,
                self,
            )
            self._player.frame.connect(self._view.set_image)
            self._player.moved.connect(self._play_moved)
            self._player.length.connect(self._length_known)
            self._player.ended.connect(self._play_ended)
            self._player.failed.connect(self._play_failed)
        if self._player.playing:
            self._player.pause()
        else:
            edit = self._state.edit
            self._player.seek(max(edit.cover or 0.0, edit.start or 0.0))
            self._player.play()
        self._film.set_playing(self._player.playing)

    @Slot(float)
    def _length_known(self, seconds: float) -> None:
        if not self._length:
            self._length = seconds
            self._film.set_length(seconds)

    @Slot(float)
    def _play_moved(self, seconds: float) -> None:
        end = self._state.edit.end
        if end is not None and seconds >= end and self._player is not None:
            self._player.pause()
            self._play_ended()
            return
        self._film.show_time(seconds)

    @Slot()
    def _play_ended(self) -> None:
        self._film.set_playing(False)
        self._shown = -1.0
        self.show_cover()

    @Slot(str)
    def _play_failed(self, words: str) -> None:
        self._film.set_playing(False)
        self._view.set_words(words)

    @Slot(bool)
    def _mute(self, muted: bool) -> None:
        if self._player is not None:
            self._player.set_muted(muted)


STEP_MS, PAGE_MS = 100, 1000


class CoverSlider(QSlider):
    """Slider in milliseconds. Arrows move by a tenth of a second, with Ctrl by one frame of 25."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        name_control(self, self.tr("Cover frame"), "cover-frame")
        self.setSingleStep(STEP_MS)
        self.setPageStep(PAGE_MS)
        self.setProperty("focusRadius", 6)
        self.setMinimumHeight(24)  # the handle is larger than Qt reserves

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.setSingleStep(40 if fine else STEP_MS)
        super().keyPressEvent(event)


class VideoBar(QWidget):
    """Signals: ``coverMoved(seconds)`` by slider or keys, ``playRequested()``, ``muted(bool)``."""

    coverMoved = Signal(float)
    playRequested = Signal()
    muted = Signal(bool)

    def __init__(self, parent: QWidget, *, film: bool) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.play = IconButton("play", self.tr("Play"), "play", parent=self)
        self.play.setToolTip(keys.tip(self.tr("Play or pause"), keys.PLAY))
        self.play.clicked.connect(self.playRequested)
        row.addWidget(self.play)
        self.sound = IconButton("volume-2", self.tr("Sound"), "sound", checkable=True, parent=self)
        self.sound.toggled.connect(self._sound_toggled)
        row.addWidget(self.sound)
        self.words: QLabel = label(self.tr("Cover"), "muted")
        self.slider = CoverSlider(self)
        self.words.setBuddy(self.slider)
        self.at: QLabel = label("0:00.0", "muted", object_name="cover-time")
        self.at.setFont(Theme.instance().numbers("body"))
        for part in (self.words, self.slider, self.at):
            row.addWidget(part, 1 if part is self.slider else 0)
            part.setVisible(film)
        self.sound.setVisible(film)
        if not film:
            row.addStretch(1)
        self._filling = False
        self.slider.valueChanged.connect(self._moved)

    def set_length(self, seconds: float) -> None:
        """Set the length of the video; 0 disables the slider."""
        self._filling = True
        self.slider.setRange(0, max(0, round(seconds * 1000)))
        self._filling = False
        self.slider.setEnabled(seconds > 0)

    def set_cover(self, seconds: float | None) -> None:
        self.show_time(seconds or 0.0)

    def show_time(self, seconds: float) -> None:
        """Move the slider without choosing a cover."""
        self._filling = True
        self.slider.setValue(round(seconds * 1000))
        self._filling = False
        self._emit_cover(seconds)

    def set_playing(self, playing: bool) -> None:
        self.play.set_lucide("pause" if playing else "play")
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))

    def _emit_cover(self, seconds: float) -> None:
        minutes, left = divmod(round(seconds, 1), 60)
        self.at.setText(f"{int(minutes)}:{left:04.1f}".replace(".", QLocale().decimalPoint()))

    @Slot(int)
    def _moved(self, milliseconds: int) -> None:
        self._emit_cover(milliseconds / 1000)
        if not self._filling:
            self.coverMoved.emit(milliseconds / 1000)

    @Slot(bool)
    def _sound_toggled(self, on: bool) -> None:
        self.muted.emit(not on)
