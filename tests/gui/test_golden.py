"""Pages, dialogs and popups look as they did: beside the pictures in ``tests/golden``.

Where a change of looks is wanted, ``python3 dev.py golden --renew`` keeps the new ones: look at
them before they are committed.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from PIL import Image, ImageChops

from tests.gui.golden import likeness, stage
from tests.gui.golden.draw import KEPT

MOST_BYTES = 6_000_000


@pytest.mark.timeout(900)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems draw text in their own way")
@pytest.mark.parametrize("scale", [1, 2])
def test_all_look_as_before(scale: int) -> None:
    command = [sys.executable, "-m", "tests.gui.golden.draw", "--scale", str(scale)]
    done = subprocess.run(
        command, cwd=stage.ROOT, capture_output=True, text=True, timeout=840, check=False
    )
    assert done.returncode == 0, (
        f"{done.stdout}{done.stderr[-3000:]}\n"
        "If this is as it should be: python3 dev.py golden --renew"
    )


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in KEPT.iterdir()) < MOST_BYTES


# That the comparison sees what matters, and nothing else


@pytest.fixture(scope="module", params=["light", "dark"])
def page(request: pytest.FixtureRequest) -> Image.Image:
    return likeness.read(KEPT / f"compose-full-1360-{request.param}.webp")


# Places on the page: left, top, right, bottom.
TEXT = (290, 105, 660, 160)  # without the caret, which is a hairline
WORD = (886, 114, 930, 136)  # "choir"
EMPTY = (300, 180)
LINE = (440, 438)  # in the upper edge of a field; the lower one is 31 below
OPTIONS = (295, 632, 435, 654)
BUTTON = (800, 822)  # a point of its plain surface


def test_what_is_the_same_passes(page: Image.Image) -> None:
    assert likeness.compare(page, page.copy()) == ""


@pytest.mark.parametrize("by", [(1, 0), (0, 1), (0, -1)])
def test_letters_with_softer_edges_pass(page: Image.Image, by: tuple[int, int]) -> None:
    """As another version of FreeType draws them: a fifth of a pixel further on."""
    now = page.copy()
    further = Image.blend(page, ImageChops.offset(page, *by), 0.2)
    now.paste(further.crop(TEXT), TEXT[:2])
    assert now.tobytes() != page.tobytes()
    assert likeness.compare(page, now) == ""


@pytest.mark.parametrize("by", [(3, 0), (0, 3), (-2, 0)])
def test_a_moved_control_fails(page: Image.Image, by: tuple[int, int]) -> None:
    now = page.copy()
    now.paste(page.crop(OPTIONS), (OPTIONS[0] + by[0], OPTIONS[1] + by[1]))
    assert "shapes" in likeness.compare(page, now)


def test_a_word_that_is_gone_fails(page: Image.Image) -> None:
    now = page.copy()
    now.paste(page.getpixel(EMPTY), WORD)
    assert "shapes" in likeness.compare(page, now)


def test_a_surface_of_another_colour_fails(page: Image.Image) -> None:
    before = page.getpixel(BUTTON)
    after = tuple(part + 4 for part in before)
    data = page.tobytes().replace(bytes(before), bytes(after))
    now = Image.frombytes("RGB", page.size, data)
    assert "plain surfaces" in likeness.compare(page, now)


def test_hairlines_of_another_colour_fail(page: Image.Image) -> None:
    """Six levels, in the lines around a field."""
    now = page.copy()
    line = page.getpixel(LINE)
    for at in range(30):
        now.putpixel((LINE[0] + at, LINE[1]), tuple(part + 6 for part in line))
        now.putpixel((LINE[0] + at, LINE[1] + 31), tuple(part + 6 for part in line))
    assert "plain surfaces" in likeness.compare(page, now)


def test_text_of_another_colour_fails(page: Image.Image) -> None:
    now = page.copy()
    paler = Image.blend(page.crop(TEXT), Image.new("RGB", page.crop(TEXT).size, "grey"), 0.3)
    plain = page.getpixel(EMPTY)
    same = Image.new("RGB", paler.size, plain)
    ink = ImageChops.difference(page.crop(TEXT), same).convert("L").point([0] + [255] * 255)
    now.paste(paler, TEXT[:2], ink)
    assert likeness.compare(page, now) != ""
