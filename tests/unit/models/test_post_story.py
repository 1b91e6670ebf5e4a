"""The story of a post in words: what happened, with times, and what a refusal is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from posto_desktop.models import words
from posto_desktop.models.post_story import is_live, refusal_of, story_steps
from posto_desktop.models.reasons import explain, explain_own
from posto_desktop.sdk.post_stories import PartStory, PostStory, UploadStory, story_of
from posto_desktop.sdk.records import Schedule, ScheduleMedia

AT = datetime(2026, 11, 28, 11, 52, 3, tzinfo=UTC)


def clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}"


def lines(story: PostStory) -> list[str]:
    return [
        " | ".join(part for part in (step.at, step.text, step.detail, step.link) if part)
        for step in story_steps(story, clock, clock)
    ]


def test_a_post_that_waits_with_its_pictures_handed_over() -> None:
    part = PartStory(files=2, ready_at=AT, notes=("photo.png was made smaller.",))
    story = PostStory(1, "not_sent", due_at=AT + timedelta(minutes=8), parts=(part,))
    assert lines(story) == [
        f"11:52:03 | {words.files(2)} handed over | photo.png was made smaller.",
        "Waits until 12:00:03",
    ]


def test_a_post_that_is_put_off_says_why() -> None:
    story = PostStory(1, "not_sent", reason="It cannot be reached.", due_at=AT)
    assert lines(story) == ["Tried again at 11:52:03 | It cannot be reached."]


def test_files_on_their_way() -> None:
    part = PartStory(files=2, ready_at=AT)
    story = PostStory(1, "sending", parts=(part,), upload=UploadStory(0, 450, 1000))
    assert lines(story)[0] == "Uploading files: 45 %"
    whole = replace(story, upload=UploadStory(0, 1000, 1000))
    assert lines(whole)[0] == "Uploading files: 99 %", "it is there when the network says so"


def test_a_published_thread_with_a_comment_that_failed() -> None:
    story = PostStory(
        1,
        "success",
        parts=(
            PartStory("post", "sent", "1", "https://n.example/1", sent_at=AT),
            PartStory("thread", "sent", "2", "https://n.example/2", is_found_by_person=True),
            PartStory("comment", "failed", reason="Comments are closed.", tried_at=AT),
        ),
    )
    assert lines(story) == [
        "11:52:03 | The post is published | https://n.example/1",
        "Part 2 is published | You found it on the network. | https://n.example/2",
        "11:52:03 | The first comment is not published | Comments are closed.",
    ]
    words = [step.link_words for step in story_steps(story, clock, clock) if step.link]
    assert words == ["Open post", "Open part 2"]


def test_an_unclear_part_and_those_behind_it() -> None:
    story = PostStory(
        1,
        "unknown",
        parts=(
            PartStory("post", "unclear", reason="No answer.", tried_at=AT),
            PartStory("thread"),
            PartStory("comment"),
        ),
    )
    assert lines(story) == [
        "11:52:03 | The post may be published | No answer.",
        "Part 2 waits for the previous one",
        "The first comment waits for the previous one",
    ]
    alone = replace(story, parts=story.parts[:1])
    assert lines(alone) == ["11:52:03 | May be published | No answer."]


def test_a_story_is_followed_while_something_happens() -> None:
    story = PostStory(1, "not_sent", due_at=AT + timedelta(minutes=10))
    assert is_live(story, AT)
    assert not is_live(replace(story, due_at=AT + timedelta(hours=1)), AT)
    assert is_live(replace(story, status="sending"), AT)
    assert not is_live(replace(story, status="success"), AT)


def test_odd_answers_of_a_service_are_read_as_far_as_they_go() -> None:
    story = story_of(
        {"parts": [7, {"kind": "x", "state": 5, "link": "file:///x"}], "due_at": 1e99}, 4
    )
    assert (story.id, story.due_at) == (4, None)
    assert [(part.kind, part.state, part.link) for part in story.parts] == [
        ("post", "waiting", ""),
        ("post", "waiting", ""),
    ]
    assert story_of({"reason": "5 < 7 <b>\nand"}, 1).reason == "5 < 7 <b> and"


def post(status: str = "error", error: str = "It is too long.") -> Schedule:
    media = (ScheduleMedia(7, "image", ""), ScheduleMedia(8, "image", ""))
    return Schedule(3, "g", 1, "Mine", "mastodon", status=status, error=error, media=media)


def test_a_refusal_names_the_file_by_its_place() -> None:
    story = PostStory(3, "error", field="file 8", is_own=True)
    refusal = refusal_of(post(), story)
    assert (refusal.field, refusal.file, refusal.sentence) == ("file", 1, "It is too long.")
    assert refusal_of(post(), replace(story, field="file 99")).field == "files"
    assert refusal_of(post(), replace(story, field="thread 2")).field == "thread"
    assert refusal_of(post(), None).field == ""


def test_the_networks_own_sentence_is_shown_with_what_it_is_about() -> None:
    story = PostStory(3, "error", field="text", is_own=True)
    reason = explain_own(post(), "failed", story)
    assert reason is not None
    assert (reason.title, reason.text, reason.fix) == (
        "Mastodon did not accept the text",
        "It is too long.",
        "edit",
    )
    titles = {
        field: getattr(explain_own(post(), "failed", replace(story, field=field)), "title", "")
        for field in ("thread 3", "")
    }
    assert titles == {
        "thread 3": "Mastodon did not accept part 3",
        "": "Mastodon did not accept the post",
    }
    foreign = explain_own(post(), "failed", replace(story, is_own=False))
    assert foreign == explain_own(post(), "failed", None) == explain(post(), "failed")


def test_the_question_says_what_is_known() -> None:
    row = post("unknown", "The network gave no clear answer. The connection broke.")
    reason = explain_own(row, "needs_you", PostStory(3, "unknown", is_own=True))
    assert reason is not None
    assert reason.text == (
        "The network gave no clear answer. The connection broke."
        " Sending again now could publish it twice."
    )
    assert reason.fix == "look"


def test_what_is_asked_about_comments_and_threads() -> None:
    missing = explain(post("success", "The first comment is not published: It is closed."), "sent")
    assert missing is not None
    assert (missing.fix, missing.text) == ("comment", "It is closed.")
    unclear = explain(post("success", "The first comment may be published. No answer."), "sent")
    assert unclear is not None
    assert unclear.fix == "look"
    thread = explain(
        post(error="The parts of the thread after the one that is there are …"), "failed"
    )
    assert thread is not None
    assert thread.fix == "link"
    assert explain(post("success", ""), "sent") is None
