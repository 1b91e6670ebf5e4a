"""Forecast for posts through accounts of this computer: cost, real end, expiring sign-ins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from posto_desktop.common.budgets import Budget, OutgoingPost, going_out
from posto_desktop.common.formats import clock, decimal, named_day
from posto_desktop.common.translation import translate
from posto_desktop.core.limits import network_name
from posto_desktop.sdk.own_accounts import OwnAccount

__all__ = [
    "AccountOutlook",
    "AccountPost",
    "Delay",
    "EndedSignIn",
    "day_words",
    "delay_sentence",
    "ended_sentence",
    "expiry_sentence",
    "outlook_of",
    "short_day_words",
    "warning_days",
    "x_price",
]

X_POST, X_LINK, X_DESCRIPTION = 0.015, 0.20, 0.005
"""What X charges for a post, for one with a link, and for the description of a picture, in dollars
(docs.x.com, August 2026). docs/accounts/x.md and resources/connections.json say the same."""
_LATE = 60.0
"""Seconds of delay that are not worth saying."""

WARN_DAYS = (14, 3)
"""A sign-in that ends by itself is warned of so many days before, once each."""

AccountsByChannel = Mapping[int, OwnAccount]


@dataclass(frozen=True)
class AccountPost:
    """A post through one channel. It is `posts` at the network, those of a thread each, and costs
    `price` dollars where its account pays."""

    channel_id: int
    network: str
    when: datetime
    posts: int = 1
    files: int = 0
    price: float = 0.0


@dataclass(frozen=True)
class Delay:
    """The last post of an account goes out at `last`, later than it is due, as its network takes no
    more than `budget`."""

    network: str
    budget: Budget
    last: datetime
    channel_ids: tuple[int, ...]


@dataclass(frozen=True)
class EndedSignIn:
    """A sign-in that ends before `posts` of the posts."""

    network: str
    ends: datetime
    posts: int
    channel_ids: tuple[int, ...]


@dataclass(frozen=True)
class AccountOutlook:
    """Of `posts` posts, `priced` cost `price` dollars together."""

    posts: int = 0
    priced: int = 0
    price: float = 0.0
    delays: tuple[Delay, ...] = ()
    ended: tuple[EndedSignIn, ...] = ()

    def price_words(self) -> str:
        """Return "About $0.20 at X", "About $1.20 at X for 6 posts", or "" where nothing costs."""
        if not self.priced:
            return ""
        amount = decimal(self.price, 2 if f"{self.price:.3f}".endswith("0") else 3)
        if self.priced == 1:
            return translate("AccountOutlook", "About ${amount} at X").format(amount=amount)
        return translate(
            "AccountOutlook", "About ${amount} at X for %Ln post(s)", "", self.priced
        ).format(amount=amount)

    def summary(self, now: datetime) -> str:
        """Return all of it in one paragraph, "" where there is nothing to know."""
        price = self.price_words()
        return " ".join([*self.sentences(now), *([f"{price}."] if price else [])])

    def sentences(self, now: datetime) -> list[str]:
        """Return what to know before scheduling, with times in the zone of `now`."""
        sentences = [ended_sentence(sign_in, self.posts, now) for sign_in in self.ended]
        return sentences + [delay_sentence(delay, now) for delay in self.delays]


def warning_days(ends_at: datetime | None, now: datetime) -> int | None:
    """Return before how many days' end a sign-in that ends is warned of now: one of `WARN_DAYS`, 0
    when it has ended, None while there is time."""
    if ends_at is None:
        return None
    left = ends_at - now
    if left <= timedelta(0):
        return 0
    return min((days for days in WARN_DAYS if left <= timedelta(days=days)), default=None)


def x_price(has_link: bool, descriptions: int = 0) -> float:
    """Return what a post costs at X, in dollars."""
    return (X_LINK if has_link else X_POST) + descriptions * X_DESCRIPTION


def outlook_of(
    posts: Sequence[AccountPost],
    accounts: AccountsByChannel,
    waiting: Iterable[tuple[datetime, int]] = (),
) -> AccountOutlook:
    """Look ahead at posts; those of channels without an account here are left out. `waiting` are
    the times and channels of what is scheduled already, or went out lately."""
    own: dict[int, list[AccountPost]] = {}
    for post in posts:
        if (account := accounts.get(post.channel_id)) is not None:
            own.setdefault(account.id, []).append(post)
    by_id = {account.id: account for account in accounts.values() if account.id in own}
    waiting_posts: dict[int, list[OutgoingPost]] = {}
    if any(account.budgets for account in by_id.values()):
        for when, channel_id in waiting:
            account = accounts.get(channel_id)
            if account is not None and account.budgets and account.id in by_id:
                waiting_post = OutgoingPost(when.timestamp(), channel_id)
                waiting_posts.setdefault(account.id, []).append(waiting_post)
    delays = [
        _delay(own[key], account, waiting_posts.get(key, ())) for key, account in by_id.items()
    ]
    ended = [_ended(own[key], account) for key, account in by_id.items()]
    prices = [post.price for key, some in own.items() if by_id[key].method == "x" for post in some]
    return AccountOutlook(
        len(posts),
        len(prices),
        sum(prices),
        tuple(delay for delay in delays if delay is not None),
        tuple(sign_in for sign_in in ended if sign_in is not None),
    )


def _ended(own: Sequence[AccountPost], account: OwnAccount) -> EndedSignIn | None:
    ends = account.ends_at if account.health != "sign_in_again" else None  # which says so itself
    late = [post for post in own if ends is not None and post.when >= ends]
    if ends is None or not late:
        return None
    return EndedSignIn(late[0].network, ends, len(late), _channels(late))


def _delay(
    own: Sequence[AccountPost], account: OwnAccount, waiting_posts: Sequence[OutgoingPost]
) -> Delay | None:
    if not account.budgets:
        return None
    rows: list[tuple[OutgoingPost, AccountPost | None]] = [
        (OutgoingPost(post.when.timestamp(), post.channel_id, post.posts, post.files), post)
        for post in own
    ]
    rows += [(waiting_post, None) for waiting_post in waiting_posts]
    rows.sort(key=lambda row: row[0].due)
    queue = [row[0] for row in rows]
    moments = going_out(queue, account.budgets)
    late = [
        (moment, account_post)
        for moment, (post, account_post) in zip(moments, rows, strict=True)
        if account_post is not None and moment - post.due >= _LATE
    ]
    if not late:
        return None
    last = late[-1][0]
    # The one that alone holds it up longest.
    budget = max(account.budgets, key=lambda candidate: going_out(queue, (candidate,))[-1])
    channels = _channels([account_post for _moment, account_post in late])
    return Delay(late[-1][1].network, budget, datetime.fromtimestamp(last, UTC), channels)


def _channels(posts: Iterable[AccountPost]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(post.channel_id for post in posts))


# -- sentences -------------------------------------------------------------------------------------


def ended_sentence(ended: EndedSignIn, posts: int, now: datetime) -> str:
    """Return "LinkedIn's sign-in ends on 3 March, before this post."; `posts` is how many posts
    there are in all."""
    network, day = network_name(ended.network), day_words(ended.ends, now)
    if ended.ends <= now:
        words = translate(
            "AccountOutlook",
            "{network}'s sign-in ended {day}. Sign in again, or nothing goes out.",
        )
    elif posts == 1:
        words = translate("AccountOutlook", "{network}'s sign-in ends {day}, before this post.")
    elif ended.posts == posts:
        words = translate("AccountOutlook", "{network}'s sign-in ends {day}, before these posts.")
    else:
        words = translate(
            "AccountOutlook",
            "{network}'s sign-in ends {day}, before %Ln of these posts.",
            "",
            ended.posts,
        )
    return words.format(network=network, day=day)


def delay_sentence(delay: Delay, now: datetime) -> str:
    """Return "Mastodon takes 300 posts in 3 hours: the last goes out about 14:40."."""
    last = delay.last.astimezone(now.tzinfo)
    if delay.budget.per == "channel":
        allowed = translate("AccountOutlook", "{network} allows {posts} for each channel.")
    else:
        allowed = translate("AccountOutlook", "{network} allows {posts}.")
    if last.date() != now.date():
        sent = translate("AccountOutlook", "The last post is sent about {time} {day}.")
    else:
        sent = translate("AccountOutlook", "The last post is sent about {time}.")
    return " ".join(
        (
            allowed.format(network=network_name(delay.network), posts=delay.budget),
            sent.format(time=clock(last), day=day_words(last, now)),
        )
    )


def expiry_sentence(network: str, ends_at: datetime, now: datetime) -> str:
    """Return "LinkedIn's sign-in ends on 3 March."."""
    if ends_at <= now:
        words = translate("AccountOutlook", "{network}'s sign-in ended {day}.")
    else:
        words = translate("AccountOutlook", "{network}'s sign-in ends {day}.")
    return words.format(network=network_name(network), day=day_words(ends_at, now))


def day_words(moment: datetime, now: datetime) -> str:
    """Return "today", "tomorrow", "on 3 March" or "on 3 March 2028"."""
    day, today = moment.astimezone(now.tzinfo).date(), now.date()
    if near := _near_day(day, today):
        return near
    is_far = day.year != today.year and abs((day - today).days) > 180
    return translate("AccountOutlook", "on {day}").format(
        day=named_day(day, "d MMMM yyyy" if is_far else "d MMMM")
    )


def _near_day(day: date, today: date) -> str:
    if day == today:
        return translate("AccountOutlook", "today")
    if day == today + timedelta(days=1):
        return translate("AccountOutlook", "tomorrow")
    return ""


def short_day_words(moment: datetime, now: datetime) -> str:
    """Return "today", "tomorrow" or "3 Mar"."""
    day = moment.astimezone(now.tzinfo).date()
    return _near_day(day, now.date()) or named_day(day, "d MMM")
