"""Tests of watermark data: position, effect, findings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.checks import check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.posts import media_of
from posto_desktop.core.renditions import OriginalMedia, rendition_spec
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.watermark import WatermarkImage
from posto_desktop.delivery.outbox_rows import rows_of
from posto_desktop.sdk.records import Channel
from posto_desktop.sdk.style_parts import CORNERS

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
X, FB = Channel(1, "a", "twitter"), Channel(2, "b", "fb")
PICTURE = MediaRef("/p/a.jpg", "a.jpg", 1000, width=400, height=200, alt="A", mime="image/jpeg")
FILM = MediaRef("/p/f.mp4", "f.mp4", 1000, "video", width=400, height=200, mime="video/mp4")


def dressed(media: list[MediaRef], **resolved_style: Any) -> Draft:
    style = {"twitter": {"watermark": {"file": "logo.png", "size": 0.5}}}
    return Draft(
        text="Hi",
        style="Launch",
        media=media,
        resolved_style=ResolvedStyle("Launch", style, marks="/m", **resolved_style),
    )


@pytest.mark.parametrize(
    ("corner", "box"),
    [
        ("top-left", (10, 10, 50, 25)),
        ("top-right", (140, 10, 50, 25)),
        ("bottom-left", (10, 65, 50, 25)),
        ("bottom-right", (140, 65, 50, 25)),
        ("center", (75, 38, 50, 25)),
    ],
)
def test_where_it_lies(corner: str, box: tuple[int, ...]) -> None:
    assert WatermarkImage("m", corner, size=0.5, margin=0.1).box(
        (200, 100), (80, 40)
    ) == pytest.approx(box, abs=1)


@given(
    st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
    st.tuples(st.integers(1, 2000), st.integers(1, 2000)),
    st.sampled_from(CORNERS),
    st.floats(0.02, 1),
    st.floats(0, 0.4),
)
def test_it_never_leaves_the_picture(
    picture: tuple[int, int], mark: tuple[int, int], corner: str, size: float, margin: float
) -> None:
    left, top, wide, high = WatermarkImage("m", corner, size, 0.5, margin).box(picture, mark)
    assert 0 <= left <= left + wide <= picture[0] + 1
    assert 0 <= top <= top + high <= picture[1] + 1
    assert wide >= 1
    assert high >= 1


def test_only_pictures_of_that_network_are_marked() -> None:
    draft = dressed([PICTURE, FILM])
    picture, film = media_of(draft, X)
    mark = picture.edit_for("twitter").mark
    assert mark == WatermarkImage("/m/logo.png", size=0.5, style="Launch")
    assert film.edit_for("twitter").mark is None
    assert [ref.edit_for("fb").mark for ref in media_of(draft, FB)] == [None, None]
    assert draft.media == (PICTURE, FILM)


def test_a_cut_of_the_file_stays_under_it() -> None:
    cut = MediaRef("/p/a.jpg", "a.jpg", edit=Edit(crop=(0.0, 0.0, 0.5, 0.5)),
                   network_edits={"twitter": Edit(turns=1, alone=True)})  # fmt: skip
    (ref,) = media_of(dressed([cut]), X)
    assert ref.edit_for("twitter").turns == 1
    assert ref.edit_for("twitter").mark
    assert ref.edit_for("fb") == Edit(crop=(0.0, 0.0, 0.5, 0.5))


def test_a_marked_picture_is_written_anew_and_has_a_key_of_its_own() -> None:
    facts = OriginalMedia("image/jpeg", 400, 200, 1000)
    plain, mark = rendition_spec(facts, None, "twitter"), WatermarkImage("/m/logo.png")
    marked = rendition_spec(facts, Edit(mark=mark), "twitter")
    assert not plain.rewrite
    assert marked.rewrite
    assert marked.reasons == ("marked",)
    assert (
        len(
            {
                plain.key,
                marked.key,
                rendition_spec(facts, Edit(mark=WatermarkImage("/m", size=0.3)), "x").key,
            }
        )
        == 3
    )
    film = OriginalMedia("video/mp4", 400, 200, 1000)
    assert rendition_spec(film, Edit(mark=mark), "twitter") == rendition_spec(film, None, "twitter")
    gif = OriginalMedia("image/gif", 400, 200, 1000, frames=3)
    assert rendition_spec(gif, Edit(mark=mark), "twitter") == rendition_spec(gif, None, "twitter")


def test_the_outbox_keeps_it() -> None:
    (row,) = rows_of(dressed([PICTURE]), [X, FB], [(None, None)], NOW)
    ref = MediaRef.from_json(row["body"]["files"][0]["ref"])
    assert ref.edit_for("twitter").mark == WatermarkImage("/m/logo.png", size=0.5, style="Launch")
    assert ref.edit_for("fb").mark is None


_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.dictionaries(
        st.sampled_from(["path", "corner", "size", "opacity", "margin"]), inner
    ),
)


@given(_VALUES)
def test_no_stored_value_breaks_it(data: Any) -> None:
    mark = Edit.from_json({"mark": data}).mark
    assert mark is None or Edit.from_json(Edit(mark=mark).to_json()).mark == mark


def test_a_mark_that_cannot_be_used_is_an_error_with_the_styles_name() -> None:
    draft = dressed([PICTURE], no_marks={"logo.png": "logo.png is no longer there."})
    (finding,) = [
        finding for finding in check(draft, [X, FB], NOW) if finding.code == "style_watermark"
    ]
    assert finding.sentence == (
        "The watermark of the style “Launch” cannot be used. logo.png is no longer there."
    )
    assert finding.severity == "error"
    assert finding.networks == ("twitter",)
    assert finding.fix is not None
    assert not [
        finding for finding in check(dressed([PICTURE]), [X], NOW) if "mark" in finding.code
    ]


def test_films_go_without_it_and_that_is_said() -> None:
    (finding,) = [finding for finding in check(dressed([FILM]), [X], NOW) if "mark" in finding.code]
    assert finding.sentence == (
        "The watermark of the style “Launch” applies to still pictures only: f.mp4 goes without it."
    )
