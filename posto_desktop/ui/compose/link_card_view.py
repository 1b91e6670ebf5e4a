"""What networks will show of the link: its card, while it is being read, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.core.link_card import LinkCard, host_of
from posto_desktop.core.posts import full_address
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, label

if TYPE_CHECKING:
    from posto_desktop.ui.compose.link_looks import LinkLooks

HEIGHT = 64
PICTURE = 96


class _Picture(QWidget):
    """The card's picture, cut to its place, or an icon."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._icon = "globe"
        scale = Theme.instance().scale
        self.setFixedSize(round(PICTURE * scale), round(HEIGHT * scale) - 2)

    def show_image(self, image: QImage | None, icon: str) -> None:
        self._image, self._icon = image, icon
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        # Round at the outer side only, as the frame is.
        rect = self.rect().adjusted(0, 0, 8, 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            rect = self.rect().adjusted(-8, 0, 0, 0)
        shape.addRoundedRect(rect, 7, 7)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), theme.colour("sunken"))
        if self._image is None or self._image.isNull():
            painters.paint_icon(painter, self.rect(), self._icon, 20, theme.colour("text_faint"))
        else:
            size = self._image.size().scaled(
                self.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding
            )
            x, y = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
            painter.drawImage(QRect(x, y, size.width(), size.height()), self._image)
        painter.end()


class LinkCardView(QFrame):
    """Hidden while there is nothing to say. Signals: ``removed()``: no link after all."""

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card-alt")
        self.setObjectName("link-preview")
        self.setAccessibleName(self.tr("Link preview"))
        self._looks: LinkLooks | None = None
        self._url = ""
        self.state = ""
        """"", "reading", "card" or "failed"."""
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 6, 1)
        row.setSpacing(12)
        self.picture = _Picture(self)
        row.addWidget(self.picture)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.title = ElidedLabel("", "control", parent=self)
        self.title.setObjectName("link-preview-title")
        self.about = ElidedLabel("", "small", parent=self)
        self.about.setObjectName("link-preview-description")
        self.site = ElidedLabel("", "caption", parent=self)
        self.site.setObjectName("link-preview-site")
        # A reason is read to its end.
        self.reason = label("", "muted", object_name="link-preview-problem", wrap=True)
        words.addStretch(1)
        for one in (self.title, self.about, self.site, self.reason):
            words.addWidget(one)
        words.addStretch(1)
        row.addLayout(words, 1)
        self.again = IconButton("refresh-cw", self.tr("Read the link again"), parent=self)
        self.again.clicked.connect(self._try_again)
        self.remove = IconButton("x", self.tr("Remove link"), parent=self)
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.again)
        row.addWidget(self.remove)
        self.hide()

    def set_looks(self, looks: LinkLooks) -> None:
        """Where cards come from."""
        self._looks = looks
        looks.changed.connect(self._came)

    def set_link(self, text: str) -> None:
        """Show this link, as it was typed."""
        self._url = address_of(text)
        self._show()

    @property
    def url(self) -> str:
        return self._url

    def restyle(self) -> None:
        scale = Theme.instance().scale
        self.picture.setFixedSize(round(PICTURE * scale), round(HEIGHT * scale) - 2)
        self._show()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, super().minimumSizeHint().height())

    @Slot(str)
    def _came(self, _url: str) -> None:
        # Also for the same link in another spelling: its picture came with that one.
        self._show()

    @Slot()
    def _try_again(self) -> None:
        if self._looks is not None:
            self._looks.try_again(self._url)
            self._show()

    def _show(self) -> None:
        looks, url = self._looks, self._url
        card = looks.card(url) if looks is not None and url else None
        if looks is None or not url:
            self._set("")
        elif card is not None:
            self._show_card(card, looks)
        elif looks.problem(url):
            self._set("failed")
            self.picture.show_image(None, "image-off")
            words = self.tr("{reason}; the link is posted all the same.")
            self.reason.setText(words.format(reason=looks.problem(url).rstrip(".")))
        elif looks.is_reading(url):
            self._set("reading")
            self.picture.show_image(None, "globe")
            self.reason.setText(self.tr("Reading {host}").format(host=host_of(url)))
        else:
            self._set("")

    def _show_card(self, card: LinkCard, looks: LinkLooks) -> None:
        self._set("card")
        self.picture.show_image(looks.picture(card.image_url), "globe")
        self.title.setText(card.title or card.site or host_of(card.url))
        self.about.setText(card.description)
        self.about.setVisible(bool(card.description))
        self.site.setText(card.site if card.title else "")
        self.site.setVisible(bool(card.title and card.site))

    def _set(self, state: str) -> None:
        self.state = state
        for one in (self.title, self.about, self.site):
            one.setVisible(state == "card")
        self.reason.setVisible(state in ("reading", "failed"))
        self.again.setVisible(state == "failed")
        self.setVisible(bool(state))


def address_of(text: str) -> str:
    """The address that is meant by what was typed; "" while it is none."""
    text = full_address(text.strip())
    if not text or any(letter.isspace() for letter in text):
        return ""
    host = host_of(text)
    good = text.lower().startswith(("http://", "https://")) and ("." in host or ":" in host)
    return text if good or host == "localhost" else ""
