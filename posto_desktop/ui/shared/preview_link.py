"""The card of a link inside a preview: large under a page, over its picture, or beside a bar."""

from __future__ import annotations

from posto_desktop.ui.shared.preview_grid import Rect
from posto_desktop.ui.shared.preview_lines import key_of, lines_of
from posto_desktop.ui.shared.preview_pictures import Picture
from posto_desktop.ui.shared.preview_pieces import Fill, Icon, Paragraph, Tag
from posto_desktop.ui.shared.preview_post import PreviewLink, PreviewMedia
from posto_desktop.ui.shared.preview_sheet import Sheet, translated


def put_link(sheet: Sheet, left: float, width: float, *, edge: bool = False) -> None:
    """The post's link at the sheet's ``y``.  ``edge``: from edge to edge, without round corners."""
    link = sheet.post.link
    if link is None:
        return
    if not link.title:
        _compact(sheet, link, left, width, edge=edge)
    elif sheet.look.card == "bar":
        _bar(sheet, link, left, width)
    elif sheet.look.card == "cover" and link.image_key:
        _cover(sheet, link, left, width)
    else:
        _large(sheet, link, left, width, edge=edge)


def _picture(link: PreviewLink) -> PreviewMedia:
    return PreviewMedia(link.url, name=link.title, image_key=link.image_key, image=link.image)


def _compact(
    sheet: Sheet, link: PreviewLink, left: float, width: float, *, edge: bool = False
) -> None:
    height = sheet.size(34)
    colour, radius = ("sunken", 0.0) if edge else ("surface_alt", 8.0)
    border = "" if edge else "border"
    sheet.add(
        Fill((left, sheet.y, width, height), colour, radius, border),
        Icon((left + 10, sheet.y + height / 2 - 7, 14, 14), "link"),
    )
    rect = (left + 32, sheet.y, width - 42, height)
    sheet.words(rect, link.host or link.url, "small", "text_muted")
    sheet.y += height


def _paragraph(sheet: Sheet, rect: Rect, text: str, lines: int, font: str, colour: str) -> float:
    """A text of some lines at a place; returns its height."""
    key = key_of(text, rect[2], lines, font=font, plain=True)
    height = lines_of(key).height
    sheet.add(Paragraph((rect[0], rect[1], rect[2], height), key, colour))
    return height


def _large(
    sheet: Sheet, link: PreviewLink, left: float, width: float, *, edge: bool = False
) -> None:
    top, y = sheet.y, sheet.y
    place = len(sheet.pieces)
    radius = 0.0 if edge else 10.0
    if link.image_key and link.wide:
        high = float(round(width / 1.91))
        sheet.add(Picture((left, y, width, high), _picture(link), (radius, radius, 0.0, 0.0)))
        y += high
        x, room = left + 12, width - 24
    elif link.image_key:
        side = sheet.size(86)
        corners = (radius, 0.0, 0.0, radius)
        sheet.add(Picture((left, y, side, side), _picture(link), corners))
        x, room = left + side + 12, width - side - 24
    else:
        x, room = left + 12, width - 24
    y += 8
    sheet.words((x, y, room, sheet.size(14)), link.host, "caption", "text_faint")
    y += sheet.size(16)
    y += _paragraph(sheet, (x, y, room, 0), link.title, 2, "strong", "text")
    if link.description:
        lines = 1 if link.image_key else 2
        y += _paragraph(sheet, (x, y, room, 0), link.description, lines, "small", "text_muted")
    y += 8
    if link.image_key and not link.wide:
        y = max(y, top + sheet.size(86))
    rect = (left, top, width, y - top)
    ground = Fill(rect, "sunken" if edge else "", radius, "" if edge else "border")
    sheet.pieces.insert(place if edge else len(sheet.pieces), ground)
    sheet.y = y


def _cover(sheet: Sheet, link: PreviewLink, left: float, width: float) -> None:
    """The picture with the title on it, and below where it leads."""
    high = float(round(width / 1.91))
    sheet.add(Picture((left, sheet.y, width, high), _picture(link), (12.0,) * 4))
    tag = sheet.size(20)
    sheet.add(Tag((left + 8, sheet.y + high - tag - 8, width - 16, tag), link.title, at_left=True))
    sheet.y += high + 2
    line = sheet.size(18)
    words = translated("From {host}", host=link.host)
    sheet.words((left, sheet.y, width, line), words, "small", "text_faint")
    sheet.y += line


def _bar(sheet: Sheet, link: PreviewLink, left: float, width: float) -> None:
    """A coloured bar, and beside it the site, the title, what it says and its picture."""
    top = sheet.y
    place = len(sheet.pieces)
    x, room = left + 12, width - 22
    y = top + 6
    sheet.words((x, y, room, sheet.size(16)), link.host, "chip_on", "accent_text")
    y += sheet.size(17)
    y += _paragraph(sheet, (x, y, room, 0), link.title, 2, "strong", "text")
    if link.description:
        y += _paragraph(sheet, (x, y, room, 0), link.description, 3, "small", "text_muted")
    if link.image_key:
        y += 4
        high = float(round(room / (1.91 if link.wide else 1.6)))
        sheet.add(Picture((x, y, room, high), _picture(link), (6.0,) * 4))
        y += high
    y += 8
    ground = Fill((left, top, width, y - top), "accent_soft", 6.0)
    bar = Fill((left, top, 3.0, y - top), "accent_text", 1.5)
    sheet.pieces[place:place] = [ground, bar]
    sheet.y = y
