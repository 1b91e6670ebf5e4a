"""What a row of the list of drafts shows: title, second line, labels, pictures, networks, age."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QFontMetrics

from posto_desktop.models import drafts as roles
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    END,
    Badges,
    Cell,
    Icon,
    Labels,
    Line,
    Picture,
    Space,
    Stack,
    Text,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import Index, Ring, Row, RowState

PAD = 12
THUMB = 36
_MORE = 32
_MOST_BADGES = 6


def draft_size(_index: Index) -> QSize:
    """Every row is as high as the next: a thousand of them are laid out at once."""
    theme = Theme.instance()
    return QSize(200, max(THUMB, theme.line("control") + theme.line("small")) + 18)


def draft_row(index: Index, state: RowState) -> Row:
    draft, gap = index.data(roles.DraftRole), 10
    cells: list[Cell] = [_words(index)]
    for media, image in zip(draft.media, index.data(roles.PicturesRole), strict=False):
        icon = "play" if media.kind == "video" else "image"
        cells.append(Picture(image, THUMB, icon, gap=4 if len(cells) > 1 else gap + 4))
        gap = 0
    cells.append(_side(index, gap + 12))
    cells.append(Icon("ellipsis", side=_MORE, key="more"))
    ring = Ring() if state.focused and state.selected else None
    return Row(cells, (PAD, 0, 0, 0), state.ground(), ring=ring)


def _words(index: Index) -> Stack:
    theme = Theme.instance()
    labels, line = index.data(roles.DraftRole).labels, str(index.data(roles.LineRole))
    title = Text(str(index.data(roles.TitleRole)), "control", fills=True)
    words = Text(line, "small", "text_muted", fills=True, gap=6 if labels else 0)
    second = theme.line("small") if labels or line else 0
    below: list[Cell] = [Labels(labels), words] if labels else [words]
    return Stack([title, Line(below)], [theme.line("control"), second])


def _side(index: Index, gap: int) -> Stack:
    """The age, and under it where the draft goes to."""
    theme = Theme.instance()
    words, colour = str(index.data(roles.AgeRole)), "text_faint"
    if index.data(roles.OpenRole):
        words, colour = QCoreApplication.translate("DraftRows", "Open now"), "accent_text"
    slugs = list(index.data(roles.NetworksRole))
    shown = slugs if len(slugs) <= _MOST_BADGES else slugs[: _MOST_BADGES - 1]
    badges: list[Cell] = [Space(), Badges(shown)]
    beside = 0
    if len(shown) < len(slugs):
        more = f"+{len(slugs) - len(shown)}"
        beside = text_width(more, "caption") + 4
        badges.append(Text(more, "caption", "text_muted", END, fixed=beside))
    wide = max(
        text_width(words, "caption") + 2,
        len(shown) * 18 + beside,
        QFontMetrics(theme.font("caption")).height() * 4,
    )
    heights = [theme.line("control"), theme.line("small") if slugs else 0]
    age = Text(words, "caption", colour, END, fixed=wide)
    return Stack([age, Line(badges)], heights, fixed=wide, gap=gap)
