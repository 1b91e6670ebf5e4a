"""The service's settings of a network, and what of them changes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core.service_settings import changes_of, settings_of, value_text

DATA: dict[str, Any] = {
    "odd_thing": [1, 2],
    "post_attach_link": True,
    "post_text": "{post_title}",
    "interval": 5,
    "bot_token": "123:abc",
    "post_media_type_to_upload": "featured_image",
}


def test_the_known_ones_first_and_no_secret() -> None:
    settings = {setting.key: setting for setting in settings_of(DATA)}
    assert list(settings)[:3] == ["post_attach_link", "post_text", "post_media_type_to_upload"]
    assert settings["post_text"].label == "Text"
    assert (settings["odd_thing"].kind, settings["odd_thing"].label) == ("fixed", "Odd thing")
    assert (settings["interval"].kind, settings["post_attach_link"].kind) == ("number", "switch")
    assert settings["bot_token"].hidden
    assert settings["bot_token"].kind == "fixed"
    assert dict(settings["post_media_type_to_upload"].choices)


def test_a_choice_that_nobody_knows_can_stay() -> None:
    (setting,) = settings_of({"media_type_to_upload": "video_only"})
    assert ("video_only", "video_only") in setting.choices


def test_only_what_differs_is_a_change() -> None:
    settings = settings_of(DATA)
    values = {**DATA, "post_text": "New", "interval": 5, "bot_token": "x", "odd_thing": []}
    assert [
        (change.setting.key, change.before, change.after) for change in changes_of(settings, values)
    ] == [("post_text", "{post_title}", "New")]
    # The service tells True from 1.
    assert changes_of(settings, {"post_attach_link": 1})


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), _VALUES, max_size=6))
def test_whatever_the_service_says(data: dict[str, Any]) -> None:
    settings = settings_of(data)
    assert len(settings) == len(data)
    for setting in settings:
        assert len(value_text(setting.value)) <= 20_000
    same = {setting.key: setting.value for setting in settings if setting.value == setting.value}
    assert changes_of(settings, same) == [] or "nan" in repr(data)
