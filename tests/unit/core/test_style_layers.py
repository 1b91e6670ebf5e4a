"""Which value of which layer counts for a channel, and that it is the one that is sent."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.posts import items_of
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.style_layers import LAYERS, accepts_default, fields_of, rows_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel

KEY = "disable_comment"


def channel(**defaults: Any) -> Channel:
    return Channel(7, "tok", "tiktok", defaults=defaults)


def test_the_order_of_the_layers_is_that_of_what_is_sent() -> None:
    """Taking the highest away shows the next, in the table as in the post."""
    values: dict[str, bool] = {}
    for name in LAYERS:
        values[name] = not values.get(LAYERS[max(0, len(values) - 1)], False)
        layers = {layer: {KEY: values[layer]} if layer in values else {} for layer in LAYERS}
        resolved_style = ResolvedStyle(
            "s",
            {"tiktok": layers["style"]},
            {"tiktok": layers["network"]},
            {7: layers["channel"]},
        )
        draft = Draft(
            text="Hi", style="s", resolved_style=resolved_style, options={"tiktok": layers["post"]}
        )
        to = channel(**layers["service"])
        (row,) = [row for row in rows_of(to, resolved_style, draft) if row.key == KEY]
        assert row.winner == name
        assert row.values == values
        assert items_of(draft, [to], "ref")[0].data[KEY] == row.value == values[name]


def test_what_the_app_does_itself_is_not_the_services() -> None:
    (row,) = [row for row in rows_of(channel(post_content="S"), None) if row.key == "post_text"]
    assert row.values == {"service": "S"}
    assert (row.winner, row.idle, row.value) == ("", ("service",), None)


def test_a_watermark_is_one_for_a_network() -> None:
    mark = {"file": "logo.png"}
    resolved_style = ResolvedStyle("", {}, {"tiktok": {"watermark": mark}}, {7: {"watermark": {}}})
    (row,) = [row for row in rows_of(channel(), resolved_style) if row.key == "watermark"]
    assert (row.winner, row.idle) == ("network", ("channel",))
    assert accepts_default("utm", "channel")
    assert not accepts_default("watermark", "channel")
    assert not accepts_default("utm", "style")


@pytest.mark.parametrize("slug", [network.slug for network in all_networks()])
def test_each_option_once(slug: str) -> None:
    keys = [field.key for field in fields_of(slug)]
    assert len(keys) == len(set(keys))
    assert {"post_text", "utm", "watermark"} <= set(keys)


def test_what_the_message_says_itself() -> None:
    draft = Draft(link="https://a.example", first_comment="More")
    rows = {row.key: row for row in rows_of(Channel(1, "x", "twitter"), None, draft)}
    assert rows["custom_link"].value == "https://a.example"
    assert rows["first_comment"].winner == "post"


def test_defaults_of_channels_of_this_computer_and_of_services() -> None:
    data = {"channels": {
        "http://127.0.0.1:0": {"1": {"post_text": "here"}},
        "https://a.example": {"1": {"post_text": "a"}},
    }}  # fmt: skip
    style_registry = StyleRegistry((), data)
    for service, text in (
        ("", "here"),
        ("http://127.0.0.1:9", "here"),
        ("https://a.example/", "a"),
    ):
        resolved_style = style_registry.resolved_style("", service)
        assert resolved_style is not None
        assert resolved_style.channels == {1: {"post_text": text}}
    assert style_registry.resolved_style("", "https://b.example") is None
