"""Box about a proposed post: who proposed it, what is to be changed, and the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.review_words import (
    file_words,
    files_of,
    headline_of,
    proposed_words,
    remark_words,
)
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import Remark, ReviewProposal
from posto_desktop.ui.shared.post_pictures import PostPictures
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.labels import set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_or_column import RowOrColumn
from posto_desktop.viewmodels.team_state import TeamView

__all__ = ["ReviewBox"]


class ReviewBox(QFrame):
    """Signal: `answerRequested(str)` with "approve", "ask", "edit", "withdraw" or "history"."""

    answerRequested = Signal(str)

    def __init__(self, pictures: ImageCache, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("review")
        self.setAccessibleName(self.tr("Review"))
        box = QVBoxLayout(self)
        box.setContentsMargins(11, 12, 11, 12)
        box.setSpacing(0)
        self._title = Paragraph(role="strong", type_name="strong", object_name="review-title")
        self._text = Paragraph(object_name="review-text")
        self._proposed = Paragraph(
            role="caption", type_name="caption", object_name="review-proposed"
        )
        self._picture = PostPictures(pictures, 1, self)
        box.addWidget(self._title)
        box.addSpacing(2)
        box.addWidget(self._proposed)
        box.addSpacing(8)
        beside = QHBoxLayout()
        beside.setSpacing(10)
        beside.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        beside.addWidget(self._text, 1, Qt.AlignmentFlag.AlignTop)
        box.addLayout(beside)
        first, second = RowOrColumn(gap=6, parent=self), RowOrColumn(gap=6, parent=self)
        first.set_margins(0, 12, 0, 0)
        second.set_margins(0, 6, 0, 0)
        self._approve = self._add(first, self.tr("Approve"), "approve", "check", "primary")
        self._ask = self._add(first, self.tr("Request changes…"), "ask", "message-square")
        self._edit = self._add(first, self.tr("Edit"), "edit", "pencil", "primary")
        self._withdraw = self._add(first, self.tr("Withdraw"), "withdraw", "undo-2")
        self._add(second, self.tr("History"), "history", "history", "quiet")
        box.addWidget(first)
        box.addWidget(second)
        self._first = first

    def _add(
        self, row: RowOrColumn, words: str, answer: str, icon: str, variant: str = ""
    ) -> Button:
        button = Button(words, variant, icon=icon, small=True, parent=self)
        button.setObjectName(f"review-{answer}")
        button.setAccessibleName(words)
        button.clicked.connect(lambda: self.answerRequested.emit(answer))
        row.add(button)
        return button

    def show_proposal(
        self,
        proposal: ReviewProposal,
        posts: Sequence[Schedule],
        team: TeamView,
        when: Callable[[datetime], str],
    ) -> None:
        """Show how a proposal of these posts stands, and what the signed-in person may answer."""
        review = proposal.review
        is_returned = review.state == "returned"
        set_role(self, "late-area" if is_returned else "site-area")
        self._title.setText(headline_of(review))
        proposed = proposed_words(review, when)
        self._proposed.setText(proposed)
        self._proposed.setVisible(bool(proposed))
        self._show_picture(review.remark if is_returned else None, posts)
        may_answer, is_own = team.may_answer(proposal), review.is_own
        if is_returned and review.remark is not None:
            words = remark_words(review.remark, files_of(posts))
        elif may_answer:
            words = self.tr("It goes out at its time once you approve it.")
        else:
            words = self.tr("It goes out at its time once an editor approves it.")
        self._text.setText(words)
        self._approve.setVisible(may_answer)
        self._ask.setVisible(may_answer and not is_returned)
        self._edit.setVisible(is_own and not may_answer)
        self._withdraw.setVisible(is_own)
        self._first.setVisible(may_answer or is_own)
        why_not = self.tr("The service does not answer at the moment")
        for button in (self._approve, self._ask, self._withdraw):
            set_enabled(button, team.is_reached, why_not)

    def _show_picture(self, remark: Remark | None, posts: Sequence[Schedule]) -> None:
        """Show the picture that a comment is about."""
        number = remark.media_id if remark is not None else None
        for post in posts:
            files = tuple(file for file in post.media if file.id == number)
            if number is not None and files:
                self._picture.show_media(replace(post, media=files[:1]), 56, 1)
                self._picture.setAccessibleName(file_words(files_of(posts), number))
                return
        self._picture.hide()
