"""Dialog of the media editor: picture, output options and results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from posto_desktop.core.crop_box import WHOLE, is_whole, shaped
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Crop, changed_fields
from posto_desktop.core.limits import NetworkLimits, limits_for
from posto_desktop.core.media_requirements import fitting_crop
from posto_desktop.core.renditions import video_facts_of
from posto_desktop.core.video_spec import LEAST_SECONDS, fitting_edit
from posto_desktop.ui import keys
from posto_desktop.ui.commands import add_keys
from posto_desktop.ui.compose.media_editor.crop_view import SPACE, CropView
from posto_desktop.ui.compose.media_editor.media_presenter import MediaPresenter, VideoBar
from posto_desktop.ui.compose.media_editor.output_options_panel import OutputOptionsPanel
from posto_desktop.ui.compose.media_editor.result_view import ResultView
from posto_desktop.ui.compose.media_editor.trim_strip import START, TrimBar
from posto_desktop.ui.compose.media_editor.video_result import VideoResultView
from posto_desktop.ui.shared.crop_shapes import FREE, ORIGINAL, CropShape
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, set_enabled
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.labels import ElidedLabel, hairline, label
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.require import require_parent
from posto_desktop.viewmodels.media_edits import MediaEditState
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.video_jobs import VideoDetails, read_details

if TYPE_CHECKING:
    from posto_desktop.media.renditions import RenditionStore
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner


MAX_SIZE = QSize(1180, 820)
MARGIN = 48
PANEL = 300
MAX_RESULT_HEIGHT = 190


class MediaEditor(Dialog):
    """Open it with `open()`; it deletes itself.

    Signals: ``edited(MediaEdits)``: keep the changes; ``discarded(MediaEdits)``: there were changes
    and the user dropped them.
    """

    edited = Signal(object)
    discarded = Signal(object)

    def __init__(
        self,
        ref: MediaRef,
        networks: Sequence[str],
        *,
        runner: JobRunner,
        images: ImageLoader,
        renderer: RenditionStore,
        slug: str = "",
        fit: Sequence[str] = (),
        limits: Sequence[NetworkLimits] = (),
        parent: QWidget,
    ) -> None:
        name = ref.name.replace("\n", " ")
        title = self.tr("Edit {name}").format(name=name)
        super().__init__("edit-media", title, parent)
        self._ref, self._runner = ref, runner
        self._limits = {each.slug: each for each in limits}
        getting = [network for network in networks if ref.goes_to(network)] or networks
        self._networks = list(dict.fromkeys([*getting, *([slug] if slug else [])]))
        self._shape = ""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.state = MediaEditState(ref, slug, self)
        self._details = VideoDetails(video_facts_of(ref)) if ref.kind == "video" else None
        self._details_job = LatestJob(runner, self)
        self._details_job.done.connect(self._details_read)
        self._tools = renderer.tools
        self._build(title, name, renderer, images)
        self._add_keys()
        self.media_presenter = MediaPresenter(
            ref, self.view, self.film, self.state, runner, images, self
        )
        self.view.set_natural(QSize(ref.width, ref.height))
        self.state.changed.connect(self._show_state)
        self.view.set_turns(self.state.edit.turns)
        self._shape = self._shape_of(self.state.edit.crop)
        self._fit_all(fit)
        self._show_state()

    # -- building --------------------------------------------------------------------------

    def _build(self, title: str, name: str, renderer: RenditionStore, images: ImageLoader) -> None:
        is_film = self._ref.kind == "video"
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 16, 8)
        words = ElidedLabel(title, "dialog", parent=self)
        head.addWidget(words, 1)
        self.box.addLayout(head)
        middle = QHBoxLayout()
        middle.setContentsMargins(12, 0, 0, 0)
        middle.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(4)
        self.view = CropView(name, self)
        left.addWidget(self.view, 1)
        self.trim: TrimBar | None = None
        if is_film:
            self.trim = TrimBar(self._ref.path, images, self._runner, self)
            self.trim.moved.connect(self._end_moved)
            self.trim.ended.connect(self.state.end_step)
            left.addWidget(self.trim)
        self.film = VideoBar(self, film=is_film)
        left.addLayout(self._build_tools(is_film))
        if is_film:
            left.addWidget(self._build_cover_hint())
        middle.addLayout(left, 1)
        middle.addWidget(self._build_side(renderer))
        self.box.addLayout(middle, 1)
        self._build_foot()
        self.view.cropChanged.connect(self._crop_dragged)
        self.view.cropEnded.connect(self.state.end_step)

    def _build_tools(self, is_film: bool) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setContentsMargins(SPACE - 6, 0, SPACE, 10)
        tools.setSpacing(4)
        self.left_button = IconButton("rotate-ccw", self.tr("Turn left"), "turn-left", parent=self)
        self.left_button.setToolTip(keys.tip(self.tr("Turn left"), keys.TURN_LEFT))
        self.left_button.clicked.connect(self.turn_left)
        self.right_button = IconButton(
            "rotate-cw", self.tr("Turn right"), "turn-right", parent=self
        )
        self.right_button.setToolTip(keys.tip(self.tr("Turn right"), keys.TURN_RIGHT))
        self.right_button.clicked.connect(self.turn_right)
        for button in (self.left_button, self.right_button):
            button.setVisible(not is_film)
            tools.addWidget(button)
        tools.addWidget(self.film, 1)
        self.film.setVisible(self._ref.kind != "image")
        if self._ref.kind == "image":
            tools.addStretch(1)
        self.undo_button = IconButton("undo-2", self.tr("Undo"), "undo", parent=self)
        self.undo_button.setToolTip(keys.tip(self.tr("Undo"), keys.UNDO))
        self.undo_button.clicked.connect(self.undo)
        self.redo_button = IconButton("redo-2", self.tr("Redo"), "redo", parent=self)
        self.redo_button.setToolTip(keys.tip(self.tr("Redo"), keys.REDO))
        self.redo_button.clicked.connect(self.redo)
        tools.addWidget(self.undo_button)
        tools.addWidget(self.redo_button)
        return tools

    def _build_cover_hint(self) -> QLabel:
        """Return the hint about covers, which the service cannot send."""
        words = self.tr(
            "Shown here and in the previews, but not sent. "
            "Each network chooses its own cover frame."
        )
        note = label(words, "small", wrap=True, object_name="cover-note")
        note.setContentsMargins(SPACE, 0, SPACE, 10)
        self.film.slider.setAccessibleDescription(words)
        return note

    def _build_side(self, renderer: RenditionStore) -> QWidget:
        side = QWidget(self)
        side.setFixedWidth(round(PANEL * Theme.instance().scale))
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        self.panel = OutputOptionsPanel(self._networks, self._ref.kind, side)
        self.outcome: ResultView | VideoResultView
        if self._ref.kind == "video":
            self.outcome = video_result = VideoResultView(
                self._ref, renderer, self._runner, self._limits, side
            )
            video_result.file_watch.changed.connect(self._read_details)
        else:
            self.outcome = ResultView(self._ref, renderer, self._runner, side)
        column.addWidget(self._scrolling(self.panel), 1)
        column.addWidget(hairline(side))
        # The results stay visible, and are no higher than needed.
        below = self._scrolling(self.outcome)
        self.outcome.set_home(below, MAX_RESULT_HEIGHT)
        column.addWidget(below)
        self.panel.targetChosen.connect(self._target_chosen)
        self.panel.shapeChosen.connect(self.choose_shape)
        self.panel.optionChanged.connect(self._option_changed)
        return side

    def _scrolling(self, widget: QWidget) -> OverlayScrollArea:
        scroll = OverlayScrollArea(self)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 0, 20, 10)
        column.addWidget(widget)
        column.addStretch(1)
        scroll.setWidget(inside)
        return scroll

    def _build_foot(self) -> None:
        row = self.add_foot()
        self.reset_button = Button(self.tr("Reset"), "quiet", icon="undo-2", parent=self)
        self.reset_button.setObjectName("reset")
        self.reset_button.clicked.connect(self.reset)
        row.addWidget(self.reset_button)
        row.addStretch(1)
        self.cancel_button = Button(self.tr("Discard changes"), parent=self)
        self.cancel_button.setObjectName("discard-changes")
        self.cancel_button.clicked.connect(self.reject)
        self.keep_button = Button(self.tr("Keep changes"), "primary", parent=self)
        self.keep_button.setObjectName("keep-changes")
        self.keep_button.clicked.connect(self.accept)
        self.keep_button.setDefault(True)
        row.addWidget(self.cancel_button)
        row.addWidget(self.keep_button)

    def _add_keys(self) -> None:
        for key, run in (
            (keys.TURN_LEFT, self.turn_left),
            (keys.TURN_RIGHT, self.turn_right),
            (keys.UNDO, self.undo),
            (f"{keys.REDO} {keys.REDO_TOO}", self.redo),
        ):
            add_keys(key, run, self)

    # -- opening and closing ---------------------------------------------------------------

    def open(self) -> None:
        window = require_parent(self).window()
        room = window.size() - QSize(MARGIN, MARGIN)
        self.resize(room.boundedTo(MAX_SIZE))
        super().open()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._ref.kind == "video":
            self.film.slider.setFocus(Qt.FocusReason.OtherFocusReason)
        self.media_presenter.begin()
        if self.trim is not None:
            self._read_details()
            self.trim.begin()

    def accept(self) -> None:
        if self.state.is_changed:
            self.edited.emit(self.state.edits)
        self._release()
        super().accept()

    def reject(self) -> None:
        if self.state.is_changed:
            self.discarded.emit(self.state.edits)
        self._release()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._release()
        super().closeEvent(event)

    def _release(self) -> None:
        self.outcome.stop()
        self._details_job.forget()
        if self.trim is not None:
            self.trim.stop()
        self.media_presenter.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self._ref.kind != "image":
            self.media_presenter.toggle_playing()
            return
        super().keyPressEvent(event)

    # -- edits -----------------------------------------------------------------------------

    @Slot()
    def _show_state(self) -> None:
        edit = self.state.edit
        self.view.set_turns(edit.turns)
        self.view.set_crop(edit.crop)
        shape = next(
            (candidate for candidate in self.panel.shapes_list() if candidate.key == self._shape),
            None,
        )
        if shape is None or not self._has_shape(edit.crop, shape):
            self._shape = self._shape_of(edit.crop)
            shape = next(
                candidate for candidate in self.panel.shapes_list() if candidate.key == self._shape
            )
        self.view.set_ratio(shape.ratio)
        network_edits = {slug for slug, _edit in self.state.edits.network_edits}
        self.panel.show_edit(self.state.slug, edit, network_edits, self._shape)
        self.undo_button.setEnabled(self.state.can_undo)
        self.redo_button.setEnabled(self.state.can_redo)
        set_enabled(self.reset_button, self.state.can_reset, self.tr("Nothing to reset here"))
        self.media_presenter.show_cover()
        self._show_span()
        networks = [self.state.slug] if self.state.slug else self._networks
        self.outcome.show_for(self.state.edits, networks)

    def _show_span(self) -> None:
        if self.trim is not None and self._details is not None:
            facts, edit = self._details.facts, self.state.edit
            length = facts.duration or self._ref.duration
            self.trim.set_length(length, facts.fps)
            end = length if edit.end is None else min(edit.end, length)
            self.trim.set_span(min(edit.start or 0.0, end), end)

    @Slot()
    def _read_details(self) -> None:
        self._details_job.start(read_details, self._ref.path, self._tools)

    @Slot(object)
    def _details_read(self, details: VideoDetails) -> None:
        """Show what was read of the video; it may be more than the draft knows."""
        known = video_facts_of(self._ref)
        facts = details.facts if details.facts.video_codec else known
        self._details = replace(details, facts=facts)
        if isinstance(self.outcome, VideoResultView):
            self.outcome.set_details(self._details)
        self._show_state()
        if self.trim is not None:
            self.trim.begin()

    @Slot(str, float)
    def _end_moved(self, which: str, seconds: float) -> None:
        """Move the start or the end of what is sent."""
        if self._details is None:
            return
        length = self._details.facts.duration or self._ref.duration
        edit = self.state.edit
        start, end = edit.start or 0.0, length if edit.end is None else min(edit.end, length)
        if which == START:
            start = max(0.0, min(seconds, end - LEAST_SECONDS))
        else:
            end = min(length, max(seconds, start + LEAST_SECONDS))
        self._set_span(start, end, which)
        self.media_presenter.show_moment(start if which == START else end)

    def _key_frame_before(self, moment: float) -> float:
        """Return the last key frame up to a moment; the moment itself if they are not known."""
        frames = self._details.key_frames if self._details is not None else ()
        return max((frame for frame in frames if frame <= moment + 0.001), default=moment)

    def _set_span(self, start: float, end: float, kind: str) -> None:
        assert self._details is not None
        length = self._details.facts.duration or self._ref.duration
        if self.state.edit.at_key_frames:
            start = self._key_frame_before(start)
        self.state.set(
            kind,
            start=round(start, 3) or None,
            end=None if end >= length - 0.001 else round(end, 3),
        )

    def _ratio_of(self, crop: Crop | None) -> float:
        size = self.view.turned_size()
        _left, _top, width, height = crop or WHOLE
        return width * size.width() / max(1e-9, height * size.height())

    def _has_shape(self, crop: Crop | None, shape: CropShape) -> bool:
        if shape.key == ORIGINAL:
            return is_whole(crop)
        return shape.ratio is None or abs(self._ratio_of(crop) / shape.ratio - 1) < 0.02

    def _shape_of(self, crop: Crop | None) -> str:
        if is_whole(crop):
            return ORIGINAL
        fitting = [
            shape
            for shape in self.panel.shapes_list()
            if shape.ratio is not None and self._has_shape(crop, shape)
        ]
        own_shapes = [shape for shape in fitting if shape.slug == self.state.slug]
        return (own_shapes or fitting)[0].key if fitting else FREE

    @Slot(object)
    def choose_shape(self, shape: CropShape) -> None:
        """Crop to a shape around the centre of the present crop."""
        self._shape = shape.key
        self.state.end_step()
        if shape.key == ORIGINAL:
            self.state.set_crop(None, "")
        elif shape.ratio is not None:
            size = self.view.turned_size()
            share = shape.ratio * size.height() / max(1, size.width())
            self.state.set_crop(shaped(self.view.crop(), share), "")
        self._show_state()

    def _fit_all(self, slugs: Sequence[str]) -> None:
        """Start with a crop that these networks accept. A network with its own crop, or one that
        the common crop cannot satisfy, gets its own."""
        target = self.state.slug
        for slug in slugs:
            self._fit_to(slug)
        for slug in slugs if not target else ():
            self.state.choose(slug)
            self._fit_to(slug)
        self.state.choose(target)

    def _fit_to(self, slug: str) -> None:
        """Crop to the largest part that a network accepts, as its check asked; a video is cut and
        converted as well."""
        if self._ref.kind == "video":
            limits = (self._limits.get(slug) or limits_for(slug)).video
            new = fitting_edit(video_facts_of(self._ref), self._ref.size, self.state.edit, limits)
            self.state.set("", **changed_fields(self.state.edit, new))
            return
        size = self.view.turned_size()
        left, top, width, height = self.state.edit.crop or WHOLE
        crop = fitting_crop(round(width * size.width()), round(height * size.height()), slug)
        if crop is not None:
            inside = (
                left + crop[0] * width,
                top + crop[1] * height,
                crop[2] * width,
                crop[3] * height,
            )
            self.state.set_crop(inside, "")
            self._shape = self._shape_of(inside)

    @Slot(object)
    def _crop_dragged(self, crop: Crop) -> None:
        if self._shape == ORIGINAL:
            self._shape = FREE
        self.state.set_crop(crop)

    @Slot()
    def turn_left(self) -> None:
        self._turn(False)

    @Slot()
    def turn_right(self) -> None:
        self._turn(True)

    def _turn(self, right: bool) -> None:
        if self._ref.kind != "video":
            if self._shape not in (ORIGINAL, FREE):
                self._shape = FREE
            self.state.turn(right)

    @Slot()
    def undo(self) -> None:
        self.state.undo()

    @Slot()
    def redo(self) -> None:
        self.state.redo()

    @Slot()
    def reset(self) -> None:
        """Remove all edits (for a network: those of its own)."""
        self._shape = ORIGINAL
        self.state.reset()

    @Slot(str)
    def _target_chosen(self, slug: str) -> None:
        self._shape = ""
        self.state.choose(slug)

    @Slot(str, object)
    def _option_changed(self, name: str, value: object) -> None:
        values = {name: value}
        edit = self.state.edit
        if name == "at_key_frames" and value and edit.start:
            values["start"] = self._key_frame_before(edit.start) or None
            values["end"] = edit.end
        self.state.set(name if name == "max_side" else "", **values)
