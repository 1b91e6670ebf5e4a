from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from posto_desktop.sdk import PostoSDK, ScheduleManager, ServiceError, SettingsError, WhenError
from posto_desktop.sdk.durations import read_age, read_span
from posto_desktop.sdk.records import Schedule

from .scripted import HTML, Reply, Scripted, Seen, channel, schedule

NOW = 0


@pytest.fixture(autouse=True)
def _begin() -> None:
    """What is near to now is so when the test begins; the file may have been read an hour ago."""
    global NOW
    NOW = int(datetime.now(UTC).timestamp())


def fill(service: Scripted, count: int, **more: object) -> None:
    service.schedules += [
        schedule(1000 + n, at=NOW + 3600 * (count - n), **more)  # type: ignore[arg-type]
        for n in range(count)
    ]


def test_a_page_as_the_documents_show_it(posto: PostoSDK, service: Scripted) -> None:
    fill(service, 25)
    answer = posto.schedules.list()
    assert len(answer) == 10
    assert answer.total == answer["total"] == 25
    assert answer["schedules"][0] is answer[0]
    assert answer.get("nothing") is None
    assert "schedules" in answer
    assert "nothing" not in answer
    assert answer[0] in answer
    assert answer[0]["channel"] == {
        "id": 2,
        "name": "News",
        "social_network": "twitter",
        "picture": "",
        "channel_type": "",
    }
    assert [row.id for row in posto.schedules.list(page=3)] == [1020, 1021, 1022, 1023, 1024]
    assert len(posto.schedules.list(per_page=20)) == 20


@pytest.mark.parametrize("per_page", [1, 3, 7, 10, 33, 50, 60, 120])
def test_any_page_size_gives_the_same_rows(
    posto: PostoSDK, service: Scripted, per_page: int
) -> None:
    fill(service, 125)
    page, seen = 1, []
    while rows := posto.schedules.list(page=page, per_page=per_page):
        seen += [row.id for row in rows]
        page += 1
    assert seen == list(range(1000, 1125))


@pytest.mark.parametrize("dialect", ["plugin", "client"])
def test_filters_hold_whatever_the_service_makes_of_them(
    posto: PostoSDK, service: Scripted, dialect: str
) -> None:
    service.dialect = dialect
    fill(service, 60)
    service.schedules += [
        schedule(1, status="error", network="fb"),
        schedule(2, status="error", network="twitter"),
        schedule(3, status="draft", network="fb"),
        schedule(4, status="sending", network="fb"),
        schedule(5, status="success", network="fb", group="abc"),
    ]
    ids = lambda **f: sorted(row.id for row in posto.schedules.list(per_page=20, **f))  # noqa: E731
    assert ids(status="error") == [1, 2]
    assert ids(status="error", network="facebook") == [1]
    assert ids(status=["error", "draft"]) == [1, 2, 3]
    assert ids(status=["draft", "sending"], network=["facebook", "x"]) == [3, 4]
    assert ids(group_id="abc") == [5]
    assert ids(schedule_id=3) == [3]
    assert ids(schedule_id=99) == []
    if dialect == "plugin":
        seen = service.seen[0]
        assert seen.all("statuses[]") == ["error"]
        assert seen.first("statuses") is None


def test_rows_of_every_shape(posto: PostoSDK, service: Scripted) -> None:
    service.index["timezone_string"] = "America/New_York"
    service.schedules = [
        schedule(
            7,
            status="error",
            error_msg="<p>Too <b>long</b></p>",
            posting_data={
                "content": "sent text",
                "mediaList": [
                    {"id": "5", "type": "image", "url": "http://e/a.jpg"},
                    {"id": 6, "type": "image", "url": "http://e/b.png", "thumb": "http://e/b-320"},
                    {"id": 7, "type": "video", "url": "http://e/c.mp4", "thumb": "http://e/c-320"},
                ],
            },
            customization_data={"post_content": "x", "posto_ref": "abc"},
        )
    ]
    row = posto.schedules.list()[0]
    assert (row.error, row.text, row.posto_ref) == ("Too long", "sent text", "abc")
    assert (row.media[0].id, row.media[0].url) == (5, "http://e/a.jpg")
    assert row.send_at == datetime.fromtimestamp(1_800_000_000, UTC)
    previews = ["http://e/a.jpg", "http://e/b-320", "http://e/c.mp4"]
    assert [ref.preview for ref in row.media] == previews
    assert [file.preview for file in Schedule.from_dict(row.to_dict()).media] == previews
    assert row["error_msg"] == "Too long"
    flat = {
        "id": "8",
        "channel_id": "2",
        "channel_name": "News",
        "social_network": "facebook",
        "status": "success",
        "send_time": "2026-07-01 08:00:00",
    }
    service.always("/schedules", Reply(200, {"schedules": [flat, None, 3], "total": "1"}))
    row = posto.schedules.list()[0]
    assert (row.id, row.channel_id, row.network) == (8, 2, "fb")
    assert row.send_at == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_iterating_reads_all_pages_once(posto: PostoSDK, service: Scripted) -> None:
    fill(service, 175)
    reports: list[tuple[int, int]] = []
    ids = [row.id for row in posto.schedules.iter(progress=lambda a, b: reports.append((a, b)))]
    assert ids == list(range(1000, 1175))
    assert service.count() == 4
    assert reports[-1] == (175, 175)


def test_rows_that_move_between_pages_come_once(posto: PostoSDK, service: Scripted) -> None:
    fill(service, 100)
    rows = posto.schedules.iter()
    first = [next(rows).id for _ in range(50)]
    service.schedules.append(schedule(9999, at=NOW + 10**6))  # pushes a row on to page two
    rest = [row.id for row in rows]
    assert len(first + rest) == len(set(first + rest)) == 100


def test_a_service_that_ignores_the_page_ends_too(posto: PostoSDK, service: Scripted) -> None:
    rows = [schedule(n) for n in range(1, 51)]
    service.always("/schedules", Reply(200, {"schedules": rows, "total": 100_000}))
    assert len(list(posto.schedules.iter())) == 50


def test_iterating_takes_no_more_memory_for_more_rows() -> None:
    def peak(rows: int) -> int:
        class Pages:
            def get(self, _route: str, params: list[tuple[str, int]], **_: object) -> object:
                first = (dict(params)["page"] - 1) * 50
                return {"schedules": [schedule(first + n) for n in range(1, 51)], "total": rows}

        reader = ScheduleManager(Pages())  # type: ignore[arg-type]
        tracemalloc.start()
        try:
            assert sum(1 for _ in reader.iter()) == rows
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100)  # what is loaded late is loaded now
    assert peak(10_000) < 1.5 * peak(1000)


@pytest.mark.parametrize("answer", [[], {"schedules": [], "total": 0}, {"schedules": {}}])
def test_no_schedules(posto: PostoSDK, service: Scripted, answer: object) -> None:
    service.always("/schedules", Reply(200, answer))
    assert posto.schedules.list() == []


@pytest.mark.parametrize(
    "answer",
    [
        {"x": 1},
        "text",
        3,
        True,
        {"schedules": "x", "total": 0},
        {"schedules": 3},
        {"schedules": None, "total": 0},
        {"schedules": [3, None, []], "total": 3},
        [[], 1],
    ],
)
def test_no_list_in_the_answer(posto: PostoSDK, service: Scripted, answer: object) -> None:
    import json

    service.always("/schedules", Reply(200, json.dumps(answer)))
    with pytest.raises(ServiceError):
        posto.schedules.list()
    with pytest.raises(ServiceError):  # an empty answer would mean: the post was not taken
        posto.schedules.find_ref("mark")


@pytest.mark.parametrize("total", [None, "many", [], 1.5])
def test_all_pages_are_read_without_a_total(
    posto: PostoSDK, service: Scripted, total: object
) -> None:
    fill(service, 170)
    rows = sorted(service.schedules, key=lambda row: -int(row["send_time"]))
    rows[160]["customization_data"] = {"posto_ref": "mark"}

    def without(seen: Seen) -> Reply:
        page = int(seen.first("page") or 1)
        return Reply(200, {"schedules": rows[(page - 1) * 50 : page * 50], "total": total})

    service.before.append(without)
    assert len(list(posto.schedules.iter())) == 170
    at = datetime.fromtimestamp(rows[160]["send_time"], UTC)
    assert [r.id for r in posto.schedules.find_ref("mark", around=at)] == [rows[160]["id"]]


def test_numbers_that_count_from_one(posto: PostoSDK, service: Scripted) -> None:
    for arguments in ({"page": 0}, {"per_page": 0}, {"page": "x"}, {"schedule_id": "x"}):
        with pytest.raises(SettingsError):
            posto.schedules.list(**arguments)  # type: ignore[arg-type]
    assert service.count() == 0


@pytest.mark.parametrize("planned", [-30, 0, 3, 400, None])
def test_a_mark_is_found_around_its_time(
    posto: PostoSDK, service: Scripted, planned: int | None
) -> None:
    """Among thousands of rows it takes a few requests, not all pages."""
    service.schedules = [schedule(n, at=NOW + (n - 1000) * 3600) for n in range(1, 2000)]
    at = NOW if planned is None else NOW + planned * 3600
    service.schedules.append(
        schedule(5000, at=at, customization_data={"posto_ref": "mark"}, channel=channel(2, "N"))
    )
    around = None if planned is None else datetime.fromtimestamp(at, UTC)
    rows = posto.schedules.find_ref("mark", channel_ids=[2], around=around)
    assert [row.id for row in rows] == [5000]
    assert service.count() <= 12
    assert posto.schedules.find_ref("other", around=around) == []


def test_a_mark_is_found_where_it_was_really_sent(posto: PostoSDK, service: Scripted) -> None:
    """Once sent, a row has its real time, which can be long after the planned one."""
    service.schedules = [schedule(n, at=NOW - 10 * n) for n in range(1, 1000)]
    service.schedules[7]["customization_data"] = {"posto_ref": "mark"}
    planned = datetime.fromtimestamp(NOW - 3600, UTC)
    assert [row.id for row in posto.schedules.find_ref("mark", around=planned)] == [8]


@pytest.mark.parametrize("position", [0, 60, 130])
def test_a_mark_is_found_in_a_list_without_order(
    posto: PostoSDK, service: Scripted, position: int
) -> None:
    rows = [schedule(n, at=NOW + (n * 7919 % 1000) * 3600) for n in range(1, 141)]
    rows[position]["customization_data"] = {"posto_ref": "mark"}

    def unsorted(seen: object) -> Reply:
        page = int(seen.first("page"))  # type: ignore[attr-defined]
        return Reply(200, {"schedules": rows[(page - 1) * 50 : page * 50], "total": len(rows)})

    service.before.append(unsorted)
    assert [row.id for row in posto.schedules.find_ref("mark")] == [position + 1]
    assert posto.schedules.find_ref("other") == []


def test_a_mark_is_not_called_absent_when_the_list_cannot_be_read(
    posto: PostoSDK, service: Scripted
) -> None:
    rows = [schedule(n, at=NOW + 3600) for n in range(1, 51)]
    service.always("/schedules", Reply(200, {"schedules": rows, "total": 500}))
    with pytest.raises(ServiceError):
        posto.schedules.find_ref("mark")


def test_rows_that_go_while_pages_are_read_hide_no_others(
    posto: PostoSDK, service: Scripted
) -> None:
    fill(service, 170)
    rows = posto.schedules.iter()
    first = [next(rows).id for _ in range(50)]
    del service.schedules[10:45]  # draws 35 rows forward to pages that were read already
    rest = [row.id for row in rows]
    assert set(range(1045, 1170)) <= set(first + rest)
    assert len(first + rest) == len(set(first + rest))


def test_retry_tells_the_outcome_of_each(posto: PostoSDK, service: Scripted) -> None:
    service.schedules = [
        schedule(1, status="error", error_msg="No"),
        schedule(2, status="success"),
        schedule(3, status="error", error_msg="First comment error: nope"),
        schedule(4, status="error", error_msg="Even after 100 seconds the video is not ready"),
    ]
    result = posto.schedules.retry([1, 2, 3, 4, 99])
    assert dict(result) == {
        1: "retried", 2: "not_failed", 3: "held_back", 4: "held_back", 99: "not_found"}  # fmt: skip
    assert not result
    assert result.held_back == [3, 4]
    assert all(result.reasons[n].endswith((".", "nope", "ready")) for n in (2, 3, 4, 99))
    posts = service.requests("POST", "/retry")
    assert [post.json for post in posts] == [{"ids": [1]}]
    assert posto.schedules.retry(3, force=True).success
    assert service.schedules[2]["status"] == "not_sent"


def test_a_refused_retry_is_told(posto: PostoSDK, service: Scripted) -> None:
    service.schedules = [schedule(1, status="error")]
    service.fail("/retry", Reply(200, {"error_msg": "Schedule is <b>locked</b>"}))
    result = posto.schedules.retry(1)
    assert result[1] == "refused"
    assert result.reasons[1] == "Schedule is locked."


def test_a_retry_whose_answer_is_lost_is_told_by_the_rows(
    posto: PostoSDK, service: Scripted
) -> None:
    service.schedules = [schedule(1, status="error"), schedule(2, status="success")]
    service.fail("/retry", Reply(how="reset"), carried_out=True)
    assert dict(posto.schedules.retry([1, 2])) == {1: "retried", 2: "not_failed"}
    assert service.count("POST") == 1


def test_when_nobody_can_tell_how_a_retry_ended(posto: PostoSDK, service: Scripted) -> None:
    service.schedules = [schedule(1, status="error")]

    def after_the_post(seen: Seen) -> Reply | None:
        return Reply(502, HTML) if service.count("POST") else None

    service.before.append(after_the_post)
    with pytest.raises(ServiceError) as caught:
        posto.schedules.retry(1)
    assert caught.value.maybe_sent
    assert service.count("POST") == 1


def test_one_row_that_changed_meanwhile_does_not_stop_the_others(
    posto: PostoSDK, service: Scripted
) -> None:
    service.schedules = [schedule(n, status="error") for n in (1, 2, 3)]

    def changes(seen: Seen) -> None:
        if seen.method == "POST" and service.count("POST") == 1:
            service.schedules[1]["status"] = "sending"

    service.before.append(changes)
    result = posto.schedules.retry([1, 2, 3])
    assert dict(result) == {1: "retried", 2: "refused", 3: "retried"}
    assert result.reasons == {2: "Schedule not found."}


def test_an_outcome_nobody_knows_is_sent_again_only_by_force(
    posto: PostoSDK, service: Scripted
) -> None:
    service.schedules = [schedule(1, status="unknown"), schedule(2, status="error")]
    service.always("/schedules/resolve", Reply(200, []))
    assert dict(posto.schedules.retry([1, 2])) == {1: "held_back", 2: "retried"}
    service.schedules[1]["status"] = "error"
    assert posto.schedules.retry([1, 2], force=True).success
    assert [request.json for request in service.requests("POST", "/retry")] == [{"ids": [2]}] * 2
    [asked] = service.requests("POST", "/resolve")
    assert asked.json == {"id": 1, "answer": "send_again"}


@pytest.mark.parametrize("count", [1, 3, 6, 60])
def test_rows_are_looked_up_with_few_requests(
    posto: PostoSDK, service: Scripted, count: int
) -> None:
    fill(service, 160)
    ids = [1000 + 2 * n for n in range(count)]
    assert set(posto.schedules.by_ids([*ids, 9])) == set(ids)
    assert service.count() <= min(count + 2, 6)


def test_rows_are_found_where_the_service_ignores_the_number(
    posto: PostoSDK, service: Scripted
) -> None:
    fill(service, 160)
    rows = sorted(service.schedules, key=lambda row: -int(row["send_time"]))

    def ignores(seen: Seen) -> Reply:
        page = int(seen.first("page") or 1)
        return Reply(200, {"schedules": rows[(page - 1) * 50 : page * 50], "total": len(rows)})

    service.before.append(ignores)
    last = rows[-1]["id"]
    assert list(posto.schedules.by_ids([last])) == [last]
    assert [row.id for row in posto.schedules.list(schedule_id=str(last))] == [last]


def rows_to_delete(service: Scripted) -> None:
    service.schedules = [
        schedule(1, status="error", at=NOW - 10 * 86400),
        schedule(2, status="error", at=NOW - 86400, network="fb"),
        schedule(3, status="draft", at=NOW + 86400),
        schedule(4, status="sending", at=NOW - 10),
        schedule(5, status="not_sent", at=NOW + 7200, network="fb"),
    ]


@pytest.mark.parametrize(
    ("arguments", "deleted", "remaining", "fine"),
    [
        ({"schedule_ids": [1, 3]}, [1, 3], [], True),
        ({"schedule_ids": 3}, [3], [], True),
        ({"schedule_ids": [1, 4]}, [1], [4], False),
        ({"status": "error"}, [1, 2], [], True),
        ({"status": "error", "network": "facebook"}, [2], [], True),
        ({"older_than": "7d"}, [1], [], True),
        ({"status": ["error", "draft"], "all": True}, [1, 2, 3], [], True),
        ({"all": True, "exclude_ids": [1, 3]}, [2, 5], [1, 3, 4], False),
        ({"network": "fb", "exclude_ids": [2]}, [5], [2], True),
        ({"status": "trash"}, [], [], True),
        ({"schedule_ids": [1, 2, 3], "status": "error"}, [1, 2], [], True),
        ({"schedule_ids": [1, 2], "older_than": "7d"}, [1], [], True),
    ],
)
def test_deleting(
    posto: PostoSDK,
    service: Scripted,
    arguments: dict[str, object],
    deleted: list[int],
    remaining: list[int],
    fine: bool,
) -> None:
    rows_to_delete(service)
    result = posto.schedules.delete(**arguments)  # type: ignore[arg-type]
    assert sorted(result.deleted) == deleted
    assert sorted(result.kept) == remaining
    assert bool(result) is fine
    assert set(result.reasons) == set(remaining)
    assert sorted(row["id"] for row in service.schedules) == sorted({1, 2, 3, 4, 5} - set(deleted))
    for request in service.requests("DELETE"):
        assert request.json["include_all"] is False
        assert 4 not in request.json["include_ids"] or "schedule_ids" in arguments
        assert request.json["exclude_ids"] == []


NO_CHOICE: list[dict[str, object]] = [
    {},
    {"exclude_ids": [1]},
    {"schedule_ids": ["x"]},
    {"schedule_ids": 1.5},
    {"schedule_ids": True},
    # An empty filter must not pass for no filter: that would delete everything.
    {"status": []},
    {"status": ""},
    {"status": " , "},
    {"status": 5},
    {"status": [None]},
    {"network": []},
    {"network": [], "all": True},
    {"status": (), "all": True},
    {"older_than": ""},
    {"all": True, "exclude_ids": ["x"]},
]


def test_deleting_needs_a_choice(posto: PostoSDK, service: Scripted) -> None:
    rows_to_delete(service)
    for arguments in NO_CHOICE:
        with pytest.raises(SettingsError):
            posto.schedules.delete(**arguments)  # type: ignore[arg-type]
    with pytest.raises(WhenError):
        posto.schedules.delete(older_than="a fortnight")
    assert service.count("DELETE") == 0


def test_what_was_not_there_is_not_called_deleted(posto: PostoSDK, service: Scripted) -> None:
    rows_to_delete(service)
    result = posto.schedules.delete([1, 99, 4])
    assert (result.deleted, result.missing, result.left) == ([1], [99], [4])
    assert [request.json["include_ids"] for request in service.requests("DELETE")] == [[1]]
    result = posto.schedules.delete(99)
    assert result
    assert (result.deleted, result.missing) == ([], [99])
    assert service.count("DELETE") == 1


def test_deleting_many_goes_in_parts(posto: PostoSDK, service: Scripted) -> None:
    fill(service, 450, status="error")
    service.schedules.append(schedule(1, status="error", at=NOW))
    result = posto.schedules.delete(status="error")
    assert len(result.deleted) == 451
    assert service.schedules == []
    assert service.count("DELETE") == 3


def test_a_delete_whose_answer_is_lost_is_repeated(posto: PostoSDK, service: Scripted) -> None:
    rows_to_delete(service)
    service.fail("/schedules", Reply(how="reset"), method="DELETE", carried_out=True)
    assert posto.schedules.delete([1]).deleted == [1]
    assert service.count("DELETE") == 2


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30m", timedelta(minutes=30)),
        ("1d 12h", timedelta(hours=36)),
        ("2 weeks", timedelta(weeks=2)),
        ("1.5h", timedelta(minutes=90)),
        ("daily", timedelta(days=1)),
        (24, timedelta(hours=24)),
        (0.5, timedelta(minutes=30)),
        (timedelta(hours=1), timedelta(hours=1)),
    ],
)
def test_spans(text: object, span: timedelta) -> None:
    assert read_span(text) == span


BAD_SPANS = ["", "soon", "-1d", "1y", "0h", 0, -3, True, None, "1d x", "9" * 9 + "w"]
BAD_SPANS += [timedelta(0), -timedelta(days=1)]


@pytest.mark.parametrize("text", BAD_SPANS)
def test_what_is_no_span(text: object) -> None:
    with pytest.raises(WhenError):
        read_span(text)


def test_ages() -> None:
    now = datetime(2026, 1, 8, tzinfo=UTC)
    assert read_age("7d", now) == datetime(2026, 1, 1, tzinfo=UTC)
    assert read_age(now) == now
    for bare in (7, 7.0, "7", True):  # seven what?
        with pytest.raises(WhenError):
            read_age(bare, now)


def test_insights_of_a_post(posto: PostoSDK, service: Scripted) -> None:
    rows = [
        {"label": "Views", "value": 120},
        {"label": "<b>Likes</b>", "value": "7"},
        {"label": "Empty", "value": ""},
        {"label": None, "value": 1},
        "nonsense",
        {"label": "List", "value": [1]},
    ]
    service.always("schedules/insights", Reply(body={"insights": rows}))
    assert posto.schedules.insights(7) == {"Views": "120", "Likes": "7"}
    assert service.requests(part="schedules/insights")[0].first("id") == "7"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, {"code": "rest_no_route", "message": "No route"}),
        Reply(body={"error_msg": "No such schedule"}),
        Reply(body=[]),
        Reply(body={"insights": None}),
    ],
)
def test_no_insights(posto: PostoSDK, service: Scripted, reply: Reply) -> None:
    service.always("schedules/insights", reply)
    assert posto.schedules.insights(7) == {}
