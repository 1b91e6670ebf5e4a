"""Picture of the sample message in the preview, with the style's watermark."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.resources import resource
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import NOTHING, Edit
from posto_desktop.ui.shared.preview_posts import PreviewSources
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import JobRunner

SHOWN = QSize(420, 420)
SIZE = (900, 720)
MOST = 24


class SamplePicture(QObject):
    """Signal ``changed()``: a requested picture is ready."""

    changed = Signal()

    def __init__(
        self, runner: JobRunner, images: ImageLoader, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._images = images
        self._path = str(resource("samples", "cup.jpg"))
        self._thumbnails: dict[Edit, QImage | None] = {}
        self._loading = KeyedJobs(runner, self)
        self._loading.done.connect(self._on_loaded)
        self._loading.failed.connect(self._on_load_failed)
        self.ratio = 1.0
        self.looks = PreviewSources(
            lambda _address: None, self._picture, lambda _url: None, lambda _address: None
        )

    def ref(self) -> MediaRef:
        """Return the sample's file."""
        name = self.tr("Winter Roast")
        return MediaRef(self._path, f"{name}.jpg", alt=name, width=SIZE[0], height=SIZE[1],
                        mime="image/jpeg")  # fmt: skip

    def _picture(self, _path: str, edit: Edit) -> QImage | None:
        if edit not in self._thumbnails:
            self._thumbnails[edit] = None
            while len(self._thumbnails) > MOST:
                del self._thumbnails[next(iter(self._thumbnails))]
            edits = edit if edit != NOTHING else None
            job = self._images.thumbnail(self._path, SHOWN, self.ratio, self, edits)
            self._loading.follow(edit, job)
        return self._thumbnails[edit]

    @Slot(object, object)
    def _on_loaded(self, edit: Edit, image: QImage) -> None:
        if edit in self._thumbnails:
            self._thumbnails[edit] = image
            self.changed.emit()

    @Slot(object, object)
    def _on_load_failed(self, _edit: Edit, _error: object) -> None:
        """Leave the preview without a picture."""
