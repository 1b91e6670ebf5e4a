from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.core import options
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import (
    comment_of,
    full_address,
    is_address,
    items_of,
    link_of,
    media_of,
    post_data,
    text_of,
)
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel


def channel(network: str, number: int = 1, **defaults: Any) -> Channel:
    return Channel(id=number, name=f"{network} {number}", network=network, defaults=defaults)


def sent(draft: Draft, *channels: Channel) -> list[dict[str, Any]]:
    return [item.data for item in items_of(draft, channels, "ref")]


def test_each_channel_gets_its_own_text() -> None:
    draft = Draft(text="for all", variants={"twitter": "for X ", "channel:2": "for two"})
    first, second, other = channel("twitter"), channel("twitter", 2), channel("fb", 3)
    assert [data["post_content"] for data in sent(draft, first, second, other)] == [
        "for X",
        "for two",
        "for all",
    ]
    assert text_of(draft, second) == "for two"
    assert text_of(draft, "twitter") == "for X"


def test_a_channel_twice_is_one_item() -> None:
    assert len(sent(Draft(text="a"), channel("fb"), channel("fb"))) == 1


def test_options_travel_under_the_keys_of_their_network_only() -> None:
    draft = Draft(
        text="a",
        options={
            "tiktok": {
                "privacy_level": "SELF_ONLY",
                "disable_duet": True,
                "photo_title": " My\nphoto ",
                "post_content": "never",
                "board": "unknown key",
                "disable_stitch": "yes",
            },
            "channel:2": {"disable_duet": False},
        },
    )
    first, second, other = sent(draft, channel("tiktok"), channel("tiktok", 2), channel("fb", 3))
    assert first["privacy_level"] == "SELF_ONLY"
    assert first["disable_duet"] is True
    assert first["photo_title"] == "My photo"
    assert first["post_content"] == "a"
    assert "board" not in first
    assert "disable_stitch" not in first  # a wrong type would be replaced by the default in silence
    assert second["disable_duet"] is False
    assert second["privacy_level"] == "SELF_ONLY"
    assert "privacy_level" not in other


def test_options_win_over_what_the_channel_is_set_to() -> None:
    draft = Draft(text="a", options={"wordpress": {"post_status": "draft", "custom_tags": "#b, c"}})
    data = sent(draft, channel("wordpress", post_status="publish", send_tags=True))[0]
    assert data["post_status"] == "draft"
    assert data["custom_tags"] == ["b", "c"]
    assert data["send_tags"] is True


def test_the_title_of_a_network_wins_over_that_of_the_draft() -> None:
    draft = Draft(text="First line\nmore", title="Common", options={"reddit": {"post_title": "R"}})
    on_reddit, on_tumblr, on_fb = sent(
        draft, channel("reddit"), channel("tumblr", 2), channel("fb", 3)
    )
    assert on_reddit["post_title"] == "R"
    assert on_tumblr["post_title"] == "Common"
    assert "post_title" not in on_fb
    draft = Draft(text="First line\nmore")
    assert sent(draft, channel("reddit"))[0]["post_title"] == "First line"


def test_a_link_is_attached_only_together_with_its_address() -> None:
    draft = Draft(text="see https://in.example/text", link=" https://common.example ")
    data = sent(draft, channel("fb"))[0]
    assert (data["attach_link"], data["custom_link"]) == (True, "https://common.example")
    # These networks' posts have no such key.
    for network in ("telegram", "tiktok", "discord"):
        data = sent(draft, channel(network))[0]
        assert data["attach_link"] is False
        assert "custom_link" not in data


@pytest.mark.parametrize(
    ("own", "link"),
    [
        ({}, "https://common.example"),
        ({"attach_link": False}, ""),
        ({"attach_link": True}, "https://common.example"),
        ({"custom_link": "https://own.example"}, "https://own.example"),
        ({"custom_link": ""}, ""),
        ({"custom_link": "", "attach_link": True}, "https://in.example/text"),
        ({"custom_link": "https://own.example", "attach_link": False}, ""),
    ],
)
def test_the_link_of_a_network(own: dict[str, Any], link: str) -> None:
    draft = Draft(
        text="see https://in.example/text", link="https://common.example", options={"fb": own}
    )
    assert link_of(draft, "fb") == link
    data = sent(draft, channel("fb"))[0]
    assert data["attach_link"] is bool(link)
    assert data.get("custom_link", "") == link


def test_a_channel_set_to_attach_links_attaches_none_to_the_hidden_post() -> None:
    data = sent(Draft(text="see https://a.example"), channel("fb", attach_link=True))[0]
    assert data["attach_link"] is False
    assert "custom_link" not in data


def test_the_first_comment_goes_where_there_is_one() -> None:
    draft = Draft(
        text="a",
        first_comment=" all ",
        options={"instagram": {"first_comment": "own"}, "twitter": {"first_comment": ""}},
    )
    networks = ("fb", "instagram", "twitter", "linkedin")
    channels = [channel(network, n) for n, network in enumerate(networks)]
    assert [data.get("first_comment") for data in sent(draft, *channels)] == [
        "all",
        "own",
        None,
        None,
    ]
    assert [comment_of(draft, network) for network in networks] == ["all", "own", "", ""]


def test_the_alt_text_of_the_first_file_that_has_one_goes_to_pinterest() -> None:
    media = [MediaRef("/a.png", "a.png"), MediaRef("/b.png", "b.png", alt="B")]
    data = sent(Draft(text="a", media=media), channel("pinterest"), channel("fb", 2))
    assert data[0]["alt_text"] == "B"
    assert "alt_text" not in data[1]
    own = Draft(text="a", media=media, options={"pinterest": {"alt_text": "mine"}})
    assert sent(own, channel("pinterest"))[0]["alt_text"] == "mine"


def test_a_button_without_a_link_is_left_out() -> None:
    on = {"telegram": {"add_read_more_button": True}}
    assert (
        sent(Draft(text="a", options=on), channel("telegram"))[0]["add_read_more_button"] is False
    )
    by_default = channel("telegram", add_read_more_button=True, read_more_button_link="{post_url}")
    data = sent(Draft(text="a"), by_default)[0]
    assert data["add_read_more_button"] is False
    assert "read_more_button_link" not in data
    data = sent(Draft(text="a", link="https://l.example"), by_default)[0]
    assert data["read_more_button_link"] == "https://l.example"
    assert data["add_read_more_button"] is True
    on["telegram"]["read_more_button_link"] = "https://own.example"  # type: ignore[assignment]
    data = sent(Draft(text="a", options=on), channel("telegram"))[0]
    assert data["read_more_button_link"] == "https://own.example"


def test_the_files_are_the_uploaded_ones_in_their_order() -> None:
    item = items_of(Draft(text="a"), [channel("fb")], "ref")[0]
    assert post_data(item, [7, 5])["media_list_to_upload"] == [7, 5]
    assert post_data(item, [7, 5])["upload_media"] is True
    assert post_data(item, [])["upload_media"] is False
    assert item.data["posto_ref"] == "ref"


def test_the_description_of_a_file_that_is_left_out_goes_nowhere() -> None:
    media = [
        MediaRef("/a", "a", alt="First").leaving_out("pinterest"),
        MediaRef("/b", "b", alt="Second"),
    ]
    draft = Draft(text="a", media=media)
    assert sent(draft, channel("pinterest"))[0]["alt_text"] == "Second"
    assert media_of(draft, channel("pinterest")) == media[1:]
    assert media_of(draft, "fb") == media
    alone = Draft(text="a", media=media[:1])
    [item] = items_of(alone, [channel("pinterest")], "ref")
    assert post_data(item, [7])["media_list_to_upload"] == []


def test_fields_are_named_and_of_a_known_kind() -> None:
    for limits in (limits_for(network.slug) for network in all_networks()):
        fields = options.fields_for(limits.slug)
        assert len({field.key for field in fields}) == len(fields)
        for field in fields:
            assert field.label
            assert "_" not in field.label
            assert bool(field.choices) == (field.kind == "choice")
            assert field.key not in options.DERIVED
    keys = {option.key for option in options.fields_for("reddit")}
    assert keys == {"post_title", "attach_link", "custom_link", "first_comment"}
    assert next(
        option for option in options.fields_for("reddit") if option.key == "post_title"
    ).required
    assert options.fields_for("flickr") == ()
    assert options.fields_for("a network of tomorrow") == ()


values = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@given(
    st.sampled_from([network.slug for network in all_networks()]),
    st.dictionaries(
        st.sampled_from(
            sorted({k for network in all_networks() for k in limits_for(network.slug).post_keys})
        ),
        values | st.lists(values, max_size=3),
    ),
)
def test_cleaned_values_have_the_right_type_and_stay(slug: str, raw: dict[str, Any]) -> None:
    cleaned = options.clean(slug, raw)
    by_key = {option.key: option for option in options.fields_for(slug)}
    for key, value in cleaned.items():
        kinds = {"switch": bool, "tags": list}
        assert type(value) is kinds.get(by_key[key].kind, str)
    assert options.clean(slug, cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("nordlicht.example/winter", "https://nordlicht.example/winter"),
        ("Nordlicht.example", "https://Nordlicht.example"),
        ("kaffee-rösterei.example:8080?a=1", "https://kaffee-rösterei.example:8080?a=1"),
        ("http://nordlicht.example", "http://nordlicht.example"),
        ("HTTPS://nordlicht.example", "HTTPS://nordlicht.example"),
        ("mailto:us@nordlicht.example", "mailto:us@nordlicht.example"),
        ("us@nordlicht.example", "us@nordlicht.example"),
        ("roast", "roast"),
        ("shop. Come by", "shop. Come by"),
        ("a.b c", "a.b c"),
        ("-a.example", "-a.example"),
        ("", ""),
    ],
)
def test_a_link_is_sent_as_a_whole_address(typed: str, sent: str) -> None:
    assert full_address(typed) == sent
    assert link_of(Draft(link=typed), "fb") == sent


@pytest.mark.parametrize(
    ("link", "wanted"),
    [
        ("https://a.example/b?c=d#e", True),
        ("HTTP://A.EXAMPLE", True),
        ("http://192.168.1.1/admin", True),
        ("https://münchen.example/weg", True),
        ("not a link", False),
        ("https://a.example/b c", False),
        ("https://a.example/\u202e", False),
        ("https://", False),
        ("http://[", False),
        ("shop", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
    ],
)
def test_what_can_be_a_link(link: str, wanted: bool) -> None:
    assert is_address(link) is wanted


def test_an_own_link_is_completed_as_well() -> None:
    draft = Draft(options={"fb": {"custom_link": "own.example/x"}})
    assert link_of(draft, "fb") == "https://own.example/x"
