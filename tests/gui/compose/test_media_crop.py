"""Tests of cropping: geometry, and each handle by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage

from posto_desktop.core.crop_box import (
    HANDLES,
    WHOLE,
    CropConstraint,
    dragged,
    is_whole,
    moved,
    shaped,
    turned,
)
from posto_desktop.ui.compose.media_editor.crop_view import CropView

MIDDLE = (0.25, 0.25, 0.5, 0.5)
WAYS = {  # which way a handle goes to make the cut smaller
    "nw": (1, 1),
    "n": (0, 1),
    "ne": (-1, 1),
    "e": (-1, 0),
    "se": (-1, -1),
    "s": (0, -1),
    "sw": (1, -1),
    "w": (1, 0),
}

shares = st.floats(0.02, 1.0)
ways = st.floats(-2.0, 2.0)


@st.composite
def boxes(draw: Any) -> tuple[float, float, float, float]:
    width, height = draw(shares), draw(shares)
    left, top = draw(st.floats(0, 1)) * (1 - width), draw(st.floats(0, 1)) * (1 - height)
    return left, top, width, height


def inside(box: tuple[float, float, float, float]) -> bool:
    left, top, width, height = box
    slack = 1e-9
    return (
        left >= -slack
        and top >= -slack
        and width > 0
        and height > 0
        and left + width <= 1 + slack
        and top + height <= 1 + slack
    )


@given(boxes(), ways, ways)
def test_a_moved_cut_keeps_its_size_and_stays_inside(box: Any, dx: float, dy: float) -> None:
    result = moved(box, dx, dy)
    assert inside(result)
    assert result[2:] == box[2:]


@given(boxes(), st.sampled_from(HANDLES), ways, ways)
def test_a_dragged_handle_stays_inside(box: Any, handle: str, dx: float, dy: float) -> None:
    assert inside(dragged(box, handle, dx, dy, CropConstraint()))


@given(st.sampled_from(HANDLES), ways, ways, st.floats(0.3, 3.0))
def test_a_fixed_shape_stays_what_it_is(handle: str, dx: float, dy: float, ratio: float) -> None:
    start = shaped(MIDDLE, ratio)
    result = dragged(start, handle, dx, dy, CropConstraint(ratio))
    assert inside(result)
    assert result[2] / result[3] == pytest.approx(ratio, rel=1e-6)


@given(boxes())
def test_four_turns_are_none(box: Any) -> None:
    result = box
    for _ in range(4):
        result = turned(result, True)
        assert inside(result)
    assert result == pytest.approx(box)
    assert turned(turned(box, True), False) == pytest.approx(box)


def test_the_side_across_a_handle_stays_where_it_is() -> None:
    left, top, width, height = dragged(MIDDLE, "nw", 0.1, 0.2, CropConstraint())
    assert (left, top) == pytest.approx((0.35, 0.45))
    assert (left + width, top + height) == pytest.approx((0.75, 0.75))


def test_a_shape_is_as_large_as_the_picture_allows() -> None:
    assert shaped(MIDDLE, 2.0) == pytest.approx((0.0, 0.25, 1.0, 0.5))
    assert shaped(MIDDLE, 0.5) == pytest.approx((0.25, 0.0, 0.5, 1.0))
    assert is_whole(WHOLE)
    assert not is_whole(MIDDLE)


@pytest.fixture
def view(qtbot: Any, theme: Any) -> Iterator[CropView]:
    from PySide6.QtWidgets import QWidget

    home = QWidget()
    qtbot.addWidget(home)
    crop_view = CropView("a.jpg", home)
    crop_view.resize(640, 440)
    crop_view.set_natural(QSize(600, 400))
    image = QImage(600, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    crop_view.set_image(image)
    crop_view.set_crop(MIDDLE)
    home.resize(640, 440)
    home.show()
    qtbot.waitExposed(home)
    yield crop_view
    home.close()


@pytest.mark.parametrize("kind", HANDLES)
def test_each_handle_follows_the_mouse(qtbot: Any, view: CropView, kind: str) -> None:
    handle, crops = view.handles[kind], []
    view.cropChanged.connect(crops.append)
    ended = []
    view.cropEnded.connect(lambda: ended.append(1))
    middle, (x, y) = handle.rect().center(), WAYS[kind]
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(handle, middle + QPoint(30 * x, 20 * y))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle)
    whole = view.picture_rect()
    expected = dragged(
        MIDDLE, kind, 30 * x / whole.width(), 20 * y / whole.height(), CropConstraint()
    )
    assert crops[-1] == pytest.approx(expected, abs=0.004)
    assert view.crop() == crops[-1]
    assert ended == [1]


@pytest.mark.parametrize("kind", HANDLES)
def test_each_handle_follows_the_arrow_keys(qtbot: Any, view: CropView, kind: str) -> None:
    handle = view.handles[kind]
    x, y = WAYS[kind]
    before = view.crop()
    if x:
        qtbot.keyClick(handle, Qt.Key.Key_Right if x > 0 else Qt.Key.Key_Left)
        assert view.crop()[2] < before[2]
    if y:
        width = view.crop()[2]
        qtbot.keyClick(handle, Qt.Key.Key_Down if y > 0 else Qt.Key.Key_Up)
        assert view.crop()[3] < before[3]
        assert view.crop()[2] == width
    # And back.
    if x:
        qtbot.keyClick(handle, Qt.Key.Key_Left if x > 0 else Qt.Key.Key_Right)
    if y:
        qtbot.keyClick(handle, Qt.Key.Key_Up if y > 0 else Qt.Key.Key_Down)
    assert view.crop() == pytest.approx(before)


def test_arrows_move_the_frame_and_with_shift_change_its_size(qtbot: Any, view: CropView) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.crop() == pytest.approx((0.23, 0.25, 0.5, 0.5))
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.crop() == pytest.approx((0.23, 0.28, 0.5, 0.5))  # as many pixels as across
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.crop() == pytest.approx((0.23, 0.28, 0.52, 0.5))
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert view.crop() == pytest.approx((0.23, 0.28, 0.52, 0.47))
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert view.crop()[0] == pytest.approx(0.228)


def test_the_frame_is_dragged_by_its_inside(qtbot: Any, view: CropView) -> None:
    middle = view.crop_rect().center().toPoint()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, -40))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle)
    assert view.crop() == pytest.approx((0.35, 0.15, 0.5, 0.5), abs=0.005)


def test_a_kept_shape_counts_in_pixels(qtbot: Any, view: CropView) -> None:
    view.set_ratio(1.0)
    view.set_crop(shaped(MIDDLE, view.share()))
    qtbot.keyClick(view.handles["se"], Qt.Key.Key_Left)
    _left, _top, width, height = view.crop()
    assert width * 600 == pytest.approx(height * 400)


def test_every_handle_is_told_to_assistive_software(view: CropView) -> None:
    names = {handle.accessibleName() for handle in view.handles.values()}
    assert len(names) == 8
    assert all(
        handle.focusPolicy() == Qt.FocusPolicy.StrongFocus for handle in view.handles.values()
    )
    assert view.handles["nw"].objectName() == "crop-handle-nw"
    assert "50 % wide" in view.accessibleDescription()
