"""The plugin's routes, request by request, in the plugin's dialect and in the public client's."""

from __future__ import annotations

import time
from typing import Any

import pytest

from .conftest import FS, LATER, POSTO, Client, png


def error_of(client: Client, method: str, path: str, **kwargs: Any) -> str:
    answer = client.send(method, FS + path, **kwargs)
    assert answer.status_code == 200, answer.text
    message: str = answer.json()["error_msg"]
    return message


# Channels


def test_the_sandbox_channels_are_there_from_the_start(client: Client) -> None:
    channels = client.call("GET", f"{FS}/channels")["channels"]
    assert [(channel["name"], channel["social_network"]) for channel in channels] == [
        ("Sandbox X", "twitter"),
        ("Sandbox Instagram", "instagram"),
        ("Sandbox Facebook", "fb"),
        ("Sandbox LinkedIn", "linkedin"),
        ("Sandbox Mastodon", "mastodon"),
        ("Sandbox Bluesky", "bluesky"),
        ("Sandbox Telegram", "telegram"),
        ("Sandbox TikTok", "tiktok"),
    ]
    for channel in channels:
        assert channel["status"] is True
        assert channel["method"] == "sandbox"
        assert "session_data" not in channel
    pictures = {
        client.send("GET", _path(channel["picture"], client)).content for channel in channels
    }
    assert len(pictures) == 8, "each network has a picture of its own"


def test_saving_channel_settings_replaces_the_whole_set(client: Client) -> None:
    number = client.channels()["linkedin"]
    client.call(
        "POST",
        f"{FS}/channels/settings",
        json={
            "id": number,
            "labels": [{"value": 1, "label": "Work", "color": "#fff"}],
            "custom_post_data": {"attach_link": True},
        },
    )
    read = client.call("GET", f"{FS}/channels/settings", params={"id": number})
    assert read["labels"][0]["label"] == "Work"
    assert read["custom_post_data"] == {"attach_link": True}
    assert client.call("POST", f"{FS}/channels/settings", json={"id": number, "proxy": "p"}) == []
    read = client.call("GET", f"{FS}/channels/settings", params={"id": number})
    assert (read["proxy"], read["labels"], read["custom_post_data"]) == ("p", [], [])
    client.call("POST", f"{FS}/channels/settings", json={"id": number})


def test_no_password_of_a_proxy_comes_into_the_database(client: Client) -> None:
    number = client.channels()["linkedin"]
    proxy = "http://proxy.example:8080"
    client.call("POST", f"{FS}/channels/settings", json={"id": number, "proxy": proxy})
    given = {"id": number, "proxy": "http://me:s3cret-of-mine@proxy.example:8080"}
    sentence = error_of(client, "POST", "/channels/settings", json=given)
    assert "Settings, Network" in sentence
    assert "s3cret" not in sentence
    read = client.call("GET", f"{FS}/channels/settings", params={"id": number})
    assert read["proxy"] == proxy
    for path in client.running.data_dir.rglob("*"):
        assert not path.is_file() or b"s3cret-of-mine" not in path.read_bytes(), path
    client.call("POST", f"{FS}/channels/settings", json={"id": number})


def test_refreshing_a_channel_says_that_it_is_alive(client: Client) -> None:
    answer = client.call("POST", f"{FS}/channels/refresh", json={"id": client.channels()["fb"]})
    assert answer["channel"]["status"] is True
    assert error_of(client, "POST", "/channels/refresh", json={"id": 999}) == "Channel not found."


# Network settings


def test_saving_network_settings_replaces_the_whole_set(client: Client) -> None:
    path = f"{FS}/social-networks/mastodon/settings"
    first = client.call("GET", path)
    assert first["post_text"] == "{post_title}"
    assert first["cut_post_text"] is True
    assert client.call("POST", path, json={"post_text": "A", "mine": 1}) == []
    assert client.call("GET", path) == first | {"post_text": "A", "mine": 1}
    client.call("POST", path, json={"upload_media": True})
    assert client.call("GET", path) == first | {"upload_media": True}
    client.call("POST", path, json={"cut_post_text": "no", "post_text": None})
    assert client.call("GET", path) == first, "a wrong type silently becomes the default"


def test_networks_have_the_plugins_setting_names(client: Client) -> None:
    facebook = client.call("GET", f"{FS}/social-networks/facebook/settings")
    assert facebook == client.call("GET", f"{FS}/social-networks/fb/settings")
    assert "post_attach_link" in facebook
    telegram = client.call("GET", f"{FS}/social-networks/telegram/settings")
    assert {"post_content", "cut_post_content"} <= set(telegram)
    assert error_of(client, "GET", "/social-networks/nowhere/settings") != ""


# Composing


def test_one_request_makes_one_group_with_a_row_a_channel(client: Client) -> None:
    group = client.compose("twitter", "fb", share_at=LATER, post_content="Hi", anything={"k": 1})
    rows = client.group(group)
    assert {row["channel"]["social_network"] for row in rows} == {"twitter", "fb"}
    assert len({row["wp_post"]["id"] for row in rows}) == 1
    row = rows[0]
    assert (row["status"], row["send_time"]) == ("not_sent", LATER)
    assert row["customization_data"] == {"post_content": "Hi", "anything": {"k": 1}}
    assert row["posting_data"]["content"] == "Hi"
    assert row["wp_post"]["title"] == "[Hidden post generated by FS Poster]"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"schedules": []},
        {"schedules": "all"},
        {"schedules": [5]},
        {"schedules": [{"custom_post_data": {}}]},
        {"schedules": [{"channel_id": 99, "custom_post_data": {}}]},
        {"schedules": [{"channel_id": 1}, {"channel_id": 1}]},
        {"schedules": [{"channel_id": 1}], "share_at": "tomorrow"},
        {"schedules": [{"channel_id": 1}], "share_at": True},
        {"schedules": [{"channel_id": 1}], "share_at": -5},
        {"schedules": [{"channel_id": 1}], "share_at": 1e300},
        {"schedules": [{"channel_id": True}]},
    ],
)
def test_a_bad_composer_request_makes_no_rows(client: Client, body: dict[str, Any]) -> None:
    assert error_of(client, "POST", "/composer", json=body)
    assert client.rows() == []


def test_media_that_is_not_there_is_refused(client: Client) -> None:
    data = {
        "upload_media": True,
        "upload_media_type": "custom",
        "media_list_to_upload": [987654],
    }
    body = {"schedules": [{"channel_id": 1, "custom_post_data": data}], "share_at": LATER}
    assert "987654" in error_of(client, "POST", "/composer", json=body)
    assert client.rows() == []


def test_a_time_in_the_past_goes_out_at_once(client: Client) -> None:
    group = client.compose("mastodon", share_at=1_000_000_000)
    (row,) = client.settled(group)
    assert row["status"] == "success"
    assert abs(row["send_time"] - time.time()) < 60, "after sending it is the real time"
    assert row["share_at"] == 1_000_000_000


def test_the_same_request_with_the_same_mark_makes_one_group(client: Client) -> None:
    first = client.compose("twitter", "fb", posto_ref="mark-1")
    assert client.compose("fb", "twitter", posto_ref="mark-1") == first
    assert len(client.rows()) == 2
    assert client.compose("twitter", posto_ref="mark-1") != first, "other channels"
    assert client.compose("twitter", "fb", posto_ref="mark-1", share_at=LATER + 1) != first
    assert client.compose("twitter", "fb", posto_ref="mark-2") != first
    assert client.compose("twitter") != client.compose("twitter"), "without a mark nothing is known"


def test_editing_makes_the_rows_of_a_group_again(client: Client) -> None:
    group = client.compose("twitter", "fb")
    old = client.group(group)
    ids = client.channels()
    body = {
        "wp_post_id": old[0]["wp_post"]["id"],
        "schedule_group_id": group,
        "share_at": LATER + 60,
        "schedules": [{"channel_id": ids["bluesky"], "custom_post_data": {"post_content": "New"}}],
    }
    assert client.call("POST", f"{FS}/composer", json=body)["schedule_group_id"] == group
    (row,) = client.group(group)
    assert (row["posting_data"]["content"], row["send_time"]) == ("New", LATER + 60)
    assert row["id"] not in {item["id"] for item in old}
    body["wp_post_id"] = 12345
    assert error_of(client, "POST", "/composer", json=body)


def test_what_has_been_sent_cannot_be_edited_or_moved(client: Client) -> None:
    group = client.compose("twitter", share_at=None)
    (row,) = client.settled(group)
    body = {
        "wp_post_id": row["wp_post"]["id"],
        "schedule_group_id": group,
        "schedules": [{"channel_id": 1, "custom_post_data": {}}],
    }
    assert error_of(client, "POST", "/composer", json=body)
    move = {"schedule_group_id": group, "share_at": LATER}
    assert error_of(client, "POST", "/composer/reschedule", json=move)
    assert client.group(group) == [row]


def test_rescheduling_moves_a_whole_group(client: Client) -> None:
    group = client.compose("twitter", "fb")
    move = {"schedule_group_id": group, "share_at": LATER - 3600}
    assert client.call("POST", f"{FS}/composer/reschedule", json=move) == []
    assert {row["send_time"] for row in client.group(group)} == {LATER - 3600}
    move["share_at"] = 1
    client.call("POST", f"{FS}/composer/reschedule", json=move)
    assert {row["status"] for row in client.settled(group)} == {"success"}
    assert error_of(
        client, "POST", "/composer/reschedule", json={"schedule_group_id": "none", "share_at": 1}
    )


@pytest.mark.parametrize(
    "wrong", [{}, {"share_at": "soon"}, {"share_at": 10**15}, {"share_at": -1}]
)
def test_a_move_without_a_time_that_can_be_read_sends_nothing(
    client: Client, wrong: dict[str, Any]
) -> None:
    group = client.compose("twitter")
    before = client.group(group)
    assert error_of(
        client, "POST", "/composer/reschedule", json={"schedule_group_id": group, **wrong}
    )
    assert client.group(group) == before


@pytest.mark.parametrize("mark", [["x"], {"a": 1}, 5, None])
def test_a_mark_that_is_no_text_is_a_mark_of_nobody(client: Client, mark: object) -> None:
    data = {"post_content": "Hello", "posto_ref": mark}
    body = {"schedules": [{"channel_id": 1, "custom_post_data": data}], "share_at": LATER}
    groups = {
        client.call("POST", f"{FS}/composer", json=body)["schedule_group_id"] for _ in range(2)
    }
    assert len(groups) == 2


# Listing


@pytest.fixture
def listed(client: Client) -> Client:
    for number in range(12):
        client.compose("twitter", share_at=LATER + number)
    client.compose("fb", "mastodon", share_at=LATER - 5)
    return client


def test_the_newest_time_comes_first(listed: Client) -> None:
    times = [row["send_time"] for row in listed.rows()]
    assert times == sorted(times, reverse=True)
    assert len(times) == 14


@pytest.mark.parametrize(
    ("asked", "given"),
    [("9", 10), ("10", 10), ("14", 14), ("100", 14), ("101", 10), ("x", 10), (None, 10)],
)
def test_an_odd_page_size_becomes_ten(listed: Client, asked: str | None, given: int) -> None:
    answer = listed.call("GET", f"{FS}/schedules", params={"rows_count": asked})
    assert len(answer["schedules"]) == given
    assert answer["total"] == 14


def test_pages_together_hold_every_row_once(listed: Client) -> None:
    pages = [
        listed.call("GET", f"{FS}/schedules", params={"rows_count": 10, "page": page})
        for page in (1, 2, 3)
    ]
    ids = [row["id"] for page in pages for row in page["schedules"]]
    assert [len(page["schedules"]) for page in pages] == [10, 4, 0]
    assert len(set(ids)) == 14


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("social_networks[]=fb&social_networks[]=mastodon", 2),
        ("social_networks%5B%5D=fb", 1),
        ("social_networks[0]=fb&social_networks[1]=twitter", 13),
        ("social_networks=facebook,mastodon", 2),
        ("social_networks=x", 12),
        ("statuses[]=not_sent", 14),
        ("statuses[]=error&statuses[]=draft", 0),
        ("statuses=not_sent,sending", 14),
        ("statuses=sending", 0),
        ("statuses[]=bogus", 14),
        ("schedule_group_id=none", 0),
        ("wp_post_id=999999", 0),
        ("statuses=error&social_networks=fb", 0),
    ],
)
def test_filters_in_both_dialects(listed: Client, query: str, count: int) -> None:
    assert listed.call("GET", f"{FS}/schedules?rows_count=50&{query}")["total"] == count


def test_single_rows_are_found(listed: Client) -> None:
    row = listed.rows()[3]
    for name, value in (("schedule_id", row["id"]), ("wp_post_id", row["wp_post"]["id"])):
        (match,) = listed.rows(**{name: value})
        assert match["id"] == row["id"]


def test_the_calendar_has_one_entry_a_group_within_its_range(listed: Client) -> None:
    answer = listed.call(
        "GET", f"{FS}/schedules/calendar", params={"start": LATER - 10, "end": LATER + 1}
    )["schedules"]
    assert [len(group["channels"]) for group in answer] == [2, 1, 1]
    narrowed = listed.call(
        "GET",
        f"{FS}/schedules/calendar?start=2099-12-31T00:00:00&end={LATER}&social_networks[]=fb",
    )["schedules"]
    assert len(narrowed) == 1


# Deleting


def test_ids_are_deleted_and_nothing_else(listed: Client) -> None:
    ids = [row["id"] for row in listed.rows()]
    body = {
        "include_all": False,
        "include_ids": ids[:3],
        "exclude_ids": [],
        # Without include_all no filter counts.
        "filters": {"statuses": ["error"], "social_networks": ["fb"], "planner_id": 0},
    }
    assert listed.call("DELETE", f"{FS}/schedules", json=body) == []
    assert {row["id"] for row in listed.rows()} == set(ids[3:])


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"social_networks": ["twitter"]}, 2),
        ({"statuses": ["error"]}, 14),
        ({"statuses": ["not_sent"], "social_networks": ["fb"]}, 13),
        ({"status": ["error", "draft"]}, 14),  # the public client's spelling
        ({"status": "not_sent"}, 0),
        ({"created_before": "2020-01-01"}, 14),
        ({"created_before": "2099-01-01"}, 0),
        ({"planner_id": 7}, 14),
        ({"nobody_knows_this": ["fb"]}, 0),  # as in the plugin: it deletes everything
        ({}, 0),
    ],
)
def test_include_all_is_narrowed_by_known_filters(
    listed: Client, filters: dict[str, Any], left: int
) -> None:
    listed.call("DELETE", f"{FS}/schedules", json={"include_all": True, "filters": filters})
    assert len(listed.rows()) == left


def test_include_all_spares_what_is_excluded(listed: Client) -> None:
    ids = [row["id"] for row in listed.rows()][:2]
    listed.call("DELETE", f"{FS}/schedules", json={"include_all": True, "exclude_ids": ids})
    assert [row["id"] for row in listed.rows()] == ids


def test_include_all_must_be_a_json_boolean(listed: Client) -> None:
    listed.call("DELETE", f"{FS}/schedules", json={"include_all": "true", "include_ids": []})
    assert len(listed.rows()) == 14


# Retrying, sending now, insights


def test_retry_takes_only_failed_rows_and_all_or_none(client: Client) -> None:
    (failed,) = client.settled(client.compose("instagram", share_at=None))
    assert failed["status"] == "error"
    assert "picture" in failed["error_msg"]
    waiting = client.rows(schedule_group_id=client.compose("twitter"))[0]
    both = [failed["id"], waiting["id"]]
    assert error_of(client, "POST", "/schedules/retry", json={"ids": both})
    assert client.rows(schedule_id=failed["id"])[0] == failed
    assert error_of(client, "POST", "/schedules/retry", json={"ids": []})
    assert error_of(client, "POST", "/schedules/retry", json={"ids": [failed["id"], 10**9]})
    assert client.call("POST", f"{FS}/schedules/retry", json={"ids": [failed["id"]]}) == []


@pytest.mark.parametrize("content_type", ["application/json", "application/x-www-form-urlencoded"])
def test_retry_takes_the_public_clients_form(client: Client, content_type: str) -> None:
    failed = [client.settled(client.compose("tiktok", share_at=None))[0] for _ in range(2)]
    body = "&".join(f"log_ids%5B%5D={row['id']}" for row in failed)
    answer = client.call(
        "POST", f"{FS}/schedules/retry", data=body, headers={"Content-Type": content_type}
    )
    assert answer == []


def test_waiting_rows_can_be_sent_now(client: Client) -> None:
    group = client.compose("bluesky", "mastodon")
    ids = [row["id"] for row in client.group(group)]
    assert client.call("POST", f"{POSTO}/schedules/send-now", json={"ids": ids}) == []
    rows = client.settled(group)
    assert {row["status"] for row in rows} == {"success"}
    answer = client.send("POST", f"{POSTO}/schedules/send-now", json={"ids": ids}).json()
    assert answer["error_msg"]


def test_insights_count_the_views_of_a_post(client: Client) -> None:
    (row,) = client.settled(client.compose("fb", share_at=None))
    path = f"{FS}/schedules/insights?id={row['id']}"
    assert client.call("GET", path)["insights"] == [{"label": "Views", "value": 0}]
    page = client.send("GET", _path(row["remote_post_link"], client))
    assert "Hello" in page.text
    assert client.call("GET", path)["insights"] == [{"label": "Views", "value": 1}]
    assert error_of(client, "GET", "/schedules/insights?id=0")


# What is published


def test_media_reach_the_feed_and_outlive_their_deletion(client: Client) -> None:
    item = client.upload(png(30, 20), alt_text="A red box")
    group = client.compose(
        "mastodon",
        share_at=None,
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[item["id"]],
        posto_ref="with-picture",
    )
    client.settled(group)
    client.call("DELETE", f"/wp-json/wp/v2/media/{item['id']}?force=true")
    shown = next(post for post in client.feed() if post["posto_ref"] == "with-picture")
    (media,) = shown["media"]
    assert (media["type"], media["alt"], media["width"]) == ("image", "A red box", 30)
    assert client.send("GET", _path(media["url"], client)).content == png(30, 20)
    assert client.send("GET", _path(media["thumb"], client)).status_code == 200


def test_the_feed_is_read_page_by_page(client: Client) -> None:
    for text in ("one", "two", "three"):
        client.settled(client.compose("fb", share_at=None, post_content=text))
    first = client.call("GET", f"{POSTO}/feed?limit=2")
    assert [item["text"] for item in first["items"]] == ["three", "two"]
    assert first["total"] >= 3
    second = client.call("GET", f"{POSTO}/feed?limit=1&before={first['items'][-1]['id']}")
    assert [item["text"] for item in second["items"]] == ["one"]


def test_text_is_treated_as_the_service_treats_it(client: Client) -> None:
    text = "{post_title} {a|a} <b>bold</b> &amp; 1 < 2, I <3 gone > back\r\n{unknown}"
    (row,) = client.settled(client.compose("fb", share_at=None, post_content=text))
    assert row["posting_data"]["content"] == (
        "[Hidden post generated by FS Poster] a bold & 1 < 2, I  back\n{unknown}"
    )


def test_odd_json_comes_back_as_json(client: Client) -> None:
    body = (
        '{"schedules": [{"channel_id": 1, "custom_post_data": {"post_content": "a\\ud83d b",'
        ' "huge": 1e999}}], "share_at": null}'
    )
    answer = client.call(
        "POST", f"{FS}/composer", data=body, headers={"Content-Type": "application/json"}
    )
    (row,) = client.settled(answer["schedule_group_id"])
    assert row["status"] == "success"
    assert row["customization_data"]["huge"] is None


def test_a_million_letters_are_cut_not_lost(client: Client) -> None:
    (row,) = client.settled(client.compose("twitter", share_at=None, post_content="x" * 1_000_000))
    assert row["posting_data"]["content"] == "x" * 277 + "..."
    assert len(row["customization_data"]["post_content"]) == 1_000_000
    client.call("DELETE", f"{FS}/schedules", json={"include_ids": [row["id"]]})


def _path(url: str, client: Client) -> str:
    assert url.startswith(client.base + "/")
    return url.removeprefix(client.base)


def test_new_rows_replace_others_in_one_request(client: Client) -> None:
    """An extension of the workspace: an edit leaves exactly one of each post, whatever fails."""
    ids = client.channels()
    group = client.compose("twitter", "fb", "bluesky")
    old = {row["channel"]["social_network"]: row["id"] for row in client.group(group)}
    data = {"post_content": "New", "posto_ref": "edit-1", "posto_message": group}
    body = {
        "share_at": LATER,
        "schedules": [{"channel_id": ids["twitter"], "custom_post_data": data}],
        "replaces": [old["twitter"], old["fb"], 999999],
    }
    made = client.call("POST", f"{FS}/composer", json=body)["schedule_group_id"]
    assert {row["id"] for row in client.rows()} > {old["bluesky"]}
    assert len(client.rows()) == 2
    (row,) = client.group(made)
    assert row["customization_data"]["posto_message"] == group
    assert client.call("POST", f"{FS}/composer", json=body)["schedule_group_id"] == made
    assert len(client.rows()) == 2, "the same request again makes and removes nothing"


def test_nothing_is_replaced_when_a_part_was_sent(client: Client) -> None:
    ids = client.channels()
    (sent,) = client.settled(client.compose("twitter", share_at=None))
    waiting = client.group(client.compose("fb"))
    body = {
        "share_at": LATER,
        "schedules": [{"channel_id": ids["fb"], "custom_post_data": {"post_content": "New"}}],
        "replaces": [sent["id"], waiting[0]["id"]],
    }
    assert "sent meanwhile" in error_of(client, "POST", "/composer", json=body)
    assert {row["id"] for row in client.rows()} == {sent["id"], waiting[0]["id"]}
