"""Campaigns through the outbox: each message once, whatever stops, breaks or is killed."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import (
    CampaignPost,
    MessageResult,
    final_results,
    results_of,
)
from posto_desktop.core.draft import Draft
from posto_desktop.delivery import campaign_run
from posto_desktop.delivery.campaign_run import (
    PostRequest,
    fill_outbox,
    retry,
    set_stopped,
    start,
    stop,
    stop_late,
)
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import campaign_rows
from posto_desktop.storage.database import Database
from tests.unit.delivery.scripted import (
    BLUESKY,
    NOW,
    Clock,
    Crash,
    ScriptedService,
    Shape,
    X,
    picture,
)

LATER = NOW + timedelta(days=1)


@pytest.fixture
def store(store: Database) -> Database:
    store.put_cache("local", "channels", [X.to_dict(), BLUESKY.to_dict()], NOW.timestamp())
    return store


def saved_campaign(store: Database, *messages: CampaignMessage) -> Campaign:
    campaign = Campaign(name="Winter", messages=messages, channel_ids=(1, 2), state="running")
    bodies = {message.id: message.to_json() for message in messages}
    campaign_rows.put(store, campaign.id, "local", campaign.to_json(), bodies)
    return campaign


def texts(count: int) -> list[CampaignMessage]:
    return [CampaignMessage(text=f"number {number}") for number in range(count)]


def requests(campaign: Campaign, posts: list[CampaignPost] | None = None) -> list[PostRequest]:
    old = {entry.message_id: entry.posto_ref for entry in posts or []}
    return [
        PostRequest(message.id, place, LATER + timedelta(hours=place), old.get(message.id, ""))
        for place, message in enumerate(campaign.messages)
    ]


def plain(draft: Draft) -> Draft:
    return draft


def states(store: Database, campaign: Campaign) -> list[str]:
    return [row["state"] for row in campaign_rows.posts(store, campaign.id)]


def send_all(outbox: Outbox, service: ScriptedService) -> None:
    for entry_id in outbox.due():
        outbox.process(entry_id, service)


def sent_texts(service: ScriptedService) -> list[str]:
    return [str(items[0]["custom_post_data"]["post_content"]) for items, _share in service.composed]


def test_each_message_goes_out_once_at_its_time_with_its_picture(
    store: Database, outbox: Outbox, clock: Clock, tmp_path: Path
) -> None:
    first, second = texts(2)
    first = replace(first, media=(picture(tmp_path),))
    campaign = saved_campaign(store, first, second)
    posts = start(store, campaign, requests(campaign))
    assert fill_outbox(store, outbox, plain, now=NOW) == [campaign.id]
    service = ScriptedService(clock)
    send_all(outbox, service)
    assert [share for _items, share in service.composed] == [
        int(post.share_at.timestamp()) for post in posts if post.share_at
    ]
    assert len(service.uploads) == 1
    refs = [items[0]["custom_post_data"]["posto_ref"] for items, _share in service.composed]
    assert refs == [post.posto_ref for post in posts]
    assert states(store, campaign) == ["handed", "handed"]


def test_a_thread_goes_out_with_its_numbered_parts_and_their_files(
    store: Database, outbox: Outbox, clock: Clock, tmp_path: Path
) -> None:
    message = CampaignMessage(media=(replace(picture(tmp_path), part=1),))
    thread = replace(message.with_parts(("One", "Two")), numbered=True)
    # The file stays with its part: with_parts alone would take it to the first.
    thread = replace(thread, media=message.media)
    campaign = saved_campaign(store, thread)
    channels = [X.to_dict(), replace(BLUESKY, further_parts="replies").to_dict()]
    store.put_cache("local", "channels", channels, NOW.timestamp())
    start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    ((items, _share),) = service.composed
    joined, replies = (item["custom_post_data"] for item in items)
    assert joined["post_content"] == "One\n\nTwo"
    assert "posto_thread" not in joined
    assert replies["post_content"] == "One 1/2"
    (part,) = replies["posto_thread"]
    assert part["text"] == "Two 2/2"
    assert len(part["media"]) == 1


def test_starting_twice_sends_nothing_twice(store: Database, outbox: Outbox, clock: Clock) -> None:
    campaign = saved_campaign(store, *texts(2))
    start(store, campaign, requests(campaign))
    posts = start(store, campaign, requests(campaign))
    assert len(posts) == 2
    fill_outbox(store, outbox, plain, now=NOW)
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    start(store, campaign, requests(campaign, posts))
    fill_outbox(store, outbox, plain, now=NOW)
    send_all(outbox, service)
    assert len(service.composed) == 2


def test_only_a_few_at_a_time_stand_in_the_outbox_the_soonest_first(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(7))
    turned = [
        replace(request, share_at=LATER - timedelta(minutes=request.place))
        for request in requests(campaign)
    ]
    start(store, campaign, turned)
    service = ScriptedService(clock)
    waiting = []
    while fill_outbox(store, outbox, plain, now=NOW, most=3):
        waiting.append(campaign_rows.waiting_entries(store))
        send_all(outbox, service)
    assert waiting == [3, 3, 1]
    assert sorted(sent_texts(service)) == [f"number {number}" for number in range(7)]
    assert set(sent_texts(service)[:3]) == {"number 6", "number 5", "number 4"}


def test_a_process_killed_while_feeding_has_each_post_once(
    store: Database, outbox: Outbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = saved_campaign(store, *texts(3))
    start(store, campaign, requests(campaign))
    real, calls = store.add_outbox, []

    def killed(*args: object, **kw: object) -> None:
        real(*args, **kw)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 2:
            raise Crash

    monkeypatch.setattr(store, "add_outbox", killed)
    with pytest.raises(Crash):
        fill_outbox(store, outbox, plain, now=NOW)
    monkeypatch.undo()
    assert sorted(states(store, campaign)) == ["handed", "queued", "queued"]
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    assert sorted(sent_texts(service)) == ["number 0", "number 1", "number 2"]


def test_stopping_keeps_back_what_is_still_here_and_going_on_sends_it_once(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(4))
    start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW, most=3)
    service = ScriptedService(clock)
    outbox.process(outbox.due()[0], service)  # the first is with the service
    posts = stop(store, outbox, replace(campaign, state="stopped"))
    assert [post.state for post in posts] == ["handed", "stopped", "stopped", "stopped"]
    send_all(outbox, service)
    assert sent_texts(service) == ["number 0"]
    again = start(store, campaign, requests(campaign, posts))
    assert [entry.state for entry in again] == ["handed", "queued", "queued", "queued"]
    assert not {entry.posto_ref for entry in again[1:]} & {post.posto_ref for post in posts}
    fill_outbox(store, outbox, plain, now=NOW)
    send_all(outbox, service)
    assert sorted(sent_texts(service)) == [f"number {number}" for number in range(4)]


def test_what_the_service_was_asked_to_delete_goes_out_again(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(1))
    (post,) = start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    set_stopped(store, [post.posto_ref], True)
    set_stopped(store, [post.posto_ref], False)  # undone
    assert states(store, campaign) == ["handed"]
    set_stopped(store, [post.posto_ref], True)
    start(store, campaign, requests(campaign, [post]))
    fill_outbox(store, outbox, plain, now=NOW)
    send_all(outbox, service)
    assert len(service.composed) == 2


def test_a_post_given_up_in_activity_may_go_out_again_one_that_may_be_live_may_not(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(2))
    safe, unclear = start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    store.change_outbox(unclear.entry_id, {"state": "unclear", "handovers": 1}, now=0.0)
    assert outbox.cancel(safe.entry_id)
    assert outbox.cancel(unclear.entry_id)
    posts = start(store, campaign, requests(campaign, [safe, unclear]))
    assert [post.state for post in posts] == ["queued", "handed"]
    assert posts[1].posto_ref == unclear.posto_ref


@pytest.mark.parametrize("broken", ["message", "channel", "empty"])
def test_a_message_that_cannot_be_a_post_says_why_and_stops_no_other(
    store: Database, outbox: Outbox, clock: Clock, broken: str
) -> None:
    bad, good = texts(2)
    if broken == "channel":
        bad = replace(bad, channel_ids=(1, 99))
    elif broken == "empty":
        bad = replace(bad, text="")
    campaign = saved_campaign(store, bad, good)
    start(store, campaign, requests(campaign))
    if broken == "message":
        campaign_rows.put(store, campaign.id, "local", campaign.to_json(), {}, [bad.id])
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    rows = campaign_rows.posts(store, campaign.id)
    assert [row["state"] for row in rows] == ["refused", "handed"]
    assert rows[0]["reason"]
    assert sent_texts(service) == ["number 1"]


def test_what_was_refused_is_tried_again_alone_and_at_once_when_its_time_passed(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    bad, good = texts(2)
    campaign = saved_campaign(store, replace(bad, text=""), good)
    refused, _other = start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    campaign_rows.put(store, campaign.id, "local", campaign.to_json(), {bad.id: bad.to_json()})
    posts = [CampaignPost.from_row(row) for row in campaign_rows.posts(store, campaign.id)]
    retry(store, [post.posto_ref for post in posts], LATER + timedelta(hours=9))
    rows = campaign_rows.posts(store, campaign.id)
    assert [row["state"] for row in rows] == ["queued", "handed"]
    assert rows[0]["posto_ref"] == refused.posto_ref
    assert rows[0]["share_at"] is None
    assert rows[1]["share_at"] is not None


def test_files_of_a_style_are_read_once_for_all_messages(store: Database, outbox: Outbox) -> None:
    campaign = saved_campaign(store, *texts(5))
    start(store, campaign, requests(campaign))
    dressed: list[str] = []

    def resolve_style(draft: Draft) -> Draft:
        dressed.append(draft.id)
        return draft

    fill_outbox(store, outbox, resolve_style, now=NOW)
    assert len(dressed) == 1


def test_deleting_a_campaign_can_be_undone_until_the_next_start(store: Database) -> None:
    campaign = saved_campaign(store, *texts(2))
    campaign_rows.set_deleted(store, campaign.id, True)
    assert campaign_rows.all_of(store) == []
    campaign_rows.set_deleted(store, campaign.id, False)
    assert len(campaign_rows.all_of(store)) == 1
    campaign_rows.set_deleted(store, campaign.id, True)
    campaign_rows.purge(store)
    assert campaign_rows.messages(store, campaign.id) == []


# -- results -----------------------------------------------------------------------------------


def post_of(state: str = "handed", reason: str = "") -> CampaignPost:
    return CampaignPost("ref", "entry", "c", "m", 0, LATER, state, reason)  # type: ignore[arg-type]


def row(status: str, channel: int = 1, at: datetime = LATER, error: str = "") -> Schedule:
    return Schedule(channel, "g", channel, status=status, error=error, send_at=at, posto_ref="ref")


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([row("not_sent"), row("success", 2)], "scheduled"),
        ([row("success"), row("error", 2, error="no")], "failed"),
        ([row("not_sent", at=NOW - timedelta(hours=1))], "late"),
        ([row("unknown"), row("error", 2)], "needs_you"),
        ([row("success"), row("success", 2)], "sent"),
        ([row("trash")], "handed"),
        ([row("sending")], "sending"),
        ([row("a word of its own")], "scheduled"),
    ],
)
def test_the_plan_tells_what_became_of_a_message(rows: list[Schedule], kind: str) -> None:
    assert results_of([post_of()], {}, {"ref": rows}, NOW)["m"].kind == kind


def test_what_is_still_to_come_of_a_message_tells_its_time() -> None:
    rows = [row("success", 1, NOW), row("not_sent", 2, LATER)]
    result = results_of([post_of()], {}, {"ref": rows}, NOW)["m"]
    assert (result.kind, result.when) == ("scheduled", LATER)


def test_a_post_that_still_stands_in_the_plan_is_not_stopped_whatever_was_asked() -> None:
    results = results_of([post_of("stopped")], {}, {"ref": [row("not_sent")]}, NOW)
    assert (results["m"].kind, results["m"].is_open, results["m"].waiting_ids) == (
        "scheduled",
        True,
        [1],
    )


def test_what_has_ended_is_remembered_when_the_plan_forgets_it() -> None:
    result = results_of([post_of()], {}, {"ref": [row("error", error="too big")]}, NOW)["m"]
    assert final_results([result]) == {"ref": ("failed", "too big")}
    later = results_of([post_of("failed", "too big")], {}, {}, NOW)["m"]
    assert (later.kind, later.reason) == ("failed", "too big")
    assert result.can_retry
    assert not later.can_retry  # nobody has it any more
    assert final_results([later]) == {}


def test_the_entry_tells_until_the_plan_does(store: Database, outbox: Outbox, clock: Clock) -> None:
    campaign = saved_campaign(store, *texts(1))
    (post,) = start(store, campaign, requests(campaign))
    assert results_of([post], {}, {}, NOW)[post.message_id].kind == "waiting"
    fill_outbox(store, outbox, plain, now=NOW)
    handed = CampaignPost.from_row(campaign_rows.posts(store, campaign.id)[0])

    def kind() -> str:
        entries = {entry.posto_ref: entry for entry in outbox.entries()}
        return results_of([handed], entries, {}, NOW)[post.message_id].kind

    assert kind() == "waiting"
    store.change_outbox(post.entry_id, {"state": "refused", "reason": "no"}, now=0.0)
    assert kind() == "failed"
    store.change_outbox(post.entry_id, {"state": "sent"}, now=0.0)
    assert kind() == "handed"
    store.add_step(post.entry_id, 1.0, "deleted")
    assert kind() == "stopped"


def test_the_limit_of_the_outbox_is_one_that_stays_quick() -> None:
    assert campaign_run.MAX_WAITING <= 50


def taking_off(store: Database) -> list[str]:
    return [row["posto_ref"] for row in campaign_rows.to_remove(store)]


def test_what_was_with_the_service_when_it_was_stopped_is_written_down(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(3))
    posts = start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW, most=2)
    service = ScriptedService(clock)
    outbox.process(outbox.due()[0], service)
    stop(store, outbox, campaign, [post.posto_ref for post in posts])
    assert taking_off(store) == [posts[0].posto_ref]  # the others never got there
    set_stopped(store, [posts[0].posto_ref], True)
    assert taking_off(store) == [posts[0].posto_ref]
    set_stopped(store, [posts[0].posto_ref], False)  # undone
    assert taking_off(store) == []

    stop(store, outbox, campaign, [posts[0].posto_ref])
    start(store, campaign, requests(campaign, posts))
    assert taking_off(store) == []
    assert states(store, campaign) == ["handed", "queued", "queued"]


def test_what_could_not_be_handed_over_when_it_was_stopped_is_not_tried_again(
    store: Database, outbox: Outbox, clock: Clock
) -> None:
    campaign = saved_campaign(store, *texts(1))
    (post,) = start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    store.change_outbox(post.entry_id, {"state": "handing_over"}, now=0.0)
    stop(store, outbox, campaign, [post.posto_ref])
    assert states(store, campaign) == ["handed"]
    assert stop_late(store, outbox) == []
    store.change_outbox(post.entry_id, {"state": "waiting"}, now=0.0)
    assert stop_late(store, outbox) == [campaign.id]
    assert states(store, campaign) == ["stopped"]
    assert outbox.due() == []
    assert taking_off(store) == []


def test_a_deleted_campaign_stays_known_until_its_posts_are_taken_off(
    store: Database, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = saved_campaign(store, *texts(1))
    (post,) = start(store, campaign, requests(campaign))
    campaign_rows.set_removal(store, [post.posto_ref], True)
    campaign_rows.set_deleted(store, campaign.id, True)
    campaign_rows.purge(store)
    assert taking_off(store) == [post.posto_ref]
    late = (LATER + timedelta(days=30)).timestamp() + time.time()
    monkeypatch.setattr(time, "time", lambda: late)
    campaign_rows.purge(store)
    assert campaign_rows.campaign(store, campaign.id) is None


# -- taken for some channels ---------------------------------------------------------------------


@pytest.fixture
def in_part(store: Database, outbox: Outbox, clock: Clock) -> tuple[Campaign, CampaignPost]:
    """A message that the service took for X (1), and surely not for Bluesky (2)."""
    campaign = saved_campaign(store, *texts(1))
    start(store, campaign, requests(campaign))
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock, shapes=[Shape(drops={2}, says="Please reconnect")])
    send_all(outbox, service)
    return campaign, CampaignPost.from_row(campaign_rows.posts(store, campaign.id)[0])


def result_of(outbox: Outbox, post: CampaignPost, *rows: Schedule) -> MessageResult:
    entries = {entry.posto_ref: entry for entry in outbox.entries()}
    listed = {post.posto_ref: rows} if rows else {}
    return results_of([post], entries, listed, NOW)[post.message_id]


def test_a_message_that_was_taken_in_part_failed_and_can_be_retried(
    outbox: Outbox, in_part: tuple[Campaign, CampaignPost]
) -> None:
    _campaign, post = in_part
    before = result_of(outbox, post)
    assert (before.kind, before.can_retry, before.lacks_channels) == ("failed", True, True)
    result = result_of(outbox, post, row("success"))
    assert (result.kind, result.counts) == ("failed", {"sent": 1, "failed": 1})
    assert (result.can_retry, result.failed_ids) == (True, [])
    assert "Please reconnect" in result.reason
    assert not result_of(outbox, post, row("success"), row("success", 2)).lacks_channels
    assert final_results([result])[post.posto_ref][0] == "failed"


def test_while_it_is_retried_it_waits_beside_what_was_sent(
    outbox: Outbox, in_part: tuple[Campaign, CampaignPost]
) -> None:
    _campaign, post = in_part
    assert outbox.retry(post.entry_id)
    result = result_of(outbox, post, row("success"))
    assert (result.kind, result.counts) == ("waiting", {"sent": 1, "waiting": 1})
    assert result.is_open
    assert not result.can_retry


def test_what_was_given_up_of_it_is_no_failure(
    outbox: Outbox, in_part: tuple[Campaign, CampaignPost]
) -> None:
    _campaign, post = in_part
    assert outbox.cancel(post.entry_id)
    result = result_of(outbox, post, row("success"))
    assert (result.kind, result.counts) == ("sent", {"sent": 1, "stopped": 1})


def test_stopping_and_going_on_never_sends_it_to_the_others_again(
    store: Database, outbox: Outbox, clock: Clock, in_part: tuple[Campaign, CampaignPost]
) -> None:
    campaign, post = in_part
    outbox.retry(post.entry_id)
    assert [entry.state for entry in stop(store, outbox, campaign)] == ["handed"]
    assert outbox.entry(post.entry_id).is_partly
    start(store, campaign, requests(campaign, [post]))
    fill_outbox(store, outbox, plain, now=NOW)
    service = ScriptedService(clock)
    send_all(outbox, service)
    assert service.composed == []
