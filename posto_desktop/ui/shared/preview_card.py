"""Preview card of a post on one network. Painted by hand, to keep up with typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QWidget

from posto_desktop.ui.shared.preview_bodies import body_of
from posto_desktop.ui.shared.preview_builder import PAD, width_of
from posto_desktop.ui.shared.preview_pieces import (
    FillPiece,
    IconPiece,
    Piece,
    TextPiece,
    changed_region,
)
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.theme import Theme


def head_height() -> int:
    return round(36 * Theme.instance().scale)


class PreviewCard(QFrame):
    """Signal ``chosen(slug)``: the head was clicked, or Enter pressed. Space collapses the card.

    `show_post` only stores a new post; `catch_up` lays it out in idle time.
    """

    chosen = Signal(str)

    def __init__(self, post: PreviewPost, parent: QWidget) -> None:
        super().__init__(parent)
        self._post = post
        self._folded = False
        self._pieces: list[Piece] = []
        self._height = 0
        self._built_for = 0
        self._late = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName(f"preview-{post.key or post.slug}".replace(":", "-"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("focusRadius", Theme.instance().px("radius.panel"))
        self._describe()

    # -- content ---------------------------------------------------------------------------

    @property
    def post(self) -> PreviewPost:
        return self._post

    @property
    def pieces(self) -> list[Piece]:
        """Return the post shown now."""
        return self._pieces

    def shown(self) -> str:
        """Return the text as the network shows it, before the fold."""
        return self._post.text

    def set_post(self, post: PreviewPost) -> bool:
        """Store another post for `catch_up`; return True if it differs."""
        if post == self._post:
            return False
        self._post = post
        self._late = True
        return True

    @property
    def is_late(self) -> bool:
        return self._late

    def catch_up(self) -> None:
        """Lay out the post stored last."""
        if self._late:
            self._build()

    def restyle(self) -> None:
        self._pieces = []
        self._build()
        self.update()

    @property
    def folded(self) -> bool:
        return self._folded

    def set_folded(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self._build()
            self.update()

    def _describe(self) -> None:
        post = self._post
        name = self.tr("Preview for {network}, {channel}").format(
            network=post.network, channel=post.channel
        )
        if name != self.accessibleName():
            self.setAccessibleName(name)
            # A narrow card elides the name.
            self.setToolTip(post.channel)
        description = [post.problem, post.title]
        for number, part in enumerate((post, *post.parts), 1):
            text = part.text[:400]
            if post.parts:
                text = self.tr("Part {n}: {text}").format(n=number, text=text)
            description.append(text)
            description += [
                self.tr("Picture: {alt}").format(alt=media.alt) for media in part.media if media.alt
            ]
        if post.link is not None:
            link = post.link.title or post.link.host
            description.append(self.tr("Link: {title}").format(title=link))
        self.setAccessibleDescription("\n".join(part for part in description if part))

    # -- pieces ----------------------------------------------------------------------------

    def _build(self) -> None:
        """Replace the pieces and repaint only those that differ."""
        self._late = False
        self._describe()
        width = self.width()
        head = head_height()
        pieces = self._head(head)
        height = head
        if not self._folded:
            body, end = body_of(self._post, float(width), float(head))
            pieces += body
            height = max(head, round(end))
        if self.isRightToLeft():
            pieces = [piece.mirrored(float(width)) for piece in pieces]
        self._built_for = width
        old, self._pieces = self._pieces, pieces
        if old:
            region = changed_region(old, pieces)
            if not region.isEmpty():
                self.update(region)
        else:
            self.update()
        if height != self._height:
            self._height = height
            self.setFixedHeight(height)
            # The outline has moved.
            self.update(0, max(0, min(height, self.height()) - 16), width, height)

    def _head(self, high: int) -> list[Piece]:
        post, width = self._post, float(self.width())
        middle = high / 2
        pieces: list[Piece] = [
            FillPiece((0.0, 0.0, width, float(high)), "surface_alt"),
            IconPiece((PAD, middle - 9, 18, 18), post.slug, badge=True),
            IconPiece(
                (width - 25, middle - 7, 14, 14),
                "chevron-end" if self._folded else "chevron-down",
                "text_muted",
            ),
        ]
        if not self._folded:
            pieces.append(FillPiece((0.0, high - 1.0, width, 1.0), "border"))
        right = width - 32
        words, colour = post.problem, "danger_text"
        if not words and post.own_text:
            words, colour = self.tr("Own text"), "accent_text"
        if words:
            room = min(width_of(words, "caption"), width * 0.5)
            pieces.append(TextPiece((right - room, 0.0, room, high), words, "caption", colour))
            right -= room
            if post.problem:
                pieces.append(IconPiece((right - 17, middle - 7, 14, 14), "circle-x", colour))
                right -= 24
            else:
                pieces.append(FillPiece((right - 11, middle - 3, 6, 6), colour, 3.0))
                right -= 18
        left = PAD + 24
        name = min(width_of(post.network, "strong"), right - left)
        pieces.append(TextPiece((left, 0.0, name, high), post.network, "strong"))
        left += name + 6
        handle = post.channel
        if post.more_channels:
            handle = self.tr("{channel} and %n more", "", post.more_channels).format(channel=handle)
        if right - left > 24:
            place = (left, 0.0, right - left - 4, float(high))
            pieces.append(TextPiece(place, handle, "small", "text_faint"))
        return pieces

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange and self._built_for:
            self.restyle()

    def sizeHint(self) -> QSize:
        return QSize(320, self._height or head_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != self._built_for:
            self._pieces = []
            self._build()

    # -- events ----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() <= head_height():
            x = event.position().x()
            if (self.width() - x if self.isRightToLeft() else x) > self.width() - 34:
                self.set_folded(not self._folded)
            else:
                self.chosen.emit(self._post.slug)
            event.accept()
            return
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.set_folded(not self._folded)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._post.slug)
        else:
            super().keyPressEvent(event)

    def tip_at(self, x: float, y: float) -> tuple[str, QRectF]:
        """Return the tooltip at a position: a picture's description, else the channel's full
        name."""
        for piece in reversed(self._pieces):
            if piece.tip and piece.area().contains(x, y):
                return piece.tip, piece.area()
        return self.toolTip(), QRectF(self.rect())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip, area = self.tip_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), tip, self, area.toAlignedRect())
            return True
        return super().event(event)

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setLayoutDirection(self.layoutDirection())
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = theme.px("radius.panel")
        outline = QPainterPath()
        outline.addRoundedRect(frame, radius, radius)
        painter.fillPath(outline, theme.colour("raised"))
        dirty = event.region()
        painter.save()
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        for piece in self._pieces:
            if dirty.intersects(piece.area().toAlignedRect()):
                piece.paint(painter)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawPath(outline)
        painter.end()
