from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.sdk import Channel, SettingsError
from posto_desktop.sdk.counting import count
from posto_desktop.sdk.post_builder import build_post, settings_for

from .scripted import channel


def on(network: str = "twitter", **defaults: Any) -> Channel:
    row = Channel.from_service(channel(2, "News", network, custom_post_data=defaults))
    assert row is not None
    return row


def test_a_plain_post() -> None:
    assert build_post(on(), "Hello", posto_ref="r") == {
        "post_content": "Hello",
        "attach_link": False,
        "upload_media": False,
        "upload_media_type": "custom",
        "media_list_to_upload": [],
        "posto_ref": "r",
    }


def test_layers_win_in_order() -> None:
    layers = [
        {"post_text": "net {post_title}", "a": 1, "b": 1},
        {"post_text": "chan {post_title}", "b": 2},
        {},
        {"b": 3, "c": 3},
    ]
    post = build_post(on(post_content="site {post_title}", a=0, z=9), "Hi", layers=layers)
    assert post["post_content"] == "chan Hi"
    assert (post["a"], post["b"], post["c"], post["z"]) == (1, 3, 3, 9)


def test_the_channels_own_template_counts_when_nothing_else_does() -> None:
    post = build_post(on(post_content="{post_title} #site {product_price}"), "Hi")
    assert post["post_content"] == "Hi #site {product_price}"  # the plugin's own variable stays


def test_names_of_network_settings_are_carried_out_here() -> None:
    settings = {
        "post_text": "🔥 {post_title}",
        "cut_post_text": True,
        "share_to_first_comment": True,
        "first_comment_text": "Read on: {post_title}",
        "post_attach_link": False,
        "custom_option": "value",
    }
    post = build_post(on("fb"), "Hi", layers=[settings])
    assert post["post_content"] == "🔥 Hi"
    assert post["first_comment"] == "Read on: Hi"
    assert post["custom_option"] == "value"
    for key in ("post_text", "cut_post_text", "first_comment_text", "post_attach_link"):
        assert key not in post


def test_other_names_of_the_template() -> None:
    assert build_post(on("telegram"), "Hi", layers=[{"post_content": "T {post_title}"}])[
        "post_content"
    ] == "T Hi"  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "message", "link", "custom"),
    [
        ({"attach_link": True}, "see https://e.com/a", None, "https://e.com/a"),
        ({"attach_link": True}, "no address", None, None),
        ({"attach_link": False}, "see https://e.com/a", None, None),
        ({}, "see https://e.com/a", None, None),
        ({}, "hi", "https://given.example", "https://given.example"),
        (
            {"attach_link": True, "custom_link": "https://c.example"},
            "hi",
            None,
            "https://c.example",
        ),
        ({"attach_link": False, "custom_link": "https://c.example"}, "hi", None, None),
    ],
)
def test_a_link_is_attached_only_with_an_address_of_its_own(
    settings: dict[str, Any], message: str, link: str | None, custom: str | None
) -> None:
    # The site's default says attach_link: it would publish a link to the hidden post.
    post = build_post(on(attach_link=True), message, layers=[settings], link=link)
    assert post["attach_link"] is (custom is not None)
    assert post.get("custom_link") == custom


def test_a_link_among_the_channels_own_defaults_counts() -> None:
    own = on(attach_link=True, custom_link="https://site.example")
    assert build_post(own, "Hi")["custom_link"] == "https://site.example"
    asked = build_post(own, "see https://e.com/a", layers=[{"attach_link": True}])
    assert asked["custom_link"] == "https://e.com/a"
    for layer in ({"attach_link": False}, {"custom_link": "", "attach_link": True}):
        post = build_post(own, "Hi", layers=[layer])
        assert post["attach_link"] is False
        assert "custom_link" not in post
    # Only ours are expanded; the plugin's own would lead to the hidden post.
    assert build_post(on(attach_link=True, custom_link="{post_url}"), "Hi")["attach_link"] is False
    assert build_post(on(custom_link="https://site.example"), "Hi")["attach_link"] is False


def test_networks_without_links_get_none() -> None:
    post = build_post(on("tiktok"), "Hi", link="https://e.com", media_ids=[1])
    assert post["attach_link"] is False
    assert "custom_link" not in post


def test_media_follow_the_settings_of_the_post_only() -> None:
    assert build_post(on(upload_media=False), "Hi", media_ids=[7])["media_list_to_upload"] == [7]
    post = build_post(on(), "Hi", media_ids=[7], layers=[{"upload_media": False}])
    assert post["upload_media"] is False
    assert post["media_list_to_upload"] == []


def test_titles_where_the_network_needs_one() -> None:
    post = build_post(on("reddit"), "First line\nand more")
    assert post["post_title"] == "First line"
    assert post["post_content"] == "First line\nand more"
    given = build_post(on("reddit"), "A\nB", layers=[{"post_title": "Mine: {post_title}"}])
    assert given["post_title"] == "Mine: A"
    assert "post_title" not in build_post(on("twitter"), "A\nB")


def test_a_first_comment_only_where_it_is_read() -> None:
    assert build_post(on("fb"), "Hi", first_comment="C")["first_comment"] == "C"
    assert "first_comment" not in build_post(on("linkedin"), "Hi", first_comment="C")


def test_cutting_uses_the_networks_own_count() -> None:
    text = "日本語 " * 100
    post = build_post(on(), text, layers=[{"cut_post_text": True}])
    assert count(post["post_content"], "twitter") <= 280
    assert post["post_content"].endswith("…")
    assert build_post(on(), text)["post_content"] == text.strip()
    long = "word " * 1000
    caption = build_post(on("telegram"), long, media_ids=[1], layers=[{"cut_post_content": True}])[
        "post_content"
    ]
    assert 900 < count(caption, "telegram") <= 1024


def test_cutting_can_be_a_default_of_the_channel() -> None:
    long = "word " * 100
    assert count(build_post(on(cut_post_text=True), long)["post_content"], "twitter") <= 280
    post = build_post(on(cut_post_text=True), long, layers=[{"cut_post_text": False}])
    assert post["post_content"] == long.strip()
    assert "cut_post_text" not in post


@pytest.mark.parametrize("key", ["post_text", "post_content", "first_comment", "custom_link"])
@pytest.mark.parametrize("value", [5, True, ["a"], {"a": 1}])
def test_texts_of_another_type_are_refused(key: str, value: object) -> None:
    with pytest.raises(SettingsError) as caught:
        build_post(on("fb"), "Hi", layers=[{key: value}])
    assert caught.value.names


def test_defaults_of_the_service_may_be_of_any_type() -> None:
    row = on("fb", post_content=5, custom_link=["x"], first_comment={"a": 1}, attach_link=True)
    post = build_post(row, "Hi")
    assert post["post_content"] == "Hi"
    assert post["attach_link"] is False
    assert "first_comment" not in post


def test_unknown_variables_of_the_caller_are_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        build_post(on(), "Hi", layers=[{"post_text": "{nope}"}])
    assert caught.value.names == ("nope",)


def test_settings_flat_by_network_and_mixed() -> None:
    both = {
        "facebook": {"post_text": "F"},
        "x": {"post_text": "X"},
        "attach_link": False,
        "twitter_card": {"a": 1},
    }
    assert settings_for(both, "fb") == {
        "attach_link": False, "twitter_card": {"a": 1}, "post_text": "F"}  # fmt: skip
    assert settings_for(both, "twitter")["post_text"] == "X"
    assert "post_text" not in settings_for(both, "vk")
    assert settings_for(None, "vk") == {}
    with pytest.raises(SettingsError):
        settings_for(["x"], "vk")  # type: ignore[arg-type]


def test_settings_for_a_network_that_nobody_knows() -> None:
    with pytest.raises(SettingsError, match="twiter"):
        settings_for({"twiter": {"post_text": "x"}}, "twitter")
    nested = {"audience": {"countries": ["pt"]}}  # a setting that is a dictionary itself
    assert settings_for(nested, "fb") == nested


def test_the_callers_dictionary_is_not_changed() -> None:
    settings = {"post_text": "A {post_title}", "list": [1]}
    before = {"post_text": "A {post_title}", "list": [1]}
    build_post(on(), "Hi", layers=[settings])
    assert settings == before
