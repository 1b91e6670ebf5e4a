"""Results of the editor for a video: what will be made for each network, and making it ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from posto_desktop.common.locale_words import listed
from posto_desktop.common.user_error import message_of
from posto_desktop.core.checks.file_faults import length_text
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.file_problems import FileProblem
from posto_desktop.core.limits import NetworkLimits, limits_for, network_name
from posto_desktop.core.renditions import Rendition, video_facts_of
from posto_desktop.core.video_spec import VideoSpec, seconds_to_make, video_spec
from posto_desktop.core.video_times import clock_text
from posto_desktop.ui.compose.media_editor.file_watch import FileWatch
from posto_desktop.ui.compose.media_editor.result_view import fit_scroll_area, size_text
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import label, set_role
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.viewmodels.media_edits import MediaEdits
from posto_desktop.workers.latest_job import LatestJob

if TYPE_CHECKING:
    from posto_desktop.media.renditions import RenditionStore
    from posto_desktop.workers.runner import JobRunner
    from posto_desktop.workers.video_jobs import VideoDetails


class VideoResultView(QFrame):
    """One line for all networks with the same result. It is decided from facts, so it follows each
    change; making a video ahead is a button.

    Signals: ``finished()``: the button has made the video for every network.
    """

    finished = Signal()

    def __init__(
        self,
        ref: MediaRef,
        renderer: RenditionStore,
        runner: JobRunner,
        limits: dict[str, NetworkLimits],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("result")
        self._ref, self._renderer, self._limits = ref, renderer, limits
        self._details: VideoDetails | None = None
        self._edits = MediaEdits()
        self._networks: tuple[str, ...] = ()
        self._specs: dict[str, VideoSpec] = {}
        self._made: dict[str, Rendition] = {}
        self._left: list[str] = []
        self._problem = ""
        self._rows: list[QWidget] = []
        self._home: QScrollArea | None = None
        self._most = 0
        self._making = LatestJob(runner, self)
        self._making.progress.connect(self._progressed)
        self._making.done.connect(self._one_made)
        self._making.failed.connect(self._failed)
        self._making.cancelled.connect(self._halted)
        self.file_watch = FileWatch(ref.path, runner, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(self.tr("What is sent"), "strong", object_name="what-is-sent"))
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        column.addLayout(self._list)
        self.bar = ProgressBar(self.tr("Converting the video"), "converting-the-video", self)
        self.bar.hide()
        column.addWidget(self.bar)
        row = QHBoxLayout()
        self.make_button = Button(self.tr("Convert now"), small=True, parent=self)
        self.make_button.setObjectName("convert-now")
        self.make_button.setToolTip(self.tr("Otherwise it is converted when the post is sent"))
        self.make_button.clicked.connect(self.make)
        self.stop_button = Button(self.tr("Stop"), small=True, parent=self)
        self.stop_button.setObjectName("stop-converting")
        self.stop_button.clicked.connect(self.stop_making)
        self.stop_button.hide()
        row.addWidget(self.make_button)
        row.addWidget(self.stop_button)
        row.addStretch(1)
        column.addLayout(row)

    def set_home(self, scroll: QScrollArea, most: int) -> None:
        """Set the scroll area, which fits the results up to `most` pixels high."""
        self._home, self._most = scroll, most
        fit_scroll_area(scroll, most)

    def set_details(self, details: VideoDetails) -> None:
        """Set what was read of the video, and the programs that can change it."""
        self._details = details
        self._ref = replace(self._ref, video=details.facts, size=details.size or self._ref.size)
        self._problem = details.problem
        self._decide()
        self.file_watch.start()

    def show_for(self, edits: MediaEdits, networks: Sequence[str]) -> None:
        """Show what these edits make for these networks."""
        if (edits, tuple(networks)) != (self._edits, self._networks):
            self._halt()
            self._made = {}
        self._edits, self._networks = edits, tuple(networks)
        self._decide()

    def specs(self) -> dict[str, VideoSpec]:
        """Return what is made for each network."""
        return dict(self._specs)

    def results(self) -> dict[str, Rendition]:
        """Return what was made ahead."""
        return dict(self._made)

    def labels(self) -> list[QLabel]:
        return [text_label for row in self._rows for text_label in row.findChildren(QLabel)]

    def stop(self) -> None:
        self.file_watch.stop()
        self._halt()

    # -- making ahead ----------------------------------------------------------------------

    @Slot()
    def make(self) -> None:
        """Make the video for each network that gets another one than the file."""
        self._problem = ""
        self._left = [name for name, spec in self._specs.items() if spec.method]
        self._next()

    @Slot()
    def stop_making(self) -> None:
        self._left = []
        self._making.cancel()

    def _halt(self) -> None:
        self._left = []
        self._making.forget()
        self._show_making(False)

    def _next(self) -> None:
        from posto_desktop.workers.video_jobs import make_video

        if not self._left:
            self._show_making(False)
            self._fill()
            self.finished.emit()
            return
        self._show_making(True)
        network = self._left[0]
        ref = replace(
            self._ref, edit=self._edits.common, network_edits=dict(self._edits.network_edits)
        )
        self._making.start(
            make_video, self._renderer, ref, ref.edit_for(network), network, pool="costly"
        )

    def _show_making(self, on: bool) -> None:
        if on:
            self.bar.setRange(0, 0)
        self.bar.setVisible(on)
        self.stop_button.setVisible(on)
        self.make_button.setVisible(not on and self._can_make())
        self._fit_home()

    def _can_make(self) -> bool:
        tools = self._details.tools if self._details is not None else None
        waiting = [
            name for name, spec in self._specs.items() if spec.method and name not in self._made
        ]
        return tools is not None and bool(waiting)

    @Slot(object)
    def _progressed(self, part: object) -> None:
        if isinstance(part, float):
            self.bar.setRange(0, 100)
            self.bar.setValue(round(100 * part))

    @Slot(object)
    def _one_made(self, made: Rendition) -> None:
        if self._left:
            self._made[self._left.pop(0)] = made
        self._next()

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._left = []
        self._problem = message_of(error) or self.tr("{name} could not be prepared.").format(
            name=self._ref.name
        )
        self._show_making(False)
        self._fill()

    @Slot()
    def _halted(self) -> None:
        self._left = []
        self._show_making(False)

    # -- texts -----------------------------------------------------------------------------

    def _decide(self) -> None:
        facts = video_facts_of(self._ref)
        self._specs = {}
        for slug in self._networks or ("",):
            limits = self._limits.get(slug) or limits_for(slug)
            edit = self._edits.edit_for(slug)
            self._specs[slug] = video_spec(
                facts, self._ref.type, self._ref.size, edit, limits.video
            )
        self._fill()

    def _fill(self) -> None:
        for row in self._rows:
            row.deleteLater()
        self._rows = []
        groups: dict[str, list[str]] = {}
        for network in self._specs:
            groups.setdefault(self._words(network), []).append(network)
        unreadable = self._details is not None and bool(self._details.problem)
        for words, networks in groups.items() if not unreadable else ():
            self._add(self._names(networks, len(groups)), words, False)
            for lack in dict.fromkeys(filter(None, map(self._lack, networks))):
                self._add("", lack, True)
        problem = self._problem
        has_no_tools = self._details is not None and self._details.tools is None
        if has_no_tools and any(spec.method for spec in self._specs.values()):
            problem = FileProblem.of("video_tools", file=self._ref.name).sentence
        if problem:
            self._add("", problem, True)
        self.make_button.setVisible(not self._left and self._can_make())
        self._fit_home()

    def _fit_home(self) -> None:
        if self._home is not None:
            fit_scroll_area(self._home, self._most)

    def _names(self, networks: list[str], groups: int) -> str:
        if groups == 1 and len(networks) > 1:
            return self.tr("All %n network(s)", "", len(networks))
        return listed(network_name(network) for network in networks if network)

    def _add(self, names: str, words: str, bad: bool) -> None:
        row = QWidget(self)
        column = QVBoxLayout(row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if names:
            column.addWidget(label(names, "muted", wrap=True))
        text = label(words, wrap=True)
        if bad:
            set_role(text, "error-small")
        text.setFont(Theme.instance().numbers("body"))
        column.addWidget(text)
        self._list.addWidget(row)
        self._rows.append(row)
        row.show()

    def _words(self, network: str) -> str:
        spec, made = self._specs[network], self._made.get(network)
        if not spec.method:
            return " · ".join([self.tr("Sent as it is"), size_text(self._ref.size)])
        parts = [self.tr("Written anew as MP4, no quality lost")]
        if spec.method == "encode":
            parts = [self.tr("Encoded anew as H.264")]
            if spec.width:
                parts.append(f"{spec.width} × {spec.height}")
            if video_facts_of(self._ref).hdr:
                parts.append(self.tr("HDR becomes ordinary colours"))
        parts.append(clock_text(spec.seconds, 1))
        if made is not None:
            return " · ".join([*parts, size_text(made.size), self.tr("done")])
        parts.append(self.tr("about {size}").format(size=size_text(spec.size)))
        if spec.method == "encode":
            parts.append(self._time(spec))
        return " · ".join(parts)

    def _time(self, spec: VideoSpec) -> str:
        seconds = seconds_to_make(spec, video_facts_of(self._ref), self._renderer.pixels_a_second)
        if seconds < 10:
            return self.tr("takes some seconds")
        return self.tr("takes about {time}").format(
            time=length_text(round(seconds, -1) if seconds < 60 else 60 * round(seconds / 60))
        )

    def _lack(self, network: str) -> str:
        spec = self._specs[network]
        if not spec.unmet or not network:
            return ""
        limits = (self._limits.get(network) or limits_for(network)).video
        name = network_name(network)
        if "long" in spec.unmet:
            words = self.tr("Too long for {network}: up to {most}.")
            return words.format(network=name, most=length_text(limits.max_seconds or 0))
        if "brief" in spec.unmet:
            words = self.tr("Too short for {network}: {least} or more.")
            return words.format(network=name, least=length_text(limits.min_seconds or 0))
        if "bytes" in spec.unmet:
            return self.tr("Too large for {network}. Choose a smaller size.").format(network=name)
        if "small" in spec.unmet:
            return self.tr("Too small for {network}.").format(network=name)
        return self.tr("{network} may refuse it or compress it again.").format(network=name)
