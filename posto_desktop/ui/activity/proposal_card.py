"""Card of a proposal: who asks for what, everything that would go out, and the answers.

What an agent wrote is shown as plain text, as it is.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.core.proposals import Proposal, ProposedFile, ProposedPost
from posto_desktop.models import proposal_words
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.proposal_words import PostBlock
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.flow_layout import FlowLayout
from posto_desktop.ui.widgets.inline_icon import inline_icon_of, inline_network_badge
from posto_desktop.ui.widgets.labels import hairline, label
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.thumbnails import paint_picture

_BADGE, _SIDE, _GAP = 16, 64, 6


class ProposalCard(QFrame):
    """Signals: `confirmed(str digest)`, `declined(str digest)`."""

    confirmed = Signal(str)
    declined = Signal(str)

    def __init__(
        self,
        proposal: Proposal,
        now: datetime,
        pictures: ImageCache,
        parent: QWidget,
        *,
        workspace: str = "",
    ) -> None:
        """`workspace` is the name of the workspace, "" where there is only one."""
        super().__init__(parent)
        self.proposal = proposal
        self._pictures = pictures
        title = proposal_words.request(proposal, now)
        self.setObjectName("proposal")
        self.setAccessibleName(title)
        self.setProperty("role", "late-area")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 12)
        box.setSpacing(8)
        box.addLayout(self._make_head(title))
        note = self.tr("Nothing happens unless you confirm it.")
        if workspace:
            note = f"{workspace} · {note}"
        box.addWidget(Paragraph(note, "muted", type_name="small", parent=self))
        several = len(proposal.times) > 1 or proposal.kind != "schedule"
        for number, block in enumerate(proposal_words.blocks(proposal.posts)):
            if number:
                box.addWidget(hairline(self))
            when = proposal_words.time_of(block.post, now) if several else ""
            box.addWidget(self._make_block(block, when))
        box.addLayout(self._make_foot())
        self.show_left(now)

    def _make_head(self, title: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(inline_icon_of("bot", 18, "text", self), 0, Qt.AlignmentFlag.AlignTop)
        words = Paragraph(title, "strong", type_name="strong", object_name="proposal-title")
        row.addWidget(words, 1)
        self._left = label("", "muted", object_name="proposal-time-left")
        row.addWidget(self._left, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _make_block(self, block: PostBlock, when: str) -> QWidget:
        post, holder = block.post, QWidget(self)
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        channels = QWidget(holder)
        flow = FlowLayout(channels, gap=8)
        for network, name in block.channels:
            flow.addWidget(_channel(network, name, channels))
        box.addWidget(channels)
        if when:
            box.addWidget(Paragraph(when, "muted", parent=holder))
        for words in _texts_of(post):
            box.addWidget(Paragraph(words, parent=holder))
        for words in self._details_of(post):
            box.addWidget(Paragraph(words, "muted", type_name="small", parent=holder))
        if post.files:
            box.addWidget(_Pictures(post.files, self._pictures, holder))
        return holder

    def _details_of(self, post: ProposedPost) -> list[str]:
        """Return what goes out beside the texts."""
        details = []
        if post.title and post.title not in post.text:
            details.append(self.tr("Title: {title}").format(title=post.title))
        if post.link:
            details.append(self.tr("Link: {link}").format(link=post.link))
        if post.comment:
            details.append(self.tr("First comment: {comment}").format(comment=post.comment))
        for file in post.files:
            if not file.path:
                continue  # its description is with the service
            words = self.tr("{file}: {description}")
            description = file.alt or self.tr("no description")
            details.append(words.format(file=file.name, description=description))
        return details

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        variant = "danger" if self.proposal.kind == "delete" else "primary"
        words = proposal_words.answer(self.proposal)
        self.confirm = Button(words, variant, icon="check", parent=self)
        self.confirm.setObjectName("confirm")
        self.confirm.setAccessibleName(words)
        self.confirm.clicked.connect(self._on_confirm)
        self.decline = Button(self.tr("Decline"), icon="x", parent=self)
        self.decline.setObjectName("decline")
        self.decline.setAccessibleName(self.decline.text())
        self.decline.clicked.connect(self._on_decline)
        row.addWidget(self.confirm)
        row.addWidget(self.decline)
        row.addStretch(1)
        digest = label(self.proposal.short_digest, "caption", object_name="proposal-digest")
        digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        digest.setToolTip(
            self.tr("The digest of exactly this. The agent and the terminal show the same one.")
        )
        row.addWidget(digest)
        return row

    def show_left(self, now: datetime) -> None:
        """Show how long it can still be confirmed."""
        self._left.setText(proposal_words.time_left(self.proposal, now))

    def set_answering(self, on: bool) -> None:
        """Disable the answers while one is carried out."""
        self.confirm.setEnabled(not on)
        self.decline.setEnabled(not on)

    @Slot()
    def _on_confirm(self) -> None:
        self.confirmed.emit(self.proposal.digest)

    @Slot()
    def _on_decline(self) -> None:
        self.declined.emit(self.proposal.digest)


def _texts_of(post: ProposedPost) -> list[str]:
    if not post.thread:
        return [post.text or translate("ProposalCard", "No text")]
    parts = (post.text, *post.thread)
    return [f"{number}/{len(parts)}  {text}" for number, text in enumerate(parts, 1)]


def _channel(network: str, name: str, parent: QWidget) -> QWidget:
    holder = QWidget(parent)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    badge = inline_network_badge(network, _BADGE, holder)
    badge.setToolTip(network_name(network))
    row.addWidget(badge)
    row.addWidget(label(name or network_name(network), "muted"))
    return holder


class _Pictures(QWidget):
    """Thumbnails of the files of a post."""

    def __init__(
        self, files: tuple[ProposedFile, ...], pictures: ImageCache, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._files, self._pictures = files, pictures
        self.setAccessibleName(", ".join(file.name for file in files))
        pictures.arrived.connect(self.update)

    def _columns(self, width: int) -> int:
        return max(1, (width + _GAP) // (_SIDE + _GAP))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = -(-len(self._files) // self._columns(width))
        return lines * (_SIDE + _GAP) - _GAP

    def sizeHint(self) -> QSize:
        width = len(self._files) * (_SIDE + _GAP) - _GAP
        return QSize(width, _SIDE)

    def minimumSizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, columns = QPainter(self), self._columns(self.width())
        for at, file in enumerate(self._files):
            line, column = divmod(at, columns)
            left, top = column * (_SIDE + _GAP), line * (_SIDE + _GAP)
            is_video = file.kind.startswith("video")
            image = None if is_video else self._pictures.get(file.path or file.url)
            place = QRect(left, top, _SIDE, _SIDE)
            paint_picture(painter, place, image, "play" if is_video else "image", 8)
        painter.end()
