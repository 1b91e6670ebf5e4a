"""Controller of "From the site…": a post of the site fills the open message in one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage
from shiboken6 import isValid

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.posts import headline
from posto_desktop.core.site_text import FORMS, filled_by
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.sdk.site_content import SitePost, SitePostPage
from posto_desktop.ui.compose.page import ComposePage
from posto_desktop.ui.compose.site_posts_dialog import PER_PAGE, SitePostsDialog
from posto_desktop.workers.file_info import FileInfo, look_at_files
from posto_desktop.workers.latest_job import LatestJob

__all__ = ["SitePostsController"]

_LONGEST_TITLE = 60


class SitePostsController(QObject):
    """Opens the dialog and fills the message; made at the first use. `keep(name, value)` writes a
    setting."""

    def __init__(
        self,
        context: AppContext,
        page: ComposePage,
        keep: Callable[[str, object], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._page, self._keep = context, page, keep
        self._keys = count(1)
        self._key = ""
        self._chosen: tuple[SitePost, str] | None = None
        self._dialog: SitePostsDialog | None = None
        self._pictures = ImageCache(self)
        self._pictures.requested.connect(context.pictures.request)
        context.pictures.ready.connect(self._picture_ready)
        self._files = LatestJob(context.runner, self)
        self._files.done.connect(self._looked_at)
        self._files.failed.connect(self._not_looked_at)
        site = context.service.site
        site.posts_loaded.connect(self._posts_loaded)
        site.posts_failed.connect(self._posts_failed)
        site.picture_fetched.connect(self._picture_fetched)

    def open(self) -> None:
        """Show the posts of the site."""
        form = str(self._context.settings.get("compose.site_text") or FORMS[0])
        self._pictures.retry_missing()
        dialog = self._dialog = SitePostsDialog(self._pictures.get, form, self._page.window())
        self._pictures.arrived.connect(dialog.list.viewport().update)
        dialog.pageRequested.connect(self._read)
        dialog.chosen.connect(self._choose)
        dialog.formChosen.connect(partial(self._keep, "compose.site_text"))
        dialog.finished.connect(self._closed)
        dialog.open()
        dialog.start()

    @Slot()
    def _closed(self) -> None:
        """Drop the answers to come: the user has closed the dialog."""
        self._dialog, self._key, self._chosen = None, "", None
        self._files.forget()

    def _shown(self, key: str) -> SitePostsDialog | None:
        """Return the dialog if it waits for the answer to this key."""
        dialog = self._dialog
        return dialog if key == self._key and dialog is not None and isValid(dialog) else None

    # -- posts ---------------------------------------------------------------------------------

    @Slot(str, int)
    def _read(self, search: str, page: int) -> None:
        self._key = f"posts {next(self._keys)}"
        self._context.service.site.read_posts(self._key, search, page, PER_PAGE)

    @Slot(str, object)
    def _posts_loaded(self, key: str, answer: SitePostPage) -> None:
        dialog = self._shown(key)
        if dialog is not None:
            dialog.show_page(answer)

    @Slot(str, str)
    def _posts_failed(self, key: str, sentence: str) -> None:
        dialog = self._shown(key)
        if dialog is not None:
            dialog.show_problem(sentence)

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        if self._dialog is not None:
            self._pictures.put(url, image)

    # -- filling -------------------------------------------------------------------------------

    @Slot(object, str)
    def _choose(self, post: SitePost, form: str) -> None:
        """Fill the message by a post, once its picture is here."""
        self._chosen = (post, form)
        self._key = f"picture {next(self._keys)}"
        if post.picture:
            self._context.service.site.fetch_picture(self._key, post.picture)
        else:
            self._fill(None)

    @Slot(str, str, str)
    def _picture_fetched(self, key: str, path: str, sentence: str) -> None:
        if self._shown(key) is None:
            return
        if path:
            self._files.start(look_at_files, [path])
        else:
            self._fill(None, sentence)

    @Slot(object)
    def _looked_at(self, infos: list[FileInfo]) -> None:
        info = infos[0]
        if info.media is None:
            self._fill(None, info.problem)
            return
        edit = self._page.media_import.first_edit(info.kind)
        alt = self._chosen[0].picture_alt if self._chosen is not None else ""
        self._fill(replace(info.media, alt=alt, edit=edit))

    @Slot(object)
    def _not_looked_at(self, _error: object) -> None:
        self._fill(None, self.tr("The picture could not be read."))

    def _fill(self, picture: MediaRef | None, problem: str = "") -> None:
        """Fill the open message: text, link and picture are one step."""
        chosen, dialog = self._chosen, self._dialog
        if chosen is None or dialog is None:
            return
        post, form = chosen
        dialog.accept()
        message = self._page.message
        before = message.draft
        message.editor.edit_alone(**filled_by(before, post, form, picture))
        title = headline(post.title, _LONGEST_TITLE) or post.link
        message.offer_undo(self.tr("Filled from “{title}”").format(title=title), before)
        if problem:
            words = self.tr("Without its picture: {why}").format(why=problem)
            self._context.window.show_notification("warning", words)
        message.open_drafts.focus()
