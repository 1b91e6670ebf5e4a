"""List model of the posts of the site, newest first, with their pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.sdk.site_content import SitePost

__all__ = ["PictureRole", "PostRole", "SecondLineRole", "SitePostsModel"]

Index = QModelIndex | QPersistentModelIndex

PostRole = int(Qt.ItemDataRole.UserRole) + 1
SecondLineRole = PostRole + 1
"""Its day, and the beginning of its excerpt."""
PictureRole = PostRole + 2
"""A QImage; None until it is there, or without a picture."""

_SPOKEN_CHARS = 160


class SitePostsModel(QAbstractListModel):
    """`picture` returns the picture of an address, and requests it at the first call."""

    def __init__(
        self, picture: Callable[[str], QImage | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._posts: list[SitePost] = []

    def set_posts(self, posts: Sequence[SitePost]) -> None:
        self.beginResetModel()
        self._posts = list(posts)
        self.endResetModel()

    def add_posts(self, posts: Sequence[SitePost]) -> None:
        """Add older posts, each once: new ones have moved them on."""
        known = {post.id for post in self._posts}
        fresh = [post for post in posts if post.id not in known]
        if fresh:
            first = len(self._posts)
            self.beginInsertRows(QModelIndex(), first, first + len(fresh) - 1)
            self._posts += fresh
            self.endInsertRows()

    def post(self, row: int) -> SitePost | None:
        return self._posts[row] if 0 <= row < len(self._posts) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._posts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        post = self.post(index.row()) if index.isValid() else None
        if post is None:
            return None
        if role == PostRole:
            return post
        if role == PictureRole:
            return self._picture(post.preview)
        if role == Qt.ItemDataRole.DisplayRole:
            return post.title or translate("SitePosts", "No title")
        if role == SecondLineRole:
            return _second_line(post)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            title = post.title or translate("SitePosts", "No title")
            return f"{title}, {_second_line(post)[:_SPOKEN_CHARS]}".rstrip(" ,")
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n\n".join(part for part in (post.title, post.excerpt, post.link) if part)
        return None


def _second_line(post: SitePost) -> str:
    day = ""
    if post.published_at is not None:
        day = dates.day_words(dates.local(post.published_at).date(), "d MMM yyyy")
    return " · ".join(part for part in (day, " ".join(post.excerpt.split())) if part)
