"""What of a team's posts is open here, who else has it open, and what others save of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from posto_desktop.sdk.presence import OpenPost, PostNow, PostPresence, PresentPerson

if TYPE_CHECKING:
    from posto_desktop.core.draft import Draft

__all__ = ["OthersEdit", "Place", "PresenceState"]

Place = Literal["compose", "inspector", "dialog"]
"""Where a post is open: as the open message, in the details of Schedule, in a dialog of a
review."""


@dataclass(frozen=True)
class OthersEdit:
    """What others saved of the message that the draft `draft_id` edits: `theirs` is the message as
    it is now, `fields` what differs from how it was opened, `changed` which fields the server knows
    to be changed (None: it does not know), `by` who saved last."""

    draft_id: str
    theirs: Draft
    fields: tuple[str, ...]
    changed: frozenset[str] | None = None
    by: str = ""


class PresenceState(QObject):
    """Owns what is open in this app, by place, and what is known of it.

    Signals: `openChanged()`: something else is open here; `changed(str place)`: other people have
    it open; `arrived(str place)`: somebody came, or began to write; `othersEditChanged()`.
    """

    openChanged = Signal()
    changed = Signal(str)
    arrived = Signal(str)
    othersEditChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: dict[Place, OpenPost] = {}
        self._answers: dict[Place, PostPresence] = {}
        self._announced: dict[Place, frozenset[tuple[str, str, bool]]] = {}
        self._shown_names: dict[str, str] = {}
        self.others_edit: OthersEdit | None = None
        """What others saved of the open message; None if nothing is to be told."""

    @property
    def opened(self) -> Mapping[Place, OpenPost]:
        """Return what is open here."""
        return dict(self._open)

    def people(self, place: Place) -> tuple[PresentPerson, ...]:
        """Return who else has open what is open at a place."""
        answer = self._answers.get(place)
        return answer.people if answer is not None else ()

    def posts(self, place: Place) -> tuple[PostNow, ...] | None:
        """Return how the posts at a place are; None if it is not known."""
        answer = self._answers.get(place)
        return answer.posts if answer is not None else None

    def shown_name(self, name: str) -> str:
        """Return how a person who was met is called, by the name to sign in."""
        return self._shown_names.get(name, name)

    def set_open(
        self,
        place: Place,
        ids: tuple[int, ...],
        *,
        is_writing: bool = False,
        is_same_message: bool = False,
    ) -> None:
        """Set what is open at a place, nothing without `ids`. `is_same_message`: other rows of the
        same message, whose people stay."""
        before, now = self._open.get(place), OpenPost(ids, is_writing)
        if not ids:
            if self._open.pop(place, None) is not None:
                self._forget(place)
                self.openChanged.emit()
            return
        if before == now:
            return
        self._open[place] = now
        if before is None or (before.schedule_ids != ids and not is_same_message):
            self._forget(place)
        self.openChanged.emit()

    def set_answers(
        self, asked: Mapping[Place, OpenPost], answers: Mapping[Place, PostPresence]
    ) -> None:
        """Set what the server says of what was open when it was `asked`."""
        for place, presence in answers.items():
            now = self._open.get(place)
            if now is None or now.schedule_ids != asked[place].schedule_ids:
                continue  # something else is open by now
            before, self._answers[place] = self.people(place), presence
            for person in presence.people:
                self._shown_names[person.name] = person.shown_name
            came = self._meet(place, presence.people)
            if presence.people != before:
                self.changed.emit(place)
            if came:
                self.arrived.emit(place)

    def forget_people(self) -> None:
        """The server does not answer: who is there is not known any more."""
        for place in list(self._answers):
            before = self.people(place)
            self._answers[place] = replace(self._answers[place], people=())
            if before:
                self.changed.emit(place)

    def set_others_edit(self, edit: OthersEdit | None) -> None:
        if edit != self.others_edit:
            self.others_edit = edit
            self.othersEditChanged.emit()

    def clear(self) -> None:
        """Another workspace opens: nothing of this one is open."""
        for place in list(self._open):
            del self._open[place]
            self._forget(place)
        self._shown_names.clear()
        self.set_others_edit(None)

    def _meet(self, place: Place, people: tuple[PresentPerson, ...]) -> bool:
        """Remember who is there, and return whether somebody came or began to write."""
        before = self._announced.get(place, frozenset())
        now = frozenset((person.name, person.device, person.is_writing) for person in people)
        # Who pauses has not come anew when they write on.
        wrote = {(name, device) for name, device, is_writing in before if is_writing}
        self._announced[place] = frozenset(
            (name, device, is_writing or (name, device) in wrote)
            for name, device, is_writing in now
        )
        return any(
            (name, device, is_writing) not in before and (name, device) not in wrote
            for name, device, is_writing in now
        )

    def _forget(self, place: Place) -> None:
        had = self.people(place)
        self._answers.pop(place, None)
        self._announced.pop(place, None)
        if had:
            self.changed.emit(place)
