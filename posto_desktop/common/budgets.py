"""Publishing budgets: posts per period that a network allows, and the times they lead to.

The sender keeps to it, and Compose, campaigns and the import say it beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from posto_desktop.common.translation import translate

__all__ = ["Budget", "OutgoingPost", "budgets_from", "going_out"]

MOST_SECONDS = 31 * 86400
_SPANS: tuple[tuple[int, Callable[[int], str]], ...] = (
    (86400, lambda count: translate("Budgets", "(a day/in %Ln days)", "", count)),
    (3600, lambda count: translate("Budgets", "(an hour/in %Ln hours)", "", count)),
    (60, lambda count: translate("Budgets", "(a minute/in %Ln minutes)", "", count)),
    (1, lambda count: translate("Budgets", "(a second/in %Ln seconds)", "", count)),
)


@dataclass(frozen=True)
class Budget:
    """At most `count` posts or files within `seconds`, of an account or of each channel."""

    count: int
    seconds: int
    of: Literal["posts", "files"] = "posts"
    per: Literal["account", "channel"] = "account"

    def __str__(self) -> str:
        """Return "300 posts in 3 hours" or "250 posts a day"."""
        if self.of == "files":
            words = translate("Budgets", "%Ln file(s) {span}", "", self.count)
        else:
            words = translate("Budgets", "%Ln post(s) {span}", "", self.count)
        return words.format(span=self.span)

    @property
    def span(self) -> str:
        """Return "in 3 hours" or "a day"."""
        seconds, words = next(row for row in _SPANS if self.seconds % row[0] == 0)
        return words(self.seconds // seconds)

    def to_json(self) -> dict[str, object]:
        return {"count": self.count, "seconds": self.seconds, "of": self.of, "per": self.per}


def budgets_from(rows: Iterable[object]) -> tuple[Budget, ...]:
    """Return the budgets of an answer; what is none is left out."""
    budgets = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        count, seconds, of, per = (row.get(name) for name in ("count", "seconds", "of", "per"))
        if (
            type(count) is int
            and type(seconds) is int
            and count > 0
            and 0 < seconds <= MOST_SECONDS
            and (of == "posts" or of == "files")
            and (per == "account" or per == "channel")
        ):
            budgets.append(Budget(count, seconds, of, per))
    return tuple(budgets)


@dataclass(frozen=True)
class OutgoingPost:
    """A post of an account: when it is due, in Unix seconds, through which channel, how many posts
    it is at the network (those of a thread are several), and how many files it has."""

    due: float
    channel_id: int
    posts: int = 1
    files: int = 0

    def uses(self, budget: Budget) -> int:
        """Return how much of a budget it takes; one that is larger than a budget fills it."""
        return min(budget.count, self.posts if budget.of == "posts" else self.files)


def going_out(
    posts: Sequence[OutgoingPost],
    budgets: Sequence[Budget],
    already_out: Sequence[OutgoingPost] = (),
) -> list[float]:
    """Return when posts of one account go out. All are given in the order of their times, and none
    overtakes another. `already_out` went out at the times that they have."""
    used: dict[tuple[Budget, int], list[float]] = {}
    for post in already_out:
        _note(used, post, budgets, post.due)
    moments: list[float] = []
    for post in posts:
        moment = max(post.due, moments[-1]) if moments else post.due
        for budget in budgets:
            needed = post.uses(budget)
            before = used.get((budget, _owner(budget, post)), [])
            # As many as leave room must be older than the window.
            crowded = len(before) - (budget.count - needed)
            if needed and crowded > 0:
                moment = max(moment, before[crowded - 1] + budget.seconds)
        _note(used, post, budgets, moment)
        moments.append(moment)
    return moments


def _note(
    used: dict[tuple[Budget, int], list[float]],
    post: OutgoingPost,
    budgets: Sequence[Budget],
    moment: float,
) -> None:
    for budget in budgets:
        used.setdefault((budget, _owner(budget, post)), []).extend([moment] * post.uses(budget))


def _owner(budget: Budget, post: OutgoingPost) -> int:
    return post.channel_id if budget.per == "channel" else 0
