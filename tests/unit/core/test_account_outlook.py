"""What accounts of this computer mean for posts before they are scheduled."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from posto_desktop.common.budgets import Budget
from posto_desktop.core import account_outlook
from posto_desktop.core.account_outlook import (
    AccountOutlook,
    AccountPost,
    day_words,
    expiry_sentence,
    outlook_of,
    warning_days,
)
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_outlook import messages_outlook
from posto_desktop.core.checks.accounts import account_posts, look_ahead
from posto_desktop.core.checks.accounts import check as check_accounts
from posto_desktop.core.checks.post import CheckedPost
from posto_desktop.core.draft import LOCAL, Draft, MediaRef
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel

NOW = datetime(2027, 2, 27, 11, 40, tzinfo=UTC)
MARCH = datetime(2027, 3, 3, 8, 0, tzinfo=UTC)
MASTODON = OwnAccount(1, "mastodon", handle="@b@social.example", channels=(11,))
LINKEDIN = OwnAccount(2, "linkedin", handle="Bakery", channels=(12,), ends_at=MARCH)
X = OwnAccount(3, "x", handle="@bakery", channels=(13,))
LIMITED = replace(MASTODON, budgets=(Budget(30, 3 * 3600),))
CHANNELS = {
    11: Channel(11, "Bakery", "mastodon", method="mastodon"),
    12: Channel(12, "Bakery", "linkedin", method="linkedin"),
    13: Channel(13, "Bakery", "twitter", method="x"),
}


def post(channel: int, network: str, when: datetime = NOW, **more: object) -> AccountPost:
    return AccountPost(channel, network, when, **more)  # type: ignore[arg-type]


def checked(draft: Draft, *ids: int) -> CheckedPost:
    return CheckedPost.of(
        replace(draft, workspace=LOCAL), [CHANNELS[post_id] for post_id in ids], NOW, None, ()
    )


# -- when the last one goes out --------------------------------------------------------------------


def test_the_last_of_many_is_said_to_go_out_later() -> None:
    posts = [post(11, "mastodon") for _ in range(31)]
    outlook = outlook_of(posts, {11: LIMITED})
    assert outlook.sentences(NOW) == [
        "Mastodon allows 30 posts in 3 hours. The last post is sent about 14:40."
    ]
    assert outlook.delays[0].channel_ids == (11,)


def test_what_waits_already_takes_room() -> None:
    waiting = [(NOW + timedelta(minutes=1), 11)] * 20
    ten = [post(11, "mastodon", NOW + timedelta(minutes=2)) for _ in range(10)]
    assert outlook_of(ten, {11: LIMITED}, waiting).delays == ()
    (delay,) = outlook_of([*ten, ten[0]], {11: LIMITED}, waiting).delays
    assert delay.last == NOW + timedelta(hours=3, minutes=1)


def test_posts_of_other_accounts_take_none() -> None:
    waiting = [(NOW, 99)] * 100 + [(NOW, 13)] * 100
    assert outlook_of([post(11, "mastodon")], {11: LIMITED, 13: X}, waiting).delays == ()


def test_nothing_is_guessed_where_nothing_is_known() -> None:
    posts = [post(11, "mastodon") for _ in range(5000)]
    assert outlook_of(posts, {11: MASTODON}) == AccountOutlook(posts=5000)
    assert outlook_of(posts, {}) == AccountOutlook(posts=5000)


def test_the_next_day_is_named() -> None:
    posts = [post(11, "mastodon", NOW + timedelta(hours=11)) for _ in range(31)]
    assert outlook_of(posts, {11: LIMITED}).sentences(NOW)[0].endswith("about 1:40 tomorrow.")


# -- sign-ins that end -----------------------------------------------------------------------------


def test_a_post_after_the_end_is_named() -> None:
    after = post(12, "linkedin", MARCH + timedelta(hours=1))
    accounts = {12: LINKEDIN}
    outlook = outlook_of([after], accounts)
    assert outlook.sentences(NOW) == ["LinkedIn's sign-in ends on 3 March, before this post."]
    both = outlook_of([after, post(12, "linkedin")], accounts)
    assert both.sentences(NOW) == ["LinkedIn's sign-in ends on 3 March, before 1 of these posts."]
    assert outlook_of([after, after], accounts).sentences(NOW)[0].endswith("before these posts.")
    assert outlook_of([post(12, "linkedin")], accounts).ended == ()


def test_an_account_that_has_to_sign_in_again_says_so_elsewhere() -> None:
    after = post(12, "linkedin", MARCH + timedelta(hours=1))
    ended = replace(LINKEDIN, health="sign_in_again")
    assert outlook_of([after], {12: ended}).ended == ()


@pytest.mark.parametrize(
    ("days", "wanted"), [(60, None), (14.01, None), (14, 14), (3.01, 14), (3, 3), (0.1, 3), (0, 0)]
)
def test_warnings_come_at_14_and_3_days(days: float, wanted: int | None) -> None:
    assert warning_days(NOW + timedelta(days=days), NOW) == wanted
    assert warning_days(None, NOW) is None


def test_days_in_words() -> None:
    assert day_words(NOW, NOW) == "today"
    assert day_words(NOW + timedelta(days=1), NOW) == "tomorrow"
    assert day_words(MARCH, NOW) == "on 3 March"
    assert day_words(NOW + timedelta(days=400), NOW) == "on 2 April 2028"
    assert expiry_sentence("threads", MARCH, NOW) == "Threads's sign-in ends on 3 March."
    assert expiry_sentence("linkedin", MARCH, MARCH).endswith("sign-in ended today.")


# -- what X costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (Draft(text="Buns"), "About $0.015 at X"),
        (Draft(text="Buns at https://bakery.cafe"), "About $0.20 at X"),
        (Draft(text="Buns", link="https://bakery.cafe"), "About $0.20 at X"),
        (Draft(text="Buns", first_comment="https://bakery.cafe"), "About $0.215 at X"),
        (
            Draft(text="Buns", media=(MediaRef("/a.png", "a.png", 9, "image", alt="A bun"),)),
            "About $0.02 at X",
        ),
    ],
)
def test_the_price_of_a_post(draft: Draft, words: str) -> None:
    post = checked(draft, 11, 13)
    assert look_ahead(post, (), {13: X, 11: MASTODON}).price_words() == words


def test_prices_of_many_are_summed_up() -> None:
    post = checked(Draft(text="Buns at https://bakery.cafe"), 13)
    moments = [NOW + timedelta(days=day) for day in range(6)]
    outlook = look_ahead(post, moments, {13: X})
    assert outlook.price_words() == "About $1.20 at X for 6 posts"
    assert outlook.summary(NOW) == "About $1.20 at X for 6 posts."


def test_x_by_a_service_costs_nothing_here() -> None:
    post = checked(Draft(text="Buns"), 13)
    assert look_ahead(post, (), {}).price_words() == ""
    assert look_ahead(post, (), {11: MASTODON}).price_words() == ""


def test_the_prices_are_those_of_the_documents() -> None:
    root = Path(__file__).parents[3]
    page = (root / "docs" / "accounts" / "x.md").read_text(encoding="utf-8")
    reason = (root / "resources" / "connections.json").read_text(encoding="utf-8")
    for price in (account_outlook.X_POST, account_outlook.X_LINK, account_outlook.X_DESCRIPTION):
        amount = re.escape(f"${price:.3f}".removesuffix("0"))
        assert re.search(rf"{amount}\b", page)
    assert "$0.015 a post, $0.20 with a link" in reason


# -- in Compose, and in campaigns ------------------------------------------------------------------


def test_findings_have_the_action_that_mends_them() -> None:
    late = NOW + timedelta(days=10)
    post = checked(Draft(text="Buns"), 11, 12)
    accounts = {11: LIMITED, 12: LINKEDIN}
    outlook = look_ahead(post, [late] * 31, accounts)
    ended, delayed = check_accounts(outlook, NOW)
    assert (ended.severity, ended.code, ended.channel_ids) == ("warning", "sign_in_ends", (12,))
    assert ended.fix is not None
    assert (ended.fix.kind, ended.fix.arg) == ("sign_in_again", "12")
    assert (delayed.severity, delayed.code, delayed.networks) == (
        "hint",
        "goes_out_later",
        ("mastodon",),
    )


def test_a_comment_is_a_post_of_its_own() -> None:
    post = checked(Draft(text="Buns", first_comment="And bread"), 13)
    (outlook,) = account_posts(post, [NOW], {13: X})
    assert (outlook.posts, outlook.files, outlook.price) == (2, 0, 0.03)


def test_each_part_of_a_thread_is_a_post() -> None:
    channel = Channel(13, "Bakery", "twitter", method="x", further_parts="replies")
    draft = Draft(text="Buns", threads={"": ("Bread", "All at https://bakery.cafe")})
    post = CheckedPost.of(replace(draft, workspace=LOCAL), [channel], NOW, None, ())
    (outlook,) = account_posts(post, [NOW], {13: X})
    assert outlook.posts == 3
    assert outlook.price == pytest.approx(0.015 + 0.015 + 0.20)


def test_messages_of_a_campaign_are_looked_at_together() -> None:
    campaign = Campaign(channel_ids=(11, 12, 13))
    timed = [
        (
            CampaignMessage(text=f"Bun {number} https://bakery.cafe"),
            MARCH + timedelta(days=number),
        )
        for number in range(4)
    ]
    accounts = {11: LIMITED, 12: LINKEDIN, 13: X}
    outlook = messages_outlook(campaign, timed, CHANNELS, accounts, [])
    assert outlook.price_words() == "About $0.80 at X for 4 posts"
    assert outlook.summary(NOW) == (
        "LinkedIn's sign-in ends on 3 March, before 4 of these posts. About $0.80 at X for 4 posts."
    )
    assert messages_outlook(campaign, timed, CHANNELS, {}, []) == AccountOutlook()
