"""Popup with the message of a calendar card, its posts, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.card_details import CardDetails
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.words import posts
from posto_desktop.ui import keys
from posto_desktop.ui.calendar.popups import CalendarPopup
from posto_desktop.ui.shared.post_list import PostList
from posto_desktop.ui.shared.post_pictures import PostPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.labels import StatusPill, hairline
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["CardPopup"]

WIDTH = 400
_TALLEST = 440
_MARGIN = 16
_LONGEST = 3_000  # characters of a text; the schedule shows all of it
_PICTURES, _SIDE = 5, 64
_ROW_INSET = 6  # of the rows of a `PostList`


class CardPopup(CalendarPopup):
    """Shows the `CardDetails` of one card, that of `key`.

    Signals: `actionRequested(str)`, one of "edit", "move", "retry", "send", "duplicate", "delete",
    "pause" (its planner), "site" (open it there), "list" (show it in the list of its page); the
    popup is closed then. `postRequested(object id)` (show a post in the schedule),
    `openRequested(str url)`."""

    actionRequested = Signal(str)
    postRequested = Signal(object)
    openRequested = Signal(str)

    def __init__(self, key: str, pictures: ImageCache, parent: QWidget) -> None:
        super().__init__("card-popup", parent)
        self.key = key
        self._links: tuple[str, ...] = ()
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a shortcut of the card; returns True if it did."""
        self.setAccessibleName(self.tr("Message"))
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 8, 1, 1)
        box.setSpacing(0)
        box.addLayout(self._make_head())
        self._area = OverlayScrollArea(self)
        body = QWidget()
        body.setProperty("role", "scrolled")
        self._area.setWidget(body)
        self._fill(body, pictures)
        box.addWidget(self._area)
        box.addWidget(hairline(self))
        self._foot = self._make_foot()
        box.addLayout(self._foot)
        pictures.arrived.connect(self._pictures.update)

    # -- parts -----------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(_MARGIN, 0, 8, 6)
        row.setSpacing(2)
        self.pill = StatusPill(parent=self)
        row.addWidget(self.pill)
        row.addStretch(1)
        self.list_button = IconButton(
            "list",
            self.tr("Open in the schedule"),
            "open-in-the-schedule",
            size="size.icon_button_small",
            parent=self,
        )
        self.list_button.clicked.connect(lambda: self._act("list"))
        row.addWidget(self.list_button)
        close = IconButton(
            "x", self.tr("Close"), "close", size="size.icon_button_small", parent=self
        )
        close.setToolTip(keys.tip(self.tr("Close"), keys.CLOSE))
        close.setProperty("tabLate", True)
        close.clicked.connect(self.close)
        row.addWidget(close)
        return row

    def _fill(self, body: QWidget, pictures: ImageCache) -> None:
        box = self._body = QVBoxLayout(body)
        box.setContentsMargins(_MARGIN, 0, _MARGIN, 12)
        box.setSpacing(8)
        self.when = Paragraph(role="strong", type_name="strong", object_name="card-when")
        box.addWidget(self.when)
        self.reason = Paragraph(role="error", object_name="card-reason")
        box.addWidget(self.reason)
        self.review = Paragraph(object_name="card-review")
        box.addWidget(self.review)
        self.conflict = Paragraph(object_name="card-conflict")
        self.conflict.set_status_colour("late")
        box.addWidget(self.conflict)
        self.text = Paragraph(object_name="card-text")
        box.addWidget(self.text)
        self.own_texts = Paragraph(role="small", type_name="small", object_name="card-own-texts")
        box.addWidget(self.own_texts)
        self._pictures = PostPictures(pictures, _PICTURES, body)
        box.addWidget(self._pictures)
        self.posts = PostList(body)
        self.posts.postRequested.connect(self._post_requested)
        self.posts.openRequested.connect(self.openRequested)
        around = QHBoxLayout()
        around.setContentsMargins(-_ROW_INSET, 0, 0, 0)  # badges stand below the text
        around.addWidget(self.posts)
        box.addLayout(around)
        self.note = Paragraph(role="small", type_name="small", object_name="card-note")
        box.addWidget(self.note)

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(9, 8, 9, 9)
        row.setSpacing(2)
        self.buttons: dict[str, Button] = {}
        for kind, icon, words, tip in (
            ("edit", "pencil", self.tr("Edit"), keys.EDIT_MESSAGE),
            ("retry", "rotate-cw", self.tr("Retry"), keys.RETRY),
            ("send", "send", self.tr("Send now"), ""),
            ("move", "calendar-clock", self.tr("Move…"), keys.RESCHEDULE),
            ("duplicate", "copy", self.tr("Duplicate"), keys.DUPLICATE),
            ("pause", "pause", self.tr("Pause planner"), ""),
            ("site", "external-link", self.tr("Open on the site"), ""),
        ):
            row.addWidget(self._make_button(kind, icon, words, tip))
        self.open_button = self._make_button("open", "external-link", self.tr("Open post"), "")
        row.addWidget(self.open_button)
        row.addStretch(1)
        row.addWidget(
            self._make_button("delete", "trash-2", self.tr("Delete"), keys.DELETE, danger=True)
        )
        return row

    def _make_button(
        self, kind: str, icon: str, words: str, shortcut: str, *, danger: bool = False
    ) -> Button:
        variant = "quiet-danger" if danger else "quiet"
        button = self.buttons[kind] = Button(words, variant, icon=icon, small=True, parent=self)
        button.setObjectName(
            {
                "send": "send-now",
                "open": "open-post",
                "pause": "pause-planner",
                "site": "open-on-the-site",
            }.get(kind, kind)
        )
        if shortcut:
            button.setToolTip(keys.tip(words.rstrip("…"), keys.words(shortcut)))
        button.set_squeezable()
        button.clicked.connect(lambda: self._act(kind))
        return button

    # -- content ---------------------------------------------------------------------------------

    def show_details(self, details: CardDetails, list_words: str) -> None:
        """Show these details. `list_words` says where "list" leads; "" if nowhere."""
        self.pill.set_status(details.status, details.status_words)
        self.list_button.setVisible(bool(list_words))
        self.list_button.setToolTip(list_words)
        self.when.setText(details.when)
        text = details.text
        text = f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
        self.text.setText(text if text.strip() else self.tr("No text"))
        for label, words in (
            (self.reason, details.reason),
            (self.review, details.review),
            (self.conflict, details.conflict),
            (self.own_texts, details.own_texts),
            (self.note, details.note),
        ):
            label.setText(words)
            label.setVisible(bool(words))
        pictured = next((post.schedule for post in details.posts if post.media), None)
        if pictured is None:
            self._pictures.hide()
        else:
            self._pictures.show_media(pictured, _SIDE, len(pictured.media))
        self.posts.setVisible(bool(details.posts))
        self.posts.set_rows(details.posts, lambda post: details.times.get(post.id, ""))
        self._links = details.links
        words = self.tr("Open post")
        if len(details.links) > 1:
            words = self.tr("Open {posts}").format(posts=posts(len(details.links)))
        self.open_button.setText(words)
        self.open_button.setAccessibleName(words)
        shown = {
            "edit": details.can_edit,
            "retry": details.can_retry,
            "send": details.can_send,
            "move": details.can_move,
            "duplicate": details.can_duplicate,
            "pause": details.can_pause,
            "site": details.is_of_site,
            "open": bool(details.links),
            "delete": details.can_delete,
        }
        for kind, is_shown in shown.items():
            self.buttons[kind].setVisible(is_shown)
        self._fit()

    def _fit(self) -> None:
        """Give the popup room for its buttons, and the body its height, up to what the screen has
        room for."""
        self._foot.invalidate()
        wide = round(WIDTH * Theme.instance().scale)
        self.setFixedWidth(max(wide, self._foot.sizeHint().width() + 2))
        self._body.invalidate()
        tall = self._body.heightForWidth(self.width() - 2)
        tallest = round(_TALLEST * Theme.instance().scale)
        around = 120
        tallest = min(tallest, self.screen().availableGeometry().height() - around)
        self._area.setFixedHeight(min(tall, tallest))
        self.adjustSize()

    def open_beside(self, place: QRect) -> None:
        super().open_beside(place)
        first = next(button for button in self.buttons.values() if not button.isHidden())
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    # -- requests --------------------------------------------------------------------------------

    def _act(self, kind: str) -> None:
        if kind == "open":
            for link in self._links:
                self.openRequested.emit(link)
            return
        self.close()
        self.actionRequested.emit(kind)

    @Slot(int)
    def _post_requested(self, number: int) -> None:
        self.close()
        self.postRequested.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self._area.verticalScrollBar()
        step = {
            Qt.Key.Key_Down: bar.singleStep() * 2,
            Qt.Key.Key_Up: -bar.singleStep() * 2,
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
        }.get(Qt.Key(event.key()))
        if step is not None:
            bar.setValue(bar.value() + step)
        elif not self.handle_key(event):
            super().keyPressEvent(event)
