"""Where the pictures and the words of a preview lie."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from posto_desktop.sdk.networks import all_networks
from posto_desktop.ui.shared.preview_bodies import body_of
from posto_desktop.ui.shared.preview_grid import ONE_AT_A_TIME, arrange_pictures, height_of
from posto_desktop.ui.shared.preview_pictures import PicturePiece
from posto_desktop.ui.shared.preview_pieces import (
    DotsPiece,
    ParagraphPiece,
    PlayIconPiece,
    TagPiece,
    TextPiece,
)
from posto_desktop.ui.shared.preview_post import PreviewLink, PreviewMedia, PreviewPost
from posto_desktop.ui.shared.preview_profile import collapsed, preview_profile_of
from posto_desktop.ui.shared.preview_text import TextKey, is_rtl, laid_out_text
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.edge_shadow import EdgeShadow
from tests.gui import whole_window


@pytest.fixture(autouse=True, scope="module")
def _dressed(qapp: Any) -> None:
    Theme.instance()


LAYOUTS = ("grid", "collage", "side", "album", "rows", "strip", *sorted(ONE_AT_A_TIME))


@given(
    st.sampled_from(LAYOUTS),
    st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=36),
    st.integers(120, 900),
    st.integers(1, 35),
)
def test_pictures_lie_inside_the_card_without_overlap(
    layout: str, aspects: list[float], width: int, most: int
) -> None:
    most = 5 if layout == "collage" else 4 if layout in ("grid", "side") else most
    rects = arrange_pictures(layout, aspects, width, most)
    assert len(rects) <= min(len(aspects), most)
    assert bool(rects) == bool(aspects)
    for number, (x, y, w, h) in enumerate(rects):
        assert w > 8
        assert h > 8
        assert x >= 0
        assert y >= 0
        assert x + w <= width + 0.01
        for ox, oy, ow, oh in rects[:number]:
            assert x >= ox + ow or ox >= x + w or y >= oy + oh or oy >= y + h


@pytest.mark.parametrize(
    ("layout", "most", "seen"),
    [
        ("grid", 4, [1, 2, 3, 4, 4, 4, 4, 4, 4, 4]),
        ("collage", 5, [1, 2, 3, 4, 5, 5, 5, 5, 5, 5]),
        ("side", 4, [1, 2, 3, 4, 4, 4, 4, 4, 4, 4]),
        ("album", 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("rows", 10, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
        ("carousel", 1, [1] * 10),
        ("tall", 1, [1] * 10),
    ],
)
def test_each_layout_shows_as_many_as_its_network(layout: str, most: int, seen: list[int]) -> None:
    assert [len(arrange_pictures(layout, [1.5] * n, 300, most)) for n in range(1, 11)] == seen


def test_two_wide_pictures_of_an_album_lie_above_each_other() -> None:
    first, second = arrange_pictures("album", [1.8, 1.8], 300, 10)
    assert second[1] >= first[1] + first[3]
    first, second = arrange_pictures("album", [0.8, 0.8], 300, 10)
    assert second[1] == first[1]


def test_odd_shapes_are_cropped_to_what_the_network_shows() -> None:
    for aspect in (0.0, -1.0, 0.001, 5000.0, float("nan")):
        assert 150 <= height_of(arrange_pictures("carousel", [aspect], 300)) <= 380


def test_every_network_has_a_manner_of_its_own() -> None:
    plain = preview_profile_of("something-new")
    assert [
        network.slug for network in all_networks() if preview_profile_of(network.slug) is plain
    ] == []
    assert preview_profile_of("twitter").layout == "grid"
    assert preview_profile_of("instagram").layout == "carousel"


def test_blank_lines_collapse_and_long_texts_end() -> None:
    assert collapsed("a\n\n\n\nb\n") == "a\n\nb"
    shown = collapsed("x" * 1_000_000)
    assert shown.endswith("…")
    assert len(shown) < 4_000


# -- text --------------------------------------------------------------------------------------


def test_a_text_is_folded_after_its_lines(theme: Any) -> None:
    text = "The winter roast is here and it tastes of fig, cocoa and orange. " * 8
    two = laid_out_text(TextKey(text, 280.0, 2, "more"))
    assert two.folded
    assert two.height == 2 * (theme.line("body") - 1)
    whole = laid_out_text(TextKey(text, 280.0))
    assert not whole.folded
    assert whole.height > 4 * two.height / 2
    assert not laid_out_text(TextKey("Short", 280.0, 2, "more")).folded


@given(st.text(alphabet="ab 🚲é👨‍👩‍👧\nאב", max_size=300), st.integers(1, 4), st.integers(60, 400))
@example(text="aaa👧aa\n\n", lines=2, width=60)  # the words of the fold fit on no line of their own
def test_a_fold_never_takes_more_lines_than_it_may(text: str, lines: int, width: int) -> None:
    layout = laid_out_text(TextKey(text, float(width), lines, "more"))
    line_height = laid_out_text(TextKey("x", 400.0)).height
    assert layout.height <= lines * line_height + 0.01


def test_the_same_text_is_laid_out_once(theme: Any) -> None:
    key = TextKey("Fig and cocoa", 200.0)
    assert laid_out_text(key) is laid_out_text(TextKey("Fig and cocoa", 200.0))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("abc", False),
        ("שלום עולם", True),
        ("123 مرحبا", True),
        ("é שלום", False),
        ("🚲 שלום", True),
        ("", False),
    ],
)
def test_the_first_letter_tells_the_direction(text: str, right: bool) -> None:
    assert is_rtl(text) is right


# -- whole cards -------------------------------------------------------------------------------


def post(slug: str, **more: Any) -> PreviewPost:
    return PreviewPost(slug, slug.title(), "Nordlicht Coffee", key=slug, **more)


def pictures(count: int, kind: str = "image", **more: Any) -> tuple[PreviewMedia, ...]:
    return tuple(PreviewMedia(f"/p/{n}", kind, 1.5, name=f"{n}.jpg", **more) for n in range(count))


EVERY = [network.slug for network in all_networks()]


@pytest.mark.parametrize("slug", EVERY)
@pytest.mark.parametrize("width", [200, 330, 560])
def test_all_that_a_card_shows_lies_inside_it(theme: Any, slug: str, width: int) -> None:
    link = PreviewLink("https://a.example/b", "a.example", "A title", "About it")
    for media in (*(pictures(n) for n in (0, 1, 2, 3, 5, 10)), pictures(1, "video", duration=7.0)):
        pieces, end = body_of(
            post(slug, text="Fig and cocoa " * 40, media=media, link=link, title="Roast"),
            float(width),
            36.0,
        )
        assert pieces
        for piece in pieces:
            area = piece.area()
            assert area.left() >= 0
            assert area.right() <= width + 0.01
            assert area.top() >= 35.99 - 2
            assert area.bottom() <= end + 0.01, piece


@pytest.mark.parametrize("slug", EVERY)
def test_every_card_can_be_painted(theme: Any, slug: str) -> None:
    picture = QImage(40, 30, QImage.Format.Format_RGB32)
    picture.fill(0xFF336699)
    key = picture.cacheKey()
    link = PreviewLink("https://a.example", "a.example", "A title", "", True, key, picture)
    for media in ((), pictures(10, image_key=key, image=picture), pictures(1, "gif")):
        pieces, end = body_of(post(slug, text="Text", media=media, link=link), 330.0, 36.0)
        image = QImage(330, round(end), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        for piece in pieces:
            piece.paint(painter)
        painter.end()
        painted = {image.pixel(x, y) for x in range(0, 330, 9) for y in range(40, round(end), 9)}
        assert len(painted) > 1


def kinds(slug: str, **more: Any) -> list[type]:
    pieces, _end = body_of(post(slug, **more), 330.0, 36.0)
    return [type(piece) for piece in pieces]


def words(slug: str, **more: Any) -> list[str]:
    pieces, _end = body_of(post(slug, **more), 330.0, 36.0)
    return [piece.text for piece in pieces if isinstance(piece, TextPiece | TagPiece)]


def test_carousels_count_and_have_dots(theme: Any) -> None:
    for slug in ("instagram", "tiktok", "youtube", "reddit"):
        assert kinds(slug, media=pictures(4)).count(DotsPiece) == 1, slug
        assert "1/4" in words(slug, media=pictures(4)), slug
        assert DotsPiece not in kinds(slug, media=pictures(1)), slug
    assert "1/4" in words("threads", media=pictures(4))
    assert "4 pins" in words("pinterest", media=pictures(4))


def test_a_collage_says_how_many_it_hides(theme: Any) -> None:
    pieces, _end = body_of(post("fb", media=pictures(9)), 330.0, 36.0)
    assert [piece.more for piece in pieces if isinstance(piece, PicturePiece)] == [0, 0, 0, 0, 4]


def test_a_video_has_its_mark_and_length(theme: Any) -> None:
    for slug in ("twitter", "fb", "instagram", "telegram", "tiktok"):
        media = pictures(1, "video", duration=42.0)
        assert PlayIconPiece in kinds(slug, media=media), slug
        assert "0:42" in words(slug, media=media), slug
    assert "GIF" in words("twitter", media=pictures(1, "gif"))


def test_pictures_come_before_the_link_where_both_are_there(theme: Any) -> None:
    link = PreviewLink("https://a.example/b", "a.example")
    assert "a.example" in words("fb", link=link)
    # Below them it is a line; a card stands alone.
    pieces, _end = body_of(post("vk", link=link, media=pictures(1)), 330.0, 36.0)
    [above] = [piece for piece in pieces if isinstance(piece, PicturePiece)]
    [line] = [
        piece for piece in pieces if isinstance(piece, TextPiece) and piece.text == "a.example"
    ]
    assert above.area().bottom() < line.area().top()


def test_files_that_a_network_leaves_out_are_told(theme: Any) -> None:
    assert "2 more files are left out" in words("bluesky", media=pictures(4), left_out=2)
    assert "1 more file is left out" in words("fb", media=pictures(4), left_out=1)


def test_a_right_to_left_text_begins_at_the_right(theme: Any) -> None:
    def ink(text: str) -> float:
        pieces, end = body_of(post("twitter", text=text), 330.0, 36.0)
        [piece] = [piece for piece in pieces if isinstance(piece, ParagraphPiece)]
        image = QImage(330, round(end), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        piece.paint(painter)
        painter.end()
        area: QRectF = piece.area()
        columns = [
            x
            for x in range(int(area.left()), int(area.right()))
            for y in range(int(area.top()), int(area.bottom()))
            if image.pixel(x, y)
        ]
        return min(columns)

    assert ink("Short") < 80
    assert ink("שלום") > 200


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize("mirrored", [False, True])
def test_over_the_message_the_pane_throws_a_shade(
    qtbot: Any, theme: Any, tmp_path: Any, mirrored: bool
) -> None:
    scene = whole_window.build(theme, tmp_path, 1024, 700)
    page = scene.compose
    try:
        if mirrored:
            scene.window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        shade = page.findChild(EdgeShadow)
        assert not shade.isVisible()
        page.toggle_preview()
        pane = page.preview.geometry()
        assert shade.isVisible()
        if mirrored:
            assert (pane.left(), shade.x()) == (0, pane.right() + 1)
        else:
            assert (pane.right() + 1, shade.geometry().right()) == (page.width(), pane.left() - 1)
        QTest.keyClick(page, Qt.Key.Key_Escape)
        assert not shade.isVisible()
        page.toggle_preview()
        scene.window.resize(1360, 860)
        assert page.preview.isVisible()
        assert not shade.isVisible()
    finally:
        whole_window.close(scene)
