"""What is said of a row's state beside its name."""

from __future__ import annotations

from PySide6 import QtCore  # `QtCore.Qt` is for when it is used, see `ui.widgets.keyboard`

from posto_desktop.common.translation import translate

__all__ = ["with_tick"]


def with_tick(name: str, state: object) -> str:
    """Return the name of a row with whether its box is ticked; None: it has none."""
    if state is None:
        return name
    check = QtCore.Qt.CheckState
    if state == check.Checked:
        words = translate("RowState", "{name}, ticked")
    elif state == check.PartiallyChecked:
        words = translate("RowState", "{name}, partly ticked")
    else:
        words = translate("RowState", "{name}, not ticked")
    return words.format(name=name)
