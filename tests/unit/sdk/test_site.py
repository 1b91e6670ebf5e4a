"""What the site sends by itself, and its own posts: planners, the calendar, WordPress' posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from posto_desktop.sdk import (
    AutoShareSettings,
    Planner,
    PostoSDK,
    ServiceError,
    SettingsError,
    SitePost,
)
from posto_desktop.sdk.site_texts import excerpt_text
from tests.fakes.planning_site import PlannerRow, PostRow

from .scripted import Reply, Scripted, schedule

START = datetime(2026, 12, 1, tzinfo=UTC)
DAY = 86_400


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


@pytest.fixture(autouse=True)
def _fill(service: Scripted) -> None:
    service.site.planners = [
        PlannerRow(3, "Old tips &amp; tricks", seconds(START) + 9 * 3600, channel_ids=(2, 3)),
        PlannerRow(4, "Paused", seconds(START), status="paused"),
        PlannerRow(5, "Over", seconds(START), status="finished"),
    ]
    service.site.posts = [
        PostRow(11, "How we roast", "Slowly & well", picture="roast.png", alt="A drum"),
        PostRow(12, "Buns are back", "Every day", "2026-11-21T08:00:00"),
        PostRow(13, "Winter hours", "", "2026-11-22T08:00:00"),
    ]


# -- the calendar ------------------------------------------------------------------------------


def test_a_calendar_has_the_schedule_and_what_planners_will_make(
    posto: PostoSDK, service: Scripted
) -> None:
    service.schedules.append(schedule(7, at=seconds(START) + DAY, text="By hand"))
    entries = posto.schedules.calendar(START, START + timedelta(days=3))
    assert [(entry.planner_id, entry.wp_post_id) for entry in entries] == [
        (3, 11),
        (0, 9),
        (3, 12),
        (3, 13),
    ]
    assert entries[1].text == "By hand"
    assert not entries[1].is_of_planner
    first = entries[0]
    assert first.is_of_planner
    assert first.send_at == START + timedelta(hours=9)
    assert [channel.id for channel in first.channels] == [2, 3]
    assert "hushhush" not in repr(entries)


def test_filters_of_a_calendar_hold_whatever_the_service_makes_of_them(
    posto: PostoSDK, service: Scripted
) -> None:
    service.schedules.append(schedule(7, at=seconds(START), status="success"))
    service.schedules.append(schedule(8, at=seconds(START), group="h", network="fb"))
    end = START + timedelta(days=1)
    assert [entry.status for entry in posto.schedules.calendar(START, end, "success")] == [
        "success"
    ]
    on_facebook = posto.schedules.calendar(START, end, network="facebook")
    # The channels of a planner's posts say no network, so they may be there.
    assert [
        (entry.group_id, entry.planner_id) for entry in on_facebook if not entry.planner_id
    ] == [("h", 0)]
    assert any(entry.is_of_planner for entry in on_facebook)


def test_a_calendar_is_bounded(posto: PostoSDK, service: Scripted) -> None:
    with pytest.raises(SettingsError, match="93 days"):
        posto.schedules.calendar(START, START + timedelta(days=94))
    with pytest.raises(SettingsError, match="zone"):
        posto.schedules.calendar(datetime(2026, 12, 1), START)
    assert service.count("GET", "calendar") == 0
    row = {"send_time": seconds(START), "planner_id": 3, "channels": [{"id": 2}]}
    service.always("calendar", Reply(200, {"schedules": [row] * 6_000}))
    assert len(posto.schedules.calendar(START, START + timedelta(days=1))) == 5_000


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        {},
        {"send_time": None, "planner_id": 3},
        {"send_time": "soon"},
        {"send_time": {"a": 1}, "channels": "none"},
    ],
)
def test_an_unreadable_entry_is_left_out(posto: PostoSDK, service: Scripted, row: object) -> None:
    good = {"send_time": str(seconds(START)), "planner_id": "3", "channels": {"0": {"id": "2"}}}
    service.always("calendar", Reply(200, {"schedules": [row, good]}))
    (entry,) = posto.schedules.calendar(START, START + timedelta(days=1))
    assert (entry.planner_id, [channel.id for channel in entry.channels]) == (3, [2])


# -- planners ----------------------------------------------------------------------------------


def test_planners_are_listed_paused_and_resumed(posto: PostoSDK, service: Scripted) -> None:
    over, paused, tips = posto.planners.list()
    assert (over.status, paused.can_be_resumed, tips.can_be_paused) == ("finished", True, True)
    assert (tips.title, tips.next_at) == ("Old tips & tricks", START + timedelta(hours=9))
    assert [channel.network for channel in tips.channels] == ["twitter", "fb"]
    posto.planners.pause(tips.id)
    posto.planners.resume(paused.id)
    assert [planner.status for planner in posto.planners.list()] == ["finished", "active", "paused"]
    with pytest.raises(ServiceError, match="already finished"):
        posto.planners.resume(over.id)
    with pytest.raises(SettingsError):
        posto.planners.pause("all")  # type: ignore[arg-type]


def test_all_pages_of_planners_are_read(posto: PostoSDK, service: Scripted) -> None:
    service.site.planners = [PlannerRow(number, f"P{number}", 1) for number in range(1, 26)]
    assert [planner.id for planner in posto.planners.list()] == [*range(25, 0, -1)]
    assert service.site.count("GET planners") == 3


def test_a_service_that_repeats_its_first_page_ends(posto: PostoSDK, service: Scripted) -> None:
    rows = [{"id": number} for number in range(1, 11)]
    service.always("/planners", Reply(200, {"planners": rows, "total": 900}))
    assert len(posto.planners.list()) == 10
    assert service.count("GET", "/planners") == 2


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_lost_answer_of_a_pause_is_looked_after(
    posto: PostoSDK, service: Scripted, carried_out: bool
) -> None:
    service.fail("change-status", Reply(504, "<html>"), carried_out=carried_out)
    if carried_out:
        posto.planners.pause(3)
    else:
        with pytest.raises(ServiceError) as caught:
            posto.planners.pause(3)
        assert caught.value.status == 504
    assert service.site.planners[0].status == ("paused" if carried_out else "active")


# -- posts of the site -------------------------------------------------------------------------


def test_posts_of_the_site_have_plain_texts_and_their_picture(
    posto: PostoSDK, service: Scripted
) -> None:
    page = posto.site.posts()
    assert (page.total, page.has_more) == (3, False)
    assert [post.title for post in page.posts] == ["Winter hours", "Buns are back", "How we roast"]
    post = page.posts[-1]
    assert post == SitePost(
        11,
        "How we roast",
        "Slowly & well…",
        f"{service.url}/11/",
        datetime(2026, 11, 20, 8, tzinfo=UTC),
        f"{service.url}/wp-content/uploads/2026/11/roast.png",
        "A drum",
        f"{service.url}/wp-content/uploads/2026/11/roast.png",
    )


def test_posts_are_searched_and_paged(posto: PostoSDK, service: Scripted) -> None:
    assert [post.id for post in posto.site.posts("  buns ").posts] == [12]
    first = posto.site.posts(per_page=2)
    assert ([post.id for post in first.posts], first.has_more) == ([13, 12], True)
    second = posto.site.posts(page=2, per_page=2)
    assert ([post.id for post in second.posts], second.has_more) == ([11], False)
    assert posto.site.posts(page=9).posts == ()  # they were deleted meanwhile
    with pytest.raises(SettingsError):
        posto.site.posts(per_page=101)


def test_a_site_that_closes_its_posts_has_those_of_the_plugin(
    posto: PostoSDK, service: Scripted
) -> None:
    service.site.closed.add("wp/v2/posts")
    for _ in range(2):
        posts = posto.site.posts("buns").posts
        assert [(post.id, post.title, post.picture) for post in posts] == [
            (12, "Buns are back", "")
        ]
    assert service.site.count("wp/v2/posts") == 1
    assert posto.site.posts(page=2).posts == ()


def test_a_private_picture_is_none(posto: PostoSDK, service: Scripted) -> None:
    error = {"code": "rest_forbidden", "message": "No", "data": {"status": 403}}
    row = {"id": 1, "title": "T", "_embedded": {"wp:featuredmedia": [error]}}
    service.always("wp/v2/posts", Reply(200, [row, None, {"id": "x"}]))
    (post,) = posto.site.posts().posts
    assert (post.picture, post.preview, post.excerpt, post.published_at) == ("", "", "", None)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One&nbsp;two</p>\n<p>Three &#8217;n&#8217; four</p>", "One two\n\nThree ’n’ four"),
        ("<p>A<br />B</p>", "A\nB"),
        ("<p>Cut here [&hellip;]</p>", "Cut here…"),
        ('<p>Cut <a class="more-link" href="x">Continue <span>of T</span></a></p>', "Cut"),
        ("<p>A<script>let b = 1</script></p>", "A"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("", ""),
    ],
)
def test_an_excerpt_becomes_plain(markup: str, text: str) -> None:
    assert excerpt_text(markup) == text


def test_an_excerpt_is_bounded_in_size_and_time() -> None:
    text = excerpt_text("<p>" + "word " * 1_000_000)
    assert len(text) == 2_000
    assert text.endswith("…")


# -- settings ----------------------------------------------------------------------------------


def test_settings_of_sharing_come_without_secrets(posto: PostoSDK, service: Scripted) -> None:
    assert posto.site.auto_share() == AutoShareSettings(shares_new_posts=True)
    service.site.auto_share = {
        "use_url_shortener": True,
        "shortener_service": "bitly",
        "use_custom_url": True,
        "multiple_newlines_to_single": True,
        "enable_auto_share_delay": True,
        "auto_share_delay": {"value": 2, "unit": "hour"},
    }
    settings = posto.site.auto_share()
    assert settings == AutoShareSettings(
        shares_new_posts=True,
        delay_seconds=7200,
        shortener="bitly",
        adds_parameters=True,
        joins_blank_lines=True,
    )
    assert "hushhush" not in repr(settings)
    service.always("auto-share", Reply(200, []))  # an account that may not see the settings
    assert posto.site.auto_share() == AutoShareSettings()


# -- services that lack them -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "call"),
    [
        ("schedules/calendar", lambda sdk: sdk.schedules.calendar(START, START)),
        ("planners", lambda sdk: sdk.planners.list()),
        ("planners/change-status", lambda sdk: sdk.planners.pause(3)),
        ("settings/auto-share", lambda sdk: sdk.site.auto_share()),
    ],
)
@pytest.mark.parametrize("closed", [True, False])
def test_a_missing_route_is_asked_for_once(
    posto: PostoSDK,
    service: Scripted,
    route: str,
    call: Callable[[PostoSDK], object],
    closed: bool,
) -> None:
    (service.site.closed if closed else service.site.without).add(route)
    for _ in range(3):
        with pytest.raises(ServiceError) as caught:
            call(posto)
        assert caught.value.reason == "no_route"
        assert "does not offer this" in caught.value.user_message
    assert len(service.site.asked) == 1


def test_an_unreachable_site_is_not_taken_for_one_without_planners(
    posto: PostoSDK, service: Scripted
) -> None:
    service.fail("/planners", *[Reply(500, "<html>")] * 3)
    with pytest.raises(ServiceError) as caught:
        posto.planners.list()
    assert caught.value.reason != "no_route"
    assert isinstance(posto.planners.list()[0], Planner)
