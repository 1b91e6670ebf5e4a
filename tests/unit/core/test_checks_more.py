"""Tests of the checks of titles, links, comments, duplicates and close times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from posto_desktop.core.checks import Finding, Fix, ScheduledText, check, text_digest
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.core.fixes import apply_fix
from posto_desktop.core.posts import media_of
from posto_desktop.sdk.records import Channel

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
X = Channel(1, "@nordlicht", "twitter")
CAFE = Channel(2, "@cafe", "twitter")
FACEBOOK = Channel(3, "Nordlicht Coffee", "fb")
LINKEDIN = Channel(4, "Nordlicht", "linkedin")
TELEGRAM = Channel(5, "News", "telegram")
REDDIT = Channel(6, "r/coffee", "reddit")
INSTAGRAM = Channel(7, "nordlicht.coffee", "instagram")
PINTEREST = Channel(8, "Board", "pinterest")
BLUESKY = Channel(9, "nordlicht.example", "bluesky")
BAG = MediaRef("/home/ana/bag.jpg", "bag.jpg", 400_000, alt="A bag")
FILM = MediaRef("/home/ana/film.mp4", "film.mp4", 400_000, "video")


@dataclass(frozen=True)
class Reading:
    when: datetime | None


def findings_of(draft: Draft, *channels: Channel, **more: Any) -> list[Finding]:
    return check(draft, channels, NOW, more.pop("reading", None), **more)


def only(findings: list[Finding], code: str) -> Finding:
    [finding] = [finding for finding in findings if finding.code == code]
    return finding


def test_the_same_text_on_several_x_accounts() -> None:
    finding = only(findings_of(Draft(text="Hello"), X, CAFE, BLUESKY), "same_text")
    assert finding.severity == "warning"
    assert finding.sentence == "The same text goes to 2 X accounts; X forbids that."
    assert finding.channel_ids == (1, 2)
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.arg) == ("untick_channel", "2")
    own = Draft(text="Hello", variants={"channel:2": "Good day"})
    assert findings_of(own, X, CAFE) == []
    alike = Draft(text="Hello", variants={"channel:2": "hello  "})
    assert only(findings_of(alike, X, CAFE), "same_text").channel_ids == (1, 2)
    assert findings_of(Draft(media=[BAG]), X, CAFE) == []


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (1, "today at 14:00"),
        (-20, "on Tue 24 Nov at 17:00"),
        (23.5, "on Thu 26 Nov at 12:30"),
        (25, ""),
        (-25, ""),
    ],
)
def test_the_same_text_in_one_channel_within_a_day(hours: float, words: str) -> None:
    now = NOW.astimezone(timezone(timedelta(hours=1)))
    scheduled = [
        ScheduledText.of(1, NOW + timedelta(hours=hours), "HELLO there "),
        ScheduledText.of(1, NOW + timedelta(hours=hours), "Something else"),
        ScheduledText.of(9, NOW + timedelta(hours=hours), "Hello there"),
    ]
    findings = check(Draft(text="Hello  there"), [X, TELEGRAM], now, scheduled=scheduled)
    if not words:
        assert findings == []
        return
    finding = only(findings, "same_planned")
    assert finding.sentence == f"The same text is already scheduled for @nordlicht {words}."
    assert finding.severity == "warning"
    assert finding.channel_ids == (1,)


def test_planned_is_counted_from_the_chosen_time() -> None:
    later = NOW + timedelta(days=3)
    scheduled = [ScheduledText.of(1, later + timedelta(hours=2), "Hello")]
    assert findings_of(Draft(text="Hello"), X, scheduled=scheduled) == []
    draft = Draft(text="Hello", when_text="in 3 days")
    assert only(findings_of(draft, X, scheduled=scheduled, reading=Reading(later)), "same_planned")


def test_a_digest_is_of_words() -> None:
    assert text_digest(" A\n b") == text_digest("a b") != text_digest("ab")
    assert text_digest(" \n") == ""


def test_a_link_that_drops_the_files() -> None:
    draft = Draft(text="a", media=[BAG], link="https://example.com/")
    findings = [
        finding
        for finding in findings_of(draft, FACEBOOK, LINKEDIN, X)
        if finding.code != "no_description"
    ]
    assert [finding.sentence for finding in findings] == [
        "Facebook shows the link and leaves out the file.",
        "LinkedIn shows the link and leaves out the file.",
    ]
    off = {"attach_link": False}
    draft = replace(draft, options={"fb": off, "linkedin": off})
    assert findings_of(draft, FACEBOOK, LINKEDIN, X) == []


def test_where_there_is_no_link_and_no_first_comment() -> None:
    draft = Draft(text="a", link="https://example.com/", first_comment="More there")
    findings = findings_of(draft, X, TELEGRAM, LINKEDIN)
    link, comment = only(findings, "link_unsupported"), only(findings, "comment_unsupported")
    assert link.sentence == "Telegram shows links only in the text."
    assert link.severity == "hint"
    assert comment.sentence == "Telegram and LinkedIn do not support first comments."
    draft = replace(draft, text="a https://example.com/ More there")
    assert findings_of(draft, X, TELEGRAM, LINKEDIN) == []


def test_instagram_shows_a_link_only_on_stories() -> None:
    draft = Draft(text="a", media=[BAG], link="https://example.com/")
    finding = only(findings_of(draft, X, INSTAGRAM), "link_unsupported")
    assert finding.networks == ("instagram",)
    assert finding.sentence == (
        "Instagram shows links on stories only. In the text the link can be read, but not clicked."
    )
    assert finding.fix is not None
    assert finding.fix.kind == "link_into_text"
    story = Channel(20, "Stories", "instagram", channel_type="account_story")
    assert all(finding.code != "link_unsupported" for finding in findings_of(draft, story))


def test_what_a_fix_takes_out_of_the_whole_message_is_named() -> None:
    files = [BAG, *(replace(BAG, path=f"/{n}.jpg", name=f"{n}.jpg") for n in range(5))]
    finding = only(findings_of(Draft(text="a", media=files), X), "too_many_files")
    assert finding.fix is not None
    assert finding.fix.label == "Remove 3.jpg and 4.jpg from the message"
    assert [fix.label for fix in finding.more] == ["Leave out X"]
    # Instagram shows all of them: leave out the one that does not.
    finding = only(findings_of(Draft(text="a", media=files), X, INSTAGRAM), "too_many_files")
    assert finding.fix is not None
    assert finding.fix.label == "Leave out 2 files for X"
    assert [fix.label for fix in finding.more] == [
        "Leave out X",
        "Remove 3.jpg and 4.jpg from the message",
    ]
    # Bluesky takes as few: nothing is lost there.
    findings = findings_of(Draft(text="a", media=files), X, BLUESKY)
    assert {
        finding.fix.kind for finding in findings if finding.code == "too_many_files" and finding.fix
    } == {"keep_first"}


def test_pictures_or_the_video_and_what_that_takes_from_others() -> None:
    draft = Draft(text="a", media=[BAG, FILM])
    finding = only(findings_of(draft, X), "mixed_kinds")
    assert finding.fix is not None
    assert finding.fix.label == f"Remove {FILM.name} from the message"
    assert [fix.label for fix in finding.more] == [
        f"Remove {BAG.name} from the message",
        "Leave out X",
    ]
    finding = only(findings_of(draft, X, INSTAGRAM), "mixed_kinds")
    assert finding.fix is not None
    assert finding.fix.label == f"Leave out {FILM.name} for X"
    assert finding.more[0].label == "Leave out X"


def test_a_file_that_one_network_does_not_take_can_go_to_the_others() -> None:
    long = replace(FILM, duration=0.1)
    draft = Draft(text="a", media=[long])
    alone = only(findings_of(draft, X), "file_length")
    assert [item.kind for item in (alone.fix, *alone.more) if item] == [
        "remove_media",
        "untick_channel",
    ]
    finding = only(findings_of(draft, X, TELEGRAM), "file_length")
    assert finding.fix == Fix("leave_out_file", "Leave it out for X", long.path, ("twitter",))
    assert [fix.kind for fix in finding.more] == ["remove_media", "untick_channel"]
    fixed = apply_fix(draft, finding.fix)
    assert findings_of(fixed, X, TELEGRAM) == []
    assert media_of(fixed, X) == []
    assert media_of(fixed, TELEGRAM) == list(fixed.media)


def test_files_that_are_left_out_do_not_count() -> None:
    files = [replace(BAG, path=f"/{n}.jpg", name=f"{n}.jpg") for n in range(6)]
    files[0] = files[0].leaving_out("twitter")
    draft = Draft(text="a", media=files)
    finding = only(findings_of(draft, X, INSTAGRAM), "too_many_files")
    assert finding.sentence == "X allows 4 files per post, this message has 5."
    assert finding.fix is not None
    assert finding.fix.label == "Leave out 5.jpg for X"
    for fix in (finding.fix, *finding.more):
        if fix.kind in ("keep_first", "leave_out_files"):
            fixed = apply_fix(draft, fix)
            assert [file.name for file in media_of(fixed, X)] == [f"{n}.jpg" for n in (1, 2, 3, 4)]
            assert len(fixed.media) == (6 if fix.kind == "leave_out_files" else 5)
    nothing = Draft(text="", media=[BAG.leaving_out("instagram")])
    assert {"media_missing"} <= {finding.code for finding in findings_of(nothing, INSTAGRAM)}
    assert {"text_missing"} <= {
        finding.code for finding in findings_of(Draft(media=[BAG.leaving_out("twitter")]), X)
    }


def test_titles() -> None:
    draft = Draft(text="The first line", title="t" * 301)
    finding = only(findings_of(draft, REDDIT), "title_too_long")
    assert finding.sentence == "Reddit allows 300 characters in a title, this one has 301."
    assert finding.severity == "warning"  # nobody confirmed it
    draft = replace(draft, options={"reddit": {"post_title": "Short"}})
    assert findings_of(draft, REDDIT) == []
    assert findings_of(Draft(text="The first line"), REDDIT) == []  # that line is sent
    finding = only(findings_of(Draft(media=[BAG]), REDDIT), "title_missing")
    assert finding.sentence == "Reddit needs a title."
    assert finding.severity == "error"
    assert findings_of(Draft(media=[BAG], title="A bag"), REDDIT) == []


def test_hashtags_and_mentions() -> None:
    tags = " ".join(f"#tag{n}" for n in range(31))
    finding = only(findings_of(Draft(text=tags, media=[BAG]), INSTAGRAM), "too_many_hashtags")
    assert finding.sentence == "Instagram allows 30 hashtags, this text has 31."
    assert finding.severity == "error"
    people = " ".join(f"@ana{n}" for n in range(21))
    finding = only(findings_of(Draft(text=people, media=[BAG]), INSTAGRAM), "too_many_mentions")
    assert finding.sentence == "Instagram allows 20 mentions, this text has 21."
    quiet = "No 1 #2 a#b &#39; me@example.com " * 40
    codes = {finding.code for finding in findings_of(Draft(text=quiet, media=[BAG]), INSTAGRAM)}
    assert not codes & {"too_many_hashtags", "too_many_mentions"}


def test_a_time_that_is_years_away_offers_the_nearest_year() -> None:
    draft = Draft(text="a", when_text="2035-03-01")
    far = Reading(NOW.replace(year=NOW.year + 8, month=3, day=1))
    finding = only(findings_of(draft, X, reading=far), "when_far")
    assert finding.severity == "hint"
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.label) == ("move_time", "Use the nearest year")
    assert finding.fix.arg.startswith(f"{NOW.year + 1}-03-01")
    assert findings_of(draft, X, reading=Reading(NOW + timedelta(days=300))) == []


def test_a_time_that_leaves_no_room_for_the_files() -> None:
    big = MediaRef("/v.mp4", "v.mp4", 300_000_000, "video")
    draft = Draft(text="a", media=[big], when_text="in 3m", workspace="account")
    near = Reading(NOW + timedelta(minutes=3))
    finding = only(findings_of(draft, X, reading=near), "when_near")
    assert finding.severity == "hint"
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.label) == ("move_time", "Move to 12:07")
    assert findings_of(draft, X, reading=Reading(NOW + timedelta(minutes=7))) == []
    draft = replace(draft, workspace="local")  # nothing goes over the line before
    assert findings_of(draft, X, reading=near) == []


def test_a_shape_is_told_in_the_pixels_of_the_file() -> None:
    photo = replace(BAG, width=3000, height=4000)  # Instagram gets 1440 x 1920 of it
    finding = only(findings_of(Draft(media=[photo]), INSTAGRAM), "file_shape")
    assert finding.sentence == "bag.jpg is too tall for Instagram. Crop to 4:5 or wider."
    cut = replace(photo, edit=Edit(crop=(0, 0, 0.5, 1), turns=1))
    finding = only(findings_of(Draft(media=[cut]), INSTAGRAM), "file_shape")
    assert finding.sentence == "bag.jpg is too tall for Instagram. Crop to 4:5 or wider."


def test_an_edit_counts() -> None:
    wide = MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=3000, height=1000)
    assert only(findings_of(Draft(text="a", media=[wide]), INSTAGRAM), "file_shape")
    cut = MediaRef(
        "/c.jpg", "c.jpg", 10, alt="x", width=3000, height=1000, edit=Edit((0.2, 0, 1 / 3, 1))
    )
    assert findings_of(Draft(text="a", media=[cut]), INSTAGRAM) == []
    gif = MediaRef("/a.gif", "a.gif", 10, "gif", alt="x")
    still = MediaRef(
        "/a.gif", "a.gif", 10, "gif", alt="x", network_edits={"fb": Edit(format="jpeg")}
    )
    assert only(findings_of(Draft(text="a", media=[gif]), FACEBOOK), "file_type")
    assert findings_of(Draft(text="a", media=[still]), FACEBOOK) == []


def test_a_description_that_is_cut() -> None:
    bag = MediaRef("/b.jpg", "b.jpg", 10, alt="a" * 501)
    finding = only(findings_of(Draft(text="a", media=[bag]), PINTEREST), "description_too_long")
    assert finding.sentence == (
        "The description of b.jpg has 501 characters; Pinterest cuts it at 500."
    )


def test_files_are_said_once_for_all_channels_of_a_network() -> None:
    wide = MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=3000, height=1000)
    other = Channel(20, "second", "instagram")
    draft = Draft(text="a", media=[wide], variants={"channel:20": "b"})
    finding = only(findings_of(draft, INSTAGRAM, other), "file_shape")
    assert finding.channel_ids == (7, 20)


def test_a_paragraph_in_which_typing_is_slow_is_told() -> None:
    finding = only(findings_of(Draft(text="a " * 60_000), FACEBOOK), "long_paragraph")
    assert finding.severity == "hint"
    assert finding.sentence == (
        "One paragraph has 120,000 characters, so typing in it is slow. Line breaks speed it up."
    )
    lines = Draft(text="a line of words\n" * 10_000)
    assert all(finding.code != "long_paragraph" for finding in findings_of(lines, FACEBOOK))
