"""Link card inside a preview: large, over its picture, or beside a coloured bar."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.ui.shared.preview_builder import PreviewBuilder
from posto_desktop.ui.shared.preview_grid import Rect
from posto_desktop.ui.shared.preview_pictures import PicturePiece
from posto_desktop.ui.shared.preview_pieces import FillPiece, IconPiece, ParagraphPiece, TagPiece
from posto_desktop.ui.shared.preview_post import PreviewLink, PreviewMedia
from posto_desktop.ui.shared.preview_text import laid_out_text, text_key


def add_link_card(
    builder: PreviewBuilder, left: float, width: float, *, edge: bool = False
) -> None:
    """Add the post's link at the sheet's ``y``. ``edge``: full width without round corners."""
    link = builder.post.link
    if link is None:
        return
    if not link.title:
        _compact(builder, link, left, width, edge=edge)
    elif builder.profile.card == "bar":
        _bar(builder, link, left, width)
    elif builder.profile.card == "cover" and link.image_key:
        _cover(builder, link, left, width)
    else:
        _large(builder, link, left, width, edge=edge)


def _picture(link: PreviewLink) -> PreviewMedia:
    return PreviewMedia(link.url, name=link.title, image_key=link.image_key, image=link.image)


def _compact(
    builder: PreviewBuilder, link: PreviewLink, left: float, width: float, *, edge: bool = False
) -> None:
    height = builder.size(34)
    colour, radius = ("sunken", 0.0) if edge else ("surface_alt", 8.0)
    border = "" if edge else "border"
    builder.add(
        FillPiece((left, builder.y, width, height), colour, radius, border),
        IconPiece((left + 10, builder.y + height / 2 - 7, 14, 14), "link"),
    )
    rect = (left + 32, builder.y, width - 42, height)
    builder.words(rect, link.host or link.url, "small", "text_muted")
    builder.y += height


def _paragraph(
    builder: PreviewBuilder, rect: Rect, text: str, lines: int, font: str, colour: str
) -> float:
    """Add a text of at most some lines; return its height."""
    key = text_key(text, rect[2], lines, font=font, plain=True)
    height = laid_out_text(key).height
    builder.add(ParagraphPiece((rect[0], rect[1], rect[2], height), key, colour))
    return height


def _large(
    builder: PreviewBuilder, link: PreviewLink, left: float, width: float, *, edge: bool = False
) -> None:
    top, y = builder.y, builder.y
    place = len(builder.pieces)
    radius = 0.0 if edge else 10.0
    if link.image_key and link.wide:
        high = float(round(width / 1.91))
        builder.add(
            PicturePiece((left, y, width, high), _picture(link), (radius, radius, 0.0, 0.0))
        )
        y += high
        x, room = left + 12, width - 24
    elif link.image_key:
        side = builder.size(86)
        corners = (radius, 0.0, 0.0, radius)
        builder.add(PicturePiece((left, y, side, side), _picture(link), corners))
        x, room = left + side + 12, width - side - 24
    else:
        x, room = left + 12, width - 24
    y += 8
    builder.words((x, y, room, builder.size(14)), link.host, "caption", "text_faint")
    y += builder.size(16)
    y += _paragraph(builder, (x, y, room, 0), link.title, 2, "strong", "text")
    if link.description:
        lines = 1 if link.image_key else 2
        y += _paragraph(builder, (x, y, room, 0), link.description, lines, "small", "text_muted")
    y += 8
    if link.image_key and not link.wide:
        y = max(y, top + builder.size(86))
    rect = (left, top, width, y - top)
    background = FillPiece(rect, "sunken" if edge else "", radius, "" if edge else "border")
    builder.pieces.insert(place if edge else len(builder.pieces), background)
    builder.y = y


def _cover(builder: PreviewBuilder, link: PreviewLink, left: float, width: float) -> None:
    """Add the picture with the title on it and the domain below."""
    high = float(round(width / 1.91))
    builder.add(PicturePiece((left, builder.y, width, high), _picture(link), (12.0,) * 4))
    tag = builder.size(20)
    builder.add(
        TagPiece((left + 8, builder.y + high - tag - 8, width - 16, tag), link.title, at_left=True)
    )
    builder.y += high + 2
    line = builder.size(18)
    words = translate("Preview", "From {host}").format(host=link.host)
    builder.words((left, builder.y, width, line), words, "small", "text_faint")
    builder.y += line


def _bar(builder: PreviewBuilder, link: PreviewLink, left: float, width: float) -> None:
    """Add a coloured bar with site, title, description and picture beside it."""
    top = builder.y
    place = len(builder.pieces)
    x, room = left + 12, width - 22
    y = top + 6
    builder.words((x, y, room, builder.size(16)), link.host, "chip_on", "accent_text")
    y += builder.size(17)
    y += _paragraph(builder, (x, y, room, 0), link.title, 2, "strong", "text")
    if link.description:
        y += _paragraph(builder, (x, y, room, 0), link.description, 3, "small", "text_muted")
    if link.image_key:
        y += 4
        high = float(round(room / (1.91 if link.wide else 1.6)))
        builder.add(PicturePiece((x, y, room, high), _picture(link), (6.0,) * 4))
        y += high
    y += 8
    background = FillPiece((left, top, width, y - top), "accent_soft", 6.0)
    bar = FillPiece((left, top, 3.0, y - top), "accent_text", 1.5)
    builder.pieces[place:place] = [background, bar]
    builder.y = y
