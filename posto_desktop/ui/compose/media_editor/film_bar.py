"""Under a video: play it, and choose the frame that is its cover."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton, name_control
from posto_desktop.ui.widgets.labels import label

STEP_MS, PAGE_MS = 100, 1000


class CoverSlider(QSlider):
    """Milliseconds. Arrows move by a tenth of a second, with Ctrl by one frame of 25."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        name_control(self, self.tr("Cover frame"))
        self.setSingleStep(STEP_MS)
        self.setPageStep(PAGE_MS)
        self.setProperty("focusRadius", 6)
        self.setMinimumHeight(24)  # the handle is larger than what Qt reserves for it

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fine = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.setSingleStep(40 if fine else STEP_MS)
        super().keyPressEvent(event)


class FilmBar(QWidget):
    """Signals: ``coverMoved(seconds)`` by slider or keys, ``playRequested()``, ``muted(bool)``."""

    coverMoved = Signal(float)
    playRequested = Signal()
    muted = Signal(bool)

    def __init__(self, parent: QWidget, *, film: bool) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.play = IconButton("play", self.tr("Play"), parent=self)
        self.play.setToolTip(keys.tip(self.tr("Play or pause"), keys.PLAY))
        self.play.clicked.connect(self.playRequested)
        row.addWidget(self.play)
        self.sound = IconButton("volume-2", self.tr("Sound"), checkable=True, parent=self)
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
        """How long the video is; without it there is nothing to choose."""
        self._filling = True
        self.slider.setRange(0, max(0, round(seconds * 1000)))
        self._filling = False
        self.slider.setEnabled(seconds > 0)

    def set_cover(self, seconds: float | None) -> None:
        self.show_time(seconds or 0.0)

    def show_time(self, seconds: float) -> None:
        """Where the slider is, without choosing that as the cover."""
        self._filling = True
        self.slider.setValue(round(seconds * 1000))
        self._filling = False
        self._tell(seconds)

    def set_playing(self, playing: bool) -> None:
        self.play.set_lucide("pause" if playing else "play")
        self.play.setAccessibleName(self.tr("Pause") if playing else self.tr("Play"))

    def _tell(self, seconds: float) -> None:
        minutes, left = divmod(round(seconds, 1), 60)
        self.at.setText(f"{int(minutes)}:{left:04.1f}")

    @Slot(int)
    def _moved(self, milliseconds: int) -> None:
        self._tell(milliseconds / 1000)
        if not self._filling:
            self.coverMoved.emit(milliseconds / 1000)

    @Slot(bool)
    def _sound_toggled(self, on: bool) -> None:
        self.muted.emit(not on)
