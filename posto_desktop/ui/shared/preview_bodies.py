"""One function a manner: what lies where on a card, below its head."""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.ui.shared.preview_grid import arrange
from posto_desktop.ui.shared.preview_lines import key_of, lines_of
from posto_desktop.ui.shared.preview_link import put_link
from posto_desktop.ui.shared.preview_pictures import NO_FILE, Picture
from posto_desktop.ui.shared.preview_pieces import Fill, Icon, Paragraph, Piece, Tag
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.preview_sheet import PAD, Sheet, translated, width_of


def body_of(post: PreviewPost, width: float, top: float) -> tuple[list[Piece], float]:
    """The pieces of a card's body, and where it ends."""
    sheet = Sheet(post, width, top)
    _BODIES[sheet.look.kind](sheet)
    return sheet.pieces, sheet.y


def _micro(sheet: Sheet) -> None:
    """X, Bluesky, Mastodon, Threads: the picture of the channel beside everything else."""
    post = sheet.post
    left, top = PAD + 46, sheet.y + PAD
    room = sheet.width - PAD - left
    sheet.face(PAD, top, 36)
    line = sheet.size(20)
    date = width_of(post.date, "small") if post.date else 0.0
    sheet.words((left, top - 2, room - date - 8, line), post.channel, "strong")
    sheet.words((left + room - date, top - 2, date, line), post.date, "small", "text_faint")
    sheet.y = top + line - 1
    sheet.body(left, room)
    _files_or_link(sheet, left, room, 12.0, 8.0)
    if sheet.look.actions:
        sheet.y += 5
        sheet.actions(left, room, 32)
    else:
        sheet.y += PAD


def _files_or_link(
    sheet: Sheet, left: float, width: float, radius: float, gap: float, *, edge: bool = False
) -> None:
    if sheet.post.media:
        sheet.y += gap
        sheet.pictures(left, width, radius)
        _tell_left_out(sheet, PAD if edge else left)
        _link_line(sheet, PAD if edge else left)
    elif sheet.post.link is not None:
        sheet.y += gap
        put_link(sheet, left, width, edge=edge)


def _link_line(sheet: Sheet, left: float) -> None:
    """Where an attached link leads, below the files that go with it."""
    link = sheet.post.link
    if link is None:
        return
    height, width = sheet.size(18), sheet.width - left - PAD
    sheet.y += 6
    sheet.add(Icon((left, sheet.y + (height - 14) / 2, 14, 14), "link"))
    place = (left + 20, sheet.y, width - 20, height)
    sheet.words(place, link.host or link.url, "small", "text_muted")
    sheet.y += height


def _tell_left_out(sheet: Sheet, left: float) -> None:
    """How many files this network does not take."""
    count = sheet.post.left_out
    if not count:
        return
    words = translated("%n more file(s) (is/are) left out", count)
    height = sheet.size(18)
    sheet.words(
        (left, sheet.y + 4, sheet.width - left - PAD, height), words, "caption", "text_faint"
    )
    sheet.y += height + 4


def _page(sheet: Sheet) -> None:
    """Facebook, LinkedIn and most others: the text, then pictures from edge to edge."""
    post = sheet.post
    top = sheet.y + PAD
    sheet.face(PAD, top, 36, square=post.slug in ("linkedin", "xing", "tumblr"))
    room = sheet.inner - 46
    sheet.words((PAD + 46, top - 1, room, sheet.size(20)), post.channel, "strong")
    second = post.date or translated("now")
    if post.slug in ("fb", "linkedin", "vk", "ok", "xing", "google_b"):
        second = translated("{time} · Public", time=second)
    under = (PAD + 46, top + sheet.size(18), room, sheet.size(18))
    sheet.words(under, second, "caption", "text_faint")
    sheet.y = top + max(36.0, sheet.size(36)) + 4
    if post.title:
        sheet.y += 6
        sheet.text(PAD, sheet.inner, post.title, lines=2, font="strong", plain=True)
    if post.text:
        sheet.y += 6
        sheet.body(PAD, sheet.inner)
    _files_or_link(sheet, 1.0, sheet.width - 2, 0.0, 10.0, edge=True)
    _below_carousel(sheet)
    if sheet.look.actions:
        sheet.y += 2
        sheet.actions(PAD, sheet.inner, 34, spread=len(sheet.look.actions) > 3)
        sheet.y += 2
    else:
        sheet.y += PAD


def _below_carousel(sheet: Sheet) -> None:
    if len(sheet.post.media) > 1 and sheet.look.layout in ("carousel", "square"):
        sheet.dots((PAD, sheet.y + 4, sheet.inner, 12))
        sheet.y += 16


def _missing_picture(sheet: Sheet, left: float, width: float, height: float, radius: float) -> None:
    sheet.add(Picture((left, sheet.y, width, height), NO_FILE, (radius,) * 4))
    sheet.y += height


def _photo(sheet: Sheet) -> None:
    """Instagram: the picture first, what is said about it below."""
    post = sheet.post
    head = max(42.0, sheet.size(42))
    sheet.face(PAD, sheet.y + (head - 26) / 2, 26)
    sheet.words((PAD + 34, sheet.y, sheet.width - 82, head), post.channel, "strong")
    dots = (sheet.width - 30.0, sheet.y + (head - 16) / 2, 16, 16)
    sheet.add(Icon(dots, "ellipsis", "text"))
    sheet.y += head
    if post.media:
        sheet.pictures(1.0, sheet.width - 2)
    else:
        _missing_picture(sheet, 1.0, sheet.width - 2, 180.0, 0.0)
    row = sheet.y
    sheet.actions(PAD, 92, 36, spread=False)
    sheet.add(Icon((sheet.width - PAD - 16, row + 10, 16, 16), "bookmark"))
    sheet.dots((PAD + 92, row, sheet.width - 2 * (PAD + 92), 36))
    said = f"{post.channel} {post.text}" if post.text else post.channel
    sheet.text(
        PAD,
        sheet.inner,
        said,
        lines=sheet.look.lines,
        more=sheet.look.more,
        strong=len(post.channel),
    )
    if post.media:
        _tell_left_out(sheet, PAD)
    sheet.y += PAD


def _pin(sheet: Sheet) -> None:
    """Pinterest: a tall picture, its title and where it leads.  Each picture is a pin."""
    post = sheet.post
    left, width = PAD, sheet.inner
    sheet.y += PAD
    top = sheet.y
    if post.media:
        sheet.pictures(left, width, 16.0)
        if len(post.media) > 1:
            words = translated("%n pin(s)", len(post.media))
            sheet.add(Tag((left + 10, top + 10, width - 20, sheet.size(20)), words))
    else:
        _missing_picture(sheet, left, width, 220.0, 16.0)
    _link_line(sheet, left)
    sheet.y += 6
    if post.title:
        sheet.text(left, width, post.title, lines=2, font="strong", plain=True)
    sheet.body(left, width)
    sheet.y += 8
    sheet.face(left, sheet.y, 24)
    sheet.words((left + 32, sheet.y, width - 32, 24), post.channel, "small", "text_muted")
    sheet.y += 24 + PAD


def _clip(sheet: Sheet) -> None:
    """TikTok: the whole card is the picture; the words lie on it."""
    post = sheet.post
    width = sheet.width - 2
    rects = arrange("screen", [one.aspect for one in post.media] or [1.0], width, 1)
    height = rects[0][3]
    top = sheet.y
    bottom = top + height
    sheet.add(Fill((1.0, top, width, height), "media_badge", solid=True))
    if post.media:
        sheet.add(Picture((1.0, top, width, height), post.media[0], whole=True))
        sheet.marks_on(post.media[0], (1.0, top, width, height), at_top=True)
    else:
        side = 22.0
        middle = (sheet.width / 2 - side / 2, top + height / 2 - side, side, side)
        sheet.add(Icon(middle, "play", "media_badge_text"))
    said = "\n".join(one for one in (post.title, post.text) if one)
    room = sheet.inner - 40
    more = translated(sheet.look.more)
    key = key_of(said, room, sheet.look.lines, more, plain=True)
    text = lines_of(key).height if said else 0.0
    many = len(post.media) > 1
    line = sheet.size(20)
    shade = text + line + 16 + (16 if many else 0)
    sheet.add(Fill((1.0, bottom - shade, width, shade), "media_badge"))
    y = bottom - shade + 8
    sheet.words((PAD, y, room, line), post.channel, "strong", "media_badge_text")
    if said:
        rect = (PAD, y + line, key.width, text)
        sheet.add(Paragraph(rect, key, "media_badge_text"))
    for number, (name, _label) in enumerate(reversed(sheet.look.actions)):
        high = bottom - 34 - number * 38
        sheet.add(Icon((sheet.width - PAD - 20, high, 20, 20), name, "media_badge_text"))
    if many:
        sheet.dots((PAD, bottom - 18, sheet.inner, 12), on_picture=True)
        place = (PAD, top + 10, sheet.inner, sheet.size(20))
        sheet.add(Tag(place, f"1/{len(post.media)}"))
    sheet.y = bottom + 1


def _bubble(sheet: Sheet) -> None:
    """Telegram: everything inside one bubble, the time at its foot."""
    post = sheet.post
    left, width = PAD - 2, sheet.inner + 4
    top = sheet.y + PAD - 2
    place = len(sheet.pieces)
    sheet.y = top + 8
    line = sheet.size(20)
    sheet.face(left + 10, sheet.y, 20)
    name = (left + 38, sheet.y + (20 - line) / 2, width - 48, line)
    sheet.words(name, post.channel, "strong", "accent_text")
    sheet.y += max(20.0, line) + 6
    if post.media:
        sheet.pictures(left + 1, width - 2)
        sheet.y += 6
    sheet.body(left + 10, width - 20)
    if post.media:
        _tell_left_out(sheet, left + 10)
    elif post.link is not None:
        sheet.y += 6
        put_link(sheet, left + 10, width - 20)
    foot = sheet.size(16)
    date = post.date or translated("now")
    right = (left + 10, sheet.y + 2, width - 20, foot)
    sheet.words(right, date, "caption", "text_faint", "right")
    sheet.y += foot + 8
    sheet.pieces.insert(
        place, Fill((left, top, width, sheet.y - top), "surface_alt", 12.0, "border")
    )
    sheet.y += PAD - 2


def _talk(sheet: Sheet) -> None:
    """Discord and Slack: a line of a conversation."""
    post = sheet.post
    left, top = PAD + 46, sheet.y + PAD
    room = sheet.width - PAD - left
    sheet.face(PAD, top, 36, square=post.slug == "slack")
    line = sheet.size(20)
    name = min(width_of(post.channel, "strong"), room * 0.7)
    sheet.words((left, top - 2, name, line), post.channel, "strong")
    date = (left + name + 6, top - 2, room - name - 6, line)
    sheet.words(date, post.date or translated("now"), "caption", "text_faint")
    sheet.y = top + line - 1
    sheet.body(left, room)
    _files_or_link(sheet, left, room, 8.0, 6.0)
    sheet.y = max(sheet.y, top + 36) + PAD


_BODIES: dict[str, Callable[[Sheet], None]] = {
    "micro": _micro,
    "page": _page,
    "photo": _photo,
    "pin": _pin,
    "clip": _clip,
    "bubble": _bubble,
    "talk": _talk,
}
