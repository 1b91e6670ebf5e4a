"""Form fields of a watermark: picture, position, size and opacity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.sdk import style_parts
from posto_desktop.sdk.style_parts import CORNERS, MARGINS, OPACITIES, SIZES
from posto_desktop.sdk.style_texts import SnippetTexts
from posto_desktop.ui.shared.style_part_fields import StylePartFields
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.fields import ComboBox
from posto_desktop.ui.widgets.file_dialogs import ask_for_file
from posto_desktop.ui.widgets.labels import ElidedLabel, label


class WatermarkFields(StylePartFields):
    """Signal ``pictureWanted()``: ask for a picture, then call `set_picture`."""

    KEY = style_parts.WATERMARK
    pictureWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.file = ""
        self._lost: Mapping[str, str] = {}
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.shown = ElidedLabel("", mode=Qt.TextElideMode.ElideMiddle, parent=row)
        self.shown.setObjectName("watermark-picture")
        line.addWidget(self.shown, 1)
        self.choose = Button(self.tr("Choose picture…"), small=True, parent=row)
        self.choose.setObjectName("choose-picture-of-the-watermark")
        self.choose.clicked.connect(self.pictureWanted)
        line.addWidget(self.choose)
        self.add_row(self.tr("Picture"), row, "picture-of-the-watermark")
        self.missing_label = label("", "error", object_name="watermark-gone", wrap=True)
        self.missing_label.hide()
        self.grid.addWidget(self.missing_label, self.grid.rowCount(), 1)
        self.corner = ComboBox("corner-of-the-watermark", self)
        for value, words in zip(CORNERS, self._corner_words(), strict=True):
            self.corner.addItem(words, value)
        self.corner.activated.connect(self._edit)
        self.add_row(self.tr("Corner"), self.corner, self.corner.objectName())
        self.size_box = self._share(SIZES, self.tr("Size"), "size-of-the-watermark")
        self.opacity = self._share(OPACITIES, self.tr("Opacity"), "opacity-of-the-watermark")
        self.margin = self._share(MARGINS, self.tr("Margin"), "margin-of-the-watermark")
        words = self.tr("Size and margin are percentages of the picture's shorter side. Videos and "
                        "animations get no watermark. Your files are not changed.")  # fmt: skip
        self.grid.addWidget(label(words, "small", wrap=True), self.grid.rowCount(), 0, 1, 2)

    def _corner_words(self) -> tuple[str, ...]:
        return (
            self.tr("Top left"),
            self.tr("Top right"),
            self.tr("Bottom left"),
            self.tr("Bottom right"),
            self.tr("In the middle"),
        )

    def _share(self, limits: tuple[float, float], title: str, object_name: str) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(*(round(limit * 100) for limit in limits))
        box.setSuffix(" %")
        box.setMaximumWidth(140)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._edit)
        self.add_row(title, box, object_name)
        return box

    def set_picture(self, file: str) -> None:
        """Set the picture by its file name in the style folder."""
        self._show_file(file)
        self._edit()

    def _show_file(self, file: str) -> None:
        self.file = file
        self.shown.setText(file or self.tr("No picture yet"))
        self.missing_label.setText(self._lost.get(file, ""))
        self.missing_label.setVisible(file in self._lost)

    def set_lost(self, lost: Mapping[str, str]) -> None:
        """Set the reasons why pictures are missing or unusable, by file name."""
        self._lost = lost
        self._show_file(self.file)

    @Slot()
    def _edit(self, *_args: object) -> None:
        super()._edit()

    def table(self) -> dict[str, Any]:
        if not self.file:
            return {}
        return {
            "file": self.file,
            "corner": self.corner.currentData(),
            "size": self.size_box.value() / 100,
            "opacity": self.opacity.value() / 100,
            "margin": self.margin.value() / 100,
        }

    def fill(self, table: Mapping[str, Any], _words: SnippetTexts) -> None:
        mark = style_parts.watermark_of({self.KEY: table}) or style_parts.Watermark()
        self._show_file(mark.file)
        self.corner.setCurrentIndex(self.corner.findData(mark.corner))
        for box, share in (
            (self.size_box, mark.size),
            (self.opacity, mark.opacity),
            (self.margin, mark.margin),
        ):
            box.setValue(round(share * 100))


def ask_for_watermark(parent: QWidget, on_chosen: Callable[[str], object]) -> None:
    """Ask for a watermark picture and pass its path to `on_chosen`."""
    pictures = translate(
        "MarkFields", "Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)"
    )
    ask_for_file(parent, translate("MarkFields", "Picture of the watermark"), [pictures], on_chosen)
