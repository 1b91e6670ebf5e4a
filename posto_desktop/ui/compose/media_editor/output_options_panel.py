"""Options panel of the media editor: network, shape, size, format."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.common.locale_words import listed
from posto_desktop.core.edits import Edit
from posto_desktop.core.limits import network_name
from posto_desktop.models.numbers import decimal
from posto_desktop.ui import icons
from posto_desktop.ui.shared.crop_shapes import FREE, ORIGINAL, CropShape, shapes_for, video_shapes
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.view_ring import ViewRing

MAX_PIXELS = 20_000
VIDEO_LIMITS = (300_000_000, 100_000_000, 50_000_000, 25_000_000, 10_000_000)
LIMITS = (5_000_000, 2_000_000, 1_000_000, 500_000, 250_000)


class OutputOptionsPanel(QWidget):
    """Signals: ``targetChosen(slug)``, ``shapeChosen(CropShape)``, ``optionChanged(name, value)``
    for ``max_side``, ``format``, ``max_bytes``, ``fit``, ``at_key_frames`` and
    ``keep_metadata``."""

    targetChosen = Signal(str)
    shapeChosen = Signal(object)
    optionChanged = Signal(str, object)

    def __init__(self, networks: Sequence[str], kind: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._networks = list(networks)
        self._filling = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.target = ComboBox("for", self)
        # the combo box's default size would stretch the globe only
        self.target.setIconSize(QSize(16, 16))
        self.target.addItem(icons.icon("globe"), self.tr("All networks"), "")
        for slug in self._networks:
            self.target.addItem(self._badge(slug), self._only(slug), slug)
        self._field(self.tr("For"), self.target)
        self.target.activated.connect(self._target_chosen)
        self.override_hint = label("", "small", object_name="own-edits", wrap=True)
        self._column.addWidget(self.override_hint)
        self.shapes = QListWidget(self)
        self.side = QSpinBox(self)
        self.form = ComboBox("format", self)
        self.limit = ComboBox("largest-file", self)
        self.keep_metadata_box = CheckBox(self.tr("Keep location and camera data"), self)
        self.fit_box = CheckBox(self.tr("Convert to what each network takes"), self)
        self.key_frames_box = CheckBox(self.tr("Start at a key frame, without encoding"), self)
        self._add_shapes(kind)
        self._add_size(kind)
        if kind == "video":
            self.form.hide()
            self._format_label.hide()

    # -- building --------------------------------------------------------------------------

    def _badge(self, slug: str) -> QIcon:
        return QIcon(icons.network_badge(slug, 16, self.devicePixelRatioF()))

    def _only(self, slug: str) -> str:
        return self.tr("Only {network}").format(network=network_name(slug))

    def _field(self, words: str, widget: QWidget) -> QLabel:
        title = label(words, "muted")
        title.setBuddy(widget)
        self._column.addSpacing(6)
        self._column.addWidget(title)
        self._column.addWidget(widget)
        return title

    def _add_shapes(self, kind: str) -> None:
        name_control(self.shapes, self.tr("Shape"), "shape")
        self.shapes.setFrameShape(QFrame.Shape.NoFrame)
        self.shapes.setIconSize(QSize(16, 16))
        self.shapes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.shapes.setUniformItemSizes(True)
        for shape in video_shapes() if kind == "video" else shapes_for(self._networks):
            item = QListWidgetItem(shape.name)
            if shape.slug:
                item.setIcon(self._badge(shape.slug))
            else:
                item.setIcon(icons.icon("image" if shape.key == ORIGINAL else "crop"))
            item.setData(Qt.ItemDataRole.UserRole, shape)
            item.setSizeHint(QSize(0, Theme.instance().px("size.control_small") + 2))
            self.shapes.addItem(item)
        ViewRing(self.shapes, lambda: False)
        rows = min(8, self.shapes.count())
        height = (Theme.instance().px("size.control_small") + 2) * rows + 4
        self.shapes.setFixedHeight(height)
        self._field(self.tr("Shape"), self.shapes)
        self.shapes.currentItemChanged.connect(self._shape_chosen)

    def _add_size(self, kind: str) -> None:
        name_control(self.side, self.tr("Longest side"), "longest-side")
        self.side.setRange(0, MAX_PIXELS)
        self.side.setSingleStep(100)
        self.side.setSuffix(" px")
        self.side.setSpecialValueText(self.tr("Original size"))
        self.side.setKeyboardTracking(False)
        self.side.setAccelerated(True)
        self.side.valueChanged.connect(self._side_changed)
        self.form.addItem(self.tr("Best for each network"), "")
        if kind == "gif":
            self.form.setItemText(0, self.tr("Animated GIF"))
            self.form.addItem(self.tr("Still picture, JPEG"), "jpeg")
            self.form.addItem(self.tr("Still picture, PNG"), "png")
        else:
            self.form.addItem("JPEG", "jpeg")
            self.form.addItem("PNG", "png")
        self.form.activated.connect(self._form_chosen)
        self.limit.addItem(self.tr("Network limit"), None)
        for most in VIDEO_LIMITS if kind == "video" else LIMITS:
            words = f"{most // 1_000_000} MB" if most >= 1_000_000 else f"{most // 1000} KB"
            self.limit.addItem(words, most)
        self.limit.activated.connect(self._limit_chosen)
        self._field(self.tr("Longest side"), self.side)
        self._format_label = self._field(self.tr("Format"), self.form)
        self._field(self.tr("Largest file"), self.limit)
        self._column.addSpacing(8)
        for box, name, object_name, tip in (
            (
                self.fit_box,
                "fit",
                "convert-to-what-each-network-takes",
                self.tr("H.264 and AAC in an MP4, within the network’s pixels, rates and size"),
            ),
            (
                self.key_frames_box,
                "at_key_frames",
                "start-at-a-key-frame",
                self.tr("No quality is lost; the start moves to the key frame before"),
            ),
        ):
            box.setObjectName(object_name)
            box.setToolTip(tip)
            box.toggled.connect(lambda on, n=name: self._box_toggled(n, on))
            box.setVisible(kind == "video")
            self._column.addWidget(box)
        self.keep_metadata_box.setObjectName("keep-location-and-camera-data")
        self.keep_metadata_box.setToolTip(
            self.tr("If off, location and camera data are removed before sending")
        )
        self.keep_metadata_box.toggled.connect(self._keep_metadata_toggled)
        self._column.addWidget(self.keep_metadata_box)

    # -- showing ---------------------------------------------------------------------------

    def show_edit(self, slug: str, edit: Edit, overridden: set[str], shape: str) -> None:
        """Show an edit; `overridden` are the networks with own edits, `shape` is a key."""
        self._filling = True
        try:
            for number in range(1, self.target.count()):
                target_slug = self.target.itemData(number)
                self._show_target(number, target_slug, target_slug in overridden)
            self.target.setCurrentIndex(max(0, self.target.findData(slug)))
            names = listed(network_name(slug) for slug in sorted(overridden))
            words = self.tr("Own edits: {names}").format(names=names)
            self.override_hint.setText(words if names and not slug else "")
            self.override_hint.setVisible(bool(self.override_hint.text()))
            self._choose_shape(shape)
            self.side.setValue(min(edit.max_side or 0, MAX_PIXELS))
            if edit.max_side is not None and edit.max_side > MAX_PIXELS:
                self.side.setValue(0)
            self.form.setCurrentIndex(max(0, self.form.findData(edit.format)))
            self._choose_limit(edit.max_bytes)
            self.keep_metadata_box.setChecked(edit.keep_metadata)
            self.fit_box.setChecked(edit.fit)
            self.key_frames_box.setChecked(edit.at_key_frames)
        finally:
            self._filling = False

    def _show_target(self, number: int, slug: str, has_own: bool) -> None:
        words, tip = self._only(slug), ""
        if has_own:
            words = self.tr("Only {network}, edited").format(network=network_name(slug))
            tip = self.tr("Edits for {network} override those for all networks")
        self.target.setItemText(number, words)
        role = Qt.ItemDataRole.ToolTipRole
        self.target.setItemData(number, tip.format(network=network_name(slug)), role)

    def shape(self) -> CropShape | None:
        item = self.shapes.currentItem()
        shape: CropShape | None = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return shape

    def shapes_list(self) -> list[CropShape]:
        return [
            self.shapes.item(number).data(Qt.ItemDataRole.UserRole)
            for number in range(self.shapes.count())
        ]

    def _choose_shape(self, key: str) -> None:
        for number, shape in enumerate(self.shapes_list()):
            if shape.key == key:
                self.shapes.setCurrentRow(number)
                return

    def _choose_limit(self, most: int | None) -> None:
        number = self.limit.findData(most)
        if number < 0:
            # A fix may set a limit that is not in the list.
            self.limit.addItem(f"{decimal((most or 0) / 1_000_000)} MB", most)
            number = self.limit.count() - 1
        self.limit.setCurrentIndex(number)

    # -- user input ------------------------------------------------------------------------

    @Slot(int)
    def _target_chosen(self, number: int) -> None:
        if not self._filling:
            self.targetChosen.emit(self.target.itemData(number))

    @Slot(QListWidgetItem, QListWidgetItem)
    def _shape_chosen(self, item: QListWidgetItem | None, _before: object) -> None:
        if item is not None and not self._filling:
            self.shapeChosen.emit(item.data(Qt.ItemDataRole.UserRole))

    @Slot(int)
    def _side_changed(self, value: int) -> None:
        if not self._filling:
            self.optionChanged.emit("max_side", value or None)

    @Slot(int)
    def _form_chosen(self, number: int) -> None:
        self.optionChanged.emit("format", self.form.itemData(number))

    @Slot(int)
    def _limit_chosen(self, number: int) -> None:
        self.optionChanged.emit("max_bytes", self.limit.itemData(number))

    def _box_toggled(self, name: str, on: bool) -> None:
        if not self._filling:
            self.optionChanged.emit(name, on)

    @Slot(bool)
    def _keep_metadata_toggled(self, on: bool) -> None:
        if not self._filling:
            self.optionChanged.emit("keep_metadata", on)


__all__ = ["FREE", "ORIGINAL", "OutputOptionsPanel"]
