"""Steps of the dialog that connects an account; each shows its part of the `ConnectView`."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.numbers import grouped
from posto_desktop.sdk.own_accounts import ConnectableNetwork, ConnectField, SignInProgress
from posto_desktop.ui.dialogs.account_guide_dialog import guide_of
from posto_desktop.ui.dialogs.account_test import AccountTestCard, rights_words
from posto_desktop.ui.dialogs.labelled_field import LabelledField
from posto_desktop.ui.dialogs.network_grid import NetworkGrid
from posto_desktop.ui.dialogs.password_storage_choice import PasswordStorageChoice
from posto_desktop.ui.widgets.buttons import Button, name_control, object_name_of
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import Avatar, label, set_role
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.connect_state import ADDRESS, ConnectView

__all__ = ["AccountStep", "NetworkStep", "SignInStep"]

_ICONS = {"server": "globe", "relays": "globe", "media_server": "image", "topic": "hash"}


class NetworkStep(QWidget):
    """The search field, the networks, and what is to be said of the one that is chosen.

    Signals: `searched(str)`, `chosen(str)`, `activated(str)`, `serviceRequested()`.
    """

    searched = Signal(str)
    chosen = Signal(str)
    activated = Signal(str)
    serviceRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QVBoxLayout()
        top.setContentsMargins(24, 0, 24, 4)
        top.setSpacing(6)
        self.search = SearchField(self.tr("Find a network"), "find-a-network", "", self)
        self.search.setPlaceholderText(
            self.tr("A network, a site, a server, or @you@example.social")
        )
        self.search.textChanged.connect(self.searched)
        top.addWidget(self.search)
        self.note = Paragraph("", "small", type_name="small", object_name="network-reading")
        self.note.hide()
        top.addWidget(self.note)
        column.addLayout(top)
        self.grid = NetworkGrid(self)
        self.grid.chosen.connect(self.chosen)
        self.grid.activated.connect(self.activated)
        column.addWidget(self.grid, 1)
        self._reason = QFrame(self)
        self._reason.setProperty("role", "side-foot")
        row = QHBoxLayout(self._reason)
        row.setContentsMargins(24, 10, 20, 10)
        row.setSpacing(12)
        self._words = Paragraph("", "small", type_name="small", object_name="network-reason")
        row.addWidget(self._words, 1)
        self.service = Button(self.tr("Sign in to a service…"), small=True, parent=self._reason)
        self.service.setObjectName("sign-in-to-a-service")
        self.service.clicked.connect(self.serviceRequested)
        row.addWidget(self.service, 0, Qt.AlignmentFlag.AlignVCenter)
        self._reason.hide()
        column.addWidget(self._reason)

    def show_view(self, view: ConnectView) -> None:
        """Show what differs."""
        if self.search.text() != view.text:
            self.search.setText(view.text)
        self.grid.set_networks(view.matches)
        self.grid.set_chosen(view.method)
        self._show_note(view)
        network = view.network
        self._reason.setVisible(network is not None and bool(network.reason))
        if network is not None:
            self._words.setText(_reason_of(network))
            self.service.setVisible(not network.is_offered)

    def _show_note(self, view: ConnectView) -> None:
        words, role = "", "small"
        if view.error:
            words, role = view.error, "error-small"
        elif view.options is None:
            words = self.tr("Loading networks…")
        elif view.is_guessing:
            words = self.tr("Checking {address}…").format(address=view.text.strip())
        elif view.guess is not None:
            words = self._guess_words(view)
        elif not view.matches:
            words = self.tr("No network has this name. Type the address of your server instead.")
        set_role(self.note, role)
        self.note.setText(words)
        self.note.setVisible(bool(words))
        self.search.setAccessibleDescription(words)

    def _guess_words(self, view: ConnectView) -> str:
        guess = view.guess
        assert guess is not None
        if guess.problem:
            return guess.problem
        if not guess.software:
            return self.tr(
                "{address} was not recognized. Choose its network below or check the spelling."
            ).format(address=guess.text)
        description = f"{guess.software} ({guess.host})" if guess.host else guess.software
        if guess.method:
            #: {what}: the software of a server and its address, such as "Mastodon
            #: (example.social)".
            return self.tr("This is {what}.").format(what=description)
        #: {what}: the software of a server and its address, such as "Friendica (example.social)".
        return self.tr("This is {what}. Posto cannot connect it.").format(what=description)


class _ScrolledStep(QScrollArea):
    """A step whose `_column` scrolls where the dialog is too small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._body.setProperty("role", "scrolled")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(24, 4, 24, 16)
        self._column.setSpacing(12)
        self.setWidget(self._body)


class SignInStep(_ScrolledStep):
    """Fields of the network, or how the browser is doing.

    Signals: `edited(str name, str text)`, `keepChosen(str)`, `openRequested()`,
    `addressEdited(str)`, `addressSubmitted()`, `guideRequested(str method)`.
    """

    edited = Signal(str, str)
    keepChosen = Signal(str)
    openRequested = Signal()
    addressEdited = Signal(str)
    addressSubmitted = Signal()
    guideRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        body = self._body
        self.fields: dict[str, LabelledField] = {}
        self._method = ""
        self._reason = Paragraph("", "muted", object_name="connect-reason", parent=body)
        self._column.addWidget(self._reason)
        self.guide = Button(self.tr("How to get this"), "link", parent=body)
        self.guide.setObjectName("how-to-get-this")
        self.guide.clicked.connect(lambda: self.guideRequested.emit(self._method))
        self._column.addWidget(self.guide, 0, Qt.AlignmentFlag.AlignLeft)
        self._fields_box = QVBoxLayout()
        self._fields_box.setSpacing(12)
        self._column.addLayout(self._fields_box)
        self.more = Button(self.tr("More options"), "link", parent=body)
        self.more.setObjectName("more-options")
        self.more.clicked.connect(self._show_more)
        self._column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.keep = PasswordStorageChoice(body)
        self.keep.chosen.connect(self.keepChosen)
        self._column.addWidget(self.keep)
        self._browser = self._make_browser(body)
        self._column.addWidget(self._browser)
        self._error = Paragraph(
            "", "error-small", type_name="small", object_name="connect-error", parent=body
        )
        self._error.hide()
        self._column.addWidget(self._error)
        self._column.addStretch(1)

    def _make_browser(self, body: QWidget) -> QFrame:
        frame = QFrame(body)
        frame.setProperty("role", "card-alt")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addWidget(label(self.tr("Allow it in your browser"), "strong"))
        words = self.tr(
            "Sign in on the page in your browser and allow Posto Desktop. This window "
            "then continues automatically. If no page opened, copy the address."
        )
        column.addWidget(Paragraph(words, "muted"))
        row = QHBoxLayout()
        row.setSpacing(8)
        self.address = QLineEdit(frame)
        self.address.setReadOnly(True)
        name_control(self.address, self.tr("Sign-in address"), "sign-in-address")
        row.addWidget(self.address, 1)
        self.open_again = Button(
            self.tr("Open again"), icon="external-link", small=True, parent=frame
        )
        self.open_again.setObjectName("open-again")
        self.open_again.clicked.connect(self.openRequested)
        row.addWidget(self.open_again)
        column.addLayout(row)
        self.stuck = Button(self.tr("The browser does not return here?"), "link", parent=frame)
        self.stuck.setObjectName("the-browser-does-not-return-here?")
        self.stuck.clicked.connect(self._show_ended_at)
        column.addWidget(self.stuck, 0, Qt.AlignmentFlag.AlignLeft)
        self.ended_at = LabelledField(
            self.tr("Address of the last page"),
            "address-of-the-last-page",
            "link-2",
            hint=self.tr(
                "On another computer or in a restricted browser, the last page stays "
                "empty or shows an error. Copy its full address, which begins with "
                "http://127.0.0.1, and paste it here."
            ),
            parent=frame,
        )
        self.ended_at.edited.connect(self.addressEdited)
        self.ended_at.line.returnPressed.connect(self.addressSubmitted)
        column.addWidget(self.ended_at)
        self.use_address = Button(self.tr("Use this address"), small=True, parent=frame)
        self.use_address.setObjectName("use-this-address")
        self.use_address.clicked.connect(self.addressSubmitted)
        column.addWidget(self.use_address, 0, Qt.AlignmentFlag.AlignLeft)
        frame.hide()
        return frame

    @Slot()
    def _show_ended_at(self) -> None:
        self.stuck.hide()
        self.ended_at.show()
        self.use_address.show()
        self.ended_at.line.setFocus()
        self.ensureWidgetVisible(self.use_address)

    def show_view(self, view: ConnectView) -> None:
        """Show what differs."""
        network = view.network
        if network is None:
            return
        if network.method != self._method:
            self._make_fields(network)
        self._reason.setText(network.reason)
        self._reason.setVisible(bool(network.reason))
        is_open = view.is_working and view.progress is not None and view.progress.stage == "open"
        reason = self.tr("Cancel the sign-in to change this.") if view.is_working else ""
        for name, field in self.fields.items():
            if field.text() != view.values.get(name, ""):
                field.set_text(view.values.get(name, ""))
            field.line.setEnabled(not view.is_working)
            field.line.setToolTip(reason)
            if view.error and view.error_field == name:
                field.show()
                field.set_error(view.error)
            else:
                field.clear_note()
        has_more = any(field.isHidden() for field in self.fields.values())
        self.more.setVisible(has_more and not view.is_working)
        has_keyring = view.options is None or view.options.has_keyring
        self.keep.setVisible(not has_keyring)
        self.keep.set_keyring("ok" if has_keyring else "none", "")
        self.keep.setEnabled(not view.is_working)
        self.keep.setToolTip(reason)
        if view.keep and self.keep.value() != view.keep:
            self.keep.choices[view.keep].setChecked(True)
        if view.error_field == "keep":
            self.keep.set_error(view.error)
        if is_open and self._browser.isHidden():
            self.stuck.show()
            self.ended_at.hide()
            self.use_address.hide()
            self._browser.show()
            self.address.setFocus()
        self._show_address(view)
        self._browser.setVisible(is_open)
        url = view.progress.open_url if is_open and view.progress is not None else ""
        if url and self.address.text() != url:
            self.address.setText(url)
            self.address.setCursorPosition(0)
        general = view.error if view.error_field == "" else ""
        self._error.setText(general)
        self._error.setVisible(bool(general))
        if view.error_field in self.fields:
            self.fields[view.error_field].line.setFocus()
            self.ensureWidgetVisible(self.fields[view.error_field])

    def _show_address(self, view: ConnectView) -> None:
        """Show where the browser ended, as it was pasted."""
        if self.ended_at.text() != view.address:
            self.ended_at.set_text(view.address)
        if view.error and view.error_field == ADDRESS:
            self.ended_at.set_error(view.error)
            self.ended_at.line.setFocus()
            self.ensureWidgetVisible(self.ended_at)
        else:
            self.ended_at.clear_note()

    def focus_first(self) -> None:
        """Give the keyboard to the field that is wrong, else the first that is empty."""
        wrong = [field for field in self.fields.values() if field.line.property("invalid")]
        shown = [field for field in self.fields.values() if not field.isHidden()]
        empty = [field for field in shown if not field.text()]
        for field in (wrong or empty or shown)[:1]:
            field.line.setFocus()

    def _make_fields(self, network: ConnectableNetwork) -> None:
        self._method = network.method
        self.guide.setVisible(guide_of(network.method) is not None)
        for old in self.fields.values():
            self._fields_box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.fields = {}
        for connect_field in network.fields:
            field = self.fields[connect_field.name] = self._make_field(connect_field)
            self._fields_box.addWidget(field)
            # What hardly anybody fills in waits behind "More options".
            is_rare = not connect_field.is_required and (
                not connect_field.is_secret or network.has_browser_sign_in
            )
            field.setHidden(is_rare)

    def _make_field(self, connect_field: ConnectField) -> LabelledField:
        icon = (
            "key-round" if connect_field.is_secret else _ICONS.get(connect_field.name, "user-round")
        )
        field = LabelledField(
            connect_field.label,
            object_name_of(connect_field.label),
            icon,
            secret=connect_field.is_secret,
            hint=connect_field.hint,
            lines=1,
            parent=self._body,
        )
        if connect_field.name == "server":
            name = f"{connect_field.label}, {self.tr('Server address')}"
            name_control(field.line, name, "server-address")
        field.edited.connect(lambda text, name=connect_field.name: self.edited.emit(name, text))
        return field

    @Slot()
    def _show_more(self) -> None:
        hidden = [field for field in self.fields.values() if field.isHidden()]
        for field in hidden:
            field.show()
        self.more.hide()
        if hidden:
            hidden[0].line.setFocus()


class AccountStep(_ScrolledStep):
    """Who it is, what the server takes, and where to publish.

    Signals: `targetToggled(str id, bool)`, `pictureWanted(str url)`.
    """

    targetToggled = Signal(str, bool)
    pictureWanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        body = self._body
        card = QFrame(body)
        card.setProperty("role", "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(16, 14, 16, 14)
        row.setSpacing(14)
        self.avatar = Avatar(48, 20, card)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        self.name = Paragraph("", "strong", type_name="strong", object_name="account-name")
        self.handle = Paragraph("", "muted", object_name="account-handle")
        self.rights = Paragraph("", "small", type_name="small", object_name="account-rights")
        self.limits = Paragraph("", "small", type_name="small", object_name="account-limits")
        for paragraph in (self.name, self.handle, self.rights, self.limits):
            words.addWidget(paragraph)
        row.addLayout(words, 1)
        self._column.addWidget(card)
        self.other_account = Paragraph("", "muted", object_name="account-other")
        self._column.addWidget(self.other_account)
        self._heading = label(self.tr("Where to publish"), "strong", object_name="target-heading")
        self._column.addWidget(self._heading)
        self.targets = QWidget(body)
        self.targets.setObjectName("target")
        self.targets.setAccessibleName(self.tr("Target"))
        self._targets_box = QVBoxLayout(self.targets)
        self._targets_box.setContentsMargins(0, 0, 0, 0)
        self._targets_box.setSpacing(8)
        self._column.addWidget(self.targets)
        self.test = AccountTestCard(body)
        self._column.addWidget(self.test)
        self._error = Paragraph("", "error-small", type_name="small", object_name="account-error")
        self._column.addWidget(self._error)
        self._column.addStretch(1)
        self._boxes: dict[str, CheckBox] = {}
        self._picture = ""

    def show_view(self, view: ConnectView) -> None:
        """Show what differs."""
        progress = view.progress
        if progress is None:
            return
        network = view.network
        name = progress.name or progress.handle
        self.avatar.set_channel(name, progress.network or progress.method, "raised")
        if progress.picture != self._picture:
            self._picture = progress.picture
            self.avatar.set_picture(None)
            if self._picture:
                self.pictureWanted.emit(self._picture)
        self.name.setText(name)
        network_title = network.name if network is not None else progress.method
        place = progress.server.partition("://")[2] or progress.server
        if place in progress.handle:
            place = ""
        self.handle.setText(
            " · ".join(part for part in (progress.handle, network_title, place) if part)
        )
        rights = progress.rights
        self.rights.setText(rights_words(rights))
        self.rights.setVisible(bool(self.rights.text()))
        is_short = False in (rights.publish, rights.upload)
        self.rights.set_status_colour("late" if is_short else "")
        self.test.show_test(progress.test)
        self.limits.setText(limit_words(progress))
        self.limits.setVisible(bool(self.limits.text()))
        self.other_account.setVisible(view.is_other_account)
        if view.again is not None and view.is_other_account:
            self.other_account.setText(
                self.tr(
                    "This is not {before}. It becomes a separate channel. Posts of "
                    "{before} keep waiting."
                ).format(before=view.again.handle)
            )
        self._show_targets(progress, view)
        self._error.setText(view.error)
        self._error.setVisible(bool(view.error))

    def _show_targets(self, progress: SignInProgress, view: ConnectView) -> None:
        ids = [target.id for target in progress.targets]
        if list(self._boxes) != ids:
            for old in self._boxes.values():
                self._targets_box.removeWidget(old)
                old.hide()
                old.deleteLater()
            self._boxes = {}
            for target in progress.targets:
                box = self._boxes[target.id] = CheckBox(target.name or target.id, self.targets)
                box.setAccessibleName(target.name or target.id)
                box.setObjectName(f"target-{len(self._boxes)}")
                box.toggled.connect(lambda on, key=target.id: self.targetToggled.emit(key, on))
                self._targets_box.addWidget(box)
        for key, box in self._boxes.items():
            box.setChecked(key in view.targets)
        self._heading.setVisible(bool(ids))
        self.targets.setVisible(bool(ids))

    @Slot(str, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """The picture of the account has come."""
        if url and url == self._picture:
            self.avatar.set_picture(image)

    def focus_first(self) -> None:
        """Give the keyboard to the first place to publish to."""
        for box in list(self._boxes.values())[:1]:
            box.setFocus()


def limit_words(progress: SignInProgress) -> str:
    """What the server of an account takes, in one line."""

    def number(name: str) -> int | None:
        value = progress.limits.get(name)
        return value if type(value) is int else None

    parts = []
    text, files, size = number("text"), number("files"), number("image_bytes")
    if text:
        parts.append(QCoreApplication.translate("AccountStep", "Up to %Ln character(s)", "", text))
    if files:
        parts.append(QCoreApplication.translate("AccountStep", "%Ln picture(s)", "", files))
    if size:
        megabytes = grouped(round(size / 1_000_000)) if size >= 1_000_000 else "1"
        words = QCoreApplication.translate("AccountStep", "{size} MB a picture")
        parts.append(words.format(size=megabytes))
    return " · ".join(parts)


def _reason_of(network: ConnectableNetwork) -> str:
    if network.is_offered or network.group == "service":
        return network.reason
    later = QCoreApplication.translate(
        "NetworkStep", "This version cannot connect this network yet. A Posto service can."
    )
    return f"{network.reason} {later}".strip()
