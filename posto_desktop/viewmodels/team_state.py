"""Who is signed in to a workspace of a team, and what waits there for a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.post_rights import PostRights
from posto_desktop.sdk.records import Account
from posto_desktop.sdk.review import ReviewProposal

__all__ = ["ReviewChanges", "TeamState", "TeamView", "changes_since"]


@dataclass(frozen=True)
class TeamView:
    """What is known of the team of the open workspace. `person` is None until the service has said
    who is signed in, `is_reached` False while it does not answer."""

    person: Account | None = None
    proposals: Mapping[str, ReviewProposal] = field(default_factory=dict)
    """What waits, by group."""
    is_reached: bool = True

    @property
    def role(self) -> str:
        """Return the role in the team, "" without one."""
        return self.person.role if self.person is not None else ""

    @property
    def may_approve(self) -> bool:
        return self.person is not None and self.person.may_approve

    @property
    def rights(self) -> PostRights:
        """Return what the person may do with posts."""
        own = (group for group, proposal in self.proposals.items() if proposal.review.is_own)
        return PostRights(self.role, frozenset(own))

    def proposal(self, group_id: str) -> ReviewProposal | None:
        return self.proposals.get(group_id)

    def may_answer(self, proposal: ReviewProposal) -> bool:
        """Return whether the person may approve it or request changes."""
        return self.may_approve and bool(proposal.group_id)


@dataclass(frozen=True)
class ReviewChanges:
    """What to tell of reviews: how many proposals `wait` for the person, and own ones of which
    changes were requested, with those that were approved."""

    wait: int = 0
    returned: tuple[ReviewProposal, ...] = ()
    approved: tuple[ReviewProposal, ...] = ()


def changes_since(
    view: TeamView, before: Mapping[str, ReviewProposal], listed_groups: Iterable[str]
) -> ReviewChanges:
    """Return what to tell, of what waited `before`. A proposal that waits no more was approved if
    its group is in the schedule (`listed_groups`) as an ordinary one: a withdrawn one is not."""
    wait = 0
    if view.may_approve:
        wait = sum(
            proposal.review.state == "proposed" and not proposal.review.is_own
            for proposal in view.proposals.values()
        )
    own = [proposal for proposal in view.proposals.values() if proposal.review.is_own]
    listed = frozenset(listed_groups)
    return ReviewChanges(
        wait,
        tuple(proposal for proposal in own if proposal.review.state == "returned"),
        tuple(
            proposal
            for group_id, proposal in before.items()
            if proposal.review.is_own and group_id not in view.proposals and group_id in listed
        ),
    )


class TeamState(QObject):
    """Owns the `view` of the open workspace's team. Signal: `changed(TeamView)`."""

    changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = TeamView()

    def set_person(self, person: Account) -> None:
        self._set(TeamView(person, self.view.proposals, self.view.is_reached))

    def set_proposals(self, proposals: Iterable[ReviewProposal]) -> None:
        by_group = {proposal.group_id: proposal for proposal in proposals}
        self._set(TeamView(self.view.person, by_group, self.view.is_reached))

    def set_reached(self, on: bool) -> None:
        """Say whether the service answers."""
        self._set(TeamView(self.view.person, self.view.proposals, on))

    def forget(self) -> None:
        """Another workspace opens."""
        self._set(TeamView(is_reached=self.view.is_reached))

    def _set(self, view: TeamView) -> None:
        if view != self.view:
            self.view = view
            self.changed.emit(view)
