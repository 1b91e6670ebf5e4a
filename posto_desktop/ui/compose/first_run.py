"""First-run layout: welcome text and the choice of a destination."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from posto_desktop.sdk.when.languages import phrases
from posto_desktop.ui import icons, keys
from posto_desktop.ui.compose.message_text_edit import MessageTextEdit
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import PlainLabel

SIDE = 24


class Welcome(QWidget):
    """The headline above the editor."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(SIDE, 34, SIDE, 24)
        row.setSpacing(16)
        self._mark = PlainLabel(self)
        self._mark.setPixmap(icons.app_mark(44, self.devicePixelRatioF()))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(2)
        title = PlainLabel(self.tr("Write once, place it everywhere"), self)
        title.setWordWrap(True)
        title.setProperty("role", "headline")
        title.setObjectName("headline")
        words.addWidget(title)
        below = PlainLabel(
            self.tr(
                "Start with the message. Nothing leaves this computer until you press the button."
            ),
            self,
        )
        below.setProperty("role", "muted")
        below.setWordWrap(True)
        words.addWidget(below)
        row.addLayout(words, 1)


class DropCard(QFrame):
    """The dashed card inside the editor.  Signals ``browseRequested()``, ``sampleRequested()``."""

    browseRequested = Signal()
    sampleRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(64)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 12, 8)
        row.setSpacing(14)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        first = PlainLabel(self.tr("Drop pictures, videos or a text file"), self)
        first.setWordWrap(True)
        first.setProperty("role", "lead")
        second = PlainLabel(
            #: {keys}: keys, such as Ctrl+V.
            self.tr("or paste with {keys}").format(keys=keys.words(keys.PASTE)),
            self,
        )
        second.setWordWrap(True)
        second.setProperty("role", "small")
        words.addWidget(first)
        words.addWidget(second)
        words.addStretch(1)
        row.addLayout(words, 1)
        browse = Button(self.tr("Browse…"), small=True, parent=self)
        browse.setObjectName("browse")
        browse.clicked.connect(self.browseRequested)
        sample = Button(self.tr("Use a sample"), "quiet", small=True, parent=self)
        name_control(sample, self.tr("Use a sample picture"), "use-a-sample-picture")
        sample.setToolTip(self.tr("Attach a sample picture to see how it looks on each network"))
        sample.clicked.connect(self.sampleRequested)
        row.addWidget(sample)
        row.addWidget(browse)
        self.restyle()

    def restyle(self) -> None:
        self._mark.setPixmap(
            icons.pixmap(
                "image-plus", 20, Theme.instance().colour("text_muted"), self.devicePixelRatioF()
            )
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("slot_line"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(theme.colour("surface_alt"))
        radius = theme.px("radius.card")
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.end()


class _DestinationCard(QFrame):
    def __init__(
        self, icon: str, tint: str, title: str, text: str, button: Button, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card-alt")
        self._icon_name, self._tint = icon, tint
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._mark = PlainLabel(self)
        head.addWidget(self._mark)
        name = PlainLabel(title, self)
        name.setProperty("role", "strong")
        name.setWordWrap(True)
        head.addWidget(name, 1)
        column.addLayout(head)
        words = PlainLabel(text, self)
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        column.addWidget(words, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 4, 0, 0)
        button.setParent(self)
        button.set_squeezable()
        row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        self.restyle()

    def restyle(self) -> None:
        theme = Theme.instance()
        look = theme.status("sending" if self._tint == "accent" else "scheduled")
        ratio = self.devicePixelRatioF()
        from PySide6.QtGui import QPixmap

        side = 36
        tile = QPixmap(round(side * ratio), round(side * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.bg)
        painter.drawRoundedRect(QRectF(0, 0, side, side), 8, 8)
        painter.drawPixmap(8, 8, icons.pixmap(self._icon_name, 20, look.fg, ratio))
        painter.end()
        self._mark.setPixmap(tile)


class DestinationChoice(QWidget):
    """ "Where should it go?" with three destinations and two hints below.

    Signals ``addChannelRequested()``, ``signInRequested()`` and ``stayRequested()``.
    """

    addChannelRequested = Signal()
    signInRequested = Signal()
    stayRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, 28, SIDE, 20)
        column.setSpacing(12)
        title = PlainLabel(self.tr("Where should it go?"), self)
        title.setFont(Theme.instance().font("message"))
        font = title.font()
        font.setWeight(font.Weight.DemiBold)
        title.setFont(font)
        column.addWidget(title)
        cards = QGridLayout()
        cards.setHorizontalSpacing(14)
        cards.setVerticalSpacing(14)
        connect = Button(self.tr("Add a channel…"), "primary")
        connect.setObjectName("add-first-channel")
        connect.clicked.connect(self.addChannelRequested)
        sign_in = Button(self.tr("Sign in…"))
        sign_in.setObjectName("sign-in")
        sign_in.clicked.connect(self.signInRequested)
        stay = Button(self.tr("Use the sandbox"))
        name_control(stay, self.tr("Use the sandbox channels"), "use-the-sandbox-channels")
        stay.clicked.connect(self.stayRequested)
        self._cards = (
            _DestinationCard(
                "plug",
                "accent",
                self.tr("Connect your accounts"),
                self.tr("Mastodon, Bluesky, WordPress and more, published from this computer."),
                connect,
                self,
            ),
            _DestinationCard(
                "globe-lock",
                "blue",
                self.tr("Sign in to a Posto service"),
                self.tr("Runs on your own WordPress site. Its channels appear here."),
                sign_in,
                self,
            ),
            _DestinationCard(
                "monitor",
                "blue",
                self.tr("Try it on this computer"),
                self.tr("Sandbox channels show posts in Feed and publish nothing."),
                stay,
                self,
            ),
        )
        for number, card in enumerate(self._cards):
            cards.addWidget(card, 0, number)
            cards.setColumnStretch(number, 1)
        column.addLayout(cards)
        hints = QHBoxLayout()
        hints.setContentsMargins(0, 12, 0, 0)
        hints.setSpacing(7)
        self._marks: dict[str, QLabel] = {}
        for mark, text in (
            (
                "clock",
                self.tr("Type a time like <b>“{time}”</b> or <b>“{other}”</b>").format(
                    time=phrases().example, other=phrases().at_noon
                ),
            ),
            ("layers", self.tr("A folder of pictures can become a campaign")),
        ):
            self._marks[mark] = PlainLabel(self)
            hints.addWidget(self._marks[mark])
            words = PlainLabel(text, self)
            words.setTextFormat(Qt.TextFormat.RichText)  # contains no external text
            words.setProperty("role", "small")
            # The longer hint gets more of the width.
            hints.addWidget(words, words.sizeHint().width())
            words.setWordWrap(True)
        column.addLayout(hints)
        self.restyle()

    def restyle(self) -> None:
        for card in self._cards:
            card.restyle()
        colour, ratio = Theme.instance().colour("text_muted"), self.devicePixelRatioF()
        for name, mark in self._marks.items():
            mark.setPixmap(icons.pixmap(name, 16, colour, ratio))


class EditorBox(QFrame):
    """The editor, without a frame or, on the first run, framed with the drop card inside."""

    browseRequested = Signal()
    sampleRequested = Signal()

    def __init__(self, editor: MessageTextEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._framed = False
        self._editor = editor
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self.drop = DropCard(self)
        self.drop.browseRequested.connect(self.browseRequested)
        self.drop.sampleRequested.connect(self.sampleRequested)
        self._column.addWidget(editor, 1)
        self._column.addWidget(self.drop)
        self.set_framed(False)

    @property
    def framed(self) -> bool:
        return self._framed

    def set_framed(self, framed: bool) -> None:
        self._framed = framed
        self.drop.setVisible(framed)
        self._editor.set_inset(framed)
        self._column.setContentsMargins(*((15, 2, 15, 15) if framed else (0, 0, 0, 0)))
        self.setContentsMargins(*((SIDE, 0, SIDE, 0) if framed else (0, 0, 0, 0)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._framed:
            return
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.contentsRect()).adjusted(1.5, 1.5, -1.5, -1.5)
        radius = theme.px("radius.panel")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._editor.hasFocus():
            halo = theme.colour("focus")
            halo.setAlphaF(0.28)
            painter.setPen(QPen(halo, 3))
            painter.drawRoundedRect(rect, radius, radius)
        colour = "focus" if self._editor.hasFocus() else "field_border"
        painter.setPen(QPen(theme.colour(colour), 1))
        painter.drawRoundedRect(rect, radius, radius)
        painter.end()
