"""A service that takes a post for some channels only, or says no after it made rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from posto_desktop.sdk import (
    AuthenticationError,
    ChannelOutcome,
    PostingError,
    PostoError,
    PostoSDK,
    PostResult,
    ServiceError,
    SocialMediaManager,
)
from posto_desktop.sdk.post_delivery import submit

from .scripted import HTML, Reply, Scripted, Seen

LATER = timedelta(hours=5)
RECONNECT = "Please <b>reconnect</b> the account"
ITEMS = [{"channel_id": 2, "custom_post_data": {"post_content": "Hi"}}]


def at(delay: timedelta | None) -> datetime | None:
    return None if delay is None else datetime.now(UTC) + delay


def after_composing(
    service: Scripted,
    status: int = 200,
    *,
    group: bool = True,
    drop: tuple[int, ...] = (),
    fail: tuple[int, ...] = (),
    message: str = RECONNECT,
    wrap: Callable[[dict[str, Any]], Any] = dict,
) -> None:
    """The next composer call makes its rows, but for `drop`, those of `fail` in error; and says
    so with this status, with or without its group."""

    def hook(seen: Seen) -> Reply | None:
        if not seen.path.endswith("/composer"):
            return None
        service.after.remove(hook)
        made = service.schedules[-1]["group_id"]
        service.schedules[:] = [
            row
            for row in service.schedules
            if row["group_id"] != made or row["channel"]["id"] not in drop
        ]
        for row in service.schedules:
            if row["group_id"] == made and row["channel"]["id"] in fail:
                row |= {"status": "error", "error_msg": message}
        body: dict[str, Any] = {"error_msg": message} if message else {}
        return Reply(status, wrap(body | ({"schedule_group_id": made} if group else {})))

    service.after.append(hook)


def states(result: PostResult) -> dict[int, str]:
    return {outcome.channel_id: outcome.state for outcome in result.outcomes}


# -- a group id counts as taken ------------------------------------------------------------------


@pytest.mark.parametrize("delay", [None, LATER])
@pytest.mark.parametrize("status", [200, 201, 400, 409, 422, 500, 502, 503])
def test_a_group_id_beside_an_error_is_a_post_that_was_taken(
    posto: PostoSDK, service: Scripted, status: int, delay: timedelta | None
) -> None:
    after_composing(service, status, fail=(4,))
    result = posto.post("Hi", to=[2, 3, 4], when=at(delay))
    assert result
    assert result.success
    assert result.partly
    assert not result.unclear
    assert result.schedule_group_id == service.schedules[0]["group_id"]
    assert states(result) == {2: "taken", 3: "taken", 4: "failed"}
    failed = result.outcomes[2]
    assert failed == ChannelOutcome(
        4,
        "failed",
        channel_name="my_business_instagram",
        network="instagram",
        schedule_id=service.schedules[2]["id"],
        status="error",
        error="Please reconnect the account",
    )
    assert str(result.error_message).startswith("The post was taken for 2 of 3 channels.")
    assert "my_business_instagram: Please reconnect the account." in str(result.error_message)
    assert "not send the whole post again" in str(result.error_message)
    assert str(result) == f"Post partly taken: {result.error_message}"
    assert service.count("POST", "/composer") == 1
    assert service.count("GET", "/schedules") == 1


def test_the_group_id_in_wordpress_s_own_error_counts(posto: PostoSDK, service: Scripted) -> None:
    def as_wordpress_says_it(body: dict[str, Any]) -> dict[str, Any]:
        more = {"status": 500, "schedule_group_id": body["schedule_group_id"]}
        return {"code": "fs_poster_failed", "message": RECONNECT, "data": more}

    after_composing(service, 500, fail=(3,), wrap=as_wordpress_says_it)
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert states(result) == {2: "taken", 3: "failed"}


def test_a_channel_without_a_row_was_not_taken(posto: PostoSDK, service: Scripted) -> None:
    after_composing(service, drop=(3,))
    result = posto.post("Hi", to=[2, "Blog"], when=at(LATER))
    assert result.success
    assert result.partly
    assert states(result) == {2: "taken", 3: "not_taken"}
    assert result.outcomes[1].channel_name == "Blog"
    assert result.outcomes[1].network == "fb"
    assert "Blog: it is not in the list of schedules" in str(result.error_message)
    assert "Please reconnect the account." in str(result.error_message)


def test_at_once_a_channel_without_a_row_may_be_on_its_way(
    posto: PostoSDK, service: Scripted, slept: list[float]
) -> None:
    """7.1.7 hides a row while it is being sent."""
    after_composing(service, drop=(3,))
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert result.partly
    assert states(result) == {2: "taken", 3: "unclear"}
    assert "Blog: it may be on its way" in str(result.error_message)
    assert slept == [1.0, 3.0, 8.0]


def test_a_hidden_row_that_shows_up_is_taken(
    posto: PostoSDK, service: Scripted, slept: list[float]
) -> None:
    after_composing(service)
    service.fail("/schedules", Reply(200, {"schedules": [], "total": 0}))
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert not result.partly
    assert slept == [1.0]


def test_an_error_that_is_about_no_channel_is_no_failure(
    posto: PostoSDK, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    after_composing(service, message="Statistics could not be written")
    result = posto.post("Hi", to=[2, 3])
    assert (result.success, result.partly, result.error_message) == (True, False, None)
    assert states(result) == {2: "taken", 3: "taken"}
    assert "Statistics could not be written" in caplog.text


def test_a_first_comment_that_failed_leaves_it_open_whether_the_post_is_there(
    posto: PostoSDK, service: Scripted
) -> None:
    after_composing(service, fail=(3,), message="First comment error: not allowed")
    assert states(posto.post("Hi", to=[2, 3])) == {2: "taken", 3: "unclear"}


@pytest.mark.parametrize("reply", [Reply(403, HTML), Reply(500, HTML), Reply(200, HTML)])
def test_when_the_list_cannot_be_read_it_is_taken_but_not_known_for_whom(
    posto: PostoSDK, service: Scripted, reply: Reply
) -> None:
    after_composing(service, fail=(3,))
    service.always("/schedules", reply)
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert result.partly
    assert states(result) == {2: "unclear", 3: "unclear"}
    assert "cannot be read" in str(result.error_message)
    assert "Please reconnect the account." in str(result.error_message)


def test_without_an_error_nothing_is_read(posto: PostoSDK, service: Scripted) -> None:
    result = posto.post("Hi", to=[2, 3])
    assert states(result) == {2: "taken", 3: "taken"}
    assert not result.partly
    assert service.count("GET", "/schedules") == 0


# -- an error alone ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 400, 422])
def test_rows_that_were_made_before_the_error_are_found(
    posto: PostoSDK, service: Scripted, status: int
) -> None:
    after_composing(service, status, group=False, fail=(3,))
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert result.partly
    assert result.schedule_group_id == service.schedules[0]["group_id"]
    assert states(result) == {2: "taken", 3: "failed"}
    assert service.count("POST", "/composer") == 1


def hide_rows(service: Scripted, reads: int) -> None:
    """The list leaves all rows out for so many reads, as 7.1.7 does while they are being sent."""
    empty = Reply(200, {"schedules": [], "total": 0})
    service.fail("/schedules", *[empty] * reads)


@pytest.mark.parametrize("delay", [None, LATER])
@pytest.mark.parametrize("status", [200, 400])
def test_an_error_without_rows_is_sure_only_for_a_planned_post(
    posto: PostoSDK,
    service: Scripted,
    slept: list[float],
    status: int,
    delay: timedelta | None,
) -> None:
    service.fail("/composer", Reply(status, {"error_msg": RECONNECT}))
    if delay is None:
        result = posto.post("Hi", to=[2, 3])
        assert (result.success, result.unclear, result.partly) == (False, True, False)
        assert str(result.error_message).endswith(
            "Please reconnect the account. The post is not in the list of schedules, but it may "
            "have been accepted: the list can omit posts that are being sent. Look at the channels "
            "before you send it again."
        )
        assert states(result) == {2: "unclear", 3: "unclear"}
        assert str(result).startswith("Post may have been taken: ")
        assert slept == [1.0, 3.0, 8.0]
        return
    if status == 200:
        result = posto.post("Hi", to=[2, 3], when=at(delay))
        assert (result.success, result.unclear, result.partly) == (False, False, False)
        assert result.error_message == "Please reconnect the account."
        assert states(result) == {2: "not_taken", 3: "not_taken"}
    else:
        with pytest.raises(PostingError, match="reconnect"):
            posto.post("Hi", to=[2, 3], when=at(delay))
    assert service.count("GET", "/schedules") == 2  # the list, and whether it is one of now
    assert slept == []


@pytest.mark.parametrize("status", [200, 400])
def test_rows_that_are_hidden_while_they_are_sent_are_waited_for_after_an_error(
    posto: PostoSDK, service: Scripted, slept: list[float], status: int
) -> None:
    after_composing(service, status, group=False)
    hide_rows(service, 2)
    result = posto.post("Hi", to=[2, 3])
    assert result.success
    assert result.schedule_group_id == service.schedules[0]["group_id"]
    assert states(result) == {2: "taken", 3: "taken"}
    assert slept == [1.0]


def test_an_error_and_a_list_that_cannot_be_read_is_unclear(
    posto: PostoSDK, service: Scripted
) -> None:
    service.fail("/composer", Reply(200, {"error_msg": RECONNECT}))
    service.always("/schedules", Reply(403, HTML))
    result = posto.post("Hi", to=[2, 3])
    assert not result.success
    assert result.unclear
    assert "It is unknown whether" in str(result.error_message)
    assert states(result) == {2: "unclear", 3: "unclear"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(400, {"code": "rest_invalid_param", "message": "x", "data": {"status": 400}}),
         PostingError),
        (Reply(401, {"code": "rest_not_logged_in", "message": "x", "data": {"status": 401}}),
         AuthenticationError),
        (Reply(404, {"code": "rest_no_route", "message": "x", "data": {"status": 404}}),
         PostingError),
        (Reply(413, HTML), PostingError),
        (Reply(429, HTML, {"Retry-After": "600"}), PostingError),
    ],
)  # fmt: skip
def test_what_the_plugin_never_saw_is_not_looked_for(
    posto: PostoSDK, service: Scripted, reply: Reply, kind: type[PostoError]
) -> None:
    service.fail("/composer", reply)
    with pytest.raises(kind):
        posto.post("Hi", to=[2, 3])
    assert service.count("GET", "/schedules") == 0


# -- a lost answer ---------------------------------------------------------------------------------


def test_a_lost_answer_of_a_post_that_was_taken_in_part(posto: PostoSDK, service: Scripted) -> None:
    after_composing(service, 504, group=False, drop=(3,), message="")
    result = posto.post("Hi", to=[2, 3], when=at(LATER))
    assert result.success
    assert result.partly
    assert states(result) == {2: "taken", 3: "not_taken"}


# -- the raw call ----------------------------------------------------------------------------------


def test_the_raw_call_gives_the_group_that_was_made(posto: PostoSDK, service: Scripted) -> None:
    for group in (True, False):
        after_composing(service, group=group)
        made = posto.compose(ITEMS)
        assert made == service.schedules[-1]["group_id"]
    assert service.count("POST", "/composer") == 2


def test_the_raw_call_looks_for_the_marks_of_its_caller(posto: PostoSDK, service: Scripted) -> None:
    items = [
        {"channel_id": 2, "custom_post_data": {"post_content": "Hi", "posto_ref": "a"}},
        {"channel_id": 3, "custom_post_data": {"post_content": "Hi", "posto_ref": "b"}},
    ]
    after_composing(service, group=False, drop=(2,))
    assert posto.compose(items) == service.schedules[-1]["group_id"]


def test_the_raw_call_that_cannot_be_checked_is_no_sure_refusal(
    posto: PostoSDK, service: Scripted
) -> None:
    service.fail("/composer", Reply(200, {"error_msg": RECONNECT}))
    service.always("/schedules", Reply(403, HTML))
    with pytest.raises(ServiceError) as caught:
        posto.compose(ITEMS)
    assert caught.value.maybe_sent


def test_the_raw_call_waits_for_hidden_rows_after_an_error(
    posto: PostoSDK, service: Scripted, slept: list[float]
) -> None:
    after_composing(service, group=False)
    hide_rows(service, 2)
    assert posto.compose(ITEMS) == service.schedules[-1]["group_id"]
    assert slept == [1.0]


def test_the_raw_call_refused_at_once_is_no_sure_refusal(
    posto: PostoSDK, service: Scripted, slept: list[float]
) -> None:
    service.fail("/composer", Reply(200, {"error_msg": RECONNECT}))
    with pytest.raises(ServiceError) as caught:
        posto.compose(ITEMS)
    assert caught.value.maybe_sent
    assert "may have been accepted" in caught.value.user_message
    assert slept == [1.0, 3.0, 8.0]
    later = int((datetime.now(UTC) + LATER).timestamp())
    service.fail("/composer", Reply(200, {"error_msg": RECONNECT}))
    with pytest.raises(PostingError):
        posto.compose(ITEMS, later)
    assert len(slept) == 3


def test_what_was_said_beside_the_group_is_handed_on_without_secrets(
    posto: PostoSDK, service: Scripted
) -> None:
    from .scripted import PASSWORD

    after_composing(service, 500, message=f"No: {PASSWORD}")
    taken = submit(posto.transport, ITEMS)
    assert taken.group_id == service.schedules[0]["group_id"]
    assert "No:" in taken.complaint
    assert PASSWORD not in taken.complaint
    assert not submit(posto.transport, ITEMS).complaint


# -- scripts with True and False -------------------------------------------------------------------


def test_the_manager_says_true_for_what_was_taken_and_tells_what_was_not(
    manager: SocialMediaManager, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    after_composing(service, fail=(4,))
    assert manager.quick_post("Hi") is True
    assert manager.last_result is not None
    assert manager.last_result.partly
    assert "taken for 2 of 3 channels" in caplog.text


def test_a_campaign_goes_on_after_a_message_that_was_taken_in_part(
    manager: SocialMediaManager, service: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    after_composing(service, fail=(4,))
    results = manager.create_campaign(["One", "Two"], start_time="tomorrow 9:00")
    assert results == [True, True]
    assert sorted(result.partly for result in results.results) == [False, True]
    assert service.count("POST", "/composer") == 2
    assert "taken for 2 of 3 channels" in caplog.text


# -- records ---------------------------------------------------------------------------------------


def test_outcomes_can_be_kept(posto: PostoSDK, service: Scripted) -> None:
    after_composing(service, fail=(4,))
    result = posto.post("Hi", to=[2, 4])
    stored = json.loads(json.dumps(result.to_dict()))
    assert PostResult.from_dict(stored) == result
    assert PostResult.from_dict({"success": True}).outcomes == ()
    assert PostResult.from_dict({"outcomes": [{}, 5, {"channel_id": 2}]}).outcomes == (
        ChannelOutcome(2, "unclear"),
    )
    assert result["partly"] is True
    assert [outcome["state"] for outcome in result.outcomes] == ["taken", "failed"]


def test_an_answer_that_a_script_reads_itself_is_partly_good(posto: PostoSDK) -> None:
    result = PostResult.from_response({"schedule_group_id": "g", "error_msg": RECONNECT})
    assert (result.success, result.partly) == (True, True)
    assert not PostResult.from_response({"schedule_group_id": "g"}).partly
    assert not PostResult.from_response({"error_msg": RECONNECT}).partly


# -- any shape -------------------------------------------------------------------------------------


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    status=st.sampled_from([200, 400, 500, 503]),
    group=st.booleans(),
    drop=st.sets(st.sampled_from([2, 3, 4])),
    fail=st.sets(st.sampled_from([2, 3, 4])),
    message=st.sampled_from(["", RECONNECT]),
    later=st.booleans(),
)
def test_no_shape_is_called_not_taken_while_a_row_is_there(
    posto: PostoSDK,
    service: Scripted,
    status: int,
    group: bool,
    drop: set[int],
    fail: set[int],
    message: str,
    later: bool,
) -> None:
    service.schedules.clear()
    service.after.clear()
    before = service.count("POST", "/composer")
    after_composing(
        service, status, group=group, drop=tuple(drop), fail=tuple(fail), message=message
    )
    try:
        result = posto.post("Hi", to=[2, 3, 4], when=at(LATER if later else None))
    except PostingError:
        assert not service.schedules
        return
    assert service.count("POST", "/composer") == before + 1
    statuses = {row["channel"]["id"]: row["status"] for row in service.schedules}
    assert len(result.outcomes) == 3
    for outcome in result.outcomes:
        if outcome.channel_id in statuses and message and group:
            assert outcome.state == (
                "failed" if statuses[outcome.channel_id] == "error" else "taken"
            )
        if outcome.state == "not_taken":
            assert outcome.channel_id not in statuses
    if statuses or (group and message):
        assert result.success
    if not result.success and not result.unclear:
        assert not statuses
