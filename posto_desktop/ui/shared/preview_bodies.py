"""Layout functions for preview cards, one per network profile."""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.common.translation import translate
from posto_desktop.ui.shared.preview_builder import PAD, PreviewBuilder, width_of
from posto_desktop.ui.shared.preview_grid import arrange_pictures
from posto_desktop.ui.shared.preview_link import add_link_card
from posto_desktop.ui.shared.preview_pictures import NO_FILE, PicturePiece
from posto_desktop.ui.shared.preview_pieces import (
    FillPiece,
    IconPiece,
    ParagraphPiece,
    Piece,
    TagPiece,
)
from posto_desktop.ui.shared.preview_post import PreviewPost
from posto_desktop.ui.shared.preview_text import laid_out_text, text_key


def body_of(post: PreviewPost, width: float, top: float) -> tuple[list[Piece], float]:
    """Return the pieces of a card's body and its height: of a thread, one part below the other."""
    builder = PreviewBuilder(post, width, top)
    body = _BODIES[builder.profile.kind]
    body(builder)
    pieces, end = builder.pieces, builder.y
    beside = _micro if post.comments else body
    for part in post.parts:
        if beside is _micro and body is _micro:
            # Microblogs join the pictures of the account by a line.
            line = (PAD + 17, top + PAD + 40, 2.0, end - top - 44)
            pieces.append(FillPiece(line, "border_strong", 1.0))
        else:
            pieces.append(FillPiece((PAD, end, width - 2 * PAD, 1.0), "border"))
        top = end
        builder = PreviewBuilder(part, width, top)
        beside(builder)
        pieces, end = pieces + builder.pieces, builder.y
    if post.more_parts:
        builder = PreviewBuilder(post, width, end)
        _add_more_parts(builder)
        pieces, end = pieces + builder.pieces, builder.y
    return pieces, end


def _add_more_parts(builder: PreviewBuilder) -> None:
    words = translate("Preview", "%n more part(s) (is/are) not shown", "", builder.post.more_parts)
    height = builder.size(18)
    place = (PAD, builder.y, builder.inner, height)
    builder.words(place, words, "caption", "text_faint")
    builder.y += height + PAD


def _micro(builder: PreviewBuilder) -> None:
    """X, Bluesky, Mastodon, Threads: avatar at the left, everything else beside it."""
    post = builder.post
    left, top = PAD + 46, builder.y + PAD
    room = builder.width - PAD - left
    builder.avatar(PAD, top, 36)
    line = builder.size(20)
    date = width_of(post.date, "small") if post.date else 0.0
    builder.words((left, top - 2, room - date - 8, line), post.channel, "strong")
    builder.words((left + room - date, top - 2, date, line), post.date, "small", "text_faint")
    builder.y = top + line - 1
    builder.body(left, room)
    _files_or_link(builder, left, room, 12.0, 8.0)
    if builder.profile.actions:
        builder.y += 5
        builder.actions(left, room, 32)
    else:
        builder.y += PAD


def _files_or_link(
    builder: PreviewBuilder,
    left: float,
    width: float,
    radius: float,
    gap: float,
    *,
    edge: bool = False,
) -> None:
    if builder.post.media:
        builder.y += gap
        builder.pictures(left, width, radius)
        _add_left_out_note(builder, PAD if edge else left)
        _link_line(builder, PAD if edge else left)
    elif builder.post.link is not None:
        builder.y += gap
        add_link_card(builder, left, width, edge=edge)


def _link_line(builder: PreviewBuilder, left: float) -> None:
    """Add the domain of an attached link below the files."""
    link = builder.post.link
    if link is None:
        return
    height, width = builder.size(18), builder.width - left - PAD
    builder.y += 6
    builder.add(IconPiece((left, builder.y + (height - 14) / 2, 14, 14), "link"))
    place = (left + 20, builder.y, width - 20, height)
    builder.words(place, link.host or link.url, "small", "text_muted")
    builder.y += height


def _add_left_out_note(builder: PreviewBuilder, left: float) -> None:
    """Add the number of files that this network leaves out."""
    count = builder.post.left_out
    if not count:
        return
    words = translate("Preview", "%n more file(s) (is/are) left out", "", count)
    height = builder.size(18)
    builder.words(
        (left, builder.y + 4, builder.width - left - PAD, height), words, "caption", "text_faint"
    )
    builder.y += height + 4


def _page(builder: PreviewBuilder) -> None:
    """Facebook, LinkedIn and most others: text, then pictures from edge to edge."""
    post = builder.post
    top = builder.y + PAD
    builder.avatar(PAD, top, 36, square=post.slug in ("linkedin", "xing", "tumblr"))
    room = builder.inner - 46
    builder.words((PAD + 46, top - 1, room, builder.size(20)), post.channel, "strong")
    #: Age of a post: less than a minute.
    second = post.date or translate("Preview", "now")
    if post.slug in ("fb", "linkedin", "vk", "ok", "xing", "google_b"):
        second = translate("Preview", "{time} · Public").format(time=second)
    under = (PAD + 46, top + builder.size(18), room, builder.size(18))
    builder.words(under, second, "caption", "text_faint")
    builder.y = top + max(36.0, builder.size(36)) + 4
    if post.title:
        builder.y += 6
        builder.text(PAD, builder.inner, post.title, lines=2, font="strong", plain=True)
    if post.text:
        builder.y += 6
        builder.body(PAD, builder.inner)
    _files_or_link(builder, 1.0, builder.width - 2, 0.0, 10.0, edge=True)
    _below_carousel(builder)
    if builder.profile.actions:
        builder.y += 2
        builder.actions(PAD, builder.inner, 34, spread=len(builder.profile.actions) > 3)
        builder.y += 2
    else:
        builder.y += PAD


def _below_carousel(builder: PreviewBuilder) -> None:
    if len(builder.post.media) > 1 and builder.profile.layout in ("carousel", "square"):
        builder.dots((PAD, builder.y + 4, builder.inner, 12))
        builder.y += 16


def _missing_picture(
    builder: PreviewBuilder, left: float, width: float, height: float, radius: float
) -> None:
    builder.add(PicturePiece((left, builder.y, width, height), NO_FILE, (radius,) * 4))
    builder.y += height


def _photo(builder: PreviewBuilder) -> None:
    """Instagram: picture first, caption below."""
    post = builder.post
    head = max(42.0, builder.size(42))
    builder.avatar(PAD, builder.y + (head - 26) / 2, 26)
    builder.words((PAD + 34, builder.y, builder.width - 82, head), post.channel, "strong")
    dots = (builder.width - 30.0, builder.y + (head - 16) / 2, 16, 16)
    builder.add(IconPiece(dots, "ellipsis", "text"))
    builder.y += head
    if post.media:
        builder.pictures(1.0, builder.width - 2)
    else:
        _missing_picture(builder, 1.0, builder.width - 2, 180.0, 0.0)
    row = builder.y
    builder.actions(PAD, 92, 36, spread=False)
    builder.add(IconPiece((builder.width - PAD - 16, row + 10, 16, 16), "bookmark"))
    builder.dots((PAD + 92, row, builder.width - 2 * (PAD + 92), 36))
    caption = f"{post.channel} {post.text}" if post.text else post.channel
    builder.text(
        PAD,
        builder.inner,
        caption,
        lines=builder.profile.lines,
        more=builder.profile.more,
        strong=len(post.channel),
    )
    if post.media:
        _add_left_out_note(builder, PAD)
    builder.y += PAD


def _pin(builder: PreviewBuilder) -> None:
    """Pinterest: tall picture, title and link. Each picture is a pin."""
    post = builder.post
    left, width = PAD, builder.inner
    builder.y += PAD
    top = builder.y
    if post.media:
        builder.pictures(left, width, 16.0)
        if len(post.media) > 1:
            words = translate("Preview", "%n pin(s)", "", len(post.media))
            builder.add(TagPiece((left + 10, top + 10, width - 20, builder.size(20)), words))
    else:
        _missing_picture(builder, left, width, 220.0, 16.0)
    _link_line(builder, left)
    builder.y += 6
    if post.title:
        builder.text(left, width, post.title, lines=2, font="strong", plain=True)
    builder.body(left, width)
    builder.y += 8
    builder.avatar(left, builder.y, 24)
    builder.words((left + 32, builder.y, width - 32, 24), post.channel, "small", "text_muted")
    builder.y += 24 + PAD


def _clip(builder: PreviewBuilder) -> None:
    """TikTok: the picture fills the card, with the text on it."""
    post = builder.post
    width = builder.width - 2
    rects = arrange_pictures("screen", [media.aspect for media in post.media] or [1.0], width, 1)
    height = rects[0][3]
    top = builder.y
    bottom = top + height
    builder.add(FillPiece((1.0, top, width, height), "media_badge", solid=True))
    if post.media:
        builder.add(PicturePiece((1.0, top, width, height), post.media[0], whole=True))
        builder.marks_on(post.media[0], (1.0, top, width, height), at_top=True)
    else:
        side = 22.0
        middle = (builder.width / 2 - side / 2, top + height / 2 - side, side, side)
        builder.add(IconPiece(middle, "play", "media_badge_text"))
    caption = "\n".join(part for part in (post.title, post.text) if part)
    room = builder.inner - 40
    more = translate("Preview", builder.profile.more)
    key = text_key(caption, room, builder.profile.lines, more, plain=True)
    text = laid_out_text(key).height if caption else 0.0
    many = len(post.media) > 1
    line = builder.size(20)
    shade = text + line + 16 + (16 if many else 0)
    builder.add(FillPiece((1.0, bottom - shade, width, shade), "media_badge"))
    y = bottom - shade + 8
    builder.words((PAD, y, room, line), post.channel, "strong", "media_badge_text")
    if caption:
        rect = (PAD, y + line, key.width, text)
        builder.add(ParagraphPiece(rect, key, "media_badge_text"))
    for number, (name, _label) in enumerate(reversed(builder.profile.actions)):
        high = bottom - 34 - number * 38
        builder.add(IconPiece((builder.width - PAD - 20, high, 20, 20), name, "media_badge_text"))
    if many:
        builder.dots((PAD, bottom - 18, builder.inner, 12), on_picture=True)
        place = (PAD, top + 10, builder.inner, builder.size(20))
        builder.add(TagPiece(place, f"1/{len(post.media)}"))
    builder.y = bottom + 1


def _bubble(builder: PreviewBuilder) -> None:
    """Telegram: everything inside one bubble, the time at its foot."""
    post = builder.post
    left, width = PAD - 2, builder.inner + 4
    top = builder.y + PAD - 2
    place = len(builder.pieces)
    builder.y = top + 8
    line = builder.size(20)
    builder.avatar(left + 10, builder.y, 20)
    name = (left + 38, builder.y + (20 - line) / 2, width - 48, line)
    builder.words(name, post.channel, "strong", "accent_text")
    builder.y += max(20.0, line) + 6
    if post.media:
        builder.pictures(left + 1, width - 2)
        builder.y += 6
    builder.body(left + 10, width - 20)
    if post.media:
        _add_left_out_note(builder, left + 10)
    elif post.link is not None:
        builder.y += 6
        add_link_card(builder, left + 10, width - 20)
    foot = builder.size(16)
    #: Age of a post: less than a minute.
    date = post.date or translate("Preview", "now")
    right = (left + 10, builder.y + 2, width - 20, foot)
    builder.words(right, date, "caption", "text_faint", "right")
    builder.y += foot + 8
    builder.pieces.insert(
        place, FillPiece((left, top, width, builder.y - top), "surface_alt", 12.0, "border")
    )
    builder.y += PAD - 2


def _talk(builder: PreviewBuilder) -> None:
    """Discord and Slack: one message of a chat."""
    post = builder.post
    left, top = PAD + 46, builder.y + PAD
    room = builder.width - PAD - left
    builder.avatar(PAD, top, 36, square=post.slug == "slack")
    line = builder.size(20)
    name = min(width_of(post.channel, "strong"), room * 0.7)
    builder.words((left, top - 2, name, line), post.channel, "strong")
    date = (left + name + 6, top - 2, room - name - 6, line)
    #: Age of a post: less than a minute.
    builder.words(date, post.date or translate("Preview", "now"), "caption", "text_faint")
    builder.y = top + line - 1
    builder.body(left, room)
    _files_or_link(builder, left, room, 8.0, 6.0)
    builder.y = max(builder.y, top + 36) + PAD


_BODIES: dict[str, Callable[[PreviewBuilder], None]] = {
    "micro": _micro,
    "page": _page,
    "photo": _photo,
    "pin": _pin,
    "clip": _clip,
    "bubble": _bubble,
    "talk": _talk,
}
