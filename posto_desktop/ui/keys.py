"""Keyboard shortcuts of all commands, each defined once, and their display text.

Written in Qt's portable notation: on macOS Ctrl is the Command key. Alternatives are separated by
spaces; the first one is displayed.
"""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

# Window
FIND_CHANNEL = "Ctrl+L"
NEW_MESSAGE = "Ctrl+N"
SEARCH = "Ctrl+K"
SETTINGS = "Ctrl+,"
QUIT = "Ctrl+Q"
SHORTCUTS = "F1"
RELOAD = "F5"
NEXT_PANE = "F6"
PREVIOUS_PANE = "Shift+F6"
NEWEST_NOTICE = "F8"
PAGE = "Ctrl+{number}"
NEXT_CONTROL = "Tab"
PREVIOUS_CONTROL = "Shift+Tab"
CONTEXT_MENU = "Menu Shift+F10"
MENU_BAR = "Alt"
CLOSE = "Esc"

# Editing
UNDO = "Ctrl+Z"
REDO = "Ctrl+Shift+Z"
REDO_TOO = "Ctrl+Y"
CUT = "Ctrl+X"
COPY = "Ctrl+C"
PASTE = "Ctrl+V"
SELECT_ALL = "Ctrl+A"

# Pages and dialogs
MAIN = "Ctrl+Return Ctrl+Enter"
SEND_NOW = "Ctrl+Shift+Return"
SAVE = "Ctrl+S"
FIND = "Ctrl+F"
SIDE_PANE = "Ctrl+Alt+P"
ADD_FILES = "Ctrl+O"
TIME = "Ctrl+T"
AS_TABLE = TIME
NEW_HERE = "Ctrl+Shift+N"
EVERGREEN = "Ctrl+Shift+E"
NEXT_TAB = "Ctrl+Tab"
PREVIOUS_TAB = "Ctrl+Shift+Tab"
NEXT = "Ctrl+PgDown"
PREVIOUS = "Ctrl+PgUp"
BACK = "Alt+Left"
FORTH = "Alt+Right"

# Compose
EMOJI = "Ctrl+E Ctrl+."
SNIPPET = "Ctrl+J"
FREE_SLOT = "Ctrl+Shift+S"
DRAFTS = "Ctrl+Shift+O"
CLOSE_MESSAGE = "Ctrl+W"
ADD_PART = "Alt+Return Alt+Enter"
NEXT_PART = "Alt+PgDown"
PREVIOUS_PART = "Alt+PgUp"
MOVE_PART_DOWN = "Alt+Shift+PgDown"
MOVE_PART_UP = "Alt+Shift+PgUp"
REMOVE_PART = "Ctrl+Shift+Backspace"
NOT_SUGGESTED = "Shift+Del"
TURN_LEFT = "["
TURN_RIGHT = "]"
MOVE_RIGHT = "Ctrl+Shift+PgDown"
MOVE_LEFT = "Ctrl+Shift+PgUp"

# Lists and the calendar, while focused
OPEN = "Return Enter"
KEEP = "Insert"
TICK = "Space"
DAY_BEFORE = "Ctrl+Up"
DAY_AFTER = "Ctrl+Down"
TICK_FOUND = "Shift+Return Shift+Enter"
PLAY = TICK
DETAILS = f"{OPEN} {TICK}"
DUPLICATE = "Ctrl+D"
DELETE = "Del"
ERASE = f"{DELETE} Backspace"
RENAME = "F2"
EDIT = f"{OPEN} {RENAME}"
MOVE_UP = "Alt+Up"
MOVE_DOWN = "Alt+Down"
OPEN_CHOICE = MOVE_DOWN
APPROVE = "A"
RETRY = "R"
PAUSE = "P"
SKIP = "S"
PIN = "P"
MOVE_BACK = "B"
RESCHEDULE = "S"
IT_IS_THERE = "Y"
OPEN_CHANNEL = "O"
EDIT_MESSAGE = "E"
UNFOLD_ALL = "Ctrl+Right"
FOLD_ALL = "Ctrl+Left"
LABELS = "L"
TEMPLATE = "T"
DAY, WEEK, MONTH, AGENDA, TODAY = "D", "W", "M", "A", "T"
EARLIER = "PgUp"
LATER = "PgDown"


def sequences(keys: str) -> list[QKeySequence]:
    """Return the key sequences of a command."""
    return [QKeySequence(sequence) for sequence in keys.split()]


def words(keys: str | QKeySequence) -> str:
    """Return the first shortcut of a command in the system's notation: the one in all texts,
    menus, tooltips and lists of keys."""
    first = keys if isinstance(keys, QKeySequence) else QKeySequence(keys.partition(" ")[0])
    native = first.toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("Return", "Enter").replace("Pg", "Page ")


def tip(text: str, keys: str | QKeySequence) -> str:
    """Return a tooltip that ends with the shortcut."""
    return f"{text} ({words(keys)})" if keys else text
