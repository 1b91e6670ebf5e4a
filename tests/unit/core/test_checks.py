"""Tests of the checks before sending."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from posto_desktop.core.checks import Finding, blocked_channels, check
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.fixes import KINDS, apply_fix
from posto_desktop.core.limits import limits_for
from posto_desktop.core.posts import text_of
from posto_desktop.sdk.networks import all_networks
from posto_desktop.sdk.records import Channel
from posto_desktop.server.text import prepare

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
X = Channel(1, "@nordlicht", "twitter")
INSTAGRAM = Channel(2, "nordlicht.coffee", "instagram")
FACEBOOK = Channel(3, "Nordlicht Coffee", "fb")
LINKEDIN = Channel(4, "Nordlicht", "linkedin")
BLUESKY = Channel(5, "nordlicht.example", "bluesky")
TELEGRAM = Channel(6, "News", "telegram")
GOOGLE = Channel(7, "Shop", "google_b")
PLURK = Channel(8, "plurk", "plurk")
UNKNOWN = Channel(9, "new", "a-new-network")
BAG = MediaRef("/home/ana/bag.jpg", "bag.jpg", 400_000, alt="A bag")
FILM = MediaRef("/home/ana/pour.mp4", "pour.mp4", 9_000_000, "video", duration=42.0)


@dataclass(frozen=True)
class Reading:
    when: datetime | None


def findings_of(draft: Draft, *channels: Channel, **more: Any) -> list[Finding]:
    reading = more.pop("reading", None)
    return check(draft, channels, NOW, reading, **more)


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def only(findings: list[Finding], code: str) -> Finding:
    [finding] = [finding for finding in findings if finding.code == code]
    return finding


def test_a_good_post_has_nothing_to_say() -> None:
    assert findings_of(Draft(text="Hello", media=[BAG]), X, INSTAGRAM, FACEBOOK, BLUESKY) == []


def test_nothing_chosen_and_nothing_written() -> None:
    findings = findings_of(Draft())
    assert codes(findings) == ["no_channel", "empty"]
    assert blocked_channels(findings, [X]) == {1}


def test_an_own_text_that_is_empty() -> None:
    finding = only(
        findings_of(Draft(text="all", variants={"twitter": ""}), X, BLUESKY), "text_missing"
    )
    assert finding.networks == ("twitter",)
    assert finding.channel_ids == (1,)
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.arg) == ("edit_for", "twitter")


def test_a_picture_alone_is_enough_except_where_a_text_is_needed() -> None:
    findings = findings_of(Draft(media=[BAG]), X, GOOGLE)
    assert only(findings, "text_missing").sentence == "Google Business Profile needs a text."


def test_a_text_alone_is_not_enough_for_instagram() -> None:
    finding = only(findings_of(Draft(text="Hello"), X, INSTAGRAM), "media_missing")
    assert finding.sentence == "Instagram needs a picture or a video."
    assert finding.severity == "error"
    assert blocked_channels([finding], [X, INSTAGRAM]) == {2}


def test_too_long_says_both_numbers() -> None:
    findings = findings_of(Draft(text="a" * 312), X, BLUESKY, LINKEDIN)
    assert [(finding.networks, finding.sentence) for finding in findings] == [
        (("twitter",), "X allows 280 characters, this text has 312."),
        (("bluesky",), "Bluesky allows 300 characters, this text has 312."),
    ]


def test_each_network_counts_by_itself() -> None:
    findings = findings_of(Draft(text="漢" * 200), X, BLUESKY)
    assert [finding.sentence for finding in findings] == [
        "X allows 280 characters, this text has 400."
    ]


@pytest.mark.parametrize(
    ("text", "channel", "sentence"),
    [
        ("a" * 301, BLUESKY, "Bluesky allows 300 characters, this text has 301."),
        (
            "👨\u200d👩\u200d👧\u200d👦" * 130,
            BLUESKY,
            "Bluesky allows 3,000 bytes of text, this text has 3,250: "
            "accents and emoji count several bytes each.",
        ),
        (
            "a" * 70_000,
            FACEBOOK,
            "Facebook allows 63,206 characters, this text has 70,000.",
        ),
    ],
)
def test_sentences_of_long_texts(text: str, channel: Channel, sentence: str) -> None:
    assert only(findings_of(Draft(text=text), channel), "text_too_long").sentence == sentence


def test_a_caption_is_shorter_than_a_message() -> None:
    text = "a" * 2000
    assert findings_of(Draft(text=text), TELEGRAM) == []
    finding = only(findings_of(Draft(text=text, media=[BAG]), TELEGRAM), "text_too_long")
    assert "1,024 characters under a picture or video" in finding.sentence


def test_where_only_the_service_cuts_is_a_warning() -> None:
    for workspace in ("account", "local"):  # the workspace of this computer cuts as well
        draft = Draft(text="a" * 2199, media=[BAG], workspace=workspace)
        finding = only(findings_of(draft, INSTAGRAM), "text_cut")
        assert finding.severity == "warning"
        assert "2,197" in finding.sentence


def test_signs_that_the_service_escapes_count_twice_before_it_cuts() -> None:
    draft = Draft(text="#" * 1501, workspace="account")
    finding = only(findings_of(draft, LINKEDIN), "text_cut")
    assert finding.sentence == (
        "The service cuts texts for LinkedIn at 3,000 characters, this text has 3,002. Characters "
        "such as # and @ count twice there."
    )
    assert findings_of(Draft(text="#" * 1501), LINKEDIN) == []


def test_a_link_takes_its_room_of_the_text() -> None:
    draft = Draft(text="a" * 270, link="https://example.com/")
    finding = only(findings_of(draft, X), "text_too_long")
    assert finding.sentence == "X allows 280 characters, this text with its link has 294."
    draft = replace(draft, text="a" * 255 + " https://example.com/")
    assert findings_of(draft, X) == []  # it stands there already


def test_the_own_text_of_one_channel() -> None:
    other = Channel(11, "@cafe", "twitter")
    draft = Draft(text="fine", variants={"channel:11": "a" * 290})
    finding = only(findings_of(draft, X, other), "text_too_long")
    assert finding.channel_ids == (11,)
    assert finding.sentence == "X allows 280 characters, the own text of @cafe has 290."
    assert finding.fix is not None
    assert (finding.fix.kind, finding.fix.arg, finding.fix.label) == (
        "edit_for",
        "channel:11",
        "Edit for @cafe",
    )


def test_limits_that_nobody_confirmed_are_warnings() -> None:
    assert not limits_for("fb").firm
    assert (
        only(findings_of(Draft(text="a" * 70_000), FACEBOOK), "text_too_long").severity == "warning"
    )
    assert only(findings_of(Draft(text="a" * 300), X), "text_too_long").severity == "error"


def test_too_many_files() -> None:
    media = [MediaRef(f"/{n}.jpg", f"{n}.jpg", 1000, alt="x") for n in range(6)]
    findings = findings_of(Draft(text="a", media=media), X, INSTAGRAM, BLUESKY, GOOGLE)
    sentences = {finding.sentence for finding in findings if finding.code == "too_many_files"}
    assert sentences == {
        "X allows 4 files per post, this message has 6.",
        "Bluesky allows 4 files per post, this message has 6.",
        "Google Business Profile allows 1 file per post, this message has 6.",
    }


def test_a_network_that_takes_none() -> None:
    findings = findings_of(Draft(text="a", media=[BAG]), PLURK)
    assert codes(findings) == ["too_many_files"]
    assert findings[0].sentence == "Posto cannot send files to Plurk."


def test_pictures_and_video_together() -> None:
    findings = findings_of(Draft(text="a", media=[BAG, FILM]), X, LINKEDIN, FACEBOOK, INSTAGRAM)
    mixed = [finding for finding in findings if finding.code == "mixed_kinds"]
    assert [(finding.severity, finding.networks) for finding in mixed] == [
        ("error", ("twitter", "linkedin")),
        ("warning", ("fb",)),
    ]
    assert mixed[0].sentence == "X and LinkedIn cannot mix pictures and video in one post."


@pytest.mark.parametrize(
    ("ref", "channels", "severity", "sentence"),
    [
        (
            MediaRef("/f.png", "fjord.png", 6_500_000, alt="x"),
            [FACEBOOK],
            "hint",
            "fjord.png is 6.2 MB: Posto shrinks it to 4 MB for Facebook.",
        ),
        (
            MediaRef("/f.png", "fjord.png", 5_242_881, alt="x"),
            [X, LINKEDIN],
            "hint",
            "fjord.png is 5,242,881 bytes: Posto shrinks it to 5,242,880 bytes for X and LinkedIn.",
        ),
        (
            MediaRef("/f.jpg", "{f}.jpg", 1_200_000, alt="x"),
            [BLUESKY],
            "hint",
            "{f}.jpg is 1.2 MB: Posto shrinks it to 1 MB for Bluesky.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 600_000_000, "video"),
            [LINKEDIN],
            "error",
            "v.mp4 is 572.2 MB; LinkedIn allows up to 500 MB.",
        ),
        (
            MediaRef("/c.png", "cover.jpg", 10, alt="x", width=2400, height=1000),
            [INSTAGRAM],
            "warning",
            "cover.jpg is too wide for Instagram. Crop to 1.91:1 or narrower.",
        ),
        (
            MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=9000, height=100),
            [TELEGRAM],
            "error",
            "c.jpg is too wide for Telegram. Crop to 20:1 or narrower.",
        ),
        (
            MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=200, height=240),
            [GOOGLE],
            "error",
            "c.jpg is 200×240; Google Business Profile allows 250×250 pixels or more.",
        ),
        (
            MediaRef("/c.jpg", "c.jpg", 10, alt="x", width=200, height=200),
            [INSTAGRAM],
            "error",
            "c.jpg is 200×200; Instagram allows 320 pixels or more in width.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 10, "video", width=3840, height=2160),
            [X],
            "warning",
            "v.mp4 is 3840×2160; X allows up to 1280×1024.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 10, "video", width=16, height=16),
            [X],
            "error",
            "v.mp4 is 16×16; X allows 32×32 pixels or more.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 10, "video", width=1200, height=240),
            [X],
            "error",
            "v.mp4 is too wide for X. Crop to 3:1 or narrower.",
        ),
        (
            MediaRef("/w.webm", "w.webm", 10, "video"),
            [X],
            "error",
            "w.webm is WebM; X allows MP4 and MOV.",
        ),
        (
            MediaRef("/w.png", "w.png", 10, alt="x"),
            [INSTAGRAM],
            "hint",
            "w.png is PNG: it becomes JPEG for Instagram.",
        ),
        (
            MediaRef("/w.heic", "w.heic", 10, alt="x"),
            [X, FACEBOOK],
            "hint",
            "w.heic is HEIC: it becomes JPEG for X and Facebook.",
        ),
        (
            MediaRef("/w.gif", "w.gif", 10, "gif", alt="x"),
            [INSTAGRAM, FACEBOOK],
            "error",
            "w.gif is a GIF; Instagram and Facebook allow none.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 10, "video", duration=1500.0),
            [X],
            "error",
            "v.mp4 lasts 25:00 min; X allows up to 20:00 min.",
        ),
        (
            MediaRef("/v.mp4", "v.mp4", 10, "video", duration=0.2),
            [X],
            "error",
            "v.mp4 lasts 0.2 s; X allows 0.5 s or more.",
        ),
    ],
)
def test_files(ref: MediaRef, channels: list[Channel], severity: str, sentence: str) -> None:
    finding = findings_of(Draft(text="a", media=[ref]), *channels)[0]
    assert finding.sentence == sentence
    assert finding.severity == severity
    assert finding.file == ref.path


def test_a_file_that_is_gone_and_one_that_is_damaged() -> None:
    broken = MediaRef("/b.jpg", "b.jpg", 9, problem="b.jpg is damaged and cannot be posted.")
    findings = findings_of(Draft(text="a", media=[BAG, broken]), X, missing={BAG.path})
    missing, damaged = only(findings, "file_missing"), only(findings, "file_unusable")
    assert missing.severity == damaged.severity == "error"
    assert missing.sentence.startswith("bag.jpg was not found.")
    assert damaged.sentence == broken.problem
    assert missing.fix is not None
    assert (missing.fix.kind, missing.fix.arg) == ("remove_media", BAG.path)


def test_an_expired_session_is_a_warning_for_its_channel() -> None:
    expired = Channel(3, "Fjord Cycles", "fb", active=False)
    finding = only(findings_of(Draft(text="a"), X, expired), "session_expired")
    assert finding.severity == "warning"
    assert finding.channel_ids == (3,)
    assert "Facebook session of Fjord Cycles has expired" in finding.sentence


def test_expired_sessions_of_a_network_are_told_together() -> None:
    expired = [Channel(n, f"Fjord {n}", "fb", active=False) for n in (3, 4)]
    many = [Channel(n, f"Harbour {n}", "twitter", active=False) for n in range(10, 1_510)]
    of_fb, of_x = (
        finding
        for finding in findings_of(Draft(text="a"), *expired, *many)
        if "session" in finding.code
    )
    assert (of_fb.severity, of_fb.networks, of_fb.channel_ids) == ("warning", ("fb",), (3, 4))
    assert of_fb.sentence == (
        "The Facebook sessions of Fjord 3 and Fjord 4 have expired. "
        "The posts will fail there until they are connected again."
    )
    assert of_fb.fix is not None
    assert (of_fb.fix.kind, of_fb.fix.label, of_fb.fix.arg) == (
        "untick_channels",
        "Leave out 2 channels",
        "3,4",
    )
    assert "Harbour 10, Harbour 11, Harbour 12 and 1,497 more have expired" in of_x.sentence
    assert of_x.fix is not None
    assert of_x.fix.label == "Leave out 1,500 channels"


def test_times() -> None:
    later, past = Reading(NOW + timedelta(minutes=1)), Reading(NOW - timedelta(minutes=1))
    assert findings_of(Draft(text="a", when_text="in a minute"), X, reading=later) == []
    assert findings_of(Draft(text="a", when_text="now"), X, reading=Reading(None)) == []
    assert findings_of(Draft(text="a", when_text=""), X) == []
    assert codes(findings_of(Draft(text="a", when_text="yesterday"), X, reading=past)) == [
        "when_past"
    ]
    finding = only(findings_of(Draft(text="a", when_text="blursday"), X), "when_unreadable")
    assert "“blursday”" in finding.sentence


def test_pictures_without_a_description() -> None:
    plain = MediaRef("/c.jpg", "cover.jpg", 10)
    finding = only(findings_of(Draft(text="a", media=[plain]), X, BLUESKY), "no_description")
    assert finding.severity == "hint"
    assert finding.networks == ("bluesky",)
    assert codes(findings_of(Draft(text="a", media=[plain]), X)) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("I <3 coffee", "text_tags"), ("a<b", "text_tags"), ("{tea|coffee}", "text_spintax")],
)
def test_what_the_service_would_change(text: str, code: str) -> None:
    for workspace in ("account", "local"):
        assert codes(findings_of(Draft(text=text, workspace=workspace), X)) == [code]


def test_what_the_service_leaves_alone() -> None:
    text = "1 < 2, {tea}, a < , { post_title }, R&D, AT&T; ?a=1&copy=2, x | y"
    assert findings_of(Draft(text=text, workspace="account"), X) == []


def test_some_networks_keep_some_tags() -> None:
    draft = Draft(text="<b>new</b> and <a href='x'>more</a>", workspace="account")
    assert findings_of(draft, TELEGRAM) == []
    assert codes(findings_of(draft, X)) == ["text_tags"]
    draft = replace(draft, text="<b>new</b> <3")
    assert only(findings_of(draft, TELEGRAM), "text_tags").sentence == (
        "The service removes “<3”: it looks like an HTML tag."
    )


@given(st.text(alphabet="<>a &;ltgm{}|=\"'/!-post_title\n", max_size=40))
@example("<!-- x")
def test_what_changes_on_the_way_is_said_before(text: str) -> None:
    """Against the service's own text processing (that of the workspace of this computer)."""
    text = text_of(Draft(text=text), "twitter")
    sent = prepare(text, {"post_title": "Hidden"}, choose=lambda branches: branches[-1])
    findings = findings_of(Draft(text=text), X) if text else []
    if sent != text:
        assert {finding.code for finding in findings} & {
            "text_tags",
            "text_spintax",
            "text_variables",
            "text_entities",
        }


def test_the_worst_comes_first() -> None:
    plain = MediaRef("/c.png", "cover.png", 10)
    draft = Draft(text="a" * 301, media=[plain])
    severities = [finding.severity for finding in findings_of(draft, BLUESKY, INSTAGRAM)]
    assert severities == ["error", "hint", "hint"]
    expired = Channel(12, "old", "twitter", active=False)
    severities = [finding.severity for finding in findings_of(draft, expired, BLUESKY)]
    assert severities == ["error", "error", "warning", "hint"]


def test_an_unknown_network_blocks_nothing() -> None:
    draft = Draft(text="a" * 100_000, media=[BAG, FILM] * 20)
    assert findings_of(draft, UNKNOWN) == []


def test_the_preview_counts_what_is_sent() -> None:
    draft = Draft(text="  trailing \n\n\n\n\nspace  ")
    assert text_of(draft, "twitter") == "trailing\n\n\nspace"


refs = st.builds(
    MediaRef,
    path=st.text(min_size=1),
    name=st.text(min_size=1),
    size=st.integers(0, 10**11),
    kind=st.sampled_from(["image", "video", "gif"]),
    duration=st.floats(0, 1e7),
    mime=st.text(max_size=10),
)


@given(
    text=st.text(max_size=400),
    media=st.lists(refs, max_size=12),
    slugs=st.lists(st.sampled_from([network.slug for network in all_networks()]), max_size=8),
    workspace=st.sampled_from(["local", "account"]),
)
def test_any_draft_gives_whole_sentences(
    text: str, media: list[MediaRef], slugs: list[str], workspace: str
) -> None:
    draft = Draft(text=text, media=media, workspace=workspace)
    channels = [Channel(n, f"c{n}", slug) for n, slug in enumerate(slugs, 1)]
    for finding in findings_of(draft, *channels):
        assert finding.sentence.strip()
        assert finding.sentence[-1] in ".!?…" or finding.code == "file_unusable"
        assert set(finding.channel_ids) <= {channel.id for channel in channels}


def test_a_cut_below_the_limit_of_the_network_is_in_the_same_finding() -> None:
    threads = Channel(1, "nordlicht", "threads")
    [finding] = check(Draft(text="a" * 503), [threads], NOW)
    assert finding.sentence == (
        "Threads allows 500 characters, this text has 503. The service cuts at 497."
    )
    [finding] = check(Draft(text="a" * 498), [threads], NOW)
    assert (finding.code, finding.severity) == ("text_cut", "warning")
    for fix in (finding.fix, *finding.more):
        if fix is not None and fix.kind in KINDS:
            assert check(apply_fix(Draft(text="a" * 498), fix), [threads], NOW) == []
