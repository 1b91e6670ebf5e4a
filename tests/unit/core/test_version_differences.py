"""What a person sees of the differences between two versions of a post."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.version_differences import (
    LONGEST,
    Stretch,
    TextChange,
    text_pieces,
    version_steps,
)
from posto_desktop.sdk.review import PostVersion, ReviewStep


def version(number: int, *texts: str, changed: tuple[str, ...] = ("post_content",)) -> ReviewStep:
    posts = tuple(
        PostVersion(channel_id, {"post_content": text}) for channel_id, text in enumerate(texts, 1)
    )
    kind = "edited" if number > 1 else "proposed"
    return ReviewStep(kind, number, person="wanda", changed=changed, posts=posts)


def test_words_that_went_and_came_stand_where_they_were() -> None:
    assert text_pieces("Cold buns from 9 o'clock", "Warm buns from 10 o'clock") == (
        Stretch("removed", "Cold"),
        Stretch("added", "Warm"),
        Stretch("same", " buns from "),
        Stretch("removed", "9"),
        Stretch("added", "10"),
        Stretch("same", " o'clock"),
    )
    assert text_pieces("Buns are back", "Fresh bread is here") == (
        Stretch("removed", "Buns are back"),
        Stretch("added", "Fresh bread is here"),
    ), "a new phrase is one change, not one for each word"


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_put_together_are_both_texts(before: str, after: str) -> None:
    pieces = text_pieces(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


def test_long_texts_without_much_in_common_are_compared_in_a_moment() -> None:
    before = " ".join(f"a{number}" for number in range(5_000))
    after = " ".join(f"b{number}" for number in range(5_000))
    kinds = [piece.kind for piece in text_pieces(before, after)]
    assert kinds == ["removed", "added"]
    assert len(text_pieces("", "x" * 100_000)[0].text) == LONGEST


def test_a_text_of_all_channels_is_told_once_and_others_with_their_channels() -> None:
    first = version(1, "Buns", "Buns", changed=())
    second = version(2, "Warm buns", "Warm buns")
    third = version(3, "Warm buns", "Warm buns #bread")
    steps = version_steps([first, second, third])
    assert steps[0].texts == (TextChange("text", (Stretch("same", "Buns"),)),)
    assert [change.channel_ids for change in steps[1].texts] == [()]
    (change,) = steps[2].texts
    assert change.channel_ids == (2,)
    assert change.pieces[-1] == Stretch("added", " #bread")


def test_channels_files_and_parts_of_a_thread_are_compared() -> None:
    before = {"post_content": "One", "media_list_to_upload": [1, 2]}
    after = {
        "post_content": "One",
        "posto_thread": [{"text": "Two", "media": [3]}],
        "media_list_to_upload": [2],
    }
    first = ReviewStep("proposed", 1, posts=(PostVersion(1, before), PostVersion(5, before)))
    names = ("channels", "media_list_to_upload", "posto_thread")
    second = ReviewStep(
        "edited", 2, changed=names, posts=(PostVersion(1, after), PostVersion(6, before))
    )
    step = version_steps([first, second, ReviewStep("approved", 2, posts=second.posts)])[1]
    assert (step.channels_added, step.channels_removed) == ((6,), (5,))
    assert (step.files_added, step.files_removed) == (1, 0), "another channel still has the other"
    assert [piece.kind for piece in step.texts[0].pieces] == ["same", "added"]


def test_what_is_damaged_is_left_out() -> None:
    odd = {"post_content": 7, "posto_thread": ["x", {"text": 1}], "media_list_to_upload": ["x"]}
    posts = (PostVersion(1, odd),)
    steps = version_steps(
        [ReviewStep("proposed", posts=posts), ReviewStep("edited", changed=("x",), posts=posts)]
    )
    assert steps[1].texts == ()
