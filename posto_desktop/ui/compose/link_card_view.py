"""Link preview: the card of the link, its loading state, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.core.link_card import LinkCard, host_of
from posto_desktop.core.posts import full_address
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.workers.link_cards import LinkCards
    from posto_desktop.workers.runner import JobRunner

HEIGHT = 64
PICTURE = 96


class _Picture(QWidget):
    """The card's picture, cropped, or an icon."""

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
        # Round the outer corners only, like the frame.
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
    """Hidden while there is nothing to show. Signals: ``removed()``: remove the link."""

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card-alt")
        self.setObjectName("link-preview")
        self.setAccessibleName(self.tr("Link preview"))
        self._card_loader: LinkCardLoader | None = None
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
        # Wrap the reason, so that all of it is visible.
        self.reason = label("", "muted", object_name="link-preview-problem", wrap=True)
        words.addStretch(1)
        for text_label in (self.title, self.about, self.site, self.reason):
            words.addWidget(text_label)
        words.addStretch(1)
        row.addLayout(words, 1)
        self.again = IconButton(
            "refresh-cw", self.tr("Reload link preview"), "reload-link-preview", parent=self
        )
        self.again.clicked.connect(self._try_again)
        self.remove = IconButton("x", self.tr("Remove link"), "remove-link", parent=self)
        self.remove.clicked.connect(self.removed)
        row.addWidget(self.again)
        row.addWidget(self.remove)
        self.hide()

    def set_card_loader(self, card_loader: LinkCardLoader) -> None:
        self._card_loader = card_loader
        card_loader.changed.connect(self._card_changed)

    def set_link(self, text: str) -> None:
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
    def _card_changed(self, _url: str) -> None:
        # Also for another spelling of the same link, which has the same picture.
        self._show()

    @Slot()
    def _try_again(self) -> None:
        if self._card_loader is not None:
            self._card_loader.try_again(self._url)
            self._show()

    def _show(self) -> None:
        card_loader, url = self._card_loader, self._url
        card = card_loader.card(url) if card_loader is not None and url else None
        if card_loader is None or not url:
            self._set("")
        elif card is not None:
            self._show_card(card, card_loader)
        elif card_loader.problem(url):
            self._set("failed")
            self.picture.show_image(None, "image-off")
            words = self.tr("{reason}. The link will still be posted.")
            self.reason.setText(words.format(reason=card_loader.problem(url).rstrip(".")))
        elif card_loader.is_reading(url):
            self._set("reading")
            self.picture.show_image(None, "globe")
            self.reason.setText(self.tr("Reading {host}").format(host=host_of(url)))
        else:
            self._set("")

    def _show_card(self, card: LinkCard, card_loader: LinkCardLoader) -> None:
        self._set("card")
        self.picture.show_image(card_loader.picture(card.image_url), "globe")
        self.title.setText(card.title or card.site or host_of(card.url))
        self.about.setText(card.description)
        self.about.setVisible(bool(card.description))
        self.site.setText(card.site if card.title else "")
        self.site.setVisible(bool(card.title and card.site))

    def _set(self, state: str) -> None:
        self.state = state
        for text_label in (self.title, self.about, self.site):
            text_label.setVisible(state == "card")
        self.reason.setVisible(state in ("reading", "failed"))
        self.again.setVisible(state == "failed")
        self.setVisible(bool(state))


def address_of(text: str) -> str:
    """Return the address meant by the typed text, "" if it is none."""
    text = full_address(text.strip())
    if not text or any(letter.isspace() for letter in text):
        return ""
    host = host_of(text)
    good = text.lower().startswith(("http://", "https://")) and ("." in host or ":" in host)
    return text if good or host == "localhost" else ""


# Milliseconds before an address is looked up: half an address is another site's.
PAUSE_MS = 600
_LONGEST_SIDE = 720
_KEEP_BYTES = 8 * 1024 * 1024


class LinkCardLoader(QObject):
    """Signal ``changed(url)``: card, picture or problem of this link changed."""

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cards: LinkCards | None = None
        self._queued: dict[str, None] = {}
        self._in_progress: set[str] = set()
        self._problems: dict[str, str] = {}
        self._urls: dict[str, str] = {}  # link by address of its picture
        self._book = ImageCache(self, longest_side=_LONGEST_SIDE, limit_bytes=_KEEP_BYTES)
        self._book.requested.connect(self._fetch_picture)
        self._book.arrived.connect(self._picture_arrived)
        self._pause = Debouncer(PAUSE_MS, self._ask, self)

    def set_cards(self, cards: LinkCards, runner: JobRunner) -> None:
        """Set the reader of cards, and the runner that decodes pictures."""
        self._cards = cards
        self._reading = KeyedJobs(runner, self)
        self._reading.done.connect(self._read)
        self._reading.failed.connect(self._not_read)
        self._reading.cancelled.connect(self._settled)
        self._fetching = KeyedJobs(runner, self)
        self._fetching.done.connect(self._fetched)
        self._decoding = KeyedJobs(runner, self)
        self._decoding.done.connect(self._book.put)
        for jobs in (self._fetching, self._decoding):
            jobs.failed.connect(self._picture_lost)
            jobs.cancelled.connect(self._picture_lost)
        self.changed.emit("")

    def card(self, url: str) -> LinkCard | None:
        """Return the card if it is cached; else request it after a pause."""
        if self._cards is None or not url:
            return None
        card = self._cards.known(url)
        if card is not None:
            if card.image_url:
                self._urls[card.image_url] = url
            return card
        if url in self._in_progress or url in self._problems or url in self._queued:
            return None
        # Queue only the present address, not its beginnings.
        self._queued = {queued: None for queued in self._queued if not url.startswith(queued)}
        self._queued[url] = None
        self._pause.call()
        return None

    def picture(self, address: str) -> QImage | None:
        """Return a card's picture if it is cached; else request it."""
        return self._book.get(address) if self._cards is not None else None

    def problem(self, url: str) -> str:
        """Return why there is no card, "" if unknown or if there is one."""
        return self._problems.get(url, "")

    def is_reading(self, url: str) -> bool:
        return url in self._in_progress

    def try_again(self, url: str) -> None:
        """Forget the problem and request the card again."""
        self._problems.pop(url, None)
        self.card(url)

    @Slot()
    def _ask(self) -> None:
        urls, self._queued = list(self._queued), {}
        if self._cards is None:
            return
        for url in urls:
            self._reading.follow(url, self._cards.card(url, self))
            self._in_progress.add(url)
            self.changed.emit(url)

    @Slot(object, object)
    def _read(self, url: str, _card: object) -> None:
        self._settled(url)

    @Slot(object, object)
    def _not_read(self, url: str, error: object) -> None:
        if len(self._problems) > 200:
            self._problems.clear()
        self._problems[url] = message_of(error) or str(error) or "?"
        self._settled(url)

    @Slot(object)
    def _settled(self, url: str) -> None:
        self._in_progress.discard(url)
        self.changed.emit(url)

    # -- pictures --------------------------------------------------------------------------

    @Slot(object)
    def _fetch_picture(self, address: str) -> None:
        if self._cards is not None:
            self._fetching.follow(address, self._cards.picture(address, self))

    @Slot(object, object)
    def _fetched(self, address: str, data: bytes) -> None:
        self._decoding.start(address, _decode, data, pool="web")

    @Slot(object)
    def _picture_lost(self, address: str, _error: object = None) -> None:
        self._book.put(address, QImage())

    @Slot(object)
    def _picture_arrived(self, address: str) -> None:
        self.changed.emit(self._urls.get(address, ""))


def _decode(_job: object, data: bytes) -> QImage:
    from posto_desktop.workers.remote_pictures import decode

    return decode(data, _LONGEST_SIDE)
