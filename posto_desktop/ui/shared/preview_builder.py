"""Builder of preview cards: stacks pieces from top to bottom for a network's profile."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFontMetricsF

from posto_desktop.common.translation import translate
from posto_desktop.models.media import duration_text
from posto_desktop.ui.shared.preview_grid import (
    ONE_AT_A_TIME,
    Rect,
    arrange_pictures,
    height_of,
)
from posto_desktop.ui.shared.preview_pictures import PicturePiece
from posto_desktop.ui.shared.preview_pieces import (
    AvatarPiece,
    DotsPiece,
    IconPiece,
    ParagraphPiece,
    Piece,
    PlayIconPiece,
    TagPiece,
    TextPiece,
)
from posto_desktop.ui.shared.preview_post import PreviewMedia, PreviewPost
from posto_desktop.ui.shared.preview_profile import PreviewProfile, preview_profile_of
from posto_desktop.ui.shared.preview_text import laid_out_text, text_key
from posto_desktop.ui.theme import Theme

PAD = 12.0


@lru_cache(maxsize=512)
def _advance(text: str, font: str, _scale: float, _family: str) -> float:
    return QFontMetricsF(Theme.instance().font(font)).horizontalAdvance(text)


def width_of(text: str, font: str) -> float:
    """Return the width of a line in pixels, with a small margin."""
    theme = Theme.instance()
    return _advance(text, font, theme.scale, theme.font(font).family()) + 2.0


class PreviewBuilder:
    """Collects pieces; ``y`` is the top of the next one."""

    def __init__(self, post: PreviewPost, width: float, top: float) -> None:
        self.post = post
        self.profile: PreviewProfile = preview_profile_of(post.slug)
        self.width = width
        self.y = top
        self.pieces: list[Piece] = []
        self.scale = Theme.instance().scale

    @property
    def inner(self) -> float:
        return self.width - 2 * PAD

    def size(self, pixels: float) -> float:
        """Scale the height of a line of text by the chosen text size."""
        return float(round(pixels * self.scale))

    def add(self, *pieces: Piece) -> None:
        self.pieces.extend(pieces)

    def words(
        self,
        rect: Rect,
        text: str,
        font: str = "body",
        colour: str = "text",
        align: str = "left",
    ) -> None:
        if text:
            self.add(TextPiece(rect, text, font, colour, align))

    def avatar(self, left: float, top: float, side: float, *, square: bool = False) -> None:
        post = self.post
        self.add(
            AvatarPiece(
                (left, top, side, side),
                post.slug,
                post.channel,
                square,
                post.avatar_key,
                post.avatar,
            )
        )

    def text(
        self,
        left: float,
        width: float,
        text: str,
        *,
        lines: int | None = None,
        more: str = "",
        strong: int = 0,
        font: str = "body",
        colour: str = "text",
        plain: bool = False,
    ) -> float:
        """Add a wrapped text at ``y``, move ``y`` below it and return its height."""
        if not text:
            return 0.0
        parts = text.split("\n")
        if lines is None and not strong and 1 < len(parts) <= _MAX_PARAGRAPHS:
            # A piece per paragraph: typing in one repaints only that.
            top = self.y
            for part in parts:
                if part:
                    self.text(left, width, part, font=font, colour=colour, plain=plain)
                else:
                    self.y += Theme.instance().line(font) - 1.0
            return self.y - top
        words = translate("Preview", more) if more else ""
        key = text_key(text, width, lines, words, strong, font, plain=plain)
        height = laid_out_text(key).height
        self.add(ParagraphPiece((left, self.y, key.width, height), key, colour))
        self.y += height
        return height

    def body(self, left: float, width: float) -> float:
        """Add the post's text, cut at "more" as on the network."""
        return self.text(
            left, width, self.post.text, lines=self.profile.lines, more=self.profile.more
        )

    # -- pictures --------------------------------------------------------------------------

    def pictures(self, left: float, width: float, radius: float = 0.0) -> float:
        """Add the files at ``y``, move ``y`` below them and return their height."""
        media = self.post.media
        if not media:
            return 0.0
        layout = self.profile.layout
        rects = arrange_pictures(
            layout, [file.aspect for file in media], width, self.profile.pictures
        )
        height = height_of(rects)
        hidden = len(media) - len(rects)
        apart = layout == "strip"
        for number, (x, y, w, h) in enumerate(rects):
            item = media[number]
            corners = (radius,) * 4 if apart else _corners(rects[number], width, height, radius)
            more = hidden if number == len(rects) - 1 and layout not in _SWIPED else 0
            rect = (left + x, self.y + y, w, h)
            self.add(PicturePiece(rect, item, corners, layout == "screen", max(0, more)))
            if not more:
                self.marks_on(item, rect)
        if len(media) > 1 and layout in _COUNTED:
            top = self.y + 10 if not apart else self.y + height - self.size(20) - 8
            place = (left + 12, top, width - 24, self.size(20))
            self.add(TagPiece(place, f"1/{len(media)}"))
        self.y += height
        return height

    def marks_on(self, item: PreviewMedia, rect: Rect, *, at_top: bool = False) -> None:
        """Add play icon and length to a video, "GIF" to an animation."""
        x, y, w, h = rect
        if item.kind == "video":
            self.add(PlayIconPiece((x, y, w, h)))
        low = y + 10 if at_top else y + h - self.size(20) - 8
        if item.kind == "video" and item.duration and w > 70:
            place = (x + 8, low, w - 16, self.size(20))
            self.add(TagPiece(place, duration_text(item.duration)))
        elif item.kind == "gif" and w > 50:
            self.add(TagPiece((x + 8, low, w - 16, self.size(20)), "GIF", at_left=True))

    def dots(self, rect: Rect, *, on_picture: bool = False) -> None:
        count = len(self.post.media)
        if 1 < count <= 20 and self.profile.layout in _SWIPED:
            self.add(DotsPiece(rect, count, on_picture))

    # -- actions ---------------------------------------------------------------------------

    def actions(self, left: float, width: float, height: float, *, spread: bool = True) -> None:
        """Add the muted row of actions (like, comment …), centred in ``height`` at ``y``."""
        actions = self.profile.actions
        if not actions:
            return
        middle = self.y + height / 2
        named = [(name, translate("Preview", label)) for name, label in actions if label]
        taken = sum(27 + width_of(words, "small") for _name, words in named)
        if not named or taken > width:  # a narrow card shows icons only
            step = (width - 16) / max(1, len(actions) - 1) if spread else 30.0
            for number, (name, _label) in enumerate(actions):
                self.add(IconPiece((left + number * step, middle - 8, 16, 16), name))
        else:
            gap = 6 + (width - taken) / len(named)
            begin = left + gap / 2
            for name, words in named:
                room = width_of(words, "small")
                self.add(IconPiece((begin, middle - 8, 16, 16), name))
                self.words((begin + 21, self.y, room, height), words, "small", "text_faint")
                begin += 21 + room + gap
        self.y += height


_MAX_PARAGRAPHS = 60

# Layouts that readers swipe, and those that also show the number of pictures.
_SWIPED = ONE_AT_A_TIME | {"strip"}
_COUNTED = frozenset({"carousel", "square", "strip"})


def _corners(
    rect: Rect, width: float, height: float, radius: float
) -> tuple[float, float, float, float]:
    """Return radii that round only the outer corners of a block of pictures."""
    x, y, w, h = rect
    left, right = x < 0.5, x + w > width - 0.5
    top, bottom = y < 0.5, y + h > height - 0.5
    return (
        radius if left and top else 0.0,
        radius if right and top else 0.0,
        radius if right and bottom else 0.0,
        radius if left and bottom else 0.0,
    )
