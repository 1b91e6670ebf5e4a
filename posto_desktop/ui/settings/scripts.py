"""Settings > Scripts: how the user's own programs use Posto."""

from __future__ import annotations

import sys

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.common.bundle import is_bundled
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage, breakable
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.text_box import TextBox

EXAMPLE = """\
from posto_desktop.sdk import SocialMediaManager

with SocialMediaManager() as posto:
    channel = posto.channels[0]
    result = posto.post("Hello", to=channel.id, when="tomorrow 9:00")
    print(channel.name, result.success, result.error_message)
"""


class ScriptsPage(SettingsPage):
    """A complete example, and the folders in which scripts find styles."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("scripts", context, parent)
        self.add_title(self.tr("Use Posto from scripts"))
        words = self.tr(
            "Python scripts post through the same services. Without a user name they use "
            "POSTO_BASE_URL, POSTO_USERNAME and POSTO_PASSWORD from the environment, or "
            "else the account Posto is signed in to."
        )
        self.add(label(words, "muted", wrap=True), 8)
        self._text = TextBox(self.tr("Example of a script"), "example-of-a-script", code=True)
        self._text.setPlainText(EXAMPLE.rstrip())
        self._text.setReadOnly(True)
        self.rows["scripts"] = self._text
        self.add(self._text, 10)
        card = self.add_card()
        copy = Button(self.tr("Copy"), icon="clipboard-copy", small=True)
        name_control(copy, self.tr("Copy the example"), "copy-the-example")
        copy.clicked.connect(self._copy)
        card.add_row(self.tr("Example"), self.tr("Run it with the Python below"), copy)
        card.add_row(self.tr("Python"), self._python(), None)
        styles = breakable(context.parts.paths.styles)
        card.add_row(self.tr("Styles shared between scripts and Posto"), styles, None)

    def _python(self) -> str:
        if is_bundled():
            return self.tr(
                "Your own Python with the package posto-desktop; the app does not include one"
            )
        return breakable(sys.executable)

    @Slot()
    def _copy(self) -> None:
        QApplication.clipboard().setText(EXAMPLE)
