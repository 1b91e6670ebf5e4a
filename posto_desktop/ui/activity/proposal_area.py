"""The proposals that wait for an answer, above the list of the Activity page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.activity.proposal_card import ProposalCard
from posto_desktop.ui.widgets.overlay_scroll_area import OverlayScrollArea
from posto_desktop.viewmodels.proposals_state import ProposalsState

QUIET_SECONDS = 0.7
"""Time after a card came in which nothing is confirmed: a click was meant for what was there."""
_SHARE = 0.6
"""Part of the page's height that the cards take at most."""


class ProposalArea(OverlayScrollArea):
    """A card for each proposal, the oldest first; hidden without one.

    Signals: `confirmRequested(str digest)`, `declineRequested(str digest)`.
    """

    confirmRequested = Signal(str)
    declineRequested = Signal(str)

    def __init__(self, state: ProposalsState, pictures: ImageCache, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("proposals")
        self.setAccessibleName(self.tr("Proposals of agents"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.monotonic: Callable[[], float] = time.monotonic
        self._state, self._pictures = state, pictures
        self._names: Mapping[str, str] = {}
        self._cards: dict[str, ProposalCard] = {}
        self._quiet_until = 0.0
        self._body = QWidget(self)
        self._body.setProperty("role", "scrolled")
        self._box = QVBoxLayout(self._body)
        self._box.setContentsMargins(24, 0, 24, 0)
        self._box.setSpacing(8)
        self.setWidget(self._body)
        self._clock = QTimer(self, interval=1_000)
        self._clock.timeout.connect(self._show_left)
        state.changed.connect(self._show)
        parent.installEventFilter(self)
        self._show()

    def set_workspace_names(self, names: Mapping[str, str]) -> None:
        """Set the names of workspaces by id; shown where there are several."""
        self._names = dict(names) if len(names) > 1 else {}

    @Slot()
    def _show(self) -> None:
        now, waiting = self._state.now(), self._state.waiting
        digests = [proposal.digest for proposal in waiting]
        if digests != list(self._cards):
            self._quiet_until = self.monotonic() + QUIET_SECONDS
        for digest in [digest for digest in self._cards if digest not in digests]:
            card = self._cards.pop(digest)
            self._box.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        for proposal in waiting:
            if proposal.digest not in self._cards:
                name = self._names.get(proposal.workspace, "")
                card = ProposalCard(proposal, now, self._pictures, self._body, workspace=name)
                card.confirmed.connect(self._confirm)
                card.declined.connect(self.declineRequested)
                self._cards[proposal.digest] = card
                self._box.addWidget(card)
            self._cards[proposal.digest].set_answering(self._state.is_answering(proposal.digest))
        self.setVisible(bool(self._cards))
        self._fit()
        self._tick()

    @Slot(str)
    def _confirm(self, digest: str) -> None:
        if self.monotonic() >= self._quiet_until:
            self.confirmRequested.emit(digest)

    # -- time left -------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Run the clock only while a card is seen."""
        is_seen = self.isVisible() and bool(self._cards)
        if is_seen and not self._clock.isActive():
            self._clock.start()
        elif not is_seen:
            self._clock.stop()

    @Slot()
    def _show_left(self) -> None:
        now = self._state.now()
        for card in self._cards.values():
            card.show_left(now)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_left()
        self._fit()
        self._tick()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # -- height ----------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._wanted_height())

    def _wanted_height(self) -> int:
        page = self.parentWidget()
        if page is None or not self._cards:
            return 0
        width = max(1, self.viewport().width())
        wanted = max(self._box.heightForWidth(width), self._box.minimumSize().height())
        return min(wanted, max(0, int(page.height() * _SHARE)))

    def _fit(self) -> None:
        self.setFixedHeight(self._wanted_height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._fit()
        return super().eventFilter(watched, event)
