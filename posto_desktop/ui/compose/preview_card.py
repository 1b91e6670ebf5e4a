"""One network's view of the post: painted by hand, so that it follows each key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from posto_desktop.models.media import duration_text
from posto_desktop.ui import icons
from posto_desktop.ui.compose.media_tiles import cover
from posto_desktop.ui.compose.preview_manner import Manner, grid, manner, shown_text
from posto_desktop.ui.compose.text_marks import marks, needs_mapping, utf16_offset
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

HEAD = 36
PAD = 12


@dataclass(frozen=True)
class PreviewMedia:
    """One file as a preview shows it."""

    path: str
    kind: str
    aspect: float = 1.0
    duration: float = 0.0
    alt: str = ""


@dataclass(frozen=True)
class PreviewPost:
    """What one card shows.  ``over``: index where the network's limit is passed."""

    slug: str
    network: str
    channel: str
    others: int = 0
    text: str = ""
    over: int | None = None
    media: tuple[PreviewMedia, ...] = ()
    link: str = ""
    date: str = ""
    own_text: bool = False
    problem: str = ""
    avatar: QImage | None = field(default=None, compare=False)
    avatar_key: int = 0


class RichLines:
    """Wrapped text with its links coloured, at most ``lines`` lines and then "… more"."""

    def __init__(self) -> None:
        self._layout = QTextLayout()
        self._more: tuple[QPointF, str] | None = None
        self.height = 0.0
        self._line = 19.0
        self._shown = 0

    def lay_out(
        self,
        text: str,
        font: QFont,
        width: float,
        line: float,
        lines: int | None,
        more: str,
        strong: int = 0,
    ) -> float:
        """Lay out and return the height in pixels; the first ``strong`` characters are bold."""
        theme = Theme.instance()
        self._line = line
        self._more = None
        layout = self._layout
        layout.setFont(font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        shown = text.replace("\n", "\u2028")
        layout.setText(shown)
        wide = needs_mapping(text)
        formats = []
        for mark in marks(text):
            piece = QTextLayout.FormatRange()
            begin = utf16_offset(text, mark.start) if wide else mark.start
            end = utf16_offset(text, mark.end) if wide else mark.end
            piece.start = begin  # type: ignore[attr-defined]
            piece.length = end - begin  # type: ignore[attr-defined]
            style = QTextCharFormat()
            style.setForeground(theme.colour("accent_text"))
            piece.format = style  # type: ignore[attr-defined]
            formats.append(piece)
        if strong:
            piece = QTextLayout.FormatRange()
            piece.start = 0  # type: ignore[attr-defined]
            piece.length = utf16_offset(text, strong)  # type: ignore[attr-defined]
            style = QTextCharFormat()
            style.setFontWeight(QFont.Weight.DemiBold)
            piece.format = style  # type: ignore[attr-defined]
            formats.append(piece)
        layout.setFormats(formats)
        layout.beginLayout()
        count = 0
        cut_at = -1
        while True:
            current = layout.createLine()
            if not current.isValid():
                break
            if lines is not None and count == lines:
                cut_at = current.textStart()
                break
            current.setLineWidth(width)
            current.setPosition(QPointF(0, count * line + (line - current.height()) / 2))
            count += 1
        layout.endLayout()
        if cut_at >= 0 and count:
            # Lay out once more, with the tail of the last line replaced by the fold's words.
            # The trailing part is cut on Qt's own count, so work on UTF-16.
            tail = f"… {more}"
            last = layout.lineAt(count - 1)
            units = shown.encode("utf-16-le", "surrogatepass")
            room = width - _width(font, tail) - 2
            end = last.xToCursor(room) if last.naturalTextWidth() > room else cut_at
            end = int(end[0]) if isinstance(end, tuple) else int(end)
            head = units[: end * 2].decode("utf-16-le", "ignore").rstrip("\u2028 \n")
            head = head.replace("\u2028", "\n")
            self.height = self.lay_out(head, font, width, line, None, more, min(strong, len(head)))
            final = layout.lineAt(layout.lineCount() - 1)
            self._more = (QPointF(final.naturalTextWidth() + 1, final.y() + final.ascent()), tail)
            return self.height
        self._shown = count
        self.height = count * line
        return self.height

    def paint(self, painter: QPainter, place: QPointF) -> None:
        self._layout.draw(painter, place)
        if self._more is not None:
            painter.save()
            painter.setFont(self._layout.font())
            painter.setPen(Theme.instance().colour("text_faint"))
            painter.drawText(place + self._more[0], self._more[1])
            painter.restore()


def _width(font: QFont, text: str) -> float:
    return QFontMetricsF(font).horizontalAdvance(text)


class PreviewCard(QFrame):
    """Signal ``chosen(slug)``: the card's head was clicked."""

    chosen = Signal(str)

    def __init__(
        self, post: PreviewPost, picture: Callable[[str], QImage | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._post = post
        self._manner: Manner = manner(post.slug)
        self._picture = picture
        self._folded = False
        self._lines = RichLines()
        self._rects: list[tuple[float, float, float, float]] = []
        self._height = HEAD
        self._pixmaps: dict[str, tuple[int, QPixmap]] = {}
        self._avatar_pixmap: tuple[int, QPixmap] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName(f"preview-{post.slug}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._describe()

    # -- content ---------------------------------------------------------------------------

    @property
    def post(self) -> PreviewPost:
        return self._post

    def shown(self) -> str:
        """The text as the network shows it, before folding."""
        return shown_text(self._post.text, self._post.over)[0]

    def set_post(self, post: PreviewPost) -> None:
        if post == self._post:
            return
        self._post = post
        self._describe()
        self._measure()
        self.update()

    def pictures_changed(self, path: str) -> None:
        if any(media.path == path for media in self._post.media):
            self._pixmaps.pop(path, None)
            self.update()

    def restyle(self) -> None:
        self._measure()
        self.update()

    def _describe(self) -> None:
        post = self._post
        self.setAccessibleName(
            self.tr("Preview for {network}, {channel}").format(
                network=post.network, channel=post.channel
            )
        )
        self.setAccessibleDescription(post.problem or shown_text(post.text, post.over)[0][:400])
        # A narrow card cuts the name.
        tips = [post.channel, *(media.alt for media in post.media if media.alt)]
        self.setToolTip("\n".join(tips))

    # -- geometry --------------------------------------------------------------------------

    def _text_width(self) -> float:
        width = self.width() - 2 * PAD
        return width - 46 if self._manner.kind == "micro" else float(width)

    def _measure(self) -> None:
        """Lay out everything; the height follows the content."""
        theme = Theme.instance()
        post, look = self._post, self._manner
        if self._folded:
            self._set_height(HEAD)
            return
        shown, _cut = shown_text(post.text, post.over)
        if look.kind == "photo":
            shown = f"{post.channel} {shown}" if shown else post.channel
        line = theme.line("body") - 1.0
        text = self._lines.lay_out(
            shown,
            theme.font("body"),
            max(60.0, self._text_width()),
            line,
            look.lines,
            look.more,
            len(post.channel) if look.kind == "photo" else 0,
        )
        if not shown:
            text = 0.0
        wide = look.kind in ("page", "photo", "clip")
        media_width = float(self.width() - 2) if wide else max(60.0, self._text_width())
        aspects = [media.aspect for media in post.media]
        self._rects = grid(aspects, media_width, kind=look.kind, most=look.pictures)
        media = max((top + height for _l, top, _w, height in self._rects), default=0.0)
        self._text_height = text
        self._media_height = media
        if look.kind == "micro":
            total = PAD + 20 + text + (8 + media if media else 0) + 38
        elif look.kind == "page":
            total = PAD + 40 + (8 + text if text else 0) + (10 + media if media else 0)
            total += 38 if look.actions else 12
        elif look.kind == "photo":
            total = 42 + (media or 180) + 36 + text + PAD
        elif look.kind == "clip":
            total = media or round((self.width() - 2) / 0.8)
        else:
            total = PAD + 26 + (media + 6 if media else 0) + text + PAD + 14
        if post.link and look.kind in ("page", "chat") and not post.media:
            total += 34
        self._set_height(HEAD + int(total))

    _text_height = 0.0
    _media_height = 0.0

    def _set_height(self, height: int) -> None:
        if height != self._height or self.minimumHeight() != height:
            self._height = height
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        return QSize(320, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._measure()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.position().y() <= HEAD:
            if event.position().x() > self.width() - 34:
                self._folded = not self._folded
                self._measure()
                self.update()
            else:
                self.chosen.emit(self._post.slug)
            event.accept()
            return
        super().mousePressEvent(event)

    # -- painting --------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = theme.px("radius.panel")
        outline = QPainterPath()
        outline.addRoundedRect(frame, radius, radius)
        painter.fillPath(outline, theme.colour("raised"))
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, 0, self.width(), HEAD), theme.colour("surface_alt"))
        self._paint_head(painter)
        if not self._folded:
            painter.fillRect(QRectF(0, HEAD - 1, self.width(), 1), theme.colour("border"))
            paint = {
                "micro": self._paint_micro,
                "page": self._paint_page,
                "photo": self._paint_photo,
                "clip": self._paint_clip,
            }.get(self._manner.kind, self._paint_chat)
            paint(painter)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawPath(outline)
        painter.end()

    def _text(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        font: str,
        colour: str,
        *,
        right: bool = False,
    ) -> float:
        """Draw one elided line; returns its width."""
        theme = Theme.instance()
        painter.setFont(theme.font(font))
        painter.setPen(theme.colour(colour))
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, max(0, int(rect.width()))
        )
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
        return float(painter.fontMetrics().horizontalAdvance(shown))

    def _paint_head(self, painter: QPainter) -> None:
        theme = Theme.instance()
        ratio = self.devicePixelRatioF()
        post = self._post
        painter.drawPixmap(QPointF(PAD, 9), icons.network_badge(post.slug, 18, ratio))
        right = self.width() - 32.0
        arrow = "chevron-down" if not self._folded else "chevron-right"
        painter.drawPixmap(
            QPointF(self.width() - 25.0, 11),
            icons.pixmap(arrow, 14, theme.colour("text_muted"), ratio),
        )
        if post.problem:
            painter.setFont(theme.font("caption"))
            width = painter.fontMetrics().horizontalAdvance(post.problem) + 2.0
            mark = icons.pixmap("circle-x", 14, theme.colour("danger_text"), ratio)
            painter.drawPixmap(QPointF(right - width - 17, 11), mark)
            self._text(
                painter,
                QRectF(right - width, 0, width, HEAD),
                post.problem,
                "caption",
                "danger_text",
            )
            right -= width + 24
        elif post.own_text:
            words = self.tr("Own text")
            painter.setFont(theme.font("caption"))
            width = painter.fontMetrics().horizontalAdvance(words) + 2.0
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_text"))
            painter.drawEllipse(QRectF(right - width - 11, HEAD / 2 - 3, 6, 6))
            self._text(
                painter, QRectF(right - width, 0, width, HEAD), words, "caption", "accent_text"
            )
            right -= width + 18
        left = PAD + 24.0
        left += self._text(
            painter, QRectF(left, 0, right - left, HEAD), post.network, "strong", "text"
        )
        handle = post.channel
        if post.others:
            handle = self.tr("{channel} and {n} more").format(channel=handle, n=post.others)
        self._text(
            painter, QRectF(left + 8, 0, right - left - 12, HEAD), handle, "small", "text_faint"
        )

    def _avatar(self, painter: QPainter, rect: QRectF, *, square: bool = False) -> None:
        theme = Theme.instance()
        post = self._post
        path = QPainterPath()
        if square:
            path.addRoundedRect(rect, 6, 6)
        else:
            path.addEllipse(rect)
        if post.avatar is not None and not post.avatar.isNull():
            key = post.avatar.cacheKey()
            if self._avatar_pixmap is None or self._avatar_pixmap[0] != key:
                self._avatar_pixmap = (key, QPixmap.fromImage(post.avatar))
            pixmap = self._avatar_pixmap[1]
            painter.save()
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            painter.drawPixmap(rect, pixmap, cover(pixmap, rect))
            painter.restore()
            painters.paint_edge(painter, rect, 6 if square else rect.width() / 2)
            return
        look = theme.network(post.slug)
        painter.fillPath(path, look.tint)
        font = theme.font("strong")
        painter.setFont(font)
        painter.setPen(look.glyph)
        letter = next((c for c in post.channel if c.isalnum()), "?").upper()
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), letter)

    def _paint_pictures(self, painter: QPainter, left: float, top: float, radius: float) -> None:
        theme = Theme.instance()
        ratio = self.devicePixelRatioF()
        media = self._post.media
        if not self._rects:
            return
        width = max(x + w for x, _y, w, _h in self._rects)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(left, top, width, self._media_height), radius, radius)
        painter.save()
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        for number, (x, y, w, h) in enumerate(self._rects):
            target = QRectF(left + x, top + y, w, h)
            item = media[number]
            pixmap = self._pixmap(item.path)
            if pixmap is None:
                painter.fillRect(target, theme.colour("sunken"))
                name = "play" if item.kind == "video" else "image"
                mark = icons.pixmap(name, 22, theme.colour("text_faint"), ratio)
                painter.drawPixmap(target.center() - QPointF(11, 11), mark)
            else:
                painter.drawPixmap(target, pixmap, cover(pixmap, target))
            if item.kind == "video":
                self._paint_play(painter, target, item.duration)
        hidden = len(media) - len(self._rects)
        if hidden > 0 and self._manner.pictures > 1:
            x, y, w, h = self._rects[-1]
            last = QRectF(left + x, top + y, w, h)
            painter.fillRect(last, theme.colour("media_badge"))
            painter.setFont(theme.font("page"))
            painter.setPen(theme.colour("media_badge_text"))
            painter.drawText(last, int(Qt.AlignmentFlag.AlignCenter), f"+{hidden}")
        painter.restore()
        if self._manner.kind == "photo" and len(media) > 1:
            self._badge(painter, QPointF(left + width - 12, top + 10), f"1/{len(media)}", 20)

    def _badge(self, painter: QPainter, right_top: QPointF, words: str, height: float) -> None:
        theme = Theme.instance()
        painter.setFont(theme.numbers("caption"))
        width = painter.fontMetrics().horizontalAdvance(words) + 16.0
        rect = QRectF(right_top.x() - width, right_top.y(), width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setPen(theme.colour("media_badge_text"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), words)

    def _paint_play(self, painter: QPainter, target: QRectF, duration: float) -> None:
        theme = Theme.instance()
        middle = target.center()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawEllipse(middle, 20, 20)
        shape = QPainterPath()
        shape.moveTo(middle.x() - 5, middle.y() - 8)
        shape.lineTo(middle.x() + 9, middle.y())
        shape.lineTo(middle.x() - 5, middle.y() + 8)
        shape.closeSubpath()
        painter.fillPath(shape, theme.colour("media_badge_text"))
        length = duration_text(duration) if duration else ""
        if length:
            self._badge(painter, QPointF(target.right() - 8, target.bottom() - 28), length, 20)

    def _pixmap(self, path: str) -> QPixmap | None:
        image = self._picture(path)
        if image is None or image.isNull():
            return None
        known = self._pixmaps.get(path)
        if known is None or known[0] != image.cacheKey():
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(1.0)
            known = (image.cacheKey(), pixmap)
            self._pixmaps[path] = known
        return known[1]

    def _actions(self, painter: QPainter, rect: QRectF, *, spread: bool = True) -> None:
        theme = Theme.instance()
        ratio = self.devicePixelRatioF()
        actions = self._manner.actions
        if not actions:
            return
        labelled = any(label for _icon, label in actions)
        step = (
            rect.width() / len(actions)
            if labelled
            else (rect.width() - 18) / max(1, len(actions) - 1)
        )
        for number, (name, label) in enumerate(actions):
            mark = icons.pixmap(name, 16, theme.colour("text_faint"), ratio)
            left = rect.left() + number * (step if spread or labelled else 30)
            middle = rect.center().y()
            if labelled:
                painter.setFont(theme.font("small"))
                width = 16 + 5 + painter.fontMetrics().horizontalAdvance(label)
                left += (step - width) / 2
                self._text(
                    painter,
                    QRectF(left + 21, rect.top(), width, rect.height()),
                    label,
                    "small",
                    "text_faint",
                )
            painter.drawPixmap(QPointF(left, middle - 8), mark)

    def _paint_micro(self, painter: QPainter) -> None:
        post = self._post
        left, top = PAD + 46.0, HEAD + PAD
        self._avatar(painter, QRectF(PAD, top, 36, 36))
        right = float(self.width() - PAD)
        theme = Theme.instance()
        painter.setFont(theme.font("small"))
        date_width = painter.fontMetrics().horizontalAdvance(post.date) + 2.0 if post.date else 0.0
        self._text(
            painter,
            QRectF(left, top - 2, right - left - date_width - 8, 20),
            post.channel,
            "strong",
            "text",
        )
        if post.date:
            self._text(
                painter,
                QRectF(right - date_width, top - 2, date_width, 20),
                post.date,
                "small",
                "text_faint",
                right=True,
            )
        painter.setPen(theme.colour("text"))
        self._lines.paint(painter, QPointF(left, top + 19))
        below = top + 20 + self._text_height
        if self._rects:
            below += 8
            self._paint_pictures(painter, left, below, 12)
            below += self._media_height
        self._actions(painter, QRectF(left, below + 4, right - left, 32))

    def _paint_page(self, painter: QPainter) -> None:
        theme = Theme.instance()
        post = self._post
        top = HEAD + PAD
        self._avatar(painter, QRectF(PAD, top, 36, 36), square=post.slug == "linkedin")
        width = self.width() - PAD * 2 - 46.0
        self._text(painter, QRectF(PAD + 46, top - 1, width, 20), post.channel, "strong", "text")
        second = self.tr("{time} · Public").format(time=post.date or self.tr("now"))
        self._text(painter, QRectF(PAD + 46, top + 18, width, 18), second, "caption", "text_faint")
        below = top + 40.0
        if self._text_height:
            painter.setPen(theme.colour("text"))
            self._lines.paint(painter, QPointF(PAD, below + 8))
            below += 8 + self._text_height
        if self._rects:
            below += 10
            self._paint_pictures(painter, 1, below, 0)
            below += self._media_height
        elif post.link:
            below = self._paint_link(painter, below)
        if self._manner.actions:
            self._actions(painter, QRectF(PAD, below + 3, self.width() - 2 * PAD, 34))

    def _paint_link(self, painter: QPainter, top: float) -> float:
        theme = Theme.instance()
        rect = QRectF(PAD, top + 6, self.width() - 2 * PAD, 28)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("surface_alt"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        mark = icons.pixmap("link", 14, theme.colour("text_faint"), self.devicePixelRatioF())
        painter.drawPixmap(QPointF(rect.left() + 8, rect.top() + 7), mark)
        self._text(
            painter,
            rect.adjusted(28, 0, -8, 0),
            self._post.link.removeprefix("https://").removeprefix("http://"),
            "small",
            "accent_text",
        )
        return top + 34

    def _paint_photo(self, painter: QPainter) -> None:
        theme = Theme.instance()
        post = self._post
        ratio = self.devicePixelRatioF()
        top = float(HEAD)
        self._avatar(painter, QRectF(PAD, top + 8, 26, 26))
        self._text(
            painter, QRectF(PAD + 34, top, self.width() - 80, 42), post.channel, "strong", "text"
        )
        dots = icons.pixmap("ellipsis", 16, theme.colour("text"), ratio)
        painter.drawPixmap(QPointF(self.width() - 30.0, top + 13), dots)
        below = top + 42
        if self._rects:
            self._paint_pictures(painter, 1, below, 0)
            below += self._media_height
        else:
            area = QRectF(1, below, self.width() - 2.0, 180)
            painter.fillRect(area, theme.colour("sunken"))
            mark = icons.pixmap("image", 22, theme.colour("text_faint"), ratio)
            painter.drawPixmap(area.center() - QPointF(11, 11), mark)
            below += 180
        self._actions(painter, QRectF(PAD, below, 90, 36), spread=False)
        painter.drawPixmap(
            QPointF(self.width() - PAD - 16.0, below + 10),
            icons.pixmap("bookmark", 16, theme.colour("text_faint"), ratio),
        )
        count = len(post.media)
        if 1 < count <= 10:
            painter.setPen(Qt.PenStyle.NoPen)
            start = self.width() / 2 - (count - 1) * 4.5
            for number in range(count):
                painter.setBrush(theme.colour("accent" if number == 0 else "border_strong"))
                painter.drawEllipse(QPointF(start + number * 9, below + 18), 2.5, 2.5)
        painter.setPen(theme.colour("text"))
        self._lines.paint(painter, QPointF(PAD, below + 36))

    def _paint_clip(self, painter: QPainter) -> None:
        theme = Theme.instance()
        post = self._post
        area = QRectF(1, HEAD, self.width() - 2.0, self.height() - HEAD - 1.0)
        painter.fillRect(area, theme.colour("media_badge"))
        if self._rects:
            self._paint_pictures(painter, 1, HEAD, 0)
        shade = QColor(theme.colour("media_badge"))
        height = self._text_height + 44
        painter.fillRect(QRectF(1, area.bottom() - height, area.width(), height), shade)
        white = theme.colour("media_badge_text")
        painter.setFont(theme.font("strong"))
        painter.setPen(white)
        painter.drawText(
            QRectF(PAD, area.bottom() - height + 8, area.width() - 2 * PAD, 20),
            int(Qt.AlignmentFlag.AlignVCenter),
            post.channel,
        )
        painter.setPen(white)
        self._lines.paint(painter, QPointF(PAD, area.bottom() - height + 30))

    def _paint_chat(self, painter: QPainter) -> None:
        theme = Theme.instance()
        post = self._post
        top = HEAD + PAD + 0.0
        bubble = QRectF(PAD - 4, top - 4, self.width() - 2 * PAD + 8, self.height() - top - PAD + 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("surface_alt"))
        painter.drawRoundedRect(bubble, 10, 10)
        self._avatar(painter, QRectF(PAD, top, 20, 20))
        self._text(
            painter,
            QRectF(PAD + 28, top, self.width() - 2 * PAD - 28, 20),
            post.channel,
            "strong",
            "accent_text",
        )
        below = top + 26
        if self._rects:
            self._paint_pictures(painter, PAD, below, 8)
            below += self._media_height + 6
        elif post.link:
            below = self._paint_link(painter, below - 6) + 6
        painter.setPen(theme.colour("text"))
        self._lines.paint(painter, QPointF(PAD, below))
        self._text(
            painter,
            QRectF(PAD, self.height() - PAD - 14, self.width() - 2 * PAD, 14),
            post.date or self.tr("now"),
            "caption",
            "text_faint",
            right=True,
        )
