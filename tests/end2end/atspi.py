"""A small AT-SPI client over D-Bus: reads and operates the app as a screen reader does.

An `Accessible` is one object of the app (a window, a button, a cell). Objects are found by name
and role, as in ``app.find(role="button", object_name="post")``, and only among what is showing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jeepney import DBusAddress, MessageType, new_method_call
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.end2end.waiting import wait_for

ACCESSIBLE = "org.a11y.atspi.Accessible"
ROOT = "/org/a11y/atspi/accessible/root"
NOTHING = "/org/a11y/atspi/null"
# Bits of the state set (AtspiStateType).
ACTIVE, CHECKED, DEFUNCT, ENABLED, EXPANDABLE, EXPANDED, FOCUSED = 1, 4, 6, 8, 9, 10, 12
SELECTED, SENSITIVE, SHOWING, CHECKABLE = 23, 24, 25, 41
# Rows and cells are read through the containers' own calls: there can be thousands of them.
CONTAINERS = frozenset({"table", "tree", "tree table", "list", "list box"})
# One role has had several names: libatspi renamed "push button" to "button".
SAME_ROLE = {
    "button": {"button", "push button", "toggle button", "check box", "push button menu"},
    "text": {"text", "entry", "password text", "paragraph", "editbar"},
    "table": {"table", "tree table"},
    "list": {"list", "list box", "tree", "tree table", "table"},
    "combo box": {"combo box"},
    "label": {"label", "static"},
    "window": {"frame", "window", "dialog", "filler"},
}
TIMEOUT = 60.0


class RemovedError(LookupError):
    """The object, or its program, is no longer there."""


class Bus:
    """The accessibility bus of a session."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection: DBusConnection = open_dbus_connection(address)

    def beside(self) -> Bus:
        """Return another connection to the bus, for another thread."""
        return Bus(self.address)

    @classmethod
    def of_session(cls, session_address: str) -> Bus:
        """Switch assistive technology on in this session and join its bus."""
        with contextlib.closing(open_dbus_connection(session_address)) as session:
            place = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.freedesktop.DBus.Properties")
            for name in ("IsEnabled", "ScreenReaderEnabled"):
                call = new_method_call(place, "Set", "ssv", ("org.a11y.Status", name, ("b", True)))
                _answer(session.send_and_get_reply(call, timeout=TIMEOUT))
            ask = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
            reply = session.send_and_get_reply(new_method_call(ask, "GetAddress"), timeout=TIMEOUT)
            return cls(_answer(reply)[0])

    def call(
        self, bus_name: str, path: str, interface: str, method: str, types: str = "", *values: Any
    ) -> Any:
        """The answer's values. Raises `RemovedError` where nobody answers for this object."""
        address = DBusAddress(path, bus_name, interface)
        message = new_method_call(address, method, types or None, values)
        try:
            reply = self._connection.send_and_get_reply(message, timeout=TIMEOUT)
        except TimeoutError as error:
            raise RemovedError(f"no answer from {bus_name}{path} to {method}") from error
        return _answer(reply)

    def process_of(self, bus_name: str) -> int:
        """Process id behind a name on the bus."""
        reply = self._connection.send_and_get_reply(
            message_bus.GetConnectionUnixProcessID(bus_name), timeout=TIMEOUT
        )
        return int(_answer(reply)[0])

    def programs(self) -> list[Accessible]:
        """Every program that is on the bus."""
        registry = Accessible(self, "org.a11y.atspi.Registry", ROOT)
        return registry.children()

    def program(self, pid: int, *, timeout: float = 60.0) -> Accessible:
        """The program with this process id, once it is there."""

        def look() -> Accessible | None:
            for program in self.programs():
                with contextlib.suppress(RemovedError):
                    if self.process_of(program.bus_name) == pid:
                        return program
            return None

        return wait_for(look, f"process {pid} on the accessibility bus", timeout=timeout)

    def close(self) -> None:
        self._connection.close()


def _answer(reply: Any) -> Any:
    if reply.header.message_type == MessageType.error:
        raise RemovedError(str(reply.body[0] if reply.body else reply.header.fields))
    return reply.body


@dataclass(frozen=True)
class Accessible:
    """One object of a program. Equal when bus name and path are."""

    bus: Bus
    bus_name: str
    path: str

    def __repr__(self) -> str:
        with contextlib.suppress(RemovedError):
            return f"<{self.role} {self.name!r}>"
        return f"<gone {self.path}>"

    def call(self, interface: str, method: str, types: str = "", *values: Any) -> Any:
        return self.bus.call(
            self.bus_name, self.path, f"org.a11y.atspi.{interface}", method, types, *values
        )

    def get(self, interface: str, prop: str) -> Any:
        answer = self.bus.call(
            self.bus_name,
            self.path,
            "org.freedesktop.DBus.Properties",
            "Get",
            "ss",
            f"org.a11y.atspi.{interface}",
            prop,
        )
        return answer[0][1]

    def _at(self, reference: tuple[str, str]) -> Accessible | None:
        bus_name, path = reference
        return None if path == NOTHING or not bus_name else Accessible(self.bus, bus_name, path)

    # --- what it is -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return str(self.get("Accessible", "Name"))

    @property
    def description(self) -> str:
        return str(self.get("Accessible", "Description"))

    @property
    def object_name(self) -> str:
        """Qt's objectName: the last part of the accessible id."""
        return str(self.get("Accessible", "AccessibleId")).rsplit(".", 1)[-1]

    @property
    def role(self) -> str:
        return str(self.call("Accessible", "GetRoleName")[0])

    def has(self, state: int) -> bool:
        """Whether a state (``SHOWING``, ``CHECKED`` …) is set."""
        low, high = self.call("Accessible", "GetState")[0]
        return bool((low | high << 32) >> state & 1)

    @property
    def enabled(self) -> bool:
        return self.has(ENABLED)

    @property
    def checked(self) -> bool:
        return self.has(CHECKED)

    # --- what is in it --------------------------------------------------------------------------

    def children(self) -> list[Accessible]:
        accessibles = (self._at(child) for child in self.call("Accessible", "GetChildren")[0])
        return [child for child in accessibles if child is not None]

    @property
    def child_count(self) -> int:
        return int(self.get("Accessible", "ChildCount"))

    def child(self, index: int) -> Accessible | None:
        return self._at(self.call("Accessible", "GetChildAtIndex", "i", index)[0])

    def walk(self, *, showing: bool = True) -> Iterator[Accessible]:
        """This object and what is below it, nearest first; not the rows of lists and tables."""
        queue = [self]
        while queue:
            here = queue.pop(0)
            try:
                if showing and here is not self and not here.has(SHOWING):
                    continue
                yield here
                if here.role not in CONTAINERS:
                    queue += here.children()
            except RemovedError:
                continue  # closed while we looked

    def look(
        self,
        name: str | None = None,
        *,
        role: str | None = None,
        object_name: str | None = None,
        showing: bool = True,
    ) -> Accessible | None:
        """The nearest object that fits, or None."""
        roles = SAME_ROLE.get(role, {role}) if role else None
        for here in self.walk(showing=showing):
            with contextlib.suppress(RemovedError):
                if (
                    (name is None or here.name == name)
                    and (object_name is None or here.object_name == object_name)
                    and (roles is None or here.role in roles)
                ):
                    return here
        return None

    def find(
        self,
        name: str | None = None,
        *,
        role: str | None = None,
        object_name: str | None = None,
        showing: bool = True,
        timeout: float = 60.0,
    ) -> Accessible:
        """The nearest object that fits, once it is there."""
        wanted = " ".join(repr(part) for part in (name, role, object_name) if part)
        return wait_for(
            lambda: self.look(name, role=role, object_name=object_name, showing=showing),
            f"a control {wanted}",
            timeout=timeout,
            explain=self.outline,
        )

    def outline(self, *, showing: bool = True) -> str:
        """Every control with a name, for the message of a test that failed."""
        lines = []
        for here in self.walk(showing=showing):
            with contextlib.suppress(RemovedError):
                name = here.name
                if name or here.object_name:
                    lines.append(f"{here.role}: {name!r} ({here.object_name})")
        return "\n".join(lines)

    # --- text and values ------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What is written in it; a label's text is its name."""
        with contextlib.suppress(RemovedError):
            return str(self.call("Text", "GetText", "ii", 0, -1)[0])
        return self.name

    def set_text(self, text: str) -> None:
        assert self.call("EditableText", "SetTextContents", "s", text)[0], f"{self} took no text"

    @property
    def value(self) -> float:
        return float(self.get("Value", "CurrentValue"))

    # --- doing ----------------------------------------------------------------------------------

    def actions(self) -> list[str]:
        return [str(action[0]) for action in self.call("Action", "GetActions")[0]]

    def do(self, action: str) -> None:
        """Carry out one of its actions by name, whatever its case ("Press", "Toggle")."""
        names = [name.lower() for name in self.actions()]
        assert action.lower() in names, f"{self} can {names}, not {action}"
        assert self.call("Action", "DoAction", "i", names.index(action.lower()))[0]

    def press(self) -> None:
        wait_for(lambda: self.enabled, f"{self} to be enabled")
        names = [name.lower() for name in self.actions()]
        self.do("Press" if "press" in names else "Toggle")  # as Qt calls it for radio buttons

    def focus(self) -> None:
        self.call("Component", "GrabFocus")

    def place(self) -> tuple[int, int, int, int]:
        """Left, top, width and height on the screen, in pixels."""
        left, top, width, height = self.call("Component", "GetExtents", "u", 0)[0]
        return left, top, width, height

    def centre(self) -> tuple[int, int]:
        left, top, width, height = self.place()
        return left + width // 2, top + height // 2

    # --- lists and tables -----------------------------------------------------------------------

    @property
    def row_count(self) -> int:
        return int(self.get("Table", "NRows"))

    @property
    def column_count(self) -> int:
        return int(self.get("Table", "NColumns"))

    def columns(self) -> list[str]:
        """The headings of a table."""
        return [
            str(self.call("Table", "GetColumnDescription", "i", column)[0])
            for column in range(self.column_count)
        ]

    def cell(self, row: int, column: int) -> Accessible:
        cell = self._at(self.call("Table", "GetAccessibleAt", "ii", row, column)[0])
        if cell is None:
            raise RemovedError(f"{self} has no cell {row}, {column}")
        return cell

    def rows(self) -> list[tuple[str, ...]]:
        """The texts of every cell of a table."""
        columns = range(self.column_count)
        return [
            tuple(self.cell(row, column).name for column in columns)
            for row in range(self.row_count)
        ]

    def items(self) -> list[Accessible]:
        """The rows of a list or a tree, headings of columns left out."""
        return [
            child
            for child in self.children()
            if child.role not in ("column header", "row header", "table column header")
        ]

    def item(self, name: str, *, part: bool = False, timeout: float = 60.0) -> Accessible:
        """The row with this name (or with this in its name), once it is there."""

        def look() -> Accessible | None:
            for child in self.items():
                with contextlib.suppress(RemovedError):
                    if child.name == name or (part and name in child.name):
                        return child
            return None

        return wait_for(
            look, f"row {name!r} in {self}", timeout=timeout, explain=lambda: self.items()
        )

    def row(self) -> list[Accessible]:
        """The cells beside this one, and this one."""
        table = self._at(self.get("TableCell", "Table"))
        row = int(self.get("TableCell", "Position")[0])
        if table is None:
            raise RemovedError(f"{self} is in no table")
        return [table.cell(row, column) for column in range(table.column_count)]

    def selected(self) -> list[Accessible]:
        """The rows or cells that are selected."""
        count = int(self.get("Selection", "NSelectedChildren"))
        chosen = (
            self._at(self.call("Selection", "GetSelectedChild", "i", number)[0])
            for number in range(count)
        )
        return [child for child in chosen if child is not None]

    def select_row(self, row: int) -> None:
        self.call("Table", "AddRowSelection", "i", row)
