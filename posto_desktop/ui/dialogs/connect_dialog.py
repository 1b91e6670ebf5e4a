"""Dialog "Add a channel": connects the user's own account in three steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.dialogs.account_guide_dialog import AccountGuideDialog, guide_of
from posto_desktop.ui.dialogs.connect_steps import AccountStep, NetworkStep, SignInStep
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.labels import PlainLabel, label
from posto_desktop.ui.widgets.progress_bar import ProgressBar
from posto_desktop.ui.widgets.widget_stack import WidgetStack

if TYPE_CHECKING:
    from posto_desktop.viewmodels.connect_state import ConnectState, ConnectView

__all__ = ["ConnectDialog"]

WIDTH, HEIGHT = 640, 620
_STEPS = ("where", "sign_in", "you")


class ConnectDialog(Dialog):
    """Shows a `ConnectState` and tells it what the person does; it does no work itself.

    Signals: `serviceRequested()`: a Posto service is wanted instead; `pictureWanted(str url)`;
    `pageRequested(str url)`: the test post is to be looked at.
    """

    serviceRequested = Signal()
    pictureWanted = Signal(str)
    pageRequested = Signal(str)

    def __init__(self, state: ConnectState, parent: QWidget | None = None) -> None:
        again = state.view.again
        title = self.tr("Sign in again") if again is not None else self.tr("Add a channel")
        super().__init__("add-a-channel", title, parent)
        self.state = state
        head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(2)
        self._title = label(title, "dialog", object_name="add-a-channel-title")
        head.addWidget(self._title)
        self._about = PlainLabel("", self)
        self._about.setObjectName("add-a-channel-about")
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        head.addWidget(self._about)
        self.box.addLayout(head)
        self.network_step = NetworkStep(self)
        self.sign_in = SignInStep(self)
        self.account = AccountStep(self)
        self._stack = WidgetStack(self)
        for step in (self.network_step, self.sign_in, self.account):
            self._stack.addWidget(step)
        self.box.addWidget(self._stack, 1)
        self._progress = ProgressBar(self.tr("Signing in"), "signing-in", self)
        self._progress.setRange(0, 0)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self.box.addWidget(self._progress)
        self._make_foot()
        self._wire(state)
        self._show_view(state.view, frozenset({"step"}))

    def _make_foot(self) -> None:
        row = self.add_foot()
        #: To the page before.
        self.back = Button(self.tr("Back"), "quiet", parent=self)
        self.back.setObjectName("back")
        row.addWidget(self.back)
        row.addStretch(1)
        self.cancel = Button(self.tr("Cancel"), parent=self)
        self.cancel.setObjectName("cancel")
        self.cancel.clicked.connect(self.reject)
        row.addWidget(self.cancel)
        self.main = Button(self.tr("Continue"), "primary", parent=self)
        self.main.setObjectName("continue")
        self.main.setDefault(True)
        row.addWidget(self.main)

    def _wire(self, state: ConnectState) -> None:
        self.network_step.searched.connect(state.search)
        self.network_step.chosen.connect(state.choose)
        self.network_step.activated.connect(self._activated)
        self.network_step.serviceRequested.connect(self._ask_service)
        self.sign_in.edited.connect(state.fill_in)
        self.sign_in.keepChosen.connect(state.set_keep)
        self.sign_in.openRequested.connect(state.open_again)
        self.sign_in.addressEdited.connect(state.set_address)
        self.sign_in.addressSubmitted.connect(state.submit_address)
        self.sign_in.guideRequested.connect(self._show_guide)
        self.account.targetToggled.connect(state.set_target)
        self.account.pictureWanted.connect(self.pictureWanted)
        self.account.test.requested.connect(state.test)
        self.account.test.pageRequested.connect(self.pageRequested)
        self.back.clicked.connect(state.back)
        self.main.clicked.connect(self.go_on)
        self.finished.connect(state.close)
        state.changed.connect(self._show_view)
        Theme.instance().changed.connect(self._fit)
        self._fit()

    # -- showing ---------------------------------------------------------------------------------

    @Slot(object, object)
    def _show_view(self, view: ConnectView, fields: frozenset[str]) -> None:
        if view.step == "done":
            self.accept()
            return
        self._about.setText(self._about_words(view))
        self._progress.setVisible(view.is_working)
        step = self._steps()[view.step]
        step.show_view(view)
        if self._stack.currentWidget() is not step or "step" in fields:
            self._stack.setCurrentWidget(step)
            QTimer.singleShot(0, self, self._focus_step)
        self._show_buttons(view)

    def _steps(self) -> dict[str, NetworkStep | SignInStep | AccountStep]:
        return {"where": self.network_step, "sign_in": self.sign_in, "you": self.account}

    def _about_words(self, view: ConnectView) -> str:
        network = view.network
        name = network.name if network is not None else ""
        words = {
            "where": self.tr("Where do you want to publish?"),
            "sign_in": self.tr("Sign in to {network}.").format(network=name),
            "you": self.tr("Is this the account?"),
        }[view.step]
        if view.step == "sign_in" and view.again is not None:
            words = self.tr(
                "{network} no longer accepts Posto's sign-in. The channel and its schedule stay."
            ).format(network=name)
        number = _STEPS.index(view.step) + 1
        return self.tr("Step {number} of 3. {words}").format(number=number, words=words)

    def _show_buttons(self, view: ConnectView) -> None:
        self.back.setVisible(view.step != "where" and not (view.again and view.step == "sign_in"))
        words, object_name = {
            "where": (self.tr("Continue"), "continue"),
            "sign_in": (self.tr("Sign in"), "sign-in"),
            "you": (self.tr("Finish"), "finish"),
        }[view.step]
        if view.step == "sign_in" and view.by_browser:
            words, object_name = self.tr("Open browser"), "open-browser"
        if self.main.text() != words:
            self.main.setText(words)
            self.main.setObjectName(object_name)
        network = view.network
        can = not view.is_working and (
            view.step != "where" or (network is not None and network.is_offered)
        )
        self.main.setEnabled(can)
        reason = ""
        if not can:
            reason = self.tr("Choose a network first.")
            if view.is_working:
                by_browser = view.step == "sign_in" and view.by_browser
                reason = self.tr("Waiting for the browser.") if by_browser else self.tr("Working…")
        self.main.setToolTip(reason)

    @Slot()
    def _focus_step(self) -> None:
        view = self.state.view
        if view.step == "where":
            self.network_step.search.setFocus()
        elif view.step == "sign_in":
            self.sign_in.focus_first()
        elif view.progress is not None and len(view.progress.targets) > 1:
            self.account.focus_first()
        else:
            self.main.setFocus()

    # -- what the person does --------------------------------------------------------------------

    @Slot()
    def go_on(self) -> None:
        """The main action of the step."""
        {
            "where": self.state.go_on,
            "sign_in": self.state.sign_in,
            "you": self.state.finish,
        }.get(self.state.view.step, self.reject)()

    @Slot(str)
    def _activated(self, method: str) -> None:
        self.state.choose(method)
        self.state.go_on()

    @Slot(str)
    def _show_guide(self, method: str) -> None:
        path = guide_of(method)
        if path is not None:
            guide = AccountGuideDialog(path, self)
            guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            guide.open()

    @Slot()
    def _ask_service(self) -> None:
        self.reject()
        self.serviceRequested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        in_search = self.network_step.search.hasFocus()
        if in_search and event.key() == Qt.Key.Key_Down and self.network_step.grid.has_tiles():
            self.network_step.grid.focus_first()
            return
        if in_search and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            matches = self.state.view.matches
            if not self.state.view.method and len(matches) == 1:
                self.state.choose(matches[0].method)
            self.state.go_on()
            return
        super().keyPressEvent(event)

    def open(self) -> None:
        """Show it over the veiled window."""
        self._fit()
        super().open()

    @Slot()
    def _fit(self) -> None:
        """Take the size that the text size needs."""
        self.resize_inside(WIDTH, HEIGHT)
