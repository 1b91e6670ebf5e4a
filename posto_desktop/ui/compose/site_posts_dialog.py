"""Dialog with the posts of the site, of which one fills the message."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from posto_desktop.core.site_text import FORMS
from posto_desktop.models import site_posts as roles
from posto_desktop.models.site_posts import SitePostsModel
from posto_desktop.sdk.site_content import SitePost, SitePostPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.fields import ComboBox, SearchField
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.loading_line import LoadingLine
from posto_desktop.ui.widgets.no_matches import NoMatches
from posto_desktop.ui.widgets.row_cells import CellColumn, PictureCell, TextCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.workers.debouncer import Debouncer

__all__ = ["PER_PAGE", "SitePostsDialog"]

WIDTH, HEIGHT = 640, 560
PER_PAGE = 20
SEARCH_MS = 300
_THUMB = 48
_NEAR_END = 4
"""Rows before the end at which the next page is asked for."""


class SitePostsDialog(Dialog):
    """Shows the answers to its requests, newest request only.

    Signals: `pageRequested(str search, int page)`, answer with `show_page` or `show_problem`;
    `chosen(SitePost, str form)`: fill the message by it, then call `accept`; `formChosen(str)`.
    """

    pageRequested = Signal(str, int)
    chosen = Signal(object, str)
    formChosen = Signal(str)

    def __init__(
        self,
        picture: Callable[[str], QImage | None],
        form: str = FORMS[0],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("site-posts", self.tr("From the site"), parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = 0
        self._has_more = False
        self._is_loading = False
        self._is_filling = False
        self._problem = ""
        self.model = SitePostsModel(picture, self)
        head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(12)
        head.addWidget(label(self.tr("From the site"), "dialog"))
        words = self.tr("Search the posts of the site")
        self.search = SearchField(words, "search-site-posts", parent=self)
        head.addWidget(self.search)
        self.box.addLayout(head)
        self.loading = LoadingLine(self)
        self._make_list()
        self._make_foot(form)
        self._search_soon = Debouncer(SEARCH_MS, self.start, self)
        self.search.textChanged.connect(self._search_changed)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.resize_inside(WIDTH, HEIGHT)
        self._show_state()
        self.search.setFocus()

    def _make_list(self) -> None:
        self.list = QListView(self)
        name_control(self.list, self.tr("Posts of the site"), "posts-of-the-site")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(RowDelegate(self.list, _post_row, _post_size))
        self.list.setModel(self.model)
        self.list.doubleClicked.connect(self._choose)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.verticalScrollBar().valueChanged.connect(self._ask_near_end)
        self.box.addWidget(self.list, 1)
        self.nothing = NoMatches(self.search, "no-site-posts", self)
        self.box.addWidget(self.nothing, 1)

    def _make_foot(self, form: str) -> None:
        row = self.add_foot()
        self.forms = ComboBox("text-from-the-site", self)
        for key, words in zip(
            FORMS,
            (self.tr("Title and excerpt"), self.tr("Title"), self.tr("Excerpt")),
            strict=True,
        ):
            self.forms.addItem(words, key)
        self.forms.setCurrentIndex(max(0, self.forms.findData(form)))
        self.forms.activated.connect(self._form_chosen)
        #: What of a site's post becomes the text of the message.
        buddy = PlainLabel(self.tr("Text"), self)
        buddy.setObjectName("text-from-the-site-label")
        buddy.setBuddy(self.forms)
        row.addWidget(buddy)
        row.addWidget(self.forms)
        row.addStretch(1)
        self.again = Button(self.tr("Try again"), parent=self)
        self.again.setObjectName("try-again")
        self.again.clicked.connect(self.start)
        row.addWidget(self.again)
        self.cancel = Button(self.tr("Cancel"), parent=self)
        self.cancel.setObjectName("cancel")
        self.cancel.clicked.connect(self.reject)
        row.addWidget(self.cancel)
        self.use = Button(self.tr("Use this post"), "primary", parent=self)
        self.use.setObjectName("use-this-post")
        self.use.setDefault(True)
        self.use.clicked.connect(self._choose)
        row.addWidget(self.use)

    # -- posts -----------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Ask for the first page of what is searched for."""
        self._search_soon.cancel()
        self._problem = ""
        self._ask(1)

    @Slot()
    def _search_changed(self) -> None:
        self._search_soon.call()

    def _ask(self, page: int) -> None:
        self._page, self._is_loading = page, True
        self._show_state()
        self.pageRequested.emit(self.search.text().strip(), page)

    def show_page(self, answer: SitePostPage) -> None:
        """Show the posts of the page that was asked for last."""
        self._is_loading, self._has_more = False, answer.has_more
        if self._page > 1:
            self.model.add_posts(answer.posts)
        else:
            self.model.set_posts(answer.posts)
            self.list.setCurrentIndex(self.model.index(0))
            self.list.scrollToTop()
        self._show_state()
        self._ask_near_end()

    def show_problem(self, sentence: str) -> None:
        """Show why the page that was asked for last did not come."""
        self._is_loading, self._has_more = False, False
        self._problem = sentence or self.tr("The posts could not be read.")
        if self._page <= 1:
            self.model.set_posts(())
        self._show_state()

    @Slot()
    def _ask_near_end(self) -> None:
        """Ask for older posts when the last ones come into view, or the keyboard is there."""
        if self._is_loading or not self._has_more or self._is_filling:
            return
        bar = self.list.verticalScrollBar()
        step = max(1, self.list.sizeHintForRow(0))
        near = self.list.currentIndex().row() >= self.model.rowCount() - _NEAR_END
        if near or bar.value() >= bar.maximum() - _NEAR_END * step:
            self._ask(self._page + 1)

    @Slot()
    def _current_changed(self) -> None:
        self._show_state()
        self._ask_near_end()

    # -- choosing --------------------------------------------------------------------------------

    def current(self) -> SitePost | None:
        return self.model.post(self.list.currentIndex().row())

    @Slot()
    @Slot(QModelIndex)
    def _choose(self, _index: QModelIndex | None = None) -> None:
        post = self.current()
        if post is None or self._is_filling:
            return
        self._is_filling = True
        self._show_state()
        self.chosen.emit(post, self.forms.currentData())

    @Slot(int)
    def _form_chosen(self, _row: int) -> None:
        self.formChosen.emit(self.forms.currentData())

    @property
    def is_filling(self) -> bool:
        """Whether the picture of the chosen post is on its way."""
        return self._is_filling

    # -- display ---------------------------------------------------------------------------------

    def _show_state(self) -> None:
        empty = self.model.rowCount() == 0
        is_waiting = empty and self._is_loading
        self.list.setVisible(not empty)
        self.nothing.setVisible(empty)
        if empty:
            words = self._problem or self.tr("No post of the site matches.")
            if not self._problem and not self.search.text().strip():
                words = self.tr("The site has no posts yet.")
            self.nothing.setText(self.tr("Reading the posts…") if is_waiting else words)
        self.again.setVisible(bool(self._problem))
        self.use.setEnabled(self.current() is not None and not self._is_filling)
        for control in (self.search, self.list, self.forms):
            control.setEnabled(not self._is_filling)
        self.use.setText(
            self.tr("Getting the picture…") if self._is_filling else self.tr("Use this post")
        )
        self.use.setAccessibleName(self.use.text())
        self.loading.set_busy(self._is_loading or self._is_filling)
        self._place_line()

    def _place_line(self) -> None:
        area = (self.list if self.list.isVisible() else self.nothing).geometry()
        self.loading.setGeometry(0, area.top(), self.width(), 2)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.loading.stop()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self._search_soon.cancel()
        self.loading.stop()
        super().done(result)

    # -- keys ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            act = self._search_key if watched is self.search else self._list_key
            if act(event):
                return True
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) and self.model.rowCount():
            self.list.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._search_soon.is_waiting:
                self.start()  # not the post of an earlier search
            else:
                self._choose()
            return True
        return False

    def _list_key(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Up and self.list.currentIndex().row() <= 0:
            self.search.setFocus(Qt.FocusReason.BacktabFocusReason)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
            return True
        return False


def _post_size(_index: Index) -> QSize:
    theme = Theme.instance()
    return QSize(200, max(_THUMB, theme.line("control") + 2 * theme.line("small")) + 18)


def _post_row(index: Index, state: RowState) -> RowContent:
    theme = Theme.instance()
    title = TextCell(str(index.data(Qt.ItemDataRole.DisplayRole)), "control", fills=True)
    words = TextCell(str(index.data(roles.SecondLineRole)), "small", "text_muted", fills=True)
    ring = RowFocusRing() if state.focused and state.selected else None
    return RowContent(
        [
            PictureCell(index.data(roles.PictureRole), _THUMB, "newspaper"),
            CellColumn([title, words], [theme.line("control"), theme.line("small")], gap=12),
        ],
        (24, 0, 24, 0),
        state.background(),
        ring=ring,
    )
